#include "confine/zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * Descriptors of the zygote; a forked child replaces the first two by its own, so nothing of the
 * zygote can be left open in it.
 */
enum { ZYGOTE_SOCKET_FD = 3, ZYGOTE_SIGNAL_FD = 4 };
_Static_assert((int)ZYGOTE_SOCKET_FD == (int)CHILD_INPUT_FD &&
	(int)ZYGOTE_SIGNAL_FD == (int)CHILD_PIPE_FD, "a child takes the zygote's places");

enum { PIPE_BYTES = 256 << 10, SOCKET_BYTES = 512 << 10, FORK_TRIES = 8 };

enum order_kind { ORDER_SPAWN = 1, ORDER_KILL };

/* Parent to zygote: one message, the description behind it. Both are one program: not foreign. */
struct order {
	enum order_kind kind;
	unsigned role;
	uint64_t job;
	struct confine_limits limits;
	struct budget budget;
	size_t description_bytes;
};

struct zygote {
	int fd;
	pid_t pid;
	unsigned n_roles;
	struct confine_report confinement;
};

/* ---- the child ---------------------------------------------------------------------------- */

static void child_nomem(void *user)
{
	(void)user;
	_exit(CHILD_EXIT_NOMEM);
}

enum status child_map(struct child_env *env, uint64_t offset, uint64_t length,
	struct cursor *ret_bytes)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t before = offset % page;
	struct stat st;
	void *p;

	if (length == 0) {
		*ret_bytes = cursor_of("", 0);
		return STATUS_OK;
	}
	if (fstat(env->input_fd, &st) != 0 || !S_ISREG(st.st_mode))
		return STATUS_IO;
	if (offset > (uint64_t)st.st_size || length > (uint64_t)st.st_size - offset)
		return STATUS_DAMAGED;
	if (length > SIZE_MAX - before)
		return STATUS_NOMEM;
	p = mmap(NULL, (size_t)(length + before), PROT_READ, MAP_PRIVATE, env->input_fd,
		(off_t)(offset - before));
	if (p == MAP_FAILED)
		return errno == ENOMEM ? STATUS_NOMEM : STATUS_IO;
	*ret_bytes = cursor_of((const uint8_t *)p + before, (size_t)length);
	return STATUS_OK;
}

void child_write(struct child_env *env, struct buf *b)
{
	size_t done = 0;

	if (b->full)
		_exit(CHILD_EXIT_NOMEM);
	while (done < b->len) {
		ssize_t n = write(env->pipe_fd, b->p + done, b->len - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			_exit(CHILD_EXIT_PIPE);
	}
	buf_clear(b);
}

/* Exactly {input, pipe} stay open. The two came from the parent with higher numbers. */
static void child_descriptors(int input_fd, int pipe_fd)
{
	if (dup3(input_fd, CHILD_INPUT_FD, O_CLOEXEC) < 0 ||
		dup3(pipe_fd, CHILD_PIPE_FD, O_CLOEXEC) < 0)
		_exit(CHILD_EXIT_PREPARE);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
#ifndef ASSAY_SANITIZED /* which says there what it found */
	close(STDERR_FILENO);
#endif
	if (close_range(CHILD_PIPE_FD + 1, ~0u, 0) != 0)
		_exit(CHILD_EXIT_PREPARE);
}

static void child_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int child_exit_code(enum status s, int otherwise)
{
	if (s == STATUS_OK)
		return 0;
	return s == STATUS_NOMEM ? CHILD_EXIT_NOMEM : otherwise;
}

_Noreturn static void child_main(const struct zygote_setup *setup, const struct order *o,
	const char *description, pid_t zygote, int input_fd, int pipe_fd)
{
	const struct zygote_role *role = &setup->roles[o->role];
	unsigned flags = setup->flags & ZYGOTE_UNCONFINED ? CONFINE_OFF : 0;
	struct child_env env = {.job = o->job, .input_fd = CHILD_INPUT_FD, .pipe_fd = CHILD_PIPE_FD,
		.description = cursor_of(description, o->description_bytes), .budget = o->budget};
	enum status s = STATUS_OK;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != zygote) /* it died before the line above */
		_exit(CHILD_EXIT_PREPARE);
	prctl(PR_SET_NAME, role->name);
	child_descriptors(input_fd, pipe_fd);
	child_signals();
	arena_init(&env.arena, o->limits.data_bytes);
	env.arena.exhausted = child_nomem;
	if (role->prepare)
		s = role->prepare(&env);
	if (s != STATUS_OK)
		_exit(child_exit_code(s, CHILD_EXIT_PREPARE));
	if (confine_self(&o->limits, CHILD_PIPE_FD, flags, &env.confined) != STATUS_OK)
		_exit(CHILD_EXIT_CONFINE);
	s = role->run(&env);
	_exit(child_exit_code(s, CHILD_EXIT_RUN));
}

