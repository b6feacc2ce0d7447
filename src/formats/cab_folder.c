/*
 * The blocks of a cabinet's folder:
 *   MSZIP  "CK", then deflate data of at most 32 KiB; matches reach back into the block before
 *   LZX    a stream cut into frames of 32 KiB; libarchive has the decoder, but only inside its reader of
 *          cabinets. So it gets a cabinet that we write around the blocks, with one folder and one file:
 *          the directory that the release states is read by cab.c alone.
 *   Quantum  no decoder
 */
#include <archive.h>
#include <stdlib.h>
#include <zlib.h>

#include "formats/cab.h"

enum {
	BLOCK_MAX_BYTES = 32 << 10,
	LZX_BITS_MIN = 15,
	LZX_BITS_MAX = 21,
	/* of the cabinet that we write: header, one folder, one file named "f" */
	PRELUDE_BYTES = 36 + 8 + 16 + 2,
	BLOCK_HEADER_BYTES = 8,
};

struct folder {
	struct codec base; /* first */
	enum cab_method method;
	const struct cab_block *blocks;
	size_t n, next; /* the block to be read */
	uint8_t out[BLOCK_MAX_BYTES];
	size_t out_len, out_at;
	bool sum_differs; /* of one of the blocks that were given */
	/* MSZIP */
	z_stream z;
	bool z_live;
	/* LZX */
	struct archive *reader;
	uint8_t made[PRELUDE_BYTES]; /* the prelude, then each block's header */
	enum { GIVES_PRELUDE, GIVES_HEADER, GIVES_BYTES } gives;
};

static size_t damaged(struct folder *f, const char *why)
{
	return codec_end(&f->base, STATUS_DAMAGED, why);
}

static size_t folder_end(struct folder *f)
{
	if (f->sum_differs)
		return damaged(f, "cabinet checksum differs");
	return codec_end(&f->base, STATUS_OK, NULL);
}

/* ---- stored ---- */

static void stored_block(struct folder *f, const struct cab_block *b)
{
	f->out_len = 0;
	if (b->packed != b->unpacked || b->packed > BLOCK_MAX_BYTES) {
		damaged(f, "cabinet block sizes differ");
		return;
	}
	memcpy(f->out, b->p, b->packed);
	f->out_len = b->packed;
}

/* ---- MSZIP ---- */

static void mszip_block(struct folder *f, const struct cab_block *b)
{
	uint8_t before[BLOCK_MAX_BYTES];
	size_t n_before = f->out_len;
	int r;

	f->out_len = 0;
	if (b->packed < 2 || b->p[0] != 'C' || b->p[1] != 'K' || b->unpacked > BLOCK_MAX_BYTES) {
		damaged(f, "MSZIP block damaged");
		return;
	}
	memcpy(before, f->out, n_before);
	r = f->z_live ? inflateReset(&f->z) : inflateInit2(&f->z, -15);
	f->z_live |= r == Z_OK;
	if (r == Z_OK && n_before)
		r = inflateSetDictionary(&f->z, before, (uInt)n_before);
	if (r != Z_OK) {
		codec_end(&f->base, STATUS_NOMEM, "out of memory");
		return;
	}
	f->z.next_in = (Bytef *)(uintptr_t)(b->p + 2);
	f->z.avail_in = b->packed - 2u;
	f->z.next_out = f->out;
	f->z.avail_out = BLOCK_MAX_BYTES;
	r = inflate(&f->z, Z_FINISH);
	f->out_len = BLOCK_MAX_BYTES - f->z.avail_out;
	if (r != Z_STREAM_END || f->out_len != b->unpacked)
		damaged(f, "MSZIP block damaged");
}

static size_t blocks_read(struct folder *f, uint8_t *out, size_t room)
{
	size_t n;

	while (f->out_at == f->out_len) {
		const struct cab_block *b;

		if (f->base.ended)
			return 0;
		if (f->next == f->n)
			return folder_end(f);
		b = &f->blocks[f->next++];
		f->sum_differs |= b->sum_differs;
		f->out_at = 0;
		if (f->method == CAB_STORED)
			stored_block(f, b);
		else
			mszip_block(f, b);
	}
	n = f->out_len - f->out_at < room ? f->out_len - f->out_at : room;
	memcpy(out, f->out + f->out_at, n);
	f->out_at += n;
	return n;
}

