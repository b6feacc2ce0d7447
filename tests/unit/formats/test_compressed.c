/* Compressed streams: every kind, several in one file, what follows them, bombs and damage. */
#include "maker.h"

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "formats/stream.h"
#include "util/buf.h"

struct kind {
	enum format_id id;
	const char *program, *suffix;
};

static const struct kind kinds[] = {
	{FORMAT_GZIP, "gzip", ".gz"},
	{FORMAT_BZIP2, "bzip2", ".bz2"},
	{FORMAT_XZ, "xz", ".xz"},
	{FORMAT_LZMA, "lzma", ".lzma"},
	{FORMAT_ZSTD, "zstd", ".zst"},
	{FORMAT_LZ4, "lz4", ".lz4"},
};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* Compresses `path`; the result's bytes. */
static struct maker_file pack(const struct kind *k, const char *path)
{
	char packed[100];

	RUN("rm", "-f", "packed");
	if (k->id == FORMAT_ZSTD || k->id == FORMAT_LZ4)
		RUN(k->program, k->id == FORMAT_LZ4 ? "-qfkm" : "-qfk", path);
	else
		RUN(k->program, "-fk", path);
	snprintf(packed, sizeof(packed), "%s%s", path, k->suffix);
	return maker_read(packed);
}

static void test_one_file(void **state)
{
	static uint8_t text[500000];

	maker_fill(text, sizeof(text), 1);
	maker_write("notes.txt", text, sizeof(text));
	for (size_t i = 0; i < N_KINDS; i++) {
		struct maker_file f = pack(&kinds[i], "notes.txt");
		struct format_claim claims[4];
		struct recorder r;

		assert_true(format_probe(cursor_of(f.p, 1000), f.n, claims) > 0);
		assert_int_equal(claims[0].id, kinds[i].id);
		recorder_open(&r, kinds[i].id, f.p, f.n, "dir/notes.txt");
		recorder_expect(&r, "content", text, sizeof(text));
		recorder_release(&r);
		recorder_open(&r, kinds[i].id, f.p, f.n, "dir/notes.txt.GZ");
		recorder_expect(&r, "notes.txt", text, sizeof(text));
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(r.n_oddities, 0);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_release(&r);
		free(f.p);
	}
}

static void test_names(void **state)
{
	static const char *const names[][2] = {{"a.tgz", "a.tar"},    {"b.svgz", "b.svg"},
					       {"c.js.xz", "c.js"},   {".gz", "content"},
					       {"noend", "content"},  {"x/y.tzst", "y.tar"},
					       {"d.zst.gz", "d.zst"}};
	struct maker_file f;

	maker_write("n", "x", 1);
	f = pack(&kinds[0], "n");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct recorder r;

		recorder_open(&r, FORMAT_GZIP, f.p, f.n, names[i][0]);
		recorder_expect(&r, names[i][1], "x", 1);
		recorder_release(&r);
	}
	free(f.p);
}

/* Two streams one behind the other are one content; what follows them is not read as one. */
static void test_several_and_trailing(void **state)
{
	maker_write("one", "first ", 6);
	maker_write("two", "second", 6);
	for (size_t i = 0; i < N_KINDS; i++) {
		struct maker_file a = pack(&kinds[i], "one"), b = pack(&kinds[i], "two");
		bool joins = kinds[i].id != FORMAT_LZMA;
		struct recorder r;
		struct buf both;

		buf_init(&both, 1 << 20);
		buf_add(&both, a.p, a.n);
		buf_add(&both, b.p, b.n);
		recorder_open(&r, kinds[i].id, both.p, both.len, "x");
		recorder_expect(&r, "content", "first second", joins ? 12 : 6);
		assert_int_equal(recorder_odd(&r, "stream-trailing-data"), !joins);
		assert_int_equal(recorder_uncovered(&r) == 0, joins);
		recorder_release(&r);
		buf_add_z(&both, "hidden");
		recorder_open(&r, kinds[i].id, both.p, both.len, "x");
		assert_int_equal(recorder_odd(&r, "stream-trailing-data"), 1);
		if (joins) {
			assert_int_equal(recorder_uncovered(&r), 6);
			assert_int_equal(r.oddities[0].offset, both.len - 6);
		}
		recorder_release(&r);
		buf_release(&both);
		free(a.p);
		free(b.p);
	}
}

