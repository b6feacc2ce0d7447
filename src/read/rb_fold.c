/*
 * Ruby's values for the interpreter of js_fold.c: literals, and the methods that only compute. Texts
 * are rows of bytes; symbols are texts.
 */
#include "rb_int.h"

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

/* \n \x41 \101 \u0041 \u{41}; any other sign stands for itself. */
static void escape(struct str raw, size_t *pos, struct buf *b)
{
	static const char from[] = "nrtvefabs0", to[] = "\n\r\t\v\x1b\f\a\b \0";
	char c = raw.p[*pos];
	const char *known = c ? strchr(from, c) : NULL;

	if (c >= '0' && c <= '7') {
		utf8_put(b, digits(raw, pos, 3, 8) & 0xff);
	} else if (known) {
		buf_add_char(b, to[known - from]);
		++*pos;
	} else if (c == 'x') {
		++*pos;
		utf8_put(b, digits(raw, pos, 2, 16));
	} else if (c == 'u' && *pos + 1 < raw.len && raw.p[*pos + 1] == '{') {
		*pos += 2;
		utf8_put(b, digits(raw, pos, 6, 16));
		*pos += *pos < raw.len && raw.p[*pos] == '}';
	} else if (c == 'u') {
		++*pos;
		utf8_put(b, digits(raw, pos, 4, 16));
	} else {
		buf_add_char(b, c);
		++*pos;
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
		else if (flags & RB_DOUBLE)
			escape(raw, &pos, &b);
		else if (raw.p[pos] == '\\' || raw.p[pos] == '\'')
			buf_add_char(&b, raw.p[pos++]);
		else
			buf_add_char(&b, c);
	}
	v = js_str_utf8(j, arena_str(j->a, buf_str(&b)));
	buf_release(&b);
	return v;
}

struct js_val rb_literal(struct js *j, uint32_t n)
{
	return j->nodes[n].kind == J_STR ? text_literal(j, n) : js_literal_own(j, n);
}

/* ---------- methods ---------- */

static bool s_same(struct fold_call *c)
{
	return c->n ? fold_give(c, c->args[0]) : fold_fail(c->j);
}

static bool s_to_s(struct fold_call *c)
{
	return c->n && fold_to_str(c->j, c->args[0], c->r);
}

static bool s_to_i(struct fold_call *c)
{
	double base;

	return fold_is_text(c, 0) && fold_number(c, 1, 10, &base) ? fold_parse_int(c->j, c->args[0].s, base, c->r) : fold_fail(c->j);
}

static bool s_hex(struct fold_call *c)
{
	return fold_is_text(c, 0) ? fold_parse_int(c->j, c->args[0].s, 16, c->r) : fold_fail(c->j);
}

static bool s_bytes(struct fold_call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	const uint8_t *p;
	size_t n;

	if (!fold_text_bytes(c, 0, &p, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, fold_num(p[i])))
			return false;
	return fold_give(c, fold_arr_val(a));
}

/* "..".unpack1("m"), unpack("m").first: base64; "H*" the other way. */
static bool s_unpack(struct fold_call *c, bool one)
{
	struct str format = fold_is_text(c, 1) ? js_utf8(c->j, c->args[1].s) : STR_NONE;
	struct js_arr *a;
	struct js_val v;

	if (str_is(format, "C*") || str_is(format, "c*"))
		return one ? fold_fail(c->j) : s_bytes(c);
	if (!(str_starts(format, "m") ? text_base64(c) : str_is(format, "H*") ? text_hex(c) : fold_fail(c->j)))
		return false;
	if (one)
		return true;
	v = *c->r;
	a = fold_arr_new(c->j);
	return fold_arr_push(c->j, a, v) && fold_give(c, fold_arr_val(a));
}

static bool s_unpack_all(struct fold_call *c)
{
	return s_unpack(c, false);
}

static bool s_unpack_one(struct fold_call *c)
{
	return s_unpack(c, true);
}

/* [104, 105].pack("c*"), ["6869"].pack("H*") */
static bool l_pack(struct fold_call *c)
{
	struct str format = fold_is_text(c, 1) ? js_utf8(c->j, c->args[1].s) : STR_NONE;
	struct js_val *args;
	struct fold_call pack;

	if (!c->n || c->args[0].t != V_ARR)
		return fold_fail(c->j);
	args = ARENA_ARRAY(c->j->a, c->args[0].a->n + 1, struct js_val);
	args[0] = str_is(format, "U*") ? js_str_val(c->j, "C*", 2, false) : c->args[1];
	memcpy(args + 1, c->args[0].a->v, c->args[0].a->n * sizeof(*args));
	pack = (struct fold_call){.j = c->j, .args = args, .n = c->args[0].a->n + 1, .r = c->r};
	return text_pack(&pack);
}

/* s.tr("a-y", "b-z"): letters, ranges as well */
static struct js_val spelled(struct js *j, struct str s)
{
	struct buf b;
	struct js_val v;

	buf_init(&b, 4096);
	for (size_t i = 0; i < s.len; i++)
		if (i + 2 < s.len && s.p[i + 1] == '-' && (uint8_t)s.p[i] <= (uint8_t)s.p[i + 2]) {
			for (unsigned x = (uint8_t)s.p[i]; x <= (uint8_t)s.p[i + 2]; x++)
				buf_add_char(&b, (char)x);
			i += 2;
		} else {
			buf_add_char(&b, s.p[i]);
		}
	v = js_str_utf8(j, arena_str(j->a, buf_str(&b)));
	buf_release(&b);
	return v;
}

