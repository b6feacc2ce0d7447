/*
 * PowerShell's values for the interpreter of js_fold.c: literals, and the commands, types and methods
 * that only compute. An array of bytes is a row of bytes; streams over bytes are the bytes themselves.
 */
#include "ps_int.h"

/* ---------- literals ---------- */

static char escaped(char c)
{
	static const char from[] = "0abefnrtv", to[] = "\0\a\b\x1b\f\n\r\t\v";
	const char *p = c ? strchr(from, c) : NULL;

	return p ? to[p - from] : c;
}

static struct js_val text_literal(struct js *j, uint32_t n)
{
	struct str raw = js_text(j, n);
	bool wide = j->nodes[n].flags & PS_DOUBLE;
	char quote = wide ? '"' : '\'';
	struct js_val v;
	struct buf b;

	if (j->nodes[n].flags & JF_RAW || (!memchr(raw.p ? raw.p : "", quote, raw.len) && !(wide && memchr(raw.p ? raw.p : "", '`', raw.len))))
		return js_str_utf8(j, raw);
	buf_init(&b, raw.len + 16);
	for (size_t i = 0; i < raw.len; i++) {
		if (wide && raw.p[i] == '`' && i + 1 < raw.len)
			buf_add_char(&b, escaped(raw.p[++i]));
		else if (raw.p[i] == quote && i + 1 < raw.len && raw.p[i + 1] == quote)
			buf_add_char(&b, raw.p[++i]);
		else
			buf_add_char(&b, raw.p[i]);
	}
	v = js_str_utf8(j, arena_str(j->a, buf_str(&b)));
	buf_release(&b);
	return v;
}

/* 65, 0x41, 1kb */
static struct js_val number_literal(struct js *j, uint32_t n)
{
	struct str s = js_text(j, n);
	double d = 0, scale = 1;
	bool hex = s.len > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x';
	size_t i = hex ? 2 : 0;

	for (; i < s.len; i++) {
		int x = fold_hex_digit((unsigned char)s.p[i]);

		if (x < 0 || (!hex && x > 9))
			break;
		d = d * (hex ? 16 : 10) + x;
	}
	if (i < s.len && s.p[i] == '.' && !hex)
		for (i++, scale = 0.1; i < s.len && s.p[i] >= '0' && s.p[i] <= '9'; i++, scale /= 10)
			d += scale * (s.p[i] - '0');
	for (; i + 1 < s.len && (s.p[i + 1] | 32) == 'b'; i += 2)
		d *= (s.p[i] | 32) == 'k' ? 1024.0 : (s.p[i] | 32) == 'm' ? 1048576.0 : 1073741824.0;
	return fold_num(d);
}

struct js_val ps_literal(struct js *j, uint32_t n)
{
	return j->nodes[n].kind == J_STR ? text_literal(j, n) : j->nodes[n].kind == J_NUM ? number_literal(j, n) : js_literal_own(j, n);
}

/* ---------- values ---------- */

/* A letter is told from a text of one letter, so that '5' is 53 as one and 5 as the other. */
static bool code_of(struct js *j, struct js_val v, double *ret)
{
	struct js_val r;

	if (v.t == V_STR && v.s->bytes && v.s->len == 1) {
		*ret = js_unit(v.s, 0);
		return true;
	}
	if (v.t == V_STR) {
		struct str s = str_trim(js_utf8(j, v.s));
		bool hex = s.len > 2 && s.p[0] == '0' && (s.p[1] | 32) == 'x';

		if (!fold_parse_int(j, v.s, hex ? 16 : 10, &r) || r.t != V_NUM || r.n != r.n)
			return fold_fail(j);
		*ret = r.n;
		return true;
	}
	return fold_to_num(j, v, ret);
}

static struct js_val letter(struct js *j, double d)
{
	uint16_t *p = arena_alloc(j->a, sizeof(*p));
	uint8_t *q = arena_alloc(j->a, 1);
	struct js_val v;

