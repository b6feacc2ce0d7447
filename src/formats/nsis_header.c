/*
 * The unpacked header of an NSIS installer:
 *
 *	0  u32  flags
 *	4  8 x  block: u32 offset from the header's start (u64 in a 64-bit stub), u32 count, in the order
 *	        pages, sections, instructions, strings, language tables, colours, font, data
 *	   ...  settings, start addresses of the callbacks
 *
 * page: 16 u32. section: u32 name, types, flags, first instruction, number of instructions, size,
 * then room for a name. instruction: u32 opcode, 6 x u32. language table: u16 language, 8 bytes,
 * then u32 references to strings.
 *
 * Strings are zero-terminated, bytes or UTF-16LE; a reference counts characters. Characters with a
 * meaning: NSIS 3: 1 language string, 2 shell folder, 3 variable, 4 next one is literal; NSIS 2: 255,
 * 254, 253, 252; the Unicode fork of NSIS 2: E003, E002, E001, E000. Two bytes of argument follow.
 */
#include "formats/nsis.h"
#include "util/escape.h"

enum { BLOCKS = 8, ENTRY_BYTES = 28, PAGE_BYTES = 64, STRING_DEPTH = 4, OPCODES_MAX = 80 };
enum { BLOCK_PAGES, BLOCK_SECTIONS, BLOCK_ENTRIES, BLOCK_STRINGS, BLOCK_LANGUAGES };

struct block {
	uint64_t offset;
	uint32_t count;
};

static bool blocks_read(struct cursor c, bool wide, struct block *blocks)
{
	uint64_t before = 0;

	cursor_skip(&c, 4);
	for (int i = 0; i < BLOCKS; i++) {
		blocks[i].offset = wide ? cursor_u64le(&c) : cursor_u32le(&c);
		blocks[i].count = cursor_u32le(&c);
	}
	for (int i = 0; i <= BLOCK_LANGUAGES; i++) { /* the tables stand in this order */
		if (blocks[i].offset > c.len || blocks[i].offset < before)
			return false;
		if (blocks[i].offset)
			before = blocks[i].offset;
	}
	return cursor_ok(&c) && blocks[BLOCK_STRINGS].offset > 0 &&
		blocks[BLOCK_ENTRIES].offset >= (wide ? 100 : 68) &&
		blocks[BLOCK_ENTRIES].count <=
		(blocks[BLOCK_STRINGS].offset - blocks[BLOCK_ENTRIES].offset) / ENTRY_BYTES;
}

static uint64_t next_offset(const struct nsis_header *h, const struct block *blocks, int i)
{
	for (int k = i + 1; k < BLOCKS - 1; k++)
		if (blocks[k].offset > blocks[i].offset && blocks[k].offset <= h->bytes.len)
			return blocks[k].offset;
	return h->bytes.len;
}

/* A table of `count` rows up to the next table; *ret_row = bytes of a row. */
static struct cursor table_of(
	const struct nsis_header *h, const struct block *blocks, int i, size_t *ret_row)
{
	uint64_t end = next_offset(h, blocks, i), from = blocks[i].offset;
	struct cursor c = from && from <= end ? cursor_clip(&h->bytes, from, end - from)
					      : cursor_of(NULL, 0);

	*ret_row = blocks[i].count ? c.len / blocks[i].count : 0;
	return c;
}

static uint16_t unit_at(const struct nsis_header *h, size_t i)
{
	const uint8_t *p = h->strings.base + i;

	return h->unicode ? (uint16_t)(p[0] | p[1] << 8) : p[0];
}

/* Which characters are codes in this build? The ones that are followed by a plausible argument. */
static void dialect_find(struct nsis_header *h)
{
	size_t step = h->unicode ? 2 : 1, args = h->unicode ? 2 : 1;
	uint64_t three = 0, two = 0;

	for (size_t i = 0; i + args * 3 <= h->strings.len; i += step) {
		uint16_t u = unit_at(h, i);
		const uint8_t *arg = h->strings.base + i + step;
		bool coded = (arg[0] & 0x80) && (arg[1] & 0x80);

		if (u == 3 || u == 1)
			three += coded;
		else if (h->unicode ? u == 0xe001 || u == 0xe003 : u == 253 || u == 255)
			two += h->unicode || coded;
	}
	h->dialect = two > three ? (h->unicode ? NSIS_PARK : NSIS_2) : NSIS_3;
}

static void language_pick(struct nsis_header *h)
{
	size_t n = h->language_bytes ? h->languages.len / h->language_bytes : 0;

	for (size_t i = 0; i < n && h->language_bytes >= 10; i++) {
		struct cursor c = cursor_part(
			&h->languages, i * h->language_bytes, h->language_bytes);
		uint16_t id = cursor_u16le(&c);

		if (i == 0 || id == 1033)
			h->language = c;
		if (id == 1033)
			break;
	}
	cursor_skip(&h->language, 8);
}

