/*
 * A case as a page: what is known, what is concluded and what nobody can tell, apart from each other;
 * when it was served, how many have it, where, and on what evidence.
 */
#include <math.h>

#include "disclose/charts.h"
#include "disclose/disclose.h"
#include "report/amount.h"
#include "report/html_parts.h"
#include "report/json_read.h"

enum { ROWS_MAX = 500, GROUPS_MAX = 25 };

static void sentences(struct report_out *out, const char *heading, const char *about,
	const struct incident_lines *l)
{
	html_tag_z(out, "h3", heading);
	html_tag_z(out, "p class=soft", about);
	html_put(out, "<ul class=plain>");
	for (size_t i = 0; i < l->n; i++) {
		html_put(out, "<li>");
		html_text(out, l->items[i]);
	}
	html_put(out, l->n ? "</ul>\n" : "<li>Nothing.</ul>\n");
}

static void heading(const struct disclosure *d, struct report_out *out)
{
	html_put(out, "<a class=skip href=\"#known\">To what is known</a>\n<header>\n<p class=eyebrow>");
	html_text(out, arena_printf(d->arena, "%.*s · case %.*s, revision %lld of %.*s",
			      STR_ARG(incident_publisher(d).len ? incident_publisher(d) : STR("assay")),
			      STR_ARG(d->c->id), (long long)d->c->revision, STR_ARG(incident_last_time(d))));
	html_put(out, "</p>\n");
	html_tag(out, "h1", incident_title(d));
	html_tag(out, "p class=lead", incident_lead(d));
	html_put(out, "<ul class=chips><li class=tlp>TLP:");
	for (size_t i = 0; i < d->tlp.len; i++)
		html_putf(out, "%c", d->tlp.p[i] >= 'a' && d->tlp.p[i] <= 'z' ? d->tlp.p[i] - 32
									     : d->tlp.p[i]);
	html_put(out, d->name_victims ? "<li>names customers: not for the public" : "<li>names no customer");
	if (d->attribution && !d->attribution->calibrated)
		html_put(out, "<li>attribution uncalibrated");
	html_put(out, "</ul>\n<nav aria-label=Sections><ul><li><a href=\"#known\">What is known</a>"
		      "<li><a href=\"#when\">When</a><li><a href=\"#many\">How many</a>"
		      "<li><a href=\"#who\">Who did it</a><li><a href=\"#evidence\">Evidence</a>"
		      "<li><a href=\"#look\">What to look for</a><li><a href=\"#revisions\">Revisions</a>"
		      "</ul></nav>\n</header>\n<main>\n");
}

static void known(const struct disclosure *d, struct report_out *out)
{
	struct incident_lines facts, inferences, unknowns;

	incident_facts(d, &facts);
	incident_inferences(d, &inferences);
	incident_unknowns(d, &unknowns);
	html_section(out, "known", "What is known, concluded, unknown");
	html_put(out, "<div class=know>");
	sentences(out, "Facts", "Seen in bytes and records.", &facts);
	sentences(out, "Inferences", "Concluded from facts by a stated method; may be wrong.", &inferences);
	sentences(out, "Not known", "No number and no name stands for these.", &unknowns);
	html_put(out, "</div></section>\n");
}

/* ---- when ------------------------------------------------------------------------------------ */

static void span_cell(struct report_out *out, struct utc_span s)
{
	html_put(out, "<td>");
	html_text(out, str_of(s.lo == UTC_UNKNOWN ? "not known" : utc_text(s.lo).z));
	if (s.hi != s.lo) {
		html_put(out, "<br>to ");
		html_text(out, str_of(s.hi == UTC_UNKNOWN ? "not known" : utc_text(s.hi).z));
	}
	html_put(out, "</td>");
}

