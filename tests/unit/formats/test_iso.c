/* ISO images of genisoimage and xorriso: names, links, packed files, boot images, two trees, damage. */
#include "maker.h"

enum { SECTOR = 2048 };

static uint8_t text[200000];

static void make_tree(void)
{
	maker_fill(text, sizeof(text), 8);
	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/sub/a/b/c/d/e/f/g/h/i");
	maker_write("tree/file.txt", "hello", 5);
	maker_write("tree/sub/big.txt", text, sizeof(text));
	maker_write("tree/sub/a/b/c/d/e/f/g/h/i/deep file.sh", "#!/bin/sh\n", 10);
	maker_write("tree/boot.bin", text, 4096);
	maker_write("tree/empty", "", 0);
	RUN("ln", "-s", "../file.txt", "tree/sub/link");
	RUN("chmod", "755", "tree/file.txt");
}

static const char deep[] = "sub/a/b/c/d/e/f/g/h/i/deep file.sh";

static void test_rock_ridge_and_joliet(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("genisoimage", "-quiet", "-r", "-J", "-o", "t.iso", "tree");
	maker_open(&r, "t.iso", FORMAT_ISO, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "file.txt", "hello", 5);
	recorder_expect(&r, "sub/big.txt", text, sizeof(text));
	recorder_expect(&r, deep, "#!/bin/sh\n", 10);
	recorder_expect(&r, "empty", "", 0);
	assert_string_equal(recorder_child(&r, "sub/link")->e.link.p, "../file.txt");
	assert_int_equal(recorder_child(&r, "sub/link")->e.type, ENTRY_SYMLINK);
	assert_int_equal(recorder_child(&r, "file.txt")->e.mode, 0555);
	assert_true(recorder_child(&r, "file.txt")->e.mtime > 1600000000);
	assert_int_equal(recorder_child(&r, "sub/a")->e.type, ENTRY_DIR);
	recorder_release(&r);
	free(f.p);
}

static void test_plain_and_joliet_alone(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("rm", "-rf", "tree/sub/a", "tree/sub/link");
	RUN("genisoimage", "-quiet", "-o", "p.iso", "tree");
	maker_open(&r, "p.iso", FORMAT_ISO, &f);
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "FILE.TXT", "hello", 5);
	recorder_expect(&r, "SUB/BIG.TXT", text, sizeof(text));
	recorder_release(&r);
	free(f.p);
	RUN("genisoimage", "-quiet", "-J", "-o", "j.iso", "tree");
	maker_open(&r, "j.iso", FORMAT_ISO, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	recorder_expect(&r, "file.txt", "hello", 5);
	recorder_release(&r);
	free(f.p);
}

/* What one system shows and the other one does not. */
static void test_trees_differ(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("genisoimage", "-quiet", "-r", "-J", "-hide", "file.txt", "-o", "h.iso", "tree");
	maker_open(&r, "h.iso", FORMAT_ISO, &f);
	assert_int_equal(recorder_odd(&r, "iso-trees-differ"), 1);
	recorder_expect(&r, "[joliet]/file.txt", "hello", 5);
	recorder_release(&r);
	free(f.p);
	RUN("genisoimage", "-quiet", "-r", "-J", "-hide-joliet", "file.txt", "-o", "g.iso", "tree");
	maker_open(&r, "g.iso", FORMAT_ISO, &f);
	assert_int_equal(recorder_odd(&r, "iso-trees-differ"), 1);
	recorder_expect(&r, "file.txt", "hello", 5);
	recorder_release(&r);
	free(f.p);
}

