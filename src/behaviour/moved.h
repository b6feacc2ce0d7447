/* What only moved between the files of a release, or was only named anew by its build. */
#ifndef ASSAY_BEHAVIOUR_MOVED_H
#define ASSAY_BEHAVIOUR_MOVED_H

#include "behaviour/query.h"

/* Takes FACT_NEW_SINK and FACT_NEW_SOURCE off flows whose ends stood in OLD, in whatever file; facts of which nothing
 * is new become FACT_OF_OLD. Once, when hooks and flows over members are known. */
enum status moved_mark(struct query *q);

#endif
