/*
 * One pass over the tokens with a stack of open brackets. Each frame of the stack is a list of items
 * (statements, arguments, members); a token that is touched marks the item it stands in. When a
 * bracket closes, what is marked inside becomes a unit if the bracket was the body of a function (or
 * a list too large to be one unit); otherwise it marks the item around it.
 */
#include "read/units.h"

#include <stdlib.h>

#include "read/jslex.h"
#include "read/units_nested.h"

enum { FRAMES_MAX = 1 << 16, NAME_BYTES = 80, HEAD_TOKENS = 24, RING_TOKENS = 6, STEP_TOKENS = 1024, ITEMS_MAX = 1 << 16 };

#define NONE UINT32_MAX

enum paren_of { PAREN_PLAIN, PAREN_CONTROL, PAREN_FUNCTION, PAREN_METHOD };

struct part { /* a piece of the text; len 0 = none */
	uint32_t at, len;
};

struct frame {
	char open; /* ( [ { $ and 0 for the program */
	bool is_function, is_top, is_class, is_object;
	bool in_function;    /* some function around (or this one) is only called later */
	bool has_statements; /* items are statements, not a list with commas */
	bool block_ended;    /* the item may be over: the next token tells */
	bool touched;
	bool is_group;    /* `(` that calls nothing */
	bool is_top_call; /* `(` that calls a function which stands before it, or `define` */
	bool was_top;     /* closed: holds a function that is called in place */
	enum paren_of paren_of;
	uint32_t head;        /* start of the function, or the bracket */
	uint32_t item, statement; /* starts, NONE between */
	struct span hull;     /* touched part of the item that no inner unit has claimed */
	size_t pending, statement_pending; /* index of its first pending item, of the statement's first */
	struct part name;     /* of the function, class or module */
	struct part around;   /* module or class it stands in */
	uint32_t params_head; /* paren: start of the function whose parameters these may be */
	struct part params_name;
	struct token before;  /* the token before that function */
};

struct item {
	struct span at, hull;
};

struct finder {
	struct arena *arena;
	struct budget *budget;
	struct str text;
	const struct span *spans;
	size_t n_spans, next_span;
	struct frame *frames;
	size_t n_frames, room_frames, too_deep;
	struct item *items;
	size_t n_items, room_items;
	struct unit_found *found;
	size_t n_found, room_found;
	struct unit_found joined; /* takes what is said of a unit that was joined with the last one */
	struct token ring[RING_TOKENS]; /* the last tokens, newest first */
	bool class_comes;     /* `class` was read, its body not yet */
	struct part class_name;
	struct frame closed;  /* the bracket that was closed last */
	struct frame signature; /* `( ... )` that a TypeScript return type follows */
	bool has_signature;
};

static bool is_punct(const struct token *t, int sub)
{
	return t->kind == TOKEN_PUNCT && t->sub == sub;
}

static bool is_keyword(const struct token *t, int k)
{
	return t->kind == TOKEN_KEYWORD && t->sub == k;
}

static struct frame *top(struct finder *f)
{
	return &f->frames[f->n_frames - 1];
}

static struct part part_of(const struct token *t)
{
	return (struct part){t->at, t->len};
}

static struct str part_text(const struct finder *f, struct part p)
{
	return str_part(f->text, p.at, p.len < NAME_BYTES ? p.len : NAME_BYTES);
}

static void hull_add(struct frame *fr, struct span s)
{
	if (!fr->touched)
		fr->hull = s;
	if (s.from < fr->hull.from)
		fr->hull.from = s.from;
	if (s.to > fr->hull.to)
		fr->hull.to = s.to;
	fr->touched = true;
}

