/*
 * PHP's values for the interpreter of js_fold.c: literals, and the functions that only compute. Texts
 * are rows of bytes; lists and dictionaries are arrays and objects.
 */
#include "php_int.h"

#include "read/fold_text.h"
#include "util/escape.h"

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

/* array_map(f, list) with a function that is known, also by its name. */
static bool f_map(struct fold_call *c);

static const struct fold_native natives[] = {
	{"$global", NULL}, /* first: globalThis */
	{"base64_decode", text_base64}, {"gzinflate", text_inflate_raw}, {"gzuncompress", text_inflate}, {"gzdecode", text_inflate},
	{"str_rot13", text_rot13}, {"strrev", text_reverse}, {"hex2bin", text_unhex}, {"pack", text_pack}, {"urldecode", text_unescape},
	{"rawurldecode", text_unescape}, {"chr", text_chr}, {"ord", text_ord}, {"strlen", text_length}, {"count", list_count},
	{"implode", text_implode}, {"join", text_implode}, {"explode", text_explode}, {"str_split", text_chunks},
	{"str_replace", text_replace}, {"substr", text_substr}, {"strtr", text_tr}, {"strtolower", text_lower},
	{"strtoupper", text_upper}, {"trim", text_trim}, {"bin2hex", text_hex}, {"array_reverse", list_reverse}, {"array_map", f_map},
};

enum { N_NATIVES = sizeof(natives) / sizeof(*natives) };

static bool native_of(struct js *j, struct str name, struct js_val *r)
{
	for (size_t i = 1; i < N_NATIVES; i++)
		if (str_equal_nocase(name, str_of(natives[i].name)))
			return fold_native_val(j, FOLD_NATIVE + (unsigned)i, fold_undef(), r);
	return false;
}

static bool f_map(struct fold_call *c)
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
	return fold_give(c, fold_arr_val(a));
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
	struct fold_call c = {.j = j, .self = self, .args = args, .n = n, .r = r};

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
