/*
 * What the product trusts, as literals of its code: a key, a fingerprint, an address in the place of another,
 * or one more beside those that stay. Keys are told by their structure, or by their size where a name around
 * them says key; whether an address is a stranger is for the judge, who has all of OLD.
 */
#include "read/weaken_int.h"

#include <string.h>

#include "read/key_text.h"
#include "read/lexer.h"
#include "read/trust_anchor.h"

enum {
	GAPS_MAX = 400,    /* places of a file that are looked at */
	GAP_JOIN = 3,      /* equal words between two parts of one place: a separator and an equal part */
	GAP_LITERALS = 24, /* of one place; with more, a table was written anew */
	KEY_PIECES = 4,    /* one key, written in so many literals */
	BYTES_MIN = 24,    /* of a key of 32 bytes that differ from another's: all but chance */
	ADDRESS_MAX = 400,
	ENTRY_WORDS = 400,
	DIRECTORY_WORDS = 400, DIRECTORY_OWNERS = 8, /* around an address */
	PASSED_A_STEP = 16, /* bytes of a text that is passed over */
};

struct literals {
	size_t at[GAP_LITERALS];
	size_t n;
};

/* --- literals --- */

static struct literals literals_in(const struct side *s, size_t from, size_t to)
{
	struct literals l = {.n = 0};

	for (size_t i = from; i < to && l.n < GAP_LITERALS; i++)
		if (s->w[i].changed && (word_is_text(s, i) || s->w[i].kind == TOKEN_WORD) && s->w[i].len > 6)
			l.at[l.n++] = i;
	return l;
}

/* --- keys --- */

/* Another value than the same one written otherwise, and nowhere on the other side. */
static bool stands_on(const struct weaken *k, int which, struct str value)
{
	struct str text = k->side[which].text;

	return !budget_step(k->in->budget, 1 + text.len / PASSED_A_STEP) || str_find(text, value) != SIZE_MAX;
}

static bool is_key_at(const struct weaken *k, int which, size_t i)
{
	struct str v = word_unquoted(word_at(&k->side[which], i));

	if (key_text_says_itself(k->in->arena, v))
		return true;
	return key_text_sized(k->in->arena, v) && name_around(k, which, i, key_text_about) && !name_around(k, which, i, key_text_of_other);
}

static void say_key(struct weaken *k, const struct edit *e, struct str was, struct str now, bool gone)
{
	edit_say(k, e, FACT_TRUST, "public-key", gone ? TRUST_TURNED : 0,
		was.len ? arena_printf(k->in->arena, "%.*s -> %.*s", STR_ARG(str_part(was, 0, 200)), STR_ARG(str_part(now, 0, 200)))
			: arena_printf(k->in->arena, "one more is trusted: %.*s", STR_ARG(str_part(now, 0, 200))));
}

/* A literal of the same kind that stands as it stood, within the brackets around. */
static bool has_kept_neighbour(const struct weaken *k, size_t at, bool (*is_kind)(const struct weaken *, int, size_t))
{
	const struct side *s = &k->side[NEW];
	size_t from = at > 12 ? at - 12 : 0;

	for (size_t i = from; i < at + 12 && i < s->n; i++)
		if (i != at && !s->w[i].changed && (word_is_text(s, i) || s->w[i].kind == TOKEN_WORD) && is_kind(k, NEW, i))
			return true;
	return false;
}

static bool key_literals(struct weaken *k, const struct edit *e, const struct literals *was, const struct literals *now)
{
	for (size_t i = 0; i < now->n; i++) {
		struct str v = word_unquoted(word_at(&k->side[NEW], now->at[i])), before = STR_NONE;

		if (v.len < 32 || !is_key_at(k, NEW, now->at[i]) || stands_on(k, OLD, v))
			continue;
		for (size_t j = 0; j < was->n && !before.len; j++) {
			struct str b = word_unquoted(word_at(&k->side[OLD], was->at[j]));

			if (key_text_sized(k->in->arena, b) && !stands_on(k, NEW, b))
				before = b;
		}
		if (!before.len && !has_kept_neighbour(k, now->at[i], is_key_at))
			continue; /* a first key is a new feature */
		say_key(k, e, before, v, before.len != 0);
		return true;
	}
	return false;
}

