/*
 * PHP's values for the interpreter of js_fold.c: literals, and the functions that only compute. Texts
 * are rows of bytes; lists and dictionaries are arrays and objects.
 */
#include "php_int.h"

#include <zlib.h>

#include "util/escape.h"

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

static bool is_text(const struct call *c, size_t i)
{
	return i < c->n && c->args[i].t == V_STR;
}

static bool number(struct call *c, size_t i, double missing, double *ret)
{
	*ret = missing;
	return i >= c->n || c->args[i].t == V_NULL || fold_to_num(c->j, c->args[i], ret);
}

/* The bytes of a text argument. */
static bool bytes(struct call *c, size_t i, const uint8_t **ret, size_t *ret_n)
{
	const struct js_str *s;
	uint8_t *b;

	if (!is_text(c, i))
		return fold_fail(c->j);
	s = c->args[i].s;
	*ret_n = s->len;
	if (!fold_step(c->j, 1 + s->len / 16) || !fold_spend_bytes(c->j, s->len))
		return false;
	if (!s->wide) {
		*ret = s->p;
		return true;
	}
	b = arena_alloc(c->j->a, (size_t)s->len + 1);
	for (size_t k = 0; k < s->len; k++) {
		if (js_unit(s, k) > 0xff)
			return fold_fail(c->j);
		b[k] = (uint8_t)js_unit(s, k);
	}
	*ret = b;
	return true;
}

static bool layer(struct call *c, const void *p, size_t n, uint16_t scheme)
{
	return fold_layer_str(c->j, p, n, false, is_text(c, 0) ? c->args[0].s : NULL, scheme, c->r);
}

static struct js_val plain(struct js *j, const struct js_str *like, const void *p, size_t n)
{
	return fold_str_meta(j, p, n, false, like);
}

/* ---------- literals ---------- */

static uint32_t digits(struct str raw, size_t *pos, int most, int base)
{
	uint32_t v = 0;

	for (int k = 0; k < most && *pos < raw.len; k++) {
		int d = fold_hex_digit((unsigned char)raw.p[*pos]);

		if (d < 0 || d >= base)
			break;
		v = v * (uint32_t)base + (uint32_t)d;
		++*pos;
	}
	return v;
}

/* In double quotes: \n \x41 \101 \u{41} \$ \"; what is no escape stays. */
static void double_escape(struct str raw, size_t *pos, struct buf *b)
{
	static const char from[] = "nrtvef\\$\"", to[] = "\n\r\t\v\x1b\f\\$\"";
	char c = raw.p[*pos];
	const char *known = c ? strchr(from, c) : NULL;

	if (known) {
		buf_add_char(b, to[known - from]);
		++*pos;
	} else if (c == 'x' && *pos + 1 < raw.len && fold_hex_digit((unsigned char)raw.p[*pos + 1]) >= 0) {
		++*pos;
		utf8_put(b, digits(raw, pos, 2, 16));
	} else if (c >= '0' && c <= '7') {
		utf8_put(b, digits(raw, pos, 3, 8) & 0xff);
	} else if (c == 'u' && *pos + 1 < raw.len && raw.p[*pos + 1] == '{') {
		*pos += 2;
		utf8_put(b, digits(raw, pos, 6, 16));
		*pos += *pos < raw.len && raw.p[*pos] == '}';
	} else {
		buf_add_char(b, '\\');
	}
}

static struct js_val text_literal(struct js *j, uint32_t n)
{
	struct str raw = js_text(j, n);
	unsigned flags = j->nodes[n].flags;
	struct js_val v;
	struct buf b;

	if (flags & JF_RAW || !memchr(raw.p ? raw.p : "", '\\', raw.len))
		return js_str_utf8(j, raw);
	buf_init(&b, raw.len * 4 + 16);
	for (size_t pos = 0; pos < raw.len;) {
		char c = raw.p[pos++];

		if (c != '\\' || pos >= raw.len)
			buf_add_char(&b, c);
		else if (flags & PHP_DOUBLE)
			double_escape(raw, &pos, &b);
		else if (raw.p[pos] == '\\' || raw.p[pos] == '\'')
			buf_add_char(&b, raw.p[pos++]);
		else
			buf_add_char(&b, c);
	}
	v = js_str_utf8(j, arena_str(j->a, buf_str(&b)));
	buf_release(&b);
	if (v.s->wide) { /* bytes, where they fit */
		uint8_t *p = arena_alloc(j->a, (size_t)v.s->len + 1);
		size_t k = 0;

		for (; k < v.s->len && js_unit(v.s, k) <= 0xff; k++)
			p[k] = (uint8_t)js_unit(v.s, k);
		if (k == v.s->len)
			v = js_str_val(j, p, k, false);
	}
	return v;
}

