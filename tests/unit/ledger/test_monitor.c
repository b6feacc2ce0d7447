/*
 * The monitor over a log and five witnesses in memory: what an honest log fetched is silence, and each
 * misdeed its alert at the first look after it, with both notes kept.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "ledger/ask_witness.h"
#include "ledger/monitor.h"
#include "ledger/witness.h"
#include "simfs.h"
#include "vendor.h"

enum { WITNESSES = 5 };

struct world {
	struct vendor v;
	struct sim *log_disk, *fork_disk, *monitor_disk;
	struct ledger_io log_io, fork_io, monitor_io;
	struct ledger_log log, fork; /* the same key, another history */
	bool show_fork;              /* whom the web server shows to the monitor */
	struct {
		struct sim *disk;
		struct ledger_io io;
		struct signer key;
		struct witness w;
		bool gone, asked; /* asked: fetched the requests of the log that publishes now */
	} witnesses[WITNESSES];
	char policy_text[8192], logs_text[1024];
	struct policy policy;
	struct monitor m;
	unsigned n[ALERTS];
	char last[ALERTS][MONITOR_WHY_BYTES];
	char asked_for[16][4096]; /* texts of requests */
	size_t n_asked_for;
	int64_t now;
	unsigned fetched;            /* requests that the monitor has made */
	bool deaf;                /* alerts do not get through */
	const char *tags;         /* NULL: cannot be read */
};

/* ---- a web of URLs ---------------------------------------------------------------------------- */

static enum status web_post(void *user, const char *url, struct str body, struct buf *ret,
	long *ret_http, char why[LOG_WHY_BYTES])
{
	struct world *w = user;
	int i = url[8] - '0'; /* http://w0/.. */
	struct witness_answer a = {.http = 0};

	if (w->witnesses[i].gone || !w->witnesses[i].asked) {
		snprintf(why, LOG_WHY_BYTES, "witness %d does not answer", i);
		return STATUS_IO;
	}
	buf_init(&a.body, 1 << 16);
	witness_add(&w->witnesses[i].w, body, (uint64_t)w->now, &a);
	buf_add_str(ret, buf_str(&a.body));
	buf_release(&a.body);
	*ret_http = a.http;
	return STATUS_OK;
}

static enum status web_get(void *user, const char *url, struct buf *ret)
{
	struct world *w = user;
	char path[512];

	w->fetched++;
	if (strncmp(url, "http://log/", 11) == 0) {
		snprintf(path, sizeof(path), "r/public/%s", url + 11);
		return io_read_file(w->show_fork ? &w->fork_io : &w->log_io, path, 1 << 24, ret);
	}
	if (strncmp(url, "http://dl/", 10) == 0)
		return buf_add_z(ret, url + 10) ? STATUS_OK : STATUS_IO;
	if (w->witnesses[url[8] - '0'].gone)
		return STATUS_IO;
	return witness_checkpoint(&w->witnesses[url[8] - '0'].w, str_view(url + 10, 64), ret);
}

static bool on_alert(void *user, enum alert a, const char *text)
{
	struct world *w = user;

	w->n[a]++;
	snprintf(w->last[a], sizeof(w->last[a]), "%s", text);
	return !w->deaf;
}

static bool was_requested(void *user, struct str text)
{
	struct world *w = user;

	for (size_t i = 0; i < w->n_asked_for; i++)
		if (str_is(text, w->asked_for[i]))
			return true;
	return false;
}

static const char *const no_downloads[] = {NULL};
static const char *const *downloads = no_downloads;

static void look_outside(void *user, struct monitor *m, int64_t now)
{
	for (size_t i = 0; downloads[i]; i++) {
		uint8_t h[crypto_hash_sha256_BYTES];
		struct buf b;

		buf_init(&b, 1 << 20);
		assert_int_equal(web_get(user, downloads[i], &b), STATUS_OK);
		crypto_hash_sha256(h, (const uint8_t *)b.p, b.len);
		if (!monitor_names(m, h, sizeof(h)))
			monitor_alert(m, ALERT_UNKNOWN_BYTES, "%s", downloads[i]);
		buf_release(&b);
	}
}

