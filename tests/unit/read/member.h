/* A member under test and what a reader said about it. */
#ifndef TESTS_UNIT_READ_MEMBER_H
#define TESTS_UNIT_READ_MEMBER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "read/align.h"
#include "read/lexer.h"
#include "util/buf.h"

enum { MEMBER_FACTS = 8192, MEMBER_UNITS = 8192 };

struct member {
	struct read_out out; /* first */
	struct read_in in;
	struct arena arena;
	struct budget budget;
	struct fact facts[MEMBER_FACTS];
	size_t n_facts;
	struct unit units[MEMBER_UNITS];
	size_t n_units;
	uint64_t covered[COVER_N];
	struct str old, new_;
	struct align al;
	struct line_index *lines;
	struct unit_span *spans;
	size_t n_spans;
};

static inline uint32_t member_unit(struct read_out *o, const struct unit *u)
{
	struct member *m = (struct member *)o;

	assert_true(m->n_units < MEMBER_UNITS);
	assert_true(u->offset + u->length <= m->in.new_.len || u->change == UNIT_REMOVED);
	m->units[m->n_units++] = *u;
	return o->n_units++;
}

static inline void member_fact(struct read_out *o, const struct fact *f)
{
	struct member *m = (struct member *)o;

	assert_true(m->n_facts < MEMBER_FACTS);
	assert_true(f->unit == FACT_NO_UNIT || f->unit < o->n_units);
	assert_true(f->flags & FACT_OF_OLD || f->offset <= m->in.new_.len);
	m->facts[m->n_facts++] = *f;
	o->n_facts++;
}

static inline void member_cover(struct read_out *o, enum cover_grade g, uint64_t bytes, const char *why)
{
	((struct member *)o)->covered[g] += bytes;
}

/* old may be NULL. Texts are copied. */
static inline struct member *member_make(const char *path, struct str old, struct str new_)
{
	struct member *m = calloc(1, sizeof(*m));

	assert_non_null(m);
	arena_init(&m->arena, 0);
	m->out = (struct read_out){member_unit, member_fact, member_cover, 0, 0};
	m->budget = (struct budget){.max_steps = 1ull << 40, .max_bytes = 1ull << 40, .max_members = 1 << 20,
		.max_depth = 64};
	m->old = old.p ? arena_str(&m->arena, old) : STR_NONE;
	m->new_ = arena_str(&m->arena, new_);
	m->in = (struct read_in){.path = str_of(path), .old = cursor_of(m->old.p, m->old.len),
		.new_ = cursor_of(m->new_.p, m->new_.len), .has_old = old.p != NULL, .format = FORMAT_TEXT,
		.old_format = old.p ? FORMAT_TEXT : FORMAT_NONE, .arena = &m->arena, .budget = &m->budget,
		.out = &m->out};
	return m;
}

static inline void member_free(struct member *m)
{
	arena_release(&m->arena);
	free(m);
}

static inline void member_align(struct member *m, enum language lang)
{
	assert_int_equal(align_texts(&m->in, lang, m->old, m->new_, &m->al), STATUS_OK);
	m->lines = line_index_make(&m->arena, m->new_);
}

static inline struct member *member_aligned(enum language lang, const char *old, const char *new_)
{
	struct member *m = member_make("x.js", str_of(old), str_of(new_));

	member_align(m, lang);
	return m;
}

static inline struct str member_fresh(const struct member *m, size_t i)
{
	assert_true(i < m->al.n_fresh);
	return str_part(m->new_, m->al.fresh[i].from, m->al.fresh[i].to - m->al.fresh[i].from);
}

static inline size_t member_count(const struct member *m, enum fact_kind kind, const char *key)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_facts; i++)
		n += m->facts[i].kind == kind && (!key || str_is(m->facts[i].key, key));
	return n;
}

static inline const struct fact *member_find(const struct member *m, enum fact_kind kind, const char *key)
{
	for (size_t i = 0; i < m->n_facts; i++)
		if (m->facts[i].kind == kind && (!key || str_is(m->facts[i].key, key)))
			return &m->facts[i];
	return NULL;
}

#define assert_str(got, want)                                                                       \
	do {                                                                                        \
		struct str got_ = (got);                                                            \
		if (!str_is(got_, want))                                                            \
			fail_msg("got \"%.*s\", want \"%s\"", STR_ARG(got_), want);                 \
	} while (0)

/* A small generator: the same numbers everywhere. */
static inline uint32_t member_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

#endif
