#include "read/blocklex.h"

void blocklex_init(struct blocklex *lx, struct str text, enum block_language lang, bool want_comments)
{
	memset(lx, 0, sizeof(*lx));
	if (text.len > TOKEN_TEXT_MAX)
		text.len = TOKEN_TEXT_MAX;
	lx->text = text;
	lx->lang = lang;
	lx->want_comments = want_comments;
	lx->begins = true;
}

/* --- characters --- */

static uint8_t at(const struct blocklex *lx, size_t i)
{
	return i < lx->text.len ? (uint8_t)lx->text.p[i] : 0;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool is_word(uint8_t c)
{
	return is_letter(c) || is_digit(c);
}

static size_t line_end(const struct blocklex *lx, size_t i)
{
	const char *nl = i < lx->text.len ? memchr(lx->text.p + i, '\n', lx->text.len - i) : NULL;

	return nl ? (size_t)(nl - lx->text.p) : lx->text.len;
}

static bool word_at(const struct blocklex *lx, size_t i, const char *word)
{
	size_t n = strlen(word);

	return i <= lx->text.len && n <= lx->text.len - i && !memcmp(lx->text.p + i, word, n);
}

static size_t blanks(const struct blocklex *lx, size_t i)
{
	while (at(lx, i) == ' ' || at(lx, i) == '\t')
		i++;
	return i;
}

/* --- comments --- */

/* `=begin`, `=head1`: from the start of a line to the line that ends it. 0 = none here. */
static size_t block_comment(const struct blocklex *lx, size_t i)
{
	bool ruby = lx->lang == BLOCK_RUBY;
	size_t end;

	if (lx->lang == BLOCK_POWERSHELL) {
		if (!word_at(lx, i, "<#"))
			return 0;
		end = str_find_z(str_part(lx->text, i + 2, lx->text.len), "#>");
		return end == SIZE_MAX ? lx->text.len : i + 2 + end + 2;
	}
	if (at(lx, i) != '=' || (i && at(lx, i - 1) != '\n') || !is_letter(at(lx, i + 1)) || (ruby && !word_at(lx, i, "=begin")))
		return 0;
	for (end = line_end(lx, i); end < lx->text.len; end = line_end(lx, end + 1))
		if (word_at(lx, end + 1, ruby ? "=end" : "=cut"))
			return line_end(lx, end + 1);
	return lx->text.len;
}

static size_t comment(const struct blocklex *lx, size_t i)
{
	size_t end = block_comment(lx, i);

	if (end)
		return end;
	if (at(lx, i) != '#' || (lx->lang == BLOCK_POWERSHELL && i && is_word(at(lx, i - 1))))
		return 0;
	return line_end(lx, i);
}

/* --- literals --- */

enum { GONE_SINGLE = 1, GONE_DOUBLE = 2, GONE_BACKTICK = 4, GONE_HERE = 8, GONE_OTHER = 16, GONE_REGEX = 32 };

static uint8_t gone_bit(uint8_t quote)
{
	return quote == '\'' ? GONE_SINGLE : quote == '"' ? GONE_DOUBLE : quote == '`' ? GONE_BACKTICK : GONE_OTHER;
}

/* Behind the closing quote; 0 when there is none. $( ... ) and #{ ... } may hold quotes of their own. */
static size_t quoted_end(const struct blocklex *lx, size_t i, uint8_t open, uint8_t close)
{
	bool powershell = lx->lang == BLOCK_POWERSHELL, expands = open != '\'';
	uint8_t escape = !powershell ? '\\' : expands ? '`' : 0, inner = powershell ? '(' : '{', sign = powershell ? '$' : '#';
	int depth = 0, inside = 0;

	for (; i < lx->text.len; i++) {
		uint8_t c = at(lx, i);

		if (escape && c == escape) {
			i++;
		} else if (inside) {
			inside += c == inner;
			inside -= c == (inner == '(' ? ')' : '}');
		} else if (expands && c == sign && at(lx, i + 1) == inner) {
			inside = 1;
			i++;
		} else if (open != close && c == open) {
			depth++;
		} else if (c == close) {
			if (powershell && at(lx, i + 1) == close) /* '' and "" stand for one */
				i++;
			else if (!depth--)
				return i + 1;
		}
	}
	return 0;
}

static bool literal(struct blocklex *lx, struct token *t, size_t from, uint8_t open, uint8_t close, uint8_t bit)
{
	size_t end = lx->gone & bit ? 0 : quoted_end(lx, from, open, close);

	t->kind = TOKEN_STRING;
	if (!end) {
		lx->gone |= bit;
		t->flags |= TOKEN_BROKEN;
		end = lx->pos + 1;
	}
	t->len = (uint32_t)(end - lx->pos);
	return true;
}

static uint8_t partner(uint8_t c)
{
	return c == '(' ? ')' : c == '[' ? ']' : c == '{' ? '}' : c == '<' ? '>' : c;
}

/* @" ... "@ and @' ... '@ of PowerShell. */
static bool here_string(struct blocklex *lx, struct token *t)
{
	uint8_t q = at(lx, lx->pos + 1);
	size_t i = lx->pos + 2, end;
	char stop[4] = {'\n', (char)q, '@', 0};

	if (at(lx, lx->pos) != '@' || (q != '"' && q != '\''))
		return false;
	i = blanks(lx, i);
	if (at(lx, i) == '\r')
		i++;
	if (at(lx, i) != '\n' || lx->gone & GONE_HERE)
		return false;
	end = str_find_z(str_part(lx->text, i, lx->text.len), stop);
	if (end == SIZE_MAX) {
		lx->gone |= GONE_HERE;
		return false;
	}
	t->kind = TOKEN_STRING;
	t->len = (uint32_t)(i + end + 3 - lx->pos);
	return true;
}

/* <<~NAME, <<"NAME": what it holds begins on the next line. */
static bool here_document(struct blocklex *lx, struct token *t)
{
	size_t i = lx->pos + 2, from;
	bool indented = at(lx, i) == '~' || at(lx, i) == '-';
	uint8_t q;

	if (lx->lang == BLOCK_POWERSHELL || !word_at(lx, lx->pos, "<<") || lx->value || lx->n_here >= BLOCK_HERE)
		return false;
	i += indented;
	q = at(lx, i);
	if (q != '"' && q != '\'' && q != '`')
		q = 0;
	from = i + (q != 0);
	if (!is_letter(at(lx, from)))
		return false;
	for (i = from; is_word(at(lx, i)) || (q && at(lx, i) == ' '); i++)
		;
	if (q && at(lx, i) != q)
		return false;
	lx->here[lx->n_here].at = (uint32_t)from;
	lx->here[lx->n_here].len = (uint32_t)(i - from);
	lx->here[lx->n_here++].indented = indented;
	t->kind = TOKEN_STRING;
	t->len = (uint32_t)(i + (q != 0) - lx->pos);
	return true;
}

/* At the start of a line: the text of the first here document that waits. */
static bool here_text(struct blocklex *lx, struct token *t)
{
	struct str name = str_part(lx->text, lx->here[0].at, lx->here[0].len);
	size_t i = lx->pos;

	while (i < lx->text.len) {
		size_t end = line_end(lx, i);
		struct str line = str_part(lx->text, i, end - i);

		line = lx->here[0].indented ? str_trim(line) : str_ends(line, "\r") ? str_part(line, 0, line.len - 1) : line;
		i = end < lx->text.len ? end + 1 : end;
		if (str_equal(line, name)) {
			i = end;
			break;
		}
	}
	memmove(lx->here, lx->here + 1, sizeof(lx->here) - sizeof(lx->here[0]));
	lx->n_here--;
	t->kind = TOKEN_STRING;
	t->len = (uint32_t)(i - lx->pos);
	return t->len > 0;
}

/* %w[...], %q(...), %(...) of Ruby. */
static bool percent_literal(struct blocklex *lx, struct token *t)
{
	size_t i = lx->pos + 1;
	uint8_t c = at(lx, i);

	if (lx->lang != BLOCK_RUBY || at(lx, lx->pos) != '%' || lx->value)
		return false;
	if (c && strchr("qQwWiIrsx", c))
		i++;
	c = at(lx, i);
	if (!c || !strchr("([{<|!/^", c))
		return false;
	return literal(lx, t, i + 1, c == partner(c) ? '\'' : c, partner(c), GONE_OTHER);
}

/* A regular expression stands on its line. */
static bool regex(struct blocklex *lx, struct token *t)
{
	size_t i = lx->pos + 1;
	bool set = false;

	if (lx->lang == BLOCK_POWERSHELL || at(lx, lx->pos) != '/' || lx->value)
		return false;
	for (; i < lx->text.len && at(lx, i) != '\n' && (set || at(lx, i) != '/'); i++) {
		if (at(lx, i) == '\\')
			i++;
		else if (at(lx, i) == '[' || at(lx, i) == ']')
			set = at(lx, i) == '[';
	}
	if (at(lx, i) != '/')
		return false;
	for (i++; at(lx, i) >= 'a' && at(lx, i) <= 'z'; i++)
		;
	t->kind = TOKEN_REGEX;
	t->len = (uint32_t)(i - lx->pos);
	return true;
}

static bool literal_take(struct blocklex *lx, struct token *t)
{
	uint8_t c = at(lx, lx->pos);

	if (c == '\'' || c == '"' || (c == '`' && lx->lang != BLOCK_POWERSHELL))
		return literal(lx, t, lx->pos + 1, c, c, gone_bit(c));
	if (lx->lang == BLOCK_POWERSHELL)
		return here_string(lx, t);
	return here_document(lx, t) || percent_literal(lx, t) || regex(lx, t);
}

/* --- words --- */

/* Words behind which a value comes, not an operator. */
static bool is_operator_word(const struct blocklex *lx, struct str w)
{
	static const char *const words[] = {"and", "or", "not", "if", "unless", "while", "until", "when", "in", "return", "split",
		"grep", "map", "join", "push", "then", "else", "elsif", "do", "case", "puts", "lt", "gt", "le", "ge", "eq", "ne", "cmp", "x"};

	if (lx->member)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(w, words[i]))
			return true;
	return false;
}

