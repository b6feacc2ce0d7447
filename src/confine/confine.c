#include "confine/confine.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <locale.h>
#include <malloc.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "confine/confine_int.h"
#include "util/hash.h"

/*
 * The list. Each line has a use in tests/unit/confine/test_escape.c that dies without it; a line
 * that nothing needs is taken out. The C library may be asked for memory, the pipe for room, and
 * the process may end, in order or by abort(). Nothing here names a file, a process or the network.
 */
static const struct confine_call calls[] = {
	{SCMP_SYS(write), CALL_PIPE, "frames"},
	{SCMP_SYS(exit_group), CALL_ANY, "the end"},
	{SCMP_SYS(brk), CALL_ANY, "malloc"},
	{SCMP_SYS(mmap), CALL_MAP, "malloc of large blocks"},
	{SCMP_SYS(munmap), CALL_ANY, "free of large blocks"},
	{SCMP_SYS(mremap), CALL_REMAP, "realloc of large blocks"},
	/* abort(), so that a failed assertion or a heap check is not taken for an attack */
	{SCMP_SYS(rt_sigprocmask), CALL_ANY, "abort"},
	{SCMP_SYS(getpid), CALL_ANY, "abort"},
	{SCMP_SYS(gettid), CALL_ANY, "abort"},
	{SCMP_SYS(tgkill), CALL_ABORT, "abort"},
	{SCMP_SYS(write), CALL_LAST_WORDS, "assert's message"},
	{SCMP_SYS(writev), CALL_LAST_WORDS, "the heap check's message"},
#ifdef ASSAY_SANITIZED
	/* Only in builds that nobody ships: the sanitizers' own bookkeeping and their report. */
	{SCMP_SYS(write), CALL_ANY, "report"},
	{SCMP_SYS(mmap), CALL_NO_EXEC, "shadow"},
	{SCMP_SYS(mprotect), CALL_NO_EXEC, "shadow"},
	{SCMP_SYS(madvise), CALL_ANY, "shadow"},
	{SCMP_SYS(futex), CALL_ANY, "locks"},
	{SCMP_SYS(sched_yield), CALL_ANY, "locks"},
	{SCMP_SYS(sigaltstack), CALL_ANY, "report"},
	{SCMP_SYS(rt_sigaction), CALL_ANY, "report"},
	{SCMP_SYS(rt_sigreturn), CALL_ANY, "report"},
	{SCMP_SYS(clock_gettime), CALL_ANY, "report"},
	{SCMP_SYS(getrlimit), CALL_REFUSED, "report"},
	{SCMP_SYS(prlimit64), CALL_REFUSED, "report"},
	{SCMP_SYS(open), CALL_REFUSED, "report"},
	{SCMP_SYS(openat), CALL_REFUSED, "report"},
	{SCMP_SYS(readlink), CALL_REFUSED, "report"},
	{SCMP_SYS(readlinkat), CALL_REFUSED, "report"},
	{SCMP_SYS(newfstatat), CALL_REFUSED, "report"},
	{SCMP_SYS(fstat), CALL_REFUSED, "report"},
	{SCMP_SYS(stat), CALL_REFUSED, "report"},
	{SCMP_SYS(ioctl), CALL_REFUSED, "report"},
	{SCMP_SYS(pipe), CALL_REFUSED, "report"},
	{SCMP_SYS(pipe2), CALL_REFUSED, "report"},
#endif
};

static int left_out = -1;

const struct confine_call *confine_calls(unsigned *ret_n)
{
	*ret_n = sizeof(calls) / sizeof(calls[0]);
	return calls;
}

void confine_leave_out(int index)
{
	left_out = index;
}

struct confine_limits confine_default_limits(void)
{
	return (struct confine_limits){
		.data_bytes = 512u << 20, .stack_bytes = 8u << 20, .cpu_seconds = 60};
}

/* ---- Landlock: raw calls, as libc has none ------------------------------------------------ */

/* The kernel's struct landlock_ruleset_attr; older kernels take the shorter beginning of it. */
struct ruleset_attr {
	uint64_t fs, net, scope;
};

