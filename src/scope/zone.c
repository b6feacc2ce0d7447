/*
 * Reads TZif files (RFC 8536, versions 1 to 4) as tzdata installs them:
 *
 *   "TZif" version reserved[15] isutcnt isstdcnt leapcnt timecnt typecnt charcnt   (6 * u32be)
 *   times[timecnt] (i32be, in the second block i64be), indices[timecnt] (u8),
 *   types[typecnt] {i32be offset, u8 is_dst, u8 abbreviation}, abbreviations[charcnt],
 *   leap seconds, standard and UT indicators; then, from version 2 on, the same with 64-bit times
 *   and at the end "\n" rule "\n": what holds after the last transition, as in the variable TZ.
 */
#include "scope/zone.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "util/cursor.h"

enum { ZONE_FILE_BYTES = 64 << 10, ZONE_TRANSITIONS = 4096, ZONE_TYPES = 256, ZONE_NAME_BYTES = 64 };

/* When in the year one half of a rule begins. */
struct change {
	enum { CHANGE_WEEKDAY, CHANGE_JULIAN, CHANGE_DAY } kind;
	int month, week, day; /* day: of the week, or of the year */
	int seconds;          /* after local midnight; may be negative or beyond a day */
};

struct rule {
	bool present, has_dst;
	int standard, dst; /* seconds east */
	struct change to_dst, to_standard;
};

struct zone {
	enum zone_kind kind;
	int fixed;
	size_t n_times, n_types;
	int64_t times[ZONE_TRANSITIONS];
	uint8_t types_at[ZONE_TRANSITIONS];
	int types[ZONE_TYPES]; /* seconds east */
	struct rule rule;
};

/* ---- the rule at the end ---------------------------------------------------------------------- */

static bool number(struct cursor *c, int max, int *ret)
{
	bool ok;
	uint64_t n = cursor_dec(c, 3, &ok);

	*ret = (int)n;
	return ok && n <= (uint64_t)max;
}

static bool next_is(struct cursor *c, char what)
{
	const uint8_t *p = cursor_peek(c, 1);

	if (!p || *p != what)
		return false;
	cursor_skip(c, 1);
	return true;
}

/* [+-]h[hh][:mm[:ss]] */
static bool rule_time(struct cursor *c, int *ret)
{
	int sign = next_is(c, '-') ? -1 : 1, h, m = 0, s = 0;

	if (sign == 1)
		(void)next_is(c, '+');
	if (!number(c, 167, &h))
		return false;
	if (next_is(c, ':') && !number(c, 59, &m))
		return false;
	if (m && next_is(c, ':') && !number(c, 59, &s))
		return false;
	*ret = sign * (h * 3600 + m * 60 + s);
	return true;
}

static bool rule_name(struct cursor *c)
{
	size_t n = 0;

	if (next_is(c, '<')) {
		while (cursor_left(c) && !next_is(c, '>'))
			cursor_skip(c, 1);
		return true;
	}
	for (const uint8_t *p; (p = cursor_peek(c, 1)) != NULL; n++) {
		if (!((*p | 32) >= 'a' && (*p | 32) <= 'z'))
			break;
		cursor_skip(c, 1);
	}
	return n >= 3;
}

static bool rule_change(struct cursor *c, struct change *ret)
{
	*ret = (struct change){.kind = CHANGE_DAY, .seconds = 7200};
	if (!next_is(c, ','))
		return false;
	if (next_is(c, 'M')) {
		ret->kind = CHANGE_WEEKDAY;
		if (!number(c, 12, &ret->month) || ret->month < 1 || !next_is(c, '.') ||
			!number(c, 5, &ret->week) || ret->week < 1 || !next_is(c, '.') ||
			!number(c, 6, &ret->day))
			return false;
	} else {
		if (next_is(c, 'J'))
			ret->kind = CHANGE_JULIAN;
		if (!number(c, 365, &ret->day))
			return false;
	}
	return !next_is(c, '/') || rule_time(c, &ret->seconds);
}

/* std offset [dst [offset] , start , end]; offsets are west of Greenwich there. */
static bool rule_read(struct str text, struct rule *r)
{
	struct cursor c = cursor_of(text.p, text.len);
	int west;

	*r = (struct rule){.present = true};
	if (!rule_name(&c) || !rule_time(&c, &west))
		return false;
	r->standard = -west;
	if (cursor_left(&c) == 0)
		return true;
	if (!rule_name(&c))
		return false;
	r->has_dst = true;
	r->dst = r->standard + 3600;
	if (cursor_peek(&c, 1) && *cursor_peek(&c, 1) != ',') {
		if (!rule_time(&c, &west))
			return false;
		r->dst = -west;
	}
	return rule_change(&c, &r->to_dst) && rule_change(&c, &r->to_standard) &&
	       cursor_left(&c) == 0;
}

