/* XAR from libarchive and from our own writer: members, sums, links, the installer's script, damage. */
#include "maker.h"

#include <zlib.h>

#include "util/buf.h"

static uint8_t text[60000];

static void make_tree(void)
{
	maker_fill(text, sizeof(text), 4);
	RUN("rm", "-rf", "tree");
	RUN("mkdir", "-p", "tree/sub/deep");
	maker_write("tree/a.txt", "hello", 5);
	maker_write("tree/sub/b.txt", text, sizeof(text));
	maker_write("tree/sub/deep/c.sh", "#!/bin/sh\n", 10);
	maker_write("tree/empty", "", 0);
	RUN("ln", "-s", "b.txt", "tree/sub/link");
	RUN("ln", "tree/a.txt", "tree/twin");
	RUN("chmod", "755", "tree/sub/deep/c.sh");
}

static struct maker_file pack(const char *compression)
{
	make_tree();
	RUN("rm", "-f", "t.xar");
	RUN("bsdtar", "--format=xar", "--options", compression, "-C", "tree", "-cf", "t.xar", "a.txt", "empty",
	    "sub", "twin");
	return maker_read("t.xar");
}

static void test_real_maker(void **state)
{
	static const char *const kinds[] = {"xar:compression=gzip", "xar:compression=bzip2",
					    "xar:compression=none", "xar:compression=xz", "xar:compression=lzma"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct maker_file f = pack(kinds[i]);
		struct recorder r;

		free(f.p);
		maker_open(&r, "t.xar", FORMAT_XAR, &f);
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(r.n_oddities, 0);
		recorder_expect(&r, "a.txt", "hello", 5);
		recorder_expect(&r, "sub/b.txt", text, sizeof(text));
		recorder_expect(&r, "sub/deep/c.sh", "#!/bin/sh\n", 10);
		assert_int_equal(recorder_child(&r, "sub/deep/c.sh")->e.mode, 0755);
		assert_true(recorder_child(&r, "sub/deep/c.sh")->e.mtime > 1600000000);
		recorder_expect(&r, "empty", "", 0);
		assert_int_equal(recorder_child(&r, "sub")->e.type, ENTRY_DIR);
		assert_string_equal(recorder_child(&r, "sub/link")->e.link.p, "b.txt");
		assert_int_equal(recorder_child(&r, "twin")->e.type, ENTRY_HARDLINK);
		assert_string_equal(recorder_child(&r, "twin")->e.link.p, "a.txt");
		/* that maker leaves 20 bytes behind the last member */
		assert_true(recorder_uncovered(&r) <= 20);
		recorder_release(&r);
		free(f.p);
	}
}

static void u64be(struct buf *b, uint64_t v)
{
	for (int i = 56; i >= 0; i -= 8)
		buf_add_char(b, (char)(v >> i));
}

/* An archive with this table and heap. */
static struct buf made(const char *toc, const void *heap, size_t n_heap)
{
	static uint8_t packed[20000];
	uLongf n = sizeof(packed);
	struct buf b;

	buf_init(&b, 1 << 20);
	assert_int_equal(compress2(packed, &n, (const Bytef *)toc, strlen(toc), 9), Z_OK);
	buf_add(&b, "xar!\0\x1c\0\1", 8);
	u64be(&b, n);
	u64be(&b, strlen(toc));
	buf_add(&b, "\0\0\0\0", 4);
	buf_add(&b, packed, n);
	buf_add(&b, heap, n_heap);
	return b;
}

static const char distribution[] =
	"<installer-gui-script><title>x</title><script>function check() { return system.run('tool'); }</script>"
	"<installation-check script=\"check()\"/><choice id=\"a\" selected=\"ask('b')\" visible=\"true\"/>"
	"</installer-gui-script>";

static void test_distribution(void **state)
{
	static const char script[] = "function check() { return system.run('tool'); }\ncheck();\nask('b');\n";
	char toc[1000];
	struct recorder r;
	struct buf b;

	snprintf(toc, sizeof(toc),
		 "<xar><toc><file id=\"1\"><name>Distribution</name><type>file</type><data><length>%zu</length>"
		 "<offset>0</offset><size>%zu</size><encoding style=\"application/octet-stream\"/></data></file>"
		 "</toc></xar>",
		 sizeof(distribution) - 1, sizeof(distribution) - 1);
	b = made(toc, distribution, sizeof(distribution) - 1);
	recorder_open(&r, FORMAT_XAR, b.p, b.len, "x.pkg");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "Distribution", distribution, sizeof(distribution) - 1);
	recorder_expect(&r, "[distribution script].js", script, sizeof(script) - 1);
	assert_int_equal(recorder_child(&r, "[distribution script].js")->e.origin, ORIGIN_DERIVED);
	recorder_release(&r);
	maker_check_sink_failures(FORMAT_XAR, (uint8_t *)b.p, b.len);
	maker_check_flips(FORMAT_XAR, (uint8_t *)b.p, b.len, 3);
	buf_release(&b);
}

static void expect_signer(struct recorder *r, const char *says)
{
	recorder_expect(r, "[signature].txt", says, strlen(says));
	assert_int_equal(recorder_child(r, "[signature].txt")->e.origin, ORIGIN_DERIVED);
}

