/* Lines of NEW that are not in OLD, for readers of files made of lines. */
#ifndef ASSAY_READ_FRESH_LINES_H
#define ASSAY_READ_FRESH_LINES_H

#include "read/keyset.h"
#include "read/read.h"

struct fresh_lines {
	struct read_in *in;
	struct str text, old; /* NEW and OLD as text; old.p NULL when there is none */
	size_t shift;
	struct keyset known;
	struct str rest;
	uint32_t number; /* of the line that fresh_next() gave */
	size_t at;       /* its offset in text */
	bool limit;      /* the budget ended */
};

/* False when NEW is no text or the budget is used up (then limit is set). */
bool fresh_begin(struct fresh_lines *f, struct read_in *in);
/* The next line (trimmed, not empty) that OLD does not have; false at the end. */
bool fresh_next(struct fresh_lines *f, struct str *ret_line);
/* A fact about the present line, in a unit of its own. */
struct fact fresh_fact(struct fresh_lines *f, enum fact_kind kind, struct str line);

#endif