/* ---- the zygote --------------------------------------------------------------------------- */

struct running {
	uint64_t job;
	pid_t pid;
};

/* All of it lives in the zygote process alone. */
struct keeper {
	const struct zygote_setup *setup;
	pid_t pid;
	struct running *running;
	size_t n_running, running_room;
	struct exit_report *reports; /* not yet sent: the zygote never waits for its parent */
	size_t n_reports, reports_room;
	union {
		struct order order;
		char bytes[sizeof(struct order) + ZYGOTE_DESCRIPTION_BYTES];
	} in;
};

/* Room for one more item; without memory the zygote ends, which its parent notices. */
static void *keeper_grow(void *items, size_t n, size_t *room, size_t item_bytes)
{
	if (n < *room)
		return items;
	*room = *room ? *room * 2 : 64;
	items = reallocarray(items, *room, item_bytes);
	if (!items)
		_exit(1);
	return items;
}

static void keeper_report(struct keeper *k, struct exit_report r)
{
	k->reports = keeper_grow(k->reports, k->n_reports, &k->reports_room, sizeof(r));
	k->reports[k->n_reports++] = r;
}

static void keeper_send(struct keeper *k)
{
	size_t done = 0;

	while (done < k->n_reports) {
		ssize_t n = send(ZYGOTE_SOCKET_FD, &k->reports[done], sizeof(k->reports[0]),
			MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM))
			break;
		if (n < 0)
			_exit(0); /* the parent is gone; the children follow */
		done++;
	}
	if (done == 0)
		return;
	k->n_reports -= done;
	memmove(k->reports, k->reports + done, k->n_reports * sizeof(k->reports[0]));
}

static uint64_t micros(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_usec;
}

static void keeper_ended(struct keeper *k, pid_t pid, int status, const struct rusage *use)
{
	struct exit_report r = {.pid = pid, .end = JOB_EXITED, .code = WEXITSTATUS(status)};
	size_t i = 0;

	if (WIFSIGNALED(status)) {
		r.end = JOB_KILLED;
		r.code = WTERMSIG(status);
	}
	r.cpu_us = micros(use->ru_utime) + micros(use->ru_stime);
	r.max_rss_bytes = (uint64_t)use->ru_maxrss << 10;
	while (i < k->n_running && k->running[i].pid != pid)
		i++;
	if (i == k->n_running)
		return; /* not one of ours: left over from warm_up() */
	r.job = k->running[i].job;
	k->running[i] = k->running[--k->n_running];
	keeper_report(k, r);
}

static void keeper_reap(struct keeper *k)
{
	struct rusage use;
	int status;
	pid_t pid;

	while ((pid = wait4(-1, &status, WNOHANG, &use)) > 0)
		keeper_ended(k, pid, status, &use);
}

/* No process to be had is often a matter of moments; our own dead are reaped in between. */
static pid_t keeper_fork(struct keeper *k)
{
	struct timespec pause = {.tv_nsec = 1000000};

	for (int i = 0;; i++) {
		pid_t pid = fork();

		if (pid >= 0 || i == FORK_TRIES || (errno != EAGAIN && errno != ENOMEM))
			return pid;
		nanosleep(&pause, NULL);
		pause.tv_nsec *= 2;
		keeper_reap(k);
	}
}

static void keeper_spawn(struct keeper *k, const int fds[2])
{
	const struct order *o = &k->in.order;
	const char *description = k->in.bytes + sizeof(*o);
	struct exit_report failed = {.job = o->job, .end = JOB_NOT_STARTED, .code = EMFILE};
	pid_t pid = -1;

	if (fds[0] >= 0 && fds[1] >= 0) {
		pid = keeper_fork(k);
		failed.code = errno;
	}
	if (pid == 0)
		child_main(k->setup, o, description, k->pid, fds[0], fds[1]);
	if (pid < 0) {
		keeper_report(k, failed);
		return;
	}
	k->running = keeper_grow(k->running, k->n_running, &k->running_room, sizeof(k->running[0]));
	k->running[k->n_running++] = (struct running){.job = o->job, .pid = pid};
}

static void keeper_kill(const struct keeper *k, uint64_t job)
{
	for (size_t i = 0; i < k->n_running; i++)
		if (k->running[i].job == job)
			kill(k->running[i].pid, SIGKILL); /* not reaped yet: the number is his */
}

/* Ends with the parent. */
_Noreturn static void keeper_end(struct keeper *k)
{
	for (size_t i = 0; i < k->n_running; i++)
		kill(k->running[i].pid, SIGKILL);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	_exit(0);
}

static void take_descriptors(struct msghdr *m, int fds[2])
{
	fds[0] = fds[1] = -1;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(fds, CMSG_DATA(c), (n < 2 ? n : 2) * sizeof(int));
	}
}

