/* Shared by the PE parser's files only. */
#ifndef ASSAY_FORMATS_PE_INT_H
#define ASSAY_FORMATS_PE_INT_H

#include "formats/pe.h"
#include "util/hash.h"

struct pe_parse {
	struct arena *arena;
	struct budget *budget;
	struct cursor in;
	struct pe *pe;
	bool limit;
};

void pe_damage(struct pe_parse *p, const char *why);
/* A cursor from the address to the end of its section's file bytes; bad when not mapped. */
struct cursor pe_at(struct pe_parse *p, uint32_t rva);
struct str pe_text_at(struct pe_parse *p, uint32_t rva, size_t max);
/* False and limit set when the budget ends. */
bool pe_step(struct pe_parse *p, uint64_t n);
/* UTF-16LE to arena-owned UTF-8; stops at NUL. */
struct str pe_utf16(struct pe_parse *p, struct cursor units);

void pe_read_imports(struct pe_parse *p);
void pe_read_exports(struct pe_parse *p);
void pe_read_resources(struct pe_parse *p);
void pe_read_signature(struct pe_parse *p);
/* Last of all: sets `odd`. */
void pe_check(struct pe_parse *p);

#endif
