/* assay behaviours [ID]: what assay can find. */
#include "cli/common.h"
#include "cli/page.h"
#include "cli/verbs.h"

static void print_table(void)
{
	size_t n;
	const struct finding_kind *kinds = finding_kinds(&n);

	for (size_t i = 0; i < n; i++)
		printf("%-8s %-28s %s%s%s%s\n", kinds[i].id, kinds[i].behaviour, kinds[i].title,
			*kinds[i].attack ? "  [" : "", kinds[i].attack, *kinds[i].attack ? "]" : "");
}

static int run(const struct settings *s)
{
	const struct finding_kind *k;

	if (s->n_args == 0) {
		print_table();
	} else {
		k = page_find_or_say(s->args[0]);
		if (!k)
			return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
		page_print(k);
	}
	return print_exit(s);
}

const struct verb verb_behaviours = {
	.name = "behaviours",
	.bit = VERB_BEHAVIOURS,
	.args = "[ID]",
	.summary = "list the findings that assay can report, or one of them",
	.text = "Each finding has an id that never changes its meaning, a behaviour, a weight in "
		"natural log-odds, and the ids of ATT&CK that it belongs to.",
	.examples = "assay behaviours\tall\n"
		    "assay behaviours AS-0001\tone\n",
	.min_args = 0,
	.max_args = 1,
	.run = run,
};
