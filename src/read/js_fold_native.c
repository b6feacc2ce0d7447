/* Builtins that only compute: what is called so, bytes and their encodings, compressed layers. */
#include <zlib.h>
#include <math.h>
#include <stdlib.h>

#include "fold_int.h"

/* ---------- natives ---------- */

static const struct {
	const char *name;
	enum native id;
} global_rows[] = {
	{"String", N_STRING}, {"Number", N_NUMBER}, {"Boolean", N_BOOLEAN}, {"Array", N_ARRAY},
	{"Object", N_OBJECT}, {"Math", N_MATH}, {"JSON", N_JSON}, {"parseInt", N_PARSE_INT},
	{"parseFloat", N_PARSE_FLOAT}, {"isNaN", N_IS_NAN}, {"atob", N_ATOB}, {"btoa", N_BTOA},
	{"unescape", N_UNESCAPE}, {"escape", N_ESCAPE}, {"decodeURIComponent", N_DECODE_URI},
	{"decodeURI", N_DECODE_URI}, {"encodeURIComponent", N_ENCODE_URI}, {"encodeURI", N_ENCODE_URI},
	{"Buffer", N_BUFFER}, {"Uint8Array", N_UINT8}, {"TextDecoder", N_TEXT_DECODER},
	{"TextEncoder", N_TEXT_ENCODER}, {"RegExp", N_REGEXP}, {"Function", N_FUNCTION}, {"Error", N_ERROR},
	{"TypeError", N_ERROR}, {"BigInt", N_NUMBER}, {"require", N_REQUIRE},
};

static const struct {
	enum native of;
	const char *name;
	enum native id;
} static_rows[] = {
	{N_STRING, "fromCharCode", N_FROM_CHAR_CODE}, {N_STRING, "fromCodePoint", N_FROM_CHAR_CODE},
	{N_STRING, "raw", N_RAW}, {N_ARRAY, "from", N_ARRAY_FROM}, {N_ARRAY, "of", N_ARRAY_OF},
	{N_ARRAY, "isArray", N_IS_ARRAY}, {N_OBJECT, "keys", N_KEYS}, {N_OBJECT, "values", N_VALUES},
	{N_OBJECT, "entries", N_ENTRIES}, {N_OBJECT, "assign", N_ASSIGN}, {N_OBJECT, "freeze", N_FREEZE},
	{N_JSON, "parse", N_JSON_PARSE}, {N_JSON, "stringify", N_JSON_STRINGIFY},
	{N_BUFFER, "from", N_BUFFER_FROM}, {N_BUFFER, "concat", N_BUFFER_CONCAT},
	{N_BUFFER, "alloc", N_BUFFER_ALLOC}, {N_BUFFER, "allocUnsafe", N_BUFFER_ALLOC},
	{N_UINT8, "from", N_BUFFER_FROM}, {N_UINT8, "of", N_ARRAY_OF}, {N_MATH, "floor", N_FLOOR},
	{N_MATH, "ceil", N_CEIL}, {N_MATH, "round", N_ROUND}, {N_MATH, "trunc", N_TRUNC}, {N_MATH, "abs", N_ABS},
	{N_MATH, "min", N_MIN}, {N_MATH, "max", N_MAX}, {N_MATH, "pow", N_POW}, {N_MATH, "sqrt", N_SQRT},
	{N_MATH, "imul", N_IMUL}, {N_MATH, "log", N_LOG}, {N_MATH, "sign", N_SIGN},
	{N_NUMBER, "parseInt", N_PARSE_INT}, {N_NUMBER, "parseFloat", N_PARSE_FLOAT},
	{N_NUMBER, "isNaN", N_IS_NAN}, {N_ZLIB, "inflateSync", N_INFLATE}, {N_ZLIB, "gunzipSync", N_INFLATE},
	{N_ZLIB, "unzipSync", N_INFLATE}, {N_ZLIB, "inflateRawSync", N_INFLATE_RAW},
	{N_BUFFER_MODULE, "Buffer", N_BUFFER},
};

