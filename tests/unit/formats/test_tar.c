/* Tar: attributes, names of all kinds, sparse files, and everything that readers disagree about. */
#include "maker.h"

#include "util/buf.h"

enum { BLOCK = 512 };

static void octal(uint8_t *p, size_t n, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "%0*llo", (int)n - 1, (unsigned long long)v);
	memcpy(p, text, n);
}

static void checksum(uint8_t *h)
{
	unsigned sum = 0;

	memset(h + 148, ' ', 8);
	for (int i = 0; i < BLOCK; i++)
		sum += h[i];
	octal(h + 148, 7, sum);
}

/* A ustar header; returns the offset at which it stands. */
static size_t put_header(struct buf *b, const char *name, char type, uint64_t size)
{
	uint8_t *h = (uint8_t *)buf_reserve(b, BLOCK);

	assert_non_null(h);
	memset(h, 0, BLOCK);
	memcpy(h, name, strlen(name));
	octal(h + 100, 8, 0644);
	octal(h + 108, 8, 1000);
	octal(h + 116, 8, 1001);
	octal(h + 124, 12, size);
	octal(h + 136, 12, 1700000000);
	h[156] = (uint8_t)type;
	memcpy(h + 257, "ustar\00000", 8);
	checksum(h);
	b->len += BLOCK;
	return b->len - BLOCK;
}

static void put_data(struct buf *b, const void *p, size_t n)
{
	static const uint8_t zeros[BLOCK];

	assert_true(buf_add(b, p, n));
	assert_true(buf_add(b, zeros, (BLOCK - n % BLOCK) % BLOCK));
}

static void put_file(struct buf *b, const char *name, const char *text)
{
	put_header(b, name, '0', strlen(text));
	put_data(b, text, strlen(text));
}

static void put_end(struct buf *b)
{
	static const uint8_t zeros[2 * BLOCK];

	assert_true(buf_add(b, zeros, sizeof(zeros)));
}

static void put_pax(struct buf *b, const char *records)
{
	put_header(b, "PaxHeaders/x", 'x', strlen(records));
	put_data(b, records, strlen(records));
}

static struct buf new_tar(void)
{
	struct buf b;

	buf_init(&b, 64 << 20);
	return b;
}

static void open_buf(struct recorder *r, const struct buf *b)
{
	recorder_open(r, FORMAT_TAR, b->p, b->len, "x.tar");
}

static void test_plain(void **state)
{
	struct buf b = new_tar();
	struct recorder r;
	struct recorder_child *c;

	put_file(&b, "a.txt", "hello");
	put_file(&b, "empty", "");
	put_header(&b, "dir/", '5', 0);
	put_end(&b);
	open_buf(&r, &b);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_children, 3);
	assert_int_equal(r.n_oddities, 0);
	recorder_expect(&r, "a.txt", "hello", 5);
	recorder_expect(&r, "empty", "", 0);
	c = recorder_child(&r, "a.txt");
	assert_int_equal(c->e.mode, 0644);
	assert_int_equal(c->e.uid, 1000);
	assert_int_equal(c->e.gid, 1001);
	assert_int_equal(c->e.mtime, 1700000000);
	assert_int_equal(c->e.flags, ENTRY_SPAN);
	assert_int_equal(c->e.span_offset, BLOCK);
	assert_int_equal(recorder_child(&r, "dir/")->e.type, ENTRY_DIR);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	buf_release(&b);
}

/* A name of 255 bytes that only prefix and name together hold, and binary numbers. */
static void test_prefix_and_binary_numbers(void **state)
{
	struct buf b = new_tar();
	struct recorder r;
	uint8_t *h;
	char want[256];

	put_header(&b, "", '0', 0);
	h = (uint8_t *)b.p;
	memset(h, 'n', 100);
	memset(h + 345, 'p', 155);
	memset(h + 108, 0, 8);
	h[108] = 0x80;
	h[115] = 5;
	h[113] = 1; /* 65541 */
	memset(h + 136, 0xff, 12);
	h[147] = 0xfe; /* -2 */
	checksum(h);
	put_end(&b);
	open_buf(&r, &b);
	memset(want, 'p', 155);
	want[155] = '/';
	memset(want + 156, 'n', 100);
	assert_int_equal(r.n_children, 1);
	assert_true(str_equal(r.children[0].e.name, str_view(want, 256)));
	assert_int_equal(r.children[0].e.uid, 65541);
	assert_int_equal(r.children[0].e.mtime, -2);
	recorder_release(&r);
	buf_release(&b);
}

