#include "scope/identity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "case/lease.h"
#include "scope/window.h"
#include "util/hash.h"

/* ---- hash tables ------------------------------------------------------------------------------ */

static size_t slot_of(const struct hash_table *t, uint64_t key)
{
	size_t i = (size_t)key & (t->room - 1);

	while (t->keys[i] && t->keys[i] != key)
		i = (i + 1) & (t->room - 1);
	return i;
}

static bool grow(struct hash_table *t)
{
	struct hash_table old = *t;

	t->room = old.room ? old.room * 2 : 1024;
	t->keys = calloc(t->room, sizeof(*t->keys));
	t->values = calloc(t->room, sizeof(*t->values));
	if (!t->keys || !t->values) {
		free(t->keys);
		free(t->values);
		*t = old;
		return false;
	}
	for (size_t i = 0; i < old.room; i++) {
		size_t to = old.keys[i] ? slot_of(t, old.keys[i]) : 0;

		if (!old.keys[i])
			continue;
		t->keys[to] = old.keys[i];
		t->values[to] = old.values[i];
	}
	free(old.keys);
	free(old.values);
	return true;
}

uint32_t *hash_table_at(struct hash_table *t, uint64_t key, bool *ret_new)
{
	size_t i;

	if (t->n * 2 >= t->room && !grow(t))
		return NULL;
	i = slot_of(t, key);
	*ret_new = t->keys[i] == 0;
	if (*ret_new) {
		t->keys[i] = key;
		t->n++;
	}
	return &t->values[i];
}

const uint32_t *hash_table_find(const struct hash_table *t, uint64_t key)
{
	size_t i = t->room ? slot_of(t, key) : 0;

	return t->room && t->keys[i] ? &t->values[i] : NULL;
}

void hash_table_release(struct hash_table *t)
{
	free(t->keys);
	free(t->values);
	*t = (struct hash_table){NULL, NULL, 0, 0};
}

/* ---- keys ------------------------------------------------------------------------------------- */

enum key_kind { KEY_LICENCE = 1, KEY_ACCOUNT, KEY_IP, KEY_DOMAIN, KEY_HOST, KEY_AGENT, KEY_N };

static const struct {
	const char *name;
	double agree;    /* natural log-odds that it is this customer and not nobody */
	double disagree; /* taken off when the line has such a key and it is somebody else's */
} kinds[KEY_N] = {
	[KEY_LICENCE] = {"licence", 7, 6},
	[KEY_ACCOUNT] = {"account", 7, 6},
	[KEY_IP] = {"ip", 3.6, 0}, /* 97 %: people work elsewhere, and lists grow old */
	[KEY_DOMAIN] = {"domain", 5, 2},
	[KEY_HOST] = {"host", 6, 2},
	[KEY_AGENT] = {"agent_id", 7, 6},
};

enum { OWNER_WEIGHT = 7 /* the source is one customer's own */, GATEWAY_CUSTOMERS = 3 };

/* Customers that share a key, as a list through `next`. */
struct claim {
	uint32_t customer, next; /* next: index + 1, 0 = last */
	struct interval lease;   /* while it was theirs; unknown: always */
};

struct gateway {
	uint32_t customers[GATEWAY_CUSTOMERS];
	unsigned n;
};

struct identities {
	const struct case_file *c;
	struct hash_table keys; /* hash of kind and value -> claim + 1 */
	struct claim *claims;
	size_t n_claims, room_claims;
	long *owners;           /* of each source: the one customer it can see, or -1 */
	struct hash_table sight; /* source and customer, for sources that can see some only */
	bool prefix[129];       /* lengths of address blocks that occur, as of IPv6 */
	bool failed;
	struct hash_table addresses; /* -> gateway + 1 */
	struct gateway *gateways;
	size_t n_gateways, room_gateways;
};

static uint64_t key_hash(enum key_kind kind, const void *p, size_t n)
{
	uint64_t h = fast_hash(p, n, (uint64_t)kind);

	return h ? h : 1;
}

