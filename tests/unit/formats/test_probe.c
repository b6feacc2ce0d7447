/* What bytes look like: one beginning of each kind, and things that must not be taken for it. */
#include "recorder.h"

#include "util/buf.h"

enum { HEAD = 33000 };

struct sample {
	enum format_id id;
	size_t offset;
	struct str bytes;
	uint64_t total; /* 0: HEAD */
};

#define BYTES(literal) {literal, sizeof(literal) - 1}

static const struct sample samples[] = {
	{FORMAT_GZIP, 0, BYTES("\x1f\x8b\x08\0\0\0\0\0\0\3"), 0},
	{FORMAT_BZIP2, 0, BYTES("BZh9\x31\x41\x59\x26\x53\x59"), 0},
	{FORMAT_BZIP2, 0, BYTES("BZh1\x17\x72\x45\x38\x50\x90"), 0},
	{FORMAT_XZ, 0, BYTES("\xfd"
			     "7zXZ\0"), 0},
	{FORMAT_LZMA, 0, BYTES("\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0"), 0},
	{FORMAT_ZSTD, 0, BYTES("\x28\xb5\x2f\xfd"), 0},
	{FORMAT_ZSTD, 0, BYTES("\x50\x2a\x4d\x18"), 0},
	{FORMAT_ZIP, 0, BYTES("PK\3\4\x14\0\0\0\x08\0"), 0},
	{FORMAT_ZIP, 0, BYTES("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"), 22},
	{FORMAT_ZIP, 700, BYTES("PK\3\4\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0a.........."),
	 0},
	{FORMAT_AR, 0, BYTES("!<arch>\n"), 0},
	{FORMAT_AR, 0, BYTES("!<thin>\n"), 0},
	{FORMAT_SEVENZIP, 0, BYTES("7z\xbc\xaf\x27\x1c"), 0},
	{FORMAT_PNG, 0, BYTES("\x89PNG\r\n\x1a\n"), 0},
	{FORMAT_JPEG, 0, BYTES("\xff\xd8\xff\xe0"), 0},
	{FORMAT_GIF, 0, BYTES("GIF89a"), 0},
	{FORMAT_WEBP, 0, BYTES("RIFF\0\0\0\0WEBP"), 0},
	{FORMAT_ICO, 0, BYTES("\0\0\1\0\1\0\x10\x10\0\0\1\0\x20\0\x68\4\0\0\x16\0\0\0"), 0},
	{FORMAT_ICNS, 0, BYTES("icns\0\0\x80\xe8"), HEAD},
	{FORMAT_BMP, 0, BYTES("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), 70},
	{FORMAT_FONT, 0, BYTES("\0\1\0\0\0\x0c\0\x80\0\3\0\x40GDEF"), 0},
	{FORMAT_FONT, 0, BYTES("wOF2"), 0},
	{FORMAT_AUDIO, 0, BYTES("RIFF\0\0\0\0WAVE"), 0},
	{FORMAT_AUDIO, 0, BYTES("ID3\4"), 0},
	{FORMAT_VIDEO, 0, BYTES("\x1a\x45\xdf\xa3"), 0},
	{FORMAT_VIDEO, 4, BYTES("ftypisom"), 0},
	{FORMAT_PDF, 0, BYTES("%PDF-1.7"), 0},
	{FORMAT_WASM, 0, BYTES("\0asm\1\0\0\0"), 0},
	{FORMAT_SQLITE, 0, BYTES("SQLite format 3\0"), 0},
	{FORMAT_INSTALLSHIELD, 0, BYTES("ISSetupStream\0"), 0},
	{FORMAT_RAR, 0, BYTES("Rar!\x1a\7\1\0"), 0},
	{FORMAT_CAB, 0, BYTES("MSCF\0\0\0\0\0\1\0\0\0\0\0\0"), 0},
	{FORMAT_ISO, 32769, BYTES("CD001\1"), 0},
	{FORMAT_CPIO, 0, BYTES("070701"), 0},
	{FORMAT_CPIO, 0, BYTES("\xc7\x71\1\0\1\0\xa4\x81\0\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0\0\0a\0"), 0},
	{FORMAT_RPM, 0, BYTES("\xed\xab\xee\xdb\3"), 0},
	{FORMAT_XAR, 0, BYTES("xar!\0\x1c"), 0},
	{FORMAT_SQUASHFS, 0,
	 BYTES("hsqs....................\0\0\0\0\4\0\0\0"), 0},
	{FORMAT_OLE, 0, BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), 0},
	{FORMAT_LZ4, 0, BYTES("\4\x22\x4d\x18"), 0},
	{FORMAT_PBZX, 0, BYTES("pbzx\0\0\0\0\1\0\0\0"), 0},
	{FORMAT_BOM, 0, BYTES("BOMStore"), 0},
	{FORMAT_COMPRESS, 0, BYTES("\x1f\x9d\x90\x73"), 0},
	{FORMAT_JAVA_CLASS, 0, BYTES("\xca\xfe\xba\xbe\0\0\0\x34\0\x10"), 0},
	{FORMAT_PYC, 0, BYTES("\xa7\r\r\n\0\0\0\0........\xe3"), 0},
};

static size_t probe(const void *p, size_t n, uint64_t total, struct format_claim claims[4])
{
	return format_probe(cursor_of(p, n), total, claims);
}

static void test_every_kind(void **state)
{
	static uint8_t head[HEAD];
	struct format_claim claims[4];

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *s = &samples[i];
		size_t n = s->total ? (size_t)s->total : HEAD, found;

		memset(head, 0, sizeof(head));
		memcpy(head + s->offset, s->bytes.p, s->bytes.len);
		found = probe(head, n, n, claims);
		if (!found || claims[0].id != s->id)
			print_error("%s is taken for %s\n", format_name(s->id),
				    found ? format_name(claims[0].id) : "nothing");
		assert_true(found > 0);
		assert_int_equal(claims[0].id, s->id);
		for (size_t k = 1; k < found; k++)
			assert_true(claims[k].bits <= claims[k - 1].bits);
		/* cut anywhere: no read behind the end, no claim of evidence that is not there */
		for (size_t cut = 0; cut < s->bytes.len && s->offset == 0; cut++) {
			uint8_t *copy = malloc(cut + 1);

			assert_non_null(copy);
			memcpy(copy, head, cut);
			probe(copy, cut, n, claims);
			free(copy);
		}
	}
}

