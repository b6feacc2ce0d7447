/* assay ledger serve and witness: the two that answer. */
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/witness.h"
#include "net/server.h"

/* Starts, says where, and stays until a signal comes. */
static int answer_until_told(const struct settings *s, struct server_options *o)
{
	struct server *server;
	enum status status;

	o->listen = s->listen ? s->listen : "127.0.0.1:8080";
	status = server_start(o, &server);
	if (status == STATUS_UNSUPPORTED)
		say_error("libmicrohttpd is not installed");
	else if (status != STATUS_OK)
		say_error("--listen %s: %s", shown(o->listen).text,
			status == STATUS_USAGE ? "not ADDRESS:PORT" : "cannot be had");
	if (status != STATUS_OK)
		return ledger_failed(s);
	printf("http://%s/\n", server_address(server));
	if (!stdout_done()) {
		server_stop(server);
		return ledger_failed(s);
	}
	while (!interrupted)
		poll(NULL, 0, 200);
	server_stop(server);
	return EXIT_CLEAN;
}

/* ---- serve ------------------------------------------------------------------------------------- */

static void serve_file(void *user, const struct server_request *q, struct server_answer *ret)
{
	int folder = *(const int *)user;
	bool tile = strncmp(q->path, "/tile/", 6) == 0;

	ret->http = 404;
	ret->content_type = "text/plain; charset=utf-8";
	if (strcmp(q->method, "POST") != 0 && (tile || strcmp(q->path, "/checkpoint") == 0))
		ret->fd = server_open_below(folder, q->path + 1, &ret->fd_bytes);
	if (ret->fd < 0) {
		buf_add_z(&ret->body, "not found\n");
		return;
	}
	ret->http = 200;
	ret->cache = tile ? "public, max-age=604800, immutable" : "no-cache";
	if (tile)
		ret->content_type = "application/octet-stream";
}

static int run_serve(const struct settings *s)
{
	char path[LEDGER_PATH_MAX];
	struct server_options o = {.handle = serve_file};
	int folder, status;

	snprintf(path, sizeof(path), "%.900s/public", s->args[0]);
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		say_error("%s: no ledger", shown(s->args[0]).text);
		return ledger_failed(s);
	}
	o.user = &folder;
	status = answer_until_told(s, &o);
	close(folder);
	return status;
}

const struct verb verb_ledger_serve = {
	.name = "ledger serve",
	.bit = VERB_LEDGER_SERVE,
	.args = "DIR",
	.summary = "serve a ledger to those who have no web server",
	.text = "Checkpoint and tiles of DIR/public, and nothing else. Any web server that hosts that "
		"folder does the same.",
	.examples = "assay ledger serve ledger --listen 127.0.0.1:8080\tbehind a proxy that speaks "
		    "TLS\n",
	.min_args = 1,
	.max_args = 1,
	.run = run_serve,
};

/* ---- witness ------------------------------------------------------------------------------------ */

static void answer_witness(void *user, const struct server_request *q, struct server_answer *ret)
{
	struct witness *w = user;
	size_t n = strlen(q->path);

	ret->content_type = "text/plain; charset=utf-8";
	if (strcmp(q->method, "POST") == 0 && strcmp(q->path, "/add-checkpoint") == 0) {
		struct witness_answer a = {.body = ret->body};

		witness_add(w, q->body, (uint64_t)time(NULL), &a);
		ret->http = a.http;
		ret->content_type = a.content_type;
		ret->body = a.body;
		return;
	}
	ret->http = 404;
	if (strcmp(q->method, "POST") != 0 && n == 1 + 64 + strlen("/checkpoint") &&
		strcmp(q->path + 65, "/checkpoint") == 0 &&
		witness_checkpoint(w, str_view(q->path + 1, 64), &ret->body) == STATUS_OK) {
		ret->http = 200;
		ret->cache = "no-cache";
		return;
	}
	buf_clear(&ret->body);
	buf_add_z(&ret->body, "not found\n");
}

static int run_witness(const struct settings *s)
{
	struct server_options o = {.handle = answer_witness, .body_max = WITNESS_REQUEST_MAX};
	static struct witness w;
	struct signer key;
	struct buf logs;
	int status, lock;

	if (!s->state || !s->policy || s->keys.n != 1) {
		say_error("a witness needs --state FOLDER, --policy LOGS and one --key");
		return ledger_failed(s);
	}
	buf_init(&logs, 1 << 20);
	if (!ledger_key(s, s->keys.items[0], &key)) {
		buf_release(&logs);
		return ledger_failed(s);
	}
	lock = open(s->state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock < 0 || ledger_io_real.lock(NULL, lock) < 0) {
		say_error("%s: %s", shown(s->state).text,
			lock < 0 ? "no such folder" : "another witness works here");
		status = ledger_failed(s);
	} else if (!ledger_read(s->policy, logs.max_bytes, false, &logs)) {
		status = ledger_failed(s);
	} else if (witness_open(&w, &ledger_io_real, s->state, buf_str(&logs), &key) != STATUS_OK) {
		say_error("%s: %s", shown(s->policy).text,
			w.logs.wrong ? w.logs.wrong : "names no log, or the key is no witness's");
		status = ledger_failed(s);
	} else {
		o.user = &w;
		status = answer_until_told(s, &o);
	}
	if (lock >= 0)
		close(lock);
	signer_close(&key);
	buf_release(&logs);
	return status;
}

const struct verb verb_ledger_witness = {
	.name = "ledger witness",
	.bit = VERB_LEDGER_WITNESS,
	.args = "",
	.summary = "watch logs of others and cosign what only grows",
	.text = "Speaks the tlog-witness protocol. For each log of --policy it keeps the newest "
		"checkpoint, whole, and every signed one that contradicts it. Whoever depends on a "
		"vendor can run one: it needs one small folder.",
	.examples = "assay ledger witness --state w --policy logs.txt --key w.key\trun one\n",
	.min_args = 0,
	.max_args = 0,
	.run = run_witness,
};
