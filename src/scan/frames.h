/*
 * What crosses from a scanning child to its parent, beyond confine/wire.h: the same rules. put
 * appends one whole frame; get uses up the payload, checks every range and returns false for
 * anything that put could not have written. Texts are cut when they are put; views when they are got.
 */
#ifndef ASSAY_SCAN_FRAMES_H
#define ASSAY_SCAN_FRAMES_H

#include "confine/frame.h"
#include "scan/blocks.h"
#include "case/observation.h"
#include "scan/silence.h"
#include "scan/stage.h"
#include "scope/time.h"

enum {
	SCAN_WHO_BYTES = 512,
	SCAN_TIME_BYTES = 64,
	SCAN_EXCERPT_BYTES = 200,
	SCAN_WHY_BYTES = 100,
	SCAN_FORMATS_MAX = 200,
};

/* One or more lines about the same entity, indicator and stage. */
struct scan_hit {
	uint32_t indicator;
	enum stage stage;
	struct str who[OBSERVATION_KEYS];
	struct interval first, last;
	uint64_t count, line, offset; /* line: lines of the range before it */
	struct str raw_time;
	uint64_t bytes; /* handed out, the most of all lines */
	bool has_bytes;
	uint32_t status;
	enum complete complete;
};

/* A line that holds the text of an indicator and could not be read. */
enum stray_why { STRAY_UNREADABLE, STRAY_TOO_LONG, STRAY_WHY_N };

struct scan_stray {
	uint32_t indicator;
	enum stray_why why;
	uint64_t line, offset;
	struct str excerpt;
};

/* Everything up to here was read and said. All numbers are of the range so far. */
struct scan_mark {
	uint64_t text_bytes, file_bytes; /* read, uncompressed and of the file */
	uint64_t lines, unreadable, too_long, aside;
	uint64_t hits;     /* lines that name an indicator */
	uint64_t refused;  /* requests for one that were not answered with it */
	uint64_t strays;
	uint64_t untimed;  /* hits whose time could not be read */
	struct interval covers; /* times of the lines, as far as they were looked at */
	enum status how;   /* of the compressed data, at the end */
	struct str why;
};

struct scan_sniff {
	enum packing packing;
	enum charset charset;
	bool empty, binary;
	uint32_t format, second; /* index into log_formats() + 1; 0 = none */
	uint32_t score, second_score;
};

struct scan_digest {
	uint8_t sha256[32];
	uint64_t bytes;
};

/* The times of a range and its silences: scan/silence.h. Got into the arena. */
bool scan_times_put(struct buf *b, const struct silences *v);
bool scan_times_get(struct cursor *payload, struct arena *a, struct silences *ret);

bool scan_hit_put(struct buf *b, const struct scan_hit *v);
bool scan_hit_get(struct cursor *payload, struct scan_hit *ret);
bool scan_stray_put(struct buf *b, const struct scan_stray *v);
bool scan_stray_get(struct cursor *payload, struct scan_stray *ret);
bool scan_mark_put(struct buf *b, const struct scan_mark *v);
bool scan_mark_get(struct cursor *payload, struct scan_mark *ret);
bool scan_sniff_put(struct buf *b, const struct scan_sniff *v);
bool scan_sniff_get(struct cursor *payload, struct scan_sniff *ret);
bool scan_digest_put(struct buf *b, const struct scan_digest *v);
bool scan_digest_get(struct cursor *payload, struct scan_digest *ret);

#endif
