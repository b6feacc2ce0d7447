/* Kinds of loosening that stand in one place: patterns of hosts, cookies, shells, programs that check. */
#include "read/weaken_int.h"

#include <string.h>

#include "read/lexer.h"

enum { AROUND_CALL = 60 };

/* The first changed word of an edit that changed one on this side. */
static size_t sole_place(const struct weaken *k, const struct edit *e, int which)
{
	size_t i = e->from[which];

	if (e->changed[which] != 1)
		return k->side[which].n;
	while (i + 1 < e->to[which] && !k->side[which].w[i].changed)
		i++;
	return i;
}

/* The name of the call in whose brackets the word stands, however deep; s->n where there is none. */
static size_t call_around(const struct side *s, size_t at)
{
	int depth = 0;

	for (size_t i = at, n = 0; i > 0 && n < AROUND_CALL; n++) {
		i--;
		depth += (word_is(s, i, ')') || word_is(s, i, ']') || word_is(s, i, '}')) - (word_is(s, i, '(') || word_is(s, i, '[') || word_is(s, i, '{'));
		if (depth >= 0)
			continue;
		depth = 0;
		if (word_is(s, i, '(') && i && word_is_name(s, i - 1))
			return i - 1;
	}
	return s->n;
}

bool weaken_called_with(const struct side *s, size_t at, const char *const *calls, size_t n)
{
	size_t call = call_around(s, at);

	return call < s->n && word_in(word_at(s, call), calls, n);
}

/* --- patterns of hosts --- */

static bool names_own(struct str name)
{
	static const char *const words[] = {"origin", "cors", "allow", "trust", "host", "redirect", "domain", "internal", "safe", "own", "permitted", "whitelist", "referer", "referrer"};

	return HAS_WORD(name, words);
}

/* "widget\.example": a name that somebody registered, escaped or not. */
static bool names_place(struct str p)
{
	for (size_t i = 2; i + 3 < p.len; i++) {
		size_t at = i + (p.p[i] == '\\');
		size_t n = 0;

		if (at >= p.len || p.p[at] != '.' || !((p.p[i - 1] >= 'a' && p.p[i - 1] <= 'z') || (p.p[i - 1] >= '0' && p.p[i - 1] <= '9')))
			continue;
		while (at + 1 + n < p.len && p.p[at + 1 + n] >= 'a' && p.p[at + 1 + n] <= 'z')
			n++;
		if (n >= 2)
			return true;
	}
	return false;
}

static struct str without(struct weaken *k, struct str p, const char *chars)
{
	char *q = arena_alloc(k->in->arena, p.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < p.len; i++)
		if (!strchr(chars, p.p[i]) || !p.p[i])
			q[n++] = p.p[i];
	return str_view(q, n);
}

static size_t escaped_dots(struct str p)
{
	size_t n = 0;

	for (size_t i = 0; i + 1 < p.len; i++)
		n += p.p[i] == '\\' && p.p[i + 1] == '.';
	return n;
}

/* What stands between the slashes or quotes. */
static struct str pattern_of(const struct side *s, size_t i)
{
	struct str w = word_at(s, i);
	size_t end;

	if (s->w[i].kind != TOKEN_REGEX)
		return word_unquoted(w);
	end = str_rfind_char(w, '/');
	return end == SIZE_MAX || end == 0 ? STR_NONE : str_part(w, 1, end - 1);
}

static bool is_open(struct str p)
{
	return str_has(p, ".*") || str_has(p, ".+");
}

