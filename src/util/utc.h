/*
 * Instants and intervals in UTC: microseconds since 1970-01-01T00:00:00Z in the Gregorian calendar,
 * years 1 to 9999. A time that is known only roughly is the interval that holds it for certain.
 */
#ifndef ASSAY_UTIL_UTC_H
#define ASSAY_UTIL_UTC_H

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

#define UTC_UNKNOWN INT64_MIN
#define UTC_SECOND INT64_C(1000000)

/* Both ends belong to it. An end that is not known is UTC_UNKNOWN; lo <= hi where both are known. */
struct utc_span {
	int64_t lo, hi;
};

#define UTC_SPAN_UNKNOWN ((struct utc_span){UTC_UNKNOWN, UTC_UNKNOWN})

/* Days since 1970-01-01; month 1..12, day 1..31. */
int64_t utc_days(int64_t year, int64_t month, int64_t day);
/* Is there such a day? Years 1 to 9999. */
bool utc_is_day(int64_t year, int64_t month, int64_t day);

/*
 * RFC 3339: 2022-09-27T08:00:00Z, any offset, up to nine digits of a fraction (microseconds are
 * kept), a space or 't' for the 'T'; a date alone is its first instant; @SECONDS since 1970. A leap
 * second is the instant after it. Everything must be there and nothing after it.
 */
bool utc_parse(struct str s, int64_t *ret);

struct utc_text {
	char z[32]; /* "2022-09-27T08:00:00Z", with a fraction only where it is not zero; "" unknown */
};

struct utc_text utc_text(int64_t at);

#endif
