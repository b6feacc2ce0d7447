/* assay ledger publish: logs what is approved, asks the witnesses, makes the proofs. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/ledger.h"
#include "ledger/ask_witness.h"
#include "ledger/bundle.h"
#include "ledger/snapshot.h"
#include "net/client.h"

enum { REQUEST_BYTES_MAX = 2 * ENTRY_BYTES_MAX, REQUESTS_MAX = 4096 };

struct publishing {
	const struct settings *s;
	const char *folder;
	struct ledger_dir d;
	struct signer log_key;
	struct net_client *net;
	char taken[REQUESTS_MAX][256]; /* files whose entries are in the log now */
	size_t n_taken, n_waiting;
};

/* ---- witnesses -------------------------------------------------------------------------------- */

static enum status post(void *user, const char *url, struct str body, struct buf *ret,
	long *ret_http, char why[LOG_WHY_BYTES])
{
	struct publishing *p = user;
	enum status status = p->net ? STATUS_OK : net_client_open(&p->net);

	if (status != STATUS_OK) {
		snprintf(why, LOG_WHY_BYTES, "libcurl is not installed");
		return status;
	}
	return net_request(p->net, url, &body, ret, ret_http, why);
}

static enum status cosign(void *user, struct ledger_log *log, struct buf *note,
	char why[LOG_WHY_BYTES])
{
	struct publishing *p = user;
	const struct witness_transport t = {.post = post, .user = p};

	return witness_ask_all(log, &p->d.policy, &t, (uint64_t)ledger_now(p->s), note, why);
}

static bool sign(void *user, struct str text, char ret[NOTE_LINE_MAX])
{
	return note_sign(&((struct publishing *)user)->log_key, text, ret);
}

/* ---- requests --------------------------------------------------------------------------------- */

static enum status read_entry(void *user, uint64_t index, struct buf *ret)
{
	return log_entry(user, index, ret);
}

/* True: it is added. */
static bool take_request(struct publishing *p, const char *name, bool quietly)
{
	const struct state_rules rules = {.policy = &p->d.policy, .now_utc = ledger_now(p->s),
		.gate = p->s->gate, .read = read_entry, .user = &p->d.log};
	char path[LEDGER_PATH_MAX], why[STATE_WHY_BYTES] = "";
	uint64_t index;
	struct buf b;
	bool ok;

	snprintf(path, sizeof(path), "%.600s/requests/%.255s", p->folder, name);
	buf_init(&b, REQUEST_BYTES_MAX);
	ok = ledger_read(path, REQUEST_BYTES_MAX, false, &b);
	if (ok && state_has(p->d.state, buf_str(&b))) {
		/* From a run that ended before it could take the request away. */
		snprintf(p->taken[p->n_taken++], sizeof(p->taken[0]), "%s", name);
		buf_release(&b);
		return true;
	}
	if (ok && !state_admits(p->d.state, buf_str(&b), &rules, why)) {
		if (!quietly)
			say(p->s, "%s waits: %s", shown(name).text, shown(why).text);
		ok = false;
	}
	if (ok && log_add(&p->d.log, b.p, b.len, &index) != STATUS_OK) {
		say_error("%s", p->d.log.why);
		ok = false;
	}
	if (ok && state_apply(p->d.state, index, buf_str(&b)) == STATUS_OK)
		snprintf(p->taken[p->n_taken++], sizeof(p->taken[0]), "%s", name);
	buf_release(&b);
	return ok;
}

static int is_request(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 6 && n < 256 && strcmp(e->d_name + n - 6, ".entry") == 0;
}

/* One pass over what is left; names of those that were taken become empty. True: something was. */
static bool take_some(struct publishing *p, struct dirent **names, int n, bool quietly)
{
	bool moved = false;

	p->n_waiting = 0;
	for (int i = 0; i < n && p->n_taken < REQUESTS_MAX && !p->d.log.stopped; i++) {
		if (names[i]->d_name[0] == '\0')
			continue;
		if (take_request(p, names[i]->d_name, quietly)) {
			names[i]->d_name[0] = '\0';
			moved = true;
		} else {
			p->n_waiting++;
		}
	}
	/* With a gate rebuilds are read back, so they must be in the log. */
	if (moved && p->s->gate)
		moved = log_commit(&p->d.log) == STATUS_OK;
	return moved;
}

/* One may make way for another (seq 2 after seq 1), so until nothing moves any more. */
static bool take_requests(struct publishing *p)
{
	char path[LEDGER_PATH_MAX];
	struct dirent **names;
	int n;
	bool moved;

	snprintf(path, sizeof(path), "%.700s/requests", p->folder);
	n = scandir(path, &names, is_request, alphasort);
	if (n < 0) {
		say_error("%s: %s", shown(path).text, strerror(errno));
		return false;
	}
	do
		moved = take_some(p, names, n, true);
	while (moved && !p->d.log.stopped);
	take_some(p, names, n, false);
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	if (p->d.log.stopped)
		say_error("%s", p->d.log.why);
	return !p->d.log.stopped;
}

/* ---- proofs ----------------------------------------------------------------------------------- */

