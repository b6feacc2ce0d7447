#include "unpack/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STORE_REGION_BYTES ((uint64_t)1 << 40)

struct scratch {
	int write_fd, read_fd;
	uint64_t used[SIDE_N];
};

static int scratch_unlinked(const char *folder)
{
	char path[4096];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	int n;

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	n = snprintf(path, sizeof(path), "%s/assay-XXXXXX", folder);
	if (n < 0 || (size_t)n >= sizeof(path))
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

enum status scratch_open(struct scratch **ret, const char **ret_why)
{
	const char *folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};
	struct scratch *s = calloc(1, sizeof(*s));
	char proc[64];

	if (!s)
		return STATUS_NOMEM;
	s->write_fd = s->read_fd = -1;
	for (size_t i = 0; i < 3 && s->write_fd < 0; i++) {
		if (!folders[i] || !*folders[i])
			continue;
		*ret_why = folders[i];
		s->write_fd = scratch_unlinked(folders[i]);
	}
	if (s->write_fd >= 0) {
		snprintf(proc, sizeof(proc), "/proc/self/fd/%d", s->write_fd);
		s->read_fd = open(proc, O_RDONLY | O_CLOEXEC);
	}
	if (s->read_fd < 0) {
		scratch_close(s);
		return STATUS_IO;
	}
	s->used[SIDE_NEW] = STORE_REGION_BYTES;
	*ret = s;
	return STATUS_OK;
}

void scratch_close(struct scratch *s)
{
	if (!s)
		return;
	if (s->write_fd >= 0)
		close(s->write_fd);
	if (s->read_fd >= 0)
		close(s->read_fd);
	free(s);
}

int scratch_read_fd(const struct scratch *s)
{
	return s->read_fd;
}

enum status scratch_put(struct scratch *s, uint64_t offset, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t k = pwrite(s->write_fd, from, n, (off_t)offset);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return STATUS_IO;
		from += k;
		n -= (size_t)k;
		offset += (uint64_t)k;
	}
	return STATUS_OK;
}

enum status scratch_reserve(struct scratch *s, enum side side, uint64_t max, uint64_t *ret_offset)
{
	uint64_t end = side == SIDE_NEW ? 2 * STORE_REGION_BYTES : STORE_REGION_BYTES;

	if (max > end - s->used[side])
		return STATUS_LIMIT;
	*ret_offset = s->used[side];
	s->used[side] += max;
	return STATUS_OK;
}

void scratch_settle(struct scratch *s, enum side side, uint64_t offset, uint64_t max, uint64_t used)
{
	if (s->used[side] == offset + max) /* else a hole stays: address space, not disk */
		s->used[side] = offset + used;
}

enum status scratch_append(struct scratch *s, enum side side, const void *p, size_t n,
	uint64_t *ret_offset)
{
	TRY(scratch_reserve(s, side, n, ret_offset));
	return scratch_put(s, *ret_offset, p, n);
}

enum status scratch_copy(struct scratch *s, enum side side, int fd, uint64_t offset, uint64_t n,
	uint64_t *ret_offset, uint64_t *ret_copied)
{
	static _Thread_local char block[256 << 10];
	uint64_t done = 0;

	TRY(scratch_reserve(s, side, n, ret_offset));
	while (done < n) {
		size_t want = n - done < sizeof(block) ? (size_t)(n - done) : sizeof(block);
		ssize_t k = pread(fd, block, want, (off_t)(offset + done));

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return STATUS_IO;
		if (k == 0)
			break;
		TRY(scratch_put(s, *ret_offset + done, block, (size_t)k));
		done += (uint64_t)k;
	}
	scratch_settle(s, side, *ret_offset, n, done);
	*ret_copied = done;
	return STATUS_OK;
}

void scratch_forget(struct scratch *s, uint64_t offset, uint64_t n)
{
	/* Failing only costs disk until the end of the run. */
	(void)fallocate(s->write_fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)offset,
		(off_t)n);
}

enum status scratch_read(const struct scratch *s, uint64_t offset, void *p, size_t n)
{
	char *to = p;

	while (n) {
		ssize_t k = pread(s->read_fd, to, n, (off_t)offset);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return STATUS_IO;
		to += k;
		offset += (uint64_t)k;
		n -= (size_t)k;
	}
	return STATUS_OK;
}
