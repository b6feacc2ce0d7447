/*
 * Inside of weaken.h; nobody else includes this. OLD and NEW as words (tokens), and the edits between
 * them: runs of changed words, joined where only a few unchanged ones stand between.
 *  weaken_words.c   words, edits, what stands around them, how a loss is said
 *  weaken_guard.c   conditions under which code refuses, and ways past them
 *  weaken.c         is a check gone, does it let more through?
 *  weaken_values.c  values in place of others: numbers, switches, settings
 *  weaken_worth.c   ... and what they are worth: origins, policies, algorithms, ends
 *  weaken_kinds.c   patterns of hosts, cookies, shells, programs that check
 *  weaken_random.c  random numbers that can be known
 *  weaken_excused.c what is asked for in fewer cases: joined otherwise, not where the environment says so
 *  weaken_index.c   where packages come from, in the environment of others
 *  weaken_told.c    what a report newly takes along
 *  weaken_lost.c    guards that are gone, in files that are edited much
 *  weaken_anchor.c  keys and addresses in place of others
 */
#ifndef ASSAY_READ_WEAKEN_INT_H
#define ASSAY_READ_WEAKEN_INT_H

#include "read/guard_words.h"
#include "read/keyset.h"
#include "read/weaken.h"

struct word {
	uint32_t at, len;
	uint8_t kind;
	bool begins; /* a statement, as far as the language says so by lines */
	bool changed;
	bool listed; /* of an import or an export: what is named there is not called */
};

struct side {
	struct str text;
	struct word *w;
	size_t n;
	bool calls_signatures; /* "signature" is what a function takes */
};

struct edit {
	size_t from[2], to[2]; /* words of OLD and NEW */
	size_t changed[2];
	size_t part_from, part_to; /* of struct weaken's parts: what was joined */
};

struct weaken {
	struct read_in *in;
	enum language lang;
	const struct align *al;
	const struct line_index *lines;
	size_t shift;
	struct side side[2]; /* OLD, NEW */
	struct keyset fresh; /* the changed words of NEW: asked for every lost one */
	struct edit *edits; /* those that stand near each other are one */
	size_t n_edits;
	struct edit *parts; /* ... and each by itself */
	size_t n_parts;
	bool quiet; /* few edits in the file */
	struct weaken_said *said;
	size_t n_said;
};

enum { OLD, NEW };

enum { SAID_MAX = 32 };

/* True when the question was answered: the edit is asked nothing more. */
typedef bool (*weaken_question)(struct weaken *, const struct edit *);

/* ---- weaken_words.c ---- */

/* False when either side is over budget. */
bool edits_read(struct weaken *k, struct str old, struct str new_);
/* False when the file was written anew: its edits are too many to be asked one by one. */
bool edits_find(struct weaken *k);

struct str word_at(const struct side *s, size_t i); /* empty behind the end */
bool word_is_fresh(const struct weaken *k, struct str w); /* does it stand among the changed words of NEW? */
bool word_in(struct str w, const char *const *list, size_t n);
bool word_is_name(const struct side *s, size_t i);
bool word_is_text(const struct side *s, size_t i);
bool word_is(const struct side *s, size_t i, char c);
/* Without quotes and what stands before them: b"...", r'...'. */
struct str word_unquoted(struct str w);
/* Does a name around the word say so: of its entry, of the statement, of the brackets that it stands in
 * ("trusted = [", "VerifyKey(")? */
bool name_around(const struct weaken *k, int which, size_t at, bool (*asked)(struct str name));
/* The name of the brackets that the word stands right within: `csrf: {`, `app.config.update(`. */
struct str owner_name(const struct side *s, size_t at);
bool word_is_yes(const struct side *s, size_t i);
/* enum guard_class; a shell's words are text; elsewhere a text speaks of what is checked, and is no name. */
unsigned word_classes(const struct side *s, size_t i);
/* Index of the first word that begins at or behind the byte. */
size_t word_from(const struct side *s, size_t at);
size_t words_count(const struct side *s, size_t from, size_t to, const char *const *list, size_t n, bool changed);

#define WORD_IN(w, list) word_in((w), (list), sizeof(list) / sizeof((list)[0]))
#define COUNT(which, list) words_count(&k->side[which], e->from[which], e->to[which], list, sizeof(list) / sizeof((list)[0]), true)
#define COUNT_ALL(which, list) words_count(&k->side[which], e->from[which], e->to[which], list, sizeof(list) / sizeof((list)[0]), false)

/* The first word of the statement that stands at i, and the one behind its last. */
size_t statement_begin(const struct weaken *k, const struct side *s, size_t i);
size_t statement_end(const struct weaken *k, const struct side *s, size_t i);
/* How far the line of the word stands in. */
size_t line_column(const struct side *s, size_t i);
/* The head of the block that the statement stands in: "if (...) {" one before, or the line above. */
size_t head_begin(const struct weaken *k, const struct side *s, size_t begin);
/* The name of the function around a word of NEW: what stands before the bracket, behind `def`. */
struct str function_around(const struct weaken *k, size_t at);
/* changed: 1 only those, 0 only the others, -1 all. */
unsigned classes_in(const struct side *s, size_t from, size_t to, int changed);
/* What the statement of an edit, and the head around it, are about. */
unsigned classes_around(const struct weaken *k, int which, const struct edit *e, int changed);

