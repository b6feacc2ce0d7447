/*
 * Did a piece of a script stand in OLD, wherever it stood? A bundler cuts a program into other files with each build,
 * and a minifier names everything anew: what only moved is not new. A search over raw bytes: names of up to three
 * letters, and the numbers at the end of longer ones, may be others, if each is another one everywhere in the piece.
 */
#ifndef ASSAY_COMPARE_STOOD_H
#define ASSAY_COMPARE_STOOD_H

#include "compare/compare.h"

enum { PIECE_MAX_BYTES_STOOD = 2048 };

struct piece {
	struct str text; /* of NEW */
	bool stood;
};

/* Does the text hold the piece? Small pieces, which stand anywhere, never do. */
bool piece_stands_in(struct arena *a, struct str piece, struct str text);

/* The bytes of a member of NEW from `from` on, at most `max`; empty where they are not at hand. */
struct str compare_text(struct analysis *a, struct tree *t, struct node *n, uint64_t from, size_t max);

/*
 * Sets `stood` of those that a script of OLD holds which NEW changed or dropped. At most STOOD_BYTES are looked at, all
 * pieces together: what is behind that is taken for new.
 */
enum status compare_stood(struct analysis *a, struct delta *d, struct piece *list, size_t n);

#endif
