/*
 * Microsoft PE/COFF specification, revision 11.
 *   0x00 "MZ"   0x3c u32 offset of "PE\0\0"
 *   PE+4   machine u16, sections u16, time u32, symbols u32, n symbols u32, optional header u16, flags u16
 *   PE+24  optional header: magic 0x10b/0x20b, linker u8.u8, ..., entry u32 at 16, image base at 28/24,
 *          checksum at 64, subsystem u16 at 68, number of directories at 92/108, then {rva, size} each
 *   then   40 bytes a section: name[8], virtual size, rva, raw size, raw offset, ..., flags at 36
 */
#include "formats/pe.h"

#include <stdlib.h>

#include "formats/format.h"
#include "formats/pe_int.h"
#include "util/buf.h"
#include "util/escape.h"

enum { SECTION_BYTES = 40, SYMBOL_BYTES = 18, PDB_PATH_MAX = 512, RICH_MAX = 256, TLS_MAX = 64 };

void pe_damage(struct pe_parse *p, const char *why)
{
	if (!p->pe->damage)
		p->pe->damage = why;
}

bool pe_step(struct pe_parse *p, uint64_t n)
{
	if (!p->limit && !budget_step(p->budget, n))
		p->limit = true;
	return !p->limit;
}

bool pe_offset(const struct pe *p, uint32_t rva, uint64_t *ret_offset, uint64_t *ret_left)
{
	for (size_t i = 0; i < p->n_sections; i++) {
		const struct pe_section *s = &p->sections[i];

		if (rva >= s->rva && rva - s->rva < s->bytes) {
			*ret_offset = s->offset + (rva - s->rva);
			*ret_left = s->bytes - (rva - s->rva);
			return true;
		}
	}
	if (rva < p->headers_bytes) {
		*ret_offset = rva;
		*ret_left = p->headers_bytes - rva;
		return true;
	}
	return false;
}

struct cursor pe_at(struct pe_parse *p, uint32_t rva)
{
	uint64_t offset, left;

	if (!pe_step(p, p->pe->n_sections / 16 + 1) || !pe_offset(p->pe, rva, &offset, &left))
		return (struct cursor){.bad = true};
	return cursor_clip(&p->in, offset, left);
}

struct str pe_text_at(struct pe_parse *p, uint32_t rva, size_t max)
{
	struct cursor c = pe_at(p, rva);

	return cursor_zstr(&c, max);
}

struct str pe_utf16(struct pe_parse *p, struct cursor units)
{
	struct buf b;
	struct str s;

	buf_init(&b, 4096);
	while (cursor_left(&units) >= 2) {
		uint32_t u = cursor_u16le(&units);

		if (u == 0)
			break;
		if (u >= 0xd800 && u < 0xdc00 && cursor_left(&units) >= 2)
			u = 0x10000 + ((u - 0xd800) << 10) + ((cursor_u16le(&units) - 0xdc00u) & 0x3ff);
		utf8_put(&b, u);
	}
	s = arena_str(p->arena, buf_str(&b));
	buf_release(&b);
	return s;
}

/*
 * The COFF symbol table and the string table behind it, when they are what they claim: every record
 * names a section that exists, and the strings are text. Anything else there counts as overlay.
 */
static void read_symbols(struct pe_parse *p, uint32_t offset, uint32_t n, uint32_t n_sections, struct cursor *ret_strings)
{
	struct cursor c, strings;
	uint32_t bytes;
	uint64_t odd = 0;

	if (offset == 0 || n == 0 || !pe_step(p, n / 4 + 1))
		return;
	c = cursor_clip(&p->in, offset, UINT64_MAX);
	if (!cursor_count(&c, n, SYMBOL_BYTES))
		return pe_damage(p, "symbol table outside the file");
	for (uint32_t i = 0; i < n; i++) {
		struct cursor symbol = cursor_part(&c, (uint64_t)i * SYMBOL_BYTES, SYMBOL_BYTES);
		int16_t section;
		uint8_t n_aux;

		cursor_skip(&symbol, 12);
		section = (int16_t)cursor_u16le(&symbol);
		cursor_skip(&symbol, 3);
		n_aux = cursor_u8(&symbol);
		if (section < -2 || section > (int32_t)n_sections || n_aux > n - i - 1)
			return pe_damage(p, "symbol table is not one");
		i += n_aux;
	}
	cursor_seek(&c, (uint64_t)n * SYMBOL_BYTES);
	strings = cursor_clip(&c, c.pos, UINT64_MAX);
	bytes = cursor_u32le(&strings);
	if (bytes < 4 || bytes > strings.len || !pe_step(p, bytes / 64 + 1))
		return pe_damage(p, "symbol names outside the file");
	for (uint32_t i = 4; i < bytes; i++)
		odd += strings.base[i] != 0 && (strings.base[i] < 0x20 || strings.base[i] > 0x7e);
	if (odd > bytes / 16)
		return pe_damage(p, "symbol names are not text");
	p->pe->symbols_offset = offset;
	p->pe->symbols_bytes = (uint64_t)n * SYMBOL_BYTES + bytes;
	*ret_strings = cursor_part(&strings, 0, bytes);
}

