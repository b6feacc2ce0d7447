#!/usr/bin/env python3
"""Writes a UDF image:  udf.py HOW ROOT TARGET

HOW is words joined by commas: short, long or here (how files say where they stand), extended (file entries of
UDF 2.00), metadata (a partition of UDF 2.50), pieces (files and folders in single blocks, lists of them going on
elsewhere), streams. genisoimage writes UDF 1.02 beside ISO 9660 and mkudffs empty volumes; files in volumes of
the other kinds need one that is mounted. The tests have 7-Zip read what comes out, as far as it knows the kind.
"""

import binascii
import os
import struct
import sys

BLOCK, START = 2048, 300
STAMP = struct.pack("<HhBBBBBBBB", 0x1000, 2025, 6, 23, 12, 0, 0, 0, 0, 0)


def crc(data):
    return binascii.crc_hqx(data, 0)


def tagged(number, block, body):
    head = struct.pack("<HHBBHHHI", number, 3, 0, 0, 1, crc(body), len(body), block)
    return head[:4] + bytes([(sum(head) - head[4]) & 255]) + head[5:] + body


def name_of(text):
    try:
        return b"\x08" + text.encode("latin-1")
    except UnicodeEncodeError:
        return b"\x10" + text.encode("utf-16-be")


def dstring(text, size):
    packed = name_of(text)
    return packed.ljust(size - 1, b"\0") + bytes([len(packed)])


def regid(name, suffix=b""):
    return b"\0" + name.encode().ljust(23, b"\0") + suffix.ljust(8, b"\0")


def address(block, size=BLOCK, partition=0):
    return struct.pack("<IIH6x", size, block, partition)


CHARACTERS = b"\0" + b"OSTA Compressed Unicode".ljust(63, b"\0")


