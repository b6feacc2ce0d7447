/* Where a dependency comes from, as npm, yarn and pnpm write it. */
#ifndef ASSAY_READ_SPEC_H
#define ASSAY_READ_SPEC_H

#include "util/str.h"

enum spec_kind {
	SPEC_RANGE,     /* versions or a tag of the registry */
	SPEC_ALIAS,     /* "npm:other@1" */
	SPEC_GIT,       /* repository, also "owner/name" */
	SPEC_URL,       /* an archive somewhere */
	SPEC_FILE,      /* "file:", "link:", "./x" */
	SPEC_WORKSPACE, /* "workspace:", "catalog:": replaced when it is published */
};

enum spec_kind spec_kind(struct str spec);

/*
 * What changed between two different specs, one word: "source" (from elsewhere than before),
 * "alias" (another package under the same name), "loosened" (an exact version became a range, or a
 * range any version), "range" (other versions of the same).
 */
const char *spec_change(struct str old, struct str new_);

#endif
