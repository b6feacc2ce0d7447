/*
 * Guards: conditions under which code refuses. What one is about often stands beside its condition: in what
 * the refusal says ("bad signature", 403), in how a name of the condition came to its value (`ok = verify(...)`).
 * And ways past a guard that stands as it stood: an answer given before it, one given in its place.
 */
#include "read/weaken_int.h"

#include "read/lexer.h"

enum {
	CONDITION_WORDS = 80,
	BODY_WORDS = 40,
	DEFINED_WORDS = 400, /* back to where a name of the condition got its value */
	DEFINITION_WORDS = 40,
	BEHIND_WORDS = 400,  /* from an answer to the guards behind it */
	ANSWER_WORDS = 24,
};

static const char *const asking[] = {"if", "elif", "elsif", "elseif", "unless", "guard", "while"};
static const char *const refusing[] = {"throw", "raise", "die", "exit", "abort", "panic", "reject", "fail", "fatal", "goto", "bail!", "sendstatus", "preventdefault", "deny",
	"sys.exit", "wp_die", "croak", "unauthorized", "forbidden", "Err"};
static const char *const defining[] = {"def", "function", "func", "fn", "sub", "class"};

static bool by_line(const struct weaken *k)
{
	return language_family(k->lang) != FAMILY_JAVASCRIPT && language_family(k->lang) != FAMILY_C;
}

/* --- where a guard is --- */

struct guard_at {
	size_t head, condition_end, body_end; /* words: the `if`, behind its condition, behind its block */
};

static struct guard_at guard_from(const struct weaken *k, const struct side *s, size_t head)
{
	struct guard_at g = {head, head + 1, 0};
	size_t i = head + 1, lines = 0;
	int depth = 0;

	for (size_t n = 0; i < s->n && n < CONDITION_WORDS; n++, i++) {
		depth += (word_is(s, i, '(') || word_is(s, i, '[')) - (word_is(s, i, ')') || word_is(s, i, ']'));
		if (depth == 0 && (word_is(s, i, ')') || word_is(s, i, '{')) && !by_line(k) && !(word_is(s, i, ')') && k->lang == LANGUAGE_GO))
			break;
		if (depth == 0 && by_line(k) && (word_is(s, i, ':') || (n && s->w[i].begins)))
			break;
	}
	g.condition_end = i < s->n ? i + (!by_line(k) && word_is(s, i, ')')) : s->n;
	depth = 0;
	for (i = g.condition_end; i < s->n && i < g.condition_end + BODY_WORDS; i++) {
		depth += word_is(s, i, '{') - word_is(s, i, '}');
		if (!by_line(k) && depth <= 0 && (word_is(s, i, '}') || word_is(s, i, ';')))
			break;
		if (by_line(k) && s->w[i].begins && (++lines > 3 || (lines > 1 && line_column(s, i) <= line_column(s, head))))
			break;
	}
	g.body_end = i < s->n ? i : s->n;
	return g;
}

/* The `if` whose condition or block the word stands in; false if it stands in none. */
static bool guard_around(const struct weaken *k, const struct side *s, size_t at, struct guard_at *ret)
{
	size_t from = at > CONDITION_WORDS ? at - CONDITION_WORDS : 0;

	for (size_t i = at + 1; i-- > from;) {
		if (i >= s->n || !WORD_IN(word_at(s, i), asking))
			continue;
		*ret = guard_from(k, s, i);
		return at < ret->body_end + 1 || at <= ret->condition_end;
	}
	return false;
}

/* --- what it is about --- */

static void hear(const struct side *s, size_t i, struct guard_view *v)
{
	struct str w = word_at(s, i);

	v->classes |= word_classes(s, i);
	if (s->w[i].kind == TOKEN_NUMBER && (str_is(w, "401") || str_is(w, "403")))
		v->classes |= GUARD_ACCESS;
	if (str_is(w, "origin") || str_is(w, "realpath"))
		v->classes |= GUARD_ACCESS;
	if (word_is_text(s, i) && w.len < 100 && (str_has_nocase(w, "outside") || str_has_nocase(w, "traversal") || str_has_nocase(w, "unsafe path")))
		v->classes |= GUARD_ACCESS;
	if (word_is_text(s, i) && w.len >= 4 && w.len <= 5 && str_has(w, ".."))
		v->classes |= GUARD_ACCESS; /* a way out of a folder */
	if ((word_is_name(s, i) || (word_is_text(s, i) && w.len < 100)) && guard_names_proof(w))
		v->proof = true;
}

