/*
 * mach-o/loader.h, mach-o/fat.h. Image: magic (feedface, feedfacf in its byte order), cpu, subtype, file
 * type, number of commands, bytes of commands, flags (, reserved in 64 bit); then commands of
 * { u32 type, u32 bytes, ... }. Fat, big endian: cafebabe, n, then { cpu, sub, offset, bytes, align },
 * cafebabf with 64-bit offsets. A fat file inside a fat file is damage, not another level.
 */
#include "formats/macho.h"

#include "formats/der.h"
#include "formats/format.h"
#include "formats/macho_int.h"

enum {
	LC_SEGMENT = 0x1,
	LC_SYMTAB = 0x2,
	LC_UNIXTHREAD = 0x5,
	LC_DYSYMTAB = 0xb,
	LC_LOAD_DYLIB = 0xc,
	LC_ID_DYLIB = 0xd,
	LC_SEGMENT_64 = 0x19,
	LC_UUID = 0x1b,
	LC_CODE_SIGNATURE = 0x1d,
	LC_LAZY_LOAD_DYLIB = 0x20,
	LC_ENCRYPTION_INFO = 0x21,
	LC_VERSION_MIN_MACOSX = 0x24,
	LC_FUNCTION_STARTS = 0x26,
	LC_DYLD_ENVIRONMENT = 0x27,
	LC_ENCRYPTION_INFO_64 = 0x2c,
	LC_BUILD_VERSION = 0x32,
};
#define LC_LOAD_WEAK_DYLIB 0x80000018u
#define LC_RPATH 0x8000001cu
#define LC_REEXPORT_DYLIB 0x8000001fu
#define LC_LOAD_UPWARD_DYLIB 0x80000023u
#define LC_MAIN 0x80000028u
enum { NAME_BYTES = 4096, RPATHS_MAX = 64, ZEROFILL = 1, GB_ZEROFILL = 12, THREAD_ZEROFILL = 18, MOD_INIT = 9,
	INIT_OFFSETS = 0x16 };

void macho_damage(struct macho_parse *p, const char *why)
{
	if (!p->image->damage)
		p->image->damage = why;
}

bool macho_step(struct macho_parse *p, uint64_t n)
{
	if (!p->limit && !budget_step(p->budget, n))
		p->limit = true;
	return !p->limit;
}

static uint32_t u32(const struct macho_parse *p, struct cursor *c)
{
	return p->image->big ? cursor_u32be(c) : cursor_u32le(c);
}

static uint64_t word(const struct macho_parse *p, struct cursor *c)
{
	if (!p->image->wide)
		return u32(p, c);
	return p->image->big ? cursor_u64be(c) : cursor_u64le(c);
}

static struct str fixed_name(struct cursor *c)
{
	struct str s = cursor_str(c, 16);
	const char *nul = s.len ? memchr(s.p, 0, s.len) : NULL;

	if (nul)
		s.len = (size_t)(nul - s.p);
	return s;
}

/* A string inside a load command: its offset is counted from the command's start. */
static struct str command_string(struct macho_parse *p, struct cursor command)
{
	uint32_t at;
	struct str s;

	cursor_seek(&command, 8);
	at = u32(p, &command);
	cursor_seek(&command, at);
	s = str_view(command.base ? command.base + command.pos : NULL, cursor_left(&command));
	if (s.len && memchr(s.p, 0, s.len))
		s.len = (size_t)((const char *)memchr(s.p, 0, s.len) - s.p);
	if (!cursor_ok(&command) || !s.len)
		macho_damage(p, "string outside its load command");
	return s;
}

static void reach(struct macho_parse *p, uint64_t offset, uint64_t bytes)
{
	if (offset > p->in.len || bytes > p->in.len - offset) {
		macho_damage(p, "contents outside the image");
		offset = p->in.len;
		bytes = 0;
	}
	if (bytes && offset + bytes > p->end)
		p->end = offset + bytes;
}

