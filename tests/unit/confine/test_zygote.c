/* The life of children: work, crash, hang, gluttony, silence, garbage, and nobody left behind. */
#include "child.h"

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static volatile bool for_ever = true;
static const char *secret_at; /* into the environment that this test was started with */

/* ---- roles: they run in the child --------------------------------------------------------- */

static enum status map_input(struct child_env *env)
{
	static struct cursor bytes;

	TRY(child_map(env, 5000, 6, &bytes));
	env->user = &bytes;
	return STATUS_OK;
}

static enum status run_work(struct child_env *env)
{
	struct wire_done done = {.status = STATUS_OK, .steps = env->budget.max_steps,
		.bytes = env->budget.max_bytes, .members = env->budget.max_members};
	struct buf b;

	buf_init(&b, 1 << 20);
	wire_data_put(&b, env->description.base, env->description.len);
	wire_data_put(&b, ((struct cursor *)env->user)->base, ((struct cursor *)env->user)->len);
	wire_done_put(&b, &done);
	child_write(env, &b);
	buf_release(&b);
	return STATUS_OK;
}

static enum status run_segv(struct child_env *env)
{
	volatile uintptr_t nowhere = 16;

	return (enum status)*(volatile int *)nowhere;
}

static enum status run_abort(struct child_env *env)
{
	abort();
}

static enum status run_loop(struct child_env *env)
{
	pid_t pid = getpid();

	child_say(env, &pid, sizeof(pid));
	while (for_ever)
		;
	return STATUS_OK;
}

static enum status run_glutton(struct child_env *env)
{
	for (int i = 0; i < 10240; i++) /* 10 GB */
		memset(arena_alloc(&env->arena, 1 << 20), 1, 1 << 20);
	return STATUS_OK;
}

static enum status run_malloc_glutton(struct child_env *env)
{
	uint64_t got = 0;
	void *p;

	while (got < 10240 && (p = malloc(1 << 20))) {
		memset(p, 1, 1 << 20);
		got++;
	}
	child_say(env, &got, sizeof(got));
	return STATUS_OK;
}

static enum status run_silent(struct child_env *env)
{
	_exit(0);
}

static enum status run_garbage(struct child_env *env)
{
	child_say(env, "\xff\xff\xff\xff not a frame", 16);
	return STATUS_OK;
}

static unsigned dig(unsigned n)
{
	volatile char hole[4096];

	hole[n % sizeof(hole)] = (char)n;
	return n == 0 ? 0 : dig(n + 1) + (unsigned)hole[n % sizeof(hole)];
}

static enum status run_deep(struct child_env *env)
{
	return dig(1) ? STATUS_OK : STATUS_IO;
}

static enum status run_full_frame(struct child_env *env)
{
	struct buf b;

	buf_init(&b, 16);
	wire_data_put(&b, "more than sixteen bytes", 23);
	child_write(env, &b);
	return STATUS_OK;
}

static enum status run_talk(struct child_env *env)
{
	static char much[1 << 16];

	while (for_ever)
		child_say(env, much, sizeof(much));
	return STATUS_OK;
}

static enum status run_fails(struct child_env *env)
{
	return STATUS_IO;
}

static enum status prepare_fails(struct child_env *env)
{
	return STATUS_UNSUPPORTED;
}

static enum status prepare_too_far(struct child_env *env)
{
	struct cursor bytes;

	return child_map(env, 1 << 20, 1, &bytes);
}

struct surroundings {
	char fds[64];
	int input_mode, pipe_mode;
	int n_environ, dumpable, secret_bytes, interrupt_ignored;
	char environ_0[16];
};

static struct surroundings seen;

/* Before confinement, as afterwards nothing of this can be asked any more. */
static enum status look_around(struct child_env *env)
{
	struct sigaction act;

	for (int fd = 0; fd < (int)sizeof(seen.fds); fd++)
		seen.fds[fd] = fcntl(fd, F_GETFD) >= 0;
	seen.input_mode = fcntl(CHILD_INPUT_FD, F_GETFL) & O_ACCMODE;
	seen.pipe_mode = fcntl(CHILD_PIPE_FD, F_GETFL) & O_ACCMODE;
	while (environ[seen.n_environ])
		seen.n_environ++;
	if (seen.n_environ)
		snprintf(seen.environ_0, sizeof(seen.environ_0), "%s", environ[0]);
	seen.dumpable = prctl(PR_GET_DUMPABLE);
	seen.secret_bytes = (int)strlen(secret_at);
	sigaction(SIGINT, NULL, &act);
	seen.interrupt_ignored = act.sa_handler == SIG_IGN;
	return STATUS_OK;
}