static void make_tree(void)
{
	static uint8_t big[300000];
	char path[600];

	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/sub");
	maker_fill(big, sizeof(big), 1);
	maker_write("tree/big", big, sizeof(big));
	maker_write("tree/sub/a.js", "let a = 1;\n", 11);
	maker_write("tree/sub/\xc3\xbc.txt", "u\n", 2);
	maker_write("tree/sub/\xff\xfe raw", "r\n", 2);
	RUN("ln", "-s", "../big", "tree/sub/link");
	RUN("ln", "tree/big", "tree/hard");
	RUN("mkfifo", "tree/fifo");
	RUN("chmod", "4755", "tree/sub/a.js");
	snprintf(path, sizeof(path), "tree/%0180d", 7);
	RUN("mkdir", path);
	snprintf(path, sizeof(path), "tree/%0180d/%0180d", 7, 8);
	maker_write(path, "deep\n", 5);
	RUN("truncate", "-s", "1000000", "tree/sparse");
	RUN("dd", "if=tree/big", "of=tree/sparse", "bs=1000", "count=3", "seek=500",
	    "conv=notrunc", "status=none");
	RUN("touch", "-d", "@1600000000", "tree/sub/a.js");
}

static void expect_file(struct recorder *r, const char *name)
{
	struct maker_file f = maker_read(name);

	recorder_expect(r, name, f.p, f.n);
	free(f.p);
}

/* What every maker's archive of the tree has to give. */
static void expect_tree(const char *path, enum format_id id, bool keeps_all_names)
{
	struct recorder r;
	struct maker_file f;
	char deep[600];
	const char *big = "tree/big", *hard = "tree/hard";

	maker_open(&r, path, id, &f);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	/* Which of two equal names is the link is the maker's choice. */
	if (recorder_child(&r, big)->e.type == ENTRY_HARDLINK) {
		big = "tree/hard";
		hard = "tree/big";
	}
	expect_file(&r, big);
	assert_int_equal(recorder_child(&r, hard)->e.type, ENTRY_HARDLINK);
	assert_true(str_is(recorder_child(&r, hard)->e.link, big));
	expect_file(&r, "tree/sub/a.js");
	expect_file(&r, "tree/sparse");
	expect_file(&r, "tree/sub/\xff\xfe raw");
	assert_int_equal(recorder_child(&r, "tree/sub/a.js")->e.mode, 04755);
	assert_int_equal(recorder_child(&r, "tree/sub/a.js")->e.mtime, 1600000000);
	assert_int_equal(recorder_child(&r, "tree/fifo")->e.type, ENTRY_FIFO);
	assert_int_equal(recorder_child(&r, "tree/sub/link")->e.type, ENTRY_SYMLINK);
	assert_true(str_is(recorder_child(&r, "tree/sub/link")->e.link, "../big"));
	snprintf(deep, sizeof(deep), "tree/%0180d/%0180d", 7, 8);
	if (keeps_all_names) {
		expect_file(&r, deep);
		expect_file(&r, "tree/sub/\xc3\xbc.txt");
	}
	recorder_release(&r);
	free(f.p);
}

static void test_real_makers(void **state)
{
	make_tree();
	RUN("tar", "--format=gnu", "-cf", "gnu.tar", "tree");
	expect_tree("gnu.tar", FORMAT_TAR, true);
	RUN("tar", "--format=pax", "-cf", "pax.tar", "tree");
	expect_tree("pax.tar", FORMAT_TAR, true);
	RUN("tar", "--format=oldgnu", "-cf", "oldgnu.tar", "tree");
	expect_tree("oldgnu.tar", FORMAT_TAR, true);
	RUN("bsdtar", "--format=pax", "-cf", "bsd.tar", "tree");
	expect_tree("bsd.tar", FORMAT_TAR, true);
	RUN("bsdtar", "--format=gnutar", "-cf", "bsdgnu.tar", "tree");
	expect_tree("bsdgnu.tar", FORMAT_TAR, true);
}

