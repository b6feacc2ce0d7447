/* cpio: every form from the real makers, links, what follows the end, damage. */
#include "maker.h"

#include "util/buf.h"

static const char *const forms[] = {"newc", "crc", "odc", "bin"};

enum { N_FORMS = 4 };

/* A folder with a file, a link, a second name of the file, an empty file and a folder. */
static void make_tree(void)
{
	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/sub");
	maker_write("tree/file.txt", "hello", 5);
	maker_write("tree/sub/deep.sh", "#!/bin/sh\ntrue\n", 15);
	maker_write("tree/empty", "", 0);
	RUN("ln", "-sf", "sub/deep.sh", "tree/link");
	RUN("ln", "-f", "tree/file.txt", "tree/twin");
	RUN("chmod", "755", "tree/sub/deep.sh");
}

static struct maker_file pack(const char *form)
{
	char command[200];

	snprintf(command, sizeof(command),
		 "cd tree && find . -print | LC_ALL=C sort | cpio -o --quiet -H %s > ../t.cpio", form);
	make_tree();
	RUN("sh", "-c", command);
	return maker_read("t.cpio");
}

/* The binary form with the bytes of each word of the headers exchanged. */
static void swap_headers(uint8_t *p, size_t n)
{
	for (size_t at = 0; at + 26 <= n;) {
		size_t name, size;

		if (p[at] != 0xc7 || p[at + 1] != 0x71)
			return;
		name = (size_t)(p[at + 20] | p[at + 21] << 8);
		size = (size_t)(p[at + 22] | p[at + 23] << 8) << 16 |
		       (size_t)(p[at + 24] | p[at + 25] << 8);
		for (size_t i = at; i < at + 26; i += 2) {
			uint8_t first = p[i];

			p[i] = p[i + 1];
			p[i + 1] = first;
		}
		at += 26 + (name + 1) / 2 * 2 + (size + 1) / 2 * 2;
	}
}

static void check_tree(const void *p, size_t n, bool shares_content)
{
	struct recorder r;
	struct recorder_child *c;

	recorder_open(&r, FORMAT_CPIO, p, n, "t.cpio");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	assert_int_equal(r.n_children, 7);
	recorder_expect(&r, "sub/deep.sh", "#!/bin/sh\ntrue\n", 15);
	recorder_expect(&r, "empty", "", 0);
	recorder_expect(&r, "twin", "hello", 5);
	assert_int_equal(recorder_child(&r, "sub")->e.type, ENTRY_DIR);
	assert_int_equal(recorder_child(&r, "sub/deep.sh")->e.mode, 0755);
	assert_true(recorder_child(&r, "sub/deep.sh")->e.mtime > 1600000000);
	c = recorder_child(&r, "link");
	assert_int_equal(c->e.type, ENTRY_SYMLINK);
	assert_string_equal(c->e.link.p, "sub/deep.sh");
	c = recorder_child(&r, "file.txt");
	if (shares_content) {
		assert_int_equal(c->e.type, ENTRY_HARDLINK);
		assert_string_equal(c->e.link.p, "twin");
	} else {
		recorder_expect(&r, "file.txt", "hello", 5);
	}
	recorder_release(&r);
}

static void test_forms(void **state)
{
	for (size_t i = 0; i < N_FORMS; i++) {
		struct maker_file f = pack(forms[i]);
		struct format_claim claims[4];

		assert_true(format_probe(cursor_of(f.p, f.n), f.n, claims) > 0);
		assert_int_equal(claims[0].id, FORMAT_CPIO);
		check_tree(f.p, f.n, i < 2);
		if (i == 3) {
			swap_headers(f.p, f.n);
			assert_true(format_probe(cursor_of(f.p, f.n), f.n, claims) > 0);
			assert_int_equal(claims[0].id, FORMAT_CPIO);
			check_tree(f.p, f.n, false);
		}
		free(f.p);
	}
}

