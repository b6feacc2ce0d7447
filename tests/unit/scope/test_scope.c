/* Windows, identities, coverage, the funnel: cases made by hand, each with one thing to get right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <math.h>
#include <stdio.h>

#include "case/nouns.h"
#include "scope/identity.h"
#include "scope/scope.h"

static struct arena arena;
static struct case_file *file;
static struct observation *lines;
static size_t n_lines, room_lines;
static struct scope_result result;

#define T0 INT64_C(1664236800) /* 2022-09-27T00:00:00Z */

static int64_t hour(double h)
{
	return (int64_t)((double)T0 + h * 3600) * TIME_SECOND;
}

static int enter(void **state)
{
	arena_init(&arena, 0);
	file = ARENA_NEW(&arena, struct case_file);
	file->id = STR("t");
	file->revision = 1;
	file->population.size = -1;
	lines = NULL;
	n_lines = room_lines = 0;
	return 0;
}

static int leave(void **state)
{
	arena_release(&arena);
	return 0;
}

static void add_release(const char *id, const char *status)
{
	struct case_release *r = case_add(&arena, &case_noun_release, &file->releases);

	r->id = str_of(id);
	r->status = str_of(status);
}

static void add_indicator(const char *id, const char *kind, const char *stage, const char *release)
{
	struct case_indicator *i = case_add(&arena, &case_noun_indicator, &file->indicators);

	i->id = str_of(id);
	i->kind = str_of(kind);
	i->stage = str_of(stage);
	i->release = str_of(release);
}

/* From 8 to 9 h it began, from 56 to 57 h it ended. */
static void add_window(const char *channel, int64_t ttl)
{
	struct case_channel *c = case_add(&arena, &case_noun_channel, &file->channels);
	struct case_window *w = case_add(&arena, &case_noun_window, &file->windows);

	c->id = str_of(channel);
	c->ttl_seconds = ttl;
	w->release = STR("r1");
	w->channel = str_of(channel);
	w->from = (struct utc_span){hour(8), hour(9)};
	w->to = (struct utc_span){hour(56), hour(57)};
}

static struct case_source *add_source(const char *id, const char *channel)
{
	struct case_source *s = case_add(&arena, &case_noun_source, &file->sources);
	struct case_source_file *f;

	s->id = str_of(id);
	s->kind = STR("nginx");
	s->channel = str_of(channel);
	s->clock.offset_seconds = 0;
	s->clock.sigma_seconds = 0;
	s->clock.pairs = 10;
	s->coverage.from = hour(0);
	s->coverage.to = hour(100);
	s->coverage.completeness = 1;
	f = CASE_ADD(&arena, &s->files);
	f->lines = 10;
	return s;
}

static void add_key(struct case_customer *c, const char *kind, const char *value)
{
	struct case_customer_key *k = CASE_ADD(&arena, &c->keys);

	k->kind = str_of(kind);
	k->value = arena_str(&arena, str_of(value));
}

/* Customers c0, c1 ... with licence L<i>, domain c<i>.example and address 198.18.<i>.0/28. */
static void add_customers(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		struct case_customer *c = case_add(&arena, &case_noun_customer, &file->customers);
		char text[64];

		c->id = arena_printf(&arena, "c%u", i);
		c->country = i % 2 ? STR("DE") : STR("FR");
		c->industry = STR("retail");
		snprintf(text, sizeof(text), "L%u", i);
		add_key(c, "licence", text);
		snprintf(text, sizeof(text), "c%u.example", i);
		add_key(c, "domain", text);
		snprintf(text, sizeof(text), "198.18.%u.%u/28", i >> 8, i & 255 ? (i & 15) << 4 : 0);
		if (i < 16)
			add_key(c, "ip", text);
	}
}

static struct observation *add_line(const char *source, const char *indicator, const char *stage,
	double at)
{
	struct observation *o = ARENA_PUSH(&arena, lines, n_lines, room_lines);

	o->source = str_of(source);
	o->indicator = str_of(indicator);
	o->stage = str_of(stage);
	o->first = o->last = (struct utc_span){hour(at), hour(at)};
	o->complete = STR("yes");
	o->mode = STR("unknown");
	o->line = n_lines;
	o->count = 1;
	return o;
}

static struct observation *by_licence(struct observation *o, unsigned customer)
{
	o->keys[OBSERVATION_LICENCE] = arena_printf(&arena, "L%u", customer);
	return o;
}

