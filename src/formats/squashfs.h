/* What squashfs.c (the tree, content) and squashfs_table.c (superblock, tables, blocks) share. */
#ifndef ASSAY_FORMATS_SQUASHFS_H
#define ASSAY_FORMATS_SQUASHFS_H

#include "formats/archive.h"
#include "formats/block.h"

enum {
	SQUASH_SUPER_BYTES = 96,
	SQUASH_META_BYTES = 8192,
	SQUASH_BLOCK_STORED = 1 << 24, /* in the size of a data block */
	SQUASH_NONE = -1,              /* u32: no fragment, no attributes */
};

/* A decoded block that may be asked for again. */
struct squash_cached {
	uint64_t at; /* where it stands in the image; 0 = empty */
	uint64_t used; /* its bytes in the image, size word included for metadata */
	size_t n;
	enum status how;
	uint8_t *p; /* room for one block, made on first use */
};

enum { SQUASH_META_SLOTS = 256, SQUASH_FRAGMENT_SLOTS = 4 };

struct squash {
	struct archive *a;
	struct cursor c;
	enum block_kind packing;
	uint32_t n_inodes, block_bytes, n_fragments;
	uint16_t n_ids;
	uint64_t root, used;
	uint64_t ids_at, attributes_at, inodes_at, folders_at, fragments_at, export_at;
	uint64_t pairs_at; /* the attributes themselves; valid if n_attributes */
	uint32_t n_attributes;
	struct squash_cached meta[SQUASH_META_SLOTS], fragments[SQUASH_FRAGMENT_SLOTS];
	uint8_t *block; /* the data block under way */
	enum status stopped; /* LIMIT, NOMEM: nothing more is read */
};

/* A place in a table of metadata blocks, read on across them. */
struct squash_reader {
	struct squash *q;
	uint64_t at;  /* of the block */
	size_t pos;   /* in its content */
	bool bad;     /* sticky; numbers read as 0 */
};

/* OK; UNSUPPORTED with *ret_why. Explains the superblock and the tables of pointers. */
enum status squash_begin(struct squash *q, struct archive *a, const char **ret_why) MUST_CHECK;

struct squash_reader squash_at(struct squash *q, uint64_t table, uint64_t block, size_t offset);
uint16_t squash_u16(struct squash_reader *r);
uint32_t squash_u32(struct squash_reader *r);
uint64_t squash_u64(struct squash_reader *r);
/* Copies n bytes (NULL: moves past them). */
void squash_bytes(struct squash_reader *r, void *to, size_t n);

uint32_t squash_id(struct squash *q, uint16_t index); /* a user or group; 0 if there is none */
/* The decoded fragment block, or NULL with *ret_how. */
const struct squash_cached *squash_fragment(struct squash *q, uint32_t index, enum status *ret_how);
/* One data block of `size` (with SQUASH_BLOCK_STORED) at `at` into q->block. */
enum status squash_block(struct squash *q, uint64_t at, uint32_t size, size_t *ret_n) MUST_CHECK;

#endif
