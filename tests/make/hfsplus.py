#!/usr/bin/env python3
"""Writes an HFS Plus volume whose files the file system compresses:  hfsplus.py KIND ROOT TARGET

No package of the tests writes such a volume. KIND is the number of a way (1, 3, 4, 7 to 12; src/formats/decmpfs.c
has the layout), or "mixed": file by file another one that holds it. The tests have 7-Zip read what comes out.
"""

import os
import struct
import sys
import zlib

import lzfse

BLOCK, NODE, PIECE, SINCE_1904 = 4096, 8192, 1 << 16, 2082844800
NAME, WAYS = "com.apple.decmpfs", (1, 3, 4, 7, 8, 9, 10, 11, 12)
INLINE_MAX = 3800


def packed(kind, data):
    """One piece; as it is behind a mark where it does not shrink."""
    if kind == 1:
        return data
    if kind in (9, 10):
        return b"\xcc" + data
    mark, packer = {3: (b"\xff", zlib.compress), 7: (b"\6", lzfse.lzvn), 11: (b"\xff", lzfse.compress)}[kind - (kind % 2 == 0)]
    short = packer(data)
    return short if len(short) < len(data) else mark + data


def fork(kind, data):
    pieces = [packed(kind, data[at:at + PIECE]) for at in range(0, len(data), PIECE)]
    if kind != 4:
        at, offsets = 4 * (len(pieces) + 1), []
        for piece in pieces + [b""]:
            offsets.append(at)
            at += len(piece)
        return struct.pack("<%dI" % len(offsets), *offsets) + b"".join(pieces)
    at, rows = 4 + 8 * len(pieces), b""
    for piece in pieces:
        rows += struct.pack("<II", at, len(piece))
        at += len(piece)
    body = struct.pack(">I", at) + struct.pack("<I", len(pieces)) + rows + b"".join(pieces)
    end = bytes(24) + struct.pack(">HHH4sIIQ", 28, 50, 0, b"cmpf", 10, 0x1ffff, 0)
    return struct.pack(">IIII240x", 256, 256 + len(body), len(body), len(end)) + body + end


