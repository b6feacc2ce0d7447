/*
 * A type byte (bit 7: later references may name this object), then: i i32; z Z u8 length, ASCII; a
 * A u t s u32 length, bytes; ( [ u32 count; ) u8 count; { pairs until '0'; r u32 reference; N T F
 * none. A long integer: l i32 digits of 15 bits, the sign that of the count.
 */
#include "formats/marshal.h"

enum { REF = 0x80, REFS_MAX = 1 << 20, DIGITS_MAX = 4 };

static struct marshal_item bad(struct marshal *m)
{
	m->c.bad = true;
	m->c.pos = m->c.len;
	return (struct marshal_item){.kind = MARSHAL_BAD};
}

static struct marshal_item text(struct marshal *m, uint64_t n)
{
	struct marshal_item item = {.kind = MARSHAL_TEXT, .text = cursor_str(&m->c, (size_t)n)};

	return cursor_ok(&m->c) ? item : bad(m);
}

static struct marshal_item sequence(struct marshal *m, uint32_t n)
{
	if (m->depth == MARSHAL_DEPTH)
		return bad(m);
	m->left[m->depth++] = n;
	return (struct marshal_item){.kind = MARSHAL_OPEN, .n = n};
}

static struct marshal_item long_number(struct marshal *m)
{
	int32_t n = (int32_t)cursor_u32le(&m->c);
	uint32_t digits = n < 0 ? 0u - (uint32_t)n : (uint32_t)n;
	int64_t v = 0;

	if (digits > DIGITS_MAX)
		return bad(m);
	for (uint32_t i = 0; i < digits; i++)
		v |= (int64_t)(cursor_u16le(&m->c) & 0x7fff) << (15 * i);
	return (struct marshal_item){.kind = MARSHAL_NUMBER, .number = n < 0 ? -v : v};
}

static struct marshal_item reference(struct marshal *m)
{
	uint32_t n = cursor_u32le(&m->c);

	return n < m->n_refs && m->refs[n].kind != MARSHAL_OPEN ? m->refs[n] : bad(m);
}

static struct marshal_item value(struct marshal *m, uint8_t type)
{
	switch (type) {
	case 'i': return (struct marshal_item){.kind = MARSHAL_NUMBER, .number =
		(int32_t)cursor_u32le(&m->c)};
	case 'l': return long_number(m);
	case 'z':
	case 'Z': return text(m, cursor_u8(&m->c));
	case 'a':
	case 'A':
	case 'u':
	case 't':
	case 's': return text(m, cursor_u32le(&m->c));
	case '(':
	case '[': return sequence(m, cursor_u32le(&m->c));
	case ')': return sequence(m, cursor_u8(&m->c));
	case '{': return sequence(m, UINT32_MAX);
	case 'r': return reference(m);
	case 'N':
	case 'T':
	case 'F': return (struct marshal_item){.kind = MARSHAL_OTHER};
	default: return bad(m);
	}
}

struct marshal_item marshal_next(struct marshal *m)
{
	struct marshal_item item;
	uint8_t type;
	size_t slot = SIZE_MAX;

	if (!cursor_ok(&m->c) || !budget_step(m->budget, 1))
		return bad(m);
	if (m->depth && m->left[m->depth - 1] == 0) {
		m->depth--;
		return (struct marshal_item){.kind = MARSHAL_END};
	}
	type = cursor_u8(&m->c);
	if (type == '0' && m->depth && m->left[m->depth - 1] == UINT32_MAX) {
		m->depth--;
		return (struct marshal_item){.kind = MARSHAL_END};
	}
	if (m->depth && m->left[m->depth - 1] != UINT32_MAX)
		m->left[m->depth - 1]--;
	if (type & REF) { /* numbered before what is in it */
		if (m->n_refs == REFS_MAX)
			return bad(m);
		slot = m->n_refs;
		ARENA_PUSH(m->arena, m->refs, m->n_refs, m->room_refs)->kind = MARSHAL_OPEN;
	}
	item = value(m, type & 0x7f);
	if (slot != SIZE_MAX && item.kind != MARSHAL_OPEN)
		m->refs[slot] = item;
	return cursor_ok(&m->c) || item.kind == MARSHAL_BAD ? item : bad(m);
}
