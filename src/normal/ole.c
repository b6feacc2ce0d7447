/*
 * Installer databases (MSI) and other compound files: their streams by name. Signing one adds a
 * stream or two and moves the others about.
 */
#include "normal/normal_int.h"

#include "formats/ole.h"
#include "util/cursor.h"

enum { PATH_BYTES = 2048, STEPS_MAX = 1 << 26, HEADER_BYTES = 512, TABLES_AT = 76, HEADER_TABLES = 109,
       DIRECTORY_BYTES = 128 };

struct quiet {
	struct sink sink; /* first, so that the sink is it */
	bool odd;
};

static void on_oddity(struct sink *s, const char *code, uint64_t offset, struct str detail)
{
	((struct quiet *)s)->odd = true;
}

static void on_span(struct sink *s, uint64_t offset, uint64_t length, const char *what)
{
}

/* Storages above it and its own name, as stored. */
static bool path_of(const struct ole *o, const struct ole_entry *e, struct buf *ret)
{
	const struct ole_entry *up[OLE_DEPTH_MAX + 1];
	size_t n = 0;

	while (e->type != OLE_ROOT) {
		if (n > OLE_DEPTH_MAX || e->parent >= o->n_entries)
			return false;
		up[n++] = e;
		e = &o->entries[e->parent];
	}
	while (n--)
		if (!buf_add_char(ret, '/') ||
			!buf_add(ret, up[n]->units, up[n]->n_units * sizeof(up[n]->units[0])))
			return false;
	return true;
}

static bool is_signature(const struct ole_entry *e)
{
	static const char *const names[] = {"\5DigitalSignature", "\5MsiDigitalSignatureEx"};

	for (size_t i = 0; i < 2; i++) {
		size_t k = 0;

		while (k < e->n_units && names[i][k] && e->units[k] == (uint8_t)names[i][k])
			k++;
		if (k == e->n_units && names[i][k] == '\0' && k > 0)
			return e->type == OLE_STREAM && e->parent == 0;
	}
	return false;
}

static bool add_entry(struct normal *n, struct ole *o, const struct ole_entry *e,
	struct items *items)
{
	struct ole_stream s = {.n_runs = 0};
	struct normal_form inside;
	struct cursor content = cursor_of(NULL, 0);
	struct buf path;
	struct item *item;
	struct mix m;
	bool ok;

	if (!e->reached)
		return false;
	if (e->type == OLE_STREAM && (ole_take(o, e, &s) != STATUS_OK || s.how != STATUS_OK ||
					     s.bytes != e->size || ole_bytes(o, &s, &content) != STATUS_OK))
		return false;
	buf_init(&path, PATH_BYTES);
	ok = path_of(o, e, &path);
	item = ok ? items_add(n, items, arena_str(&n->arena, buf_str(&path)), e->type != OLE_STREAM)
		  : NULL;
	buf_release(&path);
	if (!item)
		return false;
	item->key = item->name;
	mix_begin(&m, "ole entry");
	mix_str(&m, NORMAL_NEVER, item->name);
	mix_u64(&m, NORMAL_NEVER, e->type);
	mix_add(&m, NORMAL_NEVER, e->clsid, sizeof(e->clsid));
	normal_bytes(n, str_view(content.base, content.len), &inside);
	mix_form(&m, &inside);
	mix_end(&m, &item->form);
	if (is_signature(e))
		item->taken_off_by = NORMAL_MSI_SIGNATURE;
	return true;
}

static bool read_entries(struct normal *n, struct ole *o, struct items *items)
{
	for (size_t i = 0; i < o->n_entries; i++)
		if (o->entries[i].type != OLE_UNUSED && !add_entry(n, o, &o->entries[i], items))
			return false;
	return true;
}

/* ---- the file's own tables: what they do not use holds nothing ---------------------------------- */

static bool all_are(struct cursor c, uint8_t value)
{
	while (cursor_left(&c))
		if (cursor_u8(&c) != value)
			return false;
	return cursor_ok(&c);
}

static struct cursor sector_at(const struct ole *o, uint32_t s)
{
	return cursor_part(&o->in, ((uint64_t)s + 1) << o->shift, 1ULL << o->shift);
}

