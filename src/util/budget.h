/*
 * Budgets are counted in steps and bytes, never in seconds, so that results repeat. A step is about
 * the work of handling one token, one table entry or 64 bytes. Running out is a result
 * (STATUS_LIMIT) that is reported; it never silently shortens the answer.
 */
#ifndef ASSAY_UTIL_BUDGET_H
#define ASSAY_UTIL_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct budget {
	uint64_t steps, max_steps;
	uint64_t bytes, max_bytes;     /* bytes produced by expansion */
	uint64_t members, max_members; /* children handed out */
	unsigned depth, max_depth;
};

static inline bool budget_spend(uint64_t *have, uint64_t max, uint64_t n)
{
	if (n > max - *have) {
		*have = max;
		return false;
	}
	*have += n;
	return true;
}

/* Each spends n and returns true, or leaves the budget exhausted and returns false. */
static inline bool budget_step(struct budget *b, uint64_t n)
{
	return budget_spend(&b->steps, b->max_steps, n);
}

static inline bool budget_bytes(struct budget *b, uint64_t n)
{
	return budget_spend(&b->bytes, b->max_bytes, n);
}

static inline bool budget_member(struct budget *b)
{
	return budget_spend(&b->members, b->max_members, 1);
}

#endif