/* Parameters that an instruction has at most; what is beyond must be zero. */
static const uint8_t param_counts[NSIS_OP_N] = {
	0, 0, 1, 1, 0, 2, 6, 1, 0, 2, 2, 3, 3, 4, 4, 2, 4, 3, 2, 2, 6, 2, 6, 2, 2,
	4, 5, 3, 6, 4, 4, 6, 5, 6, 3, 3, 2, 4, 5, 4, 6, 3, 3, 4, 6, 6, 4, 1, 5, 4,
	5, 6, 5, 5, 1, 4, 3, 4, 4, 1, 2, 3, 4, 5, 4, 6, 2, 1, 4, 4, 2, 2, 2, 2,
};

static uint32_t park_number(const struct nsis_header *h, uint32_t raw)
{
	if (raw < NSIS_OP_REGISTERDLL)
		return raw;
	if (h->park >= 2) {
		if (raw == NSIS_OP_REGISTERDLL)
			return NSIS_OP_FONTVERSION;
		raw--;
	}
	if (h->park >= 3) {
		if (raw == NSIS_OP_REGISTERDLL)
			return NSIS_OP_FONTNAME;
		raw--;
	}
	if (raw >= NSIS_OP_FILESEEK && h->unicode) {
		if (raw < NSIS_OP_FILESEEK + 2)
			return NSIS_OP_FILEWRITE16 + (raw - NSIS_OP_FILESEEK);
		raw -= 2;
	}
	if (raw >= NSIS_OP_SECTION && h->log)
		return raw == NSIS_OP_SECTION ? NSIS_OP_LOG : raw - 1;
	return raw == NSIS_OP_FILEWRITE16 ? NSIS_OP_FINDPROC : raw;
}

static uint32_t number_of(const struct nsis_header *h, uint32_t raw)
{
	if (h->park)
		return park_number(h, raw);
	if (h->log && raw >= NSIS_OP_SECTION)
		return raw == NSIS_OP_SECTION ? NSIS_OP_LOG : raw - 1;
	return raw;
}

struct nsis_op nsis_entry(const struct nsis_header *h, size_t i)
{
	struct cursor c = cursor_part(&h->entries, i * ENTRY_BYTES, ENTRY_BYTES);
	struct nsis_op op = {.raw = cursor_u32le(&c)};

	op.op = number_of(h, op.raw);
	for (int k = 0; k < NSIS_PARAMS; k++)
		op.p[k] = (int32_t)cursor_u32le(&c);
	return op;
}

bool nsis_string_valid(const struct nsis_header *h, int32_t ref)
{
	uint64_t limit = h->strings.len / (h->unicode ? 2 : 1);

	if (ref < 0)
		return (uint64_t)(-((int64_t)ref + 1)) < (h->language.len - h->language.pos) / 4;
	return (uint64_t)ref < limit;
}

/* Does this instruction contradict the numbering? */
static bool entry_odd(const struct nsis_header *h, struct nsis_op op)
{
	if (op.op >= NSIS_OP_N || (op.op > NSIS_OP_FILEREAD16 && op.raw == op.op))
		return true;
	for (int k = param_counts[op.op]; k < NSIS_PARAMS; k++)
		if (op.p[k])
			return true;
	switch (op.op) {
	case NSIS_OP_INVALID: return op.raw == 0;
	case NSIS_OP_FILE: return !nsis_string_valid(h, op.p[1]) || op.p[2] < 0;
	case NSIS_OP_EXEC:
	case NSIS_OP_DELETE: return !nsis_string_valid(h, op.p[0]);
	case NSIS_OP_REGISTERDLL:
	case NSIS_OP_SHORTCUT:
		return !nsis_string_valid(h, op.p[0]) || !nsis_string_valid(h, op.p[1]);
	case NSIS_OP_WRITEREG: return !nsis_string_valid(h, op.p[1]) || (uint32_t)op.p[4] > 11;
	default: return false;
	}
}

static uint64_t entries_odd(const struct nsis_header *h)
{
	uint64_t n = 0;

	for (size_t i = 0; i < h->n_entries; i++)
		n += entry_odd(h, nsis_entry(h, i));
	return n;
}

/* Builds differ in which instructions they have; take the numbering that explains most. */
static bool numbering_find(struct nsis_header *h, struct budget *b)
{
	unsigned best_park = 0;
	bool best_log = false;

	h->odd_entries = UINT64_MAX;
	for (unsigned k = 0; k < 8; k++) {
		uint64_t odd;

		if (!budget_step(b, h->n_entries + 1))
			return false;
		h->park = k / 2;
		h->log = k % 2;
		odd = entries_odd(h);
		if (odd < h->odd_entries) {
			h->odd_entries = odd;
			best_park = h->park;
			best_log = h->log;
		}
		if (h->odd_entries == 0)
			break;
	}
	h->park = best_park;
	h->log = best_log;
	return true;
}

