/* A set of 64-bit hashes with counts of none: grows in the arena, has a ceiling, never shrinks. */
#ifndef ASSAY_READ_KEYSET_H
#define ASSAY_READ_KEYSET_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/hash.h"

enum { KEYSET_MAX = 4 << 20 };

struct keyset {
	struct arena *arena;
	uint64_t *slots; /* 0 = free */
	size_t n, room;
	bool full; /* the ceiling was reached; later adds were dropped */
};

void keyset_init(struct keyset *s, struct arena *a);
/* True if the key was not in the set (and is now, unless full). */
bool keyset_add(struct keyset *s, uint64_t key);
bool keyset_has(const struct keyset *s, uint64_t key);

static inline uint64_t key_of(struct str s, uint64_t seed)
{
	return fast_hash(s.p ? s.p : "", s.len, seed);
}

#endif
