#include "disclose/attribution_doc.h"

#include "report/json_read.h"

static struct attribution_line *lines(struct arena *a, const json_t *j, const char *key, size_t *ret_n)
{
	const json_t *list = jread_array(j, key);
	size_t n = json_array_size(list);
	struct attribution_line *l = ARENA_ARRAY(a, n + 1, struct attribution_line);

	for (size_t i = 0; i < n; i++)
		l[i] = (struct attribution_line){jread_str(a, json_array_get(list, i), "what"),
			jread_str(a, json_array_get(list, i), "why")};
	*ret_n = n;
	return l;
}

static void fill(struct arena *a, const json_t *j, struct attribution_doc *d)
{
	const json_t *list = jread_array(j, "hypotheses"), *wording = jread_object(j, "wording");

	d->case_id = jread_str(a, jread_object(j, "case"), "id");
	d->calibrated = jread_bool(j, "calibrated");
	d->sentence = jread_str(a, wording, "sentence");
	d->strength = jread_str(a, wording, "strength");
	d->named = jread_str(a, wording, "named");
	d->n_rows = json_array_size(list);
	d->rows = ARENA_ARRAY(a, d->n_rows + 1, struct attribution_row);
	for (size_t i = 0; i < d->n_rows; i++) {
		const json_t *v = json_array_get(list, i);

		d->rows[i] = (struct attribution_row){jread_str(a, v, "id"), jread_str(a, v, "name"),
			jread_bool(v, "is_none"), jread_real(v, "log10_odds", 0),
			jread_real(v, "posterior", 0)};
	}
	d->staging = lines(a, j, "staging", &d->n_staging);
	d->refusals = lines(a, j, "refusals", &d->n_refusals);
}

enum status attribution_doc_read(struct arena *a, struct str json, struct attribution_doc *ret,
	struct str *ret_why)
{
	json_t *j = jread_parse(a, json, ret_why);

	*ret = (struct attribution_doc){0};
	if (!j)
		return STATUS_DAMAGED;
	if (!str_is(jread_str(a, j, "schema"), "assay.attribution.v1")) {
		*ret_why = STR("no assay.attribution.v1");
		json_decref(j);
		return STATUS_DAMAGED;
	}
	fill(a, j, ret);
	json_decref(j);
	return STATUS_OK;
}