struct js_val php_literal(struct js *j, uint32_t n)
{
	return j->nodes[n].kind == J_STR ? text_literal(j, n) : js_literal_own(j, n);
}

/* ---------- decoders ---------- */

static bool f_base64(struct call *c)
{
	uint8_t *p;
	size_t n;

	if (!is_text(c, 0) || !fold_base64_bytes(c->j, c->args[0].s, &p, &n))
		return fold_fail(c->j);
	return layer(c, p, n, SCHEME_BASE64);
}

static bool inflated(struct call *c, int window)
{
	z_stream z = {0};
	const uint8_t *in;
	uint8_t *out;
	size_t n;
	int rc;
	bool ok;

	if (!bytes(c, 0, &in, &n) || inflateInit2(&z, window) != Z_OK)
		return fold_fail(c->j);
	out = arena_alloc(c->j->a, FOLD_INFLATE_MAX);
	z.next_in = (uint8_t *)(uintptr_t)in;
	z.avail_in = (unsigned)n;
	z.next_out = out;
	z.avail_out = FOLD_INFLATE_MAX;
	rc = inflate(&z, Z_FINISH);
	n = FOLD_INFLATE_MAX - z.avail_out;
	ok = (rc == Z_STREAM_END || rc == Z_BUF_ERROR) && n;
	inflateEnd(&z);
	return ok && fold_spend_bytes(c->j, n) ? layer(c, out, n, SCHEME_PACKED) : fold_fail(c->j);
}

static bool f_gzinflate(struct call *c)
{
	return inflated(c, -MAX_WBITS);
}

static bool f_gzuncompress(struct call *c)
{
	return inflated(c, MAX_WBITS + 32);
}

static bool f_rot13(struct call *c)
{
	const uint8_t *p;
	uint8_t *o;
	size_t n;

	if (!bytes(c, 0, &p, &n))
		return false;
	o = arena_alloc(c->j->a, n + 1);
	for (size_t i = 0; i < n; i++) {
		uint8_t l = p[i] | 32;

		o[i] = (uint8_t)(l >= 'a' && l <= 'z' ? (l < 'n' ? p[i] + 13 : p[i] - 13) : p[i]);
	}
	return layer(c, o, n, SCHEME_ESCAPE);
}

static bool f_strrev(struct call *c)
{
	const uint8_t *p;
	uint8_t *o;
	size_t n;

	if (!bytes(c, 0, &p, &n))
		return false;
	o = arena_alloc(c->j->a, n + 1);
	for (size_t i = 0; i < n; i++)
		o[i] = p[n - 1 - i];
	return layer(c, o, n, SCHEME_REVERSE);
}

static bool unhex(struct call *c, size_t at)
{
	const uint8_t *p;
	uint8_t *o;
	size_t n;

	if (!bytes(c, at, &p, &n))
		return false;
	o = arena_alloc(c->j->a, n / 2 + 1);
	for (size_t i = 0; i + 1 < n; i += 2) {
		int hi = fold_hex_digit(p[i]), lo = fold_hex_digit(p[i + 1]);

		if (hi < 0 || lo < 0)
			return fold_fail(c->j);
		o[i / 2] = (uint8_t)(hi << 4 | lo);
	}
	return fold_layer_str(c->j, o, n / 2, false, c->args[at].s, SCHEME_HEX, c->r);
}

static bool f_hex2bin(struct call *c)
{
	return unhex(c, 0);
}

/* pack("H*", hex), pack("C*", ...) */
static bool f_pack(struct call *c)
{
	struct str format = is_text(c, 0) ? js_utf8(c->j, c->args[0].s) : STR_NONE;
	uint8_t *o;

	if (str_is(format, "H*"))
		return unhex(c, 1);
	if (!str_is(format, "C*") && !str_is(format, "c*"))
		return fold_fail(c->j);
	o = arena_alloc(c->j->a, c->n + 1);
	for (size_t i = 1; i < c->n; i++) {
		double d;

		if (!fold_to_num(c->j, c->args[i], &d) || !(d >= 0 && d < 256))
			return fold_fail(c->j);
		o[i - 1] = (uint8_t)d;
	}
	c->j->run_schemes |= SCHEME_CHARCODES;
	return give(c, js_str_val(c->j, o, c->n - 1, false));
}

