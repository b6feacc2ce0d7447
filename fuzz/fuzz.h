/* What a fuzz target says about itself. One target a file: fuzz_<name>.c, listed in meson.build. */
#ifndef ASSAY_FUZZ_FUZZ_H
#define ASSAY_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* One input. Returns 0; a truth that does not hold ends in abort(). */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Optional: seeds that are built by code. Calls run() for each. */
void fuzz_seeds(void (*run)(const void *bytes, size_t n)) __attribute__((weak));

/* Unlike assert() never compiled away. */
#define FUZZ_CHECK(truth)                                                                          \
	do {                                                                                       \
		if (!(truth)) {                                                                    \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #truth); \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

#endif
