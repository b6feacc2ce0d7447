/*
 * The payload of each frame type, written in the child (wire_x_put) and read in the parent
 * (wire_x_get). put appends one whole frame and returns false when it did not fit (the buffer is
 * as before, but `full` may be set); texts that are too long are cut, labels (codes, reasons) lose
 * what is not printable ASCII. get takes the payload of one frame, must use it up to the last byte,
 * checks every range and returns false for anything that put could not have written; strings in the
 * result are views into the payload. All numbers little-endian, in the order of the struct.
 *
 * This is the one place under confine/ that knows types of formats/ and read/ (types only).
 */
#ifndef ASSAY_CONFINE_WIRE_H
#define ASSAY_CONFINE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "confine/frame.h"
#include "formats/format.h"
#include "read/fact.h"

enum {
	WIRE_CLAIMS = 4,
	WIRE_CODE_BYTES = 64, /* oddity codes: [a-z0-9-], at least one */
	WIRE_WHAT_BYTES = 64, /* what a span is: printable ASCII, at least one */
	WIRE_WHY_BYTES = 200, /* reasons: printable ASCII */
	WIRE_UNIT_NAME_BYTES = 256, WIRE_SHAPE_BYTES = 32,
	WIRE_DATA_BYTES = FRAME_MAX_BYTES,
};

/* FRAME_CONTAINER: as what it was opened, and every claim of the probe, strongest first. */
struct wire_container {
	enum format_id format;
	bool damaged;
	uint32_t n_claims;
	struct format_claim claims[WIRE_CLAIMS];
};

/* FRAME_CHILD carries a struct entry. Fields of a span are 0 without ENTRY_SPAN. */

/* FRAME_CHILD_END */
struct wire_child_end {
	enum status status;
	enum format_id looks_like; /* by content; FORMAT_NONE also for a span, unread */
	uint64_t size_bytes;       /* delivered, or of the span */
	struct str why;
};

struct wire_oddity {
	struct str code;
	uint64_t offset;
	struct str detail; /* foreign, raw, at most FRAME_TEXT_BYTES */
};

struct wire_span {
	uint64_t offset, length; /* the sum fits in 64 bits */
	struct str what;
};

struct wire_alias {
	struct str name, becomes; /* foreign, raw, at most FRAME_NAME_BYTES */
};

struct wire_job {
	uint32_t index;
};

struct wire_cover {
	enum cover_grade grade;
	uint64_t bytes;
	struct str why;
};

struct wire_done {
	enum status status;
	uint64_t steps, bytes, members;
};

bool wire_container_put(struct buf *b, const struct wire_container *v);
bool wire_container_get(struct cursor *payload, struct wire_container *ret);
bool wire_child_put(struct buf *b, const struct entry *v);
bool wire_child_get(struct cursor *payload, struct entry *ret);
/* At most WIRE_DATA_BYTES at once; more is false. */
bool wire_data_put(struct buf *b, const void *p, size_t n);
bool wire_data_get(struct cursor *payload, struct str *ret);
bool wire_child_end_put(struct buf *b, const struct wire_child_end *v);
bool wire_child_end_get(struct cursor *payload, struct wire_child_end *ret);
bool wire_oddity_put(struct buf *b, const struct wire_oddity *v);
bool wire_oddity_get(struct cursor *payload, struct wire_oddity *ret);
bool wire_span_put(struct buf *b, const struct wire_span *v);
bool wire_span_get(struct cursor *payload, struct wire_span *ret);
bool wire_alias_put(struct buf *b, const struct wire_alias *v);
bool wire_alias_get(struct cursor *payload, struct wire_alias *ret);
bool wire_job_put(struct buf *b, const struct wire_job *v);
bool wire_job_get(struct cursor *payload, struct wire_job *ret);
/* Name at most WIRE_UNIT_NAME_BYTES, raw. */
bool wire_unit_put(struct buf *b, const struct unit *v);
bool wire_unit_get(struct cursor *payload, struct unit *ret);
/* Texts at most FACT_*_BYTES, raw. That `unit` names a unit is for the caller to check. */
bool wire_fact_put(struct buf *b, const struct fact *v);
bool wire_fact_get(struct cursor *payload, struct fact *ret);
bool wire_cover_put(struct buf *b, const struct wire_cover *v);
bool wire_cover_get(struct cursor *payload, struct wire_cover *ret);
bool wire_done_put(struct buf *b, const struct wire_done *v);
bool wire_done_get(struct cursor *payload, struct wire_done *ret);

#endif
