/*
 * Every row of tests/vectors/estimators/expected.csv: published results of the estimators on
 * published data, within the precision in which they were printed. A row that names no method we
 * know fails; the number of rows is counted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "populations.h"
#include "scope/estimate.h"

enum { FIELDS = 8, LINE = 600, ROWS = 177, CLASSES = 512 };

static FILE *vectors(const char *name)
{
	char path[1024];
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/vectors/estimators/%s", getenv("ASSAY_SOURCE_ROOT"),
		name);
	f = fopen(path, "r");
	if (!f)
		fail_msg("%s is missing", path);
	return f;
}

/* Splits a line of CSV in place; fields may be quoted. */
static int split(char *line, char *field[FIELDS])
{
	int n = 0;
	char *p = line;

	line[strcspn(line, "\r\n")] = 0;
	while (n < FIELDS) {
		char end = *p == '"' ? '"' : ',';

		p += end == '"';
		field[n++] = p;
		p += strcspn(p, end == '"' ? "\"" : ",");
		if (!*p)
			break;
		*p++ = 0;
		if (end == '"') {
			if (*p != ',')
				break;
			p++;
		}
	}
	return n;
}

static struct captures load_lists(const char *name)
{
	struct captures c = {.n_lists = 0};
	char file[80], line[LINE], *field[FIELDS];
	FILE *f;

	snprintf(file, sizeof(file), "lists_%s.csv", name);
	f = vectors(file);
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f)) {
		int n = split(line, field);
		unsigned mask = 0;

		c.n_lists = (unsigned)n - 1;
		for (int i = 0; i < n - 1; i++)
			mask |= (unsigned)(field[i][0] - '0') << i;
		c.count[mask] = strtod(field[n - 1], NULL);
	}
	fclose(f);
	return c;
}

static double classes[CLASSES];

static struct frequencies load_counts(const char *name)
{
	struct frequencies ret = {.f = classes};
	char file[80], line[LINE], *field[FIELDS];
	FILE *f;

	memset(classes, 0, sizeof(classes));
	snprintf(file, sizeof(file), "freq_%s.csv", name);
	f = vectors(file);
	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f)) {
		long j;

		assert_int_equal(split(line, field), 2);
		j = strtol(field[0], NULL, 10);
		assert_in_range(j, 1, CLASSES);
		classes[j - 1] = strtod(field[1], NULL);
		if ((size_t)j > ret.n)
			ret.n = (size_t)j;
	}
	fclose(f);
	return ret;
}

/* "Mt + c1:c2 + LB", "all pairs minus c1:c4", "I={13,24,34}" ... */
static struct model model_of(const char *z, unsigned n_lists)
{
	struct model m = {.base = BASE_MT};
	uint32_t all = (UINT32_C(1) << (n_lists * (n_lists - 1) / 2)) - 1;
	const char *minus = strstr(z, "minus");

	if (strstr(z, "all pairs"))
		m.pairs = all;
	for (const char *p = z; (p = strchr(p, ':')) != NULL; p++) {
		uint32_t pair = model_pair((unsigned)(p[-1] - '1'), (unsigned)(p[2] - '1'));

		m.pairs = minus && p > minus ? m.pairs & ~pair : m.pairs | pair;
	}
	if (z[0] == 'I')
		m.pairs = model_pair(0, 2) | model_pair(1, 3) | model_pair(2, 3);
	if (strncmp(z, "M0", 2) == 0 || strncmp(z, "Mh ", 3) == 0)
		m.base = BASE_M0;
	if (strstr(z, "LB"))
		m.mix = MIX_CHAO;
	else if (strstr(z, "Poisson2"))
		m.mix = MIX_POISSON2;
	else if (strstr(z, "Darroch"))
		m.mix = MIX_DARROCH;
	else if (strstr(z, "Gamma"))
		m.mix = MIX_GAMMA;
	return m;
}

static struct model_fit from_lists(const char *set, const char *model)
{
	struct captures c = load_lists(set);
	struct model_fit fit = {.estimable = true};

	if (strncmp(model, "Chapman", 7) == 0)
		fit.e = estimate_chapman(c.count[1] + c.count[3], c.count[2] + c.count[3], c.count[3]);
	else if (strcmp(model, "Mt = Lincoln-Petersen") == 0)
		fit.e = estimate_lincoln(c.count[1] + c.count[3], c.count[2] + c.count[3], c.count[3]);
	else if (strcmp(model, "M0 bias corrected") == 0)
		fit.e = estimate_m0_corrected(c.count[1] + c.count[3], c.count[2] + c.count[3],
			c.count[3]);
	else if (strstr(model, "profile"))
		assert_int_equal(
			estimate_model_profile(&c, model_of(model, c.n_lists), &fit.e), STATUS_OK);
	else
		assert_int_equal(estimate_model(&c, model_of(model, c.n_lists), &fit), STATUS_OK);
	return fit;
}

