/* Making of proofs: what a customer carries beside the file. */
#ifndef ASSAY_LEDGER_BUNDLE_H
#define ASSAY_LEDGER_BUNDLE_H

#include "ledger/log.h"
#include "ledger/state.h"

/* Appends one tlog-proof of that entry under the checkpoint that is served. */
enum status proof_append(struct ledger_log *log, uint64_t index, struct str checkpoint,
	struct buf *ret);
/*
 * Appends the `.assay-proof` of a release: the release, then every key set after the first, then
 * rebuilds and revocations of it. *ret_entry: the release's entry (LOG_ENTRY_MAX + 1 bytes are enough),
 * which state->entry and state->note are views of afterwards. STATUS_NOT_FOUND: nothing is served yet
 * that has it.
 */
enum status proof_bundle(struct ledger_log *log, struct ledger_state *state, uint64_t index,
	struct buf *ret_entry, struct buf *ret);

#endif
