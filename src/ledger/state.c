#include "ledger/state.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "ledger/rebuild.h"

/* ---- tables: open addressing, several marks of one key allowed -------------------------------- */

static void mark_of(const char *kind, const struct str *parts, size_t n, uint8_t ret[16])
{
	crypto_hash_sha256_state s;
	uint8_t h[32];

	crypto_hash_sha256_init(&s);
	crypto_hash_sha256_update(&s, (const uint8_t *)kind, strlen(kind) + 1);
	for (size_t i = 0; i < n; i++) {
		uint64_t len = parts[i].len;

		crypto_hash_sha256_update(&s, (const uint8_t *)&len, sizeof(len));
		crypto_hash_sha256_update(&s, (const uint8_t *)parts[i].p, parts[i].len);
	}
	crypto_hash_sha256_final(&s, h);
	memcpy(ret, h, 16);
}

static size_t slot_of(const struct state_table *t, const uint8_t key[16])
{
	uint64_t x;

	memcpy(&x, key, sizeof(x));
	return (size_t)x & (t->room - 1);
}

static void table_put(struct state_table *t, const struct state_mark *m)
{
	size_t i = slot_of(t, m->key);

	while (t->marks[i].index)
		i = (i + 1) & (t->room - 1);
	t->marks[i] = *m;
}

/* Marks hold index + 1, so that 0 is an empty slot. */
enum status state_table_add(struct state_table *t, const uint8_t key[16], uint64_t index)
{
	struct state_mark m = {.index = index + 1};

	memcpy(m.key, key, 16);
	if (2 * (t->n + 1) > t->room) {
		struct state_table bigger = {.room = t->room ? 2 * t->room : 64};

		bigger.marks = calloc(bigger.room, sizeof(*bigger.marks));
		if (!bigger.marks)
			return STATUS_NOMEM;
		for (size_t i = 0; i < t->room; i++)
			if (t->marks[i].index)
				table_put(&bigger, &t->marks[i]);
		bigger.n = t->n;
		free(t->marks);
		*t = bigger;
	}
	table_put(t, &m);
	t->n++;
	return STATUS_OK;
}

static void table_each(const struct state_table *t, const uint8_t key[16],
	void (*fn)(void *user, uint64_t index), void *user)
{
	if (t->room == 0)
		return;
	for (size_t i = slot_of(t, key); t->marks[i].index; i = (i + 1) & (t->room - 1))
		if (memcmp(t->marks[i].key, key, 16) == 0)
			fn(user, t->marks[i].index - 1);
}

static void keep_index(void *user, uint64_t index)
{
	*(uint64_t *)user = index + 1;
}

static bool table_find(const struct state_table *t, const uint8_t key[16], uint64_t *ret)
{
	uint64_t found = 0;

	table_each(t, key, keep_index, &found);
	if (found && ret)
		*ret = found - 1;
	return found != 0;
}

bool state_table_has(const struct state_table *t, const uint8_t key[16])
{
	return table_find(t, key, NULL);
}

static void mark_version(struct str product, struct str channel, struct str version,
	uint8_t ret[16])
{
	const struct str parts[] = {product, channel, version};

	mark_of("version", parts, 3, ret);
}

static void mark_leaf(const struct tree_hash *leaf, uint8_t ret[16])
{
	memcpy(ret, leaf->b, 16);
}

/* ---- the state -------------------------------------------------------------------------------- */

enum status state_open(struct ledger_state **ret)
{
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return STATUS_NOMEM;
	buf_init(&(*ret)->keys_entry, ENTRY_BYTES_MAX);
	return STATUS_OK;
}

void state_close(struct ledger_state *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_lines; i++) {
		free(s->lines[i].product);
		free(s->lines[i].channel);
	}
	free(s->lines);
	free(s->versions.marks);
	free(s->leaves.marks);
	free(s->rebuilds.marks);
	free(s->revokes.marks);
	free(s->all.marks);
	buf_release(&s->keys_entry);
	free(s);
}

static struct state_line *find_line(const struct ledger_state *s, struct str product,
	struct str channel)
{
	for (size_t i = 0; i < s->n_lines; i++)
		if (str_is(product, s->lines[i].product) && str_is(channel, s->lines[i].channel))
			return &s->lines[i];
	return NULL;
}

const struct state_line *state_line(const struct ledger_state *s, struct str product,
	struct str channel)
{
	return find_line(s, product, channel);
}

