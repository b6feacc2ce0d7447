/*
 * Layouts read here (the rest is the libraries' business):
 *
 * gzip, RFC 1952:  0 u8[2] 1f 8b, 2 u8 method 8, 3 u8 flags (bit 0 text, 1 header CRC, 2 extra,
 *                  3 name, 4 comment, 5-7 reserved), 4 u32 mtime, 8 u8 extra flags, 9 u8 system,
 *                  [u16 n, n bytes extra] [name NUL] [comment NUL] [u16 header CRC],
 *                  deflate data, u32 CRC-32, u32 size modulo 2^32
 * bzip2:           "BZh" '1'..'9', then a block (31 41 59 26 53 59) or the end (17 72 45 38 50 90)
 * xz:              fd "7zXZ" 00, padding between streams is zero and a multiple of 4
 * zstd, RFC 8878:  u32 magic fd2fb528; skippable: 0x184d2a50..5f, u32 length, bytes
 */
#include "formats/stream.h"
#include "formats/bcj2.h"

#include <bzlib.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#include <zlib.h>
#define ZSTD_STATIC_LINKING_ONLY /* to check sums ourselves, behind the content */
#include <zstd.h>
#include <zstd_errors.h>

enum {
	FEED_BYTES = 1 << 30, /* the libraries count input in 32 bits */
	ASIDE_SMALL_BYTES = 16,
};

struct stream {
	enum stream_kind kind;
	const uint8_t *p;
	size_t n, pos;
	bool frame_fed;
	bool in_frame; /* between the first byte and the end of a frame */
	bool ended;
	enum status how;
	const char *why;
	uint64_t used, frames;
	uint32_t crc;
	uint64_t frame_out;
	struct stream_asides asides;
	/* which of the libraries' states is live */
	bool z_live, bz_live, lz_live;
	z_stream z;
	bz_stream bz;
	lzma_stream lz;
	ZSTD_DStream *zstd;
	XXH64_state_t *zstd_sum;
	bool zstd_has_sum;
	struct bcj2 *bcj2;
	struct codec *codec;
	uint8_t alone_header[13]; /* made up in front of raw LZMA1 data */
	size_t alone_left;
};

static size_t stream_end(struct stream *s, enum status how, const char *why)
{
	s->ended = true;
	s->how = how;
	s->why = why;
	return 0;
}

/* Block sizes of parallel writers and the like stay unsaid. When there are too many to list, the
 * last one grows over everything since, content too: seen twice is better than not at all. */
void stream_asides_add(struct stream_asides *x, uint64_t offset, uint64_t length)
{
	struct stream_aside *last = &x->list[STREAM_ASIDES_MAX - 1];

	if (length <= ASIDE_SMALL_BYTES)
		return;
	if (x->n < STREAM_ASIDES_MAX)
		x->list[x->n++] = (struct stream_aside){offset, length};
	else
		last->length = offset + length - last->offset;
}

static bool bytes_at(const struct stream *s, size_t pos, const void *magic, size_t n)
{
	return n <= s->n && pos <= s->n - n && memcmp(s->p + pos, magic, n) == 0;
}

/* ---- gzip and raw deflate ---- */

static bool z_begin(struct stream *s, int window_bits)
{
	int r = s->z_live ? inflateReset2(&s->z, window_bits) : inflateInit2(&s->z, window_bits);

	s->z_live |= r == Z_OK;
	return r == Z_OK;
}

/* Reads the member's header; false (and ended) if there is none or it is damaged. */
static bool gzip_header(struct stream *s)
{
	struct cursor c = cursor_of(s->p, s->n);
	uint8_t flags;
	size_t from;

	cursor_seek(&c, s->pos);
	from = s->pos;
	(void)cursor_take(&c, 3);
	flags = cursor_u8(&c);
	(void)cursor_take(&c, 6);
	if (flags & 4) {
		uint16_t n = cursor_u16le(&c);

		stream_asides_add(&s->asides, c.pos, cursor_left(&c) < n ? cursor_left(&c) : n);
		cursor_skip(&c, n);
	}
	if (flags & 8)
		(void)cursor_zstr(&c, 64 << 10);
	if (flags & 16) {
		size_t at = c.pos;
		struct str comment = cursor_zstr(&c, 64 << 10);

		stream_asides_add(&s->asides, at, comment.len);
	}
	if (flags & 2) {
		uint32_t crc = (uint32_t)crc32(0, s->p + from, (uInt)(c.pos - from)) & 0xffff;

		if (cursor_u16le(&c) != crc && cursor_ok(&c)) {
			stream_end(s, STATUS_DAMAGED, "gzip header CRC differs");
			return false;
		}
	}
	if (!cursor_ok(&c) || !z_begin(s, -15)) {
		stream_end(s, STATUS_DAMAGED, "gzip header cut short");
		return false;
	}
	s->pos = c.pos;
	return true;
}