static struct model_fit from_counts(const char *set, const char *model)
{
	struct frequencies f = load_counts(set);
	struct model_fit fit = {.estimable = true};
	unsigned occasions = strcmp(set, "bbs2001") == 0 ? 50 : 0, most = occasions ? 20 : 0;

	if (strcmp(model, "chao1984") == 0 || strncmp(model, "Chao 1987", 9) == 0)
		fit.e = estimate_chao(f, CHAO_1984);
	else if (strncmp(model, "true N", 6) == 0)
		fit.e = estimate_chao(f, CHAO_1984);
	else if (strncmp(model, "iNEXT", 5) == 0)
		fit.e = estimate_chao(f, CHAO_INEXT);
	else if (strncmp(model, "bias-corrected", 14) == 0)
		fit.e = estimate_chao_corrected(f);
	else if (strcmp(model, "Zelterman") == 0)
		fit.e = estimate_zelterman(f);
	else if (strncmp(model, "Chao1 f1", 8) == 0)
		assert_int_equal(estimate_counts(f, 0, 0, MIX_CHAO, &fit), STATUS_OK);
	else if (strstr(model, "profile"))
		assert_int_equal(estimate_counts_profile(f, occasions, most,
					 model_of(model, 2).mix, &fit.e), STATUS_OK);
	else
		assert_int_equal(estimate_counts(f, occasions, most, model_of(model, 2).mix, &fit),
			STATUS_OK);
	return fit;
}

static struct model_fit degenerate(const char *model)
{
	struct model_fit fit = {.estimable = true};
	double once[] = {20}, twice[] = {0, 7, 3};

	if (strncmp(model, "two lists", 9) == 0) {
		fit.e = estimate_chapman(30, 40, 0);
		assert_true(isinf(estimate_lincoln(30, 40, 0).n));
	} else if (strncmp(model, "f1=20", 5) == 0) {
		fit.e = estimate_chao((struct frequencies){once, 1}, CHAO_1984);
		fit.e.n -= 20; /* the row asks for the unseen */
	} else if (strcmp(model, "f1=0") == 0) {
		fit.e = estimate_chao((struct frequencies){twice, 3}, CHAO_1984);
		assert_true(fit.e.n == 10 && fit.e.lo == 10 && fit.e.hi == 10);
	} else {
		struct arena a;
		struct captures c = {.n_lists = 1, .count = {0, 12}};
		struct answer answer;

		arena_init(&a, 0);
		assert_int_equal(estimate_lists(&a, &c, NULL, 15000, &answer), STATUS_OK);
		fit.estimable = answer.refused != REFUSED_ONE_LIST || answer.lower != 12 ||
				answer.upper != 15000 || !isnan(answer.e.n);
		arena_release(&a);
	}
	return fit;
}

static bool is_lists(const char *set)
{
	static const char *const names[] = {"hiv_rome", "diabetes_bruno", "darroch_r3",
		"cormack_table3a", "cormack_table3b", "seber_p107", "hare"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(set, names[i]) == 0)
			return true;
	return false;
}

static double value_of(const struct model_fit *fit, const char *quantity)
{
	if (strcmp(quantity, "se") == 0)
		return fit->e.se;
	if (strcmp(quantity, "lo") == 0)
		return fit->e.lo;
	if (strcmp(quantity, "hi") == 0)
		return fit->e.hi;
	if (strcmp(quantity, "deviance") == 0)
		return fit->deviance;
	if (strcmp(quantity, "df") == 0)
		return fit->df;
	if (strcmp(quantity, "AIC") == 0)
		return fit->aic;
	return fit->e.n;
}

/* 0 when the row holds. */
static int check_row(char *field[FIELDS])
{
	const char *set = field[0], *model = field[1], *quantity = field[2], *value = field[3];
	struct model_fit fit;
	double got, want = strtod(value, NULL), tolerance = strtod(field[4], NULL);
	bool ok;

	if (strcmp(set, "degenerate") == 0)
		fit = degenerate(model);
	else
		fit = is_lists(set) ? from_lists(set, model) : from_counts(set, model);
	got = value_of(&fit, quantity);
	if (strcmp(quantity, "coverage") == 0)
		got = estimate_coverage(load_counts(set));
	if (value[0] == '>' || strcmp(value, "not estimable") == 0) {
		ok = !fit.estimable;
	} else if (strncmp(model, "true N (Simar", 13) == 0) {
		ok = fit.e.lower_bound && fit.e.n < want && fit.e.hi < want;
	} else if (strncmp(model, "true N", 6) == 0) {
		ok = fit.e.lower_bound && fit.e.n <= want && fit.e.hi > want;
	} else if (strcmp(value, "D") == 0) {
		ok = fit.e.n == 10;
	} else {
		ok = fit.estimable && fabs(got - want) <= tolerance + 1e-9 * fabs(want);
	}
	if (!ok)
		print_error("%s, %s, %s: %.4f, not %s\n", set, model, quantity, got, value);
	return !ok;
}

