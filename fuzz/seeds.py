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
import re
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


def members(folder):
    import cases
    import rows
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