static void test_sparse_makers(void **state)
{
	make_tree();
	RUN("tar", "-S", "--format=gnu", "-cf", "s.tar", "tree");
	expect_tree("s.tar", FORMAT_TAR, true);
	RUN("tar", "-S", "--format=pax", "--sparse-version=0.0", "-cf", "s00.tar", "tree");
	expect_tree("s00.tar", FORMAT_TAR, true);
	RUN("tar", "-S", "--format=pax", "--sparse-version=0.1", "-cf", "s01.tar", "tree");
	expect_tree("s01.tar", FORMAT_TAR, true);
	RUN("tar", "-S", "--format=pax", "--sparse-version=1.0", "-cf", "s10.tar", "tree");
	expect_tree("s10.tar", FORMAT_TAR, true);
}

/* The same through each decoder, as one level. */
static void test_behind_compression(void **state)
{
	make_tree();
	RUN("tar", "-S", "--format=pax", "-czf", "t.tar.gz", "tree");
	expect_tree("t.tar.gz", FORMAT_GZIP, true);
	RUN("tar", "-cjf", "t.tar.bz2", "tree");
	expect_tree("t.tar.bz2", FORMAT_BZIP2, true);
	RUN("tar", "-cJf", "t.tar.xz", "tree");
	expect_tree("t.tar.xz", FORMAT_XZ, true);
	RUN("tar", "--zstd", "-cf", "t.tar.zst", "tree");
	expect_tree("t.tar.zst", FORMAT_ZSTD, true);
	RUN("tar", "-cf", "t.tar", "tree");
	RUN("xz", "--format=lzma", "-k", "t.tar");
	expect_tree("t.tar.lzma", FORMAT_LZMA, true);
}

/* Old archives have no magic and no prefix. */
static void test_v7(void **state)
{
	struct recorder r;
	struct maker_file f;

	maker_write("v7file", "seven\n", 6);
	RUN("tar", "--format=v7", "-cf", "v7.tar", "v7file");
	maker_open(&r, "v7.tar", FORMAT_TAR, &f);
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "v7file", "seven\n", 6);
	recorder_release(&r);
	free(f.p);
}

static void test_sizes_differ(void **state)
{
	struct buf b = new_tar();
	struct recorder r;

	/* The extension says 512 bytes, the header none: some readers see "inner" as a member. */
	put_pax(&b, "12 size=512\n");
	put_header(&b, "outer", '0', 0);
	put_header(&b, "inner", '0', 0);
	put_end(&b);
	open_buf(&r, &b);
	assert_int_equal(recorder_odd(&r, "tar-sizes-differ"), 1);
	assert_int_equal(r.n_children, 1);
	assert_int_equal(r.children[0].n_data, 512);
	recorder_release(&r);
	buf_release(&b);
}

static void test_names_differ(void **state)
{
	static const struct {
		const char *record;
		const char *name;
		unsigned differs;
	} rows[] = {
		{"17 path=other.js\n", "plain.js", 1}, {"17 path=plain.js\n", "plain.js", 0},
		{"14 path=caf\xc3\xa9\n", "cafe", 0}, {"16 path=folder/\n", "folder", 0},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = new_tar();
		struct recorder r;

		put_pax(&b, rows[i].record);
		put_header(&b, rows[i].name, '0', 0);
		put_end(&b);
		open_buf(&r, &b);
		assert_int_equal(recorder_odd(&r, "tar-pax-damaged"), 0);
		assert_int_equal(recorder_odd(&r, "tar-names-differ"), rows[i].differs);
		recorder_release(&r);
		buf_release(&b);
	}
}

static void test_pax_records(void **state)
{
	static const char *const damaged[] = {"-5 path=x\n", "0 path=x\n", "99 path=x\n",
					      "10 path=xy", "8 pathx\n", "9999999999999999999 p=x\n",
					      "11 size=1z\n"};
	struct recorder r;

	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		struct buf b = new_tar();

		put_pax(&b, damaged[i]);
		put_file(&b, "file", "content");
		put_end(&b);
		open_buf(&r, &b);
		assert_int_equal(recorder_odd(&r, "tar-pax-damaged"), 1);
		recorder_expect(&r, "file", "content", 7);
		recorder_release(&r);
		buf_release(&b);
	}
	for (int global = 0; global < 2; global++) {
		struct buf b = new_tar();

		put_pax(&b, "19 path=long\tname \n16 mtime=-1.250\n10 uid=77\n");
		if (global) {
			((uint8_t *)b.p)[156] = 'g';
			checksum((uint8_t *)b.p);
		}
		put_file(&b, "file", "content");
		put_end(&b);
		open_buf(&r, &b);
		recorder_expect(&r, "long\tname ", "content", 7);
		assert_int_equal(r.children[0].e.mtime, -1);
		assert_int_equal(r.children[0].e.uid, 77);
		assert_int_equal(recorder_odd(&r, "tar-global-name"), global);
		recorder_release(&r);
		buf_release(&b);
	}
}

