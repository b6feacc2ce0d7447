/*
 * A small interpreter for pure code: literals, local functions, loops, strings, arrays. Nothing of a
 * host exists in it. What it does not know, or what would reach outside, ends the run (abort), and
 * then the value counts as not constant. Steps, bytes and depth are bounded.
 */
#include <zlib.h>

#include "fold.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "util/hash.h"

/* Rotators decode words at every turn, until some of them add up. */
enum { RUN_STEPS_MAX = 3000000, ROTATOR_STEPS_MAX = 12000000, DEPTH_MAX = 220, STRING_MAX = 8 << 20, ARRAY_MAX = 1 << 20, INFLATE_MAX = 1 << 20 };
enum { DONE_NORMAL, DONE_BREAK, DONE_CONTINUE, DONE_RETURN, DONE_FAIL };
enum { PENDING_NONE, PENDING_EXCEPTION, PENDING_ABORT };

static bool ev(struct js *j, struct js_env *e, uint32_t n, struct js_val *r);
static int exec(struct js *j, struct js_env *e, uint32_t n, struct js_val *r);
static bool get_prop(struct js *j, struct js_val o, struct str key, struct js_val *r);
static bool set_prop(struct js *j, struct js_val o, struct str key, struct js_val v);

/* ---------- values ---------- */

struct js_val fold_undef(void)
{
	return (struct js_val){.t = V_UNDEF};
}

struct js_val fold_num(double d)
{
	return (struct js_val){.t = V_NUM, .n = d};
}

struct js_val fold_boolean(bool b)
{
	return (struct js_val){.t = V_BOOL, .b = b};
}

bool fold_fail(struct js *j)
{
	j->thrown = PENDING_ABORT;
	return false;
}

bool fold_throw_error(struct js *j)
{
	j->thrown = PENDING_EXCEPTION;
	j->exception = fold_undef();
	return false;
}

bool fold_step(struct js *j, uint64_t n)
{
	j->run_steps += n;
	j->fold_steps += n;
	return (j->run_steps <= j->max_run_steps && j->fold_steps <= j->max_fold_steps) || fold_fail(j);
}

bool fold_spend_bytes(struct js *j, uint64_t n)
{
	j->fold_bytes += n;
	return j->fold_bytes <= j->max_fold_bytes || fold_fail(j);
}

struct js_val js_str_val(struct js *j, const void *p, size_t len, bool wide)
{
	struct js_str *s = ARENA_NEW(j->a, struct js_str);

	s->p = p;
	s->len = (uint32_t)len;
	s->wide = wide;
	return (struct js_val){.t = V_STR, .s = s};
}

struct js_val fold_str_meta(struct js *j, const void *p, size_t len, bool wide, const struct js_str *like)
{
	struct js_val v = js_str_val(j, p, len, wide);

	if (like) {
		v.s->depth = like->depth;
		v.s->scheme = like->scheme;
		v.s->bytes = like->bytes;
	}
	return v;
}

