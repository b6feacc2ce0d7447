/*
 * Lock files of any ecosystem as a flat list: which version of which package stands in it, where.
 * The kind is told by content. What the lists of two files have in common is for the caller.
 */
#ifndef ASSAY_READ_LOCKED_H
#define ASSAY_READ_LOCKED_H

#include "read/read.h"

enum { LOCKED_ROWS_MAX = 200000 };

struct locked {
	const char *ecosystem; /* "npm", "pypi", "cargo", "gem", "go", "maven"; static */
	struct str name, version;
	struct str integrity;  /* as the file states it; "" = none */
	struct str source;     /* where it comes from, when that is not the registry's own naming */
	uint32_t line;         /* 1-based */
};

/*
 * Calls `each` for every row in the order of the file; false from it ends the reading. Strings live in
 * the arena or the input. OK; UNSUPPORTED: no lock file that is known here; DAMAGED: not well-formed;
 * LIMIT: over budget. *ret_why says it in words.
 */
enum status locked_read(struct read_in *in, bool (*each)(void *user, const struct locked *row),
	void *user, const char **ret_why);

/* ---- lockfile.c: npm and its kin ---- */

enum lock_kind { LOCK_NPM, LOCK_YARN, LOCK_PNPM };

enum status lockfile_rows(struct read_in *in, enum lock_kind kind,
	bool (*each)(void *user, const struct locked *row), void *user, const char **ret_why);

#endif
