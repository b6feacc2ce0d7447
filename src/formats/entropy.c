#include "formats/entropy.h"

#include <string.h>

/* log2(v) * 65536 for v >= 1: integer part by position, 16 fraction bits by squaring. */
static uint64_t log2_fixed(uint64_t v)
{
	unsigned whole = 63u - (unsigned)__builtin_clzll(v);
	uint64_t m = whole > 31 ? v >> (whole - 31) : v << (31 - whole); /* 1.31 */
	uint64_t r = (uint64_t)whole << 16;

	for (int bit = 15; bit >= 0; bit--) {
		m = (m * m) >> 31;
		if (m >> 32) {
			m >>= 1;
			r |= 1u << bit;
		}
	}
	return r;
}

uint32_t entropy_millibits(struct cursor bytes, struct budget *b)
{
	uint64_t counts[256] = {0};
	uint64_t n = bytes.len, log_n, sum = 0;

	if (n == 0 || !budget_step(b, n / 64 + 1))
		return 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t word;

		/* one byte over and over is counted by eights: each step would wait for the one before it */
		while (n - i > sizeof(word)) {
			memcpy(&word, bytes.base + i, sizeof(word));
			if (word != bytes.base[i] * 0x0101010101010101u)
				break;
			counts[bytes.base[i]] += sizeof(word);
			i += sizeof(word);
		}
		counts[bytes.base[i]]++;
	}
	log_n = log2_fixed(n);
	for (int i = 0; i < 256; i++)
		if (counts[i])
			sum += counts[i] * (log_n - log2_fixed(counts[i]));
	return (uint32_t)(sum / n * 1000 / 65536);
}
