/* Versions as npm and dpkg order them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/versions.h"

static void semver_order(void **state)
{
	/* The order of semver.org item 11, and more. */
	static const char *const rising[] = {"0.0.1", "0.1.0", "1.0.0-0", "1.0.0-alpha",
		"1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
		"1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0"};
	size_t n = sizeof(rising) / sizeof(rising[0]);

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++) {
			struct semver a, b;
			int c;

			assert_true(semver_parse(str_of(rising[i]), &a));
			assert_true(semver_parse(str_of(rising[k]), &b));
			c = semver_cmp(&a, &b);
			assert_int_equal((c > 0) - (c < 0), (i > k) - (i < k));
		}
	}
}

static void semver_grammar(void **state)
{
	static const char *const good[] = {"0.0.0", "1.2.3", "1.2.3-x-y.7.z", "1.2.3+build.01",
		"1.2.3-rc.1+sha.5114f85", "9007199254740991.0.0"};
	static const char *const bad[] = {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3+",
		"1.2.3-01", "1.2.3-a..b", "v1.2.3", "1.2.x", " 1.2.3", "1.2.3 ", "1.2.3-a_b", "-1.2.3",
		"1.2.", ".1.2", "1..2", "1.2.3-+b", "99999999999999999999.0.0"};
	struct semver v;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!semver_parse(str_of(good[i]), &v))
			fail_msg("refused: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (semver_parse(str_of(bad[i]), &v))
			fail_msg("accepted: %s", bad[i]);
}

static void debian_order(void **state)
{
	static const char *const rising[] = {"0~~", "0~", "0", "0.1", "1.0~beta1~svn1245",
		"1.0~beta1", "1.0", "1.0-0ubuntu1", "1.0-1~bpo1", "1.0-1", "1.0-1+b1", "1.0-2",
		"1.0-10", "1.0a-1", "1.0b", "1.0+dfsg-1", "1.1", "1.02", "1.10", "9", "1:0.1",
		"2:0.0"};
	size_t n = sizeof(rising) / sizeof(rising[0]);

	for (size_t i = 0; i < n; i++) {
		assert_true(deb_version_valid(str_of(rising[i])));
		for (size_t k = 0; k < n; k++) {
			int c = deb_version_cmp(str_of(rising[i]), str_of(rising[k]));

			if ((c > 0) - (c < 0) != (i > k) - (i < k))
				fail_msg("%s against %s: %d", rising[i], rising[k], c);
		}
	}
	assert_int_equal(deb_version_cmp(STR("1.0"), STR("1.00")), 0);
	assert_int_equal(deb_version_cmp(STR("0:1"), STR("1")), 0);
	assert_int_equal(deb_version_cmp(STR("1-0"), STR("1")), 0);
}

static void debian_lines(void **state)
{
	assert_true(deb_version_same_line(STR("3.0.20-1~deb12u2"), STR("3.0.9-1")));
	assert_false(deb_version_same_line(STR("3.0.20-1"), STR("1.1.1n-0")));
	assert_false(deb_version_same_line(STR("1:3.0"), STR("3.0")));
	assert_false(deb_version_valid(STR("")));
	assert_false(deb_version_valid(STR("a1")));
	assert_false(deb_version_valid(STR("1 2")));
	assert_false(deb_version_valid(STR("1/2")));
	assert_false(deb_version_valid(STR("1\n")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(semver_order),
		cmocka_unit_test(semver_grammar),
		cmocka_unit_test(debian_order),
		cmocka_unit_test(debian_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