static const struct {
	const char *name;
	enum native id;
} method_rows[] = {
	{"charCodeAt", M_CHAR_CODE_AT}, {"charAt", M_CHAR_AT}, {"codePointAt", M_CODE_POINT_AT}, {"at", M_AT},
	{"split", M_SPLIT}, {"slice", M_SLICE}, {"substring", M_SUBSTRING}, {"substr", M_SUBSTR},
	{"replace", M_REPLACE}, {"replaceAll", M_REPLACE_ALL}, {"trim", M_TRIM}, {"trimStart", M_TRIM_START},
	{"trimEnd", M_TRIM_END}, {"toLowerCase", M_LOWER}, {"toUpperCase", M_UPPER}, {"repeat", M_REPEAT},
	{"concat", M_CONCAT}, {"indexOf", M_INDEX_OF}, {"lastIndexOf", M_LAST_INDEX_OF},
	{"includes", M_INCLUDES}, {"startsWith", M_STARTS}, {"endsWith", M_ENDS}, {"padStart", M_PAD_START},
	{"padEnd", M_PAD_END}, {"match", M_MATCH}, {"toString", M_TO_STRING}, {"join", M_JOIN},
	{"reverse", M_REVERSE}, {"map", M_MAP}, {"filter", M_FILTER}, {"forEach", M_FOR_EACH},
	{"reduce", M_REDUCE}, {"reduceRight", M_REDUCE_RIGHT}, {"push", M_PUSH}, {"pop", M_POP},
	{"shift", M_SHIFT}, {"unshift", M_UNSHIFT}, {"splice", M_SPLICE}, {"sort", M_SORT}, {"fill", M_FILL},
	{"find", M_FIND}, {"findIndex", M_FIND_INDEX}, {"some", M_SOME}, {"every", M_EVERY}, {"flat", M_FLAT},
	{"keys", M_KEYS}, {"call", M_CALL}, {"apply", M_APPLY}, {"bind", M_BIND}, {"test", M_TEST},
	{"exec", M_EXEC}, {"toFixed", M_TO_FIXED}, {"hasOwnProperty", M_HAS_OWN}, {"valueOf", M_VALUE_OF},
	{"subarray", M_SUBARRAY}, {"set", M_SET}, {"entries", M_ENTRIES}, {"search", M_SEARCH},
	{"decode", N_DECODE_BYTES}, {"encode", N_ENCODE_BYTES},
};

enum native fold_static_id(enum native of, struct str name)
{
	for (size_t i = 0; i < sizeof(static_rows) / sizeof(*static_rows); i++)
		if (static_rows[i].of == of && str_is(name, static_rows[i].name))
			return static_rows[i].id;
	return N_NONE;
}

enum native fold_method_id(struct str name)
{
	for (size_t i = 0; i < sizeof(method_rows) / sizeof(*method_rows); i++)
		if (str_is(name, method_rows[i].name))
			return method_rows[i].id;
	return N_NONE;
}

bool fold_native_val(struct js *j, unsigned id, struct js_val self, struct js_val *r)
{
	*r = (struct js_val){.t = V_NATIVE, .native = (uint16_t)id};
	r->self = ARENA_NEW(j->a, struct js_val);
	*r->self = self;
	return true;
}

bool fold_global_get(struct js *j, struct str name, struct js_val *r)
{
	for (size_t i = 0; i < sizeof(global_rows) / sizeof(*global_rows); i++)
		if (str_is(name, global_rows[i].name)) {
			fold_native_val(j, global_rows[i].id, fold_undef(), r);
			return true;
		}
	if (str_is(name, "NaN"))
		*r = fold_num(NAN);
	else if (str_is(name, "Infinity"))
		*r = fold_num(INFINITY);
	else if (str_is(name, "undefined"))
		*r = fold_undef();
	else if (str_is(name, "globalThis") || str_is(name, "window") || str_is(name, "global") || str_is(name, "self"))
		*r = (struct js_val){.t = V_GLOBAL};
	else
		return fold_fail(j);
	return true;
}

