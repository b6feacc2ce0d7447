#include "unpack/tree.h"

#include "util/escape.h"
#include "util/hash.h"

struct node *tree_add(struct arena *a, struct tree *t, struct node *parent, struct str raw_name)
{
	struct node *n = ARENA_NEW(a, struct node);
	struct node **slot = ARENA_PUSH(a, t->nodes, t->n_nodes, t->room_nodes);

	*slot = n;
	n->index = (uint32_t)(t->n_nodes - 1);
	n->parent = parent;
	n->name = escape_name(a, raw_name);
	t->held_bytes += TREE_NODE_BYTES + 2 * n->name.len;
	if (!parent) {
		n->path = STR("");
		return n;
	}
	t->held_bytes += parent->path.len;
	if (parent->path.len)
		n->path = arena_printf(a, "%.*s!/%.*s", STR_ARG(parent->path), STR_ARG(n->name));
	else
		n->path = n->name;
	if (parent->last_child)
		parent->last_child->next = n;
	else
		parent->first_child = n;
	parent->last_child = n;
	parent->n_children++;
	return n;
}

struct str node_plain_path(const struct node *n)
{
	size_t mark = n->copy ? str_rfind_char(n->path, '#') : SIZE_MAX;

	return mark == SIZE_MAX ? n->path : str_part(n->path, 0, mark);
}

enum { ALIAS_PROBES = 64 }; /* names are the enemy's: he may have chosen them to fall into one place */

/* The slot of the name, or the free one where it would stand; NULL when neither is near. */
static struct alias *alias_slot(const struct aliases *x, struct str name)
{
	size_t at = fast_hash(name.p, name.len, 3);

	for (int i = 0; i < ALIAS_PROBES; i++) {
		struct alias *slot = &x->slots[(at + (size_t)i) & (x->room - 1)];

		if (!slot->name.len || str_equal(slot->name, name))
			return slot;
	}
	return NULL;
}

static void aliases_grow(struct arena *a, struct aliases *x)
{
	struct aliases old = *x;

	x->room = old.room ? old.room * 2 : 64;
	x->slots = ARENA_ARRAY(a, x->room, struct alias);
	for (size_t i = 0; i < old.room; i++) {
		struct alias *slot = old.slots[i].name.len ? alias_slot(x, old.slots[i].name) : NULL;

		if (slot)
			*slot = old.slots[i];
	}
}

void tree_alias(struct arena *a, struct tree *t, struct node *n, struct str raw_name, struct str raw_becomes)
{
	struct str name = escape_name(a, raw_name);
	struct alias *slot;

	if (!n->aliases)
		n->aliases = ARENA_NEW(a, struct aliases);
	if (n->aliases->n * 2 >= n->aliases->room)
		aliases_grow(a, n->aliases);
	slot = alias_slot(n->aliases, name);
	if (!slot || slot->name.len)
		return;
	*slot = (struct alias){name, arena_str(a, raw_becomes)};
	n->aliases->n++;
	t->held_bytes += 4 * sizeof(*slot) + name.len + raw_becomes.len;
}

struct str tree_alias_of(struct arena *a, const struct node *container, struct str raw)
{
	const struct node *up = container->parent;
	const struct alias *slot;

	if (!up || !up->aliases || !up->aliases->n)
		return raw;
	slot = alias_slot(up->aliases, escape_name(a, raw));
	return slot && slot->name.len ? slot->becomes : raw;
}

void tree_oddity(struct arena *a, struct node *n, struct str code, uint64_t offset,
	struct str detail)
{
	struct oddity *o = ARENA_NEW(a, struct oddity);
	struct oddity **at = &n->oddities;
	unsigned seen = 0;

	while (*at && seen++ < 64)
		at = &(*at)->next;
	if (*at)
		return; /* enough is known about this one */
	o->code = escape_text(a, code, 64);
	o->detail = escape_text(a, detail, 300);
	o->offset = offset;
	*at = o;
}

struct twin {
	const struct node *first; /* NULL = free */
	uint32_t seen;
};

static struct twin *twin_find(const struct tree *t, const struct node *n)
{
	size_t i = fast_hash(n->sha256.b, SHA256_BYTES, 0) & (t->room_twins - 1);

	while (t->twins[i].first && !sha256_equal(&t->twins[i].first->sha256, &n->sha256))
		i = (i + 1) & (t->room_twins - 1);
	return &t->twins[i];
}

static void twins_grow(struct arena *a, struct tree *t)
{
	struct twin *old = t->twins;
	size_t n_old = t->room_twins;

	t->room_twins = n_old ? n_old * 2 : 64;
	t->twins = ARENA_ARRAY(a, t->room_twins, struct twin);
	for (size_t i = 0; i < n_old; i++)
		if (old[i].first)
			*twin_find(t, old[i].first) = old[i];
}

uint32_t tree_twins(struct arena *a, struct tree *t, const struct node *n)
{
	struct twin *w;

	if (!n->has_sha256 || n->partial)
		return 1;
	if (t->n_twins * 2 >= t->room_twins)
		twins_grow(a, t);
	w = twin_find(t, n);
	if (!w->first) {
		w->first = n;
		t->n_twins++;
	}
	return ++w->seen;
}

void tree_blind(struct node *n, struct str reason, uint64_t bytes)
{
	if (n->blind.len && n->blind_bytes >= bytes)
		return;
	n->blind = reason;
	n->blind_bytes = bytes;
}

struct str tree_display(struct arena *a, const struct tree *t, const struct node *n)
{
	if (!n->path.len)
		return t->label;
	if (t->is_directory)
		return n->path;
	return arena_printf(a, "%.*s!/%.*s", STR_ARG(t->label), STR_ARG(n->path));
}
