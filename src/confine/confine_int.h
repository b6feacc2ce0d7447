/* For the test that proves the walls: the list itself, and a way to leave one line of it out. */
#ifndef ASSAY_CONFINE_CONFINE_INT_H
#define ASSAY_CONFINE_CONFINE_INT_H

#include "confine/confine.h"

enum call_args {
	CALL_ANY,       /* every argument */
	CALL_PIPE,      /* descriptor == the pipe */
	CALL_LAST_WORDS, /* descriptor == 2, answered with EBADF without asking the kernel */
	CALL_MAP,       /* new private memory, readable and writable, placed by the kernel */
	CALL_REMAP,     /* MREMAP_MAYMOVE alone */
	CALL_ABORT,     /* SIGABRT to itself */
	CALL_REFUSED,   /* answered with EACCES without asking the kernel */
	CALL_NO_EXEC,   /* third argument without PROT_EXEC */
};

struct confine_call {
	int nr; /* as libseccomp counts; negative: not on this architecture */
	enum call_args args;
	const char *why;
};

const struct confine_call *confine_calls(unsigned *ret_n);

/* Leaves entry `index` out of the filters that this process and its children install from now on;
 * negative: none. For tests. */
void confine_leave_out(int index);

struct landlock_masks {
	uint64_t fs, net, scope;
};

/* Every right that a kernel of this ABI can deny and we know. */
struct landlock_masks landlock_masks(int abi);

#endif