/* `ok = verify(...)` above: what the name stands for. */
static void hear_definition(const struct weaken *k, const struct side *s, size_t name, struct guard_view *v)
{
	size_t from = name > DEFINED_WORDS ? name - DEFINED_WORDS : 0;
	struct str w = word_at(s, name);

	for (size_t i = name; i-- > from;) {
		size_t end, value;

		if ((by_line(k) || k->lang == LANGUAGE_GO) && s->w[i].begins && WORD_IN(word_at(s, i), defining))
			return; /* it is given to the function, or stands in another one */
		if (s->w[i].len != w.len || !str_equal(word_at(s, i), w) || (i && word_is(s, i - 1, '.')))
			continue;
		value = i + 2 + (word_is(s, i + 1, ':') && word_is(s, i + 2, '=')); /* Go's := is one word or two */
		if (value == i + 2 && !str_is(word_at(s, i + 1), ":=") && (!word_is(s, i + 1, '=') || word_is(s, i + 2, '=')))
			continue;
		end = statement_end(k, s, i + 1);
		for (size_t j = value; j < end && j < i + DEFINITION_WORDS; j++)
			hear(s, j, v);
		v->defined[0] = value;
		v->defined[1] = end;
		return;
	}
}

struct guard_view guard_view(const struct weaken *k, int which, size_t at)
{
	const struct side *s = &k->side[which];
	struct guard_view v = {.classes = 0};
	struct guard_at g;

	if (!guard_around(k, s, at, &g))
		return v;
	v.head = g.head;
	v.condition_end = g.condition_end;
	v.body_end = g.body_end;
	for (size_t i = g.head; i < g.body_end; i++) {
		struct str w = word_at(s, i);

		if (i < g.condition_end) {
			hear(s, i, &v);
			if (word_is_name(s, i) && !word_is(s, i + 1, '(') && !(i && word_is(s, i - 1, '.')))
				hear_definition(k, s, i, &v);
			continue;
		}
		if (WORD_IN(w, refusing) || (s->w[i].kind == TOKEN_NUMBER && w.len == 3 && w.p[0] == '4') ||
			(str_is(w, "return") && (word_is(s, i + 1, ';') || word_is(s, i + 1, '}') || str_equal_nocase(word_at(s, i + 1), STR("false")) ||
				str_equal_nocase(word_at(s, i + 1), STR("none")) || str_is(word_at(s, i + 1), "null") || str_is(word_at(s, i + 1), "nil") || word_is(s, i + 1, '-') ||
				str_is(word_at(s, i + 1), "undefined") || i + 1 >= s->n || s->w[i + 1].begins)))
			v.refuses = true;
		if (!str_is(w, "origin") && !str_is(w, "realpath")) /* what it asks about, not what it does */
			hear(s, i, &v);
	}
	return v;
}

/* --- ways past it --- */

static bool same_words(const struct side *s, size_t a, size_t b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!str_equal(word_at(s, a + i), word_at(s, b + i)))
			return false;
	return true;
}

static size_t answer_end(const struct weaken *k, const struct side *s, size_t i)
{
	size_t from = i;

	while (i < s->n && i - from < ANSWER_WORDS && !word_is(s, i, ';') && !word_is(s, i, '}') && !(by_line(k) && s->w[i].begins))
		i++;
	return i;
}

/* next(), or a value that the function gives where all went well: another `return` behind gives the same. */
static bool is_success(const struct weaken *k, const struct side *s, size_t answer)
{
	static const char *const nothing[] = {"false", "null", "none", "nil", "undefined", "-", "err"};
	size_t end = answer_end(k, s, answer), n = end - answer;
	struct guard_at around;

	if (n >= 3 && str_is(word_at(s, answer), "next") && word_is(s, answer + 1, '(') && word_is(s, answer + 2, ')'))
		return true;
	if ((n < 2 && !(n == 1 && k->lang == LANGUAGE_C && str_is(word_at(s, answer), "0"))) || n >= ANSWER_WORDS || WORD_IN(word_at(s, answer), nothing))
		return false;
	for (size_t i = end; i + n < s->n && i < end + BEHIND_WORDS; i++)
		if (!s->w[i].changed && str_is(word_at(s, i), "return") && same_words(s, answer, i + 1, n) && answer_end(k, s, i + 1) == i + 1 + n &&
			!guard_around(k, s, i, &around)) /* under a condition, it may be a refusal itself */
			return true;
	return false;
}