static uint32_t utf8_one(struct str s, size_t *pos)
{
	unsigned char c = (unsigned char)s.p[*pos];
	int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	uint32_t cp = more == 3 ? c & 7 : more == 2 ? c & 15 : more == 1 ? c & 31 : c;

	(*pos)++;
	if (c >= 0x80 && !more)
		return 0xfffd;
	while (more-- > 0) {
		if (*pos >= s.len || ((unsigned char)s.p[*pos] & 0xc0) != 0x80)
			return 0xfffd;
		cp = cp << 6 | ((unsigned char)s.p[(*pos)++] & 63);
	}
	return cp > 0x10ffff ? 0xfffd : cp;
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

struct js_val js_str_utf8(struct js *j, struct str s)
{
	uint16_t *w;
	size_t n = 0, pos = 0;

	if (s.len > STRING_MAX)
		s.len = STRING_MAX;
	if (is_ascii(s))
		return js_str_val(j, s.p, s.len, false);
	w = ARENA_ARRAY(j->a, s.len + 1, uint16_t);
	while (pos < s.len) {
		uint32_t cp = utf8_one(s, &pos);

		if (cp >= 0x10000) {
			w[n++] = (uint16_t)(0xd800 + ((cp - 0x10000) >> 10));
			w[n++] = (uint16_t)(0xdc00 + ((cp - 0x10000) & 0x3ff));
		} else {
			w[n++] = (uint16_t)cp;
		}
	}
	return js_str_val(j, w, n, true);
}

static size_t utf8_write(char *o, uint32_t cp)
{
	if (cp < 0x80) {
		o[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		o[0] = (char)(0xc0 | cp >> 6);
		o[1] = (char)(0x80 | (cp & 63));
		return 2;
	}
	if (cp < 0x10000) {
		o[0] = (char)(0xe0 | cp >> 12);
		o[1] = (char)(0x80 | (cp >> 6 & 63));
		o[2] = (char)(0x80 | (cp & 63));
		return 3;
	}
	o[0] = (char)(0xf0 | cp >> 18);
	o[1] = (char)(0x80 | (cp >> 12 & 63));
	o[2] = (char)(0x80 | (cp >> 6 & 63));
	o[3] = (char)(0x80 | (cp & 63));
	return 4;
}

struct str js_utf8(struct js *j, const struct js_str *s)
{
	char *o;
	size_t n = 0;

	if (!s->wide && is_ascii((struct str){s->p, s->len}))
		return (struct str){s->p, s->len};
	o = arena_alloc(j->a, (size_t)s->len * (s->wide ? 3 : 2) + 1);
	for (size_t i = 0; i < s->len; i++) {
		uint32_t c = js_unit(s, i);

		if (c >= 0xd800 && c < 0xdc00 && i + 1 < s->len) {
			uint32_t d = js_unit(s, i + 1);

			if (d >= 0xdc00 && d < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (d - 0xdc00);
				i++;
			}
		}
		n += utf8_write(o + n, c);
	}
	return (struct str){o, n};
}

struct js_arr *fold_arr_new(struct js *j)
{
	return ARENA_NEW(j->a, struct js_arr);
}

bool fold_arr_push(struct js *j, struct js_arr *a, struct js_val v)
{
	if (a->n >= ARRAY_MAX || !fold_spend_bytes(j, sizeof(v)))
		return fold_fail(j);
	*ARENA_PUSH(j->a, a->v, a->n, a->room) = v;
	return true;
}

struct js_val fold_arr_val(struct js_arr *a)
{
	return (struct js_val){.t = V_ARR, .a = a};
}

struct js_val *fold_obj_find(struct js *j, struct js_obj *o, struct str key)
{
	fold_step(j, 1 + o->n / 16);
	for (size_t i = o->n; i-- > 0;)
		if (str_equal(o->keys[i], key))
			return &o->vals[i];
	return NULL;
}

bool fold_obj_set(struct js *j, struct js_obj *o, struct str key, struct js_val v)
{
	struct js_val *at = fold_obj_find(j, o, key);

	if (!at) {
		if (!fold_spend_bytes(j, 32 + key.len))
			return false;
		*ARENA_PUSH(j->a, o->keys, o->n, o->keys_room) = arena_str(j->a, key);
		o->n--;
		at = ARENA_PUSH(j->a, o->vals, o->n, o->room);
	}
	*at = v;
	return true;
}

/* ---------- conversions ---------- */

static struct str num_text(struct js *j, double d)
{
	char b[40];
	int n = 0;

	if (isnan(d))
		return STR("NaN");
	if (isinf(d))
		return d < 0 ? STR("-Infinity") : STR("Infinity");
	if (fabs(d) < 1e15 && d == (double)(int64_t)d)
		return arena_printf(j->a, "%lld", (long long)d);
	for (int p = 1; p <= 17; p++) {
		n = snprintf(b, sizeof(b), "%.*g", p, d);
		if (strtod(b, NULL) == d)
			break;
	}
	return arena_str(j->a, str_view(b, (size_t)n));
}


/* A function as text is its source, which decoders look at to see whether somebody tidied them up. */
static bool function_text(struct js *j, const struct js_closure *f, struct js_val *r)
{
	struct str t = js_text(j, j->fns[f->fn].node);

	if (j->front->fold || !is_ascii(t) || !fold_spend_bytes(j, t.len))
		return fold_fail(j);
	*r = js_str_val(j, t.p, t.len, false);
	return true;
}

bool fold_to_str(struct js *j, struct js_val v, struct js_val *r)
{
	switch (v.t) {
	case V_STR:
		*r = v;
		return true;
	case V_NUM: {
		struct str t = num_text(j, v.n);

		*r = js_str_val(j, t.p, t.len, false);
		return true;
	}
	case V_BOOL:
		if (j->front->fold)
			*r = v.b ? js_str_val(j, "True", 4, false) : js_str_val(j, "False", 5, false);
		else
			*r = v.b ? js_str_val(j, "true", 4, false) : js_str_val(j, "false", 5, false);
		return true;
	case V_UNDEF:
		*r = js_str_val(j, "undefined", 9, false);
		return true;
	case V_NULL:
		*r = js_str_val(j, "null", 4, false);
		return true;
	case V_ARR:
		if (v.a->bytes)
			return fold_fail(j);
		if (++j->fold_depth > DEPTH_MAX)
			return fold_fail(j);
		if (!fold_join_text(j, v.a, NULL, r))
			return false;
		j->fold_depth--;
		return true;
	case V_OBJ:
		*r = js_str_val(j, "[object Object]", 15, false);
		return true;
	case V_FN:
		return function_text(j, v.f, r);
	default:
		return fold_fail(j);
	}
}

static double str_to_num(struct js *j, const struct js_str *s)
{
	char b[72];
	size_t n = 0, from = 0, to = s->len;
	char *end;
	double d;

	while (from < to && js_unit(s, from) <= ' ')
		from++;
	while (to > from && js_unit(s, to - 1) <= ' ')
		to--;
	if (from == to)
		return 0;
	if (to - from > sizeof(b) - 1)
		return NAN;
	for (; from < to; from++) {
		uint16_t c = js_unit(s, from);

		if (c > 0x7e || c < 0x21)
			return NAN;
		b[n++] = (char)c;
	}
	b[n] = 0;
	if (n > 2 && b[0] == '0' && (b[1] | 32) == 'x')
		d = (double)strtoull(b + 2, &end, 16);
	else if (n > 2 && b[0] == '0' && (b[1] | 32) == 'b')
		d = (double)strtoull(b + 2, &end, 2);
	else if (n > 2 && b[0] == '0' && (b[1] | 32) == 'o')
		d = (double)strtoull(b + 2, &end, 8);
	else if (strpbrk(b, "nNxXpP")) /* no "nan", "inf", hexadecimal floats */
		return !strcmp(b, "Infinity") ? INFINITY : NAN;
	else
		d = strtod(b, &end);
	(void)j;
	return *end ? NAN : d;
}

bool fold_to_num(struct js *j, struct js_val v, double *r)
{
	struct js_val s;

	switch (v.t) {
	case V_NUM:
		*r = v.n;
		return true;
	case V_BOOL:
		*r = v.b;
		return true;
	case V_NULL:
		*r = 0;
		return true;
	case V_UNDEF:
	case V_OBJ:
		*r = NAN;
		return true;
	case V_STR:
		*r = str_to_num(j, v.s);
		return true;
	case V_ARR:
		if (!fold_to_str(j, v, &s))
			return false;
		*r = str_to_num(j, s.s);
		return true;
	default:
		return fold_fail(j);
	}
}

static int32_t to_int32(double d)
{
	if (!isfinite(d))
		return 0;
	d = fmod(trunc(d), 4294967296.0);
	if (d < 0)
		d += 4294967296.0;
	return (int32_t)(uint32_t)d;
}

bool fold_truthy(const struct js *j, struct js_val v)
{
	switch (v.t) {
	case V_ARR:
		return !j->front->fold || v.a->n > 0;
	case V_OBJ:
		return !j->front->fold || v.o->n > 0;
	case V_BOOL:
		return v.b;
	case V_NUM:
		return v.n != 0 && !isnan(v.n);
	case V_STR:
		return v.s->len > 0;
	case V_UNDEF:
	case V_NULL:
		return false;
	default:
		return true;
	}
}

struct str js_val_text(struct js *j, struct js_val v)
{
	struct js_val s;

	j->thrown = PENDING_NONE;
	if (!fold_to_str(j, v, &s)) {
		j->thrown = PENDING_NONE;
		return STR("");
	}
	return js_utf8(j, s.s);
}

static void copy_units(const struct js_str *s, void *to, size_t at, bool wide)
{
	if (wide && s->wide)
		memcpy((uint16_t *)to + at, s->p, (size_t)s->len * 2);
	else if (wide)
		for (size_t i = 0; i < s->len; i++)
			((uint16_t *)to)[at + i] = ((const uint8_t *)s->p)[i];
	else
		memcpy((uint8_t *)to + at, s->p, s->len);
}

/* a + b; a's buffer is used again when a is its tail, so building a string stays linear. */
bool fold_concat(struct js *j, const struct js_str *a, const struct js_str *b, struct js_val *r)
{
	size_t len = (size_t)a->len + b->len, unit;
	bool wide = a->wide || b->wide;
	struct js_strbuf *buf = a->buf;
	struct js_val v;

	if (len > STRING_MAX || !fold_step(j, 1 + b->len / 32))
		return fold_fail(j);
	unit = wide ? 2 : 1;
	if (!(buf && a->wide == wide && buf->len == a->len && a->p == buf->p && buf->room >= len)) {
		buf = ARENA_NEW(j->a, struct js_strbuf);
		buf->room = (uint32_t)(len < 24 ? 48 : len * 2);
		if (!fold_spend_bytes(j, buf->room * unit))
			return false;
		buf->p = arena_alloc(j->a, buf->room * unit);
		copy_units(a, buf->p, 0, wide);
	}
	copy_units(b, buf->p, a->len, wide);
	buf->len = (uint32_t)len;
	v = js_str_val(j, buf->p, len, wide);
	v.s->buf = buf;
	v.s->bytes = a->bytes && b->bytes;
	v.s->depth = a->depth > b->depth ? a->depth : b->depth;
	v.s->scheme = a->scheme | b->scheme | (a->len && b->len ? SCHEME_CONCAT : 0);
	*r = v;
	return true;
}

bool fold_join_text(struct js *j, const struct js_arr *a, const struct js_str *sep, struct js_val *r)
{
	struct js_val acc = js_str_val(j, "", 0, false), s;
	struct js_str comma = {.p = ",", .len = 1};

	for (size_t i = 0; i < a->n; i++) {
		if (i && !fold_concat(j, acc.s, sep ? sep : &comma, &acc))
			return false;
		if (a->v[i].t == V_UNDEF || a->v[i].t == V_NULL || a->v[i].t == V_NONE)
			continue;
		if (!fold_to_str(j, a->v[i], &s) || !fold_concat(j, acc.s, s.s, &acc))
			return false;
	}
	*r = acc;
	return true;
}

struct js_val fold_sub_str(struct js *j, const struct js_str *s, size_t from, size_t to)
{
	if (from > s->len)
		from = s->len;
	if (to > s->len)
		to = s->len;
	if (to < from)
		to = from;
	return fold_str_meta(j, (const char *)s->p + from * (s->wide ? 2 : 1), to - from, s->wide, s);
}

bool fold_str_same(const struct js_str *a, const struct js_str *b)
{
	if (a->len != b->len)
		return false;
	for (size_t i = 0; i < a->len; i++)
		if (js_unit(a, i) != js_unit(b, i))
			return false;
	return true;
}

size_t fold_str_index(struct js *j, const struct js_str *s, const struct js_str *what, size_t from)
{
	for (size_t i = from; i + what->len <= s->len; i++) {
		size_t k = 0;

		while (k < what->len && js_unit(s, i + k) == js_unit(what, k))
			k++;
		if (k == what->len) {
			fold_step(j, (i - from) / 16);
			return i;
		}
	}
	fold_step(j, s->len / 16);
	return SIZE_MAX;
}

/* ---------- interned constants ---------- */

static uint64_t const_hash(struct js_val v)
{
	uint64_t h = v.t;

	if (v.t == V_STR) {
		h = fast_hash(v.s->p, (size_t)v.s->len * (v.s->wide ? 2 : 1), v.t + v.s->wide);
		return h ^ v.s->depth ^ (uint64_t)v.s->scheme << 8 ^ (uint64_t)v.s->bytes << 40;
	}
	if (v.t == V_NUM)
		return fast_hash(&v.n, sizeof(v.n), v.t);
	if (v.t == V_BOOL)
		h = h * 2 + v.b;
	return h * 0x9e3779b97f4a7c15u;
}

static bool const_equal(struct js_val a, struct js_val b)
{
	if (a.t != b.t)
		return false;
	if (a.t == V_STR)
		return a.s->depth == b.s->depth && a.s->scheme == b.s->scheme && a.s->wide == b.s->wide &&
			a.s->bytes == b.s->bytes &&
			a.s->len == b.s->len && !memcmp(a.s->p, b.s->p, (size_t)a.s->len * (a.s->wide ? 2 : 1));
	if (a.t == V_NUM)
		return a.n == b.n || (isnan(a.n) && isnan(b.n));
	return a.t != V_BOOL || a.b == b.b;
}

static void consts_grow(struct js *j)
{
	size_t size = j->const_table_size ? j->const_table_size * 2 : 512;
	uint32_t *t = ARENA_ARRAY(j->a, size, uint32_t);

	for (size_t i = 1; i < j->n_consts; i++) {
		size_t at = const_hash(j->consts[i]) & (size - 1);

		while (t[at])
			at = (at + 1) & (size - 1);
		t[at] = (uint32_t)i;
	}
	j->const_table = t;
	j->const_table_size = size;
}

uint32_t js_const(struct js *j, struct js_val v)
{
	size_t at;

	if (v.t != V_STR && v.t != V_NUM && v.t != V_BOOL && v.t != V_NULL && v.t != V_UNDEF)
		return 0;
	if (!j->n_consts)
		ARENA_PUSH(j->a, j->consts, j->n_consts, j->consts_room);
	if (j->n_consts * 2 >= j->const_table_size)
		consts_grow(j);
	at = const_hash(v) & (j->const_table_size - 1);
	while (j->const_table[at]) {
		if (const_equal(j->consts[j->const_table[at]], v))
			return j->const_table[at];
		at = (at + 1) & (j->const_table_size - 1);
	}
	if (v.t == V_STR) { /* its buffer may grow behind it; that does not change these bytes */
		struct js_str *s = ARENA_NEW(j->a, struct js_str);

		*s = *v.s;
		s->buf = NULL;
		v.s = s;
	}
	j->const_table[at] = (uint32_t)j->n_consts;
	*ARENA_PUSH(j->a, j->consts, j->n_consts, j->consts_room) = v;
	return (uint32_t)j->n_consts - 1;
}

/* ---------- literals ---------- */

int fold_hex_digit(unsigned char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 87 : c >= 'A' && c <= 'F' ? c - 55 : -1;
}

/* The characters of a literal without its quotes. */
static struct js_val literal_text(struct js *j, struct str raw)
{
	uint16_t *w;
	size_t n = 0, pos = 0;
	bool wide = false;

	if (!memchr(raw.p, '\\', raw.len))
		return js_str_utf8(j, raw);
	w = ARENA_ARRAY(j->a, raw.len + 2, uint16_t);
	while (pos < raw.len) {
		uint32_t cp = utf8_one(raw, &pos);

		if (cp == '\\' && pos < raw.len) {
			int digits = 0;

			cp = utf8_one(raw, &pos);
			switch (cp) {
			case 'n':
				cp = '\n';
				break;
			case 't':
				cp = '\t';
				break;
			case 'r':
				cp = '\r';
				break;
			case 'b':
				cp = 8;
				break;
			case 'f':
				cp = 12;
				break;
			case 'v':
				cp = 11;
				break;
			case '\r':
				if (pos < raw.len && raw.p[pos] == '\n')
					pos++;
				continue;
			case '\n':
				continue;
			case 'x':
				digits = 2;
				break;
			case 'u':
				digits = 4;
				if (pos < raw.len && raw.p[pos] == '{') {
					pos++;
					digits = 6;
				}
				break;
			default:
				if (cp >= '0' && cp <= '7') {
					cp -= '0';
					for (int k = 0; k < 2 && pos < raw.len && raw.p[pos] >= '0' &&
						raw.p[pos] <= '7' && cp < 32; k++)
						cp = cp * 8 + (uint32_t)(raw.p[pos++] - '0');
				}
				break;
			}
			if (digits) {
				cp = 0;
				for (int k = 0; k < digits && pos < raw.len && fold_hex_digit((unsigned char)raw.p[pos]) >= 0; k++)
					cp = cp * 16 + (uint32_t)fold_hex_digit((unsigned char)raw.p[pos++]);
				if (digits == 6 && pos < raw.len && raw.p[pos] == '}')
					pos++;
			}
		}
		if (cp >= 0x10000 && cp <= 0x10ffff) {
			w[n++] = (uint16_t)(0xd800 + ((cp - 0x10000) >> 10));
			cp = 0xdc00 + ((cp - 0x10000) & 0x3ff);
		}
		wide |= cp > 0xff;
		w[n++] = (uint16_t)cp;
	}
	if (!wide) {
		uint8_t *b = (uint8_t *)w; /* narrowing in place: b[i] lies at or before w[i] */

		for (size_t i = 0; i < n; i++) {
			uint16_t c;

			memcpy(&c, (uint8_t *)w + 2 * i, 2);
			b[i] = (uint8_t)c;
		}
		return js_str_val(j, b, n, false);
	}
	return js_str_val(j, w, n, true);
}

static struct js_val number_value(struct js *j, struct str t)
{
	char b[72];
	size_t n = 0;

	for (size_t i = 0; i < t.len && n < sizeof(b) - 1; i++)
		if (t.p[i] != '_')
			b[n++] = t.p[i];
	if (n && b[n - 1] == 'n')
		n--;
	b[n] = 0;
	if (n > 1 && b[0] == '0' && b[1] >= '0' && b[1] <= '7' && !memchr(b, '.', n) && !memchr(b, '8', n) && !memchr(b, '9', n))
		return fold_num((double)strtoull(b + 1, NULL, 8));
	{
		struct js_str s = {.p = b, .len = (uint32_t)n};

		return fold_num(str_to_num(j, &s));
	}
}

struct js_val js_literal(struct js *j, uint32_t n)
{
	return j->front->literal(j, n);
}

struct js_val js_literal_own(struct js *j, uint32_t n)
{
	struct str t = js_text(j, n);

	switch (j->nodes[n].kind) {
	case J_STR:
		return literal_text(j, str_part(t, 1, t.len >= 2 ? t.len - 2 : 0));
	case J_NUM:
		return number_value(j, t);
	case J_TRUE:
		return fold_boolean(true);
	case J_FALSE:
		return fold_boolean(false);
	case J_NULL:
		return (struct js_val){.t = V_NULL};
	default:
		return fold_undef();
	}
}

/* Piece i of a template: the text before substitution i (or after the last). */
static struct js_val template_piece(struct js *j, uint32_t n, uint32_t before, uint32_t after)
{
	size_t from = before ? j->nodes[before].to : j->nodes[n].from + 1;
	size_t to = after ? j->nodes[after].from : j->nodes[n].to ? j->nodes[n].to - 1 : 0;

	/* between two substitutions stand "}" and "${" and perhaps blanks and brackets */
	if (before)
		while (from < to && j->text.p[from] != '}')
			from++;
	if (before && from < to)
		from++;
	if (after) {
		size_t k = to;

		while (k > from && !(j->text.p[k] == '{' && j->text.p[k - 1] == '$'))
			k--;
		to = k > from ? k - 1 : from;
	}
	if (to < from)
		to = from;
	return literal_text(j, str_part(j->text, from, to - from));
}

/* ---------- natives ---------- */

enum native {
	N_NONE, N_STRING, N_NUMBER, N_BOOLEAN, N_ARRAY, N_OBJECT, N_MATH, N_JSON, N_PARSE_INT, N_PARSE_FLOAT,
	N_IS_NAN, N_ATOB, N_BTOA, N_UNESCAPE, N_ESCAPE, N_DECODE_URI, N_ENCODE_URI, N_BUFFER, N_UINT8,
	N_TEXT_DECODER, N_TEXT_ENCODER, N_REGEXP, N_FUNCTION, N_GLOBAL_MAKER, N_FROM_CHAR_CODE, N_RAW,
	N_ARRAY_FROM, N_ARRAY_OF, N_IS_ARRAY, N_KEYS, N_VALUES, N_ENTRIES, N_ASSIGN, N_FREEZE, N_JSON_PARSE,
	N_JSON_STRINGIFY, N_BUFFER_FROM, N_BUFFER_CONCAT, N_BUFFER_ALLOC, N_FLOOR, N_CEIL, N_ROUND, N_TRUNC, N_ABS,
	N_MIN, N_MAX, N_POW, N_SQRT, N_IMUL, N_LOG, N_SIGN, N_DECODE_BYTES, N_ENCODE_BYTES, N_ERROR, N_REQUIRE,
	N_ZLIB, N_BUFFER_MODULE, N_INFLATE, N_INFLATE_RAW,
	/* methods */
	M_CHAR_CODE_AT, M_CHAR_AT, M_CODE_POINT_AT, M_AT, M_SPLIT, M_SLICE, M_SUBSTRING, M_SUBSTR, M_REPLACE,
	M_REPLACE_ALL, M_TRIM, M_TRIM_START, M_TRIM_END, M_LOWER, M_UPPER, M_REPEAT, M_CONCAT, M_INDEX_OF,
	M_LAST_INDEX_OF, M_INCLUDES, M_STARTS, M_ENDS, M_PAD_START, M_PAD_END, M_MATCH, M_TO_STRING, M_JOIN,
	M_REVERSE, M_MAP, M_FILTER, M_FOR_EACH, M_REDUCE, M_REDUCE_RIGHT, M_PUSH, M_POP, M_SHIFT, M_UNSHIFT,
	M_SPLICE, M_SORT, M_FILL, M_FIND, M_FIND_INDEX, M_SOME, M_EVERY, M_FLAT, M_KEYS, M_CALL, M_APPLY, M_BIND, M_TEST,
	M_EXEC, M_TO_FIXED, M_HAS_OWN, M_VALUE_OF, M_SUBARRAY, M_SET, M_ENTRIES, M_SEARCH, M_NOOP
};

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

static enum native method_id(struct str name)
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

static bool global_get(struct js *j, struct str name, struct js_val *r)
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

static struct js_val arg(struct js_val *args, size_t n, size_t i)
{
	return i < n ? args[i] : fold_undef();
}

static bool arg_num(struct js *j, struct js_val *args, size_t n, size_t i, double missing, double *r)
{
	if (i >= n || args[i].t == V_UNDEF) {
		*r = missing;
		return true;
	}
	return fold_to_num(j, args[i], r);
}

static bool arg_str(struct js *j, struct js_val *args, size_t n, size_t i, struct js_str **r)
{
	struct js_val s;

	if (!fold_to_str(j, arg(args, n, i), &s))
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

static struct js_val bytes_val(struct js *j, const uint8_t *p, size_t n, const struct js_str *from, uint16_t scheme)
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

static bool bytes_of(struct js *j, const struct js_arr *a, uint8_t **ret)
{
	uint8_t *b;

	if (!fold_step(j, 1 + a->n / 16) || !fold_spend_bytes(j, a->n))
		return false;
	b = arena_alloc(j->a, a->n + 1);
	for (size_t i = 0; i < a->n; i++) {
		double d;

		if (!fold_to_num(j, a->v[i], &d))
			return false;
		b[i] = (uint8_t)to_int32(d);
	}
	*ret = b;
	return true;
}

static bool encoding_is(const struct js_str *e, const char *z)
{
	return e && !e->wide && str_equal_nocase((struct str){e->p, e->len}, str_of(z));
}

static bool buffer_from(struct js *j, struct js_val v, const struct js_str *enc, struct js_val *r)
{
	uint8_t *b = NULL;
	size_t n = 0;

	if (v.t == V_ARR) {
		if (!bytes_of(j, v.a, &b))
			return false;
		*r = bytes_val(j, b, v.a->n, NULL, 0);
		if (v.a->props && v.a->bytes)
			r->a->props = v.a->props;
		else if (v.a->n > 3)
			*r = bytes_val(j, b, v.a->n, NULL, SCHEME_CHARCODES);
		return true;
	}
	if (v.t != V_STR)
		return fold_fail(j);
	if (encoding_is(enc, "base64") || encoding_is(enc, "base64url")) {
		if (!fold_base64_bytes(j, v.s, &b, &n))
			return false;
		*r = bytes_val(j, b, n, v.s, SCHEME_BASE64);
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
		*r = bytes_val(j, b, n, v.s, SCHEME_HEX);
		return true;
	}
	if (encoding_is(enc, "latin1") || encoding_is(enc, "binary") || encoding_is(enc, "ascii")) {
		b = arena_alloc(j->a, (size_t)v.s->len + 1);
		for (n = 0; n < v.s->len; n++)
			b[n] = (uint8_t)js_unit(v.s, n);
		*r = bytes_val(j, b, n, v.s, 0);
		return true;
	}
	if (encoding_is(enc, "utf16le") || encoding_is(enc, "utf-16le") || encoding_is(enc, "ucs2") || encoding_is(enc, "ucs-2")) {
		b = arena_alloc(j->a, (size_t)v.s->len * 2 + 1);
		for (n = 0; n < v.s->len; n++) {
			b[2 * n] = (uint8_t)js_unit(v.s, n);
			b[2 * n + 1] = (uint8_t)(js_unit(v.s, n) >> 8);
		}
		*r = bytes_val(j, b, 2 * n, v.s, 0);
		return fold_step(j, 1 + n / 16);
	}
	{
		struct str u = js_utf8(j, v.s);

		*r = bytes_val(j, (const uint8_t *)u.p, u.len, v.s, 0);
	}
	return true;
}

static bool bytes_text(struct js *j, const struct js_arr *a, const struct js_str *enc, struct js_val *r)
{
	static const char digits[] = "0123456789abcdef";
	static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t *b;
	char *o;
	size_t n = 0;

	if (!bytes_of(j, a, &b))
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

static bool escape_uri(struct js *j, const struct js_str *s, struct js_val *r)
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

/* ---------- JSON ---------- */

struct json {
	struct js *j;
	const struct js_str *s;
	size_t pos;
	int depth;
};

static int json_peek(struct json *p)
{
	while (p->pos < p->s->len && js_unit(p->s, p->pos) <= ' ')
		p->pos++;
	return p->pos < p->s->len ? js_unit(p->s, p->pos) : -1;
}

static bool json_value(struct json *p, struct js_val *r);

static bool json_string(struct json *p, struct js_val *r)
{
	size_t from = ++p->pos;
	struct js_val raw;

	while (p->pos < p->s->len && js_unit(p->s, p->pos) != '"')
		p->pos += js_unit(p->s, p->pos) == '\\' ? 2 : 1;
	if (p->pos >= p->s->len)
		return fold_throw_error(p->j);
	raw = fold_sub_str(p->j, p->s, from, p->pos++);
	*r = literal_text(p->j, js_utf8(p->j, raw.s));
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

		if (!json_value(p, &v) || !fold_arr_push(p->j, a, v))
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
		if (!json_value(p, &v) || !fold_obj_set(p->j, o, js_utf8(p->j, k.s), v))
			return false;
		c = json_peek(p);
		p->pos++;
		if (c == '}')
			return true;
		if (c != ',')
			return fold_throw_error(p->j);
	}
}

static bool json_value(struct json *p, struct js_val *r)
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
		*r = fold_num(str_to_num(p->j, fold_sub_str(p->j, p->s, from, p->pos).s));
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

static bool str_match(struct js *j, struct js_str *s, struct js_val what, struct js_val *r)
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

static bool str_method(struct js *j, enum native id, struct js_str *s, struct js_val *args, size_t n, struct js_val *r)
{
	double d, d2;
	struct js_str *o;
	size_t at;

	switch (id) {
	case M_CHAR_CODE_AT:
	case M_CODE_POINT_AT:
		if (!arg_num(j, args, n, 0, 0, &d))
			return false;
		*r = d >= 0 && d < s->len ? fold_num(js_unit(s, (size_t)d)) : fold_num(NAN);
		return true;
	case M_CHAR_AT:
		if (!arg_num(j, args, n, 0, 0, &d))
			return false;
		*r = d >= 0 && d < s->len ? fold_sub_str(j, s, (size_t)d, (size_t)d + 1) : js_str_val(j, "", 0, false);
		return true;
	case M_AT:
		if (!arg_num(j, args, n, 0, 0, &d))
			return false;
		if (d < 0)
			d += s->len;
		*r = d >= 0 && d < s->len ? fold_sub_str(j, s, (size_t)d, (size_t)d + 1) : fold_undef();
		return true;
	case M_SPLIT:
		return fold_str_split(j, s, arg(args, n, 0), r);
	case M_SLICE:
		if (!arg_num(j, args, n, 0, 0, &d) || !arg_num(j, args, n, 1, s->len, &d2))
			return false;
		*r = fold_sub_str(j, s, fold_clamp_index(d, s->len), fold_clamp_index(d2, s->len));
		return true;
	case M_SUBSTRING:
		if (!arg_num(j, args, n, 0, 0, &d) || !arg_num(j, args, n, 1, s->len, &d2))
			return false;
		d = isnan(d) || d < 0 ? 0 : d > s->len ? s->len : d;
		d2 = isnan(d2) || d2 < 0 ? 0 : d2 > s->len ? s->len : d2;
		*r = d < d2 ? fold_sub_str(j, s, (size_t)d, (size_t)d2) : fold_sub_str(j, s, (size_t)d2, (size_t)d);
		return true;
	case M_SUBSTR:
		if (!arg_num(j, args, n, 0, 0, &d) || !arg_num(j, args, n, 1, s->len, &d2))
			return false;
		at = fold_clamp_index(d, s->len);
		*r = fold_sub_str(j, s, at, d2 <= 0 || isnan(d2) ? at : d2 > s->len ? s->len : at + (size_t)d2);
		return true;
	case M_REPLACE:
	case M_REPLACE_ALL:
		return fold_str_replace(j, s, arg(args, n, 0), arg(args, n, 1), id == M_REPLACE_ALL, r);
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
		if (!arg_num(j, args, n, 0, 0, &d))
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
		if (!arg_str(j, args, n, 0, &o) || !arg_num(j, args, n, 1, 0, &d))
			return false;
		at = fold_str_index(j, s, o, d > 0 ? (d > s->len ? s->len : (size_t)d) : 0);
		*r = id == M_INCLUDES ? fold_boolean(at != SIZE_MAX) : fold_num(at == SIZE_MAX ? -1 : (double)at);
		return true;
	case M_LAST_INDEX_OF: {
		double last = -1;

		if (!arg_str(j, args, n, 0, &o))
			return false;
		for (at = 0; (at = fold_str_index(j, s, o, at)) != SIZE_MAX; at++)
			last = (double)at;
		*r = fold_num(last);
		return true;
	}
	case M_STARTS:
	case M_ENDS: {
		struct js_val part;

		if (!arg_str(j, args, n, 0, &o))
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
		if (!arg_num(j, args, n, 0, 0, &d))
			return false;
		return str_pad(j, s, d, arg(args, n, 1), id == M_PAD_START, r);
	case M_MATCH:
		return str_match(j, s, arg(args, n, 0), r);
	case M_TO_STRING:
	case M_VALUE_OF:
		*r = (struct js_val){.t = V_STR, .s = s};
		return true;
	default:
		return fold_fail(j);
	}
}

/* ---------- methods of arrays ---------- */

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

	if (!arg_num(j, args, n, 0, 0, &d) || !arg_num(j, args, n, 1, (double)a->n, &d2))
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

	if (!arg_num(j, args, n, 0, 0, &d) || !arg_num(j, args, n, 1, (double)a->n, &d2))
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
		if (n && args[0].t != V_UNDEF && !arg_str(j, args, n, 0, &sep))
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
		return arr_iterate(j, id, a, arg(args, n, 0), r);
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
			if (fold_same_strict(a->v[i], arg(args, n, 0))) {
				*r = id == M_INCLUDES ? fold_boolean(true) : fold_num((double)i);
				return fold_step(j, 1 + i / 8);
			}
		*r = id == M_INCLUDES ? fold_boolean(false) : fold_num(-1);
		return fold_step(j, 1 + a->n / 8);
	case M_SORT:
		*r = fold_arr_val(a);
		return arr_sort(j, a, arg(args, n, 0));
	case M_FILL:
		for (size_t i = 0; i < a->n; i++)
			a->v[i] = arg(args, n, 0);
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
		if (!arg_num(j, args, n, 0, 0, &d))
			return false;
		if (d < 0)
			d += (double)a->n;
		*r = d >= 0 && d < (double)a->n ? a->v[(size_t)d] : fold_undef();
		return true;
	case M_TO_STRING:
		if (a->bytes) {
			if (n && args[0].t == V_STR)
				sep = args[0].s;
			return bytes_text(j, a, sep, r);
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
		if (!arg_num(j, args, n, 0, 0, &radix))
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
	if (!arg_num(j, args, n, 0, 10, &radix))
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
	if (!arg_num(j, args, n, 0, NAN, &a) || !arg_num(j, args, n, 1, NAN, &b))
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
		*r = fold_num((double)(int32_t)((uint32_t)to_int32(a) * (uint32_t)to_int32(b)));
		break;
	}
	return true;
}

static bool array_from(struct js *j, struct js_val *args, size_t n, struct js_val *r)
{
	struct js_arr *a = fold_arr_new(j);
	struct js_val v = arg(args, n, 0), f = arg(args, n, 1);
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

static bool object_list(struct js *j, enum native id, struct js_val v, struct js_val *r)
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
		c = (uint32_t)to_int32(d);
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

static bool stringify(struct js *j, struct js_val v, struct js_val *r)
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

	if (arg(args, n, 0).t == V_REGEX) {
		*r = args[0];
		return true;
	}
	if (!arg_str(j, args, n, 0, &s) || (n > 1 && args[1].t != V_UNDEF && !arg_str(j, args, n, 1, &f)))
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

	if (v.t == V_STR && !buffer_from(j, v, NULL, &v))
		return false;
	if (v.t != V_ARR || !bytes_of(j, v.a, &in))
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
	*r = bytes_val(j, out, z.total_out, NULL, SCHEME_PACKED);
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

static bool native_call(struct js *j, enum native id, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
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
		if (!arg_num(j, args, n, 0, 0, &d))
			return false;
		*r = fold_num(d);
		return true;
	case N_BOOLEAN:
		*r = fold_boolean(fold_truthy(j, arg(args, n, 0)));
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
		if (arg(args, n, 0).t == V_NUM) {
			if (!(args[0].n >= 0) || args[0].n > ARRAY_MAX || !fold_spend_bytes(j, (uint64_t)args[0].n * 16))
				return fold_fail(j);
			b = arena_alloc(j->a, (size_t)args[0].n + 1);
			*r = bytes_val(j, b, (size_t)args[0].n, NULL, 0);
			return !j->thrown;
		}
		return buffer_from(j, arg(args, n, 0), NULL, r);
	case N_PARSE_INT:
		if (!arg_str(j, args, n, 0, &s) || !arg_num(j, args, n, 1, 0, &d))
			return false;
		return fold_parse_int(j, s, d, r);
	case N_PARSE_FLOAT:
		if (!arg_num(j, args, n, 0, NAN, &d))
			return false;
		*r = fold_num(d);
		return true;
	case N_IS_NAN:
		if (!arg_num(j, args, n, 0, NAN, &d))
			return false;
		*r = fold_boolean(isnan(d));
		return true;
	case N_ATOB:
		if (!arg_str(j, args, n, 0, &s) || !fold_base64_bytes(j, s, &b, &len))
			return false;
		return fold_layer_str(j, b, len, false, s, SCHEME_BASE64, r);
	case N_BTOA: {
		struct js_val bytes;

		if (!arg_str(j, args, n, 0, &s) || !buffer_from(j, (struct js_val){.t = V_STR, .s = s}, &(struct js_str){.p = "latin1", .len = 6}, &bytes))
			return false;
		return bytes_text(j, bytes.a, &(struct js_str){.p = "base64", .len = 6}, r);
	}
	case N_UNESCAPE:
	case N_DECODE_URI:
		return arg_str(j, args, n, 0, &s) && fold_unescape_text(j, s, id == N_DECODE_URI, r);
	case N_ENCODE_URI:
	case N_ESCAPE:
		return arg_str(j, args, n, 0, &s) && escape_uri(j, s, r);
	case N_FROM_CHAR_CODE:
		return char_codes(j, args, n, r);
	case N_ARRAY_FROM:
		return array_from(j, args, n, r);
	case N_REQUIRE:
		return arg_str(j, args, n, 0, &s) && require_value(j, s, r);
	case N_INFLATE:
	case N_INFLATE_RAW:
		return inflate_bytes(j, arg(args, n, 0), id == N_INFLATE_RAW, r);
	case N_IS_ARRAY:
		*r = fold_boolean(arg(args, n, 0).t == V_ARR && !args[0].a->bytes);
		return true;
	case N_KEYS:
	case N_VALUES:
	case N_ENTRIES:
		return object_list(j, id, arg(args, n, 0), r);
	case N_FREEZE:
		*r = arg(args, n, 0);
		return true;
	case N_JSON_PARSE: {
		struct json p = {.j = j};

		if (!arg_str(j, args, n, 0, &s))
			return false;
		p.s = s;
		return json_value(&p, r);
	}
	case N_JSON_STRINGIFY:
		return stringify(j, arg(args, n, 0), r);
	case N_BUFFER_FROM:
		if (n > 1 && args[1].t == V_STR)
			enc = args[1].s;
		if (n > 1 && args[1].t == V_FN)
			return array_from(j, args, n, r);
		return buffer_from(j, arg(args, n, 0), enc, r);
	case N_BUFFER_CONCAT:
		return bytes_concat(j, arg(args, n, 0), r);
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

		if (!arg_str(j, args, n, n ? n - 1 : 0, &s))
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
		if (arg(args, n, 0).t != V_ARR)
			return fold_fail(j);
		return bytes_text(j, args[0].a, NULL, r);
	case N_ENCODE_BYTES:
		return arg_str(j, args, n, 0, &s) && buffer_from(j, (struct js_val){.t = V_STR, .s = s}, NULL, r);
	case N_ERROR: {
		struct js_obj *o = ARENA_NEW(j->a, struct js_obj);

		fold_obj_set(j, o, STR("message"), arg(args, n, 0));
		*r = (struct js_val){.t = V_OBJ, .o = o};
		return true;
	}
	case M_CALL:
		return fold_call_value(j, self, arg(args, n, 0), n ? args + 1 : NULL, n ? n - 1 : 0, r);
	case M_APPLY:
		if (arg(args, n, 1).t == V_ARR)
			return fold_call_value(j, self, args[0], args[1].a->v, args[1].a->n, r);
		return fold_call_value(j, self, arg(args, n, 0), NULL, 0, r);
	case M_BIND:
		if (self.t == V_FN && n <= 1) {
			struct js_closure *f = ARENA_NEW(j->a, struct js_closure);

			*f = *self.f;
			f->self = arg(args, n, 0);
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

		if (self.t != V_REGEX || !arg_str(j, args, n, 0, &s))
			return fold_fail(j);
		hit = js_regex_exec(j, self.r, s, 0, caps);
		if (hit < 0 || (id == M_EXEC && js_regex_global(self.r)))
			return fold_fail(j);
		if (id == M_TEST) {
			*r = fold_boolean(hit);
			return true;
		}
		return str_match(j, s, self, r);
	}
	case M_HAS_OWN:
		if (!arg_str(j, args, n, 0, &s))
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
		return str_method(j, id, self.s, args, n, r);
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

/* ---------- properties ---------- */

static bool index_of_key(struct str key, size_t *ret)
{
	size_t v = 0;

	if (!key.len || key.len > 9)
		return false;
	for (size_t i = 0; i < key.len; i++) {
		if (key.p[i] < '0' || key.p[i] > '9')
			return false;
		v = v * 10 + (size_t)(key.p[i] - '0');
	}
	*ret = v;
	return true;
}

/* The object that what the function makes by new looks into; made when first asked for. */
static bool prototype_of(struct js *j, struct js_closure *f, struct js_val *r)
{
	if (j->front->fold)
		return fold_fail(j);
	*r = (struct js_val){.t = V_OBJ, .o = ARENA_NEW(j->a, struct js_obj)};
	return set_prop(j, (struct js_val){.t = V_FN, .f = f}, STR("prototype"), *r);
}

static bool get_prop(struct js *j, struct js_val o, struct str key, struct js_val *r)
{
	size_t i;
	struct js_val *v;
	enum native m;

	if (!fold_step(j, 1))
		return false;
	*r = fold_undef();
	switch (o.t) {
	case V_STR:
		if (str_is(key, "length")) {
			*r = fold_num(o.s->len);
			return true;
		}
		if (index_of_key(key, &i)) {
			if (i < o.s->len)
				*r = fold_sub_str(j, o.s, i, i + 1);
			return true;
		}
		break;
	case V_ARR:
		if (str_is(key, "length")) {
			*r = fold_num((double)o.a->n);
			return true;
		}
		if (index_of_key(key, &i)) {
			if (i < o.a->n && o.a->v[i].t != V_NONE)
				*r = o.a->v[i];
			if (o.a->n >= 6 && r->t == V_STR)
				j->run_schemes |= SCHEME_ARRAY;
			return true;
		}
		v = o.a->props ? fold_obj_find(j, o.a->props, key) : NULL;
		if (v) {
			*r = *v;
			return true;
		}
		break;
	case V_OBJ:
		v = fold_obj_find(j, o.o, key);
		if (!v && o.o->proto)
			v = fold_obj_find(j, (struct js_obj *)o.o->proto, key);
		if (v) {
			*r = *v;
			return true;
		}
		m = method_id(key);
		if (str_is(key, "constructor") || str_is(key, "__proto__") || str_is(key, "toString") || str_is(key, "valueOf"))
			return fold_fail(j); /* every object has it, we do not */
		return m == M_HAS_OWN ? fold_native_val(j, m, o, r) : true;
	case V_FN:
		v = o.f->props ? fold_obj_find(j, o.f->props, key) : NULL;
		if (v) {
			*r = *v;
			return true;
		}
		if (str_is(key, "prototype"))
			return prototype_of(j, o.f, r);
		if (str_is(key, "length") || str_is(key, "name") || str_is(key, "constructor"))
			return fold_fail(j);
		m = method_id(key);
		return m == M_CALL || m == M_APPLY || m == M_BIND || m == M_TO_STRING ? fold_native_val(j, m, o, r) : true;
	case V_NATIVE:
		for (i = 0; i < sizeof(static_rows) / sizeof(*static_rows); i++)
			if (static_rows[i].of == (enum native)o.native && str_is(key, static_rows[i].name))
				return fold_native_val(j, static_rows[i].id, fold_undef(), r);
		m = method_id(key);
		if (m == M_CALL || m == M_APPLY || m == M_BIND || m == N_DECODE_BYTES || m == N_ENCODE_BYTES)
			return fold_native_val(j, m, o, r);
		return fold_fail(j);
	case V_GLOBAL:
		return global_get(j, key, r);
	case V_REGEX:
	case V_NUM:
	case V_BOOL:
		break;
	case V_UNDEF:
	case V_NULL:
		return fold_throw_error(j);
	default:
		return fold_fail(j);
	}
	if (str_is(key, "constructor"))
		return fold_fail(j);
	m = method_id(key);
	return m ? fold_native_val(j, m, o, r) : true;
}

static bool set_prop(struct js *j, struct js_val o, struct str key, struct js_val v)
{
	size_t i;

	if (o.t == V_OBJ)
		return fold_obj_set(j, o.o, key, v);
	if (o.t == V_FN) {
		if (!o.f->props)
			o.f->props = ARENA_NEW(j->a, struct js_obj);
		return fold_obj_set(j, o.f->props, key, v);
	}
	if (o.t == V_ARR && index_of_key(key, &i)) {
		if (i > o.a->n + 4096)
			return fold_fail(j);
		while (o.a->n <= i)
			if (!fold_arr_push(j, o.a, fold_undef()))
				return false;
		if (o.a->bytes && v.t == V_NUM)
			v.n = (double)(uint8_t)to_int32(v.n);
		o.a->v[i] = v;
		return true;
	}
	if (o.t == V_ARR && str_is(key, "length") && v.t == V_NUM && v.n >= 0 && v.n <= (double)o.a->n) {
		o.a->n = (size_t)v.n;
		return true;
	}
	if (o.t == V_ARR && !str_is(key, "length")) { /* used as a cache */
		if (!o.a->props)
			o.a->props = ARENA_NEW(j->a, struct js_obj);
		return fold_obj_set(j, o.a->props, key, v);
	}
	if (o.t == V_UNDEF || o.t == V_NULL)
		return fold_throw_error(j);
	return fold_fail(j);
}

static bool key_of(struct js *j, struct js_val v, struct str *ret)
{
	struct js_val s;

	if (!fold_to_str(j, v, &s))
		return false;
	*ret = js_utf8(j, s.s);
	return true;
}

/* ---------- variables ---------- */

static struct js_env *env_of(struct js_env *e, uint32_t fn)
{
	for (int k = 0; e && k < 64; e = e->up, k++)
		if (e->fn == fn)
			return e;
	return NULL;
}

static struct js_val closure(struct js *j, struct js_env *e, uint32_t func_node)
{
	struct js_closure *f = ARENA_NEW(j->a, struct js_closure);

	f->fn = j->nodes[func_node].y;
	f->env = e;
	if (j->nodes[func_node].flags & JF_ARROW && e) {
		f->self = e->self;
		f->bound = true;
	}
	return (struct js_val){.t = V_FN, .f = f};
}

static bool init_is_empty_object(const struct js *j, uint32_t n)
{
	return n && j->nodes[n].kind == J_OBJECT && !j->nodes[n].first;
}

static uint32_t function_of_decl(const struct js *j, const struct js_var *v)
{
	uint32_t p = j->nodes[v->decl].parent;

	return v->kind == VAR_FUNCTION && j->nodes[p].kind == J_FUNC ? p : 0;
}

/* import zlib from "zlib" */
static bool import_value(struct js *j, uint32_t av, struct js_val *r)
{
	struct str api = js_api_of(j, av);

	if (j->front->fold)
		return j->front->fold->import(j, api, r);
	if (str_is(api, "zlib"))
		return fold_native_val(j, N_ZLIB, fold_undef(), r);
	if (str_is(api, "Buffer"))
		return fold_native_val(j, N_BUFFER, fold_undef(), r);
	for (size_t i = 0; i < sizeof(static_rows) / sizeof(*static_rows); i++)
		if (static_rows[i].of == N_ZLIB && str_starts(api, "zlib.") && str_is(str_part(api, 5, api.len), static_rows[i].name))
			return fold_native_val(j, static_rows[i].id, fold_undef(), r);
	return fold_fail(j);
}

/* A variable outside of what is running: its only writer decides, run once. */
static bool realm_get(struct js *j, uint32_t var, struct js_val *r)
{
	struct js_var *v = &j->vars[var];
	uint32_t f = function_of_decl(j, v);
	struct js_val got;

	if (j->realm_state[var] == 2) {
		*r = j->realm[var];
		return true;
	}
	if (j->realm_state[var] == 1)
		return fold_fail(j);
	if (f) {
		j->realm[var] = closure(j, NULL, f);
		j->realm_state[var] = 2;
		*r = j->realm[var];
		return true;
	}
	if (v->kind == VAR_IMPORT)
		return import_value(j, v->av, r);
	if (!v->init || (v->mutated && !init_is_empty_object(j, v->init)))
		return fold_fail(j);
	if (++j->fold_depth > DEPTH_MAX)
		return fold_fail(j);
	j->realm_state[var] = 1;
	if (!ev(j, NULL, v->init, &got)) {
		j->realm_state[var] = 0;
		return false;
	}
	j->fold_depth--;
	j->realm[var] = got;
	j->realm_state[var] = 2;
	*r = got;
	return true;
}

static bool var_get(struct js *j, struct js_env *e, uint32_t var, struct js_val *r)
{
	struct js_var *v = &j->vars[var];
	struct js_env *at = env_of(e, v->fn);
	uint32_t f;

	if (!at)
		return realm_get(j, var, r);
	*r = at->slots[v->slot];
	if (r->t != V_NONE)
		return true;
	f = function_of_decl(j, v);
	if (f) {
		*r = at->slots[v->slot] = closure(j, at, f);
		return true;
	}
	if (at->arguments.t == V_NONE) /* statements run out of their function: see js_fold_slice */
		return realm_get(j, var, r);
	*r = fold_undef();
	return true;
}

static bool var_set(struct js *j, struct js_env *e, uint32_t var, struct js_val val)
{
	struct js_var *v = &j->vars[var];
	struct js_env *at = env_of(e, v->fn);

	if (at) {
		at->slots[v->slot] = val;
		return true;
	}
	if (v->kind == VAR_FUNCTION || j->realm_state[var] == 2 || v->n_writes == 1) {
		j->realm[var] = val;
		j->realm_state[var] = 2;
	}
	return true;
}

/* ---------- patterns ---------- */

static bool bind_pattern(struct js *j, struct js_env *e, uint32_t pat, struct js_val v);
static bool assign_to(struct js *j, struct js_env *e, uint32_t left, struct js_val v);

static bool bind_object(struct js *j, struct js_env *e, uint32_t pat, struct js_val v)
{
	for (uint32_t k = j->nodes[pat].first; k; k = j->nodes[k].next) {
		uint32_t target = k, key = k;
		struct js_val item;

		if (j->nodes[k].kind == J_PAIR_PATTERN) {
			target = js_kid(j, k, R_VALUE);
			key = js_kid(j, k, R_KEY);
		} else if (j->nodes[k].kind == J_DEFAULT) {
			key = js_kid(j, k, R_LEFT);
		} else if (j->nodes[k].kind == J_REST) {
			return fold_fail(j);
		}
		if (!target || !key || j->nodes[key].kind == J_COMPUTED)
			return fold_fail(j);
		if (!get_prop(j, v, js_name_str(j, js_key_name(j, key)), &item) || !bind_pattern(j, e, target, item))
			return false;
	}
	return true;
}

static bool bind_pattern(struct js *j, struct js_env *e, uint32_t pat, struct js_val v)
{
	const struct js_node *p = &j->nodes[pat];
	size_t i = 0;

	if (!fold_step(j, 1) || ++j->fold_depth > DEPTH_MAX)
		return fold_fail(j);
	switch (p->kind) {
	case J_ID:
	case J_SHORTHAND_PATTERN:
		j->fold_depth--;
		return p->y ? var_set(j, e, p->y, v) : fold_fail(j);
	case J_PARAM: {
		uint32_t d = js_kid(j, pat, R_VALUE), t = js_kid(j, pat, R_PATTERN);

		if (!t)
			t = p->first;
		if (v.t == V_UNDEF && d && !ev(j, e, d, &v))
			return false;
		j->fold_depth--;
		return bind_pattern(j, e, t, v);
	}
	case J_DEFAULT: {
		uint32_t d = js_kid(j, pat, R_RIGHT);

		if (v.t == V_UNDEF && d && !ev(j, e, d, &v))
			return false;
		j->fold_depth--;
		return bind_pattern(j, e, js_kid(j, pat, R_LEFT), v);
	}
	case J_OBJ_PATTERN:
		if (!bind_object(j, e, pat, v))
			return false;
		j->fold_depth--;
		return true;
	case J_MEMBER:
	case J_SUBSCRIPT:
		j->fold_depth--;
		return assign_to(j, e, pat, v);
	case J_ARR_PATTERN:
		if (v.t != V_ARR)
			return fold_fail(j);
		for (uint32_t k = p->first; k; k = j->nodes[k].next, i++) {
			if (j->nodes[k].kind == J_REST) {
				struct js_arr *rest = fold_arr_new(j);

				for (; i < v.a->n; i++)
					if (!fold_arr_push(j, rest, v.a->v[i]))
						return false;
				if (!bind_pattern(j, e, j->nodes[k].first, fold_arr_val(rest)))
					return false;
				break;
			}
			if (!bind_pattern(j, e, k, i < v.a->n ? v.a->v[i] : fold_undef()))
				return false;
		}
		j->fold_depth--;
		return true;
	default:
		return fold_fail(j);
	}
}

/* ---------- calls ---------- */

static bool bind_params(struct js *j, struct js_env *e, const struct js_fn *f, struct js_val *args, size_t n)
{
	size_t i = 0;

	if (!f->params)
		return true;
	if (j->nodes[f->params].kind != J_PARAMS)
		return bind_pattern(j, e, f->params, arg(args, n, 0));
	for (uint32_t p = j->nodes[f->params].first; p; p = j->nodes[p].next, i++) {
		if (j->nodes[p].kind == J_REST) {
			struct js_arr *rest = fold_arr_new(j);

			for (; i < n; i++)
				if (!fold_arr_push(j, rest, args[i]))
					return false;
			return bind_pattern(j, e, j->nodes[p].first, fold_arr_val(rest));
		}
		if (!bind_pattern(j, e, p, arg(args, n, i)))
			return false;
	}
	return true;
}

static bool call_closure(struct js *j, struct js_closure *c, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
{
	const struct js_fn *f = &j->fns[c->fn];
	struct js_env *e;
	int done;

	if (f->folds_failed > 8 || !f->body)
		return fold_fail(j);
	if (!fold_step(j, 2 + f->n_slots / 8) || !fold_spend_bytes(j, f->n_slots * sizeof(struct js_val) + sizeof(*e)))
		return false;
	if (++j->fold_depth > DEPTH_MAX)
		return fold_fail(j);
	e = ARENA_NEW(j->a, struct js_env);
	e->up = c->env;
	e->fn = c->fn;
	e->slots = ARENA_ARRAY(j->a, f->n_slots + 1, struct js_val);
	e->self = c->bound ? c->self : self;
	{
		struct js_arr *a = fold_arr_new(j);

		a->v = args;
		a->n = n;
		a->room = n;
		e->arguments = fold_arr_val(a);
	}
	if (!bind_params(j, e, f, args, n))
		return false;
	if (j->nodes[f->body].kind != J_BLOCK) {
		if (!ev(j, e, f->body, r))
			return false;
	} else {
		*r = fold_undef();
		done = exec(j, e, f->body, r);
		if (done == DONE_FAIL)
			return false;
		if (done != DONE_RETURN)
			*r = fold_undef();
	}
	j->fold_depth--;
	return true;
}

bool fold_call_value(struct js *j, struct js_val f, struct js_val self, struct js_val *args, size_t n, struct js_val *r)
{
	if (f.t == V_FN)
		return call_closure(j, f.f, self, args, n, r);
	if (f.t == V_NATIVE && f.native >= FOLD_NATIVE)
		return j->front->fold ? j->front->fold->call(j, f.native - FOLD_NATIVE, *f.self, args, n, r) : fold_fail(j);
	if (f.t == V_NATIVE)
		return native_call(j, (enum native)f.native, *f.self, args, n, r);
	if (f.t == V_UNDEF || f.t == V_NULL || f.t == V_STR || f.t == V_NUM)
		return fold_throw_error(j);
	return fold_fail(j);
}

enum { CALL_ARGS_MAX = 4096 };

/* f(*list) */
static bool spread_items(struct js *j, struct js_val *v)
{
	if (j->front->fold)
		return j->front->fold->items(j, *v, v);
	return v->t == V_ARR;
}

static bool ev_args(struct js *j, struct js_env *e, uint32_t args, struct js_val **ret, size_t *ret_n)
{
	struct js_arr a = {0};

	if (args && j->nodes[args].kind != J_ARGS)
		return fold_fail(j); /* tagged template */
	for (uint32_t k = args ? j->nodes[args].first : 0; k; k = j->nodes[k].next) {
		struct js_val v;

		if (j->nodes[k].kind == J_SPREAD) {
			if (!ev(j, e, j->nodes[k].first, &v) || !spread_items(j, &v))
				return j->thrown ? false : fold_fail(j);
			for (size_t i = 0; i < v.a->n; i++)
				if (!fold_arr_push(j, &a, v.a->v[i]))
					return false;
			continue;
		}
		if (!ev(j, e, k, &v) || !fold_arr_push(j, &a, v))
			return false;
	}
	*ret = a.v;
	*ret_n = a.n;
	return true;
}

static bool ev_member_key(struct js *j, struct js_env *e, uint32_t n, struct str *ret)
{
	struct js_val k;
	uint32_t p;

	if (j->nodes[n].kind == J_MEMBER) {
		p = js_kid(j, n, R_PROPERTY);
		if (!p)
			return fold_fail(j);
		*ret = js_name_str(j, j->nodes[p].x);
		return true;
	}
	p = js_kid(j, n, R_INDEX);
	return p && ev(j, e, p, &k) ? key_of(j, k, ret) : fold_fail(j);
}

/* ---------- compressed layers ---------- */

enum { INFLATED_MAX = 2 << 20 };

/* The window bits of zlib for a method of node's zlib module that unpacks at once; 0 = another one. */
static int inflate_bits(const struct js *j, uint32_t callee)
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

	return callee && inflate_bits(j, callee) != 0;
}

static bool inflate_value(struct js *j, struct js_val packed, int bits, struct js_val *r)
{
	z_stream z = {0};
	uint8_t *from, *to;
	bool ok;

	if (packed.t != V_ARR || !bytes_of(j, packed.a, &from) || !packed.a->n || inflateInit2(&z, bits) != Z_OK)
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
	*r = bytes_val(j, to, z.total_out, NULL, SCHEME_PACKED);
	return true;
}

/* o.name and o[key] in a language that tells them apart. */
static bool ev_member(struct js *j, struct js_env *e, uint32_t n, struct js_val *ret_self, struct js_val *r)
{
	uint32_t o = js_kid(j, n, R_OBJECT), p = js_kid(j, n, j->nodes[n].kind == J_MEMBER ? R_PROPERTY : R_INDEX);
	struct js_val key;

	if (!o || !p || !ev(j, e, o, ret_self))
		return j->thrown ? false : fold_fail(j);
	if (j->nodes[n].kind == J_MEMBER)
		return j->front->fold->attribute(j, *ret_self, js_name_str(j, j->nodes[p].x), r);
	return ev(j, e, p, &key) && j->front->fold->element(j, *ret_self, key, r);
}

/* The last argument holds those with names: they go to their places. */
static bool args_place(struct js *j, const struct js_fn *f, struct js_val **args, size_t *n)
{
	struct js_val named = *n ? (*args)[*n - 1] : fold_undef();
	struct js_arr a = {0};

	if (named.t != V_OBJ || !f->params || j->nodes[f->params].kind != J_PARAMS)
		return fold_fail(j);
	for (size_t i = 0; i + 1 < *n; i++)
		if (!fold_arr_push(j, &a, (*args)[i]))
			return false;
	for (uint32_t p = j->nodes[f->params].first, i = 0; p; p = j->nodes[p].next, i++) {
		uint32_t id = j->nodes[p].kind == J_DEFAULT ? js_kid(j, p, R_LEFT) : p;
		struct js_val *v = id && j->nodes[id].kind == J_ID ? fold_obj_find(j, named.o, js_name_str(j, j->nodes[id].x)) : NULL;

		if (i >= a.n && !fold_arr_push(j, &a, v ? *v : fold_undef()))
			return false;
	}
	*args = a.v;
	*n = a.n;
	return true;
}

static bool ev_call(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t callee = js_kid(j, n, R_CALLEE), args = js_kid(j, n, R_ARGS);
	struct js_val f, self = fold_undef(), *v;
	size_t n_args;
	struct str key;

	if (!callee)
		return fold_fail(j);
	if (!j->front->fold && inflate_bits(j, callee)) {
		if (!ev_args(j, e, args, &v, &n_args) || !n_args)
			return fold_fail(j);
		return inflate_value(j, v[0], inflate_bits(j, callee), r);
	}
	if (j->front->fold) {
		if (!(j->nodes[callee].kind == J_MEMBER ? ev_member(j, e, callee, &self, &f) : ev(j, e, callee, &f)))
			return false;
	} else if (j->nodes[callee].kind == J_MEMBER || j->nodes[callee].kind == J_SUBSCRIPT) {
		uint32_t o = js_kid(j, callee, R_OBJECT);

		if (!o || !ev(j, e, o, &self) || !ev_member_key(j, e, callee, &key) || !get_prop(j, self, key, &f))
			return j->thrown ? false : fold_fail(j);
	} else if (!ev(j, e, callee, &f)) {
		return false;
	}
	if (!ev_args(j, e, args, &v, &n_args))
		return false;
	if (f.t == V_FN && args && j->nodes[args].last && j->nodes[j->nodes[args].last].flags & JF_NAMED &&
		j->nodes[j->nodes[args].last].kind == J_OBJECT && !args_place(j, &j->fns[f.f->fn], &v, &n_args))
		return false;
	return fold_call_value(j, f, self, v, n_args, r);
}

/* new f(...): an object that sees f's prototype, unless f gives another one back. */
static bool make_new(struct js *j, struct js_closure *f, struct js_val *args, size_t n, struct js_val *r)
{
	struct js_val self = {.t = V_OBJ, .o = ARENA_NEW(j->a, struct js_obj)}, proto;

	if (j->front->fold || !get_prop(j, (struct js_val){.t = V_FN, .f = f}, STR("prototype"), &proto))
		return j->thrown ? false : fold_fail(j);
	self.o->proto = proto.t == V_OBJ ? proto.o : NULL;
	if (!call_closure(j, f, self, args, n, r))
		return false;
	if (r->t != V_OBJ && r->t != V_ARR && r->t != V_FN)
		*r = self;
	return true;
}

static bool ev_new(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t callee = js_kid(j, n, R_CALLEE), args = js_kid(j, n, R_ARGS);
	struct js_val f, *v;
	size_t n_args;

	if (!callee || !ev(j, e, callee, &f) || !ev_args(j, e, args, &v, &n_args))
		return j->thrown ? false : fold_fail(j);
	if (f.t == V_FN)
		return make_new(j, f.f, v, n_args, r);
	if (f.t != V_NATIVE || f.native == N_BUFFER)
		return f.t == V_NATIVE ? buffer_from(j, arg(v, n_args, 0), n_args > 1 && v[1].t == V_STR ? v[1].s : NULL, r)
				       : fold_fail(j);
	return fold_call_value(j, f, fold_undef(), v, n_args, r);
}

/* ---------- operators ---------- */

static bool loose_equal(struct js *j, struct js_val a, struct js_val b, bool *ret)
{
	double x, y;
	bool an = a.t == V_UNDEF || a.t == V_NULL, bn = b.t == V_UNDEF || b.t == V_NULL;

	if (a.t == b.t) {
		*ret = fold_same_strict(a, b);
		return true;
	}
	if (an || bn) {
		*ret = an && bn;
		return true;
	}
	if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y))
		return false;
	*ret = x == y;
	return true;
}

static bool compare(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r)
{
	double x, y;

	if (a.t == V_STR && b.t == V_STR) {
		size_t i = 0;

		while (i < a.s->len && i < b.s->len && js_unit(a.s, i) == js_unit(b.s, i))
			i++;
		x = i < a.s->len ? js_unit(a.s, i) : -1;
		y = i < b.s->len ? js_unit(b.s, i) : -1;
	} else if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y)) {
		return false;
	}
	*r = fold_boolean(op == OP_LT ? x < y : op == OP_GT ? x > y : op == OP_LE ? x <= y : x >= y);
	return true;
}

static bool is_text_when_added(struct js_val v)
{
	return v.t == V_STR || v.t == V_ARR || v.t == V_OBJ || v.t == V_FN;
}

static bool plus(struct js *j, struct js_val a, struct js_val b, struct js_val *r)
{
	double x, y;
	bool mine = true;

	if (j->front->fold && (!j->front->fold->binary(j, OP_ADD, a, b, r, &mine) || mine))
		return !j->thrown;
	if (is_text_when_added(a) || is_text_when_added(b)) {
		struct js_val s, t;

		return fold_to_str(j, a, &s) && fold_to_str(j, b, &t) && fold_concat(j, s.s, t.s, r);
	}
	if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y))
		return false;
	*r = fold_num(x + y);
	return true;
}

