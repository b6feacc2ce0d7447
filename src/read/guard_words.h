/* Words that say that something is checked, protected, allowed: in names of code and of settings. */
#ifndef ASSAY_READ_GUARD_WORDS_H
#define ASSAY_READ_GUARD_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/str.h"

/* One of the words begins at a part of the name: after "_", ".", "-", or at a capital. */
bool name_has_word(struct str name, const char *const *words, size_t n);

#define HAS_WORD(name, words) name_has_word((name), (words), sizeof(words) / sizeof((words)[0]))

enum guard_class {
	GUARD_IDENTITY = 1 << 0, /* who made it, is it whole: signatures, digests, certificates, passwords */
	GUARD_ACCESS = 1 << 1,   /* who may: rights, roles, forged requests */
	GUARD_ESCAPE = 1 << 2,   /* what makes foreign text harmless */
	GUARD_OTHER = 1 << 3,    /* a check of something */
	GUARD_ACTS = 1 << 4,     /* of identity: the name says what is done, not only what about */
	GUARD_STRONG = GUARD_IDENTITY | GUARD_ACCESS,
};

unsigned guard_class_of(struct str name);
/* Is it a name of what proves who made something (a signature, a digest, a key), or of what was fetched? */
bool guard_names_proof(struct str name);
/* Names like "skipVerify" or "insecure": what says of itself that it does not check is no check. */
bool guard_says_unchecked(struct str name);

/*
 * Does a setting of this name loosen a safeguard when it goes from one value to the other? `from` is empty
 * where it did not stand before: then only names that allow something by themselves count.
 */
bool setting_loosened(struct str name, struct str from, struct str to);
/* Does the setting say whether others must prove who they are, or whether a page is kept from the machine? */
bool setting_proves(struct str name);
/* Is the setting one whose absence loosens: the rights that a service gives up? */
bool setting_confines(struct str name);

#endif