/* A guard of who made it or who may, behind the word and in the same function. */
static bool guard_behind(const struct weaken *k, size_t at, bool throws, struct guard_view *ret)
{
	const struct side *s = &k->side[NEW];
	int depth = 0;
	size_t budget = 6;

	for (size_t i = at; i < s->n && i < at + BEHIND_WORDS && budget; i++) {
		struct str w = word_at(s, i);

		depth += word_is(s, i, '{') - word_is(s, i, '}');
		if ((!by_line(k) && depth < -1) || (WORD_IN(w, defining) && (by_line(k) ? s->w[i].begins : depth < 0)))
			return false;
		if (!WORD_IN(w, asking) || s->w[i].changed)
			continue;
		budget--;
		*ret = guard_view(k, NEW, i);
		if (ret->refuses && (ret->classes & GUARD_STRONG)) {
			struct guard_at g = guard_from(k, s, i);

			if (!throws)
				return true;
			for (size_t j = g.condition_end; j < g.body_end; j++)
				if (WORD_IN(word_at(s, j), refusing))
					return true;
		}
	}
	return false;
}

static size_t changed_word(const struct weaken *k, const struct edit *e, int which, const char *z)
{
	const struct side *s = &k->side[which];

	for (size_t i = e->from[which]; i < e->to[which]; i++)
		if (s->w[i].changed && str_is(word_at(s, i), z))
			return i;
	return s->n;
}

static bool conditional(const struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && (WORD_IN(word_at(s, i), asking) || str_is(word_at(s, i), "?") || str_is(word_at(s, i), "&&")))
			return true;
	return false;
}

bool weaken_answered_before(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	size_t yes = changed_word(k, e, NEW, "return"), end;
	struct guard_view behind;
	bool bare, asks;

	if (yes == s->n || e->changed[OLD] > 2)
		return false;
	end = answer_end(k, s, yes + 1);
	bare = end == yes + 1;
	asks = conditional(k, e);
	if (!bare && !is_success(k, s, yes + 1) && !(end == yes + 2 && word_is_yes(s, yes + 1)))
		return false;
	if (!guard_behind(k, end, bare || (asks && !edit_names_secret(k, e)), &behind))
		return false;
	if (asks && !edit_names_secret(k, e) && (bare || !behind.proof || !(behind.classes & GUARD_IDENTITY)))
		return false; /* there was nothing to do */
	return edit_lose_viewed(k, e, asks ? "way around the check" : "answers before the check", asks && !edit_names_secret(k, e) ? GUARD_LOST_AIMED : GUARD_LOST_PROOF, &behind);
}

/* `throw` that became `return next()`, `return false` that became `return true` in a block that refused. */
bool weaken_accepts_instead(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t yes = changed_word(k, e, NEW, "return");
	struct guard_view was;
	bool refused = false;

	if (yes == s->n) { /* `return` itself may have stayed */
		yes = changed_word(k, e, NEW, "next");
		if (yes == s->n || yes == 0 || !str_is(word_at(s, yes - 1), "return"))
			return false;
		yes--;
	}
	if (!is_success(k, s, yes + 1) || conditional(k, e))
		return false;
	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++)
		refused |= o->w[i].changed && (WORD_IN(word_at(o, i), refusing) || str_is(word_at(o, i), "401") || str_is(word_at(o, i), "403") || str_is(word_at(o, i), "false"));
	if (!refused)
		return false;
	was = guard_view(k, OLD, e->from[OLD]);
	if (!(was.classes & GUARD_STRONG))
		was.classes |= classes_around(k, OLD, e, -1);
	return was.classes & GUARD_STRONG ? edit_lose_viewed(k, e, "refusal became an acceptance", GUARD_LOST_PROOF, &was) : false;
}

/* --- conditions that say the same whatever is given --- */

static bool is_comparing(const struct side *s, size_t i)
{
	static const char *const words[] = {"==", "===", "!=", "!==", "-eq", "-ne", "-ceq", "-cne"};

	return WORD_IN(word_at(s, i), words);
}

static bool is_part_of_name(const struct side *s, size_t i)
{
	return word_is_name(s, i) || word_is(s, i, '.');
}

