/*
 * A signature that stands as a member of its own, as stated: PKCS#7 SignedData beside a manifest (jar,
 * xpi, nupkg, msix), the signing block of an Android package, the header of a browser extension.
 * Nothing is verified.
 */
#ifndef ASSAY_FORMATS_SIGNATURE_H
#define ASSAY_FORMATS_SIGNATURE_H

#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"
#include "util/status.h"

enum signature_scheme { SIGNATURE_NONE, SIGNATURE_PKCS7, SIGNATURE_APK, SIGNATURE_CRX };

struct signature {
	enum signature_scheme scheme;
	struct str subject;    /* of the certificate; "" where there is only a key */
	struct str key_sha256; /* of the public key, hexadecimal */
	uint32_t n_signers;
};

/* What the bytes look like. */
enum signature_scheme signature_scheme_of(struct cursor head, uint64_t total_bytes);
/* OK: a signer was found. DAMAGED, LIMIT: *ret holds what could be read. */
enum status signature_read(struct arena *a, struct budget *b, struct cursor in, struct signature *ret) MUST_CHECK;

#endif
