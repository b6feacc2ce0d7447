/* assay scope VERB. */
#include "cli/scope.h"

#include "cli/common.h"

static const struct verb *const subs[] = {&verb_scope_scan, NULL};

static int run(const struct settings *s)
{
	say_error("which verb of scope? assay scope -h lists them");
	return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
}

const struct verb verb_scope = {
	.name = "scope",
	.bit = VERB_SCOPE,
	.args = "VERB",
	.summary = "find out who has it, from logs and inventories",
	.text = "Who received a release, installed it, ran it: from what people have.",
	.examples = "assay scope scan --indicators bad.txt logs/\tlook through logs\n",
	.min_args = 0,
	.max_args = 1000,
	.run = run,
	.subs = subs,
};