/* /^https:\/\/([a-z]+\.)?widget\.example$/ that lost an end, an escape, or takes anything in a part. */
bool weaken_pattern(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t was_at = sole_place(k, e, OLD), at = sole_place(k, e, NEW), head = 0, tail = 0;
	struct str was, now, bare_was, bare_now;
	bool regex;

	if (was_at >= o->n || at >= s->n || o->w[was_at].kind != s->w[at].kind)
		return false;
	regex = s->w[at].kind == TOKEN_REGEX;
	if (!regex && !(word_is_text(s, at) && s->w[at].len < 300))
		return false;
	was = pattern_of(o, was_at);
	now = pattern_of(s, at);
	if (was.len < 6 || now.len < 6 || (!regex && !str_has(was, "\\.")) || !names_place(was) || !names_place(now))
		return false;
	if (!name_around(k, NEW, at, names_own) && !names_own(function_around(k, at)))
		return false;
	bare_was = without(k, was, "^$\\");
	bare_now = without(k, now, "^$\\");
	if (str_equal(bare_was, bare_now))
		return (was.p[0] == '^' && now.p[0] != '^') || (was.p[was.len - 1] == '$' && now.p[now.len - 1] != '$') || escaped_dots(now) < escaped_dots(was)
			? edit_lose_graded(k, e, "a pattern of hosts lets more through", GUARD_LOST_AIMED) : false;
	while (head < was.len && head < now.len && was.p[head] == now.p[head])
		head++;
	while (tail < was.len - head && tail < now.len - head && was.p[was.len - 1 - tail] == now.p[now.len - 1 - tail])
		tail++;
	was = str_part(was, head, was.len - head - tail);
	now = str_part(now, head, now.len - head - tail);
	if (head + tail < 6 || is_open(was) || !(is_open(now) || (str_is(now, ".") && was.len > 1)) || !was.len)
		return false;
	return edit_lose_graded(k, e, "a pattern of hosts lets more through", GUARD_LOST_AIMED);
}

/* --- cookies --- */

static bool names_cookie(struct str name)
{
	static const char *const words[] = {"cookie", "setcookie", "session"};

	return HAS_WORD(name, words);
}

static bool is_on_word(const struct side *s, size_t i)
{
	return word_is_yes(s, i) || str_is(word_at(s, i), "True") || (word_is(s, i, '!') && word_is(s, i + 1, '0'));
}

/* httpOnly, secure and sameSite of a cookie that stays: gone, off, "none". */
bool weaken_cookie(struct weaken *k, const struct edit *e)
{
	static const char *const kept[] = {"httponly", "secure", "samesite"}, *const strict[] = {"strict", "lax"};
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];

	if (e->changed[OLD] > 12 || e->changed[NEW] > 4)
		return false;
	for (size_t i = e->from[OLD] >= 2 ? e->from[OLD] - 2 : 0; i < e->to[OLD] && i + 2 < o->n; i++) {
		struct str name = word_unquoted(word_at(o, i)), value = word_unquoted(word_at(o, i + 2));
		bool site = str_equal_nocase(name, STR("samesite")), again = false, off = false;

		if (!(word_is_name(o, i) || word_is_text(o, i)) || !WORD_IN(name, kept) || !(word_is(o, i + 1, ':') || word_is(o, i + 1, '=')) || !o->w[i + 2].changed ||
			!(site ? WORD_IN(value, strict) : is_on_word(o, i + 2)) || !name_around(k, OLD, i, names_cookie))
			continue;
		for (size_t j = e->from[NEW] >= 2 ? e->from[NEW] - 2 : 0; j < e->to[NEW] && j + 2 < s->n; j++) {
			struct str now = word_unquoted(word_at(s, j + 2));

			if (!str_equal_nocase(word_unquoted(word_at(s, j)), name) || (!s->w[j].changed && !s->w[j + 2].changed))
				continue;
			again = true;
			off |= site ? str_equal_nocase(now, STR("none")) : str_equal_nocase(now, STR("false"));
		}
		if (again && !off)
			return false;
		edit_say(k, e, FACT_TRUST, "setting", 0, arena_printf(k->in->arena, "%.*s of a cookie: %.*s -> %s", STR_ARG(name), STR_ARG(value), off ? "off" : "gone"));
		return true;
	}
	return false;
}

/* --- a shell around what a request says --- */

