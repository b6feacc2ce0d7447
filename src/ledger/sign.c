#include "ledger/sign.h"

#include <sodium.h>
#include <stdio.h>

#include "ledger/b64.h"

void signer_close(struct signer *s)
{
	if (s && s->close)
		s->close(s);
	if (s)
		s->close = NULL;
}

static bool sign_in_memory(struct signer *s, const void *message, size_t n,
	uint8_t ret[ED25519_SIGNATURE_BYTES])
{
	return crypto_sign_ed25519_detached(ret, NULL, message, n, s->state) == 0;
}

static void close_memory(struct signer *s)
{
	sodium_free(s->state);
	s->state = NULL;
}

enum status signer_from_seed(struct str name, enum key_type type, const uint8_t seed[32],
	struct signer *ret)
{
	uint8_t public[ED25519_KEY_BYTES], *secret;

	*ret = (struct signer){.sign = NULL};
	if (sodium_init() < 0)
		return STATUS_NOMEM;
	secret = sodium_malloc(crypto_sign_ed25519_SECRETKEYBYTES);
	if (!secret)
		return STATUS_NOMEM;
	crypto_sign_ed25519_seed_keypair(public, secret, seed);
	if (!vkey_make(name, type, public, &ret->key)) {
		sodium_free(secret);
		return STATUS_USAGE;
	}
	sodium_mprotect_readonly(secret);
	ret->state = secret;
	ret->sign = sign_in_memory;
	ret->close = close_memory;
	return STATUS_OK;
}

/* em dash, name, base64 of id and what follows it */
static bool make_line(const struct signer *s, uint8_t *bytes, size_t n, char ret[NOTE_LINE_MAX])
{
	char base64[B64_CHARS(4 + 8 + ED25519_SIGNATURE_BYTES) + 1];
	int got;

	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(s->key.id >> (24 - 8 * i));
	if (!b64_encode(bytes, n, base64, sizeof(base64)))
		return false;
	got = snprintf(ret, NOTE_LINE_MAX, "\xE2\x80\x94 %s %s\n", s->key.name, base64);
	return got > 0 && got < NOTE_LINE_MAX;
}

bool note_sign(struct signer *s, struct str text, char ret[NOTE_LINE_MAX])
{
	uint8_t bytes[4 + ED25519_SIGNATURE_BYTES];

	return s->key.type == KEY_ED25519 && s->sign(s, text.p, text.len, bytes + 4) &&
	       make_line(s, bytes, sizeof(bytes), ret);
}

bool note_cosign(struct signer *s, struct str text, uint64_t time, char ret[NOTE_LINE_MAX])
{
	uint8_t bytes[4 + 8 + ED25519_SIGNATURE_BYTES];
	char message[COSIGNED_TEXT_MAX + 64];
	size_t n = cosigned_message(text, time, message, sizeof(message));

	if (s->key.type != KEY_COSIGNER || n == 0 || time > INT64_MAX)
		return false;
	for (int i = 0; i < 8; i++)
		bytes[4 + i] = (uint8_t)(time >> (56 - 8 * i));
	return s->sign(s, message, n, bytes + 12) && make_line(s, bytes, sizeof(bytes), ret);
}
