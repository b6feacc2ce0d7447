/*
 * Checks that NEW no longer makes. Looked for in each unit of OLD that lost tokens and still stands
 * in NEW; a check that moved, was renamed, or was replaced by another check is not lost, and neither
 * is one that went with its whole feature.
 */
#include "read/guard_words.h"
#include "read/lexer.h"
#include "read/units.h"
#include "read/weaken.h"

enum {
	GUARD_FACTS = 64,
	UNIT_TOKENS = 20000, /* of one unit; longer ones are looked at in their lost part only */
	NAMES = 128,
	SURVIVES_PERCENT = 40,
	NEAR_BYTES = 400,
	NESTING = 8,
};

/* --- words --- */

static const char *const check_words[] = {"verif", "valid", "check", "assert", "authoriz", "authoris",
	"authenticat", "permission", "istrusted", "timingsafe", "constanttime", "safeequal", "safecompare",
	"escap", "saniti", "integrity", "allowed", "allowlist", "whitelist", "blocklist", "ensure", "forbid",
	"csrf", "requireauth", "requireadmin", "isadmin", "issigned", "is_signed", "hasaccess", "canaccess",
	"enforce"};
static const char *const compare_words[] = {"compare", "equal", "match", "isequal"};
static const char *const trust_words[] = {"verif", "valid", "signatur", "signed", "signer", "hash", "digest",
	"trust", "allowed", "permission", "permitted", "authoriz", "authoris", "authent", "certif",
	"integrity", "checksum", "mismatch", "sha1", "sha256", "sha512", "hmac", "secure", "denied",
	"forbidden", "untrusted", "tamper", "csrf", "admin", "fingerprint"};

/* --- what a run of tokens does that guards something --- */

struct signs {
	uint32_t calls, throws, ifs, comparisons, error_exits;
	bool trust; /* a word of trust stands beside */
};

struct lost_name {
	struct str name;
	uint32_t in_old, in_new; /* calls of it, whole texts */
	size_t at;               /* in OLD */
	uint32_t unit;           /* index of the unit in OLD */
};

struct guard {
	struct read_in *in;
	enum language lang;
	struct str old, new_;
	const struct align *al;
	const struct line_index *lines;
	size_t shift;
	struct lost_name names[NAMES];
	size_t n_names;
	uint32_t n_facts;
	struct align_run *runs; /* those in the order of OLD */
	size_t n_runs;
	struct weaken_said *said; /* small edits */
	size_t n_said;
};

static bool is_punct(const struct token *t, int sub)
{
	return t->kind == TOKEN_PUNCT && t->sub == sub;
}

static bool is_keyword(const struct token *t, int k)
{
	return t->kind == TOKEN_KEYWORD && t->sub == k;
}

static bool in_spans(const struct span *spans, size_t n, size_t from, size_t to)
{
	struct align probe = {.fresh = (struct span *)(uintptr_t)spans, .n_fresh = n};

	return align_is_fresh(&probe, from, to);
}

/* Has weaken_facts() said it already? */
static bool is_said(const struct guard *g, struct span at, bool in_new)
{
	for (size_t i = 0; i < g->n_said; i++) {
		struct span s = in_new ? g->said[i].in_new : g->said[i].in_old;

		if (s.from < at.to && at.from < s.to)
			return true;
	}
	return false;
}

static bool is_call(const struct token *t, const struct token *next, const struct token *before)
{
	return (t->kind == TOKEN_IDENT || t->kind == TOKEN_PRIVATE) && is_punct(next, '(') &&
		!is_keyword(before, JS_FUNCTION);
}

/* name(...) { and name(...): type { declare; lx stands behind the bracket, text is what it reads. */
static bool is_declared(struct jslex lx)
{
	struct token t = {0};
	int depth = 1, n = 0;

	while (depth && n++ < 400 && jslex_next(&lx, &t))
		depth += is_punct(&t, '(') - is_punct(&t, ')');
	if (depth || !jslex_next(&lx, &t))
		return false;
	if (is_punct(&t, ':')) /* an object may stand there in a choice of two, the name of a type in no expression */
		for (n = 0; n < 12 && jslex_next(&lx, &t) && (t.kind == TOKEN_IDENT || (n && !is_punct(&t, '{') && !is_punct(&t, ';'))); n++)
			;
	return is_punct(&t, '{');
}

