"""Programs whose tables point at themselves, outside, or at each other."""

import struct

from hostile import hostile


# ---- Windows -------------------------------------------------------------------------------------------------------

def pe(sections=None, directories=(), n_sections=None, body=b"", lfanew=0x80, alignment=512):
    """sections: (name, virtual address, virtual size, offset, size). directories: {index: (address, size)}."""
    sections = [(b".text", 0x1000, 512, 1024, 512)] if sections is None else sections
    dirs = dict(directories)
    out = bytearray(b"MZ".ljust(0x3c, b"\0") + struct.pack("<I", lfanew)).ljust(0x80, b"\0")
    n = len(sections) if n_sections is None else n_sections
    out += b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, n, 0, 0, 0, 240, 0x22)
    out += struct.pack("<HBBIIIIIQIIHHHHHHIIIIHHQQQQII", 0x20b, 14, 0, 512, 0, 0, 0x1000, 0x1000, 0x140000000, 0x1000,
                       alignment, 6, 0, 0, 0, 6, 0, 0, 0x100000, 1024, 0, 3, 0x8160, 1 << 20, 4096, 1 << 20, 4096, 0,
                       16)
    for i in range(16):
        out += struct.pack("<II", *dirs.get(i, (0, 0)))
    for name, va, vsize, at, size in sections:
        out += struct.pack("<8sIIIIIIHHI", name, vsize, va, size, at, 0, 0, 0, 0, 0x60000020)
    return bytes(out.ljust(1024, b"\0")) + (body or b"\xc3").ljust(512, b"\x90")


@hostile(59, "sections-65535.exe", inspect="unknown|clean|review", diff="unknown|clean|review")
def pe_sections():
    return pe([(b".t%d" % (i % 10), 0x1000, 0xffffffff, 0, 0xffffffff) for i in range(4000)], n_sections=65535)


@hostile(60, "imports-itself.exe", inspect="unknown|clean|review", diff="unknown|clean|review")
def pe_import():
    """The import table's thunks lead back to the import table; the name is the table as well."""
    body = struct.pack("<IIIII", 0x1000, 0, 0xffffffff, 0x1000, 0x1000) * 20
    return pe(directories={1: (0x1000, 0xffffffff)}, body=body)


@hostile(61, "resource-cycle.exe", inspect="unknown|clean|review", diff="unknown|clean|review")
def pe_resource():
    """Each folder of the resources holds itself twice, by number and by a name that is the folder."""
    table = struct.pack("<IIHHHH", 0, 0, 0, 0, 1, 1)
    table += struct.pack("<II", 0x80000000, 0x80000000) + struct.pack("<II", 16, 0x80000000)
    return pe(directories={2: (0x1000, 512)}, body=table)


def certificate(length, data, revision=0x200, kind=2):
    return struct.pack("<IHH", length, revision, kind) + data


@hostile(62, "certificate-over-code.exe", inspect="unknown|clean|review", diff="unknown|review|tampered: AS-0035")
def pe_certificate():
    return pe(directories={4: (1024, 512)}, body=certificate(512, b"\x30\x84\x7f\xff\xff\xff"))


@hostile(62, "two-certificates-and-padding.exe", inspect="unknown|clean|review", diff="unknown|review")
def pe_padding():
    blocks = certificate(24, b"\x30\x0e" + bytes(14)) + certificate(24, b"\x30\x0e" + bytes(14)) + certificate(0, b"")
    return pe(directories={4: (1536, len(blocks) + 4096)}) + blocks + b"hidden " * 585 + b"x"


@hostile(63, "header-at-0.exe", inspect="unknown: unrecognised", diff="review|tampered: AS-0036")
def pe_lfanew_0():
    return pe(lfanew=0)


@hostile(63, "header-at-2g.exe", inspect="unknown: unrecognised", diff="review|tampered: AS-0036")
def pe_lfanew_2g():
    return pe(lfanew=0x80000000)


def clr(rows, size=1024, streams=2):
    """A program whose .NET tables say how many rows they have."""
    strings = b"\0Outer\0"
    tables = struct.pack("<IBBBBQQ", 0, 2, 0, 0, 1, sum(1 << i for i in rows), 0)
    tables += b"".join(struct.pack("<I", n) for n in rows.values())
    # TypeDef 1 that extends itself, NestedClass 1 inside 1
    tables += struct.pack("<IHHHHH", 0, 1, 0, 4, 1, 1) + struct.pack("<HH", 1, 1)
    root = struct.pack("<IHHII", 0x424a5342, 1, 1, 0, 12) + b"v4.0.30319\0\0" + struct.pack("<HH", 0, streams)
    heads = struct.pack("<II", 96, len(tables)) + b"#~\0\0" + struct.pack("<II", 96 + len(tables), 8) + b"#Strings\0\0\0\0"
    meta = (root + heads).ljust(96, b"\0") + tables + strings
    cor = struct.pack("<IHHIIII", 72, 2, 5, 0x1048, size, 1, 0).ljust(72, b"\0")
    return pe([(b".text", 0x1000, 512, 1024, 512)], {14: (0x1000, 72)}, body=cor + meta)


@hostile(70, "type-in-itself.dll", inspect="unknown|clean|review", diff="unknown|clean|review", old=".exe")
def net_cycle():
    return clr({2: 1, 41: 1})


@hostile(70, "rows-2-to-31.dll", inspect="unknown|clean|review", diff="unknown|clean|review", old=".exe")
def net_rows():
    return clr({2: 1 << 31, 6: 0xffffffff, 41: 1 << 31}, 0xffffffff, 0xffff)


# ---- Linux ---------------------------------------------------------------------------------------------------------

