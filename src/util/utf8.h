/* Reading of UTF-8; needs nothing but the bytes. */
#ifndef ASSAY_UTIL_UTF8_H
#define ASSAY_UTIL_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/str.h"

/* True if the bytes are well-formed UTF-8 (no overlongs, no surrogates, no NUL). */
bool utf8_valid(struct str s);
/* Decodes one code point at *pos and moves on; 0xFFFD and one byte on malformed input. */
uint32_t utf8_next(struct str s, size_t *pos);

#endif
