/*
 * Merkle trees of RFC 6962 section 2: hashing, checking of proofs, making of proofs, and the right
 * edge that a writer needs. SHA-256 by libsodium. Sizes and indices are 0 .. 2^63-1.
 */
#ifndef ASSAY_LEDGER_MERKLE_H
#define ASSAY_LEDGER_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TREE_HASH_BYTES = 32, MERKLE_PROOF_MAX = 64 };

struct tree_hash {
	uint8_t b[TREE_HASH_BYTES];
};

struct tree_hash tree_hash_empty(void);
struct tree_hash tree_hash_leaf(const void *entry, size_t n);
struct tree_hash tree_hash_node(const struct tree_hash *left, const struct tree_hash *right);
bool tree_hash_equal(const struct tree_hash *a, const struct tree_hash *b);

/* A proof: at most MERKLE_PROOF_MAX hashes, from the leaf's side up. */
struct merkle_proof {
	struct tree_hash hashes[MERKLE_PROOF_MAX];
	size_t n;
};

/* Is the leaf at `index` of the tree of `size` entries with that root? */
bool merkle_included(uint64_t index, uint64_t size, const struct tree_hash *leaf,
	const struct merkle_proof *proof, const struct tree_hash *root);
/*
 * Does the tree of size2 begin with the tree of size1? size1 must be at least 1: that every tree
 * begins with the empty one needs no proof, and callers who allow it say so themselves.
 */
bool merkle_consistent(uint64_t size1, uint64_t size2, const struct tree_hash *root1,
	const struct tree_hash *root2, const struct merkle_proof *proof);
/* The same for the subtree over entries [start, end); start is a multiple of the smallest power of
 * two that is not below end - start. */
bool merkle_subtree_included(uint64_t index, uint64_t start, uint64_t end,
	const struct tree_hash *leaf, const struct merkle_proof *proof,
	const struct tree_hash *root);
bool merkle_subtree_consistent(uint64_t start, uint64_t end, uint64_t size,
	const struct tree_hash *subtree, const struct tree_hash *root,
	const struct merkle_proof *proof);

/*
 * Where proofs are made from: the hash over the 2^level entries that begin at index * 2^level. False
 * ends the making.
 */
struct merkle_source {
	bool (*node)(void *user, unsigned level, uint64_t index, struct tree_hash *ret);
	void *user;
};

bool merkle_root(const struct merkle_source *s, uint64_t size, struct tree_hash *ret);
/* index < size */
bool merkle_prove_inclusion(const struct merkle_source *s, uint64_t index, uint64_t size,
	struct merkle_proof *ret);
/* 1 <= size1 <= size2 */
bool merkle_prove_consistency(const struct merkle_source *s, uint64_t size1, uint64_t size2,
	struct merkle_proof *ret);

/* The right edge of a growing tree: one hash for each bit that is set in size. */
struct merkle_edge {
	uint64_t size;
	struct tree_hash hashes[64]; /* hashes[k]: the subtree of 2^k entries, if bit k is set */
};

void merkle_edge_add(struct merkle_edge *e, const struct tree_hash *leaf);
struct tree_hash merkle_edge_root(const struct merkle_edge *e);
bool merkle_edge_load(struct merkle_edge *e, const struct merkle_source *s, uint64_t size);

#endif
