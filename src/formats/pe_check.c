/*
 * What the headers of a program say about each other. The loader maps pages, linkers and most readers go by what is
 * stated; where the two differ, what is looked at is not what runs. Linkers write none of this; some packers do, in
 * every release.
 */
#include <stdlib.h>

#include "formats/pe_int.h"

/* LEAST_BYTES: fewer that are no filling are a linker's leftovers. */
enum { PAGE_BYTES = 4096, SECTOR_BYTES = 512, LEAST_BYTES = 16, STEP_BYTES = 8 };

static const char *const names[PE_ODD_N] = {
	[PE_ODD_OUTSIDE] = "a section lies outside the file",
	[PE_ODD_MEMORY] = "sections overlap in memory",
	[PE_ODD_SHARED] = "two sections share bytes of the file",
	[PE_ODD_UNALIGNED] = "a section begins where Windows reads another place",
	[PE_ODD_ENTRY] = "the entry point is in no code",
	[PE_ODD_IMAGE] = "the size of the image is not that of its sections",
	[PE_ODD_HEADERS] = "the size of the headers is not theirs",
	[PE_ODD_KIND] = "the header is not of the processor's kind",
	[PE_ODD_DIRECTORY] = "a directory lies outside the image",
	[PE_ODD_SIGNATURE] = "the certificate table lies inside of the program",
	[PE_ODD_BEFORE] = "data between the headers and the first section",
	[PE_ODD_BEHIND] = "data behind the stated end of a section",
	[PE_ODD_BETWEEN] = "data between the sections of the file",
};

const char *pe_odd_name(unsigned n)
{
	return n < PE_ODD_N ? names[n] : "";
}

static void odd(struct pe_parse *p, enum pe_odd what, bool is)
{
	if (is)
		p->pe->odd |= 1u << what;
}

/* The bytes that the section has in memory. */
static uint64_t in_memory(const struct pe_section *s)
{
	return s->virtual_bytes ? s->virtual_bytes : s->raw_bytes;
}

static uint64_t rounded(uint64_t n, uint32_t to)
{
	return to ? (n + to - 1) / to * to : n;
}

/* Zero, traps, what stands at the end again and again, and the word that Windows writes behind resources. */
static bool is_filling(uint8_t c, uint8_t last)
{
	switch (c) {
	case 0:
	case 0xcc:
	case 0x90:
	case 'P':
	case 'A':
	case 'D':
	case 'I':
	case 'N':
	case 'G':
	case 'X':
		return true;
	default:
		return c == last;
	}
}

/* More than filling. */
static bool holds_data(struct pe_parse *p, uint64_t from, uint64_t to)
{
	struct cursor c = cursor_clip(&p->in, from, to > from ? to - from : 0);
	size_t other = 0;

	if (c.len < LEAST_BYTES || !pe_step(p, c.len / STEP_BYTES + 1))
		return false;
	for (size_t i = 0; i < c.len && other < LEAST_BYTES; i++)
		other += !is_filling(c.base[i], c.base[c.len - 1]);
	return other >= LEAST_BYTES;
}

static int by_memory(const void *a, const void *b)
{
	const struct pe_section *x = a, *y = b;

	return x->rva < y->rva ? -1 : x->rva > y->rva;
}

