#include "read/fold_text.h"

#include <math.h>
#include <stdio.h>
#include <zlib.h>

/* ---------- small tools ---------- */

bool fold_give(struct fold_call *c, struct js_val v)
{
	*c->r = v;
	return true;
}

bool fold_is_text(const struct fold_call *c, size_t i)
{
	return i < c->n && c->args[i].t == V_STR;
}

bool fold_number(struct fold_call *c, size_t i, double missing, double *ret)
{
	*ret = missing;
	return i >= c->n || c->args[i].t == V_NULL || fold_to_num(c->j, c->args[i], ret);
}

/* The bytes of a text argument. */
bool fold_text_bytes(struct fold_call *c, size_t i, const uint8_t **ret, size_t *ret_n)
{
	const struct js_str *s;
	uint8_t *b;

	if (!fold_is_text(c, i))
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

static bool layer(struct fold_call *c, const void *p, size_t n, uint16_t scheme)
{
	return fold_layer_str(c->j, p, n, false, fold_is_text(c, 0) ? c->args[0].s : NULL, scheme, c->r);
}

static struct js_val plain(struct js *j, const struct js_str *like, const void *p, size_t n)
{
	return fold_str_meta(j, p, n, false, like);
}

/* ---------- decoders ---------- */

bool text_base64(struct fold_call *c)
{
	uint8_t *p;
	size_t n;

	if (!fold_is_text(c, 0) || !fold_base64_bytes(c->j, c->args[0].s, &p, &n))
		return fold_fail(c->j);
	return layer(c, p, n, SCHEME_BASE64);
}

static bool inflated(struct fold_call *c, int window)
{
	z_stream z = {0};
	const uint8_t *in;
	uint8_t *out;
	size_t n;
	int rc;
	bool ok;

	if (!fold_text_bytes(c, 0, &in, &n) || inflateInit2(&z, window) != Z_OK)
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

bool text_inflate_raw(struct fold_call *c)
{
	return inflated(c, -MAX_WBITS);
}

bool text_inflate(struct fold_call *c)
{
	return inflated(c, MAX_WBITS + 32);
}

bool text_rot13(struct fold_call *c)
{
	const uint8_t *p;
	uint8_t *o;
	size_t n;

	if (!fold_text_bytes(c, 0, &p, &n))
		return false;
	o = arena_alloc(c->j->a, n + 1);
	for (size_t i = 0; i < n; i++) {
		uint8_t l = p[i] | 32;

		o[i] = (uint8_t)(l >= 'a' && l <= 'z' ? (l < 'n' ? p[i] + 13 : p[i] - 13) : p[i]);
	}
	return layer(c, o, n, SCHEME_ESCAPE);
}

bool text_reverse(struct fold_call *c)
{
	const uint8_t *p;
	uint8_t *o;
	size_t n;

	if (!fold_text_bytes(c, 0, &p, &n))
		return false;
	o = arena_alloc(c->j->a, n + 1);
	for (size_t i = 0; i < n; i++)
		o[i] = p[n - 1 - i];
	return layer(c, o, n, SCHEME_REVERSE);
}

static bool unhex(struct fold_call *c, size_t at)
{
	const uint8_t *p;
	uint8_t *o;
	size_t n;

	if (!fold_text_bytes(c, at, &p, &n))
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

bool text_unhex(struct fold_call *c)
{
	return unhex(c, 0);
}

/* pack("H*", hex), pack("C*", ...) */
bool text_pack(struct fold_call *c)
{
	struct str format = fold_is_text(c, 0) ? js_utf8(c->j, c->args[0].s) : STR_NONE;
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
	return fold_give(c, js_str_val(c->j, o, c->n - 1, false));
}

bool text_unescape(struct fold_call *c)
{
	return fold_is_text(c, 0) ? fold_unescape_text(c->j, c->args[0].s, true, c->r) : fold_fail(c->j);
}

/* ---------- texts ---------- */

bool text_chr(struct fold_call *c)
{
	uint8_t *p = arena_alloc(c->j->a, 1);
	double d;

	if (!fold_number(c, 0, -1, &d) || !(d >= -256 && d < 65536))
		return fold_fail(c->j);
	*p = (uint8_t)(int)d;
	c->j->run_schemes |= SCHEME_CHARCODES;
	return fold_give(c, js_str_val(c->j, p, 1, false));
}

bool text_ord(struct fold_call *c)
{
	return fold_is_text(c, 0) && c->args[0].s->len ? fold_give(c, fold_num(js_unit(c->args[0].s, 0))) : fold_fail(c->j);
}

bool text_length(struct fold_call *c)
{
	return fold_is_text(c, 0) ? fold_give(c, fold_num(c->args[0].s->len)) : fold_fail(c->j);
}

bool list_count(struct fold_call *c)
{
	return c->n && c->args[0].t == V_ARR ? fold_give(c, fold_num((double)c->args[0].a->n)) : fold_fail(c->j);
}

/* implode(glue, list), also the other way round and without glue. */
bool text_implode(struct fold_call *c)
{
	size_t list = c->n && c->args[0].t == V_ARR ? 0 : 1, glue = 1 - list;
	struct js_val none = js_str_val(c->j, "", 0, false);

	if (list >= c->n || c->args[list].t != V_ARR)
		return fold_fail(c->j);
	return fold_join_text(c->j, c->args[list].a, fold_is_text(c, glue) ? c->args[glue].s : none.s, c->r);
}

bool text_explode(struct fold_call *c)
{
	return fold_is_text(c, 0) && fold_is_text(c, 1) ? fold_str_split(c->j, c->args[1].s, c->args[0], c->r) : fold_fail(c->j);
}

bool text_chunks(struct fold_call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	double size;

	if (!fold_is_text(c, 0) || !fold_number(c, 1, 1, &size) || !(size >= 1 && size < 1e6))
		return fold_fail(c->j);
	for (size_t i = 0; i < c->args[0].s->len; i += (size_t)size) {
		size_t end = i + (size_t)size < c->args[0].s->len ? i + (size_t)size : c->args[0].s->len;

		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, fold_sub_str(c->j, c->args[0].s, i, end)))
			return false;
	}
	return fold_give(c, fold_arr_val(a));
}

bool text_replace(struct fold_call *c)
{
	struct js_val text, what, with;

	if (c->n < 3 || !fold_is_text(c, 2))
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
	return fold_give(c, text);
}

bool text_substr(struct fold_call *c)
{
	double from, count, len;

	if (!fold_is_text(c, 0))
		return fold_fail(c->j);
	len = c->args[0].s->len;
	if (!fold_number(c, 1, 0, &from) || !fold_number(c, 2, len, &count) || isnan(from) || isnan(count))
		return fold_fail(c->j);
	from = from < 0 ? len + from : from;
	from = from < 0 ? 0 : from > len ? len : from;
	count = count < 0 ? len - from + count : count;
	count = count < 0 ? 0 : from + count > len ? len - from : count;
	return fold_give(c, fold_sub_str(c->j, c->args[0].s, (size_t)from, (size_t)(from + count)));
}

/* strtr(text, "abc", "xyz") */
bool text_tr(struct fold_call *c)
{
	const uint8_t *p, *from, *to;
	size_t n, n_from, n_to;
	uint8_t *o, map[256];

	if (c->n != 3 || !fold_text_bytes(c, 0, &p, &n) || !fold_text_bytes(c, 1, &from, &n_from) || !fold_text_bytes(c, 2, &to, &n_to))
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

bool text_lower(struct fold_call *c)
{
	return fold_is_text(c, 0) ? fold_str_case(c->j, c->args[0].s, false, c->r) : fold_fail(c->j);
}

bool text_upper(struct fold_call *c)
{
	return fold_is_text(c, 0) ? fold_str_case(c->j, c->args[0].s, true, c->r) : fold_fail(c->j);
}

bool text_trim(struct fold_call *c)
{
	const struct js_str *s = fold_is_text(c, 0) ? c->args[0].s : NULL;
	size_t from = 0, to = s ? s->len : 0;

	if (!s || c->n > 1)
		return fold_fail(c->j);
	while (from < to && js_unit(s, from) <= ' ')
		from++;
	while (to > from && js_unit(s, to - 1) <= ' ')
		to--;
	return fold_give(c, fold_sub_str(c->j, s, from, to));
}

bool text_hex(struct fold_call *c)
{
	static const char hex[] = "0123456789abcdef";
	const uint8_t *p;
	char *o;
	size_t n;

	if (!fold_text_bytes(c, 0, &p, &n))
		return false;
	o = arena_alloc(c->j->a, n * 2 + 1);
	for (size_t i = 0; i < n; i++) {
		o[2 * i] = hex[p[i] >> 4];
		o[2 * i + 1] = hex[p[i] & 15];
	}
	return fold_give(c, plain(c->j, c->args[0].s, o, n * 2));
}

bool list_reverse(struct fold_call *c)
{
	struct js_arr *a = fold_arr_new(c->j);

	if (!c->n || c->args[0].t != V_ARR)
		return fold_fail(c->j);
	for (size_t i = c->args[0].a->n; i > 0; i--)
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, c->args[0].a->v[i - 1]))
			return false;
	c->j->run_schemes |= SCHEME_REVERSE;
	return fold_give(c, fold_arr_val(a));
}


