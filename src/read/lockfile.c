/*
 * Lock files of npm, yarn and pnpm: which bytes stand under which name and version. A registry never
 * changes the bytes of a version, so another integrity under the same name and version is evidence;
 * so is a row whose source is not where the others come from. What only moved or was upgraded says
 * nothing here: package.json says what is new.
 */
#include "read/align.h"
#include "read/json.h"
#include "read/keyset.h"
#include "read/locked.h"
#include "read/place.h"
#include "read/spec.h"

enum { DEPTH_MAX = 128, FACTS_EACH = 50 };

struct row {
	struct str name, version, integrity, source;
	struct str real;     /* the package's own name, when it is locked under an alias */
	struct str locate;   /* key to find its place by, for JSON */
	size_t at;           /* place in the text, SIZE_MAX = ask locate */
	uint64_t key, next;  /* next: 1 + row with the same bucket */
};

struct lock {
	struct row *rows;
	size_t n, room;
	uint64_t *buckets; /* 1 + row */
	size_t n_buckets;
	struct keyset hosts,
		places; /* hosts of sources; name and place of sources outside a registry */
	struct str text;
	size_t shift;
	struct str cache_key; /* yarn: what its checksums depend on */
};

struct reading {
	struct read_in *in;
	struct lock new_, old;
	struct line_index *lines;
	size_t n_strange_hosts, n_facts;
};

static int lock_claim(const struct read_in *in)
{
	static const char *const names[] = {"package-lock.json", "npm-shrinkwrap.json",
		".package-lock.json", "yarn.lock", "pnpm-lock.yaml"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(str_basename(in->path), names[i]))
			return 95;
	return 0;
}

/* --- sources --- */

static struct str host_of(struct str url)
{
	size_t at = str_find_z(url, "://"), end;

	if (at == SIZE_MAX)
		return STR_NONE;
	url = str_part(url, at + 3, url.len);
	for (end = 0; end < url.len && url.p[end] != '/' && url.p[end] != '#' && url.p[end] != '?';
		end++)
		;
	url = str_part(url, 0, end);
	at = str_rfind_char(url, '@');
	return at == SIZE_MAX ? url : str_part(url, at + 1, url.len);
}

/* How registries name their archives: ".../NAME/-/BASE-VERSION.tgz". *ret_name borrows from the URL. */
static bool is_registry(struct str url, struct str *ret_name)
{
	size_t at = str_find_z(url, "/-/"), slash;
	struct str path;

	*ret_name = STR_NONE;
	if (at == SIZE_MAX || !str_has(str_part(url, at, url.len), ".tgz"))
		return false;
	path = str_part(url, 0, at);
	slash = str_rfind_char(path, '/');
	if (slash == SIZE_MAX)
		return false;
	*ret_name = str_part(path, slash + 1, path.len);
	path = str_part(path, 0, slash);
	slash = str_rfind_char(path, '/');
	if (slash != SIZE_MAX &&
		(path.p[slash + 1 < path.len ? slash + 1 : slash] == '@')) /* scope */
		*ret_name = str_part(url, slash + 1, at - slash - 1);
	return true;
}

/* From somewhere else on the network than a registry. */
static bool is_elsewhere(struct str source)
{
	struct str name;

	if (!source.len || is_registry(source, &name))
		return false;
	return str_has(source, "://") || str_starts(source, "git@") ||
		str_starts(source, "github:");
}

/* Name and place without the part that picks a version. */
static uint64_t place_key(struct arena *a, const struct row *r)
{
	size_t cut = str_find_z(r->source, "#");
	struct str place = str_part(r->source, 0, cut);
	struct str host = host_of(place);

	/* An archive behind a URL has its version in the path: the host is its place. */
	if (host.len && !str_ends(place, ".git") && !str_starts(place, "git"))
		place = host;
	place = arena_printf(a, "%.*s %.*s", STR_ARG(r->name), STR_ARG(place));
	return key_of(place, 3);
}

/* --- rows --- */

