/* Who has it as a screen of text: the funnel first, then why, then what nobody knows. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>

#include "report/amount.h"
#include "report/scope.h"
#include "util/escape.h"

enum { GROUPS_SHOWN = 6, NAMES_SHOWN = 5, UNKNOWN_SHOWN = 8, MODELS_SHOWN = 4, TEXT_BYTES = 200 };

struct screen {
	struct report_out *out;
	struct arena arena;
	const struct scope_result *r;
};

__attribute__((format(printf, 2, 3))) static void put(struct screen *s, const char *format, ...)
{
	char line[1024];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n > 0)
		report_put(s->out, str_part(str_of(line), 0, (size_t)n));
}

static const char *safe(struct screen *s, struct str text)
{
	return text.len ? escape_text(&s->arena, text, TEXT_BYTES).p : "-";
}

static const char *number(struct screen *s, double x)
{
	if (isnan(x))
		return "-";
	if (isinf(x))
		return "unbounded";
	return arena_str(&s->arena, str_of(amount_count((uint64_t)(x + 0.5)).text)).p;
}

/* To the minute: nobody knows it better. */
static const char *moment(struct screen *s, int64_t us)
{
	char text[TIME_PRINT_BYTES];

	if (us == TIME_UNKNOWN_LO || us == TIME_UNKNOWN_HI)
		return "?";
	time_print(us, text);
	text[10] = ' ';
	return arena_printf(&s->arena, "%.16s", text).p;
}

static void head(struct screen *s)
{
	const struct case_file *c = s->r->c;

	put(s, "SCOPE   %s, revision %" PRId64 "        as of %s UTC\n\n", safe(s, c->id), c->revision,
		moment(s, s->r->as_of));
	if (s->r->n_windows)
		put(s, "  Served, with caches, at most from %s to %s UTC in %zu window%s.\n\n",
			moment(s, s->r->window.lo), moment(s, s->r->window.hi), s->r->n_windows,
			s->r->n_windows == 1 ? "" : "s");
}

static void estimate(struct screen *s, const struct scope_step *step)
{
	const struct answer *a = &step->answer;

	if (a->refused != REFUSED_NOT) {
		put(s, "%-34s", "not estimable");
		return;
	}
	put(s, "%-34s", arena_printf(&s->arena, "%s  (95 %%: %s to %s)", number(s, a->e.n),
		number(s, a->e.lo), number(s, a->e.hi)).p);
}

static void funnel(struct screen *s)
{
	put(s, "  %-14s%10s    %-34s%12s\n", "", "at least", "estimate", "at most");
	for (int i = 0; i < SCOPE_STAGES; i++) {
		const struct scope_step *step = &s->r->steps[i];

		put(s, "  %-14s%10s    ",
			i == SCOPE_SECOND ? "second stage" : scope_stage_name(step->stage),
			number(s, step->answer.lower));
		estimate(s, step);
		put(s, "%12s\n", number(s, step->answer.upper));
	}
	put(s, "\n");
}

static void reasons(struct screen *s)
{
	for (int i = 0; i < SCOPE_STAGES; i++) {
		const struct scope_step *step = &s->r->steps[i];
		const struct answer *a = &step->answer;
		const char *name = scope_stage_name(step->stage);

		if (a->refused != REFUSED_NOT) {
			if (i == 0 || a->refused != s->r->steps[i - 1].answer.refused)
				put(s, "  %s not estimated: %s.\n", name,
					estimate_refusal_text(a->refused));
			continue;
		}
		put(s, "  %s by %s.\n", name, a->method);
		if (a->n_models)
			put(s, "    models hardly worse than the best: %s to %s\n",
				number(s, a->range_lo), number(s, a->range_hi));
		if (step->strata.refused == REFUSED_NOT && !isnan(step->strata.e.n))
			put(s, "    summed over customers' sizes: %s (95 %%: %s to %s)\n",
				number(s, step->strata.e.n), number(s, step->strata.e.lo),
				number(s, step->strata.e.hi));
	}
}

static void spread(struct screen *s)
{
	const struct scope_result *r = s->r;

	put(s, "  Delivered, beaconed by how sure a link must be:");
	for (int t = 0; t < SCOPE_THRESHOLDS; t++)
		put(s, "%s %.2f %s, %s", t ? ";" : "", r->sensitivity[t].threshold,
			number(s, r->sensitivity[t].lower[SCOPE_DELIVERED]),
			number(s, r->sensitivity[t].lower[SCOPE_BEACONED]));
	put(s, ".\n    beaconed, as estimated:");
	for (int t = 0; t < SCOPE_THRESHOLDS; t++)
		put(s, "%s %.2f %s", t ? ";" : "", r->sensitivity[t].threshold,
			number(s, r->sensitivity[t].estimate[SCOPE_BEACONED].n));
	put(s, ".\n");
}

