/*
 * Python's values for the interpreter of js_fold.c: literals, and the builtins, methods and modules
 * that only compute. Adding one is adding a row. Bytes are texts whose characters are below 256 and
 * that are marked; tuples and sets are lists; dictionaries have texts as keys.
 */
#include "py_int.h"

#include <bzlib.h>
#include <lzma.h>
#include <math.h>
#include <zlib.h>

#include "util/escape.h"

enum { RANGE_MAX = 1 << 20, REPEAT_MAX = 1 << 20, FORMAT_MAX = 1 << 16 };

struct call {
	struct js *j;
	struct js_val self, *args, *r;
	size_t n;
};

/* ---------- small tools ---------- */

static bool give(struct call *c, struct js_val v)
{
	*c->r = v;
	return true;
}

static struct js_val text_like(struct js *j, struct js_val v, const struct js_str *like, bool bytes)
{
	v.s->depth = like ? like->depth : 0;
	v.s->scheme = like ? like->scheme : 0;
	v.s->bytes = bytes;
	(void)j;
	return v;
}

static struct js_val none(void)
{
	return (struct js_val){.t = V_NULL};
}

static bool is_text(const struct call *c, size_t i)
{
	return i < c->n && c->args[i].t == V_STR;
}

static bool number(struct call *c, size_t i, double missing, double *ret)
{
	*ret = missing;
	return i >= c->n || c->args[i].t == V_NULL || c->args[i].t == V_UNDEF ||
		(c->args[i].t == V_OBJ ? true : fold_to_num(c->j, c->args[i], ret));
}

/* Bytes of a text whose characters all are below 256. */
static bool bytes_of(struct js *j, const struct js_str *s, const uint8_t **ret)
{
	uint8_t *b;

	if (!s->wide) {
		*ret = s->p;
		return true;
	}
	b = arena_alloc(j->a, (size_t)s->len + 1);
	if (!fold_spend_bytes(j, s->len))
		return false;
	for (size_t i = 0; i < s->len; i++) {
		if (js_unit(s, i) > 0xff)
			return fold_fail(j);
		b[i] = (uint8_t)js_unit(s, i);
	}
	*ret = b;
	return true;
}

/* Bytes of what a decoder is given: bytes, text, or a list of numbers. */
static bool arg_bytes(struct call *c, size_t i, const uint8_t **ret, size_t *ret_n, const struct js_str **ret_like)
{
	uint8_t *b;

	if (i >= c->n)
		return fold_fail(c->j);
	if (c->args[i].t == V_STR) {
		*ret_like = c->args[i].s;
		*ret_n = c->args[i].s->len;
		return bytes_of(c->j, c->args[i].s, ret);
	}
	if (c->args[i].t != V_ARR)
		return fold_fail(c->j);
	*ret_like = NULL;
	*ret_n = c->args[i].a->n;
	b = arena_alloc(c->j->a, *ret_n + 1);
	for (size_t k = 0; k < *ret_n; k++) {
		double d;

		if (!fold_to_num(c->j, c->args[i].a->v[k], &d) || !(d >= 0 && d < 256))
			return fold_fail(c->j);
		b[k] = (uint8_t)d;
	}
	*ret = b;
	return fold_step(c->j, 1 + *ret_n / 16) && fold_spend_bytes(c->j, *ret_n);
}

/* A decoded layer of bytes. */
static bool layer(struct call *c, const void *p, size_t n, const struct js_str *like, uint16_t scheme)
{
	if (!fold_layer_str(c->j, p, n, false, like, scheme, c->r))
		return false;
	c->r->s->bytes = true;
	return true;
}

static bool items(struct js *j, struct js_val v, struct js_val *r)
{
	struct js_arr *a;

	if (v.t == V_ARR) {
		*r = v;
		return true;
	}
	if (v.t != V_STR && v.t != V_OBJ)
		return fold_fail(j);
	a = fold_arr_new(j);
	*r = fold_arr_val(a);
	for (size_t i = 0; v.t == V_STR && i < v.s->len; i++)
		if (!fold_step(j, 1) || !fold_arr_push(j, a, v.s->bytes ? fold_num(js_unit(v.s, i)) : fold_sub_str(j, v.s, i, i + 1)))
			return false;
	for (size_t i = 0; v.t == V_OBJ && i < v.o->n; i++)
		if (!fold_arr_push(j, a, js_str_utf8(j, v.o->keys[i])))
			return false;
	return true;
}

static bool arg_items(struct call *c, size_t i, struct js_arr **ret)
{
	struct js_val v;

	if (i >= c->n || !items(c->j, c->args[i], &v))
		return c->j->thrown ? false : fold_fail(c->j);
	*ret = v.a;
	return true;
}

/* ---------- literals ---------- */

static uint32_t escape_digits(struct str raw, size_t *pos, int digits, int base)
{
	uint32_t v = 0;

	for (int k = 0; k < digits && *pos < raw.len; k++) {
		int d = fold_hex_digit((unsigned char)raw.p[*pos]);

		if (d < 0 || d >= base)
			break;
		v = v * (uint32_t)base + (uint32_t)d;
		++*pos;
	}
	return v;
}

/* One escape; false when the backslash is only a backslash. */
static bool escape_one(struct str raw, size_t *pos, bool bytes, uint32_t *ret)
{
	static const char from[] = "abfnrtv\\'\"", to[] = "\a\b\f\n\r\t\v\\'\"";
	char c = raw.p[*pos];
	const char *simple = c ? strchr(from, c) : NULL;

	if (simple) {
		*ret = (uint8_t)to[simple - from];
		++*pos;
		return true;
	}
	if (c >= '0' && c <= '7') {
		*ret = escape_digits(raw, pos, 3, 8);
		return true;
	}
	if (c != 'x' && (bytes || (c != 'u' && c != 'U')))
		return false;
	++*pos;
	*ret = escape_digits(raw, pos, c == 'x' ? 2 : c == 'u' ? 4 : 8, 16);
	return true;
}

static struct js_val unescaped(struct js *j, struct str raw, unsigned flags)
{
	bool is_bytes = flags & JF_BYTES;
	struct js_val v;
	struct buf b;

	if (!(flags & JF_FORMAT) && (flags & JF_RAW || !memchr(raw.p ? raw.p : "", '\\', raw.len))) {
		v = js_str_utf8(j, raw);
		v.s->bytes = is_bytes;
		return v;
	}
	buf_init(&b, raw.len * 4 + 16);
	for (size_t pos = 0; pos < raw.len;) {
		uint32_t c = (uint8_t)raw.p[pos++];

		if (c == '\\' && !(flags & JF_RAW) && pos < raw.len) {
			if (raw.p[pos] == '\n' || raw.p[pos] == '\r') {
				pos += raw.p[pos] == '\r' && pos + 1 < raw.len && raw.p[pos + 1] == '\n' ? 2 : 1;
				continue;
			}
			if (escape_one(raw, &pos, is_bytes, &c)) {
				utf8_put(&b, c); /* bytes as well: characters below 256 */
				continue;
			}
		} else if (flags & JF_FORMAT && (c == '{' || c == '}') && pos < raw.len && (uint8_t)raw.p[pos] == c) {
			pos++;
		}
		buf_add_char(&b, (char)c);
	}
	v = js_str_utf8(j, arena_str(j->a, buf_str(&b)));
	buf_release(&b);
	if (v.s->wide) { /* narrow where it fits */
		const uint8_t *p;

		if (bytes_of(j, v.s, &p))
			v = js_str_val(j, p, v.s->len, false);
		else
			j->thrown = 0;
	}
	v.s->bytes = is_bytes;
	return v;
}

static struct js_val text_literal(struct js *j, uint32_t n)
{
	struct str t = js_text(j, n);
	unsigned flags = j->nodes[n].flags;
	size_t from = 0, quote;

	if (flags & JF_PIECE)
		return unescaped(j, t, flags);
	while (from < t.len && from < 4 && t.p[from] != '"' && t.p[from] != '\'')
		from++;
	quote = t.len >= from + 6 && t.p[from + 1] == t.p[from] && t.p[from + 2] == t.p[from] ? 3 : 1;
	if (t.len < from + 2 * quote)
		return js_str_val(j, "", 0, false);
	return unescaped(j, str_part(t, from + quote, t.len - from - 2 * quote), flags);
}

struct js_val py_literal(struct js *j, uint32_t n)
{
	switch (j->nodes[n].kind) {
	case J_STR:
		return text_literal(j, n);
	case J_UNDEF:
		return fold_undef();
	default:
		return js_literal_own(j, n);
	}
}

/* ---------- conversions ---------- */