static void keeper_order(struct keeper *k)
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))];
	struct iovec iov = {k->in.bytes, sizeof(k->in.bytes)};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
		.msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(ZYGOTE_SOCKET_FD, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	int fds[2];

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n < (ssize_t)sizeof(struct order))
		keeper_end(k);
	take_descriptors(&m, fds);
	if (k->in.order.kind == ORDER_SPAWN)
		keeper_spawn(k, fds);
	else
		keeper_kill(k, k->in.order.job);
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	/* The next child sees its own description only. */
	memset(k->in.bytes, 0, (size_t)n);
}

_Noreturn static void keeper_serve(struct keeper *k)
{
	struct signalfd_siginfo info;

	for (;;) {
		struct pollfd p[2] = {{.fd = ZYGOTE_SOCKET_FD, .events = POLLIN},
			{.fd = ZYGOTE_SIGNAL_FD, .events = POLLIN}};

		if (k->n_reports)
			p[0].events |= POLLOUT;
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents & POLLIN) {
			while (read(ZYGOTE_SIGNAL_FD, &info, sizeof(info)) > 0)
				;
			keeper_reap(k);
		}
		if (p[0].revents & (POLLIN | POLLHUP | POLLERR))
			keeper_order(k);
		keeper_send(k);
	}
}

/* ---- becoming a clean process ------------------------------------------------------------- */

/*
 * 0, 1, 2: nothing to read, nowhere to write, and no file system needed for it. 3: the socket.
 */
static bool clean_descriptors(int socket_fd)
{
	int ends[2];
	int last = STDERR_FILENO;

#ifdef ASSAY_SANITIZED
	last = STDOUT_FILENO;
#endif
	if (socket_fd != ZYGOTE_SOCKET_FD && dup3(socket_fd, ZYGOTE_SOCKET_FD, O_CLOEXEC) < 0)
		return false;
	if (close_range(ZYGOTE_SOCKET_FD + 1, ~0u, 0) != 0 || pipe2(ends, O_CLOEXEC) != 0)
		return false;
	for (int fd = 0; fd <= last; fd++)
		if (dup2(ends[0], fd) < 0)
			return false;
	close(ends[0]);
	close(ends[1]);
	return true;
}

static bool clean_signals(void)
{
	sigset_t child;
	int fd;

	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL); /* fails for those that cannot be changed */
	/* Ctrl-C is for the parent, which then ends us; a broken pipe is an error of write(). */
	signal(SIGINT, SIG_IGN);
	signal(SIGTTOU, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigprocmask(SIG_SETMASK, &child, NULL) != 0)
		return false;
	fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd == ZYGOTE_SIGNAL_FD)
		return true;
	if (fd < 0 || dup3(fd, ZYGOTE_SIGNAL_FD, O_CLOEXEC) < 0)
		return false;
	close(fd);
	return true;
}

/* Where the kernel put the environment at exec: fields 50 and 51 of /proc/self/stat. */
static bool environment_range(uintptr_t *ret_start, uintptr_t *ret_end)
{
	char text[2048];
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	struct str rest;
	size_t name_end;
	uint64_t value = 0;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	rest = str_view(text, (size_t)n);
	name_end = str_rfind_char(rest, ')');
	if (name_end == SIZE_MAX)
		return false;
	rest = str_part(rest, name_end + 2, rest.len);
	for (int field = 3; field <= 51; field++) { /* field 3 stands behind the name */
		size_t end = str_find_z(rest, " ");

		if (end == SIZE_MAX)
			return false;
		if (field >= 50 && !str_to_u64(str_part(rest, 0, end), 10, &value))
			return false;
		if (field == 50)
			*ret_start = (uintptr_t)value;
		rest = str_part(rest, end + 1, rest.len);
	}
	*ret_end = (uintptr_t)value;
	return *ret_start != 0 && *ret_start <= *ret_end;
}

/*
 * What the user's environment says (tokens among it) is not in the memory of a child. Times are UTC
 * for everybody, so that the same bytes give the same answer everywhere.
 */
static void clean_environment(void)
{
	static char utc[] = "TZ=UTC0";
	static char *only_utc[] = {utc, NULL};
	uintptr_t start, end;

	if (environment_range(&start, &end))
		memset((void *)start, 0, end - start);
	environ = only_utc;
}

_Noreturn static void zygote_main(const struct zygote_setup *setup, int socket_fd, pid_t parent)
{
	struct keeper *k;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	prctl(PR_SET_NAME, "assay zygote");
	if (!clean_descriptors(socket_fd) || !clean_signals())
		_exit(1);
	clean_environment();
	prctl(PR_SET_DUMPABLE, 0); /* inherited: no core, no looking in from outside */
	k = calloc(1, sizeof(*k));
	if (!k)
		_exit(1);
	k->setup = setup;
	k->pid = getpid();
	confine_warm_up();
	if (setup->warm_up)
		setup->warm_up();
	if (close_range(ZYGOTE_SIGNAL_FD + 1, ~0u, 0) != 0)
		_exit(1);
	keeper_serve(k);
}