static struct str line_around(struct str text, size_t at)
{
	size_t from = at, to = at;

	while (from > 0 && at - from < NEAR_BYTES / 2 && text.p[from - 1] != '\n')
		from--;
	while (to < text.len && to - at < NEAR_BYTES / 2 && text.p[to] != '\n')
		to++;
	return str_trim(str_part(text, from, to - from));
}

/* A word of trust within the statement around the place. */
static bool near_trust(struct str text, size_t at)
{
	struct str near_text = line_around(text, at);
	struct jslex lx;
	struct token t;

	jslex_init(&lx, near_text, false);
	while (jslex_next(&lx, &t))
		if ((t.kind == TOKEN_IDENT || t.kind == TOKEN_STRING) && HAS_WORD(token_text(near_text, &t), trust_words))
			return true;
	return false;
}

static bool is_check(struct str name)
{
	return name.len >= 4 && HAS_WORD(name, check_words) && !guard_says_unchecked(name);
}

/* Signs among the tokens of text[from,to) that lie in the spans. */
static struct signs signs_of(struct str text, size_t from, size_t to, const struct span *spans, size_t n)
{
	struct token before = {0}, t, next;
	struct signs s = {0};
	struct jslex lx;
	bool more;

	jslex_init(&lx, str_part(text, from, to - from), false);
	more = jslex_next(&lx, &t);
	for (uint32_t i = 0; more && i < UNIT_TOKENS; i++) {
		struct str word = str_part(text, from + t.at, t.len);

		more = jslex_next(&lx, &next);
		if (in_spans(spans, n, from + t.at, from + t.at + t.len)) {
			if (is_call(&t, &next, &before) && is_check(word))
				s.calls++;
			s.throws += is_keyword(&t, JS_THROW);
			s.ifs += is_keyword(&t, JS_IF) || is_punct(&t, '?');
			s.comparisons += t.kind == TOKEN_PUNCT && (t.sub == JS_COMPARE || t.sub == '<' || t.sub == '>');
			s.error_exits += (is_keyword(&t, JS_RETURN) && (next.kind == TOKEN_KEYWORD || is_punct(&next, '!'))) ||
				(t.kind == TOKEN_IDENT && is_punct(&next, '(') && str_is(word, "reject"));
			if ((t.kind == TOKEN_IDENT || t.kind == TOKEN_STRING) && HAS_WORD(word, trust_words))
				s.trust = true;
		}
		before = t;
		t = next;
	}
	return s;
}

/* --- places --- */

