/* Methods of arrays, objects and functions, and which builtin is called. */
#include <zlib.h>
#include <math.h>

#include "fold_int.h"

bool fold_same_strict(struct js_val a, struct js_val b)
{
	if (a.t != b.t)
		return false;
	switch (a.t) {
	case V_NUM:
		return a.n == b.n;
	case V_STR:
		return fold_str_same(a.s, b.s);
	case V_BOOL:
		return a.b == b.b;
	case V_ARR:
		return a.a == b.a;
	case V_OBJ:
		return a.o == b.o;
	case V_FN:
		return a.f == b.f;
	default:
		return true;
	}
}

static bool arr_callback(struct js *j, struct js_arr *a, size_t i, struct js_val f, struct js_val *r)
{
	struct js_val args[3] = {a->v[i], fold_num((double)i), fold_arr_val(a)};

	if (args[0].t == V_NONE)
		args[0] = fold_undef();
	return fold_step(j, 1) && fold_call_value(j, f, fold_undef(), args, 3, r);
}

static bool arr_iterate(struct js *j, enum native id, struct js_arr *a, struct js_val f, struct js_val *r)
{
	struct js_arr *o = fold_arr_new(j);
	struct js_val v;

	*r = id == M_MAP || id == M_FILTER ? fold_arr_val(o) : id == M_EVERY ? fold_boolean(true) : id == M_SOME ? fold_boolean(false)
		: id == M_FIND_INDEX ? fold_num(-1) : fold_undef();
	for (size_t i = 0; i < a->n; i++) {
		if (!arr_callback(j, a, i, f, &v))
			return false;
		if (id == M_MAP && !fold_arr_push(j, o, v))
			return false;
		if (id == M_FILTER && fold_truthy(j, v) && !fold_arr_push(j, o, a->v[i]))
			return false;
		if ((id == M_FIND || id == M_FIND_INDEX) && fold_truthy(j, v)) {
			*r = id == M_FIND ? a->v[i] : fold_num((double)i);
			return true;
		}
		if ((id == M_SOME && fold_truthy(j, v)) || (id == M_EVERY && !fold_truthy(j, v))) {
			*r = fold_boolean(id == M_SOME);
			return true;
		}
	}
	if (id == M_MAP && a->bytes)
		o->bytes = true;
	return true;
}

static bool arr_reduce(struct js *j, struct js_arr *a, struct js_val *args, size_t n, bool back, struct js_val *r)
{
	size_t i = 0;
	struct js_val acc;

	if (n > 1) {
		acc = args[1];
	} else {
		if (!a->n)
			return fold_throw_error(j);
		acc = a->v[back ? a->n - 1 : 0];
		i = 1;
	}
	for (; i < a->n; i++) {
		size_t at = back ? a->n - 1 - i : i;
		struct js_val in[4] = {acc, a->v[at], fold_num((double)at), fold_arr_val(a)};

		if (!fold_step(j, 1) || !fold_call_value(j, args[0], fold_undef(), in, 4, &acc))
			return false;
	}
	*r = acc;
	return true;
}

static bool arr_slice(struct js *j, struct js_arr *a, struct js_val *args, size_t n, struct js_val *r)
{
	struct js_arr *o = fold_arr_new(j);
	double d, d2;

	if (!fold_arg_num(j, args, n, 0, 0, &d) || !fold_arg_num(j, args, n, 1, (double)a->n, &d2))
		return false;
	o->bytes = a->bytes;
	o->props = a->bytes ? a->props : NULL;
	for (size_t i = fold_clamp_index(d, a->n); i < fold_clamp_index(d2, a->n); i++)
		if (!fold_step(j, 1) || !fold_arr_push(j, o, a->v[i]))
			return false;
	*r = fold_arr_val(o);
	return true;
}

