/* Entities to numbers: the funnel, the groups, the estimates. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scope/scope_int.h"
#include "util/hash.h"

enum { STRATA = 16, SURE = SCOPE_THRESHOLDS - 1, MINE = SCOPE_THRESHOLDS };

const char *certainty_name(enum certainty c)
{
	static const char *const names[] = {"unknown", "not_received", "possible", "certain"};

	return names[c];
}

/* Who ran it had it installed, and who installed it had received it. */
static void imply(struct entity *e)
{
	for (int i = SCOPE_STAGES - 2; i >= 0; i--) {
		e->certain[i] = fmaxf(e->certain[i], e->certain[i + 1]);
		e->possible[i] = fmaxf(e->possible[i], e->possible[i + 1]);
		for (int t = 0; t <= SCOPE_THRESHOLDS; t++)
			e->on[t][i] |= e->on[t][i + 1];
	}
}

static bool surely(const struct entity *e, int stage)
{
	return e->certain[stage] >= (float)scope_thresholds[SURE];
}

/* ---- customers -------------------------------------------------------------------------------- */

/* Between which moments it may have been there, and between which it was. */
static void exposure(const struct scoping *s, const struct entity *e, struct scope_customer *ret)
{
	struct interval from = INTERVAL_UNKNOWN;
	int64_t until = s->r->as_of;

	for (int i = SCOPE_INSTALLED; i < SCOPE_STAGES && from.hi == TIME_UNKNOWN_HI; i++)
		from = e->first[i];
	if (interval_known(e->first_good_after) && e->first_good_after.lo > from.hi)
		until = e->first_good_after.hi;
	ret->exposed = (struct interval){s->r->window.lo, until};
	/* It was not there yet when a good release was seen, nor before it existed. */
	if (interval_known(e->last_good) && (from.hi == TIME_UNKNOWN_HI || e->last_good.hi < from.lo) &&
		e->last_good.hi > ret->exposed.lo)
		ret->exposed.lo = e->last_good.hi;
	if (interval_known(e->first[SCOPE_DELIVERED]) &&
		e->first[SCOPE_DELIVERED].lo > ret->exposed.lo &&
		(from.hi == TIME_UNKNOWN_HI || e->first[SCOPE_DELIVERED].lo <= from.lo))
		ret->exposed.lo = e->first[SCOPE_DELIVERED].lo;
	ret->at_least = (struct interval){1, 0};
	if (from.hi == TIME_UNKNOWN_HI)
		return;
	ret->at_least = (struct interval){from.hi, from.hi};
	for (int i = SCOPE_EXECUTED; i < SCOPE_STAGES; i++)
		if (interval_known(e->first[i]) && e->first[i].lo > ret->at_least.hi)
			ret->at_least.hi = e->first[i].lo;
}

static struct scope_customer customer_of(const struct scoping *s, size_t i, bool covered)
{
	const struct entity *e = &s->entities[i];
	struct scope_customer ret = {.index = i, .n_places = e->n_places,
		.time = INTERVAL_UNKNOWN, .exposed = INTERVAL_UNKNOWN, .at_least = {1, 0}};

	if (surely(e, SCOPE_DELIVERED))
		ret.certainty = CERTAINTY_CERTAIN;
	else if (e->possible[SCOPE_DELIVERED] > 0)
		ret.certainty = CERTAINTY_POSSIBLE;
	else
		ret.certainty = covered ? CERTAINTY_NOT_RECEIVED : CERTAINTY_UNKNOWN;
	if (ret.certainty < CERTAINTY_POSSIBLE)
		return ret;
	for (int stage = 0; stage < SCOPE_STAGES; stage++)
		if (ret.certainty == CERTAINTY_CERTAIN ? surely(e, stage) : e->possible[stage] > 0)
			ret.stage = (enum scope_stage)stage;
	ret.probability = ret.certainty == CERTAINTY_CERTAIN ? e->certain[ret.stage]
							     : e->possible[ret.stage];
	ret.time = e->first[ret.stage];
	memcpy(ret.places, e->places, sizeof(ret.places));
	exposure(s, e, &ret);
	return ret;
}

