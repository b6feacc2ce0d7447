/*
 * Populations that are drawn, three lists over each, and what the estimators say about them: the
 * truth is known. From a seed number, the same on every machine.
 */
#ifndef ASSAY_TESTS_SCOPE_POPULATIONS_H
#define ASSAY_TESTS_SCOPE_POPULATIONS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "scope/estimate.h"

struct populations {
	unsigned drawn, refused;
	unsigned covered;       /* the answer's interval holds the truth */
	unsigned plain_covered; /* that of Mt, independent lists, alone */
	unsigned plain;         /* Mt had a profile interval */
	unsigned found;         /* a model with the pair 1:2 is within 2 AIC of the best */
	unsigned in_range;      /* the range of those models holds the estimate */
	unsigned below;         /* lo below those seen: never */
};

static uint64_t populations_next(uint64_t *s)
{
	uint64_t z = *s += 0x9E3779B97F4A7C15;

	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
	z = (z ^ z >> 27) * 0x94D049BB133111EB;
	return z ^ z >> 31;
}

static double populations_unit(uint64_t *s)
{
	return (double)(populations_next(s) >> 11) / 9007199254740992.0;
}

/* Lists 1 and 2 have this odds ratio, with the given margins. */
static struct captures populations_draw(uint64_t *s, unsigned n, double odds)
{
	struct captures c = {.n_lists = 3};
	double p[3], both;

	for (int i = 0; i < 3; i++)
		p[i] = 0.1 + 0.3 * populations_unit(s);
	both = p[0] * p[1];
	if (odds != 1) {
		double a = odds - 1, b = -(1 + (p[0] + p[1]) * a), d = odds * p[0] * p[1];

		both = (-b - sqrt(b * b - 4 * a * d)) / (2 * a);
	}
	for (unsigned i = 0; i < n; i++) {
		double u = populations_unit(s);
		unsigned m = u < both ? 3 : u < p[0] ? 1 : u < p[0] + p[1] - both ? 2 : 0;

		m |= populations_unit(s) < p[2] ? 4 : 0;
		c.count[m] += m ? 1 : 0;
	}
	return c;
}

static void populations_one(struct populations *r, uint64_t *s, unsigned n, double odds)
{
	const uint32_t pair = model_pair(0, 1);
	struct captures c = populations_draw(s, n, odds);
	struct estimate plain;
	struct answer answer;
	struct arena a;
	bool found = false;

	arena_init(&a, 0);
	r->drawn++;
	if (estimate_lists(&a, &c, NULL, INFINITY, &answer) != STATUS_OK ||
		estimate_model_profile(&c, (struct model){.base = BASE_MT}, &plain) != STATUS_OK)
		abort();
	if (answer.refused != REFUSED_NOT) {
		r->refused++;
		arena_release(&a);
		return;
	}
	r->covered += answer.e.lo <= n && n <= answer.e.hi;
	r->below += answer.e.lo < answer.lower;
	r->plain += !isnan(plain.hi);
	r->plain_covered += plain.lo <= n && n <= plain.hi;
	for (size_t i = 0; i < answer.n_models; i++)
		found |= answer.models[i].estimable && answer.models[i].model.pairs & pair &&
			 answer.models[i].aic <= answer.models[0].aic + 2;
	r->found += found;
	arena_release(&a);
}

/* `each` populations of each of three sizes. */
static struct populations populations_run(uint64_t seed, unsigned each, double odds)
{
	static const unsigned sizes[] = {200, 2000, 20000};
	struct populations r = {.drawn = 0};

	for (unsigned i = 0; i < each; i++)
		for (unsigned k = 0; k < 3; k++)
			populations_one(&r, &seed, sizes[k], odds);
	return r;
}

#endif
