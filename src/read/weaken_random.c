/* Random numbers that somebody can know: made otherwise than before, or fewer of them. */
#include "read/weaken_int.h"

#include "read/lexer.h"

enum { SHORT_WORDS = 24, LONG_WORDS = 64, BYTES_ENOUGH = 16, FACTOR_DIGITS = 5, CALL_BACK = 3 };

static const char *const random_words[] = {"randombytes", "randomuuid", "getrandomvalues", "secrets", "token_hex", "token_bytes", "token_urlsafe",
	"securerandom", "urandom", "random_bytes", "random_int", "uuid4", "randomnumbergenerator", "systemrandom", "getrandom", "rand_bytes",
	"osrng", "arc4random", "arc4random_buf", "arc4random_uniform", "getentropy", "rand_priv_bytes", "bcryptgenrandom", "cryptgenrandom", "rtlgenrandom",
	"secrandomcopybytes", "openssl_random_pseudo_bytes", "randombytes_buf", "randomint", "randomfillsync", "randomfill", "randbits", "randbelow",
	"generate_key_bytes", "gcry_randomize", "getrandombytes", "fill_bytes", "try_fill_bytes"};
static const char *const weak_random_words[] = {"math.random", "mt_rand", "rand", "srand", "random.random", "lcg_value", "getrandbits", "uniqid", "random.choice",
	"randint", "rand_r", "drand48", "lrand48", "mrand48", "shuffle", "seed"};
/* What anybody can find out or count. */
static const char *const known_words[] = {"time", "now", "date", "clock", "clock_gettime", "gettimeofday", "getpid", "pid", "timeorigin", "performance", "hrtime",
	"monotonic", "nanotime", "microtime", "unixnano", "gettickcount", "gettickcount64", "times", "hostname", "memset", "counter"};

static bool is_random_call(const struct weaken *k, const struct side *s, size_t i)
{
	if (!word_is_name(s, i) || !(word_is(s, i + 1, '(') || (word_is(s, i + 1, '.') && word_is_name(s, i + 2))))
		return false;
	if (WORD_IN(word_at(s, i), random_words))
		return true;
	if (str_is(word_at(s, i), "choice") && i >= 2 && str_is(word_at(s, i - 2), "secrets"))
		return true;
	/* crypto/rand and math/rand have the same name: only one of them reads into bytes with an error */
	return k->lang == LANGUAGE_GO && str_is(word_at(s, i), "rand") && word_is(s, i + 1, '.') && str_is(word_at(s, i + 2), "Read") && edit_has_text(k, OLD, "crypto/rand");
}

static bool names_what_is_secret(struct str name)
{
	static const char *const words[] = {"key", "nonce", "token", "salt", "iv", "secret", "session", "random", "rng", "uuid", "entropy", "passw", "csrf", "seed", "mnemonic", "otp", "challenge",
		"private", "wallet", "cookie", "keygen", "prng", "csprng"};

	return HAS_WORD(name, words);
}

static bool about_secrets(const struct weaken *k, const struct edit *e)
{
	return names_what_is_secret(function_around(k, e->from[NEW])) || name_around(k, NEW, e->from[NEW], names_what_is_secret) ||
		names_what_is_secret(str_basename(k->in->path));
}

/* 1103515245, 0x5deece66d: a step of a generator that follows from the step before. */
static bool is_factor(const struct side *s, size_t i)
{
	struct str w = word_at(s, i);

	return i < s->n && s->w[i].kind == TOKEN_NUMBER && w.len >= FACTOR_DIGITS && !str_has(w, ".") && str_find_z(w, "000") == SIZE_MAX;
}

/* The number of bytes that a call asks for; 0 where it is none. */
static unsigned bytes_asked(const struct weaken *k, const struct side *s, size_t from, size_t to, size_t *ret_call)
{
	uint64_t v;

	for (size_t i = from; i < to && i + 2 < s->n; i++)
		if (is_random_call(k, s, i) && s->w[i + 2].kind == TOKEN_NUMBER && str_to_u64(word_at(s, i + 2), 10, &v) && v < 4096) {
			*ret_call = i;
			return (unsigned)v;
		}
	return 0;
}

/* randomBytes(32) that became randomBytes(4), whatever fills the rest. */
static bool asks_for_fewer(struct weaken *k, const struct edit *e)
{
	size_t was_at = 0, now_at = 0, back[2];
	unsigned was, now;

	for (int which = OLD; which <= NEW; which++)
		back[which] = e->from[which] > CALL_BACK ? e->from[which] - CALL_BACK : 0;
	was = bytes_asked(k, &k->side[OLD], back[OLD], e->to[OLD] + CALL_BACK, &was_at);
	now = bytes_asked(k, &k->side[NEW], back[NEW], e->to[NEW] + CALL_BACK, &now_at);
	if (!was || !now || now * 2 > was || now >= BYTES_ENOUGH || !str_equal(word_at(&k->side[OLD], was_at), word_at(&k->side[NEW], now_at)))
		return false;
	return edit_lose_graded(k, e, "fewer random bytes", now <= 8 && about_secrets(k, e) ? GUARD_LOST_OPEN : GUARD_LOST_AIMED);
}

bool weaken_random(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW], *o = &k->side[OLD];
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]), called = o->n;
	bool literal = false, weak = false, known = false, factor = false, secret;

	if (e->changed[NEW] > LONG_WORDS)
		return false;
	for (size_t i = e->from[OLD]; i < e->to[OLD] && called == o->n; i++)
		if (o->w[i].changed && is_random_call(k, o, i))
			called = i;
	if (called == o->n)
		return asks_for_fewer(k, e);
	if (COUNT(NEW, random_words) || words_count(s, begin, end, random_words, sizeof(random_words) / sizeof(random_words[0]), false) || word_is_fresh(k, word_at(o, called)))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		if (!s->w[i].changed)
			continue;
		literal |= word_is_text(s, i) && s->w[i].len >= 10;
		weak |= WORD_IN(word_at(s, i), weak_random_words) || (word_is_name(s, i) && str_equal_nocase(word_at(s, i), STR("random")));
		known |= WORD_IN(word_at(s, i), known_words);
		factor |= is_factor(s, i);
	}
	secret = (weak || known || factor) && about_secrets(k, e);
	if (secret && edit_is_alone(k, e) && (factor || (known && !COUNT(NEW, ((const char *const[]){"error", "errno", "if", "catch"})))))
		return edit_lose_graded(k, e, "random numbers that can be known", GUARD_LOST_OPEN);
	if (!(weak && (secret || e->changed[NEW] <= SHORT_WORDS)) && !(literal && e->changed[NEW] <= 2))
		return false;
	return edit_lose_graded(k, e, weak ? "weaker random numbers" : "constant in place of random numbers", !edit_is_alone(k, e) ? GUARD_LOST_REFACTORED : secret ? GUARD_LOST_PROOF : GUARD_LOST_AIMED);
}
