#include "watch/plan.h"

#include <stdio.h>

#include "ledger/b64.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "util/cursor.h"
#include "util/utc.h"

enum { WORDS_MAX = 16, DAY_MINUTES = 24 * 60, DAY_SECONDS = 86400, ARENA_BYTES = 4 << 20 };

static const uint64_t channel_bytes_default = 1 << 30;

struct words {
	struct str items[WORDS_MAX];
	size_t n;
};

static bool wrong(struct plan *p, const char *why)
{
	p->wrong = why;
	return false;
}

static const char *keep(struct plan *p, struct str s)
{
	return arena_str(&p->arena, s).p;
}

/* What is left of the line behind that many words. */
static struct str take_word(struct str *rest)
{
	struct str w;

	*rest = str_trim(*rest);
	w = str_part(*rest, 0, str_find_z(*rest, " "));
	if (str_find_z(w, "\t") != SIZE_MAX)
		w.len = str_find_z(w, "\t");
	*rest = str_part(*rest, w.len, rest->len);
	return w;
}

static bool split(struct str line, struct words *ret)
{
	ret->n = 0;
	for (;;) {
		struct str w = take_word(&line);

		if (w.len == 0)
			return true;
		if (ret->n == WORDS_MAX)
			return false;
		ret->items[ret->n++] = w;
	}
}

static bool is_url(struct str s)
{
	return str_starts(s, "http://") || str_starts(s, "https://");
}

/* Without slashes at its end. */
static const char *keep_base(struct plan *p, struct str url)
{
	while (url.len && url.p[url.len - 1] == '/')
		url.len--;
	return keep(p, url);
}

/* ---- the calendar ----------------------------------------------------------------------------- */

static bool read_clock(struct str s, unsigned *ret)
{
	uint64_t h, m;

	if (s.len != 5 || s.p[2] != ':' || !str_to_u64(str_part(s, 0, 2), 10, &h) ||
		!str_to_u64(str_part(s, 3, 2), 10, &m) || m > 59 || h * 60 + m > DAY_MINUTES)
		return false;
	*ret = (unsigned)(h * 60 + m);
	return true;
}

