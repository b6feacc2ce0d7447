/* Crashes, errors, canaries; see crash.h for what must hold. Prints how many states and seeds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "crash.h"
#include "ledger/fsck.h"

enum { SEEDS = 200 };

/* Every call of one publish, in every way in which it can go wrong. */
static void every_state(void **state)
{
	struct life *l = life_begin(1, CANARY_NONE);
	uint64_t calls, states = 0;

	life_faulty_round(l, 3, 0, SIM_NONE);
	calls = life_faulty_round(l, 2, 0, SIM_NONE);
	life_end(l);
	for (int fault = SIM_NOT_BEGUN; fault < SIM_FAULTS; fault++) {
		for (uint64_t at = 1; at <= calls; at++, states++) {
			l = life_begin(at, CANARY_NONE);
			life_faulty_round(l, 3, 0, SIM_NONE);
			life_faulty_round(l, 2, at, (enum sim_fault)fault);
			life_again(l);
			if (l->broken[0])
				fail_msg("call %d, fault %d: %s", (int)at, fault, l->broken);
			assert_true(l->n_given >= 4);
			life_end(l);
		}
	}
	print_message("crash states: %d calls of one publish, %d states\n", (int)calls, (int)states);
	assert_true(calls >= 10 && states >= 50);
}

static void seeds(void **state)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		char broken[400];
		uint64_t trace, again;

		crash_run(seed, CANARY_NONE, broken, &trace);
		if (broken[0])
			fail_msg("seed %d: %s", (int)seed, broken);
		if (seed % 20 == 0) {
			crash_run(seed, CANARY_NONE, broken, &again);
			assert_true(trace == again);
		}
	}
	print_message("crash seeds: %d, nothing lost, no two heads of one size\n", SEEDS);
}

/* A careless writer must be found, or nothing above means anything. */
static void canaries(void **state)
{
	static const char *const names[] = {
		"", "no sync of folders", "head before tiles", "sync tried again"};

	for (int c = CANARY_NO_FOLDER_SYNC; c <= CANARY_SYNC_AGAIN; c++) {
		char broken[400] = "";
		uint64_t seed, trace;

		for (seed = 1; seed <= SEEDS && !broken[0]; seed++)
			crash_run(seed, (enum canary)c, broken, &trace);
		if (!broken[0])
			fail_msg("canary \"%s\" was not found in %d seeds", names[c], SEEDS);
		print_message("canary \"%s\": found at seed %d: %s\n", names[c], (int)seed - 1, broken);
	}
}

static void two_writers(void **state)
{
	struct life *l = life_begin(3, CANARY_NONE);
	struct ledger_log first, second;

	assert_true(life_open(l, &first));
	l->sim->locked = true;
	assert_int_equal(log_open(&second, &l->io, "r", true), STATUS_DENIED);
	log_close(&second);
	/* Even where the lock does not hold, the head does. */
	l->sim->locked = false;
	assert_true(life_open(l, &second));
	assert_true(life_round(l, &first, 2));
	assert_false(life_round(l, &second, 1));
	assert_non_null(strstr(second.why, "moved the head"));
	log_close(&first);
	log_close(&second);
	life_again(l);
	assert_string_equal(l->broken, "");
	life_end(l);
}

static void restored_head(void **state)
{
	struct life *l = life_begin(4, CANARY_NONE);
	struct sim_file *head, *checkpoint;
	char old[4096], *published;
	struct ledger_log log;
	size_t n, n_published;

	life_faulty_round(l, 3, 0, SIM_NONE);
	head = sim_find(l->sim, "r/private/head");
	checkpoint = sim_find(l->sim, "r/public/checkpoint");
	n = head->n_seen;
	n_published = checkpoint->n_seen;
	memcpy(old, head->seen, n);
	published = malloc(n_published);
	memcpy(published, checkpoint->seen, n_published);
	life_faulty_round(l, 3, 0, SIM_NONE);
	head = sim_find(l->sim, "r/private/head");
	memcpy(head->seen, old, n);
	head->n_seen = n;
	l->tampered = true;
	assert_false(life_open(l, &log));
	assert_non_null(strstr(log.why, "backup"));
	log_close(&log);
	/* The checkpoint with it: now only the witness knows, and it does not cosign. */
	checkpoint = sim_find(l->sim, "r/public/checkpoint");
	memcpy(checkpoint->seen, published, n_published);
	checkpoint->n_seen = n_published;
	assert_true(life_open(l, &log));
	assert_false(life_round(l, &log, 1));
	assert_int_equal(log.published, 3);
	log_close(&log);
	free(published);
	life_end(l);
}

