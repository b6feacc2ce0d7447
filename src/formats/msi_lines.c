/*
 * Rows of an installer database as lines: who runs what, when, with which rights; what goes where.
 * Words of a custom action: what it is (exe dll jscript vbscript set error nested), where it comes
 * from (binary file directory property inline), and deferred rollback commit no-impersonate async
 * continue hide-target. Rows of tables without a shape of their own become `Row "Table" "value"
 * ...`.
 */
#include "formats/msi.h"

#include "formats/install_lines.h"

enum { FORMAT_DEPTH = 4, FORMAT_BYTES = 16 << 10, PATH_BYTES = 4096, LOOKUP_STEP = 8 };

enum { /* CustomAction.Type */
	ACTION_BASE = 0x3f,
	ACTION_CONTINUE = 0x40,
	ACTION_ASYNC = 0x80,
	ACTION_ROLLBACK = 0x100,
	ACTION_COMMIT = 0x200,
	ACTION_DEFERRED = 0x400,
	ACTION_NO_IMPERSONATE = 0x800,
	ACTION_HIDE_TARGET = 0x2000,
};

struct action_kind {
	uint8_t base;
	const char *words;
};

static const struct action_kind action_kinds[] = {
	{1, "dll binary"}, {2, "exe binary"}, {5, "jscript binary"}, {6, "vbscript binary"}, {7,
		"nested storage"},
	{17, "dll file"}, {18, "exe file"}, {19, "error"}, {21, "jscript file"}, {22,
		"vbscript file"},
	{23, "nested file"}, {34, "exe directory"}, {35, "set directory"}, {37, "jscript inline"},
	{38, "vbscript inline"}, {39, "nested product"}, {50, "exe property"}, {51, "set property"},
	{53, "jscript property"}, {54, "vbscript property"},
};

struct lines {
	struct msi *m;
	struct buf *out;
	const struct msi_table *files, *directories, *components, *properties;
};

static struct lines lines_of(struct msi *m, struct buf *out)
{
	return (struct lines){.m = m,
		.out = out,
		.files = msi_table(m, "File"),
		.directories = msi_table(m, "Directory"),
		.components = msi_table(m, "Component"),
		.properties = msi_table(m, "Property")};
}

static bool row_find(const struct lines *l, const struct msi_table *t, struct str key, size_t *ret)
{
	return key.len && msi_row(l->m, t, key, ret);
}

/* "SHORT~1|Long name" -> "Long name"; "target:source" -> "target". */
static struct str long_name(struct str s)
{
	size_t bar, colon = str_find_z(s, ":");

	if (colon != SIZE_MAX)
		s = str_part(s, 0, colon);
	bar = str_find_z(s, "|");
	return bar == SIZE_MAX ? s : str_part(s, bar + 1, s.len);
}

/* A folder that has no name but its key ("ProgramFilesFolder") stays in brackets. */
static struct str directory_path(const struct lines *l, struct str key)
{
	struct str parts[MSI_DIRECTORY_DEPTH];
	struct buf b;
	struct str s;
	size_t n = 0, row;