/* Does a touched span reach over the position (bytes of it on both sides)? */
static bool span_crosses(const struct finder *f, size_t pos)
{
	size_t lo = 0;

	for (size_t hi = f->n_spans; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (f->spans[mid].to <= pos)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < f->n_spans && f->spans[lo].from < pos;
}

/* --- names --- */

/* What follows `=` or `:`: "function", "arrow function", or NULL for anything else. */
static const char *value_kind(struct jslex *lx, const struct token *first)
{
	struct token t = *first;
	int depth = 0;

	if (t.kind == TOKEN_IDENT && t.sub == JS_ASYNC && !jslex_next(lx, &t))
		return NULL;
	if (is_keyword(&t, JS_FUNCTION))
		return "function";
	if (is_keyword(&t, JS_CLASS))
		return "class";
	if (t.kind == TOKEN_IDENT)
		return jslex_next(lx, &t) && is_punct(&t, JS_ARROW) ? "arrow function" : NULL;
	if (!is_punct(&t, '('))
		return NULL;
	for (int i = 0; i < 64; i++) {
		if (is_punct(&t, '('))
			depth++;
		else if (is_punct(&t, ')') && --depth == 0)
			return jslex_next(lx, &t) && is_punct(&t, JS_ARROW) ? "arrow function" : NULL;
		if (!jslex_next(lx, &t))
			break;
	}
	return NULL;
}

static bool is_modifier(const struct finder *f, const struct token *t)
{
	static const char *const words[] = {"static", "get", "set", "public", "private", "protected",
		"readonly", "override", "abstract", "declare", "async"};

	if (is_keyword(t, JS_EXPORT) || is_keyword(t, JS_DEFAULT))
		return true;
	for (size_t i = 0; t->kind == TOKEN_IDENT && i < sizeof(words) / sizeof(words[0]); i++)
		if (str_is(token_text(f->text, t), words[i]))
			return true;
	return false;
}

static bool is_name(const struct token *t)
{
	return t->kind == TOKEN_IDENT || t->kind == TOKEN_PRIVATE || t->kind == TOKEN_STRING ||
		t->kind == TOKEN_NUMBER || t->kind == TOKEN_KEYWORD;
}

static struct str name_member(struct finder *f, const struct frame *fr, struct str name)
{
	struct str owner = part_text(f, fr->name);

	if (fr->is_class && owner.len)
		return arena_printf(f->arena, "method %.*s.%.*s", STR_ARG(owner), STR_ARG(name));
	return arena_printf(f->arena, "method %.*s", STR_ARG(name));
}

/* "function f", "class C", "arrow function assigned to x", "method C.m", "statement". */
static struct str name_of_item(struct finder *f, const struct frame *fr, struct span at, bool *ret_function)
{
	struct str text = str_part(f->text, at.from, at.to - at.from);
	struct token t, next;
	struct jslex lx;
	uint32_t start = NONE;

	jslex_init(&lx, text, false);
	*ret_function = true;
	if (!jslex_next(&lx, &t))
		return STR("statement");
	for (int i = 0; i < 6 && is_modifier(&(struct finder){.text = text}, &t); i++) {
		struct jslex ahead = lx;

		if (!jslex_next(&ahead, &next) || !(is_name(&next) || is_punct(&next, '*') || is_punct(&next, '[')))
			break;
		lx = ahead;
		t = next;
	}
	if (is_keyword(&t, JS_FUNCTION) || is_keyword(&t, JS_CLASS)) {
		const char *what = t.sub == JS_CLASS ? "class" : "function";

		while (jslex_next(&lx, &t) && is_punct(&t, '*'))
			;
		if (t.kind != TOKEN_IDENT)
			return str_of(what);
		return arena_printf(f->arena, "%s %.*s", what, STR_ARG(str_part(token_text(text, &t), 0, NAME_BYTES)));
	}
	if (is_keyword(&t, JS_CONST) || is_keyword(&t, JS_VAR) || (t.kind == TOKEN_IDENT && t.sub == JS_LET))
		jslex_next(&lx, &t);
	start = t.at;
	for (int i = 0; i < HEAD_TOKENS && t.kind != TOKEN_END; i++) {
		if (is_punct(&t, '=') || is_punct(&t, ':')) {
			struct str target = str_trim(str_part(text, start, t.at - start));
			const char *what = jslex_next(&lx, &t) ? value_kind(&lx, &t) : NULL;

			if (what && target.len && target.len <= NAME_BYTES)
				return arena_printf(f->arena, "%s assigned to %.*s", what, STR_ARG(target));
			break;
		}
		if (is_punct(&t, '(') && i == 1 && (fr->is_class || fr->is_object))
			return name_member(f, fr, str_trim(str_part(text, start, t.at - start)));
		if (!is_name(&t) && !is_punct(&t, '.') && !is_punct(&t, '[') && !is_punct(&t, ']'))
			break;
		if (!jslex_next(&lx, &t))
			break;
	}
	*ret_function = false;
	return fr->is_class ? STR("class member") : fr->is_object ? STR("entry") : STR("statement");
}

static struct str name_of_function(struct finder *f, const struct frame *fr)
{
	struct str text = str_part(f->text, fr->head, f->text.len - fr->head), name = part_text(f, fr->name);
	struct jslex lx;
	struct token t;

	jslex_init(&lx, str_part(text, 0, 4096), false);
	jslex_next(&lx, &t);
	if (t.kind == TOKEN_IDENT && t.sub == JS_ASYNC)
		jslex_next(&lx, &t);
	if (fr->paren_of == PAREN_METHOD) {
		struct str owner = part_text(f, fr->around);

		if (owner.len)
			return arena_printf(f->arena, "method %.*s.%.*s", STR_ARG(owner), STR_ARG(name));
		return arena_printf(f->arena, "method %.*s", STR_ARG(name));
	}
	if (is_keyword(&t, JS_FUNCTION)) {
		while (jslex_next(&lx, &t) && is_punct(&t, '*'))
			;
		if (t.kind == TOKEN_IDENT)
			return arena_printf(f->arena, "function %.*s",
				STR_ARG(str_part(token_text(text, &t), 0, NAME_BYTES)));
		if (name.len)
			return arena_printf(f->arena, "function assigned to %.*s", STR_ARG(name));
		return STR("function");
	}
	if (name.len)
		return arena_printf(f->arena, "arrow function assigned to %.*s", STR_ARG(name));
	return STR("arrow function");
}

/* --- units --- */

static struct unit_found *found_add(struct finder *f, struct span at, struct span hull)
{
	struct unit_found *u;

	if (f->n_found >= UNITS_MAX) {
		unit_join(&f->found[f->n_found - 1], at, hull);
		return &f->joined;
	}
	u = ARENA_PUSH(f->arena, f->found, f->n_found, f->room_found);
	u->at = at;
	u->touched = hull;
	return u;
}

static void item_emit(struct finder *f, const struct frame *fr, const struct item *it)
{
	struct unit_found *u = found_add(f, it->at, it->hull);
	bool is_function;
	struct str name = name_of_item(f, fr, it->at, &is_function), module = part_text(f, fr->name);

	u->is_function = is_function;
	u->top_level = !fr->in_function && !is_function;
	u->wrap = fr->is_class ? UNIT_CLASS_PART : fr->is_object ? UNIT_OBJECT_PART : UNIT_ALONE;
	if (fr->is_function && fr->is_top && module.len)
		name = arena_printf(f->arena, "module %.*s, %.*s", STR_ARG(module), STR_ARG(name));
	u->name = name;
}

static void items_emit(struct finder *f, const struct frame *fr, size_t from)
{
	for (size_t i = from; i < f->n_items; i++)
		item_emit(f, fr, &f->items[i]);
	f->n_items = from;
}

/* Behind so many items a list has one more, which takes the rest. */
static void item_add(struct finder *f, const struct frame *fr, struct item it)
{
	if (f->n_items >= ITEMS_MAX && f->n_items > fr->pending) {
		f->items[f->n_items - 1].at.to = it.at.to;
		f->items[f->n_items - 1].hull.to = it.hull.to;
		return;
	}
	*ARENA_PUSH(f->arena, f->items, f->n_items, f->room_items) = it;
}

/* The current item ends at `end`; at a comma inside a statement the statement goes on. */
static void item_end(struct finder *f, struct frame *fr, uint32_t end, bool statement_goes_on)
{
	if (fr->touched) {
		struct item it = {{fr->item, end}, fr->hull};

		if (fr->item == NONE || fr->hull.from < it.at.from)
			it.at.from = fr->hull.from;
		if (it.at.to < fr->hull.to)
			it.at.to = fr->hull.to;
		item_add(f, fr, it);
	}
	fr->touched = false;
	fr->item = NONE;
	fr->block_ended = false;
	if (statement_goes_on)
		return;
	if (fr->statement != NONE && end - fr->statement <= UNIT_BIG_BYTES &&
		f->n_items > fr->statement_pending) { /* parts of a small statement are one */
		struct item *first = &f->items[fr->statement_pending];

		first->hull.to = f->items[f->n_items - 1].hull.to;
		if (fr->statement < first->at.from)
			first->at.from = fr->statement;
		first->at.to = end > first->hull.to ? end : first->hull.to;
		f->n_items = fr->statement_pending + 1;
	}
	fr->statement = NONE;
	if (fr->is_top && fr->has_statements)
		items_emit(f, fr, fr->pending);
	fr->statement_pending = f->n_items;
}

/* --- brackets --- */

static struct part assigned_name(const struct finder *f, int back)
{
	const struct token *r = f->ring;

	if (back + 1 < RING_TOKENS && (is_punct(&r[back], '=') || is_punct(&r[back], ':')) && is_name(&r[back + 1]))
		return part_of(&r[back + 1]);
	return (struct part){0, 0};
}

static bool ends_operand(const struct token *t)
{
	return t->kind == TOKEN_IDENT || t->kind == TOKEN_STRING || t->kind == TOKEN_PRIVATE ||
		t->kind == TOKEN_NUMBER || is_punct(t, ')') || is_punct(t, ']') || is_punct(t, '}');
}

/* The token before the one at `head`, if it is among the last ones. */
static struct token token_before(const struct finder *f, uint32_t head)
{
	for (int i = 0; i < RING_TOKENS; i++)
		if (f->ring[i].len && f->ring[i].at < head)
			return f->ring[i];
	return (struct token){0};
}

/* `(`: is it the parameter list of a function, and where does that begin? */
static void paren_classify(struct finder *f, struct frame *fr, const struct token *t)
{
	const struct token *r = f->ring;
	int k = 0;

	fr->params_head = t->at;
	fr->params_name = assigned_name(f, 0);
	if (r[0].kind == TOKEN_IDENT && r[0].sub == JS_ASYNC) {
		fr->params_head = r[0].at;
		fr->params_name = assigned_name(f, 1);
	}
	if (r[0].kind == TOKEN_KEYWORD && (r[0].sub == JS_IF || r[0].sub == JS_FOR || r[0].sub == JS_WHILE ||
		r[0].sub == JS_SWITCH || r[0].sub == JS_WITH || r[0].sub == JS_CATCH)) {
		fr->paren_of = PAREN_CONTROL;
		return;
	}
	if (is_keyword(&r[0], JS_AWAIT) && is_keyword(&r[1], JS_FOR)) {
		fr->paren_of = PAREN_CONTROL;
		return;
	}
	if (r[k].kind == TOKEN_IDENT)
		k++;
	if (is_punct(&r[k], '*'))
		k++;
	if (is_keyword(&r[k], JS_FUNCTION)) {
		bool async = k + 1 < RING_TOKENS && r[k + 1].kind == TOKEN_IDENT && r[k + 1].sub == JS_ASYNC;

		fr->paren_of = PAREN_FUNCTION;
		fr->params_head = async ? r[k + 1].at : r[k].at;
		fr->params_name = assigned_name(f, async ? k + 2 : k + 1);
		return;
	}
	if (is_name(&r[0]) && !is_punct(&r[1], '.') && !is_keyword(&r[1], JS_NEW)) {
		fr->paren_of = PAREN_METHOD; /* if a { follows the ) */
		fr->params_head = r[0].at;
		fr->params_name = part_of(&r[0]);
	}
}

/* Called where it stands, or by the loader of a bundle? Then its body runs when the file is loaded. */
static bool function_is_top(struct finder *f, const struct frame *outer, struct frame *fr)
{
	struct token before = fr->before;
	struct str name = part_text(f, fr->name);

	if (outer->in_function)
		return false;
	if (is_punct(&before, '!') || is_punct(&before, '+') || is_punct(&before, '-') ||
		is_punct(&before, '~') || is_keyword(&before, JS_VOID) || is_keyword(&before, JS_NEW) ||
		is_keyword(&before, JS_AWAIT)) {
		fr->name.len = 0;
		return true;
	}
	if (outer->is_top_call || (outer->is_group && before.at == outer->head)) {
		fr->name.len = 0;
		return true;
	}
	if (outer->open == '[')
		return true;
	return outer->is_object && name.len &&
		(str_has(name, "/") || (name.p[0] >= '0' && name.p[0] <= '9'));
}

static void frame_push(struct finder *f, const struct token *t, char open)
{
	struct frame *outer = top(f), *fr;
	struct frame made = {.open = open, .head = t->at, .item = NONE, .statement = NONE,
		.in_function = outer->in_function};

	if (f->n_frames >= FRAMES_MAX) {
		f->too_deep++;
		return;
	}
	made.pending = made.statement_pending = f->n_items;
	fr = &made;
	if (open == '(') {
		paren_classify(f, fr, t);
		fr->before = token_before(f, fr->params_head);
		/* arguments of (function(){...})( or of define( : see function_is_top() */
		fr->is_group = !ends_operand(&f->ring[0]) && f->ring[0].kind != TOKEN_KEYWORD;
		fr->is_top_call = (ends_operand(&f->ring[0]) && f->ring[0].kind == TOKEN_PUNCT && f->closed.was_top) ||
			(f->ring[0].kind == TOKEN_IDENT && str_is(token_text(f->text, &f->ring[0]), "define"));
	}
	if (open == '{') {
		const struct token *r = f->ring;
		const struct frame *params = NULL;

		if (f->has_signature)
			params = &f->signature;
		else if ((is_punct(&r[0], ')') || (is_punct(&r[0], JS_ARROW) && is_punct(&r[1], ')'))) &&
			f->closed.open == '(')
			params = &f->closed;
		if (f->class_comes) {
			fr->is_class = true;
			fr->name = f->class_name;
			f->class_comes = false;
		} else if (is_punct(&r[0], JS_ARROW) && !is_punct(&r[1], ')')) {
			bool async = r[2].kind == TOKEN_IDENT && r[2].sub == JS_ASYNC;

			fr->head = async ? r[2].at : r[1].kind == TOKEN_IDENT ? r[1].at : t->at;
			fr->name = assigned_name(f, async ? 3 : 2);
			fr->is_function = true;
			fr->before = token_before(f, fr->head);
		} else if (is_punct(&r[0], JS_ARROW) && params) {
			fr->is_function = true;
			fr->paren_of = params->paren_of == PAREN_METHOD ? PAREN_PLAIN : params->paren_of;
			fr->head = params->paren_of == PAREN_METHOD ? params->head : params->params_head;
			fr->name = params->paren_of == PAREN_METHOD ? (struct part){0, 0} : params->params_name;
		} else if (params && (params->paren_of == PAREN_FUNCTION || params->paren_of == PAREN_METHOD)) {
			fr->is_function = true;
			fr->paren_of = params->paren_of;
			fr->head = params->params_head;
			fr->name = params->params_name;
		} else if (outer->is_class || is_punct(&r[0], ')') || is_punct(&r[0], ';') ||
			is_punct(&r[0], '{') || is_punct(&r[0], '}') || r[0].len == 0 ||
			is_keyword(&r[0], JS_ELSE) || is_keyword(&r[0], JS_DO) || is_keyword(&r[0], JS_TRY) ||
			is_keyword(&r[0], JS_FINALLY) || is_keyword(&r[0], JS_CATCH) ||
			(outer->has_statements && outer->item == t->at)) {
			fr->has_statements = true;
		} else {
			fr->is_object = true;
		}
		f->has_signature = false;
		if (fr->is_function) {
			fr->has_statements = true;
			if (params)
				fr->before = params->before;
			fr->is_top = function_is_top(f, outer, fr);
			fr->in_function = outer->in_function || !fr->is_top;
			if (fr->paren_of == PAREN_METHOD && outer->is_class)
				fr->around = outer->name;
		}
		if (fr->is_class)
			fr->has_statements = true;
	}
	*ARENA_PUSH(f->arena, f->frames, f->n_frames, f->room_frames) = made;
}

static void function_claim(struct finder *f, struct frame *fr, struct frame *outer, uint32_t end)
{
	struct span hull = {SIZE_MAX, 0};
	struct unit_found *u;

	for (size_t i = fr->pending; i < f->n_items; i++) {
		if (f->items[i].hull.from < hull.from)
			hull.from = f->items[i].hull.from;
		if (f->items[i].hull.to > hull.to)
			hull.to = f->items[i].hull.to;
	}
	if (outer->touched && outer->hull.from >= fr->head) { /* its head was touched */
		if (outer->hull.from < hull.from)
			hull.from = outer->hull.from;
		if (outer->hull.to > hull.to)
			hull.to = outer->hull.to;
		outer->touched = false;
	}
	f->n_items = fr->pending;
	if (hull.to == 0)
		return;
	u = found_add(f, (struct span){fr->head, end}, hull);
	u->is_function = true;
	u->wrap = fr->paren_of != PAREN_METHOD ? UNIT_ALONE :
		outer->is_class ? UNIT_CLASS_PART : UNIT_OBJECT_PART;
	u->name = name_of_function(f, fr);
}

/* The innermost bracket closes; `end` is behind the closing token. */
static void frame_pop(struct finder *f, const struct token *t)
{
	uint32_t end = t->at + (t->kind == TOKEN_TEMPLATE ? 1 : t->len);
	struct frame *fr = top(f), *outer;
	bool was_top;

	item_end(f, fr, t->at, false);
	f->n_frames--;
	outer = top(f);
	if (fr->is_function && !fr->is_top && end - fr->head <= UNIT_BIG_BYTES &&
		!span_crosses(f, fr->head) && !span_crosses(f, end)) {
		function_claim(f, fr, outer, end);
	} else if (fr->is_top || fr->is_class || end - fr->head > UNIT_BIG_BYTES) {
		items_emit(f, fr, fr->pending);
	}
	for (size_t i = fr->pending; i < f->n_items; i++) /* what nobody claimed marks what is around */
		hull_add(outer, f->items[i].hull);
	f->n_items = fr->pending;
	was_top = (fr->is_function && fr->is_top) || (fr->is_group && f->closed.was_top);
	f->closed = *fr;
	f->closed.was_top = was_top;
	if (fr->open == '{' && outer->has_statements) {
		struct token first = {0};

		if (outer->item != NONE && fr->is_function) {
			struct jslex lx;

			jslex_init(&lx, str_part(f->text, outer->item, 64), false);
			jslex_next(&lx, &first);
		}
		if (!fr->is_object && (!fr->is_function || outer->is_class || is_keyword(&first, JS_FUNCTION) ||
			is_keyword(&first, JS_EXPORT) || (first.kind == TOKEN_IDENT && first.sub == JS_ASYNC)))
			outer->block_ended = true;
	}
}

static bool closes(const struct frame *fr, const struct token *t)
{
	if (t->kind == TOKEN_TEMPLATE)
		return fr->open == '$';
	return (t->sub == ')' && fr->open == '(') || (t->sub == ']' && fr->open == '[') ||
		(t->sub == '}' && fr->open == '{');
}

/* Closes the frame that this token fits; brackets that were never closed go with it. */
static void bracket_close(struct finder *f, const struct token *t)
{
	size_t k = f->n_frames;

	if (f->too_deep) {
		f->too_deep--;
		return;
	}
	while (k > 1 && f->n_frames - k < 8 && !closes(&f->frames[k - 1], t))
		k--;
	if (k <= 1 || !closes(&f->frames[k - 1], t))
		return; /* a stray one */
	while (f->n_frames >= k)
		frame_pop(f, t);
}

/* --- items --- */

static bool goes_on(const struct finder *f, const struct frame *fr, const struct token *t)
{
	if (is_keyword(t, JS_ELSE) || is_keyword(t, JS_CATCH) || is_keyword(t, JS_FINALLY))
		return true;
	return is_keyword(t, JS_WHILE) && fr->item != NONE && f->text.len - fr->item > 2 &&
		memcmp(f->text.p + fr->item, "do", 2) == 0;
}

/* A line break that ends a statement without a semicolon. */
static bool line_ends(const struct finder *f, const struct token *t)
{
	const struct token *p = &f->ring[0];
	bool value = ends_operand(p) || p->kind == TOKEN_TEMPLATE || p->kind == TOKEN_REGEX ||
		(p->kind == TOKEN_KEYWORD && (p->sub == JS_THIS || p->sub == JS_NULL || p->sub == JS_TRUE ||
			p->sub == JS_FALSE || p->sub == JS_RETURN || p->sub == JS_BREAK || p->sub == JS_CONTINUE)) ||
		is_punct(p, JS_INCREMENT);
	bool begins = t->kind == TOKEN_IDENT || t->kind == TOKEN_STRING || t->kind == TOKEN_PRIVATE ||
		(t->kind == TOKEN_KEYWORD && t->sub != JS_IN && t->sub != JS_INSTANCEOF && t->sub != JS_EXTENDS) ||
		is_punct(t, '@');

	if (!(t->flags & TOKEN_ON_NEW_LINE) || !value || !begins || f->class_comes)
		return false;
	if (is_punct(p, ')') && f->closed.paren_of == PAREN_CONTROL)
		return false;
	return !goes_on(f, &f->frames[f->n_frames - 1], t);
}

static void item_track(struct finder *f, const struct token *t)
{
	struct frame *fr = top(f);
	uint32_t before = f->ring[0].at + f->ring[0].len;

	if (fr->has_statements && fr->item != NONE) {
		bool over = fr->block_ended ? !goes_on(f, fr, t) : line_ends(f, t);

		fr->block_ended = false;
		if (over && !(is_punct(t, ';') || is_punct(t, ',')))
			item_end(f, fr, before, false);
	}
	if (fr->item == NONE && !is_punct(t, '}') && !is_punct(t, ')') && !is_punct(t, ']')) {
		fr->item = t->at;
		if (fr->statement == NONE)
			fr->statement = t->at;
	}
}

static void separator(struct finder *f, const struct token *t)
{
	struct frame *fr = top(f);

	if (is_punct(t, ';') && fr->open != '(')
		item_end(f, fr, t->at + 1, false);
	else if (is_punct(t, ',') && (fr->has_statements || fr->open != '{' || fr->is_object))
		item_end(f, fr, t->at, fr->has_statements);
	if (!fr->has_statements && fr->item == NONE) { /* entries of lists stand alone */
		fr->statement = NONE;
		fr->statement_pending = f->n_items;
	}
}

static void mark(struct finder *f, const struct token *t)
{
	size_t end = (size_t)t->at + t->len;

	while (f->next_span < f->n_spans && f->spans[f->next_span].to <= t->at)
		f->next_span++;
	if (f->next_span < f->n_spans && f->spans[f->next_span].from < end)
		hull_add(top(f), (struct span){t->at, end});
}

static void class_track(struct finder *f, const struct token *t)
{
	if (is_keyword(t, JS_CLASS) && !is_punct(&f->ring[0], '.')) {
		f->class_comes = true;
		f->class_name = assigned_name(f, 0);
	} else if (f->class_comes && t->kind == TOKEN_IDENT && is_keyword(&f->ring[0], JS_CLASS)) {
		f->class_name = part_of(t);
	} else if (f->class_comes && (is_punct(t, ';') || is_punct(t, ')') || is_punct(t, '}'))) {
		if (!is_punct(t, ')'))
			f->class_comes = false;
	}
}

/* `): Type {` of TypeScript: remember the parameters until the body. */
static void signature_track(struct finder *f, const struct token *t)
{
	if (is_punct(t, ':') && is_punct(&f->ring[0], ')') &&
		(f->closed.paren_of == PAREN_FUNCTION || f->closed.paren_of == PAREN_METHOD)) {
		f->signature = f->closed;
		f->has_signature = true;
	} else if (f->has_signature && t->kind == TOKEN_PUNCT &&
		(t->sub == ';' || t->sub == '=' || t->sub == ',' || t->sub == '?' || t->sub == ')' ||
			t->sub == JS_ARROW || t->sub == '}')) {
		f->has_signature = false;
	}
}

static void token_take(struct finder *f, const struct token *t)
{
	bool open = t->kind == TOKEN_PUNCT && (t->sub == '(' || t->sub == '[' || t->sub == '{');
	bool close = t->kind == TOKEN_PUNCT && (t->sub == ')' || t->sub == ']' || t->sub == '}');

	if (close || (t->kind == TOKEN_TEMPLATE && t->flags & TOKEN_CLOSES)) {
		mark(f, t); /* belongs to what it closes */
		bracket_close(f, t);
	} else {
		item_track(f, t);
		mark(f, t);
	}
	class_track(f, t);
	signature_track(f, t);
	if (open)
		frame_push(f, t, (char)t->sub);
	else if (t->kind == TOKEN_TEMPLATE && t->flags & TOKEN_OPENS)
		frame_push(f, t, '$');
	else
		separator(f, t);
	memmove(f->ring + 1, f->ring, sizeof(f->ring) - sizeof(f->ring[0]));
	f->ring[0] = *t;
}

static int found_cmp(const void *x, const void *y)
{
	const struct unit_found *a = x, *b = y;

	if (a->at.from != b->at.from)
		return a->at.from < b->at.from ? -1 : 1;
	if (a->at.to != b->at.to)
		return a->at.to > b->at.to ? -1 : 1;
	return 0;
}

static enum status find_js(struct finder *f)
{
	struct frame program = {.is_top = true, .has_statements = true, .item = NONE, .statement = NONE};
	enum status status = STATUS_OK;
	struct jslex lx;
	struct token t;
	uint64_t n = 0;

	*ARENA_PUSH(f->arena, f->frames, f->n_frames, f->room_frames) = program;
	jslex_init(&lx, f->text, false);
	while (jslex_next(&lx, &t)) {
		/* nothing is open and nothing more is touched */
		if (f->next_span == f->n_spans && f->n_frames == 1 && f->frames[0].statement == NONE &&
			!f->frames[0].touched)
			break;
		if (n++ % STEP_TOKENS == 0 && !budget_step(f->budget, STEP_TOKENS)) {
			status = STATUS_LIMIT;
			break;
		}
		token_take(f, &t);
	}
	f->too_deep = 0;
	t = f->ring[0];
	t.at += t.len;
	t.len = 0;
	while (f->n_frames > 1) {
		t.kind = TOKEN_PUNCT;
		frame_pop(f, &t);
	}
	item_end(f, top(f), t.at, false);
	items_emit(f, top(f), 0);
	return status;
}

/* --- shell and text: functions and lines --- */

static bool shell_function_name(struct str line, struct str *ret_name)
{
	struct str s = str_trim(line);
	size_t n = 0;

	if (str_starts(s, "function "))
		s = str_trim(str_part(s, 9, s.len));
	while (n < s.len && (s.p[n] == '_' || s.p[n] == '-' || (s.p[n] >= '0' && s.p[n] <= '9') ||
		(s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z')))
		n++;
	*ret_name = str_part(s, 0, n);
	s = str_trim(str_part(s, n, s.len));
	return n > 0 && n < NAME_BYTES && (str_starts(s, "()") || (str_starts(str_trim(line), "function ") && str_is(s, "{")));
}

static enum status find_lines(struct finder *f, bool shell)
{
	struct str rest = f->text, line, name, function = STR_NONE;
	size_t at = 0, function_at = 0, first_found = 0;
	bool in_function = false;

	while (str_line(&rest, &line)) {
		size_t end = rest.len ? (size_t)(rest.p - f->text.p) : f->text.len;
		bool last = in_function && line.len && line.p[0] == '}';
		struct unit_found *u = f->n_found > first_found ? &f->found[f->n_found - 1] : NULL;

		if (!budget_step(f->budget, 1))
			return STATUS_LIMIT;
		if (shell && !in_function && shell_function_name(line, &name)) {
			in_function = !str_has(line, "}");
			function = name;
			function_at = at;
			first_found = f->n_found;
			u = NULL;
		}
		while (f->next_span < f->n_spans && f->spans[f->next_span].to <= at)
			f->next_span++;
		if (f->next_span < f->n_spans && f->spans[f->next_span].from < end) {
			if (u && (in_function || u->at.to == at)) {
				u->at.to = end;
			} else {
				u = found_add(f, (struct span){in_function ? function_at : at, end},
					f->spans[f->next_span]);
				u->name = in_function ? arena_printf(f->arena, "function %.*s", STR_ARG(function)) :
					STR("line");
				u->top_level = !in_function;
				u->is_function = in_function;
			}
			for (size_t i = f->next_span; i < f->n_spans && f->spans[i].from < end; i++)
				u->touched.to = f->spans[i].to;
		} else if (u && in_function) {
			u->at.to = end;
		}
		if (last) {
			in_function = false;
			first_found = f->n_found;
		}
		at = end;
	}
	return STATUS_OK;
}

enum status units_find(struct arena *a, struct budget *b, enum language lang, struct str text,
	const struct span *spans, size_t n_spans, struct unit_found **ret, size_t *ret_n)
{
	struct finder f = {.arena = a, .budget = b, .text = text, .spans = spans, .n_spans = n_spans};
	enum status status = STATUS_OK;

	if (language_family(lang) == FAMILY_PYTHON || language_family(lang) == FAMILY_BLOCKS)
		return units_find_nested(a, b, lang, text, spans, n_spans, ret, ret_n);
	if (n_spans && language_family(lang) != FAMILY_WORDS)
		status = find_js(&f);
	else if (n_spans)
		status = find_lines(&f, lang == LANGUAGE_SHELL);
	if (f.n_found)
		qsort(f.found, f.n_found, sizeof(*f.found), found_cmp);
	*ret = f.found;
	*ret_n = f.n_found;
	return status;
}

/* --- the table for one member --- */

static enum unit_change change_of(const struct align *al, const struct unit_found *u)
{
	return align_is_fresh(al, u->at.from, u->at.from + 1) && u->touched.from <= u->at.from &&
		u->touched.to >= u->at.to ? UNIT_ADDED : UNIT_CHANGED;
}

static size_t offset_shift(const struct read_in *in, struct str text)
{
	const char *base = (const char *)in->new_.base;

	return base && text.p >= base && text.p <= base + in->new_.len ? (size_t)(text.p - base) : 0;
}

enum status align_units(struct read_in *in, enum language lang, struct str new_, struct str old,
	const struct align *al, struct unit_span **ret_units, size_t *ret_n)
{
	size_t shift = offset_shift(in, new_), n, keep;
	struct line_index *lines = line_index_make(in->arena, new_);
	struct unit_found *found;
	enum status status = units_find(in->arena, in->budget, lang, new_, al->fresh, al->n_fresh, &found, &n);

	keep = n < UNITS_PER_MEMBER ? n : UNITS_PER_MEMBER - 1;
	*ret_units = ARENA_ARRAY(in->arena, keep + 1, struct unit_span);
	for (size_t i = 0; i < n && i <= keep; i++) {
		struct unit_found *u = &found[i];
		uint32_t column, line = line_of(lines, u->at.from, &column);
		struct unit_span *s = &(*ret_units)[i];

		if (i == keep) { /* one unit for the rest */
			for (size_t k = i + 1; k < n; k++)
				if (found[k].at.to > u->at.to)
					u->at.to = found[k].at.to;
			for (size_t k = i + 1; k < n; k++)
				if (found[k].touched.to > u->touched.to)
					u->touched.to = found[k].touched.to;
			u->name = STR("rest");
			u->top_level = true;
			u->wrap = UNIT_ALONE;
		}
		s->at = u->at;
		s->fresh = u->touched;
		s->top_level = u->top_level;
		s->wrap = u->wrap;
		s->unit = read_unit(in, &(struct unit){
			.change = change_of(al, u),
			.line = line,
			.offset = u->at.from + shift,
			.length = u->at.to - u->at.from,
			.name = arena_printf(in->arena, "%.*s at %u:%u", STR_ARG(u->name), line, column)});
	}
	*ret_n = n < UNITS_PER_MEMBER ? n : keep + 1;
	return status;
}
