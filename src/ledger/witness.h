/*
 * A witness (C2SP tlog-witness 1.0): remembers the newest checkpoint of each log, cosigns only what
 * continues it, and keeps what proves a log's misbehaviour. Bytes in, status and body out; how they
 * travel is src/net's affair.
 *
 *     FOLDER/HEX/checkpoint      the newest one, whole, with the log's signature and ours
 *     FOLDER/HEX/conflict-N      a signed checkpoint that does not go with it, whole
 *
 * HEX is the SHA-256 of the origin.
 */
#ifndef ASSAY_LEDGER_WITNESS_H
#define ASSAY_LEDGER_WITNESS_H

#include "ledger/checkpoint.h"
#include "ledger/io.h"
#include "ledger/policy.h"
#include "ledger/sign.h"

enum {
	WITNESS_REQUEST_MAX = (64 << 10) + 64 * 64, /* a checkpoint and 63 hashes */
	WITNESS_PROOF_MAX = 63,
	WITNESS_CONFLICTS_MAX = 32,                 /* kept for each log */
};

struct witness {
	const struct ledger_io *io;
	char root[LEDGER_PATH_MAX];
	struct policy logs; /* only its logs count */
	struct signer *key; /* borrowed, of type 4 */
	bool stopped;       /* an error of writing: nothing is signed any more */
};

struct witness_answer {
	unsigned http;            /* 200, 400, 403, 404, 409, 422, 500 */
	const char *content_type;
	struct buf body;          /* the caller's */
};

/* Bytes of `logs_text` must outlive the witness. */
enum status witness_open(struct witness *w, const struct ledger_io *io, const char *root,
	struct str logs_text, struct signer *key);

/*
 * One add-checkpoint request at `now` (seconds since 1970). Calls must not overlap: check and store
 * are one step. ret->body is appended to.
 */
void witness_add(struct witness *w, struct str request, uint64_t now, struct witness_answer *ret);

/* The newest checkpoint of the log whose origin has that SHA-256 (64 digits). */
enum status witness_checkpoint(struct witness *w, struct str hex, struct buf *ret);

#endif
