/*
 * A check that stands, and is asked for in fewer cases than before: its reasons are joined otherwise, or whoever
 * sets the environment is excused from it.
 */
#include "read/weaken_int.h"

#include "read/lexer.h"

enum { CONDITION_WORDS = 40, BODY_WORDS = 24, DEFAULT_WORDS = 12 };

static const char *const and_words[] = {"&&", "and", "-and"};
static const char *const or_words[] = {"||", "or", "-or"};

/* --- joined otherwise --- */

/* A block that takes secrets off before they go elsewhere: headers.delete('authorization'). */
static bool strips_secrets(const struct side *s, size_t from, size_t to)
{
	static const char *const taking[] = {"delete", "del", "pop", "remove", "unset", "removeheader", "deleteheader", "strip", "omit", "clear", "discard", "without"};
	static const char *const secrets[] = {"authorization", "cookie", "proxy-authorization", "www-authenticate", "credential", "auth", "token"};
	bool takes = false, secret = false;

	for (size_t i = from; i < to && i < s->n; i++) {
		struct str w = word_unquoted(word_at(s, i));

		takes |= word_is_name(s, i) && (WORD_IN(w, taking) || HAS_WORD(w, ((const char *const[]){"remove", "strip", "delete", "clear"})));
		secret |= (word_is_name(s, i) || word_is_text(s, i)) && w.len < 60 && HAS_WORD(w, secrets);
	}
	return takes && secret;
}

bool weaken_joined(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	struct str was = edit_only_changed(k, e, OLD), now = edit_only_changed(k, e, NEW);
	struct guard_view guard;
	size_t at = e->from[NEW], begin, end;

	if (e->changed[OLD] != 1 || e->changed[NEW] != 1 || k->al->minified_new || k->al->minified_old)
		return false;
	while (at + 1 < e->to[NEW] && !s->w[at].changed)
		at++;
	if (WORD_IN(was, or_words) && WORD_IN(now, and_words)) { /* both have to be wrong now */
		guard = guard_view(k, NEW, at);
		if (!guard.head || at >= guard.condition_end)
			return false;
		if (guard.refuses && (guard.classes & GUARD_STRONG))
			return edit_lose_viewed(k, e, "refuses only where all is wrong", GUARD_LOST_PROOF, &guard);
		return strips_secrets(s, guard.condition_end, guard.condition_end + BODY_WORDS) ? edit_lose_graded(k, e, "secrets are taken off in fewer cases", GUARD_LOST_PROOF) : false;
	}
	if (!WORD_IN(was, and_words) || !WORD_IN(now, or_words))
		return false;
	begin = statement_begin(k, s, at);
	end = statement_end(k, s, at);
	guard = guard_view(k, NEW, at);
	if (guard.head && at < guard.condition_end) /* where it refuses, it does so for more reasons */
		return false;
	if (!(classes_in(s, begin, end, 0) & (GUARD_ACTS | GUARD_ACCESS)) || !words_count(s, begin, end, ((const char *const[]){"return", "="}), 2, false))
		return false;
	return edit_lose(k, e, "one of several checks is enough", true);
}

/* --- the environment excuses --- */

static bool asks_environment(const struct side *s, size_t from, size_t to)
{
	static const char *const outside[] = {"env", "environ", "getenv", "$env", "secure_getenv", "os.environ", "lookupenv", "env::var", "getenvironmentvariable", "_dupenv_s"};
	static const char *const usual[] = {"NODE_ENV", "CI", "TEST", "TESTING", "PYTEST_CURRENT_TEST", "JEST_WORKER_ID"};
	bool asks = false;

	for (size_t i = from; i < to && i < s->n; i++) {
		if (WORD_IN(word_unquoted(word_at(s, i)), usual))
			return false; /* who tests says so */
		asks |= s->w[i].changed && WORD_IN(word_at(s, i), outside);
	}
	return asks;
}

/* A call that stood before and confines or checks. */
static size_t check_called(const struct side *s, size_t from, size_t to)
{
	static const char *const confining[] = {"sandbox", "seccomp", "pledge", "unveil", "landlock", "drop_priv", "dropprivileges", "privdrop", "setuid", "setresuid", "setgroups", "chroot", "cap_set",
		"apparmor", "jail"};

	for (size_t i = from; i < to && i + 1 < s->n; i++)
		if (!s->w[i].changed && word_is_name(s, i) && word_is(s, i + 1, '(') && !guard_says_unchecked(word_at(s, i)) &&
			(HAS_WORD(word_at(s, i), confining) || (guard_class_of(word_at(s, i)) & (GUARD_ACTS | GUARD_ACCESS))))
			return i;
	return s->n;
}

