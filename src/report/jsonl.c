/* Findings for programs that read line by line: a log collector, jq, a data base. */
#include "report/json_out.h"
#include "report/json_parts.h"

static void line(const struct document *d, const struct doc_finding *f, struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, true);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.finding.v1"));
	if (!d->is_inspect)
		json_release(&j, "old", &d->old);
	json_release(&j, "new", &d->new);
	jout_key_str(&j, "verdict", str_of(verdict_name(d->verdict)));
	jout_key_real(&j, "probability", d->probability);
	jout_key(&j, "finding");
	if (f)
		json_finding(&j, f);
	else
		jout_null(&j);
	jout_close(&j, '}');
	jout_end(&j);
}

void report_jsonl(const struct document *d, struct report_out *out)
{
	for (size_t i = 0; i < d->findings.n; i++)
		line(d, &d->findings.items[i], out);
	if (d->findings.n == 0)
		line(d, NULL, out);
}
