/* From lists to an answer: what is left out, what is refused, which models, which interval. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scope/estimate_int.h"

static const struct estimate no_estimate = {NAN, NAN, NAN, NAN, false};

double estimate_on_list(const struct captures *c, unsigned list)
{
	double n = 0;

	for (unsigned m = 1; m < 1u << c->n_lists; m++)
		n += m >> list & 1 ? c->count[m] : 0;
	return n;
}

static double on_both(const struct captures *c, unsigned a, unsigned b)
{
	double n = 0;

	for (unsigned m = 1; m < 1u << c->n_lists; m++)
		n += m >> a & m >> b & 1 ? c->count[m] : 0;
	return n;
}

static double seen(const struct captures *c)
{
	double n = 0;

	for (unsigned m = 1; m < 1u << c->n_lists; m++)
		n += c->count[m];
	return n;
}

/* The table over the other lists; units that were on none of them fall into cell 0. */
static struct captures without(const struct captures *c, unsigned lists)
{
	struct captures ret = {.n_lists = 0};

	for (unsigned m = 0; m < 1u << c->n_lists; m++) {
		unsigned to = 0, at = 0;

		for (unsigned i = 0; i < c->n_lists; i++)
			if (!(lists >> i & 1))
				to |= (m >> i & 1) << at++;
		ret.n_lists = at;
		ret.count[to] += m ? c->count[m] : 0;
	}
	return ret;
}

static unsigned useless(const struct captures *c, const unsigned *flags)
{
	unsigned out = 0;

	for (unsigned i = 0; i < c->n_lists; i++)
		if ((flags && flags[i] & LIST_BY_NOTICE) || estimate_on_list(c, i) == 0)
			out |= 1u << i;
	return out;
}

static bool any_flag(const struct captures *c, const unsigned *flags, unsigned out, unsigned flag)
{
	for (unsigned i = 0; flags && i < c->n_lists; i++)
		if (flags[i] & flag && !(out >> i & 1))
			return true;
	return false;
}

static enum estimate_refusal refuse(const struct captures *all, const struct captures *used,
	const unsigned *flags, unsigned out)
{
	bool overlap = false;

	if (used->n_lists == 0)
		return REFUSED_NOTHING_SEEN;
	if (used->n_lists == 1)
		return REFUSED_ONE_LIST;
	if (any_flag(all, flags, out, LIST_AFTER_REMOVAL))
		return REFUSED_OPEN;
	if (used->n_lists < 3 && any_flag(all, flags, out, LIST_DEPENDENT))
		return REFUSED_DEPENDENT;
	for (unsigned b = 1; b < used->n_lists; b++)
		for (unsigned a = 0; a < b; a++)
			overlap |= on_both(used, a, b) >= ESTIMATE_OVERLAP_MIN;
	return overlap ? REFUSED_NOT : REFUSED_OVERLAP;
}

/* ---- three lists and more --------------------------------------------------------------------- */

struct models {
	struct arena *a;
	const struct captures *c;
	struct model_fit *fits;
	size_t n, room;
	enum status status;
};

static const struct model_fit *try_model(struct models *s, struct model m)
{
	struct model_fit fit, *to;
	enum status status = estimate_model(s->c, m, &fit);

	/* A model with more columns than cells or than we hold is no model of this table. */
	if (status == STATUS_LIMIT)
		return NULL;
	if (status != STATUS_OK && status != STATUS_DAMAGED)
		s->status = status;
	to = ARENA_PUSH(s->a, s->fits, s->n, s->room);
	*to = fit;
	if (status != STATUS_OK)
		to->estimable = false;
	return to;
}

/* More than five lists: the pair that lowers AIC most is added until none does. */
static void try_forward(struct models *s, unsigned n_pairs)
{
	struct model m = {.base = BASE_MT};
	double aic = INFINITY;

	for (;;) {
		uint32_t best = 0;

		for (unsigned i = 0; i < n_pairs; i++) {
			struct model with = m;
			const struct model_fit *fit;

			if (m.pairs >> i & 1)
				continue;
			with.pairs |= UINT32_C(1) << i;
			fit = try_model(s, with);
			if (fit && fit->estimable && fit->aic < aic) {
				aic = fit->aic;
				best = with.pairs;
			}
		}
		if (!best || s->status != STATUS_OK)
			return;
		m.pairs = best;
	}
}

static int by_aic(const void *a, const void *b)
{
	const struct model_fit *x = a, *y = b;

	if (x->estimable != y->estimable)
		return x->estimable ? -1 : 1;
	if (x->aic != y->aic)
		return x->aic < y->aic ? -1 : 1;
	if (x->model.pairs != y->model.pairs)
		return x->model.pairs < y->model.pairs ? -1 : 1;
	return (int)x->model.mix - (int)y->model.mix;
}

