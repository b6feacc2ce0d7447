/*
 * A file system in memory behind struct ledger_io that can fail and crash at any call.
 *
 * What a process sees and what is durable are kept apart: a file's bytes become durable when the file
 * is synced, a name when its folder is. A crash keeps what is durable and, as the seed wills, a
 * prefix of the unsynced changes of names and up to three of the others, and of unsynced bytes
 * nothing, all, a prefix at a multiple of 512, or the right length with zeros. A sync that fails has
 * dropped the bytes: syncing again says it is fine and changes nothing.
 */
#ifndef ASSAY_TESTS_LEDGER_SIMFS_H
#define ASSAY_TESTS_LEDGER_SIMFS_H

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "ledger/io.h"

enum {
	SIM_FILES = 4096,
	SIM_FDS = 1024,
	SIM_PENDING = 8192,
	SIM_PATH = 160,
};

enum sim_fault {
	SIM_NONE,
	SIM_NOT_BEGUN,   /* the process dies before the call does anything */
	SIM_LOST,        /* it dies after the call, and nothing unsynced survives */
	SIM_TORN,        /* it dies in the middle: a write by 512 bytes, others as the seed wills */
	SIM_PERSISTED,   /* the call is done and durable, but reports an error */
	SIM_ANSWER_LOST, /* the call is done and durable, and the process dies */
	SIM_FULL,        /* no space left; the process goes on */
	SIM_ERROR,       /* an input/output error; the process goes on */
	SIM_FAULTS,
};

struct sim_file {
	bool folder, poisoned, dirty;
	char *seen, *kept; /* bytes as the process sees them, and as they are durable */
	size_t n_seen, n_kept;
};

struct sim_name {
	char path[SIM_PATH];
	int seen, kept; /* files; -1: no such name */
};

struct sim_change {
	int name, file; /* name becomes file, or nothing when -1 */
	char folder[SIM_PATH];
};

struct sim {
	struct sim_file files[SIM_FILES];
	int n_files;
	struct sim_name names[SIM_FILES];
	int n_names;
	struct {
		int file, name;
		bool open;
	} fds[SIM_FDS];
	struct sim_change pending[SIM_PENDING];
	int n_pending;
	uint64_t calls, fault_at; /* the call that fails, 1-based; 0: none */
	enum sim_fault fault;
	bool dead, lose_all;
	uint64_t random;
	uint64_t trace; /* of all calls: the same seed gives the same */
	bool locked;
};

static inline uint64_t sim_random(struct sim *s, uint64_t below)
{
	s->random ^= s->random << 13;
	s->random ^= s->random >> 7;
	s->random ^= s->random << 17;
	return below ? s->random % below : 0;
}

static inline void sim_note(struct sim *s, const char *what, uint64_t n)
{
	for (; *what; what++)
		s->trace = (s->trace ^ (uint8_t)*what) * 0x100000001B3;
	s->trace = (s->trace ^ n) * 0x100000001B3;
}

/* Counts a call; what is to happen to it. */
static inline enum sim_fault sim_call(struct sim *s, const char *what)
{
	sim_note(s, what, s->calls);
	if (++s->calls != s->fault_at)
		return SIM_NONE;
	return s->fault;
}

static inline int sim_name(struct sim *s, const char *path, bool make)
{
	for (int i = 0; i < s->n_names; i++)
		if (strcmp(s->names[i].path, path) == 0)
			return i;
	if (!make || s->n_names == SIM_FILES || strlen(path) >= SIM_PATH)
		return -1;
	snprintf(s->names[s->n_names].path, SIM_PATH, "%s", path);
	s->names[s->n_names].seen = s->names[s->n_names].kept = -1;
	return s->n_names++;
}

static inline void sim_folder_of(const char *path, char ret[SIM_PATH])
{
	const char *slash = strrchr(path, '/');

	snprintf(ret, SIM_PATH, "%.*s", slash ? (int)(slash - path) : 0, path);
}

static inline void sim_change(struct sim *s, int name, int file)
{
	struct sim_change c = {.name = name, .file = file};

	if (s->n_pending == SIM_PENDING)
		abort();
	s->names[name].seen = file;
	sim_folder_of(s->names[name].path, c.folder);
	s->pending[s->n_pending++] = c;
}

static inline void sim_keep(struct sim_file *f, const char *p, size_t n)
{
	free(f->kept);
	f->kept = malloc(n + 1);
	if (n)
		memcpy(f->kept, p, n);
	f->n_kept = n;
}

/* All changes in that folder become durable. */
static inline void sim_settle(struct sim *s, const char *folder)
{
	int left = 0;

	for (int i = 0; i < s->n_pending; i++) {
		struct sim_change c = s->pending[i];

		if (strcmp(c.folder, folder) == 0)
			s->names[c.name].kept = c.file;
		else
			s->pending[left++] = c;
	}
	s->n_pending = left;
}

