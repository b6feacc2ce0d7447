/* X.509 certificates, RFC 5280: whose they are and with which key. Signatures are not looked at. */
#include <sodium.h>

#include "formats/der.h"
#include "watch/records.h"

enum {
	TAG_BOOLEAN = 0x01,
	TAG_UNIQUE_1 = 0x81,
	TAG_UNIQUE_2 = 0x82,
	TAG_EXTENSIONS = 0xa3,
	TAG_MAIL = 0x81,
	TAG_DNS = 0x82,
	TAG_URI = 0x86,
	NAMES_MAX = 10000,
};

static const uint8_t oid_common_name[] = {0x55, 0x04, 0x03};
static const uint8_t oid_alternative_names[] = {0x55, 0x1d, 0x11};

static struct str text_of(struct cursor c)
{
	return str_view(c.base, c.len);
}

static void take_name(char ret[RECORD_NAME_BYTES], struct str name)
{
	if (*ret)
		return;
	name = str_part(name, 0, RECORD_NAME_BYTES - 1);
	if (name.len)
		memcpy(ret, name.p, name.len);
	ret[name.len] = '\0';
}

/* "*.x.example" is for what lies below x.example. */
static void take_domain(struct cert_names *c, const struct plan_names *own, struct str name)
{
	struct str plain = str_starts(name, "*.") ? str_part(name, 2, name.len) : name;

	if (plan_own_domain(own, plain))
		take_name(c->own, name);
}

static void take_identity(struct cert_names *c, const struct plan_names *own, struct str name)
{
	if (plan_own_identity(own, name))
		take_name(c->identity, name);
}

static void read_subject(struct cursor names, const struct plan_names *own, struct cert_names *ret)
{
	struct cursor set, pair;
	struct der value;
	unsigned n = 0;

	while (n < NAMES_MAX && der_enter(&names, DER_SET, &set))
		while (n++ < NAMES_MAX && der_enter(&set, DER_SEQUENCE, &pair))
			if (der_oid_is(&pair, oid_common_name, sizeof(oid_common_name)) &&
				der_next(&pair, &value))
				take_domain(ret, own, text_of(value.body));
}

static bool read_alternative_names(struct cursor value, const struct plan_names *own,
	struct cert_names *ret)
{
	struct cursor names;
	struct der name;
	unsigned n = 0;

	if (!der_enter(&value, DER_SEQUENCE, &names))
		return false;
	while (n++ < NAMES_MAX && der_next(&names, &name)) {
		if (name.tag == TAG_DNS)
			take_domain(ret, own, text_of(name.body));
		else if (name.tag == TAG_MAIL || name.tag == TAG_URI)
			take_identity(ret, own, text_of(name.body));
	}
	return cursor_ok(&names) && cursor_left(&names) == 0;
}

static bool read_extensions(struct cursor outer, const struct plan_names *own, struct cert_names *ret)
{
	struct cursor list, one, value;

	if (!der_enter(&outer, DER_SEQUENCE, &list))
		return false;
	while (der_enter(&list, DER_SEQUENCE, &one)) {
		bool names = der_oid_is(&one, oid_alternative_names, sizeof(oid_alternative_names));

		der_skip_if(&one, TAG_BOOLEAN);
		if (!der_enter(&one, DER_OCTETS, &value))
			return false;
		if (names && !read_alternative_names(value, own, ret))
			return false;
	}
	return cursor_ok(&list) && cursor_left(&list) == 0;
}

static bool read_tbs(struct cursor c, const struct plan_names *own, struct cert_names *ret)
{
	struct cursor subject, extensions;
	struct der key;

	der_skip_if(&c, DER_CONTEXT_0); /* version */
	if (!der_skip_if(&c, DER_INTEGER) || !der_skip_if(&c, DER_SEQUENCE) || /* serial, algorithm */
		!der_skip_if(&c, DER_SEQUENCE) || !der_skip_if(&c, DER_SEQUENCE) || /* issuer, dates */
		!der_enter(&c, DER_SEQUENCE, &subject) || !der_next(&c, &key) ||
		key.tag != DER_SEQUENCE || key.indefinite)
		return false;
	crypto_hash_sha256(ret->key, key.all.base, key.all.len);
	read_subject(subject, own, ret);
	der_skip_if(&c, TAG_UNIQUE_1);
	der_skip_if(&c, TAG_UNIQUE_2);
	if (der_enter(&c, TAG_EXTENSIONS, &extensions) && !read_extensions(extensions, own, ret))
		return false;
	return cursor_ok(&c) && cursor_left(&c) == 0;
}

bool cert_names_read(struct str der, bool tbs_only, const struct plan_names *own,
	struct cert_names *ret)
{
	struct cursor c = cursor_of(der.p, der.len), whole, tbs;

	memset(ret, 0, sizeof(*ret));
	if (tbs_only)
		whole = c;
	else if (!der_enter(&c, DER_SEQUENCE, &whole) || cursor_left(&c))
		return false;
	return der_enter(&whole, DER_SEQUENCE, &tbs) && (!tbs_only || cursor_left(&whole) == 0) &&
	       read_tbs(tbs, own, ret);
}

/* A SubjectPublicKeyInfo and nothing else. */
bool public_key_hash(struct str der, uint8_t ret[PLAN_KEY_BYTES])
{
	struct cursor c = cursor_of(der.p, der.len);
	struct der key;

	if (!der_next(&c, &key) || key.tag != DER_SEQUENCE || cursor_left(&c))
		return false;
	crypto_hash_sha256(ret, (const uint8_t *)der.p, der.len);
	return true;
}