static bool arr_splice(struct js *j, struct js_arr *a, struct js_val *args, size_t n, struct js_val *r)
{
	struct js_arr *o = fold_arr_new(j), *rest = fold_arr_new(j);
	double d, d2;
	size_t from, count;

	if (!fold_arg_num(j, args, n, 0, 0, &d) || !fold_arg_num(j, args, n, 1, (double)a->n, &d2))
		return false;
	from = fold_clamp_index(d, a->n);
	count = d2 <= 0 || isnan(d2) ? 0 : d2 > (double)(a->n - from) ? a->n - from : (size_t)d2;
	if (!fold_step(j, 1 + a->n / 8))
		return false;
	for (size_t i = from; i < from + count; i++)
		if (!fold_arr_push(j, o, a->v[i]))
			return false;
	for (size_t i = from + count; i < a->n; i++)
		if (!fold_arr_push(j, rest, a->v[i]))
			return false;
	a->n = from;
	for (size_t i = 2; i < n; i++)
		if (!fold_arr_push(j, a, args[i]))
			return false;
	for (size_t i = 0; i < rest->n; i++)
		if (!fold_arr_push(j, a, rest->v[i]))
			return false;
	*r = fold_arr_val(o);
	return true;
}

/* Insertion sort would be quadratic, so: merge, by the callback or by text. */
static bool arr_less(struct js *j, struct js_val a, struct js_val b, struct js_val f, bool *ret)
{
	struct js_val args[2] = {a, b}, v;
	double d;

	if (!fold_step(j, 2))
		return false;
	if (f.t == V_FN) {
		if (!fold_call_value(j, f, fold_undef(), args, 2, &v) || !fold_to_num(j, v, &d))
			return false;
		*ret = d <= 0 || isnan(d);
		return true;
	}
	{
		struct js_val x, y;

		if (!fold_to_str(j, a, &x) || !fold_to_str(j, b, &y))
			return false;
		for (size_t i = 0;; i++) {
			if (i >= x.s->len || i >= y.s->len) {
				*ret = x.s->len <= y.s->len;
				return true;
			}
			if (js_unit(x.s, i) != js_unit(y.s, i)) {
				*ret = js_unit(x.s, i) < js_unit(y.s, i);
				return true;
			}
		}
	}
}

static bool arr_sort(struct js *j, struct js_arr *a, struct js_val f)
{
	struct js_val *from = a->v, *to;

	if (!fold_spend_bytes(j, a->n * sizeof(*to)))
		return false;
	to = ARENA_ARRAY(j->a, a->n + 1, struct js_val);
	for (size_t width = 1; width < a->n; width *= 2) {
		struct js_val *swap;

		for (size_t i = 0; i < a->n; i += 2 * width) {
			size_t x = i, mid = i + width < a->n ? i + width : a->n, y = mid;
			size_t end = i + 2 * width < a->n ? i + 2 * width : a->n, k = i;

			while (x < mid || y < end) {
				bool left = y >= end;

				if (x < mid && y < end && !arr_less(j, from[x], from[y], f, &left))
					return false;
				to[k++] = left ? from[x++] : from[y++];
			}
		}
		swap = from;
		from = to;
		to = swap;
	}
	if (from != a->v)
		memcpy(a->v, from, a->n * sizeof(*from));
	return true;
}

