#include "ledger/key.h"

#include <sodium.h>
#include <stdio.h>

#include "ledger/b64.h"
#include "ledger/checkpoint.h"
#include "ledger/io.h"

enum {
	SEED_BYTES = 32,
	SALT_BYTES = crypto_pwhash_SALTBYTES,
	NONCE_BYTES = crypto_secretbox_NONCEBYTES,
	SEALED_BYTES = NONCE_BYTES + SEED_BYTES + crypto_secretbox_MACBYTES,
	OPS_MAX = 16, /* of a file that somebody hands us */
};
static const uint64_t memory_max = (uint64_t)1 << 30;

static bool derive(struct str passphrase, const uint8_t salt[SALT_BYTES], uint64_t ops,
	uint64_t bytes, uint8_t ret[crypto_secretbox_KEYBYTES])
{
	return crypto_pwhash(ret, crypto_secretbox_KEYBYTES, passphrase.p, passphrase.len, salt, ops,
		       (size_t)bytes, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

/* Appends the last two lines. */
static enum status seal(struct str passphrase, const uint8_t seed[SEED_BYTES], struct buf *ret)
{
	const uint64_t ops = crypto_pwhash_OPSLIMIT_INTERACTIVE;
	const uint64_t bytes = crypto_pwhash_MEMLIMIT_INTERACTIVE;
	char salt_text[B64_CHARS(SALT_BYTES) + 1], text[B64_CHARS(SEALED_BYTES) + 1];
	uint8_t salt[SALT_BYTES], sealed[SEALED_BYTES], key[crypto_secretbox_KEYBYTES];

	if (passphrase.len == 0) {
		b64_encode(seed, SEED_BYTES, text, sizeof(text));
		buf_printf(ret, "kdf none\nsecret %s\n", text);
		sodium_memzero(text, sizeof(text));
		return ret->full ? STATUS_LIMIT : STATUS_OK;
	}
	randombytes_buf(salt, sizeof(salt));
	randombytes_buf(sealed, NONCE_BYTES);
	if (!derive(passphrase, salt, ops, bytes, key))
		return STATUS_NOMEM;
	crypto_secretbox_easy(sealed + NONCE_BYTES, seed, SEED_BYTES, sealed, key);
	sodium_memzero(key, sizeof(key));
	b64_encode(salt, sizeof(salt), salt_text, sizeof(salt_text));
	b64_encode(sealed, sizeof(sealed), text, sizeof(text));
	buf_printf(ret, "kdf argon2id %llu %llu %s\nsecret %s\n", (unsigned long long)ops,
		(unsigned long long)bytes, salt_text, text);
	return ret->full ? STATUS_LIMIT : STATUS_OK;
}

enum status key_make(struct str name, enum key_type type, struct str passphrase, struct buf *ret,
	struct vkey *ret_key)
{
	uint8_t seed[SEED_BYTES];
	char text[VKEY_CHARS_MAX];
	struct signer s;
	enum status status;

	if (sodium_init() < 0)
		return STATUS_NOMEM;
	randombytes_buf(seed, sizeof(seed));
	status = signer_from_seed(name, type, seed, &s);
	if (status == STATUS_OK) {
		*ret_key = s.key;
		signer_close(&s);
		vkey_text(ret_key, text);
		buf_printf(ret, "assay-key/v1\nkey %s\n", text);
		status = seal(passphrase, seed, ret);
	}
	sodium_memzero(seed, sizeof(seed));
	return status;
}

/* ---- opening ---------------------------------------------------------------------------------- */

struct key_file {
	struct vkey key;
	bool sealed;
	uint64_t ops, bytes;
	uint8_t salt[SALT_BYTES];
	struct str secret;
};

static bool line_after(struct str *rest, const char *word, struct str *ret)
{
	size_t n = str_find_z(*rest, "\n"), w = strlen(word);

	if (n == SIZE_MAX || n < w || !str_starts(*rest, word))
		return false;
	*ret = str_part(*rest, w, n - w);
	*rest = str_part(*rest, n + 1, rest->len);
	return true;
}

static bool kdf_parse(struct str s, struct key_file *ret)
{
	size_t a, b;

	ret->sealed = !str_is(s, "none");
	if (!ret->sealed)
		return true;
	if (!str_starts(s, "argon2id "))
		return false;
	s = str_part(s, 9, s.len);
	a = str_find_z(s, " ");
	if (a == SIZE_MAX || !decimal_parse(str_part(s, 0, a), &ret->ops))
		return false;
	s = str_part(s, a + 1, s.len);
	b = str_find_z(s, " ");
	return b != SIZE_MAX && decimal_parse(str_part(s, 0, b), &ret->bytes) &&
	       b64_decode_exact(str_part(s, b + 1, s.len), ret->salt, SALT_BYTES) &&
	       ret->ops >= 1 && ret->ops <= OPS_MAX && ret->bytes >= 8192 &&
	       ret->bytes <= memory_max;
}

static bool key_file_parse(struct str text, struct key_file *ret)
{
	struct str v;

	return line_after(&text, "assay-key/v1", &v) && v.len == 0 &&
	       line_after(&text, "key ", &v) && vkey_parse(v, &ret->key) &&
	       line_after(&text, "kdf ", &v) && kdf_parse(v, ret) &&
	       line_after(&text, "secret ", &ret->secret) && text.len == 0;
}

static enum status unseal(const struct key_file *f, const struct key_asking *ask,
	uint8_t seed[SEED_BYTES], char *why)
{
	uint8_t sealed[SEALED_BYTES], key[crypto_secretbox_KEYBYTES];
	struct buf passphrase;
	bool ok;

	if (!f->sealed) {
		snprintf(why, KEY_WHY_BYTES, "the key file is damaged");
		return b64_decode_exact(f->secret, seed, SEED_BYTES) ? STATUS_OK : STATUS_DAMAGED;
	}
	snprintf(why, KEY_WHY_BYTES, "the key file is damaged");
	if (!b64_decode_exact(f->secret, sealed, sizeof(sealed)))
		return STATUS_DAMAGED;
	buf_init(&passphrase, PASSPHRASE_BYTES);
	snprintf(why, KEY_WHY_BYTES, "the key has a passphrase and none was given");
	ok = ask && ask->passphrase && ask->passphrase(ask->user, f->key.name, &passphrase);
	if (ok) {
		snprintf(why, KEY_WHY_BYTES, "not the passphrase");
		ok = derive(buf_str(&passphrase), f->salt, f->ops, f->bytes, key) &&
		     crypto_secretbox_open_easy(seed, sealed + NONCE_BYTES,
			     SEALED_BYTES - NONCE_BYTES, sealed, key) == 0;
		sodium_memzero(key, sizeof(key));
	}
	if (passphrase.p)
		sodium_memzero(passphrase.p, passphrase.len);
	buf_release(&passphrase);
	return ok ? STATUS_OK : STATUS_DENIED;
}

static enum status key_open_file(const char *path, const struct key_asking *ask, struct signer *ret,
	char *why)
{
	uint8_t seed[SEED_BYTES];
	struct key_file f;
	struct buf b;
	enum status status;

	buf_init(&b, KEY_FILE_BYTES);
	status = io_read_file(&ledger_io_real, path, KEY_FILE_BYTES, &b);
	snprintf(why, KEY_WHY_BYTES, "%s", status_name(status));
	if (status == STATUS_OK && !key_file_parse(buf_str(&b), &f)) {
		snprintf(why, KEY_WHY_BYTES, "not a key file");
		status = STATUS_DAMAGED;
	}
	if (status == STATUS_OK)
		status = unseal(&f, ask, seed, why);
	if (status == STATUS_OK)
		status = signer_from_seed(str_of(f.key.name), f.key.type, seed, ret);
	sodium_memzero(seed, sizeof(seed));
	/* A seed that belongs to another key would sign what nobody can check. */
	if (status == STATUS_OK && memcmp(ret->key.key, f.key.key, ED25519_KEY_BYTES) != 0) {
		signer_close(ret);
		snprintf(why, KEY_WHY_BYTES, "the secret is not of the key that the file names");
		status = STATUS_DAMAGED;
	}
	if (b.p)
		sodium_memzero(b.p, b.len);
	buf_release(&b);
	return status;
}

enum status key_read_public(const char *path, struct vkey *ret, char why[KEY_WHY_BYTES])
{
	struct buf b;
	struct str rest, line = STR_NONE;
	enum status status;

	buf_init(&b, KEY_FILE_BYTES);
	status = io_read_file(&ledger_io_real, path, KEY_FILE_BYTES, &b);
	rest = buf_str(&b);
	if (status == STATUS_OK && (!str_line(&rest, &line) || !vkey_parse(line, ret)))
		status = STATUS_DAMAGED;
	if (status != STATUS_OK)
		snprintf(why, KEY_WHY_BYTES, "%.200s: no public key (%s)", path, status_name(status));
	buf_release(&b);
	return status;
}

enum status key_open(const char *spec, const struct key_asking *ask, struct signer *ret,
	char why[KEY_WHY_BYTES])
{
	*ret = (struct signer){.sign = NULL};
	if (sodium_init() < 0)
		return STATUS_NOMEM;
	if (strncmp(spec, "agent:", 6) == 0)
		return key_open_agent(spec + 6, ret, why);
	if (strncmp(spec, "token:", 6) == 0)
		return key_open_token(spec + 6, ask, ret, why);
	return key_open_file(spec, ask, ret, why);
}
