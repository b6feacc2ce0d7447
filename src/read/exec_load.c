#include "read/exec_int.h"

#include "formats/elf.h"
#include "formats/entropy.h"
#include "formats/macho.h"
#include "formats/der.h"
#include "formats/pe.h"
#include "util/utc.h"

enum { GO_NOTE_BYTES = 64 << 10, ENTROPY_MIN_BYTES = 4096, TEXT_MAX = 512, PERMISSIONS_MAX = 256, MARK_BYTES = 200 };

#define STAMP_LEAST 700000000u /* of a PE header: earlier is no time */

static void trait(struct exe *e, const char *key, struct str value)
{
	if (value.len && e->n_traits < EXE_TRAITS_MAX)
		e->traits[e->n_traits++] = (struct exe_trait){key, str_part(value, 0, TEXT_MAX)};
}

static void trait_number(struct arena *a, struct exe *e, const char *key, uint64_t n)
{
	trait(e, key, arena_printf(a, "%llu", (unsigned long long)n));
}

static void trait_hex(struct arena *a, struct exe *e, const char *key, uint64_t n)
{
	trait(e, key, arena_printf(a, "0x%llx", (unsigned long long)n));
}

static void mark(struct exe *e, const char *key, struct str value)
{
	if (value.len && e->n_marks < EXE_MARKS_MAX)
		e->marks[e->n_marks++] = (struct exe_trait){key, value};
}

/* Mangled names churn with every compiler and say little: they are not compared. */
static bool is_mangled(struct str symbol)
{
	return str_starts(symbol, "_Z") || str_starts(symbol, "__Z") || str_starts(symbol, "?") || str_starts(symbol, "_R") ||
		str_starts(symbol, "$s") || str_starts(symbol, "_$s");
}

static void add_import(struct arena *a, struct exe *e, struct str key)
{
	*ARENA_PUSH(a, e->imports, e->n_imports, e->imports_room) = key;
}

static void add_export(struct arena *a, struct exe *e, struct str key)
{
	*ARENA_PUSH(a, e->exports, e->n_exports, e->exports_room) = key;
}

/* Behind the version: the length of the module information (base 128), then lines; "path<TAB>package". */
static void go_path(struct exe *e, struct cursor c)
{
	uint64_t length = 0;
	uint8_t byte = 0x80;
	struct str text;
	size_t at, end;

	for (unsigned shift = 0; byte & 0x80 && shift < 28; shift += 7) {
		byte = cursor_u8(&c);
		length |= (uint64_t)(byte & 0x7f) << shift;
	}
	c = cursor_clip(&c, c.pos, length);
	text = str_view(c.base, c.len);
	at = str_find_z(text, "path\t");
	if (at == SIZE_MAX)
		return;
	text = str_part(text, at + 5, text.len);
	end = str_find_z(text, "\n");
	if (end != SIZE_MAX)
		mark(e, "go-path", str_part(text, 0, end < MARK_BYTES ? end : MARK_BYTES));
}

/*
 * Go's own note: 14 bytes of mark, then u8 pointer size, u8 flags; with flag 2 the version stands at 32 as a
 * length (u8, when below 128) and text.
 */
static void go_version(struct exe *e, uint64_t offset, uint64_t bytes)
{
	static const char mark[] = "\xff Go buildinf:";
	struct cursor c = cursor_clip(&e->bytes, offset, bytes < GO_NOTE_BYTES ? bytes : GO_NOTE_BYTES);
	size_t at = str_find(str_view(c.base, c.len), str_view(mark, sizeof(mark) - 1));
	uint8_t flags;

	if (at == SIZE_MAX)
		return;
	cursor_seek(&c, at + 15);
	flags = cursor_u8(&c);
	cursor_skip(&c, 16);
	if (flags & 2) {
		trait(e, "go", cursor_str(&c, cursor_u8(&c)));
		go_path(e, c);
	} else {
		trait(e, "go", STR("old"));
	}
}

static void add_section(struct arena *a, struct budget *b, struct exe *e, struct exe_section s)
{
	if (str_has(s.name, "go_buildinfo") || str_is(s.name, ".go.buildinfo") || (e->kind == FORMAT_PE && str_is(s.name, ".data")))
		go_version(e, s.offset, s.bytes);
	if (s.bytes >= ENTROPY_MIN_BYTES)
		s.millibits = entropy_millibits(cursor_clip(&e->bytes, s.offset, s.bytes), b);
	*ARENA_PUSH(a, e->sections, e->n_sections, e->sections_room) = s;
}

