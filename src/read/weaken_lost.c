/*
 * Guards of OLD that NEW has no more, each judged by itself: what else was edited in the file excuses nothing.
 * A guard is an `if` that refuses because a signature, a digest or a right is not what it should be, or a call
 * that checks one. It is lost where the function around it stands, what followed it is still done, and nothing
 * took its place: not in the gap that it left, not near it, and its names and its message stand nowhere else.
 */
#include "read/weaken_int.h"

#include "read/lexer.h"

enum {
	LOST_MAX = 8,
	NEAR_WORDS = 60,       /* of the function around, before and behind */
	GAP_WORDS = 60,        /* of NEW between what stood before the guard and what stood behind it */
	BEHIND_LEAST = 2,      /* words that are still done */
	LOST_PERCENT = 60, STANDS_PERCENT = 50,
	CALL_WORDS = 40,
	MESSAGE_BYTES = 10, /* with its quotes */
	COLUMNS_MAX = 400,
};

static const char *const asking[] = {"if", "elif", "elsif", "elseif", "unless", "guard"};
static const char *const catching[] = {"catch", "except", "rescue"};
static const char *const refusing[] = {"throw", "raise", "die", "exit", "abort", "panic", "reject", "fail", "fatal", "bail!", "sys.exit", "wp_die", "croak",
	"unauthorized", "forbidden", "Err", "os.Exit", "deny", "Fatal", "Fatalf"};
static const char *const telling[] = {"console", "log", "logger", "logging", "debug", "info", "warn", "warning", "print", "println", "printf", "echo", "error", "trace", "puts",
	"fprintf", "Println", "Printf"};

struct shared_run {
	size_t old_from, old_to, new_from; /* words */
};

struct losses {
	struct weaken *k;
	struct shared_run *runs;
	size_t n_runs;
	uint32_t *changed[2]; /* how many words before this one are changed */
	size_t n_said;
};

struct lost_guard {
	size_t from, to; /* words of OLD */
	size_t named[2]; /* ... whose names say what it is: the condition, the call */
	enum guard_lost grade;
	const char *key;
	bool asks;   /* its condition stands */
	bool weaker; /* what it asked about is not given any more */
};

static bool by_line(const struct weaken *k)
{
	return language_family(k->lang) != FAMILY_JAVASCRIPT && language_family(k->lang) != FAMILY_C;
}

static size_t changed_between(const struct losses *l, int which, size_t from, size_t to)
{
	return l->changed[which][to] - l->changed[which][from];
}

/* Where an unchanged word of OLD stands in NEW; SIZE_MAX where it stands nowhere. */
static size_t place_in_new(const struct losses *l, size_t i)
{
	size_t lo = 0;

	for (size_t hi = l->n_runs; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->runs[mid].old_to <= i)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->n_runs && l->runs[lo].old_from <= i ? l->runs[lo].new_from + (i - l->runs[lo].old_from) : SIZE_MAX;
}

static bool is_called(const struct side *s, size_t i)
{
	return word_is_name(s, i) && word_is(s, i + 1, '(');
}

/* --- what a guard asks --- */

/* A sum, a signature: what is compared proves something. */
static bool names_sum(struct str name)
{
	static const char *const words[] = {"signature", "digest", "hmac", "checksum", "integrity", "fingerprint", "sha1", "sha256", "sha384", "sha512", "hash", "shasum", "authtag"};

	return HAS_WORD(name, words);
}

/* What is only looked up again: a build's cache, what was rendered last. */
static bool names_memory(struct str name)
{
	static const char *const words[] = {"cache", "prev", "last", "current", "old", "etag", "known", "seen", "location", "route", "version", "url", "chunk", "state", "commit"};

	return HAS_WORD(name, words);
}

/* Of what kind a value is, how long, whether it was given: input, not proof. */
static bool is_survey(struct str w)
{
	static const char *const words[] = {"typeof", "instanceof", "isArray", "isinstance", "isString", "is_string", "undefined", "length", "len", "isBuffer", "isObject", "hasOwnProperty", "in", "None",
		"null", "nil", "callable", "isFunction", "is_array", "type"};

	return WORD_IN(w, words);
}

