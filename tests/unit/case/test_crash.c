/*
 * Whatever ends a process in the middle of a change: what was acknowledged is there, and nothing is
 * there by halves. A child changes a case again and again and says after each commit which revision
 * lasts; it is killed at some moment. $ASSAY_KILLS: how often (60).
 *
 * A full disk is a limit on the size of files (RLIMIT_FSIZE, which needs no rights): every file that
 * the store writes, its journal too, stops at that size.
 */
#include "tools.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "case/nouns.h"
#include "case/rows.h"

static const char *const path = "crash.db";
enum { OBSERVED = 5 }; /* with each revision after the first */

static struct store *open_store(void)
{
	char why[STORE_WHY_BYTES] = "";
	struct store *s = NULL;

	if (store_open(path, STORE_MAKE, &s, why) != STATUS_OK)
		fail_msg("%s", why);
	return s;
}

/* Revision n has n channels, each with a text of its own, and 5 (n - 1) observations. */
static enum status change_once(struct store *s, bool make, int64_t *ret_revision)
{
	static const struct case_note note = {0, {"x", 1}, {"y", 1}, {"z", 1}};
	struct arena a;
	struct case_change c;
	struct case_channel *x;
	enum status status;

	arena_init(&a, 0);
	status = make ? case_change_new(s, &a, STR("one"), 0, &c)
		      : case_change_begin(s, &a, STR("one"), (unsigned)CASE_ALL, &c);
	for (unsigned i = 0; !make && status == STATUS_OK && i < OBSERVED; i++) {
		struct observation o;

		row_init(&case_noun_observation, &o);
		o.source = STR("web");
		o.file = arena_printf(&a, "%lld", (long long)c.before->revision);
		o.indicator = STR("i1");
		o.stage = STR("delivered");
		o.keys[OBSERVATION_IP] = arena_printf(&a, "192.0.2.%u", i);
		o.line = o.count = 1;
		status = case_observe(&c, &o, NULL);
	}
	if (status == STATUS_OK) {
		x = case_add(&a, &case_noun_channel, &c.now->channels);
		x->id = case_id_next(&c, 'c');
		x->kind = STR("cdn");
		x->fanout = STR("none");
		x->url = arena_printf(&a, "https://cdn.example/%0900lld",
			(long long)c.before->revision);
		status = case_change_commit(&c, &note, ret_revision);
	} else {
		case_change_cancel(&c);
	}
	arena_release(&a);
	return status;
}

static int64_t whole_revision(void)
{
	struct store *s = open_store();
	struct arena a;
	struct case_file *f = NULL;
	int64_t revision = 0;
	enum status status;

	arena_init(&a, 0);
	status = case_load(s, &a, STR("one"), 0, (unsigned)CASE_ALL, &f);
	if (status == STATUS_OK) {
		revision = f->revision;
		assert_int_equal(f->channels.n, revision);
		assert_int_equal(f->n_observations, OBSERVED * (revision - 1));
		assert_int_equal(f->revisions.n, revision);
	} else if (status != STATUS_NOT_FOUND) {
		fail_msg("%s", store_why(s));
	}
	arena_release(&a);
	store_close(s);
	return revision;
}

static void child(int acknowledged, int64_t revision)
{
	char why[STORE_WHY_BYTES];
	struct store *s;

	if (store_open(path, STORE_MAKE, &s, why) != STATUS_OK)
		_exit(1);
	for (;;) {
		if (change_once(s, revision == 0, &revision) != STATUS_OK)
			_exit(2);
		if (write(acknowledged, &revision, sizeof(revision)) != sizeof(revision))
			_exit(3);
	}
}

/* The last revision that was acknowledged before the child was killed; `before` if none was. */
static int64_t kill_after(int64_t before, long wait_us)
{
	struct timespec wait = {.tv_sec = 0, .tv_nsec = wait_us * 1000};
	int pipes[2], status;
	int64_t last = before, revision;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(pipes[0]);
		child(pipes[1], before);
	}
	close(pipes[1]);
	nanosleep(&wait, NULL);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	while (read(pipes[0], &revision, sizeof(revision)) == sizeof(revision))
		last = revision;
	close(pipes[0]);
	return last;
}

/* Moments from the opening of the store on, tighter at its start; the same ones each time. */
static void killed(void **state)
{
	const char *asked = getenv("ASSAY_KILLS");
	long kills = asked ? strtol(asked, NULL, 10) : 60, moved = 0;
	int64_t revision = 0;

	(void)state;
	for (long i = 0; i < kills; i++) {
		int64_t acknowledged = kill_after(revision, (i * 7919) % (i % 2 ? 60000 : 12000));
		int64_t now = whole_revision();

		/* One more than was said may last: it was not yet said. */
		assert_true(now == acknowledged || now == acknowledged + 1);
		moved += now > revision;
		revision = now;
	}
	assert_true(kills < 20 || moved > 0);
}

/* ---- a full disk ----------------------------------------------------------------------------- */

/* Makes one change with files no larger than this: 0 done, 1 refused with a reason. */
static int change_within(rlim_t bytes)
{
	struct rlimit limit = {bytes, bytes};
	char why[STORE_WHY_BYTES] = "";
	struct store *s;
	int64_t revision;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		signal(SIGXFSZ, SIG_IGN);
		if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
			_exit(9);
		if (store_open(path, STORE_WRITE, &s, why) != STATUS_OK)
			_exit(why[0] ? 1 : 8);
		if (change_once(s, false, &revision) != STATUS_OK)
			_exit(store_why(s)[0] ? 1 : 7);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void full_disk(void **state)
{
	struct store *s = open_store();
	int64_t revision;
	unsigned refused = 0, done = 0;

	(void)state;
	for (int i = 0; i < 8; i++)
		assert_int_equal(change_once(s, i == 0, &revision), STATUS_OK);
	store_close(s);
	/* From no byte at all up to where it fits: journal, database and its growth all fail. */
	for (rlim_t bytes = 0; bytes < 2000000 && done < 3; bytes += bytes < 60000 ? 1500 : 9000) {
		int answer = change_within(bytes);

		assert_true(answer == 0 || answer == 1);
		assert_int_equal(whole_revision(), revision + (answer == 0));
		revision += answer == 0;
		refused += answer == 1;
		done += answer == 0;
	}
	assert_true(refused >= 10);
	assert_int_equal(done, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(killed, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(full_disk, tools_enter, tools_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
