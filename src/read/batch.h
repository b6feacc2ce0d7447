/*
 * Batch files of Windows as commands of a shell: variables are put in (substrings and replacements as
 * well), carets and keywords taken off, the system's own ways to fetch, decode, copy and start are
 * written as the shell's. So one reader follows values through both.
 */
#ifndef ASSAY_READ_BATCH_H
#define ASSAY_READ_BATCH_H

#include "read/embedded.h"

struct batch_script {
	struct embedded *pieces; /* one for each line that does something, in order */
	size_t n, room;
	struct span *spelled;    /* lines whose words were put together from parts of variables */
	size_t n_spelled, room_spelled;
	bool limit;
};

/* Any text gives a script. Code lies in the arena. */
void batch_lower(struct arena *a, struct budget *b, struct str text, struct batch_script *ret);

/* One command line of cmd.exe as a shell would have it; in the arena. */
struct str batch_command(struct arena *a, struct budget *b, struct str command);

#endif
