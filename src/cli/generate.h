#ifndef ASSAY_CLI_GENERATE_H
#define ASSAY_CLI_GENERATE_H

#include "cli/options.h"

/* man, man-VERB, complete-bash, complete-zsh, complete-fish on stdout. Returns the exit status. */
int generate_run(const struct settings *s, const char *what);

#endif