static bool binary(struct js *j, enum js_op op, struct js_val a, struct js_val b, struct js_val *r)
{
	double x, y;
	bool eq, mine = true;

	if (j->front->fold && op != OP_ADD && (!j->front->fold->binary(j, op, a, b, r, &mine) || mine))
		return !j->thrown;
	switch (op) {
	case OP_ADD:
		return plus(j, a, b, r);
	case OP_SEQ:
	case OP_SNE:
		*r = fold_boolean(fold_same_strict(a, b) == (op == OP_SEQ));
		return true;
	case OP_EQ:
	case OP_NE:
		if (!loose_equal(j, a, b, &eq))
			return false;
		*r = fold_boolean(eq == (op == OP_EQ));
		return true;
	case OP_LT:
	case OP_GT:
	case OP_LE:
	case OP_GE:
		return compare(j, op, a, b, r);
	case OP_IN: {
		struct str key;

		if (b.t != V_OBJ || !key_of(j, a, &key))
			return fold_fail(j);
		*r = fold_boolean(fold_obj_find(j, b.o, key) != NULL);
		return true;
	}
	case OP_INSTANCEOF:
		return fold_fail(j);
	default:
		break;
	}
	if (!fold_to_num(j, a, &x) || !fold_to_num(j, b, &y))
		return false;
	switch (op) {
	case OP_SUB:
		*r = fold_num(x - y);
		break;
	case OP_MUL:
		*r = fold_num(x * y);
		break;
	case OP_DIV:
		*r = fold_num(x / y);
		break;
	case OP_MOD:
		*r = fold_num(fmod(x, y));
		break;
	case OP_EXP:
		*r = fold_num(pow(x, y));
		break;
	case OP_SHL:
		*r = fold_num((double)(int32_t)((uint32_t)to_int32(x) << ((uint32_t)to_int32(y) & 31)));
		break;
	case OP_SHR:
		*r = fold_num((double)(to_int32(x) >> ((uint32_t)to_int32(y) & 31)));
		break;
	case OP_USHR:
		*r = fold_num((double)((uint32_t)to_int32(x) >> ((uint32_t)to_int32(y) & 31)));
		break;
	case OP_AND:
		*r = fold_num((double)(to_int32(x) & to_int32(y)));
		break;
	case OP_OR:
		*r = fold_num((double)(to_int32(x) | to_int32(y)));
		break;
	case OP_XOR:
		j->run_schemes |= SCHEME_XOR;
		*r = fold_num((double)(to_int32(x) ^ to_int32(y)));
		break;
	default:
		return fold_fail(j);
	}
	return true;
}

