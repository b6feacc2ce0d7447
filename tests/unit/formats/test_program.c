/* Programs with things inside: resources by windres, bundles behind real programs. */
#include "unit/formats/recorder.h"
#include "unit/tools.h"

#include "formats/elf.h"

static const char host_c[] =
	"#include <stdio.h>\n"
	"volatile unsigned char mark[40] = {0,0,0,0,0,0,0,0,\n"
	"0x8b,0x12,0x02,0xb9,0x6a,0x61,0x20,0x38,0x72,0x7b,0x93,0x02,0x14,0xd7,0xa0,0x32,\n"
	"0x13,0xf5,0xb9,0xe6,0xef,0xae,0x33,0x18,0xee,0x3b,0x2d,0xce,0x24,0xb3,0x6a,0xae};\n"
	"#ifdef BURN\n"
	"__attribute__((section(\".wixburn\"), used)) unsigned burn[16] = {0x00f14300, 2, 1, 2, 3, 4, 0x11111111,\n"
	"0, 0, 0, 1, 2, 0x22222222, 0x33333333};\n"
	"#endif\n"
	"int main(void) { printf(\"%d\", mark[0]); return 0; }\n";

static struct recorder opened(struct str bytes)
{
	struct recorder r;
	const struct format *f = format_by_id(FORMAT_PE_OVERLAY);

	recorder_init(&r);
	if (!f->probe_whole(cursor_of(bytes.p, bytes.len)))
		fail_msg("not recognised");
	recorder_run(&r, f, bytes.p, bytes.len, "x.exe");
	return r;
}

static void put(struct str s, size_t at, unsigned bytes, uint64_t v)
{
	char *p = (char *)(uintptr_t)s.p;

	assert_true(at + bytes <= s.len);
	for (unsigned i = 0; i < bytes; i++)
		p[at + i] = (char)(v >> (8 * i));
}

static void pe_with_resources(const char *rc)
{
	text_put("r.rc", rc);
	text_put("host.c", host_c);
	TOOL("x86_64-w64-mingw32-windres", "r.rc", "-o", "r.o");
	TOOL("x86_64-w64-mingw32-gcc", "-O1", "-s", "host.c", "r.o", "-o", "host.exe");
}

static void resources(void **state)
{
	static const char rc[] =
		"1 ICON \"i.ico\"\n101 RCDATA \"a.zip\"\nSETUP SCRIPT \"run.js\"\n7 RCDATA \"opaque.bin\"\n"
		"8 RCDATA \"small.bin\"\n9 BITMAP \"odd.bin\"\n1 VERSIONINFO\nBEGIN\nEND\n1 24 \"m.xml\"\n";
	static const char js[] =
		"var shell = new ActiveXObject('WScript.Shell');\nshell.Popup('hello');\n";
	uint8_t noise[6000], icon[22 + 40 + 4 * 4 + 2 * 4];
	uint32_t seed = 9;
	struct recorder r;
	struct str exe;

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)(tools_random(&seed) | 0x80);
	memset(icon, 0, sizeof(icon));
	memcpy(icon, "\0\0\1\0\1\0\2\2\0\0\1\0\40\0\x40\0\0\0\26\0\0\0", 22);
	memcpy(icon + 22, "\50\0\0\0\2\0\0\0\4\0\0\0\1\0\40\0", 16);
	file_put("i.ico", icon, sizeof(icon));
	file_put("opaque.bin", noise, sizeof(noise));
	file_put("small.bin", noise, 100);
	file_put("odd.bin", noise, sizeof(noise)); /* windres takes off 14 bytes of header */
	text_put("run.js", js);
	text_put("m.xml",
		"<?xml version='1.0'?><assembly xmlns='urn:schemas-microsoft-com:asm.v1' manifestVersion='1.0'/>");
	TOOL("zip", "-q", "a.zip", "run.js");
	pe_with_resources(rc);
	exe = file_get("host.exe");
	r = opened(exe);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "[resources]/RCDATA/101", file_get("a.zip").p, file_get("a.zip").len);
	recorder_expect(&r, "[resources]/SCRIPT/SETUP", js, sizeof(js) - 1);
	recorder_expect(&r, "[resources]/RCDATA/7", noise, sizeof(noise));
	recorder_expect(&r, "[resources]/BITMAP/9", noise + 14, sizeof(noise) - 14);
	/* icon, version, manifest and small data stay with the program */
	assert_int_equal(r.n_children, 4);
	recorder_release(&r);
}

