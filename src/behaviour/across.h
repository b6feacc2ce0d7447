/* Flows whose ends stand in different members of one release. */
#ifndef ASSAY_BEHAVIOUR_ACROSS_H
#define ASSAY_BEHAVIOUR_ACROSS_H

#include "compare/compare.h"

/*
 * Joins the ends (FACT_END) that readers left at the boundaries of members, by what imports name. Members that
 * did not change are read when new code uses them, in a bounded number. Each flow of NEW that OLD had not
 * becomes a FACT_FLOW of the member in which its new end stands, with the way through all members in words.
 */
enum status across_join(struct analysis *a, struct delta *d);

#endif
