#include "compare/pair.h"

#include <stdlib.h>

#include "compare/overlay.h"
#include "compare/sketch.h"

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A run of letters and digits that a build wrote: it mixes digits or cases within one word. */
static bool looks_hashed(struct str run)
{
	size_t digits = 0, upper = 0, lower = 0;

	if (run.len < 8)
		return false;
	for (size_t i = 0; i < run.len; i++) {
		digits += digit(run.p[i]);
		upper += run.p[i] >= 'A' && run.p[i] <= 'Z';
		lower += run.p[i] >= 'a' && run.p[i] <= 'z';
	}
	return digits >= 2 && (upper || lower) && (run.len >= 16 || digits * 6 >= run.len || upper);
}

struct str pair_key(struct arena *a, struct str name)
{
	char *out = arena_alloc(a, name.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < name.len;) {
		size_t k = i;

		while (k < name.len && (digit(name.p[k]) || letter(name.p[k])))
			k++;
		if (looks_hashed(str_part(name, i, k - i))) {
			out[n++] = '*';
			i = k;
		} else if (digit(name.p[i])) {
			while (i < name.len && (digit(name.p[i]) ||
				(name.p[i] == '.' && i + 1 < name.len && digit(name.p[i + 1]))))
				i++;
			out[n++] = '*';
		} else {
			out[n++] = name.p[i++];
		}
	}
	return str_view(out, n);
}

struct keyed {
	struct str key;
	struct node *node;
};

static int keyed_cmp(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	int d = str_cmp(a->key, b->key);

	if (d)
		return d;
	return a->node->index < b->node->index ? -1 : a->node->index > b->node->index;
}

static void mate(struct node *o, struct node *n)
{
	o->mate = n;
	n->mate = o;
}

static bool pairable(const struct node *n)
{
	return !n->mate && n->type != ENTRY_DIR && !node_stays(n);
}

/* What a container sees for the first time is new to it, wherever its bytes lay before. */
static bool seen_alike(const struct node *o, const struct node *n)
{
	return !((o->marks ^ n->marks) & NODE_HIDDEN);
}

typedef struct str key_fn(struct arena *a, struct node *n); /* a function type, not a struct */

static struct str key_name(struct arena *a, struct node *n)
{
	(void)a;
	return n->name;
}

static struct str key_version_aware(struct arena *a, struct node *n)
{
	return pair_key(a, n->name);
}

/* "data.tar.xz" and "data.tar.zst" are one member in another wrapping. */
static struct str key_unwrapped(struct arena *a, struct node *n)
{
	static const char *const endings[] = {".gz", ".xz", ".zst", ".bz2", ".lzma", ".tgz", ".txz", ".tbz2"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t cut = strlen(endings[i]);
		bool tar = endings[i][1] == 't';

		if (!str_ends(n->name, endings[i]))
			continue;
		return arena_printf(a, "%.*s%s", STR_ARG(pair_key(a, str_part(n->name, 0, n->name.len - cut))),
			tar ? ".tar" : "");
	}
	return pair_key(a, n->name);
}

/* A signature's file is named after whoever signed. */
static struct str key_signature(struct arena *a, struct node *n)
{
	return n->format == FORMAT_SIGNATURE ? STR("signature") : key_name(a, n);
}

static struct keyed *children_by_key(struct arena *a, struct node *parent, key_fn *key, size_t *ret_n)
{
	struct keyed *list = ARENA_ARRAY(a, (size_t)parent->n_children + 1, struct keyed);
	size_t n = 0;

	for (struct node *c = parent->first_child; c; c = c->next)
		if (pairable(c))
			list[n++] = (struct keyed){key(a, c), c};
	qsort(list, n, sizeof(*list), keyed_cmp);
	*ret_n = n;
	return list;
}

/* Pairs what has the same key and is the only one with it on both sides. */
static void pair_unique(const struct keyed *o, size_t n_o, const struct keyed *n, size_t n_n)
{
	size_t i = 0, k = 0;

	while (i < n_o && k < n_n) {
		int d = str_cmp(o[i].key, n[k].key);
		size_t i2 = i + 1, k2 = k + 1;

		if (d < 0) {
			i++;
			continue;
		}
		if (d > 0) {
			k++;
			continue;
		}
		while (i2 < n_o && str_equal(o[i2].key, o[i].key))
			i2++;
		while (k2 < n_n && str_equal(n[k2].key, n[k].key))
			k2++;
		if (i2 == i + 1 && k2 == k + 1 && seen_alike(o[i].node, n[k].node))
			mate(o[i].node, n[k].node);
		i = i2;
		k = k2;
	}
}

