/*
 * The opener: runs in a confined child, opens one container and says what is in it by frames. The
 * engine around the formats: probing, accounting for every byte, gaps, heads of children.
 */
#ifndef ASSAY_UNPACK_OPENER_CHILD_H
#define ASSAY_UNPACK_OPENER_CHILD_H

#include "formats/format.h"
#include "util/buf.h"

struct opener_job {
	uint64_t offset, length; /* of the container in the input descriptor */
	struct str name;         /* escaped */
	uint64_t max_steps, max_bytes, max_members;
	bool is_root;
};

/* The job as bytes for the child; and back. put: false when the buffer is full. */
bool opener_job_put(struct buf *b, const struct opener_job *job);
bool opener_job_get(struct cursor *c, struct opener_job *ret);

/*
 * Opens the bytes and appends frames to `out`; flush(user, out) is called whenever `out` has grown
 * past 256 KiB and must empty it. Ends with FRAME_DONE, which the caller still has to flush.
 */
void opener_run(const struct opener_job *job, struct cursor bytes, struct arena *arena,
	struct buf *out, void (*flush)(void *user, struct buf *out), void *user);

#endif