static bool read_tags(void *user, struct buf *ret)
{
	const char *tags = ((struct world *)user)->tags;

	return tags && buf_add_z(ret, tags);
}

/* ---- the world -------------------------------------------------------------------------------- */

static bool world_sign(void *user, struct str text, char ret[NOTE_LINE_MAX])
{
	return note_sign(&((struct world *)user)->v.log, text, ret);
}

static enum status world_cosign(void *user, struct ledger_log *log, struct buf *note,
	char why[LOG_WHY_BYTES])
{
	struct world *w = user;
	const struct witness_transport t = {.post = web_post, .user = w};

	return witness_ask_all(log, &w->policy, &t, (uint64_t)w->now, note, why);
}

static void make_policy(struct world *w)
{
	char key[VKEY_CHARS_MAX];
	int n;

	vkey_text(&w->v.log.key, key);
	snprintf(w->logs_text, sizeof(w->logs_text), "log %s\nquorum none\n", key);
	n = snprintf(w->policy_text, sizeof(w->policy_text), "log %s http://log\n", key);
	for (int i = 0; i < WITNESSES; i++) {
		char name[32];
		uint8_t seed[32] = {(uint8_t)(100 + i)};

		snprintf(name, sizeof(name), "witness.example/w%d", i);
		assert_int_equal(signer_from_seed(str_of(name), KEY_COSIGNER, seed,
					 &w->witnesses[i].key), STATUS_OK);
		vkey_text(&w->witnesses[i].key.key, key);
		n += snprintf(w->policy_text + n, sizeof(w->policy_text) - (size_t)n,
			"witness w%d %s http://w%d\n", i, key, i);
	}
	snprintf(w->policy_text + n, sizeof(w->policy_text) - (size_t)n,
		"group q 3 w0 w1 w2 w3 w4\nquorum q\n");
	assert_true(policy_parse(str_of(w->policy_text), &w->policy));
}

static const struct monitor_hooks *world_hooks(struct world *w)
{
	static struct monitor_hooks h;

	h = (struct monitor_hooks){.user = w, .get = web_get, .alert = on_alert,
		.requested = was_requested, .outside = look_outside,
		.tags = w->tags ? read_tags : NULL};
	return &h;
}

static struct world *world_begin(void)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->now = VENDOR_NOW;
	vendor_make(&w->v);
	make_policy(w);
	w->log_disk = sim_new(1);
	w->fork_disk = sim_new(2);
	w->monitor_disk = sim_new(3);
	w->log_io = sim_io(w->log_disk);
	w->fork_io = sim_io(w->fork_disk);
	w->monitor_io = sim_io(w->monitor_disk);
	for (int i = 0; i < WITNESSES; i++) {
		w->witnesses[i].disk = sim_new(10 + (uint64_t)i);
		w->witnesses[i].io = sim_io(w->witnesses[i].disk);
		w->witnesses[i].asked = true;
		assert_int_equal(witness_open(&w->witnesses[i].w, &w->witnesses[i].io, "r",
					 str_of(w->logs_text), &w->witnesses[i].key), STATUS_OK);
	}
	assert_int_equal(log_create(&w->log_io, "r", STR("log.vendor.example")), STATUS_OK);
	assert_int_equal(log_create(&w->fork_io, "r", STR("log.vendor.example")), STATUS_OK);
	assert_int_equal(log_open(&w->log, &w->log_io, "r", true), STATUS_OK);
	assert_int_equal(log_open(&w->fork, &w->fork_io, "r", true), STATUS_OK);
	assert_int_equal(monitor_open(&w->m, &w->monitor_io, "r", &w->policy, world_hooks(w)),
		STATUS_OK);
	return w;
}

static void world_end(struct world *w)
{
	monitor_close(&w->m);
	log_close(&w->log);
	log_close(&w->fork);
	for (int i = 0; i < WITNESSES; i++) {
		signer_close(&w->witnesses[i].key);
		sim_free(w->witnesses[i].disk);
	}
	vendor_end(&w->v);
	sim_free(w->log_disk);
	sim_free(w->fork_disk);
	sim_free(w->monitor_disk);
	downloads = no_downloads;
	free(w);
}