static void read_section(struct macho_parse *p, struct cursor *c, uint32_t protection, const struct macho_segment *segment)
{
	struct macho_section s = {0};
	struct macho_image *im = p->image;
	uint64_t bytes;
	uint32_t offset, kind;

	s.name = fixed_name(c);
	s.segment = fixed_name(c);
	s.address = word(p, c);
	bytes = word(p, c);
	offset = u32(p, c);
	cursor_skip(c, 12);
	s.flags = u32(p, c);
	s.reserved1 = u32(p, c);
	s.reserved2 = u32(p, c);
	cursor_skip(c, im->wide ? 4 : 0);
	if (!cursor_ok(c))
		return macho_damage(p, "sections outside their segment");
	kind = s.flags & 0xff;
	if (kind == ZEROFILL || kind == GB_ZEROFILL || kind == THREAD_ZEROFILL)
		bytes = 0;
	if (bytes && (offset > p->in.len || bytes > p->in.len - offset)) {
		macho_damage(p, "section outside the image");
		bytes = offset > p->in.len ? 0 : p->in.len - offset;
	}
	p->misplaced |= segment->x && bytes && (s.address < segment->address || offset < segment->offset ||
		s.address - segment->address != offset - segment->offset);
	s.offset = im->offset + offset;
	s.bytes = bytes;
	s.r = protection & 1;
	s.w = protection >> 1 & 1;
	s.x = protection >> 2 & 1;
	if (kind == MOD_INIT)
		im->n_init += (uint32_t)(bytes / (im->wide ? 8 : 4));
	else if (kind == INIT_OFFSETS)
		im->n_init += (uint32_t)(bytes / 4);
	if (im->n_sections >= MACHO_SECTIONS_MAX)
		return macho_damage(p, "too many sections");
	*ARENA_PUSH(p->arena, im->sections, im->n_sections, p->sections_room) = s;
}

static void read_segment(struct macho_parse *p, struct cursor c)
{
	struct macho_segment s;
	uint64_t address, memory_bytes, offset, bytes;
	uint32_t protection, n;

	cursor_skip(&c, 24);
	address = word(p, &c);
	memory_bytes = word(p, &c);
	offset = word(p, &c);
	bytes = word(p, &c);
	cursor_skip(&c, 4);
	protection = u32(p, &c);
	n = u32(p, &c);
	cursor_skip(&c, 4);
	if (!cursor_ok(&c))
		return macho_damage(p, "segment cut short");
	reach(p, offset, bytes);
	s = (struct macho_segment){address, memory_bytes, offset, bytes, protection >> 2 & 1};
	*ARENA_PUSH(p->arena, p->segments, p->n_segments, p->segments_room) = s;
	if (offset == 0 && bytes)
		p->image->text_address = address;
	if ((protection & 6) == 6)
		p->image->n_rwx_segments++;
	n = (uint32_t)cursor_count(&c, n, p->image->wide ? 80 : 68);
	if (!cursor_ok(&c))
		return macho_damage(p, "sections outside their segment");
	for (uint32_t i = 0; i < n && macho_step(p, 1); i++)
		read_section(p, &c, protection, &s);
}

static void read_library(struct macho_parse *p, struct cursor c)
{
	struct macho_image *im = p->image;

	if (im->n_libraries >= MACHO_LIBRARIES_MAX)
		return macho_damage(p, "too many libraries");
	*ARENA_PUSH(p->arena, im->libraries, im->n_libraries, p->libraries_room) = command_string(p, c);
}

/* dyld takes one of them, other readers may take the other. */
static void stands_once(struct macho_parse *p, uint32_t type)
{
	static const uint32_t single[] = {LC_SYMTAB, LC_DYSYMTAB, LC_ID_DYLIB, LC_CODE_SIGNATURE, LC_FUNCTION_STARTS, LC_UUID, LC_MAIN, LC_UNIXTHREAD,
		LC_ENCRYPTION_INFO, LC_ENCRYPTION_INFO_64};

	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		if (single[i] == type) {
			p->twice |= p->once >> i & 1;
			p->once |= 1u << i;
		}
	p->has_thread |= type == LC_UNIXTHREAD;
}