static bool assign_to(struct js *j, struct js_env *e, uint32_t left, struct js_val v)
{
	struct js_val o;
	struct str key;
	uint32_t obj;

	switch (j->nodes[left].kind) {
	case J_ID:
		return j->nodes[left].y ? var_set(j, e, j->nodes[left].y, v) : fold_fail(j);
	case J_MEMBER:
	case J_SUBSCRIPT:
		obj = js_kid(j, left, R_OBJECT);
		if (j->front->fold && j->nodes[left].kind == J_SUBSCRIPT) {
			uint32_t k = js_kid(j, left, R_INDEX);
			struct js_val kv;

			return obj && k && ev(j, e, obj, &o) && ev(j, e, k, &kv) && j->front->fold->set_element(j, o, kv, v);
		}
		return obj && ev(j, e, obj, &o) && ev_member_key(j, e, left, &key) && set_prop(j, o, key, v);
	case J_OBJ_PATTERN:
	case J_ARR_PATTERN:
	case J_SHORTHAND_PATTERN:
		return bind_pattern(j, e, left, v);
	default:
		return fold_fail(j);
	}
}

static bool ev_aug(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t l = js_kid(j, n, R_LEFT), right = js_kid(j, n, R_RIGHT);
	struct js_val a, b;
	enum js_op op = (enum js_op)j->nodes[n].op;

	if (!l || !right || !ev(j, e, l, &a))
		return j->thrown ? false : fold_fail(j);
	if (op == OP_LAND || op == OP_LOR || op == OP_NULLISH) {
		bool go = op == OP_LAND ? fold_truthy(j, a) : op == OP_LOR ? !fold_truthy(j, a) : a.t == V_UNDEF || a.t == V_NULL;

		*r = a;
		return !go || (ev(j, e, right, r) && assign_to(j, e, l, *r));
	}
	return ev(j, e, right, &b) && binary(j, op, a, b, r) && assign_to(j, e, l, *r);
}

