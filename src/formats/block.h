/*
 * Decoders for one compressed block that stands whole in memory. Images (SquashFS, Apple disk images)
 * are made of such blocks, with a size that is known before.
 */
#ifndef ASSAY_FORMATS_BLOCK_H
#define ASSAY_FORMATS_BLOCK_H

#include <stddef.h>
#include <stdint.h>

#include "util/status.h"

enum block_kind {
	BLOCK_STORED, /* the bytes as they are */
	BLOCK_ZLIB,   /* RFC 1950 */
	BLOCK_LZMA,   /* "alone" */
	BLOCK_XZ,
	BLOCK_BZIP2,
	BLOCK_ZSTD,
	BLOCK_LZ4, /* a raw block, no frame */
	BLOCK_LZO, /* LZO1X */
	BLOCK_ADC, /* Apple data compression */
	BLOCK_LZFSE, /* "bvx" blocks */
	BLOCK_LZVN,  /* what those hold for small data, without a header */
};

enum { BLOCK_MEMORY_BYTES = 128 << 20 }; /* what a dictionary may take */

/*
 * Decodes [p, p+n) into out[0..room). OK: *ret_n bytes came, the block ended. DAMAGED: it does not
 * end, ends early or holds more than room; *ret_n bytes are usable. LIMIT: a dictionary over
 * BLOCK_MEMORY_BYTES. NOMEM.
 */
enum status block_decode(enum block_kind kind, const uint8_t *p, size_t n, uint8_t *out, size_t room,
			 size_t *ret_n) MUST_CHECK;

#endif
