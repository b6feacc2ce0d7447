/*
 * Files that something runs or loads as code, whatever they are called: `main` names a picture, a script starts
 * "node data.bin", a maintainer script reads /usr/share/thing/conf. They are read again, as what runs them reads.
 */
#ifndef ASSAY_BEHAVIOUR_NAMED_H
#define ASSAY_BEHAVIOUR_NAMED_H

#include "behaviour/query.h"

/* How a program that runs scripts reads what it is given: READ_HINT_SCRIPT_*, 0 for other programs. */
uint32_t named_hint(struct str program);
/* The same of the program that a command gives a file to. */
uint32_t named_hint_of_command(struct str command, struct str file);
/* Before hooks are collected: members may move. */
enum status named_read(struct query *q);

#endif