static void row_add(struct read_in *in, struct lock *l, struct row row)
{
	struct row *r;
	uint64_t seed;

	if (!row.name.len || !row.version.len)
		return;
	seed = key_of(row.name, 1);
	row.key = key_of(row.version, seed);
	r = ARENA_PUSH(in->arena, l->rows, l->n, l->room);
	*r = row;
	if (row.source.len)
		keyset_add(&l->hosts, key_of(host_of(row.source), 5));
	if (is_elsewhere(row.source))
		keyset_add(&l->places, place_key(in->arena, &row));
}

static bool lock_index(struct read_in *in, struct lock *l)
{
	if (!budget_step(in->budget, 4 * l->n + 1))
		return false;
	l->n_buckets = l->n * 2 + 1;
	l->buckets = ARENA_ARRAY(in->arena, l->n_buckets, uint64_t);
	for (size_t i = 0; i < l->n; i++) {
		uint64_t *b = &l->buckets[l->rows[i].key % l->n_buckets];

		l->rows[i].next = *b;
		*b = i + 1;
	}
	return true;
}

static const struct row *row_find(struct read_in *in, const struct lock *l, const struct row *like)
{
	if (!l->n_buckets)
		return NULL;
	for (uint64_t i = l->buckets[like->key % l->n_buckets]; i; i = l->rows[i - 1].next) {
		if (!budget_step(in->budget, 1))
			return NULL;
		if (l->rows[i - 1].key == like->key && str_equal(l->rows[i - 1].name, like->name) &&
			str_equal(l->rows[i - 1].version, like->version))
			return &l->rows[i - 1];
	}
	return NULL;
}

/* --- npm --- */

static struct row npm_row(struct read_in *in, const char *path, const json_t *entry)
{
	struct str name = str_of(path);
	size_t at = SIZE_MAX, from = 0;
	struct row r = {.at = SIZE_MAX, .locate = str_of(path)};

	while ((at = str_find_z(str_part(name, from, name.len), "node_modules/")) != SIZE_MAX)
		from += at + 13;
	r.name = arena_str(in->arena, str_part(name, from, name.len));
	r.locate = arena_str(in->arena, r.locate);
	r.version = arena_str(in->arena, json_str(json_object_get(entry, "version")));
	r.source = arena_str(in->arena, json_str(json_object_get(entry, "resolved")));
	r.integrity = arena_str(in->arena, json_str(json_object_get(entry, "integrity")));
	r.real = arena_str(in->arena, json_str(json_object_get(entry, "name")));
	return r;
}

static bool npm_packages(struct read_in *in, struct lock *l, const json_t *packages)
{
	const char *path;
	json_t *entry;

	json_object_foreach((json_t *)(uintptr_t)packages, path, entry)
	{
		if (!budget_step(in->budget, 16))
			return false;
		if (*path && json_is_object(entry) && !json_is_true(json_object_get(entry, "link")))
			row_add(in, l, npm_row(in, path, entry));
	}
	return true;
}

/* Lock files of version 1 nest; walked with a stack of its own. */
static bool npm_nested(struct read_in *in, struct lock *l, json_t *top)
{
	struct {
		json_t *object;
		void *iter;
	} stack[DEPTH_MAX];
	size_t n = 0;

	stack[n].object = top;
	stack[n++].iter = json_object_iter(top);
	while (n) {
		void *it = stack[n - 1].iter;
		json_t *entry, *below;
		struct row r;

		if (!it) {
			n--;
			continue;
		}
		if (!budget_step(in->budget, 16))
			return false;
		entry = json_object_iter_value(it);
		stack[n - 1].iter = json_object_iter_next(stack[n - 1].object, it);
		r = npm_row(in, json_object_iter_key(it), entry);
		if (str_starts(r.version, "npm:")) { /* alias: npm:REAL@VERSION */
			size_t cut = str_rfind_char(r.version, '@');

			r.real = str_part(r.version, 4, cut != SIZE_MAX && cut > 4 ? cut - 4 : 0);
			r.version = str_part(
				r.version, cut == SIZE_MAX ? 0 : cut + 1, r.version.len);
		} else if (!r.source.len && spec_kind(r.version) != SPEC_RANGE) {
			r.source = r.version;
		}
		row_add(in, l, r);
		below = json_object_get(entry, "dependencies");
		if (json_is_object(below) && n < DEPTH_MAX) {
			stack[n].object = below;
			stack[n++].iter = json_object_iter(below);
		}
	}
	return true;
}