static enum status each(void *user, enum status (*take)(void *to, const struct observation *o), void *to)
{
	for (size_t i = 0; i < n_lines; i++) {
		struct observation o = lines[i];
		char name[] = "a file", source[32]; /* gone after the call, as a store's are */

		snprintf(source, sizeof(source), "%.*s", STR_ARG(lines[i].source));
		o.source = str_of(source);
		o.file = str_of(name);
		if (take(to, &o) != STATUS_OK)
			return STATUS_NOMEM;
		memset(name, 'x', sizeof(name));
		memset(source, 'x', sizeof(source));
	}
	return STATUS_OK;
}

static void run(void)
{
	struct scope_input in = {.c = file, .each = each, .as_of = hour(200)};

	assert_int_equal(scope_run(&arena, &in, &result), STATUS_OK);
	for (int i = 0; i < SCOPE_STAGES; i++) {
		const struct answer *a = &result.steps[i].answer;

		assert_true(a->lower <= a->upper);
		assert_true(a->refused != REFUSED_NOT || (a->e.n >= a->lower && a->e.hi <= a->upper));
		assert_true(i == 0 || a->lower <= result.steps[i - 1].answer.lower);
		assert_true(i == 0 || a->upper <= result.steps[i - 1].answer.upper);
	}
}

static const struct scope_customer *customer(unsigned i)
{
	for (size_t k = 0; k < result.n_customers; k++)
		if (result.customers[k].index == i)
			return &result.customers[k];
	return NULL;
}

static enum certainty certainty_of(unsigned i)
{
	const struct scope_customer *c = customer(i);

	return c ? c->certainty : CERTAINTY_UNKNOWN;
}

static bool says(const char *words)
{
	for (size_t i = 0; i < result.n_unknown; i++)
		if (str_has(result.unknown[i], words))
			return true;
	return false;
}

/* A product with one bad release in one channel, and its log. */
static void simple(unsigned customers)
{
	add_release("r1", "bad");
	add_release("r0", "good");
	add_indicator("path", "path", "delivered", "r1");
	add_indicator("hash", "sha256", "delivered", "r1");
	add_indicator("host", "host", "beaconed", "r1");
	add_indicator("file", "file_name", "installed", "r1");
	add_indicator("old", "file_name", "installed", "r0");
	add_window("ch1", 0);
	add_source("log", "ch1");
	add_customers(customers);
	file->population.size = customers;
}

static void windows_decide(void **state)
{
	static const struct {
		double at;
		enum certainty what;
	} rows[] = {{7, CERTAINTY_UNKNOWN}, {8.5, CERTAINTY_POSSIBLE}, {9.5, CERTAINTY_CERTAIN},
		{55, CERTAINTY_CERTAIN}, {56.5, CERTAINTY_POSSIBLE}, {58, CERTAINTY_UNKNOWN}};

	simple(8);
	for (unsigned i = 0; i < 6; i++)
		by_licence(add_line("log", "path", "delivered", rows[i].at), i);
	/* A hash is the release itself, whenever it was. */
	by_licence(add_line("log", "hash", "delivered", 90), 6);
	lines[0].count = 1;
	run();
	for (unsigned i = 0; i < 6; i++)
		if (rows[i].what != CERTAINTY_UNKNOWN)
			assert_int_equal(certainty_of(i), rows[i].what);
	/* The log is whole and every line has its owner, so those outside received nothing. */
	assert_int_equal(certainty_of(0), CERTAINTY_NOT_RECEIVED);
	assert_int_equal(certainty_of(7), CERTAINTY_NOT_RECEIVED);
	assert_int_equal(certainty_of(6), CERTAINTY_CERTAIN);
	assert_true(result.steps[0].answer.lower == 3);
	assert_true(result.steps[0].answer.upper == 8 - 3);
	assert_int_equal(result.steps[0].answer.refused, REFUSED_NOTHING_SEEN);
}

static void caches_serve_longer(void **state)
{
	simple(3);
	file->channels.items[0].ttl_seconds = 3600;
	by_licence(add_line("log", "path", "delivered", 57.5), 0);
	by_licence(add_line("log", "path", "delivered", 58.5), 1);
	run();
	assert_int_equal(certainty_of(0), CERTAINTY_POSSIBLE);
	assert_true(certainty_of(1) != CERTAINTY_POSSIBLE);
}

