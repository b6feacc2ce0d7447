/*
 * Shell text to commands, in one pass and without recursion. It follows the grammar of POSIX and
 * bash as far as it matters for who runs what with which words, output and input. Substitutions
 * stay inside their words; whoever folds a word parses them as texts of their own.
 */
#include "read/sh_int.h"

enum { OPERAND_BYTES = 400, QUOTES = 256, GROUPS = 256, HEREDOCS = 16, ARITHMETIC_BYTES = 4096 };

struct heredoc {
	struct str delimiter;
	bool strip_tabs;
	size_t redirect; /* index */
};

struct open_group {
	uint32_t index;
	bool is_case, in_pattern;
	char closer; /* ) } f(i) d(one) e(sac) */
};

struct parser {
	struct arena *arena;
	struct budget *budget;
	struct sh_script *script;
	struct str text;
	size_t pos;
	struct open_group groups[GROUPS];
	uint32_t n_groups, too_deep;
	struct heredoc heredocs[HEREDOCS];
	uint32_t n_heredocs;
	uint32_t pipe_from; /* the next command reads this one */
	uint32_t last;      /* command or group that has just ended, for & | || and redirects */
	struct str function; /* name() was read: the next group is its body */
	size_t function_at;
	bool knows_tests; /* its first line names a shell to which [[ ]] is an expression */
};

/* --- words --- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_end_of_word(char c)
{
	return is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' ||
		c == '(' || c == ')';
}

/* ' inside: to the next one. Without an end: to the end of the text. */
static size_t single_end(struct str s, size_t at)
{
	const char *end = at + 1 < s.len ? memchr(s.p + at + 1, '\'', s.len - at - 1) : NULL;

	return end ? (size_t)(end - s.p) + 1 : s.len;
}

static size_t ansi_end(struct str s, size_t at) /* $'...' from the $ on */
{
	for (size_t i = at + 2; i < s.len; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '\'')
			return i + 1;
	}
	return s.len;
}

/* Nested constructs with a stack of what closes them. */
size_t sh_quoted_end(struct str s, size_t at)
{
	char stack[QUOTES];
	size_t n = 0, i = at;

	do {
		char c = i < s.len ? s.p[i] : 0, top = n ? stack[n - 1] : 0;
		bool room = n < QUOTES;

		if (i >= s.len)
			return s.len;
		if (c == '\\') {
			i += 2;
		} else if (n && c == top) {
			n--;
			i++;
		} else if (top == '"' && c != '$' && c != '`') {
			i++;
		} else if (c == '\'' && top != '"') {
			i = single_end(s, i);
		} else if (c == '$' && i + 1 < s.len && s.p[i + 1] == '\'' && top != '"') {
			i = ansi_end(s, i);
		} else if (c == '"' && room) {
			stack[n++] = '"';
			i++;
		} else if (c == '`' && room) {
			stack[n++] = '`';
			i++;
		} else if (c == '$' && i + 1 < s.len && (s.p[i + 1] == '(' || s.p[i + 1] == '{') && room) {
			stack[n++] = s.p[i + 1] == '(' ? ')' : '}';
			i += 2;
		} else if (c == '(' && top == ')' && room) {
			stack[n++] = ')';
			i++;
		} else if (c == '#' && top == ')' && i > at && (is_blank(s.p[i - 1]) || s.p[i - 1] == '\n')) {
			const char *nl = memchr(s.p + i, '\n', s.len - i);

			i = nl ? (size_t)(nl - s.p) : s.len;
		} else {
			i++;
		}
	} while (n);
	return i < s.len ? i : s.len;
}

static bool opens_quote(struct str s, size_t i)
{
	char c = s.p[i];

	return c == '\\' || c == '\'' || c == '"' || c == '`' ||
		(c == '$' && i + 1 < s.len && (s.p[i + 1] == '(' || s.p[i + 1] == '{' || s.p[i + 1] == '\'' || s.p[i + 1] == '"'));
}

