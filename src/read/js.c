/*
 * Analyses the changed code of a JavaScript or TypeScript member. Small members are parsed whole:
 * unchanged code is the context that names, helpers and old ends of flows come from. Of large ones
 * only the units are parsed, put one behind the other with the member's imports in front.
 */
#include "front.h"

#include "read/lexer.h"
#include "read/strings.h"

enum {
	WHOLE_MAX_BYTES = 512 << 10,
	PART_MAX_BYTES = 1 << 20,
	PARTS_MAX = 64,
	ALONE_MAX = 40, /* pieces tried alone after a part failed */
	CONTEXT_MAX_BYTES = 24 << 10,
	CUT_LEVELS = 24, /* two for each bracket that holds nearly everything */
	GIANT_BYTES = 64 << 10, /* of a literal */
	FOLD_STEPS = 24000000,
	FOLD_BYTES = 160 << 20,
};

/* What could not be parsed still has its literals: hosts, paths and commands in new code. */
static void literals_only(struct js_site *s, enum language lang, struct str text)
{
	struct lexer lx;
	struct token t;

	lexer_init(&lx, lang, text, false);
	while (lexer_next(&lx, &t) && budget_step(s->in->budget, 1)) {
		struct string_class c;
		size_t at;

		if (t.kind != TOKEN_STRING || t.len < 8)
			continue;
		for (size_t p = 0; p < s->n_pieces; p++) {
			const struct js_piece *piece = &s->pieces[p];

			if (t.at < piece->from || t.at >= piece->to || piece->at == SIZE_MAX)
				continue;
			at = piece->at + t.at - piece->from;
			if (s->al && !align_is_fresh(s->al, at, at + t.len))
				break;
			classify_string(str_part(token_text(text, &t), 1, t.len - 2), &c);
			for (size_t i = 0; i < c.n && s->n_found < 1000 && !s->is_old; i++) {
				struct fact f = {.kind = c.items[i].kind, .unit = FACT_NO_UNIT, .offset = at + s->shift, .length = t.len};

				f.key = arena_str(s->in->arena, str_part(c.items[i].key, 0, FACT_KEY_BYTES));
				f.excerpt = str_part(s->text, at, t.len < FACT_EXCERPT_BYTES ? t.len : FACT_EXCERPT_BYTES);
				f.value = arena_str(s->in->arena, str_part(c.items[i].value, 0, FACT_VALUE_BYTES));
				f.line = s->lines ? line_of(s->lines, at, NULL) : 0;
				*ARENA_PUSH(s->a, s->found, s->n_found, s->found_room) = (struct js_found){f, 0};
			}
			break;
		}
	}
}

static uint64_t overlap(const struct align *al, size_t from, size_t to)
{
	uint64_t n = 0;

	if (!al)
		return to - from;
	for (size_t i = 0; i < al->n_fresh && al->fresh[i].from < to; i++) {
		size_t a = al->fresh[i].from > from ? al->fresh[i].from : from, b = al->fresh[i].to < to ? al->fresh[i].to : to;

		n += b > a ? b - a : 0;
	}
	return n;
}

/* New bytes that the parser made no sense of. */
static uint64_t error_bytes(const struct js *j)
{
	uint64_t n = 0;
	int left = 2000;

	for (uint32_t i = 1; i < j->n_nodes && left; i++) {
		size_t from, to;

		if (j->nodes[i].kind != J_ERROR || !js_place(j, i, &from, &to))
			continue;
		n += overlap(j->site->al, from, to);
		left--;
	}
	return n;
}

static enum status run_in(struct arena *a, struct js_site *site, enum language lang, struct str text, bool part)
{
	struct js *j = ARENA_NEW(a, struct js);
	enum status st;

	j->in = site->in;
	j->a = a;
	j->keep = site->in->arena;
	j->site = site;
	j->text = text;
	j->lang = lang;
	j->front = front_of(lang);
	j->layer = site->layer;
	j->is_part = part;
	j->max_fold_steps = FOLD_STEPS;
	j->max_fold_bytes = FOLD_BYTES;
	st = js_parse(j);
	if (st != STATUS_OK)
		return st;
	st = js_flow(j);
	js_facts(j);
	site->too_deep |= j->too_deep;
	if (!site->layer)
		site->error_bytes += error_bytes(j);
	return st;
}

