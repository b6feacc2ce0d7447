/*
 * What a product trusts, in every kind of text that is no program: where updates come from, keys and
 * certificates, pins, content security policies, permissions of browser extensions, entitlements, TLS
 * switches, rights and login keys. A swap or a loosening is said; a value that only became stricter
 * or moved is not. Works beside the reader of the content.
 */
#include "read/fresh_lines.h"
#include "read/json.h"
#include "read/key_text.h"
#include "read/place.h"
#include "read/settings.h"
#include "read/shell_command.h"
#include "read/trust_anchor.h"
#include "read/trust_csp.h"
#include "read/trust_settings.h"

enum {
	TRUST_TEXT_MAX = 16 << 20,
	BLOCKS_MAX = 64,
	BUNDLE_BLOCKS = 5,
	PINS_MAX = 256,
	LIST_MAX = 4096,
	SAID_MAX = 64
};

struct trust {
	struct fresh_lines f;
	struct read_in *in;
	size_t said[SAID_MAX]; /* places */
	size_t n_said;
	bool test_data; /* keys of tests are renewed without meaning anything */
	struct str folded_old; /* made when it is asked for */
};

static bool is_script(struct str path)
{
	static const char *const ends[] = {
		".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".mts", ".cts", ".sh", ".bash"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends_nocase(path, ends[i]))
			return true;
	return false;
}

static bool is_prose_name(struct str path)
{
	static const char *const ends[] = {
		".md", ".markdown", ".rst", ".txt", ".adoc", ".map", ".d.ts", ".po", ".log"};
	struct str base = str_basename(path);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (str_ends_nocase(base, ends[i]))
			return true;
	return str_find_nocase(base, "readme") != SIZE_MAX ||
		str_find_nocase(base, "changelog") != SIZE_MAX || str_is(base, "CHANGES") ||
		str_is(base, "NEWS") || str_is(base, "copyright");
}

static bool is_test_data(struct str path)
{
	static const char *const parts[] = {"/test/", "/tests/", "/__tests__/", "/spec/",
		"/fixtures/", "/fixture/", "/testdata/", "/examples/", "/example/", "/docs/",
		"/doc/"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (str_find_nocase(path, parts[i]) != SIZE_MAX)
			return true;
	return str_has_nocase(str_basename(path), ".example.") || str_has_nocase(str_basename(path), ".examples.") ||
		str_has_nocase(str_basename(path), ".sample.");
}

static bool says_anchor(struct str text)
{
	return str_has(text, "-----BEGIN ") || str_has(text, "sha256/") || str_has(text, "UPDATE_URL") || str_has(text, "updateUrl") ||
		str_has(text, "PUBLIC_KEY");
}

static int trust_claim(const struct read_in *in)
{
	if (in->format != FORMAT_TEXT && in->format != FORMAT_NONE)
		return 0;
	if (in->new_.len == 0 || in->new_.len > TRUST_TEXT_MAX || is_prose_name(in->path))
		return 0;
	if (is_script(in->path) && !says_anchor(str_view(in->new_.base, in->new_.len)) &&
		!says_anchor(str_view(in->old.base, in->old.len)))
		return 0; /* the readers of scripts know what else they say */
	return 5;
}

/* --- saying it --- */

static void place(struct trust *t, size_t at, size_t len, struct fact *f)
{
	struct unit u = {.change = t->in->has_old ? UNIT_CHANGED : UNIT_ADDED};
	uint32_t line = 1;

	for (size_t i = 0; i < at && i < t->f.text.len; i++)
		line += t->f.text.p[i] == '\n';
	u.line = f->line = line;
	if (len > t->f.text.len - at)
		len = t->f.text.len - at;
	place_of(t->in, t->f.text, t->f.shift, at, len, &u.offset, &u.length);
	f->offset = u.offset;
	f->length = u.length;
	u.name = arena_printf(t->in->arena, "%.*s at line %u", STR_ARG(f->key), line);
	f->excerpt = str_part(t->f.text, at, len < FACT_EXCERPT_BYTES ? len : FACT_EXCERPT_BYTES);
	f->unit = read_unit(t->in, &u);
}

static void say_graded(struct trust *t, const char *key, struct str value, struct str detail, size_t at,
	size_t len, unsigned number)
{
	struct fact f = {.kind = FACT_TRUST,
		.flags = FACT_CONSTANT | (t->in->has_old ? FACT_CHANGED_VALUE : 0),
		.key = str_of(key),
		.value = value,
		.detail = detail,
		.number = number};

	if (at == SIZE_MAX)
		at = len = 0;
	else if (t->n_said < SAID_MAX)
		t->said[t->n_said++] = at;
	place(t, at, len, &f);
	read_fact(t->in, &f);
}

static void say(struct trust *t, const char *key, struct str value, struct str detail, size_t at, size_t len)
{
	say_graded(t, key, value, detail, at, len, 0);
}

static struct str arrow(struct trust *t, struct str from, struct str to)
{
	return arena_printf(t->in->arena, "%.*s -> %.*s", STR_ARG(str_part(from, 0, 600)),
		STR_ARG(str_part(to, 0, 600)));
}

static bool has(struct str s, const char *z)
{
	return str_find_nocase(s, z) != SIZE_MAX;
}

/* --- PEM blocks --- */

struct block {
	const char *key;
	uint64_t hash;
	size_t at, len;
};

/* Programs that read keys hold the lines around one, with code between them: beside brackets and colons a key has a word of base64. */
static bool holds_key(struct str body)
{
	enum { WORD_LEAST = 18 /* a piece of a line, where the text is put together */ };
	size_t run = 0;
	unsigned kinds = 0;

	if (str_find_z(body, "(") == SIZE_MAX && str_find_z(body, ":") == SIZE_MAX && str_find_z(body, "==") == SIZE_MAX)
		return true;
	for (size_t i = 0; i < body.len; i++) {
		char c = body.p[i];
		unsigned kind = c >= 'A' && c <= 'Z' ? 1 : c >= 'a' && c <= 'z' ? 2 : (c >= '0' && c <= '9') || c == '+' || c == '/' ? 4 : 0;

		run = kind ? run + 1 : 0;
		kinds = kind ? kinds | kind : 0;
		if (run >= WORD_LEAST && kinds == 7)
			return true;
	}
	return false;
}

static size_t blocks_find(struct trust *t, struct str text, struct block *blocks)
{
	size_t n = 0, at = 0;

	while (n < BLOCKS_MAX) {
		size_t hit = str_find_z(str_part(text, at, text.len), "-----BEGIN "), end;
		struct str rest, label;

		if (hit == SIZE_MAX)
			break;
		at += hit;
		rest = str_part(text, at + 11, text.len);
		end = str_find_z(str_part(rest, 0, 60), "-----");
		if (end == SIZE_MAX) {
			at += 11;
			continue;
		}
		label = str_part(rest, 0, end);
		rest = str_part(rest, end + 5, 16 << 10);
		end = str_find_z(rest, "-----END ");
		if (end != SIZE_MAX &&
			(str_ends(label, "PUBLIC KEY") || str_ends(label, "CERTIFICATE") ||
				str_is(label, "PGP PUBLIC KEY BLOCK")) &&
			holds_key(str_part(rest, 0, end))) {
			blocks[n].key = str_ends(label, "CERTIFICATE") ? "certificate"
								       : "public-key";
			blocks[n].hash = key_of(key_text_identity(t->in->arena, label, str_part(rest, 0, end)), 17);
			blocks[n].at = at;
			blocks[n++].len = 16 + label.len + end;
		}
		at += 11;
	}
	return n;
}

static bool block_in(const struct block *b, const struct block *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].hash == b->hash)
			return true;
	return false;
}

