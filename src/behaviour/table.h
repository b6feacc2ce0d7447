/* The findings that assay can report, one row each: the source of `assay behaviours`. */
#ifndef ASSAY_BEHAVIOUR_TABLE_H
#define ASSAY_BEHAVIOUR_TABLE_H

#include <stddef.h>

struct finding_kind {
	const char *id;        /* "AS-0042": append only, never reused */
	const char *behaviour; /* "exec/remote-code" */
	const char *title;     /* "downloads code and runs it" */
	const char *attack;    /* ATT&CK ids separated by one space: "T1105 T1059.007"; "" if none */
	const char *why;       /* one sentence: what makes this unusual in a release */
	double weight;         /* natural log-odds, >= 0 */
	const char *page;      /* docs/findings/AS-0042.md without title and ATT&CK line (Markdown) */
};

/* All rows, sorted by id; static. *n is their number. */
const struct finding_kind *finding_kinds(size_t *n);

#endif
