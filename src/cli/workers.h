/*
 * Several processes that answer one question after the other, each on its own. Questions are bytes,
 * answers are bytes and one number. They are our own processes and hold nothing foreign; what reads
 * foreign bytes is behind each one's own confinement.
 */
#ifndef ASSAY_CLI_WORKERS_H
#define ASSAY_CLI_WORKERS_H

#include "cli/failure.h"
#include "util/buf.h"

enum { WORKERS_MAX = 64, WORKER_CRASHED = 255 };

struct worker_role {
	bool (*start)(void *user);  /* once in each process; false ends it, having said why */
	/* Appends the answer; returns a number below WORKER_CRASHED. */
	unsigned (*answer)(void *user, struct str question, struct buf *answer);
	void (*stop)(void *user);
	void *user;
};

struct worker {
	int pid, fd; /* fd -1: none */
	bool busy;
	uint64_t ticket; /* of the question it has */
};

struct workers {
	const struct worker_role *role;
	struct worker items[WORKERS_MAX];
	size_t n;
};

/* Starts n processes (1..WORKERS_MAX). False when the first could not start; it has said why. */
bool workers_open(struct workers *w, size_t n, const struct worker_role *role);
bool workers_idle(const struct workers *w);
bool workers_busy(const struct workers *w);
/* Hands a question to an idle one. */
void workers_ask(struct workers *w, uint64_t ticket, struct str question);
/*
 * Waits until an answer is there or *other_fd (if not -1) can be read, which sets *ret_other.
 * Returns true with one answer: the ticket, its number (WORKER_CRASHED: that process died over it,
 * and was replaced), the bytes appended to *answer.
 */
bool workers_wait(struct workers *w, int other_fd, bool *ret_other, uint64_t *ret_ticket,
	unsigned *ret_number, struct buf *answer);
void workers_close(struct workers *w); /* ends and reaps all of them */

#endif
