/*
 * Mach-O as dyld reads it: thin images of 32 and 64 bit in both byte orders, and fat files of them.
 * Load commands, segments, libraries, symbols, the code signature as stated. Every count is capped,
 * every offset confined to its image. Strings and views borrow from the input or the arena.
 */
#ifndef ASSAY_FORMATS_MACHO_H
#define ASSAY_FORMATS_MACHO_H

#include "formats/signed_data.h"
#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"
#include "util/status.h"

enum { MACHO_IMAGES_MAX = 32, MACHO_COMMANDS_MAX = 4096, MACHO_SECTIONS_MAX = 4096, MACHO_SYMBOLS_MAX = 100000,
	MACHO_LIBRARIES_MAX = 1024 };

/* Where two readers of the file see different programs. */
enum macho_odd {
	MACHO_ODD_TWICE,
	MACHO_ODD_ENTRIES,
	MACHO_ODD_ENTRY,
	MACHO_ODD_MEMORY,
	MACHO_ODD_SHARED,
	MACHO_ODD_PLACE,
	MACHO_ODD_ARCHES,
	MACHO_ODD_KIND,
	MACHO_ODD_HOLE,
	MACHO_ODD_N
};

struct macho_section {
	struct str segment, name;
	uint64_t offset, bytes; /* in the file (not in the image), clipped; 0 bytes for zero-fill */
	uint64_t address;
	uint32_t flags, reserved1, reserved2; /* of stubs and pointers: first indirect symbol, bytes a stub */
	bool r, w, x; /* initial protection of its segment */
};

struct macho_symbol {
	struct str name, lib; /* lib: install name of the library it comes from, imports only */
	bool imported;
};

struct macho_signature {
	bool present, hardened; /* hardened: the runtime flag of the CodeDirectory */
	uint32_t flags;
	struct str identifier, team;
	struct str entitlements; /* property list text */
	bool adhoc;
	struct signed_data signer; /* of the CMS blob */
	bool has_signer;
};

struct macho_image {
	uint64_t offset, bytes; /* of the image in the file */
	bool wide, big;
	uint32_t cpu, cpu_sub, file_type, flags;
	struct macho_section *sections;
	size_t n_sections;
	struct str *libraries; /* install names, in ordinal order */
	size_t n_libraries;
	struct macho_symbol *symbols;
	size_t n_symbols, n_imports, n_exports; /* symbols beyond the cap are counted only */
	struct str install_name, *rpaths;
	size_t n_rpaths;
	struct str dyld_environment;
	struct str uuid; /* hexadecimal */
	uint32_t platform, min_os, sdk; /* nibbles as stated: xxxx.yy.zz */
	uint64_t entry;
	/* Tables for those who read the code; offsets into the image, as stated. */
	uint64_t text_address; /* of the segment that holds the header */
	uint32_t symbols_at, n_symbols_stated, names_at, names_bytes;
	uint32_t indirect_at, n_indirect, function_starts_at, function_starts_bytes;
	uint32_t n_init; /* pointers in mod_init_func sections */
	uint32_t n_rwx_segments;
	bool encrypted, has_entry;
	struct macho_signature signature;
	uint64_t signature_offset, signature_bytes; /* in the file */
	uint64_t overlay_offset, overlay_bytes;     /* in the file, behind all segments of the image */
	uint32_t odd; /* bits: enum macho_odd */
	const char *damage;
};

struct macho {
	bool fat;
	struct macho_image *images;
	size_t n_images;
	uint64_t overlay_offset, overlay_bytes; /* behind the last image of the file */
	const char *damage; /* first reason for STATUS_DAMAGED, of the file or an image */
};

/* OK, DAMAGED or LIMIT (partial result), UNSUPPORTED (no Mach-O or fat header). */
enum status macho_parse(struct arena *a, struct budget *b, struct cursor in, struct macho *ret);

/* What bit n of `odd` means, for people. */
const char *macho_odd_name(unsigned n);

#endif
