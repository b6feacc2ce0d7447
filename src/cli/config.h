/* A file of options, one a line, read before the command line so that the latter wins. */
#ifndef ASSAY_CLI_CONFIG_H
#define ASSAY_CLI_CONFIG_H

#include "cli/options.h"

/*
 * $ASSAY_CONFIG, else $XDG_CONFIG_HOME/assay/config, else ~/.config/assay/config; none of the
 * latter two is no error. Says what is wrong and returns false. *ret_text is what the settings
 * point into, for free().
 */
bool config_read(struct settings *s, char **ret_text);

#endif
