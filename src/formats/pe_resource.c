/*
 * Resource directory: three levels (type, name, language) of { 12 bytes, u16 named, u16 by id, 8 bytes
 * an entry }. Read: type 16 (version) and 24 (manifest), first of each.
 */
#include "formats/pe_int.h"

#include "util/buf.h"

enum { TYPE_VERSION = 16, TYPE_MANIFEST = 24, ENTRIES_MAX = 4096, VERSION_BLOCKS_MAX = 256 };

/* Entry of a directory at `at`: by id, or the first one when id is 0. High bit = another directory. */
static bool entry(struct pe_parse *p, const struct cursor *dir, uint32_t at, uint32_t id, uint32_t *ret)
{
	struct cursor c = *dir;
	uint32_t n;

	cursor_seek(&c, at);
	cursor_skip(&c, 12);
	n = cursor_u16le(&c);
	n += cursor_u16le(&c);
	if (n > ENTRIES_MAX) {
		pe_damage(p, "too many resources");
		return false;
	}
	for (uint32_t i = 0; i < n && pe_step(p, 1); i++) {
		uint32_t name = cursor_u32le(&c), target = cursor_u32le(&c);

		if (!cursor_ok(&c)) {
			pe_damage(p, "resource directory outside its section");
			return false;
		}
		if (id == 0 || name == id) {
			*ret = target;
			return true;
		}
	}
	return false;
}

/* Fixed depth, so a directory that points at itself ends here. */
static struct cursor resource(struct pe_parse *p, const struct cursor *dir, uint32_t type)
{
	struct cursor c = *dir, data;
	uint32_t at, rva, bytes;

	if (!entry(p, dir, 0, type, &at) || !(at >> 31) || !entry(p, dir, at & 0x7fffffff, 0, &at) || !(at >> 31) ||
		!entry(p, dir, at & 0x7fffffff, 0, &at) || at >> 31)
		return (struct cursor){.bad = true};
	cursor_seek(&c, at);
	rva = cursor_u32le(&c);
	bytes = cursor_u32le(&c);
	data = pe_at(p, rva);
	return cursor_clip(&data, 0, bytes);
}

/* { u16 length, u16 value length, u16 type, UTF-16 key, pad, value, pad, children }. */
struct block {
	struct str key;
	struct cursor value, children;
};

static void align4(struct cursor *c)
{
	size_t pad = (4 - c->pos % 4) % 4;

	cursor_skip(c, pad < cursor_left(c) ? pad : cursor_left(c));
}

static bool next_block(struct pe_parse *p, struct cursor *c, struct block *ret)
{
	size_t at = c->pos, key;
	uint32_t length = cursor_u16le(c), value_units = cursor_u16le(c), text = cursor_u16le(c);
	struct cursor all;

	if (!cursor_ok(c) || length < 8)
		return false;
	all = cursor_clip(c, at, length);
	cursor_seek(c, at + all.len);
	align4(c);
	cursor_seek(&all, 6);
	key = all.pos;
	while (cursor_ok(&all) && cursor_u16le(&all))
		;
	if (!cursor_ok(&all))
		return false;
	ret->key = pe_utf16(p, cursor_part(&all, key, all.pos - key));
	align4(&all);
	ret->value = cursor_clip(&all, all.pos, (uint64_t)value_units * (text ? 2 : 1));
	cursor_seek(&all, all.pos + ret->value.len);
	align4(&all);
	ret->children = all;
	return true;
}

static void add_string(struct pe_parse *p, const struct block *b, size_t *room)
{
	struct pe_string s = {.key = b->key, .value = pe_utf16(p, b->value)};

	if (p->pe->n_version_strings < PE_VERSION_STRINGS_MAX)
		*ARENA_PUSH(p->arena, p->pe->version_strings, p->pe->n_version_strings, *room) = s;
}

/* VS_VERSION_INFO > StringFileInfo > one table a language > strings. */
static void read_version(struct pe_parse *p, struct cursor data)
{
	struct block root, info, table, string;
	size_t room = 0;
	int n = 0;

	if (!next_block(p, &data, &root))
		return pe_damage(p, "version resource damaged");
	while (n++ < VERSION_BLOCKS_MAX && next_block(p, &root.children, &info)) {
		if (!str_is(info.key, "StringFileInfo"))
			continue;
		while (n++ < VERSION_BLOCKS_MAX && next_block(p, &info.children, &table))
			while (n++ < VERSION_BLOCKS_MAX && next_block(p, &table.children, &string))
				add_string(p, &string, &room);
	}
}

