/*
 * The digests of a file, and of what it was before somebody put a signature into it. A method is a
 * name and a deterministic rule:
 *
 *     none               nothing is embedded: the file as it is
 *     pe-authenticode-1  a PE image whose certificate table ends the file: everything before the
 *                        table, with the checksum and the table's directory entry as zeros, and
 *                        zeros up to the next multiple of 8. The table must be exactly one entry,
 *                        filled by one value that states its own length, up to 7 zero bytes behind
 *                        it. An image without a table is taken the same way, whole.
 *     rpm-signature-1    an RPM package without its signature header, which stands between the lead
 *                        and the package's own header.
 *
 * Whatever stands in the file beyond that is refused: appended bytes have no place to be in.
 */
#ifndef ASSAY_LEDGER_UNSIGNED_H
#define ASSAY_LEDGER_UNSIGNED_H

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

struct file_digests {
	uint64_t size_bytes;
	uint8_t sha256[32], sha512[64], unsigned_sha256[32];
};

enum digest_answer {
	DIGEST_OK,
	DIGEST_IO,       /* cannot be read, or changed while it was read */
	DIGEST_METHOD,   /* no such method */
	DIGEST_LEFTOVER, /* bytes that neither the method nor the signature accounts for */
};

/* Reads the open file from its start by pread(), once for the digests. */
enum digest_answer file_digests(int fd, struct str method, struct file_digests *ret);
/* The same for bytes in memory. Never DIGEST_IO. */
enum digest_answer bytes_digests(const void *p, size_t n, struct str method,
	struct file_digests *ret);
/* The method for a file by its first bytes, for whoever makes an entry. */
const char *unsigned_method_for(int fd);
const char *unsigned_method_of(const void *p, size_t n);

#endif