/* "MCow..." + "...": a key in pieces. */
static struct str joined(struct weaken *k, int which, const struct literals *l)
{
	struct str all = STR_NONE;

	for (size_t i = 0; i < l->n && i < KEY_PIECES; i++)
		all = arena_printf(k->in->arena, "%.*s%.*s", STR_ARG(all), STR_ARG(word_unquoted(word_at(&k->side[which], l->at[i]))));
	return all;
}

static bool key_pieces(struct weaken *k, const struct edit *e, const struct literals *was, const struct literals *now)
{
	struct str before, after;

	if (was->n != now->n || now->n < 2 || now->n > KEY_PIECES)
		return false;
	before = joined(k, OLD, was);
	after = joined(k, NEW, now);
	if (!key_text_sized(k->in->arena, before) || !key_text_sized(k->in->arena, after))
		return false;
	if (!key_text_says_itself(k->in->arena, after) && !name_around(k, NEW, now->at[0], key_text_about))
		return false;
	say_key(k, e, before, after, true);
	return true;
}

/* What stands between the bytes of one list: -59, (byte) 0x3b, 0x3bu8. */
static bool in_list_of_bytes(const struct side *s, size_t i)
{
	static const char *const casts[] = {"byte", "u8", "uint8_t", "char", "sbyte"};

	if (word_is(s, i, ',') || word_is(s, i, '-') || WORD_IN(word_at(s, i), casts))
		return true;
	return (word_is(s, i, '(') && WORD_IN(word_at(s, i + 1), casts)) || (word_is(s, i, ')') && i && WORD_IN(word_at(s, i - 1), casts)) || s->w[i].kind == TOKEN_NEWLINE;
}

/* { 0x3b, 0x6a, ... }: numbers of a byte that nearly all changed, under a name that says key. */
static bool key_bytes(struct weaken *k, const struct edit *e)
{
	size_t numbers[2] = {0, 0}, at = 0;

	for (int which = OLD; which <= NEW; which++) {
		const struct side *s = &k->side[which];
		size_t run = 0;

		for (size_t i = e->from[which]; i < e->to[which]; i++) {
			if (s->w[i].kind != TOKEN_NUMBER || s->w[i].len > 5) {
				run = in_list_of_bytes(s, i) ? run : 0; /* a table of versions is none */
				continue;
			}
			run += s->w[i].changed;
			if (run <= numbers[which])
				continue;
			numbers[which] = run;
			at = i;
		}
	}
	if (numbers[OLD] < BYTES_MIN || numbers[NEW] < BYTES_MIN || e->to[NEW] - e->from[NEW] > 4 * 256)
		return false;
	if (!name_around(k, NEW, at, key_text_about) || name_around(k, NEW, at, key_text_of_other))
		return false;
	say_key(k, e, STR("bytes of a key"), STR("bytes of another"), true);
	return true;
}

/* --- addresses --- */

/* Words whose lists say who may, or where from. */
static bool is_name_of_trusted(struct str name)
{
	static const char *const words[] = {"allow", "trust", "whitelist", "permitted", "origin", "redirect", "cors", "safe", "accept"};

	return HAS_WORD(name, words);
}

/* The address that a literal is, all of it; a sentence that names one is for people. */
static struct str address_at(const struct weaken *k, int which, size_t i)
{
	const struct side *s = &k->side[which];
	struct str w = word_at(s, i), v = word_unquoted(w);
	size_t scheme, before = i < s->n ? s->w[i].at : 0;

	if (str_starts(w, "//") && before >= 6 && (str_ends(str_part(s->text, before - 6, 6), "https:") || str_ends(str_part(s->text, before - 6, 6), "http:")))
		v = str_part(s->text, before - 6, w.len + 6); /* NAME=https: and //host are two words to a shell */
	scheme = str_find_z(v, "://");

