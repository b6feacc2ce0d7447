/*
 * OLE compound files, and what Windows Installer keeps in them. Children: "[install tables]"
 * (derived: a line a row, see msi_lines.c), scripts that stand in the tables ("[custom
 * action]/Name.vbs"), every stream under its decoded name ("app.cab", "Binary.Tool",
 * "storage/stream"; scripts that an action runs get their ending), streams of tables only where
 * they could not be read as such, and "[left over]": what no stream owns and is not zero. Members
 * of cabinets get the names that the table File gives them.
 */
#include "formats/msi.h"

#include "formats/install_lines.h"
#include "formats/ole.h"
#include "formats/signed_data.h"

enum { FIRST_LINES_BYTES = 1 << 20 };

struct opening {
	struct archive a;
	struct ole ole;
	struct msi msi;
	struct str *names; /* by entry */
	bool *done;        /* by entry: needs no child of its own */
	struct buf text;
};

static int ole_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 8);

	return p && total_bytes >= 512 && memcmp(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0
		? 64 : 0;
}

static bool is_stream(const struct opening *o, size_t i)
{
	return o->ole.entries[i].type == OLE_STREAM;
}

static bool in_root(const struct opening *o, size_t i)
{
	return o->ole.entries[i].reached && o->ole.entries[i].parent == 0;
}

/* Names of the storages in front; one that nobody lists says so. */
static struct str path_of(struct opening *o, size_t i)
{
	struct arena *arena = o->a.in->arena;
	const struct ole_entry *e = &o->ole.entries[i];
	struct str path = msi_name(arena, e->units, e->n_units);
	uint32_t up = e->reached ? e->parent : 0;

	for (int depth = 0; up && up < o->ole.n_entries && depth < OLE_DEPTH_MAX; depth++) {
		const struct ole_entry *s = &o->ole.entries[up];
		struct str name = msi_name(arena, s->units, s->n_units);

		path = arena_printf(arena, "%.*s/%.*s", STR_ARG(name), STR_ARG(path));
		up = s->parent;
	}
	return e->reached ? path : arena_printf(arena, "[not listed]/%.*s", STR_ARG(path));
}

static enum status runs_deliver(struct opening *o, struct entry *e, const struct ole_stream *s,
	const char *why)
{
	if (s->n_runs == 1 && s->how == STATUS_OK) {
		e->flags = ENTRY_SPAN;
		e->span_offset = s->runs[0].offset;
		e->span_bytes = s->runs[0].bytes;
		return archive_bare_child(&o->a, e, STATUS_OK, "");
	}
	TRY(archive_child(&o->a, e));
	for (size_t i = 0; i < s->n_runs; i++) {
		enum status st = archive_spend(&o->a, s->runs[i].bytes);

		if (st == STATUS_LIMIT) {
			TRY(archive_child_end(&o->a, STATUS_LIMIT, o->a.limit_why));
			return st;
		}
		TRY(archive_data(&o->a, o->ole.in.base + s->runs[i].offset,
			(size_t)s->runs[i].bytes));
	}
	return archive_child_end(&o->a, s->how, s->how == STATUS_OK ? "" : why);
}

static enum status text_deliver(struct opening *o, struct str name, struct str text)
{
	struct entry e = {.name = name, .origin = ORIGIN_DERIVED, .size_bytes = text.len};

	TRY(archive_child(&o->a, &e));
	if (archive_spend(&o->a, text.len) != STATUS_OK) {
		TRY(archive_child_end(&o->a, STATUS_LIMIT, o->a.limit_why));
		return STATUS_LIMIT;
	}
	TRY(archive_data(&o->a, text.p, text.len));
	return archive_child_end(&o->a, STATUS_OK, "");
}

