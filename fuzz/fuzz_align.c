/*
 * OLD and NEW of a script. Whoever published either release chooses every byte; the vendor of an
 * older release may have been the same person. First byte: language; then OLD up to the first byte
 * 0xff, then NEW.
 */
#include "fuzz.h"

#include "read/lexer.h"
#include "read/shape.h"
#include "read/units.h"
#include "tool_seeds.h"

static uint32_t on_unit(struct read_out *o, const struct unit *u)
{
	return o->n_units++;
}

static void on_fact(struct read_out *o, const struct fact *f)
{
	FUZZ_CHECK(f->kind > FACT_NONE && f->kind < FACT_N);
	FUZZ_CHECK(f->unit == FACT_NO_UNIT || f->unit < o->n_units);
	o->n_facts++;
}

static void on_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
}

static void spans_check(const struct span *s, size_t n, size_t limit)
{
	for (size_t i = 0; i < n; i++)
		FUZZ_CHECK(s[i].from < s[i].to && s[i].to <= limit && (i == 0 || s[i - 1].to <= s[i].from));
}

static void pair_check(enum language lang, struct str old, struct str new_, bool same)
{
	struct read_out out = {on_unit, on_fact, on_cover, 0, 0};
	struct budget budget = {.max_steps = 1 << 28, .max_bytes = 1 << 28, .max_members = 1000, .max_depth = 64};
	struct arena arena;
	struct read_in in = {.path = STR("x.js"), .old = cursor_of(old.p, old.len), .new_ = cursor_of(new_.p, new_.len),
		.has_old = true, .arena = &arena, .budget = &budget, .out = &out};
	struct line_index *lines;
	struct unit_span *units;
	struct align al, again;
	size_t n;

	arena_init(&arena, (size_t)1 << 30);
	FUZZ_CHECK(align_texts(&in, lang, old, new_, &al) == STATUS_OK);
	FUZZ_CHECK(align_texts(&in, lang, old, new_, &again) == STATUS_OK);
	FUZZ_CHECK(al.n_fresh == again.n_fresh && al.n_lost == again.n_lost && al.n_runs == again.n_runs);
	spans_check(al.fresh, al.n_fresh, new_.len);
	spans_check(al.lost, al.n_lost, old.len);
	FUZZ_CHECK(!same || (al.n_fresh == 0 && al.n_lost == 0));
	for (size_t i = 0; i < al.n_runs; i++)
		FUZZ_CHECK(al.runs[i].new_from < al.runs[i].new_to && al.runs[i].new_to <= new_.len &&
			al.runs[i].old_from < al.runs[i].old_to && al.runs[i].old_to <= old.len);
	FUZZ_CHECK(align_units(&in, lang, new_, old, &al, &units, &n) == STATUS_OK);
	for (size_t i = 0; i < n; i++) {
		FUZZ_CHECK(units[i].at.from < units[i].at.to && units[i].at.to <= new_.len);
		FUZZ_CHECK(units[i].unit < out.n_units);
	}
	lines = line_index_make(&arena, new_);
	FUZZ_CHECK(str_equal(code_shape(&arena, new_), code_shape(&arena, new_)));
	hidden_facts(&in, lang, new_, &al, lines);
	guard_facts(&in, lang, old, new_, &al, lines);
	FUZZ_CHECK(!same || out.n_facts == 0);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static const enum language languages[] = {LANGUAGE_JAVASCRIPT, LANGUAGE_TYPESCRIPT, LANGUAGE_SHELL, LANGUAGE_TEXT, LANGUAGE_TSX,
		LANGUAGE_PYTHON, LANGUAGE_PHP, LANGUAGE_C, LANGUAGE_POWERSHELL, LANGUAGE_RUBY, LANGUAGE_GO};
	enum language lang;
	const uint8_t *cut;
	struct str old, new_;

	if (n < 2)
		return 0;
	lang = languages[bytes[0] % (sizeof(languages) / sizeof(languages[0]))];
	cut = memchr(bytes + 1, 0xff, n - 1);
	old = str_view(bytes + 1, cut ? (size_t)(cut - bytes - 1) : n - 1);
	new_ = cut ? str_view(cut + 1, n - (size_t)(cut + 1 - bytes)) : old;
	pair_check(lang, old, new_, false);
	pair_check(lang, new_, new_, true);
	return 0;
}

static void seed(void (*run)(const void *bytes, size_t n), char lang, const char *old, const char *new_)
{
	char bytes[4096];
	int n = snprintf(bytes, sizeof(bytes), "%c%s\xff%s", lang, old, new_);

	run(bytes, (size_t)n);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	/* '2' is JavaScript, '7' is Python, '9' is C and kin */
	literal_seeds("22", "read/test_align.c read/test_guard.c read/test_hidden.c read/test_weaken.c", run);
	literal_seeds("77", "read/test_weaken.c", run);
	literal_seeds("99", "read/test_weaken.c", run);
	literal_seeds("44", "read/test_weaken.c", run);
	seed(run, '\0', "a();b();", "a();if(x){evil(`${y}`)}b();");
	seed(run, '\1', "class A{f(x:T):U{return 1}}", "class A{f(x:T):U{return 1}\ng(){throw/x/}}");
	seed(run, '\0', "function f(){if(!verify(x))throw 1;try{a}catch(e){throw e}}",
		"function f(){if(x||true)a;try{a}catch(e){}}\n<!--\n\xe2\x80\xae");
	seed(run, '\2', "set -e\nf() {\n a\n}\nsha256sum -c x\n", "set -e\nf() {\n b\n}\nmake 'x\n");
	seed(run, '\3', "one two three", "one four three");
}
