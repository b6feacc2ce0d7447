#!/usr/bin/env python3
"""Programs as UPX packs them:  upx.py KIND METHOD IN OUT

KIND is pe (IN becomes the image of a PE) or elf (IN's bytes become the blocks of an ELF). METHOD is the
number of the packing: 2 to 10 for NRV2B, D, E with bits in words of 32, 8, 16; 14 LZMA; 15 deflate. The
encoder is greedy and small; layout and codes are written down in src/formats/upx.c.
"""

import lzma
import struct
import sys
import zlib


class Bits:
    def __init__(self, width):
        self.out, self.width, self.left, self.slot = bytearray(), width, 0, 0

    def bit(self, b):
        size = self.width // 8
        if self.left == 0:
            self.slot, self.left = len(self.out), self.width
            self.out += b"\0" * size
        self.left -= 1
        word = int.from_bytes(self.out[self.slot:self.slot + size], "little") | b << self.left
        self.out[self.slot:self.slot + size] = word.to_bytes(size, "little")

    def bits(self, many):
        for b in many:
            self.bit(b)

    def byte(self, b):
        self.out.append(b)


def number(v):
    digits, out = bin(v)[3:], []
    for i, d in enumerate(digits):
        out += [int(d), int(i == len(digits) - 1)]
    return out


def distance(v, stop=1):
    if v >> 1 == 1:
        return [v & 1, stop]
    one = v >> 1
    return distance((one >> 1) + 1, 0) + [one & 1, v & 1, stop]


def matches(data):
    """(literal, None) or (distance, length), greedy over a table of four bytes."""
    seen, i = {}, 0
    while i < len(data):
        at = seen.get(data[i:i + 4])
        n = 0
        if at is not None and i + 8 < len(data):
            while i + n < len(data) and n < 2000 and data[at + n] == data[i + n]:
                n += 1
        if n >= 6:
            yield i - at, n
        else:
            n = 1
            yield data[i], None
        for k in range(i, i + n):
            seen[data[k:k + 4]] = k
        i += n


def nrv(data, method):
    kind, out, last = (method - 2) // 3, Bits((32, 8, 16)[(method - 2) % 3]), 1
    for a, n in matches(data):
        if n is None:
            out.bit(1)
            out.byte(a)
            continue
        m = n - 1 - (a > (0xd00 if kind == 0 else 0x500))
        first = m >> 1 if kind == 1 and m < 4 else int(kind == 2 and m < 3)
        out.bit(0)
        if a == last:
            out.bits(number(2) if kind == 0 else distance(2))
            if kind:
                out.bit(first)
        else:
            raw = a - 1 if kind == 0 else (a - 1) << 1 | 1 - first
            out.bits((number if kind == 0 else distance)((raw >> 8) + 3))
            out.byte(raw & 255)
            last = a
        if kind == 0:
            out.bits([m >> 1, m & 1] if m < 4 else [0, 0] + number(m - 2))
        elif kind == 1:
            out.bits([m & 1] if m < 4 else [0] + number(m - 2))
        elif m < 3:
            out.bit(m - 1)
        else:
            out.bits([1, m - 3] if m < 5 else [0] + number(m - 3))
    out.bit(0)
    out.bits((number if kind == 0 else distance)(0x1000002))
    out.byte(255)
    return bytes(out.out)


def pack(data, method):
    if method == 14:
        packed = lzma.compress(data, format=lzma.FORMAT_RAW, filters=[
            {"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20, "lc": 3, "lp": 0, "pb": 2}])
        return bytes([3 << 3 | 2, 3]) + packed
    if method == 15:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflate.compress(data) + deflate.flush()
    return nrv(data, method)


def pe(image, method):
    """Headers, UPX0 without bytes, UPX1 with the packed image; the pack header right in front of it."""
    packed = pack(image, method)
    raw = len(packed) + -len(packed) % 512
    head = bytearray(0x400)
    head[0:2], head[0x3c:0x40] = b"MZ", struct.pack("<I", 0x80)
    head[0x80:0x98] = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x14c, 2, 0, 0, 0, 224, 0x102)
    head[0x98:0x98 + 96] = struct.pack("<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII", 0x10b, 9, 0, raw, 0, 0, 0x21000, 0x21000,
                                       0x1000, 0x400000, 0x1000, 512, 4, 0, 0, 0, 4, 0, 0, 0x22000 + raw, 0x400, 0, 3, 0,
                                       1 << 20, 4096, 1 << 20, 4096, 0, 16)
    for i, (name, at, size, offset, n) in enumerate([(b"UPX0", 0x1000, 0x20000, 0x400, 0),
                                                     (b"UPX1", 0x21000, raw, 0x400, raw)]):
        head[0x178 + 40 * i:0x1a0 + 40 * i] = struct.pack("<8sIIIIIIHHI", name, size, at, n, offset, 0, 0, 0, 0,
                                                          0xe0000060)
    head[0x3e0:0x400] = struct.pack("<4sBBBBIIIIIBBBB", b"UPX!", 13, 9, method, 7, zlib.adler32(image),
                                    zlib.adler32(packed), len(image), len(packed), len(image), 0, 0, 0, 0)
    return bytes(head) + packed + b"\0" * (raw - len(packed))


def elf(data, method):
    """Two blocks: the first 64 bytes, as UPX keeps the headers, and the rest."""
    blocks = b""
    for part in (data[:64], data[64:]):
        packed = pack(part, method)
        packed = packed if len(packed) < len(part) else part
        blocks += struct.pack("<IIBBBB", len(part), len(packed), method, 0, 0, 0) + packed
    blocks += struct.pack("<II", 0, 0x21585055)
    body = struct.pack("<I4sHBB", 0, b"UPX!", 0, 13, 22) + struct.pack("<III", 0, len(data), len(data)) + blocks
    size = 120 + len(body)
    head = b"\x7fELF\2\1\1" + b"\0" * 9 + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400078, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    return head + struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, size, size, 4096) + body


def main(argv):
    with open(argv[2], "rb") as f:
        data = f.read()
    with open(argv[3], "wb") as f:
        f.write((pe if argv[0] == "pe" else elf)(data, int(argv[1])))


if __name__ == "__main__":
    main(sys.argv[1:])
