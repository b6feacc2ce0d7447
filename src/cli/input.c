#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/reference.h"
#include "util/fd.h"

static const uint64_t spool_bytes_max = (uint64_t)8 << 30;

const char *input_path(const struct input *in)
{
	return in->path[0] ? in->path : in->given;
}

/* A file without a name: it is gone with us, whatever happens. */
static int unnamed_file(struct failure *why)
{
	char path[512];
	int fd = open(folder_of_temporaries(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	snprintf(path, sizeof(path), "%s/assay-XXXXXX", folder_of_temporaries());
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		failure_set(why, "no temporary file in %s: %s", folder_of_temporaries(),
			strerror(errno));
	else
		unlink(path);
	return fd;
}

static bool spool(int fd, uint64_t max, struct failure *why)
{
	static char part[1 << 16];
	uint64_t all = 0;

	for (;;) {
		ssize_t n = read(STDIN_FILENO, part, sizeof(part));

		if (interrupted)
			return failure_set(why, "interrupted");
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return failure_set(why, "stdin: %s", strerror(errno));
		if (n == 0)
			return true;
		all += (uint64_t)n;
		if (all > max)
			return failure_set(why, "stdin: more than %llu bytes",
				(unsigned long long)max);
		if (!fd_write_all(fd, part, (size_t)n))
			return failure_set(why, "temporary file: %s", strerror(errno));
	}
}

/* The bytes have no name, but reports show one: a link to them that is called stdin. */
static bool name_stdin(struct input *in, struct failure *why)
{
	char target[64];

	if (!folder_make(&in->folder, why))
		return false;
	snprintf(target, sizeof(target), "/proc/self/fd/%d", in->fd);
	snprintf(in->path, sizeof(in->path), "%s/stdin", in->folder.path);
	if (symlink(target, in->path) == 0)
		return true;
	return failure_set(why, "%s: %s", in->path, strerror(errno));
}

static bool open_stdin(const struct settings *s, struct input *in, struct failure *why)
{
	static bool taken;
	uint64_t max = s->limit_bytes ? s->limit_bytes : spool_bytes_max;

	if (taken)
		return failure_set(why, "- (stdin) can stand for one release only");
	taken = true;
	in->fd = unnamed_file(why);
	if (in->fd < 0 || !spool(in->fd, max, why))
		return false;
	return name_stdin(in, why);
}

static bool check_path(const char *path, struct failure *why)
{
	struct stat st;

	if (!*path)
		return failure_set(why, "an empty path");
	if (stat(path, &st) != 0)
		return failure_set(why, "%s: %s", shown(path).text, strerror(errno));
	if (S_ISFIFO(st.st_mode))
		return failure_set(why, "%s: a pipe; write - and give it on stdin",
			shown(path).text);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return failure_set(why, "%s: neither a file nor a directory", shown(path).text);
	if (access(path, S_ISDIR(st.st_mode) ? R_OK | X_OK : R_OK) != 0)
		return failure_set(why, "%s: %s", shown(path).text, strerror(errno));
	return true;
}

bool input_open(const struct settings *s, const char *given, struct input *ret,
	struct failure *why)
{
	struct reference r;

	*ret = (struct input){.given = given, .fd = -1};
	if (strcmp(given, "-") == 0)
		return open_stdin(s, ret, why);
	if (!reference_is(given))
		return check_path(given, why);
	if (!reference_parse(given, &r, why))
		return false;
	if (s->offline)
		return failure_set(why, "%s: cannot be fetched with --offline", shown(given).text);
	return reference_fetch(&r, &ret->folder, ret->path, sizeof(ret->path), why);
}

void input_close(struct input *in)
{
	if (in->fd >= 0)
		close(in->fd);
	in->fd = -1;
	folder_remove(&in->folder);
}
