/* Patterns over paths of steps: '*' within one step, "**" across steps, everything else for itself. */
#ifndef ASSAY_UTIL_GLOB_H
#define ASSAY_UTIL_GLOB_H

#include <stdbool.h>

#include "util/str.h"

/* Does the pattern stand for all of s? At worst quadratic in s. A '*' at the end is not empty. */
bool glob_matches(const char *pattern, struct str s);

/* Does it stand for an end of the path that begins at a step? A leading double star and slash: any
 * number of steps, none as well. */
bool glob_ends(const char *pattern, struct str path);

#endif
