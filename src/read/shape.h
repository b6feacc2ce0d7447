/*
 * The shape of a unit of code: what stays the same when names of variables, literals, comments and
 * blanks are changed. Equal shapes of two releases are the same code, written once.
 */
#ifndef ASSAY_READ_SHAPE_H
#define ASSAY_READ_SHAPE_H

#include "util/arena.h"
#include "util/str.h"

enum { SHAPE_TOKENS_MIN = 24, SHAPE_BYTES_MAX = 64 << 10, SHAPE_HEX = 32 };

/* SHAPE_HEX hexadecimal digits, in the arena; empty for code that is too short to be anybody's, too long, or no text. */
struct str code_shape(struct arena *a, struct str code);

#endif