/* A key or certificate in the place of another. Bundles of many roots change as roots do; a certificate ends
 * and is renewed by the same hand, a key is not. */
static void pem_swap(struct trust *t)
{
	struct block *now, *before;
	size_t n_now, n_before, gone = 0, at = 0;

	if (!t->f.old.p || t->test_data || !str_has(t->f.text, "-----BEGIN "))
		return;
	now = ARENA_ARRAY(t->in->arena, BLOCKS_MAX, struct block);
	before = ARENA_ARRAY(t->in->arena, BLOCKS_MAX, struct block);
	n_now = blocks_find(t, t->f.text, now);
	n_before = blocks_find(t, t->f.old, before);
	if (!n_before || n_before >= BUNDLE_BLOCKS)
		return;
	for (size_t i = 0; i < n_before; i++)
		if (!block_in(&before[i], now, n_now)) {
			gone++;
			at = i;
		}
	for (size_t i = 0; i < n_now; i++)
		if (!block_in(&now[i], before, n_before))
			say_graded(t, now[i].key,
				gone ? STR("another one stands in its place")
				     : STR("one more is trusted"),
				str_part(t->f.old, before[at].at, gone ? before[at].len : 0),
				now[i].at, now[i].len,
				gone && str_is(str_of(now[i].key), "public-key") ? TRUST_TURNED : 0);
}

