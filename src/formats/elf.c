/*
 * System V ABI, chapter 4 and 5. e_ident: 0x7f "ELF", class (1, 2) at 4, data (1 little, 2 big) at 5,
 * version at 6, OS ABI at 7. Header: type u16, machine u16, version u32, entry, phoff, shoff (words),
 * flags u32, header size u16, ph size u16, ph n u16, sh size u16, sh n u16, sh names u16.
 */
#include "formats/elf.h"

#include "formats/der.h"
#include "formats/elf_int.h"
#include "formats/format.h"

enum { SHT_SYMTAB = 2, SHT_DYNAMIC = 6, SHT_NOTE = 7, SHT_NOBITS = 8, SHT_DYNSYM = 11 };
enum { ET_REL = 1 };
enum { PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3, PT_NOTE = 4, PT_GNU_STACK = 0x6474e551 };
enum { DT_NEEDED = 1, DT_HASH = 4, DT_STRTAB = 5, DT_SYMTAB = 6, DT_STRSZ = 10, DT_SONAME = 14, DT_RPATH = 15,
	DT_BIND_NOW = 24, DT_INIT_ARRAYSZ = 27, DT_FINI_ARRAYSZ = 28, DT_RUNPATH = 29, DT_FLAGS = 30,
	DT_PREINIT_ARRAYSZ = 33 };
enum { DYNAMIC_MAX = 4096, NAME_BYTES = 4096, STT_GNU_IFUNC = 10, VERSIONS_MAX = 4096 };
#define DT_GNU_HASH 0x6ffffef5u
#define DT_FLAGS_1 0x6ffffffbu
#define SHT_GNU_VERDEF 0x6ffffffdu
#define SHT_GNU_VERNEED 0x6ffffffeu
#define SHT_GNU_VERSYM 0x6fffffffu

struct parse {
	struct arena *arena;
	struct budget *budget;
	struct cursor in;
	struct elf *elf;
	struct cursor dynamic, names, symbols, versym, verneed; /* .dynamic, .dynstr, .dynsym ... */
	struct str *versions, *files; /* by index of versym */
	struct elf_stated stated;
	bool limit;
};

static void damage(struct parse *p, const char *why)
{
	if (!p->elf->damage)
		p->elf->damage = why;
}

static bool step(struct parse *p, uint64_t n)
{
	if (!p->limit && !budget_step(p->budget, n))
		p->limit = true;
	return !p->limit;
}

static uint16_t u16(const struct parse *p, struct cursor *c)
{
	return p->elf->big ? cursor_u16be(c) : cursor_u16le(c);
}

static uint32_t u32(const struct parse *p, struct cursor *c)
{
	return p->elf->big ? cursor_u32be(c) : cursor_u32le(c);
}

static uint64_t u64(const struct parse *p, struct cursor *c)
{
	return p->elf->big ? cursor_u64be(c) : cursor_u64le(c);
}

/* An address-sized number. */
static uint64_t word(const struct parse *p, struct cursor *c)
{
	return p->elf->wide ? u64(p, c) : u32(p, c);
}

static struct str name_at(const struct cursor *table, uint64_t at)
{
	struct cursor c = *table;

	cursor_seek(&c, at);
	return cursor_zstr(&c, NAME_BYTES);
}

static uint64_t clip(const struct parse *p, uint64_t offset, uint64_t bytes)
{
	if (offset > p->in.len)
		return 0;
	return bytes > p->in.len - offset ? p->in.len - offset : bytes;
}

struct header {
	uint64_t phoff, shoff;
	uint32_t ph_bytes, n_ph, sh_bytes, n_sh, sh_names;
};