/* ---------- methods ---------- */

bool text_split(struct fold_call *c)
{
	return fold_is_text(c, 0) && c->n > 1 ? fold_str_split(c->j, c->args[0].s, c->args[1], c->r) : fold_fail(c->j);
}

bool text_gsub(struct fold_call *c)
{
	if (!fold_is_text(c, 0) || c->n < 3)
		return fold_fail(c->j);
	return fold_str_replace(c->j, c->args[0].s, c->args[1], c->args[2], true, c->r);
}

bool list_join(struct fold_call *c)
{
	struct js_val none = js_str_val(c->j, "", 0, false);

	if (!c->n || c->args[0].t != V_ARR)
		return c->n && c->args[0].t == V_STR ? fold_give(c, c->args[0]) : fold_fail(c->j);
	return fold_join_text(c->j, c->args[0].a, fold_is_text(c, 1) ? c->args[1].s : none.s, c->r);
}

bool list_first(struct fold_call *c)
{
	return c->n && c->args[0].t == V_ARR && c->args[0].a->n ? fold_give(c, c->args[0].a->v[0]) : fold_fail(c->j);
}

bool list_last(struct fold_call *c)
{
	return c->n && c->args[0].t == V_ARR && c->args[0].a->n ? fold_give(c, c->args[0].a->v[c->args[0].a->n - 1]) : fold_fail(c->j);
}