enum status nsis_header_read(struct nsis_header *h, struct cursor bytes, struct budget *b)
{
	struct block blocks[BLOCKS];
	size_t row;

	memset(h, 0, sizeof(*h));
	h->bytes = bytes;
	if (!blocks_read(bytes, false, blocks)) {
		h->wide = true;
		if (!blocks_read(bytes, true, blocks))
			return STATUS_DAMAGED;
	}
	h->pages = table_of(h, blocks, BLOCK_PAGES, &row);
	h->n_pages = blocks[BLOCK_PAGES].count <= h->pages.len / PAGE_BYTES
		? blocks[BLOCK_PAGES].count
		: 0;
	h->sections = table_of(h, blocks, BLOCK_SECTIONS, &h->section_bytes);
	h->n_sections = h->section_bytes >= 24 ? blocks[BLOCK_SECTIONS].count : 0;
	h->entries = table_of(h, blocks, BLOCK_ENTRIES, &row);
	h->n_entries = blocks[BLOCK_ENTRIES].count;
	h->strings = table_of(h, blocks, BLOCK_STRINGS, &row);
	h->languages = table_of(h, blocks, BLOCK_LANGUAGES, &h->language_bytes);
	if (h->strings.len < 4)
		return STATUS_DAMAGED;
	/* The first string is the empty one. */
	h->unicode = h->strings.base[0] == 0 && h->strings.base[1] == 0;
	if (!budget_step(b, h->strings.len / 16 + 1))
		return STATUS_LIMIT;
	dialect_find(h);
	language_pick(h);
	return numbering_find(h, b) ? STATUS_OK : STATUS_LIMIT;
}

void nsis_variable(uint32_t index, struct buf *out)
{
	static const char *const names[] = {"CMDLINE", "INSTDIR", "OUTDIR", "EXEDIR", "LANGUAGE",
		"TEMP", "PLUGINSDIR", "EXEPATH", "EXEFILE", "HWNDPARENT", "_CLICK", "_OUTDIR"};

	if (index < 10)
		buf_printf(out, "$%u", index);
	else if (index < 20)
		buf_printf(out, "$R%u", index - 10);
	else if (index < 20 + sizeof(names) / sizeof(names[0]))
		buf_printf(out, "$%s", names[index - 20]);
	else
		buf_printf(out, "$_%u_", index);
}

/* Folders by their number in Windows (CSIDL), under the names that scripts use. */
static const char *folder_name(unsigned id)
{
	static const char *const names[] = {
		"DESKTOP",
		"INTERNET",
		"SMPROGRAMS",
		"CONTROLS",
		"PRINTERS",
		"DOCUMENTS",
		"FAVORITES",
		"SMSTARTUP",
		"RECENT",
		"SENDTO",
		"BITBUCKET",
		"STARTMENU",
		NULL,
		"MUSIC",
		"VIDEOS",
		NULL,
		"DESKTOP",
		"DRIVES",
		"NETWORK",
		"NETHOOD",
		"FONTS",
		"TEMPLATES",
		"STARTMENU",
		"SMPROGRAMS",
		"SMSTARTUP",
		"DESKTOP",
		"APPDATA",
		"PRINTHOOD",
		"LOCALAPPDATA",
		"ALTSTARTUP",
		"ALTSTARTUP",
		"FAVORITES",
		"INTERNET_CACHE",
		"COOKIES",
		"HISTORY",
		"APPDATA",
		"WINDIR",
		"SYSDIR",
		"PROGRAMFILES",
		"PICTURES",
		"PROFILE",
		"SYSTEMX86",
		"PROGRAMFILES32",
		"COMMONFILES",
		"COMMONFILES32",
		"TEMPLATES",
		"DOCUMENTS",
		"ADMINTOOLS",
		"ADMINTOOLS",
		"CONNECTIONS",
		NULL,
		NULL,
		NULL,
		"MUSIC",
		"PICTURES",
		"VIDEOS",
		"RESOURCES",
		"RESOURCES_LOCALIZED",
		"COMMON_OEM_LINKS",
		"CDBURN_AREA",
		NULL,
		"COMPUTERSNEARME",
	};

	return id < sizeof(names) / sizeof(names[0]) ? names[id] : NULL;
}

struct string_out {
	const struct nsis_header *h;
	struct buf *out;
	size_t from;
	enum nsis_string_form form;
	uint32_t units; /* characters read, of all strings that this one draws in */
};

static bool string_full(const struct string_out *o)
{
	return o->out->full || o->out->len - o->from >= NSIS_STRING_MAX ||
		o->units >= 2 * NSIS_STRING_MAX;
}

