/* SHA-256 is identity (OpenSSL EVP). XXH3 only preselects and indexes; it never proves equality. */
#ifndef ASSAY_UTIL_HASH_H
#define ASSAY_UTIL_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"

enum { SHA256_BYTES = 32 };

struct sha256 {
	uint8_t b[SHA256_BYTES];
};

struct sha256_state; /* reusable; one per thread of work */

struct sha256_state *sha256_open(void); /* NULL when out of memory */
void sha256_close(struct sha256_state *s);
void sha256_begin(struct sha256_state *s);
void sha256_add(struct sha256_state *s, const void *p, size_t n);
/* One-shot, by OpenSSL's name ("SHA1", "SHA256"); out holds the digest's own length. False when it is not had. */
bool hash_digest(const char *name, const void *p, size_t n, uint8_t *out);
struct sha256 sha256_end(struct sha256_state *s);

struct sha256 sha256_of(const void *p, size_t n);
bool sha256_equal(const struct sha256 *a, const struct sha256 *b);
int sha256_cmp(const struct sha256 *a, const struct sha256 *b);
/* 64 lower-case hexadecimal digits and a NUL. */
void sha256_hex(const struct sha256 *h, char ret_hex[65]);
struct str sha256_str(struct arena *a, const struct sha256 *h);

/* Digests that other people's manifests state; only for holding them against what is there. */
enum digest_kind { DIGEST_NONE, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512, DIGEST_N };
enum { DIGEST_MAX_BYTES = 64 };

struct digest; /* reusable: begin, add, end, begin ... */

struct digest *digest_open(enum digest_kind kind); /* NULL: out of memory, or NONE */
void digest_close(struct digest *d);
void digest_begin(struct digest *d);
void digest_add(struct digest *d, const void *p, size_t n);
size_t digest_end(struct digest *d, uint8_t ret[DIGEST_MAX_BYTES]); /* how many bytes it has */
size_t digest_bytes(enum digest_kind kind);

uint64_t fast_hash(const void *p, size_t n, uint64_t seed);

#endif
