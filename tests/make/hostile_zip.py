"""Zip archives that two readers read differently, that name more than they hold, or that hold themselves."""

import struct
import zlib

from hostile import MARKER, ORDINARY_JS, hostile
from quine import zip_quine

STORE, DEFLATE, DEFLATE64, UNKNOWN_METHOD = 0, 8, 9, 99


def deflate(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


class Entry:
    """One member; each field of each of its two headers can be made to lie."""

    def __init__(self, name, data=b"", method=STORE, **lies):
        self.name, self.data, self.method, self.lies = name, data, method, lies
        self.body = deflate(data) if method == DEFLATE else data

    def field(self, where, what, truth):
        return self.lies.get(where + "_" + what, self.lies.get(what, truth))

    def numbers(self, where):
        return (self.field(where, "flags", 0), self.field(where, "method", self.method),
                self.field(where, "crc", zlib.crc32(self.data)), self.field(where, "packed", len(self.body)),
                self.field(where, "size", len(self.data)))

    def local(self):
        flags, method, crc, packed, size = self.numbers("local")
        name, extra = self.field("local", "name", self.name), self.field("local", "extra", b"")
        return struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, flags, method, 0, 0x5ad7, crc, packed, size,
                           len(name), len(extra)) + name + extra + self.body + self.lies.get("descriptor", b"")

    def central(self, at):
        flags, method, crc, packed, size = self.numbers("central")
        name, extra = self.field("central", "name", self.name), self.field("central", "extra", b"")
        return struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 0x314, 20, flags, method, 0, 0x5ad7, crc, packed, size,
                           len(name), len(extra), 0, 0, 0, 0o100644 << 16,
                           self.field("central", "offset", at)) + name + extra


def end_record(entries, size, at, comment=b""):
    return struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, entries & 0xffff, entries & 0xffff, size, at,
                       len(comment)) + comment


def zip_of(entries, unlisted=(), prefix=b"", count=None, comment=b"", relative=0):
    """Members of `unlisted` have a local header and no line in the directory."""
    out, lines = bytearray(prefix), []
    for entry in list(entries) + list(unlisted):
        if entry not in unlisted:
            lines.append(entry.central(len(out) - relative))
        out += entry.local()
    directory = b"".join(lines)
    return bytes(out) + directory + end_record(len(lines) if count is None else count, len(directory),
                                               len(out) - relative, comment)


def package(extra=(), **more):
    """An ordinary package with further members."""
    return zip_of([Entry(b"package/package.json", b'{"name": "sample", "version": "1.0.1", "main": "index.js"}\n'),
                   Entry(b"package/index.js", ORDINARY_JS, DEFLATE)] + list(extra), **more)


# ---- members on top of each other ---------------------------------------------------------------------------------

def overlapping(n, zip64):
    """n directory lines that all name one body."""
    body = Entry(b"a", bytes(100000), DEFLATE)
    out = body.local()
    lines = []
    for i in range(n):
        name = b"f%04d" % i
        extra = struct.pack("<HHQQ", 1, 16, len(body.data), len(body.body)) if zip64 else b""
        lies = {"size": 0xffffffff, "packed": 0xffffffff, "extra": extra} if zip64 else {}
        lines.append(Entry(name, body.data, DEFLATE, **lies).central(0))
    directory = b"".join(lines)
    tail = b""
    if zip64:
        at = len(out) + len(directory)
        tail = struct.pack("<IQHHIIQQQQ", 0x06064b50, 44, 45, 45, 0, 0, n, n, len(directory), len(out))
        tail += struct.pack("<IIQI", 0x07064b50, 0, at, 1)
        return out + directory + tail + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 0xffff, 0xffff, 0xffffffff,
                                                    0xffffffff, 0)
    return out + directory + end_record(n, len(directory), len(out))


@hostile(1, "full-overlap.zip", inspect="review: AS-0034, zip-names-differ", diff="review|tampered: AS-0034, zip-names-differ")
def full_overlap():
    return overlapping(2000, False)


