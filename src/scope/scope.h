/*
 * Who has it: from a case and its observations to the funnel delivered, installed, executed, beaconed,
 * second stage. Each number is a lower bound (those seen), an estimate or the reason why there is
 * none, and an upper bound. What no source could see is unknown, never "no". docs/scope.md explains.
 *
 * Runs in time linear in the observations, which come through an iterator; memory follows customers.
 */
#ifndef ASSAY_SCOPE_SCOPE_H
#define ASSAY_SCOPE_SCOPE_H

#include "case/case.h"
#include "scope/estimate.h"
#include "scope/time.h"
#include "scope/window.h"

enum scope_stage {
	SCOPE_DELIVERED,
	SCOPE_INSTALLED,
	SCOPE_EXECUTED,
	SCOPE_BEACONED,
	SCOPE_SECOND,
	SCOPE_STAGES
};

const char *scope_stage_name(enum scope_stage s); /* "second_stage" */

enum { SCOPE_THRESHOLDS = 3, SCOPE_PLACES = 3 };
extern const double scope_thresholds[SCOPE_THRESHOLDS]; /* 0.5, 0.8, 0.95 */

struct scope_input {
	const struct case_file *c; /* whole; must outlive the result */
	/* Gives every observation to take(); called two or three times. */
	enum status (*each)(void *user, enum status (*take)(void *to, const struct observation *o), void *to);
	void *user;
	double threshold;          /* of identity for the estimate, 0.5 to 1; 0 = 0.8 */
	int64_t as_of;             /* microseconds */
	/* The country (two letters) of an address, for lines that are no customer's; NULL = not known. */
	bool (*country)(void *user, struct str address, char ret[3]);
	void *country_user;
};

enum certainty { CERTAINTY_UNKNOWN, CERTAINTY_NOT_RECEIVED, CERTAINTY_POSSIBLE, CERTAINTY_CERTAIN };

const char *certainty_name(enum certainty c); /* "not_received" */

struct scope_place {
	struct str source, file;
	uint64_t line;
};

struct scope_customer {
	size_t index;              /* in the case */
	enum scope_stage stage;    /* the last one of that certainty */
	enum certainty certainty;
	double probability;        /* of the identity */
	struct interval time;      /* of that stage, the first time */
	struct interval exposed;   /* from the first to the last moment at which it may have been there */
	struct interval at_least;  /* from and to which it was there for certain; lo > hi: not known */
	struct scope_place places[SCOPE_PLACES];
	unsigned n_places;
};

struct scope_step {
	enum scope_stage stage;
	struct answer answer;      /* lower, upper and estimate; models in the arena */
	struct answer strata;      /* the sum over customers' sizes; method "none" if there is none */
	unsigned lists;            /* bit mask of scope_result.lists that saw anybody here */
	char query[20];            /* names the question: the same for the same case, stage and options */
};

struct scope_group {
	struct str key;            /* a country, an industry; "" = not known */
	size_t customers;
	double lower[SCOPE_STAGES], upper[SCOPE_STAGES];
};

struct scope_coverage {
	struct str source;
	double percent;            /* of the window of its channel; NAN: not known */
	struct interval *gaps;     /* parts of the window that it does not cover, ascending */
	size_t n_gaps;
	struct clock clock;        /* found by events that a source of known clock saw too; pairs 0: none */
};

struct scope_sensitivity {
	double threshold;
	double lower[SCOPE_STAGES];
	struct estimate estimate[SCOPE_STAGES]; /* NAN: refused */
};

struct scope_list {
	struct str name;
	unsigned flags;            /* enum estimate_list_flag */
	bool used;
};

struct scope_refused {
	struct str what, why;
};

struct scope_result {
	const struct case_file *c;
	int64_t as_of;
	double threshold;
	struct window *windows;
	size_t n_windows;
	struct interval window;    /* the hull */
	struct scope_step steps[SCOPE_STAGES];
	struct scope_group *countries, *industries;
	size_t n_countries, n_industries;
	struct scope_customer *customers; /* all but the unknown ones, in the order of the case */
	size_t n_customers;
	size_t n_by_certainty[CERTAINTY_CERTAIN + 1];
	struct scope_coverage *coverage;
	size_t n_coverage;
	struct scope_sensitivity sensitivity[SCOPE_THRESHOLDS];
	struct scope_list lists[ESTIMATE_LISTS];
	unsigned n_lists;
	struct scope_refused *refusals;
	size_t n_refusals;
	struct str *unknown;       /* sentences */
	size_t n_unknown;
	struct scope_group *addresses; /* countries of addresses that are no customer's; key, customers */
	size_t n_addresses;
};

/*
 * When something happened that a source stamped with `at`: moved by its clock and widened by what is not
 * known of it. NULL: nothing is known of the source but the stamp.
 */
struct interval scope_time_of(const struct case_source *source, struct utc_span at);

/* Everything in the result lives in the arena or in the case. Fails only as each() or memory does. */
MUST_CHECK enum status scope_run(struct arena *a, const struct scope_input *in,
	struct scope_result *ret);

#endif