static bool read_header(struct parse *p, struct header *ret)
{
	struct elf *e = p->elf;
	struct cursor c = p->in;
	const uint8_t *ident = cursor_take(&c, 16);

	if (!ident || memcmp(ident, "\177ELF", 4) != 0 || ident[4] < 1 || ident[4] > 2 || ident[5] < 1 || ident[5] > 2)
		return false;
	e->wide = ident[4] == 2;
	e->big = ident[5] == 2;
	e->abi = ident[7];
	e->type = u16(p, &c);
	e->machine = u16(p, &c);
	cursor_skip(&c, 4);
	e->entry = word(p, &c);
	ret->phoff = word(p, &c);
	ret->shoff = word(p, &c);
	e->flags = u32(p, &c);
	cursor_skip(&c, 2);
	ret->ph_bytes = u16(p, &c);
	ret->n_ph = u16(p, &c);
	ret->sh_bytes = u16(p, &c);
	ret->n_sh = u16(p, &c);
	ret->sh_names = u16(p, &c);
	if (!cursor_ok(&c))
		damage(p, "header cut short");
	return true;
}

static void read_segments(struct parse *p, const struct header *h)
{
	struct elf *e = p->elf;
	struct cursor c = cursor_clip(&p->in, h->phoff, UINT64_MAX);
	uint32_t want = e->wide ? 56 : 32, n = h->n_ph;
	size_t room = 0;

	if (n == 0)
		return;
	if (h->ph_bytes != want)
		return damage(p, "program headers of a wrong size");
	if (n > ELF_SEGMENTS_MAX) {
		damage(p, "too many program headers");
		n = ELF_SEGMENTS_MAX;
	}
	for (uint32_t i = 0; i < n && step(p, 1); i++) {
		struct elf_segment s = {.type = u32(p, &c)};
		uint32_t flags = e->wide ? u32(p, &c) : 0;

		s.offset = word(p, &c);
		s.address = word(p, &c);
		(void)word(p, &c);
		s.bytes = word(p, &c);
		s.memory_bytes = word(p, &c);
		if (!e->wide)
			flags = u32(p, &c);
		(void)word(p, &c);
		if (!cursor_ok(&c))
			return damage(p, "program headers outside the file");
		if (clip(p, s.offset, s.bytes) < s.bytes) {
			damage(p, "segment outside the file");
			s.bytes = clip(p, s.offset, s.bytes);
		}
		s.x = flags & 1;
		s.w = flags >> 1 & 1;
		s.r = flags >> 2 & 1;
		e->n_rwx_segments += s.type == PT_LOAD && s.w && s.x;
		e->exec_stack |= s.type == PT_GNU_STACK && s.x;
		*ARENA_PUSH(p->arena, e->segments, e->n_segments, room) = s;
	}
}

static struct elf_section section_header(struct parse *p, struct cursor *c, uint32_t *ret_name)
{
	struct elf_section s = {0};

	*ret_name = u32(p, c);
	s.type = u32(p, c);
	s.flags = word(p, c);
	s.address = word(p, c);
	s.offset = word(p, c);
	s.bytes = word(p, c);
	s.link = u32(p, c);
	(void)u32(p, c);
	(void)word(p, c);
	s.entry_bytes = word(p, c);
	s.w = s.flags & 1;
	s.alloc = s.flags >> 1 & 1;
	s.x = s.flags >> 2 & 1;
	return s;
}

static struct cursor section_bytes(const struct parse *p, const struct elf_section *s)
{
	return cursor_clip(&p->in, s->offset, s->bytes);
}

static void name_sections(struct parse *p, const uint32_t *names, uint32_t index)
{
	struct elf *e = p->elf;
	struct cursor table;

	if (index >= e->n_sections)
		return damage(p, "no section names");
	table = section_bytes(p, &e->sections[index]);
	for (size_t i = 0; i < e->n_sections; i++)
		e->sections[i].name = name_at(&table, names[i]);
}