/* What was found is in the arenas of the site and of the member: the tree and its values go at once, so that many parts cost no more memory than one. */
enum status js_run_text(struct js_site *site, enum language lang, struct str text, bool part)
{
	struct arena a;
	enum status st;

	arena_init(&a, site->a->max_bytes);
	a.exhausted = site->a->exhausted;
	a.user = site->a->user;
	st = run_in(&a, site, lang, text, part);
	arena_release(&a);
	return st;
}

/* ---------- parts of a large member ---------- */

struct parts {
	struct js_site *site;
	enum language lang;
	struct buf text;
	struct js_piece *pieces;
	size_t n_pieces, room;
	struct str context;
	enum status status;
	unsigned n, n_alone;
};

static void part_begin(struct parts *p)
{
	buf_clear(&p->text);
	p->n_pieces = 0;
	buf_add_str(&p->text, p->context);
	buf_add_z(&p->text, "\n");
	*ARENA_PUSH(p->site->a, p->pieces, p->n_pieces, p->room) = (struct js_piece){0, p->text.len, SIZE_MAX};
}

static void literals_of(struct js_site *s, enum language lang, struct span at)
{
	struct js_piece only = {0, at.to - at.from, at.from};

	s->pieces = &only;
	s->n_pieces = 1;
	literals_only(s, lang, str_part(s->text, at.from, at.to - at.from));
}

/* One piece that could not be parsed together with others; its literals are read if it fails again. */
static void part_alone(struct parts *p, struct str text, struct js_piece piece)
{
	struct str t = str_part(text, piece.from, piece.to - piece.from);
	struct js_piece only = {0, t.len, piece.at};

	p->site->pieces = &only;
	p->site->n_pieces = 1;
	if (p->n_alone++ < ALONE_MAX && t.len < PART_MAX_BYTES / 4 && js_run_text(p->site, p->lang, t, true) == STATUS_OK)
		return;
	p->status = STATUS_LIMIT;
	p->site->error_bytes += t.len;
	literals_only(p->site, p->lang, t);
}

static void part_run(struct parts *p)
{
	struct str text;

	if (p->n_pieces <= 1)
		return;
	p->site->pieces = p->pieces;
	p->site->n_pieces = p->n_pieces;
	text = buf_str(&p->text);
	if (++p->n > PARTS_MAX || js_run_text(p->site, p->lang, text, true) != STATUS_OK)
		for (size_t i = 0; i < p->n_pieces; i++)
			if (p->pieces[i].at != SIZE_MAX)
				part_alone(p, text, p->pieces[i]);
	part_begin(p);
}

static void part_glue(struct parts *p, const char *z)
{
	size_t from = p->text.len;

	buf_add_z(&p->text, z);
	*ARENA_PUSH(p->site->a, p->pieces, p->n_pieces, p->room) = (struct js_piece){from, p->text.len, SIZE_MAX};
}

/* How a unit can stand alone: what goes before and behind it. */
struct coat {
	const char *before, *behind;
};

static bool next_token(struct jslex *lx, struct token *t)
{
	return jslex_next(lx, t);
}

static bool is_char(const struct token *t, char c)
{
	return t->kind == TOKEN_PUNCT && t->sub == (uint8_t)c && t->len == 1;
}

/* name(...) { ... } without "function": a method. */
static bool looks_like_method(struct str s)
{
	struct jslex lx;
	struct token t;
	int depth = 0, n = 0;

	jslex_init(&lx, s, false);
	if (!next_token(&lx, &t))
		return false;
	while (n < 4 && (t.kind == TOKEN_IDENT || t.kind == TOKEN_STRING || t.kind == TOKEN_PRIVATE || is_char(&t, '*'))) {
		n++;
		if (!next_token(&lx, &t))
			return false;
	}
	if (!n || !is_char(&t, '('))
		return false;
	do {
		if (is_char(&t, '('))
			depth++;
		else if (is_char(&t, ')'))
			depth--;
	} while (depth && next_token(&lx, &t));
	return next_token(&lx, &t) && is_char(&t, '{');
}