static void list_customers(struct scoping *s)
{
	struct scope_result *r = s->r;
	bool *covered = scope_covered(s);

	r->customers = ARENA_ARRAY(s->a, s->c->customers.n, struct scope_customer);
	for (size_t i = 0; i < s->c->customers.n; i++) {
		struct scope_customer x = customer_of(s, i, covered[i]);

		r->n_by_certainty[x.certainty]++;
		if (x.certainty != CERTAINTY_UNKNOWN)
			r->customers[r->n_customers++] = x;
	}
}

/* ---- groups ----------------------------------------------------------------------------------- */

static int by_key(const void *a, const void *b)
{
	const struct scope_group *x = a, *y = b;

	return str_cmp(x->key, y->key);
}

static struct scope_group *groups_of(struct scoping *s, bool country, size_t *ret_n)
{
	struct hash_table index = {.n = 0};
	struct scope_group *groups = ARENA_ARRAY(s->a, s->c->customers.n, struct scope_group);
	size_t n = 0, at = 0;

	for (size_t i = 0; i < s->c->customers.n; i++) {
		const struct case_customer *c = &s->c->customers.items[i];
		struct str key = country ? c->country : c->industry;
		const struct entity *e = &s->entities[i];
		struct scope_group *g;
		bool is_new, denied;
		uint32_t *slot = hash_table_at(&index, fast_hash(key.p, key.len, 1) | 1, &is_new);

		if (!slot)
			break;
		if (is_new) {
			groups[n].key = key;
			*slot = (uint32_t)n++;
		}
		g = &groups[*slot];
		while (at < s->r->n_customers && s->r->customers[at].index < i)
			at++;
		denied = at < s->r->n_customers && s->r->customers[at].index == i &&
			 s->r->customers[at].certainty == CERTAINTY_NOT_RECEIVED;
		g->customers++;
		for (int stage = 0; stage < SCOPE_STAGES; stage++) {
			g->lower[stage] += surely(e, stage);
			g->upper[stage] += !denied;
		}
	}
	hash_table_release(&index);
	qsort(groups, n, sizeof(*groups), by_key);
	*ret_n = n;
	return groups;
}

/* ---- the funnel ------------------------------------------------------------------------------- */

static double most(const struct scoping *s)
{
	double n = s->c->population.size >= 0 ? (double)s->c->population.size
		   : s->c->customers.n	      ? (double)s->c->customers.n
					      : INFINITY;

	return n - (double)s->r->n_by_certainty[CERTAINTY_NOT_RECEIVED];
}

static double lower_at(const struct scoping *s, int stage, double threshold)
{
	double n = 0;

	for (size_t i = 0; i < s->n_entities; i++)
		n += s->entities[i].certain[stage] >= (float)threshold;
	return n;
}

/* Does any list look at this stage itself? Lists of later stages alone describe the later ones. */
static unsigned lists_at(const struct scoping *s, const uint8_t (*direct)[SCOPE_STAGES], int stage)
{
	unsigned lists = 0;

	for (unsigned l = 0; l < s->r->n_lists; l++)
		lists |= direct[l][stage] ? 1u << l : 0;
	return lists;
}

static struct captures captures_at(const struct scoping *s, int threshold, int stage)
{
	struct captures c = {.n_lists = s->r->n_lists};

	for (size_t i = 0; i < s->n_entities; i++)
		c.count[s->entities[i].on[threshold][stage]] += 1;
	c.count[0] = 0;
	return c;
}

/* What was seen outside of the lists counts, and no interval goes beyond what logic allows. */
static void bound(struct answer *a, double lower, double upper)
{
	if (lower > a->lower)
		a->lower = lower;
	a->upper = fmax(upper, a->lower);
	if (a->refused != REFUSED_NOT)
		return;
	if (a->e.hi < a->lower) {
		a->refused = REFUSED_OUTSIDE;
		a->e = (struct estimate){NAN, NAN, NAN, NAN, false};
		a->method = "none";
		return;
	}
	a->e.n = fmin(fmax(a->e.n, a->lower), a->upper);
	a->e.lo = fmin(fmax(a->e.lo, a->lower), a->upper);
	a->e.hi = fmin(a->e.hi, a->upper);
}

