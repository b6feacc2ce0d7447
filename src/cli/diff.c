/* assay diff OLD NEW: was NEW tampered with? */
#include "cli/common.h"
#include "cli/pairs.h"
#include "cli/reference.h"
#include "cli/run.h"
#include "cli/verbs.h"

static int run(const struct settings *s)
{
	if (s->pairs) {
		if (s->n_args > 0) {
			say_error("--pairs takes its releases from the file; leave out %s",
				shown(s->args[0]).text);
			return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
		}
		return pairs_run(s);
	}
	if (s->n_args == 1 && reference_is(s->args[0]))
		return run_diff(s, NULL, s->args[0]);
	if (s->n_args != 2) {
		say_error(s->n_args < 2 ? "diff needs OLD and NEW; see assay diff -h"
					: "diff takes OLD and NEW, not more; see assay diff -h");
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	}
	return run_diff(s, s->args[0], s->args[1]);
}

const struct verb verb_diff = {
	.name = "diff",
	.bit = VERB_DIFF,
	.args = "OLD NEW",
	.summary = "was NEW tampered with? Compares two releases",
	.text = "Opens both releases all the way down, looks only at what changed, and says whether "
		"the change is like an ordinary release. OLD and NEW are files, directories, - for "
		"stdin, or references that a package client fetches: npm:NAME@VERSION, "
		"deb:NAME=VERSION. One reference alone is compared with the highest lower version of "
		"the same major line. \"assay OLD NEW\" means the same as \"assay diff OLD NEW\".\n"
		"\n"
		"Nothing of a release is ever run, loaded or mounted; what reads it is confined.\n"
		"\n"
		"The verdict is one of: clean (all that changed was looked at and is like an ordinary "
		"release), unknown (nothing bad seen, but a part that changed could not be looked "
		"at), review (something a careful person looks at before rolling out), tampered "
		"(evidence that a person would act on at once).",
	.examples = "assay diff agent-10.0.8.exe agent-10.0.9.exe\ttwo files\n"
		    "assay diff npm:axios@1.14.0 npm:axios@1.14.1\ttwo packages\n"
		    "assay diff npm:axios@1.14.1\twith the version before it\n"
		    "assay diff --output json=r.json old/ new/\ttext here, JSON there\n"
		    "assay diff --pairs updates.tsv --quiet\tmany pairs, one JSON object a line\n",
	.min_args = 0, /* --pairs */
	.max_args = 2,
	.run = run,
};
