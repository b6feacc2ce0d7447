#!/usr/bin/env python3
"""The same input at n, 2n and 4n: work and memory grow with it, not with its square.  series.py ASSAY [--times] [WORD...]

Work is what the program counts itself (cost.steps), so that a result repeats; memory is the private memory of all
processes, above what an empty run takes. Both may grow 2.6 times a doubling. --times prints the ratio of processor
time as well, which is for people: nothing is asserted of it. Writes TAP.
"""

import json
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "make"))

from footprint import Footprint                                                         # noqa: E402
from hostile import ORDINARY_JS                                                         # noqa: E402
import hostile_archive as archive, hostile_image as image, hostile_installer as installer   # noqa: E402, E401
import hostile_program as program, hostile_stream as stream, hostile_zip as zips            # noqa: E402, E401

MOST = 2.6
BASE_BYTES = 24 << 20       # below this, memory is that of the program itself
SERIES = []


def series(ending, n):
    def add(make):
        SERIES.append((make.__name__.replace("_", "-"), ending, n, make))
        return make
    return add


# ---- containers ------------------------------------------------------------------------------------------------------

@series(".zip", 5000)
def zip_members(n):
    return zips.zip_of([zips.Entry(b"f%d.txt" % i, b"x") for i in range(n)])


@series(".zip", 2000)
def zip_overlaps(n):
    return zips.overlapping(n, False)


@series(".zip", 2000)
def zip_hidden(n):
    return zips.zip_of([zips.Entry(b"a", b"x")], unlisted=[zips.Entry(b"h%d" % i, b"x") for i in range(n)])


@series(".zip", 3000)
def zip_one_name(n):
    return zips.zip_of([zips.Entry(b"same", b"%d" % i) for i in range(n)])


@series(".zip", 20000)
def zip_signatures(n):
    """Local headers that are none, in a gap."""
    return zips.zip_of([zips.Entry(b"a", b"x")], prefix=b"PK\3\4PK\1\2PK\5\6" * n)


@series(".tar", 5000)
def tar_members(n):
    return archive.tar(*[archive.member(b"f%d" % i, b"x") for i in range(n)])


@series(".tar", 2000)
def tar_links(n):
    return archive.tar(*[archive.member(b"l%d/" % i + b"d/" * 40, kind=b"2", link=b"x") for i in range(n)])


@series(".tar", 5000)
def tar_pax(n):
    return archive.tar(*[archive.pax([(b"path", b"a" * 200)]) for i in range(n)])


@series(".a", 5000)
def ar_members(n):
    return b"!<arch>\n" + b"".join(archive.ar_member(b"f%d/" % i, b"x") for i in range(n))


@series(".cpio", 5000)
def cpio_members(n):
    return b"".join(archive.newc(b"f%d" % i, b"x") for i in range(n)) + archive.newc(b"TRAILER!!!")


@series(".gz", 20000)
def gzip_members(n):
    return stream.gz(b"") * n


@series(".bz2", 10000)
def bzip2_members(n):
    import bz2
    return bz2.compress(b"a") * n


