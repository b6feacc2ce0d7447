/* What the formats for people and for machines say alike: titles, times, sentences. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "disclose/disclose.h"
#include "report/amount.h"
#include "report/json_read.h"
#include "util/escape.h"

static void add(const struct disclosure *d, struct incident_lines *l, struct str s)
{
	*ARENA_PUSH(d->arena, l->items, l->n, l->room) = s;
}

struct str incident_title(const struct disclosure *d)
{
	const struct case_about *b = &d->c->about;

	if (b->title.len)
		return b->title;
	if (b->product.len)
		return arena_printf(d->arena, "Tampered releases of %.*s", STR_ARG(b->product));
	return arena_printf(d->arena, "Case %.*s", STR_ARG(d->c->id));
}

struct str incident_publisher(const struct disclosure *d)
{
	return d->publisher.len ? d->publisher : d->c->about.vendor;
}

static struct str time_of(const struct disclosure *d, int64_t at)
{
	struct utc_text t = utc_text(at);

	return arena_str(d->arena, str_of(t.z));
}

struct str incident_first_time(const struct disclosure *d)
{
	if (d->c->revisions.n)
		return time_of(d, d->c->revisions.items[0].at);
	return time_of(d, d->c->created);
}

struct str incident_last_time(const struct disclosure *d)
{
	int64_t last = UTC_UNKNOWN;

	for (size_t i = 0; i < d->c->revisions.n; i++)
		if (d->c->revisions.items[i].at > last)
			last = d->c->revisions.items[i].at;
	return last == UTC_UNKNOWN ? time_of(d, d->c->created) : time_of(d, last);
}

struct str incident_release_name(const struct disclosure *d, const struct case_release *r)
{
	struct str name = r->name.len ? r->name : d->c->about.product.len ? d->c->about.product : r->id;

	return arena_printf(d->arena, "%.*s%s%.*s", STR_ARG(name), r->version.len ? " " : "",
		STR_ARG(r->version));
}

const struct case_release *incident_release(const struct disclosure *d, struct str id)
{
	for (size_t i = 0; i < d->c->releases.n; i++)
		if (str_equal(d->c->releases.items[i].id, id))
			return &d->c->releases.items[i];
	return NULL;
}

const struct case_customer *incident_customer(const struct disclosure *d, struct str id, size_t *near)
{
	size_t n = d->c->customers.n;

	for (size_t i = 0; i < n; i++) {
		size_t at = (*near + i) % n;

		if (!str_equal(d->c->customers.items[at].id, id))
			continue;
		*near = at + 1;
		return &d->c->customers.items[at];
	}
	return NULL;
}

struct str incident_defanged(const struct disclosure *d, const struct case_indicator *i)
{
	struct str v = escape_text(d->arena, i->value, 2000), kept;
	struct buf b;

	if (!str_is(i->kind, "host") && !str_is(i->kind, "ip") && !str_is(i->kind, "url"))
		return v;
	buf_init(&b, 8192);
	if (str_starts(v, "http")) {
		buf_add_z(&b, "hxxp");
		v = str_part(v, 4, v.len);
	}
	for (size_t k = 0; k < v.len; k++)
		if (v.p[k] == '.')
			buf_add_z(&b, "[.]");
		else
			buf_add_char(&b, v.p[k]);
	kept = arena_str(d->arena, buf_str(&b));
	buf_release(&b);
	return kept;
}

struct str incident_stage(const struct disclosure *d, struct str stage)
{
	struct str s = arena_str(d->arena, stage);

	for (size_t i = 0; i < s.len; i++)
		if (s.p[i] == '_')
			return arena_printf(d->arena, "%.*s %.*s", (int)i, s.p,
				STR_ARG(incident_stage(d, str_part(s, i + 1, s.len))));
	return s;
}

static struct str capital(const struct disclosure *d, struct str stage)
{
	struct str s = incident_stage(d, stage);

	if (s.len == 0 || s.p[0] < 'a' || s.p[0] > 'z')
		return s;
	return arena_printf(d->arena, "%c%.*s", s.p[0] - 32, STR_ARG(str_part(s, 1, s.len)));
}

struct str incident_lead(const struct disclosure *d)
{
	const struct scope_stage *s = d->scope && d->scope->n_funnel ? &d->scope->funnel[0] : NULL;
	struct str who = d->c->about.product.len ? d->c->about.product : STR("the product");
	size_t bad = 0;

	for (size_t i = 0; i < d->c->releases.n; i++)
		bad += str_is(d->c->releases.items[i].status, "bad");
	if (bad == 0)
		return arena_printf(d->arena, "No release of %.*s is held for bad.", STR_ARG(who));
	if (!s || isnan(s->lower))
		return arena_printf(d->arena, "%zu release%s of %.*s %s tampered with; how many have %s is not known yet.",
			bad, bad == 1 ? "" : "s", STR_ARG(who), bad == 1 ? "was" : "were", bad == 1 ? "it" : "them");
	return arena_printf(d->arena, "%zu release%s of %.*s %s tampered with. %s: seen at %s customers, %s%s in all%s%s.",
		bad, bad == 1 ? "" : "s", STR_ARG(who), bad == 1 ? "was" : "were", capital(d, s->stage).p,
		amount_count((uint64_t)s->lower).text, isnan(s->estimate) ? "not estimable" : "about ",
		isnan(s->estimate) ? "" : amount_count((uint64_t)s->estimate).text,
		isnan(s->upper) ? ", without an upper bound" : ", at most ",
		isnan(s->upper) ? "" : amount_count((uint64_t)s->upper).text);
}

/* ---- facts ----------------------------------------------------------------------------------- */

