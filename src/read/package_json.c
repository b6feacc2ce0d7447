/*
 * package.json of npm, as the package manager reads it: what runs by itself at install time, what
 * else comes with the package, and who says so. Only what differs from OLD is new; hooks that OLD
 * had come along as context.
 */
#include "read/align.h"
#include "read/hook_script.h"
#include "read/json.h"
#include "read/place.h"

#include "read/shell_command.h"
#include "read/spec.h"

struct package {
	struct read_in *in;
	struct json_doc new_, old;
	const json_t *old_root; /* NULL when there is none that can be read */
	struct line_index *lines;
	struct json_keys keys; /* of new_ */
	bool limit; /* the budget ended inside a command */
};

/* Scripts that a package manager runs by itself in a package that comes from a registry. */
static const char *const install_scripts[] = {
	"preinstall", "install", "postinstall", "preuninstall", "uninstall", "postuninstall"};

/* Where does the manifest stand: the package itself, or a package bundled with it? Elsewhere (test
 * data, an Electron archive) nothing of it runs at install time. */
static bool runs_at_install(struct str path)
{
	size_t inner = SIZE_MAX, slashes = 0;

	for (size_t i = 0; i + 1 < path.len; i++)
		if (path.p[i] == '!' && path.p[i + 1] == '/')
			inner = i;
	if (inner != SIZE_MAX) {
		if (str_ends_nocase(str_part(path, 0, inner), ".asar"))
			return false;
		path = str_part(path, inner + 2, path.len);
	}
	if (str_has(path, "node_modules/"))
		return true;
	for (size_t i = 0; i < path.len; i++)
		slashes += path.p[i] == '/';
	return slashes <= 1;
}

static int package_claim(const struct read_in *in)
{
	return str_is(str_basename(in->path), "package.json") ? 95 : 0;
}

static uint32_t unit_of(
	struct package *p, struct str name, size_t at, size_t len, enum unit_change change)
{
	struct unit u = {.change = change, .name = name};

	if (at != SIZE_MAX) {
		place_of(p->in, p->new_.text, p->new_.shift, at, len, &u.offset, &u.length);
		u.line = line_of(p->lines, at, NULL);
	}
	return read_unit(p->in, &u);
}

/* A fact about one key: a unit of its own, placed at the key. */
static struct fact fact_at(
	struct package *p, enum fact_kind kind, const char *parent, struct str key, bool had)
{
	size_t from = parent ? json_keys_locate(&p->keys, 0, str_of(parent)) : 0;
	size_t at = json_keys_locate(&p->keys, from, key);
	struct str line = at == SIZE_MAX ? STR_NONE
					 : str_part(p->new_.text, at, FACT_EXCERPT_BYTES);
	struct fact f = {.kind = kind, .excerpt = line};
	size_t end = line.len ? str_find_z(line, "\n") : SIZE_MAX;

	if (end != SIZE_MAX)
		f.excerpt = str_part(line, 0, end);
	f.unit = unit_of(p,
		parent ? arena_printf(p->in->arena, "%s.%.*s", parent, STR_ARG(key)) : key, at,
		f.excerpt.len, had ? UNIT_CHANGED : UNIT_ADDED);
	if (at != SIZE_MAX) {
		f.line = line_of(p->lines, at, NULL);
		place_of(p->in, p->new_.text, p->new_.shift, at, f.excerpt.len, &f.offset,
			&f.length);
	}
	return f;
}

static const json_t *get(const json_t *root, const char *key)
{
	return root ? json_object_get(root, key) : NULL;
}

/* A string that outlives the document. */
static struct str kept(const struct package *p, const json_t *j)
{
	return json_is_string(j) ? arena_str(p->in->arena, json_str(j)) : STR_NONE;
}

/* --- hooks --- */

/* Where the text of a script begins, behind its quote. */
static size_t value_place(const struct package *p, const char *name)
{
	struct str text = p->new_.text;
	size_t at = json_keys_locate(&p->keys, json_keys_locate(&p->keys, 0, STR("scripts")), str_of(name));

	if (at == SIZE_MAX)
		return SIZE_MAX;
	for (at += strlen(name) + 2; at < text.len && text.p[at] != '"'; at++)
		;
	return at + 1;
}

