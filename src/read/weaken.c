/*
 * OLD and NEW as words (tokens), and the edits between them: runs of changed words, joined where only a
 * few unchanged ones stand between. An edit is asked a few questions in turn (table at the end): is a
 * refusal gone, does a condition let more through, is a number smaller, is a call taken out? Each asks
 * for a word of a check in the same statement or in the head around it, and for nothing that took its place.
 */
#include "read/weaken.h"

#include "read/guard_words.h"
#include "read/lexer.h"

enum {
	TEXT_MAX = 2 << 20, WORDS_MAX = 400 << 10, /* of either side; what is larger is not asked */
	EDITS_MAX = 64,  /* in one file: beyond, it was written anew */
	EDIT_WORDS = 70, /* longer ones are no small edits */
	JOIN_WORDS = 26, /* unchanged ones between two parts of one edit */
	REACH = 60,      /* words that a statement or a head may have */
	QUIET_WORDS = 60,
	QUIET_EDITS = 16, QUIET_EDITS_MINIFIED = 4, /* in one file: with more, each is part of a larger change */
	SAID_MAX = 32,
	FLIPS_MAX = 6, /* words of one edit that may each be a setting's value */
};

struct word {
	uint32_t at, len;
	uint8_t kind;
	bool begins; /* a statement, as far as the language says so by lines */
	bool changed;
};

struct side {
	struct str text;
	struct word *w;
	size_t n;
};

struct edit {
	size_t from[2], to[2]; /* words of OLD and NEW */
	size_t changed[2];
};

struct weaken {
	struct read_in *in;
	enum language lang;
	const struct align *al;
	const struct line_index *lines;
	size_t shift;
	struct side side[2]; /* OLD, NEW */
	struct edit *edits;
	size_t n_edits;
	struct weaken_said *said;
	size_t n_said;
};

enum { OLD, NEW };

/* --- words --- */

static struct str word_at(const struct side *s, size_t i)
{
	return i < s->n ? str_part(s->text, s->w[i].at, s->w[i].len) : STR_NONE;
}

static bool word_in(struct str w, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal_nocase(w, str_of(list[i])))
			return true;
	return false;
}

#define WORD_IN(w, list) word_in((w), (list), sizeof(list) / sizeof((list)[0]))

static const char *const if_words[] = {"if", "elif", "elsif", "elseif", "unless", "?", "guard"};
static const char *const refusal_words[] = {"throw", "raise", "die", "exit", "abort", "panic", "panic!", "bail!", "reject", "fail", "fatal",
	"wp_die", "croak", "goto", "Err", "sys.exit", "os.Exit", "fail!", "deny"};
static const char *const yes_words[] = {"true", "$true", "!0"};
static const char *const no_words[] = {"false", "$false", "null", "none", "nil", "-1", "undefined", "err"};
static const char *const and_words[] = {"&&", "and", "-and"};
static const char *const or_words[] = {"||", "or", "-or"};
static const char *const not_words[] = {"!", "not", "-not", "!=", "!==", "-ne", "-cne", "unless", "<", "!~"};
static const char *const catch_words[] = {"catch", "except", "rescue"};
static const char *const compare_words[] = {"==", "===", "!=", "!==", "-eq", "-ne", "-ceq", "-cne", "startswith", "starts_with", "start_with?", "hasprefix",
	"indexof", "includes", "strcmp", "strncmp", "memcmp", "equals", "equal", "contains", "endswith", "test", "match", "compare_digest", "hash_equals"};
static const char *const cut_words[] = {"slice", "substr", "substring", "left", "startswith", "starts_with", "start_with?", "hasprefix", "strncmp",
	"strncasecmp", "truncate", "take", "first"};
static const char *const round_words[] = {"pbkdf2", "pbkdf2sync", "pbkdf2_hmac", "hash_pbkdf2", "iterations", "iteration", "rounds", "saltrounds",
	"cost", "bcrypt", "scrypt", "scryptsync", "argon2", "work_factor", "modulus_length", "moduluslength", "key_size", "keysize", "randombytes",
	"token_hex", "token_bytes", "token_urlsafe", "random_bytes", "gensalt", "rfc2898derivebytes", "pbekeyspec", "generatekey"};
static const char *const random_words[] = {"randombytes", "randomuuid", "getrandomvalues", "secrets", "token_hex", "token_bytes", "token_urlsafe",
	"securerandom", "urandom", "random_bytes", "random_int", "uuid4", "randomnumbergenerator", "systemrandom", "getrandom", "rand_bytes",
	"osrng", "arc4random", "openssl_random_pseudo_bytes"};
static const char *const weak_random_words[] = {"math.random", "mt_rand", "rand", "srand", "random.random", "lcg_value", "getrandbits", "uniqid"};
static const char *const size_words[] = {"memcmp", "strncmp", "crypto_memcmp", "compare_digest", "timingsafeequal", "consttime_memcmp",
	"sodium_memcmp", "constanttimecompare", "subtle", "timingsafe_bcmp"};

static bool is_name(const struct side *s, size_t i)
{
	uint8_t k = i < s->n ? s->w[i].kind : TOKEN_END;

	return k == TOKEN_IDENT || k == TOKEN_KEYWORD || k == TOKEN_PRIVATE || k == TOKEN_WORD;
}

static bool is_text(const struct side *s, size_t i)
{
	return i < s->n && (s->w[i].kind == TOKEN_STRING || s->w[i].kind == TOKEN_TEMPLATE);
}

static bool is_char(const struct side *s, size_t i, char c)
{
	struct str w = word_at(s, i);

	return w.len == 1 && w.p[0] == c;
}

/* A shell's words are text; elsewhere a text speaks of what is checked, and is no name. */
static unsigned class_at(const struct side *s, size_t i)
{
	return is_name(s, i) || (is_text(s, i) && s->w[i].len < 100) ? guard_class_of(word_at(s, i)) : 0;
}

static bool is_yes(const struct side *s, size_t i)
{
	struct str w = word_at(s, i), before = i ? word_at(s, i - 1) : STR_NONE;

	if (WORD_IN(w, yes_words))
		return true;
	return (str_is(w, "1") && str_is(before, "return")) ||
		(str_is(w, "0") && str_is(before, "!"));
}

/* --- tokens and edits --- */