/* Header fields of gzip that can hold anything are left to be looked at. */
static void test_gzip_fields(void **state)
{
	z_stream z = {0};
	gz_header h = {0};
	uint8_t extra[100], out[1000];
	struct recorder r;
	size_t n;

	maker_fill(extra, sizeof(extra), 5);
	h.extra = extra;
	h.extra_len = sizeof(extra);
	h.name = (Bytef *)(uintptr_t)"original.name";
	h.comment = (Bytef *)(uintptr_t)"a comment that is longer than sixteen";
	h.hcrc = 1;
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, 0), Z_OK);
	assert_int_equal(deflateSetHeader(&z, &h), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)"text";
	z.avail_in = 4;
	z.next_out = out;
	z.avail_out = sizeof(out);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	n = z.total_out;
	deflateEnd(&z);
	recorder_open(&r, FORMAT_GZIP, out, n, "x.gz");
	recorder_expect(&r, "x", "text", 4);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 100 + 37);
	recorder_release(&r);
	out[14] ^= 1; /* the header's CRC no longer fits */
	recorder_open(&r, FORMAT_GZIP, out, n, "x.gz");
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_release(&r);
}

/* Checks fail only behind the content: it is delivered and the child says so. */
static void test_wrong_check(void **state)
{
	static const size_t from_end[N_KINDS] = {8, 0, 0, 0, 4, 4};

	maker_write("text", "some text that is long enough", 29);
	for (size_t i = 0; i < N_KINDS; i++) {
		struct maker_file f;
		struct recorder r;

		if (!from_end[i])
			continue;
		f = pack(&kinds[i], "text");
		f.p[f.n - from_end[i]] ^= 1;
		recorder_open(&r, kinds[i].id, f.p, f.n, "x");
		assert_int_equal(r.status, STATUS_DAMAGED);
		assert_int_equal(r.children[0].how, STATUS_DAMAGED);
		assert_int_equal(r.children[0].n_data, 29);
		recorder_release(&r);
		free(f.p);
	}
}

