#include "cli/pairs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/run.h"
#include "util/escape.h"

enum { LINE_BYTES = 32 << 10 };

struct pairs {
	const struct settings *s;
	struct run run;
	FILE *in;
	uint64_t line;
	uint64_t judged, unusable;
	enum verdict worst;
	bool stdout_failed;
};

static void print_unusable(struct pairs *p, const char *old_path, const char *new_path,
	const char *why)
{
	struct report_out out = report_to_file(stdout);

	report_json_error(str_of(old_path), str_of(new_path), str_of(why), &out);
	p->unusable++;
}

/* assay_diff on what input_open() made of the two names. */
static void judge_opened(struct pairs *p, const struct input *old, const struct input *new_)
{
	struct assay_result *result = NULL;
	enum assay_status status = assay_diff(p->run.assay, input_path(old), input_path(new_),
		&result);

	progress_erase(&p->run.progress);
	if (status == ASSAY_OK) {
		const struct document *d = assay_result_document(result);
		struct document copy = run_shown(d, old, new_);
		struct report_out out = report_to_file(stdout);

		report_json(&copy, REPORT_ONE_LINE, &out);
		p->judged++;
		if (verdict_rank(d->verdict) > verdict_rank(p->worst))
			p->worst = d->verdict;
	} else if (status != ASSAY_INTERRUPTED && !interrupted) {
		print_unusable(p, old->given, new_->given, assay_error(p->run.assay));
	}
	assay_result_free(result);
}

static void judge_pair(struct pairs *p, const char *old_arg, const char *new_arg)
{
	struct input old = {.fd = -1}, new_ = {.fd = -1};
	struct failure why;

	if (strcmp(old_arg, "-") == 0 || strcmp(new_arg, "-") == 0) {
		failure_set(&why, "- (stdin) cannot stand for a release in a list of pairs");
		print_unusable(p, old_arg, new_arg, why.text);
	} else if (!input_open(p->s, old_arg, &old, &why) ||
		   !input_open(p->s, new_arg, &new_, &why)) {
		if (!interrupted)
			print_unusable(p, old_arg, new_arg, why.text);
	} else {
		judge_opened(p, &old, &new_);
	}
	input_close(&old);
	input_close(&new_);
}

static void judge_line(struct pairs *p, char *line, size_t n)
{
	char why[120];
	char *tab = memchr(line, '\t', n);
	const char *problem = NULL;

	if (memchr(line, '\0', n))
		problem = "holds a NUL byte";
	else if (!tab)
		problem = "has no TAB between OLD and NEW";
	else if (memchr(tab + 1, '\t', n - (size_t)(tab + 1 - line)))
		problem = "has more than one TAB";
	else if (tab == line || tab + 1 == line + n)
		problem = "lacks OLD or NEW";
	if (problem) {
		snprintf(why, sizeof(why), "line %llu %s", (unsigned long long)p->line, problem);
		print_unusable(p, tab ? "" : line, "", why);
		return;
	}
	*tab = '\0';
	judge_pair(p, line, tab + 1);
}

/* One line without its end; false at the end of the list. What does not fit is reported once. */
static bool next_line(struct pairs *p, char *line, size_t *ret_n)
{
	size_t n = 0;
	int c;

	while ((c = getc(p->in)) != EOF && c != '\n')
		if (n < LINE_BYTES)
			line[n++] = (char)c;
	if (c == EOF && n == 0)
		return false;
	p->line++;
	if (n && n < LINE_BYTES && line[n - 1] == '\r')
		n--;
	line[n] = '\0'; /* LINE_BYTES + 1 are there */
	*ret_n = n;
	return true;
}

static void judge_all(struct pairs *p)
{
	char *line = malloc(LINE_BYTES + 1);
	size_t n;

	while (line && !interrupted && next_line(p, line, &n)) {
		char why[80];

		if (n == 0)
			continue;
		if (n >= LINE_BYTES) {
			snprintf(why, sizeof(why), "line %llu is too long",
				(unsigned long long)p->line);
			print_unusable(p, "", "", why);
		} else {
			judge_line(p, line, n);
		}
		/* Whoever reads along gets each answer when it is there. */
		errno = 0;
		if (fflush(stdout) != 0 || ferror(stdout)) {
			stdout_failed(errno);
			p->stdout_failed = true;
			break;
		}
	}
	free(line);
}

static int finish(struct pairs *p, bool read_failed)
{
	const struct settings *s = p->s;
	int status;

	if (interrupted)
		return say_exit(s, EXIT_INTERRUPTED, VERDICT_CLEAN);
	if (!stdout_done() || p->stdout_failed)
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	run_stats(&p->run, NULL);
	if (read_failed)
		say_error("%s: %s", shown(s->pairs).text, strerror(EIO));
	if (p->unusable)
		say_error("%llu of %llu pairs could not be compared",
			(unsigned long long)p->unusable,
			(unsigned long long)(p->unusable + p->judged));
	else if (p->judged == 0 && !read_failed)
		say_error("%s: no pairs: nothing to compare", shown(s->pairs).text);
	status = p->unusable || p->judged == 0 || read_failed ? EXIT_NO_ANSWER
							       : exit_for(s, p->worst);
	return say_exit(s, status, p->worst);
}

int pairs_run(const struct settings *s)
{
	struct pairs p = {.s = s};
	bool is_stdin = strcmp(s->pairs, "-") == 0;
	int status;

	if (s->format && strcmp(s->format, "text") == 0)
		say_error("--pairs prints JSON, one object a line; leave out --format text");
	else if (s->outputs.n)
		say_error("--pairs prints to stdout; leave out --output");
	else if (!is_stdin && !(p.in = fopen(s->pairs, "re")))
		say_error("%s: %s", shown(s->pairs).text, strerror(errno));
	else
		p.in = is_stdin ? stdin : p.in;
	if (!p.in || !run_open(&p.run, s)) {
		run_close(&p.run);
		return say_exit(s, interrupted ? EXIT_INTERRUPTED : EXIT_NO_ANSWER, VERDICT_CLEAN);
	}
	judge_all(&p);
	status = finish(&p, ferror(p.in) != 0);
	if (!is_stdin)
		fclose(p.in);
	run_close(&p.run);
	return status;
}
