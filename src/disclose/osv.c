/* OSV: only where a package ecosystem exists, so that its tools can act on a name and a version. */
#include "disclose/disclose.h"
#include "report/json_out.h"

static bool counts(const struct disclosure *d, const struct case_release *r)
{
	return str_is(r->status, "bad") && incident_purl(d, r).len;
}

static void affected(const struct disclosure *d, struct json_out *j, const struct case_release *r)
{
	jout_open(j, '{');
	jout_key(j, "package");
	jout_open(j, '{');
	jout_key_str(j, "ecosystem", STR("npm"));
	jout_key_str(j, "name", r->name);
	jout_key_str(j, "purl", str_part(incident_purl(d, r), 0, incident_purl(d, r).len - r->version.len - 1));
	jout_close(j, '}');
	jout_key(j, "versions");
	jout_open(j, '[');
	jout_str(j, r->version);
	jout_close(j, ']');
	jout_key(j, "database_specific");
	jout_open(j, '{');
	jout_key_str(j, "sha256", r->sha256);
	jout_close(j, '}');
	jout_close(j, '}');
}

static struct str details(const struct disclosure *d)
{
	struct incident_lines facts;
	struct buf b;
	struct str s;

	incident_facts(d, &facts);
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < facts.n; i++)
		buf_printf(&b, "%s%.*s", i ? "\n" : "", STR_ARG(facts.items[i]));
	s = arena_str(d->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

bool disclose_osv(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	struct json_out j;
	size_t n = 0;

	for (size_t i = 0; i < d->c->releases.n; i++)
		n += counts(d, &d->c->releases.items[i]);
	if (n == 0) {
		*ret_why = STR("no bad release of the case is a package of an ecosystem that OSV knows");
		return false;
	}
	jout_begin(&j, out, false);
	jout_open(&j, '{');
	jout_key_str(&j, "schema_version", STR("1.7.0"));
	/* Prefixes are given out by OSV; a record of one's own starts with x_. */
	jout_key_str(&j, "id", arena_printf(d->arena, "x_%.*s", STR_ARG(d->c->id)));
	jout_key_str(&j, "published", incident_first_time(d));
	jout_key_str(&j, "modified", incident_last_time(d));
	jout_key_str(&j, "summary", incident_title(d));
	jout_key_str(&j, "details", details(d));
	jout_key(&j, "affected");
	jout_open(&j, '[');
	for (size_t i = 0; i < d->c->releases.n; i++)
		if (counts(d, &d->c->releases.items[i]))
			affected(d, &j, &d->c->releases.items[i]);
	jout_close(&j, ']');
	if (d->address.len) {
		jout_key(&j, "references");
		jout_open(&j, '[');
		jout_open(&j, '{');
		jout_key_str(&j, "type", STR("ADVISORY"));
		jout_key_str(&j, "url", d->address);
		jout_close(&j, '}');
		jout_close(&j, ']');
	}
	jout_key(&j, "database_specific");
	jout_open(&j, '{');
	jout_key(&j, "cwe_ids");
	jout_open(&j, '[');
	jout_str(&j, STR("CWE-506"));
	jout_close(&j, ']');
	jout_close(&j, '}');
	jout_close(&j, '}');
	jout_end(&j);
	return true;
}
