/* A read_out that keeps everything, for the tests of readers. Header-only. */
#ifndef ASSAY_TESTS_READ_FACTS_H
#define ASSAY_TESTS_READ_FACTS_H

#include "../tools.h"

#include "read/read.h"

enum { FACTS_KEPT = 1000 };

struct facts {
	struct read_out out; /* first */
	struct fact list[FACTS_KEPT];
	size_t n, n_units;
	enum cover_grade grade;
	uint64_t covered;
	struct str why;
	enum status status;
};

static struct facts facts;

static inline uint32_t facts_unit(struct read_out *o, const struct unit *u)
{
	(void)o;
	assert_true((unsigned)u->change < UNIT_CHANGE_N);
	return (uint32_t)facts.n_units++;
}

static inline void facts_fact(struct read_out *o, const struct fact *f)
{
	struct fact *to = &facts.list[facts.n];

	(void)o;
	assert_true(f->kind > FACT_NONE && f->kind < FACT_N);
	assert_int_equal(f->flags & ~(uint32_t)FACT_FLAGS_ALL, 0);
	assert_true(f->unit == FACT_NO_UNIT || f->unit < facts.n_units);
	assert_true(facts.n < FACTS_KEPT);
	*to = *f;
	to->key = arena_str(&tools_arena, f->key);
	to->value = arena_str(&tools_arena, f->value);
	to->detail = arena_str(&tools_arena, f->detail);
	facts.n++;
}

static inline void facts_cover(struct read_out *o, enum cover_grade grade, uint64_t bytes, const char *why)
{
	(void)o;
	assert_true((unsigned)grade < COVER_N);
	assert_non_null(why);
	facts.grade = grade;
	facts.covered += bytes;
	facts.why = arena_str(&tools_arena, str_of(why));
}

static inline enum format_id facts_format(struct str s)
{
	struct format_claim claims[4];

	return format_probe(cursor_of(s.p, s.len < FORMAT_HEAD_BYTES ? s.len : FORMAT_HEAD_BYTES), s.len, claims) ? claims[0].id :
		FORMAT_NONE;
}

/* old.p == NULL: there is no OLD. Every byte of NEW must get exactly one grade. */
static inline void facts_read_with(const struct reader *r, const char *path, struct str old, struct str new_, uint64_t steps)
{
	struct budget b = {.max_steps = steps, .max_bytes = 1 << 30};
	struct read_in in = {.path = str_of(path), .old = cursor_of(old.p, old.len), .new_ = cursor_of(new_.p, new_.len),
		.has_old = old.p != NULL, .arena = &tools_arena, .budget = &b, .out = &facts.out};

	memset(&facts, 0, sizeof(facts));
	facts.out = (struct read_out){facts_unit, facts_fact, facts_cover, 0, 0};
	in.format = facts_format(new_);
	in.old_format = in.has_old ? facts_format(old) : FORMAT_NONE;
	assert_true(r->claim(&in) > 0);
	facts.status = r->read(&in);
	assert_int_equal(facts.covered, new_.len);
}

static inline void facts_read(const struct reader *r, const char *path, struct str old, struct str new_)
{
	facts_read_with(r, path, old, new_, 100 << 20);
}

static inline const struct fact *facts_find(enum fact_kind kind, const char *key)
{
	for (size_t i = 0; i < facts.n; i++)
		if (facts.list[i].kind == kind && (!key || str_is(facts.list[i].key, key)))
			return &facts.list[i];
	return NULL;
}

static inline size_t facts_count(enum fact_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < facts.n; i++)
		n += facts.list[i].kind == kind;
	return n;
}

static inline const struct fact *facts_expect(enum fact_kind kind, const char *key)
{
	const struct fact *f = facts_find(kind, key);

	if (!f) {
		for (size_t i = 0; i < facts.n; i++)
			print_error("  %s %.*s = %.*s\n", fact_kind_name(facts.list[i].kind), STR_ARG(facts.list[i].key),
				STR_ARG(facts.list[i].value));
		fail_msg("no fact %s %s among %zu", fact_kind_name(kind), key ? key : "", facts.n);
	}
	return f;
}

static inline void facts_expect_none(enum fact_kind kind)
{
	const struct fact *f = facts_find(kind, NULL);

	if (f)
		fail_msg("%s %.*s = %.*s", fact_kind_name(kind), STR_ARG(f->key), STR_ARG(f->value));
}

#endif
