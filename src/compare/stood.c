#include "compare/stood.h"

#include <stdlib.h>

enum {
	FREE_NAME_BYTES = 3,
	TOKENS = 512,
	NAMES = 96,
	LEAST_KNOWN_BYTES = 32,
	LEAST_ANCHOR_BYTES = 8,
	PLACES = 64, /* of the anchor, in one member */
	MEMBER_BYTES = 16 << 20,
	STOOD_BYTES = 1 << 30,
};

enum token_kind { PIECE_EXACT, PIECE_SHORT, PIECE_NUMBERED };

struct piece_token {
	enum token_kind kind;
	struct str text;
};

struct pattern {
	struct piece_token tokens[TOKENS];
	size_t n, anchor;
	size_t known_bytes;
};

static bool word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_keyword(struct str w)
{
	static const char *const words[] = {"if", "in", "of", "do", "for", "new", "var", "let", "try", "get", "set"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(w, words[i]))
			return true;
	return false;
}

/* A name that a build chooses: no member of something, no key. */
static enum token_kind kind_of(struct str s, size_t from, size_t to)
{
	struct str w = str_part(s, from, to - from);
	char before = from ? s.p[from - 1] : 0, after = to < s.len ? s.p[to] : 0;
	bool spread = from >= 3 && before == '.' && s.p[from - 2] == '.';

	if ((before == '.' && !spread) || before == '#' || digit(w.p[0]) || is_keyword(w))
		return PIECE_EXACT;
	if (after == ':' && (before == '{' || before == ',' || before == ' ' || before == '\t' || before == '\n'))
		return PIECE_EXACT;
	if (w.len <= FREE_NAME_BYTES)
		return PIECE_SHORT;
	return digit(w.p[w.len - 1]) ? PIECE_NUMBERED : PIECE_EXACT;
}

static bool token_add(struct pattern *p, enum token_kind kind, struct str text)
{
	struct piece_token *last = p->n ? &p->tokens[p->n - 1] : NULL;

	if (kind == PIECE_EXACT)
		p->known_bytes += text.len;
	if (last && kind == PIECE_EXACT && last->kind == PIECE_EXACT) {
		last->text.len += text.len; /* they touch */
		return true;
	}
	if (p->n == TOKENS)
		return false;
	p->tokens[p->n++] = (struct piece_token){kind, text};
	return true;
}

/* What stands in quotes is exact; in `${...}` of a template there are names again. */
static bool pattern_make(struct pattern *p, struct str s)
{
	char quote = 0;
	unsigned braces = 0, templates = 0, outer[8];

	p->n = p->anchor = p->known_bytes = 0;
	for (size_t i = 0; i < s.len;) {
		size_t to = i + 1;
		enum token_kind kind = PIECE_EXACT;
		char c = s.p[i];

		if (quote) {
			if (c == '\\' && to < s.len)
				to++;
			else if (c == quote)
				quote = 0;
			else if (quote == '`' && c == '$' && to < s.len && s.p[to] == '{' && templates < sizeof(outer) / sizeof(outer[0])) {
				outer[templates++] = braces;
				braces = 0;
				quote = 0;
				to++;
			}
		} else if (c == '"' || c == '\'' || c == '`') {
			quote = c;
		} else if (c == '{') {
			braces++;
		} else if (c == '}') {
			if (!braces && templates) {
				braces = outer[--templates];
				quote = '`';
			} else if (braces) {
				braces--;
			}
		} else if (word_char(c)) {
			while (to < s.len && word_char(s.p[to]))
				to++;
			kind = kind_of(s, i, to);
		}
		if (!token_add(p, kind, str_part(s, i, to - i)))
			return false;
		i = to;
	}
	for (size_t i = 0; i < p->n; i++)
		if (p->tokens[i].kind == PIECE_EXACT &&
			(p->tokens[p->anchor].kind != PIECE_EXACT || p->tokens[i].text.len > p->tokens[p->anchor].text.len))
			p->anchor = i;
	return p->n && p->tokens[p->anchor].kind == PIECE_EXACT && p->tokens[p->anchor].text.len >= LEAST_ANCHOR_BYTES &&
		p->known_bytes >= LEAST_KNOWN_BYTES;
}

struct names {
	struct str was[NAMES], is[NAMES];
	size_t n;
};

/* Each name is another one everywhere, and no two become one. */
static bool same_name(struct names *all, struct str was, struct str is)
{
	for (size_t i = 0; i < all->n; i++) {
		bool a = str_equal(all->was[i], was), b = str_equal(all->is[i], is);

		if (a || b)
			return a && b;
	}
	if (all->n == NAMES)
		return false;
	all->was[all->n] = was;
	all->is[all->n++] = is;
	return true;
}

static struct str without_number(struct str w)
{
	while (w.len && digit(w.p[w.len - 1]))
		w.len--;
	return w;
}