static void read_manifest(struct pe_parse *p, struct cursor data)
{
	struct str text = str_view(data.base, data.len), rest;
	size_t at = str_find_z(text, "requestedExecutionLevel"), quote;

	if (at == SIZE_MAX)
		return;
	rest = str_part(text, at, 256);
	at = str_find_z(rest, "level=");
	if (at == SIZE_MAX || at + 7 >= rest.len)
		return;
	rest = str_part(rest, at + 7, rest.len);
	quote = str_find_z(rest, "\"");
	if (quote == SIZE_MAX)
		quote = str_find_z(rest, "'");
	if (quote != SIZE_MAX)
		p->pe->privilege = str_part(rest, 0, quote);
}

/* The next level of every entry of a directory; at most LISTED_MAX of them. */
enum { LISTED_MAX = 64 };

static unsigned listed(struct pe_parse *p, const struct cursor *dir, uint32_t at, uint32_t *ids, uint32_t *targets)
{
	struct cursor c = *dir;
	uint32_t n;

	cursor_seek(&c, at);
	cursor_skip(&c, 12);
	n = cursor_u16le(&c);
	n += cursor_u16le(&c);
	n = n < LISTED_MAX ? n : LISTED_MAX;
	for (uint32_t i = 0; i < n && pe_step(p, 1); i++) {
		ids[i] = cursor_u32le(&c);
		targets[i] = cursor_u32le(&c);
		if (!cursor_ok(&c))
			return i;
	}
	return cursor_ok(&c) ? n : 0;
}

struct languages {
	uint32_t ids[LISTED_MAX];
	unsigned n;
};

static void add_language(struct languages *l, uint32_t id)
{
	unsigned at = 0;

	while (at < l->n && l->ids[at] < id)
		at++;
	if (id > 0xffff || (at < l->n && l->ids[at] == id) || l->n == LISTED_MAX)
		return;
	memmove(l->ids + at + 1, l->ids + at, (l->n - at) * sizeof(l->ids[0]));
	l->ids[at] = id;
	l->n++;
}

static void names_of_type(struct pe_parse *p, const struct cursor *dir, uint32_t at, struct languages *l)
{
	uint32_t names[LISTED_MAX], below[LISTED_MAX], ids[LISTED_MAX], data[LISTED_MAX];
	unsigned n = listed(p, dir, at, names, below);

	for (unsigned i = 0; i < n; i++) {
		unsigned k = below[i] >> 31 ? listed(p, dir, below[i] & 0x7fffffff, ids, data) : 0;

		while (k)
			add_language(l, ids[--k]);
	}
}

/* Type, name, language: fixed depth. 0 (neutral) says nothing. */
static void read_languages(struct pe_parse *p, const struct cursor *dir)
{
	uint32_t types[LISTED_MAX], below[LISTED_MAX];
	struct languages l = {.n = 0};
	struct buf b;
	unsigned n = listed(p, dir, 0, types, below);

	for (unsigned i = 0; i < n; i++)
		if (below[i] >> 31)
			names_of_type(p, dir, below[i] & 0x7fffffff, &l);
	buf_init(&b, LISTED_MAX * 8);
	for (unsigned i = 0; i < l.n; i++)
		if (l.ids[i])
			buf_printf(&b, "%s%04x", b.len ? " " : "", l.ids[i]);
	p->pe->resource_languages = arena_str(p->arena, buf_str(&b));
	buf_release(&b);
}

void pe_read_resources(struct pe_parse *p)
{
	struct cursor dir = pe_at(p, p->pe->directories[PE_DIR_RESOURCE].rva), data;

	if (!cursor_ok(&dir))
		return pe_damage(p, "resource directory outside its section");
	read_languages(p, &dir);
	data = resource(p, &dir, TYPE_VERSION);
	if (cursor_ok(&data))
		read_version(p, data);
	data = resource(p, &dir, TYPE_MANIFEST);
	if (cursor_ok(&data) && pe_step(p, data.len / 64 + 1))
		read_manifest(p, data);
}