static void uncertain_times_stay_possible(void **state)
{
	struct observation *o;

	simple(4);
	o = by_licence(add_line("log", "path", "delivered", 30), 0);
	o->first = o->last = (struct utc_span){hour(4), hour(30)}; /* a zone that nobody knows */
	o = by_licence(add_line("log", "path", "delivered", 30), 1);
	o->complete = STR("partial");
	o = by_licence(add_line("log", "path", "delivered", 30), 2);
	o->complete = STR("unknown");
	o = by_licence(add_line("log", "path", "delivered", 30), 3);
	o->mode = STR("mirror");
	run();
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(certainty_of(i), CERTAINTY_POSSIBLE);
	assert_int_equal(certainty_of(3), CERTAINTY_UNKNOWN);
	assert_true(result.steps[0].answer.lower == 0);
	assert_true(says("mirror's or a cache's") && says("broken off"));
}

static void an_unmeasured_clock_blurs_the_edges(void **state)
{
	simple(2);
	file->sources.items[0].clock.offset_seconds = NAN;
	file->sources.items[0].clock.pairs = -1;
	by_licence(add_line("log", "path", "delivered", 9.5), 0);
	by_licence(add_line("log", "path", "delivered", 30), 1);
	run();
	assert_int_equal(certainty_of(0), CERTAINTY_POSSIBLE);
	assert_int_equal(certainty_of(1), CERTAINTY_CERTAIN);
}

static void a_gap_is_unknown_and_never_no(void **state)
{
	struct case_gap *g;

	simple(4);
	by_licence(add_line("log", "path", "delivered", 30), 0);
	run();
	assert_int_equal(certainty_of(1), CERTAINTY_NOT_RECEIVED);
	/* A source of which nobody said that it misses nothing may miss anything. */
	file->sources.items[0].coverage.completeness = NAN;
	run();
	assert_int_equal(certainty_of(1), CERTAINTY_UNKNOWN);
	file->sources.items[0].coverage.completeness = 1;
	g = CASE_ADD(&arena, &file->sources.items[0].coverage.gaps);
	g->lo = hour(20);
	g->hi = hour(24) - 1;
	run();
	assert_int_equal(certainty_of(1), CERTAINTY_UNKNOWN);
	assert_true(result.steps[0].answer.upper == 4);
	assert_int_equal(result.coverage[0].n_gaps, 1);
	assert_true(fabs(result.coverage[0].percent - 100 * 45.0 / 49) < 0.01);
	assert_true(says("who is missing there may be in its gaps"));
	/* Nor does a log say no when lines of it could not be read. */
	file->sources.items[0].coverage.gaps.n = 0;
	file->sources.items[0].files.items[0].unreadable = 1;
	run();
	assert_int_equal(certainty_of(1), CERTAINTY_UNKNOWN);
}

static void somebody_unknown_may_be_anybody(void **state)
{
	struct observation *o;

	simple(4);
	by_licence(add_line("log", "path", "delivered", 30), 0);
	o = add_line("log", "path", "delivered", 31);
	o->keys[OBSERVATION_IP] = STR("203.0.113.9");
	run();
	assert_int_equal(certainty_of(1), CERTAINTY_UNKNOWN);
	assert_true(result.steps[0].answer.lower == 1 && result.steps[0].answer.upper == 4);
	assert_true(says("no customer's that can be told"));
}

/* Whoever ran it had received it: a log that shows no delivery to them misses deliveries. */
static void a_log_that_misses_one_denies_nobody(void **state)
{
	simple(4);
	by_licence(add_line("log", "path", "delivered", 30), 0);
	by_licence(add_line("log", "host", "beaconed", 40), 1);
	run();
	assert_int_equal(certainty_of(1), CERTAINTY_CERTAIN);
	assert_int_equal(certainty_of(2), CERTAINTY_UNKNOWN);
	assert_true(says("without a delivery in any log"));
}

static void later_stages_imply_earlier_ones(void **state)
{
	simple(3);
	by_licence(add_line("log", "host", "beaconed", 40), 0);
	by_licence(add_line("log", "host", "beaconed", 2), 1); /* before it existed */
	run();
	for (int i = SCOPE_DELIVERED; i <= SCOPE_BEACONED; i++)
		assert_true(result.steps[i].answer.lower == 1);
	assert_true(result.steps[SCOPE_SECOND].answer.lower == 0);
	assert_int_equal(customer(0)->stage, SCOPE_BEACONED);
	assert_int_equal(customer(0)->time.lo, hour(40));
	assert_int_equal(customer(0)->n_places, 1);
	assert_true(str_is(customer(0)->places[0].file, "a file"));
	assert_true(str_is(customer(0)->places[0].source, "log"));
	assert_true(certainty_of(1) != CERTAINTY_CERTAIN);
}

