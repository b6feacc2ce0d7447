/* Where results go: stdout in --format, and the files of --output. */
#ifndef ASSAY_CLI_OUTPUT_H
#define ASSAY_CLI_OUTPUT_H

#include "cli/failure.h"
#include "cli/options.h"
#include "report/report.h"

/* What a result can be written as; the choices of --format. */
#define OUTPUT_FORMATS "text json json-v1 jsonl html md sarif"
/* And what a case can be told as; html and md are in both. */
#define OUTPUT_CASE_FORMATS                                                                        \
	"html md csaf csaf-advisory stix osv vex sigma yara osquery defender timesketch notify"
/* All of them, each once. */
#define OUTPUT_ALL_FORMATS                                                                         \
	OUTPUT_FORMATS " csaf csaf-advisory stix osv vex sigma yara osquery defender timesketch notify"

struct output {
	const char *path; /* borrowed */
	char format[24];
	FILE *file;
	bool created; /* by us: removed when nothing comes of it */
};

struct outputs {
	struct output items[SETTINGS_LIST];
	size_t n;
};

/* Opens every file of --output before the work begins; says what is wrong and returns false, also
 * when it or --format asks for what is not among the choices. */
bool outputs_open(struct outputs *o, const struct settings *s, const char *choices);
/* Prints one form to a file; format NULL: the usual one. False: it did not work; errno 0: and it has
 * said why. */
typedef bool (*output_print)(void *user, FILE *f, const char *format, bool is_stdout);
/* Prints every form that was asked for, and stdout; says what is wrong and returns false. */
bool outputs_each(struct outputs *o, const struct settings *s, output_print print, void *user);
/* Writes the document to the files and to stdout; says what is wrong and returns false. */
bool outputs_write(struct outputs *o, const struct settings *s, const struct document *d);
/* Closes what is open; without a result the files that we made are removed. */
void outputs_close(struct outputs *o, bool has_result);

#endif