/* "/123" in the name field points into the string table behind the COFF symbols. */
static struct str long_name(struct str name, struct cursor strings)
{
	uint64_t at;
	struct str s;

	if (name.len < 2 || name.p[0] != '/' || !strings.base || !str_to_u64(str_part(name, 1, 7), 10, &at))
		return name;
	cursor_seek(&strings, at);
	s = cursor_zstr(&strings, 256);
	return s.len ? s : name;
}

static void read_sections(struct pe_parse *p, struct cursor c, uint32_t n, struct cursor strings)
{
	struct pe *pe = p->pe;
	size_t room = 0;

	pe->n_sections_stated = n;
	if (n > PE_SECTIONS_MAX) {
		pe_damage(p, "too many sections");
		n = PE_SECTIONS_MAX;
	}
	for (uint32_t i = 0; i < n && pe_step(p, 1); i++) {
		struct pe_section s = {0};
		struct str name = cursor_str(&c, 8);
		uint32_t raw_bytes, raw_offset;

		s.virtual_bytes = cursor_u32le(&c);
		s.rva = cursor_u32le(&c);
		raw_bytes = cursor_u32le(&c);
		raw_offset = cursor_u32le(&c);
		cursor_skip(&c, 12);
		s.flags = cursor_u32le(&c);
		if (!cursor_ok(&c)) {
			pe_damage(p, "section table outside the file");
			break;
		}
		while (name.len && name.p[name.len - 1] == '\0')
			name.len--;
		s.name = long_name(name, strings);
		s.r = s.flags >> 30 & 1;
		s.w = s.flags >> 31 & 1;
		s.x = s.flags >> 29 & 1;
		if (raw_bytes && (raw_offset > p->in.len || raw_bytes > p->in.len - raw_offset))
			pe_damage(p, "section outside the file");
		if (raw_offset <= p->in.len) {
			s.offset = raw_offset;
			s.bytes = raw_bytes > p->in.len - raw_offset ? p->in.len - raw_offset : raw_bytes;
		}
		s.raw_offset = raw_offset;
		s.raw_bytes = raw_bytes;
		*ARENA_PUSH(p->arena, pe->sections, pe->n_sections, room) = s;
		if (s.bytes && s.offset + s.bytes > pe->sections_end)
			pe->sections_end = s.offset + s.bytes;
	}
	pe->table_end = c.pos;
	if (c.pos > pe->headers_bytes)
		pe->headers_bytes = c.pos;
}

