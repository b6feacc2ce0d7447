#include "watch/head.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sodium.h>
#include <stdio.h>

#include "ledger/b64.h"
#include "util/cursor.h"
#include "watch/records.h"

enum {
	NOTE_RFC6962 = 0x05,
	SIGNED_HEAD_BYTES = 2 + 8 + 8 + TREE_HASH_BYTES,
	HASH_SHA256 = 4,
	SIGNED_RSA = 1,
	SIGNED_ECDSA = 3,
};

static void put_u64be(uint8_t *to, uint64_t v)
{
	for (int i = 0; i < 8; i++)
		to[i] = (uint8_t)(v >> (56 - 8 * i));
}

bool head_signed_by(const uint8_t *key, size_t key_bytes, uint64_t time_ms, uint64_t size,
	const struct tree_hash *root, struct str signature)
{
	struct cursor c = cursor_of(signature.p, signature.len);
	uint8_t text[SIGNED_HEAD_BYTES] = {0, 1}; /* version 1, tree_hash */
	const uint8_t *at = key;
	uint8_t hash = cursor_u8(&c), algorithm = cursor_u8(&c);
	struct str value = cursor_str(&c, cursor_u16be(&c));
	EVP_MD_CTX *ctx;
	EVP_PKEY *pkey;
	bool good;

	if (!cursor_ok(&c) || cursor_left(&c) || hash != HASH_SHA256 ||
		(algorithm != SIGNED_ECDSA && algorithm != SIGNED_RSA))
		return false;
	put_u64be(text + 2, time_ms);
	put_u64be(text + 10, size);
	memcpy(text + 18, root->b, TREE_HASH_BYTES);
	pkey = d2i_PUBKEY(NULL, &at, (long)key_bytes);
	ctx = EVP_MD_CTX_new();
	good = pkey && at == key + key_bytes && ctx &&
	       EVP_PKEY_get_base_id(pkey) == (algorithm == SIGNED_RSA ? EVP_PKEY_RSA : EVP_PKEY_EC) &&
	       EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, pkey) == 1 &&
	       EVP_DigestVerify(ctx, (const uint8_t *)value.p, value.len, text, sizeof(text)) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return good;
}

/* The id of such a key under a name, static-ct-api: over the log's id, not over the key. */
static uint32_t rfc6962_id(struct str name, const uint8_t *key, size_t key_bytes)
{
	uint8_t id[crypto_hash_sha256_BYTES], h[crypto_hash_sha256_BYTES];
	static const uint8_t between[] = {'\n', NOTE_RFC6962};
	crypto_hash_sha256_state s;

	crypto_hash_sha256(id, key, key_bytes);
	crypto_hash_sha256_init(&s);
	crypto_hash_sha256_update(&s, (const uint8_t *)name.p, name.len);
	crypto_hash_sha256_update(&s, between, sizeof(between));
	crypto_hash_sha256_update(&s, id, sizeof(id));
	crypto_hash_sha256_final(&s, h);
	return (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3];
}

/* A line of type 0x05: id, time in milliseconds, DigitallySigned. */
static bool line_good(const struct note_signature *s, const struct checkpoint *c, const uint8_t *key,
	size_t key_bytes)
{
	uint8_t bytes[NOTE_SIGNATURE_BYTES];
	struct cursor at;
	uint64_t time;
	size_t n;

	if (!str_equal(s->name, c->origin) || s->id != rfc6962_id(s->name, key, key_bytes) ||
		!b64_decode(s->base64, bytes, sizeof(bytes), &n))
		return false;
	at = cursor_of(bytes, n);
	cursor_u32be(&at);
	time = cursor_u64be(&at);
	return cursor_ok(&at) && head_signed_by(key, key_bytes, time, c->size, &c->root,
					 cursor_str(&at, cursor_left(&at)));
}

bool head_note_signed(const struct note *n, const struct checkpoint *c, const uint8_t *key,
	size_t key_bytes)
{
	for (size_t i = 0; i < n->n; i++)
		if (line_good(&n->signatures[i], c, key, key_bytes))
			return true;
	return false;
}

static enum status read_note(const struct plan_log *log, struct log_head *ret)
{
	static struct note note;
	struct checkpoint c;
	bool good;

	if (!note_parse(buf_str(&ret->bytes), &note) || !checkpoint_parse(note.text, &c))
		return STATUS_DAMAGED;
	if (log->kind == PLAN_TLOG)
		good = str_is(c.origin, log->vkey.name) && note_check(&note, &log->vkey, NULL) == NOTE_GOOD;
	else
		good = head_note_signed(&note, &c, log->key, log->key_bytes);
	if (!good)
		return STATUS_DENIED;
	ret->size = c.size;
	ret->root = c.root;
	return STATUS_OK;
}

struct sth {
	const struct plan_log *log;
	struct log_head *ret;
	bool good;
};

static void take(void *user, const struct record *r)
{
	struct sth *s = user;

	if (r->kind != RECORD_HEAD || r->digest_bytes != TREE_HASH_BYTES || r->number > INT64_MAX)
		return;
	s->ret->size = r->number;
	memcpy(s->ret->root.b, r->digest, TREE_HASH_BYTES);
	s->good = head_signed_by(s->log->key, s->log->key_bytes, r->time, r->number, &s->ret->root,
		str_view(r->name, r->name_bytes));
}

enum status head_fetch(const struct watch *w, const struct plan_log *log, struct log_head *ret)
{
	struct sth s = {.log = log, .ret = ret};
	char url[NET_URL_BYTES];

	*ret = (struct log_head){.size = 0};
	buf_init(&ret->bytes, HEAD_BYTES_MAX);
	snprintf(url, sizeof(url), "%.1900s/%s", log->url,
		log->kind == PLAN_CT_RFC6962 ? "ct/v1/get-sth" : "checkpoint");
	TRY(watch_get(w, url, NULL, &ret->bytes));
	if (log->kind != PLAN_CT_RFC6962)
		return read_note(log, ret);
	TRY(records_confined(SOURCE_CT_HEAD, buf_str(&ret->bytes), &w->plan->names, take, &s));
	return s.good ? STATUS_OK : STATUS_DENIED;
}