/* Takes a stream of the root by its decoded name; false when there is none. */
static enum status stream_load(struct opening *o, const char *name, struct cursor *ret,
	bool *ret_there)
{
	*ret_there = false;
	*ret = cursor_of("", 0);
	for (size_t i = 0; i < o->ole.n_entries && !*ret_there; i++) {
		struct ole_stream s;

		if (!is_stream(o, i) || !in_root(o, i) || o->done[i] || !str_is(o->names[i], name))
			continue;
		TRY(ole_take(&o->ole, &o->ole.entries[i], &s));
		TRY(ole_bytes(&o->ole, &s, ret));
		o->done[i] = true;
		*ret_there = true;
	}
	return STATUS_OK;
}

static void tables_damaged(struct opening *o, const char *what)
{
	o->a.damaged = true;
	archive_odd_z(&o->a, "msi-tables-damaged", 0, what);
}

/* A table that contradicts the schema comes as it is. */
static enum status table_load(struct opening *o, size_t i)
{
	struct ole_stream s;
	struct cursor data;
	struct str name = o->names[i];
	struct entry e = {.name = name, .size_bytes = o->ole.entries[i].size};

	TRY(ole_take(&o->ole, &o->ole.entries[i], &s));
	TRY(ole_bytes(&o->ole, &s, &data));
	o->done[i] = true;
	TRY(archive_step(&o->a, o->msi.n_tables / 4 + 1));
	if (s.how == STATUS_OK && msi_table_load(&o->msi, str_part(name, 1, name.len), data))
		return STATUS_OK;
	tables_damaged(o, "a table does not fit its columns");
	return runs_deliver(o, &e, &s, s.why);
}

/* True in *ret when this is a database. */
static enum status tables_load(struct opening *o, bool *ret)
{
	struct cursor pool, data, tables, columns;
	bool has_pool, has_data, has_tables, has_columns;

	*ret = false;
	TRY(stream_load(o, "!_StringPool", &pool, &has_pool));
	if (!has_pool)
		return STATUS_OK;
	*ret = true;
	TRY(stream_load(o, "!_StringData", &data, &has_data));
	TRY(stream_load(o, "!_Tables", &tables, &has_tables));
	TRY(stream_load(o, "!_Columns", &columns, &has_columns));
	o->msi.a = &o->a;
	if (!msi_strings_read(&o->msi, pool, data)) {
		if (o->a.limit_why)
			return STATUS_LIMIT;
		tables_damaged(o, "the strings do not fit their table");
		return STATUS_OK;
	}
	if (msi_schema_read(&o->msi, tables, columns) == STATUS_LIMIT)
		return STATUS_LIMIT;
	for (size_t i = 0; i < o->ole.n_entries; i++)
		if (is_stream(o, i) && in_root(o, i) && !o->done[i] && str_starts(o->names[i], "!"))
			TRY(table_load(o, i));
	if (o->msi.damaged)
		tables_damaged(o, "the schema contradicts itself");
	return STATUS_OK;
}

/* Cabinets hold keys; who installs sees the names that the table gives them. */
static enum status names_tell(struct opening *o)
{
	const struct msi_table *files = msi_table(&o->msi, "File");
	struct sink *sink = o->a.in->sink;

	for (size_t i = 0; sink->alias && files && i < files->n_rows; i++) {
		TRY(archive_step(&o->a, 4));
		sink->alias(sink, msi_cell(&o->msi, files, i, 0), msi_file_path(&o->msi, files, i));
	}
	return STATUS_OK;
}

static enum status inline_scripts(struct opening *o)
{
	struct str name, text;
	size_t at = 0;

	while (msi_inline_script(&o->msi, &at, &name, &text))
		TRY(text_deliver(o, name, text));
	return STATUS_OK;
}

/* Property sets are lines; a set of another shape stays a child. */
static enum status summary(struct opening *o, size_t i, const struct ole_stream *s)
{
	struct cursor set;
	size_t before = o->text.len;
	struct str name = o->names[i];

	TRY(ole_bytes(&o->ole, s, &set));
	o->done[i] = s->how == STATUS_OK &&
		msi_summary_lines(&o->a, set, str_part(name, 1, name.len), &o->text);
	if (!o->done[i])
		o->text.len = before;
	return STATUS_OK;
}

