/*
 * Where does an inert file end? Walks the format's own structure (chunks, segments, directories) to
 * its last byte, so that anything behind it can be told from it. Nothing is decoded.
 */
#ifndef ASSAY_FORMATS_IMAGE_H
#define ASSAY_FORMATS_IMAGE_H

#include "formats/format.h"

/*
 * OK: *ret_end is the first byte behind the file. DAMAGED: the structure is cut short or contradicts
 * itself; *ret_end is how far it could be followed. LIMIT: budget. UNSUPPORTED: the format does not
 * say where it ends, or is none of these: PNG, JPEG, GIF, WebP/WAV/AVI (RIFF), ICO, ICNS, BMP, fonts
 * (sfnt, collections, WOFF, WOFF2), WebAssembly, SQLite, MP4 family.
 */
enum status image_end(enum format_id format, struct cursor in, struct budget *b, uint64_t *ret_end);

/* Formats that are only shown or played: no consumer runs them. */
bool image_inert(enum format_id format);

#endif
