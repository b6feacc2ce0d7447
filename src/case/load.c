/* A case from its rows. */
#include "case/case_int.h"

#include <stdlib.h>

#include "case/read.h"

void *case_add_room(struct arena *a, void *list, size_t bytes)
{
	struct case_rows *l = list;

	/* Room grows by doubling: at every power of two the rows move. */
	if ((l->n & (l->n - 1)) == 0) {
		char *more = arena_array(a, l->n ? 2 * l->n : 1, bytes);

		if (l->n)
			memcpy(more, l->items, l->n * bytes);
		l->items = more;
	}
	memset(l->items + l->n * bytes, 0, bytes);
	return l->items + l->n++ * bytes;
}

void *case_add(struct arena *a, const struct case_noun *noun, void *list)
{
	void *row = case_add_room(a, list, noun->bytes);

	row_init(noun, row);
	return row;
}

/* ---- parents --------------------------------------------------------------------------------- */

/* Rows by id, for those that hang on them. */
struct parents {
	const struct case_noun *noun;
	char **rows; /* sorted by row_id() */
	size_t n;
};

static int by_first_text(const void *x, const void *y)
{
	return str_cmp(**(struct str *const *)x, **(struct str *const *)y);
}

/* Parents have their id as their first field, which is the start of their struct. */
static struct parents parents_of(struct arena *a, const struct case_noun *noun,
	const struct case_rows *rows)
{
	struct parents p = {noun, ARENA_ARRAY(a, rows->n + 1, char *), rows->n};

	for (size_t i = 0; i < rows->n; i++)
		p.rows[i] = rows->items + i * noun->bytes;
	qsort(p.rows, p.n, sizeof(*p.rows), by_first_text);
	return p;
}

