/* The user's acceptances: every row whole, or the file is refused; expired rows are left out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "lib/accept.h"

#define PRINT "0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210"
#define ROW(print, expires) \
	"{\"fingerprint\":\"" print "\",\"reason\":\"known\",\"author\":\"A\",\"expires\":\"" expires "\"}\n"

enum { NOW = 1750636800 }; /* 2025-06-23 00:00 */

static char error[256];

static enum status load(const char *text, size_t n, struct accepted **ret)
{
	char name[] = "/tmp/assay-accept-XXXXXX";
	int fd = mkstemp(name);
	enum status s;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	close(fd);
	error[0] = '\0';
	s = accepted_load(name, NOW, ret, error, sizeof(error));
	unlink(name);
	return s;
}

static void refused(const char *text, const char *says)
{
	struct accepted *a;

	assert_int_equal(load(text, strlen(text), &a), STATUS_USAGE);
	assert_null(a);
	if (!strstr(error, says))
		fail_msg("\"%s\" does not say \"%s\"", error, says);
}

static bool has(const char *text, const char *print)
{
	struct accepted *a;
	bool found;

	if (load(text, strlen(text), &a) != STATUS_OK)
		fail_msg("%s", error);
	found = accepted_has(a, str_of(print));
	accepted_free(a);
	return found;
}

static void test_rows(void **state)
{
	assert_true(has(ROW(PRINT, "2025-12-31"), PRINT));
	assert_false(has(ROW(PRINT, "2025-12-31"), OTHER));
	assert_true(has("# ours\n\n  \n" ROW(OTHER, "2025-12-31") ROW(PRINT, "2026-01-01"), PRINT));
	assert_false(has("", PRINT));
	assert_false(has(ROW(PRINT, "2025-12-31"), ""));
	assert_false(has(ROW(PRINT, "2025-12-31"), "0123"));
}

static void test_expiry(void **state)
{
	assert_true(has(ROW(PRINT, "2025-06-23"), PRINT)); /* its last day counts */
	assert_false(has(ROW(PRINT, "2025-06-22"), PRINT));
	assert_false(has(ROW(PRINT, "1970-01-01"), PRINT));
	assert_true(has(ROW(PRINT, "2028-02-29"), PRINT));
	assert_true(has(ROW(PRINT, "9999-12-31"), PRINT));
}

static void test_refused(void **state)
{
	refused("nonsense\n", "line 1");
	refused(ROW(PRINT, "2025-12-31") "[]\n", "line 2");
	refused("{}\n", "fingerprint");
	refused(ROW("0123", "2025-12-31"), "fingerprint");
	refused(ROW("0123456789ABCDEF0123456789ABCDEF", "2025-12-31"), "fingerprint");
	refused(ROW("................................", "2025-12-31"), "fingerprint");
	refused("{\"fingerprint\":\"" PRINT "\",\"author\":\"A\",\"expires\":\"2025-12-31\"}\n", "reason");
	refused("{\"fingerprint\":\"" PRINT "\",\"reason\":\"\",\"author\":\"A\",\"expires\":\"2025-12-31\"}\n",
		"reason");
	refused("{\"fingerprint\":\"" PRINT "\",\"reason\":\"r\",\"expires\":\"2025-12-31\"}\n", "author");
	refused("{\"fingerprint\":\"" PRINT "\",\"reason\":\"r\",\"author\":\"A\"}\n", "expires");
	refused(ROW(PRINT, "tomorrow"), "expires");
	refused(ROW(PRINT, "2025-13-01"), "expires");
	refused(ROW(PRINT, "2025-02-30"), "expires");
	refused(ROW(PRINT, "2025-12-31 "), "expires");
	refused(ROW(PRINT, "25-1-1"), "expires");
	refused(ROW(PRINT, "-999-01-01"), "expires");
	/* the last one of two keys must not win silently */
	refused("{\"fingerprint\":\"" PRINT "\",\"fingerprint\":\"" OTHER
		"\",\"reason\":\"r\",\"author\":\"A\",\"expires\":\"2025-12-31\"}\n",
		"line 1");
}

static void test_shapes(void **state)
{
	static char text[40000];
	struct accepted *a;

	memset(text, 'x', sizeof(text));
	assert_int_equal(load(text, sizeof(text), &a), STATUS_USAGE); /* one endless line */
	memset(text, 0, sizeof(text));
	assert_int_equal(load(text, sizeof(text), &a), STATUS_USAGE);
	assert_int_equal(accepted_load("/nowhere/at/all", NOW, &a, error, sizeof(error)), STATUS_NOT_FOUND);
	assert_null(a);
	assert_non_null(strstr(error, "/nowhere/at/all"));
	assert_int_equal(accepted_load("/tmp", NOW, &a, error, sizeof(error)), STATUS_IO); /* a folder */
	assert_null(a);
	accepted_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
