/*
 * Plain text, recognised by what it lacks: the first part is well-formed UTF-8 (or UTF-16 with a
 * byte order mark, or single-byte text) and has next to no control bytes. Weak evidence on purpose:
 * any real magic wins.
 */
#include "formats/format.h"
#include "util/escape.h"

enum { TEXT_BITS = 8, TEXT_BITS_SINGLE_BYTE = 4, TEXT_LOOK_BYTES = 16 << 10 };

/* Control bytes that ordinary text files hold: tab, line breaks, form feed, escape (terminals). */
static bool control_is_odd(uint8_t b)
{
	if (b == 0x7f)
		return true;
	return b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1b && b != '\b';
}

/* UTF-16: no NUL unit, no lone surrogate, and almost no control units. */
static bool utf16_is_text(const uint8_t *p, size_t n, bool big)
{
	size_t odd = 0;
	bool high = false;

	for (size_t i = 0; i + 1 < n; i += 2) {
		unsigned u = big ? (unsigned)(p[i] << 8 | p[i + 1]) : (unsigned)(p[i + 1] << 8 | p[i]);
		bool low = u >= 0xdc00 && u < 0xe000;

		if (u == 0 || low != high)
			return false;
		high = u >= 0xd800 && u < 0xdc00;
		odd += u < 0x80 && control_is_odd((uint8_t)u);
	}
	return odd * 200 <= n / 2;
}

/* A look that ends inside a character is not the file's fault. */
static size_t cut_partial_character(const uint8_t *p, size_t n)
{
	for (size_t back = 1; back <= 3 && back <= n; back++) {
		if ((p[n - back] & 0xc0) == 0xc0)
			return n - back;
		if ((p[n - back] & 0x80) == 0)
			return n;
	}
	return n;
}

static int text_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = head.base;
	size_t n = head.len < TEXT_LOOK_BYTES ? head.len : TEXT_LOOK_BYTES;
	size_t odd = 0, high = 0;

	if (n == 0)
		return 0;
	if (n >= 4 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)))
		return utf16_is_text(p + 2, n - 2, p[0] == 0xfe) ? TEXT_BITS : 0;
	if (n < total_bytes)
		n = cut_partial_character(p, n);
	for (size_t i = 0; i < n; i++) {
		if (p[i] == 0)
			return 0;
		odd += control_is_odd(p[i]);
		high += p[i] >= 0x80;
	}
	/* A hidden escape or two must not turn a script into "data"; a tenth of a percent may. */
	if (odd * 200 > n && odd > 4)
		return 0;
	if (utf8_valid(str_view(p, n)))
		return TEXT_BITS;
	return odd == 0 && high * 4 <= n ? TEXT_BITS_SINGLE_BYTE : 0;
}

const struct format format_text = {
	.id = FORMAT_TEXT,
	.name = "text",
	.summary = "plain text: UTF-8, UTF-16 with a mark, or single-byte",
	.head_bytes = TEXT_LOOK_BYTES,
	.probe = text_probe,
};
