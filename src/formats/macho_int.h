/* Shared by the Mach-O parser's files only. */
#ifndef ASSAY_FORMATS_MACHO_INT_H
#define ASSAY_FORMATS_MACHO_INT_H

#include "formats/macho.h"

struct macho_parse {
	struct arena *arena;
	struct budget *budget;
	struct cursor in; /* the image alone */
	struct macho_image *image;
	struct cursor symtab; /* the load command */
	uint64_t end;         /* first byte of the image that nothing accounts for */
	size_t sections_room, libraries_room, rpaths_room;
	bool limit;
};

void macho_damage(struct macho_parse *p, const char *why);
bool macho_step(struct macho_parse *p, uint64_t n);
void macho_read_signature(struct macho_parse *p, struct cursor blob);

#endif