static bool says_shape(struct str name)
{
	static const char *const words[] = {"option", "arg", "param", "input", "config", "schema", "type", "format", "length", "syntax", "email", "field", "form", "prop", "valid", "state", "node"};

	return HAS_WORD(name, words) && !guard_names_proof(name);
}

/* A call in [from, to) that checks a proof, by its own name or by what it is given. */
static bool calls_proof(const struct side *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		unsigned c = is_called(s, i) ? guard_class_of(word_at(s, i)) : 0;
		int depth = 0;

		if (!(c & (GUARD_IDENTITY | GUARD_OTHER)) || guard_says_unchecked(word_at(s, i)) || says_shape(word_at(s, i)))
			continue;
		if ((c & GUARD_IDENTITY) && guard_names_proof(word_at(s, i)) && ((c & GUARD_ACTS) || guard_class_of(word_at(s, i)) & GUARD_ACTS))
			return true;
		for (size_t j = i + 1; j < to && j < i + CALL_WORDS; j++) {
			depth += word_is(s, j, '(') - word_is(s, j, ')');
			if (depth == 0)
				break;
			if ((c & GUARD_ACTS) && (word_is_name(s, j) || (word_is_text(s, j) && s->w[j].len < 40)) && (names_sum(word_unquoted(word_at(s, j))) || guard_names_proof(word_at(s, j))))
				return true;
		}
		for (size_t j = i >= 2 && word_is(s, i - 1, '.') ? i - 2 : i; (c & GUARD_ACTS) && j < i; j++)
			if (guard_names_proof(word_at(s, j)))
				return true; /* crypto.verify() */
	}
	return false;
}

static bool is_value(const struct side *s, size_t i)
{
	static const char *const nothing[] = {"null", "undefined", "none", "nil", "true", "false", "void"};

	return (word_is_name(s, i) && !WORD_IN(word_at(s, i), nothing)) || word_is(s, i, ')') || word_is(s, i, ']');
}

/* `digest !== expected`: two values, one of them a sum by its name. */
static bool compares_sums(const struct side *s, size_t from, size_t to)
{
	static const char *const operators[] = {"==", "===", "!=", "!==", "-ne", "-eq", "-cne", "-ceq"};
	bool sum = false, compared = false;

	for (size_t i = from; i < to; i++) {
		bool two = word_is(s, i + 1, '=') && (word_is(s, i, '!') || word_is(s, i, '=')) && s->w[i + 1].at == s->w[i].at + 1;

		if (is_survey(word_at(s, i)) || names_memory(word_at(s, i)))
			return false;
		sum |= (word_is_name(s, i) || (word_is_text(s, i) && s->w[i].len < 30)) && names_sum(word_unquoted(word_at(s, i)));
		if ((WORD_IN(word_at(s, i), operators) || two) && i > from)
			compared |= is_value(s, i - 1) && is_value(s, i + 1 + two);
	}
	return sum && compared;
}

static bool calls_access(const struct side *s, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if ((is_called(s, i) || (word_is_name(s, i) && i && word_is(s, i - 1, '.'))) && (guard_class_of(word_at(s, i)) & GUARD_ACCESS) &&
			!guard_says_unchecked(word_at(s, i)))
			return true;
	return false;
}

/* throw, exit, callback(err), an answer of 401 or 403; `return false`: not a bare return, which may mean that there is nothing to do. */
static bool refuses_aloud(const struct side *s, size_t from, size_t to)
{
	static const char *const no_words[] = {"false", "none", "nil", "null", "err", "-"};

	for (size_t i = from; i < to && i < s->n; i++) {
		struct str w = word_at(s, i);

		if (WORD_IN(w, refusing) || str_is(w, "401") || str_is(w, "403"))
			return true;
		if (str_is(w, "return") && (WORD_IN(word_at(s, i + 1), no_words) || word_is(s, i + 1, '-')))
			return true;
		if (str_is(w, "Error") || str_is(w, "Errorf") || (str_is(w, "return") && i + 1 < s->n && str_has_nocase(word_at(s, i + 1), "err")))
			return true;
	}
	return false;
}

/* --- finding guards --- */

