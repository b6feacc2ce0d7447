#include "scope/poisson.h"

#include <math.h>
#include <string.h>

#include "scope/algebra.h"

enum { ITERATIONS = 100, HALVINGS = 20 };

/* Expected counts and the deviance of coefficients b. */
static double expected(const struct poisson_table *t, const double *b, double *mu)
{
	double deviance = 0;

	for (int i = 0; i < t->n_cells; i++) {
		double y = t->count[i], eta = t->offset[i];

		for (int j = 0; j < t->n_columns; j++)
			eta += t->x[i][j] * b[j];
		mu[i] = exp(eta);
		deviance += 2 * ((y > 0 ? y * (log(y) - eta) : 0) - (y - mu[i]));
	}
	return deviance;
}

/* Upper half of the weighted sums of products of the columns. */
static void products(const struct poisson_table *t, const double *weight, double *a)
{
	int p = t->n_columns;

	memset(a, 0, sizeof(*a) * (size_t)(p * p));
	for (int i = 0; i < t->n_cells; i++)
		for (int j = 0; j < p; j++)
			for (int k = 0; k <= j; k++)
				a[j * p + k] += weight[i] * t->x[i][j] * t->x[i][k];
}

/* One step of Newton's method at mu. */
static enum status step(const struct poisson_table *t, const double *mu, const double *response,
	double *ret_b)
{
	static _Thread_local struct factored f;
	double a[POISSON_COLUMNS * POISSON_COLUMNS];
	int p = t->n_columns;

	products(t, mu, a);
	memset(ret_b, 0, (size_t)p * sizeof(*ret_b));
	for (int i = 0; i < t->n_cells; i++)
		for (int j = 0; j < p; j++)
			ret_b[j] += mu[i] * t->x[i][j] * response[i];
	TRY(algebra_factor(a, p, &f));
	return algebra_solve(&f, ret_b);
}

/* A first guess from the counts themselves, a little off zero. */
static enum status first(const struct poisson_table *t, double *mu, double *b)
{
	double response[POISSON_CELLS];

	for (int i = 0; i < t->n_cells; i++) {
		mu[i] = t->count[i] + 0.1;
		response[i] = log(mu[i]) - t->offset[i];
	}
	return step(t, mu, response, b);
}

/* How many columns can be told apart, whatever the counts are. */
static enum status column_rank(const struct poisson_table *t, int *ret)
{
	static _Thread_local struct factored f;
	double a[POISSON_COLUMNS * POISSON_COLUMNS], weight[POISSON_CELLS];

	for (int i = 0; i < t->n_cells; i++)
		weight[i] = 1;
	products(t, weight, a);
	TRY(algebra_factor(a, t->n_columns, &f));
	*ret = f.rank;
	return STATUS_OK;
}

/* x with a * x = (1, 0, 0 ...), and how far off it is. */
static enum status first_row(const double *a, int p, double *x, double *ret_off)
{
	static _Thread_local struct factored f;

	memset(x, 0, (size_t)p * sizeof(*x));
	x[0] = 1;
	*ret_off = 0;
	TRY(algebra_factor(a, p, &f));
	TRY(algebra_solve(&f, x));
	for (int i = 0; i < p; i++) {
		double sum = i == 0 ? -1 : 0;

		for (int j = 0; j < p; j++)
			sum += (i <= j ? a[j * p + i] : a[i * p + j]) * x[j];
		*ret_off = fmax(*ret_off, fabs(sum));
	}
	return STATUS_OK;
}

/*
 * Empty cells can send coefficients to infinity without end; their expected counts then go to 0 and
 * say nothing more. The intercept has a value if the cells that are left determine it, whichever
 * others run away; its variance is that of those cells.
 */
static enum status judge_intercept(const struct poisson_table *t, const double *mu,
	struct poisson_fit *ret)
{
	const double vanished = 1e-7, exact = 1e-6;
	double a[POISSON_COLUMNS * POISSON_COLUMNS], x[POISSON_COLUMNS], off;
	double weight[POISSON_CELLS];
	int p = t->n_columns;

