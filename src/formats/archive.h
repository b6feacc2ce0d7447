/*
 * What every opener of a container needs: children that spend from the budget, and an account of
 * which bytes of the container are explained. Also the one way to read content that is either
 * stored or behind a decoder (`struct source`), so that tar can be read from both.
 */
#ifndef ASSAY_FORMATS_ARCHIVE_H
#define ASSAY_FORMATS_ARCHIVE_H

#include "formats/format.h"
#include "formats/stream.h"

struct region {
	uint64_t offset, length;
	const char *what; /* static */
};

struct archive {
	struct open_in *in;
	uint64_t produced;     /* bytes that decoders gave */
	uint64_t stored;       /* bytes of members that stand in the container as they are, or are zeros that it only counts */
	uint64_t max_produced; /* the ratio limit: 1:1000 after the first 16 MiB */
	const char *limit_why; /* set when a limit was hit */
	struct region *regions;
	size_t n_regions, regions_room;
	uint8_t *source_buf; /* of the one source that reads from a decoder at a time */
	bool damaged; /* something contradicted the format */
	struct tar_members *kin; /* gives members of an image names by their place */
	struct stated *stated; /* watches the children when a manifest states something about them */
};

void archive_begin(struct archive *a, struct open_in *in);

/* Spends one member and begins the child. STATUS_LIMIT without a child when members ran out. */
enum status archive_child(struct archive *a, const struct entry *e) MUST_CHECK;
/* Passes on n bytes, in pieces that a frame can carry. Spends nothing: see archive_spend(). */
enum status archive_data(struct archive *a, const void *p, size_t n) MUST_CHECK;
/* how: any; DAMAGED also marks the container. */
enum status archive_child_end(struct archive *a, enum status how, const char *why) MUST_CHECK;
/* A child without data in one call. */
enum status archive_bare_child(struct archive *a, const struct entry *e, enum status how,
			       const char *why) MUST_CHECK;
/* Spends n expanded bytes; STATUS_LIMIT (and limit_why) when the bytes or the ratio ran out. */
enum status archive_spend(struct archive *a, uint64_t n) MUST_CHECK;
/* The same for bytes that stand in the container as they are, or are zeros that it only counts. Members may share
 * them: together they are at most 16 times the container and 16 MiB. */
enum status archive_spend_stored(struct archive *a, uint64_t n) MUST_CHECK;
/* Spends n steps; STATUS_LIMIT (and limit_why) when they ran out. */
enum status archive_step(struct archive *a, uint64_t n) MUST_CHECK;

void archive_odd(struct archive *a, const char *code, uint64_t offset, struct str detail);
void archive_odd_z(struct archive *a, const char *code, uint64_t offset, const char *detail);

/* [offset, offset+length) is explained. Any order; parts outside the container are cut off. */
void archive_region(struct archive *a, uint64_t offset, uint64_t length, const char *what);
/* Sorts the regions so that none overlaps; returns how many bytes two of them claimed. */
uint64_t archive_regions_settle(struct archive *a, uint64_t *ret_first_overlap);
/* Tells the sink, each byte once. Settles first. */
void archive_regions_tell(struct archive *a);

/* The stream that begins at `offset` and may take n bytes: everything up to the end of its last frame
 * is explained, except what it set aside. Anything but zeros behind a good end is an oddity. */
void archive_stream_regions(struct archive *a, const struct stream *stream, uint64_t offset, uint64_t n);

/* Places that were visited: zero-initialised, in the arena. */
struct place_set {
	uint64_t *slots; /* open addressing, 0 = free */
	size_t n, room;
};

/* False when it was there before. */
bool place_set_add(struct arena *arena, struct place_set *set, uint64_t at);

/*
 * Content to be read forwards: either bytes of the container or the output of a decoder. Reading
 * past the end is not an error; source_end() then says how it ended.
 */
struct source {
	struct archive *archive;
	struct stream *stream; /* NULL: plain bytes */
	const uint8_t *p;      /* next byte */
	size_t left;           /* bytes at p */
	uint64_t pos;          /* of p in the content */
	uint64_t frames;       /* of the stream, so far paid for */
	uint8_t *buf;
	size_t buf_bytes;
	enum status how; /* why no more bytes come: OK = the end */
	const char *why;
	bool ended;
	/* Sees the bytes of source_child() as they pass; NULL for nobody. */
	void (*watch)(void *user, const uint8_t *p, size_t n);
	void *watch_user;
};

/* A decoder's output; one such source at a time. The stream stays the caller's. */
void source_of_stream(struct source *s, struct archive *a, struct stream *stream);
void source_of_bytes(struct source *s, struct archive *a, const uint8_t *p, size_t n);
/* A view of the next n bytes (n <= 4096) without moving; NULL if the content ends before. */
const uint8_t *source_peek(struct source *s, size_t n);
/* A view of at most max bytes, and moves past them; 0 at the end. */
size_t source_take(struct source *s, uint64_t max, const uint8_t **ret_p);
/* Moves past n bytes; false when the content ends before. */
bool source_skip(struct source *s, uint64_t n);
/* Passes the next n bytes on to the child that is open; *ret_missing: so many did not come. */
enum status source_pass(struct source *s, uint64_t n, uint64_t *ret_missing) MUST_CHECK;
/* The next n bytes as a child: of plain bytes a span, explained as "member". It ends as damaged, or
 * as the content did, when that ends before. */
enum status source_child(struct source *s, struct entry *e, uint64_t n) MUST_CHECK;
/* Begins the child of bytes that nothing explains; for decoders' output only. */
enum status source_gap_begin(struct source *s) MUST_CHECK;
/* The next n bytes, or all that come, which nothing explains: from a decoder a child; of plain bytes
 * the engine makes one, since no region covers them. */
enum status source_gap(struct source *s, uint64_t n, uint64_t *ret_missing) MUST_CHECK;

/* "folder/name", or the name alone; zero bytes in them stay, so that they can be told. */
struct str archive_path(struct archive *a, struct str folder, struct str name);

#endif
