/*
 * RPM headers: a table of tags, each with values of one type. Shared by rpm.c (the package), rpm_header.c
 * (the table), rpm_text.c (what it says as text) and rpm_files.c (the list of files).
 */
#ifndef ASSAY_FORMATS_RPM_INT_H
#define ASSAY_FORMATS_RPM_INT_H

#include "formats/archive.h"
#include "formats/cpio.h"
#include "util/buf.h"
#include "util/hash.h"

enum rpm_type {
	RPM_NULL,
	RPM_CHAR,
	RPM_INT8,
	RPM_INT16,
	RPM_INT32,
	RPM_INT64,
	RPM_STRING,
	RPM_BIN,
	RPM_STRINGS,
	RPM_I18N,
	RPM_TYPE_N
};

enum rpm_tag {
	RPMTAG_REGION_FIRST = 61,
	RPMTAG_REGION_LAST = 63,
	RPMTAG_I18N_TABLE = 100,
	/* of the signature header, whose other numbers mean something else in the main one */
	RPMSIG_DSA = 267,
	RPMSIG_RSA = 268,
	RPMSIG_SHA1 = 269,
	RPMSIG_SHA256 = 273,
	RPMSIG_SIZE = 1000,
	RPMSIG_PGP = 1002,
	RPMSIG_MD5 = 1004,
	RPMSIG_GPG = 1005,
	RPMSIG_PAYLOAD_SIZE = 1007,
	RPMSIG_RESERVED = 1008,

	RPMTAG_NAME = 1000,
	RPMTAG_VERSION = 1001,
	RPMTAG_RELEASE = 1002,
	RPMTAG_EPOCH = 1003,
	RPMTAG_OLDFILENAMES = 1027,
	RPMTAG_FILESIZES = 1028,
	RPMTAG_FILEMODES = 1030,
	RPMTAG_FILEMTIMES = 1034,
	RPMTAG_FILEDIGESTS = 1035,
	RPMTAG_FILELINKTOS = 1036,
	RPMTAG_FILEFLAGS = 1037,
	RPMTAG_FILEUSERNAME = 1039,
	RPMTAG_FILEGROUPNAME = 1040,
	RPMTAG_DIRINDEXES = 1116,
	RPMTAG_BASENAMES = 1117,
	RPMTAG_DIRNAMES = 1118,
	RPMTAG_LONGFILESIZES = 5008,
	RPMTAG_FILECAPS = 5010,
	RPMTAG_FILEDIGESTALGO = 5011,
	RPMTAG_PAYLOADDIGEST = 5092,
	RPMTAG_PAYLOADDIGESTALGO = 5093,
};

enum {
	RPM_DIGEST_SHA256 = 8,
	RPM_FILE_GHOST = 1 << 6, /* listed, not packed */
};

struct rpm_entry {
	uint32_t tag;
	enum rpm_type type;
	uint64_t offset, count; /* in the store */
	uint64_t bytes;         /* of the values; 0 when they do not fit */
	bool told;              /* something says what it holds */
};

struct rpm_header {
	struct archive *a;
	uint64_t at, bytes;    /* in the package, magic number included */
	uint64_t store_at;     /* in the package */
	struct cursor store;
	struct rpm_entry *entries;
	size_t n;
};

/* Reads the header at `at`; false when none stands there or it is cut. Values outside are oddities. */
bool rpm_header_read(struct archive *a, uint64_t at, struct rpm_header *ret);
/* Its tag, of one of the types a reader of it expects; NULL when there is none. Marks it as told. */
struct rpm_entry *rpm_find(struct rpm_header *h, uint32_t tag);
/* The i-th text of a string, an array of strings or a text in several languages; empty beyond. */
struct str rpm_string(const struct rpm_header *h, const struct rpm_entry *e, uint64_t i);
/* All texts at once, e->count of them, in the arena; NULL for other types. */
struct str *rpm_strings(const struct rpm_header *h, const struct rpm_entry *e);
/* The i-th number of any width; 0 beyond. */
uint64_t rpm_number(const struct rpm_header *h, const struct rpm_entry *e, uint64_t i);
struct str rpm_first_string(struct rpm_header *h, uint32_t tag);

/* "[rpm header].txt", "[scriptlets]/post" ...: what the headers say, as derived children. Then what
 * nothing of it tells, as gaps. */
enum status rpm_text_deliver(struct archive *a, struct rpm_header *signature, struct rpm_header *h)
	MUST_CHECK;

/* ---- the list of files against the payload ---- */

struct rpm_file {
	struct str path; /* "/usr/bin/x" */
	uint64_t size, flags;
	uint32_t mode;
	int64_t mtime;
	struct str digest, link;
	bool seen;
};

struct rpm_files {
	struct archive *a;
	struct rpm_file *files; /* in the header's order */
	size_t n;
	uint32_t *sorted;       /* by path */
	bool sha256;            /* digests are of this kind */
	struct rpm_file *now;   /* being read; NULL: not in the list */
	bool now_has_content;
	struct sha256_state *sha;
};

void rpm_files_read(struct rpm_header *h, struct rpm_files *ret);
struct cpio_watch rpm_files_watch(struct rpm_files *f);
/* Files that never came. */
void rpm_files_settle(struct rpm_files *f);
void rpm_files_release(struct rpm_files *f);

#endif