class Volume:
    def __init__(self):
        self.blocks, self.folders, self.files, self.attributes, self.next = [b"\0" * BLOCK], [], [], [], 16

    def store(self, data):
        """The 80 bytes that say where a fork stands."""
        first, n = len(self.blocks), -(-len(data) // BLOCK)
        data += b"\0" * (n * BLOCK - len(data))
        self.blocks += [data[i * BLOCK:(i + 1) * BLOCK] for i in range(n)]
        return first, n

    def fork_of(self, data):
        if not data:
            return bytes(80)
        return struct.pack(">QII", len(data), 0, -(-len(data) // BLOCK)) + struct.pack(">II56x", *self.store(data))

    def identity(self):
        self.next += 1
        return self.next - 1

    def file(self, parent, name, data, mode, kind):
        number, resources, content, flags = self.identity(), b"", b"", 0x20
        if kind is None:
            flags, content = 0, data
        elif kind % 2:
            self.attributes.append((number, b"fpmc" + struct.pack("<IQ", kind, len(data)) + packed(kind, data)))
        else:
            self.attributes.append((number, b"fpmc" + struct.pack("<IQ", kind, len(data))))
            resources = fork(kind, data)
        row = struct.pack(">HHIIIIIII", 2, 2, 0, number, *[SINCE_1904 + 1750680000] * 4, 0)
        row += struct.pack(">IIBBHI40x", 0, 0, 0, flags, 0o100000 | mode, 1) + self.fork_of(content) + self.fork_of(resources)
        self.files.append((parent, name, row, number, 4))

    def folder(self, parent, name, children, number):
        row = struct.pack(">HHIIIIIII", 1, 0, children, number, *[SINCE_1904 + 1750680000] * 4, 0)
        row += struct.pack(">IIBBHI40x", 0, 0, 0, 0, 0o40755, 1)
        self.folders.append((parent, name, row, number, 3))

    def write(self, target):
        catalog = []
        for parent, name, row, number, thread in self.folders + self.files:
            catalog.append((parent, name, key(struct.pack(">I", parent) + text(name)) + row))
            catalog.append((number, "", key(struct.pack(">I", number) + text("")) + struct.pack(">HHI", thread, 0, parent) + text(name)))
        catalog.sort(key=lambda r: (r[0], [ord(c) for c in r[1].lower()]))
        attributes = [key(struct.pack(">HII", 0, number, 0) + text(NAME)) + struct.pack(">I8xI", 0x10, len(value)) + value + b"\0" * (len(value) % 2)
                      for number, value in sorted(self.attributes)]
        trees = [self.fork_of(tree([], 10)), self.fork_of(tree([r for _, _, r in catalog], 516)), self.fork_of(tree(attributes, 266))]
        total = len(self.blocks) + 2
        used = b"\xff" * (total // 8) + (bytes([(0xff00 >> total % 8) & 0xff]) if total % 8 else b"")
        place = self.fork_of(used.ljust(BLOCK, b"\0"))
        head = struct.pack(">2sHI4sI", b"H+", 4, 0x100, b"10.0", 0) + struct.pack(">IIII", *[SINCE_1904 + 1750680000] * 4)
        head += struct.pack(">IIIIIIIIIIQ32x", len(self.files), len(self.folders) - 1, BLOCK, total, 0, 0, 65536, 65536, self.next, 1, 1)
        head += place + b"".join(trees) + bytes(80)
        data = b"".join(self.blocks) + b"\0" * BLOCK
        data = data[:1024] + head + data[1024 + len(head):]
        with open(target, "wb") as f:
            f.write(data[:-1024] + head + data[len(data) - 1024 + len(head):])


def text(name):
    return struct.pack(">H", len(name)) + name.encode("utf-16-be")


def key(body):
    return struct.pack(">H", len(body)) + body


def node(kind, height, records, following=0, before=0):
    out, offsets = struct.pack(">IIbBHH", following, before, kind, height, len(records), 0), []
    for record in records:
        offsets.append(len(out))
        out += record
    offsets.append(len(out))
    ends = struct.pack(">%dH" % len(offsets), *reversed(offsets))
    assert len(out) + len(ends) <= NODE
    return out.ljust(NODE - len(ends), b"\0") + ends


def tree(records, key_max):
    """A header, the leaves, and above them nodes of what they begin with."""
    level, height, nodes, root = records, 1, [b""], 0
    first = last = 0
    while level:
        groups, here = [], []
        for record in level:
            if here and 14 + sum(map(len, here)) + len(record) + 2 * len(here) + 4 > NODE:
                groups.append(here)
                here = []
            here.append(record)
        groups.append(here)
        base, above = len(nodes), []
        for i, group in enumerate(groups):
            nodes.append(node(-1 if height == 1 else 0, height, group, base + i + 1 if i + 1 < len(groups) else 0, base + i - 1 if i else 0))
            above.append(group[0][:2 + struct.unpack(">H", group[0][:2])[0]] + struct.pack(">I", base + i))
        if height == 1:
            first, last = base, len(nodes) - 1
        root = base
        if len(groups) == 1:
            break
        level, height = above, height + 1
    head = struct.pack(">HIIIIHHIIHIBBI64x", height if records else 0, root, len(records), first, last, NODE, key_max, len(nodes), 0, 0, 65536, 0, 0xcf, 6)
    nodes[0] = node(1, 0, [head, bytes(128), b"\xff".ljust(NODE - 14 - 106 - 128 - 8, b"\0")])
    return b"".join(nodes)


def pack(kind, root, target):
    volume, turn = Volume(), 0
    volume.folder(1, "untitled", len(os.listdir(root)), 2)
    numbers = {root: 2}
    for path, folders, names in os.walk(root):
        folders.sort()
        for name in folders:
            full = os.path.join(path, name)
            numbers[full] = volume.identity()
            volume.folder(numbers[path], name, len(os.listdir(full)), numbers[full])
        for name in sorted(names):
            full = os.path.join(path, name)
            with open(full, "rb") as f:
                data = f.read()
            way = WAYS[turn % len(WAYS)] if kind == "mixed" else int(kind)
            turn += 1
            if not data:
                way = None
            elif way % 2 and len(packed(way, data)) > INLINE_MAX:
                way = way + 1 if way > 1 else 4
            volume.file(numbers[path], name, data, os.stat(full).st_mode & 0o7777, way)
    volume.write(target)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    pack(*sys.argv[1:])
