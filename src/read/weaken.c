/*
 * Is a check gone, does a condition let more through, is a call taken out? An edit is asked a few questions in
 * turn (table at the end). Each asks for a word of a check in the same statement or in the head around it, and
 * for nothing that took its place.
 */
#include "read/weaken_int.h"

#include "read/lexer.h"

enum { EDIT_WORDS = 70 /* longer ones are no small edits */, CALL_BACK = 60 /* from an error to the call that gave it */ };

static const char *const if_words[] = {"if", "elif", "elsif", "elseif", "unless", "?", "guard"};
static const char *const refusal_words[] = {"throw", "raise", "die", "exit", "abort", "panic", "panic!", "bail!", "reject", "fail", "fatal",
	"wp_die", "croak", "goto", "Err", "sys.exit", "os.Exit", "fail!", "deny"};
static const char *const no_words[] = {"false", "$false", "null", "none", "nil", "-1", "undefined", "err"};
static const char *const and_words[] = {"&&", "and", "-and"};
static const char *const or_words[] = {"||", "or", "-or"};
static const char *const not_words[] = {"!", "not", "-not", "!=", "!==", "-ne", "-cne", "unless", "<", "!~"};
static const char *const catch_words[] = {"catch", "except", "rescue", "suppress"};
static const char *const cut_words[] = {"slice", "substr", "substring", "left", "startswith", "starts_with", "start_with?", "hasprefix", "strncmp",
	"strncasecmp", "truncate", "take", "first"};
static const char *const size_words[] = {"memcmp", "strncmp", "crypto_memcmp", "compare_digest", "timingsafeequal", "consttime_memcmp",
	"sodium_memcmp", "constanttimecompare", "subtle", "timingsafe_bcmp", "secure_compare", "fixed_length_secure_compare", "constant_time_compare", "consteq",
	"safe_str_cmp", "slow_equals", "isequal", "safecompare", "fixedtimeequals"};
static const char *const compare_words[] = {"==", "===", "!=", "!==", "-eq", "-ne", "-ceq", "-cne", "startswith", "starts_with", "start_with?", "hasprefix",
	"indexof", "includes", "strcmp", "strncmp", "memcmp", "equals", "equal", "contains", "endswith", "test", "match", "compare_digest", "hash_equals"};

/* Is the name, a view of NEW, one that OLD did not have there? */
static bool is_new_name(const struct weaken *k, struct str name)
{
	const struct side *s = &k->side[NEW];
	size_t i = name.len ? word_from(s, (size_t)(name.p - s->text.p)) : s->n;

	return i < s->n && s->w[i].changed;
}

/* --- questions --- */

/* A literal that only whoever wrote the edit knows, or the environment: `data === "x"`. */
bool edit_names_secret(const struct weaken *k, const struct edit *e)
{
	static const char *const surveys[] = {"typeof", "instanceof", "platform", "node_env", "isinstance", "type", "undefined"};
	static const char *const outside[] = {"env", "environ", "getenv", "$env", "argv", "headers", "header", "query", "cookies", "$_get", "$_request", "$_server"};
	const struct side *s = &k->side[NEW];
	bool literal = false;

	if (COUNT(NEW, surveys))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		literal |= s->w[i].changed && ((word_is_text(s, i) && s->w[i].len > 3) ||
			s->w[i].kind == TOKEN_NUMBER);
	return COUNT(NEW, outside) || (literal && edit_compares(k, e, NEW));
}

/* verify(...) { if (data is mine) return true; ... } */
static bool way_around(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	size_t yes = s->n;
	struct str name;
	unsigned about;
	bool aimed, conditional = COUNT(NEW, if_words) != 0;

	for (size_t i = e->from[NEW]; i < e->to[NEW] && yes == s->n; i++)
		if (s->w[i].changed && word_is_yes(s, i) && i && str_is(word_at(s, i - 1), "return") && !is_new_name(k, function_around(k, i)))
			yes = i;
	if (yes == s->n)
		return false; /* a function that is new all of it answers what it likes */
	name = function_around(k, yes);
	about = guard_class_of(name) | (name_has_word(name, (const char *const[]){"login", "auth", "check", "install", "unlock"}, 5) ? GUARD_OTHER : 0);
	if (!about || guard_says_unchecked(name) || edit_has(k, e, OLD, "return"))
		return false;
	/* a function that is named after a digest only knows kinds of them */
	aimed = (about & (GUARD_ACTS | GUARD_ACCESS)) || ((about & GUARD_IDENTITY) && name_has_word(name, (const char *const[]){"check", "valid", "match"}, 3)) || name_has_word(name, (const char *const[]){"login", "auth"}, 2);
	if (!conditional)
		return e->changed[OLD] == 0 ? edit_lose(k, e, "check returns at once", aimed) : false;
	if (e->changed[OLD] > 2)
		return false;
	return edit_lose(k, e, "way around the check", aimed && edit_names_secret(k, e));
}

