#include "scope/time_text.h"

#include <string.h>

#include "util/cursor.h"

enum { TEXT_MAX = 64, CLOCK_FRACTION_DIGITS = 9 };

/* ---- pieces ----------------------------------------------------------------------------------- */

static char peek(const struct cursor *c)
{
	const uint8_t *p = cursor_peek(c, 1);

	return p ? (char)*p : 0;
}

static bool is_digit(char ch)
{
	return ch >= '0' && ch <= '9';
}

static bool take(struct cursor *c, char what)
{
	if (peek(c) != what || !what)
		return false;
	cursor_skip(c, 1);
	return true;
}

static bool take_any(struct cursor *c, const char *set)
{
	char ch = peek(c);

	if (!ch || !strchr(set, ch))
		return false;
	cursor_skip(c, 1);
	return true;
}

static void blanks(struct cursor *c)
{
	while (take(c, ' '))
		;
}

/* Between `least` and `most` digits, not followed by another one. */
static bool digits(struct cursor *c, int least, int most, int *ret)
{
	size_t from = c->pos;
	bool ok;
	uint64_t n = is_digit(peek(c)) ? cursor_dec(c, most, &ok) : (ok = false, 0);

	*ret = (int)n;
	return ok && c->pos - from >= (size_t)least && !is_digit(peek(c));
}

/* Digits behind the point; the first six count for the value. */
static bool fraction(struct cursor *c, struct time_text *t)
{
	int64_t unit = TIME_SECOND;
	int n = 0;

	for (; is_digit(peek(c)) && n < CLOCK_FRACTION_DIGITS; n++) {
		unit /= 10;
		t->fraction_us += (peek(c) - '0') * unit;
		cursor_skip(c, 1);
	}
	t->resolution_us = unit ? unit : 1;
	return n && !is_digit(peek(c));
}

/* hh:mm[:ss[.fff]][ AM|PM] */
static bool clock_text(struct cursor *c, struct time_text *t)
{
	struct cursor save;

	if (!digits(c, 1, 2, &t->civil.hour) || !take(c, ':') ||
		!digits(c, 2, 2, &t->civil.minute))
		return false;
	t->has_clock = true;
	t->resolution_us = 60 * TIME_SECOND;
	if (take(c, ':')) {
		if (!digits(c, 2, 2, &t->civil.second))
			return false;
		t->resolution_us = TIME_SECOND;
		if (take_any(c, ".,") && !fraction(c, t))
			return false;
	}
	save = *c;
	blanks(c);
	if (take_any(c, "AaPp")) {
		bool after_noon = (c->base[c->pos - 1] | 32) == 'p';

		if (take_any(c, "Mm")) {
			if (t->civil.hour < 1 || t->civil.hour > 12)
				return false;
			t->civil.hour = t->civil.hour % 12 + (after_noon ? 12 : 0);
			return true;
		}
	}
	*c = save;
	return true;
}

/* Z, UTC, GMT, +hh[[:]mm]; any other abbreviation is read over: CST is four different zones. */
static bool zone_text(struct cursor *c, struct time_text *t)
{
	struct str word;
	size_t from;
	int h, m = 0, sign;

	blanks(c);
	if (peek(c) == '+' || peek(c) == '-') {
		sign = take(c, '-') ? -1 : (cursor_skip(c, 1), 1);
		if (!is_digit(peek(c)))
			return false;
		from = c->pos;
		if (!digits(c, 1, 4, &h))
			return false;
		if (c->pos - from > 2) {
			m = h % 100;
			h /= 100;
		} else if (take(c, ':') && !digits(c, 2, 2, &m)) {
			return false;
		}
		t->has_zone = true;
		t->offset_seconds = sign * (h * 3600 + m * 60);
		return h <= 26 && m <= 59;
	}
	from = c->pos;
	while ((peek(c) | 32) >= 'a' && (peek(c) | 32) <= 'z')
		cursor_skip(c, 1);
	word = str_view((const char *)c->base + from, c->pos - from);
	t->has_zone = str_equal_nocase(word, STR("z")) || str_equal_nocase(word, STR("utc")) ||
		      str_equal_nocase(word, STR("gmt"));
	return word.len == 0 || t->has_zone || (word.len >= 3 && word.len <= 5);
}

