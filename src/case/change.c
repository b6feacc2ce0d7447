/* A change of a case: what differs from before becomes one revision, in one transaction. */
#include <stdlib.h>

#include "case/case_int.h"
#include "util/cursor.h"
#include "util/escape.h"
#include "util/hash.h"

enum { NOTE_BYTES = 4000 }; /* of an author, a what, a reason */

/* ---- begin ----------------------------------------------------------------------------------- */

static void *copy_rows(struct arena *a, const struct case_noun *noun, const struct case_rows *rows);

/* Lists of their own, so that editing one case leaves the other alone. Texts are shared. */
static void copy_lists(struct arena *a, const struct case_noun *noun, void *row)
{
	for (size_t i = 0; i < noun->n_fields; i++) {
		struct case_rows *rows = case_rows_at(row, &noun->fields[i]);

		if (case_is_list(noun->fields[i].kind) && rows->n)
			rows->items = copy_rows(a, noun->fields[i].of, rows);
	}
}

static void *copy_rows(struct arena *a, const struct case_noun *noun, const struct case_rows *rows)
{
	struct case_rows copy = {NULL, 0};

	for (size_t i = 0; i < rows->n; i++) {
		void *row = case_add_room(a, &copy, noun->bytes);

		memcpy(row, rows->items + i * noun->bytes, noun->bytes);
		copy_lists(a, noun, row);
	}
	return copy.items;
}

/* Takes the next number, which locks the case for everybody else. */
static enum status lock(struct case_change *c, struct str id)
{
	struct store_value in = store_text(id);
	bool found;

	TRY(store_run(c->store,
		"UPDATE assay_case SET revision = revision + 1 WHERE id = $1 RETURNING revision", &in,
		1, &found));
	if (!found)
		return store_fail(c->store, STATUS_NOT_FOUND, "there is no case %.*s; assay case list names those that there are",
			STR_ARG(str_part(id, 0, 200)));
	return STATUS_OK;
}

static enum status begin(struct case_change *c, struct str id)
{
	struct case_file *file;

	TRY(lock(c, id));
	/* assay_case has the next number already; what stands is of the one before. */
	TRY(case_load_here(c->store, c->arena, id, 0, c->parts, &file));
	file->revision--;
	file->newest--;
	c->before = file;
	c->now = ARENA_NEW(c->arena, struct case_file);
	*c->now = *file;
	copy_lists(c->arena, &case_noun_file, c->now);
	return STATUS_OK;
}

enum status case_change_begin(struct store *s, struct arena *a, struct str id, unsigned parts,
	struct case_change *ret)
{
	enum status status;

	*ret = (struct case_change){.store = s, .arena = a, .parts = parts};
	TRY(store_begin(s, true));
	status = begin(ret, id);
	if (status != STATUS_OK)
		store_rollback(s);
	return status;
}

static bool id_is_good(struct str id)
{
	for (size_t i = 0; i < id.len; i++) {
		char c = id.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    (i && strchr("-_.", c) && c)))
			return false;
	}
	return id.len >= 1 && id.len <= 64;
}

/* `revision`: its first one in this store. */
static enum status make(struct case_change *c, struct str id, int64_t at, int64_t revision)
{
	struct store_value in[4] = {store_text(id), store_integer(at), store_integer(revision),
		store_integer(revision)};
	bool made;

	TRY(store_run(c->store,
		"INSERT INTO assay_case (id, created, revision, first_revision, ids_used) "
		"VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING RETURNING id",
		in, 4, &made));
	if (!made)
		return store_fail(c->store, STATUS_DENIED, "there is a case %.*s already",
			STR_ARG(id));
	c->now = ARENA_NEW(c->arena, struct case_file);
	c->before = ARENA_NEW(c->arena, struct case_file);
	row_init(&case_noun_file, c->now);
	c->now->id = arena_str(c->arena, id);
	c->now->created = at;
	*c->before = *c->now;
	c->before->revision = revision - 1;
	return STATUS_OK;
}

static enum status begin_new(struct case_change *c, struct str id, int64_t at, int64_t revision)
{
	enum status status;

	if (!id_is_good(id))
		return store_fail(c->store, STATUS_USAGE,
			"the id of a case is 1 to 64 letters, digits, '-', '_' or '.'");
	TRY(store_begin(c->store, true));
	status = make(c, id, at, revision);
	if (status != STATUS_OK)
		store_rollback(c->store);
	return status;
}

enum status case_change_new(struct store *s, struct arena *a, struct str id, int64_t at,
	struct case_change *ret)
{
	*ret = (struct case_change){
		.store = s, .arena = a, .parts = (unsigned)CASE_ALL, .is_new = true};
	return begin_new(ret, id, at, 1);
}