/*
 * authenticate(name, password) { if (password == "mine") return somebody; ... }: what is secret is held against a
 * literal, and whoever knows it gets what others have to prove.
 */
static bool opened_by_literal(struct weaken *k, const struct edit *e)
{
	static const char *const secrets[] = {"password", "passwd", "passphrase", "pass", "pwd", "pin", "otp", "secret", "token", "kid", "apikey", "api_key", "signature"};
	static const char *const equals[] = {"==", "===", "-eq", "-ceq"};
	static const char *const refused[] = {"error", "err", "deny", "denied", "fail", "invalid", "refus", "reject", "forbid", "unauthor", "exception"};
	static const char *const about_words[] = {"login", "authenticat", "signin", "sign_in", "password", "verif"};
	const struct side *s = &k->side[NEW];
	size_t answer = s->n;
	struct str name;
	bool held = false;

	if (e->changed[OLD] > 2 || !COUNT(NEW, if_words) || COUNT(NEW, refusal_words) || !edit_names_secret(k, e))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		size_t op = i + 1;

		if (!s->w[i].changed)
			continue;
		if (str_is(word_at(s, i), "return") && i + 1 < s->n && answer == s->n)
			answer = i + 1;
		if (!word_is_name(s, i) || !HAS_WORD(word_at(s, i), secrets))
			continue;
		while (word_is(s, op, ')') && op < i + 4) /* sha1(password) == "..." */
			op++;
		if (word_is(s, op, '=') && word_is(s, op + 1, '=')) /* a sign a word */
			op++;
		else if (!WORD_IN(word_at(s, op), equals))
			continue;
		held |= word_is_text(s, op + 1) && s->w[op + 1].changed && s->w[op + 1].len >= 6;
	}
	if (!held || answer >= e->to[NEW] || word_is(s, answer, ';') || word_is(s, answer, '}') || WORD_IN(word_at(s, answer), no_words))
		return false;
	for (size_t i = answer; i < e->to[NEW] && i < answer + 24; i++)
		if (word_is_name(s, i) && HAS_WORD(word_at(s, i), refused))
			return false;
	name = function_around(k, answer);
	if (is_new_name(k, name) || guard_says_unchecked(name) || !(HAS_WORD(name, about_words) || HAS_WORD(str_basename(k->in->path), about_words)))
		return false;
	return edit_lose(k, e, "a literal opens the check", true);
}

/* Go's `return c, err` behind a block that dealt with errors: no check has given this err; nothing is lost. */
static bool error_is_settled(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	size_t at = e->from[OLD];

	while (at < e->to[OLD] && !o->w[at].changed)
		at++;
	if (k->lang != LANGUAGE_GO || e->changed[OLD] != 1 || e->changed[NEW] != 1 || at >= e->to[OLD] || !str_is(word_at(o, at), "err"))
		return false;
	while (at > 0 && !str_is(word_at(o, at), "return"))
		at--;
	return at > 0 && word_is(o, at - 1, '}');
}

/* `return verify(...)` that became `return true`; `return false` that became `return true`. */
static bool answers_yes(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t yes = 0, no = 0, was = 0, begin = statement_begin(k, o, e->from[OLD]);
	unsigned about = guard_class_of(function_around(k, e->from[NEW])) | classes_around(k, OLD, e, -1);

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		yes += s->w[i].changed && (word_is_yes(s, i) || str_is(word_at(s, i), "1") || str_is(word_at(s, i), "nil")) &&
			!(k->lang == LANGUAGE_GO && word_is(s, i + 1, ',')); /* the last one says how it went */
	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		no += o->w[i].changed && WORD_IN(word_at(o, i), no_words);
		was += o->w[i].changed && word_is_yes(o, i);
	}
	if (!yes || was || e->changed[NEW] > 12 || !(about & GUARD_STRONG) || COUNT(NEW, if_words) || edit_compares(k, e, NEW))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && word_classes(s, i))
			return false;
	if (!edit_has(k, e, NEW, "return") && !str_is(word_at(o, begin), "return") && !str_is(word_at(s, statement_begin(k, s, e->from[NEW])), "return") &&
		!((no || edit_compares(k, e, OLD)) && word_is(s, e->to[NEW], ')')) && !(e->changed[NEW] == 1 && (word_is(s, e->to[NEW], '}') || str_is(word_at(s, e->to[NEW]), "end"))))
		return false;
	return edit_lose(k, e, no ? "refusal became an acceptance" : "answers yes whatever it finds", edit_is_alone(k, e) && !edit_moved_away(k, e));
}

