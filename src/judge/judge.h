/*
 * The fourth stage: findings become a verdict. Evidence is a sum of natural log-odds; thresholds are
 * on the evidence, so the base rate moves the probability and never the verdict.
 *
 * Weights are set one by one, and findings of one change are not independent, so their sum says too
 * much. What a sum is worth was measured: a line fitted by logistic regression over the setting side
 * of the corpus, with its pairs weighted as the world has them (scripts/evaluate --side setting
 * --calibrate). A probability is of the base rate and of that line; it rises with the evidence.
 */
#ifndef ASSAY_JUDGE_JUDGE_H
#define ASSAY_JUDGE_JUDGE_H

#include "behaviour/behaviour.h"
#include "judge/verdict.h"

#define JUDGE_TAMPERED_NATS 9.1
#define JUDGE_REVIEW_NATS 5.5
#define JUDGE_WORTH_OF_NONE (-3.7) /* log of the likelihood ratio where no evidence was found */
#define JUDGE_WORTH_OF_NAT 0.68    /* what each nat of evidence adds to it */

struct judged {
	const struct finding *finding;
	double counted; /* how much of its weight stands in the sum; 0 = said, not counted */
	bool accepted;  /* the user's acceptance covers it */
	struct str fingerprint;
};

struct blind_spot {
	struct str member, reason;
	uint64_t size_bytes;
};

struct judgement {
	enum verdict verdict;
	double evidence, probability, base_log_odds;
	struct judged *findings; /* strongest first */
	size_t n_findings;
	struct blind_spot *blind;
	size_t n_blind, room_blind;
	uint64_t parsed_bytes, shallow_bytes, blind_bytes;
	uint64_t n_accepted;
	struct str summary; /* our words only */
	struct str *notes;
	size_t n_notes, room_notes;
};

/* base_rate: 0 < p < 1. accepted(user, fingerprint) may be NULL. */
enum status judge_run(struct analysis *a, const struct delta *d, const struct behaviours *b,
	double base_rate, bool (*accepted)(void *user, struct str fingerprint), void *user,
	struct judgement **ret);

#endif
