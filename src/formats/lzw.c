/*
 * Unix compress (".Z"): 0 u8[2] 1f 9d, 2 u8 widest code (9..16; bit 7: code 256 empties the table),
 * then codes of 9 bits and more, lowest bit first. Eight codes of one width fill that many bytes;
 * where the width changes or the table is emptied, the rest of such a group is skipped. There is no
 * end mark and no sum: a cut at the end of a code cannot be seen.
 */
#include <stdlib.h>

#include "formats/codecs.h"

enum {
	HEADER_BYTES = 3,
	BITS_MIN = 9,
	BITS_MAX = 16,
	CLEAR = 256,
	NONE = -1,
};

struct lzw {
	struct codec base; /* first */
	const uint8_t *p;
	size_t n;
	uint64_t bit, group_bit; /* of the next code; where its group of eight began */
	unsigned bits, bits_max;
	bool can_clear;
	int32_t used, last; /* codes known; the code before */
	uint8_t first;      /* first byte of what `last` stands for */
	uint16_t prefix[1 << BITS_MAX];
	uint8_t suffix[1 << BITS_MAX];
	uint8_t stack[1 << BITS_MAX]; /* one code's bytes, last byte first */
	size_t n_stack;
};

/* The next group begins at a multiple of `bits` bytes from where this one did. */
static void group_skip(struct lzw *z, unsigned bits)
{
	uint64_t group = bits * 8;
	uint64_t into = (z->bit - z->group_bit) % group;

	if (into)
		z->bit += group - into;
	z->group_bit = z->bit;
}

static int32_t next_code(struct lzw *z)
{
	uint64_t at = z->bit / 8;
	uint32_t v = 0;

	if (z->bit + z->bits > (uint64_t)z->n * 8)
		return NONE;
	for (unsigned i = 0; i < 3 && at + i < z->n; i++)
		v |= (uint32_t)z->p[at + i] << 8 * i;
	v = v >> z->bit % 8 & ((1u << z->bits) - 1);
	z->bit += z->bits;
	return (int32_t)v;
}

static size_t lzw_end(struct lzw *z)
{
	/* Less than a code: what is left must be zero bits of the last byte. */
	bool whole = (uint64_t)z->n * 8 < z->bit + 8 || z->bit >= (uint64_t)z->n * 8;

	z->base.used = z->n;
	return codec_end(&z->base, whole ? STATUS_OK : STATUS_DAMAGED,
			 whole ? NULL : "compressed data cut short");
}

static void table_clear(struct lzw *z)
{
	group_skip(z, z->bits);
	z->bits = BITS_MIN;
	z->used = z->can_clear ? CLEAR + 1 : CLEAR;
	z->last = NONE;
}

/* Puts the bytes of one code on the stack; false when no encoder could have written it. */
static bool expand(struct lzw *z, int32_t code)
{
	int32_t at = code;

	if (z->last == NONE ? code >= CLEAR : code > z->used)
		return false;
	if (code == z->used) { /* what is about to be entered */
		z->stack[z->n_stack++] = z->first;
		at = z->last;
	}
	while (at >= CLEAR) {
		z->stack[z->n_stack++] = z->suffix[at];
		at = z->prefix[at];
	}
	z->first = (uint8_t)at;
	z->stack[z->n_stack++] = z->first;
	if (z->last != NONE && z->used < 1 << z->bits_max) {
		z->prefix[z->used] = (uint16_t)z->last;
		z->suffix[z->used++] = z->first;
	}
	z->last = code;
	return true;
}

static size_t lzw_read(struct codec *c, uint8_t *out, size_t room)
{
	struct lzw *z = (struct lzw *)c;
	size_t n = 0;

	while (n < room && !c->ended) {
		int32_t code;

		if (z->n_stack) {
			out[n++] = z->stack[--z->n_stack];
			continue;
		}
		if (z->used > (1 << z->bits) - 1 && z->bits < z->bits_max) {
			group_skip(z, z->bits);
			z->bits++;
		}
		code = next_code(z);
		if (code == NONE)
			lzw_end(z);
		else if (code == CLEAR && z->can_clear)
			table_clear(z);
		else if (!expand(z, code))
			codec_end(c, STATUS_DAMAGED, "LZW data damaged");
		else
			c->used = (z->bit + 7) / 8;
	}
	return n;
}

static void lzw_close(struct codec *c)
{
	free(c);
}

struct codec *lzw_open(const uint8_t *p, size_t n)
{
	struct lzw *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->base.read = lzw_read;
	z->base.close = lzw_close;
	z->base.frames = 1;
	z->p = p;
	z->n = n;
	z->bits = BITS_MIN;
	z->last = NONE;
	z->bit = z->group_bit = HEADER_BYTES * 8;
	if (n < HEADER_BYTES) {
		codec_end(&z->base, STATUS_DAMAGED, "header cut short");
		return &z->base;
	}
	z->can_clear = p[2] & 0x80;
	z->bits_max = p[2] & 0x1f;
	z->used = z->can_clear ? CLEAR + 1 : CLEAR;
	if (z->bits_max < BITS_MIN || z->bits_max > BITS_MAX)
		codec_end(&z->base, STATUS_UNSUPPORTED, "code width without a reader");
	return &z->base;
}
