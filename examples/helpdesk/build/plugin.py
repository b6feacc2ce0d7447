"""Makes Nsis7z.dll, a stand-in for the plug-in that electron-builder's installers carry.

The same name and export, so that the installer's script and members read the same; it unpacks
nothing.  Written byte by byte because Debian's 64-bit compiler cannot link 32-bit programs.
"""

import struct

FILE_ALIGN = 0x200
PAGE = 0x1000
TEXT_RVA = 0x1000
EXPORT_RVA = 0x2000


def padded(data, size=FILE_ALIGN):
    return data + b"\0" * (-len(data) % size)


def exports(dll, name, function_rva):
    """An export directory at EXPORT_RVA with one function."""
    base = EXPORT_RVA + 40
    dll_rva = base + 10
    name_rva = dll_rva + len(dll) + 1
    head = struct.pack("<IIHHIIIIIII", 0, 0, 0, 0, dll_rva, 1, 1, 1, base, base + 4, base + 8)
    return head + struct.pack("<IIH", function_rva, name_rva, 0) + dll + b"\0" + name + b"\0"


def section(name, data, rva, offset, flags):
    return struct.pack("<8sIIIIIIHHI", name, len(data), rva, len(padded(data)), offset, 0, 0, 0, 0, flags)


def nsis7z():
    text = b"\xc3" + b"\xcc" * 15                       # Extract: ret
    entry = b"\xb8\x01\x00\x00\x00\xc2\x0c\x00"         # DllMain: mov eax, 1; ret 12
    text += entry
    names = exports(b"Nsis7z.dll", b"Extract", TEXT_RVA)
    dos = b"MZ" + b"\0" * 58 + struct.pack("<I", 64)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", 0x14C, 2, 0, 0, 0, 224, 0x2102)
    optional = struct.pack(
        "<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII",
        0x10B, 2, 0, FILE_ALIGN, FILE_ALIGN, 0, TEXT_RVA + 16, TEXT_RVA, EXPORT_RVA,
        0x10000000, PAGE, FILE_ALIGN, 4, 0, 0, 0, 4, 0, 0, 0x3000, 0x400, 0,
        2, 0x540, 0x100000, PAGE, 0x100000, PAGE, 0, 16)
    directories = struct.pack("<II", EXPORT_RVA, len(names)) + b"\0" * 120
    head = dos + coff + optional + directories
    head += section(b".text", text, TEXT_RVA, 0x400, 0x60000020)
    head += section(b".edata", names, EXPORT_RVA, 0x600, 0x40000040)
    return padded(head, 0x400) + padded(text) + padded(names)
