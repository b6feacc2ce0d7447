/*
 * Many pairs: lines are read as they come, each goes to a process of its own kind (workers.h), and
 * the answers are printed in the order of the lines.
 */
#include "cli/pairs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/lines.h"
#include "cli/run.h"
#include "cli/workers.h"

enum { AHEAD = 4 }; /* questions a worker that may wait for an earlier answer to be printed */

enum answer { /* up to 3: the verdict */
	ANSWER_UNUSABLE = VERDICT_N,
	ANSWER_NONE, /* interrupted */
};

struct slot {
	struct buf question, text;
	unsigned answer;
	bool done;
};

struct pairs {
	const struct settings *s;
	struct run run; /* its history is shared; the library is opened by each worker */
	struct lines lines;
	struct workers workers;
	struct slot slots[AHEAD * WORKERS_MAX];
	uint64_t n_slots, asked, printed; /* slot of ticket t: t % n_slots */
	uint64_t judged, unusable;
	enum verdict worst;
	bool stdout_lost, complete;
};

/* ---- in a worker ----------------------------------------------------------------------------- */

static bool worker_start(void *user)
{
	struct pairs *p = user;

	return run_start(&p->run);
}

static void worker_stop(void *user)
{
	struct pairs *p = user;

	run_stop(&p->run);
}

static unsigned unusable(struct buf *text, struct str old_path, struct str new_path,
	const char *why)
{
	struct report_out out = report_to_buf(text);

	report_json_error(old_path, new_path, str_of(why), &out);
	return ANSWER_UNUSABLE;
}

/* assay_diff on what input_open() made of the two names. */
static unsigned judge_opened(struct pairs *p, const struct input *old, const struct input *new_,
	struct buf *text)
{
	struct assay_result *result = NULL;
	enum assay_status status = assay_diff(p->run.assay, input_path(old), input_path(new_),
		&result);
	unsigned answer = ANSWER_NONE;

	if (status == ASSAY_OK) {
		const struct document *d = assay_result_document(result);
		struct document copy = run_shown(d, old, new_);
		struct report_out out = report_to_buf(text);

		report_json(&copy, REPORT_ONE_LINE, &out);
		answer = d->verdict;
	} else if (status != ASSAY_INTERRUPTED && !interrupted) {
		answer = unusable(text, str_of(old->given), str_of(new_->given),
			assay_error(p->run.assay));
	}
	assay_result_free(result);
	return answer;
}

static unsigned judge_pair(struct pairs *p, const char *old_arg, const char *new_arg,
	struct buf *text)
{
	struct input old = {.fd = -1}, new_ = {.fd = -1};
	unsigned answer = ANSWER_NONE;
	struct failure why;

	if (strcmp(old_arg, "-") == 0 || strcmp(new_arg, "-") == 0)
		answer = unusable(text, str_of(old_arg), str_of(new_arg),
			"- (stdin) cannot stand for a release in a list of pairs");
	else if (input_open(p->s, old_arg, &old, &why) && input_open(p->s, new_arg, &new_, &why))
		answer = judge_opened(p, &old, &new_, text);
	else if (!interrupted)
		answer = unusable(text, str_of(old_arg), str_of(new_arg), why.text);
	input_close(&old);
	input_close(&new_);
	return answer;
}

static unsigned worker_answer(void *user, struct str question, struct buf *text)
{
	char line[LINES_MAX_BYTES + 1], *tab;
	const char *problem = NULL;

	memcpy(line, question.p, question.len);
	line[question.len] = '\0';
	tab = memchr(line, '\t', question.len);
	if (memchr(line, '\0', question.len))
		problem = "the line holds a NUL byte";
	else if (!tab)
		problem = "the line has no TAB between OLD and NEW";
	else if (strchr(tab + 1, '\t'))
		problem = "the line has more than one TAB";
	else if (tab == line || !tab[1])
		problem = "the line lacks OLD or NEW";
	if (tab)
		*tab = '\0';
	if (problem)
		return unusable(text, str_of(line), str_of(tab ? tab + 1 : ""), problem);
	return judge_pair(user, line, tab + 1, text);
}

/* ---- here ------------------------------------------------------------------------------------ */

static struct slot *slot_of(struct pairs *p, uint64_t ticket)
{
	return &p->slots[ticket % p->n_slots];
}

static bool has_room(const struct pairs *p)
{
	return p->asked - p->printed < p->n_slots;
}

/* Lines that are there already go out while a worker is idle. */
static void ask_more(struct pairs *p)
{
	struct line line;

	while (has_room(p) && workers_idle(&p->workers) && lines_take(&p->lines, &line)) {
		struct slot *x = slot_of(p, p->asked);

		if (line.text.len == 0 && !line.too_long)
			continue;
		buf_clear(&x->question);
		buf_clear(&x->text);
		x->done = line.too_long;
		if (line.too_long) {
			x->answer = unusable(&x->text, STR_NONE, STR_NONE, "the line is too long");
		} else {
			buf_add_str(&x->question, line.text);
			workers_ask(&p->workers, p->asked, line.text);
		}
		p->asked++;
	}
}

static void count(struct pairs *p, unsigned answer)
{
	if (answer == ANSWER_UNUSABLE) {
		p->unusable++;
		return;
	}
	p->judged++;
	if (verdict_rank((enum verdict)answer) > verdict_rank(p->worst))
		p->worst = (enum verdict)answer;
}