static int read_weekday(struct str s)
{
	static const char *const names[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

	for (int i = 0; i < 7; i++)
		if (str_is(s, names[i]))
			return i;
	return -1;
}

/* "mon-fri,sun" */
static bool read_days(struct str s, unsigned *ret)
{
	*ret = 0;
	while (s.len) {
		struct str part = str_part(s, 0, str_find_z(s, ","));
		size_t dash = str_find_z(part, "-");
		int from = read_weekday(str_part(part, 0, dash));
		int to = dash == SIZE_MAX ? from : read_weekday(str_part(part, dash + 1, part.len));

		if (from < 0 || to < 0)
			return false;
		for (;; from = (from + 1) % 7) {
			*ret |= 1u << from;
			if (from == to)
				break;
		}
		if (part.len + 1 == s.len)
			return false;
		s = str_part(s, part.len + 1, s.len);
	}
	return *ret != 0;
}

static bool add_hours(struct plan *p, const struct words *w)
{
	struct plan_hours *h = &p->hours[p->n_hours];
	size_t dash = w->n == 5 ? str_find_z(w->items[4], "-") : SIZE_MAX;

	if (w->n != 5)
		return wrong(p, "it is: hours KEY-NAME|* ZONE DAYS HH:MM-HH:MM");
	*h = (struct plan_hours){.who = keep(p, w->items[1])};
	if (!read_days(w->items[3], &h->days))
		return wrong(p, "not days such as mon-fri or mon,wed");
	if (dash == SIZE_MAX || !read_clock(str_part(w->items[4], 0, dash), &h->from) ||
		!read_clock(str_part(w->items[4], dash + 1, 9), &h->to) || h->from >= h->to)
		return wrong(p, "not hours of one day such as 08:00-18:00");
	if (zone_open(w->items[2], &h->zone) != STATUS_OK)
		return wrong(p, "not a time zone that is known here");
	p->n_hours++;
	return zone_kind(h->zone) != ZONE_UNKNOWN || wrong(p, "hours need a time zone");
}

static bool read_day(struct str s, int64_t *ret)
{
	int64_t at;

	if (s.len != 10 || !utc_parse(s, &at))
		return false;
	*ret = at / UTC_SECOND / DAY_SECONDS;
	return true;
}

static bool add_holiday(struct plan *p, const struct words *w)
{
	struct plan_holiday *h = &p->holidays[p->n_holidays];
	size_t dots = w->n > 1 ? str_find_z(w->items[1], "..") : SIZE_MAX;

	if (w->n < 2 || w->n > 3)
		return wrong(p, "it is: holiday DAY[..DAY] [KEY-NAME]");
	h->who = w->n == 3 ? keep(p, w->items[2]) : "*";
	if (!read_day(str_part(w->items[1], 0, dots), &h->first))
		return wrong(p, "not a day such as 2026-12-24");
	h->last = h->first;
	if (dots != SIZE_MAX &&
		(!read_day(str_part(w->items[1], dots + 2, 99), &h->last) || h->last < h->first))
		return wrong(p, "not two days such as 2026-12-24..2026-12-31");
	p->n_holidays++;
	return true;
}

static bool concerns(const char *who, const char *key_name)
{
	return strcmp(who, "*") == 0 || strcmp(who, key_name) == 0;
}

static bool on_holiday(const struct plan *p, const char *key_name, int64_t day)
{
	for (size_t i = 0; i < p->n_holidays; i++)
		if (concerns(p->holidays[i].who, key_name) && day >= p->holidays[i].first &&
			day <= p->holidays[i].last)
			return true;
	return false;
}

bool plan_in_hours(const struct plan *p, const char *key_name, int64_t utc)
{
	bool own = false, any = false;

	for (size_t i = 0; i < p->n_hours; i++) {
		own |= strcmp(p->hours[i].who, key_name) == 0;
		any |= concerns(p->hours[i].who, key_name);
	}
	for (size_t i = 0; i < p->n_hours; i++) {
		const struct plan_hours *h = &p->hours[i];
		int64_t local, day;
		unsigned minute;

		/* Who has lines of their own is not concerned by everybody's. */
		if (strcmp(h->who, own ? key_name : "*") != 0)
			continue;
		local = utc + zone_offset(h->zone, utc);
		day = local / DAY_SECONDS - (local % DAY_SECONDS < 0);
		minute = (unsigned)((local - day * DAY_SECONDS) / 60);
		if ((h->days >> civil_weekday(day) & 1) && minute >= h->from && minute < h->to &&
			!on_holiday(p, key_name, day))
			return true;
	}
	/* Without hours only the holidays count, in UTC. */
	return !any && !on_holiday(p, key_name, utc / DAY_SECONDS);
}

/* ---- names ------------------------------------------------------------------------------------ */

bool plan_own_domain(const struct plan_names *n, struct str name)
{
	while (name.len && name.p[name.len - 1] == '.')
		name.len--;
	for (size_t i = 0; i < n->n_domains; i++) {
		struct str own = str_of(n->domains[i]);

		if (str_equal_nocase(name, own))
			return true;
		if (name.len > own.len && name.p[name.len - own.len - 1] == '.' &&
			str_equal_nocase(str_part(name, name.len - own.len, own.len), own))
			return true;
	}
	return false;
}

bool plan_own_identity(const struct plan_names *n, struct str identity)
{
	for (size_t i = 0; i < n->n_identities; i++) {
		struct str own = str_of(n->identities[i]);

		if (str_ends(own, "*") ? identity.len >= own.len - 1 &&
						str_equal(str_part(identity, 0, own.len - 1),
							str_part(own, 0, own.len - 1))
				       : str_equal(identity, own))
			return true;
	}
	return false;
}

/* Two labels or more; anything else would never be found in a certificate, and nobody would know. */
static bool is_domain(struct str s)
{
	char before = '.';

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '-' || c == '_';

		if (!plain && (c != '.' || before == '.'))
			return false;
		before = c;
	}
	return before != '.' && s.len <= 253 && str_has(s, ".");
}

static bool add_domain(struct plan *p, const struct words *w)
{
	if (w->n != 2 || !is_domain(w->items[1]))
		return wrong(p, "it is: domain NAME, such as vendor.example");
	p->names.domains[p->names.n_domains++] = keep(p, w->items[1]);
	return true;
}

static bool add_identity(struct plan *p, const struct words *w)
{
	if (w->n != 2 || w->items[1].len < 4)
		return wrong(p, "it is: identity TEXT");
	p->names.identities[p->names.n_identities++] = keep(p, w->items[1]);
	return true;
}

static bool add_signer(struct plan *p, const struct words *w)
{
	if (w->n != 2 || !hex_decode(w->items[1], p->names.signers[p->names.n_signers], PLAN_KEY_BYTES))
		return wrong(p, "it is: signer and the SHA-256 of a public key, 64 digits");
	p->names.n_signers++;
	return true;
}

