/*
 * Compiles YARA rules and runs them over bytes, with libyara, which is loaded when it is needed. Rules
 * are ours; the bytes are foreign, so each run is in a confined child that can only say what matched.
 */
#ifndef ASSAY_DISCLOSE_YARA_TRY_H
#define ASSAY_DISCLOSE_YARA_TRY_H

#include "disclose/disclose.h"

struct yara_try;

/* Every rule must compile. UNSUPPORTED: no libyara; DAMAGED: a rule does not compile. *ret_why says. */
enum status yara_try_open(struct arena *a, const struct yara_rules *rules, struct yara_try **ret,
	struct str *ret_why) MUST_CHECK;
void yara_try_close(struct yara_try *y); /* NULL is fine */
/* Sets matched[i] for each rule that matches; leaves the others. IO: the child did not finish. */
enum status yara_try_scan(struct yara_try *y, const void *p, size_t n, bool unconfined, bool *matched)
	MUST_CHECK;

#endif