	*p = (uint16_t)d;
	*q = d <= 255 ? (uint8_t)d : 0;
	v = js_str_val(j, d > 255 ? (void *)p : (void *)q, 1, d > 255);
	v.s->bytes = d <= 255;
	return v;
}

static bool f_char(struct fold_call *c)
{
	double d;

	if (!c->n || (c->args[0].t == V_STR && c->args[0].s->len != 1 && !code_of(c->j, c->args[0], &d)))
		return fold_fail(c->j);
	if (c->args[0].t == V_STR && c->args[0].s->len == 1)
		return fold_give(c, letter(c->j, js_unit(c->args[0].s, 0)));
	if (!code_of(c->j, c->args[0], &d) || !(d >= 0 && d < 65536))
		return fold_fail(c->j);
	c->j->run_schemes |= SCHEME_CHARCODES;
	return fold_give(c, letter(c->j, d));
}

static bool letters(struct fold_call *c, struct js_val v)
{
	struct js_arr *a = fold_arr_new(c->j);

	for (size_t i = 0; i < v.s->len; i++)
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, letter(c->j, js_unit(v.s, i))))
			return false;
	return fold_give(c, fold_arr_val(a));
}

static bool f_chars(struct fold_call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	double d;

	if (fold_is_text(c, 0))
		return letters(c, c->args[0]);
	if (!c->n || c->args[0].t != V_ARR)
		return f_char(c);
	for (size_t i = 0; i < c->args[0].a->n; i++)
		if (!fold_step(c->j, 1) || !code_of(c->j, c->args[0].a->v[i], &d) || !(d >= 0 && d < 65536) || !fold_arr_push(c->j, a, letter(c->j, d)))
			return c->j->thrown ? false : fold_fail(c->j);
	c->j->run_schemes |= SCHEME_CHARCODES;
	return fold_give(c, fold_arr_val(a));
}

static bool f_int(struct fold_call *c)
{
	double d;

	return c->n && code_of(c->j, c->args[0], &d) ? fold_give(c, fold_num(d)) : fold_fail(c->j);
}

static bool byte_text(struct fold_call *c, const void *p, size_t n, const struct js_str *like, uint16_t scheme)
{
	if (!fold_layer_str(c->j, p, n, false, like, scheme, c->r))
		return false;
	if (c->r->t == V_STR)
		c->r->s->bytes = true;
	return true;
}

static bool f_bytes(struct fold_call *c)
{
	uint8_t *p;
	double d;

	if (fold_is_text(c, 0))
		return fold_give(c, c->args[0]);
	if (!c->n || c->args[0].t != V_ARR)
		return fold_fail(c->j);
	p = arena_alloc(c->j->a, c->args[0].a->n + 1);
	for (size_t i = 0; i < c->args[0].a->n; i++) {
		if (!fold_step(c->j, 1) || !code_of(c->j, c->args[0].a->v[i], &d) || !(d >= 0 && d < 256))
			return c->j->thrown ? false : fold_fail(c->j);
		p[i] = (uint8_t)d;
	}
	return byte_text(c, p, c->args[0].a->n, NULL, SCHEME_CHARCODES);
}

static bool f_string(struct fold_call *c)
{
	struct js_val space = js_str_val(c->j, " ", 1, false);

	if (c->n && c->args[0].t == V_ARR)
		return fold_join_text(c->j, c->args[0].a, space.s, c->r);
	return c->n && fold_to_str(c->j, c->args[0], c->r);
}

static bool f_same(struct fold_call *c)
{
	return c->n ? fold_give(c, c->args[0]) : fold_fail(c->j);
}

static bool f_range(struct fold_call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	double from, to;

	if (c->n != 2 || !code_of(c->j, c->args[0], &from) || !code_of(c->j, c->args[1], &to) || from - to > FOLD_ARRAY_MAX || to - from > FOLD_ARRAY_MAX)
		return fold_fail(c->j);
	for (double d = from;; d += from <= to ? 1 : -1) {
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, fold_num(d)))
			return false;
		if (d == to)
			break;
	}
	return fold_give(c, fold_arr_val(a));
}

