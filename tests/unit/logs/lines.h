/* Lines of a format and what they must say, for the tests of the readers. */
#ifndef ASSAY_TESTS_UNIT_LOGS_LINES_H
#define ASSAY_TESTS_UNIT_LOGS_LINES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "logs/log.h"

struct reader {
	struct arena a;
	const struct log_format *f;
	struct log_state *st;
	struct log_record r; /* of the last line */
};

static inline struct reader *reader_new(const char *format)
{
	struct reader *x = calloc(1, sizeof(*x));

	assert_non_null(x);
	arena_init(&x->a, 0);
	x->f = log_format_named(str_of(format));
	assert_non_null(x->f);
	return x;
}

static inline void reader_free(struct reader *x)
{
	arena_release(&x->a);
	free(x);
}

static inline enum log_line reader_line(struct reader *x, const char *line)
{
	memset(&x->r, 0, sizeof(x->r));
	return x->f->parse(x->f, x->st, &x->a, str_of(line), &x->r);
}

#define assert_str(s, z) assert_string_equal(arena_str(&x->a, (s)).p, (z))

/* The first thing of this kind, "" if none. */
static inline const char *reader_thing(struct reader *x, enum log_what what)
{
	for (unsigned i = 0; i < x->r.n_things; i++)
		if (x->r.things[i].what == what)
			return arena_str(&x->a, x->r.things[i].text).p;
	return "";
}

#endif
