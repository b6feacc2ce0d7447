/*
 * CSAF 2.0 (OASIS): first the report of the incident, later the advisory. Product statuses come from
 * the case: bad releases are affected, suspect ones under investigation, good ones not affected.
 */
#include "assay.h"
#include "disclose/disclose.h"
#include "report/json_out.h"

struct csaf {
	struct json_out j;
	const struct disclosure *d;
	bool advisory;
};

static void note(struct csaf *c, const char *category, const char *title, struct str text)
{
	jout_open(&c->j, '{');
	jout_key_str(&c->j, "category", str_of(category));
	jout_key_str(&c->j, "title", str_of(title));
	jout_key_str(&c->j, "text", text);
	jout_close(&c->j, '}');
}

static struct str joined(struct csaf *c, const struct incident_lines *l)
{
	struct buf b;
	struct str s;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < l->n; i++) {
		buf_add_z(&b, i ? "\n" : "");
		buf_add_str(&b, l->items[i]);
	}
	s = arena_str(c->d->arena, buf_str(&b));
	buf_release(&b);
	return s.len ? s : STR("Nothing.");
}

static void notes(struct csaf *c)
{
	struct incident_lines l;

	jout_key(&c->j, "notes");
	jout_open(&c->j, '[');
	incident_facts(c->d, &l);
	note(c, "summary", "Facts", joined(c, &l));
	incident_inferences(c->d, &l);
	note(c, "details", "Inferences", joined(c, &l));
	incident_unknowns(c->d, &l);
	note(c, "general", "Not known", joined(c, &l));
	jout_close(&c->j, ']');
}

static const char *label(struct str tlp)
{
	return str_is(tlp, "clear") ? "WHITE" : str_is(tlp, "green") ? "GREEN" : str_is(tlp, "red") ? "RED" : "AMBER";
}

static void distribution(struct csaf *c)
{
	jout_key(&c->j, "distribution");
	jout_open(&c->j, '{');
	jout_key(&c->j, "tlp");
	jout_open(&c->j, '{');
	jout_key_str(&c->j, "label", str_of(label(c->d->tlp)));
	jout_close(&c->j, '}');
	jout_close(&c->j, '}');
}

