/*
 * The log's side of tlog-witness: add-checkpoint requests, and what the answers are worth. How a
 * request travels is the caller's affair.
 */
#ifndef ASSAY_LEDGER_ASK_WITNESS_H
#define ASSAY_LEDGER_ASK_WITNESS_H

#include "ledger/log.h"
#include "ledger/policy.h"

struct witness_transport {
	/* POST of body to URL; appends the answer. */
	enum status (*post)(void *user, const char *url, struct str body, struct buf *ret,
		long *ret_http, char why[LOG_WHY_BYTES]);
	void *user;
};

/*
 * Asks one witness to cosign the note, whose log it follows from the size that it last told; a good
 * cosignature is appended to the note. STATUS_DENIED: it says no; STATUS_DAMAGED: it has seen another
 * history or a larger one, which is never to be passed over.
 */
enum status witness_ask(struct ledger_log *log, const struct vkey *key, struct str url,
	const struct witness_transport *t, struct buf *note, char why[LOG_WHY_BYTES]);

/* Asks every witness of the policy that has a URL, and judges; for log_publisher.cosign. */
enum status witness_ask_all(struct ledger_log *log, const struct policy *p,
	const struct witness_transport *t, uint64_t now, struct buf *note,
	char why[LOG_WHY_BYTES]);

#endif