static bool arr_method(struct js *j, enum native id, struct js_arr *a, struct js_val *args, size_t n, struct js_val *r)
{
	double d;
	struct js_str *sep = NULL;

	switch (id) {
	case M_JOIN:
		if (n && args[0].t != V_UNDEF && !fold_arg_str(j, args, n, 0, &sep))
			return false;
		if (!fold_join_text(j, a, sep, r))
			return false;
		return true;
	case M_REVERSE:
		if (!fold_step(j, 1 + a->n / 8))
			return false;
		for (size_t i = 0; i < a->n / 2; i++) {
			struct js_val t = a->v[i];

			a->v[i] = a->v[a->n - 1 - i];
			a->v[a->n - 1 - i] = t;
		}
		j->run_schemes |= SCHEME_REVERSE;
		*r = fold_arr_val(a);
		return true;
	case M_MAP:
	case M_FILTER:
	case M_FOR_EACH:
	case M_FIND:
	case M_FIND_INDEX:
	case M_SOME:
	case M_EVERY:
		return arr_iterate(j, id, a, fold_arg(args, n, 0), r);
	case M_REDUCE:
	case M_REDUCE_RIGHT:
		return n ? arr_reduce(j, a, args, n, id == M_REDUCE_RIGHT, r) : fold_throw_error(j);
	case M_PUSH:
		for (size_t i = 0; i < n; i++)
			if (!fold_arr_push(j, a, args[i]))
				return false;
		*r = fold_num((double)a->n);
		return true;
	case M_POP:
		*r = a->n ? a->v[--a->n] : fold_undef();
		return true;
	case M_SHIFT:
		if (!a->n) {
			*r = fold_undef();
			return true;
		}
		*r = a->v[0];
		a->v++; /* the room shrinks with it: the array stays its own */
		a->n--;
		a->room--;
		return true;
	case M_UNSHIFT: {
		struct js_arr *o = fold_arr_new(j);

		if (!fold_step(j, 1 + a->n / 8))
			return false;
		for (size_t i = 0; i < n + a->n; i++)
			if (!fold_arr_push(j, o, i < n ? args[i] : a->v[i - n]))
				return false;
		a->v = o->v;
		a->n = o->n;
		a->room = o->room;
		*r = fold_num((double)a->n);
		return true;
	}
	case M_SPLICE:
		return arr_splice(j, a, args, n, r);
	case M_SLICE:
	case M_SUBARRAY:
		return arr_slice(j, a, args, n, r);
	case M_CONCAT: {
		struct js_arr *o = fold_arr_new(j);

		for (size_t i = 0; i < a->n; i++)
			if (!fold_arr_push(j, o, a->v[i]))
				return false;
		for (size_t k = 0; k < n; k++) {
			if (args[k].t != V_ARR) {
				if (!fold_arr_push(j, o, args[k]))
					return false;
				continue;
			}
			for (size_t i = 0; i < args[k].a->n; i++)
				if (!fold_arr_push(j, o, args[k].a->v[i]))
					return false;
		}
		*r = fold_arr_val(o);
		return fold_step(j, 1 + o->n / 8);
	}
	case M_INDEX_OF:
	case M_INCLUDES:
		for (size_t i = 0; i < a->n; i++)
			if (fold_same_strict(a->v[i], fold_arg(args, n, 0))) {
				*r = id == M_INCLUDES ? fold_boolean(true) : fold_num((double)i);
				return fold_step(j, 1 + i / 8);
			}
		*r = id == M_INCLUDES ? fold_boolean(false) : fold_num(-1);
		return fold_step(j, 1 + a->n / 8);
	case M_SORT:
		*r = fold_arr_val(a);
		return arr_sort(j, a, fold_arg(args, n, 0));
	case M_FILL:
		for (size_t i = 0; i < a->n; i++)
			a->v[i] = fold_arg(args, n, 0);
		*r = fold_arr_val(a);
		return fold_step(j, 1 + a->n / 8);
	case M_FLAT: {
		struct js_arr *o = fold_arr_new(j);

		for (size_t i = 0; i < a->n; i++) {
			if (a->v[i].t != V_ARR) {
				if (!fold_arr_push(j, o, a->v[i]))
					return false;
				continue;
			}
			for (size_t k = 0; k < a->v[i].a->n; k++)
				if (!fold_arr_push(j, o, a->v[i].a->v[k]))
					return false;
		}
		*r = fold_arr_val(o);
		return true;
	}
	case M_KEYS:
	case M_ENTRIES: {
		struct js_arr *o = fold_arr_new(j);

		for (size_t i = 0; i < a->n; i++) {
			struct js_val item = fold_num((double)i);

			if (id == M_ENTRIES) {
				struct js_arr *pair = fold_arr_new(j);

				fold_arr_push(j, pair, item);
				fold_arr_push(j, pair, a->v[i]);
				item = fold_arr_val(pair);
			}
			if (!fold_arr_push(j, o, item))
				return false;
		}
		*r = fold_arr_val(o);
		return true;
	}
	case M_AT:
		if (!fold_arg_num(j, args, n, 0, 0, &d))
			return false;
		if (d < 0)
			d += (double)a->n;
		*r = d >= 0 && d < (double)a->n ? a->v[(size_t)d] : fold_undef();
		return true;
	case M_TO_STRING:
		if (a->bytes) {
			if (n && args[0].t == V_STR)
				sep = args[0].s;
			return fold_bytes_text(j, a, sep, r);
		}
		return fold_to_str(j, fold_arr_val(a), r);
	default:
		return fold_fail(j);
	}
}

