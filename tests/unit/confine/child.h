/* What the tests of confine/ share: a zygote, one job at a time, and what came of it. */
#ifndef ASSAY_TESTS_CONFINE_CHILD_H
#define ASSAY_TESTS_CONFINE_CHILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "confine/wire.h"
#include "confine/zygote.h"

enum { ANSWER_BYTES = 1 << 16, PATIENCE_MS = 20000 };

struct answer {
	char bytes[ANSWER_BYTES];
	size_t n;
	struct exit_report report;
};

static inline struct job_desc job_of(uint64_t job, unsigned role, const void *description,
	size_t n)
{
	struct job_desc d = {.job = job, .role = role, .limits = confine_default_limits(),
		.description = str_view(description, n)};

	d.budget.max_steps = 1000;
	d.budget.max_bytes = 2000;
	d.budget.max_members = 3000;
	d.budget.max_depth = 40;
	return d;
}

/* A file with these bytes, read-only and without a name. */
static inline int input_of(const void *p, size_t n)
{
	char name[] = "/tmp/assay-test-XXXXXX";
	int write_fd = mkostemp(name, O_CLOEXEC);
	int fd;

	assert_true(write_fd >= 0);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(write(write_fd, p, n), (ssize_t)n);
	close(write_fd);
	return fd;
}

/* Reads until `want` bytes are there, the pipe ends or patience does. False: nothing more comes. */
static inline bool answer_read(struct answer *a, int pipe_fd, size_t want)
{
	struct pollfd p = {.fd = pipe_fd, .events = POLLIN};

	while (a->n < want) {
		ssize_t n;

		assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
		n = read(pipe_fd, a->bytes + a->n, sizeof(a->bytes) - a->n);
		if (n == 0)
			return false;
		if (n < 0)
			assert_true(errno == EAGAIN || errno == EINTR);
		else
			a->n += (size_t)n;
	}
	return true;
}

static inline struct exit_report next_exit(struct zygote *z)
{
	struct pollfd p = {.fd = zygote_fd(z), .events = POLLIN};
	struct exit_report r;

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(zygote_next_exit(z, &r), STATUS_OK);
	return r;
}

/* The whole life of one job. */
static inline void run_job(struct zygote *z, const struct job_desc *d, int input_fd,
	struct answer *ret)
{
	int pipe_fd;

	ret->n = 0;
	assert_int_equal(zygote_spawn(z, d, input_fd, &pipe_fd), STATUS_OK);
	while (answer_read(ret, pipe_fd, sizeof(ret->bytes)))
		assert_true(ret->n < sizeof(ret->bytes));
	close(pipe_fd);
	ret->report = next_exit(z);
	assert_int_equal(ret->report.job, d->job);
}

static inline void child_say(struct child_env *env, const void *p, size_t n)
{
	struct buf b;

	buf_init(&b, ANSWER_BYTES);
	buf_add(&b, p, n);
	child_write(env, &b);
	buf_release(&b);
}

#endif