static bool ev_update(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t l = j->nodes[n].first;
	struct js_val a;
	double d;
	bool prefix;

	if (!l || !ev(j, e, l, &a) || !fold_to_num(j, a, &d))
		return j->thrown ? false : fold_fail(j);
	prefix = j->text.p[j->nodes[n].from] == '+' || j->text.p[j->nodes[n].from] == '-';
	a = fold_num(d + (j->nodes[n].op == OP_INC ? 1 : -1));
	*r = prefix ? a : fold_num(d);
	return assign_to(j, e, l, a);
}

static const char *type_word(struct js_val v)
{
	switch (v.t) {
	case V_UNDEF:
		return "undefined";
	case V_BOOL:
		return "boolean";
	case V_NUM:
		return "number";
	case V_STR:
		return "string";
	case V_FN:
	case V_NATIVE:
		return "function";
	default:
		return "object";
	}
}

static bool ev_typeof(struct js *j, struct js_env *e, uint32_t k, struct js_val *r)
{
	struct js_val v;

	if (j->nodes[k].kind == J_ID && !j->nodes[k].y) {
		struct str name = js_name_str(j, j->nodes[k].x);

		if (str_is(name, "window") || str_is(name, "document") || str_is(name, "navigator") || str_is(name, "Deno")) {
			*r = js_str_val(j, "undefined", 9, false);
			return true;
		}
		if (str_is(name, "process") || str_is(name, "global") || str_is(name, "module") || str_is(name, "exports")) {
			*r = js_str_val(j, "object", 6, false);
			return true;
		}
		if (str_is(name, "require")) {
			*r = js_str_val(j, "function", 8, false);
			return true;
		}
	}
	if (!ev(j, e, k, &v))
		return false;
	*r = js_str_utf8(j, str_of(v.t == V_NATIVE && (v.native == N_MATH || v.native == N_JSON) ? "object" : type_word(v)));
	return true;
}