static int cmp_u32(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static uint32_t rotated(uint32_t v, uint32_t by)
{
	by &= 31;
	return by ? v << by | v >> (32 - by) : v;
}

/*
 * The key is a checksum of the header in front of "DanS" (without the offset at 0x3c) and of the entries: a
 * header that was put together by hand or taken from another program seldom has the right one.
 */
static void rich_check(struct pe_parse *p, uint32_t dans, uint32_t entries, uint32_t key)
{
	uint32_t sum = dans + entries;

	for (uint32_t i = 0; i < dans; i++)
		if (i < 0x3c || i > 0x3f)
			sum += rotated(p->in.base[i], i);
	p->pe->rich_checksum = sum == key ? PE_RICH_MATCHES : PE_RICH_DIFFERS;
}

/* "DanS"^key ... { tool ^ key, count ^ key } ... "Rich" key, somewhere before the PE header. */
static void read_rich(struct pe_parse *p, uint32_t pe_at_offset)
{
	struct cursor stub = cursor_clip(&p->in, 0, pe_at_offset);
	size_t end = str_find(str_view(stub.base, stub.len), STR("Rich")), at;
	uint32_t tools[RICH_MAX], key, n = 0, sum = 0;
	struct buf b;

	if (end == SIZE_MAX || end < 24)
		return;
	cursor_seek(&stub, end + 4);
	key = cursor_u32le(&stub);
	for (at = end; at >= 8 && n < RICH_MAX; at -= 8) {
		uint32_t tool;

		cursor_seek(&stub, at - 8);
		tool = cursor_u32le(&stub) ^ key;
		if (tool == 0x536e6144) { /* "DanS" */
			rich_check(p, (uint32_t)at - 8, sum, key);
			break;
		}
		sum += rotated(tool, cursor_u32le(&stub) ^ key);
		if (tool)
			tools[n++] = tool;
	}
	qsort(tools, n, sizeof(tools[0]), cmp_u32);
	buf_init(&b, 8192);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || tools[i] != tools[i - 1])
			buf_printf(&b, "%s%u.%u", b.len ? " " : "", tools[i] >> 16, tools[i] & 0xffff);
	p->pe->rich_tools = arena_str(p->arena, buf_str(&b));
	buf_release(&b);
}

/* 28 bytes an entry: type at 12, size at 16, file offset at 24; CodeView 7 is "RSDS", GUID, age, path. */
static void read_debug(struct pe_parse *p)
{
	struct cursor c = pe_at(p, p->pe->directories[PE_DIR_DEBUG].rva);
	uint32_t n = p->pe->directories[PE_DIR_DEBUG].bytes / 28;

	for (uint32_t i = 0; i < n && i < 16 && pe_step(p, 1); i++) {
		uint32_t type, bytes, offset;
		struct cursor cv;

		cursor_skip(&c, 12);
		type = cursor_u32le(&c);
		bytes = cursor_u32le(&c);
		cursor_skip(&c, 4);
		offset = cursor_u32le(&c);
		if (!cursor_ok(&c))
			return pe_damage(p, "debug directory outside its section");
		if (type == 16)
			p->pe->reproducible = true;
		if (type != 2 || p->pe->pdb_path.len)
			continue;
		cv = cursor_clip(&p->in, offset, bytes);
		if (cursor_u32le(&cv) != 0x53445352)
			continue;
		cursor_skip(&cv, 20);
		p->pe->pdb_path = cursor_zstr(&cv, PDB_PATH_MAX);
	}
}

static void read_tls(struct pe_parse *p)
{
	struct cursor c = pe_at(p, p->pe->directories[PE_DIR_TLS].rva);
	uint64_t va;

	cursor_skip(&c, p->pe->plus ? 24 : 12);
	va = p->pe->plus ? cursor_u64le(&c) : cursor_u32le(&c);
	if (!cursor_ok(&c))
		return pe_damage(p, "thread local storage outside its section");
	if (va < p->pe->image_base || va - p->pe->image_base > UINT32_MAX)
		return;
	c = pe_at(p, (uint32_t)(va - p->pe->image_base));
	while (p->pe->n_tls_callbacks < TLS_MAX && (p->pe->plus ? cursor_u64le(&c) : cursor_u32le(&c)))
		p->pe->n_tls_callbacks++;
}

/* COR20 header: cb, runtime u16.u16, metadata {rva, size}; metadata root: "BSJB", ..., version[length at 12]. */
static void read_clr(struct pe_parse *p)
{
	struct cursor c = pe_at(p, p->pe->directories[PE_DIR_CLR].rva), root;
	uint32_t rva, bytes, length;

	cursor_skip(&c, 8);
	rva = cursor_u32le(&c);
	bytes = cursor_u32le(&c);
	if (!cursor_ok(&c) || !rva)
		return pe_damage(p, ".NET header outside its section");
	p->pe->dotnet = true;
	root = pe_at(p, rva);
	root = cursor_clip(&root, 0, bytes);
	p->pe->dotnet_metadata = root;
	if (cursor_u32le(&root) != 0x424a5342)
		return pe_damage(p, ".NET metadata without its mark");
	cursor_skip(&root, 8);
	length = cursor_u32le(&root);
	root = cursor_clip(&root, 16, length < 256 ? length : 256);
	p->pe->dotnet_version = cursor_zstr(&root, 256);
}

