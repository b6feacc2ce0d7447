/* Shannon entropy of bytes, in integers so that results repeat on every machine. */
#ifndef ASSAY_FORMATS_ENTROPY_H
#define ASSAY_FORMATS_ENTROPY_H

#include "util/budget.h"
#include "util/cursor.h"

/* Thousandths of a bit per byte, 0..8000; 0 when empty. Linear; spends one step per 64 bytes. */
uint32_t entropy_millibits(struct cursor bytes, struct budget *b);

#endif
