/*
 * Seeds by the real packers: a shell line runs in an empty folder and leaves the file "seed" there. A
 * packer that is missing fails the replay: a target without its seeds would be no test.
 */
#ifndef ASSAY_FUZZ_TOOL_SEEDS_H
#define ASSAY_FUZZ_TOOL_SEEDS_H

#include "fuzz.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TOOL_SEED_BYTES = 8 << 20 };

static inline void tool_seed(const char *shell, void (*run)(const void *bytes, size_t n))
{
	char folder[] = "/tmp/assay-seed-XXXXXX";
	char *bytes = malloc(TOOL_SEED_BYTES);
	int status = -1;
	FILE *f;
	pid_t pid;
	size_t n;

	FUZZ_CHECK(bytes && mkdtemp(folder));
	pid = fork();
	if (pid == 0) {
		if (chdir(folder) || !freopen("/dev/null", "w", stdout))
			_exit(126);
		execl("/bin/sh", "sh", "-ec", shell, (char *)NULL);
		_exit(127);
	}
	FUZZ_CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	{
		char path[sizeof(folder) + 8];

		snprintf(path, sizeof(path), "%s/seed", folder);
		f = fopen(path, "rb");
		FUZZ_CHECK(f);
		n = fread(bytes, 1, TOOL_SEED_BYTES, f);
		fclose(f);
	}
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(127);
	}
	FUZZ_CHECK(waitpid(pid, &status, 0) == pid);
	FUZZ_CHECK(n > 0);
	run(bytes, n);
	free(bytes);
}

#endif
