/* assay.attribution.v1, and the same as a screen of text. Keys stand in the order of docs/schema. */
#include "assay.h"
#include "report/attribution.h"
#include "report/json_out.h"
#include "util/escape.h"

enum { ROWS_SHOWN = 10, TEXT_BYTES = 200 };

static void families(struct json_out *j)
{
	jout_key(j, "families");
	jout_open(j, '[');
	for (int f = 0; f < FAMILY_N; f++) {
		const struct family_row *row = family_row((enum family)f);

		jout_open(j, '{');
		jout_key_str(j, "family", str_of(row->name));
		jout_key_str(j, "forgeable", str_of(forgeable_name(row->forgeable)));
		jout_key_real(j, "cap", row->cap);
		jout_key_real(j, "weight", row->weight);
		jout_key_bool(j, "staged_together", row->staged);
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

static void evidence(struct json_out *j, const struct traits *t)
{
	jout_key(j, "evidence");
	jout_open(j, '[');
	for (size_t i = 0; i < t->n; i++) {
		jout_open(j, '{');
		jout_key_str(j, "family", str_of(family_row(t->items[i].family)->name));
		jout_key_bool(j, "third_party", t->items[i].third_party);
		jout_key(j, "untrusted");
		jout_open(j, '{');
		jout_key_str(j, "value", t->items[i].value);
		jout_close(j, '}');
		jout_close(j, '}');
	}
	jout_close(j, ']');
}

static void hypothesis(struct json_out *j, const struct hypothesis *h)
{
	jout_open(j, '{');
	jout_key_str(j, "id", h->id);
	jout_key_str(j, "name", h->name);
	jout_key_bool(j, "is_none", h->is_none);
	jout_key_real(j, "log10_odds", h->log10_odds);
	jout_key_real(j, "posterior", h->posterior);
	jout_key_u64(j, "inconsistent", h->inconsistent);
	jout_key(j, "families");
	jout_open(j, '[');
	for (int f = 0; f < FAMILY_N && !h->is_none; f++) {
		if (h->by[f].log10_lr == 0)
			continue;
		jout_open(j, '{');
		jout_key_str(j, "family", str_of(family_row((enum family)f)->name));
		jout_key_real(j, "log10_lr", h->by[f].log10_lr);
		jout_key_bool(j, "capped", h->by[f].capped);
		jout_close(j, '}');
	}
	jout_close(j, ']');
	jout_close(j, '}');
}

static void what_why(struct json_out *j, struct str what, struct str why)
{
	jout_open(j, '{');
	jout_key_str(j, "what", what);
	jout_key_str(j, "why", why);
	jout_close(j, '}');
}

static void judgement(struct json_out *j, const struct attribution_report *r)
{
	jout_key(j, "staging");
	jout_open(j, '[');
	for (size_t i = 0; i < r->stagings->n; i++)
		what_why(j, r->stagings->items[i].what, r->stagings->items[i].why);
	jout_close(j, ']');
	jout_key(j, "leave_one_out");
	jout_open(j, '{');
	jout_key_str(j, "without", r->a->left_out.without);
	jout_key_str(j, "winner", r->a->left_out.winner);
	jout_key_bool(j, "changed", r->a->left_out.changed);
	jout_close(j, '}');
	jout_key(j, "wording");
	jout_open(j, '{');
	jout_key_str(j, "strength", str_of(r->a->strength));
	jout_key_str(j, "sentence", r->a->sentence);
	jout_key(j, "named");
	if (r->a->named.len)
		jout_str(j, r->a->named);
	else
		jout_null(j);
	jout_close(j, '}');
	jout_key(j, "refusals");
	jout_open(j, '[');
	for (size_t i = 0; i < r->a->n_refusals; i++)
		what_why(j, r->a->refusals[i].what, r->a->refusals[i].why);
	jout_close(j, ']');
}

void report_attribution_json(const struct attribution_report *r, struct report_out *out)
{
	struct json_out j;

	jout_begin(&j, out, false);
	jout_open(&j, '{');
	jout_key_str(&j, "schema", STR("assay.attribution.v1"));
	jout_key_str(&j, "assay", STR(ASSAY_VERSION));
	jout_key(&j, "case");
	jout_open(&j, '{');
	jout_key_str(&j, "id", r->c->id);
	jout_key_u64(&j, "revision", (uint64_t)r->c->revision);
	jout_close(&j, '}');
	jout_key_bool(&j, "calibrated", false);
	jout_key_u64(&j, "known", r->n_profiles);
	families(&j);
	evidence(&j, r->evidence);
	jout_key(&j, "hypotheses");
	jout_open(&j, '[');
	for (size_t i = 0; i < r->a->n; i++)
		hypothesis(&j, &r->a->rows[i]);
	jout_close(&j, ']');
	judgement(&j, r);
	jout_close(&j, '}');
	jout_end(&j);
}

/* ---- text ------------------------------------------------------------------------------------ */

static void line(struct report_out *out, struct arena *a, struct str s)
{
	report_put(out, escape_text(a, s, 2000));
	report_put_z(out, "\n");
}

static void family_words(struct report_out *out, struct arena *a, const struct hypothesis *h)
{
	for (int f = 0; f < FAMILY_N; f++) {
		const struct likeness *l = &h->by[f];

		if (l->log10_lr == 0)
			continue;
		line(out, a, arena_printf(a, "        %-16s %+.2f%s  %.*s", family_row((enum family)f)->name, l->log10_lr,
				     l->capped ? " (cap)" : "",
				     STR_ARG(l->strongest ? escape_text(a, l->strongest->value, TEXT_BYTES)
							  : STR("not like them"))));
	}
}

void report_attribution_text(const struct attribution_report *r, struct report_out *out)
{
	struct arena a;

	arena_init(&a, 0);
	line(out, &a, r->a->sentence);
	line(out, &a, arena_printf(&a, "Uncalibrated. %zu traits of the case against %zu profiles.", r->evidence->n, r->n_profiles));
	report_put_z(out, "\n  share   log10 odds  hypothesis\n");
	for (size_t i = 0; i < r->a->n && i < ROWS_SHOWN; i++) {
		const struct hypothesis *h = &r->a->rows[i];

		line(out, &a, arena_printf(&a, "  %4.0f %%   %+9.2f   %.*s", h->posterior * 100, h->log10_odds,
				     STR_ARG(escape_text(&a, h->name, TEXT_BYTES))));
		if (i < 3)
			family_words(out, &a, h);
	}
	if (r->a->n > ROWS_SHOWN)
		line(out, &a, arena_printf(&a, "  and %zu more", r->a->n - ROWS_SHOWN));
	report_put_z(out, "\n");
	for (size_t i = 0; i < r->stagings->n; i++)
		line(out, &a, arena_printf(&a, "  Signs of staging: %.*s; %.*s.", STR_ARG(r->stagings->items[i].what),
				     STR_ARG(r->stagings->items[i].why)));
	if (r->a->left_out.without.len)
		line(out, &a, arena_printf(&a, "  Without \"%.*s\" %s.", STR_ARG(escape_text(&a, r->a->left_out.without, TEXT_BYTES)),
				     r->a->left_out.changed ? "the order changes" : "the first stays the first"));
	for (size_t i = 0; i < r->a->n_refusals; i++)
		line(out, &a, arena_printf(&a, "  Refused: %.*s: %.*s.", STR_ARG(r->a->refusals[i].what),
				     STR_ARG(r->a->refusals[i].why)));
	arena_release(&a);
}
