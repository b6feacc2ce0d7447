/*
 * Children for foreign bytes. The parent starts one clean process early (the zygote), which holds
 * nothing but a socket to its parent: no other descriptor, no environment, no signal handler. For
 * each job it forks a child that gets one read-only descriptor and the write end of one pipe,
 * prepares itself, gives up its rights (confine.h), runs the job's role and ends.
 *
 *	parent --SPAWN(job, role, limits, description; 2 descriptors)--> zygote --fork--> child
 *	parent <--------------------- frames over the job's own pipe ----------------------+
 *	parent <--EXIT(job, how it ended)-- zygote
 *
 * The parent dies: zygote and children are killed by the kernel. A child dies: its job alone is
 * lost, and the parent is told how. Nothing a child says reaches the zygote.
 * The process that calls zygote_start() should have one thread at that time (it forks), and that
 * thread must outlive the zygote (the kernel's death signal is bound to the thread).
 */
#ifndef ASSAY_CONFINE_ZYGOTE_H
#define ASSAY_CONFINE_ZYGOTE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "confine/confine.h"
#include "util/arena.h"
#include "util/buf.h"
#include "util/budget.h"
#include "util/cursor.h"
#include "util/status.h"

enum {
	CHILD_INPUT_FD = 3,
	CHILD_PIPE_FD = 4,
	ZYGOTE_DESCRIPTION_BYTES = 128 << 10, /* of one job */
	/* flags of zygote_setup */
	ZYGOTE_UNCONFINED = 1 << 0, /* the same processes without seccomp and Landlock */
};

/* Exit codes of a child besides 0. */
enum child_exit {
	CHILD_EXIT_PREPARE = 119, /* prepare() failed */
	CHILD_EXIT_CONFINE = 120, /* the kernel refused to confine it */
	CHILD_EXIT_NOMEM = 121,   /* over its memory limit, or a frame over its buffer's */
	CHILD_EXIT_PIPE = 122,    /* the parent closed the pipe */
	CHILD_EXIT_RUN = 123,     /* run() returned a failure other than STATUS_NOMEM */
};

/* ---- in the child ------------------------------------------------------------------------- */

/* What a role has to work with. The arena, exhausted, ends the child (CHILD_EXIT_NOMEM). */
struct child_env {
	uint64_t job;
	int input_fd;              /* CHILD_INPUT_FD, read-only */
	int pipe_fd;               /* CHILD_PIPE_FD */
	struct cursor description; /* as the parent gave it to zygote_spawn() */
	struct arena arena;
	struct budget budget;      /* the limits of the job, nothing spent */
	struct confine_report confined; /* valid in run() */
	void *user;                /* for prepare() to leave something for run() */
};

struct zygote_role {
	const char *name;
	/* Before confinement; looks at the description, maps the input; must not read a byte of the
	 * input. May be NULL. A failure ends the child with CHILD_EXIT_PREPARE. */
	enum status (*prepare)(struct child_env *env);
	/* Confined. Returns STATUS_OK when it could say what it had to say (FRAME_DONE), whatever
	 * that was. */
	enum status (*run)(struct child_env *env);
};

/*
 * For prepare(): maps [offset, offset + length) of the input read-only; offset need not be a
 * multiple of the page size. Length 0 gives an empty cursor. A range that does not lie inside the
 * file is STATUS_DAMAGED (reading it would be fatal); STATUS_NOMEM when there is no room.
 */
enum status child_map(struct child_env *env, uint64_t offset, uint64_t length,
	struct cursor *ret_bytes) MUST_CHECK;

/* Writes the whole buffer to the pipe and clears it. Does not return when the parent is gone or the
 * buffer is `full` (something is missing in it): the child ends with the code above. */
void child_write(struct child_env *env, struct buf *b);

/* ---- in the parent ------------------------------------------------------------------------ */

struct zygote;

struct zygote_setup {
	const struct zygote_role *roles; /* copied by fork: set up before zygote_start() */
	unsigned n_roles;
	void (*warm_up)(void); /* once, in the zygote, unconfined, before any job; may be NULL */
	unsigned flags;
};

struct job_desc {
	uint64_t job;  /* the caller's number, unique among running jobs */
	unsigned role; /* index into roles */
	struct confine_limits limits;
	struct budget budget;   /* only the max_ fields count */
	struct str description; /* at most ZYGOTE_DESCRIPTION_BYTES */
};

enum job_end {
	JOB_EXITED,      /* code = exit code, 0 or enum child_exit */
	JOB_KILLED,      /* code = signal; SIGSYS: a forbidden call; SIGXCPU: its CPU time */
	JOB_NOT_STARTED, /* code = errno: no process or descriptor to be had; may be asked again */
};

struct exit_report {
	uint64_t job;
	enum job_end end;
	int code;
	pid_t pid;             /* 0 when not started */
	uint64_t cpu_us;       /* user + system */
	uint64_t max_rss_bytes;
};

/*
 * STATUS_OK and *ret, to be ended with zygote_stop(). STATUS_DENIED: the kernel offers no seccomp
 * and ZYGOTE_UNCONFINED was not given. STATUS_IO, STATUS_NOMEM.
 */
enum status zygote_start(struct zygote **ret, const struct zygote_setup *setup) MUST_CHECK;

/*
 * Starts a job. input_fd (open for reading; it stays the caller's) and the description are handed
 * over before the call returns. *ret_pipe_fd is the read end of the job's pipe, non-blocking and
 * close-on-exec, the caller's to close; its end of file comes with the end of the child. Each job
 * that was started yields exactly one exit report.
 * STATUS_LIMIT: no descriptors left now: let a running job end, then ask again; STATUS_USAGE: role
 * or description out of range, input_fd not read-only; STATUS_IO: the zygote is gone.
 */
enum status zygote_spawn(struct zygote *z, const struct job_desc *desc, int input_fd,
	int *ret_pipe_fd) MUST_CHECK;

/* For poll(): readable when zygote_next_exit() has something to say. */
int zygote_fd(const struct zygote *z);

/* Never blocks. STATUS_OK and *ret_report; STATUS_NOT_FOUND: nothing now; STATUS_IO: the zygote is
 * gone, and with it every running job. */
enum status zygote_next_exit(struct zygote *z, struct exit_report *ret_report) MUST_CHECK;

/* SIGKILL for one job; its exit report comes as always. No effect on a job that has ended. */
enum status zygote_kill(struct zygote *z, uint64_t job);

/* Kills what runs, ends the zygote and waits for it. NULL is fine. */
void zygote_stop(struct zygote *z);

/* What the children are held by, for the report. */
const struct confine_report *zygote_confinement(const struct zygote *z);
pid_t zygote_pid(const struct zygote *z);

#endif
