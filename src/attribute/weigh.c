/*
 * Evidence against hypotheses (analysis of competing hypotheses), each item weighed by a likelihood
 * ratio: how much more often is it seen with this group than with all? What many groups have weighs
 * next to nothing by construction.
 */
#include <math.h>
#include <stdlib.h>

#include "attribute/attribute.h"

/* Profiles are incomplete: a group that is not known for a thing may still do it. */
static const double seen_if_theirs = 0.6;
static const double against = -0.05;
static const double staged_cap = 1.0; /* of language, build and hours together */
static const double third_party_cap = 1.0;
static const double prior_none = 0.5;

static bool has(const struct profile *p, const struct trait *t)
{
	for (size_t i = 0; i < p->traits.n; i++)
		if (p->traits.items[i].family == t->family &&
			str_equal_nocase(p->traits.items[i].value, t->value))
			return true;
	return false;
}

static bool family_known(const struct profile *p, enum family f)
{
	for (size_t i = 0; i < p->traits.n; i++)
		if (p->traits.items[i].family == f)
			return true;
	return false;
}

static double ratio(const struct profiles *known, const struct trait *t)
{
	size_t n = 0;

	for (size_t i = 0; i < known->n; i++)
		n += has(&known->items[i], t);
	/* With few profiles one that has it alone proves little: never rarer than one in fifty. */
	return log10(seen_if_theirs / fmax(((double)n + 0.5) / ((double)known->n + 1), 0.02));
}

static double cap_of(enum family f, const struct trait *strongest)
{
	if (f == FAMILY_HOURS && strongest && strongest->third_party)
		return third_party_cap;
	return family_row(f)->cap;
}

/* The strongest item counts, and half of the next: the others are mostly the same thing again. */
static struct likeness family_likeness(const struct traits *e, const struct profiles *known,
	const struct profile *p, enum family f, const struct trait *skip)
{
	struct likeness l = {0};
	double first = 0, second = 0, cap;
	bool any = false;

	for (size_t i = 0; i < e->n; i++) {
		const struct trait *t = &e->items[i];
		double x;

		if (t->family != f || t == skip)
			continue;
		any = true;
		if (!has(p, t))
			continue;
		x = fmax(ratio(known, t), 0);
		if (!l.strongest || x > first) {
			second = first;
			l.next = l.strongest;
			first = x;
			l.strongest = t;
		} else if (!l.next || x > second) {
			second = x;
			l.next = t;
		}
	}
	l.log10_lr = first + second / 2;
	if (any && !l.strongest && family_known(p, f))
		l.log10_lr = against;
	cap = cap_of(f, l.strongest);
	l.capped = l.log10_lr > cap;
	if (l.capped)
		l.log10_lr = cap;
	return l;
}

static double sum(const struct hypothesis *h)
{
	double all = 0, staged = 0;

	for (int f = 0; f < FAMILY_N; f++) {
		double x = family_row((enum family)f)->weight * h->by[f].log10_lr;

		if (family_row((enum family)f)->staged)
			staged += x;
		else
			all += x;
	}
	return all + fmin(staged, staged_cap);
}

static unsigned inconsistent(const struct traits *e, const struct profile *p)
{
	unsigned n = 0;

	for (size_t i = 0; i < e->n; i++)
		n += family_known(p, e->items[i].family) && !has(p, &e->items[i]);
	return n;
}

static int most_likely_first(const void *a, const void *b)
{
	const struct hypothesis *x = a, *y = b;

	if (x->log10_odds != y->log10_odds)
		return x->log10_odds > y->log10_odds ? -1 : 1;
	return str_cmp(x->id, y->id);
}

static void shares(struct hypothesis *rows, size_t n)
{
	double most = -1e9, all = 0;

	for (size_t i = 0; i < n; i++)
		most = fmax(most, rows[i].log10_odds);
	for (size_t i = 0; i < n; i++)
		all += pow(10, rows[i].log10_odds - most);
	for (size_t i = 0; i < n; i++)
		rows[i].posterior = pow(10, rows[i].log10_odds - most) / all;
}

static void weigh(struct arena *a, const struct traits *e, const struct profiles *known, bool staged,
	const struct trait *skip, struct hypothesis **ret, size_t *ret_n)
{
	struct hypothesis *rows = ARENA_ARRAY(a, known->n + 1, struct hypothesis);

	for (size_t i = 0; i < known->n; i++) {
		struct hypothesis *h = &rows[i];

		h->id = known->items[i].id;
		h->name = known->items[i].name;
		for (int f = 0; f < FAMILY_N; f++)
			if (!staged || family_row((enum family)f)->forgeable != FORGEABLE_EASY)
				h->by[f] = family_likeness(e, known, &known->items[i], (enum family)f, skip);
		h->inconsistent = inconsistent(e, &known->items[i]);
		h->log10_odds = log10((1 - prior_none) / (double)known->n) + sum(h);
	}
	rows[known->n] = (struct hypothesis){.id = STR("none"), .name = STR("none of the known"), .is_none = true,
		.log10_odds = known->n ? log10(prior_none) : 0};
	*ret = rows;
	*ret_n = known->n + 1;
	shares(rows, *ret_n);
	qsort(rows, *ret_n, sizeof(*rows), most_likely_first);
}

/* ---- what may be said ------------------------------------------------------------------------ */

static void refuse(struct arena *a, struct attribution *r, const char *what, const char *why)
{
	*ARENA_PUSH(a, r->refusals, r->n_refusals, r->room_refusals) =
		(struct reason){str_of(what), str_of(why)};
}