/* A record that no reader shows is looked at when it is long enough to hold something. */
static void test_pax_comment_is_seen(void **state)
{
	struct buf b = new_tar();
	struct recorder r;
	char record[600];

	memset(record, 'c', sizeof(record));
	memcpy(record, "500 comment=", 12);
	record[499] = '\n';
	record[500] = 0;
	put_pax(&b, record);
	put_file(&b, "file", "content");
	put_end(&b);
	open_buf(&r, &b);
	assert_int_equal(r.n_children, 2);
	assert_non_null(recorder_child(&r, "[pax comment]"));
	assert_int_equal(recorder_child(&r, "[pax comment]")->n_data, 487);
	assert_int_equal(recorder_child(&r, "[pax comment]")->e.origin, ORIGIN_GAP);
	recorder_release(&r);
	buf_release(&b);
}

static void test_longname_of_1_gib(void **state)
{
	struct buf b = new_tar();
	struct recorder r;

	put_header(&b, "././@LongLink", 'L', 1u << 30);
	put_file(&b, "file", "content");
	put_end(&b);
	open_buf(&r, &b);
	assert_int_equal(recorder_odd(&r, "tar-header-large"), 1);
	assert_true(recorder_uncovered(&r) > 0);
	recorder_release(&r);
	buf_release(&b);
}

static void test_after_the_end(void **state)
{
	struct buf b = new_tar();
	struct recorder r;

	put_file(&b, "first", "1");
	put_end(&b);
	put_file(&b, "second", "2");
	put_end(&b);
	assert_true(buf_add_z(&b, "tail"));
	open_buf(&r, &b);
	assert_int_equal(recorder_odd(&r, "tar-data-after-end"), 2); /* behind each end */
	assert_int_equal(recorder_child(&r, "first")->e.origin, ORIGIN_MEMBER);
	recorder_expect(&r, "second", "2", 1);
	assert_int_equal(recorder_child(&r, "second")->e.origin, ORIGIN_GAP);
	assert_int_equal(recorder_uncovered(&r), 4);
	recorder_release(&r);
	buf_release(&b);
}

/* The same behind gzip: what nothing explains has to be delivered, since no one else can. */
static void test_after_the_end_behind_gzip(void **state)
{
	struct buf b = new_tar();
	struct maker_file f;
	struct recorder r;
	uint8_t junk[2000];

	put_file(&b, "first", "1");
	put_end(&b);
	maker_fill(junk, sizeof(junk), 3);
	assert_true(buf_add(&b, junk, sizeof(junk)));
	maker_write("after.tar", b.p, b.len);
	RUN("gzip", "-f", "after.tar");
	maker_open(&r, "after.tar.gz", FORMAT_GZIP, &f);
	assert_int_equal(r.n_children, 2);
	assert_int_equal(r.children[1].e.origin, ORIGIN_GAP);
	assert_int_equal(r.children[1].n_data, sizeof(junk));
	assert_memory_equal(r.children[1].data, junk, sizeof(junk));
	assert_int_equal(recorder_odd(&r, "tar-data-after-end"), 1);
	recorder_release(&r);
	free(f.p);
	buf_release(&b);
}

static void test_damaged_header(void **state)
{
	struct buf b = new_tar();
	struct recorder r;
	size_t at;

	put_file(&b, "first", "1");
	at = b.len;
	put_file(&b, "second", "2");
	put_file(&b, "third", "3");
	put_end(&b);
	b.p[at] ^= 1;
	open_buf(&r, &b);
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_odd(&r, "tar-header-damaged"), 1);
	recorder_expect(&r, "third", "3", 1);
	assert_null(recorder_child(&r, "second"));
	assert_true(recorder_uncovered(&r) > 0);
	recorder_release(&r);
	buf_release(&b);
}

static void test_padding(void **state)
{
	struct buf b = new_tar();
	struct recorder r;

	put_file(&b, "first", "1");
	b.p[BLOCK + 100] = 'h';
	put_file(&b, "second", "2");
	put_end(&b);
	open_buf(&r, &b);
	assert_int_equal(recorder_odd(&r, "tar-padding"), 1);
	assert_int_equal(recorder_uncovered(&r), 1);
	recorder_expect(&r, "second", "2", 1);
	recorder_release(&r);
	buf_release(&b);
}

