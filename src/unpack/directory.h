/* A release given as a folder. The parent reads it: names and bytes, no formats. */
#ifndef ASSAY_UNPACK_DIRECTORY_H
#define ASSAY_UNPACK_DIRECTORY_H

#include "unpack/analysis.h"

/* Adds every file below the folder, in name order, to t->root. Links are not followed. */
enum status directory_read(struct analysis *a, struct tree *t, int folder_fd);

#endif
