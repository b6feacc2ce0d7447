/* Printers of a case. */
#ifndef ASSAY_REPORT_CASE_H
#define ASSAY_REPORT_CASE_H

#include "case/case.h"
#include "report/report.h"

/* The case as JSON, assay.case.v1, ending in a line feed. */
void report_case_json(const struct case_file *c, const char *assay_version, unsigned flags,
	struct report_out *out);
/* One observation as JSON on one line, assay.observation.v1, ending in a line feed. */
void report_observation_json(const struct observation *o, struct report_out *out);

#endif
