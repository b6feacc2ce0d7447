#include "util/escape.h"

#include "util/hash.h"

enum { NAME_MAX_BYTES = 4096 };

bool utf8_is_bidi(uint32_t cp)
{
	return cp == 0x061C || cp == 0x200E || cp == 0x200F || (cp >= 0x202A && cp <= 0x202E) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

bool utf8_is_invisible(uint32_t cp)
{
	return utf8_is_bidi(cp) || cp == 0x00AD || cp == 0x034F || cp == 0x115F || cp == 0x1160 ||
	       cp == 0x17B4 || cp == 0x17B5 || (cp >= 0x180B && cp <= 0x180F) ||
	       (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) ||
	       (cp >= 0x2060 && cp <= 0x206F) || cp == 0x3164 || (cp >= 0xFE00 && cp <= 0xFE0F) ||
	       cp == 0xFEFF || cp == 0xFFA0 || (cp >= 0xE0000 && cp <= 0xE0FFF) ||
	       (cp >= 0xFFF9 && cp <= 0xFFFB);
}

void utf8_put(struct buf *b, uint32_t cp)
{
	char out[4];
	size_t n;

	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = 0xFFFD;
	if (cp < 0x80) {
		out[0] = (char)cp;
		n = 1;
	} else if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		n = 2;
	} else if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		n = 3;
	} else {
		out[0] = (char)(0xF0 | cp >> 18);
		out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
		out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[3] = (char)(0x80 | (cp & 0x3F));
		n = 4;
	}
	buf_add(b, out, n);
}

bool utf8_shows(uint32_t cp)
{
	return cp >= 0x20 && !(cp >= 0x7F && cp < 0xA0) && !utf8_is_invisible(cp);
}

/* ".js": what readers go by, so that no length of a name hides it. */
static struct str ending_of(struct str name)
{
	size_t dot = str_rfind_char(name, '.');
	struct str end = dot == SIZE_MAX ? STR_NONE : str_part(name, dot, name.len);

	for (size_t i = 1; i < end.len; i++)
		if (!((end.p[i] >= 'a' && end.p[i] <= 'z') || (end.p[i] >= 'A' && end.p[i] <= 'Z') ||
		      (end.p[i] >= '0' && end.p[i] <= '9')))
			return STR_NONE;
	return end.len <= 12 ? end : STR_NONE;
}

struct str escape_name(struct arena *a, struct str raw)
{
	struct buf out;
	struct str kept;
	struct str whole = raw;
	size_t i = 0;

	for (;;) { /* an installer drops these too */
		if (raw.len >= 2 && raw.p[0] == '.' && raw.p[1] == '/')
			raw = str_part(raw, 2, raw.len);
		else if (raw.len >= 1 && raw.p[0] == '/')
			raw = str_part(raw, 1, raw.len);
		else
			break;
	}
	buf_init(&out, NAME_MAX_BYTES * 16);
	while (i < raw.len && out.len <= NAME_MAX_BYTES) {
		size_t at = i;
		uint32_t cp = utf8_next(raw, &i);
		bool malformed = cp == 0xFFFD && i == at + 1;

		if (!malformed && utf8_shows(cp) && cp != '!' && cp != '%') {
			buf_add(&out, raw.p + at, i - at);
			continue;
		}
		for (size_t k = at; k < i; k++)
			buf_printf(&out, "%%%02X", (uint8_t)raw.p[k]);
	}
	if (out.len == 0)
		buf_add_char(&out, '%');
	if (i < raw.len || out.len > NAME_MAX_BYTES) {
		struct sha256 h = sha256_of(whole.p, whole.len);
		char hex[65];

		sha256_hex(&h, hex);
		out.len = out.len < NAME_MAX_BYTES - 32 ? out.len : NAME_MAX_BYTES - 32;
		while (out.len && ((uint8_t)out.p[out.len - 1] & 0xC0) == 0x80)
			out.len--; /* not in the middle of a character */
		if (out.len && (uint8_t)out.p[out.len - 1] >= 0xC0)
			out.len--;
		buf_printf(&out, "%%~%.16s", hex);
		buf_add_str(&out, ending_of(whole));
	}
	kept = arena_str(a, buf_str(&out));
	buf_release(&out);
	return kept;
}

struct str escape_text(struct arena *a, struct str raw, size_t max)
{
	struct buf out;
	struct str kept;
	size_t i = 0;

	buf_init(&out, max + 64);
	while (i < raw.len && out.len < max) {
		size_t at = i;
		uint32_t cp = utf8_next(raw, &i);

		if (cp == 0xFFFD && i == at + 1)
			buf_printf(&out, "\\x%02x", (uint8_t)raw.p[at]);
		else if (cp == '\n' || cp == '\t' || cp == '\r')
			buf_add_char(&out, ' ');
		else if (utf8_shows(cp))
			buf_add(&out, raw.p + at, i - at);
		else if (cp < 0x100)
			buf_printf(&out, "\\x%02x", cp);
		else
			buf_printf(&out, "\\u{%x}", cp);
	}
	if (i < raw.len)
		buf_add_z(&out, "...");
	kept = arena_str(a, buf_str(&out));
	buf_release(&out);
	return kept;
}
