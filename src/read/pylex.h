/*
 * A Python tokeniser: linear time, no recursion, no allocation, never fails. Line breaks and
 * indentation are no tokens (TOKEN_ON_NEW_LINE marks the first token of a logical line, brackets and
 * backslashes join lines); an f-string is one string.
 *
 * The state is a plain value: copy it to look ahead or to start again from a place.
 */
#ifndef ASSAY_READ_PYLEX_H
#define ASSAY_READ_PYLEX_H

#include "read/token.h"

struct pylex {
	struct str text;
	size_t pos;
	bool want_comments;
	bool joined;      /* a backslash before the line break */
	uint32_t depth;   /* open brackets */
	size_t broken_to; /* quotes before this place have no partner on their line */
};

/* Comments become tokens of kind COMMENT if wanted. The text is cut at TOKEN_TEXT_MAX. */
void pylex_init(struct pylex *lx, struct str text, bool want_comments);
/* False at the end (then *ret is a token of kind END and length 0). */
bool pylex_next(struct pylex *lx, struct token *ret);

#endif
