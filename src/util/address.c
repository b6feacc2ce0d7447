#include "util/address.h"

#include <arpa/inet.h>
#include <string.h>

bool address_read(struct str text, uint8_t ret[ADDRESS_BYTES])
{
	char z[64];

	text = str_part(text, 0, str_find_z(text, "%"));
	if (!text.len || text.len >= sizeof(z))
		return false;
	memcpy(z, text.p, text.len);
	z[text.len] = '\0';
	if (inet_pton(AF_INET6, z, ret) == 1)
		return true;
	memset(ret, 0, ADDRESS_BYTES);
	ret[10] = ret[11] = 0xff;
	return inet_pton(AF_INET, z, ret + 12) == 1;
}

bool address_block_read(struct str text, uint8_t ret[ADDRESS_BYTES], unsigned *ret_bits)
{
	size_t slash = str_rfind_char(text, '/');
	bool v4 = str_find_z(text, ":") == SIZE_MAX;
	unsigned bits = 0;

	*ret_bits = ADDRESS_BITS;
	if (slash == SIZE_MAX)
		return address_read(text, ret);
	if (!address_read(str_part(text, 0, slash), ret) || slash + 1 == text.len || text.len - slash > 4)
		return false;
	for (size_t i = slash + 1; i < text.len; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		bits = bits * 10 + (unsigned)(text.p[i] - '0');
	}
	*ret_bits = bits + (v4 ? ADDRESS_V4_BITS : 0);
	return *ret_bits <= ADDRESS_BITS;
}

void address_mask(uint8_t address[ADDRESS_BYTES], unsigned bits)
{
	for (unsigned i = 0; i < ADDRESS_BYTES; i++) {
		unsigned keep = bits > i * 8 ? bits - i * 8 : 0;

		if (keep < 8)
			address[i] &= (uint8_t)~(0xff >> keep);
	}
}

bool address_is_v4(const uint8_t address[ADDRESS_BYTES])
{
	return memcmp(address, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0;
}