/* ---- LZX ---- */

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v & 0xffff);
	put16(p + 2, v >> 16);
}

static void prelude(struct folder *f, unsigned window_bits)
{
	uint64_t packed = PRELUDE_BYTES, unpacked = 0;
	uint8_t *p = f->made;

	for (size_t i = 0; i < f->n; i++) {
		packed += BLOCK_HEADER_BYTES + f->blocks[i].packed;
		unpacked += f->blocks[i].unpacked;
	}
	memcpy(p, "MSCF", 4);
	put32(p + 8, packed > UINT32_MAX ? UINT32_MAX : (uint32_t)packed);
	put32(p + 16, 36 + 8);
	p[24] = 3;
	p[25] = 1;
	put16(p + 26, 1);
	put16(p + 28, 1);
	put32(p + 36, PRELUDE_BYTES);
	put16(p + 40, (unsigned)f->n);
	put16(p + 42, CAB_LZX | window_bits << 8);
	put32(p + 44, unpacked > UINT32_MAX ? UINT32_MAX : (uint32_t)unpacked);
	put16(p + 54, 0x5821); /* some day */
	p[58] = 0x20;
	p[60] = 'f';
}

/* The reader's input: the prelude, then of each block a header without a sum, and its bytes. */
static la_ssize_t lzx_input(struct archive *a, void *user, const void **ret)
{
	struct folder *f = user;
	const struct cab_block *b;

	*ret = f->made;
	if (f->gives == GIVES_PRELUDE) {
		f->gives = GIVES_HEADER;
		return PRELUDE_BYTES;
	}
	if (f->next == f->n)
		return 0;
	b = &f->blocks[f->next];
	if (f->gives == GIVES_HEADER) {
		memset(f->made, 0, 4);
		put16(f->made + 4, b->packed);
		put16(f->made + 6, b->unpacked);
		f->gives = GIVES_BYTES;
		return BLOCK_HEADER_BYTES;
	}
	f->gives = GIVES_HEADER;
	f->sum_differs |= b->sum_differs;
	f->next++;
	*ret = b->p;
	return b->packed;
}

static bool lzx_begin(struct folder *f, unsigned window_bits)
{
	struct archive_entry *e;

	prelude(f, window_bits);
	f->reader = archive_read_new();
	return f->reader && archive_read_support_format_cab(f->reader) == ARCHIVE_OK &&
	       archive_read_open(f->reader, f, NULL, lzx_input, NULL) == ARCHIVE_OK &&
	       archive_read_next_header(f->reader, &e) == ARCHIVE_OK;
}

static size_t lzx_read(struct folder *f, uint8_t *out, size_t room)
{
	while (f->base.how == STATUS_OK) {
		la_ssize_t n = archive_read_data(f->reader, out, room);

		if (n > 0)
			return (size_t)n;
		if (n == 0)
			return folder_end(f);
		if (n != ARCHIVE_RETRY)
			return damaged(f, "LZX data damaged");
	}
	return 0;
}

/* ---- all ---- */

static size_t folder_read(struct codec *c, uint8_t *out, size_t room)
{
	struct folder *f = (struct folder *)c;

	return f->method == CAB_LZX ? lzx_read(f, out, room) : blocks_read(f, out, room);
}

static void folder_close(struct codec *c)
{
	struct folder *f = (struct folder *)c;

	if (f->z_live)
		inflateEnd(&f->z);
	if (f->reader)
		archive_read_free(f->reader);
	free(f);
}

struct codec *cab_folder_open(enum cab_method method, unsigned window_bits, const struct cab_block *blocks,
			      size_t n)
{
	struct folder *f = calloc(1, sizeof(*f));

	if (!f)
		return NULL;
	f->base.read = folder_read;
	f->base.close = folder_close;
	f->base.frames = 1;
	f->method = method;
	f->blocks = blocks;
	f->n = n;
	if (method == CAB_LZX && (window_bits < LZX_BITS_MIN || window_bits > LZX_BITS_MAX))
		codec_end(&f->base, STATUS_UNSUPPORTED, "LZX window without a reader");
	else if (method == CAB_LZX && !lzx_begin(f, window_bits))
		damaged(f, "LZX data damaged");
	else if (method != CAB_LZX && method != CAB_STORED && method != CAB_MSZIP)
		codec_end(&f->base, STATUS_UNSUPPORTED, "cabinet method without a reader");
	return &f->base;
}