static struct coat coat_of(struct str s)
{
	struct jslex lx;
	struct token t, u;

	jslex_init(&lx, s, false);
	if (!next_token(&lx, &t))
		return (struct coat){"", ""};
	if (t.kind == TOKEN_KEYWORD && t.sub == JS_FUNCTION) {
		bool named = next_token(&lx, &u) && (u.kind == TOKEN_IDENT || (is_char(&u, '*') && next_token(&lx, &u) && u.kind == TOKEN_IDENT));

		return named ? (struct coat){"", ""} : (struct coat){"(", ")"};
	}
	if ((t.kind == TOKEN_IDENT || t.kind == TOKEN_STRING || t.kind == TOKEN_NUMBER) && next_token(&lx, &u) && is_char(&u, ':'))
		return (struct coat){"({", "})"};
	if (looks_like_method(s))
		return (struct coat){"(class{", "})"};
	if (t.kind == TOKEN_KEYWORD && (t.sub == JS_RETURN || t.sub == JS_AWAIT))
		return (struct coat){"(async function(){", "})"};
	return (struct coat){"", ""};
}

static void part_piece(struct parts *p, struct span at, struct coat coat)
{
	size_t from;

	if (p->text.len + (at.to - at.from) > PART_MAX_BYTES + p->context.len && p->n_pieces > 1)
		part_run(p);
	part_glue(p, "\n;");
	if (*coat.before)
		part_glue(p, coat.before);
	from = p->text.len;
	buf_add(&p->text, p->site->text.p + at.from, at.to - at.from);
	*ARENA_PUSH(p->site->a, p->pieces, p->n_pieces, p->room) = (struct js_piece){from, p->text.len, at.from};
	if (*coat.behind)
		part_glue(p, coat.behind);
}

/* Text around brackets that are read apart; too much of it is not read. */
static void part_skeleton(struct parts *p, struct span at)
{
	size_t from = p->text.len;

	if (at.to - at.from > PART_MAX_BYTES) {
		p->status = STATUS_LIMIT;
		literals_of(p->site, p->lang, at);
		return;
	}
	buf_add(&p->text, p->site->text.p + at.from, at.to - at.from);
	*ARENA_PUSH(p->site->a, p->pieces, p->n_pieces, p->room) = (struct js_piece){from, p->text.len, at.from};
}

static bool opens(const struct token *t)
{
	return is_char(t, '{') || is_char(t, '(') || is_char(t, '[');
}

static bool closes(const struct token *t)
{
	return is_char(t, '}') || is_char(t, ')') || is_char(t, ']');
}

/* After a closing brace: does another statement begin with this token? */
static bool begins_statement(const struct token *t)
{
	if (t->kind == TOKEN_IDENT)
		return true;
	return t->kind == TOKEN_KEYWORD && t->sub != JS_ELSE && t->sub != JS_CATCH && t->sub != JS_FINALLY &&
		t->sub != JS_WHILE && t->sub != JS_IN && t->sub != JS_OF && t->sub != JS_INSTANCEOF;
}

static struct coat coat_at(const struct parts *p, struct span at)
{
	return coat_of(str_part(p->site->text, at.from, at.to - at.from < 4000 ? at.to - at.from : 4000));
}

static bool is_giant(const struct token *t)
{
	return (t->kind == TOKEN_STRING || t->kind == TOKEN_TEMPLATE) && t->len > GIANT_BYTES && !(t->flags & TOKEN_BROKEN);
}

