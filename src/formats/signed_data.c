/*
 * ContentInfo { signedData, [0] SignedData { version, digestAlgorithms, contentInfo, [0] certificates,
 * [1] crls, signerInfos } }; SignerInfo { version, { issuer, serial } | [0] key id, digestAlgorithm,
 * [0] signedAttrs, signatureAlgorithm, signature, [1] unsignedAttrs }.
 */
#include "formats/signed_data.h"

#include <string.h>

#include "formats/der.h"
#include "util/hash.h"

enum { CERTIFICATES_MAX = 256, ATTRIBUTES_MAX = 64 };

static const uint8_t oid_signed_data[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02};
static const uint8_t oid_spc_indirect[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04};
static const uint8_t oid_signing_time[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05};
static const uint8_t oid_countersign[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x06};
static const uint8_t oid_timestamp[] = {0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x03, 0x03, 0x01};
static const uint8_t oid_sha1[] = {0x2b, 0x0e, 0x03, 0x02, 0x1a};
static const uint8_t oid_sha2[] = {0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02}; /* + 1, 2, 3 */

static bool same(struct cursor c, const void *p, size_t n)
{
	return c.len == n && memcmp(c.base, p, n) == 0;
}

static struct str digest_name(struct cursor oid)
{
	if (same(oid, oid_sha1, sizeof(oid_sha1)))
		return STR("sha1");
	if (oid.len == sizeof(oid_sha2) + 1 && memcmp(oid.base, oid_sha2, sizeof(oid_sha2)) == 0) {
		switch (oid.base[sizeof(oid_sha2)]) {
		case 1: return STR("sha256");
		case 2: return STR("sha384");
		case 3: return STR("sha512");
		}
	}
	return STR_NONE;
}

/* SpcIndirectDataContent { data, messageDigest { { algorithm, params }, digest } } */
static void read_indirect(struct cursor content_info, struct signed_data *ret)
{
	struct cursor explicit_, seq, info, algorithm, oid, digest;

	if (!der_oid_is(&content_info, oid_spc_indirect, sizeof(oid_spc_indirect)) ||
		!der_enter(&content_info, DER_CONTEXT_0, &explicit_) || !der_enter(&explicit_, DER_SEQUENCE, &seq) ||
		!der_skip_if(&seq, DER_SEQUENCE) || !der_enter(&seq, DER_SEQUENCE, &info) ||
		!der_enter(&info, DER_SEQUENCE, &algorithm) || !der_enter(&algorithm, DER_OID, &oid) ||
		!der_enter(&info, DER_OCTETS, &digest))
		return;
	ret->digest_name = digest_name(oid);
	ret->digest = str_view(digest.base, digest.len);
}

struct certificate {
	struct der serial, issuer, subject, key;
};

/* Certificate { tbs { [0] version, serial, algorithm, issuer, validity, subject, key, ... }, ... } */
static bool read_certificate(struct cursor body, struct certificate *ret)
{
	struct cursor tbs;

	if (!der_enter(&body, DER_SEQUENCE, &tbs))
		return false;
	der_skip_if(&tbs, DER_CONTEXT_0);
	return der_next(&tbs, &ret->serial) && ret->serial.tag == DER_INTEGER &&
		der_skip_if(&tbs, DER_SEQUENCE) && der_next(&tbs, &ret->issuer) &&
		ret->issuer.tag == DER_SEQUENCE && der_skip_if(&tbs, DER_SEQUENCE) &&
		der_next(&tbs, &ret->subject) && ret->subject.tag == DER_SEQUENCE && der_next(&tbs, &ret->key) &&
		ret->key.tag == DER_SEQUENCE;
}

static bool find_certificate(struct arena *a, struct cursor certificates, const struct der *issuer,
	const struct der *serial, struct signed_data *ret)
{
	struct certificate cert;
	struct cursor body;
	struct sha256 key;
	bool found = false;

	while (ret->n_certificates < CERTIFICATES_MAX && der_enter(&certificates, DER_SEQUENCE, &body)) {
		ret->n_certificates++;
		if (found || !read_certificate(body, &cert) ||
			!same(cert.serial.body, serial->body.base, serial->body.len) ||
			!same(cert.issuer.body, issuer->body.base, issuer->body.len))
			continue;
		found = true;
		key = sha256_of(cert.key.all.base, cert.key.all.len);
		ret->subject = der_name(a, cert.subject.body);
		ret->key_sha256 = sha256_str(a, &key);
	}
	return found;
}

/* The value of an attribute as one element; false when the SET is empty. */
static bool attribute(struct cursor *attributes, struct cursor *ret_oid, struct der *ret_value)
{
	struct cursor pair, set;

	return der_enter(attributes, DER_SEQUENCE, &pair) && der_enter(&pair, DER_OID, ret_oid) &&
		der_enter(&pair, DER_SET, &set) && der_next(&set, ret_value);
}

static bool signing_time(struct cursor attributes, int64_t *ret_utc)
{
	struct cursor oid;
	struct der value;

	for (int i = 0; i < ATTRIBUTES_MAX && attribute(&attributes, &oid, &value); i++)
		if (same(oid, oid_signing_time, sizeof(oid_signing_time)))
			return der_time(&value, ret_utc);
	return false;
}