static void read_command(struct macho_parse *p, uint32_t type, struct cursor c)
{
	struct macho_image *im = p->image;
	struct cursor body = c;

	cursor_seek(&body, 8);
	stands_once(p, type);
	switch (type) {
	case LC_SEGMENT:
	case LC_SEGMENT_64: read_segment(p, c); break;
	case LC_SYMTAB: p->symtab = c; break;
	case LC_LOAD_DYLIB:
	case LC_LOAD_WEAK_DYLIB:
	case LC_REEXPORT_DYLIB:
	case LC_LAZY_LOAD_DYLIB:
	case LC_LOAD_UPWARD_DYLIB: read_library(p, c); break;
	case LC_DYSYMTAB:
		cursor_skip(&body, 48);
		im->indirect_at = u32(p, &body);
		im->n_indirect = u32(p, &body);
		break;
	case LC_FUNCTION_STARTS:
		im->function_starts_at = u32(p, &body);
		im->function_starts_bytes = u32(p, &body);
		break;
	case LC_ID_DYLIB: im->install_name = command_string(p, c); break;
	case LC_RPATH:
		if (im->n_rpaths < RPATHS_MAX)
			*ARENA_PUSH(p->arena, im->rpaths, im->n_rpaths, p->rpaths_room) = command_string(p, c);
		break;
	case LC_DYLD_ENVIRONMENT: im->dyld_environment = command_string(p, c); break;
	case LC_UUID: im->uuid = der_hex(p->arena, cursor_clip(&body, 8, 16)); break;
	case LC_CODE_SIGNATURE:
		im->signature_offset = u32(p, &body);
		im->signature_bytes = u32(p, &body);
		break;
	case LC_VERSION_MIN_MACOSX:
		im->platform = 1;
		im->min_os = u32(p, &body);
		im->sdk = u32(p, &body);
		break;
	case LC_BUILD_VERSION:
		im->platform = u32(p, &body);
		im->min_os = u32(p, &body);
		im->sdk = u32(p, &body);
		break;
	case LC_MAIN:
		im->has_entry = true;
		im->entry = im->big ? cursor_u64be(&body) : cursor_u64le(&body);
		break;
	case LC_ENCRYPTION_INFO:
	case LC_ENCRYPTION_INFO_64:
		cursor_skip(&body, 8);
		im->encrypted = u32(p, &body) != 0;
		break;
	}
}

static void read_commands(struct macho_parse *p, struct cursor c, uint32_t n, uint32_t bytes)
{
	struct cursor all = cursor_clip(&c, c.pos, bytes);

	if (all.len < bytes)
		macho_damage(p, "load commands outside the image");
	if (n > MACHO_COMMANDS_MAX) {
		macho_damage(p, "too many load commands");
		n = MACHO_COMMANDS_MAX;
	}
	p->end = c.pos + all.len;
	for (uint32_t i = 0; i < n && macho_step(p, 1); i++) {
		size_t at = all.pos;
		uint32_t type = u32(p, &all), length = u32(p, &all);
		struct cursor command = cursor_part(&all, at, length);

		if (!cursor_ok(&all) || length < 8 || !cursor_ok(&command))
			return macho_damage(p, "load command of an impossible size");
		read_command(p, type, command);
		cursor_seek(&all, at + length);
	}
}

static struct str library(const struct macho_image *im, uint32_t ordinal)
{
	if (ordinal == 0 || ordinal > im->n_libraries)
		return STR_NONE;
	return im->libraries[ordinal - 1];
}

