/* Printers of a scope: who has it, as far as anybody can tell. */
#ifndef ASSAY_REPORT_SCOPE_H
#define ASSAY_REPORT_SCOPE_H

#include "report/report.h"
#include "scope/scope.h"

/* assay.scope.v1, ending in a line feed. Customers that are certain, possible or not_received by id. */
void report_scope_json(const struct scope_result *r, unsigned flags, struct report_out *out);
/* A screen of text; names customers only where it is certain, and no more than fit. */
void report_scope_text(const struct scope_result *r, struct report_out *out);

#endif
