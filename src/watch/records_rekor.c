/*
 * Entries of Rekor's log, canonical JSON each, in a bundle of c2sp.org/tlog-tiles (length of 16 bits
 * before each). The digest of what was signed:
 *
 *     hashedrekord 0.0.1   spec.data.hash {algorithm, value: hex}
 *     hashedrekord 0.0.2   spec.hashedRekordV002.data {algorithm, digest: base64}
 *     dsse 0.0.1, 0.0.2    spec.payloadHash; spec.dsseV002.payloadHash
 *     intoto 0.0.2         spec.content.payloadHash
 *
 * Who signed stands, in every kind of entry, in strings that are base64 of PEM or of DER: all strings
 * are tried, so that an entry of a kind that is not in the list is still seen to be ours.
 */
#include <jansson.h>
#include <stdlib.h>

#include "ledger/b64.h"
#include "ledger/entry.h"
#include "ledger/tile.h"
#include "watch/records.h"

enum { ENTRY_DEPTH = 32 };

struct entry_read {
	uint8_t digest[RECORD_DIGEST_BYTES];
	size_t digest_bytes;
	char who[RECORD_NAME_BYTES]; /* "" while nobody of ours has signed */
};

static struct str text_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? str_view(json_string_value(v), json_string_length(v)) : STR_NONE;
}

static void signed_by_key(const struct plan_names *own, const uint8_t key[PLAN_KEY_BYTES],
	struct entry_read *e)
{
	for (size_t i = 0; !*e->who && i < own->n_signers; i++)
		if (memcmp(own->signers[i], key, PLAN_KEY_BYTES) == 0) {
			memcpy(e->who, "key ", 4);
			hex_encode(key, PLAN_KEY_BYTES, e->who + 4);
			e->who[4 + 2 * PLAN_KEY_BYTES] = '\0';
		}
}

/* DER of a certificate, of a bare key, or of something else. */
static void try_der(const struct plan_names *own, struct str der, struct entry_read *e)
{
	struct cert_names c;

	if (cert_names_read(der, false, own, &c)) {
		signed_by_key(own, c.key, e);
		if (!*e->who && *c.identity)
			memcpy(e->who, c.identity, sizeof(e->who));
	} else if (public_key_hash(der, c.key)) {
		signed_by_key(own, c.key, e);
	}
}

/* base64 without its line ends. */
static bool decode_lines(struct str text, uint8_t *ret, size_t room, size_t *ret_n)
{
	char *flat = malloc(text.len + 1);
	size_t n = 0;
	bool ok = flat != NULL;

	for (size_t i = 0; ok && i < text.len; i++)
		if (text.p[i] != '\n' && text.p[i] != '\r')
			flat[n++] = text.p[i];
	ok = ok && b64_decode(str_view(flat, n), ret, room, ret_n);
	free(flat);
	return ok;
}

static void try_pem(const struct plan_names *own, struct str pem, struct entry_read *e)
{
	size_t begin, line, end, n;

	while ((begin = str_find_z(pem, "-----BEGIN ")) != SIZE_MAX) {
		uint8_t *der;

		pem = str_part(pem, begin, pem.len);
		line = str_find_z(pem, "\n");
		end = str_find_z(pem, "-----END ");
		if (line == SIZE_MAX || end == SIZE_MAX || end <= line)
			return;
		der = malloc(end - line);
		if (der && decode_lines(str_part(pem, line + 1, end - line - 1), der, end - line, &n))
			try_der(own, str_view(der, n), e);
		free(der);
		pem = str_part(pem, end + 1, pem.len);
	}
}

static void try_string(const struct plan_names *own, struct str text, struct entry_read *e)
{
	uint8_t *bytes = malloc(text.len + 1);
	size_t n;

	if (bytes && text.len && decode_lines(text, bytes, text.len, &n) && n) {
		if (bytes[0] == 0x30)
			try_der(own, str_view(bytes, n), e);
		else
			try_pem(own, str_view(bytes, n), e);
	} else {
		try_pem(own, text, e);
	}
	free(bytes);
}

static void find_signers(const struct plan_names *own, json_t *j, struct entry_read *e, unsigned depth)
{
	const char *key;
	json_t *one;
	size_t i;

	if (depth > ENTRY_DEPTH)
		return;
	if (json_is_string(j))
		try_string(own, str_view(json_string_value(j), json_string_length(j)), e);
	else if (json_is_array(j))
		json_array_foreach(j, i, one)
			find_signers(own, one, e, depth + 1);
	else if (json_is_object(j))
		json_object_foreach(j, key, one)
			find_signers(own, one, e, depth + 1);
}

static bool read_hash(const json_t *h, struct entry_read *e)
{
	struct str hex = text_at(h, "value");

	if (hex.len) {
		e->digest_bytes = hex.len / 2;
		return hex.len % 2 == 0 && e->digest_bytes <= RECORD_DIGEST_BYTES &&
		       hex_decode(hex, e->digest, e->digest_bytes);
	}
	return b64_decode(text_at(h, "digest"), e->digest, RECORD_DIGEST_BYTES, &e->digest_bytes) &&
	       e->digest_bytes > 0;
}

/* False: of a kind, or a shape, that does not say what was signed. */
static bool read_digest(const json_t *j, struct entry_read *e)
{
	static const char *const paths[][2] = {{"data", "hash"}, {"hashedRekordV002", "data"},
		{"dsseV002", "payloadHash"}, {"content", "payloadHash"}};
	const json_t *spec = json_object_get(j, "spec");
	struct str kind = text_at(j, "kind");

	if (!str_is(kind, "hashedrekord") && !str_is(kind, "dsse") && !str_is(kind, "intoto"))
		return false;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (read_hash(json_object_get(json_object_get(spec, paths[i][0]), paths[i][1]), e))
			return true;
	return read_hash(json_object_get(spec, "payloadHash"), e);
}

static void read_body(struct reading *r, struct str body)
{
	json_t *j = json_loadb(body.p, body.len, JSON_REJECT_DUPLICATES, NULL);
	struct entry_read e;

	memset(&e, 0, sizeof(e));
	find_signers(r->own, j, &e, 0);
	if (*e.who && !read_digest(j, &e))
		e.digest_bytes = 0;
	if (*e.who)
		reading_emit(r, RECORD_SIGNING, str_view(e.digest, e.digest_bytes), str_of(e.who));
	json_decref(j);
}

enum status read_rekor(struct reading *r)
{
	struct str rest = r->answer, body;

	while (bundle_next(&rest, &body)) {
		struct tree_hash h;

		if (r->index == TILE_WIDTH)
			return STATUS_DAMAGED;
		h = tree_hash_leaf(body.p, body.len);
		r->entry = body;
		reading_emit(r, RECORD_LEAF, str_view(h.b, sizeof(h.b)), STR_NONE);
		read_body(r, body);
		r->index++;
	}
	return rest.len ? STATUS_DAMAGED : STATUS_OK;
}