static bool num_method(struct js *j, enum native id, double v, struct js_val *args, size_t n, struct js_val *r)
{
	double radix, x;
	char b[70];
	int at = (int)sizeof(b);

	if (id == M_TO_FIXED) {
		if (!fold_arg_num(j, args, n, 0, 0, &radix))
			return false;
		*r = js_str_utf8(j, arena_printf(j->a, "%.*f", radix >= 0 && radix <= 20 ? (int)radix : 0, v));
		return true;
	}
	if (id == M_VALUE_OF) {
		*r = fold_num(v);
		return true;
	}
	if (id != M_TO_STRING)
		return fold_fail(j);
	if (!fold_arg_num(j, args, n, 0, 10, &radix))
		return false;
	if (radix == 10)
		return fold_to_str(j, fold_num(v), r);
	if (!(radix >= 2 && radix <= 36) || v != trunc(v) || fabs(v) > 9007199254740992.0)
		return fold_fail(j);
	x = fabs(v);
	do {
		int d = (int)fmod(x, radix);

		b[--at] = (char)(d < 10 ? '0' + d : 'a' + d - 10);
		x = floor(x / radix);
	} while (x > 0 && at > 2);
	if (v < 0)
		b[--at] = '-';
	*r = js_str_utf8(j, arena_str(j->a, str_view(b + at, sizeof(b) - (size_t)at)));
	return true;
}

static bool math_call(struct js *j, enum native id, struct js_val *args, size_t n, struct js_val *r)
{
	double a, b;

	if (id == N_MIN || id == N_MAX) {
		double best = id == N_MIN ? INFINITY : -INFINITY;

		for (size_t i = 0; i < n; i++) {
			if (!fold_to_num(j, args[i], &a))
				return false;
			if (id == N_MIN ? a < best : a > best)
				best = a;
		}
		*r = fold_num(best);
		return true;
	}
	if (!fold_arg_num(j, args, n, 0, NAN, &a) || !fold_arg_num(j, args, n, 1, NAN, &b))
		return false;
	switch (id) {
	case N_FLOOR:
		*r = fold_num(floor(a));
		break;
	case N_CEIL:
		*r = fold_num(ceil(a));
		break;
	case N_ROUND:
		*r = fold_num(floor(a + 0.5));
		break;
	case N_TRUNC:
		*r = fold_num(trunc(a));
		break;
	case N_ABS:
		*r = fold_num(fabs(a));
		break;
	case N_POW:
		*r = fold_num(pow(a, b));
		break;
	case N_SQRT:
		*r = fold_num(sqrt(a));
		break;
	case N_LOG:
		*r = fold_num(log(a));
		break;
	case N_SIGN:
		*r = fold_num(a > 0 ? 1 : a < 0 ? -1 : a);
		break;
	default:
		*r = fold_num((double)(int32_t)((uint32_t)fold_to_int32(a) * (uint32_t)fold_to_int32(b)));
		break;
	}
	return true;
}

