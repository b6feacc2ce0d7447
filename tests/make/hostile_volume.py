"""UDF and HFS Plus volumes that lead round in circles, share their blocks, or promise more than there is."""

import os
import struct
import tempfile

from hostile import MARKER, hostile
import hfsplus
import udf


def written(write):
    """The bytes of what write(path) puts there."""
    with tempfile.TemporaryDirectory() as work:
        path = os.path.join(work, "x")
        write(path)
        with open(path, "rb") as f:
            return f.read()


# ---- UDF -----------------------------------------------------------------------------------------------------------

class Udf(udf.Image):
    """A volume whose root is made by fill(volume, root): it returns the rows of the root, or None when it wrote that."""

    def __init__(self, fill, how="short"):
        super().__init__(how)
        self.fill = fill

    def folder(self, path, where, above):
        rows = self.fill(self, where)
        if rows is not None:
            self.entry(where, 4, self.name("", where, 10) + rows, 0o755)

    def member(self, data):
        where = self.new(b"", self.space)
        self.entry(where, 5, data, 0o644)
        return where

    def listed(self, kind, size, rows, where=None):
        """An entry of any type with a list of extents as it comes."""
        where = self.new(b"", self.space) if where is None else where
        body = struct.pack("<IHHHBB6sH", 0, 4, 0, 1, 0, kind, bytes(6), 0)
        body += struct.pack("<IIIHBBIQQ", 0, 0, 0x14a5, 1, 0, 0, 0, size, 0) + udf.STAMP * 3 + struct.pack("<I", 1) + bytes(16)
        body += udf.regid("*assay tests") + struct.pack("<QII", 0, 0, 8 * len(rows))
        body += b"".join(struct.pack("<II", *row) for row in rows)
        self.space[where] = udf.tagged(261, where, body).ljust(udf.BLOCK, b"\0")
        return where


def udf_of(fill, how="short"):
    return written(lambda path: Udf(fill, how).write(None, path))


@hostile(98, "folder-in-itself.udf", inspect="review: AS-0042", diff="tampered: AS-0042", old=".tar")
def udf_folder_in_itself():
    return udf_of(lambda v, root: v.name("again", root, 2) + v.name("file.js", v.member(MARKER), 0))


@hostile(98, "folders-in-each-other.udf", inspect="review: AS-0042", diff="tampered: AS-0042", old=".tar")
def udf_folders_in_each_other():
    def fill(v, root):
        a, b = v.new(b"", v.space), v.new(b"", v.space)
        v.entry(a, 4, v.name("", root, 10) + v.name("b", b, 2), 0o755)
        v.entry(b, 4, v.name("", a, 10) + v.name("a", a, 2) + v.name("file.js", v.member(MARKER), 0), 0o755)
        return v.name("a", a, 2)
    return udf_of(fill)


@hostile(98, "one-folder-by-64-names-6-deep.udf", inspect="review: AS-0042", diff="tampered: AS-0042", old=".tar")
def udf_wide_and_deep():
    """64 names for each folder of the next level: 64^6 paths."""
    def fill(v, root):
        below = v.member(MARKER)
        for level in range(6):
            here = v.new(b"", v.space)
            v.entry(here, 4, b"".join(v.name("d%02d%s" % (i, "" if level else ".js"), below, 2 if level else 0) for i in range(64)), 0o755)
            below = here
        return v.name("d", below, 2)
    return udf_of(fill)


@hostile(98, "folders-1000-deep.udf", inspect="review: AS-0042", diff="tampered: AS-0042", old=".tar")
def udf_deep():
    def fill(v, root):
        below = v.name("file.js", v.member(MARKER), 0)
        for _ in range(1000):
            here = v.new(b"", v.space)
            v.entry(here, 4, v.name("", root, 10) + below, 0o755)
            below = v.name("d", here, 2)
        return below
    return udf_of(fill)


@hostile(98, "folder-that-is-its-own-content.udf", inspect="unknown|review: damaged", diff="unknown|review|tampered: damaged", old=".tar")
def udf_folder_of_itself():
    def fill(v, root):
        v.listed(4, udf.BLOCK, [(udf.BLOCK, root)], root)
    return udf_of(fill)


