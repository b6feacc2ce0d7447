/*
 * A command line (of any shell) as the commands between its operators, each as words without quotes.
 * For asking what a command means, not for running it: expansions stay as they are written.
 */
#ifndef ASSAY_READ_COMMAND_WORDS_H
#define ASSAY_READ_COMMAND_WORDS_H

#include "util/str.h"

enum { COMMAND_WORDS_MAX = 48 };

struct command_words {
	struct str w[COMMAND_WORDS_MAX]; /* views into the command line */
	size_t n;                        /* what is behind the last of them is not asked */
	struct str text;                 /* the command, trimmed */
};

/* The next command of *rest, which moves behind it; false at the end. */
bool command_next(struct str *rest, struct command_words *ret);

#endif
