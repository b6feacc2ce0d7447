/* LZFSE and LZVN, Apple's compressions of disk images and file systems: see lzfse.c for their bits. */
#ifndef ASSAY_FORMATS_LZFSE_H
#define ASSAY_FORMATS_LZFSE_H

#include "formats/output.h"
#include "util/status.h"

/*
 * Decodes blocks up to the end block. OK: it was reached (what follows it is not looked at). DAMAGED:
 * it was not, a table or a stream contradicts itself, or o->room is too small; o->n bytes are usable.
 */
enum status lzfse_decode(struct output *o, struct cursor c) MUST_CHECK;

/* The same for a bare LZVN stream. */
enum status lzvn_decode(struct output *o, struct cursor c) MUST_CHECK;

#endif
