/*
 * A PowerShell script as it means itself: quotes, dashes and blanks of print are plain ones; backticks inside of words
 * say nothing, so they go, and the word is filled up with blanks. Lines and offsets stay.
 */
#include "read/blocklex.h"
#include "read/script.h"
#include "util/utf8.h"

/* ---- marks of print ---- */

struct str powershell_of_code_page(struct arena *a, struct str text)
{
	char *out = arena_alloc(a, text.len + 1);

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.p[i];

		out[i] = text.p[i];
		if (c == 0x82 || c == 0x91 || c == 0x92)
			out[i] = '\'';
		else if (c == 0x84 || c == 0x93 || c == 0x94)
			out[i] = '"';
		else if (c == 0x96 || c == 0x97)
			out[i] = '-';
		else if (c == 0xa0)
			out[i] = ' ';
	}
	return str_view(out, text.len);
}

/* What the character at i is to PowerShell: ' " - or a blank, 0 for all others. *ret_len: its bytes. */
static char mark_at(struct str s, size_t i, size_t *ret_len)
{
	size_t pos = i;
	uint32_t c = i < s.len ? utf8_next(s, &pos) : 0;

	*ret_len = pos - i;
	if (c == '\'' || (c >= 0x2018 && c <= 0x201b))
		return '\'';
	if (c == '"' || (c >= 0x201c && c <= 0x201e))
		return '"';
	if (c == '-' || (c >= 0x2013 && c <= 0x2015))
		return '-';
	if (c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
		c == 0x205f || c == 0x3000)
		return ' ';
	return 0;
}

struct marks {
	struct str s;
	char *out;   /* a copy of s, once there is something to write */
	char quote;  /* of the literal around */
	bool here;   /* ... which is a here-string */
	int comment; /* '#' to the end of the line, '<' to #> */
};

/* The plain mark in front of its filling or behind it. */
static void put_mark(struct arena *a, struct marks *m, size_t i, size_t len, char mark, char filling, bool first)
{
	if (len < 2)
		return;
	if (!m->out) {
		m->out = arena_alloc(a, m->s.len + 1);
		memcpy(m->out, m->s.p, m->s.len);
	}
	memset(m->out + i, filling, len);
	m->out[first ? i : i + len - 1] = mark;
}

static bool is_letter_at(struct str s, size_t i)
{
	return i < s.len && (s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'z';
}

/* @" and nothing behind it on its line */
static bool here_begins(struct str s, size_t i, size_t behind)
{
	if (!i || s.p[i - 1] != '@')
		return false;
	while (behind < s.len && strchr(" \t\r", s.p[behind]))
		behind++;
	return behind < s.len && s.p[behind] == '\n';
}

/* One character outside of literals; how many bytes are done. */
static size_t mark_in_code(struct arena *a, struct marks *m, size_t i)
{
	size_t len;
	char mark = mark_at(m->s, i, &len), c = m->s.p[i];

	if (c == '`')
		return 2;
	if (c == '<' && i + 1 < m->s.len && m->s.p[i + 1] == '#')
		m->comment = '<';
	else if (c == '#' && (!i || strchr(" \t\r\n;(){}|,=", m->s.p[i - 1])))
		m->comment = '#';
	else if (mark == '\'' || mark == '"') {
		m->quote = mark;
		m->here = here_begins(m->s, i, i + len);
		put_mark(a, m, i, len, mark, ' ', m->here);
	} else if (mark == '-') {
		put_mark(a, m, i, len, mark, is_letter_at(m->s, i + len) ? '`' : ' ', false); /* inside a word, or in front of it */
	} else if (mark) {
		put_mark(a, m, i, len, mark, ' ', true);
	}
	return len;
}

static size_t mark_in_literal(struct arena *a, struct marks *m, size_t i)
{
	size_t len, next;
	char mark = mark_at(m->s, i, &len);

	if (!m->here && m->quote == '"' && m->s.p[i] == '`')
		return 2;
	if (mark != m->quote)
		return len;
	if (m->here) {
		if (m->s.p[i - 1] == '\n' && i + len < m->s.len && m->s.p[i + len] == '@') {
			put_mark(a, m, i, len, mark, ' ', true);
			if (len > 1) {
				m->out[i + 1] = '@';
				m->out[i + len] = ' ';
			}
			m->quote = 0;
		}
		return len;
	}
	if (mark_at(m->s, i + len, &next) == mark) { /* two stand for one */
		put_mark(a, m, i, len, mark, ' ', false);
		put_mark(a, m, i + len, next, mark, ' ', true);
		return len + next;
	}
	put_mark(a, m, i, len, mark, ' ', true);
	m->quote = 0;
	return len;
}

static struct str with_plain_marks(struct arena *a, struct str text)
{
	struct marks m = {.s = text};
	bool ascii = true;

	for (size_t i = 0; i < text.len && ascii; i++)
		ascii = !(text.p[i] & 0x80);
	if (ascii)
		return text;
	if (!utf8_valid(text))
		return powershell_of_code_page(a, text);
	for (size_t i = 0; i < text.len;) {
		if (m.comment) {
			if (m.comment == '#' ? text.p[i] == '\n' : text.p[i] == '>' && text.p[i - 1] == '#')
				m.comment = 0;
			i++;
		} else {
			i += m.quote ? mark_in_literal(a, &m, i) : mark_in_code(a, &m, i);
		}
	}
	return m.out ? str_view(m.out, text.len) : text;
}

/* ---- backticks ---- */

static bool is_word(const struct token *t)
{
	return t->kind == TOKEN_IDENT || t->kind == TOKEN_NUMBER;
}

static bool is_tick(struct str text, const struct token *t)
{
	return t->len == 1 && text.p[t->at] == '`';
}

struct str script_of_powershell(struct arena *a, struct str text)
{
	char *out = NULL;
	size_t from = 0, to = 0, n = 0; /* the word being read, how much of it is written */
	struct blocklex lx;
	struct token t;

	text = with_plain_marks(a, text);
	blocklex_init(&lx, text, BLOCK_POWERSHELL, false);
	while (blocklex_next(&lx, &t)) {
		bool tick = is_tick(text, &t), goes_on = tick || is_word(&t);

		if (t.at != to || !goes_on) { /* a new word, or none */
			if (n && n < to - from && out)
				memset(out + from + n, ' ', to - from - n);
			from = goes_on ? t.at : t.at + t.len;
			n = 0;
		}
		if (tick && t.at + 1 < text.len && text.p[t.at + 1] > ' ') {
			if (!out) {
				out = arena_alloc(a, text.len + 1);
				memcpy(out, text.p, text.len);
			}
		} else if (is_word(&t)) {
			if (out)
				memcpy(out + from + n, text.p + t.at, t.len);
			n += t.len;
		}
		to = t.at + t.len;
	}
	if (n && n < to - from && out)
		memset(out + from + n, ' ', to - from - n);
	return out ? str_view(out, text.len) : text;
}