static void every_published_value(void **state)
{
	FILE *f = vectors("expected.csv");
	char line[LINE], *field[FIELDS];
	int rows = 0, wrong = 0;

	assert_non_null(fgets(line, sizeof(line), f));
	while (fgets(line, sizeof(line), f)) {
		assert_int_equal(split(line, field), 7);
		wrong += check_row(field);
		rows++;
	}
	fclose(f);
	assert_int_equal(rows, ROWS);
	assert_int_equal(wrong, 0);
}

/* ---- answers ---------------------------------------------------------------------------------- */

static struct arena arena;

static int enter(void **state)
{
	arena_init(&arena, 0);
	return 0;
}

static int leave(void **state)
{
	arena_release(&arena);
	return 0;
}

static struct answer answer_to(const struct captures *c, const unsigned *flags, double upper)
{
	struct answer a;

	assert_int_equal(estimate_lists(&arena, c, flags, upper, &a), STATUS_OK);
	assert_true(a.refused == REFUSED_NOT ? a.e.n >= a.lower && a.e.lo <= a.e.n && a.e.hi >= a.e.n
					     : isnan(a.e.n) && strcmp(a.method, "none") == 0);
	assert_int_equal(a.refused == REFUSED_NOT, estimate_refusal_text(a.refused)[0] == 0);
	return a;
}

static void one_list_is_refused(void **state)
{
	struct captures c = {.n_lists = 1, .count = {0, 12}};
	struct answer a = answer_to(&c, NULL, 15000);

	assert_int_equal(a.refused, REFUSED_ONE_LIST);
	assert_true(a.lower == 12 && a.upper == 15000);
	/* Two empty lists beside it change nothing. */
	c.n_lists = 3;
	assert_int_equal(answer_to(&c, NULL, 15000).refused, REFUSED_ONE_LIST);
	c.count[1] = 0;
	assert_int_equal(answer_to(&c, NULL, 15000).refused, REFUSED_NOTHING_SEEN);
}

static void two_lists_answer_by_chapman(void **state)
{
	struct captures c = load_lists("seber_p107");
	struct answer a = answer_to(&c, NULL, INFINITY);

	assert_int_equal(a.refused, REFUSED_NOT);
	assert_true(fabs(a.e.n - 2382.8) < 0.06 && a.lower == 1202);
	assert_int_equal(a.n_models, 0);
}

static void small_overlap_is_refused(void **state)
{
	struct captures two = {.n_lists = 2, .count = {0, 30, 40, 6}};
	struct captures three = {.n_lists = 3, .count = {0, 50, 50, 3, 50, 3, 3, 3}};

	assert_int_equal(answer_to(&two, NULL, 100).refused, REFUSED_OVERLAP);
	two.count[3] = 7;
	assert_int_equal(answer_to(&two, NULL, 100).refused, REFUSED_NOT);
	assert_int_equal(answer_to(&three, NULL, 100).refused, REFUSED_OVERLAP);
}

static void dependence_and_open_populations_are_refused(void **state)
{
	const unsigned dependent[] = {0, LIST_DEPENDENT, 0}, late[] = {0, 0, LIST_AFTER_REMOVAL};
	const unsigned notice[] = {0, 0, LIST_BY_NOTICE};
	struct captures two = {.n_lists = 2, .count = {0, 30, 40, 20}};
	struct captures three = {.n_lists = 3, .count = {0, 90, 80, 20, 30, 10, 9, 3}};
	struct answer a;

	assert_int_equal(answer_to(&two, dependent, 1000).refused, REFUSED_DEPENDENT);
	assert_int_equal(answer_to(&three, dependent, 1000).refused, REFUSED_NOT);
	assert_int_equal(answer_to(&three, late, 1000).refused, REFUSED_OPEN);
	a = answer_to(&three, notice, 1000);
	assert_int_equal(a.left_out, 4);
	assert_string_equal(a.method, "Chapman, log-normal interval");
	assert_true(a.lower == 242); /* those on the third list alone are known all the same */
}

