/*
 * Times as intervals. A record never says when something happened, only between which two instants:
 * stamps are rounded, zones are missing, clocks are wrong. Unit: microseconds since 1970 in UTC, in
 * int64_t named *_us. Reading of text: scope/time_text.h; zones: scope/zone.h.
 */
#ifndef ASSAY_SCOPE_TIME_H
#define ASSAY_SCOPE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

#define TIME_SECOND INT64_C(1000000)
#define TIME_DAY (INT64_C(86400) * TIME_SECOND)
#define TIME_UNKNOWN_LO INT64_MIN /* the bound is not known */
#define TIME_UNKNOWN_HI INT64_MAX

/* Both ends belong to it; lo <= hi. A stamp of whole seconds is [t, t + 999999]. */
struct interval {
	int64_t lo, hi;
};

#define INTERVAL_UNKNOWN ((struct interval){TIME_UNKNOWN_LO, TIME_UNKNOWN_HI})

/* What two intervals of uncertainty can say about the order of two events. */
enum time_order { TIME_IS_BEFORE, TIME_IS_AFTER, TIME_OVERLAPS /* the order is not known */ };

enum time_order interval_order(struct interval a, struct interval b);
static inline bool interval_known(struct interval a)
{
	return a.lo != TIME_UNKNOWN_LO && a.hi != TIME_UNKNOWN_HI;
}
bool interval_overlaps(struct interval a, struct interval b);
bool interval_within(struct interval inner, struct interval outer);
struct interval interval_hull(struct interval a, struct interval b); /* the smallest that holds both */
/* lo - less_us and hi + more_us; unknown bounds stay unknown, and nothing passes the ends of time. */
struct interval interval_widen(struct interval a, int64_t less_us, int64_t more_us);

/*
 * How many microseconds of `whole` lie in at least one of the parts, which are sorted and merged in
 * place. `whole` is known.
 */
int64_t interval_covered_us(struct interval whole, struct interval *parts, size_t n);

/* ---- calendar --------------------------------------------------------------------------------- */

struct civil {
	int year, month, day;     /* month and day from 1 */
	int hour, minute, second; /* second up to 60 */
};

bool civil_valid(const struct civil *c); /* years 1 to 9999; the day is one of its month */
int64_t civil_seconds(const struct civil *c); /* as if it were UTC; valid only */
struct civil civil_of(int64_t seconds);
int civil_weekday(int64_t days); /* of days since 1970: 0 = Sunday */
int64_t civil_days(int year, int month, int day);

enum { TIME_PRINT_BYTES = 40 };

/* RFC 3339 in UTC: whole seconds, or six digits behind the point where they are not. */
void time_print(int64_t us, char ret[TIME_PRINT_BYTES]);
/* Exactly what time_print() writes, and RFC 3339 with any offset. */
bool time_scan(struct str text, int64_t *ret_us);

/* ---- clocks ----------------------------------------------------------------------------------- */

enum { CLOCK_PAIRS_MIN = 5 };

/* How far a source's clock is ahead of the reference. */
struct clock {
	double offset_seconds, sigma_seconds;
	unsigned pairs; /* below CLOCK_PAIRS_MIN nothing is corrected: offset and sigma are 0 */
};

/*
 * From events seen by both, difference_us[i] = stamp of the source minus stamp of the reference:
 * median and median absolute deviation (times 1.4826, at least one millisecond). Sorts its argument.
 */
struct clock clock_of_pairs(int64_t *difference_us, size_t n);
/* The interval in the reference's time: moved by the offset, widened by three sigma. */
struct interval clock_correct(const struct clock *c, struct interval a);

#endif
