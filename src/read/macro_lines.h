/* Macros from which configure scripts are made: what they have the shell do is spread over quoted pieces. */
#ifndef ASSAY_READ_MACRO_LINES_H
#define ASSAY_READ_MACRO_LINES_H

#include "read/read.h"

bool is_build_macro(struct str path);

/* New lines that look through the files of the source tree and give something computed to a shell. */
void macro_facts(struct read_in *in);

/* What `//go:generate` lines start. */
void generate_facts(struct read_in *in);
/* Rules of make that hand a file of the tests to a shell. */
void recipe_facts(struct read_in *in);

#endif
