/* JSON of anybody, within bounds; a document back into a case, by the tables of nouns.h. */
#include <math.h>
#include <stdio.h>

#include "case/read.h"
#include "case/rows.h"
#include "util/escape.h"

static enum status bad(char why[CASE_READ_WHY], const char *where, const char *what)
{
	snprintf(why, CASE_READ_WHY, "%s is not %s", where, what);
	return STATUS_DAMAGED;
}

/* ---- bounds ---------------------------------------------------------------------------------- */

/* Before anything is built from it: a few bytes of text can cost a hundred times as much memory. */
static const char *out_of_bounds(struct str s)
{
	size_t depth = 0, values = 0;
	bool in_string = false;

	if (s.len > CASE_READ_BYTES)
		return "too large";
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
			continue;
		}
		in_string = c == '"';
		values += c == ',' || c == '{' || c == '[' || c == ':';
		depth += c == '{' || c == '[';
		depth -= (c == '}' || c == ']') && depth;
		if (depth > CASE_READ_DEPTH)
			return "too deep";
		if (values > CASE_READ_VALUES)
			return "too many values";
	}
	return NULL;
}

json_t *case_json(struct str text, char why[CASE_READ_WHY])
{
	const char *wrong = out_of_bounds(text);
	json_error_t error;
	json_t *value;

	if (wrong) {
		snprintf(why, CASE_READ_WHY, "%s", wrong);
		return NULL;
	}
	value = json_loadb(text.p ? text.p : "", text.len, JSON_REJECT_DUPLICATES, &error);
	if (!value) {
		struct arena a;

		arena_init(&a, 0);
		snprintf(why, CASE_READ_WHY, "not JSON, line %d: %.*s", error.line,
			STR_ARG(escape_text(&a, str_of(error.text), 160)));
		arena_release(&a);
	}
	return value;
}

/* ---- one line -------------------------------------------------------------------------------- */

static void put_string(struct arena *a, struct buf *b, struct str s)
{
	struct str safe = escape_text(a, s, s.len * 12 + 16);

	buf_add_char(b, '"');
	for (size_t i = 0; i < safe.len; i++) {
		if (safe.p[i] == '"' || safe.p[i] == '\\')
			buf_add_char(b, '\\');
		buf_add_char(b, safe.p[i]);
	}
	buf_add_char(b, '"');
}

/* Six digits behind the point, as in all documents. */
static void put_real(struct buf *b, double x)
{
	long long n = llround(fmin(fmax(x, -1e12), 1e12) * 1e6), size = llabs(n);

	buf_printf(b, "%s%lld.%06lld", n < 0 ? "-" : "", size / 1000000, size % 1000000);
	while (b->p[b->len - 1] == '0' && b->p[b->len - 2] != '.')
		b->len--;
}

static void put(struct arena *a, struct buf *b, const json_t *v)
{
	const char *key, *comma = "";
	json_t *item, *open = (json_t *)(uintptr_t)v;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		buf_add_char(b, '{');
		json_object_foreach(open, key, item) {
			buf_add_z(b, comma);
			put_string(a, b, str_of(key));
			buf_add_z(b, ": ");
			put(a, b, item);
			comma = ", ";
		}
		buf_add_char(b, '}');
		break;
	case JSON_ARRAY:
		buf_add_char(b, '[');
		json_array_foreach(open, i, item) {
			buf_add_z(b, comma);
			put(a, b, item);
			comma = ", ";
		}
		buf_add_char(b, ']');
		break;
	case JSON_STRING:
		put_string(a, b, str_view(json_string_value(v), json_string_length(v)));
		break;
	case JSON_INTEGER:
		buf_printf(b, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		break;
	case JSON_REAL:
		put_real(b, json_real_value(v));
		break;
	default:
		buf_add_z(b, json_is_null(v) ? "null" : json_is_true(v) ? "true" : "false");
		break;
	}
}

struct str case_json_line(struct arena *a, const json_t *value)
{
	struct buf b;
	struct str line;

	buf_init(&b, CASE_READ_BYTES);
	put(a, &b, value);
	line = b.full ? STR_NONE : arena_str(a, buf_str(&b));
	buf_release(&b);
	return line;
}

/* ---- a row from an object -------------------------------------------------------------------- */

struct reading {
	struct arena *arena;
	char *why;
};

static enum status read_row(struct reading *r, const struct case_noun *noun, const json_t *v,
	void *row);

static enum status wrong_type(struct reading *r, const struct case_field *f, const char *want)
{
	return bad(r->why, f->name, want);
}