/* --- pins: "sha256/BASE64=" as HTTP clients write them --- */

static size_t pins_find(struct trust *t, struct str text, uint64_t *pins, size_t *places)
{
	static const char *const marks[] = {
		"sha256/", "pin-sha256=\"", "digest=\"SHA-256\">", "digest=\"SHA-256\" >"};
	size_t n = 0;

	for (size_t m = 0; m < sizeof(marks) / sizeof(marks[0]); m++) {
		size_t at = 0, hit;

		while (n < PINS_MAX &&
			(hit = str_find_z(str_part(text, at, text.len), marks[m])) != SIZE_MAX) {
			struct str s;
			size_t len = 0;

			at += hit + strlen(marks[m]);
			s = str_part(text, at, 44);
			while (len < s.len && s.p[len] != '"' && s.p[len] != '<' &&
				s.p[len] != ' ' && s.p[len] != '\n')
				len++;
			if (len != 44 || s.p[43] != '=')
				continue;
			places[n] = at;
			pins[n++] = key_of(s, 23);
		}
	}
	(void)t;
	return n;
}

static void pin_swap(struct trust *t)
{
	uint64_t now[PINS_MAX], before[PINS_MAX];
	size_t at_now[PINS_MAX], at_before[PINS_MAX], n_now, n_before;
	bool kept = false;

	if (!t->f.old.p || t->test_data)
		return;
	n_before = pins_find(t, t->f.old, before, at_before);
	if (!n_before)
		return;
	n_now = pins_find(t, t->f.text, now, at_now);
	if (!n_now) {
		say(t, "pin", STR("no pin is left"), STR_NONE, SIZE_MAX, 0);
		return;
	}
	for (size_t i = 0; i < n_now; i++)
		for (size_t k = 0; k < n_before; k++)
			kept |= before[k] == now[i];
	for (size_t i = 0; i < n_now; i++) {
		bool known = false;

		for (size_t k = 0; k < n_before && !known; k++)
			known = before[k] == now[i];
		if (!known) /* those who renew a key pin the next one beside it first */
			say_graded(t, "pin",
				arrow(t, str_part(t->f.old, at_before[0], 44),
					str_part(t->f.text, at_now[i], 44)),
				STR_NONE, at_now[i], 44, kept ? 0 : TRUST_TURNED);
	}
}

/* --- keys with values: found by name, wherever they stand --- */

static struct str host_of(struct str url)
{
	size_t at = str_find_z(url, "://"), end;

	if (at == SIZE_MAX)
		return STR_NONE;
	url = str_part(url, at + 3, url.len);
	for (end = 0; end < url.len && url.p[end] != '/' && url.p[end] != '?' &&
		url.p[end] != '#' && url.p[end] != ':';
		end++)
		;
	return str_part(url, 0, end);
}

/* Does OLD have this value under this name? For URLs the host decides, paths carry versions. */
static bool value_known(const struct setting *old, size_t n, const char *name, struct str value, struct str *ret_before)
{
	for (size_t i = 0; i < n; i++) {
		struct str v = old[i].value;

		if (!v.len || !setting_is(old[i].name, name))
			continue;
		if (!ret_before->len)
			*ret_before = v;
		if (str_equal(v, value) || (host_of(value).len && str_equal_nocase(host_of(v), host_of(value)) &&
			(str_starts(v, "http://") || !str_starts(value, "http://"))))
			return true;
	}
	return false;
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '_' || c == '-' || c == '.';
}

/* Long, without blanks, of the letters that keys are written in; a label in some language is none. */
static bool is_key_like(struct str v)
{
	if (v.len < 32)
		return false;
	for (size_t i = 0; i < v.len; i++)
		if (!name_char(v.p[i]) && !strchr("+/=:\\", v.p[i]))
			return false;
	return true;
}

enum value_kind { VALUE_ANY, VALUE_URL, VALUE_URL_BY_KEY };

