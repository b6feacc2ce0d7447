/*
 * What packages of other kinds say about themselves and run by themselves: the control files and
 * maintainer scripts of a .deb (the shell reader reads what the scripts do), metadata of Python
 * packages, `.pth` lines. Works beside the reader of the content.
 */
#include "formats/signed_data.h"
#include "read/fresh_lines.h"
#include "read/package_info.h"
#include "read/package_script.h"
#include "read/shell_command.h"

enum manifest_kind {
	MANIFEST_NONE,
	MANIFEST_DEB_CONTROL,
	MANIFEST_RPM_HEADER,
	MANIFEST_PACKAGE_SCRIPT,
	MANIFEST_PACKAGE_INFO,
	MANIFEST_SIGNER,
	MANIFEST_DEB_TRIGGERS,
	MANIFEST_PYTHON,
	MANIFEST_PTH,
};

static enum manifest_kind kind_of(struct str path)
{
	struct str base = str_basename(path);

	if (str_has(path, "control.tar") && str_has(path, "!/")) {
		if (str_is(base, "control"))
			return MANIFEST_DEB_CONTROL;
		if (str_is(base, "triggers"))
			return MANIFEST_DEB_TRIGGERS;
	}
	if (str_is(base, "[rpm header].txt"))
		return MANIFEST_RPM_HEADER;
	if (str_is(base, "[signature].txt"))
		return MANIFEST_SIGNER;
	if (str_is(base, "PackageInfo"))
		return MANIFEST_PACKAGE_INFO;
	/* of a package; in its source tree nothing runs them yet */
	if (package_script(path).len && (str_has(path, "!/") || str_has(path, "[scriptlets]/")))
		return MANIFEST_PACKAGE_SCRIPT;
	if (str_is(base, "PKG-INFO") || (str_is(base, "METADATA") && str_has(path, ".dist-info/")))
		return MANIFEST_PYTHON;
	if (str_ends(base, ".pth"))
		return MANIFEST_PTH;
	return MANIFEST_NONE;
}

static int manifest_claim(const struct read_in *in)
{
	return kind_of(in->path) != MANIFEST_NONE ? 30 : 0;
}

/* --- fields: "Name: value", continued by lines that begin with a blank --- */

static struct str field(struct str text, const char *name)
{
	struct str rest = text, line;
	size_t n = strlen(name);

	while (str_line(&rest, &line)) {
		size_t from, end;

		if (line.len == 0) /* Python: the description follows */
			return STR_NONE;
		if (line.len <= n || line.p[n] != ':' ||
			!str_equal_nocase(str_part(line, 0, n), str_of(name)))
			continue;
		from = (size_t)(line.p - text.p) + n + 1;
		end = from + line.len - n - 1;
		while (str_line(&rest, &line) && line.len &&
			(line.p[0] == ' ' || line.p[0] == '\t'))
			end = (size_t)(line.p - text.p) + line.len;
		return str_trim(str_part(text, from, end - from));
	}
	return STR_NONE;
}

static struct fact fact_of_field(struct fresh_lines *f, enum fact_kind kind, struct str value)
{
	struct fact x;
	struct str before;

	f->at = value.p && value.p >= f->text.p && value.p <= f->text.p + f->text.len
		? (size_t)(value.p - f->text.p)
		: 0;
	before = str_part(f->text, 0, f->at);
	f->number = 1;
	for (size_t i = 0; i < before.len; i++)
		f->number += before.p[i] == '\n';
	x = fresh_fact(f, kind, value);
	x.flags = 0;
	return x;
}

static void identity(struct fresh_lines *f, const char *name, const char *key)
{
	struct str now = field(f->text, name), before = field(f->old, name);
	struct fact x = {.kind = FACT_MANIFEST,
		.flags = FACT_OF_OLD,
		.unit = FACT_NO_UNIT,
		.key = str_of(key),
		.value = before};

	if (before.len)
		read_fact(f->in, &x);
	x.flags = before.len && !str_equal(before, now) ? FACT_CHANGED_VALUE : 0;
	x.value = now;
	if (now.len)
		read_fact(f->in, &x);
}

static void statement(struct fresh_lines *f, const char *name, const char *key)
{
	struct str now = field(f->text, name), before = field(f->old, name);
	struct fact x;

	if (!f->old.p || str_equal(now, before))
		return;
	x = fact_of_field(f, FACT_MANIFEST, now);
	x.flags = FACT_CHANGED_VALUE | (now.len ? 0 : FACT_REMOVED);
	x.key = str_of(key);
	x.value = now.len ? now : before;
	x.detail = now.len ? before : STR_NONE;
	read_fact(f->in, &x);
}

