#define XXH_INLINE_ALL
#include <xxhash.h>

#include <openssl/evp.h>
#include <stdlib.h>

#include "util/hash.h"

struct sha256_state {
	EVP_MD_CTX *ctx;
	EVP_MD *md; /* fetched once: a fetch for each small input costs more than the hash */
};

struct sha256_state *sha256_open(void)
{
	struct sha256_state *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->ctx = EVP_MD_CTX_new();
	s->md = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!s->ctx || !s->md) {
		sha256_close(s);
		return NULL;
	}
	return s;
}

void sha256_close(struct sha256_state *s)
{
	if (!s)
		return;
	EVP_MD_CTX_free(s->ctx);
	EVP_MD_free(s->md);
	free(s);
}

void sha256_begin(struct sha256_state *s)
{
	if (EVP_DigestInit_ex2(s->ctx, s->md, NULL) != 1)
		abort();
}

void sha256_add(struct sha256_state *s, const void *p, size_t n)
{
	if (n && EVP_DigestUpdate(s->ctx, p, n) != 1)
		abort();
}

struct sha256 sha256_end(struct sha256_state *s)
{
	struct sha256 h;
	unsigned int n = sizeof(h.b);

	if (EVP_DigestFinal_ex(s->ctx, h.b, &n) != 1)
		abort();
	return h;
}

struct sha256 sha256_of(const void *p, size_t n)
{
	struct sha256_state *s = sha256_open();
	struct sha256 h;

	if (!s)
		abort();
	sha256_begin(s);
	sha256_add(s, p, n);
	h = sha256_end(s);
	sha256_close(s);
	return h;
}

bool sha256_equal(const struct sha256 *a, const struct sha256 *b)
{
	return memcmp(a->b, b->b, SHA256_BYTES) == 0;
}

int sha256_cmp(const struct sha256 *a, const struct sha256 *b)
{
	return memcmp(a->b, b->b, SHA256_BYTES);
}

void sha256_hex(const struct sha256 *h, char ret_hex[65])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < SHA256_BYTES; i++) {
		ret_hex[2 * i] = digits[h->b[i] >> 4];
		ret_hex[2 * i + 1] = digits[h->b[i] & 15];
	}
	ret_hex[64] = '\0';
}

struct str sha256_str(struct arena *a, const struct sha256 *h)
{
	char hex[65];

	sha256_hex(h, hex);
	return arena_str(a, str_view(hex, 64));
}

struct digest {
	EVP_MD_CTX *ctx;
	EVP_MD *md;
};

struct digest *digest_open(enum digest_kind kind)
{
	static const char *const names[DIGEST_N] = {NULL, "SHA1", "SHA256", "SHA384", "SHA512"};
	struct digest *d = kind > DIGEST_NONE && kind < DIGEST_N ? calloc(1, sizeof(*d)) : NULL;

	if (!d)
		return NULL;
	d->ctx = EVP_MD_CTX_new();
	d->md = EVP_MD_fetch(NULL, names[kind], NULL);
	if (d->ctx && d->md)
		return d;
	digest_close(d);
	return NULL;
}

void digest_close(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->ctx);
	EVP_MD_free(d->md);
	free(d);
}

void digest_begin(struct digest *d)
{
	if (EVP_DigestInit_ex2(d->ctx, d->md, NULL) != 1)
		abort();
}

void digest_add(struct digest *d, const void *p, size_t n)
{
	if (n && EVP_DigestUpdate(d->ctx, p, n) != 1)
		abort();
}

size_t digest_end(struct digest *d, uint8_t ret[DIGEST_MAX_BYTES])
{
	unsigned n = 0;

	if (EVP_DigestFinal_ex(d->ctx, ret, &n) != 1)
		abort();
	return n;
}

size_t digest_bytes(enum digest_kind kind)
{
	static const size_t bytes[DIGEST_N] = {0, 20, 32, 48, 64};

	return kind < DIGEST_N ? bytes[kind] : 0;
}

uint64_t fast_hash(const void *p, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(p, n, seed);
}

bool hash_digest(const char *name, const void *p, size_t n, uint8_t *out)
{
	EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
	unsigned len;
	bool ok = md && EVP_Digest(p, n, out, &len, md, NULL) == 1;

	EVP_MD_free(md);
	return ok;
}
