/* Is a name known to a side? A search over raw bytes: nothing is parsed. */
#include <stdlib.h>

#include "compare/compare.h"
#include "util/wanted.h"

enum { MENTION_MAX_BYTES = 64 << 20 };

static void lower(char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
}

static int by_address(const void *x, const void *y)
{
	uintptr_t a = (uintptr_t)*(const struct node *const *)x, b = (uintptr_t)*(const struct node *const *)y;

	return a < b ? -1 : a > b;
}

/* not_in is sorted. */
static bool left_out(const struct node *n, const struct node *const *not_in, size_t n_not_in)
{
	return n_not_in && bsearch(&n, not_in, n_not_in, sizeof(*not_in), by_address);
}

/* The bytes of what was not opened, for free(); NULL when they are not at hand or too many. */
static char *bytes_of(struct analysis *a, const struct tree *t, struct node *m)
{
	uint64_t offset;
	char *bytes;

	if ((m->marks & NODE_OPENED) || m->type != ENTRY_FILE || !(m->marks & NODE_KEPT) || !m->size_bytes ||
	    m->size_bytes > MENTION_MAX_BYTES)
		return NULL; /* what was skipped as identical counts: it is there */
	if (unpack_bytes(a, (struct tree *)(uintptr_t)t, m, &offset) != STATUS_OK)
		return NULL;
	bytes = malloc((size_t)m->size_bytes);
	if (bytes && scratch_read(a->scratch, offset, bytes, (size_t)m->size_bytes) != STATUS_OK) {
		free(bytes);
		bytes = NULL;
	}
	return bytes;
}

enum status compare_mentions(struct analysis *a, const struct tree *t, const struct str *needles,
	size_t n, const struct node *const *not_in, size_t n_not_in, bool *found)
{
	struct str *folded = ARENA_ARRAY(&a->arena, n + 1, struct str);
	const struct node **out = ARENA_ARRAY(&a->arena, n_not_in + 1, const struct node *);
	struct wanted *wanted;

	for (size_t i = 0; i < n_not_in; i++)
		out[i] = not_in[i];
	if (n_not_in)
		qsort(out, n_not_in, sizeof(*out), by_address);

	for (size_t i = 0; i < n; i++) {
		struct str copy = arena_str(&a->arena, needles[i]);

		lower((char *)(uintptr_t)copy.p, copy.len);
		folded[i] = copy;
		found[i] = false;
	}
	wanted = wanted_make(&a->arena, folded, n, found);
	for (size_t i = 0; i < t->n_nodes && wanted_open(wanted); i++) {
		struct node *m = t->nodes[i];
		char *bytes;

		if (left_out(m, out, n_not_in) || !(bytes = bytes_of(a, t, m)))
			continue;
		lower(bytes, (size_t)m->size_bytes);
		wanted_look(wanted, str_view(bytes, (size_t)m->size_bytes));
		free(bytes);
	}
	return STATUS_OK;
}

static bool has_one(struct str text, const struct str *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find(text, words[i]) != SIZE_MAX)
			return true;
	return false;
}

enum status compare_naming(struct analysis *a, const struct tree *t, bool (*fits)(const struct node *), const struct str *needles,
	size_t n_needles, const struct str *words, size_t n_words, size_t max, struct node **ret, size_t *ret_n)
{
	*ret_n = 0;
	for (size_t i = 0; i < t->n_nodes && *ret_n < max; i++) {
		char *bytes = fits(t->nodes[i]) ? bytes_of(a, t, t->nodes[i]) : NULL;
		struct str text = str_view(bytes, bytes ? (size_t)t->nodes[i]->size_bytes : 0);

		if (bytes && has_one(text, needles, n_needles) && has_one(text, words, n_words))
			ret[(*ret_n)++] = t->nodes[i];
		free(bytes);
	}
	return STATUS_OK;
}

static bool host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

struct host_set {
	struct str *slots;
	size_t room, n, max;
};

static void host_set_add(struct arena *a, struct host_set *set, struct str host)
{
	size_t i = fast_hash(host.p, host.len, 7) % set->room;

	while (set->slots[i].len && !str_equal(set->slots[i], host))
		i = (i + 1) % set->room;
	if (set->slots[i].len || set->n == set->max)
		return;
	set->slots[i] = arena_str(a, host);
	set->n++;
}

static void hosts_in(struct arena *a, struct host_set *set, struct str text)
{
	for (;;) {
		size_t at = str_find_z(text, "://");
		size_t end, dots = 0;

		if (at == SIZE_MAX)
			return;
		text = str_part(text, at + 3, text.len);
		for (end = 0; end < text.len && end < 254 && host_char(text.p[end]); end++)
			dots += text.p[end] == '.';
		if (dots && end > 3 && text.p[end - 1] != '.')
			host_set_add(a, set, str_part(text, 0, end));
	}
}

enum status compare_hosts(struct analysis *a, const struct tree *t, size_t max, struct str **ret,
	size_t *ret_n)
{
	struct host_set set = {.room = max * 2 + 1, .max = max};

	set.slots = ARENA_ARRAY(&a->arena, set.room, struct str);
	for (size_t i = 0; i < t->n_nodes && set.n < max; i++) {
		char *bytes = bytes_of(a, t, t->nodes[i]);

		if (!bytes)
			continue;
		lower(bytes, (size_t)t->nodes[i]->size_bytes);
		hosts_in(&a->arena, &set, str_view(bytes, (size_t)t->nodes[i]->size_bytes));
		free(bytes);
	}
	*ret = ARENA_ARRAY(&a->arena, set.n + 1, struct str);
	*ret_n = 0;
	for (size_t i = 0; i < set.room; i++)
		if (set.slots[i].len)
			(*ret)[(*ret_n)++] = set.slots[i];
	return STATUS_OK;
}
