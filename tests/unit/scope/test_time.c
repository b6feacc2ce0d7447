/* Times of logs: what is written, which instants that can have been, and what can be said of two. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "scope/time_text.h"

static int64_t at(const char *rfc3339)
{
	int64_t us;

	if (!time_scan(str_of(rfc3339), &us))
		fail_msg("%s is no time", rfc3339);
	return us;
}

static struct time_text text_of(const char *z)
{
	struct time_text t;

	if (time_read(str_of(z), &t) != STATUS_OK)
		fail_msg("%s is not read", z);
	return t;
}

static struct time_set placed(const char *z, const char *zone_name, int year)
{
	struct time_text t = text_of(z);
	struct time_context about = {.year = year};
	struct zone *zone = NULL;
	struct time_set s;

	assert_int_equal(zone_open(str_of(zone_name), &zone), STATUS_OK);
	about.zone = zone;
	assert_int_equal(time_place(&t, &about, &s), STATUS_OK);
	zone_close(zone);
	return s;
}

static void forms_are_read(void **state)
{
	static const struct {
		const char *text, *utc;
		enum time_form form;
		int64_t resolution_us;
	} rows[] = {
		{"2022-09-27T10:11:12Z", "2022-09-27T10:11:12Z", TIME_FORM_ISO, TIME_SECOND},
		{"2022-09-27T10:11:12.5+02:00", "2022-09-27T08:11:12.5Z", TIME_FORM_ISO, 100000},
		{"2022-09-27 10:11:12,123 +0200", "2022-09-27T08:11:12.123Z", TIME_FORM_ISO, 1000},
		{"2022-09-27T10:11:12.1234567Z", "2022-09-27T10:11:12.123456Z", TIME_FORM_ISO, 1},
		{"2022-09-27T10:11-03", "2022-09-27T13:11:00Z", TIME_FORM_ISO, 60 * TIME_SECOND},
		{"2022/09/27 10:11:12 UTC", "2022-09-27T10:11:12Z", TIME_FORM_ISO, TIME_SECOND},
		{"[27/Sep/2022:10:11:12 +0200]", "2022-09-27T08:11:12Z", TIME_FORM_CLF, TIME_SECOND},
		{"Tue, 27 Sep 2022 10:11:12 GMT", "2022-09-27T10:11:12Z", TIME_FORM_NAMED, TIME_SECOND},
		{"1664273472", "2022-09-27T10:11:12Z", TIME_FORM_EPOCH, TIME_SECOND},
		{"1664273472.123456", "2022-09-27T10:11:12.123456Z", TIME_FORM_EPOCH, 1},
		{"1664273472.123", "2022-09-27T10:11:12.123Z", TIME_FORM_EPOCH, 1000},
		{"1664273472123", "2022-09-27T10:11:12.123Z", TIME_FORM_EPOCH, 1000},
		{"1664273472123456", "2022-09-27T10:11:12.123456Z", TIME_FORM_EPOCH, 1},
		{"1664273472123456789", "2022-09-27T10:11:12.123456Z", TIME_FORM_EPOCH, 1},
		{"133087470721234567", "2022-09-27T10:11:12.123456Z", TIME_FORM_EPOCH, 1},
		{"Sep 27 2022 10:11:12 UTC", "2022-09-27T10:11:12Z", TIME_FORM_SYSLOG, TIME_SECOND},
		{"2022-06-30T23:59:60Z", "2022-07-01T00:00:00Z", TIME_FORM_ISO, TIME_SECOND},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct time_text t = text_of(rows[i].text);
		struct time_set s;

		assert_int_equal(time_place(&t, &(struct time_context){.zone = NULL}, &s), STATUS_OK);
		assert_int_equal(s.n, 1);
		assert_int_equal(t.form, rows[i].form);
		if (s.at[0].lo != at(rows[i].utc) ||
			s.at[0].hi != at(rows[i].utc) + rows[i].resolution_us - 1)
			fail_msg("%s is not %s", rows[i].text, rows[i].utc);
	}
}

static void forms_without_zone_are_read(void **state)
{
	static const char *const texts[] = {"2022-09-27T10:11:12", "27-Sep-2022 10:11:12",
		"Tue Sep 27 10:11:12 2022", "27.09.2022 10:11:12", "9/27/2022 10:11:12 AM",
		"27/09/2022 10:11:12", "Sep 27 10:11:12", "2022-09-27 10:11:12 CEST"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct time_set s = placed(texts[i], "+02:00", 2022);

		assert_int_equal(s.n, 1);
		if (s.at[0].lo != at("2022-09-27T08:11:12Z"))
			fail_msg("%s is misread", texts[i]);
	}
	assert_int_equal(placed("9/27/2022 12:11:12 AM", "UTC", 0).at[0].lo,
		at("2022-09-27T00:11:12Z"));
	assert_int_equal(placed("9/27/2022 12:11:12 pm", "UTC", 0).at[0].lo,
		at("2022-09-27T12:11:12Z"));
	assert_int_equal(placed("2022-09-27", "UTC", 0).at[0].hi, at("2022-09-27T23:59:59.999999Z"));
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const texts[] = {"", "-", "yesterday", "2022-13-01T00:00:00Z",
		"2022-02-29T00:00:00Z", "2022-09-27T25:00:00Z", "2022-09-27T10:11:12Zx", "12345",
		"99999999999", "2022-09-27T10:61:12Z", "27/Sep/22", "Sep 31 10:11:12", "10:11:12",
		"2022-09-27T10:11:12+99:00", "1664273472.", "2022-09-27T10:11:12.Z", "13/13/2022",
		"2022-09-27T10:11:12+", "0000000000000000000000000000000000000000"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct time_text t;

		if (time_read(str_of(texts[i]), &t) == STATUS_OK)
			fail_msg("%s was taken for a time", texts[i]);
	}
}

static void every_prefix_is_harmless(void **state)
{
	const char *text = "Tue, 27 Sep 2022 10:11:12.123456 +0200";
	struct time_text t;

	for (size_t n = 0; n <= strlen(text); n++) {
		char *copy = malloc(n ? n : 1); /* exact, so that a sanitiser sees a read beyond it */

		memcpy(copy, text, n);
		(void)!time_read(str_view(copy, n), &t);
		free(copy);
	}
}

