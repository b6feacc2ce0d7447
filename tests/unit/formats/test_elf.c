/* ELF made by gcc and clang, field by field against readelf, nm and llvm-readobj; 32 bit, big endian, stripped. */
#include "../tools.h"

#include "formats/elf.h"
#include "recorder.h"

static const char source[] =
	"#include <stdio.h>\n"
	"#include <math.h>\n"
	"static int one(void) { return 1; }\n"
	"static int (*pick(void))(void) { return one; }\n"
	"int chosen(void) __attribute__((ifunc(\"pick\")));\n"
	"__attribute__((constructor)) static void first(void) { puts(\"first\"); }\n"
	"int demo_add(int a) { return a + (int)cos(a); }\n"
	"int demo_data = 4;\n";
static const char bare[] = "extern int outside(int); int demo_add(int a) { return outside(a) + 1; }\n";

static void make(void)
{
	if (access("libdemo.so", R_OK) == 0)
		return;
	text_put("demo.c", source);
	text_put("bare.c", bare);
	TOOL("gcc", "-shared", "-fPIC", "-O0", "-o", "libdemo.so", "demo.c", "-lm", "-Wl,-soname,libdemo.so.1",
		"-Wl,-rpath,$ORIGIN/lib", "-Wl,--build-id=sha1", "-Wl,--no-as-needed");
}

static enum status parse(struct str bytes, struct elf *ret)
{
	struct budget b = {.max_steps = 10 << 20};

	return elf_parse(&tools_arena, &b, cursor_of(bytes.p, bytes.len), ret);
}

static void compare_sections(const char *path, const struct elf *elf)
{
	struct str text, line, v;
	size_t i = 0;
	bool nobits = false;

	TOOL_OUT("sections.txt", "llvm-readobj-14", "--sections", path);
	text = file_get("sections.txt");
	while (str_line(&text, &line)) {
		if (line_value(line, "Name", &v)) {
			assert_true(i < elf->n_sections);
			if (i > 0)
				assert_str_equal(elf->sections[i].name, first_word(v));
		} else if (line_value(line, "Type", &v)) {
			nobits = str_has(v, "SHT_NOBITS");
		} else if (line_value(line, "Address", &v)) {
			assert_int_equal(elf->sections[i].address, number_of(v));
		} else if (line_value(line, "Offset", &v)) {
			assert_int_equal(elf->sections[i].offset, number_of(v));
		} else if (line_value(line, "Size", &v)) {
			assert_int_equal(elf->sections[i].bytes, nobits ? 0 : number_of(v));
		} else if (line_value(line, "EntrySize", &v)) {
			i++;
		}
	}
	assert_int_equal(i, elf->n_sections);
}

static void test_sections(void **state)
{
	struct elf elf;

	(void)state;
	make();
	assert_int_equal(parse(file_get("libdemo.so"), &elf), STATUS_OK);
	compare_sections("libdemo.so", &elf);
	assert_true(elf.wide && !elf.big);
	assert_int_equal(elf.machine, 62);
	assert_int_equal(elf.type, 3);
	assert_int_equal(elf.overlay_bytes, 0);
	assert_int_equal(elf.n_rwx_segments, 0);
}

static bool needs(const struct elf *elf, const char *name)
{
	for (size_t i = 0; i < elf->n_needed; i++)
		if (str_is(elf->needed[i], name))
			return true;
	return false;
}

static void test_dynamic(void **state)
{
	struct str text, line;
	struct elf elf;

	(void)state;
	make();
	assert_int_equal(parse(file_get("libdemo.so"), &elf), STATUS_OK);
	assert_true(needs(&elf, "libm.so.6") && needs(&elf, "libc.so.6"));
	assert_int_equal(elf.n_needed, 2);
	assert_str(elf.soname, "libdemo.so.1");
	assert_str(elf.runpath.len ? elf.runpath : elf.rpath, "$ORIGIN/lib");
	assert_int_equal(elf.n_init, 2); /* frame_dummy and ours */
	assert_int_equal(elf.n_ifuncs, 1);
	assert_true(str_starts(elf.comment, "GCC: "));
	TOOL_OUT("notes.txt", "readelf", "-n", "libdemo.so");
	text = file_get("notes.txt");
	while (str_line(&text, &line))
		if (str_has(line, "Build ID: "))
			assert_str_equal(elf.build_id, str_trim(str_part(line, str_find_z(line, ": ") + 2, 100)));
	assert_int_equal(elf.build_id.len, 40);
}

/* nm -D lists the same names on either side. */
static void compare_symbols(const char *path, const struct elf *elf)
{
	struct str text, line, name;
	size_t n = 0;

	TOOL_OUT("symbols.txt", "nm", "-D", path);
	text = file_get("symbols.txt");
	while (str_line(&text, &line)) {
		bool imported, found = false;

		line = str_trim(line);
		imported = str_starts(line, "U ") || str_starts(line, "w ");
		name = str_part(line, str_rfind_char(line, ' ') + 1, line.len);
		name = str_part(name, 0, str_find_z(name, "@"));
		for (size_t i = 0; i < elf->n_symbols; i++)
			found |= str_equal(elf->symbols[i].name, name) && elf->symbols[i].imported == imported;
		if (!found)
			fail_msg("no symbol %.*s", STR_ARG(name));
		n++;
	}
	assert_int_equal(n, elf->n_symbols);
}

