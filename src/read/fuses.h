/*
 * The fuses of an Electron program: switches in its bytes that its maker sets after the build, among them
 * whether the archive of scripts is checked and whether the program can be run as plain Node.
 */
#ifndef ASSAY_READ_FUSES_H
#define ASSAY_READ_FUSES_H

#include "read/read.h"

/* A FACT_TRUST "fuse" for each safeguard that is off in NEW and was on in OLD. */
void fuse_facts(struct read_in *in, uint32_t unit);

#endif
