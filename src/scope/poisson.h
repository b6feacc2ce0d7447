/*
 * Log-linear Poisson regression of the cells of an incomplete table, and what it says about the one
 * cell that nobody saw: the intercept is the logarithm of its expected count.
 */
#ifndef ASSAY_SCOPE_POISSON_H
#define ASSAY_SCOPE_POISSON_H

#include <stdbool.h>

#include "util/status.h"

enum { POISSON_CELLS = 256, POISSON_COLUMNS = 40 };

/* Row i: count[i] units, x[i][0..n_columns), log of its exposure. Column 0 is 1 everywhere. */
struct poisson_table {
	int n_cells, n_columns;
	double count[POISSON_CELLS];
	double offset[POISSON_CELLS];
	double x[POISSON_CELLS][POISSON_COLUMNS];
};

struct poisson_fit {
	bool converged;
	bool unbounded;   /* the intercept runs away: there is no finite maximum */
	double b[POISSON_COLUMNS];
	double variance0; /* of the intercept */
	double deviance, log_likelihood;
	int df;           /* cells minus columns that could be told apart */
	int rank;
};

/* `start` (n_columns coefficients) may be NULL. */
MUST_CHECK enum status poisson_fit(const struct poisson_table *t, const double *start,
	struct poisson_fit *ret);

/*
 * The likelihood of the whole table under a total of `n_total` units (>= the sum of the counts), as
 * a multinomial with the unseen cell filled in, highest over the other coefficients; up to a
 * constant. The fit's coefficients are left in b and serve as start.
 */
MUST_CHECK enum status poisson_profile(struct poisson_table *t, double n_total,
	struct poisson_fit *fit, double *ret_log_likelihood);

#endif
