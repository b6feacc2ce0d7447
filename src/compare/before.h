/*
 * What stood in OLD in the place of something of NEW, for people who read a finding: the lines of OLD
 * between the nearest lines around it that both releases have. No evidence and no part of a verdict.
 * Made from lines alone, so it serves every reader; what has no lines (minified code, programs) has no
 * answer.
 */
#ifndef ASSAY_COMPARE_BEFORE_H
#define ASSAY_COMPARE_BEFORE_H

#include "util/arena.h"
#include "util/cursor.h"
#include "util/str.h"

struct before {
	struct arena *arena;
	struct cursor old, new_;
	struct before_line *lines; /* of OLD, by their hash; NULL until somebody asks */
	size_t size;               /* of the table, a power of two; 0 = OLD is not asked */
	bool made;
};

/*
 * The text of OLD in the place of NEW's [offset, offset + length), at most max bytes and without the
 * breaks around it; a view into OLD. "" when nothing stood there, when it was longer, or when the place
 * is not known. The first call reads all of OLD once (at most 4 MiB and 65,536 lines), each call at most
 * 32 lines of NEW to either side.
 */
struct str before_of(struct before *b, uint64_t offset, uint64_t length, size_t max);

#endif
