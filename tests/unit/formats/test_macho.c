/* Mach-O made by clang and lld, thin and fat, field by field against llvm-readobj; hostile ones by hand. */
#include "../tools.h"

#include "formats/macho.h"
#include "recorder.h"

static const char source[] =
	"extern int demo_imported(int);\n"
	"__attribute__((constructor)) static void first(void) { demo_imported(0); }\n"
	"int demo_value = 3;\n"
	"int demo_add(int a) { return demo_imported(a) + demo_value; }\n"
	"int demo_sub(int a) { return a - 1; }\n";
static const char stub[] =
	"--- !tapi-tbd\ntbd-version: 4\ntargets: [ x86_64-macos, arm64-macos ]\n"
	"install-name: '/usr/lib/libdemo.1.dylib'\nexports:\n  - targets: [ x86_64-macos, arm64-macos ]\n"
	"    symbols: [ _demo_imported, dyld_stub_binder ]\n...\n";

static void make_thin(const char *arch)
{
	char target[64], object[32], out[32];

	snprintf(target, sizeof(target), "--target=%s-apple-macos11", arch);
	snprintf(object, sizeof(object), "%s.o", arch);
	snprintf(out, sizeof(out), "%s.dylib", arch);
	TOOL("clang-14", target, "-c", "demo.c", "-o", object);
	TOOL("ld64.lld-14", "-dylib", "-arch", arch, "-platform_version", "macos", "11.0", "12.1", "-o", out, "-install_name",
		"@rpath/libown.dylib", "-rpath", "@loader_path/lib", object, "libdemo.tbd");
}

static void make(void)
{
	if (access("fat.dylib", R_OK) == 0)
		return;
	text_put("demo.c", source);
	text_put("libdemo.tbd", stub);
	make_thin("x86_64");
	make_thin("arm64");
	TOOL("llvm-lipo-14", "-create", "x86_64.dylib", "arm64.dylib", "-output", "fat.dylib");
}

static enum status parse(struct str bytes, struct macho *ret)
{
	struct budget b = {.max_steps = 10 << 20};

	return macho_parse(&tools_arena, &b, cursor_of(bytes.p, bytes.len), ret);
}

static void compare_sections(const char *path, const struct macho_image *im)
{
	struct str text, line, v;
	size_t i = 0;

	TOOL_OUT("sections.txt", "llvm-readobj-14", "--sections", path);
	text = file_get("sections.txt");
	while (str_line(&text, &line)) {
		if (line_value(line, "Name", &v)) {
			assert_true(i < im->n_sections);
			assert_str_equal(im->sections[i].name, first_word(v));
		} else if (line_value(line, "Segment", &v)) {
			assert_str_equal(im->sections[i].segment, first_word(v));
		} else if (line_value(line, "Size", &v)) {
			assert_int_equal(im->sections[i].bytes, number_of(v));
		} else if (line_value(line, "Offset", &v)) {
			assert_int_equal(im->sections[i].offset - im->offset, number_of(v));
			i++;
		}
	}
	assert_int_equal(i, im->n_sections);
	assert_true(i > 3);
}

static const struct macho_symbol *symbol(const struct macho_image *im, const char *name)
{
	for (size_t i = 0; i < im->n_symbols; i++)
		if (str_is(im->symbols[i].name, name))
			return &im->symbols[i];
	return NULL;
}

static void check_image(const struct macho_image *im, uint32_t cpu)
{
	assert_int_equal(im->cpu, cpu);
	assert_true(im->wide && !im->big);
	assert_int_equal(im->file_type, 6);
	assert_str(im->install_name, "@rpath/libown.dylib");
	assert_int_equal(im->n_rpaths, 1);
	assert_str(im->rpaths[0], "@loader_path/lib");
	assert_int_equal(im->n_libraries, 1);
	assert_str(im->libraries[0], "/usr/lib/libdemo.1.dylib");
	assert_int_equal(im->min_os, 11 << 16);
	assert_int_equal(im->sdk, (12 << 16) + (1 << 8));
	assert_int_equal(im->n_init, 1);
	assert_int_equal(im->uuid.len, 32);
	assert_non_null(symbol(im, "_demo_imported"));
	assert_true(symbol(im, "_demo_imported")->imported);
	assert_str(symbol(im, "_demo_imported")->lib, "/usr/lib/libdemo.1.dylib");
	assert_non_null(symbol(im, "_demo_add"));
	assert_false(symbol(im, "_demo_add")->imported);
	assert_int_equal(im->n_exports, 3); /* _demo_add, _demo_sub, _demo_value */
	assert_null(symbol(im, "_first"));
	assert_int_equal(im->n_rwx_segments, 0);
	assert_int_equal(im->overlay_bytes, 0);
}

