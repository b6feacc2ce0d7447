/* A case as its document: the tables of case/nouns.h say which keys there are and in which order. */
#include "assay.h"
#include "case/nouns.h"
#include "report/case.h"
#include "report/json_out.h"

static void put_row(struct json_out *j, const struct case_noun *noun, const void *row);

static void put_text(struct json_out *j, struct str s)
{
	if (s.len)
		jout_str(j, s);
	else
		jout_null(j);
}

static void put_time(struct json_out *j, int64_t at)
{
	struct utc_text t = utc_text(at);

	put_text(j, str_of(t.z));
}

static void put_span(struct json_out *j, struct utc_span span)
{
	if (span.lo == UTC_UNKNOWN && span.hi == UTC_UNKNOWN) {
		jout_null(j);
		return;
	}
	jout_open(j, '{');
	jout_key(j, "lo");
	put_time(j, span.lo);
	jout_key(j, "hi");
	put_time(j, span.hi);
	jout_close(j, '}');
}

static void put_list(struct json_out *j, const struct case_noun *noun, const struct case_rows *rows)
{
	jout_open(j, '[');
	for (size_t i = 0; i < rows->n; i++) {
		const char *row = rows->items + i * noun->bytes;

		if (noun->fields[0].kind == CASE_JSON)
			jout_raw(j, *(const struct str *)case_at(row, &noun->fields[0]));
		else
			put_row(j, noun, row);
	}
	jout_close(j, ']');
}

static void put_words(struct json_out *j, const struct case_noun *noun, const struct case_rows *rows)
{
	if (rows->n == 0) {
		jout_str(j, STR("all"));
		return;
	}
	jout_open(j, '[');
	for (size_t i = 0; i < rows->n; i++)
		put_text(j, *(const struct str *)case_at(rows->items + i * noun->bytes,
				    &noun->fields[0]));
	jout_close(j, ']');
}

/* {"ip": [...], "host": [...]}: every kind, in the order of its choices. */
static void put_groups(struct json_out *j, const struct case_noun *noun, const struct case_rows *rows)
{
	const char *kind = noun->fields[0].choices;

	jout_open(j, '{');
	while (*kind) {
		char key[32];
		size_t n = strcspn(kind, " ");

		snprintf(key, sizeof(key), "%.*s", (int)n, kind);
		jout_key(j, key);
		jout_open(j, '[');
		for (size_t i = 0; i < rows->n; i++) {
			const char *row = rows->items + i * noun->bytes;

			if (str_is(*(const struct str *)case_at(row, &noun->fields[0]), key))
				jout_str(j, *(const struct str *)case_at(row, &noun->fields[1]));
		}
		jout_close(j, ']');
		kind += n;
		kind += *kind == ' ';
	}
	jout_close(j, '}');
}

static void put_value(struct json_out *j, const struct case_field *f, const void *at)
{
	switch (f->kind) {
	case CASE_TEXT:
		put_text(j, *(const struct str *)at);
		break;
	case CASE_JSON:
		jout_raw(j, *(const struct str *)at);
		break;
	case CASE_COUNT:
		if (*(const int64_t *)at < 0)
			jout_null(j);
		else
			jout_i64(j, *(const int64_t *)at);
		break;
	case CASE_REAL:
		jout_real(j, *(const double *)at);
		break;
	case CASE_BOOL:
		jout_bool(j, *(const bool *)at);
		break;
	case CASE_TIME:
		put_time(j, *(const int64_t *)at);
		break;
	case CASE_SPAN:
		put_span(j, *(const struct utc_span *)at);
		break;
	case CASE_ROWS:
		put_list(j, f->of, at);
		break;
	case CASE_WORDS:
		put_words(j, f->of, at);
		break;
	case CASE_GROUPS:
		put_groups(j, f->of, at);
		break;
	case CASE_ONE:
		put_row(j, f->of, at);
		break;
	}
}

