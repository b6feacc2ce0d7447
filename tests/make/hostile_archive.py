"""tar, cpio, ar, rpm, cab, iso and xar whose numbers, names and links lie."""

import gzip
import struct
import zlib

from hostile import MARKER, ORDINARY_JS, hostile

PACKAGE = b'{"name": "sample", "version": "1.0.1", "main": "index.js"}\n'


# ---- tar -----------------------------------------------------------------------------------------------------------

def header(name, size=0, kind=b"0", mode=0o644, link=b"", mtime=b"%011o\0" % 499162500, size_field=None):
    out = bytearray(512)
    out[0:len(name[:100])] = name[:100]
    out[100:108] = b"%07o\0" % mode
    out[108:116] = out[116:124] = b"0000000\0"
    out[124:136] = size_field if size_field is not None else b"%011o\0" % size
    out[136:148] = mtime
    out[148:156] = b" " * 8
    out[156:157] = kind
    out[157:157 + len(link[:100])] = link[:100]
    out[257:265] = b"ustar\00000"
    out[148:156] = b"%06o\0 " % sum(out)
    return bytes(out)


def padded(data):
    return data + bytes(-len(data) % 512)


def member(name, data=b"", **more):
    return header(name, len(data), **more) + padded(data)


def pax(records, name=b"PaxHeader"):
    body = b""
    for key, value in records:
        n = len(key) + len(value) + 3
        n += len(str(n)) if len(str(n + len(str(n)))) == len(str(n)) else len(str(n)) + 1
        body += b"%d %s=%s\n" % (n, key, value)
    return member(name, body, kind=b"x")


def tar(*members):
    return member(b"package/package.json", PACKAGE) + member(b"package/index.js", ORDINARY_JS) + b"".join(
        members) + bytes(1024)


@hostile(36, "pax-size-is-not-ustar-size.tar", inspect="review|tampered: AS-0034, AS-0042", diff="tampered: AS-0034, AS-0042")
def pax_size():
    """One reader believes the extension (0) and finds the marker as the next member, one believes ustar."""
    smuggled = member(b"package/smuggled.js", MARKER)
    return tar(pax([(b"size", b"0")]), header(b"package/a.bin", len(smuggled)), smuggled)


@hostile(36, "pax-size-larger.tar", inspect="review: tar-sizes-differ", diff="review|tampered: tar-sizes-differ")
def pax_size_larger():
    return tar(pax([(b"size", b"%d" % 4096)]), member(b"package/a.bin", b"x" * 512),
               member(b"package/swallowed.js", MARKER))


@hostile(37, "sparse-4e.tar", inspect="unknown|review", diff="unknown|review")
def sparse():
    return tar(pax([(b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"), (b"GNU.sparse.name", b"package/s"),
                    (b"GNU.sparse.realsize", b"%d" % (1 << 62))]),
               member(b"package/GNUSparse/s", padded(b"1\n%d\n5\n" % ((1 << 62) - 5)) + b"tail!"))


@hostile(38, "pax-negative-length.tar", inspect="review|tampered: tar-pax-damaged, AS-0042", diff="tampered: tar-pax-damaged, AS-0042")
def pax_negative():
    return tar(member(b"PaxHeader", b"-12 path=package/evil.js\n", kind=b"x"), member(b"package/a.js", MARKER))


@hostile(38, "pax-length-overflows.tar", inspect="review|tampered: tar-pax-damaged, AS-0042", diff="tampered: tar-pax-damaged, AS-0042")
def pax_overflow():
    return tar(member(b"PaxHeader", b"18446744073709551617 path=package/evil.js\n", kind=b"x"),
               member(b"package/a.js", MARKER))


@hostile(39, "longname-1g.tar", inspect="unknown|review", diff="unknown|review")
def longname():
    return tar(header(b"././@LongLink", kind=b"L", size_field=b"%011o\0" % (1 << 30)), b"a" * 512,
               member(b"package/a.js", MARKER))


@hostile(40, "names-that-leave.tar", inspect="review|tampered: name-leaves", diff="review|tampered: name-leaves")
def leaving():
    names = [b"../../../../tmp/assay-escaped", b"/tmp/assay-escaped", b"C:\\Windows\\assay-escaped.js",
             b"\\\\?\\C:\\assay-escaped.js", b"package/../../assay-escaped", b"package/./a//b"]
    return tar(*[member(n, ORDINARY_JS) for n in names])


@hostile(41, "file-through-a-link.tar", inspect="review: name-below-link", diff="review: name-below-link")
def through_link():
    return tar(member(b"package/out", kind=b"2", link=b"/tmp"), member(b"package/out/assay-escaped", ORDINARY_JS))


@hostile(42, "hard-links.tar", inspect="review: hard-link-nowhere, link-leaves", diff="review|tampered: hard-link-nowhere, link-leaves")
def hard_links():
    return tar(member(b"package/later-link", kind=b"1", link=b"package/later"),
               member(b"package/self", kind=b"1", link=b"package/self"),
               member(b"package/out", kind=b"1", link=b"../../etc/passwd"),
               member(b"package/later", ORDINARY_JS))


@hostile(43, "devices.tar", inspect="clean|review", diff="review|tampered: AS-0043, a device, mode 6755")
def devices():
    return tar(member(b"package/disk", kind=b"4"), member(b"package/tty", kind=b"3"),
               member(b"package/pipe", kind=b"6"), member(b"package/su", ORDINARY_JS, mode=0o6755))


@hostile(44, "times.tar", inspect="clean|review", diff="clean|review")
def times():
    return tar(member(b"package/before", ORDINARY_JS, mtime=b"\xff" * 12),
               member(b"package/after", ORDINARY_JS, mtime=b"\x80\0\0\0\x7f" + b"\xff" * 7),
               pax([(b"mtime", b"-9223372036854775809")]), member(b"package/pax", ORDINARY_JS))


@hostile(45, "one-name-twice.tar", inspect="tampered: AS-0034, AS-0042", diff="tampered: AS-0034, AS-0042")
def twice():
    return tar(member(b"package/index.js", ORDINARY_JS + MARKER))


# ---- ar, cpio ------------------------------------------------------------------------------------------------------

def ar_member(name, data, size=None):
    return b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name, 0, 0, 0, 0o100644, len(data) if size is None else size) + data + (
        b"\n" if len(data) & 1 else b"")


