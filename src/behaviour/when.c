#include "behaviour/behaviour.h"

enum { STEPS_MOST = 256 };

static const struct when_row {
	const char *pattern, *trigger;
	bool itself;
} rows[] = {
#include "when_table.inc" /* made from docs/when-it-runs.md */
};

/*
 * Shell-like match of a whole text: '*' within a step, "**" across steps. Iterative with one point
 * of return for each kind of star, so at worst quadratic in a path of at most 4 KiB.
 */
static bool matches(const char *p, struct str s)
{
	const char *star_p = NULL;
	size_t star_s = 0, i = 0;
	bool deep = false;

	while (i < s.len) {
		if (*p == '*') {
			deep = p[1] == '*';
			p += deep ? 2 : 1;
			if (!*p && !deep) /* the last: the rest of the step, which is not empty */
				return memchr(s.p + i, '/', s.len - i) == NULL;
			star_p = p;
			star_s = i;
			continue;
		}
		if (*p && *p == s.p[i]) {
			p++;
			i++;
			continue;
		}
		if (!star_p || (!deep && s.p[star_s] == '/'))
			return false;
		p = star_p;
		i = ++star_s;
	}
	return *p == '\0';
}

/* Everything behind the last star stands at the end of the path: most rows end here. */
static bool tail_fits(const char *pattern, struct str path)
{
	const char *star = strrchr(pattern, '*');

	return str_ends(path, star ? star + 1 : pattern);
}

/* A pattern stands for any path that ends in it, at the start of a step. */
static bool row_matches(const struct when_row *r, struct str path)
{
	const char *pattern = r->pattern;
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
		if (matches(pattern, str_part(path, i, path.len)))
			return true;
		if (++have >= steps)
			return false;
	}
	return matches(pattern, path);
}

struct str when_it_runs(struct str path)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (row_matches(&rows[i], path))
			return str_of(rows[i].trigger);
	return STR_NONE;
}

bool place_runs_itself(struct str path)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].itself && row_matches(&rows[i], path))
			return true;
	return false;
}
