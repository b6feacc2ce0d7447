/* Shared by the Mach-O parser's files only. */
#ifndef ASSAY_FORMATS_MACHO_INT_H
#define ASSAY_FORMATS_MACHO_INT_H

#include "formats/macho.h"

struct macho_segment {
	uint64_t address, memory_bytes, offset, bytes;
	bool x;
};

struct macho_parse {
	struct arena *arena;
	struct budget *budget;
	struct cursor in; /* the image alone */
	struct macho_image *image;
	struct cursor symtab; /* the load command */
	uint64_t end;         /* first byte of the image that nothing accounts for */
	size_t sections_room, libraries_room, rpaths_room;
	struct macho_segment *segments;
	size_t n_segments, segments_room;
	uint64_t once; /* bits: commands that may stand once and were met */
	bool twice, has_thread, misplaced;
	bool limit;
};

void macho_damage(struct macho_parse *p, const char *why);
bool macho_step(struct macho_parse *p, uint64_t n);
/* Of one image; last of all: sets `odd`. */
void macho_check(struct macho_parse *p);
/* Of an image in a fat file, whose table names a processor; n images stand before it. */
void macho_check_fat(struct macho_image *im, const struct macho_image *before, size_t n, uint32_t cpu, uint32_t cpu_sub);
/* Is there more than filling between two images? */
bool macho_hole(struct budget *b, struct cursor whole, uint64_t from, uint64_t to);
void macho_read_signature(struct macho_parse *p, struct cursor blob);

#endif
