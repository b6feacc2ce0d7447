#include "attribute/knowledge.h"

#include <stdlib.h>

#include "case/read.h"
#include "util/escape.h"
#include "util/hash.h"

enum { TEXT_BYTES = 300, UNIT_MIN = 40 };

static struct str text_of(struct arena *a, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? escape_text(a, str_view(json_string_value(v), json_string_length(v)), TEXT_BYTES)
				 : STR_NONE;
}

static const json_t *list_of(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_array(v) ? v : NULL;
}

static void add(struct arena *a, struct traits *t, enum family f, struct str value, bool third_party)
{
	if (t->n < KNOWLEDGE_TRAITS)
		traits_add(a, t, f, value, third_party);
}

static void forged_rich(struct arena *a, struct stagings *s)
{
	static const char what[] = "a Rich header whose checksum does not fit the file";

	for (size_t i = 0; i < s->n; i++)
		if (str_is(s->items[i].what, what))
			return;
	*ARENA_PUSH(a, s->items, s->n, s->room) = (struct staging){STR(what),
		STR("a linker writes the checksum over the bytes before it: this header was put there")};
}

static void add_listed(struct arena *a, struct traits *t, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		enum family f;

		if (family_from_name(text_of(a, v, "family"), &f))
			add(a, t, f, text_of(a, v, "value"), json_is_true(json_object_get(v, "third_party")));
	}
}

/* ---- a case ---------------------------------------------------------------------------------- */

/* A unit of code as its digest: white space does not count. */
static struct str unit_digest(struct arena *a, struct str code)
{
	struct sha256 h;
	struct buf b;

	buf_init(&b, code.len + 1);
	for (size_t i = 0; i < code.len; i++)
		if ((uint8_t)code.p[i] > ' ')
			buf_add_char(&b, code.p[i]);
	h = sha256_of(b.p ? b.p : "", b.len);
	buf_release(&b);
	return arena_printf(a, "unit:%.*s", STR_ARG(sha256_str(a, &h)));
}

static void of_finding(struct arena *a, const struct case_finding *f, struct traits *t)
{
	char why[CASE_READ_WHY];
	json_t *j = case_json(f->json, why);
	const json_t *untrusted = json_object_get(j, "untrusted"), *attack = list_of(j, "attack");
	const json_t *decoded = list_of(untrusted, "decoded");
	const char *evidence = json_string_value(json_object_get(untrusted, "evidence"));
	const char *shape = json_string_value(json_object_get(json_object_get(j, "where"), "shape"));

	for (size_t i = 0; i < json_array_size(attack); i++)
		if (json_is_string(json_array_get(attack, i)))
			add(a, t, FAMILY_BEHAVIOUR, str_of(json_string_value(json_array_get(attack, i))), false);
	if (shape)
		add(a, t, FAMILY_CODE, arena_printf(a, "unit:%s", shape), false);
	if (evidence) {
		traits_of_text(a, t, str_of(evidence));
		if (!shape && strlen(evidence) >= UNIT_MIN)
			add(a, t, FAMILY_CODE, unit_digest(a, str_of(evidence)), false);
	}
	for (size_t i = 0; i < json_array_size(decoded); i++)
		if (json_is_string(json_array_get(decoded, i)))
			traits_of_text(a, t, str_of(json_string_value(json_array_get(decoded, i))));
	json_decref(j);
}

/* "2022-09-26T08:15:00Z": the hour of the day. */
static struct str hour_of(struct arena *a, struct str at)
{
	return at.len == 20 ? arena_printf(a, "hour:%.*s", STR_ARG(str_part(at, 11, 2))) : STR_NONE;
}

static void each_language(struct arena *a, struct traits *t, struct str ids)
{
	while (ids.len) {
		size_t blank = str_find_z(ids, " ");

		add(a, t, FAMILY_LANGUAGE, arena_printf(a, "resource:%.*s", STR_ARG(str_part(ids, 0, blank))), false);
		ids = blank == SIZE_MAX ? STR_NONE : str_part(ids, blank + 1, ids.len);
	}
}

/* What programs say of who built them. A number of a language stays a number. */
static void of_trace(struct arena *a, const struct case_trace *x, struct traits *t, struct stagings *s)
{
	if (str_is(x->kind, "rich-checksum")) {
		if (s && str_is(x->value, "wrong"))
			forged_rich(a, s);
	} else if (str_is(x->kind, "compiled")) {
		add(a, t, FAMILY_HOURS, hour_of(a, x->value), false);
	} else if (str_is(x->kind, "resource-language")) {
		each_language(a, t, x->value);
	} else {
		add(a, t, FAMILY_BUILD, arena_printf(a, "%.*s:%.*s", STR_ARG(x->kind), STR_ARG(x->value)), false);
	}
}