static void a_likelihood_without_end_is_refused(void **state)
{
	/* All three go together, but nobody is on the first two alone, of whom the number hangs. */
	struct captures c = {.n_lists = 3, .count = {0, 50, 50, 0, 50, 50, 50, 50}};
	struct captures two_ways = {.n_lists = 3, .count = {0, 7, 57, 10, 17, 0, 8, 0}};
	struct model all = {.base = BASE_MT, .pairs = 7};
	struct model_fit fit;

	assert_int_equal(answer_to(&c, NULL, 1000).refused, REFUSED_NO_MAXIMUM);
	/* Two cells empty whose ratio the number depends on: it does not run away, it is nothing. */
	assert_int_equal(estimate_model(&two_ways, all, &fit), STATUS_OK);
	assert_false(fit.estimable);
}

static void five_lists_have_a_table_and_six_go_forward(void **state)
{
	struct captures c = load_lists("hare"), five = {.n_lists = 5};
	struct answer a = answer_to(&c, NULL, INFINITY);

	assert_int_equal(a.refused, REFUSED_NOT);
	assert_true(a.n_models > 15 && a.range_lo <= a.range_hi);
	for (unsigned m = 1; m < 32; m++)
		five.count[m] = 40 + (m * 7 % 5) - 6 * __builtin_popcount(m);
	a = answer_to(&five, NULL, INFINITY);
	assert_int_equal(a.refused, REFUSED_NOT);
	assert_int_equal(a.n_models, 1024 + 4);
	for (size_t i = 1; i < a.n_models; i++)
		assert_true(!a.models[i].estimable || a.models[i - 1].aic <= a.models[i].aic);
}

static void strata_are_summed(void **state)
{
	/* Big customers are on both lists, small ones on few: pooled, the overlap looks large. */
	struct captures strata[2] = {{.n_lists = 2, .count = {0, 90, 90, 810}},
		{.n_lists = 2, .count = {0, 900, 900, 100}}};
	struct captures pooled = {.n_lists = 2, .count = {0, 990, 990, 910}};
	struct answer sum, all = answer_to(&pooled, NULL, INFINITY);

	assert_int_equal(estimate_strata(&arena, strata, 2, NULL, INFINITY, &sum), STATUS_OK);
	assert_int_equal(sum.refused, REFUSED_NOT);
	assert_true(sum.lower == 2890 && fabs(sum.e.n - 11000) < 120);
	assert_true(all.e.hi < sum.e.lo);
	strata[1].count[3] = 1;
	assert_int_equal(estimate_strata(&arena, strata, 2, NULL, INFINITY, &sum), STATUS_OK);
	assert_int_equal(sum.refused, REFUSED_OVERLAP);
	assert_true(isnan(sum.e.n));
}

static void missed_matches_inflate(void **state)
{
	/* One link in ten is missed: 17 of the 167 on both lists are then two units each. */
	struct captures c = {.n_lists = 2, .count = {0, 948 - 150, 421 - 150, 150}};

	assert_true(fabs(answer_to(&c, NULL, INFINITY).e.n - 2651.2) < 0.06);
}

static void models_have_names(void **state)
{
	char name[MODEL_NAME_BYTES];

	model_name((struct model){.base = BASE_MT, .pairs = model_pair(0, 1) | model_pair(1, 2)}, 3,
		name);
	assert_string_equal(name, "Mt + 1:2 + 2:3");
	model_name((struct model){.base = BASE_M0, .mix = MIX_CHAO}, 3, name);
	assert_string_equal(name, "M0 + LB (Chao)");
}

/* A small part of what build/tests/unit/scope-populations does. */
static void intervals_hold_the_truth(void **state)
{
	struct populations r = populations_run(1, 70, 1), d = populations_run(2, 40, 3);
	double covered = (double)r.covered / (r.drawn - r.refused);

	/* Three standard deviations of a share of 95 % in 200 draws. */
	assert_true(covered >= 0.904 && covered <= 0.996);
	assert_true(r.refused < r.drawn / 10 && r.below == 0 && d.below == 0);
	assert_true((double)d.plain_covered / d.plain < 0.5);
	assert_true((double)d.found / (d.drawn - d.refused) >= 0.8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_published_value),
		cmocka_unit_test_setup_teardown(one_list_is_refused, enter, leave),
		cmocka_unit_test_setup_teardown(two_lists_answer_by_chapman, enter, leave),
		cmocka_unit_test_setup_teardown(small_overlap_is_refused, enter, leave),
		cmocka_unit_test_setup_teardown(
			dependence_and_open_populations_are_refused, enter, leave),
		cmocka_unit_test_setup_teardown(a_likelihood_without_end_is_refused, enter, leave),
		cmocka_unit_test_setup_teardown(
			five_lists_have_a_table_and_six_go_forward, enter, leave),
		cmocka_unit_test_setup_teardown(strata_are_summed, enter, leave),
		cmocka_unit_test_setup_teardown(missed_matches_inflate, enter, leave),
		cmocka_unit_test(models_have_names),
		cmocka_unit_test(intervals_hold_the_truth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