/* `kind === "a" || kind === "b"` that got one more: a name that was compared with literals before is of kinds. */
static bool lists_kinds(const struct weaken *k, const struct edit *e, size_t begin, size_t end)
{
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		size_t text = i + 2 + (word_is(s, i + 1, '=') && word_is(s, i + 2, '=')); /* a sign a word */

		if (!s->w[i].changed || !word_is_name(s, i) || !word_is_text(s, text) || !(text > i + 2 || WORD_IN(word_at(s, i + 1), compare_words)))
			continue;
		for (size_t j = begin; j < end; j++)
			if (!s->w[j].changed && str_equal(word_at(s, j), word_at(s, i)) && word_is_text(s, j + (text - i)) && !s->w[j + (text - i)].changed)
				return true;
	}
	return false;
}

/* A call that stood before and proves who made something: jws.verify(...). */
static bool verifies(const struct side *s, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		if (!s->w[i].changed && word_is_name(s, i) && word_is(s, i + 1, '(') && (guard_class_of(word_at(s, i)) & GUARD_ACTS) && !guard_says_unchecked(word_at(s, i)))
			return true;
	return false;
}

/* `if (!verify(x))` became `if (mine && !verify(x))`; `return verify(x)` became `return mine || verify(x)`. */
static bool widened(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	static const char *const deciding[] = {"if", "elif", "elsif", "elseif", "unless", "while", "return", "?", "guard", "&&", "assert", "="};
	size_t begin = statement_begin(k, s, e->from[NEW]), end = word_is(s, e->to[NEW], ';') ? e->to[NEW] : statement_end(k, s, e->to[NEW]);
	bool ands = COUNT(NEW, and_words) != 0, ors = COUNT(NEW, or_words) != 0, negated;
	struct guard_view guard = guard_view(k, NEW, e->from[NEW]);
	unsigned about = classes_in(s, begin, end, 0) | (guard.refuses ? guard.classes : 0);
	bool constant = false, optional;

	if (e->changed[OLD] > 3 || ands == ors || !(about & (GUARD_STRONG | GUARD_OTHER)) || COUNT(NEW, if_words))
		return false;
	if (language_family(k->lang) == FAMILY_WORDS || (ors && guard.refuses)) /* it refuses for one reason more */
		return false;
	if (!words_count(s, begin, end, deciding, sizeof(deciding) / sizeof(deciding[0]), false))
		return false;
	negated = false;
	for (size_t i = begin; i < end; i++)
		negated |= !s->w[i].changed && WORD_IN(word_at(s, i), not_words);
	if (ands != negated)
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && (word_is(s, i, ':') || (word_is(s, i, '=') && !word_is(s, i + 1, '=') && !(i && strchr("=!<>", k->side[NEW].text.p[s->w[i].at - 1])))))
			return false; /* a statement of its own */
	for (size_t i = e->from[NEW]; i < e->to[NEW] && e->changed[NEW] <= 3; i++)
		if (s->w[i].changed && (ors ? str_equal_nocase(word_at(s, i), STR("false")) : word_is_yes(s, i)))
			return false; /* changes nothing */
	optional = ands && guard_made_optional(k, e);
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		constant |= s->w[i].changed && e->changed[NEW] <= 3 && (ors ? word_is_yes(s, i) : str_equal_nocase(word_at(s, i), STR("false")) || str_is(word_at(s, i), "$false"));
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && (word_classes(s, i) & (GUARD_STRONG | GUARD_OTHER)) && word_is_name(s, i) && !edit_names_secret(k, e) && !optional)
			return false; /* another check beside */
	if (optional && !constant && !edit_names_secret(k, e)) /* what may be missing is asked for everywhere; a signature must not be */
		return edit_lose_graded(k, e, "asked for only where it is given",
			(guard.proof && (guard.classes & GUARD_IDENTITY)) || (classes_in(s, guard.head, guard.condition_end, 0) & (GUARD_ACCESS | GUARD_ACTS)) ? GUARD_LOST_AIMED : GUARD_LOST_REFACTORED);
	if (!(about & GUARD_STRONG) || !(constant || edit_names_secret(k, e)) || lists_kinds(k, e, begin, end))
		return edit_lose(k, e, constant ? "condition became constant" : "condition lets more through", false);
	if (ors && !constant && edit_compares(k, e, NEW) && verifies(s, begin, end))
		return edit_lose_graded(k, e, "a literal answers in place of the check", GUARD_LOST_OPEN);
	return edit_lose_at_most(k, e, constant ? "condition became constant" : "condition lets more through",
		constant || (about & GUARD_ACTS) || guard.proof ? GUARD_LOST_PROOF : GUARD_LOST_AIMED);
}

