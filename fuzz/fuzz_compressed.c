/*
 * Who controls these bytes: whoever made the release. The first byte picks the kind, so that one
 * target reaches all of them; a tar or cpio behind them is read as such.
 */
#include "container.h"
#include "tool_seeds.h"

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
	tool_seed("mkdir -p seeds t; head -c 9000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_compressed.c\" >t/text; tar -cf tar -C t .; (cd t; echo text | cpio -oH newc --quiet) >cpio\n"
		  "put() { (printf \"\\\\$1\"; cat) >seeds/$2; }; for f in tar cpio t/text; do n=${f#t/}; gzip -c $f | put 0 $n.gz; bzip2 -c $f | put 1 $n.bz\n"
		  "xz -c $f | put 2 $n.xz; xz --check=none --format=lzma -c $f | put 3 $n.lzma; zstd -qc $f | put 4 $n.zst; lz4 -qc $f | put 5 $n.lz4\n"
		  "lz4 -qlc $f | put 5 $n.old.lz4; lz4 -qc -BX --content-size -B4 -BD $f | put 5 $n.more.lz4; brotli -c $f | put 7 $n.br\n"
		  "for b in 9 12 16; do compress -b $b -c $f | put 6 $n.$b.Z; done; xz --check=sha256 -F xz --block-size=2000 -c $f | put 2 $n.blocks.xz; done\n"
		  "(gzip -c tar; gzip -c cpio) | put 0 two.gz; (lz4 -qc tar; printf '\\120\\052\\115\\030\\003\\0\\0\\0abc'; lz4 -qlc tar) | put 5 two.lz4\n"
		  "(zstd -qc tar; printf '\\120\\052\\115\\030\\003\\0\\0\\0abc'; zstd -qc tar) | put 4 two.zst; (bzip2 -c tar; bzip2 -c tar) | put 1 two.bz\n"
		  "gzip -c --name t/text | put 0 name.gz; (xz -c tar; printf '\\0\\0\\0\\0'; xz -c tar) | put 2 two.xz\n"
		  "PYTHONPATH=\"$ASSAY_SOURCE_ROOT/tests/make\" python3 -Bc \"import containers, sys; sys.stdout.buffer.write(containers.pbzx_bytes(open('cpio', 'rb').read()))\" |\n"
		  "put 10 pbzx\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct format_claim claims[4];

	if (n == 0)
		return 0;
	/* a file as it stands is taken as what it is */
	if (bytes[0] >= N_KINDS && format_probe(cursor_of(bytes, n < FORMAT_HEAD_BYTES ? n : FORMAT_HEAD_BYTES), n, claims))
		for (size_t i = 0; i < N_KINDS; i++)
			if (claims[0].id == kinds[i])
				return container_check(kinds[i], bytes, n);
	return container_check(kinds[bytes[0] % N_KINDS], bytes + 1, n - 1);
}