static size_t column_of(const struct side *s, size_t i)
{
	size_t at = s->w[i].at, from = at;

	while (from > 0 && at - from < COLUMNS_MAX && s->text.p[from - 1] != '\n')
		from--;
	return at - from;
}

static size_t line_begin(const struct side *s, size_t i)
{
	for (size_t n = 0; i > 0 && !s->w[i].begins && n < 2 * NEAR_WORDS; n++)
		i--;
	return i;
}

static size_t line_end(const struct side *s, size_t i)
{
	for (size_t n = 0; i < s->n && n < 2 * NEAR_WORDS && !(n && s->w[i].begins); n++)
		i++;
	return i;
}

/* Behind the block of an `if` at i: by its brackets, by how far its lines stand in, by its `end`. */
static size_t block_end(const struct weaken *k, const struct side *s, size_t i, size_t condition_end)
{
	size_t at = condition_end, column;
	int depth = 0;

	if (!by_line(k) || word_is(s, at, '{') || (at && word_is(s, at - 1, '{'))) {
		at -= by_line(k) && at && word_is(s, at - 1, '{');
		for (size_t n = 0; at < s->n && n < 2 * NEAR_WORDS; n++, at++) {
			depth += word_is(s, at, '{') - word_is(s, at, '}');
			if (depth <= 0 && (word_is(s, at, '}') || word_is(s, at, ';') || (n && depth == 0 && s->w[at].begins && !word_is(s, condition_end, '{'))))
				return at + (word_is(s, at, '}') || word_is(s, at, ';'));
		}
		return at;
	}
	column = column_of(s, line_begin(s, i));
	for (size_t n = 0; at < s->n && n < 2 * NEAR_WORDS; n++, at++)
		if (at > condition_end && s->w[at].begins && column_of(s, at) <= column)
			return at + (k->lang == LANGUAGE_RUBY && str_is(word_at(s, at), "end"));
	return at;
}

static bool is_telling(const struct side *s, size_t i)
{
	return WORD_IN(word_at(s, i), telling) || (i >= 2 && word_is(s, i - 1, '.') && WORD_IN(word_at(s, i - 2), telling));
}

/* An `if` at i of which most is lost. */
static bool condition_lost(const struct losses *l, size_t i, struct lost_guard *ret)
{
	struct weaken *k = l->k;
	const struct side *o = &k->side[OLD];
	struct guard_view v;
	size_t end = i + 2 * NEAR_WORDS < o->n ? i + 2 * NEAR_WORDS : o->n, from = i, body_end, condition_end;
	bool behind = k->lang == LANGUAGE_RUBY && !o->w[i].begins; /* raise 'no' unless verify(x) */

	if (!changed_between(l, OLD, i > NEAR_WORDS ? i - NEAR_WORDS : 0, end))
		return false;
	v = guard_view(k, OLD, i);
	condition_end = behind ? line_end(o, i) : v.condition_end;
	if (v.head != i || condition_end <= i || (!behind && !v.refuses))
		return false;
	body_end = behind ? condition_end : block_end(k, o, i, condition_end);
	if (behind)
		from = line_begin(o, i);
	if (changed_between(l, OLD, from, body_end) * 100 < (body_end - from) * LOST_PERCENT || !changed_between(l, OLD, i, condition_end))
		return false;
	if (!(behind ? refuses_aloud(o, from, i) : refuses_aloud(o, condition_end, body_end)))
		return false;
	if (v.defined[1] && v.defined[1] <= from && from - v.defined[1] < 4 && changed_between(l, OLD, v.defined[0], v.defined[1]))
		from = statement_begin(k, o, v.defined[0]); /* what it asks is gone with it */
	*ret = (struct lost_guard){from, body_end, {i, condition_end}, GUARD_LOST_PROOF, "refusal removed"};
	if (calls_proof(o, i, condition_end) || (v.defined[1] && calls_proof(o, v.defined[0], v.defined[1])) || compares_sums(o, i, condition_end))
		return true;
	ret->grade = GUARD_LOST_AIMED;
	return calls_access(o, i, condition_end);
}

