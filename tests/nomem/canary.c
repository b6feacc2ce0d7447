/* The canary: a program that does not look at what malloc() gives. Running it out of memory must be noticed. */
#include <stdlib.h>

int main(void)
{
	volatile char *block = malloc(64);

	block[0] = 1;
	free((void *)(unsigned long)block);
	return 0;
}