/* `a !== a`, compare(a, a) */
static bool compares_itself(const struct side *s, size_t from, size_t to)
{
	static const char *const comparers[] = {"compare_digest", "timingSafeEqual", "hash_equals", "equals", "isEqual", "ConstantTimeCompare", "memcmp", "strcmp", "safeCompare", "compare"};

	for (size_t i = from; i < to && i < s->n; i++) {
		size_t left = i, right = i + 1, n;

		if (is_comparing(s, i)) {
			while (left > from && is_part_of_name(s, left - 1))
				left--;
		} else if (word_is(s, i, ',') && i > from) {
			while (left > from && is_part_of_name(s, left - 1))
				left--;
			if (left < 2 || !word_is(s, left - 1, '(') || !WORD_IN(word_at(s, left - 2), comparers))
				continue;
		} else {
			continue;
		}
		n = i - left;
		if (n && same_words(s, left, right, n) && !is_part_of_name(s, right + n) && !word_is(s, right + n, '(') && !word_is(s, right + n, '['))
			return true;
	}
	return false;
}

static bool has_name(const struct weaken *k, const struct edit *e, int which)
{
	const struct side *s = &k->side[which];

	for (size_t i = e->from[which]; i < e->to[which]; i++)
		if (s->w[i].changed && word_is_name(s, i) && !word_is_yes(s, i) && !str_equal_nocase(word_at(s, i), STR("false")) && !str_is(word_at(s, i), "null"))
			return true;
	return false;
}

/* `len(x) > 0` that became `x != ""`: both ask whether something is there. */
static bool asks_whether_given(const struct weaken *k, const struct edit *e)
{
	static const char *const surveys[] = {"len", "length", "size", "strlen", "isempty", "is_empty", "empty", "isset", "typeof", "undefined", "null", "nil", "none", "count", "byteLength", "is", "not",
		"String", "Boolean", "bool", "isNil", "isUndefined", "isNull"};
	const struct side *o = &k->side[OLD];
	bool survey = false;

	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		if (!o->w[i].changed || !word_is_name(o, i))
			continue;
		if (!WORD_IN(word_at(o, i), surveys))
			return false;
		survey = true;
	}
	return survey;
}

bool weaken_constant(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]), at = e->from[NEW];
	struct guard_view was;
	bool literal = false, itself;

	if (e->changed[NEW] == 0 || e->changed[NEW] > 8 || e->changed[OLD] > 24)
		return false;
	while (at + 1 < e->to[NEW] && !s->w[at].changed)
		at++;
	was = guard_view(k, OLD, e->from[OLD]);
	if (!(was.classes & GUARD_STRONG) || !(was.refuses || was.head))
		was.classes |= classes_around(k, OLD, e, -1) & GUARD_STRONG;
	if (!(was.classes & GUARD_STRONG))
		return false;
	itself = compares_itself(s, begin, end) && !compares_itself(o, statement_begin(k, o, e->from[OLD]), statement_end(k, o, e->to[OLD]));
	if (itself)
		return edit_lose_viewed(k, e, "compared with itself", GUARD_LOST_PROOF, &was);
	if (!was.refuses || e->from[OLD] > was.condition_end || e->from[OLD] < was.head)
		return false;
	if (asks_whether_given(k, e))
		return false;
	/* what was compared or asked is a literal now */
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		literal |= s->w[i].changed && (word_is_yes(s, i) || str_equal_nocase(word_at(s, i), STR("false")) || (word_is_text(s, i) && s->w[i].len <= 4) || str_is(word_at(s, i), "0"));
	if (!literal || !has_name(k, e, OLD) || (has_name(k, e, NEW) && !(word_is_yes(s, at) || str_is(word_at(s, at), "Promise"))))
		return false;
	return edit_lose_viewed(k, e, "condition became constant", GUARD_LOST_PROOF, &was);
}

/* `bad(x) || bad(y)` that refuses for one of them only. */
bool weaken_operand_gone(struct weaken *k, const struct edit *e)
{
	static const char *const ors[] = {"||", "or", "-or"}, *const ands[] = {"&&", "and", "-and"};
	const struct side *o = &k->side[OLD];
	struct guard_view was;
	size_t at = e->from[OLD];

	if (e->changed[NEW] != 0 || e->changed[OLD] > 24 || !COUNT(OLD, ors) || COUNT(OLD, ands))
		return false;
	while (at + 1 < e->to[OLD] && !o->w[at].changed)
		at++;
	was = guard_view(k, OLD, at);
	if (!was.refuses || !(was.classes & GUARD_STRONG) || at >= was.condition_end || edit_moved_away(k, e))
		return false;
	return edit_lose_viewed(k, e, "condition asks for less", (classes_in(o, e->from[OLD], e->to[OLD], 1) & GUARD_STRONG) ? GUARD_LOST_PROOF : GUARD_LOST_AIMED, &was);
}