/* The condition stands as it stood, and where OLD refused NEW only tells, or does nothing. */
static bool refusal_lost(const struct losses *l, size_t i, struct lost_guard *ret)
{
	static const char *const leaving[] = {"return", "continue", "break", "next", "goto", "redo", "yield"};
	struct weaken *k = l->k;
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	struct guard_view v, now;
	size_t at, body_end, now_end;

	if (i + 2 >= o->n || !changed_between(l, OLD, i, i + 2 * NEAR_WORDS < o->n ? i + 2 * NEAR_WORDS : o->n))
		return false;
	v = guard_view(k, OLD, i);
	at = place_in_new(l, i);
	if (v.head != i || !v.refuses || v.condition_end <= i || at == SIZE_MAX || place_in_new(l, v.condition_end - 1) != at + (v.condition_end - 1 - i) ||
		changed_between(l, OLD, i, v.condition_end))
		return false;
	body_end = block_end(k, o, i, v.condition_end);
	now = guard_view(k, NEW, at);
	now_end = block_end(k, s, at, now.condition_end);
	if (now.head != at || !refuses_aloud(o, v.condition_end, body_end) || refuses_aloud(s, now.condition_end, now_end))
		return false;
	for (size_t j = now.condition_end; j < now_end; j++)
		if (s->w[j].changed && (WORD_IN(word_at(s, j), leaving) || (is_called(s, j) && !is_telling(s, j)) || (!is_called(s, j) && word_classes(s, j) && word_is_name(s, j))))
			return false; /* it may end there otherwise */
	*ret = (struct lost_guard){v.condition_end, body_end, {i, v.condition_end}, GUARD_LOST_PROOF, "refuses no more", true};
	if (calls_proof(o, i, v.condition_end) || (v.defined[1] && calls_proof(o, v.defined[0], v.defined[1])) || compares_sums(o, i, v.condition_end))
		return true;
	ret->grade = GUARD_LOST_AIMED;
	return calls_access(o, i, v.condition_end);
}

/* The first word of the `try` whose `catch` stands at i. */
static size_t try_begin(const struct weaken *k, const struct side *s, size_t i)
{
	size_t column = by_line(k) ? column_of(s, line_begin(s, i)) : 0;
	int depth = 0;

	for (size_t n = 0; i > 0 && n < 4 * NEAR_WORDS; n++) {
		i--;
		depth += word_is(s, i, '}') - word_is(s, i, '{');
		if (by_line(k) ? s->w[i].begins && column_of(s, i) <= column : depth <= 0 && word_is(s, i, '{'))
			return i;
	}
	return s->n;
}

/* The check stands, in a `try`, and its `catch` refuses no more. */
static bool catch_lost(const struct losses *l, size_t i, struct lost_guard *ret)
{
	static const char *const leaving[] = {"return", "continue", "break", "next", "goto", "retry", "yield"};
	struct weaken *k = l->k;
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t at = place_in_new(l, i), begin, head = i + 1, head_now = at + 1, end, end_now;

	if (at == SIZE_MAX || !changed_between(l, OLD, i, i + 2 * NEAR_WORDS < o->n ? i + 2 * NEAR_WORDS : o->n))
		return false;
	while (head < o->n && head < i + 16 && !word_is(o, head, by_line(k) ? ':' : '{'))
		head++;
	while (head_now < s->n && head_now < at + 16 && !word_is(s, head_now, by_line(k) ? ':' : '{'))
		head_now++;
	end = block_end(k, o, i, head);
	end_now = block_end(k, s, at, head_now);
	if (!changed_between(l, OLD, head, end) || !refuses_aloud(o, head, end) || refuses_aloud(s, head_now, end_now))
		return false;
	for (size_t j = head_now; j < end_now; j++)
		if (s->w[j].changed && (WORD_IN(word_at(s, j), leaving) || WORD_IN(word_at(s, j), asking) || (is_called(s, j) && !is_telling(s, j))))
			return false;
	begin = try_begin(k, o, i);
	if (begin >= o->n || place_in_new(l, begin) == SIZE_MAX || changed_between(l, OLD, begin, i) * 100 > (i - begin) * STANDS_PERCENT)
		return false;
	*ret = (struct lost_guard){head, end, {begin, i}, GUARD_LOST_PROOF, "errors of the check swallowed", true};
	return calls_proof(o, begin, i);
}

