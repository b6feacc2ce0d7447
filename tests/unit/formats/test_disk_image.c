/*
 * Apple disk images (tests/make/dmg.py, which dmg2img reads), HFS Plus volumes as xorriso makes them, and
 * such as compress their files (tests/make/hfsplus.py, which 7-Zip reads as far as it knows the way);
 * volumes that have no reader are named.
 */
#include "maker.h"

static char dmg_py[PATH_MAX], hfsplus_py[PATH_MAX];

static int enter(void **state)
{
	const char *root = getenv("ASSAY_SOURCE_ROOT");

	snprintf(dmg_py, sizeof(dmg_py), "%s/tests/make/dmg.py", root ? root : ".");
	snprintf(hfsplus_py, sizeof(hfsplus_py), "%s/tests/make/hfsplus.py", root ? root : ".");
	return maker_enter(state);
}

enum { BIG_BYTES = 150000 };
static uint8_t big[BIG_BYTES];

/* h.img: the HFS Plus part of a hybrid image. */
static void make_volume(void)
{
	maker_fill(big, sizeof(big), 9);
	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/App.app/Contents/MacOS", "tree/empty");
	maker_write("tree/App.app/Contents/MacOS/app", big, sizeof(big));
	maker_write("tree/run.sh", "#!/bin/sh\n", 10);
	maker_write("tree/none", "", 0);
	RUN("chmod", "755", "tree/run.sh");
	RUN("ln", "-s", "run.sh", "tree/link");
	RUN("xorriso", "-as", "mkisofs", "-quiet", "-hfsplus", "-o", "v.img", "tree");
	RUN("python3", dmg_py, "--volume", "v.img", "h.img");
}

static void test_hfs(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_volume();
	maker_open(&r, "h.img", FORMAT_HFSPLUS, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	recorder_expect(&r, "App.app/Contents/MacOS/app", big, sizeof(big));
	recorder_expect(&r, "run.sh", "#!/bin/sh\n", 10);
	recorder_expect(&r, "none", "", 0);
	assert_int_equal(recorder_child(&r, "run.sh")->e.mode, 0755);
	assert_int_equal(recorder_child(&r, "empty")->e.type, ENTRY_DIR);
	assert_int_equal(recorder_child(&r, "link")->e.type, ENTRY_SYMLINK);
	assert_true(str_is(recorder_child(&r, "link")->e.link, "run.sh"));
	recorder_release(&r);
	maker_check_flips(FORMAT_HFSPLUS, f.p + 0, f.n, 4093);
	maker_check_cuts(FORMAT_HFSPLUS, f.p, f.n, 9973);
	maker_check_sink_failures(FORMAT_HFSPLUS, f.p, f.n);
	free(f.p);
}

/* Each way in which the file system compresses, in the attribute and in the fork. */
static void test_hfs_compressed(void **state)
{
	static const struct {
		const char *number;
		bool others_read; /* 7-Zip knows it too */
	} ways[] = {{"1", false}, {"3", true}, {"4", true}, {"7", true}, {"8", true}, {"9", false}, {"10", false}, {"11", false}, {"12", false}};
	static char noise[2000];
	struct maker_file f;
	struct recorder r;

	maker_fill(big, sizeof(big), 9);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * i * 31 >> 3);
	RUN("mkdir", "-p", "packed/sub");
	maker_write("packed/big", big, sizeof(big));
	maker_write("packed/sub/noise", noise, sizeof(noise));
	maker_write("packed/run.sh", "#!/bin/sh\n", 10);
	maker_write("packed/none", "", 0);
	RUN("chmod", "755", "packed/run.sh");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		RUN("python3", hfsplus_py, ways[i].number, "packed", "c.img");
		maker_open(&r, "c.img", FORMAT_HFSPLUS, &f);
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(r.n_oddities, 0);
		assert_int_equal(r.n_children, 5);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_expect(&r, "big", big, sizeof(big));
		recorder_expect(&r, "sub/noise", noise, sizeof(noise));
		recorder_expect(&r, "run.sh", "#!/bin/sh\n", 10);
		recorder_expect(&r, "none", "", 0);
		assert_int_equal(recorder_child(&r, "run.sh")->e.mode, 0755);
		recorder_release(&r);
		if (ways[i].others_read)
			RUN("sh", "-c", "rm -rf out; 7zz x -y -oout c.img >7z.log && diff -r packed out/untitled");
		maker_check_cuts(FORMAT_HFSPLUS, f.p, f.n, 19937);
		maker_check_sink_failures(FORMAT_HFSPLUS, f.p, f.n);
		maker_check_budgets(FORMAT_HFSPLUS, f.p, f.n, true);
		free(f.p);
	}
}

