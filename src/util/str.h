/* A borrowed view of bytes: never terminated, never owned. The zero value is the empty string. */
#ifndef ASSAY_UTIL_STR_H
#define ASSAY_UTIL_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE ((struct str){NULL, 0})
/* For printf("%.*s"): the length is cut at INT_MAX, so it never turns negative. */
#define STR_ARG(s) ((int)((s).len > 0x7fffffff ? 0x7fffffff : (s).len)), ((s).p ? (s).p : "")

static inline struct str str_of(const char *z)
{
	return (struct str){z, z ? strlen(z) : 0};
}

static inline struct str str_view(const void *p, size_t len)
{
	return (struct str){(const char *)p, len};
}

bool str_equal(struct str a, struct str b);
bool str_equal_nocase(struct str a, struct str b); /* ASCII folding only */

/* Inline, as the literals they are given have their lengths then. */
static inline bool str_is(struct str a, const char *z)
{
	size_t n = strlen(z);

	return a.len == n && (n == 0 || memcmp(a.p, z, n) == 0);
}

static inline bool str_starts(struct str a, const char *z)
{
	size_t n = strlen(z);

	return a.len >= n && (n == 0 || memcmp(a.p, z, n) == 0);
}

bool str_ends(struct str a, const char *z);
bool str_ends_nocase(struct str a, const char *z);
int str_cmp(struct str a, struct str b); /* bytewise, then by length */

/* First occurrence of the needle (len 0: position 0), or SIZE_MAX. Linear time. */
size_t str_find(struct str a, struct str needle);
size_t str_find_z(struct str a, const char *needle);
size_t str_find_nocase(struct str a, const char *needle);
bool str_has(struct str a, const char *needle);
bool str_has_nocase(struct str a, const char *needle);
size_t str_rfind_char(struct str a, char c); /* SIZE_MAX if absent */

/* The part from `from` (clamped), at most len bytes. */
struct str str_part(struct str a, size_t from, size_t len);
struct str str_trim(struct str a);         /* ASCII white space off both ends */
struct str str_basename(struct str path);  /* after the last '/' */
struct str str_extension(struct str path); /* after the last '.' of the basename, "" if none */

/* Takes the next line (without its '\n' or "\r\n") off *rest; false at the end. */
bool str_line(struct str *rest, struct str *ret_line);

#endif
