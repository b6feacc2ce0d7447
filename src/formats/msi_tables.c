/*
 * Names, strings and tables of an installer database. Names: characters 3800..47FF stand for two of
 * 64 letters, 4800..483F for one, 4840 for '!'. String pool: u32 code page (top bit: references
 * have three bytes), then u16 length, u16 references a string; length 0 with references: the long
 * length follows. Column type: low byte width, 0100 valid, 0200 localized, 0800 text, 1000
 * nullable, 2000 key; text of width 0 is a stream.
 */
#include "formats/msi.h"

#include "util/escape.h"
#include "util/hash.h"

enum { TYPE_TEXT = 0x0800, TYPE_VALID = 0x0100, TYPE_NULLABLE = 0x1000, TYPE_MASK = 0xfff };
enum { COLUMNS_MAX = 255, CODEPAGE_UTF8 = 65001, NAME_BYTES = 512 };

struct str msi_name(struct arena *a, const uint16_t *units, size_t n)
{
	static const char letters[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
	struct buf b;
	struct str s;

	buf_init(&b, NAME_BYTES);
	for (size_t i = 0; i < n; i++) {
		uint32_t u = units[i];

		if (u >= 0x3800 && u < 0x4800) {
			buf_add_char(&b, letters[(u - 0x3800) & 63]);
			buf_add_char(&b, letters[(u - 0x3800) >> 6]);
		} else if (u >= 0x4800 && u < 0x4840) {
			buf_add_char(&b, letters[u - 0x4800]);
		} else if (u == 0x4840) {
			buf_add_char(&b, '!');
		} else {
			utf8_put(&b, u);
		}
	}
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

/* Bytes above 127 of other code pages are shown as Latin-1; two of them never become one. */
static struct str text_of(struct msi *m, struct str raw)
{
	struct buf b;
	struct str s;

	if (utf8_valid(raw))
		return raw;
	buf_init(&b, 2 * raw.len + 1);
	for (size_t i = 0; i < raw.len; i++)
		utf8_put(&b, (unsigned char)raw.p[i]);
	s = arena_str(m->a->in->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

/* Long strings have been written in two ways; `swapped` is the other one. Returns the bytes of all. */
static uint64_t pool_walk(struct msi *m, struct cursor pool, bool swapped, struct cursor *data)
{
	uint64_t total = 0;
	size_t n = 1;

	cursor_skip(&pool, 4);
	while (cursor_left(&pool) >= 4) {
		uint32_t len = cursor_u16le(&pool), refs = cursor_u16le(&pool);

		if (len == 0 && refs != 0 && cursor_left(&pool) >= 4) {
			uint32_t low = cursor_u16le(&pool), high = cursor_u16le(&pool);

			len = swapped ? refs << 16 | low : high << 16 | low;
		}
		total += len;
		if (!data)
			continue;
		m->strings[n++] = text_of(m, cursor_str(data, len));
	}
	if (data)
		m->n_strings = n;
	return total;
}

bool msi_strings_read(struct msi *m, struct cursor pool, struct cursor data)
{
	struct cursor head = pool;
	bool swapped;

	m->codepage = cursor_u32le(&head);
	m->long_refs = m->codepage >> 31;
	m->codepage &= 0x7fffffff;
	swapped = pool_walk(m, pool, false, NULL) != data.len;
	if (!cursor_ok(&head) || (swapped && pool_walk(m, pool, true, NULL) != data.len)) {
		m->damaged = true;
		return false;
	}
	if (archive_step(m->a, pool.len / 4 + data.len / 16 + 1) != STATUS_OK)
		return false;
	m->strings = ARENA_ARRAY(m->a->in->arena, pool.len / 4 + 2, struct str);
	pool_walk(m, pool, swapped, &data);
	return true;
}

static uint32_t cell_raw(const struct msi_table *t, size_t row, size_t column)
{
	const struct msi_column *c = &t->columns[column];
	struct cursor at = cursor_part(&t->data, c->from * t->n_rows + row * c->bytes, c->bytes);
	uint32_t v = 0;

	for (unsigned i = 0; i < c->bytes; i++)
		v |= (uint32_t)cursor_u8(&at) << (8 * i);
	return v;
}

static void column_add(struct msi *m, struct msi_table *t, struct str name, unsigned type)
{
	struct msi_column *c;
	bool stream = ((type & TYPE_MASK) & ~TYPE_NULLABLE) == (TYPE_TEXT | TYPE_VALID);

	if (t->n_columns >= COLUMNS_MAX) {
		t->damaged = true;
		return;
	}
	c = ARENA_PUSH(m->a->in->arena, t->columns, t->n_columns, t->room_columns);
	c->name = name;
	c->text = type & TYPE_TEXT && !stream;
	c->bytes = c->text ? (m->long_refs ? 3 : 2) : !stream && (type & 0xff) > 2 ? 4 : 2;
	c->from = t->row_bytes;
	t->row_bytes += c->bytes;
}

/* The two tables that describe the others describe themselves nowhere. */
static void fixed_table(struct msi *m, struct msi_table *t, const char *const *names,
	const unsigned *types,
	struct cursor data)
{
	memset(t, 0, sizeof(*t));
	for (size_t i = 0; names[i]; i++)
		column_add(m, t, str_of(names[i]), types[i]);
	t->data = data;
	t->n_rows = data.len / t->row_bytes;
	t->damaged = data.len % t->row_bytes != 0;
}

enum status msi_schema_read(struct msi *m, struct cursor tables, struct cursor columns)
{
	static const char *const table_names[] = {"Name", NULL};
	static const char *const column_names[] = {"Table", "Number", "Name", "Type", NULL};
	static const unsigned table_types[] = {TYPE_TEXT | 0x40}, column_types[] =
		{TYPE_TEXT | 0x40, 2, TYPE_TEXT | 0x40, 2};
	struct arena *a = m->a->in->arena;
	struct msi_table list, fields;
	uint32_t *of_string; /* 1 + table, by its name's number */

	fixed_table(m, &list, table_names, table_types, tables);
	fixed_table(m, &fields, column_names, column_types, columns);
	TRY(archive_step(m->a, list.n_rows + fields.n_rows + m->n_strings / 16));
	of_string = ARENA_ARRAY(a, m->n_strings + 1, uint32_t);
	for (size_t i = 0; i < list.n_rows; i++) {
		uint32_t name = cell_raw(&list, i, 0);

		if (name >= m->n_strings || name == 0 || of_string[name]) {
			m->damaged = true;
			continue;
		}
		ARENA_PUSH(a, m->tables, m->n_tables, m->room_tables)->name = m->strings[name];
		of_string[name] = (uint32_t)m->n_tables;
	}
	for (size_t i = 0; i < fields.n_rows; i++) {
		uint32_t table = cell_raw(&fields, i, 0), number = cell_raw(&fields, i, 1) ^ 0x8000,
			 name = cell_raw(&fields, i, 2), type = cell_raw(&fields, i, 3) ^ 0x8000;
		struct msi_table *t;

		if (table >= m->n_strings || name >= m->n_strings || !of_string[table]) {
			m->damaged = true;
			continue;
		}
		t = &m->tables[of_string[table] - 1];
		t->damaged |= number != t->n_columns + 1;
		column_add(m, t, m->strings[name], type);
	}
	m->damaged |= list.damaged || fields.damaged;
	return m->damaged ? STATUS_DAMAGED : STATUS_OK;
}

static struct msi_table *table_find(const struct msi *m, struct str name)
{
	for (size_t i = 0; i < m->n_tables; i++)
		if (str_equal(m->tables[i].name, name))
			return &m->tables[i];
	return NULL;
}

bool msi_table_load(struct msi *m, struct str name, struct cursor data)
{
	struct msi_table *t = table_find(m, name);

	if (!t || t->loaded || t->damaged || !t->row_bytes || data.len % t->row_bytes) {
		m->damaged = true;
		return false;
	}
	t->loaded = true;
	t->data = data;
	t->n_rows = data.len / t->row_bytes;
	return true;
}

const struct msi_table *msi_table(const struct msi *m, const char *name)
{
	const struct msi_table *t = table_find(m, str_of(name));

	return t && t->loaded ? t : NULL;
}

static bool column_find(const struct msi_table *t, const char *name, size_t *ret)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (str_is(t->columns[i].name, name)) {
			*ret = i;
			return true;
		}
	return false;
}

static int64_t number_of(const struct msi_column *c, uint32_t raw)
{
	if (raw == 0)
		return 0; /* none */
	return c->bytes == 2 ? (int64_t)(int16_t)(uint16_t)(raw ^ 0x8000)
		: (int64_t)(int32_t)(raw ^ 0x80000000u);
}

struct str msi_cell(const struct msi *m, const struct msi_table *t, size_t row, size_t column)
{
	const struct msi_column *c = &t->columns[column];
	uint32_t raw = cell_raw(t, row, column);

	if (c->text)
		return raw < m->n_strings ? m->strings[raw] : STR("(no such string)");
	if (raw == 0)
		return STR_NONE;
	return arena_printf(m->a->in->arena, "%lld", (long long)number_of(c, raw));
}

struct str msi_get(const struct msi *m, const struct msi_table *t, size_t row, const char *column)
{
	size_t i;

	return t && column_find(t, column, &i) ? msi_cell(m, t, row, i) : STR_NONE;
}

int64_t msi_number(const struct msi *m, const struct msi_table *t, size_t row, const char *column)
{
	size_t i;

	(void)m;
	if (!t || !column_find(t, column, &i) || t->columns[i].text)
		return 0;
	return number_of(&t->columns[i], cell_raw(t, row, i));
}

/* A slot that holds a row of this key, or the free one where it would stand; NULL when steps ran out. */
static uint32_t *slot_of(struct msi *m, const struct msi_index *x, struct str key)
{
	size_t at = fast_hash(key.p ? key.p : "", key.len, 7) & (x->room - 1);

	while (x->slots[at] && !str_equal(msi_cell(m, x->table, x->slots[at] - 1, 0), key)) {
		if (archive_step(m->a, 1) != STATUS_OK)
			return NULL;
		at = (at + 1) & (x->room - 1);
	}
	return &x->slots[at];
}

static bool index_make(struct msi *m, struct msi_index *x, const struct msi_table *t)
{
	*x = (struct msi_index){.table = t, .room = 16};
	while (x->room < t->n_rows * 2)
		x->room *= 2;
	if (archive_step(m->a, x->room / 4 + t->n_rows) != STATUS_OK)
		return false;
	x->slots = ARENA_ARRAY(m->a->in->arena, x->room, uint32_t);
	for (size_t i = 0; i < t->n_rows; i++) {
		uint32_t *slot = slot_of(m, x, msi_cell(m, t, i, 0));

		if (!slot)
			return false;
		if (!*slot)
			*slot = (uint32_t)i + 1;
	}
	return true;
}

bool msi_row(struct msi *m, const struct msi_table *t, struct str key, size_t *ret_row)
{
	uint32_t *slot = NULL;

	if (!t || !t->n_columns || !t->columns[0].text || archive_step(m->a,
			1 + key.len / 64) != STATUS_OK)
		return false;
	for (size_t i = 0; i < MSI_INDEXES; i++) {
		struct msi_index *x = &m->indexes[i];

		if (!x->table && !index_make(m, x, t))
			x->room = 0;
		if (x->table != t)
			continue;
		slot = x->room ? slot_of(m, x, key) : NULL;
		break;
	}
	if (!slot || !*slot)
		return false;
	*ret_row = *slot - 1;
	return true;
}