/* From the `used`-th number on, counted over the sectors of one table, all are "free" or "end". */
static bool rest_is_free(const struct ole *o, uint32_t sector, uint32_t which, uint64_t used)
{
	uint64_t each = (1ULL << o->shift) / 4, first = which * each;
	uint64_t skip = used <= first ? 0 : used - first;
	struct cursor c = sector_at(o, sector);

	if (skip >= each)
		return true;
	cursor_seek(&c, 4 * skip);
	while (cursor_ok(&c) && cursor_left(&c))
		if (cursor_u32le(&c) < 0xFFFFFFFE)
			return false;
	return cursor_ok(&c);
}

static bool directory_entry(struct cursor c)
{
	struct cursor name = cursor_part(&c, 64, 2), type = cursor_part(&c, 66, 1);
	struct cursor high = cursor_part(&c, 124, 4);
	uint16_t bytes = cursor_u16le(&name);

	if (cursor_u8(&type) == OLE_UNUSED)
		return all_are(cursor_part(&c, 0, 68), 0) && all_are(cursor_part(&c, 80, 48), 0);
	return bytes <= 64 && all_are(cursor_part(&c, bytes, 64 - (uint64_t)bytes), 0) &&
	       all_are(cursor_part(&c, 96, 4), 0) && all_are(high, 0);
}

static bool directory_is_plain(const struct ole *o, uint32_t sector)
{
	for (uint32_t left = o->n_sectors; sector < o->n_sectors && left; left--) {
		struct cursor c = sector_at(o, sector);

		for (uint64_t at = 0; at < 1ULL << o->shift; at += DIRECTORY_BYTES)
			if (!directory_entry(cursor_part(&c, at, DIRECTORY_BYTES)))
				return false;
		sector = o->fat[sector];
	}
	return true;
}

static bool mini_is_plain(const struct ole *o, uint32_t sector, uint64_t used)
{
	uint32_t which = 0;

	for (; sector < o->n_sectors && which < o->n_sectors; which++) {
		if (!rest_is_free(o, sector, which, used))
			return false;
		sector = o->fat[sector];
	}
	return true;
}

/* Files with more tables than the header names are not looked into. */
static bool tables_are_plain(const struct ole *o)
{
	struct cursor c = cursor_part(&o->in, 0, HEADER_BYTES), h = c;
	uint32_t n_fat, directory, mini, more;

	cursor_seek(&h, 44);
	n_fat = cursor_u32le(&h);
	directory = cursor_u32le(&h);
	cursor_seek(&h, 60);
	mini = cursor_u32le(&h);
	cursor_seek(&h, 72);
	more = cursor_u32le(&h);
	if (o->shift != 9 || more || n_fat > HEADER_TABLES || !all_are(cursor_part(&c, 8, 16), 0) ||
		!all_are(cursor_part(&c, 34, 10), 0) || !all_are(cursor_part(&c, 52, 4), 0) ||
		!all_are(cursor_part(&c, TABLES_AT + 4 * (uint64_t)n_fat,
				 HEADER_BYTES - TABLES_AT - 4 * (uint64_t)n_fat), 0xFF))
		return false;
	cursor_seek(&h, TABLES_AT);
	for (uint32_t i = 0; i < n_fat; i++)
		if (!rest_is_free(o, cursor_u32le(&h), i, o->n_sectors))
			return false;
	return directory_is_plain(o, directory) &&
	       mini_is_plain(o, mini, o->n_entries ? (o->entries[0].size + 63) / 64 : 0);
}

bool normal_ole(struct normal *n, struct str bytes, struct normal_form *ret)
{
	struct quiet quiet = {.sink = {.oddity = on_oddity, .span = on_span}};
	struct budget budget = {.max_steps = STEPS_MAX, .max_bytes = NORMAL_BYTES_MAX,
		.max_members = NORMAL_MEMBERS_MAX, .max_depth = NORMAL_DEPTH_MAX};
	struct open_in in = {.bytes = cursor_of(bytes.p, bytes.len), .arena = &n->arena,
		.budget = &budget, .sink = &quiet.sink};
	struct items items = {.layout = true}; /* streams are looked up by name */
	struct archive a;
	struct ole o;
	struct mix m;

	if (bytes.len < 8 || memcmp(bytes.p, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) != 0)
		return false;
	archive_begin(&a, &in);
	if (ole_parse(&o, &a) != STATUS_OK || !read_entries(n, &o, &items) ||
		ole_left_over(&o).n_runs || quiet.odd || a.damaged || !tables_are_plain(&o))
		return normal_refuse(n, "a compound file with bytes that no stream owns");
	mix_begin(&m, "ole");
	items_mix(n, &items, &m);
	mix_str(&m, NORMAL_MSI_SIGNATURE, bytes);
	mix_end(&m, ret);
	return true;
}