/* Lower case, without a dot at the end; keys are compared as names are. */
static uint64_t name_hash(enum key_kind kind, struct str s)
{
	char small[256];
	size_t n = s.len < sizeof(small) ? s.len : sizeof(small);

	for (size_t i = 0; i < n; i++)
		small[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
	while (n && small[n - 1] == '.')
		n--;
	return key_hash(kind, small, n);
}

static uint64_t block_hash(const uint8_t address[ADDRESS_BYTES], unsigned bits)
{
	uint8_t b[ADDRESS_BYTES + 1];

	memcpy(b, address, ADDRESS_BYTES);
	address_mask(b, bits);
	b[ADDRESS_BYTES] = (uint8_t)bits;
	return key_hash(KEY_IP, b, sizeof(b));
}

static void claim(struct identities *x, uint64_t hash, uint32_t customer, struct interval lease)
{
	bool is_new;
	uint32_t *first = hash_table_at(&x->keys, hash, &is_new);

	if (x->n_claims == x->room_claims) {
		size_t room = x->room_claims ? x->room_claims * 2 : 1024;
		struct claim *more = realloc(x->claims, room * sizeof(*more));

		if (more) {
			x->claims = more;
			x->room_claims = room;
		}
	}
	if (!first || x->n_claims == x->room_claims) {
		x->failed = true;
		return;
	}
	x->claims[x->n_claims] = (struct claim){customer, *first, lease};
	*first = (uint32_t)++x->n_claims;
}

static void claim_key(struct identities *x, const struct case_customer_key *k, uint32_t customer)
{
	for (int kind = 1; kind < KEY_N; kind++) {
		struct lease l;

		if (!str_is(k->kind, kinds[kind].name))
			continue;
		if (kind != KEY_IP) {
			claim(x, name_hash((enum key_kind)kind, k->value), customer, INTERVAL_UNKNOWN);
		} else if (lease_read(k->value, &l)) {
			x->prefix[l.bits] = true;
			claim(x, block_hash(l.address, l.bits), customer, interval_of_span(l.span));
		}
	}
}

static uint64_t sight_hash(long source, uint32_t customer)
{
	uint64_t pair[2] = {(uint64_t)source, customer};

	return key_hash(KEY_N, pair, sizeof(pair));
}

/* Which customers each source can see, by their ids. */
static bool learn_sources(struct identities *x)
{
	const struct case_file *c = x->c;
	struct hash_table ids = {.n = 0};
	bool is_new, ok = true;

	x->owners = calloc(c->sources.n + 1, sizeof(*x->owners));
	for (size_t i = 0; x->owners && i < c->customers.n && ok; i++) {
		uint32_t *at = hash_table_at(&ids, name_hash(KEY_N, c->customers.items[i].id), &is_new);

		ok = at != NULL;
		if (at)
			*at = (uint32_t)i;
	}
	for (size_t i = 0; x->owners && i < c->sources.n && ok; i++) {
		const struct case_source *s = &c->sources.items[i];

		x->owners[i] = -1;
		for (size_t k = 0; k < s->population.n && ok; k++) {
			const uint32_t *who = hash_table_find(&ids,
				name_hash(KEY_N, s->population.items[k].customer));

			if (!who)
				continue;
			ok = hash_table_at(&x->sight, sight_hash((long)i, *who), &is_new) != NULL;
			if (s->population.n == 1)
				x->owners[i] = (long)*who;
		}
	}
	hash_table_release(&ids);
	return x->owners && ok;
}

struct identities *identities_open(const struct case_file *c)
{
	struct identities *x = calloc(1, sizeof(*x));

	if (!x)
		return NULL;
	x->c = c;
	for (size_t i = 0; i < c->customers.n && !x->failed; i++) {
		const struct case_customer *who = &c->customers.items[i];

		for (size_t k = 0; k < who->keys.n; k++)
			claim_key(x, &who->keys.items[k], (uint32_t)i);
	}
	if (x->failed || !learn_sources(x)) {
		identities_close(x);
		return NULL;
	}
	return x;
}

void identities_close(struct identities *x)
{
	if (!x)
		return;
	hash_table_release(&x->keys);
	hash_table_release(&x->addresses);
	hash_table_release(&x->sight);
	free(x->owners);
	free(x->claims);
	free(x->gateways);
	free(x);
}

/* ---- candidates ------------------------------------------------------------------------------- */

struct candidate {
	uint32_t customer;
	double weight;
	bool own; /* a key that is its own agreed */
};

struct candidates {
	struct candidate at[IDENTITY_CANDIDATES];
	unsigned n;
	bool crowded;     /* more than these */
	double penalty;   /* of everybody whom the line's own keys do not name */
	struct interval when;
};

static struct candidate *candidate_of(struct candidates *s, uint32_t customer)
{
	for (unsigned i = 0; i < s->n; i++)
		if (s->at[i].customer == customer)
			return &s->at[i];
	if (s->n == IDENTITY_CANDIDATES) {
		s->crowded = true;
		return NULL;
	}
	s->at[s->n] = (struct candidate){.customer = customer};
	return &s->at[s->n++];
}

/* False: nobody has this key, or nobody had it then. */
static bool agree(const struct identities *x, struct candidates *s, uint64_t hash, enum key_kind kind)
{
	const uint32_t *first = hash_table_find(&x->keys, hash);
	bool own = kind != KEY_IP, any = false;

	for (uint32_t i = first ? *first : 0; i; i = x->claims[i - 1].next) {
		struct candidate *c;

		if (!interval_within(s->when, x->claims[i - 1].lease))
			continue;
		any = true;
		c = candidate_of(s, x->claims[i - 1].customer);
		if (!c)
			break;
		/* What disagreement takes from all is given back to those who agree. */
		c->weight += kinds[kind].agree + kinds[kind].disagree;
		c->own |= own;
	}
	if (any)
		s->penalty += kinds[kind].disagree;
	return any;
}

static void agree_name(const struct identities *x, struct candidates *s, enum key_kind kind, struct str v)
{
	if (v.len)
		(void)agree(x, s, name_hash(kind, v), kind);
}

/* "ws01.mail.customer.example" is of whoever has any of its parent domains; the longest counts. */
static void agree_domain(const struct identities *x, struct candidates *s, struct str v)
{
	size_t at = str_rfind_char(v, '@');

	if (at != SIZE_MAX)
		v = str_part(v, at + 1, v.len);
	while (v.len) {
		size_t dot = str_find_z(v, ".");

		if (agree(x, s, name_hash(KEY_DOMAIN, v), KEY_DOMAIN))
			return;
		if (dot == SIZE_MAX)
			return;
		v = str_part(v, dot + 1, v.len);
	}
}

static bool is_gateway(const struct identities *x, const uint8_t address[ADDRESS_BYTES])
{
	const uint32_t *g = hash_table_find(&x->addresses, key_hash(KEY_IP, address, ADDRESS_BYTES));

	return g && x->gateways[*g - 1].n >= GATEWAY_CUSTOMERS;
}

static void agree_address(const struct identities *x, struct candidates *s, struct str v)
{
	uint8_t address[ADDRESS_BYTES];

	if (!address_read(v, address) || is_gateway(x, address))
		return;
	for (unsigned bits = 128; bits; bits--)
		if (x->prefix[bits] && agree(x, s, block_hash(address, bits), KEY_IP))
			return; /* the smallest block that holds it */
}

static void own_keys(const struct identities *x, const struct observation *o, struct candidates *s)
{
	agree_name(x, s, KEY_LICENCE, o->keys[OBSERVATION_LICENCE]);
	agree_name(x, s, KEY_ACCOUNT, o->keys[OBSERVATION_ACCOUNT]);
	agree_name(x, s, KEY_AGENT, o->keys[OBSERVATION_AGENT_ID]);
	agree_name(x, s, KEY_HOST, o->keys[OBSERVATION_HOST]);
	if (o->keys[OBSERVATION_DOMAIN].len)
		agree_domain(x, s, o->keys[OBSERVATION_DOMAIN]);
	else if (o->keys[OBSERVATION_HOST].len)
		agree_domain(x, s, o->keys[OBSERVATION_HOST]);
	else if (str_find_z(o->keys[OBSERVATION_USER], "@") != SIZE_MAX)
		agree_domain(x, s, o->keys[OBSERVATION_USER]);
}

/* ---- passes ----------------------------------------------------------------------------------- */

void identities_learn(struct identities *x, const struct observation *o)
{
	struct candidates s = {.when = INTERVAL_UNKNOWN};
	uint8_t address[ADDRESS_BYTES];
	struct gateway *g;
	uint32_t *at;
	bool is_new;

	if (!address_read(o->keys[OBSERVATION_IP], address))
		return;
	own_keys(x, o, &s);
	if (s.n != 1)
		return;
	at = hash_table_at(&x->addresses, key_hash(KEY_IP, address, ADDRESS_BYTES), &is_new);
	if (at && is_new) {
		if (x->n_gateways == x->room_gateways) {
			size_t room = x->room_gateways ? x->room_gateways * 2 : 256;
			struct gateway *more = realloc(x->gateways, room * sizeof(*more));

			if (!more)
				return;
			x->gateways = more;
			x->room_gateways = room;
		}
		x->gateways[x->n_gateways] = (struct gateway){.n = 0};
		*at = (uint32_t)++x->n_gateways;
	}
	if (!at || !*at)
		return;
	g = &x->gateways[*at - 1];
	for (unsigned i = 0; i < g->n; i++)
		if (g->customers[i] == s.at[0].customer)
			return;
	if (g->n < GATEWAY_CUSTOMERS)
		g->customers[g->n++] = s.at[0].customer;
}

size_t identities_gateways(const struct identities *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->n_gateways; i++)
		n += x->gateways[i].n >= GATEWAY_CUSTOMERS;
	return n;
}