static void hook(struct package *p, const char *name)
{
	struct str now = kept(p, get(get(p->new_.root, "scripts"), name));
	struct str before = kept(p, get(get(p->old_root, "scripts"), name));
	struct str key = arena_printf(p->in->arena, "npm:%s", name);
	struct fact f;
	size_t at;

	if (now.len == 0 && before.len == 0)
		return;
	if (now.len == 0) {
		f = (struct fact){.kind = FACT_HOOK,
			.flags = FACT_REMOVED,
			.unit = FACT_NO_UNIT,
			.key = key,
			.value = before};
		read_fact(p->in, &f);
		return;
	}
	if (str_equal(now, before)) {
		f = (struct fact){.kind = FACT_HOOK,
			.flags = FACT_OF_OLD | FACT_CONSTANT,
			.unit = FACT_NO_UNIT,
			.key = key,
			.value = now,
			.detail = command_file(now)};
		read_fact(p->in, &f);
		return;
	}
	f = fact_at(p, FACT_HOOK, "scripts", str_of(name), before.len > 0);
	f.flags = FACT_CONSTANT | FACT_TOP_LEVEL | (before.len ? FACT_CHANGED_VALUE : 0);
	f.key = key;
	f.value = now;
	f.detail = command_file(now);
	read_fact(p->in, &f);
	f.flags &= ~(uint32_t)FACT_CHANGED_VALUE;
	command_facts(p->in, now, &f);
	at = value_place(p, name);
	if (at <= p->new_.text.len &&
		hook_script(p->in, p->new_.text, p->new_.shift, at,
			str_part(p->new_.text, at, now.len).len, now) == STATUS_LIMIT)
		p->limit = true;
}

/* --- dependencies --- */

static bool had_elsewhere(const struct package *p, const char *name)
{
	static const char *const sections[] = {
		"dependencies", "optionalDependencies", "peerDependencies"};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (get(get(p->old_root, sections[i]), name))
			return true;
	return false;
}

enum { MAP_BYTES = 64 << 10, ENTRIES_DEEP = 12 };

/* Do the maps from names to what is loaded lead to it? */
static bool map_names(struct package *p, struct str name)
{
	static const char *const maps[] = {"imports", "browser", "react-native", "exports"};
	struct str quoted = arena_printf(p->in->arena, "\"%.*s\"", STR_ARG(name));
	struct str below = arena_printf(p->in->arena, "\"%.*s/", STR_ARG(name));

	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		const json_t *map = get(p->new_.root, maps[i]);
		struct str text = map ? json_text(p->in->arena, map, MAP_BYTES) : STR_NONE;

		if (str_find(text, quoted) != SIZE_MAX || str_find(text, below) != SIZE_MAX)
			return true;
	}
	return false;
}

static void dependency(struct package *p, const char *section, const char *name, const json_t *spec)
{
	const json_t *old_spec = get(get(p->old_root, section), name);
	struct str now = kept(p, spec), before = kept(p, old_spec);
	const char *how;
	struct fact f;

	if (old_spec && str_equal(now, before))
		return;
	how = old_spec ? spec_change(before, now) : NULL;
	f = fact_at(p, old_spec ? FACT_DEP_CHANGED : FACT_DEP_ADDED, section, str_of(name),
		old_spec != NULL);
	f.key = arena_str(p->in->arena, str_of(name));
	if (old_spec) {
		f.value = arena_printf(p->in->arena, "%.*s -> %.*s", STR_ARG(before), STR_ARG(now));
		f.detail = str_of(how);
	} else {
		f.value = now;
		f.detail = str_of(section);
		f.number = map_names(p, str_of(name));
		if (had_elsewhere(p, name)) { /* only its section changed */
			f.kind = FACT_DEP_CHANGED;
			f.detail = STR("moved");
		}
	}
	read_fact(p->in, &f);
}

static void dependencies(struct package *p)
{
	static const char *const sections[] = {
		"dependencies", "optionalDependencies", "peerDependencies"};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		const char *name;
		json_t *spec;

		json_object_foreach((json_t *)(uintptr_t)get(p->new_.root, sections[i]), name, spec)
		{
			if (!budget_step(p->in->budget, 8)) {
				p->limit = true;
				return;
			}
			dependency(p, sections[i], name, spec);
		}
	}
}

