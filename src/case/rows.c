#include "case/rows.h"

#include <math.h>
#include <stdlib.h>

#include "util/hash.h"

enum { SQL_BYTES = 8192, ID_BYTES = 200 };

bool row_has_id(const struct case_noun *noun)
{
	return noun->n_key == 1 && strcmp(noun->fields[0].name, "id") == 0;
}

/* Is it a column of the table (or two)? */
static bool is_stored(const struct case_noun *noun, const struct case_field *f)
{
	if (case_is_list(f->kind) || f->kind == CASE_ONE)
		return false;
	return !(f == noun->fields && row_has_id(noun));
}

void row_init(const struct case_noun *noun, void *row)
{
	for (size_t i = 0; i < noun->n_fields; i++) {
		const struct case_field *f = &noun->fields[i];
		void *at = case_at(row, f);

		switch (f->kind) {
		case CASE_TEXT:
		case CASE_JSON:
			*(struct str *)at = STR_NONE;
			break;
		case CASE_COUNT:
			*(int64_t *)at = -1;
			break;
		case CASE_REAL:
			*(double *)at = NAN;
			break;
		case CASE_BOOL:
			*(bool *)at = false;
			break;
		case CASE_TIME:
			*(int64_t *)at = UTC_UNKNOWN;
			break;
		case CASE_SPAN:
			*(struct utc_span *)at = UTC_SPAN_UNKNOWN;
			break;
		case CASE_ONE:
			row_init(f->of, at);
			break;
		default:
			*(struct case_rows *)at = (struct case_rows){NULL, 0};
			break;
		}
	}
}

/* ---- identity -------------------------------------------------------------------------------- */

static void add_key(struct buf *b, const struct case_field *f, const void *row)
{
	const void *at = case_at(row, f);

	if (b->len)
		buf_add_char(b, ' ');
	if (f->kind == CASE_TEXT || f->kind == CASE_JSON)
		buf_add_str(b, *(const struct str *)at);
	else
		buf_printf(b, "%lld", (long long)*(const int64_t *)at);
}

struct str row_id(struct arena *a, const struct case_noun *noun, const void *row)
{
	struct buf b;
	struct str id;
	struct sha256 h;

	if (noun->n_key == 1 && noun->fields[0].kind == CASE_TEXT)
		return *(const struct str *)case_at(row, &noun->fields[0]);
	buf_init(&b, 1 << 22);
	for (size_t i = 0; i < noun->n_key; i++)
		add_key(&b, &noun->fields[i], row);
	if (b.len > ID_BYTES) {
		h = sha256_of(b.p, b.len);
		id = sha256_str(a, &h);
	} else {
		id = arena_str(a, buf_str(&b));
	}
	buf_release(&b);
	return id;
}

/* ---- SQL ------------------------------------------------------------------------------------- */

static void add_name(struct buf *b, const struct case_field *f, const char *end)
{
	buf_add_z(b, ", \"");
	for (const char *c = f->column ? f->column : f->name; *c; c++)
		buf_add_char(b, *c == '.' ? '_' : *c);
	buf_printf(b, "%s\"", end);
}

void row_names(const struct case_noun *noun, struct buf *b)
{
	for (size_t i = 0; i < noun->n_fields; i++) {
		const struct case_field *f = &noun->fields[i];

		if (!is_stored(noun, f))
			continue;
		add_name(b, f, f->kind == CASE_SPAN ? "_lo" : "");
		if (f->kind == CASE_SPAN)
			add_name(b, f, "_hi");
	}
}

size_t row_columns(const struct case_noun *noun)
{
	size_t n = 0;

	for (size_t i = 0; i < noun->n_fields; i++)
		if (is_stored(noun, &noun->fields[i]))
			n += noun->fields[i].kind == CASE_SPAN ? 2 : 1;
	return n;
}

static const char *kept_sql(struct arena *a, struct buf *b)
{
	const char *z = arena_str(a, buf_str(b)).p;

	buf_release(b);
	return z;
}

const char *row_insert_sql(struct arena *a, const struct case_noun *noun)
{
	struct buf b;
	size_t n = row_columns(noun) + 5;

	buf_init(&b, SQL_BYTES);
	buf_printf(&b, "INSERT INTO assay_%s (case_id, parent, id, place, revision_from",
		noun->name);
	row_names(noun, &b);
	for (size_t i = 1; i <= n; i++)
		buf_printf(&b, "%s$%zu", i == 1 ? ") VALUES (" : ", ", i);
	buf_add_z(&b, ")");
	return kept_sql(a, &b);
}

const char *row_end_sql(struct arena *a, const struct case_noun *noun)
{
	struct buf b;

	buf_init(&b, SQL_BYTES);
	buf_printf(&b,
		"UPDATE assay_%s SET revision_to = $1 WHERE case_id = $2 AND parent = $3 "
		"AND id = $4 AND revision_to IS NULL RETURNING place",
		noun->name);
	return kept_sql(a, &b);
}

const char *row_select_sql(struct arena *a, const struct case_noun *noun)
{
	struct buf b;

	buf_init(&b, SQL_BYTES);
	buf_add_z(&b, "SELECT parent, id, place");
	row_names(noun, &b);
	/* The second copy of the revision: placeholders stand in order, once each. */
	buf_printf(&b,
		" FROM assay_%s WHERE case_id = $1 AND revision_from <= $2 AND "
		"(revision_to IS NULL OR revision_to > $3) ORDER BY parent, place, id",
		noun->name);
	return kept_sql(a, &b);
}

/* ---- values ---------------------------------------------------------------------------------- */

