/*
 * Checkpoints (C2SP tlog-checkpoint 1.0), the text of a note:
 *
 *     origin
 *     size in decimal
 *     base64(root hash, 32 bytes)
 *     extension lines, none of them empty
 */
#ifndef ASSAY_LEDGER_CHECKPOINT_H
#define ASSAY_LEDGER_CHECKPOINT_H

#include "ledger/merkle.h"
#include "util/str.h"

enum { CHECKPOINT_TEXT_MAX = 512 }; /* of those that we write */

struct checkpoint {
	struct str origin; /* a view */
	uint64_t size;
	struct tree_hash root;
	bool extended; /* has extension lines */
};

/* A decimal number as all these formats write it: no leading zero, at most 2^63-1. */
bool decimal_parse(struct str s, uint64_t *ret);
bool checkpoint_parse(struct str text, struct checkpoint *ret);
/* The text; false when the origin is too long or could not be read back. */
bool checkpoint_text(struct str origin, uint64_t size, const struct tree_hash *root,
	char ret[CHECKPOINT_TEXT_MAX]);

#endif
