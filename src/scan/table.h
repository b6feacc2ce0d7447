/* Hits of the same entity, indicator and stage added up: first, last, count. Those without a time that
 * can be read are added up apart. Bounded. */
#ifndef ASSAY_SCAN_TABLE_H
#define ASSAY_SCAN_TABLE_H

#include "scan/frames.h"

struct scan_table;

struct scan_table *scan_table_new(struct arena *a); /* its memory: in an arena of its own */
/* False when it is full: drain it first. Texts are copied. */
bool scan_table_add(struct scan_table *t, const struct scan_hit *h);
/* Hands out everything, ordered by scan_hit_order(), and is empty afterwards. */
void scan_table_drain(struct scan_table *t, void (*each)(void *user, const struct scan_hit *h),
	void *user);

/* By indicator, stage, entity and whether there is a time; 0: these are added up. */
int scan_hit_order(const struct scan_hit *a, const struct scan_hit *b);
/* Adds b to a, of the same file. The result does not depend on the order of several. Returns whether
 * the first line is now that of b. */
bool scan_hit_merge(struct scan_hit *a, const struct scan_hit *b);

#endif