static enum status read_text(struct reading *r, const struct case_field *f, const json_t *v,
	struct str *ret)
{
	if (!json_is_string(v))
		return wrong_type(r, f, "text");
	*ret = arena_str(r->arena, str_view(json_string_value(v), json_string_length(v)));
	return STATUS_OK;
}

static enum status read_time(struct reading *r, const struct case_field *f, const json_t *v,
	int64_t *ret)
{
	if (!v || json_is_null(v))
		return STATUS_OK;
	if (!json_is_string(v) ||
		!utc_parse(str_view(json_string_value(v), json_string_length(v)), ret))
		return wrong_type(r, f, "a time");
	return STATUS_OK;
}

static enum status read_list(struct reading *r, const struct case_field *f, const json_t *v,
	struct case_rows *ret)
{
	size_t i;
	json_t *item;

	if (!json_is_array(v))
		return wrong_type(r, f, "a list");
	json_array_foreach((json_t *)(uintptr_t)v, i, item) {
		if (!json_is_object(item))
			return wrong_type(r, f, "a list of objects");
		TRY(read_row(r, f->of, item, case_add(r->arena, f->of, ret)));
	}
	return STATUS_OK;
}

static enum status read_words(struct reading *r, const struct case_field *f, const json_t *v,
	const struct case_field *word, struct str kind, struct case_rows *ret)
{
	size_t i;
	json_t *item;

	if (!json_is_array(v))
		return wrong_type(r, f, "a list");
	json_array_foreach((json_t *)(uintptr_t)v, i, item) {
		char *row = case_add(r->arena, f->of, ret);

		if (kind.len)
			*(struct str *)case_at(row, &f->of->fields[0]) = kind;
		TRY(read_text(r, f, item, case_at(row, word)));
	}
	return STATUS_OK;
}

static enum status read_groups(struct reading *r, const struct case_field *f, const json_t *v,
	struct case_rows *ret)
{
	const char *key;
	json_t *list;

	if (!json_is_object(v))
		return wrong_type(r, f, "an object");
	json_object_foreach((json_t *)(uintptr_t)v, key, list)
		TRY(read_words(r, f, list, &f->of->fields[1], arena_str(r->arena, str_of(key)),
			ret));
	return STATUS_OK;
}

static enum status read_value(struct reading *r, const struct case_field *f, const json_t *v, void *at)
{
	struct utc_span *span = at;

	switch (f->kind) {
	case CASE_TEXT:
		return read_text(r, f, v, at);
	case CASE_COUNT:
		if (!json_is_integer(v) || json_integer_value(v) < 0)
			return wrong_type(r, f, "a count");
		*(int64_t *)at = json_integer_value(v);
		return STATUS_OK;
	case CASE_REAL:
		if (!json_is_number(v))
			return wrong_type(r, f, "a number");
		*(double *)at = json_number_value(v);
		return STATUS_OK;
	case CASE_BOOL:
		if (!json_is_boolean(v))
			return wrong_type(r, f, "true or false");
		*(bool *)at = json_is_true(v);
		return STATUS_OK;
	case CASE_TIME:
		return read_time(r, f, v, at);
	case CASE_SPAN:
		if (!json_is_object(v))
			return wrong_type(r, f, "an interval");
		TRY(read_time(r, f, json_object_get(v, "lo"), &span->lo));
		return read_time(r, f, json_object_get(v, "hi"), &span->hi);
	case CASE_ROWS:
		return read_list(r, f, v, at);
	case CASE_WORDS:
		if (json_is_string(v) && strcmp(json_string_value(v), "all") == 0)
			return STATUS_OK;
		return read_words(r, f, v, &f->of->fields[0], STR_NONE, at);
	case CASE_GROUPS:
		return read_groups(r, f, v, at);
	case CASE_ONE:
		if (!json_is_object(v))
			return wrong_type(r, f, "an object");
		return read_row(r, f->of, v, at);
	default:
		return STATUS_OK;
	}
}

/* "clock.pairs" stands in an object "clock". */
static const json_t *value_of(const json_t *v, const char *name)
{
	const char *dot = strchr(name, '.');
	char outer[32];

	if (!dot)
		return json_object_get(v, name);
	snprintf(outer, sizeof(outer), "%.*s", (int)(dot - name), name);
	return json_object_get(json_object_get(v, outer), dot + 1);
}