static bool side_read(struct weaken *k, int which, struct str text, const struct span *spans, size_t n)
{
	struct side *s = &k->side[which];
	size_t words = 0, next = 0;
	struct lexer lx;
	struct token t;

	s->text = text;
	lexer_init(&lx, k->lang, text, false);
	while (lexer_next(&lx, &t)) /* once to count: an array that grows would take twice the memory */
		if (words++ == WORDS_MAX || !budget_step(k->in->budget, 1))
			return false;
	s->w = ARENA_ARRAY(k->in->arena, words, struct word);
	lexer_init(&lx, k->lang, text, false);
	while (lexer_next(&lx, &t) && s->n < words) {
		while (next < n && spans[next].to <= t.at)
			next++;
		s->w[s->n++] = (struct word){t.at, t.len, t.kind,
			(t.flags & TOKEN_ON_NEW_LINE) || t.kind == TOKEN_NEWLINE,
			next < n && spans[next].from < t.at + t.len && spans[next].to > t.at};
	}
	return true;
}

/* Index of the first word that begins at or behind the byte. */
static size_t word_from(const struct side *s, size_t at)
{
	size_t lo = 0;

	for (size_t hi = s->n; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->w[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t changed_in(const struct side *s, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += s->w[i].changed;
	return n;
}

/* False when the file was written anew. */
static bool edit_add(struct weaken *k, struct edit e)
{
	struct edit *last = k->n_edits ? &k->edits[k->n_edits - 1] : NULL;

	e.changed[OLD] = changed_in(&k->side[OLD], e.from[OLD], e.to[OLD]);
	e.changed[NEW] = changed_in(&k->side[NEW], e.from[NEW], e.to[NEW]);
	if (e.changed[OLD] + e.changed[NEW] == 0)
		return true;
	if (last && e.from[NEW] - last->to[NEW] <= JOIN_WORDS && e.from[OLD] >= last->to[OLD] && e.from[OLD] - last->to[OLD] <= JOIN_WORDS) {
		last->to[OLD] = e.to[OLD];
		last->to[NEW] = e.to[NEW];
		last->changed[OLD] += e.changed[OLD];
		last->changed[NEW] += e.changed[NEW];
		return true;
	}
	if (k->n_edits == EDITS_MAX)
		return false;
	k->edits[k->n_edits++] = e;
	return true;
}

static bool edits_find(struct weaken *k)
{
	struct align_run before = {0, 0, 0, 0, false};

	k->edits = ARENA_ARRAY(k->in->arena, EDITS_MAX, struct edit);
	for (size_t i = 0; i <= k->al->n_runs; i++) {
		struct align_run end = {k->side[NEW].text.len, 0, k->side[OLD].text.len, 0, false};
		const struct align_run *r = i < k->al->n_runs ? &k->al->runs[i] : &end;

		if (r->moved || r->old_from < before.old_to || r->new_from < before.new_to)
			continue;
		if (!edit_add(k, (struct edit){
			{word_from(&k->side[OLD], before.old_to), word_from(&k->side[NEW], before.new_to)},
			{word_from(&k->side[OLD], r->old_from), word_from(&k->side[NEW], r->new_from)}, {0, 0}}))
			return false;
		before = *r;
	}
	return true;
}

/* --- what stands around --- */

static bool ends_statement(const struct weaken *k, const struct side *s, size_t i)
{
	if (is_char(s, i, ';') || is_char(s, i, '{') || is_char(s, i, '}'))
		return true;
	return language_family(k->lang) != FAMILY_JAVASCRIPT && language_family(k->lang) != FAMILY_C && s->w[i].begins;
}

/* The first word of the statement that stands at i. */
static size_t statement_begin(const struct weaken *k, const struct side *s, size_t i)
{
	size_t n = 0;
	bool by_line = language_family(k->lang) != FAMILY_JAVASCRIPT && language_family(k->lang) != FAMILY_C;

	if (i >= s->n)
		i = s->n;
	if (by_line && i < s->n && s->w[i].begins)
		return i;
	while (i > 0 && n++ < REACH) {
		if (is_char(s, i - 1, ';') || is_char(s, i - 1, '{') || is_char(s, i - 1, '}'))
			break;
		i--;
		if (by_line && s->w[i].begins)
			break;
	}
	return i;
}

static size_t statement_end(const struct weaken *k, const struct side *s, size_t i)
{
	for (size_t n = 0; i < s->n && n < REACH && !(ends_statement(k, s, i) && n); n++)
		i++;
	return i;
}

/* The head of the block that the statement stands in: "if (...) {" one before, or the line above. */
static size_t head_begin(const struct weaken *k, const struct side *s, size_t begin)
{
	enum language_family family = language_family(k->lang);
	int depth = 0;

	if (begin == 0)
		return 0;
	if (family != FAMILY_JAVASCRIPT && family != FAMILY_C)
		return statement_begin(k, s, begin - 1);
	for (size_t i = begin, n = 0; i > 0 && n < REACH; n++) {
		i--;
		depth += is_char(s, i, '}') - is_char(s, i, '{');
		if (depth < 0)
			return statement_begin(k, s, i);
	}
	return begin;
}

static unsigned classes_in(const struct side *s, size_t from, size_t to, int changed)
{
	unsigned all = 0;

	for (size_t i = from; i < to && i < s->n; i++)
		if (changed < 0 || s->w[i].changed == (changed != 0))
			all |= class_at(s, i);
	return all;
}

/* What the statement of an edit, and the head around it, are about. */
static unsigned classes_around(const struct weaken *k, int which, const struct edit *e, int changed)
{
	const struct side *s = &k->side[which];
	size_t begin = statement_begin(k, s, e->from[which]);

	return classes_in(s, head_begin(k, s, begin), statement_end(k, s, e->to[which]), changed);
}

static size_t count(const struct side *s, size_t from, size_t to, const char *const *list, size_t n, bool changed)
{
	size_t all = 0;

	for (size_t i = from; i < to && i < s->n; i++)
		all += (!changed || s->w[i].changed) && word_in(word_at(s, i), list, n);
	return all;
}

#define COUNT(which, list) count(&k->side[which], e->from[which], e->to[which], list, sizeof(list) / sizeof((list)[0]), true)
#define COUNT_ALL(which, list) count(&k->side[which], e->from[which], e->to[which], list, sizeof(list) / sizeof((list)[0]), false)

static bool has_changed(const struct weaken *k, const struct edit *e, int which, const char *z)
{
	const char *const list[] = {z};

	return COUNT(which, list) != 0;
}

/* Changed words that compare; some tokenisers give "=" and "=". */
static bool compares(const struct weaken *k, const struct edit *e, int which)
{
	const struct side *s = &k->side[which];

	for (size_t i = e->from[which]; i < e->to[which]; i++)
		if (s->w[i].changed && (WORD_IN(word_at(s, i), compare_words) ||
			(is_char(s, i + 1, '=') && s->w[i + 1].at == s->w[i].at + 1 && (is_char(s, i, '=') || is_char(s, i, '!')))))
			return true;
	return false;
}

static bool is_alone(const struct weaken *k, const struct edit *e)
{
	size_t i = (size_t)(e - k->edits);

	if (i && e->from[NEW] - k->edits[i - 1].to[NEW] < QUIET_WORDS)
		return false;
	return i + 1 >= k->n_edits || k->edits[i + 1].from[NEW] - e->to[NEW] >= QUIET_WORDS;
}

/* Does a name or text of a check that the edit takes away come again elsewhere in NEW? */
static bool moved_away(const struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];

	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		struct str w = word_at(o, i);

		if (!o->w[i].changed || !class_at(o, i))
			continue;
		if (!budget_step(k->in->budget, 1 + s->n / 16))
			return true;
		for (size_t j = 0; j < s->n; j++)
			if (s->w[j].changed && s->w[j].len == w.len && str_equal(word_at(s, j), w))
				return true;
	}
	return false;
}

/* The name of the function around a word of NEW: what stands before the bracket, behind `def`. */
static struct str function_around(const struct weaken *k, size_t at)
{
	static const char *const definers[] = {"def", "function", "func", "fn", "sub"};
	static const char *const heads[] = {"if", "for", "while", "switch", "catch", "else", "try", "do", "foreach", "using", "lock", "match", "select"};
	const struct side *s = &k->side[NEW];
	enum language_family family = language_family(k->lang);
	int depth = 0;

	for (size_t i = at, n = 0; i > 0 && n < 600; n++) {
		size_t begin, p;

		i--;
		if (family != FAMILY_JAVASCRIPT && family != FAMILY_C) {
			if (WORD_IN(word_at(s, i), definers) && (s->w[i].begins || (i && str_is(word_at(s, i - 1), "async"))))
				return word_at(s, i + 1);
			continue;
		}
		depth += is_char(s, i, '}') - is_char(s, i, '{');
		if (depth >= 0)
			continue;
		depth = 0;
		begin = statement_begin(k, s, i);
		if (WORD_IN(word_at(s, begin), heads))
			continue;
		for (p = begin; p < i; p++) {
			if (is_char(s, p, '(') && p > begin && is_name(s, p - 1) && !WORD_IN(word_at(s, p - 1), definers))
				return word_at(s, p - 1);
			if ((is_char(s, p, '=') || is_char(s, p, ':')) && p > begin && is_name(s, p - 1))
				return word_at(s, p - 1);
		}
	}
	return STR_NONE;
}

/* Is the name, a view of NEW, one that OLD did not have there? */
static bool is_new_name(const struct weaken *k, struct str name)
{
	const struct side *s = &k->side[NEW];
	size_t i = name.len ? word_from(s, (size_t)(name.p - s->text.p)) : s->n;

	return i < s->n && s->w[i].changed;
}

/* --- saying it --- */

static struct str line_text(struct str text, size_t at)
{
	size_t from = at < text.len ? at : text.len, to = from;

	while (from > 0 && at - from < 200 && text.p[from - 1] != '\n')
		from--;
	while (to < text.len && to - at < 200 && text.p[to] != '\n')
		to++;
	return str_trim(str_part(text, from, to - from));
}

static size_t byte_at(const struct side *s, size_t i)
{
	return i < s->n ? s->w[i].at : s->text.len;
}

static void say(struct weaken *k, const struct edit *e, enum fact_kind kind, const char *key, unsigned number, struct str what)
{
	int shows = e->changed[NEW] ? NEW : OLD;
	size_t place = e->from[NEW], at, end;
	struct str name = function_around(k, place);
	struct fact f = {.kind = kind, .key = str_of(key), .flags = kind == FACT_GUARD_LOST ? FACT_REMOVED : FACT_CONSTANT | FACT_CHANGED_VALUE};
	uint32_t column;

	if (k->n_said == SAID_MAX)
		return;
	while (place + 1 < e->to[NEW] && e->changed[NEW] && !k->side[NEW].w[place].changed)
		place++;
	at = byte_at(&k->side[NEW], place);
	end = e->to[NEW] > place ? byte_at(&k->side[NEW], e->to[NEW] - 1) + k->side[NEW].w[e->to[NEW] - 1].len : at;
	f.line = line_of(k->lines, at, &column);
	f.number = number;
	f.offset = at + k->shift;
	f.length = end - at;
	f.excerpt = str_part(line_text(k->side[shows].text, byte_at(&k->side[shows], shows == NEW ? place : e->from[OLD])), 0, FACT_EXCERPT_BYTES);
	f.value = what;
	f.unit = read_unit(k->in, &(struct unit){.change = UNIT_CHANGED, .line = f.line, .offset = f.offset, .length = f.length,
		.name = arena_printf(k->in->arena, "%s%.*s at %u:%u", name.len ? "function " : "statement", STR_ARG(str_part(name, 0, 80)), f.line, column)});
	k->said[k->n_said++] = (struct weaken_said){{byte_at(&k->side[OLD], e->from[OLD]), byte_at(&k->side[OLD], e->to[OLD])},
		{byte_at(&k->side[NEW], e->from[NEW]), byte_at(&k->side[NEW], e->to[NEW])}};
	read_fact(k->in, &f);
}

/* Did OLD prove here who made something: is a check named, and a signature, a digest or what was fetched? */
static bool proved(const struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	struct str function = function_around(k, e->from[NEW]);
	size_t from = head_begin(k, o, statement_begin(k, o, e->from[OLD])), to = statement_end(k, o, e->to[OLD]);
	bool proof = guard_names_proof(function);

	for (size_t i = from; i < to && !proof; i++)
		proof = (is_name(o, i) || (is_text(o, i) && o->w[i].len < 100)) && guard_names_proof(word_at(o, i));
	return proof && ((classes_in(o, from, to, -1) | guard_class_of(function)) & GUARD_IDENTITY);
}

static bool lose_graded(struct weaken *k, const struct edit *e, const char *key, enum guard_lost grade)
{
	bool quiet = k->n_edits <= (k->al->minified_new ? QUIET_EDITS_MINIFIED : QUIET_EDITS);

	say(k, e, FACT_GUARD_LOST, key, quiet ? grade : GUARD_LOST_REFACTORED, STR_NONE);
	return true;
}

static bool lose_at_most(struct weaken *k, const struct edit *e, const char *key, enum guard_lost most)
{
	return lose_graded(k, e, key, most == GUARD_LOST_PROOF && !proved(k, e) ? GUARD_LOST_AIMED : most);
}

static bool lose(struct weaken *k, const struct edit *e, const char *key, bool aimed)
{
	return lose_at_most(k, e, key, aimed ? GUARD_LOST_PROOF : GUARD_LOST_REFACTORED);
}

/* --- questions --- */

/* A literal that only whoever wrote the edit knows, or the environment: `data === "x"`. */
static bool names_secret(const struct weaken *k, const struct edit *e)
{
	static const char *const surveys[] = {"typeof", "instanceof", "platform", "node_env", "isinstance", "type", "undefined"};
	static const char *const outside[] = {"env", "environ", "getenv", "$env", "argv", "headers", "header", "query", "cookies", "$_get", "$_request", "$_server"};
	const struct side *s = &k->side[NEW];
	bool literal = false;

	if (COUNT(NEW, surveys))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		literal |= s->w[i].changed && ((is_text(s, i) && s->w[i].len > 3) ||
			s->w[i].kind == TOKEN_NUMBER);
	return COUNT(NEW, outside) || (literal && compares(k, e, NEW));
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
		if (s->w[i].changed && is_yes(s, i) && i && str_is(word_at(s, i - 1), "return") && !is_new_name(k, function_around(k, i)))
			yes = i;
	if (yes == s->n)
		return false; /* a function that is new all of it answers what it likes */
	name = function_around(k, yes);
	about = guard_class_of(name) | (name_has_word(name, (const char *const[]){"login", "auth", "check", "install", "unlock"}, 5) ? GUARD_OTHER : 0);
	if (!about || guard_says_unchecked(name) || has_changed(k, e, OLD, "return"))
		return false;
	/* a function that is named after a digest only knows kinds of them */
	aimed = (about & (GUARD_ACTS | GUARD_ACCESS)) || name_has_word(name, (const char *const[]){"login", "auth"}, 2);
	if (!conditional)
		return e->changed[OLD] == 0 ? lose(k, e, "check returns at once", aimed) : false;
	if (e->changed[OLD] > 2)
		return false;
	return lose(k, e, "way around the check", aimed && names_secret(k, e));
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
	return at > 0 && is_char(o, at - 1, '}');
}

/* `return verify(...)` that became `return true`; `return false` that became `return true`. */
static bool answers_yes(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t yes = 0, no = 0, was = 0, begin = statement_begin(k, o, e->from[OLD]);
	unsigned about = guard_class_of(function_around(k, e->from[NEW])) | classes_around(k, OLD, e, -1);

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		yes += s->w[i].changed && (is_yes(s, i) || str_is(word_at(s, i), "1") || str_is(word_at(s, i), "nil"));
	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		no += o->w[i].changed && WORD_IN(word_at(o, i), no_words);
		was += o->w[i].changed && is_yes(o, i);
	}
	if (!yes || was || e->changed[NEW] > 12 || !(about & GUARD_STRONG) || COUNT(NEW, if_words) || compares(k, e, NEW))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && class_at(s, i))
			return false;
	if (!has_changed(k, e, NEW, "return") && !str_is(word_at(o, begin), "return") && !str_is(word_at(s, statement_begin(k, s, e->from[NEW])), "return") &&
		!(no && is_char(s, e->to[NEW], ')')) && !(e->changed[NEW] == 1 && (is_char(s, e->to[NEW], '}') || str_is(word_at(s, e->to[NEW]), "end"))))
		return false;
	return lose(k, e, no ? "refusal became an acceptance" : "answers yes whatever it finds", is_alone(k, e) && !moved_away(k, e));
}