/* How long the span is when its giant literals are shortened. */
static size_t shrunk_bytes(const struct parts *p, struct span at)
{
	struct lexer lx;
	struct token t;
	size_t n = at.to - at.from;

	lexer_init(&lx, p->lang, str_part(p->site->text, at.from, n), false);
	while (lexer_next(&lx, &t) && budget_step(p->site->in->budget, 1))
		if (is_giant(&t))
			n -= t.len - GIANT_BYTES / 2;
	return n;
}

static void part_copy(struct parts *p, size_t from, size_t to)
{
	size_t at = p->text.len;

	if (to <= from)
		return;
	buf_add(&p->text, p->site->text.p + from, to - from);
	*ARENA_PUSH(p->site->a, p->pieces, p->n_pieces, p->room) = (struct js_piece){at, p->text.len, from};
}

/* How much of its end closes a literal. */
static size_t closing_bytes(struct str literal, const struct token *t)
{
	size_t n = literal.len;

	if (t->flags & TOKEN_OPENS)
		return 2;
	return n > 6 && literal.p[n - 1] == literal.p[n - 2] && literal.p[n - 1] == literal.p[n - 3] &&
			       (str_has(str_part(literal, 0, 5), "\"\"\"") || str_has(str_part(literal, 0, 5), "'''"))
		       ? 3
		       : 1;
}

/* Programs and tables inside a literal: the beginning tells what they are, the rest is left out. */
static void copy_shrunk(struct parts *p, struct span at)
{
	struct lexer lx;
	struct token t;
	size_t from = at.from;

	lexer_init(&lx, p->lang, str_part(p->site->text, at.from, at.to - at.from), false);
	while (lexer_next(&lx, &t)) {
		size_t cut, end = at.from + t.at + t.len;

		if (!is_giant(&t))
			continue;
		cut = at.from + t.at + GIANT_BYTES / 2;
		while (cut > at.from + t.at + 8 && memchr(p->site->text.p + cut - 8, '\\', 8))
			cut--;
		part_copy(p, from, cut);
		from = end - closing_bytes(str_part(p->site->text, at.from + t.at, t.len), &t);
	}
	part_copy(p, from, at.to);
}

static void part_shrunk(struct parts *p, struct span at, struct coat coat)
{
	part_run(p);
	part_glue(p, "\n;");
	part_glue(p, coat.before);
	copy_shrunk(p, at);
	part_glue(p, coat.behind);
	part_run(p);
}

static void part_cut(struct parts *p, struct span at, int level);

/* Some items of one list, all of them whole. */
static void part_items(struct parts *p, struct span at, int level)
{
	if (at.to <= at.from)
		return;
	if (at.to - at.from <= PART_MAX_BYTES)
		part_piece(p, at, coat_at(p, at));
	else if (shrunk_bytes(p, at) <= PART_MAX_BYTES)
		part_shrunk(p, at, coat_at(p, at));
	else
		part_cut(p, at, level + 1);
}

/* A list too large for one tree: its items in groups, as large as a tree may be. */
static void part_list(struct parts *p, struct span list, int level)
{
	struct str s = str_part(p->site->text, list.from, list.to - list.from);
	struct jslex lx;
	struct token t, last = {0};
	size_t start = 0, item = 0;
	int depth = 0;

	jslex_init(&lx, s, false);
	while (next_token(&lx, &t) && budget_step(p->site->in->budget, 1)) {
		bool comma = depth == 0 && (is_char(&t, ',') || is_char(&t, ';'));

		if (comma || (depth == 0 && is_char(&last, '}') && begins_statement(&t))) {
			size_t end = is_char(&t, ';') ? t.at + t.len : t.at, next = comma ? t.at + t.len : t.at;

			if (end - start > PART_MAX_BYTES && item > start) { /* what came before this item goes */
				part_items(p, (struct span){list.from + start, list.from + item}, level);
				start = item;
			}
			if (end - start > PART_MAX_BYTES / 2) {
				part_items(p, (struct span){list.from + start, list.from + end}, level);
				start = next;
			}
			item = next;
		}
		depth += opens(&t);
		depth -= closes(&t) && depth > 0;
		last = t;
	}
	if (s.len - start > PART_MAX_BYTES && item > start) {
		part_items(p, (struct span){list.from + start, list.from + item}, level);
		start = item;
	}
	part_items(p, (struct span){list.from + start, list.to}, level);
}