static void test_thin(void **state)
{
	struct macho m;

	(void)state;
	make();
	assert_int_equal(parse(file_get("x86_64.dylib"), &m), STATUS_OK);
	assert_false(m.fat);
	assert_int_equal(m.n_images, 1);
	check_image(&m.images[0], 0x01000007);
	compare_sections("x86_64.dylib", &m.images[0]);
	assert_int_equal(parse(file_get("arm64.dylib"), &m), STATUS_OK);
	check_image(&m.images[0], 0x0100000c);
	compare_sections("arm64.dylib", &m.images[0]);
}

static void test_fat(void **state)
{
	struct macho m;

	(void)state;
	make();
	assert_int_equal(parse(file_get("fat.dylib"), &m), STATUS_OK);
	assert_true(m.fat);
	assert_int_equal(m.n_images, 2);
	check_image(&m.images[0], 0x01000007);
	check_image(&m.images[1], 0x0100000c);
	compare_sections("x86_64.dylib", &m.images[0]);
	compare_sections("arm64.dylib", &m.images[1]);
	assert_int_equal(m.overlay_bytes, 0);
}

/* lld signs for arm64 without an identity. */
static void test_adhoc_signature(void **state)
{
	struct macho m;

	(void)state;
	make();
	assert_int_equal(parse(file_get("arm64.dylib"), &m), STATUS_OK);
	assert_true(m.images[0].signature.present);
	assert_true(m.images[0].signature.adhoc);
	assert_false(m.images[0].signature.has_signer);
	assert_str(m.images[0].signature.identifier, "arm64.dylib");
	assert_int_equal(m.images[0].signature.team.len, 0);
	assert_true(m.images[0].signature_offset > 0);
	assert_int_equal(parse(file_get("x86_64.dylib"), &m), STATUS_OK);
	assert_false(m.images[0].signature.present);
}

static void put_be(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> (24 - 8 * i));
}

static void put_le(char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (char)(v >> (8 * i));
}

/* By hand: a directory with identifier and team, entitlements as text. */
static void test_signature_blobs(void **state)
{
	static const char plist[] = "<plist><dict><key>com.apple.security.get-task-allow</key><true/></dict></plist>";
	char file[1024] = {0}, *blob = file + 28 + 16;
	size_t n_plist = sizeof(plist) - 1;
	struct macho m;

	(void)state;
	put_le(file, 0xfeedfacf);
	put_le(file + 4, 0x0100000c);
	put_le(file + 12, 2);
	put_le(file + 16, 1);  /* one command */
	put_le(file + 20, 16);
	put_le(file + 32, 0x1d); /* code signature */
	put_le(file + 36, 16);
	put_le(file + 40, 64);
	put_le(file + 44, 600);
	blob = file + 64;
	put_be(blob, 0xfade0cc0);
	put_be(blob + 4, 600);
	put_be(blob + 8, 2);
	put_be(blob + 12, 0);
	put_be(blob + 16, 64);
	put_be(blob + 20, 5);
	put_be(blob + 24, 256);
	put_be(blob + 64, 0xfade0c02);
	put_be(blob + 68, 128);
	put_be(blob + 72, 0x20200);
	put_be(blob + 76, 0x10000); /* hardened run-time */
	put_be(blob + 64 + 20, 80);
	put_be(blob + 64 + 48, 100);
	memcpy(blob + 64 + 80, "example.agent", 13);
	memcpy(blob + 64 + 100, "TEAM123456", 10);
	put_be(blob + 256, 0xfade7171);
	put_be(blob + 260, (uint32_t)n_plist + 8);
	memcpy(blob + 264, plist, n_plist);
	assert_int_equal(parse(str_view(file, 64 + 600), &m), STATUS_OK);
	assert_true(m.images[0].signature.present);
	assert_true(m.images[0].signature.hardened);
	assert_str(m.images[0].signature.identifier, "example.agent");
	assert_str(m.images[0].signature.team, "TEAM123456");
	assert_str(m.images[0].signature.entitlements, plist);
}

