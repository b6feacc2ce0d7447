/*
 * Generation 4, behind "Rar!" 1a 07 00, little-endian:
 *   0 u16 CRC-32 (low half) of what follows in the header  2 u8 type  3 u16 flags  5 u16 bytes of the header
 *   [7 u32 bytes of data, flag 8000]
 *   73 archive  flags 1 volume, 8 solid, 80 headers are encrypted
 *   74 file, 7a service: 7 u32 packed  11 u32 size  15 u8 host  16 u32 CRC  20 u32 time (FAT)  24 u8 version
 *      25 u8 method (30 stored)  26 u16 bytes of the name  28 u32 attributes [u32, u32 high halves, flag 100]
 *      name [u8[8] salt, flag 400] [times, flag 1000]; flags 1, 2 split, 4 encrypted, 10 solid, 200 the name has
 *      a second half behind a NUL in an encoding of its own, e0 folder
 *   7b end
 * Generation 5, behind "Rar!" 1a 07 01 00; numbers are "v" (7 bits a byte, lowest first, top bit: goes on):
 *   u32 CRC-32 of the header from here  v bytes from here  v type  v flags (1 extra area, 2 data, 8, 10 split)
 *   [v bytes of the extra area] [v bytes of data] ... extra area; data
 *   1 archive: v flags (1 volume, 2 number, 4 solid)   2 file, 3 service: v flags (1 folder, 2 time, 4 CRC, 8 size
 *   unknown)  v size  v attributes  [u32 time] [u32 CRC]  v packing (version 0-5, solid 6, method 7-9, dictionary)
 *   v host (1 Unix)  v bytes of the name, name   4 everything is encrypted   5 end
 *   extra: v bytes, v kind: 1 encrypted, 5 a link: v kind, v flags, v bytes, name
 */
#include <zlib.h>

#include "formats/rar_int.h"
#include "util/buf.h"

enum { NAME_MAX_BYTES = 32 << 10, HEADER_MAX_BYTES = 2 << 20, BLOCKS_MAX = 1 << 22 };

static struct rar_block *block_add(struct rar_list *l)
{
	struct rar_block *b = ARENA_PUSH(l->a->in->arena, l->blocks, l->n, l->room);

	b->e.type = ENTRY_FILE;
	b->e.origin = ORIGIN_MEMBER;
	return b;
}

/* Places the data behind the header; returns where the next block begins. */
static uint64_t block_settle(struct rar_list *l, struct rar_block *b)
{
	uint64_t left = l->a->in->bytes.len - b->data_at;

	b->cut = b->packed > left;
	if (b->cut) {
		b->packed = left;
		l->a->damaged = true;
	}
	if (b->header_damaged) {
		l->a->damaged = true;
		archive_odd(l->a, "rar-header-damaged", b->at, b->e.name);
	}
	return b->data_at + b->packed;
}

static int64_t time_of_fat(uint32_t v)
{
	unsigned year = 1980 + (v >> 25), month = v >> 21 & 15, day = v >> 16 & 31;
	unsigned y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;
	int64_t days;

	if (month < 1 || month > 12 || day < 1)
		return 0;
	days = 365 * (int64_t)y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
	return days * 86400 + (v >> 11 & 31) * 3600 + (v >> 5 & 63) * 60 + (v & 31) * 2;
}

/* ---- generation 4 ---- */

enum {
	V4_MARK_BYTES = 7,
	V4_HEADER_BYTES = 7,
	V4_ARCHIVE = 0x73,
	V4_FILE = 0x74,
	V4_SERVICE = 0x7a,
	V4_END = 0x7b,
	V4_HAS_DATA = 0x8000,
	V4_STORED = 0x30,
};

static void utf8_add(struct buf *b, unsigned c)
{
	if (c < 0x80) {
		buf_add_char(b, (char)c);
	} else if (c < 0x800) {
		buf_add_char(b, (char)(0xc0 | c >> 6));
		buf_add_char(b, (char)(0x80 | (c & 63)));
	} else {
		buf_add_char(b, (char)(0xe0 | c >> 12));
		buf_add_char(b, (char)(0x80 | (c >> 6 & 63)));
		buf_add_char(b, (char)(0x80 | (c & 63)));
	}
}

/* The second half: two bits say what comes. 0 a byte, 1 a byte on the usual page, 2 two bytes, 3 a run of the
 * first half, moved or not. */
static void v4_name_decode(struct str plain, struct cursor c, struct buf *out)
{
	unsigned page = cursor_u8(&c), bits = 0, kinds = 0;
	size_t at = 0;

	while (cursor_left(&c) > 0 && !out->full) {
		if (bits == 0) {
			kinds = cursor_u8(&c);
			bits = 8;
		}
		bits -= 2;
		switch (kinds >> bits & 3) {
		case 0: utf8_add(out, cursor_u8(&c)); at++; break;
		case 1: utf8_add(out, cursor_u8(&c) | page << 8); at++; break;
		case 2: utf8_add(out, cursor_u16le(&c)); at++; break;
		default: {
			uint8_t n = cursor_u8(&c), moved = n & 0x80 ? cursor_u8(&c) : 0;

			for (unsigned i = 0; i < (n & 0x7fu) + 2 && at < plain.len; i++, at++) {
				unsigned v = (uint8_t)plain.p[at];

				utf8_add(out, n & 0x80 ? ((v + moved) & 0xff) | page << 8 : v);
			}
		}
		}
	}
}

