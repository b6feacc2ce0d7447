"""Ordinary releases, one for each ending: what a hostile input is compared with."""

import gzip
import lzma
import bz2
import zlib

from hostile import ORDINARY_JS

PACKAGE = b'{"name": "sample", "version": "1.0.0", "main": "index.js"}\n'
SCRIPTS = {"package/package.json": PACKAGE, "package/index.js": ORDINARY_JS,
           "package/README.md": b"# sample\n\nAdds numbers.\n"}


def tar():
    from hostile_archive import member
    return b"".join(member(name.encode(), data) for name, data in SCRIPTS.items()) + bytes(1024)


def zip_():
    from hostile_zip import Entry, zip_of
    return zip_of([Entry(name.encode(), data, 8) for name, data in SCRIPTS.items()])


def seven():
    from hostile_stream import COPY, one_file, seven as seven_of, streams
    return seven_of(b"\1\4" + streams(0, len(ORDINARY_JS), b"\1" + COPY, len(ORDINARY_JS), zlib.crc32(ORDINARY_JS)) + b"\0" +
                    one_file("index.js") + b"\0", ORDINARY_JS)


def program():
    from hostile_program import pe
    return pe()


def gz(data):
    return gzip.compress(data, 6, mtime=0)


def zst(data):
    from hostile_stream import zstd_frame
    return zstd_frame(20, data)


def ar():
    from hostile_archive import ar_member
    return b"!<arch>\n" + ar_member(b"index.js/", ORDINARY_JS)


def asar():
    from hostile_installer import asar as asar_of
    return asar_of({"files": {"package.json": {"size": len(PACKAGE), "offset": "0"},
                              "index.js": {"size": len(ORDINARY_JS), "offset": str(len(PACKAGE))}}}, PACKAGE + ORDINARY_JS)


def linux_program():
    from hostile_program import elf
    return elf(segments=[(1, 0, 120)])


def macos_program():
    from hostile_program import macho
    return macho([])


def msi():
    from hostile_installer import DATA, POOL, compound
    return compound([(POOL, b"\xe4\4\0\0"), (DATA, b"text")])


def png():
    from hostile_zip import tiny_png
    return tiny_png()


def image():
    from hostile_image import image as image_of
    return image_of([[("app/a.js", ORDINARY_JS)]])


RELEASES = {
    ".js": lambda: ORDINARY_JS,
    ".sh": lambda: b"#!/bin/sh\nset -e\nexec node index.js \"$@\"\n",
    ".py": lambda: b"def add(a, b):\n    return a + b\n",
    ".json": lambda: PACKAGE,
    ".yar": lambda: b"rule r { condition: false }\n",
    "package.json": lambda: PACKAGE,
    "Info.plist": lambda: b'<?xml version="1.0"?>\n<plist version="1.0"><dict><key>CFBundleName</key><string>sample</string>'
                          b"</dict></plist>\n",
    "sample.nuspec": lambda: b'<?xml version="1.0"?>\n<package><metadata><id>sample</id></metadata></package>\n',
    "config.yml": lambda: b"name: sample\nsize: 3\n",
    ".tar": tar, ".zip": zip_, ".7z": seven, ".exe": program, ".dll": program, ".asar": asar, ".a": ar, ".png": png,
    ".oci.tar": image, ".so": linux_program, ".dylib": macos_program, ".msi": msi,
    ".class": lambda: bytes.fromhex("cafebabe0000003d0001") + bytes(14),
    ".gz": lambda: gz(ORDINARY_JS), ".js.gz": lambda: gz(ORDINARY_JS), ".tar.gz": lambda: gz(tar()),
    ".zip.gz": lambda: gz(zip_()), ".zst": lambda: zst(ORDINARY_JS), ".js.bz2": lambda: bz2.compress(ORDINARY_JS),
    ".xz": lambda: lzma.compress(ORDINARY_JS), ".bz2": lambda: bz2.compress(ORDINARY_JS),
    ".lzma": lambda: lzma.compress(ORDINARY_JS, lzma.FORMAT_ALONE),
}


def release(name):
    """The one whose key is the longest end of the name; an ordinary tar for endings that none is written for."""
    keys = [k for k in RELEASES if name.endswith(k)]
    return RELEASES[max(keys, key=len)]() if keys else tar()
