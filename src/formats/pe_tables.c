/* Import and export directories, delay imports. */
#include "formats/pe_int.h"

enum { NAME_MAX_BYTES = 1024, LIBRARIES_MAX = 2048, FUNCTIONS_MAX = 65536 };

static bool import_full(struct pe_parse *p)
{
	if (p->pe->n_imports < PE_SYMBOLS_MAX)
		return false;
	pe_damage(p, "too many imports");
	return true;
}

/* Thunks: high bit = ordinal, else the address of { u16 hint, name }. */
static void read_thunks(struct pe_parse *p, struct str lib, uint32_t rva, uint32_t slots, bool delayed, size_t *room)
{
	struct cursor c = pe_at(p, rva);

	while (!import_full(p) && pe_step(p, 1)) {
		uint64_t thunk = p->pe->plus ? cursor_u64le(&c) : cursor_u32le(&c);
		struct pe_import import = {.lib = lib, .delayed = delayed, .slot_rva = slots};

		if (!cursor_ok(&c))
			return pe_damage(p, "import list outside its section");
		if (!thunk)
			return;
		import.by_ordinal = thunk >> (p->pe->plus ? 63 : 31);
		if (import.by_ordinal)
			import.ordinal = (uint16_t)thunk;
		else
			import.symbol = pe_text_at(p, (uint32_t)(thunk & 0x7fffffff) + 2, NAME_MAX_BYTES);
		if (!import.by_ordinal && !import.symbol.len)
			return pe_damage(p, "import name outside its section");
		*ARENA_PUSH(p->arena, p->pe->imports, p->pe->n_imports, *room) = import;
		slots += p->pe->plus ? 8 : 4;
	}
}

/* 20 bytes a library: lookup table, time, forwarder, name, address table. */
static void read_normal(struct pe_parse *p, size_t *room)
{
	struct cursor c = pe_at(p, p->pe->directories[PE_DIR_IMPORT].rva);

	for (int i = 0; i < LIBRARIES_MAX && pe_step(p, 1); i++) {
		uint32_t lookup = cursor_u32le(&c), name, address;
		struct str lib;

		cursor_skip(&c, 8);
		name = cursor_u32le(&c);
		address = cursor_u32le(&c);
		if (!cursor_ok(&c))
			return pe_damage(p, "import directory outside its section");
		if (!name || !address)
			return;
		lib = pe_text_at(p, name, NAME_MAX_BYTES);
		if (!lib.len)
			return pe_damage(p, "library name outside its section");
		read_thunks(p, lib, lookup ? lookup : address, address, false, room);
		if (import_full(p))
			return;
	}
}

/* 32 bytes a library: attributes (1 = addresses are relative), name, module, address table, name table. */
static void read_delayed(struct pe_parse *p, size_t *room)
{
	struct cursor c = pe_at(p, p->pe->directories[PE_DIR_DELAY_IMPORT].rva);

	for (int i = 0; i < LIBRARIES_MAX && pe_step(p, 1); i++) {
		uint32_t attributes = cursor_u32le(&c), name = cursor_u32le(&c), names, slots, base;
		struct str lib;

		cursor_skip(&c, 4);
		slots = cursor_u32le(&c);
		names = cursor_u32le(&c);
		cursor_skip(&c, 12);
		if (!cursor_ok(&c))
			return pe_damage(p, "delay import directory outside its section");
		if (!name)
			return;
		base = attributes & 1 ? 0 : (uint32_t)p->pe->image_base;
		lib = pe_text_at(p, name - base, NAME_MAX_BYTES);
		if (!lib.len)
			return pe_damage(p, "library name outside its section");
		read_thunks(p, lib, names - base, slots - base, true, room);
		if (import_full(p))
			return;
	}
}

void pe_read_imports(struct pe_parse *p)
{
	size_t room = 0;

	if (p->pe->n_directories > PE_DIR_IMPORT && p->pe->directories[PE_DIR_IMPORT].rva)
		read_normal(p, &room);
	if (p->pe->n_directories > PE_DIR_DELAY_IMPORT && p->pe->directories[PE_DIR_DELAY_IMPORT].rva)
		read_delayed(p, &room);
}

struct exports {
	uint32_t rva, bytes, base, n_functions, n_names, functions, names, ordinals;
};

static uint32_t table_u32(struct pe_parse *p, const struct cursor *table, uint32_t i)
{
	struct cursor c = *table;

	cursor_seek(&c, (uint64_t)i * 4);
	return cursor_u32le(&c);
}

static void add_export(struct pe_parse *p, const struct exports *e, struct pe_export x, size_t *room)
{
	if (x.rva >= e->rva && x.rva - e->rva < e->bytes)
		x.forward = pe_text_at(p, x.rva, NAME_MAX_BYTES);
	*ARENA_PUSH(p->arena, p->pe->exports, p->pe->n_exports, *room) = x;
}

/* Names first (each has an index into the functions), then the functions without a name. */
static void read_export_tables(struct pe_parse *p, const struct exports *e)
{
	struct cursor functions = pe_at(p, e->functions), names = pe_at(p, e->names);
	struct cursor ordinals = pe_at(p, e->ordinals);
	uint8_t *named = arena_alloc(p->arena, e->n_functions + 1);
	size_t room = 0;

	for (uint32_t i = 0; i < e->n_names && p->pe->n_exports < PE_SYMBOLS_MAX && pe_step(p, 2); i++) {
		struct pe_export x = {0};
		uint32_t name = cursor_u32le(&names), index = cursor_u16le(&ordinals);

		if (!cursor_ok(&names) || !cursor_ok(&ordinals) || index >= e->n_functions)
			return pe_damage(p, "export names outside their section");
		named[index] = 1;
		x.symbol = pe_text_at(p, name, NAME_MAX_BYTES);
		x.ordinal = e->base + index;
		x.rva = table_u32(p, &functions, index);
		if (x.symbol.len)
			add_export(p, e, x, &room);
		else
			pe_damage(p, "export name outside its section");
	}
	for (uint32_t i = 0; i < e->n_functions && p->pe->n_exports < PE_SYMBOLS_MAX && pe_step(p, 1); i++) {
		struct pe_export x = {.ordinal = e->base + i, .rva = cursor_u32le(&functions)};

		if (!cursor_ok(&functions))
			return pe_damage(p, "export addresses outside their section");
		if (!named[i] && x.rva)
			add_export(p, e, x, &room);
	}
}

/* flags, time, version, name at 12, base at 16, n functions, n names, functions, names, ordinals. */
void pe_read_exports(struct pe_parse *p)
{
	struct exports e = {.rva = p->pe->directories[PE_DIR_EXPORT].rva,
		.bytes = p->pe->directories[PE_DIR_EXPORT].bytes};
	struct cursor c = pe_at(p, e.rva);
	uint32_t name;

	cursor_skip(&c, 12);
	name = cursor_u32le(&c);
	e.base = cursor_u32le(&c);
	e.n_functions = cursor_u32le(&c);
	e.n_names = cursor_u32le(&c);
	e.functions = cursor_u32le(&c);
	e.names = cursor_u32le(&c);
	e.ordinals = cursor_u32le(&c);
	if (!cursor_ok(&c))
		return pe_damage(p, "export directory outside its section");
	if (e.n_functions > FUNCTIONS_MAX || e.n_names > FUNCTIONS_MAX)
		return pe_damage(p, "too many exports");
	p->pe->export_name = pe_text_at(p, name, NAME_MAX_BYTES);
	read_export_tables(p, &e);
	if (p->pe->n_exports == PE_SYMBOLS_MAX)
		pe_damage(p, "too many exports");
}
