/*
 * STIX 2.1 (OASIS). Observables have the ids that the standard prescribes, everything else one that
 * follows from the case, so that a later revision replaces the earlier. Victims are counted in a
 * sighting and not named. attributed-to is there only when attribution may name somebody.
 */
#include <math.h>

#include "disclose/disclose.h"
#include "disclose/uuid.h"
#include "report/json_out.h"

struct stix {
	struct json_out j;
	const struct disclosure *d;
	struct str identity, tlp, created, modified;
	struct incident_lines refs; /* of what the report is about */
};

static struct str own_id(struct stix *s, const char *type, struct str name)
{
	struct str key = arena_printf(s->d->arena, "%.*s|%s|%.*s", STR_ARG(s->d->c->id), type, STR_ARG(name));

	return arena_printf(s->d->arena, "%s--%.*s", type,
		STR_ARG(uuid_text(s->d->arena, uuid_v5(uuid_assay, key))));
}

/* Canonical JSON (RFC 8785) of a string that has nothing to escape but quotes and backslashes. */
static struct str canonical(struct stix *s, struct str v)
{
	struct buf b;
	struct str kept;

	buf_init(&b, 1 << 16);
	for (size_t i = 0; i < v.len; i++) {
		uint8_t c = (uint8_t)v.p[i];

		if (c == '"' || c == '\\')
			buf_add_char(&b, '\\');
		if (c < 0x20)
			buf_printf(&b, "\\u%04x", c);
		else
			buf_add_char(&b, (char)c);
	}
	kept = arena_str(s->d->arena, buf_str(&b));
	buf_release(&b);
	return kept;
}

static struct str observable_id(struct stix *s, const char *type, struct str json)
{
	return arena_printf(s->d->arena, "%s--%.*s", type,
		STR_ARG(uuid_text(s->d->arena, uuid_v5(uuid_stix, json))));
}

static void mention(struct stix *s, struct str id)
{
	*ARENA_PUSH(s->d->arena, s->refs.items, s->refs.n, s->refs.room) = id;
}

static void markings(struct stix *s)
{
	jout_key(&s->j, "object_marking_refs");
	jout_open(&s->j, '[');
	jout_str(&s->j, s->tlp);
	jout_close(&s->j, ']');
}

/* Opens a domain object with what all of them have. */
static void open_object(struct stix *s, const char *type, struct str id)
{
	struct json_out *j = &s->j;

	jout_open(j, '{');
	jout_key_str(j, "type", str_of(type));
	jout_key_str(j, "spec_version", STR("2.1"));
	jout_key_str(j, "id", id);
	if (!str_equal(id, s->identity))
		jout_key_str(j, "created_by_ref", s->identity);
	jout_key_str(j, "created", s->created);
	jout_key_str(j, "modified", s->modified);
	markings(s);
}

static void words(struct stix *s, const char *key, const char *word)
{
	jout_key(&s->j, key);
	jout_open(&s->j, '[');
	jout_str(&s->j, str_of(word));
	jout_close(&s->j, ']');
}

