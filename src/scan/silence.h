/*
 * Where a log says nothing for so long that it must have lost something. A source that writes a line
 * every few seconds and then none for hours was off, rotated away or cut: what happened meanwhile is
 * unknown, and not "no".
 *
 * The reader of a range looks at the times of a block's first and last line and halves only what lies
 * further apart than SILENCE_LEAST, so silences are exact and the ordinary log costs two lines a
 * block. silence_gaps() puts the files of a source together and keeps what is out of the ordinary.
 */
#ifndef ASSAY_SCAN_SILENCE_H
#define ASSAY_SCAN_SILENCE_H

#include "scope/time.h"
#include "util/arena.h"

enum { SILENCES_MAX = 256 };
#define SILENCE_LEAST (INT64_C(600) * TIME_SECOND)

/* Stamps as the source wrote them, each the beginning of its interval; how wide those are stands apart. */
struct silence {
	int64_t from, to; /* of the last line before and the first one behind */
};

struct silences {
	int64_t first, last;  /* of all lines that were looked at; TIME_UNKNOWN_LO: of none */
	int64_t width;        /* the widest interval of a stamp */
	bool ordered;         /* no line is more than an hour earlier than one before it */
	struct silence *items; /* in order */
	uint32_t n;           /* SILENCES_MAX: there may be more */
};

/* Nothing yet, with room for SILENCES_MAX in the arena. */
void silences_begin(struct silences *s, struct arena *a);

/* Looks through the lines of a text. time() reads the one that begins at `line`; false: it has none. */
struct silence_reader {
	bool (*time)(void *user, struct str line, struct interval *ret);
	void *user;
};
void silences_look(struct silences *s, const struct silence_reader *r, struct str text);

/* The parts of a file one behind the other. */
void silences_join(struct silences *to, const struct silences *next);

struct silence_file {
	const struct silences *silences;
	uint64_t lines;
};

struct silence_gap {
	struct interval at;  /* it may have begun and ended anywhere between these */
	double expected;     /* lines that would be ordinary in it */
};

/*
 * Of all files of one source: times that no file holds a line of, although at the source's usual rate
 * SILENCE_EXPECTED lines would stand there, and that are no habit (nights). Ascending, in the arena.
 */
#define SILENCE_EXPECTED 50.0
size_t silence_gaps(struct arena *a, const struct silence_file *files, size_t n, struct silence_gap **ret);

#endif
