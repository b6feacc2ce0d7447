#include "read/weaken_int.h"

#include <string.h>

#include "read/lexer.h"

enum {
	TEXT_MAX = 2 << 20, WORDS_MAX = 400 << 10, /* of either side; what is larger is not asked */
	EDITS_MAX = 256, PARTS_MAX = 1024, /* in one file: beyond, it was written anew */
	JOIN_WORDS = 26, /* unchanged ones between two parts of one edit */
	REACH = 60,      /* words that a statement or a head may have */
	QUIET_WORDS = 60, PLAIN_WORDS = 12, STANDS_PERCENT = 60,
	AROUND_WORDS = 2000, COLUMNS_MAX = 400,
	LISTED_WORDS = 400, /* of one import or export */
	OWNERS_MAX = 3, /* brackets around a word whose names are asked */
	QUIET_EDITS = 16, QUIET_EDITS_MINIFIED = 4, /* in one file: with more, each is part of a larger change */
};

/* --- words --- */

struct str word_at(const struct side *s, size_t i)
{
	return i < s->n ? str_part(s->text, s->w[i].at, s->w[i].len) : STR_NONE;
}

bool word_in(struct str w, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal_nocase(w, str_of(list[i])))
			return true;
	return false;
}

static const char *const yes_words[] = {"true", "$true", "!0"};
static const char *const compare_words[] = {"==", "===", "!=", "!==", "-eq", "-ne", "-ceq", "-cne", "startswith", "starts_with", "start_with?", "hasprefix",
	"indexof", "includes", "strcmp", "strncmp", "memcmp", "equals", "equal", "contains", "endswith", "test", "match", "compare_digest", "hash_equals"};

bool word_is_name(const struct side *s, size_t i)
{
	uint8_t k = i < s->n ? s->w[i].kind : TOKEN_END;

	return k == TOKEN_IDENT || k == TOKEN_KEYWORD || k == TOKEN_PRIVATE || k == TOKEN_WORD;
}

bool word_is_text(const struct side *s, size_t i)
{
	return i < s->n && (s->w[i].kind == TOKEN_STRING || s->w[i].kind == TOKEN_TEMPLATE);
}

bool word_is(const struct side *s, size_t i, char c)
{
	struct str w = word_at(s, i);

	return w.len == 1 && w.p[0] == c;
}

/*
 * A sentence to people: "type mismatch", "the password must be a text", "check path and permissions" are said of
 * input and of files. What proves something or refuses somebody says so in other words beside these.
 */
static unsigned sentence_classes(struct str w)
{
	static const char *const sums[] = {"signature", "digest", "hmac", "hash", "checksum", "sum", "integrity", "fingerprint", "key", "origin", "token", "nonce", "csrf", "mac", "sha1",
		"sha256", "sha512", "md5", "tag"};
	static const char *const proving[] = {"signature", "signed", "signer", "integrity", "digest", "checksum", "hmac", "fingerprint", "untrusted", "tamper", "authenticode"};
	static const char *const doing[] = {"verif", "authoriz", "authoris", "authenticat", "forbidden", "unauthor", "unauthentic", "forgery", "csrf", "denied"};
	unsigned all = guard_class_of(w);

	if ((all & (GUARD_IDENTITY | GUARD_ACTS)) && !HAS_WORD(w, proving) && !HAS_WORD(w, doing) && !(HAS_WORD(w, sums) && str_has_nocase(w, "mismatch")))
		all &= ~(unsigned)(GUARD_IDENTITY | GUARD_ACTS);
	if ((all & GUARD_ACCESS) && !HAS_WORD(w, doing) && !str_has_nocase(w, "not permitted") && !str_has_nocase(w, "no permission"))
		all &= ~(unsigned)GUARD_ACCESS;
	return all;
}