@series(".7z", 3000)
def seven_names(n):
    text = b"".join(("f%d\0" % i).encode("utf-16-le") for i in range(n))
    empty = b"\xff" * (n // 8)
    return stream.seven(b"\1\5" + stream.number(n) + b"\x0e" + stream.number(len(empty)) + empty + b"\x11" +
                        stream.number(len(text) + 1) + b"\0" + text + b"\0\0")


@series(".asar", 3000)
def asar_overlaps(n):
    return installer.asar(installer.asar_files(**{"a%d" % i: {"size": 60, "offset": "2"} for i in range(n)}),
                          b"{}" + b"x" * 60)


@series(".asar", 400)
def asar_depth(n):
    return installer.asar(b'{"files":' + b'{"d":{"files":' * n + b"{}" + b"}}" * n + b"}", b"")


@series(".rpm", 3000)
def rpm_tags(n):
    return archive.rpm([(1000 + i, 6, 0, 1) for i in range(n)], b"x\0" * n, b"")


@series(".msi", 100000)
def msi_strings(n):
    return installer.compound([(installer.POOL, b"\xe4\4\0\0" + b"\1\0\1\0" * n), (installer.DATA, b"x" * n)])


@series(".msi", 2000)
def msi_streams(n):
    return installer.compound([("s%d" % i, b"x") for i in range(n)])


@series(".oci.tar", 300)
def image_layers(n):
    return image.image([[("app/%d" % i, b"x")] for i in range(n)])


@series(".cab", 1000)
def cab_files(n):
    """As many files as a cabinet has bytes: all in one folder of stored blocks."""
    import struct
    names = [b"f%d.txt\0" % i for i in range(n)]
    files = b"".join(struct.pack("<IIHHHH", 1, i, 0, 0x5ad7, 0x6000, 0x20) + name for i, name in enumerate(names))
    data = struct.pack("<IHH", 0, n, n) + b"x" * n
    at = 36 + 8 + len(files)
    folder = struct.pack("<IHH", at, 1, 0)
    return struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, at + len(data), 0, 44, 0, 3, 1, 1, n, 0, 0, 0) + folder + files + data


@series(".rar", 2000)
def rar_files(n):
    import struct
    import zlib
    from containers import rar_header
    return b"Rar!\x1a\7\1\0" + rar_header(1, 0, 0) + b"".join(
        rar_header(2, 2, 1, 4, 1, 0o100644, struct.pack("<I", zlib.crc32(b"x")), 0, 1, len(b"f%d" % i), b"f%d" % i) + b"x"
        for i in range(n)) + rar_header(5, 0, 0)


def both(value, n):
    return value.to_bytes(n, "little") + value.to_bytes(n, "big")


def iso_record(name, block, size, folder=False):
    body = b"\0" + both(block, 4) + both(size, 4) + bytes(7) + (b"\2" if folder else b"\0") + b"\0\0" + both(1, 2) + bytes([len(name)])
    body += name + b"\0" * ((len(name) + 1) % 2)
    return bytes([len(body) + 1]) + body


@series(".iso", 1000)
def iso_files(n):
    """One folder of n files that share a block."""
    blocks, here = [], iso_record(b"\0", 18, 0, True) + iso_record(b"\1", 18, 0, True)
    for i in range(n):
        row = iso_record(b"F%d.;1" % i, 17, 1)
        if len(here) + len(row) > 2048:
            blocks.append(here.ljust(2048, b"\0"))
            here = b""
        here += row
    blocks.append(here.ljust(2048, b"\0"))
    size = 2048 * len(blocks)
    total = 18 + len(blocks)
    volume = (b"\1CD001\1\0" + b" " * 64 + bytes(8) + both(total, 4) + bytes(32) + both(1, 2) + both(1, 2) + both(2048, 2) +
              both(0, 4) + bytes(16)).ljust(156, b"\0") + iso_record(b"\0", 18, size, True)
    volume = volume.ljust(881, b"\0") + b"\1"
    return bytes(32768) + volume.ljust(2048, b"\0") + b"x".ljust(2048, b"\0") + b"".join(blocks)


def of_files(pack, how, n):
    """An image of one folder of n files."""
    with tempfile.TemporaryDirectory() as work:
        root = os.path.join(work, "root")
        os.mkdir(root)
        for i in range(n):
            with open(os.path.join(root, "f%d" % i), "wb") as f:
                f.write(b"x" * 5000)
        pack(how, root, os.path.join(work, "x"))
        with open(os.path.join(work, "x"), "rb") as f:
            return f.read()


@series(".udf", 100)
def udf_files(n):
    """One folder of n files, each in pieces."""
    import udf
    return of_files(udf.pack, "pieces,short", n)


@series(".img", 100)
def hfs_packed(n):
    """One folder of n files that the file system compresses."""
    import hfsplus
    return of_files(hfsplus.pack, "mixed", n)


