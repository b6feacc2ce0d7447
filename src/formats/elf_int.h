/* Shared by the ELF parser's files only. */
#ifndef ASSAY_FORMATS_ELF_INT_H
#define ASSAY_FORMATS_ELF_INT_H

#include "formats/elf.h"

/* What header and dynamic table state and the result does not keep; addresses are 0 where nothing is stated. */
struct elf_stated {
	uint64_t program_headers, symbols, strings;
};

/* Last of all: sets `odd`. False: the budget ended before. */
bool elf_check(struct arena *a, struct budget *b, struct elf *e, const struct elf_stated *stated);

#endif
