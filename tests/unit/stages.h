/*
 * A whole analysis on releases that the test writes as folders, with readers of the test's own: what a
 * member is called decides what its reader does to us. Header-only.
 */
#ifndef ASSAY_TESTS_STAGES_H
#define ASSAY_TESTS_STAGES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compare/reader_child.h"
#include "confine/wire.h"
#include "judge/judge.h"
#include "unpack/opener_child.h"

enum { FAULT_WALL_MS = 1500 };

static volatile bool for_ever = true;

/* ---- in the child: faults that any process can have --------------------------------------- */

/* True if the name asks for this. */
static inline bool wants(struct str name, const char *fault)
{
	return str_has(name, "fault-") && str_has(name, fault);
}

static inline void say(struct child_env *env, const void *p, size_t n)
{
	struct buf b;

	buf_init(&b, 4 << 20);
	buf_add(&b, p, n);
	child_write(env, &b);
	buf_release(&b);
}

static inline void fault_any(struct child_env *env, struct str name)
{
	if (wants(name, "segv"))
		*(volatile int *)(uintptr_t)(16 + !for_ever) = 1;
	if (wants(name, "abort"))
		abort();
	while (wants(name, "loop") && for_ever)
		;
	if (wants(name, "glutton"))
		for (int i = 0; i < 10240; i++) /* 10 GB */
			memset(arena_alloc(&env->arena, 1 << 20), 1, 1 << 20);
	if (wants(name, "silent"))
		_exit(0);
	if (wants(name, "exit"))
		_exit(7);
	if (wants(name, "garbage"))
		say(env, "\xff\xff\xff\xff not a frame at all", 24);
	if (wants(name, "cut-frame")) {
		say(env, "\x40\0\0\0\x01\0\0\0half", 12);
		_exit(0);
	}
	if (wants(name, "forbidden"))
		syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static inline void say_done(struct child_env *env)
{
	struct buf b;

	buf_init(&b, 4096);
	wire_done_put(&b, &(struct wire_done){.status = STATUS_OK});
	child_write(env, &b);
	buf_release(&b);
}

/* ---- in the parent ------------------------------------------------------------------------ */

struct stage {
	struct analysis a;
	char folder[32];
	struct tree *trees[SIDE_N];
	struct delta *delta;
	struct behaviours *behaviours;
	struct judgement *judgement;
};

__attribute__((noinline)) static unsigned count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static inline struct zygote *stage_zygote(struct zygote_role roles[ROLE_N])
{
	struct zygote_setup setup = {.roles = roles, .n_roles = ROLE_N, .warm_up = unpack_warm_up};
	struct zygote *z;

	assert_int_equal(zygote_start(&z, &setup), STATUS_OK);
	return z;
}

static inline void stage_open(struct stage *s, struct zygote *z, unsigned jobs)
{
	const char *why;

	memset(s, 0, sizeof(*s));
	arena_init(&s->a.arena, 0);
	s->a.zygote = z;
	s->a.limits = limits_default();
	s->a.limits.memory_bytes = 64 << 20;
	s->a.jobs = jobs;
	s->a.wall_ms = FAULT_WALL_MS;
	s->a.repeatable = true;
	assert_int_equal(scratch_open(&s->a.scratch, &why), STATUS_OK);
	memcpy(s->folder, "/tmp/assay-stage-XXXXXX", 24);
	assert_non_null(mkdtemp(s->folder));
}

static inline void stage_path(const struct stage *s, enum side side, const char *name, char path[512])
{
	snprintf(path, 512, "%s/%s%s%s", s->folder, side == SIDE_OLD ? "old" : "new", name ? "/" : "",
		name ? name : "");
}

static inline void stage_put(struct stage *s, enum side side, const char *name, const void *p, size_t n)
{
	char path[512];
	int fd;

	stage_path(s, side, NULL, path);
	(void)mkdir(path, 0700);
	stage_path(s, side, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, p, n), (ssize_t)n);
	close(fd);
}

static inline void stage_text(struct stage *s, enum side side, const char *name, const char *text)
{
	stage_put(s, side, name, text, strlen(text));
}

static inline void stage_unpack(struct stage *s)
{
	char paths[SIDE_N][512];
	const char *list[SIDE_N];

	for (int side = 0; side < SIDE_N; side++) {
		stage_path(s, (enum side)side, NULL, paths[side]);
		list[side] = access(paths[side], F_OK) == 0 ? paths[side] : NULL;
	}
	if (unpack_releases(&s->a, list, s->trees) != STATUS_OK)
		fail_msg("unpack: %s", s->a.error);
}

static inline void stage_judge(struct stage *s)
{
	assert_int_equal(compare_trees(&s->a, s->trees[SIDE_OLD], s->trees[SIDE_NEW], &s->delta), STATUS_OK);
	if (compare_read(&s->a, s->delta) != STATUS_OK)
		fail_msg("read: %s", s->a.error);
	assert_int_equal(behaviour_find(&s->a, s->delta, &s->behaviours), STATUS_OK);
	assert_int_equal(judge_run(&s->a, s->delta, s->behaviours, 0.001, NULL, NULL, &s->judgement),
		STATUS_OK);
}

static inline void remove_below(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char inner[1024];

	while (d && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (snprintf(inner, sizeof(inner), "%s/%s", path, e->d_name) >= (int)sizeof(inner))
			continue;
		if (e->d_type == DT_DIR)
			remove_below(inner);
		else
			unlink(inner);
	}
	if (d)
		closedir(d);
	rmdir(path);
}

static inline void stage_close(struct stage *s)
{
	unpack_close_all(&s->a);
	scratch_close(s->a.scratch);
	arena_release(&s->a.arena);
	remove_below(s->folder);
}

static inline struct node *stage_node(const struct stage *s, enum side side, const char *path)
{
	for (size_t i = 0; i < s->trees[side]->n_nodes; i++)
		if (str_is(s->trees[side]->nodes[i]->path, path))
			return s->trees[side]->nodes[i];
	return NULL;
}

static inline struct member *stage_member(const struct stage *s, const char *path)
{
	struct node *n = stage_node(s, SIDE_NEW, path);
	struct member *m = n ? delta_member(s->delta, n) : NULL;

	if (!m)
		fail_msg("%s: no such member", path);
	return m;
}

static inline bool stage_has_finding(const struct stage *s, unsigned number)
{
	for (size_t i = 0; i < s->judgement->n_findings; i++)
		if (s->judgement->findings[i].finding->kind == finding_kind(number) &&
		    s->judgement->findings[i].counted > 0)
			return true;
	return false;
}

static inline bool stage_blind(const struct stage *s, const char *member, const char *why)
{
	for (size_t i = 0; i < s->judgement->n_blind; i++)
		if (str_ends(s->judgement->blind[i].member, member) &&
		    str_is(s->judgement->blind[i].reason, why))
			return true;
	return false;
}

#endif
