/* Names and versions out of file names, and the size of a step between two versions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "behaviour/behaviour.h"
#include "util/escape.h"

static struct arena arena;

static void test_file_names(void **state)
{
	static const char *const rows[][4] = {
		/* file, name, version, kind */
		{"axios-1.14.0.tgz", "axios", "1.14.0", "npm"},
		{"es5-ext-0.10.62.tgz", "es5-ext", "0.10.62", "npm"},
		{"left-pad-1.3.0-beta.2.tgz", "left-pad", "1.3.0-beta.2", "npm"},
		{"openssl_3.0.15-1_amd64.deb", "openssl", "3.0.15-1", "deb"},
		{"libfoo_2.0~rc1-1+b2_arm64.deb", "libfoo", "2.0~rc1-1+b2", "deb"},
		{"foo_1%3a2.0-1_amd64.deb", "foo", "1:2.0-1", "deb"},
		{"helpdesk-setup-10.0.9.exe", "helpdesk-setup", "10.0.9", "installer"},
		{"Agent Setup 10.0.9.exe", "Agent Setup", "10.0.9", "installer"},
		{"node-v18.2.0.tar.gz", "node", "18.2.0", "file"},
		{"thing-2.tar.xz", "thing", "2", "file"},
		{"thing_2.0.ZIP", "thing", "2.0", "file"},
		{"jquery-3.7.1.min.js", "jquery", "3.7.1.min", "script"},
		{"install.sh", "install", "", "script"},
		{"package", "package", "", "file"},
		{"base64-js.tgz", "base64-js", "", "npm"},
		{"-1.tgz", "-1", "", "npm"},
		{".tgz", "", "", "npm"},
		{"", "", "", "file"},
		{"_1_amd64.deb", "", "1", "deb"},
		{"plain.deb", "plain", "", "deb"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* as the tree keeps it */
		struct str label = rows[i][0][0] ? escape_name(&arena, str_of(rows[i][0])) : STR("");
		struct release_name r = name_from_file(&arena, label);

		if (!str_is(r.name, rows[i][1]) || !str_is(r.version, rows[i][2]) ||
		    !str_is(r.kind, rows[i][3]))
			print_error("%s: %.*s, %.*s, %.*s\n", rows[i][0], STR_ARG(r.name),
				STR_ARG(r.version), STR_ARG(r.kind));
		assert_true(str_is(r.name, rows[i][1]));
		assert_true(str_is(r.version, rows[i][2]));
		assert_true(str_is(r.kind, rows[i][3]));
	}
}

static void step(const char *old, const char *new_, enum version_step wanted)
{
	enum version_step got = version_step(str_of(old), str_of(new_));

	if (got != wanted)
		print_error("%s to %s: %d, wanted %d\n", old, new_, got, wanted);
	assert_int_equal(got, wanted);
}

static void test_steps(void **state)
{
	step("", "1.0.0", STEP_UNKNOWN);
	step("1.0.0", "", STEP_UNKNOWN);
	step("1.0.0", "1.0.0", STEP_SAME);
	step("1.0.0", "1.0.1", STEP_PATCH);
	step("1.0.9", "1.0.10", STEP_PATCH);
	step("1.0.0", "1.1.0", STEP_MINOR);
	step("1.9.9", "2.0.0", STEP_MAJOR);
	step("1.0.1", "1.0.0", STEP_DOWN);
	step("2.0.0", "1.9.9", STEP_DOWN);
	step("1.2", "1.2.1", STEP_PATCH);
	step("v1.2.0", "v1.3.0", STEP_MINOR);
	step("1.0.0+build1", "1.0.0+build2", STEP_PATCH);
	step("1.99999999999999999999998", "1.99999999999999999999999", STEP_PATCH);
}

static void test_pre_releases(void **state)
{
	step("1.0.0-beta.1", "1.0.0-beta.2", STEP_PATCH);
	step("1.0.0-beta.1", "1.0.0", STEP_PATCH); /* upwards, though it has fewer numbers */
	step("1.0.0", "1.0.0-rc.1", STEP_DOWN);
	step("1.0rc1", "1.0", STEP_PATCH);
	step("1.0b2", "1.0", STEP_PATCH);
	step("1.1.1", "1.1.1w", STEP_PATCH);
	step("1.1.1v", "1.1.1w", STEP_PATCH);
	step("1.0.0-beta.9", "1.1.0", STEP_MINOR);
	step("1.0.0-beta.2", "1.0.0-beta.1", STEP_DOWN);
	step("1.0.0-beta.1", "2.0.0-beta.1", STEP_MAJOR);
}

static void test_debian(void **state)
{
	step("3.0.15-1~deb12u1", "3.0.16-1~deb12u1", STEP_PATCH);
	step("3.0.15-1", "3.0.15-2", STEP_PATCH);
	step("3.0.15-1", "3.0.15-1+deb12u1", STEP_PATCH);
	step("3.0.15-1+deb12u1", "3.0.15-1+deb12u2", STEP_PATCH);
	step("1.0~rc1-1", "1.0-1", STEP_PATCH);
	step("1.0-1", "1.0~rc1-1", STEP_DOWN);
	step("2.0-1", "1:1.0-1", STEP_MAJOR); /* an epoch is upwards */
	step("1:1.0-1", "2.0-1", STEP_DOWN);
	step("1:1.0-1", "1:1.1-1", STEP_MINOR);
	step("1:1.0-1", "2:1.0-1", STEP_MAJOR);
	step("0:1.0-1", "1.0-2", STEP_PATCH);
	step("1.0-2", "1.0-1", STEP_DOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_pre_releases),
		cmocka_unit_test(test_debian),
	};
	int failed;

	arena_init(&arena, 0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