static struct str v4_name(struct rar_list *l, struct str raw, unsigned flags)
{
	size_t nul = flags & 0x200 && raw.len ? strnlen(raw.p, raw.len) : raw.len;
	struct str name;
	struct buf b;

	if (nul >= raw.len)
		return arena_str(l->a->in->arena, raw);
	buf_init(&b, NAME_MAX_BYTES);
	v4_name_decode(str_part(raw, 0, nul), cursor_of(raw.p + nul + 1, raw.len - nul - 1), &b);
	name = arena_str(l->a->in->arena, b.len ? buf_str(&b) : str_part(raw, 0, nul));
	buf_release(&b);
	return name;
}

static void v4_file(struct rar_list *l, struct cursor h, unsigned type, unsigned flags, struct rar_block *b)
{
	uint8_t host, version, method;
	uint16_t name_bytes;
	uint32_t attributes;

	b->kind = type == V4_FILE ? RAR_FILE : RAR_SERVICE;
	b->packed = cursor_u32le(&h);
	b->size = cursor_u32le(&h);
	host = cursor_u8(&h);
	b->crc = cursor_u32le(&h);
	b->has_crc = true;
	b->e.mtime = time_of_fat(cursor_u32le(&h));
	version = cursor_u8(&h);
	method = cursor_u8(&h);
	name_bytes = cursor_u16le(&h);
	attributes = cursor_u32le(&h);
	if (flags & 0x100) {
		b->packed |= (uint64_t)cursor_u32le(&h) << 32;
		b->size |= (uint64_t)cursor_u32le(&h) << 32;
	}
	b->e.name = v4_name(l, cursor_str(&h, name_bytes), flags);
	b->header_damaged |= !cursor_ok(&h);
	b->packing = method | (uint64_t)version << 8 | (uint64_t)flags << 16;
	b->stored = method == V4_STORED;
	b->supported = version >= 29 && version <= 36;
	b->encrypted = flags & 4;
	b->split = flags & 3;
	if (host == 3) {
		b->e.mode = attributes & 07777;
		if ((attributes & 0170000) == 0120000)
			b->e.type = ENTRY_SYMLINK;
	}
	if (type == V4_FILE && ((flags & 0xe0) == 0xe0 || (attributes & 0170000) == 0040000))
		b->e.type = ENTRY_DIR;
}

/* One block; returns where the next one begins, or 0 at the end. */
static uint64_t v4_block(struct rar_list *l, uint64_t at)
{
	struct cursor c = l->a->in->bytes, h;
	uint16_t sum, flags, bytes;
	uint64_t data = 0;
	uint8_t type;

	cursor_seek(&c, at);
	sum = cursor_u16le(&c);
	type = cursor_u8(&c);
	flags = cursor_u16le(&c);
	bytes = cursor_u16le(&c);
	h = cursor_part(&c, at, bytes);
	if (!cursor_ok(&c) || bytes < V4_HEADER_BYTES || !cursor_ok(&h) || type < 0x72 || type > V4_END) {
		l->a->damaged = true;
		archive_odd_z(l->a, "rar-block-damaged", at, NULL);
		return 0;
	}
	archive_region(l->a, at, bytes, "header");
	cursor_seek(&h, V4_HEADER_BYTES);
	if (type == V4_ARCHIVE)
		l->solid = flags & 8;
	if (type == V4_FILE || type == V4_SERVICE || (type == V4_ARCHIVE && flags & 0x80)) {
		struct rar_block *b = block_add(l);

		b->at = at;
		b->header_bytes = bytes;
		b->data_at = at + bytes;
		b->header_damaged = sum != (crc32_z(0, h.base + 2, bytes - 2u) & 0xffff);
		if (type == V4_ARCHIVE) {
			b->kind = RAR_ENCRYPTED;
			return 0;
		}
		v4_file(l, h, type, flags, b);
		return block_settle(l, b);
	}
	if (flags & V4_HAS_DATA) /* old kinds: left uncovered, so that it is looked at */
		data = cursor_u32le(&h);
	l->ended = type == V4_END;
	if (l->ended || !cursor_ok(&h) || data > l->a->in->bytes.len - (at + bytes))
		return 0;
	return at + bytes + data;
}

/* ---- generation 5 ---- */

enum { V5_MARK_BYTES = 8, V5_ARCHIVE = 1, V5_FILE, V5_SERVICE, V5_ENCRYPTION, V5_END };

static uint64_t number(struct cursor *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t b = cursor_u8(c);

		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	c->bad = true;
	return 0;
}

