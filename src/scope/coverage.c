/* How much of the window each source saw, and whom sources saw for all of it. */
#include <math.h>
#include <stdlib.h>

#include "scope/scope_int.h"

static int by_lo(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

/* The parts of the window in which the source recorded nothing. */
static void gaps_of(struct scoping *s, const struct case_source *source, struct interval window,
	struct scope_coverage *ret)
{
	size_t n = source->coverage.gaps.n;
	struct interval *out = ARENA_ARRAY(s->a, n + 2, struct interval);
	size_t n_out = 0;
	int64_t missing;

	/* Before it began, after it ended, and the gaps that somebody knows of. */
	out[n_out++] = (struct interval){TIME_UNKNOWN_LO, source->coverage.from - 1};
	out[n_out++] = (struct interval){source->coverage.to + 1, TIME_UNKNOWN_HI};
	for (size_t i = 0; i < n; i++) {
		const struct case_gap *g = &source->coverage.gaps.items[i];

		out[n_out++] = (struct interval){g->lo == UTC_UNKNOWN ? TIME_UNKNOWN_LO : g->lo,
			g->hi == UTC_UNKNOWN ? TIME_UNKNOWN_HI : g->hi};
	}
	missing = interval_covered_us(window, out, n_out);
	ret->percent = 100 * (1 - (double)missing / (double)(window.hi - window.lo + 1));
	qsort(out, n_out, sizeof(*out), by_lo);
	ret->gaps = out;
	for (size_t i = 0; i < n_out; i++) {
		struct interval g = out[i];

		if (!interval_overlaps(g, window))
			continue;
		g.lo = g.lo < window.lo ? window.lo : g.lo;
		g.hi = g.hi > window.hi ? window.hi : g.hi;
		out[ret->n_gaps++] = g;
	}
}

static void say_gaps(struct scoping *s, const struct scope_coverage *v, const struct case_source *source)
{
	int64_t unreadable = 0;

	if (isnan(v->percent))
		scope_unknown(s, "What %.*s covers was not said: its silence says nothing.",
			STR_ARG(source->id));
	else if (v->n_gaps)
		scope_unknown(s, "%.*s covers %.0f %% of the window: who is missing there may be in "
				 "its gaps.", STR_ARG(source->id), floor(v->percent));
	for (size_t i = 0; i < source->files.n; i++)
		unreadable += source->files.items[i].unreadable > 0 ? source->files.items[i].unreadable : 0;
	if (unreadable)
		scope_unknown(s, "%.*s has %lld lines that could not be read.", STR_ARG(source->id),
			(long long)unreadable);
}

void scope_cover(struct scoping *s)
{
	struct scope_result *r = s->r;

	r->coverage = ARENA_ARRAY(s->a, s->c->sources.n, struct scope_coverage);
	for (size_t i = 0; i < s->c->sources.n; i++) {
		const struct case_source *source = &s->c->sources.items[i];
		struct interval window = windows_hull(r->windows, r->n_windows, source->channel);
		struct scope_coverage *v = &r->coverage[r->n_coverage++];

		*v = (struct scope_coverage){.source = source->id, .percent = NAN,
			.clock = s->clocks ? s->clocks[i] : (struct clock){0}};
		if (interval_known(window) && source->coverage.from != UTC_UNKNOWN &&
			source->coverage.to != UTC_UNKNOWN &&
			source->coverage.from <= source->coverage.to)
			gaps_of(s, source, window, v);
	}
}

void scope_say_coverage(struct scoping *s)
{
	const struct scope_result *r = s->r;
	size_t own = 0;

	for (size_t i = 0; r->n_windows && i < r->n_coverage; i++) {
		if (identities_owner(s->who, i) == IDENTITY_NOBODY)
			say_gaps(s, &r->coverage[i], &s->c->sources.items[i]);
		else
			own += !(r->coverage[i].percent >= 100);
	}
	if (own)
		scope_unknown(s, "%zu sources of single customers do not cover the whole window.", own);
}

/* What a resolver or a sinkhole logs comes after the program ran: it cannot deny a delivery. */
static bool sees_deliveries(const struct case_source *source)
{
	static const char *const later[] = {"dns", "bind", "unbound", "sinkhole"};

	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (str_has_nocase(source->kind, later[i]))
			return false;
	return true;
}

/* It recorded all that happened in its window, and all of it was read. */
static bool is_whole(const struct scoping *s, size_t source)
{
	const struct case_source *x = &s->c->sources.items[source];
	const struct scope_coverage *v = &s->r->coverage[source];

	/* A completeness that nobody stated is not known: NaN is no 1. */
	if (isnan(v->percent) || v->n_gaps || x->files.n == 0 || !(x->coverage.completeness >= 1) ||
		!sees_deliveries(x))
		return false;
	for (size_t i = 0; i < x->files.n; i++)
		if (x->files.items[i].unreadable != 0)
			return false;
	return true;
}

/* Every channel that had it is logged without a gap, and every line of those logs has its owner. */
static bool channels_are_whole(const struct scoping *s)
{
	const struct scope_result *r = s->r;

	if (s->unresolved_delivery || s->n_fanout || s->n_missed || r->n_windows == 0)
		return false;
	for (size_t w = 0; w < r->n_windows; w++) {
		bool whole = false;

		for (size_t i = 0; i < s->c->sources.n; i++)
			whole |= str_equal(s->c->sources.items[i].channel, r->windows[w].channel) &&
				 s->c->sources.items[i].population.n == 0 && is_whole(s, i);
		if (!whole || r->windows[w].channel.len == 0)
			return false;
	}
	return true;
}

bool *scope_covered(const struct scoping *s)
{
	bool *ret = ARENA_ARRAY(s->a, s->c->customers.n, bool);
	bool all = channels_are_whole(s);

	for (size_t i = 0; all && i < s->c->customers.n; i++)
		ret[i] = true;
	for (size_t i = 0; i < s->c->sources.n; i++) {
		long owner = identities_owner(s->who, i);

		if (owner >= 0 && is_whole(s, i))
			ret[owner] = true;
	}
	return ret;
}
