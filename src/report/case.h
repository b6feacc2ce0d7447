/* Printers of a case. */
#ifndef ASSAY_REPORT_CASE_H
#define ASSAY_REPORT_CASE_H

#include "case/case.h"
#include "report/report.h"

/* The case as JSON, assay.case.v1, ending in a line feed. */
void report_case_json(const struct case_file *c, unsigned flags, struct report_out *out);
/* The cases of a store, assay.cases.v1. */
void report_cases_json(const struct case_summary *list, size_t n, struct report_out *out);
/* The case as a screen of text. */
void report_case_text(const struct case_file *c, struct report_out *out);
/* One observation as JSON on one line, assay.observation.v1, ending in a line feed. */
void report_observation_json(const struct observation *o, struct report_out *out);

#endif
