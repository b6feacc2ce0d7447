/* Log-linear models of capture histories and of counts: design, fit, profile. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scope/estimate_int.h"
#include "scope/poisson.h"

/* A shape of unequal units as a function of how often one was seen; 0 for never. */
static double shape(enum estimate_mix mix, double k)
{
	switch (mix) {
	case MIX_POISSON2: return exp2(k) - 1;
	case MIX_DARROCH: return k * k / 2;
	case MIX_GAMMA: return log(3.5) - log(3.5 + k);
	default: return 0;
	}
}

/* Columns from `first` on are Chao's: one for each count j from 3, max(k - j + 1, 0). */
struct design {
	struct poisson_table table;
	int first_chao;
	double beyond; /* units seen too often to be fitted: they count, and say nothing */
};

static void add_mix(struct design *d, int row, int *column, enum estimate_mix mix, int k, int most)
{
	double *x = d->table.x[row];

	if (mix == MIX_CHAO) {
		d->first_chao = *column;
		for (int j = 3; j <= most; j++)
			x[(*column)++] = k >= j ? k - j + 1 : 0;
	} else if (mix != MIX_NONE) {
		x[(*column)++] = shape(mix, k);
	}
}

static enum status design_lists(const struct captures *c, struct model m, struct design *d)
{
	int lists = (int)c->n_lists, columns = 1;

	memset(d, 0, sizeof(*d));
	if (lists < 2 || lists > ESTIMATE_LISTS)
		return STATUS_LIMIT;
	columns += m.base == BASE_M0 ? 1 : lists;
	columns += __builtin_popcount(m.pairs);
	columns += m.mix == MIX_CHAO ? (lists > 2 ? lists - 2 : 0) : m.mix != MIX_NONE;
	if (columns > POISSON_COLUMNS)
		return STATUS_LIMIT;
	for (unsigned mask = 1; mask < 1u << lists; mask++) {
		int row = d->table.n_cells++, column = 1;
		double *x = d->table.x[row];

		d->table.count[row] = c->count[mask];
		x[0] = 1;
		if (m.base == BASE_M0)
			x[column++] = __builtin_popcount(mask);
		for (int i = 0; i < lists && m.base == BASE_MT; i++)
			x[column++] = mask >> i & 1;
		for (unsigned b = 1; b < (unsigned)lists; b++)
			for (unsigned a = 0; a < b; a++)
				if (m.pairs & model_pair(a, b))
					x[column++] = (mask >> a & mask >> b & 1) != 0;
		add_mix(d, row, &column, m.mix, __builtin_popcount(mask), lists);
		d->table.n_columns = column;
	}
	return STATUS_OK;
}

/* Rows 1 to most; a unit that is seen k times of t could be in choose(t, k) ways, or 1 / k!. */
static enum status design_counts(struct frequencies f, unsigned occasions, unsigned most,
	enum estimate_mix mix, struct design *d)
{
	int last = (int)(most && most < f.n ? most : f.n);

	memset(d, 0, sizeof(*d));
	if (occasions && (unsigned)last > occasions)
		last = (int)occasions;
	if (last < 2 || last + 1 > POISSON_CELLS || (mix == MIX_CHAO && last > POISSON_COLUMNS))
		return STATUS_LIMIT;
	for (int k = 1; k <= last; k++) {
		int row = d->table.n_cells++, column = 2;

		d->table.count[row] = f.f[k - 1];
		d->table.offset[row] = -lgamma(k + 1);
		if (occasions)
			d->table.offset[row] += lgamma(occasions + 1) - lgamma(occasions - k + 1);
		d->table.x[row][0] = 1;
		d->table.x[row][1] = k;
		add_mix(d, row, &column, mix, k, last);
		d->table.n_columns = column;
	}
	for (size_t k = (size_t)last; k < f.n; k++)
		d->beyond += f.f[k];
	return STATUS_OK;
}

static void drop_column(struct poisson_table *t, int column)
{
	t->n_columns--;
	for (int i = 0; i < t->n_cells; i++)
		memmove(&t->x[i][column], &t->x[i][column + 1],
			(size_t)(t->n_columns - column) * sizeof(t->x[i][0]));
}

/* Chao's bound asks for coefficients >= 0: those below are dropped together, and it is fitted again. */
static enum status fit_design(struct design *d, enum estimate_mix mix, struct poisson_fit *fit)
{
	for (;;) {
		bool again = false;

		TRY(poisson_fit(&d->table, NULL, fit));
		if (mix != MIX_CHAO)
			return STATUS_OK;
		for (int j = d->table.n_columns - 1; j >= d->first_chao; j--) {
			if (fit->b[j] < 0) {
				drop_column(&d->table, j);
				again = true;
			}
		}
		if (!again)
			return STATUS_OK;
	}
}

static double seen_by(const struct design *d)
{
	double n = d->beyond;

	for (int i = 0; i < d->table.n_cells; i++)
		n += d->table.count[i];
	return n;
}

static enum status fit_model(struct design *d, enum estimate_mix mix, struct model_fit *ret)
{
	static const struct estimate none = {NAN, NAN, NAN, NAN, false};
	/* Beyond this many times those seen a maximum is a ridge that ended by rounding. */
	const double endless = 1000;
	struct poisson_fit fit;
	double seen = seen_by(d), unseen;