static void when(const struct disclosure *d, struct report_out *out)
{
	html_section(out, "when", "When it was served");
	if (d->c->windows.n == 0) {
		html_put(out, "<p>No window is known.</p></section>\n");
		return;
	}
	chart_timeline(d, out);
	html_put(out, "<div class=scroll tabindex=0 role=region aria-label=\"windows\"><table><caption>Each time as the interval that "
		      "holds it for certain (UTC)</caption><thead><tr><th scope=col>release"
		      "<th scope=col>channel<th scope=col>first served<th scope=col>last served"
		      "<th scope=col>evidence</tr></thead><tbody>\n");
	for (size_t i = 0; i < d->c->windows.n && i < ROWS_MAX; i++) {
		const struct case_window *w = &d->c->windows.items[i];
		const struct case_release *r = incident_release(d, w->release);

		html_put(out, "<tr>");
		html_tag(out, "th scope=row", r ? incident_release_name(d, r) : w->release);
		html_tag(out, "td", w->channel);
		span_cell(out, w->from);
		span_cell(out, w->to);
		html_tag(out, "td", w->evidence);
		html_put(out, "</tr>\n");
	}
	html_put(out, "</tbody></table></div></section>\n");
}

/* ---- how many -------------------------------------------------------------------------------- */

static void number_cell(struct report_out *out, double x, const char *otherwise)
{
	html_tag_z(out, "td class=num", isnan(x) ? otherwise : amount_count((uint64_t)fmax(x, 0)).text);
}

static void funnel_table(const struct disclosure *d, struct report_out *out)
{
	html_put(out, "<div class=scroll tabindex=0 role=region aria-label=\"funnel\"><table><caption>Customers a stage: those seen, an "
		      "estimate of all, and the most there can be</caption><thead><tr><th scope=col>stage"
		      "<th scope=col class=num>lower<th scope=col class=num>estimate"
		      "<th scope=col class=num>95 % interval<th scope=col class=num>upper"
		      "<th scope=col>method and reason</tr></thead><tbody>\n");
	for (size_t i = 0; i < d->scope->n_funnel; i++) {
		const struct scope_stage *s = &d->scope->funnel[i];

		html_put(out, "<tr>");
		html_tag(out, "th scope=row", incident_stage(d, s->stage));
		number_cell(out, s->lower, "–");
		number_cell(out, s->estimate, "not estimable");
		html_tag(out, "td class=num",
			isnan(s->lo) || isnan(s->hi)
				? STR("–")
				: arena_printf(d->arena, "%s – %s", amount_count((uint64_t)s->lo).text,
					  amount_count((uint64_t)s->hi).text));
		number_cell(out, s->upper, "not known");
		html_tag(out, "td", arena_printf(d->arena, "%.*s%s%.*s", STR_ARG(s->method),
					    s->method.len && s->reason.len ? ": " : "", STR_ARG(s->reason)));
		html_put(out, "</tr>\n");
	}
	html_put(out, "</tbody></table></div>\n");
}

static void coverage_table(const struct disclosure *d, struct report_out *out)
{
	if (d->scope->n_coverage == 0)
		return;
	html_put(out, "<table><caption>How much of the window each source could see; in a gap nothing is "
		      "known</caption><thead><tr><th scope=col>source<th scope=col class=num>of the window"
		      "<th scope=col class=num>gaps</tr></thead><tbody>\n");
	for (size_t i = 0; i < d->scope->n_coverage && i < ROWS_MAX; i++) {
		const struct scope_coverage *c = &d->scope->coverage[i];

		html_put(out, "<tr>");
		html_tag(out, "th scope=row", c->source);
		html_tag(out, "td class=num", isnan(c->percent) ? STR("not known")
								: arena_printf(d->arena, "%.0f %%", c->percent));
		html_tag(out, "td class=num", arena_printf(d->arena, "%zu", c->n_gaps));
		html_put(out, "</tr>\n");
	}
	html_put(out, "</tbody></table>\n");
}

