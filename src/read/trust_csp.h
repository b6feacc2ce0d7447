/* Content security policies: found in pages, manifests and configuration, compared by what they allow. */
#ifndef ASSAY_READ_TRUST_CSP_H
#define ASSAY_READ_TRUST_CSP_H

#include <stdbool.h>

#include "util/arena.h"

/* The first policy in the text, a view, and where it stands. */
bool csp_find(struct str text, struct str *ret_policy, size_t *ret_at);

/*
 * Does `now` let code come from where `before` did not: 'unsafe-eval', 'unsafe-inline', any origin,
 * a further origin for scripts, or no limit at all? *ret_what: one sentence.
 */
bool csp_loosened(struct arena *a, struct str before, struct str now, struct str *ret_what);

#endif
