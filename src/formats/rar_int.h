/*
 * RAR archives of both generations: rar.c hands out members, rar_blocks.c walks the blocks, rar_decode.c
 * has libarchive unpack what is packed.
 */
#ifndef ASSAY_FORMATS_RAR_INT_H
#define ASSAY_FORMATS_RAR_INT_H

#include "formats/archive.h"

enum rar_kind {
	RAR_FILE,
	RAR_SERVICE,   /* comments, recovery records, streams: data that the archive carries beside its files */
	RAR_ENCRYPTED, /* everything behind it */
};

struct rar_block {
	enum rar_kind kind;
	struct entry e;             /* without a span; name and link in the arena */
	uint64_t at, header_bytes;  /* of the header */
	uint64_t data_at, packed, size;
	uint32_t crc;
	uint64_t packing;           /* 4: method | version << 8 | flags << 16; 5: the field as it stands */
	bool has_crc, size_unknown, stored, encrypted, split, supported;
	bool cut;                   /* its data leave the archive */
	bool header_damaged;        /* its own sum differs */
};

struct rar_list {
	struct archive *a;
	unsigned generation; /* 4 or 5 */
	bool solid, ended;
	struct rar_block *blocks;
	size_t n, room;
};

/* Reads all blocks; regions of headers are added. Returns OK (a->damaged) or LIMIT. */
enum status rar_list_read(struct archive *a, struct rar_list *ret) MUST_CHECK;

#endif