static void customers(const struct disclosure *d, struct report_out *out)
{
	size_t near = 0;

	if (!d->name_victims || d->scope->n_customers == 0)
		return;
	html_put(out, "<details><summary>Customers</summary><div class=scroll tabindex=0 role=region aria-label=\"customers\"><table>"
		      "<thead><tr><th scope=col>customer<th scope=col>stage<th scope=col>certainty"
		      "<th scope=col>when<th scope=col>evidence</tr></thead><tbody>\n");
	for (size_t i = 0; i < d->scope->n_customers && i < ROWS_MAX; i++) {
		const struct scope_customer *c = &d->scope->customers[i];
		const struct case_customer *about = incident_customer(d, c->id, &near);

		html_put(out, "<tr>");
		html_tag(out, "th scope=row", about && about->name.len ? about->name : c->id);
		html_tag(out, "td", incident_stage(d, c->stage));
		html_tag(out, "td", c->certainty);
		html_tag(out, "td", arena_printf(d->arena, "%.*s – %.*s", STR_ARG(c->time_lo), STR_ARG(c->time_hi)));
		html_put(out, "<td class=mono>");
		for (size_t k = 0; k < c->n_evidence && k < 3; k++)
			html_text(out, arena_printf(d->arena, "%s%.*s %.*s:%llu", k ? ", " : "",
					  STR_ARG(c->evidence[k].source), STR_ARG(c->evidence[k].file),
					  (unsigned long long)c->evidence[k].line));
		html_put(out, "</td></tr>\n");
	}
	html_put(out, "</tbody></table></div></details>\n");
}

static void many(const struct disclosure *d, struct report_out *out)
{
	html_section(out, "many", "How many have it");
	if (!d->scope) {
		html_put(out, "<p>Not looked at yet: no scope was made of this case.</p></section>\n");
		return;
	}
	chart_funnel(d, out);
	funnel_table(d, out);
	chart_groups(d, out, "By country", d->scope->countries, d->scope->n_countries);
	chart_groups(d, out, "By industry", d->scope->industries, d->scope->n_industries);
	coverage_table(d, out);
	customers(d, out);
	html_put(out, "</section>\n");
}

/* ---- who ------------------------------------------------------------------------------------- */

static void who(const struct disclosure *d, struct report_out *out)
{
	const struct attribution_doc *a = d->attribution;

	html_section(out, "who", "Who did it");
	if (!a) {
		html_put(out, "<p>Not looked at.</p></section>\n");
		return;
	}
	html_tag(out, "p class=lead", a->sentence);
	if (!a->calibrated)
		html_put(out, "<p class=soft>Uncalibrated: the weights are starting values, not measured on "
			      "labelled cases. Nothing here says a country, a government or a person.</p>\n");
	html_put(out, "<table><caption>Hypotheses; “none of the known” is always one of them</caption><thead>"
		      "<tr><th scope=col>hypothesis<th scope=col class=num>log10 odds"
		      "<th scope=col class=num>share</tr></thead><tbody>\n");
	for (size_t i = 0; i < a->n_rows && i < ROWS_MAX; i++) {
		html_put(out, "<tr>");
		html_tag(out, "th scope=row", a->rows[i].name);
		html_tag(out, "td class=num", arena_printf(d->arena, "%.2f", a->rows[i].log10_odds));
		html_tag(out, "td class=num", arena_printf(d->arena, "%.0f %%", a->rows[i].posterior * 100));
		html_put(out, "</tr>\n");
	}
	html_put(out, "</tbody></table></section>\n");
}

/* ---- evidence -------------------------------------------------------------------------------- */

static void findings_of(const struct disclosure *d, struct report_out *out, const struct case_release *r)
{
	struct document doc = {.is_inspect = true};
	struct doc_finding *items = ARENA_ARRAY(d->arena, r->findings.n + 1, struct doc_finding);
	size_t n = 0;

	for (size_t i = 0; i < r->findings.n; i++) {
		struct str why;
		json_t *f = jread_parse(d->arena, r->findings.items[i].json, &why), *list = json_array();
		json_t *holder = json_object();
		struct doc_findings one = {0};

		if (f && json_array_append(list, f) == 0 && json_object_set(holder, "findings", list) == 0)
			report_read_findings(d->arena, holder, "findings", &one);
		if (one.n)
			items[n++] = one.items[0];
		json_decref(f);
		json_decref(list);
		json_decref(holder);
	}
	doc.new.name = incident_release_name(d, r);
	doc.findings = (struct doc_findings){items, n};
	html_findings(out, d->arena, &doc);
}

