/* Where a piece of decoded text stands in the member. UTF-16 was copied: its pieces stand nowhere. */
#ifndef ASSAY_READ_PLACE_H
#define ASSAY_READ_PLACE_H

#include "read/read.h"

static inline void place_of(const struct read_in *in, struct str text, size_t shift, size_t at, size_t len,
	uint64_t *ret_offset, uint64_t *ret_length)
{
	bool borrowed = text.p && text.p == (const char *)in->new_.base + shift;

	*ret_offset = borrowed ? at + shift : 0;
	*ret_length = borrowed ? len : 0;
}

#endif
