/*
 * WebAssembly 1: sections of { u8 id, leb bytes, content }. 2 = imports { name, name, u8 kind, ... },
 * 7 = exports { name, u8 kind, leb index }, 10 = code. Names are { leb bytes, UTF-8 }.
 */
#include "read/exec_int.h"

enum { SECTION_CUSTOM = 0, SECTION_IMPORT = 2, SECTION_EXPORT = 7, SECTION_CODE = 10, SECTIONS_MAX = 256, NAMES_MAX = 20000 };

static uint64_t leb(struct cursor *c)
{
	uint64_t v = 0;

	for (int shift = 0; shift < 35; shift += 7) {
		uint8_t b = cursor_u8(c);

		v |= (uint64_t)(b & 0x7f) << shift;
		if (!(b & 0x80))
			return v;
	}
	c->bad = true;
	return 0;
}

static struct str name(struct cursor *c)
{
	uint64_t n = leb(c);

	return cursor_str(c, n > c->len ? c->len + 1 : (size_t)n);
}

static void skip_limits(struct cursor *c)
{
	uint64_t flags = leb(c);

	leb(c);
	if (flags & 1)
		leb(c);
}

/* What an import describes, by kind: function, table, memory, global, tag. */
static void skip_description(struct cursor *c)
{
	switch (cursor_u8(c)) {
	case 0: leb(c); break;
	case 1:
		cursor_skip(c, 1);
		skip_limits(c);
		break;
	case 2: skip_limits(c); break;
	case 3: cursor_skip(c, 2); break;
	case 4:
		cursor_skip(c, 1);
		leb(c);
		break;
	default: c->bad = true;
	}
}

static void imports(struct arena *a, struct budget *b, struct cursor c, struct exe *e)
{
	uint64_t n = cursor_count(&c, leb(&c), 4);

	for (uint64_t i = 0; i < n && i < NAMES_MAX && budget_step(b, 1); i++) {
		struct str module = name(&c), symbol = name(&c);

		skip_description(&c);
		if (!cursor_ok(&c))
			break;
		*ARENA_PUSH(a, e->imports, e->n_imports, e->imports_room) =
			arena_printf(a, "%.*s!%.*s", STR_ARG(module), STR_ARG(symbol));
	}
	if (!cursor_ok(&c))
		e->damage = "import section damaged";
}

static void exports(struct arena *a, struct budget *b, struct cursor c, struct exe *e)
{
	uint64_t n = cursor_count(&c, leb(&c), 3);

	for (uint64_t i = 0; i < n && i < NAMES_MAX && budget_step(b, 1); i++) {
		struct str symbol = name(&c);

		cursor_skip(&c, 1);
		leb(&c);
		if (!cursor_ok(&c))
			break;
		*ARENA_PUSH(a, e->exports, e->n_exports, e->exports_room) = symbol;
	}
	if (!cursor_ok(&c))
		e->damage = "export section damaged";
}

enum status wasm_load(struct arena *a, struct budget *b, struct exe *e)
{
	static const char *const names[] = {"custom", "type", "import", "function", "table", "memory", "global", "export",
		"start", "element", "code", "data", "data count", "tag"};
	struct cursor c = e->bytes;

	c.pos = 0;
	if (cursor_u32be(&c) != 0x0061736d)
		return STATUS_UNSUPPORTED;
	cursor_skip(&c, 4);
	for (int i = 0; i < SECTIONS_MAX && cursor_left(&c) && budget_step(b, 1); i++) {
		size_t at = c.pos;
		uint8_t id = cursor_u8(&c);
		uint64_t bytes = leb(&c);
		struct cursor body = cursor_part(&c, c.pos, bytes);
		struct exe_section s = {.offset = c.pos, .bytes = bytes, .r = true, .x = id == SECTION_CODE};

		if (id >= sizeof(names) / sizeof(names[0]) || !cursor_ok(&c)) {
			e->overlay_offset = at;
			e->overlay_bytes = e->bytes.len - at;
			break;
		}
		if (!cursor_ok(&body)) {
			e->damage = "section outside the file";
			break;
		}
		cursor_skip(&c, bytes);
		s.name = str_of(names[id]);
		if (id == SECTION_CUSTOM)
			s.name = name(&body);
		else if (id == SECTION_IMPORT)
			imports(a, b, body, e);
		else if (id == SECTION_EXPORT)
			exports(a, b, body, e);
		*ARENA_PUSH(a, e->sections, e->n_sections, e->sections_room) = s;
	}
	return e->damage ? STATUS_DAMAGED : STATUS_OK;
}