static void evidence(const struct disclosure *d, struct report_out *out)
{
	html_section(out, "evidence", "Evidence");
	html_put(out, "<div class=scroll tabindex=0 role=region aria-label=\"releases\"><table><caption>Releases of the case</caption>"
		      "<thead><tr><th scope=col>release<th scope=col>held for<th scope=col>SHA-256</tr></thead><tbody>\n");
	for (size_t i = 0; i < d->c->releases.n && i < ROWS_MAX; i++) {
		const struct case_release *r = &d->c->releases.items[i];

		html_put(out, "<tr>");
		html_tag(out, "th scope=row", incident_release_name(d, r));
		html_tag(out, "td", r->status);
		html_tag(out, "td class=hash", r->sha256.len ? r->sha256 : STR("not known"));
		html_put(out, "</tr>\n");
	}
	html_put(out, "</tbody></table></div>\n");
	for (size_t i = 0; i < d->c->releases.n && i < 20; i++)
		if (!str_is(d->c->releases.items[i].status, "good"))
			findings_of(d, out, &d->c->releases.items[i]);
	html_put(out, "</section>\n");
}

static void look(const struct disclosure *d, struct report_out *out)
{
	struct blocklist b;

	blocklist_make(d, &b);
	html_section(out, "look", "What to look for");
	html_put(out, "<p>Hosts and addresses are written so that nothing opens them by accident.</p>\n"
		      "<div class=scroll tabindex=0 role=region aria-label=\"indicators\"><table><thead><tr><th scope=col>kind<th scope=col>value"
		      "<th scope=col>seen means<th scope=col>block it</tr></thead><tbody>\n");
	for (size_t i = 0; i < d->c->indicators.n && i < ROWS_MAX; i++) {
		const struct case_indicator *x = &d->c->indicators.items[i];
		struct str say = STR("no");

		for (size_t k = 0; k < b.n; k++)
			if (b.items[k].indicator == x)
				say = STR("yes");
		for (size_t k = 0; k < b.n_dropped; k++)
			if (b.dropped[k].indicator == x)
				say = arena_printf(d->arena, "no: %.*s", STR_ARG(b.dropped[k].why));
		html_put(out, "<tr>");
		html_tag(out, "td class=word", incident_stage(d, x->kind));
		html_tag(out, "td class=hash", incident_defanged(d, x));
		html_tag(out, "td class=word", incident_stage(d, x->stage));
		html_tag(out, "td", say);
		html_put(out, "</tr>\n");
	}
	html_put(out, "</tbody></table></div></section>\n");
}

static void revisions(const struct disclosure *d, struct report_out *out)
{
	html_section(out, "revisions", "Revisions");
	html_put(out, "<p>Corrections are revisions; earlier ones are kept.</p>\n<table><thead><tr>"
		      "<th scope=col class=num>number<th scope=col>at</tr></thead><tbody>\n");
	for (size_t i = 0; i < d->c->revisions.n && i < ROWS_MAX; i++) {
		html_put(out, "<tr>");
		html_tag(out, "td class=num", arena_printf(d->arena, "%lld", (long long)d->c->revisions.items[i].number));
		html_tag_z(out, "td", utc_text(d->c->revisions.items[i].at).z);
		html_put(out, "</tr>\n");
	}
	html_put(out, "</tbody></table></section>\n</main>\n<footer><p>Made by assay from the case alone. Everything "
		      "quoted from a release or a log is shown as text.</p></footer>\n");
}

bool disclose_html(const struct disclosure *d, struct report_out *out, struct str *ret_why)
{
	(void)ret_why;
	html_begin(out, incident_title(d));
	heading(d, out);
	known(d, out);
	when(d, out);
	many(d, out);
	who(d, out);
	evidence(d, out);
	look(d, out);
	revisions(d, out);
	html_end(out);
	return true;
}
