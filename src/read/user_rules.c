#include "read/user_rules.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "read/front.h"

enum { FILES_MAX = 32, PATTERNS_MAX = 512, MATCHES_MAX = 20000, MATCH_LIMIT = 256, CAPTURES_MAX = 16, TEXT_BYTES = 256, NAME_BYTES = 48 };

/* What one pattern of a query is about. */
struct pattern {
	uint8_t source, sink;     /* enum js_source, enum js_sink */
	struct str behaviour;
	const TSQueryPredicateStep *steps;
	uint32_t n_steps;
};

struct ruleset {
	enum language lang;
	TSQuery *query;
	enum rule_role roles[CAPTURES_MAX]; /* by capture */
	struct pattern *patterns;
	regex_t *regexes;         /* by string of the query; compiled where a match? names it */
	bool *has_regex;
	uint32_t n_strings;
};

static struct ruleset sets[FILES_MAX * 3];
static size_t n_sets;

/* ---- what went wrong, and where ---- */

struct loading {
	struct str name, text;
	char *error;
	size_t error_bytes;
};

static bool wrong(struct loading *l, size_t at, const char *why, struct str what)
{
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < at && i < l->text.len; i++) {
		column++;
		if (l->text.p[i] == '\n') {
			line++;
			column = 1;
		}
	}
	snprintf(l->error, l->error_bytes, "%.*s:%u:%u: %s%s%.*s", STR_ARG(l->name), line, column, why, what.len ? ": " : "", STR_ARG(what));
	return false;
}

static const char *query_error(TSQueryError e)
{
	switch (e) {
	case TSQueryErrorSyntax:
		return "this is no query";
	case TSQueryErrorNodeType:
		return "the language has no such node";
	case TSQueryErrorField:
		return "the language has no such field";
	case TSQueryErrorCapture:
		return "nothing is captured under this name";
	case TSQueryErrorStructure:
		return "such a node cannot stand here";
	default:
		return "the language cannot be asked";
	}
}

/* ---- one pattern ---- */

static struct str query_string(const TSQuery *q, uint32_t id)
{
	uint32_t n;
	const char *p = ts_query_string_value_for_id(q, id, &n);

	return (struct str){p, n};
}

static struct str capture_name(const TSQuery *q, uint32_t id)
{
	uint32_t n;
	const char *p = ts_query_capture_name_for_id(q, id, &n);

	return (struct str){p, n};
}

static bool is_behaviour(struct str s)
{
	size_t slashes = 0;

	for (size_t i = 0; i < s.len; i++) {
		slashes += s.p[i] == '/';
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-' || s.p[i] == '/'))
			return false;
	}
	return slashes == 1 && s.len <= NAME_BYTES && s.p[0] != '/' && s.p[s.len - 1] != '/';
}

static bool set_source(struct pattern *p, struct str word)
{
	for (uint8_t i = 0; i < SRC_IMPORT; i++)
		if (i != SRC_DYN && i != SRC_OWN && str_is(word, js_source_name((enum js_source)i))) {
			p->source = i;
			return true;
		}
	return false;
}

static bool set_sink(struct pattern *p, struct str word)
{
	for (uint8_t i = SINK_NONE + 1; i < SINK_N; i++)
		if (i != SINK_RUN && str_is(word, js_sink_name((enum js_sink)i))) {
			p->sink = i;
			return true;
		}
	return false;
}

static bool setting(struct loading *l, const TSQuery *q, struct pattern *p, const TSQueryPredicateStep *s, uint32_t n, size_t at)
{
	struct str key, value;

	if (n != 3 || s[1].type != TSQueryPredicateStepTypeString || s[2].type != TSQueryPredicateStepTypeString)
		return wrong(l, at, "set! wants a name and a value", STR(""));
	key = query_string(q, s[1].value_id);
	value = query_string(q, s[2].value_id);
	if (str_is(key, "behaviour")) {
		p->behaviour = value;
		return is_behaviour(value) || wrong(l, at, "a behaviour is called group/name, in lower case", value);
	}
	if (str_is(key, "source"))
		return set_source(p, value) || wrong(l, at, "no kind of source", value);
	if (str_is(key, "sink"))
		return set_sink(p, value) || wrong(l, at, "no kind of sink", value);
	return wrong(l, at, "set! knows behaviour, source and sink", key);
}