static void test_zstd_frames(void **state)
{
	static const uint8_t skippable[] = "\x53\x2a\x4d\x18\x20\0\0\0this is not content at all 123456";
	uint8_t out[200], big[40];
	struct recorder r;
	struct buf b;
	size_t n = ZSTD_compress(out, sizeof(out), "text", 4, 3);

	buf_init(&b, 1 << 20);
	buf_add(&b, skippable, 8 + 32);
	buf_add(&b, out, n);
	recorder_open(&r, FORMAT_ZSTD, b.p, b.len, "x.zst");
	recorder_expect(&r, "x", "text", 4);
	assert_int_equal(recorder_uncovered(&r), 32);
	recorder_release(&r);
	buf_release(&b);
	/* a frame that needs a dictionary: magic, flags (4 bytes of id), window, id */
	memcpy(big, "\x28\xb5\x2f\xfd\x03\x00\x01\x02\x03\x04\x01\x00\x00", 13);
	recorder_open(&r, FORMAT_ZSTD, big, 13, "x.zst");
	assert_int_equal(r.status, STATUS_UNSUPPORTED);
	assert_int_equal(r.children[0].how, STATUS_UNSUPPORTED);
	recorder_release(&r);
	/* a window of 2^31 */
	memcpy(big, "\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9);
	recorder_open(&r, FORMAT_ZSTD, big, 9, "x.zst");
	assert_int_equal(r.status, STATUS_LIMIT);
	assert_int_equal(r.children[0].how, STATUS_LIMIT);
	recorder_release(&r);
}

/* An xz file that asks for 4 GiB - 1 of dictionary. */
static void test_xz_dictionary(void **state)
{
	struct maker_file f;
	struct recorder r;
	uint32_t crc;
	size_t header;

	maker_write("text", "some text", 9);
	f = pack(&kinds[2], "text");
	header = ((size_t)f.p[12] + 1) * 4;
	assert_int_equal(f.p[14], 0x21); /* LZMA2, one byte of properties */
	f.p[16] = 40;
	crc = (uint32_t)crc32(0, f.p + 12, (uInt)header - 4);
	for (int i = 0; i < 4; i++)
		f.p[12 + header - 4 + (size_t)i] = (uint8_t)(crc >> (8 * i));
	recorder_open(&r, FORMAT_XZ, f.p, f.n, "x.xz");
	assert_int_equal(r.status, STATUS_LIMIT);
	assert_int_equal(r.children[0].how, STATUS_LIMIT);
	assert_string_equal(r.children[0].why, "dictionary over the memory limit");
	recorder_release(&r);
	free(f.p);
}

static void test_lz4_frames(void **state)
{
	static const uint8_t skippable[] = "\x5a\x2a\x4d\x18\x20\0\0\0this is not content at all 123456";
	static uint8_t text[9 << 20]; /* more than one legacy block */
	struct maker_file f;
	struct recorder r;
	struct buf b;

	maker_fill(text, sizeof(text), 3);
	maker_write("text", text, sizeof(text));
	RUN("lz4", "-qflk", "text", "legacy.lz4");
	maker_open(&r, "legacy.lz4", FORMAT_LZ4, &f);
	recorder_expect(&r, "legacy", text, sizeof(text));
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	buf_init(&b, 32 << 20);
	buf_add(&b, f.p, f.n); /* a legacy frame ends where another begins */
	buf_add(&b, skippable, 8 + 32);
	recorder_open(&r, FORMAT_LZ4, b.p, b.len, "x.lz4");
	recorder_expect(&r, "x", text, sizeof(text));
	assert_int_equal(recorder_uncovered(&r), 32);
	recorder_release(&r);
	/* a frame that needs a dictionary: magic, flags, block size, id, sum of the header */
	memcpy(f.p, "\4\x22\x4d\x18\x61\x40\1\2\3\4\0", 11);
	recorder_open(&r, FORMAT_LZ4, f.p, 11, "x.lz4");
	assert_int_equal(r.status, STATUS_UNSUPPORTED);
	recorder_release(&r);
	buf_release(&b);
	free(f.p);
}

/* Widths grow from 9 to the widest code, the table is emptied when it no longer helps. */
static void test_compress(void **state)
{
	static uint8_t text[3 << 20];
	static const char *const widths[] = {"-b10", "-b12", "-b16"};

	maker_fill(text, sizeof(text) / 3, 1);
	memset(text + sizeof(text) / 3, 'x', sizeof(text) / 3);
	for (size_t i = sizeof(text) / 3 * 2; i < sizeof(text); i++)
		text[i] = (uint8_t)(i * i >> 7);
	for (size_t i = 0; i < 3; i++) {
		struct maker_file f;
		struct recorder r;

		maker_write("text", text, sizeof(text));
		RUN("compress", "-f", widths[i], "text");
		maker_open(&r, "text.Z", FORMAT_COMPRESS, &f);
		recorder_expect(&r, "text", text, sizeof(text));
		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_release(&r);
		free(f.p);
	}
	maker_write("small", text, 3000);
	RUN("compress", "-f", "small");
	{
		struct maker_file f = maker_read("small.Z");

		for (size_t cut = 1; cut < f.n; cut += 3) {
			struct recorder r;

			recorder_open(&r, FORMAT_COMPRESS, f.p, cut, "x");
			assert_true(r.children[0].n_data < 3000);
			if (r.children[0].n_data)
				assert_memory_equal(r.children[0].data, text, r.children[0].n_data);
			recorder_release(&r);
		}
		maker_check_flips(FORMAT_COMPRESS, f.p, f.n, 13);
		maker_check_sink_failures(FORMAT_COMPRESS, f.p, f.n);
		free(f.p);
	}
}

static void u64be(struct buf *b, uint64_t v)
{
	for (int i = 56; i >= 0; i -= 8)
		buf_add_char(b, (char)(v >> i));
}

/* A chunk as macOS writes it: xz, or as it is where that is no shorter. */
static void pbzx_chunk(struct buf *b, const uint8_t *p, size_t n)
{
	static uint8_t packed[200000];
	size_t k = 0;

	assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, p, n, packed, &k, sizeof(packed)),
			 LZMA_OK);
	u64be(b, n);
	u64be(b, k < n ? k : n);
	buf_add(b, k < n ? packed : p, k < n ? k : n);
}

static void test_pbzx(void **state)
{
	static uint8_t text[100000];
	struct recorder r;
	struct buf b;

	maker_fill(text, sizeof(text), 3);
	buf_init(&b, 1 << 20);
	buf_add_z(&b, "pbzx");
	u64be(&b, 60000);
	pbzx_chunk(&b, text, 60000);
	pbzx_chunk(&b, text + 60000, 5);
	pbzx_chunk(&b, text + 60005, 39995);
	recorder_open(&r, FORMAT_PBZX, b.p, b.len, "Payload");
	recorder_expect(&r, "content", text, sizeof(text));
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	maker_check_cuts(FORMAT_PBZX, (uint8_t *)b.p, b.len, 499);
	maker_check_flips(FORMAT_PBZX, (uint8_t *)b.p, b.len, 997);
	maker_check_sink_failures(FORMAT_PBZX, (uint8_t *)b.p, b.len);
	b.p[12 + 7] ^= 1; /* a size that does not hold */
	recorder_open(&r, FORMAT_PBZX, b.p, b.len, "Payload");
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_release(&r);
	buf_release(&b);
}