static void addresses_name_while_they_are_one_customers(void **state)
{
	struct observation *o;

	simple(8);
	o = add_line("log", "path", "delivered", 30);
	o->keys[OBSERVATION_IP] = STR("198.18.0.21"); /* c1's block */
	o = add_line("log", "path", "delivered", 30); /* c2's address, with c3's licence */
	o->keys[OBSERVATION_IP] = STR("198.18.0.33");
	by_licence(o, 3);
	/* c4 and c5 share an address: it is one of them, nobody knows which. */
	add_key(&file->customers.items[4], "ip", "198.18.9.9");
	add_key(&file->customers.items[5], "ip", "198.18.9.9");
	o = add_line("log", "path", "delivered", 30);
	o->keys[OBSERVATION_IP] = STR("198.18.9.9");
	o = add_line("log", "host", "beaconed", 30);
	o->keys[OBSERVATION_HOST] = STR("WS01.mail.c6.example.");
	run();
	assert_int_equal(certainty_of(1), CERTAINTY_CERTAIN);
	assert_int_equal(certainty_of(2), CERTAINTY_UNKNOWN);
	assert_int_equal(certainty_of(3), CERTAINTY_CERTAIN);
	assert_int_equal(certainty_of(4), CERTAINTY_UNKNOWN);
	assert_int_equal(certainty_of(5), CERTAINTY_UNKNOWN);
	assert_int_equal(certainty_of(6), CERTAINTY_CERTAIN);
	assert_true(says("a shared address"));
}

static void a_gateway_is_no_evidence(void **state)
{
	struct observation *o;

	simple(8);
	for (unsigned i = 2; i < 5; i++) {
		o = by_licence(add_line("log", "path", "delivered", 30), i);
		o->keys[OBSERVATION_IP] = STR("198.18.0.17");
	}
	o = add_line("log", "path", "delivered", 30);
	o->keys[OBSERVATION_IP] = STR("198.18.0.17"); /* c1's, but everybody goes through it */
	run();
	assert_int_equal(certainty_of(1), CERTAINTY_UNKNOWN);
	assert_int_equal(certainty_of(3), CERTAINTY_CERTAIN);
	assert_true(says("three customers or more behind it"));
}

static void a_customers_own_log_is_about_it(void **state)
{
	struct case_source *s;
	struct case_source_customer *p;
	struct observation *o;

	simple(4);
	file->sources.items[0].coverage.to = hour(10); /* the vendor's log has ended early */
	for (int i = 1; i < 4; i++) {
		s = add_source(i == 1 ? "own1" : i == 2 ? "own2" : "own3", "");
		p = CASE_ADD(&arena, &s->population);
		p->customer = file->customers.items[i].id;
	}
	file->sources.items[3].kind = STR("unbound");
	o = add_line("own1", "path", "delivered", 30);
	o->keys[OBSERVATION_IP] = STR("10.0.0.5");
	run();
	assert_int_equal(certainty_of(0), CERTAINTY_UNKNOWN);
	assert_int_equal(certainty_of(1), CERTAINTY_CERTAIN);
	assert_int_equal(certainty_of(2), CERTAINTY_NOT_RECEIVED);
	/* A resolver's log cannot deny that it was downloaded. */
	assert_int_equal(certainty_of(3), CERTAINTY_UNKNOWN);
}

static void a_silent_update_is_between_two_inventories(void **state)
{
	simple(3);
	by_licence(add_line("log", "old", "installed", 20), 0);
	by_licence(add_line("log", "file", "installed", 44), 0);
	by_licence(add_line("log", "old", "installed", 92), 0);
	by_licence(add_line("log", "old", "installed", 44), 1); /* a good one only */
	run();
	assert_int_equal(certainty_of(0), CERTAINTY_CERTAIN);
	assert_int_equal(customer(0)->exposed.lo, hour(20));
	assert_int_equal(customer(0)->exposed.hi, hour(92));
	assert_int_equal(customer(0)->at_least.lo, hour(44));
	assert_true(certainty_of(1) != CERTAINTY_CERTAIN);
	assert_true(result.steps[SCOPE_DELIVERED].answer.lower == 1);
}

