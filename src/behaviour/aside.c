#include "behaviour/aside.h"

#include "behaviour/dormant.h"

enum { ASIDE_MAX = 64 }; /* members that are looked for in the others; further ones keep their weight */

static const double ASIDE_SCALE = 0.4;

static bool aside_folder(struct str name)
{
	/* not sample, demo, example, spec, doc: products and their parts are called so */
	static const char *const folders[] = {"test", "tests", "__tests__", "__mocks__", "specs", "e2e", "fixture", "fixtures",
		"testdata", "test-data", "examples", "samples", "demos", "docs", "bench", "benchmark", "benchmarks"};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (str_equal_nocase(name, str_of(folders[i])))
			return true;
	return name.len > 5 && str_ends_nocase(name, "tests");
}

/* The first folder of the path that stands aside; empty if none does. */
static struct str folder_of(struct str path)
{
	size_t slash;

	while ((slash = str_find_z(path, "/")) != SIZE_MAX) {
		if (aside_folder(str_part(path, 0, slash)))
			return str_part(path, 0, slash);
		path = str_part(path, slash + 1, path.len);
	}
	return STR_NONE;
}

bool aside_place(struct str path)
{
	struct str base = str_basename(path);

	if (folder_of(path).len)
		return true;
	return str_has(base, ".test.") || str_has(base, ".spec.") || (str_starts(base, "test_") && str_ends(base, ".py")) || str_ends(base, "_test.py") ||
	       str_ends(base, "_test.go") || str_ends(base, "_test.rb") || str_ends(base, "_spec.rb");
}

bool vendor_ci_place(struct str path)
{
	static const char *const places[] = {".github/workflows/", ".gitlab-ci.yml", ".circleci/", ".travis.yml", "azure-pipelines",
		"appveyor.yml", ".drone.yml", ".woodpecker", "bitbucket-pipelines.yml", "Jenkinsfile", ".cirrus.yml"};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (str_has(path, places[i]))
			return true;
	return false;
}

/* What a package manager, a manifest or a tool starts does not stand aside, wherever it lies. */
static bool is_started(const struct member *m, const struct finding *f)
{
	return (m->hints & READ_HINT_HOOK) || str_is(f->runs, "when the package is installed");
}

/* What was compiled is part of the product, whatever the package is called. */
static bool is_compiled(const struct node *n)
{
	switch (n->format) {
	case FORMAT_PE:
	case FORMAT_ELF:
	case FORMAT_MACHO:
	case FORMAT_WASM:
	case FORMAT_JAVA_CLASS:
	case FORMAT_PYC:
		return true;
	default:
		return false;
	}
}

static bool stands_aside(const struct finding *f)
{
	return f->member && f->member->new_ && f->weight > 0 && aside_place(f->member->new_->path) &&
	       !is_compiled(f->member->new_) && !place_runs_itself(f->member->new_->path) && !is_started(f->member, f);
}

struct asides {
	const struct node *list[ASIDE_MAX];
	bool loaded[ASIDE_MAX];
	size_t n;
};

static size_t place_of_node(const struct asides *s, const struct node *n)
{
	size_t i = 0;

	while (i < s->n && s->list[i] != n)
		i++;
	return i;
}

/* A list of the release's own files names every one of them and loads none; so does a text for people. */
static bool only_lists(struct str path)
{
	static const char *const lists[] = {".dist-info/RECORD", ".egg-info/SOURCES.txt", ".egg-info/RECORD", "/MANIFEST", "/MANIFEST.in",
		"META-INF/MANIFEST.MF", "/installed-files.txt", "control.tar!/md5sums"};
	static const char *const texts[] = {".md", ".rst", ".txt", ".adoc"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (str_ends(path, lists[i]))
			return true;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_ends_nocase(path, texts[i]))
			return true;
	return false;
}

/* New lines that load a file by its name, which is short: old ones would name another of that name. */
static bool may_load(const struct node *n)
{
	return n->type == ENTRY_FILE && !(n->mate && node_same_bytes(n, n->mate)) && !aside_place(n->path) && !only_lists(n->path) &&
	       !str_is(str_basename(n->path), "package.json");
}

/* A manifest that names one as what is loaded. */
static bool manifest_names(const struct delta *d, const struct node *n)
{
	struct str base = str_basename(n->path);

	for (size_t i = 0; i < d->n_members; i++)
		for (size_t k = 0; k < d->members[i].n_facts; k++) {
			const struct fact *f = &d->members[i].facts[k];

			if ((f->kind == FACT_MANIFEST || f->kind == FACT_HOOK) && !(f->flags & FACT_OF_OLD) &&
				!str_is(f->key, "name") && str_find(f->value, base) != SIZE_MAX)
				return true;
		}
	return false;
}