static bool gzip_next(struct stream *s)
{
	if (!bytes_at(s, s->pos, "\x1f\x8b\x08", 3) || s->n - s->pos < 18 ||
	    (s->p[s->pos + 3] & 0xe0))
		return false;
	s->frames++;
	s->in_frame = true;
	s->crc = 0;
	s->frame_out = 0;
	return gzip_header(s);
}

static void gzip_trailer(struct stream *s)
{
	struct cursor c = cursor_of(s->p, s->n);
	uint32_t crc, size;

	cursor_seek(&c, s->pos);
	crc = cursor_u32le(&c);
	size = cursor_u32le(&c);
	s->pos = c.pos;
	s->used = s->pos;
	s->in_frame = false;
	if (!cursor_ok(&c))
		stream_end(s, STATUS_DAMAGED, "gzip trailer cut short");
	else if (crc != s->crc)
		stream_end(s, STATUS_DAMAGED, "gzip CRC differs");
	else if (size != (uint32_t)s->frame_out)
		stream_end(s, STATUS_DAMAGED, "gzip size differs");
}

/* One call of inflate; returns the bytes it gave, *ret_done at the end of the deflate data. */
static size_t z_step(struct stream *s, uint8_t *out, size_t room, bool *ret_done)
{
	size_t feed = s->n - s->pos < FEED_BYTES ? s->n - s->pos : FEED_BYTES;
	size_t want = room < FEED_BYTES ? room : FEED_BYTES;
	size_t got;
	int r;

	s->z.next_in = (Bytef *)(uintptr_t)(s->p + s->pos);
	s->z.avail_in = (uInt)feed;
	s->z.next_out = out;
	s->z.avail_out = (uInt)want;
	r = inflate(&s->z, Z_NO_FLUSH);
	s->pos += feed - s->z.avail_in;
	s->used = s->pos;
	got = want - s->z.avail_out;
	*ret_done = r == Z_STREAM_END;
	if (r == Z_OK && got == 0 && s->pos == s->n)
		stream_end(s, STATUS_DAMAGED, "compressed data cut short");
	else if (r == Z_BUF_ERROR)
		stream_end(s, STATUS_DAMAGED, "compressed data cut short");
	else if (r == Z_MEM_ERROR)
		stream_end(s, STATUS_NOMEM, "out of memory");
	else if (r != Z_OK && r != Z_STREAM_END)
		stream_end(s, STATUS_DAMAGED, "deflate data damaged");
	return got;
}

static size_t gzip_read(struct stream *s, uint8_t *out, size_t room)
{
	size_t got = 0;

	while (got == 0 && !s->ended) {
		bool done = false;

		if (!s->in_frame && !gzip_next(s)) {
			if (!s->ended)
				stream_end(s, s->frames ? STATUS_OK : STATUS_DAMAGED,
					   s->frames ? NULL : "gzip header cut short");
			break;
		}
		got = z_step(s, out, room, &done);
		s->crc = (uint32_t)crc32_z(s->crc, out, got);
		s->frame_out += got;
		if (done)
			gzip_trailer(s);
	}
	return got;
}

static size_t deflate_read(struct stream *s, uint8_t *out, size_t room)
{
	size_t got = 0;
	bool done = false;

	if (!s->in_frame) {
		if (!z_begin(s, s->kind == STREAM_ZLIB ? 15 : -15))
			return stream_end(s, STATUS_NOMEM, "out of memory");
		s->in_frame = true;
		s->frames = 1;
	}
	got = z_step(s, out, room, &done);
	if (done)
		stream_end(s, STATUS_OK, NULL);
	return got;
}

/* ---- bzip2 ---- */