/* Only the name and a whole decoding say that this is brotli. */
static void test_brotli(void **state)
{
	static uint8_t text[200000];
	const struct format *f = format_by_suffix(STR("dir/APP.js.BR"));
	struct maker_file b;
	struct recorder r;

	maker_fill(text, sizeof(text), 2);
	maker_write("app.js", text, sizeof(text));
	RUN("brotli", "-fk", "app.js");
	b = maker_read("app.js.br");
	assert_ptr_equal(f, format_by_id(FORMAT_BROTLI));
	assert_null(format_by_suffix(STR("app.js")));
	assert_true(f->probe_named(cursor_of(b.p, b.n), STR("app.js.br")) > 0);
	assert_int_equal(f->probe_named(cursor_of(b.p, b.n), STR("app.js")), 0);
	assert_int_equal(f->probe_named(cursor_of(b.p, b.n - 1), STR("app.js.br")), 0);
	assert_int_equal(f->probe_named(cursor_of(text, 100), STR("app.js.br")), 0);
	recorder_open(&r, FORMAT_BROTLI, b.p, b.n, "app.js.br");
	recorder_expect(&r, "app.js", text, sizeof(text));
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	maker_check_cuts(FORMAT_BROTLI, b.p, b.n, 997);
	maker_check_flips(FORMAT_BROTLI, b.p, b.n, 9973);
	maker_check_sink_failures(FORMAT_BROTLI, b.p, b.n);
	free(b.p);
}

/* A sink that only counts: bombs need not be kept. */
struct counting {
	struct sink sink;
	uint64_t bytes;
	enum status how;
	char why[64];
};

static enum status count_begin(struct sink *s, const struct entry *e)
{
	return STATUS_OK;
}

static enum status count_data(struct sink *s, const void *p, size_t n)
{
	((struct counting *)s)->bytes += n;
	return STATUS_OK;
}

static enum status count_end(struct sink *s, enum status how, const char *why)
{
	struct counting *c = (struct counting *)s;

	c->how = how;
	snprintf(c->why, sizeof(c->why), "%s", why ? why : "");
	return STATUS_OK;
}

static void count_oddity(struct sink *s, const char *code, uint64_t offset, struct str detail)
{
}

static void count_span(struct sink *s, uint64_t offset, uint64_t length, const char *what)
{
}

static enum status open_counting(struct counting *c, enum format_id id, const void *p, size_t n,
				 uint64_t max_bytes)
{
	struct budget budget = {.max_steps = 1 << 20, .max_bytes = max_bytes, .max_members = 100};
	struct arena arena;
	struct open_in in = {cursor_of(p, n), STR("x"), &arena, &budget, &c->sink};
	enum status st;

	memset(c, 0, sizeof(*c));
	c->sink = (struct sink){count_begin, count_data, count_end, count_oddity, count_span};
	arena_init(&arena, 0);
	st = format_by_id(id)->open(&in);
	arena_release(&arena);
	return st;
}

static struct buf zstd_bomb(size_t n)
{
	void *zeros = calloc(1, n);
	struct buf b;

	buf_init(&b, 1 << 20);
	assert_non_null(zeros);
	b.len = ZSTD_compress(buf_reserve(&b, 1 << 19), 1 << 19, zeros, n, 19);
	assert_false(ZSTD_isError(b.len));
	free(zeros);
	return b;
}

static void test_bombs(void **state)
{
	struct buf b = zstd_bomb(200 << 20);
	struct counting c;

	/* the budget: one below, equal */
	assert_int_equal(open_counting(&c, FORMAT_ZSTD, b.p, b.len, 10 << 20), STATUS_LIMIT);
	assert_int_equal(c.how, STATUS_LIMIT);
	assert_string_equal(c.why, "expanded bytes");
	assert_int_equal(c.bytes, 10 << 20);
	/* the ratio: 200 MiB from 20 kB */
	assert_int_equal(open_counting(&c, FORMAT_ZSTD, b.p, b.len, UINT64_MAX), STATUS_LIMIT);
	assert_string_equal(c.why, "expansion ratio");
	assert_int_equal(c.bytes, b.len * 1000 > 16 << 20 ? b.len * 1000 : 16 << 20);
	buf_release(&b);
	/* the first 16 MiB are free */
	b = zstd_bomb(16 << 20);
	assert_int_equal(open_counting(&c, FORMAT_ZSTD, b.p, b.len, 16 << 20), STATUS_OK);
	assert_int_equal(c.bytes, 16 << 20);
	assert_int_equal(open_counting(&c, FORMAT_ZSTD, b.p, b.len, (16 << 20) - 1), STATUS_LIMIT);
	buf_release(&b);
	b = zstd_bomb((16 << 20) + 1);
	assert_int_equal(open_counting(&c, FORMAT_ZSTD, b.p, b.len, UINT64_MAX), STATUS_LIMIT);
	buf_release(&b);
}

