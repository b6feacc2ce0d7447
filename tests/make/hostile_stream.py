"""Compressed streams and 7z archives that promise more memory, layers or output than anybody has."""

import bz2
import gzip
import lzma
import struct
import zlib

from hostile import MARKER, ORDINARY_JS, hostile
from quine import gzip_quine

MANY = 10 ** 6


def gz(data, level=6):
    return gzip.compress(data, level, mtime=0)


@hostile(21, "quine.gz", inspect="unknown: it contains itself", diff="review|tampered: it contains itself")
def quine():
    return gzip_quine()


@hostile(22, "zeros-1g.gz", inspect="unknown: expansion ratio", diff="review|tampered: expansion ratio")
def zeros():
    packer, block = zlib.compressobj(9, zlib.DEFLATED, 31), bytes(1 << 20)
    return b"".join([packer.compress(block) for _ in range(1024)]) + packer.flush()


@hostile(23, "layers-200.js.gz", inspect="unknown: containers inside containers", diff="unknown|review: containers inside containers")
def layers():
    data = ORDINARY_JS + MARKER
    for _ in range(200):
        data = gz(data)
    return data


@hostile(24, "million-members.js.gz", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def empty_members():
    return gz(b"") * MANY + gz(MARKER)


def zstd_frame(window_log, data):
    """A frame with one raw block and the window that it asks for."""
    return (struct.pack("<IBB", 0xfd2fb528, 0, (window_log - 10) << 3) +
            (len(data) << 3 | 1).to_bytes(3, "little") + data)


@hostile(25, "window-2g.zst", inspect="unknown: memory limit", diff="review|tampered: memory limit")
def zstd_window():
    return zstd_frame(31, ORDINARY_JS)


@hostile(25, "window-2t.zst", inspect="unknown: memory limit", diff="review|tampered: memory limit")
def zstd_window_largest():
    return zstd_frame(41, ORDINARY_JS)


def xz_with_dictionary(code):
    data = bytearray(lzma.compress(ORDINARY_JS, lzma.FORMAT_XZ, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 4096}]))
    size = (data[12] + 1) * 4
    header = data[12:12 + size - 4]
    at = header.index(b"\x21\x01")
    header[at + 2] = code
    data[12:12 + size] = header + struct.pack("<I", zlib.crc32(bytes(header)))
    return bytes(data)


@hostile(26, "dictionary-4g.xz", inspect="unknown: memory limit", diff="review|tampered: memory limit")
def xz_dictionary():
    return xz_with_dictionary(40)


# ---- 7z ------------------------------------------------------------------------------------------------------------

def number(n):
    """7z's own: as many one bits in front as bytes follow."""
    for extra in range(9):
        if n < 1 << (7 * extra + 7) or extra == 8:
            break
    if extra == 8:
        return b"\xff" + n.to_bytes(8, "little")
    return bytes([(0xff00 >> extra & 0xff) | n >> 8 * extra]) + (n & (1 << 8 * extra) - 1).to_bytes(extra, "little")


def seven(header, packed=b""):
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


LZMA1, COPY = b"\x23\x03\x01\x01", b"\x01\x00"


def lzma_coder(dictionary):
    return LZMA1 + b"\x05\x5d" + struct.pack("<I", dictionary)


def streams(at, packed, folder, unpacked, crc=None):
    """PackInfo and UnpackInfo of one folder."""
    sizes = unpacked if isinstance(unpacked, (list, tuple)) else [unpacked]
    return (b"\6" + number(at) + b"\1\x09" + number(packed) + b"\0" +
            b"\7\x0b\1\0" + folder + b"\x0c" + b"".join(number(s) for s in sizes) +
            (b"\x0a\1" + struct.pack("<I", crc) if crc is not None else b"") + b"\0")


def one_file(name):
    text = (name + "\0").encode("utf-16-le")
    return b"\5\1\x11" + number(len(text) + 1) + b"\0" + text + b"\0"


def lzma_raw(data):
    return lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])


