/* Many texts at once: every find of a plain search is a find of ours, whatever the texts are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "scan/needles.h"

static uint64_t seed = 42;

static unsigned draw(unsigned n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

/* Bit i: text i stands in `in`. */
static void found_by_us(const struct needles *s, struct str in, bool *ret)
{
	for (unsigned lane = 0; lane < NEEDLE_LANES; lane++) {
		struct needle_find f;
		size_t at = 0;

		while (needles_next(s, lane, in, &at, &f))
			ret[f.text] = true;
	}
}

static void test_every_length_and_place(void **state)
{
	for (size_t len = 1; len <= 40; len++) {
		struct arena a;
		char text[64], line[128];
		struct str one = str_view(text, len);
		struct needles *s;

		arena_init(&a, 0);
		for (size_t i = 0; i < len; i++)
			text[i] = (char)('a' + (i * 7 + len) % 26);
		s = needles_build(&a, &one, 1, STR_NONE);
		assert_int_equal(needles_longest(s), len);
		for (size_t at = 0; at + len <= 100; at++) {
			bool found = false;

			memset(line, '.', sizeof(line));
			memcpy(line + at, text, len);
			line[at] = (char)(line[at] ^ 0x20); /* a capital */
			found_by_us(s, str_view(line, 100), &found);
			assert_true(found);
			found = false; /* at the very end of what may be read */
			found_by_us(s, str_view(line, at + len), &found);
			assert_true(found);
			found = false; /* one byte less, and it is not there */
			found_by_us(s, str_view(line, at + len - 1), &found);
			assert_false(found);
		}
		arena_release(&a);
	}
}

/* Few letters, so that texts overlap, repeat and stand within each other. */
static void test_as_a_plain_search(void **state)
{
	enum { TEXTS = 60, BYTES = 600, ROUNDS = 200 };

	for (int round = 0; round < ROUNDS; round++) {
		struct arena a;
		struct str texts[TEXTS];
		char in[BYTES];
		bool found[TEXTS] = {false};
		struct needles *s;

		arena_init(&a, 0);
		for (int i = 0; i < BYTES; i++)
			in[i] = (char)('a' + draw(3));
		for (int i = 0; i < TEXTS; i++) {
			char text[20];
			size_t len = 1 + draw(sizeof(text) - 1);

			for (size_t k = 0; k < len; k++)
				text[k] = (char)('a' + draw(3));
			texts[i] = arena_str(&a, str_view(text, len));
		}
		s = needles_build(&a, texts, TEXTS, str_view(in, BYTES));
		found_by_us(s, str_view(in, BYTES), found);
		for (int i = 0; i < TEXTS; i++) {
			bool is = str_find(str_view(in, BYTES), texts[i]) != SIZE_MAX, said = found[i];

			/* of those that begin at the same place one is named */
			for (int k = 0; is && !said && k < TEXTS; k++)
				said = found[k] && (str_find(texts[k], texts[i]) != SIZE_MAX ||
							   str_find(texts[i], texts[k]) != SIZE_MAX);
			assert_true(is ? said : !found[i]);
		}
		arena_release(&a);
	}
}

static void test_none(void **state)
{
	struct arena a;
	struct needle_find f;
	struct needles *s;

	arena_init(&a, 0);
	s = needles_build(&a, NULL, 0, STR("sample"));
	for (unsigned lane = 0; lane < NEEDLE_LANES; lane++) {
		size_t at = 0;

		assert_false(needles_next(s, lane, STR("anything at all"), &at, &f));
	}
	assert_int_equal(needles_longest(s), 0);
	arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_length_and_place),
		cmocka_unit_test(test_as_a_plain_search),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
