/* The table of contents of an XAR archive, read from its XML. Shared by xar.c and xar_toc.c. */
#ifndef ASSAY_FORMATS_XAR_H
#define ASSAY_FORMATS_XAR_H

#include "formats/archive.h"
#include "util/hash.h"

enum xar_encoding { XAR_STORED, XAR_ZLIB, XAR_BZIP2, XAR_XZ, XAR_OTHER };

struct xar_sum {
	enum digest_kind kind; /* DIGEST_NONE: not stated, or of a kind that is not compared */
	struct str hex;
};

/* Bytes in the heap, and what they are once decoded. */
struct xar_data {
	bool stated; /* there is such an element */
	bool bad;    /* a number in it is none */
	uint64_t offset, length, size;
	enum xar_encoding encoding;
	struct xar_sum archived, extracted;
	struct str name; /* of an extended attribute */
};

struct xar_file {
	struct xar_file *parent;
	struct str name, link;
	struct str id, link_id; /* of hard links: the file that has the content */
	enum entry_type type;
	uint32_t mode;
	uint64_t uid, gid;
	int64_t mtime;
	struct xar_data data;
	struct xar_data *attributes; /* extended ones */
	size_t n_attributes, room_attributes;
};

struct xar_toc {
	struct xar_file **files; /* a folder before what is in it */
	size_t n_files, room_files;
	struct xar_sum checksum;                       /* of the packed table; its bytes stand in the heap */
	uint64_t checksum_offset, checksum_bytes;
	struct xar_data signatures[4];                 /* offset and length; name is the style */
	size_t n_signatures;
	struct str certificate;                        /* the first of the first signature, DER */
	size_t n_certificates;
};

/* OK, or DAMAGED (what could be read is there), LIMIT, NOMEM. */
enum status xar_toc_read(struct archive *a, struct str xml, struct xar_toc *ret) MUST_CHECK;

/* What a macOS package's "Distribution" runs in the installer: its scripts as one text, then the
 * expressions that call them, a line each. Empty when there is none. */
enum status xar_distribution_script(struct archive *a, struct str xml, struct str *ret) MUST_CHECK;

#endif
