#include "scan/silence.h"

#include <stdlib.h>

enum { LOOKS = 8 /* lines without a time in a row, at an end of a block */ };

static const int64_t disorder = INT64_C(3600) * TIME_SECOND;

void silences_begin(struct silences *s, struct arena *a)
{
	*s = (struct silences){.first = TIME_UNKNOWN_LO, .last = TIME_UNKNOWN_LO, .ordered = true,
		.items = ARENA_ARRAY(a, SILENCES_MAX, struct silence)};
}

/* ---- in a text ----------------------------------------------------------------------------------- */

static void silence(struct silences *s, int64_t from, int64_t to)
{
	if (from - to > disorder)
		s->ordered = false;
	else if (to - from >= SILENCE_LEAST && s->n < SILENCES_MAX)
		s->items[s->n++] = (struct silence){from, to};
}

static size_t line_behind(struct str text, size_t at)
{
	const char *feed = memchr(text.p + at, '\n', text.len - at);

	return feed ? (size_t)(feed - text.p) + 1 : text.len;
}

static size_t line_of(struct str text, size_t at)
{
	size_t feed = at ? str_rfind_char(str_part(text, 0, at), '\n') : SIZE_MAX;

	return feed == SIZE_MAX ? 0 : feed + 1;
}

static bool time_at(struct silences *s, const struct silence_reader *r, struct str text, size_t at, int64_t *ret)
{
	struct interval t;

	if (!r->time(r->user, str_trim(str_part(text, at, line_behind(text, at) - at)), &t) || !interval_known(t))
		return false;
	if (t.hi - t.lo > s->width)
		s->width = t.hi - t.lo;
	*ret = t.lo;
	return true;
}

/* Between the lines that begin at lo and hi, whose times are known. */
static void halve(struct silences *s, const struct silence_reader *r, struct str text, size_t lo, int64_t from,
	size_t hi, int64_t to)
{
	while (s->ordered && (to - from >= SILENCE_LEAST || from - to > disorder)) {
		size_t next = line_behind(text, lo), mid = line_of(text, lo + (hi - lo) / 2), at;
		int64_t t = 0;

		at = mid < next ? next : mid;
		while (at < hi && !time_at(s, r, text, at, &t))
			at = line_behind(text, at);
		if (at < hi) {
			halve(s, r, text, lo, from, at, t);
			lo = at;
			from = t;
		} else if (mid <= next) { /* nothing between them has a time */
			silence(s, from, to);
			return;
		} else {
			hi = mid;
		}
	}
}

void silences_look(struct silences *s, const struct silence_reader *r, struct str text)
{
	size_t lo = 0, hi = line_of(text, text.len - (text.len && text.p[text.len - 1] == '\n'));
	int64_t from = 0, to = 0;
	int looks = LOOKS;

	while (lo < text.len && looks && !time_at(s, r, text, lo, &from)) {
		lo = line_behind(text, lo);
		looks--;
	}
	if (lo >= text.len || !looks)
		return;
	to = from;
	for (looks = LOOKS; hi > lo && looks && !time_at(s, r, text, hi, &to); looks--)
		hi = line_of(text, hi - 1);
	if (hi <= lo || !looks) {
		hi = lo;
		to = from;
	}
	if (s->first == TIME_UNKNOWN_LO)
		s->first = from;
	else
		silence(s, s->last, from);
	halve(s, r, text, lo, from, hi, to);
	s->last = to;
}

void silences_join(struct silences *to, const struct silences *next)
{
	if (next->first == TIME_UNKNOWN_LO)
		return;
	if (to->first == TIME_UNKNOWN_LO)
		to->first = next->first;
	else
		silence(to, to->last, next->first);
	for (uint32_t i = 0; i < next->n; i++)
		silence(to, next->items[i].from, next->items[i].to);
	to->last = next->last;
	to->width = next->width > to->width ? next->width : to->width;
	to->ordered &= next->ordered;
}

/* ---- of a source --------------------------------------------------------------------------------- */

