#include "disclose/charts.h"

#include <math.h>
#include <stdlib.h>

#include "report/amount.h"
#include "report/html_out.h"
#include "util/utf8.h"

enum { WIDE = 900, LABELS = 190, RIGHT = 70, ROW = 34, GROUPS = 20, WINDOWS = 40 };

static const double plot = WIDE - LABELS - RIGHT;

static void open_chart(struct report_out *out, double high, const char *title)
{
	html_putf(out, "<div class=scroll tabindex=0 role=region aria-label=\"%s\"><svg class=chart role=img viewBox=\"0 0 %d %.0f\" aria-label=\"%s\">\n",
		title, WIDE, high, title);
}

static void close_chart(struct report_out *out)
{
	html_put(out, "</svg></div>\n");
}

static void text_at(struct report_out *out, double x, double y, const char *anchor, const char *css_class,
	struct str text)
{
	html_putf(out, "<text x=%.1f y=%.1f text-anchor=%s%s>", x, y, anchor, css_class);
	html_text(out, text);
	html_put(out, "</text>\n");
}

static void rect(struct report_out *out, const char *css_class, double x, double y, double w, double h)
{
	html_putf(out, "<rect class=%s x=%.1f y=%.1f width=%.1f height=%.1f rx=2 />\n", css_class, x, y,
		w < 2 ? 2 : w, h);
}

static struct str short_name(const struct disclosure *d, struct str s, size_t max)
{
	size_t at = 0, before = 0;

	for (size_t n = 0; at < s.len && n < max; n++) {
		before = at;
		utf8_next(s, &at);
	}
	return at < s.len ? arena_printf(d->arena, "%.*s…", (int)before, s.p) : s;
}

/* ---- when ------------------------------------------------------------------------------------ */

struct axis {
	int64_t from, to;
};

static double time_x(const struct axis *a, int64_t at)
{
	return LABELS + plot * (double)(at - a->from) / (double)(a->to - a->from);
}

static void widen(struct axis *a, int64_t at)
{
	if (at == UTC_UNKNOWN)
		return;
	if (a->from == UTC_UNKNOWN || at < a->from)
		a->from = at;
	if (a->to == UTC_UNKNOWN || at > a->to)
		a->to = at;
}

static void time_ticks(const struct disclosure *d, struct report_out *out, const struct axis *a, double high)
{
	static const int64_t steps[] = {60, 600, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400};
	int64_t span = (a->to - a->from) / UTC_SECOND, step = steps[7] * 10;

	for (size_t i = 8; i-- > 0;)
		if (span / steps[i] <= 7)
			step = steps[i];
	step *= UTC_SECOND;
	for (int64_t at = a->from / step * step; at <= a->to; at += step) {
		struct str z;

		if (at < a->from)
			continue;
		z = arena_str(d->arena, str_of(utc_text(at).z));
		html_putf(out, "<line class=grid x1=%.1f x2=%.1f y1=24 y2=%.0f />\n", time_x(a, at), time_x(a, at), high);
		text_at(out, time_x(a, at), 16, "middle", " class=faint",
			step >= 86400 * UTC_SECOND ? str_part(z, 0, 10) : str_part(z, 5, 11));
	}
}

/* What is certain is dark, what is possible light. */
static void window_bar(struct report_out *out, const struct axis *a, const struct case_window *w, double y)
{
	int64_t from_lo = w->from.lo == UTC_UNKNOWN ? a->from : w->from.lo;
	int64_t to_hi = w->to.hi == UTC_UNKNOWN ? a->to : w->to.hi;

	rect(out, "range", time_x(a, from_lo), y + 6, time_x(a, to_hi) - time_x(a, from_lo), ROW - 14);
	if (w->from.hi != UTC_UNKNOWN && w->to.lo != UTC_UNKNOWN && w->from.hi <= w->to.lo)
		rect(out, "bad", time_x(a, w->from.hi), y + 6, time_x(a, w->to.lo) - time_x(a, w->from.hi),
			ROW - 14);
}

