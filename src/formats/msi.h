/*
 * The tables of a Windows Installer database, shared by the files of the MSI reader.
 *
 * Streams of the compound file whose decoded name begins with '!' hold tables, column by column.
 * Texts are numbers into "!_StringData", whose cuts stand in "!_StringPool"; "!_Tables" and
 * "!_Columns" say what there is. A number is stored with its top bit turned; 0 is "none".
 */
#ifndef ASSAY_FORMATS_MSI_H
#define ASSAY_FORMATS_MSI_H

#include "formats/archive.h"
#include "util/buf.h"

enum { MSI_DIRECTORY_DEPTH = 32, MSI_TEXT_MAX = 64 << 20 };

struct msi_column {
	struct str name;
	bool text;      /* a reference to a string; else a number (1 = a stream of its own) */
	unsigned bytes; /* 2, 3 or 4 */
	size_t from;    /* of the column inside a table, in bytes a row */
};

struct msi_table {
	struct str name;
	struct cursor data;
	struct msi_column *columns;
	size_t n_columns, room_columns, n_rows, row_bytes;
	bool damaged; /* its columns contradict each other or its size */
	bool loaded;  /* data was set */
};

/* Rows of a table by the text of their first column. */
struct msi_index {
	const struct msi_table *table;
	uint32_t *slots; /* 1 + row, open addressing */
	size_t room;     /* a power of two */
};

enum { MSI_INDEXES = 8 };

struct msi {
	struct archive *a;
	struct msi_index indexes[MSI_INDEXES]; /* made when first asked */
	struct str *strings; /* [0] is none */
	size_t n_strings;
	bool long_refs;
	uint32_t codepage;
	struct msi_table *tables;
	size_t n_tables, room_tables;
	bool damaged;
};

/* A stream's name as the database means it; `!` in front stands for a table. Arena-owned UTF-8. */
struct str msi_name(struct arena *a, const uint16_t *units, size_t n);

/* Cuts the strings. False (and damaged) when pool and data do not fit. */
bool msi_strings_read(struct msi *m, struct cursor pool, struct cursor data);
/* The schema. DAMAGED when a table is not well formed; LIMIT. */
enum status msi_schema_read(struct msi *m, struct cursor tables, struct cursor columns);
/* Gives a table of the schema its bytes; false when there is none of this name or it does not fit. */
bool msi_table_load(struct msi *m, struct str name, struct cursor data);

/* NULL when it is not there or not well formed. */
const struct msi_table *msi_table(const struct msi *m, const char *name);
/* The value of a column by name; "" when there is no such column. Numbers become decimal digits. */
struct str msi_get(const struct msi *m, const struct msi_table *t, size_t row, const char *column);
struct str msi_cell(const struct msi *m, const struct msi_table *t, size_t row, size_t column);
/* The first row whose first column is the key. False when there is none, or steps ran out. */
bool msi_row(struct msi *m, const struct msi_table *t, struct str key, size_t *ret_row);
int64_t msi_number(const struct msi *m, const struct msi_table *t, size_t row, const char *column);

/* --- msi_lines.c --- */

/* What a script that stands in the database is called among the children. */
enum msi_script { MSI_SCRIPT_NONE, MSI_SCRIPT_JS, MSI_SCRIPT_VBS };

/* Is this stream ("Binary.Name") a script that a custom action runs? */
enum msi_script msi_stream_script(struct msi *m, struct str stream);
/* The n-th custom action whose script stands in the tables; false behind the last. `*at` starts as 0. */
bool msi_inline_script(struct msi *m, size_t *at, struct str *ret_name, struct str *ret_text);
/* "[install tables]": appends a line for each row. LIMIT when steps or room ran out. */
enum status msi_lines(struct msi *m, struct buf *out) MUST_CHECK;
/* The whole target path of a row of File, '/' between its parts. */
struct str msi_file_path(struct msi *m, const struct msi_table *files, size_t row);

/* msi_summary.c: lines for a property set (streams whose name begins with 5). False if it is none. */
bool msi_summary_lines(struct archive *a, struct cursor set, struct str name, struct buf *out);

#endif