static void tracking(struct csaf *c)
{
	const struct case_file *f = c->d->c;
	struct json_out *j = &c->j;

	jout_key(j, "tracking");
	jout_open(j, '{');
	jout_key_str(j, "current_release_date", incident_last_time(c->d));
	jout_key(j, "generator");
	jout_open(j, '{');
	jout_key_str(j, "date", incident_last_time(c->d));
	jout_key(j, "engine");
	jout_open(j, '{');
	jout_key_str(j, "name", STR("assay"));
	jout_key_str(j, "version", STR(ASSAY_VERSION));
	jout_close(j, '}');
	jout_close(j, '}');
	jout_key_str(j, "id", f->id);
	jout_key_str(j, "initial_release_date", incident_first_time(c->d));
	jout_key(j, "revision_history");
	jout_open(j, '[');
	for (size_t i = 0; i < f->revisions.n; i++) {
		struct utc_text at = utc_text(f->revisions.items[i].at);

		jout_open(j, '{');
		jout_key_str(j, "date", str_of(at.z));
		jout_key_str(j, "number", arena_printf(c->d->arena, "%zu", i + 1));
		/* What was noted inside the case is not for readers of this. */
		jout_key_str(j, "summary", i ? STR("Brought up to date") : STR("First version"));
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_key_str(j, "status", STR("interim"));
	jout_key_str(j, "version", arena_printf(c->d->arena, "%zu", f->revisions.n));
	jout_close(j, '}');
}

static void document(struct csaf *c)
{
	struct json_out *j = &c->j;

	jout_key(j, "document");
	jout_open(j, '{');
	jout_key_str(j, "category",
		c->advisory ? STR("csaf_security_advisory") : STR("csaf_security_incident_response"));
	jout_key_str(j, "csaf_version", STR("2.0"));
	distribution(c);
	jout_key_str(j, "lang", STR("en"));
	notes(c);
	jout_key(j, "publisher");
	jout_open(j, '{');
	jout_key_str(j, "category", STR("vendor"));
	jout_key_str(j, "name", incident_publisher(c->d));
	jout_key_str(j, "namespace", c->d->address);
	jout_close(j, '}');
	jout_key(j, "references");
	jout_open(j, '[');
	jout_open(j, '{');
	jout_key_str(j, "category", STR("external"));
	jout_key_str(j, "summary", STR("Where this document and its revisions are published"));
	jout_key_str(j, "url", c->d->address);
	jout_close(j, '}');
	jout_close(j, ']');
	jout_key_str(j, "title", incident_title(c->d));
	tracking(c);
	jout_close(j, '}');
}

/* ---- products -------------------------------------------------------------------------------- */

static bool has_file(const struct case_release *r)
{
	return r->sha256.len == 64;
}

static void helper(struct csaf *c, const struct case_release *r)
{
	struct json_out *j = &c->j;
	struct str url = incident_purl(c->d, r);

	if (!has_file(r) && !url.len)
		return;
	jout_key(j, "product_identification_helper");
	jout_open(j, '{');
	if (has_file(r)) {
		jout_key(j, "hashes");
		jout_open(j, '[');
		jout_open(j, '{');
		jout_key(j, "file_hashes");
		jout_open(j, '[');
		jout_open(j, '{');
		jout_key_str(j, "algorithm", STR("sha256"));
		jout_key_str(j, "value", r->sha256);
		jout_close(j, '}');
		jout_close(j, ']');
		jout_key_str(j, "filename", incident_release_name(c->d, r));
		jout_close(j, '}');
		jout_close(j, ']');
	}
	if (url.len)
		jout_key_str(j, "purl", url);
	jout_close(j, '}');
}

static void branch_begin(struct csaf *c, const char *category, struct str name)
{
	jout_open(&c->j, '{');
	jout_key_str(&c->j, "category", str_of(category));
	jout_key_str(&c->j, "name", name);
}

static void product_tree(struct csaf *c)
{
	struct json_out *j = &c->j;
	const struct case_file *f = c->d->c;
	struct str vendor = f->about.vendor.len ? f->about.vendor : incident_publisher(c->d);
	struct str product = f->about.product.len ? f->about.product : STR("product of the case");

	jout_key(j, "product_tree");
	jout_open(j, '{');
	jout_key(j, "branches");
	jout_open(j, '[');
	branch_begin(c, "vendor", vendor);
	jout_key(j, "branches");
	jout_open(j, '[');
	branch_begin(c, "product_name", product);
	jout_key(j, "branches");
	jout_open(j, '[');
	for (size_t i = 0; i < f->releases.n; i++) {
		const struct case_release *r = &f->releases.items[i];

		/* Two releases of one version differ by their bytes, so the id stands in the name. */
		branch_begin(c, "product_version",
			arena_printf(c->d->arena, "%.*s (%.*s)",
				STR_ARG(r->version.len ? r->version : STR("unknown")), STR_ARG(r->id)));
		jout_key(j, "product");
		jout_open(j, '{');
		jout_key_str(j, "name", incident_release_name(c->d, r));
		jout_key_str(j, "product_id", r->id);
		helper(c, r);
		jout_close(j, '}');
		jout_close(j, '}');
	}
	for (int i = 0; i < 3; i++) {
		jout_close(j, ']');
		jout_close(j, '}');
	}
}

/* ---- what is wrong with them ----------------------------------------------------------------- */

static bool any(struct csaf *c, const char *status)
{
	for (size_t i = 0; i < c->d->c->releases.n; i++)
		if (str_is(c->d->c->releases.items[i].status, status))
			return true;
	return false;
}

static void ids(struct csaf *c, const char *key, const char *status)
{
	if (!any(c, status))
		return;
	jout_key(&c->j, key);
	jout_open(&c->j, '[');
	for (size_t i = 0; i < c->d->c->releases.n; i++)
		if (str_is(c->d->c->releases.items[i].status, status))
			jout_str(&c->j, c->d->c->releases.items[i].id);
	jout_close(&c->j, ']');
}

static void remediation(struct csaf *c)
{
	struct json_out *j = &c->j;

	jout_key(j, "remediations");
	jout_open(j, '[');
	jout_open(j, '{');
	jout_key_str(j, "category", any(c, "good") ? STR("vendor_fix") : STR("mitigation"));
	jout_key_str(j, "details", any(c, "good")
			? STR("Take the affected release off every machine and install a release that is "
			      "listed as not affected, after its digest was compared. What the affected "
			      "release did while it ran is not undone by this.")
			: STR("Take the affected release off every machine. What it did while it ran is not "
			      "undone by this."));
	ids(c, "product_ids", "bad");
	jout_close(j, '}');
	jout_close(j, ']');
}

static void vulnerabilities(struct csaf *c)
{
	struct json_out *j = &c->j;

	if (!any(c, "bad") && !any(c, "suspect"))
		return;
	jout_key(j, "vulnerabilities");
	jout_open(j, '[');
	jout_open(j, '{');
	jout_key(j, "cwe");
	jout_open(j, '{');
	jout_key_str(j, "id", STR("CWE-506"));
	jout_key_str(j, "name", STR("Embedded Malicious Code"));
	jout_close(j, '}');
	jout_key(j, "notes");
	jout_open(j, '[');
	for (size_t i = 0; i < c->d->c->releases.n; i++) {
		const struct case_release *r = &c->d->c->releases.items[i];

		for (size_t k = 0; k < r->findings.n && k < 10 && !str_is(r->status, "good"); k++)
			note(c, "details", "Finding",
				arena_printf(c->d->arena, "%.*s: %.*s %.*s in %.*s.",
					STR_ARG(incident_release_name(c->d, r)), STR_ARG(r->findings.items[k].id),
					STR_ARG(r->findings.items[k].title),
					STR_ARG(r->findings.items[k].member.len ? r->findings.items[k].member
									       : STR("the release itself"))));
	}
	note(c, "general", "Where this comes from", STR("Compared with the release before by assay."));
	jout_close(j, ']');
	jout_key(j, "product_status");
	jout_open(j, '{');
	ids(c, "known_affected", "bad");
	ids(c, "known_not_affected", "good");
	ids(c, "under_investigation", "suspect");
	jout_close(j, '}');
	if (any(c, "bad"))
		remediation(c);
	jout_key_str(j, "title", STR("Code that does not belong there was put into a release"));
	jout_close(j, '}');
	jout_close(j, ']');
}

static bool print(const struct disclosure *d, struct report_out *out, bool advisory, struct str *ret_why)
{
	struct csaf c = {.d = d, .advisory = advisory};

	if (incident_publisher(d).len == 0 || d->address.len == 0) {
		*ret_why = STR("CSAF names its publisher: --publisher (or a vendor in the case) and --address are needed");
		return false;
	}
	if (!any(&c, "bad") && !any(&c, "suspect")) {
		*ret_why = STR("the case has no bad and no suspect release");
		return false;
	}
	jout_begin(&c.j, out, false);
	jout_open(&c.j, '{');
	document(&c);
	product_tree(&c);
	vulnerabilities(&c);
	jout_close(&c.j, '}');
	jout_end(&c.j);
	return true;
}

bool disclose_csaf(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	return print(d, out, false, ret_why);
}

bool disclose_csaf_advisory(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	return print(d, out, true, ret_why);
}
