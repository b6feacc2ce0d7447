/* Who controls these bytes: whoever made the release; a Debian package is an ar. */
#include "container.h"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char deb[] =
		"!<arch>\n"
		"debian-binary   1700000000  0     0     100644  4         `\n2.0\n"
		"//                                              12        `\na_long_name/"
		"/0              1700000000  0     0     100644  1         `\nx\n"
		"#1/4            1700000000  0     0     100644  6         `\nbsd\0ab"
		"/               0           0     0     0       12        `\n\0\0\0\1\0\0\0\110sym\0";

	run(deb, sizeof(deb) - 1);
	run("!<thin>\n", 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_AR, bytes, n);
}
