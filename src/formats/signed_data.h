/*
 * What a PKCS#7/CMS SignedData states about its signer (RFC 5652; Authenticode's SpcIndirectData).
 * Facts as stated: nothing here verifies a signature, that is provenance's work.
 */
#ifndef ASSAY_FORMATS_SIGNED_DATA_H
#define ASSAY_FORMATS_SIGNED_DATA_H

#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"
#include "util/status.h"

struct signed_data {
	size_t der_bytes;       /* length of the outer element, header included; 0 = not DER */
	struct str subject;     /* of the certificate that the first SignerInfo names */
	struct str issuer;
	struct str serial;      /* hexadecimal */
	struct str key_sha256;  /* of its SubjectPublicKeyInfo, hexadecimal */
	struct str digest_name; /* "sha1", "sha256", "sha384", "sha512", "" */
	struct str digest;      /* of the file as stated by SpcIndirectData, raw bytes; "" = none */
	int64_t time_utc;       /* of a counter-signature or signing time, as stated; 0 = none */
	uint32_t n_certificates, n_signers;
	bool indefinite;        /* BER, not DER */
};

/*
 * OK: signer found. DAMAGED: not well formed or the signer's certificate is missing; *ret holds what
 * could be read. LIMIT: budget. Strings are owned by the arena.
 */
enum status signed_data_read(struct arena *a, struct budget *b, struct cursor der, struct signed_data *ret);

/* The publisher that a subject names: its organisation, else its common name, else all of it. */
struct str signed_publisher(struct str subject);

/* Subject and SHA-256 of the public key (hexadecimal) of one X.509 certificate; false: it is none. */
bool certificate_read(struct arena *a, struct cursor der, struct str *ret_subject, struct str *ret_key_sha256);

#endif
