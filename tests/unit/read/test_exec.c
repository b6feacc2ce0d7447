/* Programs by real compilers, OLD against NEW: what a tampered one says, what a rebuilt one must not. */
#include "facts.h"

#include "formats/pe.h"

extern const struct reader reader_exec;

static const char plain[] =
	"#include <stdio.h>\n"
	"static int table[64];\n"
	"int demo_step(int n) { for (int i = 0; i < 64; i++) table[i] = table[(i * n) % 64] * 3 + n; return table[n % 64]; }\n"
	"const char *demo_about(void) { return \"Demo helper, see https://www.helpdesk.example/about\"; }\n"
	"int demo_run(int n) { printf(\"%d\\n\", demo_step(n)); return 0; }\n";
static const char tampered[] =
	"#include <stdio.h>\n"
	"#include <sys/socket.h>\n"
	"#include <unistd.h>\n"
	"static int table[64];\n"
	"int demo_step(int n) { for (int i = 0; i < 64; i++) table[i] = table[(i * n) % 64] * 3 + n; return table[n % 64]; }\n"
	"const char *demo_about(void) { return \"Demo helper, see https://www.helpdesk.example/about\"; }\n"
	"const char *hidden[] = {\"https://cdn.helpdesk-static.example/stage\", \"/bin/sh -c\", \"/.ssh/id_rsa\"};\n"
	"int demo_run(int n) { printf(\"%d%s\\n\", demo_step(n), hidden[0]); socket(2, 1, 0); if (n > 9) execl(hidden[1], hidden[2], NULL); return 0; }\n";

static void compile(const char *text, const char *level, const char *out)
{
	text_put("demo.c", text);
	TOOL("gcc", "-shared", "-fPIC", level, "-o", out, "demo.c");
}

static void test_rebuilt(void **state)
{
	(void)state;
	compile(plain, "-O0", "old.so");
	compile(plain, "-O2", "new.so");
	facts_read(&reader_exec, "lib/demo.so", file_get("old.so"), file_get("new.so"));
	assert_int_equal(facts.status, STATUS_OK);
	facts_expect_none(FACT_HOST);
	facts_expect_none(FACT_STRING);
	facts_expect_none(FACT_EXE_STRINGS);
	facts_expect_none(FACT_FLOW);
	facts_expect_none(FACT_PATH);
	facts_expect_none(FACT_EXE_IMPORT);
	facts_expect_none(FACT_EXE_EXPORT);
	facts_expect_none(FACT_EXE_SECTION);
	facts_expect_none(FACT_KIND);
	assert_true(facts_expect(FACT_EXE, "code-changed")->number > 0);
	assert_int_equal(facts.grade, COVER_PARSED); /* every function was compared */
	facts_expect(FACT_EXE, "functions");
	assert_true(facts.n <= 4);
}

static void test_tampered(void **state)
{
	const struct fact *f;

	(void)state;
	compile(plain, "-O2", "old.so");
	compile(tampered, "-O2", "new.so");
	facts_read(&reader_exec, "lib/demo.so", file_get("old.so"), file_get("new.so"));
	f = facts_expect(FACT_HOST, "cdn.helpdesk-static.example");
	assert_str(f->value, "https://cdn.helpdesk-static.example/stage");
	assert_memory_equal(file_get("new.so").p + f->offset, f->value.p, f->value.len);
	assert_int_equal(facts_count(FACT_HOST), 1); /* the old one is not new */
	facts_expect(FACT_EXE_STRINGS, "command");
	facts_expect(FACT_PATH, "cred");
	assert_int_equal(facts_expect(FACT_FLOW, "net>exec")->number, 1);
	assert_str(facts_expect(FACT_FLOW, "cred>net")->value, "cdn.helpdesk-static.example");
	assert_str(facts_expect(FACT_EXE_IMPORT, "libc.so.6!socket")->detail, "net");
	assert_str(facts_expect(FACT_EXE_IMPORT, "libc.so.6!execl")->detail, "exec");
	assert_null(facts_find(FACT_EXE_IMPORT, "libc.so.6!printf"));
	facts_expect(FACT_EXE_EXPORT, "hidden");
}