static void string_put(struct string_out *o, uint32_t cp)
{
	if (o->form == NSIS_QUOTED) {
		const char *escaped = cp == '"' ? "$\\\""
			: cp == '\r'		? "$\\r"
			: cp == '\n'		? "$\\n"
			: cp == '\t'		? "$\\t"
			: cp == '$'		? "$$"
						: NULL;

		if (escaped) {
			buf_add_z(o->out, escaped);
			return;
		}
		if (cp < 0x20) {
			buf_printf(o->out, "${U+%04X}", cp);
			return;
		}
	}
	utf8_put(o->out, cp);
}

/* A shell folder: the value for one user and for all; or, with the top bit, a registry value. */
static void folder_put(struct string_out *o, unsigned one, unsigned all, int depth);

enum code { CODE_NONE, CODE_LANGUAGE, CODE_FOLDER, CODE_VARIABLE, CODE_LITERAL };

static enum code code_of(const struct nsis_header *h, uint16_t u)
{
	if (h->dialect == NSIS_3)
		return u >= 1 && u <= 4 ? (enum code)u : CODE_NONE;
	if (h->dialect == NSIS_2)
		return u >= 252 && u <= 255 ? (enum code)(256 - u) : CODE_NONE;
	return u >= 0xe000 && u <= 0xe003 ? (enum code)(CODE_LITERAL - (u - 0xe000)) : CODE_NONE;
}

static void string_walk(struct string_out *o, int32_t ref, int depth)
{
	const struct nsis_header *h = o->h;
	size_t unit = h->unicode ? 2 : 1;
	struct cursor c = h->strings;
	uint32_t high = 0;

	if (ref < 0) {
		struct cursor table = h->language;

		cursor_skip(&table, 4 * (uint64_t)(-((int64_t)ref + 1)));
		ref = (int32_t)cursor_u32le(&table);
		if (!cursor_ok(&table) || ref < 0) {
			buf_add_z(o->out, "$(text)");
			return;
		}
	}
	cursor_seek(&c, (uint64_t)ref * unit);
	while (cursor_ok(&c) && !string_full(o)) {
		uint16_t u = h->unicode ? cursor_u16le(&c) : cursor_u8(&c);
		enum code code = code_of(h, u);
		unsigned a, b, n;

		o->units++;
		if (u == 0)
			return;
		if (code == CODE_LITERAL) {
			u = h->unicode ? cursor_u16le(&c) : cursor_u8(&c);
			if (!cursor_ok(&c))
				return;
		}
		if (code == CODE_NONE || code == CODE_LITERAL) {
			if (u >= 0xd800 && u < 0xdc00) {
				high = u;
				continue;
			}
			string_put(o, high && u >= 0xdc00 && u < 0xe000
				? 0x10000 + ((high - 0xd800) << 10) + (u - 0xdc00u) : u);
			high = 0;
			continue;
		}
		a = cursor_u8(&c);
		b = cursor_u8(&c);
		if (!cursor_ok(&c))
			return;
		n = h->dialect == NSIS_PARK ? (a | b << 8) & 0x7fff : (a & 0x7f) | (b & 0x7f) << 7;
		if (code == CODE_VARIABLE)
			nsis_variable(n, o->out);
		else if (code == CODE_FOLDER)
			folder_put(o, a, b, depth);
		else if (depth < STRING_DEPTH)
			string_walk(o, -(int32_t)n - 1, depth + 1);
	}
}

static void folder_put(struct string_out *o, unsigned one, unsigned all, int depth)
{
	const char *name = folder_name(all);

	if (one & 0x80) { /* a value below HKLM\Software\Microsoft\Windows\CurrentVersion */
		size_t at = o->out->len;
		struct str value;

		if (depth < STRING_DEPTH)
			string_walk(o, (int32_t)(one & 0x3f), depth + 1);
		value = str_part(buf_str(o->out), at, NSIS_STRING_MAX);
		name = str_is(value, "ProgramFilesDir") ? "PROGRAMFILES" :
			str_is(value, "CommonFilesDir") ? "COMMONFILES" : NULL;
		if (name) {
			o->out->len = at;
			buf_printf(o->out, "$%s%s", name, one & 0x40 ? "64" : "");
		}
		return;
	}
	if (!name)
		name = folder_name(one);
	if (name)
		buf_printf(o->out, "$%s", name);
	else
		buf_printf(o->out, "$FOLDER_%02X_%02X", one, all);
}

void nsis_string(
	const struct nsis_header *h, int32_t ref, enum nsis_string_form form, struct buf *out)
{
	struct string_out o = {h, out, out->len, form, 0};

	if (!nsis_string_valid(h, ref)) {
		buf_printf(out, "$(outside %d)", ref);
		return;
	}
	string_walk(&o, ref, 0);
}
