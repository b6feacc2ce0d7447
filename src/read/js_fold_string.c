/* JSON, and methods of strings. */
#include <math.h>

#include "fold_int.h"

/* ---------- JSON ---------- */

static int json_peek(struct json *p)
{
	while (p->pos < p->s->len && js_unit(p->s, p->pos) <= ' ')
		p->pos++;
	return p->pos < p->s->len ? js_unit(p->s, p->pos) : -1;
}

static bool json_string(struct json *p, struct js_val *r)
{
	size_t from = ++p->pos;
	struct js_val raw;

	while (p->pos < p->s->len && js_unit(p->s, p->pos) != '"')
		p->pos += js_unit(p->s, p->pos) == '\\' ? 2 : 1;
	if (p->pos >= p->s->len)
		return fold_throw_error(p->j);
	raw = fold_sub_str(p->j, p->s, from, p->pos++);
	*r = fold_literal_text(p->j, js_utf8(p->j, raw.s));
	r->s->depth = p->s->depth;
	r->s->scheme = p->s->scheme;
	return fold_step(p->j, 1 + raw.s->len / 16);
}

static bool json_word(struct json *p, const char *z, struct js_val v, struct js_val *r)
{
	for (size_t i = 0; z[i]; i++)
		if (p->pos + i >= p->s->len || js_unit(p->s, p->pos + i) != (unsigned char)z[i])
			return fold_throw_error(p->j);
	p->pos += strlen(z);
	*r = v;
	return true;
}

static bool json_array(struct json *p, struct js_val *r)
{
	struct js_arr *a = fold_arr_new(p->j);

	p->pos++;
	*r = fold_arr_val(a);
	if (json_peek(p) == ']') {
		p->pos++;
		return true;
	}
	for (;;) {
		struct js_val v;
		int c;

		if (!fold_json_value(p, &v) || !fold_arr_push(p->j, a, v))
			return false;
		c = json_peek(p);
		p->pos++;
		if (c == ']')
			return true;
		if (c != ',')
			return fold_throw_error(p->j);
	}
}

static bool json_object(struct json *p, struct js_val *r)
{
	struct js_obj *o = ARENA_NEW(p->j->a, struct js_obj);

	p->pos++;
	*r = (struct js_val){.t = V_OBJ, .o = o};
	if (json_peek(p) == '}') {
		p->pos++;
		return true;
	}
	for (;;) {
		struct js_val k, v;
		int c;

		if (json_peek(p) != '"')
			return fold_throw_error(p->j);
		if (!json_string(p, &k))
			return false;
		if (json_peek(p) != ':')
			return fold_throw_error(p->j);
		p->pos++;
		if (!fold_json_value(p, &v) || !fold_obj_set(p->j, o, js_utf8(p->j, k.s), v))
			return false;
		c = json_peek(p);
		p->pos++;
		if (c == '}')
			return true;
		if (c != ',')
			return fold_throw_error(p->j);
	}
}

bool fold_json_value(struct json *p, struct js_val *r)
{
	int c = json_peek(p);
	size_t from = p->pos;
	bool ok;

	if (!fold_step(p->j, 1) || ++p->depth > 60)
		return fold_fail(p->j);
	switch (c) {
	case '"':
		ok = json_string(p, r);
		break;
	case '[':
		ok = json_array(p, r);
		break;
	case '{':
		ok = json_object(p, r);
		break;
	case 't':
		ok = json_word(p, "true", fold_boolean(true), r);
		break;
	case 'f':
		ok = json_word(p, "false", fold_boolean(false), r);
		break;
	case 'n':
		ok = json_word(p, "null", (struct js_val){.t = V_NULL}, r);
		break;
	default:
		while (p->pos < p->s->len && js_unit(p->s, p->pos) < 128 && js_unit(p->s, p->pos) &&
			strchr("0123456789+-.eE", js_unit(p->s, p->pos)))
			p->pos++;
		if (p->pos == from)
			return fold_throw_error(p->j);
		*r = fold_num(fold_str_to_num(p->j, fold_sub_str(p->j, p->s, from, p->pos).s));
		ok = true;
		break;
	}
	p->depth--;
	return ok;
}

/* ---------- methods of strings ---------- */

