/* assay inspect RELEASE: the same question without a predecessor. */
#include "cli/common.h"
#include "cli/run.h"
#include "cli/verbs.h"

static int run(const struct settings *s)
{
	return run_inspect(s, s->args[0]);
}

const struct verb verb_inspect = {
	.name = "inspect",
	.bit = VERB_INSPECT,
	.args = "RELEASE",
	.summary = "what is in a release, and what can it do? A verdict without a predecessor",
	.text = "Reads everything, since nothing is known to be old. That a thing is new never "
		"counts by itself; with an earlier release at hand, assay diff sees more and says it "
		"more surely.",
	.examples = "assay inspect agent-10.0.9.exe\ta file\n"
		    "assay inspect npm:left-pad@1.3.0\ta package\n"
		    "curl -fsS https://vendor.example/agent.exe | assay inspect -\tfrom stdin\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
