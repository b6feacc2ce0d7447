#include "behaviour/behaviour.h"

#include "util/glob.h"

static const struct when_row {
	const char *pattern, *trigger;
	bool itself;
} rows[] = {
#include "when_table.inc" /* made from docs/when-it-runs.md */
};

struct str when_it_runs(struct str path)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (glob_ends(rows[i].pattern, path))
			return str_of(rows[i].trigger);
	return STR_NONE;
}

/* Of a wheel only what lies at its top, or is laid beside it, comes to where Python looks for .pth files. */
static bool below_in_wheel(struct str path)
{
	size_t at = str_find_z(path, ".whl!/"), next;

	if (at == SIZE_MAX || !str_ends(path, ".pth"))
		return false;
	while ((next = str_find_z(str_part(path, at + 6, path.len), ".whl!/")) != SIZE_MAX)
		at += 6 + next;
	path = str_part(path, at + 6, path.len);
	return str_has(path, "/") && !str_has(path, ".data/");
}

bool place_runs_itself(struct str path)
{
	if (below_in_wheel(path))
		return false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].itself && glob_ends(rows[i].pattern, path))
			return true;
	return false;
}