static void test_symbols(void **state)
{
	struct elf elf;
	bool seen = false;

	(void)state;
	make();
	assert_int_equal(parse(file_get("libdemo.so"), &elf), STATUS_OK);
	compare_symbols("libdemo.so", &elf);
	for (size_t i = 0; i < elf.n_symbols; i++)
		if (str_is(elf.symbols[i].name, "puts")) {
			assert_str(elf.symbols[i].version, "GLIBC_2.2.5");
			assert_str(elf.symbols[i].lib, "libc.so.6");
			seen = true;
		}
	assert_true(seen);
	assert_int_equal(elf.n_imports + elf.n_exports, elf.n_symbols);
}

/* Without section headers the loader still finds everything; so do we. */
static void test_no_sections(void **state)
{
	struct elf whole, bare_elf;
	struct str s;
	char *p;

	(void)state;
	make();
	assert_int_equal(parse(file_get("libdemo.so"), &whole), STATUS_OK);
	s = file_get("libdemo.so");
	p = (char *)(uintptr_t)s.p;
	memset(p + 0x28, 0, 8); /* e_shoff */
	memset(p + 0x3c, 0, 4); /* e_shnum, e_shstrndx */
	assert_int_equal(parse(s, &bare_elf), STATUS_OK);
	assert_int_equal(bare_elf.n_sections, 0);
	assert_int_equal(bare_elf.n_needed, whole.n_needed);
	assert_int_equal(bare_elf.n_imports, whole.n_imports);
	assert_int_equal(bare_elf.n_exports, whole.n_exports);
	assert_str_equal(bare_elf.build_id, whole.build_id);
	assert_str_equal(bare_elf.soname, whole.soname);
}

static void other_machine(const char *target, const char *out, bool wide, bool big, unsigned machine)
{
	struct elf elf;
	char option[64];

	make();
	snprintf(option, sizeof(option), "--target=%s", target);
	TOOL("clang-14", option, "-fPIC", "-c", "bare.c", "-o", "bare.o");
	TOOL("ld.lld-14", "-shared", "bare.o", "-o", out);
	assert_int_equal(parse(file_get(out), &elf), STATUS_OK);
	assert_int_equal(elf.wide, wide);
	assert_int_equal(elf.big, big);
	assert_int_equal(elf.machine, machine);
	compare_sections(out, &elf);
	compare_symbols(out, &elf);
	assert_int_equal(elf.n_imports, 1);
	assert_int_equal(elf.n_exports, 1);
}

static void test_machines(void **state)
{
	(void)state;
	other_machine("i386-linux-gnu", "i386.so", false, false, 3);
	other_machine("aarch64-linux-gnu", "arm64.so", true, false, 183);
	other_machine("powerpc64-linux-gnu", "ppc64.so", true, true, 21);
	other_machine("powerpc-linux-gnu", "ppc.so", false, true, 20);
}

static void test_program(void **state)
{
	struct elf elf;

	(void)state;
	text_put("main.c", "int main(void) { return 0; }\n");
	TOOL("gcc", "-o", "program", "main.c", "-Wl,-z,execstack");
	assert_int_equal(parse(file_get("program"), &elf), STATUS_OK);
	assert_true(str_starts(elf.interp, "/lib64/ld-linux"));
	assert_true(elf.exec_stack);
	assert_int_equal(elf.n_rwx_segments, 0);
	text_put("main.c", "int value = 3; int main(void) { return value; }\n");
	TOOL("gcc", "-nostdlib", "-static", "-e", "main", "-o", "packed", "main.c", "-Wl,-N"); /* one segment for all */
	assert_int_equal(parse(file_get("packed"), &elf), STATUS_OK);
	assert_int_equal(elf.interp.len, 0);
	assert_int_equal(elf.n_rwx_segments, 1);
}

static void test_overlay(void **state)
{
	static const char image[] = "hsqs pretended file system";
	struct recorder r;
	struct elf elf;
	struct str s;

	(void)state;
	make();
	s = joined(file_get("libdemo.so"), image, sizeof(image));
	assert_int_equal(parse(s, &elf), STATUS_OK);
	assert_int_equal(elf.overlay_bytes, sizeof(image));
	recorder_open(&r, FORMAT_PE_OVERLAY, s.p, s.len, "x.AppImage");
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "[overlay]", image, sizeof(image));
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
}

