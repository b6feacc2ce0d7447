/* SquashFS as mksquashfs makes it, in each compression; damage; an AppImage. */
#include "maker.h"

enum { BIG_BYTES = 300000 };
static uint8_t big[BIG_BYTES], tail[131072 + 700];

static void make_tree(void)
{
	maker_fill(big, sizeof(big), 1);
	maker_fill(tail, sizeof(tail), 2);
	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/usr/bin", "tree/empty", "tree/etc");
	maker_write("tree/usr/bin/run", big, sizeof(big));
	maker_write("tree/usr/bin/tail", tail, sizeof(tail));
	maker_write("tree/etc/small", "small", 5);
	maker_write("tree/etc/other", "other one", 9);
	maker_write("tree/etc/none", "", 0);
	RUN("ln", "-s", "../usr/bin/run", "tree/etc/link");
	RUN("ln", "tree/etc/small", "tree/etc/twin");
	RUN("truncate", "-s", "1M", "tree/holes");
	RUN("chmod", "4755", "tree/usr/bin/run");
	RUN("chmod", "0640", "tree/etc/small");
}

static void expect_tree(struct recorder *r)
{
	static uint8_t holes[1 << 20];
	struct recorder_child *c;

	assert_int_equal(r->status, STATUS_OK);
	assert_int_equal(r->n_oddities, 0);
	recorder_expect(r, "usr/bin/run", big, sizeof(big));
	recorder_expect(r, "usr/bin/tail", tail, sizeof(tail));
	recorder_expect(r, "etc/other", "other one", 9);
	recorder_expect(r, "etc/none", "", 0);
	recorder_expect(r, "holes", holes, sizeof(holes));
	recorder_expect(r, "etc/small", "small", 5);
	assert_int_equal(recorder_child(r, "usr/bin/run")->e.mode, 04755);
	assert_int_equal(recorder_child(r, "etc/small")->e.mode, 0640);
	assert_int_equal(recorder_child(r, "empty")->e.type, ENTRY_DIR);
	c = recorder_child(r, "etc/link");
	assert_int_equal(c->e.type, ENTRY_SYMLINK);
	assert_true(str_is(c->e.link, "../usr/bin/run"));
	c = recorder_child(r, "etc/twin");
	assert_int_equal(c->e.type, ENTRY_HARDLINK);
	assert_true(str_is(c->e.link, "etc/small"));
	assert_int_equal(recorder_uncovered(r), 0);
}

static void test_compressions(void **state)
{
	static const char *const packers[] = {"gzip", "lzo", "xz", "lz4", "zstd", "lzma"};

	make_tree();
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		struct maker_file f;
		struct recorder r;

		RUN("mksquashfs", "tree", "x.sqfs", "-noappend", "-quiet", "-no-progress", "-all-root",
		    "-comp", packers[i]);
		maker_open(&r, "x.sqfs", FORMAT_SQUASHFS, &f);
		expect_tree(&r);
		recorder_release(&r);
		free(f.p);
	}
}

static void test_variants(void **state)
{
	static const char *const options[][5] = {
		{"-noI", "-noD", "-noF", "-noX"}, {"-no-fragments"},	   {"-always-use-fragments"},
		{"-b", "4096"},			  {"-b", "1048576"},	   {"-no-exports"},
		{"-no-xattrs", "-no-duplicates"}, {"-Xcompression-level", "1"},
	};

	make_tree();
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		const char *argv[16] = {"mksquashfs", "tree", "x.sqfs", "-noappend", "-quiet",
					"-no-progress", "-force-uid", "1000"};
		struct maker_file f;
		struct recorder r;

		for (size_t k = 0; options[i][k]; k++)
			argv[8 + k] = options[i][k];
		maker_spawn(argv);
		maker_open(&r, "x.sqfs", FORMAT_SQUASHFS, &f);
		expect_tree(&r);
		assert_int_equal(recorder_child(&r, "etc/small")->e.uid, 1000);
		recorder_release(&r);
		free(f.p);
	}
}