static enum status run_tell(struct child_env *env)
{
	child_say(env, &seen, sizeof(seen));
	return STATUS_OK;
}

enum {
	WORK, SEGV, ABORT, LOOP, GLUTTON, MALLOC_GLUTTON, SILENT, GARBAGE, DEEP, FULL_FRAME, TALK,
	FAILS, PREPARE_FAILS, TOO_FAR, SURROUNDINGS
};

static const struct zygote_role roles[] = {
	[WORK] = {"work", map_input, run_work},
	[SEGV] = {"segv", NULL, run_segv},
	[ABORT] = {"abort", NULL, run_abort},
	[LOOP] = {"loop", NULL, run_loop},
	[GLUTTON] = {"glutton", NULL, run_glutton},
	[MALLOC_GLUTTON] = {"glutton", NULL, run_malloc_glutton},
	[SILENT] = {"silent", NULL, run_silent},
	[GARBAGE] = {"garbage", NULL, run_garbage},
	[DEEP] = {"deep", NULL, run_deep},
	[FULL_FRAME] = {"full", NULL, run_full_frame},
	[TALK] = {"talk", NULL, run_talk},
	[FAILS] = {"fails", NULL, run_fails},
	[PREPARE_FAILS] = {"prepare", prepare_fails, run_fails},
	[TOO_FAR] = {"far", prepare_too_far, run_fails},
	[SURROUNDINGS] = {"around", look_around, run_tell},
};

/* ---- the tests ---------------------------------------------------------------------------- */

static struct answer answer;
static int input;
static struct zygote *z;

static struct zygote *start(unsigned flags, void (*warm_up)(void))
{
	struct zygote_setup setup = {roles, sizeof(roles) / sizeof(roles[0]), warm_up, flags};
	struct zygote *ret = NULL;

	assert_int_equal(zygote_start(&ret, &setup), STATUS_OK);
	return ret;
}

static int set_up(void **state)
{
	char bytes[5006];

	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes + 5000, "window", 6);
	input = input_of(bytes, sizeof(bytes));
	z = start(0, NULL);
	return 0;
}

static int tear_down(void **state)
{
	zygote_stop(z);
	close(input);
	return 0;
}

static void run_role(unsigned role)
{
	static uint64_t job = 1000;
	struct job_desc d = job_of(++job, role, "described", 9);

	run_job(z, &d, input, &answer);
}

static void assert_ended(enum job_end end, int code)
{
	assert_int_equal(answer.report.end, end);
	assert_int_equal(answer.report.code, code);
}

static void assert_works(void)
{
	struct str have;
	enum frame_type type;
	struct cursor payload;
	struct str data;
	struct wire_done done;
	size_t used;

	run_role(WORK);
	assert_ended(JOB_EXITED, 0);
	have = str_view(answer.bytes, answer.n);
	assert_int_equal(frame_take(have, &type, &payload, &used), STATUS_OK);
	assert_true(wire_data_get(&payload, &data) && str_is(data, "described"));
	have = str_part(have, used, have.len);
	assert_int_equal(frame_take(have, &type, &payload, &used), STATUS_OK);
	assert_true(wire_data_get(&payload, &data) && str_is(data, "window"));
	have = str_part(have, used, have.len);
	assert_int_equal(frame_take(have, &type, &payload, &used), STATUS_OK);
	assert_int_equal(type, FRAME_DONE);
	assert_true(wire_done_get(&payload, &done));
	assert_int_equal(done.steps, 1000);
	assert_int_equal(done.bytes, 2000);
	assert_int_equal(done.members, 3000);
	assert_int_equal(used, have.len);
}

static void test_work(void **state)
{
	assert_works();
	assert_true(answer.report.pid > 0);
	assert_true(answer.report.max_rss_bytes > 0);
	assert_string_not_equal(zygote_confinement(z)->text, "none");
}

