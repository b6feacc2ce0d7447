#include "member.h"

#include "read/units.h"

/* The unit around the first occurrence of the marker "@@" (taken out of the text). */
static struct unit_found unit_at(const char *marked, struct arena *a, size_t *ret_n)
{
	struct str m = str_of(marked), text;
	size_t at = str_find_z(m, "@@"), end;
	struct budget b = {.max_steps = 1 << 30};
	struct unit_found *found;
	struct span span;

	assert_true(at != SIZE_MAX);
	end = at + 2;
	text = arena_printf(a, "%.*s%.*s", STR_ARG(str_part(m, 0, at)), STR_ARG(str_part(m, end, m.len)));
	end = at;
	while (end < text.len && text.p[end] != ' ' && text.p[end] != ';' && text.p[end] != '\n')
		end++;
	span = (struct span){at, end};
	assert_int_equal(units_find(a, &b, LANGUAGE_TYPESCRIPT, text, &span, 1, &found, ret_n), STATUS_OK);
	assert_true(*ret_n >= 1);
	for (size_t i = 0; i < *ret_n; i++)
		assert_true(found[i].at.from <= found[i].touched.from && found[i].touched.to <= found[i].at.to &&
			found[i].at.to <= text.len);
	return found[*ret_n - 1];
}

static void named(const char *marked, const char *name, bool top_level)
{
	struct arena a;
	struct unit_found u;
	size_t n;

	arena_init(&a, 0);
	u = unit_at(marked, &a, &n);
	if (n != 1 || !str_is(u.name, name) || u.top_level != top_level)
		fail_msg("%s: %zu units, \"%.*s\", top %d", marked, n, STR_ARG(u.name), u.top_level);
	arena_release(&a);
}

static void test_names(void **state)
{
	named("a();\nfunction f(x) { b(); @@c(); }\nd();", "function f", false);
	named("async function f(x) { if (x) { for (;;) { @@c(); } } }", "function f", false);
	named("const f = (x, y) => { @@c(); };", "arrow function assigned to f", false);
	named("const f = async x => { @@c(); };", "arrow function assigned to f", false);
	named("m.exports.go = function (x) { @@c(); };", "function assigned to go", false);
	named("class A extends B { run(x) { @@c(); } stop() {} }", "method A.run", false);
	named("class A { static async *run(x) { @@c(); } }", "method A.run", false);
	named("class A { #x = 1;\n get v() { return @@this.#x; } }", "method A.v", false);
	named("const o = { run(x) { @@c(); }, stop() {} };", "method run", false);
	named("const o = { run: function (x) { @@c(); } };", "function assigned to run", false);
	named("f(function () { @@c(); });", "function", false);
	named("function f(x: string): Promise<void> { @@c(); }", "function f", false);
	named("a();\n@@c();\nb();", "statement", true);
	named("a()\n@@c()\nb()", "statement", true);
	named("if (x) { @@c(); } else { d(); }", "statement", true);
	named("`${function () { @@c(); }}`", "function", false);
}

static void test_called_in_place_is_top(void **state)
{
	named("(function () { a(); @@c(); b(); })();", "statement", true);
	named("(() => { a(); @@c(); b(); })();", "statement", true);
	named("!function (t, e) { a(); @@c(); b(); }(this, 1);", "statement", true);
	named("(function (r, f) { f(); })(this, function (x, y) { a(); @@c(); b(); });", "statement", true);
	named("(function (m) { m[0](); })({ 123: function (e, t, n) { a(); @@c(); b(); } });", "module 123, statement", true);
	named("(function () { function g() { @@c(); } })();", "function g", false);
	named("define(['a'], function (a) { b(); @@c(); });", "statement", true);
	named("app.on('ready', function () { (function () { @@c(); })(); });", "function", false);
}

static void covers_exactly(const char *old, const char *new_, const char *want)
{
	struct member *m = member_aligned(LANGUAGE_JAVASCRIPT, old, new_);
	struct str got;

	assert_int_equal(align_units(&m->in, LANGUAGE_JAVASCRIPT, m->new_, m->old, &m->al, &m->spans, &m->n_spans), STATUS_OK);
	assert_int_equal(m->n_spans, 1);
	got = str_part(m->new_, m->spans[0].at.from, m->spans[0].at.to - m->spans[0].at.from);
	assert_str(str_trim(got), want);
	member_free(m);
}