/* `except (PermissionError, OSError):`, `rescue Forbidden`: what happened, not what is asked. */
static bool is_caught(const struct side *s, size_t i)
{
	for (size_t n = 0; i > 0 && n < 16; n++) {
		i--;
		if (str_is(word_at(s, i), "except") || str_is(word_at(s, i), "rescue"))
			return true;
		if (!(word_is_name(s, i) || word_is(s, i, '(') || word_is(s, i, ',') || word_is(s, i, '.')) || s->w[i].begins)
			return false;
	}
	return false;
}

/* Where a program asks with what arguments functions are called, a signature is that. */
static unsigned plain_signature(struct str name)
{
	static const char *const proving[] = {"verif", "check", "valid", "digest", "hmac", "key"};

	return HAS_WORD(name, proving) || !str_has_nocase(name, "signature") ? 0 : GUARD_IDENTITY;
}

/* A shell's words are text; elsewhere a text speaks of what is checked, and is no name. */
unsigned word_classes(const struct side *s, size_t i)
{
	if (i >= s->n || s->w[i].listed)
		return 0;
	if (word_is_name(s, i))
		return is_caught(s, i) ? 0 : guard_class_of(word_at(s, i)) & ~(s->calls_signatures ? plain_signature(word_at(s, i)) : 0u);
	if (!word_is_text(s, i) || s->w[i].len >= 100)
		return 0;
	return str_find_z(word_at(s, i), " ") == SIZE_MAX ? guard_class_of(word_at(s, i)) : sentence_classes(word_at(s, i));
}

bool word_is_yes(const struct side *s, size_t i)
{
	struct str w = word_at(s, i), before = i ? word_at(s, i - 1) : STR_NONE;

	if (WORD_IN(w, yes_words))
		return true;
	return (str_is(w, "1") && str_is(before, "return")) ||
		(str_is(w, "0") && str_is(before, "!"));
}

struct str word_unquoted(struct str w)
{
	size_t i = 0;

	while (i < w.len && i < 3 && !strchr("'\"`", w.p[i]))
		i++;
	if (i == w.len || !strchr("'\"`", w.p[i]))
		return w;
	while (i < w.len && strchr("'\"`", w.p[i]))
		i++;
	while (w.len > i && strchr("'\"`", w.p[w.len - 1]))
		w.len--;
	return str_part(w, i, w.len);
}

/* --- names around --- */

bool name_around(const struct weaken *k, int which, size_t at, bool (*asked)(struct str name))
{
	const struct side *s = &k->side[which];
	bool by_line = language_family(k->lang) != FAMILY_JAVASCRIPT && language_family(k->lang) != FAMILY_C;
	int depth = 0, owners = 0;
	bool shell = k->lang == LANGUAGE_SHELL;
	bool listens = true; /* the words behind a separator are another entry's */

	if (!budget_step(k->in->budget, 16))
		return false;
	if (shell && str_find_z(word_at(s, at), "=") != SIZE_MAX && asked(str_part(word_at(s, at), 0, str_find_z(word_at(s, at), "="))))
		return true; /* NAME=value is one word */
	for (size_t i = at, n = 0; i > 0 && n < AROUND_WORDS; n++) {
		bool began = by_line && i < s->n && s->w[i].begins;

		if (shell && began)
			return false; /* another command */

		i--;
		if (word_is(s, i, ')') || word_is(s, i, ']') || word_is(s, i, '}')) {
			depth++;
		} else if (word_is(s, i, '(') || word_is(s, i, '[') || word_is(s, i, '{')) {
			if (depth > 0) {
				depth--;
			} else if (owners++ == OWNERS_MAX) {
				return false;
			} else {
				listens = true;
				continue;
			}
		}
		if (depth == 0 && (word_is(s, i, ';') || (began && owners)))
			listens = listens && !word_is(s, i, ';') && !began;
		else if (depth == 0 && word_is(s, i, ','))
			listens = false;
		else if (listens && (word_is_name(s, i) || (word_is_text(s, i) && s->w[i].len < 60)) && asked(word_unquoted(word_at(s, i))))
			return true;
		if (depth == 0 && word_is(s, i, ';'))
			return false;
	}
	return false;
}

struct str owner_name(const struct side *s, size_t at)
{
	int depth = 0;