static bool is_value_of(enum value_kind kind, struct str v)
{
	return kind == VALUE_ANY || str_has(v, "://");
}

struct named {
	struct setting *now, *before;
	size_t n_now, n_before;
};

/* Does the key that updates are checked with stand beside it? */
static bool beside_a_key(const struct setting *list, size_t n, size_t at)
{
	enum { NEAR = 1024 };

	for (size_t i = 0; i < n; i++)
		if (setting_is(list[i].name, "pubkey") && (list[i].at > at ? list[i].at - at : at - list[i].at) < NEAR)
			return true;
	return false;
}

static void named_value(struct trust *t, const struct named *n, const char *name, const char *key, enum value_kind kind)
{
	for (size_t i = 0; i < n->n_now; i++) {
		const struct setting *s = &n->now[i];
		struct str before = STR_NONE;

		if (!s->value.len || !setting_is(s->name, name) || !is_value_of(kind, s->value) ||
			value_known(n->before, n->n_before, name, s->value, &before) || !before.len ||
			(kind == VALUE_URL_BY_KEY && !beside_a_key(n->now, n->n_now, s->at)))
			continue;
		say(t, key, arrow(t, before, s->value), s->name, s->at, s->name.len + s->value.len);
	}
}

/* Does the text have the value, under whatever name? */
static bool stands_in(const struct setting *list, size_t n, struct str value)
{
	for (size_t i = 0; i < n; i++)
		if (str_equal(list[i].value, value))
			return true;
	return false;
}

/* Keys and fingerprints under a name that says so: another in the place of one that is gone, or beside it. */
static void key_values(struct trust *t, const struct named *n)
{
	for (size_t i = 0; i < n->n_now; i++) {
		const struct setting *s = &n->now[i], *before = NULL;

		if (!is_key_like(s->value) || !key_text_names(s->name) || stands_in(n->before, n->n_before, s->value))
			continue;
		for (size_t k = 0; k < n->n_before; k++)
			if (str_equal(n->before[k].name, s->name) && n->before[k].value.len &&
				(!before || !stands_in(n->now, n->n_now, n->before[k].value)))
				before = &n->before[k];
		if (before)
			say_graded(t, "public-key", arrow(t, before->value, s->value), s->name, s->at, s->name.len + s->value.len,
				!stands_in(n->now, n->n_now, before->value) && key_text_is_public(t->in->arena, s->value) &&
					key_text_is_public(t->in->arena, before->value) ? TRUST_TURNED : 0);
	}
}

static bool is_updater_file(struct str path)
{
	struct str base = str_basename(path);

	return str_is(base, "app-update.yml") || str_is(base, "dev-app-update.yml") ||
		str_is(base, "electron-builder.yml") ||
		(str_starts(base, "latest") && str_ends(base, ".yml"));
}

/* { provider: github, owner, repo }: where updates are looked for, in whatever file it stands. */
static bool says_provider(const struct setting *list, size_t n)
{
	bool provider = false, owner = false, repo = false;

	for (size_t i = 0; i < n; i++) {
		provider |= setting_is(list[i].name, "provider") && (str_is(list[i].value, "github") || str_is(list[i].value, "gitlab") || str_is(list[i].value, "bitbucket"));
		owner |= setting_is(list[i].name, "owner");
		repo |= setting_is(list[i].name, "repo");
	}
	return provider && owner && repo;
}

