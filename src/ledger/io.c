#include "ledger/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- the real calls -------------------------------------------------------------------------- */

static int real_open(void *user, const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	return fd < 0 ? -errno : fd;
}

static int64_t real_read(void *user, int fd, void *p, size_t n, uint64_t at)
{
	ssize_t got;

	do
		got = pread(fd, p, n, (off_t)at);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static int64_t real_write(void *user, int fd, const void *p, size_t n)
{
	ssize_t got;

	do
		got = write(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

static int real_sync(void *user, int fd)
{
	return fsync(fd) != 0 ? -errno : 0;
}

static int real_close(void *user, int fd)
{
	return close(fd) != 0 ? -errno : 0;
}

static int real_rename(void *user, const char *from, const char *to)
{
	return rename(from, to) != 0 ? -errno : 0;
}

static int real_mkdir(void *user, const char *path)
{
	return mkdir(path, 0755) != 0 ? -errno : 0;
}

static int real_lock(void *user, int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) != 0 ? -errno : 0;
}

const struct ledger_io ledger_io_real = {
	.open = real_open,
	.read = real_read,
	.write = real_write,
	.sync = real_sync,
	.close = real_close,
	.rename = real_rename,
	.mkdir = real_mkdir,
	.lock = real_lock,
};

/* ---- reading --------------------------------------------------------------------------------- */

static enum status status_of(int error)
{
	if (error == -ENOENT || error == -ENOTDIR)
		return STATUS_NOT_FOUND;
	return error == -EACCES || error == -EROFS ? STATUS_DENIED : STATUS_IO;
}

enum status io_read_file(const struct ledger_io *io, const char *path, size_t max, struct buf *ret)
{
	int fd = io->open(io->user, path, O_RDONLY);
	enum status status = STATUS_OK;
	uint64_t at = 0;

	if (fd < 0)
		return status_of(fd);
	for (;;) {
		char chunk[16 << 10];
		int64_t got = io->read(io->user, fd, chunk, sizeof(chunk), at);

		if (got < 0)
			status = STATUS_IO;
		if (got <= 0)
			break;
		at += (uint64_t)got;
		if (at > max || !buf_add(ret, chunk, (size_t)got)) {
			status = STATUS_LIMIT;
			break;
		}
	}
	io->close(io->user, fd);
	return status;
}

/* ---- writing --------------------------------------------------------------------------------- */

enum status io_batch_begin(struct io_batch *b, const struct ledger_io *io, const char *root)
{
	*b = (struct io_batch){.io = io, .root = root};
	b->folders = calloc(IO_FOLDERS_MAX, sizeof(*b->folders));
	return b->folders ? STATUS_OK : STATUS_NOMEM;
}

void io_batch_end(struct io_batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		b->io->close(b->io->user, b->folders[i].fd);
	b->n = 0;
	free(b->folders);
	b->folders = NULL;
}

static enum status fail(struct io_batch *b, int error)
{
	b->failed = true;
	return status_of(error);
}

/* Opens a folder for the batch, once; makes it if need be. */
static enum status hold_folder(struct io_batch *b, const char *path)
{
	int fd, error;

	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->folders[i].path, path) == 0)
			return STATUS_OK;
	if (b->n == IO_FOLDERS_MAX || strlen(path) >= LEDGER_PATH_MAX)
		return STATUS_LIMIT;
	fd = b->io->open(b->io->user, path, O_RDONLY | O_DIRECTORY);
	if (fd == -ENOENT) {
		error = b->io->mkdir(b->io->user, path);
		if (error < 0 && error != -EEXIST)
			return fail(b, error);
		fd = b->io->open(b->io->user, path, O_RDONLY | O_DIRECTORY);
	}
	if (fd < 0)
		return fail(b, fd);
	snprintf(b->folders[b->n].path, LEDGER_PATH_MAX, "%s", path);
	b->folders[b->n++].fd = fd;
	return STATUS_OK;
}

/* Every folder from the root to the file's own. */
static enum status hold_folders(struct io_batch *b, const char *path)
{
	char folder[LEDGER_PATH_MAX];
	size_t root = strlen(b->root);

	if (snprintf(folder, sizeof(folder), "%s/%s", b->root, path) >= LEDGER_PATH_MAX)
		return STATUS_LIMIT;
	for (size_t i = root; folder[i]; i++) {
		if (folder[i] != '/')
			continue;
		folder[i] = '\0';
		TRY(hold_folder(b, folder));
		folder[i] = '/';
	}
	return STATUS_OK;
}

static enum status write_synced(struct io_batch *b, const char *path, const char *p, size_t n)
{
	int fd = b->io->open(b->io->user, path, O_WRONLY | O_CREAT | O_TRUNC);
	int error = 0;

	if (fd < 0)
		return fail(b, fd);
	while (n && error == 0) {
		int64_t done = b->io->write(b->io->user, fd, p, n);

		if (done <= 0)
			error = done == 0 ? -EIO : (int)done;
		else
			n -= (size_t)done, p += done;
	}
	if (error == 0)
		error = b->io->sync(b->io->user, fd);
	if (b->io->close(b->io->user, fd) < 0 && error == 0)
		error = -EIO;
	return error < 0 ? fail(b, error) : STATUS_OK;
}

enum status io_put(struct io_batch *b, const char *path, const void *p, size_t n)
{
	char to[LEDGER_PATH_MAX], from[LEDGER_PATH_MAX + 8];
	int error;

	if (b->failed)
		return STATUS_IO;
	TRY(hold_folders(b, path));
	snprintf(to, sizeof(to), "%s/%s", b->root, path);
	snprintf(from, sizeof(from), "%s.new", to);
	TRY(write_synced(b, from, p, n));
	error = b->io->rename(b->io->user, from, to);
	return error < 0 ? fail(b, error) : STATUS_OK;
}

enum status io_settle(struct io_batch *b)
{
	if (b->failed)
		return STATUS_IO;
	/* From the leaves up: a folder's own name is in the one before it. */
	for (size_t i = b->n; i-- > 0;) {
		int error = b->io->sync(b->io->user, b->folders[i].fd);

		if (error < 0)
			return fail(b, error);
	}
	return STATUS_OK;
}
