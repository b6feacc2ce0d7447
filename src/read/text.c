#include "read/read.h"
#include "util/buf.h"
#include "util/escape.h"

enum { HEAD_BYTES = 8 << 10, STRANGE_PERCENT = 10, MARK_LIES_PERCENT = 85 };

static bool utf16_to_utf8(struct arena *a, struct str raw, bool big, struct str *ret)
{
	struct buf b;

	buf_init(&b, raw.len * 2 + 16);
	for (size_t i = 0; i + 1 < raw.len; i += 2) {
		uint32_t hi = (uint8_t)raw.p[i + (big ? 0 : 1)], lo = (uint8_t)raw.p[i + (big ? 1 : 0)];
		uint32_t c = hi << 8 | lo;

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < raw.len) {
			uint32_t hi2 = (uint8_t)raw.p[i + (big ? 2 : 3)], lo2 = (uint8_t)raw.p[i + (big ? 3 : 2)];
			uint32_t d = hi2 << 8 | lo2;

			if (d >= 0xdc00 && d < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00);
				i += 2;
			}
		}
		utf8_put(&b, c);
	}
	*ret = arena_str(a, buf_str(&b));
	buf_release(&b);
	return !b.full;
}

/*
 * Shells and batch files take a mark of UTF-16 for two letters and read on: where nearly all behind it is ASCII and
 * next to nothing is zero, no text in UTF-16 stands there, however it decodes.
 */
static bool mark_lies(struct str s)
{
	size_t zero = 0, plain = 0, n = s.len < HEAD_BYTES ? s.len : HEAD_BYTES;

	for (size_t i = 2; i < n; i++) {
		uint8_t c = (uint8_t)s.p[i];

		zero += c == 0;
		plain += (c >= ' ' && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
	}
	return n > 2 && zero * 16 < n && plain * 100 >= (n - 2) * MARK_LIES_PERCENT;
}

/* Few enough control bytes and malformed sequences in the first part to be somebody's text. */
static bool head_is_text(struct str s)
{
	size_t strange = 0, n = s.len < HEAD_BYTES ? s.len : HEAD_BYTES;

	for (size_t pos = 0; pos < n;) {
		size_t from = pos;
		uint32_t c = utf8_next(s, &pos);

		if (c == 0)
			return false;
		if ((c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b) ||
			(c == 0xfffd && pos - from == 1))
			strange++;
	}
	return strange * 100 <= n * STRANGE_PERCENT;
}

bool read_text(struct arena *a, struct cursor bytes, struct str *ret_text, size_t *ret_shift)
{
	struct str s = str_view(bytes.base, bytes.len);
	const uint8_t *p = bytes.base;

	*ret_shift = 0;
	*ret_text = STR_NONE;
	if (!p)
		return false;
	if (s.len >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff)) && !mark_lies(s)) {
		if (!utf16_to_utf8(a, str_part(s, 2, s.len), p[0] == 0xfe, &s))
			return false;
	} else if (s.len >= 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf) {
		s = str_part(s, 3, s.len);
		*ret_shift = 3;
	}
	*ret_text = s;
	return head_is_text(s);
}
