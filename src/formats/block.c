/*
 * The libraries' one-call decoders, and two small formats that no MIT-compatible library reads:
 *
 * LZO1X: instructions of one byte b, then numbers and literals. The two low bits of a match say how
 * many literals follow; with "run" of them behind it, b below 16 means
 *	run 0     literals: 3 + b of them (b = 0: 15 + 255 for each zero byte + one byte)
 *	run 1..3  match of 2, distance (next << 2) + (b >> 2) + 1
 *	run 4     (after literals) match of 3, the same distance + 2048
 * and else
 *	16..31    match of 2 + (b & 7 or more), u16le: distance 16384 + ((b & 8) << 11) + (u16 >> 2);
 *		  16384 itself ends the stream
 *	32..63    match of 2 + (b & 31 or more), u16le: distance 1 + (u16 >> 2)
 *	64..      match of 3 + (b >> 5 & 1), from 128 on 5 + (b >> 5 & 3), distance
 *		  (next << 3) + (b >> 2 & 7) + 1
 * A first byte above 17 stands for b - 17 literals.
 *
 * ADC: b >= 128: b - 127 literals. 64..127: match of b - 60, u16be distance. Below 64: match of
 * (b >> 2) + 3, distance ((b & 3) << 8) + next byte. Distances count from 0.
 */
#include "formats/block.h"

#include <bzlib.h>
#include <lz4.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "formats/lzfse.h"
#include "formats/output.h"
#include "util/cursor.h"

/* ---- LZO ---- */

enum { LZO_AFTER_LITERALS = 4, LZO_END_DISTANCE = 16384 };

/* A length that did not fit its bits: 255 for each zero byte, then one that is not zero. */
static size_t lzo_length(struct cursor *c, size_t bits_full)
{
	size_t n = bits_full;
	uint8_t b;

	while ((b = cursor_u8(c)) == 0 && cursor_ok(c))
		n += 255;
	return n + b;
}

/* One match; false at the end of the stream. */
static bool lzo_match(struct output *o, struct cursor *c, uint8_t b, unsigned *run)
{
	size_t n, distance;

	if (b >= 64) {
		n = b >= 128 ? 5 + (b >> 5 & 3) : 3 + (b >> 5 & 1);
		distance = ((size_t)cursor_u8(c) << 3) + (b >> 2 & 7) + 1;
		*run = b & 3;
	} else if (b >= 16) {
		size_t mask = b >= 32 ? 31 : 7;
		uint16_t word;

		n = 2 + (b & mask ? b & mask : lzo_length(c, mask));
		word = cursor_u16le(c);
		distance = b >= 32 ? (size_t)(word >> 2) + 1
				   : LZO_END_DISTANCE + ((size_t)(b & 8) << 11) + (word >> 2);
		if (b < 32 && distance == LZO_END_DISTANCE)
			return false;
		*run = word & 3;
	} else {
		n = *run == LZO_AFTER_LITERALS ? 3 : 2;
		distance = ((size_t)cursor_u8(c) << 2) + (b >> 2) + 1 + (n == 3 ? 2048 : 0);
		*run = b & 3;
	}
	put_match(o, distance, n);
	put_literals(o, c, *run);
	return true;
}

static enum status lzo_decode(struct output *o, struct cursor c)
{
	const uint8_t *first = cursor_peek(&c, 1);
	unsigned run = 0;

	if (first && *first > 17) {
		size_t n = (size_t)cursor_u8(&c) - 17;

		put_literals(o, &c, n);
		run = n < 4 ? (unsigned)n : LZO_AFTER_LITERALS;
	}
	while (cursor_ok(&c) && !o->bad) {
		uint8_t b = cursor_u8(&c);

		if (b < 16 && run == 0) {
			put_literals(o, &c, 3 + (b ? b : lzo_length(&c, 15)));
			run = LZO_AFTER_LITERALS;
		} else if (!lzo_match(o, &c, b, &run)) {
			return cursor_ok(&c) ? STATUS_OK : STATUS_DAMAGED;
		}
	}
	return STATUS_DAMAGED;
}

/* ---- ADC ---- */

static enum status adc_decode(struct output *o, struct cursor c)
{
	while (cursor_left(&c) && !o->bad) {
		uint8_t b = cursor_u8(&c);

		if (b >= 128) {
			put_literals(o, &c, (size_t)b - 127);
		} else if (b >= 64) {
			size_t distance = (size_t)cursor_u16be(&c) + 1;

			put_match(o, cursor_ok(&c) ? distance : 0, (size_t)b - 60);
		} else {
			size_t distance = ((size_t)(b & 3) << 8) + cursor_u8(&c) + 1;

			put_match(o, cursor_ok(&c) ? distance : 0, (size_t)(b >> 2) + 3);
		}
	}
	return o->bad || !cursor_ok(&c) ? STATUS_DAMAGED : STATUS_OK;
}

/* ---- the libraries ---- */

