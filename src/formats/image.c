/*
 * PNG (W3C), JPEG (T.81), GIF89a, RIFF, ICO, ICNS, BMP, OpenType, WOFF 1 and 2, WebAssembly 1, SQLite 3,
 * ISO base media. Only lengths are read.
 */
#include "formats/image.h"

struct walk {
	struct cursor c;
	struct budget *b;
	uint64_t end;
};

static bool step(struct walk *w, uint64_t n)
{
	return budget_step(w->b, n);
}

static enum status ended(struct walk *w)
{
	if (!cursor_ok(&w->c))
		return STATUS_DAMAGED;
	w->end = w->c.pos;
	return STATUS_OK;
}

/* Chunks of { u32 bytes, type, content, u32 check }, the last is IEND. */
static enum status png(struct walk *w)
{
	cursor_skip(&w->c, 8);
	while (step(w, 1)) {
		uint32_t bytes = cursor_u32be(&w->c), type = cursor_u32be(&w->c);

		cursor_skip(&w->c, (uint64_t)bytes + 4);
		if (!cursor_ok(&w->c))
			return STATUS_DAMAGED;
		w->end = w->c.pos;
		if (type == 0x49454e44)
			return STATUS_OK;
	}
	return STATUS_LIMIT;
}

/* In scan data ff is followed by 00 or a restart mark; anything else is the next segment. */
static bool jpeg_scan(struct walk *w)
{
	const uint8_t *p = w->c.base;
	size_t at = w->c.pos, n = w->c.len;

	while (at + 1 < n) {
		const uint8_t *hit = memchr(p + at, 0xff, n - at - 1);

		if (!hit)
			return false;
		at = (size_t)(hit - p);
		if (p[at + 1] != 0 && p[at + 1] != 0xff && (p[at + 1] < 0xd0 || p[at + 1] > 0xd7)) {
			w->c.pos = at;
			return true;
		}
		at += p[at + 1] == 0xff ? 1 : 2;
	}
	return false;
}

static enum status jpeg(struct walk *w)
{
	if (!step(w, w->c.len / 64 + 1))
		return STATUS_LIMIT;
	cursor_skip(&w->c, 2);
	while (step(w, 1)) {
		uint8_t mark = cursor_u8(&w->c), type = cursor_u8(&w->c);
		uint16_t bytes;

		while (type == 0xff)
			type = cursor_u8(&w->c); /* fill bytes */
		if (!cursor_ok(&w->c) || mark != 0xff)
			return STATUS_DAMAGED;
		w->end = w->c.pos;
		if (type == 0xd9)
			return STATUS_OK;
		if (type == 0x01 || (type >= 0xd0 && type <= 0xd8))
			continue;
		bytes = cursor_u16be(&w->c);
		cursor_skip(&w->c, bytes < 2 ? UINT64_MAX : bytes - 2u);
		if (!cursor_ok(&w->c) || (type == 0xda && !jpeg_scan(w)))
			return STATUS_DAMAGED;
	}
	return STATUS_LIMIT;
}

static bool gif_blocks(struct walk *w)
{
	uint8_t n;

	do {
		n = cursor_u8(&w->c);
		cursor_skip(&w->c, n);
		if (!step(w, 1))
			return false;
	} while (n && cursor_ok(&w->c));
	return cursor_ok(&w->c);
}

static enum status gif(struct walk *w)
{
	uint8_t flags;

	cursor_skip(&w->c, 10);
	flags = cursor_u8(&w->c);
	cursor_skip(&w->c, 2 + (flags & 0x80 ? 3u << ((flags & 7) + 1) : 0));
	while (step(w, 1)) {
		uint8_t kind = cursor_u8(&w->c);

		if (!cursor_ok(&w->c))
			return STATUS_DAMAGED;
		if (kind == 0x3b)
			return ended(w);
		if (kind == 0x21) {
			cursor_skip(&w->c, 1);
		} else if (kind == 0x2c) {
			cursor_skip(&w->c, 8);
			flags = cursor_u8(&w->c);
			cursor_skip(&w->c, 1 + (flags & 0x80 ? 3u << ((flags & 7) + 1) : 0));
		} else {
			return STATUS_DAMAGED;
		}
		if (!gif_blocks(w))
			return cursor_ok(&w->c) ? STATUS_LIMIT : STATUS_DAMAGED;
		w->end = w->c.pos;
	}
	return STATUS_LIMIT;
}

