/* The normal form of a file that somebody else has made, computed where it can do no harm. */
#include "normal/normal_int.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine/confine.h"
#include "util/fd.h"

enum { CHILD_SECONDS = 600, CHILD_DENIED = 2, CHILD_FAILED = 3 };

static const uint64_t child_data_bytes = 4ULL << 30;

struct answer {
	uint32_t status;
	struct normal_form form;
};

static void child(const void *p, size_t n, bool unconfined, int fd)
{
	struct confine_limits limits = confine_default_limits();
	struct confine_report report;
	struct answer a = {.status = STATUS_OK};

	signal(SIGPIPE, SIG_IGN);
	limits.cpu_seconds = CHILD_SECONDS;
	limits.data_bytes = child_data_bytes;
	confine_warm_up();
	if (sodium_init() < 0 ||
		confine_self(&limits, fd, unconfined ? CONFINE_OFF : 0, &report) != STATUS_OK)
		_exit(CHILD_DENIED);
	a.status = (uint32_t)normal_of(p, n, &a.form);
	if (!fd_write_all(fd, &a, sizeof(a)))
		_exit(CHILD_FAILED);
	_exit(0);
}

static enum status ask_child(const void *p, size_t n, bool unconfined, struct normal_form *ret)
{
	static struct answer a;
	int pipes[2], status = 0;
	bool heard;
	pid_t pid;

	if (pipe(pipes) != 0)
		return STATUS_IO;
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		child(p, n, unconfined, pipes[1]);
	}
	close(pipes[1]);
	heard = pid > 0 && fd_read_all(pipes[0], &a, sizeof(a));
	a.form.note[NORMAL_NOTE_BYTES - 1] = '\0';
	close(pipes[0]);
	if (child_wait(pid, &status) && WIFEXITED(status) && WEXITSTATUS(status) == CHILD_DENIED)
		return STATUS_DENIED;
	if (!heard || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return STATUS_IO;
	*ret = a.form;
	return a.status == STATUS_OK ? STATUS_OK : STATUS_LIMIT;
}

enum status normal_of_file(int fd, bool unconfined, struct normal_form *ret)
{
	static const char empty[1];
	struct stat st;
	enum status status;
	void *p;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < 0)
		return STATUS_IO;
	if (st.st_size == 0)
		return ask_child(empty, 0, unconfined, ret);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return STATUS_IO;
	status = ask_child(p, (size_t)st.st_size, unconfined, ret);
	munmap(p, (size_t)st.st_size);
	return status;
}
