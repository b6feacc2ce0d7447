/* Inside of the Go front end: go_lower.c (the tree), go_api.c (names, literals, values). */
#ifndef ASSAY_READ_GO_INT_H
#define ASSAY_READ_GO_INT_H

#include "read/fold_text.h"

bool go_lower(struct js *j, TSTree *tree);

#endif
