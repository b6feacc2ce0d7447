/* Who controls these bytes: whoever hands a customer a proof, or serves tiles. */
#include "fuzz.h"

#include <string.h>

#include "ledger/proof.h"
#include "ledger/tile.h"

static void check_sequence(struct str all)
{
	struct str rest = all, one;
	struct tlog_proof p;
	size_t seen = 0;

	while (tlog_proof_next(&rest, &one)) {
		FUZZ_CHECK(one.len > 0 && one.p == all.p + seen);
		seen += one.len;
		if (tlog_proof_parse(one, &p))
			FUZZ_CHECK(p.path.n <= MERKLE_PROOF_MAX && p.checkpoint.len > 0);
	}
	FUZZ_CHECK(seen + rest.len == all.len);
}

static void check_bundle(struct str all)
{
	struct str rest = all, entry;
	size_t before = rest.len;

	while (bundle_next(&rest, &entry)) {
		FUZZ_CHECK(rest.len + entry.len + 2 == before);
		before = rest.len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct str all = str_view(bytes, n);
	char again[TILE_PATH_MAX];
	struct tlog_proof p;
	unsigned width;
	uint64_t index;
	int level;

	tlog_proof_parse(all, &p);
	check_sequence(all);
	check_bundle(all);
	if (tile_path_parse(all, &level, &index, &width)) {
		tile_path(level, index, width, again);
		FUZZ_CHECK(str_is(all, again));
	}
	return 0;
}

#define HASH "rzFuy5Go7nrpkhBwKy1HWPMM3eO/YePY54fXRoH5Cm4=\n"
#define PROOF                                                                                      \
	"c2sp.org/tlog-proof@v1\nextra ZXh0cmEgaW5mb3JtYXRpb24=\nindex 5\n" HASH HASH              \
	"\nlog.example\n6\n" HASH "\n\xE2\x80\x94 log.example AAAAAAAA\n"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	static const char *const seeds[] = {PROOF, PROOF PROOF, "tile/0/x001/x234/067.p/44",
		"tile/entries/000", "tile/63/000", "tile/entries/x999/999.p/255"};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		run(seeds[i], strlen(seeds[i]));
	run("\0\1a\0\2bb\0\0", 9);
}