/* `kind === "a" || kind === "b"` that got one more: a name that was compared with literals before is of kinds. */
static bool lists_kinds(const struct weaken *k, const struct edit *e, size_t begin, size_t end)
{
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		if (!s->w[i].changed || !is_name(s, i) || !is_text(s, i + 2) || !WORD_IN(word_at(s, i + 1), compare_words))
			continue;
		for (size_t j = begin; j < end; j++)
			if (!s->w[j].changed && str_equal(word_at(s, j), word_at(s, i)) && is_text(s, j + 2) && !s->w[j + 2].changed)
				return true;
	}
	return false;
}

/* `if (!verify(x))` became `if (mine && !verify(x))`; `return verify(x)` became `return mine || verify(x)`. */
static bool widened(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	static const char *const deciding[] = {"if", "elif", "elsif", "elseif", "unless", "while", "return", "?", "guard", "&&", "assert"};
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]);
	bool ands = COUNT(NEW, and_words) != 0, ors = COUNT(NEW, or_words) != 0, negated;
	unsigned about = classes_in(s, begin, end, 0);
	bool constant = false;

	if (e->changed[OLD] > 3 || ands == ors || !(about & (GUARD_STRONG | GUARD_OTHER)) || COUNT(NEW, if_words))
		return false;
	if (language_family(k->lang) == FAMILY_WORDS)
		return false;
	if (!count(s, begin, end, deciding, sizeof(deciding) / sizeof(deciding[0]), false))
		return false;
	negated = false;
	for (size_t i = begin; i < end; i++)
		negated |= !s->w[i].changed && WORD_IN(word_at(s, i), not_words);
	if (ands != negated)
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && (is_char(s, i, ':') || (is_char(s, i, '=') && !is_char(s, i + 1, '=') && !(i && strchr("=!<>", k->side[NEW].text.p[s->w[i].at - 1])))))
			return false; /* a statement of its own */
	for (size_t i = e->from[NEW]; i < e->to[NEW] && e->changed[NEW] <= 3; i++)
		if (s->w[i].changed && (ors ? str_equal_nocase(word_at(s, i), STR("false")) : is_yes(s, i)))
			return false; /* changes nothing */
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		constant |= s->w[i].changed && e->changed[NEW] <= 3 && (ors ? is_yes(s, i) : str_equal_nocase(word_at(s, i), STR("false")) || str_is(word_at(s, i), "$false"));
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && (class_at(s, i) & (GUARD_STRONG | GUARD_OTHER)) && is_name(s, i) && !names_secret(k, e))
			return false; /* another check beside */
	if (!(about & GUARD_STRONG) || !(constant || names_secret(k, e)) || lists_kinds(k, e, begin, end))
		return lose(k, e, constant ? "condition became constant" : "condition lets more through", false);
	return lose_at_most(k, e, constant ? "condition became constant" : "condition lets more through",
		constant || (about & GUARD_ACTS) ? GUARD_LOST_PROOF : GUARD_LOST_AIMED);
}