static void test_overlay(void **state)
{
	static const char data[] = "behind the end";
	struct recorder r;
	struct macho m;
	struct str s;

	(void)state;
	make();
	s = joined(file_get("fat.dylib"), data, sizeof(data));
	assert_int_equal(parse(s, &m), STATUS_OK);
	assert_int_equal(m.overlay_bytes, sizeof(data));
	recorder_open(&r, FORMAT_PE_OVERLAY, s.p, s.len, "x");
	recorder_expect(&r, "[overlay]", data, sizeof(data));
	recorder_release(&r);
	s = joined(file_get("arm64.dylib"), data, sizeof(data));
	assert_int_equal(parse(s, &m), STATUS_OK);
	assert_int_equal(m.overlay_bytes, sizeof(data));
}

static void check_inside(struct str s)
{
	struct budget b = {.max_steps = 4 << 20};
	struct macho m;
	enum status st = macho_parse(&tools_arena, &b, cursor_of(s.p, s.len), &m);

	assert_true(st == STATUS_OK || st == STATUS_DAMAGED || st == STATUS_LIMIT || st == STATUS_UNSUPPORTED);
	assert_true(m.n_images <= MACHO_IMAGES_MAX);
	for (size_t i = 0; i < m.n_images; i++)
		for (size_t k = 0; k < m.images[i].n_sections; k++) {
			const struct macho_section *x = &m.images[i].sections[k];

			assert_true(x->bytes == 0 || (x->offset <= s.len && x->bytes <= s.len - x->offset));
		}
	assert_true(m.overlay_offset <= s.len && m.overlay_bytes <= s.len - m.overlay_offset);
}

static void test_truncated_and_flipped(void **state)
{
	uint32_t seed = 3;
	struct str s;
	char *p;

	(void)state;
	make();
	s = file_get("fat.dylib");
	for (size_t n = 0; n < s.len; n += n < 2048 ? 11 : 1499)
		check_inside(str_part(s, 0, n));
	s = file_get("arm64.dylib");
	p = (char *)(uintptr_t)s.p;
	for (int i = 0; i < 1500; i++) {
		uint32_t at = i % 2 ? tools_random(&seed) % 1500 : (uint32_t)s.len - 1 - tools_random(&seed) % 1000;
		char was = p[at];

		p[at] = (char)tools_random(&seed);
		check_inside(s);
		p[at] = was;
	}
}

/* A command of no size, a fat file inside a fat file, overlapping images: damage, and an end. */
static void test_hostile(void **state)
{
	char file[4096] = {0};
	struct str thin, s;
	struct macho m;

	(void)state;
	make();
	put_le(file, 0xfeedfacf);
	put_le(file + 4, 7);
	put_le(file + 12, 2);
	put_le(file + 16, 1000);
	put_le(file + 20, 3000);
	put_le(file + 32, 0x19); /* bytes of the command stay 0 */
	assert_int_equal(parse(str_view(file, sizeof(file)), &m), STATUS_DAMAGED);
	memset(file, 0, sizeof(file));
	put_be(file, 0xcafebabe);
	put_be(file + 4, 1);
	put_be(file + 16, 64);
	put_be(file + 20, 1024);
	put_be(file + 64, 0xcafebabe);
	put_be(file + 68, 1);
	assert_int_equal(parse(str_view(file, sizeof(file)), &m), STATUS_DAMAGED);
	assert_int_equal(m.n_images, 1);
	assert_int_equal(m.images[0].n_sections, 0);
	thin = file_get("x86_64.dylib");
	memset(file, 0, sizeof(file));
	put_be(file, 0xcafebabe);
	put_be(file + 4, 32);
	for (uint32_t i = 0; i < 32; i++) {
		put_be(file + 8 + 20 * i + 8, 4096);
		put_be(file + 8 + 20 * i + 12, (uint32_t)thin.len);
	}
	s = joined(str_view(file, sizeof(file)), thin.p, thin.len);
	assert_int_equal(parse(s, &m), STATUS_DAMAGED);
	assert_int_equal(m.n_images, 1); /* the others would be the same work again */
	put_be(file + 4, 0xffffffff);
	assert_int_equal(parse(str_view(file, sizeof(file)), &m), STATUS_DAMAGED);
}

