/* Equal shapes are the same code: names, literals and blanks do not count; what it calls and how does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "read/shape.h"

static const char one[] = "function send(url, body) {\n  const key = 'a1';\n  return http.post(url, { data: mask(body, key) });\n}";

static struct arena arena;

static bool same(const char *a, const char *b)
{
	struct str x = code_shape(&arena, str_of(a)), y = code_shape(&arena, str_of(b));

	return x.len == SHAPE_HEX && str_equal(x, y);
}

static void what_a_copy_changes_does_not_count(void **state)
{
	assert_true(same(one, "function q(u,b){const k=\"https://c2.example/x\";return http.post(u,{data:mask(b,k)});}"));
	assert_true(same(one, "function send(url, body) { // sends /* it */\n  const key = 'a1'; /* a\nkey */\n  # no\n"
			      "  return http.post(url, { data: mask(body, key) });\n}"));
	assert_true(same(one, "function send(url, body) {\n\tconst key = 'a\\'1';\n\treturn http.post(url, { data: mask(body, key) });\n}"));
}

static void what_it_does_counts(void **state)
{
	assert_false(same(one, "function send(url, body) {\n  const key = 'a1';\n  return http.get(url, { data: mask(body, key) });\n}"));
	assert_false(same(one, "function send(url, body) {\n  const key = 'a1';\n  return http.post(url, { data: mask(key, body) });\n}"));
	assert_false(same(one, "function send(url, body) {\n  const key = 41;\n  return http.post(url, { data: mask(body, key) });\n}"));
}

static void short_strange_and_broken_code_has_none(void **state)
{
	char long_text[SHAPE_BYTES_MAX + 2];

	assert_int_equal(code_shape(&arena, STR("exports.version = 10;")).len, 0);
	assert_int_equal(code_shape(&arena, STR_NONE).len, 0);
	assert_int_equal(code_shape(&arena, str_view("a b c d e f g h i j k l m n o p q r s t u v w x y\0z", 51)).len, 0);
	memset(long_text, 'a', sizeof(long_text));
	assert_int_equal(code_shape(&arena, str_view(long_text, SHAPE_BYTES_MAX + 1)).len, 0);
	/* A quote that does not end, and more names than are kept. */
	assert_int_equal(code_shape(&arena, STR("a b c d e f g h i j k l m n o p q r s t u v w x y 'z \\")).len, SHAPE_HEX);
	for (size_t i = 0; i < sizeof(long_text); i++)
		long_text[i] = i % 4 == 3 ? ' ' : (char)('a' + (i * 7 + i / 4 * 3) % 26);
	assert_int_equal(code_shape(&arena, str_view(long_text, 60000)).len, SHAPE_HEX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_copy_changes_does_not_count),
		cmocka_unit_test(what_it_does_counts),
		cmocka_unit_test(short_strange_and_broken_code_has_none),
	};
	int failed;

	arena_init(&arena, 0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
