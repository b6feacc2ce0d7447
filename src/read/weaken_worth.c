/* Values in place of others that are worth less: origins, policies, algorithms, ends, arguments of checks. */
#include "read/weaken_int.h"

#include "read/lexer.h"
#include "read/trust_anchor.h"
#include "read/trust_csp.h"

enum { LONGER = 50, VERSION_OLD = 12 /* TLS 1.2 is what is asked for today */, LITERALS_MAX = 400 };

/* The only changed word on a side, unquoted; empty where there is another one. */
static struct str sole(const struct weaken *k, const struct edit *e, int which)
{
	return e->changed[which] == 1 ? word_unquoted(edit_only_changed(k, e, which)) : STR_NONE;
}

static size_t place_of_change(const struct weaken *k, const struct edit *e, int which)
{
	size_t i = e->from[which];

	while (i + 1 < e->to[which] && !k->side[which].w[i].changed)
		i++;
	return i;
}

static bool say_setting(struct weaken *k, const struct edit *e, struct str was, struct str now)
{
	edit_say(k, e, FACT_TRUST, "setting", 0, arena_printf(k->in->arena, "%.*s -> %.*s", STR_ARG(str_part(was, 0, LITERALS_MAX)), STR_ARG(str_part(now, 0, LITERALS_MAX))));
	return true;
}

/* --- who may, from where --- */

static bool names_origin(struct str name)
{
	static const char *const words[] = {"origin", "cors", "allowed_host", "allowedhost", "allow-origin", "allow_origin", "alloworigin"};

	return HAS_WORD(name, words);
}

static bool names_listening(struct str name)
{
	static const char *const words[] = {"bind", "host", "listen", "address", "interface", "addr"};

	return HAS_WORD(name, words);
}

bool weaken_opened(struct weaken *k, const struct edit *e)
{
	static const char *const own[] = {"127.0.0.1", "localhost", "::1"}, *const all[] = {"0.0.0.0", "::"};
	struct str was = sole(k, e, OLD), now = sole(k, e, NEW);
	size_t at = place_of_change(k, e, NEW);

	if (!was.len || !now.len)
		return false;
	if (WORD_IN(was, own) && WORD_IN(now, all) && name_around(k, NEW, at, names_listening))
		return say_setting(k, e, was, now);
	if ((str_is(now, "*") || (word_is_yes(&k->side[NEW], at) && word_is_text(&k->side[OLD], place_of_change(k, e, OLD)))) &&
		(str_has(was, "://") || anchor_is_host(was)) && name_around(k, NEW, at, names_origin))
		return say_setting(k, e, was, now);
	return false;
}

bool weaken_policy(struct weaken *k, const struct edit *e)
{
	struct str was = sole(k, e, OLD), now = sole(k, e, NEW), what;

	if (!str_has(was, "-src ") || !str_has(now, "-src ") || !csp_loosened(k->in->arena, was, now, &what))
		return false;
	edit_say(k, e, FACT_TRUST, "csp", 0, what);
	return true;
}

/* --- algorithms --- */

/* 12 for "TLSv1.2", "VersionTLS12", "TLSv1_2"; 0 where no version is named. */
static unsigned tls_version(struct str w)
{
	size_t at = str_find_nocase(w, "tls");
	unsigned v = 0, digits = 0;

	if (at == SIZE_MAX || w.len > 30)
		return str_has_nocase(w, "sslv3") || str_has_nocase(w, "ssl30") ? 3 : 0;
	for (size_t i = at + 3; i < w.len && digits < 2; i++) {
		char c = w.p[i];

		if (c >= '0' && c <= '9') {
			v = v * 10 + (unsigned)(c - '0');
			digits++;
		} else if (digits ? c != '.' && c != '_' : c != 'v' && c != '_' && c != 'V') {
			break;
		}
	}
	return digits == 1 && v == 1 ? 10 : v;
}

static bool is_strong(struct str w)
{
	static const char *const words[] = {"sha256", "sha-256", "sha384", "sha512", "sha-512", "sha3", "blake2", "argon2", "scrypt", "bcrypt", "pbkdf2", "sha2"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(w, words[i]))
			return true;
	return false;
}

static bool is_weak(struct str w)
{
	static const char *const words[] = {"md5", "md4", "crc32", "adler32", "unsalted", "plaintext", "rc4"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(w, words[i]))
			return true;
	return str_equal_nocase(w, STR("sha1")) || str_equal_nocase(w, STR("sha-1"));
}

static bool names_proof(struct str name)
{
	static const char *const words[] = {"sha256", "sha512", "digest", "checksum", "verif", "sign", "integrity", "passw", "hasher", "hmac", "expected", "download", "update"};

	return HAS_WORD(name, words);
}

static bool names_cache(struct str name)
{
	static const char *const words[] = {"cache", "etag", "chunk", "filename", "shortid", "module_id"};

	return HAS_WORD(name, words);
}

/* yaml.safe_load -> yaml.load, SafeLoader -> UnsafeLoader; in JavaScript the unsafe one has gone from its library. */
static bool lost_safety(const struct weaken *k, struct str was, struct str now)
{
	struct str rest;

	if ((k->lang != LANGUAGE_PYTHON && k->lang != LANGUAGE_RUBY) || !(str_starts(was, "safe_") || str_starts(was, "Safe")))
		return false;
	rest = str_part(was, was.p[4] == '_' ? 5 : 4, was.len);
	return str_equal(now, rest) || str_starts(now, "unsafe") || str_starts(now, "Unsafe") || str_is(now, "FullLoader");
}

