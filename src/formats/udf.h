/*
 * A UDF volume as a list of files: udf_volume.c finds it (anchor, descriptors, partitions), udf_tree.c
 * walks its directories, udf_member() hands one file out. Shared by the formats udf and iso, because many
 * images have both directories of the same files.
 */
#ifndef ASSAY_FORMATS_UDF_H
#define ASSAY_FORMATS_UDF_H

#include "formats/archive.h"

enum { UDF_SECTOR = 2048, UDF_FIRST_DESCRIPTOR = 16, UDF_PARTITIONS_MAX = 8, UDF_TAG_BYTES = 16 };

/* A piece of a file; without a place it is zeros. */
struct udf_extent {
	uint64_t at, bytes; /* in the image */
	bool zeros;
};

struct udf_extents {
	struct udf_extent *list; /* neighbours are one */
	size_t n, room;
	uint64_t bytes; /* all together */
};

enum udf_partition_kind { UDF_PLAIN, UDF_METADATA, UDF_UNKNOWN };

/* What a partition reference counts in: blocks from `at`, or through the extents of a file. */
struct udf_partition {
	enum udf_partition_kind kind;
	uint64_t at, bytes;
	struct udf_extents file; /* UDF_METADATA */
	uint64_t *starts;        /* where each of its extents begins, in the file */
};

struct udf_address {
	uint32_t block;
	uint16_t partition; /* index */
	uint32_t bytes;
};

struct udf_file {
	struct str path, link;
	struct udf_address entry; /* where its extents are read from, each time they are wanted */
	uint64_t at, bytes;       /* its first byte in the image; as stated */
	enum entry_type type;
	uint32_t mode;
	uint64_t uid, gid;
	int64_t mtime;
	enum status how; /* DAMAGED, UNSUPPORTED: why says what */
	const char *why;
};

struct udf {
	struct archive *a;
	struct cursor c;
	uint32_t block_bytes;
	struct udf_partition partitions[UDF_PARTITIONS_MAX];
	uint16_t n_partitions;
	struct udf_address root_set; /* of the file set */
	struct udf_file *files;
	size_t n_files, room_files;
	struct place_set folders; /* seen */
	uint64_t folder_bytes;    /* copied, because they stand in pieces */
	struct udf_extents extents; /* of the entry that was read last */
	const char *unsupported;    /* why nothing of it can be read */
};

/* Fills u for the image of the archive. OK; DAMAGED with what could be read; UNSUPPORTED (u->unsupported); LIMIT. */
enum status udf_read(struct udf *u, struct archive *a) MUST_CHECK;

/* Hands out one of u->files as `path`. */
enum status udf_member(struct udf *u, const struct udf_file *f, struct str path) MUST_CHECK;

/* ---- between the files that make it up ---- */

/* Finds block_bytes, partitions and root_set. */
enum status udf_volume_read(struct udf *u) MUST_CHECK;
/* Fills files, from root_set on. */
enum status udf_tree_read(struct udf *u) MUST_CHECK;

/* Reads the entry into u->extents, and what it says of the file into *ret (may be NULL). */
enum status udf_entry_read(struct udf *u, const struct udf_address *entry, struct udf_file *ret) MUST_CHECK;

/* The number in the tag where c stands, 0 when its checks do not hold. */
uint16_t udf_tag(struct udf *u, struct cursor c);

/* Where block `block` of that partition stands, and how many bytes follow it there; false outside. */
bool udf_place(const struct udf *u, const struct udf_address *where, uint64_t *ret_at, uint64_t *ret_bytes);
struct udf_address udf_long_address(struct cursor *c);
#endif