/* The four markings that the standard fixes, ids and all. */
static void tlp_object(struct stix *s)
{
	static const char *const rows[][3] = {
		{"clear", "white", "613f2e26-407d-48c7-9eca-b8e91df99dc9"},
		{"green", "green", "34098fce-860f-48ae-8e50-ebd3cc5e41da"},
		{"amber", "amber", "f88d31f6-486f-44da-b317-01333bde0b82"},
		{"red", "red", "5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
	};
	struct json_out *j = &s->j;
	size_t k = 2;

	for (size_t i = 0; i < 4; i++)
		if (str_is(s->d->tlp, rows[i][0]))
			k = i;
	s->tlp = arena_printf(s->d->arena, "marking-definition--%s", rows[k][2]);
	jout_open(j, '{');
	jout_key_str(j, "type", STR("marking-definition"));
	jout_key_str(j, "spec_version", STR("2.1"));
	jout_key_str(j, "id", s->tlp);
	jout_key_str(j, "created", STR("2017-01-20T00:00:00.000Z"));
	jout_key_str(j, "definition_type", STR("tlp"));
	jout_key_str(j, "name", arena_printf(s->d->arena, "TLP:%s", k == 0 ? "WHITE" : k == 1 ? "GREEN" : k == 2 ? "AMBER" : "RED"));
	jout_key(j, "definition");
	jout_open(j, '{');
	jout_key_str(j, "tlp", str_of(rows[k][1]));
	jout_close(j, '}');
	jout_close(j, '}');
}

static void identity(struct stix *s)
{
	struct str name = incident_publisher(s->d).len ? incident_publisher(s->d) : STR("publisher not stated");

	s->identity = own_id(s, "identity", name);
	open_object(s, "identity", s->identity);
	jout_key_str(&s->j, "name", name);
	jout_key_str(&s->j, "identity_class", STR("organization"));
	jout_close(&s->j, '}');
}

/* ---- releases -------------------------------------------------------------------------------- */

static struct str file_object(struct stix *s, const struct case_release *r)
{
	struct json_out *j = &s->j;
	struct str name = incident_release_name(s->d, r), id;

	id = observable_id(s, "file",
		arena_printf(s->d->arena, "{\"hashes\":{\"SHA-256\":\"%.*s\"},\"name\":\"%.*s\"}", STR_ARG(r->sha256),
			STR_ARG(canonical(s, name))));
	jout_open(j, '{');
	jout_key_str(j, "type", STR("file"));
	jout_key_str(j, "spec_version", STR("2.1"));
	jout_key_str(j, "id", id);
	markings(s);
	jout_key(j, "hashes");
	jout_open(j, '{');
	jout_key_str(j, "SHA-256", r->sha256);
	jout_close(j, '}');
	if (r->size_bytes >= 0)
		jout_key_u64(j, "size", (uint64_t)r->size_bytes);
	jout_key_str(j, "name", name);
	jout_close(j, '}');
	mention(s, id);
	return id;
}

static void malware_object(struct stix *s, const struct case_release *r)
{
	struct json_out *j = &s->j;
	struct str id = own_id(s, "malware", r->id);
	struct str sample = r->sha256.len == 64 ? file_object(s, r) : STR_NONE;

	open_object(s, "malware", id);
	jout_key_str(j, "name", incident_release_name(s->d, r));
	jout_key_str(j, "description", arena_printf(s->d->arena, "A release of the vendor that is held for %.*s%s%.*s.",
					     STR_ARG(r->status), r->findings.n ? ": it " : "",
					     STR_ARG(r->findings.n ? r->findings.items[0].title : STR_NONE)));
	words(s, "malware_types", "unknown");
	jout_key_bool(j, "is_family", false);
	if (sample.len) {
		jout_key(j, "sample_refs");
		jout_open(j, '[');
		jout_str(j, sample);
		jout_close(j, ']');
	}
	jout_close(j, '}');
	mention(s, id);
}

static void relationship(struct stix *s, const char *type, struct str from, struct str to, int confidence)
{
	struct json_out *j = &s->j;
	struct str id = own_id(s, "relationship", arena_printf(s->d->arena, "%.*s %s %.*s", STR_ARG(from), type, STR_ARG(to)));

	open_object(s, "relationship", id);
	jout_key_str(j, "relationship_type", str_of(type));
	jout_key_str(j, "source_ref", from);
	jout_key_str(j, "target_ref", to);
	if (confidence >= 0)
		jout_key_u64(j, "confidence", (uint64_t)confidence);
	jout_close(j, '}');
	mention(s, id);
}

/* ---- indicators ------------------------------------------------------------------------------ */

/* A string of the pattern language: quotes and backslashes escaped. */
static struct str quoted(struct stix *s, struct str v)
{
	struct buf b;
	struct str kept;

	buf_init(&b, 1 << 16);
	buf_add_char(&b, '\'');
	for (size_t i = 0; i < v.len; i++) {
		if (v.p[i] == '\'' || v.p[i] == '\\')
			buf_add_char(&b, '\\');
		buf_add_char(&b, v.p[i]);
	}
	buf_add_char(&b, '\'');
	kept = arena_str(s->d->arena, buf_str(&b));
	buf_release(&b);
	return kept;
}

static struct str basename_of(struct str path)
{
	struct str name = str_basename(path);
	size_t back = str_rfind_char(name, '\\');

	return back == SIZE_MAX ? name : str_part(name, back + 1, name.len);
}

static struct str pattern(struct stix *s, const struct case_indicator *i)
{
	static const char *const rows[][2] = {
		{"sha256", "file:hashes.'SHA-256'"}, {"sha1", "file:hashes.'SHA-1'"}, {"md5", "file:hashes.MD5"},
		{"file_name", "file:name"}, {"path", "file:name"}, {"host", "domain-name:value"},
		{"url", "url:value"}, {"registry_key", "windows-registry-key:key"},
		{"service", "process:extensions.'windows-service-ext'.service_name"},
	};
	struct str value = str_is(i->kind, "path") ? basename_of(i->value) : i->value;

	if (str_is(i->kind, "ip"))
		return arena_printf(s->d->arena, "[%s:value = %.*s]",
			str_rfind_char(value, ':') == SIZE_MAX ? "ipv4-addr" : "ipv6-addr", STR_ARG(quoted(s, value)));
	for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++)
		if (str_is(i->kind, rows[k][0]))
			return arena_printf(s->d->arena, "[%s = %.*s]", rows[k][1], STR_ARG(quoted(s, value)));
	return STR_NONE;
}