static bool f_chr(struct call *c)
{
	uint16_t *w;
	double d;

	if (!number(c, 0, -1, &d) || !(d >= 0 && d < 0x10000))
		return fold_fail(c->j);
	w = ARENA_NEW(c->j->a, uint16_t);
	*w = (uint16_t)d;
	c->j->run_schemes |= SCHEME_CHARCODES;
	if (d < 256) {
		*(uint8_t *)w = (uint8_t)d;
		return give(c, js_str_val(c->j, w, 1, false));
	}
	return give(c, js_str_val(c->j, w, 1, true));
}

static bool f_ord(struct call *c)
{
	if (!is_text(c, 0) || c->args[0].s->len != 1)
		return fold_fail(c->j);
	return give(c, fold_num(js_unit(c->args[0].s, 0)));
}

/* The codec that a name means. */
enum codec { CODEC_UTF8, CODEC_LATIN1, CODEC_UTF16, CODEC_ROT13, CODEC_HEX, CODEC_BASE64, CODEC_ZLIB, CODEC_BZ2,
	CODEC_ESCAPE, CODEC_OTHER };

static enum codec codec_of(struct call *c, size_t i)
{
	static const struct {
		const char *name;
		enum codec codec;
	} rows[] = {
		{"utf-8", CODEC_UTF8}, {"utf8", CODEC_UTF8}, {"utf_8", CODEC_UTF8}, {"ascii", CODEC_LATIN1}, {"latin-1", CODEC_LATIN1},
		{"latin1", CODEC_LATIN1}, {"iso-8859-1", CODEC_LATIN1}, {"cp437", CODEC_LATIN1}, {"utf-16", CODEC_UTF16},
		{"utf-16le", CODEC_UTF16}, {"utf-16-le", CODEC_UTF16}, {"utf_16_le", CODEC_UTF16}, {"rot13", CODEC_ROT13},
		{"rot_13", CODEC_ROT13}, {"rot-13", CODEC_ROT13}, {"hex", CODEC_HEX}, {"hex_codec", CODEC_HEX}, {"base64", CODEC_BASE64},
		{"base64_codec", CODEC_BASE64}, {"zlib", CODEC_ZLIB}, {"zlib_codec", CODEC_ZLIB}, {"zip", CODEC_ZLIB}, {"bz2", CODEC_BZ2},
		{"bz2_codec", CODEC_BZ2}, {"unicode_escape", CODEC_ESCAPE}, {"unicode-escape", CODEC_ESCAPE},
		{"raw_unicode_escape", CODEC_ESCAPE}, {"string_escape", CODEC_ESCAPE},
	};
	struct str name;

	if (!is_text(c, i))
		return CODEC_UTF8;
	name = js_utf8(c->j, c->args[i].s);
	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++)
		if (str_equal_nocase(name, str_of(rows[k].name)))
			return rows[k].codec;
	return CODEC_OTHER;
}

static bool rot13(struct call *c, const struct js_str *s)
{
	uint8_t *o = arena_alloc(c->j->a, (size_t)s->len + 1);

	for (size_t i = 0; i < s->len; i++) {
		uint16_t u = js_unit(s, i);
		uint16_t l = u | 32;

		if (u > 0xff)
			return fold_fail(c->j);
		o[i] = (uint8_t)(l >= 'a' && l <= 'z' ? (l < 'n' ? u + 13 : u - 13) : u);
	}
	return fold_step(c->j, 1 + s->len / 16) && fold_layer_str(c->j, o, s->len, false, s, SCHEME_ESCAPE, c->r);
}

static bool from_hex(struct call *c, const uint8_t *p, size_t n, const struct js_str *like)
{
	uint8_t *o = arena_alloc(c->j->a, n / 2 + 1);
	size_t k = 0;
	int high = -1;

	for (size_t i = 0; i < n; i++) {
		int d = fold_hex_digit(p[i]);

		if (d < 0 && (p[i] == ' ' || p[i] == '\n' || p[i] == '\r' || p[i] == '\t'))
			continue;
		if (d < 0)
			return fold_throw_error(c->j);
		if (high >= 0)
			o[k++] = (uint8_t)(high << 4 | d);
		high = high >= 0 ? -1 : d;
	}
	return fold_step(c->j, 1 + n / 16) && layer(c, o, k, like, SCHEME_HEX);
}

static bool inflated(struct call *c, const uint8_t *p, size_t n, const struct js_str *like, int bits)
{
	uint8_t *out = arena_alloc(c->j->a, FOLD_INFLATE_MAX);
	z_stream z = {.next_in = (uint8_t *)(uintptr_t)p, .avail_in = (uInt)n, .next_out = out, .avail_out = FOLD_INFLATE_MAX};
	int status;

	if (!fold_spend_bytes(c->j, FOLD_INFLATE_MAX / 8) || inflateInit2(&z, bits) != Z_OK)
		return fold_fail(c->j);
	status = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	if (status != Z_STREAM_END || !fold_step(c->j, 1 + z.total_out / 16) || !fold_spend_bytes(c->j, z.total_out))
		return fold_fail(c->j);
	return layer(c, out, z.total_out, like, SCHEME_PACKED);
}

static bool bunzipped(struct call *c, const uint8_t *p, size_t n, const struct js_str *like)
{
	unsigned out_n = FOLD_INFLATE_MAX;
	char *out = arena_alloc(c->j->a, FOLD_INFLATE_MAX);

	if (!fold_spend_bytes(c->j, FOLD_INFLATE_MAX / 8) || !fold_step(c->j, 1 + n / 4) ||
		BZ2_bzBuffToBuffDecompress(out, &out_n, (char *)(uintptr_t)p, (unsigned)n, 1, 0) != BZ_OK)
		return fold_fail(c->j);
	return layer(c, out, out_n, like, SCHEME_PACKED);
}

static bool unxzed(struct call *c, const uint8_t *p, size_t n, const struct js_str *like)
{
	lzma_stream z = LZMA_STREAM_INIT;
	uint8_t *out = arena_alloc(c->j->a, FOLD_INFLATE_MAX);
	lzma_ret status;

	if (!fold_spend_bytes(c->j, FOLD_INFLATE_MAX / 8) || lzma_auto_decoder(&z, 64 << 20, 0) != LZMA_OK)
		return fold_fail(c->j);
	z.next_in = p;
	z.avail_in = n;
	z.next_out = out;
	z.avail_out = FOLD_INFLATE_MAX;
	status = lzma_code(&z, LZMA_FINISH);
	lzma_end(&z);
	if (status != LZMA_STREAM_END || !fold_step(c->j, 1 + z.total_out / 16))
		return fold_fail(c->j);
	return layer(c, out, z.total_out, like, SCHEME_PACKED);
}

static bool unescape_codec(struct call *c, const struct js_str *s)
{
	struct js_val v = unescaped(c->j, js_utf8(c->j, s), 0);

	return fold_step(c->j, 1 + s->len / 8) && fold_layer_str(c->j, v.s->p, v.s->len, v.s->wide, s, SCHEME_ESCAPE, c->r);
}

static bool utf16_text(struct call *c, const uint8_t *p, size_t n, const struct js_str *like)
{
	uint16_t *w = ARENA_ARRAY(c->j->a, n / 2 + 1, uint16_t);
	size_t k = 0, from = n >= 2 && p[0] == 0xff && p[1] == 0xfe ? 2 : 0;

	for (size_t i = from; i + 1 < n; i += 2)
		w[k++] = (uint16_t)(p[i] | p[i + 1] << 8);
	return give(c, text_like(c->j, js_str_val(c->j, w, k, true), like, false));
}

static bool decode_by(struct call *c, const struct js_str *s, enum codec codec)
{
	const uint8_t *p;

	if (codec == CODEC_ROT13)
		return rot13(c, s);
	if (codec == CODEC_ESCAPE)
		return unescape_codec(c, s);
	if (!bytes_of(c->j, s, &p))
		return false;
	switch (codec) {
	case CODEC_UTF8:
		return give(c, text_like(c->j, js_str_utf8(c->j, (struct str){(const char *)p, s->len}), s, false));
	case CODEC_LATIN1:
		return give(c, text_like(c->j, js_str_val(c->j, p, s->len, false), s, false));
	case CODEC_UTF16:
		return utf16_text(c, p, s->len, s);
	case CODEC_HEX:
		return from_hex(c, p, s->len, s);
	case CODEC_BASE64: {
		uint8_t *o;
		size_t n;

		return fold_base64_bytes(c->j, s, &o, &n) && layer(c, o, n, s, SCHEME_BASE64);
	}
	case CODEC_ZLIB:
		return inflated(c, p, s->len, s, 47);
	case CODEC_BZ2:
		return bunzipped(c, p, s->len, s);
	default:
		return fold_fail(c->j);
	}
}

