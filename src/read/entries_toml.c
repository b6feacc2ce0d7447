/*
 * TOML 1.0, as far as keys and values go: tables, arrays of tables, dotted and quoted keys, strings of
 * all four kinds, arrays, inline tables. Numbers and dates are words.
 */
#include "read/entries_int.h"
#include "util/buf.h"
#include "util/cursor.h"
#include "util/escape.h"

struct toml {
	struct maker *m;
	struct str s;
	size_t at;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void skip(struct toml *t, bool lines)
{
	while (t->at < t->s.len) {
		char c = t->s.p[t->at];

		if (is_blank(c) || (lines && c == '\n'))
			t->at++;
		else if (c == '#')
			while (t->at < t->s.len && t->s.p[t->at] != '\n')
				t->at++;
		else
			return;
	}
}

static char peek(const struct toml *t)
{
	return t->at < t->s.len ? t->s.p[t->at] : 0;
}

static void next_line(struct toml *t)
{
	while (t->at < t->s.len && t->s.p[t->at] != '\n')
		t->at++;
	t->at += t->at < t->s.len;
}

static size_t escaped(struct str s, size_t at, struct buf *b)
{
	static const char from[] = "nrtbfe", to[] = "\n\r\t\b\f\x1b";
	char c = at + 1 < s.len ? s.p[at + 1] : '\\';
	const char *known = c ? strchr(from, c) : NULL;
	size_t digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
	uint64_t v;

	if (digits && at + 2 + digits <= s.len && str_to_u64(str_part(s, at + 2, digits), 16, &v)) {
		utf8_put(b, v <= 0x10ffff ? (uint32_t)v : 0xfffd);
		return at + 2 + digits;
	}
	if (c == '\n' || c == ' ' || c == '\t' || c == '\r') { /* the line goes on, without its margin */
		for (at++; at < s.len && (is_blank(s.p[at]) || s.p[at] == '\n'); at++)
			;
		return at;
	}
	buf_add_char(b, known ? to[known - from] : c);
	return at + 2;
}

static struct str string(struct toml *t, bool *ret_multi)
{
	char quote = peek(t);
	bool multi = str_starts(str_part(t->s, t->at, 3), quote == '"' ? "\"\"\"" : "'''");
	size_t from = t->at + (multi ? 3 : 1), i = from;
	struct str raw, ret;
	bool plain = true;
	struct buf b;

