/*
 * Who controls these bytes: whoever built either program. Inputs that are no program by their first bytes
 * are taken as NEW against a seed. Truths: see reader_truths.h.
 */
#include "fuzz.h"

#include "exec_seeds.h"
#include "reader_truths.h"

extern const struct reader reader_exec;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	uint8_t seed[SEED_BYTES];
	size_t n_seed = n && bytes[n - 1] & 1 ? seed_elf(seed) : n && bytes[n - 1] & 2 ? seed_macho(seed) : seed_pe(seed);
	struct cursor old = cursor_of(seed, n_seed), new_ = cursor_of(bytes, n);

	FUZZ_CHECK(reader_once(&reader_exec, "bin/x.exe", old, true, new_) ==
		reader_once(&reader_exec, "bin/x.exe", old, true, new_));
	(void)reader_once(&reader_exec, "bin/x.exe", new_, true, old);
	(void)reader_once(&reader_exec, "logo.png", old, false, new_);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static size_t (*const seeds[])(uint8_t *) = {seed_pe, seed_elf, seed_macho};
	uint8_t seed[SEED_BYTES];

	for (int i = 0; i < 3; i++) {
		size_t n = seeds[i](seed);

		run(seed, n);
		for (size_t at = 0; at < n; at += 29) {
			uint8_t was = seed[at];

			seed[at] ^= 0x81;
			run(seed, n);
			seed[at] = was;
		}
	}
}