static void an_unknown_zone_is_26_hours_wide(void **state)
{
	struct time_set s = placed("2022-09-27T12:00:00", "unknown", 0);

	assert_int_equal(s.n, 1);
	assert_int_equal(s.at[0].lo, at("2022-09-26T22:00:00Z"));
	assert_int_equal(s.at[0].hi, at("2022-09-28T00:00:00.999999Z"));
}

static void a_fold_gives_two_intervals_and_a_gap_none(void **state)
{
	struct time_set s = placed("2022-10-30T02:30:00", "Europe/Berlin", 0);
	struct time_text t = text_of("2022-03-27T02:30:00");
	struct time_context about = {.year = 0};
	struct zone *berlin;

	assert_int_equal(s.n, 2);
	assert_int_equal(s.at[0].lo, at("2022-10-30T00:30:00Z"));
	assert_int_equal(s.at[1].lo, at("2022-10-30T01:30:00Z"));
	assert_int_equal(time_hull(&s).lo, s.at[0].lo);
	assert_int_equal(time_hull(&s).hi, s.at[1].hi);

	assert_int_equal(zone_open(STR("Europe/Berlin"), &berlin), STATUS_OK);
	about.zone = berlin;
	assert_int_equal(time_place(&t, &about, &s), STATUS_NOT_FOUND);
	assert_int_equal(s.n, 0);
	zone_close(berlin);
}

static void zones_follow_their_rules(void **state)
{
	static const struct {
		const char *zone, *local, *utc;
	} rows[] = {
		{"Europe/Berlin", "2022-09-27T12:00:00", "2022-09-27T10:00:00Z"},
		{"Europe/Berlin", "2022-12-27T12:00:00", "2022-12-27T11:00:00Z"},
		{"America/New_York", "2022-09-27T12:00:00", "2022-09-27T16:00:00Z"},
		/* Beyond the last transition of the file: the rule at its end. */
		{"America/New_York", "2099-07-01T12:00:00", "2099-07-01T16:00:00Z"},
		{"America/New_York", "2099-12-01T12:00:00", "2099-12-01T17:00:00Z"},
		{"Australia/Sydney", "2099-01-01T12:00:00", "2099-01-01T01:00:00Z"},
		{"Australia/Sydney", "2099-07-01T12:00:00", "2099-07-01T02:00:00Z"},
		{"Asia/Kolkata", "2022-09-27T12:00:00", "2022-09-27T06:30:00Z"},
		{"Pacific/Apia", "2022-09-27T12:00:00", "2022-09-26T23:00:00Z"},
		{"+0530", "2022-09-27T12:00:00", "2022-09-27T06:30:00Z"},
		{"-03", "2022-09-27T12:00:00", "2022-09-27T15:00:00Z"},
	};
	struct zone *z;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct time_set s = placed(rows[i].local, rows[i].zone, 0);

		if (s.n != 1 || s.at[0].lo != at(rows[i].utc))
			fail_msg("%s in %s is not %s", rows[i].local, rows[i].zone, rows[i].utc);
	}
	assert_int_equal(zone_open(STR("Europe/Atlantis"), &z), STATUS_NOT_FOUND);
	assert_int_equal(zone_open(STR("../../etc/passwd"), &z), STATUS_USAGE);
	assert_int_equal(zone_open(STR("Europe"), &z), STATUS_NOT_FOUND);
	assert_int_equal(zone_open(STR("/etc/localtime"), &z), STATUS_USAGE);
	assert_int_equal(zone_open(STR("+9x"), &z), STATUS_USAGE);
}

