#include "scan/table.h"

#include <stdlib.h>

#include "util/hash.h"

enum { TABLE_SLOTS = 1 << 15, TABLE_HITS = 3 * TABLE_SLOTS / 4, TABLE_BYTES = 12 << 20 };

struct scan_table {
	struct arena texts;
	struct scan_hit **slots; /* TABLE_SLOTS, open addressing */
	struct scan_hit **all;
	size_t n;
};

/* It may have been before or after all others, so it stands apart and does not blur their times. */
static bool timeless(const struct scan_hit *h)
{
	return h->first.lo == TIME_UNKNOWN_LO;
}

int scan_hit_order(const struct scan_hit *a, const struct scan_hit *b)
{
	if (a->indicator != b->indicator)
		return a->indicator < b->indicator ? -1 : 1;
	if (a->stage != b->stage)
		return a->stage < b->stage ? -1 : 1;
	for (unsigned i = 0; i < OBSERVATION_KEYS; i++) {
		int c = str_cmp(a->who[i], b->who[i]);

		if (c)
			return c;
	}
	return (int)timeless(a) - (int)timeless(b);
}

static bool earlier(const struct scan_hit *a, const struct scan_hit *b)
{
	if (a->first.lo != b->first.lo)
		return a->first.lo < b->first.lo;
	if (a->first.hi != b->first.hi)
		return a->first.hi < b->first.hi;
	return a->offset < b->offset;
}

static bool later(struct interval a, struct interval b)
{
	return a.hi != b.hi ? a.hi > b.hi : a.lo > b.lo;
}

bool scan_hit_merge(struct scan_hit *a, const struct scan_hit *b)
{
	bool takes = earlier(b, a);

	if (takes) {
		a->first = b->first;
		a->line = b->line;
		a->offset = b->offset;
		a->raw_time = b->raw_time;
		a->status = b->status;
	}
	if (later(b->last, a->last))
		a->last = b->last;
	a->count += b->count;
	a->bytes = b->bytes > a->bytes ? b->bytes : a->bytes;
	a->has_bytes |= b->has_bytes;
	if (b->complete > a->complete)
		a->complete = b->complete;
	return takes;
}

struct scan_table *scan_table_new(struct arena *a)
{
	struct scan_table *t = ARENA_NEW(a, struct scan_table);

	arena_init(&t->texts, 0);
	t->texts.exhausted = a->exhausted;
	t->texts.user = a->user;
	t->slots = ARENA_ARRAY(a, TABLE_SLOTS, struct scan_hit *);
	t->all = ARENA_ARRAY(a, TABLE_HITS, struct scan_hit *);
	return t;
}

static uint64_t hit_hash(const struct scan_hit *h)
{
	uint64_t v = (uint64_t)h->indicator * STAGE_N + (uint64_t)h->stage;

	for (unsigned i = 0; i < OBSERVATION_KEYS; i++)
		v = fast_hash(h->who[i].p, h->who[i].len, v + i);
	return v;
}

bool scan_table_add(struct scan_table *t, const struct scan_hit *h)
{
	size_t at = hit_hash(h) % TABLE_SLOTS;
	struct scan_hit *copy;

	for (; t->slots[at]; at = (at + 1) % TABLE_SLOTS) {
		struct scan_hit *have = t->slots[at];

		if (scan_hit_order(have, h) != 0)
			continue;
		if (scan_hit_merge(have, h))
			have->raw_time = arena_str(&t->texts, have->raw_time);
		return true;
	}
	if (t->n == TABLE_HITS || t->texts.used_bytes > TABLE_BYTES)
		return false;
	copy = ARENA_NEW(&t->texts, struct scan_hit);
	*copy = *h;
	for (unsigned i = 0; i < OBSERVATION_KEYS; i++)
		copy->who[i] = arena_str(&t->texts, h->who[i]);
	copy->raw_time = arena_str(&t->texts, h->raw_time);
	t->slots[at] = t->all[t->n++] = copy;
	return true;
}

static int by_order(const void *a, const void *b)
{
	return scan_hit_order(*(struct scan_hit *const *)a, *(struct scan_hit *const *)b);
}

void scan_table_drain(struct scan_table *t, void (*each)(void *user, const struct scan_hit *h),
	void *user)
{
	if (t->n)
		qsort(t->all, t->n, sizeof(t->all[0]), by_order);
	for (size_t i = 0; i < t->n; i++)
		each(user, t->all[i]);
	memset(t->slots, 0, TABLE_SLOTS * sizeof(t->slots[0]));
	t->n = 0;
	arena_release(&t->texts);
}
