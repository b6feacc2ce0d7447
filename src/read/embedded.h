/* Code that stands inside something else: commands of a manifest, scripts in strings. */
#ifndef ASSAY_READ_EMBEDDED_H
#define ASSAY_READ_EMBEDDED_H

#include "read/align.h"

struct embedded {
	struct str code;  /* decoded */
	struct str name;  /* of its unit: "jobs/build/steps/[]/run" */
	size_t at, len;   /* where it is written, in the text of the member */
	bool own_lines;   /* a line break in the code is one in the text */
};

/*
 * Reads the pieces of NEW as one script, in order, aligned with those of OLD, by the analyser of the
 * language: what the same code says in a file of its own. Lines, offsets and units of the facts are
 * those of the member. text, shift: of NEW, as read_text() gave them.
 */
enum status embedded_read(struct read_in *in, struct str text, size_t shift, enum language lang,
	const struct embedded *now, size_t n_now, const struct embedded *before, size_t n_before);

#endif
