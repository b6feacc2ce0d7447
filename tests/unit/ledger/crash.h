/*
 * The life of a log on a disk that fails: rounds of adding and publishing with a fault somewhere, a
 * crash, a new start, and after each start what must hold:
 *
 *   - every entry whose proof was given out is there, with the same bytes at the same place;
 *   - no two heads of one size were ever signed;
 *   - the witness never saw a head that does not continue the last one;
 *   - the log starts, or says why not, and it may say so only after damage from outside.
 *
 * Shared by the test and by the command that runs many seeds. crash_run() returns what was broken.
 */
#ifndef ASSAY_TESTS_LEDGER_CRASH_H
#define ASSAY_TESTS_LEDGER_CRASH_H

#include <stdio.h>
#include <stdlib.h>

#include "ledger/log.h"
#include "simfs.h"

enum { CRASH_ENTRIES = 400, CRASH_SIGNED = 2048 };

enum canary { CANARY_NONE, CANARY_NO_FOLDER_SYNC, CANARY_HEAD_FIRST, CANARY_SYNC_AGAIN };

struct deferred {
	int kind; /* 0: sync of a file, 1: rename */
	char a[SIM_PATH], b[SIM_PATH];
};

struct life {
	struct sim *sim;
	struct ledger_io io;
	enum canary canary;
	struct deferred deferred[512];
	int n_deferred;
	struct signer signer;
	struct tree_hash given[CRASH_ENTRIES]; /* leaves whose proof was given out */
	uint64_t n_given;
	struct {
		uint64_t size;
		struct tree_hash root;
	} signed_heads[CRASH_SIGNED];
	size_t n_signed;
	uint64_t witness_size;
	struct tree_hash witness_root;
	bool witness_gone, tampered;
	uint64_t next; /* number in the next entry */
	char broken[400];
};

#define BROKEN(l, ...)                                                                             \
	do {                                                                                       \
		if (!(l)->broken[0])                                                               \
			snprintf((l)->broken, sizeof((l)->broken), __VA_ARGS__);                   \
	} while (0)

/* ---- canaries: a disk layer that does what a careless writer would ----------------------------- */

static inline bool is_tile(struct life *l, int fd)
{
	return strstr(l->sim->names[l->sim->fds[fd].name].path, "/tile") != NULL;
}

static inline void run_deferred(struct life *l)
{
	for (int i = 0; i < l->n_deferred; i++) {
		struct deferred *d = &l->deferred[i];

		if (d->kind == 1) {
			sim_rename(l->sim, d->a, d->b);
		} else {
			int fd = sim_open(l->sim, d->a, O_RDONLY);

			if (fd >= 0) {
				sim_sync(l->sim, fd);
				sim_close(l->sim, fd);
			}
		}
	}
	l->n_deferred = 0;
}

static inline void defer(struct life *l, int kind, const char *a, const char *b)
{
	struct deferred *d = &l->deferred[l->n_deferred];

	if (l->n_deferred == 512)
		abort();
	l->n_deferred++;
	d->kind = kind;
	snprintf(d->a, SIM_PATH, "%s", a);
	snprintf(d->b, SIM_PATH, "%s", b);
}

static inline int canary_sync(void *user, int fd)
{
	struct life *l = user;
	const char *path = l->sim->names[l->sim->fds[fd].name].path;
	int error;

	if (l->canary == CANARY_NO_FOLDER_SYNC && l->sim->files[l->sim->fds[fd].file].folder)
		return 0;
	if (l->canary == CANARY_HEAD_FIRST && is_tile(l, fd)) {
		defer(l, 0, path, "");
		return 0;
	}
	error = sim_sync(l->sim, fd);
	if (error && l->canary == CANARY_SYNC_AGAIN && !l->sim->dead)
		error = sim_sync(l->sim, fd);
	if (l->canary == CANARY_HEAD_FIRST && !error && strcmp(path, "r/private") == 0)
		run_deferred(l);
	return error;
}

static inline int canary_rename(void *user, const char *from, const char *to)
{
	struct life *l = user;

	if (l->canary == CANARY_HEAD_FIRST && strstr(to, "/tile")) {
		defer(l, 1, from, to);
		return 0;
	}
	return sim_rename(l->sim, from, to);
}

static inline int canary_open(void *user, const char *path, int flags)
{
	return sim_open(((struct life *)user)->sim, path, flags);
}

static inline int64_t canary_read(void *user, int fd, void *p, size_t n, uint64_t at)
{
	return sim_read(((struct life *)user)->sim, fd, p, n, at);
}

