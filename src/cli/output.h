/* Where results go: stdout in --format, and the files of --output. */
#ifndef ASSAY_CLI_OUTPUT_H
#define ASSAY_CLI_OUTPUT_H

#include "cli/failure.h"
#include "cli/options.h"
#include "report/report.h"

/* What a result can be written as; the choices of --format. */
#define OUTPUT_FORMATS "text json json-v1 jsonl html md sarif"

struct output {
	const char *path; /* borrowed */
	const char *format;
	FILE *file;
	bool created; /* by us: removed when nothing comes of it */
};

struct outputs {
	struct output items[SETTINGS_LIST];
	size_t n;
};

/* Opens every file of --output before the work begins; says what is wrong and returns false. */
bool outputs_open(struct outputs *o, const struct settings *s);
/* Writes the document to the files and to stdout; says what is wrong and returns false. */
bool outputs_write(struct outputs *o, const struct settings *s, const struct document *d);
/* Closes what is open; without a result the files that we made are removed. */
void outputs_close(struct outputs *o, bool has_result);

#endif