	*ret_multi = multi;
	if (multi && i < t->s.len && t->s.p[i] == '\n')
		from = ++i;
	for (; i < t->s.len; i++) {
		if (t->s.p[i] == '\\' && quote == '"') {
			plain = false;
			i++;
		} else if (t->s.p[i] == '\n' && !multi) {
			break;
		} else if (t->s.p[i] == quote && (!multi || (i + 2 < t->s.len && t->s.p[i + 1] == quote &&
							      t->s.p[i + 2] == quote))) {
			break;
		}
	}
	if (i > t->s.len)
		i = t->s.len;
	if (i >= t->s.len || t->s.p[i] != quote)
		t->m->out->damaged = true;
	raw = str_part(t->s, from, i - from);
	t->at = i + (multi ? 3 : 1) < t->s.len ? i + (multi ? 3 : 1) : t->s.len;
	if (plain || !maker_step(t->m, raw.len))
		return raw;
	buf_init(&b, raw.len * 2 + 8);
	for (i = 0; i < raw.len;)
		if (raw.p[i] == '\\')
			i = escaped(raw, i, &b);
		else
			buf_add_char(&b, raw.p[i++]);
	ret = arena_str(t->m->arena, buf_str(&b));
	buf_release(&b);
	return ret;
}

/* One step of a key; false when there is none. */
static bool key_step(struct toml *t, struct str *ret)
{
	size_t from;
	bool multi;

	skip(t, false);
	if (peek(t) == '"' || peek(t) == '\'') {
		*ret = string(t, &multi);
		return true;
	}
	for (from = t->at; t->at < t->s.len && !is_blank(t->s.p[t->at]) &&
		!strchr(".=[]{},#\n\"'", t->s.p[t->at]); t->at++)
		;
	*ret = str_part(t->s, from, t->at - from);
	return ret->len > 0;
}

/* Enters the steps of a dotted key; returns how many, and leaves none when it is no key. */
static unsigned key_enter(struct toml *t)
{
	struct str step;
	unsigned n = 0;

	while (key_step(t, &step) && maker_enter(t->m, step)) {
		n++;
		skip(t, false);
		if (peek(t) != '.')
			return n;
		t->at++;
	}
	while (n) {
		maker_leave(t->m);
		n--;
	}
	return 0;
}

static void value(struct toml *t, struct joined *in_list);

static void inline_table(struct toml *t)
{
	t->at++;
	maker_group(t->m);
	for (skip(t, true); t->at < t->s.len && peek(t) != '}' && !t->m->out->limit; skip(t, true)) {
		unsigned n;

		if (peek(t) == ',') {
			t->at++;
			continue;
		}
		n = key_enter(t);
		skip(t, false);
		if (!n || peek(t) != '=') {
			t->m->out->damaged = true;
			t->at++;
		} else {
			t->at++;
			value(t, NULL);
		}
		while (n--)
			maker_leave(t->m);
	}
	t->at += t->at < t->s.len;
}

static void array(struct toml *t)
{
	size_t from = t->at++;
	struct joined j;
	struct buf b;

	if (!maker_enter(t->m, STR("[]")))
		return;
	buf_init(&b, JOINED_BYTES);
	joined_begin(&j, &b);
	for (skip(t, true); t->at < t->s.len && peek(t) != ']' && !t->m->out->limit; skip(t, true)) {
		if (peek(t) == ',')
			t->at++;
		else
			value(t, &j);
	}
	t->at += t->at < t->s.len;
	maker_leave(t->m);
	joined_put(t->m, &j, STR_NONE, from, t->at);
	buf_release(&b);
}

static void value(struct toml *t, struct joined *in_list)
{
	struct str s;
	size_t at;
	bool multi = false;

	skip(t, true);
	at = t->at;
	if (at >= t->s.len || !maker_step(t->m, 8))
		return;
	if (peek(t) == '{') {
		inline_table(t);
		return;
	}
	if (peek(t) == '[') {
		array(t);
		return;
	}
	if (peek(t) == '"' || peek(t) == '\'') {
		s = string(t, &multi);
	} else {
		while (t->at < t->s.len && !strchr(",]}#\n", t->s.p[t->at]))
			t->at++;
		s = str_trim(str_part(t->s, at, t->at - at));
	}
	if (t->at == at) { /* nothing of ours stands here */
		t->m->out->damaged = true;
		t->at++;
		return;
	}
	maker_put(t->m, STR_NONE, s, at, t->at - at, multi);
	if (in_list)
		joined_add(in_list, s, at, t->at - at);
}

/* [a.b] or [[a.b]]: everything until the next one stands in it. */
static bool header(struct toml *t)
{
	bool list = str_starts(str_part(t->s, t->at, 2), "[[");

	while (t->m->depth)
		maker_leave(t->m);
	t->at += list ? 2 : 1;
	if (!key_enter(t))
		return false;
	if (list && !maker_enter(t->m, STR("[]")))
		return false;
	maker_group(t->m);
	return true;
}

void entries_toml(struct maker *m)
{
	struct toml t = {m, m->text, 0};

	for (skip(&t, true); t.at < t.s.len && !m->out->limit; skip(&t, true)) {
		unsigned n;

		if (peek(&t) == '[') {
			if (!header(&t))
				m->out->damaged = true;
			next_line(&t);
			continue;
		}
		n = key_enter(&t);
		skip(&t, false);
		if (!n || peek(&t) != '=') {
			m->out->damaged = true;
			next_line(&t);
		} else {
			t.at++;
			value(&t, NULL);
		}
		while (n--)
			maker_leave(m);
	}
}