static enum status npm_read(
	struct read_in *in, struct cursor bytes, struct lock *l, const char **ret_why)
{
	struct json_doc doc;
	enum status s = json_doc_read(in, bytes, &doc);
	json_t *packages, *nested;
	bool whole = true;

	*ret_why = doc.why;
	l->text = doc.text;
	l->shift = doc.shift;
	if (s != STATUS_OK)
		return s;
	packages = json_object_get(doc.root, "packages");
	nested = json_object_get(doc.root, "dependencies");
	if (json_is_object(packages))
		whole = npm_packages(in, l, packages);
	else if (json_is_object(nested))
		whole = npm_nested(in, l, nested);
	json_doc_release(&doc);
	*ret_why = whole ? "" : "over budget";
	return whole ? STATUS_OK : STATUS_LIMIT;
}

/* --- yarn and pnpm, by line --- */

static size_t indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.len && line.p[n] == ' ')
		n++;
	return n;
}

static struct str unquoted(struct str s)
{
	s = str_trim(s);
	if (s.len >= 2 && (s.p[0] == '"' || s.p[0] == '\'') && s.p[s.len - 1] == s.p[0])
		s = str_part(s, 1, s.len - 2);
	return s;
}

/* The value behind `key` in a line "key value" or "key: value"; false if it is another key. */
static bool line_value(struct str line, const char *key, struct str *ret)
{
	size_t n = strlen(key);

	line = str_trim(line);
	if (!str_starts(line, key) || line.len <= n || (line.p[n] != ' ' && line.p[n] != ':'))
		return false;
	*ret = unquoted(str_part(line, n + (line.p[n] == ':' ? 1 : 0), line.len));
	return true;
}

/* "@scope/name@range" -> name and what follows the '@' that is not the scope's. */
static void split_at(struct str s, struct str *ret_name, struct str *ret_rest)
{
	size_t at = 1;

	while (at < s.len && s.p[at] != '@')
		at++;
	*ret_name = str_part(s, 0, at);
	*ret_rest = str_part(s, at + 1, s.len);
}

static void yarn_head(struct row *r, struct str line)
{
	struct str rest;
	size_t comma = str_find_z(line, ", ");

	line = str_part(line, 0, comma);
	if (line.len && line.p[line.len - 1] == ':')
		line.len--;
	line = unquoted(line);
	if (line.len && (line.p[0] == '"' || line.p[0] == '\''))
		line = str_part(line, 1, line.len);
	split_at(line, &r->name, &rest);
	if (str_starts(rest, "npm:") && str_has(rest, "@")) /* alias */
		split_at(str_part(rest, 4, rest.len), &r->real, &rest);
}

static bool yarn_read(struct read_in *in, struct lock *l)
{
	struct str rest = l->text, line, value;
	struct row r = {0};

	while (str_line(&rest, &line)) {
		if (!budget_step(in->budget, 2 + line.len / 32))
			return false;
		if (!line.len || line.p[0] == '#')
			continue;
		if (indent_of(line) == 0) {
			row_add(in, l, r);
			r = (struct row){.at = (size_t)(line.p - l->text.p)};
			yarn_head(&r, line);
		} else if (indent_of(line) == 2) {
			if (line_value(line, "version", &value))
				r.version = value;
			else if (line_value(line, "resolved", &value))
				r.source = value;
			else if (line_value(line, "integrity", &value))
				r.integrity = value;
			else if (line_value(line, "checksum", &value))
				r.integrity = value;
			else if (line_value(line, "cacheKey", &value))
				l->cache_key = value;
			else if (line_value(line, "resolution", &value) &&
				!str_has(value, "@npm:") && !str_has(value, "@workspace:") &&
				!str_has(value, "@patch:"))
				r.source = str_part(value, r.name.len + 1, value.len);
		}
	}
	row_add(in, l, r);
	return true;
}