static bool f_base64(struct fold_call *c)
{
	uint8_t *p;
	size_t n;

	if (!fold_is_text(c, 0) || !fold_base64_bytes(c->j, c->args[0].s, &p, &n))
		return fold_fail(c->j);
	return byte_text(c, p, n, c->args[0].s, SCHEME_BASE64);
}

static bool f_utf8(struct fold_call *c)
{
	const uint8_t *p;
	size_t n;

	if (!c->n || (c->args[0].t == V_ARR && (!f_bytes(c) || !(c->args = c->r))) || !fold_text_bytes(c, 0, &p, &n))
		return c->j->thrown ? false : fold_fail(c->j);
	*c->r = js_str_utf8(c->j, str_view(p, n));
	c->r->s->depth = c->args[0].s->depth;
	c->r->s->scheme = c->args[0].s->scheme;
	return true;
}

static bool f_utf16(struct fold_call *c)
{
	const uint8_t *p;
	uint16_t *w;
	struct js_val v;
	size_t n;

	if (!fold_text_bytes(c, 0, &p, &n))
		return c->j->thrown ? false : fold_fail(c->j);
	w = arena_alloc(c->j->a, n + 2);
	for (size_t i = 0; i + 1 < n; i += 2)
		w[i / 2] = (uint16_t)(p[i] | p[i + 1] << 8);
	v = js_str_val(c->j, w, n / 2, true);
	v = js_str_utf8(c->j, js_utf8(c->j, v.s)); /* narrow where it can be */
	v.s->depth = c->args[0].s->depth;
	v.s->scheme = c->args[0].s->scheme;
	return fold_give(c, v);
}

static bool f_get_bytes(struct fold_call *c)
{
	const uint8_t *p;
	size_t n;

	return fold_text_bytes(c, 0, &p, &n) ? byte_text(c, p, n, c->args[0].s, 0) : false;
}

static bool f_inflate_raw(struct fold_call *c)
{
	bool ok = text_inflate_raw(c);

	if (ok && c->r->t == V_STR)
		c->r->s->bytes = true;
	return ok;
}

static bool f_inflate(struct fold_call *c)
{
	bool ok = text_inflate(c);

	if (ok && c->r->t == V_STR)
		c->r->s->bytes = true;
	return ok;
}

/* ---------- texts ---------- */

static bool s_replace(struct fold_call *c)
{
	struct js_val what = c->n > 1 ? c->args[1] : fold_undef();

	if (!fold_is_text(c, 0) || what.t != V_STR)
		return fold_fail(c->j);
	return fold_str_replace(c->j, c->args[0].s, what, c->n > 2 ? c->args[2] : js_str_val(c->j, "", 0, false), true, c->r);
}

static struct js_val pattern(struct js *j, struct js_val v)
{
	return (struct js_val){.t = V_REGEX, .r = js_regex_make(j, js_utf8(j, v.s), STR("gi"))};
}

/* a -replace b, c: b is a regular expression. */
static bool o_replace(struct fold_call *c)
{
	struct js_val re;

	if (!fold_is_text(c, 0) || !fold_is_text(c, 1))
		return fold_fail(c->j);
	re = pattern(c->j, c->args[1]);
	if (!re.r)
		return fold_fail(c->j);
	return fold_str_replace(c->j, c->args[0].s, re, c->n > 2 ? c->args[2] : js_str_val(c->j, "", 0, false), true, c->r);
}

static bool o_split(struct fold_call *c)
{
	struct js_val sep;

	if (!fold_is_text(c, 0))
		return fold_fail(c->j);
	if (c->n < 2) {
		sep = (struct js_val){.t = V_REGEX, .r = js_regex_make(c->j, STR("\\s+"), STR("g"))};
		return fold_str_split(c->j, c->args[0].s, sep, c->r);
	}
	if (!fold_is_text(c, 1))
		return fold_fail(c->j);
	sep = c->args[1].s->len > 1 ? pattern(c->j, c->args[1]) : c->args[1];
	if (sep.t == V_REGEX && !sep.r)
		return fold_fail(c->j);
	return fold_str_split(c->j, c->args[0].s, sep, c->r);
}

