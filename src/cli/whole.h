/* A document that the user hands us, read whole into memory. */
#ifndef ASSAY_CLI_WHOLE_H
#define ASSAY_CLI_WHOLE_H

#include "util/buf.h"

/*
 * A file, or stdin for "-", up to the buffer's ceiling. Says what is wrong and returns false; also when
 * interrupted, and then says nothing.
 */
bool whole_read(const char *path, struct buf *b);

#endif
