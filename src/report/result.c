/* The way back from assay.diff.v1 and assay.inspect.v1 to a document. */
#include "report/json_read.h"
#include "report/report.h"

static struct doc_strings strings(struct arena *a, const json_t *o, const char *key)
{
	struct doc_strings s;

	s.items = jread_strings(a, o, key, &s.n);
	return s;
}

static struct doc_release release(struct arena *a, const json_t *o)
{
	return (struct doc_release){
		.path = jread_str(a, o, "path"),
		.sha256 = jread_str(a, o, "sha256"),
		.size_bytes = jread_u64(o, "size_bytes"),
		.name = jread_str(a, o, "name"),
		.version = jread_str(a, o, "version"),
		.kind = jread_str(a, o, "kind"),
	};
}

static struct doc_where where(struct arena *a, const json_t *o)
{
	uint64_t line = jread_u64(o, "line");

	return (struct doc_where){
		.member = jread_str(a, o, "member"),
		.unit = jread_str(a, o, "unit"),
		.line = line > UINT32_MAX ? 0 : (uint32_t)line,
		.offset = jread_u64(o, "offset"),
		.length = jread_u64(o, "length"),
		.shape = jread_str(a, o, "shape"),
	};
}

void report_read_findings(struct arena *a, const json_t *o, const char *key, struct doc_findings *ret)
{
	const json_t *list = jread_array(o, key);
	size_t n = json_array_size(list);
	struct doc_finding *items = ARENA_ARRAY(a, n ? n : 1, struct doc_finding);

	for (size_t i = 0; i < n; i++) {
		const json_t *f = json_array_get(list, i);
		const json_t *untrusted = jread_object(f, "untrusted");

		items[i] = (struct doc_finding){
			.id = jread_str(a, f, "id"),
			.fingerprint = jread_str(a, f, "fingerprint"),
			.behaviour = jread_str(a, f, "behaviour"),
			.title = jread_str(a, f, "title"),
			.attack = strings(a, f, "attack"),
			.where = where(a, jread_object(f, "where")),
			.runs = jread_str(a, f, "runs"),
			.flow = strings(a, f, "flow"),
			.evidence = jread_str(a, untrusted, "evidence"),
			.before = jread_str(a, untrusted, "before"),
			.decoded = strings(a, untrusted, "decoded"),
			.why = jread_str(a, f, "why"),
			.weight = jread_real(f, "weight", 0),
		};
	}
	*ret = (struct doc_findings){items, n};
}

static void delta(struct arena *a, const json_t *o, struct doc_delta *ret)
{
	const json_t *renamed = jread_array(o, "renamed"), *attributes = jread_array(o, "attributes");
	const json_t *digests = jread_array(o, "digests");
	struct doc_rename *r;
	struct doc_attribute *t;
	struct doc_digest *g;

	ret->identical = jread_u64(o, "identical");
	ret->added = strings(a, o, "added");
	ret->removed = strings(a, o, "removed");
	ret->changed = strings(a, o, "changed");
	ret->n_renamed = json_array_size(renamed);
	ret->renamed = r = ARENA_ARRAY(a, ret->n_renamed + 1, struct doc_rename);
	for (size_t i = 0; i < ret->n_renamed; i++) {
		r[i].from = jread_str(a, json_array_get(renamed, i), "from");
		r[i].to = jread_str(a, json_array_get(renamed, i), "to");
	}
	ret->n_attributes = json_array_size(attributes);
	ret->attributes = t = ARENA_ARRAY(a, ret->n_attributes + 1, struct doc_attribute);
	for (size_t i = 0; i < ret->n_attributes; i++) {
		t[i].member = jread_str(a, json_array_get(attributes, i), "member");
		t[i].what = jread_str(a, json_array_get(attributes, i), "what");
	}
	ret->n_digests = json_array_size(digests);
	ret->digests = g = ARENA_ARRAY(a, ret->n_digests + 1, struct doc_digest);
	for (size_t i = 0; i < ret->n_digests; i++) {
		const json_t *one = json_array_get(digests, i);

		g[i].member = jread_str(a, one, "member");
		g[i].sha256 = jread_str(a, one, "sha256");
		g[i].size_bytes = jread_u64(one, "size_bytes");
	}
}

static struct doc_signer signer(struct arena *a, const json_t *o)
{
	return (struct doc_signer){
		.is_signed = json_object_size(o) > 0,
		.kind = jread_str(a, o, "kind"),
		.subject = jread_str(a, o, "signer"),
		.issuer = jread_str(a, o, "issuer"),
		.serial = jread_str(a, o, "serial"),
		.certificate_sha256 = jread_str(a, o, "certificate_sha256"),
		.key_sha256 = jread_str(a, o, "key_sha256"),
		.stated_time = jread_str(a, o, "stated_time"),
		.verified = jread_bool(o, "verified"),
	};
}

static struct doc_approval approval(struct arena *a, const json_t *o)
{
	return (struct doc_approval){
		.asked = o != NULL,
		.status = (int)(jread_u64(o, "status") & 0xFF),
		.approvers = (unsigned)jread_u64(o, "approvers"),
		.approvers_need = (unsigned)jread_u64(o, "approvers_needed"),
		.builders = (unsigned)jread_u64(o, "builders"),
		.rebuilt = jread_bool(o, "rebuilt"),
		.why = jread_str(a, o, "why"),
	};
}

