/*
 * Where the code of a PE file stands: sections, exports, the import address table, COFF symbols (18
 * bytes: name[8] or 0 and offset, value, section, type, class, auxiliary records), the exception
 * directory (x86-64: { first, end, unwind } of 4 bytes each; arm64: { first, unwind or length }).
 */
#include "formats/pe.h"
#include "read/native_int.h"

enum { SYMBOL_BYTES = 18, NAME_BYTES = 4096, TLS_MAX = 64 };

struct load {
	struct read_in *in;
	struct native_image *im;
	struct pe pe;
};

static struct cursor at_rva(const struct load *l, uint32_t rva)
{
	uint64_t offset, left;

	if (!pe_offset(&l->pe, rva, &offset, &left))
		return (struct cursor){.bad = true};
	return cursor_clip(&l->im->bytes, offset, left);
}

static void start(struct load *l, uint64_t rva, uint64_t bytes, uint32_t flags, struct str name)
{
	native_start_add(l->in, l->im, l->pe.image_base + rva, bytes, flags, name);
}

static void sections(struct load *l)
{
	for (size_t i = 0; i < l->pe.n_sections; i++) {
		const struct pe_section *s = &l->pe.sections[i];
		uint64_t bytes = s->virtual_bytes && s->virtual_bytes < s->bytes ? s->virtual_bytes : s->bytes;

		native_range_add(l->in, l->im, (struct native_range){l->pe.image_base + s->rva, s->offset, bytes, s->x, s->w});
	}
}

static void symbols(struct load *l)
{
	struct cursor c = cursor_clip(&l->im->bytes, l->pe.symbols_offset, l->pe.symbols_bytes), names;
	uint32_t n, names_bytes;

	/* the string table begins with its own length, behind the last record */
	for (n = 0; l->pe.symbols_bytes && budget_step(l->in->budget, 1); n++) {
		uint64_t at = (uint64_t)n * SYMBOL_BYTES;

		names = cursor_clip(&c, at, UINT64_MAX);
		names_bytes = cursor_u32le(&names);
		if (at + names_bytes == c.len || at >= c.len)
			break;
	}
	names = cursor_clip(&c, (uint64_t)n * SYMBOL_BYTES, UINT64_MAX);
	for (uint32_t i = 0; i < n && l->pe.symbols_bytes && budget_step(l->in->budget, 1); i++) {
		struct cursor s = cursor_part(&c, (uint64_t)i * SYMBOL_BYTES, SYMBOL_BYTES), far = s;
		struct str name = cursor_str(&s, 8);
		uint32_t value = cursor_u32le(&s), long_at;
		uint16_t section = cursor_u16le(&s), type = cursor_u16le(&s);

		cursor_skip(&s, 1);
		i += cursor_u8(&s);
		if (type >> 4 != 2 || section == 0 || section > l->pe.n_sections)
			continue;
		if (cursor_u32le(&far) == 0) {
			long_at = cursor_u32le(&far);
			far = names;
			cursor_seek(&far, long_at);
			name = cursor_zstr(&far, NAME_BYTES);
		} else if (memchr(name.p, 0, name.len)) {
			name.len = strlen(name.p);
		}
		if (l->im->cpu == NATIVE_X86 && str_starts(name, "_"))
			name = str_part(name, 1, name.len);
		start(l, (uint64_t)l->pe.sections[section - 1].rva + value, 0, 0, name);
	}
}

static void unwind(struct load *l)
{
	struct cursor c;
	bool x86 = l->im->cpu == NATIVE_X86_64;

	if (l->pe.n_directories <= PE_DIR_EXCEPTION || l->im->cpu == NATIVE_X86)
		return;
	c = at_rva(l, l->pe.directories[PE_DIR_EXCEPTION].rva);
	c = cursor_clip(&c, 0, l->pe.directories[PE_DIR_EXCEPTION].bytes);
	while (cursor_left(&c) >= (x86 ? 12u : 8u) && budget_step(l->in->budget, 1)) {
		uint32_t from = cursor_u32le(&c), second = cursor_u32le(&c), third = x86 ? cursor_u32le(&c) : 0;

		(void)third;
		if (from == 0)
			continue;
		if (x86 && second > from)
			start(l, from, second - from, 0, STR_NONE);
		else if (!x86)
			start(l, from, second & 3 ? (second >> 2 & 0x7ff) * 4 : 0, 0, STR_NONE);
	}
}

static void tls(struct load *l)
{
	struct cursor c;
	uint64_t va;

	if (l->pe.n_directories <= PE_DIR_TLS || !l->pe.n_tls_callbacks)
		return;
	c = at_rva(l, l->pe.directories[PE_DIR_TLS].rva);
	cursor_skip(&c, l->pe.plus ? 24 : 12);
	va = l->pe.plus ? cursor_u64le(&c) : cursor_u32le(&c);
	c = native_at(l->im, va);
	for (int i = 0; i < TLS_MAX; i++) {
		va = l->pe.plus ? cursor_u64le(&c) : cursor_u32le(&c);
		if (!va || !cursor_ok(&c))
			return;
		native_start_add(l->in, l->im, va, 0, NATIVE_STARTS, STR_NONE);
	}
}

static void imports(struct load *l)
{
	for (size_t i = 0; i < l->pe.n_imports; i++) {
		const struct pe_import *x = &l->pe.imports[i];
		struct str name = x->by_ordinal ? arena_printf(l->in->arena, "%.*s#%u", STR_ARG(x->lib), x->ordinal) : x->symbol;

		native_slot_add(l->in, l->im, l->pe.image_base + x->slot_rva, 0, name);
	}
}

bool native_pe(struct read_in *in, struct cursor bytes, struct native_image *ret)
{
	struct load *l = ARENA_NEW(in->arena, struct load);

	l->in = in;
	l->im = ret;
	if (pe_parse(in->arena, in->budget, bytes, &l->pe) == STATUS_UNSUPPORTED)
		return false;
	ret->bytes = bytes;
	ret->windows = true;
	ret->cpu = l->pe.machine == 0x8664 && l->pe.plus ? NATIVE_X86_64 : l->pe.machine == 0x14c && !l->pe.plus ? NATIVE_X86
		: l->pe.machine == 0xaa64 && l->pe.plus ? NATIVE_ARM64 : NATIVE_NONE;
	if (ret->cpu == NATIVE_NONE)
		return false;
	sections(l);
	imports(l);
	for (size_t i = 0; i < l->pe.n_exports; i++)
		if (!l->pe.exports[i].forward.len)
			start(l, l->pe.exports[i].rva, 0, NATIVE_EXPORTED, l->pe.exports[i].symbol);
	symbols(l);
	unwind(l);
	tls(l);
	if (l->pe.entry_rva) /* a library's entry runs when it is loaded, a program's too */
		start(l, l->pe.entry_rva, 0, 0, STR_NONE);
	return true;
}