void chart_timeline(const struct disclosure *d, struct report_out *out)
{
	struct axis a = {UTC_UNKNOWN, UTC_UNKNOWN};
	size_t n = d->c->windows.n < WINDOWS ? d->c->windows.n : WINDOWS;
	double high = 30 + (double)n * ROW;
	int64_t room;

	for (size_t i = 0; i < n; i++) {
		widen(&a, d->c->windows.items[i].from.lo);
		widen(&a, d->c->windows.items[i].from.hi);
		widen(&a, d->c->windows.items[i].to.lo);
		widen(&a, d->c->windows.items[i].to.hi);
	}
	if (a.from == UTC_UNKNOWN)
		return;
	room = (a.to - a.from) / 20 + UTC_SECOND;
	a.from -= room;
	a.to += room;
	open_chart(out, high, "When each release was served");
	time_ticks(d, out, &a, high);
	for (size_t i = 0; i < n; i++) {
		const struct case_window *w = &d->c->windows.items[i];
		const struct case_release *r = incident_release(d, w->release);
		double y = 28 + (double)i * ROW;
		struct str name = arena_printf(d->arena, "%.*s, %.*s",
			STR_ARG(r ? incident_release_name(d, r) : w->release), STR_ARG(w->channel));

		text_at(out, LABELS - 10, y + 20, "end", "", short_name(d, name, 26));
		window_bar(out, &a, w, y);
	}
	close_chart(out);
	html_put(out, "<ul class=key><li><svg viewBox=\"0 0 10 10\" aria-hidden=true><rect class=bad width=10 height=10 />"
		      "</svg>served for certain<li><svg viewBox=\"0 0 10 10\" aria-hidden=true><rect class=range width=10 "
		      "height=10 /></svg>possibly served</ul>\n");
}

/* ---- how many -------------------------------------------------------------------------------- */

/* Lower and upper bounds are often a thousand times apart: the axis is logarithmic from 1 on. */
static double count_x(double n, double most)
{
	return LABELS + plot * log10(1 + fmax(n, 0)) / log10(1 + most);
}

static void count_ticks(struct report_out *out, double most, double high)
{
	text_at(out, LABELS, 16, "middle", " class=faint", STR("0"));
	html_putf(out, "<line class=grid x1=%d x2=%d y1=24 y2=%.0f />\n", LABELS, LABELS, high);
	for (double n = 1; n <= most && n <= 1e12; n *= 10) {
		html_putf(out, "<line class=grid x1=%.1f x2=%.1f y1=24 y2=%.0f />\n", count_x(n, most),
			count_x(n, most), high);
		text_at(out, count_x(n, most), 16, "middle", " class=faint", str_of(amount_count((uint64_t)n).text));
	}
}

static void stage_bar(struct report_out *out, const struct scope_stage *s, double y, double most)
{
	double zero = count_x(0, most);

	if (!isnan(s->upper))
		rect(out, "range", zero, y + 8, count_x(s->upper, most) - zero, ROW - 16);
	if (!isnan(s->lo) && !isnan(s->hi))
		rect(out, "between", count_x(s->lo, most), y + 8, count_x(fmin(s->hi, most), most) - count_x(s->lo, most), ROW - 16);
	if (!isnan(s->lower))
		rect(out, "lower", zero, y + 8, count_x(s->lower, most) - zero, ROW - 16);
	if (!isnan(s->estimate))
		html_putf(out, "<circle class=point cx=%.1f cy=%.1f r=5 />\n", count_x(fmin(s->estimate, most), most), y + ROW / 2);
}