static bool directory(const struct pe *pe, enum pe_directory d)
{
	return (uint32_t)d < pe->n_directories && pe->directories[d].rva && pe->directories[d].bytes;
}

static void read_directories(struct pe_parse *p)
{
	const struct pe *pe = p->pe;

	if (directory(pe, PE_DIR_IMPORT) || directory(pe, PE_DIR_DELAY_IMPORT))
		pe_read_imports(p);
	if (directory(pe, PE_DIR_EXPORT))
		pe_read_exports(p);
	if (directory(pe, PE_DIR_RESOURCE))
		pe_read_resources(p);
	if (directory(pe, PE_DIR_DEBUG))
		read_debug(p);
	if (directory(pe, PE_DIR_TLS))
		read_tls(p);
	if (directory(pe, PE_DIR_CLR))
		read_clr(p);
	if (directory(pe, PE_DIR_SECURITY))
		pe_read_signature(p);
}

static void read_optional(struct pe_parse *p, struct cursor c, uint64_t base)
{
	struct pe *pe = p->pe;
	uint16_t magic = cursor_u16le(&c);

	pe->plus = magic == 0x20b;
	if (magic != 0x10b && magic != 0x20b)
		return pe_damage(p, "optional header of an unknown kind");
	pe->linker_major = cursor_u8(&c);
	pe->linker_minor = cursor_u8(&c);
	cursor_seek(&c, 16);
	pe->entry_rva = cursor_u32le(&c);
	cursor_seek(&c, pe->plus ? 24 : 28);
	pe->image_base = pe->plus ? cursor_u64le(&c) : cursor_u32le(&c);
	cursor_seek(&c, 32);
	pe->section_alignment = cursor_u32le(&c);
	pe->file_alignment = cursor_u32le(&c);
	cursor_seek(&c, 56);
	pe->image_bytes = cursor_u32le(&c);
	pe->headers_stated = cursor_u32le(&c);
	pe->headers_bytes = pe->headers_stated;
	pe->checksum_offset = base + c.pos;
	pe->checksum = cursor_u32le(&c);
	pe->subsystem = cursor_u16le(&c);
	pe->dll_flags = cursor_u16le(&c);
	cursor_seek(&c, pe->plus ? 108 : 92);
	pe->n_directories = cursor_u32le(&c);
	if (pe->n_directories > PE_DIRECTORIES)
		pe->n_directories = PE_DIRECTORIES;
	for (uint32_t i = 0; i < pe->n_directories; i++) {
		if (i == PE_DIR_SECURITY)
			pe->security_entry_offset = base + c.pos;
		pe->directories[i].rva = cursor_u32le(&c);
		pe->directories[i].bytes = cursor_u32le(&c);
	}
	if (!cursor_ok(&c))
		pe_damage(p, "optional header cut short");
	if (pe->headers_bytes > p->in.len)
		pe->headers_bytes = p->in.len;
}

/* Overlay: what stands behind the sections (and symbols), up to the certificate table. */
static void find_overlay(struct pe *pe, uint64_t total)
{
	uint64_t from = pe->sections_end, to = total;

	if (from < pe->headers_bytes)
		from = pe->headers_bytes;
	if (pe->symbols_bytes && pe->symbols_offset >= from && pe->symbols_offset - from < 4096)
		from = pe->symbols_offset + pe->symbols_bytes;
	pe->sections_end = from;
	if (pe->signature.present && pe->signature.offset >= from)
		to = pe->signature.offset;
	if (from < to) {
		pe->overlay_offset = from;
		pe->overlay_bytes = to - from;
	}
}

enum status pe_parse(struct arena *a, struct budget *b, struct cursor in, struct pe *ret)
{
	struct pe_parse p = {.arena = a, .budget = b, .in = in, .pe = ret};
	struct cursor c = in, strings = {0};
	uint32_t at, n_sections, symbols, n_symbols, optional_bytes;

