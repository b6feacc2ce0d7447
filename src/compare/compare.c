#include "compare/compare.h"

#include <stdlib.h>

#include "compare/overlay.h"
#include "compare/pair.h"
#include "compare/sketch.h"

enum { KIN_LEAVES = 4, KIN_PAIRS = 64 };
static const double kin_enough = 0.2;

static struct str attribute_changes(struct arena *a, const struct node *o, const struct node *n)
{
	struct buf b;
	struct str s;

	buf_init(&b, 4096);
	if (o->type != n->type)
		buf_printf(&b, "type %d -> %d, ", o->type, n->type);
	if (o->mode != n->mode && o->mode && n->mode)
		buf_printf(&b, "mode %04o -> %04o, ", o->mode, n->mode);
	if (!str_equal(o->link, n->link))
		buf_printf(&b, "link %.*s -> %.*s, ", STR_ARG(o->link), STR_ARG(n->link));
	if (o->uid != n->uid && (o->uid == 0 || n->uid == 0) && o->mode && n->mode)
		buf_printf(&b, "owner %llu -> %llu, ", (unsigned long long)o->uid,
			(unsigned long long)n->uid);
	if (b.len >= 2)
		b.len -= 2;
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct member *delta_add(struct analysis *a, struct delta *d, struct node *o, struct node *n,
	uint32_t what)
{
	struct member *m = ARENA_PUSH(&a->arena, d->members, d->n_members, d->room_members);

	m->old = o;
	m->new_ = n;
	m->what = what;
	return m;
}

static bool same_content(const struct node *o, const struct node *n)
{
	if (o->type != n->type)
		return false;
	if (o->has_sha256 && n->has_sha256)
		return node_same_bytes(o, n);
	return o->type != ENTRY_FILE || (!o->size_bytes && !n->size_bytes && !o->blind.len && !n->blind.len);
}

static bool renamed(struct arena *a, const struct node *o, const struct node *n)
{
	struct str was = o->path, is = n->path;

	if (o->parent && n->parent && o->parent->mate == n->parent) {
		was = o->name; /* that its container has another name is said of the container */
		is = n->name;
	}
	return !str_equal(was, is) && !str_equal(pair_key(a, was), pair_key(a, is));
}

static int by_content(const void *x, const void *y)
{
	return sha256_cmp(&(*(struct node *const *)x)->sha256, &(*(struct node *const *)y)->sha256);
}

static size_t index_add(struct node **list, size_t n, const struct tree *t)
{
	for (size_t i = 0; i < t->n_nodes; i++)
		if (t->nodes[i]->has_sha256 && t->nodes[i]->size_bytes && !t->nodes[i]->partial)
			list[n++] = t->nodes[i];
	return n;
}

/* Every content that OLD or an earlier release had. */
static struct node **content_index(struct analysis *a, const struct tree *t, size_t *ret_n)
{
	size_t n = 0, room = t->n_nodes + 1;
	struct node **list;