/* A value that changed in place. Names that say by themselves what they are, in any file. */
static void updaters(struct trust *t)
{
	static const char *const urls[] = {"updateurl", "updaterurl", "updateserver", "updateserverurl", "feedurl", "sufeedurl",
		"autoupdateurl", "updatefeed", "updatesurl", "updatebase", "updatebaseurl", "updatehost", "updateendpoint",
		"updaterbase", "update", "updates", "upgradeurl", "releasefeed"};
	static const char *const repository_urls[] = {"gpgkey", "baseurl", "mirrorlist"};
	static const char *const places[] = {
		"url", "owner", "repo", "host", "bucket", "provider", "endpoint"};
	bool repository = str_ends(t->in->path, ".repo");
	struct named n;

	if (!t->f.old.p)
		return;
	settings_read(t->in->arena, t->f.text, &n.now, &n.n_now);
	settings_read(t->in->arena, t->f.old, &n.before, &n.n_before);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		named_value(t, &n, urls[i], "updater-url", VALUE_URL);
	named_value(t, &n, "endpoints", "updater-url", VALUE_URL_BY_KEY);
	for (size_t i = 0; repository && i < sizeof(repository_urls) / sizeof(repository_urls[0]); i++)
		named_value(t, &n, repository_urls[i], "updater-url", VALUE_URL);
	if (!t->test_data)
		key_values(t, &n);
	if (!is_updater_file(t->in->path)) {
		if (!t->test_data && says_provider(n.now, n.n_now) && says_provider(n.before, n.n_before))
			for (size_t i = 1; i < 3; i++) /* owner, repo */
				named_value(t, &n, places[i], "updater-url", VALUE_ANY);
		return;
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		/* in latest.yml the url is a file name that carries the version */
		if (str_starts(str_basename(t->in->path), "latest") && i > 0)
			break;
		if (i == 0 && !str_has(t->f.text, "://"))
			continue;
		named_value(t, &n, places[i], "updater-url", VALUE_ANY);
	}
	named_value(t, &n, "publishername", "pin", VALUE_ANY);
	if (str_has(t->f.old, "publisherName") && !str_has(t->f.text, "publisherName"))
		say(t, "pin", STR("the name of the publisher is not checked any more"), STR_NONE,
			SIZE_MAX, 0);
}

/* --- switches, by new lines --- */

struct sign {
	const char *text; /* folded: lower case, no blanks and quotes */
	const char *key;
};

static const struct sign switches[] = {
	{"node_tls_reject_unauthorized=0", "tls-verify-off"},
	{"node_tls_reject_unauthorized:0", "tls-verify-off"},
	{"rejectunauthorized:false", "tls-verify-off"},
	{"strict-ssl=false", "tls-verify-off"},
	{"strictssl:false", "tls-verify-off"},
	{"sslverify=false", "tls-verify-off"},
	{"ssl_verify=false", "tls-verify-off"},
	{"ssl_verify:false", "tls-verify-off"},
	{"verify_ssl=false", "tls-verify-off"},
	{"verify_ssl:false", "tls-verify-off"},
	{"insecureskipverify:true", "tls-verify-off"},
	{"insecure_skip_verify=true", "tls-verify-off"},
	{"insecure_skip_verify:true", "tls-verify-off"},
	{"trusted-host=", "tls-verify-off"},
	{"check-certificate=off", "tls-verify-off"},
	{"contextisolation:false", "context-isolation"},
	{"nodeintegration:true", "context-isolation"},
	{"websecurity:false", "context-isolation"},
	{"allowrunninginsecurecontent:true", "context-isolation"},
	{"verifyupdatecodesignature:false", "updater-check"},
	{"gpgcheck=0", "updater-check"},
	{"repo_gpgcheck=0", "updater-check"},
	{"allow-insecure-repositories", "updater-check"},
	{"allowunauthenticated", "updater-check"},
	{"[trusted=yes]", "updater-check"},
	{"nopasswd:", "sudoers"},
};

