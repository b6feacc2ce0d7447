/*
 * A result of diff or inspect becomes releases and what to look for. Its findings speak of what is new
 * in NEW: the hosts, addresses, keys, paths and services in their evidence are indicators.
 */
#include <math.h>
#include <stdio.h>

#include "case/read.h"
#include "case/rows.h"
#include "util/escape.h"

enum { ARTIFACTS_MAX = 100000, INDICATORS_MAX = 10000, TRACES_MAX = 500, LOOKED_UP_MAX = 100000 };

static struct str text_of(struct arena *a, const json_t *object, const char *key)
{
	const char *z = json_string_value(json_object_get(object, key));

	return z ? arena_str(a, str_of(z)) : STR_NONE;
}

static bool is_sha256(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.len == 64;
}

/* ---- indicators ------------------------------------------------------------------------------ */

/* What seeing it means, and whether it may be blocked without hitting the innocent. */
static const struct {
	const char *kind, *stage;
	bool blocks;
} usual[] = {
	{"sha256", "delivered", true},
	{"sha1", "delivered", true},
	{"md5", "delivered", true},
	{"path", "executed", false},
	{"file_name", "delivered", false},
	{"host", "beaconed", true},
	{"ip", "beaconed", true},
	{"url", "beaconed", true},
	{"registry_key", "executed", false},
	{"service", "executed", false},
	{"package", "installed", false},
};

struct case_indicator *case_add_indicator(struct case_change *c, struct str kind, struct str value,
	struct str stage, bool *ret_new)
{
	struct case_indicator *x;

	*ret_new = false;
	for (size_t i = 0; i < c->now->indicators.n; i++) {
		x = &c->now->indicators.items[i];
		if (str_equal(x->kind, kind) && str_equal(x->value, value))
			return x;
	}
	*ret_new = true;
	x = case_add(c->arena, &case_noun_indicator, &c->now->indicators);
	x->id = case_id_next(c, 'i');
	x->kind = kind;
	x->value = value;
	x->stage = stage;
	x->origin = STR("user");
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (!str_is(kind, usual[i].kind))
			continue;
		x->stage = stage.len ? stage : str_of(usual[i].stage);
		x->allowed_in_block_list = usual[i].blocks;
	}
	return x;
}

struct finding_out {
	struct case_change *change;
	struct str release;
	size_t added, looked_up;
	bool too_many;
};

static struct case_indicator *found(struct finding_out *o, const char *kind, struct str value)
{
	struct case_change *c = o->change;
	struct case_indicator *x;
	bool is_new;

	if (value.len == 0 || value.len > CASE_FIELD_BYTES)
		return NULL;
	if (o->added >= INDICATORS_MAX || ++o->looked_up > LOOKED_UP_MAX) {
		o->too_many = true;
		return NULL;
	}
	x = case_add_indicator(c, str_of(kind), arena_str(c->arena, value), STR_NONE, &is_new);
	if (!is_new)
		return NULL;
	x->origin = STR("result");
	x->release = o->release;
	o->added++;
	return x;
}

/* ---- what stands in a text ------------------------------------------------------------------- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool ends_value(char c)
{
	return c == '"' || c == '\'' || c == '`' || c == '<' || c == '>' || c == ')' || c == '(' ||
	       c == ' ' || c == ',' || c == ';' || c == '|' || c == '}' || c == '{' || c == ']';
}

static struct str value_at(struct str s, size_t at)
{
	size_t end = at;

	while (end < s.len && !ends_value(s.p[end]))
		end++;
	return str_part(s, at, end - at);
}

static bool is_address(struct str s)
{
	unsigned dots = 0, digits = 0, value = 0;

	for (size_t i = 0; i <= s.len; i++) {
		if (i < s.len && s.p[i] >= '0' && s.p[i] <= '9') {
			value = value * 10 + (unsigned)(s.p[i] - '0');
			if (++digits > 3 || value > 255)
				return false;
			continue;
		}
		if (digits == 0 || (i < s.len && s.p[i] != '.'))
			return false;
		dots += i < s.len;
		digits = value = 0;
	}
	return dots == 3;
}

/* Labels of letters, digits and '-'; two at least, and the last has no digit first. */
static bool is_host(struct str s)
{
	size_t label = 0, labels = 0, last = 0;

	for (size_t i = 0; i <= s.len; i++) {
		if (i < s.len && (is_word(s.p[i]) || s.p[i] == '-') && s.p[i] != '_') {
			label++;
			continue;
		}
		if (label == 0 || label > 63 || (i < s.len && s.p[i] != '.'))
			return false;
		labels++;
		last = i - label;
		label = 0;
	}
	return labels >= 2 && s.len <= 253 && s.len - last >= 2 &&
	       !(s.p[last] >= '0' && s.p[last] <= '9');
}