bool weaken_shelled(struct weaken *k, const struct edit *e)
{
	static const char *const calls[] = {"spawn", "spawnsync", "execfile", "execfilesync", "run", "popen", "call", "check_call", "check_output", "fork", "execa"};
	static const char *const asked[] = {"req", "request", "params", "query", "body", "ctx", "headers", "payload", "formdata", "searchparams"};
	const struct side *s = &k->side[NEW];

	if (e->changed[OLD] > 2 || e->changed[NEW] > 8)
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW] && i + 2 < s->n; i++) {
		size_t call;

		if (!str_is(word_unquoted(word_at(s, i)), "shell") || !(word_is(s, i + 1, ':') || word_is(s, i + 1, '=')) || !s->w[i + 2].changed || !is_on_word(s, i + 2))
			continue;
		call = call_around(s, i);
		if (call >= s->n || s->w[call].changed || !WORD_IN(word_at(s, call), calls))
			return false;
		for (size_t j = call + 1; j < i; j++)
			if (word_is_name(s, j) && WORD_IN(word_at(s, j), asked)) {
				edit_say(k, e, FACT_TRUST, "switched-off", 0, STR("shell true"));
				return true;
			}
		return false;
	}
	return false;
}

/* --- programs that check, in a shell --- */

static bool checks_by_program(const struct side *s, size_t from, size_t to)
{
	static const char *const checkers[] = {"gpg", "gpgv", "gpg2", "sha256sum", "sha512sum", "sha1sum", "shasum", "cosign", "minisign", "openssl", "codesign", "signify"};
	static const char *const ways[] = {"--verify", "-c", "--check", "verify", "verify-blob", "-V", "-verify"};
	bool checker = false, way = false;

	for (size_t i = from; i < to && i < s->n; i++) {
		checker |= WORD_IN(word_at(s, i), checkers);
		way |= WORD_IN(word_at(s, i), ways);
		if (str_is(word_at(s, i), "gpgv"))
			way = true;
	}
	return checker && way;
}

static bool ends_script(const struct side *s, size_t i)
{
	static const char *const words[] = {"exit", "return", "die", "fail", "abort", "fatal", "error", "bail", "err", "errexit", "panic", "false"};

	return WORD_IN(word_at(s, i), words) || HAS_WORD(word_at(s, i), words);
}

/* `gpg --verify ... || exit 1` that became `|| log ...`; `set -e` gone where checks stand that nothing else ends. */
bool weaken_goes_on(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]);
	bool ended = false, ends = false, sets = false;

	if (language_family(k->lang) != FAMILY_WORDS || e->changed[OLD] > 4 || e->changed[NEW] > 12)
		return false;
	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		ended |= o->w[i].changed && ends_script(o, i);
		sets |= o->w[i].changed && str_starts(word_at(o, i), "-e") && i && str_is(word_at(o, i - 1), "set");
	}
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		ends |= s->w[i].changed && (ends_script(s, i) || str_is(word_at(s, i), "set") || str_has(word_at(s, i), "errexit"));
	if (ended && !ends && e->changed[NEW] && checks_by_program(s, begin, end))
		return edit_lose_graded(k, e, "errors of the check swallowed", GUARD_LOST_PROOF);
	if (!sets || ends || edit_has_text(k, NEW, "set -e") || edit_has_text(k, NEW, "errexit"))
		return false;
	for (size_t i = e->to[NEW]; i < s->n; i++) {
		size_t line = i;
		bool guarded = false;

		if (!s->w[i].begins)
			continue;
		for (line = i + 1; line < s->n && !s->w[line].begins; line++)
			guarded |= str_is(word_at(s, line), "||") || str_is(word_at(s, line), "&&") || str_is(word_at(s, line), "if") || str_is(word_at(s, line), "then");
		if (!guarded && !WORD_IN(word_at(s, i), ((const char *const[]){"if", "while", "until", "elif"})) && checks_by_program(s, i, line))
			return edit_lose_graded(k, e, "goes on where a check fails", GUARD_LOST_PROOF);
		i = line - 1;
	}
	return false;
}
