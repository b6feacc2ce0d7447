/* Pictures of a case as inline SVG. Each says in words what it shows; the tables beside it say all. */
#ifndef ASSAY_DISCLOSE_CHARTS_H
#define ASSAY_DISCLOSE_CHARTS_H

#include "disclose/disclose.h"

void chart_timeline(const struct disclosure *d, struct report_out *out);
void chart_funnel(const struct disclosure *d, struct report_out *out);
/* Bars of those seen, most first; what does not fit is one bar. */
void chart_groups(const struct disclosure *d, struct report_out *out, const char *heading,
	const struct scope_group *groups, size_t n);

#endif
