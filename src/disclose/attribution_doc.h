/* assay.attribution.v1 as values: what a report says of it. All in the arena. */
#ifndef ASSAY_DISCLOSE_ATTRIBUTION_DOC_H
#define ASSAY_DISCLOSE_ATTRIBUTION_DOC_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/status.h"

struct attribution_row {
	struct str id, name;
	bool is_none;
	double log10_odds, posterior;
};

struct attribution_line {
	struct str what, why;
};

struct attribution_doc {
	struct str case_id, sentence, strength;
	struct str named; /* id of the hypothesis that may be named; "" = refused */
	bool calibrated;
	struct attribution_row *rows;
	size_t n_rows;
	struct attribution_line *staging, *refusals;
	size_t n_staging, n_refusals;
};

/* DAMAGED with *ret_why: it is no such document. */
enum status attribution_doc_read(struct arena *a, struct str json, struct attribution_doc *ret,
	struct str *ret_why) MUST_CHECK;

#endif
