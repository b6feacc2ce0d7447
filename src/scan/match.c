#include "scan/match.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "util/address.h"
#include "util/hash.h"

/* Two values are equal when their keys are: a letter for the family and the normal form. */
enum family { FAMILY_DIGEST, FAMILY_PATH, FAMILY_NAME, FAMILY_HOST, FAMILY_IP, FAMILY_NETWORK, FAMILY_URL,
	FAMILY_REGISTRY, FAMILY_SERVICE, FAMILY_PACKAGE, FAMILY_N };

static const enum family families[INDICATOR_KIND_N] = {
	[INDICATOR_SHA256] = FAMILY_DIGEST,
	[INDICATOR_SHA1] = FAMILY_DIGEST,
	[INDICATOR_MD5] = FAMILY_DIGEST,
	[INDICATOR_PATH] = FAMILY_PATH,
	[INDICATOR_FILE_NAME] = FAMILY_NAME,
	[INDICATOR_HOST] = FAMILY_HOST,
	[INDICATOR_IP] = FAMILY_IP,
	[INDICATOR_URL] = FAMILY_URL,
	[INDICATOR_REGISTRY_KEY] = FAMILY_REGISTRY,
	[INDICATOR_SERVICE] = FAMILY_SERVICE,
	[INDICATOR_PACKAGE] = FAMILY_PACKAGE,
};

struct matcher_entry {
	enum family family;
	struct str key;
	uint64_t hash;
	uint32_t indicator;
};

struct matcher {
	const struct indicators *set;
	struct matcher_entry *all; /* by hash */
	size_t n;
	uint32_t *buckets;
	unsigned shift;
	bool networks[ADDRESS_BITS]; /* lengths of the networks that are looked for */
};

/* ---- normal forms -------------------------------------------------------------------------------- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str lower_of(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		p[i] = lower(s.p[i]);
	return str_view(p, s.len);
}

/* Percent-decoded once, without query and fragment; runs of slashes are one, "." steps none. */
static struct str request_path(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len && s.p[i] != '?' && s.p[i] != '#'; i++) {
		char c = s.p[i];

		if (c == '%' && i + 2 < s.len && hex_digit(s.p[i + 1]) >= 0 &&
			hex_digit(s.p[i + 2]) >= 0) {
			c = (char)(hex_digit(s.p[i + 1]) * 16 + hex_digit(s.p[i + 2]));
			i += 2;
		}
		if (c == '/' && n && p[n - 1] == '/')
			continue;
		if (c == '/' && n > 1 && p[n - 1] == '.' && p[n - 2] == '/') {
			n--;
			continue;
		}
		p[n++] = c;
	}
	return str_view(p, n);
}

/* Of a disk: slashes one way, letters in lower case, as Windows compares them. */
static struct str disk_path(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i] == '\\' ? '/' : lower(s.p[i]);

		if (c != '/' || !n || p[n - 1] != '/')
			p[n++] = c;
	}
	return str_view(p, n);
}

static struct str host_of(struct arena *a, struct str s)
{
	while (s.len && s.p[s.len - 1] == '.')
		s.len--;
	return lower_of(a, s);
}

/* 16 bytes; an IPv4 address, also one that is mapped into IPv6, as ::ffff:0:0/96. */
static struct str ip_of(struct arena *a, struct str s)
{
	uint8_t *p = arena_alloc(a, ADDRESS_BYTES);

	return address_read(s, p) ? str_view((const char *)p, ADDRESS_BYTES) : STR_NONE;
}

/* The first bits of an address, and how many they are. */
static struct str network_key(struct arena *a, const uint8_t address[ADDRESS_BYTES], unsigned bits)
{
	uint8_t *p = arena_alloc(a, ADDRESS_BYTES + 1);

	memcpy(p, address, ADDRESS_BYTES);
	address_mask(p, bits);
	p[ADDRESS_BYTES] = (uint8_t)bits;
	return str_view((const char *)p, ADDRESS_BYTES + 1);
}

