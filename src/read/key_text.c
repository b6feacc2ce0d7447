#include "read/key_text.h"

#include "read/decode.h"
#include "read/guard_words.h"
#include "util/cursor.h"

enum { NAME_MAX_BYTES = 80, KEY_MAX_BYTES = 2048, PACKET_MAX_CHARS = 4096 };

static bool is_hex(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f') || (s.p[i] >= 'A' && s.p[i] <= 'F')))
			return false;
	return s.len != 0;
}

/* A SEQUENCE that ends where the bytes end, as X.509 writes keys. */
static bool is_sequence(struct str bytes)
{
	struct cursor c = cursor_of(bytes.p, bytes.len);
	uint64_t len;

	if (cursor_u8(&c) != 0x30)
		return false;
	len = cursor_u8(&c);
	if (len == 0x81)
		len = cursor_u8(&c);
	else if (len == 0x82)
		len = cursor_u16be(&c);
	return cursor_ok(&c) && len > 32 && len == cursor_left(&c);
}

bool key_text_is_public(struct arena *a, struct str value)
{
	static const char *const starts[] = {"ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "-----BEGIN ", "sha256/", "SHA256:"};
	struct str bytes;

	value = str_trim(value);
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (str_starts(value, starts[i]))
			return true;
	if (value.len < 40 || value.len > KEY_MAX_BYTES)
		return false;
	if (is_hex(value))
		return value.len == 40 || value.len == 64;
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] <= ' ' || value.p[i] == ':')
			return false;
	bytes = decode_base64(a, value);
	if (bytes.len == 32 || (bytes.len == 42 && str_starts(bytes, "Ed")))
		return true;
	return is_sequence(bytes);
}