static void test_extent(void **state)
{
	covers_exactly("function a() { b(); }\nfunction c() { d(); }\n", "function a() { b(); }\nfunction c() { d(); e(1); }\n",
		"function c() { d(); e(1); }");
	covers_exactly("a();\nb();\n", "a();\nconst x = get('y').then((z) => {\n  run(z);\n});\nb();\n",
		"const x = get('y').then((z) => {\n  run(z);\n});");
	covers_exactly("class A {\n  a() { b(); }\n}\n", "class A {\n  a() { b(); }\n  c(d) { e(d); }\n}\n", "c(d) { e(d); }");
	covers_exactly("(function () {\n  a();\n})();", "(function () {\n  a();\n  if (b) {\n    c();\n  } else d();\n})();",
		"if (b) {\n    c();\n  } else d();");
	covers_exactly("const a = 1;\nconst b = 2;\n", "const a = 1;\nconst b = 3;\n", "const b = 3;");
	covers_exactly("var a=1,b=2,c=3;f()", "var a=1,b=4,c=3;f()", "var a=1,b=4,c=3;");
}

/* A function too large to be one unit is cut into its statements. */
static void test_large(void **state)
{
	struct member *m;
	struct buf old, new_;

	buf_init(&old, 8 << 20);
	buf_init(&new_, 8 << 20);
	buf_add_z(&old, "module.exports = function boot(app) {\n");
	buf_add_z(&new_, "module.exports = function boot(app) {\n");
	for (int i = 0; i < 5000; i++) {
		buf_printf(&old, "  app.use('/path%d', handler%d);\n", i, i);
		buf_printf(&new_, "  app.use('/path%d', handler%d);\n", i, i);
		if (i == 2500)
			buf_add_z(&new_, "  steal(app);\n");
	}
	buf_add_z(&old, "};\n");
	buf_add_z(&new_, "};\n");
	m = member_make("x.js", buf_str(&old), buf_str(&new_));
	member_align(m, LANGUAGE_JAVASCRIPT);
	assert_int_equal(align_units(&m->in, LANGUAGE_JAVASCRIPT, m->new_, m->old, &m->al, &m->spans, &m->n_spans), STATUS_OK);
	assert_int_equal(m->n_spans, 1);
	assert_str(str_part(m->new_, m->spans[0].at.from, m->spans[0].at.to - m->spans[0].at.from), "steal(app);");
	assert_false(m->spans[0].top_level);
	member_free(m);
	buf_release(&old);
	buf_release(&new_);
}

static void test_cap(void **state)
{
	struct member *m;
	struct buf b;

	buf_init(&b, 8 << 20);
	for (int i = 0; i < 3 * UNITS_PER_MEMBER; i++)
		buf_printf(&b, "f%d();\n", i);
	m = member_make("x.js", STR_NONE, buf_str(&b));
	member_align(m, LANGUAGE_JAVASCRIPT);
	assert_int_equal(align_units(&m->in, LANGUAGE_JAVASCRIPT, m->new_, m->old, &m->al, &m->spans, &m->n_spans), STATUS_OK);
	assert_int_equal(m->n_spans, UNITS_PER_MEMBER);
	assert_true(m->spans[UNITS_PER_MEMBER - 1].at.to >= m->new_.len - 1);
	member_free(m);
	buf_release(&b);
}

static void test_shell(void **state)
{
	struct member *m = member_aligned(LANGUAGE_SHELL, "set -e\ncleanup() {\n  rm -f a\n}\nmake\n",
		"set -e\ncleanup() {\n  rm -f a\n  rm -f b\n}\nmake\nmake install\n");

	assert_int_equal(align_units(&m->in, LANGUAGE_SHELL, m->new_, m->old, &m->al, &m->spans, &m->n_spans), STATUS_OK);
	assert_int_equal(m->n_spans, 2);
	assert_str(m->units[0].name, "function cleanup at 2:1");
	assert_false(m->spans[0].top_level);
	assert_str(m->units[1].name, "line at 7:1");
	assert_true(m->spans[1].top_level);
	member_free(m);
}