bool edit_has(const struct weaken *k, const struct edit *e, int which, const char *z); /* among what changed */
/* Changed words that compare; some tokenisers give "=" and "=". */
bool edit_compares(const struct weaken *k, const struct edit *e, int which);
/* Nothing near it was edited but names and messages. */
bool edit_is_alone(const struct weaken *k, const struct edit *e);
/* Has a guard of OLD within it been said to be lost? */
bool edit_is_said(const struct weaken *k, const struct edit *e);
/* Is there, in the edit that a part was joined to, what may have taken a check's place? */
bool edit_is_explained(const struct weaken *k, const struct edit *whole, const struct edit *part);
/* Does a name or text of a check that the edit takes away come again elsewhere in NEW? */
bool edit_moved_away(const struct weaken *k, const struct edit *e);
/* Did the function around a word of OLD go, all of it? Who called it is asked where it was called. */
bool edit_takes_function(const struct weaken *k, const struct edit *e, size_t at);
struct str edit_only_changed(const struct weaken *k, const struct edit *e, int which); /* the first of them */

void edit_say(struct weaken *k, const struct edit *e, enum fact_kind kind, const char *key, unsigned number, struct str what);
/* FACT_GUARD_LOST; true, for questions to return. */
bool edit_lose_graded(struct weaken *k, const struct edit *e, const char *key, enum guard_lost grade);
bool edit_lose_at_most(struct weaken *k, const struct edit *e, const char *key, enum guard_lost most);
bool edit_lose(struct weaken *k, const struct edit *e, const char *key, bool aimed);
struct guard_view;
bool edit_lose_viewed(struct weaken *k, const struct edit *e, const char *key, enum guard_lost most, const struct guard_view *about);
/* A literal that only whoever wrote the edit knows, or the environment: `data === "x"`. */
bool edit_names_secret(const struct weaken *k, const struct edit *e);
bool edit_has_text(const struct weaken *k, int which, const char *z); /* anywhere on that side */

/* ---- weaken_guard.c ---- */

/* The condition around a word that code refuses under; all zero where there is none. */
struct guard_view {
	unsigned classes; /* enum guard_class: of the condition, of what the refusal says, of where its names come from */
	bool proof;       /* ... a signature, a digest, what was fetched */
	bool refuses;
	size_t head, condition_end, body_end; /* words */
	size_t defined[2];          /* words that gave a name of the condition its value */
};

struct guard_view guard_view(const struct weaken *k, int which, size_t at);
/* `if (x && bad(y))` where x is what is proved: without a signature nobody asks for one. */
bool guard_made_optional(const struct weaken *k, const struct edit *e);

bool weaken_answered_before(struct weaken *k, const struct edit *e);  /* a success above a guard that stands */
bool weaken_accepts_instead(struct weaken *k, const struct edit *e);  /* a success where it refused */
bool weaken_constant(struct weaken *k, const struct edit *e);         /* compared with itself, a literal for a call */
bool weaken_operand_gone(struct weaken *k, const struct edit *e);     /* refuses for one of two reasons only */
bool weaken_not_awaited(struct weaken *k, const struct edit *e);
bool weaken_not_computed(struct weaken *k, const struct edit *e);     /* a value in the place of a digest, of verify() */

/* ---- weaken_values.c ---- */

bool weaken_number(struct weaken *k, const struct edit *e);       /* a length much smaller, a mode that opens more */
bool weaken_switch(struct weaken *k, const struct edit *e);       /* a safeguard that a literal switches off */
bool weaken_setting(struct weaken *k, const struct edit *e);      /* NAME = True -> NAME = False */
bool weaken_in_the_clear(struct weaken *k, const struct edit *e); /* https that became http */

/* ---- weaken_worth.c ---- */

bool weaken_opened(struct weaken *k, const struct edit *e);    /* one origin that became all, the machine that became the network */
bool weaken_policy(struct weaken *k, const struct edit *e);    /* a content security policy in code */
bool weaken_algorithm(struct weaken *k, const struct edit *e); /* a weaker digest, an older protocol, a loader that is not safe */
bool weaken_lasts(struct weaken *k, const struct edit *e);     /* tokens that hardly end, attempts without number */
bool weaken_asks_less(struct weaken *k, const struct edit *e); /* an argument of a check that is gone or off */
bool weaken_idle(struct weaken *k, const struct edit *e);      /* a function that answers nothing in a check's place */

/* ---- weaken_kinds.c ---- */

/* Does the word stand in the brackets of a call of one of these names, however deep? */
bool weaken_called_with(const struct side *s, size_t at, const char *const *calls, size_t n);
bool weaken_pattern(struct weaken *k, const struct edit *e); /* a pattern of hosts lost an end or an escape */
bool weaken_cookie(struct weaken *k, const struct edit *e);  /* what keeps a cookie is gone or off */
bool weaken_shelled(struct weaken *k, const struct edit *e); /* a shell newly around what a request says */
bool weaken_goes_on(struct weaken *k, const struct edit *e); /* a script goes on where its check fails */

/* ---- weaken_index.c ---- */

bool weaken_index(struct weaken *k, const struct edit *e);

/* ---- weaken_random.c ---- */

bool weaken_random(struct weaken *k, const struct edit *e);

/* ---- weaken_excused.c ---- */

bool weaken_joined(struct weaken *k, const struct edit *e);  /* `||` between reasons to refuse that became `&&` */
bool weaken_excused(struct weaken *k, const struct edit *e); /* a check that stands, and is left out where the environment says so */

/* ---- weaken_told.c ---- */

bool weaken_told(struct weaken *k, const struct edit *e); /* FACT_FLOW report>net: a report says more than before */

/* What words of OLD call or say: finds a check again that moved to another file; a message, else the longest name. */
struct str guard_told(const struct weaken *k, size_t from, size_t to);

/* ---- weaken_lost.c ---- */

void weaken_lost(struct weaken *k);

/* ---- weaken_anchor.c ---- */

/* Keys and addresses that took the place of others; every edit is asked, long ones too. */
void weaken_anchors(struct weaken *k);

#endif