/* Some readers jump over a link's length, some do not: both views are shown. */
static void test_link_with_length(void **state)
{
	struct buf b = new_tar();
	struct recorder r;

	put_header(&b, "link", '2', 1024);
	put_file(&b, "next", "n");
	put_header(&b, "link2", '1', 5);
	put_data(&b, "hello", 5);
	put_file(&b, "last", "l");
	put_end(&b);
	open_buf(&r, &b);
	recorder_expect(&r, "next", "n", 1);
	recorder_expect(&r, "last", "l", 1);
	assert_int_equal(recorder_odd(&r, "tar-link-size"), 1);
	assert_int_equal(recorder_uncovered(&r), 5);
	recorder_release(&r);
	buf_release(&b);
}

static void test_hole_of_4_eib(void **state)
{
	struct buf b = new_tar();
	struct recorder r;

	put_pax(&b, "22 GNU.sparse.major=0\n22 GNU.sparse.minor=1\n"
		    "39 GNU.sparse.size=4611686018427387904\n"
		    "40 GNU.sparse.map=4611686018427387903,1\n");
	put_file(&b, "sparse", "x");
	put_file(&b, "next", "n");
	put_end(&b);
	open_buf(&r, &b);
	assert_int_equal(r.status, STATUS_LIMIT);
	assert_int_equal(recorder_child(&r, "sparse")->how, STATUS_LIMIT);
	recorder_expect(&r, "next", "n", 1);
	recorder_release(&r);
	buf_release(&b);
}

static void test_size_beyond_the_end(void **state)
{
	struct buf b = new_tar();
	struct recorder r;
	uint8_t *h;

	put_header(&b, "short", '0', 077777777777);
	assert_true(buf_add_z(&b, "only this"));
	open_buf(&r, &b);
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(r.children[0].how, STATUS_DAMAGED);
	assert_int_equal(r.children[0].n_data, 9);
	recorder_release(&r);
	h = (uint8_t *)b.p; /* 2^95 */
	memset(h + 124, 0x80, 1);
	memset(h + 125, 0xff, 11);
	checksum(h);
	open_buf(&r, &b);
	assert_int_equal(r.status, STATUS_DAMAGED);
	assert_int_equal(recorder_odd(&r, "tar-size-damaged"), 1);
	recorder_release(&r);
	buf_release(&b);
}

static struct buf small_tar(void)
{
	struct buf b = new_tar();

	put_file(&b, "a", "first content");
	put_pax(&b, "14 path=longer\n");
	put_file(&b, "b", "second");
	put_header(&b, "l", '2', 0);
	put_end(&b);
	return b;
}

static void test_hostile(void **state)
{
	struct buf b = small_tar();
	struct maker_file f;

	maker_check_cuts(FORMAT_TAR, (uint8_t *)b.p, b.len, 1);
	maker_check_flips(FORMAT_TAR, (uint8_t *)b.p, b.len, 3);
	maker_check_sink_failures(FORMAT_TAR, (uint8_t *)b.p, b.len);
	maker_check_budgets(FORMAT_TAR, (uint8_t *)b.p, b.len, false);
	maker_write("small.tar", b.p, b.len);
	RUN("gzip", "-fk", "small.tar");
	f = maker_read("small.tar.gz");
	maker_check_cuts(FORMAT_GZIP, f.p, f.n, 1);
	maker_check_flips(FORMAT_GZIP, f.p, f.n, 1);
	maker_check_sink_failures(FORMAT_GZIP, f.p, f.n);
	maker_check_budgets(FORMAT_GZIP, f.p, f.n, true);
	free(f.p);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_prefix_and_binary_numbers),
		cmocka_unit_test(test_real_makers),
		cmocka_unit_test(test_sparse_makers),
		cmocka_unit_test(test_behind_compression),
		cmocka_unit_test(test_v7),
		cmocka_unit_test(test_names_differ), cmocka_unit_test(test_sizes_differ),
		cmocka_unit_test(test_pax_records),
		cmocka_unit_test(test_pax_comment_is_seen),
		cmocka_unit_test(test_longname_of_1_gib),
		cmocka_unit_test(test_after_the_end),
		cmocka_unit_test(test_after_the_end_behind_gzip),
		cmocka_unit_test(test_damaged_header),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_link_with_length),
		cmocka_unit_test(test_hole_of_4_eib),
		cmocka_unit_test(test_size_beyond_the_end),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
