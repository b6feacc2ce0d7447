#include "util/base64.h"

#include <openssl/evp.h>

static int digit_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

bool base64_decode(struct arena *a, struct str s, struct str *ret)
{
	char *out = arena_alloc(a, s.len * 3 / 4 + 4);
	uint32_t bits = 0, n_bits = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++) {
		int d = digit_of(s.p[i]);

		if (s.p[i] == '=' || s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == ' ')
			continue;
		if (d < 0)
			return false;
		bits = bits << 6 | (uint32_t)d;
		n_bits += 6;
		if (n_bits >= 8) {
			n_bits -= 8;
			out[n++] = (char)(bits >> n_bits);
		}
	}
	*ret = str_view(out, n);
	return n > 0;
}

void base64_encode(struct buf *b, const void *p, size_t n)
{
	enum { PART = 48 }; /* a multiple of three: only the last part has padding */
	const uint8_t *from = p;
	uint8_t text[PART / 3 * 4 + 1];

	while (n) {
		size_t now = n < PART ? n : PART;

		buf_add(b, text, (size_t)EVP_EncodeBlock(text, from, (int)now));
		from += now;
		n -= now;
	}
}