static void one_list_of_twelve(void **state)
{
	const struct answer *a;

	add_release("r1", "bad");
	file->population.size = 15000;
	for (int i = 0; i < 12; i++) {
		struct case_report *r = case_add(&arena, &case_noun_report, &file->reports);

		r->name = arena_printf(&arena, "victim %d", i);
		r->stage = STR("delivered");
	}
	run();
	a = &result.steps[SCOPE_DELIVERED].answer;
	assert_true(a->lower == 12 && a->upper == 15000 && isnan(a->e.n));
	assert_int_equal(a->refused, REFUSED_ONE_LIST);
	assert_int_equal(result.n_customers, 0);
}

static void without_customers_the_keys_are_counted(void **state)
{
	struct observation *o;

	simple(0);
	file->population.size = -1;
	for (int i = 0; i < 3; i++) { /* three agents behind one address */
		o = add_line("log", "path", "delivered", 30);
		o->keys[OBSERVATION_AGENT_ID] = arena_printf(&arena, "agent-%d", i);
		o->keys[OBSERVATION_IP] = STR("203.0.113.1");
	}
	o = add_line("log", "path", "delivered", 30); /* one of them, surely */
	o->keys[OBSERVATION_IP] = STR("203.0.113.1");
	o = add_line("log", "path", "delivered", 30); /* at least one more */
	o->keys[OBSERVATION_IP] = STR("203.0.113.2");
	run();
	assert_true(result.steps[0].answer.lower == 4 && isinf(result.steps[0].answer.upper));
	assert_true(says("no list of customers"));
}

/* Three lists of 400 beacons of 1,000 customers, drawn in a fixed way. */
static void three_lists(void)
{
	static const char *const names[] = {"pdns", "edr", "sinkhole"};
	uint64_t x = 1;

	for (int l = 0; l < 3; l++)
		add_source(names[l], "")->independent = true;
	for (unsigned i = 0; i < 400; i++) {
		for (int l = 0; l < 3; l++) {
			x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			if ((x >> 40 & 255) < 90)
				by_licence(add_line(names[l], "host", "beaconed", 30), i);
		}
	}
}

static void lists_give_an_estimate_of_their_stage(void **state)
{
	const struct answer *a;

	simple(1000);
	three_lists();
	run();
	a = &result.steps[SCOPE_BEACONED].answer;
	assert_int_equal(a->refused, REFUSED_NOT);
	assert_true(a->e.lo <= 400 && 400 <= a->e.hi && a->e.n < 500);
	assert_true(a->n_models >= 8 && result.n_lists == 3);
	/* They say nothing of those who received it and whose program never ran. */
	assert_int_equal(result.steps[SCOPE_DELIVERED].answer.refused, REFUSED_LATER_STAGE);
	for (int t = 0; t < SCOPE_THRESHOLDS; t++)
		assert_true(result.sensitivity[t].lower[SCOPE_BEACONED] == a->lower);
	assert_int_equal(result.n_countries, 2);
	assert_true(str_is(result.countries[0].key, "DE"));
	assert_true(result.countries[0].lower[SCOPE_BEACONED] +
			    result.countries[1].lower[SCOPE_BEACONED] == a->lower);
}

static void a_list_made_by_notice_is_left_out(void **state)
{
	simple(1000);
	three_lists();
	for (unsigned i = 0; i < 12; i++) {
		struct case_report *r = case_add(&arena, &case_noun_report, &file->reports);

		r->customer = file->customers.items[i].id;
		r->stage = STR("beaconed");
		r->told_by = STR("edr");
	}
	run();
	assert_int_equal(result.n_lists, 4);
	assert_int_equal(result.steps[SCOPE_BEACONED].answer.left_out, 8);
	assert_false(result.lists[3].used);
}