static bool f_urldecode(struct call *c)
{
	return is_text(c, 0) ? fold_unescape_text(c->j, c->args[0].s, true, c->r) : fold_fail(c->j);
}

/* ---------- texts ---------- */

static bool f_chr(struct call *c)
{
	uint8_t *p = arena_alloc(c->j->a, 1);
	double d;

	if (!number(c, 0, -1, &d) || !(d >= -256 && d < 65536))
		return fold_fail(c->j);
	*p = (uint8_t)(int)d;
	c->j->run_schemes |= SCHEME_CHARCODES;
	return give(c, js_str_val(c->j, p, 1, false));
}

static bool f_ord(struct call *c)
{
	return is_text(c, 0) && c->args[0].s->len ? give(c, fold_num(js_unit(c->args[0].s, 0))) : fold_fail(c->j);
}

static bool f_strlen(struct call *c)
{
	return is_text(c, 0) ? give(c, fold_num(c->args[0].s->len)) : fold_fail(c->j);
}

static bool f_count(struct call *c)
{
	return c->n && c->args[0].t == V_ARR ? give(c, fold_num((double)c->args[0].a->n)) : fold_fail(c->j);
}

/* implode(glue, list), also the other way round and without glue. */
static bool f_implode(struct call *c)
{
	size_t list = c->n && c->args[0].t == V_ARR ? 0 : 1, glue = 1 - list;
	struct js_val none = js_str_val(c->j, "", 0, false);

	if (list >= c->n || c->args[list].t != V_ARR)
		return fold_fail(c->j);
	return fold_join_text(c->j, c->args[list].a, is_text(c, glue) ? c->args[glue].s : none.s, c->r);
}

static bool f_explode(struct call *c)
{
	return is_text(c, 0) && is_text(c, 1) ? fold_str_split(c->j, c->args[1].s, c->args[0], c->r) : fold_fail(c->j);
}

static bool f_str_split(struct call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	double size;

	if (!is_text(c, 0) || !number(c, 1, 1, &size) || !(size >= 1 && size < 1e6))
		return fold_fail(c->j);
	for (size_t i = 0; i < c->args[0].s->len; i += (size_t)size) {
		size_t end = i + (size_t)size < c->args[0].s->len ? i + (size_t)size : c->args[0].s->len;

		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, fold_sub_str(c->j, c->args[0].s, i, end)))
			return false;
	}
	return give(c, fold_arr_val(a));
}

static bool f_str_replace(struct call *c)
{
	struct js_val text, what, with;

	if (c->n < 3 || !is_text(c, 2))
		return fold_fail(c->j);
	text = c->args[2];
	if (c->args[0].t == V_STR)
		return fold_str_replace(c->j, text.s, c->args[0], c->args[1], true, c->r);
	if (c->args[0].t != V_ARR)
		return fold_fail(c->j);
	for (size_t i = 0; i < c->args[0].a->n; i++) {
		what = c->args[0].a->v[i];
		with = c->args[1].t == V_ARR ? (i < c->args[1].a->n ? c->args[1].a->v[i] : js_str_val(c->j, "", 0, false)) : c->args[1];
		if (what.t != V_STR || !fold_str_replace(c->j, text.s, what, with, true, &text) || text.t != V_STR)
			return fold_fail(c->j);
	}
	return give(c, text);
}

static bool f_substr(struct call *c)
{
	double from, count, len;

	if (!is_text(c, 0))
		return fold_fail(c->j);
	len = c->args[0].s->len;
	if (!number(c, 1, 0, &from) || !number(c, 2, len, &count))
		return fold_fail(c->j);
	from = from < 0 ? len + from : from;
	from = from < 0 ? 0 : from > len ? len : from;
	count = count < 0 ? len - from + count : count;
	count = count < 0 ? 0 : from + count > len ? len - from : count;
	return give(c, fold_sub_str(c->j, c->args[0].s, (size_t)from, (size_t)(from + count)));
}