bool weaken_algorithm(struct weaken *k, const struct edit *e)
{
	struct str was = sole(k, e, OLD), now;
	size_t at = place_of_change(k, e, NEW);

	if (!was.len || !e->changed[NEW] || e->changed[NEW] > 8)
		return false;
	now = word_unquoted(edit_only_changed(k, e, NEW));
	if (lost_safety(k, was, now))
		return edit_lose_graded(k, e, "no longer the safe one", GUARD_LOST_AIMED);
	if (e->changed[NEW] != 1)
		return false;
	if (tls_version(was) >= VERSION_OLD && tls_version(now) && tls_version(now) < VERSION_OLD)
		return say_setting(k, e, was, now);
	if (!is_strong(was) || !is_weak(now) || is_weak(was) || is_strong(now) || name_around(k, NEW, at, names_cache))
		return false;
	if (!names_proof(function_around(k, at)) && !name_around(k, NEW, at, names_proof) && !(classes_around(k, NEW, e, -1) & GUARD_STRONG))
		return false;
	return edit_lose_at_most(k, e, "a weaker algorithm", GUARD_LOST_AIMED);
}

/* --- ends --- */

/* "15m", "3650d", 900: in seconds where a unit is said. */
static uint64_t lasting(struct str w)
{
	uint64_t v = 0;
	size_t i = 0;
	char unit;

	for (; i < w.len && i < 12 && w.p[i] >= '0' && w.p[i] <= '9'; i++)
		v = v * 10 + (uint64_t)(w.p[i] - '0');
	while (i < w.len && w.p[i] == ' ')
		i++;
	unit = i && i < w.len ? w.p[i] : 's';
	return v * (unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 86400 : unit == 'w' ? 604800 : unit == 'y' ? 31536000 : 1);
}

static bool names_end(struct str name)
{
	static const char *const words[] = {"attempt", "tokenttl", "token_ttl", "expiresin", "expires_in", "max_age", "session", "lifetime", "lockout", "tries"};

	return HAS_WORD(name, words);
}

static bool names_static(struct str name)
{
	static const char *const words[] = {"cache", "static", "immutable", "asset", "header"};

	return HAS_WORD(name, words);
}

bool weaken_lasts(struct weaken *k, const struct edit *e)
{
	struct str was = sole(k, e, OLD), now = sole(k, e, NEW);
	size_t at = place_of_change(k, e, NEW);
	uint64_t before = lasting(was), after = lasting(now);

	if (!before || after / LONGER < before || !name_around(k, NEW, at, names_end) || name_around(k, NEW, at, names_static))
		return false;
	return say_setting(k, e, was, now);
}

/* --- arguments of checks --- */

static bool is_argument_that_asks(const struct weaken *k, size_t i)
{
	static const char *const asks[] = {"algorithms", "audience", "issuer", "max_age", "maxAge", "filter", "check", "require", "subject"};
	static const char *const programs[] = {"gpg", "gpgv", "sha256sum", "sha512sum", "shasum", "cosign", "minisign", "openssl", "codesign", "signtool"};
	static const char *const calls[] = {"verify", "decode", "loads", "jwtVerify", "unsign", "extractall", "extract", "unpack_archive", "jwt"};
	const struct side *o = &k->side[OLD];
	size_t begin, end;

	if (!word_in(word_at(o, i), asks, sizeof(asks) / sizeof(asks[0])) || !(word_is(o, i + 1, '=') || word_is(o, i + 1, ':')))
		return false;
	begin = statement_begin(k, o, i);
	end = statement_end(k, o, i);
	for (size_t j = begin; j < end; j++) {
		struct str w = word_unquoted(word_at(o, j));

		if (str_equal_nocase(word_at(o, i), STR("check")) ? WORD_IN(w, programs) : WORD_IN(w, calls) && word_is(o, j + 1, '('))
			return true;
	}
	return !str_equal_nocase(word_at(o, i), STR("check")) && weaken_called_with(o, i, calls, sizeof(calls) / sizeof(calls[0]));
}

bool weaken_asks_less(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	bool off = e->changed[OLD] == 1 && e->changed[NEW] == 1, asked = false;
	size_t at = place_of_change(k, e, OLD);

	if (off) {
		struct str was = sole(k, e, OLD), now = sole(k, e, NEW);

		off = at >= 2 && is_argument_that_asks(k, at - 2) &&
			(str_is(now, "False") || str_is(now, "false") || str_is(now, "None") || str_is(now, "null") || (str_is(was, "data") && str_is(now, "fully_trusted")));
		return off ? edit_lose_at_most(k, e, "the check is told less", GUARD_LOST_AIMED) : false;
	}
	if (e->changed[NEW] || e->changed[OLD] > 14)
		return false;
	for (size_t i = e->from[OLD]; i < e->to[OLD] && !asked; i++)
		asked = o->w[i].changed && is_argument_that_asks(k, i);
	return asked ? edit_lose_at_most(k, e, "the check is told less", GUARD_LOST_AIMED) : false;
}

/* --- a check that does nothing --- */

/* x.verifySignature = async () => null, checkIdentity: () => true */
bool weaken_idle(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i + 4 < e->to[NEW]; i++) {
		size_t j = i + 1, n = 0;

		if (!s->w[i].changed || !word_is_name(s, i) || !(word_classes(s, i) & GUARD_ACTS) || guard_says_unchecked(word_at(s, i)) || !(word_is(s, j, '=') || word_is(s, j, ':')))
			continue;
		while (j < s->n && n++ < 10 && !str_is(word_at(s, j), "=>"))
			j++;
		if (!str_is(word_at(s, j), "=>"))
			continue;
		j += 1 + word_is(s, j + 1, '(');
		if (word_is_yes(s, j) || str_is(word_at(s, j), "null") || str_is(word_at(s, j), "undefined") || (word_is(s, j, '{') && word_is(s, j + 1, '}')))
			return edit_lose(k, e, "a check that does nothing", true);
	}
	return false;
}