	while (n < MSI_DIRECTORY_DEPTH && row_find(l, l->directories, key, &row)) {
		struct str name = long_name(msi_get(l->m, l->directories, row, "DefaultDir")),
			   parent = msi_get(l->m, l->directories, row, "Directory_Parent");

		if (!parent.len || str_equal(parent, key) || str_is(key, "TARGETDIR"))
			break;
		if (str_ends(key, "Folder")) { /* Windows' own */
			parts[n++] = key;
			break;
		}
		if (!str_is(name, "."))
			parts[n++] = name;
		key = parent;
	}
	if (!n)
		return key;
	buf_init(&b, PATH_BYTES);
	for (size_t i = n; i > 0; i--) {
		buf_add_str(&b, parts[i - 1]);
		if (i > 1)
			buf_add_char(&b, '/');
	}
	s = arena_str(l->m->a->in->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct str component_directory(const struct lines *l, struct str component)
{
	size_t row;

	if (!row_find(l, l->components, component, &row))
		return STR_NONE;
	return directory_path(l, msi_get(l->m, l->components, row, "Directory_"));
}

struct str msi_file_path(struct msi *m, const struct msi_table *files, size_t row)
{
	struct lines l = lines_of(m, NULL);
	struct str folder = component_directory(&l, msi_get(m, files, row, "Component_")),
		   name = long_name(msi_get(m, files, row, "FileName"));

	return folder.len ? arena_printf(m->a->in->arena, "%.*s/%.*s", STR_ARG(folder),
		STR_ARG(name)) : name;
}

static struct str file_path(const struct lines *l, struct str key)
{
	size_t row;

	return row_find(l, l->files, key, &row) ? msi_file_path(l->m, l->files, row) : key;
}

static void formatted_put(const struct lines *l, struct str s, struct buf *out, int depth);

/* What stands between brackets. */
static void reference_put(const struct lines *l, struct str name, struct buf *out, int depth)
{
	struct str value = STR_NONE;
	size_t row;

	if (name.len > 1 && name.p[0] == '\\')
		buf_add_char(out, name.p[1]);
	else if (name.len > 1 && (name.p[0] == '#' || name.p[0] == '!'))
		buf_add_str(out, file_path(l, str_part(name, 1, name.len)));
	else if (depth < FORMAT_DEPTH && row_find(l, l->properties, name, &row))
		value = msi_get(l->m, l->properties, row, "Value");
	else
		buf_printf(out, "[%.*s]", STR_ARG(name));
	if (value.len)
		formatted_put(l, value, out, depth + 1);
}

/* Formatted text: "[Property]", "[#File]", "[\c]"; what only the machine knows stays as it is. */
static void formatted_put(const struct lines *l, struct str s, struct buf *out, int depth)
{
	size_t i = 0;

	while (i < s.len && !out->full) {
		size_t end;

		if (s.p[i] != '[') {
			buf_add_char(out, s.p[i++]);
			continue;
		}
		end = str_find_z(str_part(s, i + 1 + (i + 1 < s.len &&
			s.p[i + 1] == '\\' ? 2 : 0), 256), "]");
		if (end == SIZE_MAX) {
			buf_add_char(out, s.p[i++]);
			continue;
		}
		end += i + 1 < s.len && s.p[i + 1] == '\\' ? 2 : 0;
		reference_put(l, str_part(s, i + 1, end), out, depth);
		i += end + 2;
	}
}

static struct str formatted(const struct lines *l, struct str s)
{
	struct buf b;
	struct str r;

	if (str_find_z(s, "[") == SIZE_MAX)
		return s;
	buf_init(&b, FORMAT_BYTES);
	formatted_put(l, s, &b, 0);
	r = arena_str(l->m->a->in->arena, buf_str(&b));
	if (b.full) /* longer than any command line: as it stands */
		r = s;
	buf_release(&b);
	return r;
}

/* --- custom actions --- */

static const char *action_words(int64_t type)
{
	for (size_t i = 0; i < sizeof(action_kinds) / sizeof(action_kinds[0]); i++)
		if (action_kinds[i].base == (type & ACTION_BASE))
			return action_kinds[i].words;
	return "unknown";
}

static enum msi_script action_script(int64_t type)
{
	const char *words = action_words(type);

	return strncmp(words, "jscript", 7) == 0 ? MSI_SCRIPT_JS
		: strncmp(words, "vbscript", 8) == 0 ? MSI_SCRIPT_VBS : MSI_SCRIPT_NONE;
}

enum msi_script msi_stream_script(struct msi *m, struct str stream)
{
	const struct msi_table *t = msi_table(m, "CustomAction");

	if (!str_starts(stream, "Binary.") || !t ||
		archive_step(m->a, t->n_rows / LOOKUP_STEP + 1) != STATUS_OK)
		return MSI_SCRIPT_NONE;
	for (size_t i = 0; i < t->n_rows; i++) {
		int64_t type = msi_number(m, t, i, "Type");

		if (((type & ACTION_BASE) == 5 || (type & ACTION_BASE) == 6) &&
			str_equal(msi_get(m, t, i, "Source"), str_part(stream, 7, stream.len)))
			return action_script(type);
	}
	return MSI_SCRIPT_NONE;
}

static struct str script_name(const struct msi *m, struct str action, enum msi_script kind)
{
	return arena_printf(m->a->in->arena, "[custom action]/%.*s.%s", STR_ARG(action),
		kind == MSI_SCRIPT_JS ? "js" : "vbs");
}

bool msi_inline_script(struct msi *m, size_t *at, struct str *ret_name, struct str *ret_text)
{
	const struct msi_table *t = msi_table(m, "CustomAction");

	for (; t && *at < t->n_rows; ++*at) {
		int64_t type = msi_number(m, t, *at, "Type") & ACTION_BASE;
		struct lines l = lines_of(m, NULL);
		size_t row;

		if (type != 37 && type != 38 && type != 53 && type != 54)
			continue;
		*ret_text = msi_get(m, t, *at, "Target");
		if (type > 50 && row_find(&l, l.properties, msi_get(m, t, *at, "Source"), &row))
			*ret_text = msi_get(m, l.properties, row, "Value");
		*ret_name = script_name(m, msi_cell(m, t, *at, 0), action_script(type));
		++*at;
		return true;
	}
	return false;
}

/* What is run, as a command line where it is one. */
static struct str action_command(const struct lines *l, int64_t type, struct str name,
	struct str source,
	struct str target)
{
	struct arena *a = l->m->a->in->arena;
	enum msi_script script = action_script(type);
	size_t row;

	switch (type & ACTION_BASE) {
	case 1: return arena_printf(a, "Binary.%.*s!%.*s", STR_ARG(source), STR_ARG(target));
	case 2: return arena_printf(a, "Binary.%.*s %.*s", STR_ARG(source), STR_ARG(formatted(l,
		target)));
	case 5:
	case 6: return arena_printf(a, "Binary.%.*s.%s", STR_ARG(source), script == MSI_SCRIPT_JS
		? "js" : "vbs");
	case 17: return arena_printf(a, "%.*s!%.*s", STR_ARG(file_path(l, source)),
		STR_ARG(target));
	case 18:
	case 21:
	case 22: return arena_printf(a, "\"%.*s\" %.*s", STR_ARG(file_path(l, source)),
		STR_ARG(formatted(l, target)));
	case 37:
	case 38:
	case 53:
	case 54: return script_name(l->m, name, script);
	case 50:
		if (row_find(l, l->properties, source, &row))
			source = msi_get(l->m, l->properties, row, "Value");
		else
			source = arena_printf(a, "[%.*s]", STR_ARG(source));
		return arena_printf(a, "\"%.*s\" %.*s", STR_ARG(source), STR_ARG(formatted(l,
			target)));
	default: return formatted(l, target);
	}
}

static void action_put(const struct lines *l, const struct msi_table *t, size_t row)
{
	int64_t type = msi_number(l->m, t, row, "Type");
	struct str name = msi_cell(l->m, t, row, 0), source = msi_get(l->m, t, row, "Source"),
		   target = msi_get(l->m, t, row, "Target");

	install_line(l->out, "CustomAction ");
	buf_add_z(l->out, action_words(type));
	if (type & ACTION_DEFERRED)
		buf_add_z(l->out, type & ACTION_ROLLBACK ? " rollback" : type & ACTION_COMMIT
			? " commit" : " deferred");
	if (type & ACTION_NO_IMPERSONATE)
		buf_add_z(l->out, " no-impersonate");
	if (type & ACTION_ASYNC)
		buf_add_z(l->out, " async");
	if (type & ACTION_CONTINUE)
		buf_add_z(l->out, " continue");
	if (type & ACTION_HIDE_TARGET)
		buf_add_z(l->out, " hide-target");
	install_arg(l->out, name);
	install_arg(l->out, action_command(l, type, name, source, target));
	install_arg(l->out, source);
	if (action_script(type) != MSI_SCRIPT_NONE && (type & ACTION_BASE) < 37)
		install_arg(l->out, target);
	install_line_end(l->out);
}

/* --- other tables --- */

static const char *registry_root(int64_t root)
{
	static const char *const names[] = {"HKCR", "HKCU", "HKLM", "HKU"};

	return root >= 0 && root < 4 ? names[root] : "HKMU";
}

/* Value: "#5" a number, "#x0A" bytes, "#%" text to be expanded, "##" a text that begins with '#'. */
static void registry_put(const struct lines *l, const struct msi_table *t, size_t row)
{
	struct str value = msi_get(l->m, t, row, "Value"), name = msi_get(l->m, t, row, "Name");
	const char *word = "WriteRegStr";

	if (str_starts(value, "#%")) {
		word = "WriteRegExpandStr";
		value = str_part(value, 2, value.len);
	} else if (str_starts(value, "#x")) {
		word = "WriteRegBin";
	} else if (str_starts(value, "##")) {
		value = str_part(value, 1, value.len);
	} else if (str_starts(value, "#")) {
		word = "WriteRegDWORD";
		value = str_part(value, 1, value.len);
	}
	buf_printf(l->out, "%s %s", word, registry_root(msi_number(l->m, t, row, "Root")));
	install_arg(l->out, msi_get(l->m, t, row, "Key"));
	install_arg(l->out, name);
	install_arg(l->out, formatted(l, value));
	install_line_end(l->out);
}

static struct str joined(const struct lines *l, struct str folder, struct str name)
{
	return arena_printf(l->m->a->in->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
}

static void service_put(const struct lines *l, const struct msi_table *t, size_t row)
{
	static const char *const starts[] = {"boot", "system", "auto", "demand", "disabled"};
	int64_t start = msi_number(l->m, t, row, "StartType");
	struct str component = msi_get(l->m, t, row, "Component_"), program = STR_NONE;
	size_t at;

	if (row_find(l, l->components, component, &at))
		program = file_path(l, msi_get(l->m, l->components, at, "KeyPath"));
	buf_printf(l->out, "Service %s", start >= 0 && start < 5 ? starts[start] : "odd");
	install_arg(l->out, formatted(l, msi_get(l->m, t, row, "Name")));
	install_arg(l->out, arena_printf(l->m->a->in->arena, "\"%.*s\" %.*s", STR_ARG(program),
		STR_ARG(formatted(l, msi_get(l->m, t, row, "Arguments")))));
	install_arg(l->out, msi_get(l->m, t, row, "DisplayName"));
	install_arg(l->out, msi_get(l->m, t, row, "StartName"));
	install_line_end(l->out);
}

static void shortcut_put(const struct lines *l, const struct msi_table *t, size_t row)
{
	install_line(l->out, "CreateShortCut");
	install_arg(l->out, joined(l, directory_path(l, msi_get(l->m, t, row, "Directory_")),
		long_name(msi_get(l->m, t, row, "Name"))));
	install_arg(l->out, formatted(l, msi_get(l->m, t, row, "Target")));
	install_arg(l->out, formatted(l, msi_get(l->m, t, row, "Arguments")));
	install_line_end(l->out);
}

static void file_put(const struct lines *l, const struct msi_table *t, size_t row)
{
	install_line(l->out, "File");
	install_arg(l->out, msi_file_path(l->m, t, row));
	install_arg(l->out, msi_cell(l->m, t, row, 0));
	install_arg(l->out, msi_get(l->m, t, row, "FileSize"));
	install_arg(l->out, msi_get(l->m, t, row, "Version"));
	install_line_end(l->out);
}

static void property_put(const struct lines *l, const struct msi_table *t, size_t row)
{
	install_line(l->out, "Property");
	install_arg(l->out, msi_cell(l->m, t, row, 0));
	install_arg(l->out, msi_get(l->m, t, row, "Value"));
	install_line_end(l->out);
}

static void row_put(const struct lines *l, const struct msi_table *t, size_t row)
{
	install_line(l->out, "Row");
	install_arg(l->out, t->name);
	for (size_t i = 0; i < t->n_columns; i++)
		install_arg(l->out, msi_cell(l->m, t, row, i));
	install_line_end(l->out);
}

struct table_shape {
	const char *table;
	void (*put)(const struct lines *l, const struct msi_table *t, size_t row);
};

static enum status table_put(const struct lines *l, const struct msi_table *t,
	void (*put)(const struct lines *l, const struct msi_table *t, size_t row))
{
	for (size_t i = 0; t && i < t->n_rows; i++) {
		size_t before = l->out->len;

		put(l, t, i);
		if (l->out->full)
			l->m->a->limit_why = "text of the tables";
		TRY(archive_step(l->m->a, 1 + (l->out->len - before) / 32));
		if (l->out->full)
			return STATUS_LIMIT;
	}
	return STATUS_OK;
}

/* Sequences are put in the order in which they run. */
struct step {
	int64_t number;
	size_t row;
};

static int step_cmp(const void *x, const void *y)
{
	const struct step *a = x, *b = y;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->row < b->row ? -1 : a->row > b->row;
}

static enum status sequence_put(const struct lines *l, const char *name)
{
	const struct msi_table *t = msi_table(l->m, name);
	struct step *steps;

	if (!t || !t->n_rows)
		return STATUS_OK;
	TRY(archive_step(l->m->a, t->n_rows + 1));
	steps = ARENA_ARRAY(l->m->a->in->arena, t->n_rows, struct step);
	for (size_t i = 0; i < t->n_rows; i++)
		steps[i] = (struct step){msi_number(l->m, t, i, "Sequence"), i};
	qsort(steps, t->n_rows, sizeof(*steps), step_cmp);
	for (size_t i = 0; i < t->n_rows; i++) {
		buf_printf(l->out, "%s %lld", name, (long long)steps[i].number);
		install_arg(l->out, msi_cell(l->m, t, steps[i].row, 0));
		install_arg(l->out, msi_get(l->m, t, steps[i].row, "Condition"));
		install_line_end(l->out);
	}
	if (l->out->full)
		l->m->a->limit_why = "text of the tables";
	return l->out->full ? STATUS_LIMIT : STATUS_OK;
}

enum status msi_lines(struct msi *m, struct buf *out)
{
	static const struct table_shape shapes[] = {{"Property", property_put}, {"CustomAction",
		action_put},
		{"ServiceInstall", service_put}, {"Registry", registry_put}, {"Shortcut",
			shortcut_put},
		{"File", file_put}};
	static const char *const sequences[] = {"InstallExecuteSequence", "InstallUISequence",
		"AdminExecuteSequence", "AdminUISequence", "AdvtExecuteSequence"};
	enum { N_SHAPES = sizeof(shapes) / sizeof(shapes[0]), N_SEQUENCES =
		sizeof(sequences) / sizeof(sequences[0]) };
	struct lines l = lines_of(m, out);

	for (size_t i = 0; i < N_SHAPES; i++)
		TRY(table_put(&l, msi_table(m, shapes[i].table), shapes[i].put));
	for (size_t i = 0; i < N_SEQUENCES; i++)
		TRY(sequence_put(&l, sequences[i]));
	for (size_t i = 0; i < m->n_tables; i++) {
		const struct msi_table *t = &m->tables[i];
		bool done = !t->loaded;

		for (size_t k = 0; k < N_SHAPES; k++)
			done = done || str_is(t->name, shapes[k].table);
		for (size_t k = 0; k < N_SEQUENCES; k++)
			done = done || str_is(t->name, sequences[k]);
		if (!done)
			TRY(table_put(&l, t, row_put));
	}
	return STATUS_OK;
}
