"""Packs trees as what Windows programs carry: installer databases, resources, bundles; see build.py."""

import json
import os
import struct
import subprocess
import sys
import uuid
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(os.path.dirname(HERE), "make")
GUIDS = uuid.UUID("5a8e9d2b-2d0b-4f0c-8a43-0e7d5d1b9a00")
ACTIONS = "install-actions.json"        # in a tree: rows of CustomAction, not a file of the product
MARK = bytes.fromhex("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae")


def run(argv, **more):
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    if done.returncode:
        raise RuntimeError("%s: %s" % (argv[0], done.stdout.decode("utf-8", "replace")[-800:]))


def guid(text):
    return str(uuid.uuid5(GUIDS, text)).upper()


def quoted(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&apos;")


class Wxs:
    """The source of an installer database: a component a file, directories as they nest."""

    def __init__(self, root):
        self.root, self.components, self.n = root, [], 0

    def folder(self, path):
        lines, here = [], os.path.join(self.root, path)
        for name in sorted(os.listdir(here)):
            inside = os.path.join(path, name) if path else name
            self.n += 1
            if os.path.isdir(os.path.join(here, name)):
                lines.append("<Directory Id='d%d' Name='%s'>%s</Directory>" % (
                    self.n, quoted(name), self.folder(inside)))
                continue
            self.components.append("c%d" % self.n)
            lines.append("<Component Id='c%d' Guid='%s'><File Id='f%d' Name='%s' DiskId='1' Source='%s' KeyPath='yes'/>"
                         "</Component>" % (self.n, guid(inside), self.n, quoted(name),
                                           quoted(os.path.join(os.path.basename(self.root), inside))))
        return "".join(lines)

    def text(self, version, binaries):
        body = self.folder("")
        return ("<Wix xmlns='http://schemas.microsoft.com/wix/2006/wi'><Product Name='Helpdesk' Id='%s' UpgradeCode='%s'"
                " Version='%s' Manufacturer='Helpdesk Example' Language='1033'>"
                "<Package InstallerVersion='200' Compressed='yes'/><Media Id='1' Cabinet='app.cab' EmbedCab='yes'/>%s"
                "<Directory Id='TARGETDIR' Name='SourceDir'><Directory Id='ProgramFilesFolder'>"
                "<Directory Id='INSTALLDIR' Name='Helpdesk'>%s</Directory></Directory></Directory>"
                "<Feature Id='Main' Level='1'>%s</Feature></Product></Wix>" % (
                    guid("product " + version), guid("upgrade"), version,
                    "".join("<Binary Id='%s' SourceFile='%s'/>" % b for b in binaries), body,
                    "".join("<ComponentRef Id='%s'/>" % c for c in self.components)))


def pack_msi(root, target, version):
    """Files of `actions/` are scripts of custom actions; rows of ACTIONS are further ones."""
    actions, binaries, rows = os.path.join(root, "actions"), [], []
    if os.path.exists(os.path.join(root, ACTIONS)):
        with open(os.path.join(root, ACTIONS), encoding="utf-8") as f:
            rows = json.load(f)
        os.remove(os.path.join(root, ACTIONS))
    if os.path.isdir(actions):
        kept = root + ".actions"
        os.rename(actions, kept)
        for name in sorted(os.listdir(kept)):
            key = os.path.splitext(name)[0]
            binaries.append((key, os.path.join(os.path.basename(root), os.pardir, os.path.basename(kept), name)))
            rows.append([key, 5 if name.endswith(".js") else 6, key, "Main"])
    for folder, _, names in os.walk(root):
        for name in names:
            os.utime(os.path.join(folder, name), (1750680000, 1750680000))
    with open(target + ".wxs", "w", encoding="utf-8") as f:
        f.write(Wxs(root).text(version, binaries))
    run(["wixl", "-o", target, target + ".wxs"], cwd=os.path.dirname(root))
    for row in rows:
        run(["msibuild", target, "-q", "INSERT INTO CustomAction (Action, Type, Source, Target) "
             "VALUES ('%s', %d, '%s', '%s')" % tuple(row)])


def host(target, resource=None, more=""):
    """A small Windows program; it holds the mark of bundles, what a resource script names, and more C."""
    source, objects = target + ".c", []
    with open(source, "w") as f:
        f.write("#include <stdio.h>\nvolatile unsigned char mark[40] = {0,0,0,0,0,0,0,0,%s};\n"
                "int main(void) { printf(\"%%d\", mark[9]); return 0; }\n" % ",".join(str(b) for b in MARK) + more)
    if resource:
        run(["x86_64-w64-mingw32-windres", resource, "-o", target + ".o"])
        objects.append(target + ".o")
    run(["x86_64-w64-mingw32-gcc", "-O1", "-s", source, *objects, "-o", target + ".host.exe"])
    with open(target + ".host.exe", "rb") as f:
        return f.read()


def pack_resource(archive, target):
    """A program whose resource 101 is the archive."""
    with open(target + ".rc", "w") as f:
        f.write('101 RCDATA "%s"\n' % archive)
    data = host(target, target + ".rc")
    with open(target, "wb") as f:
        f.write(data)


def text7(text):
    raw = text.encode()
    length, out = len(raw), bytearray()
    while length > 127:
        out.append(length & 127 | 128)
        length >>= 7
    return bytes(out) + bytes([length]) + raw


def pack_bundle(files, target):
    """A .NET single-file bundle of version 6; every second file is packed."""
    out, rows = bytearray(host(target)), []
    for i, (path, data, _) in enumerate(files):
        deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = deflate.compress(data) + deflate.flush() if i % 2 else b""
        rows.append(struct.pack("<qqqB", len(out), len(data), len(packed), 0) + text7(path))
        out += packed or data
    at = out.find(MARK)
    out[at - 8:at] = struct.pack("<q", len(out))
    out += struct.pack("<IIi", 6, 0, len(rows)) + text7("helpdesk") + b"\0" * 40 + b"".join(rows)
    with open(target, "wb") as f:
        f.write(out)


BURN = """<?xml version="1.0" encoding="utf-8"?>
<BurnManifest xmlns="http://schemas.microsoft.com/wix/2008/Burn">
<Payload Id="product" FilePath="product.msi" FileSize="%d" Packaging="embedded" SourcePath="a0" Container="WixAttachedContainer"/>
<Chain>
<ExePackage Id="product" Cache="yes" InstallArguments="%s" Uninstallable="yes"/>
</Chain>
</BurnManifest>
"""


def pack_burn(root, target):
    """A WiX bundle: a cabinet with the manifest, one with the tree. ACTIONS holds the arguments of its package."""
    arguments, path = "/quiet", os.path.join(root, ACTIONS)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            arguments = json.load(f)
        os.remove(path)
    files = sorted(os.path.relpath(os.path.join(folder, n), root) for folder, _, names in os.walk(root) for n in names)
    with open(target + ".ux.d", "w") as f:
        f.write(BURN % (len(files), arguments.replace("&", "&amp;").replace('"', "&quot;")))
    os.makedirs(target + ".ux")
    os.rename(target + ".ux.d", os.path.join(target + ".ux", "0"))
    for folder, names in ((target + ".ux", ["0"]), (root, files)):
        for name in names:
            os.utime(os.path.join(folder, name), (1750680000, 1750680000))
    run(["gcab", "-cz", target + ".ux.cab", "0"], cwd=target + ".ux")
    run(["gcab", "-cz", target + ".cab", *files], cwd=root)
    sections = "__attribute__((section(\".wixburn\"), used)) unsigned burn[16] = {0x00f14300, 2, 1, 2, 3, 4, 0x11111111," \
               "0, 0, 0, 1, 2, 0x22222222, 0x33333333};\n"
    out = host(target, more=sections)
    parts = [out]
    for mark, name in ((b"\x22", ".ux.cab"), (b"\x33", ".cab")):
        with open(target + name, "rb") as f:
            parts.append(f.read())
        parts[0] = parts[0].replace(mark * 4, struct.pack("<I", len(parts[-1])))
    parts[0] = parts[0].replace(b"\x11" * 4, struct.pack("<I", len(out)))
    with open(target, "wb") as f:
        f.write(b"".join(parts))


def pack_inno(files, target):
    """An Inno Setup installer; ACTIONS holds further values, (key, name, data), and programs, (name, arguments)."""
    sys.path.insert(0, MAKE)
    import inno
    files, extra = list(files), []
    for path, data, _ in files:
        if path == ACTIONS:
            extra = [tuple(row) for row in json.loads(data)]
    with open(target + ".bin", "wb") as f:
        f.write(inno.MARK + b"\0" * 32)
    with open(target + ".rc", "w") as f:
        f.write('11111 RCDATA "%s"\n' % (target + ".bin"))
    with open(target, "wb") as f:
        f.write(inno.build(host(target, target + ".rc"), [(p, d) for p, d, _ in files if p != ACTIONS], extra))


def pack_pyinstaller(files, target):
    """A one-file program of PyInstaller that carries the files as data."""
    sys.path.insert(0, MAKE)
    import pyinstaller
    entries = [(b"x", path, data, 1) for path, data, _ in files]
    with open(target, "wb") as f:
        f.write(host(target) + pyinstaller.package(entries))
