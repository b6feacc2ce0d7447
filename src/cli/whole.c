#include "cli/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common.h"

static bool read_all(int fd, const char *name, struct buf *b)
{
	for (;;) {
		char *p = buf_reserve(b, 1 << 16);
		ssize_t n = p ? read(fd, p, 1 << 16) : -1;

		if (interrupted)
			return false;
		if (n < 0 && p && errno == EINTR)
			continue;
		if (n < 0 && !p)
			say_error("%s: more than %zu MiB", name, b->max_bytes >> 20);
		else if (n < 0)
			say_error("%s: %s", name, strerror(errno));
		if (n <= 0)
			return n == 0;
		b->len += (size_t)n;
	}
}

bool whole_read(const char *path, struct buf *b)
{
	bool is_stdin = strcmp(path, "-") == 0, good;
	struct shown_text name = shown(is_stdin ? "stdin" : path);
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0) {
		say_error("%s: %s", name.text, strerror(errno));
		return false;
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		say_error("%s is a folder, and a file is wanted", name.text);
		good = false;
	} else {
		good = read_all(fd, name.text, b);
	}
	if (!is_stdin)
		close(fd);
	return good;
}
