/* PE made by mingw and signed by osslsigncode, field by field against llvm-readobj; hostile ones by hand. */
#include "../tools.h"

#include "formats/pe.h"
#include "recorder.h"
#include "util/hash.h"

static const char source[] =
	"#include <windows.h>\n"
	"#include <stdio.h>\n"
	"__declspec(dllexport) int demo_add(int a) { printf(\"%d\", a); return a + 1; }\n"
	"__declspec(dllexport) int demo_tick(void) { return (int)GetTickCount(); }\n";
static const char resource[] =
	"LANGUAGE 4, 2\n1 RCDATA { 1 }\n2 RCDATA { 2 }\nLANGUAGE 9, 1\n1 VERSIONINFO\nFILEVERSION 1,2,3,4\nBEGIN\n BLOCK \"StringFileInfo\"\n BEGIN\n  BLOCK \"040904b0\"\n  BEGIN\n"
	"   VALUE \"CompanyName\", \"Helpdesk Example\"\n   VALUE \"FileVersion\", \"1.2.3.4\"\n"
	"   VALUE \"ProductName\", L\"Demo \\x00e9\"\n  END\n END\nEND\n";

static void make_dll(void)
{
	if (access("demo.dll", R_OK) == 0)
		return;
	text_put("demo.c", source);
	text_put("demo.rc", resource);
	TOOL("x86_64-w64-mingw32-windres", "demo.rc", "-O", "coff", "-o", "demo.o");
	TOOL("x86_64-w64-mingw32-gcc", "-shared", "-s", "-o", "demo.dll", "demo.c", "demo.o");
	TOOL("x86_64-w64-mingw32-gcc", "-shared", "-g", "-o", "symbols.dll", "demo.c", "demo.o");
}

static void make_signed(void)
{
	make_dll();
	if (access("signed.dll", R_OK) == 0)
		return;
	TOOL("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "30",
		"-subj", "/C=XX/O=Helpdesk Example Corp/CN=Helpdesk Signing", "-addext", "extendedKeyUsage=codeSigning");
	TOOL("osslsigncode", "sign", "-certs", "cert.pem", "-key", "key.pem", "-h", "sha256", "-in", "demo.dll", "-out",
		"signed.dll");
}

static enum status parse(struct str bytes, struct pe *ret)
{
	struct budget b = {.max_steps = 10 << 20};

	return pe_parse(&tools_arena, &b, cursor_of(bytes.p, bytes.len), ret);
}

static uint32_t rotated(uint32_t v, unsigned by)
{
	return by % 32 ? v << by % 32 | v >> (32 - by % 32) : v;
}

/* The header of demo.dll moved by 0x80, and a Rich header in the room: two tools, padding, the key. */
static struct str with_rich(struct str dll, uint32_t wrong)
{
	uint32_t words[] = {0x536e6144, 0, 0, 0, 0x01047809, 17, 0x00ff6030, 40}, key = 0x80;
	char *p = arena_alloc(&tools_arena, dll.len);

	memcpy(p, dll.p, dll.len);
	memmove(p + 0x100, dll.p + 0x80, 0x300);
	memset(p + 0x3c, 0, 0x100 - 0x3c);
	p[0x3d] = 1;
	for (unsigned i = 0; i < 0x80; i++)
		key += i < 0x3c || i > 0x3f ? rotated((uint8_t)p[i], i) : 0;
	key += rotated(words[4], words[5]) + rotated(words[6], words[7]) + wrong;
	for (unsigned i = 0; i < 8; i++) {
		words[i] ^= key;
		memcpy(p + 0x80 + 4 * i, &words[i], 4);
	}
	memcpy(p + 0xa0, "Rich", 4);
	memcpy(p + 0xa4, &key, 4);
	return str_view(p, dll.len);
}

static void test_checksum(void **state)
{
	struct str dll = (make_dll(), file_get("demo.dll"));
	char *copy = test_malloc(dll.len);
	struct cursor c = cursor_of(copy, dll.len);
	struct pe pe;

	(void)state;
	memcpy(copy, dll.p, dll.len);
	assert_int_equal(parse(dll, &pe), STATUS_OK);
	assert_int_equal(pe_checksum_check(&pe, c), PE_CHECKSUM_RIGHT); /* GNU ld writes it */
	copy[dll.len - 1] ^= 1;
	assert_int_equal(pe_checksum_check(&pe, c), PE_CHECKSUM_WRONG);
	pe.checksum = 0;
	assert_int_equal(pe_checksum_check(&pe, c), PE_CHECKSUM_NONE);
	test_free(copy);
}