	ret->e = none;
	ret->estimable = false;
	TRY(fit_design(d, mix, &fit));
	unseen = exp(fit.b[0]);
	ret->deviance = fit.deviance;
	ret->df = fit.df;
	ret->aic = 2 * fit.rank - 2 * fit.log_likelihood;
	ret->bic = log(seen) * fit.rank - 2 * fit.log_likelihood;
	ret->e.lower_bound = mix == MIX_CHAO;
	if (!fit.converged || fit.unbounded || !(unseen < endless * seen))
		return STATUS_OK;
	ret->estimable = true;
	ret->e.n = seen + unseen;
	ret->e.se = sqrt(unseen + unseen * unseen * fit.variance0);
	return STATUS_OK;
}

enum status estimate_model(const struct captures *c, struct model m, struct model_fit *ret)
{
	static _Thread_local struct design d;

	*ret = (struct model_fit){.model = m};
	TRY(design_lists(c, m, &d));
	return fit_model(&d, m.mix, ret);
}

enum status estimate_counts(struct frequencies f, unsigned occasions, unsigned most,
	enum estimate_mix mix, struct model_fit *ret)
{
	static _Thread_local struct design d;

	*ret = (struct model_fit){.model = {.base = BASE_M0, .mix = mix}};
	TRY(design_counts(f, occasions, most, mix, &d));
	return fit_model(&d, mix, ret);
}

/* ---- profile ---------------------------------------------------------------------------------- */

struct profile {
	struct design *d;
	struct poisson_fit fit;
	double seen;
	enum status status;
};

/* The log likelihood under seen + exp(u) - 1/2 units: the unseen are searched by their logarithm. */
static double height(struct profile *p, double unseen)
{
	double ret = -INFINITY;

	if (p->status == STATUS_OK)
		p->status = poisson_profile(&p->d->table, p->seen + unseen, &p->fit, &ret);
	return ret;
}

/* Golden section for the highest point between lo and hi. */
static double highest(struct profile *p, double lo, double hi)
{
	const double golden = 0.6180339887498949;
	double a = hi - golden * (hi - lo), b = lo + golden * (hi - lo);
	double at_a = height(p, a), at_b = height(p, b);

	while (hi - lo > 1e-4 * (hi + 1) && p->status == STATUS_OK) {
		if (at_a >= at_b) {
			hi = b;
			b = a;
			at_b = at_a;
			a = hi - golden * (hi - lo);
			at_a = height(p, a);
		} else {
			lo = a;
			a = b;
			at_a = at_b;
			b = lo + golden * (hi - lo);
			at_b = height(p, b);
		}
	}
	return (lo + hi) / 2;
}

/* Where the height crosses `level` between a point above it and one below. */
static double crossing(struct profile *p, double above, double below, double level)
{
	while (fabs(above - below) > 1e-5 * (above + below + 1) && p->status == STATUS_OK) {
		double middle = (above + below) / 2;

		if (height(p, middle) >= level)
			above = middle;
		else
			below = middle;
	}
	return (above + below) / 2;
}

static enum status profile_of(struct design *d, enum estimate_mix mix, struct model_fit *m,
	struct estimate *ret)
{
	const double endless = 1000;
	struct profile p = {.d = d, .status = STATUS_OK};
	double unseen, best, level, at;

	TRY(fit_model(d, mix, m));
	*ret = m->e;
	if (!m->estimable)
		return STATUS_OK;
	p.seen = seen_by(d) - d->beyond;
	at = m->e.n - p.seen - d->beyond;
	unseen = highest(&p, at / 4, at * 2 + 10);
	best = height(&p, unseen);
	level = best - ESTIMATE_CHI2 / 2;
	ret->n = p.seen + d->beyond + unseen;
	ret->lo = p.seen + d->beyond;
	if (height(&p, 0) < level)
		ret->lo += crossing(&p, unseen, 0, level);
	for (at = unseen * 2 + 1; at < endless * p.seen && height(&p, at) >= level;)
		at *= 2;
	ret->hi = INFINITY;
	if (at < endless * p.seen)
		ret->hi = p.seen + d->beyond + crossing(&p, unseen, at, level);
	return p.status;
}

enum status estimate_model_profile(const struct captures *c, struct model m, struct estimate *ret)
{
	static _Thread_local struct design d;
	struct model_fit fit = {.model = m};

	TRY(design_lists(c, m, &d));
	return profile_of(&d, m.mix, &fit, ret);
}

enum status estimate_counts_profile(struct frequencies f, unsigned occasions, unsigned most,
	enum estimate_mix mix, struct estimate *ret)
{
	static _Thread_local struct design d;
	struct model_fit fit = {.model = {.mix = mix}};

	TRY(design_counts(f, occasions, most, mix, &d));
	return profile_of(&d, mix, &fit, ret);
}

void model_name(struct model m, unsigned n_lists, char ret[MODEL_NAME_BYTES])
{
	static const char *const mixes[] = {"", " + LB (Chao)", " + Poisson2", " + Darroch",
		" + Gamma3.5"};
	int n = snprintf(ret, MODEL_NAME_BYTES, "%s", m.base == BASE_M0 ? "M0" : "Mt");

	for (unsigned b = 1; b < n_lists; b++)
		for (unsigned a = 0; a < b; a++)
			if (m.pairs & model_pair(a, b) && n < MODEL_NAME_BYTES - 40)
				n += snprintf(ret + n, (size_t)(MODEL_NAME_BYTES - n),
					" + %u:%u", a + 1, b + 1);
	snprintf(ret + n, (size_t)(MODEL_NAME_BYTES - n), "%s", mixes[m.mix]);
}
