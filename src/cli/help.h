/* Help from the tables. */
#ifndef ASSAY_CLI_HELP_H
#define ASSAY_CLI_HELP_H

#include <stdbool.h>

#include "cli/verbs.h"

/* v NULL: of the whole program. is_long: --help instead of -h. */
void help_print(const struct verb *v, bool is_long);
/* "-f, --format FORMAT" */
void help_option_name(const struct option_row *row, char *ret, size_t room);

#endif
