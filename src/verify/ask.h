/*
 * The question of `assay verify` and of the program assay-verify: files in, assay_verify(), words and
 * an exit status out. Static memory only, so that the small program holds no allocator.
 */
#ifndef ASSAY_VERIFY_ASK_H
#define ASSAY_VERIFY_ASK_H

#include <stdbool.h>
#include <stdint.h>

struct ask {
	const char *file;
	const char *proof; /* NULL: FILE.assay-proof */
	const char *trust;
	const char *more;  /* further proofs; NULL: none */
	const char *seen;  /* what was seen so far; NULL: not kept */
	const char *name;  /* NULL: the file's own */
	const char *product, *channel, *version; /* NULL: any */
	int64_t now_utc;
	bool quiet;        /* nothing on stdout */
};

/* Prints the answer on stdout, what went wrong on stderr; returns the exit status. */
int ask_verify(const struct ask *a);

#endif
