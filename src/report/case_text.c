/*
 * A case as a screen of text: what is known, from where, what was changed last. Hosts and addresses are
 * written so that nobody opens them by accident; the document has them as they are.
 */
#include <inttypes.h>
#include <stdarg.h>

#include "report/case.h"
#include "util/escape.h"

enum { ROWS_SHOWN = 20, REVISIONS_SHOWN = 10, TEXT_BYTES = 300 };

struct screen {
	struct report_out *out;
	struct arena arena;
};

__attribute__((format(printf, 2, 3)))
static void put(struct screen *s, const char *format, ...)
{
	char line[2048];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (n > 0)
		report_put(s->out,
			str_part(str_of(line), 0, (size_t)n)); /* cut at the size of the line */
}

/* Safe for a terminal, "-" for what is not known. */
static const char *safe(struct screen *s, struct str text)
{
	return text.len ? escape_text(&s->arena, text, TEXT_BYTES).p : "-";
}

static const char *time_text(struct screen *s, int64_t at)
{
	struct utc_text t = utc_text(at);

	return t.z[0] ? arena_str(&s->arena, str_of(t.z)).p : "?";
}

static const char *span_text(struct screen *s, struct utc_span span)
{
	if (span.lo == UTC_UNKNOWN && span.hi == UTC_UNKNOWN)
		return "not known";
	if (span.lo == span.hi)
		return time_text(s, span.lo);
	return arena_printf(&s->arena, "%s .. %s", time_text(s, span.lo), time_text(s, span.hi)).p;
}

static const char *count_text(struct screen *s, int64_t n)
{
	return n < 0 ? "-" : arena_printf(&s->arena, "%" PRId64, n).p;
}

/* hxxps://cdn[.]vendor[.]example/ */
static const char *defanged(struct screen *s, const struct case_indicator *x)
{
	struct str raw = str_of(safe(s, x->value));
	struct buf b;
	const char *z;

	if (!str_is(x->kind, "host") && !str_is(x->kind, "ip") && !str_is(x->kind, "url"))
		return raw.p;
	if (str_starts(raw, "http"))
		raw = arena_printf(&s->arena, "hxxp%.*s", STR_ARG(str_part(raw, 4, raw.len)));
	buf_init(&b, 8 * TEXT_BYTES);
	for (size_t i = 0; i < raw.len; i++)
		if (raw.p[i] == '.')
			buf_add_z(&b, "[.]");
		else
			buf_add_char(&b, raw.p[i]);
	z = arena_str(&s->arena, buf_str(&b)).p;
	buf_release(&b);
	return z;
}

static void more(struct screen *s, size_t n)
{
	if (n > ROWS_SHOWN)
		put(s, "    and %zu more\n", n - ROWS_SHOWN);
}

static size_t shown_of(size_t n)
{
	return n < ROWS_SHOWN ? n : ROWS_SHOWN;
}

static void put_releases(struct screen *s, const struct case_file *c)
{
	if (c->releases.n)
		put(s, "\n  Releases\n");
	for (size_t i = 0; i < shown_of(c->releases.n); i++) {
		const struct case_release *r = &c->releases.items[i];

		put(s, "    %-5s %-8s %s %s  %s, %zu new or changed members, %zu findings\n",
			safe(s, r->id), safe(s, r->status), safe(s, r->name), safe(s, r->version),
			r->verdict.len ? safe(s, r->verdict) : "not judged", r->artifacts.n,
			r->findings.n);
		put(s, "          sha256:%s\n", safe(s, r->sha256));
	}
	more(s, c->releases.n);
}

static void put_channels(struct screen *s, const struct case_file *c)
{
	if (c->channels.n)
		put(s, "\n  Channels and windows\n");
	for (size_t i = 0; i < shown_of(c->channels.n); i++) {
		const struct case_channel *x = &c->channels.items[i];

		put(s, "    %-5s %-8s %s  behind it: %s, kept %s s\n", safe(s, x->id),
			safe(s, x->kind), safe(s, x->url), safe(s, x->fanout),
			count_text(s, x->ttl_seconds));
	}
	more(s, c->channels.n);
	for (size_t i = 0; i < shown_of(c->windows.n); i++) {
		const struct case_window *x = &c->windows.items[i];

		put(s, "    %-5s %s at %s from %s to %s\n", safe(s, x->id), safe(s, x->release),
			safe(s, x->channel), span_text(s, x->from), span_text(s, x->to));
	}
	more(s, c->windows.n);
}

