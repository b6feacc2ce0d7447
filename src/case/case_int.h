/* Shared by the files of src/case. */
#ifndef ASSAY_CASE_CASE_INT_H
#define ASSAY_CASE_CASE_INT_H

#include "case/rows.h"

/* case_load() within a transaction that is open. */
MUST_CHECK enum status case_load_here(struct store *s, struct arena *a, struct str id,
	int64_t revision, unsigned parts, struct case_file **ret);

/* Makes every text safe and holds every field of the parts against its table: choices, lengths,
 * references, ids that stand twice. DAMAGED with the reason in store_why(). */
MUST_CHECK enum status case_check(struct case_change *c);
/* The same for one row; `what` is named in the reason. */
MUST_CHECK enum status case_check_row(struct store *s, struct arena *a, const struct case_noun *noun,
	void *row, const char *what);

#endif
