/* A case in a store: what is written comes back, in every revision; nothing is written twice. */
#include "tools.h"

#include "case/nouns.h"
#include "case/rows.h"
#include "report/case.h"

static const char *const path = "case-test.db";

static struct store *open_store(void)
{
	char why[STORE_WHY_BYTES] = "";
	struct store *s = NULL;

	if (store_open(path, STORE_MAKE, &s, why) != STATUS_OK)
		fail_msg("%s", why);
	return s;
}

static const struct case_note note = {0, {"somebody", 8}, {"something", 9}, {"because", 7}};

static struct case_release *add_release(struct case_change *c)
{
	struct case_release *r = case_add(c->arena, &case_noun_release, &c->now->releases);
	struct case_artifact *a;

	r->id = case_id_next(c, 'r');
	r->status = STR("bad");
	r->name = STR("agent");
	r->version = STR("10.0.9");
	r->sha256 = STR("aa");
	r->size_bytes = 12;
	r->probability = 0.997;
	a = CASE_ADD(c->arena, &r->artifacts);
	a->path = STR("app.asar!/main.js");
	a->size_bytes = 3;
	return r;
}

static void make_case(struct store *s, const char *id)
{
	struct arena a;
	struct case_change c;
	int64_t revision;

	arena_init(&a, 0);
	assert_int_equal(case_change_new(s, &a, str_of(id), 5 * UTC_SECOND, &c), STATUS_OK);
	c.now->about.title = STR("a title");
	add_release(&c);
	assert_int_equal(case_change_commit(&c, &note, &revision), STATUS_OK);
	assert_int_equal(revision, 1);
	arena_release(&a);
}

static void comes_back(void **state)
{
	struct store *s = open_store();
	struct arena a;
	struct case_file *f;

	(void)state;
	make_case(s, "one");
	store_close(s);
	s = open_store();
	arena_init(&a, 0);
	assert_int_equal(case_load(s, &a, STR("one"), 0, (unsigned)CASE_ALL, &f), STATUS_OK);
	assert_true(str_is(f->about.title, "a title"));
	assert_int_equal(f->created, 5 * UTC_SECOND);
	assert_int_equal(f->releases.n, 1);
	assert_true(str_is(f->releases.items[0].id, "r1"));
	assert_int_equal(f->releases.items[0].size_bytes, 12);
	assert_int_equal(f->releases.items[0].artifacts.n, 1);
	assert_int_equal(f->releases.items[0].artifacts.items[0].size_bytes, 3);
	assert_int_equal(f->population.size, -1);
	assert_int_equal(f->revisions.n, 1);
	assert_true(str_is(f->revisions.items[0].reason, "because"));
	assert_int_equal(case_load(s, &a, STR("two"), 0, (unsigned)CASE_ALL, &f),
		STATUS_NOT_FOUND);
	assert_int_equal(case_load(s, &a, STR("one"), 2, (unsigned)CASE_ALL, &f),
		STATUS_NOT_FOUND);
	arena_release(&a);
	store_close(s);
}

static void keeps_what_was(void **state)
{
	struct store *s = open_store();
	struct arena a;
	struct case_file *f;
	struct case_change c;
	int64_t revision;

	(void)state;
	arena_init(&a, 0);
	make_case(s, "one");
	assert_int_equal(case_change_begin(s, &a, STR("one"), (unsigned)CASE_ALL, &c), STATUS_OK);
	c.now->releases.items[0].status = STR("good");
	c.now->releases.items[0].artifacts.n = 0;
	add_release(&c);
	assert_int_equal(case_change_commit(&c, &note, &revision), STATUS_OK);
	assert_int_equal(revision, 2);
	assert_int_equal(case_load(s, &a, STR("one"), 0, (unsigned)CASE_ALL, &f), STATUS_OK);
	assert_int_equal(f->releases.n, 2);
	assert_true(str_is(f->releases.items[0].status, "good"));
	assert_int_equal(f->releases.items[0].artifacts.n, 0);
	assert_true(str_is(f->releases.items[1].id, "r2"));
	assert_int_equal(case_load(s, &a, STR("one"), 1, (unsigned)CASE_ALL, &f), STATUS_OK);
	assert_int_equal(f->releases.n, 1);
	assert_true(str_is(f->releases.items[0].status, "bad"));
	assert_int_equal(f->releases.items[0].artifacts.n, 1);
	assert_int_equal(f->revisions.n, 1);
	arena_release(&a);
	store_close(s);
}