static bool str_replace_regex(struct js *j, struct js_str *s, struct js_regex *re, struct js_val with, struct js_val *r)
{
	struct js_val acc = js_str_val(j, "", 0, false), part;
	size_t caps[32], at = 0;

	acc.s->depth = s->depth;
	acc.s->scheme = s->scheme;
	for (;;) {
		int hit = js_regex_exec(j, re, s, at, caps);

		if (hit < 0)
			return fold_fail(j);
		if (!fold_step(j, 2))
			return false;
		if (!hit)
			break;
		part = fold_sub_str(j, s, at, caps[0]);
		if (!fold_concat(j, acc.s, part.s, &acc))
			return false;
		part = fold_sub_str(j, s, caps[0], caps[1]);
		if (with.t == V_STR) {
			struct js_str *w = with.s;

			for (size_t i = 0; i < w->len; i++) {
				uint16_t c = js_unit(w, i), d = i + 1 < w->len ? js_unit(w, i + 1) : 0;
				struct js_val piece = fold_sub_str(j, w, i, i + 1);

				if (c == '$' && d == '&') {
					piece = part;
					i++;
				} else if (c == '$' && d >= '1' && d <= '9') {
					size_t g = (size_t)(d - '0');

					piece = caps[2 * g] == SIZE_MAX ? js_str_val(j, "", 0, false)
									: fold_sub_str(j, s, caps[2 * g], caps[2 * g + 1]);
					i++;
				} else if (c == '$' && d == '$') {
					i++;
				}
				if (!fold_concat(j, acc.s, piece.s, &acc))
					return false;
			}
		} else {
			struct js_val args[18], out;
			size_t n = 0;

			args[n++] = part;
			for (unsigned g = 1; g <= js_regex_groups(re) && n < 16; g++)
				args[n++] = caps[2 * g] == SIZE_MAX ? fold_undef() : fold_sub_str(j, s, caps[2 * g], caps[2 * g + 1]);
			args[n++] = fold_num((double)caps[0]);
			if (!fold_call_value(j, with, fold_undef(), args, n, &out) || !fold_to_str(j, out, &out) ||
				!fold_concat(j, acc.s, out.s, &acc))
				return false;
		}
		at = caps[1];
		if (caps[1] == caps[0]) {
			if (at >= s->len)
				break;
			part = fold_sub_str(j, s, at, at + 1);
			if (!fold_concat(j, acc.s, part.s, &acc))
				return false;
			at++;
		}
		if (!js_regex_global(re))
			break;
	}
	part = fold_sub_str(j, s, at, s->len);
	return fold_concat(j, acc.s, part.s, r);
}

bool fold_str_replace(struct js *j, struct js_str *s, struct js_val what, struct js_val with, bool all, struct js_val *r)
{
	struct js_val acc, w;
	size_t at = 0, hit;

	if (with.t != V_FN && with.t != V_NATIVE && !fold_to_str(j, with, &with))
		return false;
	if (what.t == V_REGEX)
		return str_replace_regex(j, s, what.r, with, r);
	if (!fold_to_str(j, what, &what))
		return false;
	acc = js_str_val(j, "", 0, false);
	acc.s->depth = s->depth;
	acc.s->scheme = s->scheme;
	while ((hit = fold_str_index(j, s, what.s, at)) != SIZE_MAX) {
		struct js_val part = fold_sub_str(j, s, at, hit);

		w = with;
		if (with.t != V_STR) {
			struct js_val args[2] = {what, fold_num((double)hit)};

			if (!fold_call_value(j, with, fold_undef(), args, 2, &w) || !fold_to_str(j, w, &w))
				return false;
		}
		if (!fold_step(j, 1) || !fold_concat(j, acc.s, part.s, &acc) || !fold_concat(j, acc.s, w.s, &acc))
			return false;
		at = hit + what.s->len;
		if (!all || !what.s->len)
			break;
	}
	w = fold_sub_str(j, s, at, s->len);
	return fold_concat(j, acc.s, w.s, r);
}

bool fold_str_split(struct js *j, struct js_str *s, struct js_val sep, struct js_val *r)
{
	struct js_arr *a = fold_arr_new(j);
	size_t at = 0, hit, caps[32];

	*r = fold_arr_val(a);
	if (sep.t == V_UNDEF)
		return fold_arr_push(j, a, (struct js_val){.t = V_STR, .s = s});
	if (sep.t == V_REGEX) {
		size_t from = 0;

		while (from < s->len) {
			int got = js_regex_exec(j, sep.r, s, from, caps);

			if (got < 0 || !fold_step(j, 1))
				return fold_fail(j);
			if (!got || caps[0] >= s->len)
				break;
			if (caps[1] == caps[0] && caps[0] == at) {
				from++;
				if (caps[0] == at && from > at + 1) {
					if (!fold_arr_push(j, a, fold_sub_str(j, s, at, at + 1)))
						return false;
					at++;
				}
				continue;
			}
			if (!fold_arr_push(j, a, fold_sub_str(j, s, at, caps[0])))
				return false;
			at = caps[1];
			from = at > from ? at : from + 1;
		}
		return fold_arr_push(j, a, fold_sub_str(j, s, at, s->len));
	}
	if (!fold_to_str(j, sep, &sep))
		return false;
	if (!sep.s->len) {
		for (size_t i = 0; i < s->len; i++)
			if (!fold_step(j, 1) || !fold_arr_push(j, a, fold_sub_str(j, s, i, i + 1)))
				return false;
		return true;
	}
	while ((hit = fold_str_index(j, s, sep.s, at)) != SIZE_MAX) {
		if (!fold_step(j, 1) || !fold_arr_push(j, a, fold_sub_str(j, s, at, hit)))
			return false;
		at = hit + sep.s->len;
	}
	return fold_arr_push(j, a, fold_sub_str(j, s, at, s->len));
}

