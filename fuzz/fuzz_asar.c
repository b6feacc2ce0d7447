/*
 * Who controls these bytes: whoever made the release; an asar is opened as it comes out of an
 * installer. Truths: the same input twice says the same; spans and stored children lie inside.
 */
#include "fuzz.h"

#include "format_truths.h"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char json[] =
		"{\"files\":{\"d\":{\"files\":{\"a.js\":{\"size\":3,\"offset\":\"2\"}}},\"b\":{\"size\":2,"
		"\"offset\":\"0\",\"executable\":true},\"l\":{\"link\":\"b\"},\"u\":{\"size\":2,\"unpacked\":true},"
		"\"e\":{\"size\":0,\"offset\":\"0\",\"integrity\":{\"algorithm\":\"SHA256\",\"hash\":\"00\","
		"\"blockSize\":4194304,\"blocks\":[]}}}}";
	enum { N = sizeof(json) - 1, PADDED = (N + 3) & ~3 };
	uint8_t bytes[16 + PADDED + 5] = {4, 0, 0, 0, (PADDED + 8) & 255, (PADDED + 8) >> 8, 0, 0,
		(PADDED + 4) & 255, (PADDED + 4) >> 8, 0, 0, N & 255, N >> 8, 0, 0};

	memcpy(bytes + 16, json, N);
	memcpy(bytes + 16 + PADDED, "hiabc", 5);
	for (size_t cut = sizeof(bytes); cut; cut = cut * 3 / 4)
		run(bytes, cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	format_truths(FORMAT_ASAR, data, size);
	return 0;
}