static void without_a_difference(void **state)
{
	struct store *s = open_store();
	struct arena a;
	struct case_change c;
	int64_t revision;

	(void)state;
	arena_init(&a, 0);
	make_case(s, "one");
	assert_int_equal(case_change_begin(s, &a, STR("one"), (unsigned)CASE_ALL, &c), STATUS_OK);
	assert_int_equal(case_change_commit(&c, &note, &revision), STATUS_OK);
	assert_int_equal(revision, 1);
	assert_int_equal(case_change_new(s, &a, STR("one"), 0, &c), STATUS_DENIED);
	assert_int_equal(case_change_new(s, &a, STR("../one"), 0, &c), STATUS_USAGE);
	arena_release(&a);
	store_close(s);
}

static void refuses(struct store *s, void (*spoil)(struct case_file *f, struct arena *a),
	const char *why)
{
	struct arena a;
	struct case_change c;
	int64_t revision;

	arena_init(&a, 0);
	assert_int_equal(case_change_begin(s, &a, STR("one"), (unsigned)CASE_ALL, &c), STATUS_OK);
	spoil(c.now, &a);
	assert_int_equal(case_change_commit(&c, &note, &revision), STATUS_DAMAGED);
	assert_non_null(strstr(store_why(s), why));
	arena_release(&a);
}

static void bad_status(struct case_file *f, struct arena *a)
{
	(void)a;
	f->releases.items[0].status = STR("awful");
}

static void twice(struct case_file *f, struct arena *a)
{
	struct case_release *more = CASE_ADD(a, &f->releases);

	*more = f->releases.items[0];
}

static void lost_reference(struct case_file *f, struct arena *a)
{
	struct case_window *w = CASE_ADD(a, &f->windows);

	w->id = STR("w9");
	w->release = STR("r9");
}

static void number_below(struct case_file *f, struct arena *a)
{
	(void)a;
	f->population.size = -5;
}

static void holds_to_its_tables(void **state)
{
	struct store *s = open_store();

	(void)state;
	make_case(s, "one");
	refuses(s, bad_status, "not one of");
	refuses(s, twice, "stands twice");
	refuses(s, lost_reference, "there is no release r9");
	refuses(s, number_below, "size");
	store_close(s);
}

/* ---- observations ---------------------------------------------------------------------------- */

static struct observation seen(const char *ip, uint64_t count)
{
	struct observation o;

	row_init(&case_noun_observation, &o);
	o.source = STR("web");
	o.file = STR("ff");
	o.indicator = STR("i1");
	o.stage = STR("delivered");
	o.keys[OBSERVATION_IP] = str_of(ip);
	o.line = 7;
	o.offset = 100;
	o.first = (struct utc_span){10, 20};
	o.count = count;
	return o;
}

static int64_t observe(struct store *s, const struct observation *o, size_t n, int64_t *ret_new)
{
	struct arena a;
	struct case_change c;
	int64_t revision = 0;

	arena_init(&a, 0);
	assert_int_equal(case_change_begin(s, &a, STR("one"), CASE_PART_SOURCES, &c), STATUS_OK);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(case_observe(&c, &o[i], NULL), STATUS_OK);
	*ret_new = c.observations_new;
	assert_int_equal(case_change_commit(&c, &note, &revision), STATUS_OK);
	arena_release(&a);
	return revision;
}

struct seen_all {
	uint64_t rows, lines;
	struct buf text;
};

static enum status take(void *user, const struct observation *o)
{
	struct seen_all *all = user;
	struct report_out out = report_to_buf(&all->text);

	all->rows++;
	all->lines += o->count;
	report_observation_json(o, &out);
	return STATUS_OK;
}

static struct seen_all all_of(struct store *s, int64_t revision)
{
	struct seen_all all = {0};

	buf_init(&all.text, 1 << 20);
	assert_int_equal(case_observations(s, STR("one"), revision, take, &all), STATUS_OK);
	return all;
}

static void seen_once(void **state)
{
	struct store *s = open_store();
	struct observation o[3] = {seen("192.0.2.1", 1), seen("192.0.2.2", 2), seen("192.0.2.1", 1)};
	struct seen_all all;
	int64_t n_new;

	(void)state;
	make_case(s, "one");
	assert_int_equal(observe(s, o, 3, &n_new), 2);
	assert_int_equal(n_new, 2);
	assert_int_equal(observe(s, o, 3, &n_new), 2); /* the same file again: no revision */
	assert_int_equal(n_new, 0);
	o[1].count = 5;
	assert_int_equal(observe(s, o, 2, &n_new), 3);
	assert_int_equal(n_new, 1);
	all = all_of(s, 0);
	assert_int_equal(all.rows, 2);
	assert_int_equal(all.lines, 6);
	buf_release(&all.text);
	all = all_of(s, 2);
	assert_int_equal(all.lines, 3);
	assert_true(str_has(buf_str(&all.text), "\"first\": {\"lo\": \"1970-01-01T00:00:00.00001Z\""));
	buf_release(&all.text);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comes_back, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(keeps_what_was, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(without_a_difference, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(holds_to_its_tables, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(seen_once, tools_enter, tools_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
