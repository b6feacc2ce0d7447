/*
 * What an ELF file says twice. The kernel and the dynamic loader go by program headers; debuggers, binutils and
 * most scanners go by sections. Where the two differ, what is looked at is not what runs. Linkers, strip, patchelf
 * and packers write none of this.
 */
#include <stdlib.h>

#include "formats/elf_int.h"

enum { LOAD = 1, DYNAMIC_SEGMENT = 2, INTERP = 3, PHDR = 6, RELOCATABLE = 1, CORE = 4 };
enum { NULL_SECTION = 0, DYNAMIC_SECTION = 6, NOBITS = 8, DYNSYM = 11 };

static const char *const names[ELF_ODD_N] = {
	[ELF_ODD_MEMORY] = "segments overlap in memory",
	[ELF_ODD_LARGER] = "a segment has more in the file than in memory",
	[ELF_ODD_ENTRY] = "the entry point is in no code",
	[ELF_ODD_PLACE] = "a section shows other bytes than are loaded",
	[ELF_ODD_CODE] = "a section of code lies in a segment of none",
	[ELF_ODD_DYNAMIC] = "sections and program headers name different dynamic tables",
	[ELF_ODD_SYMBOLS] = "sections and the dynamic table name different symbols",
	[ELF_ODD_NAMES] = "sections and the dynamic table name different texts",
	[ELF_ODD_HEADERS] = "the program headers are not where they are said to be",
	[ELF_ODD_TWICE] = "two dynamic tables or loaders",
};

const char *elf_odd_name(unsigned n)
{
	return n < ELF_ODD_N ? names[n] : "";
}

static void odd(struct elf *e, enum elf_odd what, bool is)
{
	if (is)
		e->odd |= 1u << what;
}

static int by_address(const void *a, const void *b)
{
	const struct elf_segment *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

static const struct elf_segment *loaded_at(const struct elf_segment *s, size_t n, uint64_t address)
{
	for (size_t i = 0; i < n; i++)
		if (address >= s[i].address && address - s[i].address < s[i].memory_bytes)
			return &s[i];
	return NULL;
}

/* Debugging information in a file of its own keeps the headers of a program and none of its bytes. */
static bool has_no_code(const struct elf *e)
{
	bool code = e->n_sections == 0;

	for (size_t i = 0; i < e->n_sections; i++) {
		if (e->sections[i].alloc && e->sections[i].x && e->sections[i].type == NOBITS)
			return true;
		code |= e->sections[i].alloc && e->sections[i].type != NOBITS;
	}
	return !code;
}

static void check_segments(struct elf *e, const struct elf_segment *loads, size_t n, uint64_t phoff)
{
	size_t dynamic = 0, interp = 0;
	uint64_t end = 0;

	for (size_t i = 0; i < n; i++) {
		odd(e, ELF_ODD_MEMORY, i && loads[i].address < end);
		odd(e, ELF_ODD_LARGER, loads[i].bytes > loads[i].memory_bytes);
		end = loads[i].memory_bytes > UINT64_MAX - loads[i].address ? UINT64_MAX : loads[i].address + loads[i].memory_bytes;
	}
	for (size_t i = 0; i < e->n_segments; i++) {
		dynamic += e->segments[i].type == DYNAMIC_SEGMENT;
		interp += e->segments[i].type == INTERP;
		odd(e, ELF_ODD_HEADERS, e->segments[i].type == PHDR && e->segments[i].offset != phoff);
	}
	odd(e, ELF_ODD_TWICE, dynamic > 1 || interp > 1);
	if (e->entry && n) {
		const struct elf_segment *s = loaded_at(loads, n, e->entry);

		odd(e, ELF_ODD_ENTRY, !s || !s->x);
	}
}

static void check_sections(struct elf *e, const struct elf_segment *loads, size_t n)
{
	for (size_t i = 0; i < e->n_sections; i++) {
		const struct elf_section *c = &e->sections[i];
		const struct elf_segment *s = c->alloc && c->bytes && c->type != NOBITS && c->type != NULL_SECTION ? loaded_at(loads, n, c->address) : NULL;

		if (!s)
			continue;
		odd(e, ELF_ODD_PLACE, c->address - s->address < s->bytes && c->offset - s->offset != c->address - s->address);
		odd(e, ELF_ODD_CODE, c->x && !s->x);
	}
}

/* Of the tables that both name. */
static void check_dynamic(struct elf *e, uint64_t symbols, uint64_t strings)
{
	const struct elf_section *own = NULL, *list = NULL;
	const struct elf_segment *loader = NULL;

	for (size_t i = 0; i < e->n_sections; i++) {
		if (e->sections[i].type == DYNAMIC_SECTION)
			own = &e->sections[i];
		else if (e->sections[i].type == DYNSYM)
			list = &e->sections[i];
	}
	for (size_t i = 0; i < e->n_segments; i++)
		if (e->segments[i].type == DYNAMIC_SEGMENT)
			loader = &e->segments[i];
	odd(e, ELF_ODD_DYNAMIC, own && loader && own->offset != loader->offset);
	odd(e, ELF_ODD_SYMBOLS, list && symbols && list->address != symbols);
	odd(e, ELF_ODD_NAMES, list && strings && list->link < e->n_sections && e->sections[list->link].address != strings);
}

bool elf_check(struct arena *a, struct budget *b, struct elf *e, const struct elf_stated *stated)
{
	struct elf_segment *loads;
	size_t n = 0;

	if (e->type == RELOCATABLE || e->type == CORE || !e->n_segments || has_no_code(e))
		return true;
	loads = ARENA_ARRAY(a, e->n_segments, struct elf_segment);
	for (size_t i = 0; i < e->n_segments; i++)
		if (e->segments[i].type == LOAD && e->segments[i].memory_bytes + e->segments[i].bytes)
			loads[n++] = e->segments[i];
	if (!budget_step(b, (n + 1) * (e->n_sections / 8 + 1)))
		return false;
	qsort(loads, n, sizeof(*loads), by_address);
	check_segments(e, loads, n, stated->program_headers);
	check_sections(e, loads, n);
	check_dynamic(e, stated->symbols, stated->strings);
	return true;
}
