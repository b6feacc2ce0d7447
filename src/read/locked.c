#include "read/locked.h"

#include <stdlib.h>

#include "read/align.h"
#include "read/json.h"

struct list {
	struct read_in *in;
	struct str text;
	uint32_t line; /* of what is read now */
	bool (*each)(void *user, const struct locked *row);
	void *user;
	bool stopped;
};

static bool row(struct list *l, struct locked r)
{
	if (!r.name.len || !r.version.len)
		return true;
	l->stopped |= !l->each(l->user, &r);
	return !l->stopped;
}

/* The next line, numbered; false at the end, over budget or when told to stop. */
static bool next_line(struct list *l, struct str *rest, struct str *ret)
{
	if (l->stopped || !budget_step(l->in->budget, 1) || !str_line(rest, ret))
		return false;
	l->line++;
	return true;
}

static struct str unquoted(struct str s)
{
	s = str_trim(s);
	if (s.len >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.len - 1] == s.p[0])
		s = str_part(s, 1, s.len - 2);
	return s;
}

/* --- Cargo.lock, poetry.lock, uv.lock, pdm.lock: tables [[package]] of plain keys --- */

static bool toml_value(struct str line, const char *key, struct str *ret)
{
	size_t n = strlen(key);
	struct str rest;

	if (!str_starts(line, key))
		return false;
	rest = str_trim(str_part(line, n, line.len));
	if (!str_starts(rest, "="))
		return false;
	*ret = unquoted(str_part(rest, 1, rest.len));
	return true;
}

static void toml_rows(struct list *l)
{
	bool python = str_has(l->text, "requires-python") || str_has(l->text, "python-versions") ||
		      str_has(l->text, "content-hash") || str_has(l->text, "content_hash");
	struct locked r = {.ecosystem = python ? "pypi" : "cargo"}, fresh = r;
	struct str rest = l->text, line, value;
	bool in = false, own = false; /* in a [[package]]; in its own keys, not in a table below */

	while (next_line(l, &rest, &line)) {
		line = str_trim(line);
		if (str_is(line, "[[package]]")) {
			row(l, r);
			r = fresh;
			r.line = l->line;
			in = own = true;
		} else if (str_starts(line, "[")) {
			own = false;
			in = in && str_starts(line, "[package.");
		} else if (in && own) {
			if (toml_value(line, "name", &value))
				r.name = value;
			else if (toml_value(line, "version", &value))
				r.version = value;
			else if (toml_value(line, "checksum", &value))
				r.integrity = value;
			else if (toml_value(line, "source", &value) && !str_has(value, "registry"))
				r.source = value;
		}
	}
	row(l, r);
}

/* --- Gemfile.lock: "    name (1.2.3)" below "  specs:" of GEM; GIT and PATH name their remote --- */

static void gem_rows(struct list *l)
{
	struct str rest = l->text, line, remote = STR_NONE;
	bool specs = false, registry = false;

	while (next_line(l, &rest, &line)) {
		size_t open, close;

		if (line.len && line.p[0] != ' ') {
			registry = str_starts(line, "GEM");
			specs = false;
		} else if (str_starts(line, "  remote: ")) {
			remote = str_trim(str_part(line, 10, line.len));
		} else if (str_starts(line, "  specs:")) {
			specs = true;
		} else if (specs && str_starts(line, "    ") && !str_starts(line, "     ")) {
			close = str_rfind_char(line, ')');
			open = str_find_z(str_part(line, 4, line.len), " (");
			if (open == SIZE_MAX || close == SIZE_MAX || close < open + 6) /* both count from where the name begins */
				continue;
			row(l, (struct locked){.ecosystem = "gem",
				.name = str_part(line, 4, open),
				.version = str_part(line, open + 6, close - open - 6),
				.source = registry ? STR_NONE : remote,
				.line = l->line});
		}
	}
}

/* --- go.sum: "module version[/go.mod] hash"; the rows without /go.mod are what is compiled --- */

static void go_rows(struct list *l)
{
	struct str rest = l->text, line;

	while (next_line(l, &rest, &line)) {
		size_t a = str_find_z(line, " "), b;
		struct str more = str_part(line, a == SIZE_MAX ? line.len : a + 1, line.len);

		b = str_find_z(more, " ");
		if (b == SIZE_MAX || str_ends(str_part(more, 0, b), "/go.mod"))
			continue;
		row(l, (struct locked){.ecosystem = "go", .name = str_part(line, 0, a),
			.version = str_part(more, 0, b),
			.integrity = str_trim(str_part(more, b + 1, more.len)),
			.line = l->line});
	}
}

/* --- gradle.lockfile: "group:artifact:version=configurations" --- */

static void gradle_rows(struct list *l)
{
	struct str rest = l->text, line;

	while (next_line(l, &rest, &line)) {
		struct str what = str_part(line, 0, str_find_z(line, "="));
		size_t cut = str_rfind_char(what, ':');

		if (str_starts(line, "#") || cut == SIZE_MAX ||
			str_find_z(what, ":") == cut)
			continue;
		row(l, (struct locked){.ecosystem = "maven", .name = str_part(what, 0, cut),
			.version = str_part(what, cut + 1, what.len), .line = l->line});
	}
}

/* --- requirements: "name[extra]==version ; marker --hash=..." and lines that go on --- */

