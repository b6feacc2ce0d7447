/*
 * Small edits that take a check its effect, while what stands around it stays as it was. Any language
 * whose tokens we have; src/read/guard.c looks at whole units of JavaScript and its kin besides.
 */
#ifndef ASSAY_READ_WEAKEN_H
#define ASSAY_READ_WEAKEN_H

#include "read/align.h"

struct weaken_said {
	struct span in_old, in_new;
	unsigned grade; /* enum guard_lost, 0 where it is no lost check */
};

/*
 * FACT_GUARD_LOST with its grade in number (enum guard_lost); FACT_TRUST for a safeguard switched off by
 * a literal, with TRUST_TURNED where its contrary stood there and it is about who somebody is.
 * Returns what was said, ascending.
 */
void weaken_facts(struct read_in *in, enum language lang, struct str old, struct str new_, const struct align *al,
	const struct line_index *lines, struct weaken_said **ret_said, size_t *ret_n);

#endif