/* nlist: u32 name, u8 type, u8 section, u16 description, word value. Debugging entries are skipped. */
static void read_symbols(struct macho_parse *p)
{
	struct macho_image *im = p->image;
	struct cursor c = p->symtab, names, list;
	uint32_t at, n, names_at, names_bytes, entry = im->wide ? 16 : 12;
	size_t room = 0;

	cursor_seek(&c, 8);
	at = u32(p, &c);
	n = u32(p, &c);
	names_at = u32(p, &c);
	names_bytes = u32(p, &c);
	if (!cursor_ok(&c))
		return macho_damage(p, "symbol table cut short");
	im->symbols_at = at;
	im->n_symbols_stated = n;
	im->names_at = names_at;
	im->names_bytes = names_bytes;
	list = cursor_clip(&p->in, at, (uint64_t)n * entry);
	names = cursor_clip(&p->in, names_at, names_bytes);
	if (list.len < (uint64_t)n * entry || names.len < names_bytes)
		macho_damage(p, "symbol table outside the image");
	for (uint32_t i = 0; i < n && cursor_left(&list) >= entry && macho_step(p, 1); i++) {
		struct macho_symbol s = {0};
		uint32_t name = u32(p, &list);
		uint8_t type = cursor_u8(&list);
		uint16_t description;

		cursor_skip(&list, 1);
		description = im->big ? cursor_u16be(&list) : cursor_u16le(&list);
		(void)word(p, &list);
		if (type & 0xe0 || !(type & 1) || type & 0x10)
			continue; /* debugging, local or private */
		cursor_seek(&names, name);
		s.name = cursor_zstr(&names, NAME_BYTES);
		names.bad = false;
		if (!s.name.len)
			continue;
		s.imported = (type & 0xe) == 0;
		s.lib = s.imported ? library(im, description >> 8) : STR_NONE;
		im->n_imports += s.imported;
		im->n_exports += !s.imported;
		if (im->n_symbols < MACHO_SYMBOLS_MAX)
			*ARENA_PUSH(p->arena, im->symbols, im->n_symbols, room) = s;
	}
}

static bool image_header(struct macho_parse *p, struct cursor *c)
{
	uint32_t magic = cursor_u32be(c);

	if (magic == 0xfeedface || magic == 0xfeedfacf)
		p->image->big = true;
	else if (magic != 0xcefaedfe && magic != 0xcffaedfe)
		return false;
	p->image->wide = magic == 0xfeedfacf || magic == 0xcffaedfe;
	return true;
}

static void read_image(struct macho_parse *p)
{
	struct macho_image *im = p->image;
	struct cursor c = p->in;
	uint32_t n, bytes;

	if (!image_header(p, &c))
		return macho_damage(p, "not an image");
	im->cpu = u32(p, &c);
	im->cpu_sub = u32(p, &c) & 0xffffff;
	im->file_type = u32(p, &c);
	n = u32(p, &c);
	bytes = u32(p, &c);
	im->flags = u32(p, &c);
	if (im->wide)
		cursor_skip(&c, 4);
	if (!cursor_ok(&c))
		return macho_damage(p, "header cut short");
	read_commands(p, c, n, bytes);
	if (p->symtab.base)
		read_symbols(p);
	if (im->signature_bytes) {
		reach(p, im->signature_offset, im->signature_bytes);
		macho_read_signature(p, cursor_clip(&p->in, im->signature_offset, im->signature_bytes));
		im->signature_offset += im->offset;
	}
	macho_check(p);
	if (p->end < p->in.len && im->file_type != 1) {
		im->overlay_offset = im->offset + p->end;
		im->overlay_bytes = p->in.len - p->end;
	}
}

static void add_image(struct macho_parse *p, struct macho *m, struct cursor whole, uint64_t offset, uint64_t bytes, size_t *room)
{
	struct macho_image *im = ARENA_PUSH(p->arena, m->images, m->n_images, *room);
	struct macho_parse one = {.arena = p->arena, .budget = p->budget, .image = im, .limit = p->limit};

	one.in = cursor_clip(&whole, offset, bytes);
	im->offset = offset;
	im->bytes = one.in.len;
	if (one.in.len < bytes)
		macho_damage(&one, "image outside the file");
	if (one.in.base)
		read_image(&one);
	p->limit = one.limit;
	if (im->damage && !m->damage)
		m->damage = im->damage;
}