static struct store_value time_value(int64_t at)
{
	return at == UTC_UNKNOWN ? (struct store_value){STORE_NULL} : store_integer(at);
}

static size_t field_values(const struct case_field *f, const void *at, struct store_value *ret)
{
	*ret = (struct store_value){STORE_NULL};
	switch (f->kind) {
	case CASE_TEXT:
	case CASE_JSON:
		if (((const struct str *)at)->len)
			*ret = store_text(*(const struct str *)at);
		return 1;
	case CASE_COUNT:
		if (*(const int64_t *)at >= 0)
			*ret = store_integer(*(const int64_t *)at);
		return 1;
	case CASE_REAL:
		ret->real = *(const double *)at;
		ret->kind = isnan(ret->real) ? STORE_NULL : STORE_REAL;
		return 1;
	case CASE_BOOL:
		*ret = store_integer(*(const bool *)at);
		return 1;
	case CASE_TIME:
		*ret = time_value(*(const int64_t *)at);
		return 1;
	case CASE_SPAN:
		ret[0] = time_value(((const struct utc_span *)at)->lo);
		ret[1] = time_value(((const struct utc_span *)at)->hi);
		return 2;
	default:
		return 0;
	}
}

size_t row_field_values(const struct case_noun *noun, const void *row, struct store_value *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < noun->n_fields; i++)
		if (is_stored(noun, &noun->fields[i]))
			n += field_values(&noun->fields[i], case_at(row, &noun->fields[i]),
				ret + n);
	return n;
}

size_t row_values(const struct case_noun *noun, const struct row_place *p, const void *row,
	struct store_value ret[ROW_COLUMNS])
{
	ret[0] = store_text(p->case_id);
	ret[1] = store_text(p->parent);
	ret[2] = store_text(p->id);
	ret[3] = store_integer(p->place);
	ret[4] = store_integer(p->revision);
	return 5 + row_field_values(noun, row, ret + 5);
}

static int64_t integer_or(const struct store_value *v, int64_t other)
{
	return v->kind == STORE_INTEGER ? v->integer : other;
}

static struct str text_of(struct arena *a, const struct store_value *v)
{
	if (v->kind != STORE_TEXT)
		return STR_NONE;
	return a ? arena_str(a, v->text) : v->text;
}

static size_t take_field(const struct case_field *f, struct arena *a, const struct store_value *v,
	void *at)
{
	switch (f->kind) {
	case CASE_TEXT:
	case CASE_JSON:
		*(struct str *)at = text_of(a, v);
		return 1;
	case CASE_COUNT:
		*(int64_t *)at = integer_or(v, -1);
		return 1;
	case CASE_REAL:
		*(double *)at = v->kind == STORE_REAL	 ? v->real
				: v->kind == STORE_INTEGER ? (double)v->integer
							   : NAN;
		return 1;
	case CASE_BOOL:
		*(bool *)at = integer_or(v, 0) != 0;
		return 1;
	case CASE_TIME:
		*(int64_t *)at = integer_or(v, UTC_UNKNOWN);
		return 1;
	case CASE_SPAN:
		((struct utc_span *)at)->lo = integer_or(&v[0], UTC_UNKNOWN);
		((struct utc_span *)at)->hi = integer_or(&v[1], UTC_UNKNOWN);
		return 2;
	default:
		return 0;
	}
}

void row_fields(const struct case_noun *noun, struct arena *a, const struct store_value *values,
	void *row)
{
	for (size_t i = 0; i < noun->n_fields; i++)
		if (is_stored(noun, &noun->fields[i]))
			values += take_field(&noun->fields[i], a, values,
				case_at(row, &noun->fields[i]));
}

static bool same_value(const struct store_value *x, const struct store_value *y)
{
	if (x->kind != y->kind)
		return false;
	switch (x->kind) {
	case STORE_INTEGER:
		return x->integer == y->integer;
	case STORE_REAL:
		return memcmp(&x->real, &y->real, sizeof(x->real)) == 0;
	case STORE_TEXT:
		return str_equal(x->text, y->text);
	default:
		return true;
	}
}

bool row_same(const struct case_noun *noun, const void *x, const void *y)
{
	struct store_value vx[ROW_COLUMNS], vy[ROW_COLUMNS];
	size_t n = row_field_values(noun, x, vx);

	row_field_values(noun, y, vy);
	for (size_t i = 0; i < n; i++)
		if (!same_value(&vx[i], &vy[i]))
			return false;
	return true;
}

struct id_at {
	struct str id;
	size_t at;
};

static int by_id(const void *x, const void *y)
{
	const struct id_at *a = x, *b = y;
	int c = str_cmp(a->id, b->id);

	return c ? c : (a->at > b->at) - (a->at < b->at);
}

void row_drop_twice(struct arena *a, const struct case_noun *noun, void *list)
{
	struct case_rows *rows = list;
	struct id_at *ids = ARENA_ARRAY(a, rows->n + 1, struct id_at);
	bool *drop = ARENA_ARRAY(a, rows->n + 1, bool);
	size_t kept = 0;

	for (size_t i = 0; i < rows->n; i++)
		ids[i] = (struct id_at){row_id(a, noun, rows->items + i * noun->bytes), i};
	qsort(ids, rows->n, sizeof(*ids), by_id);
	for (size_t i = 1; i < rows->n; i++)
		drop[ids[i].at] = str_equal(ids[i - 1].id, ids[i].id);
	for (size_t i = 0; i < rows->n; i++)
		if (!drop[i])
			memmove(rows->items + noun->bytes * kept++, rows->items + i * noun->bytes,
				noun->bytes);
	rows->n = kept;
}
