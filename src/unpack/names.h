/*
 * The names in one container: duplicates get paths of their own, and names that a consumer would follow out
 * of the container, through a link or onto another member are said. Nothing here is ever used as a path.
 */
#ifndef ASSAY_UNPACK_NAMES_H
#define ASSAY_UNPACK_NAMES_H

#include "unpack/tree.h"
#include "util/status.h"

struct names {
	struct name_slot *exact, *folded; /* open addressing, from malloc */
	size_t n_exact, n_folded, room_exact, room_folded;
	bool has_links;
};

void names_release(struct names *s);

/*
 * Enters a node that tree_add() has just made; the n-th of one name gets "#n" (node.copy). raw and link are
 * the entry's own. Oddities go to the container. STATUS_NOMEM.
 */
enum status names_add(struct names *s, struct arena *a, struct node *container, struct node *n,
	const struct entry *raw) MUST_CHECK;
/* The name up to its first NUL, where readers in C end; with more behind it, that is said of the container. */
struct str name_taken(struct arena *a, struct node *container, struct str raw);
/* The first node of that (escaped, plain) name, or NULL. */
struct node *names_find(const struct names *s, struct str name);

#endif
