/*
 * Who controls these bytes: whoever built the program. Truths: the same input twice says the same; every
 * section and the overlay lie inside; a damaged result names its reason.
 */
#include "fuzz.h"

#include "exec_seeds.h"
#include "formats/pe.h"
#include "format_truths.h"

/* A number over what was said. */
static uint64_t once(const uint8_t *bytes, size_t n)
{
	struct arena a;
	struct budget b = {.max_steps = 4 << 20};
	struct pe pe;
	enum status st;
	uint64_t said;

	arena_init(&a, 0);
	st = pe_parse(&a, &b, cursor_of(bytes, n), &pe);
	FUZZ_CHECK(st != STATUS_DAMAGED || pe.damage);
	FUZZ_CHECK(pe.n_sections <= PE_SECTIONS_MAX && pe.n_imports <= PE_SYMBOLS_MAX && pe.n_exports <= PE_SYMBOLS_MAX);
	for (size_t i = 0; i < pe.n_sections; i++)
		FUZZ_CHECK(pe.sections[i].offset <= n && pe.sections[i].bytes <= n - pe.sections[i].offset);
	FUZZ_CHECK(pe.overlay_offset <= n && pe.overlay_bytes <= n - pe.overlay_offset);
	FUZZ_CHECK(!pe.signature.present || (pe.signature.offset <= n && pe.signature.table_bytes <= n - pe.signature.offset));
	said = fast_hash(pe_authenticode_sha256(&pe, cursor_of(bytes, n)).b, SHA256_BYTES, st);
	said += pe.n_imports * 3 + pe.n_exports * 5 + pe.n_version_strings * 7 + b.steps;
	arena_release(&a);
	return said;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	FUZZ_CHECK(once(bytes, n) == once(bytes, n));
	format_truths(FORMAT_PE_OVERLAY, bytes, n);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	uint8_t seed[SEED_BYTES];
	size_t n = seed_pe(seed);

	run(seed, n);
	for (size_t cut = 0; cut < n; cut += 97)
		run(seed, cut);
	for (size_t at = 0; at < n; at += 13) {
		uint8_t was = seed[at];

		seed[at] ^= 0xff;
		run(seed, n);
		seed[at] = was;
	}
}