static void read_sections(struct parse *p, const struct header *h)
{
	struct elf *e = p->elf;
	struct cursor c = cursor_clip(&p->in, h->shoff, UINT64_MAX);
	uint32_t want = e->wide ? 64 : 40, n = h->n_sh, index = h->sh_names, name, *names;
	size_t room = 0;

	if (h->shoff == 0)
		return;
	if (h->sh_bytes != want || !cursor_ok(&c))
		return damage(p, "section headers of a wrong size or place");
	if (n == 0 || index == 0xffff) { /* large numbers stand in section 0 */
		struct cursor first = c;
		struct elf_section s = section_header(p, &first, &name);

		n = n ? n : (uint32_t)(s.bytes > UINT32_MAX ? UINT32_MAX : s.bytes);
		index = index == 0xffff ? s.link : index;
	}
	if (n > ELF_SECTIONS_MAX) {
		damage(p, "too many sections");
		n = ELF_SECTIONS_MAX;
	}
	names = ARENA_ARRAY(p->arena, n + 1, uint32_t);
	for (uint32_t i = 0; i < n && step(p, 1); i++) {
		struct elf_section s = section_header(p, &c, &names[i]);

		if (!cursor_ok(&c)) {
			damage(p, "section headers outside the file");
			break;
		}
		if (s.type == SHT_NOBITS) {
			s.bytes = 0;
		} else if (clip(p, s.offset, s.bytes) < s.bytes) {
			damage(p, "section outside the file");
			s.bytes = clip(p, s.offset, s.bytes);
		}
		*ARENA_PUSH(p->arena, e->sections, e->n_sections, room) = s;
	}
	name_sections(p, names, index);
}

static struct cursor linked(const struct parse *p, const struct elf_section *s)
{
	if (s->link >= p->elf->n_sections)
		return (struct cursor){.bad = true};
	return section_bytes(p, &p->elf->sections[s->link]);
}

/* Where the tables stand, by sections. */
static void tables_by_section(struct parse *p)
{
	for (size_t i = 0; i < p->elf->n_sections; i++) {
		const struct elf_section *s = &p->elf->sections[i];

		switch (s->type) {
		case SHT_DYNAMIC:
			p->dynamic = section_bytes(p, s);
			if (!p->names.base)
				p->names = linked(p, s);
			break;
		case SHT_DYNSYM:
			p->symbols = section_bytes(p, s);
			p->names = linked(p, s);
			break;
		case SHT_SYMTAB:
			p->elf->has_static_symbols = true;
			if (p->elf->type == ET_REL && !p->symbols.base) {
				p->symbols = section_bytes(p, s);
				p->names = linked(p, s);
			}
			break;
		case SHT_GNU_VERSYM: p->versym = section_bytes(p, s); break;
		case SHT_GNU_VERNEED: p->verneed = section_bytes(p, s); break;
		}
	}
}

static struct cursor at_address(const struct parse *p, uint64_t address)
{
	for (size_t i = 0; i < p->elf->n_segments; i++) {
		const struct elf_segment *s = &p->elf->segments[i];

		if (s->type == PT_LOAD && address >= s->address && address - s->address < s->bytes)
			return cursor_clip(&p->in, s->offset + (address - s->address), s->bytes - (address - s->address));
	}
	return (struct cursor){.bad = true};
}

/*
 * Where the tables stand, by program headers: what the loader itself uses. The number of symbols is
 * that of DT_HASH, else they end where the strings begin (so every linker lays them out).
 */