/* PRODUCT-CHANNEL-VERSION.assay-proof, made anew for every release that has news. */
static bool write_proof(struct publishing *p, uint64_t index)
{
	char name[800], path[LEDGER_PATH_MAX];
	struct ledger_state *state = p->d.state;
	struct buf proof, entry;
	bool ok;

	buf_init(&proof, 1 << 20);
	buf_init(&entry, LOG_ENTRY_MAX + 1);
	if (proof_bundle(&p->d.log, state, index, &entry, &proof) != STATUS_OK) {
		say_error("no proof of entry %llu: %s", (unsigned long long)index, p->d.log.why);
		buf_release(&entry);
		buf_release(&proof);
		return false;
	}
	snprintf(name, sizeof(name), "%.*s-%.*s-%.*s", STR_ARG(state->entry.product),
		STR_ARG(state->entry.channel), STR_ARG(state->entry.version));
	buf_release(&entry);
	ledger_file_path(p->folder, "proofs", name, "assay-proof", path);
	ok = ledger_write(path, proof.p, proof.len);
	if (ok)
		printf("%s\n", path);
	buf_release(&proof);
	return ok;
}

struct news {
	struct publishing *p;
	uint64_t releases[REQUESTS_MAX];
	size_t n;
};

static void add_news(struct news *w, uint64_t index)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->releases[i] == index)
			return;
	if (w->n < REQUESTS_MAX)
		w->releases[w->n++] = index;
}

static enum status look_for_news(void *user, uint64_t index, struct str entry)
{
	struct news *w = user;
	struct ledger_state *state = w->p->d.state;
	const struct entry *e = &state->entry;
	uint64_t at;

	if (!note_parse(entry, &state->note) || !entry_parse(state->note.text, &state->entry))
		return STATUS_DAMAGED;
	if (e->kind == ENTRY_RELEASE)
		add_news(w, index);
	else if (e->kind == ENTRY_REBUILD && state_version(state, e->product, e->channel,
						     e->version, &at))
		add_news(w, at);
	else if (e->kind == ENTRY_REVOKE && state_release(state, &e->subject, &at))
		add_news(w, at);
	return STATUS_OK;
}

static bool write_proofs(struct publishing *p, uint64_t from)
{
	static struct news w;
	bool ok;

	w = (struct news){.p = p};
	ok = log_each(&p->d.log, from, p->d.log.head, look_for_news, &w) == STATUS_OK;
	for (size_t i = 0; ok && i < w.n; i++)
		ok = write_proof(p, w.releases[i]);
	return ok;
}

/* ---- the verb --------------------------------------------------------------------------------- */

static void drop_requests(struct publishing *p)
{
	char path[LEDGER_PATH_MAX];

	for (size_t i = 0; i < p->n_taken; i++) {
		snprintf(path, sizeof(path), "%.600s/requests/%s", p->folder, p->taken[i]);
		if (unlink(path) != 0)
			say(p->s, "%s: %s", shown(path).text, strerror(errno));
	}
}

static bool publish(struct publishing *p)
{
	const struct log_publisher publisher = {.user = p, .sign = sign, .cosign = cosign};
	char key[LEDGER_PATH_MAX];
	uint64_t from;
	enum status status;

	snprintf(key, sizeof(key), "%.700s/private/log.key", p->folder);
	if (!ledger_enter(&p->d, p->folder, true))
		return false;
	from = p->d.log.published;
	if (!ledger_key(p->s, p->s->keys.n ? p->s->keys.items[0] : key, &p->log_key) ||
		!take_requests(p))
		return false;
	if (log_commit(&p->d.log) != STATUS_OK) {
		say_error("%s", p->d.log.why);
		return false;
	}
	/* In the log they are; whether they are published too, the next run sees by itself. */
	drop_requests(p);
	if (p->d.log.head == 0)
		return true;
	status = log_publish(&p->d.log, &publisher);
	if (status != STATUS_OK) {
		say_error("%llu entries are logged but not published: %s",
			(unsigned long long)(p->d.log.head - from), shown(p->d.log.why).text);
		return false;
	}
	state_keep(&p->d.log, p->d.state, p->d.read + (p->d.log.head - from));
	say(p->s, "published: %llu entries, %zu new, %zu waiting", (unsigned long long)p->d.log.head,
		p->n_taken, p->n_waiting);
	return write_proofs(p, from);
}

static int run(const struct settings *s)
{
	static struct publishing p;
	bool ok;

	p.s = s;
	p.folder = s->args[0];
	ok = publish(&p);
	signer_close(&p.log_key);
	net_client_close(p.net);
	ledger_leave(&p.d);
	if (!ok)
		return ledger_failed(s);
	if (p.n_waiting) {
		say(s, "exit 1: %zu request%s not approved", p.n_waiting,
			p.n_waiting == 1 ? " is" : "s are");
		return EXIT_VERDICT;
	}
	return print_exit(s);
}

const struct verb verb_ledger_publish = {
	.name = "ledger publish",
	.bit = VERB_LEDGER_PUBLISH,
	.args = "DIR",
	.summary = "log what is approved, have it witnessed, write the proofs",
	.text = "Takes every request that enough of the right people have signed and that continues "
		"the ledger; the others wait. The new checkpoint is served only when the witnesses of "
		"the policy are enough; until then nothing counts as published, and the next run goes "
		"on from there. Exit status 1: something still waits.",
	.examples = "assay ledger publish ledger\tafter the approvals\n"
		    "assay ledger publish ledger --gate\tand only what was rebuilt\n",
	.min_args = 1,
	.max_args = 1,
	.run = run,
};
