/*
 * UDF: empty volumes by mkudffs, images with ISO 9660 beside it by genisoimage, and images of every kind of
 * file entry and extent by tests/make/udf.py, which 7-Zip reads but for metadata partitions and lists that go on.
 */
#include "maker.h"

enum { SECTOR = 2048, BIG_BYTES = 100000 };
static char udf_py[PATH_MAX];
static uint8_t big[BIG_BYTES];

static int enter(void **state)
{
	const char *root = getenv("ASSAY_SOURCE_ROOT");

	snprintf(udf_py, sizeof(udf_py), "%s/tests/make/udf.py", root ? root : ".");
	return maker_enter(state);
}

static void make_tree(void)
{
	maker_fill(big, sizeof(big), 9);
	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/bin/deep", "tree/empty");
	maker_write("tree/bin/big", big, sizeof(big));
	maker_write("tree/bin/deep/run.sh", "#!/bin/sh\n", 10);
	maker_write("tree/read.txt", "read me\n", 8);
	maker_write("tree/\xc3\xbcn\xc3\xaf", "latin\n", 6);
	maker_write("tree/\xe4\xb8\x98", "wide\n", 5);
	maker_write("tree/none", "", 0);
	RUN("chmod", "755", "tree/bin/deep/run.sh");
}

static void expect_tree(struct recorder *r)
{
	assert_int_equal(r->status, STATUS_OK);
	assert_int_equal(r->n_oddities, 0);
	assert_int_equal(recorder_uncovered(r), 0);
	recorder_expect(r, "bin/big", big, sizeof(big));
	recorder_expect(r, "bin/deep/run.sh", "#!/bin/sh\n", 10);
	recorder_expect(r, "read.txt", "read me\n", 8);
	recorder_expect(r, "\xc3\xbcn\xc3\xaf", "latin\n", 6);
	recorder_expect(r, "\xe4\xb8\x98", "wide\n", 5);
	recorder_expect(r, "none", "", 0);
	assert_int_equal(recorder_child(r, "empty")->e.type, ENTRY_DIR);
	assert_int_equal(recorder_child(r, "bin/deep/run.sh")->e.mode, 0755);
	assert_int_equal(recorder_child(r, "read.txt")->e.mtime, 1750680000);
	assert_int_equal(recorder_child(r, "read.txt")->e.uid, 1000);
}

static void test_kinds(void **state)
{
	static const char *const kinds[] = {"short", "long", "here", "extended", "metadata", "pieces,short", "pieces,long,extended",
					    "metadata,pieces", "metadata,here"};
	struct maker_file f;
	struct recorder r;

	make_tree();
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		RUN("python3", udf_py, kinds[i], "tree", "x.udf");
		if (i < 4) /* the kinds that 7-Zip knows */
			RUN("sh", "-c", "rm -rf out; 7zz x -y -tudf -oout x.udf >7z.log && diff -r tree out");
		maker_open(&r, "x.udf", FORMAT_UDF, &f);
		expect_tree(&r);
		recorder_release(&r);
		free(f.p);
	}
}

static void test_links_and_streams(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("ln", "-s", "../read.txt", "tree/bin/link");
	RUN("python3", udf_py, "streams", "tree", "x.udf");
	maker_open(&r, "x.udf", FORMAT_UDF, &f);
	expect_tree(&r);
	assert_int_equal(recorder_child(&r, "bin/link")->e.type, ENTRY_SYMLINK);
	assert_true(str_is(recorder_child(&r, "bin/link")->e.link, "../read.txt"));
	recorder_expect(&r, "read.txt/[streams]/beside", "beside read.txt\n", 16);
	recorder_release(&r);
	free(f.p);
}

static void make_empty(const char *media, const char *block, const char *version)
{
	char command[200];

	snprintf(command, sizeof(command),
		 "rm -f e.img; truncate -s 40M e.img && PATH=$PATH:/sbin:/usr/sbin mkudffs --media-type=%s --blocksize=%s --udfrev=%s e.img >mk.log",
		 media, block, version);
	RUN("sh", "-c", command);
}

