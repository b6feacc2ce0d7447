/* Of which format is this file? By its first lines: each format tries to read them. */
#ifndef ASSAY_LOGS_SNIFF_H
#define ASSAY_LOGS_SNIFF_H

#include "logs/log.h"

enum { SNIFF_BYTES = 64 << 10, SNIFF_LEAST = 30, SNIFF_NEAR = 3 };

struct log_guess {
	const struct log_format *format; /* NULL: none of them reads enough of it */
	unsigned score;                  /* 0 to 100 */
	const struct log_format *second; /* one that is as good, to be named; NULL: none */
	unsigned second_score;
};

/* `whole`: the head is all there is; otherwise its last line may be cut. */
struct log_guess log_sniff(struct arena *scratch, struct str head, bool whole);

#endif
