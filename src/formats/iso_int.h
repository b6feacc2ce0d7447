/* What iso.c (volumes, members) and iso_record.c (directory records, Rock Ridge) share. */
#ifndef ASSAY_FORMATS_ISO_INT_H
#define ASSAY_FORMATS_ISO_INT_H

#include "formats/archive.h"

enum { ISO_SECTOR = 2048 };

enum {
	ISO_FLAG_DIRECTORY = 2,
	ISO_FLAG_MORE = 0x80, /* the file goes on in the next record */
};

/* One record of a directory, with what Rock Ridge adds. */
struct iso_record {
	struct str name; /* in the arena: of Rock Ridge, else of Joliet, else plain without its version */
	struct str link;
	uint64_t at, size; /* bytes in the image */
	uint8_t flags;
	bool has_mode, numbers_differ, relocated, zisofs;
	bool rock_ridge; /* it has a name of it */
	uint32_t mode;
	uint64_t uid, gid;
	int64_t mtime;
	uint64_t child_at;       /* Rock Ridge: the directory stands there; 0: no */
	uint64_t unpacked_bytes; /* zisofs */
};

struct iso_names {
	bool joliet;    /* names are UTF-16, big-endian */
	bool susp;      /* the root said that system use areas are in use */
	uint8_t skip;   /* bytes in front of each */
};

/* The record at c; moves behind it. False (and c bad) when it is damaged. */
bool iso_record_read(struct archive *a, const struct iso_names *names, struct cursor *c,
		     struct iso_record *ret);
/* Whether the root's first record announces system use areas. */
void iso_names_detect(struct cursor root, struct iso_names *names);

/* A number stored in both byte orders; *differ is set when they say two things. */
uint32_t iso_both32(struct cursor *c, bool *differ);

#endif