/* RFC 3161 token: SignedData whose content is TSTInfo { version, policy, imprint, serial, genTime }. */
static bool token_time(const struct der *token, int64_t *ret_utc)
{
	struct cursor c = token->body, explicit_, sd, content, octets, info;
	struct der time;

	if (!der_oid_is(&c, oid_signed_data, sizeof(oid_signed_data)) || !der_enter(&c, DER_CONTEXT_0, &explicit_) ||
		!der_enter(&explicit_, DER_SEQUENCE, &sd) || !der_skip_if(&sd, DER_INTEGER) ||
		!der_skip_if(&sd, DER_SET) || !der_enter(&sd, DER_SEQUENCE, &content) ||
		!der_skip_if(&content, DER_OID) || !der_enter(&content, DER_CONTEXT_0, &octets) ||
		!der_enter(&octets, DER_OCTETS, &octets) || !der_enter(&octets, DER_SEQUENCE, &info))
		return false;
	return der_skip_if(&info, DER_INTEGER) && der_skip_if(&info, DER_OID) && der_skip_if(&info, DER_SEQUENCE) &&
		der_skip_if(&info, DER_INTEGER) && der_next(&info, &time) && der_time(&time, ret_utc);
}

/* SignerInfo as a counter-signature (PKCS#9): the time stands in its signed attributes. */
static bool countersign_time(const struct der *signer, int64_t *ret_utc)
{
	struct cursor c = signer->body, attributes;

	return der_skip_if(&c, DER_INTEGER) && der_skip_if(&c, DER_SEQUENCE) && der_skip_if(&c, DER_SEQUENCE) &&
		der_enter(&c, DER_CONTEXT_0, &attributes) && signing_time(attributes, ret_utc);
}

static void unsigned_time(struct cursor attributes, int64_t *ret_utc)
{
	struct cursor oid;
	struct der value;

	for (int i = 0; i < ATTRIBUTES_MAX && attribute(&attributes, &oid, &value); i++) {
		if (same(oid, oid_timestamp, sizeof(oid_timestamp)) && token_time(&value, ret_utc))
			return;
		if (same(oid, oid_countersign, sizeof(oid_countersign)) && countersign_time(&value, ret_utc))
			return;
	}
}

static enum status read_signer(struct arena *a, struct cursor signer, struct cursor certificates,
	struct signed_data *ret)
{
	struct cursor who, attributes;
	struct der issuer, serial;
	bool found;

	if (!der_skip_if(&signer, DER_INTEGER) || !der_enter(&signer, DER_SEQUENCE, &who) ||
		!der_next(&who, &issuer) || issuer.tag != DER_SEQUENCE || !der_next(&who, &serial) ||
		serial.tag != DER_INTEGER)
		return STATUS_DAMAGED;
	ret->issuer = der_name(a, issuer.body);
	ret->serial = der_hex(a, serial.body);
	found = find_certificate(a, certificates, &issuer, &serial, ret);
	der_skip_if(&signer, DER_SEQUENCE);
	if (der_enter(&signer, DER_CONTEXT_0, &attributes))
		signing_time(attributes, &ret->time_utc);
	der_skip_if(&signer, DER_SEQUENCE);
	der_skip_if(&signer, DER_OCTETS);
	if (der_enter(&signer, DER_CONTEXT_1, &attributes))
		unsigned_time(attributes, &ret->time_utc);
	return found ? STATUS_OK : STATUS_DAMAGED;
}

enum status signed_data_read(struct arena *a, struct budget *b, struct cursor der, struct signed_data *ret)
{
	struct cursor body, explicit_, sd, content, certificates = {0}, signers, signer;
	struct der outer;

	memset(ret, 0, sizeof(*ret));
	if (!budget_step(b, der.len / 16 + 1))
		return STATUS_LIMIT;
	if (!der_next(&der, &outer) || outer.tag != DER_SEQUENCE)
		return STATUS_DAMAGED;
	ret->der_bytes = outer.all.len;
	ret->indefinite = outer.indefinite;
	body = outer.body;
	if (!der_oid_is(&body, oid_signed_data, sizeof(oid_signed_data)) ||
		!der_enter(&body, DER_CONTEXT_0, &explicit_) || !der_enter(&explicit_, DER_SEQUENCE, &sd) ||
		!der_skip_if(&sd, DER_INTEGER) || !der_skip_if(&sd, DER_SET) ||
		!der_enter(&sd, DER_SEQUENCE, &content))
		return STATUS_DAMAGED;
	read_indirect(content, ret);
	der_enter(&sd, DER_CONTEXT_0, &certificates);
	der_skip_if(&sd, DER_CONTEXT_1);
	if (!der_enter(&sd, DER_SET, &signers) || !der_enter(&signers, DER_SEQUENCE, &signer))
		return STATUS_DAMAGED;
	ret->n_signers = 1;
	while (ret->n_signers < CERTIFICATES_MAX && der_skip_if(&signers, DER_SEQUENCE))
		ret->n_signers++;
	return read_signer(a, signer, certificates, ret);
}

struct str signed_publisher(struct str subject)
{
	static const char *const parts[] = {"O=", "CN="};

	for (int i = 0; i < 2; i++) {
		size_t at = 0, end;
		struct str rest = subject;

		while ((at = str_find_z(rest, parts[i])) != SIZE_MAX && at > 0 && rest.p[at - 1] != ' ')
			rest = str_part(rest, at + 1, rest.len);
		if (at == SIZE_MAX)
			continue;
		rest = str_part(rest, at, rest.len);
		end = str_find_z(rest, ", ");
		return end == SIZE_MAX ? rest : str_part(rest, 0, end);
	}
	return subject;
}

bool certificate_read(struct arena *a, struct cursor der, struct str *ret_subject, struct str *ret_key_sha256)
{
	struct certificate cert;
	struct cursor body;
	struct sha256 key;

	if (!der_enter(&der, DER_SEQUENCE, &body) || !read_certificate(body, &cert))
		return false;
	key = sha256_of(cert.key.all.base, cert.key.all.len);
	*ret_subject = der_name(a, cert.subject.body);
	*ret_key_sha256 = sha256_str(a, &key);
	return true;
}