static void test_crashes(void **state)
{
	run_role(SEGV);
	assert_ended(JOB_KILLED, SIGSEGV);
	run_role(ABORT);
	assert_ended(JOB_KILLED, SIGABRT);
	run_role(DEEP);
	assert_ended(JOB_KILLED, SIGSEGV);
	run_role(FAILS);
	assert_ended(JOB_EXITED, CHILD_EXIT_RUN);
	run_role(PREPARE_FAILS);
	assert_ended(JOB_EXITED, CHILD_EXIT_PREPARE);
	run_role(TOO_FAR);
	assert_ended(JOB_EXITED, CHILD_EXIT_PREPARE);
	assert_works();
}

static void test_silence_and_garbage(void **state)
{
	enum frame_type type;
	struct cursor payload;
	size_t used;

	run_role(SILENT);
	assert_ended(JOB_EXITED, 0);
	assert_int_equal(answer.n, 0);
	run_role(GARBAGE);
	assert_ended(JOB_EXITED, 0);
	assert_int_equal(frame_take(str_view(answer.bytes, answer.n), &type, &payload, &used),
		STATUS_DAMAGED);
	run_role(FULL_FRAME);
	assert_ended(JOB_EXITED, CHILD_EXIT_NOMEM);
	assert_int_equal(answer.n, 0);
	assert_works();
}

/* Memory: the arena's ceiling, and malloc's own end at the limit of the process. */
static void test_gluttony(void **state)
{
#ifndef ASSAY_SANITIZED
	uint64_t got;
#endif

	run_role(GLUTTON);
	assert_ended(JOB_EXITED, CHILD_EXIT_NOMEM);
	assert_true(answer.report.max_rss_bytes < 600u << 20);
#ifndef ASSAY_SANITIZED /* no RLIMIT_DATA there */
	run_role(MALLOC_GLUTTON);
	assert_ended(JOB_EXITED, 0);
	assert_int_equal(answer.n, sizeof(got));
	memcpy(&got, answer.bytes, sizeof(got));
	assert_in_range(got, 400, 512);
	assert_true(answer.report.max_rss_bytes < 600u << 20);
#endif
	assert_works();
}

/* Starts LOOP and waits until it runs confined. */
static pid_t start_loop(uint64_t job, uint32_t cpu_seconds, int *ret_pipe)
{
	struct job_desc d = job_of(job, LOOP, "", 0);
	pid_t pid;

	d.limits.cpu_seconds = cpu_seconds;
	answer.n = 0;
	assert_int_equal(zygote_spawn(z, &d, input, ret_pipe), STATUS_OK);
	assert_true(answer_read(&answer, *ret_pipe, sizeof(pid)));
	memcpy(&pid, answer.bytes, sizeof(pid));
	return pid;
}

static void test_endless(void **state)
{
	int pipe_fd;
	pid_t pid = start_loop(7, 60, &pipe_fd);
	struct exit_report r;

	assert_int_equal(zygote_next_exit(z, &r), STATUS_NOT_FOUND);
	assert_int_equal(zygote_kill(z, 99), STATUS_OK); /* nobody: no effect */
	assert_int_equal(kill(pid, 0), 0);
	assert_int_equal(zygote_kill(z, 7), STATUS_OK);
	r = next_exit(z);
	assert_int_equal(r.job, 7);
	assert_int_equal(r.pid, pid);
	assert_int_equal(r.end, JOB_KILLED);
	assert_int_equal(r.code, SIGKILL);
	close(pipe_fd);
}

static void test_cpu_time(void **state)
{
	int pipe_fd;
	struct exit_report r;

	start_loop(8, 1, &pipe_fd);
	r = next_exit(z);
	assert_int_equal(r.end, JOB_KILLED);
	assert_int_equal(r.code, SIGXCPU);
	assert_true(r.cpu_us > 0);
	close(pipe_fd);
}

static void test_closed_pipe(void **state)
{
	struct job_desc d = job_of(9, TALK, "", 0);
	struct exit_report r;
	int pipe_fd;

	answer.n = 0;
	assert_int_equal(zygote_spawn(z, &d, input, &pipe_fd), STATUS_OK);
	assert_true(answer_read(&answer, pipe_fd, 1));
	close(pipe_fd);
	r = next_exit(z);
	assert_int_equal(r.end, JOB_EXITED);
	assert_int_equal(r.code, CHILD_EXIT_PIPE);
}