static bool ev_unary(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t k = js_kid(j, n, R_ARGUMENT);
	struct js_val v;
	double d;

	if (!k)
		k = j->nodes[n].first;
	if (!k)
		return fold_fail(j);
	if (j->nodes[n].op == OP_TYPEOF)
		return ev_typeof(j, e, k, r);
	if (!ev(j, e, k, &v))
		return false;
	switch (j->nodes[n].op) {
	case OP_NOT:
		*r = fold_boolean(!fold_truthy(j, v));
		return true;
	case OP_VOID:
		*r = fold_undef();
		return true;
	case OP_BITNOT:
	case OP_SUB:
	case OP_ADD:
		if (!fold_to_num(j, v, &d))
			return false;
		*r = fold_num(j->nodes[n].op == OP_BITNOT ? (double)~to_int32(d) : j->nodes[n].op == OP_SUB ? -d : d);
		return true;
	default:
		return fold_fail(j);
	}
}

static bool ev_object(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	struct js_obj *o = ARENA_NEW(j->a, struct js_obj);

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t key, val;
		struct js_val v, kv;
		struct str name;

		switch (j->nodes[k].kind) {
		case J_PAIR:
			key = js_kid(j, k, R_KEY);
			val = js_kid(j, k, R_VALUE);
			if (!key || !val)
				return fold_fail(j);
			if (j->nodes[key].kind == J_COMPUTED) {
				if (!ev(j, e, j->nodes[key].first, &kv) || !key_of(j, kv, &name))
					return false;
			} else {
				name = js_name_str(j, js_key_name(j, key));
			}
			if (!ev(j, e, val, &v))
				return false;
			break;
		case J_SHORTHAND:
			name = js_name_str(j, j->nodes[k].x);
			if (!j->nodes[k].y || !var_get(j, e, j->nodes[k].y, &v))
				return fold_fail(j);
			break;
		case J_FUNC:
			key = js_kid(j, k, R_NAME);
			if (!key || j->nodes[k].flags & JF_GETTER || j->nodes[key].kind == J_COMPUTED)
				return fold_fail(j);
			name = js_name_str(j, js_key_name(j, key));
			v = closure(j, e, k);
			break;
		default:
			return fold_fail(j);
		}
		if (!fold_obj_set(j, o, name, v))
			return false;
	}
	*r = (struct js_val){.t = V_OBJ, .o = o};
	return true;
}

