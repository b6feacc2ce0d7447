/* Who controls these bytes: whoever made the release; jar, whl, nupkg, vsix and apk are zip. */
#include "container.h"
#include "tool_seeds.h"

#include <zlib.h>

#include "util/buf.h"

static void u16(struct buf *b, unsigned v)
{
	buf_add_char(b, (char)v);
	buf_add_char(b, (char)(v >> 8));
}

static void u32(struct buf *b, uint32_t v)
{
	u16(b, v & 0xffff);
	u16(b, v >> 16);
}

struct part {
	const char *name, *data;
	unsigned n, size, method, flags;
	uint32_t crc, at;
};

static void put_local(struct buf *b, struct part *p)
{
	p->at = (uint32_t)b->len;
	buf_add(b, "PK\3\4\x14\0", 6);
	u16(b, p->flags);
	u16(b, p->method);
	u32(b, 0x58216000);
	u32(b, p->flags & 8 ? 0 : p->crc);
	u32(b, p->flags & 8 ? 0 : p->n);
	u32(b, p->flags & 8 ? 0 : p->size);
	u16(b, (unsigned)strlen(p->name));
	u16(b, 9);
	buf_add_z(b, p->name);
	buf_add(b, "UT\5\0\1\0\0\0\1", 9);
	buf_add(b, p->data, p->n);
	if (p->flags & 8) {
		buf_add(b, "PK\7\10", 4);
		u32(b, p->crc);
		u32(b, p->n);
		u32(b, p->size);
	}
}

static void put_central(struct buf *b, const struct part *p)
{
	buf_add(b, "PK\1\2\x14\3\x14\0", 8);
	u16(b, p->flags);
	u16(b, p->method);
	u32(b, 0x58216000);
	u32(b, p->crc);
	u32(b, p->n);
	u32(b, p->size);
	u16(b, (unsigned)strlen(p->name));
	u32(b, 0);
	u32(b, 0);
	u32(b, 0100644u << 16);
	u32(b, p->at);
	buf_add_z(b, p->name);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	/* "text text text" deflated */
	static const char packed[] = "\x2b\x49\xad\x28\x51\x28\x81\x11\x00";
	struct part parts[] = {{"a.js", "stored", 6, 6, 0, 0, 0, 0},
			       {"d/b", packed, 9, 14, 8, 8, 0, 0},
			       {"lzma", "\x09\x14\5\0\x5d\0\0\1\0\0\x3a", 11, 1, 14, 2, 0, 0},
			       {"hidden", "only here", 9, 9, 0, 0, 0, 0}};
	struct buf b;
	uint32_t dir;

	parts[0].crc = (uint32_t)crc32(0, (const Bytef *)"stored", 6);
	parts[1].crc = (uint32_t)crc32(0, (const Bytef *)"text text text", 14);
	buf_init(&b, 1 << 20);
	for (int i = 0; i < 4; i++)
		put_local(&b, &parts[i]);
	run(b.p, b.len);
	dir = (uint32_t)b.len;
	for (int i = 0; i < 3; i++)
		put_central(&b, &parts[i]);
	u32(&b, 0x06054b50);
	u32(&b, 0);
	u16(&b, 3);
	u16(&b, 3);
	u32(&b, (uint32_t)b.len - 12 - dir);
	u32(&b, dir);
	u16(&b, 7);
	buf_add_z(&b, "comment");
	run(b.p, b.len);
	buf_release(&b);
	tool_seed("mkdir -p seeds t/d; head -c 2000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_zip.c\" >t/text; ln -s text t/link; (cd t; zip -qry ../seeds/zip .; zip -qry -P a ../seeds/locked .\n"
		  "cat text | zip -q - - | cat >../seeds/stream; zip -qr -Z bzip2 ../seeds/bz text; 7zz a -bso0 -mm=Deflate64 ../seeds/d64.zip text; 7zz a -bso0 -mm=LZMA ../seeds/lzma.zip text\n"
		  "7zz a -bso0 -mm=PPMd ../seeds/ppmd.zip text; 7zz a -bso0 -mem=AES256 -pa ../seeds/aes.zip text)\n"
		  "(cat /bin/true; cat seeds/zip.zip) | tail -c 9000 >seeds/behind; zip -qc seeds/zip.zip </dev/null || true\n"
		  "for k in wheel jar appx apk crx; do python3 \"$ASSAY_SOURCE_ROOT/tests/make/zipkin.py\" $k t $k; mv $k seeds; done\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(n >= 4 && memcmp(bytes, "Cr24", 4) == 0 ? FORMAT_CRX : FORMAT_ZIP, bytes, n);
}