static void add(struct ledger_log *log, struct str entry)
{
	uint64_t index;

	assert_int_equal(log_add(log, entry.p, entry.len, &index), STATUS_OK);
}

static enum status world_publish(struct world *w, struct ledger_log *log)
{
	const struct log_publisher p = {.user = w, .sign = world_sign, .cosign = world_cosign};

	assert_int_equal(log_commit(log), STATUS_OK);
	return log_publish(log, &p);
}

/* Only these witnesses get what is published from here on. */
static void ask_only(struct world *w, const char *which)
{
	for (int i = 0; i < WITNESSES; i++)
		w->witnesses[i].asked = strchr(which, '0' + i) != NULL;
}

static void request(struct world *w, struct str entry)
{
	struct note n;

	assert_true(note_parse(entry, &n) && w->n_asked_for < 16);
	snprintf(w->asked_for[w->n_asked_for++], sizeof(w->asked_for[0]), "%.*s", STR_ARG(n.text));
}

/* One look; the alerts of it alone. */
static unsigned look(struct world *w)
{
	memset(w->n, 0, sizeof(w->n));
	return monitor_look(&w->m, w->now);
}

static void expect_silence(struct world *w)
{
	look(w);
	for (int i = 0; i < ALERTS; i++)
		if (w->n[i])
			fail_msg("%s: %s", alert_name((enum alert)i), w->last[i]);
}

/* The first key set and one release, asked for, published and seen. */
static struct world *quiet_world(void)
{
	struct world *w = world_begin();
	struct str entry = vendor_keys(&w->v, 1);

	add(&w->log, entry);
	add(&w->fork, entry);
	entry = vendor_release(&w->v, &(struct release_spec){.version = "1.0", .file = "one"});
	request(w, entry);
	add(&w->log, entry);
	add(&w->fork, entry);
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
	expect_silence(w);
	return w;
}

static void expect(struct world *w, enum alert a)
{
	look(w);
	if (!w->n[a])
		fail_msg("no alert of %s", alert_name(a));
}

/* ---- cases ------------------------------------------------------------------------------------ */

static void silence(void **state)
{
	struct world *w = quiet_world();

	for (int i = 0; i < 20; i++) {
		char version[16];
		struct str entry;

		snprintf(version, sizeof(version), "1.%d", i + 1);
		entry = vendor_release(&w->v,
			&(struct release_spec){.version = version, .file = version});
		w->n_asked_for = 0;
		request(w, entry);
		add(&w->log, entry);
		assert_int_equal(world_publish(w, &w->log), STATUS_OK);
		expect_silence(w);
	}
	world_end(w);
}

/* Victims see another log, cosigned by two that were bribed or cut off; the rest see the true one. */
static void split_view(void **state)
{
	{
		struct world *w = quiet_world();
		struct sim_file *kept;
		struct str entry = vendor_release(&w->v,
			&(struct release_spec){.version = "2.0", .file = "two"});
		struct str evil = vendor_release(&w->v,
			&(struct release_spec){.version = "2.0", .file = "evil", .again = true});

		request(w, entry);
		add(&w->log, entry);
		add(&w->fork, evil);
		ask_only(w, "012");
		assert_int_equal(world_publish(w, &w->log), STATUS_OK);
		ask_only(w, "34");
		/* Not enough to publish, but two cosignatures are out. */
		assert_int_equal(world_publish(w, &w->fork), STATUS_DENIED);
		expect(w, ALERT_SPLIT_VIEW);
		assert_int_equal(w->n[ALERT_SPLIT_VIEW], 2);
		kept = sim_find(w->monitor_disk, "r/evidence-1");
		assert_non_null(kept);
		kept->seen = realloc(kept->seen, kept->n_seen + 1);
		kept->seen[kept->n_seen] = '\0';
		/* Both notes, each with the log's signature: a proof for everybody. */
		assert_non_null(strstr(strstr(kept->seen, "log.vendor.example\n3\n") + 1,
			"log.vendor.example\n3\n"));
		world_end(w);
	}
}