static void skip(struct exe *e, uint64_t offset, uint64_t bytes)
{
	if (bytes && e->n_skips < EXE_SKIPS_MAX)
		e->skips[e->n_skips++] = (struct exe_range){offset, bytes};
}

/* The same, kept ascending. */
static void skip_sorted(struct exe *e, uint64_t offset, uint64_t bytes)
{
	skip(e, offset, bytes);
	for (size_t i = e->n_skips; i > 1 && e->skips[i - 1].offset < e->skips[i - 2].offset; i--) {
		struct exe_range later = e->skips[i - 2];

		e->skips[i - 2] = e->skips[i - 1];
		e->skips[i - 1] = later;
	}
}

static void signer(struct exe_signer *to, const struct signed_data *s)
{
	to->readable = s->subject.len > 0;
	to->subject = s->subject;
	to->issuer = s->issuer;
	to->serial = s->serial;
	to->key = s->key_sha256;
}

/* --- PE --- */

static struct str pe_machine(struct arena *a, uint16_t m)
{
	switch (m) {
	case 0x14c: return STR("x86");
	case 0x8664: return STR("x86-64");
	case 0x1c4: return STR("arm");
	case 0xaa64: return STR("arm64");
	}
	return arena_printf(a, "machine 0x%x", m);
}

static void pe_symbols(struct arena *a, const struct pe *pe, struct exe *e)
{
	struct str lib = STR_NONE;

	for (size_t i = 0; i < pe->n_imports; i++) {
		const struct pe_import *im = &pe->imports[i];

		if (!str_equal(im->lib, lib))
			add_import(a, e, im->lib);
		lib = im->lib;
		if (is_mangled(im->symbol))
			continue;
		if (im->by_ordinal)
			add_import(a, e, arena_printf(a, "%.*s!#%u", STR_ARG(im->lib), im->ordinal));
		else
			add_import(a, e, arena_printf(a, "%.*s!%.*s", STR_ARG(im->lib), STR_ARG(im->symbol)));
	}
	for (size_t i = 0; i < pe->n_exports; i++) {
		const struct pe_export *x = &pe->exports[i];
		struct str name = x->symbol.len ? x->symbol : arena_printf(a, "#%u", x->ordinal);

		if (is_mangled(name) && !x->forward.len)
			continue;
		if (x->forward.len)
			name = arena_printf(a, "%.*s -> %.*s", STR_ARG(name), STR_ARG(x->forward));
		add_export(a, e, name);
	}
}

static void pe_entry_section(const struct pe *pe, struct exe *e)
{
	for (size_t i = 0; i < pe->n_sections; i++) {
		const struct pe_section *s = &pe->sections[i];

		if (pe->entry_rva >= s->rva && pe->entry_rva - s->rva < s->virtual_bytes)
			trait(e, "entry-section", s->name);
	}
}

static void pe_traits(struct arena *a, const struct pe *pe, struct cursor in, struct exe *e)
{
	static const char *const checksums[] = {"none", "right", "wrong"};

	trait(e, "machine", pe_machine(a, pe->machine));
	trait(e, "linker", arena_printf(a, "%u.%u", pe->linker_major, pe->linker_minor));
	trait(e, "rich", pe->rich_tools);
	if (pe->rich_checksum != PE_RICH_NONE)
		trait(e, "rich-checksum", pe->rich_checksum == PE_RICH_MATCHES ? STR("right") : STR("wrong"));
	trait(e, "checksum", str_of(checksums[pe_checksum_check(pe, in)]));
	trait(e, "pdb", pe->pdb_path);
	trait_number(a, e, "subsystem", pe->subsystem);
	trait_hex(a, e, "dll-flags", pe->dll_flags);
	trait(e, "export-name", pe->export_name);
	trait_number(a, e, "tls-callbacks", pe->n_tls_callbacks);
	trait(e, "privilege", pe->privilege);
	trait(e, "dotnet", pe->dotnet ? (pe->dotnet_version.len ? pe->dotnet_version : STR("yes")) : STR("no"));
	trait(e, "company", pe_version_string(pe, "CompanyName"));
	trait(e, "product", pe_version_string(pe, "ProductName"));
	trait(e, "original-name", pe_version_string(pe, "OriginalFilename"));
	e->version = pe_version_string(pe, "FileVersion");
	pe_entry_section(pe, e);
}

