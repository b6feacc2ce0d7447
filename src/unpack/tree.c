#include "unpack/tree.h"

#include "util/escape.h"

struct node *tree_add(struct arena *a, struct tree *t, struct node *parent, struct str raw_name)
{
	struct node *n = ARENA_NEW(a, struct node);
	struct node **slot = ARENA_PUSH(a, t->nodes, t->n_nodes, t->room_nodes);

	*slot = n;
	n->index = (uint32_t)(t->n_nodes - 1);
	n->parent = parent;
	n->name = escape_name(a, raw_name);
	t->held_bytes += sizeof(*n) + 2 * sizeof(*slot) + 2 * n->name.len + 64;
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
