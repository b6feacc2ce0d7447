#include "scope/time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "scope/time_text.h"

enum time_order interval_order(struct interval a, struct interval b)
{
	if (a.hi != TIME_UNKNOWN_HI && b.lo != TIME_UNKNOWN_LO && a.hi < b.lo)
		return TIME_IS_BEFORE;
	if (b.hi != TIME_UNKNOWN_HI && a.lo != TIME_UNKNOWN_LO && b.hi < a.lo)
		return TIME_IS_AFTER;
	return TIME_OVERLAPS;
}

bool interval_overlaps(struct interval a, struct interval b)
{
	return a.lo <= b.hi && b.lo <= a.hi;
}

bool interval_within(struct interval inner, struct interval outer)
{
	return inner.lo >= outer.lo && inner.hi <= outer.hi;
}

struct interval interval_hull(struct interval a, struct interval b)
{
	return (struct interval){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}

static int64_t moved(int64_t t, int64_t by)
{
	int64_t ret;

	if (t == TIME_UNKNOWN_LO || t == TIME_UNKNOWN_HI)
		return t;
	if (__builtin_add_overflow(t, by, &ret))
		return by < 0 ? TIME_UNKNOWN_LO : TIME_UNKNOWN_HI;
	return ret;
}

struct interval interval_widen(struct interval a, int64_t less_us, int64_t more_us)
{
	return (struct interval){moved(a.lo, -less_us), moved(a.hi, more_us)};
}

static int by_lo(const void *a, const void *b)
{
	const struct interval *x = a, *y = b;

	return x->lo < y->lo ? -1 : x->lo > y->lo;
}

int64_t interval_covered_us(struct interval whole, struct interval *parts, size_t n)
{
	int64_t sum = 0, from = whole.lo;

	if (n > 1)
		qsort(parts, n, sizeof(*parts), by_lo);
	for (size_t i = 0; i < n && from <= whole.hi; i++) {
		int64_t lo = parts[i].lo > from ? parts[i].lo : from;
		int64_t hi = parts[i].hi < whole.hi ? parts[i].hi : whole.hi;

		if (hi < lo)
			continue;
		sum += hi - lo + 1;
		from = hi + 1;
	}
	return sum;
}

/* ---- calendar --------------------------------------------------------------------------------- */

/* Years begin in March here, so that the leap day is the last one. */
int64_t civil_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

bool civil_valid(const struct civil *c)
{
	return c->year >= 1 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
	       c->day <= month_days(c->year, c->month) && c->hour >= 0 && c->hour <= 23 &&
	       c->minute >= 0 && c->minute <= 59 && c->second >= 0 && c->second <= 60;
}

int64_t civil_seconds(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day) * 86400 + c->hour * 3600 + c->minute * 60 +
	       c->second;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct civil civil_of(int64_t seconds)
{
	int64_t days = floor_div(seconds, 86400), rest = seconds - days * 86400;
	int64_t z = days + 719468, era = floor_div(z, 146097), of_era = z - era * 146097;
	int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
	int64_t month = (5 * of_year + 2) / 153;

	return (struct civil){
		.year = (int)(years + era * 400 + (month >= 10)),
		.month = (int)(month < 10 ? month + 3 : month - 9),
		.day = (int)(of_year - (153 * month + 2) / 5 + 1),
		.hour = (int)(rest / 3600),
		.minute = (int)(rest / 60 % 60),
		.second = (int)(rest % 60),
	};
}

int civil_weekday(int64_t days)
{
	return (int)(((days + 4) % 7 + 7) % 7);
}

void time_print(int64_t us, char ret[TIME_PRINT_BYTES])
{
	int64_t seconds = floor_div(us, TIME_SECOND);
	struct civil c = civil_of(seconds);
	int n = snprintf(ret, TIME_PRINT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d", c.year % 10000,
		c.month, c.day, c.hour, c.minute, c.second);

	if (us != seconds * TIME_SECOND)
		n += snprintf(ret + n, TIME_PRINT_BYTES - (size_t)n, ".%06d",
			(int)(us - seconds * TIME_SECOND));
	snprintf(ret + n, TIME_PRINT_BYTES - (size_t)n, "Z");
}

bool time_scan(struct str text, int64_t *ret_us)
{
	struct time_text t;

	if (time_read(text, &t) != STATUS_OK || t.form != TIME_FORM_ISO || !t.has_zone ||
		!t.has_clock)
		return false;
	*ret_us = civil_seconds(&t.civil) * TIME_SECOND + t.fraction_us -
		  t.offset_seconds * TIME_SECOND;
	return true;
}

/* ---- clocks ----------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static double median(int64_t *values, size_t n)
{
	qsort(values, n, sizeof(*values), by_value);
	if (n % 2)
		return (double)values[n / 2];
	return ((double)values[n / 2 - 1] + (double)values[n / 2]) / 2;
}

struct clock clock_of_pairs(int64_t *difference_us, size_t n)
{
	const double normal = 1.4826, least = 0.001;
	struct clock c = {.pairs = (unsigned)n};
	double middle;

	if (n < CLOCK_PAIRS_MIN)
		return c;
	middle = median(difference_us, n);
	for (size_t i = 0; i < n; i++)
		difference_us[i] = (int64_t)fabs((double)difference_us[i] - middle);
	c.offset_seconds = middle / (double)TIME_SECOND;
	c.sigma_seconds = normal * median(difference_us, n) / (double)TIME_SECOND;
	if (c.sigma_seconds < least)
		c.sigma_seconds = least;
	return c;
}

struct interval clock_correct(const struct clock *c, struct interval a)
{
	double offset, spread;

	if (c->pairs < CLOCK_PAIRS_MIN)
		return a;
	offset = c->offset_seconds * (double)TIME_SECOND;
	spread = 3 * c->sigma_seconds * (double)TIME_SECOND;
	return interval_widen(a, (int64_t)(offset + spread), (int64_t)(spread - offset));
}