/* Terminated; the caller frees it. NULL without memory. */
static char *terminated(struct str s)
{
	char *z = malloc(s.len + 1);

	if (z) {
		memcpy(z, s.p ? s.p : "", s.len);
		z[s.len] = '\0';
	}
	return z;
}

struct state_line *state_make_line(struct ledger_state *s, struct str product, struct str channel)
{
	struct state_line *l = find_line(s, product, channel);

	if (l)
		return l;
	if (s->n_lines == s->room_lines) {
		size_t room = s->room_lines ? 2 * s->room_lines : 16;
		struct state_line *more = realloc(s->lines, room * sizeof(*more));

		if (!more)
			return NULL;
		s->lines = more;
		s->room_lines = room;
	}
	l = &s->lines[s->n_lines];
	*l = (struct state_line){.product = terminated(product), .channel = terminated(channel)};
	if (!l->product || !l->channel) {
		free(l->product);
		free(l->channel);
		return NULL;
	}
	s->n_lines++;
	return l;
}

static enum status apply_release(struct ledger_state *s, uint64_t index,
	const struct tree_hash *leaf)
{
	const struct entry *e = &s->entry;
	struct state_line *l = state_make_line(s, e->product, e->channel);
	uint8_t mark[16];

	if (!l)
		return STATUS_NOMEM;
	l->seq = e->seq;
	l->leaf = *leaf;
	l->index = index;
	mark_version(e->product, e->channel, e->version, mark);
	TRY(state_table_add(&s->versions, mark, index));
	mark_leaf(leaf, mark);
	return state_table_add(&s->leaves, mark, index);
}

static bool keep_keys(struct ledger_state *s, struct str entry)
{
	buf_clear(&s->keys_entry);
	s->keys = s->entry.keys;
	s->keys_leaf = tree_hash_leaf(entry.p, entry.len);
	snprintf(s->vendor, sizeof(s->vendor), "%.*s", STR_ARG(s->entry.vendor));
	return buf_add_str(&s->keys_entry, entry);
}

bool state_keys(struct ledger_state *s, struct str entry)
{
	return note_parse(entry, &s->note) && entry_parse(s->note.text, &s->entry) &&
	       s->entry.kind == ENTRY_KEYS && keep_keys(s, entry);
}

static enum status apply_keys(struct ledger_state *s, uint64_t index, struct str entry)
{
	if (s->n_key_entries < sizeof(s->key_entries) / sizeof(s->key_entries[0]))
		s->key_entries[s->n_key_entries++] = index;
	return keep_keys(s, entry) ? STATUS_OK : STATUS_NOMEM;
}

enum status state_apply(struct ledger_state *s, uint64_t index, struct str entry)
{
	struct tree_hash leaf = tree_hash_leaf(entry.p, entry.len);
	uint8_t mark[16];

	if (!note_parse(entry, &s->note) || !entry_parse(s->note.text, &s->entry))
		return STATUS_DAMAGED;
	mark_leaf(&leaf, mark);
	TRY(state_table_add(&s->all, mark, index));
	s->size = index + 1;
	s->newest_utc = s->entry.time_utc;
	switch (s->entry.kind) {
	case ENTRY_RELEASE:
		return apply_release(s, index, &leaf);
	case ENTRY_KEYS:
		return apply_keys(s, index, entry);
	case ENTRY_REBUILD:
		mark_version(s->entry.product, s->entry.channel, s->entry.version, mark);
		return state_table_add(&s->rebuilds, mark, index);
	case ENTRY_REVOKE:
		mark_leaf(&s->entry.subject, mark);
		return state_table_add(&s->revokes, mark, index);
	default:
		s->newest_pulse = index + 1;
		return STATUS_OK;
	}
}

bool state_has(const struct ledger_state *s, struct str entry)
{
	struct tree_hash leaf = tree_hash_leaf(entry.p, entry.len);
	uint8_t mark[16];

	mark_leaf(&leaf, mark);
	return table_find(&s->all, mark, NULL);
}

bool state_release(const struct ledger_state *s, const struct tree_hash *leaf, uint64_t *ret)
{
	uint8_t mark[16];

	mark_leaf(leaf, mark);
	return table_find(&s->leaves, mark, ret);
}

bool state_version(const struct ledger_state *s, struct str product, struct str channel,
	struct str version, uint64_t *ret)
{
	uint8_t mark[16];

	mark_version(product, channel, version, mark);
	return table_find(&s->versions, mark, ret);
}

