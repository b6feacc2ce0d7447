/*
 * Where the code of an ELF file stands, as its loader sees it: program headers, dynamic section,
 * relocations; besides the symbol table and the unwind table (.eh_frame: records of u32 bytes, u32 0 =
 * common part or the distance back to one, then the first address and the length of a function).
 */
#include "formats/elf.h"
#include "read/native_int.h"

enum { PT_LOAD = 1, PT_DYNAMIC = 2, SHT_SYMTAB = 2, SHT_DYNSYM = 11, STT_FUNC = 2, STT_GNU_IFUNC = 10, ET_REL = 1 };
enum { DT_PLTRELSZ = 2, DT_PLTGOT = 3, DT_STRTAB = 5, DT_SYMTAB = 6, DT_RELA = 7, DT_RELASZ = 8, DT_STRSZ = 10, DT_INIT = 12,
	DT_REL = 17, DT_RELSZ = 18, DT_PLTREL = 20, DT_JMPREL = 23, DT_INIT_ARRAY = 25, DT_INIT_ARRAYSZ = 27,
	DT_PREINIT_ARRAY = 32, DT_PREINIT_ARRAYSZ = 33, DT_KEPT = 40, DYNAMIC_MAX = 4096, NAME_BYTES = 4096 };
enum { R_IRELATIVE_X86 = 42, R_IRELATIVE_X86_64 = 37, R_IRELATIVE_ARM64 = 1032 };

struct load {
	struct read_in *in;
	struct native_image *im;
	struct elf elf;
	uint64_t tags[DT_KEPT];
	struct cursor symbols, names; /* dynamic */
};

static uint64_t word(const struct load *l, struct cursor *c)
{
	return l->elf.wide ? cursor_u64le(c) : cursor_u32le(c);
}

static void ranges(struct load *l)
{
	bool sections = false;

	for (size_t i = 0; i < l->elf.n_sections; i++)
		sections = sections || (l->elf.sections[i].x && l->elf.sections[i].alloc && l->elf.sections[i].bytes);
	for (size_t i = 0; i < l->elf.n_segments; i++) {
		const struct elf_segment *s = &l->elf.segments[i];

		if (s->type == PT_LOAD)
			native_range_add(l->in, l->im, (struct native_range){s->address, s->offset, s->bytes, s->x && !sections, s->w});
	}
	/* Old linkers put tables beside the code: where sections tell them apart, they are believed. */
	for (size_t i = 0; sections && i < l->elf.n_sections; i++) {
		const struct elf_section *s = &l->elf.sections[i];

		if (s->x && s->alloc && s->bytes)
			native_range_add(l->in, l->im, (struct native_range){s->address, s->offset, s->bytes, true, s->w});
	}
}

static void dynamic(struct load *l)
{
	struct cursor c = {0};

	for (size_t i = 0; i < l->elf.n_segments; i++)
		if (l->elf.segments[i].type == PT_DYNAMIC)
			c = cursor_clip(&l->im->bytes, l->elf.segments[i].offset, l->elf.segments[i].bytes);
	for (int i = 0; i < DYNAMIC_MAX && cursor_left(&c); i++) {
		uint64_t tag = word(l, &c), value = word(l, &c);

		if (tag == 0 || !cursor_ok(&c))
			break;
		if (tag < DT_KEPT)
			l->tags[tag] = value;
	}
	l->symbols = native_at(l->im, l->tags[DT_SYMTAB]);
	l->names = native_at(l->im, l->tags[DT_STRTAB]);
	l->names = cursor_clip(&l->names, 0, l->tags[DT_STRSZ]);
	l->im->got = l->tags[DT_PLTGOT];
}

struct symbol {
	struct str name;
	uint64_t value, bytes;
	uint8_t type;
	bool imported;
};

static struct symbol symbol_read(const struct load *l, struct cursor *c, const struct cursor *names)
{
	struct symbol s = {0};
	struct cursor text = *names;
	uint32_t name = cursor_u32le(c);
	uint16_t section;

	if (!l->elf.wide) {
		s.value = cursor_u32le(c);
		s.bytes = cursor_u32le(c);
	}
	s.type = cursor_u8(c) & 15;
	cursor_skip(c, 1);
	section = cursor_u16le(c);
	if (l->elf.wide) {
		s.value = cursor_u64le(c);
		s.bytes = cursor_u64le(c);
	}
	s.imported = section == 0;
	cursor_seek(&text, name);
	s.name = cursor_zstr(&text, NAME_BYTES);
	return s;
}