static void test_same(void **state)
{
	(void)state;
	compile(plain, "-O2", "old.so");
	facts_read(&reader_exec, "lib/demo.so", file_get("old.so"), file_get("old.so"));
	assert_int_equal(facts.n, 0);
}

static void test_only_code(void **state)
{
	struct str s;

	(void)state;
	compile(plain, "-O2", "old.so");
	s = file_get("old.so");
	for (size_t i = 0x1100; i < 0x1110; i++) /* inside .text, no string */
		((char *)(uintptr_t)s.p)[i] = (char)(0x80 | i);
	facts_read(&reader_exec, "lib/demo.so", file_get("old.so"), s);
	assert_true(facts_expect(FACT_EXE, "only-code-changed")->number >= 1);
	facts_expect(FACT_EXE, "functions");
	assert_int_equal(facts.n, 3);
}

static void test_added(void **state)
{
	(void)state;
	compile(tampered, "-O2", "new.so");
	facts_read(&reader_exec, "lib/demo.so", STR_NONE, file_get("new.so"));
	assert_str(facts_expect(FACT_EXE, "added")->value, "x86-64");
	facts_expect(FACT_HOST, "cdn.helpdesk-static.example");
	facts_expect(FACT_HOST, "www.helpdesk.example");
	facts_expect(FACT_EXE_IMPORT, "libc.so.6!socket");
	assert_null(facts_find(FACT_EXE_IMPORT, "libc.so.6!printf")); /* newness alone */
	facts_expect_none(FACT_EXE_EXPORT);
}