@series(".dmg", 1000)
def dmg_chunks(n):
    return image.dmg([(1, i, 1, 512 * i, 512) for i in range(n)] + [(0xffffffff, n, 0, 512 * n, 0)], b"x" * 512 * n, sectors=n)


@series(".xar", 1000)
def xar_members(n):
    from containers import xar_bytes
    return xar_bytes({"f%d" % i: b"x" for i in range(n)})


@series(".lz4", 5000)
def lz4_frames(n):
    return bytes.fromhex("04224d186040820100008078000000 00".replace(" ", "")) * n


@series(".xz", 5000)
def xz_streams(n):
    import lzma
    return lzma.compress(b"a", check=lzma.CHECK_CRC32) * n


@series(".lzma", 100000)
def lzma_text(n):
    import lzma
    return lzma.compress(b"".join(b"%d\n" % (i * 7919 % 100003) for i in range(n)), lzma.FORMAT_ALONE)


@series(".zst", 20000)
def zstd_frames(n):
    return bytes.fromhex("28b52ffd200109000078") * n


def packed(command, data):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


@series(".Z", 50000)
def compress_text(n):
    return packed(["compress", "-c"], b"".join(b"%d\n" % (i * 7919 % 100003) for i in range(n)))


@series(".txt.br", 50000)
def brotli_text(n):
    return packed(["brotli", "-5", "-c"], b"".join(b"%d\n" % (i * 7919 % 100003) for i in range(n)))


@series(".pbzx", 3000)
def pbzx_chunks(n):
    """A chunk for each member of the cpio archive."""
    import struct
    chunks = [archive.newc(b"f%d" % i, b"x") for i in range(n)] + [archive.newc(b"TRAILER!!!")]
    return b"pbzx" + struct.pack(">Q", 1 << 24) + b"".join(struct.pack(">QQ", len(c), len(c)) + c for c in chunks)


@series(".crx", 2000)
def crx_members(n):
    import struct
    return b"Cr24" + struct.pack("<II", 3, 0) + zips.zip_of([zips.Entry(b"f%d.txt" % i, b"x") for i in range(n)])


@series(".exe", 500)
def nsis_lines(n):
    return installer.nsis(["Section"] + ["DetailPrint line-%d" % i for i in range(n)] + ["SectionEnd"])


@series(".exe", 2000)
def overlay_members(n):
    """A zip archive behind a program."""
    return program.pe() + zips.zip_of([zips.Entry(b"f%d.txt" % i, b"x") for i in range(n)])


