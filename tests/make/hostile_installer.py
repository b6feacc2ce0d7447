"""Installers and bundles: scripts that call themselves, tables that chain in circles, sizes that lie."""

import json
import os
import shutil
import struct
import subprocess
import tempfile
import zlib

from hostile import MARKER, ORDINARY_JS, hostile
from hostile_program import elf, pe


# ---- NSIS: the official compiler makes the installer, then a number is changed ------------------------------------------

def nsis(lines, compressor="SetCompress off"):
    place = tempfile.mkdtemp(prefix="assay-hostile-")
    try:
        with open(os.path.join(place, "a.js"), "wb") as f:
            f.write(ORDINARY_JS)
        with open(os.path.join(place, "s.nsi"), "w") as f:
            f.write("\n".join(["Unicode true", 'Name "sample"', 'OutFile "out.exe"', 'InstallDir "$PROGRAMFILES\\sample"',
                               "RequestExecutionLevel user", compressor] + lines + [""]))
        subprocess.run(["makensis", "-V1", "s.nsi"], cwd=place, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, SOURCE_DATE_EPOCH="1750680000"))
        with open(os.path.join(place, "out.exe"), "rb") as f:
            return bytearray(f.read())
    finally:
        shutil.rmtree(place)


SECTION = ["Section", 'SetOutPath "$INSTDIR"', "File a.js", "Call first", "SectionEnd"]


@hostile(74, "calls-in-circles.exe", inspect="unknown|clean|review", diff="unknown|clean|review")
def nsis_calls():
    return bytes(nsis(SECTION + ["Function first", "Call second", "FunctionEnd", "Function second", "again:", "Goto again",
                                 "Call first", "FunctionEnd"]))


def nsis_block(data, index, offset, count):
    """Changes one of the (offset, count) pairs of the header, which stands uncompressed behind the first header."""
    at = data.index(b"\xef\xbe\xad\xdeNullsoftInst") + 4 + 16 + 8
    struct.pack_into("<II", data, at + 4 + 4 + index * 8, offset, count)
    return bytes(data)


@hostile(75, "strings-at-2g.exe", inspect="unknown|review: damaged", diff="review|tampered: damaged, AS-0034")
def nsis_strings():
    return nsis_block(nsis(SECTION + ["Function first", "FunctionEnd"]), 3, 0x80000000, 0x7fffffff)


@hostile(75, "entries-2g.exe", inspect="unknown|review: damaged", diff="review|tampered: damaged, AS-0034")
def nsis_entries():
    return nsis_block(nsis(SECTION + ["Function first", "FunctionEnd"]), 2, 300, 0x7fffffff)


# ---- MSI and other compound files ------------------------------------------------------------------------------------

SECTOR, FREE, END, FAT = 512, 0xffffffff, 0xfffffffe, 0xfffffffd


def folder_entry(name, kind, start, size, child=FREE, left=FREE, right=FREE):
    text = name.encode("utf-16-le") if isinstance(name, str) else name
    return (text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, left, right, child) +
            bytes.fromhex("84100c0000000000c000000000000046") + bytes(20) + struct.pack("<IQ", start, size))


def msi_name(text):
    """Names of tables are packed, two letters in one; a table's starts with U+4840."""
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._"
    out, i = "\u4840", 0
    while i < len(text):
        if i + 1 < len(text):
            out += chr(0x3800 + letters.index(text[i]) + (letters.index(text[i + 1]) << 6))
            i += 2
        else:
            out += chr(0x4800 + letters.index(text[i]))
            i += 1
    return out


