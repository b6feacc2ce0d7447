/*
 * Fixtures made by real programs, each test in a folder of its own. A program that is missing or
 * fails, fails the test: nothing is skipped.
 */
#ifndef ASSAY_TESTS_FORMATS_MAKER_H
#define ASSAY_TESTS_FORMATS_MAKER_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "recorder.h"

static char maker_home[PATH_MAX], maker_room[] = "formats-scratch-XXXXXX";

/* cmocka group set-up: makes an empty folder and enters it. */
static inline int maker_enter(void **state)
{
	(void)state;
	if (!getcwd(maker_home, sizeof(maker_home)) || !mkdtemp(maker_room))
		return -1;
	return chdir(maker_room);
}

static inline int maker_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* cmocka group tear-down. */
static inline int maker_leave(void **state)
{
	(void)state;
	return chdir(maker_home) || nftw(maker_room, maker_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static inline void maker_spawn(const char *const *argv)
{
	static char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
					    "LC_ALL=C.UTF-8", "TZ=UTC", NULL};
	posix_spawn_file_actions_t fa;
	int status;
	pid_t pid;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[0], &fa, NULL, (char *const *)(uintptr_t)argv, environment))
		fail_msg("cannot run %s: is it installed?", argv[0]);
	posix_spawn_file_actions_destroy(&fa);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s failed with status %d", argv[0], status);
}

/* RUN("tar", "-cf", "a.tar", "tree"): standard output is thrown away. */
#define RUN(...) maker_spawn((const char *const[]){__VA_ARGS__, NULL})

static inline void maker_write(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

struct maker_file {
	uint8_t *p; /* free() it */
	size_t n;
};

static inline struct maker_file maker_read(const char *path)
{
	struct maker_file f = {NULL, 0};
	FILE *in = fopen(path, "rb");
	struct stat st;

	if (!in || fstat(fileno(in), &st))
		fail_msg("no file %s", path);
	f.n = (size_t)st.st_size;
	f.p = malloc(f.n + 1);
	assert_non_null(f.p);
	assert_int_equal(fread(f.p, 1, f.n, in), f.n);
	fclose(in);
	return f;
}

/* Bytes that compress a little and differ with the seed. */
static inline void maker_fill(uint8_t *p, size_t n, uint32_t seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = "abcdefgh01234567"[seed >> 28];
	}
}

/* Opens the file as `id` and expects the best claim to be that. The file's bytes go to *ret_f. */
static inline void maker_open(struct recorder *r, const char *path, enum format_id id,
			      struct maker_file *ret_f)
{
	struct format_claim claims[4];
	struct cursor head;

	*ret_f = maker_read(path);
	head = cursor_of(ret_f->p, ret_f->n < FORMAT_HEAD_BYTES ? ret_f->n : FORMAT_HEAD_BYTES);
	assert_true(format_probe(head, ret_f->n, claims) > 0);
	assert_int_equal(claims[0].id, id);
	recorder_open(r, id, ret_f->p, ret_f->n, path);
}

/*
 * For every length shorter than the whole: nothing breaks, what is delivered is a beginning of what
 * the whole delivers, and the reading says that something is missing: a status, an oddity or bytes
 * that nothing explains.
 */
static inline void maker_check_cuts(enum format_id id, const uint8_t *p, size_t n, size_t step)
{
	struct recorder whole;

	recorder_open(&whole, id, p, n, "x");
	for (size_t cut = 1; cut < n; cut += step) {
		uint8_t *copy = malloc(cut); /* so that a read behind the end is seen */
		struct recorder r;

		assert_non_null(copy);
		memcpy(copy, p, cut);
		recorder_open(&r, id, copy, cut, "x");
		for (size_t i = 0; i < r.n_children; i++) {
			struct recorder_child *c = &r.children[i], *w;

			if (c->e.origin != ORIGIN_MEMBER || c->e.name.len == 0)
				continue;
			w = recorder_child(&whole, c->e.name.p);
			if (!w || w->e.type != c->e.type || c->how == STATUS_UNSUPPORTED)
				continue;
			if (c->how == STATUS_OK)
				assert_int_equal(c->n_data, w->n_data);
			if (c->n_data && w->n_data)
				assert_memory_equal(c->data, w->data,
						    c->n_data < w->n_data ? c->n_data : w->n_data);
		}
		/* ar has no end: a cut between two members cannot be seen. */
		if (id != FORMAT_AR && r.status == STATUS_OK && r.n_children < whole.n_children)
			assert_true(r.n_oddities > 0 || recorder_uncovered(&r) > 0);
		recorder_release(&r);
		free(copy);
	}
	recorder_release(&whole);
}

/* Every byte (of every step-th) changed in two ways: nothing breaks, and twice gives the same. */
static inline void maker_check_flips(enum format_id id, const uint8_t *p, size_t n, size_t step)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	uint8_t *copy = malloc(n);

	assert_non_null(copy);
	memcpy(copy, p, n);
	for (size_t at = 0; at < n; at += step) {
		for (size_t m = 0; m < sizeof(masks); m++) {
			struct sha256 first, second;
			struct recorder r;

			copy[at] ^= masks[m];
			for (int turn = 0; turn < 2; turn++) {
				recorder_init(&r);
				r.budget.max_bytes = 8 << 20;
				recorder_run(&r, format_by_id(id), copy, n, "x");
				*(turn ? &second : &first) = recorder_digest(&r);
				recorder_release(&r);
			}
			assert_true(sha256_equal(&first, &second));
			copy[at] = p[at];
		}
	}
	free(copy);
}

/* The sink fails at its first, second, ... call: that status comes back and nothing follows. */
static inline void maker_check_sink_failures(enum format_id id, const uint8_t *p, size_t n)
{
	for (size_t at = 1; at < 10000; at++) {
		struct recorder r;
		bool failed;

		recorder_init(&r);
		r.fail_after = at;
		recorder_run(&r, format_by_id(id), p, n, "x");
		failed = r.failed;
		if (failed)
			assert_int_equal(r.status, STATUS_IO);
		recorder_release(&r);
		if (!failed)
			return;
	}
	fail_msg("the reading never ends");
}

/* Too few members, bytes, steps: STATUS_LIMIT, never a silent end. */
static inline void maker_check_budgets(enum format_id id, const uint8_t *p, size_t n,
				       bool expands)
{
	struct recorder whole;

	recorder_open(&whole, id, p, n, "x");
	assert_true(whole.n_children > 0);
	for (int kind = 0; kind < (expands ? 3 : 2); kind++) {
		struct recorder r;

		recorder_init(&r);
		if (kind == 0)
			r.budget.max_members = whole.n_children - 1;
		else if (kind == 1)
			r.budget.max_steps = whole.budget.steps - 1;
		else
			r.budget.max_bytes = whole.budget.bytes - 1;
		recorder_run(&r, format_by_id(id), p, n, "x");
		assert_int_equal(r.status, STATUS_LIMIT);
		recorder_release(&r);
	}
	recorder_release(&whole);
}

#endif