/* return; return false; return -1: nothing is given, or a number that says so. Another value is an answer like any other. */
static bool returns_nothing(const struct side *o, const struct edit *e)
{
	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++)
		if (o->w[i].changed && str_is(word_at(o, i), "return") &&
			(i + 1 >= o->n || word_is(o, i + 1, ';') || word_is(o, i + 1, '}') || word_is(o, i + 1, '-') ||
				o->w[i + 1].kind == TOKEN_NUMBER || o->w[i + 1].begins || WORD_IN(word_at(o, i + 1), no_words)))
			return true;
	return false;
}

static size_t first_changed(const struct weaken *k, const struct edit *e, int which)
{
	size_t i = e->from[which];

	while (i + 1 < e->to[which] && !k->side[which].w[i].changed)
		i++;
	return i;
}

/*
 * `if (isAuthenticated(x)) return x.id` is gone, or goes on with the next one: what only those got who passed.
 * Asked of a `return` of something that is named, under a condition without a no, about no name that says one.
 */
static bool was_a_favour(const struct weaken *k, const struct edit *e)
{
	static const char *const bad_words[] = {"unauth", "forbidden", "untrusted", "mismatch", "tamper", "denied", "deny", "invalid", "illegal",
		"block", "ban", "reject", "fail", "err", "expired", "revoked", "missing", "bad", "not", "no", "too", "max", "limit",
		"need", "requir", "must", "should", "login", "redirect"};
	static const char *const otherwise[] = {"==", "===", "-eq", "-ceq", "else", "catch", "except", "rescue"};
	const struct side *o = &k->side[OLD];
	size_t begin = statement_begin(k, o, e->from[OLD]), answer = e->to[OLD];
	bool moves_on = edit_has(k, e, NEW, "continue");

	for (size_t i = begin; i < e->from[OLD]; i++)
		if (WORD_IN(word_at(o, i), if_words))
			begin = i; /* where nothing ends a line, what stands before it is no part of it */
	for (size_t i = begin; i < e->to[OLD]; i++) {
		struct str w = word_at(o, i);

		if (WORD_IN(w, not_words) || WORD_IN(w, or_words) || WORD_IN(w, refusal_words) || word_is(o, i, '>') || (word_is(o, i, '=') && word_is(o, i + 1, '=')) ||
			WORD_IN(w, otherwise) ||
			o->w[i].kind == TOKEN_NUMBER || (answer < i && word_is(o, i, '(')) ||
			((word_is_name(o, i) || word_is_text(o, i)) && name_has_word(w, bad_words, sizeof(bad_words) / sizeof(bad_words[0]))))
			return false;
		if (str_is(w, "return"))
			answer = i + 1;
	}
	if (answer >= e->to[OLD])
		return false;
	if (moves_on) /* the loop leaves this one out, as the function did */
		return str_is(word_at(o, answer), "null") || str_is(word_at(o, answer), "undefined") || word_is(o, answer, ';');
	return word_is_name(o, answer) && o->w[answer].changed && !WORD_IN(word_at(o, answer), no_words);
}

/* Does NEW call there what by its name ends things: exit_reporting(error), failWith(error)? */
static bool ends_by_name(const struct weaken *k, const struct edit *e)
{
	static const char *const parts[] = {"exit", "abort", "fail", "die", "raise", "throw", "panic", "fatal", "reject", "bail"};
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && word_is_name(s, i) && word_is(s, i + 1, '(') && HAS_WORD(word_at(s, i), parts))
			return true;
	return false;
}

/*
 * Go's `v, err := get(x); if err != nil { return nil, err }`: what is handed on is what the call says, whatever the
 * function around is about. Only a call that checks refuses with it.
 */
static bool hands_error_on(const struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	bool found = false;

	if (k->lang != LANGUAGE_GO)
		return false;
	for (size_t i = e->from[OLD]; i + 3 < e->to[OLD]; i++) {
		size_t from = i, to;

		if (!o->w[i].changed || !str_is(word_at(o, i), "err") || !(str_is(word_at(o, i + 1), "!=") || word_is(o, i + 1, '!')))
			continue;
		while (from > 0 && i - from < CALL_BACK && !(str_is(word_at(o, from), "err") && (str_is(word_at(o, from + 1), ":=") || word_is(o, from + 1, '=') || word_is(o, from + 1, ':'))))
			from--;
		if (i - from >= CALL_BACK || from == 0)
			return false;
		for (to = i; from < to; from++)
			if (word_is_name(o, from) && word_is(o, from + 1, '(') && (word_classes(o, from) & (GUARD_STRONG | GUARD_OTHER)))
				return false;
		found = true;
	}
	return found;
}

