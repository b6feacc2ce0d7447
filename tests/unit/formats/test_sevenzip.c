/* 7z as the real program makes it, with every method that has a reader and those that have none. */
#include "maker.h"

#include <zlib.h>

#include "util/buf.h"

/* Something like x86 code: calls with targets that repeat once they are absolute. */
static void fill_code(uint8_t *p, size_t n)
{
	uint32_t seed = 7;

	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (uint8_t)(seed >> 26);
		if (seed >> 28 == 3 && i + 6 < n) {
			uint32_t target = 0x1000 * (seed >> 24 & 7) - (uint32_t)i;

			p[i] = seed & 1 << 20 ? 0xe8 : seed & 1 << 21 ? 0xe9 : 0x0f;
			if (p[i] == 0x0f)
				p[++i] = 0x84;
			for (int k = 0; k < 4; k++)
				p[++i] = (uint8_t)(target >> (8 * k));
		}
	}
}

static void make_tree(void)
{
	static uint8_t big[300000], code[200000];

	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/sub/empty");
	maker_fill(big, sizeof(big), 1);
	fill_code(code, sizeof(code));
	maker_write("tree/big", big, sizeof(big));
	maker_write("tree/code.exe", code, sizeof(code));
	maker_write("tree/sub/\xc3\xbc\xf0\x9f\x98\x80", "u\n", 2);
	maker_write("tree/sub/none", "", 0);
	RUN("chmod", "750", "tree/sub/none");
	RUN("touch", "-d", "@1600000000", "tree/big");
	RUN("ln", "-s", "big", "tree/link");
}

static void expect_file(struct recorder *r, const char *name)
{
	struct maker_file f = maker_read(name);

	recorder_expect(r, name, f.p, f.n);
	free(f.p);
}

static void expect_tree(const char *path)
{
	struct maker_file f;
	struct recorder r;

	maker_open(&r, path, FORMAT_SEVENZIP, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	expect_file(&r, "tree/big");
	expect_file(&r, "tree/code.exe");
	expect_file(&r, "tree/sub/\xc3\xbc\xf0\x9f\x98\x80");
	expect_file(&r, "tree/sub/none");
	assert_int_equal(recorder_child(&r, "tree/sub/none")->e.mode, 0750);
	assert_int_equal(recorder_child(&r, "tree/big")->e.mtime, 1600000000);
	assert_int_equal(recorder_child(&r, "tree/sub/empty")->e.type, ENTRY_DIR);
	assert_int_equal(recorder_child(&r, "tree/link")->e.type, ENTRY_SYMLINK);
	assert_true(str_is(recorder_child(&r, "tree/link")->e.link, "big"));
	recorder_release(&r);
	free(f.p);
}

static void pack(const char *path, const char *one, const char *two)
{
	RUN("rm", "-f", path);
	if (two)
		RUN("7zz", "a", "-snl", one, two, path, "tree");
	else
		RUN("7zz", "a", "-snl", one, path, "tree");
}

static void test_methods(void **state)
{
	static const char *const options[][2] = {
		{"-mx5", NULL},	      {"-mx9", NULL},	     {"-mx0", NULL},
		{"-m0=LZMA", NULL},   {"-m0=bzip2", NULL},   {"-m0=deflate", NULL},
		{"-ms=off", NULL},    {"-mhc=off", NULL},    {"-mf=off", NULL},
		{"-mf=BCJ", NULL},    {"-mf=BCJ2", NULL},    {"-mf=ARM64", NULL},
		{"-mf=ARM", NULL},    {"-mf=ARMT", NULL},    {"-mf=PPC", NULL},
		{"-mf=SPARC", NULL},  {"-mf=Delta:4", NULL}, {"-mf=BCJ", "-m0=LZMA"},
		{"-mf=BCJ2", "-m0=LZMA"}, {"-mf=IA64", "-m0=LZMA"}};

	make_tree();
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		pack("m.7z", options[i][0], options[i][1]);
		expect_tree("m.7z");
	}
}

