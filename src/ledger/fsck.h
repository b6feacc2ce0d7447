/* Does every stored file of a log say what the entries and the head say? If not: which, and where. */
#ifndef ASSAY_LEDGER_FSCK_H
#define ASSAY_LEDGER_FSCK_H

#include "ledger/log.h"

struct fsck {
	/* Called for each thing found: a path below the ledger's folder, the first byte that is
	 * wrong (or 0), and what is wrong with it. */
	void (*found)(void *user, const char *path, uint64_t byte, const char *what);
	void *user;
	uint64_t files, entries; /* looked at */
	unsigned wrong;
	uint64_t head;
};

/* Reads everything, changes nothing. STATUS_OK: all agrees; STATUS_DAMAGED: see what was found. */
enum status log_fsck(const struct ledger_io *io, const char *root, struct fsck *f);

#endif
