#include "ledger/note.h"

#include <sodium.h>
#include <stdio.h>

#include "ledger/b64.h"
#include "util/utf8.h"

#define DASH "\xE2\x80\x94 "

enum { MLDSA44_KEY_BYTES = 1312, KEY_TEXT_BYTES = 2048 };

/* ---- names and keys -------------------------------------------------------------------------- */

static bool is_space(uint32_t cp)
{
	return cp == ' ' || cp == 0x85 || cp == 0xA0 || cp == 0x1680 ||
	       (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F ||
	       cp == 0x205F || cp == 0x3000;
}

bool note_name_ok(struct str name)
{
	if (name.len == 0 || name.len > NOTE_NAME_MAX || !utf8_valid(name))
		return false;
	for (size_t i = 0; i < name.len;) {
		uint32_t cp = utf8_next(name, &i);

		if (cp < 0x20 || cp == '+' || is_space(cp))
			return false;
	}
	return true;
}

uint32_t vkey_id(struct str name, enum key_type type, const void *key, size_t n)
{
	const uint8_t between[2] = {'\n', (uint8_t)type};
	crypto_hash_sha256_state s;
	uint8_t h[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_init(&s);
	crypto_hash_sha256_update(&s, (const uint8_t *)name.p, name.len);
	crypto_hash_sha256_update(&s, between, sizeof(between));
	crypto_hash_sha256_update(&s, key, n);
	crypto_hash_sha256_final(&s, h);
	return (uint32_t)h[0] << 24 | (uint32_t)h[1] << 16 | (uint32_t)h[2] << 8 | h[3];
}

static bool hex32(struct str s, uint32_t *ret)
{
	*ret = 0;
	if (s.len != 8)
		return false;
	for (size_t i = 0; i < 8; i++) {
		char c = s.p[i];

		if (c >= '0' && c <= '9')
			*ret = *ret << 4 | (uint32_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			*ret = *ret << 4 | (uint32_t)(c - 'a' + 10);
		else
			return false;
	}
	return true;
}

bool vkey_make(struct str name, enum key_type type, const uint8_t key[ED25519_KEY_BYTES],
	struct vkey *ret)
{
	*ret = (struct vkey){.type = type};
	if (!note_name_ok(name))
		return false;
	memcpy(ret->name, name.p, name.len);
	memcpy(ret->key, key, ED25519_KEY_BYTES);
	ret->id = vkey_id(name, type, key, ED25519_KEY_BYTES);
	return true;
}

bool vkey_parse(struct str text, struct vkey *ret)
{
	size_t plus = str_find_z(text, "+"), n;
	uint8_t key[KEY_TEXT_BYTES];
	struct str name, id, rest;
	uint32_t stated;

	if (plus == SIZE_MAX || text.len < plus + 11 || text.p[plus + 9] != '+')
		return false;
	name = str_part(text, 0, plus);
	id = str_part(text, plus + 1, 8);
	rest = str_part(text, plus + 10, text.len);
	if (!hex32(id, &stated) || !b64_decode(rest, key, sizeof(key), &n) || n < 1)
		return false;
	if (key[0] == KEY_MLDSA44 && n == 1 + MLDSA44_KEY_BYTES) {
		if (!vkey_make(name, KEY_MLDSA44, (const uint8_t[ED25519_KEY_BYTES]){0}, ret))
			return false;
		ret->id = vkey_id(name, KEY_MLDSA44, key + 1, n - 1);
		return ret->id == stated;
	}
	if ((key[0] != KEY_ED25519 && key[0] != KEY_COSIGNER) || n != 1 + ED25519_KEY_BYTES)
		return false;
	return vkey_make(name, key[0], key + 1, ret) && ret->id == stated;
}

void vkey_text(const struct vkey *k, char ret[VKEY_CHARS_MAX])
{
	uint8_t key[1 + ED25519_KEY_BYTES] = {(uint8_t)k->type};
	char base64[B64_CHARS(sizeof(key)) + 1];

	memcpy(key + 1, k->key, ED25519_KEY_BYTES);
	b64_encode(key, sizeof(key), base64, sizeof(base64));
	snprintf(ret, VKEY_CHARS_MAX, "%s+%08x+%s", k->name, k->id, base64);
}

/* ---- notes ----------------------------------------------------------------------------------- */

static bool text_ok(struct str s)
{
	if (!utf8_valid(s))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if ((uint8_t)s.p[i] < 0x20 && s.p[i] != '\n')
			return false;
	return true;
}

bool note_signature_parse(struct str line, struct note_signature *ret)
{
	uint8_t bytes[NOTE_SIGNATURE_BYTES];
	struct str rest;
	size_t space, n;

	if (!str_starts(line, DASH))
		return false;
	rest = str_part(line, sizeof(DASH) - 1, line.len);
	space = str_find_z(rest, " ");
	if (space == SIZE_MAX)
		return false;
	ret->name = str_part(rest, 0, space);
	ret->base64 = str_part(rest, space + 1, rest.len);
	if (!note_name_ok(ret->name) || !b64_decode(ret->base64, bytes, sizeof(bytes), &n) || n < 5)
		return false;
	ret->id = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 |
		  bytes[3];
	return true;
}

/* Where the signature lines begin: behind the last empty line. SIZE_MAX if there is none. */
static size_t signatures_at(struct str s)
{
	for (size_t i = s.len; i >= 2; i--)
		if (s.p[i - 1] == '\n' && s.p[i - 2] == '\n')
			return i;
	return SIZE_MAX;
}

bool note_parse(struct str bytes, struct note *ret)
{
	size_t at;
	struct str rest;

	ret->n = 0;
	if (bytes.len == 0 || bytes.len > NOTE_BYTES_MAX || bytes.p[bytes.len - 1] != '\n' ||
		!text_ok(bytes))
		return false;
	at = signatures_at(bytes);
	if (at == SIZE_MAX || at == bytes.len)
		return false;
	ret->text = str_part(bytes, 0, at - 1);
	rest = str_part(bytes, at, bytes.len);
	while (rest.len) {
		size_t end = str_find_z(rest, "\n");

		if (ret->n == NOTE_SIGNATURES_MAX ||
			!note_signature_parse(str_part(rest, 0, end), &ret->signatures[ret->n]))
			return false;
		ret->n++;
		rest = str_part(rest, end + 1, rest.len);
	}
	return true;
}

size_t cosigned_message(struct str text, uint64_t time, char *ret, size_t room)
{
	int n = snprintf(ret, room, "cosignature/v1\ntime %llu\n", (unsigned long long)time);

	if (n < 0 || (size_t)n >= room || text.len > room - (size_t)n)
		return 0;
	memcpy(ret + n, text.p, text.len);
	return (size_t)n + text.len;
}

static bool cosignature_good(struct str text, const uint8_t *timed, const struct vkey *k,
	uint64_t *ret_time)
{
	char message[COSIGNED_TEXT_MAX + 64];
	size_t n;

	*ret_time = 0;
	for (int i = 0; i < 8; i++)
		*ret_time = *ret_time << 8 | timed[i];
	if (*ret_time > INT64_MAX)
		return false;
	n = cosigned_message(text, *ret_time, message, sizeof(message));
	return n && crypto_sign_ed25519_verify_detached(timed + 8, (const uint8_t *)message, n, k->key) == 0;
}

bool note_signature_good(struct str text, const struct note_signature *s, const struct vkey *k,
	uint64_t *ret_time)
{
	uint8_t bytes[4 + 8 + ED25519_SIGNATURE_BYTES];
	uint64_t time = 0;
	size_t n;

	if (ret_time)
		*ret_time = 0;
	if (s->id != k->id || !str_is(s->name, k->name) ||
		!b64_decode(s->base64, bytes, sizeof(bytes), &n))
		return false;
	if (k->type == KEY_ED25519)
		return n == 4 + ED25519_SIGNATURE_BYTES &&
		       crypto_sign_ed25519_verify_detached(bytes + 4, (const uint8_t *)text.p, text.len,
			       k->key) == 0;
	if (k->type != KEY_COSIGNER || n != sizeof(bytes) ||
		!cosignature_good(text, bytes + 4, k, &time))
		return false;
	if (ret_time)
		*ret_time = time;
	return true;
}

enum note_answer note_check(const struct note *n, const struct vkey *k, uint64_t *ret_time)
{
	enum note_answer answer = NOTE_UNSIGNED;
	uint64_t newest = 0, time;

	for (size_t i = 0; i < n->n; i++) {
		const struct note_signature *s = &n->signatures[i];

		if (s->id != k->id || !str_is(s->name, k->name))
			continue;
		if (!note_signature_good(n->text, s, k, &time))
			return NOTE_FORGED;
		newest = time > newest ? time : newest;
		answer = NOTE_GOOD;
	}
	if (ret_time)
		*ret_time = newest;
	return answer;
}
