/*
 * JSON as its many consumers take it: with comments, trailing commas, single quotes, and Python's
 * literals, in which gyp files are written (strings that stand beside each other are one). Positions
 * are kept, so that an entry can be shown where it is written.
 */
#include "read/entries_int.h"
#include "util/buf.h"
#include "util/cursor.h"
#include "util/escape.h"

struct literal {
	struct maker *m;
	struct str s;
	size_t at;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static void skip_line(struct literal *l)
{
	while (l->at < l->s.len && l->s.p[l->at] != '\n')
		l->at++;
}

/* Blanks and comments. */
static void skip(struct literal *l)
{
	while (l->at < l->s.len) {
		char c = l->s.p[l->at], d = l->at + 1 < l->s.len ? l->s.p[l->at + 1] : 0;

		if (is_blank(c)) {
			l->at++;
		} else if (c == '#' || (c == '/' && d == '/')) {
			skip_line(l);
		} else if (c == '/' && d == '*') {
			size_t end = str_find_z(str_part(l->s, l->at + 2, l->s.len), "*/");

			l->at = end == SIZE_MAX ? l->s.len : l->at + 2 + end + 2;
		} else {
			return;
		}
	}
}

/* n hexadecimal digits at `at`. */
static bool hex_digits(struct str s, size_t at, size_t n, uint64_t *ret)
{
	s = str_part(s, at, n);
	return s.len == n && str_to_u64(s, 16, ret);
}

/* The character behind a backslash at `at`; returns where it ends. */
static size_t escape(struct str s, size_t at, struct buf *b)
{
	static const char from[] = "nrtbf0", to[] = "\n\r\t\b\f";
	char c = at + 1 < s.len ? s.p[at + 1] : '\\';
	const char *known = c ? strchr(from, c) : NULL;
	size_t digits = c == 'u' ? 4 : c == 'x' ? 2 : 0;
	uint64_t v, low;

	if (digits && hex_digits(s, at + 2, digits, &v)) {
		if (v >= 0xd800 && v < 0xdc00 && str_starts(str_part(s, at + 6, 2), "\\u") &&
			hex_digits(s, at + 8, 4, &low) && low >= 0xdc00 && low < 0xe000) {
			utf8_put(b, (uint32_t)(0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00)));
			return at + 12;
		}
		utf8_put(b, (uint32_t)v);
		return at + 2 + digits;
	}
	if (c == '\n')
		return at + 2; /* Python: the line goes on */
	buf_add_char(b, known ? to[known - from] : c);
	return at + 2;
}

/* A string that begins at its quote. */
static struct str string(struct literal *l)
{
	char quote = l->s.p[l->at];
	bool triple = l->at + 2 < l->s.len && l->s.p[l->at + 1] == quote && l->s.p[l->at + 2] == quote;
	size_t from = l->at + (triple ? 3 : 1), i = from;
	bool plain = true;
	struct str raw, ret;
	struct buf b;

	for (; i < l->s.len; i++) {
		if (l->s.p[i] == '\\') {
			plain = false;
			i++;
		} else if (l->s.p[i] == quote &&
			(!triple || (i + 2 < l->s.len && l->s.p[i + 1] == quote && l->s.p[i + 2] == quote))) {
			break;
		}
	}
	if (i >= l->s.len) {
		l->m->out->damaged = true;
		i = l->s.len;
	}
	raw = str_part(l->s, from, i - from);
	l->at = i + (triple ? 3 : 1) < l->s.len ? i + (triple ? 3 : 1) : l->s.len;
	if (plain || !maker_step(l->m, raw.len))
		return raw;
	buf_init(&b, raw.len * 2 + 8);
	for (i = 0; i < raw.len;)
		if (raw.p[i] == '\\')
			i = escape(raw, i, &b);
		else
			buf_add_char(&b, raw.p[i++]);
	ret = arena_str(l->m->arena, buf_str(&b));
	buf_release(&b);
	return ret;
}

static bool at_quote(const struct literal *l)
{
	return l->at < l->s.len && (l->s.p[l->at] == '"' || l->s.p[l->at] == '\'');
}

/* A string with those that stand behind it, or a bare word. False when there is neither. */
static bool scalar(struct literal *l, struct str *ret, size_t *ret_at, size_t *ret_len)
{
	size_t from = l->at, end;

	*ret_at = from;
	if (!at_quote(l)) {
		while (l->at < l->s.len && !is_blank(l->s.p[l->at]) && !strchr("{}[](),:#'\"", l->s.p[l->at]))
			l->at++;
		*ret = str_part(l->s, from, l->at - from);
		*ret_len = ret->len;
		return ret->len > 0;
	}
	*ret = string(l);
	end = l->at;
	for (skip(l); at_quote(l) && maker_step(l->m, ret->len); skip(l)) {
		struct str more = string(l);

		*ret = arena_printf(l->m->arena, "%.*s%.*s", STR_ARG(*ret), STR_ARG(more));
		end = l->at;
	}
	*ret_len = end - from;
	return true;
}

static void value(struct literal *l, struct joined *in_list);

static void object(struct literal *l)
{
	l->at++;
	maker_group(l->m);
	for (skip(l); l->at < l->s.len && l->s.p[l->at] != '}' && !l->m->out->limit; skip(l)) {
		struct str key;
		size_t at, len, before = l->at;

		if (l->s.p[l->at] == ',') {
			l->at++;
			continue;
		}
		if (!scalar(l, &key, &at, &len)) {
			l->m->out->damaged = true;
			l->at = before + 1;
			continue;
		}
		skip(l);
		if (l->at >= l->s.len || l->s.p[l->at] != ':') {
			l->m->out->damaged = true;
			continue;
		}
		l->at++;
		if (!maker_enter(l->m, key))
			return;
		value(l, NULL);
		maker_leave(l->m);
	}
	l->at += l->at < l->s.len;
}

static void list(struct literal *l)
{
	char close = l->s.p[l->at] == '(' ? ')' : ']';
	size_t from = l->at++;
	struct joined j;
	struct buf b;

	if (!maker_enter(l->m, STR("[]")))
		return;
	buf_init(&b, JOINED_BYTES);
	joined_begin(&j, &b);
	for (skip(l); l->at < l->s.len && l->s.p[l->at] != close && !l->m->out->limit; skip(l)) {
		if (l->s.p[l->at] == ',')
			l->at++;
		else
			value(l, &j);
	}
	l->at += l->at < l->s.len;
	maker_leave(l->m);
	joined_put(l->m, &j, STR_NONE, from, l->at);
	buf_release(&b);
}

static void value(struct literal *l, struct joined *in_list)
{
	struct str s;
	size_t at, len;

	skip(l);
	if (l->at >= l->s.len || !maker_step(l->m, 8))
		return;
	if (l->s.p[l->at] == '{') {
		object(l);
	} else if (l->s.p[l->at] == '[' || l->s.p[l->at] == '(') {
		list(l);
	} else if (scalar(l, &s, &at, &len)) {
		maker_put(l->m, STR_NONE, s, at, len, false);
		if (in_list)
			joined_add(in_list, s, at, len);
	} else {
		l->m->out->damaged = true;
		l->at++;
	}
}

size_t entries_literal_at(struct maker *m, size_t at)
{
	struct literal l = {m, m->text, at};

	value(&l, NULL);
	return l.at;
}

void entries_literal(struct maker *m)
{
	struct literal l = {m, m->text, 0};

	value(&l, NULL);
	skip(&l);
	if (l.at < l.s.len)
		m->out->damaged = true;
}