/* All coders of the BCJ2 graph stated, so that the filter surely runs over everything. */
static void test_bcj2_over_everything(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("rm", "-f", "b.7z");
	RUN("7zz", "a", "-m0=BCJ2", "-m1=LZMA", "-m2=LZMA", "-m3=LZMA", "-mb0:1", "-mb0s1:2",
	    "-mb0s2:3", "b.7z", "tree/code.exe", "tree/big");
	maker_open(&r, "b.7z", FORMAT_SEVENZIP, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_children, 2);
	{
		struct maker_file code = maker_read("tree/code.exe");

		recorder_expect(&r, "tree/code.exe", code.p, code.n);
		free(code.p);
	}
	recorder_release(&r);
	maker_check_sink_failures(FORMAT_SEVENZIP, f.p, f.n);
	maker_check_flips(FORMAT_SEVENZIP, f.p, f.n, f.n / 60);
	free(f.p);
}

static void test_stored_is_a_span(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	pack("s.7z", "-mx0", NULL);
	maker_open(&r, "s.7z", FORMAT_SEVENZIP, &f);
	assert_int_equal(recorder_child(&r, "tree/big")->e.flags, ENTRY_SPAN);
	recorder_release(&r);
	free(f.p);
}

static void test_unread(void **state)
{
	struct maker_file f;
	struct recorder r;

	make_tree();
	RUN("rm", "-f", "p.7z");
	RUN("7zz", "a", "-m0=PPMd", "p.7z", "tree/big");
	maker_open(&r, "p.7z", FORMAT_SEVENZIP, &f);
	assert_int_equal(r.children[0].how, STATUS_UNSUPPORTED);
	assert_string_equal(r.children[0].why, "7z method PPMd");
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	free(f.p);
	RUN("rm", "-f", "e.7z");
	RUN("7zz", "a", "-psecret", "e.7z", "tree/big");
	maker_open(&r, "e.7z", FORMAT_SEVENZIP, &f);
	assert_true(str_is(r.children[0].e.name, "tree/big"));
	assert_int_equal(r.children[0].how, STATUS_UNSUPPORTED);
	assert_string_equal(r.children[0].why, "encrypted");
	assert_int_equal(r.children[0].e.flags, ENTRY_ENCRYPTED);
	recorder_release(&r);
	free(f.p);
	RUN("rm", "-f", "h.7z");
	RUN("7zz", "a", "-psecret", "-mhe=on", "h.7z", "tree/big");
	maker_open(&r, "h.7z", FORMAT_SEVENZIP, &f);
	assert_int_equal(r.status, STATUS_UNSUPPORTED);
	assert_int_equal(r.n_children, 1);
	assert_int_equal(r.children[0].e.flags, ENTRY_ENCRYPTED);
	assert_int_equal(recorder_odd(&r, "7z-encrypted-header"), 1);
	recorder_release(&r);
	free(f.p);
}

static void test_trailing(void **state)
{
	struct maker_file f;
	struct recorder r;
	uint8_t *longer;

	make_tree();
	pack("t.7z", "-mx1", NULL);
	f = maker_read("t.7z");
	longer = malloc(f.n + 8);
	assert_non_null(longer);
	memcpy(longer, f.p, f.n);
	memcpy(longer + f.n, "trailing", 8);
	recorder_open(&r, FORMAT_SEVENZIP, longer, f.n + 8, "x");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 8);
	recorder_release(&r);
	free(longer);
	free(f.p);
}

/* Damage inside a packed stream: what came before stands, what follows says why it is missing. */
static void test_damaged_stream(void **state)
{
	struct maker_file f;
	struct recorder r;
	size_t bad = 0;

	make_tree();
	pack("d.7z", "-m0=LZMA", "-mf=off");
	f = maker_read("d.7z");
	memset(f.p + f.n / 2, 0x55, 300);
	recorder_open(&r, FORMAT_SEVENZIP, f.p, f.n, "x");
	assert_int_equal(r.status, STATUS_DAMAGED);
	for (size_t i = 0; i < r.n_children; i++)
		bad += r.children[i].how == STATUS_DAMAGED;
	assert_true(bad > 0);
	assert_int_equal(r.n_children, 8);
	recorder_release(&r);
	free(f.p);
}

