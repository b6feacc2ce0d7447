/*
 * The one unlinked scratch file of an analysis. Each side appends to its own region (OLD at 0, NEW
 * at 1 TiB; the file is sparse), so that one read-only descriptor serves every child.
 */
#ifndef ASSAY_UNPACK_SCRATCH_H
#define ASSAY_UNPACK_SCRATCH_H

#include "unpack/tree.h"
#include "util/buf.h"
#include "util/status.h"

struct scratch;

/* In $TMPDIR, else /var/tmp, else /tmp. *ret_why names the folder that refused. */
enum status scratch_open(struct scratch **ret, const char **ret_why);
void scratch_close(struct scratch *s);
int scratch_read_fd(const struct scratch *s); /* read-only; borrowed */

/* Appends to a side; *ret_offset is where it stands in the file. */
enum status scratch_append(struct scratch *s, enum side side, const void *p, size_t n,
	uint64_t *ret_offset);
/*
 * For a member whose size is not known yet: reserves max bytes (address space only), written by
 * scratch_put() and cut to what came by scratch_settle(). STATUS_LIMIT when the side's region is full.
 */
enum status scratch_reserve(struct scratch *s, enum side side, uint64_t max, uint64_t *ret_offset);
enum status scratch_put(struct scratch *s, uint64_t offset, const void *p, size_t n);
void scratch_settle(struct scratch *s, enum side side, uint64_t offset, uint64_t max, uint64_t used);
/* Copies [offset, offset+n) of a descriptor to a side. *ret_copied < n when the source is shorter. */
enum status scratch_copy(struct scratch *s, enum side side, int fd, uint64_t offset, uint64_t n,
	uint64_t *ret_offset, uint64_t *ret_copied);
/* Gives the pages back; the range must not be read again. */
void scratch_forget(struct scratch *s, uint64_t offset, uint64_t n);
enum status scratch_read(const struct scratch *s, uint64_t offset, void *p, size_t n);

#endif