static void a_skipped_day_does_not_exist(void **state)
{
	/* Samoa crossed the date line: its clocks never showed 30 December 2011. */
	struct time_text t = text_of("2011-12-30T12:00:00");
	struct time_context about = {.year = 0};
	struct time_set s;
	struct zone *apia;

	assert_int_equal(zone_open(STR("Pacific/Apia"), &apia), STATUS_OK);
	about.zone = apia;
	assert_int_equal(time_place(&t, &about, &s), STATUS_NOT_FOUND);
	zone_close(apia);
}

static void day_and_month_may_be_exchanged(void **state)
{
	struct time_text t = text_of("9/10/2022 10:11:12");
	struct time_context about = {.order = TIME_DAY_UNKNOWN};
	struct zone *utc;
	struct time_set s;

	assert_int_equal(zone_open(STR("UTC"), &utc), STATUS_OK);
	about.zone = utc;
	assert_int_equal(time_place(&t, &about, &s), STATUS_OK);
	assert_int_equal(s.n, 2);
	about.order = TIME_DAY_FIRST;
	assert_int_equal(time_place(&t, &about, &s), STATUS_OK);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.at[0].lo, at("2022-10-09T10:11:12Z"));
	about.order = TIME_MONTH_FIRST;
	assert_int_equal(time_place(&t, &about, &s), STATUS_OK);
	assert_int_equal(s.at[0].lo, at("2022-09-10T10:11:12Z"));
	zone_close(utc);
}

static void missing_years_follow_the_file(void **state)
{
	static const char *const lines[] = {"Dec 30 10:00:00", "Dec 31 23:59:59", "Jan  1 00:00:01",
		"Dec 31 23:59:58" /* came late */, "Jan  1 00:00:02", "Jun  1 00:00:00",
		"Dec  1 00:00:00", "Jan  5 00:00:00"};
	static const int years[] = {2021, 2021, 2022, 2021, 2022, 2022, 2022, 2023};
	struct year_walk w = {.started = false};
	struct time_context about = {.year = 0};
	struct time_set s;
	int turns[8];

	for (size_t i = 0; i < 8; i++) {
		struct time_text t = text_of(lines[i]);

		assert_false(t.has_year);
		assert_int_equal(time_place(&t, &about, &s), STATUS_UNSUPPORTED);
		turns[i] = year_walk_step(&w, &t);
	}
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(year_walk_year(&w, turns[i], at("2023-01-05T00:00:10Z"), NULL),
			years[i]);
		/* A file that was copied in autumn tells the same. */
		assert_int_equal(year_walk_year(&w, turns[i], at("2023-10-05T00:00:10Z"), NULL),
			years[i]);
	}
	/* The last line is later than the file in this year. */
	assert_int_equal(year_walk_year(&w, turns[7], at("2023-01-03T00:00:00Z"), NULL), 2022);
}

static void clocks_are_learnt_from_pairs(void **state)
{
	int64_t pairs[] = {61000000, 59500000, 60000000, 60500000, 3600000000, 60200000, 59900000};
	struct clock c = clock_of_pairs(pairs, 7), few;
	struct interval a = {at("2022-09-27T10:00:00Z"), at("2022-09-27T10:00:00.999999Z")};
	struct interval b = clock_correct(&c, a);
	int64_t four[] = {1, 2, 3, 4};

	assert_int_equal(c.pairs, 7);
	assert_true(c.offset_seconds == 60.2);
	assert_true(c.sigma_seconds > 0.4 && c.sigma_seconds < 1.2);
	assert_true(b.lo < a.lo - 60 * TIME_SECOND && b.lo > a.lo - 65 * TIME_SECOND);
	assert_true(b.hi < a.hi - 55 * TIME_SECOND);
	few = clock_of_pairs(four, 4);
	assert_int_equal(few.pairs, 4);
	b = clock_correct(&few, a);
	assert_memory_equal(&a, &b, sizeof(a));
}