	for (size_t i = at, n = 0; i > 0 && n < AROUND_WORDS; n++) {
		i--;
		depth += (word_is(s, i, ')') || word_is(s, i, ']') || word_is(s, i, '}')) - (word_is(s, i, '(') || word_is(s, i, '[') || word_is(s, i, '{'));
		if (depth >= 0)
			continue;
		while (i > 0 && (word_is(s, i - 1, ':') || word_is(s, i - 1, '=') || word_is(s, i - 1, '(')))
			i--;
		return i > 0 && (word_is_name(s, i - 1) || word_is_text(s, i - 1)) ? word_unquoted(word_at(s, i - 1)) : STR_NONE;
	}
	return STR_NONE;
}

/* --- tokens and edits --- */

/*
 * `from x import (a, b)`, `import {a, b} from 'x'`, `export {a, b}`, `const {a, b} = require('x')`, `__all__ = ['a']`:
 * the words up to the end of the list.
 */
static size_t list_end(const struct side *s, size_t i, bool python)
{
	static const char *const openers[] = {"import", "from", "__all__"}, *const others[] = {"import", "export"}, *const binders[] = {"const", "let", "var"};
	bool binds = !python && WORD_IN(word_at(s, i), binders) && word_is(s, i + 1, '{');
	size_t at = i + 1, from = i;
	int depth = 0;

	if (!binds && !(python ? WORD_IN(word_at(s, i), openers) : WORD_IN(word_at(s, i), others)))
		return i;
	if (str_is(word_at(s, i), "export") && !word_is(s, i + 1, '{'))
		return i; /* it defines something */
	if (str_is(word_at(s, i), "import") && word_is(s, i + 1, '('))
		return i;
	for (; at < s->n && at - from < LISTED_WORDS; at++) {
		bool opens = word_is(s, at, '(') || word_is(s, at, '{') || word_is(s, at, '[');

		if (depth == 0 && (word_is(s, at, ';') || (s->w[at].begins && !opens && !str_is(word_at(s, at), "from"))))
			break;
		depth += opens - (word_is(s, at, ')') || word_is(s, at, '}') || word_is(s, at, ']'));
		if (depth < 0)
			return i;
	}
	if (depth || at - from >= LISTED_WORDS)
		return i;
	if (binds) { /* it may take apart anything */
		for (size_t j = from; j < at; j++)
			if (str_is(word_at(s, j), "require") && word_is(s, j + 1, '('))
				return at;
		return i;
	}
	return at;
}

static void lists_marked(struct weaken *k, struct side *s)
{
	for (size_t i = 0; i < s->n; i++) {
		size_t end = i;

		if (i == 0 || s->w[i].begins || word_is(s, i - 1, ';') || word_is(s, i - 1, '}'))
			end = list_end(s, i, k->lang == LANGUAGE_PYTHON);
		if (end == i)
			continue;
		if (!budget_step(k->in->budget, 1))
			return;
		for (; i < end; i++)
			s->w[i].listed = true;
		i--;
	}
}

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
			next < n && spans[next].from < t.at + t.len && spans[next].to > t.at, false};
	}
	if (language_family(k->lang) == FAMILY_JAVASCRIPT || k->lang == LANGUAGE_PYTHON)
		lists_marked(k, s);
	if (k->lang == LANGUAGE_PYTHON)
		s->calls_signatures = str_has(text, "inspect.signature(") || str_has(text, "from inspect import signature") || str_has(text, "inspect.Signature");
	return true;
}

/* Index of the first word that begins at or behind the byte. */
size_t word_from(const struct side *s, size_t at)
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
	if (k->n_parts == PARTS_MAX)
		return false;
	e.part_from = k->n_parts;
	e.part_to = k->n_parts + 1;
	k->parts[k->n_parts++] = e;
	if (last && e.from[NEW] - last->to[NEW] <= JOIN_WORDS && e.from[OLD] >= last->to[OLD] && e.from[OLD] - last->to[OLD] <= JOIN_WORDS) {
		last->to[OLD] = e.to[OLD];
		last->to[NEW] = e.to[NEW];
		last->changed[OLD] += e.changed[OLD];
		last->changed[NEW] += e.changed[NEW];
		last->part_to = e.part_to;
		return true;
	}
	if (k->n_edits == EDITS_MAX)
		return false;
	k->edits[k->n_edits++] = e;
	return true;
}