static struct str lower(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	return str_view(p, s.len);
}

static void take_host(struct finding_out *o, struct str host)
{
	if (is_address(host))
		found(o, "ip", host);
	else if (is_host(host))
		found(o, "host", lower(o->change->arena, host));
}

static void take_url(struct finding_out *o, struct str url)
{
	size_t from = str_find_z(url, "://") + 3, end = from;

	while (end < url.len && !strchr("/?#:\\", url.p[end]))
		end++;
	if (str_find_z(str_part(url, from, end - from), "@") != SIZE_MAX)
		from += str_find_z(str_part(url, from, end - from), "@") + 1;
	take_host(o, str_part(url, from, end - from));
	if (end + 1 < url.len && end > from) {
		struct case_indicator *x = found(o, "url", url);

		/* Only the host was held against what the release named before. */
		if (x)
			x->allowed_in_block_list = false;
	}
}

/* Two backslashes are one that a language wrote. */
static struct str single(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		p[n++] = s.p[i];
		i += s.p[i] == '\\' && i + 1 < s.len && s.p[i + 1] == '\\';
	}
	return str_view(p, n);
}

static void take_urls(struct finding_out *o, struct str s)
{
	static const char *const schemes[] = {"http://", "https://", "ws://", "wss://", "ftp://"};

	for (size_t i = 0; i < s.len; i++) {
		if (i && is_word(s.p[i - 1]))
			continue;
		for (size_t k = 0; k < sizeof(schemes) / sizeof(schemes[0]); k++)
			if (str_starts(str_part(s, i, 8), schemes[k]))
				take_url(o, value_at(s, i));
	}
}

/* Keys have spaces in them: up to a quote, or to what looks like the next argument. */
static void take_keys(struct finding_out *o, struct str s)
{
	static const char *const hives[] = {"HKLM\\", "HKCU\\", "HKCR\\", "HKU\\", "HKCC\\",
		"HKEY_LOCAL_MACHINE\\", "HKEY_CURRENT_USER\\", "HKEY_CLASSES_ROOT\\",
		"HKEY_USERS\\", "HKLM:\\", "HKCU:\\"};

	for (size_t i = 0; i < s.len; i++) {
		size_t end = i;

		if (i && is_word(s.p[i - 1]))
			continue;
		for (size_t k = 0; k < sizeof(hives) / sizeof(hives[0]); k++)
			if (str_starts(str_part(s, i, s.len), hives[k]))
				end = i + strlen(hives[k]);
		if (end == i)
			continue;
		while (end < s.len && (s.p[end] == ' ' || !ends_value(s.p[end])) &&
			!(s.p[end] == ' ' && end + 1 < s.len && strchr("/-", s.p[end + 1])))
			end++;
		found(o, "registry_key", str_trim(single(o->change->arena, str_part(s, i, end - i))));
	}
}

static void take_paths(struct finding_out *o, struct str s)
{
	static const char *const tops[] = {"/etc/", "/usr/", "/var/", "/tmp/", "/opt/", "/home/",
		"/root/", "/Library/", "/Users/", "/dev/shm/", "%APPDATA%\\", "%TEMP%\\",
		"%LOCALAPPDATA%\\", "%PROGRAMDATA%\\"};

	for (size_t i = 0; i < s.len; i++) {
		bool starts = false;

		if (i && (is_word(s.p[i - 1]) || strchr("/.:\\%$~-", s.p[i - 1])))
			continue;
		for (size_t k = 0; k < sizeof(tops) / sizeof(tops[0]); k++)
			starts |= str_starts(str_part(s, i, 32), tops[k]);
		starts |= i + 3 < s.len && is_word(s.p[i]) && s.p[i + 1] == ':' && s.p[i + 2] == '\\';
		if (starts && value_at(s, i).len > 4)
			found(o, "path", single(o->change->arena, value_at(s, i)));
	}
}

static void take_services(struct finding_out *o, struct str s)
{
	static const char *const makers[] = {"sc create ", "sc.exe create ", "New-Service -Name ",
		"systemctl enable --now ", "systemctl enable ", "launchctl load "};

	for (size_t k = 0; k < sizeof(makers) / sizeof(makers[0]); k++) {
		size_t at = str_find_nocase(s, makers[k]), from;
		struct str name;

		if (at == SIZE_MAX)
			continue;
		from = at + strlen(makers[k]);
		from += from < s.len && (s.p[from] == '"' || s.p[from] == '\'');
		name = value_at(s, from);
		if (name.len && name.p[0] != '-' && name.p[0] != '$')
			found(o, "service", name);
	}
}

