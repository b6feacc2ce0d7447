#include "util/cursor.h"

#include <string.h>

struct cursor cursor_of(const void *base, size_t len)
{
	return (struct cursor){.base = base, .len = base ? len : 0};
}

const uint8_t *cursor_take(struct cursor *c, size_t n)
{
	const uint8_t *p;

	if (c->bad || n > c->len - c->pos) {
		c->bad = true;
		c->pos = c->len;
		return NULL;
	}
	p = c->base + c->pos;
	c->pos += n;
	return p;
}

const uint8_t *cursor_peek(const struct cursor *c, size_t n)
{
	return c->bad || n > c->len - c->pos ? NULL : c->base + c->pos;
}

struct str cursor_str(struct cursor *c, size_t n)
{
	const uint8_t *p = cursor_take(c, n);

	return p ? str_view(p, n) : STR_NONE;
}

void cursor_skip(struct cursor *c, uint64_t n)
{
	if (n > SIZE_MAX)
		n = SIZE_MAX;
	(void)cursor_take(c, (size_t)n);
}

void cursor_seek(struct cursor *c, uint64_t pos)
{
	if (c->bad || pos > c->len) {
		c->bad = true;
		c->pos = c->len;
		return;
	}
	c->pos = (size_t)pos;
}

static uint64_t load(struct cursor *c, size_t n, bool big)
{
	const uint8_t *p = cursor_take(c, n);
	uint64_t v = 0;

	if (!p)
		return 0;
	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)p[i] << (8 * (big ? n - 1 - i : i));
	return v;
}

uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)load(c, 1, false);
}

uint16_t cursor_u16le(struct cursor *c)
{
	return (uint16_t)load(c, 2, false);
}

uint32_t cursor_u32le(struct cursor *c)
{
	return (uint32_t)load(c, 4, false);
}

uint64_t cursor_u64le(struct cursor *c)
{
	return load(c, 8, false);
}

uint16_t cursor_u16be(struct cursor *c)
{
	return (uint16_t)load(c, 2, true);
}

uint32_t cursor_u32be(struct cursor *c)
{
	return (uint32_t)load(c, 4, true);
}

uint64_t cursor_u64be(struct cursor *c)
{
	return load(c, 8, true);
}

uint64_t cursor_count(struct cursor *c, uint64_t n, size_t item_bytes)
{
	if (!c->bad && (item_bytes == 0 || n <= cursor_left(c) / item_bytes))
		return n;
	c->bad = true;
	c->pos = c->len;
	return 0;
}

struct cursor cursor_part(const struct cursor *c, uint64_t off, uint64_t len)
{
	if (c->bad || off > c->len || len > c->len - off)
		return (struct cursor){.bad = true};
	return cursor_of(off ? c->base + off : c->base, (size_t)len);
}

struct cursor cursor_clip(const struct cursor *c, uint64_t off, uint64_t len)
{
	if (c->bad || off > c->len)
		return (struct cursor){.bad = true};
	if (len > c->len - off)
		len = c->len - off;
	return cursor_of(off ? c->base + off : c->base, (size_t)len);
}

struct str cursor_zstr(struct cursor *c, size_t max)
{
	size_t room = cursor_left(c) < max ? cursor_left(c) : max;
	const uint8_t *end = room && !c->bad ? memchr(c->base + c->pos, 0, room) : NULL;
	struct str s;

	if (!end) {
		c->bad = true;
		c->pos = c->len;
		return STR_NONE;
	}
	s = str_view(c->base + c->pos, (size_t)(end - (c->base + c->pos)));
	c->pos += s.len + 1;
	return s;
}

uint64_t cursor_dec(struct cursor *c, int max_digits, bool *ok)
{
	uint64_t v = 0;
	int n = 0;

	if (max_digits > 19)
		max_digits = 19;
	while (!c->bad && n < max_digits && c->pos < c->len) {
		uint8_t d = c->base[c->pos];

		if (d < '0' || d > '9')
			break;
		v = v * 10 + (d - '0');
		c->pos++;
		n++;
	}
	*ok = n > 0;
	return v;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

bool str_to_u64(struct str s, int base, uint64_t *ret_value)
{
	uint64_t v = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		int d = digit_of(s.p[i]);

		if (d >= base || v > (UINT64_MAX - (uint64_t)d) / (uint64_t)base)
			return false;
		v = v * (uint64_t)base + (uint64_t)d;
	}
	*ret_value = v;
	return true;
}