@hostile(46, "symbols-4g.a", inspect="unknown|review", diff="unknown|review")
def ar_symbols():
    return b"!<arch>\n" + ar_member(b"/", struct.pack(">I", 0xffffffff) + b"\0" * 60, 9999999999) + ar_member(
        b"a.js/", MARKER)


@hostile(46, "long-names-outside.a", inspect="unknown: damaged", diff="review|unknown: damaged")
def ar_names():
    return b"!<arch>\n" + ar_member(b"//", b"a-name-that-is-long.js/\n") + ar_member(b"/99999", MARKER)


def newc(name, data=b"", ino=1, nlink=1, mode=0o100644, size=None):
    name += b"\0"
    out = b"070701" + b"".join(b"%08x" % n for n in (
        ino, mode, 0, 0, nlink, 0, len(data) if size is None else size, 0, 0, 0, 0, len(name), 0)) + name
    out += bytes(-len(out) % 4)
    return out + data + bytes(-len(data) % 4)


@hostile(52, "links-100000.cpio.gz", inspect="unknown|clean|review", diff="unknown|review|tampered", old=".tar")
def cpio_links():
    body = b"".join([newc(b"f%06d" % i, nlink=100000) for i in range(99999)])
    return gzip.compress(body + newc(b"last.js", MARKER, nlink=100000) + newc(b"TRAILER!!!"), 1, mtime=0)


@hostile(52, "size-4g.cpio", inspect="review: AS-0042, damaged", diff="tampered: AS-0042, damaged", old=".tar")
def cpio_size():
    return newc(b"a.js", MARKER, size=0xfffffff0) + newc(b"TRAILER!!!")


# ---- rpm, cab ------------------------------------------------------------------------------------------------------

def rpm_header(tags, data, n=None, size=None):
    return (b"\x8e\xad\xe8\x01\0\0\0\0" + struct.pack(">II", len(tags) if n is None else n,
                                                      len(data) if size is None else size) +
            b"".join(struct.pack(">IIII", *t) for t in tags) + data)


def rpm(tags, data, payload, **lies):
    lead = struct.pack(">IBBHH", 0xedabeedb, 3, 0, 0, 1) + b"sample-1.0.1".ljust(66, b"\0") + struct.pack(">HH", 1,
                                                                                                           5) + bytes(16)
    signature = rpm_header([], b"")
    return lead + signature + bytes(-len(signature) % 8) + rpm_header(tags, data, **lies) + payload


@hostile(47, "overlapping-tags.rpm", inspect="review|tampered: AS-0042, damaged, rpm-file-unlisted", diff="tampered: AS-0042, damaged")
def rpm_overlap():
    strings = b"sample\0" + b"postinstall\0"
    tags = [(1000, 6, 0, 1), (1001, 6, 3, 1), (1085, 6, 0, 1), (1117, 8, 0, 0x7fffffff), (1118, 8, 0xfffffff0, 4)]
    return rpm(tags, strings, gzip.compress(newc(b"./usr/a.js", MARKER) + newc(b"TRAILER!!!"), mtime=0))


@hostile(47, "tags-2-to-32.rpm", inspect="unknown", diff="unknown|review")
def rpm_count():
    return rpm([(1000, 6, 0, 1)], b"x\0", b"", n=0xffffffff, size=0xffffffff)


def cab(folders, files, blocks, **lies):
    heads = b"".join(struct.pack("<IHH", *f) for f in folders)
    at = 36 + len(heads)
    body = heads + files + blocks
    return struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, lies.get("size", 36 + len(body)), 0, lies.get("at", at), 0, 3, 1,
                       len(folders), lies.get("count", 1), 0, 7, 0) + body


def cab_file(name, size, folder, offset=0):
    return struct.pack("<IIHHHH", size, offset, folder, 0x5ad7, 0, 0x20) + name + b"\0"


