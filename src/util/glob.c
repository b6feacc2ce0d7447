#include "util/glob.h"

enum { STEPS_MOST = 256 };

/*
 * Iterative, with one point of return for each kind of star: a '*' never needs to give back what an
 * earlier step took, so the last one of a step is enough, and the last "**" stands above it.
 */
bool glob_matches(const char *p, struct str s)
{
	const char *star_p = NULL, *deep_p = NULL;
	size_t star_s = 0, deep_s = 0, i = 0;

	for (;;) {
		if (p[0] == '*' && p[1] == '*') {
			p += 2;
			deep_p = p;
			deep_s = i;
			star_p = NULL;
			continue;
		}
		if (*p == '*' && (p[1] || i < s.len)) { /* the last one is not empty */
			star_p = ++p;
			star_s = i;
			continue;
		}
		if (i == s.len && !*p)
			return true;
		if (i < s.len && *p && *p == s.p[i]) {
			p++;
			i++;
		} else if (star_p && star_s < s.len && s.p[star_s] != '/') {
			p = star_p;
			i = ++star_s;
		} else if (deep_p && deep_s < s.len) {
			p = deep_p;
			i = ++deep_s;
			star_p = NULL;
		} else {
			return false;
		}
	}
}

/* Everything behind the last star stands at the end of the path: most rows end here. */
static bool tail_fits(const char *pattern, struct str path)
{
	const char *star = strrchr(pattern, '*');

	return str_ends(path, star ? star + 1 : pattern);
}

bool glob_ends(const char *pattern, struct str path)
{
	unsigned steps = 1, have = 0;

	if (strncmp(pattern, "**/", 3) == 0) /* any number of steps in front, none as well */
		pattern += 3;
	if (!tail_fits(pattern, path))
		return false;
	if (strstr(pattern, "**"))
		steps = STEPS_MOST;
	for (const char *p = pattern; *p; p++)
		steps += *p == '/';
	/* From the end: a pattern of n steps can only begin at one of the last n. */
	for (size_t i = path.len; i > 0; i--) {
		if (path.p[i - 1] != '/')
			continue;
		if (glob_matches(pattern, str_part(path, i, path.len)))
			return true;
		if (++have >= steps)
			return false;
	}
	return glob_matches(pattern, path);
}
