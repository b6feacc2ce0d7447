/*
 * What the ledger costs, beside what it cannot cost less than:  bench-ledger [ENTRIES]
 *
 *   - durable appends a second, beside a bare loop that writes and syncs files of the same sizes in
 *     the same folders in the same order;
 *   - one offline verification, beside the bare Ed25519 and SHA-256 operations in it;
 *   - an audit: reading, hashing and checking every signature of ENTRIES entries (1,000,000);
 *   - the start of a writer on that log, and of its state; the size of a proof with three witnesses.
 */
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "assay_verify.h"
#include "ledger/bundle.h"
#include "ledger/snapshot.h"
#include "util/cursor.h"
#include "vendor.h"

enum { COMMITS = 300, BATCH = 64, ROUNDS = 300 };

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double now(void)
{
	return seconds(CLOCK_MONOTONIC);
}

/* Of this process alone: what others do on the machine does not count. */
static double used(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

static void need(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "bench-ledger: %s\n", what);
	exit(1);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool sign(void *user, struct str text, char ret[NOTE_LINE_MAX])
{
	return note_sign(user, text, ret);
}

static enum status no_witness(void *user, struct ledger_log *log, struct buf *note,
	char why[LOG_WHY_BYTES])
{
	return STATUS_OK;
}

/* ---- the floor: the same calls on files, and nothing else ---------------------------------------- */

/* Every file and folder call of a commit, as it was made. */
struct call {
	char what; /* o open for writing, w write, s sync, f open folder, c close, r rename, m mkdir */
	char a[160], b[160];
	size_t n;
	int fd;
};

static struct call *calls;
static size_t n_calls, room_calls;
static bool recording;

static struct call *record(char what, const char *a, const char *b, size_t n, int fd)
{
	static struct call none;

	if (!recording)
		return &none;
	if (n_calls == room_calls) {
		room_calls = room_calls ? 2 * room_calls : 4096;
		calls = realloc(calls, room_calls * sizeof(*calls));
		need(calls != NULL, "memory");
	}
	calls[n_calls] = (struct call){.what = what, .n = n, .fd = fd};
	snprintf(calls[n_calls].a, sizeof(calls[0].a), "%s", a);
	snprintf(calls[n_calls].b, sizeof(calls[0].b), "%s", b);
	return &calls[n_calls++];
}

static int rec_open(void *user, const char *path, int flags)
{
	int fd = ledger_io_real.open(NULL, path, flags);

	if (fd >= 0 && (flags & O_DIRECTORY))
		record('f', path, "", 0, fd);
	else if (fd >= 0 && (flags & O_CREAT))
		record('o', path, "", 0, fd);
	return fd;
}

static int64_t rec_write(void *user, int fd, const void *p, size_t n)
{
	record('w', "", "", n, fd);
	return ledger_io_real.write(NULL, fd, p, n);
}

static int rec_sync(void *user, int fd)
{
	record('s', "", "", 0, fd);
	return ledger_io_real.sync(NULL, fd);
}

static int rec_close(void *user, int fd)
{
	record('c', "", "", 0, fd);
	return ledger_io_real.close(NULL, fd);
}

static int rec_rename(void *user, const char *a, const char *b)
{
	record('r', a, b, 0, 0);
	return ledger_io_real.rename(NULL, a, b);
}

static int rec_mkdir(void *user, const char *path)
{
	record('m', path, "", 0, 0);
	return ledger_io_real.mkdir(NULL, path);
}

/* The recorded calls again, below another folder of the same length of name. */
static double replay(char letter)
{
	static char bytes[1 << 20];
	int fds[4096] = {0};
	double begin = now();

	for (size_t i = 0; i < n_calls; i++) {
		struct call *c = &calls[i];

		c->a[0] = c->b[0] = letter;
		if (c->what == 'f')
			fds[c->fd] = open(c->a, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		else if (c->what == 'o')
			fds[c->fd] = open(c->a, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		else if (c->what == 'w')
			need(write(fds[c->fd], bytes, c->n) == (ssize_t)c->n, "write");
		else if (c->what == 's')
			need(fsync(fds[c->fd]) == 0, "fsync");
		else if (c->what == 'c' && fds[c->fd])
			close(fds[c->fd]), fds[c->fd] = 0;
		else if (c->what == 'r')
			need(rename(c->a, c->b) == 0, "rename");
		else if (c->what == 'm')
			mkdir(c->a, 0755);
	}
	return now() - begin;
}

static void appends(struct vendor *v)
{
	const struct ledger_io io = {.open = rec_open, .read = ledger_io_real.read,
		.write = rec_write, .sync = rec_sync, .close = rec_close, .rename = rec_rename,
		.mkdir = rec_mkdir, .lock = ledger_io_real.lock};
	const struct log_publisher p = {.user = &v->log, .sign = sign, .cosign = no_witness};
	static double ms[COMMITS];
	static struct ledger_log log;
	char entry[1024];
	double begin, ours = 0, floor;
	uint64_t index, syncs = 0;

	mkdir("A", 0755);
	mkdir("B", 0755);
	mkdir("B/private", 0755);
	need(log_create(&io, "A", STR("log.vendor.example")) == STATUS_OK, "create");
	need(log_open(&log, &io, "A", true) == STATUS_OK, "open");
	memset(entry, 'x', sizeof(entry));
	recording = true;
	for (int i = 0; i < COMMITS; i++) {
		begin = now();
		for (int k = 0; k < BATCH; k++) {
			snprintf(entry, sizeof(entry), "entry %d %d", i, k);
			need(log_add(&log, entry, sizeof(entry), &index) == STATUS_OK, "add");
		}
		need(log_commit(&log) == STATUS_OK && log_publish(&log, &p) == STATUS_OK, "publish");
		ms[i] = (now() - begin) * 1e3;
		ours += ms[i] / 1e3;
	}
	recording = false;
	log_close(&log);
	floor = replay('B');
	for (size_t i = 0; i < n_calls; i++)
		syncs += calls[i].what == 's';
	qsort(ms, COMMITS, sizeof(ms[0]), by_value);
	printf("append, durable and published: %.0f entries a second in batches of %d (1 kB each); a batch "
	       "p50 %.2f ms, p99 %.2f ms, %.1f syncs\n",
		COMMITS * BATCH / ours, BATCH, ms[COMMITS / 2], ms[COMMITS * 99 / 100],
		(double)syncs / COMMITS);
	printf("  the same file calls alone: %.0f entries a second; ratio %.2f (wanted: 0.80 or more)\n",
		COMMITS * BATCH / floor, floor / ours);
}

/* ---- verification -------------------------------------------------------------------------------- */

static double best_of(double (*once)(void *user), void *user)
{
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		double t = once(user);

		best = t < best ? t : best;
	}
	return best;
}

struct verification {
	struct assay_verify_request q;
	unsigned signatures, hashes;
	size_t bytes; /* of the entries and notes that are hashed */
};

static char work[ASSAY_VERIFY_WORK_BYTES] __attribute__((aligned(16)));

static double verify_once(void *user)
{
	struct verification *v = user;
	struct assay_verify_result r;
	double begin = used();

	for (int i = 0; i < ROUNDS; i++)
		need(assay_verify(&v->q, work, sizeof(work), &r) == ASSAY_VERIFY_OK, r.why);
	return (used() - begin) / ROUNDS;
}

static double bare_once(void *user)
{
	struct verification *v = user;
	static uint8_t message[700], signature[64], public[32], secret[64], h[64];
	double begin;

	crypto_sign_ed25519_keypair(public, secret);
	crypto_sign_ed25519_detached(signature, NULL, message, sizeof(message), secret);
	begin = used();
	for (int i = 0; i < ROUNDS; i++) {
		for (unsigned k = 0; k < v->signatures; k++)
			need(crypto_sign_ed25519_verify_detached(signature, message, sizeof(message),
				     public) == 0, "signature");
		for (unsigned k = 0; k < v->hashes; k++)
			crypto_hash_sha256(h, message, 65);
		for (size_t k = 0; k < v->bytes; k += sizeof(message))
			crypto_hash_sha256(h, message, sizeof(message));
	}
	return (used() - begin) / ROUNDS;
}

/* A log of that many entries with one release near its end; three witnesses; two rebuilds. */
static void verification(struct vendor *v, uint64_t entries)
{
	const struct log_publisher p = {.user = &v->log, .sign = sign, .cosign = no_witness};
	struct verification run = {.signatures = 0};
	static struct ledger_log log;
	struct buf checkpoint, proof, trust;
	struct signer witnesses[3];
	char filler[512], key[VKEY_CHARS_MAX], line[NOTE_LINE_MAX];
	uint64_t index, at[3], keys_index;
	double ours, bare;
	struct note n;
	struct str keys;
	int fd;

	need(log_create(&ledger_io_real, "V", STR("log.vendor.example")) == STATUS_OK, "create");
	need(log_open(&log, &ledger_io_real, "V", true) == STATUS_OK, "open");
	keys = vendor_keys(v, 1);
	need(log_add(&log, keys.p, keys.len, &keys_index) == STATUS_OK, "add");
	memset(filler, 'x', sizeof(filler));
	for (uint64_t i = 0; i + 4 < entries; i++) {
		memcpy(filler, &i, sizeof(i));
		need(log_add(&log, filler, sizeof(filler), &index) == STATUS_OK, "add");
	}
	for (int i = 0; i < 3; i++) {
		struct str e = i == 0 ? vendor_release(v, &(struct release_spec){.version = "1.0",
							  .file = "one", .rebuilds = 2})
				      : vendor_rebuild(v, "1.0", "one", i, true);

		need(log_add(&log, e.p, e.len, &at[i]) == STATUS_OK, "add");
	}
	need(log_commit(&log) == STATUS_OK && log_publish(&log, &p) == STATUS_OK, "publish");
	buf_init(&checkpoint, 1 << 16);
	buf_init(&proof, 1 << 20);
	buf_init(&trust, 1 << 18);
	need(log_checkpoint(&log, &checkpoint) == STATUS_OK && note_parse(buf_str(&checkpoint), &n),
		"checkpoint");
	vkey_text(&v->log.key, key);
	buf_printf(&trust, "assay-trust/v1\nvendor vendor.example\nmax-age 604800\nrebuild gate 2\n"
		"equivalent no\n\nlog %s\n", key);
	for (int i = 0; i < 3; i++) {
		char name[32];
		size_t text = n.text.len;

		snprintf(name, sizeof(name), "witness.example/w%d", i);
		need(signer_from_seed(str_of(name), KEY_COSIGNER, (const uint8_t[32]){(uint8_t)(80 + i)},
			     &witnesses[i]) == STATUS_OK, "witness");
		need(note_cosign(&witnesses[i], str_part(buf_str(&checkpoint), 0, text), VENDOR_NOW,
			     line) && buf_add_z(&checkpoint, line), "cosign");
		vkey_text(&witnesses[i].key, key);
		buf_printf(&trust, "witness w%d %s\n", i, key);
		signer_close(&witnesses[i]);
	}
	buf_printf(&trust, "group q 2 w0 w1 w2\nquorum q\n");
	buf_add_str(&trust, keys);
	for (int i = 0; i < 3; i++) {
		size_t before = proof.len;

		need(proof_append(&log, at[i], buf_str(&checkpoint), &proof) == STATUS_OK, "proof");
		if (i == 0)
			printf("proof of a release with three witnesses in a log of %llu: %zu bytes",
				(unsigned long long)entries, proof.len - before);
	}
	printf("; with two rebuilds %zu bytes (wanted: 8000 or less)\n", proof.len);
	fd = open("one", O_RDWR | O_CREAT | O_TRUNC, 0600);
	need(fd >= 0 && write(fd, "one", 3) == 3, "file");
	run.q = (struct assay_verify_request){.trust = trust.p, .trust_bytes = trust.len,
		.proof = proof.p, .proof_bytes = proof.len, .fd = fd, .name = "agent.bin",
		.now_utc = VENDOR_NOW};
	/* Log and three witnesses, roots, approvers, builders; a path for each proof. */
	run.signatures = 4 + 2 + 2 + 2;
	while (((uint64_t)1 << run.hashes) < entries)
		run.hashes++;
	run.hashes *= 3;
	run.bytes = 3 * 1200 + keys.len;
	ours = best_of(verify_once, &run);
	bare = best_of(bare_once, &run);
	printf("offline verification: %.2f ms; its %u Ed25519 and %u SHA-256 operations alone: %.2f ms; "
	       "ratio %.2f (wanted: 1.50 or less)\n",
		ours * 1e3, run.signatures, run.hashes + 6, bare * 1e3, ours / bare);
	close(fd);
	log_close(&log);
	buf_release(&checkpoint);
	buf_release(&proof);
	buf_release(&trust);
}

/* What publishing reads before it can admit anything: all entries, or the state that was kept. */
static void state_time(struct ledger_log *log)
{
	double all, kept, keeping, begin = used();
	struct ledger_state *s;
	uint64_t read;

	need(state_load(log, &s, &read) == STATUS_OK && read == log->head, "state");
	all = used() - begin;
	begin = used();
	state_keep(log, s, read);
	keeping = used() - begin;
	state_close(s);
	begin = used();
	need(state_load(log, &s, &read) == STATUS_OK && read == 0, "kept state");
	kept = used() - begin;
	state_close(s);
	printf("state of %llu entries, processor time: from all of them %.2f s, from private/state %.3f s; "
	       "writing that %.3f s, once in 1/64 of the log\n",
		(unsigned long long)log->head, all, kept, keeping);
}

/* ---- audit --------------------------------------------------------------------------------------- */

struct audit {
	struct ledger_state *state;
	struct state_rules rules;
	struct merkle_edge tree;
	uint64_t bad;
};

static enum status audit_entry(void *user, uint64_t index, struct str entry)
{
	struct audit *a = user;
	struct tree_hash leaf = tree_hash_leaf(entry.p, entry.len);
	char why[STATE_WHY_BYTES];

	merkle_edge_add(&a->tree, &leaf);
	a->bad += !state_admits(a->state, entry, &a->rules, why);
	return state_apply(a->state, index, entry);
}

static void audit(struct vendor *v, uint64_t entries)
{
	const struct log_publisher p = {.user = &v->log, .sign = sign, .cosign = no_witness};
	struct audit a = {.rules.now_utc = VENDOR_NOW};
	static struct ledger_log log;
	struct tree_hash root;
	char version[32];
	uint64_t index;
	double begin, made;
	struct str e;

	need(log_create(&ledger_io_real, "C", STR("log.vendor.example")) == STATUS_OK, "create");
	need(log_open(&log, &ledger_io_real, "C", true) == STATUS_OK, "open");
	v->keys_leaf = v->prev = (struct tree_hash){{0}};
	v->seq = 0;
	begin = now();
	for (uint64_t i = 0; i < entries; i++) {
		snprintf(version, sizeof(version), "1.%llu", (unsigned long long)i);
		e = i ? vendor_release(v, &(struct release_spec){.version = version, .file = "one"})
		      : vendor_keys(v, 1);
		need(log_add(&log, e.p, e.len, &index) == STATUS_OK, "add");
		buf_release(&v->made[--v->n]);
		if (i % 65536 == 65535)
			need(log_commit(&log) == STATUS_OK, "commit");
	}
	need(log_commit(&log) == STATUS_OK && log_publish(&log, &p) == STATUS_OK, "publish");
	made = now() - begin;
	log_close(&log);
	begin = now();
	need(log_open(&log, &ledger_io_real, "C", true) == STATUS_OK, "open");
	printf("start of the log's writer at %llu entries: %.1f ms (wanted: 1000 or less)\n",
		(unsigned long long)entries, (now() - begin) * 1e3);
	state_time(&log);
	begin = used();
	need(state_open(&a.state) == STATUS_OK, "state");
	need(log_each(&log, 0, log.head, audit_entry, &a) == STATUS_OK && a.bad == 0, "audit");
	root = merkle_edge_root(&a.tree);
	need(tree_hash_equal(&root, &log.head_root), "root");
	printf("audit of %llu entries with two signatures each: %.1f s of processor time, %.0f a second (making "
	       "them took %.0f s)\n",
		(unsigned long long)entries, used() - begin, (double)entries / (used() - begin), made);
	state_close(a.state);
	log_close(&log);
}

static int drop(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	return remove(path);
}

int main(int argc, char **argv)
{
	char folder[] = "bench-ledger-XXXXXX";
	static struct vendor v;
	uint64_t entries = 1000000;

	need(argc < 2 || str_to_u64(str_of(argv[1]), 10, &entries), "ENTRIES is a number");
	need(sodium_init() >= 0 && mkdtemp(folder) && chdir(folder) == 0, "folder");
	vendor_make(&v);
	appends(&v);
	verification(&v, 1000);
	vendor_end(&v);
	vendor_make(&v);
	audit(&v, entries);
	vendor_end(&v);
	free(calls);
	need(chdir("..") == 0, "folder");
	nftw(folder, drop, 32, FTW_DEPTH | FTW_PHYS);
	return 0;
}