static bool confines_or_checks(struct str name)
{
	static const char *const confining[] = {"sandbox", "seccomp", "pledge", "unveil", "landlock", "drop_priv", "dropprivileges", "privdrop", "jail", "confine", "lockdown"};

	return HAS_WORD(name, confining) || (guard_class_of(name) & (GUARD_ACTS | GUARD_ACCESS));
}

/* Behind the block, or the one statement, of an `if`. */
static size_t block_end(const struct weaken *k, const struct side *s, size_t from)
{
	bool by_line = language_family(k->lang) != FAMILY_JAVASCRIPT && language_family(k->lang) != FAMILY_C, braces = word_is(s, from, '{');
	int depth = 0;

	for (size_t i = from; i < s->n && i < from + BODY_WORDS; i++) {
		depth += word_is(s, i, '{') - word_is(s, i, '}');
		if (depth < 0 || (depth == 0 && word_is(s, i, braces ? '}' : ';')) || (by_line && i > from + 1 && s->w[i].begins && !braces))
			return i;
	}
	return from + BODY_WORDS < s->n ? from + BODY_WORDS : s->n;
}

/* Behind the condition of a new `if`; 0 if it is longer than what is asked. */
static size_t condition_end(const struct side *s, size_t from, size_t to)
{
	int depth = 0;

	for (size_t i = from + 1; i < s->n && i <= from + CONDITION_WORDS && i < to + CONDITION_WORDS; i++) {
		depth += word_is(s, i, '(') - word_is(s, i, ')');
		if (depth == 0 && (word_is(s, i, ')') || word_is(s, i, ':') || word_is(s, i, '{')))
			return i + 1;
	}
	return 0;
}

/* rejectUnauthorized: options.rejectUnauthorized === true: who says nothing is not protected any more. */
static bool off_by_default(struct weaken *k, const struct edit *e)
{
	static const char *const names[] = {"rejectUnauthorized", "strictSSL", "checkServerIdentity", "verify_ssl", "ssl_verify"};
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		if (!s->w[i].changed || !WORD_IN(word_at(s, i), names) || !word_is(s, i + 1, ':'))
			continue;
		for (size_t j = i + 2; j < i + DEFAULT_WORDS && j + 1 < s->n && !word_is(s, j, ',') && !word_is(s, j, '}') && !word_is(s, j, ';'); j++)
			if (str_is(word_at(s, j), "===") && str_is(word_at(s, j + 1), "true")) {
				edit_say(k, e, FACT_TRUST, "switched-off", 0, arena_printf(k->in->arena, "%.*s unless it is asked for", STR_ARG(word_at(s, i))));
				return true;
			}
	}
	return false;
}

bool weaken_excused(struct weaken *k, const struct edit *e)
{
	static const char *const asking[] = {"if", "unless", "elif"};
	static const char *const leaving[] = {"return", "goto", "exit"};
	const struct side *s = &k->side[NEW];

	if (off_by_default(k, e))
		return true;
	if (e->changed[OLD] > 4)
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		size_t end, call, body;

		if (!s->w[i].changed || !WORD_IN(word_at(s, i), asking))
			continue;
		end = condition_end(s, i, e->to[NEW]);
		if (!end || !asks_environment(s, i, end))
			continue;
		body = block_end(k, s, end);
		while (end < s->n && (word_is(s, end, '{') || word_is(s, end, '(')))
			end++;
		if (s->w[end < s->n ? end : i].changed && end < s->n && WORD_IN(word_at(s, end), leaving) && (word_is(s, end + 1, ';') || word_is_yes(s, end + 1) || str_is(word_at(s, end + 1), "0") ||
			str_is(word_at(s, end + 1), "None")) && confines_or_checks(function_around(k, i)))
			return edit_lose_graded(k, e, "left out where the environment says so", GUARD_LOST_PROOF);
		call = check_called(s, end, body);
		if (call < s->n)
			return edit_lose_graded(k, e, "left out where the environment says so", GUARD_LOST_PROOF);
	}
	return false;
}