bool edits_find(struct weaken *k)
{
	struct align_run before = {0, 0, 0, 0, false};

	k->edits = ARENA_ARRAY(k->in->arena, EDITS_MAX, struct edit);
	k->parts = ARENA_ARRAY(k->in->arena, PARTS_MAX, struct edit);
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
	k->quiet = k->n_edits <= (k->al->minified_new ? QUIET_EDITS_MINIFIED : QUIET_EDITS);
	return true;
}

bool edits_read(struct weaken *k, struct str old, struct str new_)
{
	const struct align *al = k->al;

	if (old.len > TEXT_MAX || new_.len > TEXT_MAX || !al->n_runs || !(al->n_fresh + al->n_lost))
		return false;
	return side_read(k, OLD, old, al->lost, al->n_lost) && side_read(k, NEW, new_, al->fresh, al->n_fresh);
}

/* --- what stands around --- */

static bool ends_statement(const struct weaken *k, const struct side *s, size_t i)
{
	if (word_is(s, i, ';') || word_is(s, i, '{') || word_is(s, i, '}'))
		return true;
	return language_family(k->lang) != FAMILY_JAVASCRIPT && language_family(k->lang) != FAMILY_C && s->w[i].begins;
}

/* The first word of the statement that stands at i. */
size_t statement_begin(const struct weaken *k, const struct side *s, size_t i)
{
	size_t n = 0;
	bool by_line = language_family(k->lang) != FAMILY_JAVASCRIPT && language_family(k->lang) != FAMILY_C;

	if (i >= s->n)
		i = s->n;
	if (by_line && i < s->n && s->w[i].begins)
		return i;
	while (i > 0 && n++ < REACH) {
		if (word_is(s, i - 1, ';') || word_is(s, i - 1, '{') || word_is(s, i - 1, '}'))
			break;
		i--;
		if (by_line && s->w[i].begins)
			break;
	}
	return i;
}

size_t statement_end(const struct weaken *k, const struct side *s, size_t i)
{
	for (size_t n = 0; i < s->n && n < REACH && !(ends_statement(k, s, i) && n); n++)
		i++;
	return i;
}

/* The head of the block that the statement stands in: "if (...) {" one before, or the line above. */
size_t head_begin(const struct weaken *k, const struct side *s, size_t begin)
{
	enum language_family family = language_family(k->lang);
	int depth = 0;

	if (begin == 0)
		return 0;
	if (family != FAMILY_JAVASCRIPT && family != FAMILY_C)
		return statement_begin(k, s, begin - 1);
	for (size_t i = begin, n = 0; i > 0 && n < REACH; n++) {
		i--;
		depth += word_is(s, i, '}') - word_is(s, i, '{');
		if (depth < 0)
			return statement_begin(k, s, i);
	}
	return begin;
}

unsigned classes_in(const struct side *s, size_t from, size_t to, int changed)
{
	unsigned all = 0;

	for (size_t i = from; i < to && i < s->n; i++)
		if (changed < 0 || s->w[i].changed == (changed != 0))
			all |= word_classes(s, i);
	return all;
}

/* What the statement of an edit, and the head around it, are about. */
unsigned classes_around(const struct weaken *k, int which, const struct edit *e, int changed)
{
	const struct side *s = &k->side[which];
	size_t begin = statement_begin(k, s, e->from[which]);

	return classes_in(s, head_begin(k, s, begin), statement_end(k, s, e->to[which]), changed);
}

size_t words_count(const struct side *s, size_t from, size_t to, const char *const *list, size_t n, bool changed)
{
	size_t all = 0;

	for (size_t i = from; i < to && i < s->n; i++)
		all += (!changed || s->w[i].changed) && word_in(word_at(s, i), list, n);
	return all;
}

