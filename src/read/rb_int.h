/* Inside of the Ruby front end: rb_lower.c (the tree), rb_api.c (names), rb_fold.c (values). */
#ifndef ASSAY_READ_RB_INT_H
#define ASSAY_READ_RB_INT_H

#include "read/fold_text.h"

/* J_STR: between double quotes, where a backslash escapes more than itself. */
enum { RB_DOUBLE = JF_FORMAT };

bool rb_lower(struct js *j, TSTree *tree);
struct js_val rb_literal(struct js *j, uint32_t n);
extern const struct fold_ops rb_fold;
enum { RB_NATIVES = 59 };
extern const struct fold_native rb_natives[RB_NATIVES];

#endif