static bool encoded(struct call *c, const struct js_str *s, enum codec codec)
{
	struct str u;

	if (codec == CODEC_ROT13)
		return rot13(c, s);
	if (codec != CODEC_UTF8 && codec != CODEC_LATIN1)
		return fold_fail(c->j);
	u = codec == CODEC_UTF8 ? js_utf8(c->j, s) : (struct str){s->p, s->len};
	if (codec == CODEC_LATIN1 && s->wide)
		return fold_fail(c->j);
	return fold_step(c->j, 1 + u.len / 32) && give(c, text_like(c->j, js_str_val(c->j, u.p, u.len, false), s, true));
}

static bool m_decode(struct call *c)
{
	return c->self.t == V_STR ? decode_by(c, c->self.s, codec_of(c, 0)) : fold_fail(c->j);
}

static bool m_encode(struct call *c)
{
	return c->self.t == V_STR ? encoded(c, c->self.s, codec_of(c, 0)) : fold_fail(c->j);
}

static bool f_codecs_decode(struct call *c)
{
	return is_text(c, 0) ? decode_by(c, c->args[0].s, codec_of(c, 1)) : fold_fail(c->j);
}

static bool f_codecs_encode(struct call *c)
{
	return is_text(c, 0) ? encoded(c, c->args[0].s, codec_of(c, 1)) : fold_fail(c->j);
}

static bool f_str(struct call *c)
{
	struct js_val v;

	if (!c->n)
		return give(c, js_str_val(c->j, "", 0, false));
	if (c->n > 1 && c->args[0].t == V_STR)
		return decode_by(c, c->args[0].s, codec_of(c, 1));
	if (c->args[0].t == V_ARR || c->args[0].t == V_OBJ || (c->args[0].t == V_STR && c->args[0].s->bytes))
		return fold_fail(c->j);
	if (c->args[0].t == V_NULL)
		return give(c, js_str_val(c->j, "None", 4, false));
	return fold_to_str(c->j, c->args[0], &v) && give(c, v);
}

static bool f_bytes(struct call *c)
{
	const struct js_str *like = NULL;
	const uint8_t *p = (const uint8_t *)"";
	size_t n = 0;

	if (c->n && c->args[0].t == V_STR && !c->args[0].s->bytes)
		return encoded(c, c->args[0].s, codec_of(c, 1));
	if (c->n && c->args[0].t == V_NUM) {
		n = c->args[0].n >= 0 && c->args[0].n <= RANGE_MAX ? (size_t)c->args[0].n : 0;
		p = arena_alloc(c->j->a, n + 1);
		return fold_spend_bytes(c->j, n) && give(c, text_like(c->j, js_str_val(c->j, p, n, false), NULL, true));
	}
	if (c->n && !arg_bytes(c, 0, &p, &n, &like))
		return false;
	if (c->n && c->args[0].t == V_ARR && n > 3)
		c->j->run_schemes |= SCHEME_CHARCODES;
	return give(c, text_like(c->j, js_str_val(c->j, p, n, false), like, true));
}

static bool f_int(struct call *c)
{
	double d = 10, v;

	if (is_text(c, 0)) {
		if (!number(c, 1, 10, &d) || !fold_parse_int(c->j, c->args[0].s, d, c->r))
			return false;
		return isnan(c->r->n) ? fold_throw_error(c->j) : true;
	}
	return number(c, 0, 0, &v) && give(c, fold_num(trunc(v)));
}

static bool f_float(struct call *c)
{
	double d;

	return number(c, 0, 0, &d) && give(c, fold_num(d));
}

static bool in_base(struct call *c, const char *prefix, int bits)
{
	char b[72];
	int at = (int)sizeof(b), shift = bits;
	uint64_t v;
	double d;

	if (!number(c, 0, 0, &d) || !(d >= 0 && d < 9007199254740992.0))
		return fold_fail(c->j);
	for (v = (uint64_t)d; v || at == (int)sizeof(b); v >>= shift)
		b[--at] = "0123456789abcdef"[v & ((1u << bits) - 1)];
	return give(c, js_str_utf8(c->j, arena_printf(c->j->a, "%s%.*s", prefix, (int)sizeof(b) - at, b + at)));
}

static bool f_hex(struct call *c)
{
	return in_base(c, "0x", 4);
}

static bool f_bin(struct call *c)
{
	return in_base(c, "0b", 1);
}

static bool f_oct(struct call *c)
{
	return in_base(c, "0o", 3);
}

static bool f_bool(struct call *c)
{
	return give(c, fold_boolean(c->n && fold_truthy(c->j, c->args[0])));
}

static bool f_len(struct call *c)
{
	if (c->n != 1)
		return fold_fail(c->j);
	switch (c->args[0].t) {
	case V_STR:
		return give(c, fold_num(c->args[0].s->len));
	case V_ARR:
		return give(c, fold_num((double)c->args[0].a->n));
	case V_OBJ:
		return give(c, fold_num((double)c->args[0].o->n));
	default:
		return fold_fail(c->j);
	}
}

static bool f_same(struct call *c) /* compile(), iter(), copy() */
{
	return c->n ? give(c, c->args[0]) : fold_fail(c->j);
}

/* ---------- lists ---------- */

static bool list_copy(struct call *c, struct js_arr *from, struct js_arr **ret)
{
	*ret = fold_arr_new(c->j);
	for (size_t i = 0; i < from->n; i++)
		if (!fold_arr_push(c->j, *ret, from->v[i]))
			return false;
	*c->r = fold_arr_val(*ret);
	return fold_step(c->j, 1 + from->n / 8);
}

static bool f_list(struct call *c)
{
	struct js_arr *a, *o;

	if (!c->n)
		return give(c, fold_arr_val(fold_arr_new(c->j)));
	return arg_items(c, 0, &a) && list_copy(c, a, &o);
}

static bool f_range(struct call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	double from = 0, to, by = 1;

	if (!number(c, c->n > 1 ? 1 : 0, 0, &to) || (c->n > 1 && !number(c, 0, 0, &from)) || !number(c, 2, 1, &by) || by == 0 ||
		fabs((to - from) / by) > RANGE_MAX)
		return fold_fail(c->j);
	for (; by > 0 ? from < to : from > to; from += by)
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, fold_num(from)))
			return false;
	return give(c, fold_arr_val(a));
}

static bool f_map(struct call *c)
{
	struct js_arr *a, *b = NULL, *o = fold_arr_new(c->j);

	if (c->n < 2 || !arg_items(c, 1, &a) || (c->n > 2 && !arg_items(c, 2, &b)))
		return c->j->thrown ? false : fold_fail(c->j);
	for (size_t i = 0; i < a->n && (!b || i < b->n); i++) {
		struct js_val in[2] = {a->v[i], b ? b->v[i] : fold_undef()}, v;

		if (!fold_step(c->j, 1) || !fold_call_value(c->j, c->args[0], fold_undef(), in, b ? 2 : 1, &v) || !fold_arr_push(c->j, o, v))
			return false;
	}
	return give(c, fold_arr_val(o));
}

static bool f_filter(struct call *c)
{
	struct js_arr *a, *o = fold_arr_new(c->j);

	if (c->n < 2 || !arg_items(c, 1, &a))
		return c->j->thrown ? false : fold_fail(c->j);
	for (size_t i = 0; i < a->n; i++) {
		struct js_val v = a->v[i];

		if (!fold_step(c->j, 1) || (c->args[0].t != V_NULL && !fold_call_value(c->j, c->args[0], fold_undef(), &a->v[i], 1, &v)))
			return false;
		if (fold_truthy(c->j, v) && !fold_arr_push(c->j, o, a->v[i]))
			return false;
	}
	return give(c, fold_arr_val(o));
}

static bool f_reduce(struct call *c)
{
	struct js_arr *a;
	struct js_val acc;
	size_t i = 0;

	if (c->n < 2 || !arg_items(c, 1, &a) || (c->n < 3 && !a->n))
		return c->j->thrown ? false : fold_fail(c->j);
	acc = c->n > 2 ? c->args[2] : a->v[i++];
	for (; i < a->n; i++) {
		struct js_val in[2] = {acc, a->v[i]};

		if (!fold_step(c->j, 1) || !fold_call_value(c->j, c->args[0], fold_undef(), in, 2, &acc))
			return false;
	}
	return give(c, acc);
}