/*
 * A span larger than a part: what stands in its largest brackets is read as a list of its own, and
 * the rest around them as if they were empty. A span without such brackets is a list itself.
 */
static void part_cut(struct parts *p, struct span at, int level)
{
	struct str s = str_part(p->site->text, at.from, at.to - at.from);
	struct jslex lx;
	struct token t;
	size_t open = 0, skeleton = 0;
	int depth = 0, found = 0;

	if (level > CUT_LEVELS) {
		p->status = STATUS_LIMIT;
		p->site->error_bytes += s.len;
		literals_of(p->site, p->lang, at);
		return;
	}
	jslex_init(&lx, s, false);
	part_run(p);
	while (next_token(&lx, &t) && budget_step(p->site->in->budget, 1)) {
		if (opens(&t) && depth++ == 0)
			open = t.at + t.len;
		if (!closes(&t) || !depth || --depth)
			continue;
		if (t.at - open <= PART_MAX_BYTES / 2)
			continue;
		found++;
		part_skeleton(p, (struct span){at.from + skeleton, at.from + open});
		skeleton = t.at;
	}
	if (!found) {
		part_list(p, at, level);
		return;
	}
	part_skeleton(p, (struct span){at.from + skeleton, at.to});
	part_run(p);
	jslex_init(&lx, s, false);
	depth = 0;
	while (next_token(&lx, &t)) {
		if (opens(&t) && depth++ == 0)
			open = t.at + t.len;
		if (closes(&t) && depth && !--depth && t.at - open > PART_MAX_BYTES / 2)
			part_list(p, (struct span){at.from + open, at.from + t.at}, level + 1);
	}
}

/* A statement that could be an import: where it began and what was seen of it. */
struct candidate {
	size_t from, end;
	bool open, wanted;
	int depth;
};

static void candidate_close(struct js_site *s, struct buf *b, struct candidate *c)
{
	if (c->open && c->wanted && c->depth == 0 && c->end - c->from < 600 &&
		(!s->al || !align_is_fresh(s->al, c->from, c->end))) {
		buf_add(b, s->text.p + c->from, c->end - c->from);
		buf_add_z(b, ";\n");
	}
	c->open = false;
}

/* The last tokens, to look back at what stands before a require(). */
enum { RECENT = 16 };

struct recent {
	struct token t[RECENT];
	unsigned n;
};

static const struct token *back(const struct recent *r, unsigned i)
{
	static const struct token none;

	return i < RECENT && i < r->n ? &r->t[(r->n - 1 - i) % RECENT] : &none;
}

/* 123: m => { m.exports = require("https") } of a bundle is context as well. */
static void bundle_module(struct js_site *s, struct buf *b, const struct recent *r)
{
	/* newest first: ) STRING ( require = exports . name */
	if (!is_char(back(r, 0), ')') || back(r, 1)->kind != TOKEN_STRING || !is_char(back(r, 2), '(') ||
		!str_is(token_text(s->text, back(r, 3)), "require") || !is_char(back(r, 4), '=') ||
		!str_is(token_text(s->text, back(r, 5)), "exports"))
		return;
	for (unsigned i = 7; i + 1 < RECENT && i + 1 < r->n; i++) {
		const struct token *key = back(r, i + 1);

		if ((is_char(back(r, i), ':') || is_char(back(r, i), '(')) && (key->kind == TOKEN_NUMBER || key->kind == TOKEN_STRING)) {
			struct str k = token_text(s->text, key), spec = token_text(s->text, back(r, 1));

			if (k.len < 80 && spec.len < 80)
				buf_printf(b, ";({%.*s:function(m){m.exports=require(%.*s)}});\n", STR_ARG(k), STR_ARG(spec));
			return;
		}
	}
}