static inline int64_t canary_write(void *user, int fd, const void *p, size_t n)
{
	return sim_write(((struct life *)user)->sim, fd, p, n);
}

static inline int canary_close(void *user, int fd)
{
	return sim_close(((struct life *)user)->sim, fd);
}

static inline int canary_mkdir(void *user, const char *path)
{
	return sim_mkdir(((struct life *)user)->sim, path);
}

static inline int canary_lock(void *user, int fd)
{
	return sim_lock(((struct life *)user)->sim, fd);
}

/* ---- the log's surroundings ------------------------------------------------------------------- */

/* A point between calls at which the process may die. */
static inline bool life_point(struct life *l, const char *what)
{
	enum sim_fault fault = sim_call(l->sim, what);

	if (fault != SIM_NONE && fault != SIM_FULL && fault != SIM_ERROR && fault != SIM_PERSISTED) {
		l->sim->dead = true;
		l->sim->lose_all = fault == SIM_LOST;
	}
	return !l->sim->dead;
}

static inline bool life_sign(void *user, struct str text, char ret[NOTE_LINE_MAX])
{
	struct life *l = user;
	struct checkpoint c;

	if (!life_point(l, "sign") || !checkpoint_parse(text, &c))
		return false;
	for (size_t i = 0; i < l->n_signed; i++)
		if (l->signed_heads[i].size == c.size &&
			!tree_hash_equal(&l->signed_heads[i].root, &c.root))
			BROKEN(l, "two heads of size %llu were signed", (unsigned long long)c.size);
	if (l->n_signed == CRASH_SIGNED)
		abort();
	l->signed_heads[l->n_signed].size = c.size;
	l->signed_heads[l->n_signed++].root = c.root;
	return note_sign(&l->signer, text, ret);
}

static inline enum status life_cosign(void *user, struct ledger_log *log, struct buf *note,
	char why[LOG_WHY_BYTES])
{
	struct life *l = user;
	struct merkle_proof p = {.n = 0};

	if (l->witness_gone || !life_point(l, "ask witness"))
		return STATUS_DENIED;
	if (log->head < l->witness_size) {
		if (!l->tampered)
			BROKEN(l, "the log is at %llu, the witness saw %llu",
				(unsigned long long)log->head, (unsigned long long)l->witness_size);
		return STATUS_DENIED;
	}
	if (l->witness_size > 0 &&
		(log_prove_consistency(log, l->witness_size, log->head, &p) != STATUS_OK ||
			!merkle_consistent(l->witness_size, log->head, &l->witness_root,
				&log->head_root, &p))) {
		if (!l->tampered)
			BROKEN(l, "the head of size %llu does not continue that of %llu",
				(unsigned long long)log->head, (unsigned long long)l->witness_size);
		return STATUS_DENIED;
	}
	l->witness_size = log->head;
	l->witness_root = log->head_root;
	/* Its answer may get lost although it has stored the head. */
	return life_point(l, "witness answers") ? STATUS_OK : STATUS_DENIED;
}

static inline enum status life_compare(void *user, uint64_t index, struct str entry)
{
	struct life *l = user;
	struct tree_hash h = tree_hash_leaf(entry.p, entry.len);

	if (index < l->n_given && !tree_hash_equal(&h, &l->given[index]))
		BROKEN(l, "entry %llu, whose proof was given out, is another one now",
			(unsigned long long)index);
	return STATUS_OK;
}

static inline enum status life_remember(void *user, uint64_t index, struct str entry)
{
	struct life *l = user;

	if (index < CRASH_ENTRIES)
		l->given[index] = tree_hash_leaf(entry.p, entry.len);
	return STATUS_OK;
}

static inline bool life_open(struct life *l, struct ledger_log *log)
{
	enum status status = log_open(log, &l->io, "r", true);

	if (status == STATUS_OK)
		return true;
	if (!log->why[0])
		BROKEN(l, "refused to start without a reason");
	return false;
}

/* After a new start. */
static inline void life_check(struct life *l, struct ledger_log *log)
{
	if (log->head < l->n_given)
		BROKEN(l, "%llu entries were given out, %llu are left", (unsigned long long)l->n_given,
			(unsigned long long)log->head);
	else if (log_each(log, 0, log->head, life_compare, l) != STATUS_OK)
		BROKEN(l, "entries cannot be read: %.200s", log->why);
}

