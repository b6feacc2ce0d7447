/*
 * The parent's side of a set of jobs: at most so many children at once, their frames handed on as
 * they come, their end told once. One thread; everything happens inside pool_run().
 */
#ifndef ASSAY_CONFINE_POOL_H
#define ASSAY_CONFINE_POOL_H

#include "confine/frame.h"
#include "confine/zygote.h"

enum job_outcome {
	OUTCOME_DONE,      /* said everything it had to say */
	OUTCOME_CRASHED,   /* a signal of its own making, or an early exit */
	OUTCOME_FORBIDDEN, /* it tried a system call that no reader needs */
	OUTCOME_NOMEM,     /* over its memory */
	OUTCOME_CLOCK,     /* the last resort: the wall clock or its processor seconds */
	OUTCOME_GARBLED,   /* it sent what no reader sends */
	OUTCOME_NOT_STARTED,
	OUTCOME_N
};

const char *job_outcome_name(enum job_outcome o); /* "reader crashed", for blind spots */

struct pool_job {
	struct job_desc desc; /* desc.job is set by the pool */
	int input_fd;
	void *user;
	/* One frame; the payload is a view that ends with the call. false = garbled: the job is killed. */
	bool (*frame)(void *user, enum frame_type type, struct cursor *payload);
	/* Called once, after the last frame. */
	void (*ended)(void *user, enum job_outcome outcome);
};

struct pool_limits {
	unsigned max_running;
	unsigned wall_ms;               /* of one job; the last resort */
	const volatile int *interrupted; /* set from a signal handler; may be NULL */
	/* Called now and then while waiting, at most ten times a second; may be NULL. */
	void (*tick)(void *user);
	void *tick_user;
};

/*
 * Runs all jobs. LIMIT when no job runs and none can be started for want of descriptors. OK when each has ended, however; INTERRUPTED when asked to stop (running jobs are
 * killed, every `ended` of a started job was called); DENIED when the kernel refused to confine a child;
 * IO when the zygote is gone.
 */
enum status pool_run(struct zygote *z, struct pool_job *jobs, size_t n,
	const struct pool_limits *limits) MUST_CHECK;

/* For a caller that left pool_run() by longjmp() out of one of its callbacks: kills what runs, closes
 * and frees what pool_run() held. No effect otherwise. `ended` is not called. */
void pool_abandon(void);

#endif
