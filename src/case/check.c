/* What may stand in a case. Everything passes here on its way into a store, wherever it came from. */
#include <math.h>
#include <stdlib.h>

#include "case/case_int.h"
#include "util/escape.h"

static enum status wrong(struct store *s, const char *what, const struct case_field *f,
	const char *why, const char *more)
{
	return store_fail(s, STATUS_DAMAGED, "%s: %s %s%s", what, f->name, why, more);
}

static bool is_choice(const char *choices, struct str word)
{
	while (*choices) {
		size_t n = strcspn(choices, " ");

		if (str_equal(str_view(choices, n), word))
			return true;
		choices += n;
		choices += *choices == ' ';
	}
	return false;
}

static enum status check_text(struct store *s, struct arena *a, const struct case_field *f,
	struct str *text, const char *what)
{
	size_t max = f->max_bytes ? f->max_bytes : CASE_FIELD_BYTES;

	if (text->len == 0)
		return f->required ? wrong(s, what, f, "is missing", "") : STATUS_OK;
	if (text->len > max)
		return wrong(s, what, f, "is too long", "");
	if (f->kind == CASE_JSON)
		return STATUS_OK;
	*text = escape_text(a, *text, 4 * max);
	if (f->choices && !is_choice(f->choices, *text))
		return wrong(s, what, f, "is not one of: ", f->choices);
	return STATUS_OK;
}

static bool time_is_good(int64_t at)
{
	return at == UTC_UNKNOWN || utc_text(at).z[0];
}

static enum status check_field(struct store *s, struct arena *a, const struct case_field *f, void *at,
	const char *what)
{
	const struct utc_span *span = at;

	switch (f->kind) {
	case CASE_TEXT:
	case CASE_JSON:
		return check_text(s, a, f, at, what);
	case CASE_COUNT:
		if (*(const int64_t *)at < -1)
			return wrong(s, what, f, "is too large or below zero", "");
		return STATUS_OK;
	case CASE_REAL: {
		double *x = at;

		/* As it will be read from a document, so that both ways give one number. */
		if (!isnan(*x) && !(fabs(*x) <= 1e12))
			return wrong(s, what, f, "is no reasonable number", "");
		*x = isnan(*x) ? *x : (double)llround(*x * 1e6) / 1e6;
		return STATUS_OK;
	}
	case CASE_TIME:
		return time_is_good(*(const int64_t *)at) ? STATUS_OK
							    : wrong(s, what, f, "is no time", "");
	case CASE_SPAN:
		if (!time_is_good(span->lo) || !time_is_good(span->hi))
			return wrong(s, what, f, "is no time", "");
		if (span->lo != UTC_UNKNOWN && span->hi != UTC_UNKNOWN && span->lo > span->hi)
			return wrong(s, what, f, "ends before it begins", "");
		return STATUS_OK;
	default:
		return STATUS_OK;
	}
}

enum status case_check_row(struct store *s, struct arena *a, const struct case_noun *noun, void *row,
	const char *what)
{
	for (size_t i = 0; i < noun->n_fields; i++)
		TRY(check_field(s, a, &noun->fields[i], case_at(row, &noun->fields[i]), what));
	return STATUS_OK;
}

/* ---- ids ------------------------------------------------------------------------------------- */

/* Sorted ids of a list. */
struct ids {
	struct str *items;
	size_t n;
};

static int by_text(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static struct ids ids_of(struct arena *a, const struct case_noun *noun, const struct case_rows *rows)
{
	struct ids ids = {ARENA_ARRAY(a, rows->n + 1, struct str), rows->n};

	for (size_t i = 0; i < rows->n; i++)
		ids.items[i] = row_id(a, noun, rows->items + i * noun->bytes);
	qsort(ids.items, ids.n, sizeof(*ids.items), by_text);
	return ids;
}

static enum status check_twice(struct store *s, struct arena *a, const struct case_noun *noun,
	const struct case_rows *rows)
{
	struct ids ids = ids_of(a, noun, rows);

	for (size_t i = 1; i < ids.n; i++)
		if (str_equal(ids.items[i - 1], ids.items[i]))
			return store_fail(s, STATUS_DAMAGED, "%s %.*s stands twice", noun->name,
				STR_ARG(str_part(ids.items[i], 0, 200)));
	return STATUS_OK;
}

static enum status check_list(struct store *s, struct arena *a, const struct case_noun *noun,
	const struct case_rows *rows)
{
	for (size_t i = 0; i < rows->n; i++) {
		void *row = rows->items + i * noun->bytes;

		TRY(case_check_row(s, a, noun, row, noun->name));
		for (size_t k = 0; k < noun->n_fields; k++)
			if (case_is_list(noun->fields[k].kind))
				TRY(check_list(s, a, noun->fields[k].of,
					case_rows_at(row, &noun->fields[k])));
	}
	return check_twice(s, a, noun, rows);
}

/* ---- references ------------------------------------------------------------------------------ */

/* The part of the case that holds this noun, if it was asked for. */
static const struct case_rows *part_of(const struct case_change *c, const struct case_noun *noun)
{
	unsigned bit = 1;

	for (size_t i = 0; i < case_noun_file.n_fields; i++) {
		const struct case_field *f = &case_noun_file.fields[i];

		if (f->kind == CASE_ONE)
			continue;
		if (f->of == noun)
			return c->parts & bit ? case_rows_at(c->now, f) : NULL;
		bit <<= 1;
	}
	return NULL;
}

/* Whether each row's text in this field is the id of a row of the part. */
static enum status check_reference(struct case_change *c, const struct case_noun *noun,
	const struct case_rows *rows, const struct case_field *f, const struct ids *ids)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct str *id = case_at(rows->items + i * noun->bytes, f);

		if (id->len && !bsearch(id, ids->items, ids->n, sizeof(*ids->items), by_text))
			return store_fail(c->store, STATUS_DAMAGED, "%s: there is no %s %.*s",
				noun->name, f->refers->name, STR_ARG(str_part(*id, 0, 200)));
	}
	return STATUS_OK;
}

static enum status check_references(struct case_change *c, const struct case_noun *noun,
	const struct case_rows *rows)
{
	for (size_t i = 0; i < noun->n_fields && rows->n; i++) {
		const struct case_field *f = &noun->fields[i];
		const struct case_rows *targets = f->refers ? part_of(c, f->refers) : NULL;
		struct ids ids;

		for (size_t k = 0; case_is_list(f->kind) && k < rows->n; k++)
			TRY(check_references(c, f->of,
				case_rows_at(rows->items + k * noun->bytes, f)));
		if (!targets)
			continue;
		ids = ids_of(c->arena, f->refers, targets);
		TRY(check_reference(c, noun, rows, f, &ids));
	}
	return STATUS_OK;
}

enum status case_check(struct case_change *c)
{
	for (size_t i = 0; i < case_noun_file.n_fields; i++) {
		const struct case_field *f = &case_noun_file.fields[i];

		if (f->kind == CASE_ONE) {
			TRY(case_check_row(c->store, c->arena, f->of, case_at(c->now, f),
				f->of->name));
			continue;
		}
		TRY(check_list(c->store, c->arena, f->of, case_rows_at(c->now, f)));
	}
	for (size_t i = 0; i < case_noun_file.n_fields; i++) {
		const struct case_field *f = &case_noun_file.fields[i];

		if (f->kind != CASE_ONE)
			TRY(check_references(c, f->of, case_rows_at(c->now, f)));
	}
	return STATUS_OK;
}
