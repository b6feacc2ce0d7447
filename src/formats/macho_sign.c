/*
 * Code signature, all big endian: fade0cc0, bytes, n, then { type, offset }. Type 0: CodeDirectory
 * fade0c02, bytes, version, flags, hashes, identifier offset, ..., team offset at 48 (version 0x20200
 * on). Type 5: entitlements fade7171, bytes, text. Type 0x10000: CMS fade0b01, bytes, content.
 */
#include "formats/macho_int.h"

enum { BLOBS_MAX = 64, SLOT_DIRECTORY = 0, SLOT_ENTITLEMENTS = 5, SLOT_CMS = 0x10000 };
enum { FLAG_ADHOC = 0x2, FLAG_RUNTIME = 0x10000, TEXT_MAX = 256 << 10, NAME_BYTES = 1024 };

static struct str text_at(struct cursor blob, uint32_t at)
{
	cursor_seek(&blob, at);
	return cursor_zstr(&blob, NAME_BYTES);
}

static void read_directory(struct macho_parse *p, struct cursor blob)
{
	struct macho_signature *s = &p->image->signature;
	uint32_t version, identifier, team;

	if (s->identifier.len)
		return; /* alternative directories state the same */
	cursor_seek(&blob, 8);
	version = cursor_u32be(&blob);
	s->flags = cursor_u32be(&blob);
	cursor_skip(&blob, 4);
	identifier = cursor_u32be(&blob);
	s->adhoc = s->flags & FLAG_ADHOC;
	s->hardened = s->flags & FLAG_RUNTIME;
	if (!cursor_ok(&blob))
		return macho_damage(p, "code directory cut short");
	s->identifier = text_at(blob, identifier);
	if (version < 0x20200)
		return;
	cursor_seek(&blob, 48);
	team = cursor_u32be(&blob);
	if (team)
		s->team = text_at(blob, team);
}

static void read_blob(struct macho_parse *p, uint32_t slot, struct cursor blob)
{
	struct macho_signature *s = &p->image->signature;
	uint32_t magic = cursor_u32be(&blob), bytes = cursor_u32be(&blob);
	struct cursor content;

	if (!cursor_ok(&blob) || bytes < 8 || bytes > blob.len)
		return macho_damage(p, "signature blob outside the signature");
	blob = cursor_clip(&blob, 0, bytes);
	content = cursor_clip(&blob, 8, bytes - 8);
	if (magic == 0xfade0c02) {
		read_directory(p, blob);
	} else if (magic == 0xfade7171 && slot == SLOT_ENTITLEMENTS) {
		s->entitlements = str_view(content.base, content.len < TEXT_MAX ? content.len : TEXT_MAX);
	} else if (magic == 0xfade0b01 && slot == SLOT_CMS && content.len && !s->has_signer) {
		s->has_signer = signed_data_read(p->arena, p->budget, content, &s->signer) == STATUS_OK;
	}
}

void macho_read_signature(struct macho_parse *p, struct cursor blob)
{
	struct cursor c = blob;
	uint32_t n;

	if (cursor_u32be(&c) != 0xfade0cc0)
		return macho_damage(p, "code signature is not one");
	p->image->signature.present = true;
	cursor_skip(&c, 4);
	n = cursor_u32be(&c);
	if (n > BLOBS_MAX || !cursor_count(&c, n, 8)) {
		macho_damage(p, "too many signature blobs");
		n = n > BLOBS_MAX ? BLOBS_MAX : n;
	}
	for (uint32_t i = 0; i < n && macho_step(p, 1); i++) {
		uint32_t slot = cursor_u32be(&c), at = cursor_u32be(&c);

		if (!cursor_ok(&c))
			return;
		read_blob(p, slot, cursor_clip(&blob, at, UINT64_MAX));
	}
}
