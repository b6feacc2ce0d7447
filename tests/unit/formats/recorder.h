/*
 * A sink that keeps everything a format's open() says, with checks that hold for every container:
 * calls in order, spans inside and disjoint, stored children inside the container. Header-only so
 * that each test stays one small executable.
 *
 *	struct recorder r;
 *	recorder_open(&r, FORMAT_TAR, bytes, n, "x.tar");
 *	assert_int_equal(r.status, STATUS_OK);
 *	recorder_expect(&r, "a.txt", "hello", 5);
 *	recorder_release(&r);
 */
#ifndef ASSAY_TESTS_FORMATS_RECORDER_H
#define ASSAY_TESTS_FORMATS_RECORDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "formats/format.h"
#include "util/hash.h"

struct recorder_child {
	struct entry e; /* name and link point to terminated copies */
	uint8_t *data;
	size_t n_data, room;
	enum status how;
	char *why; /* "" if none */
	bool ended;
};

struct recorder_oddity {
	char *code, *detail;
	uint64_t offset;
};

struct recorder_span {
	uint64_t offset, length;
	const char *what;
};

struct recorder {
	struct sink sink; /* first: the sink is the recorder */
	struct arena arena;
	struct budget budget; /* recorder_init() sets generous limits; change before recorder_run() */
	const uint8_t *bytes;
	size_t n_bytes;
	struct recorder_child *children;
	size_t n_children, children_room;
	struct recorder_oddity *oddities;
	size_t n_oddities, oddities_room;
	struct recorder_span *spans;
	size_t n_spans, spans_room;
	bool open_child;
	size_t fail_after; /* the n-th call of the sink returns STATUS_IO; 0 = never */
	size_t calls;
	bool failed; /* STATUS_IO was returned: nothing may follow */
	enum status status;
};

#define RECORDER_GROW(array, n, room)                                                              \
	do {                                                                                       \
		if ((n) == (room)) {                                                               \
			(room) = (room) ? (room) * 2 : 16;                                         \
			(array) = realloc((array), (room) * sizeof(*(array)));                     \
			assert_non_null(array);                                                    \
		}                                                                                  \
	} while (0)

static inline char *recorder_copy(struct str s)
{
	char *z = malloc(s.len + 1);

	assert_non_null(z);
	if (s.len)
		memcpy(z, s.p, s.len);
	z[s.len] = 0;
	return z;
}

static inline enum status recorder_called(struct recorder *r)
{
	assert_false(r->failed); /* a failing sink ends the reading */
	if (r->fail_after && ++r->calls >= r->fail_after) {
		r->failed = true;
		return STATUS_IO;
	}
	return STATUS_OK;
}

static inline void recorder_add(struct recorder_child *c, const void *p, size_t n)
{
	if (n > c->room - c->n_data) {
		c->room = (c->n_data + n) * 2;
		c->data = realloc(c->data, c->room);
		assert_non_null(c->data);
	}
	if (n)
		memcpy(c->data + c->n_data, p, n);
	c->n_data += n;
}

static inline enum status recorder_begin(struct sink *s, const struct entry *e)
{
	struct recorder *r = (struct recorder *)s;
	struct recorder_child *c;

	assert_false(r->open_child);
	assert_true((unsigned)e->type < ENTRY_TYPE_N);
	assert_true((unsigned)e->origin < ORIGIN_N);
	assert_int_equal(e->flags & ~(uint32_t)ENTRY_FLAGS_ALL, 0);
	assert_int_equal(e->mode & ~07777u, 0);
	TRY(recorder_called(r));
	RECORDER_GROW(r->children, r->n_children, r->children_room);
	c = &r->children[r->n_children++];
	memset(c, 0, sizeof(*c));
	c->e = *e;
	c->e.name.p = recorder_copy(e->name);
	c->e.link.p = recorder_copy(e->link);
	c->why = recorder_copy(STR_NONE);
	r->open_child = true;
	if (e->flags & ENTRY_SPAN) {
		assert_true(e->span_offset <= r->n_bytes);
		assert_true(e->span_bytes <= r->n_bytes - e->span_offset);
		recorder_add(c, r->bytes + e->span_offset, (size_t)e->span_bytes);
	}
	return STATUS_OK;
}