static bool f_reversed(struct call *c)
{
	struct js_arr *a, *o = fold_arr_new(c->j);

	if (!arg_items(c, 0, &a))
		return false;
	for (size_t i = a->n; i-- > 0;)
		if (!fold_arr_push(c->j, o, a->v[i]))
			return false;
	c->j->run_schemes |= SCHEME_REVERSE;
	return fold_step(c->j, 1 + a->n / 8) && give(c, fold_arr_val(o));
}

static bool pair(struct call *c, struct js_arr *o, struct js_val a, struct js_val b)
{
	struct js_arr *p = fold_arr_new(c->j);

	return fold_arr_push(c->j, p, a) && fold_arr_push(c->j, p, b) && fold_arr_push(c->j, o, fold_arr_val(p));
}

static bool f_enumerate(struct call *c)
{
	struct js_arr *a, *o = fold_arr_new(c->j);
	double from;

	if (!arg_items(c, 0, &a) || !number(c, 1, 0, &from))
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!fold_step(c->j, 1) || !pair(c, o, fold_num(from + (double)i), a->v[i]))
			return false;
	return give(c, fold_arr_val(o));
}

static bool f_zip(struct call *c)
{
	struct js_arr *a, *b, *o = fold_arr_new(c->j);

	if (c->n != 2 || !arg_items(c, 0, &a) || !arg_items(c, 1, &b))
		return c->j->thrown ? false : fold_fail(c->j);
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (!fold_step(c->j, 1) || !pair(c, o, a->v[i], b->v[i]))
			return false;
	return give(c, fold_arr_val(o));
}

/* Of what nothing longer than this is made from: a cycle of a key beside its data. */
static bool f_cycle(struct call *c)
{
	struct js_arr *a, *o = fold_arr_new(c->j);

	if (!arg_items(c, 0, &a) || !a->n)
		return c->j->thrown ? false : fold_fail(c->j);
	for (size_t i = 0; i < 1 << 16; i++)
		if (!fold_arr_push(c->j, o, a->v[i % a->n]))
			return false;
	return fold_step(c->j, 1 << 12) && give(c, fold_arr_val(o));
}

static bool f_chain(struct call *c)
{
	struct js_arr *a, *o = fold_arr_new(c->j);

	for (size_t k = 0; k < c->n; k++) {
		if (!arg_items(c, k, &a))
			return false;
		for (size_t i = 0; i < a->n; i++)
			if (!fold_step(c->j, 1) || !fold_arr_push(c->j, o, a->v[i]))
				return false;
	}
	return give(c, fold_arr_val(o));
}

static bool f_sum(struct call *c)
{
	struct js_arr *a;
	double sum = 0, d;

	if (!arg_items(c, 0, &a))
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (a->v[i].t != V_NUM || !fold_step(c->j, 1) || !fold_to_num(c->j, a->v[i], &d))
			return fold_fail(c->j);
		sum += d;
	}
	return give(c, fold_num(sum));
}

static bool extreme(struct call *c, bool largest)
{
	struct js_arr *a;
	size_t best = 0;

	if (c->n == 1) {
		if (!arg_items(c, 0, &a))
			return false;
	} else {
		a = fold_arr_new(c->j);
		for (size_t i = 0; i < c->n; i++)
			if (!fold_arr_push(c->j, a, c->args[i]))
				return false;
	}
	if (!a->n)
		return fold_fail(c->j);
	for (size_t i = 0; i < a->n; i++) {
		if (a->v[i].t != V_NUM)
			return fold_fail(c->j);
		if (largest ? a->v[i].n > a->v[best].n : a->v[i].n < a->v[best].n)
			best = i;
	}
	return fold_step(c->j, 1 + a->n) && give(c, a->v[best]);
}

static bool f_min(struct call *c)
{
	return extreme(c, false);
}

static bool f_max(struct call *c)
{
	return extreme(c, true);
}

static bool f_abs(struct call *c)
{
	double d;

	return number(c, 0, 0, &d) && give(c, fold_num(fabs(d)));
}

static bool f_pow(struct call *c)
{
	double a, b, m;

	if (!number(c, 0, 0, &a) || !number(c, 1, 0, &b) || !number(c, 2, 0, &m))
		return false;
	if (c->n < 3)
		return give(c, fold_num(pow(a, b)));
	if (!(a >= 0 && b >= 0 && m > 0 && m < 4294967296.0 && a < 9e15 && b < 9e15))
		return fold_fail(c->j);
	{
		uint64_t r = 1, x = (uint64_t)a % (uint64_t)m, k = (uint64_t)b;

		for (; k; k >>= 1, x = x * x % (uint64_t)m)
			if (k & 1)
				r = r * x % (uint64_t)m;
		return give(c, fold_num((double)r));
	}
}

static bool f_xor(struct call *c)
{
	double a, b;

	if (!number(c, 0, 0, &a) || !number(c, 1, 0, &b) || !(a >= 0 && b >= 0 && a < 4294967296.0 && b < 4294967296.0))
		return fold_fail(c->j);
	c->j->run_schemes |= SCHEME_XOR;
	return give(c, fold_num((double)((uint32_t)a ^ (uint32_t)b)));
}

static bool f_dict(struct call *c)
{
	struct js_obj *o = ARENA_NEW(c->j->a, struct js_obj);
	struct js_arr *a;

	*c->r = (struct js_val){.t = V_OBJ, .o = o};
	if (c->n && c->args[0].t == V_OBJ) {
		*c->r = c->args[0];
		return true;
	}
	if (c->n && !arg_items(c, 0, &a))
		return false;
	for (size_t i = 0; c->n && i < a->n; i++) {
		struct js_val p = a->v[i], key;

		if (p.t != V_ARR || p.a->n != 2 || !fold_to_str(c->j, p.a->v[0], &key) || !fold_obj_set(c->j, o, js_utf8(c->j, key.s), p.a->v[1]))
			return c->j->thrown ? false : fold_fail(c->j);
	}
	return true;
}

/* ---------- decoders ---------- */

static bool f_b64(struct call *c)
{
	uint8_t *o;
	size_t n;

	return is_text(c, 0) ? fold_base64_bytes(c->j, c->args[0].s, &o, &n) && layer(c, o, n, c->args[0].s, SCHEME_BASE64)
			     : fold_fail(c->j);
}

static bool f_fromhex(struct call *c)
{
	const struct js_str *like;
	const uint8_t *p;
	size_t n;

	return arg_bytes(c, 0, &p, &n, &like) && from_hex(c, p, n, like);
}

static bool f_b32(struct call *c)
{
	const struct js_str *like;
	const uint8_t *p;
	uint8_t *o;
	size_t n, k = 0;
	uint32_t acc = 0;
	int bits = 0;

	if (!arg_bytes(c, 0, &p, &n, &like))
		return false;
	o = arena_alloc(c->j->a, n + 1);
	for (size_t i = 0; i < n && p[i] != '='; i++) {
		int d = p[i] >= '2' && p[i] <= '7' ? p[i] - '2' + 26 : (p[i] | 32) >= 'a' && (p[i] | 32) <= 'z' ? (p[i] | 32) - 'a' : -1;

		if (d < 0)
			return fold_throw_error(c->j);
		acc = acc << 5 | (uint32_t)d;
		bits += 5;
		if (bits >= 8) {
			bits -= 8;
			o[k++] = (uint8_t)(acc >> bits);
		}
	}
	return layer(c, o, k, like, SCHEME_BASE64);
}

static bool base85(struct call *c, bool ascii)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
	const struct js_str *like;
	const uint8_t *p;
	uint8_t *o;
	size_t n, k = 0;
	uint64_t acc = 0;
	int have = 0;

	if (!arg_bytes(c, 0, &p, &n, &like))
		return false;
	o = arena_alloc(c->j->a, n * 4 + 8);
	for (size_t i = 0; i <= n; i++) {
		const char *at;
		int d;

		if (i == n) {
			if (!have)
				break;
			for (int fill = have; fill < 5; fill++)
				acc = acc * 85 + 84;
			for (int b = 0; b < have - 1; b++)
				o[k++] = (uint8_t)(acc >> (24 - 8 * b));
			break;
		}
		if (ascii && p[i] == 'z' && !have) {
			memset(o + k, 0, 4);
			k += 4;
			continue;
		}
		if (p[i] <= ' ' && ascii)
			continue;
		at = p[i] ? strchr(digits, p[i]) : NULL;
		d = ascii ? (p[i] >= '!' && p[i] <= 'u' ? p[i] - '!' : -1) : at ? (int)(at - digits) : -1;
		if (d < 0)
			return fold_throw_error(c->j);
		acc = acc * 85 + (uint64_t)d;
		if (++have == 5) {
			for (int b = 0; b < 4; b++)
				o[k++] = (uint8_t)(acc >> (24 - 8 * b));
			acc = 0;
			have = 0;
		}
	}
	return fold_spend_bytes(c->j, n * 4) && layer(c, o, k, like, SCHEME_BASE64);
}