static bool bzip2_next(struct stream *s)
{
	if (!bytes_at(s, s->pos, "BZh", 3) || s->n - s->pos < 14 || s->p[s->pos + 3] < '1' ||
	    s->p[s->pos + 3] > '9')
		return false;
	if (!bytes_at(s, s->pos + 4, "\x31\x41\x59\x26\x53\x59", 6) &&
	    !bytes_at(s, s->pos + 4, "\x17\x72\x45\x38\x50\x90", 6))
		return false;
	if (s->bz_live)
		BZ2_bzDecompressEnd(&s->bz);
	memset(&s->bz, 0, sizeof(s->bz));
	s->bz_live = BZ2_bzDecompressInit(&s->bz, 0, 0) == BZ_OK;
	if (!s->bz_live) {
		stream_end(s, STATUS_NOMEM, "out of memory");
		return false;
	}
	s->frames++;
	s->in_frame = true;
	return true;
}

static size_t bzip2_step(struct stream *s, uint8_t *out, size_t room)
{
	size_t feed = s->n - s->pos < FEED_BYTES ? s->n - s->pos : FEED_BYTES;
	size_t want = room < FEED_BYTES ? room : FEED_BYTES;
	size_t got;
	int r;

	s->bz.next_in = (char *)(uintptr_t)(s->p + s->pos);
	s->bz.avail_in = (unsigned)feed;
	s->bz.next_out = (char *)out;
	s->bz.avail_out = (unsigned)want;
	r = BZ2_bzDecompress(&s->bz);
	s->pos += feed - s->bz.avail_in;
	s->used = s->pos;
	got = want - s->bz.avail_out;
	if (r == BZ_STREAM_END)
		s->in_frame = false;
	else if (r == BZ_OK && got == 0 && s->pos == s->n)
		stream_end(s, STATUS_DAMAGED, "compressed data cut short");
	else if (r == BZ_MEM_ERROR)
		stream_end(s, STATUS_NOMEM, "out of memory");
	else if (r != BZ_OK)
		stream_end(s, STATUS_DAMAGED, "bzip2 data damaged");
	return got;
}

static size_t bzip2_read(struct stream *s, uint8_t *out, size_t room)
{
	size_t got = 0;

	while (got == 0 && !s->ended) {
		if (!s->in_frame && !bzip2_next(s)) {
			if (!s->ended)
				stream_end(s, s->frames ? STATUS_OK : STATUS_DAMAGED,
					   s->frames ? NULL : "bzip2 header damaged");
			break;
		}
		got = bzip2_step(s, out, room);
	}
	return got;
}

/* ---- xz, lzma alone, raw chains ---- */

static size_t lz_failed(struct stream *s, lzma_ret r)
{
	switch (r) {
	case LZMA_MEMLIMIT_ERROR:
		return stream_end(s, STATUS_LIMIT, "dictionary over the memory limit");
	case LZMA_MEM_ERROR: return stream_end(s, STATUS_NOMEM, "out of memory");
	case LZMA_OPTIONS_ERROR:
		return stream_end(s, STATUS_UNSUPPORTED, "xz filter without a reader");
	case LZMA_BUF_ERROR: return stream_end(s, STATUS_DAMAGED, "compressed data cut short");
	default: return stream_end(s, STATUS_DAMAGED, "lzma data damaged");
	}
}

/* One call of lzma_code(); *ret_done at the end of the stream. */
static size_t lz_step(struct stream *s, uint8_t *out, size_t room, bool *ret_done)
{
	bool made_up = s->alone_left > 0;
	const uint8_t *from = made_up ? s->alone_header + sizeof(s->alone_header) - s->alone_left
				      : s->p + s->pos;
	size_t feed = made_up ? s->alone_left : s->n - s->pos;
	size_t got, taken;
	lzma_ret r;

	s->lz.next_in = from;
	s->lz.avail_in = feed;
	s->lz.next_out = out;
	s->lz.avail_out = room;
	r = lzma_code(&s->lz, made_up ? LZMA_RUN : LZMA_FINISH);
	taken = feed - s->lz.avail_in;
	got = room - s->lz.avail_out;
	if (made_up)
		s->alone_left -= taken;
	else
		s->pos += taken;
	s->used = s->pos;
	*ret_done = r == LZMA_STREAM_END;
	if (r == LZMA_OK && got == 0 && taken == 0)
		lz_failed(s, LZMA_BUF_ERROR);
	else if (r != LZMA_OK && r != LZMA_STREAM_END)
		lz_failed(s, r);
	return got;
}

