/* Printers of a scan. They take the observations out of it, so each scan is printed once. */
#ifndef ASSAY_REPORT_SCAN_H
#define ASSAY_REPORT_SCAN_H

#include "report/report.h"
#include "scan/scan.h"

struct scan_shown {
	struct scan *scan;
	const struct indicators *indicators;
	const char *zone;    /* as the user said; NULL = unknown */
	bool interrupted;
	/* For each observation besides printing it; NULL. A failure ends the report. */
	enum status (*also)(void *user, const struct observation *o, size_t file);
	void *user;
};

/* assay.scan.v1: one object. */
MUST_CHECK enum status report_scan_json(const struct scan_shown *s, struct report_out *out);
/* The same as lines: files, observations, strays, one "total" at the end. */
MUST_CHECK enum status report_scan_jsonl(const struct scan_shown *s, struct report_out *out);
/* A screen of text. */
MUST_CHECK enum status report_scan_text(const struct scan_shown *s, struct text_style style,
	struct report_out *out);

#endif
