/*
 * Foreign text made safe to show. Member names are escaped once, when they enter the tree; excerpts
 * when they are printed.
 */
#ifndef ASSAY_UTIL_ESCAPE_H
#define ASSAY_UTIL_ESCAPE_H

#include "util/arena.h"
#include "util/buf.h"
#include "util/utf8.h"

/*
 * A member name as it stands in paths: '!', '%', control bytes, DEL, C1 and bidirectional or
 * invisible format characters and bytes that are not UTF-8 become %XX. Slashes stay; leading "./"
 * and "/" go; an empty name becomes "%". At most 4096 bytes; longer names end in "%~" and the
 * first 16 hexadecimal digits of their SHA-256, so that they stay distinct, and their ending (".js").
 */
struct str escape_name(struct arena *a, struct str raw);

/* Text for a terminal or a report: printable UTF-8 stays, everything else becomes \xXX or \u{...};
 * line breaks and tabs become one space. Cut at max bytes with "..." appended. */
struct str escape_text(struct arena *a, struct str raw, size_t max);

/* Appends a code point; surrogates and values above 0x10FFFF become U+FFFD. */
void utf8_put(struct buf *b, uint32_t cp);
/* Bidirectional controls, zero-width and other invisible format characters. */
bool utf8_is_bidi(uint32_t cp);
bool utf8_is_invisible(uint32_t cp);
/* What may stand in text for people as it is: no control byte, nothing invisible. */
bool utf8_shows(uint32_t cp);

#endif