/* Whoever reads along gets each answer as soon as it is its turn. */
static void print_ready(struct pairs *p)
{
	while (p->printed < p->asked && slot_of(p, p->printed)->done && !p->stdout_lost) {
		struct slot *x = slot_of(p, p->printed++);

		progress_erase(&p->run.progress);
		count(p, x->answer);
		errno = 0;
		if (fwrite(x->text.p, 1, x->text.len, stdout) != x->text.len ||
			fflush(stdout) != 0) {
			stdout_failed(errno);
			p->stdout_lost = true;
		}
	}
}

static void take_answer(struct pairs *p, struct slot *x, unsigned answer, const struct buf *text)
{
	x->done = answer != ANSWER_NONE;
	x->answer = answer;
	if (answer == WORKER_CRASHED)
		x->answer = unusable(&x->text, buf_str(&x->question), STR_NONE,
			"the process that compared this pair ended early");
	else
		buf_add(&x->text, text->p, text->len);
}

static void show_progress(struct pairs *p)
{
	const struct assay_progress now = {.stage = "pair", .done = p->printed};

	progress_show(&p->run.progress, &now);
}

static bool alive(const struct pairs *p)
{
	return workers_idle(&p->workers) || workers_busy(&p->workers);
}

static void judge_all(struct pairs *p)
{
	struct buf text;

	buf_init(&text, 1 << 30);
	while (!interrupted && !p->stdout_lost && alive(p)) {
		bool wants_lines, can_read;
		uint64_t ticket = 0;
		unsigned answer = 0;

		print_ready(p);
		ask_more(p);
		wants_lines = has_room(p) && workers_idle(&p->workers) && !p->lines.end;
		p->complete = lines_done(&p->lines) && p->printed == p->asked && alive(p);
		if (p->complete)
			break;
		show_progress(p);
		if (workers_wait(&p->workers, wants_lines ? p->lines.fd : -1, &can_read, &ticket,
			    &answer, &text)) {
			take_answer(p, slot_of(p, ticket), answer, &text);
			buf_clear(&text);
		}
		if (wants_lines && can_read)
			lines_fill(&p->lines);
	}
	buf_release(&text);
}

static int finish(struct pairs *p)
{
	const struct settings *s = p->s;
	bool whole = p->complete && !p->lines.failed;
	int status = EXIT_NO_ANSWER;

	if (interrupted)
		return say_exit(s, EXIT_INTERRUPTED, VERDICT_CLEAN);
	if (!stdout_done() || p->stdout_lost)
		return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
	run_stats(&p->run, NULL);
	if (!whole)
		say_error("%s: not all of the list could be worked through", shown(s->pairs).text);
	if (p->unusable)
		say_error("%" PRIu64 " of %" PRIu64 " pairs could not be compared", p->unusable,
			p->unusable + p->judged);
	else if (p->judged == 0 && whole)
		say_error("%s: no pairs: nothing to compare", shown(s->pairs).text);
	if (whole && !p->unusable && p->judged)
		status = exit_for(s, p->worst);
	return say_exit(s, status, p->worst);
}

static size_t worker_count(const struct settings *s)
{
	long n = s->jobs ? (long)(s->jobs > WORKERS_MAX ? WORKERS_MAX : s->jobs)
			 : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (size_t)n;
}

static int run_list(struct pairs *p, int fd)
{
	const struct worker_role role = {worker_start, worker_answer, worker_stop, p};
	size_t n = worker_count(p->s);
	int status;

	p->n_slots = AHEAD * n;
	for (size_t i = 0; i < p->n_slots; i++) {
		buf_init(&p->slots[i].question, LINES_MAX_BYTES + 1);
		buf_init(&p->slots[i].text, 1 << 30);
	}
	if (!workers_open(&p->workers, n, &role))
		return say_exit(p->s, interrupted ? EXIT_INTERRUPTED : EXIT_NO_ANSWER,
			VERDICT_CLEAN);
	lines_open(&p->lines, fd);
	judge_all(p);
	workers_close(&p->workers);
	progress_erase(&p->run.progress);
	status = finish(p);
	lines_close(&p->lines);
	for (size_t i = 0; i < p->n_slots; i++) {
		buf_release(&p->slots[i].question);
		buf_release(&p->slots[i].text);
	}
	return status;
}

static int open_list(const struct settings *s)
{
	int fd = -1;

	if (s->format && strcmp(s->format, "json") != 0 && strcmp(s->format, "json-v1") != 0)
		say_error("--pairs prints JSON, one object a line; leave out --format %s", s->format);
	else if (s->outputs.n)
		say_error("--pairs prints to stdout; leave out --output");
	else if (strcmp(s->pairs, "-") == 0)
		fd = STDIN_FILENO;
	else if ((fd = open(s->pairs, O_RDONLY | O_CLOEXEC)) < 0)
		say_error("%s: %s", shown(s->pairs).text, strerror(errno));
	return fd;
}

int pairs_run(const struct settings *s)
{
	static struct pairs p;
	int fd = open_list(s), status;

	p.s = s;
	if (fd < 0 || !run_prepare(&p.run, s))
		status = say_exit(s, interrupted ? EXIT_INTERRUPTED : EXIT_NO_ANSWER,
			VERDICT_CLEAN);
	else
		status = run_list(&p, fd);
	run_close(&p.run);
	if (fd > STDIN_FILENO)
		close(fd);
	return status;
}
