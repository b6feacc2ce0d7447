/* Runs the JavaScript analyser on texts in memory and keeps what it said. */
#ifndef TEST_JS_CASE_H
#define TEST_JS_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "read/align.h"

enum { JS_CASE_FACTS = 4096 };

struct js_case {
	struct read_out out;
	struct arena arena;
	struct budget budget;
	struct fact facts[JS_CASE_FACTS];
	size_t n;
	enum status status;
};

static uint32_t js_case_unit(struct read_out *o, const struct unit *u)
{
	(void)u;
	return o->n_units++;
}

static void js_case_fact(struct read_out *o, const struct fact *f)
{
	struct js_case *c = (struct js_case *)o;
	struct fact *to;

	o->n_facts++;
	if (c->n >= JS_CASE_FACTS || (f->kind == FACT_END && str_is(f->key, "read"))) /* that one says nothing about the text */
		return;
	to = &c->facts[c->n++];
	*to = *f;
	to->key = arena_str(&c->arena, f->key);
	to->value = arena_str(&c->arena, f->value);
	to->detail = arena_str(&c->arena, f->detail);
}

static void js_case_cover(struct read_out *o, enum cover_grade g, uint64_t bytes, const char *why)
{
	(void)o;
	(void)g;
	(void)bytes;
	(void)why;
}

static struct js_case *js_case_steps(enum language lang, struct str old, struct str text, uint64_t max_steps)
{
	struct js_case *c = test_calloc(1, sizeof(*c));
	struct read_in in = {.path = STR("case.js"), .new_ = cursor_of(text.p, text.len), .has_old = old.p != NULL,
		.arena = &c->arena, .budget = &c->budget, .out = &c->out};
	struct unit_span *units = NULL;
	struct line_index *lines;
	struct align al;
	size_t n = 0;

	c->out = (struct read_out){js_case_unit, js_case_fact, js_case_cover, 0, 0};
	c->budget = (struct budget){.max_steps = max_steps, .max_bytes = 1 << 30, .max_members = 1000, .max_depth = 16};
	arena_init(&c->arena, 0);
	align_texts(&in, lang, old, text, &al);
	align_units(&in, lang, text, old, &al, &units, &n);
	lines = line_index_make(&c->arena, text);
	c->status = js_analyse(&in, lang, text, 0, old, &al, units, n, lines);
	return c;
}

static inline struct js_case *js_case_pair(const char *old, const char *text)
{
	return js_case_steps(LANGUAGE_JAVASCRIPT, old ? str_of(old) : STR_NONE, str_of(text), 200000000);
}

static inline struct js_case *js_case_run(const char *text)
{
	return js_case_pair(NULL, text);
}

static void js_case_free(struct js_case *c)
{
	arena_release(&c->arena);
	test_free(c);
}

/* A fact of this kind; key and value NULL match anything, value matches a part. */
static inline const struct fact *js_case_find(const struct js_case *c, enum fact_kind kind, const char *key, const char *value)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct fact *f = &c->facts[i];

		if (f->kind == kind && (!key || str_is(f->key, key)) && (!value || str_has(f->value, value)))
			return f;
	}
	return NULL;
}

static inline void js_case_print(const struct js_case *c)
{
	for (size_t i = 0; i < c->n; i++)
		print_message("  %s %u [%.*s] [%.*s] [%.*s] flags %x number %llu\n", fact_kind_name(c->facts[i].kind), c->facts[i].line,
			STR_ARG(str_part(c->facts[i].key, 0, 80)), STR_ARG(str_part(c->facts[i].value, 0, 120)),
			STR_ARG(str_part(c->facts[i].detail, 0, 160)), c->facts[i].flags, (unsigned long long)c->facts[i].number);
}

#endif