static bool ev_array(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	struct js_arr *a = fold_arr_new(j);

	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		struct js_val v;

		if (j->nodes[k].kind == J_SPREAD) {
			if (!ev(j, e, j->nodes[k].first, &v))
				return false;
			if (j->front->fold && !j->front->fold->items(j, v, &v))
				return false;
			if (v.t == V_STR && !fold_str_split(j, v.s, js_str_val(j, "", 0, false), &v))
				return false;
			if (v.t != V_ARR)
				return fold_fail(j);
			for (size_t i = 0; i < v.a->n; i++)
				if (!fold_arr_push(j, a, v.a->v[i]))
					return false;
			continue;
		}
		if (!ev(j, e, k, &v) || !fold_arr_push(j, a, v))
			return false;
	}
	*r = fold_arr_val(a);
	return true;
}

static bool ev_template(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	struct js_val acc, v, piece;
	uint32_t before = 0;

	acc = template_piece(j, n, 0, j->nodes[n].first);
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		if (!ev(j, e, k, &v) || !fold_to_str(j, v, &v) || !fold_concat(j, acc.s, v.s, &acc))
			return false;
		piece = template_piece(j, n, k, j->nodes[k].next);
		if (!fold_concat(j, acc.s, piece.s, &acc))
			return false;
		before = k;
	}
	(void)before;
	*r = acc;
	return true;
}

static bool ev_logic(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t l = j->nodes[n].first, right = j->nodes[n].last;

	if (!ev(j, e, l, r))
		return false;
	switch (j->nodes[n].op) {
	case OP_LAND:
		return !fold_truthy(j, *r) || ev(j, e, right, r);
	case OP_LOR:
		return fold_truthy(j, *r) || ev(j, e, right, r);
	default:
		return (r->t != V_UNDEF && r->t != V_NULL) || ev(j, e, right, r);
	}
}

static bool ev_regex(struct js *j, uint32_t n, struct js_val *r)
{
	struct str t = js_text(j, n);
	size_t end = str_rfind_char(t, '/');

	if (end == SIZE_MAX || end < 1)
		return fold_fail(j);
	*r = (struct js_val){.t = V_REGEX, .r = js_regex_make(j, str_part(t, 1, end - 1), str_part(t, end + 1, 16))};
	return r->r ? true : fold_fail(j);
}

static bool ev_id(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	const struct js_node *me = &j->nodes[n];

	if (me->y)
		return var_get(j, e, me->y, r);
	if (str_is(js_name_str(j, me->x), "arguments")) {
		struct js_env *at = e;

		while (at && at->arguments.t != V_ARR)
			at = at->up;
		if (!at)
			return fold_fail(j);
		*r = at->arguments;
		return true;
	}
	if (j->front->fold)
		return j->front->fold->global(j, js_name_str(j, me->x), r);
	if (j->is_part && !str_is(js_name_str(j, me->x), "String") && !js_global_known(j, js_name_str(j, me->x)))
		return fold_fail(j);
	return global_get(j, js_name_str(j, me->x), r);
}

static bool ev_inner(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	const struct js_node *me = &j->nodes[n];
	struct js_val v;
	struct str key;
	uint32_t k;

	switch (me->kind) {
	case J_STR:
	case J_NUM:
	case J_TRUE:
	case J_FALSE:
	case J_NULL:
	case J_UNDEF:
		if (j->av && j->av[n]) {
			size_t n_refs;
			const uint32_t *refs = js_refs(j, j->av[n], &n_refs);

			if (n_refs && REF_TAG(refs[0]) == T_CONST && REF_ID(refs[0])) {
				*r = j->consts[REF_ID(refs[0])];
				return true;
			}
		}
		*r = js_literal(j, n);
		return true;
	case J_REGEX:
		return ev_regex(j, n, r);
	case J_TEMPLATE:
		return ev_template(j, e, n, r);
	case J_ID:
	case J_SHORTHAND:
		return ev_id(j, e, n, r);
	case J_THIS:
		*r = e ? e->self : (struct js_val){.t = V_GLOBAL};
		return e ? true : fold_fail(j);
	case J_FUNC:
		*r = closure(j, e, n);
		return true;
	case J_ARRAY:
		return ev_array(j, e, n, r);
	case J_OBJECT:
		return ev_object(j, e, n, r);
	case J_MEMBER:
	case J_SUBSCRIPT:
		if (j->front->fold)
			return ev_member(j, e, n, &v, r);
		k = js_kid(j, n, R_OBJECT);
		if (!k || !ev(j, e, k, &v))
			return j->thrown ? false : fold_fail(j);
		if (me->flags & JF_OPTIONAL && (v.t == V_UNDEF || v.t == V_NULL)) {
			*r = fold_undef();
			return true;
		}
		return ev_member_key(j, e, n, &key) && get_prop(j, v, key, r);
	case J_CALL:
		return ev_call(j, e, n, r);
	case J_NEW:
		return ev_new(j, e, n, r);
	case J_ADD:
		if (!ev(j, e, me->first, r))
			return false;
		for (k = j->nodes[me->first].next; k; k = j->nodes[k].next)
			if (!ev(j, e, k, &v) || !plus(j, *r, v, r))
				return false;
		return true;
	case J_BIN: {
		struct js_val a;

		return me->first != me->last && ev(j, e, me->first, &a) && ev(j, e, me->last, &v)
			? binary(j, (enum js_op)me->op, a, v, r)
			: j->thrown ? false : fold_fail(j);
	}
	case J_LOGIC:
		return ev_logic(j, e, n, r);
	case J_UNARY:
		return ev_unary(j, e, n, r);
	case J_UPDATE:
		return ev_update(j, e, n, r);
	case J_AUG:
		return ev_aug(j, e, n, r);
	case J_ASSIGN: {
		uint32_t l = js_kid(j, n, R_LEFT), right = js_kid(j, n, R_RIGHT);

		return l && right && ev(j, e, right, r) && assign_to(j, e, l, *r) ? true : j->thrown ? false : fold_fail(j);
	}
	case J_COND: {
		uint32_t c = js_kid(j, n, R_COND), a = js_kid(j, n, R_CONS), b = js_kid(j, n, R_ALT);

		if (!c || !a || !b || !ev(j, e, c, &v))
			return j->thrown ? false : fold_fail(j);
		return ev(j, e, fold_truthy(j, v) ? a : b, r);
	}
	case J_SEQ:
		for (k = me->first; k; k = j->nodes[k].next)
			if (!ev(j, e, k, r))
				return false;
		return me->first ? true : fold_fail(j);
	case J_AWAIT:
		return me->first ? ev(j, e, me->first, r) : fold_fail(j);
	default:
		return fold_fail(j);
	}
}

static bool ev(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	bool ok;

	if (!fold_step(j, 1) || ++j->fold_depth > DEPTH_MAX)
		return fold_fail(j);
	/* Outside of any call a node has one value: use it again. */
	if (!e && j->av && j->av[n] && js_av_const(j, j->av[n], r)) {
		j->fold_depth--;
		if (r->t == V_STR)
			j->run_schemes |= r->s->scheme & SCHEME_ARRAY;
		return true;
	}
	ok = ev_inner(j, e, n, r);
	if (ok)
		j->fold_depth--;
	return ok;
}

/* ---------- statements ---------- */

static int exec_list(struct js *j, struct js_env *e, uint32_t first, struct js_val *r)
{
	for (uint32_t k = first; k; k = j->nodes[k].next) {
		int done = exec(j, e, k, r);

		if (done != DONE_NORMAL)
			return done;
	}
	return DONE_NORMAL;
}

static uint32_t label_of(const struct js *j, uint32_t loop)
{
	uint32_t p = j->nodes[loop].parent;

	if (j->nodes[p].kind != J_LABELED)
		return 0;
	for (uint32_t k = j->nodes[p].first; k; k = j->nodes[k].next)
		if (j->nodes[k].kind == J_LABEL)
			return j->nodes[k].x;
	return 0;
}

/* What a loop does with the end of its body: 0 go on, 1 leave the loop, 2 hand on. */
static int loop_after(struct js *j, uint32_t loop, int done)
{
	if (done == DONE_BREAK) {
		if (!j->break_label || j->break_label == label_of(j, loop)) {
			j->break_label = 0;
			return 1;
		}
		return 2;
	}
	if (done == DONE_CONTINUE) {
		if (!j->break_label || j->break_label == label_of(j, loop)) {
			j->break_label = 0;
			return 0;
		}
		return 2;
	}
	return done == DONE_NORMAL ? 0 : 2;
}

static int exec_for(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t init = js_kid(j, n, R_INIT), cond = js_kid(j, n, R_COND), incr = js_kid(j, n, R_INCR);
	uint32_t body = js_kid(j, n, R_BODY);
	struct js_val v;

	if (init && j->nodes[init].kind != J_EMPTY) {
		int done = exec(j, e, init, r);

		if (done != DONE_NORMAL)
			return done;
	}
	for (;;) {
		int done, after;

		if (!fold_step(j, 1))
			return DONE_FAIL;
		if (cond && j->nodes[cond].kind != J_EMPTY) {
			uint32_t c = j->nodes[cond].kind == J_EXPR_STMT ? j->nodes[cond].first : cond;

			if (!ev(j, e, c, &v))
				return DONE_FAIL;
			if (!fold_truthy(j, v))
				return DONE_NORMAL;
		}
		done = body ? exec(j, e, body, r) : DONE_NORMAL;
		after = loop_after(j, n, done);
		if (after)
			return after == 1 ? DONE_NORMAL : done;
		if (incr && !ev(j, e, incr, &v))
			return DONE_FAIL;
	}
}

static int exec_while(struct js *j, struct js_env *e, uint32_t n, struct js_val *r, bool first_free)
{
	uint32_t cond = js_kid(j, n, R_COND), body = js_kid(j, n, R_BODY);
	struct js_val v;

	for (;; first_free = false) {
		int done, after;

		if (!fold_step(j, 1))
			return DONE_FAIL;
		if (!first_free) {
			if (!cond || !ev(j, e, cond, &v))
				return fold_fail(j), DONE_FAIL;
			if (!fold_truthy(j, v))
				return DONE_NORMAL;
		}
		done = body ? exec(j, e, body, r) : DONE_NORMAL;
		after = loop_after(j, n, done);
		if (after)
			return after == 1 ? DONE_NORMAL : done;
	}
}

static int exec_for_in(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t left = js_kid(j, n, R_LEFT), right = js_kid(j, n, R_RIGHT), body = js_kid(j, n, R_BODY);
	struct js_val v, list;
	bool of = j->nodes[n].op == OP_OF;

	if (!left || !right || !ev(j, e, right, &v))
		return fold_fail(j), DONE_FAIL;
	if (j->front->fold) {
		if (!j->front->fold->items(j, v, &list))
			return DONE_FAIL;
	} else if (of && v.t == V_STR) {
		if (!fold_str_split(j, v.s, js_str_val(j, "", 0, false), &list))
			return DONE_FAIL;
	} else if (of && v.t == V_ARR) {
		list = v;
	} else if (!of) {
		if (!object_list(j, N_KEYS, v, &list))
			return DONE_FAIL;
	} else {
		return fold_fail(j), DONE_FAIL;
	}
	for (size_t i = 0; i < list.a->n; i++) {
		struct js_val item = list.a->v[i];
		int done, after;

		if (!of && item.t == V_NUM && !fold_to_str(j, item, &item))
			return DONE_FAIL;
		if (!fold_step(j, 1) || !assign_to(j, e, left, item))
			return DONE_FAIL;
		done = body ? exec(j, e, body, r) : DONE_NORMAL;
		after = loop_after(j, n, done);
		if (after)
			return after == 1 ? DONE_NORMAL : done;
	}
	return DONE_NORMAL;
}

