/*
 * The first stage: releases become trees. Level by level, both sides beside each other: a container
 * whose bytes stand on the other side too is not opened, so the cost follows the change.
 */
#ifndef ASSAY_UNPACK_UNPACK_H
#define ASSAY_UNPACK_UNPACK_H

#include "confine/zygote.h"
#include "unpack/analysis.h"
#include "unpack/tree.h"

extern const struct zygote_role unpack_opener_role;
void unpack_warm_up(void); /* in the zygote, before any job: libraries that initialise lazily */

/*
 * Opens the paths (regular files or directories) as trees in the arena; paths[i] == NULL gives
 * trees[i] == NULL. STATUS_NOT_FOUND, DENIED, USAGE (neither file nor directory), IO with
 * a->error set; INTERRUPTED. Whatever could be read is OK: what could not is a blind node.
 */
enum status unpack_releases(struct analysis *a, const char *const paths[SIDE_N],
	struct tree *ret_trees[SIDE_N]);
/* Does the file begin as a program (ELF, PE, Mach-O), whatever else it is? */
bool unpack_is_program(const struct tree *t);

void unpack_close(struct tree *t); /* the input descriptor; the tree stays readable */
/* The same for every tree of the analysis, also those that were not handed out after a failure. */
void unpack_close_all(struct analysis *a);

/* True if [the node's bytes] can still be had; copies them into the scratch file if they stand in the
 * release's own file. *ret_offset is in the scratch file. */
enum status unpack_bytes(struct analysis *a, struct tree *t, struct node *n, uint64_t *ret_offset);

#endif