static void test_rich(void **state)
{
	struct pe pe;

	(void)state;
	make_dll();
	assert_int_equal(parse(file_get("demo.dll"), &pe), STATUS_OK);
	assert_int_equal(pe.rich_checksum, PE_RICH_NONE);
	assert_int_equal(parse(with_rich(file_get("demo.dll"), 0), &pe), STATUS_OK);
	assert_int_equal(pe.rich_checksum, PE_RICH_MATCHES);
	assert_str(pe.rich_tools, "255.24624 260.30729");
	(void)parse(with_rich(file_get("demo.dll"), 3), &pe);
	assert_int_equal(pe.rich_checksum, PE_RICH_DIFFERS);
}

static void test_headers(void **state)
{
	struct str text, line, v;
	struct pe pe;

	(void)state;
	make_dll();
	assert_int_equal(parse(file_get("demo.dll"), &pe), STATUS_OK);
	TOOL_OUT("headers.txt", "llvm-readobj-14", "--file-headers", "demo.dll");
	text = file_get("headers.txt");
	while (str_line(&text, &line)) {
		if (line_value(line, "AddressOfEntryPoint", &v))
			assert_int_equal(pe.entry_rva, number_of(v));
		else if (line_value(line, "ImageBase", &v))
			assert_int_equal(pe.image_base, number_of(v));
		else if (line_value(line, "MajorLinkerVersion", &v))
			assert_int_equal(pe.linker_major, number_of(v));
		else if (line_value(line, "MinorLinkerVersion", &v))
			assert_int_equal(pe.linker_minor, number_of(v));
		else if (line_value(line, "SectionCount", &v))
			assert_int_equal(pe.n_sections, number_of(v));
		else if (line_value(line, "SizeOfHeaders", &v))
			assert_int_equal(pe.headers_bytes, number_of(v));
		else if (line_value(line, "ImportTableRVA", &v))
			assert_int_equal(pe.directories[PE_DIR_IMPORT].rva, number_of(v));
		else if (line_value(line, "TLSTableSize", &v))
			assert_int_equal(pe.directories[PE_DIR_TLS].bytes, number_of(v));
	}
	assert_true(pe.plus);
	assert_int_equal(pe.machine, 0x8664);
	assert_int_equal(pe.subsystem, 3);
	assert_true(pe.timestamp > 1600000000u);
	assert_false(pe.dotnet);
	assert_false(pe.signature.present);
	assert_int_equal(pe.overlay_bytes, 0);
	assert_true(pe.n_tls_callbacks > 0); /* mingw's run-time has two */
	assert_str(pe.export_name, "demo.dll");
}

static void compare_sections(const char *path, const struct pe *pe)
{
	struct str text, line, v;
	size_t i = 0;

	TOOL_OUT("sections.txt", "llvm-readobj-14", "--sections", path);
	text = file_get("sections.txt");
	while (str_line(&text, &line)) {
		if (line_value(line, "Name", &v)) {
			assert_true(i < pe->n_sections);
			assert_str_equal(pe->sections[i].name, first_word(v));
		} else if (line_value(line, "VirtualSize", &v)) {
			assert_int_equal(pe->sections[i].virtual_bytes, number_of(v));
		} else if (line_value(line, "VirtualAddress", &v)) {
			assert_int_equal(pe->sections[i].rva, number_of(v));
		} else if (line_value(line, "RawDataSize", &v)) {
			assert_int_equal(pe->sections[i].bytes, number_of(v));
		} else if (line_value(line, "PointerToRawData", &v)) {
			if (pe->sections[i].bytes)
				assert_int_equal(pe->sections[i].offset, number_of(v));
			i++;
		}
	}
	assert_int_equal(i, pe->n_sections);
}

static void test_sections(void **state)
{
	struct pe pe;

	(void)state;
	make_dll();
	assert_int_equal(parse(file_get("demo.dll"), &pe), STATUS_OK);
	compare_sections("demo.dll", &pe);
	assert_true(pe.sections[0].x && pe.sections[0].r && !pe.sections[0].w);
	/* With debugging information: long names, and symbols behind the sections that are no overlay. */
	assert_int_equal(parse(file_get("symbols.dll"), &pe), STATUS_OK);
	compare_sections("symbols.dll", &pe);
	assert_true(pe.symbols_bytes > 0);
	assert_int_equal(pe.overlay_bytes, 0);
}