/* ---------- calls of natives ---------- */

struct js_val fold_arg(struct js_val *args, size_t n, size_t i)
{
	return i < n ? args[i] : fold_undef();
}

bool fold_arg_num(struct js *j, struct js_val *args, size_t n, size_t i, double missing, double *r)
{
	if (i >= n || args[i].t == V_UNDEF) {
		*r = missing;
		return true;
	}
	return fold_to_num(j, args[i], r);
}

bool fold_arg_str(struct js *j, struct js_val *args, size_t n, size_t i, struct js_str **r)
{
	struct js_val s;

	if (!fold_to_str(j, fold_arg(args, n, i), &s))
		return false;
	*r = s.s;
	return true;
}

size_t fold_clamp_index(double d, size_t len)
{
	if (isnan(d))
		return 0;
	d = trunc(d);
	if (d < 0)
		d += (double)len;
	return d < 0 ? 0 : d > (double)len ? len : (size_t)d;
}

bool fold_layer_str(struct js *j, const void *p, size_t len, bool wide, const struct js_str *from,
	uint16_t scheme, struct js_val *r)
{
	*r = js_str_val(j, p, len, wide);
	r->s->depth = (uint8_t)((from ? from->depth : 0) + (from && from->depth > 200 ? 0 : 1));
	r->s->scheme = (from ? from->scheme : 0) | scheme;
	j->run_schemes |= scheme;
	return true;
}

static int base64_digit(unsigned c)
{
	if (c >= 'A' && c <= 'Z')
		return (int)c - 'A';
	if (c >= 'a' && c <= 'z')
		return (int)c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return (int)c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool fold_base64_bytes(struct js *j, const struct js_str *s, uint8_t **ret, size_t *ret_n)
{
	uint8_t *o;
	size_t n = 0;
	uint32_t acc = 0;
	int bits = 0;

	if (!fold_step(j, 1 + s->len / 16) || !fold_spend_bytes(j, s->len))
		return false;
	o = arena_alloc(j->a, (size_t)s->len + 1);
	for (size_t i = 0; i < s->len; i++) {
		int d = base64_digit(js_unit(s, i));

		if (js_unit(s, i) == '=')
			break;
		if (d < 0)
			continue;
		acc = acc << 6 | (uint32_t)d;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			o[n++] = (uint8_t)(acc >> bits);
		}
	}
	*ret = o;
	*ret_n = n;
	return true;
}

struct js_val fold_bytes_val(struct js *j, const uint8_t *p, size_t n, const struct js_str *from, uint16_t scheme)
{
	struct js_arr *a = fold_arr_new(j);

	a->bytes = true;
	fold_spend_bytes(j, n * sizeof(struct js_val));
	if (j->thrown)
		n = 0;
	a->v = ARENA_ARRAY(j->a, n + 1, struct js_val);
	a->room = n + 1;
	a->n = n;
	for (size_t i = 0; i < n; i++)
		a->v[i] = fold_num(p[i]);
	/* How these bytes came about travels as a property of the array. */
	a->props = ARENA_NEW(j->a, struct js_obj);
	fold_obj_set(j, a->props, STR("%depth"), fold_num((from ? from->depth : 0) + (scheme ? 1 : 0)));
	fold_obj_set(j, a->props, STR("%scheme"), fold_num((from ? from->scheme : 0) | scheme));
	j->run_schemes |= scheme;
	return fold_arr_val(a);
}

bool fold_bytes_of(struct js *j, const struct js_arr *a, uint8_t **ret)
{
	uint8_t *b;

	if (!fold_step(j, 1 + a->n / 16) || !fold_spend_bytes(j, a->n))
		return false;
	b = arena_alloc(j->a, a->n + 1);
	for (size_t i = 0; i < a->n; i++) {
		double d;

		if (!fold_to_num(j, a->v[i], &d))
			return false;
		b[i] = (uint8_t)fold_to_int32(d);
	}
	*ret = b;
	return true;
}

