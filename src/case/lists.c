/* Lists that people bring as CSV: customers, indicators. */
#include <stdio.h>
#include <stdlib.h>

#include "case/lease.h"
#include "case/read.h"
#include "case/rows.h"
#include "util/csv.h"

enum { LIST_ROWS = 1000000 };

struct heading {
	const struct case_noun *noun;
	const struct case_field *field[CSV_COLUMNS]; /* of the row, or of its key; NULL: passed over */
	bool is_key[CSV_COLUMNS];
	size_t n;
};

struct list_reading {
	struct case_change *change;
	struct csv csv;
	struct heading heading;
	struct str cells[CSV_COLUMNS];
	char *why;
};

static enum status wrong_line(struct list_reading *r, const char *what, struct str name)
{
	snprintf(r->why, CASE_READ_WHY, "line %llu: %s%.*s", (unsigned long long)r->csv.line, what,
		STR_ARG(str_part(name, 0, 60)));
	return STATUS_DAMAGED;
}

static const struct case_field *field_named(const struct case_noun *noun, struct str name)
{
	for (size_t i = 0; i < noun->n_fields; i++)
		if (noun->fields[i].kind == CASE_TEXT && str_is(name, noun->fields[i].name))
			return &noun->fields[i];
	return NULL;
}

/* The word among the kinds of keys; lives as long as the program. */
static bool is_key_kind(struct str name, struct str *ret)
{
	const char *kinds = case_noun_customer_key.fields[0].choices;

	while (*kinds) {
		size_t n = strcspn(kinds, " ");

		*ret = str_view(kinds, n);
		if (str_equal(*ret, name))
			return true;
		kinds += n;
		kinds += *kinds == ' ';
	}
	return false;
}

/*
 * A cell that a spreadsheet would run is not taken: these lists travel on as CSV. Numbers and dates
 * with a sign are no formulas.
 */
static bool is_formula(struct str cell)
{
	if (cell.len < 2)
		return false;
	if (strchr("=@\t\r", cell.p[0]))
		return true;
	return strchr("+-", cell.p[0]) && !(cell.p[1] >= '0' && cell.p[1] <= '9') && cell.p[1] != ' ';
}

static enum status next(struct list_reading *r, size_t *ret_n)
{
	enum status status = csv_next(&r->csv, r->change->arena, r->cells, ret_n);

	if (status == STATUS_DAMAGED || status == STATUS_LIMIT)
		return wrong_line(r, r->csv.wrong, STR_NONE);
	for (size_t i = 0; status == STATUS_OK && i < *ret_n; i++) {
		r->cells[i] = str_trim(r->cells[i]);
		if (is_formula(r->cells[i]))
			return wrong_line(r, "a formula in a cell; take it out or put a letter first",
				STR_NONE);
		if (r->cells[i].len > 64 * CASE_FIELD_BYTES)
			return wrong_line(r, "a cell is too long", STR_NONE);
	}
	return status;
}

/* Which column is what; `must` has to be among them. */
static enum status read_heading(struct list_reading *r, const char *must)
{
	struct heading *h = &r->heading;
	struct str ignored;
	bool has = false;
	enum status status = next(r, &h->n);

	if (status == STATUS_NOT_FOUND) {
		snprintf(r->why, CASE_READ_WHY, "it is empty");
		return STATUS_DAMAGED;
	}
	TRY(status);
	for (size_t i = 0; i < h->n; i++) {
		h->is_key[i] = h->noun == &case_noun_customer && is_key_kind(r->cells[i], &ignored);
		h->field[i] = field_named(h->noun, r->cells[i]);
		has |= str_is(r->cells[i], must);
		for (size_t k = 0; k < i; k++)
			if (r->cells[i].len && str_equal(r->cells[i], r->cells[k]))
				return wrong_line(r, "a column stands twice", STR_NONE);
	}
	if (!has)
		return wrong_line(r, "the heading has no column ", str_of(must));
	return STATUS_OK;
}

static enum status row_cells(struct list_reading *r, uint64_t rows)
{
	size_t n;

	TRY(next(r, &n));
	if (rows >= LIST_ROWS)
		return wrong_line(r, "more than a million rows", STR_NONE);
	if (n != r->heading.n)
		return wrong_line(r, n < r->heading.n ? "columns are missing" : "columns too many",
			STR_NONE);
	return STATUS_OK;
}

/* ---- customers ------------------------------------------------------------------------------- */

static bool has_key(const struct case_customer *x, struct str kind, struct str value)
{
	for (size_t i = 0; i < x->keys.n; i++)
		if (str_equal(x->keys.items[i].kind, kind) &&
			str_equal(x->keys.items[i].value, value))
			return true;
	return false;
}

