/*
 * Hits of all ranges merged by file, indicator, stage and entity, in bounded memory: what does not
 * fit goes, sorted, to a file without a name, and is merged when it is asked for. The outcome does
 * not depend on the order in which hits come.
 */
#ifndef ASSAY_SCAN_GATHER_H
#define ASSAY_SCAN_GATHER_H

#include "scan/table.h"
#include "util/status.h"

struct gathered {
	uint32_t file;
	uint32_t range; /* in which the first line stands */
	struct scan_hit hit;
};

struct gather;

/* max_bytes: of memory, before it goes to the file; spool_folder: where that is. NULL: no memory. */
struct gather *gather_new(size_t max_bytes, const char *spool_folder);
void gather_free(struct gather *g);
/* Copies. STATUS_NOMEM, STATUS_IO: the file could not be written. */
MUST_CHECK enum status gather_add(struct gather *g, const struct gathered *h);
/* All, in order, once; texts are valid during the call. Ends early with what each() returns. */
MUST_CHECK enum status gather_each(struct gather *g,
	enum status (*each)(void *user, const struct gathered *h), void *user);

#endif