static bool s_tr(struct fold_call *c)
{
	struct js_val args[3];
	struct fold_call tr = {.j = c->j, .args = args, .n = 3, .r = c->r};

	if (c->n != 3 || !fold_is_text(c, 1) || !fold_is_text(c, 2))
		return fold_fail(c->j);
	args[0] = c->args[0];
	args[1] = spelled(c->j, js_utf8(c->j, c->args[1].s));
	args[2] = spelled(c->j, js_utf8(c->j, c->args[2].s));
	return text_tr(&tr);
}

static bool s_chars(struct fold_call *c)
{
	struct fold_call chunks = *c;

	chunks.n = 1;
	return text_chunks(&chunks);
}

/* s[i..k]: both ends belong to it */
static bool s_slice(struct fold_call *c)
{
	double from, to, len = c->n && c->args[0].t == V_STR ? c->args[0].s->len : c->n && c->args[0].t == V_ARR ? (double)c->args[0].a->n : -1;
	struct js_arr *a;

	if (len < 0 || !fold_number(c, 1, 0, &from) || !fold_number(c, 2, len - 1, &to))
		return fold_fail(c->j);
	from = from < 0 ? from + len : from;
	to = (to < 0 ? to + len : to) + 1;
	if (!(from >= 0) || !(to >= from))
		return fold_fail(c->j);
	from = (double)fold_clamp_index(from, (size_t)len);
	to = (double)fold_clamp_index(to, (size_t)len);
	if (c->args[0].t == V_STR)
		return fold_give(c, fold_sub_str(c->j, c->args[0].s, (size_t)from, (size_t)to));
	a = fold_arr_new(c->j);
	for (size_t i = (size_t)from; i < (size_t)to; i++)
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, c->args[0].a->v[i]))
			return false;
	return fold_give(c, fold_arr_val(a));
}

static bool f_range(struct fold_call *c)
{
	struct js_arr *a = fold_arr_new(c->j);
	double from, to;

	if (c->n != 2 || !fold_number(c, 0, 0, &from) || !fold_number(c, 1, 0, &to) || !(to - from <= FOLD_ARRAY_MAX))
		return fold_fail(c->j);
	for (; from <= to; from++)
		if (!fold_step(c->j, 1) || !fold_arr_push(c->j, a, fold_num(from)))
			return false;
	return fold_give(c, fold_arr_val(a));
}

/* List of texts as one text, the usual end of a decoder. */
static bool l_sum(struct fold_call *c)
{
	struct fold_call join = *c;

	join.n = 1;
	return list_join(&join);
}

const struct fold_native rb_natives[RB_NATIVES] = {
	{"$range", f_range}, {"Integer", s_to_i}, {"String", s_to_s}, {"Array", s_same},
	{"Base64", NULL}, {"Base64.decode64", text_base64}, {"Base64.strict_decode64", text_base64}, {"Base64.urlsafe_decode64", text_base64},
	{"Zlib", NULL}, {"Zlib.Inflate", NULL}, {"Zlib.Inflate.inflate", text_inflate}, {"Zlib.inflate", text_inflate}, {"Zlib.gunzip", text_inflate},
	{"URI", NULL}, {"URI.decode_www_form_component", text_unescape}, {"CGI", NULL}, {"CGI.unescape", text_unescape},
	{"#str.reverse", text_reverse}, {"#str.unpack", s_unpack_all}, {"#str.unpack1", s_unpack_one}, {"#str.chars", s_chars},
	{"#str.bytes", s_bytes}, {"#str.tr", s_tr}, {"#str.gsub", text_gsub}, {"#str.split", text_split}, {"#str.upcase", text_upper},
	{"#str.downcase", text_lower}, {"#str.strip", text_trim}, {"#str.chomp", text_trim}, {"#str.to_s", s_same}, {"#str.to_str", s_same},
	{"#str.to_sym", s_same}, {"#str.to_i", s_to_i}, {"#str.hex", s_hex}, {"#str.ord", text_ord}, {"#str.force_encoding", s_same},
	{"#str.encode", s_same}, {"#str.freeze", s_same}, {"#str.dup", s_same}, {"#str.b", s_same}, {"#str.length", text_length}, {"#str.size", text_length},
	{"#str.$slice", s_slice}, {"#str.$cut", text_substr},
	{"#list.join", list_join}, {"#list.reverse", list_reverse}, {"#list.pack", l_pack}, {"#list.$map", list_map}, {"#list.first", list_first},
	{"#list.last", list_last}, {"#list.to_a", s_same}, {"#list.freeze", s_same}, {"#list.length", list_count}, {"#list.size", list_count},
	{"#list.$slice", s_slice}, {"#list.sum", l_sum},
	{"#num.chr", text_chr}, {"#num.to_s", s_to_s}, {"#num.to_i", s_same},
};

/* A list takes what is added to it as its last element. */
static bool binary(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r, bool *ret_mine)
{
	struct js_arr *l;

	*ret_mine = op == OP_ADD && a.t == V_ARR;
	if (!*ret_mine)
		return true;
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
}

const struct fold_ops rb_fold = {
	.global = fold_global,
	.import = fold_global,
	.attribute = fold_attribute,
	.element = fold_element,
	.set_element = fold_set_element,
	.call = fold_call_native,
	.binary = binary,
	.items = fold_items,
};