/* A finding is kept as it is; what is asked of it often stands beside it. */
void case_read_finding(struct arena *a, const json_t *v, struct case_finding *f)
{
	const json_t *weight = json_object_get(v, "weight");
	const char *member = json_string_value(json_object_get(json_object_get(v, "where"), "member"));
	const char *id = json_string_value(json_object_get(v, "id"));
	const char *behaviour = json_string_value(json_object_get(v, "behaviour"));
	const char *title = json_string_value(json_object_get(v, "title"));

	f->json = case_json_line(a, v);
	f->id = arena_str(a, str_of(id));
	f->behaviour = arena_str(a, str_of(behaviour));
	f->title = arena_str(a, str_of(title));
	f->member = arena_str(a, str_of(member));
	if (json_is_number(weight))
		f->weight = json_number_value(weight);
}

static enum status read_row(struct reading *r, const struct case_noun *noun, const json_t *v,
	void *row)
{
	if (noun == &case_noun_finding) {
		case_read_finding(r->arena, v, row);
		return STATUS_OK;
	}
	for (size_t i = 0; i < noun->n_fields; i++) {
		const struct case_field *f = &noun->fields[i];
		const json_t *value = f->hidden ? NULL : value_of(v, f->name);

		if (value && !json_is_null(value))
			TRY(read_value(r, f, value, case_at(row, f)));
	}
	return STATUS_OK;
}

/* ---- documents ------------------------------------------------------------------------------- */

static bool is_schema(const json_t *v, const char *name)
{
	const char *schema = json_string_value(json_object_get(v, "schema"));

	return schema && strcmp(schema, name) == 0;
}

static enum status read_revisions(struct reading *r, const json_t *list, struct case_file *ret)
{
	static const struct case_field at = {"at", CASE_TIME, 0};
	size_t i;
	json_t *v;

	json_array_foreach((json_t *)(uintptr_t)list, i, v) {
		struct case_revision *one = CASE_ADD(r->arena, &ret->revisions);

		one->number = json_integer_value(json_object_get(v, "number"));
		one->at = UTC_UNKNOWN;
		TRY(read_time(r, &at, json_object_get(v, "at"), &one->at));
		one->author = arena_str(r->arena,
			str_of(json_string_value(json_object_get(v, "author"))));
		one->what = arena_str(r->arena,
			str_of(json_string_value(json_object_get(v, "what"))));
		one->reason = arena_str(r->arena,
			str_of(json_string_value(json_object_get(v, "reason"))));
		if (one->number < 1 || one->number > ret->revision || one->at == UTC_UNKNOWN ||
			(i && one->number <= one[-1].number))
			return bad(r->why, "revisions", "a list of changes in order");
	}
	if (i == 0 || ret->revisions.items[i - 1].number != ret->revision)
		return bad(r->why, "revision", "the last of revisions");
	return STATUS_OK;
}

enum status case_read(struct arena *a, const json_t *document, struct case_file *ret,
	char why[CASE_READ_WHY])
{
	static const struct case_field created = {"created", CASE_TIME, 0};
	struct reading r = {a, why};
	const char *id = json_string_value(json_object_get(document, "id"));

	if (!is_schema(document, "assay.case.v1") || !id)
		return bad(why, "it", "a case (assay.case.v1)");
	*ret = (struct case_file){.newest = 0};
	row_init(&case_noun_file, ret);
	ret->id = arena_str(a, str_of(id));
	ret->created = UTC_UNKNOWN;
	TRY(read_time(&r, &created, json_object_get(document, "created"), &ret->created));
	ret->revision = json_integer_value(json_object_get(document, "revision"));
	ret->newest = ret->revision;
	ret->n_observations = json_integer_value(json_object_get(document, "observations"));
	if (ret->created == UTC_UNKNOWN || ret->revision < 1 || ret->revision > INT32_MAX ||
		ret->n_observations < 0)
		return bad(why, "created, revision or observations", "as it should be");
	TRY(read_row(&r, &case_noun_about, document, &ret->about));
	TRY(read_row(&r, &case_noun_file, document, ret));
	return read_revisions(&r, json_object_get(document, "revisions"), ret);
}

enum status case_read_observation(struct arena *a, const json_t *value, struct observation *ret,
	char why[CASE_READ_WHY])
{
	struct reading r = {a, why};

	if (!is_schema(value, "assay.observation.v1"))
		return bad(why, "it", "an observation (assay.observation.v1)");
	row_init(&case_noun_observation, ret);
	return read_row(&r, &case_noun_observation, value, ret);
}
