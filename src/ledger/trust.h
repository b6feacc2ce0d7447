/*
 * What a customer pins about a vendor, one file:
 *
 *     assay-trust/v1
 *     vendor vendor.example
 *     max-age SECONDS|none           age of the newest cosignature
 *     rebuild gate|watch K           K independent builders; watch: more is better, none is no refusal
 *     equivalent yes|no|NAMES        does "equivalent" count as rebuilt, and after which normalisers?
 *
 *     a policy (ledger/policy.h)
 *     the entry `keys` that is trusted to begin with, a note
 */
#ifndef ASSAY_LEDGER_TRUST_H
#define ASSAY_LEDGER_TRUST_H

#include "ledger/entry.h"
#include "ledger/policy.h"

enum { TRUST_BYTES_MAX = 256 << 10 };

struct trust {
	struct str vendor;
	uint64_t max_age_seconds; /* 0: none */
	bool gate;
	struct str equivalent;    /* "*", "", or names parted by commas */
	uint64_t rebuild_need;
	struct policy policy;
	struct entry keys;          /* views into the file */
	struct tree_hash keys_leaf; /* of the pinned entry */
	const char *wrong;
};

/* Views point into `bytes`. On failure `wrong` says why. */
bool trust_parse(struct str bytes, struct trust *ret);

#endif