/* Lower case, without blanks and quotes: "Reject Unauthorized" and its spellings in four syntaxes. */
static struct str folded(struct arena *a, struct str line)
{
	char *p = arena_alloc(a, line.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.p[i];

		if (c == ' ' || c == '\t' || c == '"' || c == '\'')
			continue;
		p[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	return str_view(p, n);
}

static bool is_comment(struct str line)
{
	return str_starts(line, "#") || str_starts(line, "//") || str_starts(line, ";") ||
		str_starts(line, "<!--") || str_starts(line, "*");
}

/* Did OLD give the name of this sign another value? */
static bool stood_otherwise(struct trust *t, const char *sign)
{
	size_t len = strlen(sign), name = 0;
	struct str rest;

	while (name < len && sign[name] != '=' && sign[name] != ':')
		name++;
	if (!t->f.old.p || name + 1 >= len || !budget_step(t->in->budget, t->f.old.len / 8 + 1))
		return false;
	if (!t->folded_old.p)
		t->folded_old = folded(t->in->arena, t->f.old);
	rest = t->folded_old;
	for (size_t hit; (hit = str_find(rest, str_view(sign, name + 1))) != SIZE_MAX;) {
		rest = str_part(rest, hit, rest.len);
		if (!str_starts(rest, sign))
			return true;
		rest = str_part(rest, name + 1, rest.len);
	}
	return false;
}

static bool is_registry_config(struct str path)
{
	struct str base = str_basename(path);

	return str_is(base, ".npmrc") || str_is(base, "npmrc") || str_is(base, ".yarnrc") ||
		str_is(base, ".yarnrc.yml") || str_is(base, "pip.conf") ||
		str_is(base, ".pypirc") || str_is(base, "sources.list");
}

static void switch_line(struct trust *t, struct str line)
{
	struct str f;

	if (line.len > LIST_MAX || is_comment(line))
		return;
	f = folded(t->in->arena, line);
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		if (str_find_z(f, switches[i].text) == SIZE_MAX)
			continue;
		if (str_is(str_of(switches[i].key), "sudoers") && !str_has(t->in->path, "sudoers"))
			continue;
		say_graded(t, switches[i].key, line, STR("switched in a configuration"), t->f.at,
			line.len, stood_otherwise(t, switches[i].text) ? TRUST_TURNED : 0);
		return;
	}
	if (is_registry_config(t->in->path) && t->in->has_old &&
		(str_has(f, "registry=") || str_has(f, "registryserver:") ||
			str_starts(f, "registry") || str_starts(f, "index-url=")))
		say(t, "updater-url", line, STR("packages come from elsewhere"), t->f.at, line.len);
	if (str_is(str_basename(t->in->path), "authorized_keys"))
		say(t, "public-key", line, STR("somebody may log in"), t->f.at, line.len);
}

/* Units and desktop entries: what they start. */
static void start_line(struct trust *t, struct str line)
{
	static const char *const keys[] = {"ExecStart=", "ExecStartPre=", "ExecStartPost=",
		"ExecStop=", "ExecReload=", "Exec="};
	struct fact f, at;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_starts(line, keys[i]))
			line = str_part(line, strlen(keys[i]), line.len);
	at = f = fresh_fact(&t->f, FACT_PATH, line);
	f.key = STR("persist");
	f.value = line;
	f.detail = STR("starts by itself");
	read_fact(t->in, &f);
	command_facts(t->in, line, &at);
}

static bool starts_by_itself(struct str path)
{
	return str_has(path, "systemd/system/") || str_has(path, "systemd/user/") ||
		str_has(path, "etc/cron") || str_has(path, "autostart/") ||
		str_has(path, "etc/init.d/") || str_has(path, "etc/rc.local");
}

static bool is_start_line(struct str path, struct str line)
{
	if (str_starts(line, "Exec"))
		return str_has(line, "=");
	return (str_has(path, "etc/cron.d/") || str_ends(path, "crontab")) && !is_comment(line) &&
		!str_has(str_part(line, 0, 12), "=");
}

static void lines(struct trust *t)
{
	bool starts = starts_by_itself(t->in->path), script = is_script(t->in->path);
	struct str line;

	while (fresh_next(&t->f, &line)) {
		if (!script)
			switch_line(t, line);
		if (starts && is_start_line(t->in->path, line))
			start_line(t, line);
	}
}

/* --- entitlements and transport security in property lists --- */

static void entitlements(struct trust *t)
{
	static const char *const names[] = {"com.apple.security.cs.disable-library-validation",
		"com.apple.security.cs.allow-dyld-environment-variables",
		"com.apple.security.cs.allow-unsigned-executable-memory",
		"com.apple.security.cs.disable-executable-page-protection",
		"com.apple.security.cs.allow-jit", "com.apple.security.get-task-allow",
		"com.apple.security.automation.apple-events", "NSAllowsArbitraryLoads",
		"com.apple.security.device.audio-input", "com.apple.security.device.camera",
		"com.apple.security.personal-information.addressbook", "com.apple.private.",
		"com.apple.security.temporary-exception"};

	if (!t->in->has_old || !str_has(t->f.text, "<plist"))
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t at = str_find_z(t->f.text, names[i]);
		struct str behind;

		if (at == SIZE_MAX || str_has(t->f.old, names[i]))
			continue;
		behind = str_part(t->f.text, at, 200);
		behind = str_part(behind, 0, str_find_z(str_part(behind, 1, behind.len), "<key>"));
		if (!str_has(behind, "<false"))
			say(t, "entitlement", str_of(names[i]), STR("not in the release before"),
				at, strlen(names[i]));
	}
}

/* --- permissions of browser extensions --- */