static void test_probe(void **state)
{
	static const unsigned char class_file[] = {0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 65, 0, 30, 10, 0, 2, 0, 3, 7, 0, 4, 12, 0,
		5, 0, 6, 1, 0, 16, 'j', 'a', 'v', 'a'};
	struct str s;

	(void)state;
	make();
	s = file_get("fat.dylib");
	assert_true(format_by_id(FORMAT_MACHO)->probe(cursor_of(s.p, 4096), s.len) >= 56);
	assert_int_equal(format_by_id(FORMAT_MACHO)->probe(cursor_of(class_file, sizeof(class_file)), 1000), 0);
}

/* A copy with one command put anew, found by its type. */
static uint32_t odd_with(struct str s, uint32_t type, uint32_t at, uint64_t value, size_t bytes)
{
	char *p = arena_alloc(&tools_arena, s.len);
	struct macho m;
	size_t i = 32;
	uint32_t kind, length;

	memcpy(p, s.p, s.len);
	for (;;) {
		memcpy(&kind, p + i, 4);
		memcpy(&length, p + i + 4, 4);
		if (kind == type)
			break;
		i += length;
		assert_true(i + 8 < s.len);
	}
	memcpy(p + i + at, &value, bytes);
	parse(str_view(p, s.len), &m);
	return m.images[0].odd;
}

static void test_contradictions(void **state)
{
	enum { SEGMENT = 0x19, UUID = 0x1b, SYMTAB = 2, TEXT_SECTION = 72, ADDRESS = 32 };
	struct str s;
	struct macho m;
	char *p;
	uint32_t at;

	(void)state;
	make();
	s = file_get("x86_64.dylib");
	parse(s, &m);
	assert_int_equal(m.images[0].odd, 0);
	assert_true(odd_with(s, UUID, 0, SYMTAB, 4) & 1u << MACHO_ODD_TWICE);
	assert_true(odd_with(s, SEGMENT, 24, 1 << 24, 8) & (1u << MACHO_ODD_MEMORY | 1u << MACHO_ODD_PLACE));
	assert_true(odd_with(s, SEGMENT, TEXT_SECTION + ADDRESS, 1, 8) & 1u << MACHO_ODD_PLACE);
	s = file_get("fat.dylib");
	parse(s, &m);
	assert_int_equal(m.images[0].odd | m.images[1].odd, 0);
	p = arena_alloc(&tools_arena, s.len);
	memcpy(p, s.p, s.len);
	memcpy(p + 28, p + 8, 8); /* the table names one processor twice */
	parse(str_view(p, s.len), &m);
	assert_true(m.images[1].odd & 1u << MACHO_ODD_KIND);
	memcpy(p, s.p, s.len);
	at = (uint32_t)(m.images[0].offset + m.images[0].bytes);
	assert_true(at + 32 < m.images[1].offset);
	memcpy(p + at, "what no image of the file accounts for", 32);
	parse(str_view(p, s.len), &m);
	assert_true(m.images[1].odd & 1u << MACHO_ODD_HOLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_thin),
		cmocka_unit_test(test_fat),
		cmocka_unit_test(test_adhoc_signature),
		cmocka_unit_test(test_signature_blobs),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_truncated_and_flipped),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_probe),
	};

	return cmocka_run_group_tests(tests, tools_enter, tools_leave);
}
