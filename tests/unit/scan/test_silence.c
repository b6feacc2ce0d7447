/* Silences are found exactly wherever a text is cut, and only those out of the ordinary are gaps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "scan/silence.h"
#include "util/buf.h"
#include "util/cursor.h"

#define HOUR INT64_C(3600)

static struct arena arena;

static int set_up(void **state)
{
	arena_init(&arena, 0);
	return 0;
}

static int tear_down(void **state)
{
	arena_release(&arena);
	return 0;
}

/* A line is its second, or has no time. */
static bool time_of(void *user, struct str line, struct interval *ret)
{
	uint64_t t;

	if (!str_to_u64(str_part(line, 0, str_find_z(line, " ")), 10, &t))
		return false;
	ret->lo = (int64_t)t * TIME_SECOND;
	ret->hi = ret->lo + TIME_SECOND - 1;
	return true;
}

/* A line every `step` seconds in [from, to), but none in any of the holes; every 7th has no time. */
struct log {
	int64_t from, to, step;
	struct silence holes[4];
};

static struct str written(const struct log *l, uint64_t *ret_lines)
{
	struct buf b;
	struct str s;

	buf_init(&b, 64 << 20);
	*ret_lines = 0;
	for (int64_t t = l->from; t < l->to; t += l->step) {
		bool lost = false;

		for (int i = 0; i < 4; i++)
			lost |= t >= l->holes[i].from && t < l->holes[i].to;
		if (lost)
			continue;
		buf_printf(&b, "%s%lld GET /y\n", *ret_lines % 7 == 3 ? "# a remark\n" : "", (long long)t);
		++*ret_lines;
	}
	s = arena_str(&arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static struct silences *looked(struct str text, size_t cut)
{
	const struct silence_reader r = {time_of, NULL};
	struct silences *s = ARENA_NEW(&arena, struct silences);

	silences_begin(s, &arena);
	while (text.len) {
		size_t n = cut < text.len ? cut : text.len;
		const char *feed = memchr(text.p + n - 1, '\n', text.len - n + 1);

		n = feed ? (size_t)(feed - text.p) + 1 : text.len;
		silences_look(s, &r, str_part(text, 0, n));
		text = str_part(text, n, text.len);
	}
	return s;
}

static void found_wherever_it_is_cut(void **state)
{
	const struct log log = {HOUR, 60 * HOUR, 20, {{10 * HOUR, 13 * HOUR}, {30 * HOUR, 31 * HOUR}}};
	static const size_t cuts[] = {1, 100, 4096, 65536, 1 << 30};
	uint64_t lines;
	struct str text = written(&log, &lines);

	for (size_t i = 0; i < sizeof(cuts) / sizeof(cuts[0]); i++) {
		struct silences *s = looked(text, cuts[i]);

		assert_true(s->ordered);
		assert_int_equal(s->n, 2);
		assert_true(s->items[0].from == (10 * HOUR - 20) * TIME_SECOND);
		assert_true(s->items[0].to == 13 * HOUR * TIME_SECOND);
		assert_true(s->items[1].to == 31 * HOUR * TIME_SECOND);
		assert_true(s->first == HOUR * TIME_SECOND);
		assert_true(s->last == (60 * HOUR - 20) * TIME_SECOND);
	}
}

static size_t gaps_of(const struct log *logs, size_t n, struct silence_gap **ret)
{
	struct silence_file *files = ARENA_ARRAY(&arena, n, struct silence_file);

	for (size_t i = 0; i < n; i++) {
		struct str text = written(&logs[i], &files[i].lines);

		files[i].silences = looked(text, 5000);
	}
	return silence_gaps(&arena, files, n, ret);
}

static void a_gap_is_out_of_the_ordinary(void **state)
{
	struct silence_gap *g;
	/* every night, and once at noon */
	const struct log nights = {7 * HOUR, 92 * HOUR, 20,
		{{20 * HOUR, 31 * HOUR}, {44 * HOUR, 55 * HOUR}, {60 * HOUR, 63 * HOUR}, {68 * HOUR, 79 * HOUR}}};
	/* a line in nine minutes: half a day without one is nothing */
	const struct log rare = {0, 200 * HOUR, 540, {{50 * HOUR, 55 * HOUR}}};
	const struct log steady = {0, 100 * HOUR, 20, {{0, 0}}};

	assert_int_equal(gaps_of(&nights, 1, &g), 1);
	assert_true(g[0].at.lo <= 60 * HOUR * TIME_SECOND && g[0].at.hi >= 63 * HOUR * TIME_SECOND);
	assert_true(g[0].expected > 500 && g[0].expected < 600);
	assert_int_equal(gaps_of(&rare, 1, &g), 0);
	assert_int_equal(gaps_of(&steady, 1, &g), 0);
}

static void files_of_a_source_stand_together(void **state)
{
	struct silence_gap *g;
	/* the second of three is missing; another server's log fills a hole */
	const struct log rotated[] = {{0, 24 * HOUR, 20, {{0, 0}}}, {48 * HOUR, 72 * HOUR, 20, {{0, 0}}}};
	const struct log twins[] = {{0, 72 * HOUR, 20, {{30 * HOUR, 40 * HOUR}}}, {20 * HOUR, 60 * HOUR, 20, {{0, 0}}}};

	assert_int_equal(gaps_of(rotated, 2, &g), 1);
	assert_true(g[0].at.lo == (24 * HOUR - 20) * TIME_SECOND);
	assert_true(g[0].at.hi >= 48 * HOUR * TIME_SECOND);
	assert_int_equal(gaps_of(twins, 2, &g), 0);
}

/* Lines out of order say nothing about silence; and the search ends. */
static void disorder_is_no_silence(void **state)
{
	struct silence_gap *g;
	struct silences *s;
	uint64_t lines;
	const struct log late = {50 * HOUR, 90 * HOUR, 20, {{60 * HOUR, 70 * HOUR}}};
	const struct log early = {0, 40 * HOUR, 20, {{0, 0}}};
	struct str a = written(&late, &lines), b = written(&early, &lines);

	s = looked(arena_printf(&arena, "%.*s%.*s", STR_ARG(a), STR_ARG(b)), 5000);
	assert_false(s->ordered);
	assert_int_equal(silence_gaps(&arena, &(struct silence_file){s, lines}, 1, &g), 0);
	s = looked(STR("no time\nat all\n\n\n"), 4);
	assert_true(s->first == TIME_UNKNOWN_LO);
	assert_int_equal(silence_gaps(&arena, &(struct silence_file){s, 4}, 1, &g), 0);
	assert_int_equal(silence_gaps(&arena, NULL, 0, &g), 0);
}

static void parts_join_as_if_they_were_one(void **state)
{
	const struct log log = {HOUR, 60 * HOUR, 20, {{10 * HOUR, 13 * HOUR}, {30 * HOUR, 31 * HOUR}}};
	uint64_t lines;
	struct str text = written(&log, &lines);
	size_t cut = str_find_z(text, "\n111600 ") + 1; /* behind the second hole */
	struct silences *whole = looked(text, 5000), *joined = ARENA_NEW(&arena, struct silences);

	assert_int_not_equal(cut, 0);
	silences_begin(joined, &arena);
	silences_join(joined, looked(str_part(text, 0, cut), 5000));
	silences_join(joined, looked(str_part(text, cut, text.len), 5000));
	assert_int_equal(joined->n, whole->n);
	assert_memory_equal(joined->items, whole->items, whole->n * sizeof(whole->items[0]));
	assert_true(joined->first == whole->first && joined->last == whole->last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(found_wherever_it_is_cut, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_gap_is_out_of_the_ordinary, set_up, tear_down),
		cmocka_unit_test_setup_teardown(files_of_a_source_stand_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(disorder_is_no_silence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(parts_join_as_if_they_were_one, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