/* No quorum, no publication: the log writer itself refuses, and says why. */
static void no_quorum(void **state)
{
	struct world *w = quiet_world();
	struct str entry =
		vendor_release(&w->v, &(struct release_spec){.version = "2.0", .file = "two"});

	request(w, entry);
	add(&w->log, entry);
	for (int i = 0; i < 3; i++)
		w->witnesses[i].gone = true;
	assert_int_equal(world_publish(w, &w->log), STATUS_DENIED);
	assert_non_null(strstr(w->log.why, "too few witnesses"));
	assert_int_equal(w->log.published, 2);
	/* What two have seen and the log does not show. */
	expect(w, ALERT_HELD_BACK);
	for (int i = 0; i < 3; i++)
		w->witnesses[i].gone = false;
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
	expect_silence(w);
	world_end(w);
}

static void wrong_entries(void **state)
{
	static const struct {
		struct release_spec spec;
		enum alert alert;
	} cases[] = {
		{{.version = "9", .file = "x", .approvers = "1"}, ALERT_UNAPPROVED},
		{{.version = "9", .file = "x", .approvers = ""}, ALERT_UNAPPROVED},
		{{.version = "9", .file = "x", .seq = 7}, ALERT_UNAPPROVED},
		{{.version = "1.0", .file = "x"}, ALERT_UNAPPROVED},
		{{.version = "9", .file = "x", .keyset = 2}, ALERT_UNAPPROVED},
		{{.version = "9", .file = "x"}, ALERT_UNREQUESTED},
		{{.version = "9", .file = "x", .time = VENDOR_NOW + 90000}, ALERT_TIME},
		{{.version = "9", .file = "x", .time = VENDOR_NOW - 90000}, ALERT_TIME},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = quiet_world();

		add(&w->log, vendor_release(&w->v, &cases[i].spec));
		assert_int_equal(world_publish(w, &w->log), STATUS_OK);
		expect(w, cases[i].alert);
		world_end(w);
	}
}

static void rebuilds_and_pulse(void **state)
{
	struct world *w = quiet_world();
	struct str entry = vendor_release(&w->v,
		&(struct release_spec){.version = "2.0", .file = "two", .rebuilds = 2});

	request(w, entry);
	add(&w->log, entry);
	add(&w->log, vendor_rebuild(&w->v, "2.0", "two", 1, true));
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
	expect_silence(w);
	add(&w->log, vendor_rebuild(&w->v, "2.0", "swapped", 2, false));
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
	expect(w, ALERT_DIFFERS);
	w->now += MONITOR_PULSE_SECONDS + 3600;
	expect(w, ALERT_NOT_REBUILT);
	look(w);
	assert_int_equal(w->n[ALERT_PULSE], 1);
	world_end(w);
}

static void rollback(void **state)
{
	struct world *w = quiet_world();
	struct str entry =
		vendor_release(&w->v, &(struct release_spec){.version = "2.0", .file = "two"});

	request(w, entry);
	add(&w->log, entry);
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
	expect_silence(w);
	/* The old checkpoint is served again, to this monitor and to one that starts anew. */
	w->show_fork = true;
	ask_only(w, "");
	for (int i = 0; i < WITNESSES; i++)
		w->witnesses[i].gone = true;
	assert_int_equal(world_publish(w, &w->fork), STATUS_DENIED);
	{
		char text[CHECKPOINT_TEXT_MAX], line[NOTE_LINE_MAX];
		struct io_batch b;
		struct buf note;

		assert_true(checkpoint_text(STR("log.vendor.example"), w->fork.head,
			&w->fork.head_root, text));
		assert_true(note_sign(&w->v.log, str_of(text), line));
		buf_init(&note, 4096);
		buf_printf(&note, "%s\n%s", text, line);
		assert_int_equal(io_batch_begin(&b, &w->fork_io, "r"), STATUS_OK);
		assert_int_equal(io_put(&b, "public/checkpoint", note.p, note.len), STATUS_OK);
		io_batch_end(&b);
		buf_release(&note);
	}
	expect(w, ALERT_ROLLBACK);
	assert_true(w->n[ALERT_NO_QUORUM] > 0);
	monitor_close(&w->m);
	assert_int_equal(monitor_open(&w->m, &w->monitor_io, "r", &w->policy, world_hooks(w)),
		STATUS_OK);
	expect(w, ALERT_ROLLBACK);
	world_end(w);
}

