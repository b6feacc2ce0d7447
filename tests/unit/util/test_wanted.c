/* Many texts in one pass: held against a search for each by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "util/wanted.h"

enum { MANY = 300, TEXT = 4000 };

static struct arena arena;

static uint32_t next(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

/* Texts of few letters, so that parts come again, at each place of the text and longer than it. */
static void test_against_one_by_one(void **state)
{
	(void)state;
	for (uint32_t round = 1; round < 40; round++) {
		uint32_t s = round;
		char *text = arena_alloc(&arena, TEXT);
		struct str needles[MANY];
		bool found[MANY] = {false};
		size_t len = round < 4 ? round : TEXT, stands = 0;

		for (size_t i = 0; i < TEXT; i++)
			text[i] = (char)('a' + next(&s) % (1 + round % 5));
		for (size_t i = 0; i < MANY; i++) {
			char *own = arena_alloc(&arena, 400);
			size_t n = next(&s) % (i % 3 ? 12 : 300);

			for (size_t k = 0; k < n; k++)
				own[k] = (char)('a' + next(&s) % 5);
			needles[i] = i % 2 ? str_part(str_view(text, TEXT), next(&s) % TEXT, n) : str_view(own, n);
		}
		struct wanted *w = wanted_make(&arena, needles, MANY, found);

		assert_true(wanted_look(w, str_view(text, len)) >= len / 16);
		for (size_t i = 0; i < MANY; i++) {
			assert_int_equal(found[i], str_find(str_view(text, len), needles[i]) != SIZE_MAX);
			stands += found[i];
		}
		assert_int_equal(wanted_open(w), MANY - stands);
		arena_release(&arena);
	}
}

static void test_over_several_texts(void **state)
{
	struct str needles[] = {STR("alpha"), STR("beta"), STR("beta"), STR("x"), STR("alphabet")};
	bool found[5] = {false, false, false, false, true}; /* what was found before is not looked for */
	struct wanted *w = wanted_make(&arena, needles, 5, found);

	(void)state;
	assert_int_equal(wanted_open(w), 4);
	wanted_look(w, STR("an alphabet"));
	assert_true(found[0] && !found[1] && !found[3]);
	wanted_look(w, STR("abeta"));
	assert_true(found[1] && found[2]);
	wanted_look(w, STR_NONE);
	wanted_look(w, STR("box"));
	assert_int_equal(wanted_open(w), 0);
	arena_release(&arena);
}

/* A thousand texts that end alike are compared about as often as they stand there. */
static void test_cost(void **state)
{
	enum { HOSTS = 1000 };
	struct str needles[HOSTS];
	bool found[HOSTS] = {false};
	char *text = arena_alloc(&arena, 40 * HOSTS);
	size_t len = 0;
	uint64_t took;

	(void)state;
	for (unsigned i = 0; i < HOSTS; i++) {
		needles[i] = arena_printf(&arena, "h%u.cdn.example.com", i * 7919 % 100003);
		len += (size_t)snprintf(text + len, 40, "https://h%u.cdn.example.com/\n", i * 7919 % 100003 + i % 2);
	}
	took = wanted_look(wanted_make(&arena, needles, HOSTS, found), str_view(text, len));
	assert_true(took < 20 * HOSTS);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_one_by_one),
		cmocka_unit_test(test_over_several_texts),
		cmocka_unit_test(test_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
