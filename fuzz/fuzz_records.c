/*
 * Who controls these bytes: the operators of logs and registries, and whoever gets entries into them.
 * The first byte says what kind of answer the rest is. Truths: the same input twice says the same; what
 * is said of an entry lies within the answer; a leaf is a hash; names and digests are bounded.
 */
#include "fuzz.h"

#include <sodium.h>
#include <string.h>

#include "ledger/b64.h"
#include "ledger/entry.h"
#include "ledger/merkle.h"
#include "util/hash.h"
#include "watch/records.h"

struct account {
	uint64_t digest, n;
	size_t len;
};

static void on_record(void *user, const struct record *r)
{
	struct account *a = user;

	FUZZ_CHECK(r->kind < RECORD_END && r->at <= a->len && r->len <= a->len - r->at);
	FUZZ_CHECK(r->digest_bytes <= RECORD_DIGEST_BYTES && r->name_bytes <= RECORD_NAME_BYTES);
	FUZZ_CHECK(r->kind != RECORD_LEAF || r->digest_bytes == TREE_HASH_BYTES);
	a->digest = fast_hash(r, sizeof(*r), a->digest);
	a->n++;
}

static void name_ours(struct plan_names *own)
{
	own->domains[own->n_domains++] = "vendor.example";
	own->identities[own->n_identities++] = "https://ci.example/*";
	own->identities[own->n_identities++] = "ci@vendor.example";
	crypto_hash_sha256(own->signers[own->n_signers++], (const uint8_t *)"\x30\x00", 2);
}

static uint64_t once(enum record_source source, struct str answer)
{
	static struct plan_names own;
	struct account a = {.len = answer.len};

	if (own.n_domains == 0)
		name_ours(&own);
	a.digest += records_read(source, answer, &own, on_record, &a);
	return a.digest + a.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	enum record_source source;
	struct str answer;

	if (n == 0)
		return 0;
	source = (enum record_source)(bytes[0] % SOURCES);
	answer = str_view(bytes + 1, n - 1);
	FUZZ_CHECK(once(source, answer) == once(source, answer));
	return 0;
}

/* ---- seeds ------------------------------------------------------------------------------------- */

struct bytes {
	uint8_t p[2048];
	size_t n;
};

static void put(struct bytes *b, const void *p, size_t n)
{
	if (n > sizeof(b->p) - b->n)
		abort();
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void put_number(struct bytes *b, uint64_t v, int n)
{
	while (n-- > 0) {
		uint8_t one = (uint8_t)(v >> (8 * n));

		put(b, &one, 1);
	}
}

static void put_der(struct bytes *b, uint8_t tag, const void *p, size_t n)
{
	put(b, &tag, 1);
	if (n > 127)
		put_number(b, 0x82, 1);
	put_number(b, n, n > 127 ? 2 : 1);
	put(b, p, n);
}

/* For *.vendor.example and an identity, with an empty key. */
static struct bytes certificate(bool tbs_only)
{
	static const char dns[] = "*.vendor.example", uri[] = "https://ci.example/x";
	struct bytes names = {.n = 0}, san = {.n = 0}, value = {.n = 0}, ext = {.n = 0}, list = {.n = 0},
		     outer = {.n = 0}, tbs = {.n = 0}, whole = {.n = 0}, out = {.n = 0};

	put_der(&names, 0x82, dns, sizeof(dns) - 1);
	put_der(&names, 0x86, uri, sizeof(uri) - 1);
	put_der(&san, 0x30, names.p, names.n);
	put_der(&value, 0x06, "\x55\x1d\x11", 3);
	put_der(&value, 0x04, san.p, san.n);
	put_der(&ext, 0x30, value.p, value.n);
	put_der(&list, 0x30, ext.p, ext.n);
	put_der(&outer, 0xa0, "\x02\x01\x02", 3);
	put_der(&outer, 0x02, "\x01", 1);
	for (int i = 0; i < 5; i++) /* algorithm, issuer, dates, subject, key */
		put_der(&outer, 0x30, "", 0);
	put_der(&outer, 0xa3, list.p, list.n);
	put_der(&tbs, 0x30, outer.p, outer.n);
	if (tbs_only)
		return tbs;
	put(&whole, tbs.p, tbs.n);
	put_der(&whole, 0x30, "", 0);
	put_der(&whole, 0x03, "\0", 1);
	put_der(&out, 0x30, whole.p, whole.n);
	return out;
}

static void put_timestamped(struct bytes *b, bool precertificate)
{
	struct bytes der = certificate(precertificate);

	put_number(b, 1795687200000, 8);
	put_number(b, precertificate, 2);
	for (int i = 0; precertificate && i < 4; i++)
		put_number(b, 0, 8);
	put_number(b, der.n, 3);
	put(b, der.p, der.n);
	put_number(b, 0, 2);
}

static void run_as(void (*run)(const void *bytes, size_t n), enum record_source source,
	const void *p, size_t n)
{
	struct bytes b = {.n = 0};

	put_number(&b, source, 1);
	put(&b, p, n);
	run(b.p, b.n);
}

static void run_text(void (*run)(const void *bytes, size_t n), enum record_source source,
	const char *text)
{
	run_as(run, source, text, strlen(text));
}

static void seed_ct(void (*run)(const void *bytes, size_t n))
{
	struct bytes tile = {.n = 0}, leaf = {.n = 0};
	char b64[2048], json[3000];

	put_timestamped(&tile, false);
	put_number(&tile, 0, 2);
	put_timestamped(&tile, true);
	put_number(&tile, 0, 3);
	put_number(&tile, 0, 2);
	run_as(run, SOURCE_CT_TILE, tile.p, tile.n);
	put_number(&leaf, 0, 2);
	put_timestamped(&leaf, false);
	if (!b64_encode(leaf.p, leaf.n, b64, sizeof(b64)))
		abort();
	snprintf(json, sizeof(json), "{\"entries\":[{\"leaf_input\":\"%s\",\"extra_data\":\"\"}]}", b64);
	run_text(run, SOURCE_CT_ENTRIES, json);
	run_text(run, SOURCE_CT_HEAD,
		"{\"tree_size\":1,\"timestamp\":2,\"sha256_root_hash\":"
		"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\",\"tree_head_signature\":\"BAMAAA==\"}");
	run_text(run, SOURCE_CT_PROOF,
		"{\"leaf_index\":1,\"audit_path\":[\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"]}");
}