static bool array_from(struct js *j, struct js_val *args, size_t n, struct js_val *r)
{
	struct js_arr *a = fold_arr_new(j);
	struct js_val v = fold_arg(args, n, 0), f = fold_arg(args, n, 1);
	size_t len;

	if (v.t == V_STR) {
		struct js_val t;

		if (!fold_str_split(j, v.s, js_str_val(j, "", 0, false), &t))
			return false;
		v = t;
	}
	if (v.t == V_OBJ) {
		struct js_val *l = fold_obj_find(j, v.o, STR("length"));

		if (!l || l->t != V_NUM || l->n < 0 || l->n > 100000)
			return fold_fail(j);
		len = (size_t)l->n;
	} else if (v.t == V_ARR) {
		len = v.a->n;
	} else {
		return fold_fail(j);
	}
	for (size_t i = 0; i < len; i++) {
		struct js_val in[2] = {v.t == V_ARR ? v.a->v[i] : fold_undef(), fold_num((double)i)}, out = in[0];

		if (!fold_step(j, 1) || (f.t != V_UNDEF && !fold_call_value(j, f, fold_undef(), in, 2, &out)) || !fold_arr_push(j, a, out))
			return false;
	}
	*r = fold_arr_val(a);
	return true;
}

bool fold_object_list(struct js *j, enum native id, struct js_val v, struct js_val *r)
{
	struct js_arr *a = fold_arr_new(j);

	*r = fold_arr_val(a);
	if (v.t == V_ARR)
		return arr_method(j, id == N_KEYS ? M_KEYS : M_ENTRIES, v.a, NULL, 0, r);
	if (v.t != V_OBJ)
		return fold_fail(j);
	for (size_t i = 0; i < v.o->n; i++) {
		struct js_val k = js_str_utf8(j, v.o->keys[i]), item = id == N_KEYS ? k : v.o->vals[i];

		if (id == N_ENTRIES) {
			struct js_arr *pair = fold_arr_new(j);

			fold_arr_push(j, pair, k);
			fold_arr_push(j, pair, v.o->vals[i]);
			item = fold_arr_val(pair);
		}
		if (!fold_step(j, 1) || !fold_arr_push(j, a, item))
			return false;
	}
	return true;
}