bool list_map(struct fold_call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	struct js_val list, one;

	if (c->n < 2 || !fold_items(c->j, c->args[0], &list))
		return c->j->thrown ? false : fold_fail(c->j);
	for (size_t i = 0; i < list.a->n; i++)
		if (!fold_step(c->j, 1) || !fold_call_value(c->j, c->args[1], fold_undef(), &list.a->v[i], 1, &one) ||
			!fold_arr_push(c->j, a, one))
			return false;
	return fold_give(c, fold_arr_val(a));
}

/* ---------- the table of a front end ---------- */

static const struct fold_native *row_of(const struct js *j, struct str name, unsigned *ret_at)
{
	for (unsigned i = 0; i < j->front->n_natives; i++)
		if (str_is(name, j->front->natives[i].name)) {
			*ret_at = i;
			return &j->front->natives[i];
		}
	return NULL;
}

static bool row_value(struct js *j, struct str name, struct js_val self, struct js_val *r)
{
	unsigned at;

	return row_of(j, name, &at) && fold_native_val(j, FOLD_NATIVE + at, self, r);
}

static bool native_named(struct js *j, struct str name, struct js_val *r)
{
	return row_value(j, name, fold_undef(), r);
}

bool fold_global(struct js *j, struct str name, struct js_val *r)
{
	return native_named(j, name, r) ? true : fold_fail(j);
}