static bool encoding_is(const struct js_str *e, const char *z)
{
	return e && !e->wide && str_equal_nocase((struct str){e->p, e->len}, str_of(z));
}

bool fold_buffer_from(struct js *j, struct js_val v, const struct js_str *enc, struct js_val *r)
{
	uint8_t *b = NULL;
	size_t n = 0;

	if (v.t == V_ARR) {
		if (!fold_bytes_of(j, v.a, &b))
			return false;
		*r = fold_bytes_val(j, b, v.a->n, NULL, 0);
		if (v.a->props && v.a->bytes)
			r->a->props = v.a->props;
		else if (v.a->n > 3)
			*r = fold_bytes_val(j, b, v.a->n, NULL, SCHEME_CHARCODES);
		return true;
	}
	if (v.t != V_STR)
		return fold_fail(j);
	if (encoding_is(enc, "base64") || encoding_is(enc, "base64url")) {
		if (!fold_base64_bytes(j, v.s, &b, &n))
			return false;
		*r = fold_bytes_val(j, b, n, v.s, SCHEME_BASE64);
		return true;
	}
	if (encoding_is(enc, "hex")) {
		b = arena_alloc(j->a, (size_t)v.s->len / 2 + 1);
		for (size_t i = 0; i + 1 < v.s->len; i += 2) {
			int h = js_unit(v.s, i) < 128 ? fold_hex_digit((unsigned char)js_unit(v.s, i)) : -1;
			int l = js_unit(v.s, i + 1) < 128 ? fold_hex_digit((unsigned char)js_unit(v.s, i + 1)) : -1;

			if (h < 0 || l < 0)
				break;
			b[n++] = (uint8_t)(h << 4 | l);
		}
		if (!fold_step(j, 1 + n / 16))
			return false;
		*r = fold_bytes_val(j, b, n, v.s, SCHEME_HEX);
		return true;
	}
	if (encoding_is(enc, "latin1") || encoding_is(enc, "binary") || encoding_is(enc, "ascii")) {
		b = arena_alloc(j->a, (size_t)v.s->len + 1);
		for (n = 0; n < v.s->len; n++)
			b[n] = (uint8_t)js_unit(v.s, n);
		*r = fold_bytes_val(j, b, n, v.s, 0);
		return true;
	}
	if (encoding_is(enc, "utf16le") || encoding_is(enc, "utf-16le") || encoding_is(enc, "ucs2") || encoding_is(enc, "ucs-2")) {
		b = arena_alloc(j->a, (size_t)v.s->len * 2 + 1);
		for (n = 0; n < v.s->len; n++) {
			b[2 * n] = (uint8_t)js_unit(v.s, n);
			b[2 * n + 1] = (uint8_t)(js_unit(v.s, n) >> 8);
		}
		*r = fold_bytes_val(j, b, 2 * n, v.s, 0);
		return fold_step(j, 1 + n / 16);
	}
	{
		struct str u = js_utf8(j, v.s);

		*r = fold_bytes_val(j, (const uint8_t *)u.p, u.len, v.s, 0);
	}
	return true;
}

