/* Key sets: what may not be in one, and how many of a role stand behind a note. */
#ifndef ASSAY_LEDGER_KEYSET_H
#define ASSAY_LEDGER_KEYSET_H

#include "ledger/entry.h"
#include "ledger/policy.h"

/*
 * NULL, or why this set cannot be used: a threshold of 0, one above the number of keys, a key twice
 * (by its bytes, in whatever roles and under whatever names), two keys of one name.
 */
const char *keyset_wrong(const struct keyset *k);
/* No key of the set may be a log's or a witness's. */
bool keyset_apart(const struct keyset *k, const struct policy *p);

struct keyset_count {
	unsigned good;   /* distinct keys of the role with a good signature */
	bool forged;     /* a line of a key of this set that is bad */
	uint64_t which;  /* bit i: key i of the set is among them */
};

struct keyset_count keyset_count(const struct keyset *k, enum role role, const struct note *n);
/* count.good reaches the role's threshold and nothing is forged. */
bool keyset_enough(const struct keyset *k, enum role role, const struct note *n);
/* Every signature line belongs to a key of the set with this role and is good, none stands twice. */
bool keyset_only(const struct keyset *k, enum role role, const struct note *n);

#endif
