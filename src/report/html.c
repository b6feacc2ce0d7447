/* One result as a page: the verdict, what carries it, what else changed, what was not seen. */
#include <inttypes.h>
#include <math.h>

#include "report/amount.h"
#include "report/html_out.h"
#include "report/html_parts.h"
#include "report/phrases.h"

enum { FINDINGS_MAX = 200, NAMES_MAX = 1000 };

struct page {
	struct report_out *out;
	struct arena arena;
	const struct document *d;
};

/* A shape for each verdict, so that nothing is said by colour alone. */
static const char *shape(enum verdict v)
{
	switch (v) {
	case VERDICT_CLEAN:
		return "<svg viewBox=\"0 0 48 48\" aria-hidden=true><circle cx=24 cy=24 r=21 fill=none "
		       "stroke=currentColor stroke-width=4 /><path d=\"M14 25l7 7 13-15\" fill=none "
		       "stroke=currentColor stroke-width=5 stroke-linecap=round stroke-linejoin=round "
		       "/></svg>";
	case VERDICT_UNKNOWN:
		return "<svg viewBox=\"0 0 48 48\" aria-hidden=true><rect x=5 y=5 width=38 height=38 rx=9 "
		       "fill=none stroke=currentColor stroke-width=4 stroke-dasharray=\"7 4\" /><path "
		       "d=\"M15 24h18\" stroke=currentColor stroke-width=5 stroke-linecap=round /></svg>";
	case VERDICT_REVIEW:
		return "<svg viewBox=\"0 0 48 48\" aria-hidden=true><path d=\"M24 5L45 42H3z\" fill=none "
		       "stroke=currentColor stroke-width=4 stroke-linejoin=round /><path d=\"M24 "
		       "18v11M24 35v1\" stroke=currentColor stroke-width=5 stroke-linecap=round /></svg>";
	default:
		return "<svg viewBox=\"0 0 48 48\" aria-hidden=true><path d=\"M16 4h16l12 12v16L32 44H16L4 "
		       "32V16z\" fill=none stroke=currentColor stroke-width=4 stroke-linejoin=round "
		       "/><path d=\"M16 16l16 16M32 16L16 32\" stroke=currentColor stroke-width=5 "
		       "stroke-linecap=round /></svg>";
	}
}

static void sentence(struct page *p, struct str s)
{
	if (s.len == 0)
		return;
	html_put(p->out, "<p>");
	html_text(p->out, s);
	html_put(p->out, str_ends(s, ".") ? "</p>\n" : ".</p>\n");
}

static const char *meaning(enum verdict v)
{
	static const char *const texts[VERDICT_N] = {
		"All that changed was looked at and is like an ordinary release",
		"Nothing bad seen, but a part that changed could not be looked at",
		"Something that a careful person looks at before rolling out",
		"Evidence that a person would act on at once",
	};

	return texts[v];
}

static void heading(struct page *p)
{
	const struct document *d = p->d;

	html_put(p->out, "<a class=skip href=\"#findings\">To the findings</a>\n<header>\n<p class=eyebrow>");
	html_put(p->out, d->is_inspect ? "assay · one release" : "assay · two releases compared");
	html_put(p->out, "</p>\n");
	html_tag(p->out, "h1", phrase_title(&p->arena, d));
	html_putf(p->out, "\n<div class=\"verdict v-%s\">", verdict_name(d->verdict));
	html_put(p->out, shape(d->verdict));
	html_putf(p->out, "<p class=word>%s</p>", verdict_name(d->verdict));
	html_putf(p->out, "<p class=how>%s. Probability of tampering ", meaning(d->verdict));
	html_text(p->out, str_of(amount_probability(d->probability).text));
	html_putf(p->out, " where %.3g of releases are tampered with.</p></div>\n",
		1 / (1 + exp(-d->base_log_odds)));
	html_tag(p->out, "p class=lead", phrase_summary(&p->arena, d));
	html_put(p->out, "\n");
	if (phrase_next(&p->arena, d).len)
		sentence(p, arena_printf(&p->arena, "Next: %.*s",
				    STR_ARG(phrase_next(&p->arena, d))));
	html_put(p->out, "<nav aria-label=Sections><ul>");
	html_putf(p->out, "<li><a href=\"#findings\">Findings (%zu)</a>", d->findings.n);
	html_put(p->out, "<li><a href=\"#changed\">What changed</a>"
			 "<li><a href=\"#unseen\">What was not seen</a>"
			 "<li><a href=\"#identity\">Identity</a></ul></nav>\n</header>\n<main>\n");
}

/* ---- findings -------------------------------------------------------------------------------- */

