/*
 * The text that describes an installer, one action a line, whatever its format: words, then arguments
 * in quotes, escaped as NSIS scripts are ($\" $\r $\n $\t $$). read/install_lines.c reads it back. The
 * words stand in that file's first comment.
 */
#ifndef ASSAY_FORMATS_INSTALL_LINES_H
#define ASSAY_FORMATS_INSTALL_LINES_H

#include "util/buf.h"

/* "Word word"; the line is ended by install_line_end(). */
static inline void install_line(struct buf *b, const char *words)
{
	buf_add_z(b, words);
}

/* Appends the argument; bytes that are no UTF-8 go out as they are. */
void install_arg(struct buf *b, struct str arg);

static inline void install_arg_z(struct buf *b, const char *arg)
{
	install_arg(b, str_of(arg));
}

static inline void install_line_end(struct buf *b)
{
	buf_add_char(b, '\n');
}

#endif
