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

bool place_runs_itself(struct str path)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].itself && glob_ends(rows[i].pattern, path))
			return true;
	return false;
}
