#include "behaviour/behaviour.h"

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
	while (*p == '*')
		p++;
	return *p == '\0';
}

/* A pattern stands for any path that ends in it, at the start of a step. */
static bool row_matches(const struct when_row *r, struct str path)
{
	if (matches(r->pattern, path))
		return true;
	for (size_t i = 0; i < path.len; i++)
		if (path.p[i] == '/' && matches(r->pattern, str_part(path, i + 1, path.len)))
			return true;
	return false;
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
