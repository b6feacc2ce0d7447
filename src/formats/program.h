/*
 * A program with things inside: what the files share that look into one. Each carrier knows one way
 * in which programs carry others (a bundle behind them, a packed image, resources); program.c asks
 * them in turn and hands out as "[overlay]" what none of them explained.
 */
#ifndef ASSAY_FORMATS_PROGRAM_H
#define ASSAY_FORMATS_PROGRAM_H

#include "formats/archive.h"
#include "formats/elf.h"
#include "formats/macho.h"
#include "formats/pe.h"

struct program {
	struct arena *arena;
	struct budget *budget;
	struct cursor whole;
	enum format_id kind; /* FORMAT_PE, FORMAT_ELF, FORMAT_MACHO */
	struct pe pe;
	struct elf elf;
	struct macho macho;
};

struct carrier {
	const char *name;
	/* Is something of this kind inside? Linear at most, and cheap where the program is an ordinary one. */
	bool (*find)(struct program *p);
	/* Hands out what is inside and accounts for it with archive_region(). DAMAGED by archive.damaged. */
	enum status (*open)(struct program *p, struct archive *a);
};

extern const struct carrier carrier_resources, carrier_dotnet_bundle, carrier_pyinstaller,
	carrier_burn, carrier_inno, carrier_upx;

/* The first resource of a type and a name that are numbers; its place in the file. False when there is none. */
bool program_resource(struct program *p, uint32_t type, uint32_t name, struct cursor *ret,
	uint64_t *ret_at);
/* A stored child in one call, accounted for as a member. */
enum status program_span(struct archive *a, struct str name, uint64_t offset,
	uint64_t bytes) MUST_CHECK;
/* A child that is packed as raw deflate; e->size_bytes is what it must give. Accounted for as a member. */
enum status program_packed(struct archive *a, struct entry *e, uint64_t offset,
	uint64_t bytes) MUST_CHECK;
/* Position of the last `needle` at or behind `from`; false when there is none. Linear. */
bool program_find_last(const struct cursor *whole, uint64_t from, const char *needle, size_t n,
	uint64_t *ret_at);

#endif
