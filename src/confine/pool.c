#include "confine/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum {
	POOL_MAX_RUNNING = 32,
	RECEIVE_BYTES = FRAME_MAX_BYTES + FRAME_HEADER_BYTES + (256 << 10),
	PIPE_BYTES = 1 << 20,
	TICK_MS = 100,
	STARVED_TICKS = 50, /* as long may descriptors be short while nothing of ours runs */
};

struct running {
	struct pool_job *job;
	int fd; /* -1 after its end of file */
	char *bytes;
	size_t have;
	bool done_seen, garbled, clocked, exited;
	struct exit_report report;
	uint64_t deadline_ms;
};

const char *job_outcome_name(enum job_outcome o)
{
	static const char *const names[OUTCOME_N] = {
		"read",
		"the reader crashed on it",
		"the reader tried a forbidden system call",
		"over the memory budget",
		"killed-by-clock",
		"the reader sent garbage",
		"no process to be had",
	};

	return (unsigned)o < OUTCOME_N ? names[o] : "unknown outcome";
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static enum job_outcome outcome_of(const struct running *r)
{
	const struct exit_report *e = &r->report;

	if (r->clocked)
		return OUTCOME_CLOCK;
	if (r->garbled)
		return OUTCOME_GARBLED;
	if (e->end == JOB_NOT_STARTED)
		return OUTCOME_NOT_STARTED;
	if (e->end == JOB_KILLED && e->code == SIGSYS)
		return OUTCOME_FORBIDDEN;
	if (e->end == JOB_KILLED && (e->code == SIGXCPU || e->code == SIGKILL))
		return OUTCOME_CLOCK;
	if (e->end == JOB_KILLED)
		return OUTCOME_CRASHED;
	if (e->code == CHILD_EXIT_NOMEM)
		return OUTCOME_NOMEM;
	if (e->code != 0 || !r->done_seen)
		return OUTCOME_CRASHED;
	return r->have ? OUTCOME_GARBLED : OUTCOME_DONE;
}

static void running_garbled(struct zygote *z, struct running *r)
{
	if (!r->garbled)
		zygote_kill(z, r->job->desc.job);
	r->garbled = true;
	r->have = 0;
}

/* Hands on every whole frame. */
static void running_frames(struct zygote *z, struct running *r)
{
	size_t at = 0;

	while (!r->garbled) {
		struct cursor payload;
		enum frame_type type;
		size_t used;
		enum status s = frame_take(str_view(r->bytes + at, r->have - at), &type, &payload,
			&used);

		if (s == STATUS_NOT_FOUND)
			break;
		if (s != STATUS_OK || r->done_seen ||
		    !r->job->frame(r->job->user, type, &payload)) {
			running_garbled(z, r);
			return;
		}
		r->done_seen = type == FRAME_DONE;
		at += used;
	}
	if (at) {
		memmove(r->bytes, r->bytes + at, r->have - at);
		r->have -= at;
	}
}

static void running_read(struct zygote *z, struct running *r)
{
	for (int rounds = 0; rounds < 16; rounds++) {
		ssize_t n = read(r->fd, r->bytes + r->have, RECEIVE_BYTES - r->have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			close(r->fd);
			r->fd = -1;
			return;
		}
		if (r->garbled)
			continue;
		r->have += (size_t)n;
		running_frames(z, r);
	}
}

static enum status take_exits(struct zygote *z, struct running *all, unsigned n)
{
	struct exit_report e;
	enum status s;

	while ((s = zygote_next_exit(z, &e)) == STATUS_OK) {
		for (unsigned i = 0; i < n; i++) {
			if (!all[i].job || all[i].job->desc.job != e.job)
				continue;
			all[i].exited = true;
			all[i].report = e;
		}
	}
	return s == STATUS_NOT_FOUND ? STATUS_OK : s;
}

/* STATUS_NOT_FOUND: no descriptor to be had now. */
static enum status start_one(struct zygote *z, struct running *slot, struct pool_job *job,
	uint64_t number, const struct pool_limits *limits)
{
	enum status s;
	int fd;

	job->desc.job = number;
	s = zygote_spawn(z, &job->desc, job->input_fd, &fd);
	if (s == STATUS_LIMIT)
		return STATUS_NOT_FOUND;
	TRY(s);
	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES);
	slot->job = job;
	slot->fd = fd;
	slot->have = 0;
	slot->done_seen = slot->garbled = slot->clocked = slot->exited = false;
	slot->deadline_ms = now_ms() + limits->wall_ms;
	return STATUS_OK;
}

static void settle(struct running *r)
{
	struct pool_job *job = r->job;
	enum job_outcome o = outcome_of(r);

	r->job = NULL;
	job->ended(job->user, o);
}