/* 'a,b'.Split(',') */
static bool s_split(struct fold_call *c)
{
	return c->n > 1 && fold_is_text(c, 1) ? text_split(c) : fold_fail(c->j);
}

static bool s_substring(struct fold_call *c)
{
	double from, n;

	if (!fold_is_text(c, 0) || !fold_number(c, 1, 0, &from) || !fold_number(c, 2, c->args[0].s->len, &n) || !(from >= 0) || !(n >= 0))
		return fold_fail(c->j);
	return fold_give(c, fold_sub_str(c->j, c->args[0].s, (size_t)fold_clamp_index(from, c->args[0].s->len), (size_t)fold_clamp_index(from + n, c->args[0].s->len)));
}

static bool s_remove(struct fold_call *c)
{
	struct js_val a, b;
	double from, n;

	if (!fold_is_text(c, 0) || !fold_number(c, 1, 0, &from) || !fold_number(c, 2, c->args[0].s->len, &n) || !(from >= 0 && n >= 0))
		return fold_fail(c->j);
	a = fold_sub_str(c->j, c->args[0].s, 0, fold_clamp_index(from, c->args[0].s->len));
	b = fold_sub_str(c->j, c->args[0].s, fold_clamp_index(from + n, c->args[0].s->len), c->args[0].s->len);
	return fold_concat(c->j, a.s, b.s, c->r);
}

static bool s_insert(struct fold_call *c)
{
	struct js_val a, b;
	double at;

	if (!fold_is_text(c, 0) || !fold_number(c, 1, 0, &at) || !fold_is_text(c, 2) || !(at >= 0 && at <= c->args[0].s->len))
		return fold_fail(c->j);
	a = fold_sub_str(c->j, c->args[0].s, 0, (size_t)at);
	b = fold_sub_str(c->j, c->args[0].s, (size_t)at, c->args[0].s->len);
	return fold_concat(c->j, a.s, c->args[2].s, &a) && fold_concat(c->j, a.s, b.s, c->r);
}

/* "{1}{0}" -f 'a', 'b' */
static bool s_format(struct fold_call *c)
{
	struct js_val acc = js_str_val(c->j, "", 0, false), piece;
	struct js_val *list;
	size_t n, from = 0, i;
	const struct js_str *s;

	if (!fold_is_text(c, 0))
		return fold_fail(c->j);
	list = c->args + 1;
	n = c->n - 1;
	if (n == 1 && c->args[1].t == V_ARR) {
		list = c->args[1].a->v;
		n = c->args[1].a->n;
	}
	s = c->args[0].s;
	for (i = 0; i < s->len; i++) {
		size_t k = i + 1, at = 0;

		if (js_unit(s, i) != '{' || !fold_step(c->j, 1))
			continue;
		for (; k < s->len && js_unit(s, k) >= '0' && js_unit(s, k) <= '9'; k++)
			at = at * 10 + (size_t)(js_unit(s, k) - '0');
		if (k == i + 1 || k >= s->len || js_unit(s, k) != '}' || at >= n)
			return fold_fail(c->j);
		piece = fold_sub_str(c->j, s, from, i);
		if (!fold_concat(c->j, acc.s, piece.s, &acc) || !fold_to_str(c->j, list[at], &piece) || !fold_concat(c->j, acc.s, piece.s, &acc))
			return false;
		from = k + 1;
		i = k;
	}
	piece = fold_sub_str(c->j, s, from, s->len);
	c->j->run_schemes |= SCHEME_CONCAT;
	return fold_concat(c->j, acc.s, piece.s, c->r);
}

static bool s_chars(struct fold_call *c)
{
	return fold_is_text(c, 0) ? letters(c, c->args[0]) : fold_fail(c->j);
}

