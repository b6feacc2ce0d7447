/* A release as the user names it: a path, - for stdin, or a reference; opened as a path. */
#ifndef ASSAY_CLI_INPUT_H
#define ASSAY_CLI_INPUT_H

#include "cli/folder.h"
#include "cli/options.h"

struct input {
	const char *given; /* borrowed */
	char path[1100];   /* what the library opens; `given` itself when too long for this */
	int fd;            /* stdin spooled, -1 = none */
	struct folder folder;
};

/* False with the reason. Close it in either case. */
bool input_open(const struct settings *s, const char *given, struct input *ret,
	struct failure *why);
const char *input_path(const struct input *in);
void input_close(struct input *in);

#endif