/* Those that a browser warns about; the others open nothing that belongs to somebody else. */
static bool is_grave(struct str p)
{
	static const char *const grave[] = {"cookies", "tabs", "history", "downloads", "debugger",
		"management", "nativeMessaging", "proxy", "webRequest", "webRequestBlocking",
		"declarativeNetRequestWithHostAccess", "clipboardRead", "scripting",
		"webNavigation", "privacy", "pageCapture", "tabCapture", "desktopCapture",
		"bookmarks", "geolocation", "contentSettings", "browsingData", "sessions",
		"topSites", "identity.email", "userScripts", "unsafe-eval", "<all_urls>"};

	for (size_t i = 0; i < sizeof(grave) / sizeof(grave[0]); i++)
		if (str_is(p, grave[i]))
			return true;
	return str_has(p, "://") || str_has(p, "*.");
}

static bool list_has(const json_t *list, struct str s)
{
	size_t i;
	json_t *v;

	json_array_foreach((json_t *)(uintptr_t)list, i, v)
		if (str_equal(json_str(v), s) || str_is(json_str(v), "<all_urls>"))
			return true;
	return false;
}

static void permission_list(
	struct trust *t, const json_t *now, const json_t *before, const char *name)
{
	size_t i;
	json_t *v;

	json_array_foreach((json_t *)(uintptr_t)now, i, v)
	{
		struct str p = json_str(v);
		size_t at;

		if (!budget_step(t->in->budget, 1 + json_array_size(before)))
			return;
		if (!p.len || !is_grave(p) || list_has(before, p))
			continue;
		at = str_find(t->f.text, p);
		say(t, "permission", arena_str(t->in->arena, p), str_of(name), at, p.len);
	}
}

/* Sites that a script of the extension is put into, over all of its rows. */
static json_t *matches_of(const json_t *root)
{
	json_t *all = json_array(), *row, *v;
	size_t i, k;

	json_array_foreach(json_object_get(root, "content_scripts"), i, row)
	{
		json_array_foreach(json_object_get(row, "matches"), k, v)
			json_array_append(all, v);
	}
	return all;
}

static void extension(struct trust *t)
{
	static const char *const lists[] = {"permissions", "optional_permissions",
		"host_permissions", "optional_host_permissions"};
	struct json_doc now, before;
	json_t *granted, *m_now, *m_before;

	if (!str_is(str_basename(t->in->path), "manifest.json") || !t->in->has_old ||
		!has(t->f.text, "manifest_version"))
		return;
	if (json_doc_read(t->in, t->in->new_, &now) != STATUS_OK)
		return;
	if (json_doc_read(t->in, t->in->old, &before) == STATUS_OK) {
		granted = json_array(); /* a host may move from one list to another */
		for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
			json_array_extend(granted, json_object_get(before.root, lists[i]));
		for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
			permission_list(t, json_object_get(now.root, lists[i]), granted, lists[i]);
		m_now = matches_of(now.root);
		m_before = matches_of(before.root);
		json_array_extend(m_before, granted);
		permission_list(t, m_now, m_before, "content_scripts");
		json_decref(granted);
		json_decref(m_now);
		json_decref(m_before);
	}
	json_doc_release(&before);
	json_doc_release(&now);
}

/* --- content security policy --- */

/* A policy that is put together at run time: nobody knows what it says, but for words that OLD never had. */
static bool policy_is_made(const struct trust *t)
{
	static const char *const loose[] = {"unsafe-inline", "unsafe-eval", "unsafe-hashes", "report-only"};

	if (str_find_nocase(t->f.text, "content-security-policy") == SIZE_MAX || !(str_has(t->f.text, "-src ") || str_has(t->f.text, "default-src")))
		return false;
	for (size_t i = 0; i < sizeof(loose) / sizeof(loose[0]); i++)
		if (str_find_nocase(t->f.text, loose[i]) != SIZE_MAX && str_find_nocase(t->f.old, loose[i]) == SIZE_MAX)
			return false;
	return true;
}

static void policy(struct trust *t)
{
	struct str now, before, what;
	size_t at, old_at;

	if (!t->f.old.p || is_script(t->in->path) || !csp_find(t->f.old, &before, &old_at))
		return;
	if (!csp_find(t->f.text, &now, &at)) {
		if (policy_is_made(t))
			return;
		say(t, "csp", STR("the policy is gone"), str_part(before, 0, 600), SIZE_MAX, 0);
		return;
	}
	if (!str_equal(now, before) && csp_loosened(t->in->arena, before, now, &what))
		say(t, "csp", what, arrow(t, before, now), at, now.len);
}