static void indicator(struct stix *s, const struct case_indicator *i)
{
	struct json_out *j = &s->j;
	struct str id = own_id(s, "indicator", i->id), how = pattern(s, i);
	const struct case_release *r = incident_release(s->d, i->release);

	if (how.len == 0)
		return;
	open_object(s, "indicator", id);
	jout_key_str(j, "name", arena_printf(s->d->arena, "%.*s %.*s", STR_ARG(i->kind), STR_ARG(i->value)));
	jout_key_str(j, "description", arena_printf(s->d->arena, "Seeing it means: %.*s.", STR_ARG(i->stage)));
	words(s, "indicator_types", "malicious-activity");
	jout_key_str(j, "pattern", how);
	jout_key_str(j, "pattern_type", STR("stix"));
	jout_key_str(j, "valid_from", s->created);
	jout_close(j, '}');
	mention(s, id);
	if (r && !str_is(r->status, "good"))
		relationship(s, "indicates", id, own_id(s, "malware", r->id), -1);
}

/* ---- techniques, campaign, report ------------------------------------------------------------ */

static void technique(struct stix *s, struct str external)
{
	struct json_out *j = &s->j;
	struct str id = own_id(s, "attack-pattern", external);

	open_object(s, "attack-pattern", id);
	jout_key_str(j, "name", external);
	jout_key(j, "external_references");
	jout_open(j, '[');
	jout_open(j, '{');
	jout_key_str(j, "source_name", STR("mitre-attack"));
	jout_key_str(j, "external_id", external);
	jout_close(j, '}');
	jout_close(j, ']');
	jout_close(j, '}');
	mention(s, id);
	for (size_t i = 0; i < s->d->c->releases.n; i++)
		if (!str_is(s->d->c->releases.items[i].status, "good"))
			relationship(s, "uses", own_id(s, "malware", s->d->c->releases.items[i].id), id, -1);
}

/* How sure, on the standard's scale of 0 to 100; never above what uncalibrated weights allow. */
static void attributed(struct stix *s, struct str campaign)
{
	const struct attribution_doc *a = s->d->attribution;

	for (size_t i = 0; a && a->named.len && i < a->n_rows; i++) {
		const struct attribution_row *r = &a->rows[i];
		struct str id;

		if (!str_equal(r->id, a->named) || r->is_none)
			continue;
		id = own_id(s, "intrusion-set", r->id);
		open_object(s, "intrusion-set", id);
		jout_key_str(&s->j, "name", r->name);
		jout_close(&s->j, '}');
		mention(s, id);
		relationship(s, "attributed-to", campaign, id,
			(int)fmin(fmax(r->posterior, 0) * 100, a->calibrated ? 95 : 50));
	}
}

static void campaign(struct stix *s)
{
	struct str id = own_id(s, "campaign", s->d->c->id);

	open_object(s, "campaign", id);
	jout_key_str(&s->j, "name", incident_title(s->d));
	jout_close(&s->j, '}');
	mention(s, id);
	for (size_t i = 0; i < s->d->c->releases.n; i++)
		if (!str_is(s->d->c->releases.items[i].status, "good"))
			relationship(s, "uses", id, own_id(s, "malware", s->d->c->releases.items[i].id), -1);
	attributed(s, id);
}

