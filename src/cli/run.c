#include "cli/run.h"

#include <inttypes.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/common.h"
#include "cli/output.h"
#include "cli/reference.h"

static bool open_history(struct run *r)
{
	struct failure why;

	for (size_t i = 0; i < r->s->history.n; i++) {
		struct input *in = &r->history[r->n_history++];

		if (!input_open(r->s, r->s->history.items[i], in, &why)) {
			say_error("%s", why.text);
			return false;
		}
		r->history_paths[i] = input_path(in);
	}
	return true;
}

static struct assay_options options_of(struct run *r)
{
	const struct settings *s = r->s;
	struct assay_options o;

	assay_options_init(&o);
	o.jobs = s->jobs > 1024 ? 1024 : (unsigned)s->jobs;
	o.unconfined = s->unconfined;
	o.online = s->online;
	if (s->base_rate > 0)
		o.base_rate = s->base_rate;
	if (s->has_now)
		o.now_utc = s->now_utc;
	o.limit_bytes = s->limit_bytes;
	o.limit_members = s->limit_members;
	o.limit_depth = s->limit_depth;
	o.limit_steps = s->limit_steps;
	o.limit_memory = s->limit_memory;
	o.history = r->history_paths;
	o.n_history = r->n_history;
	o.rules_files = s->rules.items;
	o.n_rules_files = s->rules.n;
	o.accept_file = s->accept;
	o.trust_file = s->trust;
	o.old_proof = s->old_proof;
	o.new_proof = s->proof;
	o.more_proofs = s->more;
	o.progress = progress_show;
	o.user = &r->progress;
	o.interrupted = &interrupted;
	return o;
}

bool run_prepare(struct run *r, const struct settings *s)
{
	*r = (struct run){.s = s};
	clock_gettime(CLOCK_MONOTONIC, &r->begun);
	progress_begin(&r->progress, s);
	return open_history(r);
}

bool run_start(struct run *r)
{
	struct assay_options o = options_of(r);

	if (assay_open(&o, &r->assay) == ASSAY_OK)
		return true;
	say_error("%s", r->assay ? assay_error(r->assay) : "out of memory");
	return false;
}

void run_stop(struct run *r)
{
	assay_close(r->assay);
	r->assay = NULL;
}

void run_close(struct run *r)
{
	progress_erase(&r->progress);
	run_stop(r);
	for (size_t i = 0; i < r->n_history; i++)
		input_close(&r->history[i]);
	r->n_history = 0;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

void run_stats(const struct run *r, const struct document *d)
{
	struct assay_stats stats = {0};
	struct rusage self, ended;
	struct timespec now;

	if (!r->s->stats)
		return;
	if (r->assay)
		assay_stats(r->assay, &stats);
	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &ended);
	if (!r->assay) { /* --pairs: the library was in processes that have ended */
		stats.child_cpu_us = (uint64_t)((seconds(ended.ru_utime) + seconds(ended.ru_stime)) * 1e6);
		stats.child_peak_bytes = (uint64_t)ended.ru_maxrss * 1024;
	}
	clock_gettime(CLOCK_MONOTONIC, &now);
	fprintf(stderr,
		"time      %.3f s, processor %.3f s here and %.3f s in %" PRIu64 " children\n",
		(double)(now.tv_sec - r->begun.tv_sec) +
			(double)(now.tv_nsec - r->begun.tv_nsec) / 1e9,
		seconds(self.ru_utime) + seconds(self.ru_stime),
		(double)stats.child_cpu_us / 1e6, stats.children);
	fprintf(stderr, "memory    %ld kB here, %" PRIu64 " kB in the largest child\n",
		self.ru_maxrss, stats.child_peak_bytes / 1024);
	fprintf(stderr, "scratch   %" PRIu64 " bytes\n", stats.scratch_bytes);
	if (d)
		fprintf(stderr,
			"work      %" PRIu64 " bytes read, %" PRIu64 " analysed, %" PRIu64
			" members parsed, %" PRIu64 " steps\n",
			d->cost.bytes_read, d->cost.bytes_analysed, d->cost.members_parsed,
			d->cost.steps);
}


static void show_as_given(struct doc_release *r, const struct input *in)
{
	r->label = str_basename(str_of(input_path(in)));
	r->path = str_of(in->given);
}