/* An outer length, and the zeros that align it. */
static enum status stated(struct walk *w, uint64_t bytes, unsigned align)
{
	if (!cursor_ok(&w->c) || bytes > w->c.len)
		return STATUS_DAMAGED;
	w->end = bytes;
	while (align > 1 && w->end % align && w->end < w->c.len && !w->c.base[w->end])
		w->end++;
	return STATUS_OK;
}

static enum status riff(struct walk *w)
{
	if (cursor_u32be(&w->c) != 0x52494646)
		return STATUS_UNSUPPORTED;
	return stated(w, (uint64_t)cursor_u32le(&w->c) + 8, 2);
}

/* { 8 bytes, u32 bytes, u32 offset } an image. */
static enum status ico(struct walk *w)
{
	uint64_t end, n;

	cursor_skip(&w->c, 4);
	n = cursor_u16le(&w->c);
	if (!cursor_count(&w->c, n, 16))
		return STATUS_DAMAGED;
	end = 6 + n * 16;
	for (uint64_t i = 0; i < n && step(w, 1); i++) {
		uint64_t bytes, offset;

		cursor_skip(&w->c, 8);
		bytes = cursor_u32le(&w->c);
		offset = cursor_u32le(&w->c);
		if (offset + bytes > end)
			end = offset + bytes;
	}
	return stated(w, end, 1);
}

/* Header bytes at 10 (pixels' offset), 18 width, 22 height, 28 bits, 30 compression, 34 image bytes. */
static enum status bmp(struct walk *w)
{
	uint64_t file_bytes, pixels, width, height, row, bytes;
	uint32_t header, raw_height, compression;
	uint16_t bits;

	cursor_skip(&w->c, 2);
	file_bytes = cursor_u32le(&w->c);
	cursor_skip(&w->c, 4);
	pixels = cursor_u32le(&w->c);
	header = cursor_u32le(&w->c);
	if (header < 40)
		return stated(w, file_bytes, 1);
	width = cursor_u32le(&w->c);
	raw_height = cursor_u32le(&w->c);
	height = raw_height >> 31 ? 0u - raw_height : raw_height;
	cursor_skip(&w->c, 2);
	bits = cursor_u16le(&w->c);
	compression = cursor_u32le(&w->c);
	bytes = cursor_u32le(&w->c);
	if (bits > 64 || width > UINT32_MAX / 64)
		return STATUS_DAMAGED;
	row = (width * bits + 31) / 32 * 4;
	if (compression == 0 || compression == 3)
		bytes = row * height;
	if (pixels + bytes > file_bytes)
		file_bytes = pixels + bytes;
	return stated(w, file_bytes, 4);
}

/* { tag, check, u32 offset, u32 bytes } a table; returns the end of the last one. */
static bool sfnt_tables(struct walk *w, uint64_t at, uint64_t *end)
{
	uint64_t n;

	cursor_seek(&w->c, at);
	cursor_skip(&w->c, 4);
	n = cursor_u16be(&w->c);
	cursor_skip(&w->c, 6);
	if (!n || !cursor_count(&w->c, n, 16) || !step(w, n))
		return false;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t offset, bytes;

		cursor_skip(&w->c, 8);
		offset = cursor_u32be(&w->c);
		bytes = cursor_u32be(&w->c);
		if (offset + bytes > *end)
			*end = offset + bytes;
	}
	if (w->c.pos > *end)
		*end = w->c.pos;
	return cursor_ok(&w->c);
}

enum { FONTS_MAX = 256 };

static enum status font(struct walk *w)
{
	uint32_t tag = cursor_u32be(&w->c), n;
	uint64_t end = 0, at;

	if (tag == 0x774f4646 || tag == 0x774f4632) { /* wOFF, wOF2 */
		cursor_skip(&w->c, 4);
		return stated(w, cursor_u32be(&w->c), 4);
	}
	if (tag == 0x74746366) { /* ttcf */
		cursor_skip(&w->c, 4);
		n = cursor_u32be(&w->c);
		if (n > FONTS_MAX)
			return STATUS_DAMAGED;
		for (uint32_t i = 0; i < n; i++) {
			cursor_seek(&w->c, 12 + (uint64_t)i * 4);
			at = cursor_u32be(&w->c);
			if (!sfnt_tables(w, at, &end))
				return STATUS_DAMAGED;
		}
		return stated(w, end, 4);
	}
	if (tag == 0x00010000 || tag == 0x4f54544f || tag == 0x74727565) /* 1.0, OTTO, true */
		return sfnt_tables(w, 0, &end) ? stated(w, end, 4) : STATUS_DAMAGED;
	cursor_seek(&w->c, 34);
	if (cursor_u16le(&w->c) == 0x504c) { /* EOT */
		cursor_seek(&w->c, 0);
		return stated(w, cursor_u32le(&w->c), 1);
	}
	return STATUS_UNSUPPORTED;
}

