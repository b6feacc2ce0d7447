/* Inside of the Python front end: py_lower.c (the tree), py_api.c (names), py_fold.c (values). */
#ifndef ASSAY_READ_PY_INT_H
#define ASSAY_READ_PY_INT_H

#include "read/fold.h"

bool py_lower(struct js *j, TSTree *tree);
struct js_val py_literal(struct js *j, uint32_t n);
extern const struct fold_ops py_fold;

#endif