bool edit_has(const struct weaken *k, const struct edit *e, int which, const char *z)
{
	const char *const list[] = {z};

	return COUNT(which, list) != 0;
}

/* Changed words that compare; some tokenisers give "=" and "=". */
bool edit_compares(const struct weaken *k, const struct edit *e, int which)
{
	const struct side *s = &k->side[which];

	for (size_t i = e->from[which]; i < e->to[which]; i++)
		if (s->w[i].changed && (WORD_IN(word_at(s, i), compare_words) ||
			(word_is(s, i + 1, '=') && s->w[i + 1].at == s->w[i].at + 1 && (word_is(s, i, '=') || word_is(s, i, '!')))))
			return true;
	return false;
}

static size_t byte_at(const struct side *s, size_t i)
{
	return i < s->n ? s->w[i].at : s->text.len;
}

/* Changed words from [from, to) that check, refuse or ask: what an edit takes away may stand there now. */
static bool explains(const struct side *s, size_t from, size_t to)
{
	static const char *const words[] = {"if", "unless", "throw", "raise", "return", "exit", "die", "abort", "panic", "reject", "fail", "assert", "catch", "except", "rescue", "?"};

	for (size_t i = from; i < to && i < s->n; i++)
		if (s->w[i].changed && (WORD_IN(word_at(s, i), words) || (word_is_name(s, i) && word_classes(s, i))))
			return true;
	return false;
}

/* A new name, another message: nothing that has to do with a check. */
static bool is_plain(const struct weaken *k, const struct edit *e)
{
	return !k->al->minified_new && e->changed[OLD] <= PLAIN_WORDS && e->changed[NEW] <= PLAIN_WORDS && !explains(&k->side[OLD], e->from[OLD], e->to[OLD]) &&
		!explains(&k->side[NEW], e->from[NEW], e->to[NEW]);
}

bool edit_is_alone(const struct weaken *k, const struct edit *e)
{
	const struct edit *list = e >= k->parts && e < k->parts + k->n_parts ? k->parts : k->edits;
	size_t n = list == k->parts ? k->n_parts : k->n_edits, at = (size_t)(e - list);

	for (size_t i = at; i > 0 && e->from[NEW] - list[i - 1].to[NEW] < QUIET_WORDS; i--)
		if (!is_plain(k, &list[i - 1]))
			return false;
	for (size_t i = at + 1; i < n && list[i].from[NEW] - e->to[NEW] < QUIET_WORDS; i++)
		if (!is_plain(k, &list[i]))
			return false;
	return true;
}

/* In a file with many edits: does the code around stand, and is nothing near that may have taken the place of a check? */
static bool stands_around(const struct weaken *k, const struct edit *e)
{
	const struct side *s = &k->side[NEW];
	size_t from = e->from[NEW] > QUIET_WORDS ? e->from[NEW] - QUIET_WORDS : 0, to = e->to[NEW] + QUIET_WORDS < s->n ? e->to[NEW] + QUIET_WORDS : s->n;
	size_t changed = changed_in(s, from, e->from[NEW]) + changed_in(s, e->to[NEW], to), all = to - from - (e->to[NEW] - e->from[NEW]);

	return !k->al->minified_new && !k->al->minified_old && (all - changed) * 100 >= all * STANDS_PERCENT && !explains(s, from, e->from[NEW]) && !explains(s, e->to[NEW], to);
}

bool edit_is_said(const struct weaken *k, const struct edit *e)
{
	size_t from = byte_at(&k->side[OLD], e->from[OLD]), to = byte_at(&k->side[OLD], e->to[OLD]);

	for (size_t i = 0; i < k->n_said; i++)
		if (k->said[i].grade >= GUARD_LOST_AIMED && k->said[i].in_old.from < to && from < k->said[i].in_old.to)
			return true;
	return false;
}

