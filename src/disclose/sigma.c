/* Sigma: what to look for in logs that others keep. One rule a kind of log; YAML with quoted values. */
#include "disclose/disclose.h"
#include "disclose/uuid.h"

struct sigma {
	const struct disclosure *d;
	struct report_out *out;
	size_t n_rules;
};

/* One quoted scalar of YAML; in Sigma a backslash before * ? or \ takes their meaning away. */
static void value(struct sigma *s, const char *prefix, struct str v)
{
	report_put_z(s->out, "'");
	report_put_z(s->out, prefix);
	for (size_t i = 0; i < v.len; i++) {
		uint8_t c = (uint8_t)v.p[i];

		if (c < 0x20 || c == 0x7F)
			continue; /* such a value is left out before */
		if (c == '*' || c == '?' || c == '\\')
			report_put_z(s->out, "\\");
		report_put(s->out, str_part(v, i, 1));
		if (c == '\'')
			report_put_z(s->out, "'");
	}
	report_put_z(s->out, "'\n");
}

static void plain(struct sigma *s, const char *key, struct str v)
{
	report_put_z(s->out, key);
	value(s, "", v);
}

struct row {
	const char *kind, *title, *logsource, *field, *prefix, *level;
};

static const struct row rows[] = {
	{"sha256", "Program with a digest of the case", "    category: process_creation\n    product: windows\n",
		"Hashes|contains", "SHA256=", "critical"},
	{"sha1", "Program with a digest of the case", "    category: process_creation\n    product: windows\n",
		"Hashes|contains", "SHA1=", "critical"},
	{"md5", "Program with a digest of the case", "    category: process_creation\n    product: windows\n",
		"Hashes|contains", "MD5=", "high"},
	{"host", "Name of the case was asked for", "    category: dns\n", "query", "", "high"},
	{"ip", "Address of the case was connected to", "    category: network_connection\n    product: windows\n",
		"DestinationIp", "", "high"},
	{"url", "Address of the case was fetched", "    category: proxy\n", "c-uri|contains", "", "high"},
	{"file_name", "File of the case was written", "    category: file_event\n    product: windows\n",
		"TargetFilename|endswith", "\\\\", "medium"},
	{"registry_key", "Registry key of the case was set", "    category: registry_set\n    product: windows\n",
		"TargetObject|contains", "", "high"},
	{"service", "Service of the case was installed", "    service: system\n    product: windows\n", "ServiceName",
		"", "high"},
};

static bool fits(const struct case_indicator *i, const struct row *r)
{
	for (size_t k = 0; k < i->value.len; k++)
		if ((uint8_t)i->value.p[k] < 0x20)
			return false;
	return str_is(i->kind, r->kind) && i->value.len >= 3;
}

/* Names below a host are the case's too; of another that only ends in the same letters nobody knows. */
static bool has_below(const struct row *r)
{
	return strcmp(r->kind, "host") == 0;
}

static bool in_good(const struct blocklist *b, const struct case_indicator *i)
{
	for (size_t k = 0; k < b->n_dropped; k++)
		if (b->dropped[k].indicator == i)
			return true;
	return false;
}

static void tags(struct sigma *s)
{
	struct incident_lines t;

	incident_techniques(s->d, &t);
	if (t.n)
		report_put_z(s->out, "tags:\n");
	for (size_t i = 0; i < t.n; i++) {
		struct str id = arena_str(s->d->arena, t.items[i]);

		report_put_z(s->out, "    - attack.t");
		report_put(s->out, str_part(id, 1, id.len));
		report_put_z(s->out, "\n");
	}
}

static void values(struct sigma *s, const struct row *r, const struct blocklist *b, const char *indent, const char *prefix)
{
	const struct case_file *c = s->d->c;

	for (size_t i = 0; i < c->indicators.n; i++) {
		if (!fits(&c->indicators.items[i], r) || in_good(b, &c->indicators.items[i]))
			continue;
		report_put_z(s->out, indent);
		report_put_z(s->out, "- ");
		value(s, prefix, c->indicators.items[i].value);
	}
}

static void selection(struct sigma *s, const struct row *r, const struct blocklist *b)
{
	report_put_z(s->out, "detection:\n    selection:\n        ");
	report_put_z(s->out, has_below(r) ? "- " : "");
	report_put_z(s->out, r->field);
	report_put_z(s->out, ":\n");
	values(s, r, b, has_below(r) ? "              " : "            ", r->prefix);
	if (has_below(r)) {
		report_put_z(s->out, "        - ");
		report_put_z(s->out, r->field);
		report_put_z(s->out, "|endswith:\n");
		values(s, r, b, "              ", ".");
	}
	report_put_z(s->out, "    condition: selection\n");
}

static void rule(struct sigma *s, const struct row *r, const struct blocklist *b)
{
	const struct case_file *c = s->d->c;
	size_t n = 0;

	for (size_t i = 0; i < c->indicators.n; i++)
		n += fits(&c->indicators.items[i], r) && !in_good(b, &c->indicators.items[i]);
	if (n == 0)
		return;
	report_put_z(s->out, s->n_rules++ ? "---\n" : "");
	plain(s, "title: ", str_of(r->title));
	plain(s, "id: ", uuid_text(s->d->arena, uuid_v5(uuid_assay, arena_printf(s->d->arena, "%.*s|sigma|%s",
						       STR_ARG(c->id), r->kind))));
	report_put_z(s->out, "status: experimental\n");
	plain(s, "description: ", incident_title(s->d));
	if (s->d->address.len) {
		report_put_z(s->out, "references:\n    - ");
		value(s, "", s->d->address);
	}
	plain(s, "author: ", incident_publisher(s->d).len ? incident_publisher(s->d) : STR("not stated"));
	plain(s, "date: ", str_part(incident_last_time(s->d), 0, 10));
	tags(s);
	report_put_z(s->out, "logsource:\n");
	report_put_z(s->out, r->logsource);
	selection(s, r, b);
	report_put_z(s->out, "falsepositives:\n    - ");
	value(s, "", STR("Somebody who investigates the same case"));
	report_put_z(s->out, "level: ");
	report_put_z(s->out, r->level);
	report_put_z(s->out, "\n");
}

bool disclose_sigma(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	struct sigma s = {.d = d, .out = out};
	struct blocklist b;

	blocklist_make(d, &b);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		rule(&s, &rows[i], &b);
	if (s.n_rules == 0)
		*ret_why = STR("the case has no indicator that a log could hold");
	return s.n_rules > 0;
}
