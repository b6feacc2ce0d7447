/*
 *   <pkg-info identifier="..." version="..."> <scripts> <preinstall file="./preinstall"/> ... </scripts>
 *
 * Scripts under their usual names are hooks by their place (package_script.h). Under another name only
 * this file makes them run.
 */
#include "read/package_info.h"

#include "formats/xml.h"
#include "read/package_script.h"

enum { SCRIPTS_MAX = 64 };

struct info {
	struct arena *arena;
	struct str name, version;
	struct {
		struct str trigger, file;
	} scripts[SCRIPTS_MAX];
	size_t n_scripts;
	bool in_scripts;
};

static void on_begin(void *user, const char *name, const char *const *attributes)
{
	struct info *x = user;
	struct str file = xml_attribute(attributes, "file");

	if (strcmp(name, "pkg-info") == 0) {
		x->name = arena_str(x->arena, xml_attribute(attributes, "identifier"));
		x->version = arena_str(x->arena, xml_attribute(attributes, "version"));
	}
	if (x->in_scripts && file.len && x->n_scripts < SCRIPTS_MAX) {
		x->scripts[x->n_scripts].trigger = arena_str(x->arena, str_of(name));
		x->scripts[x->n_scripts++].file = arena_str(x->arena, file);
	}
	x->in_scripts |= strcmp(name, "scripts") == 0;
}

static void on_end(void *user, const char *name, struct str text)
{
	struct info *x = user;

	(void)text;
	if (strcmp(name, "scripts") == 0)
		x->in_scripts = false;
}

static void info_read(struct fresh_lines *f, struct str text, struct info *x)
{
	struct xml_handler h = {on_begin, on_end, x};

	*x = (struct info){.arena = f->in->arena};
	if (text.len && xml_read(f->in->budget, text, &h) == STATUS_LIMIT)
		f->limit = true;
}

static void identity(struct fresh_lines *f, const char *key, struct str before, struct str now)
{
	struct fact x = {.kind = FACT_MANIFEST, .unit = FACT_NO_UNIT, .key = str_of(key), .value = before,
		.flags = FACT_OF_OLD};

	if (before.len)
		read_fact(f->in, &x);
	x.flags = before.len && !str_equal(before, now) ? FACT_CHANGED_VALUE : 0;
	x.value = now;
	if (now.len)
		read_fact(f->in, &x);
}

static bool has_script(const struct info *x, struct str trigger, struct str file)
{
	for (size_t i = 0; i < x->n_scripts; i++)
		if (str_equal(x->scripts[i].trigger, trigger) && str_equal(x->scripts[i].file, file))
			return true;
	return false;
}

static void hook(struct fresh_lines *f, struct str trigger, struct str file, bool known)
{
	struct unit u = {.change = UNIT_ADDED, .line = 1, .length = f->in->new_.len, .name = trigger};
	struct fact x = {.kind = FACT_HOOK,
		.flags = known ? FACT_OF_OLD : FACT_TOP_LEVEL,
		.unit = known ? FACT_NO_UNIT : read_unit(f->in, &u),
		.line = 1,
		.value = file,
		.length = f->in->new_.len};

	x.key = arena_printf(f->in->arena, "pkg:%.*s", STR_ARG(trigger));
	if (str_starts(file, "./"))
		file = str_part(file, 2, file.len);
	x.detail = arena_printf(f->in->arena, "Scripts!/%.*s", STR_ARG(file));
	x.excerpt = x.value;
	read_fact(f->in, &x);
}

void package_info(struct fresh_lines *f)
{
	struct info now, before;

	info_read(f, f->text, &now);
	info_read(f, f->old, &before);
	identity(f, "name", before.name, now.name);
	identity(f, "version", before.version, now.version);
	for (size_t i = 0; i < now.n_scripts; i++) {
		struct str file = now.scripts[i].file;
		struct str usual = arena_printf(f->in->arena, "Scripts!/%.*s", STR_ARG(str_basename(file)));

		if (!package_script(usual).len)
			hook(f, now.scripts[i].trigger, file, has_script(&before, now.scripts[i].trigger, file));
	}
}