static inline enum status recorder_data(struct sink *s, const void *p, size_t n)
{
	struct recorder *r = (struct recorder *)s;
	struct recorder_child *c;

	assert_true(r->open_child);
	c = &r->children[r->n_children - 1];
	assert_int_equal(c->e.flags & ENTRY_SPAN, 0);
	TRY(recorder_called(r));
	recorder_add(c, p, n);
	return STATUS_OK;
}

static inline enum status recorder_end(struct sink *s, enum status how, const char *why)
{
	struct recorder *r = (struct recorder *)s;
	struct recorder_child *c;

	assert_true(r->open_child);
	assert_true(how == STATUS_OK || how == STATUS_DAMAGED || how == STATUS_LIMIT ||
		    how == STATUS_UNSUPPORTED);
	assert_true(how == STATUS_OK || (why && *why)); /* whoever fails says why */
	TRY(recorder_called(r));
	c = &r->children[r->n_children - 1];
	c->how = how;
	free(c->why);
	c->why = recorder_copy(str_of(why));
	c->ended = true;
	r->open_child = false;
	return STATUS_OK;
}

static inline void recorder_oddity(struct sink *s, const char *code, uint64_t offset,
				   struct str detail)
{
	struct recorder *r = (struct recorder *)s;

	assert_non_null(code);
	RECORDER_GROW(r->oddities, r->n_oddities, r->oddities_room);
	r->oddities[r->n_oddities++] = (struct recorder_oddity){
		recorder_copy(str_of(code)), recorder_copy(detail), offset};
}

static inline void recorder_span(struct sink *s, uint64_t offset, uint64_t length, const char *what)
{
	struct recorder *r = (struct recorder *)s;

	assert_non_null(what);
	assert_true(offset <= r->n_bytes);
	assert_true(length <= r->n_bytes - offset);
	RECORDER_GROW(r->spans, r->n_spans, r->spans_room);
	r->spans[r->n_spans++] = (struct recorder_span){offset, length, what};
}

static inline void recorder_init(struct recorder *r)
{
	memset(r, 0, sizeof(*r));
	r->sink = (struct sink){recorder_begin, recorder_data, recorder_end, recorder_oddity,
				recorder_span};
	arena_init(&r->arena, 0);
	r->budget = (struct budget){.max_steps = 1u << 30,
				    .max_bytes = 1ull << 30,
				    .max_members = 1u << 20,
				    .max_depth = 32};
}