/* Ruby: does the word open a block that `end` closes? */
static bool ruby_opens(struct blocklex *lx, struct str w, bool begins)
{
	static const char *const always[] = {"def", "class", "module", "begin", "case", "for"};
	static const char *const heads[] = {"if", "unless", "while", "until"};

	if (str_is(w, "do")) {
		bool opens = !lx->loop_head;

		lx->loop_head = false;
		return opens;
	}
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		if (str_is(w, always[i])) {
			lx->loop_head = str_is(w, "for");
			return true;
		}
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (str_is(w, heads[i]) && (begins || !lx->value)) {
			lx->loop_head = i >= 2;
			return true;
		}
	return false;
}

/* begins: what follows is a statement, not the head of the block. */
static void block_open(struct blocklex *lx, bool begins)
{
	if (lx->depth < BLOCK_NESTING)
		lx->rounds[lx->depth] = lx->round;
	lx->depth++;
	lx->round = 0;
	lx->begins = begins;
}

static void block_close(struct blocklex *lx)
{
	if (!lx->depth)
		return;
	lx->depth--;
	lx->round = lx->depth < BLOCK_NESTING ? lx->rounds[lx->depth] : 0;
	lx->level = lx->depth;
}

static void ruby_word(struct blocklex *lx, struct str w, bool begins)
{
	if (lx->member || at(lx, lx->pos + w.len) == ':')
		return;
	if (str_is(w, "end"))
		block_close(lx);
	else if (ruby_opens(lx, w, begins))
		block_open(lx, str_is(w, "do") || str_is(w, "begin"));
}

