/* Why something could not be done: one sentence, safe to print. */
#ifndef ASSAY_CLI_FAILURE_H
#define ASSAY_CLI_FAILURE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct failure {
	char text[800];
};

/* Always false, so that a caller can `return failure_set(...)`. */
__attribute__((format(printf, 2, 3)))
static inline bool failure_set(struct failure *f, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(f->text, sizeof(f->text), format, args);
	va_end(args);
	return false;
}

#endif