static void victims(struct arena *a, const struct case_file *c, struct traits *t)
{
	for (size_t i = 0; i < c->reports.n; i++)
		for (size_t k = 0; k < c->customers.n; k++) {
			const struct case_customer *x = &c->customers.items[k];

			if (!c->reports.items[i].customer.len || !str_equal(x->id, c->reports.items[i].customer))
				continue;
			if (x->industry.len)
				add(a, t, FAMILY_VICTIMS, arena_printf(a, "sector:%.*s", STR_ARG(x->industry)), false);
			if (x->country.len)
				add(a, t, FAMILY_VICTIMS, arena_printf(a, "place:%.*s", STR_ARG(x->country)), false);
		}
}

void knowledge_case(struct arena *a, const struct case_file *c, struct traits *ret, struct stagings *ret_stagings)
{
	for (size_t i = 0; i < c->releases.n; i++) {
		const struct case_release *r = &c->releases.items[i];

		for (size_t k = 0; k < r->findings.n && !str_is(r->status, "good"); k++)
			of_finding(a, &r->findings.items[k], ret);
		for (size_t k = 0; k < r->traces.n && !str_is(r->status, "good"); k++)
			of_trace(a, &r->traces.items[k], ret, ret_stagings);
	}
	for (size_t i = 0; i < c->indicators.n; i++) {
		const struct case_indicator *x = &c->indicators.items[i];

		if (str_is(x->kind, "host") || str_is(x->kind, "ip") || str_is(x->kind, "url"))
			add(a, ret, FAMILY_INFRASTRUCTURE, x->value, false);
	}
	victims(a, c, ret);
}

/* ---- what people add ------------------------------------------------------------------------- */

static bool unhex(struct arena *a, struct str hex, struct str *ret)
{
	char *p = arena_alloc(a, hex.len / 2 + 1);

	for (size_t i = 0; i + 1 < hex.len; i += 2) {
		char pair[3] = {hex.p[i], hex.p[i + 1], 0}, *end;

		p[i / 2] = (char)strtoul(pair, &end, 16);
		if (end != pair + 2)
			return false;
	}
	*ret = str_view(p, hex.len / 2);
	return hex.len % 2 == 0;
}

static void pe_head(struct arena *a, struct stagings *s, struct str head)
{
	bool good;

	if (rich_header_check(head, &good) && !good)
		forged_rich(a, s);
}

/* The zone at the end of an RFC 3339 time, in minutes; "Z" states none. */
static bool zone_of(struct str s, int *ret_minutes)
{
	const char *p = s.len >= 6 ? s.p + s.len - 6 : NULL;

	if (!p || (p[0] != '+' && p[0] != '-') || p[3] != ':')
		return false;
	*ret_minutes = ((p[1] - '0') * 10 + p[2] - '0') * 60 + (p[4] - '0') * 10 + p[5] - '0';
	if (p[0] == '-')
		*ret_minutes = -*ret_minutes;
	return true;
}

static void times(struct arena *a, const json_t *list, struct stagings *s)
{
	size_t n = json_array_size(list), kept = 0;
	struct stated_time *t = ARENA_ARRAY(a, n + 1, struct stated_time);

	for (size_t i = 0; i < n; i++) {
		struct str at = text_of(a, json_array_get(list, i), "at");

		if (utc_parse(at, &t[kept].at) && zone_of(at, &t[kept].offset_minutes))
			kept++;
	}
	stagings_of_times(a, s, t, kept);
}

enum status knowledge_traits(struct arena *a, const json_t *document, struct traits *ret,
	struct stagings *ret_stagings, struct str *ret_why)
{
	const json_t *heads = list_of(document, "pe_heads"), *texts = list_of(document, "texts");

	if (!json_is_object(document)) {
		*ret_why = STR("not an object with traits, texts, times or pe_heads");
		return STATUS_DAMAGED;
	}
	add_listed(a, ret, list_of(document, "traits"));
	for (size_t i = 0; i < json_array_size(texts); i++)
		if (json_is_string(json_array_get(texts, i)))
			traits_of_text(a, ret, str_of(json_string_value(json_array_get(texts, i))));
	for (size_t i = 0; i < json_array_size(heads); i++) {
		const char *hex = json_string_value(json_array_get(heads, i));
		struct str head;

		if (!hex || !unhex(a, str_of(hex), &head)) {
			*ret_why = STR("a PE head is not hexadecimal");
			return STATUS_DAMAGED;
		}
		pe_head(a, ret_stagings, head);
	}
	times(a, list_of(document, "times"), ret_stagings);
	return STATUS_OK;
}

/* ---- STIX ------------------------------------------------------------------------------------ */

