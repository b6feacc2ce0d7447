#include "read/pylex.h"

void pylex_init(struct pylex *lx, struct str text, bool want_comments)
{
	memset(lx, 0, sizeof(*lx));
	if (text.len > TOKEN_TEXT_MAX)
		text.len = TOKEN_TEXT_MAX;
	lx->text = text;
	lx->want_comments = want_comments;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c >= 0x80;
}

static uint8_t at(const struct pylex *lx, size_t i)
{
	return i < lx->text.len ? (uint8_t)lx->text.p[i] : 0;
}

/* Skips blanks, line breaks and, unless wanted, comments. True when a logical line begins here. */
static bool skip(struct pylex *lx)
{
	bool new_line = lx->pos == 0;

	for (; lx->pos < lx->text.len; lx->pos++) {
		uint8_t c = at(lx, lx->pos);

		if (c == '\n' || c == '\r') {
			new_line |= !lx->joined && lx->depth == 0;
			lx->joined = c == '\r' && lx->joined && at(lx, lx->pos + 1) == '\n';
		} else if (c == '\\' && (at(lx, lx->pos + 1) == '\n' || at(lx, lx->pos + 1) == '\r')) {
			lx->joined = true;
		} else if (c == '#') {
			const char *nl = memchr(lx->text.p + lx->pos, '\n', lx->text.len - lx->pos);

			if (lx->want_comments)
				break;
			lx->pos = nl ? (size_t)(nl - lx->text.p) - 1 : lx->text.len - 1;
		} else if (c != ' ' && c != '\t' && c != '\f') {
			break;
		}
	}
	return new_line;
}

/* The letters of a string prefix before a quote, or 0 and no quote there. */
static size_t prefix_of(const struct pylex *lx, size_t pos)
{
	for (size_t n = 0; n <= 3; n++) {
		uint8_t c = at(lx, pos + n) | 32;

		if (at(lx, pos + n) == '"' || at(lx, pos + n) == '\'')
			return n;
		if (c != 'r' && c != 'b' && c != 'f' && c != 'u' && c != 't')
			break;
	}
	return SIZE_MAX;
}

/* The length of a string whose quote stands at `from`; *ret_broken without an end. */
static size_t string_length(struct pylex *lx, size_t from, bool *ret_broken)
{
	uint8_t q = at(lx, from);
	bool triple = at(lx, from + 1) == q && at(lx, from + 2) == q;
	size_t i = from + (triple ? 3 : 1);

	*ret_broken = false;
	for (; i < lx->text.len; i++) {
		uint8_t c = at(lx, i);

		if (c == '\\') {
			i++;
			if (at(lx, i) == '\r' && at(lx, i + 1) == '\n')
				i++;
			continue;
		}
		if (!triple && (c == '\n' || c == '\r'))
			break;
		if (c == q && (!triple || (at(lx, i + 1) == q && at(lx, i + 2) == q)))
			return i + (triple ? 3 : 1) - from;
	}
	*ret_broken = true;
	return (i < lx->text.len ? i : lx->text.len) - from;
}

static bool string_take(struct pylex *lx, struct token *t)
{
	size_t n = lx->pos < lx->broken_to ? SIZE_MAX : prefix_of(lx, lx->pos);
	bool broken;

	if (n == SIZE_MAX)
		return false;
	t->kind = TOKEN_STRING;
	t->len = (uint32_t)(n + string_length(lx, lx->pos + n, &broken));
	if (broken) {
		t->flags |= TOKEN_BROKEN;
		if (lx->pos + t->len >= lx->text.len) { /* three quotes without partners: not tried again */
			lx->broken_to = lx->text.len;
			t->len = (uint32_t)n + 1;
		}
	}
	return true;
}

static bool is_keyword(struct str w)
{
	static const char *const words[] = {"and", "as", "assert", "async", "await", "break", "class", "continue",
		"def", "del", "elif", "else", "except", "False", "finally", "for", "from", "global", "if",
		"import", "in", "is", "lambda", "None", "nonlocal", "not", "or", "pass", "raise", "return", "True",
		"try", "while", "with", "yield"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(w, words[i]))
			return true;
	return false;
}

static void word_take(struct pylex *lx, struct token *t)
{
	size_t i = lx->pos;

	t->kind = is_digit(at(lx, i)) ? TOKEN_NUMBER : TOKEN_IDENT;
	while (i < lx->text.len &&
		(is_word(at(lx, i)) || (t->kind == TOKEN_NUMBER && at(lx, i) == '.' && is_digit(at(lx, i + 1)))))
		i++;
	t->len = (uint32_t)(i - lx->pos);
	if (t->kind == TOKEN_IDENT && t->len <= 8 && is_keyword(str_part(lx->text, lx->pos, t->len)))
		t->kind = TOKEN_KEYWORD;
}

static void punct_take(struct pylex *lx, struct token *t)
{
	uint8_t c = at(lx, lx->pos);

	t->kind = c < ' ' || c == '\\' || c == '"' || c == '\'' ? TOKEN_OTHER : TOKEN_PUNCT;
	t->sub = c;
	t->len = 1;
	lx->depth += c == '(' || c == '[' || c == '{';
	if ((c == ')' || c == ']' || c == '}') && lx->depth)
		lx->depth--;
}

bool pylex_next(struct pylex *lx, struct token *t)
{
	bool new_line;
	uint8_t c;

	memset(t, 0, sizeof(*t));
	new_line = skip(lx);
	t->at = (uint32_t)lx->pos;
	if (lx->pos >= lx->text.len)
		return false;
	if (new_line)
		t->flags |= TOKEN_ON_NEW_LINE;
	c = at(lx, lx->pos);
	if (c == '#') {
		const char *nl = memchr(lx->text.p + lx->pos, '\n', lx->text.len - lx->pos);

		t->kind = TOKEN_COMMENT;
		t->len = (uint32_t)((nl ? (size_t)(nl - lx->text.p) : lx->text.len) - lx->pos);
	} else if (!string_take(lx, t)) {
		if (is_word(c) || (c == '.' && is_digit(at(lx, lx->pos + 1))))
			word_take(lx, t);
		else
			punct_take(lx, t);
		if (t->len == 0) /* a point before a digit */
			t->len = 1;
	}
	lx->joined = false;
	lx->pos += t->len;
	t->hash = token_hash(lx->text.p + t->at, t->len, t->kind);
	return true;
}
