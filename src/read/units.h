/* Which functions and statements of one text do some spans of it touch? No read_in, no facts. */
#ifndef ASSAY_READ_UNITS_H
#define ASSAY_READ_UNITS_H

#include "read/align.h"

enum { UNIT_BIG_BYTES = 48 << 10 }; /* larger functions are split into their statements */

struct unit_found {
	struct span at;      /* whole tokens */
	struct span touched; /* hull of the spans inside */
	struct str name;     /* "function sendStatus", without its place */
	bool top_level;
	bool is_function;
	enum unit_wrap wrap;
};

/* Sorted by start, outer before inner. spans: ascending, disjoint. LIMIT: found until there. */
enum status units_find(struct arena *a, struct budget *b, enum language lang, struct str text,
	const struct span *spans, size_t n_spans, struct unit_found **ret, size_t *ret_n);

#endif
