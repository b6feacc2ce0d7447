/*
 * Runs a package client: the one kind of program that assay starts, and only when an argument names
 * a package. Nothing to read on stdin, few environment variables, its output capped, its time
 * bounded, ended together with us.
 */
#ifndef ASSAY_CLI_CLIENT_H
#define ASSAY_CLI_CLIENT_H

#include "cli/failure.h"
#include "util/buf.h"

struct client_call {
	const char *const *argv; /* ends with NULL; argv[0] is looked up in PATH */
	const char *folder;      /* it runs there */
	const char *cache;       /* for npm: where it may keep what it fetched */
	unsigned seconds;        /* at most */
};

/*
 * Collects stdout in *out (which the caller has given its ceiling). False, with the reason: no such
 * program, it failed (with what it said), it took too long, it said too much, or
 * the user interrupted.
 */
bool client_run(const struct client_call *call, struct buf *out, struct failure *why);

#endif
