/*
 * "dir/.wh.NAME" takes dir/NAME of all lower layers away, "dir/.wh..wh..opq" everything that they have in
 * dir. A file stands in for whatever had its name, and a folder for a file; folders lie over folders.
 */
#include "compare/overlay.h"

#include <stdlib.h>

enum { LAYERS_MAX = 512, STEPS_MAX = 128 };

enum hides { HIDES_NAME, HIDES_WHITEOUT, HIDES_INSIDE, HIDES_FILE };

struct layer {
	struct node *node, *holds; /* holds: whose children are its files; OLD's layer when it was not opened */
	uint64_t image, place;
};

struct file {
	struct str path;
	struct node *node;
	size_t layer;
	bool hidden;
};

/* What one entry of a layer does to the layers below it. */
struct hider {
	struct str path;
	enum hides kind;
	size_t layer;
};

struct overlay {
	struct layer layers[LAYERS_MAX];
	size_t n_layers;
	struct file *files; /* sorted by path; of one path the lowest layer first */
	size_t n_files;
	struct hider *hiders; /* sorted by path and kind, the topmost of each */
	size_t n_hiders;
};

/* ---- names ---- */

/* Without a slash at its end; false for names that systems resolve each in their own way. */
static bool plain_path(struct str name, struct str *ret)
{
	size_t step = 0, steps = 0;

	if (name.len && name.p[name.len - 1] == '/')
		name.len--;
	for (size_t i = 0; i <= name.len; i++) {
		struct str s;

		if (i < name.len && name.p[i] != '/')
			continue;
		s = str_part(name, step, i - step);
		if (!s.len || str_is(s, ".") || str_is(s, "..") || ++steps > STEPS_MAX)
			return false;
		step = i + 1;
	}
	*ret = name;
	return true;
}

static struct str folder_of(struct str path)
{
	size_t slash = str_rfind_char(path, '/');

	return str_part(path, 0, slash == SIZE_MAX ? 0 : slash + 1);
}

/* The path that a whiteout takes away, or the folder that it empties ("" = all). False: it is none. */
static bool whiteout_of(struct arena *work, struct str path, struct str *ret, enum hides *ret_kind)
{
	struct str folder = folder_of(path), base = str_part(path, folder.len, path.len);

	if (!str_starts(base, ".wh."))
		return false;
	base = str_part(base, 4, base.len);
	*ret_kind = str_is(base, ".wh..opq") ? HIDES_INSIDE : HIDES_WHITEOUT;
	if (*ret_kind == HIDES_INSIDE) {
		*ret = str_part(folder, 0, folder.len ? folder.len - 1 : 0);
		return true;
	}
	*ret = arena_printf(work, "%.*s%.*s", STR_ARG(folder), STR_ARG(base));
	/* others that begin so are notes of the file system itself; "." and ".." name nothing */
	return base.len && !str_starts(base, ".wh.") && !str_is(base, ".") && !str_is(base, "..");
}

static bool is_marker(struct str path)
{
	return str_starts(str_part(path, folder_of(path).len, path.len), ".wh.");
}

/* ---- the layers of one image ---- */

/* "[layer 2]", "[image 3 layer 2]" */
static bool layer_place(struct str name, uint64_t *ret_image, uint64_t *ret_place)
{
	size_t at = str_find_z(name, "layer ");
	struct str rest = str_part(name, at == SIZE_MAX ? name.len : at + 6, name.len);

	*ret_image = 1;
	if (str_starts(name, "[image ") && !str_to_u64(str_trim(str_part(name, 7, at < 7 ? 0 : at - 7)), 10, ret_image))
		return false;
	return rest.len > 1 && str_to_u64(str_part(rest, 0, rest.len - 1), 10, ret_place);
}

static int by_place(const void *x, const void *y)
{
	const struct layer *a = x, *b = y;

	return a->place != b->place ? (a->place < b->place ? -1 : 1) : (a->node->index > b->node->index) - (a->node->index < b->node->index);
}

static bool is_image(const struct node *n)
{
	for (const struct node *c = n->first_child; c; c = c->next)
		if (c->flags & ENTRY_LAYER)
			return true;
	return false;
}

static void layers_collect(struct overlay *v, struct node *image, uint64_t which)
{
	for (struct node *c = image->first_child; c && v->n_layers < LAYERS_MAX; c = c->next) {
		struct layer *l = &v->layers[v->n_layers];

		*l = (struct layer){.node = c, .holds = c};
		if ((c->flags & ENTRY_LAYER) && layer_place(c->name, &l->image, &l->place) && l->image == which)
			v->n_layers++;
	}
	qsort(v->layers, v->n_layers, sizeof(*v->layers), by_place);
	for (size_t i = 0; i < v->n_layers; i++) {
		struct node *same = v->layers[i].node->mate;

		if ((v->layers[i].node->marks & NODE_SKIPPED) && same && node_same_bytes(same, v->layers[i].node))
			v->layers[i].holds = same;
	}
}

