/*
 * Statements and how deep they stand: by indentation (Python) or by the blocks around them; each knows
 * the one that heads the block it stands in. What is touched belongs to the innermost function around
 * it, else to the whole statement at the level of the module or class. Blocks too large for one unit
 * give their statements.
 */
#include "read/units_nested.h"

#include <stdlib.h>

#include "read/lexer.h"

enum { NAME_BYTES = 80, TAB_COLUMNS = 8, STEP_TOKENS = 1024, CLIMB_MAX = 256, LINES_MAX = 1 << 18 };

enum line_kind { LINE_PLAIN, LINE_FUNCTION, LINE_CLASS, LINE_DECORATOR };

#define NO_LINE UINT32_MAX

struct line {
	uint32_t from, to;  /* of its tokens */
	uint32_t end;       /* of the block that it heads, else `to` */
	uint32_t indent;
	uint32_t head;      /* the line that heads the block around, NO_LINE */
	uint32_t owner;     /* the statement that an `else:` prolongs; itself */
	uint32_t start;     /* where its decorators begin, else `from` */
	uint32_t name, name_len;
	uint8_t kind;
	bool goes_on;       /* elif, else, except, }, end: a part of the statement before */
	uint32_t unit;      /* 1 + index in found */
};

struct lines {
	struct arena *arena;
	struct budget *budget;
	struct str text;
	enum language lang;
	struct line *at;
	size_t n, room;
	struct unit_found *found;
	size_t n_found, room_found;
};

static uint32_t indent_of(struct str text, uint32_t at)
{
	uint32_t from = at, columns = 0;

	while (from > 0 && text.p[from - 1] != '\n' && text.p[from - 1] != '\r')
		from--;
	for (; from < at; from++)
		columns = text.p[from] == '\t' ? (columns / TAB_COLUMNS + 1) * TAB_COLUMNS : columns + 1;
	return columns;
}

static bool is_any(struct str word, const char *const *words)
{
	for (; *words; words++)
		if (str_equal_nocase(word, str_of(*words)))
			return true;
	return false;
}

/* Words that go on with the statement before. */
static const char *const parts[] = {"elif", "else", "except", "finally", NULL};
static const char *const block_parts[] = {"}", ")", "end", "else", "elsif", "elseif", "when", "rescue", "ensure", "catch", "finally", "until", NULL};
/* Words that begin a function or class, and those that may stand before. */
static const char *const functions[] = {"def", NULL}, *const block_functions[] = {"function", "filter", "workflow", "sub", "def", NULL};
static const char *const classes[] = {"class", NULL}, *const block_classes[] = {"class", "module", "enum", NULL};

static void line_begin(struct lines *l, const struct token *t, uint32_t depth)
{
	struct str word = token_text(l->text, t);
	struct line *n = ARENA_PUSH(l->arena, l->at, l->n, l->room);
	bool python = l->lang == LANGUAGE_PYTHON;

	n->from = n->start = t->at;
	n->indent = depth;
	n->kind = python && str_is(word, "@") ? LINE_DECORATOR : LINE_PLAIN;
	n->goes_on = is_any(word, python ? parts : block_parts);
}

/* `def name` and `class name`; `async` may stand before. Ruby: `def self.name`. */
static void line_word(struct lines *l, const struct token *t, const struct token *before)
{
	struct line *n = &l->at[l->n - 1];
	struct str word = token_text(l->text, t);
	bool first = t->at == n->from || (before->at == n->from && str_is(token_text(l->text, before), "async"));
	bool python = l->lang == LANGUAGE_PYTHON;

	if (n->kind == LINE_PLAIN && first && is_any(word, python ? functions : block_functions))
		n->kind = LINE_FUNCTION;
	else if (n->kind == LINE_PLAIN && first && is_any(word, python ? classes : block_classes))
		n->kind = LINE_CLASS;
	else if (n->kind != LINE_PLAIN && !n->name_len && t->kind == TOKEN_IDENT && !str_is(word, "self")) {
		n->name = t->at;
		n->name_len = t->len < NAME_BYTES ? t->len : NAME_BYTES;
	}
}

static enum status lines_read(struct lines *l)
{
	bool blocks = language_family(l->lang) == FAMILY_BLOCKS;
	struct token t, before = {0};
	struct lexer lx;
	uint64_t n = 0;

	lexer_init(&lx, l->lang, l->text, false);
	while (lexer_next(&lx, &t)) {
		if (n++ % STEP_TOKENS == 0 && !budget_step(l->budget, STEP_TOKENS))
			return STATUS_LIMIT;
		if (!l->n || (t.flags & TOKEN_ON_NEW_LINE && l->n < LINES_MAX))
			line_begin(l, &t, blocks ? lx.block.level : indent_of(l->text, t.at));
		if (l->n < LINES_MAX) /* the last one takes all that comes behind it */
			line_word(l, &t, &before);
		l->at[l->n - 1].to = t.at + t.len;
		before = t;
	}
	return STATUS_OK;
}