void state_rebuilds(const struct ledger_state *s, struct str product, struct str channel,
	struct str version, void (*fn)(void *user, uint64_t index), void *user)
{
	uint8_t mark[16];

	mark_version(product, channel, version, mark);
	table_each(&s->rebuilds, mark, fn, user);
}

void state_revokes(const struct ledger_state *s, const struct tree_hash *leaf,
	void (*fn)(void *user, uint64_t index), void *user)
{
	uint8_t mark[16];

	mark_leaf(leaf, mark);
	table_each(&s->revokes, mark, fn, user);
}

/* ---- admission -------------------------------------------------------------------------------- */

struct asking {
	struct ledger_state *s;
	const struct entry *e;
	const struct note *note;
	const struct state_rules *rules;
	char *why;
};

__attribute__((format(printf, 2, 3))) static bool no(const struct asking *a, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(a->why, STATE_WHY_BYTES, format, args);
	va_end(args);
	return false;
}

/* Enough keys of the role, and nobody else. */
static bool signed_by(const struct asking *a, enum role role, unsigned need)
{
	const struct keyset *k = &a->s->keys;
	struct keyset_count c = keyset_count(k, role, a->note);

	if (a->e->keyset != k->number)
		return no(a, "it is for key set %llu; in force is %llu",
			(unsigned long long)a->e->keyset, (unsigned long long)k->number);
	if (c.forged)
		return no(a, "a signature is forged");
	if (c.good < need)
		return no(a, "signed by %u %ss where %u are needed", c.good, role_name(role), need);
	return keyset_only(k, role, a->note) ||
	       no(a, "a signature that is not one %s's, or one twice", role_name(role));
}

/* Every line is a root's of the old set or of the new one. */
static bool only_roots(const struct asking *a, const struct keyset *old, const struct keyset *fresh)
{
	for (size_t i = 0; i < a->note->n; i++) {
		const struct note_signature *l = &a->note->signatures[i];
		bool known = false;

		for (size_t k = 0; k < old->n && !known; k++)
			known = old->roles[k] == ROLE_ROOT &&
				note_signature_good(a->note->text, l, &old->keys[k], NULL);
		for (size_t k = 0; k < fresh->n && !known; k++)
			known = fresh->roles[k] == ROLE_ROOT &&
				note_signature_good(a->note->text, l, &fresh->keys[k], NULL);
		if (!known)
			return no(a, "a signature that is no root's");
	}
	return true;
}

static bool admits_keys(const struct asking *a)
{
	const struct keyset *old = &a->s->keys, *fresh = &a->e->keys;
	struct tree_hash before = {{0}};

	if (old->number)
		before = a->s->keys_leaf;
	if (fresh->number != old->number + 1)
		return no(a, "the next key set is number %llu", (unsigned long long)old->number + 1);
	if (!tree_hash_equal(&a->e->prev, &before))
		return no(a, "prev is not the leaf hash of the key set in force");
	if (a->rules->policy && !keyset_apart(fresh, a->rules->policy))
		return no(a, "one key in two roles: of the key set, and of the log or a witness");
	if (old->number && !keyset_enough(old, ROLE_ROOT, a->note))
		return no(a, "not enough roots of the key set in force");
	if (!keyset_enough(fresh, ROLE_ROOT, a->note))
		return no(a, "not enough roots of the new key set");
	return only_roots(a, old, fresh);
}

struct counting {
	const struct ledger_state *s;
	const struct entry *release;
	const struct state_rules *rules;
	struct rebuild_count count;
	struct buf bytes;
	struct note note;
	struct entry entry;
	bool failed;
};

static void count_rebuild(void *user, uint64_t index)
{
	struct counting *c = user;

	buf_clear(&c->bytes);
	if (c->rules->read(c->rules->user, index, &c->bytes) != STATUS_OK ||
		!note_parse(buf_str(&c->bytes), &c->note) ||
		!entry_parse(c->note.text, &c->entry)) {
		c->failed = true;
		return;
	}
	if (c->entry.keyset == c->s->keys.number)
		rebuild_count(&c->count, c->release, &c->entry, &c->note, &c->s->keys,
			c->release->rebuild_equivalent);
}

/* All rebuilds of the release; free() it. NULL: no memory. */
static struct counting *count_rebuilds(const struct ledger_state *s, const struct entry *release,
	const struct state_rules *rules)
{
	struct counting *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->s = s;
	c->release = release;
	c->rules = rules;
	buf_init(&c->bytes, ENTRY_BYTES_MAX * 2);
	state_rebuilds(s, release->product, release->channel, release->version, count_rebuild, c);
	buf_release(&c->bytes);
	return c;
}

