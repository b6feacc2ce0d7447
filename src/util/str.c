#include "util/str.h"

#include <string.h>

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool str_equal(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.p, b.p, a.len) == 0);
}

bool str_equal_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (fold(a.p[i]) != fold(b.p[i]))
			return false;
	return true;
}

bool str_ends(struct str a, const char *z)
{
	size_t n = strlen(z);

	return a.len >= n && memcmp(a.p + (a.len - n), z, n) == 0;
}

bool str_ends_nocase(struct str a, const char *z)
{
	size_t n = strlen(z);

	return a.len >= n && str_equal_nocase(str_part(a, a.len - n, n), str_of(z));
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int d = n ? memcmp(a.p, b.p, n) : 0;

	if (d)
		return d;
	return a.len < b.len ? -1 : a.len > b.len;
}

size_t str_find(struct str a, struct str needle)
{
	const char *hit;

	if (needle.len == 0)
		return 0;
	if (a.len < needle.len)
		return SIZE_MAX;
	hit = memmem(a.p, a.len, needle.p, needle.len);
	return hit ? (size_t)(hit - a.p) : SIZE_MAX;
}

size_t str_find_z(struct str a, const char *needle)
{
	return str_find(a, str_of(needle));
}

size_t str_find_nocase(struct str a, const char *needle)
{
	size_t n = strlen(needle);

	if (n == 0)
		return 0;
	for (size_t i = 0; i + n <= a.len; i++) {
		size_t k = 0;

		while (k < n && fold(a.p[i + k]) == fold(needle[k]))
			k++;
		if (k == n)
			return i;
	}
	return SIZE_MAX;
}

bool str_has(struct str a, const char *needle)
{
	return str_find_z(a, needle) != SIZE_MAX;
}

bool str_has_nocase(struct str a, const char *needle)
{
	return str_find_nocase(a, needle) != SIZE_MAX;
}

size_t str_rfind_char(struct str a, char c)
{
	for (size_t i = a.len; i > 0; i--)
		if (a.p[i - 1] == c)
			return i - 1;
	return SIZE_MAX;
}

struct str str_part(struct str a, size_t from, size_t len)
{
	if (from > a.len)
		from = a.len;
	if (len > a.len - from)
		len = a.len - from;
	return (struct str){a.p ? a.p + from : NULL, len};
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str a)
{
	while (a.len && is_space(a.p[0]))
		a = str_part(a, 1, a.len - 1);
	while (a.len && is_space(a.p[a.len - 1]))
		a.len--;
	return a;
}

struct str str_basename(struct str path)
{
	size_t slash = str_rfind_char(path, '/');

	return slash == SIZE_MAX ? path : str_part(path, slash + 1, path.len);
}

struct str str_extension(struct str path)
{
	struct str base = str_basename(path);
	size_t dot = str_rfind_char(base, '.');

	return dot == SIZE_MAX || dot == 0 ? STR_NONE : str_part(base, dot + 1, base.len);
}

bool str_line(struct str *rest, struct str *ret_line)
{
	const char *nl;

	if (rest->len == 0)
		return false;
	nl = memchr(rest->p, '\n', rest->len);
	if (!nl) {
		*ret_line = *rest;
		*rest = STR_NONE;
	} else {
		size_t n = (size_t)(nl - rest->p);

		*ret_line = str_part(*rest, 0, n);
		*rest = str_part(*rest, n + 1, rest->len);
	}
	if (ret_line->len && ret_line->p[ret_line->len - 1] == '\r')
		ret_line->len--;
	return true;
}
