/*
 * CRX 2 and 3: a browser extension is a header that proves who made it (signature.c has the layout) and
 * a zip behind it.
 */
#include "formats/archive.h"

enum { CRX_MAGIC_BYTES = 4, CRX2_FIXED_BYTES = 16, CRX3_FIXED_BYTES = 12 };

/* Bytes of the header; 0 if it is none, or leaves no room for a zip. */
static uint64_t header_bytes(struct cursor c, uint64_t total_bytes)
{
	const uint8_t *magic = cursor_take(&c, CRX_MAGIC_BYTES);
	uint32_t version = cursor_u32le(&c);
	uint64_t n = cursor_u32le(&c);

	if (!magic || memcmp(magic, "Cr24", CRX_MAGIC_BYTES) != 0)
		return 0;
	if (version == 2)
		n += (uint64_t)cursor_u32le(&c) + CRX2_FIXED_BYTES;
	else if (version == 3)
		n += CRX3_FIXED_BYTES;
	else
		return 0;
	return cursor_ok(&c) && n < total_bytes ? n : 0;
}

static int crx_probe(struct cursor head, uint64_t total_bytes)
{
	return header_bytes(head, total_bytes) ? 56 : 0;
}

static enum status deliver(struct archive *a, const char *name, uint64_t from, uint64_t to)
{
	struct entry e = {.name = str_of(name), .type = ENTRY_FILE, .origin = ORIGIN_MEMBER, .flags = ENTRY_SPAN,
			  .size_bytes = to - from, .span_offset = from, .span_bytes = to - from};

	archive_region(a, from, to - from, "member");
	return archive_bare_child(a, &e, STATUS_OK, NULL);
}

static enum status crx_open(struct open_in *in)
{
	struct archive a;
	uint64_t n = header_bytes(in->bytes, in->bytes.len);
	enum status st;

	archive_begin(&a, in);
	if (!n) {
		archive_region(&a, 0, CRX_MAGIC_BYTES, "header");
		archive_regions_tell(&a);
		return STATUS_DAMAGED;
	}
	st = deliver(&a, "[crx header]", 0, n);
	if (st == STATUS_OK)
		st = deliver(&a, "content.zip", n, in->bytes.len);
	if (st == STATUS_OK || st == STATUS_LIMIT)
		archive_regions_tell(&a);
	return st;
}

const struct format format_crx = {
	.id = FORMAT_CRX,
	.name = "crx",
	.summary = "browser extension: header with proofs, zip",
	.head_bytes = CRX2_FIXED_BYTES,
	.probe = crx_probe,
	.open = crx_open,
};