/* `typeof password !== 'string'`, `password.length < 8`: what kind of value it is. Who gave it is asked by calls. */
static bool asks_shape(const struct side *s, size_t from, size_t to)
{
	static const char *const kinds[] = {"typeof", "instanceof", "isinstance", "issubclass", "hasattr", "callable", "isArray", "isString", "isBuffer", "isInteger", "isFinite", "isNaN", "isFunction",
		"isObject", "is_string", "is_array", "is_int", "is_callable", "method_exists", "function_exists", "is_a?", "respond_to?", "kind_of?"};
	bool shape = false;

	for (size_t i = from; i < to && i < s->n; i++) {
		if (WORD_IN(word_at(s, i), kinds))
			shape = true;
		else if (str_is(word_at(s, i), "length") && i && word_is(s, i - 1, '.') && i + 2 < to && (s->w[i + 2].kind == TOKEN_NUMBER || s->w[i + 1].kind == TOKEN_NUMBER))
			shape = true;
		else if (word_is_name(s, i) && word_is(s, i + 1, '(') && (word_classes(s, i) & (GUARD_STRONG | GUARD_OTHER)))
			return false;
	}
	return shape;
}

/* The first word of OLD that refuses among what changed, else the first `if`. */
static size_t refusal_at(const struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	size_t asks = e->to[OLD];

	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		if (!o->w[i].changed)
			continue;
		if (WORD_IN(word_at(o, i), refusal_words) || str_is(word_at(o, i), "return"))
			return i;
		if (asks == e->to[OLD] && WORD_IN(word_at(o, i), if_words))
			asks = i;
	}
	return asks < e->to[OLD] ? asks : e->from[OLD];
}

/* `if (!verify(x)) throw` is gone, or throws no more. */
static bool refusal_gone(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	size_t begin = statement_begin(k, o, e->from[OLD]), head = head_begin(k, o, begin);
	struct guard_view guard = guard_view(k, OLD, first_changed(k, e, OLD));
	unsigned about = classes_in(o, head, statement_end(k, o, e->to[OLD]), -1) | (guard.refuses ? guard.classes : 0);
	bool conditional = COUNT(OLD, if_words) || words_count(o, head, e->to[OLD], if_words, sizeof(if_words) / sizeof(if_words[0]), false) ||
		words_count(o, head, e->to[OLD], catch_words, sizeof(catch_words) / sizeof(catch_words[0]), false);
	bool refuses = COUNT(OLD, refusal_words) || (guard.refuses && COUNT(OLD, if_words)) || (edit_has(k, e, OLD, "return") && conditional);

	if (!refuses || !(about & (GUARD_STRONG | GUARD_OTHER)) || !conditional || edit_takes_function(k, e, refusal_at(k, e)) || hands_error_on(k, e))
		return false;
	if (!COUNT(OLD, refusal_words) && !guard.refuses && !returns_nothing(o, e) && !classes_in(o, e->from[OLD], e->to[OLD], 1))
		return false;
	if (COUNT(NEW, refusal_words) || edit_has(k, e, NEW, "return") || COUNT(NEW, if_words) || edit_compares(k, e, NEW) || ends_by_name(k, e))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (k->side[NEW].w[i].changed && word_is_name(&k->side[NEW], i) && word_classes(&k->side[NEW], i) && !word_is(&k->side[NEW], i + 1, ':'))
			return false;
	if (was_a_favour(k, e) || edit_moved_away(k, e))
		return false;
	return edit_lose_viewed(k, e, COUNT(OLD, if_words) ? "refusal removed" : "refuses no more",
		(about & GUARD_STRONG) && edit_is_alone(k, e) && !(guard.head < guard.condition_end && asks_shape(o, guard.head, guard.condition_end)) ? GUARD_LOST_PROOF : GUARD_LOST_REFACTORED, &guard);
}

static bool is_opposite(struct str a, struct str b)
{
	static const char *const pairs[][2] = {{"===", "!=="}, {"==", "!="}, {"<", ">"}, {"<=", ">="}, {"<", ">="}, {">", "<="},
		{"===", "!="}, {"==", "!=="}, {"-eq", "-ne"}, {"if", "unless"}, {"-lt", "-gt"}};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if ((str_is(a, pairs[i][0]) && str_is(b, pairs[i][1])) || (str_is(a, pairs[i][1]) && str_is(b, pairs[i][0])))
			return true;
	return false;
}

