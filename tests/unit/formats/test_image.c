/* Ends of pictures, fonts and other inert files: built chunk by chunk, with and without something behind. */
#include "../tools.h"

#include "formats/entropy.h"
#include "formats/image.h"

static struct buf out;

static void be16(unsigned v)
{
	char p[2] = {(char)(v >> 8), (char)v};

	assert_true(buf_add(&out, p, 2));
}

static void be32(uint32_t v)
{
	be16(v >> 16);
	be16(v & 0xffff);
}

static void le32(uint32_t v)
{
	char p[4] = {(char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24)};

	assert_true(buf_add(&out, p, 4));
}

static void zeros(size_t n)
{
	while (n--)
		assert_true(buf_add_char(&out, 0));
}

static void bytes(const char *p, size_t n)
{
	assert_true(buf_add(&out, p, n));
}

static void begin(void)
{
	buf_release(&out);
	buf_init(&out, 1 << 20);
}

static enum status end_of(enum format_id f, struct str s, uint64_t *ret_end)
{
	struct budget b = {.max_steps = 1 << 20};

	return image_end(f, cursor_of(s.p, s.len), &b, ret_end);
}

/* Whole: the end is the end. With more: the same end. Each byte less: damaged. */
static void check(enum format_id f, size_t cut_from)
{
	struct str s = arena_str(&tools_arena, buf_str(&out));
	uint64_t end = 0;

	assert_int_equal(end_of(f, s, &end), STATUS_OK);
	assert_int_equal(end, s.len);
	assert_int_equal(end_of(f, joined(s, "PK\3\4 more than it needs", 23), &end), STATUS_OK);
	assert_int_equal(end, s.len);
	for (size_t n = cut_from; n < s.len; n++)
		assert_int_equal(end_of(f, str_part(s, 0, n), &end), STATUS_DAMAGED);
}

static void png_chunk(const char *type, const char *content, size_t n)
{
	be32((uint32_t)n);
	bytes(type, 4);
	bytes(content, n);
	be32(0x12345678);
}

static void test_png(void **state)
{
	(void)state;
	begin();
	bytes("\x89PNG\r\n\x1a\n", 8);
	png_chunk("IHDR", "0123456789abc", 13);
	png_chunk("IDAT", "IEND in the middle of data", 26);
	png_chunk("IEND", "", 0);
	check(FORMAT_PNG, 8);
}

static void test_jpeg(void **state)
{
	(void)state;
	begin();
	bytes("\xff\xd8\xff\xe0", 4);
	be16(16);
	bytes("JFIF\0\1\1\0\0\1\0\1\0\0", 14);
	bytes("\xff\xe1", 2); /* a thumbnail with its own end inside */
	be16(10);
	bytes("\xff\xd8xx\xff\xd9yy", 8);
	bytes("\xff\xda", 2);
	be16(4);
	bytes("\1\2", 2);
	bytes("scan\xff\x00scan\xff\xd3scan", 16);
	bytes("\xff\xff\xd9", 3); /* a fill byte before the last mark */
	check(FORMAT_JPEG, 2);
}

static void test_gif(void **state)
{
	(void)state;
	begin();
	bytes("GIF89a\1\0\1\0\x80\0\0", 13);
	bytes("\0\0\0\xff\xff\xff", 6);
	bytes("\x21\xf9\4\0\0\0\0\0", 8);
	bytes("\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0", 15);
	bytes("\x3b", 1);
	check(FORMAT_GIF, 14);
}

static void test_riff(void **state)
{
	(void)state;
	begin();
	bytes("RIFF", 4);
	le32(20);
	bytes("WEBPVP8 \x08\0\0\0contents", 20);
	check(FORMAT_WEBP, 9);
}

static void test_ico(void **state)
{
	(void)state;
	begin();
	bytes("\0\0\1\0\2\0", 6);
	bytes("\x10\x10\0\0\1\0\x20\0", 8);
	le32(8);
	le32(46);
	bytes("\x20\x20\0\0\1\0\x20\0", 8);
	le32(8);
	le32(38);
	bytes("picture1picture2", 16);
	check(FORMAT_ICO, 6);
}

