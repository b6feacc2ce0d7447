/* The verbs of `assay scope`. */
#ifndef ASSAY_CLI_SCOPE_H
#define ASSAY_CLI_SCOPE_H

#include "cli/verbs.h"

/* assay scope CASE; returns the exit status. */
int scope_case(const struct settings *s);

extern const struct verb verb_scope_scan;

#endif
