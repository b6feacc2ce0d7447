/*
 * Fixtures by real tools: compilers, linkers, signers run by execvp() in an empty folder of the test.
 * A tool that is missing fails the test: nothing is skipped. Header-only.
 */
#ifndef ASSAY_TESTS_TOOLS_H
#define ASSAY_TESTS_TOOLS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
/* cmocka wants the four above first */
#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/arena.h"
#include "util/buf.h"
#include "util/budget.h"
#include "util/cursor.h"

static struct arena tools_arena; /* released by tools_leave() */
static char tools_folder[64];

/* Makes an empty folder and goes there. */
static inline int tools_enter(void **state)
{
	(void)state;
	arena_init(&tools_arena, 0);
	memcpy(tools_folder, "tools-XXXXXX", 13);
	if (!mkdtemp(tools_folder) || chdir(tools_folder) != 0)
		return -1;
	return 0;
}

/* Runs argv[0] with the output in the file `out` (NULL: the log); fails the test unless it exits with 0. */
static inline void tool_run(const char *out, const char *const argv[])
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = open(out ? out : "tools.log", O_WRONLY | O_CREAT | (out ? O_TRUNC : O_APPEND), 0644);

		if (fd < 0 || dup2(fd, 1) < 0)
			_exit(126);
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s ended with status %d", argv[0], WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}
#define TOOL(...) tool_run(NULL, (const char *const[]){__VA_ARGS__, NULL})
#define TOOL_OUT(out, ...) tool_run((out), (const char *const[]){__VA_ARGS__, NULL})

static inline void file_put(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static inline void text_put(const char *path, const char *text)
{
	file_put(path, text, strlen(text));
}

static inline struct str file_get(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct buf b;
	struct str s;
	char part[65536];
	size_t n;

	if (!f)
		fail_msg("no file %s", path);
	buf_init(&b, 256 << 20);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	s = arena_str(&tools_arena, buf_str(&b));
	buf_release(&b);
	return s;
}

static inline struct cursor file_cursor(const char *path)
{
	struct str s = file_get(path);

	return cursor_of(s.p, s.len);
}

static inline struct str joined(struct str a, const void *p, size_t n)
{
	char *both = arena_alloc(&tools_arena, a.len + n + 1);

	if (a.len)
		memcpy(both, a.p, a.len);
	memcpy(both + a.len, p, n);
	return str_view(both, a.len + n);
}

static inline int tools_unlink(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

/* Removes the folder. */
static inline int tools_leave(void **state)
{
	(void)state;
	arena_release(&tools_arena);
	if (chdir("..") != 0)
		return -1;
	return nftw(tools_folder, tools_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* "   Key: value" -> value; false when the line is not of this key. */
static inline bool line_value(struct str line, const char *key, struct str *ret)
{
	size_t n = strlen(key);

	line = str_trim(line);
	if (!str_starts(line, key) || line.len <= n || line.p[n] != ':')
		return false;
	*ret = str_trim(str_part(line, n + 1, line.len));
	return true;
}

/* The first word ("0x1F (31)" -> 31, ".text (2E 74)" -> ".text"). */
static inline struct str first_word(struct str s)
{
	size_t blank = str_find_z(s, " ");

	return str_part(s, 0, blank == SIZE_MAX ? s.len : blank);
}

static inline uint64_t number_of(struct str s)
{
	uint64_t n = 0;

	s = first_word(s);
	if (str_starts(s, "0x"))
		assert_true(str_to_u64(str_part(s, 2, s.len), 16, &n));
	else
		assert_true(str_to_u64(s, 10, &n));
	return n;
}

static inline void assert_str(struct str have, const char *want)
{
	if (!str_is(have, want))
		fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(have), want);
}

static inline void assert_str_equal(struct str have, struct str want)
{
	if (!str_equal(have, want))
		fail_msg("\"%.*s\" is not \"%.*s\"", STR_ARG(have), STR_ARG(want));
}

/* A repeatable source of numbers for mutations. */
static inline uint32_t tools_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

#endif
