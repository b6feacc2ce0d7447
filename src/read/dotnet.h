/* Managed code of a .NET program: its methods as units. */
#ifndef ASSAY_READ_DOTNET_H
#define ASSAY_READ_DOTNET_H

#include "read/code_units.h"

/* What .NET programs call that means something outside of them. */
extern const struct code_api dotnet_apis[];
extern const size_t n_dotnet_apis;

/*
 * The methods of the program. False when there is no managed code; image->partial when something in
 * it contradicts itself or the budget ended.
 */
bool dotnet_read(struct read_in *in, struct cursor bytes, struct code_image *image);

#endif