static int by_file(const void *a, const void *b)
{
	const struct pe_section *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void check_memory(struct pe_parse *p, struct pe_section *s, size_t n)
{
	const struct pe *pe = p->pe;
	uint64_t end = 0;

	qsort(s, n, sizeof(*s), by_memory);
	for (size_t i = 0; i < n; i++) {
		odd(p, PE_ODD_MEMORY, s[i].rva < end);
		if (s[i].rva + in_memory(&s[i]) > end)
			end = s[i].rva + in_memory(&s[i]);
	}
	odd(p, PE_ODD_IMAGE, rounded(end, pe->section_alignment) != rounded(pe->image_bytes, pe->section_alignment));
	odd(p, PE_ODD_HEADERS, pe->headers_stated < pe->table_end || pe->headers_stated > s[0].rva);
}

static void check_file(struct pe_parse *p, struct pe_section *s, size_t n)
{
	struct pe *pe = p->pe;
	uint64_t end = pe->table_end;
	bool first = true;

	qsort(s, n, sizeof(*s), by_file);
	for (size_t i = 0; i < n; i++) {
		uint64_t used = s[i].virtual_bytes && s[i].virtual_bytes < s[i].bytes ? s[i].virtual_bytes : s[i].bytes;

		odd(p, PE_ODD_OUTSIDE, s[i].raw_bytes && (s[i].raw_offset > p->in.len || s[i].bytes < s[i].raw_bytes));
		odd(p, PE_ODD_UNALIGNED, s[i].raw_bytes && pe->section_alignment >= PAGE_BYTES && s[i].raw_offset % SECTOR_BYTES);
		if (!s[i].bytes)
			continue;
		odd(p, PE_ODD_SHARED, s[i].offset < end && !first);
		if (holds_data(p, end, s[i].offset))
			odd(p, first ? PE_ODD_BEFORE : PE_ODD_BETWEEN, true);
		odd(p, PE_ODD_BEHIND, holds_data(p, s[i].offset + used, s[i].offset + s[i].bytes));
		if (s[i].offset + s[i].bytes > end)
			end = s[i].offset + s[i].bytes;
		first = false;
	}
	odd(p, PE_ODD_SIGNATURE, pe->signature.present && pe->signature.offset < end);
}

static bool mapped(const struct pe *pe, uint32_t rva, uint64_t bytes, bool only_code)
{
	for (size_t i = 0; i < pe->n_sections; i++) {
		const struct pe_section *s = &pe->sections[i];
		uint64_t size = rounded(in_memory(s), PAGE_BYTES);

		if (rva >= s->rva && rva - s->rva < size && bytes <= size - (rva - s->rva) && (s->x || !only_code))
			return true;
	}
	return !only_code && rva < pe->headers_stated;
}

static void check_addresses(struct pe_parse *p)
{
	/* What the loader or the running program goes by. */
	static const enum pe_directory used[] = {PE_DIR_EXPORT, PE_DIR_IMPORT, PE_DIR_RESOURCE, PE_DIR_EXCEPTION, PE_DIR_RELOC, PE_DIR_TLS,
		PE_DIR_LOAD_CONFIG, PE_DIR_DELAY_IMPORT, PE_DIR_CLR};
	const struct pe *pe = p->pe;
	bool wide = pe->machine == 0x8664 || pe->machine == 0xaa64, narrow = pe->machine == 0x14c || pe->machine == 0x1c4;

	odd(p, PE_ODD_KIND, pe->plus ? narrow : wide);
	odd(p, PE_ODD_ENTRY, pe->entry_rva && !mapped(pe, pe->entry_rva, 1, true));
	for (size_t i = 0; i < sizeof(used) / sizeof(used[0]); i++)
		if (used[i] < pe->n_directories && pe->directories[used[i]].rva && pe->directories[used[i]].bytes)
			odd(p, PE_ODD_DIRECTORY, !mapped(pe, pe->directories[used[i]].rva, 1, false));
	if (PE_DIR_SECURITY < pe->n_directories && pe->directories[PE_DIR_SECURITY].bytes)
		odd(p, PE_ODD_DIRECTORY, pe->directories[PE_DIR_SECURITY].rva + (uint64_t)pe->directories[PE_DIR_SECURITY].bytes > p->in.len);
}

void pe_check(struct pe_parse *p)
{
	struct pe_section *copy;

	if (!p->pe->n_sections || !pe_step(p, p->pe->n_sections))
		return;
	copy = ARENA_ARRAY(p->arena, p->pe->n_sections, struct pe_section);
	memcpy(copy, p->pe->sections, p->pe->n_sections * sizeof(*copy));
	check_memory(p, copy, p->pe->n_sections);
	check_file(p, copy, p->pe->n_sections);
	check_addresses(p);
}