/* --- who and what --- */

static void identity(struct package *p, const char *key)
{
	struct str now = kept(p, get(p->new_.root, key)), before = kept(p, get(p->old_root, key));
	struct fact f = {.kind = FACT_MANIFEST, .unit = FACT_NO_UNIT, .key = str_of(key)};
	size_t at = json_keys_locate(&p->keys, 0, f.key);

	if (before.len) {
		f.flags = FACT_OF_OLD;
		f.value = before;
		read_fact(p->in, &f);
	}
	if (!now.len)
		return;
	f.flags = before.len && !str_equal(now, before) ? FACT_CHANGED_VALUE : 0;
	f.value = now;
	if (at != SIZE_MAX) {
		place_of(p->in, p->new_.text, p->new_.shift, at, f.key.len + 2, &f.offset,
			&f.length);
		f.line = line_of(p->lines, at, NULL);
	}
	read_fact(p->in, &f);
}

/* What starts when the package is used, and whose it is: said only when it changed. */
static void statement(struct package *p, const char *key)
{
	const json_t *now = get(p->new_.root, key), *before = get(p->old_root, key);
	struct fact f;

	if ((!now && !before) || json_equal(now, before) || !p->old_root)
		return;
	f = fact_at(p, FACT_MANIFEST, NULL, str_of(key), before != NULL);
	f.flags = now ? FACT_CHANGED_VALUE : FACT_CHANGED_VALUE | FACT_REMOVED;
	f.key = str_of(key);
	f.value = json_text(p->in->arena, now ? now : before, FACT_VALUE_BYTES);
	if (now && before)
		f.detail = json_text(p->in->arena, before, FACT_DETAIL_BYTES);
	read_fact(p->in, &f);
}

/* A file that is loaded or started, when it is news or when its name does not say that it is code. */
static void entry(struct package *p, const char *key, struct str file, struct str before)
{
	static const char *const scripts[] = {".js", ".cjs", ".mjs", ".json", ".node", ".d.ts", ".wasm"};
	struct str quoted = arena_printf(p->in->arena, "\"%.*s\"", STR_ARG(file));
	struct fact f = {.kind = FACT_IMPORT, .unit = FACT_NO_UNIT, .key = file, .detail = STR("node")};

	if (!file.len || file.p[0] == '#' || str_has(file, "*") || str_has(file, "://"))
		return;
	if (str_equal(before, file) || str_find(before, quoted) != SIZE_MAX) {
		for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
			if (str_ends(file, scripts[i]))
				return;
		f.flags = FACT_OF_OLD;
	}
	/* Maps of a package list what others may load, old files as well. */
	if (strcmp(key, "main") != 0 && strcmp(key, "bin") != 0)
		f.flags = FACT_OF_OLD;
	if (strcmp(key, "bin") == 0)
		f.detail = STR(IMPORT_AS_PROGRAM);
	if (file.p[0] != '.')
		f.key = arena_printf(p->in->arena, "./%.*s", STR_ARG(file));
	read_fact(p->in, &f);
}

static void entries(struct package *p, const char *key, const json_t *value, struct str before, int depth)
{
	const char *name;
	json_t *below;
	size_t i;

	p->limit |= !budget_step(p->in->budget, 8);
	if (depth == 0 || p->limit)
		return;
	if (json_is_string(value))
		entry(p, key, kept(p, value), before);
	json_object_foreach((json_t *)(uintptr_t)value, name, below)
		entries(p, key, below, before, depth - 1);
	json_array_foreach((json_t *)(uintptr_t)value, i, below)
		entries(p, key, below, before, depth - 1);
}