static void pair_children(struct arena *a, struct node *o, struct node *n)
{
	static key_fn *const keys[] = {key_name, key_version_aware, key_unwrapped, key_signature};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t n_old, n_new;
		struct keyed *old = children_by_key(a, o, keys[i], &n_old);
		struct keyed *new_ = children_by_key(a, n, keys[i], &n_new);

		pair_unique(old, n_old, new_, n_new);
	}
}

/* From the roots down: the children of paired containers. Iterative; depth is a budget already. */
static void pair_down(struct arena *a, struct arena *work, struct tree *new_)
{
	for (size_t i = 0; i < new_->n_nodes; i++) { /* parents stand before their children */
		struct node *n = new_->nodes[i];

		if (!n->mate || !n->first_child || !n->mate->first_child)
			continue;
		overlay_pair(a, work, n->mate, n);
		pair_children(work, n->mate, n);
	}
}

static struct str key_path(struct arena *a, struct node *n)
{
	return pair_key(a, n->path);
}

static struct str key_sha(struct arena *a, struct node *n)
{
	(void)a;
	return str_view(n->sha256.b, SHA256_BYTES);
}

static struct keyed *left_over(struct arena *a, struct tree *t, key_fn *key, size_t *ret_n)
{
	struct keyed *list = ARENA_ARRAY(a, t->n_nodes + 1, struct keyed);
	size_t n = 0;

	for (size_t i = 1; i < t->n_nodes; i++) {
		struct node *x = t->nodes[i];

		if (pairable(x) && x->type == ENTRY_FILE && x->has_sha256 && x->size_bytes)
			list[n++] = (struct keyed){key(a, x), x};
	}
	qsort(list, n, sizeof(*list), keyed_cmp);
	*ret_n = n;
	return list;
}

/* Same content: any of the equals will do; in tree order, so that the choice repeats. */
static void pair_same(const struct keyed *o, size_t n_o, const struct keyed *n, size_t n_n)
{
	size_t i = 0, k = 0;

	while (i < n_o && k < n_n) {
		int d = str_cmp(o[i].key, n[k].key);

		if (d == 0 && seen_alike(o[i].node, n[k].node))
			mate(o[i++].node, n[k++].node);
		else if (d < 0 || (d == 0 && (o[i].node->marks & NODE_HIDDEN)))
			i++;
		else
			k++;
	}
}

static struct node **nodes_of(struct arena *a, const struct keyed *list, size_t n)
{
	struct node **nodes = ARENA_ARRAY(a, n + 1, struct node *);

	for (size_t i = 0; i < n; i++)
		nodes[i] = list[i].node;
	return nodes;
}

static size_t drop_hidden(struct keyed *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!(list[i].node->marks & NODE_HIDDEN))
			list[kept++] = list[i];
	return kept;
}

/* What nothing else pairs, by similarity. */
static void pair_alike(struct analysis *a, struct arena *work, struct tree *old, struct tree *new_)
{
	size_t n_old, n_new;
	struct keyed *o = left_over(work, old, key_name, &n_old);
	struct keyed *n = left_over(work, new_, key_name, &n_new);

	n_old = drop_hidden(o, n_old);
	n_new = drop_hidden(n, n_new);
	for (size_t i = 0; i < n_old; i++)
		sketch_make(a, old, o[i].node);
	for (size_t i = 0; i < n_new; i++)
		sketch_make(a, new_, n[i].node);
	sketch_pair(a, nodes_of(work, o, n_old), n_old, nodes_of(work, n, n_new), n_new);
}

enum status pair_trees(struct analysis *a, struct tree *old, struct tree *new_)
{
	struct arena work; /* lists that nobody needs afterwards, as long as the trees */
	struct keyed *o, *n;
	size_t n_old, n_new;

	arena_init(&work, 0);
	mate(old->root, new_->root);
	pair_down(&a->arena, &work, new_);
	o = left_over(&work, old, key_sha, &n_old);
	n = left_over(&work, new_, key_sha, &n_new);
	pair_same(o, n_old, n, n_new);
	pair_down(&a->arena, &work, new_);
	o = left_over(&work, old, key_path, &n_old);
	n = left_over(&work, new_, key_path, &n_new);
	pair_unique(o, n_old, n, n_new);
	pair_down(&a->arena, &work, new_);
	overlay_mark(&work, new_);
	pair_alike(a, &work, old, new_);
	pair_down(&a->arena, &work, new_);
	arena_release(&work);
	return STATUS_OK;
}
