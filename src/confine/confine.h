/*
 * A child takes its own rights away before it looks at foreign bytes. What remains: memory up to a
 * limit, writing to one pipe, and ending. The list of system calls is in confine.c, in one table;
 * tests/unit/confine/test_escape.c tries everything else from inside a real child.
 *
 * Three walls, each enough for what it covers:
 *	seccomp   an allow-list; anything else ends the process with SIGSYS. Not optional: where the
 *	          kernel does not offer it, confine_self() fails and the child must not go on.
 *	Landlock  every right the kernel's ABI knows is denied (files, TCP, ioctl, signals and
 *	          abstract sockets outside). Where the kernel has none, that is stated, no more.
 *	rlimits   memory (RLIMIT_DATA), processor seconds, stack, no files, no core, no processes.
 */
#ifndef ASSAY_CONFINE_CONFINE_H
#define ASSAY_CONFINE_CONFINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/status.h"

enum {
	CONFINE_TEXT_BYTES = 48,
	/* flags of confine_self() */
	CONFINE_OFF = 1 << 0, /* the user said --unconfined: rlimits only */
};

struct confine_limits {
	uint64_t data_bytes;  /* heap and private maps; not the mapped input, which is read-only */
	uint64_t stack_bytes;
	uint32_t cpu_seconds; /* last resort against loops; the budget should end the job before */
};

/* What is in force (confine_self) or what the kernel offers (confine_probe). */
struct confine_report {
	bool seccomp;
	bool landlock;
	int landlock_abi;              /* 0 = none */
	char text[CONFINE_TEXT_BYTES]; /* "landlock 7 + seccomp", "seccomp", "none" */
};

/* 512 MiB, 8 MiB of stack, 60 s. */
struct confine_limits confine_default_limits(void);

/* Asks the kernel, changes nothing. Any process, any time. */
struct confine_report confine_probe(void);

/*
 * Done once, in the process that will fork the children, while it still may open files: what libc
 * and libcrypto do on first use (time zone, malloc's arena, qsort's look at the memory size,
 * SHA-256). Sets the character set of the process to UTF-8 (C.UTF-8), whatever the user's is. The
 * zygote calls it; other libraries are warmed by the zygote's caller (zygote_setup.warm_up).
 */
void confine_warm_up(void);

/*
 * Confines the calling process for good. It must be single-threaded, have SIGPIPE ignored and
 * everything it will ever need open and mapped. pipe_fd is the only descriptor that it may write
 * to afterwards. *ret_report says what is in force.
 * STATUS_OK; STATUS_DENIED: seccomp is not to be had, or the kernel promised a right and refused
 * it: the caller must end (exit code CHILD_EXIT_CONFINE) without having read a foreign byte.
 */
enum status confine_self(const struct confine_limits *limits, int pipe_fd, unsigned flags,
	struct confine_report *ret_report) MUST_CHECK;

#endif
