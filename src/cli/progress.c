#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_MS = 2000, REDRAW_MS = 100 };

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_begin(struct progress *p, const struct settings *s)
{
	const char *term = getenv("TERM");

	*p = (struct progress){.begun_ms = now_ms()};
	p->wanted = !s->quiet && !s->no_progress && isatty(STDERR_FILENO) && term &&
		    strcmp(term, "dumb") != 0;
}

static int terminal_columns(void)
{
	struct winsize w;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) != 0 || w.ws_col < 20)
		return 80;
	return w.ws_col;
}

void progress_show(void *user, const struct assay_progress *now)
{
	struct progress *p = user;
	int64_t ms;
	char line[200];
	int n;

	if (!p->wanted)
		return;
	ms = now_ms();
	if (ms - p->begun_ms < QUIET_MS || ms - p->drawn_ms < REDRAW_MS)
		return;
	p->drawn_ms = ms;
	n = snprintf(line, sizeof(line), "assay: %s %" PRIu64, now->stage, now->done);
	if (now->total)
		n += snprintf(line + n, sizeof(line) - (size_t)n, " of %" PRIu64, now->total);
	if (now->findings)
		snprintf(line + n, sizeof(line) - (size_t)n, ", %" PRIu64 " findings",
			now->findings);
	fprintf(stderr, "\r%.*s\033[K", terminal_columns() - 1, line);
	fflush(stderr);
	p->drawn = true;
}

void progress_erase(struct progress *p)
{
	if (p->drawn) {
		fputs("\r\033[K", stderr);
		fflush(stderr);
	}
	p->drawn = false;
}