/* The highest number that an id of the list ends in. */
static int64_t highest_id(const struct case_noun *noun, const struct case_rows *rows)
{
	int64_t highest = 0;

	for (size_t i = 0; i < rows->n; i++) {
		struct str id = *(struct str *)(void *)(rows->items + i * noun->bytes);
		uint64_t n;

		if (str_to_u64(str_part(id, 1, 18), 10, &n) && (int64_t)n > highest)
			highest = (int64_t)n;
	}
	return highest;
}

enum status case_change_import(struct store *s, struct arena *a, const struct case_file *file,
	struct case_change *ret)
{
	*ret = (struct case_change){.store = s, .arena = a, .parts = (unsigned)CASE_ALL,
		.is_new = true, .is_import = true};
	TRY(begin_new(ret, file->id, file->created, file->revision));
	*ret->now = *file;
	for (size_t i = 0; i < case_noun_file.n_fields; i++) {
		const struct case_field *f = &case_noun_file.fields[i];
		int64_t id = f->kind == CASE_ROWS ? highest_id(f->of, case_rows_at(file, f)) : 0;

		ret->now->ids_used = id > ret->now->ids_used ? id : ret->now->ids_used;
	}
	return STATUS_OK;
}

void case_change_cancel(struct case_change *c)
{
	store_rollback(c->store);
}

struct str case_id_next(struct case_change *c, char letter)
{
	return arena_printf(c->arena, "%c%lld", letter, (long long)++c->now->ids_used);
}

/* ---- differences ----------------------------------------------------------------------------- */

struct writing {
	struct case_change *change;
	int64_t revision;
	uint64_t written;
};

/* A new row stands behind all that came with earlier revisions. */
static int64_t new_place(const struct writing *w, size_t at)
{
	return w->revision << 24 | (int64_t)at;
}

/* *ret_place: where it stood; kept when there is none. */
static enum status end_row(struct writing *w, const struct case_noun *noun, struct str parent,
	struct str id, int64_t *ret_place)
{
	struct store_value v[4] = {store_integer(w->revision), store_text(w->change->now->id),
		store_text(parent), store_text(id)};
	struct store_value place;
	enum status status = store_start(w->change->store, row_end_sql(w->change->arena, noun), v, 4);

	if (status == STATUS_OK)
		status = store_row(w->change->store, &place, 1);
	if (status == STATUS_OK) {
		*ret_place = place.integer;
		w->written++;
		/* To its end: only then it is done. */
		status = store_row(w->change->store, &place, 1);
	}
	store_stop(w->change->store);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status insert_row(struct writing *w, const struct case_noun *noun, struct str parent,
	struct str id, int64_t place, const void *row)
{
	struct row_place p = {w->change->now->id, parent, id, place, w->revision};
	struct store_value v[ROW_COLUMNS];
	size_t n = row_values(noun, &p, row, v);

	w->written++;
	return store_run(w->change->store, row_insert_sql(w->change->arena, noun), v, n, NULL);
}

/* A row as it was, found by its id. */
struct old_row {
	struct str id;
	const void *row;
	bool stays;
};

static int by_id(const void *x, const void *y)
{
	return str_cmp(((const struct old_row *)x)->id, ((const struct old_row *)y)->id);
}

static struct old_row *old_rows(struct arena *a, const struct case_noun *noun,
	const struct case_rows *rows)
{
	struct old_row *list = ARENA_ARRAY(a, rows->n + 1, struct old_row);

	for (size_t i = 0; i < rows->n; i++) {
		const void *row = rows->items + i * noun->bytes;

		list[i] = (struct old_row){row_id(a, noun, row), row, false};
	}
	qsort(list, rows->n, sizeof(*list), by_id);
	return list;
}

static enum status write_list(struct writing *w, const struct case_noun *noun, struct str parent,
	const struct case_rows *before, const struct case_rows *now);

static enum status write_below(struct writing *w, const struct case_noun *noun, struct str id,
	const void *before, const void *now)
{
	static const struct case_rows none;

	for (size_t i = 0; i < noun->n_fields; i++) {
		const struct case_field *f = &noun->fields[i];

		if (case_is_list(f->kind))
			TRY(write_list(w, f->of, id, before ? case_rows_at(before, f) : &none,
				now ? case_rows_at(now, f) : &none));
	}
	return STATUS_OK;
}

static enum status write_row(struct writing *w, const struct case_noun *noun, struct str parent,
	struct old_row *old, struct str id, int64_t place, const void *row)
{
	if (old)
		old->stays = true;
	if (!old || !row_same(noun, old->row, row)) {
		if (old)
			TRY(end_row(w, noun, parent, id, &place));
		TRY(insert_row(w, noun, parent, id, place, row));
	}
	return write_below(w, noun, id, old ? old->row : NULL, row);
}

static enum status write_list(struct writing *w, const struct case_noun *noun, struct str parent,
	const struct case_rows *before, const struct case_rows *now)
{
	struct arena *a = w->change->arena;
	struct old_row *old = old_rows(a, noun, before);
	int64_t place;

	for (size_t i = 0; i < now->n; i++) {
		const void *row = now->items + i * noun->bytes;
		struct old_row key = {.id = row_id(a, noun, row)};

		TRY(write_row(w, noun, parent, bsearch(&key, old, before->n, sizeof(*old), by_id),
			key.id, new_place(w, i), row));
	}
	for (size_t i = 0; i < before->n; i++) {
		if (old[i].stays)
			continue;
		TRY(end_row(w, noun, parent, old[i].id, &place));
		TRY(write_below(w, noun, old[i].id, old[i].row, NULL));
	}
	return STATUS_OK;
}

static enum status write_one(struct writing *w, const struct case_noun *noun, const void *before,
	const void *now)
{
	int64_t place = 0;

	if (row_same(noun, before, now))
		return STATUS_OK;
	TRY(end_row(w, noun, STR(""), STR(""), &place));
	return insert_row(w, noun, STR(""), STR(""), place, now);
}

static enum status write_parts(struct writing *w)
{
	const struct case_change *c = w->change;