static const struct hypothesis *best_known(const struct attribution *r, size_t skip)
{
	for (size_t i = 0; i < r->n; i++)
		if (!r->rows[i].is_none && skip-- == 0)
			return &r->rows[i];
	return NULL;
}

static double none_share(const struct attribution *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->rows[i].is_none)
			return r->rows[i].posterior;
	return 1;
}

/* Families at 10 or more, those that can be staged together as one. */
static unsigned strong_groups(const struct hypothesis *h, bool *ret_hard)
{
	unsigned n = 0;
	bool staged = false;

	*ret_hard = false;
	for (int f = 0; f < FAMILY_N; f++) {
		const struct family_row *row = family_row((enum family)f);

		if (h->by[f].log10_lr < 1)
			continue;
		*ret_hard = *ret_hard || row->forgeable == FORGEABLE_HARD;
		n += !row->staged || !staged;
		staged = staged || row->staged;
	}
	return n;
}

static void decide(struct arena *a, struct attribution *r, const struct stagings *s)
{
	const struct hypothesis *best = best_known(r, 0), *next = best_known(r, 1);
	bool hard = false, may = best != NULL;

	if (!best) {
		refuse(a, r, "A name", "nothing is known of any group");
		return;
	}
	if (strong_groups(best, &hard) < 2) {
		refuse(a, r, "A name", "fewer than two independent families speak for anybody with a ratio of 10");
		may = false;
	}
	if (!hard) {
		refuse(a, r, "A name", "no family that is hard to forge speaks for anybody");
		may = false;
	}
	if (none_share(r) >= 0.3) {
		refuse(a, r, "A name", "somebody who is not known is likely enough");
		may = false;
	}
	if (next && next->posterior * 10 > best->posterior) {
		refuse(a, r, "A name", "another is less than ten times less likely");
		may = false;
	}
	if (r->left_out.changed) {
		refuse(a, r, "A name", "it rests on one item: without that one the order changes");
		may = false;
	}
	if (s->n && !hard)
		refuse(a, r, "Language, build traces and hours", "there are signs of staging, so they count nothing");
	if (may)
		r->named = best->id;
}

static const char *strength(const struct hypothesis *best)
{
	double x;
	bool hard;

	if (!best)
		return "none";
	x = sum(best);
	hard = best->by[FAMILY_CODE].log10_lr > 0.3;
	if (x < 0.301)
		return "none";
	if (!hard)
		return x < 1 ? "weak, forgeable families only" : "weak to moderate, forgeable families only";
	return x < 1 ? "weak" : x < 2 ? "moderate" : x < 3 ? "moderately strong" : "strong";
}

/* Those within a factor of ten of the best, at most three. */
static struct str alike(struct arena *a, const struct attribution *r)
{
	const struct hypothesis *best = best_known(r, 0);
	struct str names = best->name;

	for (size_t i = 1; i < 3; i++) {
		const struct hypothesis *h = best_known(r, i);

		if (h && h->posterior * 10 > best->posterior)
			names = arena_printf(a, "%.*s, %.*s", STR_ARG(names), STR_ARG(h->name));
	}
	return names;
}

static void put_in_words(struct arena *a, struct attribution *r, const struct stagings *s)
{
	const struct hypothesis *best = best_known(r, 0);
	const char *staged = s->n ? "; signs of staging" : "";

	r->strength = strength(best);
	if (r->named.len)
		r->sentence = arena_printf(a, "Attributed to %.*s with %s evidence, by uncalibrated weights%s.",
			STR_ARG(best->name), r->strength, staged);
	else if (!best || str_is(str_of(r->strength), "none") || best->posterior <= 1e-9)
		r->sentence = arena_printf(a, "Not attributed: nothing speaks for any of the known groups%s.", staged);
	else
		r->sentence = arena_printf(a, "Consistent with %.*s; not attributed: %s%s.", STR_ARG(alike(a, r)),
			r->strength, staged);
}

/* ---- the whole ------------------------------------------------------------------------------- */

static const struct trait *strongest_of(const struct hypothesis *h)
{
	const struct trait *best = NULL;
	double most = 0;

	for (int f = 0; f < FAMILY_N; f++)
		if (h->by[f].strongest && h->by[f].log10_lr * family_row((enum family)f)->weight > most) {
			most = h->by[f].log10_lr * family_row((enum family)f)->weight;
			best = h->by[f].strongest;
		}
	return best;
}

static void leave_one_out(struct arena *a, const struct traits *e, const struct profiles *known, bool staged,
	struct attribution *r)
{
	const struct trait *without = strongest_of(&r->rows[0]);
	struct hypothesis *rows;
	size_t n;

	r->left_out.winner = r->rows[0].id;
	if (!without)
		return;
	weigh(a, e, known, staged, without, &rows, &n);
	r->left_out.without = without->value;
	r->left_out.winner = rows[0].id;
	r->left_out.changed = !str_equal(rows[0].id, r->rows[0].id);
}

void attribute_run(struct arena *a, const struct traits *evidence, const struct profiles *known,
	const struct stagings *stagings, struct attribution *ret)
{
	*ret = (struct attribution){0};
	weigh(a, evidence, known, stagings->n > 0, NULL, &ret->rows, &ret->n);
	leave_one_out(a, evidence, known, stagings->n > 0, ret);
	decide(a, ret, stagings);
	refuse(a, ret, "A country, a government, a person", "never said: languages and hours are not places or people");
	put_in_words(a, ret, stagings);
}