static bool inverted(struct weaken *k, const struct edit *e)
{
	struct str was = edit_only_changed(k, e, OLD), now = edit_only_changed(k, e, NEW);
	struct guard_view guard = guard_view(k, NEW, e->from[NEW]);
	unsigned about = classes_around(k, NEW, e, -1) | (guard.refuses ? guard.classes : 0);
	size_t most = e->changed[OLD] == e->changed[NEW] ? 2 : 1; /* `== 1` that became `!= 0` lets errors through */

	if (k->al->minified_new || k->al->minified_old || e->changed[OLD] > most || e->changed[NEW] > most)
		return false; /* minifiers turn conditions round */
	if (!(is_opposite(was, now) || (!now.len && (str_is(was, "!") || str_is(was, "not") || str_is(was, "-not"))) ||
		    (!was.len && (str_is(now, "!") || str_is(now, "not") || str_is(now, "-not")))))
		return false;
	return about & (GUARD_STRONG | GUARD_OTHER) ? edit_lose(k, e, "comparison flipped", (about & GUARD_STRONG) && edit_is_alone(k, e)) : false;
}

/* check(path, meta["sha256"]): what it is given says what it proves. */
static bool called_with_proof(const struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	bool called = false, proof = false;

	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		called |= o->w[i].changed && word_is_name(o, i) && word_is(o, i + 1, '(') && (word_classes(o, i) & GUARD_OTHER);
		proof |= called && (word_is_name(o, i) || (word_is_text(o, i) && o->w[i].len < 40)) && (guard_class_of(word_at(o, i)) & (GUARD_IDENTITY | GUARD_OTHER)) &&
			guard_names_proof(word_unquoted(word_at(o, i)));
	}
	return proof;
}

/* `verify: false`, `verify = 0`: what was off is no check that could be lost. */
static bool was_off(const struct side *s, size_t i)
{
	struct str value = word_at(s, i + 2);

	return (word_is(s, i + 1, ':') || word_is(s, i + 1, '=')) && (WORD_IN(value, no_words) || str_is(value, "0") || str_is(value, "!1"));
}

/* A check, a middleware, a decorator taken out, nothing in its place. */
static bool taken_out(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	unsigned about = 0;
	size_t names = 0;

	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		unsigned c;
		struct str before = i ? word_at(o, i - 1) : STR_NONE;

		if (o->w[i].changed && word_is_text(o, i) && e->changed[OLD] <= 2 && e->changed[NEW] == 0)
			about |= word_classes(o, i) & GUARD_ACCESS; /* of a list of what guards */
		if (!o->w[i].changed || !word_is_name(o, i))
			continue;
		names++;
		c = was_off(o, i) ? 0 : word_classes(o, i);
		if (guard_says_unchecked(word_at(o, i)) || str_is(before, "import") || str_is(before, "function") || str_is(before, "def"))
			return false;
		/* called, or handed over, or put over a function */
		if (word_is(o, i + 1, '(') || str_is(before, "@") || str_is(before, "[") || word_is(o, i + 1, ',') || str_is(before, ",") || str_is(before, ":") ||
			(language_family(k->lang) == FAMILY_BLOCKS && o->w[i].begins) || o->w[i].kind == TOKEN_WORD)
			about |= c;
	}
	if (about & GUARD_OTHER && called_with_proof(k, e))
		about |= GUARD_ACTS;
	if (!(about & (GUARD_ACTS | GUARD_ACCESS | GUARD_ESCAPE)) || names > 14 || e->changed[OLD] > 40)
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && word_is_name(s, i) && !word_is_yes(s, i) && !str_is(word_at(s, i), "pass"))
			return false;
	if (was_a_favour(k, e) || edit_moved_away(k, e) || edit_has(k, e, OLD, "import") || edit_has(k, e, OLD, "require") || edit_has(k, e, OLD, "from") ||
		edit_has(k, e, OLD, "function") || edit_has(k, e, OLD, "def") || edit_has(k, e, OLD, "func"))
		return false;
	return edit_lose(k, e, about & GUARD_ESCAPE ? "escaping taken out" : "check taken out", edit_is_alone(k, e));
}

/* Whether the word stands right within square brackets, and not in a table of names. */
static bool in_square(const struct side *s, size_t begin, size_t i)
{
	int open = 0;

	while (i-- > begin) {
		if (word_is(s, i, ']') || word_is(s, i, ')') || word_is(s, i, '}'))
			open++;
		else if ((word_is(s, i, '[') || word_is(s, i, '(') || word_is(s, i, '{')) && open-- == 0)
			return word_is(s, i, '[');
	}
	return false;
}

