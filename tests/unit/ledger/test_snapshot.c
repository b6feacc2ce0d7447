/* The state in a file: the same as from all entries, never trusted beyond what the log confirms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>

#include "ledger/snapshot.h"
#include "simfs.h"
#include "vendor.h"

struct place {
	struct vendor v;
	struct sim *disk;
	struct ledger_io io;
	struct ledger_log log;
	unsigned n;
};

static struct place *place_begin(void)
{
	struct place *p = calloc(1, sizeof(*p));
	struct str keys;
	uint64_t index;

	assert_non_null(p);
	vendor_make(&p->v);
	p->disk = sim_new(1);
	p->io = sim_io(p->disk);
	assert_int_equal(log_create(&p->io, "r", STR("log.vendor.example")), STATUS_OK);
	assert_int_equal(log_open(&p->log, &p->io, "r", true), STATUS_OK);
	keys = vendor_keys(&p->v, 1);
	assert_int_equal(log_add(&p->log, keys.p, keys.len, &index), STATUS_OK);
	return p;
}

static void place_end(struct place *p)
{
	log_close(&p->log);
	vendor_end(&p->v);
	sim_free(p->disk);
	free(p);
}

static void release(struct place *p, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		char version[16];
		uint64_t index;
		struct str e;

		snprintf(version, sizeof(version), "1.%u", p->n++);
		e = vendor_release(&p->v, &(struct release_spec){.version = version, .file = "one"});
		assert_int_equal(log_add(&p->log, e.p, e.len, &index), STATUS_OK);
	}
	assert_int_equal(log_commit(&p->log), STATUS_OK);
}

/* Two states are one when they are written the same way. */
static void same_as_from_all(struct place *p, const struct ledger_state *s)
{
	struct ledger_state *all;
	struct buf a, b;

	assert_int_equal(state_open(&all), STATUS_OK);
	for (uint64_t i = 0; i < p->log.head; i++) {
		struct buf entry;

		buf_init(&entry, 1 << 20);
		assert_int_equal(log_entry(&p->log, i, &entry), STATUS_OK);
		assert_int_equal(state_apply(all, i, buf_str(&entry)), STATUS_OK);
		buf_release(&entry);
	}
	buf_init(&a, 1 << 24);
	buf_init(&b, 1 << 24);
	assert_true(snapshot_put_state(&a, s) && snapshot_put_state(&b, all));
	assert_true(str_equal(buf_str(&a), buf_str(&b)));
	buf_release(&a);
	buf_release(&b);
	state_close(all);
}

/* How many entries were read for the state; it is kept afterwards. */
static uint64_t load(struct place *p)
{
	struct ledger_state *s;
	uint64_t read;

	assert_int_equal(state_load(&p->log, &s, &read), STATUS_OK);
	same_as_from_all(p, s);
	state_keep(&p->log, s, read);
	state_close(s);
	return read;
}

static void only_what_is_new(void **state)
{
	struct place *p = place_begin();

	release(p, 30);
	assert_int_equal(load(p), 31);
	assert_int_equal(load(p), 0);
	release(p, 3);
	assert_int_equal(load(p), 3);
	/* Too few to be written again. */
	assert_int_equal(load(p), 3);
	release(p, 20);
	assert_int_equal(load(p), 23);
	assert_int_equal(load(p), 0);
	place_end(p);
}

/* Every byte of it bent: the state is read anew, and is the right one. */
static void damaged(void **state)
{
	struct place *p = place_begin();
	struct sim_file *f;

	release(p, 20);
	assert_int_equal(load(p), 21);
	f = sim_find(p->disk, "r/private/state");
	assert_non_null(f);
	for (size_t i = 0; i < f->n_seen; i += 7) {
		struct ledger_state *s;
		uint64_t read;

		f->seen[i] ^= 1 << (i % 8);
		assert_int_equal(state_load(&p->log, &s, &read), STATUS_OK);
		assert_int_equal(read, 21);
		assert_int_equal(s->size, 21);
		state_close(s);
		f->seen[i] ^= 1 << (i % 8);
	}
	assert_int_equal(load(p), 0);
	place_end(p);
}

/* A state of another log, or of more entries than there are (a restored backup), is none. */
static void of_another_log(void **state)
{
	struct place *p = place_begin(), *q = place_begin();
	struct sim_file *from, *to;

	release(p, 40);
	assert_int_equal(load(p), 41);
	q->v.prev = (struct tree_hash){{1}};
	release(q, 20);
	assert_int_equal(load(q), 21);
	from = sim_find(p->disk, "r/private/state");
	to = sim_find(q->disk, "r/private/state");
	to->seen = realloc(to->seen, from->n_seen);
	memcpy(to->seen, from->seen, from->n_seen);
	to->n_seen = from->n_seen;
	assert_int_equal(load(q), 21);
	/* It was written again; the same one once the log is long enough, but with other entries. */
	to = sim_find(q->disk, "r/private/state");
	to->seen = realloc(to->seen, from->n_seen);
	memcpy(to->seen, from->seen, from->n_seen);
	to->n_seen = from->n_seen;
	release(q, 25);
	assert_int_equal(load(q), 46);
	place_end(p);
	place_end(q);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(only_what_is_new),
		cmocka_unit_test(damaged), cmocka_unit_test(of_another_log)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
