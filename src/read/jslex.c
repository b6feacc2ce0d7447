#include "read/jslex.h"

#include <stdint.h>
#include <string.h>

enum { FAILURES_PER_LINE = 16, SHORT_NAME_BYTES = 3, MINIFIED_COLUMNS = 300 };

#define WORD(w, k) {w, sizeof(w) - 1, k}

static const struct js_word {
	const char *word;
	uint8_t len, keyword;
} js_words[] = {
	WORD("async", JS_ASYNC), WORD("await", JS_AWAIT), WORD("break", JS_BREAK), WORD("case", JS_CASE),
	WORD("catch", JS_CATCH), WORD("class", JS_CLASS), WORD("const", JS_CONST), WORD("continue", JS_CONTINUE),
	WORD("debugger", JS_DEBUGGER), WORD("default", JS_DEFAULT), WORD("delete", JS_DELETE), WORD("do", JS_DO),
	WORD("else", JS_ELSE), WORD("enum", JS_ENUM), WORD("export", JS_EXPORT), WORD("extends", JS_EXTENDS),
	WORD("false", JS_FALSE), WORD("finally", JS_FINALLY), WORD("for", JS_FOR), WORD("function", JS_FUNCTION),
	WORD("if", JS_IF), WORD("import", JS_IMPORT), WORD("in", JS_IN), WORD("instanceof", JS_INSTANCEOF),
	WORD("let", JS_LET), WORD("new", JS_NEW), WORD("null", JS_NULL), WORD("of", JS_OF), WORD("return", JS_RETURN),
	WORD("super", JS_SUPER), WORD("switch", JS_SWITCH), WORD("this", JS_THIS), WORD("throw", JS_THROW),
	WORD("true", JS_TRUE), WORD("try", JS_TRY), WORD("typeof", JS_TYPEOF), WORD("var", JS_VAR),
	WORD("void", JS_VOID), WORD("while", JS_WHILE), WORD("with", JS_WITH), WORD("yield", JS_YIELD),
};

enum js_keyword js_keyword_of(struct str word)
{
	if (word.len < 2 || word.len > 10 || word.p[0] < 'a' || word.p[0] > 'y')
		return JS_NOT_KEYWORD;
	for (size_t i = 0; i < sizeof(js_words) / sizeof(js_words[0]); i++) {
		const char *w = js_words[i].word;

		if (w[0] == word.p[0] && js_words[i].len == word.len && memcmp(w, word.p, word.len) == 0)
			return js_words[i].keyword;
		if (w[0] > word.p[0])
			break;
	}
	return JS_NOT_KEYWORD;
}

/* Globals and habits of three letters that no minifier gives to a local. */
static bool name_is_fixed(struct str s)
{
	static const char *const fixed[] = {"Map", "Set", "URL", "NaN", "top", "JSX", "CSS"};

	for (size_t i = 0; s.len == 3 && i < sizeof(fixed) / sizeof(fixed[0]); i++)
		if (str_is(s, fixed[i]))
			return true;
	return false;
}

static bool is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_start(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || c >= 0x80;
}

static bool is_name_part(int c)
{
	return is_name_start(c) || is_digit(c);
}

/* The byte at pos + ahead, 0 beyond the end. */
static int at(const struct jslex *lx, size_t ahead)
{
	return ahead < lx->text.len - lx->pos ? (uint8_t)lx->text.p[lx->pos + ahead] : 0;
}

/* White space of more than one byte: NBSP, BOM, the spaces of general punctuation, U+2028/9. */
static size_t wide_space(const struct jslex *lx, bool *ret_line)
{
	int a = at(lx, 0), b = at(lx, 1), c = at(lx, 2);

	*ret_line = false;
	if (a == 0xc2 && b == 0xa0)
		return 2;
	if (a == 0xef && b == 0xbb && c == 0xbf)
		return 3;
	if (a == 0xe2 && b == 0x80 && (c == 0xa8 || c == 0xa9)) {
		*ret_line = true;
		return 3;
	}
	if ((a == 0xe2 && b == 0x80 && ((c >= 0x80 && c <= 0x8a) || c == 0xaf)) ||
		(a == 0xe2 && b == 0x81 && c == 0x9f) || (a == 0xe3 && b == 0x80 && c == 0x80) ||
		(a == 0xe1 && b == 0x9a && c == 0x80))
		return 3;
	return 0;
}