static bool f_b85(struct call *c)
{
	return base85(c, false);
}

static bool f_a85(struct call *c)
{
	return base85(c, true);
}

static bool f_inflate(struct call *c)
{
	const struct js_str *like;
	const uint8_t *p;
	size_t n;
	double bits = 15;

	if (!arg_bytes(c, 0, &p, &n, &like) || (c->n > 1 && !number(c, 1, 15, &bits)))
		return false;
	return inflated(c, p, n, like, bits < 0 ? -15 : 47);
}

static bool f_bz2(struct call *c)
{
	const struct js_str *like;
	const uint8_t *p;
	size_t n;

	return arg_bytes(c, 0, &p, &n, &like) && bunzipped(c, p, n, like);
}

static bool f_lzma(struct call *c)
{
	const struct js_str *like;
	const uint8_t *p;
	size_t n;

	return arg_bytes(c, 0, &p, &n, &like) && unxzed(c, p, n, like);
}

static bool f_unquote(struct call *c)
{
	return is_text(c, 0) ? fold_unescape_text(c->j, c->args[0].s, false, c->r) : fold_fail(c->j);
}

/* ---------- methods ---------- */

static bool m_join(struct call *c)
{
	struct js_val acc = c->self, v;
	struct js_arr *a;

	if (c->self.t != V_STR || !arg_items(c, 0, &a))
		return c->j->thrown ? false : fold_fail(c->j);
	acc = fold_str_meta(c->j, "", 0, false, c->self.s);
	for (size_t i = 0; i < a->n; i++) {
		v = a->v[i];
		if (v.t != V_STR || (i && !fold_concat(c->j, acc.s, c->self.s, &acc)) || !fold_concat(c->j, acc.s, v.s, &acc))
			return c->j->thrown ? false : fold_fail(c->j);
	}
	acc.s->bytes = c->self.s->bytes;
	return give(c, acc);
}

static bool m_replace(struct call *c)
{
	if (c->self.t != V_STR || !is_text(c, 0) || !is_text(c, 1))
		return fold_fail(c->j);
	return fold_str_replace(c->j, c->self.s, c->args[0], c->args[1], true, c->r);
}

static bool m_split(struct call *c)
{
	struct js_arr *o = fold_arr_new(c->j);
	size_t from = 0;

	if (c->self.t != V_STR)
		return fold_fail(c->j);
	if (is_text(c, 0) && c->n == 1)
		return fold_str_split(c->j, c->self.s, c->args[0], c->r);
	if (c->n)
		return fold_fail(c->j);
	for (size_t i = 0; i <= c->self.s->len; i++) {
		if (i < c->self.s->len && js_unit(c->self.s, i) > ' ')
			continue;
		if (i > from && !fold_arr_push(c->j, o, fold_sub_str(c->j, c->self.s, from, i)))
			return false;
		from = i + 1;
	}
	return fold_step(c->j, 1 + c->self.s->len / 16) && give(c, fold_arr_val(o));
}

static bool in_set(struct call *c, uint16_t u)
{
	if (!is_text(c, 0))
		return u <= ' ';
	for (size_t i = 0; i < c->args[0].s->len && i < 256; i++)
		if (js_unit(c->args[0].s, i) == u)
			return true;
	return false;
}

static bool strip(struct call *c, bool left, bool right)
{
	size_t from = 0, to;

	if (c->self.t != V_STR)
		return fold_fail(c->j);
	to = c->self.s->len;
	while (left && from < to && in_set(c, js_unit(c->self.s, from)))
		from++;
	while (right && to > from && in_set(c, js_unit(c->self.s, to - 1)))
		to--;
	return fold_step(c->j, 1 + (c->self.s->len - (to - from)) / 8) && give(c, fold_sub_str(c->j, c->self.s, from, to));
}

static bool m_strip(struct call *c)
{
	return strip(c, true, true);
}

static bool m_lstrip(struct call *c)
{
	return strip(c, true, false);
}

static bool m_rstrip(struct call *c)
{
	return strip(c, false, true);
}

static bool m_lower(struct call *c)
{
	return c->self.t == V_STR ? fold_str_case(c->j, c->self.s, false, c->r) : fold_fail(c->j);
}

static bool m_upper(struct call *c)
{
	return c->self.t == V_STR ? fold_str_case(c->j, c->self.s, true, c->r) : fold_fail(c->j);
}

static bool m_swapcase(struct call *c)
{
	const uint8_t *p;
	uint8_t *o;

	if (c->self.t != V_STR || !bytes_of(c->j, c->self.s, &p))
		return fold_fail(c->j);
	o = arena_alloc(c->j->a, (size_t)c->self.s->len + 1);
	for (size_t i = 0; i < c->self.s->len; i++)
		o[i] = (p[i] | 32) >= 'a' && (p[i] | 32) <= 'z' ? p[i] ^ 32 : p[i];
	return fold_step(c->j, 1 + c->self.s->len / 16) && give(c, fold_str_meta(c->j, o, c->self.s->len, false, c->self.s));
}

static bool m_find(struct call *c)
{
	size_t at;

	if (c->self.t != V_STR || !is_text(c, 0))
		return fold_fail(c->j);
	at = fold_str_index(c->j, c->self.s, c->args[0].s, 0);
	return give(c, fold_num(at == SIZE_MAX ? -1 : (double)at));
}

static bool m_starts(struct call *c)
{
	struct js_val part;

	if (c->self.t != V_STR || !is_text(c, 0))
		return fold_fail(c->j);
	part = fold_sub_str(c->j, c->self.s, 0, c->args[0].s->len);
	return give(c, fold_boolean(fold_str_same(part.s, c->args[0].s)));
}

static bool m_hex(struct call *c)
{
	const uint8_t *p;
	char *o;

	if (c->self.t != V_STR || !bytes_of(c->j, c->self.s, &p))
		return fold_fail(c->j);
	o = arena_alloc(c->j->a, (size_t)c->self.s->len * 2 + 1);
	for (size_t i = 0; i < c->self.s->len; i++) {
		o[2 * i] = "0123456789abcdef"[p[i] >> 4];
		o[2 * i + 1] = "0123456789abcdef"[p[i] & 15];
	}
	return fold_spend_bytes(c->j, (size_t)c->self.s->len * 2) && give(c, js_str_val(c->j, o, (size_t)c->self.s->len * 2, false));
}

/* translate(table): a dictionary from code points, as maketrans makes it. */
static bool m_translate(struct call *c)
{
	struct js_val acc = js_str_val(c->j, "", 0, false), *v, part;

	if (c->self.t != V_STR || !c->n || c->args[0].t != V_OBJ)
		return fold_fail(c->j);
	for (size_t i = 0; i < c->self.s->len; i++) {
		char key[8];
		int n = snprintf(key, sizeof(key), "%u", js_unit(c->self.s, i));

		v = fold_obj_find(c->j, c->args[0].o, (struct str){key, (size_t)n});
		if (v && v->t == V_NULL)
			continue;
		part = !v ? fold_sub_str(c->j, c->self.s, i, i + 1) : *v;
		if (part.t == V_NUM) {
			struct call inner = {.j = c->j, .args = &part, .n = 1, .r = &part};

			if (!f_chr(&inner))
				return false;
		}
		if (part.t != V_STR || !fold_concat(c->j, acc.s, part.s, &acc))
			return c->j->thrown ? false : fold_fail(c->j);
	}
	c->j->run_schemes |= SCHEME_ARRAY;
	return give(c, acc);
}

static bool f_maketrans(struct call *c)
{
	struct js_obj *o = ARENA_NEW(c->j->a, struct js_obj);

	if (!is_text(c, 0) || !is_text(c, 1) || c->args[0].s->len != c->args[1].s->len)
		return fold_fail(c->j);
	for (size_t i = 0; i < c->args[0].s->len; i++)
		if (!fold_obj_set(c->j, o, arena_printf(c->j->a, "%u", js_unit(c->args[0].s, i)), fold_sub_str(c->j, c->args[1].s, i, i + 1)))
			return false;
	return give(c, (struct js_val){.t = V_OBJ, .o = o});
}

static bool add_text(struct call *c, struct buf *b, struct js_val v)
{
	struct js_val t;

	if (v.t == V_NULL)
		buf_add_z(b, "None");
	else if (v.t == V_ARR || v.t == V_OBJ || !fold_to_str(c->j, v, &t))
		return c->j->thrown ? false : fold_fail(c->j);
	else
		buf_add_str(b, js_utf8(c->j, t.s));
	return b->len < FORMAT_MAX ? true : fold_fail(c->j);
}

