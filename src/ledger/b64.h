/* Base64 (RFC 4648, section 4), strict: each value has exactly one spelling. */
#ifndef ASSAY_LEDGER_B64_H
#define ASSAY_LEDGER_B64_H

#include <stdbool.h>
#include <stddef.h>

#include "util/str.h"

/* Characters for n bytes, without the NUL. */
#define B64_CHARS(n) (((n) + 2) / 3 * 4)

/* Writes B64_CHARS(n) characters and a NUL; room must be larger than that, else false. */
bool b64_encode(const void *p, size_t n, char *ret, size_t room);
/* False for anything but the one right spelling, and when more than room bytes come out. */
bool b64_decode(struct str text, void *ret, size_t room, size_t *ret_n);
/* The same for a value whose length is known. */
bool b64_decode_exact(struct str text, void *ret, size_t n);

#endif