/* Brackets without order, fresh everywhere: spans stay inside, ascend, and hold what was touched. */
static void test_random(void **state)
{
	static const char *const pieces[] = {"function f(", "(", ")", "{", "}", "[", "]", ";", ",", "=>", "a", "class X", "`${",
		"`", "if", "\n", "else ", "x:", "async ", "return ", ":", "do ", "while", "export "};
	uint64_t seed = 99;

	for (int round = 0; round < 2000; round++) {
		struct arena a;
		struct budget b = {.max_steps = 1 << 30};
		struct unit_found *found;
		struct span spans[8];
		size_t n, n_spans = 0, at = 0;
		struct buf text;

		arena_init(&a, 0);
		buf_init(&text, 1 << 16);
		for (int i = 0; i < 120; i++)
			buf_add_z(&text, pieces[member_random(&seed) % (sizeof(pieces) / sizeof(pieces[0]))]);
		while (n_spans < 8 && at + 2 < text.len) {
			spans[n_spans].from = at + member_random(&seed) % 10;
			spans[n_spans].to = spans[n_spans].from + 1 + member_random(&seed) % 30;
			if (spans[n_spans].to > text.len)
				break;
			at = spans[n_spans++].to + 1;
		}
		assert_int_equal(units_find(&a, &b, LANGUAGE_JAVASCRIPT, buf_str(&text), spans, n_spans, &found, &n), STATUS_OK);
		for (size_t i = 0; i < n; i++) {
			assert_true(found[i].at.from < found[i].at.to && found[i].at.to <= text.len);
			if (found[i].at.from > found[i].touched.from)
				fail_msg("round %d: unit %zu at %zu, touched from %zu in %.*s", round, i, found[i].at.from,
					found[i].touched.from, STR_ARG(buf_str(&text)));
			assert_true(i == 0 || found[i - 1].at.from <= found[i].at.from);
		}
		/* every touched token lies in some unit */
		struct jslex lx;
		struct token t;

		jslex_init(&lx, buf_str(&text), false);
		while (jslex_next(&lx, &t)) {
			bool touched = false, inside = false;

			for (size_t i = 0; i < n_spans; i++)
				touched |= spans[i].from < t.at + t.len && t.at < spans[i].to;
			for (size_t i = 0; i < n; i++)
				inside |= found[i].at.from <= t.at && t.at < found[i].at.to;
			if (touched && !inside)
				fail_msg("round %d: token at %u of %.*s", round, t.at, STR_ARG(buf_str(&text)));
		}
		buf_release(&text);
		arena_release(&a);
	}
}

/* More statements than a table holds: the last unit takes the rest, and what is kept is no larger than that. */
static void flood(enum language lang, const char *head, const char *line, int n)
{
	struct arena a;
	struct budget b = {.max_steps = 1u << 30};
	struct unit_found *found;
	struct span all;
	struct buf text;
	size_t n_found, end = 0;

	arena_init(&a, 0);
	buf_init(&text, 64u << 20);
	buf_add_z(&text, head);
	for (int i = 0; i < n; i++)
		buf_add_z(&text, line);
	all = (struct span){0, text.len};
	assert_int_equal(units_find(&a, &b, lang, buf_str(&text), &all, 1, &found, &n_found), STATUS_OK);
	assert_true(n_found > 0 && n_found <= UNITS_MAX);
	for (size_t i = 0; i < n_found; i++)
		end = found[i].at.to > end ? found[i].at.to : end;
	assert_true(end + 1 >= text.len);
	assert_true(a.used_bytes < 64u << 20);
	buf_release(&text);
	arena_release(&a);
}

static void test_flood(void **state)
{
	flood(LANGUAGE_JAVASCRIPT, "", "f();\n", 150000);
	flood(LANGUAGE_JAVASCRIPT, "function g() {\n", "f();\n", 150000);
	flood(LANGUAGE_JAVASCRIPT, "x = [", "f(),", 150000);
	flood(LANGUAGE_PYTHON, "", "f()\n", 300000);
	flood(LANGUAGE_RUBY, "", "f()\n", 300000);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_called_in_place_is_top),
		cmocka_unit_test(test_extent),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_cap),
		cmocka_unit_test(test_flood),
		cmocka_unit_test(test_shell),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