	if (v.len > ADDRESS_MAX)
		return STR_NONE;
	if (scheme == SIZE_MAX)
		return anchor_is_host(v) && name_around(k, which, i, anchor_names_host) ? v : STR_NONE;
	for (size_t j = scheme + 3; j + 1 < v.len; j++) /* `https://host/${name}/...`: what is filled in is no part of it */
		if ((v.p[j] == '$' && v.p[j + 1] == '{') || (v.p[j] == '{' && k->lang == LANGUAGE_PYTHON) || (v.p[j] == '#' && v.p[j + 1] == '{'))
			v = str_part(v, 0, j);
	for (size_t j = 0; j < v.len; j++)
		if (v.p[j] == ' ' || v.p[j] == '\n' || v.p[j] == '<')
			return STR_NONE;
	while (scheme > 0 && ((v.p[scheme - 1] >= 'a' && v.p[scheme - 1] <= 'z') || v.p[scheme - 1] == '+'))
		scheme--; /* of a shell's NAME=https://... */
	v = str_part(v, scheme, v.len);
	return anchor_is_for_reading(v) ? STR_NONE : v;
}

static bool is_address_at(const struct weaken *k, int which, size_t i)
{
	return address_at(k, which, i).len != 0;
}

/* The end of a host that its owner registered, as far as two labels tell. */
static struct str owner_part(struct str address)
{
	size_t at = str_find_z(address, "://"), end, dot;
	struct str host = at == SIZE_MAX ? address : str_part(address, at + 3, address.len);

	for (end = 0; end < host.len && host.p[end] != '/' && host.p[end] != ':' && host.p[end] != '?'; end++)
		;
	host = str_part(host, 0, end);
	dot = str_rfind_char(host, '.');
	dot = dot == SIZE_MAX ? SIZE_MAX : str_rfind_char(str_part(host, 0, dot), '.');
	return dot == SIZE_MAX ? host : str_part(host, dot + 1, host.len);
}

/* ['https://a.one.example', 'https://b.other.example']: servers of many hands, which come and go. */
static bool in_pool(const struct weaken *k, size_t at, struct str before)
{
	const struct side *s = &k->side[NEW];
	size_t next[2] = {at >= 2 && word_is(s, at - 1, ',') ? at - 2 : s->n, word_is(s, at + 1, ',') ? at + 2 : s->n};

	for (size_t i = 0; i < 2; i++) {
		struct str beside = next[i] < s->n && word_is_text(s, next[i]) && !s->w[next[i]].changed ? address_at(k, NEW, next[i]) : STR_NONE;

		if (beside.len && !str_equal_nocase(owner_part(beside), owner_part(before)))
			return true;
	}
	return false;
}

/* The name of the entry of a table that the word stands in, `"widget": { "url": ...`; empty elsewhere. */
static struct str entry_of(const struct side *s, size_t at)
{
	int depth = 0;

	for (size_t i = at, n = 0; i > 0 && n < ENTRY_WORDS; n++) {
		i--;
		depth += (word_is(s, i, ')') || word_is(s, i, ']') || word_is(s, i, '}')) - (word_is(s, i, '(') || word_is(s, i, '[') || word_is(s, i, '{'));
		if (depth >= 0)
			continue;
		return word_is(s, i, '{') && i >= 2 && word_is(s, i - 1, ':') ? word_unquoted(word_at(s, i - 2)) : STR_NONE;
	}
	return STR_NONE;
}

/* One entry of a table went, another one came: neither took the other's place. */
static bool is_other_entry(const struct weaken *k, size_t was, size_t now)
{
	struct str before = entry_of(&k->side[OLD], was), after = entry_of(&k->side[NEW], now);

	return before.len && after.len && !str_equal(before, after);
}

/* Addresses of many owners stand around, as in a list of services: each of them moves as its owner likes. */
static bool in_directory(const struct weaken *k, size_t at, struct str before)
{
	const struct side *s = &k->side[NEW];
	size_t from = at > DIRECTORY_WORDS ? at - DIRECTORY_WORDS : 0, n = 0;
	struct str owners[DIRECTORY_OWNERS];

	if (!budget_step(k->in->budget, DIRECTORY_WORDS / 8))
		return false;
	for (size_t i = from; i < at + DIRECTORY_WORDS && i < s->n && n < DIRECTORY_OWNERS; i++) {
		struct str owner = STR_NONE;
		bool known = false;

		if (!s->w[i].changed && word_is_text(s, i) && str_has(word_at(s, i), "://"))
			owner = owner_part(word_unquoted(word_at(s, i)));
		if (!owner.len || str_equal_nocase(owner, owner_part(before)))
			continue;
		for (size_t j = 0; j < n; j++)
			known |= str_equal_nocase(owners[j], owner);
		if (!known)
			owners[n++] = owner;
	}
	return n == DIRECTORY_OWNERS;
}