	for (size_t i = 0; i < case_noun_file.n_fields; i++) {
		const struct case_field *f = &case_noun_file.fields[i];

		if (f->kind == CASE_ONE)
			TRY(write_one(w, f->of, case_at(c->before, f), case_at(c->now, f)));
		else
			TRY(write_list(w, f->of, STR(""), case_rows_at(c->before, f),
				case_rows_at(c->now, f)));
	}
	return STATUS_OK;
}

/* ---- observations ---------------------------------------------------------------------------- */

/* The keys of who it was, as one word. */
static struct str entity_id(struct arena *a, const struct observation *o)
{
	struct buf b;
	struct sha256 h;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < OBSERVATION_KEYS; i++) {
		buf_add_str(&b, o->keys[i]);
		buf_add_char(&b, '\n'); /* no key holds one */
	}
	h = sha256_of(b.p, b.len);
	buf_release(&b);
	return str_part(sha256_str(a, &h), 0, 32);
}

enum { OBSERVED_KEY = 6 }; /* case, source, file, indicator, stage, entity */

static void observation_key(const struct case_change *c, const struct observation *o, struct str id,
	struct store_value v[OBSERVED_KEY])
{
	v[0] = store_text(c->now->id);
	v[1] = store_text(o->source);
	v[2] = store_text(o->file);
	v[3] = store_text(o->indicator);
	v[4] = store_text(o->stage);
	v[5] = store_text(id);
}

static enum status insert_observation(struct case_change *c, struct arena *a,
	const struct observation *o, struct str id, bool *ret_made)
{
	struct store_value v[ROW_COLUMNS] = {store_text(c->now->id), store_text(id),
		store_integer(c->before->revision + 1)};
	size_t n = 3 + row_field_values(&case_noun_observation, o, v + 3);
	struct buf b;
	enum status status;

	buf_init(&b, 4096);
	buf_add_z(&b, "INSERT INTO assay_observation (case_id, id, revision_from");
	row_names(&case_noun_observation, &b);
	for (size_t i = 1; i <= n; i++)
		buf_printf(&b, "%s$%zu", i == 1 ? ") VALUES (" : ", ", i);
	buf_add_z(&b, ") ON CONFLICT (case_id, source, file, indicator, stage, id) "
		      "WHERE revision_to IS NULL DO NOTHING RETURNING revision_from");
	status = store_run(c->store, arena_str(a, buf_str(&b)).p, v, n, ret_made);
	buf_release(&b);
	return status;
}

static enum status observation_is(struct case_change *c, struct arena *a,
	const struct store_value key[OBSERVED_KEY], const struct observation *o, bool *ret_same)
{
	struct store_value v[ROW_COLUMNS];
	struct observation old;
	struct buf b;
	enum status status;

	buf_init(&b, 4096);
	buf_add_z(&b, "SELECT id");
	row_names(&case_noun_observation, &b);
	buf_add_z(&b, " FROM assay_observation WHERE case_id = $1 AND source = $2 AND file = $3 "
		      "AND indicator = $4 AND stage = $5 AND id = $6 AND revision_to IS NULL");
	status = store_start(c->store, arena_str(a, buf_str(&b)).p, key, OBSERVED_KEY);
	buf_release(&b);
	if (status == STATUS_OK)
		status = store_row(c->store, v, 1 + row_columns(&case_noun_observation));
	*ret_same = false;
	if (status == STATUS_OK) {
		row_init(&case_noun_observation, &old);
		row_fields(&case_noun_observation, NULL, v + 1, &old);
		*ret_same = row_same(&case_noun_observation, &old, o);
	}
	store_stop(c->store);
	return status;
}

