/* What cab.c (directory, members) and cab_folder.c (decoders) share. */
#ifndef ASSAY_FORMATS_CAB_H
#define ASSAY_FORMATS_CAB_H

#include "formats/codecs.h"

struct cab_block {
	const uint8_t *p; /* packed bytes, borrowed */
	uint16_t packed, unpacked;
	bool sum_differs;
};

enum cab_method { CAB_STORED, CAB_MSZIP, CAB_QUANTUM, CAB_LZX };

/*
 * The content of a folder: all its blocks, one behind the other. The blocks stay the caller's and must
 * outlive the codec. NULL when out of memory. A method without a decoder ends as UNSUPPORTED.
 */
struct codec *cab_folder_open(enum cab_method method, unsigned window_bits, const struct cab_block *blocks,
			      size_t n);

#endif
