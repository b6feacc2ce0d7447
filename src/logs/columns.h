/*
 * Formats whose records name their fields: JSON, CSV, W3C, Zeek, XML events. Such a format is a table
 * of names and what they mean; reading is shared.
 *
 * Names are compared without regard to case. A name fits the end of a path: "id.orig_h" stands for
 * itself, "EventData.Image" for winlog.EventData.Image as well.
 */
#ifndef ASSAY_LOGS_COLUMNS_H
#define ASSAY_LOGS_COLUMNS_H

#include "logs/log.h"

enum column_role {
	COLUMN_TIME,    /* whole; of several the one with the highest index */
	COLUMN_DATE,    /* the two halves of one */
	COLUMN_CLOCK,
	COLUMN_WHO,     /* index: enum log_who */
	COLUMN_THING,   /* index: enum log_what */
	COLUMN_SITE,    /* host of a URL, whose path is COLUMN_PATH */
	COLUMN_PATH,
	COLUMN_QUERY,   /* of COLUMN_PATH, in a column of its own */
	COLUMN_REQUEST, /* "GET /x HTTP/1.1" */
	COLUMN_METHOD,
	COLUMN_STATUS,
	COLUMN_BYTES,
	COLUMN_DIGESTS, /* SHA256=...,MD5=... */
	COLUMN_EVENT,   /* number of a Windows event: says what happened */
	COLUMN_PURL,    /* pkg:npm/name@1.2.3 */
	COLUMN_ACTION,  /* "removed": it is there no longer */
};

struct log_column {
	const char *name; /* NULL ends the table */
	enum column_role role;
	unsigned index;
};

#define COLUMN_IS_WHO(name, who) {name, COLUMN_WHO, who}
#define COLUMN_IS(name, what) {name, COLUMN_THING, what}

/* A record that is being filled. */
struct filling {
	const struct log_format *f;
	struct arena *a;
	struct log_record *r;
	struct str date, clock, site, path, query, package, version;
	unsigned time_rank;
	uint32_t needed; /* bit i: a name of the i-th alternative list of `needs` was there */
};

void filling_begin(struct filling *x, const struct log_format *f, struct arena *a,
	struct log_record *r);
/* One field; names that mean nothing are passed over. */
void filling_put(struct filling *x, struct str name, struct str value);
void filling_put_column(struct filling *x, const struct log_column *c, struct str value);
/* The record is complete. False when names are missing that each record of the format has. */
bool filling_end(struct filling *x);
/* For headers: marks what `needs` asks for; NULL: the name means nothing. */
const struct log_column *filling_name(struct filling *x, struct str name);
bool filling_has_needed(const struct filling *x);

/* Parsers of log_format.parse by syntax. */
enum log_line json_line_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret);
/* A header and records parted by commas, semicolons or tabs, quoted where needed. */
enum log_line csv_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret);
/* #Fields: names; values parted by blanks or tabs. */
enum log_line w3c_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret);
/* #separator \x09, #fields names; values parted by tabs. */
enum log_line zeek_parse(const struct log_format *f, struct log_state *st, struct arena *a,
	struct str line, struct log_record *ret);

enum { COLUMNS_MAX = 512, JSON_LEVELS = 64, JSON_PATH_BYTES = 256 };

/* Shared by both forms of Windows events. */
extern const struct log_column windows_columns[];

/* What is remembered of a file from line to line. */
struct log_state {
	bool ready;      /* a header was seen, and it has what the format needs */
	bool foreign;    /* a header was seen, of something else */
	char delimiter;
	unsigned n;      /* columns */
	const struct log_column *is[COLUMNS_MAX]; /* NULL: of no interest */
	unsigned widths[2]; /* of columns that are told by their place */
	/* of JSON outside of records: open brackets, which of them are lists of records, the last name */
	uint64_t depth;
	bool holds[JSON_LEVELS];
	char key[64];
};

/* Well-formed, at most JSON_LEVELS deep. */
bool json_valid(struct str s);
/* Each scalar of a JSON value: `path` is the names to it joined by dots. At most JSON_LEVELS levels.
 * Texts are decoded, into the arena where they have escapes. False: no JSON, or too deep. */
bool json_each(struct arena *a, struct str s,
	void (*each)(void *user, struct str path, struct str value), void *user);

#endif
