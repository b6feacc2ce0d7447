#include "behaviour/modules.h"

#include <stdlib.h>

enum { FOLDERS_UP = 8, NAME_PARTS = 4, PATH_BYTES = 2048 };

static int node_by_path(const void *x, const void *y)
{
	const struct node *a = *(struct node *const *)x, *b = *(struct node *const *)y;
	int d = str_cmp(a->path, b->path);

	return d ? d : (a->index > b->index) - (a->index < b->index);
}

struct module_index module_index_of(struct analysis *a, const struct delta *d, enum side side)
{
	struct module_index x = {.n = side == SIDE_OLD ? d->old->n_nodes : d->new_->n_nodes};

	if (side == SIDE_NEW) {
		x.by_path = d->by_path;
		return x;
	}
	x.by_path = ARENA_ARRAY(&a->arena, x.n + 1, struct node *);
	memcpy(x.by_path, d->old->nodes, x.n * sizeof(*x.by_path));
	qsort(x.by_path, x.n, sizeof(*x.by_path), node_by_path);
	return x;
}

enum module_language module_language(struct str path)
{
	static const char *const scripts[] = {".js", ".cjs", ".mjs", ".ts", ".cts", ".mts", ".jsx", ".tsx"};

	if (str_ends(path, ".py"))
		return MODULE_PYTHON;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		if (str_ends(path, scripts[i]))
			return MODULE_SCRIPT;
	return MODULE_NONE;
}

static struct node *file_at(const struct module_index *x, struct str path)
{
	size_t lo = 0, hi = x->n;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (str_cmp(x->by_path[mid]->path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->n && str_equal(x->by_path[lo]->path, path) && x->by_path[lo]->type == ENTRY_FILE ? x->by_path[lo] : NULL;
}

static struct node *file_with(const struct module_index *x, struct str path, const char *tail)
{
	char whole[PATH_BYTES];
	size_t n = strlen(tail);

	if (path.len + n > sizeof(whole))
		return NULL;
	if (path.len)
		memcpy(whole, path.p, path.len);
	memcpy(whole + path.len, tail, n);
	return file_at(x, str_view(whole, path.len + n));
}

/* The folder above, which never leaves the container: "a.tgz!" is the last. */
static struct str folder_of(struct str path)
{
	size_t slash = str_ends(path, "!") ? SIZE_MAX : str_rfind_char(path, '/');

	return slash == SIZE_MAX ? str_ends(path, "!") ? path : STR("") : str_part(path, 0, slash);
}

static struct str below(struct arena *a, struct str folder, struct str name)
{
	return folder.len && name.len ? arena_printf(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name)) : folder.len ? folder : name;
}

static struct node *script_find(struct arena *a, const struct module_index *x, struct str from, struct str spec)
{
	static const char *const tails[] = {"", ".js", ".cjs", ".mjs", ".ts", ".tsx", ".jsx", ".json", "/index.js", "/index.mjs",
		"/index.cjs", "/index.ts"};
	struct str folder = folder_of(from), path;

	for (;;) {
		if (str_starts(spec, "./"))
			spec = str_part(spec, 2, spec.len);
		else if (str_starts(spec, "../"))
			spec = str_part(spec, 3, spec.len), folder = folder_of(folder);
		else if (str_is(spec, ".."))
			spec = STR(""), folder = folder_of(folder);
		else if (str_is(spec, "."))
			spec = STR("");
		else
			break;
	}
	while (str_ends(spec, "/"))
		spec.len--;
	path = below(a, folder, spec);
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		struct node *n = file_with(x, path, tails[i]);

		if (n)
			return n;
	}
	if (str_ends(path, ".js")) /* sources name what the compiler will make of them */
		return file_with(x, str_part(path, 0, path.len - 3), ".ts");
	return NULL;
}

static struct str as_path(struct arena *a, struct str dotted)
{
	struct str copy = arena_str(a, dotted);
	char *p = (char *)(uintptr_t)copy.p;

	for (size_t i = 0; i < copy.len; i++)
		if (p[i] == '.')
			p[i] = '/';
	return copy;
}

static struct node *package_at(const struct module_index *x, struct str path)
{
	struct node *n = file_with(x, path, ".py");

	return n ? n : file_with(x, path, "/__init__.py");
}

/* "sub.get()" of a package: the module is sub where there is one. */
static struct node *package_deeper(struct arena *a, const struct module_index *x, struct str path, struct node *found, struct str *name)
{
	for (int i = 0; i < NAME_PARTS && name->len; i++) {
		size_t dot = str_find_z(*name, ".");
		struct str part = str_part(*name, 0, dot);
		struct node *n;

		if (!part.len || str_has(part, "(") || str_has(part, "@"))
			break;
		path = below(a, path, part);
		n = package_at(x, path);
		if (!n)
			break;
		found = n;
		*name = dot == SIZE_MAX ? STR("") : str_part(*name, dot + 1, name->len);
	}
	return found;
}

static struct node *python_find(struct arena *a, const struct module_index *x, struct str from, struct str spec, struct str *name)
{
	struct str folder = folder_of(from), rest;
	size_t dots = 0;

	while (dots < spec.len && spec.p[dots] == '.')
		dots++;
	rest = as_path(a, str_part(spec, dots, spec.len));
	for (size_t i = 1; i < dots; i++)
		folder = folder_of(folder);
	for (int up = 0; up < (dots ? 1 : FOLDERS_UP); up++) {
		struct str path = below(a, folder, rest);
		struct node *n = package_deeper(a, x, path, package_at(x, path), name);

		if (n || !folder.len || str_ends(folder, "!"))
			return n;
		folder = folder_of(folder);
	}
	return NULL;
}

struct node *module_find(struct arena *a, const struct module_index *x, struct str from, struct str spec, struct str *name)
{
	return module_language(from) == MODULE_PYTHON ? python_find(a, x, from, spec, name) : script_find(a, x, from, spec);
}
