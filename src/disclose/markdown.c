/* A case as Markdown: for a ticket, a wiki, a mail to the board. */
#include <math.h>

#include "disclose/disclose.h"
#include "report/amount.h"
#include "report/markdown_out.h"

enum { ROWS_MAX = 200, TEXT_BYTES = 400 };

static void put(struct report_out *out, const char *z)
{
	report_put_z(out, z);
}

static void section(struct report_out *out, const char *heading, const struct incident_lines *l)
{
	put(out, "\n## ");
	put(out, heading);
	put(out, "\n\n");
	for (size_t i = 0; i < l->n; i++) {
		put(out, "- ");
		md_text(out, l->items[i]);
		put(out, "\n");
	}
	if (l->n == 0)
		put(out, "- Nothing.\n");
}

static void cell(struct report_out *out, double x, const char *otherwise)
{
	put(out, isnan(x) ? otherwise : amount_count((uint64_t)fmax(x, 0)).text);
	put(out, " | ");
}

static void funnel(const struct disclosure *d, struct report_out *out)
{
	if (!d->scope)
		return;
	put(out, "\n## How many have it\n\n| stage | lower | estimate | 95 % interval | upper | method and reason |\n"
		 "|---|---:|---:|---:|---:|---|\n");
	for (size_t i = 0; i < d->scope->n_funnel; i++) {
		const struct scope_stage *s = &d->scope->funnel[i];

		put(out, "| ");
		md_text(out, incident_stage(d, s->stage));
		put(out, " | ");
		cell(out, s->lower, "–");
		cell(out, s->estimate, "not estimable");
		if (isnan(s->lo) || isnan(s->hi)) {
			put(out, "– | ");
		} else {
			put(out, amount_count((uint64_t)s->lo).text);
			put(out, " – ");
			put(out, amount_count((uint64_t)s->hi).text);
			put(out, " | ");
		}
		cell(out, s->upper, "not known");
		md_text(out, s->method);
		put(out, s->method.len && s->reason.len ? ": " : "");
		md_text(out, s->reason);
		put(out, " |\n");
	}
}

static void indicators(const struct disclosure *d, struct report_out *out)
{
	struct blocklist b;

	blocklist_make(d, &b);
	put(out, "\n## What to look for\n\n| kind | value | seen means |\n|---|---|---|\n");
	for (size_t i = 0; i < d->c->indicators.n && i < ROWS_MAX; i++) {
		const struct case_indicator *x = &d->c->indicators.items[i];

		put(out, "| ");
		md_text(out, incident_stage(d, x->kind));
		put(out, " | ");
		md_code(out, incident_defanged(d, x), TEXT_BYTES);
		put(out, " | ");
		md_text(out, incident_stage(d, x->stage));
		put(out, " |\n");
	}
	if (b.n_dropped)
		put(out, "\nNot to be blocked:\n\n");
	for (size_t i = 0; i < b.n_dropped && i < ROWS_MAX; i++) {
		put(out, "- ");
		md_code(out, incident_defanged(d, b.dropped[i].indicator), TEXT_BYTES);
		put(out, ": ");
		md_text(out, b.dropped[i].why);
		put(out, "\n");
	}
}

bool disclose_markdown(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	struct incident_lines l;

	(void)ret_why;
	put(out, "# ");
	md_text(out, incident_title(d));
	put(out, "\n\nCase ");
	md_code(out, d->c->id, 80);
	report_put(out, arena_printf(d->arena, ", revision %lld of ", (long long)d->c->revision));
	md_text(out, incident_last_time(d));
	put(out, ". TLP\\:");
	md_text(out, d->tlp);
	put(out, ".\n");
	put(out, "\n**");
	md_text(out, incident_lead(d));
	put(out, "**\n");
	incident_facts(d, &l);
	section(out, "Facts", &l);
	incident_inferences(d, &l);
	section(out, "Inferences", &l);
	incident_unknowns(d, &l);
	section(out, "Not known", &l);
	funnel(d, out);
	indicators(d, out);
	return true;
}