static void seed_bundle(void (*run)(const void *bytes, size_t n))
{
	static const char v2[] =
		"{\"apiVersion\":\"0.0.2\",\"kind\":\"hashedrekord\",\"spec\":{\"hashedRekordV002\":{\"data\":"
		"{\"algorithm\":\"SHA2_256\",\"digest\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"},"
		"\"signature\":{\"content\":\"AA==\",\"verifier\":{\"publicKey\":{\"rawBytes\":\"MAA=\"}}}}}}";
	static const char dsse[] =
		"{\"apiVersion\":\"0.0.1\",\"kind\":\"dsse\",\"spec\":{\"payloadHash\":{\"algorithm\":\"sha256\","
		"\"value\":\"0000000000000000000000000000000000000000000000000000000000000000\"},"
		"\"signatures\":[{\"verifier\":\"-----BEGIN PUBLIC KEY-----\\nMAA=\\n-----END PUBLIC KEY-----\\n\"}]}}";
	struct bytes bundle = {.n = 0}, der = certificate(false);
	char b64[1024], entry[1500];

	put_number(&bundle, sizeof(v2) - 1, 2);
	put(&bundle, v2, sizeof(v2) - 1);
	put_number(&bundle, sizeof(dsse) - 1, 2);
	put(&bundle, dsse, sizeof(dsse) - 1);
	if (!b64_encode(der.p, der.n, b64, sizeof(b64)))
		abort();
	snprintf(entry, sizeof(entry), "{\"kind\":\"other\",\"spec\":[[\"%s\"]]}", b64);
	put_number(&bundle, strlen(entry), 2);
	put(&bundle, entry, strlen(entry));
	run_as(run, SOURCE_BUNDLE, bundle.p, bundle.n);
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	seed_ct(run);
	seed_bundle(run);
	run_text(run, SOURCE_NPM,
		"{\"versions\":{\"1.0.0\":{\"dist\":{\"integrity\":\"sha256-"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= sha1-AA==\"}},\"2.0.0\":{}}}");
	run_text(run, SOURCE_PYPI,
		"{\"releases\":{\"1\":[{\"filename\":\"a\",\"digests\":{\"sha256\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}}]},\"urls\":[],"
		"\"files\":[{\"filename\":\"b\",\"hashes\":{}}]}");
	run_text(run, SOURCE_FEED,
		"[{\"assets\":[{\"name\":\"a\",\"digest\":\"sha256:"
		"00000000000000000000000000000000000000000000000000000000000000AA\"}]}]");
}
