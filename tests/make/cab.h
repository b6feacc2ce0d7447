/*
 * Writes small cabinets block by block: with methods that Debian's makers do not write (LZX, Quantum),
 * and with what none would (sums, overlaps, reserved areas). LZX blocks hold their bytes unpacked.
 */
#ifndef ASSAY_TESTS_MAKE_CAB_H
#define ASSAY_TESTS_MAKE_CAB_H

#include "util/buf.h"

struct cab_made {
	struct buf folders, files, blocks; /* offsets of blocks count from 0 and are mended at the end */
	unsigned n_folders, n_files;
	unsigned flags;
	const char *reserved; /* in the header; flags 4 */
	size_t n_reserved;
};

static inline void cab_u16(struct buf *b, unsigned v)
{
	buf_add_char(b, (char)v);
	buf_add_char(b, (char)(v >> 8));
}

static inline void cab_u32(struct buf *b, uint32_t v)
{
	cab_u16(b, v & 0xffff);
	cab_u16(b, v >> 16);
}

static inline void cab_make_begin(struct cab_made *m)
{
	memset(m, 0, sizeof(*m));
	buf_init(&m->folders, 1 << 20);
	buf_init(&m->files, 1 << 20);
	buf_init(&m->blocks, 1 << 24);
}

static inline void cab_make_folder(struct cab_made *m, unsigned method, unsigned n_blocks)
{
	cab_u32(&m->folders, (uint32_t)m->blocks.len);
	cab_u16(&m->folders, n_blocks);
	cab_u16(&m->folders, method);
	m->n_folders++;
}

/* A block without a sum. */
static inline void cab_make_block(struct cab_made *m, const void *p, size_t packed, size_t unpacked)
{
	cab_u32(&m->blocks, 0);
	cab_u16(&m->blocks, (unsigned)packed);
	cab_u16(&m->blocks, (unsigned)unpacked);
	buf_add(&m->blocks, p, packed);
}

static inline void cab_make_file(struct cab_made *m, const char *name, uint32_t bytes, uint32_t offset,
				 unsigned folder)
{
	cab_u32(&m->files, bytes);
	cab_u32(&m->files, offset);
	cab_u16(&m->files, folder);
	cab_u16(&m->files, 0x5821);
	cab_u16(&m->files, 0);
	cab_u16(&m->files, 0x20);
	buf_add(&m->files, name, strlen(name) + 1);
	m->n_files++;
}

/*
 * One LZX frame of n bytes, n even and at most 32 KiB, as one block of the kind that is not packed: a bit
 * for "no translation of calls", 3 bits 3, 24 bits of length, up to 16 bits, three old offsets, bytes.
 */
static inline void cab_make_lzx(struct cab_made *m, const void *p, size_t n)
{
	uint32_t bits = 3u << 28 | (uint32_t)n << 4; /* 1 + 3 + 24, from the top of 32 */
	struct buf b;

	buf_init(&b, 1 << 17);
	cab_u16(&b, bits >> 16);
	cab_u16(&b, bits & 0xffff);
	for (int i = 0; i < 3; i++)
		cab_u32(&b, 1);
	buf_add(&b, p, n);
	cab_make_block(m, b.p, b.len, n);
	buf_release(&b);
}

/* Appends the cabinet to *out and releases the rest. */
static inline void cab_make_end(struct cab_made *m, struct buf *out)
{
	size_t reserved = m->flags & 4 ? 4 + m->n_reserved : 0;
	size_t files_at = 36 + reserved + m->folders.len, blocks_at = files_at + m->files.len;

	buf_add(out, "MSCF\0\0\0", 8);
	cab_u32(out, (uint32_t)(blocks_at + m->blocks.len));
	cab_u32(out, 0);
	cab_u32(out, (uint32_t)files_at);
	cab_u32(out, 0);
	cab_u16(out, 0x0103);
	cab_u16(out, m->n_folders);
	cab_u16(out, m->n_files);
	cab_u16(out, m->flags);
	cab_u32(out, 0);
	if (reserved) {
		cab_u16(out, (unsigned)m->n_reserved);
		cab_u16(out, 0);
		buf_add(out, m->reserved, m->n_reserved);
	}
	for (unsigned i = 0; i < m->n_folders; i++) {
		const uint8_t *p = (const uint8_t *)m->folders.p + i * 8;

		cab_u32(out, (uint32_t)blocks_at + (p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16));
		buf_add(out, p + 4, 4);
	}
	buf_add(out, m->files.p, m->files.len);
	buf_add(out, m->blocks.p, m->blocks.len);
	buf_release(&m->folders);
	buf_release(&m->files);
	buf_release(&m->blocks);
}

#endif