/* False: an address that says when it was theirs, but not so that it can be read. */
static bool add_keys(struct arena *a, struct case_customer *x, struct str kind, struct str cell)
{
	struct lease ignored;

	while (cell.len) {
		size_t semicolon = str_find_z(cell, ";");
		struct str value = str_trim(str_part(cell, 0, semicolon));

		if (str_is(kind, "ip") && str_has(value, "@") && !lease_read(value, &ignored))
			return false;

		cell = semicolon == SIZE_MAX ? STR_NONE : str_part(cell, semicolon + 1, cell.len);
		if (value.len && !has_key(x, kind, value)) {
			struct case_customer_key *k = case_add(a, &case_noun_customer_key, &x->keys);

			k->kind = kind;
			k->value = value;
		}
	}
	return true;
}

/* Customers by id, for lists that come again. */
static int by_id(const void *x, const void *y)
{
	return str_cmp((*(struct case_customer *const *)x)->id, (*(struct case_customer *const *)y)->id);
}

/* Those that are there are replaced. False: an id stands twice in the list. */
static bool merge(struct case_change *c, struct case_customer *list, size_t n)
{
	struct arena *a = c->arena;
	struct case_customer **sorted = ARENA_ARRAY(a, n + 1, struct case_customer *);
	bool *used = ARENA_ARRAY(a, n + 1, bool);

	for (size_t i = 0; i < n; i++)
		sorted[i] = &list[i];
	qsort(sorted, n, sizeof(*sorted), by_id);
	for (size_t i = 1; i < n; i++)
		if (str_equal(sorted[i - 1]->id, sorted[i]->id))
			return false;
	for (size_t i = 0; i < c->now->customers.n; i++) {
		struct case_customer *key = &c->now->customers.items[i], **at;

		at = bsearch(&key, sorted, n, sizeof(*sorted), by_id);
		if (at) {
			used[*at - list] = true;
			*key = **at;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (!used[i])
			*(struct case_customer *)case_add(a, &case_noun_customer,
				&c->now->customers) = list[i];
	return true;
}

static enum status take_customers(struct list_reading *r, const struct str *kinds, size_t *ret_n)
{
	struct arena *a = r->change->arena;
	CASE_LIST(struct case_customer) list = {NULL, 0};
	enum status status;

	while ((status = row_cells(r, list.n)) == STATUS_OK) {
		struct case_customer *x = case_add(a, &case_noun_customer, &list);

		for (size_t i = 0; i < r->heading.n; i++) {
			if (r->heading.is_key[i] && !add_keys(a, x, kinds[i], arena_str(a, r->cells[i])))
				return wrong_line(r, "no ADDRESS@FROM/TO: ", r->cells[i]);
			else if (r->heading.field[i])
				*(struct str *)case_at(x, r->heading.field[i]) =
					arena_str(a, r->cells[i]);
		}
		if (x->id.len == 0)
			return wrong_line(r, "a customer without an id", STR_NONE);
	}
	*ret_n = list.n;
	if (status != STATUS_NOT_FOUND)
		return status;
	if (merge(r->change, list.items, list.n))
		return STATUS_OK;
	snprintf(r->why, CASE_READ_WHY, "a customer's id stands twice");
	return STATUS_DAMAGED;
}

enum status case_add_customers(struct case_change *c, struct str csv, size_t *ret_n,
	char why[CASE_READ_WHY])
{
	struct list_reading r = {.change = c, .csv = csv_of(csv), .why = why,
		.heading = {.noun = &case_noun_customer}};
	struct str kinds[CSV_COLUMNS];

	TRY(read_heading(&r, "id"));
	for (size_t i = 0; i < r.heading.n; i++)
		if (r.heading.is_key[i])
			is_key_kind(r.cells[i], &kinds[i]);
	return take_customers(&r, kinds, ret_n);
}

/* ---- indicators ------------------------------------------------------------------------------ */

enum status case_add_indicators(struct case_change *c, struct str csv, size_t *ret_n,
	char why[CASE_READ_WHY])
{
	struct list_reading r = {.change = c, .csv = csv_of(csv), .why = why,
		.heading = {.noun = &case_noun_indicator}};
	enum status status;

	*ret_n = 0;
	TRY(read_heading(&r, "value"));
	for (uint64_t rows = 0; (status = row_cells(&r, rows)) == STATUS_OK; rows++) {
		struct case_indicator cells;
		bool is_new;

		row_init(&case_noun_indicator, &cells);
		for (size_t i = 0; i < r.heading.n; i++)
			if (r.heading.field[i])
				*(struct str *)case_at(&cells, r.heading.field[i]) =
					arena_str(c->arena, r.cells[i]);
		if (cells.kind.len == 0 || cells.value.len == 0)
			return wrong_line(&r, "an indicator needs kind and value", STR_NONE);
		case_add_indicator(c, cells.kind, cells.value, cells.stage, &is_new)->release =
			cells.release;
		*ret_n += is_new;
	}
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}
