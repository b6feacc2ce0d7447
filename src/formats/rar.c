/*
 * RAR archives of generations 4 and 5 (rar_blocks.c has the layout). Stored members are spans; packed ones
 * are decoded by libarchive out of an archive of our own making (rar_decode.c). Encrypted members, parts of
 * members in other volumes, and methods older than 2.9 are blind. What an archive carries beside its files
 * (comments, recovery records, streams) comes as "[service NAME]".
 */
#include <zlib.h>

#include "formats/rar_decode.h"
#include "formats/rar_int.h"

enum { PIECE_BYTES = 64 << 10, LINK_MAX_BYTES = 4096 };

struct rar {
	struct archive *a;
	struct rar_list list;
	struct rar_decoder *decoder; /* opened with the first packed member */
	bool begun;
};

static int rar_probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_peek(&head, 8);

	if (!p || memcmp(p, "Rar!\x1a\7", 6))
		return 0;
	return p[6] == 0 || (p[6] == 1 && p[7] == 0) ? 56 : 0;
}

static bool is_packed(const struct rar_block *b)
{
	return b->kind == RAR_FILE && b->e.type == ENTRY_FILE && b->packed > 0 && !b->stored && !b->encrypted &&
	       !b->split && b->supported && !b->size_unknown && !b->cut && !b->header_damaged;
}

static enum status decoder_begin(struct rar *r)
{
	struct rar_packed *files = ARENA_ARRAY(r->a->in->arena, r->list.n + 1, struct rar_packed);
	size_t n = 0;

	r->begun = true;
	for (size_t i = 0; i < r->list.n; i++) {
		const struct rar_block *b = &r->list.blocks[i];

		if (is_packed(b))
			files[n++] = (struct rar_packed){r->a->in->bytes.base + b->data_at, b->packed, b->size,
							 b->crc, b->has_crc, b->packing};
	}
	r->decoder = rar_decoder_open(r->list.generation, r->list.solid, files, n);
	return r->decoder ? STATUS_OK : STATUS_NOMEM;
}

/* Passes on what comes; *ret_wrong says why it is not all that was stated. */
static enum status content(struct rar *r, const struct rar_block *b, const char **ret_wrong)
{
	uint8_t *piece = r->a->source_buf ? r->a->source_buf : arena_alloc(r->a->in->arena, PIECE_BYTES);
	uint64_t got = 0;
	uint32_t crc = 0;
	size_t n;

	r->a->source_buf = piece;
	while ((n = rar_decoder_read(r->decoder, piece, PIECE_BYTES)) > 0) {
		TRY(archive_spend(r->a, n));
		crc = (uint32_t)crc32_z(crc, piece, n);
		got += n;
		TRY(archive_data(r->a, piece, n));
	}
	if (rar_decoder_how(r->decoder) != STATUS_OK)
		*ret_wrong = "RAR data damaged";
	else if (got != b->size)
		*ret_wrong = "sizes differ";
	else if (b->has_crc && crc != b->crc)
		*ret_wrong = "CRC differs";
	return STATUS_OK;
}

static enum status packed(struct rar *r, const struct rar_block *b)
{
	const char *wrong = NULL;
	enum status st;

	if (!r->begun)
		TRY(decoder_begin(r));
	TRY(archive_child(r->a, &b->e));
	rar_decoder_next(r->decoder);
	st = content(r, b, &wrong);
	if (st == STATUS_LIMIT && r->a->limit_why) {
		TRY(archive_child_end(r->a, st, r->a->limit_why));
		return st;
	}
	TRY(st);
	return archive_child_end(r->a, wrong ? STATUS_DAMAGED : STATUS_OK, wrong);
}

static enum status stored(struct rar *r, struct rar_block *b)
{
	const uint8_t *p = r->a->in->bytes.base + b->data_at;
	const char *wrong = b->cut ? "archive ends inside this member" : NULL;