/* The identity of the module: the first of #GUID, which is one of the streams behind the root's version. */
static void mvid(struct arena *a, const struct pe *pe, struct exe *e)
{
	struct cursor c = pe->dotnet_metadata, guid;
	uint32_t length, n;

	cursor_skip(&c, 12);
	length = cursor_u32le(&c);
	cursor_skip(&c, (uint64_t)length + 2);
	n = cursor_u16le(&c);
	for (uint32_t i = 0; i < n && i < 16 && cursor_ok(&c); i++) {
		uint32_t offset = cursor_u32le(&c), bytes = cursor_u32le(&c);
		struct str name = cursor_zstr(&c, 32);

		if (str_is(name, "#GUID") && bytes >= 16) {
			guid = cursor_clip(&pe->dotnet_metadata, offset, 16);
			if (guid.len == 16)
				mark(e, "mvid", der_hex(a, guid));
			return;
		}
		cursor_skip(&c, (4 - c.pos % 4) % 4);
	}
}

static void pe_marks(struct arena *a, const struct pe *pe, struct exe *e)
{
	mark(e, "resource-language", pe->resource_languages);
	if (pe->dotnet)
		mvid(a, pe, e);
	if (!pe->reproducible && pe->timestamp >= STAMP_LEAST)
		mark(e, "compiled", arena_str(a, str_of(utc_text(pe->timestamp * UTC_SECOND).z)));
}

static void pe_signer(const struct pe *pe, struct exe *e)
{
	const struct pe_signature *s = &pe->signature;
	struct sha256 h;

	e->signer.present = s->present;
	if (!s->present)
		return;
	signer(&e->signer, &s->signer);
	skip(e, s->offset, s->table_bytes - (s->padding_nonzero_bytes ? s->padding_bytes : 0));
	if (s->padding_nonzero_bytes) {
		e->signer.hidden_offset = s->padding_offset;
		e->signer.hidden_bytes = s->padding_nonzero_bytes;
	} else {
		e->signer.hidden_offset = s->offset + s->table_bytes;
		e->signer.hidden_bytes = s->after_bytes;
	}
	if (!str_is(s->signer.digest_name, "sha256") || s->signer.digest.len != SHA256_BYTES)
		return;
	h = pe_authenticode_sha256(pe, e->bytes);
	e->signer.digest_known = true;
	e->signer.digest_matches = memcmp(h.b, s->signer.digest.p, SHA256_BYTES) == 0;
}

static enum status load_pe(struct arena *a, struct budget *b, struct exe *e)
{
	struct pe *pe = ARENA_NEW(a, struct pe);
	enum status status = pe_parse(a, b, e->bytes, pe);

	if (status == STATUS_UNSUPPORTED)
		return status;
	for (size_t i = 0; i < pe->n_sections; i++) {
		const struct pe_section *s = &pe->sections[i];

		add_section(a, b, e, (struct exe_section){s->name, s->offset, s->bytes, s->r, s->w, s->x, 0});
	}
	pe_symbols(a, pe, e);
	pe_traits(a, pe, e->bytes, e);
	pe_marks(a, pe, e);
	pe_signer(pe, e);
	e->dotnet = pe->dotnet;
	e->timestamp = pe->reproducible || pe->timestamp < STAMP_LEAST ? 0 : pe->timestamp;
	e->overlay_offset = pe->overlay_offset;
	e->overlay_bytes = pe->overlay_bytes;
	e->damage = pe->damage;
	e->odd = pe->odd;
	e->odd_name = pe_odd_name;
	return status;
}

/* --- ELF --- */

static struct str elf_machine(struct arena *a, const struct elf *elf)
{
	const char *order = elf->big ? " big endian" : "";

	switch (elf->machine) {
	case 3: return STR("x86");
	case 8: return arena_printf(a, "mips%s%s", elf->wide ? "64" : "", order);
	case 20: return STR("ppc");
	case 21: return arena_printf(a, "ppc64%s", order);
	case 22: return STR("s390x");
	case 40: return arena_printf(a, "arm%s", order);
	case 62: return STR("x86-64");
	case 183: return arena_printf(a, "arm64%s", order);
	case 243: return arena_printf(a, "riscv%s", elf->wide ? "64" : "32");
	case 258: return STR("loongarch");
	}
	return arena_printf(a, "machine %u%s", elf->machine, order);
}

static void elf_symbols(struct arena *a, const struct elf *elf, struct exe *e)
{
	for (size_t i = 0; i < elf->n_needed; i++)
		add_import(a, e, elf->needed[i]);
	for (size_t i = 0; i < elf->n_symbols; i++) {
		const struct elf_symbol *s = &elf->symbols[i];

		if (is_mangled(s->name))
			continue;
		if (s->imported)
			add_import(a, e, arena_printf(a, "%.*s!%.*s", STR_ARG(s->lib), STR_ARG(s->name)));
		else
			add_export(a, e, s->name);
	}
}

