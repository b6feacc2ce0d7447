/*
 * Who controls these bytes: whoever made the release; Electron installers hold a 7z. The two CRCs
 * that would stop every mutation early are only reported, so they need no mending.
 */
#include "container.h"
#include "tool_seeds.h"

#include <lzma.h>

#include "util/buf.h"

static void u64(struct buf *b, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		buf_add_char(b, (char)(v >> (8 * i)));
}

/* Signature, packed bytes, header. */
static void put(struct buf *b, const void *packed, size_t n, const void *header, size_t n_header)
{
	buf_clear(b);
	buf_add(b, "7z\xbc\xaf\x27\x1c\0\4....", 12);
	u64(b, n);
	u64(b, n_header);
	buf_add(b, "....", 4);
	buf_add(b, packed, n);
	buf_add(b, header, n_header);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char stored[] = {1, 4, 6, 0, 1, 9, 6, 0, 7, 11, 1, 0, 1, 1, 0, 12, 6, 0, 8, 13,
				      2, 9, 2, 0, 0, 5, 3, 14, 1, 0x20, 17, 13, 0, 'a', 0, 0, 0,
				      'b', 0, 0, 0, 'd', 0, 0, 0, 21, 6, 1, 0, 0x20, 0x80, 0, 0, 0,
				      0};
	char lzma2[] = {1, 4, 6, 0, 1, 9, 0, 0, 7, 11, 1, 0, 2, 1, 4, 0x21, 0x21, 1, 0, 0, 1, 12, 40,
			40, 0, 0, 5, 1, 17, 5, 0, 'x', 0, 0, 0, 0, 0};
	static const uint8_t code[40] = {0x55, 0xe8, 1, 2, 3, 4, 0xe9, 5, 6, 7, 8};
	uint8_t out[200];
	size_t n = 0;
	lzma_options_lzma o;
	lzma_filter chain[] = {{LZMA_FILTER_X86, NULL}, {LZMA_FILTER_LZMA2, &o},
			       {LZMA_VLI_UNKNOWN, NULL}};
	struct buf b;

	buf_init(&b, 1 << 20);
	put(&b, "abcdef", 6, stored, sizeof(stored));
	run(b.p, b.len);
	if (!lzma_lzma_preset(&o, 0) && lzma_raw_buffer_encode(chain, NULL, code, sizeof(code), out,
							       &n, sizeof(out)) == LZMA_OK) {
		lzma2[6] = (char)n;
		put(&b, out, n, lzma2, sizeof(lzma2));
		run(b.p, b.len);
	}
	buf_release(&b);
	tool_seed("mkdir seeds t; tail -c +20001 /bin/sh | head -c 6000 >t/code.exe; head -c 4000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_sevenzip.c\" >t/text; ln -s text t/link\n"
		  ": >t/empty; mkdir t/folder; i=0; for o in -mx0 -mx9 -m0=LZMA -m0=bzip2 -m0=deflate -m0=deflate64 -m0=PPMd -ms=off \\\n"
		  "'-mhc=off -mx1' -mf=BCJ -mf=BCJ2 -mf=ARM64 -mf=ARM -mf=ARMT -mf=PPC -mf=SPARC -mf=IA64 -mf=Delta:4 \\\n"
		  "'-mf=BCJ2 -m0=LZMA' -psecret '-psecret -mhe=on'; do i=$((i + 1)); 7zz a -snl $o seeds/$i.7z t; done\n"
		  "7zz a -m0=BCJ2 -m1=LZMA -m2=LZMA -m3=LZMA -mb0:1 -mb0s1:2 -mb0s2:3 seeds/b.7z t/code.exe t/text\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_SEVENZIP, bytes, n);
}
