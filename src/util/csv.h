/*
 * CSV as spreadsheets write it (RFC 4180): fields parted by a comma, quoted where they hold commas,
 * quotes or line breaks. Reads bytes of anybody; needs nothing but the bytes.
 */
#ifndef ASSAY_UTIL_CSV_H
#define ASSAY_UTIL_CSV_H

#include "util/arena.h"
#include "util/status.h"

enum { CSV_COLUMNS = 256 };

struct csv {
	struct str rest;
	uint64_t line;     /* at which the last record began, from 1 */
	uint64_t next_line;
	const char *wrong; /* of the last DAMAGED or LIMIT */
};

/* A byte order mark is taken off. */
struct csv csv_of(struct str text);

/*
 * The next record: views into the text, or into the arena where quotes had to be taken off. Empty
 * lines are passed over. NOT_FOUND: the end; DAMAGED: quotes that do not fit; LIMIT: more columns.
 */
MUST_CHECK enum status csv_next(struct csv *c, struct arena *a, struct str ret[CSV_COLUMNS],
	size_t *ret_n);

#endif