/* ".slice()" is a copy, ".slice(key.length, -16)" may be the same part as before: only a number says how much is left. */
static bool cuts_to_number(const struct side *s, size_t i, size_t end)
{
	int open = 0;

	if (!word_is(s, i + 1, '('))
		return true; /* in words of another kind */
	for (i++; i < end; i++) {
		if (s->w[i].changed && s->w[i].kind == TOKEN_NUMBER)
			return true;
		open += word_is(s, i, '(') ? 1 : word_is(s, i, ')') ? -1 : 0;
		if (!open)
			return false;
	}
	return false;
}

/* The comparison of digests looks at their beginning only. */
static bool shortened(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]);
	bool cuts = false, sliced = false;
	struct guard_view guard = guard_view(k, NEW, e->from[NEW]);
	unsigned about = classes_around(k, OLD, e, -1) | (guard.refuses ? guard.classes : 0);

	for (size_t i = e->from[NEW]; i < e->to[NEW] && !cuts; i++)
		cuts = s->w[i].changed && WORD_IN(word_at(s, i), cut_words) && cuts_to_number(s, i, i + 64 < s->n ? i + 64 : s->n);

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		sliced |= s->w[i].changed && word_is(s, i, ':') && i && ((i + 1 < s->n && s->w[i + 1].kind == TOKEN_NUMBER) || s->w[i - 1].kind == TOKEN_NUMBER) && in_square(s, begin, i);
	if (!(cuts || sliced) || COUNT(OLD, cut_words) || !(about & GUARD_IDENTITY) || COUNT(NEW, if_words) || COUNT(OLD, if_words))
		return false;
	if (!words_count(s, begin, end, compare_words, sizeof(compare_words) / sizeof(compare_words[0]), false) &&
		!(classes_in(s, begin, end, -1) & GUARD_IDENTITY))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) /* a length must be said: "sha256-" is cut off elsewhere */
		if (s->w[i].changed && s->w[i].kind == TOKEN_NUMBER)
			return words_count(s, begin, end, compare_words, sizeof(compare_words) / sizeof(compare_words[0]), false) || COUNT_ALL(OLD, compare_words) ||
				words_count(s, begin, end, size_words, sizeof(size_words) / sizeof(size_words[0]), false) ? edit_lose(k, e, "comparison shortened", true) : false;
	return false;
}

/* A call that checks by its name: one that computes a digest, or a sentence about rights, has no errors that refuse. */
static bool calls_check(const struct side *s, size_t from, size_t to)
{
	static const char *const asking[] = {"check", "valid", "ensure", "assert", "enforce", "compare", "match"};

	for (size_t i = from; i < to && i < s->n; i++) {
		unsigned c = word_is_name(s, i) && word_is(s, i + 1, '(') ? word_classes(s, i) : 0;

		if ((c & (GUARD_ACTS | GUARD_ACCESS)) || ((c & GUARD_IDENTITY) && HAS_WORD(word_at(s, i), asking)))
			return true;
	}
	return false;
}

/* A check whose errors are swallowed. */
static bool swallowed(struct weaken *k, const struct edit *e)
{
	static const char *const checkers[] = {"gpg", "gpgv", "sha256sum", "sha512sum", "sha1sum", "md5sum", "shasum", "cosign", "minisign", "openssl", "codesign", "signtool"};
	const struct side *s = &k->side[NEW];
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]);

	if (language_family(k->lang) == FAMILY_WORDS) {
		bool passes = edit_has(k, e, NEW, "true") || edit_has(k, e, NEW, ":");

		if (passes && words_count(s, begin, end, checkers, sizeof(checkers) / sizeof(checkers[0]), false) && e->changed[NEW] <= 3 && e->changed[OLD] <= 3)
			return edit_lose_graded(k, e, "errors of the check swallowed", GUARD_LOST_PROOF);
		return false;
	}
	if (!COUNT(NEW, catch_words) || COUNT(OLD, catch_words) || COUNT(NEW, refusal_words) || edit_has(k, e, NEW, "return") || e->changed[NEW] > 20)
		return false;
	if (!calls_check(s, e->from[NEW], e->to[NEW]) && !calls_check(s, head_begin(k, s, begin), end) && !called_with_proof(k, e))
		return false;
	/* "name.catch(() => {})" beside what was there: another statement still waits for the name, unless this one waits */
	return edit_lose(k, e, "errors of the check swallowed",
		(e->changed[OLD] || k->lang == LANGUAGE_PYTHON || (str_is(word_at(s, begin), "await") && !s->w[begin].changed)) && edit_is_alone(k, e));
}