bool fold_str_case(struct js *j, const struct js_str *s, bool upper, struct js_val *r)
{
	char *b;
	uint16_t *w;

	if (!fold_step(j, 1 + s->len / 16) || !fold_spend_bytes(j, (size_t)s->len * 2))
		return false;
	b = arena_alloc(j->a, (size_t)s->len * 2 + 2);
	w = (uint16_t *)(void *)b;
	for (size_t i = 0; i < s->len; i++) {
		uint16_t c = js_unit(s, i);

		if (upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z')
			c ^= 32;
		if (s->wide)
			w[i] = c;
		else
			b[i] = (char)c;
	}
	*r = fold_str_meta(j, b, s->len, s->wide, s);
	return true;
}

static bool str_pad(struct js *j, struct js_str *s, double to, struct js_val pad, bool front, struct js_val *r)
{
	struct js_val fill = js_str_val(j, "", 0, false), one;

	if (pad.t == V_UNDEF)
		pad = js_str_val(j, " ", 1, false);
	if (!fold_to_str(j, pad, &pad))
		return false;
	if (!(to > s->len) || !pad.s->len || to > 100000) {
		*r = (struct js_val){.t = V_STR, .s = s};
		return true;
	}
	while (fill.s->len + s->len < (size_t)to) {
		one = fold_sub_str(j, pad.s, 0, (size_t)to - s->len - fill.s->len);
		if (!fold_concat(j, fill.s, one.s, &fill))
			return false;
	}
	return front ? fold_concat(j, fill.s, s, r) : fold_concat(j, s, fill.s, r);
}

bool fold_str_match(struct js *j, struct js_str *s, struct js_val what, struct js_val *r)
{
	struct js_arr *a = fold_arr_new(j);
	size_t at = 0, caps[32];

	if (what.t == V_STR)
		what = (struct js_val){.t = V_REGEX, .r = js_regex_make(j, js_utf8(j, what.s), STR(""))};
	if (what.t != V_REGEX || !what.r)
		return fold_fail(j);
	for (;;) {
		int hit = js_regex_exec(j, what.r, s, at, caps);

		if (hit < 0 || !fold_step(j, 1))
			return fold_fail(j);
		if (!hit)
			break;
		if (!js_regex_global(what.r)) {
			for (unsigned g = 0; g <= js_regex_groups(what.r); g++)
				if (!fold_arr_push(j, a, caps[2 * g] == SIZE_MAX ? fold_undef() : fold_sub_str(j, s, caps[2 * g], caps[2 * g + 1])))
					return false;
			break;
		}
		if (!fold_arr_push(j, a, fold_sub_str(j, s, caps[0], caps[1])))
			return false;
		at = caps[1] > caps[0] ? caps[1] : caps[1] + 1;
	}
	*r = a->n ? fold_arr_val(a) : (struct js_val){.t = V_NULL};
	return true;
}

static size_t trim_from(const struct js_str *s)
{
	size_t i = 0;

	while (i < s->len && (js_unit(s, i) <= ' ' || js_unit(s, i) == 0xa0 || js_unit(s, i) == 0xfeff))
		i++;
	return i;
}

static size_t trim_to(const struct js_str *s)
{
	size_t i = s->len;

	while (i && (js_unit(s, i - 1) <= ' ' || js_unit(s, i - 1) == 0xa0 || js_unit(s, i - 1) == 0xfeff))
		i--;
	return i;
}

bool fold_str_method(struct js *j, enum native id, struct js_str *s, struct js_val *args, size_t n, struct js_val *r)
{
	double d, d2;
	struct js_str *o;
	size_t at;

	switch (id) {
	case M_CHAR_CODE_AT:
	case M_CODE_POINT_AT:
		if (!fold_arg_num(j, args, n, 0, 0, &d))
			return false;
		*r = d >= 0 && d < s->len ? fold_num(js_unit(s, (size_t)d)) : fold_num(NAN);
		return true;
	case M_CHAR_AT:
		if (!fold_arg_num(j, args, n, 0, 0, &d))
			return false;
		*r = d >= 0 && d < s->len ? fold_sub_str(j, s, (size_t)d, (size_t)d + 1) : js_str_val(j, "", 0, false);
		return true;
	case M_AT:
		if (!fold_arg_num(j, args, n, 0, 0, &d))
			return false;
		if (d < 0)
			d += s->len;
		*r = d >= 0 && d < s->len ? fold_sub_str(j, s, (size_t)d, (size_t)d + 1) : fold_undef();
		return true;
	case M_SPLIT:
		return fold_str_split(j, s, fold_arg(args, n, 0), r);
	case M_SLICE:
		if (!fold_arg_num(j, args, n, 0, 0, &d) || !fold_arg_num(j, args, n, 1, s->len, &d2))
			return false;
		*r = fold_sub_str(j, s, fold_clamp_index(d, s->len), fold_clamp_index(d2, s->len));
		return true;
	case M_SUBSTRING:
		if (!fold_arg_num(j, args, n, 0, 0, &d) || !fold_arg_num(j, args, n, 1, s->len, &d2))
			return false;
		d = isnan(d) || d < 0 ? 0 : d > s->len ? s->len : d;
		d2 = isnan(d2) || d2 < 0 ? 0 : d2 > s->len ? s->len : d2;
		*r = d < d2 ? fold_sub_str(j, s, (size_t)d, (size_t)d2) : fold_sub_str(j, s, (size_t)d2, (size_t)d);
		return true;
	case M_SUBSTR:
		if (!fold_arg_num(j, args, n, 0, 0, &d) || !fold_arg_num(j, args, n, 1, s->len, &d2))
			return false;
		at = fold_clamp_index(d, s->len);
		*r = fold_sub_str(j, s, at, d2 <= 0 || isnan(d2) ? at : d2 > s->len ? s->len : at + (size_t)d2);
		return true;
	case M_REPLACE:
	case M_REPLACE_ALL:
		return fold_str_replace(j, s, fold_arg(args, n, 0), fold_arg(args, n, 1), id == M_REPLACE_ALL, r);
	case M_TRIM:
		*r = fold_sub_str(j, s, trim_from(s), trim_to(s));
		return true;
	case M_TRIM_START:
		*r = fold_sub_str(j, s, trim_from(s), s->len);
		return true;
	case M_TRIM_END:
		*r = fold_sub_str(j, s, 0, trim_to(s));
		return true;
	case M_LOWER:
	case M_UPPER:
		return fold_str_case(j, s, id == M_UPPER, r);
	case M_REPEAT:
		if (!fold_arg_num(j, args, n, 0, 0, &d))
			return false;
		if (!(d >= 0) || isinf(d) || d * s->len > 1 << 20)
			return fold_fail(j);
		*r = js_str_val(j, "", 0, false);
		for (size_t i = 0; s->len && i < (size_t)d; i++)
			if (!fold_concat(j, r->s, s, r))
				return false;
		return true;
	case M_CONCAT:
		*r = (struct js_val){.t = V_STR, .s = s};
		for (size_t i = 0; i < n; i++) {
			struct js_val t;

			if (!fold_to_str(j, args[i], &t) || !fold_concat(j, r->s, t.s, r))
				return false;
		}
		return true;
	case M_INDEX_OF:
	case M_INCLUDES:
		if (!fold_arg_str(j, args, n, 0, &o) || !fold_arg_num(j, args, n, 1, 0, &d))
			return false;
		at = fold_str_index(j, s, o, d > 0 ? (d > s->len ? s->len : (size_t)d) : 0);
		*r = id == M_INCLUDES ? fold_boolean(at != SIZE_MAX) : fold_num(at == SIZE_MAX ? -1 : (double)at);
		return true;
	case M_LAST_INDEX_OF: {
		double last = -1;

		if (!fold_arg_str(j, args, n, 0, &o))
			return false;
		for (at = 0; (at = fold_str_index(j, s, o, at)) != SIZE_MAX; at++)
			last = (double)at;
		*r = fold_num(last);
		return true;
	}
	case M_STARTS:
	case M_ENDS: {
		struct js_val part;

		if (!fold_arg_str(j, args, n, 0, &o))
			return false;
		if (o->len > s->len) {
			*r = fold_boolean(false);
			return true;
		}
		part = id == M_STARTS ? fold_sub_str(j, s, 0, o->len) : fold_sub_str(j, s, s->len - o->len, s->len);
		*r = fold_boolean(fold_str_same(part.s, o));
		return true;
	}
	case M_PAD_START:
	case M_PAD_END:
		if (!fold_arg_num(j, args, n, 0, 0, &d))
			return false;
		return str_pad(j, s, d, fold_arg(args, n, 1), id == M_PAD_START, r);
	case M_MATCH:
		return fold_str_match(j, s, fold_arg(args, n, 0), r);
	case M_TO_STRING:
	case M_VALUE_OF:
		*r = (struct js_val){.t = V_STR, .s = s};
		return true;
	default:
		return fold_fail(j);
	}
}