/* The word of the address among the literals that were there, where it is the only one; the end where it is not. */
static size_t sole_address(const struct weaken *k, const struct literals *was)
{
	size_t found = k->side[OLD].n;

	for (size_t i = 0; i < was->n; i++) {
		if (!address_at(k, OLD, was->at[i]).len)
			continue;
		if (found < k->side[OLD].n)
			return k->side[OLD].n;
		found = was->at[i];
	}
	return found;
}

static bool addresses(struct weaken *k, const struct edit *e, const struct literals *was, const struct literals *now)
{
	for (size_t i = 0; i < now->n; i++) {
		struct str v = address_at(k, NEW, now->at[i]), before;
		size_t stood;

		if (!v.len || stands_on(k, OLD, v))
			continue;
		stood = was->n == now->n ? was->at[i] : sole_address(k, was);
		before = address_at(k, OLD, stood);
		if (before.len && !anchor_stays(before, v) && !stands_on(k, NEW, before) && !name_around(k, NEW, now->at[i], anchor_names_reading) &&
			!in_pool(k, now->at[i], before) && !is_other_entry(k, stood, now->at[i]) && !in_directory(k, now->at[i], before)) {
			edit_say(k, e, FACT_TRUST, "address", 0, arena_printf(k->in->arena, "%.*s -> %.*s", STR_ARG(before), STR_ARG(v)));
			return true;
		}
		if (was->n == 0 && has_kept_neighbour(k, now->at[i], is_address_at) && name_around(k, NEW, now->at[i], is_name_of_trusted)) {
			edit_say(k, e, FACT_TRUST, "address-trusted", 0, v);
			return true;
		}
	}
	return false;
}

/* --- places --- */

static void place_asked(struct weaken *k, struct edit *e)
{
	struct literals was = literals_in(&k->side[OLD], e->from[OLD], e->to[OLD]), now = literals_in(&k->side[NEW], e->from[NEW], e->to[NEW]);

	for (int which = OLD; which <= NEW; which++)
		for (size_t i = e->from[which]; i < e->to[which]; i++)
			e->changed[which] += k->side[which].w[i].changed;
	if (now.n == GAP_LITERALS || was.n == GAP_LITERALS)
		return;
	if (key_literals(k, e, &was, &now) || key_pieces(k, e, &was, &now) || key_bytes(k, e))
		return;
	(void)addresses(k, e, &was, &now);
}

void weaken_anchors(struct weaken *k)
{
	struct align_run before = {0, 0, 0, 0, false};
	struct edit e = {{0, 0}, {0, 0}, {0, 0}};
	size_t n = 0;

	for (size_t i = 0; i <= k->al->n_runs && n < GAPS_MAX; i++) {
		struct align_run end = {k->side[NEW].text.len, 0, k->side[OLD].text.len, 0, false};
		const struct align_run *r = i < k->al->n_runs ? &k->al->runs[i] : &end;
		struct edit gap;

		if (r->moved || r->old_from < before.old_to || r->new_from < before.new_to)
			continue;
		gap = (struct edit){{word_from(&k->side[OLD], before.old_to), word_from(&k->side[NEW], before.new_to)},
			{word_from(&k->side[OLD], r->old_from), word_from(&k->side[NEW], r->new_from)}, {0, 0}};
		before = *r;
		if (gap.from[NEW] - e.to[NEW] <= GAP_JOIN && gap.from[OLD] - e.to[OLD] <= GAP_JOIN) {
			e.to[OLD] = gap.to[OLD];
			e.to[NEW] = gap.to[NEW];
			continue;
		}
		place_asked(k, &e);
		e = gap;
		n++;
	}
	place_asked(k, &e);
}
