/*
 * A scan: files of logs against a set of indicators. Each file is recognised, hashed and cut into
 * ranges; confined children read the ranges; what they find is merged. The same files, indicators
 * and zone give the same result for any number of jobs.
 *
 *	s = scan_open(&options);
 *	scan_add(s, path) for each file or folder
 *	scan_run(s)
 *	scan_files(), scan_observations(), scan_strays()
 *	scan_close(s)
 */
#ifndef ASSAY_SCAN_SCAN_H
#define ASSAY_SCAN_SCAN_H

#include "logs/log.h"
#include "scan/blocks.h"
#include "scan/frames.h"
#include "scan/indicator.h"
#include "scope/time_text.h"
#include "util/hash.h"
#include "util/status.h"

enum { SCAN_RANGE_BYTES = 256 << 20, SCAN_STRAYS = 100 };

struct scan_options {
	const struct indicators *indicators;    /* borrowed */
	const struct log_format *format;        /* NULL: recognised by content */
	const char *source;                     /* id for all files; NULL: each file is its own */
	struct zone *zone;                      /* of times without one; NULL: unknown. Borrowed */
	enum time_day_order order;
	bool no_digests;                        /* nobody asks for the files' SHA-256 */
	unsigned jobs;                          /* 0 = one per processor */
	bool unconfined;
	uint64_t range_bytes;                   /* 0 = SCAN_RANGE_BYTES; a multiple of line_max */
	size_t line_max;                        /* 0 = LINE_MAX_BYTES */
	size_t gather_bytes;                    /* 0 = 64 MiB */
	const char *spool_folder;               /* for what does not fit in memory */
	const volatile int *interrupted;        /* may be NULL */
	void (*progress)(void *user, uint64_t done_bytes, uint64_t all_bytes, uint64_t hits);
	void *user;
};

/* How far a file was read. Anything but READ_WHOLE is a blind spot. */
enum scan_read { READ_WHOLE, READ_PART, READ_NOTHING };

struct scan_file {
	struct str name;   /* as given, or below the folder that was given */
	struct str source;
	uint64_t size_bytes;
	int64_t written_us;
	struct sha256 sha256;
	bool has_sha256;
	enum packing packing;
	enum charset charset;
	const struct log_format *format; /* NULL: not recognised */
	unsigned score;                  /* 100 when it was stated */
	const struct log_format *second; /* as likely; NULL: none */
	enum scan_read read;
	struct str why;                  /* "" when it was read whole */
	struct scan_mark total;          /* of all ranges; `how` and `why` unused */
	const struct silences *times;    /* NULL: no times were read */
};

/* A time of which a source has no line although it is otherwise regular: scan/silence.h. */
struct scan_gap {
	struct str source;
	struct silence_gap gap;
};

struct scan_stray_line {
	uint32_t file;
	uint64_t line; /* from 1; 0: not known */
	struct scan_stray stray;
};

struct scan;

/* STATUS_DENIED: no confinement to be had; STATUS_IO, STATUS_NOMEM. scan_error() says why. Close it
 * in any case. */
MUST_CHECK enum status scan_open(const struct scan_options *o, struct scan **ret);
void scan_close(struct scan *s);
const char *scan_error(const struct scan *s);

/* A file, or all files below a folder in the order of their names. What cannot be opened is a file
 * that was not read. `shown` is its name in the result. */
MUST_CHECK enum status scan_add(struct scan *s, const char *path, const char *shown);
/* STATUS_INTERRUPTED: stopped; what was read until then is there. */
MUST_CHECK enum status scan_run(struct scan *s);

const struct scan_file *scan_files(const struct scan *s, size_t *ret_n);
/* In order of file, indicator, stage, entity; once. Texts are foreign and live during the call. The
 * file of an observation is its digest, or its name where there is none; `index` is its number. */
MUST_CHECK enum status scan_observations(struct scan *s,
	enum status (*each)(void *user, const struct observation *o, size_t index), void *user);
/* Ordered by file and place, at most SCAN_STRAYS; files count all of theirs. */
const struct scan_stray_line *scan_strays(const struct scan *s, size_t *ret_n);
const struct scan_gap *scan_gaps(const struct scan *s, size_t *ret_n); /* by source, ascending */
const char *scan_confinement(const struct scan *s); /* "landlock 4 + seccomp" */

#endif