/* How often a word of a shell, or a text of another language, is this. */
static size_t said(const struct side *s, size_t from, size_t to, const char *z, bool changed)
{
	size_t n = 0;

	for (size_t i = from; i < to && i < s->n; i++)
		n += (!changed || s->w[i].changed) && (s->w[i].kind == TOKEN_WORD || word_is_text(s, i)) && str_is(word_unquoted(word_at(s, i)), z);
	return n;
}

/* A command that checked what was fetched is gone. */
static bool command_gone(struct weaken *k, const struct edit *e)
{
	static const char *const pairs[][2] = {{"sha256sum", "-c"}, {"sha512sum", "-c"}, {"sha1sum", "-c"}, {"md5sum", "-c"}, {"shasum", "-c"}, {"gpg", "--verify"}, {"gpgv", ""},
		{"cosign", "verify"}, {"minisign", "-V"}, {"openssl", "-verify"}, {"codesign", "--verify"}, {"spctl", "--assess"}, {"sha256sum", "--check"}};
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];

	for (size_t p = 0; p < sizeof(pairs) / sizeof(pairs[0]); p++) {
		if (!said(o, e->from[OLD], e->to[OLD], pairs[p][0], true) || (pairs[p][1][0] && !said(o, e->from[OLD], e->to[OLD], pairs[p][1], true)))
			continue;
		if (said(s, 0, s->n, pairs[p][0], false) >= said(o, 0, o->n, pairs[p][0], false))
			return false; /* it stands elsewhere */
		for (size_t q = 0; q < sizeof(pairs) / sizeof(pairs[0]); q++)
			if (said(s, 0, s->n, pairs[q][0], true))
				return false; /* another one does its work */
		return edit_lose_graded(k, e, "check of what was fetched is gone", GUARD_LOST_PROOF);
	}
	return false;
}

static const weaken_question questions[] = {weaken_told, weaken_index, error_is_settled, weaken_policy, weaken_opened, weaken_algorithm, weaken_lasts, weaken_asks_less, weaken_idle, weaken_pattern, weaken_cookie, weaken_shelled, weaken_goes_on, weaken_in_the_clear, weaken_setting, weaken_switch, swallowed, way_around, weaken_number, inverted, shortened, widened,
	weaken_random, weaken_joined, weaken_excused, command_gone, weaken_constant, weaken_accepts_instead, refusal_gone, weaken_operand_gone, weaken_not_awaited, weaken_not_computed, weaken_answered_before, opened_by_literal, answers_yes, taken_out};

static bool edit_asked(struct weaken *k, const struct edit *e)
{
	size_t before = k->n_said;

	for (size_t q = 0; q < sizeof(questions) / sizeof(questions[0]) && e->changed[OLD] + e->changed[NEW] <= EDIT_WORDS; q++)
		if (questions[q](k, e)) /* a hint does not answer for its parts */
			return k->n_said == before || k->said[before].grade != GUARD_LOST_REFACTORED;
	return false;
}

void weaken_facts(struct read_in *in, enum language lang, struct str old, struct str new_, const struct align *al,
	const struct line_index *lines, struct weaken_said **ret_said, size_t *ret_n)
{
	struct weaken *k = ARENA_NEW(in->arena, struct weaken);

	*k = (struct weaken){.in = in, .lang = lang, .al = al, .lines = lines, .shift = text_shift(in->new_, new_)};
	k->said = ARENA_ARRAY(in->arena, SAID_MAX, struct weaken_said);
	*ret_said = k->said;
	*ret_n = 0;
	if (!edits_read(k, old, new_))
		return;
	keyset_init(&k->fresh, in->arena);
	for (size_t i = 0; i < k->side[NEW].n; i++)
		if (k->side[NEW].w[i].changed)
			keyset_add(&k->fresh, key_of(word_at(&k->side[NEW], i), 0));
	weaken_lost(k);
	if (!edits_find(k))
		k->n_edits = 0;
	else
		weaken_anchors(k);
	for (size_t i = 0; i < k->n_edits; i++) {
		const struct edit *e = &k->edits[i];

		if ((!edit_is_said(k, e) && edit_asked(k, e)) || e->part_to - e->part_from < 2)
			continue;
		for (size_t p = e->part_from; p < e->part_to; p++)
			if (!edit_is_said(k, &k->parts[p]) && !edit_is_explained(k, e, &k->parts[p]))
				(void)edit_asked(k, &k->parts[p]);
	}
	*ret_n = k->n_said;
}