static bool at_end(struct cursor *c)
{
	blanks(c);
	return cursor_left(c) == 0;
}

/* "Sep", "September" are not told apart by what follows: three letters, then a non-letter. */
static bool month_name(struct cursor *c, int *ret)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	const uint8_t *p = cursor_peek(c, 3);

	for (int i = 0; p && i < 12; i++) {
		if ((p[0] | 32) == names[i * 3] && (p[1] | 32) == names[i * 3 + 1] &&
			(p[2] | 32) == names[i * 3 + 2]) {
			*ret = i + 1;
			cursor_skip(c, 3);
			return !((peek(c) | 32) >= 'a' && (peek(c) | 32) <= 'z');
		}
	}
	return false;
}

static void weekday_name(struct cursor *c)
{
	static const char names[] = "sunmontuewedthufrisat";
	const uint8_t *p = cursor_peek(c, 3);

	for (int i = 0; p && i < 7; i++) {
		if ((p[0] | 32) == names[i * 3] && (p[1] | 32) == names[i * 3 + 1] &&
			(p[2] | 32) == names[i * 3 + 2]) {
			cursor_skip(c, 3);
			(void)take(c, ',');
			blanks(c);
			return;
		}
	}
}

/* ---- forms ------------------------------------------------------------------------------------ */

static bool whole_year(struct time_text *t, int year)
{
	t->civil.year = year;
	t->has_year = true;
	return year >= 1000;
}

/* The clock may be missing: then the resolution is a day. */
static bool rest(struct cursor *c, struct time_text *t, const char *separators)
{
	t->resolution_us = TIME_DAY;
	if (at_end(c))
		return true;
	/* Blanks are eaten already; a separator of another kind must stand there. */
	if (!is_digit(peek(c)) && !take_any(c, separators))
		return zone_text(c, t) && at_end(c);
	return clock_text(c, t) && zone_text(c, t) && at_end(c);
}

static bool form_iso(struct cursor c, struct time_text *t)
{
	int year;
	char parting;

	t->form = TIME_FORM_ISO;
	if (!digits(&c, 4, 4, &year))
		return false;
	parting = peek(&c);
	if (parting != '-' && parting != '/')
		return false;
	return take(&c, parting) && digits(&c, 2, 2, &t->civil.month) && take(&c, parting) &&
	       digits(&c, 2, 2, &t->civil.day) && whole_year(t, year) && rest(&c, t, "Tt");
}

static bool form_clf(struct cursor c, struct time_text *t)
{
	int year;

	t->form = TIME_FORM_CLF;
	return digits(&c, 2, 2, &t->civil.day) && take(&c, '/') &&
	       month_name(&c, &t->civil.month) && take(&c, '/') && digits(&c, 4, 4, &year) &&
	       whole_year(t, year) && take(&c, ':') && clock_text(&c, t) && zone_text(&c, t) &&
	       at_end(&c);
}

static bool form_syslog(struct cursor c, struct time_text *t)
{
	struct cursor save;
	int year;

	t->form = TIME_FORM_SYSLOG;
	weekday_name(&c);
	if (!month_name(&c, &t->civil.month))
		return false;
	blanks(&c);
	if (!digits(&c, 1, 2, &t->civil.day))
		return false;
	(void)take(&c, ',');
	blanks(&c);
	save = c;
	if (digits(&c, 4, 4, &year)) { /* Sep 27 2022 10:11:12 */
		if (!whole_year(t, year))
			return false;
		(void)take(&c, ':');
		blanks(&c);
	} else {
		c = save;
	}
	if (!clock_text(&c, t))
		return false;
	save = c;
	blanks(&c);
	if (!t->has_year && digits(&c, 4, 4, &year)) /* Tue Sep 27 10:11:12 2022 */
		return whole_year(t, year) && zone_text(&c, t) && at_end(&c);
	c = save;
	return zone_text(&c, t) && at_end(&c);
}

