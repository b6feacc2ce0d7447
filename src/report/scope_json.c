/* assay.scope.v1: docs/schema/assay.scope.v1.json. */
#include <math.h>

#include "assay.h"
#include "report/json_out.h"
#include "report/scope.h"
#include "util/utc.h"

static void key_time(struct json_out *j, const char *key, int64_t us)
{
	char text[TIME_PRINT_BYTES];

	jout_key(j, key);
	if (us == TIME_UNKNOWN_LO || us == TIME_UNKNOWN_HI) {
		jout_real(j, NAN);
		return;
	}
	time_print(us, text);
	jout_str(j, str_of(text));
}

static void span(struct json_out *j, struct interval t)
{
	jout_open(j, '{');
	key_time(j, "lo", t.lo);
	key_time(j, "hi", t.hi);
	jout_close(j, '}');
}

static void key_span(struct json_out *j, const char *key, struct interval t)
{
	jout_key(j, key);
	if (t.lo > t.hi || (t.lo == TIME_UNKNOWN_LO && t.hi == TIME_UNKNOWN_HI))
		jout_real(j, NAN);
	else
		span(j, t);
}

/* Infinite and unknown are null. */
static void key_number(struct json_out *j, const char *key, double x)
{
	jout_key_real(j, key, isfinite(x) ? x : NAN);
}

static void key_interval(struct json_out *j, const struct estimate *e)
{
	jout_key(j, "interval");
	if (isnan(e->n)) {
		jout_real(j, NAN);
		return;
	}
	jout_open(j, '{');
	key_number(j, "lo", e->lo);
	key_number(j, "hi", e->hi);
	jout_close(j, '}');
}