static void tables_by_segment(struct parse *p)
{
	struct cursor c;
	uint64_t symbols = 0, names = 0, hash = 0, names_bytes = 0;

	for (size_t i = 0; i < p->elf->n_segments; i++)
		if (p->elf->segments[i].type == PT_DYNAMIC)
			p->dynamic = cursor_clip(&p->in, p->elf->segments[i].offset, p->elf->segments[i].bytes);
	c = p->dynamic;
	for (int i = 0; i < DYNAMIC_MAX && cursor_left(&c) && step(p, 1); i++) {
		uint64_t tag = word(p, &c), value = word(p, &c);

		if (tag == 0)
			break;
		if (tag == DT_SYMTAB)
			symbols = value;
		else if (tag == DT_STRTAB)
			names = value;
		else if (tag == DT_STRSZ)
			names_bytes = value;
		else if (tag == DT_HASH)
			hash = value;
	}
	if (!symbols || !names)
		return;
	p->names = at_address(p, names);
	p->names = cursor_clip(&p->names, 0, names_bytes);
	p->symbols = at_address(p, symbols);
	if (hash) {
		uint64_t n;

		c = at_address(p, hash);
		(void)u32(p, &c);
		n = u32(p, &c);
		p->symbols = cursor_clip(&p->symbols, 0, n * (p->elf->wide ? 24 : 16));
	} else if (names > symbols) {
		p->symbols = cursor_clip(&p->symbols, 0, names - symbols);
	}
}

static void read_dynamic(struct parse *p)
{
	struct elf *e = p->elf;
	struct cursor c = p->dynamic;
	uint32_t entry = e->wide ? 8 : 4;
	size_t room = 0;

	for (int i = 0; i < DYNAMIC_MAX && cursor_left(&c) && step(p, 1); i++) {
		uint64_t tag = word(p, &c), value = word(p, &c);

		if (!cursor_ok(&c))
			return damage(p, "dynamic section cut short");
		switch (tag) {
		case 0: return;
		case DT_NEEDED:
			if (e->n_needed < ELF_NEEDED_MAX)
				*ARENA_PUSH(p->arena, e->needed, e->n_needed, room) = name_at(&p->names, value);
			break;
		case DT_SYMTAB: p->stated.symbols = value; break;
		case DT_STRTAB: p->stated.strings = value; break;
		case DT_SONAME: e->soname = name_at(&p->names, value); break;
		case DT_RPATH: e->rpath = name_at(&p->names, value); break;
		case DT_RUNPATH: e->runpath = name_at(&p->names, value); break;
		case DT_INIT_ARRAYSZ: e->n_init = (uint32_t)(value / entry); break;
		case DT_FINI_ARRAYSZ: e->n_fini = (uint32_t)(value / entry); break;
		case DT_PREINIT_ARRAYSZ: e->n_preinit = (uint32_t)(value / entry); break;
		case DT_BIND_NOW: e->bind_now = true; break;
		case DT_FLAGS: e->bind_now |= value >> 3 & 1; break;
		case DT_FLAGS_1: e->bind_now |= value & 1; break;
		}
	}
	damage(p, "dynamic section without end");
}

/* verneed: u16 version, u16 n, u32 file, u32 aux, u32 next; aux: u32 hash, u16 flags, u16 other, u32 name, u32 next. */
static void read_versions(struct parse *p)
{
	uint64_t at = 0;

	p->versions = ARENA_ARRAY(p->arena, VERSIONS_MAX, struct str);
	p->files = ARENA_ARRAY(p->arena, VERSIONS_MAX, struct str);
	for (int i = 0; p->verneed.base && i < VERSIONS_MAX && step(p, 1); i++) {
		struct cursor c = p->verneed;
		uint32_t n, file, aux, next;

		cursor_seek(&c, at);
		(void)u16(p, &c);
		n = u16(p, &c);
		file = u32(p, &c);
		aux = u32(p, &c);
		next = u32(p, &c);
		cursor_seek(&c, at + aux);
		for (uint32_t k = 0; k < n && cursor_ok(&c) && step(p, 1); k++) {
			size_t from = c.pos;
			uint32_t other, name, forward;

			cursor_skip(&c, 6);
			other = u16(p, &c);
			name = u32(p, &c);
			forward = u32(p, &c);
			if (cursor_ok(&c) && other < VERSIONS_MAX) {
				p->versions[other] = name_at(&p->names, name);
				p->files[other] = name_at(&p->names, file);
			}
			if (forward == 0)
				break;
			cursor_seek(&c, from + forward);
		}
		if (next == 0)
			return;
		at += next;
	}
}