/* "clock.pairs" stands in an object "clock", which is open as long as the keys go on like this. */
static void put_fields(struct json_out *j, const struct case_noun *noun, const void *row)
{
	char open[32] = "";

	for (size_t i = 0; i < noun->n_fields; i++) {
		const struct case_field *f = &noun->fields[i];
		const char *dot = strchr(f->name, '.');
		size_t n = dot ? (size_t)(dot - f->name) : 0;

		if (f->hidden)
			continue;
		if (*open && (strlen(open) != n || strncmp(open, f->name, n) != 0)) {
			jout_close(j, '}');
			*open = '\0';
		}
		if (dot && !*open) {
			snprintf(open, sizeof(open), "%.*s", (int)n, f->name);
			jout_key(j, open);
			jout_open(j, '{');
		}
		jout_key(j, dot ? dot + 1 : f->name);
		put_value(j, f, case_at(row, f));
	}
	if (*open)
		jout_close(j, '}');
}

static void put_row(struct json_out *j, const struct case_noun *noun, const void *row)
{
	jout_open(j, '{');
	put_fields(j, noun, row);
	jout_close(j, '}');
}

static void put_revisions(struct json_out *j, const struct case_file *c)
{
	jout_key(j, "revisions");
	jout_open(j, '[');
	for (size_t i = 0; i < c->revisions.n; i++) {
		const struct case_revision *r = &c->revisions.items[i];

		jout_open(j, '{');
		jout_key(j, "number");
		jout_i64(j, r->number);
		jout_key(j, "at");
		put_time(j, r->at);
		jout_key(j, "author");
		put_text(j, r->author);
		jout_key(j, "what");
		put_text(j, r->what);
		jout_key(j, "reason");
		put_text(j, r->reason);
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

/* The document's own order around the parts. */
static void put_part(struct json_out *j, const struct case_file *c, const struct case_field *f)
{
	if (f->offset == offsetof(struct case_file, about)) {
		put_fields(j, f->of, &c->about);
		jout_key(j, "created");
		put_time(j, c->created);
		jout_key(j, "revision");
		jout_i64(j, c->revision);
		return;
	}
	if (f->offset == offsetof(struct case_file, reports)) {
		jout_key(j, "observations");
		jout_i64(j, c->n_observations);
	}
	jout_key(j, f->name);
	put_value(j, f, case_at(c, f));
}

void report_case_json(const struct case_file *c, unsigned flags, struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, flags & REPORT_ONE_LINE);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.case.v1"));
	jout_key_str(&j, "assay", STR(ASSAY_VERSION));
	jout_key_str(&j, "id", c->id);
	for (size_t i = 0; i < case_noun_file.n_fields; i++)
		put_part(&j, c, &case_noun_file.fields[i]);
	put_revisions(&j, c);
	jout_close(&j, '}');
	jout_end(&j);
}

void report_observation_json(const struct observation *o, struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, true);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.observation.v1"));
	put_fields(&j, &case_noun_observation, o);
	jout_close(&j, '}');
	jout_end(&j);
}

void report_cases_json(const struct case_summary *list, size_t n, struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, false);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.cases.v1"));
	jout_key_str(&j, "assay", STR(ASSAY_VERSION));
	jout_key(&j, "cases");
	jout_open(&j, '[');
	for (size_t i = 0; i < n; i++) {
		jout_open(&j, '{');
		jout_key_str(&j, "id", list[i].id);
		jout_key(&j, "title");
		put_text(&j, list[i].title);
		jout_key(&j, "product");
		put_text(&j, list[i].product);
		jout_key(&j, "created");
		put_time(&j, list[i].created);
		jout_key(&j, "revision");
		jout_i64(&j, list[i].revision);
		jout_key(&j, "changed");
		put_time(&j, list[i].changed);
		jout_close(&j, '}');
	}
	jout_close(&j, ']');
	jout_close(&j, '}');
	jout_end(&j);
}
