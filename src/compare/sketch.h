/*
 * Similarity of contents: the smallest hashes of content-defined pieces (bottom-k). Two members are
 * alike in the share of pieces that they have in common. Bytes only; nothing is parsed.
 */
#ifndef ASSAY_COMPARE_SKETCH_H
#define ASSAY_COMPARE_SKETCH_H

#include "unpack/unpack.h"

enum { SKETCH_HASHES = 128, SKETCH_MAX_BYTES = 16 << 20 };

struct sketch {
	uint64_t hashes[SKETCH_HASHES]; /* ascending, distinct */
	size_t n;
};

void sketch_of(struct str bytes, struct sketch *ret);
/* 0..1, the estimated Jaccard index of the pieces. */
double sketch_alike(const struct sketch *a, const struct sketch *b);

/* Sets n->sketch if its bytes are at hand and not too many. */
void sketch_make(struct analysis *a, struct tree *t, struct node *n);
/* Mates the most alike, at least 0.5 alike and of one kind; candidates share one of their smallest
 * hashes, at most 16 a bucket, so that nothing is quadratic. */
void sketch_pair(struct analysis *a, struct node **old, size_t n_old, struct node **new_,
	size_t n_new);

#endif
