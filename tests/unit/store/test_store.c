/* A store itself: transactions, migrations, what is refused. */
#include "tools.h"

#include "store/backend.h"

static const char *const path = "store-test.db";

static struct store *open_store(enum store_mode mode)
{
	char why[STORE_WHY_BYTES] = "";
	struct store *s = NULL;

	if (store_open(path, mode, &s, why) != STATUS_OK)
		fail_msg("%s", why);
	return s;
}

static int64_t number(struct store *s, const char *sql)
{
	struct store_value v;

	assert_int_equal(store_start(s, sql, NULL, 0), STATUS_OK);
	assert_int_equal(store_row(s, &v, 1), STATUS_OK);
	store_stop(s);
	assert_int_equal(v.kind, STORE_INTEGER);
	return v.integer;
}

static enum status put(struct store *s, const char *name, const char *value)
{
	struct store_value v[2] = {store_text(str_of(name)), store_text(str_of(value))};

	return store_run(s, "INSERT INTO assay_meta (name, value) VALUES ($1, $2)", v, 2, NULL);
}

static void values_come_back(void **state)
{
	struct store *s = open_store(STORE_MAKE);
	struct store_value in[4] = {store_integer(INT64_MIN), {.kind = STORE_REAL, .real = 0.1},
		store_text(STR("\xC3\xA4 'quoted'")), {STORE_NULL}}, out[4];

	(void)state;
	assert_int_equal(store_run(s, "CREATE TABLE t (a BIGINT, b DOUBLE PRECISION, c TEXT, d TEXT)",
				 NULL, 0, NULL), STATUS_OK);
	assert_int_equal(store_run(s, "INSERT INTO t VALUES ($1, $2, $3, $4)", in, 4, NULL), STATUS_OK);
	assert_int_equal(store_start(s, "SELECT a, b, c, d FROM t", NULL, 0), STATUS_OK);
	assert_int_equal(store_row(s, out, 4), STATUS_OK);
	assert_true(out[0].integer == INT64_MIN && out[1].real == 0.1);
	assert_true(str_is(out[2].text, "\xC3\xA4 'quoted'"));
	assert_int_equal(out[3].kind, STORE_NULL);
	assert_int_equal(store_row(s, out, 4), STATUS_NOT_FOUND);
	store_stop(s);
	assert_int_equal(store_start(s, "SELECT a FROM nothing", NULL, 0), STATUS_IO);
	assert_true(strlen(store_why(s)) > 0);
	store_close(s);
}

static void all_or_nothing(void **state)
{
	struct store *s = open_store(STORE_MAKE);
	int64_t before = number(s, "SELECT count(*) FROM assay_meta");

	(void)state;
	assert_int_equal(store_begin(s, true), STATUS_OK);
	assert_int_equal(put(s, "a", "1"), STATUS_OK);
	store_rollback(s);
	assert_int_equal(number(s, "SELECT count(*) FROM assay_meta"), before);
	assert_int_equal(store_begin(s, true), STATUS_OK);
	assert_int_equal(put(s, "a", "1"), STATUS_OK);
	assert_int_equal(put(s, "a", "2"), STATUS_IO); /* stands already */
	store_close(s); /* without a commit */
	s = open_store(STORE_WRITE);
	assert_int_equal(number(s, "SELECT count(*) FROM assay_meta"), before);
	store_close(s);
}

static void migrates(void **state)
{
	static const struct schema_step good[] = {{""}, {""}, {"CREATE TABLE more (x BIGINT);"}};
	static const struct schema_step bad[] = {{""}, {""}, {""},
		{"CREATE TABLE half (x BIGINT); CREATE TABLE broken (;"}};
	struct store *s = open_store(STORE_MAKE);
	char why[STORE_WHY_BYTES] = "";
	bool has;

	(void)state;
	/* To one step more; the earlier ones are not done again. */
	assert_int_equal(schema_migrate_by(s, good, 3), STATUS_OK);
	assert_int_equal(s->backend->has_table(s, "more", &has), STATUS_OK);
	assert_true(has);
	assert_int_equal(schema_migrate_by(s, good, 3), STATUS_OK);
	/* A step that fails leaves nothing behind. */
	assert_int_equal(schema_migrate_by(s, bad, 4), STATUS_IO);
	assert_int_equal(s->backend->has_table(s, "half", &has), STATUS_OK);
	assert_false(has);
	assert_int_equal(number(s, "SELECT CAST(value AS BIGINT) FROM assay_meta WHERE name = 'schema'"),
		3);
	store_close(s);
	/* This program knows two steps. */
	assert_int_equal(store_open(path, STORE_WRITE, &s, why), STATUS_UNSUPPORTED);
	assert_null(s);
	assert_non_null(strstr(why, "newer"));
}

static void is_missing(void **state)
{
	struct store *s;
	char why[STORE_WHY_BYTES] = "";

	(void)state;
	assert_int_equal(store_open(path, STORE_READ, &s, why), STATUS_NOT_FOUND);
	assert_int_equal(store_open(path, STORE_WRITE, &s, why), STATUS_NOT_FOUND);
	assert_int_not_equal(access(path, F_OK), 0);
	assert_int_equal(store_open("a/b/c.db", STORE_MAKE, &s, why), STATUS_OK);
	store_close(s);
	assert_int_equal(store_open(":memory:", STORE_MAKE, &s, why), STATUS_OK);
	store_close(s);
	assert_int_equal(access(":memory:", F_OK), 0); /* a file like any other */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(values_come_back, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(all_or_nothing, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(migrates, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(is_missing, tools_enter, tools_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