static void list(struct page *p, const char *css_class, struct doc_strings items)
{
	if (items.n == 0)
		return;
	html_putf(p->out, "<ul class=%s>", css_class);
	for (size_t i = 0; i < items.n; i++) {
		html_put(p->out, "<li>");
		html_text(p->out, items.items[i]);
	}
	html_put(p->out, "</ul>\n");
}

/* "-> eval": the arrow is the style sheet's. */
static struct str step(struct str s)
{
	if (str_starts(s, "-> "))
		return str_part(s, 3, s.len);
	if (str_starts(s, "→ "))
		return str_part(s, 4, s.len);
	return s;
}

static void flow(struct page *p, struct doc_strings steps)
{
	if (steps.n == 0)
		return;
	html_put(p->out, "<ol class=flow aria-label=\"from source to end\">");
	for (size_t i = 0; i < steps.n; i++) {
		html_put(p->out, "<li>");
		html_text(p->out, step(steps.items[i]));
	}
	html_put(p->out, "</ol>\n");
}

static void excerpt(struct page *p, const char *label, struct str text, const char *css_class)
{
	if (text.len == 0)
		return;
	html_tag_z(p->out, "p class=label", label);
	html_putf(p->out, "<pre tabindex=0%s><code>", css_class);
	html_lines(p->out, text);
	html_put(p->out, "</code></pre>\n");
}

static bool same_place(const struct doc_where *a, const struct doc_where *b)
{
	return str_equal(a->member, b->member) && a->line == b->line && str_equal(a->unit, b->unit);
}

static void finding(struct page *p, const struct doc_finding *f, struct str *shown)
{
	struct str text = f->evidence.len ? f->evidence : f->subject;

	html_put(p->out, "<div class=finding>");
	html_put(p->out, "<h4>");
	html_text(p->out, f->title);
	html_put(p->out, "<span class=id>");
	html_text(p->out, f->id);
	html_putf(p->out, ", weight %.1f</span></h4>\n", f->weight);
	if (f->why.len)
		html_tag(p->out, "p", f->why);
	flow(p, f->flow);
	if (!str_equal(text, *shown)) { /* several findings about one statement: its text once */
		if (f->before.len) {
			html_put(p->out, "<div class=sides><div>\n");
			excerpt(p, "in the release before", f->before, " class=removed");
			html_put(p->out, "</div><div>\n");
		}
		excerpt(p, p->d->is_inspect ? "in the text" : f->before.len ? "in this release" : "in the text, not in the release before",
			text, " class=added");
		if (f->before.len)
			html_put(p->out, "</div></div>\n");
	}
	*shown = text;
	for (size_t i = 0; i < f->decoded.n; i++)
		excerpt(p, i ? "decoded further" : "decoded", f->decoded.items[i], "");
	list(p, "chips", f->attack);
	html_put(p->out, "</div>\n");
}

static void place(struct page *p, const struct doc_finding *f)
{
	struct str about = f->where.unit;

	html_put(p->out, "<h3 class=place>");
	html_text(p->out, phrase_member(&p->arena, p->d, f->where.member));
	if (f->where.line)
		html_putf(p->out, ":%" PRIu32, f->where.line);
	html_put(p->out, "</h3>\n<p class=about>");
	html_text(p->out, about);
	if (f->where.length)
		html_text(p->out, arena_printf(&p->arena, "%s%s from byte %" PRIu64,
					  about.len ? ", " : "",
					  amount_size(f->where.length).text, f->where.offset));
	if (f->runs.len) {
		html_put(p->out, about.len || f->where.length ? " · runs " : "runs ");
		html_text(p->out, f->runs);
	}
	html_put(p->out, "</p>\n");
}

static void cards(struct page *p, const struct doc_findings *all)
{
	size_t n = all->n < FINDINGS_MAX ? all->n : FINDINGS_MAX;
	bool done[FINDINGS_MAX] = {false};

	for (size_t i = 0; i < n; i++) {
		struct str shown = STR_NONE;

		if (done[i])
			continue;
		html_put(p->out, "<article class=card>");
		place(p, &all->items[i]);
		for (size_t k = i; k < n; k++) {
			if (done[k] || !same_place(&all->items[i].where, &all->items[k].where))
				continue;
			done[k] = true;
			finding(p, &all->items[k], &shown);
		}
		html_put(p->out, "</article>\n");
	}
	if (all->n > n)
		html_putf(p->out, "<p>And %zu more; the JSON lists all.</p>\n", all->n - n);
}

void html_findings(struct report_out *out, struct arena *a, const struct document *d)
{
	struct page p = {.out = out, .d = d, .arena = *a};

	cards(&p, &d->findings);
	*a = p.arena;
}

