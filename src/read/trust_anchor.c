#include "read/trust_anchor.h"

#include "read/guard_words.h"
#include "read/key_text.h"
#include "read/keyset.h"
#include "read/settings.h"
#include "read/strings.h"
#include "util/hash.h"
#include "util/wanted.h"

enum { VALUE_MAX = 400, SHORT_VALUE = 5, KEYS_MAX = 4000, DIRECTORY_OWNERS = 8, PASSED_A_STEP = 16 /* bytes of a text that is passed over */ };

/* --- what code and settings have in common --- */

bool anchor_is_host(struct str v)
{
	size_t dots = 0, digits = 0;

	for (size_t i = 0; i < v.len; i++) {
		dots += v.p[i] == '.';
		digits += v.p[i] >= '0' && v.p[i] <= '9';
	}
	return host_valid(v, true) || (dots == 3 && digits >= 4 && dots + digits == v.len);
}

bool anchor_names_host(struct str name)
{
	static const char *const words[] = {"host", "domain", "server", "endpoint", "origin", "url", "uri", "feed", "mirror", "registr", "update", "cdn", "base",
		"remote", "redirect", "allow", "trust", "cors", "whitelist", "permitted", "index", "proxy", "download", "gateway", "relay"};

	return HAS_WORD(name, words);
}

static struct str host_part(struct str v)
{
	size_t at = str_find_z(v, "://"), end = 0;

	v = at == SIZE_MAX ? v : str_part(v, at + 3, v.len);
	while (end < v.len && v.p[end] != '/' && v.p[end] != '?' && v.p[end] != ':')
		end++;
	return str_part(v, 0, end);
}

bool anchor_stays(struct str was, struct str now)
{
	static const char *const shared[] = {"github", "gitlab", "bitbucket", "codeberg", "ghcr.io", "docker", "quay.io", "sourceforge"};
	struct str host = host_part(now);

	for (size_t i = 0; i < sizeof(shared) / sizeof(shared[0]); i++)
		if (str_has_nocase(host, shared[i]))
			return false;
	return str_equal_nocase(host_part(was), host);
}

bool anchor_is_for_reading(struct str address)
{
	static const char *const parts[] = {"/blob/", "/tree/", "/issues", "/pull/", "/wiki", "/docs", "://docs.", "/README", "/commit/", "xmlns", "/schema", "://schemas.",
		"www.w3.org", "/licenses", "#"};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (str_has_nocase(address, parts[i]))
			return true;
	return false;
}

bool anchor_names_reading(struct str name)
{
	static const char *const words[] = {"test", "example", "sample", "demo", "fixture", "doc", "help", "homepage", "link", "href", "title", "license", "author", "maintainer",
		"repository", "bugs", "message", "description", "credit", "comment", "schema", "$schema", "xmlns", "vcs", "icon", "image", "logo", "avatar", "funding"};

	return HAS_WORD(name, words);
}

/* --- settings --- */

/* Of a value of OLD that NEW has nowhere: the first under its name. */
struct gone {
	struct str name, value;
};

/* The owners of the addresses that stood under one name. */
struct directory {
	struct str name, owners[DIRECTORY_OWNERS];
	size_t n;
};

struct anchors {
	struct arena *arena;
	struct budget *budget;
	bool limit; /* the budget ended */
	struct str path, old, text;
	struct setting *was, *now;
	size_t n_was, n_now;
	bool *in_old; /* per now: its value stands in OLD; made when it is asked for, as is `gone` */
	struct gone *gone; /* slots */
	size_t gone_room;
	struct directory *directories; /* slots; made when they are asked for */
	size_t directories_room;
	struct trust_list out;
};

static void add(struct anchors *x, const char *key, struct str was, struct str now, size_t at, bool gone)
{
	trust_list_add(&x->out, (struct trust_change){key,
		arena_printf(x->arena, "%.*s -> %.*s", STR_ARG(str_part(was, 0, 300)), STR_ARG(str_part(now, 0, 300))), at, now.len, gone});
}