@hostile(2, "quoted-overlap.zip", inspect="unknown|review: over budget", diff="review|tampered: AS-0031")
def quoted_overlap():
    """Each member's deflate stream quotes the header of the next as a stored block and runs on into it."""
    kernel = deflate(bytes(1 << 20))
    n, locals_ = 200, []
    crc, size, packed, data = zlib.crc32(bytes(1 << 20)), 1 << 20, len(kernel), kernel
    body = bytes(1 << 20)
    for i in reversed(range(n)):
        name = b"q%03d" % i
        header = struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, 0, DEFLATE, 0, 0x5ad7, crc, packed, size, len(name),
                             0) + name
        locals_.append((name, header, crc, packed, size))
        quote = struct.pack("<BHH", 0, len(header), len(header) ^ 0xffff)
        data = quote + header + data
        # the next (outer) one covers the quote, this header as text, and all that follows
        packed += len(quote) + len(header)
        size += len(header)
        body = header + body
        crc = zlib.crc32(body)
    # file: header0 quote1 header1 quote2 ... the outermost quote belongs to nobody and is left away
    first = struct.pack("<BHH", 0, len(locals_[-1][1]), len(locals_[-1][1]) ^ 0xffff)
    out = data[len(first):]
    lines, at = [], 0
    for name, header, crc, packed, size in reversed(locals_):
        lines.append(struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 0x314, 20, 0, DEFLATE, 0, 0x5ad7, crc, packed, size,
                                 len(name), 0, 0, 0, 0, 0o100644 << 16, at) + name)
        at += len(header) + 5
    directory = b"".join(lines)
    return out + directory + end_record(n, len(directory), len(out))


@hostile(3, "overlap-zip64.zip", inspect="review: AS-0034, zip-names-differ", diff="review|tampered: AS-0034, zip-names-differ")
def overlap_zip64():
    return overlapping(2000, True)


@hostile(4, "nested-16-to-5.zip", inspect="unknown: unrecognised binary", diff="unknown|review: unrecognised binary")
def nested():
    data = bytes(4 << 20)
    for level in range(6):
        data = zip_of([Entry(b"%x" % i, data, DEFLATE) for i in range(16 if level else 1)])
    return data


@hostile(5, "quine.zip", inspect="unknown: it contains itself", diff="unknown|review: it contains itself")
def quine():
    return zip_quine()


# ---- two readings --------------------------------------------------------------------------------------------------

@hostile(6, "names-differ.zip", inspect="review: zip-names-differ", diff="review: zip-names-differ")
def names_differ():
    return package([Entry(b"package/readme.txt", ORDINARY_JS, local_name=b"package/extra0.js")])


@hostile(7, "sizes-differ.zip", inspect="review: zip-sizes-differ", diff="review|tampered: zip-sizes-differ")
def sizes_differ():
    return package([Entry(b"package/late.js", ORDINARY_JS + MARKER, central_size=len(ORDINARY_JS),
                          central_packed=len(ORDINARY_JS), central_crc=zlib.crc32(ORDINARY_JS))])


@hostile(8, "two-ends.zip", inspect="tampered: AS-0034, AS-0042", diff="tampered: AS-0034, AS-0042")
def two_ends():
    """An archive of its own behind the first: some readers take the first end, some the last."""
    first = package([Entry(b"package/seen-first.js", MARKER)])
    second = package()
    return first + zip_of([Entry(b"package/index.js", ORDINARY_JS)], prefix=b"", comment=b"")[:0] + second


@hostile(9, "end-in-comment.zip", inspect="tampered: AS-0034, AS-0042", diff="tampered: AS-0034, AS-0042")
def end_in_comment():
    whole = package([Entry(b"package/seen.js", ORDINARY_JS)])
    other = Entry(b"package/other.js", MARKER)
    inner = other.local()
    at = len(whole)
    directory = other.central(at)
    comment = inner + directory + end_record(1, len(directory), at + len(inner))
    return whole[:-2] + struct.pack("<H", len(comment)) + comment


@hostile(10, "unlisted-entry.zip", inspect="tampered: zip-entry-hidden, AS-0042", diff="tampered: zip-entry-hidden, AS-0042")
def unlisted():
    return package(unlisted=[Entry(b"package/ghost.js", MARKER)])


@hostile(11, "same-name-twice.zip", inspect="tampered: duplicate-name, AS-0042", diff="tampered: duplicate-name, AS-0042")
def twice():
    return package([Entry(b"package/index.js", ORDINARY_JS + MARKER)])


@hostile(12, "names-in-two-forms.zip", inspect="clean|review: names-fold", diff="clean|review: names-fold")
def forms():
    """One accented letter, as one character and as two."""
    return package([Entry(name, ORDINARY_JS, flags=0x800) for name in (b"package/caf\xc3\xa9.js", b"package/cafe\xcc\x81.js")])