static enum status try_all(struct models *s)
{
	unsigned k = s->c->n_lists, n_pairs = k * (k - 1) / 2;

	if (k > ESTIMATE_ALL_PAIRS) {
		try_model(s, (struct model){.base = BASE_MT});
		try_forward(s, n_pairs);
	}
	for (uint32_t pairs = 0; k <= ESTIMATE_ALL_PAIRS && pairs < UINT32_C(1) << n_pairs; pairs++)
		try_model(s, (struct model){.base = BASE_MT, .pairs = pairs});
	for (int mix = MIX_CHAO; mix < MIX_N; mix++)
		try_model(s, (struct model){.base = BASE_MT, .mix = (enum estimate_mix)mix});
	qsort(s->fits, s->n, sizeof(*s->fits), by_aic);
	return s->status;
}

static bool averaged(const struct model_fit *m)
{
	/* The shapes of unequal units are assumptions, not measured ones: they are shown only. */
	return m->estimable && m->model.mix == MIX_NONE;
}

/* So small a number of unseen is as good as none, and has a logarithm. */
static double log_unseen(const struct model_fit *m, double units)
{
	return log(fmax(m->e.n - units, 1e-6));
}

static double log_variance(const struct model_fit *m, double units)
{
	double unseen = fmax(m->e.n - units, 1e-6);

	return log1p(m->e.se * m->e.se / (unseen * unseen));
}

/* Every number of pairwise terms is as likely beforehand as any other, and so is each set of a size. */
static double prior(const struct model_fit *m, unsigned n_pairs)
{
	unsigned k = (unsigned)__builtin_popcount(m->model.pairs);

	return exp(lgamma(k + 1) + lgamma(n_pairs - k + 1) - lgamma(n_pairs + 1));
}

/* The logarithm of the unseen, as a mixture of normal distributions: one a model. */
struct mixture {
	double *weight, *mean, *deviation;
	size_t n;
};

static double below(const struct mixture *x, double at)
{
	double p = 0;

	for (size_t i = 0; i < x->n; i++)
		p += x->weight[i] / 2 * erfc((x->mean[i] - at) / (x->deviation[i] * M_SQRT2));
	return p;
}

static double quantile(const struct mixture *x, double share)
{
	double lo = INFINITY, hi = -INFINITY;

	for (size_t i = 0; i < x->n; i++) {
		lo = fmin(lo, x->mean[i] - 10 * x->deviation[i]);
		hi = fmax(hi, x->mean[i] + 10 * x->deviation[i]);
	}
	for (int n = 0; n < 60; n++) {
		double middle = (lo + hi) / 2;

		if (below(x, middle) < share)
			lo = middle;
		else
			hi = middle;
	}
	return (lo + hi) / 2;
}

/*
 * All estimable models, weighted by BIC: median and 95 % of their mixture. The best model alone
 * would cover the truth in 87 of 100 populations only, because choosing it used up the data: see
 * docs/scope.md.
 */
static struct estimate average(struct arena *a, const struct model_fit *fits, size_t n,
	unsigned n_lists, double units)
{
	struct mixture x = {ARENA_ARRAY(a, n, double), ARENA_ARRAY(a, n, double),
		ARENA_ARRAY(a, n, double), 0};
	unsigned n_pairs = n_lists * (n_lists - 1) / 2;
	double least = INFINITY, sum = 0, mean = 0, variance = 0, middle;
	struct estimate e = {.lower_bound = false};

	for (size_t i = 0; i < n; i++)
		if (averaged(&fits[i]))
			least = fmin(least, fits[i].bic);
	for (size_t i = 0; i < n; i++) {
		double w = averaged(&fits[i]) ? exp((least - fits[i].bic) / 2) : 0;

		if (!(w > 1e-12))
			continue;
		x.weight[x.n] = w * prior(&fits[i], n_pairs);
		x.mean[x.n] = log_unseen(&fits[i], units);
		x.deviation[x.n] = sqrt(log_variance(&fits[i], units));
		sum += x.weight[x.n++];
	}
	for (size_t i = 0; i < x.n; i++) {
		x.weight[i] /= sum;
		mean += x.weight[i] * x.mean[i];
	}
	for (size_t i = 0; i < x.n; i++)
		variance += x.weight[i] * (x.deviation[i] * x.deviation[i] +
						  (x.mean[i] - mean) * (x.mean[i] - mean));
	middle = exp(quantile(&x, 0.5));
	e.n = units + middle;
	e.se = middle * sqrt(expm1(variance));
	e.lo = units + exp(quantile(&x, 0.025));
	e.hi = units + exp(quantile(&x, 0.975));
	return e;
}

