/* Keys as text stands for them: what is one, which names say that it is trusted, what makes two the same. */
#ifndef ASSAY_READ_KEY_TEXT_H
#define ASSAY_READ_KEY_TEXT_H

#include "util/arena.h"
#include "util/str.h"

/* A key that proves who made something, by its structure: X.509, OpenSSH, minisign, 32 bytes, a fingerprint. */
bool key_text_is_public(struct arena *a, struct str value);
/* Does a name say that its value is a key, or a key's fingerprint, that others are held against? */
bool key_text_names(struct str name);
/* The same for one key however it is quoted; of OpenPGP the key alone, whose names and dates are renewed.
 * label: what stands behind BEGIN; body: up to END. */
struct str key_text_identity(struct arena *a, struct str label, struct str body);

#endif