/* Imports and requires of the whole member, as far as they are short statements. */
static struct str context_of(struct js_site *s)
{
	struct jslex lx;
	struct token t;
	struct buf b;
	struct str r;
	struct candidate c = {0};
	struct recent recent = {.n = 0};
	bool at_start = true;

	buf_init(&b, CONTEXT_MAX_BYTES);
	jslex_init(&lx, s->text, false);
	while (jslex_next(&lx, &t) && budget_step(s->in->budget, 1)) {
		bool keyword;

		recent.t[recent.n++ % RECENT] = t;
		if (is_char(&t, ')'))
			bundle_module(s, &b, &recent);
		keyword = t.kind == TOKEN_KEYWORD && (t.sub == JS_IMPORT || t.sub == JS_CONST || t.sub == JS_LET || t.sub == JS_VAR);

		if (keyword && (at_start || t.flags & TOKEN_ON_NEW_LINE)) {
			candidate_close(s, &b, &c);
			c = (struct candidate){.from = t.at, .open = true, .wanted = t.sub == JS_IMPORT};
		} else if (c.open && c.depth == 0 && t.flags & TOKEN_ON_NEW_LINE && t.kind != TOKEN_PUNCT) {
			candidate_close(s, &b, &c);
		}
		at_start = is_char(&t, ';') || is_char(&t, '{') || is_char(&t, '}');
		if (!c.open)
			continue;
		if (is_char(&t, ';')) {
			candidate_close(s, &b, &c);
			continue;
		}
		c.depth += is_char(&t, '{') || is_char(&t, '(') || is_char(&t, '[');
		c.depth -= is_char(&t, '}') || is_char(&t, ')') || is_char(&t, ']');
		c.wanted |= t.kind == TOKEN_IDENT && str_is(token_text(s->text, &t), "require");
		c.end = t.at + t.len;
		if (c.depth < 0 || c.end - c.from > 600)
			c.open = false;
	}
	r = arena_str(s->a, buf_str(&b));
	buf_release(&b);
	return r;
}

/* Imports at the start of lines; `import x` inside of functions comes with its unit. */
static struct str context_by_lines(struct js_site *s)
{
	struct str rest = s->text, line, r;
	struct buf b;

	buf_init(&b, CONTEXT_MAX_BYTES);
	while (str_line(&rest, &line) && b.len + line.len + 1 < CONTEXT_MAX_BYTES && budget_step(s->in->budget, 1)) {
		size_t at = (size_t)(line.p - s->text.p);

		if (!(str_starts(line, "import ") || str_starts(line, "from ")) || str_has(line, "(") || str_ends(line, "\\") ||
			line.len > 300 || (s->al && align_is_fresh(s->al, at, at + line.len)))
			continue;
		buf_add_str(&b, line);
		buf_add_z(&b, "\n");
	}
	r = arena_str(s->a, buf_str(&b));
	buf_release(&b);
	return r;
}

/* A unit whose blocks are indentation: it stands below an `if` as deep as it stood in the member. */
static void part_block(struct parts *p, struct span at)
{
	bool giant = at.to - at.from > PART_MAX_BYTES;
	size_t line, bytes = giant ? shrunk_bytes(p, at) : at.to - at.from;

	if (bytes > PART_MAX_BYTES) {
		p->status = STATUS_LIMIT;
		p->site->error_bytes += at.to - at.from;
		literals_of(p->site, p->lang, at);
		return;
	}
	if (p->text.len + bytes > PART_MAX_BYTES + p->context.len && p->n_pieces > 1)
		part_run(p);
	for (line = at.from; line > 0 && (p->site->text.p[line - 1] == ' ' || p->site->text.p[line - 1] == '\t'); line--)
		;
	part_glue(p, line < at.from && p->lang == LANGUAGE_PYTHON ? "\nif 1:\n" : "\n");
	if (!giant) {
		part_copy(p, line, at.to);
		return;
	}
	part_copy(p, line, at.from);
	copy_shrunk(p, at);
}