static enum status signature(struct opening *o, const struct ole_stream *s)
{
	struct signed_data d;
	struct cursor der;

	TRY(ole_bytes(&o->ole, s, &der));
	if (signed_data_read(o->a.in->arena, o->a.in->budget, der, &d) == STATUS_LIMIT)
		return STATUS_LIMIT;
	install_line(&o->text, "Signer");
	install_arg(&o->text, d.subject);
	install_arg(&o->text, d.issuer);
	install_arg(&o->text, d.serial);
	install_arg(&o->text, d.key_sha256);
	install_line_end(&o->text);
	return STATUS_OK;
}

static enum status stream_deliver(struct opening *o, size_t i, bool database)
{
	struct ole_stream s;
	struct entry e = {.name = o->names[i], .size_bytes = o->ole.entries[i].size};
	enum msi_script script = MSI_SCRIPT_NONE;

	TRY(ole_take(&o->ole, &o->ole.entries[i], &s));
	if (database && in_root(o, i)) {
		if (str_is(e.name, "\5DigitalSignature"))
			TRY(signature(o, &s));
		else if (str_starts(e.name, "\5") && !str_is(e.name, "\5MsiDigitalSignatureEx"))
			TRY(summary(o, i, &s));
		script = msi_stream_script(&o->msi, e.name);
	}
	if (o->done[i])
		return STATUS_OK;
	if (script != MSI_SCRIPT_NONE)
		e.name = arena_printf(o->a.in->arena, "%.*s.%s", STR_ARG(e.name),
			script == MSI_SCRIPT_JS ? "js" : "vbs");
	return runs_deliver(o, &e, &s, s.why);
}

static enum status left_over(struct opening *o)
{
	struct ole_stream s = ole_left_over(&o->ole);
	struct entry e = {.name = STR("[left over]"), .origin = ORIGIN_GAP, .size_bytes = s.bytes};

	return s.n_runs ? runs_deliver(o, &e, &s, "") : STATUS_OK;
}

static enum status entries_open(struct opening *o)
{
	bool database;

	TRY(archive_step(&o->a, 4 * o->ole.n_entries + 1));
	o->names = ARENA_ARRAY(o->a.in->arena, o->ole.n_entries + 1, struct str);
	o->done = ARENA_ARRAY(o->a.in->arena, o->ole.n_entries + 1, bool);
	for (size_t i = 0; i < o->ole.n_entries; i++)
		if (is_stream(o, i))
			o->names[i] = path_of(o, i);
	TRY(tables_load(o, &database));
	for (size_t i = 0; i < o->ole.n_entries; i++)
		if (is_stream(o, i) && !o->done[i])
			TRY(stream_deliver(o, i, database));
	if (database) {
		TRY(msi_lines(&o->msi, &o->text));
		TRY(text_deliver(o, STR("[install tables]"), buf_str(&o->text)));
		TRY(names_tell(o));
		TRY(inline_scripts(o));
	}
	return left_over(o);
}

static enum status ole_open(struct open_in *in)
{
	struct opening *o = ARENA_NEW(in->arena, struct opening);
	enum status st;

	archive_begin(&o->a, in);
	buf_init(&o->text, MSI_TEXT_MAX);
	st = ole_parse(&o->ole, &o->a);
	if (st == STATUS_OK)
		st = entries_open(o);
	buf_release(&o->text);
	if (st == STATUS_UNSUPPORTED || st == STATUS_IO)
		return st;
	archive_regions_tell(&o->a);
	return st != STATUS_OK ? st : o->a.damaged ? STATUS_DAMAGED : STATUS_OK;
}

const struct format format_ole = {
	.id = FORMAT_OLE,
	.name = "ole",
	.summary =
		"OLE compound file: Windows Installer databases with their tables, old office files",
	.head_bytes = 8,
	.probe = ole_probe,
	.open = ole_open,
};