static enum status wait_some(struct zygote *z, struct running *all, unsigned n,
	const struct pool_limits *limits)
{
	struct pollfd fds[POOL_MAX_RUNNING + 1];
	struct running *who[POOL_MAX_RUNNING + 1];
	nfds_t k = 0;

	fds[k] = (struct pollfd){.fd = zygote_fd(z), .events = POLLIN};
	who[k++] = NULL;
	for (unsigned i = 0; i < n; i++) {
		if (!all[i].job || all[i].fd < 0)
			continue;
		fds[k] = (struct pollfd){.fd = all[i].fd, .events = POLLIN};
		who[k++] = &all[i];
	}
	if (poll(fds, k, TICK_MS) < 0 && errno != EINTR)
		return STATUS_IO;
	if (limits->tick)
		limits->tick(limits->tick_user);
	for (nfds_t i = 1; i < k; i++)
		if (fds[i].revents)
			running_read(z, who[i]);
	return take_exits(z, all, n);
}

static void check_clocks(struct zygote *z, struct running *all, unsigned n)
{
	uint64_t now = now_ms();

	for (unsigned i = 0; i < n; i++) {
		struct running *r = &all[i];

		if (r->job && !r->clocked && now > r->deadline_ms) {
			r->clocked = true;
			zygote_kill(z, r->job->desc.job);
		}
	}
}

static bool any_runs(const struct running *all, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (all[i].job)
			return true;
	return false;
}

static enum status pool_loop(struct zygote *z, struct pool_job *jobs, size_t n,
	const struct pool_limits *limits, struct running *all, unsigned slots)
{
	/* unique over all calls: late reports of killed jobs match nothing */
	static _Thread_local uint64_t number;
	size_t next = 0, ended = 0;
	unsigned starved = 0;
	bool stop = false, denied = false;

	while (ended < n) {
		for (unsigned i = 0; i < slots && next < n && !stop; i++) {
			enum status s;

			if (all[i].job)
				continue;
			s = start_one(z, &all[i], &jobs[next], ++number, limits);
			if (s == STATUS_NOT_FOUND)
				break;
			if (s != STATUS_OK)
				return s;
			next++;
		}
		starved = any_runs(all, slots) ? 0 : starved + 1;
		if (starved > STARVED_TICKS)
			return STATUS_LIMIT;
		TRY(wait_some(z, all, slots, limits));
		check_clocks(z, all, slots);
		if (limits->interrupted && *limits->interrupted && !stop) {
			stop = true;
			for (unsigned i = 0; i < slots; i++)
				if (all[i].job)
					zygote_kill(z, all[i].job->desc.job);
			ended += n - next;
			next = n;
		}
		for (unsigned i = 0; i < slots; i++) {
			if (!all[i].job || !all[i].exited || all[i].fd >= 0)
				continue;
			denied |= all[i].report.end == JOB_EXITED &&
				  all[i].report.code == CHILD_EXIT_CONFINE;
			settle(&all[i]);
			ended++;
		}
	}
	return stop ? STATUS_INTERRUPTED : denied ? STATUS_DENIED : STATUS_OK;
}

/* What the running call holds, for pool_abandon(). */
static _Thread_local struct held {
	struct zygote *z;
	struct running *all;
	unsigned slots;
} held;

static void held_release(void)
{
	for (unsigned i = 0; i < held.slots; i++) {
		if (held.all[i].fd >= 0)
			close(held.all[i].fd);
		free(held.all[i].bytes);
	}
	free(held.all);
	held = (struct held){0};
}

void pool_abandon(void)
{
	for (unsigned i = 0; i < held.slots; i++)
		if (held.all[i].job)
			zygote_kill(held.z, held.all[i].job->desc.job);
	held_release();
}

enum status pool_run(struct zygote *z, struct pool_job *jobs, size_t n,
	const struct pool_limits *limits)
{
	unsigned slots = limits->max_running;
	enum status s = STATUS_OK;

	if (n == 0)
		return STATUS_OK;
	if (slots < 1)
		slots = 1;
	if (slots > POOL_MAX_RUNNING)
		slots = POOL_MAX_RUNNING;
	if (slots > n)
		slots = (unsigned)n;
	held = (struct held){z, calloc(slots, sizeof(struct running)), slots};
	if (!held.all) {
		held.slots = 0;
		return STATUS_NOMEM;
	}
	for (unsigned i = 0; i < slots; i++) {
		held.all[i].fd = -1;
		held.all[i].bytes = malloc(RECEIVE_BYTES);
		if (!held.all[i].bytes)
			s = STATUS_NOMEM;
	}
	if (s == STATUS_OK)
		s = pool_loop(z, jobs, n, limits, held.all, slots);
	if (s == STATUS_OK || s == STATUS_INTERRUPTED || s == STATUS_DENIED)
		held_release();
	else
		pool_abandon();
	return s;
}
