/* Base64 with either alphabet (RFC 4648, 4 and 5); padding and line breaks are passed over. */
#ifndef ASSAY_UTIL_BASE64_H
#define ASSAY_UTIL_BASE64_H

#include <stdbool.h>

#include "util/arena.h"
#include "util/buf.h"

/* False at any other character and where nothing comes out. *ret is in the arena. */
bool base64_decode(struct arena *a, struct str s, struct str *ret);

/* Appends n bytes in the usual alphabet, with padding, without line breaks. */
void base64_encode(struct buf *b, const void *p, size_t n);

#endif
