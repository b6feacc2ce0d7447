/* The heads of other people's logs: how they are fetched, who has signed them. */
#ifndef ASSAY_WATCH_HEAD_H
#define ASSAY_WATCH_HEAD_H

#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "watch/watch.h"

enum { HEAD_BYTES_MAX = 1 << 16 };

struct log_head {
	uint64_t size;
	struct tree_hash root;
	struct buf bytes; /* as served */
};

/* Fetches and checks. STATUS_DENIED: not signed by the log's key. Release ret->bytes in any case. */
enum status head_fetch(const struct watch *w, const struct plan_log *log, struct log_head *ret);
/* Is there a good tree head signature (type 0x05) by this key, under the origin as its name? */
bool head_note_signed(const struct note *n, const struct checkpoint *c, const uint8_t *key,
	size_t key_bytes);
/* The signed part of a tree head, RFC 6962 3.5, and its signature (DigitallySigned): good? */
bool head_signed_by(const uint8_t *key, size_t key_bytes, uint64_t time_ms, uint64_t size,
	const struct tree_hash *root, struct str signature);

#endif
