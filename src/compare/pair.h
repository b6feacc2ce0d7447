/* Which member of NEW is which member of OLD? */
#ifndef ASSAY_COMPARE_PAIR_H
#define ASSAY_COMPARE_PAIR_H

#include "unpack/analysis.h"

/*
 * Sets node->mate on both sides. Containers are paired first and their members within them, then
 * what is left over all containers: same content, then similar content. Linear but for sorting.
 */
enum status pair_trees(struct analysis *a, struct tree *old, struct tree *new_);

/* The name with versions, numbers and content hashes replaced by '*'. */
struct str pair_key(struct arena *a, struct str name);

#endif