/* ---- the parent --------------------------------------------------------------------------- */

static enum status status_of_errno(int e)
{
	switch (e) {
	case EMFILE:
	case ENFILE:
	case EAGAIN:
	case ETOOMANYREFS:
		return STATUS_LIMIT;
	case ENOMEM:
	case ENOBUFS:
		return STATUS_NOMEM;
	default:
		return STATUS_IO;
	}
}

static void socket_room(int fd)
{
	int bytes = SOCKET_BYTES;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
}

enum status zygote_start(struct zygote **ret, const struct zygote_setup *setup)
{
	struct confine_report offered = confine_probe();
	struct zygote *z;
	pid_t parent = getpid();
	int fds[2];

	if (setup->flags & ZYGOTE_UNCONFINED)
		offered = (struct confine_report){.text = "none"};
	else if (!offered.seccomp)
		return STATUS_DENIED;
	z = calloc(1, sizeof(*z));
	if (!z)
		return STATUS_NOMEM;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0) {
		free(z);
		return status_of_errno(errno);
	}
	socket_room(fds[0]);
	socket_room(fds[1]);
	z->pid = fork();
	if (z->pid == 0)
		zygote_main(setup, fds[1], parent);
	close(fds[1]);
	if (z->pid < 0) {
		enum status s = status_of_errno(errno);

		close(fds[0]);
		free(z);
		return s;
	}
	z->fd = fds[0];
	z->n_roles = setup->n_roles;
	z->confinement = offered;
	*ret = z;
	return STATUS_OK;
}

/* One message; with descriptors when fds is not NULL. */
static enum status order_send(struct zygote *z, const struct order *o, struct str description,
	const int fds[2])
{
	_Alignas(struct cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {0};
	struct iovec iov[2] = {{(void *)o, sizeof(*o)}, {(void *)description.p, description.len}};
	struct msghdr m = {.msg_iov = iov, .msg_iovlen = description.len ? 2 : 1};
	ssize_t n;

	if (fds) {
		struct cmsghdr *c;

		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(2 * sizeof(int));
		memcpy(CMSG_DATA(c), fds, 2 * sizeof(int));
	}
	do
		n = sendmsg(z->fd, &m, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? status_of_errno(errno) : STATUS_OK;
}

enum status zygote_spawn(struct zygote *z, const struct job_desc *desc, int input_fd,
	int *ret_pipe_fd)
{
	struct order o = {.kind = ORDER_SPAWN, .role = desc->role, .job = desc->job,
		.limits = desc->limits, .description_bytes = desc->description.len};
	int mode = fcntl(input_fd, F_GETFL);
	enum status s;
	int ends[2];

	o.budget.max_steps = desc->budget.max_steps;
	o.budget.max_bytes = desc->budget.max_bytes;
	o.budget.max_members = desc->budget.max_members;
	o.budget.max_depth = desc->budget.max_depth;
	if (mode < 0 || (mode & O_ACCMODE) != O_RDONLY || desc->role >= z->n_roles ||
		desc->description.len > ZYGOTE_DESCRIPTION_BYTES)
		return STATUS_USAGE;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return status_of_errno(errno);
	(void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES); /* fewer turns; the default does as well */
	s = order_send(z, &o, desc->description, (const int[2]){input_fd, ends[1]});
	close(ends[1]);
	if (s == STATUS_OK && fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
		s = STATUS_IO;
	if (s != STATUS_OK) {
		close(ends[0]);
		return s;
	}
	*ret_pipe_fd = ends[0];
	return STATUS_OK;
}

int zygote_fd(const struct zygote *z)
{
	return z->fd;
}

enum status zygote_next_exit(struct zygote *z, struct exit_report *ret_report)
{
	ssize_t n;

	do
		n = recv(z->fd, ret_report, sizeof(*ret_report), MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)sizeof(*ret_report))
		return STATUS_OK;
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) ? STATUS_NOT_FOUND : STATUS_IO;
}

enum status zygote_kill(struct zygote *z, uint64_t job)
{
	struct order o = {.kind = ORDER_KILL, .job = job};

	return order_send(z, &o, STR_NONE, NULL);
}

void zygote_stop(struct zygote *z)
{
	if (!z)
		return;
	close(z->fd); /* it sees the end of its socket, kills its children and goes */
	while (waitpid(z->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(z);
}

const struct confine_report *zygote_confinement(const struct zygote *z)
{
	return &z->confinement;
}

pid_t zygote_pid(const struct zygote *z)
{
	return z->pid;
}