static bool is_network(const struct indicator *i, uint8_t ret[ADDRESS_BYTES], unsigned *ret_bits)
{
	return i->kind == INDICATOR_IP && address_block_read(i->value, ret, ret_bits) && *ret_bits < ADDRESS_BITS;
}

struct url {
	struct str host, path, query; /* query with its '?' */
};

static bool url_split(struct arena *a, struct str s, struct url *ret)
{
	size_t scheme = str_find_z(s, "://"), end, at, colon;
	struct str rest, host;

	if (scheme == SIZE_MAX)
		return false;
	rest = str_part(s, scheme + 3, s.len);
	for (end = 0; end < rest.len && !strchr("/?#", rest.p[end]); end++)
		;
	host = str_part(rest, 0, end);
	at = str_rfind_char(host, '@');
	host = at == SIZE_MAX ? host : str_part(host, at + 1, host.len);
	colon = str_rfind_char(host, ':');
	if (colon != SIZE_MAX && !str_ends(host, "]"))
		host = str_part(host, 0, colon);
	rest = str_part(rest, end, rest.len);
	rest = str_part(rest, 0, str_find_z(rest, "#"));
	at = str_find_z(rest, "?");
	ret->query = at == SIZE_MAX ? STR_NONE : str_part(rest, at, rest.len);
	ret->path = request_path(a, rest);
	if (!ret->path.len)
		ret->path = STR("/");
	ret->host = host_of(a, host);
	return host.len > 0;
}

static struct str url_of(struct arena *a, const struct url *u, bool with_query)
{
	struct str query = with_query ? u->query : STR_NONE;

	return arena_printf(a, "%.*s%.*s%.*s", STR_ARG(u->host), STR_ARG(u->path), STR_ARG(query));
}

/* The names of the hives, however they are written. */
static struct str registry_of(struct arena *a, struct str s)
{
	static const char *const hives[][2] = {
		{"hkey_local_machine/", "hklm/"},
		{"/registry/machine/", "hklm/"},
		{"hkey_current_user/", "hkcu/"},
		{"hkey_users/", "hku/"},
		{"/registry/user/", "hku/"},
		{"hkey_classes_root/", "hkcr/"},
	};
	struct str path = disk_path(a, s);

	while (path.len > 1 && path.p[path.len - 1] == '/')
		path.len--;
	for (size_t i = 0; i < sizeof(hives) / sizeof(hives[0]); i++) {
		size_t n = strlen(hives[i][0]);

		if (str_starts(path, hives[i][0]))
			return arena_printf(a, "%s%.*s", hives[i][1],
				STR_ARG(str_part(path, n, path.len)));
	}
	return path;
}

/* Letters and digits of the name in lower case: "Helpdesk Agent" is helpdesk-agent. Then the version
 * without "v", epoch and the packager's revision. */
static struct str package_of(struct arena *a, struct str name, struct str version)
{
	char *p = arena_alloc(a, name.len + version.len + 2);
	size_t n = 0, colon = str_find_z(version, ":");

	if (colon != SIZE_MAX)
		version = str_part(version, colon + 1, version.len);
	version = str_part(version, 0, str_find_z(version, "-"));
	version = str_part(version, 0, str_find_z(version, "+"));
	if (version.len && lower(version.p[0]) == 'v')
		version = str_part(version, 1, version.len);
	for (size_t i = 0; i < name.len; i++) {
		char c = lower(name.p[i]);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80)
			p[n++] = c;
	}
	if (!n || !version.len)
		return STR_NONE;
	p[n++] = ' ';
	for (size_t i = 0; i < version.len; i++)
		p[n++] = lower(version.p[i]);
	return str_view(p, n);
}

static void package_split(struct str v, struct str *ret_name, struct str *ret_version)
{
	size_t blank = str_rfind_char(v, ' ');

	*ret_name = str_part(v, 0, blank);
	*ret_version = str_part(v, blank + 1, v.len);
}

static struct str indicator_key(struct arena *a, const struct indicator *i)
{
	struct str name, version;
	struct url u;