static void check_inside(struct str s)
{
	struct budget b = {.max_steps = 4 << 20};
	struct elf elf;
	enum status st = elf_parse(&tools_arena, &b, cursor_of(s.p, s.len), &elf);

	assert_true(st == STATUS_OK || st == STATUS_DAMAGED || st == STATUS_LIMIT || st == STATUS_UNSUPPORTED);
	for (size_t i = 0; i < elf.n_sections; i++)
		assert_true(elf.sections[i].bytes == 0 ||
			(elf.sections[i].offset <= s.len && elf.sections[i].bytes <= s.len - elf.sections[i].offset));
	for (size_t i = 0; i < elf.n_segments; i++)
		assert_true(elf.segments[i].bytes == 0 ||
			(elf.segments[i].offset <= s.len && elf.segments[i].bytes <= s.len - elf.segments[i].offset));
	assert_true(elf.overlay_offset <= s.len && elf.overlay_bytes <= s.len - elf.overlay_offset);
}

static void test_truncated_and_flipped(void **state)
{
	uint32_t seed = 11;
	struct str s;
	char *p;

	(void)state;
	make();
	s = file_get("libdemo.so");
	for (size_t n = 0; n < s.len; n += n < 1024 ? 5 : 211)
		check_inside(str_part(s, 0, n));
	p = (char *)(uintptr_t)s.p;
	for (int i = 0; i < 2000; i++) {
		uint32_t at = i % 2 ? tools_random(&seed) % 2048 : (uint32_t)s.len - 1 - tools_random(&seed) % 4096;
		char was = p[at];

		p[at] = (char)tools_random(&seed);
		check_inside(s);
		p[at] = was;
	}
}

/* A version table that points at itself ends with its cap, a cut one is damage. */
static void test_damaged(void **state)
{
	struct elf elf;
	struct str s;

	(void)state;
	make();
	s = file_get("libdemo.so");
	assert_int_equal(parse(str_part(s, 0, s.len / 2), &elf), STATUS_DAMAGED);
	assert_non_null(elf.damage);
	assert_int_equal(parse(str_part(s, 0, 3), &elf), STATUS_UNSUPPORTED);
	assert_int_equal(parse(STR("not a program at all, just text"), &elf), STATUS_UNSUPPORTED);
	assert_int_equal(parse(str_part(s, 0, 40), &elf), STATUS_DAMAGED);
}

/* A copy with one number put anew. */
static uint32_t odd_with(struct str s, size_t at, uint64_t value)
{
	char *p = arena_alloc(&tools_arena, s.len);
	struct elf elf;

	memcpy(p, s.p, s.len);
	memcpy(p + at, &value, sizeof(value));
	parse(str_view(p, s.len), &elf);
	return elf.odd;
}

static void test_contradictions(void **state)
{
	enum { ENTRY = 24, OFFSET = 8, ADDRESS = 16, FILE_BYTES = 32, HEADER = 56, SECTION = 64, SECTION_ADDRESS = 16, SECTION_OFFSET = 24 };
	struct str s;
	struct elf elf;
	uint64_t sections, segments = 64;

	(void)state;
	make();
	s = file_get("libdemo.so");
	assert_int_equal(parse(s, &elf), STATUS_OK);
	assert_int_equal(elf.odd, 0);
	memcpy(&sections, s.p + 40, 8);
	assert_true(odd_with(s, ENTRY, 1 << 30) & 1u << ELF_ODD_ENTRY);
	assert_true(odd_with(s, segments + HEADER + ADDRESS, 0) & 1u << ELF_ODD_MEMORY);
	assert_true(odd_with(s, segments + FILE_BYTES, s.len) & 1u << ELF_ODD_LARGER);
	for (size_t i = 0; i < elf.n_segments; i++)
		if (elf.segments[i].type == 2)
			assert_true(odd_with(s, segments + i * HEADER + OFFSET, elf.segments[i].offset + 16) & 1u << ELF_ODD_DYNAMIC);
	for (size_t i = 0; i < elf.n_sections; i++) {
		size_t at = sections + i * SECTION;

		if (str_is(elf.sections[i].name, ".text"))
			assert_true(odd_with(s, at + SECTION_OFFSET, elf.sections[i].offset + 64) & 1u << ELF_ODD_PLACE);
		else if (str_is(elf.sections[i].name, ".dynsym"))
			assert_true(odd_with(s, at + SECTION_ADDRESS, elf.sections[i].address + 24) & 1u << ELF_ODD_SYMBOLS);
		else if (str_is(elf.sections[i].name, ".dynstr"))
			assert_true(odd_with(s, at + SECTION_ADDRESS, elf.sections[i].address + 8) & 1u << ELF_ODD_NAMES);
	}
	/* debugging information of its own keeps headers without bytes */
	TOOL("gcc", "-g", "-shared", "-fPIC", "-o", "debug.so", "demo.c", "-lm");
	TOOL("objcopy", "--only-keep-debug", "debug.so", "debug.debug");
	assert_int_equal(parse(file_get("debug.debug"), &elf), STATUS_OK);
	assert_int_equal(elf.odd, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_dynamic),
		cmocka_unit_test(test_symbols),
		cmocka_unit_test(test_no_sections),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_truncated_and_flipped),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, tools_enter, tools_leave);
}
