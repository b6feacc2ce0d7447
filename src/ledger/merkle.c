#include "ledger/merkle.h"

#include <sodium.h>
#include <string.h>

/* ---- hashing --------------------------------------------------------------------------------- */

struct tree_hash tree_hash_empty(void)
{
	struct tree_hash h;

	crypto_hash_sha256(h.b, NULL, 0);
	return h;
}

struct tree_hash tree_hash_leaf(const void *entry, size_t n)
{
	crypto_hash_sha256_state s;
	struct tree_hash h;

	crypto_hash_sha256_init(&s);
	crypto_hash_sha256_update(&s, (const uint8_t *)"\0", 1);
	crypto_hash_sha256_update(&s, entry, n);
	crypto_hash_sha256_final(&s, h.b);
	return h;
}

struct tree_hash tree_hash_node(const struct tree_hash *left, const struct tree_hash *right)
{
	uint8_t both[1 + 2 * TREE_HASH_BYTES] = {1};
	struct tree_hash h;

	memcpy(both + 1, left->b, TREE_HASH_BYTES);
	memcpy(both + 1 + TREE_HASH_BYTES, right->b, TREE_HASH_BYTES);
	crypto_hash_sha256(h.b, both, sizeof(both));
	return h;
}

bool tree_hash_equal(const struct tree_hash *a, const struct tree_hash *b)
{
	return memcmp(a->b, b->b, TREE_HASH_BYTES) == 0;
}

/* ---- checking (RFC 9162 sections 2.1.3.2 and 2.1.4.2, and their form for subtrees) ------------ */

