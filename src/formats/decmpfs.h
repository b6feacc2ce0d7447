/* Files that a file system of Apple keeps compressed: see decmpfs.c for the bytes. */
#ifndef ASSAY_FORMATS_DECMPFS_H
#define ASSAY_FORMATS_DECMPFS_H

#include "formats/archive.h"

/* Filled by the caller but for the last two; one serves many files, one after the other. */
struct decmpfs {
	struct archive *a;
	struct cursor attribute; /* the value of com.apple.decmpfs */
	struct cursor resources; /* the whole resource fork; empty if there is none */
	/* [offset, offset+n) of the resource fork is explained; what is not stays a gap of the container */
	void (*used)(void *user, uint64_t offset, uint64_t n);
	void *user;
	uint8_t *room; /* of one decoded piece, in the arena */
	size_t room_bytes;
};

/* What the attribute says of the length; UINT64_MAX when it says nothing. */
uint64_t decmpfs_bytes(struct cursor attribute);
/* Whether the content stands in the resource fork. */
bool decmpfs_in_resources(struct cursor attribute);

/*
 * Passes the content on to the child that is open. *ret_how, *ret_why: how that child ends; for LIMIT
 * the status returned is LIMIT as well. Anything else but OK is the sink's.
 */
enum status decmpfs_content(struct decmpfs *d, enum status *ret_how, const char **ret_why) MUST_CHECK;

#endif
