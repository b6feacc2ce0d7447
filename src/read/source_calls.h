/* Calls that start programs or reach out, in source whose language has no reader of its own. */
#ifndef ASSAY_READ_SOURCE_CALLS_H
#define ASSAY_READ_SOURCE_CALLS_H

#include "read/read.h"

/* Is this such source, by its name or, for Perl, by its first line? */
bool source_calls_know(const struct read_in *in);

/* Is a part of it in the form that the script encoder of Windows writes? Its letters stand for others. */
bool source_is_encoded(struct str text);

/*
 * Looks at the lines of NEW that OLD does not have. A call that starts a program is a command put together from its
 * literals, and read as a shell reads it; a program that is computed, beside something that fetches, is a flow
 * whose ends only stand together. Values are not followed. LIMIT.
 */
enum status source_calls(struct read_in *in) MUST_CHECK;

#endif
