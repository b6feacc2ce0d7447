/*
 * What the files of the Inno Setup reader share. Nothing of an installer is taken on trust: blocks
 * have checksums, data has a mark in front, files have digests. What does not prove itself is a
 * blind spot.
 */
#ifndef ASSAY_FORMATS_INNO_H
#define ASSAY_FORMATS_INNO_H

#include "formats/program.h"
#include "util/buf.h"

enum { INNO_NAMES_MAX = 1 << 20 };

struct inno_version {
	struct str text; /* "Inno Setup Setup Data (6.2.2) (u)" */
	unsigned major, minor, patch;
	bool unicode;
};

/*
 * Lines for what the header block says (install_lines.h): registry values, programs that are run,
 * shortcuts, other texts. names: the target of each of n_files locations, or empty. *ret_code: the
 * compiled script, if any.
 */
enum status inno_lines(struct archive *a, const struct inno_version *v, struct cursor header,
	struct str *names,
	size_t n_files, struct buf *out, struct cursor *ret_code) MUST_CHECK;

/* Takes back what the compiler did to the targets of x86 calls, in the way of 5.3.9 and later (`flip`) or before. */
void inno_calls_restore(uint8_t *p, size_t n, bool flip);

#endif