/* An ordinary program is not a container. */
static void ordinary(void **state)
{
	struct str exe;

	pe_with_resources("1 VERSIONINFO\nBEGIN\nEND\n");
	exe = file_get("host.exe");
	assert_int_equal(format_by_id(FORMAT_PE_OVERLAY)->probe_whole(cursor_of(exe.p, exe.len)),
		0);
	text_put("h.c", "int main(void) { return 0; }\n");
	TOOL("gcc", "h.c", "-o", "h");
	exe = file_get("h");
	assert_int_equal(format_by_id(FORMAT_PE_OVERLAY)->probe_whole(cursor_of(exe.p, exe.len)),
		0);
}

static struct str text7(const char *s)
{
	return arena_printf(&tools_arena, "%c%s", (int)strlen(s), s);
}

/* Host, files, header, as the SDK lays them out; the second file is packed. */
static struct str bundle(struct str host, uint32_t major, struct str packed, size_t size)
{
	static const char dll[] = "MZ stands for an assembly", json[] = "{\"runtimeOptions\":{}}";
	struct str s = joined(host, dll, sizeof(dll) - 1), id = text7("abcdef"), mark;
	uint64_t at = host.len, json_at, packed_at, header;
	uint8_t n[8 * 8] = {0};
	size_t m;

	json_at = s.len;
	s = joined(s, json, sizeof(json) - 1);
	packed_at = s.len;
	s = joined(s, packed.p, packed.len);
	header = s.len;
	put(str_view(n, sizeof(n)), 0, 4, major);
	put(str_view(n, sizeof(n)), 8, 4, 3);
	s = joined(joined(s, n, 12), id.p, id.len);
	memset(n, 0, sizeof(n));
	s = joined(s, n, 40);
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = {"app.dll", "app.runtimeconfig.json",
			"lib/packed.dll"};
		struct str name = text7(names[i]), row = str_view(n, sizeof(n));

		memset(n, 0, sizeof(n));
		put(row, 0, 8, i == 0 ? at : i == 1 ? json_at : packed_at);
		put(row, 8, 8, i == 0 ? sizeof(dll) - 1 : i == 1 ? sizeof(json) - 1 : major >= 6
			? size : packed.len);
		if (major >= 6)
			put(row, 16, 8, i == 2 ? packed.len : 0);
		put(row, major >= 6 ? 24 : 16, 1, 1);
		s = joined(joined(s, n, major >= 6 ? 25 : 17), name.p, name.len);
	}
	mark = str_view("\x8b\x12\x02\xb9\x6a\x61\x20\x38", 8);
	m = str_find(s, mark);
	assert_true(m != SIZE_MAX && m > 8);
	put(s, m - 8, 8, header);
	return s;
}

static void dotnet_bundle(void **state)
{
	/* raw deflate of "managed code" by hand: one stored block */
	static const char packed[] = "\1\14\0\363\377managed code";

	text_put("host.c", host_c);
	TOOL("x86_64-w64-mingw32-gcc", "-O1", "-s", "host.c", "-o", "host.exe");
	TOOL("gcc", "-O1", "-s", "host.c", "-o", "host");
	for (int k = 0; k < 4; k++) {
		struct str s = bundle(file_get(k % 2 ? "host" : "host.exe"), k < 2 ? 6 : 2,
			str_view(packed, sizeof(packed) - 1), 12);
		struct recorder r = opened(s);

		assert_int_equal(r.status, STATUS_OK);
		assert_int_equal(recorder_uncovered(&r), 0);
		recorder_expect(&r, "[bundle]/app.runtimeconfig.json", "{\"runtimeOptions\":{}}",
			21);
		recorder_expect(&r, "[bundle]/lib/packed.dll", k < 2 ? "managed code" : packed,
			k < 2 ? 12 : sizeof(packed) - 1);
		assert_int_equal(r.n_children, 3);
		recorder_release(&r);
		for (size_t cut = s.len - 200; cut < s.len; cut++) {
			const struct format *f = format_by_id(FORMAT_PE_OVERLAY);

			recorder_init(&r);
			recorder_run(&r, f, s.p, cut, "x.exe");
			/* what is behind the program stays to be seen, as a bundle or as it is */
			assert_true(r.status == STATUS_DAMAGED || r.n_children > 0);
			recorder_release(&r);
		}
	}
}

