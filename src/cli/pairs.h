#ifndef ASSAY_CLI_PAIRS_H
#define ASSAY_CLI_PAIRS_H

#include "cli/options.h"

/* assay diff --pairs FILE: OLD TAB NEW a line; one JSON object a line, in order. Returns the exit
 * status and has said it. */
int pairs_run(const struct settings *s);

#endif
