/* Keys as text stands for them: what is one, which names say that it is trusted, what makes two the same. */
#ifndef ASSAY_READ_KEY_TEXT_H
#define ASSAY_READ_KEY_TEXT_H

#include "util/arena.h"
#include "util/str.h"

/* A key that proves who made something, by its structure: X.509, OpenSSH, minisign, 32 bytes, a fingerprint. */
bool key_text_is_public(struct arena *a, struct str value);
/* Does a name say that its value is a key, or a key's fingerprint, that others are held against? */
bool key_text_names(struct str name);
/* Is it a key or an address of one by itself, whatever stands around it? */
bool key_text_says_itself(struct arena *a, struct str value);
/* Has it the size and the letters of one: a digest has as well. */
bool key_text_sized(struct arena *a, struct str value);
/* Does a name beside such a value say that it is a key; that it is something else of that size? */
bool key_text_about(struct str name);
bool key_text_of_other(struct str name);
/* The same for one key however it is quoted; of OpenPGP the key alone, whose names and dates are renewed.
 * label: what stands behind BEGIN; body: up to END. */
struct str key_text_identity(struct arena *a, struct str label, struct str body);

#endif