	if (b->stored && !b->size_unknown && !wrong && b->packed != b->size)
		wrong = "sizes differ";
	TRY(archive_step(r->a, 1 + b->packed / 256));
	if (b->stored && b->has_crc && !wrong && (uint32_t)crc32_z(0, p, (size_t)b->packed) != b->crc)
		wrong = "CRC differs";
	if (b->e.type == ENTRY_SYMLINK && b->packed <= LINK_MAX_BYTES && !b->e.link.len) {
		b->e.link = str_view(p, (size_t)b->packed); /* generation 4 keeps it in the content */
		b->e.size_bytes = 0;
		return archive_bare_child(r->a, &b->e, wrong ? STATUS_DAMAGED : STATUS_OK, wrong);
	}
	if (b->packed && b->e.type != ENTRY_HARDLINK)
		b->e.type = ENTRY_FILE;
	b->e.flags |= ENTRY_SPAN;
	b->e.span_offset = b->data_at;
	b->e.span_bytes = b->packed;
	return archive_bare_child(r->a, &b->e, wrong ? STATUS_DAMAGED : STATUS_OK, wrong);
}

static enum status unread(struct rar *r, struct rar_block *b, const char *why)
{
	if (b->encrypted)
		b->e.flags |= ENTRY_ENCRYPTED;
	return archive_bare_child(r->a, &b->e, STATUS_UNSUPPORTED, why);
}

static enum status block(struct rar *r, struct rar_block *b)
{
	TRY(archive_step(r->a, 1));
	b->e.size_bytes = b->size_unknown ? UINT64_MAX : b->size;
	if (b->kind == RAR_ENCRYPTED) {
		b->e.name = STR("[encrypted]");
		b->e.size_bytes = UINT64_MAX;
		b->encrypted = true;
		archive_region(r->a, b->data_at, r->a->in->bytes.len, "encrypted");
		return unread(r, b, "encrypted");
	}
	archive_region(r->a, b->data_at, b->packed, "member");
	if (b->kind == RAR_SERVICE) {
		b->e.name = arena_printf(r->a->in->arena, "[service %.*s]", STR_ARG(b->e.name));
		b->e.origin = ORIGIN_GAP;
	}
	if (b->encrypted)
		return unread(r, b, "encrypted");
	if (b->split)
		return unread(r, b, "goes on in another volume");
	if (b->e.type == ENTRY_DIR && b->packed == 0)
		return archive_bare_child(r->a, &b->e, STATUS_OK, NULL);
	if (b->stored || b->packed == 0 || b->kind == RAR_SERVICE)
		return stored(r, b);
	if (is_packed(b))
		return packed(r, b);
	return b->cut || b->header_damaged
		       ? archive_bare_child(r->a, &b->e, STATUS_DAMAGED, "archive ends inside this member")
		       : unread(r, b, "RAR method without a reader");
}

static enum status members(struct rar *r)
{
	TRY(rar_list_read(r->a, &r->list));
	for (size_t i = 0; i < r->list.n; i++)
		TRY(block(r, &r->list.blocks[i]));
	return STATUS_OK;
}

static enum status rar_open(struct open_in *in)
{
	struct archive a;
	struct rar r = {.a = &a};
	enum status st;

	archive_begin(&a, in);
	st = members(&r);
	rar_decoder_close(r.decoder);
	if (st != STATUS_OK && st != STATUS_LIMIT && st != STATUS_DAMAGED)
		return st;
	archive_regions_tell(&a);
	if (st == STATUS_OK && a.limit_why)
		return STATUS_LIMIT;
	return st == STATUS_OK && a.damaged ? STATUS_DAMAGED : st;
}

const struct format format_rar = {
	.id = FORMAT_RAR,
	.name = "rar",
	.summary = "RAR archive, generations 4 and 5; encrypted and split members are blind",
	.head_bytes = 8,
	.probe = rar_probe,
	.open = rar_open,
};
