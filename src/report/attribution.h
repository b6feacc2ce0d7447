/* Printers of an attribution. */
#ifndef ASSAY_REPORT_ATTRIBUTION_H
#define ASSAY_REPORT_ATTRIBUTION_H

#include "attribute/attribute.h"
#include "case/case.h"
#include "report/report.h"

struct attribution_report {
	const struct case_file *c;
	const struct traits *evidence;
	const struct stagings *stagings;
	const struct attribution *a;
	size_t n_profiles;
};

/* assay.attribution.v1 */
void report_attribution_json(const struct attribution_report *r, struct report_out *out);
void report_attribution_text(const struct attribution_report *r, struct report_out *out);

#endif