void jslex_init(struct jslex *lx, struct str text, bool want_comments)
{
	memset(lx, 0, sizeof(*lx));
	if (text.len > TOKEN_TEXT_MAX)
		text.len = TOKEN_TEXT_MAX;
	lx->text = text;
	lx->want_comments = want_comments;
	lx->regex_ok = true;
	lx->on_new_line = true;
}

/* May another literal be tried here? Keeps the work linear when nothing is ever closed. */
static bool may_try(const struct jslex *lx)
{
	return lx->pos >= lx->failures_to || lx->failures < FAILURES_PER_LINE;
}

static void tried_in_vain(struct jslex *lx, size_t line_end)
{
	if (lx->pos >= lx->failures_to)
		lx->failures = 0;
	lx->failures++;
	lx->failures_to = line_end;
}

static size_t line_end(const struct jslex *lx, size_t from)
{
	const char *nl = from < lx->text.len ? memchr(lx->text.p + from, '\n', lx->text.len - from) : NULL;

	return nl ? (size_t)(nl - lx->text.p) : lx->text.len;
}

/* Where a comment of one line ends: at any of the four characters that end lines. */
static size_t line_comment_end(const struct jslex *lx, size_t from)
{
	size_t end = line_end(lx, from);
	struct str s = lx->text;

	for (size_t i = from; i < end; i++) {
		const char *p = memchr(s.p + i, 0xe2, end - i);

		if (!p)
			break;
		i = (size_t)(p - s.p);
		if (end - i >= 3 && (uint8_t)p[1] == 0x80 && ((uint8_t)p[2] == 0xa8 || (uint8_t)p[2] == 0xa9))
			end = i;
	}
	if (from < end) {
		const char *p = memchr(s.p + from, '\r', end - from);

		end = p ? (size_t)(p - s.p) : end;
	}
	return end;
}

/* Length of the string at pos, 0 if it has no end on its line. */
static size_t string_length(struct jslex *lx)
{
	struct str s = lx->text;
	char quote = s.p[lx->pos];
	size_t i;

	if (!may_try(lx))
		return 0;
	for (i = lx->pos + 1; i < s.len; i++) {
		if (s.p[i] == quote)
			return i + 1 - lx->pos;
		if (s.p[i] == '\\') {
			i++;
			if (i + 1 < s.len && s.p[i] == '\r' && s.p[i + 1] == '\n')
				i++;
		} else if (s.p[i] == '\n' || s.p[i] == '\r') {
			break;
		}
	}
	tried_in_vain(lx, i < s.len ? i : s.len);
	return 0;
}

/* Length of the regular expression at pos with its flags, 0 if there is none. */
static size_t regex_length(struct jslex *lx)
{
	struct str s = lx->text;
	bool in_class = false;
	size_t i;

	if (!may_try(lx))
		return 0;
	for (i = lx->pos + 1; i < s.len && s.p[i] != '\n' && s.p[i] != '\r'; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len && s.p[i + 1] != '\n') {
			i++;
		} else if (s.p[i] == '[') {
			in_class = true;
		} else if (s.p[i] == ']') {
			in_class = false;
		} else if (s.p[i] == '/' && !in_class) {
			for (i++; i < s.len && is_name_part((uint8_t)s.p[i]) && (uint8_t)s.p[i] < 0x80; i++)
				;
			return i - lx->pos;
		}
	}
	tried_in_vain(lx, i);
	return 0;
}

/*
 * A piece of a template from pos (its ` or }) on. 0 when it never ends. Sets *ret_opens when it ends
 * in ${ and there is room to remember that.
 */
