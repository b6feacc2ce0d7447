#include "read/dotnet_tables.h"

#include "util/buf.h"
#include "util/escape.h"

enum { STREAMS_MAX = 16, VERSION_BYTES_MAX = 256, TEXT_BYTES = 64 << 10, NAME_BYTES = 1024 };

/*
 * Columns of each table: 2 4 numbers, S a string, G an id, B a blob, a letter a..m a coded index
 * (below), "t" and two digits an index into that table.
 */
static const char *const schemas[DOTNET_TABLES] = {
	"2SGGG", "lSS", "4SSat04t06", "t04", "2SB", "t06", "422SBt08", "t08", "22S", "t02a",
		"fSB", "2bB", "ckB", "dB",
	"2eB", "24t02", "4t04", "B", "t02t14", "t14", "2Sa", "t02t17", "t17", "2SB", "2t06g",
		"t02hh", "S", "B",
	"2iSt1a", "4t04", "44", "4", "422224BSS", "4", "444", "22224BSSB", "4t23", "444t23",
		"4SB", "44SSj", "44Sj",
	"t02t02", "22mS", "hB", "t2aa",
};

/* Coded indexes: how many bits say which table, and the tables. */
static const struct {
	uint8_t bits, n, tables[22];
} coded[] = {
	{2, 3, {0x02, 0x01, 0x1b}},                     /* a: type */
	{2, 3, {0x04, 0x08, 0x17}},                     /* b: has constant */
	{5, 22, {0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0a, 0x00, 0x0e, 0x17, 0x14, 0x11, 0x1a,
		0x1b, 0x20, 0x23, 0x26,
		0x27, 0x28, 0x2a, 0x2c, 0x2b}},         /* c: has attribute */
	{1, 2, {0x04, 0x08}},                           /* d: has marshal */
	{2, 3, {0x02, 0x06, 0x20}},                     /* e: has security */
	{3, 5, {0x02, 0x01, 0x1a, 0x06, 0x1b}},         /* f: parent of a member */
	{1, 2, {0x14, 0x17}},                           /* g: has semantics */
	{1, 2, {0x06, 0x0a}},                           /* h: method */
	{1, 2, {0x04, 0x06}},                           /* i: forwarded */
	{2, 3, {0x26, 0x23, 0x27}},                     /* j: implementation */
	{3, 2, {0x06, 0x0a}},                           /* k: type of an attribute */
	{2, 4, {0x00, 0x1a, 0x23, 0x01}},               /* l: scope */
	{1, 2, {0x02, 0x06}},                           /* m: type or method */
};

static unsigned digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Bytes of the column that the schema is at; moves past it. */
static unsigned column_bytes(const char **schema, const uint32_t *rows, uint8_t heaps)
{
	char c = *(*schema)++;
	uint32_t most = 0;
	unsigned k;

	switch (c) {
	case '2': return 2;
	case '4': return 4;
	case 'S': return heaps & 1 ? 4 : 2;
	case 'G': return heaps & 2 ? 4 : 2;
	case 'B': return heaps & 4 ? 4 : 2;
	case 't':
		k = digit((*schema)[0]) * 16 + digit((*schema)[1]);
		*schema += 2;
		return rows[k] > 0xffff ? 4 : 2;
	default:
		k = (unsigned)(c - 'a');
		for (unsigned i = 0; i < coded[k].n; i++)
			if (rows[coded[k].tables[i]] > most)
				most = rows[coded[k].tables[i]];
		return most >= 1u << (16 - coded[k].bits) ? 4 : 2;
	}
}

static bool tables_read(struct dotnet_tables *t, struct cursor c)
{
	uint32_t rows[64] = {0};
	uint64_t valid;
	uint8_t heaps;

	cursor_skip(&c, 6);
	heaps = cursor_u8(&c);
	cursor_skip(&c, 1);
	valid = cursor_u64le(&c);
	cursor_skip(&c, 8);
	for (unsigned i = 0; i < 64; i++)
		if (valid >> i & 1)
			rows[i] = cursor_u32le(&c);
	if (heaps & 0x40)
		cursor_skip(&c, 4);
	if (!cursor_ok(&c) || valid >> DOTNET_TABLES)
		return false;
	for (unsigned i = 0; i < DOTNET_TABLES; i++) {
		struct dotnet_table *x = &t->tables[i];
		const char *schema = schemas[i];

		if (rows[i] > DOTNET_ROWS_MAX)
			return false;
		for (unsigned k = 0; *schema && k < DOTNET_COLUMNS; k++) {
			x->at[k] = x->row_bytes;
			x->bytes[k] = (uint8_t)column_bytes(&schema, rows, heaps);
			x->row_bytes = (uint8_t)(x->row_bytes + x->bytes[k]);
		}
		x->n = rows[i];
		x->data = cursor_part(&c, c.pos, (uint64_t)x->n * x->row_bytes);
		cursor_skip(&c, (uint64_t)x->n * x->row_bytes);
		if (!cursor_ok(&c))
			return false;
	}
	return true;
}