/* Models within 2 AIC units of the best are hardly worse: their estimates are the range. */
static enum status log_linear(struct arena *a, const struct captures *c, struct answer *ret)
{
	struct models s = {.a = a, .c = c};
	const double near = 2;
	double best = INFINITY;

	TRY(try_all(&s));
	ret->models = s.fits;
	ret->n_models = s.n;
	ret->refused = REFUSED_NO_MAXIMUM;
	for (size_t i = 0; i < s.n; i++)
		best = fmin(best, s.fits[i].aic);
	for (size_t i = 0; i < s.n && s.fits[i].estimable; i++) {
		struct model_fit *m = &s.fits[i];
		struct estimate e;

		if (m->aic > best + near)
			break;
		TRY(estimate_model_profile(c, m->model, &e));
		m->e.lo = e.lo;
		m->e.hi = e.hi;
		if (averaged(m))
			ret->refused = REFUSED_NOT;
		ret->range_lo = fmin(ret->range_lo, m->e.n);
		ret->range_hi = fmax(ret->range_hi, m->e.n);
	}
	if (ret->refused == REFUSED_NOT) {
		ret->e = average(a, s.fits, s.n, c->n_lists, seen(c));
		ret->range_lo = fmin(ret->range_lo, ret->e.n);
		ret->range_hi = fmax(ret->range_hi, ret->e.n);
	}
	ret->method = "log-linear Poisson, all pairwise models averaged by BIC";
	return STATUS_OK;
}

enum status estimate_lists(struct arena *a, const struct captures *c, const unsigned *flags,
	double upper, struct answer *ret)
{
	struct captures used;
	enum status status = STATUS_OK;

	*ret = (struct answer){.upper = upper, .e = no_estimate, .method = "none",
		.range_lo = NAN, .range_hi = NAN};
	if (c->n_lists > ESTIMATE_LISTS) {
		ret->refused = REFUSED_TOO_MANY_LISTS;
		return STATUS_OK;
	}
	ret->lower = seen(c);
	ret->left_out = useless(c, flags);
	used = without(c, ret->left_out);
	ret->refused = refuse(c, &used, flags, ret->left_out);
	if (ret->refused != REFUSED_NOT)
		return STATUS_OK;
	if (used.n_lists == 2) {
		ret->e = estimate_chapman(estimate_on_list(&used, 0), estimate_on_list(&used, 1),
			on_both(&used, 0, 1));
		ret->range_lo = ret->range_hi = ret->e.n;
		ret->method = "Chapman, log-normal interval";
	} else {
		status = log_linear(a, &used, ret);
	}
	if (status == STATUS_UNSUPPORTED) {
		ret->refused = REFUSED_NO_ALGEBRA;
		status = STATUS_OK;
	}
	/* Units that were only on a list left out are known all the same. */
	if (ret->refused == REFUSED_NOT && ret->e.n < ret->lower)
		ret->refused = REFUSED_OUTSIDE;
	if (ret->refused != REFUSED_NOT) {
		ret->e = no_estimate;
		ret->method = "none";
	}
	return status;
}

enum status estimate_strata(struct arena *a, const struct captures *strata, size_t n,
	const unsigned *flags, double upper, struct answer *ret_sum)
{
	double variance = 0;

	*ret_sum = (struct answer){.upper = upper, .method = "sum of strata",
		.range_lo = NAN, .range_hi = NAN};
	for (size_t i = 0; i < n; i++) {
		struct answer one;

		TRY(estimate_lists(a, &strata[i], flags, INFINITY, &one));
		ret_sum->lower += one.lower;
		ret_sum->e.n += one.lower > 0 ? one.e.n : 0;
		variance += one.lower > 0 ? one.e.se * one.e.se : 0;
		/* A stratum where nobody was seen has nothing to say, and adds nothing. */
		if (one.refused != REFUSED_NOT && one.lower > 0)
			ret_sum->refused = one.refused;
	}
	if (ret_sum->lower == 0)
		ret_sum->refused = REFUSED_NOTHING_SEEN;
	if (ret_sum->refused != REFUSED_NOT) {
		ret_sum->e = no_estimate;
		ret_sum->method = "none";
		return STATUS_OK;
	}
	ret_sum->e.se = sqrt(variance);
	estimate_lognormal(&ret_sum->e, ret_sum->lower);
	return STATUS_OK;
}