/* A header built here: signature, CRCs and all, around a body that lies. */
static void open_header(struct recorder *r, struct buf *b, const uint8_t *header, size_t n)
{
	uint8_t start[20] = {0};
	uint32_t crc = (uint32_t)crc32(0, header, (uInt)n);

	buf_clear(b);
	start[8] = (uint8_t)n;
	for (int i = 0; i < 4; i++)
		start[16 + i] = (uint8_t)(crc >> (8 * i));
	crc = (uint32_t)crc32(0, start, 20);
	buf_add(b, "7z\xbc\xaf\x27\x1c\0\4", 8);
	for (int i = 0; i < 4; i++)
		buf_add_char(b, (char)(crc >> (8 * i)));
	buf_add(b, start, 20);
	buf_add(b, header, n);
	recorder_open(r, FORMAT_SEVENZIP, b->p, b->len, "x.7z");
}

static void test_lying_headers(void **state)
{
	/* 2^32 files */
	static const uint8_t files[] = {1, 5, 0xf8, 0, 0, 0, 0, 1, 0, 0};
	/* 2^32 folders */
	static const uint8_t folders[] = {1, 4, 7, 0xb, 0xf8, 0, 0, 0, 0, 1, 0, 0, 0};
	/* a coder that feeds itself: folder of one coder with 1 in, 1 out, then 2 in 2 out */
	static const uint8_t cycle[] = {1,    4, 6, 0, 1,    9, 1, 0,	 /* one packed stream of 1 byte */
					7,    0xb, 1, 0,		 /* one folder */
					1,    0x11, 4, 2, 2,		 /* BCJ with 2 in, 2 out */
					0,    0,			 /* bond: out 0 feeds in 0 */
					0xc,  1, 1, 0, 0,		 /* sizes */
					5,    1, 0, 0};
	/* a bond to a stream that is not there */
	static const uint8_t bond[] = {1, 4, 7, 0xb, 1, 0, 1, 0x11, 4, 2, 2, 9, 9, 0, 0};
	static const struct str all[] = {{(const char *)files, sizeof(files)},
					 {(const char *)folders, sizeof(folders)},
					 {(const char *)cycle, sizeof(cycle)},
					 {(const char *)bond, sizeof(bond)}};
	struct recorder r;
	struct buf b;

	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		open_header(&r, &b, (const uint8_t *)all[i].p, all[i].len);
		/* no content comes out of it: the archive says so, or the one file does */
		if (r.status == STATUS_OK)
			assert_int_equal(r.children[0].how, STATUS_UNSUPPORTED);
		assert_true(r.arena.used_bytes < 4 << 20);
		recorder_release(&r);
	}
	buf_release(&b);
}

static void test_hostile(void **state)
{
	struct maker_file f;

	RUN("rm", "-rf", "small");
	RUN("mkdir", "small");
	maker_write("small/a", "first content", 13);
	maker_write("small/b", "second", 6);
	RUN("7zz", "a", "-mhc=off", "small.7z", "small");
	f = maker_read("small.7z");
	maker_check_cuts(FORMAT_SEVENZIP, f.p, f.n, 1);
	maker_check_flips(FORMAT_SEVENZIP, f.p, f.n, 1);
	maker_check_sink_failures(FORMAT_SEVENZIP, f.p, f.n);
	maker_check_budgets(FORMAT_SEVENZIP, f.p, f.n, true);
	free(f.p);
	RUN("7zz", "a", "-mhc=on", "-ms=off", "small2.7z", "small", "small.7z");
	f = maker_read("small2.7z");
	maker_check_cuts(FORMAT_SEVENZIP, f.p, f.n, 5);
	maker_check_flips(FORMAT_SEVENZIP, f.p, f.n, 5);
	free(f.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_bcj2_over_everything),
		cmocka_unit_test(test_stored_is_a_span),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_damaged_stream),
		cmocka_unit_test(test_lying_headers),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
