#include "util/utc.h"

#include <stdio.h>

#include "util/cursor.h"

static const int64_t day_seconds = 86400;
static const int64_t first_day = -719162; /* 0001-01-01 */
static const int64_t last_day = 2932896;  /* 9999-12-31 */

int64_t utc_days(int64_t year, int64_t month, int64_t day)
{
	int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
	int64_t shifted = month > 2 ? month - 3 : month + 9;
	int64_t of_year = (153 * shifted + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool utc_is_day(int64_t year, int64_t month, int64_t day)
{
	static const uint8_t last[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > last[month - 1])
		return false;
	return month != 2 || day != 29 ||
	       (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

/* Takes exactly n digits off the front. */
static bool digits(struct str *s, size_t n, int64_t *ret)
{
	uint64_t value;

	for (size_t i = 0; i < n; i++)
		if (i >= s->len || s->p[i] < '0' || s->p[i] > '9')
			return false;
	if (!str_to_u64(str_part(*s, 0, n), 10, &value))
		return false;
	*ret = (int64_t)value;
	*s = str_part(*s, n, s->len);
	return true;
}

static bool one_of(struct str *s, const char *set)
{
	if (s->len == 0 || !strchr(set, s->p[0]) || s->p[0] == '\0')
		return false;
	*s = str_part(*s, 1, s->len);
	return true;
}

static bool fraction(struct str *s, int64_t *ret)
{
	int64_t unit = UTC_SECOND / 10;
	size_t n = 0;

	*ret = 0;
	if (!one_of(s, "."))
		return true;
	for (; n < s->len && s->p[n] >= '0' && s->p[n] <= '9'; n++, unit /= 10)
		*ret += (s->p[n] - '0') * unit;
	*s = str_part(*s, n, s->len);
	return n >= 1 && n <= 9;
}

static bool offset(struct str *s, int64_t *ret_seconds)
{
	int64_t hours, minutes, sign;

	*ret_seconds = 0;
	if (one_of(s, "Zz"))
		return true;
	sign = s->len && s->p[0] == '-' ? -1 : 1;
	if (!one_of(s, "+-") || !digits(s, 2, &hours) || !one_of(s, ":") || !digits(s, 2, &minutes))
		return false;
	*ret_seconds = sign * (hours * 60 + minutes) * 60;
	return hours <= 23 && minutes <= 59;
}

static bool in_range(int64_t seconds)
{
	return seconds >= first_day * day_seconds && seconds < (last_day + 1) * day_seconds;
}

static bool since_1970(struct str s, int64_t *ret)
{
	uint64_t n;

	if (!str_to_u64(s, 10, &n) || n > INT64_MAX || !in_range((int64_t)n))
		return false;
	*ret = (int64_t)n * UTC_SECOND;
	return true;
}

bool utc_parse(struct str s, int64_t *ret)
{
	int64_t year, month, day, hour, minute, second, part, east, all;

	if (s.len && s.p[0] == '@')
		return since_1970(str_part(s, 1, s.len), ret);
	if (!digits(&s, 4, &year) || !one_of(&s, "-") || !digits(&s, 2, &month) ||
		!one_of(&s, "-") || !digits(&s, 2, &day) || !utc_is_day(year, month, day))
		return false;
	all = utc_days(year, month, day) * day_seconds;
	if (s.len == 0) {
		*ret = all * UTC_SECOND;
		return true;
	}
	if (!one_of(&s, "Tt ") || !digits(&s, 2, &hour) || !one_of(&s, ":") ||
		!digits(&s, 2, &minute) || !one_of(&s, ":") || !digits(&s, 2, &second) ||
		!fraction(&s, &part) || !offset(&s, &east) || s.len)
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	all += (hour * 60 + minute) * 60 + second - east;
	*ret = all * UTC_SECOND + part;
	return in_range(all);
}

struct utc_text utc_text(int64_t at)
{
	struct utc_text t = {""};
	int64_t seconds = at / UTC_SECOND, part = at % UTC_SECOND, days, of_day, era, of_era;
	int64_t year_of_era, of_year, shifted, year, month, day;
	int n;

	if (part < 0) {
		part += UTC_SECOND;
		seconds--;
	}
	if (at == UTC_UNKNOWN || !in_range(seconds))
		return t;
	days = (seconds - first_day * day_seconds) / day_seconds + first_day;
	of_day = seconds - days * day_seconds;
	days += 719468;
	era = days / 146097;
	of_era = days - era * 146097;
	year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	shifted = (5 * of_year + 2) / 153;
	day = of_year - (153 * shifted + 2) / 5 + 1;
	month = shifted < 10 ? shifted + 3 : shifted - 9;
	year = year_of_era + era * 400 + (month <= 2);
	n = snprintf(t.z, sizeof(t.z), "%04d-%02d-%02dT%02d:%02d:%02d", (int)(year % 10000),
		(int)month, (int)day, (int)(of_day / 3600), (int)(of_day / 60 % 60),
		(int)(of_day % 60));
	if (part) {
		n += snprintf(t.z + n, sizeof(t.z) - (size_t)n, ".%06d", (int)part);
		while (t.z[n - 1] == '0')
			n--;
	}
	snprintf(t.z + n, sizeof(t.z) - (size_t)n, "Z");
	return t;
}