static void findings(struct page *p)
{
	html_section(p->out, "findings", "Findings");
	if (p->d->findings.n == 0)
		html_put(p->out, "<p>None.</p>\n");
	cards(p, &p->d->findings);
	if (p->d->accepted)
		html_putf(p->out, "<p>%" PRIu64 " accepted by your list and not counted.</p>\n",
			p->d->accepted);
	html_put(p->out, "</section>\n");
	if (p->d->old_suspect.n == 0)
		return;
	html_section(p->out, "old", "The release before looks tampered with");
	html_put(p->out, "<p>It did this, and the new one does no more:</p>\n");
	cards(p, &p->d->old_suspect);
	html_put(p->out, "</section>\n");
}

/* ---- what changed ---------------------------------------------------------------------------- */

static void names(struct page *p, const char *word, struct doc_strings s)
{
	if (s.n == 0)
		return;
	html_putf(p->out, "<details%s><summary>%s (%s)</summary><ul class=names>",
		s.n <= 8 ? " open" : "", word, amount_count(s.n).text);
	for (size_t i = 0; i < s.n && i < NAMES_MAX; i++) {
		html_put(p->out, "<li>");
		html_text(p->out, phrase_member(&p->arena, p->d, s.items[i]));
	}
	if (s.n > NAMES_MAX)
		html_putf(p->out, "<li>and %zu more", s.n - NAMES_MAX);
	html_put(p->out, "</ul></details>\n");
}

static void pairs_head(struct page *p, const char *caption, const char *one, const char *two)
{
	html_put(p->out, "<div class=scroll><table><caption>");
	html_text(p->out, str_of(caption));
	html_put(p->out, "</caption><thead><tr>");
	html_tag_z(p->out, "th scope=col", one);
	html_tag_z(p->out, "th scope=col", two);
	html_put(p->out, "</tr></thead><tbody>\n");
}

static void pair(struct page *p, struct str one, struct str two)
{
	html_put(p->out, "<tr>");
	html_tag(p->out, "td class=mono", one);
	html_tag(p->out, "td", two);
	html_put(p->out, "</tr>\n");
}

static void pairs_end(struct page *p)
{
	html_put(p->out, "</tbody></table></div>\n");
}

static void changed(struct page *p)
{
	const struct document *d = p->d;

	html_section(p->out, "changed", d->is_inspect ? "What is in it" : "What changed");
	sentence(p, phrase_changes(&p->arena, d));
	sentence(p, phrase_signer(&p->arena, d));
	sentence(p, phrase_approval(&p->arena, d));
	names(p, "Changed", d->delta.changed);
	names(p, "Added", d->delta.added);
	names(p, "Removed", d->delta.removed);
	if (d->delta.n_renamed) {
		pairs_head(p, "Renamed", "from", "to");
		for (size_t i = 0; i < d->delta.n_renamed && i < NAMES_MAX; i++)
			pair(p, phrase_member(&p->arena, d, d->delta.renamed[i].from),
				phrase_member(&p->arena, d, d->delta.renamed[i].to));
		pairs_end(p);
	}
	if (d->delta.n_attributes) {
		pairs_head(p, "Attributes", "member", "change");
		for (size_t i = 0; i < d->delta.n_attributes && i < NAMES_MAX; i++)
			pair(p, phrase_member(&p->arena, d, d->delta.attributes[i].member),
				d->delta.attributes[i].what);
		pairs_end(p);
	}
	if (d->provenance.n_breaks) {
		pairs_head(p, "Breaks of continuity", "where", "what");
		for (size_t i = 0; i < d->provenance.n_breaks && i < NAMES_MAX; i++) {
			const struct doc_break *b = &d->provenance.breaks[i];

			pair(p, phrase_member(&p->arena, d, b->member),
				arena_printf(&p->arena, "%.*s: %.*s → %.*s", STR_ARG(b->what),
					STR_ARG(b->old_value), STR_ARG(b->new_value)));
		}
		pairs_end(p);
	}
	html_put(p->out, "</section>\n");
}

/* ---- what was not seen ----------------------------------------------------------------------- */

static double bar(struct page *p, double x, uint64_t part, uint64_t all, const char *css_class)
{
	double wide = 600 * (double)part / (double)all;

	if (part)
		html_putf(p->out, "<rect class=%s x=%.2f y=0 width=%.2f height=16 />", css_class, x,
			wide < 2 ? 2 : wide);
	return x + wide;
}

static void key(struct page *p, const char *css_class, const char *word, uint64_t part, uint64_t all)
{
	html_putf(p->out,
		"<li><svg viewBox=\"0 0 10 10\" aria-hidden=true><rect class=%s width=10 height=10 "
		"/></svg>%s %u %% (%s)",
		css_class, word, amount_percent(part, all), amount_size(part).text);
}