bool fold_bytes_text(struct js *j, const struct js_arr *a, const struct js_str *enc, struct js_val *r)
{
	static const char digits[] = "0123456789abcdef";
	static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t *b;
	char *o;
	size_t n = 0;

	if (!fold_bytes_of(j, a, &b))
		return false;
	if (encoding_is(enc, "hex")) {
		o = arena_alloc(j->a, a->n * 2 + 1);
		for (size_t i = 0; i < a->n; i++) {
			o[n++] = digits[b[i] >> 4];
			o[n++] = digits[b[i] & 15];
		}
		*r = js_str_val(j, o, n, false);
	} else if (encoding_is(enc, "base64")) {
		o = arena_alloc(j->a, a->n * 2 + 4);
		for (size_t i = 0; i < a->n; i += 3) {
			uint32_t v = (uint32_t)b[i] << 16 | (i + 1 < a->n ? (uint32_t)b[i + 1] << 8 : 0) |
				(i + 2 < a->n ? b[i + 2] : 0);

			o[n++] = b64[v >> 18];
			o[n++] = b64[v >> 12 & 63];
			o[n++] = i + 1 < a->n ? b64[v >> 6 & 63] : '=';
			o[n++] = i + 2 < a->n ? b64[v & 63] : '=';
		}
		*r = js_str_val(j, o, n, false);
	} else if (encoding_is(enc, "latin1") || encoding_is(enc, "binary") || encoding_is(enc, "ascii")) {
		*r = js_str_val(j, b, a->n, false);
	} else if (encoding_is(enc, "utf16le") || encoding_is(enc, "ucs2") || encoding_is(enc, "utf-16le")) {
		uint16_t *w = ARENA_ARRAY(j->a, a->n / 2 + 1, uint16_t);

		for (; n + 1 < a->n; n += 2)
			w[n / 2] = (uint16_t)(b[n] | b[n + 1] << 8);
		*r = js_str_val(j, w, n / 2, true);
	} else {
		*r = js_str_utf8(j, (struct str){(char *)b, a->n});
	}
	if (a->props) {
		struct js_val *d = fold_obj_find(j, a->props, STR("%depth")), *s = fold_obj_find(j, a->props, STR("%scheme"));

		if (d && d->t == V_NUM && d->n >= 0 && d->n <= 200)
			r->s->depth = (uint8_t)d->n;
		if (s && s->t == V_NUM && s->n >= 0 && s->n <= 0xffff)
			r->s->scheme = (uint16_t)s->n;
	}
	return true;
}

bool fold_parse_int(struct js *j, const struct js_str *s, double radix, struct js_val *r)
{
	size_t i = 0;
	bool minus = false, any = false;
	double v = 0;
	int base = radix >= 2 && radix <= 36 ? (int)radix : 0;

	while (i < s->len && js_unit(s, i) <= ' ')
		i++;
	if (i < s->len && (js_unit(s, i) == '-' || js_unit(s, i) == '+'))
		minus = js_unit(s, i++) == '-';
	if ((base == 0 || base == 16) && i + 1 < s->len && js_unit(s, i) == '0' && (js_unit(s, i + 1) | 32) == 'x') {
		base = 16;
		i += 2;
	}
	if (!base)
		base = 10;
	for (; i < s->len; i++) {
		uint16_t c = js_unit(s, i);
		int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'z' && c < 128 ? (c | 32) - 87 : 99;

		if (d >= base)
			break;
		v = v * base + d;
		any = true;
	}
	(void)j;
	*r = fold_num(any ? (minus ? -v : v) : NAN);
	return true;
}