	memset(ret, 0, sizeof(*ret));
	cursor_seek(&c, 0);
	if (cursor_u16le(&c) != 0x5a4d)
		return STATUS_UNSUPPORTED;
	cursor_seek(&c, 0x3c);
	at = cursor_u32le(&c);
	cursor_seek(&c, at);
	if (cursor_u32le(&c) != 0x00004550)
		return STATUS_UNSUPPORTED;
	ret->machine = cursor_u16le(&c);
	n_sections = cursor_u16le(&c);
	ret->timestamp = cursor_u32le(&c);
	symbols = cursor_u32le(&c);
	n_symbols = cursor_u32le(&c);
	optional_bytes = cursor_u16le(&c);
	ret->characteristics = cursor_u16le(&c);
	if (!cursor_ok(&c)) {
		ret->damage = "file header cut short";
		return STATUS_DAMAGED;
	}
	read_rich(&p, at);
	read_optional(&p, cursor_clip(&in, c.pos, optional_bytes), c.pos);
	read_symbols(&p, symbols, n_symbols, n_sections, &strings);
	cursor_skip(&c, optional_bytes);
	read_sections(&p, c, n_sections, strings);
	read_directories(&p);
	find_overlay(ret, in.len);
	pe_check(&p);
	if (p.limit)
		return STATUS_LIMIT;
	return ret->damage ? STATUS_DAMAGED : STATUS_OK;
}

struct sha256 pe_authenticode_sha256(const struct pe *p, struct cursor in)
{
	struct sha256_state *s = sha256_open();
	uint64_t cuts[3][2] = {{p->checksum_offset, 4}, {p->security_entry_offset, 8},
		{p->signature.offset, p->signature.table_bytes}};
	struct sha256 h = {{0}};
	uint64_t at = 0;

	if (!s)
		return h;
	sha256_begin(s);
	for (int i = 0; i < 3 && at < in.len; i++) {
		if (cuts[i][0] < at || cuts[i][0] > in.len)
			continue;
		sha256_add(s, in.base + at, cuts[i][0] - at);
		at = cuts[i][1] > in.len - cuts[i][0] ? in.len : cuts[i][0] + cuts[i][1];
	}
	if (at < in.len)
		sha256_add(s, in.base + at, in.len - at);
	h = sha256_end(s);
	sha256_close(s);
	return h;
}

/* Words of 16 bits, without the field itself; carries come back in below. Then the length. */
enum pe_checksum pe_checksum_check(const struct pe *p, struct cursor in)
{
	uint64_t sum = 0;

	if (!p->checksum)
		return PE_CHECKSUM_NONE;
	for (size_t i = 0; i < in.len; i += 2) {
		bool own = i >= p->checksum_offset && i < p->checksum_offset + 4;

		sum += own ? 0 : in.base[i] | (i + 1 < in.len ? (uint64_t)in.base[i + 1] << 8 : 0);
	}
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)(sum + in.len) == p->checksum ? PE_CHECKSUM_RIGHT : PE_CHECKSUM_WRONG;
}

struct str pe_version_string(const struct pe *p, const char *key)
{
	for (size_t i = 0; i < p->n_version_strings; i++)
		if (str_is(p->version_strings[i].key, key))
			return p->version_strings[i].value;
	return STR_NONE;
}

/* "MZ" and, where the head reaches it, "PE\0\0" with a machine we have heard of. */
static int probe(struct cursor head, uint64_t total_bytes)
{
	uint32_t at, machine;

	if (cursor_u16le(&head) != 0x5a4d || total_bytes < 64)
		return 0;
	cursor_seek(&head, 0x3c);
	at = cursor_u32le(&head);
	if (!cursor_ok(&head) || at > total_bytes || total_bytes - at < 24)
		return 0;
	cursor_seek(&head, at);
	if (cursor_u32le(&head) != 0x00004550)
		return 0;
	machine = cursor_u16le(&head);
	return machine == 0x14c || machine == 0x8664 || machine == 0xaa64 || machine == 0x1c4 ? 64 : 48;
}

const struct format format_pe = {
	.id = FORMAT_PE,
	.name = "pe",
	.summary = "Windows programs and libraries: sections, imports, version, certificate table as stated",
	.head_bytes = FORMAT_HEAD_BYTES,
	.probe = probe,
};