/* The name in "libssl3 (>= 3.0.0) [amd64]" or "requests>=2; extra == 'x'". */
static struct str relation_name(struct str s)
{
	size_t end = 0;

	s = str_trim(s);
	while (end < s.len && !strchr(" (:[<>=!~;,|\n\t", s.p[end]))
		end++;
	return str_part(s, 0, end);
}

static bool relation_known(struct str list, struct str name)
{
	size_t at = 0;

	while (at < list.len) {
		size_t end = at;

		while (end < list.len && list.p[end] != ',' && list.p[end] != '|')
			end++;
		if (str_equal(relation_name(str_part(list, at, end - at)), name))
			return true;
		at = end + 1;
	}
	return false;
}

static void relations(struct fresh_lines *f, const char *name)
{
	struct str now = field(f->text, name), before = field(f->old, name);
	size_t at = 0;

	while (at < now.len && f->old.p) {
		size_t end = at;
		struct str one;

		while (end < now.len && now.p[end] != ',' && now.p[end] != '|')
			end++;
		one = str_trim(str_part(now, at, end - at));
		if (!budget_step(f->in->budget, 4 + before.len / 16))
			return;
		if (one.len && !relation_known(before, relation_name(one))) {
			struct fact x = fact_of_field(f, FACT_DEP_ADDED, one);

			x.key = relation_name(one);
			x.value = one;
			x.detail = str_of(name);
			read_fact(f->in, &x);
		}
		at = end + 1;
	}
}

static void deb_control(struct fresh_lines *f)
{
	identity(f, "Package", "name");
	identity(f, "Version", "version");
	statement(f, "Maintainer", "maintainer");
	statement(f, "Homepage", "homepage");
	statement(f, "Essential", "essential");
	relations(f, "Depends");
	relations(f, "Pre-Depends");
	relations(f, "Recommends");
}

/* The name in "Requires: NAME >= 1". What rpm itself provides, files and libraries are no packages. */
static struct str rpm_relation(struct str line)
{
	struct str name = relation_name(str_part(line, sizeof("Requires:") - 1, line.len));

	return str_starts(name, "/") || str_is(name, "rpmlib") || str_has(name, ".so") ? STR_NONE : name;
}

/* "Signature: who", as the openers of packages write it. A renewed certificate keeps its publisher. */
static void signer(struct fresh_lines *f)
{
	struct str before = field(f->old, "Signature"), now = field(f->text, "Signature");
	bool lost = !now.len || str_is(now, "none");
	struct fact x = {.kind = FACT_EXE_SIGNER, .flags = FACT_CHANGED_VALUE, .unit = FACT_NO_UNIT};

	if (!f->old.p || !before.len || str_is(before, "none") ||
		str_equal(signed_publisher(before), signed_publisher(now)))
		return;
	x.key = lost ? STR("none") : STR("identity");
	x.value = arena_printf(f->in->arena, "%.*s -> %.*s", STR_ARG(before),
		STR_ARG(lost ? STR("none") : now));
	read_fact(f->in, &x);
}

/* The text that the opener made of the header (formats/rpm_text.c). */
static void rpm_header(struct fresh_lines *f)
{
	struct str line;

	identity(f, "Name", "name");
	identity(f, "Version", "version");
	statement(f, "Vendor", "maintainer");
	statement(f, "Packager", "maintainer");
	statement(f, "URL", "homepage");
	signer(f);
	while (fresh_next(f, &line)) {
		struct str name = str_starts(line, "Requires:") ? rpm_relation(line) : STR_NONE;
		struct fact x;

		if (!name.len || !f->old.p ||
			str_has(f->old, arena_printf(f->in->arena, "\nRequires: %.*s", STR_ARG(name)).p))
			continue; /* another version of the same */
		x = fresh_fact(f, FACT_DEP_ADDED, line);
		x.flags = 0;
		x.key = name;
		x.value = str_trim(str_part(line, sizeof("Requires:") - 1, line.len));
		x.detail = STR("Requires");
		read_fact(f->in, &x);
	}
}

