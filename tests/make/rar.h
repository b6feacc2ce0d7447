/*
 * Writes RAR archives, for which Debian has no maker: of generation 4 stored, of generation 5 stored or
 * packed as literals only (one table, 256 codes of 8 bits), which is all that the tests need of a packer.
 */
#ifndef ASSAY_TESTS_MAKE_RAR_H
#define ASSAY_TESTS_MAKE_RAR_H

#include <zlib.h>

#include "util/buf.h"

static inline void rar_u16(struct buf *b, unsigned v)
{
	buf_add_char(b, (char)v);
	buf_add_char(b, (char)(v >> 8));
}

static inline void rar_u32(struct buf *b, uint64_t v)
{
	rar_u16(b, v & 0xffff);
	rar_u16(b, v >> 16 & 0xffff);
}

static inline void rar_number(struct buf *b, uint64_t v)
{
	for (; v >> 7; v >>= 7)
		buf_add_char(b, (char)((v & 0x7f) | 0x80));
	buf_add_char(b, (char)v);
}

/* ---- generation 4 ---- */

static inline size_t rar4_begin(struct buf *b, unsigned type, unsigned flags)
{
	size_t from = b->len;

	rar_u16(b, 0);
	buf_add_char(b, (char)type);
	rar_u16(b, flags);
	rar_u16(b, 0);
	return from;
}

static inline void rar4_close(struct buf *b, size_t from)
{
	unsigned sum;

	b->p[from + 5] = (char)(b->len - from);
	b->p[from + 6] = (char)((b->len - from) >> 8);
	sum = (unsigned)crc32_z(0, (const Bytef *)b->p + from + 2, b->len - from - 2);
	b->p[from] = (char)sum;
	b->p[from + 1] = (char)(sum >> 8);
}

static inline void rar4_start(struct buf *b, unsigned flags)
{
	size_t from;

	buf_add(b, "Rar!\x1a\7\0", 7);
	from = rar4_begin(b, 0x73, flags);
	rar_u16(b, 0);
	rar_u32(b, 0);
	rar4_close(b, from);
}

/* mode with a type: 0100644 a file, 0120777 a link, 040755 a folder. */
static inline void rar4_stored(struct buf *b, unsigned type, unsigned flags, const char *name, size_t n_name,
			       unsigned mode, const void *p, size_t n)
{
	size_t from = rar4_begin(b, type, flags | 0x8000);

	rar_u32(b, n);
	rar_u32(b, n);
	buf_add_char(b, 3);
	rar_u32(b, crc32_z(0, p, n));
	rar_u32(b, 0x58216000);
	buf_add_char(b, 29);
	buf_add_char(b, 0x30);
	rar_u16(b, (unsigned)n_name);
	rar_u32(b, mode);
	buf_add(b, name, n_name);
	rar4_close(b, from);
	buf_add(b, p, n);
}

static inline void rar4_end(struct buf *b)
{
	rar4_close(b, rar4_begin(b, 0x7b, 0x4000));
}

/* ---- generation 5 ---- */

static inline void rar5_put(struct buf *out, struct buf *body)
{
	struct buf sized;

	buf_init(&sized, 1 << 16);
	rar_number(&sized, body->len);
	buf_add(&sized, body->p, body->len);
	rar_u32(out, crc32_z(0, (const Bytef *)sized.p, sized.len));
	buf_add(out, sized.p, sized.len);
	buf_release(&sized);
	buf_release(body);
}

/* A header without more than numbers. */
static inline void rar5_small(struct buf *out, uint64_t type, uint64_t more)
{
	struct buf b;

	buf_init(&b, 100);
	rar_number(&b, type);
	rar_number(&b, 0);
	rar_number(&b, more);
	rar5_put(out, &b);
}

static inline void rar5_start(struct buf *b)
{
	buf_add(b, "Rar!\x1a\7\1\0", 8);
	rar5_small(b, 1, 0);
}

static inline void rar5_end(struct buf *b)
{
	rar5_small(b, 5, 0);
}

