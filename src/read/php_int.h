/* Inside of the PHP front end: php_text.c (what is code), php_lower.c (the tree), php_api.c (names), php_fold.c (values). */
#ifndef ASSAY_READ_PHP_INT_H
#define ASSAY_READ_PHP_INT_H

#include "read/fold.h"

/* J_STR: between double quotes or in a here document, where more escapes mean something. */
enum { PHP_DOUBLE = JF_FORMAT };

bool php_lower(struct js *j, TSTree *tree);
struct js_val php_literal(struct js *j, uint32_t n);
extern const struct fold_ops php_fold;

#endif