static void burn(void **state)
{
	struct recorder r;
	struct str exe, ux, payload, s;
	size_t at;

	text_put("manifest.xml", "<BurnManifest/>");
	text_put("setup.txt", "payload of the bundle");
	text_put("host.c", host_c);
	TOOL("gcab", "-c", "ux.cab", "manifest.xml");
	TOOL("gcab", "-c", "payload.cab", "setup.txt");
	TOOL("x86_64-w64-mingw32-gcc", "-DBURN", "-O1", "-s", "host.c", "-o", "host.exe");
	exe = file_get("host.exe");
	ux = file_get("ux.cab");
	payload = file_get("payload.cab");
	s = joined(joined(exe, ux.p, ux.len), payload.p, payload.len);
	at = str_find(s, str_view("\x11\x11\x11\x11", 4));
	put(s, at, 4, exe.len);
	put(s, str_find(s, str_view("\x22\x22\x22\x22", 4)), 4, ux.len);
	put(s, str_find(s, str_view("\x33\x33\x33\x33", 4)), 4, payload.len);
	r = opened(s);
	assert_int_equal(r.status, STATUS_OK);
	recorder_expect(&r, "[bundle manifest]", ux.p, ux.len);
	recorder_expect(&r, "[container 1]", payload.p, payload.len);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_release(&r);
	r = opened(str_part(s, 0, s.len - 10)); /* the last container is cut off */
	assert_int_equal(r.status, STATUS_DAMAGED);
	recorder_release(&r);
}

static void pyinstaller(void **state)
{
	struct recorder r;
	struct recorder_child *c;
	struct str s;
	char script[512];

	assert_true(snprintf(script, sizeof(script), "%s/tests/make/pyinstaller.py",
		getenv("ASSAY_SOURCE_ROOT")) > 0);
	text_put("app.py", "import helper\nhelper.work('https://service.example/')\n");
	text_put("helper.py", "def work(url):\n    return len(url)\n");
	text_put("host.c", host_c);
	TOOL("x86_64-w64-mingw32-gcc", "-O1", "-s", "host.c", "-o", "host.exe");
	TOOL("python3", script, "host.exe", "app.exe", "app=app.py", "helper=helper.py",
		"pkg.deep=helper.py");
	s = file_get("app.exe");
	r = opened(s);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(r.n_oddities, 0);
	assert_int_equal(recorder_uncovered(&r), 0);
	recorder_expect(&r, "[package]/data/plain.txt", "stored as it is\n", 16);
	assert_int_equal(recorder_child(&r, "[package]/data/notes.txt")->n_data, 420);
	c = recorder_child(&r, "[package]/app.pyc");
	assert_non_null(c);
	assert_true(str_has(str_view(c->data, c->n_data), "https://service.example/"));
	assert_memory_equal(c->data + 2, "\r\n", 2); /* the magic of a .pyc */
	assert_non_null(recorder_child(&r, "[modules]/helper.pyc"));
	assert_non_null(recorder_child(&r, "[modules]/pkg/deep.pyc"));
	recorder_release(&r);
	for (size_t at = file_get("host.exe").len; at < s.len; at += 37) {
		struct str bad = joined(STR_NONE, s.p, s.len);

		((char *)(uintptr_t)bad.p)[at] ^= 0x10;
		recorder_init(&r);
		recorder_run(&r, format_by_id(FORMAT_PE_OVERLAY), bad.p, bad.len, "x.exe");
		assert_true(r.n_children > 0);
		recorder_release(&r);
	}
}

/* On Linux the package is a section of the program, which ends with its section table as any other. */
static void pyinstaller_section(void **state)
{
	struct recorder r;
	struct str s, plain;
	char script[512], noise[400 << 10];
	uint32_t seed = 4;

	assert_true(snprintf(script, sizeof(script), "%s/tests/make/pyinstaller.py",
		getenv("ASSAY_SOURCE_ROOT")) > 0);
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] =
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"[(tools_random(&seed) >> 12) % 64];
	text_put("app.py", arena_printf(&tools_arena, "DATA = '%.*s'\nimport helper\n",
		(int)sizeof(noise), noise).p);
	text_put("helper.py", "def work(url):\n    return len(url)\n");
	text_put("host.c", host_c);
	text_put("empty", "");
	TOOL("gcc", "-O1", "-g", "host.c", "-o", "host");
	TOOL("python3", script, "empty", "package", "app=app.py", "helper=helper.py");
	TOOL("objcopy", "--add-section", "pydata=package", "host", "app");
	s = file_get("app");
	plain = file_get("host");
	assert_true(elf_may_carry(cursor_of(s.p, FORMAT_HEAD_BYTES), s.len));
	assert_false(elf_may_carry(cursor_of(plain.p, plain.len < FORMAT_HEAD_BYTES ? plain.len
		: FORMAT_HEAD_BYTES), plain.len));
	r = opened(s);
	assert_int_equal(r.status, STATUS_OK);
	assert_int_equal(recorder_uncovered(&r), 0);
	assert_non_null(recorder_child(&r, "[modules]/helper.pyc"));
	recorder_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(resources, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(ordinary, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(dotnet_bundle, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(burn, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(pyinstaller, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(pyinstaller_section, tools_enter, tools_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
