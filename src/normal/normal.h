/*
 * Are two builds the same but for what does not matter? A normaliser is a name, a version and a rule
 * that takes one kind of difference off; the table of what each takes off is in
 * docs/ledger-format.md. The normal form of a file is a digest over everything else: names, types,
 * modes, targets of links, contents, opened as deep as they go.
 *
 * Only what is accounted for byte by byte is opened: a container with a byte that belongs to no
 * field, with fields that contradict each other, or in a dialect that is not known counts as its
 * bytes, and so does whatever is no container. So an unknown field can make two files differ, and
 * never the same.
 */
#ifndef ASSAY_NORMAL_NORMAL_H
#define ASSAY_NORMAL_NORMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/status.h"

/* Numbers cross from the child to its parent; names are frozen, they stand in entries. */
enum normaliser {
	NORMAL_ORDER,         /* order of members */
	NORMAL_TIMES,         /* times that containers state */
	NORMAL_OWNERS,        /* users and groups */
	NORMAL_PACKING,       /* how content is compressed */
	NORMAL_TAR_FORM,      /* which form of tar says the same, and its padding */
	NORMAL_JAR_SIGNATURE, /* META-INF/NAME.SF, its block, the digests in the manifest */
	NORMAL_PE_SIGNATURE,
	NORMAL_RPM_SIGNATURE,
	NORMAL_MSI_SIGNATURE, /* and where streams lie in the file */
	NORMALISERS,
};

enum { NORMAL_NOTE_BYTES = 120, NORMAL_NAMES_BYTES = 256, NORMAL_DIGEST_BYTES = 32,
       NORMAL_FORMS = 1 + NORMALISERS };

const char *normaliser_name(enum normaliser n); /* "order-1" */

struct normal_form {
	/* [0]: with all normalisers; [1 + n]: with all but n, which says whether n is needed. */
	uint8_t d[NORMAL_FORMS][NORMAL_DIGEST_BYTES];
	/* What was compared as its bytes although it looked like a container, the first such; "". */
	char note[NORMAL_NOTE_BYTES];
};

/* STATUS_LIMIT: too large or too deep, nothing in *ret counts. */
enum status normal_of(const void *p, size_t n, struct normal_form *ret) MUST_CHECK;

/* The same for an open file, in a confined child. STATUS_DENIED: it cannot be confined; STATUS_IO: the
 * file cannot be read, or the child died over it. */
enum status normal_of_file(int fd, bool unconfined, struct normal_form *ret) MUST_CHECK;

/* The same normal form? Then names says what had to be taken off, "order-1,times-1"; "" when nothing. */
bool normal_equal(const struct normal_form *a, const struct normal_form *b,
	char ret_names[NORMAL_NAMES_BYTES]);

#endif
