/* Published vectors: where they lie, reading of them, and a count of what was checked. */
#ifndef ASSAY_TESTS_LEDGER_VECTORS_H
#define ASSAY_TESTS_LEDGER_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>

#include "ledger/b64.h"
#include "ledger/entry.h"
#include "util/buf.h"

struct tally {
	const char *what;
	unsigned good, bad, left_out; /* accepted as stated, refused as stated */
};

static inline void tally_print(const struct tally *t)
{
	print_message("vectors: %-28s %4u checked (%u accepted, %u refused), %u left out\n",
		t->what, t->good + t->bad, t->good, t->bad, t->left_out);
	assert_true(t->good + t->bad > 0);
}

static inline void tally_leave(struct tally *t, const char *name, const char *why)
{
	t->left_out++;
	print_message("left out: %s: %s: %s\n", t->what, name, why);
}

/* The answer must be the stated one. */
static inline void tally_case(struct tally *t, const char *name, bool stated, bool answer)
{
	if (stated != answer)
		fail_msg("%s: %s: stated %d, answered %d", t->what, name, stated, answer);
	*(stated ? &t->good : &t->bad) += 1;
}

static inline const char *vector_path(const char *name)
{
	static char path[1024];
	const char *root = getenv("ASSAY_SOURCE_ROOT");

	snprintf(path, sizeof(path), "%s/tests/vectors/%s", root ? root : ".", name);
	return path;
}

static inline bool try_file(const char *path, struct buf *b)
{
	FILE *f = fopen(path, "rb");
	char chunk[4096];
	size_t n;

	if (!f)
		return false;
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		assert_true(buf_add(b, chunk, n));
	fclose(f);
	return true;
}

/* The caller releases it. */
static inline struct buf vector_file(const char *name)
{
	struct buf b;

	buf_init(&b, 64 << 20);
	if (!try_file(vector_path(name), &b))
		fail_msg("%s: not there", vector_path(name));
	return b;
}

static inline json_t *vector_json(const char *name)
{
	json_error_t error;
	json_t *j = json_load_file(vector_path(name), 0, &error);

	if (!j)
		fail_msg("%s: %s", name, error.text);
	return j;
}

static inline struct str text_of(const json_t *j, const char *key)
{
	json_t *v = json_object_get(j, key);

	return str_view(json_string_value(v), json_string_length(v));
}

static inline bool hash_of(const json_t *j, const char *key, struct tree_hash *ret)
{
	return b64_decode_exact(text_of(j, key), ret->b, TREE_HASH_BYTES);
}

#endif
