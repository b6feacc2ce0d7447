/*
 * Releases named by a package index: npm:axios@1.14.0, npm:@scope/name@1.0.0,
 * deb:openssl=3.0.20-1~deb12u2. Exact versions only. Checked by the grammar here before any client
 * starts, so that no argument can be read as an option or as another kind of source.
 */
#ifndef ASSAY_CLI_REFERENCE_H
#define ASSAY_CLI_REFERENCE_H

#include "cli/failure.h"
#include "cli/folder.h"
#include "util/str.h"

enum reference_kind { REFERENCE_NPM, REFERENCE_DEB };

struct reference {
	enum reference_kind kind;
	char name[256], version[256];
};

/* Does the argument name something else than a path? A path that begins so is written ./npm:... */
bool reference_is(const char *arg);
/* False, with the reason, unless the argument is exactly what the grammar says. */
bool reference_parse(const char *arg, struct reference *ret, struct failure *why);

/*
 * Fetches the package into a folder of its own with scripts off and compares it with the hash that
 * the index states. *ret_folder is the caller's to remove, also on failure; ret_path is the file.
 */
bool reference_fetch(const struct reference *r, struct folder *ret_folder, char *ret_path,
	size_t path_room, struct failure *why);

/* Does the file have the digests of an integrity text, "sha512-BASE64 ..."? All that are known here
 * must match, and one at least must be there. */
bool reference_integrity_matches(const char *path, struct str stated);
bool reference_integrity_known(struct str stated);

/* The highest lower version of the same major line, as an argument ("npm:axios@1.13.9"). */
bool reference_previous(const struct reference *r, char *ret_arg, size_t room,
	struct failure *why);

#endif