/* "{integrity: x, tarball: y}" or a line of its own. */
static void pnpm_resolution(struct row *r, struct str value)
{
	static const char *const keys[] = {"integrity: ", "tarball: ", "repo: "};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t at = str_find_z(value, keys[i]), end;
		struct str v;

		if (at == SIZE_MAX)
			continue;
		v = str_part(value, at + strlen(keys[i]), value.len);
		for (end = 0; end < v.len && v.p[end] != ',' && v.p[end] != '}' && v.p[end] != ' ';
			end++)
			;
		v = unquoted(str_part(v, 0, end));
		if (i == 0)
			r->integrity = v;
		else
			r->source = v;
	}
}

/* Keys: "/name@1.0.0", "name@1.0.0(peer@2)", "/name/1.0.0_peer", "host/owner/repo/commit". */
static void pnpm_head(struct row *r, struct str key)
{
	size_t cut;

	key = str_trim(key);
	if (key.len && key.p[key.len - 1] == ':')
		key.len--;
	key = unquoted(key);
	if (str_starts(key, "/"))
		key = str_part(key, 1, key.len);
	cut = str_find_z(key, "(");
	key = str_part(key, 0, cut);
	split_at(key, &r->name, &r->version);
	if (!r->version.len) {
		cut = str_rfind_char(key, '/');
		r->name = str_part(key, 0, cut == SIZE_MAX ? 0 : cut);
		r->version = str_part(key, cut == SIZE_MAX ? 0 : cut + 1, key.len);
		r->version = str_part(r->version, 0, str_find_z(r->version, "_"));
	}
	if (str_has(r->version, "://"))
		r->source = r->version;
}

static bool pnpm_read(struct read_in *in, struct lock *l)
{
	struct str rest = l->text, line, value;
	bool in_packages = false, in_resolution = false;
	struct row r = {0};

	while (str_line(&rest, &line)) {
		size_t indent = indent_of(line);

		if (!budget_step(in->budget, 2 + line.len / 32))
			return false;
		if (indent == line.len || line.p[indent] == '#')
			continue;
		if (indent == 0) {
			in_packages = str_starts(line, "packages:");
			continue;
		}
		if (!in_packages)
			continue;
		if (indent == 2) {
			row_add(in, l, r);
			r = (struct row){.at = (size_t)(line.p - l->text.p)};
			pnpm_head(&r, line);
		}
		if (indent == 4)
			in_resolution = line_value(line, "resolution", &value);
		if (indent == 4 && in_resolution)
			pnpm_resolution(&r, value);
		else if (indent > 4 && in_resolution)
			pnpm_resolution(&r, line);
	}
	row_add(in, l, r);
	return true;
}

/* --- what differs --- */

static struct str token(struct str *rest)
{
	struct str s = str_trim(*rest), t;
	size_t end = 0;

	while (end < s.len && s.p[end] != ' ')
		end++;
	t = str_part(s, 0, end);
	*rest = str_part(s, end, s.len);
	return t;
}

static struct str algorithm_of(struct str hash)
{
	size_t at = str_find_z(hash, "-");

	if (at == SIZE_MAX)
		at = str_find_z(hash, "/"); /* yarn: cache key before the checksum */
	return at == SIZE_MAX ? STR_NONE : str_part(hash, 0, at);
}

enum agreement { NOT_COMPARABLE, SAME, DIFFERENT };

/* Several digests may stand side by side; one that agrees is enough, as the package manager takes it. */
static enum agreement integrity_compare(struct str a, struct str b)
{
	enum agreement result = NOT_COMPARABLE;
	struct str rest_a = a, x;