/* The vendor's own web server hands out bytes that no entry names (Comm100). */
static void unknown_bytes(void **state)
{
	static const char *const good[] = {"http://dl/one", NULL};
	static const char *const bad[] = {"http://dl/one", "http://dl/evil", NULL};
	struct world *w = quiet_world();

	downloads = good;
	expect_silence(w);
	downloads = bad;
	expect(w, ALERT_UNKNOWN_BYTES);
	assert_non_null(strstr(w->last[ALERT_UNKNOWN_BYTES], "evil"));
	world_end(w);
}

static void forged(void **state)
{
	struct world *w = quiet_world();
	struct sim_file *f = sim_find(w->log_disk, "r/public/checkpoint");

	f->seen[f->n_seen - 20] ^= 2; /* in a cosignature */
	expect(w, ALERT_FORGED);
	f->seen[f->n_seen - 20] ^= 2;
	expect_silence(w);
	f = sim_find(w->log_disk, "r/public/tile/entries/000.p/2");
	f->seen[30] ^= 1;
	monitor_close(&w->m);
	assert_int_equal(monitor_open(&w->m, &w->monitor_io, "r", &w->policy, world_hooks(w)),
		STATUS_OK);
	expect(w, ALERT_DAMAGED);
	world_end(w);
}

/* The monitor is started anew in the same folder. */
static void again(struct world *w)
{
	monitor_close(&w->m);
	assert_int_equal(monitor_open(&w->m, &w->monitor_io, "r", &w->policy, world_hooks(w)),
		STATUS_OK);
}

static void release_quietly(struct world *w, const char *version)
{
	struct str entry =
		vendor_release(&w->v, &(struct release_spec){.version = version, .file = version});

	w->n_asked_for = 0;
	request(w, entry);
	add(&w->log, entry);
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
}

/* A new start goes on where the last one ended, says nothing twice, and misses nothing. */
static void place_is_kept(void **state)
{
	struct world *w = quiet_world();
	struct sim_file *place;
	char version[16];
	unsigned fresh;

	for (int i = 0; i < 40; i++) {
		snprintf(version, sizeof(version), "1.%d", i + 1);
		release_quietly(w, version);
		expect_silence(w);
	}
	add(&w->log, vendor_release(&w->v, &(struct release_spec){.version = "9", .file = "x"}));
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
	expect(w, ALERT_UNREQUESTED);
	assert_int_equal(w->n[ALERT_UNREQUESTED], 1);
	again(w);
	w->n_asked_for = 0;
	w->fetched = 0;
	expect_silence(w);
	assert_int_equal(w->m.state->size, 43);
	assert_int_equal(w->m.tree.size, 43);
	fresh = w->fetched;
	/* The state is whole: what may not come is seen, and what was shipped is known. */
	downloads = (const char *const[]){"http://dl/1.7", NULL};
	release_quietly(w, "2.0");
	expect_silence(w);
	add(&w->log, vendor_release(&w->v, &(struct release_spec){.version = "1.7", .file = "y"}));
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
	expect(w, ALERT_UNAPPROVED);
	/* A damaged place is none: all is read again, and still nothing is said twice. */
	place = sim_find(w->monitor_disk, "r/place");
	assert_non_null(place);
	place->seen[place->n_seen / 2] ^= 1;
	again(w);
	w->fetched = 0;
	expect_silence(w);
	assert_true(w->fetched > fresh);
	world_end(w);
}

/* An alert that did not get through is raised by the next run. */
static void undelivered(void **state)
{
	struct world *w = quiet_world();

	w->deaf = true;
	add(&w->log, vendor_release(&w->v, &(struct release_spec){.version = "9", .file = "x"}));
	assert_int_equal(world_publish(w, &w->log), STATUS_OK);
	expect(w, ALERT_UNREQUESTED);
	w->deaf = false;
	again(w);
	expect(w, ALERT_UNREQUESTED);
	again(w);
	expect_silence(w);
	world_end(w);
}

