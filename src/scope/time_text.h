/*
 * The forms in which logs write times. Two steps: time_read() says what the text says and nothing
 * more; time_place() says which instants that can have been, given what is known about the source.
 */
#ifndef ASSAY_SCOPE_TIME_TEXT_H
#define ASSAY_SCOPE_TIME_TEXT_H

#include "scope/time.h"
#include "scope/zone.h"
#include "util/status.h"

enum time_form {
	TIME_FORM_NONE,
	TIME_FORM_ISO,     /* 2022-09-27T10:11:12.5+02:00, also with a space, a comma, a date alone */
	TIME_FORM_CLF,     /* 27/Sep/2022:10:11:12 +0200 */
	TIME_FORM_SYSLOG,  /* Sep  7 10:11:12, also with a year before or behind the clock */
	TIME_FORM_NAMED,   /* 27-Sep-2022 10:11:12.123; Tue, 27 Sep 2022 10:11:12 GMT */
	TIME_FORM_NUMERIC, /* 27.09.2022 10:11:12; 9/27/2022 10:11:12 AM */
	TIME_FORM_EPOCH,   /* 1664273472.123456; 13, 16 and 19 digits; 18 digits since 1601 */
};

struct time_text {
	enum time_form form;
	struct civil civil;     /* local; year 0 if it has none */
	int64_t fraction_us;
	int64_t resolution_us;  /* the last digit is worth this much: 1 to a day */
	bool has_year, has_clock;
	bool has_zone;          /* the text itself says offset_seconds; epochs are UTC */
	int offset_seconds;     /* east */
	bool day_or_month;      /* day and month may be the other way round */
};

/* STATUS_DAMAGED: none of these forms, or no such date. Surrounding blanks, [] and "" are allowed. */
MUST_CHECK enum status time_read(struct str text, struct time_text *ret);

enum time_day_order { TIME_DAY_UNKNOWN, TIME_DAY_FIRST, TIME_MONTH_FIRST };

/* What is known about a source. */
struct time_context {
	const struct zone *zone;      /* NULL = unknown; a zone in the text wins */
	const struct clock *clock;    /* NULL = nothing to correct */
	enum time_day_order order;    /* of numeric dates */
	int year;                     /* for texts without one: see struct year_walk; 0 = unknown */
};

enum { TIME_CANDIDATES = 8 };

/* Every interval in which it can have happened, ascending. */
struct time_set {
	struct interval at[TIME_CANDIDATES];
	unsigned n;
};

/*
 * STATUS_OK: n >= 1. STATUS_NOT_FOUND: the hour does not exist in the source's zone, so the zone or
 * the clock is wrong. STATUS_UNSUPPORTED: no year, and none known. n is 0 in both.
 */
MUST_CHECK enum status time_place(const struct time_text *t, const struct time_context *about,
	struct time_set *ret);
/* From the first to the last candidate; unknown for n 0. */
struct interval time_hull(const struct time_set *s);

/*
 * Years for a file whose lines have none (RFC 3164): the lines keep their order, and the last one is
 * not later than the file's own time. Step through all stamps in order; a jump back of more than
 * half a year is a new year, a jump forward of that size one back (a line that came late). After
 * the last line, year_walk_year() tells the year of a line by the turn that its step returned. A
 * silence of more than a year inside the file cannot be seen.
 */
struct year_walk {
	bool started;
	int turn;
	int last_day; /* of the year, 0 to 365 */
	struct time_text last;
};

int year_walk_step(struct year_walk *w, const struct time_text *t);
/* file_us: when the file was last written. 0: there is no year that fits. */
int year_walk_year(const struct year_walk *w, int turn, int64_t file_us, const struct zone *zone);

#endif
