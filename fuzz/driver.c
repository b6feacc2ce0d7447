/*
 * Runs a fuzz target without a fuzzer: on the seeds that it builds itself, on each file named and
 * each file of each folder named, in the order of their names, and on damaged copies of each: cut
 * at every 1024 bytes and at the last 8, one bit flipped every 64 bytes, and fewer where seeds are
 * many. What is named after "--" is run as it is, the target's own seeds too where that comes first;
 * NO_SEEDS in the environment leaves them out. The same inputs each time, so a failure can be run
 * again. The last line says how many; no input at all is a failure.
 */
#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum {
	SEED_BYTES = 64 << 20,
	CUT_EVERY = 1024,
	FLIP_EVERY = 64,
	COPIES_MAX = 512,        /* of one seed, of each kind */
	COPIES_BYTES = 64 << 20, /* together: large seeds get fewer */
	SEEDS_MANY = 64,
	COPIES_OF_MANY = 2,      /* of each seed behind the first SEEDS_MANY */
	LAST_CUTS = 8,           /* of a seed, each a byte shorter; one of those that are many */
};

static unsigned seeds, inputs;
static bool undamaged;

static void run_copy(const uint8_t *bytes, size_t n)
{
	/* its own block of exactly this size, so that a sanitizer sees the first byte behind it */
	uint8_t *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	if (n)
		memcpy(copy, bytes, n);
	LLVMFuzzerTestOneInput(copy, n);
	inputs++;
	free(copy);
}

/* Positions 0, step, 2 step, ..; the step grows until no more than `copies` of them are needed. */
static size_t step_for(size_t n, size_t step)
{
	size_t most = seeds > SEEDS_MANY ? COPIES_OF_MANY : COPIES_MAX;
	size_t copies = n ? COPIES_BYTES / n : most;

	if (copies > most)
		copies = most;
	if (copies == 0)
		return n + 1;
	while (n / step > copies)
		step *= 2;
	return step;
}

static void run_cuts(const uint8_t *bytes, size_t n)
{
	size_t step = step_for(n, CUT_EVERY);

	for (size_t at = 0; at < n; at += step)
		run_copy(bytes, at);
	for (size_t less = 1; less <= (seeds > SEEDS_MANY ? 1 : LAST_CUTS) && less < n; less++)
		run_copy(bytes, n - less);
}

static void run_flips(uint8_t *bytes, size_t n)
{
	size_t step = step_for(n, FLIP_EVERY);

	for (size_t at = 0; at < n; at += step) {
		uint8_t bit = (uint8_t)(1 << at / step % 8);

		bytes[at] ^= bit;
		run_copy(bytes, n);
		bytes[at] ^= bit;
	}
}

static void run_seed(const void *p, size_t n)
{
	uint8_t *bytes = calloc(1, n + 1);

	if (!bytes)
		abort();
	if (n)
		memcpy(bytes, p, n);
	seeds++;
	run_copy(bytes, n);
	if (!undamaged) {
		run_cuts(bytes, n);
		run_flips(bytes, n);
	}
	free(bytes);
}

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes = malloc(SEED_BYTES);
	size_t n;
	int rc = 1;

	if (f && bytes) {
		n = fread(bytes, 1, SEED_BYTES, f);
		rc = ferror(f) || !feof(f);
		if (rc == 0)
			run_seed(bytes, n);
	}
	if (rc)
		fprintf(stderr, "cannot read %s, or it is over 64 MiB\n", path);
	if (f)
		fclose(f);
	free(bytes);
	return rc;
}

static int visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static int run_folder(const char *path)
{
	struct dirent **names;
	int n = scandir(path, &names, visible, alphasort);
	int rc = n < 0;

	for (int i = 0; i < n; i++) {
		char file[4096];

		if (snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name) >=
			(int)sizeof(file))
			rc = 1;
		else
			rc |= run_file(file);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	return rc;
}

int main(int argc, char **argv)
{
	int rc = 0;

	undamaged = argc > 1 && strcmp(argv[1], "--") == 0;
	if (fuzz_seeds && !getenv("NO_SEEDS"))
		fuzz_seeds(run_seed);
	for (int i = 1; i < argc; i++) {
		struct stat st;

		if (strcmp(argv[i], "--") == 0)
			undamaged = true;
		else if (stat(argv[i], &st) == 0 && S_ISDIR(st.st_mode))
			rc |= run_folder(argv[i]);
		else
			rc |= run_file(argv[i]);
	}
	printf("%u seeds, %u inputs\n", seeds, inputs);
	return rc != 0 || seeds == 0;
}
