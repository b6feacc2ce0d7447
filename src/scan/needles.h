/*
 * Many short texts looked for at once, ASCII letters of either case: where could a line name one of
 * ten thousand indicators? A find is a reason to read the line, not a match.
 *
 * Every text is entered with q bytes at k places one behind the other, so that a look at every k-th
 * place of the log cannot miss it; of all windows of k places in the text the one is taken whose
 * bytes are the rarest in a sample of this log. A look costs one multiplication and one bit, and
 * what common parts the texts share with ordinary lines costs nothing.
 */
#ifndef ASSAY_SCAN_NEEDLES_H
#define ASSAY_SCAN_NEEDLES_H

#include <stdbool.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/str.h"

enum { NEEDLE_MAX_BYTES = 255 };

struct needles;

/* Texts of 1 to NEEDLE_MAX_BYTES bytes, copied; equal ones count once. A find is named by the index
 * of the first of the equal texts. The sample only decides the speed. */
struct needles *needles_build(struct arena *a, const struct str *texts, size_t n, struct str sample);

/*
 * The first find that begins at or behind *at, and *at moves behind its first byte. False at the end. Lanes
 * of different lengths are looked through one after the other: ask for each from 0 to NEEDLE_LANES.
 */
enum { NEEDLE_LANES = 4 };
struct needle_find {
	size_t at;     /* where it begins */
	uint32_t text; /* index into the texts */
};
bool needles_next(const struct needles *s, unsigned lane, struct str in, size_t *at,
	struct needle_find *ret);

size_t needles_longest(const struct needles *s); /* 0: none at all */

#endif