/* First run in order that ends behind `at` in OLD. */
static size_t run_behind(const struct guard *g, size_t at)
{
	size_t lo = 0;

	for (size_t hi = g->n_runs; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (g->runs[mid].old_to <= at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* What is left of OLD's [from,to) in NEW: its hull there and how many bytes of it. */
static uint64_t survives(const struct guard *g, struct span at, struct span *ret_new)
{
	uint64_t bytes = 0;

	*ret_new = (struct span){SIZE_MAX, 0};
	for (size_t i = run_behind(g, at.from); i < g->n_runs && g->runs[i].old_from < at.to; i++) {
		const struct align_run *r = &g->runs[i];
		size_t from = r->old_from > at.from ? r->old_from : at.from;
		size_t to = r->old_to < at.to ? r->old_to : at.to;
		size_t new_from = r->new_from + (from - r->old_from), tail = r->old_to - to;
		size_t new_to = tail < r->new_to - r->new_from ? r->new_to - tail : r->new_from;

		bytes += to - from;
		if (new_from > r->new_to) /* the run was formatted anew */
			new_from = r->new_to;
		if (new_from < ret_new->from)
			ret_new->from = new_from;
		if (new_to > ret_new->to)
			ret_new->to = new_to;
	}
	return bytes;
}

static void guard_emit(struct guard *g, struct str unit, struct str key, struct str detail, struct str excerpt,
	size_t at)
{
	struct fact f = {.kind = FACT_GUARD_LOST, .key = key, .detail = detail, .value = str_starts(key, "call ") ? str_part(key, 5, key.len) : STR_NONE, .flags = FACT_REMOVED};
	uint32_t column, line = line_of(g->lines, at, &column);

	if (g->n_facts++ >= GUARD_FACTS)
		return;
	f.unit = read_unit(g->in, &(struct unit){
		.change = UNIT_CHANGED,
		.line = line,
		.offset = at + g->shift,
		.length = 0,
		.name = arena_printf(g->in->arena, "%.*s at %u:%u", STR_ARG(unit), line, column)});
	f.line = line;
	f.offset = at + g->shift;
	f.excerpt = str_part(excerpt, 0, FACT_EXCERPT_BYTES);
	read_fact(g->in, &f);
}

/* --- lost calls and errors --- */

static void name_add(struct guard *g, struct str name, size_t at, uint32_t unit)
{
	for (size_t i = 0; i < g->n_names; i++)
		if (g->names[i].unit == unit && str_equal(g->names[i].name, name))
			return;
	if (g->n_names < NAMES)
		g->names[g->n_names++] = (struct lost_name){name, 0, 0, at, unit};
}

static void names_of_unit(struct guard *g, const struct unit_found *u, uint32_t index)
{
	struct token before = {0}, t, next;
	struct jslex lx;
	bool more;

	jslex_init(&lx, str_part(g->old, u->at.from, u->at.to - u->at.from), false);
	more = jslex_next(&lx, &t);
	for (uint32_t i = 0; more && i < UNIT_TOKENS; i++) {
		size_t at = u->at.from + t.at;

		more = jslex_next(&lx, &next);
		if (is_call(&t, &next, &before) && !is_declared(lx) && in_spans(g->al->lost, g->al->n_lost, at, at + t.len) &&
			(is_check(str_part(g->old, at, t.len)) ||
				(HAS_WORD(str_part(g->old, at, t.len), compare_words) && near_trust(g->old, at))))
			name_add(g, str_part(g->old, at, t.len), at, index);
		before = t;
		t = next;
	}
}

/* How often each lost name is called in all of OLD and all of NEW. */
static void names_count(struct guard *g, struct str text, bool is_new)
{
	bool wanted[256] = {false}; /* by length and first byte */
	struct token t, next;
	struct jslex lx;
	bool more;

	for (size_t i = 0; i < g->n_names; i++)
		wanted[(uint8_t)(g->names[i].name.len * 31 + (uint8_t)g->names[i].name.p[0])] = true;
	jslex_init(&lx, text, false);
	more = jslex_next(&lx, &t);
	while (more) {
		bool maybe = wanted[(uint8_t)(t.len * 31 + (uint8_t)text.p[t.at])];

		more = jslex_next(&lx, &next);
		for (size_t i = 0; maybe && is_punct(&next, '(') && i < g->n_names; i++)
			if (t.len == g->names[i].name.len && str_equal(token_text(text, &t), g->names[i].name)) {
				if (is_new)
					g->names[i].in_new++;
				else
					g->names[i].in_old++;
			}
		t = next;
	}
}

static bool unit_stands(const struct guard *g, const struct unit_found *u, struct span *ret_new)
{
	struct str text = str_part(g->old, u->at.from, u->at.to - u->at.from);
	uint64_t visible = 0;

	for (size_t i = 0; i < text.len; i++)
		visible += (uint8_t)text.p[i] > ' ';
	return survives(g, u->at, ret_new) * 100 >= visible * SURVIVES_PERCENT && ret_new->to > ret_new->from;
}

/* Where NEW goes on in the place of OLD's byte. */
static size_t place_in_new(const struct guard *g, size_t old_at, struct span inside)
{
	size_t i = run_behind(g, old_at), at = i ? g->runs[i - 1].new_to : 0;

	return at < inside.from ? inside.from : at > inside.to ? inside.to : at;
}

/* Functions deep inside each other are looked at with those around them only. */
static bool *units_shallow(struct arena *a, const struct unit_found *units, size_t n)
{
	bool *shallow = ARENA_ARRAY(a, n, bool);
	size_t ends[NESTING], depth = 0;

	for (size_t i = 0; i < n; i++) {
		while (depth && units[i].at.from >= ends[depth - 1])
			depth--;
		shallow[i] = depth < NESTING;
		if (depth < NESTING)
			ends[depth++] = units[i].at.to;
	}
	return shallow;
}

static void lost_calls(struct guard *g, const struct unit_found *units, size_t n)
{
	struct span *places = ARENA_ARRAY(g->in->arena, n, struct span);
	bool *shallow = units_shallow(g->in->arena, units, n);

	for (size_t i = 0; i < n; i++) {
		if (shallow[i] && unit_stands(g, &units[i], &places[i]))
			names_of_unit(g, &units[i], (uint32_t)i);
	}
	if (g->n_names == 0)
		return;
	names_count(g, g->old, false);
	names_count(g, g->new_, true);
	for (size_t i = 0; i < g->n_names; i++) {
		const struct lost_name *l = &g->names[i];
		struct signs added;

		if (l->in_new >= l->in_old || is_said(g, (struct span){l->at, l->at + 1}, false))
			continue; /* it moved, or is said */
		added = signs_of(g->new_, places[l->unit].from, places[l->unit].to, g->al->fresh, g->al->n_fresh);
		if (added.calls)
			continue; /* another check stands there now */
		guard_emit(g, units[l->unit].name, arena_printf(g->in->arena, "call %.*s", STR_ARG(str_part(l->name, 0, 80))),
			arena_printf(g->in->arena, "called %u times before, %u now", l->in_old, l->in_new),
			line_around(g->old, l->at), place_in_new(g, l->at, places[l->unit]));
	}
}

/* `if (bad signature) throw` gone, nothing that throws or compares in its place. */
static void lost_errors(struct guard *g, const struct unit_found *units, size_t n)
{
	bool *shallow = units_shallow(g->in->arena, units, n);

	for (size_t i = 0; i < n; i++) {
		const struct unit_found *u = &units[i];
		struct span place;
		struct signs lost, added;

		if (!shallow[i] || is_said(g, u->touched, false))
			continue;
		lost = signs_of(g->old, u->at.from, u->at.to, g->al->lost, g->al->n_lost);
		if (!(lost.throws || lost.error_exits) || !lost.ifs || !lost.trust || lost.calls ||
			!unit_stands(g, u, &place))
			continue;
		added = signs_of(g->new_, place.from, place.to, g->al->fresh, g->al->n_fresh);
		if (added.throws + added.error_exits + added.ifs + added.comparisons + added.calls)
			continue;
		guard_emit(g, u->name, lost.throws ? STR("error no longer thrown") : STR("refusal removed"), STR_NONE,
			str_part(g->old, u->touched.from, u->touched.to - u->touched.from),
			place_in_new(g, u->touched.from, place));
	}
}

/* --- conditions and branches, seen from NEW --- */

static bool is_constant(const struct token *t)
{
	return is_keyword(t, JS_TRUE) || is_keyword(t, JS_FALSE) || t->kind == TOKEN_NUMBER;
}

struct window { /* the last tokens of NEW, newest last */
	struct token t[8];
};

static void window_add(struct window *w, const struct token *t)
{
	memmove(w->t, w->t + 1, sizeof(w->t) - sizeof(w->t[0]));
	w->t[7] = *t;
}

static bool fresh_token(const struct guard *g, const struct token *t)
{
	return t->len && align_is_fresh(g->al, t->at, (size_t)t->at + t->len);
}

/* `if (false && x)`, `if (x || true)`, `if (true)`: the newest token ends it. */
static bool constant_condition(const struct guard *g, const struct window *w, bool in_condition)
{
	const struct token *t = w->t;
	bool value = is_constant(&t[6]) || (t[6].kind == TOKEN_NUMBER && is_punct(&t[5], '!'));
	int before = is_punct(&t[5], '!') ? 4 : 5;

	if (!in_condition || !value || !fresh_token(g, &t[6]))
		return false;
	/* ( true ) */
	if (is_punct(&t[before], '(') && is_punct(&t[7], ')'))
		return is_keyword(&t[before - 1], JS_IF) && !fresh_token(g, &t[before - 1]);
	/* ( true || */
	if (is_punct(&t[before], '(') && t[7].kind == TOKEN_PUNCT && t[7].sub == JS_LOGIC)
		return is_keyword(&t[before - 1], JS_IF) && !fresh_token(g, &t[before - 1]);
	/* || true ) */
	return t[before].kind == TOKEN_PUNCT && t[before].sub == JS_LOGIC && is_punct(&t[7], ')') &&
		fresh_token(g, &t[before]) && !fresh_token(g, &t[before - 1]);
}

/* Nothing between `catch (e) {` or `if (x) {` and `}`, where OLD had an error in that place. */
static bool emptied(const struct guard *g, const struct token *open, const struct token *close, bool guard_block,
	struct span *ret_lost)
{
	size_t from = 0, to = 0;

	if (!guard_block || fresh_token(g, open) || fresh_token(g, close))
		return false;
	for (size_t lo = 0, hi = g->al->n_runs; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (g->al->runs[mid].new_to <= open->at) {
			lo = mid + 1;
		} else if (g->al->runs[mid].new_from > open->at) {
			hi = mid;
		} else {
			from = g->al->runs[mid].old_to;
			if (g->al->runs[mid].new_to == open->at + 1u && mid + 1 < g->al->n_runs)
				to = g->al->runs[mid + 1].old_from;
			break;
		}
	}
	*ret_lost = (struct span){from, to};
	return to > from;
}

static void guard_walk(struct guard *g)
{
	struct window w = {0};
	struct jslex lx;
	struct token t;
	uint32_t if_depth = 0, depth = 0;
	bool control_closed = false; /* the last ) ended the head of an if or catch */

	jslex_init(&lx, g->new_, false);
	while (jslex_next(&lx, &t)) {
		struct span lost;

		if (is_punct(&t, '(')) {
			depth++;
			if (is_keyword(&w.t[7], JS_IF) || is_keyword(&w.t[7], JS_CATCH))
				if_depth = if_depth ? if_depth : depth;
		}
		window_add(&w, &t);
		if (constant_condition(g, &w, if_depth != 0) && !is_said(g, (struct span){t.at, t.at + 1}, true))
			guard_emit(g, STR("condition"), STR("condition became constant"), STR_NONE,
				line_around(g->new_, t.at), t.at);
		if (is_punct(&t, '}') && is_punct(&w.t[6], '{') && emptied(g, &w.t[6], &t, control_closed, &lost)) {
			struct signs s = signs_of(g->old, lost.from, lost.to, g->al->lost, g->al->n_lost);

			if (s.throws || s.error_exits)
				guard_emit(g, STR("branch"), STR("error branch empty"), STR_NONE,
					str_part(g->old, lost.from, lost.to - lost.from), t.at);
		}
		if (!is_punct(&t, '{'))
			control_closed = is_punct(&t, ')') && if_depth && depth == if_depth;
		if (is_punct(&t, ')') && depth) {
			if (depth == if_depth)
				if_depth = 0;
			depth--;
		}
	}
}

/* --- checks that return at once --- */

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

/* What stands behind a name: (parameters) { return true; ... } */
static bool answers_at_once(struct str s)
{
	static const char *const answers[] = {"true", "!0", "!1", "1", ";", "}"};
	size_t open = 0;

	while (open < s.len && s.p[open] != '{' && s.p[open] != ';' && s.p[open] != '}')
		open++;
	if (open == s.len || s.p[open] != '{')
		return false;
	s = str_trim(str_part(s, open + 1, s.len));
	if (!str_starts(s, "return"))
		return false;
	s = str_trim(str_part(s, strlen("return"), s.len));
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (str_starts(s, answers[i]))
			return true;
	return false;
}

enum { HEAD_BYTES = 160 };

/* How often a text names it, and how often with a body that answers at once. */
static size_t named_in(struct str text, struct str name, size_t *ret_idle)
{
	size_t n = 0, at, from = 0;

	*ret_idle = 0;
	while (name.len && (at = str_find(str_part(text, from, text.len), name)) != SIZE_MAX) {
		at += from;
		from = at + name.len;
		if ((at && in_name(text.p[at - 1])) || (from < text.len && in_name(text.p[from])))
			continue;
		n++;
		*ret_idle += answers_at_once(str_part(text, from, HEAD_BYTES));
	}
	return n;
}

/* A check that OLD had under this name, and no more of that name that answer at once than OLD had. */
static bool had_work(const struct guard *g, struct str name)
{
	size_t from = name.len, idle, idle_now;

	while (from && in_name(name.p[from - 1])) /* "assigned to exports.verify" */
		from--;
	name = str_part(name, from, name.len);
	if (!name.len)
		return true; /* it cannot be asked for */
	if (!named_in(g->old, name, &idle))
		return false;
	if (!idle)
		return true;
	(void)named_in(g->new_, name, &idle_now);
	return idle_now > idle;
}

/* verify(...) { return true; ... } where the return is new and OLD had work to do there. */
static void early_returns(struct guard *g, const struct unit_found *units, size_t n)
{
	enum { ASKED_MAX = 100 }; /* texts are gone through for each; the further ones are said without asking */
	size_t n_asked = 0;

	for (size_t i = 0; i < n; i++) {
		const struct unit_found *u = &units[i];
		struct str text = str_part(g->new_, u->at.from, u->at.to - u->at.from);
		struct token t, t2, t3;
		struct jslex lx;
		int depth = 0;

		if (!u->is_function || !HAS_WORD(u->name, check_words))
			continue;
		jslex_init(&lx, text, false);
		for (int k = 0; k < 200 && jslex_next(&lx, &t); k++) {
			if (is_punct(&t, '{') && depth == 0)
				break; /* the body; a type may stand before it */
			depth += is_punct(&t, '(') - is_punct(&t, ')');
		}
		if (!is_punct(&t, '{') || !jslex_next(&lx, &t) || !is_keyword(&t, JS_RETURN) || !jslex_next(&lx, &t2))
			continue;
		/* `return` may be what is left of `return verify(...)`: then what it returns is new. */
		if (!align_is_fresh(g->al, u->at.from + t.at, u->at.from + t2.at + t2.len) ||
			is_said(g, (struct span){u->at.from + t.at, u->at.from + t2.at + t2.len}, true))
			continue;
		jslex_next(&lx, &t3);
		if (is_keyword(&t2, JS_TRUE) || is_punct(&t2, ';') || is_punct(&t2, '}') ||
			(is_punct(&t2, '!') && t3.kind == TOKEN_NUMBER) || t2.kind == TOKEN_NUMBER) {
			if (n_asked++ < ASKED_MAX && !had_work(g, u->name))
				continue;
			guard_emit(g, u->name, STR("check returns at once"), STR_NONE, line_around(g->new_, u->at.from + t.at),
				u->at.from + t.at);
		}
	}
}

static bool is_test_file(struct str path)
{
	static const char *const places[] = {"/test/", "/tests/", "/__tests__/", "/spec/", ".test.", ".spec.",
		"/fixtures/", "/e2e/"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (str_has(path, places[i]))
			return true;
	return str_starts(path, "test/") || str_starts(path, "tests/") || str_starts(path, "spec/");
}

void guard_facts(struct read_in *in, enum language lang, struct str old, struct str new_,
	const struct align *al, const struct line_index *lines)
{
	struct guard *g = ARENA_NEW(in->arena, struct guard);
	struct unit_found *units;
	size_t n;

	*g = (struct guard){.in = in, .lang = lang, .old = old, .new_ = new_, .al = al, .lines = lines,
		.shift = text_shift(in->new_, new_)};
	if (is_test_file(in->path) || !old.p || !al->n_runs)
		return;
	g->runs = ARENA_ARRAY(in->arena, al->n_runs, struct align_run);
	for (size_t i = 0; i < al->n_runs; i++)
		if (!al->runs[i].moved)
			g->runs[g->n_runs++] = al->runs[i];
	weaken_facts(in, lang, old, new_, al, lines, &g->said, &g->n_said);
	if (!language_is_js(lang))
		return;
	if (al->n_lost && units_find(in->arena, in->budget, lang, old, al->lost, al->n_lost, &units, &n) == STATUS_OK) {
		lost_calls(g, units, n);
		lost_errors(g, units, n);
	}
	if (al->n_fresh || al->n_lost)
		guard_walk(g);
	if (al->n_fresh && units_find(in->arena, in->budget, lang, new_, al->fresh, al->n_fresh, &units, &n) == STATUS_OK)
		early_returns(g, units, n);
}
