/*
 * Proofs that carry everything (C2SP tlog-proof):
 *
 *     c2sp.org/tlog-proof@v1
 *     extra BASE64            may be missing
 *     index DECIMAL
 *     base64 of each hash of the inclusion proof, from the leaf up
 *
 *     the checkpoint, a note
 *
 * A `.assay-proof` is one or more of them, one behind the other; `extra` is the entry as it stands in
 * the log. A signature line followed by the first line of a proof is where the next one begins.
 */
#ifndef ASSAY_LEDGER_PROOF_H
#define ASSAY_LEDGER_PROOF_H

#include "ledger/merkle.h"
#include "util/str.h"

enum { PROOF_BYTES_MAX = 1 << 20, PROOF_BLOCKS_MAX = 128 };

struct tlog_proof {
	struct str extra; /* base64, not authenticated by itself */
	bool has_extra;
	uint64_t index;
	struct merkle_proof path;
	struct str checkpoint; /* the rest, unread */
};

bool tlog_proof_parse(struct str bytes, struct tlog_proof *ret);
/* Takes the next proof off a sequence of them; false at the end and when it does not begin as one. */
bool tlog_proof_next(struct str *rest, struct str *ret);

#endif