/* More than one metadata block of inodes, folders and fragments. */
static void test_many(void **state)
{
	struct maker_file f;
	struct recorder r;
	char name[64];

	RUN("rm", "-rf", "many");
	RUN("mkdir", "many");
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "many/a-file-with-a-longer-name-%d", i);
		maker_write(name, name, (size_t)(i % 30));
	}
	RUN("mksquashfs", "many", "many.sqfs", "-noappend", "-quiet", "-no-progress", "-b", "4096");
	maker_open(&r, "many.sqfs", FORMAT_SQUASHFS, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_children, 3000);
	for (int i = 0; i < 3000; i += 7) {
		snprintf(name, sizeof(name), "many/a-file-with-a-longer-name-%d", i);
		recorder_expect(&r, name + 5, name, (size_t)(i % 30));
	}
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	free(f.p);
}

static void test_attributes(void **state)
{
	static const char with[] = "etc/other: user.origin = 68656c6c6f\n";
	struct maker_file f;
	struct recorder r;

	make_tree();
	/* A pseudo definition works on any file system and as any user. */
	RUN("mksquashfs", "tree", "x.sqfs", "-noappend", "-quiet", "-no-progress", "-p",
	    "device c 666 0 0 1 3", "-p", "pipe i 644 0 0 f");
	maker_open(&r, "x.sqfs", FORMAT_SQUASHFS, &f);
	expect_tree(&r);
	assert_int_equal(recorder_child(&r, "device")->e.type, ENTRY_DEVICE);
	assert_int_equal(recorder_child(&r, "pipe")->e.type, ENTRY_FIFO);
	recorder_release(&r);
	free(f.p);
	RUN("setfattr", "-n", "user.origin", "-v", "hello", "tree/etc/other");
	RUN("mksquashfs", "tree", "x.sqfs", "-noappend", "-quiet", "-no-progress");
	maker_open(&r, "x.sqfs", FORMAT_SQUASHFS, &f);
	expect_tree(&r);
	recorder_expect(&r, "[extended attributes]", with, sizeof(with) - 1);
	assert_int_equal(recorder_child(&r, "[extended attributes]")->e.origin, ORIGIN_DERIVED);
	recorder_release(&r);
	free(f.p);
}

/* What stands between the tables or behind the end is not explained: it becomes a gap. */
static void test_hidden(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("mksquashfs", "tree", "x.sqfs", "-noappend", "-quiet", "-no-progress");
	RUN("sh", "-c", "printf 'more behind the end' >> x.sqfs");
	maker_open(&r, "x.sqfs", FORMAT_SQUASHFS, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 19);
	recorder_release(&r);
	f.p[28] = 3; /* another version: said, not guessed */
	recorder_open(&r, FORMAT_SQUASHFS, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_UNSUPPORTED);
	recorder_release(&r);
	free(f.p);
}

static void test_hostile(void **state)
{
	static const char *const packers[] = {"gzip", "lzo", "lz4"};

	RUN("rm", "-rf", "less");
	RUN("mkdir", "-p", "less/a/b");
	maker_fill(big, 9000, 3);
	maker_write("less/a/f", big, 9000);
	maker_write("less/a/b/g", "g", 1);
	RUN("ln", "less/a/f", "less/h");
	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++) {
		struct maker_file f;

		RUN("mksquashfs", "less", "less.sqfs", "-noappend", "-quiet", "-no-progress", "-b",
		    "4096", "-nopad", "-comp", packers[i]);
		f = maker_read("less.sqfs");
		maker_check_cuts(FORMAT_SQUASHFS, f.p, f.n, 13);
		maker_check_flips(FORMAT_SQUASHFS, f.p, f.n, 11);
		if (i == 0) {
			maker_check_flips(FORMAT_SQUASHFS, f.p, 96, 1);
			maker_check_sink_failures(FORMAT_SQUASHFS, f.p, f.n);
			maker_check_budgets(FORMAT_SQUASHFS, f.p, f.n, true);
		}
		free(f.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compressions), cmocka_unit_test(test_variants),
		cmocka_unit_test(test_many),	     cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_hidden),	     cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