static void test_imports(void **state)
{
	struct str text, line, v, lib = STR_NONE;
	struct pe pe;
	size_t i = 0;

	(void)state;
	make_dll();
	assert_int_equal(parse(file_get("demo.dll"), &pe), STATUS_OK);
	TOOL_OUT("imports.txt", "llvm-readobj-14", "--coff-imports", "demo.dll");
	text = file_get("imports.txt");
	while (str_line(&text, &line)) {
		if (line_value(line, "Name", &v)) {
			lib = v;
		} else if (line_value(line, "Symbol", &v)) {
			assert_true(i < pe.n_imports);
			assert_str_equal(pe.imports[i].lib, lib);
			assert_str_equal(pe.imports[i].symbol, first_word(v));
			i++;
		}
	}
	assert_true(i > 10);
	assert_int_equal(i, pe.n_imports);
}

static void test_exports(void **state)
{
	struct str text, line, v;
	struct pe pe;
	size_t i = 0;

	(void)state;
	make_dll();
	assert_int_equal(parse(file_get("demo.dll"), &pe), STATUS_OK);
	TOOL_OUT("exports.txt", "llvm-readobj-14", "--coff-exports", "demo.dll");
	text = file_get("exports.txt");
	while (str_line(&text, &line)) {
		if (line_value(line, "Ordinal", &v)) {
			assert_true(i < pe.n_exports);
			assert_int_equal(pe.exports[i].ordinal, number_of(v));
		} else if (line_value(line, "Name", &v)) {
			assert_str_equal(pe.exports[i].symbol, v);
		} else if (line_value(line, "RVA", &v)) {
			assert_int_equal(pe.exports[i].rva, number_of(v));
			i++;
		}
	}
	assert_int_equal(i, 2);
	assert_int_equal(pe.n_exports, 2);
}

static void test_forwarder_and_ordinal(void **state)
{
	struct pe pe;

	(void)state;
	make_dll();
	text_put("fwd.def", "LIBRARY fwd\nEXPORTS\n demo_add\n Beep = KERNEL32.Beep\n demo_tick @7 NONAME\n");
	TOOL("x86_64-w64-mingw32-gcc", "-shared", "-s", "-o", "fwd.dll", "demo.c", "fwd.def");
	assert_int_equal(parse(file_get("fwd.dll"), &pe), STATUS_OK);
	assert_int_equal(pe.n_exports, 3);
	for (size_t i = 0; i < pe.n_exports; i++) {
		if (str_is(pe.exports[i].symbol, "Beep"))
			assert_str(pe.exports[i].forward, "KERNEL32.Beep");
		else
			assert_int_equal(pe.exports[i].forward.len, 0);
		if (pe.exports[i].symbol.len == 0)
			assert_int_equal(pe.exports[i].ordinal, 7);
	}
	assert_int_equal(pe.exports[2].symbol.len, 0);
}

static void test_version(void **state)
{
	struct pe pe;

	(void)state;
	make_dll();
	assert_int_equal(parse(file_get("demo.dll"), &pe), STATUS_OK);
	assert_str(pe_version_string(&pe, "CompanyName"), "Helpdesk Example");
	assert_str(pe.resource_languages, "0409 0804");
	assert_str(pe_version_string(&pe, "FileVersion"), "1.2.3.4");
	assert_str(pe_version_string(&pe, "ProductName"), "Demo \xc3\xa9");
	assert_int_equal(pe_version_string(&pe, "LegalCopyright").len, 0);
}

