/* The verbs of `assay scope`. */
#ifndef ASSAY_CLI_SCOPE_H
#define ASSAY_CLI_SCOPE_H

#include "cli/verbs.h"

extern const struct verb verb_scope_scan;

#endif
