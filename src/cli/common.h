/* What every verb needs: talk on stderr, exit statuses, interruption. */
#ifndef ASSAY_CLI_COMMON_H
#define ASSAY_CLI_COMMON_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli/options.h"
#include "judge/verdict.h"

enum {
	EXIT_CLEAN = 0,
	EXIT_VERDICT = 1,      /* a verdict at --fail-on or worse */
	EXIT_NO_ANSWER = 2,    /* the question could not be asked */
	EXIT_INTERRUPTED = 130,
};

/* Set by SIGINT, SIGTERM and SIGHUP. */
extern volatile sig_atomic_t interrupted;

/* "assay: ..." on stderr, one line. */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same, unless --quiet. */
void say(const struct settings *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Foreign or user's text made safe for a message; cut at some 300 bytes. */
struct shown_text {
	char text[400];
};
struct shown_text shown(const char *z);

/* The exit status for a verdict under --fail-on. */
int exit_for(const struct settings *s, enum verdict v);
/* The last line on stderr, in words; nothing for status 0 or under --quiet. Returns the status. */
int say_exit(const struct settings *s, int status, enum verdict worst);

bool colour_wanted(const struct settings *s, int fd);
/* Flushes stdout; false, with a message, when what was written did not arrive. */
bool stdout_done(void);
/* Remembers why a write to stdout failed: the stream itself only knows that it did. */
void stdout_failed(int error);
/* For verbs that only print: the exit status, said if need be. Whoever stops reading (`| head`) has
 * what they wanted and gets no complaint. */
int print_exit(const struct settings *s);
/* Once at the start: descriptors 0 to 2 are open, a closed pipe is an error and not a death. */
void process_prepare(void);
void catch_signals(void);
/* In a child that is about to become another program. */
void signals_default(void);

#endif
