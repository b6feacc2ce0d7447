#include "member.h"

/* kinds as letters: i ident, k keyword, n number, s string, t template, r regex, p punctuator, # private,
 * c comment, ? other */
static const char letters[] = ".iknstrp#cwl?";

static void kinds(const char *text, const char *want)
{
	char got[256];
	size_t n = 0;
	struct jslex lx;
	struct token t;

	jslex_init(&lx, str_of(text), true);
	while (jslex_next(&lx, &t) && n + 1 < sizeof(got))
		got[n++] = letters[t.kind];
	got[n] = 0;
	if (strcmp(got, want) != 0)
		fail_msg("%s: got %s, want %s", text, got, want);
}

static void test_kinds(void **state)
{
	kinds("const a = 1;", "kipnp");
	kinds("x = 'it\\'s' + \"b\"", "ipsps");
	kinds("`a${b}c${`d${e}`}f`", "tittitt");
	kinds("#!/usr/bin/env node\nf()", "cipp");
	kinds("a /* b */ // c\n<!-- d\n--> e\nf", "iccc" "ci");
	kinds("// a\rb // c\r\nd", "cici");
	kinds("// a\xe2\x80\xa8" "b // \xe2\x80\xa6 c\xe2\x80\xa9" "d", "cici");
	kinds("class A { #x = 1 }", "kip#pnp");
	kinds("a?.b ?? c?.5:1", "ipi" "p" "ipnpn");
	kinds("0x1F + 1e-5 + .5 + 1_000n", "npnpnpn");
	kinds("\\u0065val(x)", "ipip");
}

static void test_regex_or_division(void **state)
{
	kinds("a / b / c", "ipipi");
	kinds("a = /b/g.test(c)", "iprpip" "ip");
	kinds("if (x) /re/.test(y)", "kpiprpipip");
	kinds("f(x) / 2", "ipippn");
	kinds("return /[/]/", "kr");
	kinds("a[0] / b[1] / 2", "ipnpp" "ipnpp" "n");
	kinds("function f() {} /x/.test(y)", "kippp" "p" "rpipip");
	kinds("a++ / 2", "ippn");
	kinds("this / 2", "kpn");
	kinds("x = a / b; y = '/'", "ipipipips");
	kinds("typeof /x/", "kr");
}

static void test_broken(void **state)
{
	kinds("'abc\ndef", "?ii");
	kinds("`abc", "?i");
	kinds("/* abc", "ppi");
	kinds("a = /x\ny", "ippii");
	kinds("\x01\x02", "??");
	kinds("${`", "ip?");
}

static void test_flags(void **state)
{
	struct jslex lx;
	struct token t;

	jslex_init(&lx, STR("a.b={c:d};\nlong"), false);
	assert_true(jslex_next(&lx, &t) && t.flags & TOKEN_SHORT);
	assert_true(jslex_next(&lx, &t) && t.sub == '.');
	assert_true(jslex_next(&lx, &t) && t.flags & TOKEN_PROPERTY && !(t.flags & TOKEN_SHORT));
	jslex_next(&lx, &t);
	jslex_next(&lx, &t);
	assert_true(jslex_next(&lx, &t) && t.flags & TOKEN_PROPERTY);
	jslex_next(&lx, &t);
	assert_true(jslex_next(&lx, &t) && t.flags & TOKEN_SHORT);
	jslex_next(&lx, &t);
	jslex_next(&lx, &t);
	assert_true(jslex_next(&lx, &t) && t.flags & TOKEN_ON_NEW_LINE && !(t.flags & TOKEN_SHORT));
	assert_false(jslex_next(&lx, &t));
	assert_int_equal(t.kind, TOKEN_END);
}

/* Whatever the bytes: tokens ascend, lie inside, and only white space and comments stand between. */
static void covers(struct str text)
{
	struct jslex lx;
	struct token t;
	size_t last = 0;

	jslex_init(&lx, text, true);
	while (jslex_next(&lx, &t)) {
		assert_true(t.at >= last && t.len > 0 && t.at + t.len <= text.len);
		for (size_t i = last; i < t.at; i++) {
			uint8_t c = (uint8_t)text.p[i];

			assert_true(c == ' ' || (c >= 9 && c <= 13) || c >= 0x80);
		}
		last = t.at + t.len;
	}
	assert_true(text.len - last < 64 || str_trim(str_part(text, last, text.len)).len == 0);
}

static void test_covers_random(void **state)
{
	static const char alphabet[] = "a=/b'\"`${}()[];,.\\\n<!-*#1 eif\xe2\x80\xa8";
	char text[600];
	uint64_t seed = 7;

	for (int round = 0; round < 3000; round++) {
		size_t n = member_random(&seed) % sizeof(text);

		for (size_t i = 0; i < n; i++)
			text[i] = alphabet[member_random(&seed) % (sizeof(alphabet) - 1)];
		covers(str_view(text, n));
	}
}

/* Linear: twice the text, at most about twice the tokens and no more work than that. */
static void test_nothing_closed(void **state)
{
	static const char *const pieces[] = {"=/[", "'\\", "`${", "/*", "a=/b/;", "<!--", "\"", "((((", "1+"};

	for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
		size_t len = strlen(pieces[k]), n = 2000000 / len;
		char *text = malloc(n * len);

		assert_non_null(text);
		for (size_t i = 0; i < n; i++)
			memcpy(text + i * len, pieces[k], len);
		covers(str_view(text, n * len));
		free(text);
	}
}

static void test_minified(void **state)
{
	char text[2000];

	memset(text, 'a', sizeof(text));
	assert_true(text_is_minified(str_view(text, sizeof(text))));
	for (size_t i = 0; i < sizeof(text); i += 50)
		text[i] = '\n';
	assert_false(text_is_minified(str_view(text, sizeof(text))));
	assert_false(text_is_minified(STR_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_regex_or_division),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_covers_random),
		cmocka_unit_test(test_nothing_closed),
		cmocka_unit_test(test_minified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