static void test_kind_changed(void **state)
{
	(void)state;
	compile(plain, "-O2", "new.so");
	facts_read(&reader_exec, "assets/logo.png", STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR........."), file_get("new.so"));
	assert_str(facts_expect(FACT_KIND, "type")->value, "png -> elf");
	facts_read(&reader_exec, "data/notes", STR("just a text\n"), file_get("new.so"));
	assert_str(facts_expect(FACT_KIND, "type")->value, "text -> elf");
	facts_read(&reader_exec, "lib/demo.node", STR_NONE, file_get("new.so"));
	facts_expect_none(FACT_KIND);
}

static void test_rwx_and_dense_sections(void **state)
{
	static const char more[] =
		"__attribute__((section(\".wx,\\\"awx\\\",@progbits#\"))) char room[8192] = {1};\n";
	struct buf b;
	uint32_t seed = 1;

	(void)state;
	compile(plain, "-O2", "old.so");
	buf_init(&b, 1 << 20);
	buf_add_z(&b, plain);
	buf_add_z(&b, more);
	buf_add_z(&b, "__attribute__((section(\".packed\"))) const unsigned char packed[] = {");
	for (int i = 0; i < 8192; i++)
		buf_printf(&b, "%u,", tools_random(&seed) & 255);
	buf_add_z(&b, "};\n");
	buf_add_char(&b, '\0');
	compile(b.p, "-O2", "new.so");
	facts_read(&reader_exec, "lib/demo.so", file_get("old.so"), file_get("new.so"));
	assert_non_null(facts_expect(FACT_EXE_SECTION, ".wx"));
	for (size_t i = 0, rwx = 0, dense = 0; i <= facts.n; i++) {
		if (i == facts.n) {
			assert_int_equal(rwx, 1);
			assert_int_equal(dense, 1);
			break;
		}
		rwx += facts.list[i].kind == FACT_EXE_SECTION && str_is(facts.list[i].value, "rwx");
		dense += facts.list[i].kind == FACT_EXE_SECTION && str_is(facts.list[i].value, "high-entropy");
	}
	buf_release(&b);
}

/* --- Windows --- */

static void make_certificate(const char *key, const char *out, const char *subject)
{
	TOOL("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", out, "-days", "30", "-subj",
		subject, "-addext", "extendedKeyUsage=codeSigning");
}

static void make_windows(void)
{
	if (access("signed.dll", R_OK) == 0)
		return;
	text_put("win.c", "#include <windows.h>\n__declspec(dllexport) int demo_add(int a) { return a + (int)GetTickCount(); }\n");
	text_put("one.rc", "1 VERSIONINFO\nFILEVERSION 1,2,3,4\nBEGIN\n BLOCK \"StringFileInfo\"\n BEGIN\n  BLOCK \"040904b0\"\n  BEGIN\n"
		"   VALUE \"CompanyName\", \"Helpdesk Example\"\n   VALUE \"FileVersion\", \"1.2.3.4\"\n  END\n END\nEND\n");
	text_put("two.rc", "1 VERSIONINFO\nFILEVERSION 1,2,2,9\nBEGIN\n BLOCK \"StringFileInfo\"\n BEGIN\n  BLOCK \"040904b0\"\n  BEGIN\n"
		"   VALUE \"CompanyName\", \"Another Example\"\n   VALUE \"FileVersion\", \"1.2.2.9\"\n  END\n END\nEND\n");
	TOOL("x86_64-w64-mingw32-windres", "one.rc", "-O", "coff", "-o", "one.o");
	TOOL("x86_64-w64-mingw32-windres", "two.rc", "-O", "coff", "-o", "two.o");
	TOOL("x86_64-w64-mingw32-gcc", "-shared", "-s", "-o", "one.dll", "win.c", "one.o");
	TOOL("x86_64-w64-mingw32-gcc", "-shared", "-s", "-o", "two.dll", "win.c", "two.o");
	make_certificate("a.key", "a.pem", "/CN=Helpdesk Signing");
	make_certificate("b.key", "b.pem", "/CN=Other Signing");
	make_certificate("c.key", "c.pem", "/CN=Helpdesk Signing");
	TOOL("osslsigncode", "sign", "-certs", "c.pem", "-key", "c.key", "-h", "sha256", "-in", "one.dll", "-out", "renewed.dll");
	TOOL("osslsigncode", "sign", "-certs", "a.pem", "-key", "a.key", "-h", "sha256", "-in", "one.dll", "-out", "signed.dll");
	TOOL("osslsigncode", "sign", "-certs", "b.pem", "-key", "b.key", "-h", "sha256", "-in", "one.dll", "-out", "other.dll");
}

static void test_version(void **state)
{
	const struct fact *f;

	(void)state;
	make_windows();
	facts_read(&reader_exec, "demo.dll", file_get("one.dll"), file_get("two.dll"));
	f = facts_expect(FACT_EXE, "version");
	assert_str(f->value, "1.2.3.4 -> 1.2.2.9");
	assert_str(f->detail, "lower");
	assert_str(facts_expect(FACT_EXE, "company")->value, "Helpdesk Example -> Another Example");
	facts_read(&reader_exec, "demo.dll", file_get("two.dll"), file_get("one.dll"));
	assert_int_equal(facts_expect(FACT_EXE, "version")->detail.len, 0);
}

static void test_signer(void **state)
{
	struct str s;

	(void)state;
	make_windows();
	facts_read(&reader_exec, "demo.dll", file_get("signed.dll"), file_get("other.dll"));
	assert_str(facts_expect(FACT_EXE_SIGNER, "subject")->value, "CN=Helpdesk Signing -> CN=Other Signing");
	assert_int_equal(facts_expect(FACT_EXE_SIGNER, "subject")->flags, FACT_CHANGED_VALUE);
	assert_int_equal(facts_expect(FACT_EXE_SIGNER, "key")->flags, 0);
	facts_read(&reader_exec, "demo.dll", file_get("signed.dll"), file_get("renewed.dll"));
	assert_null(facts_find(FACT_EXE_SIGNER, "subject"));
	for (size_t i = 0; i < facts.n; i++)
		assert_int_equal(facts.list[i].flags, 0); /* a new certificate of the same publisher */
	facts_expect(FACT_EXE_SIGNER, "serial");
	facts_read(&reader_exec, "demo.dll", file_get("signed.dll"), file_get("other.dll"));
	facts_expect_none(FACT_HOST); /* what certificates name is no host of the program */
	facts_read(&reader_exec, "demo.dll", file_get("signed.dll"), file_get("one.dll"));
	facts_expect(FACT_EXE_SIGNER, "none");
	facts_read(&reader_exec, "demo.dll", file_get("one.dll"), file_get("signed.dll"));
	facts_expect(FACT_EXE_SIGNER, "added");
	facts_read(&reader_exec, "demo.dll", file_get("signed.dll"), file_get("signed.dll"));
	assert_int_equal(facts.n, 0);
	s = file_get("signed.dll");
	((char *)(uintptr_t)s.p)[0x500] ^= 0x20; /* in .text: the stated digest is no longer that of the file */
	facts_read(&reader_exec, "demo.dll", file_get("signed.dll"), s);
	facts_expect(FACT_EXE_SIGNER, "digest");
	facts_expect(FACT_EXE, "same-version");
}

static void test_overlay(void **state)
{
	static const char zip[64] = "PK\3\4\24\0\0\0\0\0";
	struct str s;

	(void)state;
	make_windows();
	s = joined(file_get("one.dll"), zip, sizeof(zip));
	facts_read(&reader_exec, "demo.dll", file_get("one.dll"), s);
	assert_int_equal(facts_expect(FACT_EXE_OVERLAY, "added")->number, sizeof(zip));
	facts_read(&reader_exec, "demo.dll", s, s);
	assert_int_equal(facts.n, 0);
	s = joined(file_get("signed.dll"), "hidden behind the signature", 27);
	facts_read(&reader_exec, "demo.dll", file_get("signed.dll"), s);
	facts_expect(FACT_EXE_OVERLAY, "after-signature");
}

static void test_wide_strings(void **state)
{
	(void)state;
	make_windows();
	text_put("wide.c", "#include <windows.h>\n__declspec(dllexport) const wchar_t *demo_add(int a) { return a ? "
		"L\"https://c2.helpdesk-static.example/x\" : L\"Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run\"; }\n");
	TOOL("x86_64-w64-mingw32-gcc", "-shared", "-s", "-o", "wide.dll", "wide.c", "one.o");
	facts_read(&reader_exec, "demo.dll", file_get("one.dll"), file_get("wide.dll"));
	facts_expect(FACT_HOST, "c2.helpdesk-static.example");
	facts_expect(FACT_PATH, "persist");
}

/* Strings without an end, as some linkers pack them: other neighbours are no news. */
static void test_glued_strings(void **state)
{
	char text[1024], a[512], b[512];

	(void)state;
	memset(a, 'q', sizeof(a));
	memset(b, 'w', sizeof(b));
	snprintf(text, sizeof(text), "const char *demo(void) { return \"%.90s.git-credentials%.90shttps://www.helpdesk.example/%.90s\"; }\n", a, a, a);
	compile(text, "-O2", "old.so");
	snprintf(text, sizeof(text), "const char *demo(void) { return \"%.90s.git-credentials%.90shttps://www.helpdesk.example/%.90s\"; }\n", b, b, b);
	compile(text, "-O2", "new.so");
	facts_read(&reader_exec, "demo.so", file_get("old.so"), file_get("new.so"));
	facts_expect_none(FACT_PATH);
	facts_expect_none(FACT_HOST);
	snprintf(text, sizeof(text), "const char *demo(void) { return \"%.90s.docker/config.json%.90shttps://www.helpdesk.example/%.90s\"; }\n", b, b, b);
	compile(text, "-O2", "new.so");
	facts_read(&reader_exec, "demo.so", file_get("old.so"), file_get("new.so"));
	facts_expect(FACT_PATH, "cred");
}

static void test_wasm(void **state)
{
	static const char old[] = "\0asm\1\0\0\0\1\4\1\x60\0\0\2\7\1\1m\1a\0\0";
	static const char new_[] = "\0asm\1\0\0\0\1\4\1\x60\0\0\2\x0d\2\1m\1a\0\0\1m\1b\0\0\7\5\1\1x\0\0";

	(void)state;
	facts_read(&reader_exec, "lib/a.wasm", str_view(old, sizeof(old) - 1), str_view(new_, sizeof(new_) - 1));
	facts_expect(FACT_EXE_IMPORT, "m!b");
	assert_null(facts_find(FACT_EXE_IMPORT, "m!a"));
	facts_expect(FACT_EXE_EXPORT, "x");
}

/* A wire of eight fuses, as a maker's tool writes it: the text is put together here. */
static void compile_fuses(const char *states, const char *out)
{
	char text[600];

	snprintf(text, sizeof(text),
		"const char wire[] = \"dL7pKGdnNz796Pbbj\" \"QWNKmHXBZaB9tsX\" \"\\1\\10\" \"%s\";\n"
		"const char *demo_wire(void) { return wire; }\n", states);
	compile(text, "-O2", out);
}

static void test_fuses(void **state)
{
	(void)state;
	compile_fuses("01001100", "old.so");
	compile_fuses("11000101", "new.so");
	facts_read(&reader_exec, "app", file_get("old.so"), file_get("new.so"));
	assert_int_equal(facts_count(FACT_TRUST), 3);
	assert_str(facts_expect(FACT_TRUST, "fuse")->value, "RunAsNode off -> on");
	facts_read(&reader_exec, "app", file_get("new.so"), file_get("old.so")); /* tightened */
	facts_expect_none(FACT_TRUST);
	compile_fuses("r1r0r10r", "new.so"); /* taken out */
	facts_read(&reader_exec, "app", file_get("old.so"), file_get("new.so"));
	facts_expect_none(FACT_TRUST);
	compile(plain, "-O2", "old.so"); /* the first that has fuses */
	facts_read(&reader_exec, "app", file_get("old.so"), file_get("new.so"));
	facts_expect_none(FACT_TRUST);
}

static void test_budget(void **state)
{
	(void)state;
	compile(tampered, "-O2", "new.so");
	facts_read_with(&reader_exec, "lib/demo.so", STR_NONE, file_get("new.so"), 50);
	assert_int_equal(facts.status, STATUS_LIMIT);
	assert_int_equal(facts.grade, COVER_BLIND);
}

static void test_flipped(void **state)
{
	uint32_t seed = 21;
	struct str old, s;
	unsigned n_read = 0;
	char *p;

	(void)state;
	make_windows();
	compile(plain, "-O2", "old.so");
	for (int i = 0; i < 300; i++) {
		old = file_get(i % 2 ? "old.so" : "signed.dll");
		s = joined(old, "", 0);
		p = (char *)(uintptr_t)s.p;
		for (int k = 0; k < 6; k++)
			p[64 + tools_random(&seed) % (k % 2 ? 1024 : (uint32_t)s.len - 64)] = (char)tools_random(&seed);
		s = str_part(s, 0, s.len - (i % 7 ? 0 : tools_random(&seed) % s.len / 2));
		if (facts_format(s) != FORMAT_NONE) { /* the magic itself was hit */
			facts_read(&reader_exec, "x", old, s);
			n_read++;
		}
		if (i % 10 == 9)
			arena_release(&tools_arena);
	}
	assert_true(n_read > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rebuilt),
		cmocka_unit_test(test_tampered),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_only_code),
		cmocka_unit_test(test_added),
		cmocka_unit_test(test_kind_changed),
		cmocka_unit_test(test_rwx_and_dense_sections),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_signer),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_wide_strings),
		cmocka_unit_test(test_glued_strings),
		cmocka_unit_test(test_wasm),
		cmocka_unit_test(test_fuses),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_flipped),
	};

	return cmocka_run_group_tests(tests, tools_enter, tools_leave);
}