static bool xz_next(struct stream *s)
{
	static const uint8_t magic[6] = {0xfd, '7', 'z', 'X', 'Z', 0};
	size_t at = s->pos;
	lzma_ret r;

	/* Stream padding counts as a part of the file only if another stream follows. */
	while (s->frames && at + 4 <= s->n && bytes_at(s, at, "\0\0\0\0", 4))
		at += 4;
	if (!bytes_at(s, at, magic, sizeof(magic)))
		return false;
	s->pos = at;
	r = lzma_stream_decoder(&s->lz, STREAM_MEMORY_BYTES, 0);
	if (r != LZMA_OK) {
		lz_failed(s, r);
		return false;
	}
	s->lz_live = true;
	s->frames++;
	s->in_frame = true;
	return true;
}

static size_t xz_read(struct stream *s, uint8_t *out, size_t room)
{
	size_t got = 0;

	while (got == 0 && !s->ended) {
		bool done = false;

		if (!s->in_frame && !xz_next(s)) {
			if (!s->ended)
				stream_end(s, s->frames ? STATUS_OK : STATUS_DAMAGED,
					   s->frames ? NULL : "xz header damaged");
			break;
		}
		got = lz_step(s, out, room, &done);
		s->in_frame = !done;
	}
	return got;
}

static size_t lz_once_read(struct stream *s, uint8_t *out, size_t room)
{
	size_t got = 0;
	bool done = false;

	if (!s->in_frame && s->kind == STREAM_LZMA) {
		lzma_ret r = lzma_alone_decoder(&s->lz, STREAM_MEMORY_BYTES);

		if (r != LZMA_OK)
			return lz_failed(s, r);
		s->lz_live = true;
	}
	s->in_frame = true;
	s->frames = 1;
	while (got == 0 && !done && !s->ended)
		got = lz_step(s, out, room, &done);
	if (done)
		stream_end(s, STATUS_OK, NULL);
	return got;
}

/* ---- zstd ---- */

static bool zstd_skippable(struct stream *s)
{
	struct cursor c = cursor_of(s->p, s->n);
	uint32_t length;

	cursor_seek(&c, s->pos);
	if ((cursor_u32le(&c) & 0xfffffff0) != 0x184d2a50)
		return false;
	length = cursor_u32le(&c);
	if (!cursor_ok(&c) || length > cursor_left(&c))
		return false;
	stream_asides_add(&s->asides, c.pos, length);
	s->pos = c.pos + length;
	s->used = s->pos;
	return true;
}

static bool zstd_ready(struct stream *s)
{
	if (s->zstd)
		return true;
	s->zstd = ZSTD_createDStream();
	s->zstd_sum = XXH64_createState();
	return s->zstd && s->zstd_sum &&
	       !ZSTD_isError(ZSTD_DCtx_setParameter(s->zstd, ZSTD_d_windowLogMax,
						    STREAM_WINDOW_LOG)) &&
	       !ZSTD_isError(ZSTD_DCtx_setParameter(s->zstd, ZSTD_d_forceIgnoreChecksum,
						    ZSTD_d_ignoreChecksum));
}

static bool zstd_next(struct stream *s)
{
	while (zstd_skippable(s))
		continue;
	if (!bytes_at(s, s->pos, "\x28\xb5\x2f\xfd", 4))
		return false;
	if (!zstd_ready(s)) {
		stream_end(s, STATUS_NOMEM, "out of memory");
		return false;
	}
	if (ZSTD_getDictID_fromFrame(s->p + s->pos, s->n - s->pos) != 0) {
		stream_end(s, STATUS_UNSUPPORTED, "zstd needs a dictionary");
		return false;
	}
	(void)ZSTD_DCtx_reset(s->zstd, ZSTD_reset_session_only);
	(void)XXH64_reset(s->zstd_sum, 0);
	s->zstd_has_sum = s->n - s->pos > 4 && s->p[s->pos + 4] & 4;
	s->frame_fed = false;
	s->frames++;
	s->in_frame = true;
	return true;
}

static void zstd_failed(struct stream *s, size_t r)
{
	switch (ZSTD_getErrorCode(r)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		stream_end(s, STATUS_LIMIT, "zstd window over the memory limit");
		break;
	case ZSTD_error_memory_allocation:
		stream_end(s, STATUS_NOMEM, "out of memory");
		break;
	default: stream_end(s, STATUS_DAMAGED, "zstd data damaged");
	}
}

