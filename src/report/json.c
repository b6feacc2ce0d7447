/* The contract of other people's scripts: docs/schema/. Keys stand in the order given there. */
#include "report/json_parts.h"
#include "report/phrases.h"

#include "assay.h"

void json_strings(struct json_out *j, const char *key, struct doc_strings s)
{
	jout_key(j, key);
	jout_open(j, '[');
	for (size_t i = 0; i < s.n; i++)
		jout_str(j, s.items[i]);
	jout_close(j, ']');
}

void json_release(struct json_out *j, const char *key, const struct doc_release *r)
{
	jout_key(j, key);
	jout_open(j, '{');
	jout_key_str(j, "path", r->path);
	jout_key_str(j, "sha256", r->sha256);
	jout_key_u64(j, "size_bytes", r->size_bytes);
	jout_key_str(j, "name", r->name);
	jout_key_str(j, "version", r->version);
	jout_key_str(j, "kind", r->kind);
	jout_close(j, '}');
}

static void where(struct json_out *j, const struct doc_where *w)
{
	jout_key(j, "where");
	jout_open(j, '{');
	jout_key_str(j, "member", w->member);
	jout_key_str(j, "unit", w->unit);
	jout_key_u64(j, "line", w->line);
	jout_key_u64(j, "offset", w->offset);
	jout_key_u64(j, "length", w->length);
	if (w->shape.len)
		jout_key_str(j, "shape", w->shape);
	jout_close(j, '}');
}

void json_finding(struct json_out *j, const struct doc_finding *f)
{
	jout_open(j, '{');
	jout_key_str(j, "id", f->id);
	jout_key_str(j, "fingerprint", f->fingerprint);
	jout_key_str(j, "behaviour", f->behaviour);
	jout_key_str(j, "title", f->title);
	json_strings(j, "attack", f->attack);
	where(j, &f->where);
	jout_key_str(j, "runs", f->runs);
	json_strings(j, "flow", f->flow);
	jout_key(j, "untrusted");
	jout_open(j, '{');
	/* Findings about names, attributes and structure have no excerpt: what they are about stands in its place. */
	jout_key_str(j, "evidence", f->evidence.len ? f->evidence : f->subject);
	json_strings(j, "decoded", f->decoded);
	if (f->before.len)
		jout_key_str(j, "before", f->before);
	jout_close(j, '}');
	jout_key_str(j, "why", f->why);
	jout_key_real(j, "weight", f->weight);
	jout_close(j, '}');
}

static void findings(struct json_out *j, const char *key, const struct doc_findings *list)
{
	jout_key(j, key);
	jout_open(j, '[');
	for (size_t i = 0; i < list->n; i++)
		json_finding(j, &list->items[i]);
	jout_close(j, ']');
}

