/*
 * Where assay keeps what must last: one file (SQLite) or a PostgreSQL database behind one table of
 * functions. Both are given the same SQL, so both give the same rows; what differs between them
 * stays in sqlite.c and postgresql.c. Their libraries are loaded when a store is opened, never before.
 *
 * SQL here: placeholders $1, $2 ... in the order of their first appearance; INSERT ... ON CONFLICT,
 * RETURNING; types TEXT, BIGINT, DOUBLE PRECISION. Text compares byte by byte and holds no NUL and
 * only valid UTF-8. One statement is open at a time: store_stop() it before the next.
 *
 * Whatever is written is written in a transaction: after store_commit() returned STATUS_OK it lasts,
 * before that nothing of it does, whenever the process or the machine ends. On failure store_why()
 * says why in one line.
 */
#ifndef ASSAY_STORE_STORE_H
#define ASSAY_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/status.h"
#include "util/str.h"

enum store_kind { STORE_NULL, STORE_INTEGER, STORE_REAL, STORE_TEXT };

struct store_value {
	enum store_kind kind;
	int64_t integer;
	double real;
	struct str text; /* from store_row(): lives until the next row or store_stop() */
};

static inline struct store_value store_integer(int64_t n)
{
	return (struct store_value){.kind = STORE_INTEGER, .integer = n};
}

static inline struct store_value store_text(struct str s)
{
	return (struct store_value){.kind = STORE_TEXT, .text = s};
}

struct store;

enum { STORE_WHY_BYTES = 400 };

enum store_mode {
	STORE_READ,  /* it must be there; nothing is written but a migration that is due */
	STORE_WRITE, /* it must be there */
	STORE_MAKE,  /* it is made if it is missing */
};

/*
 * `where`: a file, or postgresql://... Brings the tables to the newest schema. NOT_FOUND: there is
 * none; DAMAGED: a file of somebody else; UNSUPPORTED: made by a newer assay, or the library is
 * missing. On failure *ret_why says why and *ret is NULL.
 */
MUST_CHECK enum status store_open(const char *where, enum store_mode mode, struct store **ret,
	char ret_why[STORE_WHY_BYTES]);
void store_close(struct store *s); /* takes back what was not committed; NULL is fine */
const char *store_why(const struct store *s);
/* Sets s->why; returns the status, so that a caller can return it. */
enum status store_fail(struct store *s, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads see one state from begin to end. */
MUST_CHECK enum status store_begin(struct store *s, bool write);
MUST_CHECK enum status store_commit(struct store *s);
void store_rollback(struct store *s); /* fine without a transaction */

/* Starts a statement; then store_row() until NOT_FOUND or failure, then store_stop(). */
MUST_CHECK enum status store_start(struct store *s, const char *sql,
	const struct store_value *values, size_t n);
/* The next row's first n columns. NOT_FOUND: there are no more. */
MUST_CHECK enum status store_row(struct store *s, struct store_value *ret, size_t n);
void store_stop(struct store *s);

/* A statement to its end. *ret_found (may be NULL): it gave a row. */
MUST_CHECK enum status store_run(struct store *s, const char *sql, const struct store_value *values,
	size_t n, bool *ret_found);

#endif
