/*
 * What a case is made from: its own document, results of diff and inspect, lists of customers and
 * indicators. All of it may have been written by an enemy: sizes, depth and counts are bounded, types
 * are checked, and what is wrong is said in one sentence.
 */
#ifndef ASSAY_CASE_READ_H
#define ASSAY_CASE_READ_H

#include <jansson.h>

#include "case/nouns.h"

enum {
	CASE_READ_BYTES = 256 << 20, /* of one document or list */
	CASE_READ_VALUES = 4 << 20,  /* in one JSON text */
	CASE_READ_DEPTH = 64,
	CASE_READ_WHY = 300,
};

/* JSON within these bounds, without a key that stands twice; NULL with the reason. json_decref() it. */
json_t *case_json(struct str text, char why[CASE_READ_WHY]);
/* The value on one line, its text made safe: the same value gives the same bytes. */
struct str case_json_line(struct arena *a, const json_t *value);

/* assay.case.v1. Text lives in the arena. */
MUST_CHECK enum status case_read(struct arena *a, const json_t *document, struct case_file *ret,
	char why[CASE_READ_WHY]);
/* A finding of a result. */
void case_read_finding(struct arena *a, const json_t *v, struct case_finding *ret);
/* assay.observation.v1 */
MUST_CHECK enum status case_read_observation(struct arena *a, const json_t *value,
	struct observation *ret, char why[CASE_READ_WHY]);

/*
 * A result of diff or inspect (assay.diff.v1, assay.inspect.v1) becomes the releases that it speaks of
 * and what to look for. `status` of NEW: bad, good, suspect; NULL goes by the verdict. What the case
 * has already is brought up to date. *ret_added: indicators that are new.
 */
MUST_CHECK enum status case_add_result(struct case_change *c, const json_t *result,
	struct str document_sha256, const char *status, size_t *ret_added, char why[CASE_READ_WHY]);

/*
 * Customers from CSV with a heading: id, name, country, industry, size, and any of licence, account,
 * ip, domain, host, agent_id, several values parted by ';'. A customer that is there is replaced.
 */
MUST_CHECK enum status case_add_customers(struct case_change *c, struct str csv, size_t *ret_n,
	char why[CASE_READ_WHY]);
/* Indicators from CSV with a heading: kind, value, and any of stage, release. */
MUST_CHECK enum status case_add_indicators(struct case_change *c, struct str csv, size_t *ret_n,
	char why[CASE_READ_WHY]);

/* Adds one unless the case has it; *ret_new tells. An empty stage is the usual one of the kind. */
struct case_indicator *case_add_indicator(struct case_change *c, struct str kind, struct str value,
	struct str stage, bool *ret_new);

#endif
