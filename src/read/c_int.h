/* Inside of the C front end: c_lower.c (the tree), c_api.c (names, literals). */
#ifndef ASSAY_READ_C_INT_H
#define ASSAY_READ_C_INT_H

#include "read/front.h"

bool c_lower(struct js *j, TSTree *tree);

#endif