static size_t template_length(struct jslex *lx, bool *ret_opens)
{
	struct str s = lx->text;

	*ret_opens = false;
	if (lx->no_more_template_ends)
		return 0;
	for (size_t i = lx->pos + 1; i < s.len; i++) {
		if (s.p[i] == '\\') {
			i++;
		} else if (s.p[i] == '`') {
			return i + 1 - lx->pos;
		} else if (s.p[i] == '$' && i + 1 < s.len && s.p[i + 1] == '{' &&
			lx->n_templates < JSLEX_TEMPLATES) {
			*ret_opens = true;
			return i + 2 - lx->pos;
		}
	}
	lx->no_more_template_ends = true;
	return 0;
}

static size_t comment_length(struct jslex *lx, bool *ret_html)
{
	struct str s = lx->text;
	size_t i;

	*ret_html = false;
	if (lx->pos == 0 && at(lx, 0) == '#' && at(lx, 1) == '!')
		return line_comment_end(lx, 0);
	if (at(lx, 0) == '/' && at(lx, 1) == '/')
		return line_comment_end(lx, lx->pos) - lx->pos;
	if (at(lx, 0) == '/' && at(lx, 1) == '*') {
		for (i = lx->pos + 2; !lx->no_more_comment_ends && i + 1 < s.len; i++) {
			const char *star = memchr(s.p + i, '*', s.len - 1 - i);

			if (!star)
				break;
			i = (size_t)(star - s.p);
			if (s.p[i + 1] == '/')
				return i + 2 - lx->pos;
		}
		lx->no_more_comment_ends = true;
		return 0;
	}
	if ((at(lx, 0) == '<' && at(lx, 1) == '!' && at(lx, 2) == '-' && at(lx, 3) == '-') ||
		(lx->on_new_line && at(lx, 0) == '-' && at(lx, 1) == '-' && at(lx, 2) == '>')) {
		*ret_html = true;
		return line_comment_end(lx, lx->pos) - lx->pos;
	}
	return 0;
}

static size_t name_length(const struct jslex *lx, size_t from, bool *ret_escaped)
{
	struct str s = lx->text;
	size_t i = from;

	while (i < s.len) {
		if (is_name_part((uint8_t)s.p[i])) {
			i++;
		} else if (s.p[i] == '\\' && i + 1 < s.len && s.p[i + 1] == 'u') {
			*ret_escaped = true;
			i += 2;
			if (i < s.len && s.p[i] == '{') {
				size_t end = i + 1;

				while (end < s.len && end - i < 12 && is_name_part((uint8_t)s.p[end]))
					end++;
				i = end < s.len && s.p[end] == '}' ? end + 1 : end;
			}
		} else {
			break;
		}
	}
	return i - from;
}

static size_t number_length(const struct jslex *lx)
{
	struct str s = lx->text;
	size_t i = lx->pos;
	bool hex = at(lx, 0) == '0' && (at(lx, 1) | 32) == 'x';

	while (i < s.len) {
		int c = (uint8_t)s.p[i];

		if ((c == '+' || c == '-') && !hex && i > lx->pos && (s.p[i - 1] | 32) == 'e')
			i++;
		else if (c < 0x80 && (is_name_part(c) || c == '.'))
			i++;
		else
			break;
	}
	return i - lx->pos;
}

