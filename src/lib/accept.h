/*
 * What the user accepted: one JSON object a line with "fingerprint", "reason", "author" and "expires"
 * (YYYY-MM-DD). A row without all four, or one that has expired, is refused or ignored: see
 * accepted_load(). The file is the user's own; it never comes from a release.
 */
#ifndef ASSAY_LIB_ACCEPT_H
#define ASSAY_LIB_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/status.h"
#include "util/str.h"

struct accepted;

/* STATUS_NOT_FOUND, DENIED, IO; USAGE when a line is not such an object (error says which line).
 * Expired rows are left out. */
enum status accepted_load(const char *path, int64_t now_utc, struct accepted **ret, char *error,
	size_t error_bytes);
void accepted_free(struct accepted *a); /* NULL is fine */
bool accepted_has(const struct accepted *a, struct str fingerprint);

#endif
