/* Times: text to instants and back; what is no time is none. */
#include "tools.h"

#include "util/utc.h"

static void reads(void **state)
{
	static const struct {
		const char *text, *again;
	} good[] = {
		{"1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"},
		{"2022-09-27", "2022-09-27T00:00:00Z"},
		{"@1664236800", "2022-09-27T00:00:00Z"},
		{"2022-09-27T08:00:00.250Z", "2022-09-27T08:00:00.25Z"},
		{"2022-09-27 08:00:00.000001z", "2022-09-27T08:00:00.000001Z"},
		{"2022-09-27t01:30:00+05:30", "2022-09-26T20:00:00Z"},
		{"2022-09-26T20:30:00-05:00", "2022-09-27T01:30:00Z"},
		{"2024-02-29T23:59:60Z", "2024-03-01T00:00:00Z"},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
		{"1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999Z"},
		{"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int64_t at;

		assert_true(utc_parse(str_of(good[i].text), &at));
		assert_string_equal(utc_text(at).z, good[i].again);
	}
}

static void refuses(void **state)
{
	static const char *const bad[] = {"", "2022", "2022-13-01", "2022-02-30", "2023-02-29",
		"2022-09-27T", "2022-09-27T08:00", "2022-09-27T08:00:00", "2022-09-27T24:00:00Z",
		"2022-09-27T08:60:00Z", "2022-09-27T08:00:61Z", "2022-09-27T08:00:00.Z",
		"2022-09-27T08:00:00.1234567890Z", "2022-09-27T08:00:00Zx", "2022-09-27T08:00:00+24:00",
		"0000-01-01", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "@", "@-1",
		"@999999999999999", " 2022-09-27", "2022-09-27T08:00:00+0100"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t at;

		if (utc_parse(str_of(bad[i]), &at))
			fail_msg("%s was taken", bad[i]);
	}
	assert_string_equal(utc_text(UTC_UNKNOWN).z, "");
	assert_string_equal(utc_text(INT64_MAX).z, "");
}

/* Every day of 1 to 9999, against a count. */
static void every_day(void **state)
{
	int64_t n = 0, first = utc_days(1, 1, 1);

	(void)state;
	for (int64_t y = 1; y <= 9999; y++)
		for (int64_t m = 1; m <= 12; m++)
			for (int64_t d = 1; utc_is_day(y, m, d); d++)
				assert_int_equal(utc_days(y, m, d), first + n++);
	assert_int_equal(n, 3652059);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(refuses),
		cmocka_unit_test(every_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
