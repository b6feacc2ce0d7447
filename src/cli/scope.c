/* assay scope VERB. */
#include "cli/scope.h"

#include "cli/common.h"

static const struct verb *const subs[] = {&verb_scope_scan, NULL};

const struct verb verb_scope = {
	.name = "scope",
	.bit = VERB_SCOPE,
	.args = "CASE | VERB",
	.summary = "find out who has it, from logs and inventories",
	.text = "Who of a case received the bad release, installed it, ran it, was called by it, got more: "
		"for each at least, an estimate with its interval or the reason why there is none, and "
		"at most. What no source could see is unknown and never \"no\". docs/scope.md says how.\n"
		"\n"
		"With --sql, --kql or --spl nothing is counted: the question is printed for an engine "
		"in which logs live.",
	.examples = "assay scope acme-2022\twho has it, as a screen\n"
		    "assay scope --format json acme-2022 >scope.json\tthe same for programs\n"
		    "assay scope --sql postgresql acme-2022 | psql logs\task an engine\n"
		    "assay scope scan --indicators bad.txt logs/\tlook through logs\n",
	.min_args = 1,
	.max_args = 1,
	.run = scope_case,
	.subs = subs,
};
