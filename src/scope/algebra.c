#include "scope/algebra.h"

#include <dlfcn.h>
#include <lapacke.h>
#include <math.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

static struct {
	pthread_once_t once;
	__typeof__(LAPACKE_dpstrf_work) *factor;
	__typeof__(LAPACKE_dpotrs_work) *solve;
} lapack = {.once = PTHREAD_ONCE_INIT};

static void load(void)
{
	void *library = dlopen("liblapacke.so.3", RTLD_NOW | RTLD_LOCAL), *symbol;

	if (!library)
		return;
	symbol = dlsym(library, "LAPACKE_dpotrs_work");
	memcpy(&lapack.solve, &symbol, sizeof(symbol));
	symbol = dlsym(library, "LAPACKE_dpstrf_work");
	memcpy(&lapack.factor, &symbol, sizeof(symbol));
}

enum status algebra_factor(const double *a, int n, struct factored *ret)
{
	/* The diagonal is 1 after scaling, so this is a bound on rounding alone. */
	const double flat = 1e-12;
	double work[2 * ALGEBRA_MAX];
	int info;

	(void)pthread_once(&lapack.once, load);
	if (!lapack.factor || !lapack.solve)
		return STATUS_UNSUPPORTED;
	*ret = (struct factored){.n = n};
	for (int i = 0; i < n; i++) {
		double d = a[i * n + i];

		if (!isfinite(d) || d < 0)
			return STATUS_DAMAGED;
		ret->scale[i] = d > 0 ? 1 / sqrt(d) : 0;
	}
	for (int j = 0; j < n; j++)
		for (int i = 0; i <= j; i++)
			ret->u[j * n + i] = a[j * n + i] * ret->scale[i] * ret->scale[j];
	info = lapack.factor(LAPACK_COL_MAJOR, 'U', n, ret->u, n, ret->pivot, &ret->rank, flat, work);
	return info < 0 ? STATUS_DAMAGED : STATUS_OK;
}

enum status algebra_solve(const struct factored *f, double *b)
{
	double x[ALGEBRA_MAX];

	if (f->rank < 1)
		return STATUS_DAMAGED;
	for (int i = 0; i < f->rank; i++) {
		int from = f->pivot[i] - 1;

		x[i] = b[from] * f->scale[from];
	}
	if (lapack.solve(LAPACK_COL_MAJOR, 'U', f->rank, 1, f->u, f->n, x, f->n) != 0)
		return STATUS_DAMAGED;
	for (int i = 0; i < f->n; i++)
		b[i] = 0;
	for (int i = 0; i < f->rank; i++) {
		int to = f->pivot[i] - 1;

		b[to] = x[i] * f->scale[to];
	}
	return STATUS_OK;
}