static bool add_own_key(struct plan *p, const struct words *w)
{
	if (w->n != 2 || !hex_decode(w->items[1], p->own_keys[p->n_own_keys], PLAN_KEY_BYTES))
		return wrong(p, "it is: own-key and the SHA-256 of a public key, 64 digits");
	p->n_own_keys++;
	return true;
}

static bool add_known(struct plan *p, const struct words *w)
{
	struct plan_digest *d = ARENA_PUSH(&p->arena, p->known, p->n_known, p->room_known);
	size_t n = w->n == 2 ? w->items[1].len / 2 : 0;

	d->n = n;
	return ((n == 32 || n == 64) && hex_decode(w->items[1], d->b, n)) ||
	       wrong(p, "it is: known and a SHA-256 or SHA-512, 64 or 128 digits");
}

bool plan_knows(const struct plan *p, const uint8_t *digest, size_t n)
{
	for (size_t i = 0; i < p->n_known; i++)
		if (p->known[i].n == n && memcmp(p->known[i].b, digest, n) == 0)
			return true;
	return false;
}

/* ---- places ----------------------------------------------------------------------------------- */

bool plan_add_channel(struct plan *p, const char *url)
{
	if (p->n_channels == PLAN_LINES_MAX)
		return false;
	p->channels[p->n_channels++] = url;
	return true;
}

static bool add_channel(struct plan *p, const struct words *w)
{
	if (w->n != 2 || !is_url(w->items[1]))
		return wrong(p, "it is: channel URL");
	return plan_add_channel(p, keep(p, w->items[1]));
}

static bool add_view(struct plan *p, struct str line)
{
	struct plan_view v = {.name = NULL};
	struct str w;

	take_word(&line);
	v.name = keep(p, take_word(&line));
	if (!*v.name)
		return wrong(p, "a view needs a name");
	while ((w = take_word(&line)).len) {
		const char **to = str_is(w, "from") ? &v.from : str_is(w, "proxy") ? &v.proxy : NULL;

		if (str_is(w, "agent")) {
			v.agent = keep(p, str_trim(line));
			line = STR_NONE;
			to = &v.agent;
		} else if (to) {
			*to = keep(p, take_word(&line));
		}
		if (!to || !*to || !**to)
			return wrong(p, "it is: view NAME [from ADDRESS] [proxy URL] [agent TEXT]");
	}
	for (size_t i = 0; i < p->n_views; i++)
		if (strcmp(p->views[i].name, v.name) == 0)
			return wrong(p, "a second view of this name");
	p->views[p->n_views++] = v;
	return true;
}

static bool read_from(struct plan *p, const struct words *w, size_t at, struct plan_log *l)
{
	l->from_given = w->n > at;
	return !l->from_given || decimal_parse(w->items[at], &l->from) ||
	       wrong(p, "not the number of an entry");
}

static bool add_ct(struct plan *p, const struct words *w)
{
	struct plan_log *l = &p->logs[p->n_logs];

	*l = (struct plan_log){.kind = PLAN_CT_TILES};
	if (w->n < 4 || w->n > 5 || !is_url(w->items[2]))
		return wrong(p, "it is: ct static|rfc6962 URL KEY [FROM]");
	if (str_is(w->items[1], "rfc6962"))
		l->kind = PLAN_CT_RFC6962;
	else if (!str_is(w->items[1], "static"))
		return wrong(p, "a ct log is static or rfc6962");
	l->url = keep_base(p, w->items[2]);
	if (w->items[3].len > PLAN_LOG_KEY_MAX / 3 * 4 ||
		!b64_decode(w->items[3], (char *)l->key, sizeof(l->key), &l->key_bytes))
		return wrong(p, "not the key of a log in base64");
	p->n_logs++;
	return read_from(p, w, 4, l);
}

static bool add_tlog(struct plan *p, const struct words *w)
{
	struct plan_log *l = &p->logs[p->n_logs];

	*l = (struct plan_log){.kind = PLAN_TLOG};
	if (w->n < 3 || w->n > 4 || !is_url(w->items[1]))
		return wrong(p, "it is: tlog URL VKEY [FROM]");
	l->url = keep_base(p, w->items[1]);
	if (!vkey_parse(w->items[2], &l->vkey) || l->vkey.type != KEY_ED25519)
		return wrong(p, "not the key of a log");
	p->n_logs++;
	return read_from(p, w, 3, l);
}

static bool add_registry(struct plan *p, const struct words *w)
{
	static const char *const kinds[] = {"npm", "pypi", "feed"};

	if (w->n == 3 && is_url(w->items[2]))
		for (unsigned i = 0; i < 3; i++)
			if (str_is(w->items[1], kinds[i])) {
				p->registries[p->n_registries++] = (struct plan_registry){
					.kind = (enum plan_registry_kind)i,
					.url = keep(p, w->items[2])};
				return true;
			}
	return wrong(p, "it is: registry npm|pypi|feed URL");
}

