/* A scan for a case: what the case looks for, and what was seen back into it, as one revision. */
#ifndef ASSAY_CLI_SCAN_CASE_H
#define ASSAY_CLI_SCAN_CASE_H

#include "cli/case.h"
#include "scan/scan.h"

struct scan_case {
	const struct settings *s;
	struct arena *arena;       /* borrowed */
	struct store *store;
	struct case_file *file;    /* releases, indicators and sources, as they were before */
	struct case_change change; /* once begun */
	struct case_source *source;
	bool changing;
	const struct scan_file *files;
};

/* Opens the store and adds the indicators of --case to `set`. False, said: it could not be done. In any
 * case scan_case_close() it. */
bool scan_case_open(struct scan_case *c, const struct settings *s, struct arena *a,
	struct indicators *set);
/* The zone that the case states for --as; NULL: none. */
const char *scan_case_zone(const struct scan_case *c);
/* Before the first observation: begins the revision. */
bool scan_case_begin(struct scan_case *c, const struct scan *scan);
/* For scan_shown.also. */
enum status scan_case_observe(void *scan_case, const struct observation *o, size_t file);
/* Files into the source, and all of it written, or nothing. */
bool scan_case_commit(struct scan_case *c, const struct scan *scan);
void scan_case_close(struct scan_case *c);

#endif