static void provenance(struct arena *a, const json_t *o, struct document *d)
{
	const json_t *list = jread_array(o, "breaks"), *traces = jread_array(o, "traces");
	size_t n = json_array_size(list);
	struct doc_trace *t = ARENA_ARRAY(a, json_array_size(traces) + 1, struct doc_trace);
	struct doc_break *b = ARENA_ARRAY(a, n + 1, struct doc_break);

	for (size_t i = 0; i < n; i++) {
		const json_t *x = json_array_get(list, i);

		b[i] = (struct doc_break){jread_str(a, x, "what"), jread_str(a, x, "member"),
			jread_str(a, x, "old"), jread_str(a, x, "new")};
	}
	d->provenance.n_traces = json_array_size(traces);
	for (size_t i = 0; i < d->provenance.n_traces; i++) {
		const json_t *x = json_array_get(traces, i);

		t[i] = (struct doc_trace){jread_str(a, x, "member"), jread_str(a, x, "kind"), jread_str(a, x, "value")};
	}
	d->provenance.traces = t;
	d->provenance.old = signer(a, jread_object(o, "old"));
	d->provenance.new = signer(a, jread_object(o, "new"));
	d->provenance.old_approval = approval(a, jread_object(jread_object(o, "ledger"), "old"));
	d->provenance.new_approval = approval(a, jread_object(jread_object(o, "ledger"), "new"));
	d->provenance.breaks = b;
	d->provenance.n_breaks = n;
}

static void coverage(struct arena *a, const json_t *o, struct document *d)
{
	const json_t *blind = jread_array(o, "blind"), *deps = jread_array(o, "dependencies");
	struct doc_blind *b = ARENA_ARRAY(a, json_array_size(blind) + 1, struct doc_blind);
	struct doc_dependency *x = ARENA_ARRAY(a, json_array_size(deps) + 1, struct doc_dependency);

	d->coverage.parsed_bytes = jread_u64(o, "parsed_bytes");
	d->coverage.shallow_bytes = jread_u64(o, "shallow_bytes");
	d->coverage.blind_bytes = jread_u64(o, "blind_bytes");
	d->coverage.n_blind = json_array_size(blind);
	for (size_t i = 0; i < d->coverage.n_blind; i++) {
		const json_t *v = json_array_get(blind, i);

		b[i] = (struct doc_blind){jread_str(a, v, "member"), jread_str(a, v, "reason"),
			jread_u64(v, "size_bytes")};
	}
	d->coverage.n_dependencies = json_array_size(deps);
	for (size_t i = 0; i < d->coverage.n_dependencies; i++) {
		const json_t *v = json_array_get(deps, i);

		x[i] = (struct doc_dependency){jread_str(a, v, "name"), jread_str(a, v, "spec"),
			jread_str(a, v, "state")};
	}
	d->coverage.blind = b;
	d->coverage.dependencies = x;
}

static enum status known(const json_t *j, struct document *d, struct str *ret_why)
{
	const char *schema = json_string_value(json_object_get(j, "schema"));
	const char *verdict = json_string_value(json_object_get(j, "verdict"));

	d->is_inspect = schema && str_is(str_of(schema), "assay.inspect.v1");
	*ret_why = STR("no assay.diff.v1 and no assay.inspect.v1");
	if (!schema || (!d->is_inspect && !str_is(str_of(schema), "assay.diff.v1")))
		return STATUS_DAMAGED;
	*ret_why = STR("no verdict that is known");
	if (!verdict || !verdict_from_name(str_of(verdict), &d->verdict))
		return STATUS_DAMAGED;
	*ret_why = STR_NONE;
	return STATUS_OK;
}

static void fill(struct arena *a, const json_t *j, struct document *d)
{
	const json_t *cost = jread_object(j, "cost");

	d->assay_version = jread_str(a, j, "assay");
	d->rules = jread_str(a, j, "rules");
	d->old = release(a, jread_object(j, "old"));
	d->new = release(a, jread_object(j, "new"));
	d->probability = jread_real(j, "probability", 0);
	d->evidence = jread_real(j, "evidence", 0);
	d->base_log_odds = jread_real(j, "base_log_odds", 0);
	d->summary = jread_str(a, j, "summary");
	report_read_findings(a, j, "findings", &d->findings);
	report_read_findings(a, j, "old_suspect", &d->old_suspect);
	delta(a, jread_object(j, "delta"), &d->delta);
	provenance(a, jread_object(j, "provenance"), d);
	coverage(a, jread_object(j, "coverage"), d);
	d->accepted = jread_u64(j, "accepted");
	d->confinement = jread_str(a, j, "confinement");
	d->repeatable = jread_bool(j, "repeatable");
	d->cost.bytes_read = jread_u64(cost, "bytes_read");
	d->cost.bytes_analysed = jread_u64(cost, "bytes_analysed");
	d->cost.members_parsed = jread_u64(cost, "members_parsed");
	d->cost.steps = jread_u64(cost, "steps");
}

enum status report_read(struct arena *a, struct str json, struct document *ret, struct str *ret_why)
{
	json_t *j = jread_parse(a, json, ret_why);
	enum status s = STATUS_DAMAGED;

	*ret = (struct document){0};
	if (j)
		s = known(j, ret, ret_why);
	if (s == STATUS_OK)
		fill(a, j, ret);
	json_decref(j);
	return s;
}
