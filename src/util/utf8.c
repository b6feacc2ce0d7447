#include "util/utf8.h"

uint32_t utf8_next(struct str s, size_t *pos)
{
	size_t i = *pos;
	uint8_t b = (uint8_t)s.p[i];
	uint32_t cp, least;
	int more;

	*pos = i + 1;
	if (b < 0x80)
		return b;
	if (b >= 0xC2 && b < 0xE0) {
		cp = b & 0x1F;
		more = 1;
		least = 0x80;
	} else if (b >= 0xE0 && b < 0xF0) {
		cp = b & 0x0F;
		more = 2;
		least = 0x800;
	} else if (b >= 0xF0 && b < 0xF5) {
		cp = b & 0x07;
		more = 3;
		least = 0x10000;
	} else {
		return 0xFFFD;
	}
	for (int k = 1; k <= more; k++) {
		uint8_t c;

		if (i + (size_t)k >= s.len)
			return 0xFFFD;
		c = (uint8_t)s.p[i + (size_t)k];
		if ((c & 0xC0) != 0x80)
			return 0xFFFD;
		cp = cp << 6 | (c & 0x3F);
	}
	if (cp < least || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return 0xFFFD;
	*pos = i + (size_t)more + 1;
	return cp;
}

bool utf8_valid(struct str s)
{
	size_t i = 0;

	while (i < s.len) {
		size_t at = i;
		uint32_t cp = utf8_next(s, &i);

		if (cp == 0 || (cp == 0xFFFD && i == at + 1))
			return false;
	}
	return true;
}
