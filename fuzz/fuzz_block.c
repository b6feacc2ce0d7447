/*
 * Who controls these bytes: whoever made an image; each of its blocks is one of these. The first byte
 * picks the decoder, the second how much room there is. Truth: what came fits, and comes again.
 */
#include "fuzz.h"
#include "tool_seeds.h"

#include <string.h>

#include "formats/block.h"

enum { ROOM_STEP = 64, KINDS = BLOCK_LZVN + 1 };

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const struct {
		const char *bytes;
		size_t n;
	} seeds[] = {
		{"\1\20\x78\x9c\x4b\x4c\x4c\x04\x23\x00\x0a\x29\x02\x46", 14},	   /* zlib, cut */
		{"\6\20\x50hello\5\0", 10},					   /* lz4 */
		{"\7\20\x16hello\x21\x11\0\x11\0\0", 13},			   /* lzo: literals, match, end */
		{"\7\20\0\1abcdefghijklmnopqrs\x49\1\x84\2\x11\0\0", 29},	   /* long literals, near matches */
		{"\10\20\x83" "abcd\x40\0\3\4\3", 12},				   /* adc */
		{"\11\20" "bvx-\5\0\0\0hellobvx$", 19},			   /* lzfse, stored */
		{"\11\20" "bvxn\15\0\0\0\20\0\0\0\345hello\70\5\6\0\0\0\0\0\0\0bvx$", 34}, /* lzfse: lzvn */
		{"\12\20\345hello\70\5\257\24\0\361\6", 13},		   /* lzvn */
		{"\5\20\x28\xb5\x2f\xfd\x20\5\x29\0\0hello", 16},		   /* zstd, stored block */
	};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		run(seeds[i].bytes, seeds[i].n);
	tool_seed("mkdir seeds; head -c 2500 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_block.c\" >t; cat t t >text\n"
		  "PYTHONPATH=\"$ASSAY_SOURCE_ROOT/tests/make\" python3 -Bc \"import lzfse\ndata = open('text', 'rb').read()\n"
		  "open('seeds/lzfse', 'wb').write(b'\\\\x09\\\\xff' + lzfse.compress(data))\n"
		  "open('seeds/lzvn', 'wb').write(b'\\\\x0a\\\\xff' + lzfse.lzvn(data))\"\n"
		  "(printf '\\005\\377'; zstd -qc text) >seeds/zstd; (printf '\\001\\377'; pigz -zc text 2>/dev/null || openssl zlib <text 2>/dev/null ||\n"
		  "python3 -c 'import sys, zlib; sys.stdout.buffer.write(zlib.compress(open(\"text\", \"rb\").read()))') >seeds/zlib\n"
		  "(printf '\\002\\377'; bzip2 -c text) >seeds/bz; (printf '\\003\\377'; xz -c text) >seeds/xz; (printf '\\004\\377'; xz --format=lzma -c text) >seeds/lzma\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static uint8_t first[256 * ROOM_STEP], second[256 * ROOM_STEP];
	size_t room, n_first, n_second;
	enum status a, b;

	if (n < 2)
		return 0;
	room = (size_t)bytes[1] * ROOM_STEP;
	a = block_decode(bytes[0] % KINDS, bytes + 2, n - 2, first, room, &n_first);
	b = block_decode(bytes[0] % KINDS, bytes + 2, n - 2, second, room, &n_second);
	FUZZ_CHECK(a == b && n_first == n_second && n_first <= room);
	FUZZ_CHECK(memcmp(first, second, n_first) == 0);
	return 0;
}