@hostile(27, "dictionary-1536m.7z", inspect="review|unknown: AS-0042", diff="tampered: AS-0042")
def seven_dictionary():
    """A header that is itself packed and asks for 1.5 GiB before a name can be read."""
    inner = (b"\1\4" + streams(0, len(MARKER), b"\1" + COPY, len(MARKER), zlib.crc32(MARKER)) + b"\0" +
             one_file("index.js") + b"\0")
    packed = lzma_raw(inner)
    return seven(b"\x17" + streams(len(MARKER), len(packed), b"\1" + lzma_coder(1536 << 20), len(inner),
                                   zlib.crc32(inner)) + b"\0", MARKER + packed)


@hostile(28, "header-packed-50-times.7z", inspect="unknown|clean|review", diff="unknown|review")
def seven_layers():
    data = ORDINARY_JS + MARKER
    store = data
    header = (b"\1\4" + streams(0, len(data), b"\1" + COPY, len(data), zlib.crc32(data)) + b"\0" +
              one_file("a.js") + b"\0")
    for _ in range(50):
        packed = lzma_raw(header)
        at = len(store)
        store += packed
        header = (b"\x17" + streams(at, len(packed), b"\1" + lzma_coder(1 << 16), len(header), zlib.crc32(header)) +
                  b"\0")
    return seven(header, store)


@hostile(29, "files-2-to-32.7z", inspect="unknown", diff="unknown|review")
def seven_files():
    return seven(b"\1\5" + number(1 << 32) + b"\x0e" + number(1) + b"\xff\0\0")


@hostile(30, "coder-cycle.7z", inspect="unknown", diff="unknown|review")
def seven_cycle():
    """Two coders, each fed by the other."""
    folder = b"\2" + lzma_coder(1 << 16) + lzma_coder(1 << 16) + number(0) + number(1)
    data = lzma_raw(ORDINARY_JS)
    header = b"\1\4" + streams(0, len(data), folder, [len(ORDINARY_JS)] * 2) + b"\0" + one_file("a.js") + b"\0"
    return seven(header, data)


@hostile(30, "coder-feeds-itself.7z", inspect="unknown", diff="unknown|review")
def seven_self():
    folder = b"\1\x33\x03\x01\x01\1\2" + b"\x05\x5d" + struct.pack("<I", 1 << 16) + number(0) + number(0) + number(1)
    data = lzma_raw(ORDINARY_JS)
    header = b"\1\4" + streams(0, len(data), folder, [9, 9]) + b"\0" + one_file("a.js") + b"\0"
    return seven(header, data)


# ---- the rest ------------------------------------------------------------------------------------------------------

@hostile(31, "no-size-no-end.lzma", inspect="unknown", diff="unknown|review")
def lzma_open_end():
    whole = lzma.compress(ORDINARY_JS * 50, lzma.FORMAT_ALONE)
    return whole[:-9]


@hostile(32, "tiny-blocks.js.bz2", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def bz2_tiny():
    return bz2.compress(b" ") * 100000 + bz2.compress(MARKER)


@hostile(33, "large-window.br", inspect="unknown: unrecognised", diff="review|tampered: AS-0031")
def brotli_window():
    """0x11 opens the large-window variant, 62 asks for 2^62 bytes."""
    return b"\x11\x3e" + bytes(range(256))


@hostile(34, "second-frame.js.gz", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def second_gz():
    return gz(ORDINARY_JS) + gz(MARKER)


@hostile(34, "second-frame.js.zst", inspect="review|tampered: AS-0042", diff="tampered: AS-0042")
def second_zstd():
    return zstd_frame(20, ORDINARY_JS) + zstd_frame(20, MARKER)


@hostile(35, "wrong-sum.js.gz", inspect="unknown: gzip CRC differs", diff="review: gzip CRC differs, AS-0031")
def wrong_sum():
    whole = bytearray(gz(ORDINARY_JS))
    whole[-8] ^= 1
    return bytes(whole)