static inline int recorder_span_cmp(const void *a, const void *b)
{
	const struct recorder_span *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Sorts the spans and fails the test if two of them share a byte. */
static inline void recorder_check_spans(struct recorder *r)
{
	uint64_t end = 0;

	if (r->n_spans)
		qsort(r->spans, r->n_spans, sizeof(*r->spans), recorder_span_cmp);
	for (size_t i = 0; i < r->n_spans; i++) {
		if (r->spans[i].length == 0)
			continue;
		assert_true(r->spans[i].offset >= end);
		end = r->spans[i].offset + r->spans[i].length;
	}
}

/* Bytes other than zero that no span covers: what the engine would make gap children of. */
static inline uint64_t recorder_uncovered(struct recorder *r)
{
	uint64_t at = 0, n = 0;

	recorder_check_spans(r);
	for (size_t i = 0; i <= r->n_spans; i++) {
		uint64_t stop = i < r->n_spans ? r->spans[i].offset : r->n_bytes;

		for (; at < stop; at++)
			n += r->bytes[at] != 0;
		if (i < r->n_spans && r->spans[i].offset + r->spans[i].length > at)
			at = r->spans[i].offset + r->spans[i].length;
	}
	return n;
}

/* Runs one open() on bytes that must outlive the recorder. */
static inline void recorder_run(struct recorder *r, const struct format *f, const void *bytes,
				size_t n, const char *name)
{
	struct open_in in = {cursor_of(bytes, n), str_of(name), &r->arena, &r->budget, &r->sink};

	assert_non_null(f);
	assert_non_null(f->open);
	r->bytes = bytes;
	r->n_bytes = n;
	r->status = f->open(&in);
	assert_true((unsigned)r->status < STATUS_N);
	if (!r->failed)
		assert_false(r->open_child); /* every child that begins ends */
	recorder_check_spans(r);
}

static inline void recorder_open(struct recorder *r, enum format_id id, const void *bytes, size_t n,
				 const char *name)
{
	recorder_init(r);
	recorder_run(r, format_by_id(id), bytes, n, name);
}

static inline void recorder_release(struct recorder *r)
{
	for (size_t i = 0; i < r->n_children; i++) {
		free((void *)(uintptr_t)r->children[i].e.name.p);
		free((void *)(uintptr_t)r->children[i].e.link.p);
		free(r->children[i].data);
		free(r->children[i].why);
	}
	for (size_t i = 0; i < r->n_oddities; i++) {
		free(r->oddities[i].code);
		free(r->oddities[i].detail);
	}
	free(r->children);
	free(r->oddities);
	free(r->spans);
	arena_release(&r->arena);
	memset(r, 0, sizeof(*r));
}

/* The first child of that name, or NULL. */
static inline struct recorder_child *recorder_child(struct recorder *r, const char *name)
{
	for (size_t i = 0; i < r->n_children; i++)
		if (str_is(r->children[i].e.name, name))
			return &r->children[i];
	return NULL;
}

/* The number of oddities with that code. */
static inline size_t recorder_odd(const struct recorder *r, const char *code)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_oddities; i++)
		n += strcmp(r->oddities[i].code, code) == 0;
	return n;
}

/* A whole child of that name with exactly these bytes. */
static inline void recorder_expect(struct recorder *r, const char *name, const void *p, size_t n)
{
	struct recorder_child *c = recorder_child(r, name);

	if (!c)
		print_error("no child \"%s\" among %zu\n", name, r->n_children);
	assert_non_null(c);
	assert_int_equal(c->how, STATUS_OK);
	assert_int_equal(c->n_data, n);
	if (n)
		assert_memory_equal(c->data, p, n);
}

/* One hash over everything that was said, to compare two runs. */
static inline struct sha256 recorder_digest(const struct recorder *r)
{
	struct sha256_state *s = sha256_open();
	struct sha256 h;

	assert_non_null(s);
	sha256_begin(s);
	for (size_t i = 0; i < r->n_children; i++) {
		const struct recorder_child *c = &r->children[i];
		uint64_t n[] = {c->e.name.len, c->e.link.len, c->e.type,  c->e.origin,
				c->e.flags,    c->e.mode,     c->e.uid,   c->e.gid,
				(uint64_t)c->e.mtime, c->e.size_bytes, c->n_data, c->how};

		sha256_add(s, n, sizeof(n));
		sha256_add(s, c->e.name.p, c->e.name.len);
		sha256_add(s, c->e.link.p, c->e.link.len);
		sha256_add(s, c->data, c->n_data);
		sha256_add(s, c->why, strlen(c->why));
	}
	for (size_t i = 0; i < r->n_oddities; i++) {
		sha256_add(s, r->oddities[i].code, strlen(r->oddities[i].code));
		sha256_add(s, r->oddities[i].detail, strlen(r->oddities[i].detail));
		sha256_add(s, &r->oddities[i].offset, sizeof(uint64_t));
	}
	for (size_t i = 0; i < r->n_spans; i++)
		sha256_add(s, &r->spans[i].offset, 2 * sizeof(uint64_t));
	sha256_add(s, &r->status, sizeof(r->status));
	h = sha256_end(s);
	sha256_close(s);
	return h;
}

#endif
