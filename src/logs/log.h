/*
 * What lines of logs and inventories say. One table of formats (list.h), one file a family: bytes
 * in, records out, no I/O. All texts are views into the record's bytes or into the arena of the
 * record, which is emptied before the next one; nothing is decoded that the record does not need.
 *
 * A format is recognised by its content (sniff.h). Records are lines, unless `records` says
 * otherwise. Every record is looked at once for its shape; it is parsed when something that is
 * looked for may stand in it.
 */
#ifndef ASSAY_LOGS_LOG_H
#define ASSAY_LOGS_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/status.h"
#include "util/str.h"

/* Whom a record speaks about. */
enum log_who {
	WHO_IP,
	WHO_USER,
	WHO_HOST,
	WHO_AGENT_ID,
	WHO_ACCOUNT,
	WHO_LICENCE,
	WHO_USER_AGENT,
	WHO_DOMAIN,
	WHO_N
};

/* What it speaks about: things that an indicator can equal. */
enum log_what {
	WHAT_HASH,     /* hexadecimal digits of any digest */
	WHAT_PATH,     /* of a request: with its query, percent-encoded */
	WHAT_URL,      /* whole */
	WHAT_HOST,     /* a name that was asked for or connected to */
	WHAT_IP,       /* an address that was connected to */
	WHAT_FILE,     /* path or name of a file on a disk */
	WHAT_REGISTRY,
	WHAT_SERVICE,
	WHAT_PACKAGE,  /* name of installed software; the next WHAT_VERSION is its version */
	WHAT_VERSION,
	WHAT_N
};

/* What happened with it, as far as the kind of record tells. */
enum log_act {
	ACT_DELIVERED, /* handed out or fetched */
	ACT_CONTACTED, /* asked for by name, connected to */
	ACT_INSTALLED, /* lies on a machine */
	ACT_EXECUTED,
	ACT_N
};

/* What the time of a record is the time of. */
enum log_time { LOG_TIME_START, LOG_TIME_END, LOG_TIME_INGEST, LOG_TIME_N };

enum { LOG_WHATS = 64 };

struct log_thing {
	enum log_what what;
	struct str text;
};

struct log_record {
	struct str time; /* as it stands there; empty: the record has none */
	struct str who[WHO_N];
	struct log_thing things[LOG_WHATS];
	unsigned n_things;
	bool more_things;   /* some did not fit */
	enum log_act act;
	bool failed;        /* it says that nothing was handed out */
	bool gone;          /* it says that something is there no longer */
	bool has_bytes;
	uint64_t bytes;     /* handed out */
	int status;         /* of HTTP; 0 = none */
	uint64_t range_from, range_all; /* of a partial answer; 0, 0 = none */
};

void record_add(struct log_record *r, enum log_what what, struct str text);

enum log_records {
	RECORDS_LINES,
	RECORDS_CSV,  /* a quoted line break belongs to the record */
	RECORDS_JSON, /* objects that fill several lines */
	RECORDS_XML,  /* <Event> ... </Event> */
};

/* Bytes of a line that its shape is judged by; see shape.h. */
struct line_marks {
	struct str line;
	unsigned n;          /* how many marks it has */
	size_t at[2];        /* the first two; valid below n */
	bool control;        /* bytes below 0x20 other than tab and a final carriage return */
};

/*
 * What earlier lines of the same file said: the names of columns. A parser gets the lines in the
 * order of the file. NULL state: the format has none.
 */
struct log_state;

enum log_line {
	LINE_UNREADABLE, /* not of this format */
	LINE_ASIDE,      /* a comment, a header, an empty line: nothing is said about anybody */
	LINE_RECORD,
};

struct log_format {
	const char *name;    /* "combined": printed, and a value of --log-format */
	const char *summary;
	uint8_t sure;        /* 1 to 100: what it is worth that lines parse; the surest wins */
	enum log_records records;
	bool sequential;     /* lines depend on earlier ones: not cut into ranges */
	bool of_one_host;    /* a list without a column for the machine that it is of */
	enum log_time time_means;
	const char *zone;    /* of times without one: "UTC", or NULL = as the machine was set */
	uint32_t may_name;   /* bit WHAT_x: what its records can name */
	uint32_t splits;     /* SPLITS_x: how names can be written otherwise */
	/* Says LINE_RECORD only where *ret is filled (it comes zeroed). ret NULL: only what it is, for
	 * which the syntax is enough where names of fields cost too much to look at. */
	enum log_line (*parse)(const struct log_format *f, struct log_state *st, struct arena *a,
		struct str line, struct log_record *ret);
	/* The byte that shows the shape of a line, and a look that says yes only where parse() takes
	 * the line for a record. NULL: every line is parsed. */
	char mark;
	bool (*quick)(const struct line_marks *m);
	enum log_act act;                 /* of formats with named fields; see columns.h */
	const struct log_column *columns;
	const char *within;               /* RECORDS_JSON: names of the lists that hold records, | between;
	                                   * NULL: objects that stand alone or in the outermost list */
	const char *needs;                /* names that a record has: parted by spaces, | for or */
};

enum {
	SPLITS_DOTS = 1 << 0,    /* (3)www(7)example: the dots of a name */
	SPLITS_SLASHES = 1 << 1, /* \/ in JSON */
};

/* State for one file, in the arena; NULL for formats that need none. */
struct log_state *log_state_new(struct arena *a, const struct log_format *f);

const struct log_format *const *log_formats(size_t *ret_n);
const struct log_format *log_format_named(struct str name); /* NULL: none */

#endif
