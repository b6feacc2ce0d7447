/*
 * PKCS#7: signed_data.c; an app package puts "PKCX" in front.
 *
 * APK signing block: u64 size (without itself), pairs of u64 length, u32 id, value; u64 size again,
 * "APK Sig Block 42". The value of v2 (0x7109871a), v3 (0xf05368c0) and v3.1 (0x1b93ad61): a sequence of
 * signers, each { signed data { digests, certificates ... }, ..., public key }; all with a u32 length in
 * front, sequences too. What is not a scheme (padding, dependency lists, stamps) is passed over.
 *
 * CRX: "Cr24", u32 version. 2: u32 key bytes, u32 signature bytes, key, signature. 3: u32 header bytes, a
 * protocol buffer: field 2 (RSA) and 3 (ECDSA) proofs { 1 public key, 2 signature }, 10000 signed data.
 */
#include "formats/signature.h"

#include <string.h>

#include "formats/der.h"
#include "formats/format.h"
#include "formats/signed_data.h"
#include "util/hash.h"

enum { PAIRS_MAX = 64, SIGNERS_MAX = 64, CRX_PROOFS_MAX = 64 };
enum { CRX_FIELD_RSA = 2, CRX_FIELD_ECDSA = 3, CRX_FIELD_KEY = 1 };
static const uint8_t oid_signed_data[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};

/* ---- what it is ---- */

static bool is_signed_data(struct cursor head)
{
	size_t header;

	if (cursor_peek(&head, 4) && memcmp(head.base, "PKCX", 4) == 0)
		head = cursor_part(&head, 4, head.len - 4);
	/* The whole need not be there: only tag and length are looked at. */
	if (head.len < 20 || head.base[0] != DER_SEQUENCE)
		return false;
	header = head.base[1] & 0x80 ? 2 + (head.base[1] & 0x7f) : 2;
	return header <= 6 && memcmp(head.base + header, oid_signed_data, sizeof(oid_signed_data)) == 0;
}

static bool is_scheme(uint32_t id)
{
	return id == 0x7109871a || id == 0xf05368c0 || id == 0x1b93ad61;
}

static bool is_apk_block(struct cursor head, uint64_t total_bytes)
{
	uint64_t size = cursor_u64le(&head), pair = cursor_u64le(&head);

	return cursor_ok(&head) && total_bytes >= 32 && size == total_bytes - 8 && pair >= 4 && pair < size;
}

static bool is_crx_header(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *magic = cursor_take(&head, 4);
	uint32_t version = cursor_u32le(&head);
	uint64_t n = cursor_u32le(&head);

	if (!magic || memcmp(magic, "Cr24", 4) != 0)
		return false;
	if (version == 3)
		return n + 12 == total_bytes;
	n += cursor_u32le(&head);
	return version == 2 && cursor_ok(&head) && n + 16 == total_bytes;
}

enum signature_scheme signature_scheme_of(struct cursor head, uint64_t total_bytes)
{
	if (is_signed_data(head))
		return SIGNATURE_PKCS7;
	if (is_apk_block(head, total_bytes))
		return SIGNATURE_APK;
	return is_crx_header(head, total_bytes) ? SIGNATURE_CRX : SIGNATURE_NONE;
}

/* ---- Android ---- */

/* The next part with a u32 length in front. */
static struct cursor part(struct cursor *c)
{
	uint32_t n = cursor_u32le(c);
	struct cursor p = cursor_part(c, c->pos, n);

	cursor_skip(c, n);
	return p;
}

/* The newest scheme stands last; the signer of any of them will do. */
static void apk_scheme(struct arena *a, struct cursor value, struct signature *ret)
{
	struct cursor signers = part(&value);

	for (uint32_t n = 0; n < SIGNERS_MAX && cursor_left(&signers); n++) {
		struct cursor signer = part(&signers), data = part(&signer), certificates, certificate;

		(void)part(&data); /* digests */
		certificates = part(&data);
		certificate = part(&certificates);
		if (!cursor_ok(&certificate) || !cursor_ok(&signer))
			return;
		if (n == 0 && !certificate_read(a, certificate, &ret->subject, &ret->key_sha256))
			return;
		ret->n_signers = n + 1;
	}
}

static enum status apk_read(struct arena *a, struct cursor in, struct signature *ret)
{
	uint64_t size = cursor_u64le(&in);
	struct cursor pairs = cursor_part(&in, 8, size >= 24 ? size - 24 : 0);

