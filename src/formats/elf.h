/*
 * ELF as the loader reads it: 32 and 64 bit, both byte orders; sections, or program headers where the
 * section table is gone; dynamic section, symbols, notes. Every count is capped, every offset
 * confined. Strings and views borrow from the input or the arena.
 */
#ifndef ASSAY_FORMATS_ELF_H
#define ASSAY_FORMATS_ELF_H

#include "util/arena.h"
#include "util/budget.h"
#include "util/cursor.h"
#include "util/status.h"

enum { ELF_SECTIONS_MAX = 4096, ELF_SEGMENTS_MAX = 1024, ELF_SYMBOLS_MAX = 100000, ELF_NEEDED_MAX = 1024 };

/* Where two readers of the file see different programs. */
enum elf_odd {
	ELF_ODD_MEMORY,
	ELF_ODD_LARGER,
	ELF_ODD_ENTRY,
	ELF_ODD_PLACE,
	ELF_ODD_CODE,
	ELF_ODD_DYNAMIC,
	ELF_ODD_SYMBOLS,
	ELF_ODD_NAMES,
	ELF_ODD_HEADERS,
	ELF_ODD_TWICE,
	ELF_ODD_N
};

struct elf_section {
	struct str name;
	uint32_t type, link;
	uint64_t flags, address, offset, bytes; /* bytes clipped to the file; 0 for NOBITS */
	uint64_t entry_bytes;
	bool w, x, alloc;
};

struct elf_segment {
	uint32_t type;
	uint64_t offset, address, bytes, memory_bytes; /* bytes clipped to the file */
	bool r, w, x;
};

struct elf_symbol {
	struct str name, version; /* version: "GLIBC_2.34", "" */
	struct str lib;           /* that the version belongs to: "libc.so.6", "" */
	uint8_t type, bind;       /* STT_*, STB_* */
	bool imported;
};

struct elf {
	bool wide, big; /* 64 bit, big endian */
	uint8_t abi;
	uint16_t type, machine;
	uint64_t entry;
	uint32_t flags;
	struct elf_section *sections;
	size_t n_sections;
	struct elf_segment *segments;
	size_t n_segments;
	struct str *needed;
	size_t n_needed;
	struct elf_symbol *symbols; /* dynamic ones, imports and exports */
	size_t n_symbols, n_imports, n_exports, n_ifuncs; /* symbols beyond the cap are counted only */
	struct str interp, soname, rpath, runpath;
	uint32_t n_init, n_fini, n_preinit; /* entries of the arrays */
	struct str build_id; /* hexadecimal */
	struct str comment;  /* first compiler line of .comment */
	bool has_static_symbols, bind_now, exec_stack;
	uint32_t n_rwx_segments;
	uint64_t overlay_offset, overlay_bytes;
	uint32_t odd;       /* bits: enum elf_odd */
	const char *damage; /* first reason for STATUS_DAMAGED, else NULL */
};

/* OK, DAMAGED or LIMIT (partial result), UNSUPPORTED (no ELF header). */
enum status elf_parse(struct arena *a, struct budget *b, struct cursor in, struct elf *ret);

/* What bit n of `odd` means, for people. */
const char *elf_odd_name(unsigned n);

/* Does the head leave room for something in or behind the program? Linkers end with the section table, and
 * between what is loaded and that table stand debugging information and little else; only the whole
 * tells, this says when it is worth looking. */
bool elf_may_carry(struct cursor head, uint64_t total_bytes);

#endif