	for (size_t i = 0; i < a->n_history; i++)
		room += a->history[i]->n_nodes;
	list = ARENA_ARRAY(&a->arena, room, struct node *);
	n = index_add(list, n, t);
	for (size_t i = 0; i < a->n_history; i++)
		n = index_add(list, n, a->history[i]);
	qsort(list, n, sizeof(*list), by_content);
	*ret_n = n;
	return list;
}

static void add_new_side(struct analysis *a, struct delta *d, struct node *n, struct node **known,
	size_t n_known)
{
	struct node *o = n->mate;
	struct member *m;
	uint32_t what = 0;

	if (!o) {
		struct node **hit = n_known && n->has_sha256 && n->size_bytes && !n->partial
					    ? bsearch(&n, known, n_known, sizeof(*known), by_content)
					    : NULL;

		delta_add(a, d, hit ? *hit : NULL, n, MEMBER_ADDED | (hit ? MEMBER_COPIED : 0));
		return;
	}
	if (!same_content(o, n))
		what |= MEMBER_CHANGED;
	if (renamed(&a->arena, o, n))
		what |= MEMBER_RENAMED;
	if (o->type != n->type || (o->mode != n->mode && o->mode && n->mode) ||
	    !str_equal(o->link, n->link) ||
	    (o->uid != n->uid && (!o->uid || !n->uid) && o->mode && n->mode))
		what |= MEMBER_ATTRIBUTES;
	/* An opened container differs because its members do: they are listed, not it. */
	if ((what & MEMBER_CHANGED) && (n->marks & NODE_OPENED) && (o->marks & NODE_OPENED) &&
	    n->format != FORMAT_NSIS && n->format != FORMAT_PE_OVERLAY) {
		what &= ~(uint32_t)MEMBER_CHANGED;
		if (!what)
			return;
	}
	if (!what) {
		d->identical++;
		d->identical_bytes += n->size_bytes;
		return;
	}
	m = delta_add(a, d, o, n, what);
	m->attributes = what & MEMBER_ATTRIBUTES ? attribute_changes(&a->arena, o, n) : STR_NONE;
}

static int by_path(const void *x, const void *y)
{
	const struct member *a = x, *b = y;
	const struct node *n = a->new_ ? a->new_ : a->old, *m = b->new_ ? b->new_ : b->old;
	int d = str_cmp(n->path, m->path);

	return d ? d : (a->new_ ? 0 : 1) - (b->new_ ? 0 : 1);
}

/* A file is hashed whole; a folder may hold what could not be read. */
static bool all_seen(const struct tree *t)
{
	for (size_t i = 0; t->is_directory && i < t->n_nodes; i++)
		if (t->nodes[i]->blind.len || t->nodes[i]->partial)
			return false;
	return true;
}

/*
 * Another product, or a release in which every file was touched? Nothing identical is not enough: that
 * is what a new banner does, and what somebody would do who wants to be judged as a first release.
 */
static bool kin(struct analysis *a, struct delta *d)
{
	unsigned asked = 0;

	for (size_t i = 0; i < d->n_members && asked < KIN_PAIRS; i++) {
		struct node *o = d->members[i].old, *n = d->members[i].new_;

		if (!o || !n || n->mate != o || n->type != ENTRY_FILE || o->type != ENTRY_FILE)
			continue;
		asked++;
		sketch_make(a, d->old, o);
		sketch_make(a, d->new_, n);
		if (o->sketch && n->sketch && sketch_alike(o->sketch, n->sketch) >= kin_enough)
			return true;
	}
	return false;
}

static int node_by_path(const void *x, const void *y)
{
	const struct node *a = *(struct node *const *)x, *b = *(struct node *const *)y;
	int d = str_cmp(a->path, b->path);

	return d ? d : (a->index > b->index) - (a->index < b->index);
}

static void index_members(struct analysis *a, struct delta *d)
{
	size_t n = d->new_->n_nodes;

	for (size_t i = 0; i < d->n_members; i++)
		if (d->members[i].new_)
			d->members[i].new_->member = (uint32_t)i + 1;
	d->by_path = ARENA_ARRAY(&a->arena, n + 1, struct node *);
	memcpy(d->by_path, d->new_->nodes, n * sizeof(*d->by_path));
	qsort(d->by_path, n, sizeof(*d->by_path), node_by_path);
}

/* Where OLD was an archive, NEW is a whole program of a known kind: another thing was shipped. What was a
 * program with things inside, an installer say, and holds nothing now, was cut. */
static bool program_instead(const struct tree *old, const struct tree *new_)
{
	enum format_id id = new_->root->format;

	return (old->root->marks & NODE_OPENED) && old->root->n_children && !new_->root->n_children &&
	       !new_->root->damaged && !unpack_is_program(old) && (id == FORMAT_ELF || id == FORMAT_PE || id == FORMAT_MACHO);
}

/* Where there is no file, there is nothing that could be called clean. */
static void mark_nothing(struct tree *t)
{
	if (!t->is_directory && !t->size_bytes)
		tree_blind(t->root, STR("an empty file"), 1);
	if (!t->is_directory && !(t->root->marks & NODE_OPENED))
		return;
	for (size_t i = 0; i < t->n_nodes; i++)
		if (t->nodes[i] != t->root && t->nodes[i]->type != ENTRY_DIR)
			return;
	tree_blind(t->root, STR("there is no file in it"), 1);
}

/* A container in OLD that is none in NEW: cut to nothing, overwritten, or in disguise. */
static void mark_lost_sight(struct analysis *a, struct tree *new_, bool another)
{
	for (size_t i = 0; i < new_->n_nodes; i++) {
		struct node *n = new_->nodes[i], *o = n->mate;

		if (another && n == new_->root)
			continue;
		if (!o || !(o->marks & NODE_OPENED) || !o->n_children || n->type != ENTRY_FILE ||
			(n->marks & (NODE_OPENED | NODE_SKIPPED)))
			continue;
		tree_blind(n, arena_printf(&a->arena, "was %s, cannot be opened now", format_name(o->format)),
			n->size_bytes ? n->size_bytes : 1);
	}
}

/* A release by itself: nothing was paired. */
static void lay_over(struct tree *t)
{
	struct arena work;

	arena_init(&work, 0);
	overlay_mark(&work, t);
	arena_release(&work);
}

enum status compare_trees(struct analysis *a, struct tree *old, struct tree *new_,
	struct delta **ret)
{
	struct delta *d = ARENA_NEW(&a->arena, struct delta);
	struct node **known = NULL;
	size_t n_known = 0, known_leaves = 0, new_leaves = 0;
	bool another = old && program_instead(old, new_);

