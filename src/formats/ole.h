/*
 * OLE compound files (MS-CFB): a small file system in sectors. Installer databases (MSI) and old
 * office files are such. Every sector gets an owner; what two want, or what nobody does, is said.
 */
#ifndef ASSAY_FORMATS_OLE_H
#define ASSAY_FORMATS_OLE_H

#include "formats/archive.h"

enum { OLE_NAME_UNITS = 32, OLE_MINI_BYTES = 64, OLE_DEPTH_MAX = 16 };

struct ole_entry {
	uint16_t units[OLE_NAME_UNITS]; /* the name as stored, without its end */
	size_t n_units;
	uint8_t type;    /* OLE_STORAGE, OLE_STREAM, OLE_ROOT; 0 = unused */
	uint8_t clsid[16];
	uint32_t left, right, child;
	uint32_t start;
	uint64_t size;
	uint32_t parent; /* of the storage that it stands in */
	bool reached;    /* from the root */
};

enum { OLE_UNUSED = 0, OLE_STORAGE = 1, OLE_STREAM = 2, OLE_ROOT = 5 };

struct ole {
	struct archive *a; /* oddities, budget and regions go there */
	struct cursor in;
	unsigned shift;    /* of a sector: 9 or 12 */
	uint32_t n_sectors;
	uint32_t cutoff;   /* streams below this lie in the mini stream */
	uint32_t *fat, *mini_fat;
	uint32_t n_fat, n_mini_fat;
	bool *owned, *mini_owned;     /* by sector */
	uint32_t *mini_sectors;       /* of the mini stream, in order */
	uint32_t n_mini_sectors;
	struct ole_entry *entries;
	size_t n_entries;
};

struct ole_run {
	uint64_t offset, bytes;
};

struct ole_stream {
	struct ole_run *runs; /* in order; neighbours are joined */
	size_t n_runs;
	uint64_t bytes;  /* of all runs: what came, at most what the entry says */
	enum status how; /* OK or DAMAGED */
	const char *why;
};

/* UNSUPPORTED: no header. DAMAGED and LIMIT leave what could be read. */
enum status ole_parse(struct ole *o, struct archive *a);
/* Takes the sectors of an entry; each may be taken once. LIMIT or OK; how it went stands in *ret. */
enum status ole_take(struct ole *o, const struct ole_entry *e, struct ole_stream *ret) MUST_CHECK;
/* The bytes as one view: of the file where they stand in one piece, else a copy in the arena. Spends. */
enum status ole_bytes(struct ole *o, const struct ole_stream *s, struct cursor *ret) MUST_CHECK;
/* Ends of sectors and free sectors that are not zero, as runs of the file in ascending order. */
struct ole_stream ole_left_over(struct ole *o);

#endif
