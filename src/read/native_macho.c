/*
 * Where the code of a Mach-O image stands: sections, LC_FUNCTION_STARTS (distances as ULEB128 from the
 * segment that holds the header), the symbol table, and the indirect symbols that say what stubs and
 * pointers are bound to.
 */
#include "formats/macho.h"
#include "read/native_int.h"

enum { NON_LAZY = 6, LAZY = 7, STUBS = 8, MOD_INIT = 9, INIT_OFFSETS = 0x16, NAME_BYTES = 4096 };
#define INDIRECT_LOCAL 0x80000000u
#define INDIRECT_ABSOLUTE 0x40000000u

struct load {
	struct read_in *in;
	struct native_image *im;
	const struct macho_image *m;
	struct cursor image;
};

static struct str c_name(struct str s)
{
	return str_starts(s, "_") ? str_part(s, 1, s.len) : s;
}

static uint64_t word(const struct load *l, struct cursor *c)
{
	return l->m->wide ? cursor_u64le(c) : cursor_u32le(c);
}

struct symbol {
	struct str name;
	uint8_t type, section;
	uint64_t value;
};

static bool symbol_read(const struct load *l, uint32_t index, struct symbol *ret)
{
	uint32_t each = l->m->wide ? 16 : 12;
	struct cursor c = cursor_clip(&l->image, l->m->symbols_at, (uint64_t)l->m->n_symbols_stated * each);
	struct cursor names = cursor_clip(&l->image, l->m->names_at, l->m->names_bytes);

	cursor_seek(&c, (uint64_t)index * each);
	cursor_seek(&names, cursor_u32le(&c));
	ret->type = cursor_u8(&c);
	ret->section = cursor_u8(&c);
	cursor_skip(&c, 2);
	ret->value = word(l, &c);
	ret->name = cursor_zstr(&names, NAME_BYTES);
	return cursor_ok(&c);
}

static void sections(struct load *l)
{
	for (size_t i = 0; i < l->m->n_sections; i++) {
		const struct macho_section *s = &l->m->sections[i];
		/* S_ATTR_PURE_INSTRUCTIONS or SOME: tables stand beside the code in the same segment. */
		bool x = s->x && (s->flags & 0x80000400u);

		native_range_add(l->in, l->im, (struct native_range){s->address, s->offset, s->bytes, x, s->w});
	}
}

static void symbols(struct load *l)
{
	for (uint32_t i = 0; i < l->m->n_symbols_stated && budget_step(l->in->budget, 1); i++) {
		struct symbol s;

		if (!symbol_read(l, i, &s))
			return;
		if (s.type & 0xe0 || (s.type & 0xe) != 0xe || s.section == 0 || s.section > l->m->n_sections ||
			!(l->m->sections[s.section - 1].flags & 0x80000400u))
			continue;
		native_start_add(l->in, l->im, s.value, 0, s.type & 1 ? NATIVE_EXPORTED : 0, c_name(s.name));
	}
}

static void function_starts(struct load *l)
{
	struct cursor c = cursor_clip(&l->image, l->m->function_starts_at, l->m->function_starts_bytes);
	uint64_t address = l->m->text_address;

	while (cursor_left(&c) && budget_step(l->in->budget, 1)) {
		uint64_t by = 0;
		uint8_t b = 0x80;

		for (unsigned shift = 0; shift < 63 && b & 0x80; shift += 7) {
			b = cursor_u8(&c);
			by |= (uint64_t)(b & 0x7f) << shift;
		}
		if (by == 0 || b & 0x80)
			return;
		address += by;
		native_start_add(l->in, l->im, address, 0, 0, STR_NONE);
	}
}

/* Stubs and pointers of a section are bound in the order of the indirect table, from reserved1 on. */
static void bound(struct load *l, const struct macho_section *s)
{
	unsigned kind = s->flags & 0xff;
	uint64_t each = kind == STUBS ? s->reserved2 : l->m->wide ? 8 : 4;
	struct cursor c = cursor_clip(&l->image, l->m->indirect_at, (uint64_t)l->m->n_indirect * 4);

	if (each == 0 || (kind != STUBS && kind != LAZY && kind != NON_LAZY))
		return;
	cursor_seek(&c, (uint64_t)s->reserved1 * 4);
	for (uint64_t i = 0; i < s->bytes / each && cursor_left(&c) && budget_step(l->in->budget, 1); i++) {
		uint32_t index = cursor_u32le(&c);
		struct symbol y;

		if (index & (INDIRECT_LOCAL | INDIRECT_ABSOLUTE) || !symbol_read(l, index, &y))
			continue;
		if ((y.type & 0xe) != 0)
			native_slot_add(l->in, l->im, s->address + i * each, y.value, STR_NONE);
		else
			native_slot_add(l->in, l->im, s->address + i * each, 0, c_name(y.name));
	}
}

static void constructors(struct load *l, const struct macho_section *s)
{
	bool offsets = (s->flags & 0xff) == INIT_OFFSETS;
	struct cursor c = cursor_clip(&l->im->bytes, s->offset, s->bytes);

	while (cursor_left(&c) && budget_step(l->in->budget, 1)) {
		uint64_t to = offsets ? cursor_u32le(&c) + l->m->text_address : word(l, &c);

		if (!native_is_code(l->im, to)) /* chained: the rest says where the next one stands */
			to &= 0xfffffffffull;
		if (!native_is_code(l->im, to))
			to += l->m->text_address;
		native_start_add(l->in, l->im, to, 0, NATIVE_STARTS, STR_NONE);
	}
}

static struct str label(uint32_t cpu)
{
	return cpu == 0x0100000c ? STR("arm64") : cpu == 7 ? STR("x86") : STR("x86-64");
}

static bool image(struct load *l)
{
	const struct macho_image *m = l->m;

	l->im->cpu = m->cpu == 0x01000007 && m->wide ? NATIVE_X86_64 : m->cpu == 7 && !m->wide ? NATIVE_X86
		: m->cpu == 0x0100000c && m->wide ? NATIVE_ARM64 : NATIVE_NONE;
	if (l->im->cpu == NATIVE_NONE || m->big || m->encrypted || m->file_type == 1)
		return false;
	sections(l);
	symbols(l);
	function_starts(l);
	for (size_t i = 0; i < m->n_sections; i++) {
		unsigned kind = m->sections[i].flags & 0xff;

		bound(l, &m->sections[i]);
		if (kind == MOD_INIT || kind == INIT_OFFSETS)
			constructors(l, &m->sections[i]);
	}
	if (m->has_entry)
		native_start_add(l->in, l->im, m->text_address + m->entry, 0, 0, STR_NONE);
	return true;
}

size_t native_macho_images(struct read_in *in, struct cursor bytes, struct native_image *ret, size_t max)
{
	struct macho *m = ARENA_NEW(in->arena, struct macho);
	size_t n = 0;

	if (macho_parse(in->arena, in->budget, bytes, m) == STATUS_UNSUPPORTED)
		return 0;
	for (size_t i = 0; i < m->n_images && n < max; i++) {
		struct load l = {in, &ret[n], &m->images[i], cursor_clip(&bytes, m->images[i].offset, m->images[i].bytes)};

		memset(&ret[n], 0, sizeof(ret[n]));
		ret[n].bytes = bytes;
		ret[n].label = m->fat ? label(m->images[i].cpu) : STR_NONE;
		n += image(&l);
	}
	return n;
}