@hostile(98, "extents-that-go-on-in-themselves.udf", inspect="unknown|review: damaged", diff="unknown|review|tampered: damaged", old=".tar")
def udf_extent_loop():
    def fill(v, root):
        list_at = v.new(b"", v.space)
        row = struct.pack("<II", udf.BLOCK | 3 << 30, list_at)
        v.space[list_at] = udf.tagged(258, list_at, struct.pack("<II", 0, len(row)) + row).ljust(udf.BLOCK, b"\0")
        return v.name("file.js", v.listed(5, 1 << 20, [(udf.BLOCK | 3 << 30, list_at)]), 0)
    return udf_of(fill)


@hostile(98, "lists-that-lead-to-each-other.udf", inspect="unknown|review: damaged", diff="unknown|review|tampered: damaged", old=".tar")
def udf_extent_ring():
    """A ring of lists that each add 200 pieces."""
    def fill(v, root):
        a, b, data = v.new(b"", v.space), v.new(b"", v.space), v.new(MARKER, v.space)
        for here, there in ((a, b), (b, a)):
            rows = struct.pack("<II", len(MARKER), data) * 200 + struct.pack("<II", udf.BLOCK | 3 << 30, there)
            v.space[here] = udf.tagged(258, here, struct.pack("<II", 0, len(rows)) + rows).ljust(udf.BLOCK, b"\0")
        return v.name("file.js", v.listed(5, 1 << 40, [(udf.BLOCK | 3 << 30, a)]), 0)
    return udf_of(fill)


