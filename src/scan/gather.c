#include "scan/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/hash.h"

enum {
	READ_BYTES = 64 << 10,
	WRITE_BYTES = 1 << 20,
	RUNS_MAX = 1024,
	HEAD_BYTES = 8, /* file and range before each frame */
};

struct run {
	uint64_t at, end; /* in the file: what was not read yet */
	struct buf held;
	size_t pos;
	struct gathered now;
	bool has;
};

struct gather {
	size_t max_bytes;
	char folder[512];
	struct arena arena;
	struct gathered **slots;
	size_t n_slots; /* a power of two */
	struct gathered **all;
	size_t n, room;
	int fd; /* -1 = none yet */
	uint64_t file_bytes;
	uint64_t run_ends[RUNS_MAX];
	size_t n_runs;
	bool no_memory;
};

static int order(const struct gathered *a, const struct gathered *b)
{
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return scan_hit_order(&a->hit, &b->hit);
}

static bool merge(struct gathered *a, const struct gathered *b)
{
	bool takes = scan_hit_merge(&a->hit, &b->hit);

	if (takes)
		a->range = b->range;
	return takes;
}

struct gather *gather_new(size_t max_bytes, const char *spool_folder)
{
	struct gather *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->fd = -1;
	g->max_bytes = max_bytes;
	snprintf(g->folder, sizeof(g->folder), "%s", spool_folder);
	arena_init(&g->arena, 0);
	return g;
}

void gather_free(struct gather *g)
{
	if (!g)
		return;
	arena_release(&g->arena);
	free(g->slots);
	free(g->all);
	if (g->fd >= 0)
		close(g->fd);
	free(g);
}

/* ---- the file ------------------------------------------------------------------------------------ */

static int unnamed_file(const char *folder)
{
	char path[600];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "%s/assay-XXXXXX", folder);
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static bool write_out(struct gather *g, struct buf *b)
{
	size_t done = 0;

	while (done < b->len) {
		ssize_t n = pwrite(g->fd, b->p + done, b->len - done, (off_t)g->file_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
		g->file_bytes += (uint64_t)n;
	}
	buf_clear(b);
	return true;
}

static int by_order(const void *a, const void *b)
{
	return order(*(struct gathered *const *)a, *(struct gathered *const *)b);
}

static void put_u32(struct buf *b, uint32_t v)
{
	char raw[4] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};

	buf_add(b, raw, sizeof(raw));
}

static enum status spill(struct gather *g)
{
	struct buf b;
	bool ok = true;

	if (g->n_runs == RUNS_MAX)
		return STATUS_LIMIT;
	if (g->fd < 0)
		g->fd = unnamed_file(g->folder);
	if (g->fd < 0)
		return STATUS_IO;
	if (g->n)
		qsort(g->all, g->n, sizeof(g->all[0]), by_order);
	buf_init(&b, 4 * WRITE_BYTES);
	for (size_t i = 0; ok && i < g->n; i++) {
		put_u32(&b, g->all[i]->file);
		put_u32(&b, g->all[i]->range);
		ok = scan_hit_put(&b, &g->all[i]->hit) && (b.len < WRITE_BYTES || write_out(g, &b));
	}
	ok = ok && write_out(g, &b);
	buf_release(&b);
	if (!ok)
		return STATUS_IO;
	g->run_ends[g->n_runs++] = g->file_bytes;
	g->n = 0;
	memset(g->slots, 0, g->n_slots * sizeof(g->slots[0]));
	arena_release(&g->arena);
	return STATUS_OK;
}

/* ---- adding -------------------------------------------------------------------------------------- */

static uint64_t hash_of(const struct gathered *h)
{
	uint64_t v = (uint64_t)h->file << 40 ^ (uint64_t)h->hit.indicator << 8 ^ h->hit.stage;

	for (unsigned i = 0; i < OBSERVATION_KEYS; i++)
		v = fast_hash(h->hit.who[i].p, h->hit.who[i].len, v + i);
	return v;
}

static size_t slot_of(const struct gather *g, const struct gathered *h)
{
	size_t at = hash_of(h) & (g->n_slots - 1);

	while (g->slots[at] && order(g->slots[at], h) != 0)
		at = (at + 1) & (g->n_slots - 1);
	return at;
}

static bool grow(struct gather *g)
{
	size_t n = g->n_slots ? 2 * g->n_slots : 4096;
	struct gathered **slots, **all;

	if (g->n * 2 < g->n_slots)
		return true;
	all = reallocarray(g->all, n, sizeof(all[0]));
	if (!all)
		return false;
	g->all = all;
	slots = calloc(n, sizeof(slots[0]));
	if (!slots)
		return false;
	free(g->slots);
	g->slots = slots;
	g->n_slots = n;
	for (size_t i = 0; i < g->n; i++)
		g->slots[slot_of(g, g->all[i])] = g->all[i];
	return true;
}

static void copy_texts(struct arena *a, struct scan_hit *h)
{
	for (unsigned i = 0; i < OBSERVATION_KEYS; i++)
		h->who[i] = arena_str(a, h->who[i]);
	h->raw_time = arena_str(a, h->raw_time);
}