/* Is something said about this line already? */
static bool line_said(const struct trust *t, size_t at)
{
	for (size_t i = 0; i < t->n_said; i++) {
		size_t from = t->said[i] < at ? t->said[i] : at, to = t->said[i] < at ? at : t->said[i];

		if (str_rfind_char(str_part(t->f.text, from, to - from), '\n') == SIZE_MAX)
			return true;
	}
	return false;
}

/* Switches and rights, by what became of their values. */
static void settings(struct trust *t)
{
	struct trust_change *list;
	size_t n;

	if (t->test_data)
		return;
	trust_settings(t->in->arena, t->in->path, t->f.old, t->f.text, &list, &n);
	for (size_t i = 0; i < n; i++)
		if (list[i].at == SIZE_MAX ? !t->n_said : !line_said(t, list[i].at))
			say_graded(t, list[i].key, list[i].value, STR_NONE, list[i].at, list[i].len, list[i].proves ? TRUST_TURNED : 0);
}

/* Keys and addresses of settings; code is asked by its own words (weaken_anchor.c). */
static void anchors(struct trust *t)
{
	static const char *const ends[] = {".pub", "known_hosts", ".asc", ".env", "package.json"};
	struct str base = str_basename(t->in->path);
	struct trust_change *list;
	size_t n;
	bool asked = trust_holds_settings(t->in->path);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		asked |= str_ends_nocase(base, ends[i]);
	if (!t->f.old.p || t->test_data || !asked)
		return;
	t->f.limit |= !trust_anchors(t->in, t->f.old, t->f.text, &list, &n);
	for (size_t i = 0; i < n; i++)
		if (!line_said(t, list[i].at))
			say_graded(t, list[i].key, list[i].value, STR_NONE, list[i].at, list[i].len,
				list[i].proves && str_is(str_of(list[i].key), "public-key") ? TRUST_TURNED : 0);
}

static void duplicate_keys(struct trust *t)
{
	struct json_doc now, before = {0};
	bool same;

	if (!str_ends_nocase(t->in->path, ".json") ||
		str_is(str_basename(t->in->path), "package.json") || t->test_data ||
		t->f.text.len > 1 << 20)
		return;
	if (json_doc_read(t->in, t->in->new_, &now) == STATUS_OK && now.duplicates) {
		same = t->in->has_old && json_doc_read(t->in, t->in->old, &before) == STATUS_OK &&
			before.duplicates;
		if (!same && t->in->has_old)
			say(t, "duplicate-json-key", now.duplicate, STR_NONE, now.duplicate_at, 1);
		json_doc_release(&before);
	}
	json_doc_release(&now);
}

static enum status trust_read(struct read_in *in)
{
	struct trust *t = ARENA_NEW(in->arena, struct trust);

	t->in = in;
	t->test_data = is_test_data(in->path);
	if (!fresh_begin(&t->f, in)) {
		read_cover(in, COVER_BLIND, in->new_.len, t->f.limit ? "over budget" : "not text");
		return t->f.limit ? STATUS_LIMIT : STATUS_OK;
	}
	/* each of the searches below passes over both texts a few times */
	if (!budget_step(in->budget, (t->f.text.len + t->f.old.len) / 4 + 1)) {
		read_cover(in, COVER_BLIND, in->new_.len, "over budget");
		return STATUS_LIMIT;
	}
	pem_swap(t);
	pin_swap(t);
	updaters(t);
	if (!is_script(in->path)) {
		policy(t);
		entitlements(t);
		extension(t);
		duplicate_keys(t);
	}
	lines(t);
	if (!is_script(in->path)) {
		anchors(t);
		settings(t);
	}
	read_cover(in, t->f.limit ? COVER_BLIND : COVER_PARSED, in->new_.len,
		t->f.limit ? "over budget" : "");
	return t->f.limit ? STATUS_LIMIT : STATUS_OK;
}

extern const struct reader reader_trust;
const struct reader reader_trust = {
	.name = "trust",
	.summary =
		"updater addresses, keys, pins, policies, permissions, TLS switches in configuration",
	.claim = trust_claim,
	.read = trust_read,
};