bool key_text_names(struct str name)
{
	/* a "fingerprint" alone is of a file as often as of a key */
	static const char *const words[] = {"publickey", "pubkey", "publicedkey", "publicdsakey", "signingkey", "verificationkey", "verifykey",
		"trustedkey", "trustedfingerprint", "keyfingerprint", "signerfingerprint", "certfingerprint", "certificatefingerprint",
		"gpgfingerprint", "certificatethumbprint", "certthumbprint", "signerthumbprint", "pinsha256", "pinnedkey", "pinnedpublickey",
		"spkihash", "spkisha256", "updatekey", "releasekey", "rootkey", "minisignkey", "cosignkey"};
	char folded[NAME_MAX_BYTES];
	size_t n = 0;

	for (size_t i = 0; i < name.len && n < sizeof(folded); i++) {
		char c = name.p[i];

		if (c != '_' && c != '-' && c != '.')
			folded[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_has(str_view(folded, n), words[i]))
			return true;
	return false;
}

/* SubjectPublicKeyInfo: a sequence that begins with the one that names the algorithm. */
static bool is_key_info(struct str bytes)
{
	struct cursor c = cursor_of(bytes.p, bytes.len);
	uint8_t len;

	if (!is_sequence(bytes))
		return false;
	(void)cursor_u8(&c);
	len = cursor_u8(&c);
	cursor_skip(&c, len == 0x81 ? 1 : len == 0x82 ? 2 : 0);
	if (cursor_u8(&c) != 0x30)
		return false;
	(void)cursor_u8(&c);
	return cursor_u8(&c) == 0x06 && cursor_ok(&c);
}

bool key_text_says_itself(struct arena *a, struct str value)
{
	static const char *const starts[] = {"ssh-rsa AAAA", "ssh-ed25519 AAAA", "ecdsa-sha2-nistp", "sk-ssh-", "-----BEGIN PUBLIC KEY", "-----BEGIN RSA PUBLIC KEY",
		"-----BEGIN PGP PUBLIC", "AAAAC3NzaC1lZDI1NTE5", "AAAAB3NzaC1yc2E"};
	struct str bytes;

	value = str_trim(value);
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
		if (value.len > 60 && str_starts(value, starts[i]))
			return true;
	if (value.len < 56 || value.len > KEY_MAX_BYTES || !(value.p[0] == 'M' || value.p[0] == 'R'))
		return false;
	bytes = decode_base64(a, value);
	return (bytes.len == 42 && str_starts(bytes, "Ed")) || is_key_info(bytes);
}

bool key_text_sized(struct arena *a, struct str value)
{
	bool url = false;

	if (str_starts(value, "0x") || str_starts(value, "0X"))
		value = str_part(value, 2, value.len);
	if (key_text_is_public(a, value))
		return true;
	if (value.len != 43) /* 32 bytes as JSON Web Keys write them */
		return false;
	for (size_t i = 0; i < value.len; i++) {
		char c = value.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
		url |= (c >= '0' && c <= '9') || c == '-' || c == '_';
	}
	return url;
}

bool key_text_about(struct str name)
{
	static const char *const keys[] = {"key", "pubkey", "signer", "signing", "signedby", "signed_by", "trusted", "trustanchor", "trust_anchor", "anchors", "thumbprint",
		"verifykey", "verif", "minisign", "cosign", "gpg", "pgp", "kty", "jwk", "pinned", "publisher", "issuer"};
	static const char *const named[] = {"apikey", "api_key", "sitekey", "site_key", "writekey", "write_key", "cachekey", "cache_key", "keyword", "keyboard", "keycode",
		"keyframe", "keyof", "keypath", "keydown", "keyup", "keypress", "keyname", "appkey", "app_key", "mapkey", "projectkey", "licensekey", "verifier", "keys_of"};

	if (key_text_names(name))
		return true;
	return HAS_WORD(name, keys) && !HAS_WORD(name, named);
}

bool key_text_of_other(struct str name)
{
	static const char *const words[] = {"hash", "sha1", "sha256", "sha512", "digest", "checksum", "sum", "sums", "integrity", "commit", "build", "asset", "etag", "cache", "uuid",
		"vector", "test", "fixture", "expected", "version", "revision", "csp", "chunk"};

	return HAS_WORD(name, words) && !key_text_names(name);
}

/* The text between the lines, without what different quoting adds: blanks, quotes, "\n", '+'. */
static struct str unquoted(struct arena *a, struct str body)
{
	char *p = arena_alloc(a, body.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < body.len; i++) {
		char c = body.p[i];

		if (c == '\\' && i + 1 < body.len) {
			i++;
			continue;
		}
		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '=')
			p[n++] = c;
	}
	return str_view(p, n);
}

/* The first packet, which is the key; empty when it cannot be told. Lost '+' shift what follows: it is read
 * from the text as it is. */
static struct str first_packet(struct arena *a, struct str body)
{
	static const char *const ends[] = {"\n\n", "\r\n\r\n", "\\n\\n"}; /* of the lines with names above it */
	struct str bytes;
	struct cursor c;
	uint8_t tag;
	uint64_t len;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t at = str_find_z(body, ends[i]);

		if (at != SIZE_MAX)
			body = str_part(body, at + strlen(ends[i]), body.len);
	}
	bytes = decode_base64(a, str_part(body, 0, PACKET_MAX_CHARS));
	c = cursor_of(bytes.p, bytes.len);
	tag = cursor_u8(&c);
	if (tag == 0x99) {
		len = cursor_u16be(&c);
	} else if (tag == 0x98 || tag == 0xc6) {
		len = cursor_u8(&c);
		if (tag == 0xc6 && len >= 192)
			len = ((len - 192) << 8) + cursor_u8(&c) + 192;
	} else {
		return STR_NONE;
	}
	return cursor_str(&c, len);
}

struct str key_text_identity(struct arena *a, struct str label, struct str body)
{
	struct str packet = STR_NONE;

	if (str_is(label, "PGP PUBLIC KEY BLOCK"))
		packet = first_packet(a, body);
	return packet.len ? packet : unquoted(a, body);
}
