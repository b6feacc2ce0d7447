#include "util/fd.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

bool fd_read_all(int fd, void *p, size_t n)
{
	char *to = p;

	while (n) {
		ssize_t done = read(fd, to, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		to += done;
		n -= (size_t)done;
	}
	return true;
}

bool fd_write_all(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t done = write(fd, from, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		from += done;
		n -= (size_t)done;
	}
	return true;
}

bool child_wait(pid_t pid, int *ret_status)
{
	pid_t got;

	if (pid <= 0)
		return false;
	do
		got = waitpid(pid, ret_status, 0);
	while (got < 0 && errno == EINTR);
	return got == pid;
}