/* Another maker's volumes: they hold nothing, and all of it is accounted for. */
static void test_mkudffs(void **state)
{
	static const struct {
		const char *media, *block, *version;
	} volumes[] = {{"hd", "2048", "1.02"}, {"hd", "2048", "1.50"}, {"hd", "2048", "2.00"}, {"hd", "2048", "2.01"},
		       {"hd", "512", "2.01"}, {"hd", "4096", "2.01"}, {"dvd", "2048", "2.01"}, {"cdrw", "2048", "2.01"}};
	struct maker_file f;
	struct recorder r;

	for (size_t i = 0; i < sizeof(volumes) / sizeof(volumes[0]); i++) {
		make_empty(volumes[i].media, volumes[i].block, volumes[i].version);
		maker_open(&r, "e.img", FORMAT_UDF, &f);
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(r.n_oddities, 0);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_release(&r);
		free(f.p);
	}
	make_empty("cdr", "2048", "2.01");
	maker_open(&r, "e.img", FORMAT_UDF, &f);
	assert_int_equal(recorder_child(&r, "[UDF volume]")->how, STATUS_UNSUPPORTED);
	recorder_release(&r);
	free(f.p);
}

/* Both directories of one image agree; where they do not, what only one of them shows comes as well. */
static void test_beside_iso(void **state)
{
	static const char *const ways[] = {"-R", "-J", "-RJ"};
	struct maker_file f;
	struct recorder r;
	uint8_t *at;

	make_tree();
	RUN("rm", "-f", "tree/\xe4\xb8\x98", "tree/\xc3\xbcn\xc3\xaf");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		RUN("genisoimage", "-quiet", "-udf", ways[i][2] ? "-R" : ways[i], "-J", "-o", "b.iso", "tree");
		maker_open(&r, "b.iso", FORMAT_ISO, &f);
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(r.n_oddities, 0);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_expect(&r, "bin/big", big, sizeof(big));
		recorder_release(&r);
		free(f.p);
	}
	f = maker_read("b.iso");
	at = memmem(f.p, f.n, "READ.TXT;1", 10);
	assert_non_null(at);
	at[-33 + 10] = at[-33 + 17] = 4; /* "read" */
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_true(recorder_odd(&r, "iso-trees-differ") > 0);
	recorder_expect(&r, "read.txt", "read", 4);
	recorder_expect(&r, "[udf]/read.txt", "read me\n", 8);
	recorder_release(&r);
	/* the names of two files exchanged: the same contents in both, and another one under each name */
	at[-33 + 10] = at[-33 + 17] = 8;
	memcpy(memmem(at, f.n - (size_t)(at - f.p), "read.txt", 8), "mead.txt", 8);
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_int_equal(r.n_oddities, 0); /* a name that only one of them has says nothing */
	recorder_release(&r);
	free(f.p);
	f = maker_read("b.iso");
	f.p[257 * SECTOR + 30] ^= 1; /* the file set */
	recorder_open(&r, FORMAT_ISO, f.p, f.n, "x");
	assert_int_equal(recorder_child(&r, "[UDF volume]")->how, STATUS_DAMAGED);
	recorder_release(&r);
	free(f.p);
}

static void test_damage(void **state)
{
	static const char *const kinds[] = {"pieces,short", "metadata,here,streams"};
	struct maker_file f;
	struct recorder r;

	make_tree();
	for (size_t i = 0; i < 2; i++) {
		RUN("python3", udf_py, kinds[i], "tree", "x.udf");
		f = maker_read("x.udf");
		for (size_t cut = 17 * SECTOR; cut < f.n; cut += 7 * SECTOR + 100) {
			recorder_open(&r, FORMAT_UDF, f.p, cut, "x");
			assert_int_equal(r.status, STATUS_DAMAGED);
			recorder_release(&r);
		}
		maker_check_cuts(FORMAT_UDF, f.p, f.n, 30011);
		maker_check_flips(FORMAT_UDF, f.p, f.n, 9001);
		maker_check_sink_failures(FORMAT_UDF, f.p, f.n);
		maker_check_budgets(FORMAT_UDF, f.p, f.n, true);
		/* whatever bit of a descriptor changes, it does not pass for whole */
		for (size_t block = 300; block < 312; block++) {
			f.p[block * SECTOR + 30] ^= 0x10;
			recorder_open(&r, FORMAT_UDF, f.p, f.n, "x");
			if (f.p[block * SECTOR + 1] == 1)
				assert_int_equal(r.status, STATUS_DAMAGED);
			recorder_release(&r);
			f.p[block * SECTOR + 30] ^= 0x10;
		}
		free(f.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds), cmocka_unit_test(test_links_and_streams), cmocka_unit_test(test_mkudffs),
		cmocka_unit_test(test_beside_iso), cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, enter, maker_leave);
}