/* The groups with most known, then by name. */
static void group(struct screen *s, const char *what, const struct scope_group *g, size_t n)
{
	bool *said = ARENA_ARRAY(&s->arena, n, bool);
	size_t with = 0;

	for (size_t i = 0; i < n; i++)
		with += g[i].lower[SCOPE_DELIVERED] > 0;
	if (!with)
		return;
	put(s, "  By %s:", what);
	for (size_t k = 0; k < GROUPS_SHOWN && k < with; k++) {
		size_t best = n;

		for (size_t i = 0; i < n; i++)
			if (!said[i] && (best == n || g[i].lower[0] > g[best].lower[0]))
				best = i;
		said[best] = true;
		put(s, "%s %s %s of %zu", k ? "," : "",
			g[best].key.len ? safe(s, g[best].key) : "not known",
			number(s, g[best].lower[0]), g[best].customers);
	}
	if (with > GROUPS_SHOWN)
		put(s, ", and %zu more", with - GROUPS_SHOWN);
	put(s, ".\n");
}

static void customers(struct screen *s)
{
	const struct scope_result *r = s->r;
	size_t shown = 0;

	if (r->c->customers.n == 0)
		return;
	put(s, "  Customers: %s certain, %s possible, %s certainly not, %s unknown.\n",
		number(s, (double)r->n_by_certainty[CERTAINTY_CERTAIN]),
		number(s, (double)r->n_by_certainty[CERTAINTY_POSSIBLE]),
		number(s, (double)r->n_by_certainty[CERTAINTY_NOT_RECEIVED]),
		number(s, (double)r->n_by_certainty[CERTAINTY_UNKNOWN]));
	for (size_t i = 0; i < r->n_customers && shown < NAMES_SHOWN; i++) {
		const struct scope_customer *c = &r->customers[i];

		if (c->certainty != CERTAINTY_CERTAIN)
			continue;
		put(s, "    %-20s %-14s exposed %s .. %s\n",
			safe(s, r->c->customers.items[c->index].id), scope_stage_name(c->stage),
			moment(s, c->exposed.lo), moment(s, c->exposed.hi));
		shown++;
	}
	if (r->n_by_certainty[CERTAINTY_CERTAIN] > shown)
		put(s, "    and %s more: --format json\n",
			number(s, (double)(r->n_by_certainty[CERTAINTY_CERTAIN] - shown)));
}

static void coverage(struct screen *s)
{
	const struct scope_result *r = s->r;
	size_t whole = 0, part = 0, silent = 0;

	if (r->n_coverage == 0) {
		put(s, "  No source was added: everything here is what people reported.\n");
		return;
	}
	for (size_t i = 0; i < r->n_coverage; i++) {
		whole += r->coverage[i].percent >= 100;
		silent += isnan(r->coverage[i].percent);
	}
	part = r->n_coverage - whole - silent;
	put(s, "  Of %zu sources %zu cover the whole window, %zu a part, of %zu it is not known.\n",
		r->n_coverage, whole, part, silent);
	for (size_t i = 0; i < r->n_coverage; i++)
		if (r->coverage[i].clock.pairs >= CLOCK_PAIRS_MIN)
			put(s, "  The clock of %.*s was taken as %.0f s %s: %u events that others saw too, which differ "
			       "by %.1f s.\n", STR_ARG(r->coverage[i].source), fabs(r->coverage[i].clock.offset_seconds),
				r->coverage[i].clock.offset_seconds < 0 ? "slow" : "fast", r->coverage[i].clock.pairs,
				r->coverage[i].clock.sigma_seconds);
}

static void unknown(struct screen *s)
{
	const struct scope_result *r = s->r;

	if (r->n_unknown)
		put(s, "\n  Not known:\n");
	for (size_t i = 0; i < r->n_unknown && i < UNKNOWN_SHOWN; i++)
		put(s, "    %s\n", safe(s, r->unknown[i]));
	if (r->n_unknown > UNKNOWN_SHOWN)
		put(s, "    and %zu more: --format json\n", r->n_unknown - UNKNOWN_SHOWN);
}

void report_scope_text(const struct scope_result *r, struct report_out *out)
{
	struct screen s = {.out = out, .r = r};

	arena_init(&s.arena, 0);
	head(&s);
	funnel(&s);
	reasons(&s);
	spread(&s);
	customers(&s);
	group(&s, "country", r->countries, r->n_countries);
	group(&s, "industry", r->industries, r->n_industries);
	coverage(&s);
	unknown(&s);
	arena_release(&s.arena);
}
