/* Shared by strings.c and its word automaton only. */
#ifndef ASSAY_READ_STRINGS_INT_H
#define ASSAY_READ_STRINGS_INT_H

#include "read/strings.h"

/* What a word stands for. The words themselves are rows of strings_words.c. */
enum word_kind {
	WORD_SCHEME, /* "://" */
	WORD_CRED,
	WORD_BROWSER,
	WORD_WALLET,
	WORD_PERSIST,
	WORD_TEMP,
	WORD_SYSTEM,
	WORD_CI,
	WORD_COMMAND,
	WORD_PRIVATE_KEY,
	WORD_PUBLIC_KEY,
	WORD_TOKEN, /* a prefix; the rest must be letters and digits */
	WORD_AI_VERB,    /* "ignore", "disregard" */
	WORD_AI_OBJECT,  /* "previous instructions" */
	WORD_AI_ADDRESS, /* "language model", "security scanner" */
	WORD_AI_WISH,    /* "mark as safe", "do not report" */
	WORD_AI_HUSH,    /* "do not tell the user" */
};

enum {
	WORD_LEFT = 1 << 0,  /* no letter, digit or '_' before it */
	WORD_RIGHT = 1 << 1, /* ... behind it */
	WORD_ARG = 1 << 2,   /* command: must be followed by a blank and something like an argument */
	WORD_URL = 1 << 3,   /* command: must be followed by an option, URL or variable */
};

struct word {
	const char *text; /* lower case, '/' for either slash */
	enum word_kind kind;
	unsigned flags;
	unsigned run; /* WORD_TOKEN: letters and digits that must follow */
};

/* Calls hit for every word in s, in order of its end; slashes and case are folded. */
void words_scan(struct str s, void (*hit)(void *user, const struct word *w, size_t from, size_t to), void *user);

#endif