static enum status end_observation(struct case_change *c, const struct store_value key[OBSERVED_KEY])
{
	struct store_value v[OBSERVED_KEY + 1] = {store_integer(c->before->revision + 1)};

	memcpy(v + 1, key, OBSERVED_KEY * sizeof(*key));
	return store_run(c->store,
		"UPDATE assay_observation SET revision_to = $1 WHERE case_id = $2 AND source = $3 AND "
		"file = $4 AND indicator = $5 AND stage = $6 AND id = $7 AND revision_to IS NULL",
		v, OBSERVED_KEY + 1, NULL);
}

static enum status observe(struct case_change *c, struct arena *a, struct observation *o,
	bool *ret_new)
{
	struct store_value key[OBSERVED_KEY];
	struct str id;
	bool made, same;

	*ret_new = false;
	TRY(case_check_row(c->store, a, &case_noun_observation, o, "observation"));
	id = entity_id(a, o);
	TRY(insert_observation(c, a, o, id, &made));
	if (!made) {
		observation_key(c, o, id, key);
		TRY(observation_is(c, a, key, o, &same));
		if (same)
			return STATUS_OK;
		TRY(end_observation(c, key));
		TRY(insert_observation(c, a, o, id, &made));
	}
	*ret_new = true;
	c->observations_new++;
	return STATUS_OK;
}

enum status case_observe(struct case_change *c, const struct observation *o, bool *ret_new)
{
	struct observation safe = *o;
	struct arena a;
	enum status status;
	bool is_new;

	arena_init(&a, 0);
	status = observe(c, &a, &safe, &is_new);
	arena_release(&a);
	if (ret_new)
		*ret_new = is_new;
	return status;
}

enum status case_forget_file(struct case_change *c, struct str source, struct str file)
{
	struct store_value v[4] = {store_integer(c->before->revision + 1), store_text(c->now->id),
		store_text(source), store_text(file)};
	bool any;

	TRY(store_run(c->store,
		"UPDATE assay_observation SET revision_to = $1 WHERE case_id = $2 AND source = $3 "
		"AND file = $4 AND revision_to IS NULL RETURNING id",
		v, 4, &any));
	c->observations_gone += any;
	return STATUS_OK;
}

/* ---- commit ---------------------------------------------------------------------------------- */

static enum status write_revision(struct case_change *c, const struct case_revision *r)
{
	struct store_value v[6] = {store_text(c->now->id), store_integer(r->number),
		store_integer(r->at), store_text(r->author), store_text(r->what),
		store_text(r->reason)};

	return store_run(c->store,
		"INSERT INTO assay_revision (case_id, number, at, author, what, reason) "
		"VALUES ($1, $2, $3, $4, $5, $6)",
		v, 6, NULL);
}

static struct str safe_note(struct arena *a, struct str text)
{
	return escape_text(a, text, NOTE_BYTES);
}

/* The one of this change, or all that an imported case came with. */
static enum status write_revisions(struct case_change *c, const struct case_revision *own)
{
	const struct case_revision *list = c->is_import ? c->now->revisions.items : own;
	size_t n = c->is_import ? c->now->revisions.n : 1;

	for (size_t i = 0; i < n; i++) {
		struct case_revision r = list[i];

		r.author = safe_note(c->arena, r.author);
		r.what = safe_note(c->arena, r.what);
		r.reason = safe_note(c->arena, r.reason);
		TRY(write_revision(c, &r));
	}
	return STATUS_OK;
}

static enum status write_ids(struct case_change *c)
{
	struct store_value v[2] = {store_integer(c->now->ids_used), store_text(c->now->id)};

	return store_run(c->store, "UPDATE assay_case SET ids_used = $1 WHERE id = $2", v, 2, NULL);
}

static enum status commit(struct case_change *c, const struct case_note *note, int64_t *ret_revision)
{
	struct writing w = {c, c->before->revision + 1, 0};
	struct case_revision r = {w.revision, note->at, note->author, note->what, note->reason};

	TRY(case_check(c));
	TRY(write_parts(&w));
	*ret_revision = c->before->revision;
	if (!w.written && !c->observations_new && !c->observations_gone && !c->is_new) {
		store_rollback(c->store);
		return STATUS_OK;
	}
	TRY(write_ids(c));
	TRY(write_revisions(c, &r));
	TRY(store_commit(c->store));
	*ret_revision = w.revision;
	return STATUS_OK;
}

enum status case_change_commit(struct case_change *c, const struct case_note *note,
	int64_t *ret_revision)
{
	enum status status = commit(c, note, ret_revision);

	if (status != STATUS_OK)
		store_rollback(c->store);
	return status;
}
