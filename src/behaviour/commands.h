/* What a command does by its words, whatever started it: a script, a call, a decoded text. */
#ifndef ASSAY_BEHAVIOUR_COMMANDS_H
#define ASSAY_BEHAVIOUR_COMMANDS_H

#include "util/str.h"

enum command_kind {
	COMMAND_OTHER,
	COMMAND_BORROWS,   /* programs of the system that intruders live off, ways to start others unseen */
	COMMAND_INSTALLS, /* another package, which the manifest does not name */
	COMMAND_LOOSENS,   /* takes a safeguard of the machine away */
	COMMAND_PUBLISHES, /* packages, commits, images, under the user's name */
	COMMAND_COMPILES,  /* source text out of a file whose name does not say that it is one */
	COMMAND_MINES,     /* coins, for whoever holds the wallet */
};

/* The gravest kind whose words stand in it; *ret_word is the word that decided. */
enum command_kind command_kind(struct str command, struct str *ret_word);

#endif
