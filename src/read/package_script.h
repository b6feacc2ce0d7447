/* Scripts that package managers run by themselves: by the place where they stand in the package. */
#ifndef ASSAY_READ_PACKAGE_SCRIPT_H
#define ASSAY_READ_PACKAGE_SCRIPT_H

#include "util/str.h"

/* "deb", "rpm" or "pkg" (macOS) for the path of such a script; empty for others. */
struct str package_script(struct str path);

#endif
