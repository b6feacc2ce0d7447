/* The inside of stream_open_bcj2(); see there. */
#ifndef ASSAY_FORMATS_BCJ2_H
#define ASSAY_FORMATS_BCJ2_H

#include "formats/stream.h"

struct bcj2;

/* Owns the three streams, even when it returns NULL (no memory, or one of them is NULL). */
struct bcj2 *bcj2_open(struct stream *rest, struct stream *calls, struct stream *jumps,
		       const uint8_t *choice, size_t n_choice, uint64_t out_bytes);
void bcj2_close(struct bcj2 *b);
/* Up to room bytes; 0 at the end, and then *ret_how and *ret_why say how it ended. */
size_t bcj2_read(struct bcj2 *b, uint8_t *out, size_t room, enum status *ret_how,
		 const char **ret_why);

#endif