static void test_table(void **state)
{
	size_t n;
	const struct format *const *list = format_list(&n);

	assert_true(n > 30);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(list[i]->name);
		assert_non_null(list[i]->summary);
		assert_non_null(list[i]->probe);
		assert_true(list[i]->head_bytes <= FORMAT_HEAD_BYTES);
		assert_ptr_equal(format_by_id(list[i]->id), list[i]);
		assert_string_equal(format_name(list[i]->id), list[i]->name);
		for (size_t k = 0; k < i; k++) {
			assert_int_not_equal(list[i]->id, list[k]->id);
			assert_string_not_equal(list[i]->name, list[k]->name);
		}
	}
	assert_null(format_by_id(FORMAT_NONE));
	assert_null(format_by_id(FORMAT_N));
	assert_null(format_by_id((enum format_id)-1));
	assert_string_equal(format_name(FORMAT_NONE), "unrecognised");
	assert_string_equal(format_name((enum format_id)9999), "unrecognised");
}

static void expect_text(const void *p, size_t n, uint64_t total, bool text)
{
	struct format_claim claims[4];
	size_t found = probe(p, n, total, claims);

	assert_int_equal(found > 0 && claims[0].id == FORMAT_TEXT, text);
}

static void test_text(void **state)
{
	static const char utf16[] = "\xff\xfeh\0i\0\n\0";
	static char mixed[2000];

	expect_text("let a = 1;\n", 11, 11, true);
	expect_text("\xef\xbb\xbf<?xml", 8, 8, true);
	expect_text("gr\xc3\xbc\xc3\x9f", 6, 6, true);
	expect_text("gr\xc3\xbc\xc3", 5, 100, true);      /* the look ends inside a character */
	expect_text("latin \xfc text here", 17, 17, true); /* one byte a character */
	expect_text(utf16, sizeof(utf16) - 1, sizeof(utf16) - 1, true);
	expect_text("\xfe\xff\0h\0i", 6, 6, true);
	expect_text("a\0b", 3, 3, false);
	expect_text("\xff\xfe\0\0h\0\0\0", 8, 8, false);
	expect_text("\1\2\3\4\5\6\7", 7, 7, false);
	expect_text("", 0, 0, false);
	/* a terminal escape does not turn a script into data; a heap of control bytes does */
	memset(mixed, 'a', sizeof(mixed));
	mixed[500] = 1;
	expect_text(mixed, sizeof(mixed), sizeof(mixed), true);
	memset(mixed + 600, 1, 100);
	expect_text(mixed, sizeof(mixed), sizeof(mixed), false);
	expect_text("PK is not a zip", 15, 15, true);
	expect_text("BZh9 is not bzip2", 17, 17, true);
	expect_text("BMW drives", 10, 10, true);
}

/* An archive inside an archive is no second claim; a real double is. */
static void test_claims(void **state)
{
	static uint8_t head[HEAD];
	struct format_claim claims[4];
	size_t n;

	memcpy(head, "\x89PNG\r\n\x1a\n", 8);
	memcpy(head + 700, samples[9].bytes.p, samples[9].bytes.len);
	n = probe(head, HEAD, HEAD, claims);
	assert_int_equal(n, 2);
	assert_int_equal(claims[0].id, FORMAT_PNG);
	assert_int_equal(claims[1].id, FORMAT_ZIP);
	assert_true(claims[1].bits < 16);
	memset(head, 0, sizeof(head));
	memcpy(head, "GIF89a", 6);
	memcpy(head + 32769, "CD001\1", 6);
	n = probe(head, HEAD, HEAD, claims);
	assert_int_equal(n, 2);
	assert_true(claims[1].bits >= 16);
}

static void test_zeros_and_noise(void **state)
{
	static uint8_t head[HEAD];
	struct format_claim claims[4];
	uint64_t seed = 1;

	assert_int_equal(probe(head, HEAD, HEAD, claims), 0);
	for (int turn = 0; turn < 200; turn++) {
		for (size_t i = 0; i < 4096; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			head[i] = (uint8_t)(seed >> 56);
		}
		assert_int_equal(probe(head, 4096, 4096, claims), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind), cmocka_unit_test(test_table),
		cmocka_unit_test(test_text),	   cmocka_unit_test(test_claims),
		cmocka_unit_test(test_zeros_and_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
