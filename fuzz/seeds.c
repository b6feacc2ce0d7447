/*
 * For libFuzzer, which knows nothing of fuzz_seeds(): with FUZZ_SEEDS=FOLDER the target first writes its seeds there,
 * one file each, named after its bytes, so that the fuzzer starts from them and not from nothing.
 */
#include "fuzz.h"

#include "util/hash.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);

static const char *folder;

static void keep(const void *bytes, size_t n)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%016llx-%zu", folder, (unsigned long long)fast_hash(bytes, n, 0), n);
	f = fopen(path, "wb");
	FUZZ_CHECK(f && fwrite(bytes, 1, n, f) == n && fclose(f) == 0);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	folder = getenv("FUZZ_SEEDS");
	if (folder && fuzz_seeds)
		fuzz_seeds(keep);
	return 0;
}
