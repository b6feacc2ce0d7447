#!/usr/bin/env python3
"""Writes an Apple disk image:  dmg.py KIND VOLUME TARGET, or dmg.py --volume HYBRID TARGET

VOLUME is a raw file system, which becomes one partition; KIND is how its chunks are packed: stored, adc,
zlib, bzip2, lzfse, xz or mixed. The layout is Apple's UDIF; the tests have dmg2img read what comes out.
"""

import base64
import bz2
import lzma
import os
import struct
import subprocess
import sys
import zlib

import lzfse

SECTOR, CHUNK = 512, 64 << 10


def adc(data):
    """Literals, and runs of one byte as matches at distance 1."""
    out, at = b"", 0
    while at < len(data):
        run = 1
        while run < 60 and at + run < len(data) and data[at + run] == data[at]:
            run += 1
        if run > 8 and at:
            if data[at - 1] == data[at]:
                out += bytes([0x40 | run - 4, 0, 0])
                at += run
                continue
        step = max(1, min(run if run > 8 else 16, 120, len(data) - at))
        out += bytes([0x7f + step]) + data[at:at + step]
        at += step
    return out


PACKERS = {"stored": (1, bytes), "adc": (0x80000004, adc), "zlib": (0x80000005, zlib.compress),
           "bzip2": (0x80000006, bz2.compress), "lzfse": (0x80000007, lzfse.compress),
           "xz": (0x80000008, lzma.compress)}


def partition(data, kind, fork):
    """The table of one partition; its packed chunks are added to the fork."""
    entries, names = [], ["stored", "adc", "zlib", "bzip2", "lzfse", "xz"] if kind == "mixed" else [kind]
    data += b"\0" * (-len(data) % SECTOR)
    for number, at in enumerate(range(0, len(data), CHUNK)):
        piece = data[at:at + CHUNK]
        code, packer = PACKERS[names[number % len(names)]]
        if not piece.strip(b"\0"):
            entries.append((0, at // SECTOR, len(piece) // SECTOR, len(fork), 0))
            continue
        packed = packer(piece)
        entries.append((code, at // SECTOR, len(piece) // SECTOR, len(fork), len(packed)))
        fork += packed
    entries.append((0xffffffff, len(data) // SECTOR, 0, len(fork), 0))
    table = b"mish" + struct.pack(">IQQQII24x", 1, 0, len(data) // SECTOR, 0, 0x208, 0)
    table += struct.pack(">III124x", 2, 32, zlib.crc32(data)) + struct.pack(">I", len(entries))
    for code, first, count, offset, size in entries:
        table += struct.pack(">IIQQQQ", code, 0, first, count, offset, size)
    return table


def dmg(partitions, kind):
    fork, lines = bytearray(), []
    for number, (name, data) in enumerate(partitions):
        table = base64.b64encode(partition(data, kind, fork)).decode()
        lines.append("<dict><key>Attributes</key><string>0x0050</string><key>CFName</key><string>%s</string>"
                     "<key>Data</key><data>\n\t%s\n\t</data><key>ID</key><string>%d</string><key>Name</key>"
                     "<string>%s</string></dict>" % (name, "\n\t".join(table[i:i + 64] for i in range(0, len(table), 64)),
                                                      number, name))
    xml = ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" '
           '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict><key>resource-fork</key><dict>'
           '<key>blkx</key><array>%s</array></dict></dict></plist>\n' % "".join(lines)).encode()
    fork = bytes(fork)
    sectors = sum(-(-len(d) // SECTOR) for _, d in partitions)
    koly = b"koly" + struct.pack(">III", 4, 512, 1) + struct.pack(">QQQQQ", 0, 0, len(fork), 0, 0)
    koly += struct.pack(">II16s", 1, 1, b"0123456789abcdef") + struct.pack(">III124x", 2, 32, zlib.crc32(fork))
    koly += struct.pack(">QQ120x", len(fork), len(xml)) + struct.pack(">III124x", 0, 0, 0) + struct.pack(">IQ12x", 1, sectors)
    assert len(koly) == 512
    return fork + xml + koly


def pack(kind, volume, target):
    with open(volume, "rb") as f:
        data = f.read()
    with open(target, "wb") as f:
        f.write(dmg([("Driver Descriptor Map (DDM : 0)", b"ER" + b"\0" * 510), ("disk image (Apple_HFS : 1)", data)], kind))


def volume(image, target):
    """The HFS Plus part of a hybrid image, as xorriso makes it."""
    with open(image, "rb") as f:
        data = f.read()
    at = data.index(b"H+\0\4") - 1024
    block, blocks = struct.unpack(">II", data[at + 1064:at + 1072])
    with open(target, "wb") as f:
        f.write(data[at:at + block * blocks])


def make(root, target, kind="mixed"):
    """A folder as the HFS Plus volume of an image."""
    subprocess.run(["xorriso", "-as", "mkisofs", "-quiet", "-hfsplus", "-o", target + ".hybrid", root], check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    volume(target + ".hybrid", target + ".volume")
    pack(kind, target + ".volume", target)
    for name in (".hybrid", ".volume"):
        os.unlink(target + name)


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "--volume":
        volume(*sys.argv[2:])
        sys.exit()
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    pack(*sys.argv[1:])