static void functions(struct load *l, struct cursor table, const struct cursor *names, uint32_t flags)
{
	size_t each = l->elf.wide ? 24 : 16, n = table.len / each;

	for (size_t i = 0; i < n && budget_step(l->in->budget, 1); i++) {
		struct symbol s = symbol_read(l, &table, names);

		if (s.imported || (s.type != STT_FUNC && s.type != STT_GNU_IFUNC))
			continue;
		native_start_add(l->in, l->im, s.value, s.bytes,
			flags | (s.type == STT_GNU_IFUNC ? NATIVE_PICKS : 0), s.name);
	}
}

static void symbols(struct load *l)
{
	struct cursor table = l->symbols;
	uint64_t from = l->tags[DT_SYMTAB], to = l->tags[DT_STRTAB];
	bool found = false;

	for (size_t i = 0; i < l->elf.n_sections; i++) {
		const struct elf_section *s = &l->elf.sections[i];
		struct cursor names, all;

		if (s->type != SHT_SYMTAB && s->type != SHT_DYNSYM)
			continue;
		if (s->link >= l->elf.n_sections)
			continue;
		names = cursor_clip(&l->im->bytes, l->elf.sections[s->link].offset, l->elf.sections[s->link].bytes);
		all = cursor_clip(&l->im->bytes, s->offset, s->bytes);
		functions(l, all, &names, s->type == SHT_DYNSYM ? NATIVE_EXPORTED : 0);
		found = found || s->type == SHT_DYNSYM;
	}
	if (!found && to > from)
		functions(l, cursor_clip(&table, 0, to - from), &l->names, NATIVE_EXPORTED);
}

static bool picks(const struct load *l, uint64_t type)
{
	return type == (l->im->cpu == NATIVE_X86 ? R_IRELATIVE_X86 : l->im->cpu == NATIVE_ARM64 ? R_IRELATIVE_ARM64 : R_IRELATIVE_X86_64);
}

static void relocation(struct load *l, uint64_t place, uint64_t info, uint64_t addend)
{
	uint64_t index = l->elf.wide ? info >> 32 : info >> 8, type = l->elf.wide ? info & 0xffffffff : info & 0xff;
	struct cursor c = l->symbols;
	struct symbol s;

	if (index == 0) {
		native_slot_add(l->in, l->im, place, addend, STR_NONE);
		if (picks(l, type))
			native_start_add(l->in, l->im, addend, 0, NATIVE_PICKS, STR_NONE);
		return;
	}
	cursor_seek(&c, index * (l->elf.wide ? 24 : 16));
	s = symbol_read(l, &c, &l->names);
	if (!cursor_ok(&c))
		return;
	if (s.imported)
		native_slot_add(l->in, l->im, place, 0, s.name);
	else
		native_slot_add(l->in, l->im, place, s.value + addend, STR_NONE);
}

static void relocations(struct load *l, uint64_t address, uint64_t bytes, bool addends)
{
	struct cursor c = native_at(l->im, address);

	c = cursor_clip(&c, 0, bytes);
	while (cursor_left(&c) >= (l->elf.wide ? 16u : 8u) && budget_step(l->in->budget, 1)) {
		uint64_t place = word(l, &c), info = word(l, &c), addend = 0;

		if (addends) {
			addend = word(l, &c);
		} else {
			struct cursor at = native_at(l->im, place);

			addend = word(l, &at);
		}
		if (!cursor_ok(&c))
			return;
		relocation(l, place, info, addend);
	}
}

/* Constructors: an array of addresses that the loader fills in. */
static void starts(struct load *l, uint64_t address, uint64_t bytes)
{
	uint64_t each = l->elf.wide ? 8 : 4;

	for (uint64_t i = 0; i < bytes / each && i < 4096 && budget_step(l->in->budget, 1); i++) {
		uint64_t place = address + i * each, to;
		struct cursor c = native_at(l->im, place);
		const struct native_slot *s = native_slot_of(l->im, place);

		to = s ? s->target : word(l, &c);
		if (to)
			native_start_add(l->in, l->im, to, 0, NATIVE_STARTS, STR_NONE);
	}
}

