/* Numbers as people read them. */
#ifndef ASSAY_REPORT_AMOUNT_H
#define ASSAY_REPORT_AMOUNT_H

#include <stdint.h>

struct amount {
	char text[32];
};

struct amount amount_size(uint64_t bytes);  /* "812 B", "1.9 kB", "41 MB": two digits where they matter */
struct amount amount_count(uint64_t n);     /* "12,345" */
struct amount amount_probability(double p); /* "0.997", "> 0.999", "< 0.001" */
/* Rounded up when something is there at all: 0 % is said of nothing only, 100 % of all only. */
unsigned amount_percent(uint64_t part, uint64_t whole);

#endif