static size_t word_end(struct str s, size_t from)
{
	size_t i = from;

	while (i < s.len) {
		if ((s.p[i] == '<' || s.p[i] == '>') && i == from && i + 1 < s.len && s.p[i + 1] == '(') {
			size_t end; /* of <( ... ) */
			int depth = 0;

			for (end = i + 1; end < s.len; end++) {
				if (opens_quote(s, end)) {
					end = sh_quoted_end(s, end) - 1;
				} else if (s.p[end] == '(') {
					depth++;
				} else if (s.p[end] == ')' && --depth == 0) {
					break;
				}
			}
			i = end < s.len ? end + 1 : s.len;
		} else if (is_end_of_word(s.p[i])) {
			/* name=( array ) */
			if (s.p[i] == '(' && i > from && s.p[i - 1] == '=') {
				while (i < s.len && s.p[i] != ')')
					i = opens_quote(s, i) ? sh_quoted_end(s, i) : i + 1;
				i += i < s.len;
				continue;
			}
			break;
		} else if (opens_quote(s, i)) {
			i = sh_quoted_end(s, i);
		} else {
			i++;
		}
	}
	return i < s.len ? i : s.len;
}

static struct str word_text(const struct parser *p, struct sh_word w)
{
	return str_part(p->text, w.from, w.to - w.from);
}

static bool is_assignment(struct str w)
{
	size_t i = 0;

	while (i < w.len && (w.p[i] == '_' || (w.p[i] >= 'a' && w.p[i] <= 'z') || (w.p[i] >= 'A' && w.p[i] <= 'Z') ||
		(i && w.p[i] >= '0' && w.p[i] <= '9')))
		i++;
	if (i == 0)
		return false;
	if (i < w.len && w.p[i] == '[')
		while (i < w.len && w.p[i++] != ']')
			;
	if (i < w.len && w.p[i] == '+')
		i++;
	return i < w.len && w.p[i] == '=';
}

/* --- groups --- */

static struct sh_command *command_add(struct parser *p, enum sh_kind kind, size_t at)
{
	struct sh_script *s = p->script;
	struct sh_command *c = ARENA_PUSH(p->arena, s->commands, s->n, s->room);

	c->kind = kind;
	c->from = c->to = (uint32_t)at;
	c->word = (uint32_t)s->n_words;
	c->redirect = (uint32_t)s->n_redirects;
	c->parent = p->n_groups ? p->groups[p->n_groups - 1].index : SH_NONE;
	c->pipe_in = p->pipe_from;
	c->last = SH_NONE;
	p->pipe_from = SH_NONE;
	return c;
}

static void group_open(struct parser *p, char closer, size_t at)
{
	enum sh_kind kind = p->function.len ? SH_FUNCTION : SH_GROUP;
	struct sh_command *c;

	if (p->n_groups >= GROUPS) {
		p->too_deep++;
		return;
	}
	c = command_add(p, kind, at);
	if (kind == SH_FUNCTION) {
		*ARENA_PUSH(p->arena, p->script->words, p->script->n_words, p->script->room_words) =
			(struct sh_word){(uint32_t)p->function_at, (uint32_t)(p->function_at + p->function.len)};
		c->n_words = 1;
		c->from = (uint32_t)p->function_at;
		p->function = STR_NONE;
	}
	p->groups[p->n_groups++] = (struct open_group){.index = (uint32_t)p->script->n - 1, .closer = closer,
		.is_case = closer == 'e', .in_pattern = false};
	p->last = SH_NONE;
}

/* Closes the innermost group of this kind (and forgotten ones inside it). */
static void group_close(struct parser *p, char closer, size_t end)
{
	uint32_t k = p->n_groups;

	if (p->too_deep) {
		p->too_deep--;
		return;
	}
	while (k && p->n_groups - k < 8 && p->groups[k - 1].closer != closer)
		k--;
	if (!k || p->groups[k - 1].closer != closer)
		return;
	while (p->n_groups >= k) {
		struct open_group *g = &p->groups[--p->n_groups];
		struct sh_command *c = &p->script->commands[g->index];

		c->to = (uint32_t)end;
		c->last = (uint32_t)p->script->n - 1;
		p->last = g->index;
	}
}