@hostile(48, "folder-that-continues-itself.cab", inspect="unknown", diff="unknown|review")
def cab_cycle():
    """The file continues from the cabinet before and into the next, which are this one."""
    entry = cab_file(b"a.js", len(MARKER), 0xffff)
    block = struct.pack("<IHH", 0, len(MARKER), len(MARKER)) + MARKER
    return cab([(36 + 8 + len(entry), 1, 0)], entry, block)


@hostile(48, "folder-in-its-own-header.cab", inspect="unknown", diff="unknown|review")
def cab_header():
    entry = cab_file(b"a.js", 0x7fff8000, 0)
    return cab([(0, 0xffff, 1)] * 3, entry, b"", at=36)


# ---- iso, xar ------------------------------------------------------------------------------------------------------

SECTOR = 2048


def both(n, size):
    return n.to_bytes(size, "little") + n.to_bytes(size, "big")


def iso_record(name, at, size, flags=0, extra=b""):
    body = both(at, 4) + both(size, 4) + bytes(7) + bytes([flags, 0, 0]) + both(1, 2) + bytes([len(name)]) + name
    body += b"" if len(name) & 1 else b"\0"
    body += extra
    body += b"\0" * (len(body) & 1)
    return bytes([len(body) + 2, 0]) + body


def iso(root, files=b"", root_at=18):
    volume = bytearray(SECTOR)
    volume[0:7] = b"\1CD001\1"
    volume[40:72] = b"SAMPLE".ljust(32)
    volume[80:88] = both(24, 4)
    volume[120:124] = volume[124:128] = both(1, 2)
    volume[128:132] = both(SECTOR, 2)
    volume[156:190] = iso_record(b"\0", root_at, SECTOR, 2)[:34]
    volume[881] = 1
    end = b"\xffCD001\1".ljust(SECTOR, b"\0")
    return bytes(16 * SECTOR) + bytes(volume) + end + root.ljust(SECTOR, b"\0") + files.ljust(5 * SECTOR, b"\0")


@hostile(49, "folder-in-itself.iso", inspect="review: AS-0042", diff="tampered: AS-0042")
def iso_loop():
    return iso(iso_record(b"\0", 18, SECTOR, 2) + iso_record(b"\1", 18, SECTOR, 2) +
               iso_record(b"AGAIN", 18, SECTOR, 2) + iso_record(b"A.JS;1", 19, len(MARKER)), MARKER)


@hostile(50, "zisofs-block-2g.iso", inspect="unknown", diff="unknown|review")
def zisofs():
    zf = b"ZF\x10\1pz\4\x1f" + both(1 << 31, 4)
    packed = b"\x37\xe4\x53\x96\xc9\xdb\xd6\x07" + struct.pack("<IBBH", 1 << 31, 4, 31, 0) + struct.pack(
        "<II", 24, 24 + 20) + zlib.compress(MARKER)
    return iso(iso_record(b"\0", 18, SECTOR, 2, b"SP\7\1\xbe\xef\0") + iso_record(b"\1", 18, SECTOR, 2) +
               iso_record(b"A.JS;1", 19, len(packed), 0, zf), packed)


def xar(toc, heap=b"", toc_size=None):
    packed = zlib.compress(toc)
    return struct.pack(">IHHQQI", 0x78617221, 28, 1, len(packed), len(toc) if toc_size is None else toc_size,
                       0) + packed + heap


def xar_file(inner, name="a.js", n=1):
    return '<file id="%d"><name>%s</name><type>file</type>%s</file>' % (n, name, inner)


def xar_data(offset, size, length=None):
    return ("<data><offset>%d</offset><size>%d</size><length>%d</length>"
            '<encoding style="application/octet-stream"/></data>' % (offset, size, size if length is None else length))


@hostile(51, "table-deep-100000.xar", inspect="unknown", diff="unknown|review", old=".tar")
def xar_deep():
    n = 100000
    return xar(b"<xar><toc>" + b"<file><name>d</name><type>directory</type>" * n + b"</file>" * n + b"</toc></xar>")


@hostile(51, "external-entity.xar", inspect="unknown", diff="unknown|review", old=".tar")
def xar_entity():
    return xar(b'<?xml version="1.0"?><!DOCTYPE xar [<!ENTITY e SYSTEM "file:///etc/passwd">'
               b'<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
               b"<xar><toc>" + xar_file(xar_data(0, len(MARKER)), "&e;&c;").encode() + b"</toc></xar>", MARKER)


@hostile(51, "members-on-each-other.xar", inspect="review", diff="tampered", old=".tar")
def xar_loop():
    """2,000 members that name one place, each said to be a gigabyte."""
    rows = "".join(xar_file(xar_data(0, 1 << 30, len(MARKER)), "f%d.js" % i, i) for i in range(2000))
    return xar(b"<xar><toc>" + rows.encode() + b"</toc></xar>", MARKER)


@hostile(51, "table-said-to-be-8e.xar", inspect="unknown", diff="unknown|review", old=".tar")
def xar_toc_size():
    return xar(b"<xar><toc/></xar>", toc_size=1 << 62)
