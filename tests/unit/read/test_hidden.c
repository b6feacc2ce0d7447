#include "member.h"

#include "util/buf.h"

static struct member *hidden(enum language lang, struct str old, struct str new_)
{
	struct member *m = member_make("x.js", old, new_);

	member_align(m, lang);
	hidden_facts(&m->in, lang, m->new_, &m->al, m->lines);
	return m;
}

static const char *const readable = "const a = 1;\nfunction f(x) {\n  return a + x;\n}\n\nmodule.exports = f;\nf(1);\nf(2);\n";

/* readable with `piece` put behind its nth line. */
static struct str with(struct arena *a, int line, struct str piece)
{
	struct str s = str_of(readable);
	size_t at = 0;

	for (int i = 0; i < line; i++)
		at += str_find_z(str_part(s, at, s.len), "\n") + 1;
	return arena_printf(a, "%.*s%.*s%s", STR_ARG(str_part(s, 0, at)), STR_ARG(piece), s.p + at);
}

static struct str blanks(struct arena *a, char c, size_t n, const char *then)
{
	char *p = arena_alloc(a, n + 1);

	memset(p, c, n);
	return arena_printf(a, "%s%s", p, then);
}

static void check(struct str piece, const char *key, bool fires)
{
	struct arena a;
	struct member *m;

	arena_init(&a, 0);
	m = hidden(LANGUAGE_JAVASCRIPT, str_of(readable), with(&a, 4, piece));
	if (member_count(m, FACT_HIDDEN, key) != fires || (!fires && key && member_count(m, FACT_HIDDEN, NULL)))
		fail_msg("%s: %zu of %zu", key, member_count(m, FACT_HIDDEN, key), member_count(m, FACT_HIDDEN, NULL));
	member_free(m);
	arena_release(&a);
}

static void test_far_right(void **state)
{
	struct arena a;
	struct member *m;
	const struct fact *f;

	arena_init(&a, 0);
	check(blanks(&a, ' ', 3000, "go(1);\n"), "far-right", true);
	check(blanks(&a, '\t', 40, "go(1);\n"), "far-right", true);
	check(arena_printf(&a, "keep(0);%.*s", STR_ARG(blanks(&a, ' ', 250, "go(1);\n"))), "far-right", true);
	/* an ordinary deep indentation, blanks inside a string, a comment far right */
	check(blanks(&a, ' ', 60, "go(1);\n"), "far-right", false);
	check(arena_printf(&a, "go('x%.*s", STR_ARG(blanks(&a, ' ', 400, "y');\n"))), "far-right", false);
	check(arena_printf(&a, "go(2);%.*s", STR_ARG(blanks(&a, ' ', 400, "// note\n"))), "far-right", false);
	m = hidden(LANGUAGE_JAVASCRIPT, str_of(readable), with(&a, 4, blanks(&a, ' ', 3000, "go(1);\n")));
	f = member_find(m, FACT_HIDDEN, "far-right");
	assert_non_null(f);
	assert_int_equal(f->line, 5);
	assert_int_equal(f->number, 3001);
	assert_str(f->excerpt, "go(1);");
	member_free(m);
	arena_release(&a);
}

/* Old code that stands far to the right is not news. */
static void test_old_is_no_news(void **state)
{
	struct arena a;
	struct str old;
	struct member *m;

	arena_init(&a, 0);
	old = with(&a, 4, blanks(&a, ' ', 3000, "go(1);\n"));
	m = hidden(LANGUAGE_JAVASCRIPT, old, arena_printf(&a, "%.*sf(3);\n", STR_ARG(old)));
	assert_int_equal(member_count(m, FACT_HIDDEN, NULL), 0);
	member_free(m);
	arena_release(&a);
}

static void test_blank_run(void **state)
{
	struct arena a;

	arena_init(&a, 0);
	check(blanks(&a, '\n', 200, "go(1);\n"), "blank-run", true);
	check(blanks(&a, '\n', 5, "go(1);\n"), "blank-run", false);
	arena_release(&a);
}

static void test_characters(void **state)
{
	check(STR("go(\"a\xe2\x80\xae x\");\n"), "bidi", true);
	check(STR("/* \xe2\x80\xae } \xe2\x81\xa6 if (a) */\n"), "bidi", true);
	check(STR("go(\"\xd7\xa9\xd7\x9c\xe2\x80\xab x \xe2\x80\xac\");\n"), "bidi", false); /* Hebrew */
	check(STR("go(\"\xef\xb8\x80\xef\xb8\x81\xef\xb8\x82\xef\xb8\x83\xef\xb8\x84\xef\xb8\x85\xef\xb8\x86\xef\xb8\x87\xef\xb8\x88\");\n"),
		"invisible", true);
	check(STR("const a\xe3\x85\xa4 = 1;\n"), "invisible", true);
	check(STR("go(\"\xe2\x9d\xa4\xef\xb8\x8f \xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb\");\n"), "invisible", false); /* emoji */
	check(STR("go(\"\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xaf\");\n"), "invisible", false); /* Persian joiner */
	check(STR("\xef\xbb\xbfgo(1);\n"), "invisible", false); /* a byte order mark of a joined file */
}

static void test_comment_code(void **state)
{
	check(STR("<!-- go(`\n"), "comment-code", true);
	check(STR("if (a < !b) go();\n"), "comment-code", false);
}

static void test_minified_in_source(void **state)
{
	struct buf dense, table;

	buf_init(&dense, 1 << 16);
	buf_init(&table, 1 << 16);
	buf_add_z(&table, "const t=[");
	for (int i = 0; i < 100; i++) {
		buf_printf(&dense, "var a%d=b(c[%d]).d(function(e){return e.f});", i, i);
		buf_printf(&table, "%d,%d,%d,%d,", i, i + 1, i + 2, i + 3);
	}
	buf_add_z(&dense, "\n");
	buf_add_z(&table, "0];\n");
	check(buf_str(&dense), "minified-in-source", true);
	check(buf_str(&table), "minified-in-source", false);
	buf_release(&dense);
	buf_release(&table);
}

static void after(const char *old, const char *new_, bool fires)
{
	struct member *m = hidden(LANGUAGE_JAVASCRIPT, str_of(old), str_of(new_));

	assert_int_equal(member_count(m, FACT_HIDDEN, "after-end"), fires);
	member_free(m);
}

static void test_after_end(void **state)
{
	static const char added[] = "(function(){var h=require('https');h.get('https://a.example',function(r){r.on('data',console.log)})})()";
	char old[256], new_[512];

	snprintf(old, sizeof(old), "f();\n//# sourceMappingURL=x.js.map\n");
	snprintf(new_, sizeof(new_), "%s%s\n", old, added);
	after(old, new_, true);
	snprintf(new_, sizeof(new_), "f();g();\n//# sourceMappingURL=x.js.map\n");
	after(old, new_, false);
	snprintf(old, sizeof(old), "f();\n");
	snprintf(new_, sizeof(new_), "f();\n%s\n", added);
	after(old, new_, false); /* a readable file that grew at its end */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_far_right),
		cmocka_unit_test(test_old_is_no_news),
		cmocka_unit_test(test_blank_run),
		cmocka_unit_test(test_characters),
		cmocka_unit_test(test_comment_code),
		cmocka_unit_test(test_minified_in_source),
		cmocka_unit_test(test_after_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