static void test_surroundings(void **state)
{
	struct surroundings s;

	run_role(SURROUNDINGS);
	assert_ended(JOB_EXITED, 0);
	assert_int_equal(answer.n, sizeof(s));
	memcpy(&s, answer.bytes, sizeof(s));
	for (int fd = 0; fd < (int)sizeof(s.fds); fd++) {
#ifdef ASSAY_SANITIZED
		if (fd == STDERR_FILENO)
			continue;
#endif
		assert_int_equal(s.fds[fd], fd == CHILD_INPUT_FD || fd == CHILD_PIPE_FD);
	}
	assert_int_equal(s.input_mode, O_RDONLY);
	assert_int_equal(s.pipe_mode, O_WRONLY);
	assert_int_equal(s.n_environ, 1); /* a constant, not the user's */
	assert_string_equal(s.environ_0, "TZ=UTC0");
	assert_int_equal(s.secret_bytes, 0);
	assert_true(strlen(secret_at) > 0);
	assert_int_equal(s.dumpable, 0);
	assert_true(s.interrupt_ignored);
}

static void read_proc(pid_t pid, const char *what, char *ret_text, size_t room)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = read(fd, ret_text, room - 1);
	assert_true(n > 0);
	ret_text[n] = '\0';
	close(fd);
}

/* The kernel's own word for it. */
static void test_status_of_child(void **state)
{
	char text[8192];
	int pipe_fd;
	pid_t pid = start_loop(10, 60, &pipe_fd);

	read_proc(pid, "status", text, sizeof(text));
	assert_non_null(strstr(text, "\nNoNewPrivs:\t1\n"));
	assert_non_null(strstr(text, "\nSeccomp:\t2\n"));
	assert_non_null(strstr(text, "\nThreads:\t1\n"));
	read_proc(pid, "limits", text, sizeof(text));
	assert_non_null(strstr(text, "Max core file size        0                    0 "));
	assert_non_null(strstr(text, "Max file size             0                    0 "));
	assert_non_null(strstr(text, "Max open files            0                    0 "));
	assert_non_null(strstr(text, "Max processes             0                    0 "));
	assert_non_null(strstr(text, "Max cpu time              60                   61 "));
	zygote_kill(z, 10);
	next_exit(z);
	close(pipe_fd);
}

/* More jobs than reports fit in the socket, nobody reading: neither side may wait for the other. */
static void test_many(void **state)
{
	enum { JOBS = 1500 };
	static char ended[JOBS];

	memset(ended, 0, sizeof(ended));
	for (int i = 0; i < JOBS; i++) {
		struct job_desc d = job_of((uint64_t)i, SILENT, "", 0);
		int pipe_fd;

		assert_int_equal(zygote_spawn(z, &d, input, &pipe_fd), STATUS_OK);
		close(pipe_fd);
	}
	for (int i = 0; i < JOBS; i++) {
		struct exit_report r = next_exit(z);

		assert_true(r.job < JOBS && !ended[r.job]);
		ended[r.job] = 1;
		assert_int_equal(r.end, JOB_EXITED);
	}
}

static void test_wrong_use(void **state)
{
	static char large[ZYGOTE_DESCRIPTION_BYTES + 1];
	struct job_desc d = job_of(1, sizeof(roles) / sizeof(roles[0]), "", 0);
	int writable = open("/dev/null", O_RDWR | O_CLOEXEC);
	int pipe_fd;

	assert_int_equal(zygote_spawn(z, &d, input, &pipe_fd), STATUS_USAGE);
	d = job_of(1, SILENT, large, sizeof(large));
	assert_int_equal(zygote_spawn(z, &d, input, &pipe_fd), STATUS_USAGE);
	d = job_of(1, SILENT, "", 0);
	assert_int_equal(zygote_spawn(z, &d, writable, &pipe_fd), STATUS_USAGE);
	assert_int_equal(zygote_spawn(z, &d, -1, &pipe_fd), STATUS_USAGE);
	close(writable);
	d = job_of(77, SILENT, large, ZYGOTE_DESCRIPTION_BYTES);
	run_job(z, &d, input, &answer);
	assert_ended(JOB_EXITED, 0);
}

