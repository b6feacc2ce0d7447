/* One line on a terminal's stderr, from the third second on, gone at the end. */
#ifndef ASSAY_CLI_PROGRESS_H
#define ASSAY_CLI_PROGRESS_H

#include "assay.h"
#include "cli/options.h"

struct progress {
	bool wanted, drawn;
	int64_t begun_ms, drawn_ms;
};

void progress_begin(struct progress *p, const struct settings *s);
/* For assay_options.progress; user is the struct progress. */
void progress_show(void *user, const struct assay_progress *now);
void progress_erase(struct progress *p);

#endif