bool edit_is_explained(const struct weaken *k, const struct edit *whole, const struct edit *part)
{
	const struct side *s = &k->side[NEW];

	/* what else changed in the same statement belongs to it: the part is no edit of its own */
	for (int which = OLD; which <= NEW; which++) {
		const struct side *t = &k->side[which];
		size_t from = statement_begin(k, t, part->from[which]), to = statement_end(k, t, part->to[which]);

		if (changed_in(t, from, to < t->n ? to : t->n) > changed_in(t, part->from[which] > from ? part->from[which] : from, part->to[which]))
			return true;
	}
	return explains(s, whole->from[NEW], part->from[NEW]) || explains(s, part->to[NEW], whole->to[NEW]);
}

size_t line_column(const struct side *s, size_t i)
{
	size_t at = s->w[i].at, from = at;

	while (from > 0 && at - from < COLUMNS_MAX && s->text.p[from - 1] != '\n')
		from--;
	for (at = from; at < s->w[i].at && (s->text.p[at] == ' ' || s->text.p[at] == '\t'); at++)
		;
	return at - from;
}

bool edit_takes_function(const struct weaken *k, const struct edit *e, size_t at)
{
	static const char *const definers[] = {"def", "function", "func", "fn", "sub"};
	static const char *const heads[] = {"if", "for", "while", "switch", "catch", "else", "try", "do", "foreach", "using", "lock", "match", "select", "finally", "with", "unless"};
	const struct side *o = &k->side[OLD];
	enum language_family family = language_family(k->lang);
	int depth = 0;

	for (size_t i = at; i > e->from[OLD]; i--) {
		size_t begin;

		if (family != FAMILY_JAVASCRIPT && family != FAMILY_C) {
			if (WORD_IN(word_at(o, i - 1), definers) && o->w[i - 1].begins && line_column(o, i - 1) < line_column(o, at))
				return o->w[i - 1].changed && i < o->n && o->w[i].changed;
			continue;
		}
		depth += word_is(o, i - 1, '}') - word_is(o, i - 1, '{');
		if (depth >= 0)
			continue;
		depth = 0;
		begin = statement_begin(k, o, i - 1);
		if (WORD_IN(word_at(o, begin), heads) || (word_is(o, begin, '}') && WORD_IN(word_at(o, begin + 1), heads)))
			continue;
		return begin >= e->from[OLD] && o->w[i - 1].changed && word_is(o, i - 2, ')') && word_is_name(o, begin) && o->w[begin].changed;
	}
	return false;
}

bool word_is_fresh(const struct weaken *k, struct str w)
{
	return keyset_has(&k->fresh, key_of(w, 0));
}

/* Does a name or text of a check that the edit takes away come again elsewhere in NEW? */
bool edit_moved_away(const struct weaken *k, const struct edit *e)
{
	const struct side *o = &k->side[OLD], *s = &k->side[NEW];

	for (size_t i = e->from[OLD]; i < e->to[OLD]; i++) {
		struct str w = word_at(o, i);

		if (!o->w[i].changed || !word_classes(o, i) || !word_is_fresh(k, w))
			continue;
		if (o->w[i].kind != TOKEN_STRING || !budget_step(k->in->budget, 1 + s->n / 16))
			return true;
		for (size_t j = 0; j < s->n; j++)
			if (s->w[j].changed && s->w[j].len == w.len && str_equal(word_at(s, j), w) &&
				!(j >= e->from[NEW] && j < e->to[NEW])) /* the same words, told to a log */
				return true;
	}
	return false;
}

/* The name of the function around a word of NEW: what stands before the bracket, behind `def`. */
struct str function_around(const struct weaken *k, size_t at)
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
		depth += word_is(s, i, '}') - word_is(s, i, '{');
		if (depth >= 0)
			continue;
		depth = 0;
		begin = statement_begin(k, s, i);
		for (p = i; p-- > begin;) /* `if (missing) : function name(...) {`: what stands before the word is no head of this block */
			if (WORD_IN(word_at(s, p), definers) && word_is_name(s, p + 1))
				return word_at(s, p + 1);
		if (WORD_IN(word_at(s, begin), heads))
			continue;
		for (p = begin; p < i; p++) {
			if (word_is(s, p, '(') && p > begin && word_is_name(s, p - 1) && !WORD_IN(word_at(s, p - 1), definers))
				return word_at(s, p - 1);
			if ((word_is(s, p, '=') || word_is(s, p, ':')) && p > begin && word_is_name(s, p - 1))
				return word_at(s, p - 1);
		}
	}
	return STR_NONE;
}