static void test_signature(void **state)
{
	struct str bytes, serial, want;
	struct sha256 h;
	struct pe pe;

	(void)state;
	make_signed();
	bytes = file_get("signed.dll");
	assert_int_equal(parse(bytes, &pe), STATUS_OK);
	assert_true(pe.signature.present);
	assert_int_equal(pe.signature.status, STATUS_OK);
	assert_str(pe.signature.signer.subject, "C=XX, O=Helpdesk Example Corp, CN=Helpdesk Signing");
	assert_str_equal(pe.signature.signer.issuer, pe.signature.signer.subject);
	TOOL_OUT("serial.txt", "openssl", "x509", "-in", "cert.pem", "-noout", "-serial");
	serial = str_trim(file_get("serial.txt"));
	serial = str_part(serial, strlen("serial="), serial.len);
	want = pe.signature.signer.serial;
	while (want.len > serial.len) /* a leading zero byte keeps the number positive */
		want = str_part(want, 1, want.len);
	assert_true(str_equal_nocase(serial, want));
	assert_str(pe.signature.signer.digest_name, "sha256");
	assert_int_equal(pe.signature.padding_nonzero_bytes, 0);
	assert_int_equal(pe.signature.after_bytes, 0);
	assert_int_equal(pe.overlay_bytes, 0);
	h = pe_authenticode_sha256(&pe, cursor_of(bytes.p, bytes.len));
	assert_int_equal(pe.signature.signer.digest.len, SHA256_BYTES);
	assert_memory_equal(pe.signature.signer.digest.p, h.b, SHA256_BYTES);
	((char *)(uintptr_t)bytes.p)[pe.sections[0].offset + 100] ^= 1;
	h = pe_authenticode_sha256(&pe, cursor_of(bytes.p, bytes.len));
	assert_memory_not_equal(pe.signature.signer.digest.p, h.b, SHA256_BYTES);
}

static void put_u32(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> (8 * i));
}

/* Data under the signature: the table and its entry grow, nothing that is hashed changes. */
static struct str pad_signature(struct str bytes, const struct pe *pe, const char *data, size_t n)
{
	struct str s = joined(bytes, data, n);
	char *p = (char *)(uintptr_t)s.p;

	put_u32(p + pe->security_entry_offset + 4, (uint32_t)(pe->signature.table_bytes + n));
	put_u32(p + pe->signature.offset, (uint32_t)(pe->signature.table_bytes + n));
	return s;
}

static void test_hidden_under_signature(void **state)
{
	char data[64];
	struct str bytes, s;
	struct sha256 h;
	struct recorder r;
	struct pe pe, padded;

	(void)state;
	make_signed();
	memset(data, 'P', sizeof(data));
	bytes = file_get("signed.dll");
	assert_int_equal(parse(bytes, &pe), STATUS_OK);
	s = pad_signature(bytes, &pe, data, sizeof(data));
	assert_int_equal(parse(s, &padded), STATUS_OK);
	assert_int_equal(padded.signature.padding_nonzero_bytes, sizeof(data));
	assert_int_equal(padded.signature.after_bytes, 0);
	h = pe_authenticode_sha256(&padded, cursor_of(s.p, s.len));
	assert_memory_equal(padded.signature.signer.digest.p, h.b, SHA256_BYTES); /* still "valid" */
	recorder_open(&r, FORMAT_PE_OVERLAY, s.p, s.len, "x.dll");
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_children, 1);
	assert_memory_equal(recorder_child(&r, "[after signature]")->data + r.children[0].n_data - 64, data, 64);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	/* behind the table instead */
	s = joined(bytes, data, sizeof(data));
	assert_int_equal(parse(s, &padded), STATUS_OK);
	assert_int_equal(padded.signature.padding_nonzero_bytes, 0);
	assert_int_equal(padded.signature.after_bytes, sizeof(data));
	recorder_open(&r, FORMAT_PE_OVERLAY, s.p, s.len, "x.dll");
	recorder_expect(&r, "[after signature]", data, sizeof(data));
	recorder_release(&r);
}

static void test_overlay(void **state)
{
	static const char zip[] = "PK\3\4 pretend";
	struct str s;
	struct recorder r;
	struct pe pe;

	(void)state;
	make_dll();
	s = joined(file_get("demo.dll"), zip, sizeof(zip));
	assert_int_equal(parse(s, &pe), STATUS_OK);
	assert_int_equal(pe.overlay_bytes, sizeof(zip));
	assert_true(format_by_id(FORMAT_PE_OVERLAY)->probe_whole(cursor_of(s.p, s.len)) > 0);
	recorder_open(&r, FORMAT_PE_OVERLAY, s.p, s.len, "x.exe");
	recorder_expect(&r, "[overlay]", zip, sizeof(zip));
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	s = file_get("demo.dll");
	assert_int_equal(format_by_id(FORMAT_PE_OVERLAY)->probe_whole(cursor_of(s.p, s.len)), 0);
	s = file_get("symbols.dll");
	assert_int_equal(format_by_id(FORMAT_PE_OVERLAY)->probe_whole(cursor_of(s.p, s.len)), 0);
}