class Image:
    def __init__(self, how):
        self.how = set(how.split(","))
        self.version = 0x250 if "metadata" in self.how else 0x201 if "extended" in self.how else 0x102
        self.blocks, self.meta, self.unique = [], [], 16
        self.partition = 1 if "metadata" in self.how else 0
        if self.partition:
            self.new(b"")          # the entry of the metadata file
        self.space = self.meta if self.partition else self.blocks

    def new(self, data, space=None):
        space = self.blocks if space is None else space
        first, n = len(space), max(1, -(-len(data) // BLOCK))
        data = data.ljust(n * BLOCK, b"\0")
        space += [data[i * BLOCK:(i + 1) * BLOCK] for i in range(n)]
        return first

    def extents(self, data, space, partition):
        """(how it is written, the list) of content that stands in blocks."""
        pieces, long = [], "long" in self.how or space is not self.space
        for at in range(0, len(data), BLOCK if "pieces" in self.how else len(data) or 1):
            piece = data[at:at + BLOCK] if "pieces" in self.how else data
            if "pieces" in self.how and at and at % (BLOCK * 4) == 0:
                self.new(b"", space)     # so that they are no neighbours
            pieces.append((len(piece), self.new(piece, space)))
        rows = [address(b, n, partition) if long else struct.pack("<II", n, b) for n, b in pieces]
        if len(rows) > 40:
            where = len(space)
            self.new(b"", space)
            rest = b"".join(rows[40:])
            assert len(rest) <= BLOCK - 24
            space[where] = tagged(258, where, struct.pack("<II", 0, len(rest)) + rest).ljust(BLOCK, b"\0")
            more = BLOCK | 3 << 30
            rows = rows[:40] + [address(where, more, partition) if long else struct.pack("<II", more, where)]
        return 1 if long else 0, b"".join(rows)

    def entry(self, where, kind, data, mode, streams=None):
        """Fills the block of the entry."""
        extended = "extended" in self.how or streams
        room = BLOCK - (216 if extended else 176)
        if kind != 5 and len(data) <= room or "here" in self.how and len(data) <= room:
            written, extents = 3, data
        elif kind == 5:
            written, extents = self.extents(data, self.blocks, 0)
        else:
            written, extents = self.extents(data, self.space, self.partition)
        rights = (mode >> 6 & 7) << 10 | (mode >> 3 & 7) << 5 | mode & 7
        body = struct.pack("<IHHHBB6sH", 0, 4, 0, 1, 0, kind, bytes(6), written)
        body += struct.pack("<IIIHBBIQ", 1000, 1000, rights, 1, 0, 0, 0, len(data))
        recorded = 0 if written == 3 else -(-len(data) // BLOCK)
        self.unique += 1
        if extended:
            body += struct.pack("<QQ", len(data), recorded) + STAMP * 4 + struct.pack("<II", 1, 0) + bytes(16)
            body += (address(streams, BLOCK, self.partition) if streams else bytes(16)) + regid("*assay tests")
            body += struct.pack("<QII", self.unique, 0, len(extents)) + extents
        else:
            body += struct.pack("<Q", recorded) + STAMP * 3 + struct.pack("<I", 1) + bytes(16) + regid("*assay tests")
            body += struct.pack("<QII", self.unique, 0, len(extents)) + extents
        self.space[where] = tagged(266 if extended else 261, where, body).ljust(BLOCK, b"\0")

    def name(self, name, where, flags):
        packed = name_of(name) if name else b""
        body = struct.pack("<HBB", 1, flags, len(packed)) + address(where, BLOCK, self.partition) + struct.pack("<H", 0) + packed
        return tagged(257, where, body + b"\0" * (-(len(body) + 16) % 4))

    def file(self, path):
        where, streams = self.new(b"", self.space), None
        if "streams" in self.how and os.path.isfile(path) and path.endswith(".txt"):
            streams, stream = self.new(b"", self.space), self.new(b"", self.space)
            self.entry(stream, 5, b"beside " + os.path.basename(path).encode() + b"\n", 0o644)
            self.entry(streams, 13, self.name("", where, 10) + self.name("beside", stream, 0), 0o755)
        if os.path.islink(path):
            parts = b"".join(struct.pack("<BBH", 3, 0, 0) if p == ".." else struct.pack("<BBH", 5, len(name_of(p)), 0) + name_of(p)
                             for p in os.readlink(path).split("/"))
            self.entry(where, 12, parts, 0o777)
        else:
            with open(path, "rb") as f:
                self.entry(where, 5, f.read(), os.stat(path).st_mode & 0o777, streams)
        return where

    def folder(self, path, where, above):
        rows = self.name("", above, 10)
        for name in sorted(os.listdir(path)):
            full = os.path.join(path, name)
            if os.path.isdir(full) and not os.path.islink(full):
                inner = self.new(b"", self.space)
                self.folder(full, inner, where)
                rows += self.name(name, inner, 2)
            else:
                rows += self.name(name, self.file(full), 0)
        self.entry(where, 4, rows, 0o755)

    def file_set(self, where, root):
        domain = regid("*OSTA UDF Compliant", struct.pack("<HB", self.version, 0))
        body = STAMP + struct.pack("<HHIIII", 3, 3, 1, 1, 0, 0) + CHARACTERS + dstring("SAMPLE", 128) + CHARACTERS
        body += dstring("SAMPLE", 32) + bytes(64) + address(root, BLOCK, self.partition) + domain
        self.space[where] = tagged(256, where, body.ljust(496, b"\0")).ljust(BLOCK, b"\0")

    def metadata(self):
        """The second partition: a file of the first one."""
        half = len(self.meta) // 2
        first = self.new(b"".join(self.meta[:half])) if half else None
        self.new(b"")
        rest = self.new(b"".join(self.meta[half:]))
        rows = (struct.pack("<II", half * BLOCK, first) if half else b"") + struct.pack("<II", (len(self.meta) - half) * BLOCK, rest)
        body = struct.pack("<IHHHBB6sH", 0, 4, 0, 1, 0, 250, bytes(6), 0)
        body += struct.pack("<IIIHBBIQQQ", 0, 0, 0, 1, 0, 0, 0, len(self.meta) * BLOCK, len(self.meta) * BLOCK, len(self.meta))
        body += STAMP * 4 + struct.pack("<II", 1, 0) + bytes(32) + regid("*assay tests") + struct.pack("<QII", 0, 0, len(rows)) + rows
        self.blocks[0] = tagged(266, 0, body).ljust(BLOCK, b"\0")
        return self.new(tagged(266, len(self.blocks), body.replace(struct.pack("<B", 250), struct.pack("<B", 251), 1)))

    def sequence(self, first, copy):
        domain = regid("*OSTA UDF Compliant", struct.pack("<HB", self.version, 0))
        maps = struct.pack("<BBHH", 1, 6, 1, 0)
        if self.partition:
            maps += struct.pack("<BBH", 2, 64, 0) + regid("*UDF Metadata Partition", struct.pack("<H", 0x250))
            maps += struct.pack("<HHIIIIHB5x", 1, 0, 0, copy, 0xffffffff, 32, 1, 0)
        rows = [(1, struct.pack("<II", 0, 0) + dstring("SAMPLE", 32) + struct.pack("<HHHHII", 1, 1, 2, 2, 1, 1) +
                 dstring("0123456789SAMPLE", 128) + CHARACTERS * 2 + bytes(16) + regid("") + STAMP + regid("*assay tests")),
                (5, struct.pack("<IHH", 1, 1, 0) + regid("+NSR03" if self.version > 0x102 else "+NSR02") + bytes(128) +
                 struct.pack("<III", 1, START, len(self.blocks)) + regid("*assay tests")),
                (6, struct.pack("<I", 2) + CHARACTERS + dstring("SAMPLE", 128) + struct.pack("<I", BLOCK) + domain +
                 address(0, BLOCK, self.partition) + struct.pack("<II", len(maps), 2 if self.partition else 1) +
                 regid("*assay tests") + bytes(128) + struct.pack("<II", 2 * BLOCK, 64) + maps),
                (7, struct.pack("<II", 3, 0)), (8, b"")]
        return b"".join(tagged(n, first + i, body.ljust(496, b"\0")).ljust(BLOCK, b"\0") for i, (n, body) in enumerate(rows))

    def write(self, root, target):
        first, top = self.new(b"", self.space), self.new(b"", self.space)
        self.folder(root, top, top)
        self.file_set(first, top)
        copy = self.metadata() if self.partition else 0
        end = START + len(self.blocks)
        image = bytearray((end + 17) * BLOCK)

        def put(block, data):
            image[block * BLOCK:block * BLOCK + len(data)] = data

        for i, name in enumerate((b"BEA01", b"NSR03" if self.version > 0x102 else b"NSR02", b"TEA01")):
            put(16 + i, b"\0" + name + b"\1")
        put(32, self.sequence(32, copy))
        put(end, self.sequence(end, copy))
        put(64, tagged(9, 64, STAMP + struct.pack("<III", 1, 0, 0) + struct.pack("<Q24x", self.unique + 1) +
                       struct.pack("<II", self.partition + 1, 46) + struct.pack("<II", 0, 0xffffffff) * self.partition +
                       struct.pack("<II", 0, len(self.blocks)) + regid("*assay tests") +
                       struct.pack("<IIHHH", 0, 0, self.version, self.version, self.version)))
        put(65, tagged(8, 65, bytes(496)))
        for block in (256, end + 16):
            put(block, tagged(2, block, struct.pack("<IIII", 16 * BLOCK, 32, 16 * BLOCK, end).ljust(496, b"\0")))
        put(START, b"".join(self.blocks))
        with open(target, "wb") as f:
            f.write(image)


def pack(how, root, target):
    Image(how).write(root, target)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    pack(*sys.argv[1:])
