/* A command inside a manifest, given to the readers of scripts as what it is. */
#ifndef ASSAY_READ_HOOK_SCRIPT_H
#define ASSAY_READ_HOOK_SCRIPT_H

#include "read/read.h"

/*
 * Reads the command as a shell script, and code that it hands to node ("node -e CODE") as JavaScript.
 * All of it counts as new. It is written at [at, at+len) of the text, so that lines and offsets of the
 * facts are those of the member; nothing is read when that lies outside.
 */
enum status hook_script(
	struct read_in *in, struct str text, size_t shift, size_t at, size_t len, struct str command);

#endif
