/*
 * Rights of a machine that a command or a call gives away: who may write, who runs as whom, who is in
 * the group that may do everything, what the firewall lets in.
 */
#ifndef ASSAY_READ_RIGHTS_H
#define ASSAY_READ_RIGHTS_H

#include "util/str.h"

enum rights {
	RIGHTS_NONE,
	RIGHTS_OWN,   /* of a place that may be the program's own: careless */
	RIGHTS_WIDE,  /* somebody gets what the machine did not give him */
	RIGHTS_GRAVE, /* everybody gets what is the administrator's: no honest program asks for it */
};

/* A number as the system sees it, set on `place`; "" = not known. */
enum rights rights_of_mode(unsigned mode, struct str place);

/* The gravest in a command line (of any shell). *ret_what: the command that decides, a view. */
enum rights rights_of_command(struct str command, struct str *ret_what);

/* Where a command line (of any shell) puts a copy of a shell or of what runs others, under whatever name: a view, or "". */
struct str rights_shell_copy(struct str command);

/* "644", "0o4755": true and the number if it is one. */
bool rights_octal(struct str text, unsigned *ret);

#endif