static void read_symbol(struct parse *p, struct cursor *c, size_t index, size_t *room)
{
	struct elf *e = p->elf;
	struct elf_symbol s = {0};
	struct cursor v = p->versym;
	uint32_t name = u32(p, c);
	uint16_t section, version;
	uint8_t info;

	if (!e->wide)
		cursor_skip(c, 8);
	info = cursor_u8(c);
	cursor_skip(c, 1);
	section = u16(p, c);
	if (e->wide)
		cursor_skip(c, 16);
	s.type = info & 15;
	s.bind = info >> 4;
	s.imported = section == 0;
	if (index == 0 || s.bind == 0 || name == 0)
		return;
	s.name = name_at(&p->names, name);
	if (!s.name.len)
		return damage(p, "symbol name outside its table");
	cursor_seek(&v, index * 2);
	version = u16(p, &v) & 0x7fff;
	if (cursor_ok(&v) && version < VERSIONS_MAX) {
		s.version = p->versions[version];
		s.lib = p->files[version];
	}
	e->n_imports += s.imported;
	e->n_exports += !s.imported;
	e->n_ifuncs += s.type == STT_GNU_IFUNC;
	if (e->n_symbols < ELF_SYMBOLS_MAX)
		*ARENA_PUSH(p->arena, e->symbols, e->n_symbols, *room) = s;
}

static void read_symbols(struct parse *p)
{
	size_t bytes = p->elf->wide ? 24 : 16, n = p->symbols.len / bytes, room = 0;
	struct cursor c = p->symbols;

	read_versions(p);
	for (size_t i = 0; i < n && step(p, 2); i++)
		read_symbol(p, &c, i, &room);
}

/* A note: u32 name bytes, u32 content bytes, u32 type, name, content, each on 4. "GNU", 3 is the build id. */
static void read_notes(struct parse *p, struct cursor c)
{
	while (cursor_left(&c) >= 12 && step(p, 1)) {
		uint32_t name_bytes = u32(p, &c), bytes = u32(p, &c), type = u32(p, &c);
		struct str name = cursor_str(&c, name_bytes);
		struct cursor content;

		cursor_skip(&c, (4 - name_bytes % 4) % 4);
		content = cursor_clip(&c, c.pos, bytes);
		cursor_skip(&c, bytes);
		if (!cursor_ok(&c))
			return damage(p, "note cut short");
		if (type == 3 && str_equal(name, str_view("GNU", 4)))
			p->elf->build_id = der_hex(p->arena, content);
		cursor_skip(&c, cursor_left(&c) < 3 ? cursor_left(&c) : (4 - bytes % 4) % 4);
	}
}

static void read_rest(struct parse *p)
{
	struct elf *e = p->elf;
	struct cursor c;

	for (size_t i = 0; i < e->n_segments; i++) {
		const struct elf_segment *s = &e->segments[i];

		c = cursor_clip(&p->in, s->offset, s->bytes);
		if (s->type == PT_INTERP)
			e->interp = cursor_zstr(&c, NAME_BYTES);
		else if (s->type == PT_NOTE && !e->build_id.len)
			read_notes(p, c);
	}
	for (size_t i = 0; i < e->n_sections; i++) {
		c = section_bytes(p, &e->sections[i]);
		if (str_is(e->sections[i].name, ".comment"))
			e->comment = cursor_zstr(&c, NAME_BYTES);
		else if (e->sections[i].type == SHT_NOTE && !e->build_id.len)
			read_notes(p, c);
	}
}

