/* From the stages' outputs to the one value that every report prints. */
#ifndef ASSAY_LIB_DOCUMENT_H
#define ASSAY_LIB_DOCUMENT_H

#include "judge/judge.h"
#include "report/document.h"

/*
 * Everything in the document lives in the analysis' arena. suspect: what was found when asked the other
 * way round (back), or NULL.
 */
struct document *document_make(struct analysis *a, const struct delta *d, const struct behaviours *b,
	const struct judgement *j, const struct judgement *suspect, const struct delta *back,
	const char *const paths[SIDE_N], struct str confinement);

#endif