/* Punctuators longer than one character, longest first. */
static size_t punct_length(const struct jslex *lx, uint8_t *ret_sub)
{
	static const struct punct {
		const char *text;
		uint8_t len, sub;
	} puncts[] = {
		{">>>=", 4, JS_ASSIGN}, {"...", 3, JS_SPREAD}, {"===", 3, JS_COMPARE},
		{"!==", 3, JS_COMPARE}, {"**=", 3, JS_ASSIGN}, {"<<=", 3, JS_ASSIGN},
		{">>=", 3, JS_ASSIGN}, {">>>", 3, JS_SHIFT}, {"&&=", 3, JS_ASSIGN},
		{"||=", 3, JS_ASSIGN}, {"?\?=", 3, JS_ASSIGN}, {"=>", 2, JS_ARROW},
		{"==", 2, JS_COMPARE}, {"!=", 2, JS_COMPARE}, {"<=", 2, JS_COMPARE},
		{">=", 2, JS_COMPARE}, {"&&", 2, JS_LOGIC}, {"||", 2, JS_LOGIC}, {"?\?", 2, JS_LOGIC},
		{"?.", 2, JS_OPTIONAL}, {"++", 2, JS_INCREMENT}, {"--", 2, JS_INCREMENT},
		{"+=", 2, JS_ASSIGN}, {"-=", 2, JS_ASSIGN}, {"*=", 2, JS_ASSIGN},
		{"/=", 2, JS_ASSIGN}, {"%=", 2, JS_ASSIGN}, {"&=", 2, JS_ASSIGN},
		{"|=", 2, JS_ASSIGN}, {"^=", 2, JS_ASSIGN}, {"<<", 2, JS_SHIFT}, {">>", 2, JS_SHIFT},
		{"**", 2, JS_SHIFT},
	};
	int c = at(lx, 0);

	*ret_sub = (uint8_t)c;
	if (!strchr("=!<>+-*/%&|^?.", c))
		return 1;
	for (size_t i = 0; i < sizeof(puncts) / sizeof(puncts[0]); i++) {
		const struct punct *p = &puncts[i];

		if (p->text[0] != c || p->len > lx->text.len - lx->pos ||
			memcmp(p->text, lx->text.p + lx->pos, p->len) != 0)
			continue;
		if (p->sub == JS_OPTIONAL && is_digit(at(lx, 2)))
			continue; /* a?.5:b */
		*ret_sub = p->sub;
		return p->len;
	}
	return 1;
}

static void skip_space(struct jslex *lx)
{
	for (;;) {
		int c = at(lx, 0);
		bool line;
		size_t wide;

		if (lx->pos >= lx->text.len)
			return;
		if (c == '\n' || c == '\r') {
			lx->on_new_line = true;
			lx->pos++;
		} else if (c == ' ' || c == '\t' || c == '\v' || c == '\f') {
			lx->pos++;
		} else if (c >= 0x80 && (wide = wide_space(lx, &line)) > 0) {
			lx->on_new_line |= line;
			lx->pos += wide;
		} else {
			return;
		}
	}
}

/* The next byte after white space on from `from`; looks a bounded distance only. */
static int peek_past_space(const struct jslex *lx, size_t from)
{
	for (size_t i = from; i < lx->text.len && i - from < 64; i++) {
		char c = lx->text.p[i];

		if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
			return (uint8_t)c;
	}
	return 0;
}

static void bracket_open(struct jslex *lx, bool regex_after)
{
	uint32_t d = lx->depth++;

	if (d < JSLEX_NESTING) {
		if (regex_after)
			lx->regex_after[d / 64] |= 1ull << (d % 64);
		else
			lx->regex_after[d / 64] &= ~(1ull << (d % 64));
	}
}

static bool bracket_close(struct jslex *lx)
{
	uint32_t d;

	if (lx->depth == 0)
		return false;
	d = --lx->depth;
	return d < JSLEX_NESTING && (lx->regex_after[d / 64] >> (d % 64) & 1);
}

/* Is the brace that comes now a block (a regex may follow its end) rather than an object? */
static bool brace_is_block(const struct jslex *lx)
{
	if (lx->last_kind == TOKEN_END)
		return true;
	if (lx->last_kind == TOKEN_KEYWORD)
		return lx->last_sub == JS_ELSE || lx->last_sub == JS_DO || lx->last_sub == JS_TRY ||
			lx->last_sub == JS_FINALLY;
	if (lx->last_kind == TOKEN_PUNCT)
		return lx->last_sub == ')' || lx->last_sub == ';' || lx->last_sub == '{' ||
			lx->last_sub == '}' || lx->last_sub == JS_ARROW;
	return false;
}

