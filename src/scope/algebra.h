/*
 * Least squares for the estimators, by LAPACK, which is loaded at the first use: verbs that estimate
 * nothing pay nothing for it. Symmetric matrices, column by column, the upper half is read.
 */
#ifndef ASSAY_SCOPE_ALGEBRA_H
#define ASSAY_SCOPE_ALGEBRA_H

#include "util/status.h"

enum { ALGEBRA_MAX = 64 };

/* A factored positive semidefinite matrix of n rows. */
struct factored {
	int n, rank;
	double u[ALGEBRA_MAX * ALGEBRA_MAX];
	double scale[ALGEBRA_MAX]; /* of row and column i before factoring */
	int pivot[ALGEBRA_MAX];    /* from 1, as LAPACK counts */
};

/*
 * Cholesky with pivots; directions in which the matrix is flat to rounding are left out (rank < n).
 * STATUS_UNSUPPORTED: there is no LAPACK. STATUS_DAMAGED: not positive semidefinite, or not finite.
 */
MUST_CHECK enum status algebra_factor(const double *a, int n, struct factored *ret);
/* Solves a * x = b in place; x is 0 in the directions left out. */
MUST_CHECK enum status algebra_solve(const struct factored *f, double *b);

#endif