static enum status parts_run(struct js_site *s, enum language lang)
{
	struct parts p = {.site = s, .lang = lang};
	bool python = language_family(lang) == FAMILY_PYTHON, blocks = python || language_family(lang) == FAMILY_BLOCKS;
	size_t done = 0;

	buf_init(&p.text, PART_MAX_BYTES * 4);
	p.context = python ? context_by_lines(s) : blocks ? STR("") : context_of(s);
	part_begin(&p);
	for (size_t i = 0; i < s->n_units; i++) {
		struct span at = s->units[i].at;

		if (at.to <= done || at.to > s->text.len)
			continue;
		if (at.from < done)
			at.from = done;
		if (blocks)
			part_block(&p, at);
		else
			part_items(&p, at, -1);
		done = at.to;
	}
	part_run(&p);
	buf_release(&p.text);
	return p.status;
}

/* ---------- entry ---------- */

static enum status whole_run(struct js_site *s, enum language lang)
{
	struct js_piece all = {0, s->text.len, 0};

	s->pieces = &all;
	s->n_pieces = 1;
	return js_run_text(s, lang, s->text, false);
}

/* What OLD did, counted, so that code that only moved is not news. */
static void count_old(struct js_site *s, enum language lang, struct js_counts *counts)
{
	struct js_site old = {.in = s->in, .a = s->a, .text = s->old_text, .is_old = true, .counts = counts};
	struct js_counts said = {0};

	old.said = &said;
	if (!s->old_text.len || s->old_text.len > WHOLE_MAX_BYTES)
		return;
	whole_run(&old, lang);
	if (old.error_bytes * 2 > s->error_bytes) /* no worse than it was */
		s->error_bytes = 0;
	if (old.too_deep)
		s->too_deep = false;
}

/* Facts that OLD had as often are context; flows of that kind are not said at all. */
static void say_found(struct js_site *s, const struct js_counts *old)
{
	for (size_t i = 0; i < s->n_found; i++) {
		struct fact f = s->found[i].fact;
		uint64_t key = s->found[i].key;

		if (key && js_counted(old, key) && js_counted(old, key) >= js_counted(s->counts, key)) {
			if (f.kind == FACT_FLOW || f.kind == FACT_GATE || f.kind == FACT_LOOP)
				continue;
			f.flags |= FACT_OF_OLD;
		}
		read_fact(s->in, &f);
	}
}

static void say_errors(struct js_site *s, const char *name)
{
	struct fact f = {.kind = FACT_PARSE_ERROR, .unit = FACT_NO_UNIT, .key = str_of(name)};

	/* a crumb is the grammar's age; a fifth of what is new is somebody's wish */
	if (s->error_bytes < 64 || s->error_bytes * 5 < overlap(s->al, 0, s->text.len))
		return;
	f.number = s->error_bytes;
	read_fact(s->in, &f);
}

enum status js_analyse(struct read_in *in, enum language lang, struct str text, size_t shift,
	struct str old_text, const struct align *al, const struct unit_span *units, size_t n_units,
	const struct line_index *lines)
{
	struct arena a;
	struct js_counts counts = {0}, said = {0}, old = {0};
	struct js_site s = {.in = in, .a = &a, .al = al, .units = units, .n_units = n_units, .lines = lines,
		.shift = shift, .text = text, .old_text = old_text, .counts = &counts, .said = &said};
	enum status st;

	if (al && !al->n_fresh && !(in->hints & READ_HINT_ENDS))
		return STATUS_OK;
	arena_init(&a, in->arena->max_bytes);
	a.exhausted = in->arena->exhausted;
	a.user = in->arena->user;
	st = text.len <= WHOLE_MAX_BYTES ? whole_run(&s, lang) : STATUS_LIMIT;
	if (st != STATUS_OK)
		st = parts_run(&s, lang);
	if ((s.serious || s.error_bytes || s.too_deep) && old_text.len)
		count_old(&s, lang, &old);
	say_found(&s, &old);
	say_errors(&s, front_of(lang)->name);
	arena_release(&a);
	return st == STATUS_OK && (s.too_deep || s.full) ? STATUS_LIMIT : st;
}