/* --- redirects and here-documents --- */

static void heredoc_bodies(struct parser *p)
{
	for (uint32_t i = 0; i < p->n_heredocs; i++) {
		struct heredoc *h = &p->heredocs[i];
		struct sh_redirect *r = &p->script->redirects[h->redirect];
		size_t from = p->pos;

		r->target.from = (uint32_t)from;
		for (;;) {
			const char *nl = p->pos < p->text.len ? memchr(p->text.p + p->pos, '\n', p->text.len - p->pos) : NULL;
			size_t end = nl ? (size_t)(nl - p->text.p) : p->text.len;
			struct str line = str_part(p->text, p->pos, end - p->pos);

			while (h->strip_tabs && line.len && line.p[0] == '\t')
				line = str_part(line, 1, line.len);
			if (line.len && line.p[line.len - 1] == '\r')
				line.len--;
			r->target.to = (uint32_t)p->pos;
			if (str_equal(line, h->delimiter) || p->pos >= p->text.len) {
				p->pos = nl ? end + 1 : end;
				break;
			}
			p->pos = nl ? end + 1 : end;
		}
	}
	p->n_heredocs = 0;
}

static struct str unquoted(struct arena *a, struct str s, bool *ret_quoted)
{
	char *out = arena_alloc(a, s.len + 1);
	size_t n = 0;

	*ret_quoted = false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\'' || s.p[i] == '"' || s.p[i] == '\\')
			*ret_quoted = true;
		else
			out[n++] = s.p[i];
	}
	return str_view(out, n);
}

/* At < or > (with an optional number before, already read). Adds it to the command. */
static void redirect_read(struct parser *p, struct sh_command *c, int fd)
{
	struct str s = p->text;
	struct sh_redirect r = {.fd = fd};
	bool heredoc = false, strip = false;
	size_t i = p->pos;

	if (s.p[i] == '&') { /* &> and &>> */
		r.fd = -2;
		i++;
	}
	if (s.p[i] == '<') {
		r.op = SH_IN;
		i++;
		if (i + 1 < s.len && s.p[i] == '<' && s.p[i + 1] == '<') {
			r.op = SH_HERESTRING;
			i += 2;
		} else if (i < s.len && s.p[i] == '<') {
			heredoc = true;
			r.op = SH_HEREDOC;
			i++;
			strip = i < s.len && s.p[i] == '-';
			i += strip;
		} else if (i < s.len && s.p[i] == '&') {
			r.op = SH_DUP;
			i++;
		} else if (i < s.len && s.p[i] == '>') {
			i++; /* <> : read and write */
		}
	} else {
		r.op = SH_OUT;
		i++;
		if (i < s.len && s.p[i] == '>') {
			r.op = SH_APPEND;
			i++;
		} else if (i < s.len && s.p[i] == '|') {
			i++;
		}
		if (i < s.len && s.p[i] == '&') {
			r.op = i + 1 < s.len && ((s.p[i + 1] >= '0' && s.p[i + 1] <= '9') || s.p[i + 1] == '-') ? SH_DUP : r.op;
			i++;
		}
	}
	while (i < s.len && is_blank(s.p[i]))
		i++;
	r.target = (struct sh_word){(uint32_t)i, (uint32_t)word_end(s, i)};
	p->pos = r.target.to > p->pos ? r.target.to : i;
	if (p->pos < i)
		p->pos = i;
	*ARENA_PUSH(p->arena, p->script->redirects, p->script->n_redirects, p->script->room_redirects) = r;
	c->n_redirects++;
	if (heredoc && p->n_heredocs < HEREDOCS) {
		struct heredoc *h = &p->heredocs[p->n_heredocs++];

		h->delimiter = unquoted(p->arena, word_text(p, r.target), &p->script->redirects[p->script->n_redirects - 1].literal);
		h->strip_tabs = strip;
		h->redirect = p->script->n_redirects - 1;
	}
}

