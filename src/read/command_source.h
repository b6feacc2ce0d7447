/* What comes out of a command line that is known. Views in, nothing kept. */
#ifndef ASSAY_READ_COMMAND_SOURCE_H
#define ASSAY_READ_COMMAND_SOURCE_H

#include "read/front.h"

/* SRC_NONE: nothing that tells anything. */
enum js_source command_source(struct str cmd);

/* A keeper of passwords is asked for them, or a file of keys is named. */
bool command_gives_secrets(struct str cmd);

/* "tar czf x.tgz ~", "zip -r x.zip $HOME/Documents": what somebody has, in one file. */
bool command_packs_home(struct str cmd);

#endif