static bool keyword_ends_value(uint8_t k)
{
	return k == JS_THIS || k == JS_SUPER || k == JS_NULL || k == JS_TRUE || k == JS_FALSE;
}

static void punct_state(struct jslex *lx, uint8_t sub)
{
	switch (sub) {
	case '(':
		bracket_open(lx, lx->last_kind == TOKEN_KEYWORD &&
			(lx->last_sub == JS_IF || lx->last_sub == JS_WHILE || lx->last_sub == JS_FOR ||
				lx->last_sub == JS_WITH));
		lx->regex_ok = true;
		break;
	case '[':
		bracket_open(lx, false);
		lx->regex_ok = true;
		break;
	case '{':
		bracket_open(lx, brace_is_block(lx));
		lx->regex_ok = true;
		break;
	case ')':
	case ']':
	case '}':
		lx->regex_ok = bracket_close(lx);
		break;
	case JS_INCREMENT:
		break; /* a++ / b and ++/x/.y: what came before decides */
	default:
		lx->regex_ok = true;
	}
}

static void lex_name(struct jslex *lx, struct token *t, size_t prefix)
{
	bool escaped = false;
	struct str word;
	enum js_keyword k;

	t->len = (uint32_t)(prefix + name_length(lx, lx->pos + prefix, &escaped));
	word = str_part(lx->text, lx->pos, t->len);
	t->kind = prefix ? TOKEN_PRIVATE : TOKEN_IDENT;
	if (escaped)
		t->flags |= TOKEN_ESCAPED;
	k = prefix || lx->last_was_dot ? JS_NOT_KEYWORD : js_keyword_of(word);
	t->sub = (uint8_t)k;
	if (k != JS_NOT_KEYWORD && k != JS_ASYNC && k != JS_OF && k != JS_LET)
		t->kind = TOKEN_KEYWORD;
	if (t->kind == TOKEN_IDENT) {
		bool key = peek_past_space(lx, lx->pos + t->len) == ':' && lx->last_kind == TOKEN_PUNCT &&
			(lx->last_sub == '{' || lx->last_sub == ',');

		if (lx->last_was_dot || key)
			t->flags |= TOKEN_PROPERTY;
		else if (t->len <= SHORT_NAME_BYTES && k == JS_NOT_KEYWORD && !name_is_fixed(word))
			t->flags |= TOKEN_SHORT;
	}
	lx->regex_ok = t->kind == TOKEN_KEYWORD && !keyword_ends_value(t->sub);
}

static void lex_template(struct jslex *lx, struct token *t, bool closes)
{
	bool opens;
	size_t len = template_length(lx, &opens);

	if (len == 0) {
		t->kind = closes ? TOKEN_PUNCT : TOKEN_OTHER;
		t->sub = closes ? '}' : 0;
		t->len = 1;
		t->flags |= TOKEN_BROKEN;
		lx->regex_ok = true;
		if (closes) /* that template is over as far as we are concerned */
			lx->n_templates--;
		return;
	}
	t->kind = TOKEN_TEMPLATE;
	t->len = (uint32_t)len;
	if (closes) {
		t->flags |= TOKEN_CLOSES;
		lx->n_templates--;
	}
	if (opens) {
		t->flags |= TOKEN_OPENS;
		lx->template_depth[lx->n_templates++] = lx->depth;
	}
	lx->regex_ok = opens;
}

static void lex_literal(struct jslex *lx, struct token *t, uint8_t kind, size_t len)
{
	t->kind = kind;
	t->len = (uint32_t)len;
	lx->regex_ok = false;
}

