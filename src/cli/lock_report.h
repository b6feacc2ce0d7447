/* What `assay lock` says: text, JSON (assay.lock.v1) or SARIF 2.1.0 that points at the lock file. */
#ifndef ASSAY_CLI_LOCK_REPORT_H
#define ASSAY_CLI_LOCK_REPORT_H

#include "assay.h"
#include "report/report.h"

enum { LOCK_FINDINGS = 8 }; /* kept of one package, strongest first */

enum lock_change_kind {
	LOCK_UPDATED,
	LOCK_ADDED,
	LOCK_REMOVED,
	LOCK_REWRITTEN, /* other bytes under the same version */
	LOCK_KINDS,
};

struct lock_finding {
	char id[16], behaviour[64], title[128];
	char member[512]; /* foreign, escaped */
	uint32_t line;
	double weight;
};

struct lock_change {
	enum lock_change_kind kind;
	const struct assay_locked *old, *new_; /* NULL: was or is not there */
	uint32_t line;                         /* in NEW; 0: none */
	bool judged;                           /* its bytes were looked at */
	enum verdict verdict;
	double probability;                    /* when judged */
	char reason[900];                      /* a sentence, or why it is unknown */
	struct lock_finding findings[LOCK_FINDINGS];
	size_t n_findings;
};

struct lock_report {
	struct str old_path, new_path;
	struct lock_change files; /* the two lock files compared as files */
	struct lock_change *changes; /* by ecosystem and name */
	size_t n;
	enum verdict worst;
};

/* format: NULL or "text", "json", "json-v1", "sarif". */
void lock_report_print(const struct lock_report *r, const char *format, bool colour,
	struct report_out *out);

#endif