static bool filled(struct call *c, struct buf *b, const struct js_str *like, struct js_val *r)
{
	*r = text_like(c->j, js_str_utf8(c->j, arena_str(c->j->a, buf_str(b))), like, like->bytes);
	r->s->scheme |= SCHEME_CONCAT;
	buf_release(b);
	return true;
}

/* "{}{1}{name}".format(...) */
static bool m_format(struct call *c)
{
	struct str t;
	struct buf b;
	size_t next = 0;

	if (c->self.t != V_STR)
		return fold_fail(c->j);
	t = js_utf8(c->j, c->self.s);
	buf_init(&b, FORMAT_MAX * 2);
	for (size_t i = 0; i < t.len; i++) {
		size_t end = i + 1;
		struct js_val *v = NULL;
		struct str name;
		uint64_t at;

		if (t.p[i] != '{' || (end < t.len && t.p[end] == '{')) {
			buf_add_char(&b, t.p[i]);
			i += (t.p[i] == '{' || t.p[i] == '}') && end < t.len && t.p[end] == t.p[i];
			continue;
		}
		while (end < t.len && t.p[end] != '}')
			end++;
		name = str_part(t, i + 1, end - i - 1);
		if (!name.len)
			v = next < c->n ? &c->args[next++] : NULL;
		else if (str_to_u64(name, 10, &at))
			v = at < c->n ? &c->args[at] : NULL;
		else if (c->n && c->args[c->n - 1].t == V_OBJ)
			v = fold_obj_find(c->j, c->args[c->n - 1].o, name);
		if (!v || !add_text(c, &b, *v)) {
			buf_release(&b);
			return c->j->thrown ? false : fold_fail(c->j);
		}
		i = end;
	}
	return filled(c, &b, c->self.s, c->r);
}

/* "%s%d%c" % values */
static bool percent(struct call *c, const struct js_str *s, struct js_val values)
{
	struct str t = js_utf8(c->j, s);
	struct js_val *list = values.t == V_ARR ? values.a->v : &values;
	size_t n = values.t == V_ARR ? values.a->n : 1, next = 0;
	struct buf b;
	bool ok = true;

	buf_init(&b, FORMAT_MAX * 2);
	for (size_t i = 0; i < t.len && ok; i++) {
		struct js_val v;

		if (t.p[i] != '%' || i + 1 >= t.len) {
			buf_add_char(&b, t.p[i]);
			continue;
		}
		i++;
		if (t.p[i] == '%') {
			buf_add_char(&b, '%');
			continue;
		}
		ok = next < n && (t.p[i] == 's' || t.p[i] == 'd' || t.p[i] == 'c' || t.p[i] == 'i');
		if (!ok)
			break;
		v = list[next++];
		if (t.p[i] == 'c' && v.t == V_NUM) {
			struct call inner = {.j = c->j, .args = &v, .n = 1, .r = &v};

			ok = f_chr(&inner);
		}
		ok = ok && add_text(c, &b, v);
	}
	if (!ok) {
		buf_release(&b);
		return c->j->thrown ? false : fold_fail(c->j);
	}
	return filled(c, &b, s, c->r);
}

static bool l_append(struct call *c)
{
	return c->self.t == V_ARR && c->n == 1 && fold_arr_push(c->j, c->self.a, c->args[0]) ? give(c, none())
		: c->j->thrown ? false : fold_fail(c->j);
}

static bool l_extend(struct call *c)
{
	struct js_arr *a;

	if (c->self.t != V_ARR || !arg_items(c, 0, &a))
		return c->j->thrown ? false : fold_fail(c->j);
	for (size_t i = 0, n = a->n; i < n; i++)
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, c->self.a, a->v[i]))
			return false;
	return give(c, none());
}

static bool l_pop(struct call *c)
{
	double d;
	size_t at;

	if (c->self.t != V_ARR || !c->self.a->n || !number(c, 0, -1, &d))
		return fold_fail(c->j);
	if (d < 0)
		d += (double)c->self.a->n;
	if (!(d >= 0 && d < (double)c->self.a->n))
		return fold_throw_error(c->j);
	at = (size_t)d;
	*c->r = c->self.a->v[at];
	memmove(c->self.a->v + at, c->self.a->v + at + 1, (c->self.a->n - at - 1) * sizeof(*c->self.a->v));
	c->self.a->n--;
	return fold_step(c->j, 1 + (c->self.a->n - at) / 16);
}

static bool l_reverse(struct call *c)
{
	if (c->self.t != V_ARR)
		return fold_fail(c->j);
	for (size_t i = 0, n = c->self.a->n; i < n / 2; i++) {
		struct js_val v = c->self.a->v[i];

		c->self.a->v[i] = c->self.a->v[n - 1 - i];
		c->self.a->v[n - 1 - i] = v;
	}
	c->j->run_schemes |= SCHEME_REVERSE;
	return fold_step(c->j, 1 + c->self.a->n / 8) && give(c, none());
}

static bool l_index(struct call *c)
{
	if (c->self.t == V_STR)
		return m_find(c);
	for (size_t i = 0; c->self.t == V_ARR && c->n && i < c->self.a->n; i++)
		if (fold_same_strict(c->self.a->v[i], c->args[0]))
			return fold_step(c->j, 1 + i / 8) && give(c, fold_num((double)i));
	return fold_fail(c->j);
}

static bool d_get(struct call *c)
{
	struct js_val key, *v;

	if (c->self.t != V_OBJ || !c->n || !fold_to_str(c->j, c->args[0], &key))
		return c->j->thrown ? false : fold_fail(c->j);
	v = fold_obj_find(c->j, c->self.o, js_utf8(c->j, key.s));
	return give(c, v ? *v : c->n > 1 ? c->args[1] : none());
}

static bool dict_list(struct call *c, bool keys, bool values)
{
	struct js_arr *o = fold_arr_new(c->j);

	if (c->self.t != V_OBJ)
		return fold_fail(c->j);
	for (size_t i = 0; i < c->self.o->n; i++) {
		struct js_val key = js_str_utf8(c->j, c->self.o->keys[i]);

		if (keys && values ? !pair(c, o, key, c->self.o->vals[i]) : !fold_arr_push(c->j, o, keys ? key : c->self.o->vals[i]))
			return false;
	}
	return give(c, fold_arr_val(o));
}

static bool d_keys(struct call *c)
{
	return dict_list(c, true, false);
}

static bool d_values(struct call *c)
{
	return dict_list(c, false, true);
}

static bool d_items(struct call *c)
{
	return dict_list(c, true, true);
}

/* ---------- what py_lower.c makes of syntax ---------- */

static bool s_slice(struct call *c)
{
	size_t len = c->self.t == V_STR ? c->self.s->len : c->self.t == V_ARR ? c->self.a->n : 0;
	struct js_arr *list = fold_arr_new(c->j);
	struct js_val text;
	double by, from, to;
	size_t n = 0;

	if ((c->self.t != V_STR && c->self.t != V_ARR) || !number(c, 2, 1, &by) || by == 0)
		return fold_fail(c->j);
	if (!number(c, 0, by > 0 ? 0 : (double)len - 1, &from) || !number(c, 1, by > 0 ? (double)len : -(double)len - 1, &to))
		return false;
	if (from < 0)
		from = from + (double)len < 0 ? (by > 0 ? 0 : -1) : from + (double)len;
	if (to < 0)
		to = to + (double)len < 0 ? -1 : to + (double)len;
	if (from >= (double)len)
		from = by > 0 ? (double)len : (double)len - 1;
	if (to > (double)len)
		to = (double)len;
	if (by == 1 && c->self.t == V_STR)
		return give(c, fold_sub_str(c->j, c->self.s, (size_t)from, to < from ? (size_t)from : (size_t)to));
	if (by < 0)
		c->j->run_schemes |= SCHEME_REVERSE;
	text = c->self.t == V_STR ? fold_str_meta(c->j, arena_alloc(c->j->a, (len + 1) * 2), 0, c->self.s->wide, c->self.s) : none();
	for (; by > 0 ? from < to : from > to; from += by) {
		size_t at = (size_t)from;

		if (!fold_step(c->j, 1))
			return false;
		if (c->self.t == V_ARR) {
			if (!fold_arr_push(c->j, list, c->self.a->v[at]))
				return false;
		} else if (c->self.s->wide) {
			((uint16_t *)(uintptr_t)text.s->p)[n++] = js_unit(c->self.s, at);
		} else {
			((uint8_t *)(uintptr_t)text.s->p)[n++] = (uint8_t)js_unit(c->self.s, at);
		}
	}
	if (c->self.t == V_ARR)
		return give(c, fold_arr_val(list));
	text.s->len = (uint32_t)n;
	return fold_spend_bytes(c->j, len * 2) && give(c, text);
}