	for (int i = 0; i < 8 && (x = token(&rest_a)).len; i++) {
		struct str rest_b = b, y;

		for (int k = 0; k < 8 && (y = token(&rest_b)).len; k++) {
			if (!str_equal(algorithm_of(x), algorithm_of(y)))
				continue;
			if (str_equal(x, y))
				return SAME;
			result = DIFFERENT;
		}
	}
	return result;
}

static void lock_fact(struct reading *r, const struct row *row, const char *key, struct str detail)
{
	struct fact f = {
		.kind = FACT_LOCK, .unit = FACT_NO_UNIT, .key = str_of(key), .detail = detail};
	struct unit u = {.change = UNIT_CHANGED};
	size_t at = row->at;

	if (r->n_facts++ >= FACTS_EACH)
		return;
	f.value = arena_printf(
		r->in->arena, "%.*s@%.*s", STR_ARG(row->name), STR_ARG(row->version));
	if (at == SIZE_MAX)
		at = json_locate(r->new_.text, 0, row->locate);
	u.name = f.value;
	if (at != SIZE_MAX) {
		struct str line = str_part(r->new_.text, at, FACT_EXCERPT_BYTES);

		f.excerpt = str_part(line, 0, str_find_z(line, "\n"));
		u.line = f.line = line_of(r->lines, at, NULL);
		place_of(r->in, r->new_.text, r->new_.shift, at, f.excerpt.len, &f.offset,
			&f.length);
		u.offset = f.offset;
		u.length = f.length;
	}
	f.unit = read_unit(r->in, &u);
	read_fact(r->in, &f);
}

static struct str arrow(struct reading *r, struct str from, struct str to)
{
	return arena_printf(r->in->arena, "%.*s -> %.*s", STR_ARG(str_part(from, 0, 400)),
		STR_ARG(str_part(to, 0, 400)));
}

static void known_row(struct reading *r, const struct row *row, const struct row *old)
{
	struct str name;
	enum agreement agree = integrity_compare(old->integrity, row->integrity);

	if (str_has(row->integrity, "-") == false &&
		!str_equal(r->old.cache_key, r->new_.cache_key))
		agree = NOT_COMPARABLE;
	if (agree == SAME)
		return; /* the same bytes, wherever they come from */
	if (agree == DIFFERENT) {
		bool pinned = !row->source.len || is_registry(row->source, &name);

		lock_fact(r, row, pinned ? "integrity-changed" : "content-changed",
			arrow(r, old->integrity, row->integrity));
		return;
	}
	if (old->integrity.len && !row->integrity.len) {
		lock_fact(r, row, "integrity-lost", old->integrity);
		return;
	}
	if (old->source.len && row->source.len &&
		!str_equal(host_of(old->source), host_of(row->source)))
		lock_fact(r, row, "source-changed", arrow(r, old->source, row->source));
}

/* A URL that names another package than the row does. */
static bool names_another(const struct row *row)
{
	struct str name, want = row->real.len ? row->real : row->name;

	if (!is_registry(row->source, &name) || str_equal(name, want))
		return false;
	return !str_has(name, "%"); /* escaped: "@scope%2fname" */
}

static void new_row(struct reading *r, const struct row *row, bool has_old)
{
	struct str host = host_of(row->source);

	if (!has_old)
		return;
	if (is_elsewhere(row->source) && !keyset_has(&r->old.places, place_key(r->in->arena, row)))
		lock_fact(r, row, "source-new", row->source);
	else if (host.len && r->old.n && r->n_strange_hosts * 4 < r->new_.n &&
		!keyset_has(&r->old.hosts, key_of(host, 5)))
		lock_fact(r, row, "source-new", row->source);
}