static void delta(struct json_out *j, const struct doc_delta *d)
{
	jout_key(j, "delta");
	jout_open(j, '{');
	jout_key_u64(j, "identical", d->identical);
	json_strings(j, "added", d->added);
	json_strings(j, "removed", d->removed);
	json_strings(j, "changed", d->changed);
	jout_key(j, "renamed");
	jout_open(j, '[');
	for (size_t i = 0; i < d->n_renamed; i++) {
		jout_open(j, '{');
		jout_key_str(j, "from", d->renamed[i].from);
		jout_key_str(j, "to", d->renamed[i].to);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_key(j, "attributes");
	jout_open(j, '[');
	for (size_t i = 0; i < d->n_attributes; i++) {
		jout_open(j, '{');
		jout_key_str(j, "member", d->attributes[i].member);
		jout_key_str(j, "what", d->attributes[i].what);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_key(j, "digests");
	jout_open(j, '[');
	for (size_t i = 0; i < d->n_digests; i++) {
		jout_open(j, '{');
		jout_key_str(j, "member", d->digests[i].member);
		jout_key_str(j, "sha256", d->digests[i].sha256);
		jout_key_u64(j, "size_bytes", d->digests[i].size_bytes);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_close(j, '}');
}

static void signer(struct json_out *j, const char *key, const struct doc_signer *s)
{
	jout_key(j, key);
	jout_open(j, '{');
	if (s->is_signed) {
		jout_key_str(j, "kind", s->kind);
		jout_key_str(j, "signer", s->subject);
		jout_key_str(j, "issuer", s->issuer);
		jout_key_str(j, "serial", s->serial);
		jout_key_str(j, "certificate_sha256", s->certificate_sha256);
		jout_key_str(j, "key_sha256", s->key_sha256);
		jout_key_str(j, "stated_time", s->stated_time);
		jout_key_bool(j, "verified", s->verified);
	}
	jout_close(j, '}');
}

static void approval(struct json_out *j, const char *key, const struct doc_approval *x)
{
	if (!x->asked)
		return;
	jout_key(j, key);
	jout_open(j, '{');
	jout_key_u64(j, "status", (uint64_t)x->status);
	jout_key_u64(j, "approvers", x->approvers);
	jout_key_u64(j, "approvers_needed", x->approvers_need);
	jout_key_u64(j, "builders", x->builders);
	jout_key_bool(j, "rebuilt", x->rebuilt);
	jout_key_str(j, "why", x->why);
	jout_close(j, '}');
}

static void provenance(struct json_out *j, const struct document *d)
{
	jout_key(j, "provenance");
	jout_open(j, '{');
	signer(j, "old", &d->provenance.old);
	signer(j, "new", &d->provenance.new);
	jout_key(j, "breaks");
	jout_open(j, '[');
	for (size_t i = 0; i < d->provenance.n_breaks; i++) {
		const struct doc_break *b = &d->provenance.breaks[i];

		jout_open(j, '{');
		jout_key_str(j, "what", b->what);
		jout_key_str(j, "member", b->member);
		jout_key_str(j, "old", b->old_value);
		jout_key_str(j, "new", b->new_value);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	if (d->provenance.n_traces) {
		jout_key(j, "traces");
		jout_open(j, '[');
		for (size_t i = 0; i < d->provenance.n_traces; i++) {
			jout_open(j, '{');
			jout_key_str(j, "member", d->provenance.traces[i].member);
			jout_key_str(j, "kind", d->provenance.traces[i].kind);
			jout_key_str(j, "value", d->provenance.traces[i].value);
			jout_close(j, '}');
		}
		jout_close(j, ']');
	}
	if (d->provenance.new_approval.asked) {
		jout_key(j, "ledger");
		jout_open(j, '{');
		approval(j, "old", &d->provenance.old_approval);
		approval(j, "new", &d->provenance.new_approval);
		jout_close(j, '}');
	}
	jout_close(j, '}');
}

static void coverage(struct json_out *j, const struct document *d)
{
	jout_key(j, "coverage");
	jout_open(j, '{');
	jout_key_u64(j, "parsed_bytes", d->coverage.parsed_bytes);
	jout_key_u64(j, "shallow_bytes", d->coverage.shallow_bytes);
	jout_key_u64(j, "blind_bytes", d->coverage.blind_bytes);
	jout_key(j, "blind");
	jout_open(j, '[');
	for (size_t i = 0; i < d->coverage.n_blind; i++) {
		jout_open(j, '{');
		jout_key_str(j, "member", d->coverage.blind[i].member);
		jout_key_str(j, "reason", d->coverage.blind[i].reason);
		jout_key_u64(j, "size_bytes", d->coverage.blind[i].size_bytes);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_key(j, "dependencies");
	jout_open(j, '[');
	for (size_t i = 0; i < d->coverage.n_dependencies; i++) {
		jout_open(j, '{');
		jout_key_str(j, "name", d->coverage.dependencies[i].name);
		jout_key_str(j, "spec", d->coverage.dependencies[i].spec);
		jout_key_str(j, "state", d->coverage.dependencies[i].state);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_close(j, '}');
}

static void cost(struct json_out *j, const struct document *d)
{
	jout_key(j, "cost");
	jout_open(j, '{');
	jout_key_u64(j, "bytes_read", d->cost.bytes_read);
	jout_key_u64(j, "bytes_analysed", d->cost.bytes_analysed);
	jout_key_u64(j, "members_parsed", d->cost.members_parsed);
	jout_key_u64(j, "steps", d->cost.steps);
	jout_close(j, '}');
}

void report_json(const struct document *d, unsigned flags, struct report_out *out)
{
	struct json_out j;
	struct arena arena;

	arena_init(&arena, 0);
	jout_begin(&j, out, flags & REPORT_ONE_LINE);
	jout_open(&j, '{');
	jout_key_str(&j, "schema",
		d->is_inspect ? STR("assay.inspect.v1") : STR("assay.diff.v1"));
	jout_key_str(&j, "assay", d->assay_version.len ? d->assay_version : STR(ASSAY_VERSION));
	jout_key_str(&j, "rules", d->rules);
	if (!d->is_inspect)
		json_release(&j, "old", &d->old);
	json_release(&j, "new", &d->new);
	jout_key_str(&j, "verdict", str_of(verdict_name(d->verdict)));
	jout_key_real(&j, "probability", d->probability);
	jout_key_real(&j, "evidence", d->evidence);
	jout_key_real(&j, "base_log_odds", d->base_log_odds);
	jout_key_str(&j, "summary", phrase_summary(&arena, d));
	findings(&j, "findings", &d->findings);
	if (!d->is_inspect)
		delta(&j, &d->delta);
	provenance(&j, d);
	coverage(&j, d);
	findings(&j, "old_suspect", &d->old_suspect);
	jout_key_u64(&j, "accepted", d->accepted);
	jout_key_str(&j, "confinement", d->confinement);
	jout_key_bool(&j, "repeatable", d->repeatable);
	cost(&j, d);
	jout_close(&j, '}');
	jout_end(&j);
	arena_release(&arena);
}

void report_json_error(struct str old_path, struct str new_path, struct str error,
	struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, true);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.error.v1"));
	jout_key_str(&j, "assay", STR(ASSAY_VERSION));
	jout_key(&j, "old");
	jout_open(&j, '{');
	jout_key_str(&j, "path", old_path);
	jout_close(&j, '}');
	jout_key(&j, "new");
	jout_open(&j, '{');
	jout_key_str(&j, "path", new_path);
	jout_close(&j, '}');
	jout_key_str(&j, "error", error);
	jout_close(&j, '}');
	jout_end(&j);
}