	for (int i = 0; i < PAIRS_MAX && cursor_left(&pairs) >= 12; i++) {
		uint64_t n = cursor_u64le(&pairs);
		struct cursor pair = cursor_part(&pairs, pairs.pos, n);
		uint32_t id = cursor_u32le(&pair);

		cursor_skip(&pairs, n);
		if (!cursor_ok(&pair))
			return STATUS_DAMAGED;
		if (is_scheme(id))
			apk_scheme(a, cursor_part(&pair, 4, pair.len - 4), ret);
	}
	return cursor_ok(&pairs) && ret->key_sha256.len ? STATUS_OK : STATUS_DAMAGED;
}

/* ---- browser extensions ---- */

static void crx_key(struct arena *a, struct cursor key, struct signature *ret)
{
	struct sha256 sum = sha256_of(key.base, key.len);

	if (ret->n_signers++ == 0)
		ret->key_sha256 = sha256_str(a, &sum);
}

static uint64_t varint(struct cursor *c)
{
	uint64_t v = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t b = cursor_u8(c);

		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	c->bad = true;
	return 0;
}

/* The next field with a length; others make the cursor bad, since the header has none. */
static bool field(struct cursor *c, uint64_t *ret_number, struct cursor *ret)
{
	uint64_t tag, n;

	if (!cursor_left(c))
		return false;
	tag = varint(c);
	n = varint(c);
	*ret_number = tag >> 3;
	*ret = cursor_part(c, c->pos, n);
	cursor_skip(c, n);
	c->bad |= (tag & 7) != 2;
	return cursor_ok(c);
}

/* The publisher's own proof comes last: stores add theirs in front. */
static enum status crx_proofs(struct arena *a, struct cursor header, struct signature *ret)
{
	struct cursor proof, value;
	uint64_t number;

	for (int i = 0; i < CRX_PROOFS_MAX && field(&header, &number, &proof); i++) {
		if (number != CRX_FIELD_RSA && number != CRX_FIELD_ECDSA)
			continue;
		while (field(&proof, &number, &value))
			if (number == CRX_FIELD_KEY)
				crx_key(a, value, ret);
	}
	return cursor_ok(&header) && ret->n_signers ? STATUS_OK : STATUS_DAMAGED;
}

static enum status crx_read(struct arena *a, struct cursor in, struct signature *ret)
{
	uint32_t version, n;

	cursor_skip(&in, 4);
	version = cursor_u32le(&in);
	n = cursor_u32le(&in);
	if (version == 3)
		return crx_proofs(a, cursor_part(&in, 12, n), ret);
	crx_key(a, cursor_part(&in, 16, n), ret);
	return cursor_ok(&in) ? STATUS_OK : STATUS_DAMAGED;
}

/* ---- all ---- */

static enum status pkcs7_read(struct arena *a, struct budget *b, struct cursor in, struct signature *ret)
{
	struct signed_data sd;
	bool marked = in.len > 4 && memcmp(in.base, "PKCX", 4) == 0;
	enum status st = signed_data_read(a, b, marked ? cursor_part(&in, 4, in.len - 4) : in, &sd);

	ret->subject = sd.subject;
	ret->key_sha256 = sd.key_sha256;
	ret->n_signers = sd.n_signers;
	return st;
}

enum status signature_read(struct arena *a, struct budget *b, struct cursor in, struct signature *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->scheme = signature_scheme_of(in, in.len);
	if (!budget_step(b, in.len / 16 + 1))
		return STATUS_LIMIT;
	switch (ret->scheme) {
	case SIGNATURE_PKCS7: return pkcs7_read(a, b, in, ret);
	case SIGNATURE_APK: return apk_read(a, in, ret);
	case SIGNATURE_CRX: return crx_read(a, in, ret);
	default: return STATUS_UNSUPPORTED;
	}
}

static int signature_probe(struct cursor head, uint64_t total_bytes)
{
	return signature_scheme_of(head, total_bytes) == SIGNATURE_NONE ? 0 : 72;
}

const struct format format_signature = {
	.id = FORMAT_SIGNATURE,
	.name = "signature",
	.summary = "signature beside what it signs: PKCS#7, APK signing block, CRX header",
	.head_bytes = 32,
	.probe = signature_probe,
};
