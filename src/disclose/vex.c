/* CycloneDX 1.5 with its exploitability analysis: for tools that keep an inventory of components. */
#include "assay.h"
#include "disclose/disclose.h"
#include "disclose/uuid.h"
#include "report/json_out.h"

static void component(const struct disclosure *d, struct json_out *j, const struct case_release *r)
{
	struct str purl = incident_purl(d, r);

	jout_open(j, '{');
	jout_key_str(j, "type", STR("application"));
	jout_key_str(j, "bom-ref", r->id);
	jout_key_str(j, "name", r->name.len ? r->name : incident_release_name(d, r));
	if (r->version.len)
		jout_key_str(j, "version", r->version);
	if (r->sha256.len == 64) {
		jout_key(j, "hashes");
		jout_open(j, '[');
		jout_open(j, '{');
		jout_key_str(j, "alg", STR("SHA-256"));
		jout_key_str(j, "content", r->sha256);
		jout_close(j, '}');
		jout_close(j, ']');
	}
	if (purl.len)
		jout_key_str(j, "purl", purl);
	jout_close(j, '}');
}

static void statement(const struct disclosure *d, struct json_out *j, const char *status, const char *state,
	const char *detail)
{
	size_t n = 0;

	for (size_t i = 0; i < d->c->releases.n; i++)
		n += str_is(d->c->releases.items[i].status, status);
	if (n == 0)
		return;
	jout_open(j, '{');
	jout_key_str(j, "bom-ref", arena_printf(d->arena, "%.*s-%s", STR_ARG(d->c->id), status));
	jout_key_str(j, "id", d->c->id);
	jout_key(j, "cwes");
	jout_open(j, '[');
	jout_u64(j, 506);
	jout_close(j, ']');
	jout_key_str(j, "description", incident_title(d));
	jout_key(j, "analysis");
	jout_open(j, '{');
	jout_key_str(j, "state", str_of(state));
	jout_key_str(j, "detail", str_of(detail));
	jout_close(j, '}');
	jout_key(j, "affects");
	jout_open(j, '[');
	for (size_t i = 0; i < d->c->releases.n; i++)
		if (str_is(d->c->releases.items[i].status, status)) {
			jout_open(j, '{');
			jout_key_str(j, "ref", d->c->releases.items[i].id);
			jout_close(j, '}');
		}
	jout_close(j, ']');
	jout_close(j, '}');
}

bool disclose_vex(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	struct json_out j;

	(void)ret_why;
	jout_begin(&j, out, false);
	jout_open(&j, '{');
	jout_key_str(&j, "bomFormat", STR("CycloneDX"));
	jout_key_str(&j, "specVersion", STR("1.5"));
	jout_key_str(&j, "serialNumber",
		arena_printf(d->arena, "urn:uuid:%.*s", STR_ARG(uuid_text(d->arena, uuid_v5(uuid_assay, d->c->id)))));
	jout_key_u64(&j, "version", (uint64_t)(d->c->revision > 0 ? d->c->revision : 1));
	jout_key(&j, "metadata");
	jout_open(&j, '{');
	jout_key_str(&j, "timestamp", incident_last_time(d));
	jout_key(&j, "tools");
	jout_open(&j, '[');
	jout_open(&j, '{');
	jout_key_str(&j, "name", STR("assay"));
	jout_key_str(&j, "version", STR(ASSAY_VERSION));
	jout_close(&j, '}');
	jout_close(&j, ']');
	jout_close(&j, '}');
	jout_key(&j, "components");
	jout_open(&j, '[');
	for (size_t i = 0; i < d->c->releases.n; i++)
		component(d, &j, &d->c->releases.items[i]);
	jout_close(&j, ']');
	jout_key(&j, "vulnerabilities");
	jout_open(&j, '[');
	statement(d, &j, "bad", "exploitable", "Code that does not belong there was put into this release.");
	statement(d, &j, "suspect", "in_triage", "Looked at; nothing is decided.");
	statement(d, &j, "good", "not_affected", "Compared and accepted.");
	jout_close(&j, ']');
	jout_close(&j, '}');
	jout_end(&j);
	return true;
}