/* `await verifyIntegrity(file, sum);` as a statement, all of it lost. */
static bool call_lost(const struct losses *l, size_t i, struct lost_guard *ret)
{
	static const char *const before[] = {"await", "yield", "return", "yield*"};
	struct weaken *k = l->k;
	const struct side *o = &k->side[OLD];
	size_t begin = i, end = i + 1;
	int depth = 0;

	if (!o->w[i].changed || !is_called(o, i) || !(guard_class_of(word_at(o, i)) & (GUARD_STRONG | GUARD_OTHER)) || guard_says_unchecked(word_at(o, i)) ||
		says_shape(word_at(o, i)))
		return false;
	while (begin >= 2 && word_is(o, begin - 1, '.') && word_is_name(o, begin - 2))
		begin -= 2;
	if (begin && WORD_IN(word_at(o, begin - 1), before) && !str_is(word_at(o, begin - 1), "return"))
		begin--;
	if (begin && !(word_is(o, begin - 1, ';') || word_is(o, begin - 1, '{') || word_is(o, begin - 1, '}') || o->w[begin].begins))
		return false;
	for (; end < o->n && end < i + CALL_WORDS; end++) {
		depth += word_is(o, end, '(') - word_is(o, end, ')');
		if (depth == 0)
			break;
	}
	if (depth || end >= o->n)
		return false;
	end++;
	if (!(end >= o->n || word_is(o, end, ';') || word_is(o, end, '}') || o->w[end].begins))
		return false; /* what it gives is used, or it is declared */
	end += word_is(o, end, ';');
	if (changed_between(l, OLD, begin, end) * 100 < (end - begin) * LOST_PERCENT)
		return false;
	*ret = (struct lost_guard){begin, end, {begin, end}, GUARD_LOST_PROOF, "check taken out"};
	if (calls_proof(o, begin, end) || ((guard_class_of(word_at(o, i)) & GUARD_IDENTITY) && guard_names_proof(word_at(o, i))))
		return true;
	ret->grade = GUARD_LOST_AIMED;
	return guard_class_of(word_at(o, i)) & GUARD_ACCESS;
}

/* --- what stands around --- */

static bool opens_control(const struct weaken *k, const struct side *s, size_t brace)
{
	static const char *const heads[] = {"if", "for", "while", "switch", "else", "try", "do", "foreach", "using", "lock", "match", "select", "catch", "finally", "with"};
	size_t begin = statement_begin(k, s, brace);

	return WORD_IN(word_at(s, begin), heads) || (word_is(s, begin, '}') && WORD_IN(word_at(s, begin + 1), heads));
}

static const char *const defining[] = {"def", "function", "func", "fn", "sub", "class", "filter"};

/* The part of the function around [from, to) that stands near. */
static void neighbourhood(const struct weaken *k, const struct side *s, size_t from, size_t to, size_t *ret_from, size_t *ret_to)
{
	int depth = 0, nested = 0;
	size_t i;

	for (i = from; i > 0 && from - i < NEAR_WORDS; i--) {
		if (by_line(k) && WORD_IN(word_at(s, i - 1), defining) && s->w[i - 1].begins) {
			i--;
			break;
		}
		if (by_line(k))
			continue;
		depth += word_is(s, i - 1, '}') - word_is(s, i - 1, '{');
		if (depth >= 0)
			continue;
		depth = 0;
		if (!opens_control(k, s, i - 1)) {
			i = statement_begin(k, s, i - 1);
			break;
		}
		nested++;
	}
	*ret_from = i;
	depth = 0;
	for (i = to; i < s->n && i - to < NEAR_WORDS; i++) {
		if (by_line(k) && WORD_IN(word_at(s, i), defining) && s->w[i].begins)
			break;
		depth += word_is(s, i, '{') - word_is(s, i, '}');
		if (!by_line(k) && depth < -nested)
			break;
	}
	*ret_to = i;
}