static bool form_named(struct cursor c, struct time_text *t)
{
	char parting;
	int year;

	t->form = TIME_FORM_NAMED;
	weekday_name(&c);
	if (!digits(&c, 1, 2, &t->civil.day))
		return false;
	parting = peek(&c);
	return take_any(&c, "- /") && month_name(&c, &t->civil.month) && take(&c, parting) &&
	       digits(&c, 4, 4, &year) && whole_year(t, year) && rest(&c, t, "T:");
}

static bool form_numeric(struct cursor c, struct time_text *t)
{
	int a, b, year;
	char parting;

	t->form = TIME_FORM_NUMERIC;
	if (!digits(&c, 1, 2, &a))
		return false;
	parting = peek(&c);
	if (!take_any(&c, "./-") || !digits(&c, 1, 2, &b) || !take(&c, parting) ||
		!digits(&c, 4, 4, &year) || !whole_year(t, year))
		return false;
	(void)take(&c, ',');
	/* Points mean day first wherever they are used. */
	if (parting == '.' || a > 12) {
		t->civil.day = a;
		t->civil.month = b;
	} else {
		t->civil.month = a;
		t->civil.day = b;
		t->day_or_month = a != b && b <= 12;
	}
	return rest(&c, t, "T");
}

static void from_epoch(struct time_text *t, int64_t seconds, int64_t fraction_us, int64_t resolution)
{
	t->civil = civil_of(seconds);
	t->fraction_us = fraction_us;
	t->resolution_us = resolution;
	t->has_year = t->has_clock = t->has_zone = true;
}

/* The number of digits tells the unit; all of them lie between 2001 and 2286. */
static bool form_epoch(struct cursor c, struct time_text *t)
{
	enum { SINCE_1601 = 18 };
	static const struct {
		size_t digits;
		uint64_t per_second;
		int64_t resolution;
	} units[] = {{9, 1, TIME_SECOND}, {10, 1, TIME_SECOND}, {13, 1000, 1000},
		{16, 1000000, 1}, {19, 1000000000, 1}, {SINCE_1601, 10000000, 1}};
	size_t from = c.pos, n;
	bool ok = false;
	uint64_t value;

	t->form = TIME_FORM_EPOCH;
	while (is_digit(peek(&c)))
		cursor_skip(&c, 1);
	n = c.pos - from;
	if (!str_to_u64(str_view((const char *)c.base + from, n), 10, &value))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		uint64_t seconds = value / units[i].per_second, rest_of = value % units[i].per_second;
		const uint64_t to_1970 = UINT64_C(11644473600);

		if (units[i].digits != n)
			continue;
		if (n == SINCE_1601)
			seconds = seconds > to_1970 ? seconds - to_1970 : 0;
		from_epoch(t, (int64_t)seconds,
			(int64_t)(rest_of * 1000000 / units[i].per_second), units[i].resolution);
		ok = true;
	}
	if (!ok)
		return false;
	if (n <= 10 && take_any(&c, ".,") && !fraction(&c, t))
		return false;
	return at_end(&c);
}

static struct str inner(struct str s)
{
	s = str_trim(s);
	while (s.len >= 2 && ((s.p[0] == '[' && s.p[s.len - 1] == ']') ||
				     (s.p[0] == '"' && s.p[s.len - 1] == '"')))
		s = str_trim(str_part(s, 1, s.len - 2));
	return s;
}

/* A leap second is the start of the next minute, and 24:00 the start of the next day. */
static bool date_exists(struct time_text *t)
{
	struct civil c = t->civil;

	if (!t->has_year)
		c.year = 2000; /* a leap year */
	if (c.hour == 24 && c.minute == 0 && c.second == 0 && t->fraction_us == 0)
		c.hour = 0;
	return civil_valid(&c);
}

enum status time_read(struct str text, struct time_text *ret)
{
	static bool (*const forms[])(struct cursor c, struct time_text *t) = {
		form_iso, form_clf, form_epoch, form_syslog, form_named, form_numeric};
	struct str s = inner(text);

