/* The normal form of each file that stdin names, a line each: digest, what was not opened and why. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "normal/normal.h"
#include "util/buf.h"

static bool read_file(const char *path, struct buf *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char piece[64 << 10];
	ssize_t n;

	buf_init(ret, 1 << 28);
	while (fd >= 0 && (n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(ret, piece, (size_t)n);
	if (fd >= 0)
		close(fd);
	return fd >= 0 && !ret->full;
}

int main(void)
{
	char path[4096];

	while (fgets(path, sizeof(path), stdin)) {
		static struct normal_form form;
		struct buf b;
		enum status status;

		path[strcspn(path, "\n")] = '\0';
		if (!read_file(path, &b)) {
			fprintf(stderr, "%s: cannot be read\n", path);
			return 1;
		}
		status = normal_of(b.p, b.len, &form);
		for (size_t i = 0; i < NORMAL_DIGEST_BYTES; i++)
			printf("%02x", form.d[0][i]);
		for (int i = 0; i < NORMALISERS; i++)
			printf(" %02x%02x%02x%02x", form.d[1 + i][0], form.d[1 + i][1],
				form.d[1 + i][2], form.d[1 + i][3]);
		printf(" %s %s\n", status_name(status), form.note);
		buf_release(&b);
	}
	return 0;
}
