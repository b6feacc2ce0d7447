#!/usr/bin/env python3
"""A one-file program as PyInstaller 5 and 6 make it:  pyinstaller.py BOOT TARGET NAME=SCRIPT.py ...

BOOT is the boot program; behind it stands a package with the first script, an archive of the others as
modules, and a data file. The layout is PyInstaller's, written down in src/formats/pyinstaller.c.
"""

import importlib.util
import marshal
import struct
import sys
import zlib


def code(path, name):
    with open(path, encoding="utf-8") as f:
        return marshal.dumps(compile(f.read(), name + ".py", "exec"))


def modules(sources):
    out, toc = bytearray(b"PYZ\0" + importlib.util.MAGIC_NUMBER + b"\0" * 9), []
    for name, path in sources:
        packed = zlib.compress(code(path, name))
        toc.append((name, (0, len(out), len(packed))))
        out += packed
    at = len(out)
    out += marshal.dumps(toc)
    struct.pack_into(">I", out, 8, at)
    return bytes(out)


def package(entries):
    body, toc = bytearray(), bytearray()
    for kind, name, data, packed in entries:
        stored = zlib.compress(data) if packed else data
        raw = name.encode() + b"\0"
        raw += b"\0" * (-(18 + len(raw)) % 16)
        toc += struct.pack(">IIIIBc", 18 + len(raw), len(body), len(stored), len(data), packed, kind) + raw
        body += stored
    size = len(body) + len(toc) + 88
    cookie = struct.pack(">8sIIII64s", b"MEI\014\013\012\013\016", size, len(body), len(toc),
                         sys.version_info[0] * 100 + sys.version_info[1], b"libpython3.so")
    return bytes(body + toc + cookie)


def main(argv):
    boot, target = argv[:2]
    sources = [a.split("=", 1) for a in argv[2:]]
    entries = [(b"o", "pyi-contents-directory _internal", b"", 0),
               (b"z", "PYZ.pyz", modules(sources[1:]), 0),
               (b"s", sources[0][0], code(sources[0][1], sources[0][0]), 1),
               (b"x", "data/notes.txt", b"notes of the release\n" * 20, 1),
               (b"x", "data/plain.txt", b"stored as it is\n", 0)]
    with open(boot, "rb") as f:
        data = f.read()
    with open(target, "wb") as f:
        f.write(data + package(entries))


if __name__ == "__main__":
    main(sys.argv[1:])