/* Local seconds of the change, as if they were UTC. */
static int64_t change_at(const struct change *ch, int year)
{
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	int64_t days;

	if (ch->kind == CHANGE_WEEKDAY) {
		int64_t first = civil_days(year, ch->month, 1);
		int64_t next = ch->month == 12 ? civil_days(year + 1, 1, 1)
					       : civil_days(year, ch->month + 1, 1);

		days = first + (ch->day - civil_weekday(first) + 7) % 7 + 7 * (ch->week - 1);
		while (days >= next)
			days -= 7;
	} else {
		days = civil_days(year, 1, 1) + ch->day;
		/* Julian days count from 1 and never the leap day. */
		if (ch->kind == CHANGE_JULIAN)
			days += leap && ch->day >= 60 ? 0 : -1;
	}
	return days * 86400 + ch->seconds;
}

static int rule_offset(const struct rule *r, int64_t seconds)
{
	int64_t to_dst, to_standard;
	int year;

	if (!r->has_dst)
		return r->standard;
	year = civil_of(seconds + r->standard).year;
	to_dst = change_at(&r->to_dst, year) - r->standard;
	to_standard = change_at(&r->to_standard, year) - r->dst;
	if (to_dst < to_standard)
		return seconds >= to_dst && seconds < to_standard ? r->dst : r->standard;
	return seconds >= to_standard && seconds < to_dst ? r->standard : r->dst;
}

/* ---- the file --------------------------------------------------------------------------------- */

struct counts {
	uint32_t isut, isstd, leap, time, type, chars;
	uint8_t version;
};

static bool header(struct cursor *c, struct counts *n)
{
	struct str magic = cursor_str(c, 4);

	n->version = cursor_u8(c);
	cursor_skip(c, 15);
	n->isut = cursor_u32be(c);
	n->isstd = cursor_u32be(c);
	n->leap = cursor_u32be(c);
	n->time = cursor_u32be(c);
	n->type = cursor_u32be(c);
	n->chars = cursor_u32be(c);
	return cursor_ok(c) && str_is(magic, "TZif");
}

static bool body(struct cursor *c, const struct counts *n, bool wide, struct zone *z)
{
	size_t time_bytes = wide ? 8 : 4;

	if (n->time > ZONE_TRANSITIONS || n->type < 1 || n->type > ZONE_TYPES)
		return false;
	z->n_times = (size_t)cursor_count(c, n->time, time_bytes + 1);
	for (size_t i = 0; i < z->n_times; i++)
		z->times[i] = wide ? (int64_t)cursor_u64be(c) : (int32_t)cursor_u32be(c);
	for (size_t i = 0; i < z->n_times; i++) {
		z->types_at[i] = cursor_u8(c);
		if (z->types_at[i] >= n->type || (i && z->times[i] <= z->times[i - 1]))
			return false;
	}
	z->n_types = n->type;
	for (size_t i = 0; i < z->n_types; i++) {
		z->types[i] = (int32_t)cursor_u32be(c);
		if (z->types[i] < -26 * 3600 || z->types[i] > 26 * 3600)
			return false;
		cursor_skip(c, 2);
	}
	cursor_skip(c, n->chars);
	cursor_skip(c, (uint64_t)n->leap * (time_bytes + 4));
	cursor_skip(c, (uint64_t)n->isstd + n->isut);
	return cursor_ok(c);
}

static bool tzif_read(struct cursor c, struct zone *z)
{
	struct counts n;
	struct str line;

	if (!header(&c, &n) || !body(&c, &n, false, z))
		return false;
	if (n.version < '2')
		return true;
	if (!header(&c, &n) || !body(&c, &n, true, z) || cursor_u8(&c) != '\n')
		return false;
	line = cursor_str(&c, cursor_left(&c));
	if (!str_ends(line, "\n"))
		return false;
	line.len--;
	return line.len == 0 || rule_read(line, &z->rule);
}

/* ---- opening ---------------------------------------------------------------------------------- */

static bool name_is_safe(struct str s)
{
	if (s.len == 0 || s.len >= ZONE_NAME_BYTES || s.p[0] == '/' || str_has(s, "..") ||
		str_has(s, "//"))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		char ch = s.p[i];

		if (!((ch | 32) >= 'a' && (ch | 32) <= 'z') && !(ch >= '0' && ch <= '9') &&
			ch != '/' && ch != '_' && ch != '-' && ch != '+')
			return false;
	}
	return true;
}

