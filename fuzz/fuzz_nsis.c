/*
 * Who controls these bytes: whoever made the installer, tables and packed blocks included. Inputs
 * without a stub get one, so that the fuzzer works on the installer. Truths: the same input twice
 * says the same; spans and stored children lie inside.
 */
#include "fuzz.h"

#include "format_truths.h"

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

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

/* Stored: a header with four instructions and two blocks of data. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	enum { ENTRIES = 300, STRINGS = ENTRIES + 4 * 28, HEADER = STRINGS + 40 };
	static const uint32_t ops[4][4] = {
		{11, 1, 1, 0}, {20, 0, 9, 0}, {41, 9, 0, 1}, {1, 0, 0, 0}};
	uint8_t bytes[4 + HEADER + 4 + 3 + 4 + 2 + 4] = {0};
	uint8_t *h = bytes + 4;

	put32(bytes, HEADER);
	for (int i = 0; i < 8; i++)
		put32(h + 4 + 8 * i, i < 3 ? ENTRIES : i == 3 ? STRINGS : HEADER);
	put32(h + 8 + 8 * 2, 4);
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 4; k++)
			put32(h + ENTRIES + 28 * i + 4 * k, ops[i][k]);
	memcpy(h + STRINGS, "\0\3\x95\x80\\dir\0a.exe", 14); /* "", "$INSTDIR\dir", "a.exe" */
	put32(bytes + 4 + HEADER, 3);
	memcpy(bytes + 8 + HEADER, "abc", 3);
	put32(bytes + 11 + HEADER, 2);
	put32(bytes + sizeof(bytes) - 4, HEADER);
	for (size_t cut = 0; cut < sizeof(bytes) - 4; cut += 40) {
		run(bytes + cut, sizeof(bytes) - cut);
	}
	for (size_t at = 0; at < sizeof(bytes) - 4; at += 3) {
		bytes[at] ^= 0x81;
		run(bytes, sizeof(bytes));
		bytes[at] ^= 0x81;
	}
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
		memcpy(whole + 1024 + 20, data + size - 4,
			3); /* length of the header, below 16 MiB */
	for (int i = 0; i < 4; i++)
		whole[1024 + 24 + i] = (uint8_t)((28 + size) >> (8 * i));
	whole[1024] = 4; /* no checksum */
	format_truths(FORMAT_NSIS, whole, 1024 + 28 + size);
	free(whole);
	return 0;
}
