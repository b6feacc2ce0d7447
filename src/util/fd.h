/*
 * A whole piece of memory through a descriptor: reads and writes that go on after a short one and after
 * a signal. And the end of a child process.
 */
#ifndef ASSAY_UTIL_FD_H
#define ASSAY_UTIL_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* False at the end of the file or on an error (errno); what came until then is in p. */
bool fd_read_all(int fd, void *p, size_t n);

/* False on an error (errno); a part may have been written. */
bool fd_write_all(int fd, const void *p, size_t n);

/* Waits for a child of ours; its status as waitpid() gives it. False where there is none. */
bool child_wait(pid_t pid, int *ret_status);

#endif