/* The log shows another history to a monitor that was started anew: both notes are kept. */
static void split_after_restart(void **state)
{
	struct world *w = quiet_world();
	struct sim_file *kept;

	release_quietly(w, "2.0");
	expect_silence(w);
	add(&w->fork, vendor_release(&w->v,
			      &(struct release_spec){.version = "2.0", .file = "evil", .again = true}));
	add(&w->fork, vendor_release(&w->v, &(struct release_spec){.version = "3.0", .file = "z"}));
	/* Whoever forks has witnesses that forgot. */
	for (int i = 0; i < WITNESSES; i++) {
		sim_free(w->witnesses[i].disk);
		w->witnesses[i].disk = sim_new(20 + (uint64_t)i);
		w->witnesses[i].io = sim_io(w->witnesses[i].disk);
		assert_int_equal(witness_open(&w->witnesses[i].w, &w->witnesses[i].io, "r",
					 str_of(w->logs_text), &w->witnesses[i].key), STATUS_OK);
	}
	assert_int_equal(world_publish(w, &w->fork), STATUS_OK);
	w->show_fork = true;
	for (int i = 0; i < 2; i++) {
		expect(w, ALERT_SPLIT_VIEW);
		kept = sim_find(w->monitor_disk, "r/evidence-1");
		assert_non_null(kept);
		kept->seen = realloc(kept->seen, kept->n_seen + 1);
		kept->seen[kept->n_seen] = '\0';
		assert_non_null(strstr(kept->seen, "log.vendor.example\n3\n"));
		assert_non_null(strstr(kept->seen, "log.vendor.example\n4\n"));
		again(w);
	}
	/* And back: the true history is silence again. */
	w->show_fork = false;
	for (int i = 0; i < WITNESSES; i++)
		w->witnesses[i].gone = true;
	look(w);
	assert_int_equal(w->n[ALERT_SPLIT_VIEW] + w->n[ALERT_DAMAGED] + w->n[ALERT_ROLLBACK], 0);
	world_end(w);
}

/* Tags: right, missing in time and for too long, moved, annotated. */
static void tags(void **state)
{
	static const char commit[] = "0123456789abcdef0123456789abcdef01234567";
	static const char other[] = "2222222222222222222222222222222222222222";
	struct world *w = quiet_world();
	char text[600];

	w->tags = "";
	again(w);
	expect_silence(w);
	w->now += MONITOR_TAG_SECONDS + 1;
	expect(w, ALERT_TAG);
	assert_non_null(strstr(w->last[ALERT_TAG], "no tag"));
	w->tags = text;
	snprintf(text, sizeof(text), "%s\trefs/tags/v1.0\n%s\trefs/heads/1.0\n", commit, other);
	expect_silence(w);
	snprintf(text, sizeof(text), "%s\trefs/tags/v1.0\n", other);
	expect(w, ALERT_TAG);
	assert_non_null(strstr(w->last[ALERT_TAG], "its tag is at 2222"));
	snprintf(text, sizeof(text), "%s\trefs/tags/1.0\n%s\trefs/tags/1.0^{}\n", other, commit);
	expect_silence(w);
	/* Another product of the same repository has its own. */
	snprintf(text, sizeof(text), "%s\trefs/tags/1.0\n%s\trefs/tags/agent-1.0\n", other, commit);
	expect_silence(w);
	w->tags = NULL;
	expect(w, ALERT_UNREACHABLE);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(silence), cmocka_unit_test(split_view),
		cmocka_unit_test(no_quorum), cmocka_unit_test(wrong_entries),
		cmocka_unit_test(rebuilds_and_pulse), cmocka_unit_test(rollback),
		cmocka_unit_test(unknown_bytes), cmocka_unit_test(forged),
		cmocka_unit_test(place_is_kept), cmocka_unit_test(undelivered),
		cmocka_unit_test(split_after_restart), cmocka_unit_test(tags)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
