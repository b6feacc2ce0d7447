/* The user's own rules (docs/rules.md), from the files that name them. They never come from a release. */
#ifndef ASSAY_LIB_RULES_H
#define ASSAY_LIB_RULES_H

#include <stddef.h>

#include "util/hash.h"
#include "util/status.h"

/*
 * Loads all of them for the children that are made next; user_rules_clear() forgets them. STATUS_USAGE: `error` says
 * file, line, column and reason. NOT_FOUND, DENIED, IO: it names the file. *ret is the digest of all, in order.
 */
enum status rules_load(const char *const *files, size_t n, struct sha256 *ret, char *error, size_t error_bytes);

#endif
