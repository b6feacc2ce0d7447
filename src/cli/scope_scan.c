/* assay scope scan: logs and inventories against indicators. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/common.h"
#include "cli/input.h"
#include "cli/progress.h"
#include "cli/scope.h"
#include "cli/scan_case.h"
#include "cli/whole.h"
#include "logs/declared.h"
#include "report/scan.h"

enum {
	INDICATORS_BYTES = 256 << 20,
	EXIT_BLIND = 1, /* some of what was given could not be read */
};

struct scanning {
	const struct settings *s;
	struct arena arena;
	struct indicators indicators;
	struct zone *zone;
	struct scan_case kept; /* with --case */
	struct scan *scan;
	struct progress progress;
	struct input *inputs;
	int n_inputs;
	int n_missing; /* of what was named: nothing is there */
};

/* Line 0: it is the whole of it that is wrong. */
static void say_line(const char *path, unsigned line, const char *why)
{
	if (line)
		say_error("%s:%u: %s", shown(path).text, line, why);
	else
		say_error("%s: %s", shown(path).text, why);
}

static bool read_list(struct scanning *x, const char *path)
{
	const char *why;
	unsigned line;
	struct buf text;
	bool ok;

	buf_init(&text, INDICATORS_BYTES);
	ok = whole_read(path, &text);
	if (ok && !indicators_read(&x->indicators, &x->arena, buf_str(&text), &line, &why)) {
		say_line(path, line, why);
		ok = false;
	}
	buf_release(&text);
	return ok;
}

/* "KIND VALUE", or the name of a list. */
static bool read_indicator(struct scanning *x, const char *text)
{
	struct str s = str_of(text);
	size_t blank = str_find_z(s, " ");
	struct indicator i = {.value = str_part(s, blank + 1, s.len)};
	const char *why;

	if (blank == SIZE_MAX || !indicator_kind_named(str_part(s, 0, blank), &i.kind))
		return read_list(x, text);
	i.stage = indicator_stage(i.kind);
	if (indicators_add(&x->indicators, &x->arena, &i, &why))
		return true;
	say_error("--indicator %s: %s", shown(text).text, why);
	return false;
}

static bool read_indicators(struct scanning *x)
{
	if (x->s->case_id && !scan_case_open(&x->kept, x->s, &x->arena, &x->indicators))
		return false;
	for (size_t i = 0; i < x->s->indicators.n; i++)
		if (!read_indicator(x, x->s->indicators.items[i]))
			return false;
	return !x->s->indicators_file || read_list(x, x->s->indicators_file);
}

static bool read_zone(struct scanning *x)
{
	const char *zone = x->s->timezone ? x->s->timezone : scan_case_zone(&x->kept);
	enum status status;

	if (!zone)
		return true;
	status = zone_open(str_of(zone), &x->zone);
	if (status == STATUS_OK)
		return true;
	say_error("--timezone %s: %s", shown(zone).text,
		status == STATUS_USAGE ? "not like +02:00, Europe/Berlin or UTC"
				       : "not in this system's time zones");
	return false;
}

static void show_progress(void *user, uint64_t done, uint64_t all, uint64_t hits)
{
	struct assay_progress now = {.stage = "scan: megabytes", .done = done / 1000000,
		.total = all / 1000000, .findings = hits};

	progress_show(user, &now);
}

static struct scan_options options_of(struct scanning *x, const struct log_format *format)
{
	const struct settings *s = x->s;
	struct scan_options o = {
		.indicators = &x->indicators,
		.format = format,
		.source = s->as,
		/* A screen of text has no place for them; hashing takes as long as looking. */
		.no_digests = !s->case_id && (!s->format || strcmp(s->format, "text") == 0),
		.zone = x->zone,
		.jobs = s->jobs > 1024 ? 1024 : (unsigned)s->jobs,
		.unconfined = s->unconfined,
		.spool_folder = folder_of_temporaries(),
		.interrupted = &interrupted,
		.progress = show_progress,
		.user = &x->progress,
	};

