/*
 * Decoders for one compressed stream each, all pulled the same way: stream_read() until it gives 0,
 * then `how` says how it ended. Whole frames, members and concatenations are handled inside; bytes
 * behind the last one are not touched, so `used` tells where trailing data begins.
 */
#ifndef ASSAY_FORMATS_STREAM_H
#define ASSAY_FORMATS_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/cursor.h"
#include "util/status.h"

enum stream_kind {
	STREAM_GZIP,    /* RFC 1952, members one behind the other */
	STREAM_BZIP2,   /* streams one behind the other */
	STREAM_XZ,      /* streams with padding between */
	STREAM_LZMA,    /* "alone": 13 bytes of header */
	STREAM_ZSTD,    /* frames, skippable ones too */
	STREAM_DEFLATE, /* raw, one stream */
	STREAM_ZLIB,    /* RFC 1950: deflate with a header and a sum */
	STREAM_COPY,    /* the bytes as they are */
	STREAM_BCJ2,    /* see stream_open_bcj2() */
	STREAM_CHAIN,   /* raw LZMA1, LZMA2 with branch filters; see stream_open_chain() */
	STREAM_CODEC,   /* a decoder in a file of its own; see struct codec */
};

enum {
	STREAM_MEMORY_BYTES = 128 << 20,       /* xz and lzma */
	STREAM_CHAIN_MEMORY_BYTES = 272 << 20, /* 7-Zip's highest level has 256 MiB dictionaries */
	STREAM_WINDOW_LOG = 27,                /* zstd, the same 128 MiB */
};

struct stream;

/* Part of the input that belongs to the format but is not content: comments, extra fields,
 * skippable frames. The opener leaves it uncovered, so that it is looked at like any gap. */
struct stream_aside {
	uint64_t offset, length;
};

enum { STREAM_ASIDES_MAX = 64 };

struct stream_asides {
	struct stream_aside list[STREAM_ASIDES_MAX];
	size_t n;
};

void stream_asides_add(struct stream_asides *x, uint64_t offset, uint64_t length);

/* A decoder with a state of its own: the first member of its struct, filled by its x_open(). */
struct codec {
	/* Up to room bytes (> 0); 0 at the end, when how and why say how it ended. */
	size_t (*read)(struct codec *c, uint8_t *out, size_t room);
	void (*close)(struct codec *c); /* frees it */
	uint64_t used, frames;          /* as stream_used() and stream_frames() say them */
	struct stream_asides asides;
	bool ended;
	enum status how;
	const char *why; /* static */
};

/* Ends the codec; returns 0 for its read(). */
static inline size_t codec_end(struct codec *c, enum status how, const char *why)
{
	c->ended = true;
	c->how = how;
	c->why = why;
	return 0;
}

/* Borrowed bytes. NULL when out of memory. */
struct stream *stream_open(enum stream_kind kind, const uint8_t *p, size_t n);

/* One stage of a chain, in the order in which bytes are encoded: filters first, LZMA last. */
struct stream_filter {
	uint64_t id;          /* liblzma's LZMA_FILTER_* */
	const uint8_t *props; /* as the container stores them */
	size_t n_props;
};

/* out_bytes: how much the chain gives; LZMA1 without an end mark needs it. At most 4 filters. */
struct stream *stream_open_chain(const struct stream_filter *filters, size_t n_filters,
				 uint64_t out_bytes, const uint8_t *p, size_t n);
/*
 * The x86 filter that splits code into four: the rest, targets of calls and of jumps (big-endian),
 * and a range-coded choice. Takes over the three streams; NULL among them or as a result: no memory.
 */
struct stream *stream_open_bcj2(struct stream *rest, struct stream *calls, struct stream *jumps,
				const uint8_t *choice, size_t n_choice, uint64_t out_bytes);
/* LZMA1 as zip stores it: 5 property bytes apart from the data. */
struct stream *stream_open_lzma1(const uint8_t props[5], uint64_t out_bytes, const uint8_t *p,
				 size_t n);
/* Takes over the codec; NULL gives NULL. */
struct stream *stream_open_codec(struct codec *c);
void stream_close(struct stream *s);

/* Up to room bytes (> 0) of output; 0 at the end, whatever the reason. */
size_t stream_read(struct stream *s, uint8_t *out, size_t room);

/* OK while bytes come and at a good end; DAMAGED, LIMIT, UNSUPPORTED, NOMEM otherwise. */
enum status stream_how(const struct stream *s);
const char *stream_why(const struct stream *s); /* static text, NULL when OK */
uint64_t stream_used(const struct stream *s);   /* input bytes up to the end of the last frame */
uint64_t stream_frames(const struct stream *s); /* frames, members or streams begun */
size_t stream_asides(const struct stream *s, const struct stream_aside **ret_asides);

#endif
