/*
 * Calls that have hurt every C project that reads foreign bytes. Included by the build for all of
 * our own sources (-include); using one is a compile error that names it.
 */
#ifndef ASSAY_UTIL_BANNED_H
#define ASSAY_UTIL_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok atoi atol atof gets
#pragma GCC poison localtime gmtime ctime asctime mktemp tmpnam system popen

#endif
