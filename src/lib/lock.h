/* Lock files: read whole in a child, row by row; what they pin is for the caller to compare. */
#ifndef ASSAY_LIB_LOCK_H
#define ASSAY_LIB_LOCK_H

#include "assay.h"
#include "unpack/analysis.h"

extern const struct zygote_role lock_role;

/* As assay_lock_rows(); a->error is set with any status but OK. */
enum status lock_rows(struct analysis *a, const char *path, struct assay_locked **ret_rows,
	size_t *ret_n);

#endif
