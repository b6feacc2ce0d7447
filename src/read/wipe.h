/*
 * What destroys everything that somebody has: the recursive removal or overwriting of a home, of the
 * root, of a drive. Removing a folder of one's own is no such thing, whatever it is called.
 */
#ifndef ASSAY_READ_WIPE_H
#define ASSAY_READ_WIPE_H

#include "util/str.h"

/* A home, all homes, the root or a drive as a whole, with or without a star behind it; of a home also the
 * folders in which people keep what they made (Documents, Desktop, ...). Homes may be
 * written "~", "$HOME", "%USERPROFILE%". */
bool place_is_everything(struct str path);

/* The part of a command line (of any shell) that destroys such a place; empty if none does. A view. */
struct str command_wipes(struct str command);

#endif
