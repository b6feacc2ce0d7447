/*
 * The reader: runs in a confined child, reads a batch of members one after the other and says by
 * frames what is in them. Everything before a FRAME_JOB belongs to the member named before it.
 */
#ifndef ASSAY_COMPARE_READER_CHILD_H
#define ASSAY_COMPARE_READER_CHILD_H

#include "read/read.h"
#include "util/buf.h"

enum { READER_BATCH_MEMBERS = 48 };

struct reader_job { /* one member; offsets in the scratch file */
	uint32_t index;
	struct str path;
	bool has_old;
	uint64_t old_offset, old_bytes, new_offset, new_bytes;
	enum format_id old_format, format;
	uint32_t hints;
	uint64_t max_steps;
};

bool reader_job_put(struct buf *b, const struct reader_job *job);
bool reader_job_get(struct cursor *c, struct reader_job *ret);

/* Reads one member and appends its frames; flush as opener_run(). Returns the steps spent. */
uint64_t reader_run(const struct reader_job *job, struct cursor old, struct cursor new_,
	struct arena *arena, struct buf *out, void (*flush)(void *user, struct buf *out), void *user);

#endif
