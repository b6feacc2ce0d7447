/*
 * Who controls these bytes: whoever built the program. Truths: the same input twice says the same; every
 * section and the overlay lie inside; a damaged result names its reason.
 */
#include "fuzz.h"

#include "exec_seeds.h"
#include "formats/elf.h"
#include "format_truths.h"

/* A number over what was said. */
static uint64_t once(const uint8_t *bytes, size_t n)
{
	struct arena a;
	struct budget b = {.max_steps = 4 << 20};
	struct elf elf;
	enum status st;
	uint64_t said;

	arena_init(&a, 0);
	st = elf_parse(&a, &b, cursor_of(bytes, n), &elf);
	FUZZ_CHECK(st != STATUS_DAMAGED || elf.damage);
	FUZZ_CHECK(elf.n_sections <= ELF_SECTIONS_MAX && elf.n_symbols <= ELF_SYMBOLS_MAX);
	for (size_t i = 0; i < elf.n_sections; i++)
		FUZZ_CHECK(!elf.sections[i].bytes ||
			(elf.sections[i].offset <= n && elf.sections[i].bytes <= n - elf.sections[i].offset));
	FUZZ_CHECK(elf.overlay_offset <= n && elf.overlay_bytes <= n - elf.overlay_offset);
	said = st + elf.n_symbols * 3 + elf.n_needed * 5 + elf.n_segments * 7 + elf.build_id.len + b.steps * 11;
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
	size_t n = seed_elf(seed);

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