/* Everything that a header, segment or section accounts for; what stands behind is the overlay. */
static void find_overlay(struct parse *p, const struct header *h)
{
	struct elf *e = p->elf;
	uint64_t end = e->wide ? 64 : 52, x;

	for (size_t i = 0; i < e->n_segments; i++)
		if (e->segments[i].bytes && (x = e->segments[i].offset + e->segments[i].bytes) > end)
			end = x;
	for (size_t i = 0; i < e->n_sections; i++)
		if (e->sections[i].bytes && (x = e->sections[i].offset + e->sections[i].bytes) > end)
			end = x;
	x = e->n_sections ? h->shoff + (uint64_t)e->n_sections * h->sh_bytes : 0;
	end = x > end ? x : end;
	x = e->n_segments ? h->phoff + (uint64_t)e->n_segments * h->ph_bytes : 0;
	end = x > end ? x : end;
	if (end < p->in.len) {
		e->overlay_offset = end;
		e->overlay_bytes = p->in.len - end;
	}
}

enum { CARRY_MIN_BYTES = 256 << 10, SEGMENT_LOAD = 1, SEGMENT_INTERP = 3 };

/* A program that starts by itself, with much in it that is never loaded: bundles are put there as a section. */
static bool carries_sections(struct parse *p, const struct header *h)
{
	struct cursor c = cursor_clip(&p->in, h->phoff, UINT64_MAX);
	uint64_t end = 0;
	bool program = false;

	for (uint32_t i = 0; i < h->n_ph && i < ELF_SEGMENTS_MAX && cursor_ok(&c); i++) {
		uint32_t type = u32(p, &c);
		uint64_t offset, bytes;

		cursor_skip(&c, p->elf->wide ? 4 : 0);
		offset = word(p, &c);
		(void)word(p, &c);
		(void)word(p, &c);
		bytes = word(p, &c);
		cursor_skip(&c, p->elf->wide ? 16 : 12);
		program = program || type == SEGMENT_INTERP;
		if (type == SEGMENT_LOAD && bytes < UINT64_MAX - offset && offset + bytes > end)
			end = offset + bytes;
	}
	return program && cursor_ok(&c) && h->shoff > end && h->shoff - end >= CARRY_MIN_BYTES;
}

bool elf_may_carry(struct cursor head, uint64_t total_bytes)
{
	struct elf e = {0};
	struct parse p = {.in = head, .elf = &e};
	struct header h;

	if (!read_header(&p, &h))
		return false;
	return carries_sections(&p, &h) || h.n_sh == 0 || h.shoff > total_bytes ||
		(uint64_t)h.n_sh * h.sh_bytes < total_bytes - h.shoff;
}

enum status elf_parse(struct arena *a, struct budget *b, struct cursor in, struct elf *ret)
{
	struct parse p = {.arena = a, .budget = b, .in = in, .elf = ret};
	struct header h = {0};

	memset(ret, 0, sizeof(*ret));
	p.in.pos = 0;
	if (!read_header(&p, &h))
		return STATUS_UNSUPPORTED;
	read_segments(&p, &h);
	read_sections(&p, &h);
	tables_by_section(&p);
	if (!p.dynamic.base && ret->n_segments)
		tables_by_segment(&p);
	if (p.dynamic.len) /* debugging information of its own states the table and has none of it */
		read_dynamic(&p);
	read_symbols(&p);
	read_rest(&p);
	find_overlay(&p, &h);
	p.stated.program_headers = h.phoff;
	p.limit |= !elf_check(a, b, ret, &p.stated);
	if (p.limit)
		return STATUS_LIMIT;
	return ret->damage ? STATUS_DAMAGED : STATUS_OK;
}

static int probe(struct cursor head, uint64_t total_bytes)
{
	const uint8_t *p = cursor_take(&head, 16);

	if (!p || total_bytes < 52 || memcmp(p, "\177ELF", 4) != 0)
		return 0;
	return (p[4] == 1 || p[4] == 2) && (p[5] == 1 || p[5] == 2) && p[6] == 1 ? 56 : 32;
}

const struct format format_elf = {
	.id = FORMAT_ELF,
	.name = "elf",
	.summary = "Linux and BSD programs and libraries: sections, symbols, needed libraries, notes",
	.head_bytes = 64,
	.probe = probe,
};