static bool s_map(struct call *c)
{
	struct js_arr *o = fold_arr_new(c->j);
	struct js_val list, v;

	if (c->n != 1 || !items(c->j, c->self, &list))
		return c->j->thrown ? false : fold_fail(c->j);
	for (size_t i = 0; i < list.a->n; i++) {
		if (!fold_step(c->j, 1) || !fold_call_value(c->j, c->args[0], fold_undef(), &list.a->v[i], 1, &v))
			return false;
		if (v.t != V_UNDEF && !fold_arr_push(c->j, o, v)) /* undefined: left out by `if` */
			return false;
	}
	return give(c, fold_arr_val(o));
}

static bool s_flat(struct call *c)
{
	struct js_arr *o = fold_arr_new(c->j);

	if (c->self.t != V_ARR)
		return fold_fail(c->j);
	for (size_t i = 0; i < c->self.a->n; i++)
		for (size_t k = 0; c->self.a->v[i].t == V_ARR && k < c->self.a->v[i].a->n; k++)
			if (!fold_step(c->j, 1) || !fold_arr_push(c->j, o, c->self.a->v[i].a->v[k]))
				return false;
	return give(c, fold_arr_val(o));
}

static bool s_dict(struct call *c)
{
	struct call inner = {.j = c->j, .args = &c->self, .n = 1, .r = c->r};

	return f_dict(&inner);
}

/* ---------- the table ---------- */

static bool f_import(struct call *c);
static bool f_getattr(struct call *c);

static const struct native {
	const char *name; /* global, module.name, or #type.method */
	bool (*run)(struct call *c);
} natives[] = {
	{"$module", f_same}, /* first: a module itself, with its name */
	{"chr", f_chr}, {"ord", f_ord}, {"str", f_str}, {"bytes", f_bytes}, {"bytearray", f_bytes}, {"int", f_int},
	{"float", f_float}, {"bool", f_bool}, {"len", f_len}, {"range", f_range}, {"xrange", f_range}, {"unichr", f_chr}, {"list", f_list},
	{"tuple", f_list}, {"set", f_list}, {"dict", f_dict}, {"map", f_map}, {"filter", f_filter}, {"reversed", f_reversed},
	{"zip", f_zip}, {"enumerate", f_enumerate}, {"sum", f_sum}, {"min", f_min}, {"max", f_max}, {"abs", f_abs},
	{"hex", f_hex}, {"bin", f_bin}, {"oct", f_oct}, {"pow", f_pow}, {"iter", f_same}, {"compile", f_same},
	{"memoryview", f_same}, {"require", f_import}, {"__import__", f_import}, {"getattr", f_getattr}, {"Reflect.get", f_getattr},
	{"functools.reduce", f_reduce}, {"itertools.cycle", f_cycle}, {"itertools.chain", f_chain}, {"operator.xor", f_xor},
	{"base64.b64decode", f_b64}, {"base64.standard_b64decode", f_b64}, {"base64.urlsafe_b64decode", f_b64},
	{"base64.decodebytes", f_b64}, {"base64.decodestring", f_b64}, {"binascii.a2b_base64", f_b64}, {"base64.b32decode", f_b32},
	{"base64.b16decode", f_fromhex}, {"base64.b85decode", f_b85}, {"base64.a85decode", f_a85}, {"binascii.unhexlify", f_fromhex},
	{"binascii.a2b_hex", f_fromhex}, {"bytes.fromhex", f_fromhex}, {"bytearray.fromhex", f_fromhex},
	{"codecs.decode", f_codecs_decode}, {"codecs.encode", f_codecs_encode}, {"zlib.decompress", f_inflate},
	{"gzip.decompress", f_inflate}, {"bz2.decompress", f_bz2}, {"lzma.decompress", f_lzma},
	{"urllib.parse.unquote", f_unquote}, {"urllib.parse.unquote_plus", f_unquote}, {"str.maketrans", f_maketrans},
	{"string.maketrans", f_maketrans}, {"bytes.maketrans", f_maketrans},
	{"#str.join", m_join}, {"#str.replace", m_replace}, {"#str.split", m_split}, {"#str.strip", m_strip},
	{"#str.lstrip", m_lstrip}, {"#str.rstrip", m_rstrip}, {"#str.lower", m_lower}, {"#str.upper", m_upper},
	{"#str.swapcase", m_swapcase}, {"#str.encode", m_encode}, {"#str.decode", m_decode}, {"#str.find", m_find},
	{"#str.index", m_find}, {"#str.startswith", m_starts}, {"#str.hex", m_hex}, {"#str.translate", m_translate},
	{"#str.format", m_format}, {"#list.append", l_append}, {"#list.extend", l_extend}, {"#list.pop", l_pop},
	{"#list.reverse", l_reverse}, {"#list.index", l_index}, {"#dict.get", d_get}, {"#dict.keys", d_keys},
	{"#dict.values", d_values}, {"#dict.items", d_items}, {"#.$slice", s_slice}, {"#.$map", s_map}, {"#.$flat", s_flat},
	{"#.$dict", s_dict},
};

enum { N_NATIVES = sizeof(natives) / sizeof(*natives) };

static bool native_of(struct js *j, struct str name, struct js_val self, struct js_val *r)
{
	for (size_t i = 1; i < N_NATIVES; i++)
		if (str_is(name, natives[i].name))
			return fold_native_val(j, FOLD_NATIVE + (unsigned)i, self, r);
	return false;
}

static bool module_val(struct js *j, struct str name, struct js_val *r)
{
	return fold_native_val(j, FOLD_NATIVE, js_str_utf8(j, arena_str(j->a, name)), r);
}

static bool is_module(struct js_val v)
{
	return v.t == V_NATIVE && v.native == FOLD_NATIVE;
}

static bool global(struct js *j, struct str name, struct js_val *r)
{
	if (native_of(j, name, fold_undef(), r))
		return true;
	if (str_is(name, "__builtins__") || str_is(name, "globalThis"))
		return module_val(j, STR("builtins"), r);
	return fold_fail(j);
}