static bool regex_prepare(struct loading *l, struct ruleset *r, uint32_t id, size_t at)
{
	char text[TEXT_BYTES], why[128];
	struct str s = query_string(r->query, id);
	int e;

	if (r->has_regex[id])
		return true;
	if (s.len >= sizeof(text))
		return wrong(l, at, "the expression is too long", STR(""));
	memcpy(text, s.p, s.len);
	text[s.len] = '\0';
	e = regcomp(&r->regexes[id], text, REG_EXTENDED | REG_NOSUB);
	if (e) {
		regerror(e, &r->regexes[id], why, sizeof(why));
		return wrong(l, at, "match?", str_of(why));
	}
	return r->has_regex[id] = true;
}

/* One predicate of a pattern: its name, then captures and texts. */
static bool predicate_load(struct loading *l, struct ruleset *r, struct pattern *p, const TSQueryPredicateStep *s, uint32_t n, size_t at)
{
	struct str name = query_string(r->query, s[0].value_id);

	if (str_is(name, "set!"))
		return setting(l, r->query, p, s, n, at);
	if (n < 3 || s[1].type != TSQueryPredicateStepTypeCapture)
		return wrong(l, at, "a predicate wants a capture and a text", name);
	for (uint32_t i = 2; i < n; i++)
		if (s[i].type != TSQueryPredicateStepTypeString)
			return wrong(l, at, "a capture is compared with texts", name);
	if (str_is(name, "eq?") || str_is(name, "not-eq?") || str_is(name, "any-of?"))
		return true;
	if (str_is(name, "match?"))
		return regex_prepare(l, r, s[2].value_id, at);
	return wrong(l, at, "no such predicate", name);
}

static bool captures_in(const struct ruleset *r, uint32_t pattern, enum rule_role role)
{
	for (uint32_t i = 0; i < ts_query_capture_count(r->query); i++)
		if (r->roles[i] == role && ts_query_capture_quantifier_for_id(r->query, pattern, i) != TSQuantifierZero)
			return true;
	return false;
}

static bool pattern_load(struct loading *l, struct ruleset *r, uint32_t i)
{
	struct pattern *p = &r->patterns[i];
	size_t at = ts_query_start_byte_for_pattern(r->query, i);
	bool source = captures_in(r, i, RULE_SOURCE), sink = captures_in(r, i, RULE_SINK);

	p->steps = ts_query_predicates_for_pattern(r->query, i, &p->n_steps);
	p->source = SRC_NONE;
	for (uint32_t from = 0, k = 0; k < p->n_steps; k++) {
		if (p->steps[k].type != TSQueryPredicateStepTypeDone)
			continue;
		if (k > from && !predicate_load(l, r, p, p->steps + from, k - from, at))
			return false;
		from = k + 1;
	}
	if (!source && !sink && !captures_in(r, i, RULE_SANITIZER))
		return wrong(l, at, "a pattern captures @source, @sink or @sanitizer", STR(""));
	if (source && p->source == SRC_NONE)
		return wrong(l, at, "a source needs its kind: (#set! source KIND)", STR(""));
	if (sink && p->sink == SINK_NONE)
		return wrong(l, at, "a sink needs its kind: (#set! sink KIND)", STR(""));
	return true;
}

/* ---- one file ---- */