def compound(streams, fat=None, difat=None, mini_start=None, n_difat=0, cyclic_folder=False):
    """streams: (name, data), each padded above 4,096 bytes so that no mini stream is needed."""
    body, chains = [], []
    for name, data in streams:
        data = data.ljust(max(4096, -(-len(data) // SECTOR) * SECTOR), b"\0")
        first = len(chains)
        n = len(data) // SECTOR
        chains += [first + i + 1 for i in range(n - 1)] + [END]
        body.append((name, first, len(data), data))
    at = len(chains)
    entries = [folder_entry("Root Entry", 5, END if mini_start is None else mini_start, 0 if mini_start is None else 1 << 30,
                            child=1 if body else FREE)]
    for i, (name, first, size, _) in enumerate(body, 1):
        right = i + 1 if i < len(body) else (1 if cyclic_folder else FREE)
        entries.append(folder_entry(name, 2, first, size, right=right))
    while len(entries) % 4:
        entries.append(bytes(128))
    folder = b"".join(entries)
    n_folder = len(folder) // SECTOR
    chains += [at + i + 1 for i in range(n_folder - 1)] + [END]
    n_fat = 1
    while (len(chains) + n_fat) * 4 > n_fat * SECTOR:
        n_fat += 1
    fat_at = len(chains)
    table = chains + [FAT] * n_fat
    table += [FREE] * (n_fat * SECTOR // 4 - len(table))
    for place, value in (fat or {}).items():
        table[place] = value
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xfffe, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, n_fat, at, 0, 4096, END if mini_start is None else mini_start,
                        0 if mini_start is None else 1 << 20, END if difat is None else difat, n_difat)
    slots = [fat_at + i for i in range(min(n_fat, 109))]
    head += struct.pack("<109I", *(slots + [FREE] * (109 - len(slots))))
    return head + b"".join(data for _, _, _, data in body) + folder + struct.pack("<%dI" % len(table), *table)


POOL, DATA = msi_name("_StringPool"), msi_name("_StringData")


@hostile(76, "cyclic-fat.msi", inspect="review: damaged, ole-sector-shared", diff="unknown|review|tampered: damaged")
def fat_cycle():
    return compound([(POOL, b"\xe4\4\0\0"), (DATA, MARKER)], fat={0: 1, 1: 0})


@hostile(76, "cyclic-folder.msi", inspect="review|tampered: damaged", diff="review|tampered: damaged")
def folder_cycle():
    return compound([(POOL, b"\xe4\4\0\0"), (DATA, MARKER), ("a.js", MARKER)], cyclic_folder=True)


@hostile(76, "cyclic-difat.msi", inspect="unknown", diff="unknown|review")
def difat_cycle():
    """The list of the allocation table's sectors goes on in a sector whose last word is that sector."""
    chain = struct.pack("<I", 0) * 127 + struct.pack("<I", 0)
    return compound([("x", chain)], difat=0, n_difat=0x7fffffff)


@hostile(76, "mini-stream-in-itself.msi", inspect="unknown|review", diff="unknown|review")
def mini_cycle():
    return compound([(POOL, b"\xe4\4\0\0"), (DATA, MARKER)], mini_start=0)


@hostile(77, "string-ids-1000000.msi", inspect="unknown|review|clean", diff="unknown|review")
def string_ids():
    """10^6 strings of one byte, and a table whose one row refers to all of them in turn."""
    n = 10 ** 6
    tables = struct.pack("<I", 1)
    return compound([(POOL, b"\xe4\4\0\x80" + struct.pack("<HH", 1, 1) * n), (DATA, b"x" * n),
                     (msi_name("_Tables"), tables), (msi_name("_Columns"), struct.pack("<IHIH", 1, 0x8001, 2, 0x8d48) * 2000),
                     (msi_name("CustomAction"), bytes(range(256)) * 64)])


# ---- Inno Setup, asar ------------------------------------------------------------------------------------------------

@hostile(78, "inno-version-99.exe", inspect="unknown|review", diff="unknown|review")
def inno():
    loader = b"rDlPtS\xcd\xe6\xd7\x7b\x0b\x2a" + struct.pack("<IIIIIIIII", 1, 9999, 1536, 9999, 0, 0, 1600, 1536, 0)
    return pe() + (b"Inno Setup Setup Data (99.9.9) (u)".ljust(64, b"\0") + zlib.compress(MARKER)).ljust(
        4096, b"\x7f") + loader


def asar(header, data=b"", size=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    n = len(text) if size is None else size
    whole = n + 4 + (-n % 4)
    return struct.pack("<IIII", 4, (whole + 4) & 0xffffffff, whole & 0xffffffff, n & 0xffffffff) + text + bytes(-len(text) % 4) + data


def asar_files(**files):
    return {"files": dict({"package.json": {"size": 2, "offset": "0"}}, **files)}


@hostile(79, "header-512m.asar", inspect="unknown", diff="unknown|review")
def asar_header():
    return asar(asar_files(), b"{}", 512 << 20)


@hostile(79, "offset-minus-1.asar", inspect="unknown: no usable size and offset", diff="review|tampered: no usable size and offset")
def asar_minus():
    return asar(asar_files(a={"size": 5, "offset": "-1"}), b"{}" + MARKER)


@hostile(79, "offset-1e9.asar", inspect="unknown: no usable size and offset", diff="review|tampered: no usable size and offset")
def asar_exponent():
    return asar(asar_files(a={"size": 5, "offset": "1e9"}, b={"size": 1e300, "offset": "0"}), b"{}" + MARKER)


@hostile(79, "overlap.asar", inspect="unknown|review|tampered", diff="unknown|review|tampered")
def asar_overlap():
    return asar(asar_files(**{"a%d.js" % i: {"size": len(MARKER), "offset": "2"} for i in range(3000)}), b"{}" + MARKER)


@hostile(79, "link-loop.asar", inspect="unknown|review|clean", diff="unknown|review")
def asar_links():
    return asar(asar_files(a={"link": "b"}, b={"link": "a"}, c={"link": "../../etc/passwd"}), b"{}")


@hostile(79, "deep.asar", inspect="unknown", diff="unknown|review")
def asar_deep():
    n = 20000
    return asar(b'{"files":' + b'{"d":{"files":' * n + b"{}" + b"}}" * n + b"}", b"")


# ---- bundles ---------------------------------------------------------------------------------------------------------

@hostile(80, "packed-size-lies.exe", inspect="unknown|clean|review", diff="unknown|clean|review")
def upx():
    head = b"UPX!" + struct.pack("<BBBBIIIIBBBB", 13, 36, 8, 9, 1, 2, 0xfffffff0, 16, 0, 0, 0, 0)
    return pe([(b"UPX0", 0x1000, 0x40000000, 0, 0), (b"UPX1", 0x2000, 512, 1024, 512)], body=head + bytes(range(256)))


@hostile(81, "table-cycle.bin", inspect="unknown|clean|review", diff="unknown|clean|review", old=".so")
def pyinstaller():
    """PyInstaller: an entry of length 0, one that is the archive itself, one of 2 GiB."""
    rows = b""
    for length, at, packed, size in ((32, 0, 200, 200), (0, 0, 0, 0), (32, 0, 0x7fffffff, 0x7fffffff)):
        rows += struct.pack(">IIIIBc", length, at, packed, size, 0, b"z") + b"PYZ-00.pyz".ljust(14, b"\0")
    body = zlib.compress(MARKER) + rows
    cookie = b"MEI\x0c\x0b\x0a\x0b\x0e" + struct.pack(">IIII", len(body) + 88, len(body) - len(rows), len(rows), 311)
    return elf(segments=[(1, 0, 4096)], tail=body + cookie + b"libpython3.11.so.1.0".ljust(64, b"\0"))