static enum status zlib_decode(const uint8_t *p, size_t n, uint8_t *out, size_t room, size_t *ret_n)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)p,
		      .avail_in = n > UINT32_MAX ? UINT32_MAX : (uInt)n,
		      .next_out = out,
		      .avail_out = room > UINT32_MAX ? UINT32_MAX : (uInt)room};
	int r;

	if (inflateInit(&z) != Z_OK)
		return STATUS_NOMEM;
	r = inflate(&z, Z_FINISH);
	*ret_n = z.total_out;
	inflateEnd(&z);
	return r == Z_STREAM_END ? STATUS_OK : r == Z_MEM_ERROR ? STATUS_NOMEM : STATUS_DAMAGED;
}

static enum status lzma_decode(bool xz, const uint8_t *p, size_t n, uint8_t *out, size_t room,
			       size_t *ret_n)
{
	lzma_stream s = LZMA_STREAM_INIT;
	lzma_ret r = xz ? lzma_stream_decoder(&s, BLOCK_MEMORY_BYTES, 0)
			: lzma_alone_decoder(&s, BLOCK_MEMORY_BYTES);

	if (r != LZMA_OK)
		return STATUS_NOMEM;
	s.next_in = p;
	s.avail_in = n;
	s.next_out = out;
	s.avail_out = room;
	r = lzma_code(&s, LZMA_FINISH);
	*ret_n = room - s.avail_out;
	lzma_end(&s);
	switch (r) {
	case LZMA_STREAM_END: return STATUS_OK;
	case LZMA_MEMLIMIT_ERROR: return STATUS_LIMIT;
	case LZMA_MEM_ERROR: return STATUS_NOMEM;
	default: return STATUS_DAMAGED;
	}
}

static enum status bzip2_decode(const uint8_t *p, size_t n, uint8_t *out, size_t room, size_t *ret_n)
{
	unsigned got = room > UINT32_MAX ? UINT32_MAX : (unsigned)room;
	int r = n > UINT32_MAX ? BZ_DATA_ERROR
			       : BZ2_bzBuffToBuffDecompress((char *)out, &got,
							    (char *)(uintptr_t)p, (unsigned)n, 0, 0);

	*ret_n = r == BZ_OK ? got : 0;
	return r == BZ_OK ? STATUS_OK : r == BZ_MEM_ERROR ? STATUS_NOMEM : STATUS_DAMAGED;
}

static enum status zstd_decode(const uint8_t *p, size_t n, uint8_t *out, size_t room, size_t *ret_n)
{
	size_t r = ZSTD_decompress(out, room, p, n);

	if (!ZSTD_isError(r)) {
		*ret_n = r;
		return STATUS_OK;
	}
	switch (ZSTD_getErrorCode(r)) {
	case ZSTD_error_memory_allocation: return STATUS_NOMEM;
	case ZSTD_error_frameParameter_windowTooLarge: return STATUS_LIMIT;
	default: return STATUS_DAMAGED;
	}
}

static enum status lz4_decode(const uint8_t *p, size_t n, uint8_t *out, size_t room, size_t *ret_n)
{
	int r = n > INT32_MAX || room > INT32_MAX
			? -1
			: LZ4_decompress_safe((const char *)p, (char *)out, (int)n, (int)room);

	*ret_n = r > 0 ? (size_t)r : 0;
	return r >= 0 ? STATUS_OK : STATUS_DAMAGED;
}

static enum status stored_copy(const uint8_t *p, size_t n, uint8_t *out, size_t room, size_t *ret_n)
{
	*ret_n = n < room ? n : room;
	if (*ret_n)
		memcpy(out, p, *ret_n);
	return n <= room ? STATUS_OK : STATUS_DAMAGED;
}

enum status block_decode(enum block_kind kind, const uint8_t *p, size_t n, uint8_t *out, size_t room,
			 size_t *ret_n)
{
	struct output o = {.p = out, .room = room};
	enum status st;

	*ret_n = 0;
	switch (kind) {
	case BLOCK_STORED: return stored_copy(p, n, out, room, ret_n);
	case BLOCK_ZLIB: return zlib_decode(p, n, out, room, ret_n);
	case BLOCK_LZMA: return lzma_decode(false, p, n, out, room, ret_n);
	case BLOCK_XZ: return lzma_decode(true, p, n, out, room, ret_n);
	case BLOCK_BZIP2: return bzip2_decode(p, n, out, room, ret_n);
	case BLOCK_ZSTD: return zstd_decode(p, n, out, room, ret_n);
	case BLOCK_LZ4: return lz4_decode(p, n, out, room, ret_n);
	case BLOCK_LZO: st = lzo_decode(&o, cursor_of(p, n)); break;
	case BLOCK_ADC: st = adc_decode(&o, cursor_of(p, n)); break;
	case BLOCK_LZFSE: st = lzfse_decode(&o, cursor_of(p, n)); break;
	case BLOCK_LZVN: st = lzvn_decode(&o, cursor_of(p, n)); break;
	default: return STATUS_UNSUPPORTED;
	}
	*ret_n = o.n;
	return st == STATUS_OK && o.bad ? STATUS_DAMAGED : st;
}