/* Passing over a text costs its length; where nothing is left to pay with, nothing is said of it. */
static bool stands(struct anchors *x, struct str text, struct str value)
{
	x->limit |= !budget_step(x->budget, 1 + text.len / PASSED_A_STEP);
	return x->limit || str_find(text, value) != SIZE_MAX;
}

/* Which values stand in the text, all of them in one pass. */
static bool *all_standing(struct anchors *x, struct str text, const struct setting *of, size_t n)
{
	struct str *values = ARENA_ARRAY(x->arena, n + 1, struct str);
	bool *found = ARENA_ARRAY(x->arena, n + 1, bool);

	for (size_t i = 0; i < n; i++) {
		values[i] = of[i].value;
		found[i] = values[i].len < SHORT_VALUE; /* nobody asks for those */
	}
	x->limit |= !budget_step(x->budget, 1 + n) || !budget_step(x->budget, wanted_look(wanted_make(x->arena, values, n, found), text));
	return found;
}

static bool stands_in_old(struct anchors *x, size_t i)
{
	if (!x->in_old)
		x->in_old = all_standing(x, x->old, x->now, x->n_now);
	return x->limit || x->in_old[i];
}

static struct gone *gone_slot(struct anchors *x, struct str name)
{
	size_t at = key_of(name, 29) % x->gone_room;

	while (x->gone[at].value.len && !str_equal(x->gone[at].name, name))
		at = (at + 1) % x->gone_room;
	return &x->gone[at];
}

static void gone_collect(struct anchors *x)
{
	bool *stays = all_standing(x, x->text, x->was, x->n_was);

	x->gone_room = 2 * x->n_was + 1;
	x->gone = ARENA_ARRAY(x->arena, x->gone_room, struct gone);
	for (size_t i = 0; i < x->n_was; i++) {
		struct gone *g = stays[i] ? NULL : gone_slot(x, x->was[i].name);

		if (g && !g->value.len)
			*g = (struct gone){x->was[i].name, x->was[i].value};
	}
}

/* The value that stood under the name and is gone from all of NEW. */
static struct str value_before(struct anchors *x, struct str name)
{
	if (!x->gone)
		gone_collect(x);
	return x->limit ? STR_NONE : gone_slot(x, name)->value;
}

/* All of the value is an address; a manifest names many that are only for reading. */
static bool is_address(const struct anchors *x, struct str name, struct str v)
{
	static const char *const fetched[] = {"host", "registr", "mirror", "feed", "server", "baseurl", "remote"};

	if (v.len > VALUE_MAX || anchor_names_reading(name) || anchor_is_for_reading(v))
		return false;
	if (str_is(str_basename(x->path), "package.json") && !HAS_WORD(name, fetched))
		return false;
	for (size_t i = 0; i < v.len; i++)
		if (v.p[i] == ' ' || v.p[i] == '<' || v.p[i] == '\t')
			return false;
	return str_has(v, "://") || (anchor_is_host(v) && anchor_names_host(name));
}

static struct directory *directory_of(struct anchors *x, struct str name)
{
	size_t i = fast_hash(name.len ? name.p : "", name.len, 41) & (x->directories_room - 1);

	while (x->directories[i].n && !str_equal(x->directories[i].name, name))
		i = (i + 1) & (x->directories_room - 1);
	return &x->directories[i];
}

static void directories_make(struct anchors *x)
{
	x->directories_room = 16;
	while (x->directories_room < x->n_was * 2)
		x->directories_room *= 2;
	x->directories = ARENA_ARRAY(x->arena, x->directories_room, struct directory);
	for (size_t i = 0; i < x->n_was && !x->limit; i++) {
		const struct setting *s = &x->was[i];
		struct directory *d = directory_of(x, s->name);
		bool known = !is_address(x, s->name, s->value);

		x->limit |= !budget_step(x->budget, 1);
		for (size_t j = 0; j < d->n; j++)
			known |= anchor_stays(d->owners[j], s->value);
		if (known || d->n == DIRECTORY_OWNERS)
			continue;
		d->name = s->name;
		d->owners[d->n++] = s->value;
	}
}