static int exec_switch(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t value = js_kid(j, n, R_VALUE), body = js_kid(j, n, R_BODY), start = 0, fallback = 0;
	struct js_val v, c;

	if (!value || !body || !ev(j, e, value, &v))
		return fold_fail(j), DONE_FAIL;
	for (uint32_t k = j->nodes[body].first; k && !start; k = j->nodes[k].next) {
		if (j->nodes[k].kind == J_DEFAULT_CASE) {
			fallback = k;
			continue;
		}
		if (!fold_step(j, 1) || !ev(j, e, js_kid(j, k, R_VALUE), &c))
			return DONE_FAIL;
		if (fold_same_strict(v, c))
			start = k;
	}
	for (uint32_t k = start ? start : fallback; k; k = j->nodes[k].next)
		for (uint32_t s = j->nodes[k].first; s; s = j->nodes[s].next) {
			int done;

			if (j->nodes[s].role == R_VALUE)
				continue;
			done = exec(j, e, s, r);
			if (done == DONE_BREAK && !j->break_label)
				return DONE_NORMAL;
			if (done != DONE_NORMAL)
				return done;
		}
	return DONE_NORMAL;
}

static int exec_try(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	uint32_t body = js_kid(j, n, R_BODY), handler = js_kid(j, n, R_HANDLER), final = js_kid(j, n, R_FINAL);
	int depth = j->fold_depth, done;

	done = body ? exec(j, e, body, r) : DONE_NORMAL;
	if (done == DONE_FAIL && j->thrown == PENDING_EXCEPTION && handler) {
		uint32_t p = js_kid(j, handler, R_PARAM), b = js_kid(j, handler, R_BODY);

		j->thrown = PENDING_NONE;
		j->fold_depth = depth;
		if (p && !assign_to(j, e, p, j->exception))
			return DONE_FAIL;
		done = b ? exec(j, e, b, r) : DONE_NORMAL;
	}
	if (final && done != DONE_FAIL) {
		uint32_t b = js_kid(j, final, R_BODY);
		struct js_val keep = *r;
		int d = b ? exec(j, e, b, r) : DONE_NORMAL;

		if (d != DONE_NORMAL)
			return d;
		*r = keep;
	}
	return done;
}

static int exec_decl(struct js *j, struct js_env *e, uint32_t n)
{
	for (uint32_t k = j->nodes[n].first; k; k = j->nodes[k].next) {
		uint32_t name, value;
		struct js_val v = fold_undef();

		if (j->nodes[k].kind != J_DECLARATOR)
			continue;
		name = js_kid(j, k, R_NAME);
		value = js_kid(j, k, R_VALUE);
		if (!value && str_starts(js_text(j, n), "var"))
			continue;
		if (value && !ev(j, e, value, &v))
			return DONE_FAIL;
		if (!name || !bind_pattern(j, e, name, v))
			return fold_fail(j), DONE_FAIL;
	}
	return DONE_NORMAL;
}

static int exec_inner(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	const struct js_node *me = &j->nodes[n];
	struct js_val v;
	uint32_t k;

	switch (me->kind) {
	case J_BLOCK:
	case J_PROGRAM:
		return exec_list(j, e, me->first, r);
	case J_EXPR_STMT:
		return !me->first || ev(j, e, me->first, &v) ? DONE_NORMAL : DONE_FAIL;
	case J_VAR_DECL:
		return exec_decl(j, e, n);
	case J_FUNC:
		if (me->flags & JF_DECL)
			return DONE_NORMAL;
		return DONE_NORMAL;
	case J_EMPTY:
		return DONE_NORMAL;
	case J_RETURN:
		*r = fold_undef();
		return !me->first || ev(j, e, me->first, r) ? DONE_RETURN : DONE_FAIL;
	case J_IF: {
		uint32_t c = js_kid(j, n, R_COND), a = js_kid(j, n, R_CONS), b = js_kid(j, n, R_ALT);

		if (!c || !ev(j, e, c, &v))
			return fold_fail(j), DONE_FAIL;
		k = fold_truthy(j, v) ? a : b;
		return k ? exec(j, e, k, r) : DONE_NORMAL;
	}
	case J_FOR:
		return exec_for(j, e, n, r);
	case J_FOR_IN:
		return exec_for_in(j, e, n, r);
	case J_WHILE:
		return exec_while(j, e, n, r, false);
	case J_DO:
		return exec_while(j, e, n, r, true);
	case J_SWITCH:
		return exec_switch(j, e, n, r);
	case J_TRY:
		return exec_try(j, e, n, r);
	case J_THROW:
		if (me->first && !ev(j, e, me->first, &v))
			return DONE_FAIL;
		j->thrown = PENDING_EXCEPTION;
		j->exception = me->first ? v : fold_undef();
		return DONE_FAIL;
	case J_BREAK:
	case J_CONTINUE:
		j->break_label = me->first ? j->nodes[me->first].x : 0;
		return me->kind == J_BREAK ? DONE_BREAK : DONE_CONTINUE;
	case J_LABELED: {
		uint32_t b = js_kid(j, n, R_BODY);
		int done = b ? exec(j, e, b, r) : DONE_NORMAL;

		if (done == DONE_BREAK && j->break_label && b && j->break_label == label_of(j, b)) {
			j->break_label = 0;
			return DONE_NORMAL;
		}
		return done;
	}
	default: /* a bare expression stands here in some places */
		return ev(j, e, n, &v) ? DONE_NORMAL : DONE_FAIL;
	}
}

static int exec(struct js *j, struct js_env *e, uint32_t n, struct js_val *r)
{
	int done;

	if (!fold_step(j, 1) || ++j->fold_depth > DEPTH_MAX)
		return fold_fail(j), DONE_FAIL;
	done = exec_inner(j, e, n, r);
	if (done != DONE_FAIL)
		j->fold_depth--;
	return done;
}

/* ---------- entries ---------- */

void js_fold_init(struct js *j)
{
	j->realm = ARENA_ARRAY(j->a, j->n_vars + 1, struct js_val);
	j->realm_state = ARENA_ARRAY(j->a, j->n_vars + 1, uint8_t);
	if (!j->n_consts)
		ARENA_PUSH(j->a, j->consts, j->n_consts, j->consts_room);
}

static void run_begin(struct js *j)
{
	j->run_steps = 0;
	j->max_run_steps = RUN_STEPS_MAX;
	j->run_schemes = 0;
	j->thrown = PENDING_NONE;
	j->fold_depth = 0;
	j->break_label = 0;
}

/* Steps of this run are paid from the job's budget. */
static bool run_end(struct js *j, bool ok, struct js_val *r)
{
	budget_step(j->in->budget, 1 + j->run_steps / 16);
	j->thrown = PENDING_NONE;
	if (ok && r->t == V_STR && j->run_schemes & ~(SCHEME_CONCAT)) {
		struct js_str *s = ARENA_NEW(j->a, struct js_str);

		*s = *r->s;
		s->scheme |= j->run_schemes;
		if (!s->depth && j->run_schemes & (SCHEME_XOR | SCHEME_CHARCODES | SCHEME_REVERSE | SCHEME_ARRAY))
			s->depth = 1;
		r->s = s;
	}
	return ok;
}

bool js_fold(struct js *j, uint32_t n, struct js_val *ret)
{
	bool ok;

	if (j->fold_steps >= j->max_fold_steps || j->fold_bytes >= j->max_fold_bytes)
		return false;
	run_begin(j);
	ok = ev(j, NULL, n, ret);
	return run_end(j, ok, ret);
}

/* A function called where it stands, with a loop that rearranges an array: run before all else. */
static bool is_rotator(const struct js *j, uint32_t call)
{
	uint32_t f = js_kid(j, call, R_CALLEE);
	struct str t;

	if (!f || j->nodes[f].kind != J_FUNC)
		return false;
	t = js_text(j, f);
	if (t.len > 8192 || !js_kid(j, call, R_ARGS) || !j->nodes[js_kid(j, call, R_ARGS)].first)
		return false;
	return (str_has(t, "while") || str_has(t, "for")) && str_has(t, "push") && str_has(t, "shift");
}

void js_run_rotators(struct js *j)
{
	int runs = 0;

	for (uint32_t i = 1; i < j->n_nodes && runs < 16; i++) {
		struct js_val r;
		bool ok;

		if (j->nodes[i].kind != J_CALL || !is_rotator(j, i))
			continue;
		runs++;
		run_begin(j);
		j->max_run_steps = ROTATOR_STEPS_MAX;
		j->fold_tried[i] = 1; /* once */
		ok = ev(j, NULL, i, &r);
		run_end(j, ok, &r);
	}
}

/* ---------- slices ---------- */

enum { SLICE_VARS = 24, SLICE_STATEMENTS = 400 };

struct slice {
	uint32_t vars[SLICE_VARS];
	size_t n;
};

static bool slice_has(const struct slice *s, uint32_t v)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->vars[i] == v)
			return true;
	return false;
}

/* Nodes of a subtree are contiguous in post-order: from its first leaf to itself. */
static uint32_t subtree_start(const struct js *j, uint32_t n)
{
	while (j->nodes[n].first)
		n = j->nodes[n].first;
	return n;
}

static void slice_reads(struct js *j, struct slice *s, uint32_t n)
{
	for (uint32_t i = subtree_start(j, n); i <= n && s->n < SLICE_VARS; i++)
		if (j->nodes[i].kind == J_ID && j->nodes[i].y && !slice_has(s, j->nodes[i].y))
			s->vars[s->n++] = j->nodes[i].y;
}

/* True if the statement writes one of the variables. */
static bool slice_writes(struct js *j, const struct slice *s, uint32_t n)
{
	for (uint32_t i = subtree_start(j, n); i <= n; i++) {
		const struct js_node *me = &j->nodes[i];
		uint32_t l = 0;

		fold_step(j, 1);
		if (me->kind == J_ASSIGN || me->kind == J_AUG)
			l = js_kid(j, i, R_LEFT);
		else if (me->kind == J_UPDATE)
			l = me->first;
		else if (me->kind == J_DECLARATOR)
			l = js_kid(j, i, R_NAME);
		else if (me->kind == J_CALL && js_kid(j, i, R_CALLEE) && j->nodes[js_kid(j, i, R_CALLEE)].kind == J_MEMBER)
			l = js_kid(j, js_kid(j, i, R_CALLEE), R_OBJECT);
		for (int k = 0; l && k < 8 && (j->nodes[l].kind == J_MEMBER || j->nodes[l].kind == J_SUBSCRIPT); k++)
			l = js_kid(j, l, R_OBJECT);
		if (l && j->nodes[l].kind == J_ID && j->nodes[l].y && slice_has(s, j->nodes[l].y))
			return true;
	}
	return false;
}

/* The statement of the list `list` that holds n. */
static uint32_t statement_in(const struct js *j, uint32_t n, uint32_t list)
{
	for (int k = 0; n && k < 400; k++) {
		if (j->nodes[n].parent == list)
			return n;
		n = j->nodes[n].parent;
	}
	return 0;
}

bool js_fold_slice(struct js *j, uint32_t n, struct js_val *ret)
{
	const struct js_fn *f = &j->fns[j->nodes[n].fn];
	struct slice s = {.n = 0};
	uint32_t stmts[SLICE_STATEMENTS], at = 0, n_stmts = 0, last;
	struct js_env e = {.fn = j->nodes[n].fn};
	struct js_val r;
	bool ok = true;

	if (j->fold_steps >= j->max_fold_steps || !f->body)
		return false;
	last = statement_in(j, n, f->body);
	if (!last)
		return false;
	run_begin(j);
	slice_reads(j, &s, n);
	if (!s.n)
		return false;
	/* All statements before, newest first; those that matter are kept, and what they read matters. */
	{
		uint32_t *all = NULL;
		size_t n_all = 0, room = 0;

		for (uint32_t k = j->nodes[f->body].first; k && k != last; k = j->nodes[k].next)
			*ARENA_PUSH(j->a, all, n_all, room) = k;
		for (size_t i = n_all; i-- > 0 && !j->thrown;)
			if (slice_writes(j, &s, all[i])) {
				if (n_stmts >= SLICE_STATEMENTS || s.n >= SLICE_VARS)
					return run_end(j, false, ret);
				stmts[n_stmts++] = all[i];
				slice_reads(j, &s, all[i]);
			}
	}
	if (!n_stmts || j->thrown)
		return run_end(j, false, ret);
	e.slots = ARENA_ARRAY(j->a, f->n_slots + 1, struct js_val);
	for (at = n_stmts; at-- > 0 && ok;)
		ok = exec(j, &e, stmts[at], &r) == DONE_NORMAL;
	ok = ok && ev(j, &e, n, ret);
	return run_end(j, ok, ret);
}