/* `if (x && bad(y))` where x is what is proved: without a signature nobody asks for one. */
bool guard_made_optional(const struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	struct guard_view now = guard_view(k, NEW, e->from[NEW]);

	if (!now.refuses || !(now.classes & GUARD_STRONG))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		struct str w = word_at(s, i);

		if (!s->w[i].changed || !(word_is_name(s, i) || word_is_text(s, i)) || w.len < 3)
			continue;
		if (word_is_text(s, i))
			w = str_part(w, 1, w.len - 1);
		for (size_t j = now.head; j < now.condition_end; j++)
			if (!s->w[j].changed && str_equal(word_is_text(s, j) && s->w[j].len > 2 ? str_part(word_at(s, j), 1, s->w[j].len - 1) : word_at(s, j), w))
				return true;
		for (size_t j = now.defined[0]; j < now.defined[1]; j++)
			if (str_equal(word_at(s, j), w))
				return true;
	}
	return false;
}

/* await verify(x) that nobody waits for: it refuses too late. */
bool weaken_not_awaited(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	size_t at = changed_word(k, e, OLD, "await");
	unsigned about = 0;

	if (at == o->n || e->changed[OLD] != 1 || e->changed[NEW] != 0)
		return false;
	for (size_t i = at + 1; i < o->n && i < at + 6; i++)
		about |= word_is_name(o, i) ? word_classes(o, i) : 0;
	if (!(about & GUARD_STRONG) || !edit_has_text(k, NEW, "await"))
		return false; /* all of it is done at once now */
	return edit_lose(k, e, "check is not waited for", true);
}

/* "{}".format(h.hexdigest()) that became f"{h.hexdigest()}": the call stands within the text. */
static bool called_in_text(const struct side *s, const struct edit *e, struct str name)
{
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		struct str w = word_at(s, i);
		size_t at = s->w[i].changed && str_has(w, "{") ? str_find(w, name) : SIZE_MAX;

		if (at != SIZE_MAX && at + name.len < w.len && w.p[at + name.len] == '(')
			return true;
	}
	return false;
}

/* `sum !== expected`, check(sum): is the name held against something behind its definition? */
static bool is_compared(const struct side *s, struct str name, size_t from)
{
	for (size_t i = from; i < s->n && i < from + BEHIND_WORDS; i++) {
		if (s->w[i].len != name.len || !str_equal(word_at(s, i), name))
			continue;
		for (size_t j = i > 6 ? i - 6 : 0; j < i + 6 && j < s->n; j++)
			if (is_comparing(s, j) || (word_is(s, j + 1, '=') && (word_is(s, j, '=') || word_is(s, j, '!'))) || WORD_IN(word_at(s, j), asking) ||
				(word_is_name(s, j) && word_is(s, j + 1, '(') && (word_classes(s, j) & (GUARD_STRONG | GUARD_OTHER))))
				return true;
	}
	return false;
}

/* A digest, a signature's check that is computed no more: its place has a value without a call. */
bool weaken_not_computed(struct weaken *k, const struct edit *e)
{
	static const char *const computing[] = {"createHash", "createHmac", "sha256", "sha512", "sha1", "hashlib", "hmac", "digest", "hexdigest", "verify", "checksum", "hash_file",
		"hash_hmac", "Sum256", "ComputeHash", "timingSafeEqual", "compare_digest", "digestOf", "sha256sum"};
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t begin = statement_begin(k, o, e->from[OLD]), now = statement_begin(k, s, e->from[NEW]);
	bool called = false, assigned;

	if (!e->changed[NEW] || e->changed[NEW] > 8 || e->changed[OLD] > 30 || e->changed[OLD] < 2)
		return false;
	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++)
		called |= o->w[i].changed && word_is(o, i + 1, '(') && WORD_IN(word_at(o, i), computing) && !called_in_text(s, e, word_at(o, i));
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && (word_is(s, i, '(') || word_is(s, i, '{') || word_is(s, i, ';')))
			return false;
	if (!called)
		return false;
	assigned = word_is(o, begin + 1, '=') || word_is(o, begin + 2, '=');
	if (!assigned && !str_is(word_at(o, begin), "return") && !(guard_class_of(function_around(k, now)) & (GUARD_IDENTITY | GUARD_OTHER)))
		return false;
	if (assigned && !is_compared(o, word_at(o, begin + (word_is(o, begin + 2, '='))), e->to[OLD]))
		return edit_lose_at_most(k, e, "computed no more", GUARD_LOST_REFACTORED); /* it named something, or was told */
	return edit_lose_at_most(k, e, "computed no more", edit_is_alone(k, e) ? GUARD_LOST_PROOF : GUARD_LOST_REFACTORED);
}