/* Words that make a name say a place or a state. Not complete; docs/limits.md says so. */
static bool says_a_state(struct str name)
{
	static const char *const words[] = {"china", "chinese", "russia", "iran", "north korea", "dprk", "korean",
		"israel", "united states", "american", "ukrain", "pakistan", "india", "vietnam", "turk", "brazil",
		"government", "ministry", "intelligence", "army", "military", "state-sponsored", "security service"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has_nocase(name, words[i]))
			return true;
	return false;
}

static const json_t *object_of(const json_t *objects, const char *id)
{
	for (size_t i = 0; id && i < json_array_size(objects); i++) {
		const char *its = json_string_value(json_object_get(json_array_get(objects, i), "id"));

		if (its && strcmp(its, id) == 0)
			return json_array_get(objects, i);
	}
	return NULL;
}

/* [domain-name:value = 'x'] and its like: the first quoted text. */
static struct str quoted(struct arena *a, struct str pattern)
{
	size_t from = str_find_z(pattern, "'");
	struct str rest = str_part(pattern, from == SIZE_MAX ? pattern.len : from + 1, pattern.len);

	(void)a;
	return str_part(rest, 0, str_find_z(rest, "'"));
}

static void of_object(struct arena *a, const json_t *o, struct traits *t)
{
	struct str type = text_of(a, o, "type");
	const json_t *refs = list_of(o, "external_references"), *sectors = list_of(o, "sectors");

	if (str_is(type, "attack-pattern"))
		for (size_t i = 0; i < json_array_size(refs); i++)
			if (str_is(text_of(a, json_array_get(refs, i), "source_name"), "mitre-attack"))
				add(a, t, FAMILY_BEHAVIOUR, text_of(a, json_array_get(refs, i), "external_id"), false);
	if (str_is(type, "malware") || str_is(type, "tool"))
		add(a, t, FAMILY_CODE, arena_printf(a, "tool:%.*s", STR_ARG(text_of(a, o, "name"))), false);
	if (str_is(type, "indicator"))
		add(a, t, FAMILY_INFRASTRUCTURE, quoted(a, text_of(a, o, "pattern")), false);
	if (str_is(type, "domain-name") || str_is(type, "ipv4-addr") || str_is(type, "url"))
		add(a, t, FAMILY_INFRASTRUCTURE, text_of(a, o, "value"), false);
	for (size_t i = 0; str_is(type, "identity") && i < json_array_size(sectors); i++)
		if (json_is_string(json_array_get(sectors, i)))
			add(a, t, FAMILY_VICTIMS,
				arena_printf(a, "sector:%s", json_string_value(json_array_get(sectors, i))), false);
	if (str_is(type, "location") && text_of(a, o, "country").len)
		add(a, t, FAMILY_VICTIMS, arena_printf(a, "place:%.*s", STR_ARG(text_of(a, o, "country"))), false);
}

static void related(struct arena *a, const json_t *objects, struct profile *p)
{
	for (size_t i = 0; i < json_array_size(objects); i++) {
		const json_t *o = json_array_get(objects, i);
		const char *from = json_string_value(json_object_get(o, "source_ref"));
		const char *to = json_string_value(json_object_get(o, "target_ref"));

		if (!from || !to || !str_is(text_of(a, o, "type"), "relationship"))
			continue;
		if (str_is(p->id, from))
			of_object(a, object_of(objects, to), &p->traits);
		else if (str_is(p->id, to))
			of_object(a, object_of(objects, from), &p->traits);
	}
}

enum status knowledge_stix(struct arena *a, const json_t *bundle, struct profiles *ret, struct str *ret_why)
{
	const json_t *objects = list_of(bundle, "objects");

	if (!str_is(text_of(a, bundle, "type"), "bundle") || !objects) {
		*ret_why = STR("no STIX bundle");
		return STATUS_DAMAGED;
	}
	for (size_t i = 0; i < json_array_size(objects); i++) {
		const json_t *o = json_array_get(objects, i);
		struct profile *p;

		if (!str_is(text_of(a, o, "type"), "intrusion-set") || json_is_true(json_object_get(o, "revoked")))
			continue;
		if (ret->n == KNOWLEDGE_PROFILES) {
			*ret_why = STR("more than 5,000 groups");
			return STATUS_LIMIT;
		}
		p = ARENA_PUSH(a, ret->items, ret->n, ret->room);
		p->id = text_of(a, o, "id");
		p->name = text_of(a, o, "name");
		if (!p->name.len || says_a_state(p->name))
			p->name = p->id;
		add_listed(a, &p->traits, list_of(o, "x_assay_traits"));
		related(a, objects, p);
	}
	return STATUS_OK;
}