/* strtr(text, "abc", "xyz") */
static bool f_strtr(struct call *c)
{
	const uint8_t *p, *from, *to;
	size_t n, n_from, n_to;
	uint8_t *o, map[256];

	if (c->n != 3 || !bytes(c, 0, &p, &n) || !bytes(c, 1, &from, &n_from) || !bytes(c, 2, &to, &n_to))
		return c->j->thrown ? false : fold_fail(c->j);
	for (unsigned i = 0; i < 256; i++)
		map[i] = (uint8_t)i;
	for (size_t i = 0; i < n_from && i < n_to; i++)
		map[from[i]] = to[i];
	o = arena_alloc(c->j->a, n + 1);
	for (size_t i = 0; i < n; i++)
		o[i] = map[p[i]];
	return layer(c, o, n, SCHEME_ESCAPE);
}

static bool f_lower(struct call *c)
{
	return is_text(c, 0) ? fold_str_case(c->j, c->args[0].s, false, c->r) : fold_fail(c->j);
}

static bool f_upper(struct call *c)
{
	return is_text(c, 0) ? fold_str_case(c->j, c->args[0].s, true, c->r) : fold_fail(c->j);
}

static bool f_trim(struct call *c)
{
	const struct js_str *s = is_text(c, 0) ? c->args[0].s : NULL;
	size_t from = 0, to = s ? s->len : 0;

	if (!s || c->n > 1)
		return fold_fail(c->j);
	while (from < to && js_unit(s, from) <= ' ')
		from++;
	while (to > from && js_unit(s, to - 1) <= ' ')
		to--;
	return give(c, fold_sub_str(c->j, s, from, to));
}

static bool f_bin2hex(struct call *c)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *p;
	char *o;
	size_t n;

	if (!bytes(c, 0, &p, &n))
		return false;
	o = arena_alloc(c->j->a, n * 2 + 1);
	for (size_t i = 0; i < n; i++) {
		o[2 * i] = hex[p[i] >> 4];
		o[2 * i + 1] = hex[p[i] & 15];
	}
	return give(c, plain(c->j, c->args[0].s, o, n * 2));
}

static bool f_reverse(struct call *c)
{
	struct js_arr *a = fold_arr_new(c->j);

	if (!c->n || c->args[0].t != V_ARR)
		return fold_fail(c->j);
	for (size_t i = c->args[0].a->n; i > 0; i--)
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, c->args[0].a->v[i - 1]))
			return false;
	c->j->run_schemes |= SCHEME_REVERSE;
	return give(c, fold_arr_val(a));
}

/* array_map(f, list) with a function that is known, also by its name. */
static bool f_map(struct call *c);

static const struct native {
	const char *name;
	bool (*run)(struct call *c);
} natives[] = {
	{"$global", NULL}, /* first: globalThis */
	{"base64_decode", f_base64}, {"gzinflate", f_gzinflate}, {"gzuncompress", f_gzuncompress}, {"gzdecode", f_gzuncompress},
	{"str_rot13", f_rot13}, {"strrev", f_strrev}, {"hex2bin", f_hex2bin}, {"pack", f_pack}, {"urldecode", f_urldecode},
	{"rawurldecode", f_urldecode}, {"chr", f_chr}, {"ord", f_ord}, {"strlen", f_strlen}, {"count", f_count},
	{"implode", f_implode}, {"join", f_implode}, {"explode", f_explode}, {"str_split", f_str_split},
	{"str_replace", f_str_replace}, {"substr", f_substr}, {"strtr", f_strtr}, {"strtolower", f_lower},
	{"strtoupper", f_upper}, {"trim", f_trim}, {"bin2hex", f_bin2hex}, {"array_reverse", f_reverse}, {"array_map", f_map},
};

enum { N_NATIVES = sizeof(natives) / sizeof(*natives) };

static bool native_of(struct js *j, struct str name, struct js_val *r)
{
	for (size_t i = 1; i < N_NATIVES; i++)
		if (str_equal_nocase(name, str_of(natives[i].name)))
			return fold_native_val(j, FOLD_NATIVE + (unsigned)i, fold_undef(), r);
	return false;
}