static uint8_t *find(struct maker_file *f, const char *p, size_t n)
{
	uint8_t *at = memmem(f->p, f->n, p, n);

	assert_non_null(at);
	return at;
}

/* What is said of the compression and does not hold is damage, or has no reader: never less bytes in silence. */
static void test_hfs_compressed_wrong(void **state)
{
	struct maker_file f;
	struct recorder r;

	RUN("mkdir", "-p", "one");
	maker_fill(big, sizeof(big), 9);
	maker_write("one/big", big, sizeof(big));
	RUN("python3", hfsplus_py, "4", "one", "c.img");
	f = maker_read("c.img");
	maker_check_flips(FORMAT_HFSPLUS, f.p, f.n, 1499);
	static const struct {
		int at, value; /* in the attribute */
		enum status how;
	} wrong[] = {{0, 'x', STATUS_DAMAGED}, {4, 5, STATUS_UNSUPPORTED}, {4, 14, STATUS_UNSUPPORTED}, {4, 255, STATUS_UNSUPPORTED},
		     {4, 8, STATUS_DAMAGED}, {8, 1, STATUS_DAMAGED}, {15, 0x7f, STATUS_DAMAGED}, {4, 3, STATUS_DAMAGED}};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		uint8_t *attribute = find(&f, "fpmc", 4), was = attribute[wrong[i].at];

		attribute[wrong[i].at] = (uint8_t)wrong[i].value;
		recorder_open(&r, FORMAT_HFSPLUS, f.p, f.n, "x");
		assert_int_equal(recorder_child(&r, "big")->how, wrong[i].how);
		recorder_release(&r);
		attribute[wrong[i].at] = was;
	}
	/* without the attribute */
	find(&f, "\0d\0e\0c\0m\0p\0f\0s", 14)[1] = 'x';
	recorder_open(&r, FORMAT_HFSPLUS, f.p, f.n, "x");
	assert_int_equal(recorder_child(&r, "big")->how, STATUS_UNSUPPORTED);
	recorder_release(&r);
	free(f.p);
}

static void open_dmg(struct recorder *r, struct maker_file *f)
{
	*f = maker_read("x.dmg");
	assert_int_equal(format_probe_tail(cursor_of(f->p + f->n - FORMAT_TAIL_BYTES, FORMAT_TAIL_BYTES), f->n).id,
			 FORMAT_DMG);
	recorder_open(r, FORMAT_DMG, f->p, f->n, "x.dmg");
}

static void test_dmg(void **state)
{
	static const char *const kinds[] = {"stored", "adc", "zlib", "bzip2", "lzfse", "xz", "mixed"};
	struct maker_file volume, f;
	struct recorder r;

	make_volume();
	volume = maker_read("h.img");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		RUN("python3", dmg_py, kinds[i], "h.img", "x.dmg");
		open_dmg(&r, &f);
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(r.n_children, 2);
		recorder_expect(&r, "disk image (Apple_HFS : 1)", volume.p, volume.n);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_release(&r);
		free(f.p);
		if (i < 4) { /* what our writer makes, another reader reads; this one knows no LZFSE and no xz */
			RUN("dmg2img", "x.dmg", "x.img");
			RUN("sh", "-c", "tail -c +513 x.img | cmp - h.img");
		}
		if (!strcmp(kinds[i], "lzfse")) /* and this one does */
			RUN("sh", "-c", "7zz e -so -tdmg x.dmg 1.hfs 2>/dev/null | cmp - h.img");
	}
	/* a damaged chunk is damaged, and the checksum finds what stays readable */
	RUN("python3", dmg_py, "stored", "h.img", "x.dmg");
	f = maker_read("x.dmg");
	f.p[100000] ^= 1;
	recorder_open(&r, FORMAT_DMG, f.p, f.n, "x.dmg");
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_child(&r, "disk image (Apple_HFS : 1)")->how, STATUS_DAMAGED);
	recorder_release(&r);
	free(f.p);
	free(volume.p);
}