	for (size_t i = 0; s.len && s.len <= TEXT_MAX && i < sizeof(forms) / sizeof(*forms); i++) {
		*ret = (struct time_text){.resolution_us = TIME_SECOND};
		if (forms[i](cursor_of(s.p, s.len), ret))
			return date_exists(ret) ? STATUS_OK : STATUS_DAMAGED;
	}
	*ret = (struct time_text){.form = TIME_FORM_NONE};
	return STATUS_DAMAGED;
}

/* ---- placing ---------------------------------------------------------------------------------- */

static void add(struct time_set *s, struct interval a)
{
	unsigned at = s->n;

	if (s->n == TIME_CANDIDATES) {
		s->at[s->n - 1] = interval_hull(s->at[s->n - 1], a);
		return;
	}
	for (; at && s->at[at - 1].lo > a.lo; at--)
		s->at[at] = s->at[at - 1];
	s->at[at] = a;
	s->n++;
}

static void place(const struct time_text *t, const struct civil *c, const struct time_context *about,
	struct time_set *ret)
{
	bool unknown = !about->zone || zone_kind(about->zone) == ZONE_UNKNOWN;
	bool corrected = about->clock && about->clock->pairs >= CLOCK_PAIRS_MIN;
	int64_t local = civil_seconds(c), instants[ZONE_CANDIDATES];
	unsigned n = 1;

	instants[0] = local - (t->has_zone ? t->offset_seconds : 0);
	if (!t->has_zone && !unknown)
		n = zone_instants(about->zone, local, instants);
	for (unsigned i = 0; i < n; i++) {
		struct interval a = {instants[i] * TIME_SECOND + t->fraction_us, 0};

		a.hi = a.lo + t->resolution_us - 1;
		/* Pairs measure the zone together with the clock. */
		if (corrected)
			a = clock_correct(about->clock, a);
		else if (!t->has_zone && unknown)
			a = interval_widen(a, ZONE_EAST_SECONDS * TIME_SECOND,
				-ZONE_WEST_SECONDS * TIME_SECOND);
		add(ret, a);
	}
}

enum status time_place(const struct time_text *t, const struct time_context *about,
	struct time_set *ret)
{
	struct civil c = t->civil, other;

	*ret = (struct time_set){.n = 0};
	if (!t->has_year)
		c.year = about->year;
	if (c.year == 0)
		return STATUS_UNSUPPORTED;
	other = c;
	other.month = c.day;
	other.day = c.month;
	if (t->day_or_month && about->order == TIME_DAY_FIRST)
		c = other;
	if (!civil_valid(&(struct civil){c.year, c.month, c.day, 0, 0, 0}))
		return STATUS_NOT_FOUND; /* 29 February of a year without one */
	place(t, &c, about, ret);
	if (t->day_or_month && about->order == TIME_DAY_UNKNOWN)
		place(t, &other, about, ret);
	return ret->n ? STATUS_OK : STATUS_NOT_FOUND;
}

struct interval time_hull(const struct time_set *s)
{
	struct interval a = s->n ? s->at[0] : INTERVAL_UNKNOWN;

	for (unsigned i = 1; i < s->n; i++)
		a = interval_hull(a, s->at[i]);
	return a;
}

/* ---- missing years ---------------------------------------------------------------------------- */

int year_walk_step(struct year_walk *w, const struct time_text *t)
{
	const int half = 183;
	int day = (int)(civil_days(2000, t->civil.month, t->civil.day) - civil_days(2000, 1, 1));

	if (w->started && day < w->last_day - half)
		w->turn++;
	else if (w->started && day > w->last_day + half)
		w->turn--;
	w->started = true;
	w->last_day = day;
	w->last = *t;
	return w->turn;
}

int year_walk_year(const struct year_walk *w, int turn, int64_t file_us, const struct zone *zone)
{
	struct time_context about = {.zone = zone};
	int64_t day_later = file_us / TIME_SECOND + 86400;
	struct time_set set;

	if (!w->started)
		return 0;
	/* 29 February may need up to eight years back. */
	about.year = civil_of(day_later).year;
	for (int tries = 0; tries < 9; tries++, about.year--)
		if (time_place(&w->last, &about, &set) == STATUS_OK && set.at[0].lo <= file_us)
			return about.year - (w->turn - turn);
	return 0;
}