bool edit_has_text(const struct weaken *k, int which, const char *z)
{
	return str_find_z(k->side[which].text, z) != SIZE_MAX;
}

struct str edit_only_changed(const struct weaken *k, const struct edit *e, int which)
{
	for (size_t i = e->from[which]; i < e->to[which]; i++)
		if (k->side[which].w[i].changed)
			return word_at(&k->side[which], i);
	return STR_NONE;
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

void edit_say(struct weaken *k, const struct edit *e, enum fact_kind kind, const char *key, unsigned number, struct str what)
{
	int shows = e->changed[NEW] ? NEW : OLD;
	size_t place = e->from[NEW], at, end;
	struct str name = function_around(k, place);
	struct fact f = {.kind = kind, .key = str_of(key), .flags = kind == FACT_GUARD_LOST ? FACT_REMOVED : kind == FACT_FLOW ? FACT_NEW_SOURCE : FACT_CONSTANT | FACT_CHANGED_VALUE};
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
		{byte_at(&k->side[NEW], e->from[NEW]), byte_at(&k->side[NEW], e->to[NEW])}, kind == FACT_GUARD_LOST ? number : 0};
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
		proof = (word_is_name(o, i) || (word_is_text(o, i) && o->w[i].len < 100)) && guard_names_proof(word_at(o, i));
	return proof && ((classes_in(o, from, to, -1) | guard_class_of(function)) & GUARD_IDENTITY);
}

struct str guard_told(const struct weaken *k, size_t from, size_t to)
{
	enum { MESSAGE_BYTES = 10 /* with its quotes; shorter ones are said everywhere */ };
	const struct side *o = &k->side[OLD];
	struct str best = STR_NONE;

	for (size_t i = from; i < to; i++)
		if (o->w[i].changed && word_is_text(o, i) && o->w[i].len > MESSAGE_BYTES && word_unquoted(word_at(o, i)).len > best.len)
			best = word_unquoted(word_at(o, i));
	if (best.len)
		return best;
	for (size_t i = from; i < to; i++)
		if (o->w[i].changed && word_is_name(o, i) && word_is(o, i + 1, '(') && word_classes(o, i) && o->w[i].len > best.len)
			best = word_at(o, i);
	return best;
}

bool edit_lose_graded(struct weaken *k, const struct edit *e, const char *key, enum guard_lost grade)
{
	bool quiet = k->quiet || (grade != GUARD_LOST_REFACTORED && stands_around(k, e));

	edit_say(k, e, FACT_GUARD_LOST, key, quiet ? grade : GUARD_LOST_REFACTORED, guard_told(k, e->from[OLD], e->to[OLD]));
	return true;
}

bool edit_lose_at_most(struct weaken *k, const struct edit *e, const char *key, enum guard_lost most)
{
	return edit_lose_graded(k, e, key, most == GUARD_LOST_PROOF && !proved(k, e) ? GUARD_LOST_AIMED : most);
}

/* The guard itself says what it proves. */
bool edit_lose_viewed(struct weaken *k, const struct edit *e, const char *key, enum guard_lost most, const struct guard_view *about)
{
	bool proof = about->proof && (about->classes & GUARD_IDENTITY);

	return edit_lose_graded(k, e, key, most == GUARD_LOST_PROOF && !proof && !proved(k, e) ? GUARD_LOST_AIMED : most);
}

bool edit_lose(struct weaken *k, const struct edit *e, const char *key, bool aimed)
{
	return edit_lose_at_most(k, e, key, aimed ? GUARD_LOST_PROOF : GUARD_LOST_REFACTORED);
}
