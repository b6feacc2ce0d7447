/*
 * Who controls these bytes: whoever built the program. Truths: the same input twice says the same; every
 * section and the overlay lie inside; a damaged result names its reason.
 */
#include "fuzz.h"

#include "exec_seeds.h"
#include "formats/macho.h"
#include "format_truths.h"

/* A number over what was said. */
static uint64_t once(const uint8_t *bytes, size_t n)
{
	struct arena a;
	struct budget b = {.max_steps = 4 << 20};
	struct macho m;
	enum status st;
	uint64_t said;

	arena_init(&a, 0);
	st = macho_parse(&a, &b, cursor_of(bytes, n), &m);
	FUZZ_CHECK(st != STATUS_DAMAGED || m.damage);
	FUZZ_CHECK(m.n_images <= MACHO_IMAGES_MAX);
	FUZZ_CHECK(m.overlay_offset <= n && m.overlay_bytes <= n - m.overlay_offset);
	said = st + b.steps * 11;
	for (size_t i = 0; i < m.n_images; i++) {
		said += m.images[i].n_symbols * 3 + m.images[i].n_sections * 5 + m.images[i].signature.identifier.len;
		for (size_t k = 0; k < m.images[i].n_sections; k++)
			FUZZ_CHECK(!m.images[i].sections[k].bytes || (m.images[i].sections[k].offset <= n &&
				m.images[i].sections[k].bytes <= n - m.images[i].sections[k].offset));
	}
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
	size_t n = seed_macho(seed);

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
