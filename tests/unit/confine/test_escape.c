/*
 * The proof, from inside real children: each case is a fresh child of the real zygote that has
 * confined itself by the real code and then tries to get out. A case that gets its call through
 * says so over the pipe; a wall shows as death by SIGSYS before that. The same cases run in an
 * unconfined child too, where they must get through: else this test could not fail.
 */
#include "child.h"

#include <assert.h>
#include <limits.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "confine/confine_int.h"
#include "util/hash.h"

enum { LAST_CALL = 600 };

/* Inherited on purpose, by prepare(), to show that the walls hold for what is already open. */
enum { KEPT_DIRECTORY_FD = 5, KEPT_FILE_FD = 6, KEPT_UDP_FD = 7, KEPT_PIPE_FD = 8 };

struct attempt {
	int what;     /* index of a case, number of a call, or a workload */
	int left_out; /* entry of the list to do without; -1 */
};

static pid_t test_pid; /* not a child's parent (that is the zygote), but one of ours */

/* ---- cases: 0 or more = the kernel did something; -1 = it answered with an error ---------- */

static const char here[] = "/";
static char room[4096];

static long try_open(void) { return open("/etc/passwd", O_RDONLY); }
static long try_openat2(void) { return syscall(SYS_openat2, AT_FDCWD, here, room, 24); }
static long try_open_kept(void) { return openat(KEPT_DIRECTORY_FD, ".", O_RDONLY | O_DIRECTORY); }
static long try_open_proc(void) { return open("/proc/self/fd/3", O_RDWR); }
static long try_open_mem(void) { return open("/proc/self/mem", O_RDWR); }

static long try_create(void)
{
	return openat(AT_FDCWD, "/tmp/assay-escaped", O_CREAT | O_EXCL | O_WRONLY, 0600);
}

static long try_stat(void) { struct stat st; return stat(here, &st); }
static long try_statx(void) { return syscall(SYS_statx, AT_FDCWD, here, 0, 0x7ff, room); }
static long try_access(void) { return access(here, R_OK); }
static long try_readlink(void) { return readlink("/proc/self/exe", room, sizeof(room)); }
static long try_chmod(void) { return fchmodat(AT_FDCWD, "/nonexistent", 0777, 0); }
static long try_chown(void) { return fchownat(AT_FDCWD, "/nonexistent", 0, 0, 0); }
static long try_unlink(void) { return unlinkat(AT_FDCWD, "/nonexistent", 0); }

static long try_rename(void)
{
	return renameat(AT_FDCWD, "/nonexistent", AT_FDCWD, "/nonexistent2");
}

static long try_mknod(void) { return mknodat(AT_FDCWD, "/nonexistent/x", S_IFIFO, 0); }
static long try_mkdir(void) { return mkdirat(AT_FDCWD, "/nonexistent/x", 0700); }
static long try_symlink(void) { return symlinkat("x", AT_FDCWD, "/nonexistent/x"); }
static long try_utimes(void) { return utimensat(AT_FDCWD, "/nonexistent", NULL, 0); }
static long try_chdir(void) { return chdir(here); }

static long try_getdents(void)
{
	return syscall(SYS_getdents64, KEPT_DIRECTORY_FD, room, sizeof(room));
}