static int by_from(const void *a, const void *b)
{
	const struct silence *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

static int by_length(const void *a, const void *b)
{
	const struct silence *x = a, *y = b;
	int64_t n = x->to - x->from, k = y->to - y->from;

	return n < k ? -1 : n > k;
}

/* The times of which a file has lines. One that is out of order has them from its first to its last. */
static size_t spoken(struct silence *out, const struct silences *s)
{
	size_t n = 0;
	int64_t from = s->first;

	if (s->first == TIME_UNKNOWN_LO)
		return 0;
	if (!s->ordered || s->n == SILENCES_MAX) {
		out[0] = (struct silence){s->first < s->last ? s->first : s->last, s->first < s->last ? s->last : s->first};
		return 1;
	}
	for (uint32_t i = 0; i < s->n; i++) {
		out[n++] = (struct silence){from, s->items[i].from};
		from = s->items[i].to;
	}
	out[n++] = (struct silence){from, s->last > from ? s->last : from};
	return n;
}

/* Holes between spans, which are sorted here; in place of them. */
static size_t holes_of(struct silence *spans, size_t n)
{
	size_t holes = 0;
	int64_t until;

	if (!n)
		return 0;
	qsort(spans, n, sizeof(*spans), by_from);
	until = spans[0].to;
	for (size_t i = 1; i < n; i++) {
		struct silence next = spans[i];

		if (next.from - until >= SILENCE_LEAST)
			spans[holes++] = (struct silence){until, next.from};
		until = next.to > until ? next.to : until;
	}
	return holes;
}

/* At the same hours of another day it is silent too, for half of the time at least. */
static bool is_habit(const struct silence *holes, size_t n, size_t which)
{
	struct silence h = holes[which];

	for (size_t i = 0; i < n; i++) {
		int64_t days = (holes[i].from - h.from + (holes[i].from < h.from ? -TIME_DAY : TIME_DAY) / 2) / TIME_DAY;
		int64_t from = holes[i].from - days * TIME_DAY, to = holes[i].to - days * TIME_DAY;

		from = from > h.from ? from : h.from;
		to = to < h.to ? to : h.to;
		if (i != which && days && to - from >= (h.to - h.from) / 2)
			return true;
	}
	return false;
}

/* Where silences are many, one must stand out among them: ten times as long as the middle one. */
static int64_t least_of(struct arena *a, const struct silence *holes, size_t n)
{
	enum { MANY = 20, TIMES = 10 };
	struct silence *sorted = ARENA_ARRAY(a, n + 1, struct silence);

	if (n <= MANY)
		return SILENCE_LEAST;
	memcpy(sorted, holes, n * sizeof(*holes));
	qsort(sorted, n, sizeof(*sorted), by_length);
	return (sorted[n / 2].to - sorted[n / 2].from) * TIMES;
}

size_t silence_gaps(struct arena *a, const struct silence_file *files, size_t n, struct silence_gap **ret)
{
	struct silence *spans = ARENA_ARRAY(a, n * (SILENCES_MAX + 1) + 1, struct silence);
	size_t n_spans = 0, n_holes, n_gaps = 0;
	int64_t first = TIME_UNKNOWN_HI, last = TIME_UNKNOWN_LO, width = 0, silent = 0, least;
	double lines = 0, rate;

	*ret = NULL;
	for (size_t i = 0; i < n; i++) {
		n_spans += spoken(spans + n_spans, files[i].silences);
		lines += (double)files[i].lines;
		width = files[i].silences->width > width ? files[i].silences->width : width;
	}
	for (size_t i = 0; i < n_spans; i++) {
		first = spans[i].from < first ? spans[i].from : first;
		last = spans[i].to > last ? spans[i].to : last;
	}
	n_holes = holes_of(spans, n_spans);
	for (size_t i = 0; i < n_holes; i++)
		silent += spans[i].to - spans[i].from;
	if (!n_holes || last - first <= silent)
		return 0;
	rate = lines / (double)(last - first - silent);
	least = least_of(a, spans, n_holes);
	*ret = ARENA_ARRAY(a, n_holes, struct silence_gap);
	for (size_t i = 0; i < n_holes; i++) {
		double expected = rate * (double)(spans[i].to - spans[i].from);

		if (spans[i].to - spans[i].from < least || expected < SILENCE_EXPECTED || is_habit(spans, n_holes, i))
			continue;
		(*ret)[n_gaps++] = (struct silence_gap){{spans[i].from, spans[i].to + width}, expected};
	}
	return n_gaps;
}
