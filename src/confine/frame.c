#include "confine/frame.h"

static void put(struct frame_out *f, uint64_t v, int bytes)
{
	char raw[8];

	for (int i = 0; i < bytes; i++)
		raw[i] = (char)(v >> (8 * i));
	buf_add(f->buf, raw, (size_t)bytes);
}

void frame_begin(struct frame_out *f, struct buf *buf, enum frame_type type)
{
	f->buf = buf;
	f->start = buf->len;
	frame_u32(f, 0);
	frame_u16(f, (uint16_t)type);
	frame_u16(f, 0);
}

void frame_u8(struct frame_out *f, uint8_t v)
{
	put(f, v, 1);
}

void frame_u16(struct frame_out *f, uint16_t v)
{
	put(f, v, 2);
}

void frame_u32(struct frame_out *f, uint32_t v)
{
	put(f, v, 4);
}

void frame_u64(struct frame_out *f, uint64_t v)
{
	put(f, v, 8);
}

void frame_str(struct frame_out *f, struct str s, size_t max_bytes)
{
	s = str_part(s, 0, max_bytes);
	frame_u32(f, (uint32_t)s.len);
	buf_add_str(f->buf, s);
}

bool frame_end(struct frame_out *f)
{
	size_t n;

	if (f->buf->full || f->buf->len < f->start + FRAME_HEADER_BYTES) {
		f->buf->len = f->start; /* half a frame would take the next one with it */
		return false;
	}
	n = f->buf->len - f->start - FRAME_HEADER_BYTES;
	if (n > FRAME_MAX_BYTES) {
		f->buf->len = f->start;
		return false;
	}
	for (int i = 0; i < 4; i++)
		f->buf->p[f->start + (size_t)i] = (char)(n >> (8 * i));
	return true;
}

enum status frame_take(struct str have, enum frame_type *ret_type, struct cursor *ret_payload,
	size_t *ret_used)
{
	struct cursor c = cursor_of(have.p, have.len);
	uint32_t n = cursor_u32le(&c);
	uint16_t type = cursor_u16le(&c);
	uint16_t zero = cursor_u16le(&c);

	if (!cursor_ok(&c))
		return STATUS_NOT_FOUND;
	if (n > FRAME_MAX_BYTES || type == 0 || type >= FRAME_TYPE_N || zero != 0)
		return STATUS_DAMAGED;
	if (n > cursor_left(&c))
		return STATUS_NOT_FOUND;
	*ret_type = (enum frame_type)type;
	*ret_payload = cursor_part(&c, FRAME_HEADER_BYTES, n);
	if (n == 0)
		*ret_payload = cursor_of(have.p + FRAME_HEADER_BYTES, 0);
	*ret_used = FRAME_HEADER_BYTES + (size_t)n;
	return STATUS_OK;
}

struct str frame_get_str(struct cursor *c, size_t max_bytes)
{
	uint32_t n = cursor_u32le(c);

	if (n > max_bytes) {
		c->bad = true;
		c->pos = c->len;
		return STR_NONE;
	}
	return cursor_str(c, n);
}
