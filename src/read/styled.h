/*
 * Letters that only look another way: mathematical alphabets and full width. Some languages (Python, by NFKC) take an
 * identifier in them for the one in plain letters, so that a search for the plain name finds nothing.
 */
#ifndef ASSAY_READ_STYLED_H
#define ASSAY_READ_STYLED_H

#include "util/arena.h"
#include "util/str.h"

/* Is there a letter or digit that stands for one of ASCII? */
bool has_styled_letters(struct str s);
/* In plain letters; `s` itself when there is nothing to fold, or something that does not become ASCII. */
struct str plain_letters(struct arena *a, struct str s);

#endif