/* Encryption, and links. */
static void v5_extra(struct rar_list *l, struct cursor c, struct rar_block *b)
{
	while (cursor_ok(&c) && cursor_left(&c) > 0) {
		uint64_t bytes = number(&c);
		struct cursor one = cursor_part(&c, c.pos, bytes);
		uint64_t kind = number(&one);

		cursor_skip(&c, bytes);
		if (!cursor_ok(&one) || !cursor_ok(&c)) {
			b->header_damaged = true;
			return;
		}
		if (kind == 1)
			b->encrypted = true;
		if (kind == 5) {
			uint64_t link = number(&one), name_bytes;

			(void)number(&one);
			name_bytes = number(&one);
			b->e.link = arena_str(l->a->in->arena,
					      cursor_str(&one, name_bytes > NAME_MAX_BYTES ? 0 : (size_t)name_bytes));
			b->e.type = link == 4 || link == 5 ? ENTRY_HARDLINK : ENTRY_SYMLINK;
		}
	}
}

static void v5_file(struct rar_list *l, struct cursor *h, uint64_t flags, struct rar_block *b)
{
	uint64_t file = number(h), attributes, host, name_bytes;

	b->size = number(h);
	b->size_unknown = file & 8;
	attributes = number(h);
	if (file & 2)
		b->e.mtime = cursor_u32le(h);
	b->has_crc = file & 4;
	b->crc = b->has_crc ? cursor_u32le(h) : 0;
	b->packing = number(h);
	host = number(h);
	name_bytes = number(h);
	b->e.name = cursor_str(h, name_bytes > NAME_MAX_BYTES ? SIZE_MAX : (size_t)name_bytes);
	b->stored = (b->packing >> 7 & 7) == 0;
	b->supported = (b->packing & 63) == 0;
	b->split = flags & 0x18;
	if (host == 1)
		b->e.mode = attributes & 07777;
	if (file & 1)
		b->e.type = ENTRY_DIR;
	b->header_damaged |= !cursor_ok(h);
}

static uint64_t v5_block(struct rar_list *l, uint64_t at)
{
	struct cursor c = l->a->in->bytes, h;
	uint64_t bytes, type, flags, extra, data;
	struct rar_block *b;
	uint32_t sum;
	size_t from;

	cursor_seek(&c, at);
	sum = cursor_u32le(&c);
	from = c.pos;
	bytes = number(&c);
	h = cursor_part(&c, at, c.pos - at + (bytes > HEADER_MAX_BYTES ? UINT64_MAX / 2 : bytes));
	if (!cursor_ok(&c) || !cursor_ok(&h) || bytes == 0) {
		l->a->damaged = true;
		archive_odd_z(l->a, "rar-block-damaged", at, NULL);
		return 0;
	}
	archive_region(l->a, at, h.len, "header");
	cursor_seek(&h, c.pos - at);
	type = number(&h);
	flags = number(&h);
	extra = flags & 1 ? number(&h) : 0;
	data = flags & 2 ? number(&h) : 0;
	b = block_add(l);
	b->at = at;
	b->header_bytes = h.len;
	b->data_at = at + h.len;
	b->packed = data;
	b->header_damaged = sum != (uint32_t)crc32_z(0, l->a->in->bytes.base + from, (size_t)(at + h.len - from)) ||
			    extra > h.len;
	if (type == V5_FILE || type == V5_SERVICE) {
		b->kind = type == V5_FILE ? RAR_FILE : RAR_SERVICE;
		v5_file(l, &h, flags, b);
		if (extra <= h.len)
			v5_extra(l, cursor_part(&h, h.len - extra, extra), b);
		return block_settle(l, b);
	}
	if (type == V5_ENCRYPTION) {
		b->kind = RAR_ENCRYPTED;
		return 0;
	}
	if (b->header_damaged)
		(void)block_settle(l, b);
	l->n--; /* nothing to hand out; data of unknown kinds stay uncovered */
	if (type == V5_ARCHIVE)
		l->solid = number(&h) & 4;
	l->ended = type == V5_END;
	if (l->ended || data > l->a->in->bytes.len - (at + h.len))
		return 0;
	return at + h.len + data;
}

enum status rar_list_read(struct archive *a, struct rar_list *ret)
{
	const uint8_t *p = cursor_peek(&a->in->bytes, V5_MARK_BYTES);
	uint64_t at;

	*ret = (struct rar_list){.a = a};
	if (!p)
		return STATUS_DAMAGED;
	ret->generation = p[6] ? 5 : 4;
	at = p[6] ? V5_MARK_BYTES : V4_MARK_BYTES;
	archive_region(a, 0, at, "header");
	while (at && at < a->in->bytes.len && ret->n < BLOCKS_MAX) {
		TRY(archive_step(a, 4));
		at = ret->generation == 5 ? v5_block(ret, at) : v4_block(ret, at);
	}
	if (!ret->ended && !(ret->n && ret->blocks[ret->n - 1].kind == RAR_ENCRYPTED)) {
		/* the first writers of generation 4 had no end mark */
		bool has_one = ret->generation == 5 || at == 0 || (ret->n && ret->blocks[0].supported);

		a->damaged |= has_one;
		archive_odd_z(a, "rar-no-end", a->in->bytes.len, NULL);
	}
	return STATUS_OK;
}