static void test_no_descriptors_here(void **state)
{
	struct rlimit before, none;
	struct job_desc d = job_of(1, SILENT, "", 0);
	int pipe_fd;

	getrlimit(RLIMIT_NOFILE, &before);
	none = before;
	none.rlim_cur = 3;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(zygote_spawn(z, &d, input, &pipe_fd), STATUS_LIMIT);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_works();
}

static void assert_not_started(int why)
{
	run_role(SILENT);
	assert_int_equal(answer.report.end, JOB_NOT_STARTED);
	assert_int_equal(answer.report.code, why);
	assert_int_equal(answer.report.pid, 0);
}

static void few_descriptors(void)
{
	struct rlimit few = {5, 5}; /* 0..4 are taken */

	setrlimit(RLIMIT_NOFILE, &few);
}

static void test_no_descriptors_there(void **state)
{
	struct zygote *other = z;

	z = start(0, few_descriptors);
	assert_not_started(EMFILE);
	assert_not_started(EMFILE);
	zygote_stop(z);
	z = other;
}

static void refuse(int call, int error)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);

	if (!ctx || seccomp_rule_add(ctx, SCMP_ACT_ERRNO((uint32_t)error), call, 0) != 0 ||
		seccomp_load(ctx) != 0)
		_exit(1);
	seccomp_release(ctx);
}

static void no_processes(void)
{
	refuse(SCMP_SYS(clone), EAGAIN);
	refuse(SCMP_SYS(clone3), EAGAIN);
}

static void test_no_process(void **state)
{
	struct zygote *other = z;

	z = start(0, no_processes);
	assert_not_started(EAGAIN);
	zygote_stop(z);
	z = other;
}

/* A kernel that has no Landlock, or none for us, is worked with; one without seccomp is not. */
static void no_landlock(void)
{
	refuse(SCMP_SYS(landlock_create_ruleset), EOPNOTSUPP);
}

static void broken_landlock(void)
{
	refuse(SCMP_SYS(landlock_restrict_self), EPERM);
}

static void no_seccomp(void)
{
	refuse(SCMP_SYS(prctl), EINVAL); /* NO_NEW_PRIVS and the old way in */
}

static void no_new_seccomp(void)
{
	/* seccomp() last: the filter that refuses it must still get in itself */
	refuse(SCMP_SYS(seccomp), EPERM);
}

static void with_warm_up(void (*warm_up)(void), unsigned flags, int code)
{
	struct zygote *other = z;

	z = start(flags, warm_up);
	run_role(SURROUNDINGS);
	assert_ended(JOB_EXITED, code);
	assert_true((answer.n > 0) == (code == 0)); /* not a byte was read without the walls */
	zygote_stop(z);
	z = other;
}

static void test_lesser_kernels(void **state)
{
	with_warm_up(no_landlock, 0, 0);
	with_warm_up(broken_landlock, 0, CHILD_EXIT_CONFINE);
	with_warm_up(no_seccomp, 0, CHILD_EXIT_CONFINE);
	with_warm_up(no_new_seccomp, 0, CHILD_EXIT_CONFINE);
	with_warm_up(no_new_seccomp, ZYGOTE_UNCONFINED, 0);
}

/* What zygote_start() says on such a kernel; in a process of its own, as the filter stays. */
static int start_without(int call, int error, unsigned flags)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct zygote_setup setup = {roles, 1, NULL, flags};
		struct zygote *ret;
		enum status s;

		refuse(call, error);
		s = zygote_start(&ret, &setup);
		_exit(s == STATUS_OK ? 100 + zygote_confinement(ret)->landlock : (int)s);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_start_on_lesser_kernels(void **state)
{
	assert_int_equal(start_without(SCMP_SYS(seccomp), EPERM, 0), STATUS_DENIED);
	assert_int_equal(start_without(SCMP_SYS(seccomp), ENOSYS, 0), STATUS_DENIED);
	assert_int_equal(start_without(SCMP_SYS(seccomp), ENOSYS, ZYGOTE_UNCONFINED), 100);
	assert_int_equal(start_without(SCMP_SYS(landlock_create_ruleset), ENOSYS, 0), 100);
	assert_int_equal(start_without(SCMP_SYS(landlock_create_ruleset), EOPNOTSUPP, 0), 100);
	assert_int_equal(start_without(SCMP_SYS(landlock_create_ruleset), EPERM, 0), 100);
}

