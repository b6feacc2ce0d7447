/*
 * Who controls these bytes: whoever drew the picture or cut the font. The first byte chooses the format.
 * Truths: the end lies inside; the same input twice ends at the same place; bytes behind a whole file do
 * not move its end.
 */
#include "fuzz.h"

#include <string.h>

#include "formats/image.h"

static const enum format_id formats[] = {FORMAT_PNG, FORMAT_JPEG, FORMAT_GIF, FORMAT_WEBP, FORMAT_ICO, FORMAT_ICNS,
	FORMAT_BMP, FORMAT_FONT, FORMAT_AUDIO, FORMAT_VIDEO, FORMAT_WASM, FORMAT_SQLITE};
enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

static enum status once(enum format_id f, const uint8_t *bytes, size_t n, uint64_t *ret_end)
{
	struct budget b = {.max_steps = 1 << 20};

	return image_end(f, cursor_of(bytes, n), &b, ret_end);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	enum format_id f;
	uint64_t end, again;
	enum status s;

	if (n == 0)
		return 0;
	f = formats[bytes[0] % N_FORMATS];
	s = once(f, bytes + 1, n - 1, &end);
	FUZZ_CHECK(s == once(f, bytes + 1, n - 1, &again) && end == again);
	FUZZ_CHECK(s != STATUS_OK || end <= n - 1);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char png[] = "\0\x89PNG\r\n\x1a\n\0\0\0\4IHDRabcdcrc!\0\0\0\0IENDcrc!";
	static const char jpeg[] = "\1\xff\xd8\xff\xe0\0\4ab\xff\xda\0\2scan\xff\0x\xff\xd9";
	static const char gif[] = "\2GIF89a\1\0\1\0\x80\0\0abcdef\x2c\0\0\0\0\1\0\1\0\0\2\2ab\0\x3b";
	static const char font[] = "\7\0\1\0\0\0\1\0\0\0\0\0\0cmap\0\0\0\0\0\0\0\x1c\0\0\0\4data";
	static const char wasm[] = "\12\0asm\1\0\0\0\1\4\1\x60\0\0";
	static const struct {
		const char *p;
		size_t n;
	} seeds[] = {{png, sizeof(png) - 1}, {jpeg, sizeof(jpeg) - 1}, {gif, sizeof(gif) - 1}, {font, sizeof(font) - 1},
		{wasm, sizeof(wasm) - 1}};
	char copy[128];

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		for (size_t k = 0; k <= seeds[i].n; k++) {
			memcpy(copy, seeds[i].p, seeds[i].n);
			copy[0] = (char)(k % N_FORMATS);
			run(seeds[i].p, k);
			run(copy, seeds[i].n);
		}
}