def squash(how, root, target):
    subprocess.run(["mksquashfs", root, target, "-quiet", "-no-progress", "-processors", "1", *how], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


@series(".squashfs", 300)
def squashfs_files(n):
    return of_files(squash, ["-no-duplicates"], n)


@series(".squashfs", 300)
def squashfs_shared(n):
    """All files are the same blocks."""
    return of_files(squash, ["-no-fragments"], n)


# ---- programs ----------------------------------------------------------------------------------------------------------

@series(".exe", 1000)
def pe_sections(n):
    return program.pe([(b".t%d" % (i % 10), 0x1000 + i, 16, 1024, 512) for i in range(n)])


@series(".so", 2000)
def elf_segments(n):
    return program.elf(segments=[(1, 0, 4096)] * n)


@series(".so", 2000)
def elf_sections(n):
    return program.elf([(0, 1, 64, 64, 0, 0)] * n)


@series(".dylib", 2000)
def macho_commands(n):
    import struct
    return program.macho([struct.pack("<IIQQ", 0x19, 72, 0, 0).ljust(72, b"\0")] * n)


# ---- text ----------------------------------------------------------------------------------------------------------------

def text_series(name, ending, n, make):
    make.__name__ = name
    series(ending, n)(make)


text_series("js_functions", ".js", 1000, lambda n: b"".join(b"function f%d(a) { return a + %d; }\n" % (i, i) for i in range(n)))
text_series("js_slashes", ".js", 1000, lambda n: ORDINARY_JS + b"a=/b/" * n)
text_series("js_tags", ".js", 20000, lambda n: ORDINARY_JS + b"<a " * n)
text_series("js_open_brackets", ".js", 10000, lambda n: ORDINARY_JS + b"(" * n)
text_series("js_closed_brackets", ".js", 10000, lambda n: ORDINARY_JS + b"var a = " + b"(" * n + b"1" + b")" * n + b";\n")
text_series("js_sum", ".js", 20000, lambda n: ORDINARY_JS + b"var a = " + b"1+" * n + b"1;\n")
text_series("js_strings_joined", ".js", 2000, lambda n: ORDINARY_JS + b"var s = '';\n" + b"s += 'abcdefgh';\n" * n + b"eval(s);\n")
text_series("js_templates", ".js", 5000, lambda n: ORDINARY_JS + b"var t = " + b"`${" * n + b"1" + b"}`" * n + b";\n")
text_series("js_calls_in_calls", ".js", 2000, lambda n: ORDINARY_JS + b"f(" * n + b")" * n + b";\n")
text_series("js_property_chain", ".js", 5000, lambda n: ORDINARY_JS + b"var a = x" + b".y" * n + b";\n")
text_series("js_aliases", ".js", 1000, lambda n: ORDINARY_JS + b"var a0 = eval;\n" + b"".join(
    b"var a%d = a%d;\n" % (i + 1, i) for i in range(n)) + b"a%d(name);\n" % n)
text_series("js_comment_open", ".js", 20000, lambda n: ORDINARY_JS + b"/*" * n)
text_series("js_one_line", ".js", 50000, lambda n: b"var a = [" + b"1," * n + b"1];\n")
text_series("js_invisible", ".js", 5000, lambda n: ORDINARY_JS + "// \u202e\n".encode() * n)
text_series("sh_commands", ".sh", 2000, lambda n: b"#!/bin/sh\n" + b"".join(b"echo %d | cat\n" % i for i in range(n)))
text_series("sh_heredocs", ".sh", 5000, lambda n: b"#!/bin/sh\n" + b"".join(b"cat <<E%d\n" % i for i in range(n)))
text_series("sh_substitutions", ".sh", 2000, lambda n: b"#!/bin/sh\necho " + b"$(echo " * n + b")" * n + b"\n")
text_series("sh_variables", ".sh", 2000, lambda n: b"#!/bin/sh\na0=x\n" + b"".join(
    b"a%d=$a%d$a%d\n" % (i + 1, i, i) for i in range(n)))
text_series("sh_quotes", ".sh", 20000, lambda n: b"#!/bin/sh\n" + b"echo '" * n)
text_series("py_lines", ".py", 3000, lambda n: b"".join(b"def f%d(a):\n    return a + %d\n" % (i, i) for i in range(n)))
text_series("php_functions", ".php", 1000, lambda n: b"<?php\n" + b"".join(b"function f%d($a) { return $a + %d; }\n" % (i, i) for i in range(n)))
text_series("rb_methods", ".rb", 1000, lambda n: b"".join(b"def f%d(a)\n  a + %d\nend\n" % (i, i) for i in range(n)))
text_series("go_functions", ".go", 1000, lambda n: b"package a\n" + b"".join(b"func f%d(a int) int { return a + %d }\n" % (i, i) for i in range(n)))
text_series("c_functions", ".c", 1000, lambda n: b"".join(b"int f%d(int a) { return a + %d; }\n" % (i, i) for i in range(n)))
text_series("ps1_functions", ".ps1", 1000, lambda n: b"".join(b"function F%d($a) { $a + %d }\n" % (i, i) for i in range(n)))
text_series("batch_lines", ".bat", 2000, lambda n: b"@echo off\r\n" + b"".join(b"set A%d=x%d\r\n" % (i, i) for i in range(n)))
text_series("gradle_lines", ".gradle", 2000, lambda n: b"".join(b"['a', 'b%d'].execute()\n" % i for i in range(n)))
text_series("json_members", ".json", 5000, lambda n: b"{" + b",".join(b'"k%d": %d' % (i, i) for i in range(n)) + b"}")
text_series("json_depth", ".json", 5000, lambda n: b"[" * n + b"]" * n)
text_series("data_hosts", ".txt", 3000, lambda n: b"".join(b"see https://h%d.example/x\n" % i for i in range(n)))
text_series("data_base64", ".txt", 50000, lambda n: b"QUJD" * n + b"\n")
text_series("xml_depth", ".xml", 5000, lambda n: b"<a>" * n + b"</a>" * n)


# ---- measuring -----------------------------------------------------------------------------------------------------------

def measure(assay, name, data, folder):
    """(steps, bytes of private memory, seconds of processor time)"""
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(data)
    footprint = Footprint()
    done = footprint.run([assay, "inspect", "--format", "json", "--no-progress", "--now", "2025-07-01", name], folder,
                         dict(os.environ, ASSAY_CONFIG=os.devnull), 240)
    os.unlink(path)
    assert done.returncode in (0, 1), "exit status %d" % done.returncode
    document = json.loads(done.stdout)
    # what ran out of budget has shown that it is bounded, and its figures no longer follow n
    cut = any("over budget" in b["reason"] for b in document["coverage"]["blind"])
    return document["cost"]["steps"], footprint.peak_bytes, footprint.seconds, cut


def growth(values, base):
    """The larger of the two ratios, both above `base`."""
    above = [max(v, base) for v in values]
    return max(above[1] / above[0], above[2] / above[1])


def wrong(rows):
    steps, memory = [r[0] for r in rows], [r[1] for r in rows]
    found = []
    if not any(r[3] for r in rows) and growth(steps, 2000) > MOST:
        found.append("steps %s grow by more than %.1f" % (steps, MOST))
    if growth(memory, BASE_BYTES) > MOST:
        found.append("memory %s grows by more than %.1f" % ([m >> 20 for m in memory], MOST))
    return found


NAMES = {"seven": "7z", "hfs": "hfsplus", "msi": "ole"}     # of a series, where the format is called otherwise


def without_series(assay):
    """The containers that the program opens and that have no series."""
    listed = subprocess.run([assay, "formats"], stdout=subprocess.PIPE, check=True).stdout.decode()
    opened = {line.split()[0] for line in listed.partition("\n\n")[0].splitlines()[1:]}
    first = [name.partition("-")[0] for name, _, _, _ in SERIES]
    return sorted(opened - {NAMES.get(word, word) for word in first})


def main(argv):
    assay = os.path.abspath(argv[1])
    times = "--times" in argv
    words = [a for a in argv[2:] if not a.startswith("--")]
    chosen = [s for s in SERIES if not words or any(w in s[0] for w in words)]
    failed = 0
    print("1..%d" % (len(chosen) + 2))
    # the canary: what grows with the square is found, what grows with n is not
    good = (wrong([(n * n, 1 << 20, 0, False) for n in (100, 200, 400)]) and
            wrong([(n, n << 20, 0, False) for n in (30, 60, 200)]) and
            not wrong([(n * 10, n << 19, 0, False) for n in (300, 600, 1200)]))
    print("%s 1 - canary" % ("ok" if good else "not ok"))
    failed += not good
    absent = without_series(assay)
    print("%s 2 - every container has a series%s" % ("not ok" if absent else "ok", ": not " + " ".join(absent) if absent else ""))
    failed += bool(absent)
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, ending, n, make) in enumerate(chosen, 3):
            rows = [measure(assay, name + ending, make(n * k), folder) for k in (1, 2, 4)]
            bad = wrong(rows)
            failed += bool(bad)
            print("%s %d - %s" % ("not ok" if bad else "ok", number, name))
            for line in bad:
                print("# " + line)
            if times:
                print("# steps %s, MiB %s, seconds %s: x %.1f a doubling%s" % (
                    [r[0] for r in rows], [r[1] >> 20 for r in rows], ["%.2f" % r[2] for r in rows],
                    growth([r[2] for r in rows], 0.05), ", over budget" if any(r[3] for r in rows) else ""))
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