bool dotnet_tables_read(struct dotnet_tables *t, struct cursor metadata)
{
	struct cursor c = cursor_of(metadata.base, metadata.len), tables = {.bad = true};
	uint32_t n;

	memset(t, 0, sizeof(*t));
	t->strings = t->texts = t->blobs = cursor_of("", 0);
	if (cursor_u32le(&c) != 0x424a5342)
		return false;
	cursor_skip(&c, 8);
	n = cursor_u32le(&c);
	if (n > VERSION_BYTES_MAX)
		return false;
	cursor_skip(&c, n + 2);
	n = cursor_u16le(&c);
	for (uint32_t i = 0; i < n && i < STREAMS_MAX; i++) {
		uint32_t at = cursor_u32le(&c), bytes = cursor_u32le(&c);
		struct str name = cursor_zstr(&c, 32);
		struct cursor stream = cursor_part(&metadata, at, bytes);

		cursor_skip(&c, (4 - c.pos % 4) % 4);
		if (!cursor_ok(&c))
			return false;
		if (str_is(name, "#~") || str_is(name, "#-"))
			tables = stream;
		else if (str_is(name, "#Strings"))
			t->strings = stream;
		else if (str_is(name, "#US"))
			t->texts = stream;
		else if (str_is(name, "#Blob"))
			t->blobs = stream;
	}
	return cursor_ok(&tables) && tables_read(t, tables);
}

uint32_t dotnet_cell(const struct dotnet_tables *t, unsigned table, uint32_t row, unsigned column)
{
	const struct dotnet_table *x = &t->tables[table];
	struct cursor c;

	if (row == 0 || row > x->n)
		return 0;
	c = cursor_part(&x->data, (uint64_t)(row - 1) * x->row_bytes + x->at[column],
		x->bytes[column]);
	return x->bytes[column] == 4 ? cursor_u32le(&c) : cursor_u16le(&c);
}

struct str dotnet_string(const struct dotnet_tables *t, uint32_t at)
{
	struct cursor c = cursor_clip(&t->strings, at, NAME_BYTES);

	return cursor_zstr(&c, NAME_BYTES);
}

uint32_t dotnet_packed(struct cursor *c)
{
	uint32_t b = cursor_u8(c);

	if (!(b & 0x80))
		return b;
	if (!(b & 0x40))
		return (b & 0x3f) << 8 | cursor_u8(c);
	b = (b & 0x1f) << 24 | (uint32_t)cursor_u8(c) << 16;
	b |= (uint32_t)cursor_u8(c) << 8;
	return b | cursor_u8(c);
}

static struct cursor heap_item(const struct cursor *heap, uint32_t at)
{
	struct cursor c = cursor_clip(heap, at, heap->len);
	uint32_t n = dotnet_packed(&c);

	return cursor_part(&c, c.pos, n);
}

struct cursor dotnet_blob(const struct dotnet_tables *t, uint32_t at)
{
	return heap_item(&t->blobs, at);
}

struct str dotnet_text(const struct dotnet_tables *t, struct arena *a, uint32_t at)
{
	struct cursor c = heap_item(&t->texts, at);
	struct buf b;
	struct str s;

	buf_init(&b, TEXT_BYTES);
	while (cursor_left(&c) >= 2) {
		uint32_t u = cursor_u16le(&c);

		if (u >= 0xd800 && u < 0xdc00 && cursor_left(&c) >= 2)
			u = 0x10000 + ((u - 0xd800) << 10) + ((cursor_u16le(&c) - 0xdc00u) & 0x3ff);
		utf8_put(&b, u ? u : ' ');
	}
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}