/* return; return false; return -1: nothing is given, or a number that says so. Another value is an answer like any other. */
static bool returns_nothing(const struct side *o, const struct edit *e)
{
	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++)
		if (o->w[i].changed && str_is(word_at(o, i), "return") &&
			(i + 1 >= o->n || is_char(o, i + 1, ';') || is_char(o, i + 1, '}') || is_char(o, i + 1, '-') ||
				o->w[i + 1].kind == TOKEN_NUMBER || o->w[i + 1].begins || WORD_IN(word_at(o, i + 1), no_words)))
			return true;
	return false;
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
	bool moves_on = has_changed(k, e, NEW, "continue");

	for (size_t i = begin; i < e->from[OLD]; i++)
		if (WORD_IN(word_at(o, i), if_words))
			begin = i; /* where nothing ends a line, what stands before it is no part of it */
	for (size_t i = begin; i < e->to[OLD]; i++) {
		struct str w = word_at(o, i);

		if (WORD_IN(w, not_words) || WORD_IN(w, or_words) || WORD_IN(w, refusal_words) || is_char(o, i, '>') || (is_char(o, i, '=') && is_char(o, i + 1, '=')) ||
			WORD_IN(w, otherwise) ||
			o->w[i].kind == TOKEN_NUMBER || (answer < i && is_char(o, i, '(')) ||
			((is_name(o, i) || is_text(o, i)) && name_has_word(w, bad_words, sizeof(bad_words) / sizeof(bad_words[0]))))
			return false;
		if (str_is(w, "return"))
			answer = i + 1;
	}
	if (answer >= e->to[OLD])
		return false;
	if (moves_on) /* the loop leaves this one out, as the function did */
		return str_is(word_at(o, answer), "null") || str_is(word_at(o, answer), "undefined") || is_char(o, answer, ';');
	return is_name(o, answer) && o->w[answer].changed && !WORD_IN(word_at(o, answer), no_words);
}

