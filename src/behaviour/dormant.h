/* Members of OLD that nothing loaded and that NEW loads. */
#ifndef ASSAY_BEHAVIOUR_DORMANT_H
#define ASSAY_BEHAVIOUR_DORMANT_H

#include "compare/compare.h"

/* Reads them as if new and adds them to the delta. Pointers to members move. */
enum status dormant_read(struct analysis *a, struct delta *d);

/* How a file is named by what loads it: behind a slash and before a quote, or with its folder. */
enum { LOADED_WAYS = 8 };
void loaded_as(struct arena *a, struct str path, struct str needles[LOADED_WAYS]);

/* Is this one of them? */
static inline bool dormant_woken(const struct member *m)
{
	return m->read && !(m->hints & READ_HINT_HOOK) && m->new_ && m->new_->mate &&
	       node_same_bytes(m->new_, m->new_->mate);
}

#endif
