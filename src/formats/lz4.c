/*
 * LZ4 frames (lz4_Frame_format.md 1.6):
 *   0 u32 184d2204, 4 u8 flags (bit 0: a dictionary's id follows), 5 u8 block size, ...
 * skippable: u32 184d2a50..5f, u32 length, bytes
 * legacy:    u32 184c2102, then blocks: u32 packed length, bytes, which give at most 8 MiB each; it
 *            ends with the file or where a length is another frame's magic number
 * Sums are checked by the library.
 */
#include <lz4.h>
#include <lz4frame.h>
#include <stdlib.h>

#include "formats/codecs.h"

enum {
	LEGACY_BLOCK_BYTES = 8 << 20,
	FRAME_MIN_BYTES = 7,
	FLAG_DICTIONARY = 1,
};

static const uint32_t magic_frame = 0x184d2204, magic_legacy = 0x184c2102,
		      magic_skippable = 0x184d2a50;

struct lz4 {
	struct codec base; /* first */
	struct cursor c;
	LZ4F_dctx *frame;
	bool in_frame, in_legacy;
	size_t want;    /* by the library: seeing a frame at once, it would give nothing of a damaged one */
	uint8_t *block; /* of a legacy frame */
	size_t block_len, block_at;
};

static bool is_magic(uint32_t v)
{
	return v == magic_frame || v == magic_legacy || (v & 0xfffffff0) == magic_skippable;
}

static uint32_t peek_u32(const struct lz4 *z)
{
	struct cursor c = z->c;

	return cursor_u32le(&c);
}

static size_t damaged(struct lz4 *z, const char *why)
{
	return codec_end(&z->base, STATUS_DAMAGED, why);
}

static void frame_begin(struct lz4 *z)
{
	const uint8_t *p = cursor_peek(&z->c, FRAME_MIN_BYTES);

	if (!p)
		damaged(z, "lz4 header cut short");
	else if (p[4] & FLAG_DICTIONARY)
		codec_end(&z->base, STATUS_UNSUPPORTED, "lz4 needs a dictionary");
	else if (!z->frame && LZ4F_isError(LZ4F_createDecompressionContext(&z->frame, LZ4F_VERSION)))
		codec_end(&z->base, STATUS_NOMEM, "out of memory");
	else
		z->in_frame = true;
	z->want = FRAME_MIN_BYTES;
}

static void legacy_begin(struct lz4 *z)
{
	if (!z->block)
		z->block = malloc(LEGACY_BLOCK_BYTES);
	if (!z->block) {
		codec_end(&z->base, STATUS_NOMEM, "out of memory");
		return;
	}
	cursor_skip(&z->c, 4);
	z->base.used = z->c.pos;
	z->in_legacy = true;
}

static void skippable(struct lz4 *z)
{
	uint32_t length;

	cursor_skip(&z->c, 4);
	length = cursor_u32le(&z->c);
	if (!cursor_ok(&z->c) || length > cursor_left(&z->c)) {
		damaged(z, "lz4 skippable frame cut short");
		return;
	}
	stream_asides_add(&z->base.asides, z->c.pos, length);
	cursor_skip(&z->c, length);
	z->base.used = z->c.pos;
}

/* Begins the next frame; without one, ends. */
static void next(struct lz4 *z)
{
	uint32_t magic = peek_u32(z);

	z->in_legacy = false;
	if (cursor_left(&z->c) < 4 || !is_magic(magic)) {
		codec_end(&z->base, z->base.used ? STATUS_OK : STATUS_DAMAGED,
			  z->base.used ? NULL : "lz4 header damaged");
		return;
	}
	z->base.frames++;
	if (magic == magic_frame)
		frame_begin(z);
	else if (magic == magic_legacy)
		legacy_begin(z);
	else
		skippable(z);
}

static size_t frame_read(struct lz4 *z, uint8_t *out, size_t room)
{
	size_t taken = z->want < cursor_left(&z->c) ? z->want : cursor_left(&z->c), got = room;
	size_t hint = LZ4F_decompress(z->frame, out, &got, z->c.base + z->c.pos, &taken, NULL);

	if (LZ4F_isError(hint)) {
		LZ4F_resetDecompressionContext(z->frame);
		return damaged(z, "lz4 data damaged");
	}
	cursor_skip(&z->c, taken);
	z->base.used = z->c.pos;
	z->want = hint;
	if (hint == 0)
		z->in_frame = false;
	else if (got == 0 && taken == 0)
		return damaged(z, "compressed data cut short");
	return got;
}

static size_t legacy_read(struct lz4 *z, uint8_t *out, size_t room)
{
	size_t n;

	if (z->block_at == z->block_len) {
		uint32_t packed = peek_u32(z);
		const uint8_t *p;
		int got;

		if (cursor_left(&z->c) == 0 || (cursor_left(&z->c) >= 4 && is_magic(packed))) {
			z->in_legacy = false;
			return 0;
		}
		cursor_skip(&z->c, 4);
		p = cursor_take(&z->c, packed);
		if (!p || packed > INT32_MAX)
			return damaged(z, "compressed data cut short");
		got = LZ4_decompress_safe((const char *)p, (char *)z->block, (int)packed,
					  LEGACY_BLOCK_BYTES);
		if (got <= 0)
			return damaged(z, "lz4 data damaged");
		z->base.used = z->c.pos;
		z->base.frames++; /* each costs as much as a frame */
		z->block_at = 0;
		z->block_len = (size_t)got;
	}
	n = z->block_len - z->block_at < room ? z->block_len - z->block_at : room;
	memcpy(out, z->block + z->block_at, n);
	z->block_at += n;
	return n;
}

static size_t lz4_read(struct codec *c, uint8_t *out, size_t room)
{
	struct lz4 *z = (struct lz4 *)c;
	size_t got = 0;

	while (got == 0 && !c->ended) {
		if (z->in_legacy)
			got = legacy_read(z, out, room);
		else if (z->in_frame)
			got = frame_read(z, out, room);
		else
			next(z);
	}
	return got;
}

static void lz4_close(struct codec *c)
{
	struct lz4 *z = (struct lz4 *)c;

	LZ4F_freeDecompressionContext(z->frame);
	free(z->block);
	free(z);
}

struct codec *lz4_open(const uint8_t *p, size_t n)
{
	struct lz4 *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->base.read = lz4_read;
	z->base.close = lz4_close;
	z->c = cursor_of(p, n);
	return &z->base;
}