	if (s->day_order)
		o.order = strcmp(s->day_order, "day-first") == 0 ? TIME_DAY_FIRST : TIME_MONTH_FIRST;
	return o;
}

static bool read_format(struct scanning *x, const struct log_format **ret)
{
	unsigned line = 0;
	const char *why = NULL;
	struct buf text;

	*ret = NULL;
	if (x->s->log_format) {
		*ret = log_format_named(str_of(x->s->log_format));
		if (!*ret)
			say_error("--log-format %s: no such format; assay formats lists them",
				shown(x->s->log_format).text);
		return *ret != NULL;
	}
	if (!x->s->mapping)
		return true;
	buf_init(&text, INDICATORS_BYTES);
	if (whole_read(x->s->mapping, &text)) {
		*ret = declared_read(&x->arena, buf_str(&text), &line, &why);
		if (!*ret)
			say_line(x->s->mapping, line, why);
	}
	buf_release(&text);
	return *ret != NULL;
}

static bool open_scan(struct scanning *x)
{
	const struct log_format *format;
	struct scan_options o;

	if (!read_format(x, &format))
		return false;
	o = options_of(x, format);
	if (scan_open(&o, &x->scan) == STATUS_OK)
		return true;
	say_error("%s", scan_error(x->scan));
	return false;
}

/* What is not there is said at once and stands in the result; the rest is read all the same. */
static void note_missing(struct scanning *x, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return;
	say_error("%s: %s", shown(path).text, strerror(errno));
	x->n_missing++;
}

static bool add_inputs(struct scanning *x, const char **args, int n)
{
	x->inputs = calloc((size_t)n + 1, sizeof(x->inputs[0]));
	if (!x->inputs)
		return false;
	for (int i = 0; i < n; i++) {
		struct input *in = &x->inputs[x->n_inputs++];
		struct failure why;
		bool is_stdin = strcmp(args[i], "-") == 0;

		*in = (struct input){.given = args[i], .fd = -1};
		if (is_stdin && !input_open(x->s, args[i], in, &why)) {
			say_error("%s", why.text);
			return false;
		}
		note_missing(x, input_path(in));
		if (scan_add(x->scan, input_path(in), is_stdin ? "stdin" : args[i]) != STATUS_OK) {
			say_error("%s: %s", shown(args[i]).text, scan_error(x->scan));
			return false;
		}
	}
	return true;
}

static bool print(struct scanning *x)
{
	struct scan_shown what = {.scan = x->scan, .indicators = &x->indicators,
		.zone = x->s->timezone, .interrupted = interrupted};
	const char *format = x->s->format ? x->s->format : "text";
	struct report_out out = report_to_file(stdout);
	struct text_style style = {.columns = 0};
	enum status status;

	if (x->s->case_id) {
		if (!scan_case_begin(&x->kept, x->scan))
			return false;
		what.also = scan_case_observe;
		what.user = &x->kept;
	}
	if (strcmp(format, "jsonl") == 0)
		status = report_scan_jsonl(&what, &out);
	else if (strcmp(format, "text") != 0)
		status = report_scan_json(&what, &out);
	else
		status = report_scan_text(&what, style, &out);
	if (status != STATUS_OK && !out.failed)
		say_error("what was seen could not be put together: %s", status_name(status));
	if (status != STATUS_OK && !out.failed)
		return false;
	return !x->s->case_id || (!out.failed && scan_case_commit(&x->kept, x->scan));
}

