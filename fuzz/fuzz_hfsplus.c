/* Who controls these bytes: whoever made the release; HFS Plus volumes come out of Apple disk images. */
#include "container.h"
#include "tool_seeds.h"

#include "util/buf.h"

enum { BLOCK = 512, CATALOG = 4, NODES = 2, CONTENT = 6 };

static void put(uint8_t *p, uint64_t v, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
}

static size_t key(uint8_t *p, uint32_t parent, const char *name)
{
	size_t n = strlen(name);

	put(p, 6 + 2 * n, 2);
	put(p + 2, parent, 4);
	put(p + 6, n, 2);
	for (size_t i = 0; i < n; i++)
		put(p + 8 + 2 * i, (uint8_t)name[i], 2);
	return 8 + 2 * n;
}

/* A catalog of one leaf: the root, a folder in it, a file in that. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static uint8_t b[BLOCK * 16];
	uint8_t *h = b + 1024, *leaf = b + (CATALOG + 1) * BLOCK, *p = leaf + 14, *end = leaf + BLOCK;

	put(h, 0x482b0004, 4);
	put(h + 40, BLOCK, 4);
	put(h + 44, sizeof(b) / BLOCK, 4);
	put(h + 272, NODES * BLOCK, 8);
	put(h + 272 + 12, NODES, 4);
	put(h + 272 + 16, CATALOG, 4);
	put(h + 272 + 20, NODES, 4);
	put(b + CATALOG * BLOCK + 14 + 10, 1, 4);
	put(b + CATALOG * BLOCK + 14 + 18, BLOCK, 2);
	leaf[8] = 0xff;
	put(leaf + 10, 2, 2);
	put(end - 2, 14, 2);
	p += key(p, 2, "d");
	put(p, 1, 2);
	put(p + 8, 16, 4);
	put(p + 42, 040755, 2);
	p += 88;
	put(end - 4, (uint64_t)(p - leaf), 2);
	p += key(p, 16, "f");
	put(p, 2, 2);
	put(p + 8, 17, 4);
	put(p + 42, 0100644, 2);
	put(p + 88, 700, 8);
	put(p + 88 + 12, 2, 4);
	put(p + 88 + 16, CONTENT, 4);
	put(p + 88 + 20, 1, 4);
	put(p + 88 + 24, CONTENT + 2, 4);
	put(p + 88 + 28, 1, 4);
	p += 248;
	put(end - 6, (uint64_t)(p - leaf), 2);
	memset(b + CONTENT * BLOCK, 'x', BLOCK);
	run(b, sizeof(b));
	tool_seed("mkdir t; seq 3000 >t/a; seq 9 >t/b; seq 20 >t/c; seq 30000 >t/d\n"
		  "for n in 3 7 8 11 12; do cp t/c t/e$n; done\n"
		  "python3 \"${ASSAY_SOURCE_ROOT:-.}/tests/make/hfsplus.py\" mixed t seed", run);
	tool_seed("mkdir -p seeds t/d/e; cd t; for i in $(seq 40); do echo $i >f$i; done; ln -s f1 link; ln f2 twin; cd ..\n"
		  "xorriso -as mkisofs -quiet -hfsplus -o v.img t; python3 \"$ASSAY_SOURCE_ROOT/tests/make/dmg.py\" --volume v.img seeds/a\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_HFSPLUS, bytes, n);
}