	switch (i->kind) {
	case INDICATOR_PATH:
		return disk_path(a, request_path(a, i->value));
	case INDICATOR_HOST:
		return host_of(a, i->value);
	case INDICATOR_IP:
		return ip_of(a, i->value);
	case INDICATOR_URL:
		return url_split(a, i->value, &u) ? url_of(a, &u, true) : STR_NONE;
	case INDICATOR_REGISTRY_KEY:
		return registry_of(a, i->value);
	case INDICATOR_PACKAGE:
		package_split(i->value, &name, &version);
		return package_of(a, name, version);
	default:
		return lower_of(a, i->value);
	}
}

/* ---- the table ----------------------------------------------------------------------------------- */

static uint64_t key_hash(enum family family, struct str key)
{
	return fast_hash(key.p, key.len, (uint64_t)family + 1);
}

static int by_hash(const void *a, const void *b)
{
	const struct matcher_entry *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->indicator < y->indicator ? -1 : x->indicator > y->indicator;
}

struct matcher *matcher_new(struct arena *a, const struct indicators *set)
{
	struct matcher *m = ARENA_NEW(a, struct matcher);
	unsigned bits = 4;
	size_t at = 0;

	while (((size_t)1 << bits) < set->n && bits < 24)
		bits++;
	m->set = set;
	m->shift = 64 - bits;
	m->all = ARENA_ARRAY(a, set->n + 1, struct matcher_entry);
	for (size_t i = 0; i < set->n; i++) {
		enum family family = families[set->all[i].kind];
		uint8_t address[ADDRESS_BYTES];
		unsigned length;
		struct str key;

		if (is_network(&set->all[i], address, &length)) {
			family = FAMILY_NETWORK;
			key = network_key(a, address, length);
			m->networks[length] = true;
		} else {
			key = indicator_key(a, &set->all[i]);
		}
		if (key.len)
			m->all[m->n++] = (struct matcher_entry){
				family, key, key_hash(family, key), (uint32_t)i};
	}
	if (m->n)
		qsort(m->all, m->n, sizeof(m->all[0]), by_hash);
	m->buckets = ARENA_ARRAY(a, ((size_t)1 << bits) + 1, uint32_t);
	for (size_t b = 0; b < (size_t)1 << bits; b++) {
		m->buckets[b] = (uint32_t)at;
		while (at < m->n && m->all[at].hash >> m->shift == b)
			at++;
	}
	m->buckets[(size_t)1 << bits] = (uint32_t)m->n;
	return m;
}

/* ---- lures --------------------------------------------------------------------------------------- */