/* How addresses are written in the records that belong to the common part at `at`: a DW_EH_PE byte. */
static uint8_t pointer_form(struct cursor frames, uint64_t at, bool wide)
{
	struct cursor c = frames;
	struct str how;
	uint8_t version;

	cursor_seek(&c, at + 8);
	version = cursor_u8(&c);
	how = cursor_zstr(&c, 16);
	if (!how.len || how.p[0] != 'z')
		return 0;
	for (int i = 0; i < 2; i++)
		while (cursor_u8(&c) & 0x80)
			;
	if (version == 1)
		cursor_skip(&c, 1);
	else
		while (cursor_u8(&c) & 0x80)
			;
	while (cursor_u8(&c) & 0x80)
		;
	for (size_t i = 1; i < how.len && cursor_ok(&c); i++) {
		uint8_t form;

		if (how.p[i] == 'R')
			return cursor_u8(&c);
		if (how.p[i] == 'L')
			cursor_skip(&c, 1);
		if (how.p[i] == 'P') {
			form = cursor_u8(&c) & 7;
			cursor_skip(&c, form == 2 ? 2 : form == 3 ? 4 : form == 4 || wide ? 8 : 4);
		}
	}
	return 0;
}

static uint64_t pointer_read(struct cursor *c, uint8_t form, bool wide)
{
	switch (form & 15) {
	case 2: return cursor_u16le(c);
	case 3: return cursor_u32le(c);
	case 10: return (uint64_t)(int64_t)(int16_t)cursor_u16le(c);
	case 11: return (uint64_t)(int64_t)(int32_t)cursor_u32le(c);
	case 0: return wide ? cursor_u64le(c) : cursor_u32le(c);
	default: return cursor_u64le(c);
	}
}

static void frames_read(struct load *l, struct cursor c, uint64_t address)
{
	uint64_t known = UINT64_MAX;
	uint8_t form = 0;

	while (cursor_left(&c) >= 8 && budget_step(l->in->budget, 1)) {
		uint64_t from = c.pos, bytes = cursor_u32le(&c), at = c.pos, back;
		struct cursor record;
		uint64_t start;

		if (bytes == 0)
			continue;
		record = cursor_part(&c, at, bytes);
		cursor_skip(&c, bytes);
		back = cursor_u32le(&record);
		if (!cursor_ok(&record) || !cursor_ok(&c) || bytes == 0xffffffff)
			return;
		if (back == 0 || back > at)
			continue;
		if (known != at - back) {
			known = at - back;
			form = pointer_form(c, known, l->elf.wide);
		}
		start = pointer_read(&record, form, l->elf.wide);
		if ((form & 0x70) == 0x10)
			start += address + from + 8;
		if (!l->elf.wide)
			start = (uint32_t)start;
		native_start_add(l->in, l->im, start, pointer_read(&record, form & 15, l->elf.wide), 0, STR_NONE);
	}
}

static void frames(struct load *l)
{
	for (size_t i = 0; i < l->elf.n_sections; i++) {
		const struct elf_section *s = &l->elf.sections[i];

		if (str_is(s->name, ".eh_frame"))
			frames_read(l, cursor_clip(&l->im->bytes, s->offset, s->bytes), s->address);
	}
}

bool native_elf(struct read_in *in, struct cursor bytes, struct native_image *ret)
{
	struct load *l = ARENA_NEW(in->arena, struct load);

	l->in = in;
	l->im = ret;
	if (elf_parse(in->arena, in->budget, bytes, &l->elf) == STATUS_UNSUPPORTED || l->elf.big || l->elf.type == ET_REL)
		return false;
	ret->bytes = bytes;
	ret->cpu = l->elf.machine == 62 && l->elf.wide ? NATIVE_X86_64 : l->elf.machine == 3 ? NATIVE_X86
		: l->elf.machine == 183 && l->elf.wide ? NATIVE_ARM64 : NATIVE_NONE;
	if (ret->cpu == NATIVE_NONE)
		return false;
	ranges(l);
	dynamic(l);
	symbols(l);
	relocations(l, l->tags[DT_RELA], l->tags[DT_RELASZ], true);
	relocations(l, l->tags[DT_REL], l->tags[DT_RELSZ], false);
	relocations(l, l->tags[DT_JMPREL], l->tags[DT_PLTRELSZ], l->tags[DT_PLTREL] == DT_RELA);
	native_slots_sort(ret);
	starts(l, l->tags[DT_INIT_ARRAY], l->tags[DT_INIT_ARRAYSZ]);
	starts(l, l->tags[DT_PREINIT_ARRAY], l->tags[DT_PREINIT_ARRAYSZ]);
	if (l->tags[DT_INIT])
		native_start_add(in, ret, l->tags[DT_INIT], 0, NATIVE_STARTS, STR_NONE);
	if (l->elf.entry)
		native_start_add(in, ret, l->elf.entry, 0, 0, STR_NONE);
	frames(l);
	return true;
}
