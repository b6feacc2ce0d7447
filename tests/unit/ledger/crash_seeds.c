/* crash-seeds [FROM] [COUNT]: the seeds of test_crash.c, as many as wanted (20,000 of them). */
#include <stdlib.h>

#include "crash.h"
#include "util/cursor.h"

int main(int argc, char **argv)
{
	uint64_t from = 1, count = 20000, bad = 0;

	if ((argc > 1 && !str_to_u64(str_of(argv[1]), 10, &from)) ||
		(argc > 2 && !str_to_u64(str_of(argv[2]), 10, &count)) || argc > 3)
		return 2;
	for (uint64_t seed = from; seed < from + count; seed++) {
		char broken[400];
		uint64_t trace;

		crash_run(seed, CANARY_NONE, broken, &trace);
		if (broken[0])
			printf("seed %llu: %s\n", (unsigned long long)seed, broken);
		bad += broken[0] != '\0';
	}
	printf("%llu seeds, %llu broken\n", (unsigned long long)count, (unsigned long long)bad);
	return bad > 0;
}