static void a_name_of_several_is_nobodys(void **state)
{
	struct case_report *r;

	simple(4);
	for (int i = 0; i < 3; i++)
		file->customers.items[i].name = STR("Same Name Ltd");
	file->customers.items[3].name = STR("Other Ltd");
	r = case_add(&arena, &case_noun_report, &file->reports);
	r->customer = file->customers.items[1].id; /* the id says which of them */
	r->name = STR("Same Name Ltd");
	r->stage = STR("beaconed");
	r = case_add(&arena, &case_noun_report, &file->reports);
	r->name = STR("Same Name Ltd");
	r->stage = STR("beaconed");
	r = case_add(&arena, &case_noun_report, &file->reports);
	r->name = STR("Other Ltd");
	r->stage = STR("beaconed");
	run();
	assert_true(certainty_of(0) != CERTAINTY_CERTAIN);
	assert_int_equal(certainty_of(1), CERTAINTY_CERTAIN);
	assert_true(certainty_of(2) != CERTAINTY_CERTAIN);
	assert_int_equal(certainty_of(3), CERTAINTY_CERTAIN);
}

static void an_inventory_without_times_is_of_its_time(void **state)
{
	struct observation *o;

	simple(2);
	o = add_line("log", "path", "installed", 44);
	o->first = o->last = UTC_SPAN_UNKNOWN;
	by_licence(o, 0);
	run();
	assert_true(certainty_of(0) != CERTAINTY_CERTAIN); /* its source saw before and after */
	file->sources.items[0].coverage.from = file->sources.items[0].coverage.to = hour(90);
	run();
	assert_int_equal(certainty_of(0), CERTAINTY_CERTAIN);
}

static void a_measured_clock_is_corrected(void **state)
{
	struct case_source *log;

	simple(1);
	log = &file->sources.items[0];
	by_licence(add_line("log", "path", "delivered", 73), 0); /* after the window by its own clock */
	run();
	assert_true(certainty_of(0) != CERTAINTY_CERTAIN);
	log->clock.offset_seconds = 40 * 3600;
	log->clock.sigma_seconds = 1;
	log->clock.pairs = 60;
	run();
	assert_int_equal(certainty_of(0), CERTAINTY_CERTAIN);
}

static void an_open_population_is_refused(void **state)
{
	simple(1000);
	three_lists();
	file->sources.items[2].coverage.from = hour(80);
	run();
	assert_int_equal(result.steps[SCOPE_BEACONED].answer.refused, REFUSED_OPEN);
	assert_true(result.steps[SCOPE_BEACONED].answer.lower > 200);
}

static void doubtful_links_show_in_the_spread(void **state)
{
	struct observation *o;

	simple(100);
	file->sources.items[0].population.n = 0;
	/* Address and domain of two customers: the domain weighs more, but not all. */
	o = add_line("log", "path", "delivered", 30);
	o->keys[OBSERVATION_IP] = STR("198.18.0.17");
	o->keys[OBSERVATION_DOMAIN] = STR("c2.example");
	run();
	assert_true(result.sensitivity[0].lower[0] >= result.sensitivity[1].lower[0]);
	assert_true(result.sensitivity[1].lower[0] >= result.sensitivity[2].lower[0]);
}

static void order_does_not_matter(void **state)
{
	char before[SCOPE_STAGES * 3][40], after[40];

	simple(1000);
	three_lists();
	run();
	for (int i = 0; i < SCOPE_STAGES; i++)
		snprintf(before[i], 40, "%.9g %.9g", result.steps[i].answer.lower,
			result.steps[i].answer.e.n);
	for (size_t i = 0; i < n_lines / 2; i++) {
		struct observation o = lines[i];

		lines[i] = lines[n_lines - 1 - i];
		lines[n_lines - 1 - i] = o;
	}
	run();
	for (int i = 0; i < SCOPE_STAGES; i++) {
		snprintf(after, 40, "%.9g %.9g", result.steps[i].answer.lower,
			result.steps[i].answer.e.n);
		assert_string_equal(before[i], after);
	}
}

/* Downloads that a server and a proxy both saw; the proxy's clock is half an hour fast. */
static void seen_twice(unsigned n, double spread)
{
	struct case_source *proxy;

	simple(12);
	proxy = add_source("proxy", "");
	proxy->clock.offset_seconds = proxy->clock.sigma_seconds = NAN;
	proxy->clock.pairs = -1;
	for (unsigned i = 0; i < n; i++) {
		by_licence(add_line("log", "path", "delivered", 20 + i), i);
		by_licence(add_line("proxy", "path", "delivered", 20.5 + i + spread * (i % 3)), i);
	}
	/* It began between 8 and 9 h. By the proxy alone this one may have come before. */
	by_licence(add_line("proxy", "path", "delivered", 9.7), 11);
	run();
}

