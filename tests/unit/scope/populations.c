/*
 * By command only: build/tests/unit/scope-populations [EACH [SEED]]
 * Draws EACH populations of 200, 2,000 and 20,000 (667: the 2,000 of docs/scope.md), with independent
 * lists and with one pair at odds ratio 3, and says how often the interval held the truth. Exit
 * status 1 when it should have been better.
 */
#include "populations.h"

static double share(unsigned part, unsigned of)
{
	return of ? (double)part / of : 0;
}

static void print(const char *what, struct populations r)
{
	unsigned n = r.drawn - r.refused;

	printf("%s: %u populations, %u refused; interval holds the truth in %.3f, of Mt alone in %.3f; "
	       "pair 1:2 selected or listed in %.3f\n",
		what, r.drawn, r.refused, share(r.covered, n), share(r.plain_covered, r.plain),
		share(r.found, n));
}

int main(int argc, char **argv)
{
	unsigned each = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 667;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	struct populations independent = populations_run(seed, each, 1);
	struct populations dependent = populations_run(seed + 1, each, 3);
	double covered = share(independent.covered, independent.drawn - independent.refused);

	print("independent lists", independent);
	print("one pair at odds ratio 3", dependent);
	return !(covered >= 0.93 && covered <= 0.97 &&
		 share(dependent.plain_covered, dependent.plain) < 0.9 &&
		 share(dependent.found, dependent.drawn - dependent.refused) >= 0.8);
}