/* The sum is the last four bytes of the frame. */
static void zstd_check(struct stream *s)
{
	struct cursor c = cursor_of(s->p, s->n);

	if (!s->zstd_has_sum || s->pos < 4)
		return;
	cursor_seek(&c, s->pos - 4);
	if (cursor_u32le(&c) != (uint32_t)XXH64_digest(s->zstd_sum))
		stream_end(s, STATUS_DAMAGED, "zstd checksum differs");
}

static size_t zstd_step(struct stream *s, uint8_t *out, size_t room)
{
	/* Seeing a whole frame at once it would give nothing of a damaged one. */
	size_t feed = s->frame_fed || s->n - s->pos < 8 ? s->n - s->pos : 8;
	ZSTD_inBuffer from = {s->p + s->pos, feed, 0};
	ZSTD_outBuffer to = {out, room, 0};
	size_t r = ZSTD_decompressStream(s->zstd, &to, &from);

	s->frame_fed = true;
	(void)XXH64_update(s->zstd_sum, out, to.pos);
	s->pos += from.pos;
	s->used = s->pos;
	if (ZSTD_isError(r)) {
		zstd_failed(s, r);
	} else if (r == 0) {
		s->in_frame = false;
		zstd_check(s);
	} else if (to.pos == 0 && from.pos == 0) {
		stream_end(s, STATUS_DAMAGED, "compressed data cut short");
	}
	return to.pos;
}

static size_t zstd_read(struct stream *s, uint8_t *out, size_t room)
{
	size_t got = 0;

	while (got == 0 && !s->ended) {
		if (!s->in_frame && !zstd_next(s)) {
			if (!s->ended)
				stream_end(s, s->used ? STATUS_OK : STATUS_DAMAGED,
					   s->used ? NULL : "zstd header damaged");
			break;
		}
		got = zstd_step(s, out, room);
	}
	return got;
}

/* ---- no decoder, and the four streams of BCJ2 ---- */

static size_t copy_read(struct stream *s, uint8_t *out, size_t room)
{
	size_t n = s->n - s->pos < room ? s->n - s->pos : room;

	if (n == 0)
		return stream_end(s, STATUS_OK, NULL);
	memcpy(out, s->p + s->pos, n);
	s->pos += n;
	s->used = s->pos;
	return n;
}

static size_t bcj2_stream_read(struct stream *s, uint8_t *out, size_t room)
{
	enum status how;
	const char *why;
	size_t n = bcj2_read(s->bcj2, out, room, &how, &why);

	return n ? n : stream_end(s, how, why);
}

/* ---- all ---- */

struct stream *stream_open(enum stream_kind kind, const uint8_t *p, size_t n)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->kind = kind;
	s->p = p;
	s->n = n;
	s->lz = (lzma_stream)LZMA_STREAM_INIT;
	return s;
}

struct stream *stream_open_lzma1(const uint8_t props[5], uint64_t out_bytes, const uint8_t *p,
				 size_t n)
{
	struct stream *s = stream_open(STREAM_LZMA, p, n);

	if (!s)
		return NULL;
	memcpy(s->alone_header, props, 5);
	for (int i = 0; i < 8; i++)
		s->alone_header[5 + i] = (uint8_t)(out_bytes >> (8 * i));
	s->alone_left = sizeof(s->alone_header);
	return s;
}

/* liblzma parses the properties; LZMA1 gets the length on top, which the raw form lacks. */
static lzma_ret chain_filter(lzma_filter *ret, const struct stream_filter *f, uint64_t out_bytes)
{
	lzma_ret r;

	ret->id = f->id;
	ret->options = NULL;
	r = lzma_properties_decode(ret, NULL, f->props, f->n_props);
	if (r == LZMA_OK && (f->id == LZMA_FILTER_LZMA1 || f->id == LZMA_FILTER_LZMA2)) {
		lzma_options_lzma *o = ret->options;

		/* No match reaches back further than the first byte. */
		if (o->dict_size > out_bytes)
			o->dict_size = out_bytes < LZMA_DICT_SIZE_MIN ? LZMA_DICT_SIZE_MIN
								      : (uint32_t)out_bytes;
	}
	if (r == LZMA_OK && f->id == LZMA_FILTER_LZMA1) {
		lzma_options_lzma *o = ret->options;

		ret->id = LZMA_FILTER_LZMA1EXT;
		o->ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
		o->ext_size_low = (uint32_t)out_bytes;
		o->ext_size_high = (uint32_t)(out_bytes >> 32);
	}
	return r;
}