static bool char_codes(struct js *j, struct js_val *args, size_t n, struct js_val *r)
{
	uint16_t *w = ARENA_ARRAY(j->a, n * 2 + 1, uint16_t);
	size_t len = 0;
	bool wide = false;

	for (size_t i = 0; i < n; i++) {
		double d;
		uint32_t c;

		if (!fold_to_num(j, args[i], &d))
			return false;
		c = (uint32_t)fold_to_int32(d);
		if (c > 0xffff && c <= 0x10ffff) {
			w[len++] = (uint16_t)(0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		wide |= (c & 0xffff) > 0xff;
		w[len++] = (uint16_t)c;
	}
	if (!fold_step(j, 1 + n / 4))
		return false;
	if (!wide) {
		uint8_t *b = arena_alloc(j->a, len + 1);

		for (size_t i = 0; i < len; i++)
			b[i] = (uint8_t)w[i];
		return fold_layer_str(j, b, len, false, NULL, SCHEME_CHARCODES, r);
	}
	return fold_layer_str(j, w, len, true, NULL, SCHEME_CHARCODES, r);
}

static bool bytes_concat(struct js *j, struct js_val list, struct js_val *r)
{
	struct js_arr *o = fold_arr_new(j);

	if (list.t != V_ARR)
		return fold_fail(j);
	o->bytes = true;
	for (size_t i = 0; i < list.a->n; i++) {
		struct js_val part = list.a->v[i];

		if (part.t != V_ARR)
			return fold_fail(j);
		if (!o->props)
			o->props = part.a->props;
		for (size_t k = 0; k < part.a->n; k++)
			if (!fold_arr_push(j, o, part.a->v[k]))
				return false;
	}
	*r = fold_arr_val(o);
	return fold_step(j, 1 + o->n / 8);
}

bool fold_stringify(struct js *j, struct js_val v, struct js_val *r)
{
	struct buf b;

	if (v.t == V_NUM || v.t == V_BOOL || v.t == V_NULL)
		return fold_to_str(j, v, r);
	if (v.t != V_STR)
		return fold_fail(j);
	buf_init(&b, (size_t)v.s->len * 6 + 16);
	buf_add_char(&b, '"');
	{
		struct str u = js_utf8(j, v.s);

		for (size_t i = 0; i < u.len; i++) {
			if (u.p[i] == '"' || u.p[i] == '\\')
				buf_add_char(&b, '\\');
			if ((unsigned char)u.p[i] < ' ')
				buf_printf(&b, "\\u%04x", u.p[i]);
			else
				buf_add_char(&b, u.p[i]);
		}
	}
	buf_add_char(&b, '"');
	*r = js_str_utf8(j, arena_str(j->a, buf_str(&b)));
	buf_release(&b);
	r->s->depth = v.s->depth;
	r->s->scheme = v.s->scheme;
	return true;
}

static bool make_regex(struct js *j, struct js_val *args, size_t n, struct js_val *r)
{
	struct js_str *s, *f = NULL;

	if (fold_arg(args, n, 0).t == V_REGEX) {
		*r = args[0];
		return true;
	}
	if (!fold_arg_str(j, args, n, 0, &s) || (n > 1 && args[1].t != V_UNDEF && !fold_arg_str(j, args, n, 1, &f)))
		return false;
	*r = (struct js_val){.t = V_REGEX, .r = js_regex_make(j, js_utf8(j, s), f ? js_utf8(j, f) : STR(""))};
	return r->r ? true : fold_fail(j);
}

/* zlib, gzip or raw; a bomb ends the run. */
static bool inflate_bytes(struct js *j, struct js_val v, bool raw, struct js_val *r)
{
	z_stream z = {0};
	uint8_t *in, *out;
	size_t room;
	int status;

	if (v.t == V_STR && !fold_buffer_from(j, v, NULL, &v))
		return false;
	if (v.t != V_ARR || !fold_bytes_of(j, v.a, &in))
		return fold_fail(j);
	room = v.a->n * 20 + 4096;
	if (room > INFLATE_MAX)
		room = INFLATE_MAX;
	if (!fold_spend_bytes(j, room) || inflateInit2(&z, raw ? -15 : 47) != Z_OK)
		return fold_fail(j);
	out = arena_alloc(j->a, room);
	z.next_in = in;
	z.avail_in = (uInt)v.a->n;
	z.next_out = out;
	z.avail_out = (uInt)room;
	status = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	if (status != Z_STREAM_END || !fold_step(j, 1 + z.total_out / 16))
		return fold_fail(j);
	*r = fold_bytes_val(j, out, z.total_out, NULL, SCHEME_PACKED);
	return !j->thrown;
}

static bool require_value(struct js *j, const struct js_str *spec, struct js_val *r)
{
	struct str s = js_utf8(j, spec);

	if (str_starts(s, "node:"))
		s = str_part(s, 5, s.len);
	if (str_is(s, "zlib"))
		return fold_native_val(j, N_ZLIB, fold_undef(), r);
	if (str_is(s, "buffer"))
		return fold_native_val(j, N_BUFFER_MODULE, fold_undef(), r);
	return fold_fail(j);
}

bool fold_native_call(struct js *j, enum native id, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
{
	struct js_str *s = NULL, *enc = NULL;
	double d;
	uint8_t *b;
	size_t len;

	switch (id) {
	case N_STRING:
		if (!n)
			*r = js_str_val(j, "", 0, false);
		return n ? fold_to_str(j, args[0], r) : true;
	case N_NUMBER:
		if (!fold_arg_num(j, args, n, 0, 0, &d))
			return false;
		*r = fold_num(d);
		return true;
	case N_BOOLEAN:
		*r = fold_boolean(fold_truthy(j, fold_arg(args, n, 0)));
		return true;
	case N_ARRAY:
	case N_ARRAY_OF: {
		struct js_arr *a = fold_arr_new(j);

		if (id == N_ARRAY && n == 1 && args[0].t == V_NUM) {
			if (!(args[0].n >= 0) || args[0].n > 100000)
				return fold_fail(j);
			for (size_t i = 0; i < (size_t)args[0].n; i++)
				if (!fold_arr_push(j, a, fold_undef()))
					return false;
		} else {
			for (size_t i = 0; i < n; i++)
				if (!fold_arr_push(j, a, args[i]))
					return false;
		}
		*r = fold_arr_val(a);
		return true;
	}
	case N_UINT8:
	case N_BUFFER_ALLOC:
		if (fold_arg(args, n, 0).t == V_NUM) {
			if (!(args[0].n >= 0) || args[0].n > ARRAY_MAX || !fold_spend_bytes(j, (uint64_t)args[0].n * 16))
				return fold_fail(j);
			b = arena_alloc(j->a, (size_t)args[0].n + 1);
			*r = fold_bytes_val(j, b, (size_t)args[0].n, NULL, 0);
			return !j->thrown;
		}
		return fold_buffer_from(j, fold_arg(args, n, 0), NULL, r);
	case N_PARSE_INT:
		if (!fold_arg_str(j, args, n, 0, &s) || !fold_arg_num(j, args, n, 1, 0, &d))
			return false;
		return fold_parse_int(j, s, d, r);
	case N_PARSE_FLOAT:
		if (!fold_arg_num(j, args, n, 0, NAN, &d))
			return false;
		*r = fold_num(d);
		return true;
	case N_IS_NAN:
		if (!fold_arg_num(j, args, n, 0, NAN, &d))
			return false;
		*r = fold_boolean(isnan(d));
		return true;
	case N_ATOB:
		if (!fold_arg_str(j, args, n, 0, &s) || !fold_base64_bytes(j, s, &b, &len))
			return false;
		return fold_layer_str(j, b, len, false, s, SCHEME_BASE64, r);
	case N_BTOA: {
		struct js_val bytes;

		if (!fold_arg_str(j, args, n, 0, &s) || !fold_buffer_from(j, (struct js_val){.t = V_STR, .s = s}, &(struct js_str){.p = "latin1", .len = 6}, &bytes))
			return false;
		return fold_bytes_text(j, bytes.a, &(struct js_str){.p = "base64", .len = 6}, r);
	}
	case N_UNESCAPE:
	case N_DECODE_URI:
		return fold_arg_str(j, args, n, 0, &s) && fold_unescape_text(j, s, id == N_DECODE_URI, r);
	case N_ENCODE_URI:
	case N_ESCAPE:
		return fold_arg_str(j, args, n, 0, &s) && fold_escape_uri(j, s, r);
	case N_FROM_CHAR_CODE:
		return char_codes(j, args, n, r);
	case N_ARRAY_FROM:
		return array_from(j, args, n, r);
	case N_REQUIRE:
		return fold_arg_str(j, args, n, 0, &s) && require_value(j, s, r);
	case N_INFLATE:
	case N_INFLATE_RAW:
		return inflate_bytes(j, fold_arg(args, n, 0), id == N_INFLATE_RAW, r);
	case N_IS_ARRAY:
		*r = fold_boolean(fold_arg(args, n, 0).t == V_ARR && !args[0].a->bytes);
		return true;
	case N_KEYS:
	case N_VALUES:
	case N_ENTRIES:
		return fold_object_list(j, id, fold_arg(args, n, 0), r);
	case N_FREEZE:
		*r = fold_arg(args, n, 0);
		return true;
	case N_JSON_PARSE: {
		struct json p = {.j = j};

		if (!fold_arg_str(j, args, n, 0, &s))
			return false;
		p.s = s;
		return fold_json_value(&p, r);
	}
	case N_JSON_STRINGIFY:
		return fold_stringify(j, fold_arg(args, n, 0), r);
	case N_BUFFER_FROM:
		if (n > 1 && args[1].t == V_STR)
			enc = args[1].s;
		if (n > 1 && args[1].t == V_FN)
			return array_from(j, args, n, r);
		return fold_buffer_from(j, fold_arg(args, n, 0), enc, r);
	case N_BUFFER_CONCAT:
		return bytes_concat(j, fold_arg(args, n, 0), r);
	case N_FLOOR:
	case N_CEIL:
	case N_ROUND:
	case N_TRUNC:
	case N_ABS:
	case N_MIN:
	case N_MAX:
	case N_POW:
	case N_SQRT:
	case N_IMUL:
	case N_LOG:
	case N_SIGN:
		return math_call(j, id, args, n, r);
	case N_REGEXP:
		return make_regex(j, args, n, r);
	case N_FUNCTION: {
		struct str code;

		if (!fold_arg_str(j, args, n, n ? n - 1 : 0, &s))
			return false;
		code = js_utf8(j, s);
		if (!str_has(code, "return this") && !str_has(code, "return (function()"))
			return fold_fail(j);
		return fold_native_val(j, N_GLOBAL_MAKER, fold_undef(), r);
	}
	case N_GLOBAL_MAKER:
		*r = (struct js_val){.t = V_GLOBAL};
		return true;
	case N_TEXT_DECODER:
	case N_TEXT_ENCODER:
		return fold_native_val(j, id, fold_undef(), r);
	case N_DECODE_BYTES:
		if (fold_arg(args, n, 0).t != V_ARR)
			return fold_fail(j);
		return fold_bytes_text(j, args[0].a, NULL, r);
	case N_ENCODE_BYTES:
		return fold_arg_str(j, args, n, 0, &s) && fold_buffer_from(j, (struct js_val){.t = V_STR, .s = s}, NULL, r);
	case N_ERROR: {
		struct js_obj *o = ARENA_NEW(j->a, struct js_obj);

		fold_obj_set(j, o, STR("message"), fold_arg(args, n, 0));
		*r = (struct js_val){.t = V_OBJ, .o = o};
		return true;
	}
	case M_CALL:
		return fold_call_value(j, self, fold_arg(args, n, 0), n ? args + 1 : NULL, n ? n - 1 : 0, r);
	case M_APPLY:
		if (fold_arg(args, n, 1).t == V_ARR)
			return fold_call_value(j, self, args[0], args[1].a->v, args[1].a->n, r);
		return fold_call_value(j, self, fold_arg(args, n, 0), NULL, 0, r);
	case M_BIND:
		if (self.t == V_FN && n <= 1) {
			struct js_closure *f = ARENA_NEW(j->a, struct js_closure);

			*f = *self.f;
			f->self = fold_arg(args, n, 0);
			f->bound = true;
			*r = (struct js_val){.t = V_FN, .f = f};
			return true;
		}
		if (self.t == V_NATIVE && n <= 1) {
			*r = self;
			return true;
		}
		return fold_fail(j);
	case M_TEST:
	case M_EXEC: {
		size_t caps[32];
		int hit;

		if (self.t != V_REGEX || !fold_arg_str(j, args, n, 0, &s))
			return fold_fail(j);
		hit = js_regex_exec(j, self.r, s, 0, caps);
		if (hit < 0 || (id == M_EXEC && js_regex_global(self.r)))
			return fold_fail(j);
		if (id == M_TEST) {
			*r = fold_boolean(hit);
			return true;
		}
		return fold_str_match(j, s, self, r);
	}
	case M_HAS_OWN:
		if (!fold_arg_str(j, args, n, 0, &s))
			return false;
		if (self.t == V_OBJ)
			*r = fold_boolean(fold_obj_find(j, self.o, js_utf8(j, s)) != NULL);
		else
			return fold_fail(j);
		return true;
	default:
		break;
	}
	if (self.t == V_STR)
		return fold_str_method(j, id, self.s, args, n, r);
	if (self.t == V_ARR)
		return arr_method(j, id, self.a, args, n, r);
	if (self.t == V_NUM)
		return num_method(j, id, self.n, args, n, r);
	if ((self.t == V_BOOL || self.t == V_FN) && id == M_TO_STRING)
		return fold_to_str(j, self, r);
	if (self.t == V_UNDEF || self.t == V_NULL)
		return fold_throw_error(j);
	return fold_fail(j);
}
