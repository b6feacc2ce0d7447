#include "cli/workers.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/common.h"

enum { ANSWER_MAX_BYTES = 1 << 30, HELLO = 0x600d };

struct head { /* before every message; both ends are this program */
	uint32_t number;
	uint32_t length;
};

static bool write_whole(int fd, const void *p, size_t n)
{
	const char *from = p;

	while (n) {
		ssize_t done = send(fd, from, n, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR && !interrupted)
			continue;
		if (done <= 0)
			return false;
		from += done;
		n -= (size_t)done;
	}
	return true;
}

static bool read_whole(int fd, void *p, size_t n)
{
	char *to = p;

	while (n) {
		ssize_t done = read(fd, to, n);

		if (done < 0 && errno == EINTR && !interrupted)
			continue;
		if (done <= 0)
			return false;
		to += done;
		n -= (size_t)done;
	}
	return true;
}

static bool message_write(int fd, unsigned number, struct str text)
{
	struct head h = {number, (uint32_t)text.len};

	return text.len <= ANSWER_MAX_BYTES && write_whole(fd, &h, sizeof(h)) &&
	       write_whole(fd, text.p, text.len);
}

static bool message_read(int fd, unsigned *ret_number, struct buf *text)
{
	struct head h;
	char *room;

	if (!read_whole(fd, &h, sizeof(h)) || h.length > ANSWER_MAX_BYTES)
		return false;
	room = buf_reserve(text, h.length ? h.length : 1);
	if (!room || !read_whole(fd, room, h.length))
		return false;
	text->len += h.length;
	*ret_number = h.number;
	return true;
}

/* ---- in the worker --------------------------------------------------------------------------- */

static void serve(const struct worker_role *role, int fd)
{
	struct buf question, answer;
	unsigned number;

	buf_init(&question, ANSWER_MAX_BYTES);
	buf_init(&answer, ANSWER_MAX_BYTES);
	while (!interrupted && message_read(fd, &number, &question)) {
		number = role->answer(role->user, buf_str(&question), &answer);
		if (interrupted || answer.full || !message_write(fd, number, buf_str(&answer)))
			break;
		buf_clear(&question);
		buf_clear(&answer);
	}
	buf_release(&question);
	buf_release(&answer);
}

__attribute__((noreturn))
static void become_worker(struct workers *w, int fd)
{
	bool good;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	for (size_t i = 0; i < w->n; i++) /* the others' ends: they must see us gone */
		if (w->items[i].fd >= 0)
			close(w->items[i].fd);
	good = w->role->start(w->role->user);
	if (good && message_write(fd, HELLO, STR_NONE))
		serve(w->role, fd);
	w->role->stop(w->role->user);
	_exit(good ? 0 : EXIT_NO_ANSWER);
}

/* ---- here ------------------------------------------------------------------------------------ */

static bool start(struct workers *w, struct worker *x)
{
	int ends[2];

	x->fd = -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	fflush(NULL); /* or both would print what is waiting */
	x->pid = fork();
	if (x->pid == 0) {
		close(ends[0]);
		become_worker(w, ends[1]);
	}
	close(ends[1]);
	if (x->pid < 0) {
		close(ends[0]);
		return false;
	}
	x->fd = ends[0];
	return true;
}

static void stop(struct worker *x)
{
	if (x->fd < 0)
		return;
	close(x->fd);
	x->fd = -1;
	x->busy = false;
	if (interrupted)
		kill(x->pid, SIGTERM);
	while (waitpid(x->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Its first message says that it is ready. */
static bool greet(struct worker *x)
{
	struct buf nothing;
	unsigned number = 0;
	bool good;

	buf_init(&nothing, 16);
	good = message_read(x->fd, &number, &nothing) && number == HELLO;
	buf_release(&nothing);
	if (!good)
		stop(x);
	return good;
}

bool workers_open(struct workers *w, size_t n, const struct worker_role *role)
{
	*w = (struct workers){.role = role};
	for (; w->n < n && w->n < WORKERS_MAX; w->n++) {
		struct worker *x = &w->items[w->n];

		if (!start(w, x))
			break;
		if (w->n == 0 && !greet(x)) /* one that cannot start says why; not all of them */
			return false;
	}
	for (size_t i = 1; i < w->n; i++)
		greet(&w->items[i]);
	return w->n > 0;
}

bool workers_idle(const struct workers *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->items[i].fd >= 0 && !w->items[i].busy)
			return true;
	return false;
}

bool workers_busy(const struct workers *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->items[i].busy)
			return true;
	return false;
}

void workers_ask(struct workers *w, uint64_t ticket, struct str question)
{
	for (size_t i = 0; i < w->n; i++) {
		struct worker *x = &w->items[i];

		if (x->fd < 0 || x->busy)
			continue;
		x->busy = true;
		x->ticket = ticket;
		message_write(x->fd, 0, question); /* if it is gone, its answer will say so */
		return;
	}
}

static void take_answer(struct workers *w, struct worker *x, unsigned *ret_number,
	struct buf *answer)
{
	size_t before = answer->len;

	x->busy = false;
	if (message_read(x->fd, ret_number, answer))
		return;
	answer->len = before;
	*ret_number = WORKER_CRASHED;
	stop(x);
	if (!interrupted && start(w, x))
		greet(x);
}

bool workers_wait(struct workers *w, int other_fd, bool *ret_other, uint64_t *ret_ticket,
	unsigned *ret_number, struct buf *answer)
{
	struct pollfd p[WORKERS_MAX + 1];

	*ret_other = false;
	for (size_t i = 0; i < w->n; i++)
		p[i] = (struct pollfd){w->items[i].busy ? w->items[i].fd : -1, POLLIN, 0};
	p[w->n] = (struct pollfd){other_fd, POLLIN, 0};
	if (poll(p, w->n + 1, 200) <= 0)
		return false;
	*ret_other = p[w->n].revents != 0;
	for (size_t i = 0; i < w->n; i++) {
		if (!p[i].revents)
			continue;
		*ret_ticket = w->items[i].ticket;
		take_answer(w, &w->items[i], ret_number, answer);
		return true;
	}
	return false;
}

void workers_close(struct workers *w)
{
	for (size_t i = 0; i < w->n; i++)
		stop(&w->items[i]);
	w->n = 0;
}
