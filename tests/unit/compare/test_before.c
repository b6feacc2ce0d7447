/* What stood in OLD in the place of something of NEW. */
#include "tools.h"

#include "compare/before.h"

static struct str ask(struct arena *a, const char *old, const char *new_, const char *what)
{
	struct before b = {.arena = a, .old = cursor_of(old, strlen(old)), .new_ = cursor_of(new_, strlen(new_))};
	const char *at = strstr(new_, what);

	assert_non_null(at);
	return before_of(&b, (uint64_t)(at - new_), strlen(what), 100);
}

static void says(const char *old, const char *new_, const char *what, const char *expected)
{
	struct arena a;

	arena_init(&a, 0);
	assert_str(ask(&a, old, new_, what), expected);
	arena_release(&a);
}

static void test_one_line(void **state)
{
	(void)state;
	says("alpha();\nif (check(x)) stop();\nomega();\n", "alpha();\nif (x) stop();\nomega();\n", "if (x)", "if (check(x)) stop();");
	says("alpha();\r\n  check(x);\r\nomega();\r\n", "alpha();\r\n  other(x);\r\nomega();\r\n", "other", "  check(x);");
}

static void test_nothing_stood_there(void **state)
{
	(void)state;
	says("alpha();\nomega();\n", "alpha();\nbeta();\nomega();\n", "beta", "");
	says("alpha();\nomega();\n", "alpha();\nomega();\nbeta();\n", "beta", "");
	says("alpha();\n})\nomega();\n", "alpha();\nbeta();\n})\nomega();\n", "beta", "");
	says("alpha();\n", "alpha();\nbeta();\n", "alpha", ""); /* it is not new */
	says("", "alpha();\n", "alpha", "");
}

static void test_edges_of_the_file(void **state)
{
	(void)state;
	says("first();\nomega();\n", "other();\nomega();\n", "other", "first();");
	says("alpha();\nlast();", "alpha();\nother();", "other", "last();");
}

static void test_lines_without_a_word_say_nothing(void **state)
{
	(void)state;
	says("alpha();\n}\n{\nold();\n}\nomega();\n", "alpha();\n}\n{\nnew();\n}\nomega();\n", "new", "}\n{\nold();\n}");
	/* "same();" stands twice: where it is does not say where the other is */
	says("alpha();\nsame();\nold();\nsame();\nomega();\n", "alpha();\nsame();\nnew();\nsame();\nomega();\n", "new", "same();\nold();\nsame();");
}

static void test_what_is_too_long_or_in_one_line(void **state)
{
	char old[6000], new_[6000];

	(void)state;
	memset(old, 'x', sizeof(old) - 1);
	old[sizeof(old) - 1] = 0;
	memcpy(new_, old, sizeof(old));
	new_[3000] = 'y';
	says(old, new_, "xy", "");
	memcpy(old, "alpha();\n", 9);
	memcpy(old + sizeof(old) - 11, "\nomega();\n", 10);
	says(old, "alpha();\nbeta();\nomega();\n", "beta", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_line),
		cmocka_unit_test(test_nothing_stood_there),
		cmocka_unit_test(test_edges_of_the_file),
		cmocka_unit_test(test_lines_without_a_word_say_nothing),
		cmocka_unit_test(test_what_is_too_long_or_in_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