static void lex_one(struct jslex *lx, struct token *t)
{
	int c = at(lx, 0);
	size_t len = 0;

	if (c == '"' || c == '\'') {
		len = string_length(lx);
		if (len == 0)
			t->flags |= TOKEN_BROKEN;
		lex_literal(lx, t, len ? TOKEN_STRING : TOKEN_OTHER, len ? len : 1);
	} else if (c == '`') {
		lex_template(lx, t, false);
	} else if (c == '}' && lx->n_templates && lx->template_depth[lx->n_templates - 1] == lx->depth) {
		lex_template(lx, t, true);
	} else if (is_digit(c) || (c == '.' && is_digit(at(lx, 1)))) {
		lex_literal(lx, t, TOKEN_NUMBER, number_length(lx));
	} else if (is_name_start(c) || (c == '\\' && at(lx, 1) == 'u')) {
		lex_name(lx, t, 0);
	} else if (c == '#' && (is_name_start(at(lx, 1)) || at(lx, 1) == '\\')) {
		lex_name(lx, t, 1);
	} else if (c == '/' && lx->regex_ok && (len = regex_length(lx)) > 0) {
		lex_literal(lx, t, TOKEN_REGEX, len);
	} else if (c > ' ' && c < 0x7f && c != '\\' && c != '#') {
		t->kind = TOKEN_PUNCT;
		t->len = (uint32_t)punct_length(lx, &t->sub);
		punct_state(lx, t->sub);
		if (t->sub == ')' && lx->regex_ok)
			t->flags |= TOKEN_HEAD_END;
	} else {
		lex_literal(lx, t, TOKEN_OTHER, 1);
	}
}

/* 'it\'s' and "it's" are the same string: quotes and backslashes do not count. */
static uint32_t string_hash(const char *p, size_t n)
{
	uint64_t h = 0x9e3779b97f4a7c15u;

	for (size_t i = 1; i + 1 < n; i++)
		if (p[i] != '\\')
			h = (h ^ (uint8_t)p[i]) * 0x100000001b3u;
	h ^= h >> 29;
	return (uint32_t)(h ^ h >> 32);
}

static void token_seal(const struct jslex *lx, struct token *t)
{
	const char *p = lx->text.p + t->at;
	size_t n = t->len;

	t->hash = t->kind == TOKEN_STRING ? string_hash(p, n) : token_hash(p, n, t->kind);
}

bool jslex_next(struct jslex *lx, struct token *t)
{
	for (;;) {
		bool html;
		size_t len;

		skip_space(lx);
		memset(t, 0, sizeof(*t));
		t->at = (uint32_t)lx->pos;
		if (lx->pos >= lx->text.len) {
			t->kind = TOKEN_END;
			return false;
		}
		len = comment_length(lx, &html);
		if (len == 0)
			break;
		t->kind = TOKEN_COMMENT;
		t->len = (uint32_t)len;
		t->flags = (uint16_t)((lx->on_new_line ? TOKEN_ON_NEW_LINE : 0) | (html ? TOKEN_HTML : 0));
		token_seal(lx, t);
		lx->pos += len;
		if (lx->want_comments || html)
			return true;
		if (memchr(lx->text.p + t->at, '\n', len))
			lx->on_new_line = true;
	}
	if (lx->on_new_line)
		t->flags |= TOKEN_ON_NEW_LINE;
	if (lx->on_new_line && lx->last_kind == TOKEN_KEYWORD &&
		(lx->last_sub == JS_RETURN || lx->last_sub == JS_THROW || lx->last_sub == JS_BREAK ||
			lx->last_sub == JS_CONTINUE || lx->last_sub == JS_YIELD))
		t->flags |= TOKEN_AFTER_BREAK;
	lex_one(lx, t);
	token_seal(lx, t);
	lx->pos += t->len;
	lx->on_new_line = false;
	lx->last_was_dot = t->kind == TOKEN_PUNCT && (t->sub == '.' || t->sub == JS_OPTIONAL);
	lx->last_kind = t->kind;
	lx->last_sub = t->sub;
	return true;
}

bool text_is_minified(struct str text)
{
	size_t in_long = 0, from = 0;

	while (from < text.len) {
		const char *nl = memchr(text.p + from, '\n', text.len - from);
		size_t end = nl ? (size_t)(nl - text.p) : text.len;

		if (end - from > MINIFIED_COLUMNS)
			in_long += end - from;
		from = end + 1;
	}
	return in_long > text.len / 2;
}
