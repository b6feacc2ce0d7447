/*
 * Apple disk images (tests/make/dmg.py, which dmg2img reads) and HFS Plus volumes as xorriso makes them;
 * volumes that have no reader are named.
 */
#include "maker.h"

static char dmg_py[PATH_MAX];

static int enter(void **state)
{
	const char *root = getenv("ASSAY_SOURCE_ROOT");

	snprintf(dmg_py, sizeof(dmg_py), "%s/tests/make/dmg.py", root ? root : ".");
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
		cmocka_unit_test(test_dmg),
		cmocka_unit_test(test_dmg_hostile),
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_disk_tables),
	};

	return cmocka_run_group_tests(tests, enter, maker_leave);
}