static enum status answer_at(struct scoping *s, int threshold, int stage, bool looked_at,
	double upper, struct answer *ret)
{
	struct captures c = captures_at(s, threshold, stage);
	unsigned flags[ESTIMATE_LISTS] = {0};
	double share = threshold < MINE ? scope_thresholds[threshold] : s->r->threshold;

	for (unsigned i = 0; i < s->r->n_lists; i++)
		flags[i] = s->r->lists[i].flags;
	TRY(estimate_lists(s->a, &c, flags, upper, ret));
	if (!looked_at && (ret->refused == REFUSED_NOT || ret->refused == REFUSED_NO_MAXIMUM)) {
		ret->refused = REFUSED_LATER_STAGE;
		ret->e = (struct estimate){NAN, NAN, NAN, NAN, false};
		ret->method = "none";
		ret->n_models = 0;
	}
	/* The lower bound of the answer itself never rests on a doubtful link. */
	ret->lower = 0;
	bound(ret, lower_at(s, stage, threshold == MINE ? scope_thresholds[SURE] : share), upper);
	return STATUS_OK;
}

/* By the size of the customer: who is large is on every list, and hides the small ones. */
static enum status strata_at(struct scoping *s, int stage, double upper, struct answer *ret)
{
	struct captures *strata = ARENA_ARRAY(s->a, STRATA, struct captures);
	struct str names[STRATA];
	unsigned flags[ESTIMATE_LISTS] = {0};
	size_t n = 0;

	*ret = (struct answer){.method = "none", .e = {NAN, NAN, NAN, NAN, false}};
	for (size_t i = 0; i < s->c->customers.n; i++) {
		struct str size = s->c->customers.items[i].size;
		size_t k = 0;

		while (k < n && !str_equal(names[k], size))
			k++;
		if (k == STRATA)
			return STATUS_OK;
		if (k == n) {
			names[n] = size;
			strata[n++].n_lists = s->r->n_lists;
		}
		strata[k].count[s->entities[i].on[MINE][stage]] += 1;
	}
	for (unsigned i = 0; i < s->r->n_lists; i++)
		flags[i] = s->r->lists[i].flags;
	if (n < 2)
		return STATUS_OK;
	for (size_t k = 0; k < n; k++)
		strata[k].count[0] = 0;
	TRY(estimate_strata(s->a, strata, n, flags, upper, ret));
	return STATUS_OK;
}

static void name_query(const struct scoping *s, struct scope_step *step)
{
	struct str about = arena_printf(s->a, "%.*s|%lld|%s|%.6f|%lld", STR_ARG(s->c->id),
		(long long)s->c->revision, scope_stage_name(step->stage), s->r->threshold,
		(long long)s->r->as_of);
	struct sha256 h = sha256_of(about.p, about.len);
	char hex[65];

	sha256_hex(&h, hex);
	snprintf(step->query, sizeof(step->query), "q-%.12s", hex);
}

/* Before later stages imply earlier ones: what was really seen. */
static void find_direct(struct scoping *s, uint8_t (*direct)[SCOPE_STAGES])
{
	for (size_t i = 0; i < s->n_entities; i++) {
		bool ran = false;

		for (int stage = SCOPE_INSTALLED; stage < SCOPE_STAGES; stage++)
			ran |= surely(&s->entities[i], stage);
		s->n_missed += ran && s->entities[i].possible[SCOPE_DELIVERED] == 0;
		for (int stage = 0; stage < SCOPE_STAGES; stage++)
			for (unsigned l = 0; l < s->r->n_lists; l++)
				direct[l][stage] |= s->entities[i].on[0][stage] >> l & 1;
	}
}

