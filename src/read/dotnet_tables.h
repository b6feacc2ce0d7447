/*
 * Metadata of .NET programs (ECMA-335, partition II, 22 and 24), shared by dotnet.c and
 * dotnet_tables.c.
 */
#ifndef ASSAY_READ_DOTNET_TABLES_H
#define ASSAY_READ_DOTNET_TABLES_H

#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"

enum { DOTNET_TABLES = 0x2d, DOTNET_COLUMNS = 9, DOTNET_ROWS_MAX = 1 << 24 };

enum { /* numbers of tables that are asked for */
	TABLE_TYPE_REF = 0x01,
	TABLE_TYPE_DEF = 0x02,
	TABLE_FIELD = 0x04,
	TABLE_METHOD = 0x06,
	TABLE_MEMBER_REF = 0x0a,
	TABLE_MODULE_REF = 0x1a,
	TABLE_TYPE_SPEC = 0x1b,
	TABLE_IMPL_MAP = 0x1c,
	TABLE_METHOD_SPEC = 0x2b,
};

struct dotnet_table {
	struct cursor data;
	uint32_t n;                         /* rows that are there */
	uint8_t at[DOTNET_COLUMNS], bytes[DOTNET_COLUMNS], row_bytes;
};

struct dotnet_tables {
	struct cursor strings, texts, blobs; /* heaps: #Strings, #US, #Blob */
	struct dotnet_table tables[DOTNET_TABLES];
};

/* False when the metadata is not what it should be. */
bool dotnet_tables_read(struct dotnet_tables *t, struct cursor metadata);
/* A column of row 1.. of a table; 0 when it is not there. */
uint32_t dotnet_cell(const struct dotnet_tables *t, unsigned table, uint32_t row, unsigned column);
struct str dotnet_string(const struct dotnet_tables *t, uint32_t at);
struct cursor dotnet_blob(const struct dotnet_tables *t, uint32_t at);
/* A literal of the program as UTF-8. */
struct str dotnet_text(const struct dotnet_tables *t, struct arena *a, uint32_t at);
/* a number of 1, 2 or 4 bytes, as heaps and signatures have them */
uint32_t dotnet_packed(struct cursor *c);

#endif
