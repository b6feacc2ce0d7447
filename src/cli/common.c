#include "cli/common.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/arena.h"
#include "util/escape.h"

volatile sig_atomic_t interrupted;

static void put_line(const char *format, va_list args)
{
	fputs("assay: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

void say_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	put_line(format, args);
	va_end(args);
}

void say(const struct settings *s, const char *format, ...)
{
	va_list args;

	if (s->quiet)
		return;
	va_start(args, format);
	put_line(format, args);
	va_end(args);
}

struct shown_text shown(const char *z)
{
	struct shown_text t;
	struct arena a;

	arena_init(&a, 0);
	snprintf(t.text, sizeof(t.text), "%.*s", STR_ARG(escape_text(&a, str_of(z), 300)));
	arena_release(&a);
	return t;
}

int exit_for(const struct settings *s, enum verdict v)
{
	enum verdict level = VERDICT_UNKNOWN;

	if (s->fail_on)
		verdict_from_name(str_of(s->fail_on), &level);
	return verdict_rank(v) >= verdict_rank(level) ? EXIT_VERDICT : EXIT_CLEAN;
}

int say_exit(const struct settings *s, int status, enum verdict worst)
{
	switch (status) {
	case EXIT_CLEAN:
		break;
	case EXIT_VERDICT:
		if (worst == VERDICT_TAMPERED || worst == VERDICT_CLEAN)
			say(s, "exit 1: %s", verdict_name(worst));
		else
			say(s, "exit 1: %s (--fail-on %s lets this pass)", verdict_name(worst),
				verdict_name(worst + 1));
		break;
	case EXIT_INTERRUPTED:
		say(s, "exit 130: interrupted");
		break;
	default:
		say(s, "exit %d: no answer", status);
	}
	return status;
}

static bool is_set(const char *name)
{
	const char *value = getenv(name);

	return value && *value;
}

bool colour_wanted(const struct settings *s, int fd)
{
	const char *term = getenv("TERM");

	if (s->colour && strcmp(s->colour, "auto") != 0)
		return strcmp(s->colour, "always") == 0;
	if (is_set("NO_COLOR"))
		return false;
	if (is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE"))
		return true;
	return isatty(fd) && term && strcmp(term, "dumb") != 0;
}

static int first_error;

void stdout_failed(int error)
{
	if (!first_error)
		first_error = error ? error : EIO;
}

/* 0 or what went wrong first. */
static int stdout_flush(void)
{
	errno = 0;
	if (fflush(stdout) != 0)
		stdout_failed(errno);
	else if (ferror(stdout))
		stdout_failed(EIO);
	return first_error;
}

bool stdout_done(void)
{
	int error = stdout_flush();

	if (error)
		say_error("stdout: %s: the result did not arrive", strerror(error));
	return error == 0;
}

int print_exit(const struct settings *s)
{
	int error = stdout_flush();

	if (error == 0)
		return EXIT_CLEAN;
	if (error == EPIPE)
		return EXIT_NO_ANSWER;
	say_error("stdout: %s", strerror(error));
	return say_exit(s, EXIT_NO_ANSWER, VERDICT_CLEAN);
}

void process_prepare(void)
{
	/* A closed stdout must not become the number of a file that we open. For reading only, so
	 * that writing to it fails as it should. */
	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
			open("/dev/null", fd == 2 ? O_WRONLY : O_RDONLY) != fd)
			_exit(EXIT_NO_ANSWER);
	signal(SIGPIPE, SIG_IGN);
	/* What verbs print fits, so that it fails or arrives as a whole. */
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
}

static void on_signal(int number)
{
	static const char newline = '\n';

	(void)number;
	if (interrupted++ >= 2) { /* asked three times: whatever hangs, go */
		ssize_t n = write(STDERR_FILENO, &newline, 1);

		(void)n;
		_exit(EXIT_INTERRUPTED);
	}
}

void catch_signals(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction sa = {.sa_handler = on_signal};

	sigemptyset(&sa.sa_mask); /* no SA_RESTART: a blocking read ends */
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction old;

		/* What the shell told us to ignore (nohup, background jobs) stays ignored. */
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN)
			continue;
		sigaction(numbers[i], &sa, NULL);
	}
}

void signals_default(void)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], SIG_DFL);
}
