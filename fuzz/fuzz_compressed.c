/*
 * Who controls these bytes: whoever made the release. The first byte picks the kind, so that one
 * target reaches all of them; a tar or cpio behind them is read as such.
 */
#include "container.h"

#include <bzlib.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

static const enum format_id kinds[] = {FORMAT_GZIP, FORMAT_BZIP2, FORMAT_XZ, FORMAT_LZMA,
				       FORMAT_ZSTD, FORMAT_LZ4, FORMAT_COMPRESS, FORMAT_BROTLI, FORMAT_PBZX};

enum { N_KINDS = sizeof(kinds) / sizeof(kinds[0]) };

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char text[] = "some text that is long enough to be worth packing, packing, packing";
	uint8_t out[512];
	lzma_options_lzma o;
	lzma_stream lz = LZMA_STREAM_INIT;
	z_stream z = {0};
	unsigned bz_n = sizeof(out) - 1;
	size_t n = 0;

	out[0] = 0;
	if (deflateInit2(&z, 9, Z_DEFLATED, 31, 9, 0) == Z_OK) {
		z.next_in = (Bytef *)(uintptr_t)text;
		z.avail_in = sizeof(text);
		z.next_out = out + 1;
		z.avail_out = sizeof(out) - 1;
		deflate(&z, Z_FINISH);
		run(out, 1 + z.total_out);
		deflateEnd(&z);
	}
	out[0] = 1;
	if (BZ2_bzBuffToBuffCompress((char *)out + 1, &bz_n, (char *)(uintptr_t)text, sizeof(text), 1,
				     0, 0) == BZ_OK)
		run(out, 1 + bz_n);
	out[0] = 2;
	if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, (const uint8_t *)text, sizeof(text),
				    out + 1, &n, sizeof(out) - 1) == LZMA_OK)
		run(out, 1 + n);
	out[0] = 3;
	if (!lzma_lzma_preset(&o, 0) && lzma_alone_encoder(&lz, &o) == LZMA_OK) {
		lz.next_in = (const uint8_t *)text;
		lz.avail_in = sizeof(text);
		lz.next_out = out + 1;
		lz.avail_out = sizeof(out) - 1;
		if (lzma_code(&lz, LZMA_FINISH) == LZMA_STREAM_END)
			run(out, 1 + lz.total_out);
		lzma_end(&lz);
	}
	out[0] = 4;
	n = ZSTD_compress(out + 1, sizeof(out) - 1, text, sizeof(text), 1);
	if (!ZSTD_isError(n))
		run(out, 1 + n);
	out[0] = 5;
	n = LZ4F_compressFrame(out + 1, sizeof(out) - 1, text, sizeof(text), NULL);
	if (!LZ4F_isError(n))
		run(out, 1 + n);
	memcpy(out, "\x08pbzx\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\x46\0\0\0\0\0\0\0\0", 29);
	out[20] = sizeof(text);
	n = 29;
	if (lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, (const uint8_t *)text, sizeof(text), out, &n,
				    sizeof(out)) == LZMA_OK) {
		out[28] = (uint8_t)(n - 29);
		run(out, n);
	}
	/* what compress(1) and brotli(1) make of "some text, some text, some text" */
	run("\6\x1f\x9d\x90\x73\xde\xb4\x29\x03\x82\x4e\x19\x3c\x74\x58\x80\x08\x38\xb0\xe0\xc1\x84\x0b\x05"
	    "\x12\x34\x88\x10", 28);
	run("\7\x1f\x1e\x00\xf8\x8d\xd3\x65\xf6\xd3\x09\x6d\x0d\xd2\x36\x87\xa7\x59\xca\xde\xe8\xc4\x50\x11\x40\x96\xb2\x0f", 28);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (n == 0)
		return 0;
	return container_check(kinds[bytes[0] % N_KINDS], bytes + 1, n - 1);
}