@hostile(98, "shared-blocks-500.udf", inspect="unknown|review: larger than their container", diff="unknown|review|tampered: larger than their container", old=".tar")
def udf_shared_blocks():
    """500 files that are the same 1 MiB, each in 200 pieces."""
    def fill(v, root):
        data = v.new(MARKER.ljust(1 << 20, b"\n"), v.space)
        pieces = [((1 << 20) // 200, data)] * 200
        return b"".join(v.name("f%d.js" % i, v.listed(5, 1 << 20, pieces), 0) for i in range(500))
    return udf_of(fill)


@hostile(98, "zeros-of-200-gib.udf", inspect="unknown: larger than their container", diff="unknown|review: larger than their container", old=".tar")
def udf_zeros():
    return udf_of(lambda v, root: v.name("z", v.listed(5, 200 << 30, [(0x3ffff800 | 1 << 30, 0)] * 200), 0) +
                  v.name("file.js", v.member(MARKER), 0))


@hostile(98, "size-2-to-63.udf", inspect="unknown|review: too few", diff="unknown|review|tampered: too few", old=".tar")
def udf_size():
    return udf_of(lambda v, root: v.name("file.js", v.listed(5, 1 << 63, [(len(MARKER), v.new(MARKER, v.space))]), 0))


@hostile(98, "streams-of-itself.udf", inspect="review: AS-0042", diff="tampered: AS-0042", old=".tar")
def udf_streams():
    def fill(v, root):
        where = v.new(b"", v.space)
        v.entry(where, 5, MARKER, 0o644, streams=where)
        folder = v.new(b"", v.space)
        v.entry(folder, 4, v.name("", root, 10), 0o755, streams=folder)
        return v.name("file.js", where, 0) + v.name("d", folder, 2)
    return udf_of(fill, "extended")


@hostile(98, "metadata-of-itself.udf", inspect="unknown|review", diff="unknown|review|tampered", old=".tar")
def udf_metadata_of_itself():
    """The metadata partition is a file that stands in the metadata partition."""
    data = udf_of(lambda v, root: v.name("file.js", v.member(MARKER), 0), "metadata")
    one = struct.pack("<BBH", 2, 64, 0) + udf.regid("*UDF Metadata Partition", struct.pack("<H", 0x250)) + struct.pack("<HH", 1, 0)
    assert data.count(one) == 2
    return data.replace(one, one[:-2] + b"\1\0")


@hostile(98, "descriptors-in-a-ring.udf", inspect="review: AS-0042", diff="tampered: AS-0042", old=".tar")
def udf_descriptor_ring():
    """Each sequence of descriptors begins with a pointer to itself."""
    data = bytearray(udf_of(lambda v, root: v.name("file.js", v.member(MARKER), 0)))
    end = len(data) // udf.BLOCK - 17
    for block in (32, end):
        pointer = udf.tagged(3, block, struct.pack("<III", 1, 16 * udf.BLOCK, block).ljust(496, b"\0"))
        data[block * udf.BLOCK:block * udf.BLOCK + len(pointer)] = pointer
    return bytes(data)


# ---- HFS Plus ------------------------------------------------------------------------------------------------------

NODE, BLOCK = hfsplus.NODE, hfsplus.BLOCK


class Hfs(hfsplus.Volume):
    def __init__(self):
        super().__init__()
        self.folder(1, "untitled", 0, 2)

    def row(self, parent, name, forks, number=None, kind=2, mode=0o100644, finder=bytes(8), special=1):
        """A file with its forks as they come: 160 bytes."""
        number = self.identity() if number is None else number
        head = struct.pack(">HHIIIIIII", kind, 2, 0, number, *[hfsplus.SINCE_1904] * 4, 0)
        head += struct.pack(">IIBBHI8s32x", 0, 0, 0, 0, mode, special, finder) + forks
        self.files.append((parent, name, head, number, 4))
        return number

    def plain(self, parent, name, data=MARKER):
        self.file(parent, name, data, 0o644, None)


def fork(size, extents, blocks=None):
    rows = b"".join(struct.pack(">II", *e) for e in extents)
    return struct.pack(">QII", size, 0, sum(n for _, n in extents) if blocks is None else blocks) + rows.ljust(64, b"\0")


def trees(data):
    """Where the trees of extents, of the catalog and of attributes stand."""
    return [struct.unpack(">I", data[at + 16:at + 20])[0] * BLOCK for at in (1024 + 192, 1024 + 272, 1024 + 352)]


def changed(data, at, piece):
    return data[:at] + piece + data[at + len(piece):]


def hfs_of(fill):
    v = Hfs()
    fill(v)
    return written(v.write)


def one_file(v):
    v.plain(2, "file.js")


@hostile(98, "leaf-behind-itself.hfs", inspect="unknown|review: damaged", diff="unknown|review|tampered: damaged", old=".tar")
def hfs_leaf_loop():
    data = hfs_of(one_file)
    return changed(data, trees(data)[1] + NODE, struct.pack(">I", 1))


@hostile(98, "leaves-in-a-ring.hfs", inspect="unknown|review: damaged", diff="unknown|review|tampered: damaged", old=".tar")
def hfs_leaf_ring():
    """2,000 files; the last leaf leads to the first."""
    def fill(v):
        for i in range(2000):
            v.plain(2, "f%04d.js" % i)
    data = hfs_of(fill)
    at = trees(data)[1]
    last = struct.unpack(">I", data[at + 28:at + 32])[0]
    return changed(data, at + last * NODE, struct.pack(">I", 1))


@hostile(98, "folders-in-each-other.hfs", inspect="review: AS-0042", diff="tampered: AS-0042", old=".tar")
def hfs_folder_ring():
    def fill(v):
        a, b, own = v.identity(), v.identity(), v.identity()
        v.folder(b, "a", 1, a)
        v.folder(a, "b", 1, b)
        v.folder(own, "own", 1, own)
        v.plain(a, "file.js")
        v.plain(own, "file.js")
    return hfs_of(fill)


@hostile(98, "deep-folders-of-long-names.hfs", inspect="clean|review", diff="clean|review", old=".tar")
def hfs_long_paths():
    """2,000 files below 90 folders whose names have 255 characters of three bytes."""
    def fill(v):
        parent = 2
        for _ in range(90):
            number = v.identity()
            v.folder(parent, "\u20ac" * 255, 1, number)
            parent = number
        for i in range(2000):
            v.plain(parent, "f%d" % i, b"")
    return hfs_of(fill)


@hostile(98, "folders-1000-deep.hfs", inspect="review: AS-0042", diff="tampered: AS-0042", old=".tar")
def hfs_deep():
    def fill(v):
        parent = 2
        for _ in range(1000):
            number = v.identity()
            v.folder(parent, "d", 1, number)
            parent = number
        v.plain(parent, "file.js")
    return hfs_of(fill)


@hostile(98, "shared-blocks-5000.hfs", inspect="unknown|review: larger than their container", diff="unknown|review|tampered: larger than their container", old=".tar")
def hfs_shared_blocks():
    """5,000 files that are the same 4 MiB, each by eight extents."""
    def fill(v):
        first, n = v.store(MARKER.ljust(512 << 10, b"\n"))
        for i in range(5000):
            v.row(2, "f%04d.js" % i, fork(4 << 20, [(first, n)] * 8) + bytes(80))
    return hfs_of(fill)


def overflow_tree(v, records):
    """The tree of extents with these records: (file, fork, first block, extents)."""
    return hfsplus.tree([struct.pack(">HBxII", 10, kind, number, first) + b"".join(struct.pack(">II", *e) for e in extents).ljust(64, b"\0")
                         for number, kind, first, extents in records], 10)


@hostile(98, "files-of-one-number-in-64000-pieces.hfs", inspect="unknown|review: larger than their container", diff="unknown|review|tampered: larger than their container", old=".tar")
def hfs_one_number():
    """8,000 records of extents for one number, which 3,000 files have."""
    v = Hfs()
    first, _ = v.store(MARKER.ljust(BLOCK, b"\n"))
    for i in range(3000):
        v.row(2, "f%04d.txt" % i, fork(64008 * BLOCK, [(first, 1)] * 8, 64008) + bytes(80), number=99)
    at, n = v.store(overflow_tree(v, [(99, 0, 8 + 8 * i, [(first, 1)] * 8) for i in range(8000)]))
    data = written(v.write)
    for header in (1024, len(data) - 1024):
        data = changed(data, header + 192, fork(n * BLOCK, [(at, n)]))
    return data


@hostile(98, "extents-of-the-extents.hfs", inspect="unknown|review: damaged", diff="unknown|review|tampered: damaged", old=".tar")
def hfs_extents_of_extents():
    """The tree of extents says that it goes on, by a record of its own that leads to its first block."""
    v = Hfs()
    one_file(v)
    tree = overflow_tree(v, [(3, 0, 4, [(1, 1)] * 8), (4, 0, 4, [(1, 1)] * 8)])
    at, n = v.store(tree)
    data = written(v.write)
    for header in (1024, len(data) - 1024):
        data = changed(data, header + 192, fork((1 << 32) - 1, [(at, n)], 1 << 20))
    return data


@hostile(98, "records-65535.hfs", inspect="unknown|review: damaged", diff="unknown|review|tampered: damaged", old=".tar")
def hfs_records():
    data = hfs_of(one_file)
    return changed(data, trees(data)[1] + NODE + 10, b"\xff\xff")


@hostile(98, "size-2-to-63.hfs", inspect="unknown|review", diff="unknown|review|tampered", old=".tar")
def hfs_size():
    def fill(v):
        first, n = v.store(MARKER)
        v.row(2, "file.js", fork(1 << 63, [(first, n)], 0xffffffff) + bytes(80))
    return hfs_of(fill)


@hostile(98, "hard-link-to-itself.hfs", inspect="clean|review: hard-link-nowhere", diff="clean|review: hard-link-nowhere", old=".tar")
def hfs_hard_link():
    def fill(v):
        private = v.identity()
        v.folder(2, "\0\0\0\0HFS+ Private Data", 1, private)
        v.row(private, "iNode77", bytes(160), finder=b"hlnkhfs+", special=77)
        v.row(2, "file.js", bytes(160), finder=b"hlnkhfs+", special=77)
    return hfs_of(fill)


@hostile(98, "compressed-to-2-to-62.hfs", inspect="unknown|review", diff="unknown|review|tampered", old=".tar")
def hfs_packed_size():
    def fill(v):
        for way in (3, 4, 7, 8):
            v.file(2, "file%d.js" % way, MARKER, 0o644, way)
        v.attributes = [(number, value[:8] + struct.pack("<Q", 1 << 62) + value[16:]) for number, value in v.attributes]
    return hfs_of(fill)