static int exit_of(const struct scanning *x)
{
	size_t n;
	const struct scan_file *files = scan_files(x->scan, &n);
	uint64_t blind = 0;

	for (size_t i = 0; i < n; i++)
		blind += files[i].read != READ_WHOLE;
	if (interrupted) {
		say(x->s, "stopped: what was read until then is above");
		return EXIT_INTERRUPTED;
	}
	if (!n) { /* a folder without files: no answer, and not "nobody" */
		say_error("there are no files there: nothing was read");
		return EXIT_NO_ANSWER;
	}
	if (x->n_missing) {
		say_error("%d of %d paths are not there: the answer is about the others", x->n_missing, x->n_inputs);
		return EXIT_NO_ANSWER;
	}
	if (blind)
		say(x->s, "exit 1: %llu of %zu files not read to their end",
			(unsigned long long)blind, n);
	return blind ? EXIT_BLIND : EXIT_CLEAN;
}

static int scan_all(struct scanning *x, const char **args, int n)
{
	enum status status;
	int printed;

	if (!read_indicators(x) || !read_zone(x) || !open_scan(x) || !add_inputs(x, args, n))
		return interrupted ? EXIT_INTERRUPTED : EXIT_NO_ANSWER;
	progress_begin(&x->progress, x->s);
	status = scan_run(x->scan);
	progress_erase(&x->progress);
	if (status != STATUS_OK && status != STATUS_INTERRUPTED) {
		say_error("%s", scan_error(x->scan));
		return EXIT_NO_ANSWER;
	}
	if (!print(x))
		return EXIT_NO_ANSWER;
	printed = print_exit(x->s);
	return printed == EXIT_CLEAN ? exit_of(x) : printed;
}

static bool is_format(const char *name)
{
	return !name || choice_has("text json json-v1 jsonl", name);
}

static int run(const struct settings *s)
{
	struct scanning x = {.s = s};
	int status;

	if (!s->indicators.n && !s->indicators_file && !s->case_id) {
		say_error("--case ID or --indicators FILE says what to look for");
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	}
	if (!is_format(s->format)) {
		say_error("--format %s: a scan is printed as text, json or jsonl", s->format);
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	}
	arena_init(&x.arena, 0);
	status = scan_all(&x, s->args, s->n_args);
	scan_case_close(&x.kept);
	scan_close(x.scan);
	zone_close(x.zone);
	for (int i = 0; i < x.n_inputs; i++)
		input_close(&x.inputs[i]);
	free(x.inputs);
	arena_release(&x.arena);
	if (status == EXIT_NO_ANSWER)
		return say_exit(s, status, VERDICT_CLEAN);
	return status;
}

const struct verb verb_scope_scan = {
	.name = "scope scan",
	.bit = VERB_SCOPE_SCAN,
	.args = "LOG...",
	.summary = "look through logs and inventories for indicators",
	.text = "LOG is a file, a folder with everything below it, or - for stdin; plain or compressed "
		"with gzip, bzip2, xz or zstd. What a file is, its first lines say: assay formats lists "
		"what is known. A line counts when one of its fields equals an indicator (a host or a "
		"name below it, a path after decoding, a digest in any case), not when it only holds "
		"its letters. Lines about the same entity, indicator and stage are one observation with "
		"the first, the last and their number.\n\n"
		"Lines that cannot be read are counted for each file; those that hold the text of an "
		"indicator all the same are listed. Exit status 0: everything was read to its end, 1: "
		"something was not, and the result says what, 2: a path is not there (the others are read all the "
		"same) or nothing could be asked. The same files give the same result for "
		"any --jobs. Ctrl-C stops and prints what was read until then.\n\n"
		"With --case the indicators are those of the case, and what was seen goes into it, under "
		"the source --as, whose zone counts where lines state none. A file that is read again "
		"replaces what it said before.",
	.examples = "assay scope scan --case C1 --as web access.log.*\tlogs of a source into a case\n"
		    "assay scope scan --indicators bad.txt access.log.*\tlogs of a web server\n"
		    "assay scope scan --indicators bad.txt --timezone Europe/Berlin -f json logs/\ta folder\n"
		    "zcat x.gz | assay scope scan --indicators bad.txt -\tfrom a pipe\n",
	.min_args = 1,
	.max_args = 1 << 20,
	.run = run,
};
