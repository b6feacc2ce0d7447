/*
 * Property lists. XML ones are read by entries_xml.c. Binary ones, "bplist00":
 *
 *	8	objects: one byte of kind and length, then content; numbers big-endian
 *		0x00 null, 0x08 false, 0x09 true, 0x1n integer of 2^n bytes, 0x2n real, 0x33 date,
 *		0x4n data, 0x5n ASCII, 0x6n UTF-16BE, 0x8n uid, 0xAn array, 0xCn set, 0xDn dictionary;
 *		n = 0xF: an integer object with the length follows
 *	table	offsets of the objects, offset_size bytes each
 *	-32	trailer: 6 unused, offset_size, reference_size, n_objects (8), top (8), table (8)
 *
 * (CFBinaryPList.c of Core Foundation is the only specification.)
 */
#include "read/entries_int.h"
#include "util/buf.h"
#include "util/cursor.h"
#include "util/escape.h"

enum { HEAD = 8, TRAILER = 32, OBJECTS_MAX = 1 << 20, VISITS_MAX = 400000 };

struct plist {
	struct maker *m;
	struct cursor c;
	uint64_t n_objects, table;
	unsigned offset_size, ref_size;
	unsigned visits; /* objects may be named any number of times */
};

static uint64_t number(struct cursor *c, unsigned size)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < size; i++)
		v = v << 8 | cursor_u8(c);
	return v;
}

/* A cursor at the object, past its first byte; its kind and length. */
static bool object_at(struct plist *p, uint64_t index, uint8_t *ret_kind, uint64_t *ret_n, struct cursor *ret)
{
	struct cursor c = p->c;
	uint64_t offset;
	uint8_t mark;

	if (index >= p->n_objects || !maker_step(p->m, 16))
		return false;
	cursor_seek(&c, p->table + index * p->offset_size);
	offset = number(&c, p->offset_size);
	cursor_seek(&c, offset);
	mark = cursor_u8(&c);
	*ret_kind = mark >> 4;
	*ret_n = mark & 15;
	if (*ret_n == 15 && *ret_kind != 0 && *ret_kind != 1 && *ret_kind != 2) {
		uint8_t size = cursor_u8(&c);

		*ret_n = size >> 4 == 1 && (size & 15) <= 3 ? number(&c, 1u << (size & 15)) : UINT64_MAX;
	}
	*ret = c;
	return cursor_ok(&c);
}

static bool text_of(struct plist *p, uint64_t index, struct str *ret, size_t *ret_at, size_t *ret_len)
{
	struct cursor c;
	uint8_t kind;
	uint64_t n;
	struct buf b;

	*ret = STR_NONE;
	*ret_at = *ret_len = 0;
	if (!object_at(p, index, &kind, &n, &c))
		return false;
	*ret_at = c.pos;
	if (kind == 0) {
		*ret = n == 9 ? STR("true") : n == 8 ? STR("false") : STR("");
	} else if (kind == 1 && n <= 3) {
		*ret = arena_printf(p->m->arena, "%llu", (unsigned long long)number(&c, 1u << n));
	} else if (kind == 5) {
		*ret = cursor_str(&c, n < SIZE_MAX ? (size_t)n : SIZE_MAX);
		*ret_len = ret->len;
	} else if (kind == 6 && cursor_count(&c, n, 2)) {
		buf_init(&b, (size_t)n * 3 + 8);
		for (uint64_t i = 0; i < n && maker_step(p->m, 1); i++)
			utf8_put(&b, cursor_u16be(&c));
		*ret = arena_str(p->m->arena, buf_str(&b));
		*ret_len = (size_t)n * 2;
		buf_release(&b);
	} else {
		return false;
	}
	return cursor_ok(&c);
}

static void object(struct plist *p, uint64_t index, struct joined *in_list);

static void dictionary(struct plist *p, struct cursor c, uint64_t n)
{
	struct cursor keys = c, values;

	if (!cursor_count(&keys, n, (size_t)p->ref_size * 2)) {
		p->m->out->damaged |= n > 0;
		return;
	}
	values = keys;
	cursor_skip(&values, n * p->ref_size);
	maker_group(p->m);
	for (uint64_t i = 0; i < n && !p->m->out->limit; i++) {
		uint64_t k = number(&keys, p->ref_size), v = number(&values, p->ref_size);
		struct str name;
		size_t at, len;

		if (!text_of(p, k, &name, &at, &len))
			p->m->out->damaged = true;
		if (!maker_enter(p->m, name))
			return;
		object(p, v, NULL);
		maker_leave(p->m);
	}
}

static void array(struct plist *p, struct cursor c, uint64_t n)
{
	struct joined j;
	struct buf b;

	if (!cursor_count(&c, n, p->ref_size)) {
		p->m->out->damaged |= n > 0;
		return;
	}
	if (!maker_enter(p->m, STR("[]")))
		return;
	buf_init(&b, JOINED_BYTES);
	joined_begin(&j, &b);
	for (uint64_t i = 0; i < n && !p->m->out->limit; i++)
		object(p, number(&c, p->ref_size), &j);
	maker_leave(p->m);
	joined_put(p->m, &j, STR_NONE, j.from, j.to);
	buf_release(&b);
}

/* Objects may name each other in a circle: depth and budget end it. */
static void object(struct plist *p, uint64_t index, struct joined *in_list)
{
	struct cursor c;
	uint8_t kind;
	uint64_t n;
	struct str s;
	size_t at, len;

	if (++p->visits > VISITS_MAX) {
		p->m->out->limit = true;
		return;
	}
	if (!object_at(p, index, &kind, &n, &c)) {
		p->m->out->damaged = true;
		return;
	}
	if (kind == 0xd) {
		dictionary(p, c, n);
	} else if (kind == 0xa || kind == 0xc) {
		array(p, c, n);
	} else if (text_of(p, index, &s, &at, &len)) {
		maker_put(p->m, STR_NONE, s, at, len, false);
		if (in_list)
			joined_add(in_list, s, at, len);
	} else if (kind != 2 && kind != 3 && kind != 4 && kind != 8 && kind != 1) {
		p->m->out->damaged = true;
	}
}

void entries_plist(struct maker *m)
{
	struct plist p = {.m = m, .c = cursor_of(m->text.p, m->text.len)};
	struct cursor c = p.c;
	uint64_t top;

	if (!str_starts(m->text, "bplist")) {
		entries_xml(m, true);
		return;
	}
	if (m->text.len < HEAD + TRAILER) {
		m->out->damaged = true;
		return;
	}
	cursor_seek(&c, m->text.len - TRAILER + 6);
	p.offset_size = cursor_u8(&c);
	p.ref_size = cursor_u8(&c);
	p.n_objects = cursor_u64be(&c);
	top = cursor_u64be(&c);
	p.table = cursor_u64be(&c);
	if (!p.offset_size || p.offset_size > 8 || !p.ref_size || p.ref_size > 8 || p.n_objects > OBJECTS_MAX ||
		p.table > m->text.len - TRAILER ||
		p.n_objects > (m->text.len - TRAILER - p.table) / p.offset_size) {
		m->out->damaged = true;
		return;
	}
	object(&p, top, NULL);
}
