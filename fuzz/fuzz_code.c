/*
 * Who controls these bytes: whoever compiled the class, the .pyc or the .NET program, or wrote the pickle. Input is NEW, with and
 * without itself as OLD, and OLD of nothing but its first half. Truths: see reader_truths.h; equal files have no
 * flow. Seeds come from the compilers.
 */
#include "read/readers.h"
#include "reader_truths.h"
#include "tool_seeds.h"

void fuzz_seeds(void (*run)(const void *bytes, size_t n))
{
	tool_seed("cat >A.java <<E\n"
		  "public class A { static int n = 3; int f(int a) throws Exception { switch (a) { case 1: return 2;\n"
		  "case 900: return 3; } Runtime.getRuntime().exec(\"x\"); return new java.net.URL(\"https://a.example/\")\n"
		  ".openStream().read() + n; } }\nE\njavac A.java; mv A.class seed\n", run);
	tool_seed("printf 'import os\\ndef f(a=(1,\"b\")):\\n return os.environ, a\\n' >a.py\n"
		  "python3 -c \"import py_compile; py_compile.compile('a.py', 'seed')\"\n", run);
	tool_seed("python3 -c \"import os, pickle\nclass C:\n def __reduce__(s): return (os.system, ('id',))\n"
		  "pickle.dump([C(), {'a': 1.5}, b'x' * 9], open('seed', 'wb'))\"\n", run);
	tool_seed("python3 -c \"import collections, pickle\n"
		  "pickle.dump(collections.OrderedDict(a=[1, 'b', (2, 3, 4, 5)]), open('seed', 'wb'), 0)\"\n", run);
	tool_seed("cat >a.cs <<E\n"
		  "using System; class A { static string F(int a) { switch (a) { case 1: return \"x\"; case 2: return \"y\";\n"
		  "case 3: return \"z\"; } return new System.Net.WebClient().DownloadString(\"https://a.example/\"); }\n"
		  "static void Main() { Func<int> f = () => 3; Console.Write(F(f())); } }\nE\nmcs -out:seed a.cs\n", run);
}

static const struct reader *const readers[] = {&reader_java_class, &reader_pyc, &reader_exec, &reader_pickle};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct cursor whole = cursor_of(bytes, n), half = cursor_of(bytes, n / 2);

	for (int i = 0; i < 4; i++) {
		FUZZ_CHECK(reader_once(readers[i], "x", half, true, whole) == reader_once(readers[i], "x", half, true, whole));
		(void)reader_once(readers[i], "x", whole, false, whole);
		(void)reader_once(readers[i], "x", whole, true, whole);
	}
	return 0;
}