static struct str span_words(const struct disclosure *d, struct utc_span s)
{
	if (s.lo == UTC_UNKNOWN && s.hi == UTC_UNKNOWN)
		return STR("a time that is not known");
	if (s.lo == s.hi)
		return time_of(d, s.lo);
	return arena_printf(d->arena, "between %s and %s",
		s.lo == UTC_UNKNOWN ? "an unknown time" : utc_text(s.lo).z,
		s.hi == UTC_UNKNOWN ? "an unknown time" : utc_text(s.hi).z);
}

static void window_facts(const struct disclosure *d, struct incident_lines *ret)
{
	for (size_t i = 0; i < d->c->windows.n; i++) {
		const struct case_window *w = &d->c->windows.items[i];
		const struct case_release *r = incident_release(d, w->release);

		add(d, ret, arena_printf(d->arena, "%.*s was served%s%.*s from %.*s until %.*s.",
				    STR_ARG(r ? incident_release_name(d, r) : w->release),
				    w->channel.len ? " by channel " : "", STR_ARG(w->channel),
				    STR_ARG(span_words(d, w->from)), STR_ARG(span_words(d, w->to))));
	}
}

void incident_facts(const struct disclosure *d, struct incident_lines *ret)
{
	*ret = (struct incident_lines){0};
	for (size_t i = 0; i < d->c->releases.n; i++) {
		const struct case_release *r = &d->c->releases.items[i];
		struct str does = r->findings.n ? r->findings.items[0].title : STR_NONE;

		if (str_is(r->status, "good"))
			continue;
		add(d, ret, arena_printf(d->arena, "%.*s (sha256 %.*s) is held for %.*s%s%.*s.",
				    STR_ARG(incident_release_name(d, r)),
				    STR_ARG(r->sha256.len ? r->sha256 : STR("not known")),
				    STR_ARG(r->status), does.len ? ": it " : "", STR_ARG(does)));
	}
	window_facts(d, ret);
	for (size_t i = 0; d->scope && i < d->scope->n_funnel; i++) {
		const struct scope_stage *s = &d->scope->funnel[i];

		if (s->lower >= 0)
			add(d, ret, arena_printf(d->arena, "%.*s: seen at %s customer%s.", STR_ARG(capital(d, s->stage)),
					    amount_count((uint64_t)s->lower).text,
					    s->lower == 1 ? "" : "s"));
	}
	for (size_t i = 0; d->scope && i < d->scope->n_coverage; i++)
		if (d->scope->coverage[i].percent >= 0)
			add(d, ret, arena_printf(d->arena, "Source %.*s covers %.0f %% of the window.",
					    STR_ARG(d->scope->coverage[i].source),
					    d->scope->coverage[i].percent));
}

void incident_inferences(const struct disclosure *d, struct incident_lines *ret)
{
	*ret = (struct incident_lines){0};
	for (size_t i = 0; d->scope && i < d->scope->n_funnel; i++) {
		const struct scope_stage *s = &d->scope->funnel[i];

		if (isnan(s->estimate))
			continue;
		if (s->lo >= 0 && s->hi >= 0)
			add(d, ret, arena_printf(d->arena,
					    "%.*s: about %s in all (95 %% interval %s to %s), by %.*s.",
					    STR_ARG(capital(d, s->stage)), amount_count((uint64_t)s->estimate).text,
					    amount_count((uint64_t)s->lo).text,
					    amount_count((uint64_t)s->hi).text,
					    STR_ARG(s->method.len ? s->method : STR("a method not stated"))));
		else
			add(d, ret, arena_printf(d->arena, "%.*s: about %s in all, by %.*s.",
					    STR_ARG(capital(d, s->stage)), amount_count((uint64_t)s->estimate).text,
					    STR_ARG(s->method.len ? s->method : STR("a method not stated"))));
	}
	if (d->attribution && d->attribution->sentence.len)
		add(d, ret, arena_printf(d->arena, "Who did it: %.*s%s%s", STR_ARG(d->attribution->sentence),
				    str_ends(d->attribution->sentence, ".") ? "" : ".",
				    d->attribution->calibrated ? "" : " (The weights are not calibrated.)"));
	for (size_t i = 0; d->attribution && i < d->attribution->n_staging; i++)
		add(d, ret, arena_printf(d->arena, "Signs of staging: %.*s.",
				    STR_ARG(d->attribution->staging[i].what)));
}

