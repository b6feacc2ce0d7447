/*
 * How many there are that nobody has seen. Every answer is a lower bound (those seen), an estimate
 * with its interval or the reason why there is none, and an upper bound that is logic alone. Pure
 * functions of their input; methods and caveats: docs/scope.md.
 */
#ifndef ASSAY_SCOPE_ESTIMATE_H
#define ASSAY_SCOPE_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/status.h"

enum {
	ESTIMATE_LISTS = 8,       /* at most so many lists in one table */
	ESTIMATE_ALL_PAIRS = 5,   /* up to here every set of pairwise terms is tried */
	ESTIMATE_OVERLAP_MIN = 7, /* below this overlap in every pair nothing is estimated */
};

/* A total with its spread; NAN where there is none. hi may be INFINITY. */
struct estimate {
	double n, se, lo, hi;
	bool lower_bound; /* the method's own expectation is at or below the truth: say so */
};

/* ---- two lists -------------------------------------------------------------------------------- */

/* n1, n2: units on each list; both: on the two. both = 0: n is INFINITY. */
struct estimate estimate_lincoln(double n1, double n2, double both);
/* Chapman, Seber's variance, log-normal interval on the unseen. */
struct estimate estimate_chapman(double n1, double n2, double both);
/* Two lists that catch equally well; `corrected` for bias. No interval. */
struct estimate estimate_m0_corrected(double n1, double n2, double both);

/* ---- counts for each unit --------------------------------------------------------------------- */

/* f[j - 1] units were seen exactly j times; the last class may be open above two. */
struct frequencies {
	const double *f;
	size_t n;
};

enum estimate_chao { CHAO_1984, CHAO_INEXT };

struct estimate estimate_chao(struct frequencies f, enum estimate_chao form);
struct estimate estimate_chao_corrected(struct frequencies f); /* f1 (f1 - 1) / (2 (f2 + 1)) */
struct estimate estimate_zelterman(struct frequencies f);
/* Share of the population's sightings that belongs to units seen (Good, Turing), 0 to 1. */
double estimate_coverage(struct frequencies f);

/* ---- log-linear models ------------------------------------------------------------------------ */

/* count[m]: units that are on exactly the lists of the bit mask m; count[0] is not looked at. */
struct captures {
	unsigned n_lists;
	double count[1 << ESTIMATE_LISTS];
};

enum estimate_base { BASE_M0, BASE_MT };
enum estimate_mix { MIX_NONE, MIX_CHAO, MIX_POISSON2, MIX_DARROCH, MIX_GAMMA, MIX_N };

/* Bit of the pair of lists a < b, in the order 12, 13, 23, 14, 24, 34 ... */
static inline uint32_t model_pair(unsigned a, unsigned b)
{
	return UINT32_C(1) << (b * (b - 1) / 2 + a);
}

struct model {
	enum estimate_base base;
	enum estimate_mix mix; /* unequal units: Chao's lower bound, or a shape */
	uint32_t pairs;        /* model_pair() of each interaction */
};

struct model_fit {
	struct model model;
	struct estimate e; /* n, se by the Poisson fit; lo, hi NAN until profiled */
	double deviance, aic, bic;
	int df;
	bool estimable;    /* false: the likelihood has no finite maximum; e is NAN */
};

/* STATUS_OK also when it is not estimable. STATUS_UNSUPPORTED: no LAPACK. */
MUST_CHECK enum status estimate_model(const struct captures *c, struct model m,
	struct model_fit *ret);
/* The same for counts: `occasions` 0 = no limit; only units seen at most `most` times are fitted. */
MUST_CHECK enum status estimate_counts(struct frequencies f, unsigned occasions, unsigned most,
	enum estimate_mix mix, struct model_fit *ret);
/* n by the multinomial likelihood and where twice its logarithm falls by 3.84; se stays. */
MUST_CHECK enum status estimate_model_profile(const struct captures *c, struct model m,
	struct estimate *ret);
MUST_CHECK enum status estimate_counts_profile(struct frequencies f, unsigned occasions,
	unsigned most, enum estimate_mix mix, struct estimate *ret);

enum { MODEL_NAME_BYTES = 240 };
/* "Mt", "Mt + 1:2 + LB (Chao)"; lists are numbered from 1. */
void model_name(struct model m, unsigned n_lists, char ret[MODEL_NAME_BYTES]);

/* ---- the answer ------------------------------------------------------------------------------- */

enum estimate_list_flag {
	LIST_DEPENDENT = 1 << 0,     /* known to depend on another list, in a way not measured */
	LIST_BY_NOTICE = 1 << 1,     /* made by telling another list's members: left out */
	LIST_AFTER_REMOVAL = 1 << 2, /* taken when removal had begun: the population was open */
};

enum estimate_refusal {
	REFUSED_NOT,
	REFUSED_NOTHING_SEEN,
	REFUSED_ONE_LIST,
	REFUSED_OVERLAP,     /* fewer than 7 in every pair */
	REFUSED_DEPENDENT,   /* fewer than three lists and a known dependence */
	REFUSED_OPEN,        /* a list was taken after removal had begun */
	REFUSED_NO_MAXIMUM,  /* no model has a finite maximum */
	REFUSED_NO_ALGEBRA,  /* there is no LAPACK on this machine */
	REFUSED_TOO_MANY_LISTS,
	REFUSED_LATER_STAGE, /* all lists look at a later stage: they describe that one */
	REFUSED_OUTSIDE,     /* the estimate is below those seen on lists that were left out */
};

/* One sentence, static. */
const char *estimate_refusal_text(enum estimate_refusal r);

struct answer {
	double lower;             /* units seen on any list, also on lists left out */
	double upper;             /* INFINITY: unbounded */
	enum estimate_refusal refused;
	struct estimate e;        /* NAN when refused */
	const char *method;       /* static, "none" when refused */
	unsigned left_out;        /* bit mask of lists that were not used */
	struct model_fit *models; /* by AIC, those that are not estimable last. In the arena */
	size_t n_models;
	double range_lo, range_hi; /* of the answer and of all models within 2 AIC units */
};

/*
 * From the lists to the answer. flags[i]: enum estimate_list_flag of list i, NULL = none. upper: the
 * population that could have been reached, INFINITY when unknown.
 */
MUST_CHECK enum status estimate_lists(struct arena *a, const struct captures *c,
	const unsigned *flags, double upper, struct answer *ret);

/*
 * The same for each stratum and summed, where every stratum can be estimated: then sum->refused is
 * REFUSED_NOT, n and variance are sums, lo and hi log-normal on the unseen. What to compare the
 * pooled answer with.
 */
MUST_CHECK enum status estimate_strata(struct arena *a, const struct captures *strata, size_t n,
	const unsigned *flags, double upper, struct answer *ret_sum);

#endif
