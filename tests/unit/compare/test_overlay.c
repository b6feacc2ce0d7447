/* What a container sees of the layers of its image. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "compare/overlay.h"
#include "unpack/tree.h"

struct image {
	struct arena arena;
	struct tree tree;
};

static void image_begin(struct image *m)
{
	*m = (struct image){0};
	arena_init(&m->arena, 0);
	m->tree.root = tree_add(&m->arena, &m->tree, NULL, STR("image.tar"));
}

static void image_end(struct image *m)
{
	arena_release(&m->arena);
}

/* A layer of files: "a/b" a file, "a/" a folder, "x>y" a hard link to y. */
static struct node *layer(struct image *m, const char *name, const char *const *files)
{
	struct node *l = tree_add(&m->arena, &m->tree, m->tree.root, str_of(name));

	l->flags = ENTRY_LAYER;
	for (; files && *files; files++) {
		struct str s = str_of(*files);
		size_t arrow = str_find_z(s, ">");
		struct node *n = tree_add(&m->arena, &m->tree, l, arrow == SIZE_MAX ? s : str_part(s, 0, arrow));

		n->type = str_ends(s, "/") ? ENTRY_DIR : ENTRY_FILE;
		if (arrow != SIZE_MAX) {
			n->type = ENTRY_HARDLINK;
			n->link = str_part(s, arrow + 1, s.len);
		}
	}
	return l;
}

#define LAYER(m, name, ...) layer(m, name, (const char *const[]){__VA_ARGS__, NULL})

static bool hidden(const struct node *l, const char *name)
{
	for (const struct node *c = l->first_child; c; c = c->next)
		if (str_is(c->name, name))
			return c->marks & NODE_HIDDEN;
	fail_msg("no %s", name);
	return false;
}

static void files_and_whiteouts(void **state)
{
	struct image m;
	struct node *l;

	(void)state;
	image_begin(&m);
	l = LAYER(&m, "[layer 1]", "a/one", "a/two", "a/deep/x", "b/one", "b/two", "c", "d/e", "f");
	(void)LAYER(&m, "[layer 2]", "a/one", "a/.wh.deep", "b/.wh..wh..opq", "c/", "c/new", "d", "f/.wh.g");
	overlay_mark(&m.arena, &m.tree);
	assert_true(hidden(l, "a/one"));    /* another file of that name */
	assert_false(hidden(l, "a/two"));
	assert_true(hidden(l, "a/deep/x")); /* its folder was taken away */
	assert_true(hidden(l, "b/one"));    /* everything in the folder was */
	assert_true(hidden(l, "c"));        /* a folder stands there now */
	assert_true(hidden(l, "d/e"));      /* a file stands where its folder was */
	assert_false(hidden(l, "f"));
	image_end(&m);
}

static void order_is_of_places(void **state)
{
	struct image m;
	struct node *one, *two, *three;

	(void)state;
	image_begin(&m);
	three = LAYER(&m, "[layer 10]", "x");
	one = LAYER(&m, "[layer 2]", "x", ".wh.y", ".wh..wh..opq");
	two = LAYER(&m, "[layer 1]", "x", "y", "z/z");
	overlay_mark(&m.arena, &m.tree);
	assert_true(hidden(two, "x"));
	assert_true(hidden(two, "y"));
	assert_true(hidden(two, "z/z"));
	assert_true(hidden(one, "x"));
	assert_false(hidden(three, "x"));
	image_end(&m);
}

/* A layer takes nothing away from itself, nor from layers above it, nor from another image. */
static void only_what_is_below(void **state)
{
	struct image m;
	struct node *one, *two, *other;

	(void)state;
	image_begin(&m);
	one = LAYER(&m, "[layer 1]", ".wh.a", "b/.wh..wh..opq");
	two = LAYER(&m, "[layer 2]", "a", ".wh.a", "b/x", "b/.wh..wh..opq");
	other = LAYER(&m, "[image 2 layer 1]", "a", "b/x");
	(void)LAYER(&m, "[image 2 layer 2]", "c");
	overlay_mark(&m.arena, &m.tree);
	assert_false(hidden(two, "a"));
	assert_false(hidden(two, "b/x"));
	assert_false(hidden(other, "a"));
	assert_false(hidden(other, "b/x"));
	assert_false(hidden(one, ".wh.a"));
	image_end(&m);
}

