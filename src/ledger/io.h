/*
 * What a ledger does to its files, as a table of calls: the real ones, or a file system in memory
 * that tests crash at will. Calls return what the system's do, with -errno for errors.
 */
#ifndef ASSAY_LEDGER_IO_H
#define ASSAY_LEDGER_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/status.h"

enum { LEDGER_PATH_MAX = 1024 };

struct ledger_io {
	void *user;
	int (*open)(void *user, const char *path, int flags); /* files are made with mode 0644 */
	int64_t (*read)(void *user, int fd, void *p, size_t n, uint64_t at);
	int64_t (*write)(void *user, int fd, const void *p, size_t n); /* at the end */
	int (*sync)(void *user, int fd); /* of a file or a folder */
	int (*close)(void *user, int fd);
	int (*rename)(void *user, const char *from, const char *to);
	int (*mkdir)(void *user, const char *path);
	int (*lock)(void *user, int fd); /* alone; never waits */
};

extern const struct ledger_io ledger_io_real;

/* The whole file, at most max bytes; appended to ret. STATUS_NOT_FOUND when there is none. */
enum status io_read_file(const struct ledger_io *io, const char *path, size_t max, struct buf *ret);

/*
 * A batch of files that must be durable together. io_put() writes PATH.new, syncs and renames it;
 * io_settle() then syncs every folder that got a name, each through a descriptor that was open
 * before the writing began, so that no error is lost. After an error nothing may be tried again:
 * what the system has dropped it does not report twice.
 */
enum { IO_FOLDERS_MAX = 512 };

struct io_batch {
	const struct ledger_io *io;
	const char *root; /* folders below this one are made and synced */
	struct {
		char path[LEDGER_PATH_MAX];
		int fd;
	} *folders;
	size_t n;
	bool failed;
};

enum status io_batch_begin(struct io_batch *b, const struct ledger_io *io, const char *root);
/* `path` is relative to the root. */
enum status io_put(struct io_batch *b, const char *path, const void *p, size_t n);
enum status io_settle(struct io_batch *b);
void io_batch_end(struct io_batch *b); /* closes what is open; safe to call twice */

#endif
