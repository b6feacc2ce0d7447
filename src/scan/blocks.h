/*
 * The text of a log in blocks of whole lines, in order, with little memory: mapped bytes are given
 * back to the kernel behind the reader, compressed ones pass through a buffer. Lines that are longer
 * than line_max come in pieces.
 */
#ifndef ASSAY_SCAN_BLOCKS_H
#define ASSAY_SCAN_BLOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/cursor.h"
#include "util/status.h"

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_BZIP2, PACKING_XZ, PACKING_ZSTD, PACKING_N };
enum charset { CHARSET_UTF8, CHARSET_UTF16LE, CHARSET_UTF16BE, CHARSET_N };

enum {
	BLOCK_BYTES = 64 << 10,
	BEYOND_BYTES = 256,
	LINE_MAX_BYTES = 1 << 20, /* of a line or a record; longer ones are not read, and said */
};

const char *packing_name(enum packing p); /* "none", "gzip", ... */
enum packing packing_of(struct str head);
enum charset charset_of(struct str head); /* by the mark at the beginning */

/*
 * Of a plain file in UTF-8 a range can be read: the lines that begin in [from, to). `bytes` are the
 * file's bytes from `bytes_from` on, mapped, up to file_bytes or at least to + line_max; bytes_from
 * is from - 1, or 0. Otherwise bytes are the whole file, from 0, to file_bytes.
 */
struct blocks_in {
	struct cursor bytes;
	uint64_t bytes_from, from, to, file_bytes;
	enum packing packing;
	enum charset charset;
	size_t line_max;
	bool mapped; /* pages behind the reader may be unmapped */
};

struct block {
	struct str text;
	uint64_t offset; /* in the text of the file, uncompressed */
	bool piece;      /* part of a line that is too long; ends where the offset is a multiple of line_max */
	size_t beyond;   /* of a piece: bytes of the line that can be read behind it, at most BEYOND_BYTES */
	bool begins;     /* of a piece: the line begins here */
	bool at_end;     /* nothing comes behind it */
};

struct blocks;

struct blocks *blocks_open(struct arena *a, const struct blocks_in *in); /* NULL: no memory */
void blocks_close(struct blocks *b);

/* About `want` bytes of what was not taken yet (BLOCK_BYTES; more when a record did not end in
 * them). False at the end. */
bool blocks_next(struct blocks *b, size_t want, struct block *ret);
void blocks_take(struct blocks *b, size_t n);
/* What comes next, at most n bytes; nothing is taken. */
struct str blocks_peek(struct blocks *b, size_t n);

/* How the text ended: OK, or what is wrong with the compressed data. */
enum status blocks_how(const struct blocks *b, const char **ret_why);
uint64_t blocks_read_bytes(const struct blocks *b); /* of the file, as far as was read */

#endif