static void test_dmg_hostile(void **state)
{
	struct maker_file f;

	RUN("sh", "-c", "head -c 140000 /dev/zero | tr '\\0' 'a' > a.img");
	RUN("python3", dmg_py, "mixed", "a.img", "x.dmg");
	f = maker_read("x.dmg");
	maker_check_flips(FORMAT_DMG, f.p, f.n, 29);
	maker_check_cuts(FORMAT_DMG, f.p, f.n, 997);
	maker_check_sink_failures(FORMAT_DMG, f.p, f.n);
	maker_check_budgets(FORMAT_DMG, f.p, f.n, true);
	free(f.p);
}

static enum format_id best(const uint8_t *p, size_t n)
{
	struct format_claim claims[4];

	return format_probe(cursor_of(p, n), n, claims) ? claims[0].id : FORMAT_NONE;
}

static void test_named(void **state)
{
	static uint8_t b[8192];

	memcpy(b + 32, "NXSB", 4);
	assert_int_equal(best(b, sizeof(b)), FORMAT_APFS);
	memset(b, 0, sizeof(b));
	memcpy(b + 1024 + 56, "\x53\xef\1\0", 4);
	b[1024 + 24] = 2;
	assert_int_equal(best(b, sizeof(b)), FORMAT_EXT);
	memset(b, 0, sizeof(b));
	memcpy(b + 82, "FAT32   ", 8);
	memcpy(b + 510, "\x55\xaa", 2);
	assert_int_equal(best(b, sizeof(b)), FORMAT_FAT);
	memset(b, 0, sizeof(b));
	memcpy(b + 40, "_FVH", 4);
	assert_int_equal(best(b, sizeof(b)), FORMAT_UEFI);
	memset(b, 0, sizeof(b));
	assert_int_equal(best(b, sizeof(b)), FORMAT_NONE);
}

/* What stands beside a volume in every image is a table and no blind spot; with code in it, it is none. */
static void test_disk_tables(void **state)
{
	static uint8_t b[16384];

	memcpy(b, "ER\2\0\0\0\1\0", 8);
	assert_int_equal(best(b, 512), FORMAT_TABLE);
	assert_int_equal(best(b, 1024), FORMAT_DISK);
	b[17] = 1; /* a driver */
	assert_int_equal(best(b, 512), FORMAT_DISK);
	memset(b, 0, sizeof(b));
	memcpy(b + 510, "\x55\xaa", 2);
	assert_int_equal(best(b, 512), FORMAT_TABLE);
	b[0] = 0xeb; /* starts the machine */
	assert_int_equal(best(b, 512), FORMAT_NONE);
	memset(b, 0, sizeof(b));
	memcpy(b, "\0SFH\0\0\xaa\x11\xaa\x11\0\x30\x65\x43\xec\xac", 16);
	assert_int_equal(best(b, sizeof(b)), FORMAT_TABLE);
	memcpy(b, "EFI PART", 8);
	assert_int_equal(best(b, 512), FORMAT_TABLE);
	assert_int_equal(best(b, 500), FORMAT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hfs),
		cmocka_unit_test(test_hfs_compressed),
		cmocka_unit_test(test_hfs_compressed_wrong),
		cmocka_unit_test(test_dmg),
		cmocka_unit_test(test_dmg_hostile),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_disk_tables),
	};

	return cmocka_run_group_tests(tests, enter, maker_leave);
}