/* Who heads whom, and where blocks end. */
static void lines_nest(struct lines *l)
{
	uint32_t *open = ARENA_ARRAY(l->arena, l->n + 1, uint32_t), n = 0, decorated = NO_LINE;

	for (uint32_t i = 0; i < l->n; i++) {
		struct line *me = &l->at[i];

		me->owner = i;
		while (n && l->at[open[n - 1]].indent >= me->indent) {
			uint32_t sibling = open[--n];

			if (me->goes_on && l->at[sibling].indent == me->indent)
				me->owner = l->at[sibling].owner;
		}
		me->head = n ? open[n - 1] : NO_LINE;
		me->end = me->to;
		if (me->kind == LINE_DECORATOR) {
			decorated = decorated == NO_LINE ? me->from : decorated;
		} else {
			if (decorated != NO_LINE && me->kind != LINE_PLAIN)
				me->start = decorated;
			decorated = NO_LINE;
		}
		for (uint32_t k = n; k > 0 && n - k < CLIMB_MAX; k--)
			l->at[l->at[open[k - 1]].owner].end = l->at[open[k - 1]].end = me->to;
		l->at[me->owner].end = me->to;
		open[n++] = i;
	}
}

static bool too_large(const struct line *l)
{
	return l->end - l->start > UNIT_BIG_BYTES;
}

/* The line whose block is the unit of line i. */
static uint32_t unit_line(const struct lines *l, uint32_t i)
{
	uint32_t best = i, at = i;

	if (l->at[i].kind == LINE_DECORATOR) /* belongs to what it decorates */
		while (at + 1 < l->n && l->at[at].kind == LINE_DECORATOR)
			best = ++at;
	for (int k = 0; at != NO_LINE && k < CLIMB_MAX; k++) {
		if (l->at[at].kind == LINE_FUNCTION)
			return too_large(&l->at[at]) ? best : at;
		if (l->at[at].kind == LINE_CLASS)
			break;
		at = l->at[at].owner;
		if (too_large(&l->at[at]))
			break;
		best = at;
		at = l->at[at].head;
	}
	return best;
}

static bool in_function(const struct lines *l, uint32_t i)
{
	uint32_t at = l->at[i].kind == LINE_FUNCTION ? i : l->at[i].head;

	for (int k = 0; at != NO_LINE && k < CLIMB_MAX; k++, at = l->at[at].head)
		if (l->at[at].kind == LINE_FUNCTION)
			return true;
	return false;
}

static struct str unit_name(const struct lines *l, uint32_t i)
{
	const struct line *me = &l->at[i], *head = me->head == NO_LINE ? NULL : &l->at[me->head];
	struct str name = str_part(l->text, me->name, me->name_len);

	if (me->kind == LINE_CLASS)
		return arena_printf(l->arena, "class %.*s", STR_ARG(name));
	if (me->kind != LINE_FUNCTION)
		return STR("statement");
	if (head && head->kind == LINE_CLASS)
		return arena_printf(l->arena, "function %.*s.%.*s", STR_ARG(str_part(l->text, head->name, head->name_len)),
			STR_ARG(name));
	return arena_printf(l->arena, "function %.*s", STR_ARG(name));
}

static void unit_touch(struct lines *l, uint32_t i, struct span s)
{
	struct line *me = &l->at[i];
	struct unit_found *u;

	if (!me->unit) {
		bool whole = me->kind == LINE_FUNCTION || !too_large(me);
		struct span at = {me->start, whole && me->kind != LINE_CLASS ? me->end : me->to};

		if (l->n_found >= UNITS_MAX) {
			me->unit = (uint32_t)l->n_found;
			unit_join(&l->found[l->n_found - 1], at, s);
			return;
		}
		u = ARENA_PUSH(l->arena, l->found, l->n_found, l->room_found);
		u->at = at;
		u->touched = s;
		u->name = unit_name(l, i);
		u->is_function = me->kind == LINE_FUNCTION;
		u->top_level = !in_function(l, i);
		me->unit = (uint32_t)l->n_found;
	}
	u = &l->found[me->unit - 1];
	if (s.from < u->touched.from)
		u->touched.from = s.from;
	if (s.to > u->touched.to)
		u->touched.to = s.to;
}

static int found_cmp(const void *x, const void *y)
{
	const struct unit_found *a = x, *b = y;

	if (a->at.from != b->at.from)
		return a->at.from < b->at.from ? -1 : 1;
	return a->at.to > b->at.to ? -1 : a->at.to < b->at.to;
}

enum status units_find_nested(struct arena *a, struct budget *b, enum language lang, struct str text,
	const struct span *spans, size_t n_spans, struct unit_found **ret, size_t *ret_n)
{
	struct lines l = {.arena = a, .budget = b, .text = str_part(text, 0, TOKEN_TEXT_MAX), .lang = lang};
	enum status status = n_spans ? lines_read(&l) : STATUS_OK;
	size_t next = 0;

	lines_nest(&l);
	for (uint32_t i = 0; i < l.n; i++) {
		struct span s = {0, 0};

		while (next < n_spans && spans[next].to <= l.at[i].from)
			next++;
		if (next == n_spans)
			break;
		if (spans[next].from >= l.at[i].to)
			continue;
		s.from = spans[next].from > l.at[i].from ? spans[next].from : l.at[i].from;
		for (size_t k = next; k < n_spans && spans[k].from < l.at[i].to; k++)
			s.to = spans[k].to < l.at[i].to ? spans[k].to : l.at[i].to;
		unit_touch(&l, unit_line(&l, i), s);
	}
	if (l.n_found)
		qsort(l.found, l.n_found, sizeof(*l.found), found_cmp);
	*ret = l.found;
	*ret_n = l.n_found;
	return status;
}