static void test_bmp(void **state)
{
	(void)state;
	begin();
	bytes("BM", 2);
	le32(54 + 8);
	le32(0);
	le32(54);
	le32(40);
	le32(2);
	le32(1);
	bytes("\1\0\x18\0", 4);
	le32(0);
	le32(0);
	zeros(16);
	bytes("bgrbgr\0\0", 8);
	check(FORMAT_BMP, 54);
}

static void test_font(void **state)
{
	(void)state;
	begin();
	be32(0x00010000);
	be16(2);
	zeros(6);
	bytes("cmap", 4);
	be32(0);
	be32(44);
	be32(4);
	bytes("glyf", 4);
	be32(0);
	be32(48);
	be32(8);
	bytes("cmapglyfglyf", 12);
	check(FORMAT_FONT, 12);
	begin();
	bytes("wOF2\0\1\0\0", 8);
	be32(24);
	zeros(12);
	check(FORMAT_FONT, 13);
}

static void test_wasm_sections(void **state)
{
	uint64_t end;
	struct str s;

	(void)state;
	begin();
	bytes("\0asm\1\0\0\0\1\4\1\x60\0\0\xa\x4\1\2\0\xb", 20);
	s = arena_str(&tools_arena, buf_str(&out));
	assert_int_equal(end_of(FORMAT_WASM, s, &end), STATUS_OK);
	assert_int_equal(end, s.len);
	assert_int_equal(end_of(FORMAT_WASM, joined(s, "PK\3\4", 4), &end), STATUS_OK);
	assert_int_equal(end, s.len);
	assert_int_equal(end_of(FORMAT_WASM, str_part(s, 0, 18), &end), STATUS_DAMAGED);
}

/* The picture that is part of the example product. */
static void test_real_png(void **state)
{
	char path[4096];
	uint64_t end;
	struct str s;

	(void)state;
	snprintf(path, sizeof(path), "%s/examples/helpdesk/app/assets/tray.png", getenv("ASSAY_SOURCE_ROOT") ? getenv("ASSAY_SOURCE_ROOT") : "/");
	s = file_get(path);
	assert_int_equal(end_of(FORMAT_PNG, s, &end), STATUS_OK);
	assert_int_equal(end, s.len);
}

static void test_no_end(void **state)
{
	uint64_t end;

	(void)state;
	assert_int_equal(end_of(FORMAT_PDF, STR("%PDF-1.4"), &end), STATUS_UNSUPPORTED);
	assert_int_equal(end_of(FORMAT_PNG, STR_NONE, &end), STATUS_DAMAGED);
}

static void test_random(void **state)
{
	static const enum format_id formats[] = {FORMAT_PNG, FORMAT_JPEG, FORMAT_GIF, FORMAT_WEBP, FORMAT_ICO, FORMAT_ICNS,
		FORMAT_BMP, FORMAT_FONT, FORMAT_AUDIO, FORMAT_VIDEO, FORMAT_WASM, FORMAT_SQLITE};
	uint32_t seed = 5;
	char noise[512];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		struct str s = {noise, tools_random(&seed) % sizeof(noise)};
		uint64_t end;
		enum status st;

		for (size_t k = 0; k < s.len; k++)
			noise[k] = (char)(tools_random(&seed) % 4 ? tools_random(&seed) : 0);
		st = end_of(formats[i % 12], s, &end);
		assert_true(st != STATUS_OK || end <= s.len);
	}
}

static void test_entropy(void **state)
{
	struct budget b = {.max_steps = 1 << 20};
	unsigned char all[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)i;
	assert_in_range(entropy_millibits(cursor_of(all, sizeof(all)), &b), 7998, 8000);
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = i & 1;
	assert_in_range(entropy_millibits(cursor_of(all, sizeof(all)), &b), 999, 1001);
	memset(all, 7, sizeof(all));
	assert_int_equal(entropy_millibits(cursor_of(all, sizeof(all)), &b), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_png),
		cmocka_unit_test(test_jpeg),
		cmocka_unit_test(test_gif),
		cmocka_unit_test(test_riff),
		cmocka_unit_test(test_ico),
		cmocka_unit_test(test_bmp),
		cmocka_unit_test(test_font),
		cmocka_unit_test(test_wasm_sections),
		cmocka_unit_test(test_real_png),
		cmocka_unit_test(test_no_end),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_entropy),
	};

	return cmocka_run_group_tests(tests, tools_enter, tools_leave);
}
