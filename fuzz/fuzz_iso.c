/* Who controls these bytes: whoever made the image. The seed has both trees, a packed file, a boot image. */
#include "container.h"
#include "tool_seeds.h"

#include <zlib.h>

#include "util/buf.h"

enum { SECTOR = 2048, SECTORS = 26, ROOT = 20, JOLIET_ROOT = 21, FOLDER = 22, DATA = 23, PACKED = 24, CATALOGUE = 25 };

static void both16(uint8_t *p, unsigned v)
{
	p[0] = p[3] = (uint8_t)v;
	p[1] = p[2] = (uint8_t)(v >> 8);
}

static void both32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = p[7 - i] = (uint8_t)(v >> 8 * i);
}

/* Writes one record and returns its length. */
static size_t record(uint8_t *p, unsigned sector, unsigned bytes, unsigned flags, const char *name, size_t n_name,
		     const void *susp, size_t n_susp)
{
	size_t name_end = 33 + n_name + (n_name % 2 ? 0 : 1);

	p[0] = (uint8_t)(name_end + n_susp);
	both32(p + 2, sector);
	both32(p + 10, bytes);
	memcpy(p + 18, "\x7e\1\1\0\0\0\0", 7);
	p[25] = (uint8_t)flags;
	both16(p + 28, 1);
	p[32] = (uint8_t)n_name;
	memcpy(p + 33, name, n_name);
	memcpy(p + name_end, susp, n_susp);
	return p[0];
}

static void volume(uint8_t *p, unsigned type, unsigned root, const char *escape)
{
	p[0] = (uint8_t)type;
	memcpy(p + 1, "CD001\1", 6);
	both32(p + 80, SECTORS);
	memcpy(p + 88, escape, 3);
	both16(p + 120, 1);
	both16(p + 124, 1);
	both16(p + 128, SECTOR);
	record(p + 156, root, SECTOR, 2, "\0", 1, "", 0);
}

static void directories(uint8_t *image, size_t packed_bytes)
{
	static const char px[] = "PX\x24\1\xa4\x81\0\0\0\0\x81\xa4\1\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0NM\x09\1\0file";
	static const char link[] = "PX\x24\1\xff\xa1\0\0\0\0\xa1\xff\1\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0SL\x0b\1\0\0\4file";
	static const char zf[] = "ZF\x10\1pz\4\x0f\x46\0\0\0\0\0\0\x46";
	uint8_t *p = image + ROOT * SECTOR;

	p += record(p, ROOT, SECTOR, 2, "\0", 1, "SP\7\1\xbe\xef\0", 7);
	p += record(p, ROOT, SECTOR, 2, "\1", 1, "", 0);
	p += record(p, DATA, 6, 0, "FILE.;1", 7, px, sizeof(px) - 1);
	p += record(p, 0, 0, 0, "LINK.;1", 7, link, sizeof(link) - 1);
	p += record(p, PACKED, (unsigned)packed_bytes, 0, "PACK.;1", 7, zf, sizeof(zf) - 1);
	p += record(p, DATA, 3, 0x80, "MULTI.;1", 8, "", 0);
	p += record(p, DATA, 3, 0, "MULTI.;1", 8, "", 0);
	record(p, FOLDER, SECTOR, 2, "SUB", 3, "", 0);
	p = image + FOLDER * SECTOR;
	p += record(p, FOLDER, SECTOR, 2, "\0", 1, "", 0);
	p += record(p, ROOT, SECTOR, 2, "\1", 1, "", 0);
	record(p, DATA, 5, 0, "DEEP.;1", 7, "", 0);
	p = image + JOLIET_ROOT * SECTOR;
	p += record(p, JOLIET_ROOT, SECTOR, 2, "\0", 1, "", 0);
	p += record(p, DATA, 6, 0, "\0f\0i\0l\0e", 8, "", 0);
	record(p, DATA, 4, 0, "\0x", 2, "", 0);
}

/* Returns its length: the header, two places, one block of zlib. */
static size_t zisofs(uint8_t *p)
{
	static const char text[70] = "some text that is packed as one block of a zisofs file, once and twice";
	uLongf n = SECTOR - 24;

	memcpy(p, "\x37\xe4\x53\x96\xc9\xdb\xd6\x07\x46\0\0\0\4\x0f\0\0\x18\0\0\0", 20);
	if (compress2(p + 24, &n, (const Bytef *)text, sizeof(text), 9) != Z_OK)
		return 24;
	p[20] = (uint8_t)(24 + n);
	return 24 + n;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static uint8_t image[SECTORS * SECTOR];
	uint8_t *p = image + 17 * SECTOR;

	volume(image + 16 * SECTOR, 1, ROOT, "\0\0\0");
	memcpy(p, "\0CD001\1EL TORITO SPECIFICATION", 30);
	p[71] = CATALOGUE;
	volume(image + 18 * SECTOR, 2, JOLIET_ROOT, "%/E");
	memcpy(image + 19 * SECTOR, "\xff" "CD001\1", 7);
	memcpy(image + DATA * SECTOR, "hello\n", 6);
	directories(image, zisofs(image + PACKED * SECTOR));
	p = image + CATALOGUE * SECTOR;
	memcpy(p, "\1", 1);
	memcpy(p + 32, "\x88\0\0\0\0\0\1\0\x17\0\0\0", 12);
	run(image, sizeof(image));
	tool_seed("mkdir -p t/d; seq 3000 >t/d/a; seq 9 >t/b; genisoimage -quiet -udf -R -J -o seed t", run);
	tool_seed("mkdir -p seeds t/d/e/f/g/h/i/j/k; head -c 9000 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_iso.c\" >t/text; ln -s text t/link; touch t/$(printf '%0200d' 0)\n"
		  "mkzftree t z; genisoimage -quiet -r -J -o seeds/rj t; genisoimage -quiet -r -z -o seeds/z z; genisoimage -quiet -J -o seeds/j t\n"
		  "genisoimage -quiet -r -b text -no-emul-boot -o seeds/boot t\n"
		  "xorriso -as mkisofs -quiet -r -hfsplus -o seeds/x t; for f in seeds/*; do truncate -s '<500K' $f; done\n", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_ISO, bytes, n);
}
