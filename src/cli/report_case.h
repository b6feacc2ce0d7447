/* A case told to people and machines: assay report CASE. */
#ifndef ASSAY_CLI_REPORT_CASE_H
#define ASSAY_CLI_REPORT_CASE_H

#include <jansson.h>

#include "cli/options.h"
#include "util/arena.h"

/* The case as a document (assay.case.v1) that somebody wrote; the exit status. */
int report_case_document(const struct settings *s, struct arena *a, const json_t *document);
/* The case of this id in the store. */
int report_case_stored(const struct settings *s, struct arena *a, const char *id);

#endif