struct document run_shown(const struct document *d, const struct input *old,
	const struct input *new_)
{
	struct document copy = *d;

	if (old)
		show_as_given(&copy.old, old);
	show_as_given(&copy.new, new_);
	return copy;
}

/* ---- one pair -------------------------------------------------------------------------------- */

struct question {
	const struct settings *s;
	const char *old_arg; /* NULL: inspect */
	const char *new_arg;
	struct str note;     /* said before everything else; empty = none */
	struct outputs outputs;
	struct input old, new_;
	struct run run;
};

static int failed(const char *text)
{
	if (!interrupted)
		say_error("%s", text);
	return interrupted ? EXIT_INTERRUPTED : EXIT_NO_ANSWER;
}

static int deliver(struct question *q, const struct assay_result *result, enum verdict *ret)
{
	const struct document *d = assay_result_document(result);
	struct document copy = run_shown(d, q->old_arg ? &q->old : NULL, &q->new_);
	struct str notes[16];

	if (q->note.len && d->notes.n < 15) {
		notes[0] = q->note;
		for (size_t i = 0; i < d->notes.n; i++)
			notes[i + 1] = d->notes.items[i];
		copy.notes = (struct doc_strings){notes, d->notes.n + 1};
	}
	*ret = d->verdict;
	progress_erase(&q->run.progress);
	if (!outputs_write(&q->outputs, q->s, &copy))
		return EXIT_NO_ANSWER;
	run_stats(&q->run, d);
	return exit_for(q->s, d->verdict);
}

static int ask(struct question *q, enum verdict *ret)
{
	struct assay_result *result = NULL;
	enum assay_status status;
	struct failure why;
	int exit_status;

	if (q->old_arg && !input_open(q->s, q->old_arg, &q->old, &why))
		return failed(why.text);
	if (!input_open(q->s, q->new_arg, &q->new_, &why))
		return failed(why.text);
	if (!run_prepare(&q->run, q->s) || !run_start(&q->run))
		return interrupted ? EXIT_INTERRUPTED : EXIT_NO_ANSWER;
	status = q->old_arg ? assay_diff(q->run.assay, input_path(&q->old), input_path(&q->new_),
				      &result)
			    : assay_inspect(q->run.assay, input_path(&q->new_), &result);
	progress_erase(&q->run.progress);
	if (status == ASSAY_INTERRUPTED || interrupted)
		exit_status = EXIT_INTERRUPTED;
	else if (status != ASSAY_OK)
		exit_status = failed(assay_error(q->run.assay));
	else
		exit_status = deliver(q, result, ret);
	assay_result_free(result);
	return exit_status;
}

static int run_question(struct question *q)
{
	enum verdict verdict = VERDICT_CLEAN;
	int status = EXIT_NO_ANSWER;

	q->old.fd = q->new_.fd = -1;
	if (outputs_open(&q->outputs, q->s, OUTPUT_FORMATS)) {
		status = ask(q, &verdict);
		outputs_close(&q->outputs, status == EXIT_CLEAN || status == EXIT_VERDICT);
	}
	run_close(&q->run);
	input_close(&q->old);
	input_close(&q->new_);
	return say_exit(q->s, status, verdict);
}

int run_diff(const struct settings *s, const char *old_arg, const char *new_arg)
{
	struct question q = {.s = s, .old_arg = old_arg, .new_arg = new_arg};
	char previous[600], note[700];
	struct reference r;
	struct failure why;

	if (!old_arg) {
		if (s->offline)
			failure_set(&why, "%s: cannot be looked up with --offline",
				shown(new_arg).text);
		else if (reference_parse(new_arg, &r, &why) &&
			 reference_previous(&r, previous, sizeof(previous), &why))
			q.old_arg = previous;
		if (!q.old_arg)
			return say_exit(s, failed(why.text), VERDICT_CLEAN);
		snprintf(note, sizeof(note),
			"OLD is %s, the highest lower version of the same major line", previous);
		q.note = str_of(note);
		say(s, "%s", note);
	}
	return run_question(&q);
}

int run_inspect(const struct settings *s, const char *arg)
{
	struct question q = {.s = s, .new_arg = arg};

	return run_question(&q);
}