static bool set_number(struct plan *p, const struct words *w, uint64_t *to)
{
	if (w->n != 2 || !decimal_parse(w->items[1], to) || *to == 0 || *to > 1ULL << 40)
		return wrong(p, "it wants a number");
	return true;
}

static bool set_seconds(struct plan *p, const struct words *w, int64_t *to)
{
	uint64_t n = 0;

	if (!set_number(p, w, &n))
		return false;
	*to = (int64_t)n;
	return true;
}

/* ---- the file --------------------------------------------------------------------------------- */

static bool full(const struct plan *p)
{
	const size_t n[] = {p->n_hours, p->n_holidays, p->n_views, p->n_channels, p->n_logs,
		p->n_registries, p->n_own_keys, p->names.n_domains, p->names.n_identities,
		p->names.n_signers};

	for (size_t i = 0; i < sizeof(n) / sizeof(n[0]); i++)
		if (n[i] == PLAN_LINES_MAX)
			return true;
	return false;
}

static bool read_line(struct plan *p, struct str line)
{
	static const struct {
		const char *word;
		bool (*add)(struct plan *p, const struct words *w);
	} adders[] = {{"hours", add_hours}, {"holiday", add_holiday}, {"channel", add_channel},
		{"domain", add_domain}, {"own-key", add_own_key}, {"ct", add_ct},
		{"identity", add_identity}, {"signer", add_signer}, {"tlog", add_tlog},
		{"registry", add_registry}, {"known", add_known}};
	struct str rest = line, first;
	struct words w;

	for (size_t i = 0; i < line.len; i++)
		if (((uint8_t)line.p[i] < 0x20 && line.p[i] != '\t') || line.p[i] == 0x7F)
			return wrong(p, "a control character");
	if (full(p))
		return wrong(p, "too many lines of one kind");
	first = take_word(&rest);
	if (first.len == 0 || first.p[0] == '#')
		return true;
	if (str_is(first, "view"))
		return add_view(p, line);
	if (!split(line, &w))
		return wrong(p, "too many words");
	if (str_is(w.items[0], "late"))
		return set_seconds(p, &w, &p->late_seconds);
	if (str_is(w.items[0], "rebuild-within"))
		return set_seconds(p, &w, &p->rebuild_seconds);
	if (str_is(w.items[0], "pulse-within"))
		return set_seconds(p, &w, &p->pulse_seconds);
	if (str_is(w.items[0], "channel-bytes"))
		return set_number(p, &w, &p->channel_bytes);
	for (size_t i = 0; i < sizeof(adders) / sizeof(adders[0]); i++)
		if (str_is(w.items[0], adders[i].word))
			return adders[i].add(p, &w);
	return wrong(p, "a line of no kind that is known");
}

/* What would never be looked at, or alarm about everything, is a mistake. */
static bool makes_sense(struct plan *p)
{
	for (size_t i = 0; i < p->n_logs; i++) {
		bool tlog = p->logs[i].kind == PLAN_TLOG;

		if (!tlog && p->names.n_domains == 0)
			return wrong(p, "a ct line, and no domain");
		if (tlog && p->names.n_identities + p->names.n_signers == 0)
			return wrong(p, "a tlog line, and neither identity nor signer");
	}
	return true;
}

void plan_init(struct plan *p)
{
	memset(p, 0, sizeof(*p));
	arena_init(&p->arena, ARENA_BYTES);
	p->channel_bytes = channel_bytes_default;
	p->views[0] = (struct plan_view){.name = "plain"};
	p->n_views = 1;
}

bool plan_parse(struct str text, struct plan *p)
{
	struct str line;

	plan_init(p);
	if (text.len > PLAN_BYTES_MAX)
		return wrong(p, "too large");
	p->n_views = 0;
	p->line = 1;
	if (!str_line(&text, &line) || !str_is(line, "assay-watch/v1"))
		return wrong(p, "not assay-watch/v1");
	while (str_line(&text, &line)) {
		p->line++;
		if (!read_line(p, line))
			return false;
	}
	if (p->n_views == 0)
		p->views[p->n_views++] = (struct plan_view){.name = "plain"};
	return makes_sense(p);
}

void plan_release(struct plan *p)
{
	for (size_t i = 0; i < p->n_hours; i++)
		zone_close(p->hours[i].zone);
	arena_release(&p->arena);
}
