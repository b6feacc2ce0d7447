/* Which functions and statements of one text do some spans of it touch? No read_in, no facts. */
#ifndef ASSAY_READ_UNITS_H
#define ASSAY_READ_UNITS_H

#include "read/align.h"

enum {
	UNIT_BIG_BYTES = 48 << 10, /* larger functions are split into their statements */
	UNITS_MAX = 1 << 16,       /* of one text: the last one takes all that comes behind it */
};

struct unit_found {
	struct span at;      /* whole tokens */
	struct span touched; /* hull of the spans inside */
	struct str name;     /* "function sendStatus", without its place */
	bool top_level;
	bool is_function;
	enum unit_wrap wrap;
};

/* Joins a unit that comes behind the last one that has room into that one. */
static inline void unit_join(struct unit_found *last, struct span at, struct span touched)
{
	last->at.from = at.from < last->at.from ? at.from : last->at.from;
	last->at.to = at.to > last->at.to ? at.to : last->at.to;
	last->touched.from = touched.from < last->touched.from ? touched.from : last->touched.from;
	last->touched.to = touched.to > last->touched.to ? touched.to : last->touched.to;
	last->name = STR("rest");
	last->top_level = true;
	last->is_function = false;
	last->wrap = UNIT_ALONE;
}

/* Sorted by start, outer before inner. spans: ascending, disjoint. LIMIT: found until there. */
enum status units_find(struct arena *a, struct budget *b, enum language lang, struct str text,
	const struct span *spans, size_t n_spans, struct unit_found **ret, size_t *ret_n);

#endif
