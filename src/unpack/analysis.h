/*
 * One analysis: its arena, its children, its scratch file, its budgets. Stages take it as first
 * argument, read what earlier stages put into their output, and never call back.
 */
#ifndef ASSAY_UNPACK_ANALYSIS_H
#define ASSAY_UNPACK_ANALYSIS_H

#include "confine/pool.h"
#include "unpack/scratch.h"
#include "util/arena.h"

enum { ROLE_OPENER, ROLE_READER, ROLE_LOCK, ROLE_N };

struct tree;
struct approval; /* provenance/approval.h */

struct limits { /* for one release unless said otherwise */
	uint64_t bytes;        /* expanded; 8 GiB */
	uint64_t member_bytes; /* one member; 2 GiB */
	uint64_t members;      /* 2 million */
	uint64_t depth;        /* containers inside containers; 32 */
	uint64_t steps;        /* of one job; see util/budget.h */
	uint64_t memory_bytes; /* of one child; 236 MiB, so that all processes stay below 256 */
};

struct limits limits_default(void);

struct analysis {
	struct arena arena;
	struct str user_rules; /* digest of the user's rules, "" without; borrowed */
	struct zygote *zygote; /* borrowed: outlives the analysis */
	struct scratch *scratch;
	struct limits limits;
	struct tree **history; /* earlier releases than OLD: what they had is not new */
	size_t n_history;
	/* What the publisher's ledger says of OLD and NEW, by enum side; NULL: nobody asked. */
	const struct approval *approval[2];
	unsigned jobs;
	unsigned wall_ms; /* of one job; 0 = far above what the step budget takes */
	struct tree *opened; /* every tree whose file may be open; see unpack_close_all() */
	const volatile int *interrupted;
	bool repeatable; /* false once a clock decided anything */
	uint64_t bytes_read, bytes_analysed, members_parsed, steps;
	/* what, done, all: at most ten times a second; all == 0 when unknown */
	void (*progress)(void *user, const char *what, uint64_t done, uint64_t all);
	void *progress_user;
	char error[512]; /* what, where, what to do next; set with any status but OK */
};

enum status analysis_fail(struct analysis *a, enum status s, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The status of pool_run(), with a->error set where it needs one. */
enum status analysis_pool_end(struct analysis *a, enum status s);
struct pool_limits analysis_pool_limits(struct analysis *a);

#endif