static bool s_concat(struct fold_call *c)
{
	struct js_val none = js_str_val(c->j, "", 0, false), t;

	if (c->n == 1 && c->args[0].t == V_ARR)
		return fold_join_text(c->j, c->args[0].a, none.s, c->r);
	*c->r = none;
	for (size_t i = 0; i < c->n; i++)
		if (!fold_to_str(c->j, c->args[i], &t) || !fold_concat(c->j, c->r->s, t.s, c->r))
			return false;
	return true;
}

/* [string]::Join(glue, list) */
static bool s_join(struct fold_call *c)
{
	return c->n == 2 && c->args[1].t == V_ARR && fold_is_text(c, 0) ? fold_join_text(c->j, c->args[1].a, c->args[0].s, c->r) : fold_fail(c->j);
}

/* [convert]::ToInt32(text, base) */
static bool f_to_int(struct fold_call *c)
{
	double base, d;

	if (!c->n || !fold_number(c, 1, 10, &base))
		return fold_fail(c->j);
	if (c->n > 1 && fold_is_text(c, 0))
		return fold_parse_int(c->j, c->args[0].s, base, c->r);
	return code_of(c->j, c->args[0], &d) ? fold_give(c, fold_num(d)) : false;
}

/* [regex]::Replace(text, pattern, with) and [regex]::Split */
static bool f_regex_replace(struct fold_call *c)
{
	return c->n == 3 ? o_replace(c) : fold_fail(c->j);
}

const struct fold_native ps_natives[PS_NATIVES] = {
	{"$char", f_char}, {"$chars", f_chars}, {"$int", f_int}, {"$bytes", f_bytes}, {"$string", f_string}, {"$range", f_range},
	{"$reverse", list_reverse}, {"write-output", f_same}, {"out-string", f_string},
	{"convert", NULL}, {"convert.frombase64string", f_base64}, {"convert.tochar", f_char}, {"convert.toint32", f_to_int},
	{"convert.toint16", f_to_int}, {"convert.tobyte", f_to_int}, {"convert.fromhexstring", text_unhex}, {"convert.tostring", f_string},
	{"text.encoding", NULL}, {"text.encoding.utf8", NULL}, {"text.encoding.utf8.getstring", f_utf8},
	{"text.encoding.utf8.getbytes", f_get_bytes}, {"text.encoding.ascii", NULL}, {"text.encoding.ascii.getstring", f_utf8},
	{"text.encoding.ascii.getbytes", f_get_bytes}, {"text.encoding.default", NULL}, {"text.encoding.default.getstring", f_utf8},
	{"text.encoding.unicode", NULL}, {"text.encoding.unicode.getstring", f_utf16},
	{"text.asciiencoding", NULL}, {"text.utf8encoding", NULL}, {"text.unicodeencoding", NULL},
	{"char", NULL}, {"char.convertfromutf32", f_char}, {"string", NULL}, {"string.join", s_join}, {"string.concat", s_concat}, {"string.format", s_format},
	{"regex", NULL}, {"regex.replace", f_regex_replace}, {"regex.split", o_split}, {"regex.unescape", f_same},
	{"uri", NULL}, {"uri.unescapedatastring", text_unescape}, {"net.webutility", NULL}, {"net.webutility.urldecode", text_unescape},
	{"io.memorystream", f_bytes}, {"io.streamreader", f_utf8}, {"io.compression.gzipstream", f_inflate},
	{"io.compression.deflatestream", f_inflate_raw}, {"io.compression.compressionmode", NULL}, {"io.compression.compressionmode.decompress", NULL},
	{"#str.replace", s_replace}, {"#str.$replace", o_replace}, {"#str.split", s_split}, {"#str.$split", o_split}, {"#str.join", f_same},
	{"#str.substring", s_substring}, {"#str.remove", s_remove}, {"#str.insert", s_insert}, {"#str.format", s_format}, {"#str.tochararray", s_chars},
	{"#str.tolower", text_lower}, {"#str.toupper", text_upper}, {"#str.trim", text_trim}, {"#str.tostring", f_string}, {"#str.readtoend", f_utf8},
	{"#str.toarray", f_same}, {"#str.$map", list_map},
	{"#list.join", list_join}, {"#list.$map", list_map}, {"#list.tostring", f_string},
	{"#num.tostring", f_string},
};

