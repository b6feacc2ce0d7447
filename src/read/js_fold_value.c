/* Values of the interpreter, their conversions, and what a literal reads as. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "fold_int.h"

#include "util/hash.h"

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

double fold_str_to_num(struct js *j, const struct js_str *s)
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
		*r = fold_str_to_num(j, v.s);
		return true;
	case V_ARR:
		if (!fold_to_str(j, v, &s))
			return false;
		*r = fold_str_to_num(j, s.s);
		return true;
	default:
		return fold_fail(j);
	}
}

int32_t fold_to_int32(double d)
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

struct js_val fold_literal_text(struct js *j, struct str raw)
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

		return fold_num(fold_str_to_num(j, &s));
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
		return fold_literal_text(j, str_part(t, 1, t.len >= 2 ? t.len - 2 : 0));
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

struct js_val fold_template_piece(struct js *j, uint32_t n, uint32_t before, uint32_t after)
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
	return fold_literal_text(j, str_part(j->text, from, to - from));
}
