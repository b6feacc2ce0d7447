/* Versions as their package managers order them. */
#ifndef ASSAY_CLI_VERSIONS_H
#define ASSAY_CLI_VERSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "util/str.h"

/* 1.2.3, 1.2.3-rc.1, 1.2.3+build (Semantic Versioning 2.0); parts have no leading zeros. */
struct semver {
	uint64_t major, minor, patch;
	struct str pre; /* "rc.1", "" for a release; a view into the text */
};

bool semver_parse(struct str text, struct semver *ret);
int semver_cmp(const struct semver *a, const struct semver *b);

/* [epoch:]upstream[-revision] in the letters that Debian allows, starting with a digit. */
bool deb_version_valid(struct str text);
int deb_version_cmp(struct str a, struct str b);
/* Epoch and the first number of upstream are the same. */
bool deb_version_same_line(struct str a, struct str b);

#endif