void incident_unknowns(const struct disclosure *d, struct incident_lines *ret)
{
	*ret = (struct incident_lines){0};
	if (!d->scope)
		add(d, ret, STR("How many received, installed or ran it: not looked at yet."));
	for (size_t i = 0; d->scope && i < d->scope->n_funnel; i++) {
		const struct scope_stage *s = &d->scope->funnel[i];

		if (isnan(s->estimate))
			add(d, ret, arena_printf(d->arena, "%.*s: how many in all cannot be estimated%s%.*s.",
					    STR_ARG(capital(d, s->stage)), s->reason.len ? ": " : "", STR_ARG(s->reason)));
		if (isnan(s->upper))
			add(d, ret, arena_printf(d->arena, "%.*s: no upper bound is known.", STR_ARG(capital(d, s->stage))));
	}
	for (size_t i = 0; d->scope && i < d->scope->n_coverage; i++)
		if (d->scope->coverage[i].n_gaps)
			add(d, ret, arena_printf(d->arena,
					    "Source %.*s has %zu gap%s in the window: what happened there is not known.",
					    STR_ARG(d->scope->coverage[i].source), d->scope->coverage[i].n_gaps,
					    d->scope->coverage[i].n_gaps == 1 ? "" : "s"));
	for (size_t i = 0; d->scope && i < d->scope->n_refusals; i++)
		add(d, ret, arena_printf(d->arena, "%.*s: not answered, because %.*s.",
				    STR_ARG(d->scope->refusals[i].what), STR_ARG(d->scope->refusals[i].why)));
	for (size_t i = 0; d->scope && i < d->scope->n_unknown; i++)
		add(d, ret, d->scope->unknown[i]);
	if (!d->attribution)
		add(d, ret, STR("Who did it: not looked at."));
	for (size_t i = 0; d->attribution && i < d->attribution->n_refusals; i++)
		add(d, ret, arena_printf(d->arena, "%.*s: refused, because %.*s.",
				    STR_ARG(d->attribution->refusals[i].what),
				    STR_ARG(d->attribution->refusals[i].why)));
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void finding_techniques(const struct disclosure *d, const struct case_finding *f,
	struct incident_lines *ret)
{
	struct str why;
	json_t *j = jread_parse(d->arena, f->json, &why);
	size_t n = 0;
	const struct str *ids = jread_strings(d->arena, j, "attack", &n);

	for (size_t i = 0; i < n; i++) {
		bool known = ids[i].len < 5 || ids[i].p[0] != 'T';

		for (size_t k = 0; k < ret->n && !known; k++)
			known = str_equal(ret->items[k], ids[i]);
		if (!known)
			add(d, ret, ids[i]);
	}
	json_decref(j);
}

void incident_techniques(const struct disclosure *d, struct incident_lines *ret)
{
	*ret = (struct incident_lines){0};
	for (size_t i = 0; i < d->c->releases.n; i++) {
		const struct case_release *r = &d->c->releases.items[i];

		for (size_t k = 0; k < r->findings.n && !str_is(r->status, "good"); k++)
			finding_techniques(d, &r->findings.items[k], ret);
	}
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_text);
}

/* Characters that need no escape in a package URL. */
static bool plain(struct str s, const char *also)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    (c && strchr(also, c))))
			return false;
	}
	return s.len > 0;
}

struct str incident_purl(const struct disclosure *d, const struct case_release *r)
{
	bool scoped = str_starts(r->name, "@");

	if (!str_is(r->kind, "npm") || !plain(r->name, "-._/@") || !plain(r->version, "-."))
		return STR_NONE;
	return arena_printf(d->arena, "pkg:npm/%s%.*s@%.*s", scoped ? "%40" : "",
		STR_ARG(scoped ? str_part(r->name, 1, r->name.len) : r->name), STR_ARG(r->version));
}