	for (int i = 0; i < t->n_cells; i++)
		weight[i] = t->count[i] > 0 || mu[i] > vanished;
	products(t, weight, a);
	TRY(first_row(a, p, x, &off));
	ret->unbounded = off > exact || ret->rank < p;
	for (int i = 0; i < t->n_cells; i++)
		weight[i] *= mu[i];
	products(t, weight, a);
	TRY(first_row(a, p, x, &off));
	ret->variance0 = x[0];
	return STATUS_OK;
}

static void finish(const struct poisson_table *t, const double *mu, struct poisson_fit *ret)
{
	ret->df = t->n_cells - ret->rank;
	ret->log_likelihood = 0;
	for (int i = 0; i < t->n_cells; i++) {
		double y = t->count[i];

		ret->log_likelihood += (y > 0 ? y * log(mu[i]) : 0) - mu[i] - lgamma(y + 1);
	}
}

enum status poisson_fit(const struct poisson_table *t, const double *start, struct poisson_fit *ret)
{
	const double small = 1e-11;
	double mu[POISSON_CELLS], response[POISSON_CELLS], b[POISSON_COLUMNS], move[POISSON_COLUMNS];
	double deviance, next = 0;
	int p = t->n_columns;

	*ret = (struct poisson_fit){.converged = false};
	TRY(column_rank(t, &ret->rank));
	if (start)
		memcpy(b, start, (size_t)p * sizeof(*b));
	else
		TRY(first(t, mu, b));
	deviance = expected(t, b, mu);
	for (int n = 0; n < ITERATIONS && !ret->converged; n++) {
		double share = 1;

		for (int i = 0; i < t->n_cells; i++)
			response[i] = (t->count[i] - mu[i]) / (mu[i] > 1e-300 ? mu[i] : 1e-300);
		TRY(step(t, mu, response, move));
		for (int h = 0; h <= HALVINGS; h++, share /= 2) {
			for (int j = 0; j < p; j++)
				ret->b[j] = b[j] + share * move[j];
			next = expected(t, ret->b, mu);
			if (isfinite(next) && next <= deviance + small * (deviance + 1))
				break;
		}
		if (!isfinite(next))
			return STATUS_DAMAGED;
		ret->converged = fabs(next - deviance) <= small * (fabs(next) + 0.1);
		memcpy(b, ret->b, sizeof(b));
		deviance = next;
	}
	memcpy(ret->b, b, sizeof(b));
	ret->deviance = deviance;
	TRY(judge_intercept(t, mu, ret));
	finish(t, mu, ret);
	return STATUS_OK;
}

enum status poisson_profile(struct poisson_table *t, double n_total, struct poisson_fit *fit,
	double *ret_log_likelihood)
{
	int cell = t->n_cells;
	double seen = 0, unseen, sum = 0;
	struct poisson_fit again;
	enum status status;

	if (cell == POISSON_CELLS)
		return STATUS_LIMIT;
	for (int i = 0; i < cell; i++)
		seen += t->count[i];
	unseen = n_total - seen;
	memset(t->x[cell], 0, sizeof(t->x[cell]));
	t->x[cell][0] = 1;
	t->offset[cell] = 0;
	t->count[cell] = unseen;
	t->n_cells++;
	status = poisson_fit(t, fit->converged ? fit->b : NULL, &again);
	t->n_cells--;
	if (status != STATUS_OK)
		return status;
	for (int i = 0; i <= cell; i++) {
		double eta = t->offset[i];

		for (int j = 0; j < t->n_columns; j++)
			eta += t->x[i][j] * again.b[j];
		sum += t->count[i] > 0 ? t->count[i] * eta : 0;
	}
	*ret_log_likelihood =
		sum + lgamma(n_total + 1) - lgamma(unseen + 1) - n_total * log(n_total);
	*fit = again;
	return STATUS_OK;
}
