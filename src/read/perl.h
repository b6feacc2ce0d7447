/* Perl: no grammar of it is at hand, so only what one line says outright. */
#ifndef ASSAY_READ_PERL_H
#define ASSAY_READ_PERL_H

#include "read/read.h"

/* By its name, or by the interpreter that its first line asks for. */
bool is_perl(struct str path, struct cursor bytes);

/* New lines that run as a command or as code what a request brought. */
void perl_facts(struct read_in *in);

#endif