/* Stands the key that is there twice for something that nothing is started or fetched by? */
static bool duplicate_is_idle(const struct package *p)
{
	static const char *const idle[] = {"license", "licenses", "author", "contributors", "maintainers", "keywords", "description",
		"homepage", "repository", "bugs", "email", "url", "type", "funding"};
	struct str before = str_trim(str_part(p->new_.text, 0, p->new_.duplicate_at));
	size_t open, from = json_keys_locate(&p->keys, 0, STR("devDependencies"));

	if (from < before.len && str_find_z(str_part(before, from, before.len), "}") == SIZE_MAX)
		return true; /* whoever installs the package gets none of these */
	if (!str_ends(before, "\""))
		return false;
	before.len--;
	open = str_rfind_char(before, '"');
	if (open == SIZE_MAX)
		return false;
	for (size_t i = 0; i < sizeof(idle) / sizeof(idle[0]); i++)
		if (str_is(str_part(before, open + 1, before.len), idle[i]))
			return true;
	return false;
}

static void duplicate(struct package *p)
{
	struct fact f = {
		.kind = FACT_TRUST, .key = STR("duplicate-json-key"), .value = p->new_.duplicate};

	if (!p->new_.duplicates || p->old.duplicates)
		return;
	f.number = !duplicate_is_idle(p);
	place_of(p->in, p->new_.text, p->new_.shift, p->new_.duplicate_at, 0, &f.offset, &f.length);
	f.line = line_of(p->lines, p->new_.duplicate_at, NULL);
	f.unit = unit_of(p, STR("duplicate key"), p->new_.duplicate_at, 0, UNIT_ADDED);
	read_fact(p->in, &f);
}

static void package_facts(struct package *p)
{
	static const char *const statements[] = {"main", "module", "browser", "bin", "exports",
		"imports", "type", "repository", "homepage", "author", "maintainers",
		"contributors", "license", "activationEvents", "extensionDependencies", "gypfile", "bundleDependencies", "bundledDependencies",
		"overrides", "engines", "os", "cpu"};

	static const char *const loaded[] = {"main", "module", "browser", "bin", "exports", "imports"};

	duplicate(p);
	identity(p, "name");
	identity(p, "version");
	if (runs_at_install(p->in->path))
		for (size_t i = 0; i < sizeof(install_scripts) / sizeof(install_scripts[0]); i++)
			hook(p, install_scripts[i]);
	dependencies(p);
	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++)
		statement(p, statements[i]);
	for (size_t i = 0; i < sizeof(loaded) / sizeof(loaded[0]); i++) {
		const json_t *before = get(p->old_root, loaded[i]);

		entries(p, loaded[i], get(p->new_.root, loaded[i]), before ? json_text(p->in->arena, before, MAP_BYTES) : STR_NONE, ENTRIES_DEEP);
	}
}

static enum status package_unreadable(struct package *p, enum status s)
{
	struct fact f = {.kind = FACT_PARSE_ERROR, .unit = FACT_NO_UNIT, .number = p->in->new_.len};

	if (s == STATUS_DAMAGED && p->old_root)
		read_fact(p->in, &f);
	/* Nobody installs a package whose manifest is no JSON: it is text, and its words were compared. */
	read_cover(p->in, s == STATUS_DAMAGED ? COVER_SHALLOW : COVER_BLIND, p->in->new_.len,
		p->new_.why);
	return s;
}

static enum status package_read(struct read_in *in)
{
	struct package p = {.in = in};
	enum status s = json_doc_read(in, in->new_, &p.new_);

	if (p.new_.text.p && !json_keys_read(in, p.new_.text, &p.keys))
		p.limit = true;
	if (in->has_old && json_doc_read(in, in->old, &p.old) == STATUS_OK &&
		json_is_object(p.old.root))
		p.old_root = p.old.root;
	if (s == STATUS_OK) {
		p.lines = line_index_make(in->arena, p.new_.text);
		package_facts(&p);
		read_cover(in, p.limit ? COVER_BLIND : COVER_PARSED, in->new_.len,
			p.limit ? "over budget" : "");
		s = p.limit ? STATUS_LIMIT : s;
	} else {
		s = package_unreadable(&p, s);
	}
	json_doc_release(&p.new_);
	json_doc_release(&p.old);
	return s;
}

extern const struct reader reader_package_json;
const struct reader reader_package_json = {
	.name = "package.json",
	.summary = "npm manifests: install hooks, dependencies, entry points",
	.claim = package_claim,
	.read = package_read,
};
