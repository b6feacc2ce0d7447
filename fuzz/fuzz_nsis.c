/*
 * Who controls these bytes: whoever made the installer, tables and packed blocks included. Inputs
 * without a stub get one, so that the fuzzer works on the installer. Truths: the same input twice
 * says the same; spans and stored children lie inside.
 */
#include "format_truths.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The least that passes for a program: headers and one section of 512 bytes. */
static void stub_make(uint8_t stub[1024])
{
	memset(stub, 0, 1024);
	memcpy(stub, "MZ", 2);
	stub[60] = 64;
	memcpy(stub + 64, "PE\0\0", 4);
	stub[64 + 6] = 1;      /* sections */
	stub[64 + 20] = 224;   /* optional header */
	stub[64 + 24] = 0x0b;
	stub[64 + 25] = 0x01;
	stub[64 + 24 + 92] = 16;
	memcpy(stub + 64 + 24 + 224, ".ndata", 6);
	stub[64 + 24 + 224 + 17] = 2; /* 512 bytes ... */
	stub[64 + 24 + 224 + 21] = 2; /* ... at 512 */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *whole;

	if (size >= 2 && data[0] == 'M' && data[1] == 'Z') {
		format_truths(FORMAT_NSIS, data, size);
		return 0;
	}
	if (size > 1 << 20)
		return 0;
	whole = malloc(1024 + 28 + size);
	if (!whole)
		return 0;
	stub_make(whole);
	memset(whole + 1024, 0, 28);
	memcpy(whole + 1024 + 4, "\xef\xbe\xad\xde" "NullsoftInst", 16);
	memcpy(whole + 1024 + 28, data, size);
	if (size >= 4)
		memcpy(whole + 1024 + 20, data + size - 4, 3); /* length of the header, below 16 MiB */
	for (int i = 0; i < 4; i++)
		whole[1024 + 24 + i] = (uint8_t)((28 + size) >> (8 * i));
	whole[1024] = 4; /* no checksum */
	format_truths(FORMAT_NSIS, whole, 1024 + 28 + size);
	free(whole);
	return 0;
}