/* 100,000 empty members are a lot of headers and nothing else. */
static void test_many_empty_members(void **state)
{
	struct maker_file f;
	struct recorder r;
	struct buf b;

	maker_write("empty", "", 0);
	f = pack(&kinds[0], "empty");
	buf_init(&b, 16 << 20);
	for (int i = 0; i < 100000; i++)
		buf_add(&b, f.p, f.n);
	recorder_open(&r, FORMAT_GZIP, b.p, b.len, "x.gz");
	recorder_expect(&r, "x", "", 0);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	buf_release(&b);
	free(f.p);
}

/* Zeros look like an empty tar to some readers, which then show nothing. */
static void test_zeros_are_content(void **state)
{
	static const uint8_t zeros[10240];
	struct maker_file f;
	struct recorder r;

	maker_write("zeros", zeros, sizeof(zeros));
	f = pack(&kinds[0], "zeros");
	recorder_open(&r, FORMAT_GZIP, f.p, f.n, "zeros.gz");
	recorder_expect(&r, "zeros", zeros, sizeof(zeros));
	recorder_release(&r);
	free(f.p);
}

static void test_hostile(void **state)
{
	static uint8_t text[3000];

	maker_fill(text, sizeof(text), 9);
	maker_write("h.txt", text, sizeof(text));
	for (size_t i = 0; i < N_KINDS; i++) {
		struct maker_file f = pack(&kinds[i], "h.txt");

		maker_check_cuts(kinds[i].id, f.p, f.n, 3);
		maker_check_flips(kinds[i].id, f.p, f.n, 13);
		maker_check_sink_failures(kinds[i].id, f.p, f.n);
		maker_check_budgets(kinds[i].id, f.p, f.n, true);
		/* a cut is never whole */
		for (size_t cut = 1; cut < f.n; cut += 7) {
			struct recorder r;

			recorder_open(&r, kinds[i].id, f.p, cut, "x");
			if (r.status == STATUS_OK && r.children[0].n_data == sizeof(text))
				assert_int_equal(kinds[i].id, FORMAT_LZMA); /* ends by its size */
			else
				assert_int_equal(r.status, STATUS_DAMAGED);
			recorder_release(&r);
		}
		free(f.p);
	}
}

/* LZMA1 behind the x86 filter: the last bytes must not stay inside the filter. */
static void test_chain_gives_the_last_byte(void **state)
{
	uint8_t text[1000], packed[2000], out[2000];
	lzma_options_lzma o;
	lzma_filter filters[] = {{LZMA_FILTER_X86, NULL}, {LZMA_FILTER_LZMA1, &o},
				 {LZMA_VLI_UNKNOWN, NULL}};
	uint8_t props[5];
	struct stream_filter chain[2] = {{LZMA_FILTER_X86, NULL, 0}, {LZMA_FILTER_LZMA1, props, 5}};
	size_t n = 0, got = 0, k;
	struct stream *s;

	maker_fill(text, sizeof(text), 4);
	text[998] = 0xe8;
	assert_int_equal(lzma_lzma_preset(&o, 6), 0);
	assert_int_equal(lzma_properties_encode(&filters[1], props), LZMA_OK);
	assert_int_equal(lzma_raw_buffer_encode(filters, NULL, text, sizeof(text), packed, &n,
						sizeof(packed)),
			 LZMA_OK);
	s = stream_open_chain(chain, 2, sizeof(text), packed, n);
	assert_non_null(s);
	while ((k = stream_read(s, out + got, sizeof(out) - got)) > 0)
		got += k;
	assert_int_equal(stream_how(s), STATUS_OK);
	assert_int_equal(got, sizeof(text));
	assert_memory_equal(out, text, sizeof(text));
	stream_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_file),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_several_and_trailing),
		cmocka_unit_test(test_lz4_frames),
		cmocka_unit_test(test_compress),
		cmocka_unit_test(test_brotli),
		cmocka_unit_test(test_pbzx),
		cmocka_unit_test(test_gzip_fields),
		cmocka_unit_test(test_wrong_check),
		cmocka_unit_test(test_zstd_frames),
		cmocka_unit_test(test_xz_dictionary),
		cmocka_unit_test(test_bombs),
		cmocka_unit_test(test_many_empty_members),
		cmocka_unit_test(test_zeros_are_content),
		cmocka_unit_test(test_chain_gives_the_last_byte),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, maker_enter, maker_leave);
}