static bool fits_token(const struct piece_token *t, struct str word, struct names *names)
{
	if (!word.len || digit(word.p[0]) || is_keyword(word))
		return false;
	if (t->kind == PIECE_SHORT)
		return word.len <= FREE_NAME_BYTES && same_name(names, word, t->text);
	return str_equal(without_number(word), without_number(t->text)) && same_name(names, word, t->text);
}

static bool stands_at(const struct pattern *p, struct str text, size_t at)
{
	struct names names = {.n = 0};
	size_t pos = at;

	for (size_t i = p->anchor; i < p->n; i++) {
		const struct piece_token *t = &p->tokens[i];
		size_t to = pos;

		if (t->kind == PIECE_EXACT) {
			if (text.len - pos < t->text.len || memcmp(text.p + pos, t->text.p, t->text.len) != 0)
				return false;
			pos += t->text.len;
			continue;
		}
		while (to < text.len && word_char(text.p[to]) && to - pos < 64)
			to++;
		if (!fits_token(t, str_part(text, pos, to - pos), &names))
			return false;
		pos = to;
	}
	pos = at;
	for (size_t i = p->anchor; i-- > 0;) {
		const struct piece_token *t = &p->tokens[i];
		size_t from = pos;

		if (t->kind == PIECE_EXACT) {
			if (pos < t->text.len || memcmp(text.p + pos - t->text.len, t->text.p, t->text.len) != 0)
				return false;
			pos -= t->text.len;
			continue;
		}
		while (from && word_char(text.p[from - 1]) && pos - from < 64)
			from--;
		if (!fits_token(t, str_part(text, from, pos - from), &names))
			return false;
		pos = from;
	}
	return true;
}

static bool pattern_stands(const struct pattern *p, struct str text)
{
	struct str anchor = p->tokens[p->anchor].text;
	size_t from = 0;

	for (int i = 0; i < PLACES; i++) {
		size_t at = str_find(str_part(text, from, text.len - from), anchor);

		if (at == SIZE_MAX)
			return false;
		if (stands_at(p, text, from + at))
			return true;
		from += at + 1;
	}
	return false;
}

bool piece_stands_in(struct arena *a, struct str piece, struct str text)
{
	struct pattern *p = ARENA_NEW(a, struct pattern);

	return pattern_make(p, piece) && pattern_stands(p, text);
}

struct str compare_text(struct analysis *a, struct tree *t, struct node *n, uint64_t from, size_t max)
{
	uint64_t offset;
	char *bytes;

	if (from >= n->size_bytes || !(n->marks & NODE_KEPT) || unpack_bytes(a, t, n, &offset) != STATUS_OK)
		return STR_NONE;
	if (max > n->size_bytes - from)
		max = (size_t)(n->size_bytes - from);
	bytes = arena_alloc(&a->arena, max + 1);
	return scratch_read(a->scratch, offset + from, bytes, max) == STATUS_OK ? str_view(bytes, max) : STR_NONE;
}

/* A script that is no more what it was. */
static bool is_changed_script(const struct node *n)
{
	bool script = str_ends_nocase(n->path, ".js") || str_ends_nocase(n->path, ".mjs") || str_ends_nocase(n->path, ".cjs");

	return script && n->type == ENTRY_FILE && n->size_bytes && n->size_bytes <= MEMBER_BYTES && n->marks & NODE_KEPT &&
		!(n->marks & NODE_OPENED) && !(n->mate && node_same_bytes(n, n->mate));
}

enum status compare_stood(struct analysis *a, struct delta *d, struct piece *list, size_t n)
{
	struct pattern **patterns = ARENA_ARRAY(&a->arena, n + 1, struct pattern *);
	uint64_t left = STOOD_BYTES;
	size_t open = 0;

	for (size_t i = 0; i < n; i++) {
		struct pattern *p = ARENA_NEW(&a->arena, struct pattern);

		list[i].stood = false;
		patterns[i] = pattern_make(p, list[i].text) ? p : NULL;
		open += patterns[i] != NULL;
	}
	for (size_t i = 0; i < d->old->n_nodes && open; i++) {
		struct node *m = d->old->nodes[i];
		uint64_t offset;
		char *bytes;

		if (!is_changed_script(m) || m->size_bytes * open > left || unpack_bytes(a, d->old, m, &offset) != STATUS_OK)
			continue;
		left -= m->size_bytes * open;
		bytes = malloc((size_t)m->size_bytes);
		if (bytes && scratch_read(a->scratch, offset, bytes, (size_t)m->size_bytes) == STATUS_OK)
			for (size_t k = 0; k < n; k++)
				if (patterns[k] && pattern_stands(patterns[k], str_view(bytes, (size_t)m->size_bytes))) {
					list[k].stood = true;
					patterns[k] = NULL;
					open--;
				}
		free(bytes);
	}
	return STATUS_OK;
}