static void python_metadata(struct fresh_lines *f)
{
	struct str line;

	identity(f, "Name", "name");
	identity(f, "Version", "version");
	statement(f, "Author", "author");
	statement(f, "Author-email", "author-email");
	statement(f, "Maintainer", "maintainer");
	statement(f, "Maintainer-email", "maintainer-email");
	statement(f, "Home-page", "homepage");
	while (fresh_next(f, &line)) {
		struct str spec = str_trim(str_part(line, 14, line.len));
		struct fact x;

		if (!str_starts(line, "Requires-Dist:") || !f->old.p)
			continue;
		if (str_has(f->old,
			    arena_printf(f->in->arena, "Requires-Dist: %.*s",
				    STR_ARG(relation_name(spec)))
				    .p))
			continue; /* another version of the same */
		x = fresh_fact(f, FACT_DEP_ADDED, line);
		x.flags = 0;
		x.key = relation_name(spec);
		x.value = spec;
		x.detail = STR("Requires-Dist");
		read_fact(f->in, &x);
	}
}

/* A script of the package: new ones are hooks; in a changed one the change runs when the hook does. */
static void package_script_hook(struct fresh_lines *f)
{
	struct read_in *in = f->in;
	struct str base = str_basename(in->path), first = STR_NONE, rest = f->text;
	struct fact x = {.kind = FACT_HOOK,
		.unit = FACT_NO_UNIT,
		.flags = in->has_old ? FACT_OF_OLD : FACT_TOP_LEVEL,
		.line = 1};

	(void)str_line(&rest, &first);
	if (!in->has_old) {
		struct unit u = {
			.change = UNIT_ADDED, .line = 1, .length = in->new_.len, .name = base};

		x.unit = read_unit(in, &u);
	}
	x.key = arena_printf(in->arena, "%.*s:%.*s", STR_ARG(package_script(in->path)), STR_ARG(base));
	x.value = arena_printf(in->arena, "package script %.*s (%.*s)", STR_ARG(base),
		STR_ARG(str_part(first, 0, 80)));
	x.detail = base;
	x.length = in->new_.len;
	x.excerpt = str_part(f->text, 0, FACT_EXCERPT_BYTES);
	read_fact(in, &x);
}

static void deb_triggers(struct fresh_lines *f)
{
	struct str line;

	while (fresh_next(f, &line)) {
		struct fact x;

		if (line.p[0] == '#')
			continue;
		x = fresh_fact(f, FACT_MANIFEST, line);
		x.key = STR("trigger");
		x.value = line;
		read_fact(f->in, &x);
	}
}

/* Python runs each line that begins with "import" at every start. */
static void pth_lines(struct fresh_lines *f)
{
	struct str line;

	while (fresh_next(f, &line)) {
		struct fact x, at;

		if (!str_starts(line, "import ") && !str_starts(line, "import\t"))
			continue;
		at = x = fresh_fact(f, FACT_HOOK, line);
		x.key = STR("python:pth");
		x.value = line;
		read_fact(f->in, &x);
		command_facts(f->in, line, &at);
	}
}

static enum status manifest_read(struct read_in *in)
{
	struct fresh_lines f;

	if (!fresh_begin(&f, in)) {
		read_cover(in, COVER_BLIND, in->new_.len, f.limit ? "over budget" : "not text");
		return f.limit ? STATUS_LIMIT : STATUS_DAMAGED;
	}
	switch (kind_of(in->path)) {
	case MANIFEST_DEB_CONTROL: deb_control(&f); break;
	case MANIFEST_RPM_HEADER: rpm_header(&f); break;
	case MANIFEST_PACKAGE_SCRIPT: package_script_hook(&f); break;
	case MANIFEST_PACKAGE_INFO: package_info(&f); break;
	case MANIFEST_SIGNER: signer(&f); break;
	case MANIFEST_DEB_TRIGGERS: deb_triggers(&f); break;
	case MANIFEST_PYTHON: python_metadata(&f); break;
	case MANIFEST_PTH: pth_lines(&f); break;
	case MANIFEST_NONE: break;
	}
	read_cover(in, f.limit ? COVER_BLIND : COVER_PARSED, in->new_.len,
		f.limit ? "over budget" : "");
	return f.limit ? STATUS_LIMIT : STATUS_OK;
}

extern const struct reader reader_manifest;
const struct reader reader_manifest = {
	.name = "manifest",
	.summary =
		"control data and scripts of .deb, .rpm and macOS packages, Python metadata, .pth",
	.claim = manifest_claim,
	.read = manifest_read,
};
