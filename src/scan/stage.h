/* The steps of the funnel, and how whole a delivery was; as words in case/observation.h. */
#ifndef ASSAY_SCAN_STAGE_H
#define ASSAY_SCAN_STAGE_H

#include <stdbool.h>

#include "util/str.h"

enum stage {
	STAGE_DELIVERED,
	STAGE_INSTALLED,
	STAGE_EXECUTED,
	STAGE_BEACONED,
	STAGE_SECOND,
	STAGE_N
};

enum complete { COMPLETE_UNKNOWN, COMPLETE_PARTIAL, COMPLETE_YES, COMPLETE_N };

/* "delivered", "installed", "executed", "beaconed", "second_stage" */
const char *stage_name(enum stage s);
bool stage_named(struct str name, enum stage *ret);
const char *complete_name(enum complete c); /* "unknown", "partial", "yes" */

#endif
