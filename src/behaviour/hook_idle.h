/* Commands of an install hook whose whole effect was read, and that do nothing to fear. */
#ifndef ASSAY_BEHAVIOUR_HOOK_IDLE_H
#define ASSAY_BEHAVIOUR_HOOK_IDLE_H

#include "compare/compare.h"

/*
 * Does the command run nothing but builders of native parts and one script of the package's own
 * (`file`, the member `target`), which was parsed to the end, loads only modules of the runtime that
 * look at files, and neither reaches out nor starts, writes, decodes or hides anything?
 */
bool hook_is_idle(struct str command, struct str file, const struct member *target);

/* Nothing but builders of native parts, with options, one after the other. */
bool hook_is_customary(struct str command);

/* Files of its own are put where it is built, by the commands that every system has for it. */
bool hook_moves_files(struct str command);

#endif