struct rar5_made {
	uint64_t type;     /* 2 file, 3 service */
	uint64_t flags;    /* of the header, beside 2: 8 and 16 split */
	uint64_t file;     /* 1 folder, 8 size unknown */
	uint64_t packing;  /* 0 stored, 1 << 7 packed */
	const char *name, *extra;
	size_t n_extra;
	uint64_t size;
	uint32_t crc;
};

static inline void rar5_block(struct buf *out, const struct rar5_made *m, const void *p, size_t n)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	rar_number(&b, m->type);
	rar_number(&b, m->flags | 2 | (m->n_extra ? 1 : 0));
	if (m->n_extra)
		rar_number(&b, m->n_extra);
	rar_number(&b, n);
	rar_number(&b, m->file | 4);
	rar_number(&b, m->size);
	rar_number(&b, 0100644);
	rar_u32(&b, m->crc);
	rar_number(&b, m->packing);
	rar_number(&b, 1);
	rar_number(&b, strlen(m->name));
	buf_add_z(&b, m->name);
	buf_add(&b, m->extra, m->n_extra);
	rar5_put(out, &b);
	buf_add(out, p, n);
}

static inline void rar5_stored(struct buf *out, const char *name, const void *p, size_t n)
{
	struct rar5_made m = {.type = 2, .name = name, .size = n, .crc = (uint32_t)crc32_z(0, p, n)};

	rar5_block(out, &m, p, n);
}

struct rar_bits {
	struct buf *b;
	unsigned byte, used;
};

static inline void rar_bits_put(struct rar_bits *s, unsigned value, unsigned n)
{
	while (n-- > 0) {
		s->byte = s->byte << 1 | (value >> n & 1);
		if (++s->used == 8) {
			buf_add_char(s->b, (char)s->byte);
			s->byte = s->used = 0;
		}
	}
}

/*
 * One packed block: 20 lengths of 4 bits for the codes of lengths (8 and 19 get one bit each: "0" a length of
 * 8, "1" and 7 bits a run of 11 zeros and more), then 430 lengths, then each byte as itself.
 */
static inline void rar5_literals(struct buf *out, const uint8_t *p, size_t n)
{
	struct rar_bits s = {out, 0, 0};

	for (unsigned i = 0; i < 20; i++)
		rar_bits_put(&s, i == 8 || i == 19, 4);
	for (unsigned i = 0; i < 256; i++)
		rar_bits_put(&s, 0, 1);
	rar_bits_put(&s, 1u << 7 | 127, 8); /* 138 zeros */
	rar_bits_put(&s, 1u << 7 | 25, 8);  /* 36 */
	for (size_t i = 0; i < n; i++)
		rar_bits_put(&s, p[i], 8);
	if (s.used)
		rar_bits_put(&s, 0, 8 - s.used);
}

/* A file packed in one block. */
static inline void rar5_packed(struct buf *out, const char *name, const uint8_t *p, size_t n)
{
	struct rar5_made m = {.type = 2, .packing = 1u << 7, .name = name, .size = n,
			      .crc = (uint32_t)crc32_z(0, p, n)};
	/* 256 + 16 + 80 bits of tables are 44 bytes: the last byte is always full */
	unsigned flags = 0x80 | 0x40 | 2u << 3 | 7, sum = 0x5a ^ flags;
	struct buf bits, block;

	buf_init(&bits, 1 << 24);
	buf_init(&block, 1 << 24);
	rar5_literals(&bits, p, n);
	for (int i = 0; i < 3; i++)
		sum ^= (unsigned)(bits.len >> 8 * i) & 0xff;
	buf_add_char(&block, (char)flags);
	buf_add_char(&block, (char)sum);
	for (int i = 0; i < 3; i++)
		buf_add_char(&block, (char)(bits.len >> 8 * i));
	buf_add(&block, bits.p, bits.len);
	rar5_block(out, &m, block.p, block.len);
	buf_release(&bits);
	buf_release(&block);
}

#endif
