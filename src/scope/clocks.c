/*
 * Clocks that nobody measured, from what happened once and was seen twice: a source of unknown clock and one
 * of known clock both saw the same somebody once, at the same stage of the same thing. The difference
 * of their stamps is the clock's offset, if enough such pairs agree.
 */
#include <math.h>
#include <stdlib.h>

#include "scope/scope_int.h"
#include "util/hash.h"

enum { TIGHT_SECONDS = 600 /* of the deviation of pairs: looser ones are other events */ };

struct seen {
	uint64_t who;    /* somebody, stage and kind of thing */
	uint32_t source;
	uint32_t lines;  /* more than one: it did not happen once */
	int64_t at;      /* middle of the stamp as the source wrote it */
	int64_t width;
};

struct searching {
	struct scoping *s;
	struct seen *seen;
	size_t n, room;
};

static bool is_measured(const struct case_source *x)
{
	return !isnan(x->clock.offset_seconds) && x->clock.pairs >= CLOCK_PAIRS_MIN;
}

static bool is_unknown(const struct case_source *x)
{
	return isnan(x->clock.offset_seconds) && !str_is(x->time_meaning, "ingest");
}

/* The customer, where it is one; else the strongest key of the line. */
static uint64_t who_of(const struct scoping *s, const struct observation *o, long source, int stage)
{
	struct identity who = identities_resolve(s->who, o, source, INTERVAL_UNKNOWN);
	uint64_t parts[2] = {0, (uint64_t)stage};
	bool address;

	if (who.customer != IDENTITY_NOBODY && who.probability >= scope_thresholds[2])
		parts[0] = (uint64_t)who.customer + 1;
	else
		parts[0] = identity_hash(o, &address) | UINT64_C(1) << 63;
	return fast_hash(parts, sizeof(parts), 0);
}

static enum status note(void *to, const struct observation *o)
{
	struct searching *x = to;
	struct scoping *s = x->s;
	long source = scope_source_of(s, o->source);
	struct interval t = interval_of_span(o->first);
	enum scope_stage stage;

	if (source < 0 || !interval_known(t) || !scope_stage_named(o->stage, &stage) || str_is(o->mode, "mirror") ||
		str_is(o->mode, "cache") || str_is(o->complete, "partial"))
		return STATUS_OK;
	if (!is_measured(&s->c->sources.items[source]) && !is_unknown(&s->c->sources.items[source]))
		return STATUS_OK;
	if (x->n == x->room) {
		size_t room = x->room ? 2 * x->room : 1024;
		struct seen *more = reallocarray(x->seen, room, sizeof(*more));

		if (!more)
			return STATUS_NOMEM;
		x->seen = more;
		x->room = room;
	}
	x->seen[x->n++] = (struct seen){who_of(s, o, source, (int)stage), (uint32_t)source,
		o->count > 1 ? 2 : 1, t.lo + (t.hi - t.lo) / 2, t.hi - t.lo};
	return STATUS_OK;
}

static int by_who(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->who != y->who)
		return x->who < y->who ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* One row for each source and somebody. Two indicators of one line are one event. */
static size_t merged(struct seen *all, size_t n)
{
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		if (out && all[out - 1].who == all[i].who && all[out - 1].source == all[i].source) {
			all[out - 1].lines += all[i].lines > 1 || all[i].at != all[out - 1].at;
			continue;
		}
		all[out++] = all[i];
	}
	return out;
}

/* The one other source of the group that has a clock and saw it once; NULL: none, or several. */
static const struct seen *reference(const struct scoping *s, const struct seen *group, size_t n)
{
	const struct seen *found = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!is_measured(&s->c->sources.items[group[i].source]))
			continue;
		if (found || group[i].lines > 1 || group[i].width > TIGHT_SECONDS * TIME_SECOND)
			return NULL;
		found = &group[i];
	}
	return found;
}

static int64_t offset_us(const struct case_source *x)
{
	return (int64_t)(x->clock.offset_seconds * (double)TIME_SECOND);
}

/* A stamp of a source of unknown clock minus the true time. */
struct pair {
	uint32_t source;
	int64_t difference_us;
};

static void pairs_of(const struct scoping *s, const struct seen *group, size_t n, struct pair *ret, size_t *ret_n)
{
	const struct seen *other = reference(s, group, n);

	for (size_t i = 0; other && i < n; i++)
		if (group[i].lines == 1 && is_unknown(&s->c->sources.items[group[i].source]))
			ret[(*ret_n)++] = (struct pair){group[i].source,
				group[i].at - (other->at - offset_us(&s->c->sources.items[other->source]))};
}

static int by_source(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	return x->source < y->source ? -1 : x->source > y->source;
}

/* Taken where enough pairs agree. */
static void measure(struct scoping *s, const struct seen *all, size_t n)
{
	struct pair *pairs = ARENA_ARRAY(s->a, n, struct pair);
	int64_t *room = ARENA_ARRAY(s->a, n, int64_t);
	size_t n_pairs = 0;

	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && all[k].who == all[i].who; k++)
			;
		pairs_of(s, all + i, k - i, pairs, &n_pairs);
	}
	if (n_pairs)
		qsort(pairs, n_pairs, sizeof(*pairs), by_source);
	for (size_t i = 0, k; i < n_pairs; i = k) {
		struct clock c;

		for (k = i; k < n_pairs && pairs[k].source == pairs[i].source; k++)
			room[k - i] = pairs[k].difference_us;
		c = clock_of_pairs(room, k - i);
		if (c.pairs >= CLOCK_PAIRS_MIN && c.sigma_seconds <= TIGHT_SECONDS)
			s->clocks[pairs[i].source] = c;
	}
}

enum status scope_find_clocks(struct scoping *s)
{
	struct searching x = {.s = s};
	enum status status;
	bool unknown = false, measured = false;

	s->clocks = ARENA_ARRAY(s->a, s->c->sources.n + 1, struct clock);
	for (size_t i = 0; i < s->c->sources.n; i++) {
		unknown |= is_unknown(&s->c->sources.items[i]);
		measured |= is_measured(&s->c->sources.items[i]);
	}
	if (!unknown || !measured)
		return STATUS_OK;
	status = s->in->each(s->in->user, note, &x);
	if (status == STATUS_OK && x.n) {
		qsort(x.seen, x.n, sizeof(*x.seen), by_who);
		measure(s, x.seen, merged(x.seen, x.n));
	}
	free(x.seen);
	return status;
}

struct interval scope_when(const struct scoping *s, const struct case_source *source, struct utc_span at)
{
	const struct clock *c = source ? &s->clocks[source - s->c->sources.items] : NULL;
	struct interval t = interval_of_span(at);
	int64_t middle;

	if (!c || c->pairs < CLOCK_PAIRS_MIN || !interval_known(t))
		return scope_time_of(source, at);
	/* The pairs measured the zone too, where nobody had said it. */
	middle = t.lo + (t.hi - t.lo) / 2;
	if (t.hi - t.lo > TIME_DAY)
		t = (struct interval){middle - TIME_SECOND / 2, middle + TIME_SECOND / 2};
	return clock_correct(c, t);
}