static void pairs_narrow_an_unknown_zone(void **state)
{
	/* The clock shows local time of UTC+2, one second fast. */
	struct clock c = {.offset_seconds = 7201, .sigma_seconds = 1, .pairs = 9};
	struct time_context about = {.clock = &c};
	struct time_text t = text_of("2022-09-27T12:00:01");
	struct time_set s;

	assert_int_equal(time_place(&t, &about, &s), STATUS_OK);
	assert_int_equal(s.at[0].lo, at("2022-09-27T09:59:57Z"));
	assert_int_equal(s.at[0].hi, at("2022-09-27T10:00:03.999999Z"));
	c.pairs = 4;
	assert_int_equal(time_place(&t, &about, &s), STATUS_OK);
	assert_true(s.at[0].hi - s.at[0].lo > 25 * 3600 * TIME_SECOND);
}

static void order_is_only_what_intervals_support(void **state)
{
	struct interval a = {10, 20}, b = {21, 30}, c = {20, 25};

	assert_int_equal(interval_order(a, b), TIME_IS_BEFORE);
	assert_int_equal(interval_order(b, a), TIME_IS_AFTER);
	assert_int_equal(interval_order(a, c), TIME_OVERLAPS);
	assert_int_equal(interval_order(a, a), TIME_OVERLAPS);
	assert_int_equal(interval_order(a, INTERVAL_UNKNOWN), TIME_OVERLAPS);
	assert_int_equal(interval_order((struct interval){TIME_UNKNOWN_LO, 5}, a), TIME_IS_BEFORE);
	assert_int_equal(interval_order((struct interval){5, TIME_UNKNOWN_HI}, a), TIME_OVERLAPS);
}

static void cover_is_counted_once(void **state)
{
	struct interval parts[] = {{50, 59}, {0, 9}, {5, 14}, {95, 200}, {55, 56}};

	assert_int_equal(interval_covered_us((struct interval){0, 99}, parts, 5), 15 + 10 + 5);
	assert_int_equal(interval_covered_us((struct interval){0, 99}, NULL, 0), 0);
}

static void calendar_goes_round(void **state)
{
	for (int64_t day = civil_days(1600, 1, 1); day < civil_days(2400, 1, 1); day += 13) {
		struct civil c = civil_of(day * 86400 + 4711);

		assert_true(civil_valid(&c));
		assert_int_equal(civil_seconds(&c), day * 86400 + 4711);
	}
	assert_int_equal(civil_weekday(civil_days(2022, 9, 27)), 2);
}

static void what_is_printed_is_read_again(void **state)
{
	static const char *const texts[] = {"2022-09-27T10:11:12Z", "1969-12-31T23:59:59.999999Z",
		"0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"};
	char out[TIME_PRINT_BYTES];
	int64_t us;

	for (size_t i = 0; i < 4; i++) {
		if (i == 2) { /* years below 1000 are no form of logs */
			time_print(civil_days(1, 1, 1) * TIME_DAY, out);
			assert_string_equal(out, texts[i]);
			continue;
		}
		time_print(at(texts[i]), out);
		assert_string_equal(out, texts[i]);
	}
	assert_false(time_scan(STR("2022-09-27T10:11:12"), &us));
	assert_false(time_scan(STR("2022-09-27"), &us));
	assert_false(time_scan(STR("1664273472"), &us));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_read),
		cmocka_unit_test(forms_without_zone_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(every_prefix_is_harmless),
		cmocka_unit_test(an_unknown_zone_is_26_hours_wide),
		cmocka_unit_test(a_fold_gives_two_intervals_and_a_gap_none),
		cmocka_unit_test(zones_follow_their_rules),
		cmocka_unit_test(a_skipped_day_does_not_exist),
		cmocka_unit_test(day_and_month_may_be_exchanged),
		cmocka_unit_test(missing_years_follow_the_file),
		cmocka_unit_test(clocks_are_learnt_from_pairs),
		cmocka_unit_test(pairs_narrow_an_unknown_zone),
		cmocka_unit_test(order_is_only_what_intervals_support),
		cmocka_unit_test(cover_is_counted_once),
		cmocka_unit_test(calendar_goes_round),
		cmocka_unit_test(what_is_printed_is_read_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