static bool set_load(struct loading *l, enum language lang)
{
	struct ruleset *r = &sets[n_sets];
	uint32_t at, n, captures;
	TSQueryError e;

	*r = (struct ruleset){.lang = lang};
	r->query = ts_query_new(front_of(lang)->grammar(lang), l->text.p ? l->text.p : "", (uint32_t)l->text.len, &at, &e);
	if (!r->query)
		return wrong(l, at, query_error(e), STR(""));
	n_sets++; /* from here on user_rules_clear() frees it */
	n = ts_query_pattern_count(r->query);
	captures = ts_query_capture_count(r->query);
	r->n_strings = ts_query_string_count(r->query);
	r->patterns = calloc(n + 1, sizeof(*r->patterns));
	r->regexes = calloc(r->n_strings + 1, sizeof(*r->regexes));
	r->has_regex = calloc(r->n_strings + 1, sizeof(*r->has_regex));
	if (!r->patterns || !r->regexes || !r->has_regex)
		return wrong(l, 0, "out of memory", STR(""));
	if (!n || n > PATTERNS_MAX)
		return wrong(l, 0, n ? "more than 512 patterns" : "no pattern stands here", STR(""));
	if (captures > CAPTURES_MAX)
		return wrong(l, 0, "more than 16 names of captures", STR(""));
	for (uint32_t i = 0; i < captures; i++) {
		struct str name = capture_name(r->query, i);

		r->roles[i] = str_is(name, "source") ? RULE_SOURCE : str_is(name, "sink") ? RULE_SINK :
			str_is(name, "sanitizer") ? RULE_SANITIZER : RULE_NONE;
	}
	for (uint32_t i = 0; i < n; i++)
		if (!pattern_load(l, r, i))
			return false;
	return true;
}

static const struct {
	const char *word;
	enum language langs[3];
} languages[] = {
	{"javascript", {LANGUAGE_JAVASCRIPT, LANGUAGE_TSX, LANGUAGE_TYPESCRIPT}},
	{"typescript", {LANGUAGE_TYPESCRIPT, LANGUAGE_TSX, LANGUAGE_NONE}},
	{"python", {LANGUAGE_PYTHON, LANGUAGE_NONE, LANGUAGE_NONE}},
	{"php", {LANGUAGE_PHP, LANGUAGE_NONE, LANGUAGE_NONE}},
	{"ruby", {LANGUAGE_RUBY, LANGUAGE_NONE, LANGUAGE_NONE}},
	{"powershell", {LANGUAGE_POWERSHELL, LANGUAGE_NONE, LANGUAGE_NONE}},
	{"go", {LANGUAGE_GO, LANGUAGE_NONE, LANGUAGE_NONE}},
	{"c", {LANGUAGE_C, LANGUAGE_NONE, LANGUAGE_NONE}},
};

enum status user_rules_add(struct str name, struct str text, char *error, size_t error_bytes)
{
	struct loading l = {.name = name, .text = text, .error = error, .error_bytes = error_bytes};
	struct str base = str_basename(name), word = str_ends(base, ".scm") ? str_part(base, 0, base.len - 4) : STR("");
	size_t dot = str_rfind_char(word, '.');

	word = dot == SIZE_MAX ? word : str_part(word, dot + 1, word.len);
	if (n_sets + 3 > sizeof(sets) / sizeof(sets[0])) {
		wrong(&l, 0, "too many files of rules", STR(""));
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
		if (!str_is(word, languages[i].word))
			continue;
		for (int k = 0; k < 3 && languages[i].langs[k] != LANGUAGE_NONE; k++)
			if (!set_load(&l, languages[i].langs[k]))
				return STATUS_USAGE;
		return STATUS_OK;
	}
	wrong(&l, 0, "the name says no language (LANGUAGE.scm or NAME.LANGUAGE.scm, with javascript, typescript, python, php, ruby, "
		"powershell or c)", STR(""));
	return STATUS_USAGE;
}

void user_rules_clear(void)
{
	for (size_t i = 0; i < n_sets; i++) {
		for (uint32_t k = 0; k < sets[i].n_strings && sets[i].has_regex; k++)
			if (sets[i].has_regex[k])
				regfree(&sets[i].regexes[k]);
		free(sets[i].patterns);
		free(sets[i].regexes);
		free(sets[i].has_regex);
		ts_query_delete(sets[i].query);
	}
	n_sets = 0;
}