	d->old = old;
	d->new_ = new_;
	*ret = d;
	if (old) {
		TRY(pair_trees(a, old, new_));
		known = content_index(a, old, &n_known);
		d->same_bytes = sha256_equal(&old->sha256, &new_->sha256) && all_seen(new_);
	}
	if (!old)
		lay_over(new_);
	mark_lost_sight(a, new_, another);
	mark_nothing(new_);
	if (old)
		mark_nothing(old);
	/* Room for all that may come, at once: pages that nobody touches cost nothing, a list that grows in an
	 * arena leaves each shorter one behind. */
	d->room_members = new_->n_nodes + (old ? old->n_nodes : 0) + 64;
	d->members = ARENA_ARRAY(&a->arena, d->room_members, struct member);
	for (size_t i = 0; i < new_->n_nodes; i++) {
		struct node *n = new_->nodes[i];

		new_leaves += node_is_leaf(n);
		if (n->type == ENTRY_DIR || (n == new_->root && new_->is_directory))
			continue;
		if (n == new_->root && (n->marks & NODE_OPENED) && !old)
			continue;
		add_new_side(a, d, n, known, n_known);
	}
	for (size_t i = 0; old && i < old->n_nodes; i++) {
		struct node *o = old->nodes[i];

		known_leaves += node_is_leaf(o);
		if (!o->mate && o->type != ENTRY_DIR && !node_stays(o))
			delta_add(a, d, o, NULL, MEMBER_REMOVED);
	}
	if (d->n_members)
		qsort(d->members, d->n_members, sizeof(*d->members), by_path);
	index_members(a, d);
	d->unrelated = another || (old && known_leaves > KIN_LEAVES && new_leaves > KIN_LEAVES && !d->identical &&
					  !kin(a, d));
	return STATUS_OK;
}

struct node *delta_find(const struct delta *d, struct str path)
{
	size_t lo = 0, hi = d->new_->n_nodes;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (str_cmp(d->by_path[mid]->path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < d->new_->n_nodes && str_equal(d->by_path[lo]->path, path) ? d->by_path[lo] : NULL;
}

struct member *delta_member(const struct delta *d, const struct node *new_)
{
	size_t i = new_->member;

	return i && i <= d->n_members && d->members[i - 1].new_ == new_ ? &d->members[i - 1] : NULL;
}

struct member *delta_add_member(struct analysis *a, struct delta *d, const struct member *m)
{
	struct member *slot = ARENA_PUSH(&a->arena, d->members, d->n_members, d->room_members);

	*slot = *m;
	if (m->new_)
		m->new_->member = (uint32_t)d->n_members;
	return slot;
}