static long try_read_input(void) { return read(CHILD_INPUT_FD, room, 1); }
static long try_socket_inet(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long try_socket_unix(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static long try_socket_netlink(void) { return socket(AF_NETLINK, SOCK_RAW, 0); }
static long try_socket_packet(void) { return socket(AF_PACKET, SOCK_RAW, 0); }
static long try_socketpair(void) { int fds[2]; return socketpair(AF_UNIX, SOCK_STREAM, 0, fds); }

static struct sockaddr_in loopback(void)
{
	return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(9),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
}

static long try_connect(void)
{
	struct sockaddr_in a = loopback();

	return connect(KEPT_UDP_FD, (struct sockaddr *)&a, sizeof(a));
}

static long try_bind(void)
{
	struct sockaddr_in a = loopback();

	a.sin_port = 0;
	return bind(KEPT_UDP_FD, (struct sockaddr *)&a, sizeof(a));
}

static long try_sendto(void)
{
	struct sockaddr_in a = loopback();

	return sendto(KEPT_UDP_FD, "x", 1, 0, (struct sockaddr *)&a, sizeof(a));
}

static long try_execve(void)
{
	char *argv[] = {(char *)"x", NULL};

	return execve("/nonexistent", argv, NULL);
}

static long try_execveat(void)
{
	return syscall(SYS_execveat, CHILD_INPUT_FD, "", NULL, NULL, AT_EMPTY_PATH);
}

static long try_fork(void)
{
	long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

	if (pid == 0)
		_exit(0);
	return pid;
}

static long try_clone3(void)
{
	uint64_t args[8] = {[4] = SIGCHLD};
	long pid = syscall(SYS_clone3, args, sizeof(args));

	if (pid == 0)
		_exit(0);
	return pid;
}

static long try_kill_parent(void) { return kill(test_pid, 0); }
static long try_tgkill_parent(void) { return syscall(SYS_tgkill, test_pid, test_pid, 0); }
static long try_tkill(void) { return syscall(SYS_tkill, test_pid, 0); }
static long try_sigqueue(void) { return syscall(SYS_rt_sigqueueinfo, test_pid, 0, room); }
static long try_abort_parent(void) { return syscall(SYS_tgkill, getpid() + 100000, 1, SIGABRT); }
static long try_pidfd(void) { return syscall(SYS_pidfd_open, test_pid, 0); }
static long try_ptrace(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0); }

static long try_vm_read(void)
{
	struct iovec local = {room, 1}, remote = {(void *)here, 1};

	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
}

static long try_vm_write(void)
{
	struct iovec local = {room, 1}, remote = {room + 1, 1};

	return process_vm_writev(getpid(), &local, 1, &remote, 1, 0);
}

static long try_uring_setup(void) { return syscall(SYS_io_uring_setup, 4, room); }
static long try_uring_enter(void) { return syscall(SYS_io_uring_enter, -1, 0, 0, 0, NULL, 0); }
static long try_uring_register(void) { return syscall(SYS_io_uring_register, -1, 0, NULL, 0); }
static long try_userfaultfd(void) { return syscall(SYS_userfaultfd, 1); }
static long try_bpf(void) { return syscall(SYS_bpf, 0, room, 48); }
static long try_perf(void) { return syscall(SYS_perf_event_open, room, 0, -1, -1, 0); }
static long try_keyctl(void) { return syscall(SYS_keyctl, 0, -3, 0, 0, 0); }
static long try_add_key(void) { return syscall(SYS_add_key, "user", "x", "x", 1, -3); }
static long try_memfd(void) { return memfd_create("x", 0); }
static long try_shmget(void) { return syscall(SYS_shmget, 0x7fffff01, 0, 0); }
static long try_msgget(void) { return syscall(SYS_msgget, 0x7fffff01, 0); }
static long try_semget(void) { return syscall(SYS_semget, 0x7fffff01, 0, 0); }
static long try_mq(void) { return syscall(SYS_mq_open, "x", O_RDONLY, 0, NULL); }
static long try_unshare(void) { return unshare(0); }
static long try_setns(void) { return setns(CHILD_INPUT_FD, 0); }
static long try_mount(void) { return syscall(SYS_mount, "x", "/nonexistent", "x", 0, NULL); }
static long try_chroot(void) { return chroot("/nonexistent"); }
static long try_personality(void) { return syscall(SYS_personality, 0xffffffff); }
static long try_prctl(void) { return prctl(PR_GET_DUMPABLE); }
static long try_dumpable(void) { return prctl(PR_SET_DUMPABLE, 1); }

static long try_rlimit(void)
{
	struct rlimit r;

	return syscall(SYS_prlimit64, 0, RLIMIT_DATA, NULL, &r);
}

static long try_seccomp(void) { return syscall(SYS_seccomp, 99, 0, NULL); }
static long try_landlock(void) { return syscall(SYS_landlock_create_ruleset, NULL, 0, 1); }
static long try_sched(void) { return sched_getscheduler(0); }
static long try_setpriority(void) { return setpriority(PRIO_PROCESS, 0, 19); }
static long try_tiocsti(void) { return ioctl(CHILD_INPUT_FD, TIOCSTI, "x"); }
static long try_tioclinux(void) { return ioctl(CHILD_INPUT_FD, TIOCLINUX, "\2"); }
static long try_setuid(void) { return syscall(SYS_setuid, getpid()); }

static long try_setitimer(void)
{
	struct itimerval t = {0};

	return setitimer(ITIMER_REAL, &t, NULL);
}

static long try_sleep(void) { struct timespec t = {0, 1}; return syscall(SYS_nanosleep, &t, NULL); }

static long try_pause_poll(void)
{
	return syscall(SYS_ppoll, NULL, 0, &(struct timespec){0, 1}, NULL, 8);
}

static long try_handler(void) { return signal(SIGUSR1, SIG_IGN) == SIG_ERR ? -1 : 0; }
static long try_dup(void) { return dup(CHILD_PIPE_FD); }
static long try_fcntl(void) { return fcntl(CHILD_PIPE_FD, F_GETFL); }
static long try_pipe(void) { int fds[2]; return pipe(fds); }
static long try_splice(void) { return splice(CHILD_INPUT_FD, NULL, CHILD_PIPE_FD, NULL, 1, 0); }
static long try_write_input(void) { return write(CHILD_INPUT_FD, "x", 1); }
static long try_write_kept(void) { return write(KEPT_FILE_FD, "x", 1); }
static long try_write_kept_pipe(void) { return write(KEPT_PIPE_FD, "x", 1); }
static long try_pwrite_kept(void) { return pwrite(KEPT_FILE_FD, "x", 1, 0); }

static long try_writev_pipe(void)
{
	struct iovec v = {room, 0};

	return writev(KEPT_PIPE_FD, &v, 1);
}

static long try_truncate_input(void) { return ftruncate(CHILD_INPUT_FD, 0); }
static long try_truncate_kept(void) { return ftruncate(KEPT_FILE_FD, 0); }
static long try_fchmod_kept(void) { return fchmod(KEPT_FILE_FD, 0777); }
static long try_fallocate(void) { return fallocate(KEPT_FILE_FD, 0, 0, 4096); }

static long mapped(void *p)
{
	return p == MAP_FAILED ? -1 : 0;
}

static long map(int prot, int flags, int fd)
{
	return mapped(mmap(NULL, 4096, prot, flags, fd, 0));
}

static long try_map_exec(void)
{
	return map(PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static long try_map_write_exec(void) { return map(7, MAP_PRIVATE | MAP_ANONYMOUS, -1); }

static long try_map_input_exec(void)
{
	return map(PROT_READ | PROT_EXEC, MAP_PRIVATE, CHILD_INPUT_FD);
}

static long try_map_input(void) { return map(PROT_READ, MAP_PRIVATE, CHILD_INPUT_FD); }
static long try_map_kept(void) { return map(3, MAP_SHARED, KEPT_FILE_FD); }
/* The next three would not count as data, and so pass the limit. */
static long try_map_shared(void) { return map(3, MAP_SHARED | MAP_ANONYMOUS, -1); }

static long try_map_growing(void)
{
	return map(3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1);
}

static long try_map_readable(void) { return map(PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1); }
static long try_protect_exec(void)
{
	void *p = mmap(NULL, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static long try_remap_fixed(void)
{
	char *p = mmap(NULL, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mapped(mremap(p, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, p + 4096));
}

static long try_mlock(void) { return mlock(room, 1); }
static long try_vhangup(void) { return syscall(SYS_sethostname, "x", 1UL << 40); }
static long try_reboot(void) { return syscall(SYS_reboot, 0, 0, 0, 0); }
static long try_module(void) { return syscall(SYS_finit_module, -1, "", 0); }

#ifdef __x86_64__
/* x32: the native entry with another table of numbers. */
static long x32(long nr)
{
	return syscall(0x40000000 + nr, 0, 0, 0, 0);
}

static long try_x32_getpid(void) { return x32(SYS_getpid); }
static long try_x32_write(void) { return x32(SYS_write); }
static long try_x32_ptrace(void) { return x32(521); }

static long i386(long nr, long a, long b, long c)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(nr), "b"(a), "c"(b), "d"(c) : "memory",
		"r8", "r9", "r10", "r11");
	return ret < 0 && ret > -4096 ? -1 : ret;
}

/* Its numbers mean other things: 1 exit, 4 write, 11 execve, 20 getpid. */
static long try_i386_getpid(void) { return i386(20, 0, 0, 0); }
static long try_i386_write(void) { return i386(4, CHILD_PIPE_FD, 0, 0); }
static long try_i386_execve(void) { return i386(11, 0, 0, 0); }
static long try_i386_write_number(void) { return i386(1, CHILD_PIPE_FD, 0, 0); }
#endif

enum {
	IN_SANITIZED = 1, /* holds there too */
	OLD_ENTRY = 2,    /* a kernel without this entry answers with SIGSEGV: a wall as well */
};

static const struct escape {
	const char *name;
	long (*attempt)(void);
	unsigned flags;
} escapes[] = {
	{"open", try_open, 0},
	{"openat2", try_openat2, 1},
	{"open below a kept directory", try_open_kept, 0},
	{"open /proc/self/fd/3", try_open_proc, 0},
	{"open /proc/self/mem", try_open_mem, 0},
	{"create a file", try_create, 0},
	{"stat", try_stat, 0},
	{"statx", try_statx, 1},
	{"access", try_access, 1},
	{"readlink", try_readlink, 0},
	{"chmod", try_chmod, 1},
	{"chown", try_chown, 1},
	{"unlink", try_unlink, 1},
	{"rename", try_rename, 1},
	{"mknod", try_mknod, 1},
	{"mkdir", try_mkdir, 1},
	{"symlink", try_symlink, 1},
	{"utimensat", try_utimes, 1},
	{"chdir", try_chdir, 1},
	{"getdents of a kept directory", try_getdents, 1},
	{"read the input", try_read_input, 1},
	{"socket inet", try_socket_inet, 1},
	{"socket unix", try_socket_unix, 1},
	{"socket netlink", try_socket_netlink, 1},
	{"socket packet", try_socket_packet, 1},
	{"socketpair", try_socketpair, 1},
	{"connect a kept socket", try_connect, 1},
	{"bind a kept socket", try_bind, 1},
	{"sendto on a kept socket", try_sendto, 1},
	{"execve", try_execve, 1},
	{"execveat", try_execveat, 1},
	{"fork", try_fork, 1},
	{"clone3", try_clone3, 1},
	{"kill another process", try_kill_parent, 1},
	{"tgkill another process", try_tgkill_parent, 1},
	{"tkill", try_tkill, 1},
	{"sigqueue", try_sigqueue, 1},
	{"SIGABRT to another process", try_abort_parent, 1},
	{"pidfd_open", try_pidfd, 1},
	{"ptrace", try_ptrace, 1},
	{"process_vm_readv", try_vm_read, 1},
	{"process_vm_writev", try_vm_write, 1},
	{"io_uring_setup", try_uring_setup, 1},
	{"io_uring_enter", try_uring_enter, 1},
	{"io_uring_register", try_uring_register, 1},
	{"userfaultfd", try_userfaultfd, 1},
	{"bpf", try_bpf, 1},
	{"perf_event_open", try_perf, 1},
	{"keyctl", try_keyctl, 1},
	{"add_key", try_add_key, 1},
	{"memfd_create", try_memfd, 1},
	{"shmget", try_shmget, 1},
	{"msgget", try_msgget, 1},
	{"semget", try_semget, 1},
	{"mq_open", try_mq, 1},
	{"unshare", try_unshare, 1},
	{"setns", try_setns, 1},
	{"mount", try_mount, 1},
	{"chroot", try_chroot, 1},
	{"personality", try_personality, 1},
	{"prctl", try_prctl, 1},
	{"prctl dumpable", try_dumpable, 1},
	{"prlimit", try_rlimit, 0},
	{"seccomp", try_seccomp, 1},
	{"landlock", try_landlock, 1},
	{"sched_getscheduler", try_sched, 1},
	{"setpriority", try_setpriority, 1},
	{"ioctl TIOCSTI", try_tiocsti, 0},
	{"ioctl TIOCLINUX", try_tioclinux, 0},
	{"setuid", try_setuid, 1},
	{"setitimer", try_setitimer, 1},
	{"nanosleep", try_sleep, 1},
	{"ppoll", try_pause_poll, 1},
	{"sigaction", try_handler, 0},
	{"dup", try_dup, 1},
	{"fcntl", try_fcntl, 1},
	{"pipe", try_pipe, 0},
	{"splice", try_splice, 1},
	{"write to the input", try_write_input, 0},
	{"write to a kept file", try_write_kept, 0},
	{"write to a kept pipe", try_write_kept_pipe, 0},
	{"pwrite to a kept file", try_pwrite_kept, 1},
	{"writev to a kept pipe", try_writev_pipe, 1},
	{"ftruncate the input", try_truncate_input, 1},
	{"ftruncate a kept file", try_truncate_kept, 1},
	{"fchmod a kept file", try_fchmod_kept, 1},
	{"fallocate a kept file", try_fallocate, 1},
	{"mmap executable", try_map_exec, 1},
	{"mmap writable and executable", try_map_write_exec, 1},
	{"mmap the input executable", try_map_input_exec, 1},
	{"mmap the input", try_map_input, 0},
	{"mmap a kept file", try_map_kept, 0},
	{"mmap shared memory", try_map_shared, 0},
	{"mmap a second stack", try_map_growing, 0},
	{"mmap uncounted memory", try_map_readable, 0},
	{"mprotect executable", try_protect_exec, 1},
	{"mremap to a fixed place", try_remap_fixed, 1},
	{"mlock", try_mlock, 0},
	{"sethostname", try_vhangup, 1},
	{"reboot", try_reboot, 1},
	{"finit_module", try_module, 1},
#ifdef __x86_64__
	{"x32 getpid", try_x32_getpid, 1},
	{"x32 write", try_x32_write, 1},
	{"x32 ptrace", try_x32_ptrace, 1},
	{"i386 getpid", try_i386_getpid, 1 | OLD_ENTRY},
	{"i386 write", try_i386_write, 1 | OLD_ENTRY},
	{"i386 execve", try_i386_execve, 1 | OLD_ENTRY},
	{"i386 exit", try_i386_write_number, 1 | OLD_ENTRY},
#endif
};
enum { N_ESCAPES = sizeof(escapes) / sizeof(escapes[0]) };

/* ---- roles -------------------------------------------------------------------------------- */

static struct attempt attempt_of(const struct child_env *env)
{
	struct attempt a = {-1, -1};

	if (env->description.len == sizeof(a))
		memcpy(&a, env->description.base, sizeof(a));
	return a;
}

static bool keep(int fd, int as)
{
	bool ok = fd >= 0 && (fd == as || dup2(fd, as) == as);

	if (fd >= 0 && fd != as)
		close(fd);
	return ok;
}

/* Opens what a careless parent might have left open, at the numbers that the cases use. */
static enum status prepare_escape(struct child_env *env)
{
	char name[] = "/tmp/assay-test-XXXXXX";
	int ends[2];
	int file;

	if (!keep(open("/", O_RDONLY | O_DIRECTORY), KEPT_DIRECTORY_FD))
		return STATUS_IO;
	file = mkstemp(name);
	unlink(name);
	if (!keep(file, KEPT_FILE_FD) || !keep(socket(AF_INET, SOCK_DGRAM, 0), KEPT_UDP_FD) ||
		pipe(ends) != 0)
		return STATUS_IO;
	if (ends[1] == KEPT_PIPE_FD)
		return STATUS_OK;
	return keep(ends[1], KEPT_PIPE_FD) ? STATUS_OK : STATUS_IO;
}

static enum status run_escape(struct child_env *env)
{
	long got = escapes[attempt_of(env).what].attempt();

	child_say(env, &got, sizeof(got));
	return STATUS_OK;
}

/* Harmless: nothing has a descriptor, process or address -1, and nothing is 0 bytes long. */
static enum status run_call(struct child_env *env)
{
	long got = syscall(attempt_of(env).what, -1L, 0L, 0L, -1L, 0L, 0L);

	child_say(env, &got, sizeof(got));
	return STATUS_OK;
}

static enum status prepare_left_out(struct child_env *env)
{
	confine_leave_out(attempt_of(env).left_out);
	return STATUS_OK;
}

enum workload { WORK_MEMORY, WORK_LIBRARIES, WORK_ABORT, WORK_ASSERT, WORK_HEAP_CHECK, WORK_N };

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a < *(const int *)b ? -1 : *(const int *)a > *(const int *)b;
}

static void use_memory(void)
{
	enum { BLOCKS = 200 };
	static void *blocks[BLOCKS];
	volatile char *large;

	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = malloc((size_t)(1 + i % 20) << 12);
	for (int i = 0; i < BLOCKS; i++)
		free(blocks[i]);
	large = malloc(8 << 20);
	large[0] = 1;
	large = realloc((void *)large, 64 << 20);
	large[(64 << 20) - 1] = 1;
	free((void *)large);
}

/* What readers use of libc and libcrypto, after the zygote's warm-up. */
static void use_libraries(struct child_env *env)
{
	struct tm tm = {.tm_year = 120, .tm_mday = 1};
	struct timespec now;
	char text[128];
	static int numbers[100000];
	int n;

	for (int i = 0; i < 100000; i++)
		numbers[i] = (i * 7919) % 100003;
	qsort(numbers, 100000, sizeof(numbers[0]), compare_ints);
	clock_gettime(CLOCK_MONOTONIC, &now);
	n = snprintf(text, sizeof(text), "%.17g %ld %s %ld", 1.0 / 3, (long)mktime(&tm),
		strerror(ENOENT), (long)time(NULL));
	arena_printf(&env->arena, "%s %d", text, n);
	(void)sha256_of(text, sizeof(text));
}

static enum status run_workload(struct child_env *env)
{
	char *volatile block;

	switch (attempt_of(env).what) {
	case WORK_MEMORY:
		use_memory();
		break;
	case WORK_LIBRARIES:
		use_libraries(env);
		break;
	case WORK_ABORT:
		abort();
	case WORK_ASSERT:
		assert(env->job == 0); /* planted */
		break;
	case WORK_HEAP_CHECK:
		block = malloc(100);
		free(block);
		free(block); /* planted; found whatever MALLOC_PERTURB_ says */
		break;
	}
	child_say(env, "done", 4);
	return STATUS_OK;
}

enum { ESCAPE, CALL, WORKLOAD };

static const struct zygote_role roles[] = {
	[ESCAPE] = {"escape", prepare_escape, run_escape},
	[CALL] = {"call", NULL, run_call},
	[WORKLOAD] = {"work", prepare_left_out, run_workload},
};

/* ---- the tests ---------------------------------------------------------------------------- */

static struct answer answer;
static int input;
static struct zygote *z, *unconfined;

static struct zygote *start(unsigned flags)
{
	struct zygote_setup setup = {roles, sizeof(roles) / sizeof(roles[0]), NULL, flags};
	struct zygote *ret = NULL;

	assert_int_equal(zygote_start(&ret, &setup), STATUS_OK);
	return ret;
}

static int set_up(void **state)
{
	test_pid = getpid();
	input = input_of("input", 5);
	z = start(0);
	unconfined = start(ZYGOTE_UNCONFINED);
	return 0;
}

static int tear_down(void **state)
{
	zygote_stop(unconfined);
	zygote_stop(z);
	close(input);
	return 0;
}

static void attempt(struct zygote *in, unsigned role, int what, int left_out)
{
	static uint64_t job;
	struct attempt a = {what, left_out};
	struct job_desc d = job_of(++job, role, &a, sizeof(a));

	run_job(in, &d, input, &answer);
}

static bool killed_by(int signal)
{
	return answer.report.end == JOB_KILLED && answer.report.code == signal && answer.n == 0;
}

/* Says who got through, all of them, before failing. */
static void test_escapes(void **state)
{
	unsigned tried = 0, out = 0;

	for (int i = 0; i < N_ESCAPES; i++) {
		const struct escape *e = &escapes[i];

#ifdef ASSAY_SANITIZED
		if (!(e->flags & IN_SANITIZED))
			continue;
#endif
		attempt(z, ESCAPE, i, -1);
		tried++;
		if (killed_by(SIGSYS) || (e->flags & OLD_ENTRY && killed_by(SIGSEGV)))
			continue;
		out++;
		print_message("not stopped: %s (end %d, code %d, %zu bytes)\n", e->name,
			(int)answer.report.end, answer.report.code, answer.n);
	}
	print_message("%u ways out tried, %u open\n", tried, out);
	assert_int_equal(out, 0);
	assert_true(tried > 60);
}

/* The canary: without the walls the same attempts reach the kernel. */
static void test_escapes_unconfined(void **state)
{
	unsigned reached = 0, worked = 0;

	for (int i = 0; i < N_ESCAPES; i++) {
		long got;

		attempt(unconfined, ESCAPE, i, -1);
		if (answer.n != sizeof(got))
			continue;
		memcpy(&got, answer.bytes, sizeof(got));
		reached++;
		worked += got >= 0;
	}
	print_message("unconfined: %u of %d reached the kernel, %u worked\n", reached, N_ESCAPES,
		worked);
	assert_true(reached >= N_ESCAPES - 6); /* some kernels answer some with a signal */
	assert_true(worked > 25);
	unlink("/tmp/assay-escaped");
}

/*
 * Two numbers that newer kernels let past every filter: the way back from a probe that somebody
 * with rights planted (uretprobe, uprobe). Called from anywhere else they end in SIGILL or an
 * error, and do nothing.
 */
static bool is_probe_return(int nr)
{
#ifdef __x86_64__
	long got = 0;

	if (nr != 335 && nr != 336)
		return false;
	if (answer.n == sizeof(got))
		memcpy(&got, answer.bytes, sizeof(got));
	return killed_by(SIGILL) || got == -1;
#else
	return false;
#endif
}

/* May this number end otherwise than by SIGSYS? Conditions on arguments -1, 0, 0, -1 fail. */
static bool listed(int nr)
{
	unsigned n;
	const struct confine_call *calls = confine_calls(&n);

	for (unsigned i = 0; i < n; i++)
		if (calls[i].nr == nr && (calls[i].args == CALL_ANY ||
			calls[i].args == CALL_REFUSED || calls[i].args == CALL_NO_EXEC))
			return true;
	return false;
}

static void test_every_number(void **state)
{
	unsigned stopped = 0, through = 0;

	for (int nr = 0; nr <= LAST_CALL; nr++) {
		attempt(z, CALL, nr, -1);
		if (killed_by(SIGSYS)) {
			stopped++;
			if (listed(nr))
				fail_msg("call %d is in the list and yet killed", nr);
		} else if (is_probe_return(nr)) {
			print_message("call %d: this kernel filters it for nobody; refused\n", nr);
		} else {
			through++;
			if (!listed(nr))
				fail_msg("call %d got through", nr);
		}
	}
	print_message("calls 0..%d: %u killed, %u in the list\n", LAST_CALL, stopped, through);
	assert_true(stopped > 550);
}

static void test_odd_numbers(void **state)
{
	static const int odd[] = {-1, INT_MIN, INT_MAX, 1 << 20, 0x40000000, 0x40000001, 0x4000003c,
		0x80000001, 0xf0001, 0xf0005};

	for (unsigned i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		attempt(z, CALL, odd[i], -1);
		assert_true(killed_by(SIGSYS));
	}
}

static int want_of(enum workload w)
{
	return w >= WORK_ABORT ? SIGABRT : 0;
}

static bool workload_ends_well(enum workload w)
{
#ifdef ASSAY_SANITIZED
	if (w == WORK_HEAP_CHECK) /* the sanitizer is faster, and its report must get out */
		return answer.report.end == JOB_EXITED && answer.report.code == 1;
#endif
	if (want_of(w))
		return killed_by(want_of(w));
	return answer.report.end == JOB_EXITED && answer.report.code == 0 && answer.n == 4;
}

static void test_workloads(void **state)
{
	for (enum workload w = 0; w < WORK_N; w++) {
		attempt(z, WORKLOAD, (int)w, -1);
		if (!workload_ends_well(w))
			fail_msg("workload %d: end %d, code %d", (int)w, (int)answer.report.end,
				answer.report.code);
	}
}

static const char *args_text(enum call_args a)
{
	static const char *const texts[] = {[CALL_ANY] = "", [CALL_PIPE] = "to the pipe",
		[CALL_LAST_WORDS] = "to 2, refused with EBADF",
		[CALL_MAP] = "new private data, not executable",
		[CALL_REMAP] = "may move", [CALL_ABORT] = "SIGABRT to itself",
		[CALL_REFUSED] = "refused with EACCES", [CALL_NO_EXEC] = "not executable"};

	return texts[a];
}

/* Prints the list, and shows that each line of it is needed: without it a workload dies. */
static void test_list_is_minimal(void **state)
{
	unsigned n;
	const struct confine_call *calls = confine_calls(&n);

	for (unsigned i = 0; i < n; i++) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, calls[i].nr);
		bool needed = false;

		print_message("  %-16s %-34s %s\n", name ? name : "-", args_text(calls[i].args),
			calls[i].why);
		free(name);
#ifndef ASSAY_SANITIZED
		for (enum workload w = 0; !needed && w < WORK_N; w++) {
			attempt(z, WORKLOAD, (int)w, (int)i);
			needed = answer.report.end == JOB_KILLED && answer.report.code == SIGSYS;
		}
		if (!needed)
			fail_msg("nothing needs entry %u of the list", i);
#else
		(void)needed;
#endif
	}
}

static void test_landlock_masks(void **state)
{
	struct landlock_masks m = landlock_masks(0);

	assert_int_equal(m.fs | m.net | m.scope, 0);
	assert_int_equal(landlock_masks(1).fs, 0x1fff);
	assert_int_equal(landlock_masks(2).fs, 0x3fff);
	assert_int_equal(landlock_masks(3).fs, 0x7fff);
	assert_int_equal(landlock_masks(3).net, 0);
	assert_int_equal(landlock_masks(4).net, 3);
	assert_int_equal(landlock_masks(4).fs, 0x7fff);
	assert_int_equal(landlock_masks(5).fs, 0xffff);
	assert_int_equal(landlock_masks(5).scope, 0);
	m = landlock_masks(6);
	assert_true(m.fs == 0xffff && m.net == 3 && m.scope == 3);
	m = landlock_masks(99); /* a later kernel: what we know */
	assert_true(m.fs == 0xffff && m.net == 3 && m.scope == 3);
}

static void test_probe(void **state)
{
	struct confine_report r = confine_probe();

	print_message("this kernel: %s\n", r.text);
	assert_true(r.seccomp);
	assert_int_equal(r.landlock, r.landlock_abi > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_landlock_masks),
		cmocka_unit_test(test_workloads),
		cmocka_unit_test(test_list_is_minimal),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_escapes_unconfined),
		cmocka_unit_test(test_every_number),
		cmocka_unit_test(test_odd_numbers),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
