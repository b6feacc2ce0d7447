/* tests/ledger-suite: each case's first refusal, and for attacks the alarms of the first look. */
#include "ledger/vectors.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "assay_verify.h"
#include "ledger/monitor.h"
#include <sodium.h>
#include "ledger/trust.h"
#include "simfs.h"

static char work[ASSAY_VERIFY_WORK_BYTES] __attribute__((aligned(16)));
static unsigned cases, negative, watched;

static int file_of(struct str content)
{
	int fd = open(".", O_TMPFILE | O_RDWR, 0600);

	if (fd < 0) { /* not every file system has it */
		char name[] = "suite-XXXXXX";

		fd = mkstemp(name);
		unlink(name);
	}
	assert_true(fd >= 0);
	assert_int_equal(write(fd, content.p, content.len), (ssize_t)content.len);
	return fd;
}

static const char *optional(const json_t *j, const char *key)
{
	return json_string_value(json_object_get(j, key));
}

static void verify_case(const json_t *j)
{
	struct str trust = text_of(j, "trust"), proof = text_of(j, "proof"), more = text_of(j, "more");
	struct assay_verify_request q = {.trust = trust.p, .trust_bytes = trust.len,
		.proof = proof.p, .proof_bytes = proof.len, .more = more.p, .more_bytes = more.len,
		.name = optional(j, "file_name"), .product = optional(j, "product"),
		.channel = optional(j, "channel"), .version = optional(j, "version")};
	int expect = (int)json_integer_value(json_object_get(j, "expect"));
	struct assay_verify_result r;

	q.now_utc = json_integer_value(json_object_get(j, "now"));
	q.seen_seq = (uint64_t)json_integer_value(json_object_get(j, "seen_seq"));
	if (q.seen_seq)
		assert_true(hex_decode(text_of(j, "seen_leaf"), q.seen_leaf, 32));
	q.fd = file_of(text_of(j, "file"));
	assay_verify(&q, work, sizeof(work), &r);
	close(q.fd);
	if ((int)r.status != expect)
		fail_msg("%s/%s: expected %d, answered %d: %s", optional(j, "group"),
			optional(j, "name"), expect, (int)r.status, r.why);
	cases++;
	negative += expect != 0;
}

/* ---- the monitor ------------------------------------------------------------------------------- */

struct watch {
	const json_t *j;
	bool raised[ALERTS];
	char text[ALERTS][MONITOR_WHY_BYTES];
};

static enum status web_get(void *user, const char *url, struct buf *ret)
{
	struct watch *w = user;
	const json_t *page = json_object_get(json_object_get(w->j, "web"), url);
	char *to;
	size_t n;

	if (!page)
		return STATUS_NOT_FOUND;
	to = buf_reserve(ret, json_string_length(page) + 1);
	if (!to || !b64_decode(str_view(json_string_value(page), json_string_length(page)), to,
			   json_string_length(page), &n))
		return STATUS_IO;
	ret->len += n;
	return STATUS_OK;
}

static bool raise_alarm(void *user, enum alert a, const char *text)
{
	struct watch *w = user;

	w->raised[a] = true;
	snprintf(w->text[a], sizeof(w->text[a]), "%s", text);
	return true;
}

static bool was_requested(void *user, struct str text)
{
	const struct watch *w = user;
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(w->j, "requested"), i, item)
		if (str_is(text, json_string_value(item)))
			return true;
	return false;
}

/* The vendor's own channel, where the case has one. */
static void look_outside(void *user, struct monitor *m, int64_t now)
{
	static const char url[] = "http://download/agent.bin";
	uint8_t h[crypto_hash_sha256_BYTES];
	struct buf b;

	buf_init(&b, 1 << 20);
	if (web_get(user, url, &b) == STATUS_OK) {
		crypto_hash_sha256(h, (const uint8_t *)b.p, b.len);
		if (!monitor_names(m, h, sizeof(h)))
			monitor_alert(m, ALERT_UNKNOWN_BYTES, "%s", url);
	}
	buf_release(&b);
}

static bool expected(const json_t *j, const char *name)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(j, "alarms"), i, item)
		if (strcmp(json_string_value(item), name) == 0)
			return true;
	return false;
}

static void watch_case(const json_t *j)
{
	struct watch w = {.j = j};
	const struct monitor_hooks hooks = {.user = &w, .get = web_get, .alert = raise_alarm,
		.requested = was_requested, .outside = look_outside};
	static struct trust t;
	struct sim *disk = sim_new(1);
	struct ledger_io io = sim_io(disk);
	struct monitor m;

	assert_true(trust_parse(text_of(j, "trust"), &t));
	assert_int_equal(monitor_open(&m, &io, "r", &t.policy, &hooks), STATUS_OK);
	monitor_look(&m, json_integer_value(json_object_get(j, "now")));
	for (int a = 0; a < ALERTS; a++)
		if (w.raised[a] != expected(j, alert_name((enum alert)a)))
			fail_msg("%s/%s: alarm %s %s: %s", optional(j, "group"), optional(j, "name"),
				alert_name((enum alert)a), w.raised[a] ? "raised" : "not raised",
				w.text[a]);
	monitor_close(&m);
	sim_free(disk);
	watched++;
}

static int is_cases(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 6 && strcmp(e->d_name + n - 6, ".jsonl") == 0;
}

static void suite(void **state)
{
	char folder[1024], path[1400];
	struct dirent **names;
	int n;

	snprintf(folder, sizeof(folder), "%s/tests/ledger-suite", getenv("ASSAY_SOURCE_ROOT"));
	n = scandir(folder, &names, is_cases, alphasort);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		struct str rest, line;
		struct buf b;

		buf_init(&b, 64 << 20);
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		assert_true(try_file(path, &b));
		for (rest = buf_str(&b); str_line(&rest, &line);) {
			json_t *j = json_loadb(line.p, line.len, JSON_REJECT_DUPLICATES, NULL);

			assert_non_null(j);
			verify_case(j);
			if (json_object_get(j, "web"))
				watch_case(j);
			json_decref(j);
		}
		buf_release(&b);
		free(names[i]);
	}
	free(names);
	print_message("ledger suite: %u cases, %u negative (%u %%), %u with alarms\n", cases, negative,
		negative * 100 / cases, watched);
	assert_true(cases >= 200 && negative * 100 >= cases * 70);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(suite)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