static void take_text(struct finding_out *o, const char *z)
{
	struct str s = str_of(z);

	take_urls(o, s);
	take_keys(o, s);
	take_paths(o, s);
	take_services(o, s);
}

static void take_list(struct finding_out *o, const json_t *list)
{
	size_t i;
	json_t *item;

	json_array_foreach((json_t *)(uintptr_t)list, i, item)
		take_text(o, json_string_value(item));
}

static void take_finding(struct finding_out *o, const json_t *f)
{
	const json_t *untrusted = json_object_get(f, "untrusted");
	const char *evidence = json_string_value(json_object_get(untrusted, "evidence"));
	const char *behaviour = json_string_value(json_object_get(f, "behaviour"));

	/* There the evidence is the host and nothing else. */
	if (behaviour && evidence && strncmp(behaviour, "net/", 4) == 0)
		take_host(o, str_of(evidence));
	take_text(o, evidence);
	take_list(o, json_object_get(untrusted, "decoded"));
	take_list(o, json_object_get(f, "flow"));
}

/* ---- releases -------------------------------------------------------------------------------- */

static struct case_release *release_of(struct case_change *c, struct str sha256)
{
	struct case_release *r;

	for (size_t i = 0; i < c->now->releases.n; i++)
		if (str_equal(c->now->releases.items[i].sha256, sha256))
			return &c->now->releases.items[i];
	r = case_add(c->arena, &case_noun_release, &c->now->releases);
	r->id = case_id_next(c, 'r');
	r->sha256 = sha256;
	return r;
}

static enum status bad_result(char why[CASE_READ_WHY], const char *what)
{
	snprintf(why, CASE_READ_WHY, "not a result of assay diff or inspect: %s", what);
	return STATUS_DAMAGED;
}

static enum status take_release(struct case_change *c, const json_t *v, const char *status,
	struct case_release **ret, char why[CASE_READ_WHY])
{
	struct arena *a = c->arena;
	struct str sha256 = text_of(a, v, "sha256");
	const json_t *size = json_object_get(v, "size_bytes");

	if (!is_sha256(sha256))
		return bad_result(why, "a release without its sha256");
	*ret = release_of(c, sha256);
	(*ret)->status = str_of(status);
	(*ret)->name = text_of(a, v, "name");
	(*ret)->version = text_of(a, v, "version");
	(*ret)->kind = text_of(a, v, "kind");
	if (json_is_integer(size) && json_integer_value(size) >= 0)
		(*ret)->size_bytes = json_integer_value(size);
	return STATUS_OK;
}

static void take_artifact(struct case_change *c, struct case_release *r, struct str path,
	struct str sha256, int64_t size)
{
	struct case_artifact *x = case_add(c->arena, &case_noun_artifact, &r->artifacts);

	x->path = path;
	x->sha256 = sha256;
	x->size_bytes = size;
}

/* "digests" tells what is new or changed with its hash; older documents have only the names. */
static enum status take_artifacts(struct case_change *c, struct case_release *r, const json_t *delta,
	char why[CASE_READ_WHY])
{
	static const char *const lists[] = {"added", "changed"};
	const json_t *digests = json_object_get(delta, "digests");
	size_t i;
	json_t *v;

	r->artifacts.n = 0;
	r->artifacts.items = NULL;
	if (json_array_size(digests) > ARTIFACTS_MAX ||
		json_array_size(json_object_get(delta, "added")) +
				json_array_size(json_object_get(delta, "changed")) >
			ARTIFACTS_MAX)
		return bad_result(why, "more than 100000 members");
	json_array_foreach((json_t *)(uintptr_t)digests, i, v) {
		struct str sha256 = text_of(c->arena, v, "sha256");
		const json_t *size = json_object_get(v, "size_bytes");

		if (!is_sha256(sha256))
			return bad_result(why, "a digest that is none");
		take_artifact(c, r, text_of(c->arena, v, "member"), sha256,
			json_is_integer(size) ? json_integer_value(size) : -1);
	}
	for (size_t k = 0; k < 2 && !digests; k++)
		json_array_foreach(json_object_get(delta, lists[k]), i, v)
			if (json_is_string(v))
				take_artifact(c, r,
					arena_str(c->arena, str_of(json_string_value(v))),
					STR_NONE, -1);
	row_drop_twice(c->arena, &case_noun_artifact, &r->artifacts);
	return STATUS_OK;
}