static void elf_traits(struct arena *a, const struct elf *elf, struct exe *e)
{
	trait(e, "machine", elf_machine(a, elf));
	trait_number(a, e, "type", elf->type);
	trait(e, "interp", elf->interp);
	trait(e, "soname", elf->soname);
	trait(e, "rpath", elf->rpath);
	trait(e, "runpath", elf->runpath);
	trait(e, "compiler", elf->comment);
	trait(e, "build-id", elf->build_id.len ? STR("yes") : STR("no"));
	mark(e, "build-id", elf->build_id);
	trait_number(a, e, "init-functions", elf->n_init + elf->n_preinit);
	trait_number(a, e, "ifuncs", elf->n_ifuncs);
	trait_number(a, e, "rwx-segments", elf->n_rwx_segments);
	trait(e, "exec-stack", elf->exec_stack ? STR("yes") : STR("no"));
	for (size_t i = 0; i < elf->n_sections; i++) {
		const struct elf_section *s = &elf->sections[i];

		if (s->x && elf->entry >= s->address && elf->entry - s->address < s->bytes)
			trait(e, "entry-section", s->name);
	}
}

static enum status load_elf(struct arena *a, struct budget *b, struct exe *e)
{
	struct elf *elf = ARENA_NEW(a, struct elf);
	enum status status = elf_parse(a, b, e->bytes, elf);

	if (status == STATUS_UNSUPPORTED)
		return status;
	for (size_t i = 0; i < elf->n_sections; i++) {
		const struct elf_section *s = &elf->sections[i];

		if (s->type != 0 && s->bytes)
			add_section(a, b, e, (struct exe_section){s->name, s->offset, s->bytes, s->alloc, s->w, s->x, 0});
	}
	for (size_t i = 0; i < elf->n_segments && elf->n_sections == 0; i++) {
		const struct elf_segment *s = &elf->segments[i];

		if (s->type == 1 && s->bytes)
			add_section(a, b, e, (struct exe_section){arena_printf(a, "segment %zu", i), s->offset,
				s->bytes, s->r, s->w, s->x, 0});
	}
	elf_symbols(a, elf, e);
	elf_traits(a, elf, e);
	e->overlay_offset = elf->overlay_offset;
	e->overlay_bytes = elf->overlay_bytes;
	e->damage = elf->damage;
	e->odd = elf->odd;
	e->odd_name = elf_odd_name;
	return status;
}

/* --- Mach-O --- */

static struct str macho_cpu(struct arena *a, const struct macho_image *im)
{
	switch (im->cpu) {
	case 7: return STR("x86");
	case 0x01000007: return STR("x86-64");
	case 12: return STR("arm");
	case 0x0100000c: return im->cpu_sub == 2 ? STR("arm64e") : STR("arm64");
	case 18: return STR("ppc");
	}
	return arena_printf(a, "cpu 0x%x", im->cpu);
}

static struct str base_of(struct str path)
{
	return str_basename(path);
}

static void macho_symbols(struct arena *a, const struct macho_image *im, struct exe *e)
{
	for (size_t i = 0; i < im->n_libraries; i++)
		add_import(a, e, im->libraries[i]);
	for (size_t i = 0; i < im->n_symbols; i++) {
		const struct macho_symbol *s = &im->symbols[i];
		struct str name = s->name;

		if (is_mangled(name))
			continue;
		if (name.len > 1 && name.p[0] == '_')
			name = str_part(name, 1, name.len); /* C names have one more */
		if (s->imported)
			add_import(a, e, arena_printf(a, "%.*s!%.*s", STR_ARG(base_of(s->lib)), STR_ARG(name)));
		else
			add_export(a, e, name);
	}
}

/* The keys of the entitlements' property list. */
static void macho_permissions(struct arena *a, struct str text, struct exe *e)
{
	size_t at, end;

	while (e->n_permissions < PERMISSIONS_MAX && (at = str_find_z(text, "<key>")) != SIZE_MAX) {
		text = str_part(text, at + 5, text.len);
		end = str_find_z(text, "</key>");
		if (end == SIZE_MAX)
			return;
		*ARENA_PUSH(a, e->permissions, e->n_permissions, e->permissions_room) = str_part(text, 0, end);
	}
}

