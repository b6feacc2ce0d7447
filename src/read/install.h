/* Manifests and install logic by place; the reader itself is listed in read/readers.h. */
#ifndef ASSAY_READ_INSTALL_H
#define ASSAY_READ_INSTALL_H

#include <stdbool.h>

#include "util/str.h"

/* Is there a kind of manifest that stands at this place? */
bool install_place(struct str path);

#endif
