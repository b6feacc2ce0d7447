/* What the names of one container say: duplicates, names that leave, names below links, folding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "unpack/names.h"
#include "util/escape.h"

struct fixture {
	struct arena a;
	struct tree t;
	struct node *box;
	struct names names;
};

static struct fixture *start(enum format_id format)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	arena_init(&f->a, 0);
	f->box = tree_add(&f->a, &f->t, NULL, STR("box"));
	f->box->format = format;
	return f;
}

static void stop(struct fixture *f)
{
	names_release(&f->names);
	arena_release(&f->a);
	free(f);
}

static struct node *enter(struct fixture *f, const char *name, enum entry_type type, const char *link)
{
	struct entry e = {.name = str_of(name), .link = str_of(link), .type = type};
	struct node *n = tree_add(&f->a, &f->t, f->box, e.name);

	assert_int_equal(names_add(&f->names, &f->a, f->box, n, &e), STATUS_OK);
	return n;
}

static unsigned said(const struct fixture *f, const char *code)
{
	unsigned n = 0;

	for (const struct oddity *o = f->box->oddities; o; o = o->next)
		n += str_is(o->code, code);
	return n;
}

static void test_ordinary(void **state)
{
	struct fixture *f = start(FORMAT_TAR);

	enter(f, "./usr/bin", ENTRY_DIR, "");
	enter(f, "./usr/bin/a", ENTRY_FILE, "");
	enter(f, "./usr/bin/b", ENTRY_HARDLINK, "./usr/bin/a");
	enter(f, "./usr/lib/libx.so", ENTRY_SYMLINK, "../../x/libx.so.1");
	enter(f, "./usr/lib/libx.so.1", ENTRY_FILE, "");
	enter(f, "./usr/lib/..data", ENTRY_FILE, "");
	enter(f, "./usr/lib/a..b", ENTRY_FILE, "");
	enter(f, "c:d", ENTRY_FILE, "");
	assert_null(f->box->oddities);
	(void)state;
	stop(f);
}

static void test_duplicates(void **state)
{
	struct fixture *f = start(FORMAT_TAR);
	struct node *first = enter(f, "a.js", ENTRY_FILE, ""), *again = enter(f, "a.js", ENTRY_FILE, "");

	assert_int_equal(first->copy, 0);
	assert_int_equal(again->copy, 2);
	assert_true(str_is(again->name, "a.js#2"));
	assert_ptr_equal(names_find(&f->names, STR("a.js")), first);
	assert_null(names_find(&f->names, STR("b.js")));
	for (int i = 0; i < 1000; i++) { /* growing keeps what was entered */
		char name[16];

		snprintf(name, sizeof(name), "n%d", i);
		enter(f, name, ENTRY_FILE, "");
	}
	assert_ptr_equal(names_find(&f->names, STR("a.js")), first);
	assert_non_null(names_find(&f->names, STR("n0")));
	(void)state;
	stop(f);
}

static void test_leaving(void **state)
{
	static const char *const names[] = {"../a", "a/../../b", "a/..", "..", "C:\\a", "d:/a", "\\\\?\\C:\\a", "a\\..\\b"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct fixture *f = start(FORMAT_ZIP);

		enter(f, names[i], ENTRY_FILE, "");
		assert_int_equal(said(f, "name-leaves"), 1);
		stop(f);
		f = start(FORMAT_NSIS); /* there it is a script's affair */
		enter(f, names[i], ENTRY_FILE, "");
		assert_int_equal(said(f, "name-leaves"), 0);
		stop(f);
	}
	(void)state;
}

/* Who reads names as C does ends at the first NUL; what begins with one is a system's own. */
static void test_nul(void **state)
{
	struct fixture *f = start(FORMAT_ZIP);

	assert_true(str_is(name_taken(&f->a, f->box, str_view("a.js\0.md", 8)), "a.js"));
	assert_int_equal(said(f, "name-with-nul"), 1);
	assert_true(str_is(name_taken(&f->a, f->box, str_view("a.js\0\0", 6)), "a.js"));
	assert_int_equal(name_taken(&f->a, f->box, str_view("\0\0\0HFS", 6)).len, 6);
	assert_true(str_is(name_taken(&f->a, f->box, STR("a.js")), "a.js"));
	assert_int_equal(name_taken(&f->a, f->box, STR_NONE).len, 0);
	assert_int_equal(said(f, "name-with-nul"), 1);
	(void)state;
	stop(f);
}

