/*
 * The confined half of a scan. Three roles: what a file is, its digest, and one range of it read for
 * indicators. What is looked for is shared by fork: set up before the zygote starts.
 */
#ifndef ASSAY_SCAN_CHILD_H
#define ASSAY_SCAN_CHILD_H

#include "confine/zygote.h"
#include "logs/log.h"
#include "scan/blocks.h"
#include "scan/match.h"
#include "scope/time_text.h"

enum { SCAN_ROLE_SNIFF, SCAN_ROLE_DIGEST, SCAN_ROLE_RANGE, SCAN_ROLE_N };

/* Shared by all jobs of a scan; immutable once the zygote runs. */
struct scan_shared {
	const struct indicators *indicators;
	const struct matcher *matcher;
	struct zone *zone; /* of the sources, as the user says; NULL: unknown */
	enum time_day_order order;
	struct zone *utc;
};

void scan_share(const struct scan_shared *shared);
const struct zygote_role *scan_roles(void);

struct scan_job {
	uint64_t from, to, file_bytes;
	uint32_t format; /* index into log_formats() */
	enum packing packing;
	enum charset charset;
	uint32_t line_max;
	int64_t file_us;  /* when the file was last written */
	struct str host;  /* for lists that do not say whose they are */
};

bool scan_job_put(struct buf *b, const struct scan_job *j);

/* The same without a process, for fuzzing and tests: reads the blocks and appends frames. */
void scan_range(const struct scan_shared *shared, const struct scan_job *j, struct cursor bytes,
	bool mapped, struct arena *a, struct buf *out, void (*flush)(void *user, struct buf *out),
	void *user);

#endif
