/*
 * Names with values, in whatever syntax a setting is written: NAME=VALUE, NAME: VALUE, NAME VALUE, an
 * attribute, a key of a property list. No grammar: what is asked of them is what became of a value.
 */
#ifndef ASSAY_READ_SETTINGS_H
#define ASSAY_READ_SETTINGS_H

#include "util/arena.h"
#include "util/str.h"

struct setting {
	struct str name, value; /* views of the text */
	size_t at;              /* of the name */
};

enum { SETTINGS_MAX = 4000, SETTINGS_TEXT_MAX = 512 << 10 };

/* In the order of the text; at most SETTINGS_MAX. */
void settings_read(struct arena *a, struct str text, struct setting **ret, size_t *ret_n);
/* Equal but for case, "_", "-" and ".". */
bool setting_is(struct str name, const char *folded);

#endif