static void windows(struct json_out *j, const struct scope_result *r)
{
	jout_key(j, "windows");
	jout_open(j, '[');
	for (size_t i = 0; i < r->n_windows; i++) {
		jout_open(j, '{');
		jout_key_str(j, "release", r->windows[i].release);
		jout_key_str(j, "channel", r->windows[i].channel);
		jout_key(j, "from");
		span(j, r->windows[i].from);
		jout_key(j, "to");
		span(j, r->windows[i].to);
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

static void step(struct json_out *j, const struct scope_step *s)
{
	const struct answer *a = &s->answer;

	jout_open(j, '{');
	jout_key_str(j, "stage", str_of(scope_stage_name(s->stage)));
	key_number(j, "lower", a->lower);
	key_number(j, "estimate", a->e.n);
	key_interval(j, &a->e);
	key_number(j, "upper", a->upper);
	jout_key_str(j, "method", str_of(a->method));
	jout_key_str(j, "reason", str_of(estimate_refusal_text(a->refused)));
	jout_key_str(j, "query", str_of(s->query));
	jout_key(j, "models_range");
	if (isnan(a->range_lo) || a->refused != REFUSED_NOT) {
		jout_real(j, NAN);
	} else {
		jout_open(j, '{');
		key_number(j, "lo", a->range_lo);
		key_number(j, "hi", a->range_hi);
		jout_close(j, '}');
	}
	jout_key(j, "stratified");
	if (s->strata.refused != REFUSED_NOT || isnan(s->strata.e.n)) {
		jout_real(j, NAN);
	} else {
		jout_open(j, '{');
		jout_key_str(j, "by", STR("size"));
		key_number(j, "estimate", s->strata.e.n);
		key_interval(j, &s->strata.e);
		jout_close(j, '}');
	}
	jout_close(j, '}');
}

static void groups(struct json_out *j, const char *key, const struct scope_group *g, size_t n)
{
	jout_key(j, key);
	jout_open(j, '[');
	for (size_t i = 0; i < n; i++) {
		jout_open(j, '{');
		jout_key_str(j, "key", g[i].key);
		jout_key_u64(j, "customers", g[i].customers);
		jout_key(j, "stages");
		jout_open(j, '[');
		for (int s = 0; s < SCOPE_STAGES; s++) {
			jout_open(j, '{');
			jout_key_str(j, "stage", str_of(scope_stage_name((enum scope_stage)s)));
			key_number(j, "lower", g[i].lower[s]);
			key_number(j, "upper", g[i].upper[s]);
			jout_close(j, '}');
		}
		jout_close(j, ']');
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

static void customer(struct json_out *j, const struct scope_result *r, const struct scope_customer *c)
{
	bool had = c->certainty >= CERTAINTY_POSSIBLE;

	jout_open(j, '{');
	jout_key_str(j, "id", r->c->customers.items[c->index].id);
	jout_key(j, "stage");
	if (had)
		jout_str(j, str_of(scope_stage_name(c->stage)));
	else
		jout_real(j, NAN);
	jout_key_str(j, "certainty", str_of(certainty_name(c->certainty)));
	key_number(j, "probability", had ? c->probability : NAN);
	key_span(j, "time", c->time);
	key_span(j, "exposed", c->exposed);
	key_span(j, "exposed_at_least", c->at_least);
	jout_key(j, "evidence");
	jout_open(j, '[');
	for (unsigned i = 0; i < c->n_places; i++) {
		jout_open(j, '{');
		jout_key_str(j, "source", c->places[i].source);
		jout_key_str(j, "file", c->places[i].file);
		jout_key_u64(j, "line", c->places[i].line);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_close(j, '}');
}

static void clock_found(struct json_out *j, const struct clock *c)
{
	jout_key(j, "clock_found");
	if (c->pairs < CLOCK_PAIRS_MIN) {
		jout_null(j);
		return;
	}
	jout_open(j, '{');
	key_number(j, "offset_seconds", c->offset_seconds);
	key_number(j, "sigma_seconds", c->sigma_seconds);
	jout_key_u64(j, "pairs", c->pairs);
	jout_close(j, '}');
}

static void coverage(struct json_out *j, const struct scope_result *r)
{
	jout_key(j, "coverage");
	jout_open(j, '[');
	for (size_t i = 0; i < r->n_coverage; i++) {
		jout_open(j, '{');
		jout_key_str(j, "source", r->coverage[i].source);
		key_number(j, "percent_of_window", r->coverage[i].percent);
		jout_key(j, "gaps");
		jout_open(j, '[');
		for (size_t g = 0; g < r->coverage[i].n_gaps; g++)
			span(j, r->coverage[i].gaps[g]);
		jout_close(j, ']');
		clock_found(j, &r->coverage[i].clock);
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

static void sensitivity(struct json_out *j, const struct scope_result *r)
{
	jout_key(j, "sensitivity");
	jout_open(j, '[');
	for (int t = 0; t < SCOPE_THRESHOLDS; t++) {
		const struct scope_sensitivity *x = &r->sensitivity[t];

		jout_open(j, '{');
		key_number(j, "threshold", x->threshold);
		jout_key(j, "stages");
		jout_open(j, '[');
		for (int s = 0; s < SCOPE_STAGES; s++) {
			jout_open(j, '{');
			jout_key_str(j, "stage", str_of(scope_stage_name((enum scope_stage)s)));
			key_number(j, "lower", x->lower[s]);
			key_number(j, "estimate", x->estimate[s].n);
			key_interval(j, &x->estimate[s]);
			jout_close(j, '}');
		}
		jout_close(j, ']');
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

static void lists(struct json_out *j, const struct scope_result *r)
{
	jout_key(j, "lists");
	jout_open(j, '[');
	for (unsigned i = 0; i < r->n_lists; i++) {
		jout_open(j, '{');
		jout_key_str(j, "name", r->lists[i].name);
		jout_key_bool(j, "used", r->lists[i].used);
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

enum { MODELS_SHOWN = 20 };

/* The lists of this stage, in the order in which the model's name numbers them. */
static unsigned lists_of(struct json_out *j, const struct scope_result *r, const struct scope_step *s)
{
	unsigned n = 0;

	jout_key(j, "lists");
	jout_open(j, '[');
	for (unsigned i = 0; i < r->n_lists; i++) {
		if (s->answer.left_out >> i & 1)
			continue;
		jout_str(j, r->lists[i].name);
		n++;
	}
	jout_close(j, ']');
	return n;
}

static void models(struct json_out *j, const struct scope_result *r, const struct scope_step *s)
{
	for (size_t i = 0; i < s->answer.n_models && i < MODELS_SHOWN; i++) {
		const struct model_fit *m = &s->answer.models[i];
		char name[MODEL_NAME_BYTES];

		jout_open(j, '{');
		jout_key_str(j, "stage", str_of(scope_stage_name(s->stage)));
		model_name(m->model, lists_of(j, r, s), name);
		jout_key_str(j, "model", str_of(name));
		key_number(j, "estimate", m->e.n);
		key_interval(j, isnan(m->e.lo) ? &(struct estimate){.n = NAN} : &m->e);
		key_number(j, "deviance", m->deviance);
		jout_key_real(j, "df", m->df);
		key_number(j, "aic", m->aic);
		key_number(j, "bic", m->bic);
		jout_key_bool(j, "lower_bound", m->e.lower_bound);
		jout_close(j, '}');
	}
}

static void by(struct json_out *j, const struct scope_result *r)
{
	jout_key(j, "by");
	jout_open(j, '{');
	groups(j, "country", r->countries, r->n_countries);
	groups(j, "industry", r->industries, r->n_industries);
	jout_key(j, "customer");
	jout_open(j, '[');
	for (size_t i = 0; i < r->n_customers; i++)
		customer(j, r, &r->customers[i]);
	jout_close(j, ']');
	jout_key(j, "address_country");
	jout_open(j, '[');
	for (size_t i = 0; i < r->n_addresses; i++) {
		jout_open(j, '{');
		jout_key_str(j, "key", r->addresses[i].key);
		jout_key_u64(j, "identities", r->addresses[i].customers);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_close(j, '}');
}

static void refusals(struct json_out *j, const struct scope_result *r)
{
	jout_key(j, "refusals");
	jout_open(j, '[');
	for (size_t i = 0; i < r->n_refusals; i++) {
		jout_open(j, '{');
		jout_key_str(j, "what", r->refusals[i].what);
		jout_key_str(j, "why", r->refusals[i].why);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_key(j, "unknown");
	jout_open(j, '[');
	for (size_t i = 0; i < r->n_unknown; i++)
		jout_str(j, r->unknown[i]);
	jout_close(j, ']');
}

void report_scope_json(const struct scope_result *r, unsigned flags, struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, flags & REPORT_ONE_LINE);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.scope.v1"));
	jout_key_str(&j, "assay", STR(ASSAY_VERSION));
	jout_key(&j, "case");
	jout_open(&j, '{');
	jout_key_str(&j, "id", r->c->id);
	jout_key_u64(&j, "revision", (uint64_t)r->c->revision);
	jout_close(&j, '}');
	key_time(&j, "as_of", r->as_of);
	key_number(&j, "threshold", r->threshold);
	windows(&j, r);
	jout_key(&j, "funnel");
	jout_open(&j, '[');
	for (int i = 0; i < SCOPE_STAGES; i++)
		step(&j, &r->steps[i]);
	jout_close(&j, ']');
	by(&j, r);
	jout_key(&j, "customers");
	jout_open(&j, '{');
	for (int i = CERTAINTY_CERTAIN; i >= CERTAINTY_UNKNOWN; i--)
		jout_key_u64(&j, certainty_name((enum certainty)i), r->n_by_certainty[i]);
	jout_close(&j, '}');
	coverage(&j, r);
	sensitivity(&j, r);
	lists(&j, r);
	jout_key(&j, "models");
	jout_open(&j, '[');
	for (int i = 0; i < SCOPE_STAGES; i++)
		models(&j, r, &r->steps[i]);
	jout_close(&j, ']');
	refusals(&j, r);
	jout_close(&j, '}');
	jout_end(&j);
}