static size_t word_length(const struct blocklex *lx, size_t i)
{
	size_t from = i;
	bool dash = lx->lang == BLOCK_POWERSHELL;

	while (is_word(at(lx, i)) || (dash && at(lx, i) == '-' && is_letter(at(lx, i + 1)) && i > from))
		i++;
	if (lx->lang == BLOCK_RUBY && i > from && (at(lx, i) == '?' || at(lx, i) == '!') && at(lx, i + 1) != '=')
		i++;
	return i - from;
}

static void number_take(struct blocklex *lx, struct token *t)
{
	size_t i = lx->pos;

	while (is_word(at(lx, i)) || (at(lx, i) == '.' && is_digit(at(lx, i + 1))))
		i++;
	t->kind = TOKEN_NUMBER;
	t->len = (uint32_t)(i - lx->pos);
	lx->value = true;
}

static void word_take(struct blocklex *lx, struct token *t, bool begins)
{
	size_t n = word_length(lx, lx->pos);
	struct str w = str_part(lx->text, lx->pos, n);

	t->kind = TOKEN_IDENT;
	t->len = (uint32_t)n;
	if (lx->lang == BLOCK_RUBY)
		ruby_word(lx, w, begins);
	if (lx->lang != BLOCK_POWERSHELL && begins && (str_is(w, "__END__") || str_is(w, "__DATA__")))
		lx->data = true;
	lx->value = !is_operator_word(lx, w);
	/* `puts /x/`: a blank before the slash and none behind it */
	if (lx->lang == BLOCK_RUBY && !lx->member && at(lx, lx->pos + n) == ' ' && at(lx, lx->pos + n + 1) == '/' &&
		at(lx, lx->pos + n + 2) != ' ')
		lx->value = false;
	if (lx->lang == BLOCK_RUBY && at(lx, lx->pos + n) == ' ' && word_at(lx, lx->pos + n + 1, "<<") &&
		(at(lx, lx->pos + n + 3) == '~' || at(lx, lx->pos + n + 3) == '-'))
		lx->value = false;
}