/* The name stands for addresses of many owners: a list of services, each of which moves as its owner likes. */
static bool in_directory(struct anchors *x, struct str name)
{
	if (!x->directories)
		directories_make(x);
	return x->limit || directory_of(x, name)->n == DIRECTORY_OWNERS;
}

static void addresses(struct anchors *x)
{
	for (size_t i = 0; i < x->n_now; i++) {
		const struct setting *s = &x->now[i];
		struct str before;

		if (s->value.len < SHORT_VALUE || !is_address(x, s->name, s->value) || stands_in_old(x, i))
			continue;
		before = value_before(x, s->name);
		if (before.len && is_address(x, s->name, before) && !anchor_stays(before, s->value) && !in_directory(x, s->name))
			add(x, "address", before, s->value, s->at, true);
	}
}

/* A name that says key, or the parts of one as a JSON Web Key has them. */
static bool says_key(const struct anchors *x, struct str name)
{
	if (name.len <= 2)
		return (str_is(name, "x") || str_is(name, "y") || str_is(name, "n")) && str_has(x->text, "\"kty\"");
	return key_text_about(name) && !key_text_of_other(name);
}

static void keys(struct anchors *x)
{
	for (size_t i = 0; i < x->n_now; i++) {
		const struct setting *s = &x->now[i];
		struct str before;

		if (s->value.len < 32 || stands_in_old(x, i))
			continue;
		if (!key_text_says_itself(x->arena, s->value) && !(says_key(x, s->name) && key_text_sized(x->arena, s->value)))
			continue;
		before = value_before(x, s->name);
		if (before.len && key_text_sized(x->arena, before))
			add(x, "public-key", before, s->value, s->at, true);
	}
}

/* --- keys that stand by themselves: a line of known hosts, a file of one key --- */

static size_t keys_find(struct arena *a, struct str text, struct str *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < KEYS_MAX;) {
		size_t from = i;

		while (i < text.len && ((text.p[i] >= 'a' && text.p[i] <= 'z') || (text.p[i] >= 'A' && text.p[i] <= 'Z') || (text.p[i] >= '0' && text.p[i] <= '9') ||
			text.p[i] == '+' || text.p[i] == '/' || text.p[i] == '='))
			i++;
		if (i - from > 50 && key_text_says_itself(a, str_part(text, from, i - from)))
			ret[n++] = str_part(text, from, i - from);
		i += i == from;
	}
	return n;
}

static void bare_keys(struct anchors *x)
{
	struct str *was = ARENA_ARRAY(x->arena, KEYS_MAX, struct str), *now = ARENA_ARRAY(x->arena, KEYS_MAX, struct str), gone = STR_NONE;
	size_t n_was = keys_find(x->arena, x->old, was), n_now = n_was ? keys_find(x->arena, x->text, now) : 0;

	for (size_t i = 0; i < n_was; i++)
		if (!stands(x, x->text, was[i]))
			gone = was[i];
	for (size_t i = 0; i < n_now && gone.len; i++)
		if (!stands(x, x->old, now[i])) {
			add(x, "public-key", gone, now[i], (size_t)(now[i].p - x->text.p), true);
			return;
		}
}

bool trust_anchors(struct read_in *in, struct str old, struct str text, struct trust_change **ret, size_t *ret_n)
{
	struct anchors *x = ARENA_NEW(in->arena, struct anchors);
	struct arena *a = in->arena;

	*x = (struct anchors){.arena = a, .out = {.arena = a}, .budget = in->budget, .path = in->path, .old = old, .text = text};
	if (old.len <= SETTINGS_TEXT_MAX && text.len <= SETTINGS_TEXT_MAX) {
		settings_read(a, old, &x->was, &x->n_was);
		settings_read(a, text, &x->now, &x->n_now);
		keys(x);
		if (!x->out.n)
			bare_keys(x);
		addresses(x);
	}
	*ret = x->out.items;
	*ret_n = x->out.n;
	return !x->limit;
}