@hostile(12, "names-that-fold.zip", inspect="clean|review: names-fold", diff="clean|review: names-fold")
def folding():
    pairs = [(b"package/Lib.js", b"package/lib.js"), (b"package/caf\xc3\xa9.js", b"package/cafe\xcc\x81.js"),
             (b"package/dot.js", b"package/dot.js.")]
    return package([Entry(name, ORDINARY_JS + b"// %d\n" % i, flags=0x800)
                    for pair in pairs for i, name in enumerate(pair)])


@hostile(13, "descriptor-lies.zip", inspect="unknown|review", diff="unknown|review")
def descriptor_lies():
    data = ORDINARY_JS
    lie = struct.pack("<IIII", 0x08074b50, 0x12345678, 7, 9)
    return package([Entry(b"package/d.js", data, DEFLATE, flags=8, local_crc=0, local_packed=0, local_size=0,
                          descriptor=lie)])


@hostile(14, "encrypted-in-one-directory.zip", inspect="review|unknown: zip-encrypted-differs", diff="review: zip-encrypted-differs")
def encrypted_in_one():
    return package([Entry(b"package/e.js", ORDINARY_JS, central_flags=1)])


@hostile(15, "method-99.zip", inspect="unknown: encrypted", diff="unknown|review: encrypted")
def method_99():
    return package([Entry(b"package/m.js", MARKER, local_method=UNKNOWN_METHOD, central_method=UNKNOWN_METHOD)])


@hostile(15, "deflate64.zip", inspect="unknown: zip method 9", diff="unknown|review: zip method 9")
def deflate64():
    return package([Entry(b"package/m.js", MARKER, method=DEFLATE64)])


@hostile(16, "zip64-extra-cut.zip", inspect="unknown|review", diff="unknown|review")
def zip64_extra():
    cut = struct.pack("<HHI", 1, 4, 77)
    return package([Entry(b"package/z.js", ORDINARY_JS, size=0xffffffff, packed=0xffffffff, extra=cut)])


@hostile(17, "count-65535.zip", inspect="review: zip-count-differs", diff="review: zip-count-differs")
def count_65535():
    return package(count=0xffff)


@hostile(18, "unicode-path-disagrees.zip", inspect="review: zip-names-differ", diff="review: zip-names-differ")
def unicode_path():
    name = b"package/plain.txt"
    extra = struct.pack("<HHBI", 0x7075, 5 + 16, 1, zlib.crc32(name)) + b"package/extra.js"
    return package([Entry(name, ORDINARY_JS, extra=extra)])


@hostile(19, "million-members.zip.gz", inspect="unknown: over budget", diff="unknown|review: over budget")
def million():
    """10^6 empty members; in gzip, so that the disk holds 8 MB instead of 90."""
    local, central = Entry(b"0000000"), Entry(b"0000000")
    l_head, c_head = local.local()[:30], central.central(0)
    names = [b"%07d" % i for i in range(10 ** 6)]
    locals_ = b"".join([l_head + n for n in names])
    c_front, step = c_head[:42], len(l_head) + 7
    directory = b"".join([c_front + (i * step).to_bytes(4, "little") + n for i, n in enumerate(names)])
    tail = struct.pack("<IQHHIIQQQQ", 0x06064b50, 44, 45, 45, 0, 0, 10 ** 6, 10 ** 6, len(directory), len(locals_))
    tail += struct.pack("<IIQI", 0x07064b50, 0, len(locals_) + len(directory), 1)
    tail += struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 0xffff, 0xffff, 0xffffffff, 0xffffffff, 0)
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(locals_) + packer.compress(directory) + packer.compress(tail) + packer.flush()


# ---- two formats in one file ---------------------------------------------------------------------------------------

def with_prefix(prefix):
    return package([Entry(b"package/late.js", MARKER)], prefix=prefix)


@hostile(20, "pdf-and-zip.pdf", inspect="review: AS-0042", diff="tampered: AS-0042", old=".zip")
def pdf_zip():
    return with_prefix(b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n")


@hostile(20, "png-and-zip.png", inspect="review: AS-0042", diff="tampered: AS-0042", old=".zip")
def png_zip():
    return with_prefix(tiny_png())


@hostile(20, "png-and-zip-beside-png.png", inspect="review: AS-0042", diff="tampered: AS-0042")
def png_zip_beside_png():
    return with_prefix(tiny_png())


@hostile(20, "program-and-zip.exe", inspect="review: AS-0042", diff="tampered: AS-0042", old=".zip")
def program_zip():
    from hostile_program import pe
    return with_prefix(pe())


def tiny_png():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b""))
