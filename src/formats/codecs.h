/*
 * Decoders that bring a state of their own (struct codec), one file each. Input is borrowed. NULL
 * when out of memory. For stream_open_codec().
 */
#ifndef ASSAY_FORMATS_CODECS_H
#define ASSAY_FORMATS_CODECS_H

#include "formats/stream.h"

/* LZ4 frames, skippable and legacy ones too, one behind the other. */
struct codec *lz4_open(const uint8_t *p, size_t n);
/* One brotli stream (RFC 7932). */
struct codec *brotli_open(const uint8_t *p, size_t n);
/* Unix compress, ".Z". */
struct codec *lzw_open(const uint8_t *p, size_t n);
/* Chunks of xz, as payloads of macOS packages have them. */
struct codec *pbzx_open(const uint8_t *p, size_t n);

#endif