/* What runtimes might see in two ways counts as seen. */
static void doubt_hides_nothing(void **state)
{
	struct image m;
	struct node *l, *twice;

	(void)state;
	image_begin(&m);
	l = LAYER(&m, "[layer 1]", "a", "b//c", "d/../e", "kept", "name>kept", "f");
	twice = tree_add(&m.arena, &m.tree, l, STR("f#2"));
	twice->copy = 2;
	(void)LAYER(&m, "[layer 2]", ".wh..", ".wh...", ".wh.", "b//.wh.c", "d/../.wh.e", "e", ".wh.kept", ".wh..wh.plnk", "f");
	overlay_mark(&m.arena, &m.tree);
	assert_false(hidden(l, "a"));
	assert_false(hidden(l, "b//c"));
	assert_false(hidden(l, "d/../e"));
	assert_false(hidden(l, "kept")); /* "name" still has its content */
	assert_true(hidden(l, "f"));
	assert_false(hidden(l, "f#2"));
	image_end(&m);
	/* a link to nothing that we know: its layer stays seen */
	image_begin(&m);
	l = LAYER(&m, "[layer 1]", "a", "name>elsewhere");
	(void)LAYER(&m, "[layer 2]", ".wh.a");
	overlay_mark(&m.arena, &m.tree);
	assert_false(hidden(l, "a"));
	image_end(&m);
	/* a layer that stands in two images, or at two places of one, has no flag */
	image_begin(&m);
	l = LAYER(&m, "[layer 1]", "a");
	l->flags = 0;
	(void)LAYER(&m, "[layer 2]", ".wh.a");
	overlay_mark(&m.arena, &m.tree);
	assert_false(hidden(l, "a"));
	image_end(&m);
}

static void same(struct node *o, struct node *n)
{
	o->has_sha256 = n->has_sha256 = true;
	o->sha256.b[0] = n->sha256.b[0] = 7;
}

static struct node *child(const struct node *l, const char *name)
{
	for (struct node *c = l->first_child; c; c = c->next)
		if (str_is(c->name, name))
			return c;
	fail_msg("no %s", name);
	return NULL;
}

/* The base stands in both, is opened in OLD alone, and NEW puts a layer on it. */
static void pairs_across_layers(void **state)
{
	struct image o, n;
	struct node *base, *again, *top;

	(void)state;
	image_begin(&o);
	image_begin(&n);
	base = LAYER(&o, "[layer 1]", "etc/x", "app/main.js", "app/check.js", "app/");
	top = LAYER(&n, "[layer 1]", "app/main.js", "app/.wh.check.js", "app/new.js", "app/");
	again = layer(&n, "[layer 2]", NULL);
	/* the same bytes may have got another place: what lies over what follows the places */
	again->name = STR("[layer 1]");
	top->name = STR("[layer 2]");
	again->marks |= NODE_SKIPPED;
	same(base, again);
	overlay_pair(&n.arena, &n.arena, o.tree.root, n.tree.root);
	assert_ptr_equal(base->mate, again);
	assert_ptr_equal(child(base, "app/main.js")->mate, child(top, "app/main.js"));
	assert_null(child(top, "app/new.js")->mate);
	assert_null(child(base, "app/check.js")->mate);
	assert_false(node_stays(child(base, "app/check.js"))); /* gone */
	assert_true(node_stays(child(base, "etc/x")));
	assert_null(n.tree.root->oddities);
	image_end(&o);
	image_end(&n);
}

/* OLD hid a file of the base; NEW drops what hid it. */
static void uncovered(void **state)
{
	struct image o, n;
	struct node *base, *again;

	(void)state;
	image_begin(&o);
	image_begin(&n);
	base = LAYER(&o, "[layer 1]", "app/main.js", "app/other.js");
	(void)LAYER(&o, "[layer 2]", "app/main.js");
	again = layer(&n, "[layer 1]", NULL);
	(void)LAYER(&n, "[layer 2]", "app/third.js");
	again->marks |= NODE_SKIPPED;
	same(base, again);
	overlay_pair(&n.arena, &n.arena, o.tree.root, n.tree.root);
	assert_non_null(n.tree.root->oddities);
	assert_true(str_is(n.tree.root->oddities->code, "image-file-uncovered"));
	assert_true(str_is(n.tree.root->oddities->detail, "app/main.js"));
	image_end(&o);
	image_end(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_and_whiteouts), cmocka_unit_test(order_is_of_places), cmocka_unit_test(only_what_is_below),
		cmocka_unit_test(doubt_hides_nothing), cmocka_unit_test(pairs_across_layers), cmocka_unit_test(uncovered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
