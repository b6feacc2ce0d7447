/* What assay says about a release. Ordered: a larger value is worse, the worst wins. */
#ifndef ASSAY_JUDGE_VERDICT_H
#define ASSAY_JUDGE_VERDICT_H

#include <stdbool.h>

#include "util/str.h"

enum verdict {
	VERDICT_CLEAN,    /* all that changed was looked at and is like an ordinary release */
	VERDICT_UNKNOWN,  /* nothing bad seen, but a part that changed could not be looked at */
	VERDICT_REVIEW,   /* a careful person looks at it before rolling out */
	VERDICT_TAMPERED, /* evidence that a person would act on at once */
	VERDICT_N
};

/* "clean", "unknown", "review", "tampered". Never NULL. */
static inline const char *verdict_name(enum verdict v)
{
	static const char *const names[VERDICT_N] = {"clean", "unknown", "review", "tampered"};

	return (unsigned)v < VERDICT_N ? names[v] : "unknown";
}

/* 0 (clean) to 3 (tampered). */
static inline int verdict_rank(enum verdict v)
{
	return (int)v;
}

static inline bool verdict_from_name(struct str name, enum verdict *ret)
{
	for (int v = 0; v < VERDICT_N; v++)
		if (str_is(name, verdict_name((enum verdict)v))) {
			*ret = (enum verdict)v;
			return true;
		}
	return false;
}

#endif
