/* Shared by the files of the estimators only. */
#ifndef ASSAY_SCOPE_ESTIMATE_INT_H
#define ASSAY_SCOPE_ESTIMATE_INT_H

#include "scope/estimate.h"

#define ESTIMATE_Z 1.959963984540054      /* of the normal distribution, 97.5 % */
#define ESTIMATE_CHI2 3.841458820694124   /* of chi-squared with one degree, 95 % */

/* Units on list i, from 0. */
double estimate_on_list(const struct captures *c, unsigned list);
/* Sets lo and hi from n and se: log-normal on n - seen. */
void estimate_lognormal(struct estimate *e, double seen);

#endif