/* How many were seen with it, without saying who. */
static void sightings(struct stix *s)
{
	struct str malware = STR_NONE;
	double seen = 0;

	for (size_t i = 0; i < s->d->c->releases.n && !malware.len; i++)
		if (str_is(s->d->c->releases.items[i].status, "bad"))
			malware = own_id(s, "malware", s->d->c->releases.items[i].id);
	for (size_t i = 0; s->d->scope && i < s->d->scope->n_funnel; i++)
		if (s->d->scope->funnel[i].lower > seen)
			seen = s->d->scope->funnel[i].lower;
	if (!malware.len || seen < 1)
		return;
	open_object(s, "sighting", own_id(s, "sighting", s->d->c->id));
	jout_key_str(&s->j, "description", STR("Customers at which it was seen at any stage: a lower bound."));
	jout_key_u64(&s->j, "count", (uint64_t)fmin(seen, 999999999));
	jout_key_str(&s->j, "sighting_of_ref", malware);
	jout_key_bool(&s->j, "summary", true);
	jout_close(&s->j, '}');
	mention(s, own_id(s, "sighting", s->d->c->id));
}

static void report(struct stix *s)
{
	struct json_out *j = &s->j;
	struct incident_lines facts, unknowns;
	struct buf b;

	incident_facts(s->d, &facts);
	incident_unknowns(s->d, &unknowns);
	buf_init(&b, 1 << 20);
	buf_add_z(&b, "Facts:");
	for (size_t i = 0; i < facts.n; i++)
		buf_printf(&b, "\n- %.*s", STR_ARG(facts.items[i]));
	buf_add_z(&b, "\nNot known:");
	for (size_t i = 0; i < unknowns.n; i++)
		buf_printf(&b, "\n- %.*s", STR_ARG(unknowns.items[i]));
	open_object(s, "report", own_id(s, "report", s->d->c->id));
	jout_key_str(j, "name", incident_title(s->d));
	jout_key_str(j, "description", buf_str(&b));
	words(s, "report_types", "malware");
	jout_key_str(j, "published", s->modified);
	jout_key(j, "object_refs");
	jout_open(j, '[');
	for (size_t i = 0; i < s->refs.n; i++)
		jout_str(j, s->refs.items[i]);
	jout_close(j, ']');
	jout_close(j, '}');
	buf_release(&b);
}

/* The standard wants three digits behind the second of what was created and modified. */
static struct str to_the_millisecond(const struct disclosure *d, struct str time)
{
	if (!time.len || time.p[time.len - 1] != 'Z')
		return time;
	return arena_printf(d->arena, "%.*s.000Z", (int)time.len - 1, time.p);
}

bool disclose_stix(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	struct stix s = {.d = d,
		.created = to_the_millisecond(d, incident_first_time(d)),
		.modified = to_the_millisecond(d, incident_last_time(d))};
	struct incident_lines techniques;

	(void)ret_why;
	incident_techniques(d, &techniques);
	jout_begin(&s.j, out, false);
	jout_open(&s.j, '{');
	jout_key_str(&s.j, "type", STR("bundle"));
	jout_key_str(&s.j, "id", own_id(&s, "bundle", arena_printf(d->arena, "%lld", (long long)d->c->revision)));
	jout_key(&s.j, "objects");
	jout_open(&s.j, '[');
	tlp_object(&s);
	identity(&s);
	for (size_t i = 0; i < d->c->releases.n; i++)
		if (!str_is(d->c->releases.items[i].status, "good"))
			malware_object(&s, &d->c->releases.items[i]);
	for (size_t i = 0; i < d->c->indicators.n; i++)
		indicator(&s, &d->c->indicators.items[i]);
	for (size_t i = 0; i < techniques.n; i++)
		technique(&s, techniques.items[i]);
	campaign(&s);
	sightings(&s);
	report(&s);
	jout_close(&s.j, ']');
	jout_close(&s.j, '}');
	jout_end(&s.j);
	return true;
}
