/*
 * ASN.1 DER, X.690: tag, length, content. Only what signature blocks need: single-byte tags, lengths
 * up to 2^32-1. Definite lengths must be minimal (DER). Indefinite lengths (BER, Apple's CMS writes
 * them) are walked, too; the caller decides what that means.
 */
#ifndef ASSAY_FORMATS_DER_H
#define ASSAY_FORMATS_DER_H

#include "util/arena.h"
#include "util/cursor.h"

enum {
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_UTC_TIME = 0x17,
	DER_TIME = 0x18,
	DER_BMP = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0,
	DER_CONTEXT_1 = 0xa1,
};

struct der {
	uint8_t tag;
	bool indefinite;
	struct cursor all;  /* header and content */
	struct cursor body; /* content */
};

/* The next element; moves past it. False at the end, or (c->bad) when malformed. */
bool der_next(struct cursor *c, struct der *ret);
/* The next element must have this tag: its content. False otherwise, without moving. */
bool der_enter(struct cursor *c, uint8_t tag, struct cursor *ret_body);
/* Skips one element of this tag if it is next. */
bool der_skip_if(struct cursor *c, uint8_t tag);
/* Is the next element an OID with exactly these content bytes? Moves past it when it is an OID. */
bool der_oid_is(struct cursor *c, const void *bytes, size_t n);
/* UTCTime or GeneralizedTime in UTC as seconds since 1970; false when malformed. */
bool der_time(const struct der *d, int64_t *ret_utc);
/* A Name as "CN=..., O=..., C=..", at most 1024 bytes, arena-owned UTF-8 as stated. */
struct str der_name(struct arena *a, struct cursor rdn_sequence);
/* Lower-case hexadecimal digits of at most 64 bytes. */
struct str der_hex(struct arena *a, struct cursor bytes);

#endif