bool merkle_included(uint64_t index, uint64_t size, const struct tree_hash *leaf,
	const struct merkle_proof *proof, const struct tree_hash *root)
{
	uint64_t at = index, last = size - 1;
	struct tree_hash h = *leaf;

	if (index >= size)
		return false;
	for (size_t i = 0; i < proof->n; i++) {
		if (last == 0)
			return false;
		if ((at & 1) || at == last) {
			h = tree_hash_node(&proof->hashes[i], &h);
			while (!(at & 1) && at != 0) {
				at >>= 1;
				last >>= 1;
			}
		} else {
			h = tree_hash_node(&h, &proof->hashes[i]);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && tree_hash_equal(&h, root);
}

static bool is_subtree(uint64_t start, uint64_t end)
{
	uint64_t width = 1;

	if (start >= end || end > INT64_MAX)
		return false;
	while (width < end - start)
		width <<= 1;
	return start % width == 0;
}

bool merkle_subtree_included(uint64_t index, uint64_t start, uint64_t end,
	const struct tree_hash *leaf, const struct merkle_proof *proof,
	const struct tree_hash *root)
{
	return is_subtree(start, end) && index >= start &&
	       merkle_included(index - start, end - start, leaf, proof, root);
}

bool merkle_subtree_consistent(uint64_t start, uint64_t end, uint64_t size,
	const struct tree_hash *subtree, const struct tree_hash *root,
	const struct merkle_proof *proof)
{
	uint64_t first = start, sub = end - 1, tree = size - 1;
	struct tree_hash of_sub = *subtree, of_tree;
	size_t i = 0;

	if (start == end) { /* nothing is a part of everything */
		of_sub = tree_hash_empty();
		return end <= size && proof->n == 0 && tree_hash_equal(&of_sub, subtree);
	}
	if (!is_subtree(start, end) || end > size)
		return false;
	while (first != sub && (sub == tree || (sub & 1))) {
		first >>= 1;
		sub >>= 1;
		tree >>= 1;
	}
	if (first != sub) {
		if (proof->n == 0)
			return false;
		of_sub = proof->hashes[i++];
	}
	of_tree = of_sub;
	for (; i < proof->n; i++) {
		const struct tree_hash *p = &proof->hashes[i];

		if (tree == 0)
			return false;
		if ((sub & 1) || sub == tree) {
			if (first < sub)
				of_sub = tree_hash_node(p, &of_sub);
			of_tree = tree_hash_node(p, &of_tree);
			while (!(sub & 1) && sub != 0) {
				first >>= 1;
				sub >>= 1;
				tree >>= 1;
			}
		} else {
			of_tree = tree_hash_node(&of_tree, p);
		}
		first >>= 1;
		sub >>= 1;
		tree >>= 1;
	}
	return tree == 0 && tree_hash_equal(&of_sub, subtree) && tree_hash_equal(&of_tree, root);
}

bool merkle_consistent(uint64_t size1, uint64_t size2, const struct tree_hash *root1,
	const struct tree_hash *root2, const struct merkle_proof *proof)
{
	return size1 > 0 && merkle_subtree_consistent(0, size1, size2, root1, root2, proof);
}

/* ---- making ---------------------------------------------------------------------------------- */

static unsigned low_bits(uint64_t n) /* n > 0: the exponent of the largest power that divides it */
{
	return (unsigned)__builtin_ctzll(n);
}

static unsigned high_bit(uint64_t n) /* n > 0 */
{
	return 63 - (unsigned)__builtin_clzll(n);
}

/* The hash over [begin, end), where begin is a multiple of the largest power of two in the range. */
static bool range_hash(const struct merkle_source *s, uint64_t begin, uint64_t end,
	struct tree_hash *ret)
{
	struct tree_hash right, left;
	bool have = false;

	/* From the right: the smallest complete subtree first, each next one to its left. */
	while (begin < end) {
		unsigned level = low_bits(end - begin);

		if (!s->node(s->user, level, (end >> level) - 1, &left))
			return false;
		right = have ? tree_hash_node(&left, &right) : left;
		have = true;
		end -= (uint64_t)1 << level;
	}
	*ret = right;
	return have;
}

bool merkle_root(const struct merkle_source *s, uint64_t size, struct tree_hash *ret)
{
	if (size == 0) {
		*ret = tree_hash_empty();
		return true;
	}
	return range_hash(s, 0, size, ret);
}

/* The largest power of two below n, n > 1. */
static uint64_t split(uint64_t n)
{
	return (uint64_t)1 << high_bit(n - 1);
}

static void turn_round(struct merkle_proof *p)
{
	for (size_t i = 0; i < p->n / 2; i++) {
		struct tree_hash h = p->hashes[i];

		p->hashes[i] = p->hashes[p->n - 1 - i];
		p->hashes[p->n - 1 - i] = h;
	}
}

bool merkle_prove_inclusion(const struct merkle_source *s, uint64_t index, uint64_t size,
	struct merkle_proof *ret)
{
	uint64_t begin = 0, end = size;

	ret->n = 0;
	if (index >= size)
		return false;
	while (end - begin > 1) {
		uint64_t middle = begin + split(end - begin);
		bool is_left = index < middle;

		if (!range_hash(s, is_left ? middle : begin, is_left ? end : middle,
			    &ret->hashes[ret->n++]))
			return false;
		if (is_left)
			end = middle;
		else
			begin = middle;
	}
	turn_round(ret);
	return true;
}

bool merkle_prove_consistency(const struct merkle_source *s, uint64_t size1, uint64_t size2,
	struct merkle_proof *ret)
{
	uint64_t begin = 0, end = size2;

	ret->n = 0;
	if (size1 == 0 || size1 > size2)
		return false;
	while (end != size1) {
		uint64_t middle = begin + split(end - begin);
		bool is_left = size1 <= middle;

		if (!range_hash(s, is_left ? middle : begin, is_left ? end : middle,
			    &ret->hashes[ret->n++]))
			return false;
		if (is_left)
			end = middle;
		else
			begin = middle;
	}
	/* The old tree itself is known to whoever asks, unless it is a part of the new one's half. */
	if (begin > 0 && !range_hash(s, begin, end, &ret->hashes[ret->n++]))
		return false;
	turn_round(ret);
	return true;
}

/* ---- the right edge -------------------------------------------------------------------------- */

void merkle_edge_add(struct merkle_edge *e, const struct tree_hash *leaf)
{
	struct tree_hash h = *leaf;
	unsigned k = 0;

	for (; e->size >> k & 1; k++)
		h = tree_hash_node(&e->hashes[k], &h);
	e->hashes[k] = h;
	e->size++;
}

struct tree_hash merkle_edge_root(const struct merkle_edge *e)
{
	struct tree_hash h = tree_hash_empty();
	bool have = false;

	for (unsigned k = 0; k < 64; k++) {
		if (!(e->size >> k & 1))
			continue;
		h = have ? tree_hash_node(&e->hashes[k], &h) : e->hashes[k];
		have = true;
	}
	return h;
}

bool merkle_edge_load(struct merkle_edge *e, const struct merkle_source *s, uint64_t size)
{
	uint64_t done = 0;

	e->size = size;
	for (int k = 63; k >= 0; k--) {
		if (!(size >> k & 1))
			continue;
		if (!s->node(s->user, (unsigned)k, done >> k, &e->hashes[k]))
			return false;
		done += (uint64_t)1 << k;
	}
	return true;
}