/* x[a..b], x[1,2]: the elements at those places. */
static bool element(struct js *j, struct js_val o, struct js_val key, struct js_val *r)
{
	struct js_arr *a;
	struct js_val one;
	double falling = 0, last = 0;

	if (key.t != V_ARR || (o.t != V_STR && o.t != V_ARR))
		return fold_element(j, o, key, r);
	a = fold_arr_new(j);
	for (size_t i = 0; i < key.a->n; i++) {
		if (!fold_step(j, 1) || !fold_element(j, o, key.a->v[i], &one) || !fold_arr_push(j, a, one))
			return false;
		falling += i && key.a->v[i].t == V_NUM && key.a->v[i].n < last;
		last = key.a->v[i].t == V_NUM ? key.a->v[i].n : last;
	}
	if (key.a->n > 3 && falling + 1 == (double)key.a->n)
		j->run_schemes |= SCHEME_REVERSE;
	*r = fold_arr_val(a);
	return true;
}

static bool binary(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r, bool *ret_mine)
{
	double x, y;
	struct js_arr *l;

	*ret_mine = true;
	switch (op) {
	case OP_XOR:
	case OP_AND:
	case OP_OR:
	case OP_SUB:
	case OP_MOD:
		if (a.t != V_STR && b.t != V_STR)
			break;
		if (!code_of(j, a, &x) || !code_of(j, b, &y))
			return false;
		if (op == OP_XOR)
			j->run_schemes |= SCHEME_XOR;
		*r = op == OP_XOR ? fold_num((double)((int64_t)x ^ (int64_t)y)) : op == OP_AND ? fold_num((double)((int64_t)x & (int64_t)y))
			: op == OP_OR ? fold_num((double)((int64_t)x | (int64_t)y)) : op == OP_SUB ? fold_num(x - y)
			: fold_num(y == 0 ? 0 : (double)((int64_t)x % (int64_t)y));
		return true;
	case OP_ADD:
		if (a.t == V_STR && b.t == V_ARR) {
			struct js_val space = js_str_val(j, " ", 1, false), t;

			return fold_join_text(j, b.a, space.s, &t) && fold_concat(j, a.s, t.s, r);
		}
		if (a.t == V_NULL || a.t == V_UNDEF) {
			*r = b;
			return true;
		}
		if (a.t != V_ARR)
			break;
		l = fold_arr_new(j);
		for (size_t i = 0; i < a.a->n; i++)
			if (!fold_step(j, 1) || !fold_arr_push(j, l, a.a->v[i]))
				return false;
		for (size_t i = 0; b.t == V_ARR && i < b.a->n; i++)
			if (!fold_step(j, 1) || !fold_arr_push(j, l, b.a->v[i]))
				return false;
		if (b.t != V_ARR && !fold_arr_push(j, l, b))
			return false;
		*r = fold_arr_val(l);
		return true;
	default:
		break;
	}
	*ret_mine = false;
	return true;
}

/* .Length and .Count are values, everything else is as in the table. */
static bool attribute(struct js *j, struct js_val o, struct str name, struct js_val *r)
{
	if ((o.t == V_STR || o.t == V_ARR) && (str_is(name, "length") || str_is(name, "count"))) {
		*r = fold_num(o.t == V_STR ? o.s->len : (double)o.a->n);
		return true;
	}
	return fold_attribute(j, o, name, r);
}

const struct fold_ops ps_fold = {
	.global = fold_global,
	.import = fold_global,
	.attribute = attribute,
	.element = element,
	.set_element = fold_set_element,
	.call = fold_call_native,
	.binary = binary,
	.items = fold_items,
};
