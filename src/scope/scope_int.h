/* Shared by the files that make a scope only. */
#ifndef ASSAY_SCOPE_SCOPE_INT_H
#define ASSAY_SCOPE_SCOPE_INT_H

#include "scope/identity.h"
#include "scope/scope.h"

/* What is known of one customer, or of one somebody where there is no list of customers. */
struct entity {
	float certain[SCOPE_STAGES];  /* highest probability that a certain line is its */
	float possible[SCOPE_STAGES]; /* the same of any line */
	uint8_t on[SCOPE_THRESHOLDS + 1][SCOPE_STAGES]; /* lists that saw it; last: the user's threshold */
	struct interval first[SCOPE_STAGES];
	struct interval last_good, first_good_after; /* a good release was installed */
	struct scope_place places[SCOPE_PLACES];
	uint8_t place_stage[SCOPE_PLACES];
	uint8_t n_places;
};

struct scoping {
	const struct scope_input *in;
	const struct case_file *c;
	struct arena *a;
	struct scope_result *r;
	struct identities *who;
	struct hash_table sources, indicators, releases; /* hash of the id -> index + 1 */
	struct hash_table others;   /* identity_hash -> entity + 1, or only that it was there */
	struct hash_table strong;   /* addresses behind which somebody with a key of its own was */
	struct entity *entities;
	size_t n_entities, room_entities; /* the first c->customers.n are customers */
	struct clock *clocks;       /* of each source, as its events say; pairs 0: not found */
	uint8_t *list_of;           /* of each source: list + 1, 0 = none */
	struct str last_file;       /* in the arena */
	struct str *unknown;
	size_t n_unknown, room_unknown;
	size_t room_refusals;
	/* lines */
	uint64_t n_fanout, n_unresolved, n_ambiguous, n_before, n_partial, n_outside;
	uint64_t n_missed;          /* entities that have it and were never seen to receive it */
	bool unresolved_delivery;   /* somebody received it who could be anybody */
};

void scope_unknown(struct scoping *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void scope_refuse(struct scoping *s, const char *what, const char *why);

/* clocks.c: after identities_learn() has seen every line */
enum status scope_find_clocks(struct scoping *s);
/* scope_time_of(), by the clock that was found where there is one. `source`: of the case, or NULL. */
struct interval scope_when(const struct scoping *s, const struct case_source *source, struct utc_span at);

/* observe.c: lines to entities */
bool scope_stage_named(struct str name, enum scope_stage *ret);
long scope_source_of(const struct scoping *s, struct str id); /* -1: none */
enum status scope_observe(struct scoping *s);
/* coverage.c */
void scope_cover(struct scoping *s);
void scope_say_coverage(struct scoping *s);
/* Customers whom sources that miss nothing saw for the whole window; in the arena. */
bool *scope_covered(const struct scoping *s);
/* count.c: entities to numbers */
enum status scope_count(struct scoping *s);

#endif