static bool compare(struct reading *r, bool has_old)
{
	for (size_t i = 0; i < r->new_.n && r->old.n; i++) {
		struct str host = host_of(r->new_.rows[i].source);

		r->n_strange_hosts += host.len && !keyset_has(&r->old.hosts, key_of(host, 5));
	}
	for (size_t i = 0; i < r->new_.n; i++) {
		const struct row *row = &r->new_.rows[i], *old = row_find(r->in, &r->old, row);

		if (!budget_step(r->in->budget, 4))
			return false;
		if (names_another(row) && !(old && names_another(old)))
			lock_fact(r, row, "name-differs", row->source);
		else if (old)
			known_row(r, row, old);
		else
			new_row(r, row, has_old);
	}
	return true;
}

static enum lock_kind kind_of(struct str base)
{
	if (str_ends(base, ".json"))
		return LOCK_NPM;
	return str_is(base, "yarn.lock") ? LOCK_YARN : LOCK_PNPM;
}

static enum status lock_load(struct read_in *in, enum lock_kind kind, struct cursor bytes,
	struct lock *l, const char **ret_why)
{
	bool whole;

	keyset_init(&l->hosts, in->arena);
	keyset_init(&l->places, in->arena);
	*ret_why = "over budget";
	if (kind == LOCK_NPM) {
		TRY(npm_read(in, bytes, l, ret_why));
	} else {
		if (!read_text(in->arena, bytes, &l->text, &l->shift)) {
			*ret_why = "not text";
			return STATUS_DAMAGED;
		}
		whole = kind == LOCK_YARN ? yarn_read(in, l) : pnpm_read(in, l);
		if (!whole)
			return STATUS_LIMIT;
	}
	if (!lock_index(in, l))
		return STATUS_LIMIT;
	*ret_why = "";
	return STATUS_OK;
}

static enum status lock_read(struct read_in *in)
{
	struct reading *r = ARENA_NEW(in->arena, struct reading);
	enum lock_kind kind = kind_of(str_basename(in->path));
	const char *why = "", *old_why;
	bool has_old;
	enum status s;

	r->in = in;
	s = lock_load(in, kind, in->new_, &r->new_, &why);
	if (s != STATUS_OK) {
		read_cover(in,
			s == STATUS_DAMAGED && r->new_.text.len ? COVER_SHALLOW : COVER_BLIND,
			in->new_.len, why);
		return s;
	}
	r->lines = line_index_make(in->arena, r->new_.text);
	has_old = in->has_old && lock_load(in, kind, in->old, &r->old, &old_why) == STATUS_OK && r->old.n;
	if (!compare(r, has_old)) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return STATUS_LIMIT;
	}
	read_cover(in, COVER_PARSED, in->new_.len, "");
	return STATUS_OK;
}

/* Rows stand in the order of the file, so each is looked for behind the one before. */
enum status lockfile_rows(struct read_in *in, enum lock_kind kind,
	bool (*each)(void *user, const struct locked *row), void *user, const char **ret_why)
{
	struct lock l = {0};
	struct json_keys keys = {.n = 0};
	struct line_index *lines;
	size_t from = 0;

	TRY(lock_load(in, kind, in->new_, &l, ret_why));
	if (kind == LOCK_NPM && !json_keys_read(in, l.text, &keys)) {
		*ret_why = "over budget";
		return STATUS_LIMIT;
	}
	lines = line_index_make(in->arena, l.text);
	for (size_t i = 0; i < l.n; i++) {
		const struct row *r = &l.rows[i];
		size_t at = r->at == SIZE_MAX ? json_keys_locate(&keys, from, r->locate) : r->at;
		struct locked out = {.ecosystem = "npm", .name = r->real.len ? r->real : r->name,
			.version = r->version, .integrity = r->integrity,
			.source = is_elsewhere(r->source) ? r->source : STR_NONE};

		if (at != SIZE_MAX) {
			from = at;
			out.line = line_of(lines, at, NULL);
		}
		if (!each(user, &out))
			break;
	}
	return STATUS_OK;
}

extern const struct reader reader_lockfile;
const struct reader reader_lockfile = {
	.name = "lock file",
	.summary =
		"package-lock.json, npm-shrinkwrap.json, yarn.lock, pnpm-lock.yaml: pinned bytes and sources",
	.claim = lock_claim,
	.read = lock_read,
};
