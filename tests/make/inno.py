#!/usr/bin/env python3
"""An installer as Inno Setup 5.5 (Unicode) lays it out:  inno.py LOADER TARGET NAME=FILE ...

LOADER is a Windows program with 44 bytes of resource RCDATA 11111 that begin with the mark of the table.
Header entries are those that the reader tells apart: files, a registry value, a program to be run, a
shortcut, and a compiled script. The first file goes through the compiler's change of call targets. The
layout is written down in src/formats/inno.c and inno_lines.c.
"""

import hashlib
import lzma
import struct
import sys
import zlib

MARK = b"rDlPtS\xcd\xe6\xd7\x7b\x0b\x2a"


def crc(data):
    return struct.pack("<I", zlib.crc32(data))


def lzma1(data):
    packed = lzma.compress(data, format=lzma.FORMAT_ALONE, preset=6)
    return packed[:5] + packed[13:]


def lzma2(data):
    chain = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    return b"\x10" + lzma.compress(data, format=lzma.FORMAT_RAW, filters=chain)


def block(data):
    packed, pieces = lzma1(data), b""
    for at in range(0, len(packed), 4096):
        pieces += crc(packed[at:at + 4096]) + packed[at:at + 4096]
    head = struct.pack("<IB", len(pieces), 1)
    return crc(head) + head + pieces


def text(s):
    raw = s.encode("utf-16-le")
    return struct.pack("<I", len(raw)) + raw


def entry(texts, n, tail):
    return b"".join(text(t) for t in list(texts) + [""] * (n - len(texts))) + b"\0" * 20 + tail


def calls_changed(data):
    out, i = bytearray(data), 0
    while i + 5 <= len(out):
        if out[i] not in (0xe8, 0xe9) or 0x10000 - i % 0x10000 < 5:
            i += 1
            continue
        if out[i + 4] in (0, 255):
            rel = int.from_bytes(out[i + 1:i + 4], "little")
            if rel & 0x800000:
                out[i + 4] ^= 255
            out[i + 1:i + 4] = ((rel + i + 5) & 0xffffff).to_bytes(3, "little")
        i += 5
    return bytes(out)


def header(names, extra=()):
    out = text("Helpdesk") + text("Helpdesk 10.0.8") + text("{pf}\\Helpdesk") + text("https://www.helpdesk.example/")
    code = b"IFPS" + b"\x17\0\0\0" + b"CODE" * 8
    out += struct.pack("<I", len(code)) + code + bytes(range(1, 60))
    for i, name in enumerate(names):
        out += entry(["", "{app}\\" + name.replace("/", "\\")], 10, struct.pack("<iiqhIB", i, 0, 0, -1, 0, 0))
    out += entry(["{group}\\Helpdesk", "{app}\\helpdesk.exe", "/start"], 13, struct.pack("<iiBHB", 0, 1, 0, 0, 0))
    for key, name, value in [("Software\\Helpdesk", "Path", "{app}")] + [e for e in extra if len(e) == 3]:
        out += entry([key, name, value], 9, struct.pack("<IhBB", 0x80000002, -1, 1, 0))
    for name, params in [("{app}\\helpdesk.exe", "/register"), ("{app}\\helpdesk.exe", "")] + [e for e in extra if len(e) == 2]:
        out += entry([name, params], 13, struct.pack("<iBI", 1, 0, 0))
    return out


def build(loader, files, extra=(), pack=lzma2):
    """Bytes of the installer. files: (name, data); extra: (key, name, value) or (program, arguments)."""
    data, rows, solid = b"", b"", b"".join(
        calls_changed(d) if i == 0 else d for i, (_, d) in enumerate(files))
    packed, at = pack(solid), 0
    for _, d in files:
        rows += struct.pack("<iiIqqq20sqIIH", 0, 0, 0, at, len(d), len(packed), hashlib.sha1(d).digest(), 0, 0, 0, 0)
        at += len(d)
    data = b"zlb\x1a" + packed
    name = b"Inno Setup Setup Data (5.5.7) (u)"
    head = name + b"\0" * (64 - len(name)) + block(header([n for n, _ in files], extra)) + block(rows)
    program = block(loader[:4096])
    at = len(loader)
    table = MARK + struct.pack("<IIIIIII", 1, at + len(program) + len(head) + len(data), at, 4096,
                               zlib.crc32(loader[:4096]), at + len(program), at + len(program) + len(head))
    table += crc(table)
    place = loader.index(MARK)
    return loader[:place] + table + loader[place + 44:] + program + head + data


def main(argv):
    with open(argv[0], "rb") as f:
        loader = f.read()
    files = []
    for pair in argv[2:]:
        name, path = pair.split("=", 1)
        with open(path, "rb") as f:
            files.append((name, f.read()))
    with open(argv[1], "wb") as f:
        f.write(build(loader, files))


if __name__ == "__main__":
    main(sys.argv[1:])
