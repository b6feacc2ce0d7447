#include "disclose/scope_doc.h"

#include <math.h>

#include "report/json_read.h"

static struct scope_stage stage(struct arena *a, const json_t *o)
{
	const json_t *interval = jread_object(o, "interval");

	return (struct scope_stage){
		.stage = jread_str(a, o, "stage"),
		.lower = jread_real(o, "lower", NAN),
		.estimate = jread_real(o, "estimate", NAN),
		.lo = jread_real(interval, "lo", NAN),
		.hi = jread_real(interval, "hi", NAN),
		.upper = jread_real(o, "upper", NAN),
		.method = jread_str(a, o, "method"),
		.reason = jread_str(a, o, "reason"),
		.query = jread_str(a, o, "query"),
	};
}

static struct scope_stage *stages(struct arena *a, const json_t *o, const char *key, size_t *ret_n)
{
	const json_t *list = jread_array(o, key);
	size_t n = json_array_size(list);
	struct scope_stage *s = ARENA_ARRAY(a, n + 1, struct scope_stage);

	for (size_t i = 0; i < n; i++)
		s[i] = stage(a, json_array_get(list, i));
	*ret_n = n;
	return s;
}

static struct scope_group *groups(struct arena *a, const json_t *o, const char *key, size_t *ret_n)
{
	const json_t *list = jread_array(o, key);
	size_t n = json_array_size(list);
	struct scope_group *g = ARENA_ARRAY(a, n + 1, struct scope_group);

	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);

		g[i].key = jread_str(a, v, "key");
		g[i].customers = jread_real(v, "customers", NAN);
		g[i].stages = stages(a, v, "stages", &g[i].n_stages);
	}
	*ret_n = n;
	return g;
}

static struct scope_customer customer(struct arena *a, const json_t *v)
{
	const json_t *time = jread_object(v, "time"), *exposed = jread_object(v, "exposed");
	const json_t *list = jread_array(v, "evidence");
	struct scope_customer c = {
		.id = jread_str(a, v, "id"),
		.stage = jread_str(a, v, "stage"),
		.certainty = jread_str(a, v, "certainty"),
		.time_lo = jread_str(a, time, "lo"),
		.time_hi = jread_str(a, time, "hi"),
		.exposed_lo = jread_str(a, exposed, "lo"),
		.exposed_hi = jread_str(a, exposed, "hi"),
		.n_evidence = json_array_size(list),
	};

	c.evidence = ARENA_ARRAY(a, c.n_evidence + 1, struct scope_evidence);
	for (size_t i = 0; i < c.n_evidence; i++) {
		const json_t *e = json_array_get(list, i);

		c.evidence[i] = (struct scope_evidence){jread_str(a, e, "source"),
			jread_str(a, e, "file"), jread_u64(e, "line")};
	}
	return c;
}

static void by(struct arena *a, const json_t *o, struct scope_doc *d)
{
	const json_t *list = jread_array(o, "customer");

	d->countries = groups(a, o, "country", &d->n_countries);
	d->industries = groups(a, o, "industry", &d->n_industries);
	d->n_customers = json_array_size(list);
	d->customers = ARENA_ARRAY(a, d->n_customers + 1, struct scope_customer);
	for (size_t i = 0; i < d->n_customers; i++)
		d->customers[i] = customer(a, json_array_get(list, i));
}

static void rest(struct arena *a, const json_t *j, struct scope_doc *d)
{
	const json_t *coverage = jread_array(j, "coverage"), *refusals = jread_array(j, "refusals");

	d->n_coverage = json_array_size(coverage);
	d->coverage = ARENA_ARRAY(a, d->n_coverage + 1, struct scope_coverage);
	for (size_t i = 0; i < d->n_coverage; i++) {
		const json_t *v = json_array_get(coverage, i);

		d->coverage[i] = (struct scope_coverage){jread_str(a, v, "source"),
			jread_real(v, "percent_of_window", NAN),
			json_array_size(jread_array(v, "gaps"))};
	}
	d->n_refusals = json_array_size(refusals);
	d->refusals = ARENA_ARRAY(a, d->n_refusals + 1, struct scope_refusal);
	for (size_t i = 0; i < d->n_refusals; i++) {
		const json_t *v = json_array_get(refusals, i);

		d->refusals[i] = (struct scope_refusal){jread_str(a, v, "what"), jread_str(a, v, "why")};
	}
	d->unknown = jread_strings(a, j, "unknown", &d->n_unknown);
}

enum status scope_doc_read(struct arena *a, struct str json, struct scope_doc *ret, struct str *ret_why)
{
	json_t *j = jread_parse(a, json, ret_why);
	const json_t *about = jread_object(j, "case");

	*ret = (struct scope_doc){0};
	if (!j)
		return STATUS_DAMAGED;
	if (!str_is(jread_str(a, j, "schema"), "assay.scope.v1")) {
		*ret_why = STR("no assay.scope.v1");
		json_decref(j);
		return STATUS_DAMAGED;
	}
	ret->case_id = jread_str(a, about, "id");
	ret->revision = jread_u64(about, "revision");
	ret->as_of = jread_str(a, j, "as_of");
	ret->funnel = stages(a, j, "funnel", &ret->n_funnel);
	by(a, jread_object(j, "by"), ret);
	rest(a, j, ret);
	json_decref(j);
	return STATUS_OK;
}
