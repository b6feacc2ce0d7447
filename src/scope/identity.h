/*
 * Whose line is it? Keys of observations against keys of customers, by Fellegi and Sunter: each key that
 * agrees or disagrees adds its weight, and the answer is a customer with a probability, or nobody. A
 * key that is a customer's own (licence, account, agent) nearly decides; an address is good evidence
 * while it is one customer's alone, and none where several stand behind it.
 */
#ifndef ASSAY_SCOPE_IDENTITY_H
#define ASSAY_SCOPE_IDENTITY_H

#include "case/case.h"
#include "scope/time.h"

enum { IDENTITY_CANDIDATES = 8, IDENTITY_NOBODY = -1 };

struct identities;

/* Borrows the case, whose memory must live as long. */
struct identities *identities_open(const struct case_file *c);
void identities_close(struct identities *x);

/*
 * First pass over all observations: addresses with the own keys of three customers or more are
 * gateways, and say nothing about a line that has no such key.
 */
void identities_learn(struct identities *x, const struct observation *o);
/* How many addresses were found to be gateways. */
size_t identities_gateways(const struct identities *x);

struct identity {
	long customer;      /* index in the case, or IDENTITY_NOBODY */
	double probability; /* that it is this one; 0 for nobody */
	bool ambiguous;     /* several customers fit about equally: one of them, but which? */
};

/*
 * `source`: the index of its source in the case, -1 if it has none. `when`: from its first line to its
 * last; an address that was a customer's for a time counts only if all of it lies within.
 */
struct identity identities_resolve(const struct identities *x, const struct observation *o, long source,
	struct interval when);

/* Can the source see this customer at all? source and customer: indices in the case. */
bool identities_sees(const struct identities *x, size_t source, size_t customer);
/* The one customer that the source can see, or IDENTITY_NOBODY. */
long identities_owner(const struct identities *x, size_t source);

/* A hash of who it is, for lines that are nobody's: the strongest key that it has; 0 if it has none.
 * *ret_address: it is the address alone, and may stand for many. */
uint64_t identity_hash(const struct observation *o, bool *ret_address);

/* Hash sets and maps of this folder: open addressing, 0 is no key. */
struct hash_table {
	uint64_t *keys;
	uint32_t *values;
	size_t n, room; /* room: a power of two, or 0 */
};

/* The slot's value to read or set; *ret_new: it was not there (value 0). NULL: out of memory. */
uint32_t *hash_table_at(struct hash_table *t, uint64_t key, bool *ret_new);
const uint32_t *hash_table_find(const struct hash_table *t, uint64_t key);
void hash_table_release(struct hash_table *t);

#endif