static bool sees(const struct identities *x, long source, uint32_t customer)
{
	return x->c->sources.items[source].population.n == 0 ||
	       hash_table_find(&x->sight, sight_hash(source, customer)) != NULL;
}

struct identity identities_resolve(const struct identities *x, const struct observation *o, long source,
	struct interval when)
{
	struct identity ret = {.customer = IDENTITY_NOBODY};
	struct candidates s = {.when = when};
	double sum = 1, best = 0;

	own_keys(x, o, &s);
	agree_address(x, &s, o->keys[OBSERVATION_IP]);
	/* What one customer sent of its own is about that customer. */
	if (source >= 0 && x->owners[source] >= 0) {
		struct candidate *c = candidate_of(&s, (uint32_t)x->owners[source]);

		if (c)
			c->weight += OWNER_WEIGHT + s.penalty;
	}
	for (unsigned i = 0; i < s.n; i++) {
		double odds;

		if (source >= 0 && !sees(x, source, s.at[i].customer))
			continue;
		odds = exp(s.at[i].weight - s.penalty);
		sum += odds;
		if (odds > best) {
			best = odds;
			ret.customer = (long)s.at[i].customer;
		}
	}
	if (s.crowded)
		sum *= 2; /* more customers share this key than are looked at */
	ret.probability = best / sum;
	/* Below one half another answer is likelier than this one. */
	ret.ambiguous = ret.customer != IDENTITY_NOBODY && ret.probability < 0.5 && sum - 1 > 1;
	return ret;
}

bool identities_sees(const struct identities *x, size_t source, size_t customer)
{
	return sees(x, (long)source, (uint32_t)customer);
}

long identities_owner(const struct identities *x, size_t source)
{
	return x->owners[source];
}

uint64_t identity_hash(const struct observation *o, bool *ret_address)
{
	static const enum observation_key order[] = {OBSERVATION_LICENCE, OBSERVATION_AGENT_ID,
		OBSERVATION_ACCOUNT, OBSERVATION_HOST, OBSERVATION_USER, OBSERVATION_DOMAIN};
	uint8_t address[ADDRESS_BYTES];

	*ret_address = false;
	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (o->keys[order[i]].len)
			return name_hash((enum key_kind)(KEY_N + order[i]), o->keys[order[i]]);
	*ret_address = true;
	if (address_read(o->keys[OBSERVATION_IP], address))
		return key_hash(KEY_IP, address, ADDRESS_BYTES);
	return 0;
}