/* ---- what is hidden ---- */

static int hider_cmp(const struct hider *a, struct str path, enum hides kind)
{
	int d = str_cmp(a->path, path);

	return d ? d : (int)a->kind - (int)kind;
}

static int by_hider(const void *x, const void *y)
{
	const struct hider *a = x, *b = y;
	int d = hider_cmp(a, b->path, b->kind);

	return d ? d : (a->layer > b->layer) - (a->layer < b->layer);
}

static int by_file(const void *x, const void *y)
{
	const struct file *a = x, *b = y;
	int d = str_cmp(a->path, b->path);

	return d ? d : (a->layer > b->layer) - (a->layer < b->layer);
}

static bool hides(const struct overlay *v, struct str path, enum hides kind, size_t layer)
{
	size_t lo = 0, hi = v->n_hiders;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (hider_cmp(&v->hiders[mid], path, kind) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < v->n_hiders && hider_cmp(&v->hiders[lo], path, kind) == 0 && v->hiders[lo].layer > layer;
}

static bool is_hidden(const struct overlay *v, const struct file *f)
{
	struct str p = f->path;

	if (hides(v, p, HIDES_FILE, f->layer) || hides(v, p, HIDES_WHITEOUT, f->layer) ||
	    (f->node->type != ENTRY_DIR && hides(v, p, HIDES_NAME, f->layer)) || hides(v, STR_NONE, HIDES_INSIDE, f->layer))
		return true;
	for (size_t i = 0; i < p.len; i++) {
		struct str above = str_part(p, 0, i);

		if (p.p[i] == '/' && (hides(v, above, HIDES_FILE, f->layer) || hides(v, above, HIDES_WHITEOUT, f->layer) ||
				      hides(v, above, HIDES_INSIDE, f->layer)))
			return true;
	}
	return false;
}

static void entry_add(struct overlay *v, struct arena *work, struct node *n, size_t layer)
{
	struct hider *h = &v->hiders[v->n_hiders];
	struct str path;

	if (n->origin != ORIGIN_MEMBER || !plain_path(n->copy ? str_part(n->name, 0, str_rfind_char(n->name, '#')) : n->name, &path))
		return;
	h->layer = layer;
	if (is_marker(path)) {
		v->n_hiders += whiteout_of(work, path, &h->path, &h->kind);
		return;
	}
	h->path = path;
	h->kind = n->type == ENTRY_DIR ? HIDES_NAME : HIDES_FILE;
	v->n_hiders++;
	if (!n->copy)
		v->files[v->n_files++] = (struct file){path, n, layer, false};
}

static void hiders_settle(struct overlay *v)
{
	size_t kept = 0;

	if (v->n_hiders)
		qsort(v->hiders, v->n_hiders, sizeof(*v->hiders), by_hider);
	for (size_t i = 0; i < v->n_hiders; i++) {
		if (kept && hider_cmp(&v->hiders[kept - 1], v->hiders[i].path, v->hiders[i].kind) == 0)
			kept--;
		v->hiders[kept++] = v->hiders[i];
	}
	v->n_hiders = kept;
}

static struct file *file_find(const struct overlay *v, struct str path, size_t layer)
{
	struct file wanted = {.path = path, .layer = layer};

	return v->n_files ? bsearch(&wanted, v->files, v->n_files, sizeof(*v->files), by_file) : NULL;
}

/* Content lives as long as one of its names does. A link that leads nowhere we know: nothing of its layer is hidden. */
static void hard_links_keep(struct overlay *v)
{
	for (size_t i = 0; i < v->n_files; i++) {
		const struct file *f = &v->files[i];
		struct file *target;
		struct str path = f->node->link;

		if (f->node->type != ENTRY_HARDLINK || f->hidden)
			continue;
		while (str_starts(path, "./") || str_starts(path, "/"))
			path = str_part(path, path.p[0] == '/' ? 1 : 2, path.len);
		target = file_find(v, path, f->layer);
		if (target) {
			target->hidden = false;
			continue;
		}
		for (size_t k = 0; k < v->n_files; k++)
			v->files[k].hidden &= v->files[k].layer != f->layer;
	}
}

static struct overlay *overlay_of(struct arena *work, struct node *image, uint64_t which)
{
	struct overlay *v = ARENA_NEW(work, struct overlay);
	size_t n = 0;

	layers_collect(v, image, which);
	for (size_t i = 0; i < v->n_layers; i++)
		n += v->layers[i].holds->n_children;
	v->files = ARENA_ARRAY(work, n + 1, struct file);
	v->hiders = ARENA_ARRAY(work, n + 1, struct hider);
	for (size_t i = 0; i < v->n_layers; i++)
		for (struct node *c = v->layers[i].holds->first_child; c; c = c->next)
			entry_add(v, work, c, i);
	hiders_settle(v);
	if (v->n_files)
		qsort(v->files, v->n_files, sizeof(*v->files), by_file);
	for (size_t i = 0; i < v->n_files; i++)
		v->files[i].hidden = is_hidden(v, &v->files[i]);
	hard_links_keep(v);
	return v;
}

static uint64_t images_in(const struct node *n)
{
	uint64_t image, place, most = 0;

	for (const struct node *c = n->first_child; c; c = c->next)
		if ((c->flags & ENTRY_LAYER) && layer_place(c->name, &image, &place) && image > most && image <= n->n_children)
			most = image;
	return most;
}

/* Its layer was opened on this side. */
static bool is_own(const struct overlay *v, const struct file *f)
{
	return v->layers[f->layer].holds == v->layers[f->layer].node;
}

static struct overlay *overlay_marked(struct arena *work, struct node *image, uint64_t which)
{
	struct overlay *v = overlay_of(work, image, which);

	for (size_t i = 0; i < v->n_files; i++)
		if (v->files[i].hidden && is_own(v, &v->files[i]))
			v->files[i].node->marks |= NODE_HIDDEN;
	return v;
}

void overlay_mark(struct arena *work, struct tree *t)
{
	for (size_t i = 0; i < t->n_nodes; i++) {
		struct node *n = t->nodes[i];

		for (uint64_t k = 1; !(n->marks & NODE_OVERLAID) && is_image(n) && k <= images_in(n); k++)
			(void)overlay_marked(work, n, k);
	}
}

/* ---- two images ---- */

/* Of equals the first with the first. */
static void same_layers(struct node *o, struct node *n)
{
	for (struct node *c = n->first_child; c; c = c->next)
		for (struct node *d = o->first_child; (c->flags & ENTRY_LAYER) && !c->mate && d; d = d->next)
			if ((d->flags & ENTRY_LAYER) && !d->mate && node_same_bytes(c, d)) {
				c->mate = d;
				d->mate = c;
			}
}

static struct node *seen_at(const struct overlay *v, size_t *at, struct str path)
{
	struct node *found = NULL;

	while (*at < v->n_files && str_cmp(v->files[*at].path, path) < 0)
		++*at;
	for (; *at < v->n_files && str_equal(v->files[*at].path, path); ++*at)
		if (!v->files[*at].hidden)
			found = v->files[*at].node;
	return found;
}

/* OLD's files in layers that NEW has as well stay, but for those that NEW alone hides. */
static void mark_staying(const struct overlay *new_)
{
	for (size_t i = 0; i < new_->n_layers; i++)
		for (struct node *c = new_->layers[i].holds->first_child; new_->layers[i].holds != new_->layers[i].node && c; c = c->next)
			c->marks |= NODE_STAYS;
	for (size_t i = 0; i < new_->n_files; i++) {
		struct node *n = new_->files[i].node;

		if (!is_own(new_, &new_->files[i]) && new_->files[i].hidden && !(n->marks & NODE_HIDDEN))
			n->marks &= ~(uint32_t)NODE_STAYS;
	}
}

static void say_uncovered(struct arena *a, const struct overlay *new_, struct node *image)
{
	struct str first = STR_NONE;
	size_t n = 0;

	for (size_t i = 0; i < new_->n_files; i++) {
		const struct file *f = &new_->files[i];

		if (is_own(new_, f) || f->hidden || !(f->node->marks & NODE_HIDDEN) || f->node->type == ENTRY_DIR)
			continue;
		first = n++ ? first : f->path;
	}
	if (n)
		tree_oddity(a, image, STR("image-file-uncovered"), 0,
			    arena_printf(a, "%.*s%s", STR_ARG(first), n > 1 ? " and others" : ""));
}

static void pair_seen(const struct overlay *old, const struct overlay *new_)
{
	size_t at = 0;

	for (size_t i = 0; i < new_->n_files; i++) {
		const struct file *f = &new_->files[i];
		struct node *o;

		if (!is_own(new_, f) || f->hidden || f->node->type == ENTRY_DIR || f->node->mate)
			continue;
		o = seen_at(old, &at, f->path);
		if (o && o->type != ENTRY_DIR && !o->mate) {
			o->mate = f->node;
			f->node->mate = o;
		}
	}
}

void overlay_pair(struct arena *a, struct arena *work, struct node *o, struct node *n)
{
	if ((n->marks & NODE_OVERLAID) || !is_image(o) || !is_image(n))
		return;
	n->marks |= NODE_OVERLAID;
	same_layers(o, n);
	for (uint64_t k = 1; k <= images_in(n); k++) {
		struct overlay *old = overlay_marked(work, o, k), *new_ = overlay_marked(work, n, k);

		mark_staying(new_);
		say_uncovered(a, new_, n);
		pair_seen(old, new_);
	}
}
