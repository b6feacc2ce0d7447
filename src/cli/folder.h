/* A temporary folder of our own (0700), removed whole. */
#ifndef ASSAY_CLI_FOLDER_H
#define ASSAY_CLI_FOLDER_H

#include "cli/failure.h"

struct folder {
	char path[512]; /* absolute; "" = none */
};

bool folder_make(struct folder *f, struct failure *why);
/* Removes everything below it, never following a link. Fine on a zeroed struct. */
void folder_remove(struct folder *f);
/* $TMPDIR if that is an absolute path, else /tmp. */
const char *folder_of_temporaries(void);

#endif