static char *parent_find(const struct parents *p, struct str id)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = str_cmp(*(struct str *)(void *)p->rows[mid], id);

		if (c == 0)
			return p->rows[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

struct loading {
	struct store *store;
	struct arena *arena;
	struct str case_id;
	int64_t revision;
};

static enum status start_select(struct loading *l, const struct case_noun *noun)
{
	struct store_value v[3] = {store_text(l->case_id), store_integer(l->revision),
		store_integer(l->revision)};

	return store_start(l->store, row_select_sql(l->arena, noun), v, 3);
}

/* What goes into documents as it is must be what we wrote: somebody may have made the store. */
static bool json_is_ours(struct arena *a, struct str text)
{
	char why[CASE_READ_WHY];
	json_t *value = case_json(text, why);
	bool ours = value && str_equal(case_json_line(a, value), text);

	json_decref(value);
	return ours;
}

static enum status take_row(struct loading *l, const struct case_noun *noun,
	const struct store_value *v, void *row)
{
	row_init(noun, row);
	if (row_has_id(noun) && v[1].kind == STORE_TEXT)
		*(struct str *)row = arena_str(l->arena, v[1].text);
	row_fields(noun, l->arena, v + 3, row);
	for (size_t i = 0; i < noun->n_fields; i++)
		if (noun->fields[i].kind == CASE_JSON &&
			!json_is_ours(l->arena, *(struct str *)case_at(row, &noun->fields[i])))
			return store_fail(l->store, STATUS_DAMAGED,
				"the store is damaged: a %s is none", noun->name);
	return STATUS_OK;
}

static enum status load_one(struct loading *l, const struct case_noun *noun, void *row)
{
	struct store_value v[ROW_COLUMNS];
	enum status status = start_select(l, noun);

	if (status == STATUS_OK)
		status = store_row(l->store, v, 3 + row_columns(noun));
	if (status == STATUS_OK)
		status = take_row(l, noun, v, row);
	store_stop(l->store);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Rows whose parent is not among those that stand do not stand either. */
static enum status load_list(struct loading *l, const struct case_field *f,
	const struct parents *parents, void *only_parent)
{
	const struct case_noun *noun = f->of;
	struct store_value v[ROW_COLUMNS];
	enum status status = start_select(l, noun);

	while (status == STATUS_OK) {
		void *parent = only_parent;

		status = store_row(l->store, v, 3 + row_columns(noun));
		if (status != STATUS_OK)
			break;
		if (!parent)
			parent = parent_find(parents, v[0].text);
		if (parent)
			status = take_row(l, noun, v,
				case_add_room(l->arena, case_rows_at(parent, f), noun->bytes));
	}
	store_stop(l->store);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status load_below(struct loading *l, const struct case_noun *noun,
	const struct case_rows *rows)
{
	struct parents parents;

	if (rows->n == 0)
		return STATUS_OK;
	parents = parents_of(l->arena, noun, rows);
	for (size_t i = 0; i < noun->n_fields; i++)
		if (case_is_list(noun->fields[i].kind))
			TRY(load_list(l, &noun->fields[i], &parents, NULL));
	return STATUS_OK;
}

static enum status load_parts(struct loading *l, unsigned parts, struct case_file *file)
{
	unsigned bit = 1;

	for (size_t i = 0; i < case_noun_file.n_fields; i++) {
		const struct case_field *f = &case_noun_file.fields[i];

		if (f->kind == CASE_ONE) {
			TRY(load_one(l, f->of, case_at(file, f)));
			continue;
		}
		if (parts & bit) {
			TRY(load_list(l, f, NULL, file));
			TRY(load_below(l, f->of, case_rows_at(file, f)));
		}
		bit <<= 1;
	}
	return STATUS_OK;
}

static enum status load_revisions(struct loading *l, struct case_file *file)
{
	struct store_value in[2] = {store_text(l->case_id), store_integer(l->revision)}, v[5];
	enum status status = store_start(l->store,
		"SELECT number, at, author, what, reason FROM assay_revision "
		"WHERE case_id = $1 AND number <= $2 ORDER BY number",
		in, 2);

	while (status == STATUS_OK && (status = store_row(l->store, v, 5)) == STATUS_OK) {
		struct case_revision *r = CASE_ADD(l->arena, &file->revisions);

		r->number = v[0].integer;
		r->at = v[1].integer;
		r->author = arena_str(l->arena, v[2].text);
		r->what = arena_str(l->arena, v[3].text);
		r->reason = arena_str(l->arena, v[4].text);
	}
	store_stop(l->store);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status count_observations(struct loading *l, struct case_file *file)
{
	struct store_value in[3] = {store_text(l->case_id), store_integer(l->revision),
		store_integer(l->revision)}, v;
	enum status status = store_start(l->store,
		"SELECT count(*) FROM assay_observation WHERE case_id = $1 AND revision_from <= $2 "
		"AND (revision_to IS NULL OR revision_to > $3)",
		in, 3);

	if (status == STATUS_OK)
		status = store_row(l->store, &v, 1);
	if (status == STATUS_OK)
		file->n_observations = v.integer;
	store_stop(l->store);
	return status;
}

/* What assay_case says; the revision that is meant. */
static enum status load_head(struct loading *l, int64_t wanted, struct case_file *file)
{
	struct store_value in = store_text(l->case_id), v[4];
	enum status status = store_start(l->store,
		"SELECT created, revision, first_revision, ids_used FROM assay_case WHERE id = $1", &in,
		1);

	if (status == STATUS_OK)
		status = store_row(l->store, v, 4);
	if (status == STATUS_OK) {
		file->created = v[0].integer;
		file->newest = v[1].integer;
		file->revision = wanted ? wanted : file->newest;
		file->ids_used = v[3].integer;
		l->revision = file->revision;
		if (wanted && (wanted < v[2].integer || wanted > file->newest))
			status = STATUS_USAGE;
	}
	store_stop(l->store);
	if (status == STATUS_NOT_FOUND)
		return store_fail(l->store, STATUS_NOT_FOUND, "there is no case %.*s; assay case list names those that there are",
			STR_ARG(l->case_id));
	if (status == STATUS_USAGE)
		return store_fail(l->store, STATUS_NOT_FOUND,
			"this store has revisions %lld to %lld of it", (long long)v[2].integer,
			(long long)v[1].integer);
	return status;
}

static enum status load_all(struct loading *l, int64_t revision, unsigned parts,
	struct case_file *file)
{
	row_init(&case_noun_file, file);
	file->id = arena_str(l->arena, l->case_id);
	TRY(load_head(l, revision, file));
	TRY(load_parts(l, parts, file));
	TRY(load_revisions(l, file));
	return count_observations(l, file);
}

enum status case_load_here(struct store *s, struct arena *a, struct str id, int64_t revision,
	unsigned parts, struct case_file **ret)
{
	struct loading l = {s, a, id, revision};

	*ret = ARENA_NEW(a, struct case_file);
	return load_all(&l, revision, parts, *ret);
}

enum status case_load(struct store *s, struct arena *a, struct str id, int64_t revision,
	unsigned parts, struct case_file **ret)
{
	enum status status;

	TRY(store_begin(s, false));
	status = case_load_here(s, a, id, revision, parts, ret);
	if (status == STATUS_OK)
		return store_commit(s);
	store_rollback(s);
	return status;
}

/* ---- lists ----------------------------------------------------------------------------------- */

enum status case_list(struct store *s, struct arena *a, struct case_summary **ret, size_t *ret_n)
{
	CASE_LIST(struct case_summary) list = {NULL, 0};
	struct store_value v[6];
	enum status status = store_start(s,
		"SELECT c.id, a.title, a.product, c.created, c.revision, r.at FROM assay_case c "
		"LEFT JOIN assay_about a ON a.case_id = c.id AND a.revision_to IS NULL "
		"LEFT JOIN assay_revision r ON r.case_id = c.id AND r.number = c.revision "
		"ORDER BY c.id",
		NULL, 0);

	while (status == STATUS_OK && (status = store_row(s, v, 6)) == STATUS_OK) {
		struct case_summary *one = CASE_ADD(a, &list);

		one->id = arena_str(a, v[0].text);
		one->title = arena_str(a, v[1].text);
		one->product = arena_str(a, v[2].text);
		one->created = v[3].integer;
		one->revision = v[4].integer;
		one->changed = v[5].integer;
	}
	store_stop(s);
	*ret = list.items;
	*ret_n = list.n;
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* ---- observations ---------------------------------------------------------------------------- */

static const char *observations_sql(struct arena *a)
{
	struct buf b;
	const char *z;

	buf_init(&b, 4096);
	buf_add_z(&b, "SELECT id");
	row_names(&case_noun_observation, &b);
	buf_add_z(&b, " FROM assay_observation WHERE case_id = $1 AND revision_from <= $2 AND "
		      "(revision_to IS NULL OR revision_to > $3) "
		      "ORDER BY source, file, indicator, stage, id");
	z = arena_str(a, buf_str(&b)).p;
	buf_release(&b);
	return z;
}

static enum status walk_observations(struct store *s, const char *sql, struct str id,
	int64_t revision, enum status (*take)(void *user, const struct observation *o), void *user)
{
	struct store_value in[3] = {store_text(id), store_integer(revision),
		store_integer(revision)}, v[ROW_COLUMNS];
	size_t n = 1 + row_columns(&case_noun_observation);
	enum status status = store_start(s, sql, in, 3);

	while (status == STATUS_OK && (status = store_row(s, v, n)) == STATUS_OK) {
		struct observation o;

		row_init(&case_noun_observation, &o);
		row_fields(&case_noun_observation, NULL, v + 1, &o);
		status = take(user, &o);
		if (status != STATUS_OK) {
			store_stop(s);
			return status;
		}
	}
	store_stop(s);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status case_observations(struct store *s, struct str id, int64_t revision,
	enum status (*take)(void *user, const struct observation *o), void *user)
{
	struct arena a;
	struct case_file head;
	struct loading l = {s, &a, id, revision};
	enum status status;

	TRY(store_begin(s, false));
	arena_init(&a, 0);
	status = load_head(&l, revision, &head);
	if (status == STATUS_OK)
		status = walk_observations(s, observations_sql(&a), id, head.revision, take, user);
	arena_release(&a);
	if (status == STATUS_OK)
		return store_commit(s);
	store_rollback(s);
	return status;
}
