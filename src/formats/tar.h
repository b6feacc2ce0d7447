/* Tar, read from plain bytes or straight from a decoder. */
#ifndef ASSAY_FORMATS_TAR_H
#define ASSAY_FORMATS_TAR_H

#include "formats/archive.h"

enum { TAR_BLOCK = 512 };

/* Bits of evidence that this block of 512 bytes is a tar header: 0, 20 (checksum), 48 (and magic). */
int tar_block_bits(const uint8_t *block);

/*
 * Reads members until the content ends. Plain bytes: members are spans of the container, regions
 * are added, what is not explained stays uncovered. From a decoder: everything is delivered, also
 * what is not explained (as ORIGIN_GAP). Returns OK (see a->damaged), LIMIT, or the sink's status.
 */
enum status tar_read(struct archive *a, struct source *s) MUST_CHECK;

#endif