static void coverage_bar(struct page *p)
{
	uint64_t parsed = p->d->coverage.parsed_bytes, shallow = p->d->coverage.shallow_bytes;
	uint64_t blind = p->d->coverage.blind_bytes, all = parsed + shallow + blind;
	double x = 0;

	if (all == 0)
		return;
	html_put(p->out, "<svg viewBox=\"0 0 600 16\" aria-hidden=true>");
	x = bar(p, x, parsed, all, "parsed");
	x = bar(p, x, shallow, all, "shallow");
	bar(p, x, blind, all, "blind");
	html_put(p->out, "</svg>\n<ul class=key>");
	key(p, "parsed", "parsed", parsed, all);
	key(p, "shallow", "shallow: strings and structure", shallow, all);
	key(p, "blind", "not seen", blind, all);
	html_put(p->out, "</ul>\n");
}

static void unseen(struct page *p)
{
	const struct document *d = p->d;

	html_section(p->out, "unseen", "What was not seen");
	coverage_bar(p);
	if (d->coverage.n_blind == 0)
		html_put(p->out, "<p>Every member that changed could be looked at.</p>\n");
	else
		pairs_head(p, "Members that could not be looked at", "member", "why");
	for (size_t i = 0; i < d->coverage.n_blind && i < NAMES_MAX; i++)
		pair(p, phrase_member(&p->arena, d, d->coverage.blind[i].member),
			arena_printf(&p->arena, "%.*s, %s", STR_ARG(d->coverage.blind[i].reason),
				amount_size(d->coverage.blind[i].size_bytes).text));
	if (d->coverage.n_blind)
		pairs_end(p);
	if (d->coverage.n_dependencies)
		pairs_head(p, "Dependencies that it names", "dependency", "state");
	for (size_t i = 0; i < d->coverage.n_dependencies && i < NAMES_MAX; i++)
		pair(p, arena_printf(&p->arena, "%.*s %.*s", STR_ARG(d->coverage.dependencies[i].name),
				  STR_ARG(d->coverage.dependencies[i].spec)),
			d->coverage.dependencies[i].state);
	if (d->coverage.n_dependencies)
		pairs_end(p);
	if (!d->repeatable)
		html_put(p->out, "<p>A part was stopped by the clock: another run may see more or less.</p>\n");
	html_put(p->out, "</section>\n");
}

/* ---- identity -------------------------------------------------------------------------------- */

static void release_row(struct page *p, const char *which, const struct doc_release *r)
{
	html_put(p->out, "<tr>");
	html_tag_z(p->out, "th scope=row", which);
	html_tag(p->out, "td", r->path);
	html_tag(p->out, "td", r->kind);
	html_tag_z(p->out, "td class=num", amount_size(r->size_bytes).text);
	html_tag(p->out, "td class=hash", r->sha256);
	html_put(p->out, "</tr>\n");
}

static void identity(struct page *p)
{
	const struct document *d = p->d;

	html_section(p->out, "identity", "Identity");
	html_put(p->out, "<div class=scroll><table><thead><tr><th scope=col>release<th scope=col>path"
			 "<th scope=col>kind<th scope=col class=num>size<th scope=col>SHA-256"
			 "</tr></thead><tbody>\n");
	if (!d->is_inspect)
		release_row(p, "before", &d->old);
	release_row(p, d->is_inspect ? "this" : "new", &d->new);
	html_put(p->out, "</tbody></table></div></section>\n");
}

static void foot(struct page *p)
{
	const struct document *d = p->d;

	html_put(p->out, "</main>\n<footer><p>assay ");
	html_text(p->out, d->assay_version);
	html_put(p->out, ", rules ");
	html_text(p->out, d->rules);
	html_put(p->out, ". Readers were confined by ");
	html_text(p->out, d->confinement);
	html_put(p->out, ". Nothing of the releases was run. Everything quoted from them is shown as text; "
			 "control characters are written out.</p></footer>\n");
}

void report_html(const struct document *d, struct report_out *out)
{
	struct document copy = *d;
	struct page p = {.out = out, .d = &copy};

	copy.n_members = 0; /* the JSON does not say it: a page made from there is the same */
	arena_init(&p.arena, 0);
	html_begin(out, arena_printf(&p.arena, "%s: %.*s", verdict_name(d->verdict),
				STR_ARG(phrase_title(&p.arena, d))));
	heading(&p);
	findings(&p);
	changed(&p);
	unseen(&p);
	identity(&p);
	foot(&p);
	html_end(out);
	arena_release(&p.arena);
}