static bool leb(struct cursor *c, uint64_t *ret)
{
	uint64_t v = 0;

	for (int shift = 0; shift < 35; shift += 7) {
		uint8_t b = cursor_u8(c);

		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80)) {
			*ret = v;
			return cursor_ok(c);
		}
	}
	return false;
}

/* { u8 id, leb bytes, content } up to the end; ids above 13 are none. */
static enum status wasm(struct walk *w)
{
	cursor_skip(&w->c, 8);
	w->end = w->c.pos;
	while (cursor_left(&w->c) && step(w, 1)) {
		uint64_t bytes;
		uint8_t id = cursor_u8(&w->c);

		if (id > 13 || !leb(&w->c, &bytes))
			return STATUS_OK; /* ends here; what follows is appended */
		cursor_skip(&w->c, bytes);
		if (!cursor_ok(&w->c))
			return STATUS_DAMAGED;
		w->end = w->c.pos;
	}
	return ended(w);
}

/* u16 page size at 16 (1 = 65536), u32 pages at 28, valid when the change counters agree. */
static enum status sqlite(struct walk *w)
{
	uint64_t page, pages;
	uint32_t changes, valid_for;

	cursor_skip(&w->c, 16);
	page = cursor_u16be(&w->c);
	cursor_skip(&w->c, 6);
	changes = cursor_u32be(&w->c);
	pages = cursor_u32be(&w->c);
	cursor_seek(&w->c, 92);
	valid_for = cursor_u32be(&w->c);
	if (!cursor_ok(&w->c))
		return STATUS_DAMAGED;
	if (changes != valid_for || !pages)
		return STATUS_UNSUPPORTED;
	return stated(w, pages * (page == 1 ? 65536 : page), 1);
}

/* Boxes of { u32 bytes, type }, 1 = 64-bit length follows, 0 = to the end. */
static enum status boxes(struct walk *w)
{
	cursor_seek(&w->c, 4);
	if (cursor_u32be(&w->c) != 0x66747970) /* ftyp */
		return STATUS_UNSUPPORTED;
	cursor_seek(&w->c, 0);
	while (cursor_left(&w->c) >= 8 && step(w, 1)) {
		uint64_t at = w->c.pos, bytes = cursor_u32be(&w->c);
		const uint8_t *type = cursor_take(&w->c, 4);

		for (int i = 0; i < 4; i++)
			if (!type || type[i] < 0x20 || (type[i] > 0x7e && type[i] != 0xa9))
				return STATUS_OK;
		if (bytes == 1)
			bytes = cursor_u64be(&w->c);
		if (bytes == 0)
			bytes = w->c.len - at;
		if (bytes < 8 || bytes > w->c.len - at)
			return STATUS_DAMAGED;
		cursor_seek(&w->c, at + bytes);
		w->end = w->c.pos;
	}
	return STATUS_OK;
}

enum status image_end(enum format_id format, struct cursor in, struct budget *b, uint64_t *ret_end)
{
	struct walk w = {.c = cursor_of(in.base, in.len), .b = b};
	enum status s;

	switch (format) {
	case FORMAT_PNG: s = png(&w); break;
	case FORMAT_JPEG: s = jpeg(&w); break;
	case FORMAT_GIF: s = gif(&w); break;
	case FORMAT_WEBP: s = riff(&w); break;
	case FORMAT_ICO: s = ico(&w); break;
	case FORMAT_ICNS:
		cursor_skip(&w.c, 4);
		s = stated(&w, cursor_u32be(&w.c), 1);
		break;
	case FORMAT_BMP: s = bmp(&w); break;
	case FORMAT_FONT: s = font(&w); break;
	case FORMAT_AUDIO:
	case FORMAT_VIDEO:
		s = riff(&w);
		if (s == STATUS_UNSUPPORTED) {
			w.c = cursor_of(in.base, in.len);
			s = boxes(&w);
		}
		break;
	case FORMAT_WASM: s = wasm(&w); break;
	case FORMAT_SQLITE: s = sqlite(&w); break;
	default: s = STATUS_UNSUPPORTED;
	}
	*ret_end = w.end;
	return s;
}

bool image_inert(enum format_id f)
{
	return f == FORMAT_PNG || f == FORMAT_JPEG || f == FORMAT_GIF || f == FORMAT_WEBP || f == FORMAT_ICO ||
		f == FORMAT_ICNS || f == FORMAT_BMP || f == FORMAT_FONT || f == FORMAT_AUDIO || f == FORMAT_VIDEO;
}