def elf(sections=(), segments=(), shnum=None, phnum=None, shstrndx=0, tail=b""):
    """sections: (name, type, offset, size, link, entsize); segments: (type, offset, size)."""
    ph, sh = 64, 64 + 56 * len(segments)
    out = b"\x7fELF\2\1\1" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 3, 62, 1, 0x1000, ph, sh, 0, 64, 56, len(segments) if phnum is None else phnum, 64,
        len(sections) if shnum is None else shnum, shstrndx)
    for kind, at, size in segments:
        out += struct.pack("<IIQQQQQQ", kind, 5, at, at, at, size, size, 4096)
    for name, kind, at, size, link, each in sections:
        out += struct.pack("<IIQQQQIIQQ", name, kind, 0, 0, at, size, link, 0, 1, each)
    return out + tail


@hostile(64, "no-sections-but-2-to-32.so", inspect="unknown|clean|review", diff="unknown|clean|review")
def elf_shnum():
    """Count 0 means "the true count stands in the size of section 0"."""
    return elf([(0, 0, 0, 1 << 32, 0xffffffff, 0)], shnum=0, shstrndx=0xffff)


@hostile(65, "names-of-itself.so", inspect="unknown|clean|review", diff="unknown|clean|review")
def elf_strings():
    rows = [(0, 0, 0, 0, 0, 0), (1, 3, 64, 192, 1, 0), (5, 11, 64, 192, 1, 24), (9, 6, 64, 192, 2, 16)]
    return elf(rows, shstrndx=1)


@hostile(66, "segments-65535.so", inspect="unknown|clean|review", diff="unknown|clean|review")
def elf_segments():
    """PN_XNUM: the true count stands in section 0. All of them load the same bytes."""
    return elf([(0, 0, 0, 0, 0, 0)], [(1, 0, 1 << 40)] * 65534, phnum=65534)


@hostile(66, "dynamic-overlap.so", inspect="unknown|clean|review", diff="unknown|clean|review")
def elf_dynamic():
    dynamic = struct.pack("<QQ", 5, 64) + struct.pack("<QQ", 10, 1 << 62) + struct.pack("<QQ", 1, 1 << 61) * 3000
    return elf([], [(2, 64 + 112, len(dynamic)), (1, 0, 1 << 40)], tail=dynamic)


# ---- macOS ---------------------------------------------------------------------------------------------------------

def macho(commands, n=None, size=None):
    body = b"".join(commands)
    return struct.pack("<IIIIIIII", 0xfeedfacf, 0x01000007, 3, 2, len(commands) if n is None else n,
                       len(body) if size is None else size, 0, 0) + body


def fat(slices, n=None):
    return struct.pack(">II", 0xcafebabe, len(slices) if n is None else n) + b"".join(
        struct.pack(">IIIII", 0x01000007, 3, at, size, 12) for at, size in slices)


@hostile(67, "slices-40000.dylib", inspect="unknown|clean|review", diff="unknown|clean|review|tampered")
def macho_slices():
    head = fat([(4096, 1 << 20)] * 40000)
    return head + macho([]).ljust(1 << 16, b"\0")


@hostile(67, "fat-in-fat.dylib", inspect="unknown|clean|review", diff="unknown|clean|review")
def macho_nested():
    return fat([(0, 4096), (48, 4000)]).ljust(48, b"\0") + fat([(0, 4000)]).ljust(4096, b"\0")


@hostile(68, "command-of-size-0.dylib", inspect="unknown|clean|review", diff="unknown|clean|review")
def macho_command():
    return macho([struct.pack("<II", 0x19, 0)] * 4, n=0xffffffff)


def uleb(n):
    out = bytearray()
    while n >= 128:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


@hostile(69, "dyld-loop.dylib", inspect="unknown|clean|review", diff="unknown|clean|review")
def macho_dyld():
    """BIND_DO_BIND_ULEB_TIMES_SKIPPING_ULEB with 2^62 turns; an export trie whose child is its root."""
    opcodes = b"\x11\x40_evil\0\x51\x72\0" + b"\xc0" + uleb(1 << 62) + uleb(0)
    trie = b"\0\1a\0\0"
    at = 32 + 48
    return macho([struct.pack("<II", 0x80000022, 48) + struct.pack("<10I", 0, 0, at, len(opcodes), 0, 0, at, len(opcodes),
                                                                     at + len(opcodes), len(trie))]) + opcodes + trie


# ---- code of virtual machines --------------------------------------------------------------------------------------

@hostile(71, "constant-of-itself.class", inspect="unknown|clean|review", diff="unknown|clean|review")
def java_constant():
    """Constant 1 is a class named by constant 1; 65,535 are said to follow."""
    return struct.pack(">IHHH", 0xcafebabe, 0, 61, 0xffff) + struct.pack(">BH", 7, 1) * 3 + struct.pack(
        ">BHH", 12, 2, 4) + struct.pack(">BHH", 10, 4, 4)


@hostile(72, "strings-backwards.dex", inspect="unknown|clean|review", diff="unknown|clean|review|tampered")
def dex_strings():
    ids = struct.pack("<III", 0x70, 0, 0xffffffff)
    head = b"dex\n035\0" + bytes(24) + struct.pack("<III", 0x70 + len(ids), 0x70, 0x12345678)
    head = head.ljust(0x38, b"\0") + struct.pack("<II", 0x40000000, 0x70)
    return head.ljust(0x70, b"\0") + ids


@hostile(73, "marshal-100000-deep.pyc", inspect="unknown|clean|review", diff="unknown|clean|review|tampered")
def pyc_deep():
    return struct.pack("<IIII", 0x0a0d0d6f, 0, 0, 0) + b"(\1\0\0\0" * 100000 + b"N"
