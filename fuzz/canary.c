/*
 * The canary: a target with a planted fault that one flipped bit of its seed reaches. Its replay
 * must fail; if it passes, the driver does not do what it says. Nobody controls these bytes.
 */
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	FUZZ_CHECK(n < 6 || memcmp(bytes, "canary", 6) != 0);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	run("banary", 6);
}