bool fold_unescape_text(struct js *j, const struct js_str *s, bool uri, struct js_val *r)
{
	uint8_t *b = arena_alloc(j->a, (size_t)s->len + 1);
	uint16_t *w = ARENA_ARRAY(j->a, (size_t)s->len + 1, uint16_t);
	size_t n = 0, escapes = 0;

	if (!fold_step(j, 1 + s->len / 8) || !fold_spend_bytes(j, (size_t)s->len * 3))
		return false;
	for (size_t i = 0; i < s->len; i++) {
		uint16_t c = js_unit(s, i);

		if (c == '%' && !uri && i + 5 < s->len && (js_unit(s, i + 1) | 32) == 'u') {
			uint32_t v = 0;
			int k = 0;

			for (; k < 4; k++) {
				int d = js_unit(s, i + 2 + (size_t)k) < 128 ? fold_hex_digit((unsigned char)js_unit(s, i + 2 + (size_t)k)) : -1;

				if (d < 0)
					break;
				v = v * 16 + (uint32_t)d;
			}
			if (k == 4) {
				w[n++] = (uint16_t)v;
				i += 5;
				escapes++;
				continue;
			}
		}
		if (c == '%' && i + 2 < s->len && js_unit(s, i + 1) < 128 && js_unit(s, i + 2) < 128) {
			int h = fold_hex_digit((unsigned char)js_unit(s, i + 1)), l = fold_hex_digit((unsigned char)js_unit(s, i + 2));

			if (h >= 0 && l >= 0) {
				w[n++] = (uint16_t)(h << 4 | l);
				i += 2;
				escapes++;
				continue;
			}
		}
		if (c == '%' && uri)
			return fold_throw_error(j);
		w[n++] = c;
	}
	if (!uri) {
		if (escapes)
			return fold_layer_str(j, w, n, true, s, SCHEME_ESCAPE, r);
		*r = fold_str_meta(j, w, n, true, s);
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		if (w[i] > 0xff) { /* not percent-encoded: keep as it is */
			*r = fold_str_meta(j, w, n, true, s);
			return true;
		}
		b[i] = (uint8_t)w[i];
	}
	{
		struct js_val t = js_str_utf8(j, (struct str){(char *)b, n});

		if (escapes)
			return fold_layer_str(j, t.s->p, t.s->len, t.s->wide, s, SCHEME_ESCAPE, r);
		*r = fold_str_meta(j, t.s->p, t.s->len, t.s->wide, s);
	}
	return true;
}

bool fold_escape_uri(struct js *j, const struct js_str *s, struct js_val *r)
{
	static const char digits[] = "0123456789ABCDEF";
	struct str u = js_utf8(j, s);
	char *o;
	size_t n = 0;

	if (!fold_step(j, 1 + u.len / 8) || !fold_spend_bytes(j, u.len * 3))
		return false;
	o = arena_alloc(j->a, u.len * 3 + 1);
	for (size_t i = 0; i < u.len; i++) {
		unsigned char c = (unsigned char)u.p[i];

		if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || strchr("-_.!~*'()", c)) {
			o[n++] = (char)c;
			continue;
		}
		o[n++] = '%';
		o[n++] = digits[c >> 4];
		o[n++] = digits[c & 15];
	}
	*r = fold_str_meta(j, o, n, false, s);
	return true;
}

/* ---------- compressed layers ---------- */

enum { INFLATED_MAX = 2 << 20 };

int fold_inflate_bits(const struct js *j, uint32_t callee)
{
	struct str name;
	uint32_t key;

	if (j->nodes[callee].kind != J_MEMBER || !(key = js_kid(j, callee, R_PROPERTY)))
		return 0;
	name = js_name_str(j, j->nodes[key].x);
	if (str_is(name, "inflateRawSync"))
		return -15;
	return str_is(name, "inflateSync") || str_is(name, "gunzipSync") || str_is(name, "unzipSync") ? 15 + 32 : 0;
}

bool js_call_inflates(const struct js *j, uint32_t call)
{
	uint32_t callee = js_kid(j, call, R_CALLEE);

	return callee && fold_inflate_bits(j, callee) != 0;
}

bool fold_inflate_value(struct js *j, struct js_val packed, int bits, struct js_val *r)
{
	z_stream z = {0};
	uint8_t *from, *to;
	bool ok;

	if (packed.t != V_ARR || !fold_bytes_of(j, packed.a, &from) || !packed.a->n || inflateInit2(&z, bits) != Z_OK)
		return fold_fail(j);
	to = arena_alloc(j->a, INFLATED_MAX);
	z.next_in = from;
	z.avail_in = (uInt)packed.a->n;
	z.next_out = to;
	z.avail_out = INFLATED_MAX;
	ok = inflate(&z, Z_FINISH) == Z_STREAM_END && fold_spend_bytes(j, z.total_out);
	inflateEnd(&z);
	if (!ok)
		return fold_fail(j);
	*r = fold_bytes_val(j, to, z.total_out, NULL, SCHEME_PACKED);
	return true;
}