/* Adds, commits, publishes. False: the log has stopped, or the process died. */
static inline bool life_round(struct life *l, struct ledger_log *log, unsigned entries)
{
	const struct log_publisher p = {.user = l, .sign = life_sign, .cosign = life_cosign};
	uint64_t index;

	for (unsigned i = 0; i < entries; i++) {
		char text[1400];
		int n = snprintf(text, sizeof(text), "entry %llu", (unsigned long long)l->next++);

		n += (int)sim_random(l->sim, 1000);
		memset(text + strlen(text), 'x', sizeof(text) - strlen(text));
		if (log_add(log, text, (size_t)n, &index) != STATUS_OK)
			return false;
	}
	if (log_commit(log) != STATUS_OK || log_publish(log, &p) != STATUS_OK)
		return false;
	if (log->head > l->n_given &&
		log_each(log, l->n_given, log->head, life_remember, l) == STATUS_OK)
		l->n_given = log->head < CRASH_ENTRIES ? log->head : CRASH_ENTRIES;
	return true;
}

static inline struct life *life_begin(uint64_t seed, enum canary canary)
{
	static const uint8_t key[32] = {7};
	struct life *l = calloc(1, sizeof(*l));

	if (!l)
		abort();
	l->sim = sim_new(seed);
	l->canary = canary;
	l->io = sim_io(l->sim);
	if (canary != CANARY_NONE)
		l->io = (struct ledger_io){.user = l, .open = canary_open, .read = canary_read,
			.write = canary_write, .sync = canary_sync, .close = canary_close,
			.rename = canary_rename, .mkdir = canary_mkdir, .lock = canary_lock};
	if (signer_from_seed(STR("log.example"), KEY_ED25519, key, &l->signer) != STATUS_OK ||
		log_create(&l->io, "r", STR("log.example")) != STATUS_OK)
		abort();
	/* A crash before the first entry is somebody else's test; the folders are there. */
	sim_settle(l->sim, "r");
	sim_settle(l->sim, "r/private");
	return l;
}

static inline void life_end(struct life *l)
{
	signer_close(&l->signer);
	sim_free(l->sim);
	free(l);
}

/* Crash, start, check; then one round without faults must pass. */
static inline void life_again(struct life *l)
{
	struct ledger_log log;

	l->n_deferred = 0;
	sim_crash(l->sim);
	l->witness_gone = false;
	if (!life_open(l, &log)) {
		BROKEN(l, "does not start after a crash: %.200s", log.why);
	} else {
		life_check(l, &log);
		if (!life_round(l, &log, 1) && !l->broken[0])
			BROKEN(l, "cannot go on after a crash: %.200s", log.why);
	}
	log_close(&log);
}

/* One round with the fault at that call (1-based); returns how many calls the round made. */
static inline uint64_t life_faulty_round(struct life *l, unsigned entries, uint64_t at,
	enum sim_fault fault)
{
	struct ledger_log log;
	uint64_t before;

	if (life_open(l, &log)) {
		before = l->sim->calls;
		l->sim->fault = fault;
		l->sim->fault_at = at ? before + at : 0;
		life_round(l, &log, entries);
		before = l->sim->calls - before;
		l->sim->fault_at = 0;
	} else {
		BROKEN(l, "does not start: %.200s", log.why);
		before = 0;
	}
	log_close(&log);
	return before;
}

/* A whole life from one seed. Returns "" or what was broken; *ret_trace is the same each time. */
static inline void crash_run(uint64_t seed, enum canary canary, char ret_broken[400],
	uint64_t *ret_trace)
{
	struct life *l = life_begin(seed, canary);
	unsigned rounds = 2 + (unsigned)sim_random(l->sim, 10);

	for (unsigned i = 0; i < rounds && !l->broken[0]; i++) {
		unsigned entries = 1 + (unsigned)sim_random(l->sim, sim_random(l->sim, 4) ? 6 : 120);
		uint64_t at = sim_random(l->sim, 4) ? 1 + sim_random(l->sim, 40) : 0;

		if (l->n_given + entries >= CRASH_ENTRIES - 16)
			break;
		l->witness_gone = sim_random(l->sim, 12) == 0;
		life_faulty_round(l, entries, at,
			(enum sim_fault)(1 + sim_random(l->sim, SIM_FAULTS - 1)));
		/* The process is gone; most times the machine with it. */
		if (sim_random(l->sim, 3))
			life_again(l);
		else
			sim_restart(l->sim);
	}
	if (!l->broken[0])
		life_again(l);
	memcpy(ret_broken, l->broken, sizeof(l->broken));
	*ret_trace = l->sim->trace;
	life_end(l);
}

#endif