enum status gather_add(struct gather *g, const struct gathered *h)
{
	size_t at;

	if (g->arena.used_bytes > g->max_bytes)
		TRY(spill(g));
	if (!grow(g))
		return STATUS_NOMEM;
	at = slot_of(g, h);
	if (g->slots[at]) {
		struct gathered *have = g->slots[at];

		if (merge(have, h))
			have->hit.raw_time = arena_str(&g->arena, have->hit.raw_time);
		return STATUS_OK;
	}
	g->slots[at] = g->all[g->n++] = ARENA_NEW(&g->arena, struct gathered);
	*g->slots[at] = *h;
	copy_texts(&g->arena, &g->slots[at]->hit);
	return STATUS_OK;
}

/* ---- all of it ----------------------------------------------------------------------------------- */

static enum status run_fill(struct gather *g, struct run *r)
{
	size_t want = READ_BYTES;
	char *p;
	ssize_t n;

	if (r->pos) { /* else there may be no bytes at all, and p is NULL */
		memmove(r->held.p, r->held.p + r->pos, r->held.len - r->pos);
		r->held.len -= r->pos;
		r->pos = 0;
	}
	if (want > r->end - r->at)
		want = (size_t)(r->end - r->at);
	p = buf_reserve(&r->held, want);
	if (!p)
		return STATUS_NOMEM;
	do
		n = pread(g->fd, p, want, (off_t)r->at);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return STATUS_IO;
	r->held.len += (size_t)n;
	r->at += (uint64_t)n;
	return STATUS_OK;
}

/* The next of a run; has = false at its end. */
static enum status run_next(struct gather *g, struct run *r)
{
	for (;;) {
		struct cursor c = cursor_of(r->held.len ? r->held.p + r->pos : "", r->held.len - r->pos), payload;
		enum frame_type type;
		size_t used;
		enum status s;

		r->has = false;
		if (r->pos == r->held.len && r->at == r->end)
			return STATUS_OK;
		r->now.file = cursor_u32le(&c);
		r->now.range = cursor_u32le(&c);
		s = cursor_ok(&c) ? frame_take(str_view(c.base + c.pos, cursor_left(&c)), &type,
					    &payload, &used)
				  : STATUS_NOT_FOUND;
		if (s == STATUS_NOT_FOUND && r->at < r->end) {
			TRY(run_fill(g, r));
			continue;
		}
		if (s != STATUS_OK || type != FRAME_SCAN_HIT || !scan_hit_get(&payload, &r->now.hit))
			return STATUS_DAMAGED;
		r->pos += HEAD_BYTES + used;
		r->has = true;
		return STATUS_OK;
	}
}

static enum status merge_runs(struct gather *g, struct run *runs, size_t n,
	enum status (*each)(void *user, const struct gathered *h), void *user)
{
	for (;;) {
		struct gathered *least = NULL, sum;
		struct arena texts;
		enum status s = STATUS_OK;

		for (size_t i = 0; i < n; i++)
			if (runs[i].has && (!least || order(&runs[i].now, least) < 0))
				least = &runs[i].now;
		if (!least)
			return STATUS_OK;
		arena_init(&texts, 0);
		sum = *least;
		copy_texts(&texts, &sum.hit);
		sum.hit.count = 0; /* it is among those that are added now */
		for (size_t i = 0; s == STATUS_OK && i < n; i++) {
			if (!runs[i].has || order(&runs[i].now, &sum) != 0)
				continue;
			if (merge(&sum, &runs[i].now))
				sum.hit.raw_time = arena_str(&texts, sum.hit.raw_time);
			s = run_next(g, &runs[i]);
		}
		if (s == STATUS_OK)
			s = each(user, &sum);
		arena_release(&texts);
		TRY(s);
	}
}

enum status gather_each(struct gather *g, enum status (*each)(void *user, const struct gathered *h),
	void *user)
{
	struct run *runs;
	enum status s = STATUS_OK;

	if (!g->n_runs) {
		if (g->n)
			qsort(g->all, g->n, sizeof(g->all[0]), by_order);
		for (size_t i = 0; i < g->n && s == STATUS_OK; i++)
			s = each(user, g->all[i]);
		return s;
	}
	TRY(spill(g));
	runs = calloc(g->n_runs, sizeof(runs[0]));
	if (!runs)
		return STATUS_NOMEM;
	for (size_t i = 0; i < g->n_runs; i++) {
		runs[i].at = i ? g->run_ends[i - 1] : 0;
		runs[i].end = g->run_ends[i];
		buf_init(&runs[i].held, 4 * READ_BYTES);
		if (s == STATUS_OK)
			s = run_next(g, &runs[i]);
	}
	if (s == STATUS_OK)
		s = merge_runs(g, runs, g->n_runs, each, user);
	for (size_t i = 0; i < g->n_runs; i++)
		buf_release(&runs[i].held);
	free(runs);
	return s;
}
