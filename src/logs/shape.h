/* The shape of every line of a block, in one pass over its bytes. */
#ifndef ASSAY_LOGS_SHAPE_H
#define ASSAY_LOGS_SHAPE_H

#include "logs/log.h"

struct shape_count {
	uint64_t lines;      /* records: of formats whose records fill several lines, each counts once */
	uint64_t unreadable; /* of the lines: no records of the format */
	uint64_t asides;     /* of the lines: headers, comments, empty ones */
	uint64_t records;    /* the rest */
};

struct shape_walk {
	const struct log_format *format;
	struct log_state *state;  /* NULL if the format has none */
	struct arena *scratch;    /* for parsing; emptied now and then */
	/* Places in the block that want their line read, ascending; the last one is SIZE_MAX. */
	const size_t *wanted;
	/*
	 * Called for each line with a place in it, and for the first line of the block that is a
	 * record; number: how many lines of the block come before it. Returns what the line is.
	 */
	enum log_line (*line)(void *user, struct str line, uint64_t number, bool is_wanted);
	void *user;
	bool at_end;  /* nothing comes behind this block */
	bool careful; /* every line is read as if it were wanted */
};

/*
 * Goes through the lines of a block in order and counts them. The block ends behind a line feed, or
 * where the file ends. Returns the bytes that were used up: less than all where the last record goes
 * on behind the block; 0 when not even one ends in it.
 */
size_t shape_lines(const struct shape_walk *w, struct str block, struct shape_count *count);

/* Control bytes that no log writes unescaped: below 0x20, but for tab. */
bool has_control(struct str line);

#endif