static bool import(struct js *j, struct str api, struct js_val *r)
{
	static const struct {
		const char *name, *text;
	} texts[] = {
		{"string.ascii_lowercase", "abcdefghijklmnopqrstuvwxyz"}, {"string.ascii_uppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
		{"string.ascii_letters", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}, {"string.digits", "0123456789"},
		{"string.hexdigits", "0123456789abcdefABCDEF"}, {"string.punctuation", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
	};

	if (str_starts(api, "builtins."))
		return global(j, str_part(api, 9, api.len), r);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (str_is(api, texts[i].name)) {
			*r = js_str_val(j, texts[i].text, strlen(texts[i].text), false);
			return true;
		}
	if (native_of(j, api, fold_undef(), r))
		return true;
	if (!api.len || !(str_is(api, "globalThis") || j->front->import_folds(api)))
		return fold_fail(j);
	return module_val(j, str_is(api, "globalThis") ? STR("builtins") : api, r);
}

static bool f_import(struct call *c)
{
	return is_text(c, 0) ? import(c->j, js_utf8(c->j, c->args[0].s), c->r) : fold_fail(c->j);
}

static bool attribute(struct js *j, struct js_val o, struct str name, struct js_val *r)
{
	static const char *const types[] = {[V_STR] = "str", [V_ARR] = "list", [V_OBJ] = "dict", [V_NUM] = "int"};
	struct js_val *v;

	if (!fold_step(j, 1) || name.len > 64)
		return fold_fail(j);
	if (is_module(o))
		return import(j, arena_printf(j->a, "%.*s.%.*s", STR_ARG(js_utf8(j, o.self->s)), STR_ARG(name)), r);
	if (o.t == V_NATIVE && o.native >= FOLD_NATIVE && (size_t)(o.native - FOLD_NATIVE) < N_NATIVES) /* bytes.fromhex, str.join */
		return native_of(j, arena_printf(j->a, "%s.%.*s", natives[o.native - FOLD_NATIVE].name, STR_ARG(name)), fold_undef(), r) ? true
			: fold_fail(j);
	if (name.p[0] == '$')
		return native_of(j, arena_printf(j->a, "#.%.*s", STR_ARG(name)), o, r) ? true : fold_fail(j);
	if (o.t < sizeof(types) / sizeof(*types) && types[o.t] &&
		native_of(j, arena_printf(j->a, "#%s.%.*s", types[o.t], STR_ARG(name)), o, r))
		return true;
	v = o.t == V_OBJ ? fold_obj_find(j, o.o, name) : NULL;
	if (!v)
		return fold_fail(j);
	*r = *v;
	return true;
}

static bool f_getattr(struct call *c)
{
	return is_text(c, 1) ? attribute(c->j, c->args[0], js_utf8(c->j, c->args[1].s), c->r) : fold_fail(c->j);
}

static bool element(struct js *j, struct js_val o, struct js_val key, struct js_val *r)
{
	double d;
	size_t len = o.t == V_STR ? o.s->len : o.t == V_ARR ? o.a->n : 0;
	struct js_val t, *v;

	if (!fold_step(j, 1))
		return false;
	if (o.t == V_OBJ) {
		v = fold_to_str(j, key, &t) ? fold_obj_find(j, o.o, js_utf8(j, t.s)) : NULL;
		if (!v)
			return j->thrown ? false : fold_throw_error(j);
		j->run_schemes |= o.o->n >= 6 && v->t == V_STR ? SCHEME_ARRAY : 0;
		*r = *v;
		return true;
	}
	if (is_module(o) && key.t == V_STR) /* __builtins__["eval"] */
		return attribute(j, o, js_utf8(j, key.s), r);
	if (!len || (key.t != V_NUM && key.t != V_BOOL) || !fold_to_num(j, key, &d))
		return fold_fail(j);
	if (d < 0)
		d += (double)len;
	if (!(d >= 0 && d < (double)len))
		return fold_throw_error(j);
	*r = o.t == V_ARR ? o.a->v[(size_t)d] : o.s->bytes ? fold_num(js_unit(o.s, (size_t)d)) : fold_sub_str(j, o.s, (size_t)d, (size_t)d + 1);
	if (o.t == V_ARR && len >= 6 && r->t == V_STR)
		j->run_schemes |= SCHEME_ARRAY;
	return true;
}

static bool set_element(struct js *j, struct js_val o, struct js_val key, struct js_val v)
{
	struct js_val t;
	double d;

	if (o.t == V_OBJ)
		return fold_to_str(j, key, &t) && fold_obj_set(j, o.o, js_utf8(j, t.s), v);
	if (o.t != V_ARR || key.t != V_NUM || !fold_to_num(j, key, &d))
		return fold_fail(j);
	if (d < 0)
		d += (double)o.a->n;
	if (!(d >= 0 && d < (double)o.a->n))
		return fold_throw_error(j);
	o.a->v[(size_t)d] = v;
	return true;
}

static bool call_native(struct js *j, unsigned native, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
{
	struct call c = {.j = j, .self = self, .args = args, .n = n, .r = r};

	if (native == 0 || native >= N_NATIVES)
		return fold_fail(j);
	/* str.join(",", list): the object is the first argument */
	if (natives[native].name[0] == '#' && self.t == V_UNDEF && n) {
		c.self = args[0];
		c.args++;
		c.n--;
	}
	return natives[native].run(&c);
}

/* ---------- operators ---------- */

static bool repeat(struct js *j, struct js_val what, struct js_val times, struct js_val *r)
{
	struct js_arr *o = fold_arr_new(j);
	double n;

	if (!fold_to_num(j, times, &n) || !(n < REPEAT_MAX))
		return fold_fail(j);
	if (what.t == V_STR) {
		*r = fold_str_meta(j, "", 0, false, what.s);
		if (n * what.s->len > REPEAT_MAX)
			return fold_fail(j);
		for (size_t i = 0; n > 0 && what.s->len && i < (size_t)n; i++)
			if (!fold_concat(j, r->s, what.s, r))
				return false;
		r->s->bytes = what.s->bytes;
		return true;
	}
	if (n * (double)what.a->n > REPEAT_MAX)
		return fold_fail(j);
	*r = fold_arr_val(o);
	for (size_t i = 0; n > 0 && i < (size_t)n; i++)
		for (size_t k = 0; k < what.a->n; k++)
			if (!fold_step(j, 1) || !fold_arr_push(j, o, what.a->v[k]))
				return false;
	return true;
}

static bool equal(struct js *j, struct js_val a, struct js_val b, int depth)
{
	if (a.t != V_ARR || b.t != V_ARR)
		return fold_same_strict(a, b);
	if (a.a->n != b.a->n || depth > 8 || !fold_step(j, a.a->n))
		return false;
	for (size_t i = 0; i < a.a->n; i++)
		if (!equal(j, a.a->v[i], b.a->v[i], depth + 1))
			return false;
	return true;
}

static bool contains(struct js *j, struct js_val what, struct js_val in, bool *ret)
{
	struct js_val key;

	*ret = false;
	if (in.t == V_STR && what.t == V_STR)
		*ret = fold_str_index(j, in.s, what.s, 0) != SIZE_MAX;
	else if (in.t == V_OBJ)
		*ret = fold_to_str(j, what, &key) && fold_obj_find(j, in.o, js_utf8(j, key.s));
	else if (in.t == V_ARR)
		for (size_t i = 0; i < in.a->n && !*ret; i++)
			*ret = fold_step(j, 1) && equal(j, in.a->v[i], what, 0);
	else
		return fold_fail(j);
	return !j->thrown;
}

static bool whole(struct js_val v)
{
	return (v.t == V_NUM && v.n == trunc(v.n) && fabs(v.n) < 9007199254740992.0) || v.t == V_BOOL;
}

/* Whole numbers where JavaScript would cut to 32 bits. */
static bool bits(enum js_op op, int64_t a, int64_t b, struct js_val *r)
{
	int64_t v;

	switch (op) {
	case OP_AND:
		v = a & b;
		break;
	case OP_OR:
		v = a | b;
		break;
	case OP_XOR:
		v = a ^ b;
		break;
	case OP_SHR:
		v = b < 0 ? 0 : b > 62 ? (a < 0 ? -1 : 0) : a >> b;
		break;
	default:
		*r = fold_num((double)a * pow(2, (double)b));
		return b >= 0 && fabs(r->n) < 9007199254740992.0;
	}
	*r = fold_num((double)v);
	return true;
}

static bool lists_joined(struct js *j, struct js_val a, struct js_val b, struct js_val *r)
{
	struct js_arr *o = fold_arr_new(j);

	for (size_t i = 0; i < a.a->n + b.a->n; i++)
		if (!fold_arr_push(j, o, i < a.a->n ? a.a->v[i] : b.a->v[i - a.a->n]))
			return false;
	*r = fold_arr_val(o);
	return fold_step(j, 1 + o->n / 8);
}

static bool binary(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r, bool *ret_mine)
{
	double x, y;
	bool in;

	*ret_mine = true;
	switch (op) {
	case OP_ADD:
		if (a.t == V_ARR && b.t == V_ARR)
			return lists_joined(j, a, b, r);
		if (a.t == V_ARR || b.t == V_ARR || a.t == V_OBJ || b.t == V_OBJ || a.t == V_NULL || b.t == V_NULL)
			return fold_fail(j);
		break;
	case OP_MUL:
		if (a.t == V_STR || a.t == V_ARR)
			return repeat(j, a, b, r);
		if (b.t == V_STR || b.t == V_ARR)
			return repeat(j, b, a, r);
		break;
	case OP_MOD:
		if (a.t == V_STR) {
			struct call c = {.j = j, .r = r};

			return percent(&c, a.s, b);
		}
		if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y) || y == 0)
			return fold_fail(j);
		*r = fold_num(x - floor(x / y) * y);
		return true;
	case OP_FLOOR:
		if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y) || y == 0)
			return fold_fail(j);
		*r = fold_num(floor(x / y));
		return true;
	case OP_EQ:
	case OP_NE:
	case OP_SEQ:
	case OP_SNE:
		*r = fold_boolean(equal(j, a, b, 0) == (op == OP_EQ || op == OP_SEQ));
		return !j->thrown;
	case OP_IN:
	case OP_NOT_IN:
		if (!contains(j, a, b, &in))
			return false;
		*r = fold_boolean(in == (op == OP_IN));
		return true;
	case OP_AND:
	case OP_OR:
	case OP_XOR:
	case OP_SHL:
	case OP_SHR:
		if (!whole(a) || !whole(b) || !fold_to_num(j, a, &x) || !fold_to_num(j, b, &y))
			return fold_fail(j);
		if (op == OP_XOR)
			j->run_schemes |= SCHEME_XOR;
		return bits(op, (int64_t)x, (int64_t)y, r) ? true : fold_fail(j);
	default:
		break;
	}
	*ret_mine = false;
	return true;
}

const struct fold_ops py_fold = {
	.global = global,
	.import = import,
	.attribute = attribute,
	.element = element,
	.set_element = set_element,
	.call = call_native,
	.binary = binary,
	.items = items,
};
