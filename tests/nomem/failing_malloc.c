/*
 * Preloaded into a unit test: runs it again and again, each time with another allocation that fails.
 *
 *	LD_PRELOAD=failing_malloc.so NOMEM_RUNS=200 NOMEM_STICKY=0 test_program
 *	LD_PRELOAD=failing_malloc.so NOMEM_AT=17 test_program		once, without a fork: for a debugger
 *
 * Before main() the process counts, in a child, the allocations that the program itself asks for (those of
 * libraries for their own sake are left alone), then forks a child for each of NOMEM_RUNS numbers spread over
 * them (never more than the first 2,000): there that one fails, or with NOMEM_STICKY=1 that one and all after it.
 * A failed assertion or abort() is an answer: a test may demand what memory did not allow, and an arena without
 * a hook aborts. A signal of any other kind, a broken heap or no end is none. The last line says how many.
 */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 2000, OUTPUT_BYTES = 1 << 16, PATIENCE_SECONDS = 30 /* of processor time */ };

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t each);
void *__libc_realloc(void *p, size_t n);

static uintptr_t own_from, own_to; /* where the program's code stands */
static unsigned long fail_at;      /* 0 = none */
static bool sticky;
static unsigned long *asked;       /* shared with the process that counts */

static bool fails(uintptr_t caller)
{
	unsigned long n;

	if (!asked || caller < own_from || caller >= own_to)
		return false;
	n = ++*asked;
	return fail_at && (n == fail_at || (sticky && n > fail_at));
}

#define CALLER ((uintptr_t)__builtin_return_address(0))

void *malloc(size_t n)
{
	if (!fails(CALLER))
		return __libc_malloc(n);
	errno = ENOMEM;
	return NULL;
}

void *calloc(size_t n, size_t each)
{
	if (!fails(CALLER))
		return __libc_calloc(n, each);
	errno = ENOMEM;
	return NULL;
}

void *realloc(void *p, size_t n)
{
	if (!fails(CALLER))
		return __libc_realloc(p, n);
	errno = ENOMEM;
	return NULL;
}

void *reallocarray(void *p, size_t n, size_t each)
{
	size_t bytes;

	if (!__builtin_mul_overflow(n, each, &bytes) && !fails(CALLER))
		return __libc_realloc(p, bytes);
	errno = ENOMEM;
	return NULL;
}

static int find_own(struct dl_phdr_info *info, size_t size, void *user)
{
	(void)size;
	(void)user;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];

		if (p->p_type == PT_LOAD && (p->p_flags & PF_X)) {
			own_from = info->dlpi_addr + p->p_vaddr;
			own_to = own_from + p->p_memsz;
		}
	}
	return 1; /* the first is the program */
}

/* In the child it returns 0 and main() runs; in the parent the status, and what was printed. */
static pid_t run(unsigned long at, int output, int *ret_status)
{
	pid_t pid;

	*asked = 0;
	if (ftruncate(output, 0) || lseek(output, 0, SEEK_SET))
		_exit(99);
	pid = fork();
	if (pid < 0)
		_exit(99);
	if (pid == 0) {
		fail_at = at;
		dup2(output, 1);
		dup2(output, 2);
		setpgid(0, 0);
		setitimer(ITIMER_PROF, &(struct itimerval){.it_value = {PATIENCE_SECONDS, 0}}, NULL);
		return 0;
	}
	while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
		;
	return pid;
}

static const char *said(int output)
{
	static char text[OUTPUT_BYTES];
	ssize_t n = pread(output, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = 0;
	return text;
}

/* NULL if the run ended as it may. */
static const char *wrong(int status, int output)
{
	static const char *const heap[] = {"free(): ", "double free", "malloc(): ", "realloc(): ", "corrupted", "munmap_chunk",
		"stack smashing", "Test failed with exception"};
	const char *text = said(output);

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
		return "it does not end";
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGABRT)
		return strsignal(WTERMSIG(status));
	for (size_t i = 0; i < sizeof(heap) / sizeof(heap[0]); i++)
		if (strstr(text, heap[i]))
			return heap[i];
	return NULL;
}

__attribute__((constructor)) static void serve(void)
{
	const char *runs = getenv("NOMEM_RUNS"), *mode = getenv("NOMEM_STICKY"), *only = getenv("NOMEM_AT");
	unsigned long n_runs = runs ? strtoul(runs, NULL, 10) : 0, total, done = 0, bad = 0;
	int output = memfd_create("output", MFD_CLOEXEC), status;

	if ((!n_runs && !only) || output < 0)
		return;
	sticky = mode && *mode == '1';
	unsetenv("LD_PRELOAD");
	dl_iterate_phdr(find_own, NULL);
	asked = mmap(NULL, sizeof(*asked), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (asked == MAP_FAILED)
		_exit(99);
	if (only)
		fail_at = strtoul(only, NULL, 10);
	if (only || run(0, output, &status) == 0)
		return;
	total = *asked;
	if (status) {
		printf("fails without a fault: status %d\n%s\n", status, said(output));
		_exit(1);
	}
	if (total > MOST)
		total = MOST;
	for (unsigned long i = 0; i < n_runs && i < total; i++) {
		unsigned long at = n_runs >= total ? i + 1 : 1 + i * total / n_runs;
		const char *why;

		if (run(at, output, &status) == 0)
			return;
		done++;
		why = wrong(status, output);
		if (why) {
			printf("allocation %lu%s: %s\n", at, sticky ? " and all after it" : "", why);
			bad++;
		}
	}
	printf("%lu runs of %lu allocations, %lu bad\n", done, total, bad);
	fflush(stdout);
	_exit(bad || !done);
}