/* $name, ${name}, $env:name, @name, %name, $1, $/ */
static bool variable_take(struct blocklex *lx, struct token *t)
{
	uint8_t c = at(lx, lx->pos), d = at(lx, lx->pos + 1);
	size_t i = lx->pos + 1;

	if (c != '$' && !(c == '@' && (is_letter(d) || d == '@')))
		return false;
	if (c == '@' && d == '@')
		i++;
	if (c == '$' && d == '{' && lx->lang == BLOCK_POWERSHELL) {
		while (i < lx->text.len && at(lx, i) != '}' && at(lx, i) != '\n')
			i++;
		i += at(lx, i) == '}';
	} else if (is_word(at(lx, i))) {
		while (is_word(at(lx, i)) || (at(lx, i) == ':' && lx->lang != BLOCK_RUBY && (is_letter(at(lx, i + 1)) || at(lx, i + 1) == ':')))
			i++;
	} else if (c == '$' && d > ' ' && !strchr("({[$", d)) {
		i++;
	}
	t->kind = i > lx->pos + 1 ? TOKEN_IDENT : TOKEN_PUNCT;
	t->sub = c;
	t->len = (uint32_t)(i - lx->pos);
	lx->value = t->kind == TOKEN_IDENT;
	return true;
}

static void punct_take(struct blocklex *lx, struct token *t)
{
	uint8_t c = at(lx, lx->pos);

	t->kind = c < ' ' || c == '\\' || c == '`' ? TOKEN_OTHER : TOKEN_PUNCT;
	t->sub = c;
	t->len = 1;
	lx->value = c == ')' || c == ']' || c == '}';
	if (c == '{') {
		block_open(lx, true);
	} else if (c == '}') {
		block_close(lx);
	} else if (c == '(' || c == '[') {
		lx->round += lx->round < UINT16_MAX;
	} else if (c == ')' || c == ']') {
		lx->round -= lx->round > 0;
	} else if (c == ';') {
		lx->begins = lx->round == 0;
		lx->loop_head = false;
	}
}