/* Does NEW call there what by its name ends things: exit_reporting(error), failWith(error)? */
static bool ends_by_name(const struct weaken *k, const struct edit *e)
{
	static const char *const parts[] = {"exit", "abort", "fail", "die", "raise", "throw", "panic", "fatal", "reject", "bail"};
	const struct side *s = &k->side[NEW];

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && is_name(s, i) && is_char(s, i + 1, '(') && HAS_WORD(word_at(s, i), parts))
			return true;
	return false;
}

/* `if (!verify(x)) throw` is gone, or throws no more. */
static bool refusal_gone(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD];
	size_t begin = statement_begin(k, o, e->from[OLD]), head = head_begin(k, o, begin);
	unsigned about = classes_in(o, head, statement_end(k, o, e->to[OLD]), -1);
	bool conditional = COUNT(OLD, if_words) || count(o, head, e->to[OLD], if_words, sizeof(if_words) / sizeof(if_words[0]), false) ||
		COUNT_ALL(OLD, catch_words);
	bool refuses = COUNT(OLD, refusal_words) || (has_changed(k, e, OLD, "return") && conditional);

	if (!refuses || !(about & (GUARD_STRONG | GUARD_OTHER)) || !conditional)
		return false;
	if (!COUNT(OLD, refusal_words) && !returns_nothing(o, e) && !classes_in(o, e->from[OLD], e->to[OLD], 1))
		return false;
	if (COUNT(NEW, refusal_words) || has_changed(k, e, NEW, "return") || COUNT(NEW, if_words) || compares(k, e, NEW) || ends_by_name(k, e))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (k->side[NEW].w[i].changed && is_name(&k->side[NEW], i) && class_at(&k->side[NEW], i))
			return false;
	if (was_a_favour(k, e) || moved_away(k, e))
		return false;
	return lose(k, e, COUNT(OLD, if_words) ? "refusal removed" : "refuses no more", (about & GUARD_STRONG) && is_alone(k, e));
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

static struct str only_changed(const struct weaken *k, const struct edit *e, int which)
{
	for (size_t i = e->from[which]; i < e->to[which]; i++)
		if (k->side[which].w[i].changed)
			return word_at(&k->side[which], i);
	return STR_NONE;
}

static bool inverted(struct weaken *k, const struct edit *e)
{
	struct str was = only_changed(k, e, OLD), now = only_changed(k, e, NEW);
	unsigned about = classes_around(k, NEW, e, -1);

	size_t most = e->changed[OLD] == e->changed[NEW] ? 2 : 1; /* `== 1` that became `!= 0` lets errors through */

	if (k->al->minified_new || k->al->minified_old || e->changed[OLD] > most || e->changed[NEW] > most)
		return false; /* minifiers turn conditions round */
	if (!(is_opposite(was, now) || (!now.len && (str_is(was, "!") || str_is(was, "not") || str_is(was, "-not"))) ||
		    (!was.len && (str_is(now, "!") || str_is(now, "not") || str_is(now, "-not")))))
		return false;
	return about & (GUARD_STRONG | GUARD_OTHER) ? lose(k, e, "comparison flipped", (about & GUARD_STRONG) && is_alone(k, e)) : false;
}