static void pip_rows(struct list *l)
{
	struct str rest = l->text, line;
	struct locked r = {0};

	while (next_line(l, &rest, &line)) {
		size_t at = str_find_z(line, "=="), hash = str_find_z(line, "--hash="), end;
		bool head = line.len && line.p[0] != ' ' && line.p[0] != '\t' && line.p[0] != '#' &&
			    line.p[0] != '-' && at != SIZE_MAX;

		if (head) {
			struct str version = str_part(line, at + 2, line.len);

			row(l, r);
			if (str_starts(version, "="))
				version = str_part(version, 1, version.len);
			for (end = 0; end < version.len && !strchr(" ;\\,#", version.p[end]); end++)
				;
			r = (struct locked){.ecosystem = "pypi", .line = l->line,
				.name = str_trim(str_part(line, 0, str_find_z(str_part(line, 0, at), "["))),
				.version = str_part(version, 0, end)};
			if (str_find_z(str_part(line, 0, at), "[") == SIZE_MAX)
				r.name = str_trim(str_part(line, 0, at));
		}
		if (hash != SIZE_MAX && !r.integrity.len) {
			struct str v = str_part(line, hash + 7, line.len);

			for (end = 0; end < v.len && v.p[end] != ' ' && v.p[end] != '\\'; end++)
				;
			r.integrity = str_part(v, 0, end);
		}
	}
	row(l, r);
}

/* --- Pipfile.lock: {"default": {NAME: {"version": "==1.0", "hashes": [...]}}, "develop": ...} --- */

static enum status pipfile_rows(struct list *l, const char **ret_why)
{
	static const char *const groups[] = {"default", "develop"};
	struct json_doc doc;
	enum status s = json_doc_read(l->in, l->in->new_, &doc);
	struct line_index *lines;

	*ret_why = doc.why;
	if (s != STATUS_OK)
		return s;
	lines = line_index_make(l->in->arena, doc.text);
	for (size_t i = 0; i < 2; i++) {
		json_t *group = json_object_get(doc.root, groups[i]), *entry;
		size_t at = json_locate(doc.text, 0, str_of(groups[i]));
		const char *name;

		if (!json_is_object(group))
			continue;
		json_object_foreach(group, name, entry) {
			struct str version = json_str(json_object_get(entry, "version"));
			size_t here = at == SIZE_MAX ? at : json_locate(doc.text, at, str_of(name));

			if (l->stopped || !budget_step(l->in->budget, 8))
				break;
			at = here == SIZE_MAX ? at : here;
			while (str_starts(version, "="))
				version = str_part(version, 1, version.len);
			row(l, (struct locked){.ecosystem = "pypi",
				.name = arena_str(l->in->arena, str_of(name)),
				.version = arena_str(l->in->arena, version),
				.integrity = arena_str(l->in->arena,
					json_str(json_array_get(json_object_get(entry, "hashes"), 0))),
				.line = here == SIZE_MAX ? 0 : line_of(lines, here, NULL)});
		}
	}
	json_doc_release(&doc);
	return STATUS_OK;
}

/* --- which one --- */

/* Does a line of the first ones look like this? */
static bool some_line(struct str text, bool (*like)(struct str line))
{
	struct str line;

	for (int i = 0; i < 200 && str_line(&text, &line); i++)
		if (like(line))
			return true;
	return false;
}

static bool like_go(struct str line)
{
	return str_has(line, " v") && str_has(line, " h1:");
}

static bool like_gradle(struct str line)
{
	return str_ends(line, "Classpath") && str_has(line, ":") && str_has(line, "=");
}

static bool like_gem(struct str line)
{
	return str_is(line, "GEM") || str_is(line, "BUNDLED WITH");
}

static bool like_pip(struct str line)
{
	return line.len && line.p[0] != '#' && str_has(line, "==");
}

static bool like_pnpm(struct str line)
{
	return str_starts(line, "lockfileVersion:");
}

static bool like_yarn(struct str line)
{
	return str_starts(line, "# yarn lockfile") || str_starts(line, "__metadata:");
}

static bool like_toml(struct str line)
{
	return str_is(str_trim(line), "[[package]]");
}

static enum status json_rows(struct list *l, const char **ret_why)
{
	if (str_has(l->text, "\"_meta\"") && str_has(l->text, "\"default\""))
		return pipfile_rows(l, ret_why);
	if (str_has(l->text, "\"lockfileVersion\""))
		return lockfile_rows(l->in, LOCK_NPM, l->each, l->user, ret_why);
	*ret_why = "JSON, but no lock file that is known here";
	return STATUS_UNSUPPORTED;
}

enum status locked_read(struct read_in *in, bool (*each)(void *user, const struct locked *row),
	void *user, const char **ret_why)
{
	static const struct {
		bool (*like)(struct str line);
		void (*rows)(struct list *l);
	} kinds[] = {{like_toml, toml_rows}, {like_gem, gem_rows}, {like_go, go_rows},
		{like_gradle, gradle_rows}, {like_pip, pip_rows}};
	struct list l = {.in = in, .each = each, .user = user};
	size_t shift;

	*ret_why = "not text";
	if (!read_text(in->arena, in->new_, &l.text, &shift))
		return STATUS_UNSUPPORTED;
	*ret_why = "";
	if (str_starts(str_trim(l.text), "{"))
		return json_rows(&l, ret_why);
	if (some_line(l.text, like_pnpm))
		return lockfile_rows(in, LOCK_PNPM, each, user, ret_why);
	if (some_line(l.text, like_yarn))
		return lockfile_rows(in, LOCK_YARN, each, user, ret_why);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!some_line(l.text, kinds[i].like))
			continue;
		kinds[i].rows(&l);
		*ret_why = "over budget";
		return budget_step(in->budget, 1) ? STATUS_OK : STATUS_LIMIT;
	}
	*ret_why = "no lock file that is known here";
	return STATUS_UNSUPPORTED;
}