/* Code or a manifest outside, old or new, that may name a folder of its own. */
static bool may_use(const struct node *n)
{
	static const char *const endings[] = {".js", ".cjs", ".mjs", ".jsx", ".ts", ".tsx", ".py", ".php", ".rb", ".sh", ".ps1", ".psm1",
		".cmd", ".bat", ".go", ".html", ".desktop", ".service", "package.json"};
	struct str base = str_basename(n->path);

	if (n->type != ENTRY_FILE || aside_place(n->path) || str_has(base, ".config.") || str_has(base, ".conf.") ||
		str_starts(base, "Gruntfile") || str_starts(base, "gulpfile") || str_starts(base, "rollup") || str_starts(base, "build."))
		return false;
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (str_ends_nocase(base, endings[i]))
			return true;
	return !str_has(base, "."); /* a wrapper */
}

enum { USED_WAYS = 18 };

/* How code and manifests name what lies in a folder: by itself, below it, or the file by its whole path. */
static void used_as(struct arena *a, const struct node *n, struct str needles[USED_WAYS])
{
	static const char quotes[] = {'\'', '"', '`'};
	static const char *const entries[] = {"main", "module", "browser", "default", "require"};
	struct str folder = folder_of(n->path), base = str_basename(n->path);
	size_t k = 0;

	if (!folder.len) /* a test by its own name, which may be left without its ending */
		folder = str_part(base, 0, str_rfind_char(base, '.'));

	for (size_t i = 0; i < sizeof(quotes); i++) {
		needles[k++] = arena_printf(a, "%c./%.*s/", quotes[i], STR_ARG(folder));
		needles[k++] = arena_printf(a, "%c../%.*s/", quotes[i], STR_ARG(folder));
		needles[k++] = arena_printf(a, "%c./%.*s%c", quotes[i], STR_ARG(folder), quotes[i]);
		needles[k++] = arena_printf(a, "%c../%.*s%c", quotes[i], STR_ARG(folder), quotes[i]);
	}
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++)
		needles[k++] = arena_printf(a, "\"%s\": \"%.*s/", entries[i], STR_ARG(folder));
	needles[k] = arena_printf(a, "from .%.*s", STR_ARG(folder));
}

/* One question about all members: is any of the ways to name one found outside `others`? */
static enum status ask(struct analysis *a, const struct delta *d, struct asides *s, bool (*may)(const struct node *n),
	const struct str *needles, size_t ways)
{
	const struct node **others = ARENA_ARRAY(&a->arena, d->new_->n_nodes + 1, const struct node *);
	bool *found = ARENA_ARRAY(&a->arena, s->n * ways + 1, bool);
	size_t n_others = 0;

	for (size_t i = 0; i < d->new_->n_nodes; i++)
		if (!may(d->new_->nodes[i]))
			others[n_others++] = d->new_->nodes[i];
	TRY(compare_mentions(a, d->new_, needles, s->n * ways, others, n_others, found));
	for (size_t i = 0; i < s->n * ways; i++)
		s->loaded[i / ways] |= found[i];
	return STATUS_OK;
}

static enum status loaders_look(struct analysis *a, const struct delta *d, struct asides *s)
{
	struct str *loaded = ARENA_ARRAY(&a->arena, s->n * LOADED_WAYS + 1, struct str);
	struct str *used = ARENA_ARRAY(&a->arena, s->n * USED_WAYS + 1, struct str);

	for (size_t i = 0; i < s->n; i++) {
		s->loaded[i] = manifest_names(d, s->list[i]);
		loaded_as(&a->arena, s->list[i]->path, loaded + i * LOADED_WAYS);
		used_as(&a->arena, s->list[i], used + i * USED_WAYS);
	}
	TRY(ask(a, d, s, may_load, loaded, LOADED_WAYS));
	return ask(a, d, s, may_use, used, USED_WAYS);
}

enum status aside_weigh(struct analysis *a, const struct delta *d, struct behaviours *b)
{
	struct asides s = {.n = 0};

	for (size_t i = 0; i < b->n && s.n < ASIDE_MAX; i++)
		if (stands_aside(&b->items[i]) && place_of_node(&s, b->items[i].member->new_) == s.n)
			s.list[s.n++] = b->items[i].member->new_;
	if (!s.n)
		return STATUS_OK;
	TRY(loaders_look(a, d, &s));
	for (size_t i = 0; i < b->n; i++) {
		size_t at = stands_aside(&b->items[i]) ? place_of_node(&s, b->items[i].member->new_) : s.n;

		if (at < s.n && !s.loaded[at])
			b->items[i].weight *= ASIDE_SCALE;
	}
	return STATUS_OK;
}