static void put_indicators(struct screen *s, const struct case_file *c)
{
	if (c->indicators.n)
		put(s, "\n  Indicators                        (* may be blocked)\n");
	for (size_t i = 0; i < shown_of(c->indicators.n); i++) {
		const struct case_indicator *x = &c->indicators.items[i];

		put(s, "    %-5s %-12s %-13s %s%s\n", safe(s, x->id), safe(s, x->kind),
			safe(s, x->stage), defanged(s, x), x->allowed_in_block_list ? " *" : "");
	}
	more(s, c->indicators.n);
}

static void put_sources(struct screen *s, const struct case_file *c)
{
	if (c->sources.n)
		put(s, "\n  Sources\n");
	for (size_t i = 0; i < shown_of(c->sources.n); i++) {
		const struct case_source *x = &c->sources.items[i];

		put(s, "    %-12s %s of %s, zone %s, covers %s to %s, %zu gaps, %zu files\n",
			safe(s, x->id), safe(s, x->kind), safe(s, x->owner), safe(s, x->timezone),
			time_text(s, x->coverage.from), time_text(s, x->coverage.to),
			x->coverage.gaps.n, x->files.n);
	}
	more(s, c->sources.n);
}

static void put_reports(struct screen *s, const struct case_file *c)
{
	if (c->reports.n)
		put(s, "\n  Who said that they have it\n");
	for (size_t i = 0; i < shown_of(c->reports.n); i++) {
		const struct case_report *x = &c->reports.items[i];

		put(s, "    %-5s %s %s, %s, told by %s\n", safe(s, x->id),
			safe(s, x->customer.len ? x->customer : x->name), safe(s, x->stage),
			span_text(s, x->at), safe(s, x->told_by));
	}
	more(s, c->reports.n);
	if (c->hypotheses.n)
		put(s, "\n  Hypotheses\n");
	for (size_t i = 0; i < shown_of(c->hypotheses.n); i++)
		put(s, "    %-5s %s\n", safe(s, c->hypotheses.items[i].id),
			safe(s, c->hypotheses.items[i].name));
	more(s, c->hypotheses.n);
}

static void put_revisions(struct screen *s, const struct case_file *c)
{
	size_t n = c->revisions.n, first = n > REVISIONS_SHOWN ? n - REVISIONS_SHOWN : 0;

	put(s, "\n  Revisions\n");
	if (first)
		put(s, "    %zu earlier ones\n", first);
	for (size_t i = first; i < n; i++) {
		const struct case_revision *r = &c->revisions.items[i];

		put(s, "    %-5" PRId64 " %s  %s: %s%s%s\n", r->number, time_text(s, r->at),
			safe(s, r->author), safe(s, r->what), r->reason.len ? " - " : "",
			r->reason.len ? safe(s, r->reason) : "");
	}
}

void report_case_text(const struct case_file *c, struct report_out *out)
{
	struct screen s = {.out = out};

	arena_init(&s.arena, 0);
	put(&s, "CASE  %s   %s\n", safe(&s, c->id), safe(&s, c->about.title));
	put(&s, "  %s, %s; opened %s; revision %" PRId64, safe(&s, c->about.vendor),
		safe(&s, c->about.product), time_text(&s, c->created), c->revision);
	if (c->newest != c->revision)
		put(&s, ", not the newest (%" PRId64 ")", c->newest);
	put(&s, "\n  population %s (%s), %zu customers known, %" PRId64 " observations\n",
		count_text(&s, c->population.size), safe(&s, c->population.what), c->customers.n,
		c->n_observations);
	put_releases(&s, c);
	put_channels(&s, c);
	put_indicators(&s, c);
	put_sources(&s, c);
	put_reports(&s, c);
	put_revisions(&s, c);
	arena_release(&s.arena);
}