static enum status take_findings(struct case_change *c, struct case_release *r, const json_t *list,
	char why[CASE_READ_WHY])
{
	size_t i;
	json_t *v;

	r->findings.n = 0;
	r->findings.items = NULL;
	if (!json_is_array(list))
		return bad_result(why, "no findings");
	json_array_foreach((json_t *)(uintptr_t)list, i, v) {
		if (!json_is_object(v) || !json_is_string(json_object_get(v, "id")))
			return bad_result(why, "a finding that is none");
		case_read_finding(c->arena, v,
			case_add(c->arena, &case_noun_finding, &r->findings));
	}
	row_drop_twice(c->arena, &case_noun_finding, &r->findings);
	return STATUS_OK;
}

/* Who built what is new in it, as the programs say themselves. */
static enum status take_traces(struct case_change *c, struct case_release *r, const json_t *list,
	char why[CASE_READ_WHY])
{
	size_t i;
	json_t *v;

	r->traces.n = 0;
	r->traces.items = NULL;
	if (json_array_size(list) > TRACES_MAX)
		return bad_result(why, "more traces than assay writes");
	json_array_foreach((json_t *)(uintptr_t)list, i, v) {
		struct case_trace t = {text_of(c->arena, v, "kind"), text_of(c->arena, v, "value"),
			text_of(c->arena, v, "member")};

		if (!t.kind.len || !t.value.len)
			return bad_result(why, "a trace that is none");
		*(struct case_trace *)case_add(c->arena, &case_noun_trace, &r->traces) = t;
	}
	row_drop_twice(c->arena, &case_noun_trace, &r->traces);
	return STATUS_OK;
}

static const char *status_for(struct str verdict)
{
	if (str_is(verdict, "tampered"))
		return "bad";
	return str_is(verdict, "clean") ? "good" : "suspect";
}

/* Nothing that also lies in a good release may be blocked. */
static void spare_the_good(struct case_file *f)
{
	for (size_t i = 0; i < f->indicators.n; i++) {
		struct case_indicator *x = &f->indicators.items[i];

		for (size_t k = 0; k < f->releases.n; k++)
			if (str_is(f->releases.items[k].status, "good") &&
				str_equal(f->releases.items[k].sha256, x->value))
				x->allowed_in_block_list = false;
	}
}

/* What is bad is looked for: the release by its hash and name, its new members by their hash. */
static void take_indicators(struct finding_out *o, const struct case_release *r,
	const json_t *result)
{
	struct str path = text_of(o->change->arena, json_object_get(result, "new"), "path");
	size_t i;
	json_t *v;
	struct case_indicator *x;

	if (!str_is(r->kind, "directory")) { /* whose hash is of no file */
		found(o, "sha256", r->sha256);
		if (str_rfind_char(str_basename(path), '.') != SIZE_MAX)
			found(o, "file_name", str_basename(path));
	}
	for (size_t k = 0; k < r->artifacts.n; k++) {
		x = found(o, "sha256", r->artifacts.items[k].sha256);
		if (x)
			x->stage = STR("installed");
	}
	json_array_foreach(json_object_get(result, "findings"), i, v)
		take_finding(o, v);
}

enum status case_add_result(struct case_change *c, const json_t *result, struct str document_sha256,
	const char *status, size_t *ret_added, char why[CASE_READ_WHY])
{
	struct arena *a = c->arena;
	struct str schema = text_of(a, result, "schema"), verdict = text_of(a, result, "verdict");
	const json_t *probability = json_object_get(result, "probability");
	bool has_old = str_is(schema, "assay.diff.v1");
	struct case_release *r, *old;
	struct finding_out o = {.change = c};

	if (!has_old && !str_is(schema, "assay.inspect.v1"))
		return bad_result(why, "its schema is another");
	TRY(take_release(c, json_object_get(result, "new"),
		status ? status : status_for(verdict), &r, why));
	r->verdict = verdict;
	r->document_sha256 = document_sha256;
	if (json_is_number(probability))
		r->probability = json_number_value(probability);
	TRY(take_findings(c, r, json_object_get(result, "findings"), why));
	TRY(take_traces(c, r, json_object_get(json_object_get(result, "provenance"), "traces"), why));
	TRY(take_artifacts(c, r, json_object_get(result, "delta"), why));
	o.release = r->id;
	if (!str_is(r->status, "good"))
		take_indicators(&o, r, result);
	if (o.too_many)
		return bad_result(why, "its findings name more than can be looked for");
	/* OLD was not judged: what it is compared with counts as good unless its own findings speak. */
	if (has_old && !str_equal(r->sha256, text_of(a, json_object_get(result, "old"), "sha256")))
		TRY(take_release(c, json_object_get(result, "old"),
			json_array_size(json_object_get(result, "old_suspect")) ? "suspect" : "good",
			&old, why));
	spare_the_good(c->now);
	*ret_added = o.added;
	return STATUS_OK;
}