/* Two unchanged words of OLD that stand beside each other in NEW too, the last before `from` or the first from `to` on. */
static size_t anchor_before(const struct losses *l, size_t from, size_t least)
{
	for (size_t i = from; i > least; i--)
		if (place_in_new(l, i - 1) != SIZE_MAX && (i - 1 == least || place_in_new(l, i - 2) + 1 == place_in_new(l, i - 1)))
			return i - 1;
	return SIZE_MAX;
}

static size_t anchor_behind(const struct losses *l, size_t to, size_t most)
{
	for (size_t i = to; i < most; i++)
		if (place_in_new(l, i) != SIZE_MAX && (i + 1 >= most || place_in_new(l, i + 1) == place_in_new(l, i) + 1))
			return i;
	return SIZE_MAX;
}

/* Does NEW check or refuse there with words that OLD did not have? */
static bool has_new_check(const struct losses *l, size_t from, size_t to, bool gap)
{
	const struct side *s = &l->k->side[NEW];

	if (!changed_between(l, NEW, from, to))
		return false;
	for (size_t i = from; i < to; i++) {
		struct str w = word_at(s, i);

		if (!s->w[i].changed)
			continue;
		if (WORD_IN(w, refusing) || (word_is_name(s, i) && word_classes(s, i) && !guard_says_unchecked(w) && !word_is(s, i + 1, ':')))
			return true;
		if (!gap)
			continue;
		if (WORD_IN(w, asking) || str_is(w, "return") || str_is(w, "?"))
			return true;
		if (is_called(s, i) && !is_telling(s, i))
			return true; /* it may be there what was here */
	}
	return false;
}

/* Do its names or what it says come again elsewhere among what is new? */
static bool stands_elsewhere(const struct losses *l, const struct lost_guard *g)
{
	const struct side *o = &l->k->side[OLD];

	for (size_t i = g->from; i < g->to; i++)
		if (o->w[i].len >= 4 && ((word_is_name(o, i) && word_classes(o, i)) || (word_is_text(o, i) && o->w[i].len > MESSAGE_BYTES)) &&
			word_is_fresh(l->k, word_at(o, i)))
			return true;
	return false;
}

/* A parameter that the guard asked about is no parameter any more: what was checked is not given. */
static bool is_asked_for_less(const struct losses *l, const struct lost_guard *g, size_t from)
{
	const struct side *o = &l->k->side[OLD];
	size_t open = from;

	while (open < g->from && !word_is(o, open, '('))
		open++;
	for (size_t p = open + 1; p < g->from && !word_is(o, p, ')') && !word_is(o, p, '{'); p++) {
		if (!o->w[p].changed || !word_is_name(o, p))
			continue;
		for (size_t i = g->named[0]; i < g->named[1]; i++)
			if (str_equal(word_at(o, i), word_at(o, p)))
				return true;
	}
	return false;
}

static bool is_lost(struct losses *l, struct lost_guard *g)
{
	struct weaken *k = l->k;
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t near_from, near_to, before, behind, gap_from, gap_to, from, to, around, stands, done;

	neighbourhood(k, o, g->from, g->to, &near_from, &near_to);
	around = (g->from - near_from) + (near_to - g->to);
	stands = around - changed_between(l, OLD, near_from, g->from) - changed_between(l, OLD, g->to, near_to);
	if (!around || stands * 100 < around * STANDS_PERCENT)
		return false; /* the function was written anew */
	done = near_to - g->to - changed_between(l, OLD, g->to, near_to);
	if (done < BEHIND_LEAST || done * 100 < (near_to - g->to) * STANDS_PERCENT)
		return false; /* what it guarded is gone, too */
	before = anchor_before(l, g->from, near_from);
	behind = anchor_behind(l, g->to, near_to);
	if (g->asks)
		return behind != SIZE_MAX;
	if (before == SIZE_MAX || behind == SIZE_MAX)
		return false;
	gap_from = place_in_new(l, before) + 1;
	gap_to = place_in_new(l, behind);
	if (gap_to < gap_from || gap_to - gap_from > GAP_WORDS || has_new_check(l, gap_from, gap_to, true))
		return false;
	neighbourhood(k, s, gap_from, gap_to, &from, &to);
	if (has_new_check(l, from, gap_from, false) || has_new_check(l, gap_to, to, false) || stands_elsewhere(l, g))
		return false;
	g->weaker = is_asked_for_less(l, g, near_from);
	if (g->weaker)
		g->grade = g->grade == GUARD_LOST_PROOF ? GUARD_LOST_AIMED : GUARD_LOST_REFACTORED;
	return true;
}