/* A signed installer-like file: data between the sections and the table is overlay, the table is not. */
static void test_overlay_before_signature(void **state)
{
	char data[512];
	struct pe pe;

	(void)state;
	make_signed();
	memset(data, 'D', sizeof(data));
	file_put("sfx.exe", joined(file_get("demo.dll"), data, sizeof(data)).p, file_get("demo.dll").len + sizeof(data));
	TOOL("osslsigncode", "sign", "-certs", "cert.pem", "-key", "key.pem", "-h", "sha256", "-in", "sfx.exe", "-out", "sfx-signed.exe");
	assert_int_equal(parse(file_get("sfx-signed.exe"), &pe), STATUS_OK);
	assert_int_equal(pe.overlay_bytes, sizeof(data));
	assert_int_equal(pe.signature.offset, pe.overlay_offset + sizeof(data));
}

/* Whatever is cut off or flipped: an end, a status of the four, and everything inside the file. */
static void check_inside(struct str s)
{
	struct budget b = {.max_steps = 10 << 20};
	struct pe pe;
	enum status st = pe_parse(&tools_arena, &b, cursor_of(s.p, s.len), &pe);

	assert_true(st == STATUS_OK || st == STATUS_DAMAGED || st == STATUS_LIMIT || st == STATUS_UNSUPPORTED);
	assert_true((st == STATUS_DAMAGED) == (pe.damage != NULL) || st == STATUS_LIMIT);
	for (size_t i = 0; i < pe.n_sections; i++)
		assert_true(pe.sections[i].offset <= s.len && pe.sections[i].bytes <= s.len - pe.sections[i].offset);
	assert_true(pe.overlay_offset <= s.len && pe.overlay_bytes <= s.len - pe.overlay_offset);
	assert_true(!pe.signature.present || pe.signature.table_bytes <= s.len - pe.signature.offset);
	(void)pe_authenticode_sha256(&pe, cursor_of(s.p, s.len));
}

/* A copy with one number of the headers put anew: at is relative to "PE\0\0". */
static uint32_t odd_with(struct str dll, uint32_t at, uint32_t value)
{
	char *p = arena_alloc(&tools_arena, dll.len);
	uint32_t header;
	struct pe pe;

	memcpy(p, dll.p, dll.len);
	memcpy(&header, p + 0x3c, 4);
	memcpy(p + header + at, &value, 4);
	parse(str_view(p, dll.len), &pe);
	return pe.odd;
}

static void test_contradictions(void **state)
{
	enum { OPTIONAL = 24, TABLE = OPTIONAL + 240, SECTION = 40, VIRTUAL = 8, RVA = 12, RAW = 16, OFFSET = 20 };
	struct str dll, text;
	struct pe pe;
	char *p;

	make_signed();
	dll = file_get("demo.dll");
	parse(dll, &pe);
	assert_int_equal(pe.odd, 0);
	assert_true(pe.n_sections > 3);
	parse(file_get("signed.dll"), &pe);
	assert_int_equal(pe.odd, 0);
	parse(file_get("symbols.dll"), &pe);
	assert_int_equal(pe.odd, 0);
	parse(dll, &pe);
	assert_true(odd_with(dll, OPTIONAL + 56, pe.image_bytes + 0x10000) & 1u << PE_ODD_IMAGE);
	assert_true(odd_with(dll, OPTIONAL + 60, 64) & 1u << PE_ODD_HEADERS);
	assert_true(odd_with(dll, OPTIONAL + 16, pe.sections[1].rva) & 1u << PE_ODD_ENTRY);
	assert_true(odd_with(dll, OPTIONAL + 16, 0x40) & 1u << PE_ODD_ENTRY);
	assert_true(odd_with(dll, OPTIONAL + 112 + 8 * PE_DIR_IMPORT, 0x7fff0000) & 1u << PE_ODD_DIRECTORY);
	assert_true(odd_with(dll, OPTIONAL + 112 + 8 * PE_DIR_SECURITY, (uint32_t)pe.sections[1].offset) == 0); /* no size: none there */
	assert_true(odd_with(dll, 4, (uint32_t)pe.n_sections << 16 | 0x14c) & 1u << PE_ODD_KIND);
	assert_true(odd_with(dll, TABLE + SECTION + RAW, 0x1000000) & 1u << PE_ODD_OUTSIDE);
	assert_true(odd_with(dll, TABLE + SECTION + RVA, pe.sections[0].rva) & 1u << PE_ODD_MEMORY);
	assert_true(odd_with(dll, TABLE + SECTION + OFFSET, (uint32_t)pe.sections[0].offset) & 1u << PE_ODD_SHARED);
	assert_true(odd_with(dll, TABLE + SECTION + OFFSET, (uint32_t)pe.sections[1].offset + 8) & 1u << PE_ODD_UNALIGNED);
	assert_true(odd_with(dll, TABLE + VIRTUAL, 1) & 1u << PE_ODD_BEHIND);
	text = STR("these words are none that a linker writes");
	p = arena_alloc(&tools_arena, dll.len);
	memcpy(p, dll.p, dll.len);
	memcpy(p + pe.table_end, text.p, text.len);
	parse(str_view(p, dll.len), &pe);
	assert_int_equal(pe.odd, 1u << PE_ODD_BEFORE);
	memcpy(p + pe.table_end, "PADDINGXXPADDINGPADDINGXXPADDINGPADDINGXX", 41);
	parse(str_view(p, dll.len), &pe);
	assert_int_equal(pe.odd, 0);
	(void)state;
}