static bool at_redirect(const struct parser *p, int *ret_fd, size_t *ret_skip)
{
	struct str s = p->text;
	size_t i = p->pos;

	*ret_fd = -1;
	*ret_skip = 0;
	while (i < s.len && s.p[i] >= '0' && s.p[i] <= '9' && i - p->pos < 3)
		i++;
	if (i > p->pos && i < s.len && (s.p[i] == '<' || s.p[i] == '>')) {
		*ret_fd = s.p[i - 1] - '0';
		*ret_skip = i - p->pos;
		return true;
	}
	i = p->pos;
	if (i + 1 < s.len && s.p[i] == '&' && s.p[i + 1] == '>')
		return true;
	if (i >= s.len || (s.p[i] != '<' && s.p[i] != '>'))
		return false;
	return !(i + 1 < s.len && s.p[i + 1] == '('); /* <( is a word */
}

/* --- commands --- */

static void skip_blanks(struct parser *p)
{
	struct str s = p->text;

	while (p->pos < s.len) {
		if (is_blank(s.p[p->pos])) {
			p->pos++;
		} else if (s.p[p->pos] == '\\' && p->pos + 1 < s.len && s.p[p->pos + 1] == '\n') {
			p->pos += 2;
		} else if (s.p[p->pos] == '\\' && p->pos + 2 < s.len && s.p[p->pos + 1] == '\r' && s.p[p->pos + 2] == '\n') {
			p->pos += 3;
		} else if (s.p[p->pos] == '#') {
			const char *nl = memchr(s.p + p->pos, '\n', s.len - p->pos);

			p->pos = nl ? (size_t)(nl - s.p) : s.len;
		} else {
			return;
		}
	}
}

/* Words that open, close or divide compound commands. True if the word was one. */
static bool reserved(struct parser *p, struct str w, struct sh_word at)
{
	static const char *const dividers[] = {"then", "do", "else", "elif", "!", "time", "in", "coproc"};

	if (str_is(w, "if")) {
		group_open(p, 'f', at.from);
	} else if (str_is(w, "while") || str_is(w, "until")) {
		group_open(p, 'd', at.from);
	} else if (str_is(w, "{")) {
		group_open(p, '}', at.from);
	} else if (str_is(w, "fi")) {
		group_close(p, 'f', at.to);
	} else if (str_is(w, "done")) {
		group_close(p, 'd', at.to);
	} else if (str_is(w, "esac")) {
		group_close(p, 'e', at.to);
	} else if (str_is(w, "}")) {
		group_close(p, '}', at.to);
	} else {
		for (size_t i = 0; i < sizeof(dividers) / sizeof(dividers[0]); i++)
			if (str_is(w, dividers[i]))
				return true;
		return false;
	}
	return true;
}

/* "#!/usr/bin/env bash". To sh, [[ is a command like others, and what stands behind its || is one too. */
static bool names_such_a_shell(struct str text)
{
	struct str line;

	if (!str_starts(text, "#!") || !str_line(&text, &line))
		return false;
	line = str_trim(line);
	return str_ends(line, "bash") || str_has(line, "bash ") || str_ends(line, "zsh") || str_ends(line, "ksh");
}

/* The word at or behind `at` as it is written, with what stands in its quotes and brackets; *ret_end: behind it. */
static struct str raw_word(struct str text, size_t at, size_t *ret_end)
{
	size_t end;
	int depth = 0;
	char quote = 0;

	while (at < text.len && strchr(" \t\n\r\\", text.p[at]))
		at++;
	for (end = at; end < text.len && end - at < OPERAND_BYTES; end++) {
		char c = text.p[end];

		if (!quote && !depth && strchr(" \t\n\r", c))
			break;
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (end > at && (c == '(' || c == '{') && text.p[end - 1] == '$')
			depth++;
		else if (depth && (c == ')' || c == '}'))
			depth--;
	}
	*ret_end = end;
	return str_part(text, at, end - at);
}

/*
 * Behind || and && in [[ ]]: does an operand stand there, and no command? Who runs the script by `sh` has commands there,
 * whatever its first line says: what bash would not take for an operand is read as one.
 */