/* Everything else that OLD had under the names of the check is gone as well: the feature was withdrawn, for all to read. */
static bool is_withdrawn(struct losses *l, const struct lost_guard *g)
{
	const struct side *o = &l->k->side[OLD], *s = &l->k->side[NEW];
	struct str name = STR_NONE;
	size_t before = 0, now = 0;

	for (size_t i = g->named[0]; i < g->named[1]; i++)
		if (is_called(o, i) && word_classes(o, i) && o->w[i].len > name.len)
			name = word_at(o, i);
	if (!name.len || g->asks)
		return false;
	if (!budget_step(l->k->in->budget, 1 + (o->n + s->n) / 16))
		return true;
	for (size_t i = 0; i < o->n; i++)
		before += (i < g->from || i >= g->to) && o->w[i].len == name.len && str_equal(word_at(o, i), name);
	for (size_t i = 0; i < s->n; i++)
		now += s->w[i].len == name.len && str_equal(word_at(s, i), name);
	return before && !now;
}

static void guard_asked(struct losses *l, struct lost_guard *g)
{
	struct weaken *k = l->k;
	struct edit e;
	size_t place;

	if (!is_lost(l, g))
		return;
	if (g->grade == GUARD_LOST_PROOF && !g->weaker && !is_withdrawn(l, g))
		g->grade = GUARD_LOST_OPEN;
	place = anchor_before(l, g->from, 0);
	place = place == SIZE_MAX ? 0 : place_in_new(l, place) + 1;
	e = (struct edit){{g->from, place}, {g->to, place}, {g->to - g->from, 0}};
	edit_say(k, &e, FACT_GUARD_LOST, g->key, g->grade, guard_told(k, g->from, g->to));
	l->n_said++;
}

/* --- the walk --- */

static void runs_read(struct losses *l)
{
	const struct align *al = l->k->al;
	size_t before = 0;

	l->runs = ARENA_ARRAY(l->k->in->arena, al->n_runs, struct shared_run);
	for (size_t i = 0; i < al->n_runs; i++) {
		const struct align_run *r = &al->runs[i];

		if (r->moved || r->old_from < before)
			continue;
		before = r->old_to;
		l->runs[l->n_runs++] = (struct shared_run){word_from(&l->k->side[OLD], r->old_from), word_from(&l->k->side[OLD], r->old_to), word_from(&l->k->side[NEW], r->new_from)};
	}
	for (int which = OLD; which <= NEW; which++) {
		const struct side *s = &l->k->side[which];

		l->changed[which] = ARENA_ARRAY(l->k->in->arena, s->n + 1, uint32_t);
		for (size_t i = 0; i < s->n; i++)
			l->changed[which][i + 1] = l->changed[which][i] + s->w[i].changed;
	}
}

void weaken_lost(struct weaken *k)
{
	struct losses l = {.k = k};
	const struct side *o = &k->side[OLD];

	if (k->al->minified_new || k->al->minified_old || language_family(k->lang) == FAMILY_WORDS)
		return; /* names mean little there; a shell's commands are asked by weaken.c */
	if (!budget_step(k->in->budget, 1 + (o->n + k->side[NEW].n) / 2))
		return;
	runs_read(&l);
	for (size_t i = 0; i < o->n && l.n_said < LOST_MAX; i++) {
		struct lost_guard g;

		if (WORD_IN(word_at(o, i), asking)) {
			if (!budget_step(k->in->budget, 8))
				return;
			if (condition_lost(&l, i, &g) || refusal_lost(&l, i, &g))
				guard_asked(&l, &g);
		} else if (WORD_IN(word_at(o, i), catching)) {
			if (!budget_step(k->in->budget, 8))
				return;
			if (catch_lost(&l, i, &g))
				guard_asked(&l, &g);
		} else if (o->w[i].changed && call_lost(&l, i, &g)) {
			guard_asked(&l, &g);
		}
	}
}