static void read_fat(struct macho_parse *p, struct macho *m, struct cursor whole, bool wide)
{
	struct cursor c = whole;
	uint64_t end, n;
	size_t room = 0;

	cursor_seek(&c, 4);
	n = cursor_u32be(&c);
	if (n > MACHO_IMAGES_MAX) {
		m->damage = "too many images";
		n = MACHO_IMAGES_MAX;
	}
	end = c.pos + n * (wide ? 32 : 20);
	for (uint64_t i = 0; i < n && macho_step(p, 1); i++) {
		uint64_t offset, bytes;
		uint32_t cpu = cursor_u32be(&c), cpu_sub = cursor_u32be(&c);
		struct macho_image *im;

		offset = wide ? cursor_u64be(&c) : cursor_u32be(&c);
		bytes = wide ? cursor_u64be(&c) : cursor_u32be(&c);
		cursor_skip(&c, wide ? 8 : 4);
		if (!cursor_ok(&c) || offset < 8) {
			m->damage = m->damage ? m->damage : "image table cut short";
			break;
		}
		if (offset < end && !m->damage)
			m->damage = "images overlap";
		if (offset < end)
			continue; /* keeps the whole work linear */
		add_image(p, m, whole, offset, bytes, &room);
		im = &m->images[m->n_images - 1];
		macho_check_fat(im, m->images, m->n_images - 1, cpu, cpu_sub);
		if (macho_hole(p->budget, whole, end, offset))
			im->odd |= 1u << MACHO_ODD_HOLE;
		end = bytes > whole.len - (offset > whole.len ? whole.len : offset) ? whole.len : offset + bytes;
	}
	if (end < whole.len) {
		m->overlay_offset = end;
		m->overlay_bytes = whole.len - end;
	}
}

enum status macho_parse(struct arena *a, struct budget *b, struct cursor in, struct macho *ret)
{
	struct macho_parse p = {.arena = a, .budget = b};
	struct cursor c = in;
	uint32_t magic;
	size_t room = 0;

	memset(ret, 0, sizeof(*ret));
	in.pos = c.pos = 0;
	magic = cursor_u32be(&c);
	if (magic == 0xcafebabe || magic == 0xcafebabf) {
		ret->fat = true;
		read_fat(&p, ret, in, magic == 0xcafebabf);
	} else if (magic == 0xfeedface || magic == 0xfeedfacf || magic == 0xcefaedfe || magic == 0xcffaedfe) {
		add_image(&p, ret, in, 0, in.len, &room);
		ret->overlay_offset = ret->images[0].overlay_offset;
		ret->overlay_bytes = ret->images[0].overlay_bytes;
	} else {
		return STATUS_UNSUPPORTED;
	}
	if (p.limit)
		return STATUS_LIMIT;
	return ret->damage ? STATUS_DAMAGED : STATUS_OK;
}

/* A Java class starts with cafebabe as well; its "number of images" is a version >= 45 << 16 or so. */
static int probe_fat(struct cursor head, uint64_t total_bytes, bool wide)
{
	uint32_t n = cursor_u32be(&head);
	uint64_t offset, bytes;

	if (n == 0 || n > MACHO_IMAGES_MAX)
		return 0;
	cursor_skip(&head, 8);
	offset = wide ? cursor_u64be(&head) : cursor_u32be(&head);
	bytes = wide ? cursor_u64be(&head) : cursor_u32be(&head);
	if (!cursor_ok(&head) || offset < 8 + (wide ? 32u : 20u) * n || offset > total_bytes || bytes < 28)
		return 0;
	return 56;
}

static int probe(struct cursor head, uint64_t total_bytes)
{
	uint32_t magic = cursor_u32be(&head), cpu, type, n;
	bool big = magic == 0xfeedface || magic == 0xfeedfacf;

	if (magic == 0xcafebabe || magic == 0xcafebabf)
		return probe_fat(head, total_bytes, magic == 0xcafebabf);
	if (!big && magic != 0xcefaedfe && magic != 0xcffaedfe)
		return 0;
	cpu = big ? cursor_u32be(&head) : cursor_u32le(&head);
	cursor_skip(&head, 4);
	type = big ? cursor_u32be(&head) : cursor_u32le(&head);
	n = big ? cursor_u32be(&head) : cursor_u32le(&head);
	if (!cursor_ok(&head) || total_bytes < 28)
		return 0;
	return (cpu & 0xffffff) < 32 && type >= 1 && type <= 12 && n < 65536 ? 56 : 32;
}

const struct format format_macho = {
	.id = FORMAT_MACHO,
	.name = "macho",
	.summary = "macOS programs and libraries, thin and fat: load commands, symbols, code signature as stated",
	.head_bytes = 128,
	.probe = probe,
};
