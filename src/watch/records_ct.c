/*
 * Certificate logs. A leaf is (RFC 6962 3.4, c2sp.org/static-ct-api)
 *
 *     MerkleTreeLeaf      u8 version 0, u8 type 0, TimestampedEntry
 *     TimestampedEntry    u64 time, u16 kind: 0 certificate (u24 length), 1 precertificate (32 bytes
 *                         of the issuer's key, u24 length, TBSCertificate); extensions (u16 length)
 *     TileLeaf            TimestampedEntry; precertificate (u24 length) if it is one; fingerprints
 *                         of the chain (u16 length)
 *
 * Numbers are big-endian.
 */
#include <jansson.h>
#include <stdlib.h>

#include "ledger/b64.h"
#include "ledger/merkle.h"
#include "util/cursor.h"
#include "watch/records.h"

enum { TILE_LEAVES = 256, ISSUER_KEY_BYTES = 32, SIGNATURE_MAX = RECORD_NAME_BYTES };

struct timestamped {
	struct str all;  /* as it is hashed */
	struct str der;
	bool precertificate;
};

static struct str take_u24(struct cursor *c)
{
	size_t n = (size_t)cursor_u8(c) << 16;

	n |= cursor_u16be(c);
	return cursor_str(c, n);
}

static bool read_timestamped(struct cursor *c, struct timestamped *ret)
{
	size_t from = c->pos;
	uint16_t kind;

	cursor_u64be(c);
	kind = cursor_u16be(c);
	if (kind > 1)
		return false;
	ret->precertificate = kind == 1;
	if (ret->precertificate)
		cursor_skip(c, ISSUER_KEY_BYTES);
	ret->der = take_u24(c);
	cursor_skip(c, cursor_u16be(c));
	ret->all = str_view(c->base + from, c->pos - from);
	return cursor_ok(c);
}

static void emit_hash(struct reading *r, enum record_kind kind, const struct tree_hash *h)
{
	reading_emit(r, kind, str_view(h->b, sizeof(h->b)), STR_NONE);
}

static void emit_certificate(struct reading *r, const struct timestamped *t)
{
	struct cert_names c;

	/* Logs hold odd ones, and others may read them: one that has an own name somewhere is said. */
	if (!cert_names_read(t->der, t->precertificate, r->own, &c)) {
		for (size_t i = 0; i < r->own->n_domains; i++)
			if (str_has_nocase(t->der, r->own->domains[i])) {
				reading_emit(r, RECORD_CERTIFICATE, STR_NONE, str_of(r->own->domains[i]));
				break;
			}
	} else if (*c.own)
		reading_emit(r, RECORD_CERTIFICATE, str_view(c.key, sizeof(c.key)), str_of(c.own));
}

static enum status read_tile(struct reading *r)
{
	struct cursor c = cursor_of(r->answer.p, r->answer.len);
	uint8_t *leaf = malloc(r->answer.len + 2);
	enum status status = leaf ? STATUS_OK : STATUS_NOMEM;

	while (status == STATUS_OK && cursor_left(&c)) {
		struct timestamped t;
		struct tree_hash h;

		if (r->index == TILE_LEAVES || !read_timestamped(&c, &t)) {
			status = STATUS_DAMAGED;
			break;
		}
		leaf[0] = leaf[1] = 0;
		memcpy(leaf + 2, t.all.p, t.all.len);
		h = tree_hash_leaf(leaf, t.all.len + 2);
		r->entry = t.all;
		emit_hash(r, RECORD_LEAF, &h);
		emit_certificate(r, &t);
		if (t.precertificate)
			take_u24(&c);
		cursor_skip(&c, cursor_u16be(&c));
		if (!cursor_ok(&c))
			status = STATUS_DAMAGED;
		r->index++;
	}
	free(leaf);
	return status;
}

/* ---- JSON of RFC 6962 --------------------------------------------------------------------------- */

static struct str json_text(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v) ? str_view(json_string_value(v), json_string_length(v)) : STR_NONE;
}

static bool read_leaf_input(struct reading *r, struct str base64)
{
	size_t room = base64.len / 4 * 3 + 1, n;
	uint8_t *leaf = malloc(room);
	bool ok = leaf && b64_decode(base64, leaf, room, &n);

	if (ok) {
		struct tree_hash h = tree_hash_leaf(leaf, n);
		struct cursor c = cursor_of(leaf, n);
		struct timestamped t;

		ok = cursor_u8(&c) == 0 && cursor_u8(&c) == 0 && read_timestamped(&c, &t) &&
		     cursor_left(&c) == 0;
		if (ok) {
			emit_hash(r, RECORD_LEAF, &h);
			emit_certificate(r, &t);
		}
	}
	free(leaf);
	return ok;
}

static enum status read_entries(struct reading *r, const json_t *j)
{
	const json_t *list = json_object_get(j, "entries");
	json_t *item;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > RECORD_CHUNK_LEAVES)
		return STATUS_DAMAGED;
	r->entry = r->answer; /* views of a decoded leaf are no part of it */
	json_array_foreach(list, i, item) {
		if (!read_leaf_input(r, json_text(item, "leaf_input")))
			return STATUS_DAMAGED;
		r->index++;
	}
	return STATUS_OK;
}

static bool json_u64(const json_t *o, const char *key, uint64_t *ret)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0)
		return false;
	*ret = (uint64_t)json_integer_value(v);
	return true;
}

static enum status read_head(struct reading *r, const json_t *j)
{
	struct record out;
	size_t n;

	memset(&out, 0, sizeof(out));
	out.kind = RECORD_HEAD;
	out.digest_bytes = TREE_HASH_BYTES;
	if (!json_u64(j, "tree_size", &out.number) || !json_u64(j, "timestamp", &out.time) ||
		!b64_decode_exact(json_text(j, "sha256_root_hash"), out.digest, TREE_HASH_BYTES) ||
		!b64_decode(json_text(j, "tree_head_signature"), out.name, SIGNATURE_MAX, &n))
		return STATUS_DAMAGED;
	out.name_bytes = (uint32_t)n;
	r->emit(r->user, &out);
	return STATUS_OK;
}

static enum status read_proof(struct reading *r, const json_t *j)
{
	const json_t *list = json_object_get(j, "audit_path");
	json_t *item;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > MERKLE_PROOF_MAX)
		return STATUS_DAMAGED;
	json_array_foreach(list, i, item) {
		struct tree_hash h;

		if (!json_is_string(item) ||
			!b64_decode_exact(str_view(json_string_value(item), json_string_length(item)), h.b,
				sizeof(h.b)))
			return STATUS_DAMAGED;
		emit_hash(r, RECORD_HASH, &h);
	}
	return STATUS_OK;
}

enum status read_ct(struct reading *r, enum record_source source)
{
	enum status status;
	json_t *j;

	if (source == SOURCE_CT_TILE)
		return read_tile(r);
	j = json_loadb(r->answer.p, r->answer.len, JSON_REJECT_DUPLICATES, NULL);
	if (!j)
		return STATUS_DAMAGED;
	status = source == SOURCE_CT_ENTRIES ? read_entries(r, j)
		 : source == SOURCE_CT_HEAD  ? read_head(r, j)
					     : read_proof(r, j);
	json_decref(j);
	return status;
}