static bool f_map(struct call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	struct js_val f, one;

	if (c->n < 2 || c->args[1].t != V_ARR)
		return fold_fail(c->j);
	f = c->args[0];
	if (f.t == V_STR && !native_of(c->j, js_utf8(c->j, f.s), &f))
		return fold_fail(c->j);
	for (size_t i = 0; i < c->args[1].a->n; i++)
		if (!fold_step(c->j, 1) || !fold_call_value(c->j, f, fold_undef(), &c->args[1].a->v[i], 1, &one) ||
			!fold_arr_push(c->j, a, one))
			return false;
	return give(c, fold_arr_val(a));
}

static bool global(struct js *j, struct str name, struct js_val *r)
{
	if (str_is(name, "globalThis"))
		return fold_native_val(j, FOLD_NATIVE, fold_undef(), r);
	return native_of(j, name, r) ? true : fold_fail(j);
}

static bool import(struct js *j, struct str api, struct js_val *r)
{
	return global(j, api, r);
}

static bool attribute(struct js *j, struct js_val o, struct str name, struct js_val *r)
{
	struct js_val *v = o.t == V_OBJ ? fold_obj_find(j, o.o, name) : NULL;

	if (o.t == V_NATIVE && o.native == FOLD_NATIVE)
		return native_of(j, name, r) ? true : fold_fail(j);
	if (!v)
		return fold_fail(j);
	*r = *v;
	return true;
}

static bool element(struct js *j, struct js_val o, struct js_val key, struct js_val *r)
{
	size_t len = o.t == V_STR ? o.s->len : o.t == V_ARR ? o.a->n : 0;
	struct js_val t;
	double d;

	if (!fold_step(j, 1))
		return false;
	if (o.t == V_OBJ || o.t == V_NATIVE)
		return fold_to_str(j, key, &t) ? attribute(j, o, js_utf8(j, t.s), r) : false;
	if (!len || !fold_to_num(j, key, &d))
		return fold_fail(j);
	if (d < 0 && o.t == V_STR)
		d += (double)len;
	if (!(d >= 0 && d < (double)len))
		return fold_fail(j);
	*r = o.t == V_ARR ? o.a->v[(size_t)d] : fold_sub_str(j, o.s, (size_t)d, (size_t)d + 1);
	if (r->t == V_STR && len >= 6)
		j->run_schemes |= SCHEME_ARRAY;
	return true;
}

static bool set_element(struct js *j, struct js_val o, struct js_val key, struct js_val v)
{
	struct js_val t;
	double d;

	if (o.t == V_OBJ)
		return fold_to_str(j, key, &t) && fold_obj_set(j, o.o, js_utf8(j, t.s), v);
	if (o.t != V_ARR || !fold_to_num(j, key, &d) || !(d >= 0 && d <= (double)o.a->n))
		return fold_fail(j);
	if ((size_t)d == o.a->n)
		return fold_arr_push(j, o.a, v);
	o.a->v[(size_t)d] = v;
	return true;
}

static bool call_native(struct js *j, unsigned native, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
{
	struct call c = {.j = j, .self = self, .args = args, .n = n, .r = r};

	if (native == 0 || native >= N_NATIVES)
		return fold_fail(j);
	return natives[native].run(&c);
}

/* "a" ^ "b" works on the bytes of texts. */
static bool binary(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r, bool *ret_mine)
{
	size_t n;
	uint8_t *o;

	*ret_mine = op == OP_XOR && a.t == V_STR && b.t == V_STR;
	if (!*ret_mine)
		return true;
	n = a.s->len < b.s->len ? a.s->len : b.s->len;
	o = arena_alloc(j->a, n + 1);
	for (size_t i = 0; i < n; i++)
		o[i] = (uint8_t)(js_unit(a.s, i) ^ js_unit(b.s, i));
	return fold_step(j, 1 + n / 16) && fold_layer_str(j, o, n, false, a.s, SCHEME_XOR, r);
}

static bool items(struct js *j, struct js_val v, struct js_val *r)
{
	struct js_arr *a;

	if (v.t == V_ARR) {
		*r = v;
		return true;
	}
	if (v.t != V_OBJ)
		return fold_fail(j);
	a = fold_arr_new(j);
	for (size_t i = 0; i < v.o->n; i++)
		if (!fold_step(j, 1) || !fold_arr_push(j, a, v.o->vals[i]))
			return false;
	*r = fold_arr_val(a);
	return true;
}

const struct fold_ops php_fold = {
	.global = global,
	.import = import,
	.attribute = attribute,
	.element = element,
	.set_element = set_element,
	.call = call_native,
	.binary = binary,
	.items = items,
};