static enum status funnel(struct scoping *s, const uint8_t (*direct)[SCOPE_STAGES])
{
	double upper = most(s);

	for (int stage = 0; stage < SCOPE_STAGES; stage++) {
		struct scope_step *step = &s->r->steps[stage];
		unsigned lists = lists_at(s, direct, stage);

		step->stage = (enum scope_stage)stage;
		step->lists = lists;
		name_query(s, step);
		TRY(answer_at(s, MINE, stage, lists != 0, upper, &step->answer));
		TRY(strata_at(s, stage, upper, &step->strata));
		if (step->answer.refused != REFUSED_NOT)
			step->strata.refused = step->answer.refused;
		/* Nobody can have installed it who cannot have received it. */
		upper = step->answer.upper;
		for (int t = 0; t < SCOPE_THRESHOLDS; t++) {
			struct scope_sensitivity *x = &s->r->sensitivity[t];
			struct answer a;

			TRY(answer_at(s, t, stage, lists != 0, upper, &a));
			x->threshold = scope_thresholds[t];
			x->lower[stage] = a.lower;
			x->estimate[stage] = a.e;
		}
		if (step->answer.refused != REFUSED_NOT)
			scope_refuse(s, scope_stage_name((enum scope_stage)stage),
				estimate_refusal_text(step->answer.refused));
	}
	return STATUS_OK;
}

static void plural(struct scoping *s, uint64_t n, const char *one, const char *many)
{
	if (n)
		scope_unknown(s, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

static void say_unknown(struct scoping *s)
{
	const struct scope_result *r = s->r;

	if (r->n_windows == 0)
		scope_unknown(s, "No window is known in which the release was served: no delivery by "
				 "time alone is certain.");
	if (s->c->customers.n == 0)
		scope_unknown(s, "There is no list of customers: those counted are accounts, agents, hosts "
				 "or addresses.");
	else
		plural(s, r->n_by_certainty[CERTAINTY_UNKNOWN],
			"customer was seen by no source and by none for the whole window: unknown, "
			"not \"no\".",
			"customers were seen by no source and by none for the whole window: unknown, "
			"not \"no\".");
	plural(s, s->n_unresolved, "identity in the logs is no customer's that can be told.",
		"identities in the logs are no customer's that can be told.");
	plural(s, s->n_ambiguous, "line fits several customers about equally (a shared address).",
		"lines fit several customers about equally (shared addresses).");
	plural(s, identities_gateways(s->who),
		"address has three customers or more behind it and was no evidence for any.",
		"addresses have three customers or more behind them and were no evidence for any.");
	plural(s, s->n_missed,
		"has it without a delivery in any log: the logs miss deliveries.",
		"have it without a delivery in any log: the logs miss deliveries.");
	plural(s, s->n_fanout, "line is a mirror's or a cache's, with unknown many behind it.",
		"lines are mirrors' or caches', with unknown many behind them.");
	plural(s, s->n_partial, "delivery was broken off or may have been completed elsewhere.",
		"deliveries were broken off or may have been completed elsewhere.");
	plural(s, s->n_outside, "line lies outside of the window and was not counted.",
		"lines lie outside of the window and were not counted.");
}

enum status scope_count(struct scoping *s)
{
	uint8_t direct[ESTIMATE_LISTS][SCOPE_STAGES] = {{0}};

	find_direct(s, direct);
	for (size_t i = 0; i < s->n_entities; i++)
		imply(&s->entities[i]);
	list_customers(s);
	s->r->countries = groups_of(s, true, &s->r->n_countries);
	s->r->industries = groups_of(s, false, &s->r->n_industries);
	TRY(funnel(s, (const uint8_t(*)[SCOPE_STAGES])direct));
	for (unsigned i = 0; i < s->r->n_lists; i++)
		s->r->lists[i].used = !(s->r->lists[i].flags & LIST_BY_NOTICE);
	say_unknown(s);
	scope_say_coverage(s);
	return STATUS_OK;
}