bool state_builders(struct ledger_state *s, uint64_t release, const struct state_rules *rules,
	uint64_t *ret)
{
	struct counting *c = NULL;
	struct buf bytes;
	bool ok;

	buf_init(&bytes, ENTRY_BYTES_MAX * 2);
	ok = rules->read(rules->user, release, &bytes) == STATUS_OK &&
	     note_parse(buf_str(&bytes), &s->note) && entry_parse(s->note.text, &s->entry) &&
	     s->entry.kind == ENTRY_RELEASE;
	if (ok)
		c = count_rebuilds(s, &s->entry, rules);
	ok = c && !c->failed;
	if (ok)
		*ret = c->count.agree.n;
	free(c);
	buf_release(&bytes);
	return ok;
}

static bool rebuilt_enough(const struct asking *a)
{
	const struct entry *e = a->e;
	struct counting *c;
	bool ok;

	if (!a->rules->gate || e->rebuild_need == 0)
		return true;
	c = count_rebuilds(a->s, e, a->rules);
	if (!c)
		return no(a, "out of memory");
	if (c->failed)
		ok = no(a, "a rebuild in the log cannot be read");
	else if (c->count.differ.n)
		ok = no(a, "%zu builder%s got other bytes from this source", c->count.differ.n,
			c->count.differ.n == 1 ? "" : "s");
	else
		ok = c->count.agree.n >= e->rebuild_need ||
		     no(a, "rebuilt by %zu where %llu are needed", c->count.agree.n,
			     (unsigned long long)e->rebuild_need);
	free(c);
	return ok;
}

static bool admits_release(const struct asking *a)
{
	const struct entry *e = a->e;
	const struct state_line *l = find_line(a->s, e->product, e->channel);
	struct tree_hash before = {{0}};

	if (!signed_by(a, ROLE_APPROVER, a->s->keys.need[ROLE_APPROVER]))
		return false;
	if (l)
		before = l->leaf;
	if (e->seq != (l ? l->seq : 0) + 1)
		return no(a, "the next release here is number %llu",
			(unsigned long long)(l ? l->seq : 0) + 1);
	if (!tree_hash_equal(&e->prev, &before))
		return no(a, "prev is not the leaf hash of the release before");
	if (state_version(a->s, e->product, e->channel, e->version, NULL))
		return no(a, "this version was released here before");
	return rebuilt_enough(a);
}

static bool admits_revoke(const struct asking *a)
{
	if (!signed_by(a, ROLE_APPROVER, 1))
		return false;
	return state_release(a->s, &a->e->subject, NULL) || no(a, "there is no such release");
}

static bool admits_pulse(const struct asking *a)
{
	return signed_by(a, ROLE_PULSE, 1) &&
	       (a->e->size <= a->s->size || no(a, "it counts more entries than there are"));
}

bool state_admits(struct ledger_state *s, struct str entry, const struct state_rules *rules,
	char why[STATE_WHY_BYTES])
{
	const struct asking a = {
		.s = s, .e = &s->entry, .note = &s->note, .rules = rules, .why = why};

	if (entry.len > ENTRY_BYTES_MAX)
		return no(&a, "it is larger than 32 KiB");
	if (state_has(s, entry))
		return no(&a, "it is in the log already");
	if (!note_parse(entry, &s->note))
		return no(&a, "it is no signed note");
	if (!entry_parse(s->note.text, &s->entry))
		return no(&a, "line %u: %s", s->entry.line, s->entry.wrong);
	if (s->entry.time_utc > rules->now_utc + CLOCK_AHEAD_SECONDS)
		return no(&a, "its time is in the future");
	if (s->entry.kind == ENTRY_KEYS)
		return (s->keys.number == 0 || str_is(s->entry.vendor, s->vendor) ||
			       no(&a, "it is another vendor's")) &&
		       admits_keys(&a);
	if (s->keys.number == 0)
		return no(&a, "the first entry must be a key set");
	if (!str_is(s->entry.vendor, s->vendor))
		return no(&a, "it is another vendor's");
	switch (s->entry.kind) {
	case ENTRY_RELEASE:
		return admits_release(&a);
	case ENTRY_REBUILD:
		return signed_by(&a, ROLE_BUILDER, 1);
	case ENTRY_REVOKE:
		return admits_revoke(&a);
	default:
		return admits_pulse(&a);
	}
}