/* A certificate of openssl, in the table as macOS has it. */
static void test_signer(void **state)
{
	char toc[4000], pem[3000], *from, *to;
	struct maker_file f;
	struct recorder r;
	struct buf b;

	RUN("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem",
	    "-out", "c.pem", "-subj", "/O=Sample Example/CN=Installer", "-days", "9");
	f = maker_read("c.pem");
	snprintf(pem, sizeof(pem), "%.*s", (int)f.n, f.p);
	free(f.p);
	from = strchr(pem, '\n');
	to = strstr(pem, "-----END");
	assert_true(from && to);
	snprintf(toc, sizeof(toc),
		 "<xar><toc><signature style=\"RSA\"><offset>0</offset><size>3</size><KeyInfo><X509Data><X509Certificate>"
		 "%.*s</X509Certificate></X509Data></KeyInfo></signature></toc></xar>",
		 (int)(to - from), from);
	b = made(toc, "rsa", 3);
	recorder_open(&r, FORMAT_XAR, b.p, b.len, "x.pkg");
	assert_int_equal(r.status, STATUS_OK);
	assert_non_null(memmem(r.children[0].data, r.children[0].n_data, "Sample Example", 14));
	assert_memory_equal(r.children[0].data, "Signature: ", 11);
	recorder_release(&r);
	buf_release(&b);
	b = made("<xar><toc></toc></xar>", "", 0);
	recorder_open(&r, FORMAT_XAR, b.p, b.len, "x.pkg");
	expect_signer(&r, "Signature: none\nKey: \nCertificates: 0\n");
	recorder_release(&r);
	buf_release(&b);
}

static void test_signatures(void **state)
{
	struct buf b = made("<xar><toc><signature style=\"RSA\"><offset>0</offset><size>4</size><KeyInfo><X509Data>"
			    "<X509Certificate>Zmlyc3Q=</X509Certificate><X509Certificate>c2Vjb25k</X509Certificate>"
			    "</X509Data></KeyInfo></signature><x-signature style=\"CMS\"><offset>4</offset><size>3</size>"
			    "</x-signature><signature style=\"X\"><offset>900</offset><size>3</size></signature></toc></xar>",
			    "rsa!cms", 7);
	struct recorder r;

	recorder_open(&r, FORMAT_XAR, b.p, b.len, "x.pkg");
	assert_int_equal(r.status, STATUS_DAMAGED); /* one lies outside */
	assert_int_equal(recorder_odd(&r, "xar-signature-outside"), 1);
	expect_signer(&r, "Signature: a certificate that cannot be read\nKey: \nCertificates: 2\n");
	recorder_expect(&r, "[signature CMS]", "cms", 3);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	buf_release(&b);
}

static void test_sums(void **state)
{
	struct maker_file f = pack("xar:compression=none");
	uint8_t *at = memmem(f.p, f.n, "#!/bin/sh", 9);
	struct recorder r;

	assert_non_null(at);
	at[3] ^= 1;
	recorder_open(&r, FORMAT_XAR, f.p, f.n, "x");
	assert_true(recorder_odd(&r, "xar-checksum-differs") >= 1);
	recorder_release(&r);
	at[3] ^= 1;
	free(f.p);
	f = pack("xar:compression=gzip");
	f.p[28 + (size_t)(f.p[14] << 8 | f.p[15])] ^= 1; /* the digest of the table itself */
	recorder_open(&r, FORMAT_XAR, f.p, f.n, "x");
	assert_int_equal(recorder_odd(&r, "xar-checksum-differs"), 1);
	assert_string_equal(r.oddities[0].detail, "the table of contents");
	recorder_release(&r);
	free(f.p);
}

static void test_hostile_tables(void **state)
{
	static const struct {
		const char *toc;
		enum status status;
	} tables[] = {
		{"<xar><toc><file id=\"1\"><name>a</name><data><offset>4</offset><length>999</length><size>1</size>"
		 "</data></file></toc></xar>", STATUS_DAMAGED},
		{"<xar><toc><file id=\"1\"><name>a</name><data><offset>-1</offset><length>1</length><size>1</size>"
		 "</data></file></toc></xar>", STATUS_DAMAGED},
		{"<xar><toc><file id=\"1\"><name>a</name><data><offset>18446744073709551615</offset><length>2</length>"
		 "<size>2</size></data></file></toc></xar>", STATUS_DAMAGED},
		{"<!DOCTYPE x [<!ENTITY a \"bbbbbbbb\">]><xar><toc></toc></xar>", STATUS_DAMAGED},
		{"<xar><toc><file id=\"1\"><name>a</name>", STATUS_DAMAGED},
		{"<xar></toc>", STATUS_DAMAGED},
		{"", STATUS_DAMAGED},
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct buf b = made(tables[i].toc, "heap", 4);
		struct recorder r;

		recorder_open(&r, FORMAT_XAR, b.p, b.len, "x");
		assert_int_equal(r.status, tables[i].status);
		assert_int_equal(recorder_uncovered(&r), 4);
		recorder_release(&r);
		buf_release(&b);
	}
}

static void test_damage(void **state)
{
	struct maker_file f = pack("xar:compression=gzip");

	for (size_t cut = 9; cut < f.n - 21; cut += 211) {
		struct recorder r;

		recorder_open(&r, FORMAT_XAR, f.p, cut, "x");
		assert_int_equal(r.status, STATUS_DAMAGED);
		recorder_release(&r);
	}
	maker_check_cuts(FORMAT_XAR, f.p, f.n - 20, 1009);
	maker_check_flips(FORMAT_XAR, f.p, f.n, 577);
	maker_check_sink_failures(FORMAT_XAR, f.p, f.n);
	maker_check_budgets(FORMAT_XAR, f.p, f.n, true);
	free(f.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real_maker),
		cmocka_unit_test(test_distribution),
		cmocka_unit_test(test_signer),
		cmocka_unit_test(test_signatures),
		cmocka_unit_test(test_sums),
		cmocka_unit_test(test_hostile_tables),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