/* Behind a decoder nothing is a span, and the members are the same. */
static void test_compressed(void **state)
{
	struct maker_file f = pack("newc");
	struct recorder r;

	RUN("gzip", "-kf", "t.cpio");
	free(f.p);
	maker_open(&r, "t.cpio.gz", FORMAT_GZIP, &f);
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "twin", "hello", 5);
	assert_int_equal(recorder_child(&r, "file.txt")->e.type, ENTRY_HARDLINK);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	free(f.p);
}

/* As the kernel reads an initramfs: archives one behind the other, then something else. */
static void test_behind_the_end(void **state)
{
	struct maker_file f = pack("newc");
	struct recorder r;
	struct buf b;

	buf_init(&b, 1 << 20);
	buf_add(&b, f.p, f.n);
	buf_add(&b, "\0\0\0\0", 4);
	buf_add(&b, f.p, f.n);
	recorder_open(&r, FORMAT_CPIO, b.p, b.len, "x");
	assert_int_equal(r.n_children, 14);
	assert_int_equal(recorder_odd(&r, "cpio-data-after-end"), 1);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	buf_add(&b, "hidden", 6);
	recorder_open(&r, FORMAT_CPIO, b.p, b.len, "x");
	assert_int_equal(recorder_uncovered(&r), 6);
	assert_int_equal(recorder_odd(&r, "cpio-data-after-end"), 2);
	recorder_release(&r);
	/* the same behind a decoder: the rest is a child */
	maker_write("behind", b.p, b.len);
	RUN("gzip", "-kf", "behind");
	free(f.p);
	f = maker_read("behind.gz");
	recorder_open(&r, FORMAT_GZIP, f.p, f.n, "x");
	assert_int_equal(r.n_children, 15);
	assert_int_equal(r.children[14].e.origin, ORIGIN_GAP);
	assert_int_equal(r.children[14].n_data, 6);
	recorder_release(&r);
	buf_release(&b);
	free(f.p);
}

static void test_sums(void **state)
{
	struct maker_file f = pack("crc");
	uint8_t *at = memmem(f.p, f.n, "hello", 5);
	struct recorder r;

	assert_non_null(at);
	at[1] = 'a';
	recorder_open(&r, FORMAT_CPIO, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_odd(&r, "cpio-sum-differs"), 1);
	recorder_release(&r);
	free(f.p);
}

static void test_odd_headers(void **state)
{
	struct maker_file f = pack("newc");
	struct recorder r;

	/* bytes between a name and its content */
	{
		uint8_t *at = memmem(f.p, f.n, "file.txt\0", 9);

		assert_non_null(at);
		assert_int_equal(at[9], 0);
		at[9] = 'x';
	}
	recorder_open(&r, FORMAT_CPIO, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_odd(&r, "cpio-padding"), 1);
	assert_int_equal(recorder_uncovered(&r), 1);
	recorder_release(&r);
	/* a name of 4 GiB, a size beyond the end */
	memcpy(f.p + 6 + 11 * 8, "ffffffff", 8);
	recorder_open(&r, FORMAT_CPIO, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(r.n_children, 0);
	assert_int_equal(recorder_uncovered(&r) > 0, 1);
	recorder_release(&r);
	free(f.p);
}

static void test_damage(void **state)
{
	for (size_t i = 0; i < N_FORMS; i++) {
		struct maker_file f = pack(forms[i]);

		maker_check_cuts(FORMAT_CPIO, f.p, f.n, 1);
		maker_check_flips(FORMAT_CPIO, f.p, f.n, 7);
		maker_check_sink_failures(FORMAT_CPIO, f.p, f.n);
		maker_check_budgets(FORMAT_CPIO, f.p, f.n, false);
		for (size_t cut = 1; cut < f.n; cut += 5) {
			struct recorder r;

			recorder_open(&r, FORMAT_CPIO, f.p, cut, "x");
			/* only zeros behind the trailer may go */
			if (r.status == STATUS_OK)
				assert_int_equal(r.n_children, 7);
			recorder_release(&r);
		}
		free(f.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_behind_the_end),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_odd_headers),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