static void test_truncated(void **state)
{
	struct str s;

	(void)state;
	make_signed();
	s = file_get("signed.dll");
	for (size_t n = 0; n < 2048; n += 7)
		check_inside(str_part(s, 0, n));
	for (size_t n = 2048; n < s.len; n += 977)
		check_inside(str_part(s, 0, n));
	check_inside(str_part(s, 0, s.len - 1));
}

static void test_flipped(void **state)
{
	uint32_t seed = 7;
	struct str s;
	char *p;

	(void)state;
	make_signed();
	s = file_get("signed.dll");
	p = (char *)(uintptr_t)s.p;
	for (int i = 0; i < 1500; i++) {
		uint32_t at = tools_random(&seed) % (i % 3 == 0 ? 1024 : (uint32_t)s.len);
		char was = p[at];

		p[at] = (char)tools_random(&seed);
		check_inside(s);
		p[at] = was;
	}
}

/* 65,535 sections, imports that point at themselves: damaged, quickly. */
static void test_hostile_counts(void **state)
{
	size_t n = 4 << 20;
	char *p = arena_alloc(&tools_arena, n);
	struct budget b = {.max_steps = 4 << 20};
	struct pe pe;

	(void)state;
	memcpy(p, "MZ", 2);
	put_u32(p + 0x3c, 0x80);
	memcpy(p + 0x80, "PE\0\0\x64\x86\xff\xff", 8); /* 65,535 sections */
	p[0x80 + 20] = (char)0xf0;
	memcpy(p + 0x98, "\x0b\x02", 2);
	put_u32(p + 0x98 + 60, (uint32_t)n); /* size of headers: all of it is mapped */
	put_u32(p + 0x98 + 108, 16);
	put_u32(p + 0x98 + 112 + 8, 0x1000); /* imports */
	put_u32(p + 0x98 + 112 + 12, 0x1000);
	for (size_t at = 0x1000; at + 20 < n; at += 20) {
		put_u32(p + at, 0x1000);
		put_u32(p + at + 12, 0x82);
		put_u32(p + at + 16, 0x1000);
	}
	assert_int_equal(pe_parse(&tools_arena, &b, cursor_of(p, n), &pe), STATUS_DAMAGED);
	assert_int_equal(pe.n_sections_stated, 65535);
	assert_true(pe.n_sections <= PE_SECTIONS_MAX);
	assert_true(pe.n_imports <= PE_SYMBOLS_MAX);
	b = (struct budget){.max_steps = 1000};
	assert_int_equal(pe_parse(&tools_arena, &b, cursor_of(p, n), &pe), STATUS_LIMIT);
}

static void test_probe(void **state)
{
	struct format_claim claims[4];
	struct str s;

	(void)state;
	make_dll();
	s = file_get("demo.dll");
	assert_true(format_probe(cursor_of(s.p, s.len < FORMAT_HEAD_BYTES ? s.len : FORMAT_HEAD_BYTES), s.len, claims) > 0);
	assert_int_equal(claims[0].id, FORMAT_PE);
	assert_int_equal(format_by_id(FORMAT_PE)->probe(cursor_of("MZ is a text", 12), 12), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_checksum),
		cmocka_unit_test(test_rich),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_imports),
		cmocka_unit_test(test_exports),
		cmocka_unit_test(test_forwarder_and_ordinal),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_hidden_under_signature),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_overlay_before_signature),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_hostile_counts),
		cmocka_unit_test(test_probe),
	};

	return cmocka_run_group_tests(tests, tools_enter, tools_leave);
}