static void test_zisofs(void **state)
{
	struct maker_file f;
	struct recorder r;
	uint8_t *at;

	make_tree();
	RUN("rm", "-rf", "packed", "tree/boot.bin");
	RUN("mkzftree", "tree", "packed");
	RUN("genisoimage", "-quiet", "-z", "-r", "-o", "z.iso", "packed");
	maker_open(&r, "z.iso", FORMAT_ISO, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "sub/big.txt", text, sizeof(text));
	recorder_release(&r);
	at = memmem(f.p, f.n, "\x37\xe4\x53\x96\xc9\xdb\xd6\x07", 8);
	assert_non_null(at);
	at[500] ^= 4; /* inside the first block */
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_int_equal(recorder_child(&r, "sub/big.txt")->how, STATUS_DAMAGED);
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_release(&r);
	at[500] ^= 4;
	at[20] ^= 0xff; /* where a block begins */
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_int_equal(recorder_child(&r, "sub/big.txt")->how, STATUS_DAMAGED);
	recorder_release(&r);
	free(f.p);
}

static void test_boot_and_hybrid(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("xorriso", "-as", "mkisofs", "-quiet", "-r", "-J", "-b", "boot.bin", "-no-emul-boot",
	    "-boot-load-size", "8", "-o", "b.iso", "tree");
	maker_open(&r, "b.iso", FORMAT_ISO, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_child(&r, "[boot image 0]")->n_data, 4096);
	recorder_expect(&r, "boot.bin", text, 4096);
	recorder_expect(&r, "[boot image 0]", text, 4096);
	/* boot code in front of the image, and something behind it, belong to nobody */
	recorder_release(&r);
	memcpy(f.p, "\xeb\x3c boot code", 12);
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_int_equal(recorder_uncovered(&r), 12);
	recorder_release(&r);
	free(f.p);
}

static void test_hostile(void **state)
{
	struct maker_file f;
	struct recorder r;
	uint8_t *at;

	make_tree();
	RUN("genisoimage", "-quiet", "-r", "-o", "t.iso", "tree");
	f = maker_read("t.iso");
	/* the root in two byte orders: little says one thing, big another */
	at = f.p + 16 * SECTOR + 156;
	at[17]++;
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_OK);
	recorder_release(&r);
	at[17]--;
	/* a file that says so */
	at = memmem(f.p, f.n, "FILE.TXT;1", 10);
	assert_non_null(at);
	at[-33 + 17]++;
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_int_equal(recorder_odd(&r, "iso-numbers-differ"), 1);
	recorder_release(&r);
	at[-33 + 17]--;
	/* a file far outside; a folder that is its own parent */
	at[-33 + 2 + 2] = at[-33 + 6 + 1] = 0x7f;
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_int_equal(recorder_child(&r, "file.txt")->how, STATUS_DAMAGED);
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_release(&r);
	free(f.p);
	f = maker_read("t.iso");
	at = memmem(f.p, f.n, "\3SUB", 4);
	assert_non_null(at);
	memcpy(at - 32 + 2, f.p + 16 * SECTOR + 156 + 2, 16);
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_true(r.n_children < 30);
	recorder_release(&r);
	free(f.p);
}

static void test_damage(void **state)
{
	struct maker_file f;

	make_tree();
	RUN("genisoimage", "-quiet", "-r", "-J", "-o", "t.iso", "tree");
	f = maker_read("t.iso");
	/* genisoimage fills up with 150 sectors of zeros */
	for (size_t cut = 16 * SECTOR + 7; cut < f.n - 160 * SECTOR; cut += 5 * SECTOR + 100) {
		struct recorder r;

		recorder_open(&r, FORMAT_ISO, f.p, cut, "x");
		assert_int_equal(r.status, STATUS_DAMAGED);
		recorder_release(&r);
	}
	maker_check_cuts(FORMAT_ISO, f.p, f.n, 30011);
	maker_check_flips(FORMAT_ISO, f.p, f.n, 4001);
	maker_check_sink_failures(FORMAT_ISO, f.p, f.n);
	maker_check_budgets(FORMAT_ISO, f.p, f.n, true);
	free(f.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rock_ridge_and_joliet),
		cmocka_unit_test(test_plain_and_joliet_alone),
		cmocka_unit_test(test_trees_differ),
		cmocka_unit_test(test_zisofs),
		cmocka_unit_test(test_boot_and_hybrid),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
