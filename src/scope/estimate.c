/* Closed formulas: two lists, and counts for each unit. */
#include "scope/estimate.h"

#include <math.h>

#include "scope/estimate_int.h"

/* Burnham's interval: the logarithm of the unseen is taken as normal, so lo never falls below seen. */
void estimate_lognormal(struct estimate *e, double seen)
{
	double unseen = e->n - seen, k;

	if (!(unseen > 0) || !isfinite(unseen) || !isfinite(e->se)) {
		e->lo = e->hi = e->n;
		return;
	}
	k = exp(ESTIMATE_Z * sqrt(log(1 + e->se * e->se / (unseen * unseen))));
	e->lo = seen + unseen / k;
	e->hi = seen + unseen * k;
}

struct estimate estimate_lincoln(double n1, double n2, double both)
{
	struct estimate e = {.n = n1 * n2 / both, .lo = NAN, .hi = NAN};

	/* n1 and n2 do not say who is on neither list: without overlap anything is possible. */
	if (!(both > 0))
		return (struct estimate){.n = INFINITY, .se = NAN, .lo = n1 + n2, .hi = INFINITY};
	e.se = sqrt(n1 * n2 * (n1 - both) * (n2 - both) / (both * both * both));
	estimate_lognormal(&e, n1 + n2 - both);
	return e;
}

struct estimate estimate_chapman(double n1, double n2, double both)
{
	double a = n1 + 1, b = n2 + 1, m = both + 1;
	struct estimate e = {.n = a * b / m - 1};

	e.se = sqrt(a * b * (n1 - both) * (n2 - both) / (m * m * (m + 1)));
	estimate_lognormal(&e, n1 + n2 - both);
	return e;
}

struct estimate estimate_m0_corrected(double n1, double n2, double both)
{
	double once = n1 + n2 - 2 * both;

	return (struct estimate){.n = once + both + once * (once - 1) / (4 * (both + 1)),
		.se = NAN, .lo = NAN, .hi = NAN};
}

/* ---- counts ----------------------------------------------------------------------------------- */

struct totals {
	double f1, f2, units, sightings;
};

static struct totals totals_of(struct frequencies f)
{
	struct totals t = {.f1 = f.n > 0 ? f.f[0] : 0, .f2 = f.n > 1 ? f.f[1] : 0};

	for (size_t j = 0; j < f.n; j++) {
		t.units += f.f[j];
		t.sightings += (double)(j + 1) * f.f[j];
	}
	return t;
}

struct estimate estimate_chao_corrected(struct frequencies f)
{
	struct totals t = totals_of(f);
	double f1 = t.f1, m = t.f2 + 1, r = f1 * (f1 - 1);
	struct estimate e = {.n = t.units + r / (2 * m), .lower_bound = true};

	e.se = sqrt(fmax(0, r / (2 * m) + f1 * (2 * f1 - 1) * (2 * f1 - 1) / (4 * m * m) +
				    f1 * f1 * t.f2 * (f1 - 1) * (f1 - 1) / (4 * m * m * m * m)));
	/* Nobody was seen twice: the variance at f2 = 0. */
	if (t.f2 == 0 && r > 0)
		e.se = sqrt(fmax(0, r / 2 + f1 * (2 * f1 - 1) * (2 * f1 - 1) / 4 -
					    f1 * f1 * f1 * f1 / (4 * e.n)));
	estimate_lognormal(&e, t.units);
	return e;
}

struct estimate estimate_chao(struct frequencies f, enum estimate_chao form)
{
	struct totals t = totals_of(f);
	double share = form == CHAO_INEXT && t.sightings > 0 ? (t.sightings - 1) / t.sightings : 1;
	double r = t.f1 / t.f2;
	struct estimate e = {.lower_bound = true};

	if (t.f2 == 0) {
		e = estimate_chao_corrected(f);
		e.n = t.units + share * (e.n - t.units);
		e.se *= share;
		estimate_lognormal(&e, t.units);
		return e;
	}
	e.n = t.units + share * t.f1 * t.f1 / (2 * t.f2);
	e.se = sqrt(t.f2 * (share * share * (r * r * r * r / 4 + r * r * r) + share * r * r / 2));
	estimate_lognormal(&e, t.units);
	return e;
}

struct estimate estimate_zelterman(struct frequencies f)
{
	struct totals t = totals_of(f);
	double rate = t.f1 > 0 ? 2 * t.f2 / t.f1 : INFINITY, g = exp(-rate);
	struct estimate e = {.n = t.units / (1 - g), .se = NAN, .lo = NAN, .hi = NAN};

	if (t.f1 > 0 && t.f2 > 0) {
		double spread = 1 + t.units * g * rate * rate / ((1 - g) * (1 - g)) *
					    (1 / t.f1 + 1 / t.f2);

		e.se = sqrt(t.units * g / ((1 - g) * (1 - g)) * spread);
		estimate_lognormal(&e, t.units);
	}
	return e;
}

double estimate_coverage(struct frequencies f)
{
	struct totals t = totals_of(f);
	double n = t.sightings, rest = t.f1 / n;

	if (!(n > 0))
		return NAN;
	if (t.f2 > 0)
		return 1 - rest * (n - 1) * t.f1 / ((n - 1) * t.f1 + 2 * t.f2);
	if (t.f1 > 0)
		return 1 - rest * (n - 1) * (t.f1 - 1) / ((n - 1) * (t.f1 - 1) + 2);
	return 1;
}

const char *estimate_refusal_text(enum estimate_refusal r)
{
	static const char *const texts[] = {
		[REFUSED_NOT] = "",
		[REFUSED_NOTHING_SEEN] = "nobody is on any list",
		[REFUSED_ONE_LIST] = "one list says nothing about who is on none",
		[REFUSED_OVERLAP] = "fewer than 7 are on two lists at once, in every pair of lists",
		[REFUSED_DEPENDENT] = "a list is known to depend on another, and fewer than three "
				      "lists cannot measure by how much",
		[REFUSED_OPEN] = "a list was taken after removal had begun, so the lists do not "
				 "describe the same population",
		[REFUSED_NO_MAXIMUM] = "the likelihood has no finite maximum: any number fits",
		[REFUSED_NO_ALGEBRA] = "LAPACK is not installed",
		[REFUSED_TOO_MANY_LISTS] = "more than 8 lists",
		[REFUSED_LATER_STAGE] = "no independent list looks at this stage itself",
		[REFUSED_OUTSIDE] = "the estimate is smaller than what is known from lists left out",
	};

	return texts[r];
}