enum {
	LANDLOCK_VERSION = 1 << 0, /* LANDLOCK_CREATE_RULESET_VERSION */
	FS_ABI_1 = (1 << 13) - 1,  /* EXECUTE .. MAKE_SYM */
	FS_REFER = 1 << 13,
	FS_TRUNCATE = 1 << 14,
	FS_IOCTL_DEV = 1 << 15,
	NET_TCP = 3,               /* BIND, CONNECT */
	SCOPE_ALL = 3,             /* abstract sockets, signals */
};

static int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);

	return abi > 0 ? (int)abi : 0; /* ENOSYS: old; EOPNOTSUPP: off at boot; EPERM: filtered */
}

struct landlock_masks landlock_masks(int abi)
{
	struct landlock_masks m = {0};

	if (abi >= 1)
		m.fs = FS_ABI_1;
	if (abi >= 2)
		m.fs |= FS_REFER;
	if (abi >= 3)
		m.fs |= FS_TRUNCATE;
	if (abi >= 4)
		m.net = NET_TCP;
	if (abi >= 5)
		m.fs |= FS_IOCTL_DEV;
	if (abi >= 6)
		m.scope = SCOPE_ALL;
	return m;
}

/* An empty rule set that handles everything: nothing is allowed any more. */
static enum status landlock_deny_all(int abi)
{
	struct landlock_masks m = landlock_masks(abi);
	struct ruleset_attr attr = {m.fs, m.net, m.scope};
	size_t bytes = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, bytes, 0);
	long rc;

	if (fd < 0)
		return STATUS_DENIED;
	rc = syscall(SYS_landlock_restrict_self, fd, 0);
	close(fd);
	return rc == 0 ? STATUS_OK : STATUS_DENIED;
}

/* ---- rlimits ------------------------------------------------------------------------------ */

static bool limit(int what, uint64_t soft, uint64_t hard)
{
	struct rlimit r = {soft, hard};

	return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

static enum status limit_self(const struct confine_limits *l)
{
	bool ok = true;

#ifndef ASSAY_SANITIZED /* its shadow alone is many terabytes of address space */
	ok = limit(RLIMIT_DATA, l->data_bytes, l->data_bytes) &&
		limit(RLIMIT_STACK, l->stack_bytes, l->stack_bytes);
#endif
	/* At the soft limit comes SIGXCPU, so that the parent can tell why it ended. */
	ok = ok && limit(RLIMIT_CPU, l->cpu_seconds, (uint64_t)l->cpu_seconds + 1);
	ok = ok && limit(RLIMIT_FSIZE, 0, 0) && limit(RLIMIT_NOFILE, 0, 0);
	ok = ok && limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_NPROC, 0, 0);
	ok = ok && limit(RLIMIT_MEMLOCK, 0, 0) && limit(RLIMIT_MSGQUEUE, 0, 0);
	return ok ? STATUS_OK : STATUS_DENIED;
}

/* ---- seccomp ------------------------------------------------------------------------------ */

/* Arguments are compared in all 64 bits; libc passes them so, others have no business here. */
static int add_call(scmp_filter_ctx ctx, const struct confine_call *c, int pipe_fd)
{
	const scmp_datum_t new_memory = MAP_PRIVATE | MAP_ANONYMOUS;
	const scmp_datum_t self = (scmp_datum_t)getpid();
	const scmp_datum_t not_exec = ~(scmp_datum_t)(PROT_READ | PROT_WRITE);

	switch (c->args) {
	case CALL_ANY:
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, c->nr, 0);
	case CALL_PIPE:
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, c->nr, 1,
			SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)pipe_fd));
	case CALL_LAST_WORDS:
		return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EBADF), c->nr, 1,
			SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO));
	case CALL_MAP:
		/* Exactly what malloc asks for. Other kinds (shared, growing, read-only) would
		 * escape RLIMIT_DATA. */
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, c->nr, 2,
			SCMP_A2(SCMP_CMP_EQ, PROT_READ | PROT_WRITE),
			SCMP_A3(SCMP_CMP_EQ, new_memory));
	case CALL_REMAP:
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, c->nr, 1,
			SCMP_A3(SCMP_CMP_EQ, MREMAP_MAYMOVE));
	case CALL_ABORT:
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, c->nr, 3, SCMP_A0(SCMP_CMP_EQ, self),
			SCMP_A1(SCMP_CMP_EQ, self), SCMP_A2(SCMP_CMP_EQ, SIGABRT));
	case CALL_REFUSED:
		return seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EACCES), c->nr, 0);
	case CALL_NO_EXEC:
		return seccomp_rule_add(ctx, SCMP_ACT_ALLOW, c->nr, 1,
			SCMP_A2(SCMP_CMP_MASKED_EQ, not_exec, 0));
	}
	return -EINVAL;
}