bool fold_attribute(struct js *j, struct js_val o, struct str name, struct js_val *r)
{
	struct js_val *v = o.t == V_OBJ ? fold_obj_find(j, o.o, name) : NULL;
	char full[128];
	const char *head = NULL;
	int n;

	if (v) {
		*r = *v;
		return true;
	}
	if (o.t == V_STR)
		head = "#str";
	else if (o.t == V_ARR)
		head = "#list";
	else if (o.t == V_NUM)
		head = "#num";
	else if (o.t == V_NATIVE && o.native >= FOLD_NATIVE && o.native - FOLD_NATIVE < (int)j->front->n_natives)
		head = j->front->natives[o.native - FOLD_NATIVE].name;
	if (!head || name.len > 60)
		return fold_fail(j);
	n = snprintf(full, sizeof(full), "%s.%.*s", head, STR_ARG(name));
	if (n <= 0 || (size_t)n >= sizeof(full) || !row_value(j, arena_str(j->a, str_view(full, (size_t)n)), head[0] == '#' ? o : fold_undef(), r))
		return fold_fail(j);
	return true;
}

bool fold_call_native(struct js *j, unsigned native, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
{
	const struct fold_native *row = native < j->front->n_natives ? &j->front->natives[native] : NULL;
	struct fold_call c = {.j = j, .self = self, .args = args, .n = n, .r = r};

	if (!row || !row->run)
		return fold_fail(j);
	if (row->name[0] == '#') {
		c.args = ARENA_ARRAY(j->a, n + 1, struct js_val);
		c.args[0] = self;
		if (n)
			memcpy(c.args + 1, args, n * sizeof(*args));
		c.n = n + 1;
	}
	return row->run(&c);
}

static bool place_of_key(struct js *j, size_t len, struct js_val key, size_t *ret)
{
	double d;

	if (!len || !fold_to_num(j, key, &d))
		return false;
	d = d < 0 ? d + (double)len : d;
	*ret = (size_t)d;
	return d >= 0 && d < (double)len;
}

bool fold_element(struct js *j, struct js_val o, struct js_val key, struct js_val *r)
{
	size_t len = o.t == V_STR ? o.s->len : o.t == V_ARR ? o.a->n : 0, at;
	struct js_val t;

	if (!fold_step(j, 1))
		return false;
	if (o.t == V_OBJ || o.t == V_NATIVE)
		return fold_to_str(j, key, &t) && fold_attribute(j, o, js_utf8(j, t.s), r);
	if (!place_of_key(j, len, key, &at))
		return fold_fail(j);
	*r = o.t == V_ARR ? o.a->v[at] : o.s->bytes ? fold_num(js_unit(o.s, at)) : fold_sub_str(j, o.s, at, at + 1);
	if (r->t == V_STR && len >= 6)
		j->run_schemes |= SCHEME_ARRAY;
	return true;
}

bool fold_set_element(struct js *j, struct js_val o, struct js_val key, struct js_val v)
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

/* The bytes or letters of a text, the elements of a list, the values of a dictionary. */
bool fold_items(struct js *j, struct js_val v, struct js_val *r)
{
	struct js_arr *a;

	if (v.t == V_ARR) {
		*r = v;
		return true;
	}
	if (v.t != V_OBJ && v.t != V_STR)
		return fold_fail(j);
	a = fold_arr_new(j);
	if (v.t == V_STR && !v.s->bytes)
		return fold_fail(j);
	for (size_t i = 0; i < (v.t == V_OBJ ? v.o->n : v.s->len); i++)
		if (!fold_step(j, 1) || !fold_arr_push(j, a, v.t == V_OBJ ? v.o->vals[i] : fold_num(js_unit(v.s, i))))
			return false;
	*r = fold_arr_val(a);
	return true;
}
