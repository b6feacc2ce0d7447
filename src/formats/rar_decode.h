/*
 * Unpacks what is packed in a RAR archive. libarchive has the decoders, but only inside its readers of
 * whole archives; so it gets one that we write around the data, and sees no header and no name that the
 * release states.
 */
#ifndef ASSAY_FORMATS_RAR_DECODE_H
#define ASSAY_FORMATS_RAR_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/status.h"

struct rar_packed {
	const uint8_t *p; /* borrowed */
	uint64_t packed, size;
	uint32_t crc;
	bool has_crc;
	uint64_t packing; /* as in struct rar_block */
};

struct rar_decoder;

/* generation: 4 or 5. The files, in the order of the archive, stay the caller's. NULL: no memory. */
struct rar_decoder *rar_decoder_open(unsigned generation, bool solid, const struct rar_packed *files, size_t n);
void rar_decoder_close(struct rar_decoder *d);
/* Goes on to the next file. */
void rar_decoder_next(struct rar_decoder *d);
/* Up to room bytes; 0 at the end of the file, then how it ended. */
size_t rar_decoder_read(struct rar_decoder *d, uint8_t *out, size_t room);
enum status rar_decoder_how(const struct rar_decoder *d);

#endif
