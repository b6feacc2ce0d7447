/*
 * Tokens of shell scripts and of plain text, for aligning only: words, single other characters and,
 * in shell, ends of lines. Comments are tokens here, because whether a # begins one hangs on quotes
 * and here-documents, and a tokeniser that guesses wrong would hide text. Linear, never fails.
 */
#ifndef ASSAY_READ_SHLEX_H
#define ASSAY_READ_SHLEX_H

#include "read/token.h"

struct shlex {
	struct str text;
	size_t pos;
	bool want_lines; /* shell: an end of line is a token (one for several in a row) */
	bool line_given;
};

void shlex_init(struct shlex *lx, struct str text, bool want_lines);
/* False at the end. Kinds: WORD, PUNCT (sub: the character), NEWLINE. */
bool shlex_next(struct shlex *lx, struct token *ret);

#endif