bool user_rules_have(enum language lang)
{
	for (size_t i = 0; i < n_sets; i++)
		if (sets[i].lang == lang)
			return true;
	return false;
}

/* ---- a tree ---- */

static struct str node_text(const struct js *j, TSNode n)
{
	uint32_t from = ts_node_start_byte(n), to = ts_node_end_byte(n);

	return str_part(j->text, from, to > from ? to - from : 0);
}

/* Strings are compared without their quotes. */
static struct str captured(const struct js *j, const TSQueryMatch *m, uint32_t id)
{
	for (uint16_t i = 0; i < m->capture_count; i++)
		if (m->captures[i].index == id) {
			struct str t = node_text(j, m->captures[i].node);

			if (t.len >= 2 && (t.p[0] == '"' || t.p[0] == '\'') && t.p[t.len - 1] == t.p[0])
				t = str_part(t, 1, t.len - 2);
			return t;
		}
	return STR("");
}

static bool matches(const struct ruleset *r, uint32_t id, struct str t)
{
	char text[TEXT_BYTES];

	if (t.len >= sizeof(text) || memchr(t.p ? t.p : "", 0, t.len))
		return false;
	if (t.len)
		memcpy(text, t.p, t.len);
	text[t.len] = '\0';
	return r->has_regex[id] && regexec(&r->regexes[id], text, 0, NULL, 0) == 0;
}

static bool predicate_holds(const struct js *j, const struct ruleset *r, const TSQueryMatch *m, const TSQueryPredicateStep *s, uint32_t n)
{
	struct str name = query_string(r->query, s[0].value_id), t;
	bool same = false;

	if (str_is(name, "set!"))
		return true;
	t = captured(j, m, s[1].value_id);
	if (str_is(name, "match?"))
		return matches(r, s[2].value_id, t);
	for (uint32_t i = 2; i < n; i++)
		same |= str_equal(t, query_string(r->query, s[i].value_id));
	return str_is(name, "not-eq?") ? !same : same;
}

static bool match_holds(const struct js *j, const struct ruleset *r, const TSQueryMatch *m)
{
	const struct pattern *p = &r->patterns[m->pattern_index];

	for (uint32_t from = 0, k = 0; k < p->n_steps; k++) {
		if (p->steps[k].type != TSQueryPredicateStepTypeDone)
			continue;
		if (k > from && !predicate_holds(j, r, m, p->steps + from, k - from))
			return false;
		from = k + 1;
	}
	return true;
}

static int by_place(const void *x, const void *y)
{
	const struct rule_mark *a = x, *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

size_t user_rules_marks(struct js *j, const TSTree *tree, struct rule_mark **ret)
{
	struct rule_mark *marks = NULL;
	size_t n = 0, room = 0;
	TSQueryCursor *c;
	TSQueryMatch m;

	*ret = NULL;
	for (size_t i = 0; i < n_sets; i++) {
		const struct ruleset *r = &sets[i];

		if (r->lang != j->lang)
			continue;
		c = ts_query_cursor_new();
		ts_query_cursor_set_match_limit(c, MATCH_LIMIT);
		ts_query_cursor_exec(c, r->query, ts_tree_root_node(tree));
		while (n < MATCHES_MAX && budget_step(j->in->budget, 8) && ts_query_cursor_next_match(c, &m)) {
			const struct pattern *p = &r->patterns[m.pattern_index];

			if (!match_holds(j, r, &m))
				continue;
			for (uint16_t k = 0; k < m.capture_count; k++) {
				enum rule_role role = r->roles[m.captures[k].index];

				if (role != RULE_NONE)
					*ARENA_PUSH(j->a, marks, n, room) = (struct rule_mark){ts_node_start_byte(m.captures[k].node),
						ts_node_end_byte(m.captures[k].node), role, role == RULE_SOURCE ? p->source : p->sink, p->behaviour};
			}
		}
		ts_query_cursor_delete(c);
	}
	if (n)
		qsort(marks, n, sizeof(*marks), by_place);
	*ret = marks;
	return n;
}