static bool at_operand(struct str text, size_t at)
{
	static const char *const between[] = {"==", "=", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "]]", "||", "&&"};
	struct str word = raw_word(text, at, &at), next;

	for (int i = 0; i < 8 && (str_is(word, "!") || str_is(word, "(")); i++)
		word = raw_word(text, at, &at);
	while (word.len && (word.p[0] == '(' || word.p[0] == '!'))
		word = str_part(word, 1, word.len);
	if (word.len > 1 && word.p[0] == '-')
		return true;
	if (!str_has(word, "$"))
		return false;
	next = raw_word(text, at, &at);
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++)
		if (str_is(next, between[i]))
			return true;
	return str_starts(next, ")") || (str_ends(word, ")") && word.p[0] == '$' && !str_starts(word, "$("));
}

/* A line may end behind an operator, or in front of one; anywhere else sh begins a command there. */
static bool expression_goes_on(struct str text, size_t at)
{
	struct str before = str_trim(str_part(text, at > OPERAND_BYTES ? at - OPERAND_BYTES : 0, at > OPERAND_BYTES ? OPERAND_BYTES : at)), next;
	size_t begin = at;

	next = raw_word(text, at, &at);
	if (str_ends(before, "(") || str_ends(before, "[["))
		return at_operand(text, begin);
	return str_ends(before, "||") || str_ends(before, "&&") || str_starts(next, "||") || str_starts(next, "&&") || str_starts(next, "]]") || str_starts(next, ")");
}

/* Inside [[ ]] these divide an expression, not commands. A single | or & and ; cannot stand there. */
static bool skip_test_operator(struct parser *p)
{
	char c = p->text.p[p->pos], next = p->pos + 1 < p->text.len ? p->text.p[p->pos + 1] : 0;

	if (c == '|' || c == '&') {
		if (next != c || !at_operand(p->text, p->pos + 2))
			return false;
		p->pos += 2;
		return true;
	}
	if (c == '\n' && !expression_goes_on(p->text, p->pos))
		return false;
	if (c != '(' && c != ')' && c != '\n' && !((c == '<' || c == '>') && next != '('))
		return false;
	p->pos++;
	return true;
}

/* The words up to the end of the command, into the newest command. */
static void words_read(struct parser *p)
{
	size_t index = p->script->n - 1;
	bool assigns = true, test = false;

	for (;;) {
		struct sh_command *c = &p->script->commands[index];
		struct sh_word w;
		size_t skip;
		int fd;

		skip_blanks(p);
		if (p->pos >= p->text.len)
			return;
		if (test && skip_test_operator(p))
			continue;
		if (at_redirect(p, &fd, &skip)) {
			p->pos += skip;
			redirect_read(p, c, fd);
			c->to = (uint32_t)p->pos;
			continue;
		}
		if (is_end_of_word(p->text.p[p->pos]) && p->text.p[p->pos] != '<' && p->text.p[p->pos] != '>')
			return;
		w = (struct sh_word){(uint32_t)p->pos, (uint32_t)word_end(p->text, p->pos)};
		if (w.to == w.from)
			return;
		p->pos = w.to;
		c->to = w.to;
		*ARENA_PUSH(p->arena, p->script->words, p->script->n_words, p->script->room_words) = w;
		c->n_words++;
		if (p->knows_tests && c->n_words == 1)
			test = str_is(word_text(p, w), "[[");
		else if (test && str_is(word_text(p, w), "]]"))
			test = false;
		assigns = assigns && is_assignment(word_text(p, w));
		if (assigns)
			c->n_assigns++;
	}
}

