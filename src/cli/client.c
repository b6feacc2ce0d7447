#include "cli/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/common.h"
#include "util/escape.h"

enum {
	ENV_MAX = 128,
	SAID_BYTES = 64 << 10, /* kept of stderr */
	EXIT_NO_PROGRAM = 127,
	EXIT_NO_START = 126,
};

static const rlim_t file_bytes_max = (rlim_t)4 << 30; /* of what it downloads */

/* What a client needs to find its configuration and its way out; nothing that loads code. */
static bool env_kept(const char *variable)
{
	static const char *const names[] = {"PATH=", "HOME=", "USER=", "LOGNAME=", "http_proxy=",
		"https_proxy=", "ftp_proxy=", "all_proxy=", "no_proxy=", "HTTP_PROXY=",
		"HTTPS_PROXY=", "ALL_PROXY=", "NO_PROXY=", "APT_CONFIG=", "NODE_EXTRA_CA_CERTS=",
		"SSL_CERT_FILE=", "SSL_CERT_DIR=", "npm_config_", "NPM_CONFIG_"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strncmp(variable, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

extern char **environ;

struct env {
	char *items[ENV_MAX];
	char tmpdir[600], cache[600];
};

static void env_make(struct env *e, const struct client_call *call)
{
	static char locale[] = "LC_ALL=C.UTF-8", quiet[] = "DEBIAN_FRONTEND=noninteractive";
	size_t n = 0;

	snprintf(e->tmpdir, sizeof(e->tmpdir), "TMPDIR=%s", call->folder);
	snprintf(e->cache, sizeof(e->cache), "npm_config_cache=%s", call->cache);
	e->items[n++] = locale;
	e->items[n++] = quiet;
	e->items[n++] = e->tmpdir;
	e->items[n++] = e->cache;
	for (char **v = environ; *v && n < ENV_MAX - 1; v++)
		if (env_kept(*v) && strncmp(*v, "npm_config_cache=", 17) != 0)
			e->items[n++] = *v;
	e->items[n] = NULL;
}

static void become(const struct client_call *call, int out, int said)
{
	struct rlimit limit = {file_bytes_max, file_bytes_max};
	struct env env;
	int null = open("/dev/null", O_RDONLY);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0); /* so that it and what it starts can be ended together */
	signals_default();
	env_make(&env, call);
	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(said, 2) < 0 ||
		chdir(call->folder) != 0 || setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
		close_range(3, ~0U, 0) != 0)
		_exit(EXIT_NO_START);
	umask(077);
	execvpe(call->argv[0], (char *const *)(uintptr_t)call->argv, env.items);
	_exit(errno == ENOENT ? EXIT_NO_PROGRAM : EXIT_NO_START);
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads what is there into b; a full b is emptied first if `drop`. False at the stream's end. */
static bool drain(int fd, struct buf *b, bool drop)
{
	char part[16384];
	ssize_t n = read(fd, part, sizeof(part));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0)
		return false;
	if (!buf_add(b, part, (size_t)n) && drop) {
		buf_clear(b);
		buf_add(b, part, (size_t)n);
	}
	return true;
}

/* Until both streams end. False when it has to be stopped. */
static bool collect(const struct client_call *call, int out_fd, struct buf *out, int said_fd,
	struct buf *said, struct failure *why)
{
	int64_t end = now_ms() + (int64_t)call->seconds * 1000;
	struct pollfd p[2] = {{.fd = out_fd, .events = POLLIN}, {.fd = said_fd, .events = POLLIN}};

	while (p[0].fd >= 0 || p[1].fd >= 0) {
		int64_t left = end - now_ms();

		if (interrupted)
			return failure_set(why, "interrupted");
		if (left <= 0)
			return failure_set(why, "%s took longer than %u seconds", call->argv[0],
				call->seconds);
		if (poll(p, 2, left > 200 ? 200 : (int)left) <= 0)
			continue;
		if (p[0].revents && !drain(out_fd, out, false))
			p[0].fd = -1;
		if (p[1].revents && !drain(said_fd, said, true))
			p[1].fd = -1;
		if (out->full)
			return failure_set(why, "%s says more than %zu bytes", call->argv[0],
				out->max_bytes);
	}
	return true;
}

/* What it said, from apt's first error on, else from the beginning. */
static void add_said(struct failure *why, const struct buf *said)
{
	struct str text = str_trim(buf_str(said));
	size_t n = strlen(why->text), error = str_find_z(text, "\nE: ");
	struct arena a;

	if (error != SIZE_MAX)
		text = str_part(text, error + 1, text.len);
	if (text.len == 0)
		return;
	arena_init(&a, 0);
	snprintf(why->text + n, sizeof(why->text) - n, ": %.*s",
		STR_ARG(escape_text(&a, text, 240)));
	arena_release(&a);
}

static bool judge_end(const struct client_call *call, int status, const struct buf *said,
	struct failure *why)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	if (code == 0)
		return true;
	if (code == EXIT_NO_PROGRAM)
		return failure_set(why, "%s is not installed here, and the reference needs it",
			call->argv[0]);
	if (code < 0)
		failure_set(why, "%s was ended by signal %d", call->argv[0], WTERMSIG(status));
	else
		failure_set(why, "%s failed (%d)", call->argv[0], code);
	add_said(why, said);
	return false;
}

bool client_run(const struct client_call *call, struct buf *out, struct failure *why)
{
	int out_pipe[2], said_pipe[2], status = 0;
	struct buf said;
	bool ended;
	pid_t pid;

	if (pipe2(out_pipe, O_CLOEXEC) != 0)
		return failure_set(why, "%s: %s", call->argv[0], strerror(errno));
	if (pipe2(said_pipe, O_CLOEXEC) != 0) {
		close(out_pipe[0]);
		close(out_pipe[1]);
		return failure_set(why, "%s: %s", call->argv[0], strerror(errno));
	}
	pid = fork();
	if (pid == 0)
		become(call, out_pipe[1], said_pipe[1]);
	close(out_pipe[1]);
	close(said_pipe[1]);
	buf_init(&said, SAID_BYTES);
	if (pid < 0) {
		ended = failure_set(why, "%s: %s", call->argv[0], strerror(errno));
	} else {
		setpgid(pid, pid); /* in case the child has not come to it yet */
		ended = collect(call, out_pipe[0], out, said_pipe[0], &said, why);
		if (!ended)
			kill(-pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		ended = ended && judge_end(call, status, &said, why);
	}
	close(out_pipe[0]);
	close(said_pipe[0]);
	buf_release(&said);
	return ended;
}