/* `verify: false`, `verify = 0`: what was off is no check that could be lost. */
static bool was_off(const struct side *s, size_t i)
{
	struct str value = word_at(s, i + 2);

	return (is_char(s, i + 1, ':') || is_char(s, i + 1, '=')) && (WORD_IN(value, no_words) || str_is(value, "0") || str_is(value, "!1"));
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

		if (o->w[i].changed && is_text(o, i) && e->changed[OLD] <= 2 && e->changed[NEW] == 0)
			about |= class_at(o, i) & GUARD_ACCESS; /* of a list of what guards */
		if (!o->w[i].changed || !is_name(o, i))
			continue;
		names++;
		c = was_off(o, i) ? 0 : guard_class_of(word_at(o, i));
		if (guard_says_unchecked(word_at(o, i)) || str_is(before, "import") || str_is(before, "function") || str_is(before, "def"))
			return false;
		/* called, or handed over, or put over a function */
		if (is_char(o, i + 1, '(') || str_is(before, "@") || str_is(before, "[") || is_char(o, i + 1, ',') || str_is(before, ",") || str_is(before, ":") ||
			(language_family(k->lang) == FAMILY_BLOCKS && o->w[i].begins) || o->w[i].kind == TOKEN_WORD)
			about |= c;
	}
	if (!(about & (GUARD_ACTS | GUARD_ACCESS | GUARD_ESCAPE)) || names > 14 || e->changed[OLD] > 40)
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		if (s->w[i].changed && is_name(s, i) && !is_yes(s, i))
			return false;
	if (was_a_favour(k, e) || moved_away(k, e) || has_changed(k, e, OLD, "import") || has_changed(k, e, OLD, "require") || has_changed(k, e, OLD, "from") ||
		has_changed(k, e, OLD, "function") || has_changed(k, e, OLD, "def") || has_changed(k, e, OLD, "func"))
		return false;
	return lose(k, e, about & GUARD_ESCAPE ? "escaping taken out" : "check taken out", is_alone(k, e));
}

static uint64_t number_of(struct str w, bool *ok)
{
	uint64_t v = 0;
	size_t i = 0, digits = 0;

	for (; i < w.len && digits < 15; i++) {
		if (w.p[i] == '_')
			continue;
		if (w.p[i] < '0' || w.p[i] > '9')
			break;
		v = v * 10 + (uint64_t)(w.p[i] - '0');
		digits++;
	}
	*ok = digits > 0;
	return v;
}

/* As the language writes a mode: 0755, 0o755; commands have the bare digits. */
static uint64_t octal_of(struct str w, bool bare, bool *ok)
{
	uint64_t v = 0;
	size_t i = str_starts(w, "0o") || str_starts(w, "0O") ? 2 : 0;

	*ok = w.len > i && w.len - i <= 5 && (w.p[0] == '0' || (bare && w.len <= 4));
	for (; *ok && i < w.len; i++) {
		*ok = w.p[i] >= '0' && w.p[i] <= '7';
		v = v * 8 + (uint64_t)(w.p[i] - '0');
	}
	return v;
}

/* A length, a number of rounds that became much smaller; a mode that opens more. */
static bool numbers(struct weaken *k, const struct edit *e)
{
	static const char *const mode_words[] = {"chmod", "fchmod", "lchmod", "mkdir", "mkdirall", "writefile", "writefilesync", "openfile", "install", "mode", "umask", "chmodsync",
		"os.chmod"};
	const struct side *s = &k->side[NEW];
	struct str was = only_changed(k, e, OLD), now = only_changed(k, e, NEW);
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]), from = e->from[NEW] > 14 ? e->from[NEW] - 14 : 0;
	uint64_t before, after;
	bool ok, ok2, aimed = false;

	if (e->changed[OLD] != 1 || e->changed[NEW] != 1)
		return false;
	from = from > begin ? from : begin;
	before = octal_of(was, language_family(k->lang) == FAMILY_WORDS, &ok);
	after = octal_of(now, language_family(k->lang) == FAMILY_WORDS, &ok2);
	for (size_t i = from; i < end; i++)
		aimed |= WORD_IN(word_at(s, i), mode_words);
	if (ok && ok2 && aimed) {
		bool mask = count(s, from, end, (const char *const[]){"umask"}, 1, false) != 0;

		if (mask ? (before & 022) & ~after : (after & 06002) & ~before)
			return lose(k, e, "mode opens more", true);
	}
	before = number_of(was, &ok);
	after = number_of(now, &ok2);
	if (!ok || !ok2 || after * 4 > before || str_has(was, ".") || str_has(now, "."))
		return false;
	for (size_t i = from; i < end; i++) {
		if (WORD_IN(word_at(s, i), round_words) || WORD_IN(word_at(s, i), size_words))
			return lose(k, e, "number much smaller", true);
	}
	return false;
}

/* Whether the word stands right within square brackets, and not in a table of names. */
static bool in_square(const struct side *s, size_t begin, size_t i)
{
	int open = 0;

	while (i-- > begin) {
		if (is_char(s, i, ']') || is_char(s, i, ')') || is_char(s, i, '}'))
			open++;
		else if ((is_char(s, i, '[') || is_char(s, i, '(') || is_char(s, i, '{')) && open-- == 0)
			return is_char(s, i, '[');
	}
	return false;
}

/* The comparison of digests looks at their beginning only. */
static bool shortened(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]);
	bool cuts = COUNT(NEW, cut_words) != 0, sliced = false;
	unsigned about = classes_around(k, OLD, e, -1);

	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++)
		sliced |= s->w[i].changed && is_char(s, i, ':') && i + 1 < s->n && s->w[i + 1].kind == TOKEN_NUMBER && in_square(s, begin, i);
	if (!(cuts || sliced) || COUNT(OLD, cut_words) || !(about & GUARD_IDENTITY) || COUNT(NEW, if_words) || COUNT(OLD, if_words))
		return false;
	if (!count(s, begin, end, compare_words, sizeof(compare_words) / sizeof(compare_words[0]), false) &&
		!(classes_in(s, begin, end, -1) & GUARD_IDENTITY))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) /* a length must be said: "sha256-" is cut off elsewhere */
		if (s->w[i].changed && s->w[i].kind == TOKEN_NUMBER)
			return count(s, begin, end, compare_words, sizeof(compare_words) / sizeof(compare_words[0]), false) || COUNT_ALL(OLD, compare_words) ||
				count(s, begin, end, size_words, sizeof(size_words) / sizeof(size_words[0]), false) ? lose(k, e, "comparison shortened", true) : false;
	return false;
}

static bool random_gone(struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW], *o = &k->side[OLD];
	bool literal = false, other = false;
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]);
	bool called = false;

	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++)
		called |= o->w[i].changed && is_char(o, i + 1, '(') && WORD_IN(word_at(o, i), random_words);
	if (!called || COUNT(NEW, random_words) || count(s, begin, end, random_words, sizeof(random_words) / sizeof(random_words[0]), false))
		return false;
	for (size_t i = e->from[NEW]; i < e->to[NEW]; i++) {
		if (!s->w[i].changed)
			continue;
		literal |= is_text(s, i) && s->w[i].len >= 10;
		other |= WORD_IN(word_at(s, i), weak_random_words) || (is_name(s, i) && str_equal_nocase(word_at(s, i), STR("random")));
	}
	if (e->changed[NEW] > 24 || !(other || (literal && e->changed[NEW] <= 2)))
		return false;
	return lose(k, e, other ? "weaker random numbers" : "constant in place of random numbers", is_alone(k, e));
}