void chart_funnel(const struct disclosure *d, struct report_out *out)
{
	const struct scope_doc *s = d->scope;
	size_t n = s->n_funnel < 10 ? s->n_funnel : 10;
	double most = 9, high = 30 + (double)n * ROW;

	for (size_t i = 0; i < n; i++) {
		const struct scope_stage *x = &s->funnel[i];

		most = fmax(most, fmax(isnan(x->lower) ? 0 : x->lower, isnan(x->upper) ? 0 : x->upper));
		most = fmax(most, fmax(isnan(x->estimate) ? 0 : x->estimate, isnan(x->hi) ? 0 : fmin(x->hi, 1e12)));
	}
	if (n == 0)
		return;
	open_chart(out, high, "How many customers reached each stage, on a logarithmic scale");
	count_ticks(out, most, high);
	for (size_t i = 0; i < n; i++) {
		double y = 28 + (double)i * ROW;

		text_at(out, LABELS - 10, y + 21, "end", "", short_name(d, incident_stage(d, s->funnel[i].stage), 24));
		stage_bar(out, &s->funnel[i], y, most);
	}
	close_chart(out);
	html_put(out, "<ul class=key><li><svg viewBox=\"0 0 10 10\" aria-hidden=true><rect class=lower width=10 height=10 />"
		      "</svg>seen (lower)<li><svg viewBox=\"0 0 10 10\" aria-hidden=true><circle class=point cx=5 cy=5 r=4 />"
		      "</svg>estimate<li><svg viewBox=\"0 0 10 10\" aria-hidden=true><rect class=between width=10 height=10 />"
		      "</svg>95 % interval<li><svg viewBox=\"0 0 10 10\" aria-hidden=true><rect class=range width=10 height=10 />"
		      "</svg>upper bound by logic alone</ul>\n");
}

/* ---- where ----------------------------------------------------------------------------------- */

struct bar {
	struct str key;
	double seen;
};

static int most_first(const void *a, const void *b)
{
	const struct bar *x = a, *y = b;

	return x->seen > y->seen ? -1 : x->seen < y->seen ? 1 : str_cmp(x->key, y->key);
}

/* Those seen at the widest stage that has any. */
static double seen_of(const struct scope_group *g)
{
	double most = 0;

	for (size_t i = 0; i < g->n_stages; i++)
		if (!isnan(g->stages[i].lower))
			most = fmax(most, g->stages[i].lower);
	return most;
}

void chart_groups(const struct disclosure *d, struct report_out *out, const char *heading,
	const struct scope_group *groups, size_t n)
{
	struct bar *bars = ARENA_ARRAY(d->arena, n + 2, struct bar);
	size_t kept = 0, shown;
	double most = 1, rest = 0;

	for (size_t i = 0; i < n; i++)
		if (seen_of(&groups[i]) > 0)
			bars[kept++] = (struct bar){groups[i].key.len ? groups[i].key : STR("not known"), seen_of(&groups[i])};
	if (kept == 0)
		return;
	qsort(bars, kept, sizeof(*bars), most_first);
	for (size_t i = GROUPS; i < kept; i++)
		rest += bars[i].seen;
	shown = kept < GROUPS ? kept : GROUPS;
	if (rest > 0)
		bars[shown++] = (struct bar){arena_printf(d->arena, "%zu others", kept - GROUPS), rest};
	for (size_t i = 0; i < shown; i++)
		most = fmax(most, bars[i].seen);
	html_tag_z(out, "h3", heading);
	html_put(out, "<p class=soft>Customers seen at any stage: lower bounds, and only where sources could look.</p>\n");
	open_chart(out, 8 + (double)shown * 26, heading);
	for (size_t i = 0; i < shown; i++) {
		double y = 4 + (double)i * 26, wide = plot * bars[i].seen / most;

		text_at(out, LABELS - 10, y + 17, "end", "", short_name(d, bars[i].key, 26));
		rect(out, "lower", LABELS, y + 4, wide, 18);
		text_at(out, LABELS + wide + 8, y + 17, "start", "", str_of(amount_count((uint64_t)bars[i].seen).text));
	}
	close_chart(out);
}
