/* Is a name known to a side? A search over raw bytes: nothing is parsed. */
#include <stdlib.h>

#include "compare/compare.h"

enum { MENTION_MAX_BYTES = 64 << 20 };

static void lower(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
}

static bool left_out(const struct node *n, const struct node *const *not_in, size_t n_not_in)
{
	for (size_t i = 0; i < n_not_in; i++)
		if (not_in[i] == n)
			return true;
	return false;
}

enum status compare_mentions(struct analysis *a, const struct tree *t, const struct str *needles,
	size_t n, const struct node *const *not_in, size_t n_not_in, bool *found)
{
	struct str *folded = ARENA_ARRAY(&a->arena, n + 1, struct str);
	size_t open = n;

	for (size_t i = 0; i < n; i++) {
		struct str copy = arena_str(&a->arena, needles[i]);

		lower((char *)(uintptr_t)copy.p, copy.len);
		folded[i] = copy;
		found[i] = false;
	}
	for (size_t i = 0; i < t->n_nodes && open; i++) {
		struct node *m = t->nodes[i];
		uint64_t offset;
		char *bytes;

		if (!node_is_leaf(m) || m->type != ENTRY_FILE || !(m->marks & NODE_KEPT) ||
		    !m->size_bytes || m->size_bytes > MENTION_MAX_BYTES ||
		    left_out(m, not_in, n_not_in))
			continue;
		if (unpack_bytes(a, (struct tree *)(uintptr_t)t, m, &offset) != STATUS_OK)
			continue;
		bytes = malloc((size_t)m->size_bytes);
		if (!bytes)
			return STATUS_NOMEM;
		if (store_read(a->store, offset, bytes, (size_t)m->size_bytes) == STATUS_OK) {
			lower(bytes, (size_t)m->size_bytes);
			for (size_t k = 0; k < n; k++) {
				if (found[k] || str_find(str_view(bytes, (size_t)m->size_bytes),
							folded[k]) == SIZE_MAX)
					continue;
				found[k] = true;
				open--;
			}
		}
		free(bytes);
	}
	return STATUS_OK;
}