/* case WORD in: the word becomes a test command, so that gates are seen. */
static void case_open(struct parser *p, struct sh_word at)
{
	struct sh_word w;

	group_open(p, 'e', at.from);
	if (!p->n_groups)
		return;
	p->groups[p->n_groups - 1].in_pattern = true;
	skip_blanks(p);
	w = (struct sh_word){(uint32_t)p->pos, (uint32_t)word_end(p->text, p->pos)};
	command_add(p, SH_SIMPLE, at.from);
	*ARENA_PUSH(p->arena, p->script->words, p->script->n_words, p->script->room_words) = at;
	*ARENA_PUSH(p->arena, p->script->words, p->script->n_words, p->script->room_words) = w;
	p->script->commands[p->script->n - 1].n_words = 2;
	p->script->commands[p->script->n - 1].to = w.to;
	p->pos = w.to;
	skip_blanks(p);
	if (str_starts(str_part(p->text, p->pos, 3), "in"))
		p->pos += 2;
}

static void for_open(struct parser *p, struct sh_word at)
{
	group_open(p, 'd', at.from);
	p->script->commands[p->script->n - 1].kind = SH_FOR;
	words_read(p);
	p->script->commands[p->script->n - 1].n_assigns = 0;
}

/* In a case: everything up to the ) that ends the pattern. */
static void pattern_skip(struct parser *p, struct open_group *g)
{
	skip_blanks(p);
	while (p->pos < p->text.len) {
		char c = p->text.p[p->pos];

		if (c == '\n' || is_blank(c) || c == ';' || c == '(' || c == '|') {
			p->pos++;
		} else if (c == '#') {
			skip_blanks(p);
		} else if (c == ')') {
			p->pos++;
			break;
		} else {
			size_t end = word_end(p->text, p->pos);

			if (str_is(str_part(p->text, p->pos, end - p->pos), "esac")) {
				g->in_pattern = false;
				return; /* read as a reserved word next */
			}
			p->pos = end > p->pos ? end : p->pos + 1;
		}
	}
	g->in_pattern = false;
}

static void operator_read(struct parser *p)
{
	struct str s = p->text;
	char c = s.p[p->pos], next = p->pos + 1 < s.len ? s.p[p->pos + 1] : 0;
	struct sh_command *last = p->last != SH_NONE ? &p->script->commands[p->last] : NULL;

	p->pos++;
	if (c == '\n') {
		heredoc_bodies(p);
	} else if (c == ';' && next == ';') {
		p->pos += 1 + (p->pos + 1 < s.len && s.p[p->pos + 1] == '&');
		if (p->n_groups && p->groups[p->n_groups - 1].is_case)
			p->groups[p->n_groups - 1].in_pattern = true;
	} else if (c == '|' && next != '|') {
		p->pos += next == '&';
		if (last) {
			last->pipes_on = true;
			p->pipe_from = p->last;
		}
		p->last = SH_NONE;
		return;
	} else if (c == '|') {
		size_t at = ++p->pos;

		while (at < s.len && is_blank(s.p[at]))
			at++;
		if (last && (str_starts(str_part(s, at, 5), "true") || (at < s.len && s.p[at] == ':')))
			last->or_true = true;
	} else if (c == '&' && next == '&') {
		p->pos++;
	} else if (c == '&' && last) {
		last->background = true;
	}
	p->last = SH_NONE;
}

/* name() or function name: remembers the name for the group that follows. */
static bool function_read(struct parser *p, struct str w, struct sh_word at)
{
	size_t save = p->pos;

	if (str_is(w, "function")) {
		skip_blanks(p);
		at = (struct sh_word){(uint32_t)p->pos, (uint32_t)word_end(p->text, p->pos)};
		p->pos = at.to;
	}
	while (p->pos < p->text.len && is_blank(p->text.p[p->pos]))
		p->pos++;
	if (p->pos < p->text.len && p->text.p[p->pos] == '(') {
		size_t i = p->pos + 1;

		while (i < p->text.len && is_blank(p->text.p[i]))
			i++;
		if (i >= p->text.len || p->text.p[i] != ')') {
			p->pos = save;
			return false;
		}
		p->pos = i + 1;
	} else if (!str_is(w, "function")) {
		p->pos = save;
		return false;
	}
	p->function = word_text(p, at);
	p->function_at = at.from;
	return true;
}

