/* Who controls these bytes: whoever made the image. Descriptors have sums, so most mutations stop there; the seeds are small. */
#include "container.h"
#include "tool_seeds.h"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("PATH=$PATH:/sbin:/usr/sbin; truncate -s 1M seed; mkudffs --media-type=hd --blocksize=512 seed", run);
	tool_seed("mkdir -p t/d; seq 3000 >t/d/a; seq 9 >t/b.txt; ln -s d/a t/l\n"
		  "python3 \"${ASSAY_SOURCE_ROOT:-.}/tests/make/udf.py\" pieces,short,streams t seed", run);
	tool_seed("mkdir -p t/d; seq 3000 >t/d/a; seq 9 >t/b.txt\n"
		  "python3 \"${ASSAY_SOURCE_ROOT:-.}/tests/make/udf.py\" metadata,long t seed", run);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	return container_check(FORMAT_UDF, bytes, n);
}
