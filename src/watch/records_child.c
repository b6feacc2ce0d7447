/* The records of an answer, read where reading it can do no harm. */
#include <jansson.h>
#include <signal.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confine/confine.h"
#include "util/fd.h"
#include "watch/records.h"

enum { CHILD_SECONDS = 60, CHILD_DENIED = 2, CHILD_FAILED = 3 };

static void send_record(void *user, const struct record *r)
{
	if (!fd_write_all(*(int *)user, r, sizeof(*r)))
		_exit(CHILD_FAILED);
}

static void child(enum record_source source, struct str answer, const struct plan_names *own, int fd)
{
	struct confine_limits limits = confine_default_limits();
	struct confine_report report;
	struct record end;

	signal(SIGPIPE, SIG_IGN);
	limits.cpu_seconds = CHILD_SECONDS;
	confine_warm_up();
	json_object_seed(0); /* reads a file */
	if (sodium_init() < 0 || confine_self(&limits, fd, 0, &report) != STATUS_OK)
		_exit(CHILD_DENIED);
	memset(&end, 0, sizeof(end));
	end.kind = RECORD_END;
	end.number = records_read(source, answer, own, send_record, &fd);
	send_record(&fd, &end);
	_exit(0);
}

static bool plausible(const struct record *r, struct str answer)
{
	return r->kind < RECORD_KINDS && r->digest_bytes <= RECORD_DIGEST_BYTES &&
	       r->name_bytes <= RECORD_NAME_BYTES && r->at <= answer.len &&
	       r->len <= answer.len - r->at && (r->kind != RECORD_END || r->number <= STATUS_NOMEM);
}

enum status records_confined(enum record_source source, struct str answer,
	const struct plan_names *own, record_fn *emit, void *user)
{
	enum status status = STATUS_IO;
	int pipes[2], ended = 0;
	struct record r;
	uint32_t n = 0;
	pid_t pid;

	if (pipe(pipes) != 0)
		return STATUS_IO;
	pid = fork();
	if (pid == 0) {
		close(pipes[0]);
		child(source, answer, own, pipes[1]);
	}
	close(pipes[1]);
	while (pid > 0 && n++ < RECORDS_MAX && fd_read_all(pipes[0], &r, sizeof(r)) && plausible(&r, answer)) {
		if (r.kind == RECORD_END) {
			status = (enum status)r.number;
			break;
		}
		emit(user, &r);
	}
	close(pipes[0]);
	if (child_wait(pid, &ended) && WIFEXITED(ended) && WEXITSTATUS(ended) == CHILD_DENIED)
		return STATUS_DENIED;
	return status;
}
