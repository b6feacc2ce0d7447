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
#include "net/client.h"
#include "util/hash.h"
#include "watch/watch.h"

enum { POLICY_BYTES = 1 << 20, TOLD_MAX = 4096, ALERT_LINE = 600 };

/* Alerts that stand, by hash: each is said when it comes up, and again only after it was gone. */
struct told {
	struct told_mark {
		uint8_t b[16];
	} marks[TOLD_MAX];
	size_t n;
};

struct monitoring {
	const struct settings *s;
	struct net_client *net;
	struct monitor m;
	struct policy policy;
	struct plan plan;
	struct told before, now; /* delivered by the end of the last look; in this one */
	unsigned fresh;          /* alerts of this look that were said for the first time */
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

/* ---- alerts ----------------------------------------------------------------------------------- */

static bool told_has(const struct told *t, const struct told_mark *mark)
{
	for (size_t i = 0; i < t->n; i++)
		if (memcmp(&t->marks[i], mark, sizeof(*mark)) == 0)
			return true;
	return false;
}

static void told_add(struct told *t, const struct told_mark *mark)
{
	if (t->n < TOLD_MAX && !told_has(t, mark))
		t->marks[t->n++] = *mark;
}

static void told_path(const struct monitoring *m, char ret[LEDGER_PATH_MAX])
{
	snprintf(ret, LEDGER_PATH_MAX, "%.900s/standing", m->s->state);
}

static void told_load(struct monitoring *m)
{
	char path[LEDGER_PATH_MAX];
	struct buf b;

	told_path(m, path);
	buf_init(&b, sizeof(m->before.marks));
	if (io_read_file(&ledger_io_real, path, sizeof(m->before.marks), &b) == STATUS_OK && b.len) {
		m->before.n = b.len / sizeof(struct told_mark);
		memcpy(m->before.marks, b.p, m->before.n * sizeof(struct told_mark));
	}
	buf_release(&b);
}

/* The look is over. */
static void told_keep(struct monitoring *m)
{
	char path[LEDGER_PATH_MAX];
	bool same = m->now.n == m->before.n && memcmp(m->now.marks, m->before.marks,
							m->now.n * sizeof(struct told_mark)) == 0;

	told_path(m, path);
	if (!same && !ledger_write(path, m->now.marks, m->now.n * sizeof(struct told_mark)))
		m->failed = true;
	m->before = m->now;
	m->now.n = 0;
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
	struct told_mark mark;
	struct sha256 h;
	bool ok = true;

	snprintf(line, sizeof(line), "%s: %.400s", alert_name(a), safe.text);
	h = sha256_of(line, strlen(line));
	memcpy(&mark, h.b, sizeof(mark));
	if (told_has(&m->before, &mark) || told_has(&m->now, &mark)) {
		told_add(&m->now, &mark);
		return true;
	}
	m->fresh++;
	entry_time_text(ledger_now(m->s), when);
	snprintf(line, sizeof(line), "%s ALERT %s: %.400s\n", when, alert_name(a), safe.text);
	fputs(line, stderr);
	if (m->s->alerts)
		ok &= append(m, line);
	if (m->s->webhook)
		ok &= post(m, line);
	if (ok)
		told_add(&m->now, &mark);
	m->failed |= !ok;
	return ok;
}

/* ---- what the monitor asks ---------------------------------------------------------------------- */

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

static bool in_hours(void *user, const struct vkey *key, int64_t utc)
{
	return plan_in_hours(&((struct monitoring *)user)->plan, key->name, utc);
}

static void outside(void *user, struct monitor *monitor, int64_t now_utc)
{
	struct monitoring *m = user;
	const struct watch w = {.plan = &m->plan, .net = m->net};

	watch_look(&w, monitor);
}

static bool tags(void *user, struct buf *ret)
{
	struct monitoring *m = user;

	return io_read_file(&ledger_io_real, m->s->tags, MONITOR_TAGS_BYTES_MAX, ret) == STATUS_OK;
}

/* ---- the verb --------------------------------------------------------------------------------- */

static bool begin(struct monitoring *m, const struct monitor_hooks *hooks)
{
	if (monitor_open(&m->m, &ledger_io_real, m->s->state, &m->policy, hooks) != STATUS_OK) {
		say_error("the policy's log needs an address behind its key");
		return false;
	}
	if (m->plan.late_seconds)
		m->m.late_seconds = m->plan.late_seconds;
	if (m->plan.rebuild_seconds)
		m->m.rebuild_seconds = m->plan.rebuild_seconds;
	if (m->plan.pulse_seconds)
		m->m.pulse_seconds = m->plan.pulse_seconds;
	told_load(m);
	return true;
}

static int look(struct monitoring *m)
{
	const struct monitor_hooks hooks = {.user = m, .get = get, .alert = on_alert,
		.requested = m->s->requests ? requested : NULL, .in_hours = in_hours,
		.outside = outside, .tags = m->s->tags ? tags : NULL};
	unsigned alerts = 0;

	if (!begin(m, &hooks))
		return ledger_failed(m->s);
	for (;;) {
		int64_t wait = (int64_t)(m->s->every ? m->s->every : 60);

		m->fresh = 0;
		alerts = monitor_look(&m->m, ledger_now(m->s));
		told_keep(m);
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
		say(m->s, "exit 1: %u alert%s, %u of them new", alerts, alerts == 1 ? "" : "s", m->fresh);
		return EXIT_VERDICT;
	}
	return EXIT_CLEAN;
}

static bool read_plan(struct monitoring *m)
{
	const struct settings *s = m->s;
	struct buf text;
	bool ok = true;

	plan_init(&m->plan);
	if (s->watch) {
		plan_release(&m->plan);
		buf_init(&text, PLAN_BYTES_MAX);
		ok = ledger_read(s->watch, PLAN_BYTES_MAX, false, &text);
		if (!plan_parse(buf_str(&text), &m->plan) && ok) {
			say_error("%s:%u: %s", shown(s->watch).text, m->plan.line, m->plan.wrong);
			ok = false;
		}
		buf_release(&text);
	}
	for (int i = 0; ok && i < s->n_args; i++)
		if (!plan_add_channel(&m->plan, s->args[i])) {
			say_error("too many downloads");
			ok = false;
		}
	return ok;
}

static int run(const struct settings *s)
{
	static struct monitoring m;
	struct buf policy;
	int status = EXIT_CLEAN;

	m.s = s;
	if (!s->state || !s->policy) {
		say_error("a monitor needs --state FOLDER and --policy FILE");
		return ledger_failed(s);
	}
	buf_init(&policy, POLICY_BYTES);
	if (!read_plan(&m) || !ledger_read(s->policy, POLICY_BYTES, false, &policy)) {
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
	plan_release(&m.plan);
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
		"downloads of the vendor: bytes that no entry names are an alert. --watch names what "
		"else is looked at: when people sign, downloads in several views, logs of certificates "
		"and signatures, registries. What proves something is kept in the --state folder, and "
		"how far it has looked: a new run goes on from there, and an alert that stands is said "
		"once. Alerts go to stderr, and to --alerts and --webhook. Run it where the build system "
		"cannot reach it.",
	.examples = "assay ledger monitor --policy pinned.txt --state m --requests asked "
		    "--alerts alerts.log\twatch every minute\n"
		    "assay ledger monitor --policy pinned.txt --state m --watch vendor.watch\t"
		    "channels, logs and registries too\n"
		    "assay ledger monitor --policy pinned.txt --state m --once "
		    "https://vendor.example/agent.exe\tlook once, at a download too\n",
	.min_args = 0,
	.max_args = 64,
	.run = run,
};
