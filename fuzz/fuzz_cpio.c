/* Who controls these bytes: whoever made the release; payloads of packages and an initramfs are cpio. */
#include "container.h"

/* One member of each form, and what ends it, as GNU cpio writes them. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char newc[] = "07070100000001000081a4000000000000000000000002650000000000000500"
				   "0000080000000100000000000000000000000600000000file1\0hello\0\0\0"
				   "07070100000001000081a4000000000000000000000002650000000000000000"
				   "0000080000000100000000000000000000000200000000b\0"
				   "07070100000002000041ed000000000000000000000001650000000000000000"
				   "0000080000000100000000000000000000000200000000d\0"
				   "0707010000000000000000000000000000000000000001000000000000000000"
				   "0000000000000000000000000000000000000b00000000TRAILER!!!\0\0\0\0";
	static const char crc[] = "07070200000001000081a4000000000000000000000001650000000000000500"
				  "0000080000000100000000000000000000000600000214file1\0hello\0\0\0";
	static const char odc[] = "0707070000010000011006440000000000000000010000000000000000000000"
				  "0200000000005a\0hello"
				  "0707070000000000000000000000000000000000010000000000000000000001"
				  "300000000000TRAILER!!!\0";
	static const char binary[] = "\xc7\x71\1\0\1\0\xa4\x81\0\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0\5\0a\0hello\0"
				     "\xc7\x71\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\x0b\0\0\0\0\0TRAILER!!!\0";
	static const char stripped[] = "07070X00000000\0\0hello";

	run(newc, sizeof(newc) - 1);
	run(crc, sizeof(crc) - 1);
	run(odc, sizeof(odc) - 1);
	run(binary, sizeof(binary) - 1);
	run(stripped, sizeof(stripped) - 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_CPIO, bytes, n);
}
