/*
 * The one unlinked scratch file of an analysis. Each side appends to its own region (OLD at 0, NEW
 * at 1 TiB; the file is sparse), so that one read-only descriptor serves every child.
 */
#ifndef ASSAY_UNPACK_STORE_H
#define ASSAY_UNPACK_STORE_H

#include "unpack/tree.h"
#include "util/buf.h"
#include "util/status.h"

struct store;

/* In $TMPDIR, else /var/tmp, else /tmp. *ret_why names the folder that refused. */
enum status store_open(struct store **ret, const char **ret_why);
void store_close(struct store *s);
int store_read_fd(const struct store *s); /* read-only; borrowed */

/* Appends to a side; *ret_offset is where it stands in the file. */
enum status store_append(struct store *s, enum side side, const void *p, size_t n,
	uint64_t *ret_offset);
/*
 * For a member whose size is not known yet: reserves max bytes (address space only), written by
 * store_put() and cut to what came by store_settle(). STATUS_LIMIT when the side's region is full.
 */
enum status store_reserve(struct store *s, enum side side, uint64_t max, uint64_t *ret_offset);
enum status store_put(struct store *s, uint64_t offset, const void *p, size_t n);
void store_settle(struct store *s, enum side side, uint64_t offset, uint64_t max, uint64_t used);
/* Copies [offset, offset+n) of a descriptor to a side. *ret_copied < n when the source is shorter. */
enum status store_copy(struct store *s, enum side side, int fd, uint64_t offset, uint64_t n,
	uint64_t *ret_offset, uint64_t *ret_copied);
/* Gives the pages back; the range must not be read again. */
void store_forget(struct store *s, uint64_t offset, uint64_t n);
enum status store_read(const struct store *s, uint64_t offset, void *p, size_t n);

#endif
