/* "PackageInfo" of a macOS package's component: who it is, and which of its scripts the installer runs. */
#ifndef ASSAY_READ_PACKAGE_INFO_H
#define ASSAY_READ_PACKAGE_INFO_H

#include "read/fresh_lines.h"

void package_info(struct fresh_lines *f);

#endif