struct finds {
	char path[LEDGER_PATH_MAX];
	uint64_t byte;
	unsigned n;
};

static void find(void *user, const char *path, uint64_t byte, const char *what)
{
	struct finds *f = user;

	if (f->n++ == 0) {
		snprintf(f->path, sizeof(f->path), "r/%s", path);
		f->byte = byte;
	}
}

/* One bit in any stored file: fsck names the file, and for tiles the byte. */
static void bit_flips(void **state)
{
	struct life *l = life_begin(5, CANARY_NONE);
	unsigned files = 0;

	life_faulty_round(l, 270, 0, SIM_NONE);
	life_faulty_round(l, 20, 0, SIM_NONE);
	for (int i = 0; i < l->sim->n_names; i++) {
		const char *path = l->sim->names[i].path;
		struct sim_file *file = sim_find(l->sim, path);
		struct finds finds = {.n = 0};
		struct fsck f = {.found = find, .user = &finds};
		size_t at;

		if (!file || file->folder || file->n_seen == 0 || strstr(path, "/lock"))
			continue;
		/* Partial files of sizes that are neither decided nor published any more. */
		if (strstr(path, ".p/") && !strstr(path, ".p/34") && !strstr(path, "1/000.p/1"))
			continue;
		at = (size_t)sim_random(l->sim, file->n_seen);
		file->seen[at] ^= 1;
		if (strstr(path, "checkpoint") && at >= 40) {
			file->seen[at] ^= 1; /* a signature: only who has the key can say */
			continue;
		}
		assert_int_equal(log_fsck(&l->io, "r", &f), STATUS_DAMAGED);
		assert_string_equal(finds.path, path);
		if (strstr(path, "tile/0") || strstr(path, "tile/1"))
			assert_int_equal(finds.byte, at);
		file->seen[at] ^= 1;
		memset(&finds, 0, sizeof(finds));
		f = (struct fsck){.found = find, .user = &finds};
		assert_int_equal(log_fsck(&l->io, "r", &f), STATUS_OK);
		files++;
	}
	print_message("bit flips: %u files, each named\n", files);
	assert_true(files >= 6);
	life_end(l);
}

/* After an error of syncing or a full disk the log has stopped for good. */
static void stops(void **state)
{
	struct life *l = life_begin(6, CANARY_NONE);
	unsigned stopped = 0;

	life_faulty_round(l, 3, 0, SIM_NONE);
	for (uint64_t at = 1; at < 30; at++) {
		struct ledger_log log;
		uint64_t index;

		assert_true(life_open(l, &log));
		l->sim->fault = at % 2 ? SIM_ERROR : SIM_FULL;
		l->sim->fault_at = l->sim->calls + at;
		if (!life_round(l, &log, 1) && log.stopped) {
			stopped++;
			l->sim->fault_at = 0;
			assert_int_equal(log_add(&log, "x", 1, &index), STATUS_DENIED);
			assert_int_equal(log_commit(&log), STATUS_DENIED);
			assert_true(log.why[0] != '\0');
		}
		log_close(&log);
		sim_restart(l->sim);
	}
	assert_true(stopped > 5);
	life_again(l);
	assert_string_equal(l->broken, "");
	life_end(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_state), cmocka_unit_test(seeds),
		cmocka_unit_test(canaries), cmocka_unit_test(two_writers),
		cmocka_unit_test(restored_head), cmocka_unit_test(bit_flips), cmocka_unit_test(stops)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
