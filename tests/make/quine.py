"""Compressed files that unpack to themselves, after Russ Cox, "Zip Files All The Way Down" (2010).

The stream is made of two instructions of five bytes each: "the next n bytes stand for themselves" (a stored block)
and "repeat the last n bytes" (one block with fixed codes). The checksum that the file names is its own, which is a
system of 32 linear equations over GF(2).
"""

import struct
import zlib

UNIT = 5


def literal(n):
    return struct.pack("<BHH", 0, n, n ^ 0xffff)


class Bits:
    def __init__(self):
        self.value, self.n = 0, 0

    def put(self, value, n):
        self.value |= value << self.n
        self.n += n

    def code(self, value, n):
        """Huffman codes stand with their first bit first."""
        self.put(int(format(value, "0%db" % n)[::-1], 2), n)

    def byte(self, value):
        if value < 144:
            self.code(0x30 + value, 8)
        else:
            self.code(0x190 + value - 144, 9)

    def match(self, length, distance):
        base, extra, code = 3, 0, 257
        while length >= base + (1 << extra):
            base += 1 << extra
            code += 1
            extra = max(0, (code - 261) // 4)
        self.code(code - 256, 7)
        self.put(length - base, extra)
        base, extra, code = 1, 0, 0
        while distance >= base + (1 << extra):
            base += 1 << extra
            code += 1
            extra = max(0, code // 2 - 1)
        self.code(code, 5)
        self.put(distance - base, extra)


def repeat(n, last=None):
    """Repeats the last n bytes in exactly five bytes: two matches (17 <= n <= 20), or one and a last byte >= 144."""
    bits = Bits()
    bits.put(0b010, 3)
    if last is None:
        bits.match(n - n // 2, n)
        bits.match(n // 2, n)
    else:
        bits.match(n - 1, n)
        bits.byte(last)
    bits.put(0, 7)
    assert bits.n == 8 * UNIT, (n, bits.n)
    return bits.value.to_bytes(UNIT, "little")


def stream(head, tail, again_head, again_tail):
    """The instructions whose output is `head`, then themselves, then `tail`."""
    h, t, four = len(head) + UNIT, len(tail) + UNIT, 4 * UNIT
    one, r4, l4 = literal(UNIT), repeat(four), literal(four)
    lh, lt, nothing = literal(h), literal(t), literal(0)
    return b"".join([
        lh, head, lh, again_head,
        one, again_head, one, one,
        l4, again_head, one, one, l4, r4,
        l4, r4, l4, r4, l4, r4,
        l4, r4, nothing, nothing, lt, r4,
        nothing, nothing, lt, again_tail, tail, again_tail])


def solve(crc_of):
    """x with crc_of(x) == x, where crc_of is linear over GF(2) up to a constant."""
    start = crc_of(0)
    rows = []
    columns = [crc_of(1 << i) ^ start ^ (1 << i) for i in range(32)]
    for bit in range(32):
        row = sum(((columns[i] >> bit) & 1) << i for i in range(32))
        rows.append([row, (start >> bit) & 1])
    pivots = {}
    for row in rows:
        for column, pivot in pivots.items():
            if row[0] >> column & 1:
                row[0] ^= pivot[0]
                row[1] ^= pivot[1]
        if row[0]:
            column = row[0].bit_length() - 1
            for pivot in pivots.values():
                if pivot[0] >> column & 1:
                    pivot[0] ^= row[0]
                    pivot[1] ^= row[1]
            pivots[column] = row
        elif row[1]:
            return None
    return sum(pivot[1] << column for column, pivot in pivots.items())


def gzip_quine():
    def build(crc, size, name):
        head = struct.pack("<BBBBIBB", 0x1f, 0x8b, 8, 8, 0, 0, 255) + name + b"\0"
        tail = b"\1\0\0\xff\xff" + struct.pack("<II", crc, size)
        return head + stream(head, tail, repeat(len(head) + UNIT), repeat(len(tail) + UNIT)) + tail

    for name in (b"r", b"rr", b"rrr", b"s", b"ss", b"sss", b"t"):
        size = len(build(0, 0, name))
        crc = solve(lambda x: zlib.crc32(build(x, size, name)))
        if crc is not None:
            whole = build(crc, size, name)
            assert zlib.decompress(whole, 31) == whole
            return whole
    raise AssertionError("no name gives a solvable checksum")


def zip_quine():
    def build(crc, size, packed, at, name):
        common = struct.pack("<HHHHIII", 0, 8, 0, 0x5ad7, crc, packed, size) + struct.pack("<HH", len(name), 0)
        head = struct.pack("<IH", 0x04034b50, 20) + common + name
        central = (struct.pack("<IHH", 0x02014b50, 0x314, 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name)
        end = struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 1, 1, len(central), at, 2) + b"\xff\xff"
        tail = b"\1\0\0\xff\xff" + central + end
        body = stream(head, tail, repeat(len(head) + UNIT, 0xff), repeat(len(tail) + UNIT, 0xff))
        return head + body + tail, len(body) + UNIT, len(head) + len(body) + UNIT

    # both repeats must fit in five bytes, which asks for a name of about this length
    for filler in range(256):
        name = (b"quine-%02x-" % filler).ljust(30, b"-") + b".zip"
        whole, packed, at = build(0, 0, 0, 0, name)
        crc = solve(lambda x: zlib.crc32(build(x, len(whole), packed, at, name)[0]))
        if crc is not None:
            whole = build(crc, len(whole), packed, at, name)[0]
            assert zlib.decompress(whole[30 + len(name):], -15) == whole
            return whole
    raise AssertionError("no name gives a solvable checksum")
