/* Who controls these bytes: whoever made the release; installers and updates carry cabinets. */
#include "container.h"

#include <zlib.h>

#include "../tests/make/cab.h"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char text[] = "some text that is long enough to be worth packing, packing, packing.";
	uint8_t packed[200] = "CK";
	z_stream z = {0};
	struct cab_made m;
	struct buf b;

	buf_init(&b, 1 << 20);
	cab_make_begin(&m);
	m.flags = 4;
	m.reserved = "reserved";
	m.n_reserved = 8;
	cab_make_folder(&m, 0, 1);
	cab_make_block(&m, text, sizeof(text), sizeof(text));
	if (deflateInit2(&z, 9, Z_DEFLATED, -15, 9, 0) == Z_OK) {
		z.next_in = (Bytef *)(uintptr_t)text;
		z.avail_in = sizeof(text);
		z.next_out = packed + 2;
		z.avail_out = sizeof(packed) - 2;
		deflate(&z, Z_FINISH);
		cab_make_folder(&m, 1, 2);
		cab_make_block(&m, packed, 2 + z.total_out, sizeof(text));
		cab_make_block(&m, packed, 2 + z.total_out, sizeof(text));
		deflateEnd(&z);
	}
	cab_make_folder(&m, 3 | 16 << 8, 1);
	cab_make_lzx(&m, text, sizeof(text) & ~1ul);
	cab_make_file(&m, "stored", 20, 0, 0);
	cab_make_file(&m, "twice", 20, 10, 0);
	cab_make_file(&m, "zipped", sizeof(text), 20, 1);
	cab_make_file(&m, "lzx", 60, 0, 2);
	cab_make_file(&m, "other", 60, 0, 0xffff);
	cab_make_end(&m, &b);
	run(b.p, b.len);
	b.len = 0;
	/* every folder claims the blocks of all others */
	cab_make_begin(&m);
	for (int i = 0; i < 2000; i++)
		cab_make_folder(&m, 0, 2000);
	for (int i = 0; i < 2000; i++)
		cab_make_block(&m, "", 0, 0);
	cab_make_file(&m, "many", 0, 0, 0);
	cab_make_end(&m, &b);
	run(b.p, b.len);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_CAB, bytes, n);
}