static void chain_begin(struct stream *s, const struct stream_filter *filters, size_t n_filters,
			uint64_t out_bytes)
{
	lzma_filter chain[LZMA_FILTERS_MAX + 1] = {0};
	lzma_ret r = LZMA_OK;
	size_t made = 0;

	while (made < n_filters && r == LZMA_OK) {
		r = chain_filter(&chain[made], &filters[made], out_bytes);
		made += r == LZMA_OK;
	}
	chain[made].id = LZMA_VLI_UNKNOWN;
	if (r == LZMA_OK && lzma_raw_decoder_memusage(chain) > STREAM_CHAIN_MEMORY_BYTES)
		r = LZMA_MEMLIMIT_ERROR;
	if (r == LZMA_OK)
		r = lzma_raw_decoder(&s->lz, chain);
	s->lz_live = r == LZMA_OK;
	if (r != LZMA_OK)
		lz_failed(s, r);
	for (size_t i = 0; i < made; i++)
		free(chain[i].options);
}

struct stream *stream_open_chain(const struct stream_filter *filters, size_t n_filters,
				 uint64_t out_bytes, const uint8_t *p, size_t n)
{
	struct stream *s = stream_open(STREAM_CHAIN, p, n);

	if (!s)
		return NULL;
	if (n_filters == 0 || n_filters > LZMA_FILTERS_MAX)
		stream_end(s, STATUS_UNSUPPORTED, "filter chain without a reader");
	else
		chain_begin(s, filters, n_filters, out_bytes);
	return s;
}

struct stream *stream_open_bcj2(struct stream *rest, struct stream *calls, struct stream *jumps,
				const uint8_t *choice, size_t n_choice, uint64_t out_bytes)
{
	struct stream *s = stream_open(STREAM_BCJ2, choice, n_choice);

	/* bcj2_open() owns the three from here on, even when it fails */
	struct bcj2 *b = bcj2_open(rest, calls, jumps, choice, n_choice, out_bytes);

	if (!s || !b) {
		free(s);
		bcj2_close(b);
		return NULL;
	}
	s->bcj2 = b;
	return s;
}

static size_t codec_read(struct stream *s, uint8_t *out, size_t room)
{
	size_t n = s->codec->ended ? 0 : s->codec->read(s->codec, out, room);

	s->used = s->codec->used;
	s->frames = s->codec->frames;
	return n ? n : stream_end(s, s->codec->how, s->codec->why);
}

struct stream *stream_open_codec(struct codec *c)
{
	struct stream *s = c ? stream_open(STREAM_CODEC, NULL, 0) : NULL;

	if (s)
		s->codec = c;
	else if (c)
		c->close(c);
	return s;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	if (s->codec)
		s->codec->close(s->codec);
	if (s->z_live)
		inflateEnd(&s->z);
	if (s->bz_live)
		BZ2_bzDecompressEnd(&s->bz);
	if (s->lz_live)
		lzma_end(&s->lz);
	ZSTD_freeDStream(s->zstd);
	XXH64_freeState(s->zstd_sum);
	bcj2_close(s->bcj2);
	free(s);
}

size_t stream_read(struct stream *s, uint8_t *out, size_t room)
{
	if (s->ended || room == 0)
		return 0;
	switch (s->kind) {
	case STREAM_GZIP: return gzip_read(s, out, room);
	case STREAM_BZIP2: return bzip2_read(s, out, room);
	case STREAM_XZ: return xz_read(s, out, room);
	case STREAM_LZMA:
	case STREAM_CHAIN: return lz_once_read(s, out, room);
	case STREAM_ZSTD: return zstd_read(s, out, room);
	case STREAM_COPY: return copy_read(s, out, room);
	case STREAM_BCJ2: return bcj2_stream_read(s, out, room);
	case STREAM_CODEC: return codec_read(s, out, room);
	case STREAM_ZLIB:
	case STREAM_DEFLATE: return deflate_read(s, out, room);
	}
	return stream_end(s, STATUS_UNSUPPORTED, "stream without a reader");
}

enum status stream_how(const struct stream *s)
{
	return s->how;
}

const char *stream_why(const struct stream *s)
{
	return s->why;
}

uint64_t stream_used(const struct stream *s)
{
	return s->used;
}

uint64_t stream_frames(const struct stream *s)
{
	return s->frames;
}

size_t stream_asides(const struct stream *s, const struct stream_aside **ret_asides)
{
	const struct stream_asides *x = s->codec ? &s->codec->asides : &s->asides;

	*ret_asides = x->list;
	return x->n;
}
