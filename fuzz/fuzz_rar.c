/* Who controls these bytes: whoever made the release. One seed of each generation. */
#include "container.h"

#include "../tests/make/rar.h"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char name[] = "abcd\0\x04\x6c\x16\x38\x04z\2", link[] = "\x0a\5\1\0\5a.txt!";
	struct rar5_made m = {.type = 2, .name = "link", .extra = link, .n_extra = 11};
	struct rar5_made note = {.type = 3, .name = "CMT", .size = 7};
	struct buf b;
	unsigned sum;
	size_t at;

	buf_init(&b, 1 << 16);
	rar4_start(&b, 0);
	rar4_stored(&b, 0x74, 0, "a.txt", 5, 0100644, "hello", 5);
	rar4_stored(&b, 0x74, 0x200, name, sizeof(name) - 1, 0100644, "x", 1);
	rar4_stored(&b, 0x74, 0, "link", 4, 0120777, "a.txt", 5);
	rar4_stored(&b, 0x74, 0x200, "", 0, 0100644, "no name", 7); /* found: a search in nothing */
	rar4_stored(&b, 0x7a, 0, "CMT", 3, 0, "comment", 7);
	at = b.len;
	rar4_stored(&b, 0x74, 0, "packed", 6, 0100644, "not what packing gives", 22);
	b.p[at + 25] = 0x33; /* the way of packing, which the sum in front is over */
	sum = (unsigned)crc32_z(0, (const Bytef *)b.p + at + 2, ((uint8_t)b.p[at + 5] | (size_t)(uint8_t)b.p[at + 6] << 8) - 2);
	b.p[at] = (char)sum;
	b.p[at + 1] = (char)(sum >> 8);
	rar4_end(&b);
	run(b.p, b.len);
	buf_clear(&b);
	rar5_start(&b);
	rar5_stored(&b, "a.txt", "hello", 5);
	rar5_packed(&b, "packed.txt", (const uint8_t *)"some text, some text, some text", 31);
	rar5_block(&b, &m, "", 0);
	rar5_block(&b, &note, "comment", 7);
	rar5_end(&b);
	run(b.p, b.len);
	buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_RAR, bytes, n);
}