static void test_links(void **state)
{
	struct fixture *f = start(FORMAT_TAR);

	enter(f, "out", ENTRY_SYMLINK, "/tmp");
	enter(f, "outer/file", ENTRY_FILE, "");
	assert_int_equal(said(f, "name-below-link"), 0);
	enter(f, "out/deep/file", ENTRY_FILE, "");
	assert_int_equal(said(f, "name-below-link"), 1);
	enter(f, "later", ENTRY_HARDLINK, "not/yet");
	enter(f, "self", ENTRY_HARDLINK, "self");
	assert_int_equal(said(f, "hard-link-nowhere"), 2);
	enter(f, "passwd", ENTRY_HARDLINK, "../../etc/passwd");
	assert_int_equal(said(f, "link-leaves"), 1);
	(void)state;
	stop(f);
}

static void test_folding(void **state)
{
	struct fixture *f = start(FORMAT_ZIP);

	enter(f, "lib", ENTRY_DIR, "");
	enter(f, "Lib", ENTRY_DIR, "");
	enter(f, "lib/a.js", ENTRY_FILE, "");
	enter(f, "lib/b.js", ENTRY_FILE, "");
	assert_int_equal(said(f, "names-fold"), 0);
	enter(f, "Lib/A.JS", ENTRY_FILE, "");
	enter(f, "lib\\b.js. .", ENTRY_FILE, "");
	assert_int_equal(said(f, "names-fold"), 2);
	/* one character, or a letter and an accent; other letters have cases, too */
	enter(f, "lib/caf\xc3\xa9.js", ENTRY_FILE, "");
	enter(f, "lib/caf\xc3\xa8.js", ENTRY_FILE, "");
	enter(f, "lib/\xce\xb1.js", ENTRY_FILE, "");
	assert_int_equal(said(f, "names-fold"), 2);
	enter(f, "lib/cafe\xcc\x81.js", ENTRY_FILE, "");
	enter(f, "LIB/\xce\x91.js", ENTRY_FILE, "");
	enter(f, "lib/CAF\xc3\x89.js.", ENTRY_FILE, "");
	assert_int_equal(said(f, "names-fold"), 5);
	/* a file's own stream is the file */
	enter(f, "lib/c.js", ENTRY_FILE, "");
	enter(f, "lib/c.js:more", ENTRY_FILE, "");
	assert_int_equal(said(f, "names-fold"), 5);
	enter(f, "lib/c.js::$Data", ENTRY_FILE, "");
	assert_int_equal(said(f, "names-fold"), 6);
	/* what is no UTF-8 is told apart byte by byte */
	enter(f, "lib/\xff.js", ENTRY_FILE, "");
	enter(f, "lib/\xfe.js", ENTRY_FILE, "");
	assert_int_equal(said(f, "names-fold"), 6);
	(void)state;
	stop(f);
}

/* However long a name is, its ending stays: readers go by it. */
static void test_long_names(void **state)
{
	char name[6000];
	struct arena a;
	struct str s;

	memset(name, 'n', sizeof(name));
	arena_init(&a, 0);
	memcpy(name + sizeof(name) - 3, ".js", 3);
	s = escape_name(&a, str_view(name, sizeof(name)));
	assert_true(s.len <= 4096 && str_ends(s, ".js"));
	memcpy(name + sizeof(name) - 3, ".\x1bj", 3);
	s = escape_name(&a, str_view(name, sizeof(name)));
	assert_true(s.len <= 4096 && !str_ends(s, "j"));
	arena_release(&a);
	(void)state;
}

/* A content is counted by its hash; without one, nothing is known. */
static void test_twins(void **state)
{
	struct fixture *f = start(FORMAT_ZIP);

	for (uint32_t i = 0; i < 300; i++) {
		struct node *n = enter(f, i % 2 ? "x" : "y", ENTRY_FILE, "");

		n->sha256 = sha256_of(&(uint32_t){i / 3}, sizeof(i));
		assert_int_equal(tree_twins(&f->a, &f->t, n), 1);
		n->has_sha256 = true;
		assert_int_equal(tree_twins(&f->a, &f->t, n), i % 3 + 1);
	}
	(void)state;
	stop(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ordinary), cmocka_unit_test(test_duplicates), cmocka_unit_test(test_leaving), cmocka_unit_test(test_nul),
		cmocka_unit_test(test_links), cmocka_unit_test(test_folding), cmocka_unit_test(test_long_names),
		cmocka_unit_test(test_twins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