static void command_read(struct parser *p)
{
	struct sh_word at = {(uint32_t)p->pos, (uint32_t)word_end(p->text, p->pos)};
	struct str w;

	if (at.to == at.from) { /* a stray ) or the like */
		p->pos++;
		return;
	}
	w = word_text(p, at);
	p->pos = at.to;
	if (p->last == SH_NONE && !at_redirect(&(struct parser){.text = p->text, .pos = at.from}, &(int){0}, &(size_t){0})) {
		if (str_is(w, "case")) {
			case_open(p, at);
			return;
		}
		if (str_is(w, "for") || str_is(w, "select")) {
			for_open(p, at);
			return;
		}
		if (reserved(p, w, at) || function_read(p, w, at))
			return;
	}
	p->pos = at.from;
	command_add(p, SH_SIMPLE, at.from);
	words_read(p);
	p->last = (uint32_t)p->script->n - 1;
	if (p->pos == at.from)
		p->pos++;
}

/* Redirects behind `}` `)` `fi` `done` belong to the group that ended. */
static bool group_redirect(struct parser *p)
{
	struct sh_command *c = p->last != SH_NONE ? &p->script->commands[p->last] : NULL;
	size_t skip;
	int fd;

	if (!c || c->kind == SH_SIMPLE || c->last == SH_NONE || !at_redirect(p, &fd, &skip))
		return false;
	if (c->n_redirects && c->redirect + c->n_redirects != p->script->n_redirects)
		return false;
	if (!c->n_redirects)
		c->redirect = (uint32_t)p->script->n_redirects;
	p->pos += skip;
	redirect_read(p, c, fd);
	return true;
}

enum status sh_parse(struct arena *a, struct budget *b, struct str text, struct sh_script *ret)
{
	struct parser *p = ARENA_NEW(a, struct parser);
	enum status status = STATUS_OK;

	memset(ret, 0, sizeof(*ret));
	if (text.len > SH_TEXT_BYTES) {
		text.len = SH_TEXT_BYTES;
		status = STATUS_LIMIT;
	}
	ret->text = text;
	*p = (struct parser){.arena = a, .budget = b, .script = ret, .text = text, .pipe_from = SH_NONE, .last = SH_NONE,
		.knows_tests = names_such_a_shell(text)};
	while (p->pos < text.len) {
		struct open_group *g = p->n_groups ? &p->groups[p->n_groups - 1] : NULL;
		size_t before = p->pos;
		char c;

		if (ret->n >= SH_COMMANDS || !budget_step(b, 1)) {
			status = STATUS_LIMIT;
			break;
		}
		if (g && g->in_pattern)
			pattern_skip(p, g);
		skip_blanks(p);
		if (p->pos >= text.len)
			break;
		c = text.p[p->pos];
		if (group_redirect(p))
			continue;
		if (c == '\n' || c == ';' || c == '|' || (c == '&' && !(p->pos + 1 < text.len && text.p[p->pos + 1] == '>'))) {
			operator_read(p);
		} else if (c == '(') {
			if (p->pos + 1 < text.len && text.p[p->pos + 1] == '(' && p->last == SH_NONE) { /* (( arithmetic )) */
				size_t left = text.len - p->pos < ARITHMETIC_BYTES ? text.len - p->pos : ARITHMETIC_BYTES;
				const char *end = memmem(text.p + p->pos, left, "))", 2);

				if (end && !memchr(text.p + p->pos, '\n', (size_t)(end - (text.p + p->pos)))) {
					p->pos = (size_t)(end - text.p) + 2;
					continue;
				}
			}
			p->pos++;
			group_open(p, ')', p->pos - 1);
		} else if (c == ')') {
			p->pos++;
			group_close(p, ')', p->pos);
		} else {
			command_read(p);
		}
		if (p->pos <= before)
			p->pos = before + 1;
		if (!budget_step(b, (p->pos - before) / 64)) {
			status = STATUS_LIMIT;
			break;
		}
	}
	ret->unclosed = p->n_groups;
	while (p->n_groups) {
		struct sh_command *c = &ret->commands[p->groups[--p->n_groups].index];

		c->to = (uint32_t)text.len;
		c->last = (uint32_t)ret->n - 1;
	}
	return status;
}
