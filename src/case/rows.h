/* A row of a noun as a row of its table, and back; by the fields in nouns.c. */
#ifndef ASSAY_CASE_ROWS_H
#define ASSAY_CASE_ROWS_H

#include "case/nouns.h"
#include "util/buf.h"

enum { ROW_COLUMNS = 48 }; /* most of any noun, the common ones included */

/* Whose row it is: what every table has before the columns of its fields. */
struct row_place {
	struct str case_id, parent, id;
	int64_t place, revision;
};

/* "id" is the id itself when the noun has one, else its key fields; the digest of what is long. */
struct str row_id(struct arena *a, const struct case_noun *noun, const void *row);

/* SQL with its values in the order of the functions below; valid as long as the arena. */
const char *row_insert_sql(struct arena *a, const struct case_noun *noun);
/* One that stands: $1 the revision that takes it away, $2 case, $3 parent, $4 id; gives its place. */
const char *row_end_sql(struct arena *a, const struct case_noun *noun);
/* Those that stood at $2, which is also $3, in case $1: parent, id, place, fields; by parent and place. */
const char *row_select_sql(struct arena *a, const struct case_noun *noun);

/* Values for row_insert_sql(); returns how many. */
size_t row_values(const struct case_noun *noun, const struct row_place *p, const void *row,
	struct store_value ret[ROW_COLUMNS]);
/* Columns that the fields of the noun need. */
size_t row_columns(const struct case_noun *noun);
/* The names of those columns, each with a comma and `prefix` before it. */
void row_names(const struct case_noun *noun, struct buf *b);
/* Fields from row_columns() values. Text is copied into the arena, or viewed when that is NULL. */
void row_fields(const struct case_noun *noun, struct arena *a, const struct store_value *values,
	void *row);
/* The values of the fields alone, as in row_values(). */
size_t row_field_values(const struct case_noun *noun, const void *row, struct store_value *ret);

/* All unknown. */
void row_init(const struct case_noun *noun, void *row);
/* Are the fields the same? Lists are left aside. */
bool row_same(const struct case_noun *noun, const void *x, const void *y);
/* Of rows with the same id only the first stays. */
void row_drop_twice(struct arena *a, const struct case_noun *noun, void *list);
/* Its own "id" is a field of the document. */
bool row_has_id(const struct case_noun *noun);

#endif
