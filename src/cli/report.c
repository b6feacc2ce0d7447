/* assay report RESULT: a result in another form, without looking at the releases again. */
#include "cli/common.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "cli/whole.h"

enum { RESULT_BYTES = 256 << 20 };

static int render(const struct settings *s, struct outputs *outputs, struct arena *a, struct str text)
{
	struct document d;
	struct str why;

	if (report_read(a, text, &d, &why) != STATUS_OK) {
		say_error("%s: not a result of assay: %s", shown(s->args[0]).text,
			shown(arena_str(a, why).p).text);
		return EXIT_NO_ANSWER;
	}
	return outputs_write(outputs, s, &d) ? EXIT_CLEAN : EXIT_NO_ANSWER;
}

static int run(const struct settings *s)
{
	struct outputs outputs;
	struct arena a;
	struct buf b;
	int status = EXIT_NO_ANSWER;

	arena_init(&a, 0);
	buf_init(&b, RESULT_BYTES);
	if (whole_read(s->args[0], &b) && outputs_open(&outputs, s)) {
		status = render(s, &outputs, &a, buf_str(&b));
		outputs_close(&outputs, status == EXIT_CLEAN);
	}
	buf_release(&b);
	arena_release(&a);
	return say_exit(s, interrupted ? EXIT_INTERRUPTED : status, VERDICT_CLEAN);
}

const struct verb verb_report = {
	.name = "report",
	.bit = VERB_REPORT,
	.args = "RESULT",
	.summary = "show a result again, in any format, without analysing again",
	.text = "RESULT is a document that assay diff or assay inspect wrote as JSON; - is stdin. It is "
		"read strictly and its text is escaped anew for each format, whoever wrote it. The exit "
		"status says whether there is a report, not what it says.",
	.examples = "assay report --format html result.json >report.html\ta page\n"
		    "assay report -o sarif=r.sarif -o md=r.md result.json\tseveral at once\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
