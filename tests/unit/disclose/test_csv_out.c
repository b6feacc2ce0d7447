/* Cells that somebody else wrote: no program that opens the table may take one for a formula, a line or a delimiter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "disclose/csv_out.h"
#include "util/utf8.h"

static const char *cell(const char *p, size_t n)
{
	static char text[4096];
	struct buf b;
	struct report_out out;
	struct csv_out c;

	buf_init(&b, sizeof(text) - 1);
	out = report_to_buf(&b);
	c = (struct csv_out){.out = &out};
	csv_cell(&c, str_view(p, n));
	assert_false(out.failed);
	memcpy(text, b.p, b.len);
	text[b.len] = 0;
	buf_release(&b);
	return text;
}

#define CELL(literal) cell(literal, sizeof(literal) - 1)

static void test_plain(void **state)
{
	assert_string_equal(CELL("a"), "\"a\"");
	assert_string_equal(CELL(""), "\"\"");
	assert_string_equal(CELL("say \"hi\", twice"), "\"say \"\"hi\"\", twice\"");
	assert_string_equal(CELL("a=b; c-d"), "\"a=b; c-d\"");
	assert_string_equal(CELL("J\xc3\xbcrgen; T-Rex"), "\"J\xc3\xbcrgen; T-Rex\"");
	(void)state;
}

static void test_formulas(void **state)
{
	assert_string_equal(CELL("=1"), "\"'=1\"");
	assert_string_equal(CELL("+1"), "\"'+1\"");
	assert_string_equal(CELL("-1"), "\"'-1\"");
	assert_string_equal(CELL("@a"), "\"'@a\"");
	assert_string_equal(CELL("  =1"), "\"'=1\"");
	assert_string_equal(CELL("\t=1"), "\"'=1\"");
	assert_string_equal(CELL("\r\n=1"), "\"'=1\"");
	assert_string_equal(CELL("\"=1\""), "\"\"\"'=1\"\"\"");
	assert_string_equal(CELL("\xc2\xa0=1"), "\"\xc2\xa0'=1\"");     /* no-break space */
	assert_string_equal(CELL("\xe3\x80\x80=1"), "\"\xe3\x80\x80'=1\""); /* ideographic space */
	assert_string_equal(CELL("\xef\xbc\x9d" "1"), "\"'\xef\xbc\x9d" "1\""); /* wide = */
	assert_string_equal(CELL("\xef\xb9\xa6" "1"), "\"'\xef\xb9\xa6" "1\""); /* small = */
	assert_string_equal(CELL("a;=1"), "\"a;'=1\"");
	assert_string_equal(CELL("a;;  \"@x"), "\"a;;  \"\"'@x\"");
	(void)state;
}

/* Nothing acts on a screen, ends the row or the cell, whatever the bytes are. */
static void test_any(void **state)
{
	static const char *const parts[] = {"=", "+", "-", "@", ";", ",", "\"", "'", " ", "\t", "\r", "\n", "\x1b", "\x80", "\xff", "x",
		"\xe2\x80\xae", "\xe2\x80\xa8", "\xef\xbb\xbf", "\xef\xbc\x9d", "\xc2\xa0", "\xc2\x85", "|", "%"};
	uint32_t seed = 11;

	for (int round = 0; round < 3000; round++) {
		char raw[64];
		size_t n = 0;
		const char *got;
		bool begins = true;

		for (int i = 0; i < 9; i++) {
			const char *p;

			seed = seed * 1664525 + 1013904223;
			p = (seed >> 28) == 0 ? "" : parts[(seed >> 12) % (sizeof(parts) / sizeof(parts[0]))];
			if (!*p)
				raw[n++] = 0;
			memcpy(raw + n, p, strlen(p));
			n += strlen(p);
		}
		got = cell(raw, n);
		assert_true(utf8_valid(str_of(got)));
		n = strlen(got);
		assert_true(n >= 2 && got[0] == '"' && got[n - 1] == '"');
		for (size_t i = 1; i + 1 < n; i++) {
			if (got[i] == '"')
				assert_int_equal(got[++i], '"');
			else if (begins && strchr("=+-@|%", got[i]))
				fail_msg("a formula in %s", got);
			else if (got[i] != ' ')
				begins = got[i] == ';';
			assert_true((uint8_t)got[i] >= ' ' && got[i] != 0x7f);
		}
		assert_null(strstr(got, "\xe2\x80\xae")); /* nothing turns the line around */
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_any),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