static inline void sim_sync_done(struct sim *s, int fd)
{
	struct sim_file *f = &s->files[s->fds[fd].file];

	if (f->folder) {
		sim_settle(s, s->names[s->fds[fd].name].path);
	} else if (!f->poisoned) {
		sim_keep(f, f->seen, f->n_seen);
		f->dirty = false;
	}
}

static inline int sim_new_file(struct sim *s, bool folder)
{
	if (s->n_files == SIM_FILES)
		abort();
	memset(&s->files[s->n_files], 0, sizeof(s->files[0]));
	s->files[s->n_files].folder = folder;
	return s->n_files++;
}

/* A call that changes names: done, then perhaps durable at once, perhaps the end of the process. */
static inline int sim_after(struct sim *s, enum sim_fault fault, const char *path)
{
	char folder[SIM_PATH];

	if (fault == SIM_PERSISTED || fault == SIM_ANSWER_LOST) {
		sim_folder_of(path, folder);
		sim_settle(s, folder);
	}
	if (fault == SIM_LOST || fault == SIM_TORN || fault == SIM_ANSWER_LOST) {
		s->dead = true;
		s->lose_all = fault == SIM_LOST;
	}
	return s->dead || fault == SIM_PERSISTED ? -EIO : 0;
}

/* Before a call: 0 to go on, else the error. */
static inline int sim_before(struct sim *s, enum sim_fault fault)
{
	if (fault == SIM_NOT_BEGUN)
		s->dead = true;
	if (s->dead || fault == SIM_ERROR)
		return -EIO;
	return fault == SIM_FULL ? -ENOSPC : 0;
}

static inline int sim_open(void *user, const char *path, int flags)
{
	struct sim *s = user;
	int name = sim_name(s, path, (flags & O_CREAT) != 0), error = s->dead ? -EIO : 0;
	bool there = name >= 0 && s->names[name].seen >= 0;

	if (!error && !there && (flags & O_CREAT)) {
		enum sim_fault fault = sim_call(s, "create");

		error = sim_before(s, fault);
		if (!error) {
			sim_change(s, name, sim_new_file(s, false));
			error = sim_after(s, fault, path);
		}
	} else if (!error && !there) {
		error = -ENOENT;
	} else if (!error && (flags & O_TRUNC)) {
		struct sim_file *f = &s->files[s->names[name].seen];

		f->n_seen = 0;
		f->dirty = true;
		f->poisoned = false; /* what is written from here on is new to the system */
	}
	if (error)
		return error;
	for (int fd = 3; fd < SIM_FDS; fd++) {
		if (s->fds[fd].open)
			continue;
		s->fds[fd].open = true;
		s->fds[fd].file = s->names[name].seen;
		s->fds[fd].name = name;
		return fd;
	}
	return -EMFILE;
}

static inline int64_t sim_read(void *user, int fd, void *p, size_t n, uint64_t at)
{
	struct sim *s = user;
	const struct sim_file *f = &s->files[s->fds[fd].file];

	if (s->dead)
		return -EIO;
	if (at >= f->n_seen)
		return 0;
	n = n < f->n_seen - at ? n : f->n_seen - (size_t)at;
	memcpy(p, f->seen + at, n);
	return (int64_t)n;
}

static inline int64_t sim_write(void *user, int fd, const void *p, size_t n)
{
	struct sim *s = user;
	struct sim_file *f = &s->files[s->fds[fd].file];
	enum sim_fault fault = sim_call(s, "write");
	int error = sim_before(s, fault);

	if (error)
		return error;
	if (fault == SIM_TORN)
		n = (size_t)sim_random(s, n / 512 + 1) * 512;
	f->seen = realloc(f->seen, f->n_seen + n + 1);
	memcpy(f->seen + f->n_seen, p, n);
	f->n_seen += n;
	f->dirty = true;
	if (fault == SIM_TORN || fault == SIM_PERSISTED || fault == SIM_ANSWER_LOST)
		sim_keep(f, f->seen, f->n_seen);
	if (fault == SIM_TORN || fault == SIM_LOST || fault == SIM_ANSWER_LOST) {
		s->dead = true;
		s->lose_all = fault == SIM_LOST;
		return -EIO;
	}
	return fault == SIM_PERSISTED ? -EIO : (int64_t)n;
}

static inline int sim_sync(void *user, int fd)
{
	struct sim *s = user;
	enum sim_fault fault = sim_call(s, "sync");
	int error;

	if (fault == SIM_ERROR || fault == SIM_FULL) {
		/* What was to be written is dropped, and nobody will hear of it again. */
		if (!s->files[s->fds[fd].file].folder)
			s->files[s->fds[fd].file].poisoned = true;
		return -EIO;
	}
	error = sim_before(s, fault);
	if (error)
		return error;
	if (fault != SIM_LOST && fault != SIM_TORN)
		sim_sync_done(s, fd);
	if (fault == SIM_LOST || fault == SIM_TORN || fault == SIM_ANSWER_LOST) {
		s->dead = true;
		s->lose_all = fault == SIM_LOST;
		return -EIO;
	}
	return fault == SIM_PERSISTED ? -EIO : 0;
}

