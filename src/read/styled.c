#include "read/styled.h"

#include "util/utf8.h"

/* What fills the holes of the mathematical alphabets, and what is older than they are. */
static const struct {
	uint32_t cp;
	char plain;
} single[] = {{0xaa, 'a'}, {0xba, 'o'}, {0x17f, 's'}, {0x2071, 'i'}, {0x207f, 'n'}, {0x2102, 'C'}, {0x210a, 'g'}, {0x210b, 'H'}, {0x210c, 'H'},
	{0x210d, 'H'}, {0x210e, 'h'}, {0x2110, 'I'}, {0x2111, 'I'}, {0x2112, 'L'}, {0x2113, 'l'}, {0x2115, 'N'}, {0x2119, 'P'}, {0x211a, 'Q'},
	{0x211b, 'R'}, {0x211c, 'R'}, {0x211d, 'R'}, {0x2124, 'Z'}, {0x2128, 'Z'}, {0x212c, 'B'}, {0x212d, 'C'}, {0x212f, 'e'}, {0x2130, 'E'},
	{0x2131, 'F'}, {0x2133, 'M'}, {0x2134, 'o'}, {0x2139, 'i'}, {0x2145, 'D'}, {0x2146, 'd'}, {0x2147, 'e'}, {0x2148, 'i'}, {0x2149, 'j'}};

static char letter(uint32_t n) /* of an alphabet of 26 capitals and 26 small ones */
{
	return (char)(n < 26 ? 'A' + n : 'a' + (n - 26));
}

/* 0: it stands for itself. */
static char plain_of(uint32_t cp)
{
	if (cp >= 0x1d400 && cp <= 0x1d6a3)
		return letter((cp - 0x1d400) % 52);
	if (cp >= 0x1d7ce && cp <= 0x1d7ff)
		return (char)('0' + (cp - 0x1d7ce) % 10);
	if ((cp >= 0xff10 && cp <= 0xff19) || (cp >= 0xff21 && cp <= 0xff3a) || (cp >= 0xff41 && cp <= 0xff5a) || cp == 0xff3f)
		return (char)(cp - 0xff00 + 0x20);
	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		if (single[i].cp == cp)
			return single[i].plain;
	return 0;
}

bool has_styled_letters(struct str s)
{
	for (size_t i = 0; i < s.len;) {
		if ((unsigned char)s.p[i] < 0x80) {
			i++;
			continue;
		}
		if (plain_of(utf8_next(s, &i)))
			return true;
	}
	return false;
}

struct str plain_letters(struct arena *a, struct str s)
{
	char *to;
	size_t n = 0;

	if (!has_styled_letters(s))
		return s;
	to = arena_alloc(a, s.len);
	for (size_t i = 0; i < s.len;) {
		uint32_t cp = utf8_next(s, &i);
		char plain = cp < 0x80 ? (char)cp : plain_of(cp);

		if (!plain)
			return s;
		to[n++] = plain;
	}
	return str_view(to, n);
}