/* --- the walk --- */

/* Signs at the end of a line after which the statement goes on. */
static bool goes_on(const struct blocklex *lx, const struct token *t)
{
	if (t->kind != TOKEN_PUNCT)
		return false;
	return strchr(lx->lang == BLOCK_RUBY ? ",=+.&|" : ",=+|&", t->sub) && (t->sub != '|' || lx->lang == BLOCK_POWERSHELL);
}

/* Skips blanks, line breaks and unwanted comments. */
static void skip(struct blocklex *lx, struct token *t)
{
	for (; lx->pos < lx->text.len; lx->pos++) {
		uint8_t c = at(lx, lx->pos);
		size_t end;

		if (c == '\n') {
			if (!lx->joined && !lx->round) {
				lx->begins = true;
				lx->loop_head = false;
				lx->value = false;
			}
			lx->joined = false;
			t->flags |= TOKEN_AFTER_BREAK;
			if (lx->n_here) {
				lx->pos++;
				return;
			}
		} else if ((c == '`' && lx->lang == BLOCK_POWERSHELL) || (c == '\\' && lx->lang == BLOCK_RUBY)) {
			if (at(lx, lx->pos + 1) != '\n' && !(at(lx, lx->pos + 1) == '\r' && at(lx, lx->pos + 2) == '\n'))
				return;
			lx->joined = true;
		} else if (!lx->data && (end = comment(lx, lx->pos)) != 0) {
			if (lx->want_comments)
				return;
			lx->pos = end - 1;
		} else if (c != ' ' && c != '\t' && c != '\r' && c != '\f' && c != '\v') {
			return;
		}
	}
}

static void token_take(struct blocklex *lx, struct token *t, bool begins)
{
	uint8_t c = at(lx, lx->pos);
	size_t end;

	if (lx->data) {
		t->kind = TOKEN_STRING;
		t->len = (uint32_t)(line_end(lx, lx->pos) - lx->pos);
	} else if (lx->n_here && t->flags & TOKEN_AFTER_BREAK && lx->pos && at(lx, lx->pos - 1) == '\n' && here_text(lx, t)) {
		lx->value = false;
	} else if ((end = comment(lx, lx->pos)) != 0) {
		t->kind = TOKEN_COMMENT;
		t->len = (uint32_t)(end - lx->pos);
	} else if (literal_take(lx, t)) {
		lx->value = true;
	} else if (variable_take(lx, t)) {
		;
	} else if (is_digit(c)) {
		number_take(lx, t);
	} else if (is_letter(c) || (c == '-' && lx->lang == BLOCK_POWERSHELL && is_letter(at(lx, lx->pos + 1)))) {
		if (c == '-') {
			t->kind = TOKEN_IDENT;
			t->len = (uint32_t)(1 + word_length(lx, lx->pos + 1));
			lx->value = false;
		} else {
			word_take(lx, t, begins);
		}
	} else {
		punct_take(lx, t);
	}
}

bool blocklex_next(struct blocklex *lx, struct token *t)
{
	bool begins;

	memset(t, 0, sizeof(*t));
	skip(lx, t);
	t->at = (uint32_t)lx->pos;
	if (lx->pos >= lx->text.len)
		return false;
	begins = lx->begins;
	lx->begins = false;
	lx->level = lx->depth;
	token_take(lx, t, begins);
	if (t->kind == TOKEN_COMMENT) {
		lx->begins = begins;
	} else {
		if (begins)
			t->flags |= TOKEN_ON_NEW_LINE;
		lx->joined = goes_on(lx, t);
		lx->member = t->kind == TOKEN_PUNCT && (t->sub == '.' || (t->sub == '>' && t->at && at(lx, t->at - 1) == '-') ||
			(t->sub == ':' && lx->lang == BLOCK_RUBY && !is_word(at(lx, t->at - (t->at > 0)))));
	}
	lx->pos += t->len;
	t->hash = token_hash(lx->text.p + t->at, t->len, t->kind);
	return true;
}