static void test_unconfined(void **state)
{
	struct zygote *other = z;
	char text[8192];
	int pipe_fd;
	pid_t pid;

	z = start(ZYGOTE_UNCONFINED, NULL);
	assert_string_equal(zygote_confinement(z)->text, "none");
	assert_works();
	pid = start_loop(11, 60, &pipe_fd);
	read_proc(pid, "status", text, sizeof(text));
	assert_non_null(strstr(text, "\nSeccomp:\t0\n"));
	close(pipe_fd);
	zygote_stop(z); /* with a job running */
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	z = other;
}

static void test_zygote_dies(void **state)
{
	struct zygote *other = z;
	struct pollfd p = {.events = POLLIN};
	struct job_desc d = job_of(1, SILENT, "", 0);
	struct exit_report r;
	int pipe_fd;

	z = start(0, NULL);
	start_loop(12, 60, &pipe_fd);
	kill(zygote_pid(z), SIGKILL);
	p.fd = zygote_fd(z);
	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(zygote_next_exit(z, &r), STATUS_IO);
	/* its child dies with it, which ends the pipe */
	assert_false(answer_read(&answer, pipe_fd, sizeof(answer.bytes)));
	close(pipe_fd);
	assert_int_equal(zygote_spawn(z, &d, input, &pipe_fd), STATUS_IO);
	zygote_stop(z);
	z = other;
}

/* In a process of its own: starts a zygote and a job, says who they are, and waits to be killed. */
_Noreturn static void be_parent(int say_fd)
{
	int pipe_fd;
	pid_t pids[2];

	z = start(0, NULL);
	pids[0] = zygote_pid(z);
	pids[1] = start_loop(13, 60, &pipe_fd);
	if (write(say_fd, pids, sizeof(pids)) != sizeof(pids))
		_exit(1);
	for (;;)
		pause();
}

static void test_parent_dies(void **state)
{
	int ends[2];
	pid_t pids[2], parent;
	int status, gone = 0;

	/* Orphans come to us, so that their end can be seen. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	parent = fork();
	if (parent == 0)
		be_parent(ends[1]);
	assert_int_equal(read(ends[0], pids, sizeof(pids)), sizeof(pids));
	assert_int_equal(kill(pids[0], 0), 0);
	assert_int_equal(kill(pids[1], 0), 0);
	kill(parent, SIGKILL);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	alarm(PATIENCE_MS / 1000);
	while (gone < 2) {
		pid_t pid = waitpid(pids[gone], &status, 0);

		assert_int_equal(pid, pids[gone]);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		gone++;
	}
	alarm(0);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	close(ends[0]);
	close(ends[1]);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void test_cost(void **state)
{
	enum { RUNS = 100 };
	double start_ms = now_ms();

	for (int i = 0; i < RUNS; i++)
		assert_works();
	print_message("a job that does nothing takes %.2f ms\n", (now_ms() - start_ms) / RUNS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_crashes),
		cmocka_unit_test(test_silence_and_garbage),
		cmocka_unit_test(test_gluttony),
		cmocka_unit_test(test_endless),
		cmocka_unit_test(test_cpu_time),
		cmocka_unit_test(test_closed_pipe),
		cmocka_unit_test(test_surroundings),
		cmocka_unit_test(test_status_of_child),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_wrong_use),
		cmocka_unit_test(test_no_descriptors_here),
		cmocka_unit_test(test_no_descriptors_there),
		cmocka_unit_test(test_no_process),
		cmocka_unit_test(test_lesser_kernels),
		cmocka_unit_test(test_start_on_lesser_kernels),
		cmocka_unit_test(test_unconfined),
		cmocka_unit_test(test_zygote_dies),
		cmocka_unit_test(test_parent_dies),
		cmocka_unit_test(test_cost),
	};

	secret_at = getenv("ASSAY_TEST_SECRET");
	if (!secret_at) { /* must stand where the kernel puts the environment: start over */
		setenv("ASSAY_TEST_SECRET", "planted", 1);
		execl("/proc/self/exe", "test", NULL);
		return 1;
	}
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
