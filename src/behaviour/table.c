#include "behaviour/table.h"

#include "behaviour/behaviour.h"

#include "finding_pages.inc" /* PAGE_1, PAGE_2 ...: made from docs/findings/ */

#define FINDING(number, behaviour, title, attack, weight, why) \
	[(number) - 1] = {"AS-00" #number, behaviour, title, attack, why, weight, PAGE_##number},

static struct finding_kind rows[] = {
#include "behaviour/findings.h"
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

#undef FINDING
#define FINDING(number, behaviour, title, attack, weight, why) +1
_Static_assert(N_ROWS == 0
#include "behaviour/findings.h"
	, "findings.h leaves a number out, or uses one twice");

/* "AS-001" for single digits is written out once: ids have four digits. */
static const char *const small_ids[] = {
	"AS-0001", "AS-0002", "AS-0003", "AS-0004", "AS-0005", "AS-0006", "AS-0007", "AS-0008", "AS-0009",
};

const struct finding_kind *finding_kinds(size_t *n)
{
	static int done;

	if (!done) {
		for (size_t i = 0; i < 9; i++)
			rows[i].id = small_ids[i];
		done = 1;
	}
	*n = N_ROWS;
	return rows;
}

const struct finding_kind *finding_kind(unsigned number)
{
	size_t n;
	const struct finding_kind *all = finding_kinds(&n);

	return number >= 1 && number <= n ? &all[number - 1] : NULL;
}