static void a_clock_is_found_by_what_was_seen_twice(void **state)
{
	seen_twice(8, 0.0001);
	assert_int_equal(result.coverage[1].clock.pairs, 8);
	assert_true(fabs(result.coverage[1].clock.offset_seconds - 1800) < 1);
	assert_int_equal(result.coverage[0].clock.pairs, 0);
	assert_int_equal(certainty_of(11), CERTAINTY_CERTAIN);
}

static void few_pairs_or_other_events_are_no_clock(void **state)
{
	seen_twice(CLOCK_PAIRS_MIN - 1, 0.0001);
	assert_int_equal(result.coverage[1].clock.pairs, 0);
	assert_int_equal(certainty_of(11), CERTAINTY_POSSIBLE);
	leave(state);
	enter(state);
	seen_twice(8, 3);
	assert_int_equal(result.coverage[1].clock.pairs, 0);
	assert_int_equal(certainty_of(11), CERTAINTY_POSSIBLE);
}

static void a_zone_that_nobody_said_is_found_too(void **state)
{
	struct observation *o;

	seen_twice(8, 0);
	for (size_t i = 0; i < n_lines; i++) {
		o = &lines[i];
		if (!str_is(o->source, "proxy"))
			continue;
		o->first.lo = o->last.lo = o->first.lo - 14 * hour(1);
		o->first.hi = o->last.hi = o->first.hi + 12 * hour(1);
	}
	run();
	assert_int_equal(result.coverage[1].clock.pairs, 8);
	assert_int_equal(certainty_of(11), CERTAINTY_CERTAIN);
}

static void an_address_is_theirs_while_the_lease_lasts(void **state)
{
	static const struct {
		double at;
		enum certainty first, second;
	} rows[] = {{20, CERTAINTY_POSSIBLE, CERTAINTY_UNKNOWN}, {40, CERTAINTY_UNKNOWN, CERTAINTY_POSSIBLE},
		{30, CERTAINTY_UNKNOWN, CERTAINTY_UNKNOWN}};

	for (unsigned i = 0; i < 3; i++) {
		char text[100];

		leave(state);
		enter(state);
		simple(2);
		file->sources.items[0].coverage.completeness = NAN;
		snprintf(text, sizeof(text), "203.0.113.9@/%s", utc_text(hour(29)).z);
		add_key(&file->customers.items[0], "ip", text);
		snprintf(text, sizeof(text), "203.0.113.9@%s/", utc_text(hour(31)).z);
		add_key(&file->customers.items[1], "ip", text);
		add_line("log", "path", "delivered", rows[i].at)->keys[OBSERVATION_IP] = STR("203.0.113.9");
		lines[0].complete = STR("unknown");
		run();
		assert_int_equal(certainty_of(0), rows[i].first);
		assert_int_equal(certainty_of(1), rows[i].second);
	}
}

#define CASE(x) cmocka_unit_test_setup_teardown(x, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(windows_decide),
		CASE(caches_serve_longer),
		CASE(uncertain_times_stay_possible),
		CASE(an_unmeasured_clock_blurs_the_edges),
		CASE(a_gap_is_unknown_and_never_no),
		CASE(somebody_unknown_may_be_anybody),
		CASE(a_log_that_misses_one_denies_nobody),
		CASE(later_stages_imply_earlier_ones),
		CASE(addresses_name_while_they_are_one_customers),
		CASE(a_gateway_is_no_evidence),
		CASE(a_customers_own_log_is_about_it),
		CASE(a_silent_update_is_between_two_inventories),
		CASE(one_list_of_twelve),
		CASE(without_customers_the_keys_are_counted),
		CASE(lists_give_an_estimate_of_their_stage),
		CASE(a_list_made_by_notice_is_left_out),
		CASE(a_name_of_several_is_nobodys),
		CASE(an_inventory_without_times_is_of_its_time),
		CASE(a_measured_clock_is_corrected),
		CASE(an_open_population_is_refused),
		CASE(doubtful_links_show_in_the_spread),
		CASE(order_does_not_matter),
		CASE(a_clock_is_found_by_what_was_seen_twice),
		CASE(few_pairs_or_other_events_are_no_clock),
		CASE(a_zone_that_nobody_said_is_found_too),
		CASE(an_address_is_theirs_while_the_lease_lasts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
