/* What rebuilds say about a release. The word in the entry is the builder's, the comparison ours. */
#ifndef ASSAY_LEDGER_REBUILD_H
#define ASSAY_LEDGER_REBUILD_H

#include "ledger/keyset.h"

/* Is the rebuild of this release: same vendor, product, channel, version, source and recipe? */
bool rebuild_is_of(const struct entry *rebuild, const struct entry *release);
/* The worst of its files; REBUILD_FAILED also when it has no result for one of them. */
enum rebuild_result rebuild_says(const struct entry *rebuild, const struct entry *release);

/* Builders, each counted once, by the bytes of the key. */
struct builders {
	uint8_t keys[KEYSET_KEYS_MAX][ED25519_KEY_BYTES];
	size_t n;
};

struct rebuild_count {
	struct builders agree, differ;
};

/* Are these normalisers all among the allowed ones? "*" allows every one, "" none. */
bool rebuild_within(struct str normalisers, struct str allowed);
/*
 * Counts the builders behind one rebuild entry, if it is of the release and signed under k. What is
 * equivalent counts as rebuilt when only allowed normalisers were needed, and else not at all.
 */
void rebuild_count(struct rebuild_count *c, const struct entry *release,
	const struct entry *rebuild, const struct note *note, const struct keyset *k,
	struct str allowed);

#endif