static enum status named(struct str name, struct zone *z)
{
	char path[ZONE_NAME_BYTES + 32];
	enum status status = STATUS_OK;
	uint8_t *bytes;
	ssize_t n = 0;
	size_t have = 0;
	int fd;

	if (!name_is_safe(name))
		return STATUS_USAGE;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%.*s", STR_ARG(name));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return STATUS_NOT_FOUND;
	bytes = malloc(ZONE_FILE_BYTES);
	while (bytes && have < ZONE_FILE_BYTES &&
		(n = read(fd, bytes + have, ZONE_FILE_BYTES - have)) > 0)
		have += (size_t)n;
	close(fd);
	if (!bytes)
		return STATUS_NOMEM;
	/* A folder ("Europe") opens too, and cannot be read. */
	z->kind = ZONE_NAMED;
	if (n < 0)
		status = STATUS_NOT_FOUND;
	else if (!tzif_read(cursor_of(bytes, have), z))
		status = STATUS_DAMAGED;
	free(bytes);
	return status;
}

/* [+-]hh[[:]mm] */
static bool offset(struct str s, int *ret)
{
	struct cursor c = cursor_of(s.p + 1, s.len - 1);
	bool ok;
	uint64_t h = cursor_dec(&c, 2, &ok), m = 0;

	if (!ok || h > 26)
		return false;
	if (cursor_left(&c)) {
		(void)next_is(&c, ':');
		m = cursor_dec(&c, 2, &ok);
		if (!ok || m > 59 || cursor_left(&c))
			return false;
	}
	*ret = (s.p[0] == '-' ? -1 : 1) * (int)(h * 3600 + m * 60);
	return true;
}

enum status zone_open(struct str name, struct zone **ret)
{
	struct zone *z = calloc(1, sizeof(*z));
	enum status status = STATUS_OK;

	*ret = NULL;
	if (!z)
		return STATUS_NOMEM;
	if (name.len == 0 || str_equal_nocase(name, STR("unknown")))
		z->kind = ZONE_UNKNOWN;
	else if (str_equal_nocase(name, STR("z")) || str_equal_nocase(name, STR("utc")))
		z->kind = ZONE_FIXED;
	else if (name.p[0] == '+' || name.p[0] == '-') {
		z->kind = ZONE_FIXED;
		status = offset(name, &z->fixed) ? STATUS_OK : STATUS_USAGE;
	} else {
		status = named(name, z);
	}
	if (status != STATUS_OK) {
		free(z);
		return status;
	}
	*ret = z;
	return STATUS_OK;
}

void zone_close(struct zone *z)
{
	free(z);
}

enum zone_kind zone_kind(const struct zone *z)
{
	return z->kind;
}

int zone_offset(const struct zone *z, int64_t seconds)
{
	size_t lo = 0, hi = z->n_times;

	if (z->kind == ZONE_FIXED)
		return z->fixed;
	if (z->rule.present && (hi == 0 || seconds >= z->times[hi - 1]))
		return rule_offset(&z->rule, seconds);
	while (lo < hi) { /* the number of transitions that are not later */
		size_t middle = lo + (hi - lo) / 2;

		if (z->times[middle] <= seconds)
			lo = middle + 1;
		else
			hi = middle;
	}
	return z->types[lo ? z->types_at[lo - 1] : 0];
}

static unsigned candidate(const struct zone *z, int64_t local, int east,
	int64_t ret[ZONE_CANDIDATES], unsigned n)
{
	int64_t t = local - east;
	unsigned at = n;

	if (zone_offset(z, t) != east || n == ZONE_CANDIDATES)
		return n;
	for (unsigned i = 0; i < n; i++)
		if (ret[i] == t)
			return n;
	for (; at && ret[at - 1] > t; at--)
		ret[at] = ret[at - 1];
	ret[at] = t;
	return n + 1;
}

unsigned zone_instants(const struct zone *z, int64_t local_seconds, int64_t ret[ZONE_CANDIDATES])
{
	unsigned n = 0;

	if (z->kind == ZONE_FIXED) {
		ret[0] = local_seconds - z->fixed;
		return 1;
	}
	for (size_t i = 0; i < z->n_types; i++)
		n = candidate(z, local_seconds, z->types[i], ret, n);
	if (z->rule.present) {
		n = candidate(z, local_seconds, z->rule.standard, ret, n);
		n = candidate(z, local_seconds, z->rule.dst, ret, n);
	}
	return n;
}
