#include "formats/der.h"

#include <string.h>

#include "util/buf.h"
#include "util/escape.h"

enum { DER_DEPTH = 64, DER_NAME_BYTES = 1024, DER_NAME_PARTS = 64, DER_HEX_BYTES = 64 };

/* Reads tag and length; *ret_len is UINT64_MAX for an indefinite length. */
static bool header(struct cursor *c, uint8_t *ret_tag, uint64_t *ret_len)
{
	uint8_t tag = cursor_u8(c), first = cursor_u8(c);
	uint64_t len = first;

	if ((tag & 0x1f) == 0x1f) {
		c->bad = true;
	} else if (first == 0x80) {
		if (!(tag & 0x20))
			c->bad = true;
		len = UINT64_MAX;
	} else if (first > 0x80) {
		unsigned n = first & 0x7f;

		if (n > 4) {
			c->bad = true;
			return false;
		}
		len = 0;
		for (unsigned i = 0; i < n; i++)
			len = len << 8 | cursor_u8(c);
		if (len < 0x80 || (n > 1 && !(len >> (8 * (n - 1)))))
			c->bad = true; /* not minimal */
	}
	*ret_tag = tag;
	*ret_len = len;
	return cursor_ok(c);
}

/* Moves over the content of an indefinite element and its end mark. Iterative: depth is a number. */
static bool skip_indefinite(struct cursor *c, size_t *ret_body_bytes)
{
	size_t from = c->pos, at = c->pos;
	unsigned depth = 1;

	while (depth) {
		uint8_t tag;
		uint64_t len;

		at = c->pos;
		if (!header(c, &tag, &len))
			return false;
		if (tag == 0 && len == 0)
			depth--;
		else if (len == UINT64_MAX)
			depth++;
		else
			cursor_skip(c, len);
		if (depth > DER_DEPTH || !cursor_ok(c))
			return false;
	}
	*ret_body_bytes = at - from;
	return true;
}

bool der_next(struct cursor *c, struct der *ret)
{
	size_t from = c->pos, body;
	uint64_t len;
	size_t body_bytes;

	if (c->bad || cursor_left(c) == 0 || !header(c, &ret->tag, &len))
		return false;
	body = c->pos;
	ret->indefinite = len == UINT64_MAX;
	if (ret->indefinite) {
		if (!skip_indefinite(c, &body_bytes)) {
			c->bad = true;
			return false;
		}
	} else {
		cursor_skip(c, len);
		body_bytes = (size_t)len;
	}
	if (!cursor_ok(c))
		return false;
	ret->body = cursor_part(c, body, body_bytes);
	ret->all = cursor_part(c, from, c->pos - from);
	return true;
}

bool der_enter(struct cursor *c, uint8_t tag, struct cursor *ret_body)
{
	const uint8_t *p = cursor_peek(c, 1);
	struct der d;

	if (!p || *p != tag || !der_next(c, &d))
		return false;
	*ret_body = d.body;
	return true;
}

bool der_skip_if(struct cursor *c, uint8_t tag)
{
	struct cursor body;

	return der_enter(c, tag, &body);
}

bool der_oid_is(struct cursor *c, const void *bytes, size_t n)
{
	struct cursor oid;

	return der_enter(c, DER_OID, &oid) && oid.len == n && memcmp(oid.base, bytes, n) == 0;
}

static bool two_digits(struct cursor *c, int *ret)
{
	const uint8_t *p = cursor_take(c, 2);

	if (!p || p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*ret = (p[0] - '0') * 10 + (p[1] - '0');
	return true;
}

/* Days since 1970-01-01 of a proleptic Gregorian date. */
static int64_t days_of(int64_t y, int m, int d)
{
	int64_t era, doe;
	int doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = (y - era * 400) * 365 + (y - era * 400) / 4 - (y - era * 400) / 100 + doy;
	return era * 146097 + doe - 719468;
}

bool der_time(const struct der *d, int64_t *ret_utc)
{
	struct cursor c = d->body;
	int century = -1, yy, mo, dd, hh, mi, ss;
	int64_t year;

	if (d->tag == DER_TIME) {
		if (!two_digits(&c, &century))
			return false;
	} else if (d->tag != DER_UTC_TIME) {
		return false;
	}
	if (!two_digits(&c, &yy) || !two_digits(&c, &mo) || !two_digits(&c, &dd) || !two_digits(&c, &hh) ||
		!two_digits(&c, &mi) || !two_digits(&c, &ss))
		return false;
	if (mo < 1 || mo > 12 || dd < 1 || dd > 31 || hh > 23 || mi > 59 || ss > 60)
		return false;
	year = century >= 0 ? century * 100 + yy : (yy >= 50 ? 1900 + yy : 2000 + yy);
	*ret_utc = ((days_of(year, mo, dd) * 24 + hh) * 60 + mi) * 60 + ss;
	return true;
}

static const char *attribute_name(struct cursor oid)
{
	if (oid.len == 3 && oid.base[0] == 0x55 && oid.base[1] == 0x04) {
		switch (oid.base[2]) {
		case 3: return "CN";
		case 5: return "SERIALNUMBER";
		case 6: return "C";
		case 7: return "L";
		case 8: return "ST";
		case 10: return "O";
		case 11: return "OU";
		case 15: return "CATEGORY";
		}
	}
	if (oid.len == 9 && memcmp(oid.base, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 9) == 0)
		return "E";
	if (oid.len == 10 && memcmp(oid.base, "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", 10) == 0)
		return "UID"; /* Apple's team id */
	return NULL;
}

static void add_text(struct buf *b, const struct der *value)
{
	struct cursor c = value->body;

	if (value->tag != DER_BMP) {
		buf_add(b, c.base, c.len);
		return;
	}
	while (cursor_left(&c) >= 2)
		utf8_put(b, cursor_u16be(&c));
}

static void add_attribute(struct buf *b, struct cursor pair)
{
	struct cursor oid;
	struct der value;
	const char *name;

	if (!der_enter(&pair, DER_OID, &oid) || !der_next(&pair, &value))
		return;
	name = attribute_name(oid);
	if (!name)
		return;
	buf_printf(b, "%s%s=", b->len ? ", " : "", name);
	add_text(b, &value);
}

struct str der_name(struct arena *a, struct cursor rdn_sequence)
{
	struct buf b;
	struct str s;
	struct cursor set, pair;
	int parts = 0;

	buf_init(&b, DER_NAME_BYTES);
	while (der_enter(&rdn_sequence, DER_SET, &set))
		while (parts++ < DER_NAME_PARTS && der_enter(&set, DER_SEQUENCE, &pair))
			add_attribute(&b, pair);
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

struct str der_hex(struct arena *a, struct cursor bytes)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = bytes.len < DER_HEX_BYTES ? bytes.len : DER_HEX_BYTES;
	char *p = arena_alloc(a, 2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		p[2 * i] = digits[bytes.base[i] >> 4];
		p[2 * i + 1] = digits[bytes.base[i] & 15];
	}
	return str_view(p, 2 * n);
}
