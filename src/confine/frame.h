/*
 * What crosses from a child to its parent: fixed little-endian frames, typed, bounded.
 *
 *	offset 0  u32  length of the payload, 0..FRAME_MAX_BYTES
 *	       4  u16  enum frame_type
 *	       6  u16  0
 *	       8  payload: the fields of the type in order; u8/u16/u32/u64 little-endian,
 *	          strings as u32 length + bytes
 *
 * The reader of a frame treats it as a foreign file: a child may have been taken over by what it
 * read. Every enum, span and string is checked by the decoder of its type (wire_*_get); a frame
 * that fails ends the job as "garbled" and everything that job said is dropped but its blindness.
 */
#ifndef ASSAY_CONFINE_FRAME_H
#define ASSAY_CONFINE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/cursor.h"
#include "util/status.h"

enum {
	FRAME_HEADER_BYTES = 8,
	FRAME_MAX_BYTES = 1 << 20,
	FRAME_NAME_BYTES = 64 << 10, /* a name as a container states it */
	FRAME_TEXT_BYTES = 64 << 10, /* any other string */
};

enum frame_type {
	FRAME_DONE = 1,  /* last frame of a job: enum status, steps, bytes */
	/* opener */
	FRAME_CONTAINER, /* what was opened: format, second claims */
	FRAME_CHILD,     /* a child begins */
	FRAME_DATA,      /* bytes of the current child */
	FRAME_CHILD_END, /* it ends: status, looks-like format */
	FRAME_ODDITY,    /* a damaged or strange field */
	FRAME_SPAN,      /* accounting: [offset, length) of the container is `what` */
	FRAME_ALIAS,     /* what members of the children are called by the consumer */
	/* reader */
	FRAME_JOB,       /* which job of the batch the following frames belong to */
	FRAME_UNIT,
	FRAME_FACT,
	FRAME_COVER,
	/* scan: scan/frames.h */
	FRAME_SCAN_HIT,
	FRAME_SCAN_STRAY,
	FRAME_SCAN_MARK,
	FRAME_SCAN_SNIFF,
	FRAME_SCAN_DIGEST,
	FRAME_SCAN_TIMES,
	FRAME_TYPE_N
};

/* Appends a frame piece by piece to a buffer. */
struct frame_out {
	struct buf *buf;
	size_t start; /* of the header in buf */
};

void frame_begin(struct frame_out *f, struct buf *buf, enum frame_type type);
void frame_u8(struct frame_out *f, uint8_t v);
void frame_u16(struct frame_out *f, uint16_t v);
void frame_u32(struct frame_out *f, uint32_t v);
void frame_u64(struct frame_out *f, uint64_t v);
void frame_str(struct frame_out *f, struct str s, size_t max_bytes); /* cut at max_bytes */
/* Writes the length. When the buffer overflowed or the payload is over FRAME_MAX_BYTES: false, and
 * the frame is taken back out of the buffer. */
bool frame_end(struct frame_out *f);

/*
 * Takes one frame off the front of the received bytes. STATUS_OK and *ret_payload (a view into
 * `have`), *ret_used (bytes to drop); STATUS_NOT_FOUND when more bytes are needed;
 * STATUS_DAMAGED for a length or type out of range.
 */
enum status frame_take(struct str have, enum frame_type *ret_type, struct cursor *ret_payload,
	size_t *ret_used);
/* A string field of at most max_bytes; longer makes the cursor bad. */
struct str frame_get_str(struct cursor *c, size_t max_bytes);

#endif
