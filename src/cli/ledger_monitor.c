/* assay ledger monitor: the vendor's watch over the own ledger. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/monitor.h"
#include "net/client.h"

enum { POLICY_BYTES = 1 << 20, TOLD_MAX = 4096, ALERT_LINE = 600 };

struct monitoring {
	const struct settings *s;
	struct net_client *net;
	struct monitor m;
	struct policy policy;
	uint64_t told[TOLD_MAX]; /* alerts that were given, by hash: each once a run */
	size_t n_told;
	bool failed;             /* an alert could not be written */
};

static enum status get(void *user, const char *url, struct buf *ret)
{
	struct monitoring *m = user;
	char why[NET_WHY_BYTES];
	enum status status;
	long http;

	status = net_request(m->net, url, NULL, ret, &http, why);
	if (status != STATUS_OK || http == 200)
		return status;
	return http == 404 ? STATUS_NOT_FOUND : STATUS_IO;
}

static bool told_before(struct monitoring *m, const char *line)
{
	uint64_t h = 0xCBF29CE484222325;

	for (; *line; line++)
		h = (h ^ (uint8_t)*line) * 0x100000001B3;
	for (size_t i = 0; i < m->n_told; i++)
		if (m->told[i] == h)
			return true;
	if (m->n_told < TOLD_MAX)
		m->told[m->n_told++] = h;
	return false;
}

static bool append(struct monitoring *m, const char *line)
{
	int fd = open(m->s->alerts, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	size_t n = strlen(line);
	bool ok = fd >= 0 && write(fd, line, n) == (ssize_t)n && fsync(fd) == 0;

	if (!ok)
		say_error("%s: %s", shown(m->s->alerts).text, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok;
}

static bool post(struct monitoring *m, const char *line)
{
	struct str body = str_of(line);
	char why[NET_WHY_BYTES] = "";
	struct buf answer;
	long http = 0;
	bool ok;

	buf_init(&answer, 64 << 10);
	ok = net_request(m->net, m->s->webhook, &body, &answer, &http, why) == STATUS_OK &&
	     http >= 200 && http <= 299;
	if (!ok)
		say_error("webhook: %s", *why ? why : "refused");
	buf_release(&answer);
	return ok;
}

static bool on_alert(void *user, enum alert a, const char *text)
{
	struct monitoring *m = user;
	char line[ALERT_LINE + 80], when[32];
	struct shown_text safe = shown(text);
	bool ok = true;

	snprintf(line, sizeof(line), "%s: %.400s", alert_name(a), safe.text);
	if (told_before(m, line))
		return true;
	entry_time_text(ledger_now(m->s), when);
	snprintf(line, sizeof(line), "%s ALERT %s: %.400s\n", when, alert_name(a), safe.text);
	fputs(line, stderr);
	if (m->s->alerts)
		ok &= append(m, line);
	if (m->s->webhook)
		ok &= post(m, line);
	m->failed |= !ok;
	return ok;
}

static int is_request(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

/* One of the requests that people here have kept has this very text. */
static bool requested(void *user, struct str text)
{
	struct monitoring *m = user;
	struct dirent **names;
	bool found = false;
	int n = scandir(m->s->requests, &names, is_request, alphasort);

	for (int i = 0; i < n; i++) {
		char path[LEDGER_PATH_MAX];
		struct buf b;

		snprintf(path, sizeof(path), "%.700s/%.255s", m->s->requests, names[i]->d_name);
		buf_init(&b, 2 * ENTRY_BYTES_MAX);
		if (!found && io_read_file(&ledger_io_real, path, 2 * ENTRY_BYTES_MAX, &b) ==
				      STATUS_OK)
			found = b.len >= text.len && memcmp(b.p, text.p, text.len) == 0 &&
				(b.len == text.len || b.p[text.len] == '\n');
		buf_release(&b);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return found;
}

static const char *download(void *user, size_t i)
{
	struct monitoring *m = user;

	return i < (size_t)m->s->n_args ? m->s->args[i] : NULL;
}

static bool tags(void *user, struct buf *ret)
{
	struct monitoring *m = user;

	return io_read_file(&ledger_io_real, m->s->tags, MONITOR_TAGS_BYTES_MAX, ret) == STATUS_OK;
}

static int look(struct monitoring *m)
{
	const struct monitor_hooks hooks = {.user = m, .get = get, .alert = on_alert,
		.requested = m->s->requests ? requested : NULL, .download = download,
		.tags = m->s->tags ? tags : NULL};
	unsigned alerts = 0;

	if (monitor_open(&m->m, &ledger_io_real, m->s->state, &m->policy, &hooks) != STATUS_OK) {
		say_error("the policy's log needs an address behind its key");
		return ledger_failed(m->s);
	}
	for (;;) {
		int64_t wait = (int64_t)(m->s->every ? m->s->every : 60);

		alerts = monitor_look(&m->m, ledger_now(m->s));
		if (m->s->once)
			break;
		while (wait-- > 0 && !interrupted)
			poll(NULL, 0, 1000);
		if (interrupted)
			break;
	}
	monitor_close(&m->m);
	if (m->failed)
		return ledger_failed(m->s);
	if (m->s->once && alerts) {
		say(m->s, "exit 1: %u alert%s", alerts, alerts == 1 ? "" : "s");
		return EXIT_VERDICT;
	}
	return EXIT_CLEAN;
}

static int run(const struct settings *s)
{
	static struct monitoring m;
	struct buf policy;
	int status;

	m.s = s;
	if (!s->state || !s->policy) {
		say_error("a monitor needs --state FOLDER and --policy FILE");
		return ledger_failed(s);
	}
	buf_init(&policy, POLICY_BYTES);
	if (!ledger_read(s->policy, POLICY_BYTES, false, &policy)) {
		status = ledger_failed(s);
	} else if (!policy_parse(buf_str(&policy), &m.policy)) {
		say_error("%s:%u: %s", shown(s->policy).text, m.policy.line, m.policy.wrong);
		status = ledger_failed(s);
	} else if (net_client_open(&m.net) != STATUS_OK) {
		say_error("libcurl is not installed");
		status = ledger_failed(s);
	} else {
		status = look(&m);
	}
	net_client_close(m.net);
	buf_release(&policy);
	return status;
}

const struct verb verb_ledger_monitor = {
	.name = "ledger monitor",
	.bit = VERB_LEDGER_MONITOR,
	.args = "[URL...]",
	.summary = "watch the own ledger and raise the alarm",
	.text = "Looks at the log, at what every witness of the policy has cosigned (fetched from the "
		"witness), and at every new entry: split views, rollback, entries that nobody approved "
		"or asked for, rebuilds that differ or are missing, an overdue pulse. The URLs are "
		"downloads of the vendor: bytes that no entry names are an alert. What proves "
		"something is kept in the --state folder, and how far it has looked: a new run goes on "
		"from there and repeats no alert about an entry that was delivered. Alerts go to stderr, "
		"and to --alerts and --webhook. Run it where the build system cannot reach it.",
	.examples = "assay ledger monitor --policy pinned.txt --state m --requests asked "
		    "--alerts alerts.log\twatch every minute\n"
		    "assay ledger monitor --policy pinned.txt --state m --once "
		    "https://vendor.example/agent.exe\tlook once, at a download too\n",
	.min_args = 0,
	.max_args = 64,
	.run = run,
};