static struct str os_version(struct arena *a, uint32_t v)
{
	return v ? arena_printf(a, "%u.%u.%u", v >> 16, v >> 8 & 255, v & 255) : STR_NONE;
}

static void macho_image_traits(struct arena *a, const struct macho_image *im, struct exe *e)
{
	trait_number(a, e, "file-type", im->file_type);
	trait(e, "uuid", im->uuid.len ? STR("yes") : STR("no"));
	trait(e, "soname", im->install_name);
	trait(e, "dyld-environment", im->dyld_environment);
	trait(e, "min-os", os_version(a, im->min_os));
	trait(e, "sdk", os_version(a, im->sdk));
	trait_number(a, e, "init-functions", im->n_init);
	trait_number(a, e, "rwx-segments", im->n_rwx_segments);
	trait(e, "encrypted", im->encrypted ? STR("yes") : STR("no"));
	for (size_t i = 0; i < im->n_rpaths && i < 4; i++)
		trait(e, i == 0 ? "rpath" : i == 1 ? "rpath-2" : i == 2 ? "rpath-3" : "rpath-4", im->rpaths[i]);
	if (!im->signature.present)
		return;
	trait(e, "identifier", im->signature.identifier);
	trait(e, "hardened-runtime", im->signature.hardened ? STR("yes") : STR("no"));
}

static void macho_signer(struct arena *a, const struct macho_image *im, struct exe *e)
{
	if (!im->signature.present)
		return;
	/* What a linker signs without an identity names nobody: that is no signer to lose. */
	e->signer.present = im->signature.has_signer || !im->signature.adhoc;
	if (im->signature.has_signer)
		signer(&e->signer, &im->signature.signer);
	e->signer.team = im->signature.team;
	macho_permissions(a, im->signature.entitlements, e);
}

static enum status load_macho(struct arena *a, struct budget *b, struct exe *e)
{
	struct macho *m = ARENA_NEW(a, struct macho);
	enum status status = macho_parse(a, b, e->bytes, m);
	struct str cpus = STR_NONE;

	if (status == STATUS_UNSUPPORTED)
		return status;
	for (size_t i = 0; i < m->n_images; i++) {
		const struct macho_image *im = &m->images[i];
		struct str cpu = macho_cpu(a, im);

		cpus = cpus.len ? arena_printf(a, "%.*s %.*s", STR_ARG(cpus), STR_ARG(cpu)) : cpu;
		for (size_t k = 0; k < im->n_sections; k++) {
			const struct macho_section *s = &im->sections[k];

			add_section(a, b, e, (struct exe_section){arena_printf(a, "%.*s%s%.*s,%.*s",
				STR_ARG(m->fat ? cpu : STR_NONE), m->fat ? ":" : "", STR_ARG(s->segment),
				STR_ARG(s->name)), s->offset, s->bytes, s->r, s->w, s->x, 0});
		}
		macho_symbols(a, im, e);
		e->odd |= im->odd;
		skip(e, im->signature_offset, im->signature_bytes);
	}
	trait(e, "machine", cpus);
	if (m->n_images) {
		macho_image_traits(a, &m->images[0], e);
		macho_signer(a, &m->images[0], e);
	}
	e->overlay_offset = m->overlay_offset;
	e->overlay_bytes = m->overlay_bytes;
	e->damage = m->damage;
	e->odd_name = macho_odd_name;
	return status;
}

bool exe_load(struct arena *a, struct budget *b, struct cursor bytes, enum format_id kind, struct exe *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->kind = kind;
	ret->bytes = bytes;
	switch (kind) {
	case FORMAT_PE:
	case FORMAT_PE_OVERLAY:
	case FORMAT_NSIS: ret->status = load_pe(a, b, ret); break;
	case FORMAT_ELF: ret->status = load_elf(a, b, ret); break;
	case FORMAT_WASM: ret->status = wasm_load(a, b, ret); break;
	case FORMAT_MACHO: ret->status = load_macho(a, b, ret); break;
	default: ret->status = STATUS_UNSUPPORTED;
	}
	if (ret->status == STATUS_UNSUPPORTED && kind == FORMAT_PE_OVERLAY) {
		ret->status = load_elf(a, b, ret);
		if (ret->status == STATUS_UNSUPPORTED)
			ret->status = load_macho(a, b, ret);
	}
	if (kind == FORMAT_PE_OVERLAY || kind == FORMAT_NSIS) {
		ret->overlay_opened = true;
		skip_sorted(ret, ret->overlay_offset, ret->overlay_bytes);
	}
	return ret->status != STATUS_UNSUPPORTED;
}