/* Under a sanitizer some calls stand in the list twice; the wider line wins. */
static bool superseded(unsigned i)
{
	for (unsigned k = i + 1; k < sizeof(calls) / sizeof(calls[0]); k++)
		if (calls[k].nr == calls[i].nr &&
			(calls[k].args == CALL_ANY || calls[k].args == CALL_NO_EXEC))
			return true;
	return false;
}

static enum status filter_self(int pipe_fd)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int rc = ctx ? 0 : -ENOMEM;

	/* Only the native entry: i386 and x32 numbers on x86-64 are "bad architecture". */
	if (rc == 0)
		rc = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	for (unsigned i = 0; rc == 0 && i < sizeof(calls) / sizeof(calls[0]); i++)
		if ((int)i != left_out && calls[i].nr >= 0 && !superseded(i))
			rc = add_call(ctx, &calls[i], pipe_fd);
	if (rc == 0)
		rc = seccomp_load(ctx);
	if (ctx)
		seccomp_release(ctx);
	return rc == 0 ? STATUS_OK : STATUS_DENIED;
}

/* ---- together ----------------------------------------------------------------------------- */

static void report_text(struct confine_report *r)
{
	if (r->landlock && r->seccomp)
		snprintf(r->text, sizeof(r->text), "landlock %d + seccomp", r->landlock_abi);
	else if (r->landlock)
		snprintf(r->text, sizeof(r->text), "landlock %d", r->landlock_abi);
	else
		snprintf(r->text, sizeof(r->text), "%s", r->seccomp ? "seccomp" : "none");
}

struct confine_report confine_probe(void)
{
	uint32_t action = SECCOMP_RET_KILL_PROCESS;
	struct confine_report r = {0};

	r.seccomp = syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
	r.landlock_abi = landlock_abi();
	r.landlock = r.landlock_abi > 0;
	report_text(&r);
	return r;
}

static int compare_bytes(const void *a, const void *b)
{
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

void confine_warm_up(void)
{
	static const char zero[4096];
	volatile double third = 1.0 / 3;
	char text[64];
	char *copy = malloc(sizeof(zero));
	struct timespec now;
	struct tm tm = {.tm_year = 100, .tm_mday = 1};

	/* One arena: a second one would need mprotect(). */
	mallopt(M_ARENA_MAX, 1);
	if (copy) {
		memcpy(copy, zero, sizeof(zero));
		qsort(copy, sizeof(zero), 1, compare_bytes); /* asks for the size of memory, once */
	}
	free(copy);
	/* Names in UTF-16 become UTF-8 without a look at libc's conversion modules. */
	setlocale(LC_CTYPE, "C.UTF-8");
	tzset();
	(void)mktime(&tm);
	clock_gettime(CLOCK_MONOTONIC, &now);
	snprintf(text, sizeof(text), "%s %.3f", strerror(EIO), third);
	(void)sha256_of(zero, sizeof(zero)); /* libcrypto loads its tables and finds its engines */
}

enum status confine_self(const struct confine_limits *limits, int pipe_fd, unsigned flags,
	struct confine_report *ret_report)
{
	struct confine_report r = {0};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return STATUS_DENIED;
	if (!(flags & CONFINE_OFF)) {
		r.landlock_abi = landlock_abi();
		r.landlock = r.landlock_abi > 0;
		/* A kernel that offers it and then refuses is no kernel to go on with. */
		if (r.landlock)
			TRY(landlock_deny_all(r.landlock_abi));
		r.seccomp = true;
	}
	report_text(&r);
	*ret_report = r;
	TRY(limit_self(limits));
	return flags & CONFINE_OFF ? STATUS_OK : filter_self(pipe_fd);
}
