/* assay scope CASE: who has it. */
#include <string.h>

#include "cli/case.h"
#include "cli/common.h"
#include "cli/scope.h"
#include "report/scope.h"
#include "report/scope_query.h"
#include "scope/country.h"

struct rows {
	struct store *store;
	const struct case_file *c;
	enum status (*take)(void *to, const struct observation *o);
	void *to;
};

static enum status pass_on(void *user, const struct observation *o)
{
	struct rows *rows = user;

	return interrupted ? STATUS_INTERRUPTED : rows->take(rows->to, o);
}

static enum status each(void *user, enum status (*take)(void *to, const struct observation *o), void *to)
{
	struct rows *rows = user;

	rows->take = take;
	rows->to = to;
	return case_observations(rows->store, rows->c->id, rows->c->revision, pass_on, rows);
}

/* A question for an engine instead of an answer; -1: not asked for. */
static int engine_of(const struct settings *s)
{
	static const char *const sql[] = {"clickhouse", "duckdb", "postgresql"};

	if (s->kql)
		return QUERY_KQL;
	if (s->spl)
		return QUERY_SPL;
	for (int i = 0; s->sql && i < 3; i++)
		if (strcmp(s->sql, sql[i]) == 0)
			return i;
	return -1;
}

static bool is_json(const struct settings *s)
{
	return s->format && choice_has("json json-v1", s->format);
}

static bool asked_well(const struct settings *s)
{
	if ((s->sql != NULL) + s->kql + s->spl > 1) {
		say_error("--sql, --kql and --spl: one at a time");
		return false;
	}
	if (s->threshold > 0 && (s->threshold < 0.5 || s->threshold >= 1)) {
		say_error("--threshold: from 0.5 to below 1; below one half another answer is likelier");
		return false;
	}
	if (!s->format || is_json(s) || strcmp(s->format, "text") == 0)
		return true;
	say_error("--format %s: a scope is shown as text or json; assay report has more",
		shown(s->format).text);
	return false;
}

static bool answer(const struct settings *s, struct store *store, struct arena *a,
	const struct case_file *c, struct countries *countries)
{
	struct rows rows = {.store = store, .c = c};
	struct scope_input in = {.c = c, .each = each, .user = &rows, .threshold = s->threshold,
		.as_of = case_now(s), .country = countries ? countries_find : NULL,
		.country_user = countries};
	struct report_out out = report_to_file(stdout);
	struct scope_result result;
	enum status status = scope_run(a, &in, &result);

	if (status == STATUS_INTERRUPTED)
		return false;
	if (status != STATUS_OK) {
		case_say(store, s->args[0]);
		return false;
	}
	if (is_json(s))
		report_scope_json(&result, 0, &out);
	else
		report_scope_text(&result, &out);
	return true;
}

static bool ask(const struct settings *s, const struct case_file *c, int engine)
{
	struct report_out out = report_to_file(stdout);

	if (report_scope_query(c, (enum query_engine)engine, &out))
		return true;
	say_error("%s: no indicator that a log could name", shown(s->args[0]).text);
	return false;
}

static bool with_case(const struct settings *s, struct store *store, struct arena *a)
{
	struct countries *countries = NULL;
	char why[COUNTRY_WHY_BYTES] = "";
	int engine = engine_of(s);
	struct case_file *c;
	bool ok;

	if (case_load(store, a, str_of(s->args[0]), (int64_t)s->revision, (unsigned)CASE_ALL, &c) !=
		STATUS_OK) {
		case_say(store, s->args[0]);
		return false;
	}
	if (engine >= 0)
		return ask(s, c, engine);
	if (s->geo && countries_open(s->geo, &countries, why) != STATUS_OK) {
		say_error("%s: %s", shown(s->geo).text, why);
		return false;
	}
	ok = answer(s, store, a, c, countries);
	countries_close(countries);
	return ok;
}

int scope_case(const struct settings *s)
{
	struct store *store = asked_well(s) ? case_store(s, STORE_READ) : NULL;
	struct arena a;
	bool ok;

	arena_init(&a, 0);
	ok = store && with_case(s, store, &a);
	arena_release(&a);
	store_close(store);
	if (interrupted)
		return say_exit(s, EXIT_INTERRUPTED, VERDICT_CLEAN);
	return ok ? print_exit(s) : case_failed(s);
}
