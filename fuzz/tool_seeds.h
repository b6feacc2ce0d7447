/*
 * Seeds by the real packers and writers: a shell line runs in an empty folder and leaves the file "seed", or a folder
 * "seeds" with many. A packer that is missing fails the replay: a target without its seeds would be no test.
 */
#ifndef ASSAY_FUZZ_TOOL_SEEDS_H
#define ASSAY_FUZZ_TOOL_SEEDS_H

#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOOL_SEED_BYTES = 8 << 20 };

static inline void tool_run(const char *folder, const char *shell)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (chdir(folder) || !freopen("/dev/null", "w", stdout))
			_exit(126);
		execl("/bin/sh", "sh", "-ec", shell, (char *)NULL);
		_exit(127);
	}
	FUZZ_CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static inline void tool_take(const char *path, void (*run)(const void *bytes, size_t n))
{
	char *bytes = malloc(TOOL_SEED_BYTES);
	FILE *f = fopen(path, "rb");
	size_t n;

	FUZZ_CHECK(bytes && f);
	n = fread(bytes, 1, TOOL_SEED_BYTES, f);
	fclose(f);
	FUZZ_CHECK(n > 0);
	run(bytes, n);
	free(bytes);
}

static inline void tool_take_all(const char *folder, void (*run)(const void *bytes, size_t n))
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort);

	FUZZ_CHECK(n > 2);
	for (int i = 0; i < n; i++) {
		char path[768];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			tool_take(path, run);
		free(names[i]);
	}
	free(names);
}

static inline void tool_seed(const char *shell, void (*run)(const void *bytes, size_t n))
{
	const char *room = getenv("TMPDIR");
	char folder[256], path[sizeof(folder) + 8];

	FUZZ_CHECK((size_t)snprintf(folder, sizeof(folder), "%s/assay-seed-XXXXXX", room && *room ? room : "/tmp") < sizeof(folder));
	FUZZ_CHECK(mkdtemp(folder));
	tool_run(folder, shell);
	snprintf(path, sizeof(path), "%s/seeds", folder);
	if (access(path, F_OK) == 0) {
		tool_take_all(path, run);
	} else {
		snprintf(path, sizeof(path), "%s/seed", folder);
		tool_take(path, run);
	}
	tool_run(folder, "rm -rf \"$PWD\"");
}

/* Texts of unit tests (fuzz/seeds.py); `heads` is empty or the first byte of a text and that of a pair, as the shell takes them. */
static inline void literal_seeds(const char *heads, const char *tests, void (*run)(const void *bytes, size_t n))
{
	char shell[1024];

	snprintf(shell, sizeof(shell), "python3 \"$ASSAY_SOURCE_ROOT/fuzz/seeds.py\" literals '%s' seeds %s", heads, tests);
	tool_seed(shell, run);
}

/* Every function that the language's folder of constants knows, called in many ways. */
static inline void call_seeds(const char *language, void (*run)(const void *bytes, size_t n))
{
	char shell[256];

	snprintf(shell, sizeof(shell), "python3 \"$ASSAY_SOURCE_ROOT/fuzz/seeds.py\" calls %s seeds", language);
	tool_seed(shell, run);
}

#endif
