#include "ledger/b64.h"

#include <sodium.h>

bool b64_encode(const void *p, size_t n, char *ret, size_t room)
{
	if (room <= B64_CHARS(n))
		return false;
	sodium_bin2base64(ret, room, p, n, sodium_base64_VARIANT_ORIGINAL);
	return true;
}

bool b64_decode(struct str text, void *ret, size_t room, size_t *ret_n)
{
	/* The library wants padding and zero bits in it; it takes anything that is whole. */
	if (text.len % 4 != 0)
		return false;
	*ret_n = 0;
	return text.len == 0 || sodium_base642bin(ret, room, text.p, text.len, NULL, ret_n, NULL,
					sodium_base64_VARIANT_ORIGINAL) == 0;
}

bool b64_decode_exact(struct str text, void *ret, size_t n)
{
	size_t got;

	return text.len == B64_CHARS(n) && b64_decode(text, ret, n, &got) && got == n;
}
