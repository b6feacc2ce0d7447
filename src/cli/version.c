#include "assay.h"
#include "cli/common.h"
#include "cli/verbs.h"

static int run(const struct settings *s)
{
	printf("assay %s\n", ASSAY_VERSION);
	return print_exit(s);
}

const struct verb verb_version = {
	.name = "version",
	.bit = VERB_VERSION,
	.args = "",
	.summary = "show the version",
	.text = "",
	.examples = "assay version\tthe version\n",
	.min_args = 0,
	.max_args = 0,
	.run = run,
};