static inline int sim_close(void *user, int fd)
{
	struct sim *s = user;

	s->fds[fd].open = false;
	return 0;
}

static inline int sim_rename(void *user, const char *from, const char *to)
{
	struct sim *s = user;
	enum sim_fault fault = sim_call(s, "rename");
	int error = sim_before(s, fault), a = sim_name(s, from, false), b = sim_name(s, to, true);

	if (error)
		return error;
	if (a < 0 || b < 0 || s->names[a].seen < 0)
		return -ENOENT;
	sim_change(s, b, s->names[a].seen);
	sim_change(s, a, -1);
	return sim_after(s, fault, to);
}

static inline int sim_mkdir(void *user, const char *path)
{
	struct sim *s = user;
	enum sim_fault fault = sim_call(s, "mkdir");
	int error = sim_before(s, fault), name = sim_name(s, path, true);

	if (error)
		return error;
	if (s->names[name].seen >= 0)
		return -EEXIST;
	sim_change(s, name, sim_new_file(s, true));
	return sim_after(s, fault, path);
}

static inline int sim_lock(void *user, int fd)
{
	struct sim *s = user;

	return s->locked ? -EWOULDBLOCK : 0;
}

static inline struct ledger_io sim_io(struct sim *s)
{
	return (struct ledger_io){.user = s, .open = sim_open, .read = sim_read, .write = sim_write,
		.sync = sim_sync, .close = sim_close, .rename = sim_rename, .mkdir = sim_mkdir,
		.lock = sim_lock};
}

/* The root folder is there. */
static inline struct sim *sim_new(uint64_t seed)
{
	struct sim *s = calloc(1, sizeof(*s));
	int name;

	if (!s)
		abort();
	s->random = seed * 0x9E3779B97F4A7C15 + 1;
	for (int i = 0; i < 8; i++)
		sim_random(s, 0);
	name = sim_name(s, "r", true);
	s->names[name].seen = s->names[name].kept = sim_new_file(s, true);
	return s;
}

static inline void sim_free(struct sim *s)
{
	for (int i = 0; i < s->n_files; i++) {
		free(s->files[i].seen);
		free(s->files[i].kept);
	}
	free(s);
}

/* What a crash leaves of unsynced bytes. */
static inline void sim_crash_bytes(struct sim *s, struct sim_file *f)
{
	size_t n = f->n_seen;

	if (!f->dirty || f->poisoned || s->lose_all)
		return;
	switch (sim_random(s, 4)) {
	case 0:
		break;
	case 1:
		sim_keep(f, f->seen, n);
		break;
	case 2:
		sim_keep(f, f->seen, (size_t)sim_random(s, n / 512 + 1) * 512);
		break;
	default:
		sim_keep(f, f->seen, n);
		if (n)
			memset(f->kept, 0, n);
	}
}

static inline bool sim_reachable(const struct sim *s, const char *path)
{
	char folder[SIM_PATH];

	sim_folder_of(path, folder);
	if (!*folder)
		return true;
	for (int i = 0; i < s->n_names; i++)
		if (strcmp(s->names[i].path, folder) == 0)
			return s->names[i].kept >= 0 && sim_reachable(s, folder);
	return false;
}

/* The machine goes down and comes up again. */
static inline void sim_crash(struct sim *s)
{
	int keep = s->lose_all ? 0 : (int)sim_random(s, (uint64_t)s->n_pending + 1);

	for (int i = 0; i < s->n_pending; i++)
		if (i < keep || (!s->lose_all && i < keep + 8 && sim_random(s, 3) == 0))
			s->names[s->pending[i].name].kept = s->pending[i].file;
	s->n_pending = 0;
	for (int i = 0; i < s->n_files; i++)
		if (!s->files[i].folder)
			sim_crash_bytes(s, &s->files[i]);
	for (int i = 0; i < s->n_names; i++)
		if (!sim_reachable(s, s->names[i].path))
			s->names[i].kept = -1;
	for (int i = 0; i < s->n_names; i++)
		s->names[i].seen = s->names[i].kept;
	for (int i = 0; i < s->n_files; i++) {
		struct sim_file *f = &s->files[i];

		f->seen = realloc(f->seen, f->n_kept + 1);
		if (f->n_kept)
			memcpy(f->seen, f->kept, f->n_kept);
		f->n_seen = f->n_kept;
		f->dirty = f->poisoned = false;
	}
	memset(s->fds, 0, sizeof(s->fds));
	s->dead = s->lose_all = false;
	s->fault_at = 0;
}

/* The process ends, the machine goes on: what it sees stays. */
static inline void sim_restart(struct sim *s)
{
	memset(s->fds, 0, sizeof(s->fds));
	s->dead = s->lose_all = false;
	s->fault_at = 0;
}

/* Copies of files by path, for backups and bits that flip. NULL: no such file. */
static inline struct sim_file *sim_find(struct sim *s, const char *path)
{
	int name = sim_name(s, path, false);

	return name >= 0 && s->names[name].seen >= 0 ? &s->files[s->names[name].seen] : NULL;
}

#endif