/* A check whose errors are swallowed. */
static bool swallowed(struct weaken *k, const struct edit *e)
{
	static const char *const checkers[] = {"gpg", "gpgv", "sha256sum", "sha512sum", "sha1sum", "md5sum", "shasum", "cosign", "minisign", "openssl", "codesign", "signtool"};
	const struct side *s = &k->side[NEW];
	size_t begin = statement_begin(k, s, e->from[NEW]), end = statement_end(k, s, e->to[NEW]);

	if (language_family(k->lang) == FAMILY_WORDS) {
		bool passes = has_changed(k, e, NEW, "true") || has_changed(k, e, NEW, ":");

		if (passes && count(s, begin, end, checkers, sizeof(checkers) / sizeof(checkers[0]), false) && e->changed[NEW] <= 3 && e->changed[OLD] <= 3)
			return lose_graded(k, e, "errors of the check swallowed", GUARD_LOST_PROOF);
		return false;
	}
	if (!COUNT(NEW, catch_words) || COUNT(OLD, catch_words) || COUNT(NEW, refusal_words) || has_changed(k, e, NEW, "return") || e->changed[NEW] > 20)
		return false;
	if (!(classes_in(s, e->from[NEW], e->to[NEW], 0) & GUARD_STRONG) && !(classes_around(k, NEW, e, 0) & GUARD_STRONG))
		return false;
	/* "name.catch(() => {})" beside what was there: another statement still waits for the name */
	return lose(k, e, "errors of the check swallowed", e->changed[OLD] && is_alone(k, e));
}

/* A command of a shell that checked what was fetched is gone. */
static bool command_gone(struct weaken *k, const struct edit *e)
{
	static const char *const pairs[][2] = {{"sha256sum", "-c"}, {"sha512sum", "-c"}, {"sha1sum", "-c"}, {"md5sum", "-c"}, {"shasum", "-c"}, {"gpg", "--verify"}, {"gpgv", ""},
		{"cosign", "verify"}, {"minisign", "-V"}, {"openssl", "-verify"}, {"codesign", "--verify"}, {"spctl", "--assess"}, {"sha256sum", "--check"}};
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];

	if (language_family(k->lang) != FAMILY_WORDS)
		return false;
	for (size_t p = 0; p < sizeof(pairs) / sizeof(pairs[0]); p++) {
		const char *const one[] = {pairs[p][0]}, *const two[] = {pairs[p][1]};

		if (!count(o, e->from[OLD], e->to[OLD], one, 1, true) || (pairs[p][1][0] && !count(o, e->from[OLD], e->to[OLD], two, 1, true)))
			continue;
		if (count(s, 0, s->n, one, 1, false) >= count(o, 0, o->n, one, 1, false))
			return false; /* it stands elsewhere */
		for (size_t q = 0; q < sizeof(pairs) / sizeof(pairs[0]); q++)
			if (count(s, 0, s->n, (const char *const[]){pairs[q][0]}, 1, true))
				return false; /* another one does its work */
		return lose_graded(k, e, "check of what was fetched is gone", GUARD_LOST_PROOF);
	}
	return false;
}

/* --- safeguards that a literal switches off, in any language --- */

struct off_switch {
	const char *word;  /* as the token says it, or a part of a text */
	const char *value; /* behind it, within a few tokens; "" = the word is enough */
	bool replaces;     /* a choice that stood there before; where it is new, it is a choice like others */
};

static const struct off_switch off_switches[] = {{"VERIFY_NONE", ""}, {"SSL_VERIFY_NONE", ""}, {"CERT_NONE", ""}, {"InsecureSkipVerify", "true"},
	{"danger_accept_invalid_certs", "true"}, {"danger_accept_invalid_hostnames", "true"},
	{"DangerousAcceptAnyServerCertificateValidator", ""}, {"ServerCertificateCustomValidationCallback", "true"},
	{"ServerCertificateValidationCallback", "true"}, {"NoopHostnameVerifier", ""}, {"ALLOW_ALL_HOSTNAME_VERIFIER", ""},
	{"AllowAllHostnameVerifier", ""}, {"setDefaultHostnameVerifier", "true"}, {"setHostnameVerifier", "true"}, {"TrustAllStrategy", ""},
	{"_create_unverified_context", ""}, {"ignore-certificate-errors", ""}, {"AllowAnonymous", ""}, {"csrf_exempt", ""}, {"exempt", ""}, {"[trusted=yes]", ""},
	{"CURLOPT_SSL_VERIFYPEER", "false"}, {"CURLOPT_SSL_VERIFYPEER", "0"}, {"CURLOPT_SSL_VERIFYPEER", "0L"}, {"CURLOPT_SSL_VERIFYHOST", "0"},
	{"CURLOPT_SSL_VERIFYHOST", "0L"}, {"CURLOPT_SSL_VERIFYHOST", "false"}, {"SkipCertificateCheck", ""}, {"-SkipCertificateCheck", ""}, {"VersionSSL30", ""},
	{"SSLv3", ""}, {"skip_before_action", "authenticate"}, {"skip_before_action", "require"}, {"skip_before_action", "verify_authenticity_token"},
	{"ignoreExpiration", "true"}, {"algorithms", "none", true}, {"Set-ExecutionPolicy", "Bypass"}, {"ALLOWED_HOSTS", "*", true}, {"DEBUG", "True", true}, {"origin", "*", true},
	{"AllowAnyOrigin", ""}, {"verify", "0", true}, {"disabled", "true"}};

static bool text_says(struct str w, const char *z, bool nocase)
{
	struct str v = w;

	while (v.len && strchr("'\":@`", v.p[0]))
		v = str_part(v, 1, v.len);
	while (v.len && strchr("'\"`", v.p[v.len - 1]))
		v = str_part(v, 0, v.len - 1);
	return (nocase ? str_equal_nocase(v, str_of(z)) : str_is(v, z)) || (z[0] == '[' && str_has(w, z)) || (strlen(z) > 9 && str_starts(v, z));
}

