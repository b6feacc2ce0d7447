/*
 * A source that sees one customer's machines is named after that customer more often than not. Documents
 * that name no customer say of such sources how many there are and how far they see, and no more.
 */
#include <math.h>

#include "disclose/disclose.h"

static bool of_customers(const struct case_file *c, struct str id)
{
	for (size_t i = 0; i < c->sources.n; i++)
		if (str_equal(c->sources.items[i].id, id))
			return c->sources.items[i].population.n > 0;
	return false;
}

static bool names_any(struct str sentence, const struct scope_coverage *hidden, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_find(sentence, hidden[i].source) != SIZE_MAX)
			return true;
	return false;
}

static struct str summary(struct arena *a, const struct scope_coverage *hidden, size_t n)
{
	double low = NAN, high = NAN;
	size_t gaps = 0;

	for (size_t i = 0; i < n; i++) {
		low = fmin(low, hidden[i].percent);
		high = fmax(high, hidden[i].percent);
		gaps += hidden[i].n_gaps > 0;
	}
	if (isnan(low))
		return arena_printf(a, "%zu sources of single customers: how much of the window they see is "
				       "not known.", n);
	return arena_printf(a, "%zu source%s of single customers see%s %.0f to %.0f %% of the window; %zu of them "
			       "ha%s gaps, and what happened there is not known.",
		n, n == 1 ? "" : "s", n == 1 ? "s" : "", low, high, gaps, gaps == 1 ? "s" : "ve");
}

void scope_hide_customers(struct arena *a, const struct case_file *c, struct scope_doc *s)
{
	struct scope_coverage *hidden = ARENA_ARRAY(a, s->n_coverage + 1, struct scope_coverage);
	struct str *unknown = ARENA_ARRAY(a, s->n_unknown + 1, struct str);
	size_t n_hidden = 0, n_kept = 0, n = 0;

	for (size_t i = 0; i < s->n_coverage; i++)
		if (of_customers(c, s->coverage[i].source))
			hidden[n_hidden++] = s->coverage[i];
		else
			s->coverage[n_kept++] = s->coverage[i];
	s->n_coverage = n_kept;
	if (!n_hidden)
		return;
	for (size_t i = 0; i < s->n_unknown; i++)
		if (!names_any(s->unknown[i], hidden, n_hidden))
			unknown[n++] = s->unknown[i];
	unknown[n++] = summary(a, hidden, n_hidden);
	s->unknown = unknown;
	s->n_unknown = n;
}
