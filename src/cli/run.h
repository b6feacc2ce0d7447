/* One question to the library, from the arguments to the exit status. */
#ifndef ASSAY_CLI_RUN_H
#define ASSAY_CLI_RUN_H

#include <time.h>

#include "assay.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "report/report.h"

struct run {
	const struct settings *s;
	struct assay *assay;
	struct progress progress;
	struct input history[SETTINGS_LIST];
	const char *history_paths[SETTINGS_LIST];
	size_t n_history;
	struct timespec begun;
};

/* Fetches what --history names. Says what is wrong and returns false; close it anyway. */
bool run_prepare(struct run *r, const struct settings *s);
/* Opens the library as the settings say; the same. */
bool run_start(struct run *r);
/* Ends what run_start() began; what run_prepare() fetched stays. */
void run_stop(struct run *r);
void run_close(struct run *r); /* all of it */
/* Under --stats: time, memory, bytes, on stderr. d may be NULL. */
void run_stats(const struct run *r, const struct document *d);

/*
 * The document as the user should see it: releases go by what was given on the command line, not
 * by where they were spooled. The copy shares everything else and lives as long as both.
 */
struct document run_shown(const struct document *d, const struct input *old,
	const struct input *new_);

/* The whole of `assay diff OLD NEW` and `assay inspect NEW` (old_arg NULL). OLD may be NULL with a
 * reference as NEW in a diff. Returns the exit status and has said it. */
int run_diff(const struct settings *s, const char *old_arg, const char *new_arg);
int run_inspect(const struct settings *s, const char *arg);

#endif