static bool switch_at(const struct side *s, size_t i, const struct off_switch *o, bool by_line, bool nocase)
{
	bool fresh = s->w[i].changed;

	if (!text_says(word_at(s, i), o->word, nocase))
		return false;
	if (o->replaces && s->w[i].changed)
		return false;
	if (str_is(str_of(o->word), "disabled") && !(i > 1 && text_says(word_at(s, i - 2), "audit", true)))
		return false;
	if (str_is(str_of(o->word), "exempt") && !(i > 1 && text_says(word_at(s, i - 2), "csrf", true)))
		return false;
	if (!o->value[0])
		return fresh;
	for (size_t j = i + 1; j < s->n && j < i + 20; j++) {
		if (by_line && s->w[j].begins)
			break;
		fresh |= s->w[j].changed;
		if (text_says(word_at(s, j), o->value, true))
			return fresh;
		if (is_char(s, j, ';') || is_char(s, j, '}'))
			break;
	}
	return false;
}

/* Only where it was not said before, and stands under no new condition: an option asks first. */
static bool switched_off(struct weaken *k, const struct edit *e)
{
	size_t from = e->from[NEW] > 10 ? e->from[NEW] - 10 : 0;

	for (size_t i = 0; i < sizeof(off_switches) / sizeof(off_switches[0]); i++) {
		const struct off_switch *o = &off_switches[i];
		bool found = false, known = false;

		for (size_t j = from; j < e->to[NEW] && j < k->side[NEW].n && !found; j++)
			found = switch_at(&k->side[NEW], j, o, 
				language_family(k->lang) == FAMILY_PYTHON || language_family(k->lang) == FAMILY_BLOCKS, k->lang == LANGUAGE_POWERSHELL);
		if (!found)
			continue;
		if (!budget_step(k->in->budget, 1 + k->side[OLD].n / 16))
			return false;
		for (size_t j = 0; j < k->side[OLD].n && !known; j++) {
			known = text_says(word_at(&k->side[OLD], j), o->word, true) && !o->value[0];
			for (size_t l = j + 1; o->value[0] && text_says(word_at(&k->side[OLD], j), o->word, true) && l < k->side[OLD].n && l < j + 12; l++)
				known |= text_says(word_at(&k->side[OLD], l), o->value, true);
		}
		if (known || COUNT(NEW, if_words))
			continue;
		say(k, e, FACT_TRUST, "switched-off", 0, arena_printf(k->in->arena, "%s %s", o->word, o->value));
		return true;
	}
	return false;
}

/* The next changed word at or behind i; s->n if there is none before `to`. */
static size_t next_changed(const struct side *s, size_t i, size_t to)
{
	while (i < to && !s->w[i].changed)
		i++;
	return i < to ? i : s->n;
}

/* NAME = True -> NAME = False, and the other way where the name opens something; each of a few in one edit. */
static bool setting_flipped(struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];
	size_t was = next_changed(o, e->from[OLD], e->to[OLD]), now = next_changed(s, e->from[NEW], e->to[NEW]);

	if (e->changed[OLD] != e->changed[NEW] || e->changed[NEW] > FLIPS_MAX)
		return false;
	for (; was < o->n && now < s->n; was = next_changed(o, was + 1, e->to[OLD]), now = next_changed(s, now + 1, e->to[NEW])) {
		struct str a = word_at(o, was), b = word_at(s, now);

		for (size_t i = now, n = 0; i > 0 && n < 3; n++) {
			i--;
			if (!(is_name(s, i) || is_text(s, i)) || !setting_loosened(word_at(s, i), a, b))
				continue;
			say(k, e, FACT_TRUST, "setting", setting_proves(word_at(s, i)) ? TRUST_TURNED : 0,
				arena_printf(k->in->arena, "%.*s: %.*s -> %.*s", STR_ARG(word_at(s, i)), STR_ARG(a), STR_ARG(b)));
			return true;
		}
	}
	return false;
}

/* https://host/... that became http://host/... */
static bool in_the_clear(struct weaken *k, const struct edit *e)
{
	struct str was = only_changed(k, e, OLD), now = only_changed(k, e, NEW);
	size_t a = str_find_z(was, "https"), b = str_find_z(now, "http");

	if (e->changed[OLD] != 1 || e->changed[NEW] != 1 || a == SIZE_MAX || b != a || !str_equal(str_part(was, 0, a), str_part(now, 0, b)) ||
		!str_equal(str_part(was, a + 5, was.len), str_part(now, b + 4, now.len)))
		return false;
	if (!str_has(was, "://") && !str_starts(str_part(k->side[NEW].text, (size_t)(now.p - k->side[NEW].text.p) + now.len, 3), "://"))
		return false;
	say(k, e, FACT_TRUST, "in-the-clear", 0, now);
	return true;
}

typedef bool (*question)(struct weaken *, const struct edit *);

static const question questions[] = {error_is_settled, in_the_clear, setting_flipped, switched_off, swallowed, way_around, numbers, inverted, widened, shortened,
	random_gone, command_gone, refusal_gone, answers_yes, taken_out};

void weaken_facts(struct read_in *in, enum language lang, struct str old, struct str new_, const struct align *al,
	const struct line_index *lines, struct weaken_said **ret_said, size_t *ret_n)
{
	struct weaken *k = ARENA_NEW(in->arena, struct weaken);

	*k = (struct weaken){.in = in, .lang = lang, .al = al, .lines = lines, .shift = text_shift(in->new_, new_)};
	k->said = ARENA_ARRAY(in->arena, SAID_MAX, struct weaken_said);
	*ret_said = k->said;
	*ret_n = 0;
	if (old.len > TEXT_MAX || new_.len > TEXT_MAX || !al->n_runs || !(al->n_fresh + al->n_lost))
		return;
	if (!side_read(k, OLD, old, al->lost, al->n_lost) || !side_read(k, NEW, new_, al->fresh, al->n_fresh) || !edits_find(k))
		return;
	for (size_t i = 0; i < k->n_edits; i++) {
		const struct edit *e = &k->edits[i];

		if (e->changed[OLD] + e->changed[NEW] > EDIT_WORDS)
			continue;
		for (size_t q = 0; q < sizeof(questions) / sizeof(questions[0]); q++)
			if (questions[q](k, e))
				break;
	}
	*ret_n = k->n_said;
}
