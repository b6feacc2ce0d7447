/* What zip.c (delivers) and zipcheck.c (reads and compares the directories) share. */
#ifndef ASSAY_FORMATS_ZIP_INT_H
#define ASSAY_FORMATS_ZIP_INT_H

#include "formats/archive.h"

enum {
	ZIP_FLAG_ENCRYPTED = 1 << 0,
	ZIP_FLAG_LZMA_END = 1 << 1,
	ZIP_FLAG_DESCRIPTOR = 1 << 3,
	ZIP_LOCAL_BYTES = 30,
	ZIP_CENTRAL_BYTES = 46,
	ZIP_END_BYTES = 22,
};

struct zip_entry {
	struct str name;
	uint64_t packed, size; /* bytes in the file, bytes of content, as stated */
	uint64_t central_at, local_at, data_at;
	int64_t mtime;
	uint32_t crc, attributes;
	uint16_t flags, method;
	uint8_t host;
	bool has_local; /* a local header stands where the directory says */
	bool fits;      /* data_at + packed lies inside the file */
	bool hidden;    /* no line of the directory names it */
	bool size_unknown;
};

struct zip {
	struct archive *a;
	struct cursor c;
	struct zip_entry *entries;
	size_t n_entries;
	uint64_t end_at, dir_at, dir_end, base; /* valid if has_dir */
	uint64_t n_stated;
	bool has_dir;
};

/* Finds the end record and reads the directory; z->has_dir says whether there is one. */
enum status zip_read_directory(struct zip *z) MUST_CHECK;
/* Finds the entry's local header and data; false if there is none, or the data leaves the file. */
bool zip_locate(const struct zip *z, struct zip_entry *e);
/* Reads the local header that the entry names and says where both differ. */
void zip_check_local(struct zip *z, struct zip_entry *e);
/* The data descriptor behind `used` packed bytes: explained if it repeats what the directory says. */
void zip_check_descriptor(struct zip *z, const struct zip_entry *e);
void zip_check_duplicates(struct zip *z);
/* End records apart from the one that was used. Regions must be settled. */
void zip_check_ends(struct zip *z);
/*
 * The next local header in [*at, stop) that nothing explains; moves *at behind its signature.
 * data_at + packed may be unknown: size_unknown.
 */
bool zip_next_local(struct zip *z, uint64_t *at, uint64_t stop, struct zip_entry *ret);
/* The digests that an Android signing block states of the file, against the file. */
enum status apk_check_digests(struct zip *z, uint64_t block_at, uint64_t block_bytes) MUST_CHECK;
/* Explains a local header: its fixed part, name, and the extra fields that are known. */
void zip_local_region(struct zip *z, uint64_t at);

#endif
