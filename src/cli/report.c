/* assay report CASE|RESULT: the same in another form, without looking at the releases again. */
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/output.h"
#include "cli/report_case.h"
#include "cli/verbs.h"
#include "cli/whole.h"
#include "report/json_read.h"

enum { RESULT_BYTES = 256 << 20 };

static int result(const struct settings *s, struct arena *a, struct str text)
{
	struct outputs outputs;
	struct document d;
	struct str why;
	int status;

	if (report_read(a, text, &d, &why) != STATUS_OK) {
		say_error("%s: no result and no case of assay: %s", shown(s->args[0]).text,
			shown(arena_str(a, why).p).text);
		return EXIT_NO_ANSWER;
	}
	if (!outputs_open(&outputs, s, OUTPUT_FORMATS))
		return EXIT_NO_ANSWER;
	status = outputs_write(&outputs, s, &d) ? EXIT_CLEAN : EXIT_NO_ANSWER;
	outputs_close(&outputs, status == EXIT_CLEAN);
	return status;
}

static int of_text(const struct settings *s, struct arena *a, struct str text)
{
	struct str why;
	json_t *j = jread_parse(a, text, &why);
	int status;

	if (str_is(jread_str(a, j, "schema"), "assay.case.v1"))
		status = report_case_document(s, a, j);
	else
		status = result(s, a, text);
	json_decref(j);
	return status;
}

static int of_file(const struct settings *s, struct arena *a)
{
	struct buf b;
	int status = EXIT_NO_ANSWER;

	buf_init(&b, RESULT_BYTES);
	if (whole_read(s->args[0], &b))
		status = of_text(s, a, buf_str(&b));
	buf_release(&b);
	return status;
}

/* Ids of cases hold no slash; a file of that name wins, as anybody sees it there. */
static bool is_case_id(const char *arg)
{
	return strcmp(arg, "-") != 0 && !strchr(arg, '/') && access(arg, F_OK) != 0;
}

static int run(const struct settings *s)
{
	struct arena a;
	int status;

	arena_init(&a, 0);
	status = is_case_id(s->args[0]) ? report_case_stored(s, &a, s->args[0]) : of_file(s, &a);
	arena_release(&a);
	return say_exit(s, interrupted ? EXIT_INTERRUPTED : status, VERDICT_CLEAN);
}

const struct verb verb_report = {
	.name = "report",
	.bit = VERB_REPORT,
	.args = "CASE|RESULT",
	.summary = "tell a case, or show a result again, in any format, without analysing again",
	.text = "RESULT is a document that assay diff or assay inspect wrote as JSON; - is stdin. CASE is the "
		"id of a case in the store, or the document that assay case show --format json wrote. What "
		"is read is read strictly, and its text is escaped anew for each format, whoever wrote it.\n"
		"\n"
		"A case is told with facts, inferences and what is not known apart from each other. "
		"Customers are never named in a page unless --name-victims is given; notify and timesketch "
		"are lists of customers and stay inside. What may be blocked holds nothing that an accepted "
		"release has, and where that cannot be known, nothing but the bad release itself.\n"
		"\n"
		"The exit status says whether there is a report, not what it says.",
	.examples = "assay report --format html result.json >report.html\ta page\n"
		    "assay report -o sarif=r.sarif -o md=r.md result.json\tseveral at once\n"
		    "assay report C1 --scope scope.json -o html=c1.html\ta case as a page\n"
		    "assay report C1 --accepted agent-10.0.8.exe -o yara=c1.yar -o defender=c1.csv\twhat to look for and block\n"
		    "assay report C1 --format csaf --tlp clear --address https://vendor.example/csaf/c1.json\tfor the public\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
