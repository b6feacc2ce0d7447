/* assay.scope.v1 as values: how many have it. All in the arena; what the document lacks is empty. */
#ifndef ASSAY_DISCLOSE_SCOPE_DOC_H
#define ASSAY_DISCLOSE_SCOPE_DOC_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/status.h"

struct scope_stage {
	struct str stage;
	double lower, estimate, lo, hi, upper; /* NAN: not known, or not estimable */
	struct str method, reason, query;
};

struct scope_group { /* a country or an industry */
	struct str key;
	double customers;
	struct scope_stage *stages;
	size_t n_stages;
};

struct scope_evidence {
	struct str source, file;
	uint64_t line;
};

struct scope_customer {
	struct str id, stage, certainty;
	struct str time_lo, time_hi, exposed_lo, exposed_hi; /* RFC 3339 or "" */
	struct scope_evidence *evidence;
	size_t n_evidence;
};

struct scope_coverage {
	struct str source;
	double percent;
	size_t n_gaps;
};

struct scope_refusal {
	struct str what, why;
};

struct scope_doc {
	struct str case_id, as_of;
	uint64_t revision;
	struct scope_stage *funnel;
	size_t n_funnel;
	struct scope_group *countries, *industries;
	size_t n_countries, n_industries;
	struct scope_customer *customers;
	size_t n_customers;
	struct scope_coverage *coverage;
	size_t n_coverage;
	struct scope_refusal *refusals;
	size_t n_refusals;
	const struct str *unknown;
	size_t n_unknown;
};

/* DAMAGED with *ret_why: it is no such document. */
enum status scope_doc_read(struct arena *a, struct str json, struct scope_doc *ret, struct str *ret_why)
	MUST_CHECK;

#endif