static bool is_plain(const struct log_format *f, char c)
{
	if ((c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') || c == '-' || c == '_')
		return true;
	if (c == '.')
		return !(f->splits & SPLITS_DOTS);
	return false;
}

/* The longest run of bytes that no log writes in another way. */
static struct str plain_run(const struct log_format *f, struct str s)
{
	struct str best = STR_NONE;

	for (size_t i = 0; i < s.len;) {
		size_t k = i;

		while (k < s.len && is_plain(f, s.p[k]))
			k++;
		if (k - i > best.len)
			best = str_part(s, i, k - i);
		i = k + 1;
	}
	return str_part(best, 0, NEEDLE_MAX_BYTES);
}

/* What a record of the format must be able to say for the kind to be seen in it. */
static uint32_t seen_in(enum indicator_kind k)
{
	switch (k) {
	case INDICATOR_SHA256:
	case INDICATOR_SHA1:
	case INDICATOR_MD5:
		return 1 << WHAT_HASH;
	case INDICATOR_PATH:
	case INDICATOR_FILE_NAME:
		return 1 << WHAT_PATH | 1 << WHAT_URL | 1 << WHAT_FILE;
	case INDICATOR_HOST:
		return 1 << WHAT_HOST | 1 << WHAT_URL;
	case INDICATOR_IP:
		return 1 << WHAT_IP | 1 << WHAT_URL | 1 << WHAT_HOST;
	case INDICATOR_URL:
		return 1 << WHAT_URL;
	case INDICATOR_REGISTRY_KEY:
		return 1 << WHAT_REGISTRY;
	case INDICATOR_SERVICE:
		return 1 << WHAT_SERVICE;
	default:
		return 1 << WHAT_PACKAGE;
	}
}

static struct str lure_of(struct arena *a, const struct log_format *f, const struct indicator *i)
{
	struct str name, version;
	struct url u;

	switch (i->kind) {
	case INDICATOR_PATH:
		return plain_run(f, request_path(a, i->value));
	case INDICATOR_URL: /* both stand in the line; many things are on the same host */
		if (!url_split(a, i->value, &u))
			return STR_NONE;
		name = plain_run(f, u.host);
		version = plain_run(f, u.path);
		return version.len >= 6 || version.len > name.len ? version : name;
	case INDICATOR_PACKAGE: /* names are written in many ways, versions are not */
		package_split(i->value, &name, &version);
		version = package_of(a, STR("x"), version);
		return plain_run(f, str_part(version, 2, version.len));
	default:
		return plain_run(f, i->value);
	}
}

/* ---- lures of addresses ---------------------------------------------------------------------------- */

struct lures {
	struct arena *a;
	struct lure *all;
	size_t n, room;
};

static void lure(struct lures *l, struct str text, size_t indicator)
{
	if (text.len)
		*ARENA_PUSH(l->a, l->all, l->n, l->room) = (struct lure){text, (uint32_t)indicator};
}

/* An address as text, or the beginning of all addresses of a network, dots and colons included. IPv6: as
 * short as can be, and with all zeros; no further than the first zero, which may be left out. */
static void v4_lures(struct lures *l, const uint8_t *p, unsigned bits, size_t indicator)
{
	unsigned whole = bits / 8, low = bits % 8 ? p[whole] & ~(0xffu >> bits % 8) : 0;
	unsigned high = bits % 8 ? low | 0xffu >> bits % 8 : 0;
	struct str begin = STR_NONE;

	for (unsigned i = 0; i < whole; i++)
		begin = arena_printf(l->a, "%.*s%u%s", STR_ARG(begin), p[i], i < 3 ? "." : "");
	if (bits % 8 == 0) {
		lure(l, begin, indicator);
		return;
	}
	for (unsigned i = low; i <= high; i++)
		lure(l, arena_printf(l->a, "%.*s%u%s", STR_ARG(begin), i, whole < 3 ? "." : ""), indicator);
}

static void v6_network_lures(struct lures *l, const uint8_t *p, unsigned bits, size_t indicator)
{
	struct str brief = STR_NONE, full = STR_NONE;

	for (unsigned i = 0; i < bits / 16; i++) {
		unsigned group = (unsigned)p[2 * i] << 8 | p[2 * i + 1];

		if (!group)
			break;
		brief = arena_printf(l->a, "%.*s%x:", STR_ARG(brief), group);
		full = arena_printf(l->a, "%.*s%04x:", STR_ARG(full), group);
	}
	lure(l, brief, indicator);
	lure(l, full, indicator);
}

static void v6_lures(struct lures *l, const uint8_t *p, size_t indicator)
{
	char text[64];
	struct str brief = STR_NONE, full = STR_NONE;

	inet_ntop(AF_INET6, p, text, sizeof(text));
	lure(l, arena_str(l->a, str_of(text)), indicator);
	for (unsigned i = 0; i < 8; i++) {
		unsigned group = (unsigned)p[2 * i] << 8 | p[2 * i + 1];

		brief = arena_printf(l->a, "%.*s%s%x", STR_ARG(brief), i ? ":" : "", group);
		full = arena_printf(l->a, "%.*s%s%04x", STR_ARG(full), i ? ":" : "", group);
	}
	lure(l, full, indicator);
	lure(l, brief, indicator);
}

static void ip_lures(struct lures *l, const struct indicator *one, size_t indicator)
{
	uint8_t p[ADDRESS_BYTES];
	unsigned bits;

	if (!address_block_read(one->value, p, &bits))
		return;
	if (address_is_v4(p) && bits >= ADDRESS_V4_BITS)
		v4_lures(l, p + 12, bits - ADDRESS_V4_BITS, indicator);
	else if (bits < ADDRESS_BITS)
		v6_network_lures(l, p, bits, indicator);
	else
		v6_lures(l, p, indicator);
}

struct lure *matcher_lures(struct arena *a, const struct indicators *set, const struct log_format *f,
	size_t *ret_n)
{
	struct lures l = {.a = a};

	for (size_t i = 0; i < set->n; i++) {
		const struct indicator *one = &set->all[i];

		if (!(seen_in(one->kind) & f->may_name))
			continue;
		if (one->kind == INDICATOR_IP)
			ip_lures(&l, one, i);
		else
			lure(&l, lure_of(a, f, one), i);
	}
	*ret_n = l.n;
	return l.all;
}

static bool plain_code(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '-' || c == '.' || c == '_';
}

static bool percent_hides(struct str in, size_t at)
{
	int high, low;

	if (in.len - at < 3)
		return false;
	high = hex_digit(in.p[at + 1]);
	low = hex_digit(in.p[at + 2]);
	return high >= 0 && low >= 0 && plain_code(high * 16 + low);
}

bool disguise_next(const struct log_format *f, struct str in, size_t *at)
{
	bool requests = f->may_name & (1 << WHAT_PATH | 1 << WHAT_URL);
	bool json = f->splits & SPLITS_SLASHES, xml = f->records == RECORDS_XML;

	for (const char *p; requests && (p = memchr(in.p + *at, '%', in.len - *at));) {
		size_t k = (size_t)(p - in.p);

		if (percent_hides(in, k)) {
			*at = k;
			return true;
		}
		*at = k + 1;
	}
	for (const char *p; json && (p = memchr(in.p + *at, '\\', in.len - *at));) {
		size_t k = (size_t)(p - in.p);

		*at = k;
		if (k + 1 < in.len && in.p[k + 1] == 'u')
			return true;
		*at = k + 2 < in.len ? k + 2 : in.len;
	}
	for (const char *p; xml && (p = memchr(in.p + *at, '&', in.len - *at));) {
		size_t k = (size_t)(p - in.p);

		*at = k;
		if (k + 1 < in.len && in.p[k + 1] == '#')
			return true;
		*at = k + 1;
	}
	*at = in.len;
	return false;
}

/* ---- asking -------------------------------------------------------------------------------------- */

struct asking {
	const struct matcher *m;
	struct arena *scratch;
	uint32_t *ret;
	unsigned n;
};

static void ask(struct asking *q, enum family family, struct str key)
{
	uint64_t h = key_hash(family, key);
	size_t b = (size_t)(h >> q->m->shift);

	for (uint32_t i = q->m->buckets[b]; i < q->m->buckets[b + 1]; i++) {
		const struct matcher_entry *e = &q->m->all[i];
		bool have = false;

		if (e->hash != h || e->family != family || !str_equal(e->key, key))
			continue;
		for (unsigned k = 0; k < q->n; k++)
			have |= q->ret[k] == e->indicator;
		if (!have && q->n < MATCHES_MAX)
			q->ret[q->n++] = e->indicator;
	}
}

/* The path itself, and what follows each of its slashes for indicators that are no whole paths. */
static void ask_path(struct asking *q, struct str path)
{
	size_t name = 0;

	if (!path.len)
		return;
	ask(q, FAMILY_PATH, path);
	for (size_t i = 0; i < path.len; i++) {
		if (path.p[i] != '/')
			continue;
		name = i + 1;
		if (name < path.len)
			ask(q, FAMILY_PATH, str_part(path, name, path.len));
	}
	ask(q, FAMILY_NAME, str_part(path, name, path.len));
}

/* The host and every domain above it. */
static void ask_host(struct asking *q, struct str host)
{
	struct str name = host_of(q->scratch, host);

	while (name.len) {
		size_t dot = str_find_z(name, ".");

		ask(q, FAMILY_HOST, name);
		name = dot == SIZE_MAX ? STR_NONE : str_part(name, dot + 1, name.len);
	}
}

static void ask_ip(struct asking *q, struct str text)
{
	struct str bytes = ip_of(q->scratch, text);

	if (!bytes.len)
		return;
	ask(q, FAMILY_IP, bytes);
	for (unsigned bits = 0; bits < ADDRESS_BITS; bits++)
		if (q->m->networks[bits])
			ask(q, FAMILY_NETWORK, network_key(q->scratch, (const uint8_t *)bytes.p, bits));
}

static void ask_url(struct asking *q, struct str text)
{
	struct url u;

	if (!url_split(q->scratch, text, &u))
		return;
	ask(q, FAMILY_URL, url_of(q->scratch, &u, true));
	if (u.query.len)
		ask(q, FAMILY_URL, url_of(q->scratch, &u, false));
	ask_path(q, disk_path(q->scratch, u.path));
	ask_host(q, u.host);
	ask_ip(q, u.host);
}

/* The key and every key above it. */
static void ask_registry(struct asking *q, struct str text)
{
	struct str key = registry_of(q->scratch, text);

	while (key.len) {
		size_t slash = str_rfind_char(key, '/');

		ask(q, FAMILY_REGISTRY, key);
		key = slash == SIZE_MAX ? STR_NONE : str_part(key, 0, slash);
	}
}

static void ask_thing(struct asking *q, const struct log_record *r, unsigned i)
{
	const struct log_thing *t = &r->things[i];
	struct str key;

	switch (t->what) {
	case WHAT_HASH:
		ask(q, FAMILY_DIGEST, lower_of(q->scratch, t->text));
		break;
	case WHAT_PATH:
		ask_path(q, disk_path(q->scratch, request_path(q->scratch, t->text)));
		break;
	case WHAT_URL:
		ask_url(q, t->text);
		break;
	case WHAT_HOST:
		ask_host(q, t->text);
		ask_ip(q, t->text);
		break;
	case WHAT_IP:
		ask_ip(q, t->text);
		break;
	case WHAT_FILE:
		ask_path(q, disk_path(q->scratch, t->text));
		break;
	case WHAT_REGISTRY:
		ask_registry(q, t->text);
		break;
	case WHAT_SERVICE:
		ask(q, FAMILY_SERVICE, lower_of(q->scratch, t->text));
		break;
	case WHAT_PACKAGE:
		if (i + 1 < r->n_things && r->things[i + 1].what == WHAT_VERSION) {
			key = package_of(q->scratch, t->text, r->things[i + 1].text);
			if (key.len)
				ask(q, FAMILY_PACKAGE, key);
		}
		break;
	default:
		break;
	}
}

unsigned matcher_ask(const struct matcher *m, struct arena *scratch, const struct log_record *r,
	uint32_t ret[MATCHES_MAX])
{
	struct asking q = {m, scratch, ret, 0};

	for (unsigned i = 0; i < r->n_things; i++)
		ask_thing(&q, r, i);
	return q.n;
}

enum stage match_stage(const struct indicator *i, enum log_act act)
{
	/* Of a file or a digest. A proxy that fetched a file delivered it, and an installer that lies on a
	 * disk is not installed: that a file lies there raises nothing. */
	static const enum stage by_act[ACT_N] = {
		[ACT_DELIVERED] = STAGE_DELIVERED,
		[ACT_CONTACTED] = STAGE_DELIVERED,
		[ACT_INSTALLED] = STAGE_DELIVERED,
		[ACT_EXECUTED] = STAGE_EXECUTED,
	};

	if (i->kind == INDICATOR_HOST || i->kind == INDICATOR_IP || i->kind == INDICATOR_URL)
		return i->stage;
	return by_act[act] > i->stage ? by_act[act] : i->stage;
}
