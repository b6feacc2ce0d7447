/*
 * What a publisher's ledger says about a release under comparison: the question of assay_verify(),
 * asked of the descriptor that was analysed. Signatures of other people's formats are facts of
 * formats/; this is the vendor's own word, given by k of n people off the build system.
 */
#ifndef ASSAY_PROVENANCE_APPROVAL_H
#define ASSAY_PROVENANCE_APPROVAL_H

#include "assay_verify.h"
#include "util/arena.h"
#include "util/status.h"

struct approval_question {
	const char *trust; /* file: what is pinned about the publisher */
	const char *proof; /* file; NULL: RELEASE.assay-proof */
	const char *more;  /* file of further proofs, of revocations say; NULL: none */
	const char *path;  /* of the release */
	int fd;            /* of the release, open for reading; -1: it is a folder */
	bool of_old;       /* asked of a predecessor, whose cosignatures may be old by now */
	int64_t now_utc;
};

struct approval {
	enum assay_verify_status status;
	unsigned approvers, approvers_need, builders;
	bool rebuilt;      /* as many independent builders as are wanted got these bytes */
	struct str why;    /* of a refusal: one sentence, may hold foreign text */
};

/*
 * STATUS_OK: *ret says approved (ASSAY_VERIFY_OK) or refused and why; a missing proof is a refusal
 * (ASSAY_VERIFY_PROOF). STATUS_IO, STATUS_DAMAGED: the trust file or an existing proof cannot be
 * read; *ret_why names it. Strings live in the arena.
 */
enum status approval_ask(struct arena *a, const struct approval_question *q, struct approval *ret,
	struct str *ret_why);

/* Nats that an approval takes off the evidence, >= 0: less without independent rebuilds. */
double approval_credit(const struct approval *x);
/* Nats of evidence that a refusal is, given that `old` was approved or not; 0: none. */
double approval_doubt(const struct approval *x, bool old_approved);

#endif
