/*
 * WiX bundles (Burn): a PE section ".wixburn":
 *
 *	 0  u32 0x00F14300, u32 version, 16 bundle id, u32 bytes of the program in front
 *	28  u32 checksum, u32 offset, u32 bytes of the signature of the program in front (0, 0 = none)
 *	40  u32 kind of container (1 = cabinet), u32 containers, u32 bytes of each
 *
 * The first container (user interface and manifest) stands behind the program, the others behind
 * that signature, or behind the first where there is none.
 */
#include "formats/program.h"

enum { CONTAINERS_MAX = 64, VERSION_MAX = 8 };

struct bundle {
	struct cursor sizes;
	uint32_t stub, signature_at, signature_bytes, n;
};

static bool header(const struct program *p, struct bundle *b)
{
	struct cursor c = {.bad = true};
	uint32_t magic, version;

	for (size_t i = 0; p->kind == FORMAT_PE && i < p->pe.n_sections; i++)
		if (str_is(p->pe.sections[i].name, ".wixburn"))
			c = cursor_part(&p->whole, p->pe.sections[i].offset,
				p->pe.sections[i].bytes);
	magic = cursor_u32le(&c);
	version = cursor_u32le(&c);
	cursor_skip(&c, 16);
	b->stub = cursor_u32le(&c);
	cursor_skip(&c, 4);
	b->signature_at = cursor_u32le(&c);
	b->signature_bytes = cursor_u32le(&c);
	cursor_skip(&c, 4);
	b->n = cursor_u32le(&c);
	b->sizes = c;
	return cursor_ok(&c) && magic == 0x00f14300 && version <= VERSION_MAX && b->n > 0 &&
		b->n <= CONTAINERS_MAX;
}

static bool burn_find(struct program *p)
{
	struct bundle b;

	return header(p, &b);
}

static enum status burn_open(struct program *p, struct archive *a)
{
	struct bundle b;
	uint64_t at;

	if (!header(p, &b))
		return STATUS_OK;
	at = b.stub;
	for (uint32_t i = 0; i < b.n; i++) {
		uint64_t bytes = cursor_u32le(&b.sizes);

		if (!cursor_ok(&b.sizes)) {
			a->damaged = true;
			archive_odd_z(a, "burn-damaged", 0,
				"the sizes of the containers are cut off");
			return STATUS_OK;
		}
		TRY(program_span(a, i ? arena_printf(p->arena, "[container %u]", i)
			: STR("[bundle manifest]"), at, bytes));
		at += bytes;
		if (i == 0 && b.signature_at) {
			archive_region(a, b.signature_at, b.signature_bytes, "signature");
			at = (uint64_t)b.signature_at + b.signature_bytes;
		}
	}
	return STATUS_OK;
}

const struct carrier carrier_burn = {"WiX bundle", burn_find, burn_open};
