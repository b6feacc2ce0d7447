#include "cli/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_DEPTH = 40 }; /* what a package client leaves behind is a tenth of that */

const char *folder_of_temporaries(void)
{
	const char *t = getenv("TMPDIR");

	return t && t[0] == '/' && strlen(t) < 400 ? t : "/tmp";
}

bool folder_make(struct folder *f, struct failure *why)
{
	snprintf(f->path, sizeof(f->path), "%s/assay-XXXXXX", folder_of_temporaries());
	if (mkdtemp(f->path))
		return true;
	failure_set(why, "no temporary folder in %s: %s", folder_of_temporaries(), strerror(errno));
	f->path[0] = '\0';
	return false;
}

/* Takes the descriptor. */
static void empty(int fd, unsigned depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *e;

	if (!dir) {
		close(fd);
		return;
	}
	while ((e = readdir(dir))) {
		int below;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(dirfd(dir), e->d_name, 0) == 0 || depth == FOLDER_DEPTH)
			continue;
		below = openat(dirfd(dir), e->d_name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (below < 0)
			continue;
		empty(below, depth + 1);
		unlinkat(dirfd(dir), e->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
}

void folder_remove(struct folder *f)
{
	int fd;

	if (!f->path[0])
		return;
	fd = open(f->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0)
		empty(fd, 0);
	rmdir(f->path);
	f->path[0] = '\0';
}
