/* What accepted releases hold of a case: digests of its indicators, matches of its rules. */
#ifndef ASSAY_CLI_ACCEPTED_H
#define ASSAY_CLI_ACCEPTED_H

#include "cli/options.h"
#include "disclose/disclose.h"

/*
 * Opens every release of --accepted all the way down and fills d->accepted and d->accepted_seen. With
 * none given it does nothing. A member that cannot be looked at is said, and then accepted_seen stays
 * false: what could be in there is not known. False, said: the question could not be asked.
 */
bool accepted_look(const struct settings *s, struct disclosure *d);

#endif
