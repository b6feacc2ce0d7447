/* Lines from a descriptor, as they come: reading never waits for more than what a line needs. */
#ifndef ASSAY_CLI_LINES_H
#define ASSAY_CLI_LINES_H

#include "util/buf.h"

enum { LINES_MAX_BYTES = 32 << 10 }; /* of one line */

struct lines {
	int fd;          /* borrowed */
	struct buf held; /* read and not yet taken, from `at` on */
	size_t at;
	bool end, failed; /* nothing more to read; because reading failed */
	bool skipping;    /* in a line that is too long */
	uint64_t number;  /* of the line taken last, from 1 */
};

struct line {
	struct str text;  /* without its end; valid until the next call */
	bool too_long;    /* text is empty then */
};

void lines_open(struct lines *l, int fd);
void lines_close(struct lines *l); /* leaves the descriptor open */
/* Takes a line that has been read already; false when there is none (then lines_fill). */
bool lines_take(struct lines *l, struct line *ret);
/* Nothing is left to read or to take. */
bool lines_done(const struct lines *l);
/* One read(), which may wait. Returns also when a signal came. */
void lines_fill(struct lines *l);

#endif
